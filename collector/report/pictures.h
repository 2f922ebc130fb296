/* SPDX-License-Identifier: Apache-2.0 */
/* The report's pictures, as SVG within the page. */
#ifndef WANGLOU_COLLECTOR_REPORT_PICTURES_H
#define WANGLOU_COLLECTOR_REPORT_PICTURES_H

#include "collector/report/inspection.h"

#include <stdio.h>

/* Alerts a month, stacked by severity. */
void picture_months(FILE *out, const struct facts *facts);
/* Alerts by category and month, the darker the more: the worst categories of the year. */
void picture_heat(FILE *out, const struct facts *facts);
/* All items of the template by verdict: a square each, named by its number. */
void picture_verdicts(FILE *out, const struct inspection *inspection, const struct finding *findings);
/* The busiest pairs of machines: commanding ones on the left, commanded ones on the right. */
void picture_topology(FILE *out, const struct facts *facts);

#endif
