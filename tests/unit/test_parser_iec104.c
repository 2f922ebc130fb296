/* SPDX-License-Identifier: Apache-2.0 */
/* The IEC 104 parser against IEC 60870-5-104 and -101: formats, types, times, supervision, and what is out of order. */
#include "tests/unit/parser_harness.h"

static struct harness *open(void) { return harness_open(OVER_TCP, 49152, 2404); }

static void transfer_is_started(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "68 04 07 00 00 00"); /* figure 6 of -104: STARTDT act */
    assert_string_equal(harness_operation(h, 0), "startdt_act");
    assert_int_equal(h->messages[0].role, ROLE_REQUEST);
    assert_string_equal(harness_text(h, "iec60870_104.type"), "0x00000003");
    assert_string_equal(harness_text(h, "iec60870_104.utype"), "0x00000001");
    harness_send(h, TO_CLIENT, "68 04 0b 00 00 00");
    assert_string_equal(harness_operation(h, 0), "startdt_con");
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "iec60870_104.transfer"), "1");
    harness_close(h);
}

static void interrogation_from_start_to_end(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "68 0e 00 00 00 00 64 01 06 00 01 00 00 00 00 14");
    assert_string_equal(harness_operation(h, 0), "c_ic_na_1");
    assert_int_equal(h->messages[0].operation_class, OT_READ);
    assert_int_equal(h->messages[0].unit, 1);
    assert_string_equal(harness_text(h, "iec60870_asdu.qoi"), "20");
    /* Confirmation, four single points in sequence, and the end, in one segment. */
    harness_send(h, TO_CLIENT,
                 "68 0e 00 00 02 00 64 01 07 00 01 00 00 00 00 14"
                 "68 11 02 00 02 00 01 84 14 00 01 00 01 00 00 01 00 81 10"
                 "68 0e 04 00 02 00 64 01 0a 00 01 00 00 00 00 14");
    assert_int_equal(h->message_count, 3);
    assert_int_equal(h->messages[0].status, STATUS_OK);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_int_equal(h->messages[1].role, ROLE_RESPONSE);
    assert_int_equal(h->messages[1].operation_class, OT_READ);
    assert_string_equal(harness_text(h, "iec60870_asdu.causetx"), "7,20,10");
    assert_string_equal(harness_text(h, "iec60870_asdu.ioa"), "0,1,2,3,4,0");
    assert_string_equal(harness_text(h, "iec60870_asdu.siq.spi"), "1,0,1,0");
    assert_string_equal(harness_text(h, "iec60870_asdu.siq.iv"), "0,0,1,0");
    assert_string_equal(harness_text(h, "iec60870_asdu.siq.bl"), "0,0,0,1");
    assert_string_equal(harness_text(h, "iec60870_104.tx"), "0,1,2");
    assert_string_equal(harness_text(h, "iec60870_104.rx"), "1,1,1");
    harness_close(h);
}

static void commands_confirmed_and_refused(void **unused)
{
    (void)unused;
    struct harness *h = open();
    /* C_SC_NA_1, object 4001, select, short pulse, on. */
    harness_send(h, TO_SERVER, "68 0e 00 00 00 00 2d 01 06 03 01 00 a1 0f 00 85");
    assert_string_equal(harness_operation(h, 0), "c_sc_na_1");
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_string_equal(harness_text(h, "iec60870_asdu.sco.se"), "1");
    assert_string_equal(harness_text(h, "iec60870_asdu.sco.qu"), "1");
    assert_string_equal(harness_text(h, "iec60870_asdu.oa"), "3");
    assert_string_equal(harness_text(h, "ot.object"), "IOA 4001");
    assert_string_equal(harness_text(h, "ot.value"), "1");
    harness_send(h, TO_CLIENT, "68 0e 00 00 02 00 2d 01 47 03 01 00 a1 0f 00 85");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 7);
    assert_int_equal(h->messages[0].request_frame, 1);
    assert_string_equal(harness_text(h, "iec60870_asdu.nega"), "1");
    /* Set-point in short floating point, and an object address the station does not know (cause 47). */
    harness_send(h, TO_SERVER, "68 12 02 00 02 00 32 01 06 00 01 00 00 01 00 00 00 c8 42 00");
    assert_string_equal(harness_text(h, "iec60870_asdu.float"), "100");
    assert_string_equal(harness_text(h, "iec60870_asdu.qos.se"), "0");
    harness_send(h, TO_CLIENT, "68 12 02 00 04 00 32 01 6f 00 01 00 00 01 00 00 00 c8 42 00");
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 47);
    assert_int_equal(h->messages[0].request_frame, 3);
    harness_close(h);
}

