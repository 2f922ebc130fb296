/* SPDX-License-Identifier: Apache-2.0 */
/* One day's events in one SQLite file: the writing side. */
#include "collector/store/day.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xxhash.h>

#include "collector/store/database.h"
#include "collector/store/postings.h"

static const char *const day_schema[] = {
    /* kind: what sort of event, from which sensor, in which protocol, of which class. minute: how many of each, for
     * counts and charts.
     */
    "CREATE TABLE kind(kind INTEGER PRIMARY KEY, type TEXT NOT NULL, sensor TEXT NOT NULL, protocol TEXT NOT NULL,"
    " class TEXT NOT NULL, UNIQUE(type, sensor, protocol, class));"
    "CREATE TABLE event(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source INTEGER, target INTEGER,"
    " line TEXT NOT NULL);"
    "CREATE INDEX event_kind ON event(kind);"
    "CREATE INDEX event_source ON event(source) WHERE source IS NOT NULL;"
    "CREATE INDEX event_target ON event(target) WHERE target IS NOT NULL;"
    "CREATE TABLE minute(minute INTEGER NOT NULL, kind INTEGER NOT NULL, events INTEGER NOT NULL,"
    " PRIMARY KEY(minute, kind)) WITHOUT ROWID;",
    postings_schema, /* instead of the three indexes */
    NULL,
};

enum {
    MS_PER_DAY = 86400000,
    KIND_CAP = 4096,   /* kinds in one day; more are stored under the kind "other" */
    KIND_CACHE = 8192, /* a power of two above KIND_CAP */
    PENDING_CAP = 64,
    PROBE_CAP = 64, /* rows tried when two ids of one microsecond have one hash */
};

struct pending { /* additions to `minute` that are not written yet */
    int64_t minute, kind, events;
};

struct day_file {
    int day;
    bool open; /* a transaction */
    sqlite3 *database;
    sqlite3_stmt *insert, *same, *kind_insert, *kind_find, *count, *posting;
    struct places places; /* of this transaction */
    struct {
        uint64_t hash;
        int64_t kind;
    } kinds[KIND_CACHE];
    unsigned kind_count;
    struct pending pending[PENDING_CAP];
    unsigned pending_count;
};

int day_of_ulid(const char *id) { return (int)(ulid_time_ms(id) / MS_PER_DAY); }

void day_path(char out[DAY_PATH_MAX], const char *directory, int day)
{
    struct tm tm;
    char name[32];
    time_t at = (time_t)day * 86400;
    gmtime_r(&at, &tm);
    strftime(name, sizeof name, "%Y-%m-%d", &tm);
    snprintf(out, DAY_PATH_MAX, "%s/events/%s.db", directory, name);
}

int day_of_file(const char *name)
{
    struct tm tm = {0};
    const char *rest = strptime(name, "%Y-%m-%d", &tm);
    return rest && strcmp(rest, ".db") == 0 ? (int)(timegm(&tm) / 86400) : -1;
}

int64_t day_row_at(int day, int64_t time_us)
{
    int64_t us = time_us - (int64_t)day * MS_PER_DAY * 1000;
    if (us <= 0) return 0;
    if (us >= (int64_t)MS_PER_DAY * 1000) return (int64_t)MS_PER_DAY << DAY_MS_SHIFT;
    return us / 1000 << DAY_MS_SHIFT | (us % 1000) << DAY_US_SHIFT;
}

int64_t day_row_of_ulid(const char *id) { return (int64_t)(ulid_time_ms(id) % MS_PER_DAY) << DAY_MS_SHIFT; }

/* The last three digits of "…:38.123456+0000": microseconds within the millisecond; 0 when it is written otherwise. */
static int64_t microseconds(const struct event_envelope *e)
{
    enum { DOT = 19, DIGITS = 6 };
    if (e->timestamp_length < DOT + 1 + DIGITS || e->timestamp[DOT] != '.') return 0;
    int64_t us = 0;
    for (int i = DOT + 4; i <= DOT + DIGITS; i++) {
        if (e->timestamp[i] < '0' || e->timestamp[i] > '9') return 0;
        us = us * 10 + (e->timestamp[i] - '0');
    }
    return us;
}

