/* SPDX-License-Identifier: Apache-2.0 */
/* The plant as keepers see it: several addresses of one device, routers, moves, snapshots, and the memory of a large
 * one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/plant/devices.h"
#include "sensor/plant/keepers.h"
#include "sensor/publish/publish.h"

#define SECOND 1000000000ull
enum { DEVICES = 5000, PAIRS = 50000, MOST_KIB = 512 * 1024 };

static struct {
    struct sensor_options options;
    struct options *loaded;
    struct publisher *publisher;
    struct event_out out;
    struct keepers *keepers;
    char directory[64], events[128];
    uint64_t frame;
} t;

static void start(bool fresh)
{
    struct fault fault = {0};
    if (fresh) {
        snprintf(t.directory, sizeof t.directory, "/tmp/wanglou-plant-%d", getpid());
        snprintf(t.events, sizeof t.events, "%s/events", t.directory);
        char make[256];
        snprintf(make, sizeof make, "rm -rf %s && mkdir -p %s", t.directory, t.directory);
        assert_int_equal(system(make), 0);
    }
    t.loaded = sensor_options_load(NULL, NULL, &t.options, &fault);
    assert_non_null(t.loaded);
    t.options.plant_state = t.directory;
    struct publish_options out = {.sensor = "test", .events = t.events, .wait = true};
    t.publisher = publisher_open(&out, 1, &fault);
    assert_non_null(t.publisher);
    assert_true(event_out_open(&t.out, &t.options, t.publisher, 0));
    t.keepers = keepers_open(NULL, &t.out, &fault);
    assert_non_null(t.keepers);
}

static void stop(bool told)
{
    struct fault fault = {0};
    if (told) keepers_finish(t.keepers);
    keepers_close(t.keepers);
    event_out_close(&t.out);
    assert_true(publisher_close(t.publisher, &fault));
    options_free(t.loaded);
}

static struct party party(uint32_t address, uint32_t mac)
{
    struct party p = {.address.family = 4};
    for (unsigned i = 0; i < 4; i++) p.address.bytes[i] = (uint8_t)(address >> (24 - 8 * i));
    p.mac[0] = 2;
    for (unsigned i = 0; i < 4; i++) p.mac[2 + i] = (uint8_t)(mac >> (24 - 8 * i));
    return p;
}

static void seen(uint64_t seconds, uint32_t address, uint32_t mac, enum host_seen how)
{
    struct observation o = {.kind = OBSERVED_HOST,
                            .what = (uint8_t)how,
                            .vlan = 0xffff,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(address, mac)};
    keepers_observe(t.keepers, &o, NULL);
}

static void says(uint64_t seconds, uint32_t address, enum identity what, const char *text)
{
    struct observation o = {.kind = OBSERVED_IDENTITY,
                            .what = (uint8_t)what,
                            .parser = (uint16_t)registry_parser_index(registry_parser("modbus")),
                            .length = (uint16_t)strlen(text),
                            .vlan = 0xffff,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(address, 0)};
    memset(o.device.mac, 0, 6);
    keepers_observe(t.keepers, &o, text);
}

/* How many told lines have both words. */
static unsigned lines(const char *one, const char *two)
{
    static char line[1 << 20];
    unsigned n = 0;
    FILE *f = fopen(t.events, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) n += strstr(line, one) && strstr(line, two);
    fclose(f);
    return n;
}

static void test_two_addresses_are_one_device(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    seen(100, 0x0a000006, 5, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"addresses\":[\"10.0.0.5\",\"10.0.0.6\"]", "\"event_type\":\"asset\""), 1);
    assert_int_equal(lines("\"event_type\":\"asset\"", ""), 1);
}

static void test_router_is_not_what_stands_behind(void **state)
{
    (void)state;
    start(true);
    for (uint32_t i = 1; i <= 20; i++) seen(100, 0x0a000000 | i << 8 | 7, 9, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"event_type\":\"asset\"", "\"role\":\"router\""), 1);
    assert_int_equal(lines("\"event_type\":\"asset\"", ""), 21);
    assert_int_equal(lines("\"addresses\"", ""), 0);
}

static void test_move_is_told_once_and_a_duplicate_as_such(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_ARP);
    seen(110, 0x0a000005, 6, HOST_ARP);
    seen(120, 0x0a000009, 9, HOST_ARP);
    seen(130, 0x0a000005, 5, HOST_ARP);
    seen(131, 0x0a000005, 6, HOST_ARP);
    seen(132, 0x0a000005, 5, HOST_ARP);
    seen(140, 0x0a000009, 9, HOST_ARP);
    stop(true);
    assert_int_equal(lines("\"event\":\"moved_mac\"", "\"before\":\"02:00:00:00:00:05\""), 1);
    assert_int_equal(lines("\"event\":\"duplicate_address\"", "\"address\":\"10.0.0.5\""), 1);
}

