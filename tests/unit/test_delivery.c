/* SPDX-License-Identifier: Apache-2.0 */
/* The sensor's way to a collector: through publisher, spool and link into a receiver that counts each event. */
#include "common/event.h"
#include "common/link.h"
#include "sensor/publish/publish.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { EVENTS_MAX = 20000 };

static char directory[64], enrolled[96], spool[96], own_key[96], collector_key[96], endpoint[64];
static struct keys collector, node;

/* ---- the receiver, in its thread ----------------------------------------------------------------------------------
 */

static struct {
    struct link_position stands[LINK_STREAMS];
    uint8_t times[LINK_STREAMS][EVENTS_MAX];
    uint64_t told_lost;
    _Atomic uint64_t events[LINK_STREAMS];
    _Atomic bool stop;
    pthread_t thread;
    struct link_receiver *receiver;
} side;

static bool position(void *context, const char *name, unsigned stream, struct link_position *p)
{
    (void)context;
    assert_string_equal(name, "sensor-1");
    *p = side.stands[stream];
    return true;
}

static bool commit(void *context, const struct link_batch *batches, unsigned count)
{
    (void)context;
    for (unsigned i = 0; i < count; i++) {
        const struct link_batch *b = &batches[i];
        uint64_t seq = b->first;
        for (const char *at = b->lines; at < b->lines + b->length; at = strchr(at, '\n') + 1, seq++) {
            unsigned number;
            unsigned long long told;
            assert_int_equal(sscanf(at, "{\"n\":%u", &number), 1);
            side.times[b->stream][number]++;
            side.events[b->stream]++;
            const char *tail = memmem(at, 8192, ",\"seq\":", 7);
            assert_int_equal(sscanf(tail, ",\"seq\":%llu}", &told), 1);
            assert_int_equal(told, seq);
        }
        side.stands[b->stream] = (struct link_position){.epoch = b->epoch, .next = b->first + b->count};
    }
    return true;
}

static void gap(void *context, const struct link_gap *g)
{
    (void)context;
    side.told_lost += g->to - g->from;
}

static void *receive(void *argument)
{
    (void)argument;
    while (!side.stop) link_receiver_turn(side.receiver, 20);
    return NULL;
}

static void open_receiver(void)
{
    struct fault fault = {0};
    struct link_receiver_options options = {.endpoint = endpoint,
                                            .keys = &collector,
                                            .nodes = enrolled,
                                            .position = position,
                                            .commit = commit,
                                            .gap = gap};
    side.receiver = link_receiver_open(&options, &fault);
    if (!side.receiver) fail_msg("%s", fault.text);
    side.stop = false;
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", link_receiver_port(side.receiver));
    pthread_create(&side.thread, NULL, receive, NULL);
}

static void close_receiver(void)
{
    if (!side.receiver) return;
    side.stop = true;
    pthread_join(side.thread, NULL);
    link_receiver_close(side.receiver);
    side.receiver = NULL;
}

static int start(void **state)
{
    (void)state;
    memset(&side, 0, sizeof side);
    strcpy(directory, "/tmp/wanglou-delivery-XXXXXX");
    if (!mkdtemp(directory)) return -1;
    snprintf(enrolled, sizeof enrolled, "%s/nodes", directory);
    snprintf(spool, sizeof spool, "%s/spool", directory);
    snprintf(own_key, sizeof own_key, "%s/sensor-1.key", directory);
    snprintf(collector_key, sizeof collector_key, "%s/collector.pub", directory);
    strcpy(endpoint, "tcp://127.0.0.1:0");
    return keys_make(&collector, "collector", NULL) && keys_write(&collector, directory, NULL) &&
                   keys_make(&node, "sensor-1", NULL) && keys_write(&node, directory, NULL) &&
                   nodes_enrol(enrolled, &node, NODE_SENSOR, NULL)
               ? 0
               : -1;
}