static void values_of_all_kinds(void **unused)
{
    (void)unused;
    struct harness *h = open();
    /* 7.2.6.6: normalized -1, 1-2^-15; 7.2.6.5: step -64 in transient; 7.2.6.9: counter -5, sequence 1, adjusted. */
    harness_send(h, TO_CLIENT, "68 13 00 00 00 00 09 82 03 00 01 00 01 00 00 00 80 00 ff 7f 80");
    assert_string_equal(harness_text(h, "iec60870_asdu.qds.iv"), "0,1");
    assert_int_equal(strncmp(harness_text(h, "iec60870_asdu.normval"), "-1,0.9999", 9), 0);
    harness_send(h, TO_CLIENT, "68 0f 02 00 00 00 05 01 03 00 01 00 01 00 00 c0 00");
    assert_string_equal(harness_text(h, "iec60870_asdu.vti.v"), "-64");
    assert_string_equal(harness_text(h, "iec60870_asdu.vti.t"), "1");
    harness_send(h, TO_CLIENT, "68 12 04 00 00 00 0f 01 03 00 01 00 01 00 00 fb ff ff ff 41");
    assert_string_equal(harness_text(h, "iec60870_asdu.bcr.count"), "-5");
    assert_string_equal(harness_text(h, "iec60870_asdu.bcr.sq"), "1");
    assert_string_equal(harness_text(h, "iec60870_asdu.bcr.ca"), "1");
    harness_send(h, TO_CLIENT, "68 10 06 00 00 00 0b 01 01 00 01 00 01 00 00 18 fc 01");
    assert_string_equal(harness_text(h, "iec60870_asdu.scalval"), "-1000");
    assert_string_equal(harness_text(h, "iec60870_asdu.qds.ov"), "1");
    harness_send(h, TO_CLIENT, "68 0e 08 00 00 00 03 01 03 00 01 00 01 00 00 02");
    assert_string_equal(harness_text(h, "iec60870_asdu.diq.dpi"), "2");
    assert_int_equal(h->messages[0].role, ROLE_NOTIFY);
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void three_time_formats(void **unused)
{
    (void)unused;
    struct harness *h = open();
    /* CP56Time2a: 2024-04-15 (Monday) 11:30:10.000, summer time. */
    harness_send(h, TO_CLIENT, "68 15 00 00 00 00 1e 01 03 00 01 00 05 00 00 01 10 27 1e 8b 2f 04 18");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp56time"), "Apr 15, 2024 10:30:10.000000000 UTC");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp56time.su"), "1");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp56time.dow"), "1");
    /* CP24Time2a, invalid, with a type that -104 leaves out. */
    harness_send(h, TO_CLIENT, "68 11 02 00 00 00 02 01 03 00 01 00 05 00 00 01 10 27 9e");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp24time.ms"), "10000");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp24time.min"), "30");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp24time.iv"), "1");
    assert_true(harness_has_anomaly(h, "type_of_101"));
    /* CP16Time2a within an event of protection equipment. */
    harness_send(h, TO_CLIENT, "68 17 04 00 00 00 26 01 03 00 01 00 05 00 00 02 e8 03 10 27 1e 0b 2f 04 18");
    assert_string_equal(harness_text(h, "iec60870_asdu.cp16time"), "1000");
    assert_int_equal(h->messages[0].operation_class, OT_ALARM);
    harness_close(h);
}

