/* SPDX-License-Identifier: Apache-2.0 */
/* The condition language: what matches, what is refused and where, what can be judged beforehand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "signatures/filter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

/* ---- messages made by hand --------------------------------------------------------------------------------------- */

static struct packet_meta packet;
static struct value values[32];
static struct message message;

static void add(const char *field, struct value v)
{
    int number = registry_field(field);
    if (number < 0) fail_msg("no field %s", field);
    v.field = (uint16_t)number;
    values[message.value_count++] = v;
}

static void add_uint(const char *field, uint64_t u) { add(field, (struct value){.kind = VALUE_UINT, .u = u}); }

static void add_bytes(const char *field, const void *bytes, size_t length, enum value_kind kind)
{
    add(field, (struct value){.kind = (uint8_t)kind, .length = (uint32_t)length, .bytes = bytes});
}

static void add_text(const char *field, const char *text) { add_bytes(field, text, strlen(text), VALUE_TEXT); }

/* A Modbus request: write of register 107 by 10.1.1.5 on 10.1.1.10, VLAN 5. */
static int set_up(void **state)
{
    (void)state;
    char why[256];
    if (!registry_open(why, sizeof why)) fail_msg("%s", why);
    packet = (struct packet_meta){.frame = 7,
                                  .time_ns = 1700000000123456789,
                                  .length = 66,
                                  .ethertype = 0x800,
                                  .vlan = {5, 0xffff},
                                  .src_port = 49152,
                                  .dst_port = 502,
                                  .ip_proto = 6,
                                  .src_mac = {0x00, 0x0c, 0x29, 1, 2, 3},
                                  .dst_mac = {0x00, 0x1b, 0x1b, 4, 5, 6},
                                  .from_client = true,
                                  .direction_known = true,
                                  .src = {4, {10, 1, 1, 5}},
                                  .dst = {4, {10, 1, 1, 10}}};
    const struct parser *modbus = registry_parser("modbus");
    message = (struct message){.parser = modbus,
                               .operation = operation_named(modbus, "write_single_register"),
                               .operation_code = 6,
                               .has_operation = true,
                               .role = ROLE_REQUEST,
                               .operation_class = OT_WRITE,
                               .has_unit = true,
                               .unit = 3,
                               .layers = {modbus},
                               .layer_count = 1,
                               .packet = &packet,
                               .values = values};
    add_uint("mbtcp.unit_id", 3);
    add_uint("modbus.func_code", 6);
    add_uint("modbus.reference_num", 107);
    add_uint("modbus.regval_uint16", 500);
    add_uint("modbus.regval_uint16", 900);
    add_text("ot.object", "40108");
    add("ot.value", (struct value){.kind = VALUE_INT, .i = 500});
    add_text("ot.identity.vendor", "Schneider Electric");
    add_bytes("ot.identity.mac", "\x00\x80\xf4\x01\x02\x03", 6, VALUE_BYTES);
    return 0;
}

static const char *const stations[] = {"10.1.1.0/29", "00:0c:29:01:02:03", "fe80::1"};
static const char *const numbers[] = {"0x10", "100..110"};
static const struct filter_set set_list[] = {{"stations", stations, 3}, {"numbers", numbers, 2}, {"empty", NULL, 0}};
static const struct filter_sets sets = {set_list, 3};

static struct filter *compile(const char *text)
{
    struct fault fault = {""};
    struct filter *f = filter_compile(text, &sets, &fault, "rules.yaml", 10, 5);
    if (!f) fail_msg("%s\n  in: %s", fault.text, text);
    return f;
}

static void expect(const char *text, bool expected)
{
    struct filter *f = compile(text);
    if (filter_match(f, &message) != expected) fail_msg("should be %s: %s", expected ? "true" : "false", text);
    filter_free(f);
}

static void holds(const char *const *texts, bool expected)
{
    for (; *texts; texts++) expect(*texts, expected);
}

/* ---- tests ------------------------------------------------------- */

