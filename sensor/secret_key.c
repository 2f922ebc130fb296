/* SPDX-License-Identifier: Apache-2.0 */
/* Makes and reads the key of a sensor's installation (libsodium). */
#include "sensor/secret_key.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT = 2 * SECRET_KEY };

static bool make(const char *path, struct fault *fault)
{
    uint8_t key[SECRET_KEY];
    char text[TEXT + 1];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0) return errno == EEXIST || fault_set(fault, "%s: %s", path, strerror(errno));
    randombytes_buf(key, sizeof key);
    sodium_bin2hex(text, sizeof text, key, sizeof key);
    text[TEXT] = '\n';
    bool good = write(file, text, sizeof text) == (ssize_t)sizeof text && fsync(file) == 0;
    good = close(file) == 0 && good;
    sodium_memzero(key, sizeof key);
    sodium_memzero(text, sizeof text);
    if (good) return true;
    fault_set(fault, "%s: %s", path, strerror(errno));
    unlink(path); /* half a key would end each later start */
    return false;
}

static bool read_key(const char *path, uint8_t key[SECRET_KEY], struct fault *fault)
{
    char text[TEXT + 1];
    size_t length = 0;
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return fault_set(fault, "%s: %s", path, strerror(errno));
    bool own = fstat(file, &about) == 0 && (about.st_mode & 077) == 0;
    ssize_t n = read(file, text, TEXT);
    close(file);
    if (!own) return fault_set(fault, "%s: others may read it; chmod 600 it", path);
    bool good =
        n == TEXT && sodium_hex2bin(key, SECRET_KEY, text, TEXT, NULL, &length, NULL) == 0 && length == SECRET_KEY;
    sodium_memzero(text, sizeof text);
    return good || fault_set(fault, "%s: not %d hexadecimal digits", path, (int)TEXT);
}

bool secret_key_load(const char *directory, uint8_t key[SECRET_KEY], bool *there, struct fault *fault)
{
    char path[PATH_MAX];
    *there = directory != NULL;
    if (!directory) return true;
    if (sodium_init() < 0) return fault_set(fault, "libsodium does not start");
    if (mkdir(directory, 0750) != 0 && errno != EEXIST) return fault_set(fault, "%s: %s", directory, strerror(errno));
    if (snprintf(path, sizeof path, "%s/secret.key", directory) >= (int)sizeof path)
        return fault_set(fault, "%s: too long", directory);
    return make(path, fault) && read_key(path, key, fault);
}
