/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolment codes and the nodes that wait for approval, in control.db. */
#include "collector/service/enrolment.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { HASH_BYTES = 32, CODE_LETTERS = 8 };
/* Crockford's base 32: no I, L, O, U, which are misread over the telephone. */
static const char letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const struct schema control_schema_enrolment = {
    "enrolment",
    (const char *const[]){"CREATE TABLE enrolment_code(hash BLOB PRIMARY KEY, role INTEGER NOT NULL,"
                          " user TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;"
                          "CREATE TABLE enrolment(name TEXT PRIMARY KEY, role INTEGER NOT NULL,"
                          " curve TEXT NOT NULL, sign BLOB NOT NULL, time INTEGER NOT NULL,"
                          " address TEXT NOT NULL) WITHOUT ROWID;",
                          NULL}};

/* As people type it: small letters, blanks and hyphens make no difference. */
static bool hash_of(const char *code, uint8_t hash[HASH_BYTES])
{
    char plain[CODE_LETTERS];
    unsigned n = 0;
    for (; *code; code++) {
        if (*code == '-' || *code == ' ') continue;
        if (n == CODE_LETTERS) return false;
        plain[n++] = (char)toupper((unsigned char)*code);
    }
    return n == CODE_LETTERS && crypto_generichash(hash, HASH_BYTES, (const unsigned char *)plain, n, NULL, 0) == 0;
}

bool enrolment_code(struct control *control, unsigned role, const char *user, int64_t now, int64_t seconds,
                    char code[ENROLMENT_CODE + 1], struct fault *fault)
{
    uint8_t hash[HASH_BYTES];
    unsigned n = 0;
    for (unsigned i = 0; i < CODE_LETTERS; i++) {
        if (i == CODE_LETTERS / 2) code[n++] = '-';
        code[n++] = letters[randombytes_uniform(sizeof letters - 1)];
    }
    code[n] = 0;
    hash_of(code, hash);
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault, "DELETE FROM enrolment_code WHERE expires<=?", "i", now) &&
                database_run(database, fault, "INSERT INTO enrolment_code VALUES(?,?,?,?,?)", "bisii",
                             (const void *)hash, sizeof hash, (int64_t)role, user, now, now + seconds);
    control_unlock(control);
    return good;
}

static enum enrolment_result ask(sqlite3 *database, const uint8_t hash[HASH_BYTES], struct enrolment *asked,
                                 int64_t now, struct fault *fault)
{
    int64_t role = database_number(database, -1, "SELECT role FROM enrolment_code WHERE hash=? AND expires>?", "bi",
                                   (const void *)hash, (size_t)HASH_BYTES, now);
    if (role < 0) return ENROLMENT_WRONG;
    if (database_number(database, 0, "SELECT count(*) FROM enrolment WHERE name=?", "s", asked->keys.name) ||
        database_number(database, 0, "SELECT count(*) FROM enrolment", "") >= ENROLMENTS_MOST)
        return ENROLMENT_CONFLICT;
    asked->role = (unsigned)role;
    asked->time = now;
    bool good = database_run(database, fault, "DELETE FROM enrolment_code WHERE hash=?", "b", (const void *)hash,
                             (size_t)HASH_BYTES) &&
                database_run(database, fault, "INSERT INTO enrolment VALUES(?,?,?,?,?,?)", "sisbis", asked->keys.name,
                             role, asked->keys.curve_public, (const void *)asked->keys.sign_public, (size_t)SIGN_PUBLIC,
                             now, asked->address);
    return good ? ENROLMENT_DONE : ENROLMENT_FAILED;
}

enum enrolment_result enrolment_ask(struct control *control, const char *code, struct enrolment *asked, int64_t now,
                                    struct fault *fault)
{
    uint8_t hash[HASH_BYTES];
    if (!hash_of(code, hash)) return ENROLMENT_WRONG;
    sqlite3 *database = control_lock(control);
    enum enrolment_result result = ENROLMENT_FAILED;
    if (database_run(database, fault, "BEGIN IMMEDIATE", "")) {
        result = ask(database, hash, asked, now, fault);
        if (!database_run(database, fault, result == ENROLMENT_DONE ? "COMMIT" : "ROLLBACK", ""))
            result = ENROLMENT_FAILED;
    }
    control_unlock(control);
    return result;
}

static struct enrolment row_of(sqlite3_stmt *select)
{
    struct enrolment e = {.role = (unsigned)sqlite3_column_int(select, 1), .time = sqlite3_column_int64(select, 4)};
    snprintf(e.keys.name, sizeof e.keys.name, "%s", database_text(select, 0));
    snprintf(e.keys.curve_public, sizeof e.keys.curve_public, "%s", database_text(select, 2));
    if (sqlite3_column_bytes(select, 3) == SIGN_PUBLIC)
        memcpy(e.keys.sign_public, sqlite3_column_blob(select, 3), SIGN_PUBLIC);
    snprintf(e.address, sizeof e.address, "%s", database_text(select, 5));
    return e;
}

bool enrolment_waiting(struct control *control, enrolment_row *row, void *context, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select = database_prepare(
        database, "SELECT name, role, curve, sign, time, address FROM enrolment ORDER BY time, name", fault);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        struct enrolment e = row_of(select);
        if (!row(context, &e)) break;
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return select;
}

static bool find(struct control *control, const char *name, struct enrolment *found, bool take)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select =
        database_prepare(database, "SELECT name, role, curve, sign, time, address FROM enrolment WHERE name=?", NULL);
    bool there = false;
    if (select) {
        database_bind(select, "s", name);
        there = sqlite3_step(select) == SQLITE_ROW;
        if (there) *found = row_of(select);
        sqlite3_finalize(select);
    }
    if (there && take) there = database_run(database, NULL, "DELETE FROM enrolment WHERE name=?", "s", name);
    control_unlock(control);
    return there;
}

bool enrolment_take(struct control *control, const char *name, struct enrolment *taken)
{
    return find(control, name, taken, true);
}

bool enrolment_look(struct control *control, const char *name, struct enrolment *seen)
{
    return find(control, name, seen, false);
}
