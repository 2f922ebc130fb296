/* SPDX-License-Identifier: Apache-2.0 */
/* Frames are decoded some at a time, before the first of them is in work: of hundreds of flows none lies in the
 * processor's cache, and what the later ones need comes from memory while the earlier ones are in work. */
#include "sensor/engine/worker.h"

enum { LINE = 64, SETTLED_HEAD = 6 * LINE /* octets of what the matcher settled that most messages need */ };

static inline void fetch(const void *at, size_t size)
{
    for (const char *line = at, *end = line + size; line < end; line += LINE) __builtin_prefetch(line);
}

/* Does the payload lie where the next frame's decoding leaves it alone? */
static bool lasts(const struct packet *p, const struct captured *c)
{
    return bytes_empty(&p->payload) || (p->payload.at >= c->bytes && p->payload.at < c->bytes + c->captured);
}

static bool look_at(struct worker *w, struct ahead *a, int link, const struct captured *c)
{
    struct packet *p = &a->packet;
    unsigned side = 0;
    a->frame = c;
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

unsigned look_ahead(struct worker *w, int link, const struct captured *frames, unsigned count)
{
    unsigned n = 0;
    bool goes_on = true;
    if (count > AHEAD) count = AHEAD;
    for (unsigned i = 0; i < count; i++) fetch(frames[i].bytes, LINE);
    while (n < count && goes_on) {
        goes_on = look_at(w, &w->ahead[n], link, &frames[n]);
        n++;
    }
    for (unsigned i = 0; i < n; i++) {
        const struct flow *f = w->ahead[i].has_flow ? flow_likely(&w->flows, w->ahead[i].hash) : NULL;
        if (f) fetch(f, sizeof *f);
    }
    return n;
}

void fetch_layer(const struct worker *w, const struct ahead *a)
{
    const struct flow *f = a->has_flow ? flow_likely(&w->flows, a->hash) : NULL;
    const struct session *s = f ? f->session : NULL;
    if (!s || !s->layer_count) return;
    __builtin_prefetch(s->layers[0].state);
    if (s->layers[0].requests) fetch(s->layers[0].requests, 2 * LINE);
}

void fetch_session(const struct worker *w, const struct ahead *a)
{
    const struct flow *f = a->has_flow ? flow_likely(&w->flows, a->hash) : NULL;
    if (!f) return;
    if (f->session) fetch(f->session, sizeof *f->session);
    if (f->side[a->side].settled) fetch(f->side[a->side].settled, SETTLED_HEAD);
}
