/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read up to a cap, or written beside the old one and put in its place. */
#ifndef WANGLOU_COMMON_FILE_H
#define WANGLOU_COMMON_FILE_H

#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "common/fault.h"

/* The content of a regular file of at most `most` octets, ended with a zero octet that `length` does not count; free()
 * it. NULL and a fault. `flags` as O_NOFOLLOW, beside O_RDONLY. */
char *file_read(const char *path, size_t most, size_t *length, int flags, struct fault *fault);

/* The file is these parts, one behind the other, and on the disk when this returns true. False and a fault: it is
 * what it was, unless forcing its directory failed alone. */
bool file_replace(const char *path, mode_t mode, const struct iovec *parts, unsigned count, struct fault *fault);
static inline bool file_write(const char *path, mode_t mode, const void *bytes, size_t length, struct fault *fault)
{
    return file_replace(path, mode, &(struct iovec){(void *)bytes, length}, 1, fault);
}

#endif
