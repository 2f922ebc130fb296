/* SPDX-License-Identifier: Apache-2.0 */
/* What a payload must have for the patterns of a condition to be found in it: a look that spares most scans. */
#ifndef WANGLOU_SIGNATURES_SIEVE_H
#define WANGLOU_SIGNATURES_SIEVE_H

#include "common/bytes.h"

enum { SIEVE_PAIRS = 4, SIEVE_TWOS = 512 };

struct sieve {
    uint32_t least; /* octets of payload */
    bool has_octet; /* the one at `offset` is from `low` to `high` */
    uint8_t low, high;
    uint16_t offset;
    uint8_t pair_count; /* 0: none is known; else one of these stands somewhere */
    uint8_t pairs[SIEVE_PAIRS][2];
    /* A stretch of so many of these octets stands somewhere, so that two of them do at a multiple of one less; 0:
     * unknown. */
    uint8_t stretch;
    uint64_t octets[256 / 64], twos[SIEVE_TWOS / 64]; /* of `twos`, by sieve_two */
};

static inline unsigned sieve_two(uint8_t a, uint8_t b) { return (a * 37u + b * 11u) % SIEVE_TWOS; }

struct pattern;

/* Narrows it by a pattern that has to be found as well. */
void sieve_add(struct sieve *sieve, const struct pattern *pattern);

bool sieve_has_pair(const struct sieve *sieve, const struct bytes *payload);

static inline bool sieve_has_stretch(const struct sieve *s, const struct bytes *payload)
{
    for (size_t i = s->stretch - 2u, n = bytes_left(payload); i + 1 < n; i += s->stretch - 1u) {
        uint8_t octet = bytes_peek(payload, i);
        if (!(s->octets[octet / 64] >> octet % 64 & 1)) continue;
        unsigned two = sieve_two(octet, bytes_peek(payload, i + 1));
        if (s->twos[two / 64] >> two % 64 & 1) return true;
    }
    return false;
}

/* False: the patterns cannot all be in this payload. */
static inline bool sieve_passes(const struct sieve *s, const struct bytes *payload)
{
    size_t n = bytes_left(payload);
    if (n < s->least) return false;
    if (s->has_octet) {
        uint8_t octet = bytes_peek(payload, s->offset);
        if (s->offset >= n || octet < s->low || octet > s->high) return false;
    }
    if (s->stretch && !sieve_has_stretch(s, payload)) return false;
    return !s->pair_count || sieve_has_pair(s, payload);
}

#endif
