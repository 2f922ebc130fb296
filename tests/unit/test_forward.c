/* SPDX-License-Identifier: Apache-2.0 */
/* The forwarding policy: what leaves, what stays, what leaves under another name. */
#include "common/forward.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const uint8_t key[FORWARD_KEY] = "a key that never leaves the site";
static char path[] = "/tmp/wanglou-policy-XXXXXX";

#define HEAD                                                                                                           \
    "{\"timestamp\":\"2026-11-24T05:46:38.123456+0000\",\"flow_id\":7,\"event_type\":\"alert\",\"src_ip\":\"10.0.0."   \
    "5\","                                                                                                             \
    "\"dest_ip\":\"10.0.0.9\",\"dest_port\":102,\"proto\":\"TCP\",\"app_proto\":\"s7comm\","
#define TAIL "\"sensor\":\"sensor-1\",\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"seq\":12}"

static const char *apply(const struct forward_policy *p, const char *line)
{
    static char out[4096];
    struct event_envelope e;
    assert_true(event_scan(line, strlen(line), &e));
    size_t n = forward_apply(p, &e, line, strlen(line), out, sizeof out - 1);
    out[n] = 0;
    return out;
}

static struct forward_policy *load(const char *text)
{
    struct fault fault = {""};
    FILE *file = text ? fopen(path, "w") : NULL;
    if (file) {
        fputs(text, file);
        fclose(file);
    }
    struct forward_policy *p = forward_policy_open(text ? path : NULL, key, "plant-a", &fault);
    if (!p) fail_msg("%s", fault.text);
    return p;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part)) fail_msg("\"%s\" lacks \"%s\"", text, part);
}

static void lacks(const char *text, const char *part)
{
    if (strstr(text, part)) fail_msg("\"%s\" has \"%s\"", text, part);
}

static const char alert[] = HEAD
    "\"alert\":{\"action\":\"allowed\",\"rule\":\"wl-s7-0001\",\"severity\":1,\"signature\":\"停机\\\"命令\","
    "\"key\":\"src=10.0.0.5\",\"source\":{\"ip\":\"10.0.0.5\",\"mac\":\"00:11:22:33:44:55\",\"name\":\"工程师站\"},"
    "\"target\":{\"ip\":\"10.0.0.9\"}},\"ot\":{\"protocol\":\"s7comm\",\"class\":\"mode\",\"objects\":[\"DB1.DBW4\"],"
    "\"values\":[1,2],\"fields\":{\"s7comm.param.func\":41}}," TAIL;

static void test_built_in(void **state)
{
    struct forward_policy *p = load(NULL);
    const char *out = apply(p, alert);
    struct event_envelope e;
    (void)state;
    assert_true(event_scan(out, strlen(out), &e));
    assert_int_equal(e.type, EVENT_ALERT);
    assert_int_equal(e.severity, 1);
    has(out, "\"signature\":\"停机\\\"命令\"");
    has(out, "\"ot\":{\"protocol\":\"s7comm\",\"class\":\"mode\"}");
    has(out, "\"sensor\":\"plant-a/sensor-1\"");
    has(out, "\"dest_port\":102");
    static const char *const secrets[] = {"10.0.0", "00:11", "工程师站", "DB1", "values", "fields", "flow_id", "key"};
    for (unsigned i = 0; i < sizeof secrets / sizeof *secrets; i++) lacks(out, secrets[i]);
    /* One address, one pseudonym, wherever it stands; another key, another one. */
    char first[64];
    const char *at = strstr(out, "\"src_ip\":\"~");
    assert_non_null(at);
    snprintf(first, sizeof first, "\"ip\":%.27s", at + strlen("\"src_ip\":"));
    has(out, first);
    static const uint8_t other_key[FORWARD_KEY] = "another";
    struct forward_policy *other = forward_policy_open(NULL, other_key, "plant-b", NULL);
    lacks(apply(other, alert), first);
    forward_policy_close(other);
    /* Types that are not listed stay. */
    assert_string_equal(apply(p, "{\"timestamp\":\"2026-11-24T05:46:38.123456+0000\",\"event_type\":\"flow\","
                                 "\"flow\":{}," TAIL),
                        "");
    forward_policy_close(p);
}

#define NEEDED "  - timestamp\n  - event_type\n  - sensor\n  - id\n"

static void test_own_policy(void **state)
{
    (void)state;
    struct forward_policy *p =
        load("types: [alert]\nseverity: 2\nfields:\n" NEEDED "  - alert.source\n  - alert.severity\n"
             "  - alert.hosts\n  - alert.target.name\npseudonyms: [alert.source.ip, alert.hosts.ip]\n");
    /* An object named as a whole leaves with all it holds, less what is hidden in it. */
    const char *out = apply(p, alert);
    has(out, "\"source\":{\"ip\":\"~");
    has(out, "\"mac\":\"00:11:22:33:44:55\",\"name\":\"工程师站\"}");
    lacks(out, "10.0.0.5");
    lacks(out, "target"); /* of which nothing leaves */
    /* A list with something to hide in it stays. */
    lacks(apply(p, HEAD "\"alert\":{\"severity\":1,\"hosts\":[{\"ip\":\"10.0.0.5\"}]}," TAIL), "hosts");
    has(apply(p, HEAD "\"alert\":{\"key\":\"src=10.0.0.5\"}," TAIL), "\"alert\":{}");
    assert_string_equal(apply(p, HEAD "\"alert\":{\"severity\":3}," TAIL), "");
    assert_true(apply(p, HEAD "\"alert\":{\"severity\":2}," TAIL)[0] == '{');
    /* Where a pseudonym is due, nothing but a string leaves. */
    assert_string_equal(apply(p, HEAD "\"alert\":{\"severity\":1,\"source\":{\"ip\":167772165}}," TAIL), "");
    forward_policy_close(p);
}

