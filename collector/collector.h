/* SPDX-License-Identifier: Apache-2.0 */
/* The collector put together: store, people, HTTP server, and the loop that keeps house. */
#ifndef WANGLOU_COLLECTOR_COLLECTOR_H
#define WANGLOU_COLLECTOR_COLLECTOR_H

#include "collector/options.h"

struct collector;

/* All or nothing: on a fault nothing is left running. The directory is this process's alone until collector_close. */
struct collector *collector_open(const struct collector_options *options, struct fault *fault);
/* Once a second: time-outs, retention, heartbeats. */
void collector_tick(struct collector *collector);
/* Between two ticks: passes on what has come from above, or from a person. */
void collector_turn(struct collector *collector);
void collector_close(struct collector *collector);

#endif
