/* SPDX-License-Identifier: Apache-2.0 */
/* The latest state of things: process values, deviations from the baseline, failures, exposures, visibility; and the
 * graph of who speaks with whom. */
#include "collector/store/states.h"

#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/links.h"
#include "common/event.h"

struct listing {
    struct json *json;
    const char *type;
};

static bool list_row(void *context, const struct state_row *row)
{
    const struct listing *l = context;
    struct json *j = l->json;
    json_begin_object(j, NULL);
    json_put_int(j, "number", row->number);
    json_put_string(j, "id", row->id);
    json_put_string(j, "sensor", row->sensor);
    json_put_string(j, "key", row->key);
    reply_time(j, "first", row->first_us);
    reply_time(j, "last", row->last_us);
    json_put_uint(j, "events", row->events);
    json_put_raw(j, l->type, row->object, strlen(row->object));
    json_end_object(j);
    return true;
}

static void list_states(struct request *r, struct reply *reply, enum event_type type, const char *address)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct listing listing = {&reply->json, event_type_name[type]};
    char next[STATE_CURSOR + 1];
    uint64_t total = 0;
    struct state_query query = {.type = listing.type,
                                .sensor = request_text(r, "sensor"),
                                .key = request_text(r, "key"),
                                .address = address,
                                .text = request_text(r, "q"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = request_text(r, "cursor"),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
    if (!reader) return;
    if (query.cursor && !state_cursor_valid(query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good =
        states_query(reader, &query, list_row, &listing, next, &fault) && states_count(reader, &query, &total, &fault);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_put_uint(&reply->json, "total", total);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

#define LIST(name, type)                                                                                               \
    static void name(struct request *r, struct reply *reply) { list_states(r, reply, type, request_text(r, "ip")); }
LIST(list_baseline, EVENT_BASELINE)
LIST(list_variables, EVENT_VARIABLE)
LIST(list_failures, EVENT_FAILURE)
LIST(list_exposure, EVENT_EXPOSURE)
LIST(list_visibility, EVENT_VISIBILITY)
#undef LIST

/* ---- who speaks with whom ---- */

static bool link_row(void *context, const struct link_row *row)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_string(j, "sensor", row->sensor);
    json_put_string(j, "source", row->source);
    json_put_string(j, "target", row->target);
    json_put_string(j, "protocol", row->protocol);
    reply_time(j, "first", row->first_us);
    reply_time(j, "last", row->last_us);
    if (row->operations[0]) json_put_raw(j, "operations", row->operations, strlen(row->operations));
    json_put_uint(j, "flows", row->flows);
    json_put_uint(j, "packets", row->packets);
    json_put_uint(j, "bytes", row->bytes);
    json_put_uint(j, "alerts", row->alerts);
    json_end_object(j);
    return true;
}

static void list_links(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct link_query query = {.sensor = request_text(r, "sensor"),
                               .address = request_text(r, "ip"),
                               .protocol = request_text(r, "protocol"),
                               .since_us = request_time(r, "since"),
                               .until_us = request_time(r, "until"),
                               .limit = (unsigned)request_uint(r, "limit", 1000)};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = links_query(reader, &query, link_row, reply, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- routes ---- */

static const struct parameter state_filters[] = {
    PAGE,
    SPAN,
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址，或其所指设备的地址", "address of either side, or of what it is about"),
    TEXT("key", 256, "唯一标识", "key of the thing"),
    TEXT("q", 256, "包含的文字", "text it contains"),
    END,
};
static const struct parameter link_filters[] = {
    SPAN,
    {"limit", PARAMETER_UINT, 1, 20000, NULL, false, "最多条数，最忙的在前", "at most so many, the busiest first"},
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址", "address of either side"),
    TEXT("protocol", 64, "规约", "protocol"),
    END,
};
const struct route routes_states[] = {
    {"GET", "/baseline", OFFICER, 0, list_baseline, state_filters, NULL, "基线偏离", "Deviations from the baseline"},
    {"GET", "/variables", OFFICER, 0, list_variables, state_filters, NULL, "过程量现值", "Process values, the latest"},
    {"GET", "/failures", OFFICER, 0, list_failures, state_filters, NULL, "失效记录", "Failures"},
    {"GET", "/exposure", OFFICER, 0, list_exposure, state_filters, NULL, "暴露面", "Exposures"},
    {"GET", "/visibility", OFFICER, 0, list_visibility, state_filters, NULL, "可见性", "Visibility"},
    {"GET", "/links", OFFICER, 0, list_links, link_filters, NULL, "通信关系（按整天累计）",
     "Who speaks with whom, summed over whole days"},
    ROUTES_END,
};
