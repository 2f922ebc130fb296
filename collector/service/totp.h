/* SPDX-License-Identifier: Apache-2.0 */
/* The second factor: time-based one-time codes (RFC 6238, SHA-1, 6 digits, 30 s, as every authenticator has them), each
 * good once, and recovery codes for who has lost the device. */
#ifndef WANGLOU_COLLECTOR_SERVICE_TOTP_H
#define WANGLOU_COLLECTOR_SERVICE_TOTP_H

#include <stddef.h>

#include "collector/service/control.h"

enum { TOTP_SECRET = 20, TOTP_SECRET_TEXT = 32, TOTP_CODE = 6, RECOVERY_CODES = 8, RECOVERY_TEXT = 11 };

/* The code of a step of 30 s since 1970; `out` gets 6 digits and a NUL. */
void totp_code(const uint8_t *secret, size_t length, uint64_t step, char out[TOTP_CODE + 1]);

enum totp_check {
    TOTP_NONE,  /* the account has no second factor */
    TOTP_RIGHT, /* a code or a recovery code, now used up */
    TOTP_ASKED, /* no code was given */
    TOTP_WRONG,
    TOTP_FAILED,
};
enum totp_check totp_check(struct control *control, int64_t account, const char *code, int64_t now_seconds,
                           struct fault *fault);
/* A new secret, in Base32, in force when it was confirmed by a code of it. */
bool totp_enrol(struct control *control, int64_t account, char secret[TOTP_SECRET_TEXT + 1], struct fault *fault);
/* In force from now on; `codes` receives the recovery codes, which are kept hashed. */
enum totp_check totp_confirm(struct control *control, int64_t account, const char *code, int64_t now_seconds,
                             char codes[RECOVERY_CODES][RECOVERY_TEXT + 1], struct fault *fault);
bool totp_in_force(struct control *control, int64_t account);
bool totp_remove(struct control *control, int64_t account, struct fault *fault);

#endif
