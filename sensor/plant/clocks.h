/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of devices against the capture's: what the inspector `clocks` tells the keeper of that name (OBSERVED_CLOCK).
 */
#ifndef WANGLOU_SENSOR_PLANT_CLOCKS_H
#define WANGLOU_SENSOR_PLANT_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>

/* Of some seconds: the least that a frame was behind the time written in it. An event waits before it is sent, so only
 * the least says something of the clock. Negative: the clock is ahead. */
struct clock_reading {
    int64_t least_ns;
    uint32_t count; /* time stamps */
    bool local;     /* of the plant's zone, or any other: the protocol does not say */
    int64_t tolerance_ns;
};

#endif
