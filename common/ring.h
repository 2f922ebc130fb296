/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of variable-length records between exactly one producing and one consuming thread.
 *
 * No lock and no system call; no allocation after `ring_open`. A record is never split: one that does not fit before
 * the end of the memory starts again at its beginning. Each side keeps a copy of the other's position, so that a
 * cache line moves between cores only when the ring looks full or empty. */
#ifndef WANGLOU_COMMON_RING_H
#define WANGLOU_COMMON_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct ring_record {
    uint32_t length; /* of the bytes that follow; RING_SKIP: go on at the beginning of the memory */
    uint8_t type, severity;
    uint16_t unused;
};
enum { RING_HEAD = sizeof(struct ring_record), RING_LINE = 64 };
#define RING_SKIP UINT32_MAX

struct ring {
    uint8_t *memory;
    size_t size; /* a power of two */
    /* The producer's line. Positions only grow; their place in the memory is the position modulo the size. */
    _Alignas(RING_LINE) _Atomic size_t written;
    size_t read_seen;
    _Atomic uint64_t refused; /* records that found no room */
    /* The consumer's line. */
    _Alignas(RING_LINE) _Atomic size_t read;
    size_t written_seen;
};

/* `size`: a power of two, at least 4,096. False: no memory. */
static inline bool ring_open(struct ring *r, size_t size)
{
    memset(r, 0, sizeof *r);
    r->memory = aligned_alloc(RING_LINE, size);
    r->size = size;
    return r->memory != NULL;
}

static inline void ring_close(struct ring *r)
{
    free(r->memory);
    r->memory = NULL;
}

/* The longest record that is sure to fit into an empty ring, wherever it stands. */
static inline size_t ring_longest(const struct ring *r) { return r->size / 2 - 2 * RING_HEAD; }

static inline size_t ring_padded(size_t length) { return RING_HEAD + ((length + 7) & ~(size_t)7); }

/* Producer: copies a record in; false when it does not fit and leave `spare` bytes free. */
static inline bool ring_write(struct ring *r, uint8_t type, uint8_t severity, const void *data, size_t length,
                              size_t spare)
{
    size_t at = atomic_load_explicit(&r->written, memory_order_relaxed), place = at & (r->size - 1);
    size_t need = ring_padded(length), skip = need > r->size - place ? r->size - place : 0;
    if (length > ring_longest(r)) return false;
    if (need + skip + spare > r->size - (at - r->read_seen)) {
        r->read_seen = atomic_load_explicit(&r->read, memory_order_acquire);
        if (need + skip + spare > r->size - (at - r->read_seen)) return false;
    }
    if (skip) {
        *(struct ring_record *)(void *)(r->memory + place) = (struct ring_record){.length = RING_SKIP};
        place = 0;
    }
    *(struct ring_record *)(void *)(r->memory + place) =
        (struct ring_record){.length = (uint32_t)length, .type = type, .severity = severity};
    memcpy(r->memory + place + RING_HEAD, data, length);
    atomic_store_explicit(&r->written, at + skip + need, memory_order_release);
    return true;
}

/* Consumer: the oldest record, its bytes right behind it, or NULL; valid until `ring_next`. */
static inline const struct ring_record *ring_peek(struct ring *r)
{
    for (;;) {
        size_t at = atomic_load_explicit(&r->read, memory_order_relaxed), place = at & (r->size - 1);
        if (at == r->written_seen) {
            r->written_seen = atomic_load_explicit(&r->written, memory_order_acquire);
            if (at == r->written_seen) return NULL;
        }
        const struct ring_record *record = (const void *)(r->memory + place);
        if (record->length != RING_SKIP) return record;
        atomic_store_explicit(&r->read, at + r->size - place, memory_order_release);
    }
}

static inline const char *ring_data(const struct ring_record *record) { return (const char *)(record + 1); }

/* Consumer: gives the peeked record's room back. */
static inline void ring_next(struct ring *r, const struct ring_record *record)
{
    size_t at = atomic_load_explicit(&r->read, memory_order_relaxed);
    atomic_store_explicit(&r->read, at + ring_padded(record->length), memory_order_release);
}

#endif
