/* SPDX-License-Identifier: Apache-2.0 */
/* Fields that are computed when they are asked for: those of the frame, under Wireshark's names, and the message's own
 * `ot.*`; and the layers that a bare name asks for. */
#include "signatures/filter_private.h"

/* ---- of the frame ------------------------------------------------ */

static const struct packet_meta *frame_of(const struct message *m, unsigned i, unsigned occurrences)
{
    return i < occurrences ? m->packet : NULL;
}

static bool frame_number(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_number(out, p->frame);
}

static bool frame_len(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_number(out, p->length);
}

static bool frame_time_epoch(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_real(out, (double)p->time_ns / 1e9);
}

static bool eth_dst(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_octets(out, FAMILY_ETHER, p->dst_mac, 6);
}

static bool eth_src(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_octets(out, FAMILY_ETHER, p->src_mac, 6);
}

static bool eth_addr(const struct message *m, unsigned i, struct datum *out)
{
    return i == 0 ? eth_dst(m, 0, out) : eth_src(m, i - 1, out);
}

static bool eth_type(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && datum_number(out, p->ethertype);
}

static bool vlan_id(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 2);
    return p && p->vlan[i] != 0xffff && datum_number(out, p->vlan[i]);
}

static bool address(const struct address *a, uint8_t family, struct datum *out)
{
    return a->family == family && datum_octets(out, family, a->bytes, family == FAMILY_IPV4 ? 4 : 16);
}

/* Source for end 0, destination for end 1. */
static bool frame_address(const struct message *m, unsigned i, unsigned occurrences, uint8_t family, unsigned end,
                          struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, occurrences);
    return p && address(end ? &p->dst : &p->src, family, out);
}

static bool frame_port(const struct message *m, unsigned i, unsigned occurrences, uint8_t protocol, unsigned end,
                       struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, occurrences);
    return p && p->ip_proto == protocol && datum_number(out, end ? p->dst_port : p->src_port);
}

enum { TCP = 6, UDP = 17 };
#define ADDRESS_GETTERS(name, family)                                                                                  \
    static bool name##_src(const struct message *m, unsigned i, struct datum *out)                                     \
    {                                                                                                                  \
        return frame_address(m, i, 1, family, 0, out);                                                                 \
    }                                                                                                                  \
    static bool name##_dst(const struct message *m, unsigned i, struct datum *out)                                     \
    {                                                                                                                  \
        return frame_address(m, i, 1, family, 1, out);                                                                 \
    }                                                                                                                  \
    static bool name##_addr(const struct message *m, unsigned i, struct datum *out)                                    \
    {                                                                                                                  \
        return frame_address(m, i, 2, family, i, out);                                                                 \
    }
#define PORT_GETTERS(name, protocol)                                                                                   \
    static bool name##_srcport(const struct message *m, unsigned i, struct datum *out)                                 \
    {                                                                                                                  \
        return frame_port(m, i, 1, protocol, 0, out);                                                                  \
    }                                                                                                                  \
    static bool name##_dstport(const struct message *m, unsigned i, struct datum *out)                                 \
    {                                                                                                                  \
        return frame_port(m, i, 1, protocol, 1, out);                                                                  \
    }                                                                                                                  \
    static bool name##_port(const struct message *m, unsigned i, struct datum *out)                                    \
    {                                                                                                                  \
        return frame_port(m, i, 2, protocol, i, out);                                                                  \
    }
ADDRESS_GETTERS(ip, FAMILY_IPV4)
ADDRESS_GETTERS(ipv6, FAMILY_IPV6)
PORT_GETTERS(tcp, TCP)
PORT_GETTERS(udp, UDP)

static bool ip_proto(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && p->src.family == FAMILY_IPV4 && datum_number(out, p->ip_proto);
}

static bool ipv6_nxt(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && p->src.family == FAMILY_IPV6 && datum_number(out, p->ip_proto);
}

static bool tcp_flags(const struct message *m, unsigned i, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    return p && p->ip_proto == TCP && datum_number(out, p->tcp_flags);
}

/* A station by its IP address, by its MAC where it has none. */
static bool station(const struct message *m, unsigned i, bool sender, struct datum *out)
{
    const struct packet_meta *p = frame_of(m, i, 1);
    if (!p) return false;
    const struct address *a = sender ? &p->src : &p->dst;
    return a->family ? address(a, a->family, out)
                     : datum_octets(out, FAMILY_ETHER, sender ? p->src_mac : p->dst_mac, 6);
}

static bool source(const struct message *m, unsigned i, struct datum *out) { return station(m, i, true, out); }
static bool destination(const struct message *m, unsigned i, struct datum *out) { return station(m, i, false, out); }

/* Did the commanding side send this? By meaning; where no protocol tells, by who opened the flow. */
static bool client_sent(const struct message *m)
{
    if (m->role == ROLE_UNKNOWN) return m->packet->from_client || !m->packet->direction_known;
    return m->role == ROLE_REQUEST;
}

static bool client(const struct message *m, unsigned i, struct datum *out)
{
    return m->packet && station(m, i, client_sent(m), out);
}

static bool server(const struct message *m, unsigned i, struct datum *out)
{
    return m->packet && station(m, i, !client_sent(m), out);
}

/* ---- of the message ---------------------------------------------- */

static bool ot_protocol(const struct message *m, unsigned i, struct datum *out)
{
    return !i && datum_text(out, m->parser->name);
}

static bool ot_class(const struct message *m, unsigned i, struct datum *out)
{
    return !i && datum_text(out, ot_class_name[m->operation_class]);
}

static bool ot_operation(const struct message *m, unsigned i, struct datum *out)
{
    return !i && m->operation && datum_text(out, m->operation->name);
}

