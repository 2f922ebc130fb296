/* SPDX-License-Identifier: Apache-2.0 */
/* The writer of the store: batches from nodes into day files and main.db, each event once. */
#include "collector/store/store.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#include "collector/store/clickhouse.h"
#include "collector/store/event_json.h"
#include "collector/store/internal.h"

enum { REFUSED_KEPT = 1000, REFUSED_BYTES = 4096 };

int64_t store_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void store_ulid(char out[ULID_LENGTH + 1], int64_t time_us)
{
    uint64_t low;
    randombytes_buf(&low, sizeof low);
    ulid_make(out, (uint64_t)time_us * 1000u, (uint16_t)randombytes_random(), low);
}

/* "2026-11-24T05:46:38.123456+0000", as every event of ours has it: read for each one that is stored, so without
 * strptime. -1: it is written otherwise. */
static int64_t plain_time_us(const char *text, size_t length)
{
    static const char shape[] = "0000-00-00T00:00:00.000000+";
    enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, FIELDS };
    int64_t field[FIELDS] = {0};
    size_t n = sizeof shape - 1;
    if (length != n + 4 || memcmp(text + n, "0000", 4) != 0) return -1;
    for (size_t i = 0, at = 0; i < n; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] != '0' ? text[i] != shape[i] : !digit) return -1;
        if (digit)
            field[at] = field[at] * 10 + (text[i] - '0');
        else
            at++;
    }
    if (field[MONTH] < 1 || field[MONTH] > 12 || field[DAY] < 1 || field[DAY] > 31 || field[HOUR] > 23 ||
        field[MINUTE] > 59 || field[SECOND] > 59 || field[YEAR] < 1970)
        return -1;
    /* Days since 1970-01-01: years begin in March, so that a leap day is the last of its year. */
    int64_t month = (field[MONTH] + 9) % 12, year = field[YEAR] - (month >= 10),
            days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + field[DAY] - 1 - 719468;
    return ((days * 24 + field[HOUR]) * 60 + field[MINUTE]) * 60000000 + field[SECOND] * 1000000 + field[FRACTION];
}

int64_t store_time_us(const char *timestamp, size_t length)
{
    struct tm tm = {0};
    char text[40];
    if (length >= sizeof text) return -1;
    int64_t plain = plain_time_us(timestamp, length);
    if (plain >= 0) return plain;
    memcpy(text, timestamp, length);
    text[length] = 0;
    const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
    if (!rest) return -1;
    int64_t us = 0, unit = 100000;
    if (*rest == '.')
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10) us += (*rest - '0') * unit;
    struct tm zone = {0};
    if (strcmp(rest, "Z") != 0 && *rest && !strptime(rest, "%z", &zone)) return -1;
    return ((int64_t)timegm(&tm) - zone.tm_gmtoff) * 1000000 + us;
}

/* ---- opening ---- */

/* Every listed day has its row (a file that came by a restore gets one now), and no row is without its file. */
static bool sync_days(struct store *s, struct fault *fault)
{
    if (!database_run(s->main, fault, "CREATE TEMP TABLE there(day INTEGER PRIMARY KEY)", "")) return false;
    for (size_t i = 0; i < s->day_count; i++)
        if (!database_run(s->main, fault, "INSERT INTO there VALUES(?)", "i", (int64_t)s->day_list[i]) ||
            !database_run(s->main, fault, "INSERT OR IGNORE INTO day VALUES(?,?)", "ii", (int64_t)s->day_list[i],
                          store_now_us()))
            return false;
    return database_run(s->main, fault, "DELETE FROM day WHERE day NOT IN (SELECT day FROM there)", "") &&
           database_run(s->main, fault, "DROP TABLE there", "");
}

