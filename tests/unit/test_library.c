/* SPDX-License-Identifier: Apache-2.0 */
/* The signature library: it loads, and every rule's proofs hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parsers/registry.h"
#include "sensor/prove.h"

static void all_proofs_hold(void **state)
{
    (void)state;
    struct fault fault = {""};
    struct prove_result result;
    if (!registry_open(fault.text, sizeof fault.text)) fail_msg("%s", fault.text);
    if (!prove_rules("signatures/library", stderr, &result, &fault)) fail_msg("%s", fault.text);
    assert_int_equal(result.failed, 0);
    assert_true(result.rules >= 20 && result.proofs >= 2 * result.rules);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_proofs_hold)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
