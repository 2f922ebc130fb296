/* SPDX-License-Identifier: Apache-2.0 */
/* The MQTT parser: connection, publishing, subscriptions, Sparkplug and bad input (MQTT 3.1.1 and 5.0). */
#include "tests/unit/parser_harness.h"

#define CONNECT "10 17 00 04 4d 51 54 54 04 c2 00 3c 00 03 70 6c 63 00 01 75 00 03 70 77 64"

static void connection(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 1883);
    harness_send(h, TO_SERVER, CONNECT);
    assert_string_equal(harness_text(h, "mqtt.clientid"), "plc");
    assert_string_equal(harness_text(h, "mqtt.username"), "u");
    assert_true(harness_has_anomaly(h, "clear_text_password"));
    harness_send(h, TO_CLIENT, "20 02 00 05");
    assert_string_equal(harness_text(h, "mqtt.conack.val"), "5");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void publish_and_subscribe(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 1883);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "33 07 00 01 74 00 09 6f 6e");
    assert_string_equal(harness_text(h, "mqtt.qos"), "1");
    assert_string_equal(harness_text(h, "mqtt.retain"), "1");
    assert_string_equal(harness_text(h, "ot.object"), "t");
    assert_string_equal(harness_text(h, "ot.value"), "on");
    harness_send(h, TO_SERVER, "82 0a 00 01 00 01 23 00 00 01 74 01");
    assert_string_equal(harness_text(h, "mqtt.topic"), "#,t");
    assert_true(harness_has_anomaly(h, "subscribes_all"));
    harness_close(h);
}

static void sparkplug_command(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 1883);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "30 15 00 13 73 70 42 76 31 2e 30 2f 67 2f 44 43 4d 44 2f 6e 2f 64 31");
    assert_string_equal(harness_operation(h, 0), "sparkplug_dcmd");
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_string_equal(harness_text(h, "mqtt.sparkplug.device"), "d1");
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 50000, 1883);
    harness_send(h, TO_SERVER, CONNECT);
    harness_send(h, TO_SERVER, "30 03 00 09 74");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, "36 05 00 01 74 00 01");
    assert_true(harness_has_anomaly(h, "qos"));
    harness_close(h);
}

/* MQTT 3.1.1 clause 3.3: a PUBLISH with a readable topic proves it on any port; what the other side sent before is
 * told, too. One with an unreadable topic proves nothing. */
static void joined_on_another_port(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 17501);
    (void)state;
    harness_send(h, TO_SERVER, "c000");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_CLIENT, "300c 0008 427573313743 6d64 7b7d");
    assert_int_equal(h->message_count, 2);
    assert_string_equal(harness_operation(h, 0), "publish");
    assert_string_equal(harness_operation(h, 1), "pingreq");
    harness_close(h);
    h = harness_open(OVER_TCP, 40000, 17501);
    harness_send(h, TO_CLIENT, "300c 0008 ff7573313743 6d64 7b7d");
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

/* MQTT 3.1 clause 2.1: SUBSCRIBE has a quality of service there. */
static void quality_of_service_of_3_1(void **state)
{
    struct harness *h = harness_open(OVER_TCP, 40000, 1883);
    (void)state;
    harness_send(h, TO_SERVER, "1011 0006 4d5149736470 03 02 003c 0003 636964");
    harness_send(h, TO_SERVER, "8206 0001 0001 61 00");
    assert_string_equal(harness_text(h, "mqtt.qos"), "1");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joined_on_another_port),
        cmocka_unit_test(quality_of_service_of_3_1),
        cmocka_unit_test(connection),
        cmocka_unit_test(publish_and_subscribe),
        cmocka_unit_test(sparkplug_command),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("mqtt", tests, NULL, NULL);
}
