/* SPDX-License-Identifier: Apache-2.0 */
/* Three levels on one machine: a sensor, an enterprise's collector, the district's. Events go up by the policy, each
 * once whoever stops in between; items come down; the ledger says what left. */
#include "collector/link/link.h"
#include "collector/link/parent.h"
#include "collector/store/items.h"
#include "common/event.h"
#include "sensor/publish/publish.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { ALERTS = 3000, PATIENCE = 3000 /* times 10 ms */ };

struct level {
    char directory[96], key[128], pub[128], nodes[128], store_path[128], endpoint[64];
    struct store *store;
    struct collector_link *link;
};
static struct level plant, district;
static struct parent *parent;
static char directory[64], sensor_key[128], spool[128], pseudonyms[128];

static void make_level(struct level *l, const char *name)
{
    struct keys keys;
    snprintf(l->directory, sizeof l->directory, "%s/%s", directory, name);
    mkdir(l->directory, 0700);
    snprintf(l->key, sizeof l->key, "%s/%s.key", l->directory, name);
    snprintf(l->pub, sizeof l->pub, "%s/%s.pub", l->directory, name);
    snprintf(l->nodes, sizeof l->nodes, "%s/nodes", l->directory);
    snprintf(l->store_path, sizeof l->store_path, "%s/store", l->directory);
    strcpy(l->endpoint, "tcp://127.0.0.1:0");
    assert_true(keys_make(&keys, name, NULL) && keys_write(&keys, l->directory, NULL));
}

static void open_level(struct level *l)
{
    struct fault fault = {""}, note = {""};
    struct store_options store_options = {.directory = l->store_path, .retention_days = 30};
    l->store = store_open(&store_options, &note, &fault);
    if (!l->store) fail_msg("%s", fault.text);
    struct collector_link_options options = {
        .endpoint = l->endpoint, .key_file = l->key, .nodes = l->nodes, .store = l->store};
    l->link = collector_link_open(&options, &fault);
    if (!l->link) fail_msg("%s", fault.text);
    snprintf(l->endpoint, sizeof l->endpoint, "tcp://127.0.0.1:%u", collector_link_port(l->link));
}

static void close_level(struct level *l)
{
    collector_link_close(l->link);
    if (l->store) store_close(l->store);
    l->link = NULL;
    l->store = NULL;
}

static void open_parent_with(uint64_t most)
{
    struct fault fault = {""};
    struct parent_options options = {.endpoint = district.endpoint,
                                     .public_key = district.pub,
                                     .key_file = plant.key,
                                     .pseudonyms = pseudonyms,
                                     .most = most,
                                     .store = plant.store};
    parent = parent_open(&options, &fault);
    if (!parent) fail_msg("%s", fault.text);
}

static void close_parent(void)
{
    parent_close(parent);
    parent = NULL;
}

static int start(void **state)
{
    struct keys keys;
    (void)state;
    strcpy(directory, "/tmp/wanglou-levels-XXXXXX");
    if (!mkdtemp(directory)) return -1;
    make_level(&plant, "plant-a");
    make_level(&district, "district-1");
    snprintf(sensor_key, sizeof sensor_key, "%s/sensor-1.key", directory);
    snprintf(spool, sizeof spool, "%s/spool", directory);
    snprintf(pseudonyms, sizeof pseudonyms, "%s/pseudonyms", directory);
    assert_true(keys_make(&keys, "sensor-1", NULL) && keys_write(&keys, directory, NULL));
    assert_true(nodes_enrol(plant.nodes, &keys, NODE_SENSOR, NULL));
    assert_true(keys_load_public(&keys, plant.pub, NULL));
    assert_true(nodes_enrol(district.nodes, &keys, NODE_COLLECTOR, NULL));
    open_level(&district);
    open_level(&plant);
    return 0;
}

