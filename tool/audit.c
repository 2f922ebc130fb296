/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou audit: is the collector's audit log unbroken? */
#include "tool/command.h"
#include "tool/companion.h"

static int run(int argc, char **argv) { return companion_run("--audit", argc, argv); }

const struct command command_audit = {
    .name = "audit",
    .usage = "verify [--data DIRECTORY]",
    .zh = "校验审计日志的哈希链",
    .en = "checks the hash chain of the audit log",
    .run = run,
};
