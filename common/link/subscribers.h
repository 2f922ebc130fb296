/* SPDX-License-Identifier: Apache-2.0 */
/* A PUB socket for anyone's own programs on this machine: topic "alert.SENSOR", then the event's line. Nothing is
 * kept for a subscriber that is slow or away: what must arrive goes by the link. */
#ifndef WANGLOU_COMMON_LINK_SUBSCRIBERS_H
#define WANGLOU_COMMON_LINK_SUBSCRIBERS_H

#include "common/fault.h"

#include <stddef.h>

struct subscribers;
/* Only ipc:// and loopback addresses: what leaves the machine goes by the link, with keys. */
struct subscribers *subscribers_open(const char *endpoint, struct fault *fault);
/* One event: its type's name, who saw it, and its line in two pieces without '\n'. */
void subscribers_send(struct subscribers *subscribers, const char *type, size_t type_length, const char *sensor,
                      size_t sensor_length, const char *line, size_t length, const char *tail, size_t tail_length);
/* Many events as NDJSON; their envelopes tell the topics. */
void subscribers_send_lines(struct subscribers *subscribers, const char *lines, size_t length);
void subscribers_close(struct subscribers *subscribers);

#endif
