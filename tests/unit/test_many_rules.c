/* SPDX-License-Identifier: Apache-2.0 */
/* Hundreds of rules at once: what is found by an index, by gates and by a look at a few octets is what each rule alone
 * would have found, and few are asked. */
#include <hs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "signatures/gates.h"
#include "signatures/rule.h"
#include "signatures/sets.h"
#include "signatures/triples.h"

#define MONDAY ((uint64_t)1772409600 * 1000000000)

static struct sets *sets;
static char text[1 << 18];
static size_t written;
static unsigned sid;

static int set_up(void **state)
{
    (void)state;
    char why[256];
    if (!registry_open(why, sizeof why)) fail_msg("%s", why);
    return (sets = sets_of_proofs()) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    sets_free(sets);
    return 0;
}

__attribute__((format(printf, 1, 2))) static void rule(const char *format, ...)
{
    va_list arguments;
    if (!written) sid = 0;
    written += (size_t)snprintf(text + written, sizeof text - written,
                                "- id: r%u\n  sid: %u\n  name: r\n  severity: low\n  category: malware\n  quiet: 0\n",
                                sid, sid + 1);
    sid++;
    va_start(arguments, format);
    written += (size_t)vsnprintf(text + written, sizeof text - written, format, arguments);
    va_end(arguments);
    assert_true(written < sizeof text);
}

static struct ruleset *load(void)
{
    char path[] = "/tmp/wanglou-many-XXXXXX.yaml";
    struct fault fault = {""};
    int descriptor = mkstemps(path, 5);
    assert_true(descriptor >= 0 && write(descriptor, text, written) == (ssize_t)written);
    close(descriptor);
    struct ruleset *r = ruleset_load(path, sets_view(sets), &fault);
    unlink(path);
    written = 0;
    if (!r) fail_msg("%s", fault.text);
    return r;
}

static unsigned told[2048], alerts;

static void on_alert(void *context, const struct alert *a)
{
    (void)context;
    told[a->rule->sid - 1]++;
    alerts++;
}

/* ---- messages ---------------------------------------------------- */

static struct packet_meta packet;
static struct message message;
static struct value values[300];

static void begin(const char *operation)
{
    const struct parser *modbus = registry_parser("modbus");
    message = (struct message){.parser = modbus,
                               .role = ROLE_REQUEST,
                               .has_unit = true,
                               .unit = 1,
                               .layers = {modbus},
                               .layer_count = 1,
                               .packet = &packet,
                               .values = values};
    for (unsigned i = 0; i < modbus->operation_count; i++)
        if (strcmp(modbus->operations[i].name, operation) == 0) message.operation = &modbus->operations[i];
    assert_non_null(message.operation);
    message.operation_code = message.operation->code;
    message.has_operation = true;
    message.operation_class = message.operation->class;
    packet = (struct packet_meta){.frame = 1,
                                  .time_ns = MONDAY,
                                  .src_port = 49152,
                                  .dst_port = 502,
                                  .ip_proto = 6,
                                  .from_client = true,
                                  .direction_known = true,
                                  .src = {4, {10, 1, 1, 5}},
                                  .dst = {4, {10, 1, 2, 1}}};
}

static void add_object(const char *object)
{
    values[message.value_count++] = (struct value){.field = (uint16_t)registry_field("ot.object"),
                                                   .kind = VALUE_TEXT,
                                                   .length = (uint32_t)strlen(object),
                                                   .bytes = (const uint8_t *)object};
}

static void send(struct matcher *m)
{
    memset(told, 0, sizeof told);
    alerts = 0;
    matcher_message(m, &message, on_alert, NULL);
}

