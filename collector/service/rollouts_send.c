/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-outs on their way down: which of the enrolled nodes get one now, and the items that say so. Towards sensors the
 * items are those of signatures/bundle.h's contract; towards collectors they carry what the next hop needs to decide.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/rollouts.h"
#include "collector/store/internal.h"
#include "collector/store/scope.h"
#include "common/json.h"

enum { CHUNK = 120 << 10, NODES_MOST = 4096, NODES_FIRST = 64, ACTIVE_MOST = 256 };
#define LOOK_US 5000000ll

/* ---- who ---- */

static unsigned sent_revision(sqlite3 *db, const struct rollout *r, const char *node)
{
    return (unsigned)database_number(db, 0, "SELECT revision FROM rollout_node WHERE rollout=? AND node=?", "is",
                                     r->number, node);
}

static bool has_newer(sqlite3 *db, const struct rollout *r, const char *node)
{
    return database_number(db, 0,
                           "SELECT count(*) FROM rollout_node JOIN rollout USING(rollout) WHERE node=?1 AND kind=?2 AND"
                           " name=?3 AND rollout>?4",
                           "sisi", node, (int64_t)r->kind, r->name, r->number) > 0;
}

/* One's own of the same name prevails over this one from above. */
static bool outdone(sqlite3 *db, const struct rollout *r)
{
    return r->kind == ROLLOUT_SIGNATURES && *r->issuer &&
           strcmp(rollout_precedence[r->precedence], "local-prevails") == 0 &&
           database_number(db, 0, "SELECT count(*) FROM rollout WHERE issuer='' AND kind=?1 AND name=?2 AND state<=?3",
                           "isi", (int64_t)r->kind, r->name, (int64_t)ROLLOUT_COMPLETE) > 0;
}

static bool meant(const struct hierarchy *h, const struct rollout *r, const struct node *node)
{
    if (node->revoked || node->role == NODE_SUBSCRIBER) return false;
    if (!scope_meets(r->target, node->name)) return false;
    return node->role == NODE_COLLECTOR ||
           (rollout_kinds[r->kind].sensors && rollout_share_holds(r->id, h->keys.name, node->name, r->percent));
}

enum { NOTHING, STATE, CONTENT, WAYS };
static unsigned way_of(const struct hierarchy *h, sqlite3 *db, const struct rollout *r, const struct node *node)
{
    unsigned sent = sent_revision(db, r, node->name);
    if (node->revoked) return NOTHING;
    if (sent) return sent < (node->role == NODE_COLLECTOR ? r->revision : r->urgent) ? STATE : NOTHING;
    if (!rollout_active(r->state) || r->state == ROLLOUT_PAUSED || !meant(h, r, node)) return NOTHING;
    return node->role == NODE_COLLECTOR || r->rollback || !has_newer(db, r, node->name) ? CONTENT : NOTHING;
}

struct names {
    const char **rows;
    unsigned count;
};
/* Those that are enrolled, read once for all roll-outs of a pass. */
struct enrolled {
    struct node *rows;
    size_t count, room;
};
struct sending {
    struct hierarchy *h;
    const struct rollout *r;
    struct names groups[NODE_ROLE_COUNT][WAYS]; /* names of struct enrolled */
};

static bool enrol(void *context, const struct collector_node *node)
{
    struct enrolled *e = context;
    if (e->count == e->room) {
        e->room = e->room ? 2 * e->room : NODES_FIRST;
        if (!(e->rows = realloc(e->rows, e->room * sizeof *e->rows))) abort();
    }
    e->rows[e->count++] = node->enrolled;
    return true;
}

static void choose(struct sending *s, const struct node *node)
{
    sqlite3 *db = control_lock(s->h->options.control);
    unsigned way = way_of(s->h, db, s->r, node);
    control_unlock(s->h->options.control);
    struct names *group = &s->groups[node->role][way];
    if (way == NOTHING || group->count == NODES_MOST) return;
    if (!group->rows && !(group->rows = calloc(NODES_MOST, sizeof *group->rows))) abort();
    group->rows[group->count++] = node->name; /* NOLINT(clang-analyzer-unix.Malloc): the caller frees all groups */
}

/* ---- what ---- */

