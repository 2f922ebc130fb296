/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite opened and used our way; https://www.sqlite.org/pragma.html and security.html "defense against dark arts". */
#include "collector/store/database.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

enum { BUSY_TIMEOUT_MS = 5000 };

bool database_fault(sqlite3 *database, struct fault *fault, const char *doing)
{
    const char *file = database ? sqlite3_db_filename(database, NULL) : NULL;
    return fault_set(fault, "%s: %s: %s", file ? file : "database", doing,
                     database ? sqlite3_errmsg(database) : "out of memory");
}

static bool pragma(sqlite3 *database, const char *sql, struct fault *fault)
{
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK || database_fault(database, fault, sql);
}

static sqlite3 *open_with(const char *path, int flags, struct fault *fault)
{
    sqlite3 *database = NULL;
    if (sqlite3_open_v2(path, &database, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL) != SQLITE_OK) {
        fault_set(fault, "%s: cannot be opened: %s", path, database ? sqlite3_errmsg(database) : "out of memory");
        sqlite3_close(database);
        return NULL;
    }
    sqlite3_extended_result_codes(database, 1);
    sqlite3_busy_timeout(database, BUSY_TIMEOUT_MS);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    return database;
}

/* Runs the steps behind `version`, each in a transaction with `done`, which gets the new version to write down. */
static bool migrate(sqlite3 *database, int64_t version, const char *const *steps, const char *done_format,
                    struct fault *fault)
{
    int64_t known = 0;
    while (steps[known]) known++;
    if (version < 0) return database_fault(database, fault, "cannot be read");
    if (version > known)
        return fault_set(fault, "%s: was written by a later version of Wanglou (schema %lld, this one knows %lld)",
                         sqlite3_db_filename(database, NULL), (long long)version, (long long)known);
    for (; version < known; version++) {
        char done[256];
        snprintf(done, sizeof done, done_format, (long long)version + 1);
        if (!pragma(database, "BEGIN IMMEDIATE", fault)) return false;
        if (!pragma(database, steps[version], fault) || !pragma(database, done, fault) ||
            !pragma(database, "COMMIT", fault)) {
            sqlite3_exec(database, "ROLLBACK", NULL, NULL, NULL);
            return false;
        }
    }
    return true;
}

bool database_rooms(sqlite3 *database, const struct schema *const *schemas, struct fault *fault)
{
    static const char find[] = "SELECT version FROM room WHERE room=?";
    char done[128];
    if (!pragma(database, "CREATE TABLE IF NOT EXISTS room(room TEXT PRIMARY KEY, version INTEGER NOT NULL)", fault))
        return false;
    for (; *schemas; schemas++) {
        snprintf(done, sizeof done, "INSERT OR REPLACE INTO room VALUES('%s',%%lld)", (*schemas)->room);
        if (!migrate(database, database_number(database, 0, find, "s", (*schemas)->room), (*schemas)->steps, done,
                     fault))
            return false;
    }
    return true;
}

/* ---- statements that are kept: to prepare one takes ten times as long as to run it ---- */

enum { KEPT_MOST = 128 };

struct kept_statements { /* of one connection for writing, which one thread uses at a time */
    sqlite3 *database;
    struct kept_statements *next;
    unsigned count;
    uint64_t hashes[KEPT_MOST];
    sqlite3_stmt *rows[KEPT_MOST];
};
static struct kept_statements *connections;
static pthread_mutex_t connections_lock = PTHREAD_MUTEX_INITIALIZER; /* of the list, not of what hangs on it */

static bool keep_statements(sqlite3 *database, struct fault *fault)
{
    struct kept_statements *k = calloc(1, sizeof *k);
    if (!k) return fault_set(fault, "out of memory");
    k->database = database;
    pthread_mutex_lock(&connections_lock);
    k->next = connections;
    connections = k;
    pthread_mutex_unlock(&connections_lock);
    return true;
}

static struct kept_statements *kept_of(sqlite3 *database)
{
    pthread_mutex_lock(&connections_lock);
    struct kept_statements *k = connections;
    while (k && k->database != database) k = k->next;
    pthread_mutex_unlock(&connections_lock);
    return k;
}

static void forget_statements(sqlite3 *database)
{
    struct kept_statements **at = &connections;
    pthread_mutex_lock(&connections_lock);
    while (*at && (*at)->database != database) at = &(*at)->next;
    struct kept_statements *k = *at;
    if (k) *at = k->next;
    pthread_mutex_unlock(&connections_lock);
    for (unsigned i = 0; k && i < k->count; i++) sqlite3_finalize(k->rows[i]);
    free(k);
}

