/* SPDX-License-Identifier: Apache-2.0 */
/* Suppressions in main.db, so that an alert is marked in the transaction that stores it. */
#include "collector/store/suppressions.h"

#include "collector/store/internal.h"

const struct schema main_schema_suppressions = {
    "suppressions",
    (const char *const[]){
        "CREATE TABLE suppression(suppression INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
        " rule TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, sensor TEXT NOT NULL, reason TEXT NOT NULL,"
        " user TEXT NOT NULL, until_us INTEGER NOT NULL, created_us INTEGER NOT NULL,"
        " withdrawn_us INTEGER NOT NULL DEFAULT 0, withdrawn_by TEXT NOT NULL DEFAULT '');",
        NULL}};

int64_t suppressions_find(struct store *s, int64_t time_us, const char *rule, const char *source, const char *target,
                          const char *sensor)
{
    return database_number(s->main, 0,
                           "SELECT suppression FROM suppression WHERE withdrawn_us=0 AND until_us>? AND rule IN ('',?)"
                           " AND source IN ('',?) AND target IN ('',?) AND sensor IN ('',?) LIMIT 1",
                           "issss", time_us, rule, source, target, sensor);
}

/* Every alert that `find` finds gets its mark and its place in the sequence of changes. Returns how many, -1 on a
 * fault. */
static int64_t mark(struct store *s, sqlite3_stmt *find, int64_t mark_with, struct fault *fault)
{
    int64_t marked = 0;
    int result = SQLITE_ERROR;
    while (find && (result = sqlite3_step(find)) == SQLITE_ROW) {
        if (!database_run(s->main, fault, "UPDATE alert SET suppression=?, changed=? WHERE number=?", "iii", mark_with,
                          ++s->changes, sqlite3_column_int64(find, 0)))
            break;
        marked++;
    }
    if (find && result != SQLITE_DONE) database_fault(s->main, fault, "marking alerts");
    sqlite3_finalize(find);
    return result == SQLITE_DONE ? marked : -1;
}

/* Materialised by the ORDER BY, so that the marks do not run after themselves. */
static int64_t mark_matching(struct store *s, const struct suppression *p, struct fault *fault)
{
    sqlite3_stmt *find = database_prepare(s->main,
                                          "SELECT number FROM alert WHERE suppression=0 AND state<>3 AND (?1='' OR"
                                          " rule=?1) AND (?2='' OR source=?2) AND (?3='' OR target=?3) AND (?4='' OR"
                                          " sensor=?4) ORDER BY changed+0",
                                          fault);
    if (find) database_bind(find, "ssss", p->rule, p->source, p->target, p->sensor);
    return mark(s, find, p->number, fault);
}

static int64_t unmark(struct store *s, int64_t number, struct fault *fault)
{
    sqlite3_stmt *find =
        database_prepare(s->main, "SELECT number FROM alert WHERE suppression=? ORDER BY changed+0", fault);
    if (find) database_bind(find, "i", number);
    return mark(s, find, 0, fault);
}

bool suppressions_add(struct store *s, struct suppression *p, struct fault *fault)
{
    bool good = store_begin(s, fault) &&
                database_run(s->main, fault,
                             "INSERT INTO suppression(id,rule,source,target,sensor,reason,user,until_us,created_us)"
                             " VALUES(?,?,?,?,?,?,?,?,?)",
                             "sssssssii", p->id, p->rule, p->source, p->target, p->sensor, p->reason, p->user,
                             p->until_us, p->created_us);
    p->number = sqlite3_last_insert_rowid(s->main);
    int64_t marked = good ? mark_matching(s, p, fault) : -1;
    p->alerts = marked > 0 ? (uint64_t)marked : 0;
    return store_end_change(s, marked >= 0, fault);
}

#define SUPPRESSION_COLUMNS                                                                                            \
    "SELECT suppression, id, rule, source, target, sensor, reason, user, withdrawn_by, until_us, created_us,"          \
    " withdrawn_us, (SELECT count(*) FROM alert WHERE alert.suppression=s.suppression AND alert.suppression<>0)"       \
    " FROM suppression s"

static struct suppression row_of(sqlite3_stmt *select)
{
    return (struct suppression){.number = sqlite3_column_int64(select, 0),
                                .id = database_text(select, 1),
                                .rule = database_text(select, 2),
                                .source = database_text(select, 3),
                                .target = database_text(select, 4),
                                .sensor = database_text(select, 5),
                                .reason = database_text(select, 6),
                                .user = database_text(select, 7),
                                .withdrawn_by = database_text(select, 8),
                                .until_us = sqlite3_column_int64(select, 9),
                                .created_us = sqlite3_column_int64(select, 10),
                                .withdrawn_us = sqlite3_column_int64(select, 11),
                                .alerts = (uint64_t)sqlite3_column_int64(select, 12)};
}

static bool rows_of(sqlite3 *database, sqlite3_stmt *select, suppression_row *row, void *context, struct fault *fault)
{
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct suppression found = row_of(select);
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(database, fault, "reading suppressions");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

enum suppression_change suppressions_withdraw(struct store *s, int64_t number, const char *user, int64_t now_us,
                                              suppression_row *row, void *context, struct fault *fault)
{
    bool good = store_begin(s, fault) &&
                database_run(s->main, fault,
                             "UPDATE suppression SET withdrawn_us=?, withdrawn_by=? WHERE suppression=? AND"
                             " withdrawn_us=0",
                             "isi", now_us, user, number);
    bool there = good && sqlite3_changes(s->main) == 1;
    good = good && (!there || unmark(s, number, fault) >= 0);
    sqlite3_stmt *select =
        there && good ? database_prepare(s->main, SUPPRESSION_COLUMNS " WHERE suppression=?", fault) : NULL;
    if (select) {
        database_bind(select, "i", number);
        good = rows_of(s->main, select, row, context, fault);
    }
    good = store_end_change(s, good, fault);
    return !good ? SUPPRESSION_FAILED : there ? SUPPRESSION_WITHDRAWN : SUPPRESSION_UNKNOWN;
}

bool suppressions_list(struct store_reader *r, int64_t in_force_at, suppression_row *row, void *context,
                       struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(r->main,
                         SUPPRESSION_COLUMNS " WHERE wl_in_scope(sensor) AND (?1=0 OR (withdrawn_us=0 AND "
                                             "until_us>?1)) ORDER BY suppression DESC LIMIT 1000",
                         fault);
    if (!select) return false;
    database_bind(select, "i", in_force_at);
    return rows_of(r->main, select, row, context, fault);
}
