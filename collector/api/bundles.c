/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-outs over the API: signature bundles, indicators, revocations and proposed policies, with their stages and what
 * each node made of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/handlers.h"
#include "collector/api/policies.h"
#include "collector/api/routes.h"
#include "collector/service/rollouts.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "collector/store/scope.h"
#include "collector/store/states.h"

static void write_members(struct json *j, const struct rollout *r)
{
    const struct rollout_kind_words *kind = &rollout_kinds[r->kind];
    char *about = json_dumps(r->about, JSON_COMPACT);
    json_put_int(j, "number", r->number);
    json_put_string(j, "id", r->id);
    reply_words(j, "kind", kind->name, kind->zh, kind->en);
    reply_words(j, "state", rollout_state_name[r->state], rollout_state_zh[r->state], rollout_state_en[r->state]);
    json_put_string(j, "name", r->name);
    json_put_uint(j, "version", r->version);
    json_put_string(j, "digest", r->digest);
    json_put_uint(j, "size", r->size);
    json_put_string(j, "origin", r->origin);
    json_put_string(j, "issuer", r->issuer);
    json_put_string(j, "author", r->author);
    json_put_string(j, "target", r->target);
    json_put_uint(j, "percent", r->percent);
    json_put_string(j, "precedence", rollout_precedence[r->precedence]);
    json_put_bool(j, "rollback", r->rollback);
    json_put_uint(j, "revision", r->revision);
    json_put_bool(j, "whole", r->whole);
    reply_time(j, "created", r->created_us);
    reply_time(j, "changed", r->changed_us);
    reply_time(j, "until", r->until_us);
    if (about) json_put_raw(j, "about", about, strlen(about));
    free(about);
}

struct listing {
    struct reply *reply;
    struct list_page page;
};

static bool list_row(void *context, const struct rollout *r)
{
    struct listing *l = context;
    json_begin_object(&l->reply->json, NULL);
    write_members(&l->reply->json, r);
    json_end_object(&l->reply->json);
    page_take(&l->page, r->number);
    return true;
}

