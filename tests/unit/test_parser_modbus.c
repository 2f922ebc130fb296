/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus through the engine. Examples are those of MODBUS Application Protocol Specification V1.1b3, clause 6, in the
 * header of MODBUS Messaging on TCP/IP V1.0b, clause 3.1.3; serial frames follow Serial Line V1.02, clause 6.2. */
#include "tests/unit/parser_harness.h"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

/* Clauses 6.1 and 6.3: the answer's points are named by what was asked. */
static void answers_are_named_by_their_requests(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "1501 0000 0006 ff 01 0013 0013");
    assert_field(h, "modbus.func_code", "1");
    assert_field(h, "modbus.reference_num", "19");
    assert_field(h, "modbus.bit_cnt", "19");
    assert_string_equal(harness_operation(h, 0), "read_coils");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    assert_int_equal(h->messages[0].unit, 255);
    harness_send(h, TO_CLIENT, "1501 0000 0006 ff 01 03 cd6b05");
    assert_field(h, "modbus.bitval", "1,0,1,1,0,0,1,1,1,1,0,1,0,1,1,0,1,0,1");
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_memory_equal(harness_text(h, "ot.object"), "00020,00021,", 12);
    harness_send(h, TO_SERVER, "1502 0000 0006 ff 03 006b 0003");
    harness_send(h, TO_CLIENT, "1502 0000 0009 ff 03 06 022b 0000 0064");
    assert_field(h, "ot.object", "40108,40109,40110");
    assert_field(h, "ot.value", "555,0,100");
    assert_field(h, "modbus.regnum16", "107,108,109");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    harness_close(h);
}

/* Clauses 6.5, 6.6, 6.11, 6.12, 6.16 and 6.17. */
static void writes_tell_what_and_where(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0006 11 05 00ac ff00");
    assert_field(h, "ot.object", "00173");
    assert_field(h, "ot.value", "1");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    harness_send(h, TO_SERVER, "0002 0000 0006 11 06 0001 0003");
    assert_field(h, "ot.object", "40002");
    harness_send(h, TO_SERVER, "0003 0000 0009 11 0f 0013 000a 02 cd01");
    assert_field(h, "ot.value", "1,0,1,1,0,0,1,1,1,0");
    harness_send(h, TO_SERVER, "0004 0000 000b 11 10 0001 0002 04 000a 0102");
    assert_field(h, "ot.object", "40002,40003");
    assert_field(h, "ot.value", "10,258");
    harness_send(h, TO_CLIENT, "0004 0000 0006 11 10 0001 0002");
    assert_field(h, "modbus.word_cnt", "2");
    assert_int_equal(h->messages[0].request_frame, 4);
    harness_send(h, TO_SERVER, "0005 0000 0008 11 16 0004 00f2 0025");
    assert_field(h, "ot.value", "AND 0x00f2 OR 0x0025");
    harness_send(h, TO_SERVER, "0006 0000 0011 11 17 0003 0006 000e 0003 06 00ff 00ff 00ff");
    assert_field(h, "modbus.write_reference_num", "14");
    assert_field(h, "ot.object", "40015,40016,40017");
    harness_send(h, TO_CLIENT, "0006 0000 000f 11 17 0c 00fe 0acd 0001 0003 000d 00ff");
    assert_field(h, "ot.object", "40004,40005,40006,40007,40008,40009");
    assert_field(h, "ot.value", "254,2765,1,3,13,255");
    harness_close(h);
}

/* Clauses 6.8, 6.14, 6.15 and 6.18. */
static void files_queues_and_diagnostics(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0011 01 14 0e 06 0004 0001 0002 06 0003 0009 0002");
    assert_field(h, "modbus.word_cnt", "2,2");
    assert_field(h, "ot.object", "file 4 record 1,file 3 record 9");
    harness_send(h, TO_CLIENT, "0001 0000 000f 01 14 0c 05 06 0dfe 0020 05 06 33cd 0040");
    assert_field(h, "modbus.byte_cnt", "12,5,5");
    harness_send(h, TO_SERVER, "0002 0000 0010 01 15 0d 06 0004 0007 0003 06af 04be 100d");
    assert_field(h, "modbus.data", "06af04be100d");
    assert_int_equal(h->messages[0].operation_class, OT_FILE);
    harness_send(h, TO_SERVER, "0003 0000 0004 01 18 04de");
    harness_send(h, TO_CLIENT, "0003 0000 000a 01 18 0006 0002 01b8 1284");
    assert_field(h, "ot.value", "440,4740");
    harness_send(h, TO_SERVER, "0004 0000 0006 01 08 0000 a537");
    assert_string_equal(harness_operation(h, 0), "diagnostic_return_query_data");
    harness_send(h, TO_SERVER, "0005 0000 0006 01 08 0004 0000");
    assert_string_equal(harness_operation(h, 0), "diagnostic_force_listen_only");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    harness_close(h);
}

