/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts in control.db: their rows, signing in, making and changing them. */
#include "collector/service/accounts.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "collector/service/password.h"
#include "collector/service/totp.h"

#define X(id, name, zh, en) name,
const char *const role_name[ROLE_COUNT] = {ROLES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const role_zh[ROLE_COUNT] = {ROLES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const role_en[ROLE_COUNT] = {ROLES(X)};
#undef X

int role_find(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_name[i], name) == 0) return i;
    return -1;
}

/* ---- rows ---- */

#define ACCOUNT_COLUMNS                                                                                                \
    "SELECT account, name, title, role, must_change, disabled, locked_until, created, last_sign_in, password,"         \
    " failures, scope FROM account"
enum { COLUMN_PASSWORD = 9, COLUMN_FAILURES = 10, COLUMN_SCOPE = 11 };

const struct schema control_schema_accounts = {
    "accounts", (const char *const[]){"ALTER TABLE account ADD COLUMN scope TEXT NOT NULL DEFAULT '';", NULL}};

static void account_of(sqlite3_stmt *select, struct account *a)
{
    *a = (struct account){.number = sqlite3_column_int64(select, 0),
                          .role = (enum role)sqlite3_column_int(select, 3),
                          .must_change_password = sqlite3_column_int(select, 4),
                          .disabled = sqlite3_column_int(select, 5),
                          .locked_until = sqlite3_column_int64(select, 6),
                          .created = sqlite3_column_int64(select, 7),
                          .last_sign_in = sqlite3_column_int64(select, 8)};
    snprintf(a->name, sizeof a->name, "%s", database_text(select, 1));
    snprintf(a->title, sizeof a->title, "%s", database_text(select, 2));
    snprintf(a->scope, sizeof a->scope, "%s", database_text(select, COLUMN_SCOPE));
}

