/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou rules build, sign, verify: makes bundles of signatures and revocation lists, and tells whom to believe. */
#include "tool/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/file.h"
#include "parsers/registry.h"
#include "signatures/bundle.h"
#include "signatures/sets.h"
#include "tool/command.h"

enum { KEYS_AT_MOST = 16 };

struct arguments {
    const char *file, *out, *name, *key, *signature, *revocations, *trusted[KEYS_AT_MOST];
    unsigned trusted_count;
    uint64_t version;
};

/* FILE and options that take a value each. */
static bool read_arguments(int argc, char **argv, struct arguments *a)
{
    *a = (struct arguments){.name = "wanglou-library"};
    for (int i = 2; i < argc; i++) {
        const char *value = argv[i][0] == '-' && i + 1 < argc ? argv[i + 1] : NULL;
        const struct {
            const char *option, **to;
        } texts[] = {{"-o", &a->out},
                     {"--name", &a->name},
                     {"--key", &a->key},
                     {"--signature", &a->signature},
                     {"--revocations", &a->revocations}};
        size_t k = 0;
        if (argv[i][0] != '-' && !a->file) {
            a->file = argv[i];
            continue;
        }
        if (!value) return false;
        i++;
        while (k < sizeof texts / sizeof *texts && strcmp(argv[i - 1], texts[k].option) != 0) k++;
        if (k < sizeof texts / sizeof *texts) {
            *texts[k].to = value;
        } else if (strcmp(argv[i - 1], "--trusted") == 0 && a->trusted_count < KEYS_AT_MOST) {
            a->trusted[a->trusted_count++] = value;
        } else if (strcmp(argv[i - 1], "--version") == 0) {
            char *end;
            a->version = strtoull(value, &end, 10);
            if (*end || !a->version || a->version > INT64_MAX) return false;
        } else {
            return false;
        }
    }
    return a->file;
}

/* ---- build ------------------------------------------------------- */

static int build(const struct arguments *a)
{
    struct fault fault = {""};
    int64_t now = (int64_t)time(NULL);
    uint64_t version = a->version ? a->version : (uint64_t)now;
    if (!registry_open(fault.text, sizeof fault.text) ||
        !bundle_build(a->file, a->name, version, now, a->out, &fault)) {
        command_failed(fault.text);
        return EXIT_USAGE;
    }
    printf(
        "%s  %s 版本 version %llu  尚未签名，下一步 not signed yet, next: wanglou rules sign %s --key FILE.sign.key\n",
        a->out, a->name, (unsigned long long)version, a->out);
    return EXIT_DONE;
}

/* ---- sign -------------------------------------------------------- */

/* What the trusted comment says: minisign prints it when it has verified. */
static void write_comment(const char *bytes, size_t length, char out[MINISIGN_COMMENT + 1])
{
    enum bundle_refusal why;
    struct fault ignored = {""};
    struct bundle *b = bundle_open(bytes, length, NULL, &why, &ignored);
    if (b)
        snprintf(out, MINISIGN_COMMENT + 1, "timestamp:%lld\tbundle:%s\tversion:%llu", (long long)time(NULL),
                 bundle_manifest(b)->name, (unsigned long long)bundle_manifest(b)->version);
    else
        snprintf(out, MINISIGN_COMMENT + 1, "timestamp:%lld", (long long)time(NULL));
    bundle_close(b);
}

/* Puts the seal before the content, in the place of one that is there. */
static int sign(const struct arguments *a)
{
    struct fault fault = {""};
    struct minisign_secret secret = {0};
    struct minisign_signature old;
    char seal[MINISIGN_TEXT], comment[MINISIGN_COMMENT + 1], *made = NULL;
    size_t length = 0, n = 0;
    char *bytes = file_read(a->file, BUNDLE_MOST, &length, 0, &fault);
    size_t head = bytes ? minisign_parse(bytes, length, &old) : 0;
    const char *given = seal;
    if (bytes && a->signature) {
        given = made = file_read(a->signature, BUNDLE_MOST, &n, 0, &fault);
        if (made && !(n = minisign_parse(made, n, &old))) fault_set(&fault, "%s: not a signature", a->signature);
    } else if (bytes && minisign_load_secret(&secret, a->key, &fault)) {
        write_comment(bytes + head, length - head, comment);
        n = minisign_sign(&secret, bytes + head, length - head, comment, seal);
    }
    minisign_forget(&secret);
    struct iovec parts[] = {{(void *)given, n}, {bytes + head, length - head}};
    bool good = !fault.text[0] && n && file_replace(a->file, 0644, parts, 2, &fault);
    free(bytes);
    free(made);
    if (!good) return command_failed(fault.text);
    printf("%s 已签名 signed\n", a->file);
    return EXIT_DONE;
}

/* ---- verify ------------------------------------------------------ */

static int refused(const struct arguments *a, enum bundle_refusal why, const struct fault *fault)
{
    if (why != BUNDLE_NONE)
        fprintf(stderr, "%s: 拒绝 refused: %s %s\n", a->file, bundle_refusal_zh[why], bundle_refusal_name[why]);
    return command_failed(fault->text);
}

static struct trust *open_trust(const struct arguments *a, enum bundle_refusal *why, struct fault *fault)
{
    size_t length;
    struct trust *t = trust_open(a->trusted, a->trusted_count, fault);
    char *list = t && a->revocations ? file_read(a->revocations, BUNDLE_MOST, &length, 0, fault) : NULL;
    bool good = t && (!a->revocations || (list && trust_revoke(t, list, length, why, fault)));
    free(list);
    if (good) return t;
    trust_close(t);
    return NULL;
}

static void print_manifest(const struct bundle_manifest *m)
{
    printf("特征包 bundle    %s\n版本 version     %llu\n规则 rules       %u\n引擎 engine      %u\n生成时间 made    %s\n"
           "摘要 SHA-256     %s\n签名密钥 key     %s\n",
           m->name, (unsigned long long)m->version, m->rule_count, m->engine, m->made, m->digest, m->key_id);
}

static int verify(const struct arguments *a)
{
    struct fault fault = {""};
    unsigned shadowed;
    enum bundle_refusal why = BUNDLE_NONE;
    bool ready = registry_open(fault.text, sizeof fault.text);
    struct trust *trust = ready ? open_trust(a, &why, &fault) : NULL;
    struct bundle *b = trust ? bundle_load(a->file, trust, &why, &fault) : NULL;
    struct sets *sets = b ? sets_load(NULL, &fault) : NULL;
    struct ruleset_source source = {.bundle = b};
    struct ruleset *rules = sets ? ruleset_load_all(&source, 1, sets_view(sets), &shadowed, &fault) : NULL;
    bool good = rules && bundle_rules_fit(b, rules, &fault);
    if (sets && !good) why = BUNDLE_BAD_RULE;
    if (good) print_manifest(bundle_manifest(b));
    ruleset_free(rules);
    sets_free(sets);
    bundle_close(b);
    trust_close(trust);
    return good ? EXIT_DONE : refused(a, why, &fault);
}

int rules_bundle(int argc, char **argv)
{
    struct arguments a;
    bool read = read_arguments(argc, argv, &a);
    if (read && strcmp(argv[1], "build") == 0 && a.out) return build(&a);
    if (read && strcmp(argv[1], "sign") == 0 && !a.key != !a.signature) return sign(&a);
    if (read && strcmp(argv[1], "verify") == 0 && a.trusted_count) return verify(&a);
    return command_usage(&command_rules);
}
