/* SPDX-License-Identifier: Apache-2.0 */
/* Parsers whose standards lay out few PDUs: one row each, octets after the clause that is named, and what must be said.
 */
#include "tests/unit/parser_harness.h"

struct example {
    const char *clause;
    enum transport over;
    uint32_t server; /* port or link type */
    enum direction to;
    const char *opener, *octets; /* opener: what goes before, or NULL */
    const char *operation;
    enum ot_role role;
    const char *field, *value, *anomaly; /* anomaly NULL: there must be none */
};

#define LLDP_HEAD "0207 04 001b1b3434cb 0402 0731 0602 0078"
#define SMB2(command, flags)                                                                                           \
    "00000044 fe534d42 4000 0000 00000000" command "0100" flags "00000000 0100000000000000 0000000000000000 "          \
    "0000000000000000 00000000000000000000000000000000 04000000"
#define RPC_HEAD                                                                                                       \
    "04 00 20 00 100000 00 dea000006c9711d1827100010003002a 0100a0de976cd111827100a02442df7d "                         \
    "00112233445566778899aabbccddee0f 00000000 01000000 01000000"
#define RELATION    "0102030405060708090a0b0c0d0e0f10"
#define ECAT(c, at) "0e10" c "01 e903" at "0200 0000 0800 0100"
#define TLS_RANDOM  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SNMP_BIND   "300e 300c 0608 2b06010201010500 0500"

