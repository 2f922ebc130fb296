/* SPDX-License-Identifier: Apache-2.0 */
/* Every statistic over one failure history, and its JSON. */
#include "common/statistics/history.h"

void fleet_prior(size_t failures, double exposure, double *shape, double *rate)
{
    *shape = failures && exposure > 0 ? 1 : 0.5;
    *rate = failures && exposure > 0 ? exposure / (double)failures : 0;
}

/* Weekly counts against the rate of the first half, tuned to its doubling. */
static enum statistic_verdict watch_weeks(const struct failure_history *h, struct cusum *out)
{
    size_t weeks = h->exposure > 0 && h->exposure < 1e7 ? (size_t)(h->exposure / HISTORY_WEEK) : 0, half = weeks / 2;
    size_t early = 0, at = 0;
    if (weeks < HISTORY_WEEKS_LEAST) return STATISTIC_TOO_FEW;
    while (early < h->failures && h->at[early] < (double)half * HISTORY_WEEK) early++;
    if (!early) return STATISTIC_TOO_FEW;
    double rate = (double)early / (double)half;
    /* target + slack is the reference value; limit 4: about 100 weeks between false alarms at one failure a week */
    *out = (struct cusum){.target = rate, .slack = cusum_poisson_reference(rate, 2 * rate) - rate, .limit = 4};
    for (size_t week = 0; week < weeks; week++) {
        size_t count = 0;
        while (at < h->failures && h->at[at] < (double)(week + 1) * HISTORY_WEEK) at++, count++;
        cusum_add(out, (double)count);
    }
    return STATISTIC_GIVEN;
}

struct failure_summary failure_summarise(const struct failure_history *h)
{
    struct failure_summary s = {0};
    s.mtbf_verdict = mtbf_estimate(h->failures, h->exposure, HISTORY_CONFIDENCE, &s.mtbf);
    s.mttr_verdict = mttr_estimate(h->repair, h->closed, &s.mttr);
    s.availability_verdict = availability_observed(h->down, h->exposure, &s.availability);
    s.trend_verdict = trend_test(h->at, h->failures, h->exposure, false, &s.trend);
    s.forecast_verdict = forecast_failure(h->prior_shape, h->prior_rate, h->failures, h->exposure, HISTORY_AHEAD,
                                          HISTORY_CONFIDENCE, &s.forecast);
    if (h->prior_rate + h->exposure < HISTORY_AHEAD && s.forecast_verdict == STATISTIC_GIVEN)
        s.forecast_verdict = STATISTIC_TOO_SHORT; /* nobody looked that long: looking ahead so far would be guessing */
    s.weekly_verdict = watch_weeks(h, &s.weekly);
    return s;
}

static bool begin(struct json *j, const char *key, enum statistic_verdict verdict)
{
    json_begin_object(j, key);
    json_put_string(j, "verdict", statistic_verdict_name[verdict]);
    if (verdict != STATISTIC_GIVEN) {
        json_put_string(j, "zh", statistic_verdict_zh[verdict]);
        json_put_string(j, "en", statistic_verdict_en[verdict]);
    }
    return verdict == STATISTIC_GIVEN;
}

static void put_mtbf(struct json *j, const struct failure_summary *s)
{
    bool given = begin(j, "mtbf", s->mtbf_verdict);
    if (given) json_put_double(j, "hours", s->mtbf.mtbf);
    if (given || s->mtbf_verdict == STATISTIC_NO_FAILURES) json_put_double(j, "lower", s->mtbf.lower);
    if (given) json_put_double(j, "upper", s->mtbf.upper);
    json_put_double(j, "confidence", HISTORY_CONFIDENCE);
    json_end_object(j);
}

static void put_trend(struct json *j, const struct failure_summary *s)
{
    if (begin(j, "trend", s->trend_verdict)) {
        json_put_double(j, "laplace", s->trend.laplace);
        json_put_double(j, "laplace_p", s->trend.laplace_p);
        json_put_double(j, "mil_hdbk_189", s->trend.handbook);
        json_put_double(j, "mil_hdbk_189_p", s->trend.handbook_p);
        json_put_double(j, "power_law_shape", s->trend.shape);
        json_put_double(j, "power_law_scale", s->trend.scale);
        json_put_bool(j, "significant", s->trend.significant);
        json_put_bool(j, "worsening", s->trend.worsening);
    }
    json_end_object(j);
}

void failure_summary_put(struct json *j, const struct failure_history *h, const struct failure_summary *s)
{
    json_put_uint(j, "failures", h->failures);
    json_put_uint(j, "open", h->open);
    json_put_double(j, "exposure", h->exposure);
    json_put_double(j, "down", h->down);
    put_mtbf(j, s);
    if (begin(j, "mttr", s->mttr_verdict)) json_put_double(j, "hours", s->mttr);
    json_end_object(j);
    if (begin(j, "availability", s->availability_verdict)) json_put_double(j, "share", s->availability);
    json_end_object(j);
    put_trend(j, s);
    if (begin(j, "forecast", s->forecast_verdict)) {
        json_put_double(j, "hours", HISTORY_AHEAD);
        json_put_double(j, "probability", s->forecast.probability);
        json_put_double(j, "lower", s->forecast.lower);
        json_put_double(j, "upper", s->forecast.upper);
    }
    json_end_object(j);
    if (begin(j, "weekly", s->weekly_verdict)) {
        json_put_double(j, "cusum", s->weekly.up);
        json_put_bool(j, "alarm", s->weekly.alarm >= 0);
    }
    json_end_object(j);
}
