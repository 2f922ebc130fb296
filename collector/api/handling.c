/* SPDX-License-Identifier: Apache-2.0 */
/* What an officer does to an alert, or to all of an incident: state, assignee, comment. */
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/incidents.h"
#include "collector/store/internal.h"

const char *const alert_reasons[] = {"handled", "maintenance", "accepted", "false_positive", "test", NULL};
const char *const alert_severities[] = {"1", "2", "3", "4", NULL};
const char *const alert_states[] = {
#define X(id, name, zh, en) name,
    ALERT_STATES(X)
#undef X
        NULL};

const struct parameter alert_state_body[] = {
    {"state", PARAMETER_NAMES, 0, 0, alert_states, true, "新状态", "new state"},
    {"reason", PARAMETER_NAMES, 0, 0, alert_reasons, false, "关闭原因", "why it is closed"},
    TEXT("comment", 2000, "说明", "comment"),
    END,
};
const struct parameter alert_assign_body[] = {
    {"assignee", PARAMETER_TEXT, 0, 64, NULL, false, "处置人（用户名），空为不指派", "user name; empty: nobody"},
    TEXT("comment", 2000, "说明", "comment"),
    END,
};
const struct parameter alert_comment_body[] = {REQUIRED("comment", 2000, "说明", "comment"), END};

struct officers {
    struct json *json;  /* NULL: none are written */
    const char *wanted; /* NULL: none is looked for */
    bool found;
};

static bool officer_row(void *context, const struct account *a)
{
    struct officers *o = context;
    if (a->role != ROLE_OFFICER || a->disabled) return true;
    if (o->wanted && strcmp(o->wanted, a->name) == 0) o->found = true;
    if (!o->json) return true;
    json_begin_object(o->json, NULL);
    json_put_string(o->json, "user", a->name);
    json_put_string(o->json, "name", a->title);
    json_end_object(o->json);
    return true;
}

static void officers_list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct officers officers = {&reply->json, NULL, false};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = accounts_list(r->api->control, officer_row, &officers, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* What the state asks for beside it. */
static bool complete(const struct alert_order *o, struct reply *reply)
{
    const char *wanting = o->state == ALERT_CLOSED && !o->step.reason[0]       ? "reason"
                          : o->state == ALERT_ESCALATED && !o->step.comment[0] ? "comment"
                                                                               : NULL;
    if (wanting) reply_error(reply, API_BAD_BODY, wanting);
    return !wanting;
}

static bool assignee_known(struct request *r, struct reply *reply, const char *name)
{
    struct fault fault = {""};
    struct officers officers = {NULL, name, false};
    if (!name || !*name) return true;
    if (!accounts_list(r->api->control, officer_row, &officers, &fault)) {
        reply_fault(reply, &fault);
        return false;
    }
    if (!officers.found) reply_error(reply, API_BAD_BODY, "assignee");
    return officers.found;
}

static bool seen_row(void *context, const struct alert_row *row)
{
    (void)row;
    *(bool *)context = true;
    return true;
}

static bool seen_incident(void *context, const struct incident_row *row)
{
    (void)row;
    *(bool *)context = true;
    return true;
}

/* Is it there, and within the account's scope? */
static bool visible(struct request *r, struct reply *reply, const struct alert_order *o)
{
    struct fault fault = {""};
    bool seen = false;
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return false;
    if (o->incident ? !incidents_one(reader, o->incident, seen_incident, &seen, &fault)
                    : !alerts_one(reader, o->id, seen_row, &seen, &fault))
        reply_fault(reply, &fault);
    else if (!seen)
        reply_error(reply, API_NOT_FOUND, NULL);
    return seen;
}

void alerts_handle(struct request *r, struct reply *reply, struct alert_order *o)
{
    struct fault fault = {""};
    uint64_t changed = 0;
    o->step.time_us = store_now_us();
    o->step.user = r->session.account.name;
    o->step.reason = request_body_text(r, "reason");
    if (!o->step.comment) o->step.comment = request_body_text(r, "comment");
    if (!complete(o, reply) || !assignee_known(r, reply, o->assignee) || !visible(r, reply, o)) return;
    switch (alerts_change(r->api->store, o, &changed, &fault)) {
    case ALERT_CHANGED:
        request_audit(r, o->incident ? "incident.handle" : "alert.state", r->id, o->step.action);
        json_begin_object(&reply->json, NULL);
        if (o->state >= 0)
            json_put_string(&reply->json, "state", alert_state_name[o->state]);
        else if (o->assignee)
            json_put_string(&reply->json, "assignee", o->assignee);
        if (o->incident) json_put_uint(&reply->json, "alerts", changed);
        json_end_object(&reply->json);
        return;
    case ALERT_UNKNOWN:
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    case ALERT_FAILED:
        reply_fault(reply, &fault);
    }
}

static void alert_state(struct request *r, struct reply *reply)
{
    const char *name = request_body_text(r, "state");
    int state = alert_state_find(name);
    struct alert_order order = {.id = r->id,
                                .state = state,
                                .assignee = state == ALERT_OPEN ? "" : r->session.account.name,
                                .step.action = name};
    alerts_handle(r, reply, &order);
}

static void alert_assign(struct request *r, struct reply *reply)
{
    struct alert_order order = {
        .id = r->id, .state = -1, .assignee = request_body_text(r, "assignee"), .step.action = "assigned"};
    alerts_handle(r, reply, &order);
}

static void alert_comment(struct request *r, struct reply *reply)
{
    struct alert_order order = {.id = r->id, .state = -1, .step.action = "comment"};
    alerts_handle(r, reply, &order);
}

const struct route routes_handling[] = {
    {"GET", "/officers", OFFICER, 0, officers_list, NULL, NULL, "可指派的安全管理员", "Officers one can assign to"},
    {"POST", "/alerts/{id}/state", OFFICER, 0, alert_state, NULL, alert_state_body, "处置告警",
     "Set the state of an alert"},
    {"POST", "/alerts/{id}/assign", OFFICER, 0, alert_assign, NULL, alert_assign_body, "指派告警", "Assign an alert"},
    {"POST", "/alerts/{id}/comment", OFFICER, 0, alert_comment, NULL, alert_comment_body, "添加说明",
     "Comment on an alert"},
    ROUTES_END,
};
