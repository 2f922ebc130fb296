/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks of memory, handed out from the front (region.h). */
#include "common/region.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 1 << 10, MOST = 64 << 10 }; /* chunks grow with what is taken */

struct region_chunk {
    struct region_chunk *next;
    size_t used, size;
    alignas(max_align_t) char memory[];
};

void *region_take(struct region *region, size_t size)
{
    struct region_chunk *c = region->chunks;
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (!c || size > c->size - c->used) {
        size_t room = !c ? LEAST : c->size < MOST ? c->size * 2 : MOST;
        if (room < size) room = size;
        c = calloc(1, sizeof *c + room);
        if (!c) return NULL;
        c->size = room;
        c->next = region->chunks;
        region->chunks = c;
    }
    void *p = c->memory + c->used;
    c->used += size;
    return p;
}

char *region_text(struct region *region, const char *text, size_t length)
{
    char *copy = region_take(region, length + 1);
    if (copy) memcpy(copy, text, length);
    return copy;
}

void region_free(struct region *region)
{
    while (region->chunks) {
        struct region_chunk *next = region->chunks->next;
        free(region->chunks);
        region->chunks = next;
    }
}
