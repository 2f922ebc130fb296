/* SPDX-License-Identifier: Apache-2.0 */
/* TPKT, COTP and S7 communication through the engine. TPKT as in RFC 1006 clause 6, TPDUs as in ISO 8073 clause 13. */
#include "tests/unit/parser_harness.h"

#define CONNECT   "03000016 11 e0 0000 0001 00 c1020100 c2020102 c0010a"
#define CONFIRM   "03000016 11 d0 0001 0044 00 c0010a c1020100 c2020102"
#define SETUP     "03000019 02f080 3201000000010008 0000 f000 0001 0001 01e0"
#define SETUP_OK  "0300001b 02f080 3203000000010008 0000 0000 f000 0001 0001 00f0"
#define READ_DBW4 "0300001f 02f080 320100000002000e 0000 0401 120a1004 0001 000a 84 000020"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

static void connects(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    assert_field(h, "tpkt.length", "22");
    assert_field(h, "cotp.type", "0x0e");
    assert_field(h, "cotp.src-tsap-bytes", "0100");
    assert_field(h, "cotp.dst-tsap-bytes", "0102");
    assert_field(h, "cotp.tpdu_size", "1024");
    assert_string_equal(harness_operation(h, 0), "connection_request");
    harness_send(h, TO_CLIENT, CONFIRM);
    assert_field(h, "cotp.type", "0x0d");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_SERVER, SETUP);
    assert_string_equal(harness_operation(h, 0), "setup_communication");
    harness_send(h, TO_CLIENT, SETUP_OK);
    assert_field(h, "s7comm.param.pdu_length", "240");
    harness_close(h);
}

/* A refused connection: DR names the source reference of the request, clause 13.5.3. */
static void connection_is_refused(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_CLIENT, "0300000b 06 80 0001 0000 03");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 3);
    harness_close(h);
}

static void answer_knows_what_was_read(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 40102); /* any port */
    harness_send(h, TO_SERVER, READ_DBW4);
    assert_field(h, "s7comm.param.item.db", "10");
    assert_field(h, "s7comm.param.item.address.byte", "4");
    assert_field(h, "ot.object", "DB10.DBW4");
    harness_send(h, TO_CLIENT, "0300001b 02f080 3203000000020002 0006 0000 0401 ff040010 1234");
    assert_field(h, "ot.object", "DB10.DBW4");
    assert_field(h, "ot.value", "4660");
    assert_field(h, "s7comm.data.returncode", "0xff");
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void write_is_refused(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, "03000024 02f080 320100000003000e 0005 0501 120a1001 0001 0000 83 000050 00030001 01");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_field(h, "ot.object", "M10.0");
    assert_field(h, "ot.value", "1");
    harness_send(h, TO_CLIENT, "03000016 02f080 3203000000030002 0001 0000 0501 03");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 3);
    harness_close(h);
}

static void plc_is_stopped_and_started(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, "03000021 02f080 3201000000040010 0000 29 0000000000 09 505f50524f4752414d");
    assert_string_equal(harness_operation(h, 0), "plc_stop");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_field(h, "s7comm.param.pistart.servicename", "P_PROGRAM");
    harness_send(h, TO_SERVER, "03000025 02f080 3201000000050014 0000 28 000000000000fd 0000 09 505f50524f4752414d");
    assert_string_equal(harness_operation(h, 0), "plc_start");
    /* the answer has no name of a service: its request tells */
    harness_send(h, TO_CLIENT, "03000014 02f080 3203000000050001 0000 0000 28");
    assert_string_equal(harness_operation(h, 0), "plc_start");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    harness_close(h);
}

static void block_is_deleted(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER,
                 "0300002b 02f080 320100000006001a 0000 28 000000000000fd 000a 0100 3041303030313042 05 5f44454c45");
    assert_string_equal(harness_operation(h, 0), "delete_blocks");
    assert_int_equal(h->messages[0].operation_class, OT_PROGRAM);
    assert_field(h, "ot.object", "DB10");
    assert_field(h, "s7comm.data.blockcontrol.block_type", "0A");
    harness_close(h);
}

#define ORDER    "36455337203331352d32454831342d3041423020"
#define BLANKS   "2020202020202020202020202020202020202020"
#define FIRMWARE "0007" BLANKS "00c0 5603 0207"

static void szl_tells_who_it_is(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, "03000021 02f080 3207000000070008 0008 000112 04 11 44 01 00 ff090004 0011 0000");
    assert_string_equal(harness_operation(h, 0), "read_szl");
    assert_field(h, "s7comm.data.userdata.szl_id", "0x0011");
    harness_send(h, TO_CLIENT,
                 "03000061 02f080 320700000007000c 0044 000112 08 12 84 01 01 00 00 0000 ff090040 0011 0000 001c 0002 "
                 "0001" ORDER "00c0 0003 0001" FIRMWARE);
    assert_field(h, "s7comm.szl.xy11.0001.anz", "6ES7 315-2EH14-0AB0 ,                    ");
    assert_field(h, "ot.identity.order_number", "6ES7 315-2EH14-0AB0");
    assert_field(h, "ot.identity.firmware", "V3.2.7");
    harness_close(h);
}