static void comparisons(void **state)
{
    (void)state;
    holds((const char *const[]){"modbus.func_code == 6",
                                "modbus.func_code == 0x06",
                                "modbus.func_code eq 0b110",
                                "modbus.func_code != 5",
                                "modbus.func_code > 5 and modbus.func_code < 7",
                                "modbus.func_code ge 6 && modbus.func_code le 6",
                                "modbus.func_code in {1, 2, 5..9}",
                                "modbus.func_code in {1 6}",
                                "modbus.func_code not in {1..5}",
                                "modbus.reference_num in $numbers",
                                "modbus.func_code & 2",
                                "modbus.func_code & 0x3 == 2",
                                "modbus.regval_uint16 == 900",
                                "modbus.regval_uint16 !== 900",
                                "any modbus.regval_uint16 > 800",
                                "all modbus.regval_uint16 > 400",
                                "count(modbus.regval_uint16) == 2",
                                "count(modbus.exception_code) == 0",
                                "modbus.func_code == mbtcp.unit_id or modbus.func_code > mbtcp.unit_id",
                                "ot.latency < 1 or not ot.latency",
                                NULL},
          true);
    holds((const char *const[]){"modbus.func_code == 5", "modbus.func_code != 6", "modbus.func_code in {1..5, 7}",
                                "modbus.regval_uint16 != 900", "modbus.regval_uint16 === 900",
                                "all modbus.regval_uint16 > 600", "modbus.exception_code != 5", "modbus.exception_code",
                                "modbus.func_code & 1", "modbus.reference_num in $empty",
                                "modbus.func_code < 6 or modbus.func_code > 6", NULL},
          false);
}

static void logic(void **state)
{
    (void)state;
    holds((const char *const[]){"modbus", "mbtcp", "tcp and ip and eth and vlan", "not udp", "!ipv6", "$stations",
                                "not $empty",
                                /* "and" binds closer than "or" */
                                "frame.number == 7 or frame.number == 8 and frame.number == 9",
                                "!(frame.number == 8) and !frame.number == 8",
                                "frame.number == 7 xor frame.number == 8", "frame.number == 7 ^^ frame.number == 8",
                                "(((frame.number == 7)))", NULL},
          true);
    holds((const char *const[]){"udp", "$empty", "not modbus", "frame.number == 7 xor frame.number < 8",
                                "(frame.number == 7 or frame.number == 8) and frame.number == 9",
                                "not (frame.number == 7)", "not not $empty", NULL},
          false);
}

static void addresses(void **state)
{
    (void)state;
    holds((const char *const[]){"ip.src == 10.1.1.5",
                                "ip.addr == 10.1.1.10",
                                "ip.src == 10.1.0.0/16",
                                "ip.dst in {10.1.1.8..10.1.1.12}",
                                "ip.src in $stations",
                                "eth.src in $stations",
                                "ip.addr != 10.1.1.6",
                                "eth.src == 00:0c:29:01:02:03",
                                "eth.src == 00-0c-29-01-02-03",
                                "eth.dst[0:3] == 00:1b:1b",
                                "eth.addr contains 1b:1b",
                                "eth.type == 0x0800",
                                "ot.client == 10.1.1.5",
                                "ot.server == 10.1.1.0/24",
                                "ot.client in $stations",
                                "ip.src < ip.dst",
                                "ot.source == ip.src",
                                "tcp.port == 502",
                                "tcp.dstport in {500..510}",
                                "ot.identity.mac == 00:80:f4:01:02:03",
                                "ot.identity.mac[0:3] == 00:80:f4",
                                "vlan.id == 5",
                                "frame.time_epoch > 1699999999.5",
                                "ip.src[3] == 05",
                                NULL},
          true);
    holds((const char *const[]){"ip.addr != 10.1.1.5", "ip.src == 10.2.0.0/16", "ip.dst in $stations",
                                "ipv6.src in $stations", "ot.server in $stations", "ot.client == fe80::1",
                                "eth.src == eth.dst", "ip.src == ip.dst", "tcp.srcport == 502", "udp.port == 502",
                                "vlan.id == 6", NULL},
          false);
    packet.src = packet.dst = (struct address){.family = 6, .bytes = {0xfe, 0x80, [15] = 1}};
    holds((const char *const[]){"ipv6.src == fe80::1", "ipv6.addr == fe80::/10", "ipv6.src in $stations",
                                "ot.client == fe80::1", "ipv6.src > 2001:db8::1", "ipv6.src in {fe80::..fe80::2}",
                                "not ip", "ipv6", "ipv6.src in {::1, fe80::1}", NULL},
          true);
    packet.src.family = packet.dst.family = 0;
    holds((const char *const[]){"ot.client == 00:0c:29:01:02:03", "ot.client in $stations", "not ip.src", NULL}, true);
}

