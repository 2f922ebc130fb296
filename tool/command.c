/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands of `wanglou` have in common: how they say that they were called wrongly or failed. */
#include "tool/command.h"

#include <stdio.h>

int command_usage(const struct command *command)
{
    fprintf(stderr, "用法 usage: wanglou %s %s\n%s\n%s\n", command->name, command->usage, command->zh, command->en);
    return EXIT_USAGE;
}

int command_failed(const char *text)
{
    fprintf(stderr, "%s\n", text);
    return EXIT_FAILED;
}