static int finish(void **state)
{
    char command[128];
    (void)state;
    close_parent();
    close_level(&plant);
    close_level(&district);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static void see(unsigned from, unsigned count, unsigned flows)
{
    struct fault fault = {""};
    struct publish_options options = {.sensor = "sensor-1",
                                      .wait = true,
                                      .collector = plant.endpoint,
                                      .collector_key = plant.pub,
                                      .key_file = sensor_key,
                                      .spool = spool,
                                      .sync_ns = 100000000,
                                      .drain_ns = UINT64_C(30000000000)};
    struct publisher *p = publisher_open(&options, 1, &fault);
    if (!p) fail_msg("%s", fault.text);
    for (unsigned i = from; i < from + count + flows; i++) {
        char line[1024], id[ULID_LENGTH + 1];
        bool alert = i < from + count;
        ulid_make(id, UINT64_C(1795500000000000000) + i * UINT64_C(1000000), alert, i);
        int n =
            snprintf(line, sizeof line,
                     "{\"timestamp\":\"2026-11-24T05:46:38.%06u+0000\",\"event_type\":\"%s\",\"src_ip\":\"10.0.0.%u\","
                     "\"dest_ip\":\"10.0.1.1\",\"app_proto\":\"modbus\",\"%s\":{\"rule\":\"wl-mb-0001\",\"severity\":2,"
                     "\"signature\":\"写寄存器\",\"signature_en\":\"register written\",\"key\":\"src=10.0.0.%u\"},"
                     "\"sensor\":\"sensor-1\",\"id\":\"%s\"",
                     i % 1000000, alert ? "alert" : "flow", i % 250, alert ? "alert" : "flow", i % 250, id);
        assert_true(publish(p, 0, alert ? EVENT_ALERT : EVENT_FLOW, alert ? 2 : 0, line, (size_t)n));
    }
    if (!publisher_close(p, &fault)) fail_msg("%s", fault.text);
}

static uint64_t stored(const struct level *l, const char *types)
{
    struct store_query query = {.types = types, .limit = 1};
    struct store_reader *reader = store_reader_open(l->store, NULL);
    uint64_t count = 0;
    assert_non_null(reader);
    assert_true(store_count(reader, &query, 1000000, &count, NULL));
    store_reader_close(reader);
    return count;
}

static uint64_t waiting(void)
{
    struct parent_look look;
    parent_look(parent, &look);
    return look.streams[0].next - look.streams[0].first + look.streams[1].next - look.streams[1].first;
}

static void wait_until_empty(void)
{
    for (unsigned i = 0; i < PATIENCE && waiting(); i++) usleep(10000);
    assert_int_equal(waiting(), 0);
}

static int64_t number(const struct level *l, const char *sql)
{
    char path[160];
    sqlite3 *database;
    sqlite3_stmt *statement;
    snprintf(path, sizeof path, "%s/main.db", l->store_path);
    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    return value;
}

static bool look_at_line(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    snprintf(context, 1024, "%.*s", (int)length, line);
    return false;
}

static void test_up(void **state)
{
    char line[1024], next[STORE_ID_LENGTH + 1];
    struct store_query query = {.types = "alert", .limit = 1};
    (void)state;
    open_parent_with(0);
    see(0, ALERTS, 500);
    wait_until_empty();
    assert_int_equal(stored(&plant, "alert"), ALERTS);
    assert_int_equal(stored(&district, "alert"), ALERTS);
    assert_int_equal(stored(&plant, "flow"), 500);
    assert_int_equal(stored(&district, "flow"), 0);
    struct store_reader *reader = store_reader_open(district.store, NULL);
    assert_true(store_query(reader, &query, look_at_line, line, next, NULL));
    store_reader_close(reader);
    assert_non_null(strstr(line, "\"sensor\":\"plant-a/sensor-1\""));
    assert_null(strstr(line, "10.0."));
    /* The ledger accounts for each line once it is settled. */
    for (unsigned i = 0; i < 300 && number(&plant, "SELECT coalesce(sum(count),0) FROM ledger") < ALERTS; i++)
        usleep(10000);
    assert_int_equal(number(&plant, "SELECT sum(count) FROM ledger"), ALERTS);
    assert_int_equal(number(&plant, "SELECT count(*) FROM outbox"), 0);
    assert_int_equal(number(&plant, "SELECT count(*) FROM ledger WHERE length(hash)=32 AND length(policy)=32"),
                     number(&plant, "SELECT count(*) FROM ledger"));
}

/* The district is away while events arise; then both levels end and begin again while it catches up. */
static void test_away_and_back(void **state)
{
    (void)state;
    close_level(&district);
    open_parent_with(0);
    see(0, ALERTS, 0);
    assert_int_equal(waiting(), ALERTS);
    for (unsigned i = 0; i < 3; i++) {
        close_parent();
        close_level(&plant);
        open_level(&plant);
        open_parent_with(0);
        open_level(&district);
        see(ALERTS * (i + 1), ALERTS, 0);
        close_level(&district);
    }
    open_level(&district);
    wait_until_empty();
    assert_int_equal(stored(&plant, "alert"), 4 * ALERTS);
    assert_int_equal(stored(&district, "alert"), 4 * ALERTS);
    assert_int_equal(number(&district, "SELECT gap FROM node"), 0);
}

/* More waits than may: the oldest go, counted here and seen as a gap there. */
static void test_too_much_waits(void **state)
{
    struct parent_look look;
    (void)state;
    close_level(&district);
    open_parent_with(1000);
    see(0, ALERTS, 0);
    parent_look(parent, &look);
    assert_true(waiting() <= 1000 && waiting() >= 900);
    assert_int_equal(look.streams[0].dropped, ALERTS - waiting());
    open_level(&district);
    wait_until_empty();
    assert_int_equal(stored(&plant, "alert"), ALERTS);
    assert_int_equal(stored(&district, "alert"), ALERTS - look.streams[0].dropped);
}

/* `count` alerts from number `from` on, their severities 1 to 4 in turn. */
static void alerts_in_turn(uint64_t from, unsigned count)
{
    struct fault fault = {""};
    struct store_put put;
    char *lines = malloc(count * 512u);
    size_t n = 0;
    for (unsigned i = 0; i < count; i++) {
        char id[ULID_LENGTH + 1];
        ulid_make(id, UINT64_C(1795500000000000000), 5, from + i);
        n += (size_t)snprintf(
            lines + n, 512,
            "{\"timestamp\":\"2026-11-24T05:46:38.000000+0000\",\"event_type\":\"alert\",\"alert\":"
            "{\"rule\":\"wl-%u\",\"severity\":%u,\"signature\":\"x\",\"signature_en\":\"x\"},\"sensor\":"
            "\"sensor-1\",\"id\":\"%s\",\"seq\":1}\n",
            i % 4 + 1, i % 4 + 1, id);
    }
    struct store_batch batch = {.node = "sensor-1", .epoch = 1, .first = from, .lines = lines, .length = n};
    if (!store_put_batches(plant.store, &batch, 1, &put, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(put.stored, count);
    free(lines);
}

/* No room for all: the least grave go first, whatever their age; the level above counts what is missing, by name. */
static void test_grave_ones_stay(void **state)
{
    struct parent_look look;
    (void)state;
    open_parent_with(1000);
    alerts_in_turn(1, 4); /* so that the district knows the stream */
    for (unsigned i = 0; i < PATIENCE && number(&plant, "SELECT count(*) FROM outbox"); i++) usleep(10000);
    close_level(&district);
    for (unsigned i = 0; i < 4; i++) alerts_in_turn(5 + i * 400, 400);
    parent_look(parent, &look);
    assert_int_equal(number(&plant, "SELECT count(*) FROM outbox"), 1604 - 4 - look.streams[0].dropped);
    assert_true(look.streams[0].dropped >= 600 && look.streams[0].dropped < 800);
    close_parent(); /* what was dropped stays known over a restart */
    open_parent_with(1000);
    open_level(&district);
    wait_until_empty();
    assert_int_equal(number(&district, "SELECT count(*) FROM alert WHERE severity=1"), 401);
    assert_int_equal(number(&district, "SELECT count(*) FROM alert WHERE severity=2"), 401);
    assert_int_equal(number(&district, "SELECT count(*) FROM alert"), 1604 - look.streams[0].dropped);
    assert_int_equal(number(&district, "SELECT gap FROM node"), look.streams[0].dropped);
    assert_int_equal(number(&district, "SELECT sum(count) FROM gap WHERE node='plant-a' AND stream=0"),
                     look.streams[0].dropped);
    assert_int_equal(stored(&plant, "alert"), 1604);
}

/* A collector speaks for what is below it, and for nothing else. */
static void test_false_origin(void **state)
{
    static const char *const sensors[] = {"plant-a/sensor-1", "plant-b/sensor-1", "sensor-1",
                                          "plant-a",          "plant-a/",         ""};
    enum { SENSORS = sizeof sensors / sizeof *sensors };
    char lines[4096];
    size_t n = 0;
    struct store_put put;
    struct fault fault = {""};
    (void)state;
    for (unsigned i = 0; i < SENSORS; i++) {
        char id[ULID_LENGTH + 1];
        ulid_make(id, UINT64_C(1795500000000000000), 9, i);
        n += (size_t)snprintf(lines + n, sizeof lines - n,
                              "{\"timestamp\":\"2026-11-24T05:46:38.000000+0000\",\"event_type\":\"flow\",\"flow\":{},"
                              "\"sensor\":\"%s\",\"id\":\"%s\",\"seq\":1}\n",
                              sensors[i], id);
    }
    struct store_batch batch = {.node = "plant-a", .below = true, .epoch = 1, .first = 1, .lines = lines, .length = n};
    if (!store_put_batches(district.store, &batch, 1, &put, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(put.stored, 1);
    assert_int_equal(put.refused, SENSORS - 1);
}

static void test_down(void **state)
{
    const char *to = "plant-a";
    struct item_state item_state = {0};
    struct fault fault = {""};
    struct link_item item = {.kind = "warning", .json = "{\"zh\":\"预警\"}", .length = strlen("{\"zh\":\"预警\"}")};
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        if (i == 5) open_parent_with(0); /* five are there before the plant is */
        ulid_make(item.id, UINT64_C(1795500000000000000), 7, i);
        if (!collector_link_send(district.link, &item, &to, 1, &fault)) fail_msg("%s", fault.text);
        if (!collector_link_send(district.link, &item, &to, 1, &fault)) fail_msg("%s", fault.text); /* once is enough */
    }
    for (unsigned i = 0; i < PATIENCE && !item_state.acknowledged; i++) {
        usleep(10000);
        assert_true(items_state(district.store, item.id, &item_state, &fault));
    }
    assert_int_equal(item_state.acknowledged, 1);
    assert_int_equal(item_state.nodes, 1);
    assert_int_equal(inbox_count(plant.store), 10);
    assert_int_equal(number(&plant, "SELECT count(*) FROM inbox WHERE verified AND issuer='district-1'"), 10);
    assert_int_equal(number(&district, "SELECT count(*) FROM item_node"), 10);
    /* After a restart nothing comes twice, and what is new comes. */
    close_parent();
    ulid_make(item.id, UINT64_C(1795500000000000000), 7, 10);
    assert_true(collector_link_send(district.link, &item, &to, 1, &fault));
    open_parent_with(0);
    for (unsigned i = 0; i < PATIENCE && inbox_count(plant.store) < 11; i++) usleep(10000);
    assert_int_equal(number(&plant, "SELECT next FROM inbox_position"), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_up, start, finish),
        cmocka_unit_test_setup_teardown(test_away_and_back, start, finish),
        cmocka_unit_test_setup_teardown(test_too_much_waits, start, finish),
        cmocka_unit_test_setup_teardown(test_grave_ones_stay, start, finish),
        cmocka_unit_test_setup_teardown(test_false_origin, start, finish),
        cmocka_unit_test_setup_teardown(test_down, start, finish),
    };
    return cmocka_run_group_tests_name("parent", tests, NULL, NULL);
}
