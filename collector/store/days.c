/* SPDX-License-Identifier: Apache-2.0 */
/* The day files of the store: which there are, which are open, and the dropping of old ones. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/store/clickhouse.h"
#include "collector/store/internal.h"

static const char *const suffixes[] = {"", "-wal", "-shm"};

static int ascending(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* Puts a day into the list; it may be there already. */
static bool list_add(struct store *s, int day, struct fault *fault)
{
    pthread_mutex_lock(&s->listing);
    bool there = s->day_count && bsearch(&day, s->day_list, s->day_count, sizeof day, ascending), good = true;
    if (!there && s->day_count >= DAYS_CAP) {
        good = fault_set(fault, "%s/events: %d days are the most that are kept", s->directory, (int)DAYS_CAP);
    } else if (!there) {
        int *grown = realloc(s->day_list, (s->day_count + 1) * sizeof *grown);
        if (grown) {
            s->day_list = grown;
            grown[s->day_count++] = day;
            qsort(grown, s->day_count, sizeof *grown, ascending);
        } else {
            good = fault_set(fault, "out of memory");
        }
    }
    pthread_mutex_unlock(&s->listing);
    return good;
}

static void list_remove(struct store *s, int day)
{
    pthread_mutex_lock(&s->listing);
    for (size_t i = 0; i < s->day_count; i++)
        if (s->day_list[i] == day)
            memmove(s->day_list + i, s->day_list + i + 1, (--s->day_count - i) * sizeof *s->day_list);
    pthread_mutex_unlock(&s->listing);
}

int *days_list(struct store *s, size_t *count)
{
    pthread_mutex_lock(&s->listing);
    int *copy = s->day_count ? malloc(s->day_count * sizeof *copy) : NULL;
    *count = copy ? s->day_count : 0;
    if (copy) memcpy(copy, s->day_list, s->day_count * sizeof *copy);
    pthread_mutex_unlock(&s->listing);
    return copy;
}

/* A day that was not closed cleanly has its -wal beside it: only such ones are read through at the start. */
static bool unclean(const struct store *s, int day)
{
    char path[DAY_PATH_MAX], wal[DAY_PATH_MAX + 8];
    struct stat st;
    day_path(path, s->directory, day);
    snprintf(wal, sizeof wal, "%s-wal", path);
    return stat(wal, &st) == 0 && st.st_size > 0;
}

/* Closes what the writer has open of a day; with `writing` held. */
static void forget_day(struct store *s, int day)
{
    for (int i = 0; i < DAYS_WRITING; i++)
        if (s->days[i] && day_number(s->days[i]) == day) {
            day_close(s->days[i]);
            memmove(s->days + i, s->days + i + 1, (size_t)(DAYS_WRITING - 1 - i) * sizeof *s->days);
            s->days[DAYS_WRITING - 1] = NULL;
            break;
        }
}

static bool set_aside(struct store *s, int day, struct fault *fault)
{
    char path[DAY_PATH_MAX], from[DAY_PATH_MAX + 8], to[DAY_PATH_MAX + 32];
    day_path(path, s->directory, day);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(from, sizeof from, "%s%s", path, suffixes[i]);
        snprintf(to, sizeof to, "%s.damaged%s", path, suffixes[i]);
        if (rename(from, to) && errno != ENOENT)
            return fault_set(fault, "%s: cannot be renamed: %s", from, strerror(errno));
    }
    return true;
}

bool store_check_next(struct store *s, struct fault *notice)
{
    struct fault damage = {""}, fault = {""};
    size_t count, i = 0;
    int *days = days_list(s, &count), today = (int)(store_now_us() / 86400000000), day;
    while (i < count && days[i] <= s->checked_day) i++;
    bool there = i < count && days[i] < today;
    day = there ? days[i] : 0;
    free(days);
    if (!there) return false;
    s->checked_day = day;
    enum day_health health = day_check(s->directory, day, &damage);
    if (health == DAY_SOUND && day_is_old(s->directory, day)) {
        day_close(day_open(s->directory, day, &damage)); /* until then it is read through instead of by its index */
        if (damage.text[0]) fault_set(notice, "%s", damage.text);
    }
    if (health != DAY_DAMAGED) return true;
    /* Under the writer's lock, so that nobody writes into what is moved away. */
    pthread_mutex_lock(&s->writing);
    list_remove(s, day);
    forget_day(s, day);
    if (set_aside(s, day, &fault))
        fault_set(notice, "%s; set aside as *.db.damaged, the other days are not touched", damage.text);
    else
        fault_set(notice, "%s; %s", damage.text, fault.text);
    pthread_mutex_unlock(&s->writing);
    return true;
}

