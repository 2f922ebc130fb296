/* SPDX-License-Identifier: Apache-2.0 */
/* The KNXnet/IP parser: tunnelling, group telegrams, discovery and bad input (KNX 03.08.02, 03.06.03). */
#include "tests/unit/parser_harness.h"

static void group_write(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 3671);
    harness_send(h, TO_SERVER, "06 10 04 20 00 15 04 11 05 00 11 00 bc e0 11 01 08 05 01 00 81");
    assert_string_equal(harness_operation(h, 0), "group_value_write");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_string_equal(harness_text(h, "cemi.sa"), "0x1101");
    assert_string_equal(harness_text(h, "ot.object"), "1/0/5");
    assert_string_equal(harness_text(h, "ot.value"), "1");
    harness_send(h, TO_CLIENT, "06 10 04 21 00 0a 04 11 05 21");
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_close(h);
}

static void escape_service(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 3671);
    harness_send(h, TO_SERVER, "06 10 05 30 00 15 29 00 b0 60 11 01 11 05 05 43 d7 00 01 10 01");
    assert_string_equal(harness_operation(h, 0), "property_value_write");
    assert_string_equal(harness_text(h, "cemi.ax"), "0x03d7");
    assert_string_equal(harness_text(h, "ot.object"), "1.1.5");
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 3671);
    harness_send(h, TO_SERVER, "06 10 04 20 00 0c 04 11 05 00 29 00");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, "06 10 04 99 00 06");
    assert_true(harness_has_anomaly(h, "service_undefined"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(group_write),
        cmocka_unit_test(escape_service),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("knx", tests, NULL, NULL);
}
