/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline's keeper: what an officer decides in the console holds, also over a restart and beside a judged file. */
#include "tests/unit/plant_harness.h"

#include "sensor/plant/behaviour.h"

static char file[128];
static uint64_t now;

static void judge(struct sensor_options *options)
{
    options->baseline_mode = BASELINE_JUDGE;
    options->baseline_file = file;
}

/* The officer's file lies beside the directory, which each test begins with anew. */
static void begin(const char *baseline)
{
    snprintf(file, sizeof file, "/tmp/wanglou-baseline-%d.yaml", getpid());
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs(baseline, f);
    assert_int_equal(fclose(f), 0);
    t.change = judge;
    t.frame = 0;
    now = 1772409600; /* a Monday */
    start(true);
}

static void writes(uint8_t from, const char *object, double value, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        now += 2;
        struct behaviour b = {.operation = "write_single_register",
                              .unit = 1,
                              .has_unit = true,
                              .count = 1,
                              .values = 1,
                              .first_ns = now * SECOND,
                              .last_ns = now * SECOND,
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
                                .time_ns = now * SECOND,
                                .frame = ++t.frame,
                                .device = party(0x0a010100u + from, 0),
                                .peer = party(0x0a01010a, 0)};
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
    begin(known);
    writes(7, "40018", 1, 2);
    decide(true, "new_device:10.1.1.7>//./"
                 "/");
    writes(7, "40019", 1, 2); /* below it everything is learned */
    stop(true);
    assert_int_equal(lines("\"new_device\"", "\"state\":\"deviation\""), 1);
    assert_int_equal(
        lines("\"new_device\"", "\"state\":\"accepted\",\"severity\":4,\"device\":\"10.1.1.7\",\"by\":\"officer\""), 1);
    assert_int_equal(lines("10.1.1.7", ""), 2);
    start(false);
    writes(7, "40018", 1, 2);
    writes(8, "40018", 1, 1); /* another one is not meant */
    stop(true);
    assert_int_equal(lines("10.1.1.7", ""), 2); /* the file of events goes on: none more */
    assert_int_equal(lines("\"new_device\"", "10.1.1.8"), 1);
}

static void test_a_wider_range_is_learned_as_normal(void **state)
{
    (void)state;
    begin(known);
    writes(5, "40017", 900, 1);
    decide(true, "value_range:10.1.1.5>10.1.1.10/" OPERATION "40017");
    writes(5, "40017", 850, 3);
    stop(true);
    assert_int_equal(lines("\"value_range\"", "\"state\":\"deviation\""), 1);
    start(false);
    writes(5, "40017", 900, 1);
    writes(5, "40017", 2000, 1);
    stop(true);
    assert_int_equal(lines("\"value_range\"", "\"now\":\"900"), 1); /* only before it was accepted */
    assert_int_equal(lines("\"value_range\"", "\"was\":\"500 … 900"), 1);
    assert_int_equal(lines("\"value_range\"", "2000"), 1);
}

static void test_what_is_rejected_is_told_again(void **state)
{
    (void)state;
    begin(known);
    writes(5, "40099", 1, 1);
    writes(5, "40099", 1, 3);
    assert_true(now > 0);
    decide(false, "new_object:10.1.1.5>10.1.1.10/" OPERATION "40099");
    now += 3600;
    writes(5, "40099", 1, 2);
    stop(true);
    assert_int_equal(lines("\"new_object\"", "\"state\":\"deviation\""), 1);
    assert_int_equal(lines("\"new_object\"", "\"by\":\"officer\""), 1);
    assert_int_equal(lines("\"new_object\"", "\"state\":\"rejected\""), 2);
}

static void test_what_makes_no_sense_is_counted(void **state)
{
    (void)state;
    begin(known);
    writes(5, "40099", 1, 1);
    decide(true, "new_object:10.1.1.5>10.1.1.10/" OPERATION "40098");
    assert_true(keepers_instruct(t.keepers, "baseline-accept", "{\"keys\":7}", 10));
    assert_true(keepers_instruct(t.keepers, "baseline-accept", "[", 1));
    stop(true);
    assert_int_equal(lines("\"state\":\"accepted\"", ""), 0);
    assert_int_equal(lines("\"state\":\"deviation\"", ""), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_new_device_is_learned_as_normal),
        cmocka_unit_test(test_a_wider_range_is_learned_as_normal),
        cmocka_unit_test(test_what_is_rejected_is_told_again),
        cmocka_unit_test(test_what_makes_no_sense_is_counted),
    };
    int status = run_plant_tests(tests, sizeof tests / sizeof *tests);
    unlink(file);
    return status;
}
