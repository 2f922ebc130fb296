/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou protocols: what the parsers' tables say, as a list for people or as JSON for the console, the generated
 * references and other programs. */
#include "common/device_role.h"
#include "common/json.h"
#include "parsers/registry.h"
#include "tool/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[FIELD_TYPE_COUNT] = {
    [FIELD_NONE] = "none",     [FIELD_BOOL] = "bool",     [FIELD_UINT8] = "uint8",   [FIELD_UINT16] = "uint16",
    [FIELD_UINT24] = "uint24", [FIELD_UINT32] = "uint32", [FIELD_UINT48] = "uint48", [FIELD_UINT64] = "uint64",
    [FIELD_INT8] = "int8",     [FIELD_INT16] = "int16",   [FIELD_INT32] = "int32",   [FIELD_INT64] = "int64",
    [FIELD_FLOAT] = "float",   [FIELD_DOUBLE] = "double", [FIELD_TEXT] = "text",     [FIELD_BYTES] = "bytes",
    [FIELD_ETHER] = "ether",   [FIELD_IPV4] = "ipv4",     [FIELD_IPV6] = "ipv6",     [FIELD_GUID] = "guid",
    [FIELD_TIME] = "time",
};
static const char *const severity_names[] = {"note", "odd", "hostile"};

static void put_titles(struct json *j, const char *zh, const char *en)
{
    json_put_string(j, "zh", zh);
    json_put_string(j, "en", en);
}

static void put_field(struct json *j, const struct field *f)
{
    json_begin_object(j, NULL);
    json_put_string(j, "name", f->name);
    json_put_string(j, "type", type_names[f->type]);
    put_titles(j, f->zh, f->en);
    if (f->names) {
        json_begin_object(j, "values");
        for (const struct value_name *v = f->names; v->en; v++) {
            char key[24];
            snprintf(key, sizeof key, "%llu", (unsigned long long)v->value);
            json_begin_array(j, key);
            json_put_string(j, NULL, v->zh);
            json_put_string(j, NULL, v->en);
            json_end_array(j);
        }
        json_end_object(j);
    }
    json_end_object(j);
}

static void put_operations(struct json *j, const struct parser *p)
{
    json_begin_array(j, "operations");
    for (unsigned i = 0; i < p->operation_count; i++) {
        const struct operation *o = &p->operations[i];
        json_begin_object(j, NULL);
        json_put_uint(j, "code", o->code);
        json_put_string(j, "name", o->name);
        json_put_string(j, "class", ot_class_name[o->class]);
        if (o->technique) json_put_string(j, "technique", o->technique);
        put_titles(j, o->zh, o->en);
        json_end_object(j);
    }
    json_end_array(j);
}

static void put_findings(struct json *j, const struct parser *p)
{
    json_begin_array(j, "anomalies");
    for (unsigned i = 0; i < p->anomaly_count; i++) {
        json_begin_object(j, NULL);
        json_put_string(j, "name", p->anomalies[i].name);
        json_put_string(j, "severity", severity_names[p->anomalies[i].severity]);
        put_titles(j, p->anomalies[i].zh, p->anomalies[i].en);
        json_end_object(j);
    }
    json_end_array(j);
    json_begin_array(j, "statuses");
    for (unsigned i = 0; i < p->status_count; i++) {
        json_begin_object(j, NULL);
        json_put_uint(j, "code", p->statuses[i].code);
        put_titles(j, p->statuses[i].zh, p->statuses[i].en);
        json_end_object(j);
    }
    json_end_array(j);
}

/* Where a MAYBE of the parser's probe is believed. */
static void put_ports(struct json *j, const char *key, const uint16_t *ports)
{
    json_begin_array(j, key);
    for (; ports && *ports; ports++) json_put_uint(j, NULL, *ports);
    json_end_array(j);
}

static void put_parser(struct json *j, const struct parser *p)
{
    json_begin_object(j, NULL);
    json_put_string(j, "name", p->name);
    put_titles(j, p->zh, p->en);
    json_put_string(j, "specification", p->specification);
    put_ports(j, "tcp_ports", p->tcp_ports);
    put_ports(j, "udp_ports", p->udp_ports);
    json_begin_array(j, "fields");
    for (unsigned i = 0; i < p->field_count; i++) put_field(j, &p->fields[i]);
    json_end_array(j);
    put_operations(j, p);
    put_findings(j, p);
    json_end_object(j);
}

static bool print_json(const struct registry *r)
{
    struct json j = {.grow = json_grow_heap};
    json_begin_object(&j, NULL);
    json_begin_array(&j, "protocols");
    for (unsigned i = 0; i < r->parser_count; i++) put_parser(&j, r->parsers[i]);
    json_end_array(&j);
    json_begin_array(&j, "classes");
    for (unsigned i = 0; i < OT_CLASS_COUNT; i++) {
        json_begin_object(&j, NULL);
        json_put_string(&j, "name", ot_class_name[i]);
        put_titles(&j, ot_class_zh[i], ot_class_en[i]);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_begin_array(&j, "device_roles");
    for (const struct device_role *role = device_roles; role->name; role++) {
        json_begin_object(&j, NULL);
        json_put_string(&j, "name", role->name);
        put_titles(&j, role->zh, role->en);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    bool done = json_ok(&j) && fwrite(j.start, 1, json_length(&j), stdout) == json_length(&j) && putchar('\n') != EOF &&
                fflush(stdout) == 0;
    free(j.start);
    return done;
}

static void print_list(const struct registry *r)
{
    for (unsigned i = 0; i < r->parser_count; i++) {
        const struct parser *p = r->parsers[i];
        printf("%-12s %4u fields %4u operations  %s  %s\n", p->name, p->field_count, p->operation_count, p->zh,
               p->specification ? p->specification : "");
    }
}

static int run(int argc, char **argv)
{
    char fault[256] = "";
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc != 1 && !json) return command_usage(&command_protocols);
    const struct registry *r = registry_open(fault, sizeof fault);
    if (!r) return command_failed(fault);
    if (!json)
        print_list(r);
    else if (!print_json(r))
        return command_failed("wanglou protocols: standard output cannot be written");
    return EXIT_DONE;
}

const struct command command_protocols = {"protocols", "[--json]", "列出能解析的协议、字段与操作",
                                          "list the protocols, fields and operations that are understood", run};
