/* SPDX-License-Identifier: Apache-2.0 */
/* Downward items: warnings, signatures, tasks, policy. What goes to the nodes below, and what came from the parent.
 *
 * Each node has its own numbers, so that what it acknowledges is what it was sent. An item is never changed; to
 * withdraw one, send another that says so. Thread-safe. */
#ifndef WANGLOU_COLLECTOR_STORE_ITEMS_H
#define WANGLOU_COLLECTOR_STORE_ITEMS_H

#include "collector/store/store.h"
#include "common/link.h"

/* Queues a signed item for nodes; one that a node has already is not queued again. */
bool items_send(struct store *store, const struct link_item *item, const char *const *nodes, unsigned count,
                struct fault *fault);

/* A copy of the node's item with the least number above `after`; false: none (or a fault). To be freed. */
struct item_copy {
    struct link_item item; /* its json lies behind it */
    char json[];
};
struct item_copy *items_next(struct store *store, const char *node, uint64_t after, struct fault *fault);
/* The node keeps everything before `next`. */
bool items_acknowledge(struct store *store, const char *node, uint64_t next, struct fault *fault);
/* Names this store's numbers: another one after its main.db was lost. */
uint64_t items_epoch(struct store *store);

/* How far an item has come. */
struct item_state {
    uint64_t nodes, acknowledged;
};
bool items_state(struct store *store, const char *id, struct item_state *state, struct fault *fault);

/* When the node acknowledged the item, microseconds since 1970; 0: not yet, or it was never sent there. */
int64_t items_delivered(struct store_reader *reader, const char *id, const char *node);

/* Forgets items that every node they were for acknowledged before that time; of each node the last one stays, from
 * which its numbers go on. One that some node has not acknowledged waits for it. */
bool items_prune(struct store *store, int64_t before_us, struct fault *fault);

/* ---- from the parent ---- */

/* Keeps the item and moves the position in one transaction; an item that is there already moves the position only. */
bool inbox_put(struct store *store, const char *parent, const struct link_item *item, bool verified,
               struct fault *fault);
bool inbox_position(struct store *store, const char *parent, struct link_position *position, struct fault *fault);
uint64_t inbox_count(struct store *store);

/* What came, valid during the call. */
struct inbox_item {
    const char *kind, *issuer, *id, *json;
    size_t length;
    bool verified; /* by the parent's own key */
};
typedef bool inbox_row(void *context, const struct inbox_item *item, struct fault *fault);
/* Calls back for up to `most` items behind `*position`, which moves with each for which the row is true; false: a row
 * was not, or it cannot be read. */
bool inbox_after(struct store_reader *reader, int64_t *position, unsigned most, inbox_row *row, void *context,
                 struct fault *fault);

#endif
