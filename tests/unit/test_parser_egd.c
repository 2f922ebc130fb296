/* SPDX-License-Identifier: Apache-2.0 */
/* The GE Ethernet Global Data parser: one sample of an exchange, its order, and bad input (GE GFK-2224). */
#include "tests/unit/parser_harness.h"

/* Producer 192.168.8.77, exchange 123, 947817150.74 s. */
#define SAMPLE(request, signature)                                                                                     \
    "0d 01 " request " c0 a8 08 4d 7b 00 00 00 be 8a 7e 38 00 81 1b 2c 00 00 00 00 " signature " 00 00 00 00 01 02"

static struct harness *open(void) { return harness_open(OVER_UDP, 18246, 18246); }

static void a_sample(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, SAMPLE("05 00", "01 00 00 00"));
    assert_string_equal(harness_operation(h, 0), "production");
    assert_int_equal(h->messages[0].unit, 123);
    assert_string_equal(harness_text(h, "egd.pid"), "192.168.8.77");
    assert_string_equal(harness_text(h, "egd.exid"), "0x0000007b");
    assert_string_equal(harness_text(h, "egd.stat"), "0");
    assert_string_equal(harness_text(h, "egd.time"), "Jan 14, 2000 02:32:30.740000000 UTC");
    assert_string_equal(harness_text(h, "egd.data"), "0102");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void order_and_signature(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, SAMPLE("ff ff", "01 00 00 00"));
    harness_send(h, TO_SERVER, SAMPLE("00 00", "01 00 00 00")); /* the number runs over */
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_send(h, TO_SERVER, SAMPLE("00 00", "01 00 00 00")); /* played again */
    assert_true(harness_has_anomaly(h, "sequence"));
    harness_send(h, TO_SERVER, SAMPLE("01 00", "02 00 00 00"));
    assert_true(harness_has_anomaly(h, "signature"));
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "0d 01 05 00 c0 a8 08 4d 7b 00 00 00 be 8a 7e 38 00 81 1b 2c 1e 00 00 00 01 00");
    assert_true(harness_has_anomaly(h, "cut"));
    assert_string_equal(harness_text(h, "egd.stat"), "30");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_send(h, TO_SERVER, "0d 01 05 00 c0 a8");
    assert_true(harness_has_anomaly(h, "cut"));
    harness_send(h, TO_SERVER, "0e 01 05 00 c0 a8");
    assert_true(harness_has_anomaly(h, "type"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample),
        cmocka_unit_test(order_and_signature),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("egd", tests, NULL, NULL);
}
