/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions of signed-in people, in memory only: a restart signs everybody out, and nothing at rest can be stolen.
 *
 * A new token at every sign-in and every change of password, so that a token planted before is worth nothing. Only the
 * token's hash is kept. */
#ifndef WANGLOU_COLLECTOR_SERVICE_SESSIONS_H
#define WANGLOU_COLLECTOR_SERVICE_SESSIONS_H

#include "collector/service/accounts.h"
#include "collector/service/signing.h"

enum { SESSION_TOKEN = 64, SESSIONS_MOST = 1024, SESSIONS_OF_ACCOUNT = 8 };

struct session {
    struct account account;
    char csrf[SESSION_TOKEN + 1]; /* to be sent along in X-CSRF-Token */
    int64_t created, used;        /* seconds of a clock that only goes forward */
    struct person_key key;        /* open while the person is signed in */
};

struct sessions;
struct sessions *sessions_make(int64_t idle_seconds, int64_t longest_seconds);
void sessions_free(struct sessions *sessions);

/* The account's oldest session ends when it has SESSIONS_OF_ACCOUNT; the least used of all when there is no room. */
void sessions_begin(struct sessions *sessions, const struct account *account, const struct person_key *key,
                    char token[SESSION_TOKEN + 1], struct session *session);
/* False: none such, or too old. `touch`: this is use by a person, which holds off the idle time-out. */
bool sessions_find(struct sessions *sessions, const char *token, bool touch, struct session *session);
void sessions_end(struct sessions *sessions, const char *token);
/* All of an account, when it was disabled, changed its password or its role. */
void sessions_end_account(struct sessions *sessions, int64_t account);

#endif
