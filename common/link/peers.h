/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver's table of peers: one row for each session, bounded, found by libzmq's routing id. */
#ifndef WANGLOU_COMMON_LINK_PEERS_H
#define WANGLOU_COMMON_LINK_PEERS_H

#include "common/link.h"

/* libzmq names a connection by a zero byte and 32 bits of its own choice. Who it is comes from the ZAP User-Id. */
enum { ROUTING_ID = 5 };

struct peer {
    uint32_t id, session;
    char node[NODE_NAME_MAX + 1], key[CURVE_TEXT + 1];
    unsigned role;
    char address[LINK_ADDRESS_TEXT + 1], version[LINK_VERSION_TEXT + 1];
    int descriptor; /* of its TCP connection, when the session began */
    uint64_t heard_ns;
    int64_t clock_offset_us;
    struct link_position stands[LINK_STREAMS]; /* on the disk */
    struct link_position ahead[LINK_STREAMS];  /* with what is gathered */
    uint64_t told_next[LINK_STREAMS];          /* what the node says it holds */
    bool due[LINK_STREAMS], put_off;
    uint64_t items_sent;
    unsigned items_under_way;
};

struct peers {
    struct peer *rows;
    uint32_t *ids; /* beside the rows: what is searched through */
    unsigned count, room;
};

bool peers_open(struct peers *peers, unsigned room);
void peers_close(struct peers *peers);
struct peer *peers_find(const struct peers *peers, uint32_t id);
struct peer *peers_of_node(const struct peers *peers, const char *node);
struct peer *peers_add(struct peers *peers, uint32_t id); /* zeroed; NULL when full */
/* The last row takes its place: walk backwards when removing. */
void peers_remove(struct peers *peers, struct peer *peer);

bool routing_id_get(const void *data, size_t length, uint32_t *id);
void routing_id_put(uint8_t out[ROUTING_ID], uint32_t id);

/* Cuts its TCP connection, if the descriptor is still that of a connection to our port. */
void peer_cut(const struct peer *peer, unsigned port);

#endif
