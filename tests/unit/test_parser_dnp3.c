/* SPDX-License-Identifier: Apache-2.0 */
/* The DNP3 parser against IEEE Std 1815-2012: framing, transport, objects, pairing, and what is out of order. */
#include "tests/unit/parser_harness.h"

#include "parsers/dnp3/dnp3.h"

enum { FROM_MASTER = 0xc4, FROM_OUTSTATION = 0x44 };

static size_t hex_of(const char *hex, uint8_t *out)
{
    size_t n = 0;
    unsigned v;
    for (; *hex; hex += *hex == ' ' ? 1 : 2)
        if (*hex != ' ' && sscanf(hex, "%2x", &v) == 1) out[n++] = (uint8_t)v;
    return n;
}

/* A link frame around user data (clause 9.2), master 1 and outstation 10. */
static size_t frame_of(uint8_t *out, uint8_t control, const uint8_t *user, size_t n)
{
    bool master = control & 0x80;
    uint8_t head[8] = {0x05, 0x64, (uint8_t)(n + 5), control, master ? 10 : 1, 0, master ? 1 : 10, 0};
    size_t at = 0;
    memcpy(out, head, 8);
    uint16_t crc = dnp3_crc(out, 8);
    out[8] = (uint8_t)crc;
    out[9] = (uint8_t)(crc >> 8);
    at = 10;
    for (size_t i = 0; i < n; i += 16) {
        size_t block = n - i < 16 ? n - i : 16;
        memcpy(out + at, user + i, block);
        crc = dnp3_crc(user + i, block);
        at += block;
        out[at++] = (uint8_t)crc;
        out[at++] = (uint8_t)(crc >> 8);
    }
    return at;
}

/* Transport header and application octets in hex. */
static void send_user(struct harness *h, uint8_t control, const char *hex)
{
    uint8_t user[512], wire[1024];
    size_t n = frame_of(wire, control, user, hex_of(hex, user));
    harness_send_bytes(h, control & 0x80 ? TO_SERVER : TO_CLIENT, wire, n);
}

static void ask(struct harness *h, const char *hex) { send_user(h, FROM_MASTER, hex); }
static void answer(struct harness *h, const char *hex) { send_user(h, FROM_OUTSTATION, hex); }
static struct harness *open(void) { return harness_open(OVER_TCP, 49152, 20000); }

static void crc_has_the_published_check_value(void **unused)
{
    (void)unused;
    assert_int_equal(dnp3_crc((const uint8_t *)"123456789", 9), 0xea82); /* CRC-16/DNP of the CRC catalogue */
}

static void reset_link_of_the_standard(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "05 64 05 c0 01 00 00 04 e9 21"); /* annex E: master 1024 resets outstation 1 */
    assert_string_equal(harness_operation(h, 0), "reset_link_states");
    assert_string_equal(harness_text(h, "dnp3.src"), "1024");
    assert_string_equal(harness_text(h, "dnp3.dst"), "1");
    assert_string_equal(harness_text(h, "dnp3.ctl.prifunc"), "0");
    assert_string_equal(harness_text(h, "dnp3.ctl.secfunc"), "");
    assert_int_equal(h->messages[0].unit, 1);
    harness_close(h);
}

static void class_poll_is_paired(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c3 01 3c 02 06 3c 03 06 3c 04 06 3c 01 06");
    assert_string_equal(harness_operation(h, 0), "read");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    assert_string_equal(harness_text(h, "dnp3.al.obj"), "0x3c02,0x3c03,0x3c04,0x3c01");
    assert_string_equal(harness_text(h, "dnp3.al.objq.range"), "6,6,6,6");
    answer(h, "c0 c3 81 90 00 1e 02 00 02 03 01 ff ff 81 05 00 01 02 00 07 08 f0 01");
    assert_int_equal(h->messages[0].role, ROLE_RESPONSE);
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].operation_class, OT_READ);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "dnp3.al.iin"), "0x9000");
    assert_string_equal(harness_text(h, "dnp3.al.iin.rst"), "1");
    assert_string_equal(harness_text(h, "dnp3.al.iin.dt"), "0");
    assert_string_equal(harness_text(h, "dnp3.al.point_index"), "2,3,7,8");
    assert_string_equal(harness_text(h, "dnp3.al.ana.int"), "-1,5");
    assert_string_equal(harness_text(h, "dnp3.al.aiq.b0"), "1,1");
    assert_string_equal(harness_text(h, "dnp3.al.aiq.b6"), "0,0");
    assert_string_equal(harness_text(h, "dnp3.al.biq.b7"), "1,0");
    assert_string_equal(harness_text(h, "ot.object"), "AI 2,AI 3,BI 7,BI 8");
    assert_string_equal(harness_text(h, "ot.value"), "-1,5,1,0");
    assert_false(harness_has_anomaly(h, "trailing"));
    harness_close(h);
}