static void texts(void **state)
{
    (void)state;
    holds(
        (const char *const[]){
            "ot.identity.vendor == \"Schneider Electric\"", "ot.identity.vendor contains \"Elec\"",
            "ot.identity.vendor matches \"^schneider.*ic$\"", "ot.identity.vendor ~ r\"\\bELECTRIC\\b\"",
            "lower(ot.identity.vendor) contains \"schn\"", "upper(ot.identity.vendor) == \"SCHNEIDER ELECTRIC\"",
            "len(ot.identity.vendor) == 18", "ot.identity.vendor[0:2] == \"Sc\"", "ot.identity.vendor[-2:] == \"ic\"",
            "ot.identity.vendor[0-1] == \"Sc\"", "ot.identity.vendor == \"Schneider\\x20Electric\"",
            "ot.identity.vendor > \"ABB\"", "ot.object == 40108", "ot.object == \"40108\"", "ot.value == 500",
            "ot.value >= 499.5", "ot.value in {1..10, 400..600}", "ot.value < 500.5", NULL},
        true);
    holds((const char *const[]){"ot.identity.vendor contains \"elec\"", "ot.identity.vendor matches \"(?-i)^schn\"",
                                "ot.identity.vendor == \"Schneider\"", "ot.value > 500", "ot.value == 500.5",
                                "ot.value == \"ON\"", "ot.identity.vendor[30:2] == \"Sc\"", "ot.object > \"5\"", NULL},
          false);
}

/* ot.class and its like, and numbers by the names of their values. */
static void names(void **state)
{
    (void)state;
    holds((const char *const[]){"ot.class == \"write\"", "ot.class == write", "ot.class in {write, control, \"mode\"}",
                                "ot.class != read", "ot.class matches \"^w\"", "ot.protocol == modbus",
                                "ot.operation == \"write_single_register\"", "ot.operation contains \"write_\"",
                                "ot.operation != \"read_coils\"", "ot.role == request", "ot.status == none",
                                "ot.code == 6", "ot.unit == 3", "modbus.func_code == \"Write Single Register\"",
                                "modbus.func_code == \"write single register\"", NULL},
          true);
    holds((const char *const[]){"ot.class == read", "ot.class not in {write, control}", "ot.protocol != modbus",
                                "ot.operation matches \"^read\"", "ot.operation != \"write_single_register\"",
                                "ot.status == refused", "ot.anomaly", "ot.status_code == 0", NULL},
          false);
    message.operation = NULL;
    holds((const char *const[]){"ot.operation", "ot.operation != \"read_coils\"", NULL}, false);
    message.parser = NULL;
    holds(
        (const char *const[]){"ot.class", "ot.class != read", "ot.protocol != modbus", "ot.code == 6", "ot.unit", NULL},
        false);
    expect("ip.src == 10.1.1.5 and tcp", true);
}

static void refused(const char *text, const char *expected)
{
    struct fault fault = {""};
    struct filter *f = filter_compile(text, &sets, &fault, "rules.yaml", 10, 5);
    if (f) fail_msg("taken: %s", text);
    if (!strstr(fault.text, expected)) fail_msg("\"%s\" lacks \"%s\"", fault.text, expected);
}

