/* SPDX-License-Identifier: Apache-2.0 */
/* EtherCAT, POWERLINK, FF HSE, LLDP and CDP through the engine; frames laid out as in their specifications. */
#include "tests/unit/parser_harness.h"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

/* ETG.1000.4 clause 5.3: FPWR of 8 (OP) to AL control, then a logical exchange. */
static void ethercat_datagrams(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88a4);
    harness_send(h, TO_SERVER, "1e10 05 01 e903 2001 0280 0000 0800 0100 0c 02 00000100 0400 0000 aabbccdd 0300");
    assert_int_equal(h->message_count, 2);
    assert_string_equal(harness_operation(h, 0), "state_change");
    assert_string_equal(harness_operation(h, 1), "logical_read_write");
    assert_field(h, "ecat.cmd", "0x05,0x0c");
    assert_field(h, "ecat.adp", "0x03e9");
    assert_field(h, "ecat.lad", "0x00010000");
    assert_field(h, "ecat.cnt", "1,3");
    harness_send(h, TO_SERVER, "0c10 05 01 e903 2001 ff07 0000 0800");
    assert_true(harness_has_anomaly(h, "datagram_cut"));
    harness_send(h, TO_SERVER, "0070 0000");
    assert_true(harness_has_anomaly(h, "unknown_type"));
    harness_close(h);
}

/* ETG.1000.6 clause 5.6.2: expedited download of 0x6040:00 = 15, and its refusal. */
static void ethercat_objects(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88a4);
    harness_send(h, TO_SERVER, "1c10 05 01 e903 0010 1000 0000 0a00 0000 00 13 0020 2b 4060 00 0f000000 0100");
    assert_string_equal(harness_operation(h, 0), "sdo_download");
    assert_field(h, "ot.object", "0x6040:00");
    assert_field(h, "ot.value", "15");
    harness_send(h, TO_CLIENT, "1c10 04 01 e903 8010 1000 0000 0a00 0000 00 13 0030 80 4060 00 22000008 0100");
    assert_string_equal(harness_operation(h, 0), "sdo_abort");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_field(h, "ecat_mailbox.coe.abortcode", "0x08000022");
    harness_close(h);
}

/* EPSG DS 301 clause 4.6.1.1: message type, destination, source; NMT command "stop node" to node 1. */
static void powerlink(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88ab);
    harness_send(h, TO_SERVER, "06 01 f0 04 22 00 0000");
    assert_string_equal(harness_operation(h, 0), "stop_node");
    assert_field(h, "epl.mtyp", "6");
    assert_field(h, "epl.dest", "1");
    assert_field(h, "epl.src", "240");
    harness_send(h, TO_SERVER, "06 01 f0 05 00000000 00 01 00 01 0800 0000 6010 01 00 2a000000");
    assert_string_equal(harness_operation(h, 0), "sdo_write");
    assert_field(h, "ot.object", "0x1060:01");
    assert_field(h, "ot.value", "42");
    harness_send(h, TO_SERVER, "02 01 f0 00");
    assert_true(harness_has_anomaly(h, "unknown_type"));
    harness_close(h);
}

/* FF-588: header of 12 octets; write of object 500; two messages in one segment, after garbage. */
static void fieldbus(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 50000, 1090);
    harness_send(h, TO_SERVER, "01 00 0c 83 00010002 00000011 000001f4 01");
    assert_string_equal(harness_operation(h, 0), "write");
    assert_field(h, "ot.object", "500");
    assert_field(h, "ff.hdr.fda_addr", "0x00010002");
    harness_send(h, TO_SERVER, "ffffff 01 00 04 83 00000000 0000000c 01 00 04 83 00000000 0000000c");
    assert_int_equal(h->message_count, 2);
    assert_string_equal(harness_operation(h, 1), "idle");
    harness_send(h, TO_CLIENT, "01 00 0e 83 00010002 00000010 00000000");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_close(h);
}

/* IEEE 802.1AB clause 8.5: chassis, port, time, name, management address; then a TLV that is too long. */
static void neighbours(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88cc);
    harness_send(h, TO_SERVER,
                 "0207 04 001b1b3434cb 0402 0731 0602 0014 0a03 737731 100c 05 01 0a000001 02 00000001 00 0000");
    assert_string_equal(harness_operation(h, 0), "advertise");
    assert_field(h, "lldp.chassis.id.mac", "00:1b:1b:34:34:cb");
    assert_field(h, "lldp.tlv.system.name", "sw1");
    assert_field(h, "lldp.mgn.addr.ip4", "10.0.0.1");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_send(h, TO_SERVER, "0207 04 001b1b3434cb 0402 0731 0602 0000 0bff 41");
    assert_string_equal(harness_operation(h, 0), "shutdown");
    assert_true(harness_has_anomaly(h, "cut"));
    harness_close(h);
    h = harness_open(OVER_LINK, 0, LINK_SNAP_CISCO(0x2000));
    harness_send(h, TO_SERVER, "02 b4 0000 0001 0007 737731 0006 0008 32393630 0005 0007 410a42 0004 0008 00000008");
    assert_field(h, "cdp.deviceid", "sw1");
    assert_field(h, "cdp.platform", "2960");
    assert_field(h, "cdp.software_version", "A,B");
    harness_send(h, TO_SERVER, "02 b4 0000 0001 0003");
    assert_true(harness_has_anomaly(h, "bad_length"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ethercat_datagrams), cmocka_unit_test(ethercat_objects), cmocka_unit_test(powerlink),
        cmocka_unit_test(fieldbus),           cmocka_unit_test(neighbours),
    };
    return cmocka_run_group_tests_name("plant floor", tests, NULL, NULL);
}
