/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence on request over the API, for both ends: who asks, and who decides. */
#include "collector/service/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "collector/store/scope.h"

#define LONGEST_US (30ll * 86400 * 1000000)

static void write_members(struct json *j, const struct evidence_request *q)
{
    json_put_int(j, "number", q->number);
    json_put_string(j, "id", q->id);
    json_put_bool(j, "received", q->received);
    json_put_format(j, "node", "%s%s%s", q->node, !q->received && *q->below ? "/" : "", q->received ? "" : q->below);
    json_put_string(j, "below", q->received ? q->below : "");
    reply_words(j, "kind", request_kind_name[q->kind], request_kind_zh[q->kind], request_kind_en[q->kind]);
    reply_words(j, "state", request_state_name[q->state], request_state_zh[q->state], request_state_en[q->state]);
    json_put_string(j, "subject", q->subject);
    json_put_string(j, "reason", q->reason);
    json_put_string(j, "author", q->author);
    json_put_string(j, "linked", q->linked);
    reply_time(j, "created", q->created_us);
    reply_time(j, "changed", q->changed_us);
    reply_time(j, "due", q->due_us);
    json_put_string(j, "sha256", q->hash);
}

/* Whose it is: the node below, or this one. */
static const char *place_of(const struct evidence_request *q) { return q->received ? STORE_OWN_NODE : q->node; }

struct listing {
    struct json *json;
    const char *scope;
    struct list_page page;
};

