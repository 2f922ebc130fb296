/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, tasks and bulletins down, answers up. */
#include "collector/service/work.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/audit.h"
#include "collector/service/own_event.h"
#include "collector/service/register.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "collector/store/scope.h"
#include "collector/store/states.h"
#include "common/json.h"
#include "common/json_member.h"

enum { NODES_MOST = 4096, STATES_MOST = 1000, ITEMS_A_TURN = 100 };

struct work {
    struct work_options options;
    struct levels *levels;
    struct keys keys;
    struct store_reader *reader; /* of the thread that ticks */
};

/* A day that every year has. */
static bool day_good(const char *day, struct fault *fault)
{
    char date[DATE_LENGTH + 1], next[DATE_LENGTH + 1];
    if (!day) return true;
    snprintf(date, sizeof date, "2025-%s", day);
    return (strlen(day) == 5 && date_add_months(date, 0, next)) ||
           fault_set(fault, "work.inspection_due: \"%s\" is no day of the year such as 07-30", day);
}

struct work *work_open(const struct work_options *options, struct fault *fault)
{
    struct work *w = calloc(1, sizeof *w);
    if (!w) abort();
    w->options = *options;
    if (!day_good(options->inspection_due, fault)) {
        free(w);
        return NULL;
    }
    if (keys_load_secret(&w->keys, options->key_file, fault) && (w->levels = levels_open(options->models, fault)) &&
        (w->reader = store_reader_open(options->store, fault)))
        return w;
    work_close(w);
    return NULL;
}

void work_close(struct work *w)
{
    if (!w) return;
    if (w->reader) store_reader_close(w->reader);
    levels_close(w->levels);
    keys_forget(&w->keys);
    free(w);
}

const struct levels *work_levels(const struct work *w) { return w->levels; }
const struct keys *work_keys(const struct work *w) { return &w->keys; }
const char *work_authority(const struct work *w) { return w->options.authority; }
const char *work_inspection_due(const struct work *w)
{
    return w->options.inspection_due ? w->options.inspection_due : "";
}
bool work_may_publish(const struct work *w, unsigned level)
{
    return w->options.highest && level >= w->options.highest;
}

/* ---- targets ---- */

struct choosing {
    const char *target;
    struct work_nodes *nodes;
};

static bool choose(void *context, const struct collector_node *node)
{
    struct choosing *c = context;
    const char *name = node->enrolled.name;
    if (node->enrolled.role != NODE_COLLECTOR || node->enrolled.revoked) return true;
    if (!scope_meets(c->target, name)) return true;
    if (!(c->nodes->names[c->nodes->count++] = strdup(name))) abort();
    return c->nodes->count < NODES_MOST;
}

bool work_target(struct work *w, const char *target, struct work_nodes *nodes, struct fault *fault)
{
    struct choosing c = {target, nodes};
    *nodes = (struct work_nodes){.names = calloc(NODES_MOST, sizeof *nodes->names)};
    if (!nodes->names) abort();
    return collector_link_nodes(w->options.link, choose, &c, fault);
}

void work_nodes_free(struct work_nodes *nodes)
{
    for (unsigned i = 0; i < nodes->count; i++) free((void *)nodes->names[i]);
    free(nodes->names);
    nodes->names = NULL;
}

/* ---- down ---- */

static bool lower_name(void *context, const char *node)
{
    struct work_nodes *nodes = context;
    if (!(nodes->names[nodes->count++] = strdup(node))) abort();
    return nodes->count < NODES_MOST;
}

/* The item as it goes down; what the level above said stays as it was. */
static char *item_text(const struct matter *m)
{
    char due[40] = "";
    struct json t = json_over(due, sizeof due);
    if (m->due_us) json_put_time(&t, NULL, (uint64_t)m->due_us * 1000u);
    size_t n = json_length(&t);
    json_t *item = json_pack("{s:s,s:s,s:s,s:s,s:i,s:i,s:O}", "matter", m->id, "kind", downward_of(m->kind)->item,
                             "state", m->state, "title", m->title, "version", (int)m->version, "level", (int)m->level,
                             "document", m->document);
    if (!item) abort();
    if (n > 2) json_object_set_new(item, "due", json_stringn(due + 1, n - 2));
    char *text = json_dumps(item, JSON_COMPACT);
    json_decref(item);
    if (!text) abort();
    return text;
}

