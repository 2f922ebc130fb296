/* SPDX-License-Identifier: Apache-2.0 */
/* Builds Ethernet frames with IPv4/IPv6, TCP and UDP, checksums included (IEEE 802.3, RFC 791, 8200, 9293, 768). */
#include "signatures/traffic/packet.h"

enum {
    ETHERNET_MINIMUM = 60,
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_IPV6 = 0x86dd,
    TPID_CUSTOMER = 0x8100,
    TPID_SERVICE = 0x88a8,
    WINDOW = 8192
};

static uint8_t *put_be16(uint8_t *at, unsigned v)
{
    at[0] = (uint8_t)(v >> 8), at[1] = (uint8_t)v;
    return at + 2;
}

static uint8_t *put_be32(uint8_t *at, uint32_t v) { return put_be16(put_be16(at, v >> 16), v & 0xffff); }

static uint8_t *put_le32(uint8_t *at, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++) at[i] = (uint8_t)(v >> 8 * i);
    return at + 4;
}

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t n)
{
    if (n) memmove(at, bytes, n);
    return at + n;
}

/* RFC 1071, not yet folded to 16 bits. */
static uint32_t checksum_add(uint32_t sum, const uint8_t *at, size_t n)
{
    for (; n > 1; at += 2, n -= 2) sum += (uint32_t)(at[0] << 8 | at[1]);
    return n ? sum + (uint32_t)(at[0] << 8) : sum;
}

static uint16_t checksum_done(uint32_t sum)
{
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

static size_t address_size(const struct packet_path *path) { return path->from.address.family == 6 ? 16 : 4; }

static uint16_t segment_checksum(const struct packet_path *path, uint8_t protocol, const uint8_t *segment, size_t n)
{
    uint32_t sum = protocol + (uint32_t)n;
    sum = checksum_add(sum, path->from.address.bytes, address_size(path));
    sum = checksum_add(sum, path->to.address.bytes, address_size(path));
    return checksum_done(checksum_add(sum, segment, n));
}

void packet_default_mac(struct packet_end *end)
{
    size_t last = end->address.family == 6 ? 12 : 0;
    end->mac[0] = 0x02, end->mac[1] = 0;
    memcpy(end->mac + 2, end->address.bytes + last, 4);
}

struct packet_path packet_reversed(const struct packet_path *path)
{
    struct packet_path back = *path;
    back.from = path->to, back.to = path->from;
    return back;
}

size_t packet_ethernet(uint8_t *out, const struct packet_path *path, uint16_t type)
{
    uint8_t *at = put_bytes(put_bytes(out, path->to.mac, 6), path->from.mac, 6);
    for (unsigned i = 0; i < 2; i++) {
        if (path->vlan[i] == PACKET_NO_VLAN) continue;
        bool stacked = i == 0 && path->vlan[1] != PACKET_NO_VLAN;
        at = put_be16(put_be16(at, stacked ? TPID_SERVICE : TPID_CUSTOMER), path->vlan[i]);
    }
    return (size_t)(put_be16(at, type) - out);
}

size_t packet_padded(uint8_t *out, size_t length)
{
    if (length >= ETHERNET_MINIMUM) return length;
    memset(out + length, 0, ETHERNET_MINIMUM - length);
    return ETHERNET_MINIMUM;
}

size_t packet_tcp(uint8_t *out, const struct packet_path *path, uint32_t sequence, uint32_t acknowledged,
                  unsigned flags, const uint8_t *payload, size_t n)
{
    bool syn = flags & TCP_SYN;
    uint8_t *at = put_be16(put_be16(out, path->from.port), path->to.port);
    at = put_be32(put_be32(at, sequence), acknowledged);
    at = put_be16(at, (syn ? 6u : 5u) << 12 | flags);
    at = put_be16(at, WINDOW);
    uint8_t *sum = at;
    at = put_be32(at, 0);
    if (syn) at = put_be32(at, 0x02040000 | PACKET_MSS);
    at = put_bytes(at, payload, n);
    size_t length = (size_t)(at - out);
    put_be16(sum, segment_checksum(path, IP_PROTOCOL_TCP, out, length));
    return length;
}

size_t packet_udp(uint8_t *out, const struct packet_path *path, const uint8_t *payload, size_t n)
{
    size_t length = 8 + n;
    uint8_t *at = put_be16(put_be16(out, path->from.port), path->to.port);
    at = put_be16(put_be16(at, (unsigned)length), 0);
    put_bytes(at, payload, n);
    uint16_t sum = segment_checksum(path, IP_PROTOCOL_UDP, out, length);
    put_be16(out + 6, sum ? sum : 0xffff);
    return length;
}

size_t packet_ip(uint8_t *out, const struct packet_path *path, uint8_t protocol, const uint8_t *segment, size_t n,
                 size_t offset, bool more)
{
    bool six = path->from.address.family == 6;
    uint8_t *start = out + packet_ethernet(out, path, six ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4), *at = start;
    if (six) {
        at = put_be16(put_be32(at, 0x60000000), (unsigned)n);
        *at++ = protocol, *at++ = 64;
    } else {
        at = put_be16(put_be16(at, 0x4500), (unsigned)(20 + n));
        at = put_be16(at, path->ip_id);
        at = put_be16(at, (more ? 0x2000u : 0u) | (unsigned)(offset / 8));
        *at++ = 64, *at++ = protocol;
        at = put_be16(at, 0);
    }
    at = put_bytes(at, path->from.address.bytes, address_size(path));
    at = put_bytes(at, path->to.address.bytes, address_size(path));
    if (!six) put_be16(start + 10, checksum_done(checksum_add(0, start, 20)));
    at = put_bytes(at, segment, n);
    return packet_padded(out, (size_t)(at - out));
}

uint16_t packet_crc16(const uint8_t *at, size_t n, uint16_t crc, uint16_t polynomial)
{
    for (; n; n--) {
        crc ^= *at++;
        for (unsigned i = 0; i < 8; i++) crc = (uint16_t)(crc & 1 ? crc >> 1 ^ polynomial : crc >> 1);
    }
    return crc;
}

void pcap_header(uint8_t out[PCAP_HEADER])
{
    uint8_t *at = put_le32(put_le32(out, 0xa1b2c3d4), 2 | 4 << 16);
    at = put_le32(put_le32(at, 0), 0);
    put_le32(put_le32(at, 262144), 1);
}

void pcap_record(uint8_t out[PCAP_RECORD], uint64_t time_ns, size_t captured, size_t length)
{
    uint8_t *at = put_le32(out, (uint32_t)(time_ns / 1000000000));
    at = put_le32(at, (uint32_t)(time_ns % 1000000000 / 1000));
    put_le32(put_le32(at, (uint32_t)captured), (uint32_t)length);
}