static void faults(void **state)
{
    (void)state;
    refused("modbus.fun_code == 3",
            "rules.yaml:10:5: unknown field \"modbus.fun_code\"; did you mean \"modbus.func_code\"?");
    refused("tcp and\n  ip.scr == 1.2.3.4", "rules.yaml:11:3: unknown field \"ip.scr\"; did you mean \"ip.src\"?");
    refused("ot.class == \"wirte\"", "rules.yaml:10:17: ot.class is never \"wirte\"; did you mean \"write\"?");
    refused("ot.operation == \"write_single_registre\"", "did you mean \"write_single_register\"?");
    refused("ip.src in $station", "rules.yaml:10:15: unknown set $station; did you mean $stations?");
    refused("modbus.func_code == 300", "rules.yaml:10:25: 300 does not fit into modbus.func_code");
    refused("modbus.func_code == -1", "does not fit");
    refused("modbus.func_code == \"Read Coil\"", "did you mean \"Read Coils\"?");
    refused("modbus.func_code == abc", "not a whole number or the name of a value");
    refused("ip.src == 10.1.1.300", "rules.yaml:10:15: \"10.1.1.300\" is not an IPv4 address");
    refused("ip.src == fe80::1", "is not an IPv4 address");
    refused("ip.src == 10.0.0.0/33", "is not an IPv4 address");
    refused("eth.src == 00:11:22", "is not a MAC address");
    refused("ip.src in $numbers", "is not an IPv4 address");
    refused("modbus.func_code = 3", "rules.yaml:10:22: \"=\" compares nothing here; write \"==\"");
    refused("modbus.func_code == 3 or", "rules.yaml:10:29: the filter ends where a field is expected");
    refused("(modbus.func_code == 3", "the filter ends where \")\" is expected");
    refused("modbus.func_code == 3)",
            "rules.yaml:10:26: \"and\", \"or\" or the end of the filter expected before \")\"");
    refused("modbus.func_code == 3 ip.src", "expected before \"ip.src\"");
    refused("modbus.func_code in {}", "the list is empty");
    refused("modbus.func_code in 3", "a list in braces or a $set expected before \"3\"");
    refused("modbus.func_code in {9..5}", "runs backwards");
    refused("modbus.func_code matches \"a\"", "needs text or bytes");
    refused("ot.object matches \"(\"", "rules.yaml:10:23: this regular expression cannot be used");
    refused("ot.object matches abc", "needs an expression in quotes");
    refused("ot.object == \"abc", "rules.yaml:10:18: the string that begins here has no closing quote");
    refused("ot.object == \"a\\qc\"", "unknown escape");
    refused("ip.src == ot.object", "ip.src and ot.object cannot be compared");
    refused("leng(ot.object) == 3", "unknown function \"leng\"");
    refused("ot.object > $numbers", "takes one value");
    refused("ot.object[3-1] == \"a\"", "runs backwards");
    refused("ot.unit[0] == 1", "has no bytes");
    refused("ot.object & 3", "needs a whole number");
    refused("", "the filter ends where a field is expected");
    refused("ot.object == \"\xe6\x9c\x9b\" and bad.field", "rules.yaml:10:26: unknown field");
}

/* Depth and length are capped: a hostile filter is refused, not obeyed. */
static void caps(void **state)
{
    (void)state;
    static char text[100001];
    memset(text, '(', 500);
    refused(text, "nested more than");
    memset(text, '!', 100000);
    refused(text, "longer than");
    text[60000] = 0;
    refused(text, "nested more than");
    int n = 0;
    for (int i = 0; i < 4500; i++) n += snprintf(text + n, sizeof text - (size_t)n, "%sip.src", i ? " or " : "");
    refused(text, "too long");
}

static void judged(void **state)
{
    (void)state;
    const struct parser *modbus = registry_parser("modbus");
    const struct operation *read = operation_named(modbus, "read_coils"),
                           *write = operation_named(modbus, "write_single_coil");
    static const struct {
        const char *text;
        enum filter_verdict of_read, of_write, of_unknown, of_packet, of_write_class;
    } rows[] = {
        {"ot.class == write", FILTER_NO, FILTER_YES, FILTER_NO, FILTER_NO, FILTER_YES},
        {"ot.class == write and ip.src == 1.2.3.4", FILTER_NO, FILTER_DEPENDS, FILTER_NO, FILTER_NO, FILTER_DEPENDS},
        {"ot.class != write", FILTER_YES, FILTER_NO, FILTER_YES, FILTER_NO, FILTER_NO},
        {"not ot.class == write", FILTER_YES, FILTER_NO, FILTER_YES, FILTER_YES, FILTER_NO},
        {"ot.operation == \"read_coils\"", FILTER_YES, FILTER_NO, FILTER_NO, FILTER_NO, FILTER_DEPENDS},
        {"ot.code in {1, 3}", FILTER_YES, FILTER_NO, FILTER_DEPENDS, FILTER_NO, FILTER_DEPENDS},
        {"ot.protocol == modbus", FILTER_YES, FILTER_YES, FILTER_YES, FILTER_NO, FILTER_YES},
        {"ot.protocol != modbus", FILTER_NO, FILTER_NO, FILTER_NO, FILTER_NO, FILTER_NO},
        {"modbus", FILTER_YES, FILTER_YES, FILTER_YES, FILTER_NO, FILTER_YES},
        {"modbus.func_code == 5", FILTER_DEPENDS, FILTER_DEPENDS, FILTER_DEPENDS, FILTER_NO, FILTER_DEPENDS},
        {"tcp.port == 502", FILTER_DEPENDS, FILTER_DEPENDS, FILTER_DEPENDS, FILTER_DEPENDS, FILTER_DEPENDS},
        {"$empty and tcp", FILTER_NO, FILTER_NO, FILTER_NO, FILTER_NO, FILTER_NO},
        {"$stations", FILTER_YES, FILTER_YES, FILTER_YES, FILTER_YES, FILTER_YES},
        {"ot.anomaly", FILTER_DEPENDS, FILTER_DEPENDS, FILTER_DEPENDS, FILTER_NO, FILTER_DEPENDS},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct filter *f = compile(rows[i].text);
        if (filter_prejudge(f, modbus, read) != rows[i].of_read) fail_msg("read: %s", rows[i].text);
        if (filter_prejudge(f, modbus, write) != rows[i].of_write) fail_msg("write: %s", rows[i].text);
        if (filter_prejudge(f, modbus, NULL) != rows[i].of_unknown) fail_msg("unknown: %s", rows[i].text);
        if (filter_prejudge(f, NULL, NULL) != rows[i].of_packet) fail_msg("packet: %s", rows[i].text);
        if (filter_prejudge_class(f, modbus, OT_WRITE) != rows[i].of_write_class) fail_msg("class: %s", rows[i].text);
        filter_free(f);
    }
}

