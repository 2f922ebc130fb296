/* SPDX-License-Identifier: Apache-2.0 */
/* The communication graph in main.db. Counts of a batch are gathered in memory and written in its own transaction, the
 * one that moves the node's position: what is acknowledged is counted, and an event that comes twice is counted once.
 * (A crash between the commits of the day's file and of main.db, milliseconds apart, leaves that batch's events
 * uncounted: they are known as doubles when they come again.) */
#include "collector/store/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "collector/store/internal.h"
#include "common/json.h"
#include "common/region.h"

enum { LINKS_MOST = 4096, SLOTS = 4 * LINKS_MOST, ADDRESS_MAX = 47, NAME_MAX_BYTES = 63, CLASS_MAX = 15 };

const struct schema main_schema_links = {
    "links",
    (const char *const[]){"CREATE TABLE link(day INTEGER NOT NULL, sensor TEXT NOT NULL, source TEXT NOT NULL,"
                          " target TEXT NOT NULL, protocol TEXT NOT NULL, class TEXT NOT NULL,"
                          " first_us INTEGER NOT NULL, last_us INTEGER NOT NULL, operations INTEGER NOT NULL,"
                          " flows INTEGER NOT NULL, packets INTEGER NOT NULL, bytes INTEGER NOT NULL,"
                          " alerts INTEGER NOT NULL, PRIMARY KEY(day, sensor, source, target, protocol, class))"
                          " WITHOUT ROWID;",
                          NULL}};

struct link_count {
    uint64_t hash; /* of what tells the link from others */
    int day;
    char sensor[NAME_MAX_BYTES + 1], source[ADDRESS_MAX + 1], target[ADDRESS_MAX + 1], protocol[NAME_MAX_BYTES + 1],
        class[CLASS_MAX + 1];
    int64_t first_us, last_us, operations, flows, packets, bytes, alerts;
};
struct link_table {
    struct link_count rows[LINKS_MOST];
    uint16_t slots[SLOTS]; /* row number + 1; 0: empty */
    unsigned count;
    uint64_t seed;
};

static void empty(struct link_table *t)
{
    if (!t->count) return;
    memset(t->slots, 0, sizeof t->slots);
    t->count = 0;
}

/* The row of this hash, or where a new one goes (then `*fresh`); NULL: no room. */
static struct link_count *row_of(struct link_table *t, uint64_t hash, bool *fresh)
{
    unsigned slot = (unsigned)hash & (SLOTS - 1);
    *fresh = false;
    for (; t->slots[slot]; slot = (slot + 1) & (SLOTS - 1))
        if (t->rows[t->slots[slot] - 1].hash == hash) return &t->rows[t->slots[slot] - 1];
    if (t->count == LINKS_MOST) return NULL;
    t->slots[slot] = (uint16_t)++t->count;
    *fresh = true;
    return &t->rows[t->count - 1];
}

static void add_to(struct link_count *there, const struct link_count *c)
{
    if (c->first_us < there->first_us) there->first_us = c->first_us;
    if (c->last_us > there->last_us) there->last_us = c->last_us;
    there->operations += c->operations, there->flows += c->flows, there->alerts += c->alerts;
    there->packets += c->packets, there->bytes += c->bytes;
}

void links_forget(struct store *s)
{
    if (s->links) empty(s->links);
}

