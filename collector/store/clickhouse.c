/* SPDX-License-Identifier: Apache-2.0 */
/* Events in ClickHouse: schema in two dialects, blocks, queries. An event is known by its ULID, which begins with its
 * time: the table is sorted by it, so that a page is the end of a range. */
#include "collector/store/clickhouse.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/store/clickhouse_http.h"
#include "collector/store/internal.h"

enum { SHARDS_MOST = 64 };

const char *const clickhouse_dialect_name[] = {"modern", "18.16-safe", NULL};

struct clickhouse {
    struct clickhouse_options options;
    struct clickhouse_http *http, *shards[SHARDS_MOST];
    unsigned shard_count;
    bool made; /* the tables are there */
    struct clickhouse_text block;
    unsigned rows;
    const char *table; /* that is read and written */
};

/* ---- schema ---- */

/* month, not day, is the partition: few parts, and DROP PARTITION is the way to forget that both dialects know. */
static const char *const local_table[] = {
    [DIALECT_MODERN] =
        "CREATE TABLE IF NOT EXISTS %s.event_local (month UInt32, id FixedString(26), type "
        "LowCardinality(String), sensor LowCardinality(String), protocol LowCardinality(String), class "
        "LowCardinality(String), source String, target String, line String CODEC(ZSTD(3)),"
        " INDEX by_source source TYPE bloom_filter GRANULARITY 4, INDEX by_target target TYPE bloom_filter"
        " GRANULARITY 4) ENGINE = ReplacingMergeTree PARTITION BY month ORDER BY id SETTINGS"
        " non_replicated_deduplication_window = 1000",
    [DIALECT_18_16] = "CREATE TABLE IF NOT EXISTS %s.event_local (month UInt32, id FixedString(26), type String,"
                      " sensor String, protocol String, class String, source String, target String, line String)"
                      " ENGINE = ReplacingMergeTree PARTITION BY month ORDER BY id",
};

static bool run(struct clickhouse_http *http, const char *statement, struct fault *fault)
{
    struct clickhouse_text answer = {0};
    bool good = http_run(http, "", statement, NULL, &answer, fault);
    free(answer.text);
    return good;
}

static bool make_on(struct clickhouse *c, struct clickhouse_http *http, struct fault *fault)
{
    char statement[2048];
    const char *database = c->options.database;
    snprintf(statement, sizeof statement, "CREATE DATABASE IF NOT EXISTS %s", database);
    if (!run(http, statement, fault)) return false;
    snprintf(statement, sizeof statement, local_table[c->options.dialect], database);
    if (!run(http, statement, fault)) return false;
    if (!c->options.cluster) return true;
    /* An id has its shard, so that its doubles meet there and are merged. */
    snprintf(statement, sizeof statement,
             "CREATE TABLE IF NOT EXISTS %s.event AS %s.event_local ENGINE = Distributed(%s, %s, event_local,"
             " cityHash64(id))",
             database, database, c->options.cluster, database);
    return run(http, statement, fault);
}

/* At the first use: a server that is away at the start is met when it is back. */
static bool make(struct clickhouse *c, struct fault *fault)
{
    if (c->made) return true;
    bool good = make_on(c, c->http, fault);
    for (unsigned i = 0; good && i < c->shard_count; i++) good = make_on(c, c->shards[i], fault);
    return c->made = good;
}

struct clickhouse *clickhouse_open(const struct clickhouse_options *options, struct fault *fault)
{
    struct fault ignored = {""};
    struct clickhouse *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->options = *options;
    c->table = options->cluster ? "event" : "event_local";
    c->http = http_open(options->url, options->user, options->password);
    for (unsigned i = 0; i < options->shard_count; i++) {
        if (i == SHARDS_MOST) {
            fault_set(fault, "store.shards: %d are the most", SHARDS_MOST);
            clickhouse_close(c);
            return NULL;
        }
        c->shards[c->shard_count++] = http_open(options->shards[i], options->user, options->password);
    }
    make(c, &ignored);
    return c;
}

void clickhouse_close(struct clickhouse *c)
{
    if (!c) return;
    http_close(c->http);
    for (unsigned i = 0; i < c->shard_count; i++) http_close(c->shards[i]);
    free(c->block.text);
    free(c);
}

/* ---- writing ---- */

