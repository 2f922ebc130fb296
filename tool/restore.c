/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou restore: a backup into a new directory, after every sum of its manifest was found right. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/command.h"
#include "tool/copy.h"

enum { LINE_MOST = COPY_PATH + 128 };

struct entry {
    char sum[COPY_SUM + 1], name[COPY_PATH];
    unsigned long long bytes;
};

/* "SUM  BYTES NAME"; a name stays below the directory. */
static bool read_entry(const char *line, struct entry *e)
{
    int used = 0;
    if (sscanf(line, "%64[0-9a-f] %llu %n", e->sum, &e->bytes, &used) != 2 || !used) return false;
    size_t n = strcspn(line + used, "\n");
    if (!n || n >= sizeof e->name || strlen(e->sum) != COPY_SUM) return false;
    memcpy(e->name, line + used, n);
    e->name[n] = 0;
    return e->name[0] != '/' && !strstr(e->name, "..");
}

static bool sound(const char *path, struct fault *fault)
{
    sqlite3 *database = NULL;
    sqlite3_stmt *check = NULL;
    bool good = sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(database, "PRAGMA quick_check(1)", -1, &check, NULL) == SQLITE_OK &&
                sqlite3_step(check) == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(check, 0), "ok") == 0;
    if (!good) fault_set(fault, "%s: is damaged", path);
    sqlite3_finalize(check);
    sqlite3_close(database);
    return good;
}

static bool check_entry(const char *directory, const struct entry *e, struct fault *fault)
{
    char path[COPY_PATH], sum[COPY_SUM + 1];
    unsigned long long bytes;
    if (!copy_path(path, directory, e->name, fault) || !copy_sum(path, sum, &bytes, fault)) return false;
    if (bytes != e->bytes || strcmp(sum, e->sum) != 0)
        return fault_set(fault, "%s: is not what was backed up: its SHA-256 is %s, the manifest says %s", path, sum,
                         e->sum);
    size_t n = strlen(e->name);
    return n < 3 || strcmp(e->name + n - 3, ".db") != 0 || sound(path, fault);
}

static bool copy_entry(const char *from, const char *to, const struct entry *e, struct fault *fault)
{
    char source[COPY_PATH], target[COPY_PATH];
    if (!copy_path(source, from, e->name, fault) || !copy_path(target, to, e->name, fault)) return false;
    char *slash = strrchr(target + strlen(to) + 1, '/');
    if (slash) {
        *slash = 0;
        if (mkdir(target, 0700) && errno != EEXIST)
            return fault_set(fault, "%s: cannot be made: %s", target, strerror(errno));
        *slash = '/';
    }
    return copy_file(source, target, fault);
}

/* `to` NULL: the entries are only looked at. Returns files, -1 on a fault. */
static int each_entry(const char *from, const char *to, struct fault *fault)
{
    char path[COPY_PATH], line[LINE_MOST];
    struct entry e;
    int files = 0, number = 0;
    if (!copy_path(path, from, "MANIFEST", fault)) return -1;
    FILE *manifest = fopen(path, "re");
    if (!manifest) {
        fault_set(fault, "%s: %s: it is no whole backup", path, strerror(errno));
        return -1;
    }
    bool good = true, main = false;
    while (good && fgets(line, sizeof line, manifest)) {
        number++;
        good = read_entry(line, &e) || fault_set(fault, "%s:%d: is no entry", path, number);
        good = good && (to ? copy_entry(from, to, &e, fault) : check_entry(from, &e, fault));
        main |= good && strcmp(e.name, "main.db") == 0;
        files += good;
    }
    fclose(manifest);
    if (good && !main) good = fault_set(fault, "%s: has no main.db: it is no whole backup", path);
    return good ? files : -1;
}

static int run(int argc, char **argv)
{
    struct fault fault = {""};
    bool only_check = argc == 3 && strcmp(argv[1], "--check") == 0;
    const char *from = only_check ? argv[2] : argv[1], *to = argv[2];
    if (argc != 3) return command_usage(&command_restore);
    umask(0077);
    int files = each_entry(from, NULL, &fault);
    if (files < 0) return command_failed(fault.text);
    if (only_check) {
        printf("%d 个文件，校验无误\n%d files, all as they were backed up\n", files, files);
        return EXIT_DONE;
    }
    /* An existing directory is never written into: nothing that is there can be lost by this. */
    if (mkdir(to, 0700)) {
        fault_set(&fault, "%s: cannot be made: %s; name a directory that is not there yet", to, strerror(errno));
        return command_failed(fault.text);
    }
    if (each_entry(from, to, &fault) < 0) return command_failed(fault.text);
    printf("%d 个文件，已恢复到 %s\n%d files are back in %s\n", files, to, files, to);
    return EXIT_DONE;
}

const struct command command_restore = {"restore", "[--check] BACKUP NEW-DIRECTORY", "校验并恢复备份",
                                        "check a backup and restore it", run};
