/* SPDX-License-Identifier: Apache-2.0 */
/* The OPC UA parser against OPC 10000-6 (UA TCP, secure conversation, binary encoding), and what is out of order. */
#include "tests/unit/parser_harness.h"

/* Channel 7, token 3; request headers with handle 5. */
static const char hello[] = "48454c46 32000000 00000000 ffff0000 ffff0000 00000000 00000000 12000000"
                            "6f70632e7463703a2f2f706c633a34383430";
static const char open_none[] =
    "4f504e46 84000000 07000000 2f000000 687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f536563757269747950"
    "6f6c696379234e6f6e65 ffffffff ffffffff 01000000 01000000 0100be01 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 00000000 00000000 01000000 ffffffff c0270900";
static const char open_secured[] =
    "4f504e46 79000000 07000000 39000000 687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f536563757269747950"
    "6f6c69637923426173696332353653686132 3536 ffffffff ffffffff efbeadde 0100feca"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char encrypted[] = "4d534746 38000000 07000000 03000000 91919191 82828282"
                                "c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7";
static const char write_speed[] =
    "4d534746 5c000000 07000000 03000000 02000000 02000000 0100a102 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 01000000 030200 0a000000 50756d702e5370656564 0d000000 ffffffff 01 0a 0000c03f";
static const char not_writable[] = "4d534746 40000000 07000000 03000000 02000000 02000000 0100a402 0000000000000000"
                                   "05000000 00000000 00 ffffffff 000000 01000000 00003b80 ffffffff";
static const char read_node[] =
    "4d534746 5b000000 07000000 03000000 03000000 03000000 01007702 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 0000000000000000 00000000 01000000 01012a00 0d000000 ffffffff 0000 ffffffff";
static const char read_answer[] = "4d534746 42000000 07000000 03000000 03000000 03000000 01007a02 0000000000000000"
                                  "05000000 00000000 00 ffffffff 000000 01000000 01 06 f9ffffff ffffffff";
static const char first_chunk[] =
    "4d534743 2c000000 07000000 03000000 03000000 03000000 01007a02 0000000000000000 05000000 00000000";
static const char last_chunk[] =
    "4d534746 2e000000 07000000 03000000 04000000 03000000 00 ffffffff 000000 01000000 01 06"
    "f9ffffff ffffffff";
static const char chunk_out_of_order[] = "4d534746 2e000000 07000000 03000000 06000000 03000000 00 ffffffff 000000"
                                         "01000000 01 06 f9ffffff ffffffff";
static const char fault[] = "4d534746 34000000 07000000 03000000 09000000 03000000 01008d01 0000000000000000 05000000"
                            "00002580 00 ffffffff 000000";
static const char activate[] =
    "4d534746 83000000 07000000 03000000 04000000 04000000 0100d301 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 ffffffff ffffffff ffffffff ffffffff 01004401 01 29000000 0b000000 757365722d706f6c696379"
    "08000000 6f70657261746f72 06000000 736563726574 ffffffff ffffffff ffffffff";
static const char endpoints[] =
    "4d534746 e1000000 07000000 03000000 05000000 05000000 0100af01 0000000000000000 05000000 00000000 00 ffffffff"
    "000000 01000000 12000000 6f70632e7463703a2f2f706c633a34383430 07000000 75726e3a706c63 0c000000"
    "75726e3a61636d653a706c63 02 05000000 504c432037 00000000 ffffffff ffffffff ffffffff ffffffff 01000000 2f000000"
    "687474703a2f2f6f7063666f756e646174696f6e2e6f72672f55412f5365637572697479506f6c696379234e6f6e65 01000000 04000000"
    "616e6f6e 00000000 ffffffff ffffffff ffffffff 02000000 7470 00";
static const char call[] =
    "4d534746 4b000000 07000000 03000000 06000000 06000000 0100c802 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 01000000 01020a00 01020b00 01000000 01 01";
static const char nested[] =
    "4d534746 72000000 07000000 03000000 07000000 07000000 0100a102 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 01000000 01020a00 0d000000 ffffffff 01"
    "18181818181818181818181818181818181818181818181818181818181818181818181818181818";
static const char endless_array[] =
    "4d534746 49000000 07000000 03000000 08000000 08000000 01007702 0000 0000000000000000 05000000 00000000 ffffffff"
    "00000000 000000 0000000000000000 00000000 ffffff7f";

static struct harness *open(void) { return harness_open(OVER_TCP, 49152, 4840); }

static void channel_is_opened(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, hello);
    assert_string_equal(harness_operation(h, 0), "hello");
    assert_string_equal(harness_text(h, "opcua.transport.endpoint"), "opc.tcp://plc:4840");
    assert_string_equal(harness_text(h, "opcua.transport.rbs"), "65535");
    harness_send(h, TO_SERVER, open_none);
    assert_string_equal(harness_text(h, "opcua.transport.type"), "OPN");
    assert_string_equal(harness_text(h, "opcua.servicenodeid.numeric"), "446");
    assert_string_equal(harness_text(h, "opcua.MessageSecurityMode"), "1");
    harness_send(h, TO_CLIENT, "45525246 1b000000 00008380 0b000000 6e6f20737563682075726c");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_string_equal(harness_text(h, "opcua.transport.reason"), "no such url");
    assert_string_equal(status_find(h->messages[0].parser, h->messages[0].status_code)->en, "BadTcpEndpointUrlInvalid");
    harness_close(h);
}

