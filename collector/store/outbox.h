/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for the parent collector. An event's line for the parent is queued in the transaction that stores the
 * event, so neither is without the other; the ledger says what left, when, and under which policy.
 *
 * Two streams with numbers of their own, as a spool has them (docs/link-protocol.md). Queueing happens in the thread
 * that stores; everything else here is for the one thread that sends. */
#ifndef WANGLOU_COLLECTOR_STORE_OUTBOX_H
#define WANGLOU_COLLECTOR_STORE_OUTBOX_H

#include "collector/store/store.h"

struct event_envelope;
struct outbox;

enum { OUTBOX_STREAMS = 2 };

struct outbox_options {
    /* Writes what of an event goes to the parent; its length, 0: nothing. Called in the thread that stores. */
    size_t (*forward)(void *context, const struct event_envelope *envelope, const char *line, size_t length, char *out,
                      size_t room);
    unsigned (*stream)(unsigned type); /* which stream an event type goes by */
    void *context;
    const char *policy; /* its name in the ledger, at the opening */
    uint64_t most;      /* events that wait, of one stream; beyond it the oldest go, of stream 0 the least grave
                         * first (states, alerts of severity 4 … 1, answers last); 0: no bound */
};

/* From now on what is stored is queued, too. One for a store; closed before it. */
struct outbox *outbox_open(struct store *store, const struct outbox_options *options, struct fault *fault);
void outbox_close(struct outbox *outbox);
/* Another policy from now on; `swap` is called while nothing is being stored. What was queued already leaves, and is in
 * the ledger, under the one before. */
bool outbox_change_policy(struct outbox *outbox, const char *policy, void (*swap)(void *context), void *context,
                          struct fault *fault);

struct outbox_position {
    uint64_t epoch, first, next; /* oldest number held, next number; equal: nothing waits */
    uint64_t dropped;            /* since ever, because more than `most` waited */
};
void outbox_look(struct outbox *outbox, unsigned stream, struct outbox_position *position);

/* Calls back for the lines from number `from` on, which must be contiguous, until it returns false. */
typedef bool outbox_row(void *context, uint64_t number, const char *line, size_t length);
bool outbox_read(struct outbox *outbox, unsigned stream, uint64_t from, outbox_row *row, void *context,
                 struct fault *fault);

/* The parent has everything before `next`. Deleted and written to the ledger by outbox_settle. */
void outbox_acknowledge(struct outbox *outbox, unsigned stream, uint64_t next);
bool outbox_settle(struct outbox *outbox, struct fault *fault);
/* A new epoch, later than `after`. */
bool outbox_renew(struct outbox *outbox, unsigned stream, uint64_t after, struct fault *fault);

#endif
