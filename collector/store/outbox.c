/* SPDX-License-Identifier: Apache-2.0 */
/* The queue for the parent collector, in main.db. */
#include "collector/store/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "collector/store/internal.h"
#include <sodium.h>

enum { DROP_SHARE = 16, HASH_BYTES = 32 };

/* weight: what goes last when there is no room; within a weight the oldest goes first. Only stream 0 has any. */
const struct schema main_schema_outbox = {
    "outbox", (const char *const[]){"ALTER TABLE outbox ADD COLUMN weight INTEGER NOT NULL DEFAULT 0;"
                                    "CREATE INDEX outbox_weight ON outbox(weight, number) WHERE stream=0;",
                                    /* Under which policy lines were queued: from the number `first` on. */
                                    "CREATE TABLE outbox_policy(stream INTEGER NOT NULL, first INTEGER NOT NULL,"
                                    " policy TEXT NOT NULL, PRIMARY KEY(stream, first)) WITHOUT ROWID;",
                                    NULL}};

enum { WEIGHT_STATE = 1, WEIGHT_ALERT = 5, WEIGHT_ANSWER = 6 };
/* Alerts by their severity (1 the gravest); what people of this node answered goes last of all. */
static int64_t weight_of(const struct event_envelope *e)
{
    if (e->type == EVENT_ALERT) return e->severity >= 1 && e->severity <= 4 ? WEIGHT_ALERT - (int64_t)e->severity : 1;
    return e->type == EVENT_ANSWER || e->type == EVENT_DISCLOSURE ? WEIGHT_ANSWER : WEIGHT_STATE;
}

struct stream {
    uint64_t epoch, first, next, dropped; /* as committed */
    uint64_t queued;                      /* next number within the running transaction */
    uint64_t acknowledged;                /* by the parent; at least `first` */
    uint64_t rows, dropping;              /* that wait, which are fewer than the numbers when some were dropped */
};

struct outbox {
    struct store *store;
    struct outbox_options options;
    sqlite3 *reader;
    sqlite3_stmt *insert, *read;
    pthread_mutex_t lock; /* guards the streams' committed numbers */
    struct stream streams[OUTBOX_STREAMS];
    char *line;
};

/* ---- in the thread that stores; the store's writing lock is held ---------------------------------------------------
 */

bool outbox_put(struct outbox *o, const struct event_envelope *e, const char *line, size_t length, struct fault *fault)
{
    size_t n = o->options.forward(o->options.context, e, line, length, o->line, STORE_LINE_MAX);
    if (!n) return true;
    unsigned i = o->options.stream((unsigned)e->type);
    database_bind(o->insert, "iini", (int64_t)i, (int64_t)o->streams[i].queued, i ? 0 : weight_of(e));
    sqlite3_bind_text(o->insert, 3, o->line, (int)n, SQLITE_STATIC);
    int result = sqlite3_step(o->insert);
    sqlite3_reset(o->insert);
    if (result != SQLITE_DONE) return database_fault(o->store->main, fault, "queueing for the parent");
    o->streams[i].queued++;
    return true;
}

/* The oldest of the least weight, of stream 0; what the parent has already is not among them, nor the
 * newest, behind which a gap could not be told. */
static bool drop_light(struct outbox *o, uint64_t count, struct fault *fault)
{
    struct stream *s = &o->streams[0];
    bool good = database_run(o->store->main, fault,
                             "DELETE FROM outbox WHERE stream=0 AND number IN (SELECT number FROM outbox WHERE stream=0"
                             " AND number>=? AND number<? ORDER BY weight, number LIMIT ?)",
                             "iii", (int64_t)s->acknowledged, (int64_t)s->queued - 1, (int64_t)count);
    if (good) s->dropping = (uint64_t)sqlite3_changes(o->store->main); /* there may be fewer than `count` */
    return good && database_run(o->store->main, fault,
                                "UPDATE outbox_stream SET dropped=dropped+?1, first=max(first, coalesce((SELECT"
                                " min(number) FROM outbox WHERE stream=0), first)) WHERE stream=0",
                                "i", (int64_t)s->dropping);
}

