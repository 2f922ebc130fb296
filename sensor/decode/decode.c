/* SPDX-License-Identifier: Apache-2.0 */
/* Link layers, VLAN tags, IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293), UDP (RFC 768), by a bounded cursor. */
#include "sensor/decode/decode.h"

#include <pcap/dlt.h>

#include "parsers/parser.h"

enum { LAYERS_AT_MOST = 16, ETHERTYPE_LEAST = 0x600 };

#define X(id, name, zh, en) name,
const char *const decode_oddity_name[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const decode_oddity_zh[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const decode_oddity_en[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X

static void odd(struct packet *p, enum decode_oddity what) { p->oddities |= 1u << what; }

static void decode_tcp(struct packet *p, struct bytes *b, uint32_t wire)
{
    p->meta.src_port = bytes_be16(b);
    p->meta.dst_port = bytes_be16(b);
    p->tcp_seq = bytes_be32(b);
    p->tcp_ack = bytes_be32(b);
    unsigned offset = (unsigned)bytes_u8(b) >> 4 << 2;
    p->tcp_flags = bytes_u8(b);
    bytes_skip(b, 6);
    if (!bytes_ok(b)) {
        odd(p, ODD_TCP_SHORT);
        return;
    }
    if (offset < 20 || offset > wire) {
        odd(p, ODD_TCP_OFFSET);
        return;
    }
    struct bytes options = bytes_take_upto(b, offset - 20);
    (void)options;
    p->kind = PACKET_TCP;
    p->payload = *b;
    p->payload_wire = wire - offset;
}

static void decode_udp(struct packet *p, struct bytes *b, uint32_t wire)
{
    p->meta.src_port = bytes_be16(b);
    p->meta.dst_port = bytes_be16(b);
    uint32_t length = bytes_be16(b);
    bytes_skip(b, 2);
    if (!bytes_ok(b)) {
        odd(p, ODD_UDP_SHORT);
        return;
    }
    if (length < 8 || length > wire) {
        odd(p, ODD_UDP_LENGTH);
        length = wire;
    }
    p->kind = PACKET_UDP;
    p->payload = bytes_take_upto(b, length - 8);
    p->payload_wire = length - 8;
}

static void decode_transport(struct packet *p, struct bytes *b, uint32_t wire)
{
    p->kind = PACKET_IP;
    p->payload = *b;
    p->payload_wire = wire;
    if (p->meta.ip_proto == 6)
        decode_tcp(p, b, wire);
    else if (p->meta.ip_proto == 17)
        decode_udp(p, b, wire);
}

static void take_address(struct address *a, unsigned family, const uint8_t *bytes)
{
    a->family = (uint8_t)family;
    if (bytes) memcpy(a->bytes, bytes, family == 4 ? 4 : 16);
}

static void decode_ipv4(struct packet *p, struct bytes *b, uint32_t wire)
{
    unsigned first = bytes_u8(b), header = (first & 15) << 2;
    bytes_skip(b, 1);
    uint32_t total = bytes_be16(b);
    bytes_skip(b, 2);
    unsigned fragment = bytes_be16(b);
    bytes_skip(b, 1);
    p->meta.ip_proto = bytes_u8(b);
    bytes_skip(b, 2);
    const uint8_t *addresses = bytes_step(b, 8);
    if (!bytes_ok(b)) {
        odd(p, ODD_IP_SHORT);
        return;
    }
    if (first >> 4 != 4 || header < 20) {
        odd(p, ODD_IP_VERSION);
        return;
    }
    take_address(&p->meta.src, 4, addresses);
    take_address(&p->meta.dst, 4, addresses + 4);
    if (total == 0) total = wire; /* segmentation offload on the capturing host */
    if (total < header || total > wire) {
        odd(p, ODD_IP_LENGTH);
        total = wire;
    }
    bytes_skip(b, header - 20);
    struct bytes inner = bytes_take_upto(b, total - header);
    if (fragment & 0x3fff) {
        odd(p, ODD_FRAGMENT);
        p->kind = PACKET_IP;
        return;
    }
    decode_transport(p, &inner, total - header);
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135;
}

static void decode_ipv6(struct packet *p, struct bytes *b, uint32_t wire)
{
    unsigned first = bytes_u8(b);
    bytes_skip(b, 3);
    uint32_t total = bytes_be16(b);
    uint8_t next = bytes_u8(b);
    bytes_skip(b, 1);
    const uint8_t *addresses = bytes_step(b, 32);
    if (!bytes_ok(b)) {
        odd(p, ODD_IP_SHORT);
        return;
    }
    if (first >> 4 != 6) {
        odd(p, ODD_IP_VERSION);
        return;
    }
    take_address(&p->meta.src, 6, addresses);
    take_address(&p->meta.dst, 6, addresses + 16);
    if (total == 0 || total > wire - 40) {
        if (total) odd(p, ODD_IP_LENGTH);
        total = wire - 40;
    }
    struct bytes inner = bytes_take_upto(b, total);
    for (unsigned i = 0; is_extension(next) && i < LAYERS_AT_MOST && bytes_ok(&inner); i++) {
        bool fragment = next == 44, authentication = next == 51;
        next = bytes_u8(&inner);
        uint32_t length = bytes_u8(&inner);
        length = fragment ? 8 : authentication ? (length + 2) * 4 : (length + 1) * 8;
        uint16_t offset = bytes_peek_be16(&inner, 0);
        bytes_skip(&inner, length - 2);
        total = total > length ? total - length : 0;
        if (fragment && offset & 0xfff9) {
            odd(p, ODD_FRAGMENT);
            p->kind = PACKET_IP;
            return;
        }
    }
    p->meta.ip_proto = next;
    decode_transport(p, &inner, total);
}

static void decode_ethertype(struct packet *p, struct bytes *b, uint32_t wire, uint16_t type);

static void decode_llc(struct packet *p, struct bytes *b, uint32_t wire)
{
    if (bytes_peek_be16(b, 0) != 0xaaaa) {
        p->kind = PACKET_LINK;
        p->link_type = LINK_LLC(bytes_peek(b, 0));
        p->payload = *b;
        p->payload_wire = wire;
        return;
    }
    bytes_skip(b, 3);
    uint32_t organisation = bytes_be24(b);
    uint16_t protocol = bytes_be16(b);
    if (!bytes_ok(b)) {
        odd(p, ODD_LINK_SHORT);
        return;
    }
    wire -= wire < 8 ? wire : 8;
    if (organisation == 0) {
        decode_ethertype(p, b, wire, protocol);
        return;
    }
    p->kind = PACKET_LINK;
    p->link_type = organisation == 0x00000c ? LINK_SNAP_CISCO(protocol) : LINK_LLC(0xaa);
    p->payload = *b;
    p->payload_wire = wire;
}

static bool is_vlan(uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

static void decode_ethertype(struct packet *p, struct bytes *b, uint32_t wire, uint16_t type)
{
    for (unsigned i = 0; is_vlan(type); i++) {
        uint16_t tag = bytes_be16(b);
        type = bytes_be16(b);
        if (!bytes_ok(b) || i == LAYERS_AT_MOST) {
            odd(p, i == LAYERS_AT_MOST ? ODD_NESTED : ODD_LINK_SHORT);
            return;
        }
        if (p->meta.vlan[0] == 0xffff)
            p->meta.vlan[0] = tag & 0xfff;
        else
            p->meta.vlan[1] = tag & 0xfff;
        wire -= wire < 4 ? wire : 4;
    }
    p->meta.ethertype = type;
    if (type < ETHERTYPE_LEAST) {
        struct bytes body = bytes_take_upto(b, type);
        decode_llc(p, &body, type);
        return;
    }
    if (type == 0x0800) {
        decode_ipv4(p, b, wire);
        return;
    }
    if (type == 0x86dd) {
        decode_ipv6(p, b, wire);
        return;
    }
    p->kind = PACKET_LINK;
    p->link_type = type;
    p->payload = *b;
    p->payload_wire = wire;
}

static void decode_ethernet(struct packet *p, struct bytes *b, uint32_t wire)
{
    const uint8_t *addresses = bytes_step(b, 12);
    uint16_t type = bytes_be16(b);
    if (!bytes_ok(b)) {
        odd(p, ODD_LINK_SHORT);
        return;
    }
    memcpy(p->meta.dst_mac, addresses, 6);
    memcpy(p->meta.src_mac, addresses + 6, 6);
    decode_ethertype(p, b, wire < 14 ? 0 : wire - 14, type);
}

static void decode_raw(struct packet *p, struct bytes *b, uint32_t wire)
{
    unsigned version = bytes_peek(b, 0) >> 4;
    p->meta.ethertype = version == 6 ? 0x86dd : 0x0800;
    if (version == 6)
        decode_ipv6(p, b, wire);
    else
        decode_ipv4(p, b, wire);
}

void decode(struct packet *p, int link, const uint8_t *frame, size_t captured)
{
    struct bytes b = bytes_over(frame, captured);
    uint32_t wire = p->meta.length < captured ? (uint32_t)captured : p->meta.length;
    p->kind = PACKET_NOTHING;
    p->oddities = 0;
    p->tunnel = 0;
    p->payload = bytes_over(NULL, 0);
    p->payload_wire = 0;
    p->meta.vlan[0] = p->meta.vlan[1] = 0xffff;
    p->meta.src.family = p->meta.dst.family = 0;
    p->meta.src_port = p->meta.dst_port = 0;
    p->meta.ip_proto = 0;
    p->meta.ethertype = 0;
    p->meta.flow_id = 0;
    p->tcp_flags = 0;
    if (link == DLT_EN10MB) {
        decode_ethernet(p, &b, wire);
        return;
    }
    memset(p->meta.src_mac, 0, sizeof p->meta.src_mac);
    memset(p->meta.dst_mac, 0, sizeof p->meta.dst_mac);
    uint16_t type;
    switch (link) {
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        decode_raw(p, &b, wire);
        break;
    case DLT_NULL:
    case DLT_LOOP:
        bytes_skip(&b, 4);
        decode_raw(p, &b, wire < 4 ? 0 : wire - 4);
        break;
    case DLT_LINUX_SLL:
        bytes_skip(&b, 6);
        memcpy(p->meta.src_mac, bytes_left(&b) >= 6 ? b.at : p->meta.dst_mac, 6);
        bytes_skip(&b, 8);
        type = bytes_be16(&b);
        decode_ethertype(p, &b, wire < 16 ? 0 : wire - 16, type == 4 ? 0 : type);
        break;
    case DLT_LINUX_SLL2:
        type = bytes_be16(&b);
        bytes_skip(&b, 10);
        memcpy(p->meta.src_mac, bytes_left(&b) >= 6 ? b.at : p->meta.dst_mac, 6);
        bytes_skip(&b, 8);
        decode_ethertype(p, &b, wire < 20 ? 0 : wire - 20, type);
        break;
    default:
        odd(p, ODD_LINK_UNKNOWN);
    }
}
