/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou audit verify: the hash chain of the audit log, and the signature of every step of warnings, tasks, bulletins,
 * tickets, incidents and self-inspections, read from control.db by itself; the collector may be running. */
#include "collector/service/audit_command.h"

#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collector/service/audit.h"
#include "collector/service/matters.h"

enum { DONE, FAILED, USAGE, PATH_ROOM = 600 };

static const char usage[] =
    "usage: wanglou audit verify [--data DIRECTORY] [--key NODE.pub]\n"
    "校验审计日志的哈希链和各流程步骤的签名。Verifies the audit log's chain and the signatures of all steps.\n";

static const struct option names[] = {
    {"data", required_argument, NULL, 'd'},
    {"key", required_argument, NULL, 'k'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static int failed(const struct fault *fault, int status)
{
    fprintf(stderr, "wanglou audit: %s\n", fault->text);
    return status;
}

/* The public half of the node's key: DIRECTORY/keys/NAME.pub, NAME as the steps have it. False without a fault: nothing
 * was signed yet. */
static bool node_key(sqlite3 *control, const char *directory, const char *file, struct keys *keys, struct fault *fault)
{
    char path[PATH_ROOM], name[NODE_NAME_MAX + 1] = "";
    if (file) return keys_load_public(keys, file, fault);
    sqlite3_stmt *select = database_prepare(
        control, "SELECT signer FROM matter_step WHERE key=0 UNION SELECT node FROM signing_key LIMIT 1", fault);
    if (select && sqlite3_step(select) == SQLITE_ROW) snprintf(name, sizeof name, "%s", database_text(select, 0));
    sqlite3_finalize(select);
    if (!*name) return false;
    if (!node_name_valid(name)) return fault_set(fault, "%s/control.db: \"%s\" is no node's name", directory, name);
    snprintf(path, sizeof path, "%s/keys/%s.pub", directory, name);
    return keys_load_public(keys, path, fault);
}

static bool verify(const char *directory, const char *file, struct fault *fault)
{
    char head[AUDIT_HASH + 1];
    struct keys keys;
    struct steps_verified steps = {0};
    uint64_t records = 0;
    struct control *control = control_open_reader(directory, fault);
    bool good = control && audit_verify(control, &records, head, fault);
    if (good) {
        sqlite3 *database = control_lock(control);
        bool signer = node_key(database, directory, file, &keys, fault);
        good = !fault->text[0] && (!signer || matters_verify(database, keys.sign_public, &steps, fault));
        control_unlock(control);
    }
    control_close(control);
    if (good)
        printf("审计日志完整：%llu 条，链尾 %s；流程步骤 %llu 个，签名均有效，其中本人密钥 %llu 个\n"
               "audit log unbroken: %llu records, head %s\n"
               "steps: %llu, every signature holds, %llu by the person's own key\n",
               (unsigned long long)records, head, (unsigned long long)steps.steps, (unsigned long long)steps.personal,
               (unsigned long long)records, head, (unsigned long long)steps.steps, (unsigned long long)steps.personal);
    return good;
}

int audit_command(char **arguments)
{
    const char *directory = "/var/lib/wanglou-collector", *key = NULL;
    struct fault fault = {""};
    int count = 0, c;
    while (arguments[count]) count++;
    optind = 1;
    while ((c = getopt_long(count, arguments, "h", names, NULL)) != -1) {
        if (c == 'd')
            directory = optarg;
        else if (c == 'k')
            key = optarg;
        else {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? DONE : USAGE;
        }
    }
    if (!arguments[optind] || strcmp(arguments[optind], "verify") != 0 || arguments[optind + 1]) {
        fputs(usage, stderr);
        return USAGE;
    }
    if (sodium_init() < 0) fault_set(&fault, "libsodium cannot be used on this machine");
    return !fault.text[0] && verify(directory, key, &fault) ? DONE : failed(&fault, FAILED);
}
