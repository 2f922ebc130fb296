/* SPDX-License-Identifier: Apache-2.0 */
/* Rules: what the loader takes and refuses, and what the matcher makes of messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "signatures/categories.h"
#include "signatures/rule.h"
#include "signatures/sets.h"
#include "signatures/states.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND ((uint64_t)1000000000)

static char directory[] = "/tmp/wanglou-rules-XXXXXX";
static struct sets *sets;

static void write_file(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
}

static int set_up(void **state)
{
    (void)state;
    char why[256];
    if (!registry_open(why, sizeof why)) fail_msg("%s", why);
    sets = sets_of_proofs();
    return mkdtemp(directory) && sets ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    sets_free(sets);
    return rmdir(directory);
}

#define HEAD "- id: wl-t-1\n  sid: 1\n  name: 测试\n  severity: high\n  category: unsafe-operation\n"

static struct ruleset *load(const char *text)
{
    struct fault fault = {""};
    write_file("a.yaml", text);
    struct ruleset *r = ruleset_load(directory, sets_view(sets), &fault);
    remove_file("a.yaml");
    if (!r) fail_msg("%s", fault.text);
    return r;
}

static void refused(const char *text, const char *expected)
{
    struct fault fault = {""};
    write_file("a.yaml", text);
    struct ruleset *r = ruleset_load(directory, sets_view(sets), &fault);
    remove_file("a.yaml");
    if (r) fail_msg("taken: %s", text);
    if (!strstr(fault.text, expected)) fail_msg("\"%s\" lacks \"%s\"", fault.text, expected);
}

/* ---- loading ----------------------------------------------------- */

static void a_whole_rule(void **state)
{
    (void)state;
    struct ruleset *r = load("- id: wl-t-0001\n  sid: 0x10\n  revision: 3\n  name: {zh: 名, en: name}\n"
                             "  description: {zh: 述, en: text}\n  impact: both\n  check: {zh: 查, en: look}\n"
                             "  severity: critical\n  category: reconnaissance\n  techniques: [T0858, T0816]\n"
                             "  references: [\"cve:CVE-2015-5374\", \"url:https://a/b\"]\n"
                             "  where: |\n    ot.class == mode\n    and ot.role == request\n"
                             "  count: {by: [ot.client], at_least: 5, within: 10s, distinct: ot.unit}\n"
                             "  hours: {outside: [\"mon-fri 08:00-18:00\", \"sat 08:00-12:00\"]}\n"
                             "  quiet: {for: 5m, by: [ot.client]}\n"
                             "  proof:\n    - fires: 2\n      traffic: |\n        wait 2s\n");
    unsigned count;
    const struct rule *rule = ruleset_rules(r, &count)[0];
    assert_int_equal(count, 1);
    assert_string_equal(rule->id, "wl-t-0001");
    assert_int_equal(rule->sid, 16);
    assert_int_equal(rule->revision, 3);
    assert_int_equal(rule->severity, SEVERITY_CRITICAL);
    assert_string_equal(rule->name.zh, "名");
    assert_string_equal(rule->impact.en, "both");
    assert_null(rule->false_positive.zh);
    assert_string_equal(rule->techniques[1], "T0816");
    assert_null(rule->techniques[2]);
    assert_string_equal(rule->references[0], "cve:CVE-2015-5374");
    assert_int_equal(rule->body->quiet_ns, 300 * SECOND);
    const struct proof *proofs = rule_proofs(rule, &count);
    assert_int_equal(count, 1);
    assert_int_equal(proofs[0].fires, 2);
    assert_string_equal(proofs[0].traffic, "wait 2s\n");
    assert_int_equal(proofs[0].line, 21);
    assert_int_equal(proofs[0].indent, 8);
    ruleset_free(r);
}

