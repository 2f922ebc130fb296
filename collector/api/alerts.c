/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts: the list, one with its whole event and history, and its state. */
#include <string.h>

#include "collector/api/export.h"
#include "collector/api/filtering.h"
#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/service/event_filter.h"
#include "collector/store/internal.h"
#include "common/event.h"

enum { TOTAL_MOST = 100000, EXPORT_ROWS = 500 };

void write_alert(struct json *j, const struct alert_row *row)
{
    json_begin_object(j, NULL);
    json_put_members(j, row->item);
    json_put_string(j, "state", alert_state_name[row->state]);
    if (row->assignee[0])
        json_put_string(j, "assignee", row->assignee);
    else
        json_put_null(j, "assignee");
    if (row->incident) json_put_int(j, "incident", row->incident);
    if (row->suppression) json_put_int(j, "suppressed", row->suppression);
    json_end_object(j);
}

static bool list_row(void *context, const struct alert_row *row)
{
    struct reply *reply = context;
    write_alert(&reply->json, row);
    return true;
}

static struct alert_query query_of(struct request *r)
{
    const char *suppressed = request_text(r, "suppressed");
    return (struct alert_query){.severities = request_bits(r, "severity") << 1,
                                .states = request_bits(r, "state"),
                                .rule = request_text(r, "rule"),
                                .sensor = request_text(r, "sensor"),
                                .protocol = request_text(r, "protocol"),
                                .category = request_text(r, "category"),
                                .address = request_text(r, "ip"),
                                .text = request_text(r, "q"),
                                .assignee = request_text(r, "assignee"),
                                .incident = (int64_t)request_uint(r, "incident", 0),
                                .suppressed = !suppressed                       ? ALERTS_ANY
                                              : strcmp(suppressed, "true") == 0 ? ALERTS_SUPPRESSED
                                                                                : ALERTS_SHOWN,
                                .since_us = request_time(r, "since"),
                                .until_us = request_time(r, "until"),
                                .cursor = request_text(r, "cursor"),
                                .limit = (unsigned)request_uint(r, "limit", 50)};
}

static void alerts_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct alert_query query = query_of(r);
    char next[STORE_ID_LENGTH + 1];
    uint64_t total = 0;
    if (!reader) return;
    if (query.cursor && !ulid_valid(query.cursor, strlen(query.cursor))) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    struct event_filter *filter;
    unsigned looked = 0;
    if (!request_filter(r, reply, &filter)) return;
    int64_t change = store_last_change(reader);
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = filtered_alerts(reader, filter, &query, list_row, reply, next, &looked, &fault);
    event_filter_free(filter);
    /* With a filter: how many it would be at most. */
    if (!good || !alerts_count(reader, &query, TOTAL_MOST, &total, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_end_array(&reply->json);
    if (looked) json_put_uint(&reply->json, "looked", looked);
    reply_next(reply, next);
    json_put_uint(&reply->json, "total", total);
    json_put_bool(&reply->json, "total_exact", !looked && total < TOTAL_MOST);
    json_put_int(&reply->json, "change", change);
    json_end_object(&reply->json);
}

/* ---- as a file ---- */

static bool export_row(void *context, const struct alert_row *row)
{
    write_alert(context, row);
    return true;
}

static bool alerts_page(struct request *r, struct store_reader *reader, const char *cursor, struct json *out,
                        char next[64], struct fault *fault)
{
    struct alert_query query = query_of(r);
    struct event_filter *filter;
    unsigned looked;
    query.cursor = *cursor ? cursor : NULL;
    query.limit = EXPORT_ROWS;
    bool good =
        filter_of(r, &filter, fault) && filtered_alerts(reader, filter, &query, export_row, out, next, &looked, fault);
    event_filter_free(filter);
    return good;
}

static const struct export_column alert_columns[] = {
    {"id", "编号", "id"},
    {"time", "时间", "time"},
    {"severity", "级别", "severity"},
    {"state", "处置状态", "state"},
    {"assignee", "处置人", "assignee"},
    {"rule", "特征", "rule"},
    {"signature", "名称", "name (zh)"},
    {"signature_en", "英文名称", "name"},
    {"category", "类别", "category"},
    {"techniques", "ATT&CK 技术", "ATT&CK techniques"},
    {"src_ip", "源 IP", "source IP"},
    {"src_mac", "源 MAC", "source MAC"},
    {"dest_ip", "目的 IP", "destination IP"},
    {"dest_mac", "目的 MAC", "destination MAC"},
    {"app_proto", "规约", "protocol"},
    {"sensor", "探针", "sensor"},
    {"count", "次数", "count"},
    {"incident", "事件组", "incident"},
    {NULL, NULL, NULL},
};

static void alerts_export(struct request *r, struct reply *reply)
{
    static const struct export_kind kind = {"alerts", alert_columns, alerts_page};
    struct event_filter *filter;
    if (!request_filter(r, reply, &filter)) return;
    event_filter_free(filter);
    export_send(r, reply, &kind);
}

/* ---- one alert ---- */

static bool show_row(void *context, const struct alert_row *row)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_string(j, "state", alert_state_name[row->state]);
    if (row->assignee[0]) json_put_string(j, "assignee", row->assignee);
    if (row->incident) json_put_int(j, "incident", row->incident);
    if (row->suppression) json_put_int(j, "suppressed", row->suppression);
    return true;
}

