/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou report: the annual self-inspection. The store is the collector's, so its program writes the report. */
#include "tool/command.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run(int argc, char **argv)
{
    char program[PATH_MAX], **words = calloc((size_t)argc + 2, sizeof *words);
    if (!words) return command_failed("out of memory");
    words[0] = (char[]){"wanglou-collector"};
    words[1] = (char[]){"--report"};
    memcpy(words + 2, argv + 1, (size_t)argc * sizeof *words); /* with the NULL behind the last */
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - sizeof "-collector");
    if (n > 0) {
        memcpy(program + n, "-collector", sizeof "-collector");
        execv(program, words);
    }
    execvp("wanglou-collector", words);
    free(words);
    return command_failed("wanglou-collector is not installed beside this program; the report needs its store");
}

const struct command command_report = {
    .name = "report",
    .usage = "[--year YEAR] [--format html|pdf|docx] [--answers FILE] … · report --questionnaire",
    .zh = "写年度工控安全自查报告，或给出待填的问卷",
    .en = "writes the annual self-inspection report, or the form to fill in for it",
    .run = run,
};