static int64_t row_of(const struct event_envelope *e)
{
    int64_t hash = (int64_t)(XXH3_64bits(e->id + 10, ULID_LENGTH - 10) >> (64 - DAY_US_SHIFT));
    return day_row_of_ulid(e->id) | microseconds(e) << DAY_US_SHIFT | hash;
}

int64_t day_address(const char *text, size_t length)
{
    char plain[INET_ADDRSTRLEN];
    struct in_addr v4;
    if (!text || !length) return 0;
    if (length < sizeof plain) {
        memcpy(plain, text, length);
        plain[length] = 0;
        if (inet_pton(AF_INET, plain, &v4) == 1) return ntohl(v4.s_addr);
    }
    return (int64_t)(XXH3_64bits(text, length) >> 1 | (uint64_t)1 << 62);
}

bool day_network(const char *text, int64_t *least, int64_t *most)
{
    char plain[INET_ADDRSTRLEN];
    struct in_addr v4;
    const char *slash = strchr(text, '/');
    char *end;
    if (!slash || (size_t)(slash - text) >= sizeof plain) return false;
    memcpy(plain, text, (size_t)(slash - text));
    plain[slash - text] = 0;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (!slash[1] || *end || bits > 32 || inet_pton(AF_INET, plain, &v4) != 1) return false;
    int64_t mask = (int64_t)0xffffffff >> bits;
    *least = (int64_t)ntohl(v4.s_addr) & ~mask;
    *most = *least | mask;
    return true;
}

static void load_kinds(struct day_file *f)
{
    f->kind_count = (unsigned)database_number(f->database, 0, "SELECT count(*) FROM kind", "");
}

struct day_file *day_open(const char *directory, int day, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    struct day_file *f = calloc(1, sizeof *f);
    if (!f) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    f->day = day;
    day_path(path, directory, day);
    f->database = database_open(path, day_schema, fault);
    if (f->database) {
        f->insert = database_prepare(f->database, "INSERT INTO event VALUES(?,?,?,?,?)", fault);
        f->same = database_prepare(f->database, "SELECT line FROM event WHERE n=?", fault);
        f->kind_insert =
            database_prepare(f->database, "INSERT INTO kind(type,sensor,protocol,class) VALUES(?,?,?,?)", fault);
        f->kind_find = database_prepare(
            f->database, "SELECT kind FROM kind WHERE type=? AND sensor=? AND protocol=? AND class=?", fault);
        f->count = database_prepare(f->database,
                                    "INSERT INTO minute VALUES(?,?,?) ON CONFLICT DO UPDATE SET "
                                    "events=events+excluded.events",
                                    fault);
        f->posting = database_prepare(f->database, postings_insert, fault);
    }
    if (f->insert && f->same && f->kind_insert && f->kind_find && f->count && f->posting) {
        load_kinds(f);
        return f;
    }
    day_close(f);
    return NULL;
}

void day_close(struct day_file *f)
{
    if (!f) return;
    day_rollback(f);
    sqlite3_stmt *const statements[] = {f->insert, f->same, f->kind_insert, f->kind_find, f->count, f->posting};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) sqlite3_finalize(statements[i]);
    database_close(f->database);
    free(f->places.rows);
    free(f);
}

int day_number(const struct day_file *f) { return f->day; }

enum day_health day_check(const char *directory, int day, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    day_path(path, directory, day);
    sqlite3 *database = database_open_reader(path, fault);
    enum day_health health = database ? DAY_SOUND : DAY_UNREAD;
    if (database && !database_check(database, fault)) health = database_damaged(database) ? DAY_DAMAGED : DAY_UNREAD;
    database_close(database);
    return health;
}

