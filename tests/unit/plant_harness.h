/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the plant's keepers: all of them at work over a directory of their own, fed by hand, their events read
 * back. Include it once, behind nothing but the standard headers that cmocka needs. */
#ifndef WANGLOU_TESTS_UNIT_PLANT_HARNESS_H
#define WANGLOU_TESTS_UNIT_PLANT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/plant/keepers.h"
#include "sensor/publish/publish.h"

#define SECOND 1000000000ull

static struct {
    struct sensor_options options;
    struct options *loaded;
    struct publisher *publisher;
    struct event_out out;
    struct keepers *keepers;
    char directory[64], events[128];
    uint64_t frame;
    void (*change)(struct sensor_options *options); /* before the keepers open; NULL: the options as they are */
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
    if (t.change) t.change(&t.options);
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

/* Runs them, and takes the directory away. */
static int run_plant_tests(const struct CMUnitTest *tests, size_t count)
{
    char fault[512], clean[128];
    if (!registry_open(fault, sizeof fault)) return 1;
    int failed = _cmocka_run_group_tests("tests", tests, count, NULL, NULL);
    snprintf(clean, sizeof clean, "rm -rf %s", t.directory);
    return system(clean) == 0 ? failed : 1;
}

#endif
