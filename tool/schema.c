/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou schema: the JSON Schema (2020-12) of the sensor's event lines, docs/event.schema.json. */
#include "common/event.h"
#include "common/json.h"
#include "parsers/registry.h"
#include "tool/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind {
    TIME,
    TEXT,
    UINT,
    NUMBER,
    BOOL,
    IP,
    MAC,
    PORT,
    WORDS,
    TEXTS,
    UINTS,
    PARTY,
    COUNTS,
    FREE,
    VALUES,
    ANOMALIES,
    OBJECTS,
    ANY_OBJECTS /* or none */
};

/* Members of each object, in the order of the line. `head` is the line itself. */
static const struct member {
    const char *object, *name;
    enum kind kind;
    bool required;
} members[] = {
    {"head", "timestamp", TIME, true},
    {"head", "flow_id", UINT, false},
    {"head", "community_id", TEXT, false},
    {"head", "event_type", TEXT, true},
    {"head", "in_iface", TEXT, false},
    {"head", "vlan", UINTS, false},
    {"head", "src_mac", MAC, false},
    {"head", "src_ip", IP, false},
    {"head", "src_port", PORT, false},
    {"head", "dest_mac", MAC, false},
    {"head", "dest_ip", IP, false},
    {"head", "dest_port", PORT, false},
    {"head", "proto", TEXT, false},
    {"head", "app_proto", TEXT, false},
    {"head", "pcap_cnt", UINT, false},
    {"head", "sensor", TEXT, true},
    {"head", "id", TEXT, true},
    {"head", "seq", UINT, true},
    {"alert", "action", TEXT, true},
    {"alert", "gid", UINT, true},
    {"alert", "signature_id", UINT, true},
    {"alert", "rule", TEXT, true},
    {"alert", "rev", UINT, true},
    {"alert", "severity", UINT, true},
    {"alert", "category", TEXT, true},
    {"alert", "signature", TEXT, true},
    {"alert", "signature_en", TEXT, true},
    {"alert", "description", WORDS, false},
    {"alert", "impact", WORDS, false},
    {"alert", "check", WORDS, false},
    {"alert", "false_positive", WORDS, false},
    {"alert", "techniques", TEXTS, false},
    {"alert", "references", TEXTS, false},
    {"alert", "affected", ANY_OBJECTS, false},
    {"alert", "planned", BOOL, false},
    {"alert", "count", UINT, true},
    {"alert", "first", TIME, true},
    {"alert", "key", TEXT, false},
    {"alert", "source", PARTY, true},
    {"alert", "target", PARTY, true},
    {"alert", "evidence", FREE, false},
    {"signatures", "key", TEXT, true},
    {"signatures", "kind", TEXT, true},
    {"signatures", "item", TEXT, false},
    {"signatures", "name", TEXT, false},
    {"signatures", "version", UINT, false},
    {"signatures", "digest", TEXT, false},
    {"signatures", "key_id", TEXT, false},
    {"signatures", "state", TEXT, true},
    {"signatures", "reason", TEXT, false},
    {"signatures", "detail", TEXT, false},
    {"signatures", "zh", TEXT, true},
    {"signatures", "en", TEXT, true},
    {"signatures", "severity", UINT, true},
    {"signatures", "rules", UINT, true},
    {"signatures", "shadowed", UINT, true},
    {"signatures", "alerts", UINT, false},
    {"evidence", "alert", TEXT, true},
    {"evidence", "packets", OBJECTS, true},
    {"evidence", "sha256", TEXT, true},
    {"evidence", "truncated", BOOL, true},
    {"ot", "protocol", TEXT, true},
    {"ot", "class", TEXT, true},
    {"ot", "class_zh", TEXT, true},
    {"ot", "operation", TEXT, false},
    {"ot", "operation_zh", TEXT, false},
    {"ot", "operation_en", TEXT, false},
    {"ot", "code", UINT, false},
    {"ot", "role", TEXT, true},
    {"ot", "status", TEXT, true},
    {"ot", "status_code", UINT, false},
    {"ot", "status_zh", TEXT, false},
    {"ot", "status_en", TEXT, false},
    {"ot", "unit", UINT, false},
    {"ot", "objects", TEXTS, false},
    {"ot", "object_count", UINT, false},
    {"ot", "values", VALUES, false},
    {"ot", "value_count", UINT, false},
    {"ot", "latency", NUMBER, false},
    {"ot", "request_frame", UINT, false},
    {"ot", "anomalies", ANOMALIES, false},
    {"ot", "fields", FREE, true},
    {"ot", "fields_cut", BOOL, false},
    {"asset", "device", TEXT, true},
    {"asset", "address", IP, false},
    {"asset", "mac", MAC, false},
    {"asset", "addresses", TEXTS, false},
    {"asset", "macs", TEXTS, false},
    {"asset", "vendor", TEXT, false},
    {"asset", "model", TEXT, false},
    {"asset", "order_number", TEXT, false},
    {"asset", "firmware", TEXT, false},
    {"asset", "hardware", TEXT, false},
    {"asset", "serial", TEXT, false},
    {"asset", "name", TEXT, false},
    {"asset", "location", TEXT, false},
    {"asset", "role", TEXT, false},
    {"asset", "changed", TEXTS, false},
    {"asset", "conflicts", FREE, false},
    {"asset", "level", UINT, false},
    {"asset", "zone", TEXT, true},
    {"asset", "vlan", UINT, false},
    {"asset", "protocols", TEXTS, false},
    {"asset", "modules", OBJECTS, false},
    {"asset", "peers", OBJECTS, false},
    {"asset", "peer_count", UINT, false},
    {"asset", "first_seen", TIME, true},
    {"asset", "last_seen", TIME, true},
    {"asset", "evidence", FREE, true},
    {"flow", "pkts_toserver", UINT, true},
    {"flow", "pkts_toclient", UINT, true},
    {"flow", "bytes_toserver", UINT, true},
    {"flow", "bytes_toclient", UINT, true},
    {"flow", "start", TIME, true},
    {"flow", "end", TIME, true},
    {"flow", "age", UINT, true},
    {"flow", "state", TEXT, true},
    {"flow", "reason", TEXT, true},
    {"flow", "part", UINT, false},
    {"flow", "since", TIME, false},
    {"flow", "gaps", UINT, false},
    {"flow", "retransmissions", UINT, false},
    {"flow", "overlaps", UINT, false},
    {"flow", "reordered", UINT, false},
    {"flow", "operations", COUNTS, false},
    {"flow", "operations_other", UINT, false},
    {"flow", "ndpi", TEXT, false},
    {"flow", "risks", TEXTS, false},
    {"anomaly", "type", TEXT, true},
    {"anomaly", "event", TEXT, true},
    {"anomaly", "layer", TEXT, true},
    {"anomaly", "zh", TEXT, true},
    {"anomaly", "en", TEXT, true},
    {"visibility", "scope", TEXT, true},
    {"visibility", "reason", TEXT, false},
    {"visibility", "zh", TEXT, false},
    {"visibility", "en", TEXT, false},
    {"visibility", "device", TEXT, false},
    {"visibility", "address", IP, false},
    {"visibility", "mac", MAC, false},
    {"visibility", "name", TEXT, false},
    {"visibility", "count", UINT, false},
    {"visibility", "frame", UINT, false},
    {"visibility", "protocol", TEXT, false},
    {"visibility", "offset", NUMBER, false},
    {"visibility", "zone", NUMBER, false},
    {"visibility", "off", BOOL, false},
    {"visibility", "score", UINT, false},
    {"visibility", "reasons", ANY_OBJECTS, false},
    {"visibility", "frames", UINT, false},
    {"visibility", "kernel_drops", UINT, false},
    {"visibility", "gaps", UINT, false},
    {"visibility", "two_way", UINT, false},
    {"visibility", "one_way", UINT, false},
    {"visibility", "understood", UINT, false},
    {"visibility", "undecoded", UINT, false},
    {"visibility", "assets", UINT, false},
    {"visibility", "declared", UINT, false},
    {"visibility", "unseen", UINT, false},
    {"visibility", "since", TIME, false},
    {"exposure", "kind", TEXT, true},
    {"exposure", "zh", TEXT, true},
    {"exposure", "en", TEXT, true},
    {"exposure", "device", TEXT, true},
    {"exposure", "address", IP, false},
    {"exposure", "mac", MAC, false},
    {"exposure", "peer", FREE, false},
    {"exposure", "public_address", IP, false},
    {"exposure", "country", TEXT, false},
    {"exposure", "protocol", TEXT, false},
    {"exposure", "port", UINT, false},
    {"exposure", "detail", TEXT, false},
    {"exposure", "secret_hash", TEXT, false},
    {"exposure", "count", UINT, true},
    {"exposure", "first", TIME, true},
    {"exposure", "last", TIME, true},
    {"exposure", "session_start", TIME, false},
    {"exposure", "session_end", TIME, false},
    {"exposure", "bytes", UINT, false},
    {"exposure", "frame", UINT, false},
    {"exposure", "id", TEXT, false},
    {"exposure", "title", TEXT, false},
    {"exposure", "cvss", NUMBER, false},
    {"exposure", "affected", TEXT, false},
    {"exposure", "product", TEXT, false},
    {"exposure", "firmware", TEXT, false},
    {"exposure", "evidence", FREE, false},
    {"exposure", "fix", WORDS, false},
    {"exposure", "references", TEXTS, false},
    {"anomaly", "address", IP, false},
    {"anomaly", "mac", MAC, false},
    {"anomaly", "before", TEXT, false},
    {"anomaly", "after", TEXT, false},
    {"anomaly", "frame", UINT, false},
    {"baseline", "key", TEXT, true},
    {"baseline", "kind", TEXT, true},
    {"baseline", "zh", TEXT, true},
    {"baseline", "en", TEXT, true},
    {"baseline", "state", TEXT, true},
    {"baseline", "severity", UINT, true},
    {"baseline", "device", TEXT, false},
    {"baseline", "peer", TEXT, false},
    {"baseline", "protocol", TEXT, false},
    {"baseline", "class", TEXT, false},
    {"baseline", "operation", TEXT, false},
    {"baseline", "unit", TEXT, false},
    {"baseline", "object", TEXT, false},
    {"baseline", "was", TEXT, false},
    {"baseline", "now", TEXT, false},
    {"baseline", "frame", UINT, false},
    {"baseline", "planned", BOOL, false},
    {"baseline", "by", TEXT, false},
    {"baseline", "reason", TEXT, false},
    {"variable", "key", TEXT, true},
    {"variable", "kind", TEXT, true},
    {"variable", "zh", TEXT, true},
    {"variable", "en", TEXT, true},
    {"variable", "value", NUMBER, true},
    {"variable", "state", TEXT, false},
    {"variable", "name", WORDS, false},
    {"variable", "where", TEXT, false},
    {"variable", "since", TIME, false},
    {"variable", "points", ANY_OBJECTS, false},
    {"variable", "limit", NUMBER, false},
    {"variable", "seconds", NUMBER, false},
    {"variable", "minute", TIME, false},
    {"variable", "low", NUMBER, false},
    {"variable", "high", NUMBER, false},
    {"variable", "mean", NUMBER, false},
    {"variable", "count", UINT, false},
    {"variable", "changes", UINT, false},
    {"variable", "before", NUMBER, false},
    {"variable", "after", NUMBER, false},
    {"variable", "who", TEXT, false},
    {"variable", "operation", TEXT, false},
    {"variable", "frame", UINT, false},
    {"failure", "key", TEXT, true},
    {"failure", "kind", TEXT, true},
    {"failure", "state", TEXT, false},
    {"failure", "asset", TEXT, true},
    {"failure", "mode", TEXT, false},
    {"failure", "name", WORDS, false},
    {"failure", "iso", TEXT, false},
    {"failure", "severity", TEXT, false},
    {"failure", "cause", TEXT, false},
    {"failure", "cause_confidence", NUMBER, false},
    {"failure", "start", TIME, false},
    {"failure", "end", TIME, false},
    {"failure", "duration", NUMBER, false},
    {"failure", "censored", BOOL, false},
    {"failure", "planned", BOOL, false},
    {"failure", "exposure", NUMBER, false},
    {"failure", "signs", UINT, false},
    {"failure", "children", UINT, false},
    {"failure", "parent", TEXT, false},
    {"failure", "evidence", OBJECTS, false},
    {"failure", "check", WORDS, false},
    {"failure", "blind", NUMBER, false},
    {"failure", "down", NUMBER, false},
    {"failure", "failures", UINT, false},
    {"failure", "closed", UINT, false},
    {"failure", "open", UINT, false},
    {"failure", "mtbf", FREE, false},
    {"failure", "mttr", FREE, false},
    {"failure", "availability", FREE, false},
    {"failure", "trend", FREE, false},
    {"failure", "forecast", FREE, false},
    {"failure", "weekly", FREE, false},
    {"failure", "planned_failures", UINT, false},
    {"failure", "probability", NUMBER, false},
    {"failure", "basis", WORDS, false},
    {"failure", "precursors", ANY_OBJECTS, false},
    {"failure", "usual", NUMBER, false},
    {"failure", "now", NUMBER, false},
    {"failure", "limit", NUMBER, false},
    {"answer", "key", TEXT, true},
    {"answer", "kind", TEXT, true},
    {"answer", "state", TEXT, true},
    {"answer", "version", UINT, true},
    {"answer", "affected", BOOL, false},
    {"answer", "count", UINT, false},
    {"answer", "measures", TEXT, false},
    {"answer", "comment", TEXT, false},
    {"answer", "evidence", TEXT, false},
    {"answer", "name", TEXT, false},
    {"answer", "digest", TEXT, false},
    {"answer", "revision", UINT, false},
    {"disclosure", "request", TEXT, true},
    {"disclosure", "to", TEXT, true},
    {"disclosure", "kind", TEXT, true},
    {"disclosure", "subject", TEXT, true},
    {"disclosure", "state", TEXT, true},
    {"disclosure", "decided", TEXT, true},
    {"disclosure", "comment", TEXT, true},
    {"disclosure", "content", FREE, false},
    {"disclosure", "sha256", TEXT, false},
};
enum { MEMBERS = sizeof members / sizeof *members };