struct showing {
    struct reply *reply;
    struct store_reader *reader;
};

static bool show_event(void *context, const char *id, const char *line, size_t length)
{
    const struct showing *s = context;
    (void)id;
    json_put_raw(&s->reply->json, "event", line, length);
    write_affected(&s->reply->json, s->reader, line, length);
    return false;
}

static bool show_step(void *context, const struct alert_step *step)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    reply_time(j, "time", step->time_us);
    json_put_string(j, "user", step->user);
    json_put_string(j, "action", step->action);
    if (step->reason[0]) json_put_string(j, "reason", step->reason);
    if (step->comment[0]) json_put_string(j, "comment", step->comment);
    json_end_object(j);
    return true;
}

static void alerts_show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    if (!ulid_valid(r->id, strlen(r->id))) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    bool good = alerts_one(reader, r->id, show_row, reply, &fault);
    if (good && !json_length(&reply->json)) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    good = good && store_event(reader, r->id, show_event, &(struct showing){reply, reader}, &fault);
    json_begin_array(&reply->json, "history");
    good = good && alerts_history(reader, r->id, show_step, reply, &fault);
    json_end_array(&reply->json);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- routes ---- */

#define ALERT_FILTERS                                                                                                  \
    SPAN, {"severity", PARAMETER_NAMES, 0, 0, alert_severities, false, "级别，1 最重", "severities, 1 the worst"},     \
        {"state", PARAMETER_NAMES, 0, 0, alert_states, false, "处置状态", "states"},                                   \
        TEXT("rule", 64, "特征编号", "rule"), TEXT("category", 64, "类别", "category"),                                \
        TEXT("protocol", 64, "规约", "protocol"),                                                                      \
        TEXT("sensor", 64, "探针，或其上级节点", "sensor, or a node above it"),                                        \
        TEXT("ip", 64, "任一方的地址、网段或 MAC", "address, network or MAC of either side"),                          \
        TEXT("assignee", 64, "处置人", "who handles it"),                                                              \
        {"incident", PARAMETER_UINT, 1, INT64_MAX, NULL, false, "事件组编号", "incident"},                             \
        {"suppressed",                                                                                                 \
         PARAMETER_BOOL,                                                                                               \
         0,                                                                                                            \
         0,                                                                                                            \
         NULL,                                                                                                         \
         false,                                                                                                        \
         "只看已屏蔽（true）或未屏蔽（false）的",                                                                      \
         "only suppressed ones (true), or only others (false)"},                                                       \
        TEXT("filter", FILTER_TEXT_MOST, "过滤表达式（Wireshark 语法）", "display filter, in Wireshark's syntax"),     \
        TEXT("q", 256, "检索词，空格分隔", "words to search for")
static const struct parameter alert_filters[] = {PAGE, ALERT_FILTERS, END};
static const struct parameter alert_export[] = {EXPORT_FORMAT, ALERT_FILTERS, END};

const struct route routes_alerts[] = {
    {"GET", "/alerts", OFFICER, 0, alerts_list, alert_filters, NULL, "告警列表", "Alerts"},
    {"GET", "/alerts/export", OFFICER, 0, alerts_export, alert_export, NULL, "导出告警", "Export alerts"},
    {"GET", "/alerts/{id}", OFFICER, 0, alerts_show, NULL, NULL, "告警详情", "One alert"},
    ROUTES_END,
};