static void write_is_told_with_node_and_value(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, write_speed);
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_string_equal(harness_text(h, "ot.object"), "ns=2;s=Pump.Speed");
    assert_string_equal(harness_text(h, "ot.value"), "1.5");
    harness_send(h, TO_CLIENT, not_writable);
    assert_string_equal(harness_operation(h, 0), "write");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0x803b0000);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void answer_knows_what_was_read(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, read_node);
    assert_string_equal(harness_text(h, "ot.object"), "ns=1;i=42");
    harness_send(h, TO_CLIENT, read_answer);
    assert_string_equal(harness_text(h, "ot.object"), "ns=1;i=42");
    assert_string_equal(harness_text(h, "ot.value"), "-7");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    harness_close(h);
}

/* OPC 10000-6 clause 6.7.2: chunks of one request carry following sequence numbers. */
static void chunks_are_joined(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, read_node);
    harness_send(h, TO_CLIENT, first_chunk);
    assert_string_equal(harness_text(h, "opcua.security.rqid"), "3");
    assert_string_equal(harness_text(h, "opcua.servicenodeid.numeric"), "");
    harness_send(h, TO_CLIENT, last_chunk);
    assert_string_equal(harness_text(h, "opcua.servicenodeid.numeric"), "634");
    assert_string_equal(harness_text(h, "ot.value"), "-7");
    harness_send(h, TO_CLIENT, first_chunk);
    harness_send(h, TO_CLIENT, chunk_out_of_order);
    assert_true(harness_has_anomaly(h, "sequence_break"));
    assert_string_equal(harness_text(h, "opcua.servicenodeid.numeric"), "");
    harness_close(h);
}

static void fault_takes_the_operation_of_its_request(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, read_node);
    harness_send(h, TO_CLIENT, fault);
    assert_string_equal(harness_operation(h, 0), "read");
    assert_int_equal(h->messages[0].status_code, 0x80250000);
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_close(h);
}

static void identity_and_login(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, activate);
    assert_string_equal(harness_text(h, "opcua.UserName"), "operator");
    assert_string_equal(harness_text(h, "opcua.PolicyId"), "user-policy");
    assert_string_equal(harness_text(h, "ot.identity.user"), "operator");
    assert_true(harness_has_anomaly(h, "password_in_clear"));
    harness_send(h, TO_CLIENT, endpoints);
    assert_string_equal(harness_text(h, "opcua.EndpointUrl"), "opc.tcp://plc:4840");
    assert_string_equal(harness_text(h, "ot.identity.name"), "PLC 7");
    assert_string_equal(harness_text(h, "ot.identity.model"), "urn:acme:plc");
    harness_send(h, TO_SERVER, call);
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_string_equal(harness_text(h, "ot.object"), "ns=2;i=10.ns=2;i=11");
    harness_close(h);
}

/* Call of a method whose object's name fills what is told of it. */
static void long_names_are_cut(void **unused)
{
    (void)unused;
    static const char before[] =
        "4d534746 a7000000 07000000 03000000 06000000 06000000 0100c802 0000 0000000000000000 05000000"
        "00000000 ffffffff 00000000 000000 01000000 030200 56000000 ";
    static const char after[] = "02ffff0b000000 01000000 01 01";
    char hex[sizeof before + 2 * 86 + sizeof after];
    size_t n = sizeof before - 1;
    memcpy(hex, before, n);
    for (unsigned i = 0; i < 86; i++, n += 2) memcpy(hex + n, "41", 2);
    memcpy(hex + n, after, sizeof after);
    struct harness *h = open();
    harness_send(h, TO_SERVER, hex);
    assert_string_equal(harness_operation(h, 0), "call");
    assert_int_equal(strlen(harness_text(h, "ot.object")), 95);
    harness_close(h);
}

/* Clause 6.7.2.4: behind an asymmetric or encrypting policy the sequence header cannot be read. */
static void ciphertext_is_not_decoded(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, open_secured);
    assert_string_equal(harness_text(h, "opcua.transport.scid"), "7");
    assert_string_equal(harness_text(h, "opcua.security.seq"), "");
    harness_send(h, TO_SERVER, encrypted);
    assert_string_equal(harness_operation(h, 0), "secured_message");
    assert_string_equal(harness_text(h, "opcua.security.seq"), "");
    assert_string_equal(harness_text(h, "opcua.security.tokenid"), "3");
    harness_send(h, TO_SERVER, write_speed); /* signed only: readable */
    assert_string_equal(harness_operation(h, 0), "write");
    harness_close(h);
}

static void bad_input_is_told(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, nested);
    assert_true(harness_has_anomaly(h, "nesting_too_deep"));
    harness_send(h, TO_SERVER, endless_array);
    assert_true(harness_has_anomaly(h, "array_overflow"));
    harness_send(h, TO_SERVER, "00ff00ff4d534700ffff 4d534746 1c000000 07000000 03000000 0a000000 0a000000 01007702");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, read_node);
    assert_string_equal(harness_operation(h, 0), "read");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channel_is_opened),
        cmocka_unit_test(write_is_told_with_node_and_value),
        cmocka_unit_test(answer_knows_what_was_read),
        cmocka_unit_test(chunks_are_joined),
        cmocka_unit_test(fault_takes_the_operation_of_its_request),
        cmocka_unit_test(identity_and_login),
        cmocka_unit_test(long_names_are_cut),
        cmocka_unit_test(ciphertext_is_not_decoded),
        cmocka_unit_test(bad_input_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
