/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of packets and the bundles that alerts take out of it (evidence.h); digests by FIPS 180-4 SHA-256. */
#include "sensor/inspect/evidence.h"

#if defined __SSE2__
#include <emmintrin.h>
#endif
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/event.h"
#include "sensor/decode/decode.h"
#include "sensor/inspect/event.h"
#include "sensor/options.h"

enum {
    UNIT = 16,             /* octets written at a time */
    LEAST = 1024,          /* octets of the ring */
    BUCKETS = 1 << 14,     /* of flows */
    STEPS = 4096,          /* packets looked at backwards for one alert, at most */
    WAITING = 32,          /* alerts whose later packets are awaited */
    ROOM = 128 << 10,      /* octets of packets of one alert */
    PACKETS_AT_MOST = 256, /* of one alert */
    DIGEST = crypto_hash_sha256_BYTES
};
#define PATIENCE 5000000000u /* ns an alert waits for packets behind it */

/* A packet in the ring, its octets behind it. Places count on for ever; what lies further back than the ring is long is
 * gone. */
struct kept {
    uint64_t frame, time_ns, flow_id;
    uint64_t before; /* place + 1 of the packet before it in the same bucket of flows; 0: none */
    uint32_t captured, length;
    int link; /* DLT_ of libpcap */
    uint32_t unused;
};

_Static_assert(sizeof(struct kept) % UNIT == 0, "written in whole units");

struct taken {
    uint64_t frame, time_ns;
    uint32_t captured, length, at;
    int link;
    uint8_t digest[DIGEST];
};

struct bundle {
    bool used, cut;
    char alert[ULID_LENGTH + 1];
    struct packet_meta meta; /* of the alert */
    uint64_t ordinal;
    unsigned count, behind; /* packets, and of them those behind the alert */
    uint32_t filled;
    uint8_t chain[DIGEST];
    struct taken packets[PACKETS_AT_MOST];
    uint8_t *bytes;
};

struct evidence {
    struct event_out *out;
    struct packet *const *hand; /* the packet in hand is not in the ring yet */
    struct evidence_counters counters;
    uint64_t size, head, at; /* octets of the ring; the place that comes next, and where in the ring it is */
    uint8_t *ring;
    uint64_t *buckets; /* place + 1 of the newest packet */
    uint64_t awaited;  /* bit a flow id's last six: some alert waits for packets of a flow with these */
    unsigned before, behind, waiting;
    struct bundle *bundles, *newest;
    uint8_t *rooms;
};

/* ---- the ring ---------------------------------------------------- */

static struct kept *at_place(const struct evidence *e, uint64_t place)
{
    return (struct kept *)(void *)(e->ring + place % e->size);
}

static uint8_t *octets_of(const struct kept *k) { return (uint8_t *)(k + 1); }

/* Written past the caches where the processor can: it is seldom read again, and would push out what is. */
static inline void put_unit(uint8_t *at, const uint8_t *unit)
{
#if defined __SSE2__
    _mm_stream_si128((__m128i *)(void *)at, _mm_loadu_si128((const __m128i *)(const void *)unit));
#else
    memcpy(at, unit, UNIT);
#endif
}

/* In whole units; `to` is aligned and has room up to the next one. */
static void put(uint8_t *to, const void *from, size_t n)
{
    const uint8_t *in = from;
    for (; n >= UNIT; n -= UNIT, in += UNIT, to += UNIT) put_unit(to, in);
    if (!n) return;
    uint8_t rest[UNIT] = {0};
    memcpy(rest, in, n);
    put_unit(to, rest);
}

static void keep(struct evidence *e, const struct packet *p)
{
    uint64_t left = e->size - e->at, captured = p->captured, *bucket = &e->buckets[p->meta.flow_id % BUCKETS];
    if (sizeof(struct kept) + captured > e->size) captured = 0;
    uint64_t need = (sizeof(struct kept) + captured + UNIT - 1) & ~(uint64_t)(UNIT - 1);
    if (left < need) { /* a packet lies in one piece */
        e->head += left;
        e->at = 0;
    }
    struct kept *k = (struct kept *)(void *)(e->ring + e->at);
    const struct kept about = {.frame = p->meta.frame,
                               .time_ns = p->meta.time_ns,
                               .flow_id = p->meta.flow_id,
                               .before = *bucket,
                               .link = p->link,
                               .captured = (uint32_t)captured,
                               .length = p->meta.length};
    put((uint8_t *)k, &about, sizeof about);
    put(octets_of(k), p->frame, captured);
    *bucket = e->head + 1;
    e->head += need;
    e->at += need;
}

