/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for evidence between the levels: down as items of kind "evidence-request", up as events of type `disclosure`
 * that leave for the one who asked, whatever the forwarding policy; and their time limit. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/own_event.h"
#include "collector/service/requests.h"
#include "collector/store/disclosures.h"
#include "collector/store/event_json.h"
#include "collector/store/internal.h"
#include "collector/store/items.h"
#include "common/json.h"

enum { A_TICK = 50, ITEMS_A_TICK = 200 };
static const char item_kind[] = "evidence-request";

static json_t *time_text(int64_t time_us)
{
    char text[40];
    struct json t = json_over(text, sizeof text);
    json_put_time(&t, NULL, (uint64_t)time_us * 1000u);
    return json_stringn(text + 1, json_length(&t) - 2);
}

static int find_word(const char *const *words, const char *word)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0) return i;
    return -1;
}

/* ---- what is owed to the other end ---- */

struct list {
    struct evidence_request rows[A_TICK];
    unsigned count;
};

static bool find_owed(struct hierarchy *h, struct list *list, struct fault *fault)
{
    char ids[A_TICK][ULID_LENGTH + 1];
    unsigned count = 0;
    sqlite3 *db = control_lock(h->options.control);
    sqlite3_stmt *select = database_prepare(db, "SELECT id FROM request WHERE owed=1 ORDER BY changed LIMIT ?", fault);
    if (select) database_bind(select, "i", (int64_t)A_TICK);
    while (select && count < A_TICK && sqlite3_step(select) == SQLITE_ROW)
        snprintf(ids[count++], sizeof ids[0], "%s", database_text(select, 0));
    sqlite3_finalize(select);
    for (unsigned i = 0; i < count; i++) list->count += request_find(db, ids[i], &list->rows[list->count], fault);
    control_unlock(h->options.control);
    return select;
}

static bool send_item(struct hierarchy *h, const struct evidence_request *q, struct fault *fault)
{
    struct link_item item = {0};
    const char *node = q->node;
    json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:b}", "id", q->id, "kind", request_kind_name[q->kind],
                               "subject", q->subject, "below", q->below, "reason", q->reason, "author", q->author,
                               "due", time_text(q->due_us), "cancelled", q->state == REQUEST_CANCELLED);
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text) abort();
    memcpy(item.id, q->item, sizeof item.id);
    snprintf(item.kind, sizeof item.kind, "%s", item_kind);
    item.json = text;
    item.length = strlen(text);
    bool good = collector_link_send(h->options.link, &item, &node, 1, fault);
    free(text);
    return good;
}

/* What the officer said who decided. */
static json_t *last_words(struct hierarchy *h, const struct evidence_request *q)
{
    char words[REQUEST_TEXT + 1] = "";
    sqlite3 *db = control_lock(h->options.control);
    sqlite3_stmt *select =
        database_prepare(db, "SELECT comment FROM request_step WHERE request=? ORDER BY rowid DESC LIMIT 1", NULL);
    if (select) database_bind(select, "i", q->number);
    if (select && sqlite3_step(select) == SQLITE_ROW) snprintf(words, sizeof words, "%s", database_text(select, 0));
    sqlite3_finalize(select);
    control_unlock(h->options.control);
    return json_string(words);
}

static bool send_answer(struct hierarchy *h, const struct evidence_request *q, struct fault *fault)
{
    json_t *object = json_pack("{s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "request", q->id, "to", q->node, "kind",
                               request_kind_name[q->kind], "subject", q->subject, "state", request_state_name[q->state],
                               "decided", time_text(q->changed_us), "comment", last_words(h, q));
    if (q->state == REQUEST_ANSWERED) {
        json_object_set(object, "content", q->content);
        json_object_set_new(object, "sha256", json_string(q->hash));
    }
    char *text = json_dumps(object, JSON_COMPACT);
    json_decref(object);
    if (!text) abort();
    bool good = own_event_as(h->options.store, OWN_HIERARCHY, EVENT_DISCLOSURE, q->item, text, strlen(text), fault);
    free(text);
    return good;
}

