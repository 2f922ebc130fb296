/* SPDX-License-Identifier: Apache-2.0 */
/* The way to the collector: events are put together to batches, kept in the spool, sent until acknowledged.
 *
 * Two streams with a spool each: what an officer must see first (alerts, assets …), and the rest. When the spool's
 * room or the disk is used up, the oldest batches of the rest go first; every event lost is counted. */
#ifndef WANGLOU_SENSOR_PUBLISH_DELIVERY_H
#define WANGLOU_SENSOR_PUBLISH_DELIVERY_H

#include "sensor/publish/publish.h"

struct delivery;

/* NULL and a fault when the keys, the spool or the address cannot be used. */
struct delivery *delivery_open(const struct publish_options *options, struct fault *fault);

/* The number of the stream's next event. */
uint64_t delivery_next(const struct delivery *delivery, unsigned stream);
/* Takes the event with that number, in two pieces, the second one with its '\n'. */
void delivery_add(struct delivery *delivery, unsigned stream, const char *line, size_t length, const char *tail,
                  size_t tail_length);
/* No room in the spool, and the options say to wait rather than to lose: take nothing before this is false. */
bool delivery_full(const struct delivery *delivery);

/* Closes batches that are due, sends and receives; waits up to `wait_ms` when there is nothing to do. */
void delivery_turn(struct delivery *delivery, int wait_ms);
void delivery_look(const struct delivery *delivery, struct publish_counters *counters);

/* Sends until all is acknowledged, up to `options->drain_ns`; then ends. Returns the events that stay in the spool. */
uint64_t delivery_close(struct delivery *delivery);

#endif
