/* SPDX-License-Identifier: Apache-2.0 */
/* The bench's synthetic plant: what its sessions say, protocol by protocol (tests/bench/speech.c), and who says it. */
#ifndef WANGLOU_TESTS_BENCH_PLANT_H
#define WANGLOU_TESTS_BENCH_PLANT_H

#include "signatures/traffic/packet.h"

#define SPEECH_ROOM 400 /* bytes of one PDU here, at most */

struct speech {
    uint8_t bytes[SPEECH_ROOM];
    size_t length;
};

/* What a session remembers of its protocol. */
struct talk {
    uint32_t turn;    /* question and answer pairs so far */
    uint16_t sent[2]; /* IEC 104 sequence numbers of client and server */
    bool write;       /* this turn writes */
};

struct protocol {
    const char *name;
    uint16_t port; /* 0: on Ethernet itself */
    uint8_t ip_protocol;
    uint16_t ethertype;
    unsigned openings; /* first turns that only open the session */
    /* What `side` (0 asks, 1 answers) says in this turn; length 0: nothing. */
    void (*say)(struct talk *talk, unsigned side, struct speech *out);
};

extern const struct protocol protocols[];
extern const unsigned protocol_count;

#endif
