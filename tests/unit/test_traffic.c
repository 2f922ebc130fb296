/* SPDX-License-Identifier: Apache-2.0 */
/* The traffic scripts: bytes of the packets they make, and the one line they say when a script is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "signatures/traffic.h"

enum { ETHERNET = 14, IP_HEADER = 20, TCP_HEADER = 20, UDP_HEADER = 8 };

static struct traffic compiled(const char *text)
{
    struct traffic traffic;
    struct fault fault = {""};
    if (!traffic_compile(text, "script", 1, 0, &traffic, &fault)) fail_msg("%s", fault.text);
    return traffic;
}

static struct bytes frame_of(const struct traffic *traffic, unsigned number, uint64_t *time_ns)
{
    size_t offset = 0;
    struct traffic_packet packet = {0};
    for (unsigned i = 0; i < number; i++) assert_true(traffic_next(traffic, &offset, &packet));
    if (time_ns) *time_ns = packet.time_ns;
    return packet.frame;
}

/* Payload of packet `number` (from 1) equals `expected`. */
static void assert_payload(const struct traffic *traffic, unsigned number, size_t headers, const void *expected,
                           size_t n)
{
    struct bytes frame = frame_of(traffic, number, NULL);
    bytes_skip(&frame, headers);
    struct bytes payload = bytes_take(&frame, n);
    assert_true(bytes_ok(&frame));
    assert_memory_equal(payload.at, expected, n);
    while (!bytes_empty(&frame)) assert_int_equal(bytes_u8(&frame), 0); /* nothing but padding */
}

static uint16_t checksum(const uint8_t *at, size_t n, uint32_t sum)
{
    for (size_t i = 0; i < n; i++) sum += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static void items_become_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *items;
        const char *bytes;
        size_t length;
    } rows[] = {
        {"00 01ff \"a\\r\\n\\x7f\"",
         "\x00\x01\xff"
         "a\r\n\x7f",
         7},
        {"u8(-1) be16(0x102) le16(0x102) be24(1) le32(1)", "\xff\x01\x02\x02\x01\0\0\1\1\0\0\0", 12},
        {"float_be(1.5) double_le(-2)", "\x3f\xc0\0\0\0\0\0\0\0\0\0\xc0", 12},
        {"be16((1 + 2) * 3 << 4 | 1) u8(7 % 4) u8(0x1f & 0x18 ^ 1)", "\0\x91\x03\x19", 4},
        {"fill(3, 0x20) pad(4) { \"ab\" } times(3) { u8(k) }", "   ab\0\0\0\1\2", 10},
        {"length_be16(2) { aa bb } ber { 01 }", "\0\4\xaa\xbb\1\1", 6},
        {"mbap(258, 17) { 03 }", "\1\2\0\0\0\2\x11\3", 8},
        {"tpkt { 02 f0 80 }", "\3\0\0\7\2\xf0\x80", 7},
        {"s7(1, 2) { f0 } { 09 08 }", "\3\0\0\x14\2\xf0\x80\x32\1\0\0\0\2\0\1\0\2\xf0\x09\x08", 20},
        {"iec104(3, 4) { 64 }", "\x68\5\6\0\x08\0\x64", 7},
        /* Modbus over serial line V1.02, 6.2.2: the CRC of 02 07 goes out as 41 12 */
        {"crc16 { 02 07 }", "\x02\x07\x41\x12", 4},
        {"ip(h) mac(h)", "\x0a\1\1\2\0\x1b\x1b\0\0\2", 10},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[512];
        snprintf(text, sizeof text, "host h 10.1.1.2 00:1b:1b:00:00:02\nudp 10.1.1.1:5 > h:6\n> %s\n", rows[i].items);
        struct traffic traffic = compiled(text);
        assert_int_equal(traffic.packets, 1);
        assert_payload(&traffic, 1, ETHERNET + IP_HEADER + UDP_HEADER, rows[i].bytes, rows[i].length);
        traffic_free(&traffic);
    }
}

/* IEEE 1815-2012, annex example of the link header 05 64 05 C0 01 00 0A 00 has the CRC E0 8C. */
static void dnp3_has_its_checksums(void **state)
{
    (void)state;
    struct traffic traffic =
        compiled("udp 10.1.1.1:5 > 10.1.1.2:6\n> dnp3(0xc0, 1, 10) { }\n> dnp3(0xc4, 1, 10) { fill(17) }");
    assert_payload(&traffic, 1, ETHERNET + IP_HEADER + UDP_HEADER, "\x05\x64\x05\xc0\x01\x00\x0a\x00\xe0\x8c", 10);
    struct bytes frame = frame_of(&traffic, 2, NULL);
    assert_int_equal(bytes_left(&frame), ETHERNET + IP_HEADER + UDP_HEADER + 10 + 18 + 3);
    traffic_free(&traffic);
}

static void tcp_counts_and_sums(void **state)
{
    (void)state;
    struct traffic traffic = compiled("tcp 10.1.1.1:5000 > 10.1.1.2:502\n> 01 02 03\n< 04\nlost > 05\n> 06\nclose");
    assert_int_equal(traffic.packets, 9);
    uint32_t client = 0, server = 0;
    for (unsigned i = 1; i <= traffic.packets; i++) {
        struct bytes frame = frame_of(&traffic, i, NULL);
        bytes_skip(&frame, ETHERNET);
        const uint8_t *ip = frame.at;
        size_t total = bytes_peek_be16(&frame, 2), segment = total - IP_HEADER;
        assert_int_equal(checksum(ip, IP_HEADER, 0), 0xffff);
        assert_int_equal(checksum(ip + IP_HEADER, segment, checksum(ip + 12, 8, 6 + (uint32_t)segment)), 0xffff);
        bytes_skip(&frame, IP_HEADER + 4);
        uint32_t sequence = bytes_be32(&frame), acknowledged = bytes_be32(&frame);
        if (i == 1) client = sequence;
        if (i == 2) server = sequence;
        if (i == 4) assert_int_equal(sequence, client + 1);
        if (i == 5) assert_int_equal(acknowledged, client + 4);
        if (i == 6) assert_int_equal(sequence, client + 5); /* one byte was lost before it */
        if (i == 8) assert_int_equal(sequence, server + 2);
    }
    traffic_free(&traffic);
}

