/* SPDX-License-Identifier: Apache-2.0 */
/* PRP and HSR (IEC 62439-3:2016): the trailer, the copies, and the network that fell silent. */
#include "sensor/decode/redundancy.h"

#include "sensor/decode/layers.h"

#define REMEMBERED 400000000ull  /* ns, EntryForgetTime of the standard */
#define SILENT     3000000000ull /* ns, NodeForgetTime is 60 s: an officer should not wait so long */
enum { ALONE_AT_LEAST = 32, SUFFIX = 0x88fb, TRAILER = 6 };

static void watch_networks(struct redundancy *r, struct packet *p, unsigned lan)
{
    uint64_t now = p->meta.time_ns, other = r->last_ns[!lan];
    r->last_ns[lan] = now;
    r->frames_alone = other && now - other > SILENT ? r->frames_alone + 1 : 0;
    if (r->frames_alone < ALONE_AT_LEAST) {
        if (!r->frames_alone) r->lost = false;
        return;
    }
    if (!r->lost) odd(p, ODD_LAN_LOST);
    r->lost = true;
}

bool redundancy_is_copy(struct redundancy *r, struct packet *p, uint16_t sequence, unsigned lan)
{
    const uint8_t *m = p->meta.src_mac;
    uint64_t sender = (uint64_t)m[0] << 56 | (uint64_t)m[1] << 48 | (uint64_t)m[2] << 40 | (uint64_t)m[3] << 32 |
                      (uint64_t)m[4] << 24 | (uint64_t)m[5] << 16 | sequence;
    unsigned place = (unsigned)(sender * 0x9e3779b97f4a7c15ull >> 52) % REDUNDANCY_RECENT;
    watch_networks(r, p, lan);
    if (r->recent[place].sender == sender && r->recent[place].lan != lan &&
        p->meta.time_ns - r->recent[place].time_ns < REMEMBERED) {
        r->recent[place].sender = 0;
        odd(p, ODD_COPY);
        return true;
    }
    r->recent[place].sender = sender;
    r->recent[place].time_ns = p->meta.time_ns;
    r->recent[place].lan = (uint8_t)lan;
    return false;
}

bool redundancy_trailer(struct bytes *b, uint32_t wire, uint16_t *sequence, unsigned *lan)
{
    size_t n = bytes_left(b);
    if (n < TRAILER || n != wire || bytes_peek_be16(b, n - 2) != SUFFIX) return false;
    uint16_t size = bytes_peek_be16(b, n - 4);
    size_t tag = (size & 0xfff) + 4u == n ? 4 : 0; /* the size leaves out a VLAN tag */
    if ((size >> 12 != 0xa && size >> 12 != 0xb) || (size & 0xfff) + tag != n) return false;
    *sequence = bytes_peek_be16(b, n - 6);
    *lan = size >> 12 == 0xb;
    struct bytes body = bytes_take(b, n - TRAILER);
    *b = body;
    return true;
}
