/* SPDX-License-Identifier: Apache-2.0 */
/* Zones (IEC 62443-3-2): the networks that `plant.zones` names, and where none fits, one by the Purdue level. */
#ifndef WANGLOU_SENSOR_PLANT_ZONES_H
#define WANGLOU_SENSOR_PLANT_ZONES_H

#include "sensor/options.h"

struct yaml_node;

/* `level` -1: unknown. Never NULL; one of "process control supervision operation office outside unknown" by level. */
const char *zone_of(const struct sensor_options *options, const struct address *address, int level);
/* Is the text "NAME=10.20.0.0/16"? For the options' check. */
bool zone_check(const struct yaml_node *value, struct fault *fault);

#endif
