/* SPDX-License-Identifier: Apache-2.0 */
/* Runs wanglou-collector, the one beside this program first. */
#include "tool/companion.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/command.h"

int companion_run(const char *word, int argc, char **argv)
{
    static char name[] = "wanglou-collector";
    char program[PATH_MAX], **words = calloc((size_t)argc + 2, sizeof *words);
    char *copy = strdup(word);
    if (!words || !copy) {
        free(words);
        free(copy);
        return command_failed("out of memory");
    }
    words[0] = name;
    words[1] = copy;
    memcpy(words + 2, argv + 1, (size_t)argc * sizeof *words); /* with the NULL behind the last */
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - sizeof "-collector");
    if (n > 0) {
        memcpy(program + n, "-collector", sizeof "-collector");
        execv(program, words);
    }
    execvp(name, words);
    free(words);
    free(copy);
    return command_failed("未找到wanglou-collector wanglou-collector is not installed beside this program");
}
