/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou vulnerabilities: checks a library, and turns an advisory in CSAF 2.0 (OASIS, JSON) or CNVD's exchange file
 * (XML) into a file of one. */
#include <stdio.h>
#include <string.h>

#include "signatures/vulnerability.h"
#include "tool/command.h"
#include "tool/vulnerability_import.h"

static bool is_xml(const char *path)
{
    char head[64] = "";
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(head, 1, sizeof head - 1, f) : 0;
    if (f) fclose(f);
    head[n] = 0;
    return head[strspn(head, "\xef\xbb\xbf \t\r\n")] == '<';
}

static int told(bool good, const struct fault *fault)
{
    if (!good) fprintf(stderr, "wanglou vulnerabilities: %s\n", fault->text);
    return good ? EXIT_DONE : EXIT_USAGE;
}

static int check(const char *path)
{
    struct fault fault = {0};
    struct vulnerabilities *library = vulnerabilities_load(path, &fault);
    if (library)
        printf("%s: %u, %u of them with the source they were verified in\n", path, vulnerabilities_count(library),
               vulnerabilities_verified(library));
    vulnerabilities_free(library);
    return told(library, &fault);
}

static int vulnerabilities_run(int argc, char **argv)
{
    struct fault fault = {0};
    if (argc == 3 && strcmp(argv[1], "import") == 0)
        return told((is_xml(argv[2]) ? import_cnvd : import_csaf)(argv[2], stdout, &fault), &fault);
    if (argc == 3 && strcmp(argv[1], "check") == 0) return check(argv[2]);
    return command_usage(&command_vulnerabilities);
}

const struct command command_vulnerabilities = {
    .name = "vulnerabilities",
    .usage = "import FILE | check FILE|DIR",
    .zh = "漏洞库：导入CSAF通告、CNVD共享数据，检查漏洞库文件",
    .en = "library of vulnerabilities: import CSAF advisories or CNVD's exchange file, check files",
    .run = vulnerabilities_run};