#define STRING(more) "{\"type\":\"string\"" more "}"
#define UNSIGNED     "{\"type\":\"integer\",\"minimum\":0}"
#define TIME_PATTERN "^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\dT\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d\\\\.\\\\d{6}\\\\+0000$"
static const char *const kinds[] = {
    [TIME] = STRING(",\"pattern\":\"" TIME_PATTERN "\""),
    [TEXT] = STRING(""),
    [UINT] = UNSIGNED,
    [NUMBER] = "{\"type\":\"number\"}",
    [BOOL] = "{\"type\":\"boolean\"}",
    [IP] = STRING(",\"pattern\":\"^[0-9a-f:.]+$\""),
    [MAC] = STRING(",\"pattern\":\"^([0-9a-f]{2}:){5}[0-9a-f]{2}$\""),
    [PORT] = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":65535}",
    [WORDS] = "{\"type\":\"object\",\"properties\":{\"zh\":{\"type\":\"string\"},\"en\":{\"type\":\"string\"}},"
              "\"additionalProperties\":false}",
    [TEXTS] = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}}",
    [UINTS] = "{\"type\":\"array\",\"minItems\":1,\"items\":" UNSIGNED "}",
    [PARTY] = "{\"type\":\"object\",\"properties\":{\"ip\":{\"type\":\"string\"},\"mac\":{\"type\":\"string\"}},"
              "\"additionalProperties\":false}",
    [COUNTS] = "{\"type\":\"object\",\"additionalProperties\":" UNSIGNED "}",
    [FREE] = "{\"type\":\"object\"}",
    [ANY_OBJECTS] = "{\"type\":\"array\",\"items\":{\"type\":\"object\"}}",
    [OBJECTS] = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\"}}",
    [VALUES] = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":[\"string\",\"number\",\"boolean\",\"null\"]}}",
    [ANOMALIES] = "{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"object\",\"properties\":{"
                  "\"name\":{\"type\":\"string\"},\"severity\":{\"enum\":[\"note\",\"odd\",\"hostile\"]},"
                  "\"zh\":{\"type\":\"string\"},\"en\":{\"type\":\"string\"}},\"required\":[\"name\",\"severity\","
                  "\"zh\",\"en\"],\"additionalProperties\":false}}",
};