/* A verdict of NO or YES must be what filter_match says of any such message. */
static void verdicts_agree_with_matching(void **state)
{
    (void)state;
    static const char *const texts[] = {"ot.class == write",
                                        "ot.code == 6",
                                        "not ot.code == 6",
                                        "ot.operation contains \"write\"",
                                        "modbus and $stations",
                                        "ot.protocol != modbus",
                                        "ot.class in {read, write} xor ot.class == write"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct filter *f = compile(texts[i]);
        enum filter_verdict v = filter_prejudge(f, message.parser, message.operation);
        assert_int_not_equal(v, FILTER_DEPENDS);
        assert_int_equal(v == FILTER_YES, filter_match(f, &message));
        filter_free(f);
    }
}

/* ---- random filters over random messages: what is judged beforehand must come true ------------------------------- */

static uint64_t random_state;

static unsigned random_below(unsigned n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % n;
}

/* Appends a random condition to `text`. */
static void random_filter(char *text, size_t size, unsigned depth)
{
    static const char *const leaves[] = {
        "ot.class == write",
        "ot.class in {read, mode, none}",
        "ot.class != read",
        "ot.role == request",
        "ot.role != response",
        "ot.status == refused",
        "ot.status in {none, ok}",
        "ot.code == 6",
        "ot.code in {1..4}",
        "ot.operation == \"read_coils\"",
        "ot.operation contains \"write\"",
        "ot.operation != \"diagnostics\"",
        "ot.operation",
        "ot.anomaly",
        "ot.anomaly != \"truncated\"",
        "ot.anomaly == \"truncated\"",
        "count(ot.anomaly) == 0",
        "ot.protocol == modbus",
        "ot.protocol != modbus",
        "modbus",
        "s7comm",
        "modbus.func_code == 6",
        "s7comm.param.func == 4",
        "ip.src in $stations",
        "ip.src < ip.dst",
        "udp",
        "ot.unit == 3",
        "$empty",
        "$stations",
    };
    static const char *const joints[] = {" and ", " or ", " xor "};
    size_t n = strlen(text);
    if (!depth || !random_below(4)) {
        snprintf(text + n, size - n, "%s", leaves[random_below(COUNT_OF(leaves))]);
        return;
    }
    snprintf(text + n, size - n, "%s(", random_below(3) ? "" : "not ");
    for (unsigned i = 0, count = 1 + random_below(3); i < count; i++) {
        if (i) strncat(text, joints[random_below(3)], size - strlen(text) - 1);
        random_filter(text, size, depth - 1);
    }
    strncat(text, ")", size - strlen(text) - 1);
}

