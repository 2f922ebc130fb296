/* SPDX-License-Identifier: Apache-2.0 */
/* Reliability statistics against published examples (each cited) and against values computed with 30 digits (mpmath).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "common/statistics/calibration.h"
#include "common/statistics/quantile.h"
#include "common/statistics/reliability.h"
#include "common/statistics/special.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void near_at(double got, double expected, double relative, int line)
{
    if (fabs(got - expected) <= relative * fabs(expected)) return;
    fail_msg("line %d: %.15g, expected %.15g", line, got, expected);
}
/* Of published numbers: as many digits as were printed; of computed ones: 1e-9. */
#define near(got, expected, relative) near_at((got), (expected), (relative), __LINE__)
#define exact(got, expected)          near_at((got), (expected), 1e-9, __LINE__)

static void special_functions(void **state)
{
    (void)state;
    exact(gamma_lower(0.5, 0.1), 0.345279153981423);
    exact(gamma_upper(10, 40), 3.925932226286188e-9);
    exact(gamma_lower(100, 80), 0.01710831303513311);
    exact(gamma_lower(1e4, 10100), 0.8413487504471796);
    exact(gamma_upper(1e6, 1001000), 0.1586552136316597);
    exact(chi_square_quantile(0.95, 2), 5.991464547107982);
    exact(chi_square_quantile(0.05, 4), 0.7107230213973241);
    exact(chi_square_quantile(0.975, 10), 20.4831773508074);
    exact(chi_square_quantile(0.025, 200), 162.7279825018463);
    exact(chi_square_quantile(0.999, 1), 10.82756617066273);
    exact(chi_square_quantile(0.001, 3), 0.02429758581569273);
    exact(normal_below(-6), 9.865876450376981e-10);
    exact(normal_below(1.96), 0.9750021048517796);
}

/* NIST/SEMATECH e-Handbook 8.4.5.1, "MTBF confidence interval factors", 90 %: factors of the estimate, four digits. */
static void mtbf_of_nist(void **state)
{
    static const struct {
        size_t failures;
        double lower, upper;
    } factors[] = {
        {1, 0.2108, 19.4958}, {2, 0.3177, 5.6281}, {3, 0.3869, 3.6689}, {5, 0.4756, 2.5379}, {10, 0.5895, 1.8432}};
    struct mtbf m;
    (void)state;
    for (size_t i = 0; i < COUNT(factors); i++) {
        assert_int_equal(mtbf_estimate(factors[i].failures, 800, 0.9, &m), STATISTIC_GIVEN);
        near(m.lower / m.mtbf, factors[i].lower, 2e-4);
        near(m.upper / m.mtbf, factors[i].upper, 2e-4);
    }
    assert_int_equal(mtbf_estimate(3, 12345.678, 0.9, &m), STATISTIC_GIVEN);
    exact(m.mtbf, 4115.226);
    exact(m.lower, 1592.239475081777);
    exact(m.upper, 15098.21099733797);
    assert_int_equal(mtbf_estimate(0, 12345.678, 0.9, &m), STATISTIC_NO_FAILURES);
    exact(m.lower, 5361.659830754374);
    assert_true(isinf(m.mtbf) && isinf(m.upper));
    assert_int_equal(mtbf_estimate(1, 0, 0.9, &m), STATISTIC_NO_EXPOSURE);
    assert_int_equal(mtbf_estimate(1, 5, 1, &m), STATISTIC_BAD_INPUT);
}

static void repairs_and_availability(void **state)
{
    static const double repair[] = {1.5, 2.25, 0.75};
    double x;
    (void)state;
    assert_int_equal(mttr_estimate(repair, 3, &x), STATISTIC_GIVEN);
    exact(x, 1.5);
    assert_int_equal(mttr_estimate(repair, 0, &x), STATISTIC_TOO_FEW);
    assert_int_equal(availability_observed(4.5, 720, &x), STATISTIC_GIVEN);
    exact(x, 0.99375);
    assert_int_equal(availability_observed(1, 0, &x), STATISTIC_NO_EXPOSURE);
    assert_int_equal(availability_observed(721, 720, &x), STATISTIC_BAD_INPUT);
    assert_int_equal(availability_inherent(98.5, 1.5, &x), STATISTIC_GIVEN);
    exact(x, 0.985);
}

