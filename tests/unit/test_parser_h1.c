/* SPDX-License-Identifier: Apache-2.0 */
/* SINEC H1 FETCH and WRITE through the engine. Layout as in the manual "S7-CPs for Industrial Ethernet", FETCH/WRITE.
 */
#include "tests/unit/parser_harness.h"

#define FETCH "5335 10 01 03 05 03 08 01 0a 0002 0002 ff02"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

static void words_are_fetched(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 2000);
    harness_send(h, TO_SERVER, FETCH);
    assert_string_equal(harness_operation(h, 0), "fetch");
    assert_field(h, "ot.object", "DB10.DW2..3");
    harness_send(h, TO_CLIENT, "5335 10 01 03 06 0f 03 00 ff07 0000000000 0102"); /* the last word comes later */
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_CLIENT, "0304");
    assert_field(h, "ot.object", "DB10.DW2,DB10.DW3");
    assert_field(h, "ot.value", "258,772");
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_send(h, TO_SERVER, FETCH);
    harness_send(h, TO_CLIENT, "5335 10 01 03 06 0f 03 02 ff07 0000000000");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 2);
    harness_close(h);
}

/* Three bytes of memory are filled up to four; the next request follows at once. */
static void bytes_are_written(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 2001);
    harness_send(h, TO_SERVER, "5335 10 01 03 03 03 08 02 00 0064 0003 ff02 010203 00" FETCH);
    assert_int_equal(h->message_count, 2);
    assert_string_equal(harness_operation(h, 0), "write");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_field(h, "h1.opcode", "0x03,0x05");
    assert_field(h, "h1.dwnr", "100,2");
    harness_send(h, TO_SERVER, "0000 5335 1001" FETCH);
    assert_field(h, "h1.opcode", "0x05");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_fetched), cmocka_unit_test(bytes_are_written)};
    return cmocka_run_group_tests_name("h1", tests, NULL, NULL);
}