static void random_message(void)
{
    const struct parser *modbus = registry_parser("modbus");
    const struct parser *parser = random_below(8) ? modbus : random_below(2) ? registry_parser("s7comm") : NULL;
    set_up(NULL);
    message.parser = message.layers[0] = parser;
    message.layer_count = parser != NULL;
    message.operation = parser && random_below(5) ? &parser->operations[random_below(parser->operation_count)] : NULL;
    message.operation_code = message.operation ? message.operation->code : random_below(300);
    message.operation_class = message.operation ? message.operation->class : OT_NONE;
    message.has_operation = message.operation || random_below(2);
    message.role = (uint8_t)random_below(ROLE_COUNT);
    message.status = (uint8_t)random_below(STATUS_COUNT);
    message.value_count = parser == modbus ? message.value_count : 0;
    message.anomaly_count = parser ? (uint8_t)random_below(3) : 0;
    for (unsigned i = 0; i < message.anomaly_count; i++) {
        message.anomalies[i].parser = parser;
        message.anomalies[i].anomaly = (uint16_t)random_below(parser->anomaly_count);
    }
    packet.src.bytes[3] = (uint8_t)random_below(12);
}

static bool has_need;
static unsigned need_count;

static void look_for_need(void *context, uint16_t field, uint64_t needed)
{
    (void)context;
    need_count++;
    for (unsigned i = 0; i < message.value_count; i++) {
        uint64_t u = values[i].u < FILTER_NEED_MORE ? values[i].u : FILTER_NEED_MORE;
        has_need |= values[i].field == field && (needed >> u & 1);
    }
}

static bool fulfils_needs(const struct filter *f)
{
    has_need = false;
    return !filter_needs(f, look_for_need, NULL) || has_need;
}

static void judged_at_random(void **state)
{
    (void)state;
    unsigned decided = 0, needy = 0;
    random_state = 20260302;
    for (unsigned i = 0; i < 3000; i++) {
        char text[4096] = "";
        random_filter(text, sizeof text, 3);
        struct filter *f = compile(text);
        for (unsigned j = 0; j < 10; j++) {
            random_message();
            bool calm = !message.anomaly_count && random_below(2), told = random_below(2);
            const struct filter_known known = {.parser = message.parser,
                                               .any_operation = !told,
                                               .operation = told ? message.operation : NULL,
                                               .class = random_below(2) ? message.operation_class : -1,
                                               .role = random_below(2) ? message.role : -1,
                                               .status = random_below(2) ? message.status : -1,
                                               .calm = calm};
            enum filter_verdict v = filter_judge(f, &known);
            decided += v != FILTER_DEPENDS;
            if (v != FILTER_DEPENDS && (v == FILTER_YES) != filter_match(f, &message))
                fail_msg("judged wrongly: %s", text);
            bool fulfilled = fulfils_needs(f);
            needy += !fulfilled;
            if (!fulfilled && filter_match(f, &message)) fail_msg("holds without what it needs: %s", text);
        }
        filter_free(f);
    }
    assert_true(decided > 3000 && needy > 100); /* else nothing was tested */
}

static void needs(void **state)
{
    static const struct {
        const char *text;
        bool said, fulfilled; /* by the message of set_up */
    } rows[] = {
        {"modbus.func_code == 6", true, true},
        {"modbus.func_code == 5", true, false},
        {"modbus.func_code != 6", true, false},
        {"modbus.func_code in {1, 70}", true, false},
        {"modbus.reference_num in {1, 70}", true, true}, /* 107 is one of the many */
        {"modbus.reference_num < 5", true, true},
        {"modbus.func_code == 5 or mbtcp.unit_id == 3", true, true},
        {"modbus.func_code == 5 or ip.src == 1.2.3.4", false, true},
        {"modbus.func_code == 5 and ip.src == 1.2.3.4", true, false},
        {"not modbus.func_code == 6", false, true},
        {"modbus.func_code & 4 == 4", false, true},
        {"ot.object == \"40108\"", false, true},
        {"ot.status == \"ok\"", false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct filter *f = compile(rows[i].text);
        need_count = 0;
        bool fulfilled = fulfils_needs(f);
        if ((need_count > 0) != rows[i].said || fulfilled != rows[i].fulfilled) fail_msg("needs of: %s", rows[i].text);
        filter_free(f);
    }
}

/* ---- many threads ------------------------------------------------ */

static atomic_bool go_on;
static atomic_uint wrong_matches;

static void *match_on(void *filter)
{
    while (go_on)
        if (!filter_match(filter, &message)) wrong_matches++;
    return NULL;
}

/* Expressions match in several threads while others are compiled and freed: the pool of scratch grows under them. */
static void threads(void **state)
{
    (void)state;
    enum { THREADS = 4, ROUNDS = 20 };
    pthread_t list[THREADS];
    struct filter *f = compile("ot.identity.vendor matches \"^schneider.*c$\" and ot.object matches \"^[0-9]+$\"");
    go_on = true;
    wrong_matches = 0;
    for (unsigned i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&list[i], NULL, match_on, f), 0);
    for (unsigned i = 0; i < ROUNDS; i++) {
        char text[256];
        snprintf(text, sizeof text, "ot.identity.vendor matches \"(a|b|c){%u}[^x]{%u}e.*(f|gh){3,%u}\"", i + 1,
                 i * 3 + 1, i + 4);
        struct filter *other = compile(text);
        assert_false(filter_match(other, &message));
        filter_free(other);
    }
    go_on = false;
    for (unsigned i = 0; i < THREADS; i++) pthread_join(list[i], NULL);
    assert_int_equal(wrong_matches, 0);
    filter_free(f);
}

