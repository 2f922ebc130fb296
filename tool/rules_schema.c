/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou rules schema: the JSON Schema (draft 2020-12) of a file of rules, for editors; docs/signature.schema.json.
 * What a schema cannot say (fields, operators, sets, patterns), `wanglou rules check` does. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "signatures/categories.h"
#include "signatures/rule.h"
#include "tool/command.h"
#include "tool/rules.h"

#define TEXT     "{\"type\":\"string\",\"minLength\":1}"
#define WORDS    "{\"$ref\":\"#/$defs/words\"}"
#define TIME     "{\"type\":[\"string\",\"integer\"],\"pattern\":\"^(0|[0-9]+(ms|s|m|h|d))$\",\"maximum\":0}"
#define FIELDS   "{\"type\":\"array\",\"minItems\":1,\"maxItems\":6,\"items\":" TEXT "}"
#define NUMBER   "{\"type\":[\"integer\",\"string\"]}"
#define FLAG     "{\"type\":\"boolean\"}"
#define LIST(of) "{\"type\":\"array\",\"items\":" of "}"
#define SPANS    "{\"anyOf\":[" TEXT "," LIST(TEXT) "]}"
#define OBJECT(required, members)                                                                                      \
    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[" required "],\"properties\":{" members "}}"

static const char pattern[] =
    OBJECT("", "\"text\":" TEXT ",\"hex\":" NUMBER ",\"regex\":" TEXT ",\"nocase\":" FLAG ",\"at\":" NUMBER
               ",\"offset\":" NUMBER ",\"depth\":" NUMBER ",\"absent\":" FLAG);
static const char step[] =
    OBJECT("", "\"text\":" TEXT ",\"hex\":" NUMBER ",\"regex\":" TEXT ",\"number\":" NUMBER ",\"data\":" NUMBER
               ",\"in\":" TEXT ",\"nocase\":" FLAG ",\"absent\":" FLAG ",\"relative\":" FLAG ",\"offset\":" NUMBER
               ",\"depth\":" NUMBER ",\"at\":" NUMBER ",\"distance\":" NUMBER ",\"within\":" NUMBER ",\"end\":" FLAG
               ",\"base\":{\"enum\":[\"dec\",\"hex\",\"oct\"]},\"little\":" FLAG ",\"mask\":" NUMBER
               ",\"jump\":{\"enum\":[\"here\",\"start\",\"end\"]},\"align\":" NUMBER ",\"beyond\":" NUMBER
               ",\"is\":" TEXT ",\"save\":" TEXT ",\"calculate\":" TEXT);

/* Members that several parts have. */
static const struct {
    const char *name, *schema;
} parts[] = {
    {"words", "{\"anyOf\":[" TEXT "," OBJECT("\"zh\",\"en\"", "\"zh\":" TEXT ",\"en\":" TEXT) "]}"},
    {"pattern", pattern},
    {"step", step},
};

