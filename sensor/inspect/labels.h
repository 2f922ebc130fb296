/* SPDX-License-Identifier: Apache-2.0 */
/* What nDPI says of flows that none of our parsers took: a name for their protocol, and risks. Never the judge: our own
 * parsers are asked first, and what they took is not shown to it. */
#ifndef WANGLOU_SENSOR_INSPECT_LABELS_H
#define WANGLOU_SENSOR_INSPECT_LABELS_H

#include "common/json.h"

struct labels; /* one a worker, of fixed size */

/* NULL: no memory. Not from two threads at once. */
struct labels *labels_open(void);
void labels_close(struct labels *labels);

/* One of the first packets of a flow that nobody took, from its IP header on. */
void labels_packet(struct labels *labels, uint64_t flow_id, const uint8_t *ip, size_t length, uint64_t time_ns);
/* Writes the members "ndpi" and "risks" of a flow that has ended or is told in part; nothing when there are none. */
void labels_put(struct labels *labels, struct json *j, uint64_t flow_id);
/* The flow is over. */
void labels_forget(struct labels *labels, uint64_t flow_id);

#endif
