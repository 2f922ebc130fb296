/* SPDX-License-Identifier: Apache-2.0 */
/* What one side does to one thing of the other, summed up over some seconds: what the inspector `behaviour` tells the
 * keepers of the baseline and of the process values (OBSERVED_BEHAVIOUR; `device` speaks to `peer`, `what`: its class).
 */
#ifndef WANGLOU_SENSOR_PLANT_BEHAVIOUR_H
#define WANGLOU_SENSOR_PLANT_BEHAVIOUR_H

#include <stdbool.h>
#include <stdint.h>

enum { BEHAVIOUR_NAME = 48, BEHAVIOUR_OBJECT = 64 };

struct behaviour {
    char operation[BEHAVIOUR_NAME];
    char object[BEHAVIOUR_OBJECT]; /* "" none */
    uint32_t unit, count;          /* count: messages since it was last told */
    bool has_unit, answer, bad;    /* answer: a response with values; bad: its quality is not good */
    uint32_t values;               /* numbers among them */
    uint64_t first_ns, last_ns;    /* of these messages */
    uint64_t gap_sum_ns, gap_max_ns;
    uint32_t gaps;
    double low, high, sum, last;
    uint64_t changes; /* how often the value differed from the one before */
    double step;      /* largest change per second, either way */
};

#endif
