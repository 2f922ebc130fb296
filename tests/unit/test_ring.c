/* SPDX-License-Identifier: Apache-2.0 */
/* The ring between two threads: order, bytes, full, wrap. */
#include "common/ring.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { SIZE = 4096, RECORDS = 200000 };

/* Length and bytes of record `i`, the same on both sides. */
static size_t length_of(unsigned i) { return i * 2654435761u % 1500; }
static uint8_t byte_of(unsigned i, size_t at) { return (uint8_t)(i * 31 + at); }

static void *produce(void *argument)
{
    struct ring *r = argument;
    uint8_t data[1500];
    for (unsigned i = 0; i < RECORDS; i++) {
        size_t n = length_of(i);
        for (size_t k = 0; k < n; k++) data[k] = byte_of(i, k);
        while (!ring_write(r, (uint8_t)i, (uint8_t)(i >> 8), data, n, 0)) sched_yield();
    }
    return NULL;
}

static void test_two_threads(void **state)
{
    struct ring r;
    pthread_t thread;
    (void)state;
    assert_true(ring_open(&r, SIZE));
    pthread_create(&thread, NULL, produce, &r);
    for (unsigned i = 0; i < RECORDS;) {
        const struct ring_record *record = ring_peek(&r);
        if (!record) {
            sched_yield();
            continue;
        }
        if (record->length != length_of(i) || record->type != (uint8_t)i || record->severity != (uint8_t)(i >> 8))
            fail_msg("record %u: length %u type %u", i, record->length, record->type);
        for (size_t k = 0; k < record->length; k++)
            if ((uint8_t)ring_data(record)[k] != byte_of(i, k)) fail_msg("record %u differs at %zu", i, k);
        ring_next(&r, record);
        i++;
    }
    pthread_join(thread, NULL);
    assert_null(ring_peek(&r));
    ring_close(&r);
}

static void test_full(void **state)
{
    struct ring r;
    char data[100] = {0};
    unsigned held = 0, spared = 0;
    (void)state;
    assert_true(ring_open(&r, SIZE));
    assert_null(ring_peek(&r));
    while (ring_write(&r, 0, 0, data, sizeof data, SIZE / 8)) held++;
    assert_int_equal(held, (SIZE - SIZE / 8) / 112);
    while (ring_write(&r, 0, 1, data, sizeof data, 0)) spared++;
    assert_int_equal(held + spared, SIZE / 112);
    assert_false(ring_write(&r, 0, 0, data, ring_longest(&r) + 1, 0));
    ring_next(&r, ring_peek(&r));
    assert_true(ring_write(&r, 0, 0, data, sizeof data, 0));
    ring_close(&r);
}

static void test_longest_fits_everywhere(void **state)
{
    struct ring r;
    (void)state;
    assert_true(ring_open(&r, SIZE));
    char *data = calloc(1, SIZE);
    for (size_t small = 0; small < SIZE; small += 8) {
        if (small <= ring_longest(&r)) {
            assert_true(ring_write(&r, 0, 0, data, small, 0));
            ring_next(&r, ring_peek(&r));
        }
        assert_true(ring_write(&r, 0, 0, data, ring_longest(&r), 0));
        ring_next(&r, ring_peek(&r));
        assert_null(ring_peek(&r));
    }
    free(data);
    ring_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_threads),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_longest_fits_everywhere),
    };
    return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
