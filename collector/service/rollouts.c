/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-outs in control.db, and the steps that may be taken with them. */
#include "collector/service/rollouts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "collector/store/internal.h"

const struct schema control_schema_rollouts = {
    "rollouts",
    (const char *const[]){
        "CREATE TABLE rollout(rollout INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind INTEGER NOT "
        "NULL,"
        " state INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, version INTEGER NOT NULL,"
        " size INTEGER NOT NULL, origin TEXT NOT NULL, issuer TEXT NOT NULL, author TEXT NOT NULL,"
        " target TEXT NOT NULL, percent INTEGER NOT NULL, precedence INTEGER NOT NULL, rank INTEGER NOT NULL,"
        " rollback INTEGER NOT NULL, revision INTEGER NOT NULL, urgent INTEGER NOT NULL, created INTEGER NOT NULL,"
        " changed INTEGER NOT NULL, until INTEGER NOT NULL, about TEXT NOT NULL, content BLOB,"
        /* answered: the revision that the parent was told of. */
        " answered INTEGER NOT NULL DEFAULT 0);"
        "CREATE INDEX rollout_name ON rollout(kind, name);"
        /* What came of a content so far, by its digest. */
        "CREATE TABLE rollout_part(digest TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL,"
        " PRIMARY KEY(digest, part));"
        "CREATE TABLE rollout_node(rollout INTEGER NOT NULL REFERENCES rollout(rollout), node TEXT NOT NULL,"
        " revision INTEGER NOT NULL, PRIMARY KEY(rollout, node)) WITHOUT ROWID;"
        "CREATE TABLE rollout_step(step INTEGER PRIMARY KEY AUTOINCREMENT, rollout INTEGER NOT NULL REFERENCES"
        " rollout(rollout), action TEXT NOT NULL, actor TEXT NOT NULL, time INTEGER NOT NULL,"
        " percent INTEGER NOT NULL, revision INTEGER NOT NULL, comment TEXT NOT NULL);"
        "CREATE TABLE rollout_inbox(position INTEGER NOT NULL);"
        "INSERT INTO rollout_inbox VALUES(0);",
        NULL}};