bool days_scan(struct store *s, struct fault *notice, struct fault *fault)
{
    char path[DAY_PATH_MAX];
    snprintf(path, sizeof path, "%s/events", s->directory);
    if (mkdir(path, 0700) && errno != EEXIST) return fault_set(fault, "%s: cannot be made: %s", path, strerror(errno));
    DIR *directory = opendir(path);
    if (!directory) return fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));) {
        int day = day_of_file(entry->d_name);
        struct fault damage = {""};
        if (day < 0) continue;
        enum day_health health = unclean(s, day) ? day_check(s->directory, day, &damage) : DAY_SOUND;
        if (health == DAY_SOUND && unclean(s, day))
            day_close(day_open(s->directory, day, &damage)); /* takes the -wal in */
        if (health == DAY_DAMAGED) {
            fault_set(notice, "%s; set aside as %s.damaged, the other days are not touched", damage.text,
                      entry->d_name);
            good = set_aside(s, day, fault);
        } else {
            good = list_add(s, day, fault);
        }
    }
    closedir(directory);
    return good;
}

struct day_file *days_for_writing(struct store *s, int day, struct fault *fault)
{
    int i = 0;
    while (i < DAYS_WRITING - 1 && s->days[i] && day_number(s->days[i]) != day) i++;
    struct day_file *file = s->days[i];
    if (!file || day_number(file) != day) {
        /* Its events may be committed before the rest of the batch: the next try finds them by their ids. */
        if (file && !day_commit(file, fault)) return NULL;
        day_close(file);
        s->days[i] = NULL;
        file = list_add(s, day, fault) ? day_open(s->directory, day, fault) : NULL;
    }
    memmove(s->days + 1, s->days, (size_t)i * sizeof *s->days);
    s->days[0] = file;
    if (!file) { /* close the hole */
        memmove(s->days, s->days + 1, (size_t)i * sizeof *s->days);
        s->days[i] = NULL;
    }
    return file;
}

bool days_commit(struct store *s, struct fault *fault)
{
    for (int i = 0; i < DAYS_WRITING && s->days[i]; i++)
        if (!day_commit(s->days[i], fault)) return false;
    return true;
}

void days_rollback(struct store *s)
{
    for (int i = 0; i < DAYS_WRITING && s->days[i]; i++) day_rollback(s->days[i]);
}

void days_close(struct store *s)
{
    for (int i = 0; i < DAYS_WRITING; i++) {
        day_close(s->days[i]);
        s->days[i] = NULL;
    }
}

sqlite3 *days_for_reading(struct store_reader *r, int day, struct fault *fault)
{
    int i = 0;
    char path[DAY_PATH_MAX];
    struct stat st;
    day_path(path, r->store->directory, day);
    if (stat(path, &st)) return NULL;
    while (i < DAYS_READING - 1 && r->days[i].database && r->days[i].day != day) i++;
    sqlite3 *database = r->days[i].database;
    if (!database || r->days[i].day != day || r->days[i].inode != st.st_ino) {
        sqlite3 *opened = database_open_reader(path, fault);
        if (!opened) return NULL;
        database_close(database);
        database = opened;
    }
    memmove(r->days + 1, r->days, (size_t)i * sizeof *r->days);
    r->days[0].day = day;
    r->days[0].inode = st.st_ino;
    r->days[0].database = database;
    return database;
}

/* ---- retention ---- */

static uint64_t file_bytes(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static uint64_t day_bytes(const struct store *s, int day)
{
    char path[DAY_PATH_MAX], file[DAY_PATH_MAX + 8];
    uint64_t bytes = 0;
    day_path(path, s->directory, day);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        snprintf(file, sizeof file, "%s%s", path, suffixes[i]);
        bytes += file_bytes(file);
    }
    return bytes;
}

static uint64_t store_bytes(struct store *s, const int *days, size_t count)
{
    char path[DAY_PATH_MAX];
    uint64_t bytes = 0;
    snprintf(path, sizeof path, "%s/main.db", s->directory);
    bytes += file_bytes(path);
    for (size_t i = 0; i < count; i++) bytes += day_bytes(s, days[i]);
    return bytes;
}

