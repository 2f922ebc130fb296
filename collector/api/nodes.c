/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolled nodes with what the link and the store know of them, and the figures of the first page. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/log.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"
#include "collector/store/summary.h"
#include "common/version.h"

/* ---- nodes ---- */

struct received { /* what came of one node */
    const char *name;
    bool found;
    struct node_row row;
};

static bool take_received(void *context, const struct node_row *row)
{
    struct received *received = context;
    if (strcmp(row->name, received->name) != 0) return true;
    received->found = true;
    received->row = *row;
    return false;
}

static void write_row(struct json *j, struct store_reader *reader, const struct collector_node *node)
{
    struct fault fault = {""};
    struct received received = {.name = node->enrolled.name};
    if (!store_nodes(reader, take_received, &received, &fault)) log_line(LOG_LINE_ERROR, "%s", fault.text);
    int64_t last_seen = received.found ? received.row.last_seen_us : 0;
    if (node->seen_us > last_seen) last_seen = node->seen_us;
    json_begin_object(j, NULL);
    json_put_string(j, "name", node->enrolled.name);
    json_put_string(j, "role", node_role_name[node->enrolled.role]);
    json_put_string(j, "state", node->enrolled.revoked ? "revoked" : "enrolled");
    json_put_string(j, "key", node->enrolled.curve_public);
    json_put_string(j, "fingerprint", node->fingerprint);
    reply_time(j, "enrolled", (int64_t)node->enrolled.enrolled * 1000000);
    reply_time(j, "revoked", (int64_t)node->enrolled.revoked * 1000000);
    json_put_bool(j, "online", node->online);
    reply_time(j, "last_seen", last_seen);
    if (node->version[0]) json_put_string(j, "version", node->version);
    if (node->address[0]) json_put_string(j, "address", node->address);
    if (node->reason[0]) json_put_string(j, "reason", node->reason);
    if (node->seen_us) json_put_uint(j, "backlog", node->backlog);
    if (node->seen_us) json_put_int(j, "clock_offset_us", node->clock_offset_us);
    json_put_uint(j, "events", received.row.stored);
    json_put_uint(j, "duplicates", received.row.duplicates);
    json_put_uint(j, "refused", received.row.refused);
    json_put_uint(j, "gap", received.row.gap);
    json_end_object(j);
}

struct listing {
    struct json *json;
    struct store_reader *reader;
    const char *name; /* this one alone; NULL: all */
    bool sensors_only;
    const char *scope;
};

static bool list_row(void *context, const struct collector_node *node)
{
    const struct listing *listing = context;
    if (!scope_meets(listing->scope, node->enrolled.name)) return true;
    bool sensor = node->enrolled.role == NODE_SENSOR && !node->enrolled.revoked;
    bool wanted = listing->name ? strcmp(listing->name, node->enrolled.name) == 0 : !listing->sensors_only || sensor;
    if (wanted) write_row(listing->json, listing->reader, node);
    return true;
}

void write_node(struct json *json, struct api *api, struct store_reader *reader, const char *name)
{
    struct fault fault = {""};
    struct listing listing = {json, reader, name, false, store_reader_scope_of(reader)};
    if (!collector_link_nodes(api->link, list_row, &listing, &fault)) log_line(LOG_LINE_ERROR, "%s", fault.text);
}

/* All enrolled nodes, or the sensors alone, as an array. */
static bool write_nodes(struct json *j, const char *key, struct request *r, struct store_reader *reader,
                        bool sensors_only, struct fault *fault)
{
    struct listing listing = {j, reader, NULL, sensors_only, store_reader_scope_of(reader)};
    json_begin_array(j, key);
    bool good = collector_link_nodes(r->api->link, list_row, &listing, fault);
    json_end_array(j);
    return good;
}

static void nodes_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    bool good = write_nodes(&reply->json, "items", r, reader, false, &fault);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- the first page ---- */

/* Midnight before `now`, in the time zone of the machine. */
static int64_t midnight_us(int64_t now_us)
{
    struct tm tm;
    time_t now = (time_t)(now_us / 1000000);
    localtime_r(&now, &tm);
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000000;
}

static void write_alerts(struct json *j, const struct store_summary *s)
{
    json_begin_object(j, "alerts");
    json_begin_object(j, "by_severity");
    for (unsigned i = 1; i < SUMMARY_SEVERITIES; i++)
        json_put_uint(j, (char[]){(char)('0' + i), 0}, s->open_by_severity[i]);
    json_end_object(j);
    for (unsigned i = 0; i < ALERT_STATE_COUNT; i++) json_put_uint(j, alert_state_name[i], s->by_state[i]);
    json_put_uint(j, "today", s->today);
    json_end_object(j);
}

static void write_rate(struct json *j, const struct store_summary *s, int64_t now_us)
{
    json_begin_array(j, "rate");
    for (int i = 0; i < SUMMARY_MINUTES; i++) {
        json_begin_object(j, NULL);
        reply_time(j, "minute", (now_us / 60000000 - SUMMARY_MINUTES + 1 + i) * 60000000);
        json_put_uint(j, "events", s->per_minute[i]);
        json_put_uint(j, "alerts", s->alerts_per_minute[i]);
        json_end_object(j);
    }
    json_end_array(j);
}

static void write_disk(struct json *j, const struct store *store)
{
    uint64_t left, all;
    json_begin_object(j, "disk");
    json_put_string(j, "state", store_room_name[store_room(store, &left, &all)]);
    json_put_uint(j, "free", left);
    json_put_uint(j, "size", all);
    json_end_object(j);
}

static void summary_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct store_summary summary;
    int64_t now_us = store_now_us();
    if (!reader) return;
    if (!store_summary(reader, now_us, midnight_us(now_us), &summary, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_begin_object(&reply->json, NULL);
    write_alerts(&reply->json, &summary);
    json_put_uint(&reply->json, "devices", summary.devices);
    write_disk(&reply->json, r->api->store);
    bool good = write_nodes(&reply->json, "sensors", r, reader, true, &fault);
    write_rate(&reply->json, &summary, now_us);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void health_show(struct request *r, struct reply *reply)
{
    (void)r;
    json_begin_object(&reply->json, NULL);
    json_put_string(&reply->json, "status", "ok");
    json_put_string(&reply->json, "version", WANGLOU_VERSION);
    json_end_object(&reply->json);
}

/* ---- routes ---- */

const struct route routes_nodes[] = {
    {"GET", "/health", 0, 0, health_show, NULL, NULL, "服务状态", "State of the service"},
    {"GET", "/summary", ADMINISTRATOR | OFFICER, 0, summary_show, NULL, NULL, "总览", "Figures of the first page"},
    {"GET", "/nodes", ADMINISTRATOR | OFFICER, 0, nodes_list, NULL, NULL, "节点", "Enrolled nodes"},
    ROUTES_END,
};
