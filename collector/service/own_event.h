/* SPDX-License-Identifier: Apache-2.0 */
/* Events that a collector tells of itself: summaries, answers. They are stored like a node's and go up like all others;
 * the level above knows them as NODE/self. */
#ifndef WANGLOU_COLLECTOR_SERVICE_OWN_EVENT_H
#define WANGLOU_COLLECTOR_SERVICE_OWN_EVENT_H

#include "collector/store/store.h"
#include "common/event.h"

/* The sensor that they are of. */
#define OWN_SENSOR STORE_OWN_NODE
/* Each room has its numbers of its own. */
enum own_stream { OWN_SUMMARIES, OWN_ANSWERS, OWN_HIERARCHY };

/* Stores one event of the type with this object (JSON). */
bool own_event(struct store *store, enum own_stream stream, enum event_type type, const char *object, size_t length,
               struct fault *fault);
/* With an id of the caller's, so that telling it again stores nothing twice. */
bool own_event_as(struct store *store, enum own_stream stream, enum event_type type, const char *id, const char *object,
                  size_t length, struct fault *fault);

#endif