/* The oldest of another stream: all before `keep_from`. */
static bool drop_oldest(struct outbox *o, unsigned i, uint64_t keep_from, struct fault *fault)
{
    struct stream *s = &o->streams[i];
    bool good = database_run(o->store->main, fault, "DELETE FROM outbox WHERE stream=? AND number<?", "ii", (int64_t)i,
                             (int64_t)keep_from);
    if (good) s->dropping = (uint64_t)sqlite3_changes(o->store->main);
    return good && database_run(o->store->main, fault,
                                "UPDATE outbox_stream SET dropped=dropped+?2, first=max(first,?3) WHERE stream=?1",
                                "iii", (int64_t)i, (int64_t)s->dropping, (int64_t)keep_from);
}

/* Before the commit: the numbers, and what has to go because too much waits. */
bool outbox_finish(struct outbox *o, struct fault *fault)
{
    for (unsigned i = 0; i < OUTBOX_STREAMS; i++) {
        struct stream *s = &o->streams[i];
        if (s->queued == s->next) continue;
        uint64_t most = o->options.most, waiting = s->rows + s->queued - s->next, keep = most - most / DROP_SHARE;
        bool over = most && waiting > most;
        s->dropping = 0;
        if (over && !(i ? drop_oldest(o, i, s->queued - keep, fault) : drop_light(o, waiting - keep, fault)))
            return false;
        if (!database_run(o->store->main, fault, "UPDATE outbox_stream SET next=?2 WHERE stream=?1", "ii", (int64_t)i,
                          (int64_t)s->queued))
            return false;
    }
    return true;
}

static bool load(struct outbox *o, unsigned i, struct fault *fault)
{
    struct stream *s = &o->streams[i];
    sqlite3_stmt *find =
        database_prepare(o->store->main, "SELECT epoch, first, next, dropped FROM outbox_stream WHERE stream=?", fault);
    if (!find) return false;
    database_bind(find, "i", (int64_t)i);
    bool there = sqlite3_step(find) == SQLITE_ROW;
    if (there) {
        uint64_t before = s->next;
        pthread_mutex_lock(&o->lock);
        s->epoch = (uint64_t)sqlite3_column_int64(find, 0);
        s->first = (uint64_t)sqlite3_column_int64(find, 1);
        s->next = s->queued = (uint64_t)sqlite3_column_int64(find, 2);
        s->dropped = (uint64_t)sqlite3_column_int64(find, 3);
        if (s->acknowledged < s->first) s->acknowledged = s->first;
        if (s->next > before) s->rows += s->next - before - s->dropping;
        s->dropping = 0;
        pthread_mutex_unlock(&o->lock);
    }
    sqlite3_finalize(find);
    return there || fault_set(fault, "main.db: the queue for the parent has no stream %u", i);
}

/* After commit or rollback: what the database says. */
void outbox_settled(struct outbox *o)
{
    for (unsigned i = 0; i < OUTBOX_STREAMS; i++)
        if (o->streams[i].queued != o->streams[i].next) load(o, i, NULL);
}

/* ---- which policy --------------------------------------------------------------------------------------------------
 */

/* What is queued from now on is queued under this one; with `writing` held. */
static bool note_policy(struct outbox *o, const char *policy, struct fault *fault)
{
    bool good = true;
    for (unsigned i = 0; good && i < OUTBOX_STREAMS; i++)
        good = database_run(o->store->main, fault,
                            "INSERT OR REPLACE INTO outbox_policy SELECT ?1, CASE WHEN EXISTS(SELECT 1 FROM"
                            " outbox_policy WHERE stream=?1) THEN next ELSE first END, ?2 FROM outbox_stream WHERE"
                            " stream=?1 AND ?2 IS NOT (SELECT policy FROM outbox_policy WHERE stream=?1 ORDER BY first"
                            " DESC LIMIT 1)",
                            "is", (int64_t)i, policy);
    return good;
}

