/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou rules: checks, lists and proves signatures (docs/writing-signatures.md). */
#include "tool/rules.h"
#include "parsers/registry.h"
#include "signatures/sets.h"
#include "signatures/signature.h"
#include "tool/command.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const severity_zh[] = {
    [SEVERITY_CRITICAL] = "严重", [SEVERITY_HIGH] = "高", [SEVERITY_MEDIUM] = "中", [SEVERITY_LOW] = "低"};

static void print_rule(const struct rule *r)
{
    printf("%u\t%s\t%s\t", r->sid, r->id, severity_zh[r->severity]);
    for (const char *const *t = r->techniques; *t; t++) printf("%s%s", t == r->techniques ? "" : ",", *t);
    printf("\t%s\t%s\n", r->name.zh, r->name.en);
}

/* Loads them as a sensor would; `listed` tells each. */
static int load(const char *path, const char *sets_path, bool listed)
{
    struct fault fault = {""};
    unsigned count = 0;
    struct sets *sets = registry_open(fault.text, sizeof fault.text) ? sets_load(sets_path, &fault) : NULL;
    struct ruleset *ruleset = sets ? ruleset_load(path, sets_view(sets), &fault) : NULL;
    const struct rule *const *rules = ruleset ? ruleset_rules(ruleset, &count) : NULL;
    for (unsigned i = 0; listed && i < count; i++) print_rule(rules[i]);
    if (ruleset && !listed) rules_twins(path, &fault);
    if (ruleset && !listed) printf("规则无误 %u rules, no fault\n", count);
    ruleset_free(ruleset);
    sets_free(sets);
    return ruleset ? EXIT_DONE : (command_failed(fault.text), EXIT_USAGE);
}

/* The engine is the sensor's: the one beside this program, else the one in PATH. */
static int test(const char *path)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - sizeof "-sensor");
    if (n > 0) {
        memcpy(program + n, "-sensor", sizeof "-sensor");
        execl(program, "wanglou-sensor", "--prove", path, (char *)NULL);
    }
    execlp("wanglou-sensor", "wanglou-sensor", "--prove", path, (char *)NULL);
    return command_failed("wanglou-sensor is not installed beside this program; the proofs need its engine");
}

static int run(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "import") == 0) return rules_import(argc, argv);
    if (argc == 2 && strcmp(argv[1], "schema") == 0) return rules_schema();
    if (argc == 3 && strcmp(argv[1], "sets") == 0) return rules_sets(argv[2]);
    for (const char *const *name = (const char *const[]){"build", "sign", "verify", NULL}; argc > 2 && *name; name++)
        if (strcmp(argv[1], *name) == 0) return rules_bundle(argc, argv);
    bool with_sets = argc == 5 && strcmp(argv[3], "--sets") == 0;
    if (argc != 3 && !with_sets) return command_usage(&command_rules);
    if (strcmp(argv[1], "check") == 0) return load(argv[2], with_sets ? argv[4] : NULL, false);
    if (strcmp(argv[1], "list") == 0) return load(argv[2], with_sets ? argv[4] : NULL, true);
    if (strcmp(argv[1], "test") == 0 && !with_sets) return test(argv[2]);
    return command_usage(&command_rules);
}

const struct command command_rules = {
    .name = "rules",
    .usage =
        "check|list FILE|DIR [--sets FILE] · rules test FILE|DIR · rules import FILE.rules... [-o DIR]\n"
        "       wanglou rules build DIR -o FILE [--name NAME] [--version N] · rules sign FILE --key FILE.sign.key | "
        "--signature FILE.minisig\n"
        "       wanglou rules verify FILE --trusted FILE.pub... [--revocations FILE] · rules schema · rules sets "
        "EVENTS.ndjson|-",
    .zh = "检查、列出风险特征，用其自带的流量逐条验证，或打包、签名、验签",
    .en = "checks, lists or proves signatures; makes, signs and verifies bundles of them",
    .run = run,
};