bool links_write(struct store *s, struct fault *fault)
{
    static const char sql[] = "INSERT INTO link VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
                              " first_us=min(first_us,excluded.first_us), last_us=max(last_us,excluded.last_us),"
                              " operations=operations+excluded.operations, flows=flows+excluded.flows,"
                              " packets=packets+excluded.packets, bytes=bytes+excluded.bytes,"
                              " alerts=alerts+excluded.alerts";
    const struct link_table *batch = s->links;
    if (!batch || !batch->count) return true;
    sqlite3_stmt *insert = database_prepare(s->main, sql, fault);
    bool good = insert;
    for (unsigned i = 0; good && i < batch->count; i++) {
        const struct link_count *c = &batch->rows[i];
        database_bind(insert, "isssssiiiiiii", (int64_t)c->day, c->sensor, c->source, c->target, c->protocol, c->class,
                      c->first_us, c->last_us, c->operations, c->flows, c->packets, c->bytes, c->alerts);
        good = sqlite3_step(insert) == SQLITE_DONE || database_fault(s->main, fault, "counting links");
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    return good;
}

static void keep(char *out, size_t room, const char *text, size_t length)
{
    size_t n = !text ? 0 : length < room ? length : room - 1;
    memcpy(out, text ? text : "", n);
    out[n] = 0;
}

/* Bytes and packets of both directions; only a flow record has them. */
static void add_volume(struct link_count *c, const json_t *flow)
{
    static const char *const packets[] = {"pkts_toserver", "pkts_toclient"}, *const bytes[] = {"bytes_toserver",
                                                                                               "bytes_toclient"};
    for (int i = 0; i < 2; i++) {
        c->packets += (int64_t)json_number_value(json_object_get(flow, packets[i]));
        c->bytes += (int64_t)json_number_value(json_object_get(flow, bytes[i]));
    }
}

bool links_put(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    const char *source = e->src_ip ? e->src_ip : e->src_mac, *target = e->dest_ip ? e->dest_ip : e->dest_mac;
    size_t source_length = e->src_ip ? e->src_ip_length : e->src_mac_length,
           target_length = e->dest_ip ? e->dest_ip_length : e->dest_mac_length;
    int64_t time_us = store_time_us(e->timestamp, e->timestamp_length);
    bool operation = e->type == EVENT_OT, fresh;
    if (!source || !target || time_us < 0) return true;
    if (!s->links) {
        s->links = calloc(1, sizeof *s->links);
        if (!s->links) return fault_set(fault, "out of memory");
        s->links->seed = (uint64_t)store_now_us();
    }
    int day = day_of_ulid(e->id);
    uint64_t hash = XXH3_64bits_withSeed(source, source_length, s->links->seed + (uint64_t)day);
    hash = XXH3_64bits_withSeed(target, target_length, hash);
    hash = XXH3_64bits_withSeed(e->sensor, e->sensor_length, hash);
    hash = XXH3_64bits_withSeed(e->app_proto, e->app_proto_length, hash);
    hash = XXH3_64bits_withSeed(e->ot_class, operation ? e->ot_class_length : 0, hash);
    struct link_count c = {.operations = operation,
                           .alerts = e->type == EVENT_ALERT,
                           .flows = e->type == EVENT_FLOW,
                           .first_us = time_us,
                           .last_us = time_us},
                      *there = row_of(s->links, hash, &fresh);
    if (event && c.flows) add_volume(&c, json_object_get(event, "flow"));
    if (there && fresh) {
        *there = (struct link_count){.hash = hash, .day = day, .first_us = time_us, .last_us = time_us};
        keep(there->sensor, sizeof there->sensor, e->sensor, e->sensor_length);
        keep(there->source, sizeof there->source, source, source_length);
        keep(there->target, sizeof there->target, target, target_length);
        keep(there->protocol, sizeof there->protocol, e->app_proto, e->app_proto_length);
        keep(there->class, sizeof there->class, e->ot_class, operation ? e->ot_class_length : 0);
    }
    /* What finds no room is left out: more links than that in one commit are a scan, and its alerts tell it. */
    if (there) add_to(there, &c);
    return true;
}

/* ---- reading: days of rows are added up here, which takes a fifth of SQL's time over text keys ---- */

enum { SUMS_FIRST = 1024 };

struct class_sum {
    struct class_sum *next;
    int64_t operations;
    char name[CLASS_MAX + 1];
};
struct link_sum {
    uint64_t hash;
    const char *sensor, *source, *target, *protocol;
    struct class_sum *classes;
    int64_t first_us, last_us, operations, flows, packets, bytes, alerts;
};
struct link_sums {
    struct region memory;
    struct link_sum **slots; /* a power of two, at most half taken */
    size_t room, count;
};

static void *take(struct link_sums *sums, size_t size)
{
    void *memory = region_take(&sums->memory, size);
    if (!memory) abort();
    return memory;
}

static const char *text_kept(struct link_sums *sums, sqlite3_stmt *row, int column)
{
    return region_text(&sums->memory, database_text(row, column), (size_t)sqlite3_column_bytes(row, column));
}

static void grow(struct link_sums *sums)
{
    size_t room = sums->room ? 2 * sums->room : SUMS_FIRST;
    struct link_sum **slots = calloc(room, sizeof(struct link_sum *));
    if (!slots) abort();
    for (size_t i = 0; i < sums->room; i++) {
        if (!sums->slots[i]) continue;
        size_t at = sums->slots[i]->hash & (room - 1);
        while (slots[at]) at = (at + 1) & (room - 1);
        slots[at] = sums->slots[i];
    }
    free(sums->slots);
    sums->slots = slots;
    sums->room = room;
}

enum { LINK_TEXTS = 4 }; /* sensor, source, target, protocol */

static bool same(const struct link_sum *sum, sqlite3_stmt *row)
{
    const char *const texts[LINK_TEXTS] = {sum->sensor, sum->source, sum->target, sum->protocol};
    for (int i = 0; i < LINK_TEXTS; i++)
        if (strcmp(texts[i], database_text(row, i)) != 0) return false;
    return true;
}

static struct link_sum *sum_of(struct link_sums *sums, sqlite3_stmt *row)
{
    uint64_t hash = 0;
    for (int i = 0; i < LINK_TEXTS; i++)
        hash = XXH3_64bits_withSeed(database_text(row, i), (size_t)sqlite3_column_bytes(row, i), hash);
    if (2 * sums->count >= sums->room) grow(sums);
    size_t at = hash & (sums->room - 1);
    for (; sums->slots[at]; at = (at + 1) & (sums->room - 1))
        if (sums->slots[at]->hash == hash && same(sums->slots[at], row)) return sums->slots[at];
    struct link_sum *sum = sums->slots[at] = take(sums, sizeof *sum);
    *sum = (struct link_sum){.hash = hash,
                             .sensor = text_kept(sums, row, 0),
                             .source = text_kept(sums, row, 1),
                             .target = text_kept(sums, row, 2),
                             .protocol = text_kept(sums, row, 3),
                             .first_us = INT64_MAX};
    sums->count++;
    return sum;
}

static void add_row(struct link_sums *sums, sqlite3_stmt *row)
{
    enum { CLASS = LINK_TEXTS, FIRST, LAST, OPERATIONS, FLOWS, PACKETS, BYTES, ALERTS };
    struct link_sum *sum = sum_of(sums, row);
    const char *class = database_text(row, CLASS);
    int64_t first = sqlite3_column_int64(row, FIRST), last = sqlite3_column_int64(row, LAST),
            operations = sqlite3_column_int64(row, OPERATIONS);
    if (first < sum->first_us) sum->first_us = first;
    if (last > sum->last_us) sum->last_us = last;
    sum->operations += operations;
    sum->flows += sqlite3_column_int64(row, FLOWS);
    sum->packets += sqlite3_column_int64(row, PACKETS);
    sum->bytes += sqlite3_column_int64(row, BYTES);
    sum->alerts += sqlite3_column_int64(row, ALERTS);
    if (!*class) return;
    struct class_sum *c = sum->classes;
    while (c && strcmp(c->name, class) != 0) c = c->next;
    if (!c) {
        c = take(sums, sizeof *c);
        *c = (struct class_sum){.next = sum->classes};
        snprintf(c->name, sizeof c->name, "%s", class);
        sum->classes = c;
    }
    c->operations += operations;
}

/* The busiest first. */
static int busier(const void *a, const void *b)
{
    const struct link_sum *const *x = a, *const *y = b;
    int64_t left = (*x)->operations + (*x)->packets, right = (*y)->operations + (*y)->packets;
    return left < right ? 1 : left > right ? -1 : (*x)->hash < (*y)->hash ? -1 : 1;
}

static void give(struct link_sums *sums, unsigned limit, link_row_function *row, void *context)
{
    char operations[1024];
    size_t n = 0;
    for (size_t i = 0; i < sums->room; i++)
        if (sums->slots[i]) sums->slots[n++] = sums->slots[i];
    if (n) qsort(sums->slots, n, sizeof *sums->slots, busier);
    for (size_t i = 0; i < n && i < limit; i++) {
        const struct link_sum *sum = sums->slots[i];
        struct json j = json_over(operations, sizeof operations - 1);
        json_begin_object(&j, NULL);
        for (const struct class_sum *c = sum->classes; c; c = c->next) json_put_int(&j, c->name, c->operations);
        json_end_object(&j);
        operations[json_length(&j)] = 0;
        struct link_row found = {.sensor = sum->sensor,
                                 .source = sum->source,
                                 .target = sum->target,
                                 .protocol = sum->protocol,
                                 .operations = operations,
                                 .first_us = sum->first_us,
                                 .last_us = sum->last_us,
                                 .flows = (uint64_t)sum->flows,
                                 .packets = (uint64_t)sum->packets,
                                 .bytes = (uint64_t)sum->bytes,
                                 .alerts = (uint64_t)sum->alerts};
        if (!row(context, &found)) break;
    }
}

bool links_query(struct store_reader *r, const struct link_query *q, link_row_function *row, void *context,
                 struct fault *fault)
{
    static const char sql[] =
        "SELECT sensor, source, target, protocol, class, first_us, last_us, operations, flows, packets, bytes, alerts"
        " FROM link WHERE day>=?1 AND day<=?2 AND (?3 IS NULL OR sensor=?3)"
        " AND (?4 IS NULL OR source=?4 OR target=?4) AND (?5 IS NULL OR protocol=?5) AND wl_in_scope(sensor)";
    int64_t least = q->since_us ? q->since_us / 86400000000 : 0,
            most = q->until_us ? (q->until_us - 1) / 86400000000 : INT64_MAX;
    struct link_sums sums = {.count = 0};
    sqlite3_stmt *select = database_prepare(r->main, sql, fault);
    int result;
    if (!select) return false;
    database_bind(select, "iisss", least, most, q->sensor, q->address, q->protocol);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) add_row(&sums, select);
    sqlite3_finalize(select);
    if (result == SQLITE_DONE)
        give(&sums, (unsigned)q->limit, row, context);
    else
        database_fault(r->main, fault, "reading links");
    region_free(&sums.memory);
    free(sums.slots);
    return result == SQLITE_DONE;
}
