/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's memory for everything that comes and goes on the packet path: size classes over one mapped region.
 *
 * The region is reserved once; pages become resident when first used. Taking and giving are a few instructions and
 * never reach malloc or the kernel's allocator. One thread. */
#ifndef WANGLOU_SENSOR_FLOW_ARENA_H
#define WANGLOU_SENSOR_FLOW_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARENA_LEAST = 64, ARENA_CLASSES = 33 }; /* 64, 96, 128, 192 … bytes to 4 MiB */

struct arena {
    uint8_t *base, *at, *end;
    void *free[ARENA_CLASSES];
    uint64_t used;    /* bytes handed out, by class size */
    uint64_t refused; /* calls that found no memory */
};

bool arena_open(struct arena *arena, size_t size);
void arena_close(struct arena *arena);
/* Not zeroed. NULL when the region is used up (counted) or `size` is above the largest class. */
void *arena_take(struct arena *arena, size_t size);
/* `size` as taken. NULL is ignored. */
void arena_give(struct arena *arena, void *memory, size_t size);
/* What arena_take(size) really gives room for. */
size_t arena_room(size_t size);

#endif
