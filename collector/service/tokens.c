/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens for machines in control.db (RFC 6750 Bearer). */
#include "collector/service/tokens.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { HASH_BYTES = 32, USED_SECONDS = 60 };
static const char prefix[] = "wlt_";

const struct schema control_schema_tokens = {
    "tokens", (const char *const[]){"CREATE TABLE token(token INTEGER PRIMARY KEY AUTOINCREMENT,"
                                    " account INTEGER NOT NULL REFERENCES account(account), name TEXT NOT NULL,"
                                    " hash BLOB NOT NULL UNIQUE, scopes TEXT NOT NULL, created INTEGER NOT NULL,"
                                    " expires INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,"
                                    " last_used INTEGER NOT NULL DEFAULT 0);",
                                    NULL}};

static void hash_of(const char *text, uint8_t out[HASH_BYTES])
{
    crypto_generichash(out, HASH_BYTES, (const unsigned char *)text, strlen(text), NULL, 0);
}

bool tokens_add(struct control *control, struct token *t, char text[TOKEN_TEXT + 1], struct fault *fault)
{
    uint8_t bytes[32], hash[HASH_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    memcpy(text, prefix, sizeof prefix - 1);
    sodium_bin2hex(text + sizeof prefix - 1, TOKEN_TEXT + 2 - sizeof prefix, bytes, sizeof bytes);
    hash_of(text, hash);
    t->created = (int64_t)time(NULL);
    sqlite3 *database = control_lock(control);
    bool good =
        database_run(database, fault,
                     "INSERT INTO token(account,name,hash,scopes,created,expires)"
                     " VALUES(?,?,?,?,?,?)",
                     "isbsii", t->account, t->name, (const void *)hash, sizeof hash, t->scopes, t->created, t->expires);
    t->number = sqlite3_last_insert_rowid(database);
    control_unlock(control);
    return good;
}

#define TOKEN_COLUMNS                                                                                                  \
    "SELECT t.token, t.account, a.name, t.name, t.scopes, t.created, t.expires, t.revoked, t.last_used FROM token t"   \
    " JOIN account a USING(account)"

static struct token row_of(sqlite3_stmt *select)
{
    struct token t = {.number = sqlite3_column_int64(select, 0),
                      .account = sqlite3_column_int64(select, 1),
                      .created = sqlite3_column_int64(select, 5),
                      .expires = sqlite3_column_int64(select, 6),
                      .revoked = sqlite3_column_int64(select, 7),
                      .last_used = sqlite3_column_int64(select, 8)};
    snprintf(t.owner, sizeof t.owner, "%s", database_text(select, 2));
    snprintf(t.name, sizeof t.name, "%s", database_text(select, 3));
    snprintf(t.scopes, sizeof t.scopes, "%s", database_text(select, 4));
    return t;
}

bool tokens_list(struct control *control, int64_t account, token_row *row, void *context, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select =
        database_prepare(database, TOKEN_COLUMNS " WHERE ?1=0 OR t.account=?1 ORDER BY t.token DESC", fault);
    if (select) database_bind(select, "i", account);
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        struct token t = row_of(select);
        if (!row(context, &t)) break;
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return select;
}

bool tokens_revoke(struct control *control, int64_t number, int64_t account, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault,
                             "UPDATE token SET revoked=?1 WHERE token=?2 AND revoked=0 AND (?3=0 OR account=?3)", "iii",
                             (int64_t)time(NULL), number, account) &&
                sqlite3_changes(database) == 1;
    control_unlock(control);
    return good;
}

bool tokens_find(struct control *control, const char *text, struct token *t, struct account *a)
{
    uint8_t hash[HASH_BYTES];
    struct fault fault = {""};
    int64_t now = (int64_t)time(NULL);
    if (strlen(text) != TOKEN_TEXT || strncmp(text, prefix, sizeof prefix - 1) != 0) return false;
    hash_of(text, hash);
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *find =
        database_prepare(database, TOKEN_COLUMNS " WHERE t.hash=? AND t.revoked=0 AND t.expires>?", &fault);
    if (find) database_bind(find, "bi", (const void *)hash, sizeof hash, now);
    bool found = find && sqlite3_step(find) == SQLITE_ROW;
    if (found) *t = row_of(find);
    sqlite3_finalize(find);
    if (found && now - t->last_used > USED_SECONDS)
        database_run(database, &fault, "UPDATE token SET last_used=? WHERE token=?", "ii", now, t->number);
    control_unlock(control);
    return found && accounts_get(control, t->account, a, &fault) && !a->disabled;
}

bool token_allows(const struct token *t, const char *room, size_t length, bool write)
{
    const char *kind = write ? ":write" : ":read";
    for (const char *p = t->scopes; *p; p += strcspn(p, ","), p += *p == ',') {
        size_t n = strcspn(p, ",");
        if (n == length + strlen(kind) && memcmp(p, room, length) == 0 && memcmp(p + length, kind, strlen(kind)) == 0)
            return true;
    }
    return false;
}
