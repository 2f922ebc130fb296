/* SPDX-License-Identifier: Apache-2.0 */
/* Brier score, Wilson's interval, and the strength of a generative cause (Cheng 1997, equation 8). */
#include "common/statistics/calibration.h"

#include <math.h>

#include "common/statistics/special.h"

void brier_add(struct brier *b, double probability, bool came)
{
    double distance = probability - came;
    b->squares += distance * distance;
    b->came += came;
    b->count++;
}

double brier_score(const struct brier *b) { return b->count ? b->squares / b->count : NAN; }

double brier_base(const struct brier *b)
{
    double rate = b->count ? b->came / b->count : NAN;
    return rate * (1 - rate);
}

bool brier_skill(const struct brier *b, double *skill)
{
    double base = brier_base(b);
    if (!(base > 0)) return false;
    *skill = 1 - brier_score(b) / base;
    return true;
}

/* The square of the two-sided normal quantile is the chi-square quantile of one degree. */
enum statistic_verdict share_estimate(size_t came, size_t count, double confidence, struct share *out)
{
    if (came > count || !(confidence > 0 && confidence < 1)) return STATISTIC_BAD_INPUT;
    if (!count) return STATISTIC_TOO_FEW;
    double n = (double)count, p = (double)came / n, zz = chi_square_quantile(confidence, 1), scale = 1 + zz / n;
    double centre = (p + zz / (2 * n)) / scale, half = sqrt(zz * (p * (1 - p) + zz / (4 * n)) / n) / scale;
    *out = (struct share){p, came ? centre - half : 0, came < count ? centre + half : 1};
    return STATISTIC_GIVEN;
}

enum statistic_verdict cause_strength(size_t came_with, size_t with, size_t came_without, size_t without, double *out)
{
    if (came_with > with || came_without > without) return STATISTIC_BAD_INPUT;
    if (with < CAUSE_LEAST || without < CAUSE_LEAST || came_without == without) return STATISTIC_TOO_FEW;
    double leak = (double)came_without / (double)without, share = (double)came_with / (double)with;
    *out = share > leak ? (share - leak) / (1 - leak) : 0;
    return STATISTIC_GIVEN;
}
