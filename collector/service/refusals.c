/* SPDX-License-Identifier: Apache-2.0 */
/* What sensors refused of what was sent down to them (bundles, suppressions, lists), put on the audit log: each refusal
 * that a sensor tells (`signatures` events, docs/hierarchy.md) once, at every collector that it comes up to. */
#include "collector/service/refusals.h"
#include "collector/store/internal.h"

enum { A_TICK = 64 };

/* The event of each that is on the audit log; an event that comes again has the same id. */
const struct schema control_schema_refusals = {
    "refusals", (const char *const[]){"CREATE TABLE refusal(sensor TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,"
                                      " PRIMARY KEY(sensor, key)) WITHOUT ROWID;",
                                      NULL}};

struct refusal {
    const char *sensor, *key, *id, *what, *object; /* what: "SENSOR bundle/NAME"; object: the event's, as JSON */
};

static bool is_recorded(struct hierarchy *h, const struct refusal *r)
{
    int64_t found =
        database_number(control_lock(h->options.control), 0, "SELECT 1 FROM refusal WHERE sensor=? AND key=? AND id=?",
                        "sss", r->sensor, r->key, r->id);
    control_unlock(h->options.control);
    return found;
}

/* The record first: after a crash between the two it stands there twice, never not at all. */
static bool record(struct hierarchy *h, const struct refusal *r, struct fault *fault)
{
    hierarchy_record(h, "signatures.refused", r->what, r->object);
    bool good = database_run(control_lock(h->options.control), fault, "INSERT OR REPLACE INTO refusal VALUES(?,?,?)",
                             "sss", r->sensor, r->key, r->id);
    control_unlock(h->options.control);
    return good;
}

bool refusals_tick(struct hierarchy *h, struct fault *fault)
{
    unsigned recorded = 0;
    bool good = true;
    sqlite3_stmt *select = database_prepare(h->reader->main,
                                            "SELECT sensor, key, id, sensor || ' ' || substr(key,1,length(key)-8),"
                                            " object FROM state WHERE type='signatures' AND substr(key,-8)='/refused'",
                                            fault);
    while (good && select && recorded < A_TICK && sqlite3_step(select) == SQLITE_ROW) {
        struct refusal r = {database_text(select, 0), database_text(select, 1), database_text(select, 2),
                            database_text(select, 3), database_text(select, 4)};
        if (is_recorded(h, &r)) continue;
        good = record(h, &r, fault);
        recorded++;
    }
    sqlite3_finalize(select);
    return good && select;
}
