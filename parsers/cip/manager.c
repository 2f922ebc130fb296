/* SPDX-License-Identifier: Apache-2.0 */
/* The Connection Manager object: forwarding of unconnected requests, opening and closing of connections.
 * Follows The CIP Networks Library, Volume 1, clause 3-5. */
#include "parsers/cip/cip.h"

enum { TICKS = 2 }; /* priority/tick time and timeout ticks, at the head of most services */

/* The identifying triad of a connection: its serial number, and the originator's vendor and serial number. */
struct triad {
    uint16_t serial, vendor;
    uint32_t originator;
};

static bool take_triad(struct pdu *p, struct bytes *in, struct triad *t)
{
    t->serial = bytes_le16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_CM_CONN_SERIAL, t->serial);
    t->vendor = bytes_le16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_CM_VENDOR, t->vendor);
    t->originator = bytes_le32(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_CM_ORIG_SERIAL, t->originator);
    return true;
}

static bool take_id(struct pdu *p, struct bytes *in, unsigned field, uint32_t *id)
{
    *id = bytes_le32(in);
    if (bytes_ok(in)) emit_uint(p, field, *id);
    return bytes_ok(in);
}

struct bytes cip_embedded(struct bytes body)
{
    bytes_skip(&body, TICKS);
    uint16_t size = bytes_le16(&body);
    return bytes_take_upto(&body, size);
}

/* Behind the IDs and the triad: timeout multiplier, RPIs and parameters (16 bits each, or 32), trigger, path.
 * A connection of type 0 in both directions is a null Forward Open (clause 3-5.5.2.1). */
bool cip_opening_of(struct bytes body, bool large, struct cip_opening *opening)
{
    size_t width = large ? 4 : 2;
    unsigned shift = large ? 29 : 13;
    bytes_skip(&body, TICKS + 4 + 4 + 8 + 4 + 4);
    uint64_t ot = bytes_le(&body, width);
    bytes_skip(&body, 4);
    uint64_t to = bytes_le(&body, width);
    opening->null = (ot >> shift & 3) == 0 && (to >> shift & 3) == 0;
    opening->transport_class = bytes_u8(&body) & 15;
    opening->path = bytes_take(&body, bytes_u8(&body) * 2u);
    return bytes_ok(&body);
}

bool cip_close_path(struct bytes body, struct bytes *path)
{
    bytes_skip(&body, TICKS + 8);
    uint8_t words = bytes_u8(&body);
    bytes_skip(&body, 1);
    *path = bytes_take(&body, words * 2u);
    return bytes_ok(&body);
}

/* ---- requests ---- */

static void unconnected_send(struct pdu *p, struct bytes in, unsigned depth)
{
    struct bytes inner = cip_embedded(in);
    uint16_t size = bytes_peek_le16(&in, TICKS);
    bytes_skip(&in, TICKS + 2);
    bytes_skip(&in, size + size % 2u);
    uint8_t words = bytes_u8(&in);
    bytes_skip(&in, 1);
    struct bytes route = bytes_take(&in, words * 2u);
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
    uint16_t slot = cip_target_of(route).slot;
    if (slot != CIP_NO_SLOT) message_unit(p, slot);
    struct cip_head request = cip_head_of(inner);
    if (!bytes_empty(&inner)) cip_request(p, &request, depth + 1);
    if (bytes_ok(&in)) cip_emit_path(p, route);
}

