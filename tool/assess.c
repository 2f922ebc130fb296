/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou assess: risk, reliability and forecasts out of the collector's store. */
#include "tool/command.h"
#include "tool/companion.h"

static int run(int argc, char **argv) { return companion_run("--assess", argc, argv); }

const struct command command_assess = {
    .name = "assess",
    .usage = "[--data DIRECTORY] [--model FILE] [--at YYYY-MM-DD] [--json] [--all]",
    .zh = "评估风险（GB/T 20984次序）与可靠性，逐项给出依据；预测回测（Brier）",
    .en = "assesses risk and reliability, each score with its evidence; back-tests its forecasts",
    .run = run,
};
