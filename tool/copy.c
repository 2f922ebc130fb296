/* SPDX-License-Identifier: Apache-2.0 */
/* Files copied and summed (FIPS 180-4 SHA-256). */
#include "tool/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024 };

bool copy_path(char out[COPY_PATH], const char *directory, const char *name, struct fault *fault)
{
    return (size_t)snprintf(out, COPY_PATH, "%s%s%s", directory, *name ? "/" : "", name) < COPY_PATH ||
           fault_set(fault, "%s/%s: the name is too long", directory, name);
}

bool copy_file(const char *from, const char *to, struct fault *fault)
{
    char block[BLOCK];
    ssize_t n = -1;
    int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = out >= 0;
    while (good && (n = read(in, block, sizeof block)) > 0) good = write(out, block, (size_t)n) == n;
    good = good && n == 0 && fsync(out) == 0;
    if (!good) fault_set(fault, "%s: cannot be copied to %s: %s", from, to, strerror(errno));
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    return good;
}

bool copy_sum(const char *path, char sum[COPY_SUM + 1], unsigned long long *bytes, struct fault *fault)
{
    crypto_hash_sha256_state state;
    unsigned char block[BLOCK], digest[crypto_hash_sha256_BYTES];
    size_t n;
    *bytes = 0;
    FILE *in = fopen(path, "rbe");
    if (!in) return fault_set(fault, "%s: %s", path, strerror(errno));
    crypto_hash_sha256_init(&state);
    while ((n = fread(block, 1, sizeof block, in)) > 0) {
        crypto_hash_sha256_update(&state, block, n);
        *bytes += n;
    }
    bool good = !ferror(in) || fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    fclose(in);
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(sum, COPY_SUM + 1, digest, sizeof digest);
    return good;
}
