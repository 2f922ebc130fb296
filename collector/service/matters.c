/* SPDX-License-Identifier: Apache-2.0 */
/* Matters and their steps in control.db. */
#include "collector/service/matters.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service/accounts.h"
#include "collector/store/internal.h"

enum { DETAIL_MAX = 64 * 1024, SIGNATURE_TEXT = 96, OWING_MOST = 64 };

const struct schema control_schema_matters = {
    "matters",
    (const char *const[]){
        /* send, answer: what is still owed to the nodes below and to the parent. */
        "CREATE TABLE matter(matter INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind INTEGER NOT NULL,"
        " state TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, owner TEXT NOT NULL DEFAULT '',"
        " issuer TEXT NOT NULL, created INTEGER NOT NULL, changed INTEGER NOT NULL, due INTEGER NOT NULL,"
        " level INTEGER NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL, item TEXT NOT NULL DEFAULT '',"
        " send INTEGER NOT NULL DEFAULT 0, answer INTEGER NOT NULL DEFAULT 0);"
        "CREATE INDEX matter_kind ON matter(kind, matter);"
        "CREATE TABLE matter_step(step INTEGER PRIMARY KEY AUTOINCREMENT, matter INTEGER NOT NULL REFERENCES"
        " matter(matter), version INTEGER NOT NULL, action TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL,"
        " actor TEXT NOT NULL, role TEXT NOT NULL, time INTEGER NOT NULL, detail TEXT NOT NULL, signer TEXT NOT NULL,"
        " signature BLOB NOT NULL);"
        "CREATE INDEX matter_step_matter ON matter_step(matter);"
        "CREATE TRIGGER matter_step_no_update BEFORE UPDATE ON matter_step BEGIN SELECT raise(ABORT, 'steps are"
        " append-only'); END;"
        "CREATE TRIGGER matter_step_no_delete BEFORE DELETE ON matter_step BEGIN SELECT raise(ABORT, 'steps are"
        " append-only'); END;"
        "CREATE TABLE matter_node(matter INTEGER NOT NULL REFERENCES matter(matter), node TEXT NOT NULL,"
        " PRIMARY KEY(matter, node)) WITHOUT ROWID;"
        "CREATE TABLE matter_position(position INTEGER NOT NULL);"
        "INSERT INTO matter_position VALUES(0);",
        /* key: of the person (signing.h); 0: the node signed */
        "ALTER TABLE matter_step ADD COLUMN key INTEGER NOT NULL DEFAULT 0;", NULL}};

#define COLUMNS                                                                                                        \
    "matter, id, kind, state, title, author, owner, issuer, created, changed, due, level, version, document, item"

void matter_free(struct matter *m)
{
    json_decref(m->document);
    m->document = NULL;
}

static void copy(char *out, size_t room, sqlite3_stmt *row, int column)
{
    snprintf(out, room, "%s", database_text(row, column));
}

static void read_row(sqlite3_stmt *row, struct matter *m)
{
    *m = (struct matter){.number = sqlite3_column_int64(row, 0),
                         .kind = (enum matter_kind)sqlite3_column_int(row, 2),
                         .created_us = sqlite3_column_int64(row, 8),
                         .changed_us = sqlite3_column_int64(row, 9),
                         .due_us = sqlite3_column_int64(row, 10),
                         .level = (unsigned)sqlite3_column_int(row, 11),
                         .version = (unsigned)sqlite3_column_int(row, 12),
                         .document = json_loads(database_text(row, 13), 0, NULL)};
    copy(m->id, sizeof m->id, row, 1);
    copy(m->state, sizeof m->state, row, 3);
    copy(m->title, sizeof m->title, row, 4);
    copy(m->author, sizeof m->author, row, 5);
    copy(m->owner, sizeof m->owner, row, 6);
    copy(m->issuer, sizeof m->issuer, row, 7);
    copy(m->item, sizeof m->item, row, 14);
    if (!m->document) m->document = json_object();
}

