/* SPDX-License-Identifier: Apache-2.0 */
/* A stored event as a tree. Its numbers stay what they are: integers where they are whole. */
#ifndef WANGLOU_COLLECTOR_STORE_EVENT_JSON_H
#define WANGLOU_COLLECTOR_STORE_EVENT_JSON_H

#include <jansson.h>

/* NULL: it is not JSON. A flow_id, whose 64 bits jansson's integers do not always hold, is then a real; only when some
 * other number is too large, all are. */
json_t *event_json(const char *line, size_t length);

#endif
