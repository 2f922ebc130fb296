/* SPDX-License-Identifier: Apache-2.0 */
/* Events as they were stored: pages of them, and single ones. */
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "common/event.h"

static bool list_row(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    json_put_raw(&((struct reply *)context)->json, NULL, line, length);
    return true;
}

static void events_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    char next[STORE_ID_LENGTH + 1];
    struct store_query query = {.types = request_text(r, "type"),
                                .sensor = request_text(r, "sensor"),
                                .address = request_text(r, "ip"),
                                .protocol = request_text(r, "protocol"),
                                .classes = request_text(r, "class"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = request_text(r, "cursor"),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
    if (!reader) return;
    if (query.cursor && !store_cursor_valid(query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    if (!store_query(reader, &query, list_row, reply, next, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
}

static void events_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    if (ulid_valid(r->id, strlen(r->id)) && !store_event(reader, r->id, list_row, reply, &fault))
        reply_fault(reply, &fault);
    else if (!json_length(&reply->json))
        reply_error(reply, API_NOT_FOUND, NULL);
}

/* ---- routes ---- */

static const struct parameter event_filters[] = {
    PAGE,
    SPAN,
    TEXT("type", 256, "事件类型，逗号分隔", "event types, with commas"),
    TEXT("class", 256, "操作类别，逗号分隔", "classes of operation, with commas"),
    TEXT("protocol", 256, "规约，逗号分隔", "protocols, with commas"),
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址或网段", "address or network of either side"),
    END,
};
const struct route routes_events[] = {
    {"GET", "/events", OFFICER, 0, events_list, event_filters, NULL, "事件列表", "Events"},
    {"GET", "/events/{id}", OFFICER, 0, events_show, NULL, NULL, "事件原文", "One event"},
    ROUTES_END,
};
