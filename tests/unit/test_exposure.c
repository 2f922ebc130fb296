/* SPDX-License-Identifier: Apache-2.0 */
/* The keepers of exposures, visibility and clocks: what is told once, what again, what outlives a restart, what is
 * bounded.
 */
#include "tests/unit/plant_harness.h"

#include "sensor/plant/clocks.h"
#include "sensor/plant/exposure.h"
#include "sensor/plant/visibility.h"

static const uint64_t START = 1772409600; /* s */

static void seen(uint64_t seconds, uint32_t address)
{
    struct observation o = {.kind = OBSERVED_HOST,
                            .what = HOST_SENT,
                            .vlan = 0xffff,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(address, address)};
    keepers_observe(t.keepers, &o, NULL);
}

static void exposed(uint64_t seconds, uint32_t device, uint32_t peer, enum exposure_kind kind, const char *detail,
                    uint8_t secret)
{
    struct exposure_fact f = {.port = 21, .secret = {secret}};
    snprintf(f.detail, sizeof f.detail, "%s", detail);
    struct observation o = {.kind = OBSERVED_EXPOSURE,
                            .what = (uint8_t)kind,
                            .length = sizeof f,
                            .count = 1,
                            .vlan = 0xffff,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(device, device),
                            .peer = party(peer, peer)};
    keepers_observe(t.keepers, &o, &f);
}

#define EXPOSURE "\"event_type\":\"exposure\""

static void test_one_record_for_one_exposure(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    seen(START, 0x0a000002);
    for (unsigned i = 0; i < 100; i++) exposed(START + 1 + i, 0x0a000001, 0x0a000002, EXPOSED_LOGIN, "", 7);
    exposed(START + 101, 0x0a000001, 0x0a000002, EXPOSED_LOGIN, "other", 7);
    stop(true);
    assert_int_equal(lines(EXPOSURE, "\"count\":100"), 1);
    assert_int_equal(lines(EXPOSURE, "\"detail\":\"other\""), 1);
    assert_int_equal(lines(EXPOSURE, "\"secret_hash\":\"07000000000000000000000000000000\""), lines(EXPOSURE, ""));
    /* first told a second behind the first sign, then at the end: not a hundred times */
    assert_int_equal(lines(EXPOSURE, ""), 3);
}

static void test_it_is_told_again_hourly_while_it_grows(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    seen(START, 0x0a000002);
    for (unsigned i = 0; i < 4 * 60; i++) exposed(START + 1 + 60 * i, 0x0a000001, 0x0a000002, EXPOSED_SNMP, "v1", 1);
    stop(true);
    unsigned told = lines(EXPOSURE, "weak_snmp");
    assert_true(told >= 4 && told <= 6);
}

static void test_of_public_addresses_only_the_plant_counts(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001); /* speaks nothing of the plant */
    exposed(START + 1, 0x0a000001, 0x08080808, EXPOSED_PUBLIC, "", 0);
    exposed(START + 1, 0x0a0000fe, 0x08080808, EXPOSED_PUBLIC, "", 0); /* nobody knows it */
    stop(true);
    assert_int_equal(lines(EXPOSURE, ""), 0);
    assert_int_equal(lines("\"of_unknown_devices\":1", ""), 1);
}

static void test_records_outlive_a_restart(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    seen(START, 0x0a000002);
    exposed(START + 1, 0x0a000001, 0x0a000002, EXPOSED_LOGIN, "", 7);
    stop(true);
    start(false);
    exposed(START + 100, 0x0a000001, 0x0a000002, EXPOSED_LOGIN, "", 7);
    stop(true);
    assert_int_equal(lines(EXPOSURE, "\"count\":2"), 1);
}

static void test_a_flood_is_bounded_and_counted(void **state)
{
    char detail[32];
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    seen(START, 0x0a000002);
    for (unsigned i = 0; i < 17000; i++) {
        snprintf(detail, sizeof detail, "service %u", i);
        exposed(START + 1, 0x0a000001, 0x0a000002, EXPOSED_REMOTE, detail, 0);
    }
    stop(true);
    assert_int_equal(lines("\"event_type\":\"stats\"", "\"records\":16383,\"records_refused\":617"), 1);
}

/* ---- visibility ---- */

static void sight(uint64_t seconds, struct sight s)
{
    struct observation o = {
        .kind = OBSERVED_SIGHT, .length = sizeof s, .time_ns = seconds * SECOND, .frame = ++t.frame};
    keepers_observe(t.keepers, &o, &s);
}

#define SENSOR "\"scope\":\"sensor\""

