/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou audit verify: walks the hash chain of the audit log, from outside and while the collector is at work. */
#include "collector/service/audit_command.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "collector/service/audit.h"

enum { DONE, FAILED, USAGE };

static const char usage[] = "usage: wanglou audit verify [--data DIRECTORY]\n"
                            "校验审计日志的哈希链是否完整\n"
                            "checks that the audit log's chain of hashes is unbroken\n";

static const struct option names[] = {
    {"data", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool verify(const char *directory, struct fault *fault)
{
    uint64_t records;
    char head[AUDIT_HASH + 1];
    struct control *control = control_open_reader(directory, fault);
    bool good = control && audit_verify(control, &records, head, fault);
    if (good)
        printf("审计日志完整：%llu 条，链尾 %s\naudit log unbroken: %llu records, head %s\n",
               (unsigned long long)records, head, (unsigned long long)records, head);
    control_close(control);
    return good;
}

int audit_command(char **arguments)
{
    const char *directory = "/var/lib/wanglou-collector";
    struct fault fault = {""};
    int count = 0, c;
    while (arguments[count]) count++;
    while ((c = getopt_long(count, arguments, "h", names, NULL)) != -1) {
        if (c == 'd') directory = optarg;
        if (c == 'h' || c == '?') {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? DONE : USAGE;
        }
    }
    if (count != optind + 1 || strcmp(arguments[optind], "verify") != 0) {
        fputs(usage, stderr);
        return USAGE;
    }
    if (verify(directory, &fault)) return DONE;
    fprintf(stderr, "wanglou audit: %s\n", fault.text);
    return FAILED;
}