bool outbox_change_policy(struct outbox *o, const char *policy, void (*swap)(void *context), void *context,
                          struct fault *fault)
{
    pthread_mutex_lock(&o->store->writing);
    bool good = note_policy(o, policy, fault);
    if (good) swap(context);
    pthread_mutex_unlock(&o->store->writing);
    return good;
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

static bool prepare(struct outbox *o, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    int64_t epoch = store_now_us() / 1000;
    snprintf(path, sizeof path, "%s/main.db", o->store->directory);
    for (unsigned i = 0; i < OUTBOX_STREAMS; i++)
        if (!database_run(o->store->main, fault, "INSERT OR IGNORE INTO outbox_stream VALUES(?,?,1,1,0)", "ii",
                          (int64_t)i, epoch) ||
            !load(o, i, fault))
            return false;
    if (!note_policy(o, o->options.policy, fault)) return false;
    for (unsigned i = 0; i < OUTBOX_STREAMS; i++)
        o->streams[i].rows =
            (uint64_t)database_number(o->store->main, 0, "SELECT count(*) FROM outbox WHERE stream=?", "i", (int64_t)i);
    o->insert = database_prepare(o->store->main, "INSERT INTO outbox VALUES(?,?,?,?)", fault);
    o->reader = database_open_reader(path, fault);
    if (!o->insert || !o->reader) return false;
    o->read = database_prepare(o->reader,
                               "SELECT number, line FROM outbox WHERE stream=? AND number>=? ORDER BY number", fault);
    return o->read != NULL;
}

struct outbox *outbox_open(struct store *store, const struct outbox_options *options, struct fault *fault)
{
    struct outbox *o = calloc(1, sizeof *o);
    if (!o || !(o->line = malloc(STORE_LINE_MAX))) abort();
    o->store = store;
    o->options = *options;
    pthread_mutex_init(&o->lock, NULL);
    pthread_mutex_lock(&store->writing);
    bool good = prepare(o, fault);
    if (good) store->outbox = o;
    pthread_mutex_unlock(&store->writing);
    if (good) return o;
    outbox_close(o);
    return NULL;
}

void outbox_close(struct outbox *o)
{
    if (!o) return;
    if (o->store->outbox == o) outbox_settle(o, NULL);
    pthread_mutex_lock(&o->store->writing);
    if (o->store->outbox == o) o->store->outbox = NULL;
    sqlite3_finalize(o->insert);
    pthread_mutex_unlock(&o->store->writing);
    sqlite3_finalize(o->read);
    database_close(o->reader);
    pthread_mutex_destroy(&o->lock);
    free(o->line);
    free(o);
}

/* ---- in the thread that sends
 * ---------------------------------------------------------------------------------------- */

void outbox_look(struct outbox *o, unsigned stream, struct outbox_position *position)
{
    const struct stream *s = &o->streams[stream];
    pthread_mutex_lock(&o->lock);
    *position = (struct outbox_position){s->epoch, s->acknowledged, s->next, s->dropped};
    pthread_mutex_unlock(&o->lock);
}

bool outbox_read(struct outbox *o, unsigned stream, uint64_t from, outbox_row *row, void *context, struct fault *fault)
{
    int result;
    database_bind(o->read, "ii", (int64_t)stream, (int64_t)from);
    while ((result = sqlite3_step(o->read)) == SQLITE_ROW)
        if (!row(context, (uint64_t)sqlite3_column_int64(o->read, 0), database_text(o->read, 1),
                 (size_t)sqlite3_column_bytes(o->read, 1)))
            break;
    bool good = result == SQLITE_ROW || result == SQLITE_DONE ||
                database_fault(o->reader, fault, "reading the queue for the parent");
    sqlite3_reset(o->read);
    return good;
}

void outbox_acknowledge(struct outbox *o, unsigned stream, uint64_t next)
{
    struct stream *s = &o->streams[stream];
    pthread_mutex_lock(&o->lock);
    if (next > s->next) next = s->next;
    if (next > s->acknowledged) s->acknowledged = next;
    pthread_mutex_unlock(&o->lock);
}

struct digest {
    crypto_generichash_state state;
    uint64_t before, count;
};

static bool digest_row(void *context, uint64_t number, const char *line, size_t length)
{
    struct digest *d = context;
    if (number >= d->before) return false;
    crypto_generichash_update(&d->state, (const uint8_t *)line, length);
    crypto_generichash_update(&d->state, (const uint8_t *)"\n", 1);
    d->count++;
    return true;
}

static bool settle(struct outbox *o, unsigned i, uint64_t first, uint64_t before, struct fault *fault)
{
    struct digest d = {.before = before};
    uint8_t hash[HASH_BYTES];
    sqlite3 *main = o->store->main;
    crypto_generichash_init(&d.state, NULL, 0, sizeof hash);
    if (!outbox_read(o, i, first, digest_row, &d, fault)) return false;
    crypto_generichash_final(&d.state, hash, sizeof hash);
    pthread_mutex_lock(&o->store->writing);
    bool good =
        sqlite3_exec(main, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
        database_run(main, fault, "DELETE FROM outbox WHERE stream=? AND number<?", "ii", (int64_t)i, (int64_t)before);
    uint64_t gone = good ? (uint64_t)sqlite3_changes(main) : 0; /* some that were read may have been dropped since */
    good = good &&
           database_run(main, fault, "UPDATE outbox_stream SET first=max(first,?2) WHERE stream=?1", "ii", (int64_t)i,
                        (int64_t)before) &&
           (!d.count ||
            database_run(main, fault,
                         "INSERT INTO ledger(time,stream,epoch,first,count,policy,hash) SELECT ?1,?2,?3,?4,?5,policy,?6"
                         " FROM outbox_policy WHERE stream=?2 AND first<=?4 ORDER BY first DESC LIMIT 1",
                         "iiiiib", store_now_us(), (int64_t)i, (int64_t)o->streams[i].epoch, (int64_t)first,
                         (int64_t)d.count, (const void *)hash, sizeof hash));
    if (good) good = sqlite3_exec(main, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
    if (!good) {
        database_fault(main, fault, "settling what left for the parent");
        sqlite3_exec(main, "ROLLBACK", NULL, NULL, NULL);
    }
    if (good) o->streams[i].rows -= gone;
    load(o, i, NULL);
    pthread_mutex_unlock(&o->store->writing);
    return good;
}

/* Where another policy begins behind `first`, or `before`: an entry of the ledger has one. */
static uint64_t policy_ends(struct outbox *o, unsigned i, uint64_t first, uint64_t before)
{
    return (uint64_t)database_number(o->reader, (int64_t)before,
                                     "SELECT min(first) FROM outbox_policy WHERE stream=? AND first>? AND first<?",
                                     "iii", (int64_t)i, (int64_t)first, (int64_t)before);
}

bool outbox_settle(struct outbox *o, struct fault *fault)
{
    bool good = true;
    for (unsigned i = 0; i < OUTBOX_STREAMS; i++) {
        pthread_mutex_lock(&o->lock);
        uint64_t first = o->streams[i].first, before = o->streams[i].acknowledged;
        pthread_mutex_unlock(&o->lock);
        for (bool settled = true; settled && first < before;) {
            uint64_t end = policy_ends(o, i, first, before);
            settled = settle(o, i, first, end, fault);
            good = good && settled;
            first = end;
        }
    }
    return good;
}

bool outbox_renew(struct outbox *o, unsigned stream, uint64_t after, struct fault *fault)
{
    int64_t epoch = store_now_us() / 1000;
    pthread_mutex_lock(&o->store->writing);
    bool good =
        database_run(o->store->main, fault, "UPDATE outbox_stream SET epoch=max(?2,?3+1,epoch+1) WHERE stream=?1",
                     "iii", (int64_t)stream, epoch, (int64_t)after) &&
        load(o, stream, fault);
    pthread_mutex_unlock(&o->store->writing);
    return good;
}
