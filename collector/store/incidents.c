/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents in main.db: kept while alerts are stored, so that a list only reads. */
#include "collector/store/incidents.h"
#include "collector/store/exercises.h"

#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"

/* An alert belongs to an incident that was active within an hour of it; no incident is longer than a day. */
#define WINDOW_US  3600000000ll
#define LONGEST_US 86400000000ll

const char *const incident_state_name[INCIDENT_STATE_COUNT + 1] = {"open", "pending", "closed", NULL};

/* low, high: the two machines, whichever of them acts. open, pending: alerts that are not looked at, not closed;
 * alert.state 0 is open, 3 closed (ALERT_STATES). */
#define COUNTS(row)                                                                                                    \
    "open=open+(" row ".state=0 AND " row ".suppression=0), pending=pending+(" row ".state<>3 AND " row                \
    ".suppression=0)"
const struct schema main_schema_incidents = {
    "incidents",
    (const char *const[]){
        "CREATE TABLE incident(incident INTEGER PRIMARY KEY AUTOINCREMENT, sensor TEXT NOT NULL, low TEXT NOT NULL,"
        " high TEXT NOT NULL, root TEXT NOT NULL, first_us INTEGER NOT NULL, last_us INTEGER NOT NULL,"
        " severity INTEGER NOT NULL, alerts INTEGER NOT NULL DEFAULT 0, open INTEGER NOT NULL DEFAULT 0,"
        " pending INTEGER NOT NULL DEFAULT 0);"
        "CREATE INDEX incident_pair ON incident(low, high, sensor, last_us);"
        "CREATE INDEX incident_last ON incident(last_us, incident);"
        "ALTER TABLE alert ADD COLUMN incident INTEGER NOT NULL DEFAULT 0;"
        "ALTER TABLE alert ADD COLUMN suppression INTEGER NOT NULL DEFAULT 0;"
        "CREATE INDEX alert_incident ON alert(incident, id);"
        "CREATE INDEX alert_shown ON alert(state, severity) WHERE suppression=0;"
        "CREATE INDEX alert_suppression ON alert(suppression) WHERE suppression<>0;"
        "CREATE TRIGGER incident_insert AFTER INSERT ON alert BEGIN UPDATE incident SET alerts=alerts+1,"
        " severity=min(severity, new.severity), " COUNTS(
            "new") " WHERE incident=new.incident; END;"
                   "CREATE TRIGGER incident_update AFTER UPDATE OF state, suppression ON alert BEGIN UPDATE incident "
                   "SET "
                   "open=open-(old.state=0 AND old.suppression=0)+(new.state=0 AND new.suppression=0),"
                   " pending=pending-(old.state<>3 AND old.suppression=0)+(new.state<>3 AND new.suppression=0)"
                   " WHERE incident=new.incident; END;"
                   "CREATE TRIGGER incident_delete AFTER DELETE ON alert BEGIN UPDATE incident SET alerts=alerts-1,"
                   " open=open-(old.state=0 AND old.suppression=0), pending=pending-(old.state<>3 AND "
                   "old.suppression=0)"
                   " WHERE incident=old.incident; DELETE FROM incident WHERE incident=old.incident AND alerts<=0;"
                   " UPDATE incident SET root=(SELECT min(id) FROM alert WHERE incident=old.incident)"
                   " WHERE incident=old.incident AND root=old.id; END;",
        "CREATE INDEX alert_exercise ON alert(state, severity) WHERE suppression=0 AND " IS_EXERCISE ";", NULL}};

int64_t incidents_find(struct store *s, const char *id, int64_t time_us, unsigned severity, const char *sensor,
                       const char *source, const char *target, struct fault *fault)
{
    static const char find[] =
        "SELECT incident FROM incident WHERE low=?1 AND high=?2 AND sensor=?3 AND last_us>=?4-?5 AND first_us<=?4+?5"
        " AND max(last_us,?4)-min(first_us,?4)<=?6 ORDER BY last_us DESC LIMIT 1";
    bool ascending = strcmp(source, target) <= 0;
    const char *low = ascending ? source : target, *high = ascending ? target : source;
    int64_t number = database_number(s->main, 0, find, "sssiii", low, high, sensor, time_us, (int64_t)WINDOW_US,
                                     (int64_t)LONGEST_US);
    if (number)
        return database_run(s->main, fault,
                            "UPDATE incident SET root=CASE WHEN ?2<first_us THEN ?3 ELSE root END,"
                            " first_us=min(first_us,?2), last_us=max(last_us,?2) WHERE incident=?1",
                            "iis", number, time_us, id)
                   ? number
                   : -1;
    return database_run(s->main, fault,
                        "INSERT INTO incident(sensor,low,high,root,first_us,last_us,severity) VALUES(?1,?2,?3,?4,?5,?5,"
                        "?6)",
                        "ssssii", sensor, low, high, id, time_us, (int64_t)severity)
               ? sqlite3_last_insert_rowid(s->main)
               : -1;
}