/* Clause 6.21; the second answer goes on where the first said "more follows". */
static void device_identification(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0005 01 2b 0e 01 00");
    assert_string_equal(harness_operation(h, 0), "read_device_identification");
    harness_send(h, TO_CLIENT,
                 "0001 0000 0020 01 2b 0e 01 01 ff 02 01 00 16 436f6d70616e79206964656e74696669636174696f6e");
    assert_field(h, "ot.identity.vendor", "Company identification");
    assert_field(h, "modbus.more_follows", "0xff");
    assert_field(h, "modbus.next_object_id", "2");
    harness_send(h, TO_CLIENT, "0001 0000 000f 01 2b 0e 01 01 00 00 01 02 05 56322e3131");
    assert_field(h, "ot.identity.firmware", "V2.11");
    harness_send(h, TO_CLIENT, "0002 0000 000d 01 11 0a 02ff 4d6f64656c20 3100");
    assert_field(h, "ot.identity.model", "Model 1");
    harness_close(h);
}

/* Clause 7. */
static void exceptions_are_refusals(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0006 0a 01 04a1 0001");
    harness_send(h, TO_CLIENT, "0001 0000 0003 0a 81 02");
    assert_field(h, "modbus.func_code", "1");
    assert_field(h, "modbus.exception_code", "2");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 2);
    assert_int_equal(h->messages[0].operation_class, OT_ERROR);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_SERVER, "0002 0000 0003 0a 83 02");
    assert_true(harness_has_anomaly(h, "exception_from_client"));
    harness_close(h);
}

/* A master that numbers nothing asks again: the answer belongs to the newest request. */
static void retries_under_one_number(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0000 0000 0006 01 03 0010 0001");
    harness_send(h, TO_SERVER, "0000 0000 0006 01 03 0020 0001");
    harness_send(h, TO_CLIENT, "0000 0000 0005 01 03 02 0007");
    assert_field(h, "modbus.regnum16", "32");
    assert_int_equal(h->messages[0].request_frame, 2);
    harness_close(h);
}

static void what_the_standard_forbids_is_told(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0006 01 03 0000 007e");
    assert_true(harness_has_anomaly(h, "quantity_out_of_range"));
    harness_send(h, TO_SERVER, "0002 0000 0006 01 03 fff0 0020");
    assert_true(harness_has_anomaly(h, "address_overflow"));
    harness_send(h, TO_SERVER, "0003 0000 0006 01 05 0000 1234");
    assert_true(harness_has_anomaly(h, "coil_value_invalid"));
    harness_send(h, TO_SERVER, "0004 0000 0009 01 10 0001 0002 02 000a");
    assert_true(harness_has_anomaly(h, "byte_count_mismatch"));
    harness_send(h, TO_SERVER, "0005 0000 000c 01 10 0001 0002 04 000a 0102 ff");
    assert_true(harness_has_anomaly(h, "length_mismatch"));
    assert_field(h, "ot.value", "10,258"); /* an octet too many hides no write */
    harness_send(h, TO_SERVER, "0006 0000 0004 01 03 0000");
    assert_true(harness_has_anomaly(h, "truncated"));
    assert_field(h, "modbus.reference_num", "0");
    harness_send(h, TO_SERVER, "0007 0000 0006 01 03 0000 0002");
    harness_send(h, TO_CLIENT, "0007 0000 0005 01 03 02 0007");
    assert_true(harness_has_anomaly(h, "answer_mismatch"));
    harness_send(h, TO_CLIENT, "0099 0000 0005 01 03 02 0007");
    assert_true(harness_has_anomaly(h, "unsolicited_answer"));
    harness_close(h);
}

