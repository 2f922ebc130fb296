/* SPDX-License-Identifier: Apache-2.0 */
/* The history of devices, written when an `asset` event differs from the one before it. */
#include "collector/store/device_changes.h"

#include <stdio.h>

#include "collector/store/internal.h"

enum { VALUE_MAX = 1024 };

const struct schema main_schema_device_changes = {
    "device_changes",
    (const char *const[]){
        "CREATE TABLE device_change(number INTEGER PRIMARY KEY AUTOINCREMENT, device INTEGER NOT NULL,"
        " time_us INTEGER NOT NULL, member TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL);"
        "CREATE INDEX device_change_device ON device_change(device, time_us);",
        NULL}};

static const char *const members[] = {"address",  "mac",    "vendor", "model",    "order_number", "firmware",
                                      "hardware", "serial", "name",   "location", "role",         "protocols"};

static void dump(char out[VALUE_MAX], const json_t *value)
{
    size_t n = value ? json_dumpb(value, out, VALUE_MAX - 1, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
    out[n < VALUE_MAX ? n : 0] = 0;
}

static bool insert(struct store *s, int64_t device, int64_t time_us, const char *member, const char *before,
                   const char *after, struct fault *fault)
{
    return database_run(s->main, fault,
                        "INSERT INTO device_change(device,time_us,member,before,after)"
                        " VALUES(?,?,?,?,?)",
                        "iisss", device, time_us, member, before, after);
}

bool device_changes_put(struct store *s, int64_t device, int64_t time_us, const char *asset_before, const json_t *asset,
                        struct fault *fault)
{
    char before[VALUE_MAX], after[VALUE_MAX];
    json_error_t error;
    if (!asset_before) return insert(s, device, time_us, "", "", "", fault);
    json_t *was = json_loads(asset_before, 0, &error);
    bool good = true;
    for (size_t i = 0; good && i < sizeof members / sizeof *members; i++) {
        const json_t *old = json_object_get(was, members[i]), *new = json_object_get(asset, members[i]);
        if (!new || json_equal(old, new)) continue;
        dump(before, old);
        dump(after, new);
        good = insert(s, device, time_us, members[i], before, after, fault);
    }
    json_decref(was);
    return good;
}

bool device_changes_query(struct store_reader *r, const struct device_change_query *q, device_change_row *row,
                          void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        r->main,
        "SELECT number, c.device, time_us, sensor, key, member, before, after FROM device_change c JOIN device d"
        " USING(device) WHERE wl_in_scope(sensor) AND (?1=0 OR c.device=?1) AND (?2 IS NULL OR sensor=?2) AND (?3=0 OR "
        "time_us>=?3)"
        " AND (?4=0 OR time_us<?4) AND (?5=0 OR number<?5) ORDER BY number DESC LIMIT ?6",
        fault);
    if (!select) return false;
    database_bind(select, "isiiii", q->device, q->sensor, q->since_us, q->until_us, q->before, (int64_t)q->limit);
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct device_change found = {.number = sqlite3_column_int64(select, 0),
                                      .device = sqlite3_column_int64(select, 1),
                                      .time_us = sqlite3_column_int64(select, 2),
                                      .sensor = database_text(select, 3),
                                      .key = database_text(select, 4),
                                      .member = database_text(select, 5),
                                      .before = database_text(select, 6),
                                      .after = database_text(select, 7)};
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading changes of devices");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}
