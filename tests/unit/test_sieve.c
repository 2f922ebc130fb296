/* SPDX-License-Identifier: Apache-2.0 */
/* The sieve before a scan lets through all that Hyperscan finds, and keeps back what it says it does. */
#include <hs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "signatures/rule.h"

enum { FLAGS = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL };

static const struct {
    const char *expression;
    unsigned pairs;
    bool octet;
} expressions[] = {
    {"(mining\\.(subscribe|authorize)|\"agent\":\"XMRig)", 2, false},
    {"GET /(a|b)", 1, false},
    {"\\x03\\x00.*\\xf0", 1, false},
    {"^\\x10[\\x40\\x5b\\x7b][\\x00-\\xff]{2}\\x16", 0, true},
    {"ab|cd", 0, false},       /* alternatives without a group */
    {"(ab|c?d)", 0, false},    /* one may begin with either */
    {"(ab|cd)?ef", 0, false},  /* need not be there */
    {"(ab|cd)|ef", 0, false},  /* another alternative behind the group */
    {"(a+b|cd)", 0, false},    /* a may repeat */
    {"(?i)abcd", 0, false},    /* in either case */
    {"[ab]cde", 0, false},     /* a class */
    {"a\\d\\d\\d", 0, false},  /* an escape that is no literal */
    {"(x[|)]y|ab)", 0, false}, /* x is followed by a class */
    {"(xy[|)]|ab)z", 2, false},
};

static int found(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(bool *)context = true;
    return 1;
}

static void expressions_are_read(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(expressions); i++) {
        struct sieve s = {.pair_count = 0};
        struct pattern p = {.expression = expressions[i].expression, .flags = FLAGS};
        sieve_add(&s, &p);
        if (s.pair_count != expressions[i].pairs || s.has_octet != expressions[i].octet)
            fail_msg("%s: %u pairs, octet %d", p.expression, s.pair_count, s.has_octet);
    }
}

/* Random texts over the letters that the expressions are made of, and pieces of them. */
static void nothing_is_lost(void **state)
{
    static const char *const pieces[] = {
        "ab",   "cd",   "ef", "a", "d",  "mining.", "subscribe", "\"agent\":\"XMRig", "GET /", "xy", "|",
        "\x03", "\xf0", "z",  "1", "11", "cde",     "x",         "\x10\x40zz\x16"};
    uint32_t random = 1;
    unsigned hits = 0, kept_back = 0;
    (void)state;
    for (unsigned i = 0; i < COUNT_OF(expressions); i++) {
        hs_database_t *database = NULL;
        hs_scratch_t *scratch = NULL;
        hs_compile_error_t *error = NULL;
        hs_expr_info_t *info = NULL;
        assert_int_equal(hs_compile(expressions[i].expression, FLAGS, HS_MODE_BLOCK, NULL, &database, &error),
                         HS_SUCCESS);
        assert_int_equal(hs_alloc_scratch(database, &scratch), HS_SUCCESS);
        assert_int_equal(hs_expression_info(expressions[i].expression, FLAGS, &info, &error), HS_SUCCESS);
        struct sieve s = {.pair_count = 0};
        struct pattern p = {.expression = expressions[i].expression, .flags = FLAGS, .least = info->min_width};
        sieve_add(&s, &p);
        for (unsigned round = 0; round < 3000; round++) {
            char text[256] = "";
            for (unsigned n = (random >> 8) % 8; n; n--) {
                random = random * 1664525 + 1013904223;
                strcat(text, pieces[(random >> 16) % COUNT_OF(pieces)]);
            }
            random = random * 1664525 + 1013904223;
            struct bytes b = bytes_over((const uint8_t *)text, strlen(text));
            bool hit = false, passes = sieve_passes(&s, &b);
            if (!bytes_empty(&b)) hs_scan(database, text, (unsigned)strlen(text), 0, scratch, found, &hit);
            if (hit && !passes) fail_msg("%s is in \"%s\"", expressions[i].expression, text);
            hits += hit;
            kept_back += !passes;
        }
        free(info);
        hs_free_scratch(scratch);
        hs_free_database(database);
    }
    assert_true(hits > 1000 && kept_back > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(expressions_are_read), cmocka_unit_test(nothing_is_lost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
