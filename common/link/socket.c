/* SPDX-License-Identifier: Apache-2.0 */
/* Socket options of the link: docs/link-protocol.md, "Transport". */
#include "common/link/socket.h"

#include <time.h>

bool link_set_int(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

void *link_socket(void *zmq, int type, const struct keys *keys, uint64_t heartbeat_ns)
{
    const int heartbeat_ms = (int)(heartbeat_ns / 1000000);
    const int64_t most = LINK_FRAME_MAX;
    const struct {
        int option, value;
    } options[] = {
        {ZMQ_LINGER, 0}, /* the spool is the truth, not a queue of the library */
        {ZMQ_IPV6, 1},
        {ZMQ_SNDHWM, LINK_WINDOW + 16},
        {ZMQ_RCVHWM, LINK_WINDOW + 16},
        {ZMQ_HANDSHAKE_IVL, 10000},
        {ZMQ_HEARTBEAT_IVL, heartbeat_ms},
        {ZMQ_HEARTBEAT_TIMEOUT, LINK_LIVENESS * heartbeat_ms},
        {ZMQ_TCP_KEEPALIVE, 1},
    };
    void *socket = zmq_socket(zmq, type);
    if (!socket) return NULL;
    bool good = zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most) == 0 &&
                zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, keys->curve_public, CURVE_TEXT + 1) == 0 &&
                zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, keys->curve_secret, CURVE_TEXT + 1) == 0;
    for (unsigned i = 0; i < sizeof options / sizeof *options; i++)
        good = good && link_set_int(socket, options[i].option, options[i].value);
    if (good) return socket;
    zmq_close(socket);
    return NULL;
}

uint64_t link_monotonic_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t link_clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}
