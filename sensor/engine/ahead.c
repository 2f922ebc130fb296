/* SPDX-License-Identifier: Apache-2.0 */
/* What a frame needs is brought up while those before it are in work: of hundreds of flows none lies in the processor's
 * cache. Each step reads what the step before it has fetched, some frames earlier. */
#include "sensor/engine/worker.h"

/* How many frames before its own turn each step is taken: one frame's work is longer than memory takes. */
enum { OCTETS = APPROACH, DECODED = 4, FOUND = 3, SESSION = 2, LAYER = 1 };
_Static_assert(DECODED + 1 < AHEAD, "the frame before the one in hand is still asked for");
enum {
    LINE = 64,
    HEADERS = 2 * LINE,     /* octets of a frame: most frames of a plant are no longer */
    SETTLED_HEAD = 6 * LINE /* of what the matcher settled that most messages need */
};

static inline void fetch(const void *at, size_t size)
{
    for (const char *line = at, *end = line + size; line < end; line += LINE) __builtin_prefetch(line);
}

static inline struct ahead *ahead_of(const struct worker *w, const struct approach *in, unsigned i)
{
    return &w->ahead[(in->first + i) % AHEAD];
}

/* Does the payload lie where the next frame's decoding leaves it alone? */
static bool lasts(const struct packet *p, const struct captured *c)
{
    return bytes_empty(&p->payload) || (p->payload.at >= c->bytes && p->payload.at < c->bytes + c->captured);
}

/* True: the next frame may be decoded before this one is in work. */
static bool look_at(struct worker *w, struct ahead *a, int link, const struct captured *c)
{
    struct packet *p = &a->packet;
    unsigned side = 0;
    a->frame = c;
    a->likely = NULL;
    a->has_flow = false;
    if (c->other) return true;
    p->meta.frame = c->number;
    p->meta.time_ns = c->time_ns;
    p->meta.length = c->length;
    p->frame = c->bytes;
    p->captured = c->captured;
    p->link = link;
    decode(w->decoder, p, link, c->bytes, c->captured);
    if ((a->has_flow = flow_key_of(&a->key, p, &side))) {
        a->side = (uint8_t)side;
        a->hash = flow_hash(&a->key);
        flow_fetch(&w->flows, a->hash);
    }
    return lasts(p, c);
}

static void find(struct worker *w, struct ahead *a)
{
    if (!a->has_flow || !(a->likely = flow_likely(&w->flows, a->hash))) return;
    fetch(a->likely, sizeof *a->likely);
}

static void fetch_session(const struct ahead *a)
{
    const struct flow *f = a->likely;
    if (!f) return;
    if (f->session) fetch(f->session, sizeof *f->session);
    if (f->side[a->side].settled) fetch(f->side[a->side].settled, SETTLED_HEAD);
}

static void fetch_layer(const struct ahead *a)
{
    const struct session *s = a->likely ? a->likely->session : NULL;
    if (!s || !s->layer_count) return;
    __builtin_prefetch(s->layers[0].state);
    if (s->layers[0].requests) fetch(s->layers[0].requests, 2 * LINE);
    for (unsigned i = 0; i < SESSION_PLACES; i++) __builtin_prefetch(s->places[a->side][i]);
}

struct ahead *approach(struct worker *w, struct approach *in, int i)
{
    const unsigned octets = (unsigned)(i + OCTETS), layer = (unsigned)(i + LAYER); /* before the first: beyond all */
    const unsigned found = (unsigned)(i + FOUND), session = (unsigned)(i + SESSION);
    if (octets < in->count) fetch(in->frames[octets].bytes, HEADERS);
    while (in->decoded < in->count && (int)in->decoded <= i + DECODED && (!in->waits || (int)in->decoded == i)) {
        in->waits = !look_at(w, ahead_of(w, in, in->decoded), in->link, &in->frames[in->decoded]);
        in->decoded++;
    }
    if (found < in->decoded) find(w, ahead_of(w, in, found));
    if (session < in->decoded) fetch_session(ahead_of(w, in, session));
    if (layer < in->decoded) fetch_layer(ahead_of(w, in, layer));
    return ahead_of(w, in, (unsigned)i);
}