#define X(id, name, zh, en, sensors, staged) {name, zh, en, sensors, staged},
const struct rollout_kind_words rollout_kinds[ROLLOUT_KIND_COUNT] = {ROLLOUT_KINDS(X)};
#undef X
#define X(id, name, zh, en, sensors, staged) name,
const char *const rollout_kind_name[] = {ROLLOUT_KINDS(X) NULL};
#undef X
#define X(id, name, zh, en) name,
const char *const rollout_state_name[ROLLOUT_STATE_COUNT] = {ROLLOUT_STATES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const rollout_state_zh[ROLLOUT_STATE_COUNT] = {ROLLOUT_STATES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const rollout_state_en[ROLLOUT_STATE_COUNT] = {ROLLOUT_STATES(X)};
#undef X
const char *const rollout_precedence[] = {"upstream-prevails", "local-prevails", "upstream-only", NULL};
enum { UPSTREAM_PREVAILS, LOCAL_PREVAILS, UPSTREAM_ONLY };

int rollout_kind_find(const char *name)
{
    for (int i = 0; i < ROLLOUT_KIND_COUNT; i++)
        if (strcmp(rollout_kinds[i].name, name) == 0) return i;
    return -1;
}

void rollout_free(struct rollout *r)
{
    json_decref(r->about);
    r->about = NULL;
}

bool rollout_share_holds(const char *id, const char *collector, const char *sensor, unsigned percent)
{
    char name[ULID_LENGTH + 2 * NODE_NAME_MAX + 4];
    int n = snprintf(name, sizeof name, "%s/%s/%s", id, collector, sensor);
    return XXH3_64bits(name, (size_t)n) % 100 < percent;
}

/* ---- rows ---- */

#define COLUMNS                                                                                                        \
    "rollout, id, kind, state, name, digest, version, size, origin, issuer, author, target, percent, precedence, "     \
    "rank,"                                                                                                            \
    " rollback, revision, urgent, created, changed, until, about, content IS NOT NULL"

static void copy(char *out, size_t room, sqlite3_stmt *row, int column)
{
    snprintf(out, room, "%s", database_text(row, column));
}

static void read_row(sqlite3_stmt *row, struct rollout *r)
{
    *r = (struct rollout){.number = sqlite3_column_int64(row, 0),
                          .kind = (enum rollout_kind)sqlite3_column_int(row, 2),
                          .state = (enum rollout_state)sqlite3_column_int(row, 3),
                          .version = (uint64_t)sqlite3_column_int64(row, 6),
                          .size = (uint64_t)sqlite3_column_int64(row, 7),
                          .percent = (unsigned)sqlite3_column_int(row, 12),
                          .precedence = (unsigned)sqlite3_column_int(row, 13),
                          .rank = (unsigned)sqlite3_column_int(row, 14),
                          .rollback = sqlite3_column_int(row, 15),
                          .revision = (unsigned)sqlite3_column_int(row, 16),
                          .urgent = (unsigned)sqlite3_column_int(row, 17),
                          .created_us = sqlite3_column_int64(row, 18),
                          .changed_us = sqlite3_column_int64(row, 19),
                          .until_us = sqlite3_column_int64(row, 20),
                          .about = json_loads(database_text(row, 21), 0, NULL),
                          .whole = sqlite3_column_int(row, 22)};
    copy(r->id, sizeof r->id, row, 1);
    copy(r->name, sizeof r->name, row, 4);
    copy(r->digest, sizeof r->digest, row, 5);
    copy(r->origin, sizeof r->origin, row, 8);
    copy(r->issuer, sizeof r->issuer, row, 9);
    copy(r->author, sizeof r->author, row, 10);
    copy(r->target, sizeof r->target, row, 11);
}

bool rollout_find(sqlite3 *db, const char *id, struct rollout *r, struct fault *fault)
{
    sqlite3_stmt *find = database_prepare(db, "SELECT " COLUMNS " FROM rollout WHERE id=?", fault);
    if (!find) return false;
    database_bind(find, "s", id);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    if (found) read_row(find, r);
    sqlite3_finalize(find);
    return found;
}

bool rollouts_get(struct control *c, const char *id, struct rollout *r, struct fault *fault)
{
    bool found = rollout_find(control_lock(c), id, r, fault);
    control_unlock(c);
    return found;
}

bool rollouts_list(struct control *c, const struct rollout_query *q, rollout_row *row, void *context,
                   struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        control_lock(c),
        "SELECT " COLUMNS " FROM rollout WHERE (?1<0 OR kind=?1) AND (?2=0 OR state<=?3) AND (?4=0 OR rollout<?4)"
        " ORDER BY rollout DESC LIMIT ?5",
        fault);
    bool go_on = true;
    if (select)
        database_bind(select, "iiiii", (int64_t)q->kind, (int64_t)q->active, (int64_t)ROLLOUT_COMPLETE, q->before,
                      (int64_t)q->limit);
    while (go_on && select && sqlite3_step(select) == SQLITE_ROW) {
        struct rollout r;
        read_row(select, &r);
        go_on = row(context, &r);
        rollout_free(&r);
    }
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}

uint8_t *rollouts_content(struct control *c, const struct rollout *r, size_t *length, struct fault *fault)
{
    uint8_t *out = NULL;
    sqlite3_stmt *find = database_prepare(control_lock(c), "SELECT content FROM rollout WHERE id=?", fault);
    if (find) {
        database_bind(find, "s", r->id);
        if (sqlite3_step(find) == SQLITE_ROW && sqlite3_column_type(find, 0) != SQLITE_NULL) {
            *length = (size_t)sqlite3_column_bytes(find, 0);
            if (!(out = malloc(*length + 1))) abort();
            if (*length) memcpy(out, sqlite3_column_blob(find, 0), *length);
            out[*length] = 0;
        }
    }
    sqlite3_finalize(find);
    control_unlock(c);
    return out;
}

bool rollout_put(sqlite3 *db, struct rollout *r, const uint8_t *content, size_t length, struct fault *fault)
{
    char *about = json_dumps(r->about, JSON_COMPACT);
    bool good = database_run(
        db, fault,
        "INSERT INTO rollout(id,kind,state,name,digest,version,size,origin,issuer,author,target,percent,precedence,"
        "rank,rollback,revision,urgent,created,changed,until,about) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,"
        "?14,?15,?16,?17,?18,?19,?20,?21) ON CONFLICT(id) DO UPDATE SET state=?3, percent=?12, precedence=?13,"
        " rank=?14, rollback=?15, revision=?16, urgent=?17, changed=?19, until=?20, about=?21",
        "siissiissssiiiiiiiiis", r->id, (int64_t)r->kind, (int64_t)r->state, r->name, r->digest, (int64_t)r->version,
        (int64_t)r->size, r->origin, r->issuer, r->author, r->target, (int64_t)r->percent, (int64_t)r->precedence,
        (int64_t)r->rank, (int64_t)r->rollback, (int64_t)r->revision, (int64_t)r->urgent, r->created_us, r->changed_us,
        r->until_us, about ? about : "{}");
    free(about);
    if (good && content)
        good = database_run(db, fault, "UPDATE rollout SET content=? WHERE id=?", "bs", (const void *)content, length,
                            r->id);
    if (good) r->number = database_number(db, 0, "SELECT rollout FROM rollout WHERE id=?", "s", r->id);
    return good;
}

bool rollout_note(sqlite3 *db, const struct rollout *r, const char *action, const char *actor, const char *comment,
                  struct fault *fault)
{
    return database_run(db, fault,
                        "INSERT INTO rollout_step(rollout,action,actor,time,percent,revision,comment)"
                        " VALUES(?,?,?,?,?,?,?)",
                        "issiiis", r->number, action, actor, r->changed_us, (int64_t)r->percent, (int64_t)r->revision,
                        comment);
}

bool rollouts_history(struct control *c, const struct rollout *r,
                      bool (*row)(void *context, const struct rollout_done *done), void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(control_lock(c),
                                            "SELECT action, actor, time, percent, revision, comment FROM rollout_step"
                                            " WHERE rollout=? ORDER BY step",
                                            fault);
    if (select) database_bind(select, "i", r->number);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        struct rollout_done done = {.action = database_text(select, 0),
                                    .actor = database_text(select, 1),
                                    .time_us = sqlite3_column_int64(select, 2),
                                    .percent = (unsigned)sqlite3_column_int(select, 3),
                                    .revision = (unsigned)sqlite3_column_int(select, 4),
                                    .comment = database_text(select, 5)};
        if (!row(context, &done)) break;
    }
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}

