/* SPDX-License-Identifier: Apache-2.0 */
/* Reading events: pages, counts and single ones, day by day from the newest, each with the index that fits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/clickhouse.h"
#include "collector/store/internal.h"

/* wl_address(text): the number that stands for an address, for ranges in SQL. */
static void sql_address(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const char *text = (const char *)sqlite3_value_text(values[0]);
    sqlite3_result_int64(context, text ? day_address(text, (size_t)sqlite3_value_bytes(values[0])) : 0);
}

struct store_reader *store_reader_open(struct store *store, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    struct store_reader *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->store = store;
    snprintf(path, sizeof path, "%s/main.db", store->directory);
    r->main = database_open_reader(path, fault);
    if (r->main) {
        sqlite3_create_function(r->main, "wl_address", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                sql_address, NULL, NULL);
        sqlite3_create_function(r->main, "wl_in_scope", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY, r, sql_in_scope, NULL,
                                NULL);
        return r;
    }
    store_reader_close(r);
    return NULL;
}

void store_reader_close(struct store_reader *r)
{
    if (!r) return;
    for (int i = 0; i < DAYS_READING; i++) database_close(r->days[i].database);
    database_close(r->main);
    free(r);
}

int64_t store_last_change(struct store_reader *r) { return database_number(r->main, 0, STORE_LAST_CHANGE, ""); }

/* ---- which days and rows ---- */

enum { CURSOR_LENGTH = 5 + 16, KINDS_AS_ARMS = 24, KINDS_MAX = 4200, SQL_MAX = 64 * 1024 };

struct range { /* of rows in one day: least <= n < most */
    int64_t least, most;
};

static bool read_cursor(const char *cursor, int *day, int64_t *row)
{
    unsigned d;
    unsigned long long n;
    int used = 0;
    if (strlen(cursor) != CURSOR_LENGTH || sscanf(cursor, "%5x%16llx%n", &d, &n, &used) != 2 || used != CURSOR_LENGTH)
        return false;
    *day = (int)d;
    *row = (int64_t)(n & INT64_MAX);
    return true;
}

bool store_cursor_valid(const char *cursor)
{
    int day;
    int64_t row;
    return read_cursor(cursor, &day, &row) || ulid_valid(cursor, strlen(cursor)); /* the latter of ClickHouse */
}

static int day_at(int64_t time_us) { return (int)(time_us / 86400000000); }

/* False: nothing of this day can match. */
static bool range_of(const struct store_query *q, int day, int cursor_day, int64_t cursor_row, struct range *range)
{
    *range = (struct range){0, INT64_MAX};
    if (q->since_us) {
        if (day < day_at(q->since_us)) return false;
        range->least = day_row_at(day, q->since_us);
    }
    if (q->until_us) {
        if (day > day_at(q->until_us)) return false;
        range->most = day_row_at(day, q->until_us);
    }
    if (cursor_day >= 0) {
        if (day > cursor_day) return false;
        if (day == cursor_day && cursor_row < range->most) range->most = cursor_row;
    }
    return range->least < range->most;
}

/* ---- one day ---- */

struct kinds {
    int64_t numbers[KINDS_MAX];
    unsigned count;
    bool all; /* no condition on the kind */
};

/* Is `text` one of the names in "a,b,c"? */
static bool in_list(const char *list, const char *text)
{
    size_t n = strlen(text);
    for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',')
        if (strncmp(p, text, n) == 0 && (p[n] == ',' || !p[n])) return true;
    return false;
}

static bool find_kinds(struct store_reader *r, sqlite3 *day, const struct store_query *q, struct kinds *kinds,
                       struct fault *fault)
{
    kinds->count = 0;
    kinds->all = !q->types && !q->sensor && !q->protocol && !q->classes && !r->scope[0];
    if (kinds->all) return true;
    sqlite3_stmt *select = database_prepare(day, "SELECT kind, type, sensor, protocol, class FROM kind", fault);
    if (!select) return false;
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW && kinds->count < KINDS_MAX)
        if ((!q->types || in_list(q->types, database_text(select, 1))) &&
            (!q->sensor || strcmp(q->sensor, database_text(select, 2)) == 0) &&
            reader_may_see(r, database_text(select, 2), strlen(database_text(select, 2))) &&
            (!q->protocol || in_list(q->protocol, database_text(select, 3))) &&
            (!q->classes || in_list(q->classes, database_text(select, 4))))
            kinds->numbers[kinds->count++] = sqlite3_column_int64(select, 0);
    if (result != SQLITE_DONE && result != SQLITE_ROW) database_fault(day, fault, "reading kinds of events");
    sqlite3_finalize(select);
    return result == SQLITE_DONE || result == SQLITE_ROW;
}

struct sql {
    char text[SQL_MAX];
    size_t length;
};

static void add(struct sql *sql, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct sql *sql, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sql->length += (size_t)vsnprintf(sql->text + sql->length, sizeof sql->text - sql->length, format, arguments);
    va_end(arguments);
}

