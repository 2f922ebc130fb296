/* SPDX-License-Identifier: Apache-2.0 */
/* What a worker tells of its own sight: payloads of OBSERVED_SIGHT (its counters, once a second) and of
 * OBSERVED_ONE_WAY (a conversation of which one side only was seen; `device` is the side that was seen). */
#ifndef WANGLOU_SENSOR_PLANT_VISIBILITY_H
#define WANGLOU_SENSOR_PLANT_VISIBILITY_H

#include <stdint.h>

/* Since its start. */
struct sight {
    uint64_t frames, kernel_drops;
    uint64_t segments, gaps;        /* of TCP */
    uint64_t two_way, one_way;      /* TCP conversations with payload */
    uint64_t understood, undecoded; /* conversations with payload whose protocol was recognised, or not */
    uint64_t cut;                   /* frames and PDUs that the capture cut short */
};

#endif
