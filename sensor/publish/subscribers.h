/* SPDX-License-Identifier: Apache-2.0 */
/* A PUB socket for anyone's own programs on this machine: topic "alert.SENSOR", then the event's line. Nothing is
 * kept for a subscriber that is slow or away. */
#ifndef WANGLOU_SENSOR_PUBLISH_SUBSCRIBERS_H
#define WANGLOU_SENSOR_PUBLISH_SUBSCRIBERS_H

#include "common/fault.h"

#include <stddef.h>

struct subscribers;
/* Only ipc:// and loopback addresses: what leaves the machine goes by the link, with keys. */
struct subscribers *subscribers_open(const char *endpoint, const char *sensor, struct fault *fault);
void subscribers_send(struct subscribers *subscribers, unsigned type, const char *line, size_t length, const char *tail,
                      size_t tail_length);
void subscribers_close(struct subscribers *subscribers);

#endif
