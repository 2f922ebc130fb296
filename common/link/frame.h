/* SPDX-License-Identifier: Apache-2.0 */
/* The frames of the link, as docs/link-protocol.md lays them out: one struct each, encoded and decoded. */
#ifndef WANGLOU_COMMON_LINK_FRAME_H
#define WANGLOU_COMMON_LINK_FRAME_H

#include "common/bytes.h"
#include "common/link.h"

enum { FRAME_VERSION = 1, FRAME_HEAD = 8, FRAME_SMALL = 512, BATCH_HEAD = FRAME_HEAD + 32 };

/* X(id, code): what a frame is. Upward: HELLO BATCH PING ITEM_ACK BYE. Downward: WELCOME ACK PONG ITEM REFUSE. */
enum frame_type {
    LINK_HELLO = 1,
    LINK_WELCOME,
    LINK_BATCH,
    LINK_ACK,
    LINK_PING,
    LINK_PONG,
    LINK_ITEM,
    LINK_ITEM_ACK,
    LINK_REFUSE,
    LINK_BYE,
    LINK_TYPES
};

enum refusal {
    REFUSE_VERSION = 1, /* this version of the protocol is not spoken here */
    REFUSE_HELLO,       /* no such session: say HELLO */
    REFUSE_MALFORMED,   /* the frame makes no sense */
    REFUSE_REVOKED,     /* the key is not in force any more */
    REFUSE_REPLACED,    /* the same key began another session */
    REFUSE_FULL,        /* too many peers */
    REFUSE_BUSY,        /* cannot store now: wait and begin again */
    REFUSE_ORDER,       /* the batch does not follow the one before it: begin again */
    REFUSE_EPOCH,       /* the epoch is older than the one known here */
    REFUSE_COUNT
};
extern const char *const refusal_text[REFUSE_COUNT];

struct frame_head {
    uint8_t version, type;
    uint32_t session;
};

struct frame_hello { /* and PING: there the streams' `next` tell the backlog, `first` and the rest are not read */
    uint64_t clock_us;
    struct link_position streams[LINK_STREAMS], items;
    char version[LINK_VERSION_TEXT + 1];
};

struct frame_welcome { /* and PONG: without streams */
    uint64_t clock_us;
    uint32_t window;
    struct link_position streams[LINK_STREAMS];
};

struct frame_batch { /* and ACK: there `first` is the next number expected, the rest is not there */
    uint8_t stream;
    uint64_t epoch, first;
    uint64_t after; /* what the receiver is to expect next before this batch; a difference to `first` is a told gap */
    uint32_t count;
    struct bytes data;
};

/* Encoders return the length; `out` holds FRAME_SMALL bytes (LINK_FRAME_MAX for items). */
size_t frame_put_bare(uint8_t *out, enum frame_type type, uint32_t session);
size_t frame_put_hello(uint8_t *out, enum frame_type type, uint32_t session, const struct frame_hello *hello);
size_t frame_put_welcome(uint8_t *out, enum frame_type type, uint32_t session, const struct frame_welcome *welcome);
size_t frame_put_batch(uint8_t *out, uint32_t session, const struct frame_batch *batch); /* head only: BATCH_HEAD */
size_t frame_put_ack(uint8_t *out, uint32_t session, unsigned stream, uint64_t epoch, uint64_t next);
size_t frame_put_item(uint8_t *out, uint32_t session, const struct link_item *item);
size_t frame_put_item_ack(uint8_t *out, uint32_t session, uint64_t next);
size_t frame_put_refuse(uint8_t *out, uint32_t session, enum refusal why);

/* Decoders return false when the frame is malformed: too short, too long, or a value out of range. */
bool frame_get_head(struct bytes *in, struct frame_head *head);
bool frame_get_hello(struct bytes *in, struct frame_hello *hello);
bool frame_get_welcome(struct bytes *in, struct frame_welcome *welcome);
bool frame_get_batch(struct bytes *in, struct frame_batch *batch);
bool frame_get_ack(struct bytes *in, struct frame_batch *ack);
bool frame_get_item(struct bytes *in, struct link_item *item);
bool frame_get_number(struct bytes *in, uint64_t *number); /* ITEM_ACK */
bool frame_get_refuse(struct bytes *in, enum refusal *why);

#endif
