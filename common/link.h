/* SPDX-License-Identifier: Apache-2.0 */
/* The link between a node and its collector, and between a collector and its parent: docs/link-protocol.md.
 *
 * The sender (ZeroMQ DEALER) reads numbered batches from its sources and deletes them when they are acknowledged. The
 * receiver (ROUTER) acknowledges when its commit has returned true. Both are driven by one thread each calling
 * `..._turn`; nothing here starts a thread but libzmq's own. Downward items go the other way, numbered alike. What the
 * options point to must live as long as the sender or receiver. */
#ifndef WANGLOU_COMMON_LINK_H
#define WANGLOU_COMMON_LINK_H

#include "common/event.h"
#include "common/keys.h"
#include "common/nodes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK_STREAMS = 2,           /* 0: alerts and assets, sent first; 1: the rest */
    LINK_RAW_MAX = 512 << 10,   /* of a batch, before compression */
    LINK_RAW_GOOD = 64 << 10,   /* a batch is closed when it has reached this */
    LINK_FRAME_MAX = 640 << 10, /* of a frame on the wire */
    LINK_WINDOW = 128,          /* batches on their way without acknowledgement */
    LINK_ITEM_MAX = 256 << 10,  /* of a downward item's JSON */
    LINK_KIND_MAX = 31,
    LINK_VERSION_TEXT = 31,
    LINK_ADDRESS_TEXT = 63,
};

/* Where a stream stands: at the sender the oldest number it holds and the next one it will give; at the receiver only
 * `next`, the number it expects. Epoch 0: never seen. */
struct link_position {
    uint64_t epoch, first, next;
};

/* A batch as the receiver hands it over: NDJSON, `count` lines numbered from `first`. */
struct link_batch {
    const char *node; /* name */
    unsigned role;    /* enum node_role */
    unsigned stream;
    uint64_t epoch, first;
    uint32_t count;
    const char *lines; /* every line ends with '\n' */
    size_t length;
};

/* A downward item: opaque JSON of a kind ("warning", "signatures", "task", "policy" …), signed by who issued it. The
 * signature is kept on every hop, so that the last one can still check who said it. */
struct link_item {
    char id[ULID_LENGTH + 1]; /* ULID, the same at every level */
    char kind[LINK_KIND_MAX + 1];
    char issuer[NODE_NAME_MAX + 1];
    uint8_t signature[SIGNATURE];
    uint64_t epoch, number; /* of this link: whose numbers, and which */
    const char *json;
    size_t length;
};
void link_item_sign(struct link_item *item, const struct keys *issuer);
bool link_item_verify(const struct link_item *item, const uint8_t issuer_public[SIGN_PUBLIC]);

/* ---- sender ------------------------------------------------------------------------------------------------------ */

/* What a sender sends: a spool, or an outbox. The calls come from the thread that turns the sender. */
struct link_source {
    void *context;
    void (*look)(void *context, struct link_position *position);
    /* The batch that holds number `from` or the first behind it: its zstd frame, valid until the next call. */
    bool (*read)(void *context, uint64_t from, uint64_t *first, uint32_t *count, const uint8_t **data, size_t *length);
    void (*acknowledge)(void *context, uint64_t next);
    void (*renew)(void *context, uint64_t after); /* a new epoch, later than `after` */
};

enum link_state { LINK_CONNECTING, LINK_GREETING, LINK_READY, LINK_REFUSED };

struct link_sender_options {
    const char *endpoint;    /* tcp://host:port */
    const struct keys *keys; /* own */
    const char *peer_public; /* the receiver's CURVE key, Z85 */
    const char *version;     /* of this software, told to the receiver */
    uint64_t heartbeat_ns;   /* 0: 5 s; silence of three of them is the end of a session */
    void *zmq;               /* a ZeroMQ context to share among many senders of one process; NULL: one of its own */
    struct link_source sources[LINK_STREAMS];
    /* A downward item; true: it is kept for good and may be acknowledged. NULL: none are wanted. `position` of items is
     * told at the beginning of each session. */
    bool (*item)(void *context, const struct link_item *item);
    void (*item_position)(void *context, struct link_position *position);
    void (*state)(void *context, enum link_state state, const char *reason);
    void *context;
};

