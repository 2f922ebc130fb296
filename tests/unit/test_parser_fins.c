/* SPDX-License-Identifier: Apache-2.0 */
/* The OMRON FINS parser: memory access, modes, identity over TCP, and bad input (OMRON W342-E1 section 5). */
#include "tests/unit/parser_harness.h"

static void read_and_answer(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 9600);
    harness_send(h, TO_SERVER, "80 00 02 00 0a 00 00 63 00 07 01 01 82 00 64 00 00 02");
    assert_string_equal(harness_operation(h, 0), "memory_read");
    assert_string_equal(harness_text(h, "omron.memory.area.read"), "0x82");
    assert_string_equal(harness_text(h, "omron.memory.address"), "0x0064");
    assert_string_equal(harness_text(h, "ot.object"), "D100");
    assert_int_equal(h->messages[0].unit, 10);
    harness_send(h, TO_CLIENT, "c0 00 02 00 63 00 00 0a 00 07 01 01 00 00 12 34 00 05");
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_string_equal(harness_text(h, "ot.object"), "D100,D101");
    assert_string_equal(harness_text(h, "ot.value"), "4660,5");
    harness_close(h);
}

static void stop_over_tcp_refused(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 9600);
    harness_send(h, TO_SERVER, "46 49 4e 53 00 00 00 14 00 00 00 02 00 00 00 00 80 00 02 00 0a 00 00 63 00 07 04 02");
    assert_string_equal(harness_operation(h, 0), "stop");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    harness_send(h, TO_CLIENT,
                 "46 49 4e 53 00 00 00 16 00 00 00 02 00 00 00 00 c0 00 02 00 63 00 00 0a 00 07 04 02 30 01");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0x3001);
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 9600);
    harness_send(h, TO_SERVER,
                 "46 49 4e 53 00 00 00 17 00 00 00 02 00 00 00 00 80 00 02 00 0a 00 00 63 00 07 01 01 82 00 64");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER,
                 "00 01 02 46 49 4e 53 00 00 00 14 00 00 00 02 00 00 00 00 80 00 02 00 0a 00 00 63 00 08 77 77");
    assert_true(harness_has_anomaly(h, "command_undefined"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_and_answer),
        cmocka_unit_test(stop_over_tcp_refused),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("fins", tests, NULL, NULL);
}