/* NIST/SEMATECH e-Handbook, case study 8.2.3.4/8.4.5.2: ten repairs within 1,500 hours; the military handbook's
 * statistic there is 37.23 with 20 degrees of freedom. */
static void trend_of_nist(void **state)
{
    static const double times[] = {5, 40, 43, 175, 389, 712, 747, 795, 1299, 1478};
    struct trend t;
    (void)state;
    assert_int_equal(trend_test(times, COUNT(times), 1500, false, &t), STATISTIC_GIVEN);
    near(t.handbook, 37.23, 2e-4);
    exact(t.handbook, 37.228081483483);
    exact(t.handbook_p, 0.021972714231593);
    exact(t.laplace, -1.3269491826492);
    exact(t.laplace_p, 0.18452549336747);
    assert_false(t.worsening);
    assert_false(t.significant); /* the two tests disagree: no trend is told */
    assert_int_equal(trend_test(times, 4, 1500, false, &t), STATISTIC_TOO_FEW);
    assert_int_equal(trend_test(times, COUNT(times), 0, false, &t), STATISTIC_NO_EXPOSURE);
    assert_int_equal(trend_test(times, COUNT(times), 1000, false, &t), STATISTIC_BAD_INPUT);
}

/* L. H. Crow's reliability growth data as in ReliaWiki, "Crow-AMSAA (NHPP)", parameter estimation: 22 failures, the
 * test ended with the last at 620 hours; shape 0.6142, scale 0.4239. */
static void power_law_of_crow(void **state)
{
    static const double times[] = {2.7,   10.3,  12.5,  30.6,  57.0,  61.3,  80.0,  109.5, 125.0, 128.6, 143.8,
                                   167.9, 229.2, 296.7, 320.6, 328.2, 366.2, 396.7, 421.1, 438.2, 501.2, 620.0};
    struct trend t;
    (void)state;
    assert_int_equal(trend_test(times, COUNT(times), 620, true, &t), STATISTIC_GIVEN);
    near(t.shape, 0.6142, 1e-4);
    near(t.scale, 0.4239, 2e-4);
    exact(t.shape, 0.6142103999317297);
    exact(t.unbiased, 0.5583730908470269);
    assert_true(t.significant && !t.worsening);
}

static void a_worsening_plant(void **state)
{
    static const double times[] = {500, 800, 900, 940, 960, 980, 990, 995};
    struct trend t;
    (void)state;
    assert_int_equal(trend_test(times, COUNT(times), 1000, false, &t), STATISTIC_GIVEN);
    assert_true(t.significant && t.worsening && t.shape > 1 && t.laplace > 0);
}

/* D. C. Montgomery, Introduction to Statistical Quality Control, tables 9.1, 9.2 (CUSUM, K = 0.5, H = 5: signal at 29,
 * C+ = 5.28) and 9.10 (EWMA, weight 0.10, L = 2.7: upper limit 10.62, first values 9.945, 9.7495). */
static const double montgomery[] = {9.45,  7.99,  9.29,  11.66, 12.16, 10.18, 8.04,  11.46, 9.20,  10.34,
                                    9.03,  11.47, 10.51, 9.40,  10.08, 9.37,  10.62, 10.31, 8.52,  10.84,
                                    10.90, 9.33,  12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52};