static void test_firmware_and_replacement_are_told(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    says(101, 0x0a000005, IDENTITY_FIRMWARE, "V1.0");
    says(102, 0x0a000005, IDENTITY_SERIAL, "SN-000123");
    says(110, 0x0a000005, IDENTITY_FIRMWARE, "V1.1");
    says(120, 0x0a000005, IDENTITY_SERIAL, "SN-000999");
    seen(130, 0x0a000006, 6, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"event\":\"firmware_changed\"", "\"before\":\"V1.0\",\"after\":\"V1.1\""), 1);
    assert_int_equal(lines("\"event\":\"device_replaced\"", "\"before\":\"SN-000123\",\"after\":\"SN-000999\""), 1);
}

static void test_ten_seconds_at_most_are_lost(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    says(101, 0x0a000005, IDENTITY_FIRMWARE, "V1.0");
    seen(115, 0x0a000006, 6, HOST_SENT);
    stop(false); /* as killed: nothing is told or saved at the end */
    start(false);
    says(116, 0x0a000005, IDENTITY_FIRMWARE, "V1.1");
    stop(true);
    assert_int_equal(lines("\"event\":\"firmware_changed\"", "\"before\":\"V1.0\",\"after\":\"V1.1\""), 1);
}

static void test_damaged_state_is_refused(void **state)
{
    char path[128];
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    stop(true);
    snprintf(path, sizeof path, "%s/devices.state", t.directory);
    FILE *f = fopen(path, "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, -3, SEEK_END), 0);
    fputc('!', f);
    fclose(f);
    start(false);
    seen(200, 0x0a000005, 5, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"event_type\":\"asset\"", "\"first_seen\":\"1970-01-01T00:03:20"), 1);
}

/* 5,000 devices with all attributes and 50,000 pairs, told and saved. */
static void test_large_plant_fits(void **state)
{
    struct rusage before, after;
    static const uint8_t what[] = {IDENTITY_VENDOR, IDENTITY_MODEL,    IDENTITY_ORDER_NUMBER, IDENTITY_FIRMWARE,
                                   IDENTITY_SERIAL, IDENTITY_HARDWARE, IDENTITY_NAME,         IDENTITY_LOCATION};
    char text[64];
    (void)state;
    start(true);
    getrusage(RUSAGE_SELF, &before);
    for (uint32_t i = 0; i < DEVICES; i++) {
        seen(100, 0x0a000001 + i, 1 + i, HOST_SENT);
        for (unsigned k = 0; k < sizeof what; k++) {
            snprintf(text, sizeof text, "attribute %u of device %u in the plant", k, i);
            says(101, 0x0a000001 + i, what[k], text);
        }
    }
    for (uint32_t i = 0; i < PAIRS; i++) {
        struct observation o = {.kind = OBSERVED_TALK,
                                .what = OT_READ,
                                .parser = (uint16_t)registry_parser_index(registry_parser("modbus")),
                                .count = 1,
                                .time_ns = (102 + i / 5000) * SECOND,
                                .frame = ++t.frame,
                                .device = party(0x0a000001 + i % DEVICES, 0),
                                .peer = party(0x0a000001 + (i % DEVICES + 1 + i / DEVICES * 7) % DEVICES, 0)};
        keepers_observe(t.keepers, &o, NULL);
    }
    stop(true);
    getrusage(RUSAGE_SELF, &after);
    print_message("5,000 devices, 50,000 pairs: %ld MiB at most (%ld before)\n", after.ru_maxrss / 1024,
                  before.ru_maxrss / 1024);
    assert_int_equal(lines("\"event_type\":\"stats\"", "\"links\":50000,\"modules\":0,\"devices_refused\":0"), 1);
#ifndef __SANITIZE_ADDRESS__
    assert_true(after.ru_maxrss < MOST_KIB);
#endif
}

int main(void)
{
    char fault[512];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_addresses_are_one_device),
        cmocka_unit_test(test_router_is_not_what_stands_behind),
        cmocka_unit_test(test_move_is_told_once_and_a_duplicate_as_such),
        cmocka_unit_test(test_firmware_and_replacement_are_told),
        cmocka_unit_test(test_ten_seconds_at_most_are_lost),
        cmocka_unit_test(test_damaged_state_is_refused),
        cmocka_unit_test(test_large_plant_fits),
    };
    if (!registry_open(fault, sizeof fault)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char clean[128];
    snprintf(clean, sizeof clean, "rm -rf %s", t.directory);
    return system(clean) == 0 ? failed : 1;
}
