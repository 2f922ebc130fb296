/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou node: enrols, lists and revokes the nodes that may report to a collector. */
#include "common/nodes.h"
#include "tool/command.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NODES_DIRECTORY "/var/lib/wanglou-collector/nodes"

struct call {
    const char *directory, *what; /* FILE.pub or NAME */
    unsigned role;
};

static void print_time(uint64_t seconds)
{
    char text[32];
    time_t t = (time_t)seconds;
    struct tm local;
    if (!seconds || !localtime_r(&t, &local))
        printf("  %-19s", "-");
    else if (strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &local))
        printf("  %s", text);
}

static int enrol(const struct call *call)
{
    struct keys keys;
    struct fault fault = {""};
    char fingerprint[FINGERPRINT + 1];
    if (!keys_load_public(&keys, call->what, &fault) || !nodes_enrol(call->directory, &keys, call->role, &fault))
        return command_failed(fault.text);
    keys_fingerprint(&keys, fingerprint);
    printf("已登记 enrolled  %s  %s\n指纹 fingerprint  %s\n请与对方人工核对指纹 compare it with the other side by word "
           "of mouth\n",
           keys.name, node_role_name[call->role], fingerprint);
    return EXIT_DONE;
}

static int revoke(const struct call *call)
{
    struct fault fault = {""};
    if (!nodes_revoke(call->directory, call->what, &fault)) return command_failed(fault.text);
    printf("已吊销 revoked  %s\n", call->what);
    return EXIT_DONE;
}

static int by_name(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->enrolled > y->enrolled) - (x->enrolled < y->enrolled);
}

static int list(const struct call *call)
{
    struct nodes nodes;
    struct fault fault = {""}, notice = {""};
    if (!nodes_load(&nodes, call->directory, &notice, &fault)) return command_failed(fault.text);
    if (notice.text[0]) fprintf(stderr, "%s\n", notice.text);
    if (nodes.count) qsort(nodes.rows, nodes.count, sizeof *nodes.rows, by_name);
    printf("%-24s  %-10s  %-19s  %-19s  %s\n", "NAME", "ROLE", "ENROLLED", "REVOKED", "FINGERPRINT");
    for (size_t i = 0; i < nodes.count; i++) {
        const struct node *n = &nodes.rows[i];
        struct keys keys = {""};
        char fingerprint[FINGERPRINT + 1];
        memcpy(keys.curve_public, n->curve_public, sizeof keys.curve_public);
        memcpy(keys.sign_public, n->sign_public, sizeof keys.sign_public);
        keys_fingerprint(&keys, fingerprint);
        printf("%-24s  %-10s", n->name, node_role_name[n->role]);
        print_time(n->enrolled);
        print_time(n->revoked);
        printf("  %s\n", fingerprint);
    }
    nodes_free(&nodes);
    return EXIT_DONE;
}

static bool role_of(const char *text, unsigned *role)
{
    for (*role = 0; *role < NODE_ROLE_COUNT; (*role)++)
        if (strcmp(node_role_name[*role], text) == 0) return true;
    return false;
}

static int run(int argc, char **argv)
{
    static const struct {
        const char *name;
        int words;
        int (*run)(const struct call *call);
    } actions[] = {{"enrol", 1, enrol}, {"list", 0, list}, {"revoke", 1, revoke}};
    static const struct option options[] = {
        {"nodes", required_argument, NULL, 'n'}, {"role", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
    struct call call = {.directory = NODES_DIRECTORY, .role = NODE_SENSOR};
    for (int letter; (letter = getopt_long(argc, argv, "n:r:", options, NULL)) != -1;) {
        if (letter == 'n')
            call.directory = optarg;
        else if (letter != 'r' || !role_of(optarg, &call.role))
            return command_usage(&command_node);
    }
    int words = argc - optind - 1;
    for (unsigned i = 0; words >= 0 && i < sizeof actions / sizeof *actions; i++)
        if (strcmp(argv[optind], actions[i].name) == 0 && words == actions[i].words) {
            call.what = words ? argv[optind + 1] : NULL;
            return actions[i].run(&call);
        }
    return command_usage(&command_node);
}

const struct command command_node = {
    "node", "enrol FILE.pub [--role sensor|collector] | list | revoke NAME  [--nodes DIRECTORY]",
    "登记、列出、吊销可向本采集端上报的节点（默认目录 " NODES_DIRECTORY "）",
    "enrol, list, revoke the nodes that may report to a collector (directory: " NODES_DIRECTORY ")", run};