static void forward_open(struct pdu *p, struct bytes in, bool large)
{
    struct bytes body = in;
    struct cip_opening opening;
    struct triad triad;
    uint32_t id;
    bytes_skip(&in, TICKS);
    if (!take_id(p, &in, F_CM_OT_CONNID, &id) || !take_id(p, &in, F_CM_TO_CONNID, &id) || !take_triad(p, &in, &triad)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bytes_skip(&in, 4);
    uint32_t rpi = bytes_le32(&in);
    if (bytes_ok(&in)) emit_uint(p, F_CM_OT_RPI, rpi);
    bytes_skip(&in, large ? 4 : 2);
    rpi = bytes_le32(&in);
    if (bytes_ok(&in)) emit_uint(p, F_CM_TO_RPI, rpi);
    bytes_skip(&in, large ? 4 : 2);
    uint8_t trigger = bytes_u8(&in);
    if (bytes_ok(&in)) emit_uint(p, F_CM_TRIGGER, trigger);
    if (!cip_opening_of(body, large, &opening)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    cip_emit_path(p, opening.path);
    if (wants_object(p)) message_object_text(p, cip_path_name(p, opening.path));
}

static void forward_close(struct pdu *p, struct bytes in)
{
    struct bytes body = in, path;
    struct triad triad;
    bytes_skip(&in, TICKS);
    if (!take_triad(p, &in, &triad) || !cip_close_path(body, &path)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    cip_emit_path(p, path);
    const struct cip_connection *c = cip_connection_of(p->state, triad.serial, triad.vendor, triad.originator);
    if (c) cip_emit_path(p, bytes_over(c->path, c->path_length));
}

bool cip_manager_request(struct pdu *p, struct bytes in, uint8_t service, unsigned depth)
{
    struct bytes path;
    switch (service) {
    case CIP_UNCONNECTED_SEND:
        emit_uint(p, F_CM_SC, service);
        unconnected_send(p, in, depth);
        return true;
    case CIP_FORWARD_OPEN:
    case CIP_LARGE_FORWARD_OPEN:
        emit_uint(p, F_CM_SC, service);
        forward_open(p, in, service == CIP_LARGE_FORWARD_OPEN);
        return true;
    case CIP_FORWARD_CLOSE:
        emit_uint(p, F_CM_SC, service);
        forward_close(p, in);
        return true;
    case CIP_GET_CONNECTION_OWNER:
        emit_uint(p, F_CM_SC, service);
        bytes_skip(&in, 1);
        path = bytes_take(&in, bytes_u8(&in) * 2u);
        if (bytes_ok(&in)) cip_emit_path(p, path);
        return true;
    default:
        if (service >= CIP_CLASS_SPECIFIC) emit_uint(p, F_CM_SC, service);
        return false;
    }
}

/* ---- answers ---- */

/* Connections that carry messages (class 2 and 3) stay in this flow; I/O goes over flows of its own. */
static void opened(struct pdu *p, struct bytes in, const struct cip_node *asked, bool wrapped)
{
    struct triad triad;
    uint32_t ot, to, api;
    if (!take_id(p, &in, F_CM_OT_CONNID, &ot) || !take_id(p, &in, F_CM_TO_CONNID, &to) || !take_triad(p, &in, &triad) ||
        !take_id(p, &in, F_CM_OT_API, &api) || !take_id(p, &in, F_CM_TO_API, &api)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (asked->kind != CIP_OPEN) return;
    cip_emit_path(p, asked->extra);
    if (wrapped) return;
    if (asked->slot == 2 || asked->slot == 3)
        cip_connection_add(p->state, ot, to, triad.serial, triad.vendor, triad.originator, asked->extra);
    else if (asked->slot <= 1)
        cip_io_add(p, ot, to, asked->slot, asked->extra);
}

/* Of a refused or closed connection: the triad, a size and a pad byte, then whatever. */
static void closed(struct pdu *p, struct bytes in, const struct cip_node *asked)
{
    struct triad triad;
    if (bytes_empty(&in)) return;
    if (!take_triad(p, &in, &triad) || bytes_left(&in) < 2) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (asked->kind == CIP_OPEN || asked->kind == CIP_CLOSE) cip_emit_path(p, asked->extra);
}

bool cip_manager_response(struct pdu *p, struct bytes in, uint8_t service, uint8_t status, const struct cip_node *asked,
                          bool wrapped)
{
    struct triad triad;
    if (service < CIP_CLASS_SPECIFIC) return false;
    emit_uint(p, F_CM_SC, service);
    switch (service) {
    case CIP_FORWARD_OPEN:
    case CIP_LARGE_FORWARD_OPEN:
        if (status)
            closed(p, in, asked);
        else
            opened(p, in, asked, wrapped);
        return true;
    case CIP_FORWARD_CLOSE:
        closed(p, in, asked);
        return true;
    case CIP_GET_CONNECTION_OWNER:
        bytes_skip(&in, 4); /* counts of connections and owners, last action */
        (void)take_triad(p, &in, &triad);
        return true;
    case CIP_UNCONNECTED_SEND:
        return true;
    default:
        return false;
    }
}
