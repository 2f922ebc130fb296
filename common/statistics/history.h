/* SPDX-License-Identifier: Apache-2.0 */
/* The failure history of one thing in numbers: every statistic of reliability.h over it, each with its verdict, and as
 * JSON. One computation for the sensor's warnings, the collector's reports and `wanglou failures`. */
#ifndef WANGLOU_COMMON_STATISTICS_HISTORY_H
#define WANGLOU_COMMON_STATISTICS_HISTORY_H

#include "common/json.h"
#include "common/statistics/reliability.h"

#define HISTORY_CONFIDENCE  0.90
#define HISTORY_AHEAD       720.0 /* hours: 30 days */
#define HISTORY_WEEK        168.0
#define HISTORY_WEEKS_LEAST 8 /* of exposure, before weekly counts are watched */

struct failure_history {
    const double *at; /* of each failure: hours of exposure before it, ascending */
    size_t failures;
    const double *repair; /* hours, of the closed ones */
    size_t closed, open;  /* open: still down, right-censored */
    double exposure;      /* hours observed, blind time taken out */
    double down;          /* hours of it out of order */
    double prior_shape, prior_rate;
};

struct failure_summary {
    enum statistic_verdict mtbf_verdict, mttr_verdict, availability_verdict, trend_verdict, forecast_verdict,
        weekly_verdict;
    struct mtbf mtbf;
    double mttr, availability;
    struct trend trend;
    struct forecast forecast;
    struct cusum weekly; /* counts of each week of exposure; alarm is the week */
};

/* Gamma prior of a fleet: its mean rate, worth one failure; without failures the reference prior (1/2, 0). */
void fleet_prior(size_t failures, double exposure, double *shape, double *rate);
struct failure_summary failure_summarise(const struct failure_history *history);
/* Members of the object in hand. */
void failure_summary_put(struct json *j, const struct failure_history *history, const struct failure_summary *summary);

#endif
