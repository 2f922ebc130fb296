/* SPDX-License-Identifier: Apache-2.0 */
/* Tunnels: IP in IP (RFC 2003, 4213), GRE (RFC 2784, 2890), ERSPAN I/II/III (draft-foschiano-erspan), VXLAN (RFC 7348),
 * GENEVE (RFC 8926), MPLS (RFC 3032), PPPoE (RFC 2516). The packet becomes what was inside. */
#include "sensor/decode/layers.h"

enum { GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000, GRE_SEQUENCE = 0x1000 };
enum { TRANSPARENT_ETHERNET = 0x6558, ERSPAN_II = 0x88be, ERSPAN_III = 0x22eb };

/* The inner frame has VLAN tags and addresses of its own. */
static void inner_frame(struct packet *p)
{
    p->meta.vlan[0] = p->meta.vlan[1] = 0xffff;
    p->meta.src_port = p->meta.dst_port = 0;
}

static bool inner_ethernet(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    inner_frame(p);
    p->meta.src.family = p->meta.dst.family = 0;
    p->meta.ip_proto = 0;
    if (deeper(p)) decode_ethernet(d, p, b, wire);
    return true;
}

static bool decode_erspan(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire, bool third)
{
    uint32_t header = third ? 12 : 8;
    uint32_t session = bytes_peek_be16(b, 2) & 0x3ff;
    bool platform = third && bytes_peek(b, 11) & 1;
    if (platform) header += 8;
    bytes_skip(b, header);
    if (!bytes_ok(b)) {
        odd(p, ODD_TUNNEL_SHORT);
        return true;
    }
    p->tunnel = session + 1;
    return inner_ethernet(d, p, b, less(wire, header));
}

static bool decode_gre(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    uint16_t flags = bytes_be16(b), type = bytes_be16(b);
    uint32_t header = 4;
    if (flags & (GRE_CHECKSUM | GRE_ROUTING)) bytes_skip(b, 4), header += 4;
    if (flags & GRE_KEY) p->tunnel = bytes_be32(b), header += 4;
    if (flags & GRE_SEQUENCE) bytes_skip(b, 4), header += 4;
    if (!bytes_ok(b) || flags & 7) { /* version 1 is PPTP: its PPP is compressed or encrypted as a rule */
        odd(p, ODD_TUNNEL_SHORT);
        return true;
    }
    wire = less(wire, header);
    if (type == TRANSPARENT_ETHERNET) return inner_ethernet(d, p, b, wire);
    if (type == ERSPAN_II && !(flags & GRE_SEQUENCE)) return inner_ethernet(d, p, b, wire); /* type I has no header */
    if (type == ERSPAN_II || type == ERSPAN_III) return decode_erspan(d, p, b, wire, type == ERSPAN_III);
    inner_frame(p);
    if (deeper(p)) decode_ethertype(d, p, b, wire, type);
    return true;
}

bool decode_tunnel(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    switch (p->meta.ip_proto) {
    case 4:
        if (deeper(p)) decode_ipv4(d, p, b, wire);
        return true;
    case 41:
        if (deeper(p)) decode_ipv6(d, p, b, wire);
        return true;
    case 47:
        return decode_gre(d, p, b, wire);
    default:
        return false;
    }
}

static bool decode_vxlan(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    if (bytes_left(b) < 8 + 14 || (bytes_peek(b, 0) & 0x08) == 0 || bytes_peek(b, 7) != 0) return false;
    bytes_skip(b, 4);
    p->tunnel = bytes_be24(b) + 1;
    bytes_skip(b, 1);
    return inner_ethernet(d, p, b, less(wire, 8));
}

static bool decode_geneve(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    unsigned version = bytes_peek(b, 0) >> 6;
    uint32_t options = (bytes_peek(b, 0) & 0x3fu) * 4;
    if (version != 0 || bytes_left(b) < 8 + options) return false;
    bytes_skip(b, 2);
    uint16_t type = bytes_be16(b);
    p->tunnel = bytes_be24(b) + 1;
    bytes_skip(b, 1 + options);
    wire = less(wire, 8 + options);
    if (type == TRANSPARENT_ETHERNET) return inner_ethernet(d, p, b, wire);
    inner_frame(p);
    if (deeper(p)) decode_ethertype(d, p, b, wire, type);
    return true;
}

bool decode_udp_tunnel(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    switch (p->meta.dst_port) {
    case PORT_VXLAN:
        return decode_vxlan(d, p, b, wire);
    case PORT_GENEVE:
        return decode_geneve(d, p, b, wire);
    case PORT_GRE:
        return decode_gre(d, p, b, wire);
    default:
        return false;
    }
}

void decode_mpls(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    bool bottom = false;
    for (unsigned i = 0; !bottom && i < LAYERS_AT_MOST; i++) {
        uint32_t label = bytes_be32(b);
        bottom = label & 0x100;
        wire = less(wire, 4);
    }
    unsigned version = bytes_peek(b, 0) >> 4;
    if (!bytes_ok(b) || !bottom) {
        odd(p, ODD_TUNNEL_SHORT);
    } else if (version == 4 || version == 6) {
        if (deeper(p)) decode_raw(d, p, b, wire);
    } else { /* a pseudowire: Ethernet, behind a control word when the first nibble is 0 (RFC 4385) */
        uint32_t word = version == 0 ? 4 : 0;
        bytes_skip(b, word);
        inner_ethernet(d, p, b, less(wire, word));
    }
}

void decode_pppoe(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    bytes_skip(b, 2);
    p->tunnel = bytes_be16(b);
    bytes_skip(b, 2);
    uint16_t protocol = bytes_be16(b);
    if (!bytes_ok(b)) {
        odd(p, ODD_TUNNEL_SHORT);
        return;
    }
    wire = less(wire, 8);
    if (protocol == 0x0021)
        decode_ipv4(d, p, b, wire);
    else if (protocol == 0x0057)
        decode_ipv6(d, p, b, wire);
}
