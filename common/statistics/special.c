/* SPDX-License-Identifier: Apache-2.0 */
/* Incomplete gamma functions by series and continued fraction; quantiles by Newton's steps kept within a bracket. */
#include "common/statistics/special.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

enum { TERMS = 20000, STEPS = 200 };

/* x^a e^-x / Gamma(a), by logarithms so that neither factor overflows. */
static double kernel(double a, double x)
{
    int sign;
    return exp(a * log(x) - x - lgamma_r(a, &sign));
}

/* DLMF 8.7.1: converges fast below x = a + 1. */
static double series(double a, double x)
{
    double term = 1 / a, sum = term;
    for (int i = 1; i < TERMS && term > sum * DBL_EPSILON / 4; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return sum * kernel(a, x);
}

/* DLMF 8.9.2, by Lentz's method: converges fast above x = a + 1. */
static double fraction(double a, double x)
{
    const double tiny = DBL_MIN / DBL_EPSILON;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < TERMS; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        if (fabs(d) < tiny) d = tiny;
        c = b + an / c;
        if (fabs(c) < tiny) c = tiny;
        d = 1 / d;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return h * kernel(a, x);
}

double gamma_lower(double a, double x)
{
    if (!(a > 0) || isnan(x)) return NAN;
    if (x <= 0) return 0;
    return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

double gamma_upper(double a, double x)
{
    if (!(a > 0) || isnan(x)) return NAN;
    if (x <= 0) return 1;
    return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

double chi_square_below(double x, double degrees) { return gamma_lower(degrees / 2, x / 2); }
double chi_square_above(double x, double degrees) { return gamma_upper(degrees / 2, x / 2); }
double normal_below(double x) { return erfc(-x / M_SQRT2) / 2; }

double gamma_quantile(double p, double a)
{
    double low = 0, high = a + 1, x;
    bool upper = p > 0.5;
    if (!(p > 0 && p < 1) || !(a > 0)) return NAN;
    while (upper ? gamma_upper(a, high) > 1 - p : gamma_lower(a, high) < p) {
        low = high;
        high *= 2;
    }
    x = (low + high) / 2;
    for (int i = 0; i < STEPS; i++) {
        double error = upper ? (1 - p) - gamma_upper(a, x) : gamma_lower(a, x) - p;
        double density = kernel(a, x) / x, next;
        if (error > 0)
            high = x;
        else
            low = x;
        next = x - error / density;
        if (!(next > low && next < high)) next = (low + high) / 2;
        if (fabs(next - x) <= 4 * DBL_EPSILON * x) return next;
        x = next;
    }
    return x;
}

double chi_square_quantile(double p, double degrees) { return 2 * gamma_quantile(p, degrees / 2); }
