/* SPDX-License-Identifier: Apache-2.0 */
/* IP fragments put together (RFC 791 §3.2, RFC 8200 §4.5); the first octets of a place stand, overlaps are told. */
#ifndef WANGLOU_SENSOR_DECODE_DEFRAG_H
#define WANGLOU_SENSOR_DECODE_DEFRAG_H

#include "sensor/decode/decode.h"
#include "sensor/flow/arena.h"

enum { DEFRAG_DATAGRAMS = 256, DEFRAG_LONGEST = 65536 };

struct fragments {
    struct address src, dst;
    uint32_t id;
    uint8_t proto;
    bool in_use;
    uint64_t time_ns;
    uint32_t total;          /* of the payload; 0: the last fragment has not come */
    uint32_t received, room; /* octets that arrived; of `data` */
    uint8_t *data;           /* the payload */
    uint8_t *map;            /* a bit for each 8 octets that arrived */
};

struct defrag {
    struct arena *arena;
    struct fragments table[DEFRAG_DATAGRAMS];
    uint8_t *whole; /* the datagram delivered last: valid until the next one */
    uint32_t whole_room;
};

/* Takes the fragment at `offset` octets of the datagram that packet->meta names. True: it is whole; `payload` then is.
 */
bool defrag_take(struct defrag *defrag, struct packet *packet, uint32_t id, uint8_t proto, uint32_t offset, bool more,
                 struct bytes piece, struct bytes *payload);

#endif
