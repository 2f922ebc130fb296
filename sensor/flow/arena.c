/* SPDX-License-Identifier: Apache-2.0 */
/* Size-class memory over one mapped region. */
#include "sensor/flow/arena.h"

#include <string.h>

#include "common/pages.h"

/* Even classes are powers of two, odd ones lie half way between. */
static unsigned class_of(size_t size)
{
    if (size <= ARENA_LEAST) return 0;
    unsigned bits = 64u - (unsigned)__builtin_clzll(size - 1); /* 2^bits is enough */
    return 2 * (bits - 6) - (size <= (size_t)3 << (bits - 2));
}

static size_t room_of(unsigned class)
{
    return class % 2 ? (size_t)(ARENA_LEAST + ARENA_LEAST / 2) << class / 2 : (size_t)ARENA_LEAST << class / 2;
}

size_t arena_room(size_t size) { return room_of(class_of(size)); }

bool arena_open(struct arena *a, size_t size)
{
    memset(a, 0, sizeof *a);
    a->base = a->at = pages_take(size);
    a->end = a->base ? a->base + size : NULL;
    return a->base;
}

void arena_close(struct arena *a)
{
    if (a->base) pages_give(a->base, (size_t)(a->end - a->base));
    memset(a, 0, sizeof *a);
}

void *arena_take(struct arena *a, size_t size)
{
    unsigned class = class_of(size);
    size_t room = room_of(class);
    if (class >= ARENA_CLASSES) {
        a->refused++;
        return NULL;
    }
    void *p = a->free[class];
    if (p) {
        memcpy(&a->free[class], p, sizeof(void *));
    } else if ((size_t)(a->end - a->at) >= room) {
        p = a->at;
        a->at += room;
    } else {
        a->refused++;
        return NULL;
    }
    a->used += room;
    return p;
}

void arena_give(struct arena *a, void *memory, size_t size)
{
    if (!memory) return;
    unsigned class = class_of(size);
    memcpy(memory, &a->free[class], sizeof(void *));
    a->free[class] = memory;
    a->used -= room_of(class);
}