static void faults_of_rules(void **state)
{
    (void)state;
    refused("a: 1\n", "a.yaml:1:1: a file of rules is a list");
    refused("- id: x\n  sid: 1\n", "a.yaml:1:3: key \"name\" is missing");
    refused(HEAD "  were: tcp\n", "a.yaml:6:3: unknown key \"were\"; did you mean \"where\"?");
    refused(HEAD, "a.yaml:1:3: none of \"where\", \"patterns\" and \"payload\"");
    refused(HEAD "  where: ot.clas == mode\n", "a.yaml:6:10: unknown field \"ot.clas\"; did you mean \"ot.class\"?");
    refused(HEAD "  where: |\n    tcp and\n    ip.scr == 1.2.3.4\n", "a.yaml:8:5: unknown field \"ip.scr\"");
    refused(HEAD "  where: ip.src in $controler\n", "did you mean $controllers?");
    refused(HEAD "  where: tcp\n  count: {at_least: 1, within: 1s}\n",
            "a.yaml:7:21: \"1\" is not a whole number from 2");
    refused(HEAD "  where: tcp\n  count: {at_least: 5, within: 1s, by: [ip.scr]}\n", "did you mean \"ip.src\"?");
    refused(HEAD "  where: tcp\n  count: {at_least: 5}\n", "key \"within\" is missing");
    refused(HEAD "  where: tcp\n  hours: {outside: \"mon 8:00-18:00\"}\n", "is not a time of the week");
    refused(HEAD "  where: tcp\n  hours: {outside: \"mon 08:00-25:00\"}\n", "is not a time of the week");
    refused(HEAD "  where: tcp\n  techniques: [T1190]\n", "is not an ATT&CK for ICS technique");
    refused(HEAD "  where: tcp\n  references: [CVE-2015-1]\n", "is not a reference");
    refused(HEAD "  where: tcp\n  sequence: {within: 1s, steps: []}\n", "cannot stand beside it");
    refused(HEAD "  sequence: {within: 1s, steps: [{where: tcp}]}\n", "from 2 to 9 steps");
    refused(HEAD "  sequence: {within: 1s, steps: [{where: tcp}, {were: udp}]}\n", "unknown key \"were\"");
    refused(HEAD "  patterns: [{hex: \"0\"}]\n", "is not made of hex digits");
    refused(HEAD "  patterns: [{regex: \"(\"}]\n", "a.yaml:6:22: this expression cannot be used");
    refused(HEAD "  patterns: [{text: abc, hex: \"00\"}]\n", "one of \"text\", \"hex\" and \"regex\"");
    refused(HEAD "  patterns: [{text: abc, depth: 2}]\n", "longer than its depth");
    refused(HEAD "  patterns: [{regex: abc, offset: 2}]\n", "write ^.{2} before it");
    refused("- id: UPPER\n  sid: 1\n  name: n\n  severity: low\n  category: malware\n", "an id is made of a-z");
    refused("- id: a\n  sid: 1\n  name: n\n  severity: hihg\n  category: malware\n", "did you mean \"high\"?");
    refused("- id: a\n  sid: 1\n  name: n\n  severity: low\n  category: malwares\n", "did you mean \"malware\"?");
    refused(HEAD "  where: tcp\n" HEAD "  where: udp\n", "has the same id as rule wl-t-1");
    refused(HEAD "  where: tcp\n- id: other\n  sid: 1\n  name: n\n  severity: low\n  category: malware\n  where: udp\n",
            "has the same sid as rule");
}

static void directories(void **state)
{
    (void)state;
    struct fault fault = {""};
    char path[128];
    snprintf(path, sizeof path, "%s/deep", directory);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file("deep/b.yaml", "- {id: b, sid: 2, name: b, severity: low, category: malware, where: tcp}\n");
    write_file("a.yaml", HEAD "  where: tcp\n");
    write_file("notes.txt", "not a rule");
    struct ruleset *r = ruleset_load(directory, sets_view(sets), &fault);
    if (!r) fail_msg("%s", fault.text);
    unsigned count;
    const struct rule *const *rules = ruleset_rules(r, &count);
    assert_int_equal(count, 2);
    assert_string_equal(rules[0]->id, "wl-t-1");
    assert_string_equal(rules[1]->id, "b");
    ruleset_free(r);
    write_file("deep/b.yaml", HEAD "  where: tcp\n");
    assert_null(ruleset_load(directory, sets_view(sets), &fault));
    assert_non_null(strstr(fault.text, "deep/b.yaml:1:1: rule wl-t-1 (sid 1) has the same id as rule wl-t-1"));
    remove_file("a.yaml");
    remove_file("notes.txt");
    remove_file("deep/b.yaml");
    rmdir(path);
    fault.text[0] = 0;
    assert_null(ruleset_load("/nowhere", sets_view(sets), &fault));
    assert_non_null(strstr(fault.text, "/nowhere: No such file"));
}