static const struct example examples[] = {
    {"CDP (Cisco, version 2): time to live, checksum, TLVs", OVER_LINK, LINK_SNAP_CISCO(0x2000), TO_SERVER, NULL,
     "02b4 0000 0001 0007 737731 0006 0008 32393630", "advertise", ROLE_NOTIFY, "cdp.platform", "2960", NULL},
    {"CDP: a TLV cannot be shorter than its head", OVER_LINK, LINK_SNAP_CISCO(0x2000), TO_SERVER, NULL,
     "02b4 0000 0001 0002 4142", NULL, ROLE_NOTIFY, NULL, NULL, "bad_length"},
    {"IEEE 802.1AB-2016 clause 8.5.7: system description", OVER_LINK, 0x88cc, TO_SERVER, NULL,
     LLDP_HEAD "0c04 73777472 0000", "advertise", ROLE_NOTIFY, "lldp.tlv.system.desc", "swtr", NULL},
    {"IEEE 802.1AB-2016 clause 8.5.9.9: management address", OVER_LINK, 0x88cc, TO_SERVER, NULL,
     LLDP_HEAD "100c 05 01 c0a80001 02 00000001 00 0000", "advertise", ROLE_NOTIFY, "lldp.mgn.addr.ip4", "192.168.0.1",
     NULL},
    {"IEEE 802.1AB-2016 clause 6.6.2: chassis, port, time in this order", OVER_LINK, 0x88cc, TO_SERVER, NULL,
     "0402 0731 0207 04 001b1b3434cb 0602 0078 0000", "advertise", ROLE_NOTIFY, NULL, NULL, "order"},
    {"EPSG DS 301 clause 4.6.1.1.2: start of cycle", OVER_LINK, 0x88ab, TO_SERVER, NULL,
     "01 ff f0 00 00 00 0000000000000000 0000000000000000", "start_of_cycle", ROLE_NOTIFY, "epl.mtyp", "1", NULL},
    {"EPSG DS 301 clause 4.6.1.1.3: poll request of node 1", OVER_LINK, 0x88ab, TO_SERVER, NULL,
     "03 01 f0 00 01 00 00 00 0200 aabb", "poll_request", ROLE_REQUEST, "epl.dest", "1", NULL},
    {"EPSG DS 301 clause 4.6.1.1.4: poll response of node 1", OVER_LINK, 0x88ab, TO_SERVER, NULL,
     "04 ff 01 fd 01 00 00 00 0200 aabb", "poll_response", ROLE_RESPONSE, "epl.pres.size", "2", NULL},
    {"EPSG DS 301 clause 4.6.1.1.5: start of asynchronous", OVER_LINK, 0x88ab, TO_SERVER, NULL,
     "05 ff f0 00 00 00 03 01 20", "start_of_asynchronous", ROLE_NOTIFY, "epl.src", "240", NULL},
    {"EPSG DS 301 table 14: message types end at 13", OVER_LINK, 0x88ab, TO_SERVER, NULL, "7e 01 f0 00", NULL,
     ROLE_UNKNOWN, NULL, NULL, "unknown_type"},
    {"ETG.1000.4 clause 5.4.2: FPRD of AL status", OVER_LINK, 0x88a4, TO_SERVER, NULL, ECAT("04", "3001"),
     "configured_read", ROLE_RESPONSE, "ecat.ado", "0x0130", NULL},
    {"ETG.1000.4 clause 5.4.2: FPWR of AL control", OVER_LINK, 0x88a4, TO_SERVER, NULL, ECAT("05", "2001"),
     "state_change", ROLE_RESPONSE, "ecat.adp", "0x03e9", NULL},
    {"ETG.1000.4 clause 5.4: commands end at 14", OVER_LINK, 0x88a4, TO_SERVER, NULL, ECAT("0f", "3001"), NULL,
     ROLE_RESPONSE, NULL, NULL, "unknown_command"},
    {"FF-588 clause 6.4: open of a session", OVER_TCP, 1089, TO_SERVER, NULL,
     "01 00 04 03 00000000 00000028 00000000 00000001 0000 0000 00000000 00000000 00 00 00 00 00000000", NULL,
     ROLE_UNKNOWN, "ff.hdr.fda_addr", "0x00000000", NULL},
    {"RFC 959 clause 4.1.3: RETR", OVER_TCP, 21, TO_SERVER, "555345522061 0d0a", "52455452 20 622e62696e 0d0a", "retr",
     ROLE_REQUEST, "ftp.request.arg", "b.bin", NULL},
    {"RFC 959 clause 4.1.1: USER", OVER_TCP, 21, TO_SERVER, NULL, "55534552 20 61646d696e 0d0a", "user", ROLE_REQUEST,
     "ftp.request.command", "USER", NULL},
    {"RFC 854: text of a terminal", OVER_TCP, 23, TO_SERVER, "fffb18", "73686f77 0d0a", NULL, ROLE_UNKNOWN,
     "telnet.data", "show\\r\\n", NULL},
    {"IEC 61158-6-10 clause 4.3.1.3: identify all", OVER_LINK, 0x8892, TO_SERVER, NULL,
     "fefe 05 00 00000001 0001 0004 ff ff 0000", "identify", ROLE_REQUEST, "pn_dcp.service_id", "5", NULL},
    {"IEC 61158-6-10 clause 4.3.1.4.3: signal", OVER_LINK, 0x8892, TO_SERVER, NULL,
     "fefd 04 00 00000002 0000 0008 05 03 0004 0000 0100", "signal", ROLE_REQUEST, "pn_dcp.option", "5", NULL},
    {"IEC 61158-6-10 clause 4.7.2.1: valid data of a running provider", OVER_LINK, 0x8892, TO_SERVER, NULL,
     "8000 80808080 0800 35 00", "cyclic", ROLE_NOTIFY, "pn_rt.cycle_counter", "2048", NULL},
    {"IEC 61158-6-10 clause 4.7.2.2: frame ids that are reserved", OVER_LINK, 0x8892, TO_SERVER, NULL,
     "7f00 80808080 0800 35 00", NULL, ROLE_NOTIFY, NULL, NULL, "reserved_frame_id"},
    {"IEC 61158-6-10 clause 5.2.3.1: a configuration record is written", OVER_UDP, 34964, TO_SERVER, NULL,
     RPC_HEAD "0300 ffff ffff 6000 0000 00 00 00400000 4c000000 00400000 00000000 4c000000"
              "0008 003c 01 00 0004" RELATION "00000000 0000 8001 0000 802b 0000000c"
              "000000000000000000000000000000000000000000000000 0202 0008 01 00 0000 0000 8001",
     "write_configuration", ROLE_REQUEST, "pn_io.index", "0x802b", NULL},
    {"IEC 61158-6-10 clause 5.2.10: IODControlReq, end of parameters", OVER_UDP, 34964, TO_SERVER, NULL,
     RPC_HEAD "0400 ffff ffff 3400 0000 00 00 00400000 20000000 00400000 00000000 20000000"
              "0110 001c 01 00 0000" RELATION "0001 0000 0001 0000",
     "parameter_end", ROLE_REQUEST, "pn_io.ar_uuid", "01020304-0506-0708-090a-0b0c0d0e0f10", NULL},
    {"MS-SMB2 clause 2.2.5: SESSION_SETUP", OVER_TCP, 445, TO_SERVER, NULL, SMB2("0100", "00000000"),
     "smb2_session_setup", ROLE_REQUEST, "smb2.cmd", "1", NULL},
    {"MS-SMB2 clause 2.2.1: an answer has SERVER_TO_REDIR", OVER_TCP, 445, TO_CLIENT, SMB2("0400", "00000000"),
     SMB2("0400", "01000000"), "smb2_tree_disconnect", ROLE_RESPONSE, "smb2.cmd", "4", NULL},
    {"RFC 3416 clause 4.2.5: SetRequest", OVER_UDP, 161, TO_SERVER, NULL,
     "3025 020101 0405 61646d696e a319 020102 020100 020100" SNMP_BIND, "set", ROLE_REQUEST, "snmp.community", "admin",
     NULL},
    {"RFC 3416 clause 3: versions end at 3", OVER_UDP, 161, TO_SERVER,
     "3026 020101 0406 7075626c6963 a019 020101 020100 020100" SNMP_BIND,
     "3026 020107 0406 7075626c6963 a019 020102 020100 020100" SNMP_BIND, NULL, ROLE_REQUEST, NULL, NULL, "version"},
    {"IEC 61850-9-2:2011 clause 8.5.2: one ASDU", OVER_LINK, 0x88ba, TO_SERVER, NULL,
     "4000 002a 0000 0000 6020 800101 a21b 3019 8004 4d553031 82020064 830400000001 850101 8704 00000000", "samples",
     ROLE_NOTIFY, "sv.svID", "MU01", NULL},
    {"IEC 61850-9-2:2011 clause 8.5.2: noASDU counts them", OVER_LINK, 0x88ba, TO_SERVER, NULL,
     "4000 002a 0000 0000 6020 800102 a21b 3019 8004 4d553031 82020064 830400000001 850101 8704 00000000", "samples",
     ROLE_NOTIFY, "sv.smpCnt", "100", "count_mismatch"},
    {"RFC 8446 clause 4.1.3: ServerHello", OVER_TCP, 443, TO_CLIENT, NULL,
     "16 0303 002a 02 000026 0303" TLS_RANDOM "00 c02f 00", "server_hello", ROLE_RESPONSE, "tls.handshake.ciphersuite",
     "0xc02f", NULL},
    {"RFC 8446 clause 6.2: handshake_failure", OVER_TCP, 443, TO_CLIENT, NULL,
     "16 0303 002a 02 000026 0303" TLS_RANDOM "00 c02f 00 15 0303 0002 02 28", "server_hello", ROLE_RESPONSE,
     "tls.alert_message.desc", "40", NULL},
};