/* With the lock held. */
static bool get(sqlite3 *db, const char *id, struct matter *m, struct fault *fault)
{
    sqlite3_stmt *find = database_prepare(db, "SELECT " COLUMNS " FROM matter WHERE id=?", fault);
    if (!find) return false;
    database_bind(find, "s", id);
    bool found = sqlite3_step(find) == SQLITE_ROW;
    if (found) read_row(find, m);
    sqlite3_finalize(find);
    return found;
}

bool matters_get(struct control *c, const char *id, struct matter *m, struct fault *fault)
{
    bool found = get(control_lock(c), id, m, fault);
    control_unlock(c);
    return found;
}

/* ---- lists ---- */

static bool each(struct control *c, sqlite3_stmt *select, matter_row *row, void *context)
{
    struct matter m;
    bool go_on = true;
    (void)c;
    while (go_on && sqlite3_step(select) == SQLITE_ROW) {
        read_row(select, &m);
        go_on = row(context, &m);
        matter_free(&m);
    }
    sqlite3_finalize(select);
    return true;
}

/* The states in which nothing follows, of all kinds: their names do not differ between the kinds. */
static const char *last_states(void)
{
    static _Thread_local char list[512];
    size_t n = 0;
    for (unsigned k = 0; k < MATTER_COUNT; k++)
        for (const struct state_word *w = machines[k].states; w->name; w++)
            if (w->last && n < sizeof list) n += (size_t)snprintf(list + n, sizeof list - n, ",%s", w->name);
    return list;
}

bool matters_list(struct control *c, const struct matter_query *q, matter_row *row, void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        control_lock(c),
        "SELECT " COLUMNS " FROM matter WHERE (?1 >> kind) & 1 AND (?2 IS NULL OR instr(','||?2||',', ','||state||','))"
        " AND (?3=0 OR NOT instr(?4||',', ','||state||',')) AND (?5=0 OR level=?5) AND (?6=0 OR matter<?6)"
        " ORDER BY matter DESC LIMIT ?7",
        fault);
    if (select) {
        database_bind(select, "isisiii", (int64_t)q->kinds, q->states, (int64_t)q->open, last_states(),
                      (int64_t)q->level, q->before, (int64_t)q->limit);
        each(c, select, row, context);
    }
    control_unlock(c);
    return select;
}

/* ---- steps ---- */

/* What is signed: one line that anyone can write again from the step. To be freed by free(). */
static char *canonical(const char *id, unsigned version, const char *action, const char *before, const char *after,
                       const char *actor, const char *role, int64_t time_us, const char *detail)
{
    json_t *line = json_pack("[s,s,i,s,s,s,s,s,I,s]", "wanglou step 1", id, (int)version, action, before, after, actor,
                             role, (json_int_t)time_us, detail);
    char *text = json_dumps(line, JSON_COMPACT);
    json_decref(line);
    if (!text) abort();
    return text;
}

static bool put_step(sqlite3 *db, const struct signer *signer, const struct matter *m, const char *action,
                     const char *before, const char *actor, const char *role, int64_t now_us, const json_t *detail,
                     struct fault *fault)
{
    uint8_t signature[SIGNATURE];
    char *text = detail ? json_dumps(detail, JSON_COMPACT | JSON_SORT_KEYS) : strdup("{}");
    if (!text) abort();
    char *line = canonical(m->id, m->version, action, before, m->state, actor, role, now_us, text);
    signing_sign(signer, line, signature);
    bool good = database_run(db, fault,
                             "INSERT INTO matter_step(matter,version,action,before,after,actor,role,time,detail,signer,"
                             "signature,key) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
                             "iisssssissbi", m->number, (int64_t)m->version, action, before, m->state, actor, role,
                             now_us, text, signing_key_of(signer) ? actor : signer->node->name, (const void *)signature,
                             sizeof signature, signing_key_of(signer));
    free(line);
    free(text);
    return good;
}

