/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for evidence in control.db, and what officers may do with them. */
#include "collector/service/requests.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

const struct schema control_schema_requests = {
    "requests",
    (const char *const[]){
        "CREATE TABLE request(request INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, received INTEGER NOT"
        " NULL, node TEXT NOT NULL, below TEXT NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL,"
        " subject TEXT NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL, linked TEXT NOT NULL, item TEXT NOT NULL,"
        " created INTEGER NOT NULL, changed INTEGER NOT NULL, due INTEGER NOT NULL, hash TEXT NOT NULL DEFAULT '',"
        /* owed: the other end is to be told. */
        " content TEXT, owed INTEGER NOT NULL DEFAULT 0);"
        "CREATE TABLE request_step(step INTEGER PRIMARY KEY AUTOINCREMENT, request INTEGER NOT NULL REFERENCES"
        " request(request), action TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, actor TEXT NOT NULL,"
        " comment TEXT NOT NULL, time INTEGER NOT NULL, signer TEXT NOT NULL, signature BLOB NOT NULL);"
        "CREATE TRIGGER request_step_no_update BEFORE UPDATE ON request_step BEGIN SELECT raise(ABORT, 'steps are"
        " append-only'); END;"
        "CREATE TRIGGER request_step_no_delete BEFORE DELETE ON request_step BEGIN SELECT raise(ABORT, 'steps are"
        " append-only'); END;"
        "CREATE TABLE request_position(inbox INTEGER NOT NULL, disclosed INTEGER NOT NULL);"
        "INSERT INTO request_position VALUES(0,0);",
        NULL}};

