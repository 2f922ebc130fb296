/* SPDX-License-Identifier: Apache-2.0 */
/* Signatures over files in minisign's format (jedisct1.github.io/minisign, "Signature format", "Public key format",
 * "Secret key format"): what this program signs, Debian's `minisign` verifies, and the other way round.
 *
 * A signature is four lines of text: an untrusted comment; algorithm, key id and Ed25519 signature of the file (or of
 * its BLAKE2b hash); a trusted comment; a signature over the former and that comment. */
#ifndef WANGLOU_COMMON_MINISIGN_H
#define WANGLOU_COMMON_MINISIGN_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MINISIGN_ID = 8, MINISIGN_ID_TEXT = 16, MINISIGN_TEXT = 1024, MINISIGN_COMMENT = 255 };

struct minisign_key {
    uint8_t id[MINISIGN_ID];
    uint8_t bytes[32]; /* Ed25519 */
};

struct minisign_secret {
    struct minisign_key key;
    uint8_t bytes[64];
};

struct minisign_signature {
    uint8_t id[MINISIGN_ID]; /* of the key */
    bool hashed;             /* of the BLAKE2b-512 of the file, not of the file */
    uint8_t bytes[64], global[64];
    char comment[MINISIGN_COMMENT + 1]; /* the trusted one */
};

bool minisign_make(struct minisign_secret *secret, struct fault *fault);
/* DIRECTORY/NAME.sign.key (0600, without a password; never over one that is there) and DIRECTORY/NAME.sign.pub. */
bool minisign_write(const struct minisign_secret *secret, const char *directory, const char *name, struct fault *fault);
bool minisign_load_public(struct minisign_key *key, const char *path, struct fault *fault);
/* Refused when others may read it, and when it has a password: then minisign itself has to sign. */
bool minisign_load_secret(struct minisign_secret *secret, const char *path, struct fault *fault);
void minisign_forget(struct minisign_secret *secret);

/* Upper-case hexadecimal, as minisign prints it. */
void minisign_id_text(const uint8_t id[MINISIGN_ID], char out[MINISIGN_ID_TEXT + 1]);
bool minisign_id_parse(const char *text, uint8_t id[MINISIGN_ID]);

/* Four lines; returns their length, 0 when the comment is too long or has several lines. */
size_t minisign_sign(const struct minisign_secret *secret, const void *data, size_t length, const char *comment,
                     char out[MINISIGN_TEXT]);
/* Reads four lines at the beginning of `text`; returns their length, 0: it does not begin with a signature. */
size_t minisign_parse(const char *text, size_t length, struct minisign_signature *signature);
/* Is it this key's, over these bytes and its trusted comment? */
bool minisign_verify(const struct minisign_signature *signature, const struct minisign_key *key, const void *data,
                     size_t length);

#endif
