/* SPDX-License-Identifier: Apache-2.0 */
/* Reliability of the plant's assets out of the failure database in main.db, and how good its forecasts were: the 30-day
 * forecast made at the end of each month of exposure against what came (Brier score). */
#ifndef WANGLOU_COLLECTOR_ASSESS_RELIABILITY_H
#define WANGLOU_COLLECTOR_ASSESS_RELIABILITY_H

#include <sqlite3.h>

#include "collector/assess/risk.h"
#include "common/json.h"
#include "common/statistics/calibration.h"
#include "common/statistics/history.h"

struct failing_asset {
    char sensor[128], asset[128];
    struct failure_history history;
    double *at, *repair;
    struct failure_summary summary;
    char *precursors; /* JSON, a list, as its sensor told them last (docs/failures.md); NULL: none */
    double outlook;   /* with them: history and precursors by noisy-OR */
};

struct reliability {
    struct failing_asset *assets;
    unsigned count;
    size_t failures, open;
    double exposure, down; /* hours, of all */
    struct brier brier;
};

bool reliability_read(struct reliability *out, sqlite3 *main, struct fault *fault);
void reliability_free(struct reliability *reliability);
/* Forecasts of every whole month (720 h of exposure) but the first out of what was known at its beginning. */
struct brier reliability_back_test(const struct failing_asset *assets, unsigned count);
/* Members of the object in hand. */
void reliability_put(struct json *j, const struct reliability *reliability);

#endif
