/* SPDX-License-Identifier: Apache-2.0 */
/* Suppressions: what an officer does not want to be shown as an alert for a time, and why. Nothing is left out of the
 * store: matching alerts are marked. Thread-safe. */
#ifndef WANGLOU_COLLECTOR_STORE_SUPPRESSIONS_H
#define WANGLOU_COLLECTOR_STORE_SUPPRESSIONS_H

#include "collector/store/store.h"

struct suppression {
    int64_t number;
    const char *id;                              /* ULID, by which sensors know it */
    const char *rule, *source, *target, *sensor; /* "": any */
    const char *reason, *user, *withdrawn_by;
    int64_t until_us, created_us, withdrawn_us; /* withdrawn 0: not */
    uint64_t alerts;                            /* marked by it */
};
typedef bool suppression_row(void *context, const struct suppression *suppression);

/* Keeps it and marks what matches already; `number` and `alerts` are filled. */
bool suppressions_add(struct store *store, struct suppression *suppression, struct fault *fault);
enum suppression_change { SUPPRESSION_WITHDRAWN, SUPPRESSION_UNKNOWN, SUPPRESSION_FAILED };
/* Alerts that it had marked are shown again. `row` is called with it. */
enum suppression_change suppressions_withdraw(struct store *store, int64_t number, const char *user, int64_t now_us,
                                              suppression_row *row, void *context, struct fault *fault);
/* The newest first; `in_force_at` 0: all. */
bool suppressions_list(struct store_reader *reader, int64_t in_force_at, suppression_row *row, void *context,
                       struct fault *fault);

#endif
