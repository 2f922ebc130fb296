/* SPDX-License-Identifier: Apache-2.0 */
/* control.db and its schema. */
#include "collector/service/control.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const control_schema[] = {
    "CREATE TABLE account(account INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, title TEXT NOT NULL,"
    " role INTEGER NOT NULL, password TEXT NOT NULL, must_change INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,"
    " locked_until INTEGER NOT NULL DEFAULT 0, disabled INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL,"
    " password_changed INTEGER NOT NULL, last_sign_in INTEGER NOT NULL DEFAULT 0);"
    /* Append-only: each record carries the hash of itself and the one before it. */
    "CREATE TABLE audit(number INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, address TEXT NOT NULL,"
    " action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL);"
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only');"
    " END;"
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit log is append-only');"
    " END;",
    NULL,
};

struct control {
    pthread_mutex_t lock;
    sqlite3 *database;
};

static bool path_of(char path[static 512], const char *directory, struct fault *fault)
{
    return (size_t)snprintf(path, 512, "%s/control.db", directory) < 512 ||
           fault_set(fault, "%s: the name is too long", directory);
}

static struct control *control_new(void)
{
    struct control *c = calloc(1, sizeof *c);
    if (!c) abort();
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

struct control *control_open(const char *directory, struct fault *fault)
{
    char path[512];
    if (!path_of(path, directory, fault)) return NULL;
    if (mkdir(directory, 0700) && errno != EEXIST) {
        fault_set(fault, "%s: cannot be made: %s", directory, strerror(errno));
        return NULL;
    }
    struct control *c = control_new();
    c->database = database_open(path, control_schema, fault);
    if (c->database && database_check(c->database, fault) && database_rooms(c->database, control_schemas, fault))
        return c;
    control_close(c);
    return NULL;
}

struct control *control_open_reader(const char *directory, struct fault *fault)
{
    char path[512];
    if (!path_of(path, directory, fault)) return NULL;
    struct control *c = control_new();
    if ((c->database = database_open_reader(path, fault))) return c;
    control_close(c);
    return NULL;
}

void control_close(struct control *c)
{
    if (!c) return;
    database_close(c->database);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

sqlite3 *control_lock(struct control *c)
{
    pthread_mutex_lock(&c->lock);
    return c->database;
}

void control_unlock(struct control *c) { pthread_mutex_unlock(&c->lock); }

bool control_begin(sqlite3 *control, struct fault *fault)
{
    return database_run(control, fault, "BEGIN IMMEDIATE", "");
}
bool control_end(sqlite3 *db, bool good, struct fault *fault)
{
    struct fault ignored = {""};
    if (good && database_run(db, fault, "COMMIT", "")) return true;
    if (!sqlite3_get_autocommit(db)) database_run(db, &ignored, "ROLLBACK", "");
    return false;
}