static void select_and_operate_a_breaker(void **unused)
{
    (void)unused;
    struct harness *h = open();
    const char *crob = "0c 01 17 01 05 41 01 fa 00 00 00 00 00 00 00 00"; /* close, pulse on, once, 250 ms */
    char hex[128];
    snprintf(hex, sizeof hex, "c0 c4 03 %s", crob);
    ask(h, hex);
    assert_string_equal(harness_operation(h, 0), "select");
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_string_equal(harness_text(h, "dnp3.al.index"), "5");
    assert_string_equal(harness_text(h, "dnp3.al.point_index"), "");
    assert_string_equal(harness_text(h, "dnp3.ctl.op"), "1");
    assert_string_equal(harness_text(h, "dnp3.ctl.trip"), "1");
    assert_string_equal(harness_text(h, "dnp3.al.on_time"), "250");
    assert_string_equal(harness_text(h, "ot.object"), "BO 5");
    assert_string_equal(harness_text(h, "ot.value"), "PULSE_ON CLOSE x1, 250 ms / 0 ms");
    snprintf(hex, sizeof hex, "c1 c5 04 %s", crob);
    ask(h, hex);
    assert_string_equal(harness_operation(h, 0), "operate");
    assert_false(harness_has_anomaly(h, "operate_without_select"));
    /* The outstation's switch is in local: status 7 of table A-2. */
    answer(h, "c0 c5 81 20 00 0c 01 17 01 05 41 01 fa 00 00 00 00 00 00 00 07");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 7);
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_int_equal(h->messages[0].request_frame, 2);
    assert_string_equal(harness_text(h, "dnp3.al.ctrlstatus"), "7");
    assert_string_equal(harness_text(h, "dnp3.al.iin.dol"), "1");
    harness_close(h);
}

static void operate_alone_is_odd(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c4 03 0c 01 17 01 05 41 01 fa 00 00 00 00 00 00 00 00");
    ask(h, "c1 c5 04 0c 01 17 01 06 41 01 fa 00 00 00 00 00 00 00 00"); /* another point than selected */
    assert_true(harness_has_anomaly(h, "operate_without_select"));
    harness_close(h);
}

static void analog_output_block(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c1 05 29 03 28 01 00 04 00 00 00 c8 42 00"); /* g41v3, 100.0 to analog output 4 */
    assert_string_equal(harness_operation(h, 0), "direct_operate");
    assert_string_equal(harness_text(h, "dnp3.al.anaout.float"), "100");
    assert_string_equal(harness_text(h, "ot.object"), "AO 4");
    assert_string_equal(harness_text(h, "ot.value"), "100");
    harness_close(h);
}

static void refusal_in_words(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c1 0d");
    assert_string_equal(harness_operation(h, 0), "cold_restart");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    answer(h, "c0 c1 81 00 01");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_string_equal(status_find(h->messages[0].parser, h->messages[0].status_code)->en,
                        "Function code not supported");
    harness_close(h);
}

