/* SPDX-License-Identifier: Apache-2.0 */
/* From ordered bytes to whole PDUs: asks the parser's `frame`, buffers what is half there, passes over what is none.
 *
 * Progress is guaranteed: each turn of a loop consumes a byte or ends the call. */
#include <string.h>

#include "sensor/engine/worker.h"

static size_t limit_of(const struct parser *p) { return p->max_pdu ? p->max_pdu : 65536; }

struct turn {
    size_t consumed;
    bool wait; /* what is left begins a PDU of `need` bytes */
    size_t need;
};

static struct turn skip(struct worker *w, struct session *s, unsigned side, size_t wanted, size_t left)
{
    if (!wanted) wanted = 1;
    if (!s->resync[side]) w->counters.skipped_bytes += wanted;
    if (wanted <= left) return (struct turn){wanted, false, 0};
    s->skip[side] = (uint32_t)(wanted - left);
    return (struct turn){left, false, 0};
}

static struct turn whole(struct worker *w, struct flow *f, unsigned side, struct bytes in, struct frame at)
{
    struct session *s = f->session;
    struct layer *l = &s->layers[0];
    size_t left = bytes_left(&in), keep = at.keep && at.keep < at.length ? at.keep : at.length;
    if (!at.length) return skip(w, s, side, 1, left);
    if (keep > limit_of(l->parser)) {
        w->counters.oversized++;
        return skip(w, s, side, at.length, left);
    }
    if (keep > left) return (struct turn){0, true, keep};
    s->resync[side] = false;
    parse_pdu(w, f, side, l, bytes_take(&in, keep));
    if (at.length <= left) return (struct turn){at.length, false, 0};
    s->skip[side] = (uint32_t)(at.length - left);
    return (struct turn){left, false, 0};
}

static struct turn step(struct worker *w, struct flow *f, unsigned side, struct bytes in)
{
    struct session *s = f->session;
    const struct layer *l = &s->layers[0];
    size_t left = bytes_left(&in);
    if (!l->parser->frame) {
        parse_pdu(w, f, side, &s->layers[0], in);
        return (struct turn){left, false, 0};
    }
    struct frame at = l->parser->frame(in, l->state, direction_of(f, side));
    switch (at.status) {
    case FRAME_WHOLE:
        return whole(w, f, side, in, at);
    case FRAME_MORE:
        if (left >= limit_of(l->parser)) {
            w->counters.oversized++;
            return skip(w, s, side, left, left);
        }
        return (struct turn){0, true, at.length > left ? at.length : 0};
    case FRAME_SKIP:
        return skip(w, s, side, at.length, left);
    default:
        w->counters.lost_segments++;
        return (struct turn){left, false, 0};
    }
}

/* Takes PDUs from `in` until what is left waits for more; returns how much was consumed. */
static size_t walk(struct worker *w, struct flow *f, unsigned side, struct bytes in, size_t *need)
{
    size_t total = bytes_left(&in);
    while (!bytes_empty(&in)) {
        struct turn t = step(w, f, side, in);
        if (t.wait) {
            *need = t.need;
            break;
        }
        bytes_skip(&in, t.consumed);
    }
    return total - bytes_left(&in);
}

static void pass_over(struct session *s, unsigned side, struct bytes *data)
{
    size_t n = s->skip[side] < bytes_left(data) ? s->skip[side] : bytes_left(data);
    bytes_skip(data, n);
    s->skip[side] -= (uint32_t)n;
}

