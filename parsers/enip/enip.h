/* SPDX-License-Identifier: Apache-2.0 */
/* The encapsulation of EtherNet/IP, as its own parser and the CIP parser read it.
 * Follows The CIP Networks Library, Volume 2: EtherNet/IP Adaptation of CIP, chapter 2. */
#ifndef WANGLOU_PARSERS_ENIP_ENIP_H
#define WANGLOU_PARSERS_ENIP_ENIP_H

#include "parsers/parser.h"

enum enip_command {
    ENIP_NOP = 0x00,
    ENIP_LIST_TARGETS = 0x01, /* reserved for legacy use; RSLinx still asks it beside the other three lists */
    ENIP_LIST_SERVICES = 0x04,
    ENIP_LIST_IDENTITY = 0x63,
    ENIP_LIST_INTERFACES = 0x64,
    ENIP_REGISTER_SESSION = 0x65,
    ENIP_UNREGISTER_SESSION = 0x66,
    ENIP_SEND_RR_DATA = 0x6f,
    ENIP_SEND_UNIT_DATA = 0x70,
    ENIP_INDICATE_STATUS = 0x72,
    ENIP_CANCEL = 0x73,
    ENIP_START_DTLS = 0xc8,
};

/* Items of the common packet format, clause 2-6.2. */
enum enip_item_type {
    ENIP_ITEM_NULL = 0x0000,
    ENIP_ITEM_IDENTITY = 0x000c,
    ENIP_ITEM_CONNECTED_ADDRESS = 0x00a1,
    ENIP_ITEM_CONNECTED_DATA = 0x00b1,
    ENIP_ITEM_UNCONNECTED_DATA = 0x00b2,
    ENIP_ITEM_SERVICES = 0x0100,
    ENIP_ITEM_SEQUENCED_ADDRESS = 0x8002,
    ENIP_ITEM_UNCONNECTED_UDP = 0x8003,
};

enum { ENIP_HEADER = 24, ENIP_INTERFACE_CIP = 0 };

struct enip_header {
    uint16_t command, length;
    uint32_t session, status;
    uint64_t context;
    uint32_t options;
};

/* Moves past the 24 bytes; false when there are fewer. */
static inline bool enip_header(struct bytes *in, struct enip_header *h)
{
    const uint8_t *o = bytes_step(in, ENIP_HEADER);
    if (!o) return false;
    h->command = octets_le16(o);
    h->length = octets_le16(o + 2);
    h->session = octets_le32(o + 4);
    h->status = octets_le32(o + 8);
    h->context = octets_le32(o + 12) | (uint64_t)octets_le32(o + 16) << 32;
    h->options = octets_le32(o + 20);
    return true;
}

struct enip_item {
    uint16_t type, length; /* the length it claims */
    struct bytes data;     /* what there is of it */
};

/* The next item; false when less than a type and a length are left. */
static inline bool enip_item(struct bytes *in, struct enip_item *item)
{
    if (bytes_left(in) < 4) return false;
    item->type = bytes_le16(in);
    item->length = bytes_le16(in);
    item->data = bytes_take_upto(in, item->length);
    return true;
}

/* Implicit I/O (class 0 and 1) has no encapsulation header: a datagram is an item list that begins with its address. */
static inline bool enip_is_io(const struct bytes *in)
{
    return bytes_peek_le16(in, 0) >= 2 && bytes_peek_le16(in, 0) <= 4 &&
           bytes_peek_le16(in, 2) == ENIP_ITEM_SEQUENCED_ADDRESS && bytes_peek_le16(in, 4) == 8;
}

#endif