/* ---- issuing ---- */

bool rollout_supersede(sqlite3 *db, const struct rollout *r, struct fault *fault)
{
    return r->state != ROLLOUT_COMPLETE ||
           database_run(db, fault,
                        "UPDATE rollout SET state=?5, changed=?6 WHERE kind=?1 AND name=?2 AND rollout<>?3 AND"
                        " (issuer='')=?4 AND state<=?7",
                        "isiiiii", (int64_t)r->kind, r->name, r->number, (int64_t) !*r->issuer,
                        (int64_t)ROLLOUT_SUPERSEDED, r->changed_us, (int64_t)ROLLOUT_COMPLETE);
}

/* May one issue a bundle of one's own beside those from above? Policies and lists never get into each other's way. */
static bool allowed(sqlite3 *db, const struct rollout *r, struct rollout_why *why)
{
    if (r->kind != ROLLOUT_SIGNATURES) return true;
    if (database_number(db, 0,
                        "SELECT count(*) FROM rollout WHERE kind=?1 AND issuer<>'' AND state<=?2 AND"
                        " precedence=?3",
                        "iii", (int64_t)r->kind, (int64_t)ROLLOUT_COMPLETE, (int64_t)UPSTREAM_ONLY)) {
        *why = (struct rollout_why){"上级规定只用上级特征包（upstream-only）",
                                    "the level above lets its own bundles be used alone (upstream-only)"};
        return false;
    }
    if (database_number(db, 0,
                        "SELECT count(*) FROM rollout WHERE kind=?1 AND issuer<>'' AND state<=?2 AND"
                        " precedence=?3 AND name=?4",
                        "iiis", (int64_t)r->kind, (int64_t)ROLLOUT_COMPLETE, (int64_t)UPSTREAM_PREVAILS, r->name)) {
        *why = (struct rollout_why){"上级已下发同名特征包，以上级为准（upstream-prevails）",
                                    "a bundle of that name has come from above and prevails (upstream-prevails)"};
        return false;
    }
    if (database_number(db, 0,
                        "SELECT count(*) FROM rollout WHERE kind=?1 AND issuer='' AND name=?2 AND state<=?3 AND"
                        " version>=?4",
                        "isii", (int64_t)r->kind, r->name, (int64_t)ROLLOUT_COMPLETE, (int64_t)r->version)) {
        *why = (struct rollout_why){"已有同名特征包的该版本或更新版本",
                                    "this version of the bundle, or a later one, has been issued already"};
        return false;
    }
    return true;
}

