/* SPDX-License-Identifier: Apache-2.0 */
/* The latest state of things, in main.db; the history is in the events. */
#include "collector/store/states.h"

#include <stdio.h>
#include <string.h>

#include "collector/store/internal.h"
#include "common/json_member.h"

enum { OBJECT_MAX = 64 * 1024, KEY_MAX = 512 };

const struct schema main_schema_states = {
    "states",
    (const char *const[]){
        "CREATE TABLE state(state INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, sensor TEXT NOT NULL,"
        " key TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, first_us INTEGER NOT NULL,"
        " last_us INTEGER NOT NULL, events INTEGER NOT NULL, id TEXT NOT NULL, object TEXT NOT NULL,"
        " UNIQUE(type, sensor, key));"
        "CREATE INDEX state_last ON state(type, last_us, state);",
        /* What sensors refused, for the audit log (service/refusals.c). */
        "CREATE INDEX state_refused ON state(sensor, key) WHERE type='signatures' AND substr(key,-8)='/refused';",
        NULL}};

enum { NAMING_MOST = 9 };
/* What names no key itself is known by its members that stay while it goes on; the first of them has to be there. */
static const struct naming {
    enum event_type type;
    const char *members[NAMING_MOST];
} namings[] = {
    {EVENT_EXPOSURE, {"kind", "id", "address", "mac", "public_address", "protocol", "port", "detail", NULL}},
    {EVENT_VISIBILITY, {"scope", "reason", "address", "mac", NULL}},
};

static const char *key_of(const json_t *object, enum event_type type, char room[KEY_MAX])
{
    const char *key = json_member_text(object, "key");
    size_t n = 0, at = 0;
    while (at < sizeof namings / sizeof *namings && namings[at].type != type) at++;
    if (*key || at == sizeof namings / sizeof *namings || !*json_member_text(object, namings[at].members[0]))
        return key;
    for (const char *const *name = namings[at].members; *name; name++) {
        const json_t *member = json_object_get(object, *name);
        const char *bar = name == namings[at].members ? "" : "|";
        if (json_is_string(member))
            n += (size_t)snprintf(room + n, KEY_MAX - n, "%s%s", bar, json_string_value(member));
        else
            n += (size_t)snprintf(room + n, KEY_MAX - n, "%s%lld", bar, (long long)json_integer_value(member));
        if (n >= KEY_MAX) return "";
    }
    const json_t *peer = json_object_get(object, "peer");
    n += (size_t)snprintf(room + n, KEY_MAX - n, "|%s%s", json_member_text(peer, "address"),
                          json_member_text(peer, "mac"));
    return n < KEY_MAX ? room : "";
}

static const char *either(const char *a, const char *b) { return *a ? a : b; }

/* An event that comes again changes nothing: its id is that of the row, or it is older. */
bool states_put(struct store *s, const struct event_envelope *e, const json_t *event, struct fault *fault)
{
    char text[OBJECT_MAX], id[ULID_LENGTH + 1];
    const char *type = event_type_name[e->type], *sensor = json_member_text(event, "sensor");
    const json_t *object = json_object_get(event, type);
    char room[KEY_MAX];
    const char *key = key_of(object, (enum event_type)e->type, room);
    int64_t time_us = store_time_us(e->timestamp, e->timestamp_length);
    size_t length = json_dumpb(object, text, sizeof text - 1, JSON_COMPACT);
    if (!*key || !length || length >= sizeof text || time_us < 0) return true; /* kept as an event only */
    text[length] = 0;
    snprintf(id, sizeof id, "%.*s", ULID_LENGTH, e->id);
    return database_run(
        s->main, fault,
        "INSERT INTO state(type,sensor,key,source,target,first_us,last_us,events,id,object)"
        " VALUES(?1,?2,?3,?4,?5,?6,?6,1,?7,?8) ON CONFLICT(type,sensor,key) DO UPDATE SET"
        " first_us=min(first_us,?6), last_us=max(last_us,?6), events=events+1,"
        " source=iif(?6>=last_us,?4,source), target=iif(?6>=last_us,?5,target),"
        " object=iif(?6>=last_us,?8,object), id=iif(?6>=last_us,?7,id) WHERE id<>?7",
        "sssssiss", type, sensor, key, either(json_member_text(event, "src_ip"), json_member_text(event, "src_mac")),
        either(json_member_text(event, "dest_ip"), json_member_text(event, "dest_mac")), time_us, id, text);
}

