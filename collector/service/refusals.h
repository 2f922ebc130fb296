/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals at sensors 探针拒收: told by their events, and here put on the audit log. */
#ifndef WANGLOU_COLLECTOR_SERVICE_REFUSALS_H
#define WANGLOU_COLLECTOR_SERVICE_REFUSALS_H

#include "collector/service/hierarchy.h"

/* Looks for those that are new; false: the fault says why not. */
bool refusals_tick(struct hierarchy *hierarchy, struct fault *fault);

#endif