static unsigned month_of_day(int day)
{
    struct tm tm;
    time_t at = (time_t)day * 86400;
    gmtime_r(&at, &tm);
    return (unsigned)(tm.tm_year + 1900) * 100 + (unsigned)tm.tm_mon + 1;
}

bool clickhouse_put(struct clickhouse *c, const struct event_envelope *e, const char *line, size_t length,
                    struct fault *fault)
{
    struct clickhouse_text *b = &c->block;
    const struct {
        const char *text;
        size_t length;
    } cells[] = {{e->type_name, e->type_length},
                 {e->sensor, e->sensor_length},
                 {e->app_proto, e->app_proto_length},
                 {e->ot_class, e->ot_class_length},
                 {e->src_ip ? e->src_ip : e->src_mac, e->src_ip ? e->src_ip_length : e->src_mac_length},
                 {e->dest_ip ? e->dest_ip : e->dest_mac, e->dest_ip ? e->dest_ip_length : e->dest_mac_length},
                 {line, length}};
    (void)fault;
    text_format(b, "%u\t%.*s", month_of_day(day_of_ulid(e->id)), ULID_LENGTH, e->id);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        text_add(b, "\t", 1);
        if (cells[i].text) text_cell(b, cells[i].text, cells[i].length);
    }
    text_add(b, "\n", 1);
    c->rows++;
    return true;
}

/* Synchronous into every shard: what is acknowledged is there, and a shard that is away is a refusal. */
bool clickhouse_commit(struct clickhouse *c, struct fault *fault)
{
    char statement[256];
    struct clickhouse_text answer = {0};
    if (!c->rows) return true;
    if (!make(c, fault)) return false;
    snprintf(statement, sizeof statement, "INSERT INTO %s.%s FORMAT TabSeparated", c->options.database, c->table);
    bool good = http_run(c->http, "insert_distributed_sync=1", statement, &c->block, &answer, fault);
    free(answer.text);
    if (good) clickhouse_rollback(c);
    return good;
}

void clickhouse_rollback(struct clickhouse *c)
{
    c->block.length = 0;
    c->rows = 0;
}

int clickhouse_retain(struct clickhouse *c, int day, struct fault *fault)
{
    char statement[256];
    struct clickhouse_text answer = {0};
    int dropped = 0;
    if (!make(c, fault)) return -1;
    snprintf(statement, sizeof statement, "SELECT DISTINCT month FROM %s.%s WHERE month < %u FORMAT TabSeparated",
             c->options.database, c->table, month_of_day(day));
    bool good = http_run(c->http, "", statement, NULL, &answer, fault);
    for (char *at = answer.text, *end; good && at && *at; at = end + (*end == '\n')) {
        end = at + strcspn(at, "\n");
        snprintf(statement, sizeof statement, "ALTER TABLE %s.event_local DROP PARTITION %.*s", c->options.database,
                 (int)(end - at), at);
        good = c->shard_count || run(c->http, statement, fault);
        for (unsigned i = 0; good && i < c->shard_count; i++) good = run(c->shards[i], statement, fault);
        dropped += good;
    }
    free(answer.text);
    return good ? dropped : -1;
}

/* ---- reading ---- */

/* AND column IN ('a','b') of a list with commas. */
static void add_names(struct clickhouse_text *sql, const char *column, const char *names)
{
    const char *before = "(";
    if (!names || !*names) return;
    text_format(sql, " AND %s IN ", column);
    for (const char *p = names; *p; p += strcspn(p, ","), p += *p == ',') {
        text_add(sql, before, 1);
        text_literal(sql, p, strcspn(p, ","));
        before = ",";
    }
    text_add(sql, ")", 1);
}

static void add_scope(struct clickhouse_text *sql, const char *scope)
{
    const char *before = " AND (0";
    if (!scope || !*scope) return;
    text_add(sql, before, strlen(before));
    for (const char *p = scope; *p; p += strcspn(p, ","), p += *p == ',') {
        struct clickhouse_text below = {0};
        size_t n = strcspn(p, ",");
        if (!n) continue;
        text_add(&below, p, n);
        text_add(&below, "/", 1);
        text_format(sql, " OR sensor = ");
        text_literal(sql, p, n);
        text_format(sql, " OR substring(sensor, 1, %zu) = ", n + 1);
        text_literal(sql, below.text, below.length);
        free(below.text);
    }
    text_add(sql, ")", 1);
}

