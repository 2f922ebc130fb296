/* SPDX-License-Identifier: Apache-2.0 */
/* Reassembly of IP fragments in a small fixed table; the oldest datagram gives way. */
#include "sensor/decode/defrag.h"

#include <string.h>

#include "sensor/decode/layers.h"

#define TIMEOUT 30000000000ull /* ns, as Linux */
enum { MAP = DEFRAG_LONGEST / 8 / 8, FIRST_ROOM = 4096 };

static void drop(struct defrag *d, struct fragments *f)
{
    arena_give(d->arena, f->data, f->room);
    arena_give(d->arena, f->map, MAP);
    memset(f, 0, sizeof *f);
}

static bool same(const struct fragments *f, const struct packet_meta *m, uint32_t id, uint8_t proto)
{
    size_t n = m->src.family == 4 ? 4 : 16;
    return f->id == id && f->proto == proto && f->src.family == m->src.family &&
           memcmp(f->src.bytes, m->src.bytes, n) == 0 && memcmp(f->dst.bytes, m->dst.bytes, n) == 0;
}

static struct fragments *find(struct defrag *d, struct packet *p, uint32_t id, uint8_t proto)
{
    struct fragments *spare = NULL;
    for (unsigned i = 0; i < DEFRAG_DATAGRAMS; i++) {
        struct fragments *f = &d->table[i];
        if (f->in_use && p->meta.time_ns > f->time_ns && p->meta.time_ns - f->time_ns > TIMEOUT) {
            odd(p, ODD_FRAGMENT_DROPPED);
            drop(d, f);
        }
        if (f->in_use && same(f, &p->meta, id, proto)) return f;
        if (!spare || (spare->in_use && (!f->in_use || f->time_ns < spare->time_ns))) spare = f;
    }
    if (spare->in_use) {
        odd(p, ODD_FRAGMENT_DROPPED);
        drop(d, spare);
    }
    spare->map = arena_take(d->arena, MAP);
    if (!spare->map) return NULL;
    memset(spare->map, 0, MAP);
    spare->in_use = true;
    spare->src = p->meta.src;
    spare->dst = p->meta.dst;
    spare->id = id;
    spare->proto = proto;
    spare->time_ns = p->meta.time_ns;
    return spare;
}

static bool make_room(struct defrag *d, struct fragments *f, uint32_t end)
{
    uint32_t wanted = end > FIRST_ROOM ? DEFRAG_LONGEST : FIRST_ROOM;
    if (end <= f->room) return true;
    uint8_t *data = arena_take(d->arena, wanted);
    if (!data) return false;
    if (f->room) memcpy(data, f->data, f->room);
    arena_give(d->arena, f->data, f->room);
    f->data = data;
    f->room = wanted;
    return true;
}

/* Copies unit by unit of eight octets, so that what came first stands. */
static void place(struct packet *p, struct fragments *f, uint32_t offset, struct bytes piece)
{
    while (!bytes_empty(&piece)) {
        uint32_t n = bytes_left(&piece) < 8 ? (uint32_t)bytes_left(&piece) : 8, unit = offset / 8;
        const uint8_t *octets = bytes_step(&piece, n);
        if (f->map[unit / 8] >> (unit % 8) & 1) {
            if (memcmp(f->data + offset, octets, n) != 0) odd(p, ODD_FRAGMENT_OVERLAP);
        } else {
            memcpy(f->data + offset, octets, n);
            f->map[unit / 8] |= (uint8_t)(1u << unit % 8);
            f->received += n;
        }
        offset += n;
    }
}

bool defrag_take(struct defrag *d, struct packet *p, uint32_t id, uint8_t proto, uint32_t offset, bool more,
                 struct bytes piece, struct bytes *payload)
{
    uint32_t end = offset + (uint32_t)bytes_left(&piece);
    odd(p, ODD_FRAGMENT);
    if (end > DEFRAG_LONGEST || (more && bytes_left(&piece) % 8)) {
        odd(p, ODD_FRAGMENT_DROPPED);
        return false;
    }
    struct fragments *f = find(d, p, id, proto);
    if (!f || !make_room(d, f, end)) {
        odd(p, ODD_FRAGMENT_DROPPED);
        return false;
    }
    if (!more) f->total = end;
    place(p, f, offset, piece);
    if (!f->total || f->received < f->total) return false;
    arena_give(d->arena, d->whole, d->whole_room);
    d->whole = f->data;
    d->whole_room = f->room;
    *payload = bytes_over(f->data, f->total);
    f->data = NULL;
    drop(d, f);
    return true;
}
