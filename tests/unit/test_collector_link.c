/* SPDX-License-Identifier: Apache-2.0 */
/* From the sensor's publisher through the link into the real store: every event once, whoever stops in between. */
#include "collector/link/link.h"
#include "common/event.h"
#include "sensor/publish/publish.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

static char directory[64], enrolled[96], spool[96], own_key[96], collector_own[96], collector_key[96], endpoint[64],
    events[96], subscribers[96];
static struct store *store;
static struct collector_link *receiver;

static int start(void **state)
{
    struct keys keys;
    (void)state;
    strcpy(directory, "/tmp/wanglou-collector-XXXXXX");
    if (!mkdtemp(directory)) return -1;
    snprintf(enrolled, sizeof enrolled, "%s/nodes", directory);
    snprintf(spool, sizeof spool, "%s/spool", directory);
    snprintf(events, sizeof events, "%s/store", directory);
    snprintf(own_key, sizeof own_key, "%s/sensor-1.key", directory);
    snprintf(collector_own, sizeof collector_own, "%s/collector.key", directory);
    snprintf(collector_key, sizeof collector_key, "%s/collector.pub", directory);
    snprintf(subscribers, sizeof subscribers, "ipc://%s/subscribers", directory);
    strcpy(endpoint, "tcp://127.0.0.1:0");
    if (!keys_make(&keys, "collector", NULL) || !keys_write(&keys, directory, NULL)) return -1;
    return keys_make(&keys, "sensor-1", NULL) && keys_write(&keys, directory, NULL) &&
                   nodes_enrol(enrolled, &keys, NODE_SENSOR, NULL)
               ? 0
               : -1;
}

static void open_collector(void)
{
    struct fault fault = {0}, notice = {0};
    struct store_options store_options = {.directory = events, .retention_days = 30};
    store = store_open(&store_options, &notice, &fault);
    if (!store) fail_msg("%s", fault.text);
    struct collector_link_options options = {
        .endpoint = endpoint, .key_file = collector_own, .nodes = enrolled, .subscribers = subscribers, .store = store};
    receiver = collector_link_open(&options, &fault);
    if (!receiver) fail_msg("%s", fault.text);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", collector_link_port(receiver));
}

static void close_collector(void)
{
    collector_link_close(receiver);
    receiver = NULL;
    if (store) store_close(store);
    store = NULL;
}

