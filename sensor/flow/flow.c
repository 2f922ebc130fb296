/* SPDX-License-Identifier: Apache-2.0 */
/* The flow table: linear probing over tags, deletion by shifting back, records in a slab. */
#include "sensor/flow/flow.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/pages.h"

const char *const flow_end_reason_name[] = {"timeout", "closed", "reset", "evicted", "finish", "active"};

enum { EVICTION_LOOKS = 16 };
#define SECOND 1000000000u

bool flow_table_open(struct flow_table *t, const struct flow_limits *limits)
{
    uint32_t slots = 1024;
    memset(t, 0, sizeof *t);
    while (slots < limits->flows * 2u) slots *= 2;
    t->limits = *limits;
    t->mask = slots - 1;
    t->slab = pages_take((size_t)limits->flows * sizeof *t->slab);
    t->slots = pages_take((size_t)slots * sizeof *t->slots);
    t->free_list = UINT32_MAX;
    return t->slab && t->slots;
}

void flow_table_close(struct flow_table *t)
{
    if (t->slab) pages_give(t->slab, (size_t)t->limits.flows * sizeof *t->slab);
    if (t->slots) pages_give(t->slots, ((size_t)t->mask + 1) * sizeof *t->slots);
    memset(t, 0, sizeof *t);
}

/* -1, 0, 1: which of source and destination sorts first. */
static int order(const uint8_t *a, const uint8_t *b, size_t n, uint16_t port_a, uint16_t port_b)
{
    int c = memcmp(a, b, n);
    return c ? c : port_a < port_b ? -1 : port_a > port_b;
}

/* IPv4 is nearly everything, and its addresses are two words. */
static unsigned key_of_ipv4(struct flow_key *key, const struct packet_meta *m)
{
    uint32_t src, dst;
    memcpy(&src, m->src.bytes, 4);
    memcpy(&dst, m->dst.bytes, 4);
    uint64_t a = (uint64_t)be32toh(src) << 16 | m->src_port, b = (uint64_t)be32toh(dst) << 16 | m->dst_port;
    unsigned first = a > b;
    memcpy(key->address[0], first ? &dst : &src, 4);
    memcpy(key->address[1], first ? &src : &dst, 4);
    return first;
}

static unsigned key_of_any(struct flow_key *key, const struct packet_meta *m, bool link)
{
    const uint8_t *src = link ? m->src_mac : m->src.bytes, *dst = link ? m->dst_mac : m->dst.bytes;
    size_t n = link ? 6 : 16;
    unsigned first = order(src, dst, n, m->src_port, m->dst_port) > 0;
    memcpy(key->address[first], src, n);
    memcpy(key->address[!first], dst, n);
    return first;
}

bool flow_key_of(struct flow_key *key, const struct packet *p, unsigned *side)
{
    const struct packet_meta *m = &p->meta;
    bool link = p->kind == PACKET_LINK;
    if (p->kind == PACKET_NOTHING || p->kind == PACKET_COPY) return false;
    *key = (struct flow_key){.family = m->src.family,
                             .proto = m->ip_proto,
                             .vlan = m->vlan[0],
                             .tunnel = p->tunnel,
                             .link_type = link ? p->link_type : 0};
    unsigned first = !link && m->src.family == 4 ? key_of_ipv4(key, m) : key_of_any(key, m, link);
    key->port[0] = first ? m->dst_port : m->src_port;
    key->port[1] = first ? m->src_port : m->dst_port;
    *side = first; /* of the source */
    return true;
}

/* Both halves of the product, so that each bit of either factor moves many. */
static inline uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Of IPv4 most of the key is empty: three words tell all. Put together of the fields as they were written: a wider read
 * of what was written in pieces has to wait for the writes. */