static void clock_reset_and_parameters(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "68 14 00 00 00 00 67 01 06 00 01 00 00 00 00 10 27 1e 0b 2f 04 18");
    assert_int_equal(h->messages[0].operation_class, OT_TIME);
    assert_string_equal(harness_text(h, "ot.value"), "2024-04-15 11:30:10.000");
    harness_send(h, TO_SERVER, "68 0e 02 00 00 00 69 01 06 00 01 00 00 00 00 01");
    assert_string_equal(harness_operation(h, 0), "c_rp_na_1");
    assert_int_equal(h->messages[0].operation_class, OT_MODE);
    assert_string_equal(harness_text(h, "iec60870_asdu.qrp"), "1");
    harness_send(h, TO_SERVER, "68 12 04 00 00 00 70 01 06 00 01 00 05 00 00 00 00 80 3f 03");
    assert_int_equal(h->messages[0].operation_class, OT_CONFIGURE);
    assert_string_equal(harness_text(h, "iec60870_asdu.qpm.kpa"), "3");
    harness_send(h, TO_SERVER, "68 0e 06 00 00 00 65 01 06 00 01 00 00 00 00 45"); /* freeze without reset */
    assert_int_equal(h->messages[0].operation_class, OT_WRITE);
    harness_send(h, TO_SERVER, "68 11 08 00 00 00 7a 01 0d 00 01 00 00 00 00 07 00 00 01");
    assert_string_equal(harness_operation(h, 0), "f_sc_na_1");
    assert_string_equal(harness_text(h, "iec60870_asdu.nof"), "7");
    harness_send(h, TO_CLIENT, "68 15 00 00 0a 00 7d 01 0d 00 01 00 00 00 00 07 00 01 04 61 62 63 64");
    assert_string_equal(harness_operation(h, 0), "f_sg_na_1");
    assert_string_equal(harness_text(h, "iec60870_asdu.los"), "4");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void sequence_numbers_are_watched(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_CLIENT, "68 0e fe ff 00 00 01 01 03 00 01 00 01 00 00 01"); /* 32767, then over to 0 */
    harness_send(h, TO_CLIENT, "68 0e 00 00 00 00 01 01 03 00 01 00 01 00 00 01");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_send(h, TO_CLIENT, "68 0e 06 00 00 00 01 01 03 00 01 00 01 00 00 01");
    assert_true(harness_has_anomaly(h, "send_sequence"));
    harness_send(h, TO_SERVER, "68 04 01 00 08 00");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_send(h, TO_SERVER, "68 04 01 00 0c 00"); /* acknowledges what was never sent */
    assert_true(harness_has_anomaly(h, "receive_sequence"));
    harness_send(h, TO_SERVER, "68 04 13 00 00 00");
    harness_send(h, TO_CLIENT, "68 04 23 00 00 00");
    assert_string_equal(harness_operation(h, 0), "stopdt_con");
    harness_send(h, TO_CLIENT, "68 0e 08 00 00 00 01 01 03 00 01 00 01 00 00 01");
    assert_true(harness_has_anomaly(h, "stopped"));
    harness_close(h);
}

