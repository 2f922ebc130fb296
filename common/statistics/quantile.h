/* SPDX-License-Identifier: Apache-2.0 */
/* A quantile of a stream in a few numbers, without keeping it: the P-square algorithm (R. Jain, I. Chlamtac, "The P2
 * algorithm for dynamic calculation of quantiles and histograms without storing observations", CACM 28(10), 1985). */
#ifndef WANGLOU_COMMON_STATISTICS_QUANTILE_H
#define WANGLOU_COMMON_STATISTICS_QUANTILE_H

#include <stdint.h>

enum { QUANTILE_MARKERS = 5 };

struct quantile {
    double p; /* 0 < p < 1 */
    uint32_t count;
    double height[QUANTILE_MARKERS];   /* of the markers; the first five observations while there are no more */
    double position[QUANTILE_MARKERS]; /* counted from 1 */
};

void quantile_start(struct quantile *quantile, double p);
void quantile_add(struct quantile *quantile, double x);
double quantile_value(const struct quantile *quantile); /* of fewer than five: the nearest rank; of none: NAN */

#endif