static void put_enum(struct json *j, const char *key, const char *const *names, unsigned count)
{
    json_begin_object(j, key);
    json_begin_array(j, "enum");
    for (unsigned i = 0; i < count; i++) json_put_string(j, NULL, names[i]);
    json_end_array(j);
    json_end_object(j);
}

static void put_protocols(struct json *j, const char *key)
{
    const struct registry *r = registry();
    json_begin_object(j, key);
    json_begin_array(j, "enum");
    for (unsigned i = 1; i < r->parser_count; i++) json_put_string(j, NULL, r->parsers[i]->name);
    json_end_array(j);
    json_end_object(j);
}

/* Members whose values are the names of a table. */
static bool put_named(struct json *j, const struct member *m)
{
    bool ot = strcmp(m->object, "ot") == 0;
    if (strcmp(m->name, "event_type") == 0)
        put_enum(j, m->name, event_type_name, EVENT_TYPE_COUNT);
    else if (ot && strcmp(m->name, "class") == 0)
        put_enum(j, m->name, ot_class_name, OT_CLASS_COUNT);
    else if (ot && strcmp(m->name, "role") == 0)
        put_enum(j, m->name, ot_role_name, ROLE_COUNT);
    else if (ot && strcmp(m->name, "status") == 0)
        put_enum(j, m->name, ot_status_name, STATUS_COUNT);
    else if (strcmp(m->name, "app_proto") == 0 || (ot && strcmp(m->name, "protocol") == 0))
        put_protocols(j, m->name);
    else
        return false;
    return true;
}