static bool send_down(void *context, const struct matter *m)
{
    struct work *w = context;
    struct fault fault = {""};
    struct link_item item = {0};
    struct work_nodes nodes = {.names = calloc(NODES_MOST, sizeof *nodes.names)};
    if (!nodes.names) abort();
    char *text = item_text(m);
    snprintf(item.kind, sizeof item.kind, "%s", downward_of(m->kind)->item);
    memcpy(item.id, m->item, sizeof item.id);
    item.json = text;
    item.length = strlen(text);
    bool good = matters_nodes(w->options.control, m, lower_name, &nodes, &fault) &&
                (!nodes.count || collector_link_send(w->options.link, &item, nodes.names, nodes.count, &fault)) &&
                matters_settle(w->options.control, DEBT_SEND, m, &fault);
    if (!good) w->options.notice(fault.text);
    work_nodes_free(&nodes);
    free(text);
    return good;
}

/* ---- up ---- */

static json_t *head_of(const struct matter *m, const char *kind)
{
    json_t *head =
        json_pack("{s:s,s:s,s:s,s:i}", "key", m->id, "kind", kind, "state", m->state, "version", (int)m->version);
    if (!head) abort();
    return head;
}

/* The members of a step's request that an answer tells, from the matter's document and its last answer. */
static json_t *answer_object(const struct matter *m)
{
    json_t *answer = head_of(m, downward_of(m->kind)->item), *told = json_object_get(m->document, "answer");
    if (told) json_object_update(answer, told);
    return answer;
}

static bool report_step(void *context, const struct matter_step *step)
{
    json_t *detail = json_loads(step->detail, 0, NULL);
    const char *channel = json_string_value(json_object_get(detail, "channel"));
    if (strcmp(step->action, "report") == 0 && channel && !json_object_get(context, channel))
        json_object_set_new(context, channel, json_integer(step->time_us));
    json_decref(detail);
    return true;
}

/* How a confirmed incident stands: what its clocks run from, and where it has been reported; no more of it leaves. */
static json_t *case_object(struct work *w, const struct matter *m, struct fault *fault)
{
    static const char *const told[] = {"operator", "class", "discovered_at", "handled_at"};
    json_t *object = head_of(m, matter_name[MATTER_CASE]), *reported = json_object();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (json_object_get(m->document, told[i]))
            json_object_set(object, told[i], json_object_get(m->document, told[i]));
    json_object_set_new(object, "title", json_string(m->title));
    json_object_set_new(object, "level", json_integer(m->level));
    json_object_set_new(object, "reported", reported);
    if (matters_steps(w->options.control, &w->keys, m, report_step, reported, fault)) return object;
    json_decref(object);
    return NULL;
}

static bool answer_up(void *context, const struct matter *m)
{
    struct work *w = context;
    struct fault fault = {""};
    json_t *answer = m->kind == MATTER_CASE ? case_object(w, m, &fault) : answer_object(m);
    char *object = answer ? json_dumps(answer, JSON_COMPACT) : NULL;
    json_decref(answer);
    bool good = object && own_event(w->options.store, OWN_ANSWERS, EVENT_ANSWER, object, strlen(object), &fault) &&
                matters_settle(w->options.control, DEBT_ANSWER, m, &fault);
    if (!good) w->options.notice(fault.text);
    free(object);
    return good;
}

bool work_cases_below(struct store_reader *reader, case_row *row, void *context, struct fault *fault)
{
    static const char sql[] = "SELECT substr(sensor,1,length(sensor)-length('/" OWN_SENSOR "')), id, last_us, object"
                              " FROM state WHERE type='answer' AND json_extract(object,'$.kind')='case' AND"
                              " sensor GLOB '*/" OWN_SENSOR "' AND wl_in_scope(sensor) ORDER BY last_us DESC LIMIT 500";
    int result;
    sqlite3_stmt *select = database_prepare(reader->main, sql, fault);
    if (!select) return false;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct case_below c = {.node = database_text(select, 0),
                               .evidence = database_text(select, 1),
                               .told_us = sqlite3_column_int64(select, 2),
                               .object = json_loads(database_text(select, 3), 0, NULL)};
        if (c.object) row(context, &c);
        json_decref(c.object);
    }
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(reader->main, fault, "reading incidents of the nodes below");
}

/* ---- what came from the parent ---- */

static void record(struct work *w, const char *action, const char *object, const char *detail)
{
    struct fault fault = {""};
    struct audit_record r = {.actor = "system", .action = action, .object = object, .detail = detail};
    if (!audit_write(w->options.control, &r, &fault)) w->options.notice(fault.text);
}

/* 0: none, or none that can be read. */
static int64_t due_of(const json_t *item)
{
    const char *due = json_member_text(item, "due");
    int64_t due_us = store_time_us(due, strlen(due));
    return due_us > 0 ? due_us : 0;
}

