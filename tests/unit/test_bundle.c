/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of signatures: what is signed is what is loaded; each way to be wrong has its own refusal. */
#include "signatures/bundle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parsers/registry.h"
#include "signatures/sets.h"

#include <cmocka.h>

static char directory[] = "/tmp/wanglou-bundle-XXXXXX", path[64], rules[64];
static struct minisign_secret publisher, stranger;
static struct trust *trust;

static const char rule[] = "- id: wl-test-0001\n  sid: 9999001\n  revision: 2\n  name: test\n  severity: low\n"
                           "  category: reconnaissance\n  where: ot.class == write\n"
                           "  proof:\n    - fires: 1\n      traffic: |\n        tcp 10.0.0.1:50000 > 10.0.0.2:502\n";

static char *read_whole(size_t *length)
{
    FILE *in = fopen(path, "rb");
    char *bytes = malloc(BUNDLE_MOST);
    assert_non_null(in);
    *length = fread(bytes, 1, BUNDLE_MOST, in);
    fclose(in);
    return bytes;
}

static void write_text(const char *to, const char *text)
{
    FILE *out = fopen(to, "w");
    fputs(text, out);
    fclose(out);
}

/* A signed bundle of the one rule. */
static char *made(const struct minisign_secret *by, uint64_t version, size_t *length)
{
    struct fault fault = {""};
    size_t body;
    char seal[MINISIGN_TEXT];
    assert_true(bundle_build(rules, "test", version, 1700000000, path, &fault));
    char *bytes = read_whole(&body);
    size_t n = minisign_sign(by, bytes, body, "a test", seal);
    assert_true(n > 0);
    memmove(bytes + n, bytes, body);
    memcpy(bytes, seal, n);
    *length = n + body;
    return bytes;
}

static void refused(const char *bytes, size_t length, enum bundle_refusal expected)
{
    enum bundle_refusal why = BUNDLE_NONE;
    struct fault fault = {""};
    assert_null(bundle_open(bytes, length, trust, &why, &fault));
    assert_string_equal(bundle_refusal_name[why], bundle_refusal_name[expected]);
    assert_true(fault.text[0]);
}

static void test_taken(void **state)
{
    (void)state;
    enum bundle_refusal why;
    struct fault fault = {""};
    size_t length;
    unsigned shadowed, count;
    char *bytes = made(&publisher, 7, &length);
    struct bundle *b = bundle_open(bytes, length, trust, &why, &fault);
    assert_string_equal(fault.text, "");
    assert_non_null(b);
    assert_string_equal(bundle_manifest(b)->name, "test");
    assert_int_equal(bundle_manifest(b)->version, 7);
    assert_string_equal(bundle_manifest(b)->made, "2023-11-14T22:13:20Z");
    struct sets *sets = sets_load(NULL, &fault);
    /* The bundle prevails over the same rule in a file behind it. */
    struct ruleset_source from[] = {{.bundle = b}, {.path = rules}};
    struct ruleset *r = ruleset_load_all(from, 2, sets_view(sets), &shadowed, &fault);
    assert_non_null(r);
    assert_int_equal(shadowed, 1);
    const struct rule *const *list = ruleset_rules(r, &count);
    assert_int_equal(count, 1);
    assert_string_equal(list[0]->file, "test@7/rules.yaml");
    assert_true(bundle_rules_fit(b, r, &fault));
    ruleset_free(r);
    sets_free(sets);
    bundle_close(b);
    free(bytes);
}