static int finish(void **state)
{
    char command[128];
    (void)state;
    close_collector();
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static struct publisher *open_sensor(void)
{
    struct fault fault = {0};
    struct publish_options options = {.sensor = "sensor-1",
                                      .wait = true,
                                      .collector = endpoint,
                                      .collector_key = collector_key,
                                      .key_file = own_key,
                                      .spool = spool,
                                      .sync_ns = 100000000,
                                      .drain_ns = UINT64_C(30000000000)};
    struct publisher *p = publisher_open(&options, 1, &fault);
    if (!p) fail_msg("%s", fault.text);
    return p;
}

static void put(struct publisher *p, unsigned number)
{
    char line[1024], id[ULID_LENGTH + 1];
    ulid_make(id, UINT64_C(1795500000000000000) + number * UINT64_C(1000000), 1, number);
    int n = snprintf(line, sizeof line,
                     "{\"timestamp\":\"2026-11-24T05:46:38.%06u+0000\",\"flow_id\":%u,\"event_type\":\"ot\","
                     "\"src_ip\":\"10.0.0.1\",\"dest_ip\":\"10.0.0.2\",\"app_proto\":\"modbus\",\"ot\":{\"protocol\":"
                     "\"modbus\",\"class\":\"write\",\"code\":6},\"sensor\":\"sensor-1\",\"id\":\"%s\"",
                     number % 1000000, number, id);
    assert_true(publish(p, 0, EVENT_OT, 0, line, (size_t)n));
}

static uint64_t stored(void)
{
    struct store_query query = {.types = "ot", .limit = 1};
    struct store_reader *reader = store_reader_open(store, NULL);
    uint64_t count = 0;
    assert_non_null(reader);
    assert_true(store_count(reader, &query, 1000000, &count, NULL));
    store_reader_close(reader);
    return count;
}

static bool look_at_node(void *context, const struct collector_node *node)
{
    *(struct collector_node *)context = *node;
    return true;
}

static void test_into_the_store(void **state)
{
    enum { EVENTS = 20000 };
    struct fault fault = {0};
    struct collector_node node = {0};
    struct link_receiver_counters counters;
    (void)state;
    open_collector();
    struct publisher *p = open_sensor();
    for (unsigned i = 0; i < EVENTS; i++) put(p, i);
    for (unsigned k = 0; k < 3000 && !node.online; k++) {
        usleep(10000);
        assert_true(collector_link_nodes(receiver, look_at_node, &node, &fault));
    }
    assert_true(node.online);
    assert_string_equal(node.enrolled.name, "sensor-1");
    assert_string_equal(node.version, "wanglou-sensor 0.1.0");
    assert_string_equal(node.address, "127.0.0.1");
    assert_int_equal(strlen(node.fingerprint), FINGERPRINT);
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(stored(), EVENTS);
    collector_link_look(receiver, &counters);
    assert_int_equal(counters.events, EVENTS);
    assert_int_equal(counters.duplicates, 0);
}

/* The sensor runs twice over the same capture, the collector ends and begins again while it does. */
static void test_again_and_restart(void **state)
{
    enum { EVENTS = 10000 };
    struct fault fault = {0};
    (void)state;
    open_collector();
    for (unsigned run = 0; run < 2; run++) {
        struct publisher *p = open_sensor();
        for (unsigned i = 0; i < EVENTS; i++) {
            put(p, i);
            if (i == EVENTS / 2) {
                close_collector();
                open_collector();
            }
        }
        if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    }
    assert_int_equal(stored(), EVENTS);
}

static void test_subscriber(void **state)
{
    struct fault fault = {0};
    char topic[64] = {0}, line[1024] = {0};
    int patience = 5000;
    (void)state;
    open_collector();
    void *zmq = zmq_ctx_new(), *socket = zmq_socket(zmq, ZMQ_SUB);
    zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "ot.", 3);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(zmq_connect(socket, subscribers), 0);
    usleep(300000); /* the subscription is on its way */
    struct publisher *p = open_sensor();
    put(p, 7);
    assert_true(zmq_recv(socket, topic, sizeof topic - 1, 0) > 0);
    assert_true(zmq_recv(socket, line, sizeof line - 1, 0) > 0);
    assert_string_equal(topic, "ot.sensor-1");
    assert_non_null(strstr(line, "\"flow_id\":7,"));
    assert_string_equal(line + strlen(line) - 9, ",\"seq\":1}");
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
    zmq_close(socket);
    zmq_ctx_term(zmq);
}

static void test_cannot_open(void **state)
{
    struct fault fault = {0};
    struct collector_link_options options = {.endpoint = endpoint, .key_file = "/nonexistent.key", .nodes = enrolled};
    (void)state;
    assert_null(collector_link_open(&options, &fault));
    assert_non_null(strstr(fault.text, "/nonexistent.key"));
    fault.text[0] = 0;
    options.key_file = collector_own;
    options.endpoint = "tcp://203.0.113.1:5555"; /* not an address of this machine */
    assert_null(collector_link_open(&options, &fault));
    assert_non_null(strstr(fault.text, "203.0.113.1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_into_the_store, start, finish),
        cmocka_unit_test_setup_teardown(test_again_and_restart, start, finish),
        cmocka_unit_test_setup_teardown(test_subscriber, start, finish),
        cmocka_unit_test_setup_teardown(test_cannot_open, start, finish),
    };
    return cmocka_run_group_tests_name("collector link", tests, NULL, NULL);
}