static void unsolicited_and_its_confirm(void **unused)
{
    (void)unused;
    struct harness *h = open();
    answer(h, "c5 f2 82 00 00 02 01 28 01 00 09 00 81");
    assert_string_equal(harness_operation(h, 0), "unsolicited_response");
    assert_int_equal(h->messages[0].role, ROLE_NOTIFY);
    assert_string_equal(harness_text(h, "dnp3.al.uns"), "1");
    assert_string_equal(harness_text(h, "dnp3.al.index"), "9");
    ask(h, "c5 d2 00");
    assert_string_equal(harness_operation(h, 0), "confirm");
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void clock_is_set(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c1 02 32 01 07 01 00 e0 4a 5b 8c 01"); /* 1702338682880 ms */
    assert_int_equal(h->messages[0].operation_class, OT_TIME);
    assert_string_equal(harness_text(h, "dnp3.al.timestamp"), "Dec 11, 2023 23:51:22.880000000 UTC");
    assert_string_equal(harness_text(h, "ot.value"), "2023-12-11 23:51:22.880");
    answer(h, "c0 c1 81 00 00");
    assert_int_equal(h->messages[0].operation_class, OT_TIME);
    harness_close(h);
}

static void packed_points(void **unused)
{
    (void)unused;
    struct harness *h = open();
    answer(h, "c0 c1 81 00 00 01 01 00 03 0e f0 55 03 01 00 00 04 e4 01");
    assert_string_equal(harness_text(h, "dnp3.al.bit"), "0,0,0,0,1,1,1,1,1,0,1,0");
    assert_string_equal(harness_text(h, "dnp3.al.2bit"), "0,1,2,3,1");
    assert_string_equal(harness_text(h, "dnp3.al.point_index"), "3,4,5,6,7,8,9,10,11,12,13,14,0,1,2,3,4");
    harness_close(h);
}

static void counters_events_and_times(void **unused)
{
    (void)unused;
    struct harness *h = open();
    /* g22v5 with time, g2v3 with relative time, g43v1 of which tshark 4.0 loses the place, g30v6 double. */
    answer(h, "c0 c1 81 00 00 16 05 17 01 02 01 ff ff ff ff e8 03 00 00 00 00 02 03 17 01 08 81 10 27"
              " 2b 01 17 01 04 00 78 56 34 12 1e 06 00 00 00 01 00 00 00 00 00 00 f8 3f");
    assert_string_equal(harness_text(h, "dnp3.al.cnt"), "4294967295");
    assert_string_equal(harness_text(h, "dnp3.al.timestamp"), "Jan  1, 1970 00:00:01.000000000 UTC");
    assert_string_equal(harness_text(h, "dnp3.al.reltimestamp"), "10");
    assert_string_equal(harness_text(h, "dnp3.al.anaout.int"), "305419896");
    assert_string_equal(harness_text(h, "dnp3.al.ana.double"), "1.5");
    assert_string_equal(harness_text(h, "dnp3.al.obj"), "0x1605,0x0203,0x2b01,0x1e06");
    harness_close(h);
}

static void device_attributes_are_identity(void **unused)
{
    (void)unused;
    struct harness *h = open();
    answer(h,
           "c0 c1 81 00 00 00 fc 00 00 00 01 04 41 43 4d 45 00 fa 00 00 00 01 03 58 2d 31 00 f0 00 00 00 02 02 00 08");
    assert_string_equal(harness_text(h, "ot.identity.vendor"), "ACME");
    assert_string_equal(harness_text(h, "ot.identity.model"), "X-1");
    assert_string_equal(harness_text(h, "dnp3.al.da.uint16"), "2048");
    assert_int_equal(h->messages[0].operation_class, OT_IDENTIFY);
    harness_close(h);
}

static void file_is_deleted(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c1 1b 46 03 5b 01 1f 00 1a 00 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 12 00"
           " 61 2e 74 78 74");
    assert_string_equal(harness_operation(h, 0), "delete_file");
    assert_string_equal(harness_text(h, "dnp3.al.file_name"), "a.txt");
    assert_string_equal(harness_text(h, "dnp3.al.size"), "31");
    assert_string_equal(harness_text(h, "ot.object"), "a.txt");
    assert_string_equal(harness_text(h, "ot.value"), "delete");
    answer(h, "c0 c1 81 00 00 46 04 5b 01 0d 00 00 00 00 00 00 00 00 00 00 00 12 00 01");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_string_equal(status_find(h->messages[0].parser, h->messages[0].status_code)->en, "Permission denied");
    harness_close(h);
}

static void authentication_is_seen(void **unused)
{
    (void)unused;
    struct harness *h = open();
    /* Aggressive mode: request object first, then the control it protects, then the MAC (clause 7.5.1.4). */
    ask(h, "c0 cc 05 78 03 07 01 09 00 00 00 01 00 0c 01 28 01 00 01 00 03 01 64 00 00 00 64 00 00 00 00"
           " 78 09 5b 01 04 00 ba 8d b4 4d");
    assert_string_equal(harness_text(h, "dnp3.sa.sequence"), "9");
    assert_string_equal(harness_text(h, "dnp3.sa.user"), "1");
    assert_string_equal(harness_text(h, "dnp3.ctl.op"), "3");
    assert_string_equal(harness_text(h, "ot.object"), "BO 1");
    assert_false(harness_has_anomaly(h, "trailing"));
    harness_close(h);
}

