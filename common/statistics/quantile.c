/* SPDX-License-Identifier: Apache-2.0 */
/* Five markers on the distribution's curve, moved by a parabola through their neighbours (Jain and Chlamtac, box 1). */
#include "common/statistics/quantile.h"

#include <math.h>

enum { LAST = QUANTILE_MARKERS - 1 };

void quantile_start(struct quantile *q, double p) { *q = (struct quantile){.p = p}; }

/* The first five, kept in order. */
static void insert(struct quantile *q, double x)
{
    unsigned i = q->count;
    for (; i && q->height[i - 1] > x; i--) q->height[i] = q->height[i - 1];
    q->height[i] = x;
    q->position[q->count] = q->count + 1;
    q->count++;
}

static double parabola(const struct quantile *q, unsigned i, double d)
{
    const double *n = q->position, *h = q->height;
    double above = (n[i] - n[i - 1] + d) * (h[i + 1] - h[i]) / (n[i + 1] - n[i]);
    double below = (n[i + 1] - n[i] - d) * (h[i] - h[i - 1]) / (n[i] - n[i - 1]);
    return h[i] + d / (n[i + 1] - n[i - 1]) * (above + below);
}

static void move(struct quantile *q, unsigned i, double d)
{
    double *n = q->position, *h = q->height, next = parabola(q, i, d);
    unsigned other = d > 0 ? i + 1 : i - 1;
    if (!(next > h[i - 1] && next < h[i + 1])) next = h[i] + d * (h[other] - h[i]) / (n[other] - n[i]);
    h[i] = next;
    n[i] += d;
}

void quantile_add(struct quantile *q, double x)
{
    const double share[QUANTILE_MARKERS] = {0, q->p / 2, q->p, (1 + q->p) / 2, 1};
    unsigned cell = 0;
    if (q->count < QUANTILE_MARKERS) {
        insert(q, x);
        return;
    }
    if (x < q->height[0]) q->height[0] = x;
    if (x > q->height[LAST]) q->height[LAST] = x;
    while (cell < LAST - 1 && x >= q->height[cell + 1]) cell++;
    for (unsigned i = cell + 1; i < QUANTILE_MARKERS; i++) q->position[i]++;
    q->count++;
    for (unsigned i = 1; i < LAST; i++) {
        double wanted = 1 + share[i] * (q->count - 1), d = wanted - q->position[i];
        if (d >= 1 && q->position[i + 1] - q->position[i] > 1)
            move(q, i, 1);
        else if (d <= -1 && q->position[i - 1] - q->position[i] < -1)
            move(q, i, -1);
    }
}

double quantile_value(const struct quantile *q)
{
    if (!q->count) return NAN;
    if (q->count >= QUANTILE_MARKERS) return q->height[2];
    return q->height[(unsigned)(q->p * q->count)];
}
