/* SPDX-License-Identifier: Apache-2.0 */
/* S7comm-plus through the engine; TPKT and COTP as in RFC 1006 and ISO 8073. */
#include "tests/unit/parser_harness.h"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

static void cpu_is_stopped(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER,
                 "03000027 02f080 72020018 31000004f200000010 000003ca34 00000034 01 9077 00 08 01 72020000");
    assert_string_equal(harness_operation(h, 0), "plc_stop");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_field(h, "s7comm-plus.data.function", "0x04f2");
    assert_field(h, "s7comm-plus.data.sessionid", "0x000003ca");
    harness_send(h, TO_CLIENT, "0300001a 02f080 7202000b 32000004f200000010 34 00 72020000");
    assert_string_equal(harness_operation(h, 0), "plc_stop");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    harness_send(h, TO_SERVER,
                 "03000027 02f080 72020018 31000004f200000011 000003ca34 00000034 01 9077 00 08 03 72020000");
    assert_string_equal(harness_operation(h, 0), "plc_start");
    harness_close(h);
}

/* Version 3 has a digest of 32 octets before the data; area 8a0e0005 is DB5. */
static void variable_is_written(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_SERVER,
                 "03000054 02f080 72030045 20 0000000000000000000000000000000000000000000000000000000000000000"
                 "31000005420000000a 000003be34 00000000 01 06 00 88d0b88005 02 9376 0a 01 00 07 fffe 00 72030000");
    assert_string_equal(harness_operation(h, 0), "set_multi_variables");
    assert_field(h, "ot.object", "DB5.LID.10");
    assert_field(h, "ot.value", "-2");
    assert_false(harness_has_anomaly(h, "unsigned"));
    harness_close(h);
}

/* The answer to CreateObject names the CPU. A telegram without trailer goes on in the next one. */
static void cpu_names_itself(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    harness_send(h, TO_CLIENT,
                 "03000036 02f080 7201002b 32000004ca00000001 36 00 02 823f0015 1a"
                 "313b36455337203531312d31414b30302d304142303b56312e30");
    assert_field(h, "ot.identity.order_number", "6ES7 511-1AK00-0AB0");
    assert_field(h, "ot.identity.firmware", "V1.0");
    harness_send(h, TO_CLIENT, "03000013 02f080 72010004 31313131 72010000");
    assert_string_equal(harness_operation(h, 0), "fragment");
    harness_send(h, TO_CLIENT, "03000010 02f080 72010005 3200000000");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cpu_is_stopped),
        cmocka_unit_test(variable_is_written),
        cmocka_unit_test(cpu_names_itself),
    };
    return cmocka_run_group_tests_name("s7comm-plus", tests, NULL, NULL);
}
