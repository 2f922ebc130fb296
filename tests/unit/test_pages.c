/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of pages: zeroed, whole to its last octet, given back whole, at the start of a huge page. */
#include "common/pages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static unsigned mappings(void)
{
    FILE *f = fopen("/proc/self/maps", "r");
    unsigned lines = 0;
    assert_non_null(f);
    for (int c; (c = getc(f)) != EOF;) lines += c == '\n';
    fclose(f);
    return lines;
}

static void taken_and_given(void **state)
{
    static const size_t sizes[] = {1, 4096, 4097, (2 << 20) - 1, (2 << 20) + 1, 5 << 20};
    (void)state;
    unsigned before = mappings();
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *p = pages_take(sizes[i]);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % (2 << 20), 0);
        for (size_t at = 0; at < sizes[i]; at++) assert_true(p[at] == 0);
        memset(p, 0xff, sizes[i]);
        pages_give(p, sizes[i]);
    }
    assert_true(mappings() <= before + 1);
    pages_give(NULL, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(taken_and_given)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
