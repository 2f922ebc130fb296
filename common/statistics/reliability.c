/* SPDX-License-Identifier: Apache-2.0 */
/* Reliability statistics: counts and times in, a number with its interval or the reason for none out. */
#include "common/statistics/reliability.h"

#include <math.h>

#include "common/statistics/special.h"

const char *const statistic_verdict_name[STATISTIC_VERDICT_COUNT] = {
#define X(id, name, zh, en) name,
    STATISTIC_VERDICTS(X)
#undef X
};
const char *const statistic_verdict_zh[STATISTIC_VERDICT_COUNT] = {
#define X(id, name, zh, en) zh,
    STATISTIC_VERDICTS(X)
#undef X
};
const char *const statistic_verdict_en[STATISTIC_VERDICT_COUNT] = {
#define X(id, name, zh, en) en,
    STATISTIC_VERDICTS(X)
#undef X
};

static bool is_share(double x) { return x > 0 && x < 1; }

enum statistic_verdict mtbf_estimate(size_t n, double exposure, double confidence, struct mtbf *out)
{
    double alpha = 1 - confidence;
    if (!is_share(confidence) || isnan(exposure)) return STATISTIC_BAD_INPUT;
    if (!(exposure > 0)) return STATISTIC_NO_EXPOSURE;
    if (n == 0) {
        *out = (struct mtbf){INFINITY, 2 * exposure / chi_square_quantile(1 - alpha, 2), INFINITY};
        return STATISTIC_NO_FAILURES;
    }
    out->mtbf = exposure / (double)n;
    out->lower = 2 * exposure / chi_square_quantile(1 - alpha / 2, 2 * (double)n + 2);
    out->upper = 2 * exposure / chi_square_quantile(alpha / 2, 2 * (double)n);
    return STATISTIC_GIVEN;
}

enum statistic_verdict mttr_estimate(const double *repair, size_t count, double *out)
{
    double sum = 0;
    if (!count) return STATISTIC_TOO_FEW;
    for (size_t i = 0; i < count; i++) {
        if (!(repair[i] >= 0)) return STATISTIC_BAD_INPUT;
        sum += repair[i];
    }
    *out = sum / (double)count;
    return STATISTIC_GIVEN;
}

enum statistic_verdict availability_observed(double down, double observed, double *out)
{
    if (!(observed > 0)) return STATISTIC_NO_EXPOSURE;
    if (!(down >= 0 && down <= observed)) return STATISTIC_BAD_INPUT;
    *out = 1 - down / observed;
    return STATISTIC_GIVEN;
}

enum statistic_verdict availability_inherent(double mtbf, double mttr, double *out)
{
    if (!(mtbf > 0 && mttr >= 0)) return STATISTIC_BAD_INPUT;
    *out = mtbf / (mtbf + mttr);
    return STATISTIC_GIVEN;
}

static double two_sided(double below, double above) { return fmin(1, 2 * fmin(below, above)); }

enum statistic_verdict trend_test(const double *times, size_t count, double end, bool end_is_failure, struct trend *out)
{
    double sum = 0, logs = 0, last = 0;
    size_t m = end_is_failure && count ? count - 1 : count;
    if (!(end > 0)) return STATISTIC_NO_EXPOSURE;
    if (count < TREND_LEAST) return STATISTIC_TOO_FEW;
    for (size_t i = 0; i < count; i++) {
        if (!(times[i] > 0 && times[i] >= last && times[i] <= end)) return STATISTIC_BAD_INPUT;
        last = times[i];
        if (i >= m) continue;
        sum += times[i];
        logs += log(end / times[i]);
    }
    if (!(logs > 0)) return STATISTIC_BAD_INPUT;
    out->laplace = (sum / (double)m - end / 2) / (end * sqrt(1 / (12 * (double)m)));
    out->laplace_p = two_sided(normal_below(out->laplace), normal_below(-out->laplace));
    out->handbook = 2 * logs;
    out->handbook_p =
        two_sided(chi_square_below(out->handbook, 2 * (double)m), chi_square_above(out->handbook, 2 * (double)m));
    out->shape = (double)count / logs;
    out->scale = (double)count / pow(end, out->shape);
    out->unbiased = ((double)m - 1) / logs;
    out->worsening = out->laplace > 0;
    out->significant = out->laplace_p < 0.05 && out->handbook_p < 0.05 && (out->shape > 1) == out->worsening;
    return STATISTIC_GIVEN;
}

void cusum_add(struct cusum *c, double x)
{
    if (!c->seen) c->alarm = -1;
    c->up = fmax(0, c->up + x - c->target - c->slack);
    c->down = fmax(0, c->down + c->target - x - c->slack);
    if (c->alarm < 0 && (c->up > c->limit || c->down > c->limit)) c->alarm = c->seen;
    c->seen++;
}

double cusum_poisson_reference(double rate0, double rate1) { return (rate1 - rate0) / log(rate1 / rate0); }

void ewma_start(struct ewma *c, double target, double sigma, double weight, double width)
{
    *c = (struct ewma){target, sigma, weight, width, target, 0, -1};
}

double ewma_half_width(const struct ewma *c) { return c->width * c->sigma * sqrt(c->weight / (2 - c->weight)); }

void ewma_add(struct ewma *c, double x)
{
    c->value = c->weight * x + (1 - c->weight) * c->value;
    if (c->alarm < 0 && fabs(c->value - c->target) > ewma_half_width(c)) c->alarm = c->seen;
    c->seen++;
}

enum statistic_verdict forecast_failure(double a, double b, size_t n, double exposure, double ahead, double confidence,
                                        struct forecast *out)
{
    double shape = a + (double)n, rate = b + exposure, alpha = 1 - confidence;
    if (!(a > 0 && b >= 0 && ahead > 0) || !is_share(confidence)) return STATISTIC_BAD_INPUT;
    if (!(exposure > 0)) return STATISTIC_NO_EXPOSURE;
    out->rate = shape / rate;
    out->probability = -expm1(shape * log(rate / (rate + ahead)));
    out->lower = -expm1(-ahead * gamma_quantile(alpha / 2, shape) / rate);
    out->upper = -expm1(-ahead * gamma_quantile(1 - alpha / 2, shape) / rate);
    return STATISTIC_GIVEN;
}

double noisy_or(double leak, const double *p, const bool *present, size_t count)
{
    double none = 1 - leak;
    for (size_t i = 0; i < count; i++)
        if (present[i]) none *= 1 - p[i];
    return 1 - none;
}