static void by_value(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++)
        rule("  where: ot.class == write and ot.role == request and ot.object == \"%u\"\n", 40001 + i);
    for (unsigned i = 0; i < 200; i++)
        rule("  where: ot.operation == write_single_register and ot.unit == %u and ot.server == 10.1.2.%u\n", i % 3, i);
    rule("  where: ot.class == write and ot.object in {\"40001\", \"40002\", \"40003\"}\n"); /* r500 */
    rule("  where: ot.class == write and not ot.object == \"40001\"\n");
    rule("  where: ot.class == write and ot.object == \"40001\" and ot.object == \"40002\"\n");
    rule("  where: ot.class == write\n  count: {by: [ot.client], at_least: 2, within: 60s}\n");
    struct ruleset *r = load();
    struct matcher *m = matcher_open(r);
    begin("write_single_register");
    add_object("40007");
    send(m);
    assert_int_equal(alerts, 3); /* its object's, its station's and the one about others */
    assert_int_equal(told[6] + told[300 + 1] + told[501], 3);
    assert_true(matcher_counters(m)->evaluated < 8);
    message.value_count = 0;
    add_object("40001"), add_object("40002"), add_object("40001"); /* each value once, each rule once */
    send(m);
    assert_int_equal(told[0] + told[1] + told[301] + told[500] + told[502] + told[503], 6);
    assert_int_equal(alerts, 6);
    message.value_count = 0;
    for (unsigned i = 0; i < 299; i++) add_object("40299"); /* more values than are looked for */
    add_object("40300");
    send(m);
    assert_int_equal(told[298] + told[299] + told[301] + told[501], 4);
    assert_int_equal(alerts, 4);
    packet.dst.bytes[3] = 7;
    message.value_count = 0;
    send(m);
    assert_int_equal(told[307], 1); /* 7 % 3 is 1, the unit; no object at all; and the second of two writes */
    assert_int_equal(told[501] + told[503], 2);
    assert_int_equal(alerts, 3);
    matcher_close(m);
    ruleset_free(r);
}

/* ---- packets ----------------------------------------------------- */

static const char *const payloads[] = {
    "{of: packet, steps: [{hex: '0000', offset: 2, depth: 2}, {hex: '05', offset: 7, depth: 1}]}",
    "{of: packet, steps: [{hex: '0000', at: 2}, {hex: '06', at: 8}, {number: 1, is: '>= 0x80', offset: 7}]}",
    "{of: packet, steps: [{hex: '0000', at: 2}, {regex: '^(?:[\\S\\s]{3}(\\x05|\\x06))', relative: true}]}",
    "{of: packet, steps: [{regex: '^[\\x00-\\xff]{2}[\\x00-\\x02]'}]}",
    "{of: packet, steps: [{regex: '^(?:\\x01|\\x05)\\x00'}]}",
    "{of: packet, steps: [{number: 2, jump: here, offset: 4}, {data: 1, relative: true, absent: true}]}",
    "{of: packet, size: {least: 9, most: 12}}",
    "{of: packet, steps: [{text: ab, at: 1, nocase: true}, {text: c, distance: 1, within: 1}]}",
    "{of: packet, steps: [{text: abc}, {text: ab, distance: 0}]}",
    "{of: packet, steps: [{text: bcab, nocase: true}]}",
    "{of: packet, steps: [{text: cabc, absent: true}, {number: 1, offset: 3, mask: 0x60, is: '== 3'}]}",
    "{of: packet, steps: [{number: 1, offset: 0, save: n}, {text: a, offset: n}, {data: 11}]}",
    "{of: packet, direction: to_client, steps: [{hex: '0000', at: 2}]}",
    "{of: packet, established: true, steps: [{text: cabcab}]}",
    "{of: packet, steps: [{hex: '00', at: 0}, {text: b, distance: 2, absent: true}, {hex: '00', distance: 1, within: "
    "1}]}",
};

static size_t random_payload(uint8_t *out, uint32_t *random)
{
    static const uint8_t some[] = {0, 0, 0, 1, 2, 5, 6, 0x85, 'a', 'b', 'c', 'a', 'b', 'c', 'A', 'B'};
    size_t n = (*random >> 7) % 24;
    for (size_t i = 0; i < n; i++) {
        *random = *random * 1664525 + 1013904223;
        out[i] = some[*random >> 16 & 15];
    }
    *random = *random * 1664525 + 1013904223;
    return n;
}

