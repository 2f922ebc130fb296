/* SPDX-License-Identifier: Apache-2.0 */
/* What both ends of the link do alike with ZeroMQ: options of a socket, frames in and out, clocks. */
#ifndef WANGLOU_COMMON_LINK_SOCKET_H
#define WANGLOU_COMMON_LINK_SOCKET_H

#include "common/link.h"

#include <zmq.h>

enum { LINK_LIVENESS = 3 /* heartbeats missed in a row that end a session */ };
#define LINK_HEARTBEAT_NS UINT64_C(5000000000)

/* A new socket with everything but its keys and address: no lingering, bounded queues and frames, heartbeats. */
void *link_socket(void *zmq, int type, const struct keys *keys, uint64_t heartbeat_ns);
bool link_set_int(void *socket, int option, int value);
uint64_t link_monotonic_ns(void);
uint64_t link_clock_us(void);

#endif
