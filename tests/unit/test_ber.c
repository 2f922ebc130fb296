/* SPDX-License-Identifier: Apache-2.0 */
/* The BER reader, with the examples of ITU-T X.690 clause 8 and what must not hang or overrun it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "parsers/ber.h"

#define OVER(literal) bytes_over(literal, sizeof(literal) - 1)

static void elements_are_taken(void **state)
{
    (void)state;
    struct bytes in = OVER("\x1a\x05Jones\x01\x01\xff"); /* clause 8.14.5.4 and 8.2 */
    struct ber e;
    assert_true(ber_next(&in, &e));
    assert_int_equal(e.id, BER_VISIBLE);
    assert_true(bytes_starts(&e.content, "Jones"));
    assert_true(ber_next(&in, &e));
    assert_int_equal(e.id, BER_BOOLEAN);
    assert_int_equal(ber_uint(e.content), 255);
    assert_false(ber_next(&in, &e));
    assert_true(bytes_ok(&in));
}

static void tags_and_lengths_of_all_forms(void **state)
{
    (void)state;
    struct ber e;
    struct bytes high = OVER("\xbf\x81\x01\x02\x05\x00"); /* clause 8.1.2.4: tag 129 */
    assert_true(ber_next(&high, &e));
    assert_int_equal(e.tag, 129);
    assert_int_equal(bytes_left(&e.content), 2);
    struct bytes lengthy = OVER("\x04\x82\x00\x03ok."); /* clause 8.1.3.5 */
    assert_true(ber_next(&lengthy, &e));
    assert_int_equal(bytes_left(&e.content), 3);
    struct bytes indefinite = OVER("\x30\x80\x30\x80\x02\x01\x05\x00\x00\x00\x00\x02\x01\x06"); /* clause 8.1.3.6 */
    assert_true(ber_next(&indefinite, &e));
    assert_int_equal(bytes_left(&e.content), 7);
    assert_true(ber_next(&indefinite, &e));
    assert_int_equal(ber_int(e.content), 6);
}

static void integers(void **state)
{
    (void)state;
    assert_int_equal(ber_int(OVER("\x80")), -128);
    assert_int_equal(ber_int(OVER("\x00\x80")), 128);
    assert_int_equal(ber_uint(OVER("\x00\xff\xff\xff\xff")), 0xffffffff);
    assert_int_equal(ber_uint(OVER("\x00\xff\xff\xff\xff\xff\xff\xff\xff")), UINT64_MAX);
    assert_int_equal(ber_int(OVER("")), 0);
    assert_int_equal(ber_uint(OVER("\1\1\1\1\1\1\1\1\1\1")), 0);
}

static void lies_are_cut(void **state)
{
    (void)state;
    struct ber e;
    struct bytes over = OVER("\x30\x7f\x01");
    assert_true(ber_next(&over, &e));
    assert_true(e.cut);
    assert_int_equal(bytes_left(&e.content), 1);
    struct bytes huge = OVER("\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    assert_true(ber_next(&huge, &e));
    assert_true(e.cut);
    struct bytes no_length = OVER("\x30");
    assert_false(ber_next(&no_length, &e));
    assert_false(bytes_ok(&no_length));
    struct bytes endless_tag = OVER("\x1f\xff\xff\xff\xff\xff\x01\x00");
    assert_false(ber_next(&endless_tag, &e));
    struct bytes unended = OVER("\x30\x80\x30\x80\x30\x80");
    assert_true(ber_next(&unended, &e));
    assert_true(bytes_empty(&unended));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_taken),
        cmocka_unit_test(tags_and_lengths_of_all_forms),
        cmocka_unit_test(integers),
        cmocka_unit_test(lies_are_cut),
    };
    return cmocka_run_group_tests_name("ber", tests, NULL, NULL);
}
