/* SPDX-License-Identifier: Apache-2.0 */
/* KNXnet/IP over UDP and TCP: header, connections, tunnelling, routing, discovery (KNX 03.08.01 to 03.08.05). */
#include "parsers/knx/knx.h"

enum { HEADER = 6, MOST = 1024, CONNECTION_HEADER = 4, VERSION_1 = 0x10 };
enum { DIB_DEVICE = 1, DEVICE_LENGTH = 54 };

static const struct field fields[] = {KNX_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {KNX_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {3671, 0};

static size_t frame_length(const struct bytes *in)
{
    uint16_t length = bytes_peek_be16(in, 4);
    bool sound = bytes_peek(in, 0) == HEADER && bytes_peek(in, 1) == VERSION_1 && length >= HEADER && length <= MOST;
    return sound ? length : 0;
}

static enum verdict knx_probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    size_t length = frame_length(&in);
    if (!length || bytes_left(&in) < HEADER) return PROBE_NO;
    uint8_t family = bytes_peek(&in, 2);
    return length <= bytes_left(&in) && family >= 2 && family <= 9 ? PROBE_YES : PROBE_MAYBE;
}

static struct frame knx_frame(struct bytes in, const void *state, enum direction direction)
{
    size_t length;
    (void)state, (void)direction;
    if (bytes_left(&in) < HEADER) return FRAME_NEEDS(HEADER);
    if ((length = frame_length(&in))) return FRAME_OF(length);
    for (size_t i = 1, left = bytes_left(&in); i + HEADER <= left; i++) {
        bytes_skip(&in, 1);
        if (frame_length(&in)) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

static void status(struct pdu *p, uint8_t code)
{
    emit_uint(p, F_STATUS, code);
    message_status(p, code ? STATUS_REFUSED : STATUS_OK, code);
    if (code) message_class(p, OT_ERROR);
}

/* Device information, 03.08.02 clause 7.5.4.2. */
static void identity(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 2) {
        uint8_t length = bytes_peek(&in, 0), type = bytes_peek(&in, 1);
        if (length < 2) return;
        struct bytes dib = bytes_take_upto(&in, length);
        if (type != DIB_DEVICE || bytes_left(&dib) < DEVICE_LENGTH) continue;
        bytes_skip(&dib, 4); /* length, type, medium, status */
        uint16_t address = bytes_be16(&dib);
        bytes_skip(&dib, 2);
        uint64_t serial = bytes_be(&dib, 6);
        bytes_skip(&dib, 4);
        struct bytes mac = bytes_take(&dib, 6), name = bytes_take(&dib, 30);
        message_identity(p, IDENTITY_MAC, mac);
        message_identity_format(p, IDENTITY_SERIAL, "%012llX", (unsigned long long)serial);
        message_identity(p, IDENTITY_NAME, bytes_cstring(&name));
        message_identity_format(p, IDENTITY_LOCATION, "KNX %u.%u.%u", address >> 12, address >> 8 & 15, address & 255);
        message_identity_format(p, IDENTITY_ROLE, "gateway");
    }
}

static void pair(struct pdu *p, uint16_t service, uint64_t detail)
{
    /* An answer's service is its request's plus one: requests are odd in discovery, even above it. */
    bool core = service >> 8 == 2 && service != 0x020b && service != 0x020c;
    bool request =
        core ? service & 1
             : service == 0x0310 || service == 0x0420 || service == 0x0422 || service == 0x020b || service == 0x0740;
    bool answer =
        core ? !(service & 1)
             : service == 0x0311 || service == 0x0421 || service == 0x0423 || service == 0x020c || service == 0x0741;
    message_role(p, request ? ROLE_REQUEST : answer ? ROLE_RESPONSE : ROLE_NOTIFY);
    if (request) {
        (void)pdu_request(p, (uint64_t)service << 16 | detail);
    } else if (answer) {
        struct request *asked = pdu_answers(p, (uint64_t)(service - 1u) << 16 | detail);
        if (asked) request_done(asked);
    }
}

/* Connection header of tunnelling and device management, 03.08.02 clause 5.3. */
static void connected(struct pdu *p, uint16_t service, struct bytes in)
{
    uint8_t length = bytes_peek(&in, 0), channel = bytes_peek(&in, 1), sequence = bytes_peek(&in, 2);
    bool acknowledges = service == KNX_TUNNELLING_ACK || service == KNX_DEVICE_CONFIGURATION_ACK;
    if (bytes_left(&in) < CONNECTION_HEADER) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_CHANNEL, channel);
    emit_uint(p, F_SEQUENCE, sequence);
    message_unit(p, channel);
    if (acknowledges) status(p, bytes_peek(&in, 3));
    bytes_skip(&in, length < CONNECTION_HEADER ? CONNECTION_HEADER : length);
    if (service == KNX_TUNNELLING_REQUEST || service == KNX_DEVICE_CONFIGURATION_REQUEST) knx_cemi(p, in);
    pair(p, service, (uint64_t)channel << 8 | sequence);
}

static void knx_parse(struct pdu *p)
{
    struct bytes in = p->in;
    bytes_skip(&in, 2);
    uint16_t service = bytes_be16(&in), length = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    message_operation(p, service);
    if (!p->message->operation) message_anomaly(p, A_SERVICE);
    emit_uint(p, F_SERVICE, service);
    emit_uint(p, F_LENGTH, length);
    if (length < HEADER || length - HEADER != (int)bytes_left(&in)) message_anomaly(p, A_LENGTH);
    switch (service) {
    case 0x0202:
    case 0x020c: /* endpoint first */
        bytes_skip(&in, bytes_peek(&in, 0));
        identity(p, in);
        break;
    case 0x0204:
        identity(p, in);
        break;
    case 0x0206:
    case 0x0207:
    case 0x0208:
    case 0x0209:
    case 0x020a: {
        uint8_t channel = bytes_u8(&in), second = bytes_u8(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_CHANNEL, channel);
        message_unit(p, channel);
        if (service != 0x0207 && service != 0x0209) status(p, second);
        pair(p, service, service == 0x0206 ? 0 : channel);
        return;
    }
    case 0x0310:
    case 0x0311:
    case 0x0420:
    case 0x0421:
    case 0x0422:
    case 0x0423:
    case 0x0424:
    case 0x0425:
        connected(p, service, in);
        return;
    case KNX_ROUTING_INDICATION:
    case 0x0533:
        knx_cemi(p, in);
        break;
    default:
        break;
    }
    pair(p, service, 0);
}

const struct parser parser_knx = {
    .name = "knx",
    .zh = "KNXnet/IP楼宇控制",
    .en = "KNXnet/IP",
    .specification = "EN ISO 22510, ISO/IEC 14543-3 (KNX 03.08, 03.06.03)",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = knx_operations,
    .operation_count = KNX_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = knx_statuses,
    .status_count = KNX_STATUSES,
    .request_slots = 32,
    .max_pdu = MOST,
    .probe = knx_probe,
    .frame = knx_frame,
    .parse = knx_parse,
};
