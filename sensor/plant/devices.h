/* SPDX-License-Identifier: Apache-2.0 */
/* The inventory: devices by address, what they said of themselves, and the frame that proves it. */
#ifndef WANGLOU_SENSOR_PLANT_DEVICES_H
#define WANGLOU_SENSOR_PLANT_DEVICES_H

#include "sensor/plant/plant.h"

struct devices;

#endif
