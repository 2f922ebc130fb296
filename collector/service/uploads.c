/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of uploaded captures, and the child that reads one (posix pipes). */
#include "collector/service/uploads.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/service/confined.h"
#include "collector/store/internal.h"

enum { FILES_MOST = 64, SAID = 512, BATCH_BYTES = 1 << 20, WAIT_SECONDS = 5 };
#define MEMORY_MOST  (3ull << 30) /* Hyperscan's database and the flow table need most of it */
#define SECONDS_MOST 900ull       /* of processor time */
#define LINES_MOST   5000000ull

const struct schema main_schema_uploads = {
    "uploads",
    (const char *const[]){"CREATE TABLE upload(upload INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL,"
                          " name TEXT NOT NULL, user TEXT NOT NULL, time INTEGER NOT NULL, bytes INTEGER NOT NULL,"
                          " state TEXT NOT NULL DEFAULT 'waiting', error TEXT NOT NULL DEFAULT '',"
                          " events INTEGER NOT NULL DEFAULT 0, stored INTEGER NOT NULL DEFAULT 0,"
                          " alerts INTEGER NOT NULL DEFAULT 0);",
                          "ALTER TABLE upload ADD COLUMN exercise INTEGER NOT NULL DEFAULT 0;", NULL}};

struct uploads {
    struct uploads_options options;
    char directory[UPLOAD_PATH - 64], sensor[UPLOAD_PATH];
    pthread_mutex_t lock;
    pthread_cond_t woken;
    pthread_t thread;
    bool running, stopping;
    pid_t child; /* 0: none */
};

/* ---- the child ---- */

static void become_sensor(const struct uploads *u, const char *path, const char *name, const int out[2],
                          const int err[2])
{
    static const struct confinement limits = {.seconds = SECONDS_MOST, .memory = MEMORY_MOST, .files = FILES_MOST};
    confine(&limits, out[1], err[1]);
    signal(SIGXFSZ, SIG_IGN); /* a cache that it cannot write is no reason to end */
    char named[sizeof "sensor.name=" + STORE_NODE_MAX];
    snprintf(named, sizeof named, "sensor.name=%s", name);
    const char *arguments[12] = {u->sensor, "-r", path, "--events", "-", "--workers", "1", "--set", named};
    if (u->options.signatures) arguments[9] = "--signatures", arguments[10] = u->options.signatures;
    execv(u->sensor, (char **)arguments);
    _exit(127);
}

static pid_t start_sensor(struct uploads *u, const char *path, const char *name, FILE **out, FILE **err)
{
    int o[2], e[2];
    if (pipe2(o, O_CLOEXEC)) return -1;
    if (pipe2(e, O_CLOEXEC)) return close(o[0]), close(o[1]), -1;
    pid_t child = fork();
    if (child == 0) become_sensor(u, path, name, o, e);
    close(o[1]);
    close(e[1]);
    *out = fdopen(o[0], "r");
    *err = fdopen(e[0], "r");
    return child;
}

/* ---- its events ---- */

struct reading {
    struct uploads *uploads;
    int64_t number;
    bool exercise;
    char node[STORE_NODE_MAX + 1]; /* the sensor that its events are told to be of */
    uint64_t events, stored, alerts;
    char *lines;
    size_t length;
    uint64_t first;
};

static bool flush(struct reading *r, struct fault *fault)
{
    struct store_put put;
    struct store_batch batch = {r->node, 1, (uint64_t)r->number, r->first, r->lines, r->length, .own = true};
    if (!r->length) return true;
    if (!store_put_batches(r->uploads->options.store, &batch, 1, &put, fault)) return false;
    r->first += put.lines;
    r->stored += put.stored;
    r->length = 0;
    return true;
}

static bool take_line(struct reading *r, const char *line, size_t length, struct fault *fault)
{
    static const char uploaded[] = ",\"source\":\"upload\"}\n";
    static const char exercised[] = ",\"source\":\"upload\",\"exercise\":true}\n";
    const char *mark = r->exercise ? exercised : uploaded;
    size_t marked = strlen(mark);
    if (length && line[length - 1] == '\n') length--;
    if (length < 2 || line[length - 1] != '}') return true;
    if (r->length + length + marked > BATCH_BYTES && !flush(r, fault)) return false;
    if (length + marked > BATCH_BYTES) return true;
    memcpy(r->lines + r->length, line, length - 1);
    memcpy(r->lines + r->length + length - 1, mark, marked);
    r->length += length - 1 + marked;
    r->events++;
    r->alerts += memmem(line, length < 400 ? length : 400, "\"event_type\":\"alert\"", 20) != NULL;
    return r->events < LINES_MOST || fault_set(fault, "more than %llu events", LINES_MOST);
}

