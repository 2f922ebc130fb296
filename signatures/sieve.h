/* SPDX-License-Identifier: Apache-2.0 */
/* What a payload must have for the patterns of a condition to be found in it: a look that spares most scans. */
#ifndef WANGLOU_SIGNATURES_SIEVE_H
#define WANGLOU_SIGNATURES_SIEVE_H

#include "common/bytes.h"

enum { SIEVE_PAIRS = 4 };

struct sieve {
    uint32_t least; /* octets of payload */
    bool has_octet; /* the one at `offset` is from `low` to `high` */
    uint8_t low, high;
    uint16_t offset;
    uint8_t pair_count; /* 0: none is known; else one of these stands somewhere */
    uint8_t pairs[SIEVE_PAIRS][2];
    /* A stretch of so many of these octets stands somewhere, so that one of them does at a multiple; 0: unknown. */
    uint8_t stretch;
    uint64_t octets[256 / 64];
};

struct pattern;

/* Narrows it by a pattern that has to be found as well. */
void sieve_add(struct sieve *sieve, const struct pattern *pattern);

bool sieve_has_pair(const struct sieve *sieve, const struct bytes *payload);

static inline bool sieve_has_stretch(const struct sieve *s, const struct bytes *payload)
{
    for (size_t i = s->stretch - 1u, n = bytes_left(payload); i < n; i += s->stretch) {
        uint8_t octet = bytes_peek(payload, i);
        if (s->octets[octet / 64] >> octet % 64 & 1) return true;
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
