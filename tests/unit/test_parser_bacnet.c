/* SPDX-License-Identifier: Apache-2.0 */
/* The BACnet parser against the encodings of ASHRAE 135-2020 annexes F and J, and against what is out of order. */
#include "tests/unit/parser_harness.h"

static struct harness *open(void) { return harness_open(OVER_UDP, 47808, 47808); }

/* F.3.5: ReadProperty of analog-input 5, present-value, and its answer 72.3. */
static void read_property_of_the_standard(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 11 01 04 00 00 01 0c 0c 00 00 00 05 19 55");
    assert_string_equal(harness_operation(h, 0), "read_property");
    assert_string_equal(harness_text(h, "bvlc.function"), "0x0a");
    assert_string_equal(harness_text(h, "bacnet.control"), "0x04");
    assert_string_equal(harness_text(h, "bacapp.objectType"), "0");
    assert_string_equal(harness_text(h, "bacapp.instance_number"), "5");
    assert_string_equal(harness_text(h, "ot.object"), "analog-input 5 present-value");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    harness_send(h, TO_CLIENT, "81 0a 00 17 01 00 30 01 0c 0c 00 00 00 05 19 55 3e 44 42 90 99 9a 3f");
    assert_string_equal(harness_text(h, "bacapp.property_identifier"), "85");
    assert_string_equal(harness_text(h, "bacapp.present_value.real"), "72.3000030517578");
    assert_string_equal(harness_text(h, "ot.object"), "analog-input 5 present-value");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

/* F.3.7: ReadPropertyMultiple, one property answered with an error. */
static void read_multiple_tells_errors_apart(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 17 01 04 02 04 f1 0e 0c 00 00 00 10 1e 09 55 09 67 1f ff ff");
    assert_false(harness_has_anomaly(h, "unsolicited_answer"));
    harness_send(h, TO_SERVER, "81 0a 00 15 01 04 02 04 f1 0e 0c 00 00 00 10 1e 09 55 09 67 1f");
    assert_string_equal(harness_text(h, "bacapp.property_identifier"), "85,103");
    assert_string_equal(harness_text(h, "ot.object"), "analog-input 16 present-value,analog-input 16 reliability");
    harness_send(h, TO_CLIENT,
                 "81 0a 00 21 01 00 30 f1 0e 0c 00 00 00 10 1e 29 55 4e 44 42 90 99 9a 4f"
                 "29 67 5e 91 02 91 20 5f 1f");
    assert_string_equal(harness_text(h, "bacapp.property_identifier"), "85,103");
    assert_string_equal(harness_text(h, "bacapp.error_class"), "2");
    assert_string_equal(harness_text(h, "bacapp.error_code"), "32");
    assert_int_equal(h->messages[0].status, STATUS_OK);
    harness_close(h);
}

/* F.3.9: WriteProperty of analog-value 1 := 180.0, refused. */
static void write_is_refused_in_words(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 19 01 04 00 04 59 0f 0c 00 80 00 01 19 55 3e 44 43 34 00 00 3f 49 08");
    harness_send(h, TO_SERVER, "81 0a 00 1a 01 04 00 04 59 0f 0c 00 80 00 01 19 55 3e 44 43 34 00 00 3f 49 08");
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    assert_string_equal(harness_text(h, "ot.object"), "analog-value 1 present-value");
    assert_string_equal(harness_text(h, "ot.value"), "180");
    assert_string_equal(harness_text(h, "bacnet.write_priority"), "8");
    harness_send(h, TO_CLIENT, "81 0a 00 0d 01 00 50 59 0f 91 02 91 28");
    assert_string_equal(harness_operation(h, 0), "write_property");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 40);
    assert_string_equal(status_find(h->messages[0].parser, 40)->en, "write access denied");
    harness_close(h);
}

/* F.4.9: I-Am of device 8. */
static void i_am_identifies(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0b 00 14 01 00 10 00 c4 02 00 00 08 22 01 e0 91 03 21 08");
    assert_string_equal(harness_operation(h, 0), "i_am");
    assert_int_equal(h->messages[0].unit, 8);
    assert_string_equal(harness_text(h, "bacapp.vendor_identifier"), "8");
    assert_string_equal(harness_text(h, "ot.identity.vendor"), "Delta Controls");
    harness_close(h);
}

