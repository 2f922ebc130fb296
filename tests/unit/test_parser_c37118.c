/* SPDX-License-Identifier: Apache-2.0 */
/* The synchrophasor parser against the example frames of IEEE Std C37.118.2-2011 annex D, and bad input. */
#include "tests/unit/parser_harness.h"

#include "parsers/c37118/c37118.h"

/* Table D.1 and D.4: the data frame and the command frame of the annex. */
static const char data_frame[] = "aa 01 00 34 1e 36 44 85 36 00 00 00 41 b1 00 00 39 2b 00 00 e3 6a ce 7c e3 6a 31 83 "
                                 "04 44 00 00 09 c4 00 00 42 c8 00 00 44 7a 00 00 46 1c 40 00 3c 12 d4 3f";
static const char command_frame[] = "aa 41 00 12 1e 36 44 85 60 30 0f 0b bf d0 00 02 ce 00";

static struct harness *open(void) { return harness_open(OVER_TCP, 49152, 4712); }

static void crc_has_the_published_check_value(void **unused)
{
    (void)unused;
    assert_int_equal(c37118_checksum(bytes_over("123456789", 9)), 0x29b1); /* CRC-16/IBM-3740 of the CRC catalogue */
}

struct builder {
    uint8_t bytes[1024];
    size_t n;
};

static void put(struct builder *b, uint64_t v, unsigned octets)
{
    while (octets--) b->bytes[b->n++] = (uint8_t)(v >> 8 * octets);
}

static void put_name(struct builder *b, const char *name)
{
    memset(b->bytes + b->n, ' ', 16);
    memcpy(b->bytes + b->n, name, strlen(name));
    b->n += 16;
}

static void finish(struct builder *b)
{
    b->bytes[2] = (uint8_t)((b->n + 2) >> 8);
    b->bytes[3] = (uint8_t)(b->n + 2);
    put(b, c37118_checksum(bytes_over(b->bytes, b->n)), 2);
}

/* Configuration frame 2 of the annex: station A, 4 phasors in rectangular integers, 3 analogs in floating point. */
static void configuration_2(struct builder *b)
{
    static const char *const channels[] = {"VA", "VB", "VC", "I1", "ANALOG1", "ANALOG2", "ANALOG3"};
    put(b, 0xaa31, 2), put(b, 0, 2), put(b, 7734, 2), put(b, 0x44852700, 4), put(b, 0x56071098, 4);
    put(b, 1000000, 4), put(b, 1, 2);
    put_name(b, "Station A");
    put(b, 7734, 2), put(b, 4, 2), put(b, 4, 2), put(b, 3, 2), put(b, 1, 2);
    for (unsigned i = 0; i < 7; i++) put_name(b, channels[i]);
    for (unsigned i = 0; i < 16; i++) put_name(b, "BREAKER STATUS");
    put(b, 0x000df847, 4), put(b, 0x000df847, 4), put(b, 0x000df847, 4), put(b, 0x0100b2d0, 4);
    put(b, 0x00000001, 4), put(b, 0x01000001, 4), put(b, 0x02000001, 4), put(b, 0x0000ffff, 4);
    put(b, 0, 2), put(b, 22, 2), put(b, 30, 2);
    finish(b);
}

static void command_of_the_annex(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, command_frame);
    assert_string_equal(harness_operation(h, 0), "turn_on_transmission");
    assert_int_equal(h->messages[0].unit, 7734);
    assert_string_equal(harness_text(h, "synphasor.frtype"), "0x0004");
    assert_string_equal(harness_text(h, "synphasor.frsize"), "18");
    assert_string_equal(harness_text(h, "synphasor.command"), "0x0002");
    assert_string_equal(harness_text(h, "synphasor.soc"), "Jun  6, 2006 11:00:00.000000000 UTC");
    assert_string_equal(harness_text(h, "synphasor.timeqal.timequalindic"), "0x0f");
    assert_string_equal(harness_text(h, "synphasor.fracsec_raw"), "770000");
    harness_close(h);
}