static void cusum_of_montgomery(void **state)
{
    struct cusum c = {.target = 10, .slack = 0.5, .limit = 5};
    (void)state;
    for (size_t i = 0; i < COUNT(montgomery); i++) {
        cusum_add(&c, montgomery[i]);
        if (i + 1 == 29) near(c.up, 5.28, 1e-9);
    }
    assert_int_equal(c.alarm + 1, 29);
    near(c.up, 5.30, 1e-9);
    exact(cusum_poisson_reference(1, 3), 1.8204784532537);
}

static void ewma_of_montgomery(void **state)
{
    struct ewma c;
    (void)state;
    ewma_start(&c, 10, 1, 0.10, 2.7);
    near(10 + ewma_half_width(&c), 10.62, 1e-3);
    for (size_t i = 0; i < COUNT(montgomery); i++) {
        ewma_add(&c, montgomery[i]);
        if (i == 0) near(c.value, 9.945, 1e-9);
        if (i == 1) near(c.value, 9.7495, 1e-9);
    }
    assert_true(c.alarm > 20); /* the shift begins behind the 20th sample */
}

/* NIST/SEMATECH e-Handbook 6.3.2.4: weight 0.3, target 50, s = 2.0539: limits 47.4115 and 52.5884, last value 51.99. */
static void ewma_of_nist(void **state)
{
    static const double x[] = {52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5,
                               49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1};
    struct ewma c;
    (void)state;
    ewma_start(&c, 50, 2.0539, 0.3, 3);
    near(50 + ewma_half_width(&c), 52.5884, 1e-6);
    near(50 - ewma_half_width(&c), 47.4115, 2e-6);
    for (size_t i = 0; i < COUNT(x); i++) ewma_add(&c, x[i]);
    near(c.value, 51.99, 1e-4);
    assert_int_equal(c.alarm, -1);
}

/* A. Gelman et al., Bayesian Data Analysis, 2.6 (asthma mortality): prior Gamma(3, 5); 3 events in 2.0: posterior mean
 * 0.86, P(rate > 1) = 0.30; 30 events in 20: 1.32 and 0.93. Then the chance of a failure ahead, by quadrature. */
static void gamma_poisson(void **state)
{
    struct forecast f;
    (void)state;
    assert_int_equal(forecast_failure(3, 5, 3, 2.0, 1, 0.9, &f), STATISTIC_GIVEN);
    near(f.rate, 0.86, 5e-3);
    near(gamma_upper(6, 7 * 1.0), 0.30, 5e-3);
    assert_int_equal(forecast_failure(3, 5, 30, 20, 1, 0.9, &f), STATISTIC_GIVEN);
    near(f.rate, 1.32, 1e-9);
    near(gamma_upper(33, 25 * 1.0), 0.93, 5e-3);
    assert_int_equal(forecast_failure(0.5, 4380, 2, 8760, 720, 0.9, &f), STATISTIC_GIVEN);
    exact(f.probability, 0.12485435212583);
    exact(f.lower, 0.030895578046143);
    exact(f.upper, 0.2616234149412);
    assert_int_equal(forecast_failure(0.5, 4380, 2, 0, 720, 0.9, &f), STATISTIC_NO_EXPOSURE);
    assert_int_equal(forecast_failure(0, 4380, 2, 1, 720, 0.9, &f), STATISTIC_BAD_INPUT);
}

/* S. Russell, P. Norvig, Artificial Intelligence, "noisy-OR": fever by cold 0.4, flu 0.8, malaria 0.9. */
static void noisy_or_of_fever(void **state)
{
    static const double p[] = {0.4, 0.8, 0.9};
    (void)state;
    exact(noisy_or(0, p, (const bool[]){true, true, true}, 3), 0.988);
    exact(noisy_or(0, p, (const bool[]){true, false, true}, 3), 0.94);
    exact(noisy_or(0, p, (const bool[]){true, true, false}, 3), 0.88);
    exact(noisy_or(0.05, p, (const bool[]){false, false, false}, 3), 0.05);
}

