/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: what is read is what was written, caps and kinds of files are refused by name, a failure leaves the old.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/file.h"

static char directory[] = "/tmp/wanglou-file-XXXXXX", path[64], link_path[64];

static int start(void **state)
{
    (void)state;
    if (!mkdtemp(directory)) return -1;
    snprintf(path, sizeof path, "%s/it", directory);
    snprintf(link_path, sizeof link_path, "%s/link", directory);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    unlink(path);
    unlink(link_path);
    return rmdir(directory);
}

static void there_and_back(void **state)
{
    struct fault fault = {""};
    struct stat about;
    size_t length;
    struct iovec parts[] = {{"望\0", 4}, {"楼", 3}};
    (void)state;
    assert_true(file_replace(path, 0600, parts, 2, &fault));
    char *bytes = file_read(path, 7, &length, 0, &fault);
    assert_non_null(bytes);
    assert_int_equal(length, 7);
    assert_memory_equal(bytes, "望\0楼", 8); /* with the zero behind it */
    free(bytes);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_true(file_write(path, 0600, "", 0, &fault));
    bytes = file_read(path, 0, &length, 0, &fault);
    assert_non_null(bytes);
    assert_int_equal(length, 0);
    free(bytes);
}

static void refused(const char *what, size_t most, int flags, const char *says)
{
    struct fault fault = {""};
    size_t length = 9;
    assert_null(file_read(what, most, &length, flags, &fault));
    assert_int_equal(length, 0);
    assert_non_null(strstr(fault.text, what));
    if (!strstr(fault.text, says)) fail_msg("%s", fault.text);
}

static void refusals(void **state)
{
    struct fault fault = {""};
    (void)state;
    assert_true(file_write(path, 0600, "1234", 4, &fault));
    assert_int_equal(symlink(path, link_path), 0);
    refused(path, 3, 0, "larger than 3 octets");
    refused(directory, 100, 0, "not a file");
    refused("/nowhere/it", 100, 0, "No such file");
    refused(link_path, 100, O_NOFOLLOW, "cannot be read");
    size_t length;
    char *bytes = file_read(link_path, 100, &length, 0, &fault);
    assert_non_null(bytes);
    free(bytes);
}

/* The old content stays where the new one cannot be written; nothing is left beside it. */
static void a_failure_leaves_the_old(void **state)
{
    struct fault fault = {""};
    char part[80];
    size_t length;
    (void)state;
    assert_true(file_write(path, 0600, "old", 3, &fault));
    snprintf(part, sizeof part, "%s.part", path);
    assert_int_equal(mkdir(part, 0700), 0); /* in its way */
    assert_false(file_write(path, 0600, "new", 3, &fault));
    assert_non_null(strstr(fault.text, "cannot be written"));
    assert_int_equal(rmdir(part), 0);
    char *bytes = file_read(path, 3, &length, 0, NULL);
    assert_string_equal(bytes, "old");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(refusals),
        cmocka_unit_test(a_failure_leaves_the_old),
    };
    return cmocka_run_group_tests_name("file", tests, start, finish);
}
