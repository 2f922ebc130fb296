/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger of what left for the parent: when, how many events, under which policy, and a hash over their lines. */
#ifndef WANGLOU_COLLECTOR_STORE_LEDGER_H
#define WANGLOU_COLLECTOR_STORE_LEDGER_H

#include "collector/store/store.h"

enum { LEDGER_HASH = 32 };

struct ledger_row {
    int64_t number, time_us;
    unsigned stream;
    uint64_t epoch, first, count;
    const char *policy;  /* digest */
    const uint8_t *hash; /* LEDGER_HASH bytes: BLAKE2b over the lines as they left, each with its newline */
};
/* The newest first, those before `before` (0: from the newest). */
bool ledger_list(struct store_reader *reader, int64_t before, unsigned limit,
                 bool (*row)(void *context, const struct ledger_row *row), void *context, struct fault *fault);
/* Events that left since ever. */
uint64_t ledger_sum(struct store_reader *reader);

#endif
