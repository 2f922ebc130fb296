/* SPDX-License-Identifier: Apache-2.0 */
/* Events as they were stored: pages of them, and single ones. */
#include <string.h>

#include "collector/api/export.h"
#include "collector/api/filtering.h"
#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/event_filter.h"
#include "common/event.h"

enum { EXPORT_ROWS = 500 };

static bool list_row(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    json_put_raw(&((struct reply *)context)->json, NULL, line, length);
    return true;
}

static struct store_query query_of(struct request *r)
{
    return (struct store_query){.types = request_text(r, "type"),
                                .sensor = request_text(r, "sensor"),
                                .address = request_text(r, "ip"),
                                .protocol = request_text(r, "protocol"),
                                .classes = request_text(r, "class"),
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = request_text(r, "cursor"),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
}

static void events_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    char next[STORE_ID_LENGTH + 1];
    struct store_query query = query_of(r);
    struct event_filter *filter;
    unsigned looked = 0;
    if (!reader) return;
    if (query.cursor && !store_cursor_valid(query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    if (!request_filter(r, reply, &filter)) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = filtered_events(reader, filter, &query, list_row, reply, next, &looked, &fault);
    event_filter_free(filter);
    json_end_array(&reply->json);
    reply_next(reply, next);
    if (looked) json_put_uint(&reply->json, "looked", looked);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- as a file ---- */

static bool export_row(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    json_put_raw(context, NULL, line, length);
    return true;
}

static bool events_page(struct request *r, struct store_reader *reader, const char *cursor, struct json *out,
                        char next[64], struct fault *fault)
{
    struct store_query query = query_of(r);
    struct event_filter *filter;
    unsigned looked;
    query.cursor = *cursor ? cursor : NULL;
    query.limit = EXPORT_ROWS;
    bool good =
        filter_of(r, &filter, fault) && filtered_events(reader, filter, &query, export_row, out, next, &looked, fault);
    event_filter_free(filter);
    return good;
}

static const struct export_column event_columns[] = {
    {"id", "编号", "id"},
    {"timestamp", "时间", "time"},
    {"event_type", "类型", "type"},
    {"src_ip", "源 IP", "source IP"},
    {"src_port", "源端口", "source port"},
    {"src_mac", "源 MAC", "source MAC"},
    {"dest_ip", "目的 IP", "destination IP"},
    {"dest_port", "目的端口", "destination port"},
    {"dest_mac", "目的 MAC", "destination MAC"},
    {"proto", "传输层", "transport"},
    {"app_proto", "规约", "protocol"},
    {"ot.class", "操作类别", "class"},
    {"ot.operation_zh", "操作", "operation (zh)"},
    {"ot.operation", "操作英文名", "operation"},
    {"ot.status", "结果", "status"},
    {"ot.unit", "站号", "unit"},
    {"ot.objects", "对象", "objects"},
    {"ot.values", "数值", "values"},
    {"alert.signature", "告警", "alert"},
    {"sensor", "探针", "sensor"},
    {NULL, NULL, NULL},
};

static void events_export(struct request *r, struct reply *reply)
{
    static const struct export_kind kind = {"events", event_columns, events_page};
    struct event_filter *filter;
    if (!request_filter(r, reply, &filter)) return;
    event_filter_free(filter);
    export_send(r, reply, &kind);
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

#define EVENT_FILTERS                                                                                                  \
    SPAN, TEXT("type", 256, "事件类型，逗号分隔", "event types, with commas"),                                         \
        TEXT("class", 256, "操作类别，逗号分隔", "classes of operation, with commas"),                                 \
        TEXT("protocol", 256, "规约，逗号分隔", "protocols, with commas"), TEXT("sensor", 64, "探针", "sensor"),       \
        TEXT("ip", 64, "任一方的地址或网段", "address or network of either side"),                                     \
        TEXT("filter", FILTER_TEXT_MOST, "过滤表达式（Wireshark 语法）", "display filter, in Wireshark's syntax")
static const struct parameter event_filters[] = {PAGE, EVENT_FILTERS, END};
static const struct parameter event_export[] = {EXPORT_FORMAT, EVENT_FILTERS, END};

const struct route routes_events[] = {
    {"GET", "/events", OFFICER, 0, events_list, event_filters, NULL, "事件列表", "Events"},
    {"GET", "/events/export", OFFICER, 0, events_export, event_export, NULL, "导出事件", "Export events"},
    {"GET", "/events/{id}", OFFICER, 0, events_show, NULL, NULL, "事件原文", "One event"},
    ROUTES_END,
};
