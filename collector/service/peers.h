/* SPDX-License-Identifier: Apache-2.0 */
/* What the link last told of each node: online or not, address, version, backlog, clock. */
#ifndef WANGLOU_COLLECTOR_SERVICE_PEERS_H
#define WANGLOU_COLLECTOR_SERVICE_PEERS_H

#include "common/link.h"

struct peers;
struct peers *peers_make(void);
void peers_free(struct peers *peers);

/* Called by the link's thread. True when the node came or went: the live stream tells that. */
bool peers_set(struct peers *peers, const struct link_peer *peer);

struct peer_view {
    bool online;
    int64_t changed_us; /* when it was last told */
    char address[LINK_ADDRESS_TEXT + 1], version[LINK_VERSION_TEXT + 1];
    int64_t clock_offset_us;
    uint64_t backlog;
};
/* False: nothing was ever heard of it. */
bool peers_get(struct peers *peers, const char *node, struct peer_view *view);

#endif
