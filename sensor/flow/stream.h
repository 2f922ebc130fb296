/* SPDX-License-Identifier: Apache-2.0 */
/* TCP put in order: what comes in sequence is passed on at once, what comes early is held, what is lost is told.
 *
 * Follows RFC 9293 §3.4 (sequence arithmetic). First octets win where segments overlap. Bounded per stream; the memory
 * is the worker's arena. One thread. */
#ifndef WANGLOU_SENSOR_FLOW_STREAM_H
#define WANGLOU_SENSOR_FLOW_STREAM_H

#include "sensor/flow/arena.h"
#include "sensor/flow/flow.h"

struct stream_counters {
    uint64_t segments, retransmitted, reordered, overlaps, gaps, gap_bytes, held_limit, keepalives;
};

/* What comes out, in order. `side` sent it. */
struct stream_sink {
    void (*bytes)(void *context, struct flow *flow, unsigned side, struct bytes data);
    void (*gap)(void *context, struct flow *flow, unsigned side, uint32_t lost);
    void *context;
    /* This side has closed, and all it sent was passed on (optional). */
    void (*end)(void *context, struct flow *flow, unsigned side);
};

struct stream_order {
    struct arena *arena;
    struct packet_meta
        *packet; /* the one in hand: bytes behind a hole are passed on as those of the frame they came in */
    struct stream_sink sink;
    struct stream_counters counters;
};

void stream_packet(struct stream_order *order, struct flow *flow, unsigned side, const struct packet *packet);
/* The flow ends: what is held is passed on, with its gaps, and the memory given back. */
void stream_end(struct stream_order *order, struct flow *flow);

#endif