uint64_t flow_hash(const struct flow_key *key)
{
    uint32_t first, second;
    if (key->family != 4) return XXH3_64bits(key, sizeof *key);
    memcpy(&first, key->address[0], 4);
    memcpy(&second, key->address[1], 4);
    uint64_t addresses = (uint64_t)first << 32 | second, tunnel = (uint64_t)key->tunnel << 32 | key->link_type,
             ends = (uint64_t)key->port[0] << 48 | (uint64_t)key->port[1] << 32 | (uint64_t)key->vlan << 16 |
                    (uint64_t)key->proto << 8;
    return mix(mix(addresses ^ 0x9e3779b97f4a7c15ull, ends ^ 0xd6e8feb86659fd93ull), tunnel ^ 0xa0761d6478bd642full);
}

static uint32_t find_slot(const struct flow_table *t, const struct flow_key *key, uint64_t hash)
{
    uint32_t tag = flow_tag(hash);
    for (uint32_t i = (uint32_t)hash & t->mask;; i = (i + 1) & t->mask) {
        const struct flow_slot *s = &t->slots[i];
        if (!s->tag) return UINT32_MAX;
        if (s->tag == tag && flow_key_same(&t->slab[s->index].key, key)) return i;
    }
}

static void enter(struct flow_table *t, uint64_t hash, uint32_t index)
{
    uint32_t i = (uint32_t)hash & t->mask;
    while (t->slots[i].tag) i = (i + 1) & t->mask;
    t->slots[i] = (struct flow_slot){flow_tag(hash), index};
}

static void delete_slot(struct flow_table *t, uint32_t hole)
{
    for (uint32_t i = (hole + 1) & t->mask; t->slots[i].tag; i = (i + 1) & t->mask) {
        uint32_t home = (uint32_t)flow_hash(&t->slab[t->slots[i].index].key) & t->mask;
        if (((i - home) & t->mask) < ((i - hole) & t->mask)) continue;
        t->slots[hole] = t->slots[i];
        hole = i;
    }
    t->slots[hole] = (struct flow_slot){0, 0};
}

void flow_remove(struct flow_table *t, struct flow *f)
{
    uint32_t slot = find_slot(t, &f->key, flow_hash(&f->key));
    if (slot == UINT32_MAX) return;
    delete_slot(t, slot);
    f->in_use = false;
    f->gaps = t->free_list;
    t->free_list = (uint32_t)(f - t->slab);
    t->used--;
    t->counters.ended++;
}

static uint64_t idle_limit(const struct flow_table *t, const struct flow *f)
{
    if (f->kind != PACKET_TCP) return (uint64_t)t->limits.udp_seconds * SECOND;
    return (uint64_t)(f->closed || f->reset ? t->limits.half_seconds : t->limits.tcp_seconds) * SECOND;
}

static bool expired(const struct flow_table *t, const struct flow *f, uint64_t now)
{
    return now > f->last_ns && now - f->last_ns > idle_limit(t, f);
}

static enum flow_end_reason reason_of(const struct flow *f)
{
    return f->reset ? FLOW_ENDED_RESET : f->closed ? FLOW_ENDED_CLOSED : FLOW_ENDED_TIMEOUT;
}

static void end_flow(struct flow_table *t, struct flow *f, enum flow_end_reason why, flow_end_call *end, void *context)
{
    end(context, f, why);
    flow_remove(t, f);
}

/* The one longest idle of the next few records under the hand. */
static void evict(struct flow_table *t, flow_end_call *end, void *context)
{
    struct flow *victim = NULL;
    for (unsigned i = 0; i < EVICTION_LOOKS; i++) {
        struct flow *f = &t->slab[t->hand];
        t->hand = t->hand + 1 < t->fresh ? t->hand + 1 : 0;
        if (f->in_use && (!victim || f->last_ns < victim->last_ns)) victim = f;
    }
    if (!victim) return;
    t->counters.evicted++;
    end_flow(t, victim, FLOW_ENDED_EVICTED, end, context);
}