static void odd_frames(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_CLIENT, "68 11 00 00 00 00 01 03 03 00 01 00 05 00 00 01 06 00 00");
    assert_true(harness_has_anomaly(h, "objects_cut"));
    assert_string_equal(harness_text(h, "iec60870_asdu.ioa"), "5");
    harness_send(h, TO_CLIENT, "68 10 02 00 00 00 01 01 03 00 01 00 05 00 00 01 09 09");
    assert_true(harness_has_anomaly(h, "surplus"));
    harness_send(h, TO_CLIENT, "68 0a 04 00 00 00 01 00 03 00 01 00");
    assert_true(harness_has_anomaly(h, "no_objects"));
    harness_send(h, TO_CLIENT, "68 0e 06 00 00 00 01 01 06 00 00 00 01 00 00 01");
    assert_true(harness_has_anomaly(h, "cause_mismatch"));
    assert_true(harness_has_anomaly(h, "common_address"));
    harness_send(h, TO_CLIENT, "68 0e 08 00 00 00 88 01 3f 00 01 00 01 00 00 01");
    assert_true(harness_has_anomaly(h, "type_private"));
    assert_true(harness_has_anomaly(h, "cause_undefined"));
    assert_string_equal(harness_text(h, "iec60870_asdu.ioa"), "1");
    harness_send(h, TO_CLIENT, "68 0e 0a 00 00 00 2a 01 03 00 01 00 01 00 00 01");
    assert_true(harness_has_anomaly(h, "type_undefined"));
    harness_send(h, TO_SERVER, "68 0e 00 00 00 00 64 01 86 00 ff ff 00 00 00 14");
    assert_true(harness_has_anomaly(h, "broadcast"));
    assert_true(harness_has_anomaly(h, "test_flag"));
    harness_send(h, TO_SERVER, "68 04 0f 00 00 00");
    assert_true(harness_has_anomaly(h, "u_function"));
    harness_send(h, TO_SERVER, "68 06 01 00 00 00 01 02");
    assert_true(harness_has_anomaly(h, "body"));
    harness_send(h, TO_SERVER, "68 04 00 00 00 00");
    assert_true(harness_has_anomaly(h, "asdu_cut"));
    harness_send(h, TO_SERVER, "68 02 00 00");
    assert_true(harness_has_anomaly(h, "length_low"));
    harness_close(h);
}

static void the_stream_is_found_again(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, "68 04 43 00 00 00");
    harness_send(h, TO_SERVER, "01 02 68 ff 03 68 04 01 00 02 00 68 04"); /* garbage, a frame, the head of one */
    assert_string_equal(harness_text(h, "iec60870_104.rx"), "1");
    harness_send(h, TO_SERVER, "01 00 04 00 68 0e");
    assert_string_equal(harness_text(h, "iec60870_104.rx"), "2");
    harness_send(h, TO_SERVER, "00 00 00 00 2d 01 06 00 01 00 a1 0f 00 01");
    assert_string_equal(harness_text(h, "iec60870_asdu.ioa"), "4001");
    harness_close(h);
}

static void cuts_of_an_asdu(void **unused)
{
    (void)unused;
    struct harness *h = open();
    uint8_t apdu[] = {0x68, 0, 0, 0, 0, 0, 13, 2, 3, 0, 1, 0, 5, 0, 0, 0, 0, 128, 63, 0, 6, 0, 0, 0, 0, 0, 64, 0};
    for (size_t n = 6; n <= sizeof apdu; n++) {
        uint8_t *exact = malloc(n);
        memcpy(exact, apdu, n);
        exact[1] = (uint8_t)(n - 2);
        harness_send_bytes(h, TO_CLIENT, exact, n);
        free(exact);
        assert_int_equal(h->message_count, 1);
        assert_int_equal(harness_has_anomaly(h, "asdu_cut") || harness_has_anomaly(h, "objects_cut"), n < sizeof apdu);
    }
    assert_string_equal(harness_text(h, "iec60870_asdu.float"), "1,2");
    harness_close(h);
}

static void content_decides(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_TCP, 49152, 19998);
    harness_send(h, TO_SERVER, "68 0e 00 00 00 00 64 01 06 00 01 00 00 00 00 14");
    assert_string_equal(harness_operation(h, 0), "c_ic_na_1");
    harness_close(h);
    h = harness_open(OVER_TCP, 49152, 19998);
    harness_send(h, TO_SERVER, "68 0e 0e 68 53 01 64 01 06 00 01 00 00 00 00 16"); /* FT 1.2 of another protocol */
    assert_int_equal(h->message_count, 0);
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transfer_is_started),
        cmocka_unit_test(interrogation_from_start_to_end),
        cmocka_unit_test(commands_confirmed_and_refused),
        cmocka_unit_test(values_of_all_kinds),
        cmocka_unit_test(three_time_formats),
        cmocka_unit_test(clock_reset_and_parameters),
        cmocka_unit_test(sequence_numbers_are_watched),
        cmocka_unit_test(odd_frames),
        cmocka_unit_test(the_stream_is_found_again),
        cmocka_unit_test(cuts_of_an_asdu),
        cmocka_unit_test(content_decides),
    };
    return cmocka_run_group_tests_name("iec104", tests, NULL, NULL);
}
