/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline's keeper: what an officer decides in the console holds, also over a restart and beside a judged file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/plant/behaviour.h"
#include "sensor/plant/keepers.h"
#include "sensor/publish/publish.h"

#define SECOND 1000000000ull

static struct {
    struct sensor_options options;
    struct options *loaded;
    struct publisher *publisher;
    struct event_out out;
    struct keepers *keepers;
    char directory[64], events[128], file[128];
    uint64_t frame, now;
} t;

static void fresh(const char *baseline)
{
    char make[256];
    snprintf(t.directory, sizeof t.directory, "/tmp/wanglou-baseline-%d", getpid());
    snprintf(t.events, sizeof t.events, "%s/events", t.directory);
    snprintf(t.file, sizeof t.file, "%s/accepted.yaml", t.directory);
    snprintf(make, sizeof make, "rm -rf %s && mkdir -p %s", t.directory, t.directory);
    assert_int_equal(system(make), 0);
    FILE *f = fopen(t.file, "w");
    assert_non_null(f);
    fputs(baseline, f);
    assert_int_equal(fclose(f), 0);
    t.now = 1772409600; /* a Monday */
    t.frame = 0;
}

static void start(void)
{
    struct fault fault = {0};
    t.loaded = sensor_options_load(NULL, NULL, &t.options, &fault);
    assert_non_null(t.loaded);
    t.options.plant_state = t.directory;
    t.options.baseline_mode = BASELINE_JUDGE;
    t.options.baseline_file = t.file;
    struct publish_options out = {.sensor = "test", .events = t.events, .wait = true};
    t.publisher = publisher_open(&out, 1, &fault);
    assert_non_null(t.publisher);
    assert_true(event_out_open(&t.out, &t.options, t.publisher, 0));
    t.keepers = keepers_open(NULL, &t.out, &fault);
    assert_non_null(t.keepers);
}

static void stop(void)
{
    struct fault fault = {0};
    keepers_finish(t.keepers);
    keepers_close(t.keepers);
    event_out_close(&t.out);
    assert_true(publisher_close(t.publisher, &fault));
    options_free(t.loaded);
}

static void writes(uint8_t from, const char *object, double value, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        t.now += 2;
        struct behaviour b = {.operation = "write_single_register",
                              .unit = 1,
                              .has_unit = true,
                              .count = 1,
                              .values = 1,
                              .first_ns = t.now * SECOND,
                              .last_ns = t.now * SECOND,
                              .low = value,
                              .high = value,
                              .sum = value,
                              .last = value};
        snprintf(b.object, sizeof b.object, "%s", object);
        struct observation o = {.kind = OBSERVED_BEHAVIOUR,
                                .what = OT_WRITE,
                                .parser = (uint16_t)registry_parser_index(registry_parser("modbus")),
                                .length = sizeof b,
                                .vlan = 0xffff,
                                .time_ns = t.now * SECOND,
                                .frame = ++t.frame,
                                .device = {.address = {4, {10, 1, 1, from}}},
                                .peer = {.address = {4, {10, 1, 1, 10}}}};
        keepers_observe(t.keepers, &o, &b);
    }
}

static void decide(bool accepted, const char *key)
{
    char text[1024];
    int n =
        snprintf(text, sizeof text, "{\"keys\":[\"%s\"],\"accepted\":%s,\"by\":\"officer\",\"reason\":\"new pump\"}",
                 key, accepted ? "true" : "false");
    assert_true(keepers_instruct(t.keepers, "baseline-accept", text, (size_t)n));
}