/* R. Jain, I. Chlamtac, CACM 28(10), 1985, table I: the median of 20 response times by P-square ends at 4.44. */
static void quantile_of_jain(void **state)
{
    static const double x[] = {0.02,  0.15,  0.74, 3.39, 0.83, 22.37, 10.15, 15.43, 38.62, 15.92,
                               34.60, 10.28, 1.47, 0.40, 0.05, 11.39, 0.27,  0.42,  0.09,  11.37};
    struct quantile q;
    (void)state;
    quantile_start(&q, 0.5);
    assert_true(isnan(quantile_value(&q)));
    for (size_t i = 0; i < 5; i++) quantile_add(&q, x[i]);
    exact(quantile_value(&q), 0.74);
    for (size_t i = 5; i < COUNT(x); i++) quantile_add(&q, x[i]);
    near(quantile_value(&q), 4.44, 1e-3);
    /* of a long even stream it comes close to the true one */
    quantile_start(&q, 0.99);
    for (unsigned i = 0; i < 10007; i++) quantile_add(&q, (double)((uint64_t)i * 7919 % 10007));
    near(quantile_value(&q), 9907, 5e-3);
}

/* (0.01 + 0.04 + 0.36 + 0.01) / 4 */
static void brier(void **state)
{
    struct brier b = {0};
    double skill;
    (void)state;
    assert_false(brier_skill(&b, &skill));
    brier_add(&b, 0.9, true);
    brier_add(&b, 0.2, false);
    brier_add(&b, 0.4, true);
    brier_add(&b, 0.1, false);
    exact(brier_score(&b), 0.105);
    exact(brier_base(&b), 0.25);
    assert_true(brier_skill(&b, &skill));
    exact(skill, 0.58);
}

/* R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3: Wilson's score interval at 95 %. */
static void share_of_newcombe(void **state)
{
    static const struct {
        size_t came, count;
        double lower, upper;
    } table[] = {
        {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0.0000, 0.1611}, {1, 29, 0.0061, 0.1718}};
    struct share s;
    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        assert_int_equal(share_estimate(table[i].came, table[i].count, 0.95, &s), STATISTIC_GIVEN);
        assert_true(fabs(s.lower - table[i].lower) < 5.1e-5 && fabs(s.upper - table[i].upper) < 5.1e-5);
    }
    assert_int_equal(share_estimate(0, 0, 0.95, &s), STATISTIC_TOO_FEW);
    assert_int_equal(share_estimate(2, 1, 0.95, &s), STATISTIC_BAD_INPUT);
}

/* Cheng 1997, equation 8: where half of those without the cause show the effect and three quarters of those with it,
 * the cause brings it in one of two that were free of it. */
static void cause_of_cheng(void **state)
{
    double p;
    (void)state;
    assert_int_equal(cause_strength(30, 40, 20, 40, &p), STATISTIC_GIVEN);
    exact(p, 0.5);
    assert_int_equal(cause_strength(10, 40, 20, 40, &p), STATISTIC_GIVEN);
    exact(p, 0);
    assert_int_equal(cause_strength(15, 19, 20, 40, &p), STATISTIC_TOO_FEW);
    assert_int_equal(cause_strength(30, 40, 40, 40, &p), STATISTIC_TOO_FEW); /* all fail anyway: nothing to learn */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_functions),
        cmocka_unit_test(mtbf_of_nist),
        cmocka_unit_test(repairs_and_availability),
        cmocka_unit_test(trend_of_nist),
        cmocka_unit_test(power_law_of_crow),
        cmocka_unit_test(a_worsening_plant),
        cmocka_unit_test(cusum_of_montgomery),
        cmocka_unit_test(ewma_of_montgomery),
        cmocka_unit_test(ewma_of_nist),
        cmocka_unit_test(gamma_poisson),
        cmocka_unit_test(noisy_or_of_fever),
        cmocka_unit_test(brier),
        cmocka_unit_test(share_of_newcombe),
        cmocka_unit_test(cause_of_cheng),
        cmocka_unit_test(quantile_of_jain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
