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

struct publish_options {
    const char *events; /* "-" standard output, a path, NULL or "none" */
    bool wait;          /* a full ring makes the producer wait (file) instead of dropping the event (live) */
    size_t ring_bytes;  /* per producer, rounded up to a power of two; 0: 16 MiB */
};

struct publish_counters {
    uint64_t events, bytes; /* numbered and handed to the outputs */
    uint64_t ring_full;     /* dropped because a producer's ring was full */
    uint64_t too_long;      /* dropped because no ring could ever hold it */
    uint64_t output_failed; /* could not be written to standard output or the file */
};

struct publisher;

/* Opens the outputs and starts the thread; NULL and a fault when an output can not be opened. */
struct publisher *publisher_open(const struct publish_options *options, unsigned producers, struct fault *fault);

/* `line`: a JSON object without its last `}`; it is copied. `type`: enum event_type. `severity`: 1 (critical) to 4 of
 * an alert, 0 of everything else. False: dropped, and counted. Only the producer's own thread may call it. */
bool publish(struct publisher *publisher, unsigned producer, unsigned type, unsigned severity, const char *line,
             size_t length);

/* What happened up to now; any thread may ask. */
void publisher_counters(const struct publisher *publisher, struct publish_counters *counters);

/* An output has failed for good (full disk, closed pipe): a run over a file had better stop. */
bool publisher_failed(const struct publisher *publisher);

/* After the producers have stopped: writes everything out, ends the thread, frees. False and a fault: events were lost.
 */
bool publisher_close(struct publisher *publisher, struct fault *fault);

#endif
