/* SPDX-License-Identifier: Apache-2.0 */
/* The plant as keepers see it: several addresses of one device, routers, moves, snapshots, and the memory of a large
 * one. */
#include "tests/unit/plant_harness.h"

#include <sys/resource.h>

#include "sensor/plant/devices.h"

enum { DEVICES = 5000, PAIRS = 50000, MOST_KIB = 512 * 1024 };

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

static void unit_says(uint64_t seconds, uint32_t address, const char *parser, const char *slot, enum identity what,
                      const char *said)
{
    char text[128];
    snprintf(text, sizeof text, "%s%s", slot, said);
    struct observation o = {.kind = OBSERVED_IDENTITY,
                            .what = (uint8_t)what,
                            .parser = (uint16_t)registry_parser_index(registry_parser(parser)),
                            .length = (uint16_t)strlen(text),
                            .slot = (uint16_t)strlen(slot),
                            .vlan = 0xffff,
                            .time_ns = seconds * SECOND,
                            .frame = ++t.frame,
                            .device = party(address, 0)};
    memset(o.device.mac, 0, 6);
    keepers_observe(t.keepers, &o, text);
}

static void says(uint64_t seconds, uint32_t address, enum identity what, const char *text)
{
    unit_says(seconds, address, "modbus", "", what, text);
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

/* Several units answer by one address: none was replaced, and each stays what it is. */
static void test_units_behind_a_gateway_are_no_replacement(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    for (unsigned i = 0; i < 6; i++) {
        const char *unit = i % 2 ? "unit 2" : "unit 1", *order = i % 2 ? "BBB-2" : "AAA-1";
        unit_says(101 + 10 * i, 0x0a000005, "modbus", unit, IDENTITY_ORDER_NUMBER, order);
        unit_says(101 + 10 * i, 0x0a000005, "modbus", unit, IDENTITY_FIRMWARE, i % 2 ? "V2" : "V1");
    }
    stop(false);
    start(false); /* the first one stays the first over a restart */
    unit_says(200, 0x0a000005, "modbus", "unit 2", IDENTITY_ORDER_NUMBER, "BBB-2");
    seen(300, 0x0a000006, 6, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"event_type\":\"anomaly\"", ""), 0);
    assert_true(
        lines("\"order_number\":\"AAA-1\",\"firmware\":\"V1\"", "{\"slot\":\"unit 2\",\"order_number\":\"BBB-2\"") > 0);
}

/* A station of its own that speaks as one unit is a device, not a part of one. */
static void test_a_single_unit_is_the_device(void **state)
{
    (void)state;
    start(true);
    seen(100, 0x0a000005, 5, HOST_SENT);
    unit_says(101, 0x0a000005, "modbus", "unit 17", IDENTITY_FIRMWARE, "V1.0");
    unit_says(110, 0x0a000005, "modbus", "unit 17", IDENTITY_FIRMWARE, "V1.1");
    seen(130, 0x0a000006, 6, HOST_SENT);
    stop(true);
    assert_int_equal(lines("\"event\":\"firmware_changed\"", "\"before\":\"V1.0\",\"after\":\"V1.1\""), 1);
    assert_int_equal(lines("\"modules\":[", ""), 0);
}

/* Two addresses are one device only by a serial number that tells devices apart, of the same vendor and kind. */
static void test_a_serial_number_joins_and_a_dummy_does_not(void **state)
{
    static const struct {
        uint32_t address;
        const char *vendor, *model, *serial;
    } said[] = {{0x0a000105, "Siemens", "CP 343-1", "S C-X4U421302009"},
                {0x0a000205, "Siemens", "CP 343-1", "S C-X4U421302009"},
                {0x0a000106, "Acme", "Meter", "000000"},
                {0x0a000206, "Acme", "Meter", "000000"},
                {0x0a000107, "Acme", "Meter", "12345678"},
                {0x0a000207, "Other", "Meter", "12345678"},
                {0x0a000108, "Acme", "Meter", "87654321"},
                {0x0a000208, "Acme", "Drive", "87654321"}};
    (void)state;
    start(true);
    for (unsigned i = 0; i < sizeof said / sizeof *said; i++) {
        says(100, said[i].address, IDENTITY_VENDOR, said[i].vendor);
        says(100, said[i].address, IDENTITY_MODEL, said[i].model);
        says(101, said[i].address, IDENTITY_SERIAL, said[i].serial);
    }
    stop(true);
    assert_int_equal(lines("\"addresses\":[\"10.0.1.5\",\"10.0.2.5\"]", ""), 1);
    assert_int_equal(lines("\"addresses\"", ""), 1);
    for (unsigned i = 6; i <= 8; i++) {
        char own[32];
        snprintf(own, sizeof own, "\"address\":\"10.0.2.%u\"", i);
        assert_true(lines("\"event_type\":\"asset\"", own) > 0);
    }
}

/* PROFINET tells the vendor as a number: in words where it is known, else the MAC's maker stands above the number. */
static void test_vendors_by_number(void **state)
{
    (void)state;
    start(true);
    unit_says(100, 0x0a000005, "pn_dcp", "", IDENTITY_VENDOR, "0x002a:0x0313");
    unit_says(100, 0x0a000006, "pn_dcp", "", IDENTITY_VENDOR, "0x0fff:0x0001");
    stop(true);
    assert_int_equal(lines("\"vendor\":\"Siemens\",\"model\":\"ET 200SP\"", ""), 1);
    assert_int_equal(lines("\"vendor\":\"PROFINET vendor 0x0fff\"", "\"confidence\":0.29"), 1);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_addresses_are_one_device),
        cmocka_unit_test(test_router_is_not_what_stands_behind),
        cmocka_unit_test(test_move_is_told_once_and_a_duplicate_as_such),
        cmocka_unit_test(test_firmware_and_replacement_are_told),
        cmocka_unit_test(test_units_behind_a_gateway_are_no_replacement),
        cmocka_unit_test(test_a_single_unit_is_the_device),
        cmocka_unit_test(test_a_serial_number_joins_and_a_dummy_does_not),
        cmocka_unit_test(test_vendors_by_number),
        cmocka_unit_test(test_ten_seconds_at_most_are_lost),
        cmocka_unit_test(test_damaged_state_is_refused),
        cmocka_unit_test(test_large_plant_fits),
    };
    return run_plant_tests(tests, sizeof tests / sizeof *tests);
}