/* 300 octets of analog values in two segments whose sequence numbers run over from 63 to 0 (clause 8.2.2.3). */
static void segments_are_joined(bool gap)
{
    struct harness *h = open();
    uint8_t fragment[300] = {0xc1, 0x81, 0, 0, 30, 2, 0, 0, 96}, user[256], wire[512];
    size_t n;
    for (size_t i = 9; i < sizeof fragment; i += 3) fragment[i] = 1, fragment[i + 1] = (uint8_t)(i / 3);
    user[0] = 0x40 | 63;
    memcpy(user + 1, fragment, 249);
    n = frame_of(wire, FROM_OUTSTATION, user, 250);
    harness_send_bytes(h, TO_CLIENT, wire, n);
    assert_string_equal(harness_operation(h, 0), "unconfirmed_user_data");
    assert_string_equal(harness_text(h, "dnp3.tr.fir"), "1");
    user[0] = gap ? 0x80 | 5 : 0x80;
    memcpy(user + 1, fragment + 249, 51);
    n = frame_of(wire, FROM_OUTSTATION, user, 52);
    harness_send_bytes(h, TO_CLIENT, wire, n);
    assert_string_equal(harness_operation(h, 0), gap ? "unconfirmed_user_data" : "response");
    assert_string_equal(harness_text(h, "dnp3.al.range.stop"), gap ? "" : "96");
    assert_int_equal(harness_has_anomaly(h, "transport_gap"), gap);
    if (!gap) assert_non_null(strstr(harness_text(h, "dnp3.al.ana.int"), ",97,98,99"));
    harness_close(h);
}

static void segments(void **unused)
{
    (void)unused;
    segments_are_joined(false);
    segments_are_joined(true);
}

static void wrong_checksums(void **unused)
{
    (void)unused;
    struct harness *h = open();
    uint8_t user[] = {0xc0, 0xc1, 0x01, 0x3c, 0x02, 0x06}, wire[64];
    size_t n = frame_of(wire, FROM_MASTER, user, sizeof user);
    harness_send_bytes(h, TO_SERVER, wire, n);
    wire[n - 1] ^= 1;
    harness_send_bytes(h, TO_SERVER, wire, n);
    assert_true(harness_has_anomaly(h, "data_crc"));
    assert_string_equal(harness_text(h, "dnp3.al.func"), "");
    assert_string_equal(harness_text(h, "dnp3.tr.seq"), "0");
    wire[n - 1] ^= 1;
    wire[8] ^= 1;
    harness_send_bytes(h, TO_SERVER, wire, n);
    assert_true(harness_has_anomaly(h, "header_crc"));
    assert_string_equal(harness_text(h, "dnp3.src"), "");
    wire[8] ^= 1;
    harness_send_bytes(h, TO_SERVER, wire, n); /* the connection is not given up */
    assert_string_equal(harness_text(h, "dnp3.al.func"), "1");
    harness_close(h);
}

static void garbage_between_frames(void **unused)
{
    (void)unused;
    struct harness *h = open();
    uint8_t user[] = {0xc0, 0xc1, 0x01, 0x3c, 0x02, 0x06}, wire[128];
    size_t n = frame_of(wire, FROM_MASTER, user, sizeof user);
    memcpy(wire + n, "\x05\x01\x05\x64\x02\x05", 6);
    size_t m = frame_of(wire + n + 6, FROM_MASTER, user, sizeof user);
    harness_send_bytes(h, TO_SERVER, wire, n + 6 + m - 3);
    assert_string_equal(harness_text(h, "dnp3.al.func"), "1");
    harness_send_bytes(h, TO_SERVER, wire + n + 6 + m - 3, 3);
    assert_string_equal(harness_text(h, "dnp3.al.func"), "1");
    harness_close(h);
}

static void hostile_objects(void **unused)
{
    (void)unused;
    struct harness *h = open();
    ask(h, "c0 c0 02 70 00 01 00 00 ff ff 70 00 01 00 00 ff ff"); /* 65,536 strings of no length */
    assert_true(harness_has_anomaly(h, "empty_objects"));
    ask(h, "c0 c0 02 3c 02 09 ff ff ff ff"); /* 4,294,967,295 class objects */
    assert_true(h->message_count == 1);
    ask(h, "c0 c1 04 0c 01 00 05 03 03 01"); /* range from 5 back to 3 */
    assert_true(harness_has_anomaly(h, "range_backwards"));
    ask(h, "c0 c1 05 0c 01 02 00 00 00 00 ff ff ff 7f 03 01 64 00"); /* 2^31 blocks */
    assert_true(harness_has_anomaly(h, "object_cut"));
    ask(h, "c0 c1 05 0c 01 02 00 00 00 00 ff ff ff 6f 03 01 64 00"); /* fewer, still not in four octets */
    assert_true(harness_has_anomaly(h, "object_cut"));
    assert_string_equal(harness_text(h, "dnp3.ctl.op"), "3");
    assert_string_equal(harness_text(h, "dnp3.al.on_time"), "");
    ask(h, "c0 c1 01 63 63 06 ff");
    assert_true(harness_has_anomaly(h, "object_unknown"));
    assert_true(harness_has_anomaly(h, "trailing"));
    harness_close(h);
}

