/* SPDX-License-Identifier: Apache-2.0 */
/* The ANSI C12.22 parser: table access, procedures, sealed services and bad input (ANSI C12.22-2012). */
#include "tests/unit/parser_harness.h"

/* Called and calling AP title, invocation 5. */
#define TITLES "a2 05 80 03 7b c1 75 a6 04 80 02 7b 04 a8 03 02 01 05"

static void read_and_refusal(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 1153);
    harness_send(h, TO_SERVER, "60 1d" TITLES "be 09 28 07 81 05 80 03 30 00 01");
    assert_string_equal(harness_operation(h, 0), "full_read");
    assert_string_equal(harness_text(h, "c1222.read.table"), "0x0001");
    harness_send(h, TO_CLIENT, "60 1b" TITLES "be 07 28 05 81 03 80 01 03");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_operation(h, 0), "full_read");
    harness_close(h);
}

static void procedure(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 1153);
    harness_send(h, TO_SERVER, "60 23" TITLES "be 0f 28 0d 81 0b 80 09 40 00 07 00 03 0a 00 05 f1");
    assert_string_equal(harness_operation(h, 0), "procedure");
    assert_string_equal(harness_text(h, "c1222.procedure.num"), "10");
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_false(harness_has_anomaly(h, "checksum"));
    harness_close(h);
}

static void sealed_and_bad(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 1153);
    harness_send(h, TO_SERVER, "60 1f" TITLES "be 0b 28 09 81 07 88 01 02 03 04 05 06");
    assert_string_equal(harness_operation(h, 0), "encrypted");
    harness_send(h, TO_SERVER, "60 1b" TITLES "be 07 28 05 81 03 80 09 30");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(read_and_refusal), cmocka_unit_test(procedure),
                                       cmocka_unit_test(sealed_and_bad)};
    return cmocka_run_group_tests_name("c1222", tests, NULL, NULL);
}