static void data_files(void **state)
{
    (void)state;
    struct fault fault = {""};
    unsigned count;
    if (!categories(&count, &fault)) fail_msg("%s", fault.text);
    assert_true(count >= 20);
    assert_string_equal(category_find("reconnaissance")->class_zh, "网络攻击事件");
    write_file("sets", "engineering_stations: [10.9.9.9]\nmy_pumps: [10.1.2.0/24, 10.1.3.1..10.1.3.9]\n");
    char path[128];
    snprintf(path, sizeof path, "%s/sets", directory);
    struct sets *s = sets_load(path, &fault);
    if (!s) fail_msg("%s", fault.text);
    struct filter *f =
        filter_compile("ip.src in $my_pumps and ip.src in $engineering_stations", sets_view(s), &fault, "x", 1, 1);
    if (!f) fail_msg("%s", fault.text);
    filter_free(f);
    sets_free(s);
    write_file("sets", "engineering_station: [10.9.9.9]\n");
    assert_null(sets_load(path, &fault));
    assert_non_null(strstr(fault.text, "sets:1:1: unknown set \"engineering_station\"; did you mean"));
    remove_file("sets");
}

/* ---- matching ---------------------------------------------------- */

static struct packet_meta packet;
static struct message message;
static unsigned alerts;
static uint64_t last_count, last_first;
static char last_key[256], last_rule[64];

static void on_alert(void *context, const struct alert *a)
{
    (void)context;
    alerts++;
    last_count = a->count;
    last_first = a->first_ns;
    snprintf(last_key, sizeof last_key, "%s", a->key);
    snprintf(last_rule, sizeof last_rule, "%s", a->rule->id);
}

/* The time of Monday 2026-03-02, 00:00 UTC. */
#define MONDAY (1772409600 * SECOND)

static void begin(const char *operation)
{
    const struct parser *modbus = registry_parser("modbus");
    const struct operation *o = operation_named(modbus, operation);
    assert_non_null(o);
    packet = (struct packet_meta){.frame = 1,
                                  .time_ns = MONDAY,
                                  .src_port = 49152,
                                  .dst_port = 502,
                                  .ip_proto = 6,
                                  .from_client = true,
                                  .direction_known = true,
                                  .src = {4, {10, 1, 1, 5}},
                                  .dst = {4, {10, 1, 1, 10}}};
    message = (struct message){.parser = modbus,
                               .operation = o,
                               .operation_code = o->code,
                               .has_operation = true,
                               .role = ROLE_REQUEST,
                               .operation_class = o->class,
                               .has_unit = true,
                               .unit = 1,
                               .layers = {modbus},
                               .layer_count = 1,
                               .packet = &packet};
    alerts = 0;
}

static void become(const char *operation)
{
    message.operation = operation_named(message.parser, operation);
    message.operation_code = message.operation->code;
    message.operation_class = message.operation->class;
}

static void at(struct matcher *m, double seconds)
{
    packet.time_ns = MONDAY + (uint64_t)(seconds * 1e9);
    matcher_message(m, &message, on_alert, NULL);
}

static struct matcher *matcher_of(struct ruleset *r)
{
    struct matcher *m = matcher_open(r);
    assert_non_null(m);
    return m;
}

static void finish(struct matcher *m, struct ruleset *r)
{
    matcher_close(m);
    ruleset_free(r);
}

static void matches_and_repeats(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: ot.class == write\n  quiet: 10s\n");
    struct matcher *m = matcher_of(r);
    begin("write_single_coil");
    at(m, 0);
    assert_int_equal(alerts, 1);
    assert_int_equal(last_count, 1);
    assert_string_equal(last_key, "ot.client=10.1.1.5 ot.server=10.1.1.10");
    at(m, 1);
    at(m, 9.9);
    assert_int_equal(alerts, 1);
    packet.dst.bytes[3] = 11; /* another party is told at once */
    at(m, 9.9);
    assert_int_equal(alerts, 2);
    packet.dst.bytes[3] = 10;
    at(m, 10.1);
    assert_int_equal(alerts, 3);
    assert_int_equal(last_count, 3); /* with the two that were not told */
    assert_int_equal(last_first, MONDAY + SECOND);
    become("read_coils");
    at(m, 100);
    assert_int_equal(alerts, 3);
    assert_int_equal(matcher_counters(m)->messages, 6);
    assert_int_equal(matcher_counters(m)->evaluated, 0); /* the operation alone decided */
    assert_int_equal(matcher_counters(m)->matched, 5);
    assert_int_equal(matcher_counters(m)->suppressed, 2);
    finish(m, r);
}

