/* SPDX-License-Identifier: Apache-2.0 */
/* Signs of failure and health: what the inspector `failures` tells the keeper of that name (OBSERVED_SIGN). */
#ifndef WANGLOU_SENSOR_PLANT_SIGN_H
#define WANGLOU_SENSOR_PLANT_SIGN_H

#include <stdint.h>

enum sign_kind {
    SIGN_BAD,   /* a sign of the failure mode */
    SIGN_ALIVE, /* it speaks, be it to refuse */
    SIGN_GOOD,  /* it speaks, and there is no sign of any failure in it */
    SIGN_BLIND  /* from `time_ns` to `until_ns` the sensor lost packets */
};

struct sign {
    uint64_t time_ns, frame; /* of the message; of a request without an answer: of that request */
    uint64_t until_ns;       /* BLIND */
    double latency;          /* ALIVE, GOOD: mean of its answers since the last sign, seconds */
    uint32_t latencies;      /* of so many; 0: unknown */
    uint16_t mode;           /* BAD: in the catalogue */
};

#endif
