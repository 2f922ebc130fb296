/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer's short ways against the long ones: numbers as printf's "%.15g" prints them, texts octet by octet
 * (RFC 8259 7, RFC 3629). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/bytes.h"
#include "common/json.h"

static uint64_t state = 20261124;

static uint64_t chance(void)
{
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

static void is_as_printf(double v)
{
    char memory[64], expected[64];
    struct json j = json_over(memory, sizeof memory);
    json_put_double(&j, NULL, v);
    snprintf(expected, sizeof expected, "%.15g", v);
    assert_true(json_ok(&j));
    if (json_length(&j) != strlen(expected) || memcmp(memory, expected, strlen(expected)) != 0)
        fail_msg("%s printed as %.*s", expected, (int)json_length(&j), memory);
}

static void doubles(void **unused)
{
    static const double edges[] = {0.0,
                                   -0.0,
                                   1,
                                   -1,
                                   0.5,
                                   1e-4,
                                   9.9999e-5,
                                   0.1,
                                   1e6,
                                   1e15,
                                   1e-9,
                                   999999.999999999,
                                   123456.789012345,
                                   999999999999999.0,
                                   0.3,
                                   1.0 / 3,
                                   2.5e-4,
                                   100,
                                   4503599627370497.5,
                                   1e300,
                                   1e-300};
    (void)unused;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) is_as_printf(edges[i]);
    for (unsigned i = 0; i < 300000; i++) {
        double whole = (double)(chance() >> (chance() % 50)), nanos = (double)(chance() % 1000000000000000) / 1e9, odd;
        uint64_t bits = chance();
        memcpy(&odd, &bits, sizeof odd);
        is_as_printf(whole);
        is_as_printf(-whole);
        is_as_printf(nanos);
        is_as_printf(-nanos / 64);
        is_as_printf((double)(float)nanos);
        is_as_printf((double)(chance() % 100000) / 100);
        if (isfinite(odd)) is_as_printf(odd);
    }
}

static size_t slow_text(char *out, const uint8_t *s, size_t length)
{
    size_t n = 0;
    out[n++] = '"';
    for (size_t i = 0; i < length;) {
        size_t whole = s[i] < 0x80 ? 0 : utf8_length(s + i, length - i);
        if (whole) {
            memcpy(out + n, s + i, whole);
            n += whole;
            i += whole;
            continue;
        }
        uint8_t c = s[i++];
        if (c >= 0x80)
            n += (size_t)sprintf(out + n, "\xef\xbf\xbd");
        else if (c == '"' || c == '\\')
            n += (size_t)sprintf(out + n, "\\%c", c);
        else if (c == '\n' || c == '\r' || c == '\t')
            n += (size_t)sprintf(out + n, "\\%c", c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
        else if (c < 0x20 || c == 0x7f)
            n += (size_t)sprintf(out + n, "\\u%04x", c);
        else
            out[n++] = (char)c;
    }
    out[n++] = '"';
    return n;
}

static void texts(void **unused)
{
    static const char often[] = "\"\\\n\t\x01\x1f\x20\x7e\x7f\x80\xc2\xe6\x9c\x9b\xff";
    uint8_t text[64];
    char memory[512], expected[512];
    (void)unused;
    for (unsigned i = 0; i < 300000; i++) {
        size_t length = chance() % sizeof text;
        for (size_t k = 0; k < length; k++)
            text[k] = chance() % 6 ? (uint8_t)('a' + chance() % 26)
                                   : (uint8_t)(chance() & 1 ? chance() : (uint8_t)often[chance() % (sizeof often - 1)]);
        struct json j = json_over(memory, sizeof memory);
        json_put_text(&j, NULL, text, length);
        size_t n = slow_text(expected, text, length);
        assert_true(json_ok(&j));
        assert_int_equal(json_length(&j), n);
        assert_memory_equal(memory, expected, n);
    }
}

/* A writer that met its end says so and stays within its memory, wherever the end is. */
static void ends(void **unused)
{
    char memory[128];
    (void)unused;
    for (size_t size = 0; size < 100; size++) {
        memset(memory, '#', sizeof memory);
        struct json j = json_over(memory, size);
        json_begin_object(&j, NULL);
        json_put_string(&j, "name", "a text longer than eight, 望楼");
        json_put_double(&j, "double", 1.0 / 3);
        json_put_uint(&j, "number", UINT64_MAX);
        json_end_object(&j);
        for (size_t i = size; i < sizeof memory; i++) assert_int_equal(memory[i], '#');
        if (size < 90) assert_false(json_ok(&j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(doubles), cmocka_unit_test(texts), cmocka_unit_test(ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