bool accounts_list(struct control *control, account_row *row, void *context, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select = database_prepare(database, ACCOUNT_COLUMNS " ORDER BY account", fault);
    struct account a;
    bool good = select;
    while (select && sqlite3_step(select) == SQLITE_ROW) {
        account_of(select, &a);
        if (!row(context, &a)) break;
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return good;
}

/* One account by number (name NULL) or name, with its hash and count of failures. */
static bool read_account(struct control *control, int64_t number, const char *name, struct account *a,
                         char stored[PASSWORD_HASH], unsigned *failures, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    sqlite3_stmt *select =
        database_prepare(database, name ? ACCOUNT_COLUMNS " WHERE name=?" : ACCOUNT_COLUMNS " WHERE account=?", fault);
    bool found = false;
    if (select) {
        if (name)
            database_bind(select, "s", name);
        else
            database_bind(select, "i", number);
        int result = sqlite3_step(select);
        found = result == SQLITE_ROW;
        if (found) account_of(select, a);
        if (found && stored) snprintf(stored, PASSWORD_HASH, "%s", database_text(select, COLUMN_PASSWORD));
        if (found && failures) *failures = (unsigned)sqlite3_column_int(select, COLUMN_FAILURES);
        if (!found && result != SQLITE_DONE) database_fault(database, fault, "reading an account");
    }
    sqlite3_finalize(select);
    control_unlock(control);
    return found;
}

bool accounts_get(struct control *control, int64_t number, struct account *a, struct fault *fault)
{
    return read_account(control, number, NULL, a, NULL, NULL, fault);
}

/* The same when "there is none" and "cannot be read" are told apart by the result. */
static enum account_change find(struct control *control, int64_t number, struct account *a, struct fault *fault)
{
    struct fault inner = {""};
    if (accounts_get(control, number, a, &inner)) return ACCOUNT_CHANGED;
    if (!inner.text[0]) return ACCOUNT_UNKNOWN;
    fault_set(fault, "%s", inner.text);
    return ACCOUNT_FAILED;
}

/* ?1 text, ?2 ?3 numbers, ?4 the account. */
static bool update(struct control *control, int64_t number, struct fault *fault, const char *sql, const char *text,
                   int64_t a, int64_t b)
{
    bool good = database_run(control_lock(control), fault, sql, "siii", text, a, b, number);
    control_unlock(control);
    return good;
}

/* ---- signing in ---- */

enum sign_in accounts_sign_in(struct control *control, const struct accounts_policy *policy, const char *name,
                              const char *password, const char *code, struct account *a, struct fault *fault)
{
    static const char failed[] = "UPDATE account SET failures=?2, locked_until=max(locked_until,?3) WHERE account=?4";
    char stored[PASSWORD_HASH];
    unsigned failures = 0;
    int64_t now = (int64_t)time(NULL);
    struct fault inner = {""};
    bool known = read_account(control, 0, name, a, stored, &failures, &inner) && !a->disabled;
    if (inner.text[0]) {
        fault_set(fault, "%s", inner.text);
        return SIGN_IN_FAILED;
    }
    enum password_match match = password_matches(known ? stored : NULL, password);
    if (match == PASSWORD_MATCH_BUSY) return SIGN_IN_BUSY;
    if (!known) return SIGN_IN_WRONG;
    if (a->locked_until > now) return match == PASSWORD_MATCH ? SIGN_IN_LOCKED : SIGN_IN_WRONG;
    enum totp_check second = match == PASSWORD_NO_MATCH ? TOTP_NONE : totp_check(control, a->number, code, now, fault);
    if (second == TOTP_FAILED) return SIGN_IN_FAILED;
    if (second == TOTP_ASKED) return SIGN_IN_CODE;
    if (match == PASSWORD_NO_MATCH || second == TOTP_WRONG) {
        bool lock = failures + 1 >= policy->failures;
        enum sign_in wrong = second == TOTP_WRONG ? SIGN_IN_CODE_WRONG : SIGN_IN_WRONG;
        return update(control, a->number, fault, failed, "", lock ? 0 : failures + 1,
                      lock ? now + policy->lock_seconds : 0)
                   ? wrong
                   : SIGN_IN_FAILED;
    }
    return update(control, a->number, fault, "UPDATE account SET failures=?2, last_sign_in=?3 WHERE account=?4", "", 0,
                  now)
               ? SIGNED_IN
               : SIGN_IN_FAILED;
}

enum password_change accounts_change_password(struct control *control, int64_t number, const char *old,
                                              const char *fresh, const char **flaw, struct fault *fault)
{
    char stored[PASSWORD_HASH], hash[PASSWORD_HASH];
    struct account a;
    if (!read_account(control, number, NULL, &a, stored, NULL, fault)) return PASSWORD_FAILED;
    enum password_match match = password_matches(stored, old);
    if (match != PASSWORD_MATCH) return match == PASSWORD_MATCH_BUSY ? PASSWORD_BUSY : PASSWORD_WRONG;
    *flaw = strcmp(old, fresh) == 0 ? "same" : accounts_password_flaw(a.name, fresh);
    if (*flaw) return PASSWORD_FLAWED;
    return password_hash(fresh, hash, fault) &&
                   update(control, number, fault,
                          "UPDATE account SET password=?1, must_change=?2, password_changed=?3 WHERE account=?4", hash,
                          0, (int64_t)time(NULL))
               ? PASSWORD_CHANGED
               : PASSWORD_FAILED;
}

/* ---- making and changing accounts ---- */

enum account_change accounts_add(struct control *control, const char *name, const char *title, enum role role,
                                 char password[ONE_TIME_ROOM], int64_t *number, struct fault *fault)
{
    char hash[PASSWORD_HASH];
    int64_t now = (int64_t)time(NULL);
    password_make(password);
    if (!password_hash(password, hash, fault)) return ACCOUNT_FAILED;
    sqlite3 *database = control_lock(control);
    enum account_change result = ACCOUNT_EXISTS;
    if (!database_number(database, 0, "SELECT 1 FROM account WHERE name=?", "s", name)) {
        result = database_run(database, fault,
                              "INSERT INTO account(name,title,role,password,must_change,created,password_changed)"
                              " VALUES(?,?,?,?,1,?,?)",
                              "ssisii", name, title, (int64_t)role, hash, now, now)
                     ? ACCOUNT_CHANGED
                     : ACCOUNT_FAILED;
        *number = sqlite3_last_insert_rowid(database);
    }
    control_unlock(control);
    return result;
}

enum account_change accounts_reset_password(struct control *control, int64_t number, char password[ONE_TIME_ROOM],
                                            struct fault *fault)
{
    char hash[PASSWORD_HASH];
    struct account a;
    enum account_change found = find(control, number, &a, fault);
    if (found != ACCOUNT_CHANGED) return found;
    password_make(password);
    return password_hash(password, hash, fault) &&
                   update(control, number, fault,
                          "UPDATE account SET password=?1, must_change=?2, password_changed=?3, failures=0,"
                          " locked_until=0 WHERE account=?4",
                          hash, 1, (int64_t)time(NULL))
               ? ACCOUNT_CHANGED
               : ACCOUNT_FAILED;
}

bool account_scope_valid(const char *scope)
{
    if (strlen(scope) > ACCOUNT_SCOPE_MAX) return false;
    for (; *scope; scope++)
        if (!isalnum((unsigned char)*scope) && !strchr("._-@/,", *scope)) return false;
    return true;
}

enum account_change accounts_set_scope(struct control *control, int64_t number, const char *scope, struct fault *fault)
{
    sqlite3 *database = control_lock(control);
    bool good = database_run(database, fault, "UPDATE account SET scope=? WHERE account=?", "si", scope, number);
    bool there = sqlite3_changes(database) == 1;
    control_unlock(control);
    return !good ? ACCOUNT_FAILED : there ? ACCOUNT_CHANGED : ACCOUNT_UNKNOWN;
}

enum account_change accounts_disable(struct control *control, int64_t number, bool disabled, struct fault *fault)
{
    enum account_change result = ACCOUNT_UNKNOWN;
    sqlite3 *database = control_lock(control);
    int64_t role = database_number(database, -1, "SELECT role FROM account WHERE account=?", "i", number);
    int64_t others = database_number(
        database, 0, "SELECT count(*) FROM account WHERE role=? AND disabled=0 AND account<>?", "ii", role, number);
    if (role >= 0 && disabled && !others)
        result = ACCOUNT_LAST;
    else if (role >= 0)
        result = database_run(database, fault, "UPDATE account SET disabled=? WHERE account=?", "ii", (int64_t)disabled,
                              number)
                     ? ACCOUNT_CHANGED
                     : ACCOUNT_FAILED;
    control_unlock(control);
    return result;
}

bool accounts_first_start(struct control *control, accounts_tell *tell, void *context, struct fault *fault)
{
    static const char *const names[ROLE_COUNT] = {"admin", "security", "audit"};
    int64_t there = database_number(control_lock(control), -1, "SELECT count(*) FROM account", "");
    control_unlock(control);
    if (there < 0) return fault_set(fault, "control.db: accounts cannot be read");
    for (int role = 0; !there && role < ROLE_COUNT; role++) {
        char password[ONE_TIME_ROOM];
        int64_t number;
        struct account a;
        if (accounts_add(control, names[role], role_zh[role], (enum role)role, password, &number, fault) !=
                ACCOUNT_CHANGED ||
            !accounts_get(control, number, &a, fault))
            return false;
        tell(context, &a, password);
        sodium_memzero(password, sizeof password);
    }
    return true;
}
