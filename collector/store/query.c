/* SPDX-License-Identifier: Apache-2.0 */
/* Reading events: pages, counts and single ones, day by day from the newest, each with the index that fits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/clickhouse.h"
#include "collector/store/internal.h"
#include "collector/store/postings.h"

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

enum { CURSOR_LENGTH = 5 + 16, KINDS_BY_INDEX = 64, KINDS_MAX = 4200 };

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
    int64_t numbers[KINDS_MAX]; /* ascending */
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
    sqlite3_stmt *select =
        database_prepare(day, "SELECT kind, type, sensor, protocol, class FROM kind ORDER BY kind", fault);
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

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static bool has_kind(const struct kinds *kinds, int64_t kind)
{
    return kinds->all || bsearch(&kind, kinds->numbers, kinds->count, sizeof kind, ascending);
}

/* Addresses of the query, as numbers; false: any. */
static bool addresses_of(const struct store_query *q, int64_t *least, int64_t *most)
{
    if (q->address && !day_network(q->address, least, most))
        *least = *most = day_address(q->address, strlen(q->address));
    return q->address;
}

/* ---- rows of one day, the newest first: by the index, or, where it would be no help, the table read through ---- */

struct walk {
    sqlite3 *database;
    struct postings *postings; /* NULL: read through */
    sqlite3_stmt *select;      /* n, kind, line */
};

/* What the rows are found by: addresses, or else a few kinds. */
static struct postings *open_index(sqlite3 *day, const struct store_query *q, const struct range *range,
                                   const struct kinds *kinds, struct fault *fault)
{
    int64_t keys[POSTING_KEYS_MOST + 1], least, most;
    unsigned count = 0;
    bool by_address = addresses_of(q, &least, &most);
    if (by_address) {
        count = postings_keys(day, least, most, keys);
    } else {
        for (; count < kinds->count && count <= POSTING_KEYS_MOST; count++) keys[count] = -kinds->numbers[count];
    }
    return count <= POSTING_KEYS_MOST ? postings_open(day, keys, count, range->least, range->most, fault) : NULL;
}

static bool walk_open(struct walk *w, sqlite3 *day, const struct store_query *q, const struct range *range,
                      const struct kinds *kinds, struct fault *fault)
{
    static const char one[] = "SELECT n, kind, line FROM event WHERE n=?",
                      all[] = "SELECT n, kind, line FROM event WHERE n>=? AND n<? ORDER BY n DESC",
                      some[] = "SELECT n, kind, line FROM event WHERE n>=? AND n<? AND (source BETWEEN ?3 AND ?4 OR"
                               " target BETWEEN ?3 AND ?4) ORDER BY n DESC";
    int64_t least = 0, most = 0;
    bool by_address = addresses_of(q, &least, &most),
         few = by_address || (!kinds->all && kinds->count <= KINDS_BY_INDEX);
    *w = (struct walk){.database = day};
    if (few && postings_there(day)) w->postings = open_index(day, q, range, kinds, fault);
    if (fault->text[0]) return false;
    w->select = database_prepare(day, w->postings ? one : by_address ? some : all, fault);
    if (w->select && !w->postings)
        database_bind(w->select, by_address ? "iiii" : "ii", range->least, range->most, least, most);
    return w->select;
}

static void walk_close(struct walk *w)
{
    postings_close(w->postings);
    sqlite3_finalize(w->select);
}

/* Goes to the next row; false: that was the last, or it could not be read. */
static bool walk_next(struct walk *w, struct fault *fault)
{
    int64_t n;
    int result;
    do {
        if (w->postings) {
            sqlite3_reset(w->select);
            if (!postings_next(w->postings, &n, fault)) return false;
            database_bind(w->select, "i", n);
        }
        result = sqlite3_step(w->select);
    } while (w->postings && result == SQLITE_DONE);
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(w->database, fault, "reading events");
    return result == SQLITE_ROW;
}

/* ---- pages ---- */

struct page {
    struct store_reader *reader;
    const struct store_query *query;
    store_row *row;
    void *context;
    struct kinds *kinds;
    unsigned left;
    int day;      /* of the last row given */
    int64_t last; /* its number */
};