static void add_time(struct clickhouse_text *sql, const char *relation, int64_t time_us)
{
    char id[ULID_LENGTH + 1];
    if (!time_us) return;
    ulid_make(id, (uint64_t)time_us * 1000u, 0, 0);
    text_format(sql, " AND id %s '%s'", relation, id);
}

/* Names of ClickHouse's functions have changed: this one gives 0 for what is no IPv4 address. */
static const char *const ipv4_number[] = {
    [DIALECT_MODERN] = "IPv4StringToNumOrDefault", [DIALECT_18_16] = "IPv4StringToNum"};

static void add_address(struct clickhouse_text *sql, enum clickhouse_dialect dialect, const char *address)
{
    int64_t least, most;
    if (!address || !*address) return;
    if (day_network(address, &least, &most)) {
        for (const char *const *side = (const char *const[]){"source", "target", NULL}; *side; side++)
            text_format(sql, "%s%s(%s) BETWEEN %lld AND %lld", side[1] ? " AND (" : " OR ", ipv4_number[dialect], *side,
                        (long long)least, (long long)most);
    } else {
        text_format(sql, " AND (source = ");
        text_literal(sql, address, strlen(address));
        text_format(sql, " OR target = ");
        text_literal(sql, address, strlen(address));
    }
    text_add(sql, ")", 1);
}

static void add_where(struct clickhouse_text *sql, const struct clickhouse *c, const char *scope,
                      const struct store_query *q)
{
    text_format(sql, " FROM %s.%s WHERE 1", c->options.database, c->table);
    add_names(sql, "type", q->types);
    add_names(sql, "protocol", q->protocol);
    add_names(sql, "class", q->classes);
    if (q->sensor) {
        text_format(sql, " AND sensor = ");
        text_literal(sql, q->sensor, strlen(q->sensor));
    }
    add_scope(sql, scope);
    add_address(sql, c->options.dialect, q->address);
    add_time(sql, ">=", q->since_us);
    add_time(sql, "<", q->until_us);
    if (q->cursor && *q->cursor) text_format(sql, " AND id < '%.*s'", ULID_LENGTH, q->cursor);
}

/* Lines "id TAB line" of an answer; returns how many were given. `last` receives the id of the last one. */
static int give_rows(char *answer, store_row *row, void *context, char *last)
{
    int rows = 0;
    for (char *at = answer, *end; at && *at; at = end + 1) {
        end = at + strcspn(at, "\n");
        char *tab = memchr(at, '\t', (size_t)(end - at)), id[ULID_LENGTH + 1];
        if (!tab || tab - at != ULID_LENGTH) break;
        memcpy(id, at, ULID_LENGTH);
        id[ULID_LENGTH] = 0;
        bool more = *end;
        size_t length = text_unescape(tab + 1, (size_t)(end - tab - 1));
        tab[1 + length] = 0;
        if (last) memcpy(last, id, sizeof id);
        rows++;
        if (!row(context, id, tab + 1, length) || !more) break;
    }
    return rows;
}

/* One page of what is not older than `least_us`; returns rows, -1 on a fault. The ids come first: to sort the lines of
 * all that matches would be to read them. */
static int page_of(struct clickhouse *c, const char *scope, const struct store_query *q, int64_t least_us,
                   store_row *row, void *context, char last[STORE_ID_LENGTH + 1], struct fault *fault)
{
    enum { STEP = ULID_LENGTH + 1 };
    struct clickhouse_text ids = {0}, lines = {0}, answer = {0};
    struct store_query part = *q;
    int rows = 0;
    if (least_us > part.since_us) part.since_us = least_us;
    bool whole = part.since_us == q->since_us;
    text_format(&ids, "SELECT id");
    add_where(&ids, c, scope, &part);
    text_format(&ids, " ORDER BY id DESC LIMIT 1 BY id LIMIT %u FORMAT TabSeparated", q->limit);
    bool good = http_run(c->http, "", ids.text, NULL, &answer, fault);
    size_t found = good ? answer.length / STEP : 0;
    if (found && (found == q->limit || whole)) { /* else the window was too small */
        text_format(&lines, "SELECT id, line");
        add_where(&lines, c, scope, &part);
        text_format(&lines, " AND id >= '%.*s' AND id <= '%.*s' ORDER BY id DESC LIMIT 1 BY id FORMAT TabSeparated",
                    ULID_LENGTH, answer.text + (found - 1) * STEP, ULID_LENGTH, answer.text);
        answer.length = 0;
        good = http_run(c->http, "", lines.text, NULL, &answer, fault);
        rows = good ? give_rows(answer.text, row, context, last) : 0;
    }
    free(ids.text);
    free(lines.text);
    free(answer.text);
    return good ? rows : -1;
}

