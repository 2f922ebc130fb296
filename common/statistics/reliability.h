/* SPDX-License-Identifier: Apache-2.0 */
/* Reliability of repairable things from counts, times and exposure: what docs/failures.md explains, formula by formula
 * (MIL-HDBK-189, MIL-HDBK-781, NIST/SEMATECH e-Handbook 8.2.3.4, 8.4.5, 8.4.6, 6.3.2; Crow 1974; Pearl 1988).
 *
 * Pure functions. Each says whether it may be computed at all: with too little data there is no number, and the verdict
 * tells why. Times are hours of exposure: observed time, blind time already taken out. */
#ifndef WANGLOU_COMMON_STATISTICS_RELIABILITY_H
#define WANGLOU_COMMON_STATISTICS_RELIABILITY_H

#include <stdbool.h>
#include <stddef.h>

/* X(id, name, zh, en) */
#define STATISTIC_VERDICTS(X)                                                                                          \
    X(GIVEN, "given", "已计算", "computed")                                                                            \
    X(NO_EXPOSURE, "no-exposure", "没有可用的观测时长，无法计算", "no observed time, cannot be computed")              \
    X(NO_FAILURES, "no-failures", "尚无失效，只能给出单侧下限", "no failures yet, only a lower bound can be given")    \
    X(TOO_SHORT, "too-short", "观测时间太短，不作计算", "observed for too short a time, not computed")                 \
    X(TOO_FEW, "too-few", "失效次数太少，不作计算", "too few failures, not computed")                                  \
    X(BAD_INPUT, "bad-input", "输入数据不合理", "the input makes no sense")
enum statistic_verdict {
#define X(id, name, zh, en) STATISTIC_##id,
    STATISTIC_VERDICTS(X)
#undef X
        STATISTIC_VERDICT_COUNT
};
extern const char *const statistic_verdict_name[STATISTIC_VERDICT_COUNT],
    *const statistic_verdict_zh[STATISTIC_VERDICT_COUNT], *const statistic_verdict_en[STATISTIC_VERDICT_COUNT];

enum { TREND_LEAST = 5, CHANGE_LEAST = 2 }; /* failures a trend test needs; samples a chart needs */

/* MTBF = T/n with the exact interval of time-truncated observation:
 * [2T/X2(1-a/2, 2n+2), 2T/X2(a/2, 2n)]; without failures the one-sided bound 2T/X2(1-a, 2) (NO_FAILURES). */
struct mtbf {
    double mtbf, lower, upper; /* hours; upper and mtbf are infinite without failures */
};
enum statistic_verdict mtbf_estimate(size_t failures, double exposure, double confidence, struct mtbf *out);

/* Mean of the closed repairs; TOO_FEW when there is none. */
enum statistic_verdict mttr_estimate(const double *repair, size_t count, double *out);
/* Up time over observed time; MTBF/(MTBF+MTTR) is the inherent one. */
enum statistic_verdict availability_observed(double down, double observed, double *out);
enum statistic_verdict availability_inherent(double mtbf, double mttr, double *out);

/* Trend of failure times over (0, end]; times ascending. `end_is_failure`: observation stopped with the last failure,
 * which then is not counted among the m. */
struct trend {
    double laplace;      /* standard normal under no trend; > 0 worsening */
    double laplace_p;    /* two-sided */
    double handbook;     /* MIL-HDBK-189: chi-square with 2m degrees under no trend; small: worsening */
    double handbook_p;   /* two-sided */
    double shape, scale; /* power law (Crow-AMSAA) by maximum likelihood: N(t) = scale * t^shape; > 1 worsening */
    double unbiased;     /* of the shape */
    bool significant;    /* both tests below 0.05 */
    bool worsening;      /* its direction */
};
enum statistic_verdict trend_test(const double *times, size_t count, double end, bool end_is_failure,
                                  struct trend *out);

/* Tabular CUSUM: up = max(0, up + x - target - slack), down likewise. `alarm` is the first index beyond `limit`, -1:
 * none. The sums after the last sample stay in up, down. */
struct cusum {
    double target, slack, limit;
    double up, down;
    long seen, alarm;
};
void cusum_add(struct cusum *chart, double x);
/* Reference value for weekly counts: (rate1 - rate0) / ln(rate1 / rate0). */
double cusum_poisson_reference(double rate0, double rate1);

/* z = weight * x + (1 - weight) * z, from the target; limits target +- width * sigma * sqrt(weight / (2 - weight)). */
struct ewma {
    double target, sigma, weight, width;
    double value;
    long seen, alarm;
};
void ewma_start(struct ewma *chart, double target, double sigma, double weight, double width);
void ewma_add(struct ewma *chart, double x);
double ewma_half_width(const struct ewma *chart);

/* Gamma-Poisson: prior shape a, rate b (hours); posterior a+n, b+T.
 * P(>= 1 failure in the next h) = 1 - ((b+T)/(b+T+h))^(a+n); the interval is that of the posterior rate. */
struct forecast {
    double probability, lower, upper;
    double rate; /* posterior mean, per hour */
};
enum statistic_verdict forecast_failure(double prior_shape, double prior_rate, size_t failures, double exposure,
                                        double ahead, double confidence, struct forecast *out);

/* Noisy-OR (Pearl): 1 - (1 - leak) * product over present causes of (1 - p). */
double noisy_or(double leak, const double *probability, const bool *present, size_t count);

#endif
