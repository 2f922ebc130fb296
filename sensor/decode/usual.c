/* SPDX-License-Identifier: Apache-2.0 */
/* Nearly all frames of a plant: Ethernet (IEEE 802.3) without tags, IPv4 (RFC 791) without options and fragments, TCP
 * (RFC 9293) or UDP (RFC 768), whole as sent. All headers behind one or two checks; whatever is not quite so goes the
 * long way, which says the same of these frames (tests/unit/test_decode.c). */
#include "sensor/decode/layers.h"

enum { ETHERNET = 14, IPV4 = 20, UDP = 8, TCP = 20, SHORTEST = ETHERNET + IPV4 + UDP };
enum { TYPE = 12, PLAIN_IPV4 = 0x45, NOT_ALONE = 0x3fff /* more fragments, or an offset */ };

static inline void take_address(struct address *a, const uint8_t *octets)
{
    uint8_t whole[sizeof a->bytes] = {0};
    memcpy(whole, octets, 4);
    a->family = 4;
    memcpy(a->bytes, whole, sizeof whole);
}

/* Whatever a trailer of PRP would be (redundancy.h): none without this. */
static inline bool may_be_redundant(const struct bytes *frame, size_t n, uint32_t wire)
{
    return n == wire && bytes_peek_be16(frame, n - 2) == 0x88fb;
}

static bool take_tcp(struct packet *p, const uint8_t *h, struct bytes *b, uint32_t length)
{
    const uint8_t *rest = bytes_step(b, TCP - UDP);
    if (!rest || length < TCP) return false;
    unsigned offset = (unsigned)rest[4] >> 4 << 2;
    if (offset < TCP || offset > length) return false;
    bytes_skip(b, offset - TCP);
    p->kind = PACKET_TCP;
    p->tcp_seq = octets_be32(h + 4);
    p->tcp_ack = octets_be32(rest);
    p->meta.tcp_flags = rest[5];
    p->payload_wire = length - offset;
    return true;
}

static bool take_udp(struct packet *p, const uint8_t *h, uint32_t length)
{
    uint32_t own = octets_be16(h + 4);
    if (own < UDP || own > length || is_tunnel_port(octets_be16(h + 2))) return false;
    p->kind = PACKET_UDP;
    p->meta.tcp_flags = 0;
    p->payload_wire = own - UDP;
    return true;
}

bool decode_usual(struct packet *p, const uint8_t *frame, size_t captured, uint32_t wire)
{
    struct bytes all = bytes_over(frame, captured), b = all;
    const uint8_t *h = bytes_step(&b, SHORTEST);
    if (!h || octets_be16(h + TYPE) != 0x0800) return false;
    const uint8_t *ip = h + ETHERNET, *transport = ip + IPV4;
    uint32_t total = octets_be16(ip + 2), length = total - IPV4;
    if (ip[0] != PLAIN_IPV4 || octets_be16(ip + 6) & NOT_ALONE) return false;
    if (total < IPV4 + UDP || total > captured - ETHERNET || may_be_redundant(&all, captured, wire)) return false;
    if (ip[9] == 6 ? !take_tcp(p, transport, &b, length) : ip[9] != 17 || !take_udp(p, transport, length)) return false;
    p->payload = bytes_take(&b, p->payload_wire);
    p->oddities = p->tunnel = p->depth = 0;
    p->ip = (struct bytes){ip, all.end, false};
    memcpy(p->meta.dst_mac, h, 6);
    memcpy(p->meta.src_mac, h + 6, 6);
    take_address(&p->meta.src, ip + 12);
    take_address(&p->meta.dst, ip + 16);
    p->meta.src_port = octets_be16(transport);
    p->meta.dst_port = octets_be16(transport + 2);
    p->meta.ip_proto = ip[9];
    p->meta.ethertype = 0x0800;
    p->meta.vlan[0] = p->meta.vlan[1] = 0xffff;
    p->meta.flow_id = 0;
    return true;
}
