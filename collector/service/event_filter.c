/* SPDX-License-Identifier: Apache-2.0 */
/* Messages from events (docs/events.md read backwards). */
#include "collector/service/event_filter.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store/event_json.h"
#include "collector/store/internal.h"
#include "common/json_member.h"
#include "common/region.h"
#include "signatures/filter.h"

enum { VALUES_MOST = 4096, PROTO_TCP = 6, PROTO_UDP = 17, NO_VLAN = 0xffff };

struct event_message {
    struct message message;
    struct packet_meta packet;
    struct region memory; /* of values */
};

static uint64_t uint_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    double real = json_number_value(value);
    return json_is_integer(value) && real > 0 ? (uint64_t)json_integer_value(value) : real > 0 ? (uint64_t)real : 0;
}

static int index_of(const char *const *names, unsigned count, const char *name)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return (int)i;
    return 0;
}

/* ---- the frame ---- */

static struct address address_of(const char *text)
{
    struct address a = {0};
    if (inet_pton(AF_INET, text, a.bytes) == 1)
        a.family = 4;
    else if (inet_pton(AF_INET6, text, a.bytes) == 1)
        a.family = 6;
    return a;
}

static void mac_of(const char *text, uint8_t out[6]) { sodium_hex2bin(out, 6, text, strlen(text), ":-", NULL, NULL); }

static void read_packet(struct packet_meta *p, const json_t *event)
{
    const char *proto = json_member_text(event, "proto"), *time = json_member_text(event, "timestamp");
    const json_t *tags = json_object_get(event, "vlan");
    int64_t time_us = store_time_us(time, strlen(time));
    *p = (struct packet_meta){.frame = uint_of(event, "pcap_cnt"),
                              .time_ns = time_us > 0 ? (uint64_t)time_us * 1000u : 0,
                              .flow_id = uint_of(event, "flow_id"),
                              .vlan = {NO_VLAN, NO_VLAN},
                              .src_port = (uint16_t)uint_of(event, "src_port"),
                              .dst_port = (uint16_t)uint_of(event, "dest_port"),
                              .ip_proto = strcmp(proto, "TCP") == 0   ? PROTO_TCP
                                          : strcmp(proto, "UDP") == 0 ? PROTO_UDP
                                                                      : 0,
                              .src = address_of(json_member_text(event, "src_ip")),
                              .dst = address_of(json_member_text(event, "dest_ip"))};
    for (size_t i = 0; i < 2 && i < json_array_size(tags); i++)
        p->vlan[i] = (uint16_t)json_integer_value(json_array_get(tags, i));
    mac_of(json_member_text(event, "src_mac"), p->src_mac);
    mac_of(json_member_text(event, "dest_mac"), p->dst_mac);
}

/* ---- values ---- */

static void *take(struct event_message *out, size_t size)
{
    void *memory = region_take(&out->memory, size);
    if (!memory) abort();
    return memory;
}

