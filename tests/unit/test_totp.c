/* SPDX-License-Identifier: Apache-2.0 */
/* One-time codes against the test vectors of RFC 6238 Appendix B (their last six digits), and scopes of regions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "collector/service/tokens.h"
#include "collector/service/totp.h"
#include "collector/store/scope.h"

static void codes_of_the_rfc(void **state)
{
    static const struct {
        uint64_t seconds;
        const char *code;
    } vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                   {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    char code[TOTP_CODE + 1];
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        totp_code((const uint8_t *)"12345678901234567890", 20, vectors[i].seconds / 30, code);
        assert_string_equal(code, vectors[i].code);
    }
}

static void scopes_of_regions(void **state)
{
    static const struct {
        const char *scope, *sensor;
        bool holds;
    } cases[] = {{"", "anything", true},
                 {NULL, "anything", true},
                 {"xiashan", "xiashan", true},
                 {"xiashan", "xiashan/refinery/s1", true},
                 {"xiashan", "xiashan-2/s1", false},
                 {"xiashan/refinery", "xiashan/steel/s1", false},
                 {"xiashan/refinery,potou", "potou/s", true},
                 {"xiashan,", "", false},
                 {",", "x", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(scope_holds(cases[i].scope, cases[i].sensor, strlen(cases[i].sensor)), cases[i].holds);
}

static void scopes_of_tokens(void **state)
{
    struct token t = {.scopes = "alerts:read,events:write"};
    (void)state;
    assert_true(token_allows(&t, "alerts", 6, false));
    assert_false(token_allows(&t, "alerts", 6, true));
    assert_false(token_allows(&t, "alert", 5, false));
    assert_true(token_allows(&t, "events/x", 6, true));
    assert_false(token_allows(&t, "events", 6, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_of_the_rfc),
        cmocka_unit_test(scopes_of_regions),
        cmocka_unit_test(scopes_of_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
