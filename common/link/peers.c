/* SPDX-License-Identifier: Apache-2.0 */
/* The receiver's table of peers. */
#include "common/link/peers.h"
#include "common/bytes.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

bool peers_open(struct peers *peers, unsigned room)
{
    *peers = (struct peers){calloc(room, sizeof *peers->rows), calloc(room, sizeof *peers->ids), 0, room};
    return peers->rows && peers->ids;
}

void peers_close(struct peers *peers)
{
    free(peers->rows);
    free(peers->ids);
    *peers = (struct peers){0};
}

struct peer *peers_find(const struct peers *peers, uint32_t id)
{
    for (unsigned i = 0; i < peers->count; i++)
        if (peers->ids[i] == id) return &peers->rows[i];
    return NULL;
}

struct peer *peers_of_node(const struct peers *peers, const char *node)
{
    for (unsigned i = 0; i < peers->count; i++)
        if (strcmp(peers->rows[i].node, node) == 0) return &peers->rows[i];
    return NULL;
}

struct peer *peers_add(struct peers *peers, uint32_t id)
{
    if (peers->count == peers->room) return NULL;
    struct peer *p = &peers->rows[peers->count];
    *p = (struct peer){.id = id, .descriptor = -1};
    peers->ids[peers->count++] = id;
    return p;
}

void peers_remove(struct peers *peers, struct peer *peer)
{
    unsigned i = (unsigned)(peer - peers->rows), last = --peers->count;
    peers->rows[i] = peers->rows[last];
    peers->ids[i] = peers->ids[last];
}

bool routing_id_get(const void *data, size_t length, uint32_t *id)
{
    struct bytes b = bytes_over(data, length);
    bool ours = length == ROUTING_ID && bytes_u8(&b) == 0;
    *id = bytes_be32(&b);
    return ours;
}

void routing_id_put(uint8_t out[ROUTING_ID], uint32_t id)
{
    out[0] = 0;
    for (unsigned i = 0; i < 4; i++) out[1 + i] = (uint8_t)(id >> (24 - 8 * i));
}

void peer_cut(const struct peer *peer, unsigned port)
{
    struct sockaddr_in6 own = {0}; /* as large as either family; the port stands at the same place */
    socklen_t size = sizeof own;
    if (peer->descriptor < 0 || getsockname(peer->descriptor, (struct sockaddr *)&own, &size)) return;
    if (own.sin6_family != AF_INET6 && own.sin6_family != AF_INET) return;
    if (ntohs(own.sin6_port) == port) shutdown(peer->descriptor, SHUT_RDWR);
}
