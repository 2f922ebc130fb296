/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou failures: the catalogue of failure modes, and the failure database 失效数据库 as a table out of event lines:
 * n, exposure, MTBF with its interval, availability, trend and forecast of each asset (docs/failures.md). */
#include "signatures/failures.h"
#include "parsers/registry.h"
#include "tool/command.h"
#include "tool/failure_backtest.h"
#include "tool/failure_table.h"

#include <stdio.h>
#include <string.h>

static int catalogue(const char *path, bool listed)
{
    struct fault fault = {""};
    unsigned count = 0;
    struct failure_catalogue *c = registry_open(fault.text, sizeof fault.text) ? failures_load(path, &fault) : NULL;
    if (!c) return command_failed(fault.text), EXIT_USAGE;
    const struct failure_mode *m = failure_modes(c, &count);
    for (unsigned i = 0; listed && i < count; i++)
        printf("%s\t%s\t%s\t%s\t%s\t%s\n", m[i].id, failure_severity_words[m[i].severity].zh,
               failure_cause_words[m[i].cause].zh, m[i].iso, m[i].name.zh, m[i].name.en);
    if (!listed) printf("失效模式目录无误 %u failure modes, no fault\n", count);
    failures_free(c);
    return EXIT_DONE;
}

static int table(const char *path, bool json)
{
    struct fault fault = {""};
    struct failure_table *t = failure_table_read(path, &fault);
    if (!t) return command_failed(fault.text);
    if (json)
        failure_table_json(t, stdout);
    else
        failure_table_print(t, stdout);
    failure_table_free(t);
    return EXIT_DONE;
}

static int backtest(const char *path, bool json)
{
    struct fault fault = {""};
    return failure_backtest(path, json, stdout, &fault) ? EXIT_DONE : command_failed(fault.text);
}

static int run(int argc, char **argv)
{
    const char *path = argc == 3 ? argv[2] : NULL;
    bool json = argc == 4 && strcmp(argv[3], "--json") == 0;
    if (argc >= 3 && strcmp(argv[1], "table") == 0 && (argc == 3 || json)) return table(argv[2], json);
    if (argc >= 3 && strcmp(argv[1], "backtest") == 0 && (argc == 3 || json)) return backtest(argv[2], json);
    if (argc == 2 || argc == 3) {
        if (strcmp(argv[1], "check") == 0) return catalogue(path, false);
        if (strcmp(argv[1], "list") == 0) return catalogue(path, true);
    }
    return command_usage(&command_failures);
}

const struct command command_failures = {
    .name = "failures",
    .usage = "list|check [FILE|DIR] · failures table|backtest EVENTS.ndjson|- [--json]",
    .zh = "列出或检查失效模式目录；由事件计算失效数据库（次数、观测时长、MTBF及区间、可用度、趋势、30天预测）；回测先兆"
          "权重",
    .en = "lists or checks the catalogue of failure modes; computes the failure database out of events; back-tests the "
          "precursors",
    .run = run,
};