static bool ot_code(const struct message *m, unsigned i, struct datum *out)
{
    return !i && m->has_operation && datum_number(out, m->operation_code);
}

static bool ot_status(const struct message *m, unsigned i, struct datum *out)
{
    return !i && datum_text(out, ot_status_name[m->status]);
}

static bool ot_status_code(const struct message *m, unsigned i, struct datum *out)
{
    return !i && m->status != STATUS_NONE && m->status != STATUS_UNANSWERED && datum_number(out, m->status_code);
}

static bool ot_role(const struct message *m, unsigned i, struct datum *out)
{
    return !i && datum_text(out, ot_role_name[m->role]);
}

static bool ot_unit(const struct message *m, unsigned i, struct datum *out)
{
    return !i && m->has_unit && datum_number(out, m->unit);
}

static bool ot_latency(const struct message *m, unsigned i, struct datum *out)
{
    return !i && m->latency_ns && datum_real(out, (double)m->latency_ns / 1e9);
}

static bool ot_anomaly(const struct message *m, unsigned i, struct datum *out)
{
    return i < m->anomaly_count && datum_text(out, m->anomalies[i].parser->anomalies[m->anomalies[i].anomaly].name);
}

const struct computed computed_fields[] = {
    {"frame.number", TERM_INTEGER, .bits = 64, .of_frame = true, .get = frame_number},
    {"frame.len", TERM_INTEGER, .bits = 32, .of_frame = true, .get = frame_len},
    {"frame.time_epoch", TERM_REAL, .of_frame = true, .get = frame_time_epoch},
    {"eth.dst", TERM_ETHER, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = eth_dst},
    {"eth.src", TERM_ETHER, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = eth_src},
    {"eth.addr", TERM_ETHER, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = eth_addr},
    {"eth.type", TERM_INTEGER, .bits = 16, .hex_digits = 4, .of_frame = true, .settled = SETTLED_BY_PACKET,
     .get = eth_type},
    {"vlan.id", TERM_INTEGER, .bits = 12, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = vlan_id},
    {"ip.src", TERM_IPV4, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ip_src},
    {"ip.dst", TERM_IPV4, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ip_dst},
    {"ip.addr", TERM_IPV4, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ip_addr},
    {"ip.proto", TERM_INTEGER, .bits = 8, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ip_proto},
    {"ipv6.src", TERM_IPV6, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ipv6_src},
    {"ipv6.dst", TERM_IPV6, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ipv6_dst},
    {"ipv6.addr", TERM_IPV6, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ipv6_addr},
    {"ipv6.nxt", TERM_INTEGER, .bits = 8, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = ipv6_nxt},
    {"tcp.srcport", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = tcp_srcport},
    {"tcp.dstport", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = tcp_dstport},
    {"tcp.port", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = tcp_port},
    {"tcp.flags", TERM_INTEGER, .bits = 12, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = tcp_flags},
    {"udp.srcport", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = udp_srcport},
    {"udp.dstport", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = udp_dstport},
    {"udp.port", TERM_INTEGER, .bits = 16, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = udp_port},
    /* Ours: stations whatever their protocol; the client is who commands. */
    {"ot.source", TERM_ADDRESS, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = source},
    {"ot.destination", TERM_ADDRESS, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = destination},
    {"ot.client", TERM_ADDRESS, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = client},
    {"ot.server", TERM_ADDRESS, .of_frame = true, .settled = SETTLED_BY_PACKET, .get = server},
    {"ot.protocol", TERM_TEXT, UNIVERSE_PROTOCOL, .get = ot_protocol},
    {"ot.class", TERM_TEXT, UNIVERSE_CLASS, .get = ot_class},
    {"ot.operation", TERM_TEXT, UNIVERSE_OPERATION, .get = ot_operation},
    {"ot.code", TERM_INTEGER, .bits = 32, .settled = SETTLED_BY_OPERATION, .get = ot_code},
    {"ot.status", TERM_TEXT, UNIVERSE_STATUS, .get = ot_status},
    {"ot.status_code", TERM_INTEGER, .bits = 32, .get = ot_status_code},
    {"ot.role", TERM_TEXT, UNIVERSE_ROLE, .get = ot_role},
    {"ot.unit", TERM_INTEGER, .bits = 32, .get = ot_unit},
    {"ot.latency", TERM_REAL, .get = ot_latency},
    {"ot.anomaly", TERM_TEXT, UNIVERSE_ANOMALY, .get = ot_anomaly},
};

const size_t computed_field_count = COUNT_OF(computed_fields);

/* ---- layers by name ---------------------------------------------- */

static bool has_frame(const struct message *m) { return m->packet != NULL; }
static bool has_vlan(const struct message *m) { return m->packet && m->packet->vlan[0] != 0xffff; }
static bool has_ip(const struct message *m) { return m->packet && m->packet->src.family == FAMILY_IPV4; }
static bool has_ipv6(const struct message *m) { return m->packet && m->packet->src.family == FAMILY_IPV6; }
static bool has_tcp(const struct message *m) { return m->packet && m->packet->ip_proto == TCP; }
static bool has_udp(const struct message *m) { return m->packet && m->packet->ip_proto == UDP; }

static const struct {
    const char *name;
    layer_test *test;
} layers[] = {{"frame", has_frame}, {"eth", has_frame}, {"vlan", has_vlan}, {"ip", has_ip},
              {"ipv6", has_ipv6},   {"tcp", has_tcp},   {"udp", has_udp}};

layer_test *layer_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(layers); i++)
        if (strcmp(layers[i].name, name) == 0) return layers[i].test;
    return NULL;
}

const char *layer_name(unsigned index) { return index < COUNT_OF(layers) ? layers[index].name : NULL; }
