/* SPDX-License-Identifier: Apache-2.0 */
/* Risk in the order of GB/T 20984: a model (collector/models/risk.yaml) and the formulas; pure, no store.
 *
 * A importance of the asset, T frequency of the threat, V severity of the vulnerability, each 1 to 5:
 * likelihood L = sqrt(T V), loss F = sqrt(A V), risk R = L F, 1 to 25. */
#ifndef WANGLOU_COLLECTOR_ASSESS_RISK_H
#define WANGLOU_COLLECTOR_ASSESS_RISK_H

#include <stdbool.h>

#include "common/fault.h"

enum { RISK_LEVELS = 5, RISK_ROWS = 64 };

/* A row of the model: what it is for, its value from 1 to 5, and why. */
struct risk_row {
    const char *name, *word; /* role; kind and severity; "*" and NULL: any */
    unsigned severity;       /* of alerts, 0: none */
    double value;
    const char *reason, *reason_en; /* a model without English says it in Chinese */
};

struct risk_model {
    struct yaml *document; /* owns the texts */
    const char *name, *zh, *en, *method, *source, *certainty, *share_reason, *certainty_en, *share_reason_en;
    unsigned days;
    double share;
    double band[RISK_LEVELS];
    const char *level_zh[RISK_LEVELS], *level_en[RISK_LEVELS];
    struct risk_row importance[RISK_ROWS], threat[RISK_ROWS], vulnerability[RISK_ROWS];
    unsigned importances, threats, vulnerabilities;
};

/* NULL: the built-in model. */
bool risk_model_open(struct risk_model *model, const char *path, struct fault *fault);
void risk_model_close(struct risk_model *model);

/* Never NULL: a model without a row for the rest is refused. */
const struct risk_row *risk_importance(const struct risk_model *model, const char *role);
const struct risk_row *risk_threat(const struct risk_model *model, unsigned severity);
const struct risk_row *risk_vulnerability(const struct risk_model *model, const char *kind, const char *severity);

struct risk {
    double likelihood, loss, risk;
};
struct risk risk_of(double importance, double threat, double vulnerability);
/* 1 to RISK_LEVELS: the band of the risk, rounded to a whole number. */
unsigned risk_level(const struct risk_model *model, double risk);

/* A whole out of its parts: share * worst + (1 - share) * weighted mean. */
struct rollup {
    double worst, sum, weight;
    unsigned parts;
};
void rollup_add(struct rollup *rollup, double score, double weight);
double rollup_score(const struct rollup *rollup, double share); /* 0 without parts */

#endif
