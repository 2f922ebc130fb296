/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory: devices by address, what they said of themselves, and the frame that proves it. */
#ifndef WANGLOU_SENSOR_PLANT_DEVICES_H
#define WANGLOU_SENSOR_PLANT_DEVICES_H

#include "sensor/inspect/event.h"
#include "sensor/plant/plant.h"

struct devices;

struct devices *devices_open(struct event_out *out);
void devices_observe(struct devices *devices, const struct observation *observation, const char *text);
/* Tells (as `asset` events) the devices that changed and have been quiet for a moment; UINT64_MAX: all that changed. */
void devices_tick(struct devices *devices, uint64_t now_ns);
void devices_close(struct devices *devices);

#endif
