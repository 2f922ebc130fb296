/* SPDX-License-Identifier: Apache-2.0 */
/* The register's table in control.db. */
#include "collector/service/trainings.h"

#include <stddef.h>

#define X(id, name, zh, en) name,
const char *const training_kind[] = {TRAINING_KINDS(X) NULL};
#undef X

const struct schema control_schema_trainings = {
    "trainings",
    (const char *const[]){"CREATE TABLE training(id TEXT PRIMARY KEY, kind TEXT NOT NULL, topic TEXT NOT NULL,"
                          " organiser TEXT NOT NULL, result TEXT NOT NULL, held INTEGER NOT NULL, heads INTEGER NOT "
                          "NULL, passed INTEGER NOT NULL, exercise INTEGER NOT NULL, user TEXT NOT NULL,"
                          " created INTEGER NOT NULL, withdrawn_by TEXT NOT NULL DEFAULT '') WITHOUT ROWID;"
                          "CREATE INDEX training_held ON training(held);",
                          NULL}};

bool trainings_add(struct control *control, const struct training *t, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault,
                             "INSERT INTO training(id,kind,topic,organiser,result,held,heads,passed,exercise,user,"
                             "created) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
                             "sssssiiiisi", t->id, t->kind, t->topic, t->organiser, t->result, t->held_us, t->heads,
                             t->passed, t->exercise, t->user, t->created_us);
    control_unlock(control);
    return good;
}

bool trainings_list(struct control *control, const struct training_query *q, training_row *row, void *context,
                    struct fault *fault)
{
    int result = SQLITE_ERROR;
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select = database_prepare(
        database,
        "SELECT id,kind,topic,organiser,result,held,heads,passed,exercise,user,created,withdrawn_by FROM training"
        " WHERE (?1 IS NULL OR kind=?1) AND (?2=0 OR held>=?2) AND (?3=0 OR held<?3) AND (?4 OR withdrawn_by='')"
        " ORDER BY held DESC, id DESC",
        fault);
    if (select) {
        database_bind(select, "siii", q->kind, q->since_us, q->until_us, (int64_t)q->withdrawn);
        while ((result = sqlite3_step(select)) == SQLITE_ROW) {
            struct training t = {.id = database_text(select, 0),
                                 .kind = database_text(select, 1),
                                 .topic = database_text(select, 2),
                                 .organiser = database_text(select, 3),
                                 .result = database_text(select, 4),
                                 .held_us = sqlite3_column_int64(select, 5),
                                 .heads = sqlite3_column_int64(select, 6),
                                 .passed = sqlite3_column_int64(select, 7),
                                 .exercise = sqlite3_column_int64(select, 8),
                                 .user = database_text(select, 9),
                                 .created_us = sqlite3_column_int64(select, 10),
                                 .withdrawn_by = database_text(select, 11)};
            row(context, &t);
        }
        if (result != SQLITE_DONE) database_fault(database, fault, "reading the register of trainings");
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return result == SQLITE_DONE;
}

int trainings_withdraw(struct control *control, const char *id, const char *user, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    int result = database_run(database, fault, "UPDATE training SET withdrawn_by=? WHERE id=? AND withdrawn_by=''",
                              "ss", user, id)
                     ? sqlite3_changes(database)
                     : -1;
    control_unlock(control);
    return result;
}
