/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, tasks, tickets and confirmed incidents over the API: everything that does not differ between them. */
#include "collector/api/matters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

static void put_document(struct json *j, const char *key, const json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    if (!text) abort();
    json_put_raw(j, key, text, strlen(text));
    free(text);
}

static void write_members(struct json *j, const struct work *work, const struct matter *m)
{
    const struct state_word *word = state_word_of(m->kind, m->state);
    json_put_int(j, "number", m->number);
    json_put_string(j, "id", m->id);
    json_put_string(j, "kind", matter_name[m->kind]);
    json_put_string(j, "title", m->title);
    reply_words(j, "state", m->state, word ? word->zh : "", word ? word->en : "");
    json_put_string(j, "author", m->author);
    json_put_string(j, "owner", m->owner);
    json_put_string(j, "issuer", m->issuer);
    reply_time(j, "created", m->created_us);
    reply_time(j, "changed", m->changed_us);
    reply_time(j, "due", m->due_us);
    json_put_bool(j, "overdue", word && !word->last && m->due_us && store_now_us() > m->due_us);
    json_put_uint(j, "version", m->version);
    if (m->level && m->kind != MATTER_TICKET) {
        const struct level_word *level = m->kind == MATTER_CASE ? incident_word(work_levels(work), m->level)
                                                                : warning_word(work_levels(work), m->level);
        reply_words(j, "level_words", level->name, level->zh, level->en);
    }
    json_put_uint(j, "level", m->level);
}

/* ---- lists ---- */

struct listing {
    struct reply *reply;
    const struct work *work;
    struct list_page page;
};

static bool list_row(void *context, const struct matter *m)
{
    struct listing *l = context;
    json_begin_object(&l->reply->json, NULL);
    write_members(&l->reply->json, l->work, m);
    json_end_object(&l->reply->json);
    page_take(&l->page, m->number);
    return true;
}