/* Addresses of the internet leave bare when the policy says so; a plant's own never do. */
static void test_public_addresses(void **state)
{
    static const char *const own[] = {"10.1.2.3",  "172.31.255.1", "192.168.0.9", "100.64.0.1", "169.254.1.1",
                                      "127.0.0.1", "224.0.0.1",    "fe80::1",     "fd00::1",    "8.8.8.8 "},
                             *const foreign[] = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2001:db8::1"};
    struct forward_policy *bare = load("types: [alert]\npublic_addresses: true\nfields:\n" NEEDED
                                       "  - src_ip\npseudonyms: [src_ip]\n"),
                          *hidden = load("types: [alert]\nfields:\n" NEEDED "  - src_ip\npseudonyms: [src_ip]\n");
    (void)state;
    for (unsigned i = 0; i < sizeof own / sizeof *own + sizeof foreign / sizeof *foreign; i++) {
        char line[512], member[80];
        bool is_own = i < sizeof own / sizeof *own;
        const char *address = is_own ? own[i] : foreign[i - sizeof own / sizeof *own];
        snprintf(member, sizeof member, "\"src_ip\":\"%s\"", address);
        snprintf(line, sizeof line,
                 "{\"timestamp\":\"2026-11-24T05:46:38.123456+0000\",\"event_type\":\"alert\",%s,\"alert\":{}," TAIL,
                 member);
        (is_own ? lacks : has)(apply(bare, line), member);
        lacks(apply(hidden, line), member);
    }
    forward_policy_close(bare);
    forward_policy_close(hidden);
}

static void test_no_room(void **state)
{
    struct forward_policy *p = load(NULL);
    struct event_envelope e;
    (void)state;
    assert_true(event_scan(alert, strlen(alert), &e));
    size_t whole = strlen(apply(p, alert));
    for (size_t room = 0; room < whole; room++) {
        char *out = malloc(room ? room : 1); /* the sanitizer watches its end */
        assert_int_equal(forward_apply(p, &e, alert, strlen(alert), out, room), 0);
        free(out);
    }
    /* Whatever the line, no crash: cut and changed at every place. */
    for (size_t i = 0; i < sizeof alert - 1; i++) {
        static const char changes[] = "{}[]\",:\\";
        for (const char *c = changes; *c; c++) {
            char *line = strdup(alert);
            char out[4096];
            line[i] = *c;
            forward_apply(p, &e, line, strlen(line), out, sizeof out);
            forward_apply(p, &e, line, i, out, sizeof out);
            free(line);
        }
    }
    forward_policy_close(p);
}

static void wrong(const char *text, const char *expected)
{
    struct fault fault = {""};
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    assert_null(forward_policy_open(path, key, "plant-a", &fault));
    has(fault.text, expected);
}

static void test_wrong_policies(void **state)
{
    char a[2 * FORWARD_DIGEST + 1], b[2 * FORWARD_DIGEST + 1];
    (void)state;
    wrong("types: [alerts]\nfields:\n" NEEDED, ":1:9: \"alerts\" is not a type");
    wrong("types: [alert]\nfields:\n  - id\n", "\"timestamp\" is missing");
    wrong("types: [alert]\n", "fields");
    wrong("types: [alert]\nfeilds: [id]\n", "fields");
    wrong("types: [alert]\nseverity: 9\nfields:\n" NEEDED, ":2:");
    /* The digest names the content, not the file. */
    struct forward_policy *p = load("types: [alert]\nfields:\n" NEEDED), *q;
    forward_policy_digest(p, a);
    q = load("# the same\ntypes:\n  - alert\nfields: [timestamp, event_type, sensor, id]\n");
    forward_policy_digest(q, b);
    assert_string_equal(a, b);
    forward_policy_close(q);
    q = load("types: [alert]\nfields:\n" NEEDED "  - seq\n");
    forward_policy_digest(q, b);
    assert_string_not_equal(a, b);
    forward_policy_close(q);
    forward_policy_close(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_in), cmocka_unit_test(test_own_policy),     cmocka_unit_test(test_public_addresses),
        cmocka_unit_test(test_no_room),  cmocka_unit_test(test_wrong_policies),
    };
    close(mkstemp(path));
    int failed = cmocka_run_group_tests_name("forward", tests, NULL, NULL);
    unlink(path);
    return failed;
}
