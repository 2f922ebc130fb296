/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: the officer's inbox, one row for what belongs together, its root first. */
#include "collector/store/incidents.h"

#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"

enum { ALERTS_SHOWN_MOST = 200 };

static void write_members(struct json *j, const struct incident_row *row)
{
    json_put_int(j, "id", row->number);
    reply_time(j, "first", row->first_us);
    reply_time(j, "last", row->last_us);
    json_put_uint(j, "severity", row->severity);
    json_put_string(j, "state",
                    incident_state_name[row->open      ? INCIDENT_OPEN
                                        : row->pending ? INCIDENT_PENDING
                                                       : INCIDENT_CLOSED]);
    json_put_uint(j, "alerts", row->alerts);
    json_put_uint(j, "open", row->open);
    json_put_uint(j, "pending", row->pending);
    json_put_string(j, "sensor", row->sensor);
    json_put_string(j, "source", row->source);
    json_put_string(j, "target", row->target);
    json_put_raw(j, "assignees", row->assignees, strlen(row->assignees));
    json_put_raw(j, "rules", row->rules, strlen(row->rules));
    json_begin_object(j, "root");
    json_put_members(j, row->root);
    json_end_object(j);
}

static bool list_row(void *context, const struct incident_row *row)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    write_members(j, row);
    json_end_object(j);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    char next[INCIDENT_CURSOR + 1];
    struct incident_query query = {.severities = request_bits(r, "severity") << 1,
                                   .states = request_bits(r, "state"),
                                   .sensor = request_text(r, "sensor"),
                                   .address = request_text(r, "ip"),
                                   .rule = request_text(r, "rule"),
                                   .since_us = request_time(r, "since"),
                                   .until_us = request_time(r, "until"),
                                   .cursor = request_text(r, "cursor"),
                                   .limit = (unsigned)request_uint(r, "limit", 50)};
    if (!reader) return;
    if (query.cursor && !incident_cursor_valid(query.cursor)) {
        reply_error(reply, API_BAD_PARAMETER, "cursor");
        return;
    }
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = incidents_query(reader, &query, list_row, reply, next, &fault);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- one ---- */

static bool show_row(void *context, const struct incident_row *row)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    write_members(j, row);
    return true;
}

static bool show_alert(void *context, const struct alert_row *row)
{
    write_alert(&((struct reply *)context)->json, row);
    return true;
}

/* Its alerts in the order of time: cause first. */
static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    char next[STORE_ID_LENGTH + 1];
    if (!reader) return;
    struct alert_query alerts = {
        .incident = strtoll(r->id, NULL, 10), .oldest_first = true, .limit = ALERTS_SHOWN_MOST};
    bool good = incidents_one(reader, alerts.incident, show_row, reply, &fault);
    if (good && !json_length(&reply->json)) {
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    }
    json_begin_array(&reply->json, "items");
    good = good && alerts_query(reader, &alerts, show_alert, reply, next, &fault);
    json_end_array(&reply->json);
    reply_next(reply, next);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static void handle(struct request *r, struct reply *reply, struct alert_order *order)
{
    order->incident = strtoll(r->id, NULL, 10);
    if (order->incident > 0)
        alerts_handle(r, reply, order);
    else
        reply_error(reply, API_NOT_FOUND, NULL);
}

static void set_state(struct request *r, struct reply *reply)
{
    const char *name = request_body_text(r, "state");
    int state = alert_state_find(name);
    struct alert_order order = {
        .state = state, .assignee = state == ALERT_OPEN ? "" : r->session.account.name, .step.action = name};
    handle(r, reply, &order);
}

static void assign(struct request *r, struct reply *reply)
{
    struct alert_order order = {.state = -1, .assignee = request_body_text(r, "assignee"), .step.action = "assigned"};
    handle(r, reply, &order);
}

static void comment(struct request *r, struct reply *reply)
{
    struct alert_order order = {.state = -1, .step.action = "comment"};
    handle(r, reply, &order);
}

static const struct parameter filters[] = {
    PAGE,
    SPAN,
    {"severity", PARAMETER_NAMES, 0, 0, alert_severities, false, "最重级别，1 最重", "worst severity, 1 the worst"},
    {"state", PARAMETER_NAMES, 0, 0, incident_state_name, false, "open 有未处置，pending 处置中，closed 已了结",
     "open: some are not looked at; pending: some are not closed; closed"},
    TEXT("rule", 64, "特征编号", "rule"),
    TEXT("sensor", 64, "探针", "sensor"),
    TEXT("ip", 64, "任一方的地址", "address of either side"),
    END,
};
const struct route routes_incidents[] = {
    {"GET", "/incidents", OFFICER, 0, list, filters, NULL, "事件组列表", "Incidents"},
    {"GET", "/incidents/{id}", OFFICER, 0, show, NULL, NULL, "事件组详情，按时间列出告警",
     "One incident with its alerts, the first first"},
    {"POST", "/incidents/{id}/state", OFFICER, 0, set_state, NULL, alert_state_body, "处置事件组的全部告警",
     "Set the state of all its alerts"},
    {"POST", "/incidents/{id}/assign", OFFICER, 0, assign, NULL, alert_assign_body, "指派事件组", "Assign an incident"},
    {"POST", "/incidents/{id}/comment", OFFICER, 0, comment, NULL, alert_comment_body, "为事件组添加说明",
     "Comment on all its alerts"},
    ROUTES_END,
};
