/* SPDX-License-Identifier: Apache-2.0 */
/* MMS through the engine: ISO 9506-2 over the upper layers, and IEC 61850-8-1 on top. */
#include "tests/unit/ber_hex.h"
#include "tests/unit/parser_harness.h"

#define MMS_OID "28ca220201"

static void assert_field(struct harness *h, const char *field, const char *value)
{
    assert_string_equal(harness_text(h, field), value);
}

/* TPKT, a class 0 data TPDU with EOT, the octets. */
static void send_cotp(struct harness *h, enum direction to, const char *hex)
{
    char head[24];
    snprintf(head, sizeof head, "0300%04x 02f080", 7 + ber_octets(hex));
    harness_send(h, to, hex_join(head, hex));
    ber_forget();
}

/* GIVE TOKENS, DATA TRANSFER, one value of presentation context `context`. */
static void send_in_context(struct harness *h, enum direction to, const char *context, const char *pdu)
{
    const char *pdv = hex_join(ber("02", context), ber("a0", pdu));
    send_cotp(h, to, hex_join("01000100", ber("61", ber("30", pdv))));
}

static void send_mms(struct harness *h, enum direction to, const char *pdu) { send_in_context(h, to, "03", pdu); }

static const char *request(const char *invoke, const char *service)
{
    return ber("a0", hex_join(ber("02", invoke), service));
}

static const char *response(const char *invoke, const char *service)
{
    return ber("a1", hex_join(ber("02", invoke), service));
}

/* listOfVariable with one domain-specific name, ISO 9506-2 clause 14.5 */
static const char *variable(const char *domain, const char *item)
{
    const char *name = ber("a1", hex_join(ber_text("1a", domain), ber_text("1a", item)));
    return ber("a0", ber("30", ber("a0", name)));
}

static void sends_connect(struct harness *h) { harness_send(h, TO_SERVER, "0300000b 06 e0 0000 0001 00"); }

/* CONNECT with a presentation context list in which MMS has the number 5, and an AARQ with a password. */
static void association_is_followed(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    const char *acse =
        ber("30", hex_join(ber("02", "01"), hex_join(ber("06", "52010001"), ber("30", ber("06", "5101")))));
    const char *mms = ber("30", hex_join(ber("02", "05"), hex_join(ber("06", MMS_OID), ber("30", ber("06", "5101")))));
    const char *initiate = ber("a8", hex_join(ber("80", "00fde8"), ber("a4", ber("80", "01"))));
    const char *external = ber("28", hex_join(ber("02", "05"), ber("a0", initiate)));
    const char *aarq = ber("60", hex_join(ber("ac", ber_text("80", "secret")), ber("be", external)));
    const char *user = ber("61", ber("30", hex_join(ber("02", "01"), ber("a0", aarq))));
    const char *cp = ber("31", ber("a2", hex_join(ber("a4", hex_join(acse, mms)), user)));
    send_cotp(h, TO_SERVER, ber("0d", ber("c1", cp))); /* lengths of SPDUs below 255 look alike */
    assert_string_equal(harness_operation(h, 0), "initiate_request");
    assert_field(h, "mms.localDetailCalling", "65000");
    assert_field(h, "acse.charstring", "secret");
    assert_true(harness_has_anomaly(h, "clear_password"));
    send_in_context(h, TO_SERVER, "05", request("01", ber("82", "")));
    assert_field(h, "mms.confirmedServiceRequest", "2");
    send_in_context(h, TO_SERVER, "03", request("02", ber("82", "")));
    assert_field(h, "mms.confirmedServiceRequest", ""); /* another application's context */
    harness_close(h);
}

static void identify_is_answered(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    send_mms(h, TO_SERVER, request("07", ber("82", "")));
    assert_field(h, "mms.invokeID", "7");
    assert_string_equal(harness_operation(h, 0), "identify");
    const char *parts = hex_join(ber_text("80", "ACME"), hex_join(ber_text("81", "Relay 7"), ber_text("82", "4.2")));
    send_mms(h, TO_CLIENT, response("07", ber("a2", parts)));
    assert_field(h, "mms.vendorName", "ACME");
    assert_field(h, "ot.identity.model", "Relay 7");
    assert_field(h, "ot.identity.firmware", "4.2");
    assert_int_equal(h->messages[0].request_frame, 2);
    harness_close(h);
}

