/* SPDX-License-Identifier: Apache-2.0 */
/* The scan of an event's envelope, which every line goes through, and the time in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/store/internal.h"
#include "common/event.h"

#define ID "01M878A9A15EAE64GFHB0NATNQ"

/* On the heap and without a NUL, so that a read past its end is seen. */
static bool scan(const char *line, struct event_envelope *e, char **copy)
{
    size_t n = strlen(line);
    *copy = malloc(n ? n : 1);
    assert_non_null(*copy);
    memcpy(*copy, line, n);
    return event_scan(*copy, n, e);
}

/* Quotes and backslashes at every place of the eight bytes that are looked at in one go. */
static void strings_end_where_they_end(void **state)
{
    (void)state;
    for (int before = 0; before < 20; before++)
        for (int kind = 0; kind < 4; kind++) {
            static const char *const inside[] = {"", "\\\"", "\\\\", "\\\\\\\"}"};
            char line[256], *copy;
            struct event_envelope e;
            snprintf(line, sizeof line,
                     "{\"note\":\"%.*s%s\",\"timestamp\":\"t\",\"event_type\":\"ot\",\"ot\":{\"x\":[\"%.*s%s]\",{}],"
                     "\"class\":\"write\"},\"id\":\"" ID "\",\"seq\":7}",
                     before, "abcdefghijklmnopqrstuvwxyz", inside[kind], before, "}]{[}]{[}]{[}]{[}]{[", inside[kind]);
            assert_true(scan(line, &e, &copy));
            assert_int_equal(e.type, EVENT_OT);
            assert_int_equal(e.seq, 7);
            assert_int_equal(e.ot_class_length, 5);
            assert_memory_equal(e.ot_class, "write", 5);
            assert_memory_equal(e.id, ID, ULID_LENGTH);
            free(copy);
        }
}

/* Cut off at any byte it is no event, and nothing behind the end is read. */
static void what_is_cut_off_is_none(void **state)
{
    (void)state;
    const char whole[] = "{\"timestamp\":\"t\",\"event_type\":\"alert\",\"alert\":{\"severity\":2,\"s\":\"\\\\\\\"\"},"
                         "\"id\":\"" ID "\"}";
    struct event_envelope e;
    char line[sizeof whole], *copy;
    assert_true(scan(whole, &e, &copy));
    assert_int_equal(e.severity, 2);
    free(copy);
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        memcpy(line, whole, n);
        line[n] = 0;
        assert_false(scan(line, &e, &copy));
        free(copy);
    }
}

static void ids(void **state)
{
    (void)state;
    char id[ULID_LENGTH + 1];
    for (uint64_t ms = 1; ms < UINT64_C(1) << 47; ms = ms * 3 + 1) {
        ulid_make(id, ms * 1000000u, 0xffff, ms * UINT64_C(0x9e3779b97f4a7c15));
        if (ms > UINT64_MAX / 1000000u) break;
        assert_true(ulid_valid(id, ULID_LENGTH));
        assert_int_equal(ulid_time_ms(id), ms);
    }
    for (int c = 0; c < 256; c++) { /* Crockford's 32 and no others */
        memcpy(id, ID, sizeof id);
        id[20] = (char)c;
        assert_int_equal(ulid_valid(id, ULID_LENGTH), c && strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", c) != NULL);
    }
}

static int64_t time_of(const char *text) { return store_time_us(text, strlen(text)); }

/* Our own form is read by other code than the rest: both say the same of each day, leap days too. */
static void times(void **state)
{
    (void)state;
    assert_int_equal(time_of("1970-01-01T00:00:00.000000+0000"), 0);
    assert_int_equal(time_of("2026-11-24T05:46:38.123456+0000"), 1795499198123456);
    for (int year = 1970; year <= 2105; year++)
        for (int day = 0; day < 366; day++) {
            static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
            int month = 0, left = day, leap = year % 4 == 0 && (year % 100 || year % 400 == 0);
            while (month < 12 && left >= lengths[month] + (month == 1 && leap)) {
                left -= lengths[month] + (month == 1 && leap);
                month++;
            }
            if (month == 12) continue;
            char own[48], other[48];
            snprintf(own, sizeof own, "%d-%02d-%02dT23:59:58.000001+0000", year, month + 1, left + 1);
            snprintf(other, sizeof other, "%d-%02d-%02dT23:59:58.000001Z", year, month + 1, left + 1);
            assert_int_equal(time_of(own), time_of(other));
        }
    assert_int_equal(time_of("2026-11-24T13:46:38.123456+0800"), 1795499198123456);
    static const char *const wrong[] = {"", "2026-11-24", "2026-13-24T05:46:38.123456+0000",
                                        "2026-11-24T05:46:3x.123456+0000", "2026-11-24T25:46:38.123456+0000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_int_equal(time_of(wrong[i]), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_end_where_they_end),
        cmocka_unit_test(what_is_cut_off_is_none),
        cmocka_unit_test(ids),
        cmocka_unit_test(times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
