/* SPDX-License-Identifier: Apache-2.0 */
/* From a captured frame to addresses, ports and a payload: link layers, VLAN stacks, tunnels, IP with its fragments,
 * redundancy (PRP, HSR), TCP, UDP. */
#ifndef WANGLOU_SENSOR_DECODE_DECODE_H
#define WANGLOU_SENSOR_DECODE_DECODE_H

#include "parsers/message.h"

enum packet_kind {
    PACKET_NOTHING, /* nothing a parser could read: cut short, or an unknown link layer */
    PACKET_LINK,    /* payload of an EtherType, LLC or SNAP: `link_type` as parser.h numbers them */
    PACKET_TCP,
    PACKET_UDP,
    PACKET_IP,  /* another IP protocol: meta.ip_proto; or a fragment of a datagram that is not whole yet */
    PACKET_COPY /* the second copy of a PRP or HSR frame: seen, and not counted twice */
};

enum tcp_flag { TCP_FIN = 1, TCP_SYN = 2, TCP_RST = 4, TCP_PUSH = 8, TCP_ACK = 16, TCP_URG = 32 };

/* X(id, name, zh, en): what decode finds odd; counted, and told in `stats`. */
#define DECODE_ODDITIES(X)                                                                                             \
    X(LINK_SHORT, "link_too_short", "链路层帧过短", "frame shorter than its link header")                              \
    X(IP_SHORT, "ip_too_short", "IP首部不完整", "IP header cut short")                                                 \
    X(IP_VERSION, "ip_bad_version", "IP版本或首部长度错误", "wrong IP version or header length")                       \
    X(IP_LENGTH, "ip_length_mismatch", "IP总长度与帧不符", "IP total length does not fit the frame")                   \
    X(TCP_SHORT, "tcp_too_short", "TCP首部不完整", "TCP header cut short")                                             \
    X(TCP_OFFSET, "tcp_bad_offset", "TCP首部长度错误", "wrong TCP data offset")                                        \
    X(UDP_SHORT, "udp_too_short", "UDP首部不完整", "UDP header cut short")                                             \
    X(UDP_LENGTH, "udp_length_mismatch", "UDP长度与IP不符", "UDP length does not fit the packet")                      \
    X(FRAGMENT, "ip_fragment", "IP分片", "IP fragment")                                                                \
    X(FRAGMENT_OVERLAP, "ip_fragment_overlap", "IP分片重叠", "overlapping IP fragments")                               \
    X(FRAGMENT_DROPPED, "ip_fragment_dropped", "未能重组的IP分片", "IP fragments given up")                            \
    X(TUNNEL_SHORT, "tunnel_too_short", "隧道首部不完整", "tunnel header cut short")                                   \
    X(NESTED, "too_many_layers", "封装层数过多", "too many encapsulations")                                            \
    X(COPY, "redundant_copy", "冗余网络的重复帧", "second copy of a redundant frame")                                  \
    X(LAN_LOST, "redundant_lan_lost", "冗余网络中断", "one network of a redundant pair is silent")                     \
    X(LINK_UNKNOWN, "unknown_link_layer", "未知链路类型", "unknown link layer")
enum decode_oddity {
#define X(id, name, zh, en) ODD_##id,
    DECODE_ODDITIES(X)
#undef X
        ODD_COUNT
};
extern const char *const decode_oddity_name[ODD_COUNT], *const decode_oddity_zh[ODD_COUNT],
                                                            *const decode_oddity_en[ODD_COUNT];

struct packet {
    struct packet_meta meta;
    const uint8_t *frame; /* as captured; NULL: none is in hand */
    size_t captured;
    int link; /* DLT_ of libpcap */
    enum packet_kind kind;
    struct bytes payload;  /* as far as captured */
    uint32_t payload_wire; /* as long as it was sent: more than captured when the capture was cut */
    struct bytes ip;       /* the innermost IP packet, header included; empty where it was put together of fragments */
    uint32_t link_type;
    uint32_t tunnel; /* identifier of the innermost tunnel (VXLAN VNI, GRE key…), 0 none: part of the flow key */
    uint32_t tcp_seq, tcp_ack;
    uint8_t depth;     /* encapsulations walked so far */
    uint32_t oddities; /* bit per enum decode_oddity */
};

/* 802.1Q, 802.1ad, and the older stacking. */
static inline bool is_vlan_type(uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

struct arena;
struct decoder; /* what has to be remembered between frames: fragments, redundant copies. One a worker */

struct decoder *decoder_open(struct arena *arena);
void decoder_close(struct decoder *decoder);

/* `link` is a DLT_ number of libpcap. meta.frame, meta.time_ns and meta.length are the caller's; the rest is written
 * here. The packet points into `frame`, or into the decoder until its next call. */
void decode(struct decoder *decoder, struct packet *packet, int link, const uint8_t *frame, size_t captured);

#endif
