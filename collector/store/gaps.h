/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps 缺口: numbers of a node's streams that never came, and streams that began anew, one row each. */
#ifndef WANGLOU_COLLECTOR_STORE_GAPS_H
#define WANGLOU_COLLECTOR_STORE_GAPS_H

#include "collector/store/store.h"

struct gap_row {
    int64_t number, time_us;
    const char *node;
    unsigned stream;
    uint64_t first, count; /* numbers that are missing; count 0: a new epoch, what was lost before it is not known */
    uint64_t old_epoch, epoch;
};
/* Of one node or of all (NULL), the newest first. */
bool gaps_list(struct store_reader *reader, const char *node, int64_t before, unsigned limit,
               bool (*row)(void *context, const struct gap_row *gap), void *context, struct fault *fault);

#endif