/* Each octet of it changed, one after the other: never taken. */
static void test_tampered(void **state)
{
    (void)state;
    size_t length;
    char *bytes = made(&publisher, 7, &length);
    const char *content = memmem(bytes, length, "\x28\xb5\x2f\xfd", 4), *comment = strchr(bytes, ':') + 1,
               *comment_end = strchr(bytes, '\n');
    for (char *at = bytes; at < bytes + length; at++) {
        enum bundle_refusal why;
        struct fault fault = {""};
        if (at >= comment && at <= comment_end) continue; /* untrusted, as its name says */
        *at ^= 1;
        assert_null(bundle_open(bytes, length, trust, &why, &fault));
        if (at >= content) assert_int_equal(why, BUNDLE_TAMPERED);
        *at ^= 1;
    }
    for (size_t n = 0; n < length; n++) { /* and cut off anywhere */
        enum bundle_refusal why;
        struct fault fault = {""};
        assert_null(bundle_open(bytes, n, trust, &why, &fault));
    }
    refused(content, length - (size_t)(content - bytes), BUNDLE_UNSIGNED);
    free(bytes);
}

static void test_keys(void **state)
{
    (void)state;
    size_t length;
    char *bytes = made(&stranger, 7, &length), list[256], id[MINISIGN_ID_TEXT + 1], seal[MINISIGN_TEXT];
    enum bundle_refusal why = BUNDLE_NONE;
    struct fault fault = {""};
    refused(bytes, length, BUNDLE_UNTRUSTED_KEY);
    free(bytes);
    /* A list of revocations that the stranger signed is not believed; the publisher's is. */
    minisign_id_text(publisher.key.id, id);
    int n = snprintf(list, sizeof list, "serial: 5\nbundles: [{name: test, version: 8}]\n");
    for (unsigned i = 0; i < 2; i++) {
        char sealed[MINISIGN_TEXT + sizeof list];
        size_t head = minisign_sign(i ? &publisher : &stranger, list, (size_t)n, "", seal);
        memcpy(sealed, seal, head);
        memcpy(sealed + head, list, (size_t)n);
        fault = (struct fault){""};
        assert_int_equal(trust_revoke(trust, sealed, head + (size_t)n, &why, &fault), i);
    }
    assert_int_equal(trust_serial(trust), 5);
    bytes = made(&publisher, 8, &length);
    refused(bytes, length, BUNDLE_REVOKED_VERSION);
    free(bytes);
    /* An older list does not come back; a newer one that revokes the key itself is the last. */
    for (unsigned serial = 4; serial <= 6; serial += 2) {
        char sealed[MINISIGN_TEXT + sizeof list];
        n = snprintf(list, sizeof list, "serial: %u\nkeys: [%s]\n", serial, id);
        size_t head = minisign_sign(&publisher, list, (size_t)n, "", seal);
        memcpy(sealed, seal, head);
        memcpy(sealed + head, list, (size_t)n);
        fault = (struct fault){""};
        assert_int_equal(trust_revoke(trust, sealed, head + (size_t)n, &why, &fault), serial == 6);
    }
    bytes = made(&publisher, 9, &length);
    refused(bytes, length, BUNDLE_REVOKED_KEY);
    free(bytes);
}

static int set_up(void **state)
{
    (void)state;
    struct fault fault = {""};
    char public_key[128];
    assert_true(registry_open(fault.text, sizeof fault.text));
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/bundle", directory);
    snprintf(rules, sizeof rules, "%s/rules.yaml", directory);
    write_text(rules, rule);
    assert_true(minisign_make(&publisher, &fault) && minisign_make(&stranger, &fault));
    assert_true(minisign_write(&publisher, directory, "publisher", &fault));
    snprintf(public_key, sizeof public_key, "%s/publisher.sign.pub", directory);
    trust = trust_open((const char *const[]){public_key}, 1, &fault);
    assert_non_null(trust);
    /* What was written is what is read. */
    struct minisign_secret again;
    snprintf(public_key, sizeof public_key, "%s/publisher.sign.key", directory);
    assert_true(minisign_load_secret(&again, public_key, &fault));
    assert_memory_equal(&again, &publisher, sizeof again);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char name[128];
    trust_close(trust);
    unlink(path);
    unlink(rules);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(name, sizeof name, "%s/publisher.sign.%s", directory, i ? "pub" : "key");
        unlink(name);
    }
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_taken), cmocka_unit_test(test_tampered),
                                       cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