/* Each key of a rule, in the order of the page that describes it. */
static const struct {
    const char *key, *zh, *en;
    const char *schema; /* NULL: made below */
} members[] = {
    {"id", "编号，全库唯一", "its name, once in the whole set",
     "{\"type\":\"string\",\"pattern\":\"^[a-z0-9-]{1,63}$\"}"},
    {"sid", "数字编号，全库唯一", "its number, once in the whole set",
     "{\"type\":\"integer\",\"minimum\":1,\"maximum\":4294967295}"},
    {"revision", "修订号，每次改动加一", "raise it with every change", "{\"type\":\"integer\",\"minimum\":1}"},
    {"name", "名称", "name", WORDS},
    {"description", "说明", "what it means", WORDS},
    {"impact", "影响", "what it can do to the plant", WORDS},
    {"check", "查什么、找谁", "what to look at and whom to call", WORDS},
    {"false_positive", "误报情形", "when it is nothing", WORDS},
    {"severity", "严重程度", "severity", NULL},
    {"category", "事件类别（GB/T 20986-2023）", "category (GB/T 20986-2023)", NULL},
    {"techniques", "ATT&CK for ICS 技术编号", "techniques of ATT&CK for ICS",
     "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^T0[0-9]{3}$\"}}"},
    {"references", "漏洞编号与网址", "vulnerabilities and pages",
     "{\"type\":\"array\",\"items\":{\"type\":\"string\",\"pattern\":\"^(cve:CVE-|cnvd:CNVD-|cnnvd:CNNVD-|cicsvd:"
     "CICSVD-|"
     "url:http)\"}}"},
    {"affected", "涉及的厂商、型号、固件", "vendor, models and firmware it is about",
     LIST(OBJECT("\"vendor\",\"models\"",
                 "\"vendor\":" TEXT ",\"models\":{\"type\":\"array\",\"minItems\":1,\"items\":" TEXT
                 "},\"from\":" NUMBER ",\"before\":" NUMBER ",\"through\":" NUMBER))},
    {"where", "条件（Wireshark显示过滤器语法）", "the condition, in Wireshark's display-filter syntax", TEXT},
    {"patterns", "报文中的字节", "bytes in the PDU",
     "{\"type\":\"array\",\"minItems\":1,\"maxItems\":16,\"items\":"
     "{\"$ref\":\"#/$defs/pattern\"}}"},
    {"stream", "在整条连接的字节流中查找，可跨分段", "patterns in a connection's bytes, over segments", FLAG},
    {"payload", "逐步核对的字节", "bytes step by step",
     OBJECT("\"steps\"",
            "\"of\":{\"enum\":[\"packet\",\"pdu\"]},\"direction\":{\"enum\":[\"both\",\"to_server\",\"to_client\"]},"
            "\"established\":" FLAG ",\"size\":" OBJECT(
                "", "\"least\":" NUMBER ",\"most\":" NUMBER) ",\"steps\":{\"type\":\"array\",\"minItems\":1,\"items\":{"
                                                             "\"$ref\":\"#/$defs/step\"}}")},
    {"count", "次数阈值", "how often within a time",
     OBJECT("\"at_least\",\"within\"",
            "\"by\":" FIELDS ",\"at_least\":{\"type\":\"integer\",\"minimum\":2},\"within\":" TIME
            ",\"distinct\":" TEXT)},
    {"sequence", "先后顺序", "one behind the other within a time",
     OBJECT("\"within\",\"steps\"",
            "\"within\":" TIME ",\"by\":" FIELDS
            ",\"steps\":{\"type\":\"array\",\"minItems\":2,\"maxItems\":9,\"items\":" OBJECT(
                "", "\"where\":" TEXT ",\"patterns\":" LIST("{\"$ref\":\"#/$defs/pattern\"}")) "}")},
    {"without", "此前没有", "nothing like it before",
     OBJECT("\"within\"", "\"within\":" TIME ",\"by\":" FIELDS ",\"where\":" TEXT
                          ",\"patterns\":" LIST("{\"$ref\":\"#/$defs/pattern\"}"))},
    {"hours", "时段", "hours of the week",
     "{\"type\":\"object\",\"minProperties\":1,\"maxProperties\":1,\"additionalProperties\":false,\"properties\":{"
     "\"inside\":" SPANS ",\"outside\":" SPANS "}}"},
    {"maintenance", "检修期内是否告警", "whether machines under maintenance are told",
     "{\"enum\":[\"tell\",\"quiet\"]}"},
    {"marks", "标记", "marks of flows and parties",
     OBJECT("", "\"of\":{\"enum\":[\"flow\",\"source\",\"destination\",\"pair\"]},\"within\":" TIME
                ",\"need\":" LIST(TEXT) ",\"absent\":" LIST(TEXT) ",\"set\":" LIST(TEXT) ",\"clear\":" LIST(TEXT))},
    {"silent", "只打标记，不告警", "sets its marks, tells nothing", FLAG},
    {"quiet", "静默时间", "how long repeats are not told",
     "{\"anyOf\":[" TIME "," OBJECT("", "\"for\":" TIME ",\"by\":" FIELDS) "]}"},
    {"proof", "自带验证流量", "traffic that proves it",
     LIST(OBJECT("\"fires\",\"traffic\"", "\"fires\":{\"type\":\"integer\",\"minimum\":0},\"traffic\":" TEXT))},
};

static json_t *names_of(const char *const *names)
{
    json_t *list = json_array();
    for (; *names; names++) json_array_append_new(list, json_string(*names));
    return json_pack("{s:o}", "enum", list);
}

static json_t *category_names(void)
{
    json_t *list = json_array();
    struct fault fault = {""};
    unsigned count = 0;
    const struct category *all = categories(&count, &fault);
    for (unsigned i = 0; all && i < count; i++) json_array_append_new(list, json_string(all[i].key));
    return json_pack("{s:o}", "enum", list);
}

static json_t *member(size_t i)
{
    json_t *schema = members[i].schema                         ? json_loads(members[i].schema, 0, NULL)
                     : strcmp(members[i].key, "severity") == 0 ? names_of(rule_severities)
                                                               : category_names();
    char text[256];
    snprintf(text, sizeof text, "%s / %s", members[i].zh, members[i].en);
    json_object_set_new(schema, "description", json_string(text));
    return schema;
}

/* Every key that the loader takes is described, and no other. */
static bool is_whole(const json_t *properties)
{
    size_t count = 0;
    for (const char *const *key = rule_keys; *key; key++, count++) {
        if (json_object_get(properties, *key)) continue;
        fprintf(stderr, "rules_schema.c: the key %s is not described\n", *key);
        return false;
    }
    return json_object_size(properties) == count;
}

int rules_schema(void)
{
    json_t *properties = json_object(), *defs = json_object();
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_object_set_new(properties, members[i].key, member(i));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        json_object_set_new(defs, parts[i].name, json_loads(parts[i].schema, 0, NULL));
    bool whole = is_whole(properties);
    json_t *schema = json_pack(
        "{s:s, s:s, s:[s,s], s:{s:s, s:b, s:[s,s,s,s,s], s:[{s:[s]},{s:[s]},{s:[s]},{s:[s]}], s:o}, s:o}", "$schema",
        "https://json-schema.org/draft/2020-12/schema", "title", "风险特征 risk signatures of Wanglou", "type", "array",
        "null", "items", "type", "object", "additionalProperties", 0, "required", "id", "sid", "name", "severity",
        "category", "anyOf", "required", "where", "required", "patterns", "required", "payload", "required", "sequence",
        "properties", properties, "$defs", defs);
    if (schema) json_dumpf(schema, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(schema);
    return schema && whole ? EXIT_DONE : EXIT_FAILED;
}
