/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP server: libmicrohttpd around the API and the console's files. */
#ifndef WANGLOU_COLLECTOR_API_SERVER_H
#define WANGLOU_COLLECTOR_API_SERVER_H

#include "collector/api/api.h"

struct server_options {
    const char *address; /* numeric */
    uint16_t port;       /* 0: any free one */
    unsigned threads, connections, connections_of_address;
    unsigned timeout_seconds; /* of a connection that does nothing */
    char *certificate, *key;  /* PEM texts; NULL: plain */
};

struct server;
struct server *server_start(const struct server_options *options, struct api *api, struct fault *fault);
uint16_t server_port(const struct server *server);
void server_stop(struct server *server);

/* Is the address one that only this machine reaches? */
bool server_loopback(const char *address);

#endif
