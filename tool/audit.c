/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou audit: what was recorded and signed, verified. The store is the collector's, so its program does it. */
#include "tool/command.h"
#include "tool/companion.h"

static int run(int argc, char **argv) { return companion_run("--audit", argc, argv); }

const struct command command_audit = {
    .name = "audit",
    .usage = "verify [--data DIRECTORY] [--key NODE.pub]",
    .zh = "校验审计日志的哈希链和流程步骤的签名",
    .en = "verifies the audit log's chain and the signatures of all steps",
    .run = run,
};