static void put_members(struct json *j, const char *object)
{
    for (unsigned i = 0; i < MEMBERS; i++) {
        const struct member *m = &members[i];
        if (strcmp(m->object, object) == 0 && !put_named(j, m))
            json_put_raw(j, m->name, kinds[m->kind], strlen(kinds[m->kind]));
    }
}

static void put_required(struct json *j, const char *object)
{
    json_begin_array(j, "required");
    for (unsigned i = 0; i < MEMBERS; i++)
        if (members[i].required && strcmp(members[i].object, object) == 0) json_put_string(j, NULL, members[i].name);
    json_end_array(j);
}

static bool described(const char *object)
{
    for (unsigned i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].object, object) == 0) return true;
    return false;
}

static void put_object(struct json *j, const char *object)
{
    json_begin_object(j, object);
    json_put_string(j, "type", "object");
    if (described(object)) {
        json_begin_object(j, "properties");
        put_members(j, object);
        json_end_object(j);
        put_required(j, object);
        json_put_bool(j, "additionalProperties", false);
    }
    json_end_object(j);
}

/* An event carries the object named as its type. */
static void put_conditions(struct json *j)
{
    json_begin_array(j, "allOf");
    for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++) {
        json_begin_object(j, NULL);
        json_begin_object(j, "if");
        json_begin_object(j, "properties");
        put_enum(j, "event_type", &event_type_name[i], 1);
        json_end_object(j);
        json_end_object(j);
        json_begin_object(j, "then");
        json_begin_array(j, "required");
        json_put_string(j, NULL, event_type_name[i]);
        json_end_array(j);
        json_end_object(j);
        json_end_object(j);
    }
    json_end_array(j);
}

