/* SPDX-License-Identifier: Apache-2.0 */
/* A captured frame, as capture hands it on. */
#ifndef WANGLOU_SENSOR_CAPTURE_CAPTURED_H
#define WANGLOU_SENSOR_CAPTURE_CAPTURED_H

#include <stdbool.h>
#include <stdint.h>

struct captured {
    uint64_t number, time_ns;
    const uint8_t *bytes; /* valid until the next call */
    uint32_t captured, length;
    bool other; /* another worker's: time passes by it, and no more; set by those who share the frames out */
};

#endif
