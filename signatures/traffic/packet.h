/* SPDX-License-Identifier: Apache-2.0 */
/* Builds Ethernet frames with IPv4/IPv6, TCP and UDP, checksums included (IEEE 802.3, RFC 791, 8200, 9293, 768). */
#ifndef WANGLOU_SIGNATURES_TRAFFIC_PACKET_H
#define WANGLOU_SIGNATURES_TRAFFIC_PACKET_H

#include "parsers/message.h"

#define PACKET_ROOM    (65536 + 64) /* bytes that any frame built here fits in */
#define PACKET_MTU     1500
#define PACKET_MSS     1460
#define PACKET_NO_VLAN 0xffff

enum { IP_PROTOCOL_TCP = 6, IP_PROTOCOL_UDP = 17 };
enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PSH = 8, TCP_ACK = 16 };

struct packet_end {
    struct address address;
    uint8_t mac[6];
    uint16_t port;
};
struct packet_path {
    struct packet_end from, to;
    uint16_t vlan[2]; /* outer first; PACKET_NO_VLAN: none */
    uint16_t ip_id;
};

/* An address's MAC when none was given: locally administered, made of its last four bytes. */
void packet_default_mac(struct packet_end *end);
struct packet_path packet_reversed(const struct packet_path *path);

/* MACs, VLAN tags and the EtherType (or, below 1536, the length). Returns bytes written. */
size_t packet_ethernet(uint8_t *out, const struct packet_path *path, uint16_t type);
/* Zeros up to the 60 bytes that every frame has on the wire (its checksum is not captured). */
size_t packet_padded(uint8_t *out, size_t length);

/* A TCP segment or UDP datagram, checksum filled in, without its IP header. `n` + header at most 65,535 - 40. */
size_t packet_tcp(uint8_t *out, const struct packet_path *path, uint32_t sequence, uint32_t acknowledged,
                  unsigned flags, const uint8_t *payload, size_t n);
size_t packet_udp(uint8_t *out, const struct packet_path *path, const uint8_t *payload, size_t n);
/* A whole frame around a segment; `offset` and `more` tell which IPv4 fragment it is (0 and false: all of it). */
size_t packet_ip(uint8_t *out, const struct packet_path *path, uint8_t protocol, const uint8_t *segment, size_t n,
                 size_t offset, bool more);

/* A CRC of 16 bits with bits reversed: Modbus' has 0xa001 and begins at 0xffff, DNP3's 0xa6bc, 0 and is inverted. */
uint16_t packet_crc16(const uint8_t *at, size_t n, uint16_t crc, uint16_t polynomial);

/* Classic pcap (libpcap's pcap-savefile(5)), microseconds, Ethernet, little-endian. */
enum { PCAP_HEADER = 24, PCAP_RECORD = 16 };
void pcap_header(uint8_t out[PCAP_HEADER]);
void pcap_record(uint8_t out[PCAP_RECORD], uint64_t time_ns, size_t captured, size_t length);

#endif
