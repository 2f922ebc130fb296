/* SPDX-License-Identifier: Apache-2.0 */
/* A report while it is written, and the chapters that have a file of their own. */
#ifndef WANGLOU_COLLECTOR_REPORT_PARTS_H
#define WANGLOU_COLLECTOR_REPORT_PARTS_H

#include "collector/report/answers.h"
#include "collector/report/inspection.h"
#include "collector/report/report.h"

#include <stdio.h>

enum { LIST_SHORT = 15, LIST_LONG = 2000 };

struct report {
    FILE *out;
    const struct report_options *options;
    struct facts *facts;
    struct inspection *inspection;
    struct finding *findings;
    const struct yaml_node *answers;
    struct sign_off off;
};

/* A row of a table of pairs: what it is, the figure, its mark. */
void report_figure(const struct report *r, const char *title, const char *key);
/* Chapter 4: each item with its verdict, what it rests on, and what is still to be filled in. */
void report_items(const struct report *r);
/* Chapter 5: alerts, known vulnerabilities, failures over the year. */
void report_statistics(const struct report *r);

#endif