static void put_time(json_t *item, const char *key, int64_t time_us)
{
    char text[40];
    struct json t = json_over(text, sizeof text);
    if (!time_us) return;
    json_put_time(&t, NULL, (uint64_t)time_us * 1000u);
    json_object_set_new(item, key, json_stringn(text + 1, json_length(&t) - 2));
}

/* What every item of the roll-out says; towards a collector with what it needs to go on. */
static json_t *head_of(const struct rollout *r, unsigned role)
{
    bool local = !*r->issuer;
    unsigned rank = local ? 1 : strcmp(rollout_precedence[r->precedence], "local-prevails") == 0 ? 0 : 2;
    json_t *item = json_pack("{s:s,s:s,s:b}", "id", r->id, "name", r->name, "withdrawn", r->state == ROLLOUT_WITHDRAWN);
    put_time(item, "until", r->until_us);
    if (r->kind == ROLLOUT_SIGNATURES || role == NODE_COLLECTOR) {
        json_t *more = json_pack("{s:I,s:s,s:I,s:b,s:s,s:i}", "version", (json_int_t)r->version, "digest", r->digest,
                                 "size", (json_int_t)r->size, "rollback", r->rollback, "precedence",
                                 rollout_precedence[r->precedence], "rank", (int)rank);
        json_object_update(item, more);
        json_decref(more);
    }
    if (role == NODE_COLLECTOR) {
        json_t *more = json_pack("{s:i,s:i,s:i,s:s,s:s,s:s,s:O}", "percent", (int)r->percent, "revision",
                                 (int)r->revision, "urgent", (int)r->urgent, "state", rollout_state_name[r->state],
                                 "origin", r->origin, "target", r->target, "about", r->about);
        json_object_update(item, more);
        json_decref(more);
    }
    if (!item) abort();
    return item;
}

static json_t *base64(const uint8_t *bytes, size_t length)
{
    size_t room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    if (!text) abort();
    sodium_bin2base64(text, room, bytes, length, sodium_base64_VARIANT_ORIGINAL);
    json_t *value = json_string(text);
    free(text);
    return value;
}

static bool send_one(const struct sending *s, const struct names *to, json_t *item, struct fault *fault)
{
    struct link_item out = {0};
    char *text = json_dumps(item, JSON_COMPACT);
    if (!text) abort();
    snprintf(out.kind, sizeof out.kind, "%s", rollout_kinds[s->r->kind].name);
    store_ulid(out.id, store_now_us());
    out.json = text;
    out.length = strlen(text);
    bool good = out.length <= LINK_ITEM_MAX || fault_set(fault, "%s %s: an item of %zu bytes is too long",
                                                         rollout_kinds[s->r->kind].name, s->r->name, out.length);
    good = good && collector_link_send(s->h->options.link, &out, to->rows, to->count, fault);
    free(text);
    return good;
}

static bool send_chunks(const struct sending *s, const struct names *to, json_t *head, const uint8_t *content,
                        size_t length, struct fault *fault)
{
    size_t chunks = length ? (length + CHUNK - 1) / CHUNK : 1;
    bool good = true;
    for (size_t i = 0; good && i < chunks; i++) {
        size_t from = i * CHUNK, n = length - from < CHUNK ? length - from : CHUNK;
        json_object_set_new(head, "chunk", json_integer((json_int_t)i + 1));
        json_object_set_new(head, "chunks", json_integer((json_int_t)chunks));
        json_object_set_new(head, "data", base64(content + from, n));
        good = send_one(s, to, head, fault);
    }
    return good;
}

/* To sensors: lists and revocations as their items want them. */
static bool send_whole(const struct sending *s, const struct names *to, json_t *head, const uint8_t *content,
                       size_t length, struct fault *fault)
{
    if (s->r->kind == ROLLOUT_INDICATORS)
        json_object_set_new(head, "items", json_loadb((const char *)content, length, 0, NULL));
    else
        json_object_set_new(head, "data", base64(content, length));
    return send_one(s, to, head, fault);
}

