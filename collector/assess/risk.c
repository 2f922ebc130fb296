/* SPDX-License-Identifier: Apache-2.0 */
/* The formulas of GB/T 20984 (product method) and the roll-up. */
#include "collector/assess/risk.h"

#include <math.h>

struct risk risk_of(double importance, double threat, double vulnerability)
{
    double likelihood = sqrt(threat * vulnerability), loss = sqrt(importance * vulnerability);
    return (struct risk){likelihood, loss, likelihood * loss};
}

unsigned risk_level(const struct risk_model *model, double risk)
{
    unsigned level = 1;
    while (level < RISK_LEVELS && floor(risk + 0.5) > model->band[level - 1]) level++;
    return level;
}

void rollup_add(struct rollup *r, double score, double weight)
{
    if (!r->parts++ || score > r->worst) r->worst = score;
    r->sum += score * weight;
    r->weight += weight;
}

double rollup_score(const struct rollup *r, double share)
{
    return r->parts && r->weight > 0 ? share * r->worst + (1 - share) * r->sum / r->weight : 0;
}
