/* SPDX-License-Identifier: Apache-2.0 */
/* ZAP 1.0 over its well-known endpoint: request of version, id, domain, address, identity, mechanism, credentials;
 * reply of version, id, status, text, user id, metadata. */
#include "common/link/zap.h"

#include <string.h>
#include <zmq.h>

enum { PARTS = 7, PART_ROOM = 256, KEY_BYTES = 32 };

struct request {
    uint8_t parts[PARTS][PART_ROOM];
    size_t length[PARTS];
    int count;
};

void *zap_open(void *zmq)
{
    void *socket = zmq_socket(zmq, ZMQ_REP);
    int none = 0;
    if (socket && zmq_setsockopt(socket, ZMQ_LINGER, &none, sizeof none) == 0 &&
        zmq_bind(socket, "inproc://zeromq.zap.01") == 0)
        return socket;
    if (socket) zmq_close(socket);
    return NULL;
}

static bool receive(void *socket, struct request *r)
{
    int more = 1;
    size_t size = sizeof more;
    for (r->count = 0; more; r->count++) {
        uint8_t spare[PART_ROOM];
        bool kept = r->count < PARTS;
        int n = zmq_recv(socket, kept ? r->parts[r->count] : spare, PART_ROOM, r->count ? 0 : ZMQ_DONTWAIT);
        if (n < 0) return false;
        if (kept) r->length[r->count] = n < PART_ROOM ? (size_t)n : PART_ROOM;
        if (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size)) return false;
    }
    return true;
}

static bool is(const struct request *r, int part, const char *text)
{
    return r->length[part] == strlen(text) && memcmp(r->parts[part], text, r->length[part]) == 0;
}

static bool admit(const struct request *r, const struct nodes *nodes, char key[CURVE_TEXT + 1])
{
    key[0] = 0;
    if (r->count != PARTS || !is(r, 0, "1.0") || !is(r, 5, "CURVE") || r->length[6] != KEY_BYTES) return false;
    zmq_z85_encode(key, r->parts[6], KEY_BYTES);
    const struct node *node = nodes_by_key(nodes, key);
    return node && !node->revoked;
}

static void reply(void *socket, const struct request *r, bool good, const char *key)
{
    const char *status = good ? "200" : "400", *text = good ? "OK" : "not enrolled", *user = good ? key : "";
    zmq_send(socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(socket, r->parts[1], r->length[1], ZMQ_SNDMORE);
    zmq_send(socket, status, 3, ZMQ_SNDMORE);
    zmq_send(socket, text, strlen(text), ZMQ_SNDMORE);
    zmq_send(socket, user, strlen(user), ZMQ_SNDMORE);
    zmq_send(socket, "", 0, 0);
}

unsigned zap_answer(void *socket, const struct nodes *nodes, char refused[CURVE_TEXT + 1])
{
    struct request request;
    unsigned count = 0;
    refused[0] = 0;
    while (receive(socket, &request)) {
        char key[CURVE_TEXT + 1];
        bool good = admit(&request, nodes, key);
        reply(socket, &request, good, key);
        if (good) continue;
        memcpy(refused, key, sizeof key);
        count++;
    }
    return count;
}