static bool mark_sent(const struct sending *s, const struct names *to, struct fault *fault)
{
    bool good = true;
    sqlite3 *db = control_lock(s->h->options.control);
    for (unsigned i = 0; good && i < to->count; i++)
        good =
            database_run(db, fault, "INSERT INTO rollout_node VALUES(?1,?2,?3) ON CONFLICT DO UPDATE SET revision=?3",
                         "isi", s->r->number, to->rows[i], (int64_t)s->r->revision);
    control_unlock(s->h->options.control);
    return good;
}

static bool send_group(const struct sending *s, unsigned role, unsigned way, struct fault *fault)
{
    const struct names *to = &s->groups[role][way];
    size_t length = 0;
    bool good = true;
    if (!to->count) return true;
    json_t *head = head_of(s->r, role);
    if (way == CONTENT) {
        uint8_t *content = rollouts_content(s->h->options.control, s->r, &length, fault);
        bool chunked = role == NODE_COLLECTOR || s->r->kind == ROLLOUT_SIGNATURES;
        good = content && (chunked ? send_chunks : send_whole)(s, to, head, content, length, fault);
        free(content);
    } else {
        good = send_one(s, to, head, fault);
    }
    json_decref(head);
    return good && mark_sent(s, to, fault);
}

static bool send_rollout(struct hierarchy *h, const struct rollout *r, const struct enrolled *nodes,
                         struct fault *fault)
{
    struct sending s = {.h = h, .r = r};
    sqlite3 *db = control_lock(h->options.control);
    bool skip = outdone(db, r);
    control_unlock(h->options.control);
    bool good = true;
    for (size_t i = 0; !skip && i < nodes->count; i++) choose(&s, &nodes->rows[i]);
    for (unsigned role = 0; role < NODE_ROLE_COUNT; role++)
        for (unsigned way = STATE; way < WAYS; way++) {
            struct names *group = &s.groups[role][way];
            good = good && send_group(&s, role, way, fault);
            free(group->rows);
        }
    return good;
}

/* ---- each of them ---- */

struct list {
    struct rollout rows[ACTIVE_MOST];
    unsigned count;
};
static bool take(void *context, const struct rollout *r)
{
    struct list *list = context;
    if (!r->whole) return true;
    list->rows[list->count] = *r;
    json_incref(r->about);
    return ++list->count < ACTIVE_MOST;
}

/* Nodes are enrolled at any time, so all is looked through every few seconds, and at once when something has changed.
 * The oldest first: a roll-back comes behind what it takes back. */
bool rollouts_send(struct hierarchy *h, struct fault *fault)
{
    struct rollout_query query = {.kind = -1, .limit = ACTIVE_MOST};
    bool due = h->rollouts_due;
    if (!due && store_now_us() - h->looked_us < LOOK_US) return true;
    h->looked_us = store_now_us();
    struct enrolled nodes = {0};
    struct list *list = calloc(1, sizeof *list);
    if (!list) abort();
    h->rollouts_due = false;
    bool good = rollouts_list(h->options.control, &query, take, list, fault) &&
                (!list->count || collector_link_nodes(h->options.link, enrol, &nodes, fault));
    for (unsigned i = list->count; i-- > 0;) {
        good = good && send_rollout(h, &list->rows[i], &nodes, fault);
        rollout_free(&list->rows[i]);
    }
    free(list);
    free(nodes.rows);
    return good;
}

/* ---- for who looks ---- */

struct looking {
    struct hierarchy *h;
    const struct rollout *r;
    bool (*row)(void *context, const struct rollout_node *node);
    void *context;
};

static bool look(void *context, const struct collector_node *node)
{
    const struct looking *l = context;
    sqlite3 *db = control_lock(l->h->options.control);
    struct rollout_node n = {.node = node->enrolled.name,
                             .role = node->enrolled.role,
                             .share = rollout_active(l->r->state) && meant(l->h, l->r, &node->enrolled),
                             .revision = sent_revision(db, l->r, node->enrolled.name)};
    control_unlock(l->h->options.control);
    return node->enrolled.revoked || n.role == NODE_SUBSCRIBER || l->row(l->context, &n);
}

bool rollouts_nodes(struct hierarchy *h, const struct rollout *r,
                    bool (*row)(void *context, const struct rollout_node *node), void *context, struct fault *fault)
{
    struct looking l = {h, r, row, context};
    return collector_link_nodes(h->options.link, look, &l, fault);
}
