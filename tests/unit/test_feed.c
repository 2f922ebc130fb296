/* SPDX-License-Identifier: Apache-2.0 */
/* The harness itself: bytes nobody knows make no message and are bounded. */
#include "tests/unit/parser_harness.h"

static void garbage_is_bounded(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 50000, 50001);
    uint8_t noise[1000];
    (void)state;
    srand(1);
    for (unsigned i = 0; i < 200; i++) {
        for (unsigned j = 0; j < sizeof noise; j++) noise[j] = (uint8_t)(128 + rand() % 100);
        harness_send_bytes(h, i & 1 ? TO_CLIENT : TO_SERVER, noise, sizeof noise);
        assert_int_equal(h->message_count, 0);
    }
    assert_int_equal(h->worker->counters.probes_exhausted, 1);
    assert_true(h->worker->arena.used < 8192);
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(garbage_is_bounded)};
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