/* Adds to the half PDU in the buffer as much as it needs; true while `data` still has bytes for another turn. */
static bool fill(struct worker *w, struct flow *f, unsigned side, struct bytes *data)
{
    struct buffer *b = &f->session->buffer[side];
    size_t n = b->need > b->length ? b->need - b->length : bytes_left(data), need = 0;
    if (n > bytes_left(data)) n = bytes_left(data);
    struct bytes piece = bytes_take(data, n);
    if (!buffer_append(w, b, piece.at, n, limit_of(f->session->layers[0].parser) * 2)) {
        w->counters.oversized++;
        buffer_drop(w, b);
        return true;
    }
    if (b->need > b->length) return false;
    size_t used = walk(w, f, side, bytes_over(b->data, b->length), &need);
    if (used == b->length) {
        buffer_drop(w, b);
        if (f->session->skip[side]) pass_over(f->session, side, data);
        return true;
    }
    b->length -= (uint32_t)used;
    memmove(b->data, b->data + used, b->length);
    b->need = (uint32_t)need;
    return true;
}

static void feed_claimed(struct worker *w, struct flow *f, unsigned side, struct bytes data)
{
    struct session *s = f->session;
    struct buffer *b = &s->buffer[side];
    size_t need = 0;
    if (s->skip[side]) pass_over(s, side, &data);
    while (b->length && !bytes_empty(&data))
        if (!fill(w, f, side, &data)) return;
    if (bytes_empty(&data)) return;
    size_t used = walk(w, f, side, data, &need);
    if (used == bytes_left(&data)) return;
    bytes_skip(&data, used);
    if (!buffer_append(w, b, data.at, bytes_left(&data), limit_of(s->layers[0].parser) * 2)) w->counters.oversized++;
    b->need = (uint32_t)need;
}

static struct probe_hint hint_of(const struct worker *w, const struct flow *f, unsigned side, enum transport over)
{
    return (struct probe_hint){.transport = (uint8_t)over,
                               .src_port = w->packet->meta.src_port,
                               .dst_port = w->packet->meta.dst_port,
                               .direction = (uint8_t)direction_of(f, side)};
}

void inspect_payload(struct worker *w, struct bytes data)
{
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->on_payload)
            w->inspectors[i].type->on_payload(w->inspectors[i].self, &w->packet->meta, data);
}

/* An own port on one side says who serves, when no handshake was seen. */
static void settle_direction(struct flow *f, const struct parser *p)
{
    const uint16_t *ports = f->key.proto == 17 ? p->udp_ports : p->tcp_ports;
    if (f->client_known) return;
    for (; ports && *ports; ports++) {
        bool zero = f->key.port[0] == *ports, one = f->key.port[1] == *ports;
        if (zero == one) continue;
        f->client = zero ? 1 : 0;
        f->client_known = true;
        return;
    }
}

static void claimed(struct worker *w, struct flow *f)
{
    settle_direction(f, f->session->layers[0].parser);
    w->packet->meta.direction_known = f->client_known;
}

static void swap(void *a, void *b, size_t n)
{
    uint8_t kept[sizeof(struct address)];
    memcpy(kept, a, n);
    memcpy(a, b, n);
    memcpy(b, kept, n);
}

/* The first bytes of this side were too few to tell: they are told now, as of the frame they came in. */
static void feed_other(struct worker *w, struct flow *f, unsigned side, uint32_t frame)
{
    struct session *s = f->session;
    struct buffer other = s->buffer[side];
    struct packet_meta *m = &w->packet->meta, in_hand = *m;
    memset(&s->buffer[side], 0, sizeof other);
    if (!other.length) return;
    m->frame -= (uint32_t)m->frame - frame;
    swap(&m->src, &m->dst, sizeof m->src);
    swap(&m->src_port, &m->dst_port, sizeof m->src_port);
    swap(m->src_mac, m->dst_mac, sizeof m->src_mac);
    m->from_client = side == f->client;
    feed_claimed(w, f, side, bytes_over(other.data, other.length));
    *m = in_hand;
    m->from_client = side != f->client;
    m->direction_known = f->client_known;
    buffer_drop(w, &other);
}

