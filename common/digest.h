/* SPDX-License-Identifier: Apache-2.0 */
/* The SHA-256 of octets as people read and compare it: lower-case hexadecimal (FIPS 180-4). */
#ifndef WANGLOU_COMMON_DIGEST_H
#define WANGLOU_COMMON_DIGEST_H

#include <stddef.h>

enum { DIGEST_TEXT = 64 };

/* Returns `out`. */
const char *digest_text(const void *octets, size_t length, char out[DIGEST_TEXT + 1]);

#endif
