/* SPDX-License-Identifier: Apache-2.0 */
/* Order, overlap and loss of TCP segments (RFC 9293). */
#include "sensor/flow/stream.h"

#include <string.h>

enum { HELD_SEGMENTS = 128, HELD_BYTES = 512 * 1024 };
#define FAR_BEHIND (1u << 30)    /* no window reaches back so far: another connection, whose SYN was not seen */
#define HELD_TIME  3000000000ull /* ns a hole may stay open when nobody acknowledges (one-way mirror) */

struct held {
    struct held *next;
    struct packet_meta packet;
    uint32_t seq, wire, captured;
    uint8_t data[];
};

static int32_t distance(uint32_t a, uint32_t b) { return (int32_t)(a - b); }

static void pass_on(struct stream_order *o, struct flow *f, unsigned side, struct bytes data, uint32_t wire)
{
    struct stream *s = &f->side[side].stream;
    uint32_t captured = (uint32_t)bytes_left(&data);
    s->next += wire;
    if (captured) o->sink.bytes(o->sink.context, f, side, data);
    if (captured < wire) { /* cut by the capture's snap length */
        o->counters.gaps++;
        o->counters.gap_bytes += wire - captured;
        f->gaps++;
        o->sink.gap(o->sink.context, f, side, wire - captured);
    }
}

static void skip_hole(struct stream_order *o, struct flow *f, unsigned side, uint32_t to)
{
    struct stream *s = &f->side[side].stream;
    uint32_t lost = to - s->next;
    o->counters.gaps++;
    o->counters.gap_bytes += lost;
    f->gaps++;
    s->next = to;
    o->sink.gap(o->sink.context, f, side, lost);
}

static void release(struct stream_order *o, struct stream *s, struct held *h)
{
    s->held = h->next;
    s->held_count--;
    s->held_bytes -= h->captured;
    arena_give(o->arena, h, sizeof *h + h->captured);
}

/* Passes on, trimmed to what is new, the first of the held segments, which fits. */
static void drain_first(struct stream_order *o, struct flow *f, unsigned side)
{
    struct stream *s = &f->side[side].stream;
    struct held *h = s->held;
    uint32_t known = s->next - h->seq;
    if (known < h->wire) {
        struct bytes data = bytes_over(h->data, h->captured);
        if (known) f->overlaps++, o->counters.overlaps++;
        bytes_skip(&data, known);
        data.bad = false;
        pass_on(o, f, side, data, h->wire - known);
    }
    release(o, s, h);
}

/* A hole was filled: what was held behind it follows, with the frame that filled it. */
static void drain(struct stream_order *o, struct flow *f, unsigned side)
{
    struct stream *s = &f->side[side].stream;
    while (s->held && distance(s->held->seq, s->next) <= 0) drain_first(o, f, side);
}

/* Gives the hole before the first held segment up, and passes on what follows, each as of its own frame. */
static void flush_first(struct stream_order *o, struct flow *f, unsigned side)
{
    struct stream *s = &f->side[side].stream;
    struct packet_meta in_hand = *o->packet;
    if (!s->held) return;
    *o->packet = s->held->packet;
    if (distance(s->held->seq, s->next) > 0) skip_hole(o, f, side, s->held->seq);
    while (s->held && distance(s->held->seq, s->next) <= 0) {
        *o->packet = s->held->packet;
        drain_first(o, f, side);
    }
    *o->packet = in_hand;
}

static void hold(struct stream_order *o, struct flow *f, unsigned side, uint32_t seq, const struct packet *p)
{
    struct stream *s = &f->side[side].stream;
    uint32_t captured = (uint32_t)bytes_left(&p->payload);
    struct held **at = &s->held;
    while (*at && distance((*at)->seq, seq) < 0) at = &(*at)->next;
    if (*at && (*at)->seq == seq && (*at)->wire >= p->payload_wire) {
        o->counters.retransmitted++;
        f->retransmissions++;
        return;
    }
    struct held *h = arena_take(o->arena, sizeof *h + captured);
    if (!h) {
        o->counters.held_limit++;
        return;
    }
    o->counters.reordered++;
    f->reordered++;
    h->packet = p->meta;
    h->seq = seq;
    h->wire = p->payload_wire;
    h->captured = captured;
    if (captured) memcpy(h->data, p->payload.at, captured);
    h->next = *at;
    *at = h;
    s->held_count++;
    s->held_bytes += captured;
    if (s->held_count > HELD_SEGMENTS || s->held_bytes > HELD_BYTES) {
        o->counters.held_limit++;
        flush_first(o, f, side);
    }
}