static int schema_run(int argc, char **argv)
{
    enum { ROOM = 1 << 20 };
    char fault[512], *memory = malloc(ROOM);
    (void)argv;
    if (argc != 1 || !memory || !registry_open(fault, sizeof fault)) {
        fprintf(stderr, "wanglou schema: %s\n", argc != 1 ? "takes no arguments" : "out of memory or a wrong table");
        free(memory);
        return EXIT_USAGE;
    }
    struct json j = json_over(memory, ROOM);
    json_begin_object(&j, NULL);
    json_put_string(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_put_string(&j, "title", "Wanglou event, one a line");
    json_put_string(&j, "$comment", "made by `wanglou schema`; do not edit");
    json_put_string(&j, "type", "object");
    json_begin_object(&j, "properties");
    put_members(&j, "head");
    for (unsigned i = 0; i < EVENT_TYPE_COUNT; i++) put_object(&j, event_type_name[i]);
    json_end_object(&j);
    put_required(&j, "head");
    json_put_bool(&j, "additionalProperties", false);
    put_conditions(&j);
    json_end_object(&j);
    bool good = json_ok(&j) && fwrite(j.start, 1, json_length(&j), stdout) == json_length(&j) && putchar('\n') == '\n';
    free(memory);
    return good ? EXIT_DONE : EXIT_FAILED;
}

const struct command command_schema = {.name = "schema",
                                       .usage = "",
                                       .zh = "输出事件格式的 JSON Schema",
                                       .en = "print the JSON Schema of events",
                                       .run = schema_run};
