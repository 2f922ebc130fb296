/* SPDX-License-Identifier: Apache-2.0 */
/* Maintenance windows 检修计划, by asset and time, out of a file of their own:
 *
 *     - {asset: 10.1.1.10, from: 2026-03-02T08:00:00+08:00, until: 2026-03-02T12:00:00+08:00, reason: 更换电源}
 *     - {asset: all, from: …, until: …}
 */
#ifndef WANGLOU_SENSOR_PLANT_MAINTENANCE_H
#define WANGLOU_SENSOR_PLANT_MAINTENANCE_H

#include "common/fault.h"

#include <stdint.h>

struct maintenance;

struct maintenance *maintenance_load(const char *path, struct fault *fault);
void maintenance_free(struct maintenance *maintenance);
/* Is work planned on it (its address or MAC as text) at that time? NULL: no windows. */
bool maintenance_planned(const struct maintenance *maintenance, const char *asset, uint64_t time_ns);

#endif
