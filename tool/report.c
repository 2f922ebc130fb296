/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou report: the annual self-inspection. The store is the collector's, so its program writes the report. */
#include "tool/command.h"
#include "tool/companion.h"

static int run(int argc, char **argv) { return companion_run("--report", argc, argv); }

const struct command command_report = {
    .name = "report",
    .usage = "[--year YEAR] [--format html|pdf|docx] [--answers FILE] … · report --questionnaire",
    .zh = "写年度工控安全自查报告，或给出待填的问卷",
    .en = "writes the annual self-inspection report, or the form to fill in for it",
    .run = run,
};
