/* SPDX-License-Identifier: Apache-2.0 */
/* How good forecasts were, and what a cause is worth: from what was forecast and what came (Brier 1950; Wilson 1927;
 * Cheng 1997). Pure functions. */
#ifndef WANGLOU_COMMON_STATISTICS_CALIBRATION_H
#define WANGLOU_COMMON_STATISTICS_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>

#include "common/statistics/reliability.h"

/* Mean squared distance of forecasts from what came (Brier 1950), beside that of the base rate; skill is
 * 1 - score/base: above 0 the forecast knows more than the base rate. */
struct brier {
    double squares, came;
    unsigned count;
};
void brier_add(struct brier *brier, double probability, bool came);
double brier_score(const struct brier *brier);
double brier_base(const struct brier *brier);
/* False: nothing can be said, since nothing was forecast, or all outcomes are the same. */
bool brier_skill(const struct brier *brier, double *skill);

/* `came` of `count`: share with Wilson's score interval. */
struct share {
    double value, lower, upper;
};
enum statistic_verdict share_estimate(size_t came, size_t count, double confidence, struct share *out);

enum { CAUSE_LEAST = 20 /* cases with it alone, and without any, that it takes to tell what a cause is worth */ };

/* What a cause adds on its own under noisy-OR: (P(e|c) - P(e|no cause)) / (1 - P(e|no cause)), from 0 up. */
enum statistic_verdict cause_strength(size_t came_with, size_t with, size_t came_without, size_t without, double *out);

#endif