bool day_is_old(const char *directory, int day)
{
    enum { VERSION = sizeof day_schema / sizeof *day_schema - 1 };
    char path[DAY_PATH_MAX];
    day_path(path, directory, day);
    sqlite3 *database = database_open_reader(path, NULL);
    int64_t version = database ? database_number(database, VERSION, "PRAGMA user_version", "") : VERSION;
    database_close(database);
    return version > 0 && version < VERSION;
}

/* Runs a statement that returns no rows; SQLITE_DONE when good. */
static int run(sqlite3_stmt *statement)
{
    int result = sqlite3_step(statement);
    sqlite3_reset(statement);
    return result;
}

enum { KIND_TEXTS = 4 }; /* type, sensor, protocol, class */

struct kind_text {
    const char *text[KIND_TEXTS];
    size_t length[KIND_TEXTS];
};

static void bind_kind(sqlite3_stmt *statement, const struct kind_text *t)
{
    for (int i = 0; i < KIND_TEXTS; i++)
        sqlite3_bind_text(statement, i + 1, t->text[i] ? t->text[i] : "", (int)t->length[i], SQLITE_STATIC);
}

static int64_t find_kind(struct day_file *f, const struct kind_text *t)
{
    bind_kind(f->kind_find, t);
    int64_t kind = sqlite3_step(f->kind_find) == SQLITE_ROW ? sqlite3_column_int64(f->kind_find, 0) : -1;
    sqlite3_reset(f->kind_find);
    return kind;
}

static int64_t find_or_add_kind(struct day_file *f, const struct kind_text *t)
{
    static const struct kind_text other = {{"other"}, {5}};
    int64_t kind = find_kind(f, t);
    if (kind >= 0) return kind;
    if (f->kind_count >= KIND_CAP && t != &other) t = &other;
    bind_kind(f->kind_insert, t);
    if (run(f->kind_insert) == SQLITE_DONE && sqlite3_changes(f->database) > 0) f->kind_count++;
    return find_kind(f, t);
}

/* Number of a kind in this file, or -1 and a fault. The cache is keyed by 64 bits of hash with a seed. */
static int64_t kind_of(struct day_file *f, const struct event_envelope *e, struct fault *fault)
{
    struct kind_text t = {{e->type_name, e->sensor, e->app_proto, e->ot_class},
                          {e->type_length, e->sensor_length, e->app_proto_length, e->ot_class_length}};
    uint64_t hash = (uint64_t)(uintptr_t)f;
    for (int i = 0; i < KIND_TEXTS; i++) hash = XXH3_64bits_withSeed(t.text[i], t.length[i], hash);
    hash |= 1;
    unsigned slot = (unsigned)hash & (KIND_CACHE - 1);
    for (; f->kinds[slot].hash; slot = (slot + 1) & (KIND_CACHE - 1))
        if (f->kinds[slot].hash == hash) return f->kinds[slot].kind;
    bool full = f->kind_count >= KIND_CAP;
    int64_t kind = find_or_add_kind(f, &t);
    if (kind < 0) database_fault(f->database, fault, "storing a kind of event");
    if (kind < 0 || full) return kind; /* no more of the cache than there are kinds */
    f->kinds[slot].hash = hash;
    f->kinds[slot].kind = kind;
    return kind;
}

static bool flush_counts(struct day_file *f, struct fault *fault)
{
    for (unsigned i = 0; i < f->pending_count; i++) {
        database_bind(f->count, "iii", f->pending[i].minute, f->pending[i].kind, f->pending[i].events);
        if (run(f->count) != SQLITE_DONE) return database_fault(f->database, fault, "counting events");
    }
    f->pending_count = 0;
    return true;
}

