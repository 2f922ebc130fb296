/* SPDX-License-Identifier: Apache-2.0 */
/* ISO transport over TCP through the engine: TPDUs laid out as ISO/IEC 8073 clause 13 and RFC 1006 clause 6 have them.
 */
#include "tests/unit/parser_harness.h"

/* Clause 13.3, 13.4: references, class 0, calling and called TSAP, TPDU size 2^10. */
static void connects(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 102);
    (void)state;
    harness_send(h, TO_SERVER, "03000016 11 e0 0000 0001 00 c1 02 0100 c2 02 0102 c0 01 0a");
    assert_string_equal(harness_text(h, "tpkt.length"), "22");
    assert_string_equal(harness_text(h, "cotp.type"), "0x0e");
    assert_string_equal(harness_text(h, "cotp.src-tsap-bytes"), "0100");
    assert_string_equal(harness_text(h, "cotp.dst-tsap-bytes"), "0102");
    harness_send(h, TO_CLIENT, "03000016 11 d0 0001 0002 00 c0 01 0a c1 02 0100 c2 02 0102");
    assert_string_equal(harness_text(h, "cotp.type"), "0x0d");
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

/* Clause 13.7.3: the user data of several DT TPDUs are one until the end mark; then the next layer reads them. */
static void joins_until_the_end_mark(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 102);
    (void)state;
    harness_send(h, TO_SERVER, "0300000c 02f000 3201000000");
    assert_string_equal(harness_text(h, "cotp.type"), "0x0f");
    harness_send(h, TO_SERVER, "03000014 02f080 0100 0800 00 f0 00 0001 0001 01e0");
    assert_string_equal(harness_text(h, "s7comm.param.func"), "0xf0");
    harness_close(h);
}

/* Noise before a header, a header in two segments, two TPDUs in one. */
static void finds_its_way(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 102);
    (void)state;
    harness_send(h, TO_SERVER, "03000016 11 e0 0000 0001 00 c1 02 0100 c2 02 0102 c0 01 0a");
    harness_send(h, TO_SERVER, "deadbeef 03000007 02f080");
    assert_string_equal(harness_text(h, "tpkt.length"), "7");
    harness_send(h, TO_SERVER, "0300");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "0007 02f080 03000007 02f080");
    assert_string_equal(harness_text(h, "tpkt.length"), "7,7");
    harness_close(h);
}

/* Clause 13.5: a disconnect request with its reason; 13.12: a TPDU error. */
static void ends(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 102);
    (void)state;
    harness_send(h, TO_SERVER, "03000016 11 e0 0000 0001 00 c1 02 0100 c2 02 0102 c0 01 0a");
    harness_send(h, TO_CLIENT, "0300000b 06 80 0001 0002 80");
    assert_string_equal(harness_text(h, "cotp.type"), "0x08");
    harness_send(h, TO_CLIENT, "03000009 04 70 0001 01");
    assert_string_equal(harness_text(h, "cotp.type"), "0x07");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connects),
        cmocka_unit_test(joins_until_the_end_mark),
        cmocka_unit_test(finds_its_way),
        cmocka_unit_test(ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