static bool list_row(void *context, const struct evidence_request *q)
{
    struct listing *l = context;
    const char *place = place_of(q);
    page_take(&l->page, q->number);
    if (!scope_meets(l->scope, place)) return true;
    json_begin_object(l->json, NULL);
    write_members(l->json, q);
    json_end_object(l->json);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    struct listing listing = {&reply->json, store_reader_scope_of(reader), request_page(r)};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = requests_list(r->api->control, request_flag(r, "open"), listing.page.before, listing.page.limit,
                              list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static bool find(struct request *r, struct reply *reply, struct evidence_request *q)
{
    struct fault fault = {""};
    if (requests_get(r->api->control, r->id, q, &fault)) {
        if (request_in_scope(r, reply, place_of(q))) return true;
        request_free(q);
        return false;
    }
    reply_absent(reply, &fault);
    return false;
}

static bool done_row(void *context, const struct request_done *d)
{
    struct json *j = context;
    json_begin_object(j, NULL);
    json_put_string(j, "action", d->action);
    json_put_string(j, "before", d->before);
    json_put_string(j, "after", d->after);
    json_put_string(j, "actor", d->actor);
    json_put_string(j, "comment", d->comment);
    reply_time(j, "time", d->time_us);
    json_put_string(j, "signer", d->signer);
    json_put_bool(j, "verified", d->verified);
    json_end_object(j);
    return true;
}

static void write_actions(struct json *j, const struct evidence_request *q)
{
    json_begin_array(j, "actions");
    for (const struct request_step *s = request_steps; s->action; s++) {
        if (!request_step_of(q, s->action)) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "action", s->action);
        json_put_string(j, "zh", s->zh);
        json_put_string(j, "en", s->en);
        json_begin_array(j, "needs");
        if (s->comment) json_put_string(j, NULL, "comment");
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static void show(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct evidence_request q;
    struct json *j = &reply->json;
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !find(r, reply, &q)) return;
    char *content = q.content ? json_dumps(q.content, JSON_COMPACT) : NULL;
    json_begin_object(j, NULL);
    write_members(j, &q);
    reply_time(j, "delivered", q.received ? q.created_us : items_delivered(reader, q.item, q.node));
    if (content)
        json_put_raw(j, "content", content, strlen(content));
    else
        json_put_null(j, "content");
    write_actions(j, &q);
    json_begin_array(j, "steps");
    bool good = requests_history(r->api->hierarchy, &q, done_row, j, &fault);
    json_end_array(j);
    json_end_object(j);
    if (!good) reply_fault(reply, &fault);
    free(content);
    request_free(&q);
}

/* ---- asking ---- */

struct sought {
    const char *node;
    size_t length;
    bool found;
};
static bool seek_row(void *context, const struct collector_node *node)
{
    struct sought *s = context;
    s->found |= node->enrolled.role == NODE_COLLECTOR && !node->enrolled.revoked &&
                strlen(node->enrolled.name) == s->length && strncmp(node->enrolled.name, s->node, s->length) == 0;
    return !s->found;
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const char *node = request_body_text(r, "node"), *kind = request_body_text(r, "kind"),
               *due = request_body_text(r, "due");
    struct sought sought = {node, strcspn(node, "/"), false};
    struct evidence_request q = {.kind = strcmp(kind, request_kind_name[REQUEST_CAPTURE]) == 0 ? REQUEST_CAPTURE
                                                                                               : REQUEST_ADDRESS,
                                 .due_us = store_time_us(due, strlen(due))};
    const char *subject = request_body_text(r, "subject");
    bool fits = q.kind == REQUEST_CAPTURE ? ulid_valid(subject, strlen(subject)) : subject[0] == '~';
    if (!request_in_scope(r, reply, node)) return;
    if (!fits || q.due_us <= store_now_us() || q.due_us > store_now_us() + LONGEST_US) {
        reply_error(reply, API_BAD_BODY, fits ? "due" : "subject");
        return;
    }
    if (!collector_link_nodes(r->api->link, seek_row, &sought, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    if (!sought.found) {
        reply_error(reply, API_BAD_BODY, "node");
        return;
    }
    snprintf(q.subject, sizeof q.subject, "%s", subject);
    snprintf(q.reason, sizeof q.reason, "%s", request_body_text(r, "reason"));
    snprintf(q.author, sizeof q.author, "%s", r->session.account.name);
    if (!requests_ask(r->api->hierarchy, &q, node, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    request_audit(r, "evidence.ask", q.id, q.subject);
    reply->status = 201;
    json_begin_object(&reply->json, NULL);
    write_members(&reply->json, &q);
    json_end_object(&reply->json);
}

static void step(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct evidence_request q;
    char audit[64];
    const char *action = request_body_text(r, "action"), *comment = request_body_text(r, "comment");
    struct store_reader *reader = request_reader(r, reply);
    if (!reader || !find(r, reply, &q)) return;
    const struct request_step *s = request_step_of(&q, action);
    bool silent = s && s->comment && !*comment;
    request_free(&q);
    if (!s || silent) {
        reply_error(reply, s ? API_BAD_BODY : API_CONFLICT,
                    s ? "comment" : "当前状态下不能这样做 / not in the state that it is in");
        return;
    }
    switch (requests_step(r->api->hierarchy, reader, r->id, action, r->session.account.name, comment, &fault)) {
    case REQUEST_DONE:
        snprintf(audit, sizeof audit, "evidence.%s", action);
        request_audit(r, audit, r->id, comment);
        show(r, reply);
        return;
    case REQUEST_NOT_NOW:
        reply_error(reply, API_CONFLICT, "下级尚未答复，或已逾期 / the node below has not answered, or it is too late");
        return;
    case REQUEST_NOTHING:
        reply_error(reply, API_CONFLICT,
                    "没有可提供的内容，请拒绝并说明 / there is nothing to give: refuse it and say so");
        return;
    case REQUEST_FAILED:
        reply_fault(reply, &fault);
    }
}

static const struct parameter list_filters[] = {
    PAGE,
    {"open", PARAMETER_BOOL, 0, 0, NULL, false, "只列未了结的", "those that are not over"},
    END,
};
static const struct parameter ask_body[] = {
    REQUIRED("node", 255, "下级节点", "node below"),
    {"kind", PARAMETER_NAMES, 0, 1, request_kind_name, true, "capture 告警前后的报文，address 假名对应的真实地址",
     "packets around an alert, or the address behind a pseudonym"},
    REQUIRED("subject", REQUEST_SUBJECT, "告警编号或假名", "id of the alert, or the pseudonym"),
    REQUIRED("reason", REQUEST_TEXT, "事由", "why it is needed"),
    {"due", PARAMETER_TIME, 0, 0, NULL, true, "答复期限，30 天以内", "reply by, within 30 days"},
    END,
};
static const struct parameter step_body[] = {
    REQUIRED("action", 32, "步骤：approve、refuse、forward、cancel", "step"),
    TEXT("comment", REQUEST_TEXT, "说明", "comment"),
    END,
};
const struct route routes_requests[] = {
    {"GET", "/evidence-requests", OFFICER, 0, list, list_filters, NULL, "取证申请", "Requests for evidence"},
    {"POST", "/evidence-requests", OFFICER, ROUTE_PERSON, create, NULL, ask_body, "向下级提出取证申请",
     "Ask a node below for evidence"},
    {"GET", "/evidence-requests/{id}", OFFICER, ROUTE_PERSON, show, NULL, NULL, "某个取证申请及其内容",
     "One, with what was given"},
    {"POST", "/evidence-requests/{id}/steps", OFFICER, ROUTE_PERSON, step, NULL, step_body, "批准、拒绝、转下级、取消",
     "Approve, refuse, forward below, cancel"},
    ROUTES_END,
};