static void time_runs(void **state)
{
    (void)state;
    struct traffic traffic =
        compiled("time 2026-03-02T08:00:00+08:00\npace 10ms\nudp 10.1.1.1:5 > 10.1.1.2:6\n> 01\nwait 2s\n"
                 "timeline after 1s\n> 02\n> 03\nend\n> 04\nrepeat 2 as i\nwait (i + 1)m\n> u8(5 + i)\nend");
    static const struct {
        uint8_t payload;
        uint64_t ms;
    } rows[] = {{1, 0}, {4, 2010}, {2, 3010}, {3, 3020}, {5, 62020}, {6, 182030}};
    assert_int_equal(traffic.packets, 6);
    for (unsigned i = 0; i < 6; i++) {
        uint64_t time_ns;
        frame_of(&traffic, i + 1, &time_ns);
        assert_payload(&traffic, i + 1, ETHERNET + IP_HEADER + UDP_HEADER, &rows[i].payload, 1);
        assert_int_equal(time_ns, 1772409600000000000 + rows[i].ms * 1000000);
    }
    traffic_free(&traffic);
}

static void segments_can_be_disturbed(void **state)
{
    (void)state;
    struct traffic traffic =
        compiled("tcp 10.1.1.1:5 > 10.1.1.2:6 midstream\nlate > 01\n> 02\ntwice > 03\nsplit 1 > 04 05\n"
                 "back 1 > 06\nudp 10.1.1.1:5 > 10.1.1.2:6 vlan 7\nfragment 8 > 0102030405060708\n"
                 "ether llc 00:00:00:00:00:01 > 00:00:00:00:00:02 vlan 3.4\ncut 20 > fe fe 03");
    static const uint8_t payloads[] = {2, 1, 3, 3, 4, 5, 6};
    assert_int_equal(traffic.packets, 10);
    for (unsigned i = 0; i < sizeof payloads; i++)
        assert_payload(&traffic, i + 1, ETHERNET + IP_HEADER + TCP_HEADER, payloads + i, 1);
    struct bytes five = frame_of(&traffic, 6, NULL), six = frame_of(&traffic, 7, NULL);
    assert_int_equal(bytes_peek_be16(&five, 40), bytes_peek_be16(&six, 40)); /* back 1: the same sequence number */
    assert_payload(&traffic, 9, ETHERNET + 4 + IP_HEADER, "\1\2\3\4\5\6\7\x08", 8);
    struct bytes fragment = frame_of(&traffic, 9, NULL);
    assert_int_equal(bytes_peek_be16(&fragment, ETHERNET + 4 + 6), 1);
    struct bytes tagged = frame_of(&traffic, 10, NULL);
    assert_int_equal(bytes_left(&tagged), 20);
    bytes_skip(&tagged, 12);
    assert_int_equal(bytes_be64(&tagged), 0x88a8000381000004);
    traffic_free(&traffic);
}

static void wrong_scripts_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *text, *fault;
    } rows[] = {
        {"tcp 10.1.1.5:1 > 10.1.1.6", "f.yaml:10:30: ':' and a port expected after the address"},
        {"> 00", "f.yaml:10:5: open a connection first: tcp, udp or ether"},
        {"udp 1.1.1.1:1 > 2.2.2.2:2\n> 0 1", "f.yaml:11:7: hex digits come in pairs; here are 1"},
        {"udp 1.1.1.1:1 > 2.2.2.2:2\n> mbap(x) { }", "f.yaml:11:12: no variable 'x'; write: set x = NUMBER"},
        {"udp 1.1.1.1:1 > 2.2.2.2:2\n> u8(256)", "f.yaml:11:7: 256 does not fit into u8"},
        {"udp 1.1.1.1:1 > 2.2.2.2:2\n> \"abc", "f.yaml:11:7: this text has no closing '\"'"},
        {"udp 1.1.1.1:1 > 2.2.2.2:2\n> times(50000) { times(50000) { } }", "f.yaml:11:36: more than 8388608 steps"},
        {"define w w { body }\nudp 1.1.1.1:1 > 2.2.2.2:2\n> w", "f.yaml:10:14: wrappers nested deeper than 24"},
        {"repeat 3", "f.yaml:10:13: this block has no 'end'"},
        {"end", "f.yaml:10:5: 'end' without repeat or timeline"},
        {"foo > 00", "f.yaml:10:5: 'foo' begins no line and names no connection"},
        {"wait 5", "f.yaml:10:11: a unit expected: us, ms, s, m or h"},
        {"wait 5s 6", "f.yaml:10:13: the line should end here"},
        {"tcp 1.1.1.1:1 > 2.2.2.2:2\n> tpkt { 00", "f.yaml:11:16: '}' expected"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct traffic traffic;
        struct fault fault = {""};
        assert_false(traffic_compile(rows[i].text, "f.yaml", 10, 4, &traffic, &fault));
        assert_string_equal(fault.text, rows[i].fault);
        assert_null(traffic.pcap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_become_bytes),        cmocka_unit_test(dnp3_has_its_checksums),
        cmocka_unit_test(tcp_counts_and_sums),       cmocka_unit_test(time_runs),
        cmocka_unit_test(segments_can_be_disturbed), cmocka_unit_test(wrong_scripts_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
