/* SPDX-License-Identifier: Apache-2.0 */
/* Flows: one record for the two directions of a conversation, found by a symmetric key; open addressing with tags.
 *
 * Owned by one worker. Records lie in one slab, so that an index names them; nothing is allocated while packets run.
 * A side is 0 for the address and port that sort first, 1 for the other: stable, whoever speaks first. */
#ifndef WANGLOU_SENSOR_FLOW_FLOW_H
#define WANGLOU_SENSOR_FLOW_FLOW_H

#include "sensor/decode/decode.h"

/* Zeroed padding: compared and hashed as memory. */
struct flow_key {
    uint8_t address[2][16]; /* of side 0 and 1; MAC addresses for link-layer flows */
    uint16_t port[2];       /* the EtherType's number for link-layer flows, in port[0] */
    uint8_t family, proto;
    uint16_t vlan;
    uint32_t tunnel;
    uint32_t link_type;
};

struct held; /* a segment that came too early: stream.h */

/* One direction of TCP. */
struct stream {
    uint32_t next;  /* sequence number expected */
    uint32_t first; /* of the SYN */
    uint32_t acked; /* by the other side, as far as seen */
    uint32_t held_bytes;
    struct held *held;
    uint16_t held_count;
    bool started, has_syn, has_acked, finished;
};

struct flow_side {
    uint64_t packets, bytes;
    struct stream stream;
    void *settled; /* what rules make of what the side says: message.h */
};

/* ACTIVE: it goes on, but lasts so long that it is told in parts (IPFIX, RFC 5102: active timeout). */
enum flow_end_reason {
    FLOW_ENDED_TIMEOUT,
    FLOW_ENDED_CLOSED,
    FLOW_ENDED_RESET,
    FLOW_ENDED_EVICTED,
    FLOW_ENDED_FINISH,
    FLOW_ENDED_ACTIVE
};
extern const char *const flow_end_reason_name[];

struct flow_told; /* what the parts told so far were: inspect/flows.c */
struct session;   /* what the engine keeps for a flow: engine/session.h */

/* In the order in which packets need it: four cache lines, the last one touched least. */
struct flow {
    struct flow_key key;
    uint8_t kind;   /* enum packet_kind */
    uint8_t client; /* side that asks: by SYN, by ports, or by the parser */
    bool client_known, in_use, syn, closed, reset;
    uint64_t last_ns;
    uint64_t id;
    struct flow_side side[2];
    struct session *session;
    uint64_t due_ns;                                     /* a packet from then on makes the next part */
    uint8_t mac[2][6];                                   /* last seen of each side */
    uint32_t gaps, retransmissions, overlaps, reordered; /* not in use: `gaps` is the next free one */
    uint64_t start_ns, start_frame;
    struct flow_told *told; /* NULL: no part yet */
};

_Static_assert(sizeof(struct flow) == 256,
               "four cache lines, and a million of them with all that they keep a gigabyte");

struct flow_limits {
    uint32_t flows;                                  /* at most */
    uint64_t active_ns;                              /* told in parts of so long; 0: never */
    uint32_t tcp_seconds, udp_seconds, half_seconds; /* idle time-outs; half: TCP without a handshake or closed */
};

struct flow_counters {
    uint64_t created, ended, evicted, active;
};

/* One cache line is all a search reads before the record itself. */
struct flow_slot {
    uint32_t tag;   /* of the hash, never 0; 0: free */
    uint32_t index; /* into the slab */
};

struct flow_table {
    struct flow *slab;
    struct flow_slot *slots;
    uint32_t mask, used, fresh, free_list, hand;
    struct flow_limits limits;
    struct flow_counters counters;
};

typedef void flow_end_call(void *context, struct flow *flow, enum flow_end_reason reason);

static inline uint32_t flow_tag(uint64_t hash) { return (uint32_t)(hash >> 32) | 1; }

bool flow_table_open(struct flow_table *table, const struct flow_limits *limits);
void flow_table_close(struct flow_table *table);

/* Builds the key and says which side sent the packet. False: the packet belongs to no flow. */
bool flow_key_of(struct flow_key *key, const struct packet *packet, unsigned *side);
uint64_t flow_hash(const struct flow_key *key);
/* Word by word: the length is known, and a call to memcmp costs more than the comparison. */
static inline bool flow_key_same(const struct flow_key *a, const struct flow_key *b)
{
    enum { WORDS = sizeof *a / sizeof(uint64_t) };
    _Static_assert(sizeof *a % sizeof(uint64_t) == 0, "compared in words");
    uint64_t x[WORDS], y[WORDS], differ = 0;
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    for (unsigned i = 0; i < WORDS; i++) differ |= x[i] ^ y[i];
    return !differ;
}
/* What flow_get will need, some packets before it does: first the slot, then (by the tag alone) the record. */
static inline void flow_fetch(const struct flow_table *t, uint64_t hash)
{
    __builtin_prefetch(&t->slots[(uint32_t)hash & t->mask]);
}
static inline struct flow *flow_likely(const struct flow_table *t, uint64_t hash)
{
    const struct flow_slot *s = &t->slots[(uint32_t)hash & t->mask];
    return s->tag == flow_tag(hash) ? &t->slab[s->index] : NULL;
}
/* Finds the packet's flow or begins one; an idle one is ended first, and a victim when the table is full. `likely`: the
 * flow that it may be, by the tag or from a moment ago; NULL: nothing is known. */
struct flow *flow_get(struct flow_table *table, const struct flow_key *key, uint64_t hash, unsigned side,
                      struct flow *likely, const struct packet *packet, flow_end_call *end, void *context);
void flow_remove(struct flow_table *table, struct flow *flow);
/* Ends flows idle at `now_ns`; looks at `steps` records from where the last call stopped. */
void flow_expire(struct flow_table *table, uint64_t now_ns, uint32_t steps, flow_end_call *end, void *context);
/* Ends all, in the order in which they began; `now_ns`: the end of the capture, whosever its last frame was. */
void flow_finish(struct flow_table *table, uint64_t now_ns, flow_end_call *end, void *context);

#endif
