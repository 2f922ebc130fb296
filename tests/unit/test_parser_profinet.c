/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET's real-time frames, DCP and IO through the engine; frames laid out as in IEC 61158-6-10:2019 clause 4. */
#include "tests/unit/parser_harness.h"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

/* Clause 4.7.2.1: frame id, data, cycle counter, data status, transfer status. */
static void cyclic_data(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x8892);
    harness_send(h, TO_SERVER, "8000 80808080 1234 35 00");
    assert_string_equal(harness_operation(h, 0), "cyclic");
    assert_field(h, "pn_rt.frame_id", "32768");
    assert_field(h, "pn_rt.cycle_counter", "4660");
    assert_field(h, "pn_rt.ds", "0x35");
    assert_field(h, "pn_rt.transfer_status", "0");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_send(h, TO_SERVER, "8000 80808080 1235 05 01");
    assert_true(harness_has_anomaly(h, "provider_stopped"));
    assert_true(harness_has_anomaly(h, "transfer_error"));
    harness_send(h, TO_SERVER, "4000 0000000000");
    assert_true(harness_has_anomaly(h, "reserved_frame_id"));
    harness_send(h, TO_SERVER, "8000 0102");
    assert_true(harness_has_anomaly(h, "short_frame"));
    harness_close(h);
}

/* Clause 4.3: Set of a name with a block qualifier, and the answer to it. */
static void name_is_set(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x8892);
    harness_send(h, TO_SERVER, "fefd 04 00 01000001 0000 000c 02 02 0007 0001 706c632d31 00");
    assert_string_equal(harness_operation(h, 0), "set_name");
    assert_field(h, "pn_dcp.suboption_device_nameofstation", "plc-1");
    assert_field(h, "pn_dcp.xid", "0x01000001");
    assert_int_equal(h->messages[0].operation->class, OT_CONFIGURE);
    assert_field(h, "ot.object", "NameOfStation");
    assert_field(h, "ot.value", "plc-1");
    harness_send(h, TO_CLIENT, "fefd 04 01 01000001 0000 0008 05 04 0003 02 02 05 00");
    assert_string_equal(harness_operation(h, 0), "set_response");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_send(h, TO_SERVER, "fefd 04 00 01000002 0000 0012 01 02 000e 0001 c0a8000a ffffff00 00000000");
    assert_string_equal(harness_operation(h, 0), "set_address");
    assert_field(h, "pn_dcp.suboption_ip_ip", "192.168.0.10");
    assert_field(h, "ot.value", "192.168.0.10/255.255.255.0");
    harness_send(h, TO_SERVER, "fefd 04 00 01000003 0000 0006 05 06 0002 0004");
    assert_string_equal(harness_operation(h, 0), "factory_reset");
    harness_send(h, TO_SERVER, "fefe 05 00 01000004 0001 0040 ff ff 0000");
    assert_field(h, "pn_dcp.option", "255");
    harness_send(h, TO_SERVER, "fefe 05 00 01000004 0001 0008 02 02 00ff 4142");
    assert_true(harness_has_anomaly(h, "bad_block"));
    harness_close(h);
}

/* Clause 4.8: an alarm notification of a pulled module. */
static void alarm_is_told(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x8892);
    harness_send(h, TO_SERVER,
                 "fe01 0001 0002 11 11 ffff fffe 001c 0002 0018 01 00 0003 00000000 0002 0001 00000020 00000001 8001");
    assert_string_equal(harness_operation(h, 0), "alarm");
    assert_field(h, "pn_io.alarm_type", "0x0003");
    assert_field(h, "pn_io.slot_nr", "0x0002");
    assert_field(h, "pn_io.block_type", "0x0002");
    assert_int_equal(h->messages[0].operation->class, OT_ALARM);
    harness_close(h);
}

/* C706 clause 12.5.1 (80 octets, big-endian data), clause 5.2.3: read of record F840. */
#define RPC(type, opnum, length)                                                                                       \
    "04" type "0800 000000 00 dea000006c9711d1827100010003015a dea000016c9711d1827100a02442df7d"                       \
    "00112233445566778899aabbccddeeff 00000000 00000001 00000005 " opnum " ffff ffff " length " 0000 00 00"

static void record_is_read(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_UDP, 50000, 34964);
    harness_send(h, TO_SERVER,
                 RPC("00", "0005", "0054") "00008000 00000040 00008000 00000000 00000040"
                                           "0009 003c 01 00 000a 0102030405060708090a0b0c0d0e0f10 00000000 0003 0001"
                                           "0000 f840 00008000 000102030405060708090a0b0c0d0e0f 0000000000000000");
    assert_string_equal(harness_operation(h, 0), "read_implicit");
    assert_field(h, "pn_io.index", "0xf840");
    assert_field(h, "pn_io.slot_nr", "0x0003");
    assert_field(h, "pn_io.ar_uuid", "01020304-0506-0708-090a-0b0c0d0e0f10");
    harness_send(h, TO_CLIENT, RPC("02", "0005", "0014") "de81a200 00000000 00000000 00000000 00000000");
    assert_field(h, "pn_io.error_code", "0xde");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_send(h, TO_SERVER, RPC("00", "0002", "0008") "00000000 00000040");
    assert_true(harness_has_anomaly(h, "short_frame"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cyclic_data),
        cmocka_unit_test(name_is_set),
        cmocka_unit_test(alarm_is_told),
        cmocka_unit_test(record_is_read),
    };
    return cmocka_run_group_tests_name("profinet", tests, NULL, NULL);
}