/* The newest first: a server that cannot read backwards would sort everything, so windows grow until a page is full. */
bool clickhouse_query(struct clickhouse *c, const char *scope, const struct store_query *q, store_row *row,
                      void *context, char next[STORE_ID_LENGTH + 1], struct fault *fault)
{
    static const int64_t windows_us[] = {600000000ll, 7200000000ll, 86400000000ll, 30 * 86400000000ll, 0};
    char last[STORE_ID_LENGTH + 1] = "";
    int64_t end_us = q->cursor && *q->cursor ? (int64_t)ulid_time_ms(q->cursor) * 1000
                     : q->until_us           ? q->until_us
                                             : store_now_us();
    int rows = 0;
    if (!make(c, fault)) return false;
    for (size_t i = 0; rows == 0 && i < sizeof windows_us / sizeof *windows_us; i++)
        rows = page_of(c, scope, q, windows_us[i] ? end_us - windows_us[i] : 0, row, context, last, fault);
    memcpy(next, last, sizeof last);
    if (rows < (int)q->limit) next[0] = 0;
    return rows >= 0;
}

bool clickhouse_count(struct clickhouse *c, const char *scope, const struct store_query *q, uint64_t most,
                      uint64_t *count, struct fault *fault)
{
    struct clickhouse_text sql = {0}, answer = {0};
    if (!make(c, fault)) return false;
    text_format(&sql, "SELECT count() FROM (SELECT id");
    add_where(&sql, c, scope, q);
    text_format(&sql, " LIMIT 1 BY id LIMIT %llu) FORMAT TabSeparated", (unsigned long long)most);
    bool good = http_run(c->http, "", sql.text, NULL, &answer, fault);
    *count = good && answer.text ? strtoull(answer.text, NULL, 10) : 0;
    free(sql.text);
    free(answer.text);
    return good;
}

bool clickhouse_event(struct clickhouse *c, const char *id, store_row *row, void *context, struct fault *fault)
{
    struct clickhouse_text sql = {0}, answer = {0};
    if (!make(c, fault)) return false;
    text_format(&sql, "SELECT id, line FROM %s.%s WHERE id = ", c->options.database, c->table);
    text_literal(&sql, id, strlen(id));
    text_format(&sql, " LIMIT 1 FORMAT TabSeparated");
    bool good = http_run(c->http, "", sql.text, NULL, &answer, fault);
    if (good) give_rows(answer.text, row, context, NULL);
    free(sql.text);
    free(answer.text);
    return good;
}

bool clickhouse_minutes(struct clickhouse *c, int64_t since_us, clickhouse_minute *row, void *context,
                        struct fault *fault)
{
    struct clickhouse_text sql = {0}, answer = {0};
    char id[ULID_LENGTH + 1];
    if (!make(c, fault)) return false;
    ulid_make(id, (uint64_t)since_us * 1000u, 0, 0);
    /* The minute is worked out here from the first ten characters: Crockford's alphabet is nobody's function. */
    text_format(&sql,
                "SELECT substring(toString(id), 1, 10) AS head, sensor, count(), sum(type = 'alert') FROM %s.%s"
                " WHERE id >= '%s' GROUP BY substring(toString(id), 1, 10), sensor FORMAT TabSeparated",
                c->options.database, c->table, id);
    bool good = http_run(c->http, "", sql.text, NULL, &answer, fault);
    for (char *at = answer.text, *end; good && at && *at; at = end + 1) {
        char whole[ULID_LENGTH + 1] = "0000000000"
                                      "0000000000000000",
                                 sensor[STORE_NODE_MAX * 4] = "";
        unsigned long long events = 0, alerts = 0;
        end = at + strcspn(at, "\n");
        bool more = *end;
        *end = 0;
        if (sscanf(at, "%10c\t%251[^\t]\t%llu\t%llu", whole, sensor, &events, &alerts) == 4)
            row(context, (int64_t)(ulid_time_ms(whole) / 60000), sensor, events, alerts);
        if (!more) break;
    }
    free(sql.text);
    free(answer.text);
    return good;
}