/* The receiver acknowledged what the mirror never delivered: it will not come again. */
static void take_ack(struct stream_order *o, struct flow *f, unsigned acked_side, uint32_t ack)
{
    struct stream *s = &f->side[acked_side].stream;
    if (!s->has_acked || distance(ack, s->acked) > 0) s->acked = ack;
    s->has_acked = true;
    while (s->held && distance(s->acked, s->held->seq) >= 0) flush_first(o, f, acked_side);
}

static void take_data(struct stream_order *o, struct flow *f, unsigned side, uint32_t seq, const struct packet *p)
{
    struct stream *s = &f->side[side].stream;
    int32_t ahead = distance(seq, s->next);
    struct bytes data = p->payload;
    if (ahead == 0) {
        pass_on(o, f, side, data, p->payload_wire);
    } else if (ahead > 0) {
        if (s->has_acked && distance(s->acked, seq) >= 0) { /* the hole is acknowledged already */
            skip_hole(o, f, side, seq);
            pass_on(o, f, side, data, p->payload_wire);
        } else {
            hold(o, f, side, seq, p);
            if (s->held && p->meta.time_ns - s->held->packet.time_ns > HELD_TIME) flush_first(o, f, side);
            return;
        }
    } else {
        uint32_t known = s->next - seq;
        if (known > FAR_BEHIND) {
            skip_hole(o, f, side, seq);
            pass_on(o, f, side, data, p->payload_wire);
            return;
        }
        if (known >= p->payload_wire) {
            bool keepalive = known == 1 && p->payload_wire == 1;
            if (keepalive)
                o->counters.keepalives++;
            else
                o->counters.retransmitted++, f->retransmissions++;
            return;
        }
        o->counters.overlaps++;
        f->overlaps++;
        bytes_skip(&data, known);
        data.bad = false;
        pass_on(o, f, side, data, p->payload_wire - known);
    }
    if (s->held) drain(o, f, side);
}

/* A reset ends both sides. An end behind a hole is nobody's concern: what comes before it is lost already. */
static void ended(struct stream_order *o, struct flow *f, unsigned side, const struct packet *p)
{
    bool reset = p->meta.tcp_flags & TCP_RST, again = f->reset || f->side[side].stream.finished;
    if (reset)
        f->reset = true;
    else
        f->side[side].stream.finished = true;
    if (!o->sink.end || again || f->side[side].stream.held) return;
    o->sink.end(o->sink.context, f, side);
    if (reset) o->sink.end(o->sink.context, f, !side);
}

void stream_packet(struct stream_order *o, struct flow *f, unsigned side, const struct packet *p)
{
    struct stream *s = &f->side[side].stream;
    uint32_t seq = p->tcp_seq;
    o->counters.segments++;
    if (p->meta.tcp_flags & TCP_SYN) {
        if (!s->started || (!f->side[side].bytes && !s->held)) s->next = seq + 1;
        s->started = s->has_syn = true;
        s->first = seq++;
    } else if (!s->started) {
        s->started = true;
        s->next = seq;
    }
    if (p->meta.tcp_flags & TCP_ACK) take_ack(o, f, !side, p->tcp_ack); /* what was asked comes before the answer */
    if (p->payload_wire) take_data(o, f, side, seq, p);
    if (p->meta.tcp_flags & (TCP_RST | TCP_FIN)) ended(o, f, side, p);
    if (s->finished && f->side[!side].stream.finished) f->closed = true;
}

void stream_end(struct stream_order *o, struct flow *f)
{
    for (unsigned side = 0; side < 2; side++)
        while (f->side[side].stream.held) flush_first(o, f, side);
}
