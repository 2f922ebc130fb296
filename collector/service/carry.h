/* SPDX-License-Identifier: Apache-2.0 */
/* Sites without a line 离线站点: what the link would carry goes by file, in both directions (docs/hierarchy.md).
 *
 * A file is signed by who made it and numbered for whom it is. It has the positions and numbers of the link's own
 * streams and items, so that what comes twice is stored once, what was lost shows as a gap, and a file that is missing
 * in between is refused rather than lost: the one after it is taken when it has come. */
#ifndef WANGLOU_COLLECTOR_SERVICE_CARRY_H
#define WANGLOU_COLLECTOR_SERVICE_CARRY_H

#include <jansson.h>

#include "collector/link/parent.h"
#include "collector/store/store.h"
#include "common/keys.h"

struct carry {
    struct store *store;
    const struct keys *keys; /* own */
    const char *nodes;       /* directory of enrolled nodes */
    struct parent *parent;   /* NULL: none above */
};

enum { CARRY_MOST = 64 << 20, CARRY_EVENTS = 200000, CARRY_ITEMS = 1000 };

/* In zh and en, what stands in the way. */
struct carry_why {
    char zh[256], en[256];
};

/* The events that wait for the parent, and how far its items have come here. `again`: from the oldest that the parent
 * has not acknowledged; else behind the last file. To be freed. NULL: `why`, or the fault. */
uint8_t *carry_up(struct carry *carry, bool again, const char *actor, size_t *length, struct carry_why *why,
                  struct fault *fault);
/* For a node below: its items, and how far its events have come here. */
uint8_t *carry_down(struct carry *carry, const char *node, const char *actor, size_t *length, struct carry_why *why,
                    struct fault *fault);
/* A file of either direction; what came of it as JSON. NULL: refused, `why`, and on record. */
json_t *carry_in(struct carry *carry, const uint8_t *file, size_t length, const char *actor, struct carry_why *why,
                 struct fault *fault);

struct carry_record {
    int64_t number, time_us;
    const char *peer, *direction; /* "up" or "down" */
    bool out;                     /* made here; else taken in */
    uint64_t file, events, stored, duplicates, items, gap;
    const char *note, *actor; /* note: why it was refused, "中文 / English"; "" it was not */
};
bool carry_records(struct store_reader *reader, int64_t before, unsigned limit,
                   bool (*row)(void *context, const struct carry_record *record), void *context, struct fault *fault);

#endif
