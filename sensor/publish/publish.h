/* SPDX-License-Identifier: Apache-2.0 */
/* The way of events out of the sensor: producers hand over lines, one thread numbers and writes them.
 *
 * Every producer (each worker, the plant thread) has its own ring; `publish` copies and never blocks on I/O. */
#ifndef WANGLOU_SENSOR_PUBLISH_H
#define WANGLOU_SENSOR_PUBLISH_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link_item;
struct link_position;

struct publish_options {
    const char *sensor; /* its name */
    const char *events; /* "-" standard output, a path, NULL or "none" */
    bool wait;          /* full: the producer waits (file) instead of losing the event (live) */
    size_t ring_bytes;  /* per producer, rounded up to a power of two; 0: 16 MiB */
    /* The way to a collector; `collector` NULL: none. */
    const char *collector;     /* tcp://host:port */
    const char *collector_key; /* its .pub file */
    const char *key_file;      /* own .key file */
    const char *spool;         /* directory */
    uint64_t spool_bytes;      /* room of the spool; 0: 1 GiB */
    uint64_t sync_ns;          /* how much a loss of power may cost; 0: nothing that was put in a batch */
    uint64_t drain_ns;         /* how long the end waits for acknowledgements */
    /* Downward items, from the publisher's thread: true, it is kept for good. `verified`: the collector's own, rightly
     * signed. NULL: none are wanted. */
    bool (*item)(void *context, const struct link_item *item, bool verified);
    void (*item_position)(void *context, struct link_position *position);
    void *item_context;
    const char *subscribers; /* endpoint of a PUB socket, "tcp://127.0.0.1:5561", "ipc://PATH"; NULL: none */
};

struct publish_counters {
    uint64_t events, bytes; /* numbered and handed to the outputs */
    uint64_t ring_full;     /* dropped because a producer's ring was full */
    uint64_t too_long;      /* dropped because they are longer than PUBLISH_LONGEST */
    uint64_t output_failed; /* could not be written to standard output or the file */
    /* of the link */
    bool connected;
    uint64_t acknowledged, sent_bytes;
    uint64_t waiting, spool_bytes; /* events that are not acknowledged; size of the spool */
    uint64_t spool_lost;           /* events lost because the spool was full or damaged */
};

enum { PUBLISH_LONGEST = 255 * 1024 };

struct publisher;

/* Opens the outputs and starts the thread; NULL and a fault when an output can not be opened. */
struct publisher *publisher_open(const struct publish_options *options, unsigned producers, struct fault *fault);

/* `line`: a JSON object without its last `}`; it is copied. `type`: enum event_type. `severity`: 1 (critical) to 4 of
 * an alert, 0 of everything else. False: dropped, and counted. Only the producer's own thread may call it. */
bool publish(struct publisher *publisher, unsigned producer, unsigned type, unsigned severity, const char *line,
             size_t length);

/* What happened up to now; any thread may ask. */
void publisher_counters(struct publisher *publisher, struct publish_counters *counters);

/* An output has failed for good (full disk, closed pipe): a run over a file had better stop. */
bool publisher_failed(const struct publisher *publisher);

/* After the producers have stopped: writes everything out, ends the thread, frees. False and a fault: events were lost.
 */
bool publisher_close(struct publisher *publisher, struct fault *fault);

#endif
