/* SPDX-License-Identifier: Apache-2.0 */
/* common/yaml: trees, positions, caps, and every typed getter with its faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/yaml.h"

#include <stdlib.h>
#include <string.h>

static struct yaml *load(const char *text)
{
    struct fault fault = {""};
    struct yaml *y = yaml_load_text("a.yaml", text, strlen(text), &fault);
    if (!y) fail_msg("%s", fault.text);
    return y;
}

static void refused(const char *text, const char *expected)
{
    struct fault fault = {""};
    struct yaml *y = yaml_load_text("a.yaml", text, strlen(text), &fault);
    assert_null(y);
    if (!strstr(fault.text, expected)) fail_msg("\"%s\" lacks \"%s\"", fault.text, expected);
}

static void trees_and_positions(void **state)
{
    (void)state;
    struct yaml *y =
        load("\xef\xbb\xbf# head\nname: 望楼\nports: [502, 0x66]\nnode:\n  - a: 1\n    b:\n  - \"x\\ty\"\n");
    const struct yaml_node *root = yaml_root(y), *ports = yaml_get(root, "ports"), *list = yaml_get(root, "node");
    assert_int_equal(root->kind, YAML_MAPPING);
    assert_int_equal(root->count, 3);
    assert_string_equal(root->first->key->text, "name");
    assert_string_equal(root->first->text, "望楼");
    assert_int_equal(ports->first->next->line, 3);
    assert_int_equal(ports->first->next->column, 14);
    assert_int_equal(list->count, 2);
    assert_int_equal(yaml_get(list->first, "b")->kind, YAML_NULL);
    assert_int_equal(yaml_get(list->first, "b")->key->line, 6);
    assert_string_equal(list->first->next->text, "x\ty");
    assert_true(list->first->next->quoted);
    assert_null(yaml_get(root, "absent"));
    assert_null(yaml_get(ports, "name"));
    yaml_close(y);
    y = load("# nothing\n");
    assert_int_equal(yaml_root(y)->kind, YAML_NULL);
    yaml_close(y);
}

/* Text of several lines keeps the file's own lines, so that a fault inside it can say where it is. */
static void sources(void **state)
{
    (void)state;
    struct yaml *y =
        load("中文: 1\na: one == 1\nb: |\n    two == 2\n      or 3\nc: four ==\n   4 and 中 ==\n   5\nd: 'six'\n");
    const struct yaml_node *root = yaml_root(y);
    const struct yaml_node *a = yaml_get(root, "a"), *b = yaml_get(root, "b"), *c = yaml_get(root, "c"),
                           *d = yaml_get(root, "d");
    assert_string_equal(a->source, "one == 1");
    assert_int_equal(a->source_line, 2);
    assert_int_equal(a->source_column, 4);
    assert_string_equal(b->text, "two == 2\n  or 3\n");
    assert_string_equal(b->source, "    two == 2\n      or 3\n");
    assert_int_equal(b->source_line, 4);
    assert_int_equal(b->source_column, 1);
    assert_string_equal(c->text, "four == 4 and 中 == 5");
    assert_string_equal(c->source, "four ==\n   4 and 中 ==\n   5");
    assert_int_equal(c->source_line, 6);
    assert_int_equal(c->source_column, 4);
    assert_string_equal(d->source, "six");
    assert_int_equal(d->source_column, 5);
    yaml_close(y);
}

static void bad_files(void **state)
{
    (void)state;
    struct fault fault = {""};
    refused("a: 1\nb: 2\na: 3\n", "a.yaml:3:1: key \"a\" stands here twice, first in line 1");
    refused("a: &x 1\n", "a.yaml:1:4: anchors");
    refused("a: [1]\nb: *a\n", "a.yaml:2:4: anchors");
    refused("a: !!str 1\n", "a.yaml:1:4: tags");
    refused("a: 1\n---\nb: 2\n", "a.yaml:2:1: a second document");
    refused("a: [1, 2\n", "not YAML");
    refused("a: b: c\n", "a.yaml:1:5: not YAML");
    refused("[1]: 2\n", "a.yaml:1:1: a key must be");
    refused("a: \"x\\0y\"\n", "a.yaml:1:4: text holds a NUL");
    refused("a: \xff\xfe\n", "UTF-8");
    assert_null(yaml_load_file("/nowhere/a.yaml", &fault));
    assert_non_null(strstr(fault.text, "/nowhere/a.yaml: cannot be opened"));
}

static void caps(void **state)
{
    (void)state;
    enum { DEEP = 1 << 20 };
    struct fault fault = {""};
    char *text = malloc(YAML_FILE_CAP + 1);
    memset(text, '[', DEEP);
    assert_null(yaml_load_text("deep", text, DEEP, &fault));
    assert_non_null(strstr(fault.text, "deep"));
    fault.text[0] = 0;
    memset(text, '#', YAML_FILE_CAP + 1);
    assert_null(yaml_load_text("large", text, YAML_FILE_CAP + 1, &fault));
    assert_non_null(strstr(fault.text, "larger than"));
    free(text);
}

static void wrong(bool result, struct fault *fault, const char *expected)
{
    assert_false(result);
    if (!strstr(fault->text, expected)) fail_msg("\"%s\" lacks \"%s\"", fault->text, expected);
    fault->text[0] = 0;
}

