/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens for machines: one acts for the person who made it, within that person's role and scope, and within the rooms
 * of the API it was made for ("alerts:read,metrics:read"). Kept hashed; shown once; they expire and can be revoked. */
#ifndef WANGLOU_COLLECTOR_SERVICE_TOKENS_H
#define WANGLOU_COLLECTOR_SERVICE_TOKENS_H

#include <stddef.h>

#include "collector/service/accounts.h"

enum { TOKEN_TEXT = 4 + 64, TOKEN_NAME_MAX = 63, TOKEN_SCOPES_MAX = 512 };

struct token {
    int64_t number, account;
    char owner[ACCOUNT_NAME_MAX + 1], name[TOKEN_NAME_MAX + 1], scopes[TOKEN_SCOPES_MAX + 1];
    int64_t created, expires, revoked, last_used; /* seconds since 1970; 0: never */
};
typedef bool token_row(void *context, const struct token *token);

/* `text` receives what the machine has to send: "wlt_" and 64 hex digits. */
bool tokens_add(struct control *control, struct token *token, char text[TOKEN_TEXT + 1], struct fault *fault);
/* Of one account, or of all (0). */
bool tokens_list(struct control *control, int64_t account, token_row *row, void *context, struct fault *fault);
/* `account` 0: anyone's. False without a fault: there is none that is in force. */
bool tokens_revoke(struct control *control, int64_t number, int64_t account, struct fault *fault);
/* Whose is it? False: nobody's, or over, or its owner is disabled. */
bool tokens_find(struct control *control, const char *text, struct token *token, struct account *account);
/* Has it "ROOM:read" or "ROOM:write"? */
bool token_allows(const struct token *token, const char *room, size_t length, bool write);

#endif
