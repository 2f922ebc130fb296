/* SPDX-License-Identifier: Apache-2.0 */
/* The communication graph in main.db. Counts of a batch are gathered in memory and written before its commit; an event
 * that a crash made come twice is counted once at most. */
#include "collector/store/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

enum { PENDING_MOST = 256, ADDRESS_MAX = 47, NAME_MAX_BYTES = 63, CLASS_MAX = 15 };

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
    int day;
    char sensor[NAME_MAX_BYTES + 1], source[ADDRESS_MAX + 1], target[ADDRESS_MAX + 1], protocol[NAME_MAX_BYTES + 1],
        class[CLASS_MAX + 1];
    int64_t first_us, last_us, operations, flows, packets, bytes, alerts;
};
struct link_counts {
    struct link_count rows[PENDING_MOST];
    unsigned count;
};

void links_forget(struct store *s)
{
    if (s->links) s->links->count = 0;
}

bool links_flush(struct store *s, struct fault *fault)
{
    bool good = true;
    for (unsigned i = 0; s->links && good && i < s->links->count; i++) {
        const struct link_count *c = &s->links->rows[i];
        good = database_run(s->main, fault,
                            "INSERT INTO link VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET"
                            " first_us=min(first_us,excluded.first_us), last_us=max(last_us,excluded.last_us),"
                            " operations=operations+excluded.operations, flows=flows+excluded.flows,"
                            " packets=packets+excluded.packets, bytes=bytes+excluded.bytes,"
                            " alerts=alerts+excluded.alerts",
                            "isssssiiiiiii", (int64_t)c->day, c->sensor, c->source, c->target, c->protocol, c->class,
                            c->first_us, c->last_us, c->operations, c->flows, c->packets, c->bytes, c->alerts);
    }
    links_forget(s);
    return good;
}

static void keep(char *out, size_t room, const char *text, size_t length)
{
    snprintf(out, room, "%.*s", text ? (int)(length < room ? length : room - 1) : 0, text ? text : "");
}

static bool same(const struct link_count *a, const struct link_count *b)
{
    return a->day == b->day && !strcmp(a->source, b->source) && !strcmp(a->target, b->target) &&
           !strcmp(a->class, b->class) && !strcmp(a->protocol, b->protocol) && !strcmp(a->sensor, b->sensor);
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
    int64_t time_us = store_time_us(e->timestamp, e->timestamp_length);
    if (!source || !target || time_us < 0) return true;
    struct link_count c = {.day = day_of_ulid(e->id), .first_us = time_us, .last_us = time_us};
    keep(c.sensor, sizeof c.sensor, e->sensor, e->sensor_length);
    keep(c.source, sizeof c.source, source, e->src_ip ? e->src_ip_length : e->src_mac_length);
    keep(c.target, sizeof c.target, target, e->dest_ip ? e->dest_ip_length : e->dest_mac_length);
    keep(c.protocol, sizeof c.protocol, e->app_proto, e->app_proto_length);
    if (e->type == EVENT_OT) keep(c.class, sizeof c.class, e->ot_class, e->ot_class_length);
    c.operations = e->type == EVENT_OT;
    c.alerts = e->type == EVENT_ALERT;
    c.flows = e->type == EVENT_FLOW;
    if (event && c.flows) add_volume(&c, json_object_get(event, "flow"));
    if (!s->links && !(s->links = calloc(1, sizeof *s->links))) return fault_set(fault, "out of memory");
    for (unsigned i = 0; i < s->links->count; i++) {
        struct link_count *there = &s->links->rows[i];
        if (!same(there, &c)) continue;
        if (c.first_us < there->first_us) there->first_us = c.first_us;
        if (c.last_us > there->last_us) there->last_us = c.last_us;
        there->operations += c.operations, there->flows += c.flows, there->alerts += c.alerts;
        there->packets += c.packets, there->bytes += c.bytes;
        return true;
    }
    if (s->links->count == PENDING_MOST && !links_flush(s, fault)) return false;
    s->links->rows[s->links->count++] = c;
    return true;
}

bool links_query(struct store_reader *r, const struct link_query *q, link_row_function *row, void *context,
                 struct fault *fault)
{
    static const char sql[] =
        "SELECT sensor, source, target, protocol, json_group_object(class, operations) FILTER (WHERE class<>''),"
        " min(first_us), max(last_us), sum(flows), sum(packets), sum(bytes), sum(alerts) FROM"
        " (SELECT sensor, source, target, protocol, class, min(first_us) AS first_us, max(last_us) AS last_us,"
        " sum(operations) AS operations, sum(flows) AS flows, sum(packets) AS packets, sum(bytes) AS bytes,"
        " sum(alerts) AS alerts FROM link WHERE wl_in_scope(sensor) AND day>=?1 AND day<=?2 AND (?3 IS NULL OR "
        "sensor=?3)"
        " AND (?4 IS NULL OR source=?4 OR target=?4) AND (?5 IS NULL OR protocol=?5)"
        " GROUP BY sensor, source, target, protocol, class)"
        " GROUP BY sensor, source, target, protocol ORDER BY sum(operations)+sum(packets) DESC LIMIT ?6";
    int64_t least = q->since_us ? q->since_us / 86400000000 : 0,
            most = q->until_us ? (q->until_us - 1) / 86400000000 : INT64_MAX;
    sqlite3_stmt *select = database_prepare(r->main, sql, fault);
    if (!select) return false;
    database_bind(select, "iisssi", least, most, q->sensor, q->address, q->protocol, (int64_t)q->limit);
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct link_row found = {.sensor = database_text(select, 0),
                                 .source = database_text(select, 1),
                                 .target = database_text(select, 2),
                                 .protocol = database_text(select, 3),
                                 .operations = database_text(select, 4),
                                 .first_us = sqlite3_column_int64(select, 5),
                                 .last_us = sqlite3_column_int64(select, 6),
                                 .flows = (uint64_t)sqlite3_column_int64(select, 7),
                                 .packets = (uint64_t)sqlite3_column_int64(select, 8),
                                 .bytes = (uint64_t)sqlite3_column_int64(select, 9),
                                 .alerts = (uint64_t)sqlite3_column_int64(select, 10)};
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading links");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}
