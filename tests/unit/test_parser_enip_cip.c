/* SPDX-License-Identifier: Apache-2.0 */
/* EtherNet/IP and CIP through the engine. Encapsulation as in The CIP Networks Library, Volume 2, clause 2-3; messages
 * as in Volume 1, clause 2-4; Logix tag services as in Rockwell 1756-PM020; PCCC as in 1770-6.5.16, chapter 7. */
#include "tests/unit/parser_harness.h"

#include <stdio.h>

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

static unsigned octets(const char *hex)
{
    unsigned digits = 0;
    for (; *hex; hex++) digits += *hex != ' ';
    return digits / 2;
}

/* SendRRData with a null address and an unconnected data item; `context` pairs request and answer. */
static void send_unconnected(struct harness *h, enum direction to, unsigned context, const char *cip)
{
    char hex[4096];
    unsigned n = octets(cip);
    snprintf(
        hex, sizeof hex,
        "6f00 %02x%02x 01000200 00000000 %02x00000000000000 00000000 00000000 0a00 0200 0000 0000 b200 %02x%02x %s",
        (n + 16) & 255, (n + 16) >> 8, context, n & 255, n >> 8, cip);
    harness_send(h, to, hex);
}

static void send_connected(struct harness *h, enum direction to, unsigned connection, unsigned sequence,
                           const char *cip)
{
    char hex[4096];
    unsigned n = octets(cip) + 2;
    snprintf(hex, sizeof hex,
             "7000 %02x%02x 01000200 00000000 0000000000000000 00000000 00000000 0000 0200 a100 0400 %02x000000 b100 "
             "%02x%02x %02x%02x %s",
             (n + 20) & 255, (n + 20) >> 8, connection, n & 255, n >> 8, sequence & 255, sequence >> 8, cip);
    harness_send(h, to, hex);
}

/* Clause 2-4.3: who is there. */
static void list_identity(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_UDP, 49152, 44818);
    harness_send(h, TO_SERVER, "6300 0000 00000000 00000000 0000000000000000 00000000");
    assert_string_equal(harness_operation(h, 0), "list_identity");
    harness_send(h, TO_CLIENT,
                 "6300 3300 00000000 00000000 0000000000000000 00000000 0100 0c00 2d00 0100 0002af12 0a000002"
                 "0000000000000000 0100 0c00 3a00 0403 3000 8e4d5200 0b 313735362d454e42542f41 ff");
    assert_field(h, "enip.lir.vendor", "0x0001");
    assert_field(h, "enip.lir.revision", "1027");
    assert_field(h, "enip.lir.serial", "0x00524d8e");
    assert_field(h, "ot.identity.model", "1756-ENBT/A");
    assert_field(h, "ot.identity.firmware", "4.003");
    assert_field(h, "ot.identity.vendor", "Rockwell Automation/Allen-Bradley");
    assert_field(h, "ot.identity.role", "adapter");
    harness_close(h);
}

/* An answer does not say what it answers: the path comes from the request, its attribute from the table. */
static void answers_know_their_paths(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, "0e 03 20012401 3007");
    assert_field(h, "cip.class", "0x01");
    assert_field(h, "cip.attribute", "7");
    assert_string_equal(harness_operation(h, 0), "identity_get_attribute");
    send_unconnected(h, TO_SERVER, 2, "01 02 20012401");
    send_unconnected(h, TO_CLIENT, 1, "8e 00 00 00 04 41424344");
    assert_field(h, "cip.attribute", "7");
    assert_field(h, "ot.identity.model", "ABCD");
    assert_int_equal(h->messages[0].request_frame, 1);
    send_unconnected(h, TO_CLIENT, 2, "81 00 00 00 0100 0e00 3a00 1404 6030 01020304 03 616263");
    assert_field(h, "cip.attribute", "1,2,3,4,5,6,7");
    assert_field(h, "ot.identity.serial", "04030201");
    assert_field(h, "ot.identity.role", "plc");
    send_unconnected(h, TO_CLIENT, 9, "8e 00 00 00 0000");
    assert_true(harness_has_anomaly(h, "unsolicited_answer"));
    assert_field(h, "cip.class", "");
    harness_close(h);
}

static void refusals(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, "05 02 20012401 01");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_field(h, "cip.reset.type", "1");
    assert_field(h, "ot.object", "@0x01/1");
    send_unconnected(h, TO_CLIENT, 1, "85 00 0f 00");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0x0f);
    assert_int_equal(h->messages[0].operation_class, OT_ERROR);
    assert_string_equal(harness_operation(h, 0), "identity_reset");
    harness_close(h);
}

