/* SPDX-License-Identifier: Apache-2.0 */
/* Key pairs of a node: CURVE (RFC 26/ZMTP-CURVE, Z85) for the link, Ed25519 for what it signs; as files.
 *
 * NAME.key holds both pairs and is readable by its owner alone (0600, or it is refused); NAME.pub holds the public
 * halves and is what the other side enrols. Both are YAML. */
#ifndef WANGLOU_COMMON_KEYS_H
#define WANGLOU_COMMON_KEYS_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NODE_NAME_MAX = 63, CURVE_TEXT = 40, SIGN_PUBLIC = 32, SIGN_SECRET = 64, SIGNATURE = 64, FINGERPRINT = 39 };

struct keys {
    char name[NODE_NAME_MAX + 1];
    char curve_public[CURVE_TEXT + 1], curve_secret[CURVE_TEXT + 1]; /* Z85; the secret is empty when not known */
    uint8_t sign_public[SIGN_PUBLIC], sign_secret[SIGN_SECRET];
};

/* A node's name: 1 to 63 of A-Z a-z 0-9 . _ -, the first one a letter or digit. It is a file's name, too. */
bool node_name_valid(const char *name);

/* A new pair of each kind. */
bool keys_make(struct keys *keys, const char *name, struct fault *fault);
/* Writes DIRECTORY/NAME.key and DIRECTORY/NAME.pub; never over an existing NAME.key. */
bool keys_write(const struct keys *keys, const char *directory, struct fault *fault);
/* DIRECTORY/NAME.pub alone, over one that is there. */
bool keys_write_public(const struct keys *keys, const char *directory, struct fault *fault);
bool curve_key_valid(const char *text); /* 40 characters of Z85 */
/* A .key file; refused when others may read it. */
bool keys_load_secret(struct keys *keys, const char *path, struct fault *fault);
/* A .pub file (or the public half of a .key file). */
bool keys_load_public(struct keys *keys, const char *path, struct fault *fault);
/* Overwrites the secrets. */
void keys_forget(struct keys *keys);

/* For people to compare by word of mouth: eight groups of four hexadecimal digits over both public keys. */
void keys_fingerprint(const struct keys *keys, char out[FINGERPRINT + 1]);

/* Base64 (RFC 4648) as the files use it. */
bool sign_key_parse(const char *text, uint8_t *key, size_t length);
void sign_key_print(const uint8_t *key, size_t length, char *out, size_t room);

#endif