static void data_by_its_configuration(void **unused)
{
    (void)unused;
    struct harness *h = open();
    struct builder b = {0};
    harness_send(h, TO_CLIENT, data_frame); /* nothing is known of it yet */
    assert_string_equal(harness_text(h, "synphasor.data.sync"), "");
    configuration_2(&b);
    assert_int_equal(b.n, 454); /* the length the annex gives */
    harness_send_bytes(h, TO_CLIENT, b.bytes, b.n);
    assert_string_equal(harness_operation(h, 0), "configuration_frame_2");
    assert_string_equal(harness_text(h, "synphasor.idcode_data_source"), "7734");
    assert_string_equal(harness_text(h, "synphasor.conf.station_name"), "Station A");
    assert_string_equal(harness_text(h, "synphasor.station_name"), "");
    assert_string_equal(harness_text(h, "synphasor.rate_of_transmission"), "30");
    assert_string_equal(harness_text(h, "ot.identity.name"), "Station A");
    harness_send(h, TO_CLIENT, data_frame);
    assert_string_equal(harness_text(h, "synphasor.frequency_deviation_from_nominal"), "2500");
    assert_string_equal(harness_text(h, "synphasor.analog"), "100,1000,10000");
    assert_string_equal(harness_text(h, "synphasor.digital_status_word"), "0x3c12");
    assert_int_equal((int)strtod(harness_text(h, "synphasor.phasor.magnitude"), NULL), 133987); /* 134 kV */
    assert_non_null(strstr(harness_text(h, "ot.object"), "PMU 7734 frequency"));
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void third_configuration(void **unused)
{
    (void)unused;
    struct harness *h = open();
    struct builder b = {0};
    put(&b, 0xaa52, 2), put(&b, 0, 2), put(&b, 7, 2), put(&b, 1217606000, 4), put(&b, 0, 4);
    put(&b, 0, 2), put(&b, 1000000, 4), put(&b, 1, 2);
    put(&b, 5, 1), memcpy(b.bytes + b.n, "North", 5), b.n += 5;
    put(&b, 8, 2), put(&b, 1, 8), put(&b, 2, 8), put(&b, 15, 2), put(&b, 1, 2), put(&b, 0, 2), put(&b, 0, 2);
    put(&b, 2, 1), memcpy(b.bytes + b.n, "UA", 2), b.n += 2;
    put(&b, 0, 4), put(&b, 0x3f800000, 4), put(&b, 0, 4);
    put(&b, 0x421fa3d7, 4), put(&b, 0x42e8ccc3, 4), put(&b, 0x42300000, 4), put(&b, 'M', 1), put(&b, 0, 8);
    put(&b, 1, 2), put(&b, 3, 2), put(&b, 50, 2);
    finish(&b);
    harness_send_bytes(h, TO_CLIENT, b.bytes, b.n);
    assert_string_equal(harness_text(h, "synphasor.station_name"), "North");
    assert_string_equal(harness_text(h, "synphasor.idcode_data_source"), "8");
    assert_string_equal(harness_text(h, "synphasor.conf.chnam"), "UA");
    assert_string_equal(harness_text(h, "synphasor.conf.svc_class"), "M");
    assert_string_equal(harness_text(h, "synphasor.conf.cfgcnt"), "3");
    assert_string_equal(harness_text(h, "ot.identity.location"), "39.91000, 116.39993");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void request_and_answer(void **unused)
{
    (void)unused;
    struct harness *h = open();
    struct builder ask = {0}, b = {0};
    put(&ask, 0xaa41, 2), put(&ask, 0, 2), put(&ask, 7734, 2), put(&ask, 1217606000, 4), put(&ask, 0, 4),
        put(&ask, 5, 2);
    finish(&ask);
    harness_send_bytes(h, TO_SERVER, ask.bytes, ask.n);
    assert_string_equal(harness_operation(h, 0), "send_configuration_2");
    configuration_2(&b);
    harness_send_bytes(h, TO_CLIENT, b.bytes, b.n);
    assert_int_equal(h->messages[0].request_frame, 1);
    harness_close(h);
}

static void what_is_wrong(void **unused)
{
    (void)unused;
    struct harness *h = open();
    harness_send(h, TO_SERVER, command_frame);
    harness_send(h, TO_SERVER, "aa 41 00 12 1e 36 44 85 60 30 0f 0b bf d0 00 02 ce 01");
    assert_true(harness_has_anomaly(h, "checksum"));
    assert_string_equal(harness_text(h, "synphasor.command"), "");
    harness_send(h, TO_SERVER, "01 02 aa 03 aa 41 00 12 1e 36 44 85 60 30 0f 0b bf d0 00 02 ce 00"); /* found again */
    assert_string_equal(harness_text(h, "synphasor.command"), "0x0002");
    struct builder b = {0};
    configuration_2(&b);
    b.bytes[18] = 0xff; /* says 65,281 PMUs */
    b.n -= 2;
    finish(&b);
    harness_send_bytes(h, TO_CLIENT, b.bytes, b.n);
    assert_true(harness_has_anomaly(h, "configuration_cut"));
    harness_send(h, TO_CLIENT, data_frame); /* not taken apart by half a configuration */
    assert_string_equal(harness_text(h, "synphasor.analog"), "");
    harness_close(h);
}

static void every_cut_ends_well(void **unused)
{
    (void)unused;
    struct harness *h = harness_open(OVER_UDP, 49152, 4713);
    struct builder whole = {0};
    configuration_2(&whole);
    for (size_t n = 16; n < whole.n - 2; n++) {
        struct builder b = whole;
        b.n = n;
        finish(&b);
        uint8_t *exact = malloc(b.n);
        memcpy(exact, b.bytes, b.n);
        harness_send_bytes(h, TO_CLIENT, exact, b.n);
        free(exact);
        assert_int_equal(h->message_count, 1);
        assert_true(harness_has_anomaly(h, "configuration_cut"));
    }
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_has_the_published_check_value),
        cmocka_unit_test(command_of_the_annex),
        cmocka_unit_test(data_by_its_configuration),
        cmocka_unit_test(third_configuration),
        cmocka_unit_test(request_and_answer),
        cmocka_unit_test(what_is_wrong),
        cmocka_unit_test(every_cut_ends_well),
    };
    return cmocka_run_group_tests_name("c37118", tests, NULL, NULL);
}