static void counts(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: ot.class == write\n  quiet: 0\n"
                                  "  count: {by: [ot.client], at_least: 5, within: 8s}\n");
    struct matcher *m = matcher_of(r);
    begin("write_single_coil");
    for (unsigned i = 0; i < 4; i++) at(m, i);
    assert_int_equal(alerts, 0);
    at(m, 4);
    assert_int_equal(alerts, 1);
    assert_int_equal(last_count, 5);
    assert_int_equal(last_first, MONDAY);
    assert_string_equal(last_key, "ot.client=10.1.1.5");
    for (unsigned i = 0; i < 4; i++) at(m, 5);
    assert_int_equal(alerts, 1); /* as many again are needed */
    at(m, 5);
    assert_int_equal(alerts, 2);
    for (unsigned i = 0; i < 40; i++) at(m, 100 + 2 * i); /* four in any 8 seconds */
    assert_int_equal(alerts, 2);
    for (unsigned i = 0; i < 4; i++) { /* four each of two clients */
        packet.src.bytes[3] = 7;
        at(m, 300);
        packet.src.bytes[3] = 8;
        at(m, 300);
    }
    assert_int_equal(alerts, 2);
    finish(m, r);
}

static void distinct_values(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: modbus\n  quiet: 0\n"
                                  "  count: {by: [ot.client], at_least: 5, within: 80s, distinct: ot.unit}\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    for (unsigned i = 0; i < 100; i++) {
        message.unit = i % 4;
        at(m, i * 0.1);
    }
    assert_int_equal(alerts, 0);
    message.unit = 4;
    at(m, 20);
    assert_int_equal(alerts, 1);
    assert_int_equal(last_count, 5);
    /* A value seen again and again stays counted; one not seen for 80 seconds does not. */
    for (unsigned i = 0; i < 20; i++) {
        message.unit = 10 + i % 2;
        at(m, 100 + i * 10);
    }
    message.unit = 20;
    at(m, 301);
    message.unit = 21;
    at(m, 302);
    assert_int_equal(alerts, 1);
    message.unit = 22;
    at(m, 303);
    assert_int_equal(alerts, 2);
    finish(m, r);
}

static void sequences(void **state)
{
    (void)state;
    struct ruleset *r =
        load(HEAD "  quiet: 0\n  sequence:\n    within: 10s\n    by: [ot.client]\n    steps:\n"
                  "      - where: ot.code == 1\n      - where: ot.code == 5\n      - where: ot.code == 5\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    at(m, 0);
    become("write_single_coil");
    at(m, 1);
    assert_int_equal(alerts, 0); /* one message is one step */
    at(m, 2);
    assert_int_equal(alerts, 1);
    assert_int_equal(last_first, MONDAY);
    at(m, 3);
    at(m, 4);
    assert_int_equal(alerts, 1); /* the sequence must begin again */
    become("read_coils");
    at(m, 20);
    become("write_single_coil");
    at(m, 21);
    at(m, 31); /* too late */
    assert_int_equal(alerts, 1);
    become("read_coils");
    at(m, 40);
    become("write_single_coil");
    at(m, 41);
    packet.src.bytes[3] = 9; /* another client's message is no step of this one's */
    at(m, 42);
    assert_int_equal(alerts, 1);
    finish(m, r);
}

static void excuses(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  quiet: 0\n  where: ot.code == 5\n"
                                  "  without: {where: ot.code == 1, within: 10s, by: [ot.client]}\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    at(m, 0);
    become("write_single_coil");
    at(m, 5);
    at(m, 9.9);
    assert_int_equal(alerts, 0);
    at(m, 10);
    assert_int_equal(alerts, 1);
    finish(m, r);
}

static void times_of_the_week(void **state)
{
    (void)state;
    struct rule_hours h = {.spans = {{.days = 0x1f, .from = 480, .to = 1080}, {.days = 0x20, .from = 1320, .to = 360}},
                           .count = 2};
    uint64_t hour = 3600 * SECOND, day = 24 * hour;
    assert_false(hours_match(&h, MONDAY, 0));
    assert_true(hours_match(&h, MONDAY, 8 * 3600)); /* 08:00 in China */
    assert_true(hours_match(&h, MONDAY + 17 * hour, 0));
    assert_false(hours_match(&h, MONDAY + 18 * hour, 0));
    assert_true(hours_match(&h, MONDAY + 4 * day + 8 * hour, 0));
    assert_false(hours_match(&h, MONDAY + 5 * day + 8 * hour, 0)); /* Saturday */
    assert_true(hours_match(&h, MONDAY + 5 * day + 23 * hour, 0)); /* Saturday night */
    assert_true(hours_match(&h, MONDAY + 6 * day + 5 * hour, 0));  /* until Sunday morning */
    assert_false(hours_match(&h, MONDAY + 7 * day + 5 * hour, 0));
    h.outside = true;
    assert_true(hours_match(&h, MONDAY, 0));
    assert_false(hours_match(&h, MONDAY, 8 * 3600));
}

static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *hit, *miss;
    } rows[] = {{"{text: abc}", "xxabcx", "xxabx"},
                {"{text: abc, nocase: true}", "ABC", "AB C"},
                {"{text: abc, at: 2}", "xxabc", "xabc"},
                {"{text: abc, offset: 2}", "xxxxabc", "xabc"},
                {"{text: abc, depth: 4}", "xabc", "xxabc"},
                {"{text: abc, offset: 1, depth: 4}", "xxabc", "abcxxxabc"},
                {"{hex: \"61 62\"}", "ab", "ba"},
                {"{regex: \"^a.c$\"}", "a\nc", "xabc"},
                {"{text: abc}, {text: def}", "defabc", "abc"},
                {"{text: abc}, {text: def, absent: true}", "abc", "abcdef"},
                {"{text: def, absent: true}", "abc", "def"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, HEAD "  where: modbus and ot.unit == 1\n  quiet: 0\n  patterns: [%s]\n",
                 rows[i].pattern);
        struct ruleset *r = load(text);
        struct matcher *m = matcher_of(r);
        begin("read_coils");
        message.pdu = bytes_over(rows[i].hit, strlen(rows[i].hit));
        at(m, 0);
        if (alerts != 1) fail_msg("%s misses %s", rows[i].pattern, rows[i].hit);
        message.unit = 2;
        at(m, 1);
        assert_int_equal(alerts, 1);
        message.unit = 1;
        message.pdu = bytes_over(rows[i].miss, strlen(rows[i].miss));
        at(m, 2);
        if (alerts != 1) fail_msg("%s hits %s", rows[i].pattern, rows[i].miss);
        finish(m, r);
    }
}