/* The same answer in two fragments: data unit reference 5, first not the last. */
static void fragments_are_joined(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_CLIENT,
                 "03000045 02f080 320700000007000c 0028 000112 08 12 84 01 01 05 01 0000 ff090024 0011 0000 001c 0002 "
                 "0001" ORDER "00c0 0003 0001");
    assert_field(h, "s7comm.data.userdata.szl_id", "");
    harness_send(h, TO_CLIENT,
                 "0300003d 02f080 320700000008000c 0020 000112 08 12 84 01 01 05 00 0000 ff09001c" FIRMWARE);
    assert_field(h, "s7comm.data.userdata.szl_id", "0x0011");
    assert_field(h, "ot.identity.firmware", "V3.2.7");
    /* the end alone says nothing */
    harness_send(h, TO_CLIENT,
                 "0300003d 02f080 320700000009000c 0020 000112 08 12 84 01 01 00 01 0000 ff09001c" FIRMWARE);
    assert_field(h, "ot.identity.firmware", "");
    harness_close(h);
}

/* A user data unit in two DT TPDUs, the first without EOT (ISO 8073 clause 13.7.3). */
static void tpdus_are_joined(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "03000013 02f000 320100000002000e 00000401");
    assert_field(h, "s7comm.header.rosctr", "");
    harness_send(h, TO_SERVER, "03000013 02f080 120a1004 0001 000a 84000020");
    assert_field(h, "ot.object", "DB10.DBW4");
    /* an empty first segment is what some CPUs send to keep the connection alive */
    harness_send(h, TO_SERVER, "03000007 02f000" READ_DBW4);
    assert_field(h, "cotp.type", "0x0f,0x0f");
    assert_field(h, "ot.object", "DB10.DBW4");
    harness_close(h);
}

/* ISO transport over Ethernet: inactive network layer (ISO 8473 clause 8), class 4 data with reference and number. */
static void iso_over_ethernet(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, LINK_LLC(0xfe));
    harness_send(h, TO_SERVER, "fefe03 00 11 e0 0000 0001 40 c1020100 c2020102 c0010a");
    assert_field(h, "cotp.class", "4");
    assert_field(h, "tpkt.length", "");
    harness_send(h, TO_SERVER, "fefe03 00 04 f0 0044 81 320100000002000e 0000 0401 120a1004 0001 000a 84 000020");
    assert_field(h, "cotp.destref", "0x0044");
    assert_field(h, "cotp.tpdu-number", "0x00000001");
    assert_field(h, "ot.object", "DB10.DBW4");
    harness_send(h, TO_CLIENT, "fefe03 00 04 61 0044 02"); /* AK */
    assert_field(h, "cotp.next-tpdu-number", "0x00000002");
    harness_close(h);
}

/* The example of MS-RDPBCGR clause 4.1.1: a cookie in place of parameters. */
static void remote_desktop_is_told(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 3389);
    harness_send(h, TO_SERVER,
                 "0300002c 27 e0 0000 0000 00 436f6f6b69653a206d737473686173683d656c746f6e730d0a 01 00 0800 00000000");
    assert_field(h, "cotp.rdp_cookie", "mstshash=eltons");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void other_protocols_are_left_alone(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "0300000f 02f080 7201000000000000"); /* S7comm-plus */
    assert_field(h, "cotp.type", "0x0f");
    assert_field(h, "s7comm.header.rosctr", "");
    harness_close(h);
    h = harness_open(OVER_TCP, 49152, 1720);
    harness_send(h, TO_SERVER, "0300000d 0802000105 04038890a5"); /* Q.931 in TPKT */
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

static void it_finds_its_way_back(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "deadbeef 0303 03 00" READ_DBW4);
    assert_field(h, "ot.object", "DB10.DBW4");
    harness_send(h, TO_SERVER, "ffffffffffff");
    harness_send(h, TO_SERVER, READ_DBW4);
    assert_field(h, "ot.object", "DB10.DBW4");
    harness_close(h);
}

/* Lengths and counts that lie: nothing is read past the end, and it is said. */
static void lies_are_found(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "0300001f 02f080 320100000002000e 0000 04ff 120a1004 0001 000a 84 000020");
    assert_true(harness_has_anomaly(h, "truncated"));
    assert_field(h, "s7comm.param.item.db", "10");
    harness_send(h, TO_CLIENT, "0300001b 02f080 3203000000020002 0006 0000 0401 ff04ffff 1234");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, "03000011 02f080 32010000000200ff 00ff");
    assert_true(harness_has_anomaly(h, "length_mismatch"));
    harness_send(h, TO_SERVER, "03000015 02f080 3207000000070004 0000 000112ff");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connects),
        cmocka_unit_test(connection_is_refused),
        cmocka_unit_test(answer_knows_what_was_read),
        cmocka_unit_test(write_is_refused),
        cmocka_unit_test(plc_is_stopped_and_started),
        cmocka_unit_test(block_is_deleted),
        cmocka_unit_test(szl_tells_who_it_is),
        cmocka_unit_test(fragments_are_joined),
        cmocka_unit_test(tpdus_are_joined),
        cmocka_unit_test(iso_over_ethernet),
        cmocka_unit_test(remote_desktop_is_told),
        cmocka_unit_test(other_protocols_are_left_alone),
        cmocka_unit_test(it_finds_its_way_back),
        cmocka_unit_test(lies_are_found),
    };
    return cmocka_run_group_tests_name("s7comm", tests, NULL, NULL);
}