static void add_kinds(struct sql *sql, const struct kinds *kinds)
{
    if (kinds->all) return;
    add(sql, " AND +kind IN (");
    for (unsigned i = 0; i < kinds->count; i++) add(sql, "%s%lld", i ? "," : "", (long long)kinds->numbers[i]);
    add(sql, ")");
}

/* One arm of the union: the newest rows by one index. */
static void add_arm(struct sql *sql, bool *first, const struct range *range, const char *condition,
                    const struct kinds *kinds, unsigned limit)
{
    add(sql, "%sSELECT n FROM (SELECT n FROM event WHERE n>=%lld AND n<%lld%s", *first ? "" : " UNION ",
        (long long)range->least, (long long)range->most, condition);
    if (kinds) add_kinds(sql, kinds);
    add(sql, " ORDER BY n DESC LIMIT %u)", limit);
    *first = false;
}

enum { NETWORK_ROWS = 5000 };

/* A network with so many rows in the day that the newest are found sooner in the table's own order: by the index all of
 * them would be read and sorted. */
static bool is_wide(sqlite3 *day, const struct store_query *q)
{
    static const char sql[] =
        "SELECT max((SELECT count(*) FROM (SELECT 1 FROM event WHERE source BETWEEN ?1 AND ?2 LIMIT ?3)),"
        " (SELECT count(*) FROM (SELECT 1 FROM event WHERE target BETWEEN ?1 AND ?2 LIMIT ?3)))";
    int64_t least, most;
    return q->address && day_network(q->address, &least, &most) &&
           database_number(day, 0, sql, "iii", least, most, (int64_t)NETWORK_ROWS) >= NETWORK_ROWS;
}

/* All values in the SQL are numbers of ours. Few kinds: an arm by the index of each. Many, or a wide network: the table
 * in its own order. */
static void select_rows(struct sql *sql, const struct store_query *q, const struct range *range,
                        const struct kinds *kinds, bool wide, unsigned limit)
{
    bool first = true;
    char condition[192];
    int64_t least, most;
    if (wide) {
        day_network(q->address, &least, &most);
        snprintf(condition, sizeof condition, " AND (+source BETWEEN %lld AND %lld OR +target BETWEEN %lld AND %lld)",
                 (long long)least, (long long)most, (long long)least, (long long)most);
        add_arm(sql, &first, range, condition, kinds, limit);
    } else if (q->address) {
        if (!day_network(q->address, &least, &most)) least = most = day_address(q->address, strlen(q->address));
        for (int side = 0; side < 2; side++) {
            const char *column = side ? "target" : "source";
            if (least == most)
                snprintf(condition, sizeof condition, " AND %s=%lld", column, (long long)least);
            else
                snprintf(condition, sizeof condition, " AND %s BETWEEN %lld AND %lld", column, (long long)least,
                         (long long)most);
            add_arm(sql, &first, range, condition, kinds, limit);
        }
    } else if (!kinds->all && kinds->count <= KINDS_AS_ARMS) {
        for (unsigned i = 0; i < kinds->count; i++) {
            snprintf(condition, sizeof condition, " AND kind=%lld", (long long)kinds->numbers[i]);
            add_arm(sql, &first, range, condition, NULL, limit);
        }
    } else {
        add_arm(sql, &first, range, "", kinds, limit);
    }
}

/* ---- pages ---- */

struct page {
    struct store_reader *reader;
    const struct store_query *query;
    store_row *row;
    void *context;
    struct kinds *kinds;
    struct sql *sql;
    unsigned left;
    int day;      /* of the last row given */
    int64_t last; /* its number */
};