void matters_show_list(struct request *r, struct reply *reply, unsigned kinds)
{
    struct fault fault = {""};
    struct listing listing = {reply, r->api->work, request_page(r)};
    struct matter_query query = {.kinds = kinds,
                                 .states = request_text(r, "state"),
                                 .open = request_flag(r, "open"),
                                 .level = (unsigned)request_uint(r, "level", 0),
                                 .before = listing.page.before,
                                 .limit = listing.page.limit};
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = matters_list(r->api->control, &query, list_row, &listing, &fault);
    json_end_array(&reply->json);
    reply_next_page(reply, &listing.page);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

const struct parameter matter_filters[] = {
    PAGE,
    TEXT("state", 256, "状态，可用逗号列多个", "states, with commas"),
    {"open", PARAMETER_BOOL, 0, 0, NULL, false, "只列未办结的", "those that are not over"},
    {"level", PARAMETER_UINT, 1, 4, NULL, false, "级别，1 最重", "level, 1 the gravest"},
    END,
};
const struct parameter matter_at[] = {
    {"at", PARAMETER_TIME, 0, 0, NULL, false, "按此时刻计算是否逾期，默认现在",
     "overdue as of this time, now unless told"},
    END,
};

/* ---- one ---- */

bool matters_find(struct request *r, struct reply *reply, unsigned kinds, struct matter *m)
{
    struct fault fault = {""};
    bool found = matters_get(r->api->control, r->id, m, &fault);
    if (found && (kinds >> m->kind & 1)) {
        const char *sensor = json_string_value(json_object_get(m->document, "sensor"));
        if (!sensor || request_in_scope(r, reply, sensor)) return true;
        matter_free(m);
        return false;
    }
    if (found) matter_free(m);
    reply_absent(reply, &fault);
    return false;
}

static bool step_row(void *context, const struct matter_step *s)
{
    struct json *j = &((struct reply *)context)->json;
    json_begin_object(j, NULL);
    json_put_string(j, "action", s->action);
    json_put_string(j, "before", s->before);
    json_put_string(j, "after", s->after);
    json_put_string(j, "actor", s->actor);
    json_put_string(j, "role", s->role);
    reply_time(j, "time", s->time_us);
    json_put_uint(j, "version", s->version);
    json_put_raw(j, "detail", s->detail, strlen(s->detail));
    json_put_string(j, "signer", s->signer);
    json_put_string(j, "signature", s->signature);
    json_put_bool(j, "verified", s->verified);
    json_put_bool(j, "personal", s->personal);
    json_end_object(j);
    return true;
}

/* What this person may do with it now, with what it takes. */
static void write_actions(struct json *j, const struct request *r, const struct matter *m)
{
    json_begin_array(j, "actions");
    for (const struct step_rule *rule = machines[m->kind].rules; rule->action; rule++) {
        enum step_refusal refusal;
        char zh[MATTER_WHY], en[MATTER_WHY];
        struct step_request q = {.action = rule->action,
                                 .actor = r->session.account.name,
                                 .role = r->session.account.role,
                                 .given = rule->needs};
        if (!step_check(m->kind, m->state, m->author, m->owner, &q, &refusal, zh, en)) continue;
        json_begin_object(j, NULL);
        json_put_string(j, "action", rule->action);
        json_put_string(j, "zh", rule->zh);
        json_put_string(j, "en", rule->en);
        json_begin_array(j, "needs");
        for (unsigned i = 0; i < NEED_COUNT; i++)
            if (rule->needs >> i & 1) json_put_string(j, NULL, need_member[i]);
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static bool put_steps(struct request *r, struct reply *reply, const struct matter *m, struct fault *fault)
{
    struct json *j = &reply->json;
    write_actions(j, r, m);
    json_begin_array(j, "steps");
    bool good = matters_steps(r->api->control, work_keys(r->api->work), m, step_row, reply, fault);
    json_end_array(j);
    return good;
}

void matters_put_standing(struct request *r, struct reply *reply, const char *id)
{
    struct fault fault = {""};
    struct matter m;
    if (!matters_get(r->api->control, id, &m, &fault)) return;
    json_put_string(&reply->json, "matter", m.id);
    if (!put_steps(r, reply, &m, &fault)) reply_fault(reply, &fault);
    matter_free(&m);
}

void matters_show_one(struct request *r, struct reply *reply, unsigned kinds, matter_more *more)
{
    struct fault fault = {""};
    struct matter m;
    struct json *j = &reply->json;
    if (!matters_find(r, reply, kinds, &m)) return;
    json_begin_object(j, NULL);
    write_members(j, r->api->work, &m);
    put_document(j, "document", m.document);
    bool good = put_steps(r, reply, &m, &fault);
    if (good && more) more(r, reply, &m);
    json_end_object(j);
    if (!good) reply_fault(reply, &fault);
    matter_free(&m);
}

/* ---- new ones ---- */

struct signer request_signer(const struct request *r)
{
    return (struct signer){work_keys(r->api->work), r->by_token ? NULL : &r->session.key};
}

static int64_t body_time(const struct request *r, const char *name)
{
    const char *text = request_body_text(r, name);
    return *text ? store_time_us(text, strlen(text)) : 0;
}

void matters_create(struct request *r, struct reply *reply, enum matter_kind kind, unsigned level)
{
    struct fault fault = {""};
    char action[64];
    int64_t now_us = store_now_us();
    struct matter m = {.kind = kind, .level = level, .due_us = body_time(r, "due"), .document = json_copy(r->body)};
    if (!m.document) abort();
    json_object_del(m.document, "title");
    json_object_del(m.document, "due");
    store_ulid(m.id, now_us);
    snprintf(m.title, sizeof m.title, "%s", request_body_text(r, "title"));
    snprintf(m.author, sizeof m.author, "%s", r->session.account.name);
    struct signer signer = request_signer(r);
    if (matters_begin(r->api->control, &signer, &m, "create", role_name[r->session.account.role], now_us, &fault)) {
        snprintf(action, sizeof action, "%s.create", matter_name[kind]);
        request_audit(r, action, m.id, m.title);
        reply->status = 201;
        json_begin_object(&reply->json, NULL);
        write_members(&reply->json, r->api->work, &m);
        json_end_object(&reply->json);
    } else {
        reply_fault(reply, &fault);
    }
    matter_free(&m);
}

/* ---- steps ---- */

static unsigned given_in(const json_t *body)
{
    unsigned bits = 0;
    for (unsigned i = 0; i < NEED_COUNT; i++) {
        const json_t *value = json_object_get(body, need_member[i]);
        if (json_is_boolean(value) || json_is_integer(value) || (json_is_string(value) && json_string_length(value)))
            bits |= 1u << i;
    }
    return bits;
}

static void refuse(struct reply *reply, enum api_error error, const char *zh, const char *en)
{
    char detail[2 * MATTER_WHY + 4];
    snprintf(detail, sizeof detail, "%s / %s", zh, en);
    reply_error(reply, error, detail);
}

/* What hangs together with more than the matter itself. The nodes are chosen when it is sent. */
static bool may_step(struct request *r, struct reply *reply, const struct matter *m, const char *action, unsigned level,
                     struct work_nodes *nodes)
{
    struct fault fault = {""};
    bool publish = strcmp(action, "publish") == 0, forward = strcmp(action, "forward") == 0;
    bool grades = m->kind == MATTER_WARNING && (publish || strcmp(action, "approve") == 0 || !strcmp(action, "adjust"));
    if (grades && !work_may_publish(r->api->work, level ? level : m->level)) {
        refuse(reply, API_CONFLICT, "级别超出本节点可发布的范围（work.highest）",
               "this node may not publish a warning of that level (work.highest)");
        return false;
    }
    if (strcmp(action, "report") == 0 &&
        !incident_channel(work_levels(r->api->work), request_body_text(r, "channel"))) {
        reply_error(reply, API_BAD_BODY, "channel");
        return false;
    }
    if (!publish && !forward) return true;
    const char *target =
        publish ? json_string_value(json_object_get(m->document, "target")) : request_body_text(r, "target");
    if (!work_target(r->api->work, target ? target : "", nodes, &fault)) {
        reply_fault(reply, &fault);
        return false;
    }
    for (unsigned i = 0; i < nodes->count; i++)
        if (!request_in_scope(r, reply, nodes->names[i])) return false;
    if (!nodes->count)
        refuse(reply, API_CONFLICT, "没有符合条件的下级节点", "no enrolled collector is meant by the target");
    return nodes->count;
}

static void take(struct request *r, struct reply *reply, const struct matter *m, struct work_nodes *nodes)
{
    struct fault fault = {""};
    enum step_refusal refusal;
    char zh[MATTER_WHY] = "", en[MATTER_WHY] = "", audit[64];
    const char *action = request_body_text(r, "action"), *owner = request_body_text(r, "owner");
    unsigned level = (unsigned)json_integer_value(json_object_get(r->body, "level"));
    struct matter_order order = {.request = {.action = action,
                                             .actor = r->session.account.name,
                                             .role = r->session.account.role,
                                             .given = given_in(r->body)},
                                 .detail = r->body,
                                 .now_us = store_now_us(),
                                 .due_us = body_time(r, "due"),
                                 .level = level,
                                 .owner = *owner ? owner : NULL};
    /* The machine first: whoever may not step at all is not told of levels and nodes. */
    if (!step_check(m->kind, m->state, m->author, m->owner, &order.request, &refusal, zh, en)) {
        refuse(reply, refusal == STEP_UNKNOWN || refusal == STEP_MISSING ? API_BAD_BODY : API_CONFLICT, zh, en);
        return;
    }
    if (!may_step(r, reply, m, action, level, nodes)) return;
    order.nodes = nodes->names;
    order.node_count = nodes->count;
    if (strcmp(action, "publish") == 0) { /* two of the eight fields */
        char time[40] = "";
        struct json t = json_over(time, sizeof time);
        json_put_time(&t, NULL, (uint64_t)order.now_us * 1000u);
        json_object_set_new(r->body, "published_at", json_stringn(time + 1, json_length(&t) - 2));
        json_object_set_new(r->body, "authority", json_string(work_authority(r->api->work)));
    }
    struct signer signer = request_signer(r);
    switch (matters_step(r->api->control, &signer, m->id, &order, &refusal, zh, en, &fault)) {
    case MATTER_DONE: {
        char *detail = json_dumps(r->body, JSON_COMPACT);
        snprintf(audit, sizeof audit, "%s.%s", matter_name[m->kind], action);
        request_audit(r, audit, m->id, detail);
        free(detail);
        matters_show_one(r, reply, 1u << m->kind, NULL);
        return;
    }
    case MATTER_REFUSED:
        refuse(reply, API_CONFLICT, zh, en);
        return;
    case MATTER_UNKNOWN:
        reply_error(reply, API_NOT_FOUND, NULL);
        return;
    case MATTER_FAILED:
        reply_fault(reply, &fault);
    }
}

void matters_take(struct request *r, struct reply *reply, unsigned kinds)
{
    struct matter m;
    struct work_nodes nodes = {0};
    if (!matters_find(r, reply, kinds, &m)) return;
    take(r, reply, &m, &nodes);
    work_nodes_free(&nodes);
    matter_free(&m);
}

/* ---- the tables themselves, for who shows them ---- */

static void write_machine(struct json *j, enum matter_kind kind)
{
    reply_words(j, "matter", matter_name[kind], matter_zh[kind], matter_en[kind]);
    json_begin_array(j, "states");
    for (const struct state_word *w = machines[kind].states; w->name; w++) reply_words(j, NULL, w->name, w->zh, w->en);
    json_end_array(j);
    json_begin_array(j, "steps");
    for (const struct step_rule *rule = machines[kind].rules; rule->action; rule++) {
        json_begin_object(j, NULL);
        json_put_string(j, "action", rule->action);
        json_put_string(j, "from", rule->from);
        json_put_string(j, "to", rule->to ? rule->to : "");
        json_put_string(j, "role", rule->flags & STEP_SYSTEM ? "system" : role_name[rule->role]);
        json_put_bool(j, "another_person", rule->flags & (STEP_NOT_AUTHOR | STEP_NOT_OWNER));
        json_put_string(j, "zh", rule->zh);
        json_put_string(j, "en", rule->en);
        json_begin_array(j, "needs");
        for (unsigned i = 0; i < NEED_COUNT; i++)
            if (rule->needs >> i & 1) json_put_string(j, NULL, need_member[i]);
        json_end_array(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static void procedures(struct request *r, struct reply *reply)
{
    struct json *j = &reply->json;
    json_begin_object(j, NULL);
    json_begin_array(j, "machines");
    for (unsigned k = 0; k < MATTER_COUNT; k++) {
        json_begin_object(j, NULL);
        write_machine(j, (enum matter_kind)k);
        json_end_object(j);
    }
    json_end_array(j);
    levels_write(j, work_levels(r->api->work));
    json_end_object(j);
}

const struct route routes_procedures[] = {
    {"GET", "/procedures", OFFICER, 0, procedures, NULL, NULL, "流程、级别、时限表",
     "The tables of states, steps, levels, grades and clocks"},
    ROUTES_END,
};
