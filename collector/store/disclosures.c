/* SPDX-License-Identifier: Apache-2.0 */
/* Disclosures in main.db; those that are this node's own, or speak for another, are kept as events only. */
#include "collector/store/disclosures.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"

const struct schema main_schema_disclosures = {
    "disclosures",
    (const char *const[]){"CREATE TABLE disclosure(number INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL,"
                          " node TEXT NOT NULL, event TEXT NOT NULL, UNIQUE(request, node));",
                          NULL}};

bool disclosures_put(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    static const char self[] = "/self";
    const json_t *object = json_object_get(event, "disclosure"), *request = json_object_get(object, "request");
    size_t tail = sizeof self - 1;
    if (!json_is_string(request) || !e->sensor || e->sensor_length <= tail ||
        memcmp(e->sensor + e->sensor_length - tail, self, tail) != 0 || memchr(e->sensor, '/', e->sensor_length - tail))
        return true;
    char node[STORE_NODE_MAX + 1], id[ULID_LENGTH + 1];
    snprintf(node, sizeof node, "%.*s", (int)(e->sensor_length - tail), e->sensor);
    snprintf(id, sizeof id, "%.*s", ULID_LENGTH, e->id);
    return database_run(s->main, fault, "INSERT OR IGNORE INTO disclosure(request,node,event) VALUES(?,?,?)", "sss",
                        json_string_value(request), node, id);
}

bool disclosures_after(struct store_reader *r, int64_t number, unsigned limit,
                       bool (*row)(void *context, const struct disclosure *disclosure), void *context,
                       struct fault *fault)
{
    int result;
    sqlite3_stmt *select = database_prepare(
        r->main, "SELECT number, node, event FROM disclosure WHERE number>? ORDER BY number LIMIT ?", fault);
    if (!select) return false;
    database_bind(select, "ii", number, (int64_t)limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct disclosure d = {sqlite3_column_int64(select, 0), database_text(select, 1), database_text(select, 2)};
        if (!row(context, &d)) break;
    }
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(r->main, fault, "reading disclosures");
}
