/* SPDX-License-Identifier: Apache-2.0 */
/* A command of `wanglou`: one `const struct command command_NAME` in tool/NAME.c; `make` finds it. */
#ifndef WANGLOU_TOOL_COMMAND_H
#define WANGLOU_TOOL_COMMAND_H

enum exit_status { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

struct command {
    const char *name;
    const char *usage; /* behind the name: "FILE.txt" */
    const char *zh, *en;
    int (*run)(int argc, char **argv); /* argv[0] is the command's name; returns an enum exit_status */
};

int command_usage(const struct command *command); /* prints how it is called; EXIT_USAGE */
int command_failed(const char *text);             /* prints the line; EXIT_FAILED */

/* One declaration for each command below tool/, by a list that `make` writes. */
#define COMMAND(name) extern const struct command command_##name;
#include "gen/commands.inc"
#undef COMMAND

#endif
