/* SPDX-License-Identifier: Apache-2.0 */
/* The DHCP parser: options, their overload into the file field, and bad input (RFC 2131 clause 2, RFC 2132). */
#include "tests/unit/parser_harness.h"

enum { OPTIONS_AT = 240, FILE_AT = 108 };
static uint8_t message[300];

static void begin(void)
{
    static const uint8_t cookie[] = {0x63, 0x82, 0x53, 0x63}, client[] = {0, 0x0e, 0x8c, 1, 2, 3};
    memset(message, 0, sizeof message);
    message[0] = 1;
    message[1] = 1;
    message[2] = 6;
    memcpy(message + 28, client, sizeof client);
    memcpy(message + 236, cookie, sizeof cookie);
}

static void host_name(void **unused)
{
    (void)unused;
    static const uint8_t options[] = {53, 1, 1, 0, 12, 4, 'h', 'm', 'i', '1', 255};
    struct harness *h = harness_open(OVER_UDP, 68, 67);
    begin();
    memcpy(message + OPTIONS_AT, options, sizeof options);
    harness_send_bytes(h, TO_SERVER, message, sizeof message);
    assert_string_equal(harness_operation(h, 0), "discover");
    assert_string_equal(harness_text(h, "dhcp.option.hostname"), "hmi1");
    assert_string_equal(harness_text(h, "ot.identity.name"), "hmi1");
    assert_string_equal(harness_text(h, "dhcp.hw.mac_addr"), "00:0e:8c:01:02:03");
    harness_close(h);
}

static void overload(void **unused)
{
    (void)unused;
    static const uint8_t options[] = {52, 1, 1, 53, 1, 3, 255}, file[] = {12, 2, 'a', 'b', 52, 1, 1, 255};
    struct harness *h = harness_open(OVER_UDP, 68, 67);
    begin();
    memcpy(message + OPTIONS_AT, options, sizeof options);
    memcpy(message + FILE_AT, file, sizeof file);
    harness_send_bytes(h, TO_SERVER, message, sizeof message);
    assert_string_equal(harness_operation(h, 0), "request");
    assert_string_equal(harness_text(h, "dhcp.option.hostname"), "ab");
    harness_close(h);
}

static void bad_input(void **unused)
{
    (void)unused;
    static const uint8_t options[] = {12, 200, 'x'};
    struct harness *h = harness_open(OVER_UDP, 68, 67);
    begin();
    memcpy(message + OPTIONS_AT, options, sizeof options);
    harness_send_bytes(h, TO_SERVER, message, OPTIONS_AT + sizeof options);
    assert_true(harness_has_anomaly(h, "cut"));
    assert_string_equal(harness_text(h, "dhcp.option.hostname"), "");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(host_name),
        cmocka_unit_test(overload),
        cmocka_unit_test(bad_input),
    };
    return cmocka_run_group_tests_name("dhcp", tests, NULL, NULL);
}