/* At port 502 all of them and as many more as fill several gates; at any port those whose place is free. */
static void packets(void **state)
{
    (void)state;
    uint32_t random = 7;
    unsigned hits = 0, asked = 0, count;
    hs_scratch_t *scratch = NULL;
    uint64_t cut = 0;
    for (unsigned i = 0; i < COUNT_OF(payloads); i++) rule("  where: tcp.dstport == 502\n  payload: %s\n", payloads[i]);
    for (unsigned i = 0; i < COUNT_OF(payloads); i++) rule("  payload: %s\n", payloads[i]);
    for (unsigned i = 0; i < 150; i++)
        rule("  where: tcp.dstport == 502\n  payload: {of: packet, steps: [{hex: '%02x', at: %u}, {hex: '00', at: "
             "%u}]}\n",
             i % 7, i % 5, 2 + i % 9);
    struct ruleset *r = load();
    struct matcher *m = matcher_open(r);
    const struct rule *const *rules = ruleset_rules(r, &count);
    for (unsigned i = 0; i < count; i++) assert_true(payload_prepare(rules[i]->body->condition.payload, &scratch));
    begin("read_coils");
    message.parser = NULL;
    for (unsigned round = 0; round < 4000; round++) {
        uint8_t bytes[32];
        size_t n = random_payload(bytes, &random);
        packet.dst_port = round % 4 ? 502 : 503;
        packet.from_client = round % 8 < 6;
        packet.tcp_flags = round % 16 ? 0x18 : 0x12;
        message.pdu = bytes_over(bytes, n);
        memset(told, 0, sizeof told);
        matcher_packet(m, &packet, message.pdu, on_alert, NULL);
        for (unsigned i = 0; i < count; i++) {
            const struct rule_condition *c = &rules[i]->body->condition;
            bool holds =
                (!c->where || filter_match(c->where, &message)) && payload_match(c->payload, &message, scratch, &cut);
            if (told[i] != holds) fail_msg("rule %u: %u of %d, round %u", i, told[i], holds, round);
            hits += holds;
            asked++;
        }
    }
    assert_true(hits > 5000 && hits < asked / 10);
    matcher_close(m);
    ruleset_free(r);
    hs_free_scratch(scratch);
}

/* Of random octets hardly any pass, of those that hold a literal all. */
static void triples(void **state)
{
    (void)state;
    static const char *const words[] = {"mining.", "GET /portal", "cmd.exe", "\x01\x02\x03\x04\x05"};
    struct payload_step steps[COUNT_OF(words)] = {0};
    const struct payload_step *list[COUNT_OF(words)];
    struct region memory = {0};
    struct triples t;
    uint32_t random = 3;
    unsigned passed = 0;
    for (unsigned i = 0; i < COUNT_OF(words); i++) {
        steps[i] = (struct payload_step){.literal = (const uint8_t *)words[i], .length = (uint16_t)strlen(words[i])};
        list[i] = &steps[i];
    }
    assert_true(triples_make(&memory, list, COUNT_OF(words), &t));
    assert_int_equal(t.step, 3); /* the shortest has five */
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t bytes[64];
        for (unsigned i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)((random = random * 1664525 + 1013904223) >> 24);
        struct bytes b = bytes_over(bytes, sizeof bytes);
        passed += triples_pass(&t, &b);
        const char *word = words[round % COUNT_OF(words)];
        memcpy(bytes + random % (sizeof bytes - strlen(word) + 1), word, strlen(word));
        assert_true(triples_pass(&t, &b));
    }
    assert_true(passed < 2000);
    region_free(&memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_value), cmocka_unit_test(packets),
                                       cmocka_unit_test(triples)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