/* ---- reading ---- */

/* An address is that of either side, or stands in the object as a whole: the device that it is about, the one that it
 * speaks with. */
#define ADDRESS " AND (?4 IS NULL OR source=?4 OR target=?4 OR instr(object,'\"'||?4||'\"')>0)"
#define STATE_CONDITIONS                                                                                               \
    " FROM state WHERE wl_in_scope(sensor) AND type=?1 AND (?2 IS NULL OR sensor=?2) AND (?3 IS NULL OR "              \
    "key=?3)" ADDRESS " AND (?5 IS NULL OR instr(object,?5)>0) AND (?6=0 OR last_us>=?6) AND (?7=0 OR last_us<?7)"

static bool read_cursor(const char *cursor, int64_t *last_us, int64_t *number)
{
    unsigned long long a, b;
    int used = 0;
    if (strlen(cursor) != STATE_CURSOR || sscanf(cursor, "%16llx%16llx%n", &a, &b, &used) != 2 || used != STATE_CURSOR)
        return false;
    *last_us = (int64_t)(a & INT64_MAX);
    *number = (int64_t)(b & INT64_MAX);
    return true;
}

bool state_cursor_valid(const char *cursor)
{
    int64_t last_us, number;
    return read_cursor(cursor, &last_us, &number);
}

bool states_query(struct store_reader *r, const struct state_query *q, state_row_function *row, void *context,
                  char next[STATE_CURSOR + 1], struct fault *fault)
{
    int64_t last_us = INT64_MAX, number = INT64_MAX;
    unsigned rows = 0;
    int result;
    next[0] = 0;
    if (q->cursor && !read_cursor(q->cursor, &last_us, &number)) return fault_set(fault, "the cursor is none");
    sqlite3_stmt *select =
        database_prepare(r->main,
                         "SELECT state, sensor, key, id, object, first_us, last_us, events" STATE_CONDITIONS
                         " AND (last_us, state) < (?8, ?9) ORDER BY last_us DESC, state DESC LIMIT ?10",
                         fault);
    if (!select) return false;
    database_bind(select, "sssssiiiii", q->type, q->sensor, q->key, q->address, q->text, q->since_us, q->until_us,
                  last_us, number, (int64_t)q->limit);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct state_row found = {.number = sqlite3_column_int64(select, 0),
                                  .sensor = database_text(select, 1),
                                  .key = database_text(select, 2),
                                  .id = database_text(select, 3),
                                  .object = database_text(select, 4),
                                  .first_us = sqlite3_column_int64(select, 5),
                                  .last_us = sqlite3_column_int64(select, 6),
                                  .events = (uint64_t)sqlite3_column_int64(select, 7)};
        snprintf(next, STATE_CURSOR + 1, "%016llx%016llx", (unsigned long long)found.last_us,
                 (unsigned long long)found.number);
        rows++;
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading states");
    sqlite3_finalize(select);
    if (rows < q->limit) next[0] = 0;
    return result == SQLITE_ROW || result == SQLITE_DONE;
}

bool states_count(struct store_reader *r, const struct state_query *q, uint64_t *count, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(r->main, "SELECT count(*)" STATE_CONDITIONS, fault);
    if (!select) return false;
    database_bind(select, "sssssii", q->type, q->sensor, q->key, q->address, q->text, q->since_us, q->until_us);
    bool good = sqlite3_step(select) == SQLITE_ROW || database_fault(r->main, fault, "counting states");
    if (good) *count = (uint64_t)sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    return good;
}