sqlite3 *database_open(const char *path, const char *const *steps, struct fault *fault)
{
    mode_t before = umask(0077);
    sqlite3 *database = open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, fault);
    bool good = database && pragma(database, "PRAGMA journal_mode=WAL", fault) &&
                pragma(database, "PRAGMA synchronous=FULL", fault) &&
                /* 32 MiB of pages, and a checkpoint each 8,000: a third fewer writes than with SQLite's own figures. */
                pragma(database, "PRAGMA cache_size=-32768", fault) &&
                pragma(database, "PRAGMA wal_autocheckpoint=8000", fault) &&
                pragma(database, "PRAGMA foreign_keys=ON", fault) &&
                pragma(database, "PRAGMA cell_size_check=ON", fault) &&
                migrate(database, database_number(database, -1, "PRAGMA user_version", ""), steps,
                        "PRAGMA user_version=%lld", fault) &&
                keep_statements(database, fault);
    umask(before);
    if (good) return database;
    database_close(database);
    return NULL;
}

sqlite3 *database_open_reader(const char *path, struct fault *fault)
{
    sqlite3 *database = open_with(path, SQLITE_OPEN_READONLY, fault);
    if (database && !pragma(database, "PRAGMA query_only=ON", fault)) {
        database_close(database);
        return NULL;
    }
    return database;
}

bool database_check(sqlite3 *database, struct fault *fault)
{
    sqlite3_stmt *check = database_prepare(database, "PRAGMA quick_check(1)", fault);
    if (!check) return false;
    bool row = sqlite3_step(check) == SQLITE_ROW, good = row && strcmp(database_text(check, 0), "ok") == 0;
    if (!good)
        fault_set(fault, "%s: is damaged: %s", sqlite3_db_filename(database, NULL),
                  row ? database_text(check, 0) : sqlite3_errmsg(database));
    sqlite3_finalize(check);
    return good;
}

bool database_damaged(sqlite3 *database)
{
    int code = sqlite3_errcode(database) & 0xff; /* a row that is not "ok" leaves SQLITE_ROW, DONE or OK */
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_OK || code == SQLITE_ROW ||
           code == SQLITE_DONE;
}

sqlite3_stmt *database_prepare(sqlite3 *database, const char *sql, struct fault *fault)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK) return statement;
    database_fault(database, fault, sql);
    return NULL;
}

static void bind_all(sqlite3_stmt *statement, const char *types, va_list values)
{
    for (int i = 1; *types; i++, types++) {
        const void *bytes;
        switch (*types) {
        case 's':
            sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_STATIC);
            break;
        case 'i':
            sqlite3_bind_int64(statement, i, va_arg(values, int64_t));
            break;
        case 'd':
            sqlite3_bind_double(statement, i, va_arg(values, double));
            break;
        case 'b':
            bytes = va_arg(values, const void *);
            sqlite3_bind_blob64(statement, i, bytes, va_arg(values, size_t), SQLITE_STATIC);
            break;
        default:
            sqlite3_bind_null(statement, i);
        }
    }
}

void database_bind(sqlite3_stmt *statement, const char *types, ...)
{
    va_list values;
    va_start(values, types);
    bind_all(statement, types, values);
    va_end(values);
}

/* ---- running ---- */

struct statement {
    sqlite3_stmt *row;
    bool kept;
};

/* The kept one of this text, or a new one; given back by `release`. */
static struct statement take(sqlite3 *database, const char *sql, struct fault *fault)
{
    struct kept_statements *k = kept_of(database);
    uint64_t hash = k ? XXH3_64bits(sql, strlen(sql)) : 0;
    for (unsigned i = 0; k && i < k->count; i++)
        if (k->hashes[i] == hash && !sqlite3_stmt_busy(k->rows[i]) && strcmp(sqlite3_sql(k->rows[i]), sql) == 0)
            return (struct statement){k->rows[i], true};
    struct statement s = {database_prepare(database, sql, fault), false};
    if (!s.row || !k || k->count == KEPT_MOST) return s;
    k->hashes[k->count] = hash;
    k->rows[k->count++] = s.row;
    s.kept = true;
    return s;
}

static void release(struct statement s)
{
    if (!s.kept) {
        sqlite3_finalize(s.row);
        return;
    }
    sqlite3_reset(s.row);
    sqlite3_clear_bindings(s.row); /* they point to what is the caller's */
}

bool database_run(sqlite3 *database, struct fault *fault, const char *sql, const char *types, ...)
{
    struct statement s = take(database, sql, fault);
    if (!s.row) return false;
    va_list values;
    va_start(values, types);
    bind_all(s.row, types, values);
    va_end(values);
    int result;
    do result = sqlite3_step(s.row);
    while (result == SQLITE_ROW);
    if (result != SQLITE_DONE) database_fault(database, fault, sql);
    release(s);
    return result == SQLITE_DONE;
}

int64_t database_number(sqlite3 *database, int64_t otherwise, const char *sql, const char *types, ...)
{
    struct statement s = take(database, sql, NULL);
    if (!s.row) return otherwise;
    va_list values;
    va_start(values, types);
    bind_all(s.row, types, values);
    va_end(values);
    if (sqlite3_step(s.row) == SQLITE_ROW && sqlite3_column_type(s.row, 0) != SQLITE_NULL)
        otherwise = sqlite3_column_int64(s.row, 0);
    release(s);
    return otherwise;
}

void database_close(sqlite3 *database)
{
    if (!database) return;
    forget_statements(database);
    sqlite3_close(database);
}
