/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up what is no longer needed, once everything is open: capabilities, new privileges, system calls. */
#ifndef WANGLOU_SENSOR_PRIVILEGES_H
#define WANGLOU_SENSOR_PRIVILEGES_H

#include <stdbool.h>

#include "common/fault.h"

/* For all threads of the process. From then on nothing can be sent on the `count` capture descriptors. */
bool privileges_give_up(const int *descriptors, int count, struct fault *fault);

#endif
