/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher: every line once, numbered, in each producer's order; drops and failures counted and told. */
#include "sensor/publish/publish.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PRODUCERS = 3, EVENTS = 20000 };
static char path[] = "/tmp/wanglou-publish-XXXXXX";

struct producer {
    struct publisher *publisher;
    unsigned number;
};

static void *produce(void *argument)
{
    struct producer *me = argument;
    char line[600];
    for (unsigned i = 0; i < EVENTS; i++) {
        int n = snprintf(line, sizeof line, "{\"producer\":%u,\"number\":%u,\"fill\":\"%0*u\"", me->number, i,
                         (int)(i % 400 + 1), 0u);
        if (!publish(me->publisher, me->number, 1, 0, line, (size_t)n)) return "dropped";
    }
    return NULL;
}

static void test_file(void **state)
{
    struct publish_options options = {.events = path, .wait = true, .ring_bytes = 1};
    struct producer producers[PRODUCERS];
    pthread_t threads[PRODUCERS];
    struct publish_counters counters;
    struct fault fault = {0};
    (void)state;
    struct publisher *p = publisher_open(&options, PRODUCERS, &fault);
    assert_non_null(p);
    for (unsigned i = 0; i < PRODUCERS; i++) {
        producers[i] = (struct producer){p, i};
        pthread_create(&threads[i], NULL, produce, &producers[i]);
    }
    for (unsigned i = 0; i < PRODUCERS; i++) {
        void *dropped;
        pthread_join(threads[i], &dropped);
        assert_null(dropped);
    }
    publisher_counters(p, &counters);
    assert_int_equal(counters.ring_full, 0);
    assert_true(publisher_close(p, &fault));

    FILE *file = fopen(path, "r");
    unsigned next[PRODUCERS] = {0};
    unsigned long long seq = 0, told;
    char line[1000];
    while (fgets(line, sizeof line, file)) {
        unsigned producer, number;
        assert_int_equal(sscanf(line, "{\"producer\":%u,\"number\":%u", &producer, &number), 2);
        assert_int_equal(number, next[producer]++);
        char *tail = strstr(line, ",\"seq\":");
        assert_non_null(tail);
        assert_int_equal(sscanf(tail, ",\"seq\":%llu}", &told), 1);
        assert_int_equal(told, ++seq);
        assert_string_equal(line + strlen(line) - 2, "}\n");
    }
    fclose(file);
    for (unsigned i = 0; i < PRODUCERS; i++) assert_int_equal(next[i], EVENTS);
}

static void test_full_disk(void **state)
{
    struct publish_options options = {.events = "/dev/full", .wait = true, .ring_bytes = 1};
    struct fault fault = {0};
    (void)state;
    struct publisher *p = publisher_open(&options, 1, &fault);
    assert_non_null(p);
    publish(p, 0, 1, 0, "{\"a\":1", 6);
    assert_false(publisher_close(p, &fault));
    assert_non_null(strstr(fault.text, "No space left"));
    assert_non_null(strstr(fault.text, "1 of 1 events"));
}

static void test_cannot_open(void **state)
{
    struct publish_options options = {.events = "/nonexistent/events.json"};
    struct fault fault = {0};
    (void)state;
    assert_null(publisher_open(&options, 1, &fault));
    assert_non_null(strstr(fault.text, "/nonexistent/events.json"));
}

static void test_too_long(void **state)
{
    struct publish_options options = {.events = NULL, .ring_bytes = 1};
    struct publish_counters counters;
    struct fault fault = {0};
    static char line[64 << 10];
    (void)state;
    struct publisher *p = publisher_open(&options, 1, &fault);
    assert_non_null(p);
    assert_false(publish(p, 0, 1, 0, line, sizeof line));
    publisher_counters(p, &counters);
    assert_int_equal(counters.too_long, 1);
    assert_true(publisher_close(p, &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_cannot_open),
        cmocka_unit_test(test_too_long),
    };
    close(mkstemp(path));
    int failed = cmocka_run_group_tests_name("publish", tests, NULL, NULL);
    unlink(path);
    return failed;
}
