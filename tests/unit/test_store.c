/* SPDX-License-Identifier: Apache-2.0 */
/* The store: each event once (by position, by id, after kill -9), pages, filters, counts, alerts, devices, retention.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/store/alerts.h"
#include "collector/store/devices.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "collector/store/outbox.h"
#include "collector/store/summary.h"

#define NOON 1780056000000000 /* 2026-05-29T12:00:00Z, microseconds */

static char directory[64];
static struct fault fault, notice;

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/wanglou-store-XXXXXX");
    fault.text[0] = notice.text[0] = 0;
    return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static struct store *open_store(unsigned retention_days)
{
    struct store_options options = {.directory = directory, .retention_days = retention_days};
    struct store *store = store_open(&options, &notice, &fault);
    assert_string_equal(fault.text, "");
    assert_non_null(store);
    return store;
}

/* One line as a sensor writes it; `number` makes the id and the addresses. */
static size_t line_of(char *out, size_t size, const char *type, int64_t time_us, unsigned number, const char *object)
{
    char id[ULID_LENGTH + 1], stamp[64];
    time_t seconds = (time_t)(time_us / 1000000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    size_t n = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(stamp + n, sizeof stamp - n, ".%06u+0000", (unsigned)(time_us % 1000000));
    ulid_make(id, (uint64_t)time_us * 1000, 7, number);
    return (size_t)snprintf(out, size,
                            "{\"timestamp\":\"%s\",\"event_type\":\"%s\",\"src_ip\":\"10.0.%u.%u\",\"dest_ip\":"
                            "\"10.9.0.1\",\"app_proto\":\"%s\",\"%s\":%s,\"sensor\":\"s1\",\"id\":\"%s\",\"seq\":%u}\n",
                            stamp, type, number >> 8 & 255, number & 255, number % 2 ? "modbus" : "s7comm", type,
                            object, id, number);
}

static bool put(struct store *store, const char *node, uint64_t first, const char *lines, struct store_put *result)
{
    struct store_batch batch = {node, 0, 1, first, lines, strlen(lines)};
    bool good = store_put_batches(store, &batch, 1, result, &fault);
    if (!good) print_error("%s\n", fault.text);
    return good;
}

/* `count` ot events from number `first` on, one each `step_us`. */
static char *many(unsigned first, unsigned count, int64_t time_us, int64_t step_us)
{
    char *text = malloc(count * 320u + 1), *at = text;
    for (unsigned i = 0; i < count; i++)
        at += line_of(at, 320, "ot", time_us + (int64_t)i * step_us, first + i,
                      (first + i) % 4 ? "{\"class\":\"write\"}" : "{\"class\":\"mode\"}");
    return text;
}

/* What is committed is counted, too: links are written with the position, so a kill -9 behind it changes nothing. */
static void links_are_counted_with_the_commit(void **state)
{
    (void)state;
    char path[128];
    struct store_put result;
    struct store *store = open_store(0);
    char *lines = many(0, 500, NOON, 1000);
    assert_true(put(store, "s1", 1, lines, &result));
    assert_true(put(store, "s1", 1, lines, &result)); /* again: counted once */
    snprintf(path, sizeof path, "%s/main.db", directory);
    sqlite3 *other = database_open_reader(path, &fault); /* as another process sees it after the crash */
    assert_non_null(other);
    assert_int_equal(database_number(other, 0, "SELECT sum(operations) FROM link", ""), 500);
    database_close(other);
    store_close(store);
    free(lines);
}

static bool count_row(void *context, const char *id, const char *line, size_t length)
{
    (void)id, (void)line, (void)length;
    ++*(unsigned *)context;
    return true;
}

static uint64_t total(struct store *store)
{
    uint64_t count = 0;
    struct store_query all = {.limit = 1000};
    struct store_reader *reader = store_reader_open(store, &fault);
    assert_true(store_count(reader, &all, UINT64_MAX, &count, &fault));
    store_reader_close(reader);
    return count;
}

static void each_event_once(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put result;
    struct store_position position;
    char *lines = many(1, 500, NOON, 1000);
    assert_true(put(store, "a", 1, lines, &result));
    assert_int_equal(result.stored, 500);
    assert_true(store_node_position(store, "a", 0, &position, &fault));
    assert_int_equal(position.next, 501);
    assert_true(put(store, "a", 1, lines, &result)); /* by position */
    assert_int_equal(result.duplicates, 500);
    assert_true(put(store, "a", 501, lines, &result)); /* other numbers, same ids */
    assert_int_equal(result.stored, 0);
    assert_int_equal(result.duplicates, 500);
    assert_true(put(store, "b", 1, lines, &result)); /* another way to the same events */
    assert_int_equal(result.stored, 0);
    assert_int_equal(total(store), 500);
    store_close(store);
    store = open_store(0);
    assert_true(put(store, "a", 2000, lines, &result)); /* after a restart, and past a gap */
    assert_int_equal(result.stored, 0);
    assert_int_equal(total(store), 500);
    store_close(store);
    free(lines);
}

static void same_microsecond_keeps_both(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put result;
    char *lines = many(1, 300, NOON, 0);
    assert_true(put(store, "a", 1, lines, &result));
    assert_int_equal(result.stored, 300);
    assert_true(put(store, "b", 1, lines, &result));
    assert_int_equal(result.duplicates, 300);
    store_close(store);
    free(lines);
}

static void bad_lines_are_refused_and_do_not_block(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put result;
    struct store_position position;
    char lines[4096], good[400];
    line_of(good, sizeof good, "ot", NOON, 1, "{}");
    snprintf(lines, sizeof lines, "not json\n{\"timestamp\":\"x\"}\n%s", good);
    line_of(good, sizeof good, "alert", NOON, 2, "{\"severity\":");
    strcat(lines, good);
    line_of(good, sizeof good, "alert", NOON, 3, "\"text\"");
    strcat(lines, good);
    assert_true(put(store, "a", 1, lines, &result));
    assert_int_equal(result.lines, 5);
    assert_int_equal(result.stored, 1);
    assert_int_equal(result.refused, 4);
    assert_true(store_node_position(store, "a", 0, &position, &fault));
    assert_int_equal(position.next, 6);
    store_close(store);
}

static void streams_and_epochs_stand_apart(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put results[2];
    struct store_position position;
    char *one = many(1, 3, NOON, 1000), *two = many(11, 2, NOON, 1000);
    struct store_batch batches[] = {{"a", 0, 7, 1, one, strlen(one)}, {"a", 1, 9, 100, two, strlen(two)}};
    assert_true(store_put_batches(store, batches, 2, results, &fault));
    assert_true(store_node_position(store, "a", 0, &position, &fault));
    assert_true(position.epoch == 7 && position.next == 4);
    assert_true(store_node_position(store, "a", 1, &position, &fault));
    assert_true(position.epoch == 9 && position.next == 102);
    free(two);
    two = many(21, 2, NOON, 1000);
    batches[1] = (struct store_batch){"a", 1, 10, 1, two, strlen(two)}; /* a new spool counts from 1 */
    assert_true(store_put_batches(store, batches + 1, 1, results, &fault));
    assert_int_equal(results[0].stored, 2);
    assert_true(store_node_position(store, "a", 1, &position, &fault));
    assert_true(position.epoch == 10 && position.next == 3);
    assert_true(store_node_position(store, "nobody", 0, &position, &fault));
    assert_true(position.epoch == 0 && position.next == 0);
    store_close(store);
    free(one);
    free(two);
}

/* What was acknowledged is there, and nothing twice, wherever the writer is killed. */
static void survives_kill(void **state)
{
    (void)state;
    uint64_t acknowledged = 0;
    for (unsigned round = 0; round < 12; round++) {
        int pipe_ends[2];
        assert_int_equal(pipe(pipe_ends), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (!child) {
            struct store *store = store_open(&(struct store_options){.directory = directory}, &notice, &fault);
            struct store_position position;
            struct store_put result;
            if (!store || !store_node_position(store, "a", 0, &position, &fault)) _exit(1);
            for (uint64_t next = position.next ? position.next : 1;; next += 100) {
                /* Half a day between batches' ends: day files change too. */
                char *lines = many((unsigned)next, 100, NOON + (int64_t)next * 200000000, 1000);
                if (!put(store, "a", next, lines, &result)) _exit(1);
                free(lines);
                uint64_t told = next + 100;
                if (write(pipe_ends[1], &told, sizeof told) != sizeof told) _exit(1);
            }
        }
        close(pipe_ends[1]);
        usleep(15000 + round * 7000);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        for (uint64_t told; read(pipe_ends[0], &told, sizeof told) == sizeof told;)
            if (told - 1 > acknowledged) acknowledged = told - 1;
        close(pipe_ends[0]);
    }
    struct store *store = open_store(0);
    struct store_position position;
    struct store_put result;
    assert_true(acknowledged > 0);
    assert_true(store_node_position(store, "a", 0, &position, &fault));
    assert_true(position.next > acknowledged);
    for (uint64_t next = 1; next < position.next; next += 100) { /* all of it again, as from a lost position */
        char *lines = many((unsigned)next, 100, NOON + (int64_t)next * 200000000, 1000);
        assert_true(put(store, "b", next, lines, &result));
        assert_int_equal(result.duplicates, 100);
        free(lines);
    }
    store_close(store);
}

static void check_filters(struct store_reader *reader)
{
    unsigned seen;
    char next[STORE_ID_LENGTH + 1];
    const struct {
        struct store_query query;
        unsigned expected;
    } filters[] = {
        {{.protocol = "modbus", .limit = 1000}, 500},
        {{.protocol = "modbus,s7comm", .types = "ot", .limit = 1000}, 1000},
        {{.types = "alert", .limit = 1000}, 0},
        {{.classes = "mode", .limit = 1000}, 250},
        {{.classes = "mode,write", .protocol = "modbus", .limit = 1000}, 500},
        {{.sensor = "s1", .limit = 1000}, 1000},
        {{.sensor = "s2", .limit = 1000}, 0},
        {{.address = "10.0.1.4", .limit = 1000}, 1},
        {{.address = "10.0.1.0/24", .limit = 1000}, 256},
        {{.address = "10.9.0.1", .limit = 1000}, 1000},
        {{.address = "10.9.0.1", .protocol = "s7comm", .limit = 1000}, 500},
        {{.since_us = NOON + 259200000, .until_us = NOON + 11 * 259200000ll, .limit = 1000}, 10},
        {{.since_us = NOON + 500 * 259200000ll, .limit = 1000}, 500},
        {{.until_us = NOON, .limit = 1000}, 0},
    };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        uint64_t counted = 0;
        seen = 0;
        assert_true(store_query(reader, &filters[i].query, count_row, &seen, next, &fault));
        assert_true(store_count(reader, &filters[i].query, 100000, &counted, &fault));
        if (seen != filters[i].expected || counted != filters[i].expected)
            fail_msg("filter %zu: %u rows, %llu counted, %u expected", i, seen, (unsigned long long)counted,
                     filters[i].expected);
    }
}

/* As files are that were written by a version with other indexes. */
static void drop_index(void)
{
    int dropped = 0;
    for (int day = 0; day < 4; day++) {
        char path[DAY_PATH_MAX];
        struct stat st;
        sqlite3 *database;
        day_path(path, directory, (int)(NOON / 86400000000) + day);
        if (stat(path, &st)) continue;
        assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
        assert_int_equal(sqlite3_exec(database, "DROP TABLE posting", NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(database);
        dropped++;
    }
    assert_int_equal(dropped, 4);
}

static void pages_and_filters(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put result;
    char *lines = many(1, 1000, NOON, 259200000); /* three days */
    assert_true(put(store, "a", 1, lines, &result));
    struct store_reader *reader = store_reader_open(store, &fault);
    char next[STORE_ID_LENGTH + 1] = "", cursor[STORE_ID_LENGTH + 1] = "";
    unsigned seen = 0, pages = 0;
    do {
        struct store_query query = {.limit = 64, .cursor = cursor};
        assert_true(store_query(reader, &query, count_row, &seen, next, &fault));
        strcpy(cursor, next);
        pages++;
    } while (next[0]);
    assert_int_equal(seen, 1000);
    assert_int_equal(pages, 16);
    check_filters(reader);
    struct store_query bad = {.cursor = "nonsense", .limit = 1};
    assert_false(store_query(reader, &bad, count_row, &seen, next, &fault));
    fault.text[0] = 0;
    store_reader_close(reader);
    drop_index();
    reader = store_reader_open(store, &fault);
    check_filters(reader);
    store_reader_close(reader);
    store_close(store);
    free(lines);
}

struct found {
    unsigned rows;
    char id[ULID_LENGTH + 1], item[4096], assignee[64];
    enum alert_state state;
    int64_t change;
};

static bool take_alert(void *context, const struct alert_row *row)
{
    struct found *found = context;
    found->rows++;
    found->state = row->state;
    found->change = row->change;
    snprintf(found->id, sizeof found->id, "%s", row->id);
    snprintf(found->item, sizeof found->item, "%s", row->item);
    snprintf(found->assignee, sizeof found->assignee, "%s", row->assignee);
    return true;
}

static bool take_step(void *context, const struct alert_step *step)
{
    snprintf(context, 256, "%s %s %s %s", step->user, step->action, step->reason, step->comment);
    return true;
}

static unsigned alerts_matching(struct store_reader *reader, struct alert_query query)
{
    struct found found = {0};
    char next[STORE_ID_LENGTH + 1];
    uint64_t count = 0;
    query.limit = 1000;
    assert_true(alerts_query(reader, &query, take_alert, &found, next, &fault));
    assert_true(alerts_count(reader, &query, 100000, &count, &fault));
    assert_int_equal(count, found.rows);
    return found.rows;
}

static void put_alerts(struct store *store)
{
    struct store_put result;
    char lines[8192] = "", line[1024];
    for (unsigned i = 0; i < 4; i++) {
        char object[512];
        snprintf(
            object, sizeof object,
            "{\"severity\":%u,\"rule\":\"wl-s7-%04u\",\"category\":\"unsafe-operation\",\"signature\":\"%s\","
            "\"signature_en\":\"PLC %s\",\"techniques\":[\"T0858\"],\"source\":{\"ip\":\"10.0.0.%u\"},\"count\":3}",
            i + 1, i % 2, i % 2 ? "控制器停机" : "程序下装", i % 2 ? "stopped" : "download", i);
        line_of(line, sizeof line, "alert", NOON + i, i, object);
        strcat(lines, line);
    }
    assert_true(put(store, "a", 1, lines, &result));
    assert_int_equal(result.stored, 4);
    assert_true(put(store, "b", 1, lines, &result));
    assert_int_equal(result.duplicates, 4);
}

static void alerts_are_found_and_handled(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    put_alerts(store);
    struct store_reader *reader = store_reader_open(store, &fault);
    const struct {
        struct alert_query query;
        unsigned expected;
    } filters[] = {
        {{0}, 4},
        {{.severities = 1 << 1 | 1 << 2}, 2},
        {{.rule = "wl-s7-0001"}, 2},
        {{.states = 1 << ALERT_CLOSED}, 0},
        {{.text = "停机"}, 2},
        {{.text = "控制器停机"}, 2},
        {{.text = "PLC  download"}, 2},
        {{.text = "停机 download"}, 0},
        {{.text = "10.0.0.3"}, 1},
        {{.text = "%"}, 4},
        {{.address = "10.0.0.2"}, 1},
        {{.address = "10.0.0.0/30"}, 4},
        {{.address = "10.0.0.2/31"}, 2},
        {{.address = "'; DROP TABLE alert; --"}, 0},
        {{.sensor = "s1", .protocol = "modbus", .category = "unsafe-operation"}, 2},
        {{.sensor = "s"}, 0},
        {{.since_us = NOON + 1000}, 0},
        {{.until_us = NOON + 1000}, 4},
    };
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        unsigned rows = alerts_matching(reader, filters[i].query);
        if (rows != filters[i].expected) fail_msg("filter %zu: %u rows, %u expected", i, rows, filters[i].expected);
    }
    struct found found = {0};
    assert_true(alerts_after(reader, 2, 10, take_alert, &found, &fault));
    assert_int_equal(found.rows, 2);
    assert_int_equal(found.change, store_last_change(reader));
    assert_non_null(strstr(found.item, "\"signature\":\"控制器停机\""));
    assert_non_null(strstr(found.item, "\"source\":{\"ip\":\"10.0.0.3\"}"));
    assert_non_null(strstr(found.item, "\"count\":3"));
    struct alert_step step = {NOON, "zhang", "closed", "误报", "检修计划内"};
    uint64_t changed;
    struct alert_order order = {.id = found.id, .state = ALERT_CLOSED, .assignee = "zhang", .step = step};
    assert_int_equal(alerts_change(store, &order, &changed, &fault), ALERT_CHANGED);
    order.id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    assert_int_equal(alerts_change(store, &order, &changed, &fault), ALERT_UNKNOWN);
    assert_true(alerts_one(reader, found.id, take_alert, &found, &fault));
    assert_int_equal(found.state, ALERT_CLOSED);
    assert_int_equal(found.change, 5); /* after the four arrivals */
    assert_string_equal(found.assignee, "zhang");
    char history[256] = "";
    assert_true(alerts_history(reader, found.id, take_step, history, &fault));
    assert_string_equal(history, "zhang closed 误报 检修计划内");
    assert_int_equal(alerts_matching(reader, (struct alert_query){.states = 1 << ALERT_OPEN}), 3);
    struct store_summary summary;
    assert_true(store_summary(reader, NOON, NOON - 1000000, &summary, &fault));
    assert_int_equal(summary.open_by_severity[1], 1);
    assert_int_equal(summary.open_by_severity[4], 0);
    assert_int_equal(summary.by_state[ALERT_CLOSED], 1);
    assert_int_equal(summary.today, 4);
    assert_int_equal(summary.alerts_per_minute[SUMMARY_MINUTES - 1], 4);
    store_reader_close(reader);
    store_close(store);
}

static bool take_device(void *context, const struct device_row *row)
{
    snprintf(context, 512, "%s %s %s %llu", row->key, row->item, row->asset, (unsigned long long)row->alerts);
    return true;
}

static void latest_asset_wins(void **state)
{
    (void)state;
    struct store *store = open_store(0);
    struct store_put result;
    char late[512], early[512], device[512] = "";
    int64_t next;
    uint64_t count;
    put_alerts(store);
    line_of(late, sizeof late, "asset", NOON + 5000000, 100,
            "{\"address\":\"10.0.0.2\",\"firmware\":\"V2\",\"name\":\"一号泵\"}");
    line_of(early, sizeof early, "asset", NOON, 101, "{\"address\":\"10.0.0.2\",\"firmware\":\"V1\"}");
    assert_true(put(store, "a", 5, late, &result));
    assert_true(put(store, "a", 6, early, &result));
    struct store_reader *reader = store_reader_open(store, &fault);
    struct device_query query = {.limit = 10};
    assert_true(devices_query(reader, &query, take_device, device, &next, &fault));
    assert_int_equal(next, 0);
    assert_string_equal(device, "10.0.0.2 \"address\":\"10.0.0.2\",\"firmware\":\"V2\",\"name\":\"一号泵\" "
                                "{\"address\":\"10.0.0.2\",\"firmware\":\"V2\",\"name\":\"一号泵\"} 1");
    device[0] = 0;
    assert_true(devices_after(reader, 4, 10, take_device, device, &fault)); /* after the four alerts */
    assert_non_null(strstr(device, "V2"));
    assert_true(devices_after(reader, 5, 10, take_device, strcpy(device, ""), &fault));
    assert_string_equal(device, "");
    query.text = "一号 V2";
    assert_true(devices_total(reader, &query, &count, &fault));
    assert_int_equal(count, 1);
    query.text = "V1";
    assert_true(devices_total(reader, &query, &count, &fault));
    assert_int_equal(count, 0);
    store_reader_close(reader);
    store_close(store);
}

static void old_days_go_and_so_do_their_alerts(void **state)
{
    (void)state;
    struct store *store = open_store(180);
    struct store_put result;
    put_alerts(store);
    char *lines = many(50, 10, NOON - 400 * 86400000000ll, 1000); /* an old capture, received now */
    assert_true(put(store, "a", 50, lines, &result));
    int64_t now = store_now_us();
    assert_int_equal(store_retain(store, now + 179 * 86400000000ll, &fault), 0);
    assert_int_equal(total(store), 14);
    assert_int_equal(store_retain(store, now + 181 * 86400000000ll, &fault), 2);
    assert_int_equal(total(store), 0);
    struct store_reader *reader = store_reader_open(store, &fault);
    assert_int_equal(alerts_matching(reader, (struct alert_query){0}), 0);
    assert_true(put(store, "a", 60, lines, &result)); /* the day may come again */
    assert_int_equal(result.stored, 10);
    assert_int_equal(total(store), 10);
    store_reader_close(reader);
    store_close(store);
    free(lines);
}

static void quota_drops_the_oldest(void **state)
{
    (void)state;
    struct store_options options = {.directory = directory, .quota_bytes = 200 * 1024};
    struct store *store = store_open(&options, &notice, &fault);
    struct store_put result;
    uint64_t before;
    char *lines = many(1, 2000, NOON, 345600000); /* eight days and a bit */
    assert_true(put(store, "a", 1, lines, &result));
    before = total(store);
    assert_true(store_retain(store, NOON, &fault) > 0);
    assert_true(total(store) < before && total(store) > 0);
    store_close(store);
    free(lines);
}

static void a_damaged_day_is_set_aside(void **state)
{
    (void)state;
    char path[DAY_PATH_MAX], aside[DAY_PATH_MAX + 16], garbage[4096];
    pid_t child = fork();
    assert_true(child >= 0);
    if (!child) { /* dies with its files open, as a crash leaves them */
        struct store *store = open_store(0);
        struct store_put result;
        char *lines = many(1, 400, NOON, 432000000);
        _exit(put(store, "a", 1, lines, &result) ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    day_path(path, directory, (int)(NOON / 86400000000));
    struct store *store = open_store(0);
    assert_int_equal(total(store), 400);
    store_close(store);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    memset(garbage, 0xa5, sizeof garbage);
    fseek(file, 4096, SEEK_SET);
    for (int i = 0; i < 6; i++) fwrite(garbage, 1, sizeof garbage, file);
    fclose(file);
    snprintf(aside, sizeof aside, "%s-wal", path);
    file = fopen(aside, "w"); /* as if the crash had left it */
    fwrite(garbage, 1, sizeof garbage, file);
    fclose(file);
    store = open_store(0);
    assert_non_null(strstr(notice.text, "set aside"));
    assert_true(total(store) < 400 && total(store) > 0);
    snprintf(aside, sizeof aside, "%s.damaged", path);
    assert_int_equal(access(aside, F_OK), 0);
    store_close(store);
}

/* The writer has made the file and not its tables yet, when the check in the background comes by: a check that took
 * part in making it once set a whole day aside. */
static void a_day_in_the_making_is_no_damage(void **state)
{
    (void)state;
    char path[DAY_PATH_MAX];
    struct stat before, after;
    int day = (int)(NOON / 86400000000);
    struct store *store = open_store(0);
    day_path(path, directory, day);
    FILE *file = fopen(path, "w");
    fclose(file);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(day_check(directory, day, &fault), DAY_SOUND);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    sqlite3 *other = NULL; /* somebody else has it for himself alone: not read, but not damaged */
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other,
                                  "PRAGMA locking_mode=EXCLUSIVE; CREATE TABLE t(x); BEGIN EXCLUSIVE;"
                                  "INSERT INTO t VALUES(1)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(day_check(directory, day, &fault), DAY_UNREAD);
    sqlite3_close(other);
    store_close(store);
}

static size_t all_of_it(void *context, const struct event_envelope *e, const char *line, size_t length, char *out,
                        size_t room)
{
    (void)context, (void)e;
    assert_true(length <= room);
    memcpy(out, line, length);
    return length;
}

static unsigned one_stream(unsigned type)
{
    (void)type;
    return 0;
}

/* What the parent has is no longer dropped, so that fewer go than there are too many: only those are counted. */
static void the_queue_counts_what_it_dropped(void **state)
{
    (void)state;
    enum { MOST = 16, NEWER = 10 };
    struct store_put result;
    struct outbox_position at;
    struct outbox_options options = {.forward = all_of_it, .stream = one_stream, .policy = "all", .most = MOST};
    struct store *store = open_store(0);
    struct outbox *outbox = outbox_open(store, &options, &fault);
    assert_non_null(outbox);
    char *first = many(0, MOST, NOON, 1000), *newer = many(MOST, NEWER, NOON, 1000),
         *last = many(MOST + NEWER, MOST - 1, NOON, 1000);
    assert_true(put(store, "s1", 1, first, &result));
    outbox_acknowledge(outbox, 0, MOST + 1);
    assert_true(put(store, "s1", MOST + 1, newer, &result));
    outbox_look(outbox, 0, &at);
    assert_int_equal(at.dropped, NEWER - 1); /* all that it may drop: not the newest */
    assert_true(outbox_settle(outbox, &fault));
    assert_true(put(store, "s1", MOST + NEWER + 1, last, &result)); /* one and fifteen: there is room for these */
    outbox_look(outbox, 0, &at);
    assert_int_equal(at.dropped, NEWER - 1);
    assert_int_equal(database_number(store->main, -1, "SELECT count(*) FROM outbox", ""), MOST);
    outbox_close(outbox);
    store_close(store);
    free(first), free(newer), free(last);
}

static void send_item(struct store *store, char digit, const char *const *nodes, unsigned count)
{
    struct link_item item = {.id = "01M878A9A15EAE64GFHB0NATN0", .kind = "warning", .json = "{}", .length = 2};
    item.id[ULID_LENGTH - 1] = digit;
    assert_true(items_send(store, &item, nodes, count, &fault));
}

static unsigned items_from(struct store *store, const char *node, uint64_t after)
{
    unsigned count = 0;
    for (struct item_copy *copy; (copy = items_next(store, node, after, &fault)); count++) {
        after = copy->item.number;
        free(copy);
    }
    return count;
}

/* What every node has goes, what one has not stays, and numbers go on. */
static void items_that_are_over_go(void **state)
{
    (void)state;
    static const char *const both[] = {"plant-a", "plant-b"};
    struct store *store = open_store(0);
    for (char digit = '1'; digit <= '3'; digit++) send_item(store, digit, both, 2);
    assert_true(items_acknowledge(store, "plant-a", 4, &fault));
    assert_true(items_acknowledge(store, "plant-b", 2, &fault));
    assert_true(items_prune(store, store_now_us() - 60000000, &fault)); /* too young */
    assert_int_equal(items_from(store, "plant-a", 0), 3);
    int64_t later = store_now_us() + 1;
    assert_true(items_prune(store, later, &fault));
    assert_int_equal(items_from(store, "plant-a", 0), 2); /* those that plant-b waits for */
    assert_int_equal(items_from(store, "plant-b", 0), 2);
    assert_true(items_acknowledge(store, "plant-b", 4, &fault));
    later = store_now_us() + 1;
    assert_true(items_prune(store, later, &fault));
    assert_int_equal(items_from(store, "plant-b", 0), 1);
    send_item(store, '4', both, 2);
    struct item_copy *next = items_next(store, "plant-b", 3, &fault);
    assert_non_null(next);
    assert_int_equal(next->item.number, 4);
    free(next);
    store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_event_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(links_are_counted_with_the_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(same_microsecond_keeps_both, set_up, tear_down),
        cmocka_unit_test_setup_teardown(bad_lines_are_refused_and_do_not_block, set_up, tear_down),
        cmocka_unit_test_setup_teardown(streams_and_epochs_stand_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(survives_kill, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pages_and_filters, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alerts_are_found_and_handled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(latest_asset_wins, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_days_go_and_so_do_their_alerts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quota_drops_the_oldest, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_day_is_set_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_day_in_the_making_is_no_damage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(items_that_are_over_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_queue_counts_what_it_dropped, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