#define X(id, name, zh, en) name,
const char *const request_kind_name[] = {REQUEST_KINDS(X) NULL};
#undef X
#define X(id, name, zh, en) zh,
const char *const request_kind_zh[] = {REQUEST_KINDS(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const request_kind_en[] = {REQUEST_KINDS(X)};
#undef X
#define X(id, name, zh, en, over) name,
const char *const request_state_name[REQUEST_STATE_COUNT] = {REQUEST_STATES(X)};
#undef X
#define X(id, name, zh, en, over) zh,
const char *const request_state_zh[REQUEST_STATE_COUNT] = {REQUEST_STATES(X)};
#undef X
#define X(id, name, zh, en, over) en,
const char *const request_state_en[REQUEST_STATE_COUNT] = {REQUEST_STATES(X)};
#undef X

bool request_over(enum request_state state)
{
#define X(id, name, zh, en, over) over,
    static const bool table[REQUEST_STATE_COUNT] = {REQUEST_STATES(X)};
#undef X
    return table[state];
}

void request_free(struct evidence_request *q)
{
    json_decref(q->content);
    q->content = NULL;
}

/* ---- rows ---- */

#define COLUMNS                                                                                                        \
    "request, id, received, node, below, kind, state, subject, reason, author, linked, item, created, changed, due,"   \
    " hash, content"

static void copy(char *out, size_t room, sqlite3_stmt *row, int column)
{
    snprintf(out, room, "%s", database_text(row, column));
}

static void read_row(sqlite3_stmt *row, struct evidence_request *q)
{
    *q = (struct evidence_request){.number = sqlite3_column_int64(row, 0),
                                   .received = sqlite3_column_int(row, 2),
                                   .kind = (enum request_kind)sqlite3_column_int(row, 5),
                                   .state = (enum request_state)sqlite3_column_int(row, 6),
                                   .created_us = sqlite3_column_int64(row, 12),
                                   .changed_us = sqlite3_column_int64(row, 13),
                                   .due_us = sqlite3_column_int64(row, 14),
                                   .content = json_loads(database_text(row, 16), 0, NULL)};
    copy(q->id, sizeof q->id, row, 1);
    copy(q->node, sizeof q->node, row, 3);
    copy(q->below, sizeof q->below, row, 4);
    copy(q->subject, sizeof q->subject, row, 7);
    copy(q->reason, sizeof q->reason, row, 8);
    copy(q->author, sizeof q->author, row, 9);
    copy(q->linked, sizeof q->linked, row, 10);
    copy(q->item, sizeof q->item, row, 11);
    copy(q->hash, sizeof q->hash, row, 15);
}

bool request_find(sqlite3 *db, const char *id, struct evidence_request *q, struct fault *fault)
{
    sqlite3_stmt *find = database_prepare(db, "SELECT " COLUMNS " FROM request WHERE id=?", fault);
    if (!find) return false;
    database_bind(find, "s", id);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    if (found) read_row(find, q);
    sqlite3_finalize(find);
    return found;
}

bool requests_get(struct control *c, const char *id, struct evidence_request *q, struct fault *fault)
{
    bool found = request_find(control_lock(c), id, q, fault);
    control_unlock(c);
    return found;
}

bool requests_list(struct control *c, bool open, int64_t before, unsigned limit, request_row *row, void *context,
                   struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(control_lock(c),
                         "SELECT " COLUMNS " FROM request WHERE (?1=0 OR state<?2) AND (?3=0 OR request<?3)"
                         " ORDER BY request DESC LIMIT ?4",
                         fault);
    bool go_on = true;
    if (select) database_bind(select, "iiii", (int64_t)open, (int64_t)REQUEST_ANSWERED, before, (int64_t)limit);
    while (go_on && select && sqlite3_step(select) == SQLITE_ROW) {
        struct evidence_request q;
        read_row(select, &q);
        go_on = row(context, &q);
        request_free(&q);
    }
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}

/* ---- steps on record ---- */

/* What is signed: one line that anyone can write again from the step. To be freed. */
static char *canonical(const char *id, const char *action, const char *before, const char *after, const char *actor,
                       const char *comment, int64_t time_us)
{
    json_t *line = json_pack("[s,s,s,s,s,s,s,I]", "wanglou evidence step 1", id, action, before, after, actor, comment,
                             (json_int_t)time_us);
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (!text) abort();
    return text;
}

static bool put_step(sqlite3 *db, const struct keys *keys, const struct evidence_request *q, const char *action,
                     const char *before, const char *actor, const char *comment, struct fault *fault)
{
    uint8_t signature[SIGNATURE];
    char *line = canonical(q->id, action, before, request_state_name[q->state], actor, comment, q->changed_us);
    crypto_sign_detached(signature, NULL, (const uint8_t *)line, strlen(line), keys->sign_secret);
    free(line);
    return database_run(db, fault,
                        "INSERT INTO request_step(request,action,before,after,actor,comment,time,signer,signature)"
                        " VALUES(?,?,?,?,?,?,?,?,?)",
                        "isssssisb", q->number, action, before, request_state_name[q->state], actor, comment,
                        q->changed_us, keys->name, (const void *)signature, sizeof signature);
}

bool request_move(sqlite3 *db, const struct keys *keys, struct evidence_request *q, const char *action,
                  enum request_state to, const char *actor, const char *comment, struct fault *fault)
{
    const char *before = request_state_name[q->state];
    bool tells = q->received ? request_over(to) && to != REQUEST_CANCELLED : to == REQUEST_CANCELLED;
    q->state = to;
    q->changed_us = store_now_us();
    return database_run(
               db, fault,
               "UPDATE request SET state=?2, changed=?3, linked=?4, item=?5, hash=?6, owed=owed OR ?7 WHERE id=?1",
               "siisssi", q->id, (int64_t)to, q->changed_us, q->linked, q->item, q->hash, (int64_t)tells) &&
           put_step(db, keys, q, action, before, actor, comment, fault);
}

bool request_set_content(sqlite3 *db, const struct evidence_request *q, struct fault *fault)
{
    char *text = json_dumps(q->content, JSON_COMPACT);
    bool good = text && database_run(db, fault, "UPDATE request SET content=? WHERE id=?", "ss", text, q->id);
    free(text);
    return good;
}

bool request_insert(sqlite3 *db, const struct keys *keys, struct evidence_request *q, const char *actor,
                    struct fault *fault)
{
    bool good = database_run(
        db, fault,
        "INSERT INTO "
        "request(id,received,node,below,kind,state,subject,reason,author,linked,item,created,changed,due,owed)"
        " VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        "sissiisssssiiii", q->id, (int64_t)q->received, q->node, q->below, (int64_t)q->kind, (int64_t)q->state,
        q->subject, q->reason, q->author, q->linked, q->item, q->created_us, q->changed_us, q->due_us,
        (int64_t)!q->received);
    q->number = good ? sqlite3_last_insert_rowid(db) : 0;
    return good && put_step(db, keys, q, q->received ? "receive" : "ask", "", actor, q->reason, fault);
}

bool requests_history(struct hierarchy *h, const struct evidence_request *q,
                      bool (*row)(void *context, const struct request_done *done), void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(control_lock(h->options.control),
                                            "SELECT action, before, after, actor, comment, time, signer, signature FROM"
                                            " request_step WHERE request=? ORDER BY step",
                                            fault);
    if (select) database_bind(select, "i", q->number);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        struct request_done d = {.action = database_text(select, 0),
                                 .before = database_text(select, 1),
                                 .after = database_text(select, 2),
                                 .actor = database_text(select, 3),
                                 .comment = database_text(select, 4),
                                 .time_us = sqlite3_column_int64(select, 5),
                                 .signer = database_text(select, 6)};
        char *line = canonical(q->id, d.action, d.before, d.after, d.actor, d.comment, d.time_us);
        d.verified = sqlite3_column_bytes(select, 7) == SIGNATURE &&
                     crypto_sign_verify_detached(sqlite3_column_blob(select, 7), (const uint8_t *)line, strlen(line),
                                                 h->keys.sign_public) == 0;
        free(line);
        if (!row(context, &d)) break;
    }
    sqlite3_finalize(select);
    control_unlock(h->options.control);
    return select;
}

/* ---- asking ---- */

static void fill(struct evidence_request *q, const char *node)
{
    const char *slash = strchr(node, '/');
    store_ulid(q->id, store_now_us());
    store_ulid(q->item, store_now_us());
    snprintf(q->node, sizeof q->node, "%.*s", (int)(slash ? slash - node : (ptrdiff_t)strlen(node)), node);
    snprintf(q->below, sizeof q->below, "%s", slash ? slash + 1 : "");
    q->received = false;
    q->state = REQUEST_ASKED;
    q->created_us = q->changed_us = store_now_us();
}

bool requests_ask(struct hierarchy *h, struct evidence_request *q, const char *node, struct fault *fault)
{
    fill(q, node);
    sqlite3 *db = control_lock(h->options.control);
    bool good = control_begin(db, fault);
    good = good && control_end(db, request_insert(db, &h->keys, q, q->author, fault), fault);
    control_unlock(h->options.control);
    return good;
}

/* ---- steps of officers ---- */

#define BIT(state) (1u << REQUEST_##state)
const struct request_step request_steps[] = {
    {"cancel", BIT(ASKED), false, REQUEST_CANCELLED, true, "取消", "cancel"},
    {"approve", BIT(RECEIVED) | BIT(FORWARDED), true, REQUEST_ANSWERED, false, "批准并提供", "approve and answer"},
    {"refuse", BIT(RECEIVED) | BIT(FORWARDED), true, REQUEST_REFUSED, true, "拒绝", "refuse"},
    {"forward", BIT(RECEIVED), true, REQUEST_FORWARDED, false, "转下级", "forward below"},
    {NULL},
};

const struct request_step *request_step_of(const struct evidence_request *q, const char *action)
{
    for (const struct request_step *s = request_steps; s->action; s++)
        if (strcmp(s->action, action) == 0)
            return s->received == q->received && (s->from >> q->state & 1) &&
                           (strcmp(action, "forward") != 0 || *q->below)
                       ? s
                       : NULL;
    return NULL;
}

/* The same request to the node below; for an address by the pseudonym that this node knows (`resolved`). */
static enum request_result forward(struct hierarchy *h, const char *resolved, sqlite3 *db, struct evidence_request *q,
                                   const char *actor, struct fault *fault)
{
    struct evidence_request below = {.kind = q->kind, .due_us = q->due_us};
    memcpy(below.subject, q->subject, sizeof below.subject);
    memcpy(below.reason, q->reason, sizeof below.reason);
    memcpy(below.linked, q->id, sizeof below.linked);
    snprintf(below.author, sizeof below.author, "%s", actor);
    if (q->kind == REQUEST_ADDRESS && !*resolved) return REQUEST_NOTHING;
    if (q->kind == REQUEST_ADDRESS) memcpy(below.subject, resolved, sizeof below.subject);
    fill(&below, q->below);
    memcpy(q->linked, below.id, sizeof q->linked);
    return request_insert(db, &h->keys, &below, actor, fault) ? REQUEST_DONE : REQUEST_FAILED;
}

/* What the answer holds: of this node (`content`, taken over), or what the node below gave. */
static enum request_result approve(json_t **content, sqlite3 *db, struct evidence_request *q, struct fault *fault)
{
    struct evidence_request below = {0};
    request_free(q);
    if (*q->below) {
        bool found = *q->linked && request_find(db, q->linked, &below, fault);
        if (found && below.state == REQUEST_ANSWERED) q->content = json_incref(below.content);
        request_free(&below);
        if (!q->content) return fault->text[0] ? REQUEST_FAILED : REQUEST_NOT_NOW;
    } else if (*content) {
        q->content = *content;
        *content = NULL;
    } else {
        return REQUEST_NOTHING;
    }
    request_hash(q->content, q->hash);
    return request_set_content(db, q, fault) ? REQUEST_DONE : REQUEST_FAILED;
}

/* What the step will need and takes long to find, before the lock that everyone waits for; a subject never changes. */
struct found {
    json_t *content;
    char resolved[REQUEST_SUBJECT + 1];
};

static bool look_up(struct hierarchy *h, struct store_reader *reader, const char *id, const char *action,
                    struct found *found, struct fault *fault)
{
    struct evidence_request q = {0};
    *found = (struct found){0};
    const struct request_step *s = requests_get(h->options.control, id, &q, fault) ? request_step_of(&q, action) : NULL;
    if (s && s->to == REQUEST_ANSWERED && !*q.below) found->content = request_content(h, reader, &q, fault);
    if (s && s->to == REQUEST_FORWARDED && q.kind == REQUEST_ADDRESS)
        request_resolve(h, reader, q.subject, found->resolved, fault);
    request_free(&q);
    return !fault->text[0];
}

enum request_result requests_step(struct hierarchy *h, struct store_reader *reader, const char *id, const char *action,
                                  const char *actor, const char *comment, struct fault *fault)
{
    struct evidence_request q = {0};
    struct found found;
    enum request_result result = REQUEST_NOT_NOW;
    if (!look_up(h, reader, id, action, &found, fault)) {
        json_decref(found.content);
        return REQUEST_FAILED;
    }
    sqlite3 *db = control_lock(h->options.control);
    if (!control_begin(db, fault)) {
        control_unlock(h->options.control);
        json_decref(found.content);
        return REQUEST_FAILED;
    }
    const struct request_step *s = request_find(db, id, &q, fault) ? request_step_of(&q, action) : NULL;
    if (s && q.received && q.due_us < store_now_us()) s = NULL; /* the tick says so in a second */
    if (s) {
        result = s->to == REQUEST_ANSWERED    ? approve(&found.content, db, &q, fault)
                 : s->to == REQUEST_FORWARDED ? forward(h, found.resolved, db, &q, actor, fault)
                                              : REQUEST_DONE;
        store_ulid(q.item, store_now_us());
        if (result == REQUEST_DONE && !request_move(db, &h->keys, &q, action, s->to, actor, comment, fault))
            result = REQUEST_FAILED;
    }
    if (!control_end(db, result == REQUEST_DONE, fault) && result == REQUEST_DONE) result = REQUEST_FAILED;
    control_unlock(h->options.control);
    request_free(&q);
    json_decref(found.content);
    return result;
}