static void test_a_clear_view_has_all_points(void **state)
{
    (void)state;
    start(true);
    sight(START, (struct sight){.frames = 1000, .segments = 900, .two_way = 10, .understood = 10});
    stop(true);
    assert_int_equal(lines(SENSOR, "\"score\":100,\"reasons\":[]"), 1);
}

/* 100 - 50 * 1/4 (one way) - 60 * 1/10 (drops) - 20 * 1/2 (undecoded) = 71.5 */
static void test_each_point_that_is_missing_has_a_reason(void **state)
{
    (void)state;
    start(true);
    sight(START, (struct sight){.frames = 900,
                                .kernel_drops = 100,
                                .segments = 500,
                                .two_way = 30,
                                .one_way = 10,
                                .understood = 20,
                                .undecoded = 20});
    stop(true);
    assert_int_equal(lines(SENSOR, "\"score\":72"), 1);
    assert_int_equal(lines("\"name\":\"one_way\"", "\"share\":0.25,\"points\":12.5"), 1);
    assert_int_equal(lines("\"name\":\"drops\"", "\"share\":0.1,\"points\":6"), 1);
    assert_int_equal(lines("\"name\":\"undecoded\"", "\"share\":0.5,\"points\":10"), 1);
}

static void test_a_silent_port_is_told(void **state)
{
    const struct sight before = {.frames = 1000, .segments = 900, .two_way = 10, .understood = 10};
    (void)state;
    start(true);
    for (unsigned i = 0; i < 1200; i++) sight(START + i, before); /* the worker lives, and no frame comes */
    stop(true);
    assert_true(lines(SENSOR, "\"name\":\"silent_port\"") >= 1);
    assert_true(lines(SENSOR, "\"score\":0,") >= 1);
}

static void test_a_mirror_of_one_direction_is_told_of_the_asset(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    struct observation o = {.kind = OBSERVED_ONE_WAY,
                            .time_ns = (START + 1) * SECOND,
                            .frame = ++t.frame,
                            .count = 1,
                            .device = party(0x0a000001, 1)};
    keepers_observe(t.keepers, &o, NULL);
    keepers_observe(t.keepers, &o, NULL);
    stop(true);
    assert_int_equal(lines("\"reason\":\"one_way\"", "\"address\":\"10.0.0.1\""), 1);
    assert_int_equal(lines("\"reason\":\"one_way\"", "\"count\":2"), 1);
}

/* ---- clocks ---- */

static void stamp(uint64_t seconds, int64_t behind_s, uint32_t count, bool local)
{
    struct clock_reading r = {
        .least_ns = behind_s * (int64_t)SECOND, .count = count, .local = local, .tolerance_ns = 10 * (int64_t)SECOND};
    struct observation o = {.kind = OBSERVED_CLOCK,
                            .parser = (uint16_t)registry_parser_index(registry_parser("iec104")),
                            .length = sizeof r,
                            .count = count,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(0x0a000001, 0x0a000001)};
    keepers_observe(t.keepers, &o, &r);
}

#define CLOCK "\"reason\":\"clock_offset\""

static void test_the_least_delay_tells_the_clock(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    stamp(START + 1, 500, 5, false); /* events that waited */
    stamp(START + 11, 40, 5, false); /* the freshest one: the clock is 40 s slow */
    stop(true);
    assert_int_equal(lines(CLOCK, "\"offset\":-40,\"off\":true,\"count\":10"), 1);
}

static void test_few_stamps_and_zones_tell_nothing(void **state)
{
    (void)state;
    start(true);
    seen(START, 0x0a000001);
    stamp(START + 1, -8 * 3600 + 2, 5, true); /* China's time, two seconds late */
    stop(true);
    assert_int_equal(lines(CLOCK, ""), 0);
    start(true);
    seen(START, 0x0a000001);
    stamp(START + 1, 400, 4, false);
    stop(true);
    assert_int_equal(lines(CLOCK, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_record_for_one_exposure),
        cmocka_unit_test(test_it_is_told_again_hourly_while_it_grows),
        cmocka_unit_test(test_of_public_addresses_only_the_plant_counts),
        cmocka_unit_test(test_records_outlive_a_restart),
        cmocka_unit_test(test_a_flood_is_bounded_and_counted),
        cmocka_unit_test(test_a_clear_view_has_all_points),
        cmocka_unit_test(test_each_point_that_is_missing_has_a_reason),
        cmocka_unit_test(test_a_silent_port_is_told),
        cmocka_unit_test(test_a_mirror_of_one_direction_is_told_of_the_asset),
        cmocka_unit_test(test_the_least_delay_tells_the_clock),
        cmocka_unit_test(test_few_stamps_and_zones_tell_nothing),
    };
    return run_plant_tests(tests, sizeof tests / sizeof *tests);
}
