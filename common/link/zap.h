/* SPDX-License-Identifier: Apache-2.0 */
/* Who may connect: the authentication requests of libzmq (RFC 27/ZAP), answered from the list of enrolled nodes. */
#ifndef WANGLOU_COMMON_LINK_ZAP_H
#define WANGLOU_COMMON_LINK_ZAP_H

#include "common/nodes.h"

/* A bound socket for the context, or NULL. One for each context; the thread that polls it answers. */
void *zap_open(void *zmq);
/* Answers all requests that wait: a CURVE key that is enrolled and in force becomes the User-Id, anything else is
 * refused. Returns how many were refused; `refused` receives the last such key (Z85) or "". */
unsigned zap_answer(void *socket, const struct nodes *nodes, char refused[CURVE_TEXT + 1]);

#endif