static void give_row(struct page *p, int day, sqlite3_stmt *row)
{
    struct event_envelope e;
    const char *line = database_text(row, 2);
    size_t length = (size_t)sqlite3_column_bytes(row, 2);
    char id[ULID_LENGTH + 1] = "";
    p->day = day;
    p->last = sqlite3_column_int64(row, 0);
    p->left--;
    if (event_scan(line, length, &e)) memcpy(id, e.id, ULID_LENGTH);
    if (!p->row(p->context, id, line, length)) p->left = 0;
}

static bool page_day(struct page *p, int day, const struct range *range, struct fault *fault)
{
    struct walk walk;
    sqlite3 *database = days_for_reading(p->reader, day, fault);
    if (!database) return !fault->text[0]; /* dropped meanwhile */
    if (!find_kinds(p->reader, database, p->query, p->kinds, fault)) return false;
    if (!p->kinds->all && !p->kinds->count) return true;
    bool good = walk_open(&walk, database, p->query, range, p->kinds, fault);
    while (good && p->left && walk_next(&walk, fault))
        if (has_kind(p->kinds, sqlite3_column_int64(walk.select, 1))) give_row(p, day, walk.select);
    walk_close(&walk);
    return good && !fault->text[0];
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
    struct page p = {r, q, row, context, malloc(sizeof *p.kinds), q->limit, -1, 0};
    size_t count, i;
    int *days = days_list(r->store, &count);
    bool good = p.kinds;
    for (i = count; good && p.left && i > 0; i--) {
        struct range range;
        if (range_of(q, days[i - 1], cursor_day, cursor_row, &range)) good = page_day(&p, days[i - 1], &range, &inner);
    }
    if (good && !p.left && p.day >= 0)
        snprintf(next, STORE_ID_LENGTH + 1, "%05x%016llx", (unsigned)p.day, (unsigned long long)p.last);
    free(days);
    free(p.kinds);
    return good || fault_set(fault, "%s", inner.text);
}

/* ---- counts ---- */

/* Of a whole day by its minutes. */
static int64_t count_minutes(sqlite3 *day, const struct kinds *kinds, struct fault *fault)
{
    int64_t sum = 0;
    sqlite3_stmt *select = database_prepare(day, "SELECT kind, sum(events) FROM minute GROUP BY kind", fault);
    while (select && sqlite3_step(select) == SQLITE_ROW)
        if (has_kind(kinds, sqlite3_column_int64(select, 0))) sum += sqlite3_column_int64(select, 1);
    sqlite3_finalize(select);
    return sum;
}

static int64_t count_day(sqlite3 *day, const struct store_query *q, const struct range *range,
                         const struct kinds *kinds, uint64_t most, struct fault *fault)
{
    struct walk walk;
    int64_t count = 0, n;
    if (!q->address && range->least == 0 && range->most == INT64_MAX) return count_minutes(day, kinds, fault);
    bool good = walk_open(&walk, day, q, range, kinds, fault);
    if (good && walk.postings && (kinds->all || !q->address)) /* every row of the index counts */
        while ((uint64_t)count < most && postings_next(walk.postings, &n, fault)) count++;
    else
        while (good && (uint64_t)count < most && walk_next(&walk, fault))
            count += has_kind(kinds, sqlite3_column_int64(walk.select, 1));
    walk_close(&walk);
    return count;
}

bool store_count(struct store_reader *r, const struct store_query *q, uint64_t most, uint64_t *count,
                 struct fault *fault)
{
    if (r->store->clickhouse) return clickhouse_count(r->store->clickhouse, r->scope, q, most, count, fault);
    struct kinds *kinds = malloc(sizeof *kinds);
    struct fault inner = {""};
    size_t days_count;
    int *days = days_list(r->store, &days_count);
    bool good = kinds;
    *count = 0;
    for (size_t i = days_count; good && *count < most && i > 0; i--) {
        struct range range;
        if (!range_of(q, days[i - 1], -1, 0, &range)) continue;
        sqlite3 *day = days_for_reading(r, days[i - 1], &inner);
        good = day ? find_kinds(r, day, q, kinds, &inner) : !inner.text[0];
        if (!good || !day || (!kinds->all && !kinds->count)) continue;
        *count += (uint64_t)count_day(day, q, &range, kinds, most - *count, &inner);
        good = !inner.text[0];
    }
    if (*count > most) *count = most;
    free(days);
    free(kinds);
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
