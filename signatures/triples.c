/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the table of octets by threes that stand in literals (triples.h). */
#include "signatures/triples.h"

#include <ctype.h>

enum { LEAST_LOG = 9, MOST_LOG = 16, HASH_BITS = 32, BITS_A_TRIPLE = 48, STRETCH = 12 };

static void put(struct triples *t, uint32_t hash)
{
    uint32_t place = hash >> t->shift;
    t->bits[place / 64] |= (uint64_t)1 << place % 64;
}

/* All ways to write it: each letter in both cases. */
static void put_triple(struct triples *t, const uint8_t octets[TRIPLE], bool nocase)
{
    for (unsigned way = 0; way < 1u << TRIPLE; way++) {
        uint32_t v = 0;
        bool real = true;
        for (unsigned i = 0; i < TRIPLE; i++) {
            bool other = way >> i & 1;
            real &= !other || (nocase && isalpha(octets[i]));
            v |= (uint32_t)(other ? octets[i] ^ 32 : octets[i]) << 8 * i;
        }
        if (!real) continue;
        put(t, triple_hash(v));
        put(t, triple_hash_again(v));
    }
}

bool triples_make(struct region *memory, const struct payload_step *const *literals, unsigned count,
                  struct triples *out)
{
    unsigned least = count ? literals[0]->length : 0, log = LEAST_LOG;
    for (unsigned i = 0; i < count; i++)
        if (literals[i]->length < least) least = literals[i]->length;
    *out = (struct triples){.step = 0};
    if (!count) return true;
    if (least > STRETCH) least = STRETCH;
    while (log < MOST_LOG && 1u << log < count * (least - 2) * BITS_A_TRIPLE) log++;
    *out = (struct triples){.step = least - 2, .shift = HASH_BITS - log};
    if (!(out->bits = region_take(memory, ((size_t)1 << log) / 8))) return false;
    for (unsigned i = 0; i < count; i++)
        for (unsigned at = 0; at < out->step; at++) put_triple(out, literals[i]->literal + at, literals[i]->nocase);
    return true;
}
