/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 of libsodium (FIPS 180-4). */
#include "common/digest.h"

#include <sodium.h>

const char *digest_text(const void *octets, size_t length, char out[DIGEST_TEXT + 1])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, octets, length);
    return sodium_bin2hex(out, DIGEST_TEXT + 1, digest, sizeof digest);
}
