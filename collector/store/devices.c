/* SPDX-License-Identifier: Apache-2.0 */
/* Devices in main.db, fed by `asset` events. */
#include "collector/store/devices.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"
#include "common/json.h"
#include "common/json_member.h"

enum { ASSET_MAX = 64 * 1024, ITEM_MAX = 8192, WORDS_MAX = 2048, SEARCH_WORDS = 6, SEARCH_BYTES = 96 };

static void words_of(char out[WORDS_MAX], const json_t *asset, const char *sensor)
{
    static const char *const members[] = {"address",  "mac",    "vendor", "model",    "order_number", "firmware",
                                          "hardware", "serial", "name",   "location", "role"};
    size_t n = (size_t)snprintf(out, WORDS_MAX, "%s", sensor), i;
    for (i = 0; i < sizeof members / sizeof *members && n < WORDS_MAX; i++)
        n += (size_t)snprintf(out + n, WORDS_MAX - n, "\n%s", json_member_text(asset, members[i]));
    json_t *protocol;
    json_array_foreach(json_object_get(asset, "protocols"), i, protocol) if (n < WORDS_MAX && json_is_string(protocol))
        n += (size_t)snprintf(out + n, WORDS_MAX - n, "\n%s", json_string_value(protocol));
}

static void item_of(char out[ITEM_MAX], const json_t *asset)
{
    static const char *const members[] = {"address",  "mac",       "vendor", "model", "order_number",
                                          "firmware", "hardware",  "serial", "name",  "location",
                                          "role",     "protocols", "level",  "zone"};
    char raw[1024];
    struct json item = json_over(out, ITEM_MAX - 1);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *value = json_object_get(asset, members[i]);
        size_t n = value ? json_dumpb(value, raw, sizeof raw, JSON_COMPACT | JSON_ENCODE_ANY) : 0;
        if (n && n <= sizeof raw) json_put_raw(&item, members[i], raw, n);
    }
    *item.at = 0;
}

/* The number of the device and its last asset; 0: it is new; -1: what is there is of this time or later. */
static int64_t stored_asset(struct store *s, const char *sensor, const char *key, const char *seen,
                            char before[ASSET_MAX])
{
    int64_t device = 0;
    sqlite3_stmt *find =
        database_prepare(s->main, "SELECT device, seen<?, asset FROM device WHERE sensor=? AND key=?", NULL);
    if (find) database_bind(find, "sss", seen, sensor, key);
    if (find && sqlite3_step(find) == SQLITE_ROW) {
        device = sqlite3_column_int(find, 1) ? sqlite3_column_int64(find, 0) : -1;
        snprintf(before, ASSET_MAX, "%s", database_text(find, 2));
    }
    sqlite3_finalize(find);
    return device;
}

bool store_put_device(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    char asset_text[ASSET_MAX], item[ITEM_MAX], words[WORDS_MAX], seen[64];
    const json_t *asset = json_object_get(event, "asset");
    const char *address = json_member_text(asset, "address"), *sensor = json_member_text(event, "sensor");
    const char *key = *address ? address : json_member_text(asset, "mac");
    if (!*key) return true; /* the event is kept; there is nothing to know the device by */
    snprintf(seen, sizeof seen, "%.*s", (int)e->timestamp_length, e->timestamp);
    const char *first = json_member_text(asset, "first_seen"), *last = json_member_text(asset, "last_seen");
    size_t length = json_dumpb(asset, asset_text, sizeof asset_text - 1, JSON_COMPACT);
    if (!length || length >= sizeof asset_text) return true; /* too much for a row; the event is kept whole */
    asset_text[length] = 0;
    item_of(item, asset);
    words_of(words, asset, sensor);
    char before[ASSET_MAX];
    int64_t device = stored_asset(s, sensor, key, seen, before);
    if (device < 0) return true; /* a later event is there */
    bool good = database_run(s->main, fault,
                             "INSERT INTO device(changed,sensor,key,first_seen,last_seen,seen,words,item,asset)"
                             " VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9) ON CONFLICT(sensor,key) DO UPDATE SET changed=?1,"
                             " first_seen=min(first_seen,?4), last_seen=max(last_seen,?5), seen=?6, words=?7, item=?8,"
                             " asset=?9 WHERE seen<?6",
                             "issssssss", ++s->changes, sensor, key, *first ? first : seen, *last ? last : seen, seen,
                             words, item, asset_text);
    int64_t time_us = store_time_us(e->timestamp, e->timestamp_length);
    return good && device_changes_put(s, device ? device : sqlite3_last_insert_rowid(s->main),
                                      time_us > 0 ? time_us : 0, device ? before : NULL, asset, fault);
}