static bool receive_first(struct work *w, const json_t *item, enum matter_kind kind, const char *issuer,
                          struct fault *fault)
{
    struct matter m = {.kind = kind,
                       .level = (unsigned)json_integer_value(json_object_get(item, "level")),
                       .version = (unsigned)json_integer_value(json_object_get(item, "version")),
                       .due_us = due_of(item),
                       .document = json_object_get(item, "document")};
    if (strcmp(json_member_text(item, "state"), "lifted") == 0) return true; /* it came and went while we were away */
    snprintf(m.id, sizeof m.id, "%s", json_member_text(item, "matter"));
    snprintf(m.title, sizeof m.title, "%s", json_member_text(item, "title"));
    snprintf(m.issuer, sizeof m.issuer, "%s", issuer);
    return matters_begin(w->options.control, &(struct signer){&w->keys, NULL}, &m, "receive", "system", store_now_us(),
                         fault);
}

static bool receive_again(struct work *w, const json_t *item, const struct matter *m, struct fault *fault)
{
    enum step_refusal refusal;
    char zh[MATTER_WHY], en[MATTER_WHY];
    unsigned version = (unsigned)json_integer_value(json_object_get(item, "version"));
    bool lifted = strcmp(json_member_text(item, "state"), "lifted") == 0;
    struct matter_order order = {.request = {.action = lifted ? "lift" : "revise", .actor = "system", .system = true},
                                 .now_us = store_now_us(),
                                 .version = version,
                                 .level = (unsigned)json_integer_value(json_object_get(item, "level")),
                                 .due_us = due_of(item),
                                 .document = json_object_get(item, "document")};
    if (version <= m->version) return true; /* known */
    enum matter_result result =
        matters_step(w->options.control, &(struct signer){&w->keys, NULL}, m->id, &order, &refusal, zh, en, fault);
    if (result == MATTER_REFUSED) record(w, "matter.refused", m->id, en);
    return result != MATTER_FAILED;
}

static bool receive(void *context, const struct inbox_item *came, struct fault *fault)
{
    struct work *w = context;
    struct matter known = {0};
    const struct downward *way = downward;
    while (way->item && strcmp(way->item, came->kind) != 0) way++;
    if (!way->item) return true; /* signatures, suppressions: others' */
    enum matter_kind kind = way->received;
    json_t *item = json_loadb(came->json, came->length, JSON_REJECT_DUPLICATES, NULL);
    const char *matter = json_member_text(item, "matter");
    bool good = true;
    if (!came->verified || !ulid_valid(matter, strlen(matter)) || !json_is_object(json_object_get(item, "document")))
        record(w, "matter.refused", came->id, came->verified ? "it is not whole" : "its signature is not the parent's");
    else if (matters_get(w->options.control, matter, &known, fault))
        good = known.kind != kind || receive_again(w, item, &known, fault);
    else
        good = !fault->text[0] && receive_first(w, item, kind, came->issuer, fault);
    matter_free(&known);
    json_decref(item);
    return good;
}

static bool read_inbox(struct work *w, struct fault *fault)
{
    int64_t position = matters_position(w->options.control), before = position;
    bool good = inbox_after(w->reader, &position, ITEMS_A_TURN, receive, w, fault);
    if (position != before) good = matters_set_position(w->options.control, position, fault) && good;
    return good;
}

/* ---- what is known of each node ---- */

struct gathering {
    const struct matter *matter;
    int64_t now_us;
    progress_row *row;
    void *context;
    struct work_nodes nodes;
    struct store_reader *reader;
};

static const char *end_of_node(const char *sensor)
{
    const char *slash = strrchr(sensor, '/');
    return slash && strcmp(slash + 1, OWN_SENSOR) == 0 ? slash : NULL;
}

static bool is_done(const char *state, const json_t *answer)
{
    return strcmp(state, "measures_done") == 0 || strcmp(state, "noted") == 0 ||
           (strcmp(state, "answered") == 0 && json_is_false(json_object_get(answer, "affected")));
}

static bool answer_row(void *context, const struct state_row *state)
{
    struct gathering *g = context;
    const char *end = end_of_node(state->sensor);
    char node[STORE_NODE_MAX + 1];
    if (!end) return true;
    snprintf(node, sizeof node, "%.*s", (int)(end - state->sensor), state->sensor);
    json_t *answer = json_loads(state->object, 0, NULL);
    struct node_progress p = {.node = node, .answer = answer, .state = json_member_text(answer, "state")};
    p.answered_us = state->last_us;
    p.version = (unsigned)json_integer_value(json_object_get(answer, "version"));
    p.done = p.version >= g->matter->version && is_done(p.state, answer);
    p.overdue = !p.done && g->matter->due_us && g->now_us > g->matter->due_us;
    for (unsigned i = 0; i < g->nodes.count; i++)
        if (g->nodes.names[i] && strcmp(g->nodes.names[i], node) == 0) {
            p.direct = true;
            free((void *)g->nodes.names[i]);
            g->nodes.names[i] = NULL; /* told */
        }
    p.delivered_us = p.direct ? items_delivered(g->reader, g->matter->item, node) : p.answered_us;
    bool go_on = g->row(g->context, &p);
    json_decref(answer);
    return go_on;
}