bool rollouts_issue(struct hierarchy *h, struct rollout *r, const uint8_t *content, size_t length,
                    struct rollout_why *why, struct fault *fault)
{
    *why = (struct rollout_why){0};
    if (!r->id[0]) store_ulid(r->id, store_now_us());
    digest_text(content, length, r->digest);
    r->size = length;
    snprintf(r->origin, sizeof r->origin, "%s", h->keys.name);
    r->created_us = r->changed_us = store_now_us();
    if (!rollout_kinds[r->kind].staged) r->percent = 100;
    r->state = r->percent >= 100 ? ROLLOUT_COMPLETE : ROLLOUT_ROLLING;
    r->revision = r->urgent = 1;
    sqlite3 *db = control_lock(h->options.control);
    bool good = control_begin(db, fault);
    bool done = good && allowed(db, r, why) && rollout_put(db, r, content, length, fault) &&
                rollout_supersede(db, r, fault) && rollout_note(db, r, "issue", r->author, "", fault);
    good = good && control_end(db, done, fault);
    control_unlock(h->options.control);
    h->rollouts_due = true;
    return good;
}

/* ---- steps ---- */

#define BIT(state) (1u << ROLLOUT_##state)
#define IN_HAND    (BIT(ROLLING) | BIT(PAUSED) | BIT(COMPLETE))
const struct rollout_step rollout_steps[] = {
    {"widen", BIT(ROLLING), ROLLOUT_ROLLING, true, "扩大下发范围", "widen"},
    {"pause", BIT(ROLLING), ROLLOUT_PAUSED, false, "暂停", "pause"},
    {"resume", BIT(PAUSED), ROLLOUT_ROLLING, false, "继续", "resume"},
    {"rollback", IN_HAND, ROLLOUT_ROLLED_BACK, false, "回退到上一版本", "roll back to the version before"},
    {"withdraw", IN_HAND, ROLLOUT_WITHDRAWN, false, "撤回", "withdraw"},
    {NULL},
};

