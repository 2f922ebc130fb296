/* SPDX-License-Identifier: Apache-2.0 */
/* Which of up to 64 rules about packets a payload can still fulfil, told by its length and by its octets at a few fixed
 * places: an octet of a header parts most of them, at a load and an AND each. */
#ifndef WANGLOU_SIGNATURES_GATES_H
#define WANGLOU_SIGNATURES_GATES_H

#include "common/region.h"
#include "signatures/payload.h"

enum { GATES = 6, GATE_RULES = 64, GATE_LENGTHS = 256 };

struct gates {
    unsigned count;
    struct {
        uint16_t offset;
        uint64_t beyond;       /* rules that can hold when the payload ends before */
        const uint64_t *masks; /* of each value of the octet: bit r, rule r can hold */
    } gate[GATES];
    const uint64_t *lengths; /* of each length; the last stands for all above, too */
};

/* Of these; a rule of which nothing is understood passes always. False: no memory. */
bool gates_make(struct region *memory, const struct payload *const *payloads, unsigned count, struct gates *out);

/* Bit r is clear: rule r does not hold. */
static inline uint64_t gates_open(const struct gates *g, const struct bytes *payload)
{
    size_t length = bytes_left(payload);
    uint64_t open = g->lengths[length < GATE_LENGTHS ? length : GATE_LENGTHS - 1];
    for (unsigned i = 0; open && i < g->count; i++) {
        uint16_t offset = g->gate[i].offset;
        open &= offset < length ? g->gate[i].masks[bytes_peek(payload, offset)] : g->gate[i].beyond;
    }
    return open;
}

/* Is the literal of the step at one place only, whatever the payload? Then a gate may know it. */
bool gates_know(const struct payload *payload, const struct payload_step *step);

#endif
