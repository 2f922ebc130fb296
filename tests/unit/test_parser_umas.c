/* SPDX-License-Identifier: Apache-2.0 */
/* UMAS through the engine: exchanges laid out as a Quantum 140 CPU 311 10 and its engineering station have them. */
#include "tests/unit/parser_harness.h"

static void identity(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 502);
    (void)state;
    harness_send(h, TO_SERVER, "0001 0000 0004 00 5a 00 02");
    assert_string_equal(harness_operation(h, 0), "read_id");
    assert_string_equal(harness_text(h, "umas.function"), "0x02");
    assert_string_equal(harness_text(h, "modbus.func_code"), "90");
    harness_send(h, TO_CLIENT,
                 "0001 0000 0028 00 5a 00 fe 10ff 5a010101 0000 7002 0000 2700 0900 08000000 00 0e "
                 "3134302043505520333131203130");
    assert_string_equal(harness_operation(h, 0), "read_id"); /* known by its transaction number */
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "umas.model"), "140 CPU 311 10");
    harness_close(h);
}

static void stops_and_refusals(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 502);
    (void)state;
    harness_send(h, TO_SERVER, "0007 0000 0006 00 5a 01 41 ff00");
    assert_string_equal(harness_operation(h, 0), "stop_plc");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    harness_send(h, TO_CLIENT, "0007 0000 0006 00 5a 01 fd 8183");
    assert_string_equal(harness_operation(h, 0), "stop_plc");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].operation_class, OT_ERROR);
    harness_send(h, TO_CLIENT, "0008 0000 0004 00 5a 01 fe");
    assert_true(harness_has_anomaly(h, "unsolicited_answer"));
    harness_send(h, TO_SERVER, "0009 0000 0004 00 5a 01 7b");
    assert_true(harness_has_anomaly(h, "function_unknown"));
    harness_close(h);
}

static void objects(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 502);
    (void)state;
    harness_send(h, TO_SERVER, "0001 0000 000d 00 5a 00 20 00 1300 64000000 9c00");
    assert_string_equal(harness_operation(h, 0), "read_memory");
    assert_string_equal(harness_text(h, "ot.object"), "block 19+100");
    assert_string_equal(harness_text(h, "umas.length"), "156");
    harness_send(h, TO_SERVER, "0002 0000 000e 00 5a 00 10 434c0000 05 5553455231");
    assert_string_equal(harness_operation(h, 0), "take_reservation");
    assert_string_equal(harness_text(h, "umas.owner"), "USER1");
    harness_send(h, TO_SERVER, "0003 0000 000a 00 5a 01 31 0001 0500 0000");
    assert_string_equal(harness_operation(h, 0), "download_block");
    assert_string_equal(harness_text(h, "umas.block"), "5");
    harness_send(h, TO_SERVER, "0004 0000 0009 00 5a 01 31 0001"); /* ends early: told as far as it goes */
    harness_close(h);
}

/* A signature of 33 octets stands before the message itself. */
static void signed_message(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 502);
    (void)state;
    harness_send(h, TO_SERVER,
                 "0001 0000 0028 00 5a 00 38 01 0000000000000000000000000000000000000000000000000000000000000000 "
                 "5a 07 40 ff00");
    assert_string_equal(harness_operation(h, 0), "start_plc");
    assert_string_equal(harness_text(h, "umas.session"), "0x07");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity),
        cmocka_unit_test(stops_and_refusals),
        cmocka_unit_test(objects),
        cmocka_unit_test(signed_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
