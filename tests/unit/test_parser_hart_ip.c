/* SPDX-License-Identifier: Apache-2.0 */
/* The HART-IP parser: sessions, frames passed through, identity, values and bad input (HCF_SPEC-85, HCF_SPEC-127). */
#include "tests/unit/parser_harness.h"

static void unique_identifier(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 5094);
    harness_send(h, TO_SERVER, "01 00 00 00 00 02 00 0d 01 00 00 75 30");
    assert_string_equal(harness_operation(h, 0), "session_initiate");
    harness_send(h, TO_SERVER, "01 00 03 00 00 03 00 11 82 26 4e 00 00 d2 00 00 38");
    assert_string_equal(harness_operation(h, 0), "read_unique_identifier");
    assert_string_equal(harness_text(h, "hart_ip.pt.long_address"), "264e0000d2");
    harness_send(h, TO_CLIENT,
                 "01 01 03 00 00 03 00 29 86 26 4e 00 00 d2 00 18 00 d0 fe 26 4e 05 07 04 01 0e 0c 00"
                 "00 d2 05 02 00 02 d0 00 26 00 26 84 e4");
    assert_int_equal(h->messages[0].request_frame, 2);
    assert_string_equal(harness_text(h, "hart_ip.pt.device_status"), "0xd0");
    assert_string_equal(harness_text(h, "ot.identity.vendor"), "Rosemount");
    assert_string_equal(harness_text(h, "ot.identity.serial"), "0000D2");
    assert_false(harness_has_anomaly(h, "checksum"));
    harness_close(h);
}

static void values_and_refusal(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 5094);
    harness_send(h, TO_CLIENT, "01 01 03 00 00 05 00 18 86 26 4e 00 00 d2 01 07 00 00 39 41 20 00 00 00");
    assert_string_equal(harness_text(h, "ot.object"), "PV");
    assert_string_equal(harness_text(h, "ot.value"), "10");
    assert_true(harness_has_anomaly(h, "checksum"));
    harness_send(h, TO_CLIENT, "01 01 03 00 00 06 00 13 86 26 4e 00 00 d2 2a 02 07 00 10");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 7);
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 5094);
    harness_send(h, TO_SERVER, "01 00 00 00 00 02 00 0d 01 00 00 75 30");
    harness_send(h, TO_SERVER, "01 00 03 00 00 03 00 0c 82 26 4e 00");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, "ff ff ff 01 00 02 00 00 04 00 08");
    assert_string_equal(harness_operation(h, 0), "keep_alive");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unique_identifier),
        cmocka_unit_test(values_and_refusal),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("hart_ip", tests, NULL, NULL);
}