static bool page_day(struct page *p, int day, const struct range *range, struct fault *fault)
{
    sqlite3 *database = days_for_reading(p->reader, day, fault);
    if (!database) return !fault->text[0]; /* dropped meanwhile */
    if (!find_kinds(p->reader, database, p->query, p->kinds, fault)) return false;
    if (!p->kinds->all && !p->kinds->count) return true;
    p->sql->length = 0;
    add(p->sql, "SELECT n, line FROM event WHERE n IN (");
    select_rows(p->sql, p->query, range, p->kinds, is_wide(database, p->query), p->left);
    add(p->sql, ") ORDER BY n DESC LIMIT %u", p->left);
    sqlite3_stmt *select = database_prepare(database, p->sql->text, fault);
    if (!select) return false;
    int result;
    struct event_envelope e;
    while ((result = sqlite3_step(select)) == SQLITE_ROW && p->left) {
        const char *line = database_text(select, 1);
        size_t length = (size_t)sqlite3_column_bytes(select, 1);
        char id[ULID_LENGTH + 1] = "";
        p->day = day;
        p->last = sqlite3_column_int64(select, 0);
        p->left--;
        if (event_scan(line, length, &e)) memcpy(id, e.id, ULID_LENGTH);
        if (!p->row(p->context, id, line, length)) p->left = 0;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(database, fault, "reading events");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

bool store_query(struct store_reader *r, const struct store_query *q, store_row *row, void *context,
                 char next[STORE_ID_LENGTH + 1], struct fault *fault)
{
    int cursor_day = -1;
    int64_t cursor_row = 0;
    struct fault inner = {""};
    next[0] = 0;
    if (r->store->clickhouse) return clickhouse_query(r->store->clickhouse, r->scope, q, row, context, next, fault);
    if (q->cursor && *q->cursor && !read_cursor(q->cursor, &cursor_day, &cursor_row))
        return fault_set(fault, "the cursor is none of this list's");
    struct page p = {r, q, row, context, malloc(sizeof *p.kinds), malloc(sizeof *p.sql), q->limit, -1, 0};
    size_t count, i;
    int *days = days_list(r->store, &count);
    bool good = p.kinds && p.sql;
    for (i = count; good && p.left && i > 0; i--) {
        struct range range;
        if (range_of(q, days[i - 1], cursor_day, cursor_row, &range)) good = page_day(&p, days[i - 1], &range, &inner);
    }
    if (good && !p.left && p.day >= 0)
        snprintf(next, STORE_ID_LENGTH + 1, "%05x%016llx", (unsigned)p.day, (unsigned long long)p.last);
    free(days);
    free(p.kinds);
    free(p.sql);
    return good || fault_set(fault, "%s", inner.text);
}

/* ---- counts ---- */

static int64_t count_day(sqlite3 *day, const struct store_query *q, const struct range *range, struct kinds *kinds,
                         struct sql *sql, uint64_t most)
{
    sql->length = 0;
    bool whole = !q->address && range->least == 0 && range->most == INT64_MAX;
    if (whole) {
        add(sql, "SELECT sum(events) FROM minute WHERE 1");
        add_kinds(sql, kinds);
    } else {
        add(sql, "SELECT count(*) FROM (");
        select_rows(sql, q, range, kinds, false, most < 1000000 ? (unsigned)most : 1000000u);
        add(sql, ")");
    }
    return database_number(day, 0, sql->text, "");
}

bool store_count(struct store_reader *r, const struct store_query *q, uint64_t most, uint64_t *count,
                 struct fault *fault)
{
    if (r->store->clickhouse) return clickhouse_count(r->store->clickhouse, r->scope, q, most, count, fault);
    struct kinds *kinds = malloc(sizeof *kinds);
    struct sql *sql = malloc(sizeof *sql);
    struct fault inner = {""};
    size_t days_count;
    int *days = days_list(r->store, &days_count);
    bool good = kinds && sql;
    *count = 0;
    for (size_t i = days_count; good && *count < most && i > 0; i--) {
        struct range range;
        if (!range_of(q, days[i - 1], -1, 0, &range)) continue;
        sqlite3 *day = days_for_reading(r, days[i - 1], &inner);
        good = day ? find_kinds(r, day, q, kinds, &inner) : !inner.text[0];
        if (!good || !day || (!kinds->all && !kinds->count)) continue;
        *count += (uint64_t)count_day(day, q, &range, kinds, sql, most - *count);
    }
    if (*count > most) *count = most;
    free(days);
    free(kinds);
    free(sql);
    return good || fault_set(fault, "%s", inner.text);
}

/* An event of ClickHouse is given only when this reader may see it. */
struct guarded {
    struct store_reader *reader;
    store_row *row;
    void *context;
};

static bool guard(void *context, const char *id, const char *line, size_t length)
{
    struct guarded *g = context;
    struct event_envelope e;
    return event_scan(line, length, &e) && reader_may_see(g->reader, e.sensor, e.sensor_length) &&
           g->row(g->context, id, line, length);
}

bool store_event(struct store_reader *r, const char *id, store_row *row, void *context, struct fault *fault)
{
    struct guarded guarded = {r, row, context};
    if (r->store->clickhouse) return clickhouse_event(r->store->clickhouse, id, guard, &guarded, fault);
    struct fault inner = {""};
    sqlite3 *day = days_for_reading(r, day_of_ulid(id), &inner);
    if (!day) return !inner.text[0] || fault_set(fault, "%s", inner.text);
    sqlite3_stmt *select = database_prepare(day, "SELECT line FROM event WHERE n>=? AND n<? ORDER BY n", fault);
    if (!select) return false;
    int64_t least = day_row_of_ulid(id);
    database_bind(select, "ii", least, least + ((int64_t)1 << DAY_MS_SHIFT));
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct event_envelope e;
        const char *line = database_text(select, 0);
        size_t length = (size_t)sqlite3_column_bytes(select, 0);
        if (!event_scan(line, length, &e) || memcmp(e.id, id, ULID_LENGTH) != 0) continue;
        if (!reader_may_see(r, e.sensor, e.sensor_length)) break;
        row(context, id, line, length);
        break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(day, fault, "reading an event");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}