static unsigned lines(const char *one, const char *two)
{
    static char line[1 << 16];
    unsigned n = 0;
    FILE *f = fopen(t.events, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        n += strstr(line, "\"event_type\":\"baseline\"") && strstr(line, one) && strstr(line, two);
    fclose(f);
    return n;
}

#define OPERATION "modbus/write.write_single_register/1/"
static const char known[] =
    "- {settled: true}\n"
    "- {device: \"10.1.1.5\", settled: true}\n"
    "- {device: \"10.1.1.5\", protocol: modbus, peer: \"10.1.1.10\", settled: true}\n"
    "- {device: \"10.1.1.5\", protocol: modbus, peer: \"10.1.1.10\", class: write, operation: write_single_register,"
    " unit: \"1\", settled: true}\n"
    "- {device: \"10.1.1.5\", protocol: modbus, peer: \"10.1.1.10\", class: write, operation: write_single_register,"
    " unit: \"1\", object: \"40017\", range: [500, 600], count: 100}\n";

static void test_a_new_device_is_learned_as_normal(void **state)
{
    (void)state;
    fresh(known);
    start();
    writes(7, "40018", 1, 2);
    decide(true, "new_device:10.1.1.7>//./"
                 "/");
    writes(7, "40019", 1, 2); /* below it everything is learned */
    stop();
    assert_int_equal(lines("\"new_device\"", "\"state\":\"deviation\""), 1);
    assert_int_equal(
        lines("\"new_device\"", "\"state\":\"accepted\",\"severity\":4,\"device\":\"10.1.1.7\",\"by\":\"officer\""), 1);
    assert_int_equal(lines("10.1.1.7", ""), 2);
    start();
    writes(7, "40018", 1, 2);
    writes(8, "40018", 1, 1); /* another one is not meant */
    stop();
    assert_int_equal(lines("10.1.1.7", ""), 2); /* the file of events goes on: none more */
    assert_int_equal(lines("\"new_device\"", "10.1.1.8"), 1);
}

static void test_a_wider_range_is_learned_as_normal(void **state)
{
    (void)state;
    fresh(known);
    start();
    writes(5, "40017", 900, 1);
    decide(true, "value_range:10.1.1.5>10.1.1.10/" OPERATION "40017");
    writes(5, "40017", 850, 3);
    stop();
    assert_int_equal(lines("\"value_range\"", "\"state\":\"deviation\""), 1);
    start();
    writes(5, "40017", 900, 1);
    writes(5, "40017", 2000, 1);
    stop();
    assert_int_equal(lines("\"value_range\"", "\"now\":\"900"), 1); /* only before it was accepted */
    assert_int_equal(lines("\"value_range\"", "\"was\":\"500 … 900"), 1);
    assert_int_equal(lines("\"value_range\"", "2000"), 1);
}

static void test_what_is_rejected_is_told_again(void **state)
{
    (void)state;
    fresh(known);
    start();
    writes(5, "40099", 1, 1);
    writes(5, "40099", 1, 3);
    assert_true(t.now > 0);
    decide(false, "new_object:10.1.1.5>10.1.1.10/" OPERATION "40099");
    t.now += 3600;
    writes(5, "40099", 1, 2);
    stop();
    assert_int_equal(lines("\"new_object\"", "\"state\":\"deviation\""), 1);
    assert_int_equal(lines("\"new_object\"", "\"by\":\"officer\""), 1);
    assert_int_equal(lines("\"new_object\"", "\"state\":\"rejected\""), 2);
}

static void test_what_makes_no_sense_is_counted(void **state)
{
    (void)state;
    fresh(known);
    start();
    writes(5, "40099", 1, 1);
    decide(true, "new_object:10.1.1.5>10.1.1.10/" OPERATION "40098");
    assert_true(keepers_instruct(t.keepers, "baseline-accept", "{\"keys\":7}", 10));
    assert_true(keepers_instruct(t.keepers, "baseline-accept", "[", 1));
    stop();
    assert_int_equal(lines("\"state\":\"accepted\"", ""), 0);
    assert_int_equal(lines("\"state\":\"deviation\"", ""), 1);
}

static int tidy(void **state)
{
    char remove[128];
    (void)state;
    snprintf(remove, sizeof remove, "rm -rf %s", t.directory);
    return system(remove);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_device_is_learned_as_normal),
        cmocka_unit_test(test_a_wider_range_is_learned_as_normal),
        cmocka_unit_test(test_what_is_rejected_is_told_again),
        cmocka_unit_test(test_what_makes_no_sense_is_counted),
    };
    char fault[512];
    if (!registry_open(fault, sizeof fault)) return 1;
    return cmocka_run_group_tests(tests, NULL, tidy);
}
