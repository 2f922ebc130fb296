/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet network layer: addressing, and the messages between routers (ASHRAE 135-2020 clause 6). */
#include "parsers/bacnet/bacnet.h"

enum { NETWORK_MESSAGE = 0x80, HAS_DESTINATION = 0x20, HAS_SOURCE = 0x08, EXPECTING_REPLY = 0x04, RESERVED = 0x50 };
enum { GLOBAL_BROADCAST = 0xffff, REJECT_MESSAGE = 3, VENDOR_MESSAGES = 0x80 };

static struct bytes address(struct pdu *p, struct bytes *in, unsigned length_field, unsigned mstp, unsigned ether)
{
    uint8_t length = bytes_u8(in);
    if (!bytes_ok(in)) return bytes_over(NULL, 0);
    emit_uint(p, length_field, length);
    struct bytes mac = bytes_take_upto(in, length), rest = mac;
    if (bytes_left(&mac) == 1) emit_uint(p, mstp, bytes_u8(&rest));
    if (bytes_left(&mac) == 6) emit_bytes(p, ether, mac);
    return mac;
}

static void take_networks(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 2) {
        uint16_t network = bytes_be16(&in);
        emit_uint(p, F_DNET, network);
        message_object(p, "network %u", network);
    }
}

/* Clause 6.4. */
static void network_message(struct pdu *p, struct bytes in)
{
    uint8_t type = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_MESGTYP, type);
    if (type >= VENDOR_MESSAGES) emit_uint(p, F_NET_VENDOR, bytes_be16(&in));
    switch (type) {
    case 0: /* Who-Is-Router-To-Network: at most one */
    case 1: /* I-Am-Router-To-Network */
    case 4: /* Router-Busy */
    case 5: /* Router-Available */
        take_networks(p, in);
        break;
    case 2: /* I-Could-Be-Router: one, and a performance index */
    case 8:
    case 9:
    case 19: /* Network-Number-Is */
        take_networks(p, bytes_take_upto(&in, 2));
        break;
    case REJECT_MESSAGE: {
        uint8_t reason = bytes_u8(&in);
        emit_uint(p, F_NET_REJECT, reason);
        message_status(p, STATUS_REFUSED, BACNET_NETWORK_REJECT | reason);
        take_networks(p, bytes_take_upto(&in, 2));
        break;
    }
    case 6: /* Initialize-Routing-Table and its Ack: ports with their information */
    case 7:
        for (unsigned ports = bytes_u8(&in); ports && bytes_left(&in) >= 4; ports--) {
            take_networks(p, bytes_take(&in, 2));
            bytes_skip(&in, 1);
            bytes_take_upto(&in, bytes_u8(&in));
        }
        break;
    default:
        break;
    }
}

void bacnet_foretell(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 1);
    uint8_t control = bytes_u8(&in);
    if (control & HAS_DESTINATION) {
        bytes_skip(&in, 2);
        bytes_skip(&in, bytes_u8(&in));
    }
    if (control & HAS_SOURCE) {
        bytes_skip(&in, 2);
        bytes_skip(&in, bytes_u8(&in));
    }
    if (control & HAS_DESTINATION) bytes_skip(&in, 1);
    if (!bytes_ok(&in)) return;
    if (control & NETWORK_MESSAGE)
        message_operation(p, BACNET_NETWORK | bytes_peek(&in, 0));
    else
        bacnet_foretell_apdu(p, in);
}

void bacnet_npdu(struct pdu *p, struct bytes in, struct bacnet_route *route)
{
    uint8_t version = bytes_u8(&in), control = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (version != 1) message_anomaly(p, A_VERSION);
    if (control & RESERVED) message_anomaly(p, A_RESERVED);

    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_CONTROL, control);
    emit_uint(p, F_CONTROL_NET, control >> 7);
    emit_uint(p, F_CONTROL_EXPECT, control >> 2 & 1);
    if (control & HAS_DESTINATION) {
        route->destination_network = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_DNET, route->destination_network);
        struct bytes mac = address(p, &in, F_DLEN, F_DADR_MSTP, F_DADR_ETH);
        if (bytes_empty(&mac)) route->broadcast = true;
    }
    if (control & HAS_SOURCE) {
        route->source_network = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_SNET, route->source_network);
        route->source = address(p, &in, F_SLEN, F_SADR_MSTP, F_SADR_ETH);
        route->routed = true;
    }
    if (control & HAS_DESTINATION) {
        uint8_t hops = bytes_u8(&in);
        if (bytes_ok(&in)) emit_uint(p, F_HOPC, hops);
    }
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (control & NETWORK_MESSAGE)
        network_message(p, in);
    else
        bacnet_apdu(p, in, route);
}
