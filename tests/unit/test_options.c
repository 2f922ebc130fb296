/* SPDX-License-Identifier: Apache-2.0 */
/* Options: defaults, file, --set, ranges, unknown keys with their place, and the sample file that loads as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"

struct settings {
    const char *name, *parent;
    bool live;
    uint64_t workers, timeout, memory;
    unsigned mode;
    struct option_list interfaces;
};

static const char *const modes[] = {"fanout", "single", NULL};
static const struct option rows[] = {
    {"name", OPTION_TEXT, offsetof(struct settings, name), "sensor-1", .zh = "名称", .en = "Name"},
    {"capture", OPTION_SECTION, .zh = "抓包", .en = "Capture"},
    {"capture.interfaces", OPTION_LIST, offsetof(struct settings, interfaces), .most = 2, .zh = "网口",
     .en = "Interfaces"},
    {"capture.workers", OPTION_UINT, offsetof(struct settings, workers), "2", 1, 64, .zh = "线程", .en = "Workers"},
    {"capture.live", OPTION_BOOL, offsetof(struct settings, live), "true", .zh = "实时", .en = "Live"},
    {"capture.mode", OPTION_CHOICE, offsetof(struct settings, mode), "single", .choices = modes, .zh = "方式",
     .en = "Mode"},
    {"link", OPTION_SECTION, .zh = "上报", .en = "Link"},
    {"link.parent", OPTION_TEXT, offsetof(struct settings, parent), .zh = "上级", .en = "Parent"},
    {"link.timeout", OPTION_DURATION, offsetof(struct settings, timeout), "30s", 1000000000, 3600000000000,
     .zh = "超时", .en = "Time-out"},
    {"link.memory", OPTION_SIZE, offsetof(struct settings, memory), "64M", 1 << 20, 1 << 30, .zh = "内存",
     .en = "Memory"},
};
static const struct option_table table = {"wanglou-test", "test.yaml", rows, sizeof rows / sizeof *rows};

/* Writes a file for the loader; the caller unlinks it. */
static const char *file_with(const char *text)
{
    static char path[64];
    strcpy(path, "/tmp/wanglou-options-XXXXXX");
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
    close(descriptor);
    return path;
}

static struct options *load(const char *text, const char *const *sets, struct settings *settings, struct fault *fault)
{
    *settings = (struct settings){0};
    *fault = (struct fault){""};
    const char *path = text ? file_with(text) : NULL;
    struct options *options = options_load(&table, path, sets, settings, fault);
    if (path) unlink(path);
    return options;
}

static void defaults_stand(void **state)
{
    (void)state;
    struct settings s;
    struct fault fault;
    struct options *options = load(NULL, NULL, &s, &fault);
    assert_non_null(options);
    assert_string_equal(s.name, "sensor-1");
    assert_null(s.parent);
    assert_true(s.live);
    assert_int_equal(s.workers, 2);
    assert_int_equal(s.mode, 1);
    assert_int_equal(s.timeout, 30000000000u);
    assert_int_equal(s.memory, 64u << 20);
    assert_int_equal(s.interfaces.count, 0);
    options_free(options);
}

static void file_and_set_override(void **state)
{
    (void)state;
    struct settings s;
    struct fault fault;
    struct options *options =
        load("name: 一号车间\ncapture:\n  interfaces: [eth1, eth2]\n  mode: fanout\nlink:\n  timeout: 2m\n  parent:\n",
             (const char *const[]){"capture.workers=7", "link.parent=tcp://10.0.0.1:7701", NULL}, &s, &fault);
    assert_string_equal(fault.text, "");
    assert_non_null(options);
    assert_string_equal(s.name, "一号车间");
    assert_int_equal(s.interfaces.count, 2);
    assert_string_equal(s.interfaces.items[1], "eth2");
    assert_int_equal(s.mode, 0);
    assert_int_equal(s.workers, 7);
    assert_int_equal(s.timeout, 120000000000u);
    assert_string_equal(s.parent, "tcp://10.0.0.1:7701");
    options_free(options);
}

static void wrong_files_are_refused_with_their_place(void **state)
{
    (void)state;
    static const struct {
        const char *text, *place, *says;
    } wrong[] = {
        {"capture:\n  worker: 2\n", ":2:3: ", "did you mean 'capture.workers'"},
        {"nmae: x\n", ":1:1: ", "did you mean 'name'"},
        {"links:\n  timeout: 5s\n", ":1:1: ", "did you mean 'link'"},
        {"entirely_else: 1\n", ":1:1: ", "unknown option 'entirely_else'"},
        {"capture:\n  workers: 65\n", ":2:12: ", "64"},
        {"capture:\n  workers: two\n", ":2:12: ", ""},
        {"capture:\n  mode: both\n", ":2:9: ", ""},
        {"capture: 3\n", ":1:10: ", ""},
        {"capture:\n  interfaces: [a, b, c]\n", ":2:15: ", "0 to 2 items"},
        {"capture:\n  interfaces: eth0\n", ":2:15: ", ""},
        {"link:\n  timeout: 30\n", ":2:12: ", ""},
        {"link:\n  memory: 4G\n", ":2:11: ", ""},
        {"capture:\n  live:\n", ":", "has no value"},
        {"name: a\nname: b\n", ":2:1: ", ""},
        {"name: [\n", ":", ""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct settings s;
        struct fault fault;
        assert_null(load(wrong[i].text, NULL, &s, &fault));
        if (!strstr(fault.text, wrong[i].place) || !strstr(fault.text, wrong[i].says))
            fail_msg("case %zu: %s", i, fault.text);
    }
}

static void wrong_sets_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"capture.workers", "capture.workers=0", "capture.wrokers=2", "link=3", "x=1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct settings s;
        struct fault fault;
        assert_null(load(NULL, (const char *const[]){wrong[i], NULL}, &s, &fault));
        assert_non_null(strstr(fault.text, "--set"));
    }
}

static void sample_loads_as_it_is(void **state)
{
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    options_sample(&table, out);
    fclose(out);
    struct settings s, plain;
    struct fault fault;
    struct options *defaults = load(NULL, NULL, &plain, &fault), *options = load(text, NULL, &s, &fault);
    assert_string_equal(fault.text, "");
    assert_non_null(options);
    assert_string_equal(s.name, plain.name);
    assert_int_equal(s.timeout, plain.timeout);
    assert_int_equal(s.workers, plain.workers);
    for (size_t i = 0; i < table.count; i++) assert_non_null(strstr(text, rows[i].en));
    options_free(options);
    options_free(defaults);
    free(text);
}

static void reference_names_every_option(void **state)
{
    (void)state;
    for (int chinese = 0; chinese < 2; chinese++) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        options_reference(&table, chinese, out);
        fclose(out);
        for (size_t i = 0; i < table.count; i++) {
            assert_non_null(strstr(text, chinese ? rows[i].zh : rows[i].en));
            if (rows[i].type != OPTION_SECTION) assert_non_null(strstr(text, rows[i].path));
        }
        assert_non_null(strstr(text, "1s..1h"));
        assert_non_null(strstr(text, "1M..1G"));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_stand),
        cmocka_unit_test(file_and_set_override),
        cmocka_unit_test(wrong_files_are_refused_with_their_place),
        cmocka_unit_test(wrong_sets_are_refused),
        cmocka_unit_test(sample_loads_as_it_is),
        cmocka_unit_test(reference_names_every_option),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