/* 1756-PM020: DINT array written from element 5 on, REAL read through a bridge in slot 3. */
static void tags(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, "4d 04 9104 54616e6b 2805 c400 0200 07000000 f8ffffff");
    assert_field(h, "cip.symbol", "Tank");
    assert_field(h, "ot.object", "Tank[5],Tank[6]");
    assert_field(h, "ot.value", "7,-8");
    send_unconnected(h, TO_SERVER, 2,
                     "52 02 20062401 0a0e 0a00 4c 03 9104 54616e6b 0100 01 00 0103"); /* Unconnected Send, slot 3 */
    assert_field(h, "cip.service", "0x52,0x4c");
    assert_string_equal(harness_operation(h, 0), "read_tag");
    assert_int_equal(h->messages[0].unit, 3);
    send_unconnected(h, TO_CLIENT, 2, "cc 00 00 00 ca00 0000c03f");
    assert_field(h, "cip.class", "0x06");
    assert_field(h, "cip.symbol", "Tank");
    assert_field(h, "ot.object", "Tank");
    assert_field(h, "ot.value", "1.5");
    assert_int_equal(h->messages[0].unit, 3);
    harness_close(h);
}

/* Clause 3-5.5.4: an error of the router itself against one of the wrapped service that has the same code. */
static void wrapped_errors(void **state)
{
    (void)state;
    const char *request = "52 02 20062401 0a0e 0e00 52 03 9104 54616e6b 0100 00000000 01 00 0103";
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, request);
    send_unconnected(h, TO_CLIENT, 1, "d2 00 01 01 0402");
    assert_field(h, "cip.symbol", "");
    assert_field(h, "cip.cm.ext_status", "0x0204");
    assert_string_equal(harness_operation(h, 0), "unconnected_send");
    send_unconnected(h, TO_SERVER, 2, request);
    send_unconnected(h, TO_CLIENT, 2, "d2 00 05 00");
    assert_field(h, "cip.symbol", "Tank");
    assert_string_equal(harness_operation(h, 0), "read_tag_fragmented");
    harness_close(h);
}

/* Each service of a packet is a message, and each answer finds its own request. */
static void several_services(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_connected(h, TO_SERVER, 0x11, 7,
                   "0a 02 20022401 0300 0800 1000 1800 0e03 20012401 3001 0e03 20012401 3001 4c 02 9102 4142 0100");
    assert_int_equal(h->message_count, 4);
    assert_field(h, "cip.seq", "7");
    assert_field(h, "cip.class", "0x02,0x01,0x01");
    assert_string_equal(harness_operation(h, 3), "read_tag");
    send_connected(h, TO_CLIENT, 0x22, 7, "8a 00 00 00 0300 0800 0e00 1200 8e000000 0100 8e000500 cc000000 c200 ff");
    assert_int_equal(h->message_count, 4);
    assert_field(h, "cip.genstat", "0x00,0x00,0x05,0x00");
    assert_field(h, "cip.symbol", "AB");
    assert_field(h, "ot.value", "-1");
    assert_int_equal(h->messages[2].status, STATUS_REFUSED);
    send_connected(h, TO_SERVER, 0x11, 8, "0a 02 20022401 0200 0600 ff00 0e03 20012401 3001");
    assert_true(harness_has_anomaly(h, "offsets_invalid"));
    harness_close(h);
}

static const char open_request[] =
    "54 02 20062401 0a0e 00000000 02000000 3412 4d00 78563412 03000000 80841e00 f643 80841e00 f643 a3 03 0100 20022401";
static const char open_answer[] = "d4 00 00 00 11000000 22000000 3412 4d00 78563412 80841e00 80841e00 00 00";

/* Clause 3-5.5.2: the connection opened is known by its numbers from then on. */
static void connections(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, open_request);
    assert_string_equal(harness_operation(h, 0), "forward_open");
    assert_field(h, "cip.cm.orig_serial_num", "0x12345678");
    assert_field(h, "cip.class", "0x06,0x02");
    send_unconnected(h, TO_CLIENT, 1, open_answer);
    assert_field(h, "cip.cm.ot_connid", "0x00000011");
    assert_field(h, "cip.class", "0x06,0x02");
    send_connected(h, TO_SERVER, 0x11, 1, "0e 03 20042405 3003");
    assert_field(h, "cip.class", "0x02,0x04");
    send_connected(h, TO_CLIENT, 0x22, 1, "8e 00 00 00 0102");
    assert_field(h, "cip.class", "0x02,0x04");
    send_unconnected(h, TO_SERVER, 2, "4e 02 20062401 0a0e 3412 4d00 78563412 03 00 0100 20022401");
    assert_string_equal(harness_operation(h, 0), "forward_close");
    assert_field(h, "cip.class", "0x06,0x02,0x02");
    harness_close(h);
}

/* Chapter 7, "protected typed logical read with three address fields", and the mode change that stops a processor. */
static void pccc(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, "4b 02 20672401 07 4d00 01020304 0f 00 0100 a2 04 07 89 05 00");
    assert_string_equal(harness_operation(h, 0), "pccc_logical_read_3");
    assert_field(h, "cip.pccc.cmd.code", "0x0f");
    send_unconnected(h, TO_CLIENT, 1, "cb 00 00 00 07 4d00 01020304 4f 00 0100 3412 ffff");
    assert_field(h, "cip.pccc.resp.code", "0x4f");
    assert_field(h, "ot.object", "N7:5,N7:6");
    assert_field(h, "ot.value", "4660,-1");
    send_unconnected(h, TO_SERVER, 2, "4b 02 20672401 07 4d00 01020304 0f 00 0200 80 01");
    assert_string_equal(harness_operation(h, 0), "pccc_change_mode");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    send_unconnected(h, TO_CLIENT, 2, "cb 00 00 00 07 4d00 01020304 4f f0 0200 0b");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_field(h, "cip.pccc.es.status", "0x0b");
    send_unconnected(h, TO_SERVER, 3, "4b 02 20672401 07 4d00 01020304 06 00 0300 03");
    send_unconnected(h, TO_CLIENT, 3, "cb 00 00 00 07 4d00 01020304 46 00 0300 00ee4a9f23 313736362d4c4543202020 0000");
    assert_field(h, "ot.identity.order_number", "1766-LEC");
    harness_close(h);
}

