/* SPDX-License-Identifier: Apache-2.0 */
/* Can one of many literals stand in a payload? A look at three octets in a row here and there, which spares most
 * searches: short payloads cost less than the entry into Hyperscan.
 *
 * Where all literals have at least L octets, any of them covers three octets from a multiple of L - 2 on; which three
 * that can be is kept in a table of bits, found by two hashes (Bloom, "Space/Time Trade-offs", 1970). */
#ifndef WANGLOU_SIGNATURES_TRIPLES_H
#define WANGLOU_SIGNATURES_TRIPLES_H

#include "common/region.h"
#include "signatures/payload.h"

enum { TRIPLE = 3 };

struct triples {
    uint32_t step;  /* 0: there are no literals, nothing passes */
    uint32_t shift; /* of the hashes, to the table's size */
    uint64_t *bits;
};

/* Of literals of at least TRIPLE octets. False: no memory. */
bool triples_make(struct region *memory, const struct payload_step *const *literals, unsigned count,
                  struct triples *out);

static inline bool triples_have(const struct triples *t, uint32_t hash)
{
    uint32_t place = hash >> t->shift;
    return t->bits[place / 64] >> place % 64 & 1;
}
static inline uint32_t triple_hash(uint32_t octets) { return octets * 0x9e3779b1u; }
static inline uint32_t triple_hash_again(uint32_t octets) { return (octets ^ octets >> 11) * 0x85ebca6bu; }

/* False: none of the literals stands in it. */
static inline bool triples_pass(const struct triples *t, const struct bytes *payload)
{
    struct bytes b = *payload;
    size_t n = bytes_left(&b), step = t->step;
    const uint8_t *at = step && n >= TRIPLE ? bytes_step(&b, n) : NULL;
    for (size_t i = 0; at && i + TRIPLE <= n; i += step) {
        uint32_t octets = at[i] | (uint32_t)at[i + 1] << 8 | (uint32_t)at[i + 2] << 16;
        if (triples_have(t, triple_hash(octets)) && triples_have(t, triple_hash_again(octets))) return true;
    }
    return false;
}

#endif