static void wanted_fields(void **state)
{
    (void)state;
    uint8_t want[8192] = {0};
    struct filter *f =
        compile("ip.src == 1.2.3.4 and (modbus.func_code == 3 or len(ot.object) > modbus.reference_num)");
    filter_fields(f, want);
    unsigned count = 0;
    for (unsigned i = 0; i < sizeof want; i++) count += want[i] != 0;
    assert_int_equal(count, 3);
    /* FC 3 is above 0: a message without the field, or with 0 in it, needs none made */
    assert_int_equal(want[registry_field("modbus.func_code")], WANT_SET);
    assert_int_equal(want[registry_field("modbus.reference_num")], WANT_ANY);
    assert_int_equal(want[OT_FIELD_OBJECT], WANT_ANY);
    filter_free(f);
    /* a quality that is asked for 0 alone; a signed number can lie below it */
    f = compile("dnp3.al.aiq.b0 == 0 or dnp3.al.ana.int <= 0");
    filter_fields(f, want);
    assert_int_equal(want[registry_field("dnp3.al.aiq.b0")], WANT_CLEAR);
    assert_int_equal(want[registry_field("dnp3.al.ana.int")], WANT_ANY);
    filter_free(f);
}

static void each(void *context, const void *bytes, size_t length)
{
    char *out = context;
    snprintf(out + strlen(out), 64, "%zu:%02x ", length, *(const uint8_t *)bytes);
}

static void printed(void **state)
{
    (void)state;
    static const struct {
        const char *field, *text;
    } rows[] = {{"frame.number", "7"},
                {"frame.time_epoch", "1700000000.123456789"},
                {"eth.src", "00:0c:29:01:02:03"},
                {"eth.type", "0x0800"},
                {"ip.src", "10.1.1.5"},
                {"ipv6.src", ""},
                {"tcp.dstport", "502"},
                {"udp.port", ""},
                {"vlan.id", "5"},
                {"ot.client", "10.1.1.5"},
                {"ot.class", "write"},
                {"ot.operation", "write_single_register"},
                {"ot.object", "40108"},
                {"modbus.regval_uint16", "500"},
                {"modbus.exception_code", ""}};
    char out[64];
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(filter_field_print(filter_field_find(rows[i].field), &message, out, sizeof out),
                         strlen(rows[i].text));
        assert_string_equal(out, rows[i].text);
    }
    char all[128] = "";
    assert_int_equal(filter_field_each(filter_field_find("modbus.regval_uint16"), &message, each, all), 2);
    assert_int_equal(filter_field_each(filter_field_find("ip.addr"), &message, each, all), 2);
    assert_int_equal(filter_field_each(filter_field_find("ipv6.addr"), &message, each, all), 0);
    assert_string_equal(all, "8:f4 8:84 4:0a 4:0a ");
    assert_null(filter_field_find("ip.source"));
    assert_string_equal(filter_field_nearest("ip.scr"), "ip.src");
    assert_int_equal(filter_field_registry(filter_field_find("ot.class")), OT_FIELD_CLASS);
    assert_int_equal(filter_field_registry(filter_field_find("ip.src")), -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
    const struct CMUnitTest tests[] = {TEST(comparisons),
                                       TEST(logic),
                                       TEST(addresses),
                                       TEST(texts),
                                       TEST(names),
                                       TEST(faults),
                                       TEST(caps),
                                       TEST(judged),
                                       TEST(verdicts_agree_with_matching),
                                       TEST(judged_at_random),
                                       TEST(needs),
                                       TEST(threads),
                                       TEST(wanted_fields),
                                       TEST(printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
