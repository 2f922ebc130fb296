/* SPDX-License-Identifier: Apache-2.0 */
/* The Beckhoff AMS/ADS parser: commands, answers, discovery and bad input (Beckhoff Information System, TE1000). */
#include "tests/unit/parser_harness.h"

#define TO_PLC   "05 0d 75 60 01 01 51 03 c0 a8 01 63 01 01 01 80"
#define FROM_PLC "c0 a8 01 63 01 01 01 80 05 0d 75 60 01 01 51 03"

static struct harness *open(void) { return harness_open(OVER_TCP, 50000, 48898); }

static void read_and_answer(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER,
                 "00 00 2c 00 00 00" TO_PLC "02 00 04 00 0c 00 00 00 00 00 00 00 73 00 00 00"
                 "20 40 00 00 02 00 00 00 02 00 00 00");
    assert_string_equal(harness_operation(h, 0), "read");
    assert_string_equal(harness_text(h, "ams.targetnetid"), "5.13.117.96.1.1");
    assert_string_equal(harness_text(h, "ams.ads_indexgroup"), "0x00004020");
    assert_string_equal(harness_text(h, "ot.object"), "4020:2");
    harness_send(h, TO_CLIENT,
                 "00 00 2a 00 00 00" FROM_PLC "02 00 05 00 0a 00 00 00 00 00 00 00 73 00 00 00"
                 "00 00 00 00 02 00 00 00 34 12");
    assert_int_equal(h->messages[0].role, ROLE_RESPONSE);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "ot.object"), "4020:2");
    assert_string_equal(harness_text(h, "ot.value"), "4660");
    harness_close(h);
}

static void stop_is_refused(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER,
                 "00 00 28 00 00 00" TO_PLC "05 00 04 00 08 00 00 00 00 00 00 00 01 00 00 00"
                 "06 00 00 00 00 00 00 00");
    assert_string_equal(harness_operation(h, 0), "stop");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    harness_send(h, TO_CLIENT,
                 "00 00 24 00 00 00" FROM_PLC "05 00 05 00 04 00 00 00 00 00 00 00 01 00 00 00"
                 "23 07 00 00");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0x723);
    harness_close(h);
}

static void identity(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_CLIENT,
                 "00 00 38 00 00 00" FROM_PLC "01 00 05 00 18 00 00 00 00 00 00 00 02 00 00 00"
                 "00 00 00 00 03 01 ab 0b 50 6c 63 33 30 20 41 70 70 00 00 00 00 00 00 00");
    assert_string_equal(harness_text(h, "ams.ads_devicename"), "Plc30 App");
    assert_string_equal(harness_text(h, "ot.identity.firmware"), "3.1.2987");
    harness_close(h);
}

static void route_with_password(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 50000, 48899);
    harness_send(h, TO_SERVER,
                 "03 66 14 71 00 00 00 00 06 00 00 00 c0 a8 01 c7 01 01 10 27 02 00 00 00"
                 "0d 00 06 00 61 64 6d 69 6e 00 02 00 02 00 31 00");
    assert_string_equal(harness_operation(h, 0), "remote_route_add");
    assert_string_equal(harness_text(h, "ams.udp.user"), "admin");
    assert_true(harness_has_anomaly(h, "clear_text_password"));
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "00 00 20 00 00 00" TO_PLC "0b 00 04 00 00 00 00 00 00 00 00 00 09 00 00 00");
    assert_true(harness_has_anomaly(h, "command_undefined"));
    harness_send(h, TO_SERVER,
                 "00 00 24 00 00 00" TO_PLC "03 00 04 00 04 00 00 00 00 00 00 00 0a 00 00 00 20 40 00 00");
    assert_true(harness_has_anomaly(h, "truncated"));
    /* noise, then a frame */
    harness_send(h, TO_SERVER,
                 "ff ff ff ff ff ff 00 00 20 00 00 00" TO_PLC "04 00 04 00 00 00 00 00 00 00 00 00 0b 00 00 00");
    assert_string_equal(harness_operation(h, 0), "read_state");
    harness_close(h);
}

/* ETG.1000.6 clause 5.4: an AMS frame without its TCP header, as mailbox data of a slave. */
static void in_a_mailbox(void **state)
{
    struct harness *h = harness_open(OVER_LINK, 0, 0x88a4);
    (void)state;
    harness_send(
        h, TO_SERVER,
        "3e10 05 01 e903 0010 3200 0000 2c00 0000 00 11 c0a801630101 5303 c0a801c70101 2180 0200 0400 0c000000 "
        "00000000 07000000 20400000 00000000 04000000 0100");
    assert_string_equal(harness_text(h, "ams.cmdid"), "2");
    assert_string_equal(harness_text(h, "ams.ads_indexgroup"), "0x00004020");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_mailbox), cmocka_unit_test(read_and_answer),     cmocka_unit_test(stop_is_refused),
        cmocka_unit_test(identity),     cmocka_unit_test(route_with_password), cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("ads", tests, NULL, NULL);
}