bool matters_begin(struct control *c, const struct signer *signer, struct matter *m, const char *action,
                   const char *role, int64_t now_us, struct fault *fault)
{
    char *document = json_dumps(m->document, JSON_COMPACT);
    sqlite3 *db = control_lock(c);
    snprintf(m->state, sizeof m->state, "%s", machines[m->kind].first);
    bool good = control_begin(db, fault);
    bool done =
        good && database_run(db, fault,
                             "INSERT INTO matter(id,kind,state,title,author,owner,issuer,created,changed,due,level,"
                             "version,document) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?8,?9,?10,?11,?12)",
                             "sisssssiiiis", m->id, (int64_t)m->kind, m->state, m->title, m->author, m->owner,
                             m->issuer, now_us, m->due_us, (int64_t)m->level, (int64_t)m->version, document);
    m->number = done ? sqlite3_last_insert_rowid(db) : 0;
    m->created_us = m->changed_us = now_us;
    done = done && put_step(db, signer, m, action, "", m->author, role, now_us, m->document, fault);
    good = good && control_end(db, done, fault);
    control_unlock(c);
    free(document);
    return good;
}

/* Members of a request that tell of the step and not of the matter. */
static bool of_step(const char *name)
{
    static const char *const names[] = {"action", "comment", "level",    "due",     "owner",
                                        "nodes",  "channel", "affected", "evidence"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

/* What the parent is told stays together, apart from what the parent said. */
static void merge_answer(struct matter *m, const json_t *detail)
{
    static const char *const told[] = {"affected", "count", "measures", "comment", "evidence"};
    json_t *answer = json_object_get(m->document, "answer");
    if (!answer && json_object_set_new(m->document, "answer", answer = json_object())) abort();
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (json_object_get(detail, told[i])) json_object_set(answer, told[i], json_object_get(detail, told[i]));
}

static void merge(struct matter *m, const struct step_rule *rule, const struct matter_order *o)
{
    const char *name;
    json_t *value;
    if (o->document) {
        json_decref(m->document);
        m->document = json_incref(o->document);
        return;
    }
    if (rule->flags & STEP_ANSWERS) {
        merge_answer(m, o->detail);
        return;
    }
    json_object_foreach((json_t *)o->detail, name, value)
    {
        if (!of_step(name)) json_object_set(m->document, name, value);
    }
}

static bool put_nodes(sqlite3 *db, const struct matter *m, const struct matter_order *o, struct fault *fault)
{
    bool good = true;
    for (unsigned i = 0; good && i < o->node_count; i++)
        good = database_run(db, fault, "INSERT OR IGNORE INTO matter_node VALUES(?,?)", "is", m->number, o->nodes[i]);
    return good;
}

/* Passes what it forwarded below on when it is lifted above. */
static bool passes_on(sqlite3 *db, const struct matter *m, const struct step_rule *rule)
{
    return strcmp(rule->action, "lift") == 0 && (rule->flags & STEP_SYSTEM) &&
           database_number(db, 0, "SELECT count(*) FROM matter_node WHERE matter=?", "i", m->number) > 0;
}

static bool take_step(sqlite3 *db, const struct signer *signer, struct matter *m, const struct step_rule *rule,
                      const struct matter_order *o, struct fault *fault)
{
    char before[MATTER_STATE_MAX + 1];
    const struct step_request *q = &o->request;
    const struct downward *way = downward_of(m->kind);
    bool own = way && way->own == m->kind;
    bool sends = rule->flags & STEP_SENDS || passes_on(db, m, rule),
         answers = rule->flags & (STEP_ANSWERS | STEP_TELLS);
    memcpy(before, m->state, sizeof before);
    if (rule->to) snprintf(m->state, sizeof m->state, "%s", rule->to);
    if (o->version)
        m->version = o->version;
    else if (sends && own)
        m->version++;
    if (o->level) m->level = o->level;
    if (o->due_us) m->due_us = o->due_us;
    if (o->owner) snprintf(m->owner, sizeof m->owner, "%s", o->owner);
    if (sends) store_ulid(m->item, o->now_us);
    merge(m, rule, o);
    char *document = json_dumps(m->document, JSON_COMPACT);
    if (!document) abort();
    bool good = put_nodes(db, m, o, fault) &&
                database_run(db, fault,
                             "UPDATE matter SET state=?2, changed=?3, due=?4, level=?5, version=?6, owner=?7,"
                             " document=?8, item=?9, send=send OR ?10, answer=answer OR ?11 WHERE matter=?1",
                             "isiiiisssii", m->number, m->state, o->now_us, m->due_us, (int64_t)m->level,
                             (int64_t)m->version, m->owner, document, m->item, (int64_t)sends, (int64_t)answers) &&
                put_step(db, signer, m, rule->action, before, q->actor, q->system ? "system" : role_name[q->role],
                         o->now_us, o->detail, fault);
    free(document);
    return good;
}

enum matter_result matters_step(struct control *c, const struct signer *signer, const char *id,
                                const struct matter_order *o, enum step_refusal *refusal, char zh[MATTER_WHY],
                                char en[MATTER_WHY], struct fault *fault)
{
    struct matter m = {0};
    enum matter_result result = MATTER_FAILED;
    *refusal = STEP_GOOD;
    sqlite3 *db = control_lock(c);
    if (!control_begin(db, fault)) {
        control_unlock(c);
        return result;
    }
    bool found = get(db, id, &m, fault), good = false;
    const struct step_rule *rule =
        found ? step_check(m.kind, m.state, m.author, m.owner, &o->request, refusal, zh, en) : NULL;
    if (rule) good = take_step(db, signer, &m, rule, o, fault);
    if (control_end(db, good, fault))
        result = MATTER_DONE;
    else if (!found && !fault->text[0])
        result = MATTER_UNKNOWN;
    else if (found && !rule)
        result = MATTER_REFUSED;
    control_unlock(c);
    matter_free(&m);
    return result;
}

/* ---- reading steps, each with whether its signature holds ---- */

#define STEPS                                                                                                          \
    "SELECT s.version, s.action, s.before, s.after, s.actor, s.role, s.time, s.detail, s.signer, s.signature, s.key,"  \
    " m.id FROM matter_step s JOIN matter m ON m.matter=s.matter"

/* The texts live as long as the row; `signature` has room for SIGNATURE_TEXT. */
static void read_step(sqlite3 *db, sqlite3_stmt *row, const uint8_t node_public[SIGN_PUBLIC], char *signature,
                      struct matter_step *s)
{
    char owner[SIGNING_NAME + 1];
    *s = (struct matter_step){.version = (unsigned)sqlite3_column_int(row, 0),
                              .action = database_text(row, 1),
                              .before = database_text(row, 2),
                              .after = database_text(row, 3),
                              .actor = database_text(row, 4),
                              .role = database_text(row, 5),
                              .time_us = sqlite3_column_int64(row, 6),
                              .detail = database_text(row, 7),
                              .signer = database_text(row, 8),
                              .signature = signature};
    const uint8_t *bytes = sqlite3_column_blob(row, 9);
    size_t length = (size_t)sqlite3_column_bytes(row, 9);
    int64_t key = sqlite3_column_int64(row, 10);
    char *line = canonical(database_text(row, 11), s->version, s->action, s->before, s->after, s->actor, s->role,
                           s->time_us, s->detail);
    s->verified = signing_holds(db, node_public, key, line, bytes, length, owner);
    s->personal = s->verified && key && strcmp(owner, s->actor) == 0;
    if (key && !s->personal) s->verified = false; /* another's key is no signature of the actor's */
    signature[0] = 0;
    if (length == SIGNATURE)
        sodium_bin2base64(signature, SIGNATURE_TEXT, bytes, SIGNATURE, sodium_base64_VARIANT_ORIGINAL);
    free(line);
}

bool matters_steps(struct control *c, const struct keys *keys, const struct matter *m, matter_step_row *row,
                   void *context, struct fault *fault)
{
    char signature[SIGNATURE_TEXT];
    struct matter_step step;
    sqlite3 *db = control_lock(c);
    sqlite3_stmt *select = database_prepare(db, STEPS " WHERE s.matter=? ORDER BY s.step", fault);
    if (select) database_bind(select, "i", m->number);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        read_step(db, select, keys->sign_public, signature, &step);
        if (!row(context, &step)) break;
    }
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}

bool matters_verify(sqlite3 *db, const uint8_t node_public[SIGN_PUBLIC], struct steps_verified *verified,
                    struct fault *fault)
{
    char signature[SIGNATURE_TEXT];
    struct matter_step step;
    bool good = true;
    int result = SQLITE_DONE;
    *verified = (struct steps_verified){0};
    sqlite3_stmt *select = database_prepare(db, STEPS " ORDER BY s.step", fault);
    if (!select) return false;
    while (good && (result = sqlite3_step(select)) == SQLITE_ROW) {
        read_step(db, select, node_public, signature, &step);
        verified->steps++;
        verified->personal += step.personal;
        if (!step.verified)
            good = fault_set(fault, "step %s by %s on %s: its signature does not hold", step.action, step.actor,
                             database_text(select, 11));
    }
    if (good && result != SQLITE_DONE) good = database_fault(db, fault, "reading steps");
    sqlite3_finalize(select);
    return good;
}

int64_t matters_done(struct control *c, const struct matter *m, const char *action, const char *member,
                     const char *value)
{
    int64_t time = database_number(control_lock(c), 0,
                                   "SELECT min(time) FROM matter_step WHERE matter=?1 AND action=?2 AND"
                                   " json_extract(detail, '$.'||?3)=?4",
                                   "isss", m->number, action, member, value);
    control_unlock(c);
    return time;
}

bool matters_nodes(struct control *c, const struct matter *m, bool (*row)(void *context, const char *node),
                   void *context, struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(control_lock(c), "SELECT node FROM matter_node WHERE matter=? ORDER BY node", fault);
    if (select) database_bind(select, "i", m->number);
    while (select && sqlite3_step(select) == SQLITE_ROW)
        if (!row(context, database_text(select, 0))) break;
    sqlite3_finalize(select);
    control_unlock(c);
    return select;
}

/* ---- what is owed ---- */

static const char *const debt_column[] = {[DEBT_SEND] = "send", [DEBT_ANSWER] = "answer"};

bool matters_owing(struct control *c, enum matter_debt debt, matter_row *row, void *context, struct fault *fault)
{
    char sql[320];
    struct matter found[OWING_MOST];
    unsigned count = 0;
    snprintf(sql, sizeof sql, "SELECT " COLUMNS " FROM matter WHERE %s=1 ORDER BY changed LIMIT %d", debt_column[debt],
             OWING_MOST);
    sqlite3_stmt *select = database_prepare(control_lock(c), sql, fault);
    while (select && count < OWING_MOST && sqlite3_step(select) == SQLITE_ROW) read_row(select, &found[count++]);
    sqlite3_finalize(select);
    control_unlock(c);
    bool good = select;
    for (unsigned i = 0; i < count; i++) {
        good = good && row(context, &found[i]);
        matter_free(&found[i]);
    }
    return good;
}

bool matters_settle(struct control *c, enum matter_debt debt, const struct matter *m, struct fault *fault)
{
    char sql[160];
    snprintf(sql, sizeof sql, "UPDATE matter SET %s=0 WHERE matter=? AND changed=?", debt_column[debt]);
    bool good = database_run(control_lock(c), fault, sql, "ii", m->number, m->changed_us);
    control_unlock(c);
    return good;
}

int64_t matters_position(struct control *c)
{
    int64_t position = database_number(control_lock(c), 0, "SELECT position FROM matter_position", "");
    control_unlock(c);
    return position;
}

bool matters_set_position(struct control *c, int64_t position, struct fault *fault)
{
    bool good = database_run(control_lock(c), fault, "UPDATE matter_position SET position=?", "i", position);
    control_unlock(c);
    return good;
}