static bool settle_debts(struct hierarchy *h, struct fault *fault)
{
    struct list *list = calloc(1, sizeof *list);
    if (!list) abort();
    bool good = find_owed(h, list, fault);
    for (unsigned i = 0; i < list->count; i++) {
        struct evidence_request *q = &list->rows[i];
        good = good && (q->received ? send_answer : send_item)(h, q, fault);
        if (good) {
            good = database_run(control_lock(h->options.control), fault,
                                "UPDATE request SET owed=0 WHERE id=? AND changed=?", "si", q->id, q->changed_us);
            control_unlock(h->options.control);
        }
        request_free(q);
    }
    free(list);
    return good;
}

/* ---- from the parent ---- */

static const char *read_item(struct evidence_request *q, const json_t *item, const char *issuer)
{
    const char *id = hierarchy_text(item, "id"), *due = hierarchy_text(item, "due"),
               *subject = hierarchy_text(item, "subject"), *reason = hierarchy_text(item, "reason"),
               *below = hierarchy_text(item, "below");
    int kind = find_word(request_kind_name, hierarchy_text(item, "kind"));
    *q = (struct evidence_request){.received = true, .state = REQUEST_RECEIVED};
    if (!ulid_valid(id, strlen(id)) || kind < 0 || !*subject || strlen(subject) > REQUEST_SUBJECT ||
        strlen(reason) > REQUEST_TEXT || strlen(below) >= sizeof q->below)
        return "a member is missing or out of range";
    q->kind = (enum request_kind)kind;
    q->due_us = store_time_us(due, strlen(due));
    if (q->due_us <= 0) return "it has no time limit";
    snprintf(q->id, sizeof q->id, "%s", id);
    snprintf(q->node, sizeof q->node, "%s", issuer);
    snprintf(q->below, sizeof q->below, "%s", below);
    snprintf(q->subject, sizeof q->subject, "%s", subject);
    snprintf(q->reason, sizeof q->reason, "%s", reason);
    snprintf(q->author, sizeof q->author, "%s", hierarchy_text(item, "author"));
    q->created_us = q->changed_us = store_now_us();
    return NULL;
}

static bool accept(struct hierarchy *h, sqlite3 *db, struct evidence_request *q, bool cancelled, struct fault *fault)
{
    struct evidence_request known = {0};
    bool there = request_find(db, q->id, &known, fault), good = !fault->text[0];
    if (good && !there && !cancelled) good = request_insert(db, &h->keys, q, "system", fault);
    if (good && there && cancelled && known.received && !request_over(known.state))
        good = request_move(db, &h->keys, &known, "cancel", REQUEST_CANCELLED, "system", "", fault);
    request_free(&known);
    return good;
}

static bool receive(void *context, const struct inbox_item *came, struct fault *fault)
{
    struct hierarchy *h = context;
    struct evidence_request q = {0};
    if (strcmp(came->kind, item_kind) != 0) return true;
    json_t *item = json_loadb(came->json, came->length, JSON_REJECT_DUPLICATES, NULL);
    const char *flaw = came->verified ? read_item(&q, item, came->issuer) : "its signature is not the parent's";
    bool good = true, cancelled = json_is_true(json_object_get(item, "cancelled"));
    if (flaw) {
        hierarchy_record(h, "evidence.refused", came->id, flaw);
    } else {
        sqlite3 *db = control_lock(h->options.control);
        good = control_begin(db, fault);
        good = good && control_end(db, accept(h, db, &q, cancelled, fault), fault);
        control_unlock(h->options.control);
    }
    json_decref(item);
    return good;
}

static bool move_position(struct hierarchy *h, const char *sql, int64_t position, struct fault *fault)
{
    bool good = database_run(control_lock(h->options.control), fault, sql, "i", position);
    control_unlock(h->options.control);
    return good;
}

static int64_t position_of(struct hierarchy *h, const char *sql)
{
    int64_t position = database_number(control_lock(h->options.control), 0, sql, "");
    control_unlock(h->options.control);
    return position;
}

static bool read_inbox(struct hierarchy *h, struct fault *fault)
{
    int64_t position = position_of(h, "SELECT inbox FROM request_position"), before = position;
    bool good = inbox_after(h->reader, &position, ITEMS_A_TICK, receive, h, fault);
    if (position != before) good = move_position(h, "UPDATE request_position SET inbox=?", position, fault) && good;
    return good;
}

/* ---- from below ---- */

