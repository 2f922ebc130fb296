/* SPDX-License-Identifier: Apache-2.0 */
/* Special functions of the statistics: incomplete gamma (NIST DLMF 8.7.1, 8.9.2), chi-square and normal distributions;
 * relative error below 1e-9 for shapes up to 1e6. */
#ifndef WANGLOU_COMMON_STATISTICS_SPECIAL_H
#define WANGLOU_COMMON_STATISTICS_SPECIAL_H

/* Regularised incomplete gamma functions, shape > 0, x >= 0; lower + upper = 1, each exact in its own tail. */
double gamma_lower(double shape, double x);
double gamma_upper(double shape, double x);
/* Lower tail; degrees > 0. */
double chi_square_below(double x, double degrees);
double chi_square_above(double x, double degrees);
/* The x that the variable is below with this probability, 0 < probability < 1. */
double chi_square_quantile(double probability, double degrees);
double gamma_quantile(double probability, double shape); /* scale 1 */
double normal_below(double x);

#endif