/* A text that stands for octets: an address, or hex. */
static void octets_of(struct event_message *out, struct value *v, const struct field *f, const char *text)
{
    size_t room = strlen(text) + 1;
    uint8_t *bytes = take(out, room < 16 ? 16 : room);
    struct address address = address_of(text);
    size_t length = 0;
    if (f->type == FIELD_IPV4 || f->type == FIELD_IPV6) {
        length = address.family == 4 ? 4 : address.family == 6 ? 16 : 0;
        memcpy(bytes, address.bytes, length);
    } else {
        sodium_hex2bin(bytes, room, text, strlen(text), ":- ", &length, NULL);
    }
    v->kind = VALUE_BYTES;
    v->bytes = bytes;
    v->length = (uint32_t)length;
    if (f->type != FIELD_IPV4 || length != 4) return;
    v->kind = VALUE_UINT; /* as parsers give it */
    v->u = (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16 | (uint64_t)bytes[2] << 8 | bytes[3];
}

static void add_value(struct event_message *out, uint16_t field, const json_t *json)
{
    struct message *m = &out->message;
    const struct field *f = field_of(field);
    if (m->value_count >= VALUES_MOST) return;
    struct value v = {.field = field};
    const char *text = json_string_value(json);
    bool real = f->type == FIELD_FLOAT || f->type == FIELD_DOUBLE || field < registry()->field_base[1];
    if (json_is_boolean(json)) {
        v.kind = VALUE_UINT;
        v.u = json_is_true(json);
    } else if (json_is_integer(json) && json_integer_value(json) < 0) {
        v.kind = VALUE_INT;
        v.i = json_integer_value(json);
    } else if (json_is_integer(json)) {
        v.kind = VALUE_UINT;
        v.u = (uint64_t)json_integer_value(json);
    } else if (json_is_real(json) && !real) { /* a whole number that is read as a real (below) */
        double number = json_real_value(json);
        v.kind = number < 0 ? VALUE_INT : VALUE_UINT;
        if (number < 0)
            v.i = (int64_t)number;
        else
            v.u = (uint64_t)number;
    } else if (json_is_real(json)) {
        v.kind = VALUE_DOUBLE;
        v.f = json_real_value(json);
    } else if (text && (f->type == FIELD_TEXT || field < registry()->field_base[1])) {
        v.kind = VALUE_TEXT;
        v.bytes = (const uint8_t *)region_text(&out->memory, text, strlen(text));
        v.length = (uint32_t)strlen(text);
    } else if (text) {
        octets_of(out, &v, f, text);
    } else {
        return;
    }
    m->values[m->value_count++] = v;
}

static void add_values(struct event_message *out, int field, const json_t *json)
{
    size_t i;
    json_t *element;
    if (field < 0) return;
    if (!json_is_array(json)) add_value(out, (uint16_t)field, json);
    json_array_foreach((json_t *)json, i, element) add_value(out, (uint16_t)field, element);
}

static void read_anomalies(struct message *m, const json_t *list)
{
    size_t i;
    json_t *one;
    json_array_foreach((json_t *)list, i, one)
    {
        char protocol[64];
        const char *name = json_member_text(one, "name"), *dot = strchr(name, '.');
        if (!dot || (size_t)(dot - name) >= sizeof protocol || m->anomaly_count >= MESSAGE_ANOMALIES) continue;
        snprintf(protocol, sizeof protocol, "%.*s", (int)(dot - name), name);
        const struct parser *p = registry_parser(protocol);
        for (unsigned row = 0; p && row < p->anomaly_count; row++)
            if (strcmp(p->anomalies[row].name, dot + 1) == 0) {
                m->anomalies[m->anomaly_count].parser = p;
                m->anomalies[m->anomaly_count++].anomaly = (uint16_t)row;
                break;
            }
    }
}

static void read_operation(struct event_message *out, const json_t *ot)
{
    struct message *m = &out->message;
    const char *name;
    json_t *value;
    m->parser = registry_parser(json_member_text(ot, "protocol"));
    if (!m->parser) return;
    m->layers[m->layer_count++] = m->parser;
    m->operation = operation_named(m->parser, json_member_text(ot, "operation"));
    m->has_operation = json_object_get(ot, "code") != NULL;
    m->operation_code = (uint32_t)uint_of(ot, "code");
    m->operation_class = (uint8_t)index_of(ot_class_name, OT_CLASS_COUNT, json_member_text(ot, "class"));
    m->role = (uint8_t)index_of(ot_role_name, ROLE_COUNT, json_member_text(ot, "role"));
    m->status = (uint8_t)index_of(ot_status_name, STATUS_COUNT, json_member_text(ot, "status"));
    m->status_code = (uint32_t)uint_of(ot, "status_code");
    if (json_object_get(ot, "status_code")) m->status_parser = m->parser;
    m->has_unit = json_object_get(ot, "unit") != NULL;
    m->unit = (uint32_t)uint_of(ot, "unit");
    m->latency_ns = (uint64_t)(json_number_value(json_object_get(ot, "latency")) * 1e9);
    m->request_frame = uint_of(ot, "request_frame");
    read_anomalies(m, json_object_get(ot, "anomalies"));
    add_values(out, OT_FIELD_OBJECT, json_object_get(ot, "objects"));
    add_values(out, OT_FIELD_VALUE, json_object_get(ot, "values"));
    json_object_foreach(json_object_get(ot, "fields"), name, value) add_values(out, registry_field(name), value);
}

/* `values` has room for VALUES_MOST. */
static bool read_event(struct event_message *out, struct value *values, const char *line, size_t length)
{
    json_t *event = event_json(line, length);
    *out = (struct event_message){.message.role = ROLE_UNKNOWN, .message.values = values};
    if (!json_is_object(event)) {
        json_decref(event);
        return false;
    }
    read_packet(&out->packet, event);
    out->message.packet = &out->packet;
    read_operation(out, json_object_get(event, "ot"));
    json_decref(event);
    return true;
}

/* ---- the filter ---- */

struct event_filter {
    struct filter *filter;
    struct value values[VALUES_MOST]; /* of the event that is looked at: a filter is one thread's */
};

bool event_filter_prepare(struct fault *fault) { return registry_open(fault->text, sizeof fault->text); }

struct event_filter *event_filter_compile(const char *text, struct fault *fault)
{
    struct filter *filter = filter_compile(text, NULL, fault, "filter", 1, 1);
    struct event_filter *out = filter ? calloc(1, sizeof *out) : NULL;
    if (filter && !out) abort();
    if (out) out->filter = filter;
    return out;
}

bool event_filter_match(struct event_filter *filter, const char *line, size_t length)
{
    struct event_message event;
    bool match = read_event(&event, filter->values, line, length) && filter_match(filter->filter, &event.message);
    region_free(&event.memory);
    return match;
}

void event_filter_free(struct event_filter *filter)
{
    if (filter) filter_free(filter->filter);
    free(filter);
}
