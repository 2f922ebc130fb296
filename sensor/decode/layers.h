/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of decode/: each takes the cursor at its own header; `wire` is what was sent from there on. */
#ifndef WANGLOU_SENSOR_DECODE_LAYERS_H
#define WANGLOU_SENSOR_DECODE_LAYERS_H

#include "sensor/decode/decode.h"
#include "sensor/decode/defrag.h"
#include "sensor/decode/redundancy.h"

enum { LAYERS_AT_MOST = 16 };

struct decoder {
    struct defrag defrag;
    struct redundancy redundancy;
};

static inline void odd(struct packet *p, enum decode_oddity what) { p->oddities |= 1u << what; }
static inline uint32_t less(uint32_t wire, uint32_t header) { return wire < header ? 0 : wire - header; }
/* False: too deep; the packet is then left as nothing. */
static inline bool deeper(struct packet *p)
{
    if (p->depth++ < LAYERS_AT_MOST) return true;
    odd(p, ODD_NESTED);
    p->kind = PACKET_NOTHING;
    return false;
}

/* usual.c; false: not a usual frame, go the long way. */
bool decode_usual(struct packet *p, const uint8_t *frame, size_t captured, uint32_t wire);
/* The long way, for frames of all kinds. */
void decode_any(struct decoder *d, struct packet *p, int link, const uint8_t *frame, size_t captured, uint32_t wire);
void decode_ethernet(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);
void decode_ethertype(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire, uint16_t type);
void decode_ipv4(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);
void decode_ipv6(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);
void decode_raw(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);
enum { PORT_VXLAN = 4789, PORT_GENEVE = 6081, PORT_GRE = 4754 };
static inline bool is_tunnel_port(uint16_t port)
{
    return port == PORT_VXLAN || port == PORT_GENEVE || port == PORT_GRE;
}
/* tunnel.c; false: not a tunnel after all, the cursor is where it was. */
bool decode_tunnel(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);     /* by meta.ip_proto */
bool decode_udp_tunnel(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire); /* by the port */
void decode_mpls(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);
void decode_pppoe(struct decoder *d, struct packet *p, struct bytes *b, uint32_t wire);

#endif