static void every_cut_ends_well(void **unused)
{
    (void)unused;
    static const char all[] =
        "c0 c1 81 00 00 01 01 00 00 09 ff 01 1e 01 17 02 05 01 01 02 03 04 06 01 05 06 07 08 0c 01 "
        "17 01 05 41 01 fa 00 00 00 00 00 00 00 00 00 fc 00 00 00 01 02 41 43 46 05 5b 01 0a 00 "
        "01 00 00 00 02 00 00 80 41 42 78 01 5b 01 08 00 01 00 00 00 01 00 04 01 6e 03 00 00 00 "
        "61 62 63 32 04 07 01 01 02 03 04 05 06 07 08 09 0a 0b";
    struct harness *h = open();
    char hex[sizeof all];
    for (size_t n = 0; n < sizeof all; n += 3) {
        memcpy(hex, all, n);
        hex[n] = 0;
        answer(h, hex);
        assert_int_equal(h->message_count, 1);
    }
    assert_string_equal(harness_text(h, "dnp3.al.obj"), "0x0101,0x1e01,0x0c01,0x00fc,0x4605,0x7801,0x6e00,0x3204");
    harness_close(h);
}

static void over_udp(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 20000);
    uint8_t user[] = {0xc0, 0xc1, 0x01, 0x3c, 0x02, 0x06}, wire[128];
    size_t n = frame_of(wire, FROM_MASTER, user, sizeof user);
    memcpy(wire + n, wire, n);
    harness_send_bytes(h, TO_SERVER, wire, 2 * n); /* two frames in a datagram */
    assert_string_equal(harness_text(h, "dnp3.al.func"), "1,1");
    harness_close(h);
}

static void on_any_port_by_content(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 31000);
    ask(h, "c0 c1 01 3c 02 06");
    assert_string_equal(harness_text(h, "dnp3.al.func"), "1");
    harness_close(h);
    h = harness_open(OVER_TCP, 49152, 31000);
    harness_send(h, TO_SERVER, "05 64 05 c0 01 00 00 04 e9 22"); /* a wrong CRC proves nothing */
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

static void broadcast(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "05 64 05 c0 01 00 00 04 e9 21");
    uint8_t wire[] = {0x05, 0x64, 0x08, 0xc4, 0xff, 0xff, 0x01, 0x00, 0, 0, 0xc0, 0xc0, 0x15, 0, 0};
    uint16_t crc = dnp3_crc(wire, 8);
    wire[8] = (uint8_t)crc, wire[9] = (uint8_t)(crc >> 8);
    crc = dnp3_crc(wire + 10, 3);
    wire[13] = (uint8_t)crc, wire[14] = (uint8_t)(crc >> 8);
    harness_send_bytes(h, TO_SERVER, wire, sizeof wire);
    assert_string_equal(harness_operation(h, 0), "disable_unsolicited");
    assert_true(harness_has_anomaly(h, "broadcast"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_has_the_published_check_value),
        cmocka_unit_test(reset_link_of_the_standard),
        cmocka_unit_test(class_poll_is_paired),
        cmocka_unit_test(select_and_operate_a_breaker),
        cmocka_unit_test(operate_alone_is_odd),
        cmocka_unit_test(analog_output_block),
        cmocka_unit_test(refusal_in_words),
        cmocka_unit_test(unsolicited_and_its_confirm),
        cmocka_unit_test(clock_is_set),
        cmocka_unit_test(packed_points),
        cmocka_unit_test(counters_events_and_times),
        cmocka_unit_test(device_attributes_are_identity),
        cmocka_unit_test(file_is_deleted),
        cmocka_unit_test(authentication_is_seen),
        cmocka_unit_test(segments),
        cmocka_unit_test(wrong_checksums),
        cmocka_unit_test(garbage_between_frames),
        cmocka_unit_test(hostile_objects),
        cmocka_unit_test(every_cut_ends_well),
        cmocka_unit_test(over_udp),
        cmocka_unit_test(on_any_port_by_content),
        cmocka_unit_test(broadcast),
    };
    return cmocka_run_group_tests_name("dnp3", tests, NULL, NULL);
}
