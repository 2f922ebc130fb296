/* SPDX-License-Identifier: Apache-2.0 */
/* Downward items that were acknowledged and are still to be acted on: a file each, in the order of their numbers.
 *
 * The publisher's thread puts, the thread of the rules takes; what is between them is the directory alone, so that
 * nothing acknowledged is lost with the process. */
#ifndef WANGLOU_SENSOR_RULES_RECEIVED_H
#define WANGLOU_SENSOR_RULES_RECEIVED_H

#include "common/link.h"

struct received;

/* Makes the directory when it is missing. */
struct received *received_open(const char *directory, struct fault *fault);
void received_close(struct received *received);

/* On the disk before it returns true. One that was put before is not put again. */
bool received_put(struct received *received, const struct link_item *item, bool verified);
void received_position(const struct received *received, struct link_position *position);

struct received_item {
    char kind[LINK_KIND_MAX + 1], id[ULID_LENGTH + 1];
    bool verified;
    char *json; /* to be freed */
    size_t length;
    char path[512];
};
/* The oldest; false: there is none. It stays until received_done. */
bool received_next(struct received *received, struct received_item *item);
void received_done(struct received_item *item);

#endif