static void numbers(void **state)
{
    (void)state;
    struct yaml *y = load("a: 0x1F\nb: -5\nc: '7'\nd: 18446744073709551616\ne: 1.5\nf: +1\ng: -9223372036854775808\n");
    const struct yaml_node *m = yaml_root(y);
    struct fault fault = {""};
    uint64_t u = 9;
    int64_t i = 0;
    double d = 0;
    assert_true(yaml_uint(yaml_get(m, "a"), 0, 100, &u, &fault));
    assert_int_equal(u, 31);
    assert_true(yaml_uint(yaml_get(m, "absent"), 0, 100, &u, &fault));
    assert_int_equal(u, 31);
    wrong(yaml_uint(yaml_get(m, "a"), 0, 30, &u, &fault), &fault,
          "a.yaml:1:4: \"0x1F\" is not a whole number from 0 to 30");
    wrong(yaml_uint(yaml_get(m, "b"), 0, 30, &u, &fault), &fault, "a.yaml:2:4:");
    wrong(yaml_uint(yaml_get(m, "c"), 0, 30, &u, &fault), &fault, "a.yaml:3:4:");
    wrong(yaml_uint(yaml_get(m, "d"), 0, UINT64_MAX, &u, &fault), &fault, "a.yaml:4:4:");
    wrong(yaml_uint(yaml_get(m, "f"), 0, 30, &u, &fault), &fault, "a.yaml:6:4:");
    wrong(yaml_uint(m, 0, 30, &u, &fault), &fault, "a value expected here, not a mapping");
    assert_true(yaml_int(yaml_get(m, "b"), -5, 5, &i, &fault));
    assert_int_equal(i, -5);
    assert_true(yaml_int(yaml_get(m, "g"), INT64_MIN, 0, &i, &fault));
    assert_true(i == INT64_MIN);
    wrong(yaml_int(yaml_get(m, "b"), -4, 5, &i, &fault), &fault, "from -4 to 5");
    assert_true(yaml_double(yaml_get(m, "e"), 0, 2, &d, &fault));
    assert_true(d == 1.5);
    wrong(yaml_double(yaml_get(m, "e"), 0, 1, &d, &fault), &fault, "a.yaml:5:4: \"1.5\" is not a number from 0 to 1");
    yaml_close(y);
}

static void times_and_sizes(void **state)
{
    (void)state;
    struct yaml *y = load("a: 200ms\nb: 60s\nc: 7d\nd: 60\ne: 0\nf: 64K\ng: 2G\nh: 1T\ni: 99999999999999999999d\n");
    const struct yaml_node *m = yaml_root(y);
    struct fault fault = {""};
    uint64_t u = 0;
    assert_true(yaml_duration(yaml_get(m, "a"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 200000000);
    assert_true(yaml_duration(yaml_get(m, "b"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 60000000000);
    assert_true(yaml_duration(yaml_get(m, "c"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 7 * 86400000000000);
    assert_true(yaml_duration(yaml_get(m, "e"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 0);
    wrong(yaml_duration(yaml_get(m, "d"), 0, UINT64_MAX, &u, &fault), &fault, "a.yaml:4:4: \"60\" is not a time");
    wrong(yaml_duration(yaml_get(m, "i"), 0, UINT64_MAX, &u, &fault), &fault, "is not a time");
    wrong(yaml_duration(yaml_get(m, "c"), 0, 1000000000, &u, &fault), &fault, "not between 0 and 1 seconds");
    assert_true(yaml_size(yaml_get(m, "f"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 65536);
    assert_true(yaml_size(yaml_get(m, "g"), 0, UINT64_MAX, &u, &fault));
    assert_int_equal(u, 2147483648);
    wrong(yaml_size(yaml_get(m, "h"), 0, UINT64_MAX, &u, &fault), &fault, "is not a size");
    yaml_close(y);
}

static void words(void **state)
{
    (void)state;
    static const char *const keys[] = {"severity", "enabled", "title", "list", NULL};
    static const char *const choices[] = {"low", "medium", "high", NULL};
    struct yaml *y = load("severity: hgih\nenabled: true\ntitle: ''\nlist: 5\n");
    const struct yaml_node *m = yaml_root(y);
    struct fault fault = {""};
    bool on = false;
    unsigned index = 0;
    const char *text = NULL;
    assert_true(yaml_keys(m, keys, &fault));
    wrong(yaml_keys(m, (const char *const[]){"severity", "enable", "title", "list", NULL}, &fault), &fault,
          "a.yaml:2:1: unknown key \"enabled\"; did you mean \"enable\"?");
    wrong(yaml_keys(m, (const char *const[]){"x", "y", NULL}, &fault), &fault, "there are: x, y");
    wrong(yaml_choice(yaml_get(m, "severity"), choices, &index, &fault), &fault, "did you mean \"high\"?");
    assert_true(yaml_bool(yaml_get(m, "enabled"), &on, &fault));
    assert_true(on);
    wrong(yaml_bool(yaml_get(m, "severity"), &on, &fault), &fault, "neither true nor false");
    wrong(yaml_text(yaml_get(m, "title"), &text, &fault), &fault, "a.yaml:3:8: empty text");
    assert_true(yaml_text(yaml_get(m, "severity"), &text, &fault));
    assert_string_equal(text, "hgih");
    wrong(yaml_is_list(yaml_get(m, "list"), &fault), &fault, "a.yaml:4:7: list: a list expected here, not a value");
    wrong(yaml_required(m, "absent", &fault), &fault, "a.yaml:1:1: key \"absent\" is missing");
    yaml_close(y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_and_positions),
        cmocka_unit_test(sources),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(caps),
        cmocka_unit_test(numbers),
        cmocka_unit_test(times_and_sizes),
        cmocka_unit_test(words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