static bool read_events(struct reading *r, FILE *out, struct fault *fault)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n = 0;
    bool good = true;
    while (good && (n = getline(&line, &room, out)) > 0) good = take_line(r, line, (size_t)n, fault);
    free(line);
    return good && flush(r, fault);
}

static bool note(struct uploads *u, int64_t number, const char *state, const char *error, const struct reading *r,
                 struct fault *fault)
{
    struct store *s = u->options.store;
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault, "UPDATE upload SET state=?, error=?, events=?, stored=?, alerts=? WHERE upload=?",
                     "ssiiii", state, error, (int64_t)(r ? r->events : 0), (int64_t)(r ? r->stored : 0),
                     (int64_t)(r ? r->alerts : 0), number);
    return store_end(s, good, fault);
}

static bool how_it_ended(int status, const char *said, struct fault *fault)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    if (WIFSIGNALED(status))
        return fault_set(fault, "the sensor was ended by signal %d (%s)", WTERMSIG(status),
                         WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL
                             ? "too much processor time or memory"
                             : strsignal(WTERMSIG(status)));
    return fault_set(fault, "%s", said[0] ? said : "the sensor failed");
}

static bool read_capture(struct uploads *u, struct reading *r, const char *path, struct fault *fault)
{
    FILE *out = NULL, *err = NULL;
    char said[SAID] = "";
    int status = 0;
    pid_t child = start_sensor(u, path, r->node, &out, &err);
    if (child < 0 || !out || !err) return fault_set(fault, "no sensor can be started: %s", strerror(errno));
    pthread_mutex_lock(&u->lock);
    u->child = child;
    pthread_mutex_unlock(&u->lock);
    bool good = read_events(r, out, fault);
    if (!good) kill(child, SIGKILL);
    fclose(out);
    if (fgets(said, sizeof said, err)) said[strcspn(said, "\n")] = 0;
    fclose(err);
    pthread_mutex_lock(&u->lock);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    u->child = 0;
    pthread_mutex_unlock(&u->lock);
    return good && how_it_ended(status, said, fault);
}

static void deal_with(struct uploads *u, int64_t number, const char *path, bool exercise)
{
    struct fault fault = {""}, ignored = {""};
    struct reading r = {.uploads = u, .number = number, .exercise = exercise, .lines = malloc(BATCH_BYTES), .first = 1};
    if (!r.lines) abort();
    if (exercise) /* a name of its own: the same capture can be replayed again */
        snprintf(r.node, sizeof r.node, UPLOAD_EXERCISE "%lld", (long long)number);
    else
        snprintf(r.node, sizeof r.node, "upload");
    note(u, number, "reading", "", NULL, &ignored);
    bool good = read_capture(u, &r, path, &fault);
    pthread_mutex_lock(&u->lock);
    bool again = u->stopping && !good; /* it was cut off by our own end: the next start begins anew */
    pthread_mutex_unlock(&u->lock);
    free(r.lines);
    if (again) return;
    if (!note(u, number, good ? "done" : "failed", fault.text, &r, &ignored)) u->options.notice(ignored.text);
    unlink(path);
}

/* ---- the thread ---- */

static int64_t next_waiting(struct uploads *u, char path[UPLOAD_PATH], bool *exercise)
{
    struct store *s = u->options.store;
    int64_t number = 0;
    pthread_mutex_lock(&s->writing);
    sqlite3_stmt *find = database_prepare(
        s->main,
        "SELECT upload, path, exercise FROM upload WHERE state IN ('waiting','reading') ORDER BY upload LIMIT 1", NULL);
    if (find && sqlite3_step(find) == SQLITE_ROW) {
        number = sqlite3_column_int64(find, 0);
        snprintf(path, UPLOAD_PATH, "%s", database_text(find, 1));
        *exercise = sqlite3_column_int(find, 2);
    }
    sqlite3_finalize(find);
    pthread_mutex_unlock(&s->writing);
    return number;
}

static void *run(void *context)
{
    struct uploads *u = context;
    char path[UPLOAD_PATH];
    bool exercise = false;
    for (;;) {
        int64_t number = next_waiting(u, path, &exercise);
        if (number) deal_with(u, number, path, exercise);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += WAIT_SECONDS;
        pthread_mutex_lock(&u->lock);
        if (!u->stopping && !number) pthread_cond_timedwait(&u->woken, &u->lock, &until);
        bool stop = u->stopping;
        pthread_mutex_unlock(&u->lock);
        if (stop) return NULL;
    }
}

