/* SPDX-License-Identifier: Apache-2.0 */
/* The workers at their sources: one in this thread, or several that share nothing. */
#ifndef WANGLOU_SENSOR_CREW_H
#define WANGLOU_SENSOR_CREW_H

#include <signal.h>

#include "sensor/options.h"

struct publisher;
struct plant;

/* Opens all sources and workers, gives up privileges, runs until the end of the file or until `*stop` is set. */
bool crew_run(const struct sensor_options *options, struct publisher *publisher, struct plant *plant,
              const volatile sig_atomic_t *stop, struct fault *fault);

#endif
