/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions about proposed forwarding policies in control.db; the last that adopts or reverts says what is in force. */
#include "collector/service/policies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/link/parent.h"
#include "collector/service/own_event.h"
#include "collector/store/internal.h"

enum { TOLD_A_TICK = 16 };

const struct schema control_schema_policies = {
    "policies",
    (const char *const[]){
        /* content: of what was adopted, so that it stays in force whatever becomes of the roll-out. */
        "CREATE TABLE policy_decision(number INTEGER PRIMARY KEY AUTOINCREMENT, rollout TEXT NOT NULL,"
        " name TEXT NOT NULL, digest TEXT NOT NULL, version INTEGER NOT NULL, state INTEGER NOT NULL, content TEXT,"
        " user TEXT NOT NULL, comment TEXT NOT NULL, time INTEGER NOT NULL, event TEXT NOT NULL,"
        " told INTEGER NOT NULL DEFAULT 0);"
        "CREATE INDEX policy_decision_rollout ON policy_decision(rollout);",
        NULL}};

#define X(id, name, zh, en) name,
const char *const policy_state_name[POLICY_STATE_COUNT] = {POLICY_STATES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const policy_state_zh[POLICY_STATE_COUNT] = {POLICY_STATES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const policy_state_en[POLICY_STATE_COUNT] = {POLICY_STATES(X)};
#undef X

/* ---- reading ---- */

#define COLUMNS  "rollout, name, state, user, comment, time"
#define IN_FORCE "number=(SELECT max(number) FROM policy_decision WHERE state<>?) AND state=?"

static bool read_decision(sqlite3_stmt *row, struct policy_decision *d)
{
    bool found = row && sqlite3_step(row) == SQLITE_ROW;
    *d = (struct policy_decision){.state = POLICY_PROPOSED};
    if (!found) return false;
    snprintf(d->rollout, sizeof d->rollout, "%s", database_text(row, 0));
    snprintf(d->name, sizeof d->name, "%s", database_text(row, 1));
    d->state = (enum policy_state)sqlite3_column_int(row, 2);
    snprintf(d->user, sizeof d->user, "%s", database_text(row, 3));
    snprintf(d->comment, sizeof d->comment, "%s", database_text(row, 4));
    d->time_us = sqlite3_column_int64(row, 5);
    return true;
}

void policies_decision(struct control *c, const char *rollout, struct policy_decision *d)
{
    sqlite3_stmt *find = database_prepare(
        control_lock(c), "SELECT " COLUMNS " FROM policy_decision WHERE rollout=? ORDER BY number DESC LIMIT 1", NULL);
    if (find) database_bind(find, "s", rollout);
    read_decision(find, d);
    sqlite3_finalize(find);
    control_unlock(c);
}

bool policies_in_force(struct control *c, struct policy_decision *d)
{
    sqlite3_stmt *find =
        database_prepare(control_lock(c), "SELECT " COLUMNS " FROM policy_decision WHERE " IN_FORCE, NULL);
    if (find) database_bind(find, "ii", (int64_t)POLICY_DECLINED, (int64_t)POLICY_ADOPTED);
    bool found = read_decision(find, d);
    sqlite3_finalize(find);
    control_unlock(c);
    return found;
}

char *policies_text_in_force(struct control *c)
{
    char *text = NULL;
    sqlite3_stmt *find = database_prepare(control_lock(c), "SELECT content FROM policy_decision WHERE " IN_FORCE, NULL);
    if (find) database_bind(find, "ii", (int64_t)POLICY_DECLINED, (int64_t)POLICY_ADOPTED);
    if (find && sqlite3_step(find) == SQLITE_ROW && !(text = strdup(database_text(find, 0)))) abort();
    sqlite3_finalize(find);
    control_unlock(c);
    return text;
}

/* ---- deciding ---- */

const struct policy_step policy_steps[] = {
    {"adopt", POLICY_ADOPTED, "采用", "adopt"},
    {"decline", POLICY_DECLINED, "不采用", "decline"},
    {"revert", POLICY_REVERTED, "恢复本地策略", "back to the site's own policy"},
    {NULL},
};

const struct policy_step *policy_step_of(struct hierarchy *h, const struct rollout *r, const char *action,
                                         struct rollout_why *why)
{
    const struct policy_step *s = policy_steps;
    struct policy_decision force;
    while (s->action && strcmp(s->action, action) != 0) s++;
    bool in_force = policies_in_force(h->options.control, &force) && strcmp(force.rollout, r->id) == 0;
    *why = (struct rollout_why){0};
    if (!s->action || r->kind != ROLLOUT_POLICY || !*r->issuer)
        *why = (struct rollout_why){"没有这个步骤", "there is no such step"};
    else if (!h->options.parent)
        *why = (struct rollout_why){"本节点没有上级，无从上报", "there is no parent to forward anything to"};
    else if ((s->to == POLICY_REVERTED) != in_force)
        *why = in_force ? (struct rollout_why){"该策略正在执行", "this policy is in force"}
                        : (struct rollout_why){"该策略未在执行", "this policy is not in force"};
    else if (s->to == POLICY_ADOPTED && (!r->whole || !rollout_active(r->state)))
        *why = (struct rollout_why){"该建议已撤回、已被替代，或内容尚未收齐",
                                    "the proposal was withdrawn or superseded, or is not here as a whole yet"};
    return why->en ? NULL : s;
}

static bool record(struct hierarchy *h, const struct rollout *r, const struct policy_step *step, const char *text,
                   const char *user, const char *comment, struct fault *fault)
{
    char event[ULID_LENGTH + 1];
    int64_t now_us = store_now_us();
    store_ulid(event, now_us);
    bool good =
        database_run(control_lock(h->options.control), fault,
                     "INSERT INTO policy_decision(rollout,name,digest,version,state,content,user,comment,time,event)"
                     " VALUES(?,?,?,?,?,?,?,?,?,?)",
                     "sssiisssis", r->id, r->name, r->digest, (int64_t)r->version, (int64_t)step->to, text, user,
                     comment, now_us, event);
    control_unlock(h->options.control);
    return good;
}

/* The last one on record is the one in force, whoever decides at the same time. */
static pthread_mutex_t deciding = PTHREAD_MUTEX_INITIALIZER;

bool policies_decide(struct hierarchy *h, const struct rollout *r, const struct policy_step *step, const char *user,
                     const char *comment, struct rollout_why *why, struct fault *fault)
{
    size_t length = 0;
    struct fault flaw = {""};
    bool adopting = step->to == POLICY_ADOPTED;
    char *text = adopting ? (char *)rollouts_content(h->options.control, r, &length, fault) : NULL;
    *why = (struct rollout_why){0};
    if (fault->text[0]) return false;
    struct forward_policy *policy =
        text && strlen(text) == length ? parent_read_policy(h->options.parent, text, &flaw) : NULL;
    bool good = !adopting || policy;
    if (!good) *why = (struct rollout_why){"该策略无法读取，不能采用", "the policy cannot be read, so not adopted"};
    forward_policy_close(policy);
    /* On record first: a crash in between leaves what was decided, and the start puts it in force. */
    pthread_mutex_lock(&deciding);
    good = good && record(h, r, step, text, user, comment, fault) &&
           (step->to == POLICY_DECLINED || parent_change_policy(h->options.parent, text, fault));
    pthread_mutex_unlock(&deciding);
    free(text);
    return good;
}

/* ---- the parent is told ---- */

struct told {
    int64_t number;
    char event[ULID_LENGTH + 1];
    char *object;
};

static unsigned find_untold(struct hierarchy *h, struct told *list, struct fault *fault)
{
    unsigned count = 0;
    sqlite3_stmt *select = database_prepare(
        control_lock(h->options.control),
        "SELECT number, event, rollout, name, version, digest, state, comment FROM policy_decision WHERE told=0"
        " ORDER BY number LIMIT ?",
        fault);
    if (select) database_bind(select, "i", (int64_t)TOLD_A_TICK);
    while (select && count < TOLD_A_TICK && sqlite3_step(select) == SQLITE_ROW) {
        struct told *t = &list[count++];
        json_t *answer =
            json_pack("{s:s,s:s,s:s,s:s,s:I,s:s,s:s}", "key", database_text(select, 2), "kind",
                      rollout_kinds[ROLLOUT_POLICY].name, "state", policy_state_name[sqlite3_column_int(select, 6)],
                      "name", database_text(select, 3), "version", (json_int_t)sqlite3_column_int64(select, 4),
                      "digest", database_text(select, 5), "comment", database_text(select, 7));
        t->number = sqlite3_column_int64(select, 0);
        snprintf(t->event, sizeof t->event, "%s", database_text(select, 1));
        t->object = json_dumps(answer, JSON_COMPACT);
        json_decref(answer);
        if (!t->object) abort();
    }
    sqlite3_finalize(select);
    control_unlock(h->options.control);
    return count;
}

bool policies_tick(struct hierarchy *h, struct fault *fault)
{
    struct told list[TOLD_A_TICK];
    unsigned count = find_untold(h, list, fault);
    bool good = !fault->text[0];
    for (unsigned i = 0; i < count; i++) {
        good = good && own_event_as(h->options.store, OWN_HIERARCHY, EVENT_ANSWER, list[i].event, list[i].object,
                                    strlen(list[i].object), fault);
        if (good) {
            good = database_run(control_lock(h->options.control), fault,
                                "UPDATE policy_decision SET told=1 WHERE number=?", "i", list[i].number);
            control_unlock(h->options.control);
        }
        free(list[i].object);
    }
    return good;
}