static struct flow *take_record(struct flow_table *t)
{
    if (t->free_list != UINT32_MAX) {
        struct flow *f = &t->slab[t->free_list];
        t->free_list = f->gaps;
        return f;
    }
    return t->fresh < t->limits.flows ? &t->slab[t->fresh++] : NULL;
}

/* A SYN on a connection that is over, with another sequence number, or long after the same one: a new connection. */
static bool begins_anew(const struct flow *f, const struct packet *p, unsigned side)
{
    const struct stream *s = &f->side[side].stream;
    if (p->kind != PACKET_TCP || (p->meta.tcp_flags & (TCP_SYN | TCP_ACK)) != TCP_SYN) return false;
    if (f->closed || f->reset) return true;
    if (!s->started || s->next == p->tcp_seq + 1) return false;
    return !s->has_syn || s->first != p->tcp_seq || p->meta.time_ns > f->last_ns + SECOND;
}

struct flow *flow_get(struct flow_table *t, const struct flow_key *key, uint64_t hash, unsigned side,
                      struct flow *likely, const struct packet *p, flow_end_call *end, void *context)
{
    struct flow *known = likely;
    if (!likely || !likely->in_use || !flow_key_same(&likely->key, key)) {
        uint32_t slot = find_slot(t, key, hash);
        known = slot == UINT32_MAX ? NULL : &t->slab[t->slots[slot].index];
    }
    if (known) {
        if (!expired(t, known, p->meta.time_ns) && !begins_anew(known, p, side)) return known;
        end_flow(t, known, reason_of(known), end, context);
    }
    if (t->used >= t->limits.flows) evict(t, end, context);
    struct flow *f = take_record(t);
    if (!f) return NULL;
    memset(f, 0, sizeof *f);
    f->key = *key;
    f->in_use = true;
    f->kind = (uint8_t)p->kind;
    f->start_ns = f->last_ns = p->meta.time_ns;
    f->start_frame = p->meta.frame;
    f->due_ns = t->limits.active_ns ? p->meta.time_ns + t->limits.active_ns : UINT64_MAX;
    /* 63 bits: some readers of JSON know signed numbers only */
    f->id = XXH3_64bits_withSeed(&f->start_ns, sizeof f->start_ns, XXH3_64bits(key, sizeof *key)) >> 1;
    enter(t, hash, (uint32_t)(f - t->slab));
    t->used++;
    t->counters.created++;
    return f;
}

void flow_expire(struct flow_table *t, uint64_t now, uint32_t steps, flow_end_call *end, void *context)
{
    if (steps > t->fresh) steps = t->fresh;
    for (uint32_t i = 0; i < steps; i++) {
        struct flow *f = &t->slab[t->hand];
        t->hand = t->hand + 1 < t->fresh ? t->hand + 1 : 0;
        if (f->in_use && expired(t, f, now)) end_flow(t, f, reason_of(f), end, context);
    }
}

static int by_start(const void *a, const void *b)
{
    const struct flow *const *x = a, *const *y = b;
    return ((*x)->start_frame > (*y)->start_frame) - ((*x)->start_frame < (*y)->start_frame);
}

static void finish(struct flow_table *t, struct flow *f, uint64_t now, flow_end_call *end, void *context)
{
    bool over = f->closed || f->reset || expired(t, f, now);
    if (f->in_use) end_flow(t, f, over ? reason_of(f) : FLOW_ENDED_FINISH, end, context);
}

void flow_finish(struct flow_table *t, uint64_t now, flow_end_call *end, void *context)
{
    struct flow **left = malloc((t->used + 1) * sizeof *left);
    uint32_t count = 0;
    for (uint32_t i = 0; left && i < t->fresh; i++)
        if (t->slab[i].in_use) left[count++] = &t->slab[i];
    if (left) qsort(left, count, sizeof *left, by_start);
    for (uint32_t i = 0; i < count; i++) finish(t, left[i], now, end, context);
    free(left);
    for (uint32_t i = 0; t->used && i < t->fresh; i++) finish(t, &t->slab[i], now, end, context); /* without memory */
}
