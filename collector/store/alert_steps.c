/* SPDX-License-Identifier: Apache-2.0 */
/* What people do to alerts: state, assignee, comment; one alert or all of an incident; and the history of it. */
#include "collector/store/alerts.h"
#include "collector/store/internal.h"

bool alerts_history(struct store_reader *r, const char *id, alert_step_function *step, void *context,
                    struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(r->main,
                         "SELECT time, user, action, reason, comment FROM alert_step WHERE alert="
                         "(SELECT number FROM alert WHERE id=? AND wl_in_scope(sensor)) ORDER BY rowid",
                         fault);
    if (!select) return false;
    database_bind(select, "s", id);
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct alert_step found = {sqlite3_column_int64(select, 0), database_text(select, 1), database_text(select, 2),
                                   database_text(select, 3), database_text(select, 4)};
        if (!step(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading an alert's history");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

static bool change_one(struct store *s, int64_t number, const struct alert_order *o, struct fault *fault)
{
    const struct alert_step *step = &o->step;
    return database_run(s->main, fault,
                        "UPDATE alert SET state=iif(?1<0,state,?1), assignee=coalesce(?2,assignee), changed=?3"
                        " WHERE number=?4",
                        "isii", (int64_t)o->state, o->assignee, ++s->changes, number) &&
           database_run(s->main, fault, "INSERT INTO alert_step VALUES(?,?,?,?,?,?)", "iissss", number, step->time_us,
                        step->user, step->action, step->reason ? step->reason : "", step->comment ? step->comment : "");
}

/* Materialised by the ORDER BY, so that the changes do not run after themselves. */
static sqlite3_stmt *find_numbers(struct store *s, const struct alert_order *o, struct fault *fault)
{
    sqlite3_stmt *find = database_prepare(
        s->main,
        o->incident ? "SELECT number FROM alert WHERE incident=?1 AND (?2<0 OR state<>?2) ORDER BY changed+0"
                    : "SELECT number FROM alert WHERE id=?1",
        fault);
    if (find && o->incident)
        database_bind(find, "ii", o->incident, (int64_t)o->state);
    else if (find)
        database_bind(find, "s", o->id);
    return find;
}

enum alert_change alerts_change(struct store *s, const struct alert_order *o, uint64_t *changed, struct fault *fault)
{
    bool good = store_begin(s, fault);
    sqlite3_stmt *find = good ? find_numbers(s, o, fault) : NULL;
    int result = SQLITE_ERROR;
    *changed = 0;
    good = find;
    while (good && (result = sqlite3_step(find)) == SQLITE_ROW) {
        good = change_one(s, sqlite3_column_int64(find, 0), o, fault);
        *changed += good;
    }
    if (good && result != SQLITE_DONE) good = database_fault(s->main, fault, "finding alerts");
    sqlite3_finalize(find);
    bool there = *changed || (good && o->incident &&
                              database_number(s->main, 0, "SELECT 1 FROM incident WHERE incident=?", "i", o->incident));
    good = store_end_change(s, good, fault);
    return !good ? ALERT_FAILED : there ? ALERT_CHANGED : ALERT_UNKNOWN;
}