/* NULL: overwritten since. */
static struct kept *kept_of(const struct evidence *e, uint64_t place)
{
    return e->head - place > e->size ? NULL : at_place(e, place);
}

/* ---- bundles ----------------------------------------------------- */

static void chain_on(struct bundle *b, const uint8_t digest[DIGEST])
{
    uint8_t both[2 * DIGEST];
    memcpy(both, b->chain, DIGEST);
    memcpy(both + DIGEST, digest, DIGEST);
    crypto_hash_sha256(b->chain, both, sizeof both);
}

static void take(struct bundle *b, const struct taken *packet, const uint8_t *octets)
{
    if (b->count == PACKETS_AT_MOST || packet->captured > ROOM - b->filled) {
        b->cut = true;
        return;
    }
    struct taken *t = &b->packets[b->count++];
    *t = *packet;
    t->at = b->filled;
    memcpy(b->bytes + t->at, octets, t->captured);
    b->filled += t->captured;
    crypto_hash_sha256(t->digest, b->bytes + t->at, t->captured);
    chain_on(b, t->digest);
}

static void take_kept(struct bundle *b, const struct kept *k)
{
    take(b,
         &(struct taken){
             .frame = k->frame, .time_ns = k->time_ns, .captured = k->captured, .length = k->length, .link = k->link},
         octets_of(k));
}

static void take_packet(struct bundle *b, const struct packet *p)
{
    take(b,
         &(struct taken){.frame = p->meta.frame,
                         .time_ns = p->meta.time_ns,
                         .captured = (uint32_t)p->captured,
                         .length = p->meta.length,
                         .link = p->link},
         p->frame);
}

/* The flow's packets before, oldest first, and the packet itself. */
static void take_before(struct evidence *e, struct bundle *b, const struct packet_meta *m)
{
    const struct kept *found[PACKETS_AT_MOST];
    const struct packet *hand = *e->hand;
    bool in_hand = hand->frame && hand->meta.frame == m->frame;
    unsigned count = 0, wanted = e->before + !in_hand;
    uint64_t link = m->flow_id ? e->buckets[m->flow_id % BUCKETS] : 0;
    bool ended = !link;
    for (unsigned steps = 0; link && count < wanted && steps < STEPS; steps++) {
        const struct kept *k = kept_of(e, link - 1);
        if (!k) break;
        if (k->flow_id == m->flow_id && k->frame <= m->frame) found[count++] = k;
        link = k->before;
        ended = !link;
    }
    b->cut = count < wanted && !ended;
    while (count) take_kept(b, found[--count]);
    if (in_hand) take_packet(b, hand);
    if (!b->count || b->packets[b->count - 1].frame != m->frame) b->cut = true;
}

static void put_hex(struct json *j, const char *key, const uint8_t digest[DIGEST])
{
    char text[2 * DIGEST + 1];
    json_put_string(j, key, sodium_bin2hex(text, sizeof text, digest, DIGEST));
}

static void put_packet(struct json *j, const struct bundle *b, const struct taken *t)
{
    json_begin_object(j, NULL);
    json_put_uint(j, "frame", t->frame);
    json_put_time(j, "time", t->time_ns);
    json_put_uint(j, "length", t->length);
    json_put_int(j, "link", t->link);
    json_put_base64(j, "data", b->bytes + t->at, t->captured);
    put_hex(j, "sha256", t->digest);
    json_end_object(j);
}

static void await(struct evidence *e)
{
    e->awaited = 0;
    for (unsigned i = 0; e->waiting && i < WAITING; i++) {
        const struct bundle *b = &e->bundles[i];
        if (b->used && b != e->newest) e->awaited |= 1ull << (b->meta.flow_id & 63);
    }
}

static void tell(struct evidence *e, struct bundle *b)
{
    struct json j = event_begin(e->out, EVENT_EVIDENCE, &b->meta, NULL);
    json_begin_object(&j, "evidence");
    json_put_string(&j, "alert", b->alert);
    json_begin_array(&j, "packets");
    for (unsigned i = 0; i < b->count; i++) put_packet(&j, b, &b->packets[i]);
    json_end_array(&j);
    put_hex(&j, "sha256", b->chain);
    json_put_bool(&j, "truncated", b->cut);
    json_end_object(&j);
    event_send(e->out, &j, EVENT_EVIDENCE, 0, b->meta.time_ns, b->meta.frame, b->ordinal);
    e->counters.evidence_sent++;
    e->counters.evidence_cut += b->cut;
    e->counters.evidence_packets += b->count;
    b->used = false;
    e->waiting--;
    await(e);
}