struct store *store_open(const struct store_options *options, struct fault *notice, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    struct store *s = calloc(1, sizeof *s);
    if (!s) abort();
    s->options = *options;
    pthread_mutex_init(&s->writing, NULL);
    pthread_mutex_init(&s->listing, NULL);
    bool good = (size_t)snprintf(s->directory, sizeof s->directory, "%s", options->directory) < sizeof s->directory ||
                fault_set(fault, "%s: the name is too long", options->directory);
    if (good && mkdir(s->directory, 0700) && errno != EEXIST)
        good = fault_set(fault, "%s: cannot be made: %s", s->directory, strerror(errno));
    if (good) {
        snprintf(path, sizeof path, "%s/main.db", s->directory);
        s->main = database_open(path, main_schema, fault);
        if (s->main && !database_check(s->main, fault)) {
            strncat(fault->text, "; restore a backup (wanglou restore)", sizeof fault->text - strlen(fault->text) - 1);
            good = false;
        }
        good = good && s->main && database_rooms(s->main, main_schemas, fault);
    }
    if (good && s->main) s->changes = database_number(s->main, 0, STORE_LAST_CHANGE, "");
    good = good && s->main;
    if (good && options->clickhouse) good = (s->clickhouse = clickhouse_open(options->clickhouse, fault));
    if (good && days_scan(s, notice, fault) && (s->clickhouse || sync_days(s, fault))) return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (!s) return;
    days_close(s);
    clickhouse_close(s->clickhouse);
    database_close(s->main);
    free(s->day_list);
    free(s->links);
    pthread_mutex_destroy(&s->writing);
    pthread_mutex_destroy(&s->listing);
    free(s);
}

/* ---- writing ---- */