/* Alerts of a day go with it, a few at a time so that nobody waits long for the writer. */
static bool drop_alerts(struct store *s, int day, struct fault *fault)
{
    enum { AT_ONCE = 500 };
    char least[ULID_LENGTH + 1], most[ULID_LENGTH + 1];
    ulid_make(least, (uint64_t)day * 86400u * 1000000000u, 0, 0);
    ulid_make(most, (uint64_t)(day + 1) * 86400u * 1000000000u, 0, 0);
    bool good = true, more = true;
    while (good && more) {
        pthread_mutex_lock(&s->writing);
        good = database_run(s->main, fault,
                            "DELETE FROM alert WHERE number IN (SELECT number FROM alert WHERE id>=? AND id<? LIMIT ?)",
                            "ssi", least, most, (int64_t)AT_ONCE);
        more = good && sqlite3_changes(s->main) == AT_ONCE;
        pthread_mutex_unlock(&s->writing);
    }
    return good;
}

static bool drop_day(struct store *s, int day, struct fault *fault)
{
    char path[DAY_PATH_MAX], file[DAY_PATH_MAX + 8];
    list_remove(s, day);
    pthread_mutex_lock(&s->writing);
    forget_day(s, day);
    bool good = true;
    day_path(path, s->directory, day);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) { /* first: this frees room on a full disk */
        snprintf(file, sizeof file, "%s%s", path, suffixes[i]);
        if (unlink(file) && errno != ENOENT)
            good = fault_set(fault, "%s: cannot be removed: %s", file, strerror(errno));
    }
    good = good && database_run(s->main, fault, "DELETE FROM day WHERE day=?", "i", (int64_t)day) &&
           database_run(s->main, fault, "DELETE FROM link WHERE day=?", "i", (int64_t)day);
    pthread_mutex_unlock(&s->writing);
    return good && drop_alerts(s, day, fault);
}

static bool expired(struct store *s, int day, int64_t now_us)
{
    pthread_mutex_lock(&s->writing);
    int64_t received = database_number(s->main, now_us, "SELECT received FROM day WHERE day=?", "i", (int64_t)day);
    pthread_mutex_unlock(&s->writing);
    return received + (int64_t)s->options.retention_days * 86400 * 1000000 < now_us;
}

/* The days of ClickHouse have rows in main.db and no files: alerts and links go day by day, events by whole months. */
static int retain_remote(struct store *s, int64_t now_us, struct fault *fault)
{
    int64_t before = now_us - (int64_t)s->options.retention_days * 86400 * 1000000, oldest;
    static const char find[] = "SELECT min(day) FROM day WHERE received<?";
    int dropped = 0;
    for (;;) {
        pthread_mutex_lock(&s->writing);
        oldest = database_number(s->main, -1, find, "i", before);
        bool good = oldest < 0 || (database_run(s->main, fault, "DELETE FROM day WHERE day=?", "i", oldest) &&
                                   database_run(s->main, fault, "DELETE FROM link WHERE day=?", "i", oldest));
        pthread_mutex_unlock(&s->writing);
        if (!good || (oldest >= 0 && !drop_alerts(s, (int)oldest, fault))) return -1;
        if (oldest < 0) break;
        dropped++;
    }
    if (!dropped) return 0;
    pthread_mutex_lock(&s->writing);
    oldest = database_number(s->main, now_us / 86400000000, "SELECT min(day) FROM day", "");
    pthread_mutex_unlock(&s->writing);
    return clickhouse_retain(s->clickhouse, (int)oldest, fault) < 0 ? -1 : dropped;
}

int store_retain(struct store *s, int64_t now_us, struct fault *fault)
{
    if (s->clickhouse) return s->options.retention_days ? retain_remote(s, now_us, fault) : 0;
    size_t count;
    int dropped = 0, *days = days_list(s, &count);
    bool good = true;
    uint64_t bytes = store_bytes(s, days, count);
    for (size_t i = 0; good && i < count; i++) {
        bool over = s->options.quota_bytes && bytes > s->options.quota_bytes && i + 1 < count;
        uint64_t size = day_bytes(s, days[i]);
        if (!over && !(s->options.retention_days && expired(s, days[i], now_us))) continue;
        good = drop_day(s, days[i], fault);
        dropped += good;
        bytes -= size < bytes ? size : bytes;
    }
    free(days);
    return good ? dropped : -1;
}
