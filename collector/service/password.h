/* SPDX-License-Identifier: Apache-2.0 */
/* Passwords: hashed with Argon2id (RFC 9106), made, and judged. */
#ifndef WANGLOU_COLLECTOR_SERVICE_PASSWORD_H
#define WANGLOU_COLLECTOR_SERVICE_PASSWORD_H

#include "common/fault.h"

enum { PASSWORD_HASH = 128 };

/* 64 MiB and about 60 ms; a few at a time, the rest wait up to three seconds. */
bool password_hash(const char *password, char out[PASSWORD_HASH], struct fault *fault);
enum password_match { PASSWORD_MATCH, PASSWORD_NO_MATCH, PASSWORD_MATCH_BUSY };
/* `stored` NULL: takes as long, and never matches. */
enum password_match password_matches(const char *stored, const char *password);
/* Fifteen characters of 32, 75 bits, in three groups that can be read out; `out` has room for 32. */
void password_make(char *out);

#endif
