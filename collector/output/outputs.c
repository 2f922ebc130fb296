/* SPDX-License-Identifier: Apache-2.0 */
/* A thread for each output: alerts behind the last one taken, in the order of their arrival, until they are taken. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/output/output.h"
#include "collector/store/internal.h"

enum { AT_ONCE = 50, WAIT_LEAST = 1, WAIT_MOST = 60, OUTPUTS = 2 };

const struct schema main_schema_outputs = {
    "outputs",
    (const char *const[]){/* number: of the last alert that the other side has taken. */
                          "CREATE TABLE output(name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;", NULL}};

struct output {
    struct outputs *all;
    const char *name;
    pthread_t thread;
    bool running;
    struct store_reader *reader;
    int64_t number;
    struct syslog_peer *syslog;
    struct webhook *webhook;
    struct output_figures figures; /* under the lock */
};

struct outputs {
    struct outputs_options options;
    pthread_mutex_t lock;
    pthread_cond_t woken;
    bool stopping;
    uint64_t wakes;
    struct output rows[OUTPUTS];
    unsigned count;
};

/* ---- what is to be sent ---- */

struct batch {
    struct output *output;
    FILE *out; /* of syslog; NULL: a webhook, which takes one at a time */
    char *line;
    size_t length;
    int64_t last;
    unsigned rows;
};

static bool take_line(void *context, const char *id, const char *line, size_t length)
{
    struct batch *b = context;
    const struct outputs_options *o = &b->output->all->options;
    (void)id;
    if (b->out) {
        char *message = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&message, &size);
        if (!out) abort();
        bool good = output_syslog(out, o->format, o->collector, line, length);
        fclose(out);
        if (good) fprintf(b->out, "%zu %s", size, message); /* RFC 6587 3.4.1 */
        free(message);
    } else {
        free(b->line);
        b->line = strndup(line, length);
        b->length = length;
    }
    return false;
}

/* Up to `most` alerts behind the last one; false on a fault. */
static bool gather(struct batch *b, unsigned most, struct fault *fault)
{
    struct output *o = b->output;
    char ids[AT_ONCE][ULID_LENGTH + 1];
    int result;
    sqlite3_stmt *select =
        database_prepare(o->reader->main,
                         "SELECT number, id FROM alert WHERE number>? AND severity<=? AND suppression=0"
                         " ORDER BY number LIMIT ?",
                         fault);
    if (!select) return false;
    database_bind(select, "iii", o->number, (int64_t)o->all->options.severity, (int64_t)most);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        b->last = sqlite3_column_int64(select, 0);
        snprintf(ids[b->rows++], sizeof ids[0], "%s", database_text(select, 1));
    }
    if (result != SQLITE_DONE) database_fault(o->reader->main, fault, "reading alerts");
    sqlite3_finalize(select);
    bool good = result == SQLITE_DONE;
    for (unsigned i = 0; good && i < b->rows; i++) good = store_event(o->reader, ids[i], take_line, b, fault);
    return good;
}

static bool remember(struct output *o, int64_t number, struct fault *fault)
{
    struct store *s = o->all->options.store;
    bool good = store_begin(s, fault) &&
                database_run(s->main, fault, "INSERT OR REPLACE INTO output VALUES(?,?)", "si", o->name, number);
    if (!store_end(s, good, fault)) return false;
    o->number = number;
    return true;
}

/* ---- sending ---- */

static bool send_syslog(struct output *o, const char *messages, size_t length, struct fault *fault)
{
    const struct outputs_options *options = &o->all->options;
    if (!o->syslog) o->syslog = syslog_open(options->syslog, options->ca, fault);
    if (o->syslog && syslog_send(o->syslog, messages, length, fault)) return true;
    syslog_close(o->syslog);
    o->syslog = NULL;
    return false;
}

/* One round. Returns alerts that were dealt with; -1: the other side, or the store, is not well. */
static int round_of(struct output *o, struct fault *fault)
{
    char *messages = NULL;
    size_t length = 0;
    bool syslog = o->webhook == NULL;
    struct batch b = {.output = o, .out = syslog ? open_memstream(&messages, &length) : NULL};
    bool good = gather(&b, syslog ? AT_ONCE : 1, fault), refused = false;
    if (b.out) fclose(b.out);
    if (good && length) good = send_syslog(o, messages, length, fault);
    if (good && b.line) {
        enum webhook_answer answer = webhook_send(o->webhook, b.line, b.length, fault);
        good = answer != WEBHOOK_LATER;
        refused = answer == WEBHOOK_REFUSED;
    }
    free(messages);
    free(b.line);
    if (good && b.rows) good = remember(o, b.last, fault);
    pthread_mutex_lock(&o->all->lock);
    o->figures.sent += good && !refused ? b.rows : 0;
    o->figures.refused += refused;
    o->figures.failures += !good;
    o->figures.connected = good;
    pthread_mutex_unlock(&o->all->lock);
    return good ? (int)b.rows : -1;
}