static void bad_input(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, "0e 09 20012401");
    assert_true(harness_has_anomaly(h, "path_overrun"));
    send_unconnected(h, TO_SERVER, 2, "0e 01 e001");
    assert_true(harness_has_anomaly(h, "path_invalid"));
    send_unconnected(h, TO_SERVER, 3, "03 02 20012401 0500 0100");
    assert_true(harness_has_anomaly(h, "list_invalid"));
    send_unconnected(h, TO_CLIENT, 4, "8e 00");
    assert_true(harness_has_anomaly(h, "truncated"));
    /* noise, then a PDU again, in one segment */
    harness_send(h, TO_SERVER, "ffff ffff ffff 6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000");
    assert_string_equal(harness_operation(h, 0), "register_session");
    harness_close(h);
}

/* Services within services: bounded, and told. */
static void nesting_is_bounded(void **state)
{
    (void)state;
    char cip[512] = "0e 03 20012401 3001", outer[600];
    for (unsigned i = 0; i < 7; i++) {
        snprintf(outer, sizeof outer, "0a 02 20022401 0100 0400 %s", cip);
        memcpy(cip, outer, sizeof cip - 1);
    }
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(h, TO_SERVER, 1, cip);
    assert_true(harness_has_anomaly(h, "too_deep"));
    assert_true(h->message_count < 7);
    harness_close(h);
}

/* Volume 2, clause 3-3: without the Forward Open only the connection's number is known. */
static void implicit_io(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_UDP, 2222, 2222);
    harness_send(h, TO_SERVER, "0200 0280 0800 11000000 05000000 b100 0a00 0700 01000000 aabbccdd");
    assert_string_equal(harness_operation(h, 0), "io_data");
    assert_field(h, "enip.cpf.sai.connid", "0x00000011");
    assert_field(h, "cip.seq", "");
    harness_close(h);
}

/* A flow of datagrams between the same two, beside the one the harness opened. */
static struct flow *io_flow(struct harness *h)
{
    struct packet *p = h->worker->packet;
    struct flow_key key;
    unsigned side;
    p->kind = PACKET_UDP;
    p->meta.src = (struct address){4, {10, 0, 0, 1}};
    p->meta.dst = (struct address){4, {10, 0, 0, 2}};
    p->meta.src_port = p->meta.dst_port = 2222;
    p->meta.ip_proto = 17;
    assert_true(flow_key_of(&key, p, &side));
    return flow_get(&h->worker->flows, &key, flow_hash(&key), side, NULL, p, NULL, NULL);
}

/* What the Forward Open over TCP agreed holds for the datagrams: class 1 counts, the originator says run or idle. */
static void io_knows_its_forward_open(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 44818);
    send_unconnected(
        h, TO_SERVER, 1,
        "54 02 20062401 0a0e 00000000 02000000 3412 4d00 78563412 03000000 80841e00 f643 80841e00 f643 01 04 "
        "2004 2405 2c64 2c65");
    send_unconnected(h, TO_CLIENT, 1, open_answer);
    struct flow *tcp = h->flow;
    h->flow = io_flow(h);
    harness_send(h, TO_SERVER, "0200 0280 0800 11000000 05000000 b100 0a00 0700 01000000 aabbccdd");
    assert_field(h, "cip.seq", "7");
    assert_field(h, "cip.connpoint", "0x64,0x65");
    assert_field(h, "cip.32bitheader.run_idle", "0x00000001");
    harness_send(h, TO_CLIENT, "0200 0280 0800 22000000 05000000 b100 0600 0800 aabbccdd");
    assert_field(h, "cip.seq", "8");
    assert_field(h, "cip.32bitheader.run_idle", "");
    harness_send(h, TO_CLIENT, "0200 0280 0800 11000000 05000000 b100 0600 0800 aabbccdd"); /* not its producer */
    assert_field(h, "cip.seq", "");
    session_end(h->worker, h->flow);
    h->flow = tcp;
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_identity),  cmocka_unit_test(answers_know_their_paths),
        cmocka_unit_test(refusals),       cmocka_unit_test(tags),
        cmocka_unit_test(wrapped_errors), cmocka_unit_test(several_services),
        cmocka_unit_test(connections),    cmocka_unit_test(pccc),
        cmocka_unit_test(bad_input),      cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(implicit_io),    cmocka_unit_test(io_knows_its_forward_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