bool store_begin(struct store *s, struct fault *fault)
{
    pthread_mutex_lock(&s->writing);
    return sqlite3_exec(s->main, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ||
           database_fault(s->main, fault, "beginning a transaction");
}

bool store_end(struct store *s, bool good, struct fault *fault)
{
    if (good && sqlite3_exec(s->main, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        good = database_fault(s->main, fault, "committing");
    if (!good) sqlite3_exec(s->main, "ROLLBACK", NULL, NULL, NULL);
    pthread_mutex_unlock(&s->writing);
    return good;
}

bool store_end_change(struct store *s, bool good, struct fault *fault)
{
    good = store_end(s, good, fault);
    if (good && s->options.committed) s->options.committed(s->options.context);
    return good;
}

const char *const store_room_name[] = {
    [STORE_ROOM_GOOD] = "good", [STORE_ROOM_SHORT] = "short", [STORE_ROOM_FULL] = "full"};

enum store_room store_room(const struct store *s, uint64_t *free_bytes, uint64_t *all_bytes)
{
    struct statvfs disk;
    *free_bytes = *all_bytes = 0;
    if (statvfs(s->directory, &disk)) return STORE_ROOM_GOOD;
    *free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    *all_bytes = (uint64_t)disk.f_blocks * disk.f_frsize;
    return s->options.free_bytes && *free_bytes < s->options.free_bytes   ? STORE_ROOM_FULL
           : s->options.warn_bytes && *free_bytes < s->options.warn_bytes ? STORE_ROOM_SHORT
                                                                          : STORE_ROOM_GOOD;
}

/* What this node tells of itself (that its disk is full, say) is little, and has half of what is kept free. */
static bool has_room(const struct store *s, const struct store_batch *first, struct fault *fault)
{
    uint64_t left, all;
    return store_room(s, &left, &all) != STORE_ROOM_FULL ||
           (strcmp(first->node, STORE_OWN_NODE) == 0 && left > s->options.free_bytes / 2) ||
           fault_set(
               fault,
               "%s: only %llu MiB are free on the disk, %llu MiB are kept free: nothing is stored until there is room",
               s->directory, (unsigned long long)left >> 20, (unsigned long long)s->options.free_bytes >> 20);
}

static bool refuse(struct store *s, const char *node, const char *reason, const char *line, size_t length,
                   struct fault *fault)
{
    return database_run(s->main, fault, "INSERT INTO refused(node,time,reason,line) VALUES(?,?,?,?)", "sisb", node,
                        store_now_us(), reason, (const void *)line,
                        length < REFUSED_BYTES ? length : (size_t)REFUSED_BYTES) &&
           database_run(s->main, fault, "DELETE FROM refused WHERE number <= (SELECT max(number) FROM refused) - ?",
                        "i", (int64_t)REFUSED_KEPT);
}

/* What alerts and assets need beside their row; NULL and a reason when their object cannot be read. */
static json_t *parse_object(const char *type, const char *line, size_t length, const char **reason)
{
    json_t *event = event_json(line, length);
    if (json_is_object(json_object_get(event, type))) return event;
    *reason = event ? "it has no object of its type" : "it is not JSON";
    json_decref(event);
    return NULL;
}

/* Retention counts from when a day last received something. */
static bool note_day(struct store *s, int day, int64_t now_us, struct fault *fault)
{
    if (s->noted_day == day) return true;
    s->noted_day = day;
    return database_run(s->main, fault, "INSERT INTO day VALUES(?1,?2) ON CONFLICT DO UPDATE SET received=?2", "ii",
                        (int64_t)day, now_us);
}

/* Does the event come from where the node may speak for? */
static bool from_below(const struct store_batch *b, const struct event_envelope *e)
{
    size_t n = strlen(b->node);
    return !b->below ||
           (e->sensor && e->sensor_length > n + 1 && e->sensor[n] == '/' && !memcmp(e->sensor, b->node, n));
}

/* What is kept beside the events themselves. Needed: an event whose object cannot be read is refused. */
static const struct roll_up {
    const char *type;
    bool needed;
    bool (*put)(struct store *store, const struct event_envelope *envelope, const json_t *event, struct fault *fault);
} roll_ups[] = {
    {"alert", true, alerts_put},
    {"asset", true, store_put_device},
    {"baseline", false, states_put},
    {"variable", false, states_put},
    {"failure", false, states_put},
    {"exposure", false, states_put},
    {"visibility", false, states_put},
    {"evidence", false, evidence_put},
    {"signatures", false, states_put},
    {"summary", false, states_put},
    {"answer", false, states_put},
    {"disclosure", false, disclosures_put},
    {"flow", false, NULL},
};

static const struct roll_up *roll_up_of(const struct event_envelope *e)
{
    for (size_t i = 0; i < sizeof roll_ups / sizeof *roll_ups; i++)
        if (strlen(roll_ups[i].type) == e->type_length && memcmp(roll_ups[i].type, e->type_name, e->type_length) == 0)
            return &roll_ups[i];
    return NULL;
}

static enum day_put put_event(struct store *s, int day, const struct event_envelope *e, const char *line, size_t length,
                              struct fault *fault)
{
    if (s->clickhouse) return clickhouse_put(s->clickhouse, e, line, length, fault) ? DAY_STORED : DAY_FAILED;
    struct day_file *file = days_for_writing(s, day, fault);
    return file ? day_put(file, e, line, length, fault) : DAY_FAILED;
}

static bool put_line(struct store *s, const struct store_batch *b, const char *line, size_t length,
                     struct store_put *put, int64_t now_us, struct fault *fault)
{
    struct event_envelope e;
    const char *reason = NULL;
    json_t *event = NULL;
    if (length > STORE_LINE_MAX)
        reason = "it is too long";
    else if (!event_scan(line, length, &e))
        reason = "it is not an event";
    else if (!from_below(b, &e))
        reason = "its sensor is not below this node";
    const struct roll_up *roll_up = reason ? NULL : roll_up_of(&e);
    if (roll_up) {
        const char *flaw = NULL;
        event = parse_object(roll_up->type, line, length, &flaw);
        if (roll_up->needed) reason = flaw;
    }
    if (reason) {
        put->refused++;
        return refuse(s, b->node, reason, line, length, fault);
    }
    bool good = false;
    int day = day_of_ulid(e.id);
    enum day_put result = put_event(s, day, &e, line, length, fault);
    if (result != DAY_FAILED) {
        put->stored += result == DAY_STORED;
        put->duplicates += result == DAY_DUPLICATE;
        good = note_day(s, day, now_us, fault);
        if (good && event && roll_up->put) good = roll_up->put(s, &e, event, fault);
        if (good && result == DAY_STORED && (e.type == EVENT_OT || e.type == EVENT_FLOW || e.type == EVENT_ALERT))
            good = links_put(s, &e, event, fault);
        /* Doubles, too: the first time may have ended between the day's commit and this one's. The parent knows them.
         */
        if (good && s->outbox) good = outbox_put(s->outbox, &e, line, length, fault);
    }
    json_decref(event);
    return good;
}

static bool read_position(struct store *s, const char *node, unsigned stream, struct store_position *position,
                          struct fault *fault)
{
    *position = (struct store_position){0, 0};
    sqlite3_stmt *find = database_prepare(s->main, "SELECT epoch, next FROM position WHERE node=? AND stream=?", fault);
    if (!find) return false;
    database_bind(find, "si", node, (int64_t)stream);
    int result = sqlite3_step(find);
    if (result == SQLITE_ROW)
        *position =
            (struct store_position){(uint64_t)sqlite3_column_int64(find, 0), (uint64_t)sqlite3_column_int64(find, 1)};
    sqlite3_finalize(find);
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(s->main, fault, "reading a position");
}

static bool put_batch(struct store *s, const struct store_batch *b, struct store_put *put, int64_t now_us,
                      struct fault *fault)
{
    struct store_position was;
    if (!read_position(s, b->node, b->stream, &was, fault)) return false;
    bool same_epoch = was.epoch == b->epoch && was.next;
    uint64_t gap = same_epoch && b->first > was.next ? b->first - was.next : 0, number = b->first;
    const char *at = b->lines, *end = b->lines + b->length;
    /* What has no line (this node's own events, files that are read in) is an epoch each. */
    bool renewed = was.next && !same_epoch && was.epoch < b->epoch && !b->own;
    if ((gap || renewed) && !gaps_put(s, b, &was, gap, now_us, fault)) return false;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline ? newline : end) - at);
        put->lines++;
        if (same_epoch && number < was.next)
            put->duplicates++;
        else if (!put_line(s, b, at, length, put, now_us, fault))
            return false;
        number++;
        at += length + 1;
    }
    if (same_epoch && number < was.next) number = was.next;
    return database_run(s->main, fault,
                        "INSERT INTO position VALUES(?1,?2,?3,?4) ON CONFLICT DO UPDATE SET epoch=?3, next=?4", "siii",
                        b->node, (int64_t)b->stream, (int64_t)b->epoch, (int64_t)number) &&
           database_run(s->main, fault,
                        "INSERT INTO node VALUES(?1,?2,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET last_seen=?2, "
                        "stored=stored+?3, duplicates=duplicates+?4, refused=refused+?5, gap=gap+?6",
                        "siiiii", b->node, now_us, (int64_t)put->stored, (int64_t)put->duplicates,
                        (int64_t)put->refused, (int64_t)gap);
}

