/* SPDX-License-Identifier: Apache-2.0 */
/* The annual self-inspection report 工控安全自查报告, outline of regulation.md §2. */
#ifndef WANGLOU_COLLECTOR_REPORT_REPORT_H
#define WANGLOU_COLLECTOR_REPORT_REPORT_H

#include "collector/report/facts.h"

struct report_options {
    const char *directory; /* the collector's data */
    int year;              /* calendar year in China's time */
    const char *template_name;
    const char *answers; /* YAML file; NULL: those in control.db */
    bool latest;         /* the template of the year's inspection in control.db, when there is one */
    const char *format;  /* html pdf docx */
    const char *output;  /* file */
};

/* The year in China's time. */
void report_period(int year, struct period *period);
/* Writes the file; it is made whole or not at all. */
bool report_write(const struct report_options *options, struct fault *fault);
/* The command line behind `wanglou-collector --report`; returns the exit status. */
int report_command(char **arguments);

#endif
