/* SPDX-License-Identifier: Apache-2.0 */
/* The head of an event line, as Suricata's EVE lays it out, with Community ID v1 (and deterministic ids. */
#include "sensor/inspect/event.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "parsers/registry.h"
#include "sensor/inspect/community.h"
#include "sensor/publish/publish.h"

enum { LINE = 1 << 20 };

bool event_out_open(struct event_out *out, const struct sensor_options *options, struct publisher *publisher,
                    unsigned producer)
{
    *out = (struct event_out){.options = options, .publisher = publisher, .producer = producer, .size = LINE};
    out->line = malloc(LINE);
    out->communities = calloc(EVENT_COMMUNITIES, sizeof *out->communities);
    return out->line && out->communities;
}

void event_out_close(struct event_out *out)
{
    free(out->line);
    free(out->communities);
    out->line = NULL;
    out->communities = NULL;
}

static char *put_octet(char *at, unsigned octet)
{
    if (octet >= 100) *at++ = (char)('0' + octet / 100);
    if (octet >= 10) *at++ = (char)('0' + octet / 10 % 10);
    *at++ = (char)('0' + octet % 10);
    return at;
}

const char *address_text(const struct address *a, char out[64])
{
    char *at = out;
    if (a->family == 4) {
        for (unsigned i = 0; i < 4; i++) {
            if (i) *at++ = '.';
            at = put_octet(at, a->bytes[i]);
        }
    }
    *at = 0;
    if (a->family == 6) inet_ntop(AF_INET6, a->bytes, out, 64);
    return out;
}

const char *mac_text(const uint8_t m[6], char out[18])
{
    static const char digits[] = "0123456789abcdef";
    for (unsigned i = 0; i < 6; i++) {
        out[3 * i] = digits[m[i] >> 4];
        out[3 * i + 1] = digits[m[i] & 15];
        out[3 * i + 2] = ':';
    }
    out[17] = 0;
    return out;
}

void event_words(struct json *j, const char *key, const char *zh, const char *en)
{
    if (!zh && !en) return;
    json_begin_object(j, key);
    if (zh) json_put_string(j, "zh", zh);
    if (en) json_put_string(j, "en", en);
    json_end_object(j);
}

static void put_mac(struct json *j, const char *key, const uint8_t m[6])
{
    char text[18];
    static const uint8_t none[6];
    if (memcmp(m, none, 6) != 0) json_put_string(j, key, mac_text(m, text));
}

/* A SHA-1 each: those of the flows told lately are kept. */
static void put_community(struct event_out *out, struct json *j, const struct packet_meta *m)
{
    struct community *c = &out->communities[m->flow_id % EVENT_COMMUNITIES];
    if (m->ip_proto != IPPROTO_TCP && m->ip_proto != IPPROTO_UDP) return;
    if (!m->flow_id || c->flow_id != m->flow_id) {
        c->flow_id = m->flow_id;
        if (!community_id(c->text, m->ip_proto, m->src.family, m->src.bytes, m->dst.bytes, m->src_port, m->dst_port))
            c->text[0] = 0;
    }
    if (c->text[0]) json_put_string(j, "community_id", c->text);
}

static void put_vlan(struct json *j, const struct packet_meta *m)
{
    if (m->vlan[0] == 0xffff) return;
    json_begin_array(j, "vlan");
    for (unsigned i = 0; i < 2 && m->vlan[i] != 0xffff; i++) json_put_uint(j, NULL, m->vlan[i]);
    json_end_array(j);
}

static const char *proto_name(const struct packet_meta *m)
{
    switch (m->ip_proto) {
    case 1:
        return "ICMP";
    case 6:
        return "TCP";
    case 17:
        return "UDP";
    case 58:
        return "IPv6-ICMP";
    default:
        return m->src.family ? "IP" : NULL;
    }
}

static void put_addresses(struct json *j, const struct packet_meta *m)
{
    char text[64];
    put_mac(j, "src_mac", m->src_mac);
    if (m->src.family) json_put_string(j, "src_ip", address_text(&m->src, text));
    if (m->src_port) json_put_uint(j, "src_port", m->src_port);
    put_mac(j, "dest_mac", m->dst_mac);
    if (m->dst.family) json_put_string(j, "dest_ip", address_text(&m->dst, text));
    if (m->dst_port) json_put_uint(j, "dest_port", m->dst_port);
    const char *proto = proto_name(m);
    if (proto)
        json_put_string(j, "proto", proto);
    else if (m->ethertype)
        json_put_format(j, "proto", "0x%04x", m->ethertype);
}

struct json event_begin(struct event_out *out, enum event_type type, const struct packet_meta *m, const char *app_proto)
{
    const struct sensor_options *o = out->options;
    struct json j = json_over(out->line, out->size);
    json_begin_object(&j, NULL);
    json_put_time(&j, "timestamp", m ? m->time_ns : out->now_ns);
    if (m && m->flow_id) json_put_uint(&j, "flow_id", m->flow_id);
    if (m) put_community(out, &j, m);
    json_put_string(&j, "event_type", event_type_name[type]);
    if (o->interface) json_put_string(&j, "in_iface", o->interface);
    if (!m) return j;
    put_vlan(&j, m);
    put_addresses(&j, m);
    if (app_proto) json_put_string(&j, "app_proto", app_proto);
    if (m->frame && !o->interface) json_put_uint(&j, "pcap_cnt", m->frame);
    return j;
}

struct json event_begin_flow(struct event_out *out, enum event_type type, const struct flow *f, const char *app_proto)
{
    unsigned client = f->client;
    struct packet_meta m = {.time_ns = f->last_ns, .flow_id = f->id, .ip_proto = f->key.proto};
    m.vlan[0] = f->key.vlan;
    m.vlan[1] = 0xffff;
    m.src.family = m.dst.family = f->key.family;
    memcpy(m.src.bytes, f->key.address[client], 16);
    memcpy(m.dst.bytes, f->key.address[!client], 16);
    m.src_port = f->key.port[client];
    m.dst_port = f->key.port[!client];
    memcpy(m.src_mac, f->mac[client], 6);
    memcpy(m.dst_mac, f->mac[!client], 6);
    m.ethertype = f->key.link_type < 0x10000 ? (uint16_t)f->key.link_type : 0;
    return event_begin(out, type, &m, app_proto);
}

bool event_send(struct event_out *out, struct json *j, enum event_type type, unsigned severity, uint64_t time_ns,
                uint64_t key, uint64_t ordinal)
{
    const uint64_t from[] = {key, ordinal, type};
    XXH128_hash_t h = XXH3_128bits_withSeed(from, sizeof from, out->options->id_seed);
    char *id = out->id;
    ulid_make(id, time_ns, (uint16_t)h.high64, h.low64);
    json_put_string(j, "sensor", out->options->name);
    json_put_string(j, "id", id);
    if (!json_ok(j)) {
        out->too_long++;
        return false;
    }
    out->sent++;
    return publish(out->publisher, out->producer, type, severity, j->start, json_length(j));
}

bool event_send_frame(struct event_out *out, struct json *j, enum event_type type, unsigned severity,
                      const struct packet_meta *m)
{
    if (out->frame != m->frame) out->ordinal = 0;
    out->frame = m->frame;
    return event_send(out, j, type, severity, m->time_ns, m->frame, out->ordinal++);
}
