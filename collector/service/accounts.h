/* SPDX-License-Identifier: Apache-2.0 */
/* People and their passwords: three roles of which none has all (三员分立, GB/T 22239 8.1.5), Argon2id, lock-out.
 *
 * An account has exactly one role. Passwords made here (first start, reset) are for one sign-in: they must be changed.
 */
#ifndef WANGLOU_COLLECTOR_SERVICE_ACCOUNTS_H
#define WANGLOU_COLLECTOR_SERVICE_ACCOUNTS_H

#include "collector/service/control.h"

/* X(id, name, zh, en) */
#define ROLES(X)                                                                                                       \
    X(ADMINISTRATOR, "administrator", "系统管理员", "system administrator")                                            \
    X(OFFICER, "officer", "安全管理员", "security officer")                                                            \
    X(AUDITOR, "auditor", "审计管理员", "auditor")
enum role {
#define X(id, name, zh, en) ROLE_##id,
    ROLES(X)
#undef X
        ROLE_COUNT
};
extern const char *const role_name[ROLE_COUNT], *const role_zh[ROLE_COUNT], *const role_en[ROLE_COUNT];
int role_find(const char *name); /* -1: none */

enum {
    ACCOUNT_NAME_MAX = 63,
    ACCOUNT_TITLE_MAX = 127,
    PASSWORD_LEAST = 10,
    PASSWORD_MOST = 256,
    ONE_TIME_ROOM = 32,
    ACCOUNT_SCOPE_MAX = 255
};

struct account {
    int64_t number;
    char name[ACCOUNT_NAME_MAX + 1];
    char title[ACCOUNT_TITLE_MAX + 1]; /* as the person is called */
    enum role role;
    /* Regions and enterprises whose events this person may see, by the names of their nodes ("xiashan/refinery-1"),
     * with commas; "": all. */
    char scope[ACCOUNT_SCOPE_MAX + 1];
    bool must_change_password, disabled;
    int64_t locked_until, created, last_sign_in; /* seconds since 1970; 0: not */
};

struct accounts_policy {
    unsigned failures; /* wrong passwords in a row until the account is locked */
    int64_t lock_seconds;
};

/* When there are no accounts: makes one for each role and tells each password once. */
typedef void accounts_tell(void *context, const struct account *account, const char *password);
bool accounts_first_start(struct control *control, accounts_tell *tell, void *context, struct fault *fault);

enum sign_in {
    SIGNED_IN,
    SIGN_IN_WRONG,  /* name or password: never told which */
    SIGN_IN_LOCKED, /* told to the one with the right password only */
    SIGN_IN_CODE,   /* the password is right, and a second factor is asked for */
    SIGN_IN_CODE_WRONG,
    SIGN_IN_BUSY,   /* too many at a time: hashing takes 64 MiB each */
    SIGN_IN_FAILED, /* the fault says why */
};
enum sign_in accounts_sign_in(struct control *control, const struct accounts_policy *policy, const char *name,
                              const char *password, const char *code, struct account *account, struct fault *fault);

/* What is wrong with a new password, as a word for the API ("short", "common", "name" …); NULL: nothing. */
const char *accounts_password_flaw(const char *name, const char *password);

enum password_change { PASSWORD_CHANGED, PASSWORD_WRONG, PASSWORD_FLAWED, PASSWORD_BUSY, PASSWORD_FAILED };
enum password_change accounts_change_password(struct control *control, int64_t account, const char *old,
                                              const char *fresh, const char **flaw, struct fault *fault);

typedef bool account_row(void *context, const struct account *account);
bool accounts_list(struct control *control, account_row *row, void *context, struct fault *fault);
/* False without a fault: there is none. */
bool accounts_get(struct control *control, int64_t number, struct account *account, struct fault *fault);

enum account_change { ACCOUNT_CHANGED, ACCOUNT_UNKNOWN, ACCOUNT_EXISTS, ACCOUNT_LAST, ACCOUNT_FAILED };
bool account_name_valid(const char *name);
/* `password` receives the one-time password. */
enum account_change accounts_add(struct control *control, const char *name, const char *title, enum role role,
                                 char password[ONE_TIME_ROOM], int64_t *number, struct fault *fault);
enum account_change accounts_reset_password(struct control *control, int64_t number, char password[ONE_TIME_ROOM],
                                            struct fault *fault);
enum account_change accounts_set_scope(struct control *control, int64_t number, const char *scope, struct fault *fault);
/* Names of nodes as store/scope.h has them. */
bool account_scope_valid(const char *scope);
/* The last account of a role that is in force cannot be disabled. */
enum account_change accounts_disable(struct control *control, int64_t number, bool disabled, struct fault *fault);

#endif