/* Two PDUs in a segment, one over three, a foreign frame and noise between: nothing silences the connection. */
static void framing_finds_its_way(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0006 01 03 0010 0001 0002 0000 0006 01 03 0020 0001");
    assert_field(h, "mbtcp.trans_id", "1,2");
    harness_send(h, TO_SERVER, "0003 0000");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "0006 01 03");
    harness_send(h, TO_SERVER, "0030 0001");
    assert_field(h, "modbus.reference_num", "48");
    harness_send(h, TO_SERVER, "0004 0001 0006 01 03 0040 0001 0005 0000 0006 01 03 0050 0001");
    assert_field(h, "mbtcp.trans_id", "5");
    harness_send(h, TO_SERVER, "474554202f20485454502f312e310d0a0d0a");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "0006 0000 0006 01 03 0060 0001");
    assert_field(h, "mbtcp.trans_id", "6");
    harness_send(h, TO_SERVER, "ffff ff 0007 0000 0006 01 03 0070 0001");
    assert_field(h, "mbtcp.trans_id", "7");
    harness_send(h, TO_SERVER, "0008 0000 0002 01 03 0080 0001"); /* a length that cuts its own PDU */
    harness_send(h, TO_SERVER, "0009 0000 0006 01 03 0090 0001");
    assert_field(h, "mbtcp.trans_id", "9");
    harness_close(h);
}

static void any_port_by_content(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 1502);
    harness_send(h, TO_SERVER, "0001 0000 0006 01 03 0010 0001");
    assert_field(h, "modbus.reference_num", "16");
    harness_close(h);
    h = harness_open(OVER_TCP, 49152, 1502);
    harness_send(h, TO_SERVER, "0001 0000 0006 01 03 0010 1000"); /* no device has 4,096 registers to a PDU */
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

/* Modicon's own example: slave 17 asked for three registers, and its answer. */
static void serial_framing_over_tcp(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 4001);
    harness_send(h, TO_SERVER, "11 03 006b 0003 7687");
    assert_field(h, "mbrtu.unit_id", "17");
    assert_field(h, "modbus.reference_num", "107");
    harness_send(h, TO_CLIENT, "11 03 06 ae41 5652 4340 49ad");
    assert_field(h, "ot.object", "40108,40109,40110");
    harness_send(h, TO_SERVER, "11 03 006b 0003 7688"); /* a wrong CRC is no frame */
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "11 03 006b 0003 7687");
    assert_field(h, "mbrtu.crc16", "0x7687");
    harness_close(h);
}

static void datagrams(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_UDP, 49152, 502);
    harness_send(h, TO_SERVER, "0001 0000 0006 01 04 0000 0002");
    harness_send(h, TO_CLIENT, "0001 0000 0007 01 04 04 0001 0002");
    assert_field(h, "ot.object", "30001,30002");
    harness_send(h, TO_SERVER, "0002 0000 0009 01 04 0000 0002"); /* claims more than the datagram has */
    assert_field(h, "modbus.word_cnt", "2");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_close(h);
}

/* Clause 6.6: the answer repeats the request. On another port, with and without a handshake's word on who asks. */
static void an_echo_is_no_request(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 23008, 23002);
    (void)state;
    harness_send(h, TO_SERVER, "0001 0000 0006 01 03 0001 0003"); /* shows who asks */
    harness_send(h, TO_SERVER, "0002 0000 0006 01 06 0001 0003");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    harness_send(h, TO_CLIENT, "0002 0000 0006 01 06 0001 0003");
    assert_int_equal(h->messages[0].role, ROLE_RESPONSE);
    harness_close(h);

    h = harness_open(OVER_TCP, 23008, 23002);
    harness_send(h, TO_CLIENT, "0002 0000 0006 01 06 0001 0003"); /* its request was before the capture */
    harness_send(h, TO_CLIENT, "0003 0000 0005 01 03 02 0007");   /* now it is shown */
    assert_int_equal(h->messages[0].role, ROLE_RESPONSE);
    harness_send(h, TO_CLIENT, "0004 0000 0006 01 06 0001 0003");
    assert_int_equal(h->messages[0].role, ROLE_RESPONSE);
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_echo_is_no_request),      cmocka_unit_test(answers_are_named_by_their_requests),
        cmocka_unit_test(writes_tell_what_and_where), cmocka_unit_test(files_queues_and_diagnostics),
        cmocka_unit_test(device_identification),      cmocka_unit_test(exceptions_are_refusals),
        cmocka_unit_test(retries_under_one_number),   cmocka_unit_test(what_the_standard_forbids_is_told),
        cmocka_unit_test(framing_finds_its_way),      cmocka_unit_test(any_port_by_content),
        cmocka_unit_test(serial_framing_over_tcp),    cmocka_unit_test(datagrams),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
