/* SPDX-License-Identifier: Apache-2.0 */
/* What backup and restore share: paths, plain copies, and SHA-256 sums of files. */
#ifndef WANGLOU_TOOL_COPY_H
#define WANGLOU_TOOL_COPY_H

#include "common/fault.h"

enum { COPY_PATH = 1024, COPY_SUM = 64 };

bool copy_path(char out[COPY_PATH], const char *directory, const char *name, struct fault *fault);
/* A new file, mode 0600, on the disk when this returns. */
bool copy_file(const char *from, const char *to, struct fault *fault);
bool copy_sum(const char *path, char sum[COPY_SUM + 1], unsigned long long *bytes, struct fault *fault);

#endif
