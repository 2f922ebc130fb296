/* SPDX-License-Identifier: Apache-2.0 */
/* A command of `wanglou`: one `const struct command command_NAME` in tool/NAME.c, and a row in tool/main.c. */
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

extern const struct command command_keys, command_node, command_protocols, command_traffic;

#endif
