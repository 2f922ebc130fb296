/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou rules import: Suricata and Snort rules into our grammar (docs/writing-signatures.md, "Importing"). */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "parsers/registry.h"
#include "signatures/import.h"
#include "tool/command.h"
#include "tool/rules.h"

enum { FILES = 1024, PATH_ROOM = 4096 };

static FILE *create(const char *directory, const char *name, const char *mode)
{
    char path[PATH_ROOM];
    int n = snprintf(path, sizeof path, "%s/%s", directory, name);
    return n > 0 && (size_t)n < sizeof path ? fopen(path, mode) : NULL;
}

int rules_import(int argc, char **argv)
{
    const char *files[FILES], *directory = NULL;
    unsigned count = 0;
    struct fault fault = {""};
    struct import_result result = {0, 0};
    for (int i = 2; i < argc; i++) {
        if (strcmp(argv[i], "-o") == 0 && i + 1 < argc)
            directory = argv[++i];
        else if (count < FILES)
            files[count++] = argv[i];
    }
    if (!count || !registry_open(fault.text, sizeof fault.text)) return EXIT_USAGE;
    if (directory && mkdir(directory, 0777) != 0 && errno != EEXIST) return command_failed(strerror(errno));
    FILE *out = directory ? create(directory, "imported.yaml", "w") : NULL;
    FILE *sets = directory ? create(directory, "sets.yml", "wx") : NULL; /* one that is there is kept */
    if (directory && !out) return command_failed(strerror(errno));
    bool good = import_files(files, count, out, sets, stdout, &result, &fault);
    if (out && fclose(out) != 0) good = fault_set(&fault, "%s: %s", directory, strerror(errno));
    if (sets) fclose(sets);
    if (!good) return command_failed(fault.text);
    printf("已导入 %u / %u 条规则 rules taken (%.1f %%)\n", result.taken, result.rules,
           result.rules ? 100.0 * result.taken / result.rules : 0.0);
    return EXIT_DONE;
}