struct link_sender_counters {
    uint64_t batches, bytes, acknowledged; /* sent; their bytes; events acknowledged */
    uint64_t sessions, refused, malformed, renewed, items;
    int64_t clock_offset_us; /* receiver's clock less ours */
    enum link_state state;
};

struct link_sender;
struct link_sender *link_sender_open(const struct link_sender_options *options, struct fault *fault);
/* Receives what is there, sends what may be sent; waits up to `wait_ms` for something to receive when there is nothing
 * to do. True when anything moved. */
bool link_sender_turn(struct link_sender *sender, int wait_ms);
void link_sender_look(const struct link_sender *sender, struct link_sender_counters *counters);
void link_sender_close(struct link_sender *sender);

/* ---- receiver ---------------------------------------------------------------------------------------------------- */

struct link_peer {
    const char *node; /* name */
    unsigned role;
    char address[LINK_ADDRESS_TEXT + 1], version[LINK_VERSION_TEXT + 1];
    bool online;
    int64_t clock_offset_us;        /* the node's clock less ours, at least by the way's delay */
    uint64_t backlog[LINK_STREAMS]; /* events that lie at the node */
    const char *reason;             /* why it went offline */
};

/* A hole in a stream that the sender itself told: numbers [from, to) will never come. A new epoch has no count. */
struct link_gap {
    const char *node;
    unsigned stream;
    uint64_t old_epoch, epoch, from, to;
};

struct link_receiver_options {
    const char *endpoint; /* "tcp://0.0.0.0:5555"; port 0: any free one */
    const struct keys *keys;
    const char *nodes;     /* directory of enrolled nodes */
    unsigned peers;        /* most at a time; 0: 4,096 */
    uint64_t heartbeat_ns; /* 0: 5 s */
    void *context;
    /* Where a node's stream stands on the disk. False: it cannot be told now; the node is put off. */
    bool (*position)(void *context, const char *node, unsigned stream, struct link_position *position);
    /* Stores batches of one or several nodes; true: all are on the disk for good. */
    bool (*commit)(void *context, const struct link_batch *batches, unsigned count);
    void (*peer)(void *context, const struct link_peer *peer); /* online, offline, heartbeat; may be NULL */
    void (*gap)(void *context, const struct link_gap *gap);    /* may be NULL */
    /* The node's downward item with the least number above `after`; false: none. May be NULL. */
    bool (*item)(void *context, const char *node, uint64_t after, struct link_item *item);
    void (*item_acknowledged)(void *context, const char *node, uint64_t next);
    uint64_t (*item_epoch)(void *context);
    void (*notice)(void *context, const char *text); /* one line for the log; may be NULL */
};

struct link_receiver_counters {
    uint64_t peers, sessions;
    uint64_t batches, events, bytes, raw_bytes, commits, commits_failed;
    uint64_t duplicates, out_of_order, gaps; /* batches sent again; refused; holes told by senders */
    uint64_t keys_refused, revoked, malformed, unknown, peers_refused, replaced;
};

struct link_receiver;
struct link_receiver *link_receiver_open(const struct link_receiver_options *options, struct fault *fault);
bool link_receiver_turn(struct link_receiver *receiver, int wait_ms);
/* Something new for `item` to give: from any thread; the next turn asks for it. */
void link_receiver_wake(struct link_receiver *receiver);
void link_receiver_look(const struct link_receiver *receiver, struct link_receiver_counters *counters);
/* The port it listens to (for endpoints that leave it open). */
unsigned link_receiver_port(const struct link_receiver *receiver);
void link_receiver_close(struct link_receiver *receiver);

#endif
