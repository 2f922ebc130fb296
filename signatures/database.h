/* SPDX-License-Identifier: Apache-2.0 */
/* Hyperscan databases: compiled on the host that uses them, and kept in a cache directory under a digest of the
 * patterns, the library's version and the processor (Hyperscan 5.4 Developer's Reference, "Serialization"). */
#ifndef WANGLOU_SIGNATURES_DATABASE_H
#define WANGLOU_SIGNATURES_DATABASE_H

#include "common/fault.h"

#include <hs.h>
#include <stdint.h>

struct database_pattern {
    const char *expression;
    unsigned flags;
    uint64_t min_offset, max_offset; /* of the match's end; max 0: anywhere */
};

/* Patterns put together; zeroed but for `room`, the number of them, and the mode. */
struct database_request {
    unsigned room;
    bool streaming; /* for streams, else for blocks */
    const char **expressions;
    unsigned *flags, *ids;
    hs_expr_ext_t *extensions;
    const hs_expr_ext_t **extension_list;
};

/* Pattern `i`; its expression is copied. False: no memory. */
bool database_add(struct database_request *request, unsigned i, const struct database_pattern *pattern);
/* Takes it from the cache, or compiles and keeps it there. */
bool database_make(const struct database_request *request, hs_database_t **out, struct fault *fault);
void database_forget(struct database_request *request);

/* The cache directory of this process (NULL: none is used). It is made with mode 0700; one that others can write to, or
 * that is not this user's, is refused: false and a fault. */
bool database_cache(const char *directory, struct fault *fault);
struct database_figures {
    uint64_t cached, compiled;
};
struct database_figures database_figures(void);

#endif