const struct rollout_step *rollout_step_of(const struct rollout *r, const char *action, struct rollout_why *why)
{
    const struct rollout_step *s = rollout_steps;
    while (s->action && strcmp(s->action, action) != 0) s++;
    *why = (struct rollout_why){0};
    if (!s->action)
        *why = (struct rollout_why){"没有这个步骤", "there is no such step"};
    else if (*r->issuer)
        *why = (struct rollout_why){"上级下发的，由上级决定", "it came from above, where it is decided about"};
    else if (!(s->from >> r->state & 1))
        *why = (struct rollout_why){"当前状态下不能这样做", "not in the state that it is in"};
    else if ((s->percent || strcmp(s->action, "rollback") == 0) && r->kind != ROLLOUT_SIGNATURES)
        *why = (struct rollout_why){"只有特征包分批下发、可回退", "signature bundles alone are staged and rolled back"};
    return why->en ? NULL : s;
}

/* The one before it that comes into force again; false: there is none. */
static bool revive(sqlite3 *db, const struct rollout *r, const char *actor, struct fault *fault)
{
    struct rollout before = {0};
    char id[ULID_LENGTH + 1] = "";
    sqlite3_stmt *find = database_prepare(db,
                                          "SELECT id FROM rollout WHERE kind=?1 AND name=?2 AND rollout<?3 AND"
                                          " issuer='' AND state IN (?4,?5) ORDER BY rollout DESC LIMIT 1",
                                          fault);
    if (!find) return false;
    database_bind(find, "isiii", (int64_t)r->kind, r->name, r->number, (int64_t)ROLLOUT_COMPLETE,
                  (int64_t)ROLLOUT_SUPERSEDED);
    if (sqlite3_step(find) == SQLITE_ROW) copy(id, sizeof id, find, 0);
    sqlite3_finalize(find);
    if (!*id || !rollout_find(db, id, &before, fault)) return false;
    before.state = ROLLOUT_COMPLETE;
    before.percent = 100;
    before.rollback = true;
    before.urgent = ++before.revision;
    before.changed_us = r->changed_us;
    json_object_set_new(before.about, "instead_of", json_string(r->id));
    bool good = rollout_put(db, &before, NULL, 0, fault) && rollout_note(db, &before, "revive", actor, r->id, fault);
    rollout_free(&before);
    return good;
}

bool rollouts_step(struct hierarchy *h, const char *id, const struct rollout_step *step, unsigned percent,
                   const char *actor, const char *comment, struct rollout_why *why, struct fault *fault)
{
    struct rollout r = {0};
    *why = (struct rollout_why){0};
    sqlite3 *db = control_lock(h->options.control);
    bool good = control_begin(db, fault), done = false;
    bool found = good && rollout_find(db, id, &r, fault);
    if (good && !found && !fault->text[0]) fault_set(fault, "roll-out %s: there is none", id);
    if (found && rollout_step_of(&r, step->action, why)) {
        r.state = step->to;
        r.revision++;
        r.changed_us = store_now_us();
        if (step->percent) r.percent = percent;
        if (r.percent >= 100 && r.state == ROLLOUT_ROLLING) r.state = ROLLOUT_COMPLETE;
        bool back = step->to == ROLLOUT_ROLLED_BACK && revive(db, &r, actor, fault);
        /* Without one before it, rolling back is withdrawing. */
        if (step->to == ROLLOUT_ROLLED_BACK && !back) r.state = ROLLOUT_WITHDRAWN;
        if (r.state == ROLLOUT_WITHDRAWN) r.urgent = r.revision;
        done = !fault->text[0] && rollout_put(db, &r, NULL, 0, fault) && rollout_supersede(db, &r, fault) &&
               rollout_note(db, &r, step->action, actor, comment, fault);
    }
    rollout_free(&r);
    good = good && control_end(db, done, fault);
    control_unlock(h->options.control);
    h->rollouts_due = true;
    return good;
}

bool rollouts_tick(struct hierarchy *h, struct fault *fault)
{
    return rollouts_receive(h, fault) && rollouts_send(h, fault);
}