static int finish(void **state)
{
    char command[128];
    (void)state;
    close_receiver();
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

/* ---- the sensor
 * ------------------------------------------------------------------------------------------------------ */

static struct publish_options options_for(bool file)
{
    return (struct publish_options){.sensor = "sensor-1",
                                    .wait = file,
                                    .ring_bytes = 1 << 20,
                                    .collector = endpoint,
                                    .collector_key = collector_key,
                                    .key_file = own_key,
                                    .spool = spool,
                                    .spool_bytes = 64 << 20,
                                    .sync_ns = 100000000,
                                    .drain_ns = 20 * UINT64_C(1000000000)};
}

static struct publisher *open_publisher(const struct publish_options *options)
{
    struct fault fault = {0};
    struct publisher *p = publisher_open(options, 1, &fault);
    if (!p) fail_msg("%s", fault.text);
    return p;
}

/* `size` bytes that do not shrink, or few that do. */
static bool put(struct publisher *p, unsigned type, unsigned number, size_t size)
{
    char line[8192], noise[8192];
    uint8_t random[2048];
    size_t n = size / 2 < sizeof random ? size / 2 : sizeof random;
    randombytes_buf(random, n);
    sodium_bin2hex(noise, sizeof noise, random, n);
    int length = snprintf(line, sizeof line, "{\"n\":%u,\"noise\":\"%s\"", number, noise);
    return publish(p, 0, type, type == EVENT_ALERT ? 2 : 0, line, (size_t)length);
}

static unsigned missing(unsigned stream, unsigned count)
{
    unsigned none = 0;
    for (unsigned i = 0; i < count; i++) {
        if (side.times[stream][i] > 1) fail_msg("event %u came %u times", i, side.times[stream][i]);
        none += side.times[stream][i] == 0;
    }
    return none;
}

static void test_all_arrive(void **state)
{
    struct publish_options options = options_for(true);
    struct publish_counters c;
    struct fault fault = {0};
    (void)state;
    open_receiver();
    struct publisher *p = open_publisher(&options);
    for (unsigned i = 0; i < EVENTS_MAX; i++) {
        assert_true(put(p, EVENT_OT, i, 200));
        if (i % 100 == 0) assert_true(put(p, EVENT_ALERT, i / 100, 200));
    }
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(missing(1, EVENTS_MAX), 0);
    assert_int_equal(missing(0, EVENTS_MAX / 100), 0);
    /* Idle batches leave by their age. */
    p = open_publisher(&options);
    assert_true(put(p, EVENT_ALERT, 1000, 200));
    for (unsigned k = 0; k < 500 && !side.times[0][1000]; k++) usleep(10000);
    assert_int_equal(side.times[0][1000], 1);
    for (unsigned k = 0; k < 500; k++) {
        publisher_counters(p, &c);
        if (!c.waiting) break;
        usleep(10000);
    }
    assert_int_equal(c.waiting, 0);
    assert_true(c.connected);
    assert_int_equal(c.events, 1);
    assert_true(publisher_close(p, NULL));
}

static void test_collector_comes_later(void **state)
{
    struct publish_options options = options_for(true);
    struct fault fault = {0};
    (void)state;
    open_receiver(); /* only to find a port */
    close_receiver();
    options.drain_ns = 100000000;
    struct publisher *p = open_publisher(&options);
    for (unsigned i = 0; i < 1000; i++) assert_true(put(p, EVENT_OT, i, 200));
    assert_false(publisher_close(p, &fault));
    if (!strstr(fault.text, "1000 events wait in")) fail_msg("%s", fault.text);
    open_receiver();
    options = options_for(true);
    p = open_publisher(&options);
    for (unsigned i = 1000; i < 2000; i++) assert_true(put(p, EVENT_OT, i, 200));
    fault.text[0] = 0;
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(missing(1, 2000), 0);
}

/* No room: a live sensor loses the oldest of the rest first and counts them; alerts arrive. */
static void test_live_and_full(void **state)
{
    struct publish_options options = options_for(false);
    struct publish_counters c;
    (void)state;
    open_receiver();
    close_receiver();
    options.spool_bytes = 1 << 20;
    options.drain_ns = 0;
    struct publisher *p = open_publisher(&options);
    for (unsigned i = 0; i < 2000; i++) {
        if (i % 100 == 0) assert_true(put(p, EVENT_ALERT, i / 100, 200));
        while (!put(p, EVENT_OT, i, 3000)) usleep(1000);
    }
    do publisher_counters(p, &c);
    while (c.events < 2020);
    usleep(300000);
    publisher_counters(p, &c);
    assert_true(c.spool_lost > 500 && c.spool_lost < 1900);
    assert_true(c.spool_bytes < (1 << 20) + (256 << 10));
    assert_int_equal(c.spool_lost + c.waiting, 2020);
    open_receiver();
    for (unsigned k = 0; k < 1000 && c.waiting; k++) {
        usleep(10000);
        publisher_counters(p, &c);
    }
    assert_int_equal(c.waiting, 0);
    publisher_close(p, NULL);
    assert_int_equal(missing(0, 20), 0);
    assert_int_equal(missing(1, 2000), c.spool_lost);
    assert_int_equal(side.times[1][1999], 1); /* the newest are there */
}

static void *open_later(void *argument)
{
    (void)argument;
    usleep(700000);
    open_receiver();
    return NULL;
}

/* No room: a run over a file waits and loses nothing. */
static void test_file_and_full(void **state)
{
    struct publish_options options = options_for(true);
    struct publish_counters c;
    struct fault fault = {0};
    pthread_t later;
    (void)state;
    open_receiver();
    close_receiver();
    options.spool_bytes = 1 << 20;
    struct publisher *p = open_publisher(&options);
    pthread_create(&later, NULL, open_later, NULL);
    for (unsigned i = 0; i < 4000; i++) assert_true(put(p, EVENT_OT, i, 3000));
    publisher_counters(p, &c);
    assert_int_equal(c.spool_lost, 0);
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    pthread_join(later, NULL);
    assert_int_equal(missing(1, 4000), 0);
}

static void test_bad_options(void **state)
{
    struct publish_options options = options_for(true);
    struct fault fault = {0};
    (void)state;
    options.key_file = "/nonexistent.key";
    assert_null(publisher_open(&options, 1, &fault));
    assert_non_null(strstr(fault.text, "/nonexistent.key"));
    options = options_for(true);
    options.collector = "somewhere";
    fault.text[0] = 0;
    assert_null(publisher_open(&options, 1, &fault));
    assert_non_null(strstr(fault.text, "somewhere"));
    options = options_for(true);
    options.subscribers = "tcp://0.0.0.0:5561";
    fault.text[0] = 0;
    assert_null(publisher_open(&options, 1, &fault));
    assert_non_null(strstr(fault.text, "subscribers have no keys"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_arrive, start, finish),
        cmocka_unit_test_setup_teardown(test_collector_comes_later, start, finish),
        cmocka_unit_test_setup_teardown(test_live_and_full, start, finish),
        cmocka_unit_test_setup_teardown(test_file_and_full, start, finish),
        cmocka_unit_test_setup_teardown(test_bad_options, start, finish),
    };
    return cmocka_run_group_tests_name("delivery", tests, NULL, NULL);
}
