/* SPDX-License-Identifier: Apache-2.0 */
/* Turns of several workers at what they remember together. Over a file a worker's turn comes when all others are past
 * its place (its frame's number, or behind all frames), so that the outcome does not depend on their number; live
 * whoever comes first is first. */
#ifndef WANGLOU_SENSOR_ENGINE_TURNS_H
#define WANGLOU_SENSOR_ENGINE_TURNS_H

#include <stdbool.h>
#include <stdint.h>

struct states;
struct turns;

struct turns *turns_open(unsigned workers, bool in_order); /* NULL: no memory */
void turns_close(struct turns *turns);
/* What they remember together. */
struct states *turns_states(struct turns *turns);

/* The worker has done with all that is before this place; UINT64_MAX: with all. */
void turns_reach(struct turns *turns, unsigned worker, uint64_t place);
/* Is another worker not past this place yet? At the same place the lower number goes first. */
bool turns_must_wait(const struct turns *turns, unsigned worker, uint64_t place);
/* Waits for the turn at this place, and keeps the others out until turns_leave. */
void turns_enter(struct turns *turns, unsigned worker, uint64_t place);
void turns_leave(struct turns *turns);

#endif