static bool count(struct day_file *f, int64_t minute, int64_t kind, struct fault *fault)
{
    for (unsigned i = 0; i < f->pending_count; i++)
        if (f->pending[i].minute == minute && f->pending[i].kind == kind) {
            f->pending[i].events++;
            return true;
        }
    if (f->pending_count == PENDING_CAP && !flush_counts(f, fault)) return false;
    f->pending[f->pending_count++] = (struct pending){minute, kind, 1};
    return true;
}

/* Does the row hold the event with this id? */
static bool holds(struct day_file *f, int64_t n, const char *id)
{
    struct event_envelope there;
    database_bind(f->same, "i", n);
    bool same = sqlite3_step(f->same) == SQLITE_ROW &&
                event_scan(database_text(f->same, 0), (size_t)sqlite3_column_bytes(f->same, 0), &there) &&
                memcmp(there.id, id, ULID_LENGTH) == 0;
    sqlite3_reset(f->same);
    return same;
}

static void bind_address(sqlite3_stmt *statement, int at, int64_t address)
{
    if (address)
        sqlite3_bind_int64(statement, at, address);
    else
        sqlite3_bind_null(statement, at);
}

/* What it is found by. */
static bool add_places(struct day_file *f, int64_t n, int64_t kind, int64_t source, int64_t target)
{
    return places_add(&f->places, -kind, n) && (!source || places_add(&f->places, source, n)) &&
           (!target || target == source || places_add(&f->places, target, n));
}

enum day_put day_put(struct day_file *f, const struct event_envelope *e, const char *line, size_t length,
                     struct fault *fault)
{
    if (!f->open && sqlite3_exec(f->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK) {
        database_fault(f->database, fault, "beginning a transaction");
        return DAY_FAILED;
    }
    f->open = true;
    int64_t kind = kind_of(f, e, fault), n = row_of(e);
    if (kind < 0) return DAY_FAILED;
    int64_t source = e->src_ip ? day_address(e->src_ip, e->src_ip_length) : day_address(e->src_mac, e->src_mac_length);
    int64_t target =
        e->dest_ip ? day_address(e->dest_ip, e->dest_ip_length) : day_address(e->dest_mac, e->dest_mac_length);
    sqlite3_bind_int64(f->insert, 2, kind);
    bind_address(f->insert, 3, source);
    bind_address(f->insert, 4, target);
    sqlite3_bind_text(f->insert, 5, line, (int)length, SQLITE_STATIC);
    for (int probe = 0; probe < PROBE_CAP; probe++, n++) {
        sqlite3_bind_int64(f->insert, 1, n);
        int result = run(f->insert);
        if (result == SQLITE_DONE) {
            int64_t minute = (n >> DAY_MS_SHIFT) / 60000;
            if (!add_places(f, n, kind, source, target)) return fault_set(fault, "out of memory"), DAY_FAILED;
            return count(f, minute, kind, fault) ? DAY_STORED : DAY_FAILED;
        }
        if (result != SQLITE_CONSTRAINT_ROWID && result != SQLITE_CONSTRAINT_PRIMARYKEY) break;
        if (holds(f, n, e->id)) return DAY_DUPLICATE;
    }
    database_fault(f->database, fault, "storing an event");
    return DAY_FAILED;
}

bool day_commit(struct day_file *f, struct fault *fault)
{
    if (!f->open) return true;
    if (!flush_counts(f, fault)) return false;
    if (!places_write(&f->places, f->posting)) return database_fault(f->database, fault, "writing the index");
    if (sqlite3_exec(f->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        return database_fault(f->database, fault, "committing events");
    f->open = false;
    return true;
}

void day_rollback(struct day_file *f)
{
    if (!f->open) return;
    sqlite3_exec(f->database, "ROLLBACK", NULL, NULL, NULL);
    f->open = false;
    f->pending_count = 0;
    f->places.count = 0;
    memset(f->kinds, 0, sizeof f->kinds); /* some may have been rolled back */
    load_kinds(f);
}