static bool flags(const struct harness *h)
{
    for (unsigned i = 0; i < h->message_count; i++)
        if (h->messages[i].anomaly_count) return true;
    return false;
}

static bool same(const char *clause, const char *what, const char *said, const char *meant)
{
    if (!meant || !strcmp(said, meant)) return true;
    print_message("%s: %s is \"%s\", not \"%s\"\n", clause, what, said, meant);
    return false;
}

static bool is_read(const struct example *e)
{
    static const char *const roles[] = {"unknown", "request", "response", "notify"};
    struct harness *h = harness_open(e->over, 40000, e->server);
    if (e->opener) harness_send(h, TO_SERVER, e->opener);
    harness_send(h, e->to, e->octets);
    bool good = h->message_count > 0 && same(e->clause, "operation", harness_operation(h, 0), e->operation);
    if (!h->message_count) print_message("%s: nothing is said\n", e->clause);
    if (good && e->role) good &= same(e->clause, "role", roles[h->messages[0].role], roles[e->role]);
    if (good && e->field) good &= same(e->clause, e->field, harness_text(h, e->field), e->value);
    if (good && e->anomaly)
        good &= same(e->clause, e->anomaly, harness_has_anomaly(h, e->anomaly) ? "told" : "", "told");
    if (good && !e->anomaly) good &= same(e->clause, "anomaly", flags(h) ? h->messages[0].anomalies[0] : "", "");
    harness_close(h);
    return good;
}

static void standards_examples(void **state)
{
    unsigned missed = 0;
    (void)state;
    for (const struct example *e = examples; e < examples + COUNT_OF(examples); e++) missed += !is_read(e);
    assert_int_equal(missed, 0);
}

/* RFC 3418 clause 2 and IEEE 802.1AB clause 8.5: what a station says of itself is kept as its identity. */
static void stations_name_themselves(void **state)
{
    (void)state;
    struct harness *h = harness_open(OVER_LINK, 0, 0x88cc);
    harness_send(h, TO_SERVER, LLDP_HEAD "0a04 73772d31 0c04 73777472 0000");
    assert_string_equal(harness_text(h, "ot.identity.name"), "sw-1");
    harness_close(h);
    h = harness_open(OVER_LINK, 0, LINK_SNAP_CISCO(0x2000));
    harness_send(h, TO_SERVER, "02b4 0000 0001 0008 73772d31 0006 0008 32393630");
    assert_string_equal(harness_text(h, "ot.identity.name"), "sw-1");
    assert_string_equal(harness_text(h, "ot.identity.model"), "2960");
    harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(standards_examples),
                                       cmocka_unit_test(stations_name_themselves)};
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