static void read_answer_has_names(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    send_mms(h, TO_SERVER, request("01", ber("a4", ber("a1", variable("LD0", "MMXU1$MX$TotW$mag$f")))));
    assert_field(h, "mms.domainId", "LD0");
    assert_field(h, "mms.itemId", "MMXU1$MX$TotW$mag$f");
    assert_field(h, "ot.object", "LD0/MMXU1.TotW.mag.f[MX]");
    send_mms(h, TO_CLIENT, response("01", ber("a4", ber("a1", ber("87", "08 42f70000")))));
    assert_field(h, "ot.object", "LD0/MMXU1.TotW.mag.f[MX]");
    assert_field(h, "ot.value", "123.5");
    /* DataAccessError object-non-existent */
    send_mms(h, TO_SERVER, request("02", ber("a4", ber("a1", variable("LD0", "X$ST$y")))));
    send_mms(h, TO_CLIENT, response("02", ber("a4", ber("a1", ber("80", "0a")))));
    assert_int_equal(h->messages[0].status, STATUS_REFUSED);
    assert_int_equal(h->messages[0].status_code, 0x10a);
    harness_close(h);
}

/* Name plates are read attribute by attribute: IEC 61850-7-3 clause 7.9. */
static void name_plate_identifies(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    send_mms(h, TO_SERVER, request("01", ber("a4", ber("a1", variable("LD0", "LPHD1$DC$PhyNam$serNum")))));
    send_mms(h, TO_CLIENT, response("01", ber("a4", ber("a1", ber_text("8a", "SN-99")))));
    assert_field(h, "ot.identity.serial", "SN-99");
    harness_close(h);
}

static const char *origin(void) { return ber("a2", hex_join(ber("85", "03"), ber_text("89", "desk1"))); }

/* Oper, IEC 61850-8-1 clause 20: { ctlVal, origin, ctlNum, T, Test, Check } */
static void breaker_is_operated(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    const char *head = hex_join(ber("83", "01"), hex_join(origin(), ber("86", "05")));
    const char *tail = hex_join(ber("91", "650000000000000a"), hex_join(ber("83", "01"), ber("84", "0600")));
    const char *data = ber("a0", ber("a2", hex_join(head, tail)));
    send_mms(h, TO_SERVER, request("03", ber("a5", hex_join(variable("CTRL", "CSWI1$CO$Pos$Oper"), data))));
    assert_string_equal(harness_operation(h, 0), "operate");
    assert_int_equal(h->messages[0].operation_class, OT_CONTROL);
    assert_field(h, "mms.confirmedServiceRequest", "5");
    assert_field(h, "ot.object", "CTRL/CSWI1.Pos.Oper[CO]");
    assert_field(h, "ot.value", "1");
    assert_field(h, "iec61850.ctl_val", "true");
    assert_field(h, "iec61850.or_cat", "3");
    assert_field(h, "iec61850.or_ident", "desk1");
    assert_field(h, "iec61850.ctl_num", "5");
    assert_true(harness_has_anomaly(h, "test_control"));
    send_mms(h, TO_CLIENT, response("03", ber("a5", ber("80", "03"))));
    assert_string_equal(harness_operation(h, 0), "operate");
    assert_int_equal(h->messages[0].status_code, 0x103);
    /* LastApplError tells why: AddCause 10, blocked by interlocking */
    const char *error = ber("a2", hex_join(hex_join(ber_text("8a", "CTRL/CSWI1$CO$Pos"), ber("85", "01")),
                                           hex_join(origin(), hex_join(ber("86", "05"), ber("85", "0a")))));
    const char *name = ber("a0", ber("30", ber("a0", ber_text("80", "LastApplError"))));
    send_mms(h, TO_CLIENT, ber("a3", ber("a0", hex_join(name, ber("a0", error)))));
    assert_string_equal(harness_operation(h, 0), "last_application_error");
    assert_field(h, "iec61850.add_cause", "10");
    assert_int_equal(h->messages[0].status_code, 0x200a);
    harness_close(h);
}

static void selections_have_their_names(void **state)
{
    static const struct {
        const char *item, *operation;
    } writes[] = {
        {"CSWI1$CO$Pos$SBOw", "select_with_value"}, {"CSWI1$CO$Pos$Cancel", "cancel"},
        {"LLN0$BR$rcb1$RptEna", "report_control"},  {"LLN0$GO$gcb1$GoEna", "goose_control"},
        {"LLN0$SP$SGCB$ActSG", "setting_group"},    {"PTOC1$SE$StrVal$setMag$f", "setting"},
        {"GGIO1$SV$Ind1$subEna", "substitution"},   {"GGIO1$ST$Ind1$stVal", "write"},
    };
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    for (unsigned i = 0; i < COUNT_OF(writes); i++) {
        send_mms(h, TO_SERVER,
                 request("01", ber("a5", hex_join(variable("LD", writes[i].item), ber("a0", ber("83", "01"))))));
        assert_string_equal(harness_operation(h, 0), writes[i].operation);
    }
    send_mms(h, TO_SERVER, request("01", ber("a4", ber("a1", variable("LD", "CSWI1$CO$Pos$SBO")))));
    assert_string_equal(harness_operation(h, 0), "select");
    harness_close(h);
}