/* Clause 20.1.6 and 16.4: Reject names no service, its request does. */
static void reject_is_paired(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 0c 01 04 00 04 0e 14 09 00");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_string_equal(harness_text(h, "bacnet.reinitialize_state"), "0");
    harness_send(h, TO_CLIENT, "81 0a 00 09 01 00 60 0e 09");
    assert_string_equal(harness_operation(h, 0), "reinitialize_device");
    assert_string_equal(harness_text(h, "bacapp.reject_reason"), "9");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_close(h);
}

/* Clause 5.2: a ComplexACK in two segments is told when it is whole. */
static void segments_are_joined(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 11 01 04 02 00 07 0c 0c 02 00 00 01 19 79");
    harness_send(h, TO_CLIENT, "81 0a 00 17 01 00 3c 07 00 02 0c 0c 02 00 00 01 19 79 3e 75 06 00 41");
    assert_string_equal(harness_text(h, "bacapp.confirmed_service"), "12");
    assert_string_equal(harness_text(h, "bacapp.objectType"), "");
    harness_send(h, TO_CLIENT, "81 0a 00 10 01 00 38 07 01 02 0c 43 4d 45 20 3f");
    assert_string_equal(harness_text(h, "bacapp.objectType"), "8");
    assert_string_equal(harness_text(h, "ot.identity.vendor"), "ACME ");
    harness_close(h);
}

static void bbmd_and_foreign_devices(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 05 00 06 00 3c"); /* J.2.6 */
    assert_string_equal(harness_text(h, "bvlc.reg_ttl"), "60");
    harness_send(h, TO_CLIENT, "81 00 00 06 00 30"); /* J.2.1 */
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    harness_send(h, TO_SERVER, "81 04 00 12 c0 a8 01 02 ba c0 01 20 ff ff 00 ff 10 08"); /* J.2.5 */
    assert_string_equal(harness_text(h, "bvlc.fwd_ip"), "192.168.1.2");
    assert_string_equal(harness_text(h, "bacnet.dnet"), "65535");
    assert_string_equal(harness_operation(h, 0), "who_is");
    harness_close(h);
}

/* Annex G.1: the header CRC proves an MS/TP frame. */
static void mstp_frame_is_proved_by_its_crc(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_LINK, 0, LINK_LLC(0xaa));
    harness_send(h, TO_SERVER, "00 00 80 06 ff 01 00 1e 77 01 20 ff ff 00 ff 10 08");
    assert_int_equal(h->message_count, 0);
    harness_send(h, TO_SERVER, "00 00 80 06 ff 01 00 1e 76 01 20 ff ff 00 ff 10 08");
    assert_string_equal(harness_operation(h, 0), "who_is");
    harness_close(h);
}

static void bad_input_is_told(void **unused)
{
    (void)unused;
    char nested[512] = "81 0a 00 47 01 04 00 04 02 0f ";
    struct harness *h = open();
    harness_send(h, TO_SERVER, "81 0a 00 0f 01 04 00 00 01 0c 0c 00 00 00 05"); /* no property */
    harness_send(h, TO_SERVER, "81 0a 00 0e 01 04 00 00 01 0c 0c 00 00 00");
    assert_true(harness_has_anomaly(h, "truncated"));
    harness_send(h, TO_SERVER, "81 0a 00 20 01 04 00 00 01 0c 0c 00 00 00 05 19 55");
    assert_true(harness_has_anomaly(h, "length_mismatch"));
    for (unsigned i = 0; i < 61; i++) strcat(nested, "3e ");
    harness_send(h, TO_SERVER, nested);
    assert_true(harness_has_anomaly(h, "nesting_too_deep"));
    harness_send(h, TO_SERVER, "81 0a 00 08 01 00 f0 00");
    assert_true(harness_has_anomaly(h, "apdu_type_unknown"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(read_property_of_the_standard),
        cmocka_unit_test(read_multiple_tells_errors_apart),
        cmocka_unit_test(write_is_refused_in_words),
        cmocka_unit_test(i_am_identifies),
        cmocka_unit_test(reject_is_paired),
        cmocka_unit_test(segments_are_joined),
        cmocka_unit_test(bbmd_and_foreign_devices),
        cmocka_unit_test(mstp_frame_is_proved_by_its_crc),
        cmocka_unit_test(bad_input_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