/* Until something is committed, or `seconds` have passed. True: time to stop. */
static bool wait_for(struct output *o, uint64_t *wakes, unsigned seconds)
{
    struct outputs *all = o->all;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&all->lock);
    while (!all->stopping && (seconds > WAIT_LEAST || *wakes == all->wakes))
        if (pthread_cond_timedwait(&all->woken, &all->lock, &until)) break;
    *wakes = all->wakes;
    bool stop = all->stopping;
    pthread_mutex_unlock(&all->lock);
    return stop;
}

static void *run(void *context)
{
    struct output *o = context;
    struct fault told = {""};
    uint64_t wakes = 0;
    unsigned wait = WAIT_LEAST;
    bool stop = false;
    while (!stop) {
        struct fault fault = {""};
        int dealt = round_of(o, &fault);
        if (dealt < 0 && strcmp(told.text, fault.text) != 0) { /* the same trouble is told once */
            told = fault;
            o->all->options.notice(fault.text);
        }
        if (dealt >= 0 && told.text[0]) o->all->options.notice("the output takes alerts again"), told.text[0] = 0;
        wait = dealt >= 0 ? WAIT_LEAST : wait * 2 < WAIT_MOST ? wait * 2 : WAIT_MOST;
        if (dealt <= 0)
            stop = wait_for(o, &wakes, wait);
        else
            stop = wait_for(o, &wakes, 0);
    }
    return NULL;
}

/* ---- the whole ---- */

static bool begin(struct outputs *all, const char *name, struct webhook *webhook, struct fault *fault)
{
    struct output *o = &all->rows[all->count];
    struct store *s = all->options.store;
    *o = (struct output){.all = all, .name = name, .webhook = webhook, .figures.name = name};
    all->count++;
    if (!(o->reader = store_reader_open(s, fault))) return false;
    /* A new output begins with what comes from now on. */
    int64_t now = database_number(o->reader->main, 0, "SELECT coalesce(max(number),0) FROM alert", "");
    o->number = database_number(o->reader->main, now, "SELECT number FROM output WHERE name=?", "s", name);
    if (!remember(o, o->number, fault)) return false;
    o->running = pthread_create(&o->thread, NULL, run, o) == 0;
    return o->running || fault_set(fault, "output %s: no thread can be started", name);
}

struct outputs *outputs_open(const struct outputs_options *options, struct fault *fault)
{
    struct outputs *all = calloc(1, sizeof *all);
    if (!all) abort();
    all->options = *options;
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->woken, NULL);
    struct webhook *webhook =
        options->webhook ? webhook_open(options->webhook, options->ca, options->webhook_secret, fault) : NULL;
    if ((!options->webhook || webhook) && (!options->syslog || begin(all, "syslog", NULL, fault)) &&
        (!webhook || begin(all, "webhook", webhook, fault)))
        return all;
    if (webhook && !(all->count && all->rows[all->count - 1].webhook)) webhook_close(webhook);
    outputs_close(all);
    return NULL;
}

void outputs_wake(struct outputs *all)
{
    if (!all) return;
    pthread_mutex_lock(&all->lock);
    all->wakes++;
    pthread_cond_broadcast(&all->woken);
    pthread_mutex_unlock(&all->lock);
}

unsigned outputs_look(struct outputs *all, struct output_figures figures[], unsigned most)
{
    unsigned count = 0;
    if (!all) return 0;
    pthread_mutex_lock(&all->lock);
    for (; count < all->count && count < most; count++) figures[count] = all->rows[count].figures;
    pthread_mutex_unlock(&all->lock);
    return count;
}

void outputs_close(struct outputs *all)
{
    if (!all) return;
    pthread_mutex_lock(&all->lock);
    all->stopping = true;
    pthread_cond_broadcast(&all->woken);
    pthread_mutex_unlock(&all->lock);
    for (unsigned i = 0; i < all->count; i++) {
        struct output *o = &all->rows[i];
        if (o->running) pthread_join(o->thread, NULL);
        syslog_close(o->syslog);
        webhook_close(o->webhook);
        store_reader_close(o->reader);
    }
    pthread_cond_destroy(&all->woken);
    pthread_mutex_destroy(&all->lock);
    free(all);
}