static bool commit(struct store *s, struct fault *fault)
{
    if (s->outbox && !outbox_finish(s->outbox, fault)) return false;
    if (s->clickhouse && !clickhouse_commit(s->clickhouse, fault)) return false;
    return days_commit(s, fault) && (sqlite3_exec(s->main, "COMMIT", NULL, NULL, NULL) == SQLITE_OK ||
                                     database_fault(s->main, fault, "committing"));
}

bool store_put_batches(struct store *s, const struct store_batch *batches, unsigned count, struct store_put *puts,
                       struct fault *fault)
{
    memset(puts, 0, count * sizeof *puts);
    if (!has_room(s, batches, fault)) return false;
    pthread_mutex_lock(&s->writing);
    int64_t now_us = store_now_us();
    s->noted_day = -1;
    bool good = sqlite3_exec(s->main, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK ||
                database_fault(s->main, fault, "beginning a transaction");
    for (unsigned i = 0; good && i < count; i++) good = put_batch(s, &batches[i], &puts[i], now_us, fault);
    good = good && links_write(s, fault) && commit(s, fault);
    links_forget(s);
    if (!good) {
        days_rollback(s);
        if (s->clickhouse) clickhouse_rollback(s->clickhouse);
        sqlite3_exec(s->main, "ROLLBACK", NULL, NULL, NULL);
    }
    if (s->outbox) outbox_settled(s->outbox);
    pthread_mutex_unlock(&s->writing);
    if (good && s->options.committed) s->options.committed(s->options.context);
    return good;
}

bool store_node_position(struct store *s, const char *node, unsigned stream, struct store_position *position,
                         struct fault *fault)
{
    pthread_mutex_lock(&s->writing);
    bool good = read_position(s, node, stream, position, fault);
    pthread_mutex_unlock(&s->writing);
    return good;
}
