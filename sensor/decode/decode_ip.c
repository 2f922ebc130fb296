/* SPDX-License-Identifier: Apache-2.0 */
/* IPv4 (RFC 791), IPv6 (RFC 8200), TCP (RFC 9293), UDP (RFC 768), by a bounded cursor. */
#include "sensor/decode/layers.h"

enum { TCP_HEADER = 20, UDP_HEADER = 8, IPV4_HEADER = 20 };

/* A header that the capture cut: what is there is told. */
static void decode_short_tcp(struct packet *p, struct bytes b)
{
    p->meta.src_port = bytes_be16(&b);
    p->meta.dst_port = bytes_be16(&b);
    p->tcp_seq = bytes_be32(&b);
    p->tcp_ack = bytes_be32(&b);
    bytes_skip(&b, 1);
    p->meta.tcp_flags = bytes_u8(&b);
    odd(p, ODD_TCP_SHORT);
}

static void decode_tcp(struct packet *p, struct bytes *b, uint32_t wire)
{
    struct bytes all = *b;
    const uint8_t *h = bytes_step(b, TCP_HEADER);
    if (!h) {
        decode_short_tcp(p, all);
        return;
    }
    p->meta.src_port = octets_be16(h);
    p->meta.dst_port = octets_be16(h + 2);
    p->tcp_seq = octets_be32(h + 4);
    p->tcp_ack = octets_be32(h + 8);
    unsigned offset = (unsigned)h[12] >> 4 << 2;
    p->meta.tcp_flags = h[13];
    if (offset < 20 || offset > wire) {
        odd(p, ODD_TCP_OFFSET);
        return;
    }
    if (offset > TCP_HEADER) (void)bytes_take_upto(b, offset - TCP_HEADER); /* the options */
    p->kind = PACKET_TCP;
    p->payload = *b;
    p->payload_wire = wire - offset;
}

static void decode_udp(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    struct bytes all = *b;
    const uint8_t *h = bytes_step(b, UDP_HEADER);
    if (!h) {
        p->meta.src_port = bytes_be16(&all);
        p->meta.dst_port = bytes_be16(&all);
        odd(p, ODD_UDP_SHORT);
        return;
    }
    p->meta.src_port = octets_be16(h);
    p->meta.dst_port = octets_be16(h + 2);
    uint32_t length = octets_be16(h + 4);
    if (length < 8 || length > wire) {
        odd(p, ODD_UDP_LENGTH);
        length = wire;
    }
    p->kind = PACKET_UDP;
    p->payload = bytes_take_upto(b, length - 8);
    p->payload_wire = length - 8;
    struct bytes inner = p->payload;
    decode_udp_tunnel(d, p, &inner, length - 8);
}

static void decode_transport(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    p->kind = PACKET_IP;
    p->payload = *b;
    p->payload_wire = wire;
    if (p->meta.ip_proto == 6)
        decode_tcp(p, b, wire);
    else if (p->meta.ip_proto == 17)
        decode_udp(d, p, b, wire);
    else
        decode_tunnel(d, p, b, wire);
}

static inline void take_address(struct address *a, unsigned family, const uint8_t *bytes)
{
    a->family = (uint8_t)family;
    if (family == 4) memset(a->bytes + 4, 0, 12); /* addresses are compared as memory */
    memcpy(a->bytes, bytes, family == 4 ? 4 : 16);
}

void decode_ipv4(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    uint8_t proto = bytes_peek(b, 9);
    p->ip = *b;
    const uint8_t *h = bytes_step(b, IPV4_HEADER);
    p->meta.ip_proto = proto; /* told of a header that is cut, too */
    if (!h) {
        odd(p, ODD_IP_SHORT);
        return;
    }
    unsigned first = h[0], header = (first & 15) << 2, fragment = octets_be16(h + 6);
    uint32_t total = octets_be16(h + 2), id = octets_be16(h + 4);
    if (first >> 4 != 4 || header < 20) {
        odd(p, ODD_IP_VERSION);
        return;
    }
    take_address(&p->meta.src, 4, h + 12);
    take_address(&p->meta.dst, 4, h + 16);
    if (total == 0) total = wire; /* segmentation offload on the capturing host */
    if (total < header || total > wire) {
        odd(p, ODD_IP_LENGTH);
        total = wire;
    }
    if (header > IPV4_HEADER) bytes_skip(b, header - IPV4_HEADER);
    struct bytes inner = bytes_take_upto(b, total - header);
    uint32_t length = total - header;
    /* by the capture: it will never be whole, but its head can be read */
    bool cut = bytes_left(&inner) < length || p->oddities >> ODD_IP_LENGTH & 1;
    if (fragment & 0x1fff || (fragment & 0x2000 && !cut)) {
        p->kind = PACKET_IP;
        if (!defrag_take(&d->defrag, p, id, p->meta.ip_proto, (fragment & 0x1fff) * 8u, fragment & 0x2000, inner,
                         &inner))
            return;
        length = (uint32_t)bytes_left(&inner);
        p->ip = bytes_over(NULL, 0);
    }
    decode_transport(d, p, &inner, length);
}

static bool is_extension(uint8_t next)
{
    return next == 0 || next == 43 || next == 44 || next == 51 || next == 60 || next == 135;
}

void decode_ipv6(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    p->ip = *b;
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
        uint32_t id = (uint32_t)bytes_peek_be16(&inner, 2) << 16 | bytes_peek_be16(&inner, 4);
        bytes_skip(&inner, length - 2);
        total = less(total, length);
        /* by the capture: it will never be whole, but its head can be read */
        bool cut = bytes_left(&inner) < total || p->oddities >> ODD_IP_LENGTH & 1;
        if (!fragment || !(offset & 0xfff9) || (cut && !(offset & 0xfff8))) continue;
        p->kind = PACKET_IP;
        if (!defrag_take(&d->defrag, p, id, next, offset & 0xfff8u, offset & 1, inner, &inner)) return;
        total = (uint32_t)bytes_left(&inner);
        p->ip = bytes_over(NULL, 0);
    }
    p->meta.ip_proto = next;
    decode_transport(d, p, &inner, total);
}

void decode_raw(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire)
{
    unsigned version = bytes_peek(b, 0) >> 4;
    p->meta.ethertype = version == 6 ? 0x86dd : 0x0800;
    if (version == 6)
        decode_ipv6(d, p, b, wire);
    else
        decode_ipv4(d, p, b, wire);
}
