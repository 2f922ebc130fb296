/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and replaces whole files (rename(2) on one file system is atomic; the directory is forced, too). */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool read_all(int file, char *bytes, size_t length)
{
    while (length) {
        ssize_t n = read(file, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = ENODATA; /* shorter than it was a moment ago */
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

char *file_read(const char *path, size_t most, size_t *length, int flags, struct fault *fault)
{
    struct stat about;
    char *bytes = NULL;
    int file = open(path, O_RDONLY | O_CLOEXEC | flags);
    *length = 0;
    if (file < 0 || fstat(file, &about) != 0)
        fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
    else if (!S_ISREG(about.st_mode))
        fault_set(fault, "%s: not a file", path);
    else if ((uint64_t)about.st_size > most)
        fault_set(fault, "%s: larger than %zu octets", path, most);
    else if (!(bytes = malloc((size_t)about.st_size + 1)))
        fault_set(fault, "%s: out of memory", path);
    else if (!read_all(file, bytes, (size_t)about.st_size)) {
        fault_set(fault, "%s: cannot be read: %s", path, strerror(errno));
        free(bytes);
        bytes = NULL;
    }
    if (file >= 0) close(file);
    if (!bytes) return NULL;
    *length = (size_t)about.st_size;
    bytes[*length] = 0;
    return bytes;
}

static bool write_all(int file, const char *bytes, size_t length)
{
    while (length) {
        ssize_t n = write(file, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        length -= (size_t)n;
    }
    return true;
}

/* That the name is the new file's is known for good once its directory is on the disk. */
static bool force_directory(const char *path)
{
    char directory[PATH_MAX] = ".";
    const char *end = strrchr(path, '/');
    if (end) snprintf(directory, sizeof directory, "%.*s", end == path ? 1 : (int)(end - path), path);
    int file = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool good = file >= 0 && fsync(file) == 0;
    if (file >= 0) close(file);
    return good;
}

bool file_replace(const char *path, mode_t mode, const struct iovec *parts, unsigned count, struct fault *fault)
{
    char part[PATH_MAX];
    int n = snprintf(part, sizeof part, "%s.part", path);
    if (n < 0 || (size_t)n >= sizeof part) return fault_set(fault, "%s: the path is too long", path);
    int file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    bool good = file >= 0;
    for (unsigned i = 0; good && i < count; i++) good = write_all(file, parts[i].iov_base, parts[i].iov_len);
    good = good && fsync(file) == 0;
    if (file >= 0 && close(file) != 0) good = false;
    good = good && rename(part, path) == 0;
    if (good && force_directory(path)) return true;
    fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
    if (file >= 0 && !good) unlink(part);
    return false;
}