/* A free one; when all wait, the one that has waited longest is told as it is. */
static struct bundle *free_bundle(struct evidence *e)
{
    struct bundle *oldest = &e->bundles[0];
    for (unsigned i = 0; i < WAITING; i++) {
        struct bundle *b = &e->bundles[i];
        if (!b->used) return b;
        if (b->meta.time_ns < oldest->meta.time_ns) oldest = b;
    }
    oldest->cut = true;
    tell(e, oldest);
    return oldest;
}

void evidence_for_alert(struct evidence *e, struct json *j, const struct packet_meta *m)
{
    /* the alert's own line is being written: the one told to make room would overwrite it */
    struct bundle *b = e->newest;
    b->used = true;
    b->meta = *m;
    b->count = b->behind = b->filled = 0;
    memset(b->chain, 0, DIGEST);
    take_before(e, b, m);
    json_begin_object(j, "evidence");
    json_begin_array(j, "frames");
    for (unsigned i = 0; i < b->count; i++) json_put_uint(j, NULL, b->packets[i].frame);
    json_end_array(j);
    json_put_uint(j, "packets", b->count);
    put_hex(j, "sha256", b->chain);
    json_put_bool(j, "cut", b->cut);
    json_end_object(j);
}

void evidence_alert_sent(struct evidence *e, const char *id)
{
    struct bundle *b = e->newest;
    memcpy(b->alert, id, sizeof b->alert);
    b->ordinal = e->out->ordinal;
    e->waiting++;
    if (!e->behind) tell(e, b);
    e->newest = free_bundle(e);
    await(e);
}

static void take_behind(struct evidence *e, const struct packet *p)
{
    for (unsigned i = 0; e->waiting && i < WAITING; i++) {
        struct bundle *b = &e->bundles[i];
        if (!b->used || b == e->newest || b->meta.flow_id != p->meta.flow_id || b->meta.frame >= p->meta.frame)
            continue;
        take_packet(b, p);
        if (++b->behind >= e->behind || b->cut) tell(e, b);
    }
}

void evidence_keep(struct evidence *e, const struct packet *p)
{
    if (!p->meta.flow_id) return;
    keep(e, p);
    if (e->awaited >> (p->meta.flow_id & 63) & 1) take_behind(e, p);
}

void evidence_tick(struct evidence *e, uint64_t now_ns)
{
    for (unsigned i = 0; e->waiting && i < WAITING; i++) {
        struct bundle *b = &e->bundles[i];
        if (b->used && b != e->newest && now_ns > b->meta.time_ns + PATIENCE) tell(e, b);
    }
}

void evidence_finish(struct evidence *e) { evidence_tick(e, UINT64_MAX); }

/* ---- life -------------------------------------------------------- */

const struct evidence_counters *evidence_counters(const struct evidence *e) { return &e->counters; }

static bool take_memory(struct evidence *e)
{
    e->ring = aligned_alloc(UNIT, e->size);
    e->buckets = calloc(BUCKETS, sizeof *e->buckets);
    e->bundles = calloc(WAITING, sizeof *e->bundles);
    e->rooms = malloc((size_t)WAITING * ROOM);
    return e->ring && e->buckets && e->bundles && e->rooms;
}

struct evidence *evidence_open(const struct sensor_options *o, struct event_out *out, struct packet *const *hand,
                               bool *failed)
{
    *failed = false;
    if (!o->evidence_memory) return NULL;
    struct evidence *e = calloc(1, sizeof *e);
    *failed = true;
    if (!e) return NULL;
    e->out = out;
    e->hand = hand;
    e->size = (o->evidence_memory < LEAST ? LEAST : o->evidence_memory) & ~(uint64_t)(UNIT - 1);
    e->before = (unsigned)o->evidence_before;
    e->behind = (unsigned)o->evidence_after;
    if (!take_memory(e)) {
        evidence_close(e);
        return NULL;
    }
    for (unsigned i = 0; i < WAITING; i++) e->bundles[i].bytes = e->rooms + (size_t)i * ROOM;
    e->newest = &e->bundles[0];
    *failed = false;
    return e;
}

void evidence_close(struct evidence *e)
{
    if (!e) return;
    free(e->ring);
    free(e->buckets);
    free(e->bundles);
    free(e->rooms);
    free(e);
}
