/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou: the operator's command. Finds the command named by the first word and runs it. */
#include "common/fault.h"
#include "tool/command.h"

#include <stdio.h>
#include <string.h>

static const struct command *const commands[] = {
#define COMMAND(name) &command_##name,
#include "gen/commands.inc"
#undef COMMAND
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(FILE *out)
{
    fputs("用法 usage: wanglou COMMAND …\n\n", out);
    for (unsigned i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %s %s\n      %s\n", commands[i]->name, commands[i]->usage, commands[i]->zh);
        fprintf(out, "      %s\n", commands[i]->en);
    }
}

static const char *next_name(void *context, unsigned index)
{
    (void)context;
    return index < COMMANDS ? commands[index]->name : NULL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        help(stdout);
        return EXIT_DONE;
    }
    for (unsigned i = 0; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i]->name) == 0) return commands[i]->run(argc - 1, argv + 1);
    const char *near = nearest_name(argv[1], next_name, NULL);
    fprintf(stderr, "wanglou: no command '%s'%s%s; `wanglou help` lists them\n", argv[1], near ? "; did you mean " : "",
            near ? near : "");
    return EXIT_USAGE;
}