bool work_progress(struct control *c, struct store_reader *reader, const struct matter *m, int64_t now_us,
                   progress_row *row, void *context, struct fault *fault)
{
    char next[STATE_CURSOR + 1] = "", page[STATE_CURSOR + 1];
    struct gathering g = {m, now_us, row, context, {calloc(NODES_MOST, sizeof(char *)), 0}, reader};
    struct state_query query = {.type = event_type_name[EVENT_ANSWER], .key = m->id, .limit = STATES_MOST};
    const char *scope = store_reader_scope_of(reader);
    if (!g.nodes.names) abort();
    bool good = matters_nodes(c, m, lower_name, &g.nodes, fault);
    do { /* page by page */
        good = good && states_query(reader, &query, answer_row, &g, next, fault);
        memcpy(page, next, sizeof page);
        query.cursor = page;
    } while (good && *next);
    for (unsigned i = 0; good && i < g.nodes.count; i++) { /* those that have not answered */
        const char *node = g.nodes.names[i];
        if (!node || !scope_meets(scope, node)) continue;
        struct node_progress p = {.node = node, .direct = true, .state = ""};
        p.delivered_us = items_delivered(reader, m->item, node);
        p.overdue = m->due_us && now_us > m->due_us;
        if (!row(context, &p)) break;
    }
    work_nodes_free(&g.nodes);
    return good;
}

/* ---- the steps that follow by themselves ---- */

struct sum {
    unsigned version, direct, delivered, acked, done;
};

static bool add_up(void *context, const struct node_progress *p)
{
    struct sum *s = context;
    if (!p->direct) return true;
    s->direct++;
    s->delivered += p->delivered_us != 0;
    s->acked += p->version >= s->version && *p->state && strcmp(p->state, "received") != 0;
    s->done += p->done;
    return true;
}

static bool follow_row(void *context, const struct matter *m)
{
    struct matter *list = context;
    while (list->number) list++;
    *list = *m;
    json_incref(list->document);
    return true;
}

static void follow(struct work *w, const struct matter *m)
{
    struct fault fault = {""};
    struct sum sum = {.version = m->version};
    enum step_refusal refusal;
    char zh[MATTER_WHY], en[MATTER_WHY];
    if (!work_progress(w->options.control, w->reader, m, store_now_us(), add_up, &sum, &fault) || !sum.direct) return;
    const struct {
        const char *action;
        unsigned have;
    } steps[] = {{"deliver", sum.delivered}, {"acknowledge", sum.acked}, {"measures", sum.done}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps && steps[i].have == sum.direct; i++) {
        struct matter_order order = {.request = {.action = steps[i].action, .actor = "system", .system = true},
                                     .now_us = store_now_us()};
        enum matter_result result =
            matters_step(w->options.control, &(struct signer){&w->keys, NULL}, m->id, &order, &refusal, zh, en, &fault);
        if (result == MATTER_FAILED) w->options.notice(fault.text);
    }
}

enum { FOLLOWED_MOST = 200 };

static void follow_all(struct work *w, struct fault *fault)
{
    struct matter *list = calloc(FOLLOWED_MOST + 1, sizeof *list);
    struct matter_query query = {.kinds = 1u << MATTER_WARNING | 1u << MATTER_TASK | 1u << MATTER_BULLETIN,
                                 .states = "published,delivered,acked,adjusted",
                                 .limit = FOLLOWED_MOST};
    if (!list) abort();
    matters_list(w->options.control, &query, follow_row, list, fault);
    for (struct matter *m = list; m->number; m++) {
        follow(w, m);
        matter_free(m);
    }
    free(list);
}

void work_tick(struct work *w)
{
    struct fault fault = {""};
    bool good = read_inbox(w, &fault) && matters_owing(w->options.control, DEBT_SEND, send_down, w, &fault) &&
                matters_owing(w->options.control, DEBT_ANSWER, answer_up, w, &fault);
    if (good) follow_all(w, &fault);
    if (fault.text[0]) w->options.notice(fault.text);
}
