/* SPDX-License-Identifier: Apache-2.0 */
/* The parsers of SNMP, TLS, Telnet, FTP and SMB: one exchange each, and what must not be taken for them. */
#include "tests/unit/parser_harness.h"

static void snmp(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 161);
    harness_send(h, TO_SERVER,
                 "30 26 020101 04 06 7075626c6963 a0 19 020101 020100 020100 30 0e 30 0c 06 08 2b06010201010100 0500");
    assert_string_equal(harness_text(h, "snmp.community"), "public");
    assert_string_equal(harness_text(h, "snmp.name"), "1.3.6.1.2.1.1.1.0");
    harness_send(h, TO_CLIENT,
                 "30 29 020101 04 06 7075626c6963 a2 1c 020101 020100 020100 30 11 30 0f 06 08 2b06010201010100 "
                 "0403 504c43");
    assert_string_equal(harness_text(h, "ot.identity.model"), "PLC");
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_SERVER, "30 26 020101 04 06 7075"); /* cut */
    assert_true(harness_has_anomaly(h, "cut"));
    harness_close(h);
}

#define HELLO                                                                                                          \
    "01 00003a 0303 0001020304050607 08090a0b0c0d0e0f 1011121314151617 18191a1b1c1d1e1f 00 0002 1301 01 00 "           \
    "000f 0000 000b 0009 00 0006 706c632e636e"
static void tls(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 9443);
    harness_send(h, TO_SERVER, "16 0301 003e" HELLO);
    assert_string_equal(harness_operation(h, 0), "client_hello");
    assert_string_equal(harness_text(h, "tls.handshake.extensions_server_name"), "plc.cn");
    harness_send(h, TO_SERVER, "17 0303 0003 010203 15 0303 0002 0228"); /* data, then an alert */
    assert_string_equal(harness_text(h, "tls.alert_message.desc"), "40");
    harness_close(h);
}

static void ntp(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 123);
    harness_send(h, TO_SERVER,
                 "23 00 06 fa 00000000 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 "
                 "c50204ec ec42ee92");
    assert_string_equal(harness_operation(h, 0), "client");
    assert_string_equal(harness_text(h, "ntp.xmt"), "Sep 27, 2004 03:18:04.922896299 UTC");
    harness_send(h, TO_CLIENT,
                 "e4 10 06 fa 00000000 00000000 494e4954 0000000000000000 c50204ec ec42ee92 "
                 "c50204ec ec42ee92 00000001 00000000");
    assert_string_equal(harness_text(h, "ntp.flags.li"), "3");
    assert_string_equal(harness_text(h, "ntp.refid"), "494e4954");
    assert_string_equal(harness_text(h, "ntp.xmt"), "Feb  7, 2036 06:28:17.000000000 UTC"); /* the next era */
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_CLIENT, "24 01 06 fa 00");
    assert_true(harness_has_anomaly(h, "cut"));
    harness_close(h);
    h = harness_open(OVER_UDP, 49152, 4123); /* elsewhere only what nothing else looks like */
    harness_send(h, TO_SERVER,
                 "23 00 06 fa 00000000 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 "
                 "150204ec ec42ee92");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER,
                 "23 00 06 fa 00000000 00000000 00000000 0000000000000000 0000000000000000 0000000000000000 "
                 "c50204ec ec42ee92");
    assert_int_equal(h->message_count, 1);
    harness_close(h);
}

static void telnet(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 23);
    harness_send(h, TO_CLIENT, "fffb01 fffd18 6c6f67 0d0a 696e 0d00 3a fffa1801fff0 41");
    assert_string_equal(harness_text(h, "telnet.data"), "log\\r\\n,in\\r,:,A");
    harness_close(h);
    h = harness_open(OVER_TCP, 49152, 4000);
    harness_send(h, TO_SERVER, "fffb01 0000000000");
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

static void ftp(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 21);
    harness_send(h, TO_CLIENT, "323230 20 4654500d0a");   /* 220 FTP */
    harness_send(h, TO_SERVER, "53544f52 20 612e620d0a"); /* STOR a.b */
    assert_string_equal(harness_operation(h, 0), "stor");
    assert_int_equal(h->messages[0].operation_class, OT_FILE);
    assert_string_equal(harness_text(h, "ftp.request.arg"), "a.b");
    harness_send(h, TO_CLIENT, "353530 20 6e6f0d0a"); /* 550 no */
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_string_equal(harness_operation(h, 0), "stor");
    harness_close(h);
}

#define SMB2_HEADER(command, next)                                                                                     \
    "fe534d42 4000 0000 00000000" command "0000 00000000" next "0100000000000000 0000000000000000 0000000000000000 "   \
    "00000000000000000000000000000000"
static void smb(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 445);
    harness_send(h, TO_SERVER,
                 "00000027 ff534d42 73 00000000 00 0040 0000 0000000000000000 0000 0000 0000 0000 0100 "
                 "03 ff 00 0000 0000");
    assert_string_equal(harness_text(h, "smb.cmd"), "0x73,0xff");
    harness_send(h, TO_SERVER, "00000080" SMB2_HEADER("0500", "40000000") SMB2_HEADER("0600", "00000000"));
    assert_string_equal(harness_text(h, "smb2.cmd"), "5,6");
    assert_int_equal(h->message_count, 2);
    harness_send(h, TO_SERVER, "00000040" SMB2_HEADER("0500", "10000000")); /* chain leads into the header */
    assert_true(harness_has_anomaly(h, "chain"));
    harness_close(h);
}

/* A message too long to be kept is told by its head, with its last byte. */
static void smb_long(void **unused)
{
    (void)unused;
    static uint8_t rest[0x20000 - 64];
    struct harness *h = harness_open(OVER_TCP, 49152, 445);
    harness_send(h, TO_SERVER, "00020000" SMB2_HEADER("0900", "00000000"));
    assert_int_equal(h->message_count, 0);
    harness_send_bytes(h, TO_SERVER, rest, sizeof rest - 1);
    assert_int_equal(h->message_count, 0);
    harness_send_bytes(h, TO_SERVER, rest, 1);
    assert_string_equal(harness_text(h, "smb2.cmd"), "9");
    harness_send(h, TO_SERVER, "00000040" SMB2_HEADER("0600", "00000000"));
    assert_string_equal(harness_text(h, "smb2.cmd"), "6");
    harness_close(h);
}

/* RFC 959 clause 4.1.2 on another port: the word of a data port is proof, a word like it is not. */
static void ftp_in_the_middle(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 2121);
    harness_send(h, TO_SERVER, "504f5254414c0d0a"); /* PORTAL */
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "504f525420312c322c332c342c352c360d0a");
    assert_string_equal(harness_operation(h, 0), "port");
    harness_close(h);
}

/* RFC 854: IAC IAC is the data octet 255. */
static void telnet_doubled(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 23);
    harness_send(h, TO_SERVER, "61 ffff 62 fffb01 63");
    assert_string_equal(harness_text(h, "telnet.data"), "a\xef\xbf\xbd\xef\xbf\xbd"
                                                        "b,c");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ftp_in_the_middle),
        cmocka_unit_test(telnet_doubled),
        cmocka_unit_test(snmp),
        cmocka_unit_test(tls),
        cmocka_unit_test(ntp),
        cmocka_unit_test(telnet),
        cmocka_unit_test(ftp),
        cmocka_unit_test(smb),
        cmocka_unit_test(smb_long),
    };
    return cmocka_run_group_tests_name("office", tests, NULL, NULL);
}