/* What was settled for one message does not hold for one that differs in any of what it followed from. */
static void settled_anew(void **state)
{
    (void)state;
    struct ruleset *r =
        load(HEAD "  where: tcp.flags == 2 or eth.src == 02:00:00:00:00:07 or vlan.id == 9\n  quiet: 0\n"
                  "- {id: b, sid: 2, name: b, severity: low, category: malware, quiet: 0,\n"
                  "   where: 'ot.client == 10.1.1.10 and ot.status == ok'}\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    packet.tcp_flags = 0x18;
    for (unsigned i = 0; i < 3; i++) at(m, i);
    assert_int_equal(alerts, 0);
    packet.tcp_flags = 2;
    at(m, 3);
    assert_int_equal(alerts, 1);
    packet.tcp_flags = 0x18;
    at(m, 4);
    assert_int_equal(alerts, 1);
    packet.src_mac[0] = 2, packet.src_mac[5] = 7;
    at(m, 5);
    assert_int_equal(alerts, 2);
    packet.src_mac[5] = 8;
    packet.vlan[0] = 9;
    at(m, 6);
    assert_int_equal(alerts, 3);
    packet.vlan[0] = 0xffff;
    message.role = ROLE_RESPONSE; /* the one asked now is the client */
    at(m, 7);
    assert_int_equal(alerts, 3);
    message.status = STATUS_OK;
    at(m, 8);
    assert_int_equal(alerts, 4);
    message.status = STATUS_REFUSED;
    at(m, 9);
    assert_int_equal(alerts, 4);
    finish(m, r);
}

static void payloads(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: udp.dstport == 50000\n  quiet: 0\n  patterns: [{hex: \"11 49\", at: 0}]\n"
                                  "- {id: b, sid: 2, name: b, severity: low, category: malware, where: modbus}\n");
    struct matcher *m = matcher_of(r);
    assert_true(ruleset_wants_payload(r));
    begin("read_coils");
    packet.ip_proto = 17;
    packet.dst_port = 50000;
    matcher_payload(m, &packet, bytes_over("\x11\x49\x00", 3), on_alert, NULL);
    assert_int_equal(alerts, 1);
    assert_string_equal(last_rule, "wl-t-1");
    matcher_payload(m, &packet, bytes_over("\x11\x48\x00", 3), on_alert, NULL);
    matcher_payload(m, &packet, bytes_over("", 0), on_alert, NULL);
    packet.dst_port = 50001;
    matcher_payload(m, &packet, bytes_over("\x11\x49\x00", 3), on_alert, NULL);
    assert_int_equal(alerts, 1);
    assert_int_equal(matcher_counters(m)->evaluated, 0); /* a packet's port settles it, no filter is run */
    finish(m, r);
    /* a rule about ports holds for messages, too, once for each packet */
    r = load(HEAD "  where: tcp.dstport in {502, 503} and ip.src == 10.1.1.5\n  quiet: 0\n"
                  "- {id: b, sid: 2, name: b, severity: low, category: malware, quiet: 0,\n"
                  "   where: 'tcp.port in {502, 49152} or udp.dstport == 1'}\n");
    m = matcher_of(r);
    begin("read_coils");
    at(m, 0);
    assert_int_equal(alerts, 2);
    packet.dst_port = 504;
    at(m, 1);
    assert_int_equal(alerts, 3);
    packet.ip_proto = 17;
    packet.dst_port = 502;
    at(m, 2);
    assert_int_equal(alerts, 3);
    finish(m, r);
    r = load(HEAD "  where: modbus\n");
    assert_false(ruleset_wants_payload(r));
    ruleset_free(r);
}

/* A class that the parser knew better than its table, and a code that is not in it. */
static void groups(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: ot.class == program\n  quiet: 0\n"
                                  "- {id: b, sid: 2, name: b, severity: low, category: malware, quiet: 0,\n"
                                  "   where: modbus and not ot.operation}\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    at(m, 0);
    assert_int_equal(alerts, 0);
    message.operation_class = OT_PROGRAM;
    at(m, 1);
    assert_int_equal(alerts, 1);
    assert_string_equal(last_rule, "wl-t-1");
    message.operation = NULL;
    message.operation_class = OT_NONE;
    at(m, 2);
    assert_int_equal(alerts, 2);
    assert_string_equal(last_rule, "b");
    uint8_t want[8192] = {0};
    ruleset_fields_of_class(r, OT_READ, want);
    assert_false(want[OT_FIELD_CLASS]);
    ruleset_fields_of_class(r, OT_PROGRAM, want);
    assert_true(want[OT_FIELD_CLASS]);
    finish(m, r);
}

static void swapped(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: ot.code == 1\n  quiet: 1h\n"),
                   *newer = load(HEAD "  where: ot.code == 2\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    at(m, 0);
    assert_int_equal(alerts, 1);
    assert_true(matcher_swap(m, newer));
    ruleset_free(r);
    at(m, 1);
    assert_int_equal(alerts, 1);
    become("read_discrete_inputs");
    at(m, 2);
    assert_int_equal(alerts, 2);
    finish(m, newer);
}

/* Full tables forget and say so; they neither grow nor stop. */
static void full_tables(void **state)
{
    (void)state;
    struct ruleset *r = load(HEAD "  where: modbus\n  count: {by: [ip.src], at_least: 2, within: 1h}\n");
    struct matcher *m = matcher_of(r);
    begin("read_coils");
    for (unsigned i = 0; i < 100000; i++) {
        packet.src.bytes[1] = (uint8_t)(i >> 16);
        packet.src.bytes[2] = (uint8_t)(i >> 8);
        packet.src.bytes[3] = (uint8_t)i;
        at(m, i * 0.001);
    }
    const struct matcher_counters *c = matcher_counters(m);
    assert_int_equal(alerts, 0);
    assert_true(c->states <= 32768 && c->states > 30000);
    assert_int_equal(c->states + c->evicted, 100000);
    at(m, 100);
    assert_int_equal(alerts, 1);
    finish(m, r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_rule),
        cmocka_unit_test(faults_of_rules),
        cmocka_unit_test(directories),
        cmocka_unit_test(data_files),
        cmocka_unit_test(matches_and_repeats),
        cmocka_unit_test(counts),
        cmocka_unit_test(distinct_values),
        cmocka_unit_test(sequences),
        cmocka_unit_test(excuses),
        cmocka_unit_test(times_of_the_week),
        cmocka_unit_test(patterns),
        cmocka_unit_test(settled_anew),
        cmocka_unit_test(payloads),
        cmocka_unit_test(groups),
        cmocka_unit_test(swapped),
        cmocka_unit_test(full_tables),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