static void list(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    const char *kind = request_text(r, "kind");
    struct listing listing = {reply, request_page(r)};
    struct rollout_query query = {.kind = kind ? rollout_kind_find(kind) : -1,
                                  .active = request_flag(r, "active"),
                                  .before = listing.page.before,
                                  .limit = listing.page.limit};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = rollouts_list(r->api->control, &query, list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static bool find(struct request *r, struct reply *reply, struct rollout *rollout)
{
    struct fault fault = {""};
    if (rollouts_get(r->api->control, r->id, rollout, &fault)) return true;
    reply_absent(reply, &fault);
    return false;
}

/* ---- one, with its nodes ---- */

struct showing {
    struct json *json;
    const struct rollout *rollout;
    const char *scope;
};

static bool node_row(void *context, const struct rollout_node *n)
{
    struct showing *s = context;
    if (!scope_meets(s->scope, n->node)) return true;
    json_begin_object(s->json, NULL);
    json_put_string(s->json, "node", n->node);
    json_put_string(s->json, "role", node_role_name[n->role]);
    json_put_bool(s->json, "share", n->share);
    json_put_bool(s->json, "sent", n->revision != 0);
    json_put_uint(s->json, "revision", n->revision);
    json_end_object(s->json);
    return true;
}

/* What nodes at any depth told of it: collectors by its id, sensors by its name and digest. */
static bool told_row(void *context, const struct state_row *state)
{
    struct showing *s = context;
    json_t *told = json_loads(state->object, 0, NULL);
    const char *digest = hierarchy_text(told, "digest"), *item = hierarchy_text(told, "item");
    static const char own[] = "/" STORE_OWN_NODE;
    size_t length = strlen(state->sensor), tail = sizeof own - 1;
    bool self = length > tail && strcmp(state->sensor + length - tail, own) == 0;
    if (strcmp(digest, s->rollout->digest) == 0 || strcmp(item, s->rollout->id) == 0 ||
        strcmp(state->key, s->rollout->id) == 0) {
        json_begin_object(s->json, NULL);
        json_put_format(s->json, "node", "%.*s", (int)(self ? length - tail : length), state->sensor);
        json_put_string(s->json, "role", self ? "collector" : "sensor");
        reply_time(s->json, "told", state->last_us);
        json_put_string(s->json, "evidence", state->id);
        json_put_raw(s->json, "answer", state->object, strlen(state->object));
        json_end_object(s->json);
    }
    json_decref(told);
    return true;
}

static bool write_told(struct request *r, struct reply *reply, struct showing *s, struct fault *fault)
{
    char key[ROLLOUT_NAME_MAX + 24];
    struct store_reader *reader = request_reader(r, reply);
    const struct rollout *rollout = s->rollout;
    struct {
        const char *type, *key;
    } asked[3] = {{"answer", rollout->id}, {"signatures", key}, {"signatures", NULL}};
    char refused[sizeof key + 8];
    if (!reader) return true;
    if (rollout->kind == ROLLOUT_INDICATORS)
        snprintf(key, sizeof key, "indicators/%s", rollout->id);
    else if (rollout->kind == ROLLOUT_REVOCATIONS)
        snprintf(key, sizeof key, "revocations");
    else
        snprintf(key, sizeof key, "bundle/%s", rollout->name);
    snprintf(refused, sizeof refused, "%s/refused", key);
    asked[2].key = refused;
    bool good = true;
    for (size_t i = 0; good && i < sizeof asked / sizeof *asked; i++) {
        char next[STATE_CURSOR + 1] = "", page[STATE_CURSOR + 1];
        struct state_query query = {.type = asked[i].type, .key = asked[i].key, .limit = 1000};
        do {
            good = states_query(reader, &query, told_row, s, next, fault);
            memcpy(page, next, sizeof page);
            query.cursor = page;
        } while (good && *next);
    }
    return good;
}

static bool done_row(void *context, const struct rollout_done *d)
{
    struct json *j = context;
    json_begin_object(j, NULL);
    json_put_string(j, "action", d->action);
    json_put_string(j, "actor", d->actor);
    reply_time(j, "time", d->time_us);
    json_put_uint(j, "percent", d->percent);
    json_put_uint(j, "revision", d->revision);
    json_put_string(j, "comment", d->comment);
    json_end_object(j);
    return true;
}

static void write_actions(struct request *r, struct json *j, const struct rollout *rollout)
{
    struct rollout_why why;
    json_begin_array(j, "actions");
    policy_write_actions(r, j, rollout);
    for (const struct rollout_step *s = rollout_steps; s->action; s++) {
        if (!rollout_step_of(rollout, s->action, &why)) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "action", s->action);
        json_put_string(j, "zh", s->zh);
        json_put_string(j, "en", s->en);
        json_begin_array(j, "needs");
        if (s->percent) json_put_string(j, NULL, "percent");
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static void show_it(struct request *r, struct reply *reply, const struct rollout *rollout)
{
    struct fault fault = {""};
    struct json *j = &reply->json;
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    struct showing s = {.json = j, .rollout = rollout, .scope = store_reader_scope_of(reader)};
    json_begin_object(j, NULL);
    write_members(j, rollout);
    write_actions(r, j, rollout);
    if (rollout->kind == ROLLOUT_POLICY) policy_write(r, j, rollout);
    json_begin_array(j, "steps");
    bool good = rollouts_history(r->api->control, rollout, done_row, j, &fault);
    json_end_array(j);
    json_begin_array(j, "nodes"); /* directly below */
    good = good && rollouts_nodes(r->api->hierarchy, rollout, node_row, &s, &fault);
    json_end_array(j);
    json_begin_array(j, "told"); /* at any depth */
    good = good && write_told(r, reply, &s, &fault);
    json_end_array(j);
    json_end_object(j);
    if (!good) reply_fault(reply, &fault);
}

static void show(struct request *r, struct reply *reply)
{
    struct rollout rollout;
    if (!find(r, reply, &rollout)) return;
    show_it(r, reply, &rollout);
    rollout_free(&rollout);
}

/* ---- issuing ---- */

static void refuse(struct reply *reply, enum api_error error, const struct rollout_why *why)
{
    char detail[512];
    snprintf(detail, sizeof detail, "%s / %s", why->zh, why->en);
    reply_error(reply, error, detail);
}

/* The whole file in memory; NULL: it is too large or cannot be read. */
static uint8_t *read_file(const char *path, size_t *length)
{
    FILE *in = fopen(path, "rbe");
    uint8_t *bytes = in ? malloc(ROLLOUT_CONTENT_MAX + 1) : NULL;
    if (bytes) *length = fread(bytes, 1, ROLLOUT_CONTENT_MAX + 1, in);
    bool good = bytes && !ferror(in) && *length <= ROLLOUT_CONTENT_MAX;
    if (in) fclose(in);
    if (good) return bytes;
    free(bytes);
    return NULL;
}

/* What the file says of itself; indicators become another content. */
static bool understand(struct rollout *rollout, uint8_t **content, size_t *length, struct rollout_why *why)
{
    char *items;
    switch (rollout->kind) {
    case ROLLOUT_SIGNATURES:
        return rollout_read_bundle(rollout, *content, *length, why);
    case ROLLOUT_INDICATORS:
        items = rollout_read_indicators(rollout, *content, *length, why);
        if (!items) return false;
        free(*content);
        *content = (uint8_t *)items;
        *length = strlen(items);
        return true;
    default:
        *why = (struct rollout_why){"文件为空或太大", "the file is empty or too long"};
        return *length && *length <= 128 << 10;
    }
}

static void create(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct rollout_why why;
    size_t length = 0;
    const char *name = request_text(r, "name"), *target = request_text(r, "target"),
               *wanted = request_text(r, "precedence");
    int kind = rollout_kind_find(request_text(r, "kind") ? request_text(r, "kind") : "");
    struct rollout rollout = {.kind = (enum rollout_kind)kind,
                              .percent = (unsigned)request_uint(r, "percent", 100),
                              .until_us = request_time(r, "until"),
                              .about = json_object()};
    if (kind < 0) reply_error(reply, API_BAD_PARAMETER, "kind");
    if (kind < 0 || !request_in_scope(r, reply, STORE_OWN_NODE)) {
        rollout_free(&rollout);
        return;
    }
    snprintf(rollout.name, sizeof rollout.name, "%s", name ? name : "");
    snprintf(rollout.target, sizeof rollout.target, "%s", target ? target : "");
    snprintf(rollout.author, sizeof rollout.author, "%s", r->session.account.name);
    for (unsigned i = 0; wanted && rollout_precedence[i]; i++)
        if (strcmp(wanted, rollout_precedence[i]) == 0) rollout.precedence = i;
    uint8_t *content = read_file(r->upload, &length);
    if (!content)
        reply_error(reply, API_TOO_LARGE, NULL);
    else if (!understand(&rollout, &content, &length, &why))
        refuse(reply, API_BAD_BODY, &why);
    else if (!rollouts_issue(r->api->hierarchy, &rollout, content, length, &why, &fault))
        why.en ? refuse(reply, API_CONFLICT, &why) : reply_fault(reply, &fault);
    else {
        request_audit(r, "rollout.issue", rollout.id, rollout.name);
        reply->status = 201;
        show_it(r, reply, &rollout);
    }
    free(content);
    rollout_free(&rollout);
}

/* Done: it is on record, and shown. */
static void stepped(struct request *r, struct reply *reply, const struct rollout *rollout, const char *room)
{
    char audit[64];
    snprintf(audit, sizeof audit, "%s.%s", room, request_body_text(r, "action"));
    request_audit(r, audit, rollout->id, request_body_text(r, "comment"));
    show(r, reply);
}

/* With a policy that the parent proposed. */
static void decide(struct request *r, struct reply *reply, const struct rollout *rollout)
{
    struct fault fault = {""};
    struct rollout_why why;
    const char *comment = request_body_text(r, "comment");
    const struct policy_step *s = policy_step_of(r->api->hierarchy, rollout, request_body_text(r, "action"), &why);
    if (!s)
        refuse(reply, API_CONFLICT, &why);
    else if (!*comment)
        reply_error(reply, API_BAD_BODY, "comment");
    else if (!policies_decide(r->api->hierarchy, rollout, s, r->session.account.name, comment, &why, &fault))
        why.en ? refuse(reply, API_CONFLICT, &why) : reply_fault(reply, &fault);
    else
        stepped(r, reply, rollout, "policy");
}

/* With one of this node's own. */
static void lead(struct request *r, struct reply *reply, const struct rollout *rollout)
{
    struct fault fault = {""};
    struct rollout_why why;
    unsigned percent = (unsigned)json_integer_value(json_object_get(r->body, "percent"));
    const struct rollout_step *s = rollout_step_of(rollout, request_body_text(r, "action"), &why);
    if (!s)
        refuse(reply, API_CONFLICT, &why);
    else if (s->percent && percent <= rollout->percent)
        reply_error(reply, API_BAD_BODY, "percent");
    else if (!rollouts_step(r->api->hierarchy, rollout->id, s, percent, r->session.account.name,
                            request_body_text(r, "comment"), &why, &fault))
        why.en ? refuse(reply, API_CONFLICT, &why) : reply_fault(reply, &fault);
    else
        stepped(r, reply, rollout, "rollout");
}

static void step(struct request *r, struct reply *reply)
{
    struct rollout rollout;
    if (!request_in_scope(r, reply, STORE_OWN_NODE) || !find(r, reply, &rollout)) return;
    (rollout.kind == ROLLOUT_POLICY && *rollout.issuer ? decide : lead)(r, reply, &rollout);
    rollout_free(&rollout);
}

static const struct parameter list_filters[] = {
    PAGE,
    {"kind", PARAMETER_NAMES, 0, 1, rollout_kind_name, false, "类别", "kind"},
    {"active", PARAMETER_BOOL, 0, 0, NULL, false, "只列仍在下发的", "those that nodes may still get"},
    END,
};
static const struct parameter create_parameters[] = {
    {"kind", PARAMETER_NAMES, 0, 1, rollout_kind_name, true,
     "signatures 特征包，indicators 威胁指标（每行一个或 STIX 2.1），revocations 吊销名单，policy 上报策略建议",
     "signatures, indicators (one a line, or STIX 2.1), revocations, or a proposed policy"},
    TEXT("name", ROLLOUT_NAME_MAX, "名称；特征包用其自带的", "name; a bundle has its own"),
    {"percent", PARAMETER_UINT, 1, 100, NULL, false, "先下发到百分之几的探针，默认 100",
     "share of the sensors that get it first, 100 unless told"},
    {"precedence", PARAMETER_NAMES, 0, 1, rollout_precedence, false, "与下级自有特征冲突时以谁为准",
     "which prevails, this or what is below"},
    TEXT("target", 500, "下级节点或区域，逗号分隔；空为全部", "nodes or regions below, with commas; empty: all"),
    {"until", PARAMETER_TIME, 0, 0, NULL, false, "有效期至", "in force until"},
    END,
};
static const struct parameter step_body[] = {
    REQUIRED("action", 32, "步骤：widen、pause、resume、rollback、withdraw；上级建议的上报策略：adopt、decline、revert",
             "step; with a policy that the parent proposed: adopt, decline, revert"),
    {"percent", PARAMETER_UINT, 1, 100, NULL, false, "扩大到百分之几", "widen to this share"},
    TEXT("comment", 2000, "说明", "comment"),
    END,
};
const struct route routes_bundles[] = {
    {"GET", "/bundles", OFFICER, 0, list, list_filters, NULL, "下发：特征包、威胁指标、吊销、策略建议",
     "Roll-outs: signature bundles, indicators, revocations, proposed policies"},
    {"POST", "/bundles", OFFICER, ROUTE_FILE | ROUTE_PERSON, create, create_parameters, NULL,
     "发起下发（文件为请求体）", "Roll one out: the body is the file"},
    {"GET", "/bundles/{id}", OFFICER, 0, show, NULL, NULL, "某次下发及各节点状态",
     "One, with what each node made of it"},
    {"POST", "/bundles/{id}/steps", OFFICER, ROUTE_PERSON, step, NULL, step_body,
     "扩大、暂停、继续、回退、撤回；采用或不采用上级建议的上报策略",
     "Widen, pause, resume, roll back, withdraw; adopt a proposed forwarding policy or not"},
    ROUTES_END,
};