/* Report, clause 17.2: sequence number, data set, then inclusion 101 and two values. Nobody saw the association. */
static void report_is_taken_apart(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    const char *head = hex_join(ber_text("8a", "rcb1"), hex_join(ber("84", "06 4800"), ber("86", "2a")));
    const char *values = hex_join(ber("83", "01"), ber("86", "09"));
    const char *results = hex_join(head, hex_join(ber_text("8a", "LD/LLN0$ds"), hex_join(ber("84", "05 a0"), values)));
    send_mms(h, TO_CLIENT, ber("a3", ber("a0", hex_join(ber("a1", ber_text("80", "RPT")), ber("a0", results)))));
    assert_string_equal(harness_operation(h, 0), "report");
    assert_field(h, "mms.unconfirmedService", "0");
    assert_field(h, "iec61850.report_id", "rcb1");
    assert_field(h, "iec61850.report_sqnum", "42");
    assert_field(h, "iec61850.data_set", "LD/LLN0$ds");
    assert_field(h, "ot.object", "LD/LLN0$ds[0],LD/LLN0$ds[2]");
    assert_field(h, "ot.value", "1,9");
    harness_close(h);
}

/* High tags: kill is [44]. ServiceError of class access, object-access-denied. */
static void kill_is_refused(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    send_mms(h, TO_SERVER, request("09", ber("bf2c", ber_text("80", "pump"))));
    assert_string_equal(harness_operation(h, 0), "kill");
    assert_field(h, "ot.object", "pump");
    send_mms(h, TO_CLIENT, ber("a2", hex_join(ber("80", "09"), ber("a2", ber("a0", ber("87", "03"))))));
    assert_string_equal(harness_operation(h, 0), "kill");
    assert_field(h, "mms.invokeID", "9");
    assert_int_equal(h->messages[0].status_code, 0x1703);
    harness_close(h);
}

static void files_are_named(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    sends_connect(h);
    send_mms(h, TO_SERVER,
             request("01", ber("bf48", hex_join(ber("a0", ber_text("19", "COMTRADE/1.cfg")), ber("81", "00")))));
    assert_string_equal(harness_operation(h, 0), "file_open");
    assert_field(h, "mms.FileName_item", "COMTRADE/1.cfg");
    assert_field(h, "ot.object", "COMTRADE/1.cfg");
    harness_close(h);
}

static void bad_encodings_are_bounded(void **state)
{
    static const char *const pdus[] = {
        "a0",
        "a080",
        "a0840000",
        "a0 05 0201 01 a4ff",
        "a0 04 0201 01 bf",
        "a3 03 a0 8400",
        "bfffffffffff7f00",
        "a1 06 020101 3000 00",
        "80",
        "a0 0a 0201 01 a480 a180 a080",
    };
    (void)state;
    struct harness *h = harness_open(OVER_TCP, 49152, 102);
    send_mms(h, TO_SERVER, request("01", ber("82", "")));
    for (unsigned i = 0; i < COUNT_OF(pdus); i++) {
        send_mms(h, TO_SERVER, pdus[i]);
        send_cotp(h, TO_SERVER, pdus[i]);
    }
    send_cotp(h, TO_SERVER, "0d ff");
    send_cotp(h, TO_SERVER, "01000100 61 03 30 80");
    send_mms(h, TO_SERVER, request("02", ber("82", "")));
    assert_field(h, "mms.invokeID", "2"); /* none of them silenced the connection */
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(association_is_followed), cmocka_unit_test(identify_is_answered),
        cmocka_unit_test(read_answer_has_names),   cmocka_unit_test(name_plate_identifies),
        cmocka_unit_test(breaker_is_operated),     cmocka_unit_test(selections_have_their_names),
        cmocka_unit_test(report_is_taken_apart),   cmocka_unit_test(kill_is_refused),
        cmocka_unit_test(files_are_named),         cmocka_unit_test(bad_encodings_are_bounded),
    };
    return cmocka_run_group_tests_name("mms", tests, NULL, NULL);
}
