/* SPDX-License-Identifier: Apache-2.0 */
/* Key files and the directory of enrolled nodes. */
#include "common/keys.h"
#include "common/nodes.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static char directory[64], enrolled[128];

static int start(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/wanglou-keys-XXXXXX");
    if (!mkdtemp(directory)) return -1;
    snprintf(enrolled, sizeof enrolled, "%s/nodes", directory);
    return 0;
}

static int finish(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static struct keys make(const char *name)
{
    struct keys keys;
    struct fault fault = {0};
    if (!keys_make(&keys, name, &fault)) fail_msg("%s", fault.text);
    return keys;
}

static void test_files(void **state)
{
    struct keys keys = make("sensor-1"), loaded;
    struct fault fault = {0};
    struct stat about;
    char path[PATH_MAX], a[FINGERPRINT + 1], b[FINGERPRINT + 1];
    (void)state;
    assert_true(keys_write(&keys, directory, &fault));
    snprintf(path, sizeof path, "%s/sensor-1.key", directory);
    stat(path, &about);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(keys_load_secret(&loaded, path, &fault));
    assert_memory_equal(&loaded, &keys, sizeof keys);
    /* Never over an existing key, never a key that others can read. */
    assert_false(keys_write(&keys, directory, &fault));
    assert_non_null(strstr(fault.text, "exists already"));
    chmod(path, 0640);
    fault.text[0] = 0;
    assert_false(keys_load_secret(&loaded, path, &fault));
    assert_non_null(strstr(fault.text, "chmod 600"));
    snprintf(path, sizeof path, "%s/sensor-1.pub", directory);
    assert_true(keys_load_public(&loaded, path, &fault));
    assert_string_equal(loaded.curve_public, keys.curve_public);
    assert_string_equal(loaded.curve_secret, "");
    keys_fingerprint(&keys, a);
    keys_fingerprint(&loaded, b);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), FINGERPRINT);
    keys_forget(&keys);
    assert_int_equal(keys.curve_secret[0], 0);
}

static void wrong(const char *text, const char *expected)
{
    struct keys keys;
    struct fault fault = {0};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/wrong.pub", directory);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    assert_false(keys_load_public(&keys, path, &fault));
    if (!strstr(fault.text, expected)) fail_msg("\"%s\" lacks \"%s\"", fault.text, expected);
}

static void test_wrong_files(void **state)
{
    (void)state;
    wrong("name: a\n", "curve-public");
    wrong("name: a\ncurve-public: \"short\"\nsign-public: \"x\"\n", "wrong.pub:2:15: not a CURVE key");
    wrong("name: ../a\n", "curve-public");
    wrong("nmae: a\n", "name");
    wrong("- 1\n", "wrong.pub");
    wrong("", "wrong.pub");
}

static void test_names(void **state)
{
    (void)state;
    assert_true(node_name_valid("a"));
    assert_true(node_name_valid("Plant-3.line_2"));
    assert_false(node_name_valid(""));
    assert_false(node_name_valid(".hidden"));
    assert_false(node_name_valid("a/b"));
    assert_false(node_name_valid("a b"));
    assert_false(node_name_valid("一号"));
    assert_false(node_name_valid("0123456789012345678901234567890123456789012345678901234567890123"));
}

static void test_enrolment(void **state)
{
    struct keys one = make("one"), two = make("two"), again = make("one");
    struct fault fault = {0}, notice = {0};
    struct nodes nodes;
    (void)state;
    assert_true(nodes_enrol(enrolled, &one, NODE_SENSOR, &fault));
    assert_true(nodes_load(&nodes, enrolled, &notice, &fault));
    assert_true(nodes_stale(&nodes, enrolled)); /* too fresh to be trusted */
    nodes_free(&nodes);
    struct timespec old[2] = {{1000, 0}, {1000, 0}};
    utimensat(AT_FDCWD, enrolled, old, 0);
    assert_true(nodes_load(&nodes, enrolled, &notice, &fault));
    assert_false(nodes_stale(&nodes, enrolled));
    assert_true(nodes_enrol(enrolled, &two, NODE_COLLECTOR, &fault));
    assert_true(nodes_stale(&nodes, enrolled));
    nodes_free(&nodes);
    /* Nor may a node pass for what a collector keeps itself. */
    const char *const taken[] = {"self", "upload", "exercise-7"};
    for (unsigned i = 0; i < sizeof taken / sizeof *taken; i++) {
        struct keys false_name = make(taken[i]);
        assert_false(nodes_enrol(enrolled, &false_name, NODE_SENSOR, NULL));
    }
    /* A name or key in use is refused; so is a revoked key, even under a new name. */
    assert_false(nodes_enrol(enrolled, &one, NODE_SENSOR, &fault));
    assert_false(nodes_enrol(enrolled, &again, NODE_SENSOR, NULL));
    fault.text[0] = 0;
    assert_true(nodes_revoke(enrolled, "one", &fault));
    assert_false(nodes_revoke(enrolled, "one", NULL));
    assert_false(nodes_revoke(enrolled, "three", NULL));
    assert_false(nodes_enrol(enrolled, &one, NODE_SENSOR, NULL));
    assert_true(nodes_enrol(enrolled, &again, NODE_SENSOR, &fault));
    strcpy(one.name, "other");
    assert_false(nodes_enrol(enrolled, &one, NODE_SENSOR, &fault));
    assert_non_null(strstr(fault.text, "was revoked as \"one\""));

    assert_true(nodes_load(&nodes, enrolled, &notice, NULL));
    assert_int_equal(nodes.count, 3);
    assert_string_equal(nodes_by_key(&nodes, two.curve_public)->name, "two");
    assert_int_equal(nodes_by_key(&nodes, two.curve_public)->role, NODE_COLLECTOR);
    assert_memory_equal(nodes_by_key(&nodes, two.curve_public)->sign_public, two.sign_public, SIGN_PUBLIC);
    assert_true(nodes_by_key(&nodes, one.curve_public)->revoked > 0);
    assert_string_equal(nodes_by_name(&nodes, "one")->curve_public, again.curve_public);
    assert_null(nodes_by_key(&nodes, make("x").curve_public));
    assert_null(nodes_by_key(&nodes, ""));
    assert_string_equal(notice.text, "");
    nodes_free(&nodes);
}

/* One file that is wrong does not lock the others out. */
static void test_a_wrong_node(void **state)
{
    struct keys one = make("one");
    struct fault notice = {0}, fault = {0};
    struct nodes nodes;
    char path[PATH_MAX];
    (void)state;
    assert_true(nodes_enrol(enrolled, &one, NODE_SENSOR, &fault));
    snprintf(path, sizeof path, "%s/bad.node", enrolled);
    FILE *file = fopen(path, "w");
    fputs("name: one\nrole: king\n", file);
    fclose(file);
    assert_true(nodes_load(&nodes, enrolled, &notice, &fault));
    assert_int_equal(nodes.count, 1);
    assert_non_null(strstr(notice.text, "bad.node"));
    nodes_free(&nodes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_files, start, finish),
        cmocka_unit_test_setup_teardown(test_wrong_files, start, finish),
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_enrolment, start, finish),
        cmocka_unit_test_setup_teardown(test_a_wrong_node, start, finish),
    };
    return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