/* Bytes of a stream that nobody knows yet: offered alone, and behind the few kept from before. */
static void feed_unclaimed(struct worker *w, struct flow *f, unsigned side, struct bytes data)
{
    struct session *s = f->session;
    struct buffer *b = &s->buffer[side];
    struct probe_hint hint = hint_of(w, f, side, OVER_TCP);
    if (s->probes == PROBES_AT_MOST) {
        inspect_payload(w, data);
        return;
    }
    uint32_t other_frame = s->early[!side];
    bool joined =
        b->length && b->length + bytes_left(&data) <= 65536 && buffer_append(w, b, data.at, bytes_left(&data), 65536);
    if (joined && claim_layer(w, s, bytes_over(b->data, b->length), &hint, 0)) {
        struct buffer all = *b;
        memset(b, 0, sizeof *b);
        memset(s->skip, 0, sizeof s->skip);
        claimed(w, f);
        feed_claimed(w, f, side, bytes_over(all.data, all.length));
        buffer_drop(w, &all);
    } else if (claim_layer(w, s, data, &hint, 0)) {
        buffer_drop(w, b);
        memset(s->skip, 0, sizeof s->skip);
        claimed(w, f);
        feed_claimed(w, f, side, data);
    } else {
        if (++s->probes == PROBES_AT_MOST) w->counters.probes_exhausted++;
        if (joined ? b->length > PROBE_BUFFER : bytes_left(&data) > PROBE_BUFFER)
            buffer_drop(w, b);
        else if (!joined)
            buffer_append(w, b, data.at, bytes_left(&data), PROBE_BUFFER);
        s->early[side] = (uint32_t)w->packet->meta.frame;
        inspect_payload(w, data);
        return;
    }
    feed_other(w, f, !side, other_frame);
}

void feed_stream(struct worker *w, struct flow *f, unsigned side, struct bytes data)
{
    struct session *s = session_of(w, f);
    if (!s) return;
    if (s->layer_count)
        feed_claimed(w, f, side, data);
    else
        feed_unclaimed(w, f, side, data);
}

void feed_gap(struct worker *w, struct flow *f, unsigned side)
{
    struct session *s = f->session;
    if (!s) return;
    buffer_drop(w, &s->buffer[side]);
    s->skip[side] = 0;
    s->resync[side] = true;
    for (unsigned i = 0; i < s->layer_count; i++) {
        struct layer *l = layer_at(s, i);
        for (unsigned j = 0; l->joins && j < JOIN_SLOTS; j++) buffer_drop(w, &l->joins[side][j]);
        if (l->parser->gap) l->parser->gap(l->state, direction_of(f, side));
    }
}

/* The side has closed: parsers that wait for it get a PDU without bytes. */
void feed_end(struct worker *w, struct flow *f, unsigned side)
{
    struct session *s = f->session;
    if (!s || !s->layer_count || !s->layers[0].parser->wants_end) return;
    buffer_drop(w, &s->buffer[side]);
    parse_pdu(w, f, side, &s->layers[0], bytes_over(NULL, 0));
}

void feed_datagram(struct worker *w, struct flow *f, unsigned side, struct bytes data)
{
    struct session *s = session_of(w, f);
    bool link = f->kind == PACKET_LINK;
    if (!s) return;
    if (!s->layer_count) {
        struct probe_hint hint = hint_of(w, f, side, link ? OVER_LINK : OVER_UDP);
        if (s->probes == PROBES_AT_MOST || !claim_layer(w, s, data, &hint, f->key.link_type)) {
            if (s->probes < PROBES_AT_MOST && ++s->probes == PROBES_AT_MOST) w->counters.probes_exhausted++;
            inspect_payload(w, data);
            return;
        }
        claimed(w, f);
    }
    struct layer *l = &s->layers[0];
    if (!l->parser->frame || link) {
        parse_pdu(w, f, side, l, data);
        return;
    }
    size_t need = 0, used = walk(w, f, side, data, &need);
    s->skip[side] = 0;
    bytes_skip(&data, used);
    if (bytes_empty(&data)) return;
    w->counters.cut_datagrams++;
    parse_pdu(w, f, side, l, data);
}