#define DEVICE_COLUMNS                                                                                                 \
    "SELECT device, changed, sensor, key, item, asset, first_seen, last_seen,"                                         \
    " (SELECT count(*) FROM alert WHERE source=device.key) +"                                                          \
    " (SELECT count(*) FROM alert WHERE target=device.key AND source<>device.key) FROM device"

static bool rows_of(struct store_reader *r, sqlite3_stmt *select, device_row_function *row, void *context,
                    unsigned *rows, int64_t *last, struct fault *fault)
{
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct device_row found = {sqlite3_column_int64(select, 0),
                                   sqlite3_column_int64(select, 1),
                                   database_text(select, 2),
                                   database_text(select, 3),
                                   database_text(select, 4),
                                   database_text(select, 5),
                                   database_text(select, 6),
                                   database_text(select, 7),
                                   (uint64_t)sqlite3_column_int64(select, 8)};
        *last = found.id;
        ++*rows;
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading devices");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

struct search {
    char patterns[SEARCH_WORDS][SEARCH_BYTES];
    int count;
};

static void search_of(struct search *search, const char *text)
{
    search->count = 0;
    while (text && search->count < SEARCH_WORDS) {
        while (isspace((unsigned char)*text)) text++;
        size_t n = strcspn(text, " \t\r\n");
        if (!n) break;
        size_t kept = n < SEARCH_BYTES - 3 ? n : SEARCH_BYTES - 3;
        snprintf(search->patterns[search->count++], SEARCH_BYTES, "%%%.*s%%", (int)kept, text);
        text += n;
    }
}

static sqlite3_stmt *prepare(struct store_reader *r, const char *columns, const struct device_query *q,
                             const struct search *search, const char *tail, struct fault *fault)
{
    static const char word[] = " AND words LIKE ?";
    char sql[1024], words[SEARCH_WORDS * (sizeof word - 1) + 1] = "";
    for (int i = 0; i < search->count; i++) memcpy(words + i * (sizeof word - 1), word, sizeof word);
    snprintf(sql, sizeof sql, "%s WHERE wl_in_scope(sensor) AND device>?%s%s%s", columns,
             q->sensor ? " AND sensor=?" : "", words, tail);
    sqlite3_stmt *select = database_prepare(r->main, sql, fault);
    if (!select) return NULL;
    int at = 1;
    sqlite3_bind_int64(select, at++, q->after);
    if (q->sensor) sqlite3_bind_text(select, at++, q->sensor, -1, SQLITE_STATIC);
    for (int i = 0; i < search->count; i++) sqlite3_bind_text(select, at++, search->patterns[i], -1, SQLITE_STATIC);
    if (*tail) sqlite3_bind_int64(select, at, q->limit);
    return select;
}

bool devices_query(struct store_reader *r, const struct device_query *q, device_row_function *row, void *context,
                   int64_t *next, struct fault *fault)
{
    struct search search;
    unsigned rows = 0;
    int64_t last = 0;
    search_of(&search, q->text);
    sqlite3_stmt *select = prepare(r, DEVICE_COLUMNS, q, &search, " ORDER BY device LIMIT ?", fault);
    bool good = select && rows_of(r, select, row, context, &rows, &last, fault);
    *next = rows == q->limit ? last : 0;
    return good;
}

bool devices_total(struct store_reader *r, const struct device_query *q, uint64_t *count, struct fault *fault)
{
    struct search search;
    struct device_query all = *q;
    all.after = 0;
    search_of(&search, q->text);
    sqlite3_stmt *select = prepare(r, "SELECT count(*) FROM device", &all, &search, "", fault);
    bool good = select && (sqlite3_step(select) == SQLITE_ROW || database_fault(r->main, fault, "counting devices"));
    if (good) *count = (uint64_t)sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    return good;
}

bool devices_after(struct store_reader *r, int64_t change, unsigned limit, device_row_function *row, void *context,
                   struct fault *fault)
{
    unsigned rows = 0;
    int64_t last = 0;
    sqlite3_stmt *select = database_prepare(
        r->main, DEVICE_COLUMNS " WHERE changed>? AND wl_in_scope(sensor) ORDER BY changed LIMIT ?", fault);
    if (!select) return false;
    database_bind(select, "ii", change, (int64_t)limit);
    return rows_of(r, select, row, context, &rows, &last, fault);
}

bool devices_one(struct store_reader *r, int64_t id, device_row_function *row, void *context, struct fault *fault)
{
    unsigned rows = 0;
    int64_t last = 0;
    sqlite3_stmt *select = database_prepare(r->main, DEVICE_COLUMNS " WHERE device=? AND wl_in_scope(sensor)", fault);
    if (!select) return false;
    database_bind(select, "i", id);
    return rows_of(r, select, row, context, &rows, &last, fault);
}