/* ---- reading ---- */

#define INCIDENT_COLUMNS                                                                                               \
    "SELECT i.incident, i.sensor, a.source, a.target, a.item, i.first_us, i.last_us, i.severity, i.alerts, i.open,"    \
    " i.pending, (SELECT json_group_array(json_object('rule', rule, 'severity', worst, 'alerts', n)) FROM"             \
    " (SELECT rule, min(severity) AS worst, count(*) AS n FROM alert WHERE incident=i.incident GROUP BY rule"          \
    " ORDER BY min(id))), (SELECT json_group_array(assignee) FROM (SELECT DISTINCT assignee FROM alert"                \
    " WHERE incident=i.incident AND assignee<>'')) FROM incident i JOIN alert a ON a.id=i.root"

static int rows_of(struct store_reader *r, sqlite3_stmt *select, incident_row_function *row, void *context, char *next,
                   struct fault *fault)
{
    int result, rows = 0;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct incident_row found = {.number = sqlite3_column_int64(select, 0),
                                     .sensor = database_text(select, 1),
                                     .source = database_text(select, 2),
                                     .target = database_text(select, 3),
                                     .root = database_text(select, 4),
                                     .first_us = sqlite3_column_int64(select, 5),
                                     .last_us = sqlite3_column_int64(select, 6),
                                     .severity = (unsigned)sqlite3_column_int(select, 7),
                                     .alerts = (uint64_t)sqlite3_column_int64(select, 8),
                                     .open = (uint64_t)sqlite3_column_int64(select, 9),
                                     .pending = (uint64_t)sqlite3_column_int64(select, 10),
                                     .rules = database_text(select, 11),
                                     .assignees = database_text(select, 12)};
        if (next)
            snprintf(next, INCIDENT_CURSOR + 1, "%016llx%016llx", (unsigned long long)found.last_us,
                     (unsigned long long)found.number);
        rows++;
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
        database_fault(r->main, fault, "reading incidents");
        rows = -1;
    }
    sqlite3_finalize(select);
    return rows;
}

static bool read_cursor(const char *cursor, int64_t *last_us, int64_t *number)
{
    unsigned long long a, b;
    int used = 0;
    if (strlen(cursor) != INCIDENT_CURSOR || sscanf(cursor, "%16llx%16llx%n", &a, &b, &used) != 2 ||
        used != INCIDENT_CURSOR)
        return false;
    *last_us = (int64_t)(a & INT64_MAX);
    *number = (int64_t)(b & INT64_MAX);
    return true;
}

bool incident_cursor_valid(const char *cursor)
{
    int64_t last_us, number;
    return read_cursor(cursor, &last_us, &number);
}

bool incidents_query(struct store_reader *r, const struct incident_query *q, incident_row_function *row, void *context,
                     char next[INCIDENT_CURSOR + 1], struct fault *fault)
{
    static const char conditions[] =
        INCIDENT_COLUMNS " WHERE wl_in_scope(i.sensor) AND (?1=0 OR 1<<i.severity & ?1) AND (?2 IS NULL OR i.sensor=?2)"
                         " AND (?3 IS NULL OR i.low=?3 OR i.high=?3) AND (?4=0 OR i.last_us>=?4)"
                         " AND (?5=0 OR i.first_us<?5) AND (i.last_us, i.incident) < (?6, ?7)"
                         " AND (?8=0 OR 1<<(CASE WHEN i.open THEN 0 WHEN i.pending THEN 1 ELSE 2 END) & ?8)"
                         " AND (?9 IS NULL OR EXISTS (SELECT 1 FROM alert WHERE incident=i.incident AND rule=?9))"
                         " ORDER BY i.last_us DESC, i.incident DESC LIMIT ?10";
    int64_t last_us = INT64_MAX, number = INT64_MAX;
    if (q->cursor && !read_cursor(q->cursor, &last_us, &number)) return fault_set(fault, "the cursor is none");
    sqlite3_stmt *select = database_prepare(r->main, conditions, fault);
    if (!select) return false;
    database_bind(select, "issiiiiisi", (int64_t)q->severities, q->sensor, q->address, q->since_us, q->until_us,
                  last_us, number, (int64_t)q->states, q->rule, (int64_t)q->limit);
    int rows = rows_of(r, select, row, context, next, fault);
    if (rows != (int)q->limit) next[0] = 0;
    return rows >= 0;
}

bool incidents_one(struct store_reader *r, int64_t number, incident_row_function *row, void *context,
                   struct fault *fault)
{
    sqlite3_stmt *select =
        database_prepare(r->main, INCIDENT_COLUMNS " WHERE i.incident=? AND wl_in_scope(i.sensor)", fault);
    if (!select) return false;
    database_bind(select, "i", number);
    return rows_of(r, select, row, context, NULL, fault) >= 0;
}
