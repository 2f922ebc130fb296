/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of one life: many small pieces taken while something is loaded, given back all at once.
 *
 * Start with `struct region region = {0};`. Not for the packet path. */
#ifndef WANGLOU_COMMON_REGION_H
#define WANGLOU_COMMON_REGION_H

#include <stddef.h>

struct region_chunk;
struct region {
    struct region_chunk *chunks;
};

/* `size` zeroed bytes, aligned for any type; NULL when there is no memory. */
void *region_take(struct region *region, size_t size);
/* A copy with a NUL behind it. */
char *region_text(struct region *region, const char *text, size_t length);
void region_free(struct region *region);

#endif
