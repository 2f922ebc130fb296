/* SPDX-License-Identifier: Apache-2.0 */
/* Link layers: Ethernet (IEEE 802.3), 802.1Q/ad tags, LLC and SNAP (802.2), Linux cooked, raw IP, BSD loopback. */
#include <pcap/dlt.h>
#include <stdlib.h>

#include "parsers/parser.h"
#include "sensor/decode/layers.h"

enum { ETHERTYPE_LEAST = 0x600, HSR = 0x892f };

#define X(id, name, zh, en) name,
const char *const decode_oddity_name[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const decode_oddity_zh[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const decode_oddity_en[ODD_COUNT] = {DECODE_ODDITIES(X)};
#undef X

static void decode_llc(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
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
    wire = less(wire, 8);
    if (organisation == 0) {
        decode_ethertype(d, p, b, wire, protocol);
        return;
    }
    p->kind = PACKET_LINK;
    p->link_type = organisation == 0x00000c ? LINK_SNAP_CISCO(protocol) : LINK_LLC(0xaa);
    p->payload = *b;
    p->payload_wire = wire;
}

/* The HSR tag: path and size, sequence number, then the frame's own type. False: a copy, or cut short. */
static bool take_hsr(struct decoder *d, struct packet *p, struct bytes *b, uint32_t *wire, uint16_t *type)
{
    unsigned lan = bytes_be16(b) >> 12 & 1;
    uint16_t sequence = bytes_be16(b);
    *type = bytes_be16(b);
    *wire = less(*wire, 6);
    if (!bytes_ok(b)) {
        odd(p, ODD_LINK_SHORT);
        return false;
    }
    if (!redundancy_is_copy(&d->redundancy, p, sequence, lan)) return true;
    p->kind = PACKET_COPY;
    return false;
}

void decode_ethertype(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire, uint16_t type)
{
    for (unsigned i = 0; is_vlan_type(type); i++) {
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
        wire = less(wire, 4);
    }
    if (type == 0x0800) {
        p->meta.ethertype = type;
        decode_ipv4(d, p, b, wire);
        return;
    }
    if (type == HSR && !take_hsr(d, p, b, &wire, &type)) return;
    p->meta.ethertype = type;
    if (type < ETHERTYPE_LEAST) {
        struct bytes body = bytes_take_upto(b, type);
        decode_llc(d, p, &body, type);
        return;
    }
    if (type == 0x0800) {
        decode_ipv4(d, p, b, wire);
        return;
    }
    if (type == 0x86dd) {
        decode_ipv6(d, p, b, wire);
        return;
    }
    if (type == 0x8847 || type == 0x8848) {
        decode_mpls(d, p, b, wire);
        return;
    }
    if (type == 0x8864) {
        decode_pppoe(d, p, b, wire);
        return;
    }
    p->kind = PACKET_LINK;
    p->link_type = type;
    p->payload = *b;
    p->payload_wire = wire;
}

void decode_ethernet(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    const uint8_t *h = bytes_step(b, 14);
    if (!h) {
        odd(p, ODD_LINK_SHORT);
        return;
    }
    uint16_t type = octets_be16(h + 12);
    memcpy(p->meta.dst_mac, h, 6);
    memcpy(p->meta.src_mac, h + 6, 6);
    uint16_t sequence;
    unsigned lan;
    wire = less(wire, 14);
    if (redundancy_trailer(b, wire, &sequence, &lan)) {
        wire = (uint32_t)bytes_left(b);
        if (redundancy_is_copy(&d->redundancy, p, sequence, lan)) {
            p->kind = PACKET_COPY;
            return;
        }
    }
    decode_ethertype(d, p, b, wire, type);
}

static void take_mac(struct packet *p, struct bytes b)
{
    const uint8_t *mac = bytes_step(&b, 6);
    if (mac) memcpy(p->meta.src_mac, mac, 6);
}

struct decoder *decoder_open(struct arena *arena)
{
    struct decoder *d = calloc(1, sizeof *d);
    if (d) d->defrag.arena = arena;
    return d;
}

void decoder_close(struct decoder *d) { free(d); }

void decode(struct decoder *d, struct packet *p, int link, const uint8_t *frame, size_t captured)
{
    uint32_t wire = p->meta.length < captured ? (uint32_t)captured : p->meta.length;
    if (link != DLT_EN10MB || !decode_usual(p, frame, captured, wire)) decode_any(d, p, link, frame, captured, wire);
}

void decode_any(struct decoder *d, struct packet *p, int link, const uint8_t *frame, size_t captured, uint32_t wire)
{
    struct bytes b = bytes_over(frame, captured);
    p->kind = PACKET_NOTHING;
    p->oddities = 0;
    p->tunnel = 0;
    p->depth = 0;
    p->payload = bytes_over(NULL, 0);
    p->payload_wire = 0;
    p->ip = p->payload;
    p->meta.vlan[0] = p->meta.vlan[1] = 0xffff;
    p->meta.src = p->meta.dst = (struct address){0}; /* compared as memory, where there are none, too */
    p->meta.src_port = p->meta.dst_port = 0;
    p->meta.ip_proto = 0;
    p->meta.ethertype = 0;
    p->meta.flow_id = 0;
    p->meta.tcp_flags = 0;
    if (link == DLT_EN10MB) {
        decode_ethernet(d, p, &b, wire);
        return;
    }
    memset(p->meta.src_mac, 0, sizeof p->meta.src_mac);
    memset(p->meta.dst_mac, 0, sizeof p->meta.dst_mac);
    uint16_t type;
    switch (link) {
    case DLT_RAW:
    case DLT_IPV4:
    case DLT_IPV6:
        decode_raw(d, p, &b, wire);
        break;
    case DLT_NULL:
    case DLT_LOOP:
        bytes_skip(&b, 4);
        decode_raw(d, p, &b, less(wire, 4));
        break;
    case DLT_LINUX_SLL:
        bytes_skip(&b, 6);
        take_mac(p, bytes_take(&b, 8));
        type = bytes_be16(&b);
        decode_ethertype(d, p, &b, less(wire, 16), type == 4 ? 0 : type);
        break;
    case DLT_LINUX_SLL2:
        type = bytes_be16(&b);
        bytes_skip(&b, 10);
        take_mac(p, bytes_take(&b, 8));
        decode_ethertype(d, p, &b, less(wire, 20), type);
        break;
    default:
        odd(p, ODD_LINK_UNKNOWN);
    }
}