static bool take_answer(struct hierarchy *h, sqlite3 *db, const char *node, const json_t *disclosure,
                        struct fault *fault)
{
    struct evidence_request q = {0};
    char hash[REQUEST_HASH + 1];
    const char *decided = hierarchy_text(disclosure, "decided");
    int state =
        find_word((const char *const[]){"answered", "refused", "expired", NULL}, hierarchy_text(disclosure, "state"));
    static const enum request_state states[] = {REQUEST_ANSWERED, REQUEST_REFUSED, REQUEST_EXPIRED};
    bool good = true;
    if (!request_find(db, hierarchy_text(disclosure, "request"), &q, fault)) return !fault->text[0];
    /* In time, though a cut line kept it back until after. */
    bool late = q.state == REQUEST_EXPIRED && store_time_us(decided, strlen(decided)) <= q.due_us;
    if (!q.received && strcmp(q.node, node) == 0 && state >= 0 && (q.state == REQUEST_ASKED || late)) {
        enum request_state to = states[state];
        const json_t *content = json_object_get(disclosure, "content");
        if (to == REQUEST_ANSWERED) {
            snprintf(q.hash, sizeof q.hash, "%s", hierarchy_text(disclosure, "sha256"));
            if (content) request_hash(content, hash);
            if (!content || strcmp(hash, q.hash) != 0) to = REQUEST_SPOILED;
            request_free(&q);
            q.content = json_incref((json_t *)content);
            if (to == REQUEST_ANSWERED) good = request_set_content(db, &q, fault);
        }
        good = good && request_move(db, &h->keys, &q, request_state_name[to], to, node,
                                    hierarchy_text(disclosure, "comment"), fault);
    }
    request_free(&q);
    return good;
}

static bool take_event(void *context, const char *id, const char *line, size_t length)
{
    (void)id;
    *(json_t **)context = event_json(line, length);
    return false;
}

static bool disclosure_row(void *context, const struct disclosure *d)
{
    struct hierarchy *h = context;
    struct fault fault = {""};
    json_t *event = NULL, *object;
    if (!store_event(h->reader, d->event, take_event, &event, &fault)) {
        h->options.notice(fault.text);
        return false;
    }
    object = json_object_get(event, "disclosure");
    sqlite3 *db = control_lock(h->options.control);
    bool good = control_begin(db, &fault);
    good = good && control_end(db, take_answer(h, db, d->node, object, &fault), &fault);
    control_unlock(h->options.control);
    json_decref(event);
    if (!good) h->options.notice(fault.text);
    return good && move_position(h, "UPDATE request_position SET disclosed=?", d->number, &fault);
}

/* ---- the time limit ---- */

static bool expire(struct hierarchy *h, struct fault *fault)
{
    struct evidence_request q = {0};
    char id[ULID_LENGTH + 1] = "";
    sqlite3 *db = control_lock(h->options.control);
    sqlite3_stmt *select = database_prepare(db, "SELECT id FROM request WHERE state<? AND due<? LIMIT 1", fault);
    if (select) database_bind(select, "ii", (int64_t)REQUEST_ANSWERED, store_now_us());
    int result = select ? sqlite3_step(select) : SQLITE_ERROR;
    if (result == SQLITE_ROW) snprintf(id, sizeof id, "%s", database_text(select, 0));
    bool good = result == SQLITE_ROW || result == SQLITE_DONE || database_fault(db, fault, "requests that are due");
    sqlite3_finalize(select);
    if (good && *id) {
        good = request_find(db, id, &q, fault) ||
               (!fault->text[0] && fault_set(fault, "request %s: it cannot be read", id));
        store_ulid(q.item, store_now_us());
        good = good && control_begin(db, fault);
        good = good &&
               control_end(db, request_move(db, &h->keys, &q, "expire", REQUEST_EXPIRED, "system", "", fault), fault);
    }
    control_unlock(h->options.control);
    request_free(&q);
    return good;
}

bool requests_tick(struct hierarchy *h, struct fault *fault)
{
    return read_inbox(h, fault) &&
           disclosures_after(h->reader, position_of(h, "SELECT disclosed FROM request_position"), A_TICK,
                             disclosure_row, h, fault) &&
           expire(h, fault) && settle_debts(h, fault);
}