static bool find_sensor(struct uploads *u, struct fault *fault)
{
    if (u->options.sensor) {
        snprintf(u->sensor, sizeof u->sensor, "%s", u->options.sensor);
        return true;
    }
    ssize_t n = readlink("/proc/self/exe", u->sensor, sizeof u->sensor - 32);
    char *slash = n > 0 ? memrchr(u->sensor, '/', (size_t)n) : NULL;
    if (!slash) return fault_set(fault, "upload.sensor: this program's own directory cannot be found");
    memcpy(slash + 1, "wanglou-sensor", sizeof "wanglou-sensor");
    return true;
}

struct uploads *uploads_open(const struct uploads_options *options, struct fault *fault)
{
    struct uploads *u = calloc(1, sizeof *u);
    if (!u) abort();
    u->options = *options;
    pthread_mutex_init(&u->lock, NULL);
    pthread_cond_init(&u->woken, NULL);
    bool good =
        (size_t)snprintf(u->directory, sizeof u->directory, "%s/uploads", options->directory) < sizeof u->directory ||
        fault_set(fault, "%s: the name is too long", options->directory);
    if (good && mkdir(u->directory, 0700) && errno != EEXIST)
        good = fault_set(fault, "%s: cannot be made: %s", u->directory, strerror(errno));
    if (good && find_sensor(u, fault) && pthread_create(&u->thread, NULL, run, u) == 0) {
        u->running = true;
        return u;
    }
    fault_set(fault, "uploads: no thread can be started");
    uploads_close(u);
    return NULL;
}

void uploads_close(struct uploads *u)
{
    if (!u) return;
    pthread_mutex_lock(&u->lock);
    u->stopping = true;
    if (u->child) kill(u->child, SIGKILL);
    pthread_cond_broadcast(&u->woken);
    pthread_mutex_unlock(&u->lock);
    if (u->running) pthread_join(u->thread, NULL);
    pthread_cond_destroy(&u->woken);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

int uploads_receive(struct uploads *u, char path[UPLOAD_PATH], struct fault *fault)
{
    snprintf(path, UPLOAD_PATH, "%s/upload-XXXXXX", u->directory);
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) fault_set(fault, "%s: %s", path, strerror(errno));
    return fd;
}

int64_t uploads_queue(struct uploads *u, const char *path, const char *name, const char *user, uint64_t bytes,
                      bool exercise, struct fault *fault)
{
    struct store *s = u->options.store;
    bool good =
        store_begin(s, fault) &&
        database_run(s->main, fault, "INSERT INTO upload(path,name,user,time,bytes,exercise) VALUES(?,?,?,?,?,?)",
                     "sssiii", path, name, user, store_now_us(), (int64_t)bytes, (int64_t)exercise);
    int64_t number = good ? sqlite3_last_insert_rowid(s->main) : 0;
    if (!store_end(s, good, fault)) return 0;
    pthread_mutex_lock(&u->lock);
    pthread_cond_broadcast(&u->woken);
    pthread_mutex_unlock(&u->lock);
    return number;
}

bool uploads_list(struct store_reader *r, int64_t number, upload_row *row, void *context, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(
        r->main,
        "SELECT upload, time, name, user, state, error, bytes, events, stored, alerts, exercise FROM upload"
        " WHERE ?1=0 OR upload=?1 ORDER BY upload DESC LIMIT 200",
        fault);
    if (!select) return false;
    database_bind(select, "i", number);
    int result;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        struct upload found = {.number = sqlite3_column_int64(select, 0),
                               .time_us = sqlite3_column_int64(select, 1),
                               .name = database_text(select, 2),
                               .user = database_text(select, 3),
                               .state = database_text(select, 4),
                               .error = database_text(select, 5),
                               .bytes = (uint64_t)sqlite3_column_int64(select, 6),
                               .events = (uint64_t)sqlite3_column_int64(select, 7),
                               .stored = (uint64_t)sqlite3_column_int64(select, 8),
                               .alerts = (uint64_t)sqlite3_column_int64(select, 9),
                               .exercise = sqlite3_column_int(select, 10)};
        if (!row(context, &found)) break;
    }
    if (result != SQLITE_ROW && result != SQLITE_DONE) database_fault(r->main, fault, "reading uploads");
    sqlite3_finalize(select);
    return result == SQLITE_ROW || result == SQLITE_DONE;
}
