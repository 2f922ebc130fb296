/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou backup: copies a collector's directory while the collector is at work, by SQLite's online backup
 * (https://www.sqlite.org/backup.html), with a manifest of SHA-256 sums. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/command.h"
#include "tool/copy.h"

enum { PAGES_AT_ONCE = 1024, PAUSE_MS = 5, BUSY_MS = 10000 };

static bool is_database(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strcmp(name + n - 3, ".db") == 0;
}

/* A page at a time, so that the collector's writer is not kept waiting. */
static bool copy_database(const char *from, const char *to, struct fault *fault)
{
    sqlite3 *source = NULL, *target = NULL;
    bool good = sqlite3_open_v2(from, &source, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK;
    if (good) sqlite3_busy_timeout(source, BUSY_MS);
    /* One read transaction over the whole copy: what is committed meanwhile does not make it begin anew. */
    good = good && sqlite3_exec(source, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_backup *backup = good ? sqlite3_backup_init(target, "main", source, "main") : NULL;
    int result = backup ? SQLITE_OK : SQLITE_ERROR;
    while (result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_LOCKED) {
        result = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        if (result != SQLITE_DONE) sqlite3_sleep(PAUSE_MS);
    }
    sqlite3_backup_finish(backup);
    if (result != SQLITE_DONE)
        fault_set(fault, "%s: cannot be copied to %s: %s", from, to,
                  target && sqlite3_errcode(target) != SQLITE_OK ? sqlite3_errmsg(target)
                  : source                                       ? sqlite3_errmsg(source)
                                                                 : "out of memory");
    sqlite3_close(source);
    sqlite3_close(target);
    return result == SQLITE_DONE;
}

struct job {
    const char *from, *to;
    FILE *manifest;
    unsigned files;
    unsigned long long bytes;
};

static bool copy_one(struct job *job, const char *relative, struct fault *fault)
{
    char from[COPY_PATH], to[COPY_PATH], sum[COPY_SUM + 1];
    unsigned long long bytes = 0;
    if (!copy_path(from, job->from, relative, fault) || !copy_path(to, job->to, relative, fault)) return false;
    bool good = is_database(relative) ? copy_database(from, to, fault) : copy_file(from, to, fault);
    if (!good || !copy_sum(to, sum, &bytes, fault)) return false;
    fprintf(job->manifest, "%s  %llu %s\n", sum, bytes, relative);
    job->files++;
    job->bytes += bytes;
    return true;
}

/* What a backup holds: the databases, and what a collector is known by. Locks, logs and damaged files stay behind. */
static bool wanted(const char *name)
{
    static const char *const endings[] = {".db", ".key", ".pub", ".pem", ".node", ".yaml"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (n > strlen(endings[i]) && strcmp(name + n - strlen(endings[i]), endings[i]) == 0) return true;
    return false;
}

/* `below` "": the directory itself. Databases of its own first: a position that is older than the events costs
 * nothing, one that is newer would. */
static bool copy_directory(struct job *job, const char *below, struct fault *fault)
{
    char path[COPY_PATH], to[COPY_PATH];
    if (!copy_path(path, job->from, below, fault) || !copy_path(to, job->to, below, fault)) return false;
    if (*below && mkdir(to, 0700)) return fault_set(fault, "%s: cannot be made: %s", to, strerror(errno));
    DIR *directory = opendir(path);
    if (!directory) return fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));) {
        char relative[COPY_PATH];
        if (entry->d_type != DT_REG || !wanted(entry->d_name)) continue;
        good = (size_t)snprintf(relative, sizeof relative, "%s%s%s", below, *below ? "/" : "", entry->d_name) <
                   sizeof relative &&
               copy_one(job, relative, fault);
    }
    closedir(directory);
    return good;
}

static bool finish(struct job *job, const char *manifest, struct fault *fault)
{
    bool good = fflush(job->manifest) == 0 && fsync(fileno(job->manifest)) == 0;
    if (fclose(job->manifest) || !good) return fault_set(fault, "%s: %s", manifest, strerror(errno));
    return true;
}

static bool back_up(struct job *job, struct fault *fault)
{
    static const char *const folders[] = {"events", "keys", "nodes", "tls"};
    char manifest[COPY_PATH], folder[COPY_PATH];
    struct stat st;
    if (!copy_path(manifest, job->from, "main.db", fault)) return false;
    if (stat(manifest, &st)) return fault_set(fault, "%s: is no collector's directory: it has no main.db", job->from);
    if (mkdir(job->to, 0700)) return fault_set(fault, "%s: cannot be made: %s", job->to, strerror(errno));
    if (!copy_path(manifest, job->to, "MANIFEST", fault)) return false;
    if (!(job->manifest = fopen(manifest, "wx"))) return fault_set(fault, "%s: %s", manifest, strerror(errno));
    bool good = copy_directory(job, "", fault);
    for (size_t i = 0; good && i < sizeof folders / sizeof *folders; i++) {
        good = copy_path(folder, job->from, folders[i], fault);
        if (good && stat(folder, &st) == 0) good = copy_directory(job, folders[i], fault);
    }
    return finish(job, manifest, fault) && good;
}

static int run(int argc, char **argv)
{
    struct fault fault = {""};
    if (argc != 3) return command_usage(&command_backup);
    struct job job = {.from = argv[1], .to = argv[2]};
    umask(0077);
    if (!back_up(&job, &fault)) return command_failed(fault.text);
    printf("%u 个文件，%llu 字节，已备份到 %s\n%u files, %llu bytes, are in %s\n", job.files, job.bytes, job.to,
           job.files, job.bytes, job.to);
    return EXIT_DONE;
}

const struct command command_backup = {"backup", "COLLECTOR-DIRECTORY NEW-DIRECTORY", "在线备份汇聚服务的数据",
                                       "copy a collector's data while it is at work", run};
