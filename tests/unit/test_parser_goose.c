/* SPDX-License-Identifier: Apache-2.0 */
/* GOOSE and sampled values through the engine. Encoding as in IEC 61850-8-1 annex A and IEC 61850-9-2 clause 8.5. */
#include "tests/unit/ber_hex.h"
#include "tests/unit/parser_harness.h"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

/* APPID 0001, length, two reserved fields, the APDU. */
static void send_link(struct harness *h, const char *reserved, const char *apdu)
{
    char head[40];
    snprintf(head, sizeof head, "0001 %04x %s 0000", 8 + ber_octets(apdu), reserved);
    harness_send(h, TO_SERVER, hex_join(head, apdu));
    ber_forget();
}

static const char *goose(const char *state, const char *sequence, const char *revision, const char *data)
{
    const char *head =
        hex_join(ber_text("80", "LD/LLN0$GO$gcb1"), hex_join(ber("81", "07d0"), ber_text("82", "LD/LLN0$ds1")));
    const char *ids = hex_join(ber_text("83", "trip"), ber("84", "3c00000080000000"));
    const char *numbers = hex_join(ber("85", state), hex_join(ber("86", sequence), ber("87", "00")));
    const char *rest =
        hex_join(ber("88", revision), hex_join(ber("89", "00"), hex_join(ber("8a", "02"), ber("ab", data))));
    return ber("61", hex_join(hex_join(head, ids), hex_join(numbers, rest)));
}

static const char *off(void) { return hex_join(ber("83", "00"), ber("a2", ber("83", "00"))); }
static const char *on(void) { return hex_join(ber("83", "01"), ber("a2", ber("83", "00"))); }

static void goose_is_published(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88b8);
    send_link(h, "0000", goose("01", "00", "01", off()));
    assert_string_equal(harness_operation(h, 0), "publish");
    assert_field(h, "goose.appid", "0x0001");
    assert_field(h, "goose.gocbRef", "LD/LLN0$GO$gcb1");
    assert_field(h, "goose.timeAllowedtoLive", "2000");
    assert_field(h, "goose.goID", "trip");
    assert_field(h, "goose.boolean", "0,0");
    assert_field(h, "goose.numDatSetEntries", "2");
    assert_field(h, "ot.object", "LD/LLN0$ds1[0],LD/LLN0$ds1[1]");
    assert_field(h, "ot.value", "0,0");
    send_link(h, "0000", goose("02", "00", "01", on()));
    assert_string_equal(harness_operation(h, 0), "state_change");
    assert_field(h, "ot.value", "1,0");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    harness_close(h);
}

static void irregular_sequences_are_found(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88b8);
    send_link(h, "0000", goose("05", "07", "01", off()));
    assert_int_equal(h->messages[0].anomaly_count, 0);
    send_link(h, "0000", goose("05", "08", "01", off()));
    assert_int_equal(h->messages[0].anomaly_count, 0);
    send_link(h, "0000", goose("05", "08", "01", off()));
    assert_true(harness_has_anomaly(h, "sequence_repeated"));
    send_link(h, "0000", goose("05", "0b", "01", off()));
    assert_true(harness_has_anomaly(h, "sequence_gap"));
    send_link(h, "0000", goose("05", "0c", "01", on()));
    assert_true(harness_has_anomaly(h, "silent_change"));
    send_link(h, "0000", goose("03", "00", "01", on()));
    assert_true(harness_has_anomaly(h, "state_regression"));
    send_link(h, "0000", goose("09", "00", "02", on()));
    assert_true(harness_has_anomaly(h, "state_jump"));
    assert_true(harness_has_anomaly(h, "revision_changed"));
    send_link(h, "0000", goose("01", "00", "02", on()));
    assert_true(harness_has_anomaly(h, "restarted"));
    h->worker->now_ns += 3000000000u; /* beyond the 2,000 ms it may live */
    send_link(h, "0000", goose("01", "01", "02", on()));
    assert_true(harness_has_anomaly(h, "late"));
    harness_close(h);
}

