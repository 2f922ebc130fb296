/* SPDX-License-Identifier: Apache-2.0 */
/* The index from alerts to the events that carry their packets. */
#include "collector/store/evidence.h"

#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"

enum { EVENTS_OF_ALERT = 64 };

const struct schema main_schema_evidence = {
    "evidence", (const char *const[]){"CREATE TABLE evidence(alert TEXT NOT NULL, event TEXT NOT NULL,"
                                      " PRIMARY KEY(alert, event)) WITHOUT ROWID;"
                                      "CREATE TRIGGER evidence_delete AFTER DELETE ON alert BEGIN DELETE FROM evidence"
                                      " WHERE alert=old.id; END;",
                                      NULL}};

bool evidence_put(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    char id[ULID_LENGTH + 1];
    const char *alert = json_string_value(json_object_get(json_object_get(event, "evidence"), "alert"));
    if (!alert || !ulid_valid(alert, strlen(alert))) return true; /* kept as an event only */
    snprintf(id, sizeof id, "%.*s", ULID_LENGTH, e->id);
    return database_run(s->main, fault, "INSERT OR IGNORE INTO evidence VALUES(?,?)", "ss", alert, id);
}

bool evidence_of_alert(struct store_reader *r, const char *alert, store_row *row, void *context, struct fault *fault)
{
    char ids[EVENTS_OF_ALERT][ULID_LENGTH + 1];
    unsigned count = 0;
    int result;
    sqlite3_stmt *select =
        database_prepare(r->main, "SELECT event FROM evidence WHERE alert=? ORDER BY event LIMIT ?", fault);
    if (!select) return false;
    database_bind(select, "si", alert, (int64_t)EVENTS_OF_ALERT);
    while ((result = sqlite3_step(select)) == SQLITE_ROW)
        snprintf(ids[count++], sizeof ids[0], "%s", database_text(select, 0));
    if (result != SQLITE_DONE) database_fault(r->main, fault, "looking for evidence");
    sqlite3_finalize(select);
    bool good = result == SQLITE_DONE;
    for (unsigned i = 0; good && i < count; i++) good = store_event(r, ids[i], row, context, fault);
    return good;
}
