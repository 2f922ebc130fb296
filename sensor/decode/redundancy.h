/* SPDX-License-Identifier: Apache-2.0 */
/* Redundant networks of IEC 62439-3: PRP trailers (§4) and HSR tags (§5). Each frame is sent twice; one copy counts. */
#ifndef WANGLOU_SENSOR_DECODE_REDUNDANCY_H
#define WANGLOU_SENSOR_DECODE_REDUNDANCY_H

#include "sensor/decode/decode.h"

enum { REDUNDANCY_RECENT = 4096 };

struct redundancy {
    struct {
        uint64_t sender; /* MAC and sequence number; 0 free */
        uint64_t time_ns;
        uint8_t lan;
    } recent[REDUNDANCY_RECENT];
    uint64_t last_ns[2];   /* of LAN A and B */
    uint64_t frames_alone; /* on one LAN since the other was heard */
    bool lost;
};

/* Is this the second copy of a frame that was seen on the other network? `lan`: 0 A, 1 B. */
bool redundancy_is_copy(struct redundancy *r, struct packet *packet, uint16_t sequence, unsigned lan);
/* The PRP trailer of a frame: cuts it off `b` and says what it says. False: there is none. */
bool redundancy_trailer(struct bytes *b, uint32_t wire, uint16_t *sequence, unsigned *lan);

#endif