static void simulation_and_lies_are_found(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88b8);
    send_link(h, "8000", goose("01", "00", "01", ber("83", "00")));
    assert_true(harness_has_anomaly(h, "simulation"));
    assert_true(harness_has_anomaly(h, "entry_mismatch"));
    harness_send(h, TO_SERVER, "0001 ffff 0000 0000 61 03 80 01 41");
    assert_true(harness_has_anomaly(h, "length_mismatch"));
    assert_field(h, "goose.gocbRef", "A");
    send_link(h, "0000", "61 05 80 7f 41");
    assert_true(harness_has_anomaly(h, "bad_encoding"));
    send_link(h, "0000", "61 80 ab 80 a2 80 a2 80 a2 80 a2 80 a2 80 a2 80 a2 80 a2 80 a2 80");
    harness_send(h, TO_SERVER, "0001");
    assert_true(harness_has_anomaly(h, "length_mismatch"));
    harness_close(h);
}

/* IEC/TR 61850-90-5: X.234 unit data, session header of 23 octets, one payload. */
static void routed_goose(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_UDP, 51000, 102);
    const char *apdu = goose("01", "00", "01", off());
    char payload[64];
    snprintf(payload, sizeof payload, "%08x 81 00 3001 %04x", 6 + ber_octets(apdu), ber_octets(apdu));
    const char *session = "01 40 a1 17 80 15 000000ad 00000007 0002 00000000 0000 00000000 00";
    harness_send(h, TO_SERVER, hex_join(session, hex_join(payload, apdu)));
    assert_field(h, "goose.gocbRef", "LD/LLN0$GO$gcb1");
    assert_field(h, "goose.appid", "");
    assert_field(h, "rgoose.appid", "0x3001");
    assert_field(h, "rgoose.spdu_num", "7");
    ber_forget();
    harness_close(h);
}

static const char *samples(const char *count, const char *synch)
{
    const char *head = hex_join(ber_text("80", "MU01"), hex_join(ber("82", count), ber("83", "00000001")));
    const char *asdu = ber("30", hex_join(head, hex_join(ber("85", synch), ber("87", "0000000100000000"))));
    return ber("60", hex_join(ber("80", "01"), ber("a2", asdu)));
}

static void samples_are_counted(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88ba);
    send_link(h, "0000", samples("0f9e", "02"));
    assert_field(h, "sv.svID", "MU01");
    assert_field(h, "sv.smpCnt", "3998");
    assert_field(h, "sv.noASDU", "1");
    assert_field(h, "sv.confRev", "1");
    assert_field(h, "sv.smpSynch", "2");
    assert_int_equal(h->messages[0].anomaly_count, 0);
    send_link(h, "0000", samples("0f9f", "02"));
    assert_int_equal(h->messages[0].anomaly_count, 0);
    send_link(h, "0000", samples("0000", "02")); /* 4,000 a second: begins again */
    assert_int_equal(h->messages[0].anomaly_count, 0);
    send_link(h, "0000", samples("0003", "00"));
    assert_true(harness_has_anomaly(h, "sample_gap"));
    assert_true(harness_has_anomaly(h, "unsynchronised"));
    send_link(h, "0000", samples("0003", "02"));
    assert_true(harness_has_anomaly(h, "sample_repeated"));
    send_link(h, "0000", "60 0a 800105 a2 05 30 03 80 7f 41");
    assert_true(harness_has_anomaly(h, "count_mismatch"));
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goose_is_published),
        cmocka_unit_test(irregular_sequences_are_found),
        cmocka_unit_test(simulation_and_lies_are_found),
        cmocka_unit_test(routed_goose),
        cmocka_unit_test(samples_are_counted),
    };
    return cmocka_run_group_tests_name("goose", tests, NULL, NULL);
}
