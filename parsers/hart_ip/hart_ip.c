/* SPDX-License-Identifier: Apache-2.0 */
/* HART-IP over TCP and UDP: message header, session messages, HART frames passed through, pairing
 * (FieldComm HCF_SPEC-85; HCF_SPEC-81 clause 5 for the frame). */
#include "parsers/hart_ip/hart_ip.h"

enum { HEADER = 8, MOST = 2048, SESSION_INITIATE = 0, PASS_THROUGH = 3, DIRECT = 4, AUDIT_LOG = 5, DISCOVERY = 128 };
enum { REQUEST = 0, RESPONSE = 1, PUBLISH = 2, ERROR = 3, NAK = 15, VERSION_LAST = 2 };
enum { PREAMBLE = 0xff, ADDRESS_LONG = 0x80, FRAME_TYPE = 0x07, FRAME_BURST = 1, FRAME_ACK = 6 };
enum { STATUS_MALFUNCTION = 0x80, COMMUNICATION_ERROR = 0x80 };

static const struct field fields[] = {HART_IP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {HART_IP_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {5094, 0};

static bool header_sound(const struct bytes *in)
{
    uint8_t version = bytes_peek(in, 0), type = bytes_peek(in, 1), id = bytes_peek(in, 2);
    uint16_t length = bytes_peek_be16(in, 6);
    return version >= 1 && version <= VERSION_LAST && (type <= ERROR || type == NAK) &&
           (id <= AUDIT_LOG || id == DISCOVERY) && length >= HEADER && length <= MOST;
}

static enum verdict hart_probe(struct bytes in, const struct probe_hint *hint)
{
    if (bytes_left(&in) < HEADER || !header_sound(&in)) return PROBE_NO;
    uint16_t length = bytes_peek_be16(&in, 6);
    if (length > bytes_left(&in)) return PROBE_MAYBE;
    uint8_t id = bytes_peek(&in, 2), delimiter = bytes_peek(&in, HEADER);
    bool whole = hint->transport == OVER_TCP || length == bytes_left(&in);
    bool session = id == SESSION_INITIATE && length == HEADER + 5;
    bool frame = id == PASS_THROUGH && length >= HEADER + 5 &&
                 ((delimiter & FRAME_TYPE) == 2 || (delimiter & FRAME_TYPE) == FRAME_ACK);
    return whole && (session || frame) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame hart_frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_left(&in) < HEADER) return FRAME_NEEDS(HEADER);
    if (header_sound(&in)) return FRAME_OF(bytes_peek_be16(&in, 6));
    for (size_t i = 1, left = bytes_left(&in); i + HEADER <= left; i++) {
        bytes_skip(&in, 1);
        if (header_sound(&in)) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

/* One HART frame as on the wire of the field device; the operation is its command. */
static void pass_through(struct pdu *p, struct bytes in)
{
    while (bytes_peek(&in, 0) == PREAMBLE) bytes_skip(&in, 1);
    struct bytes frame = in;
    uint8_t sum = 0, delimiter = bytes_u8(&in);
    struct bytes address = bytes_take(&in, delimiter & ADDRESS_LONG ? 5 : 1);
    bytes_skip(&in, delimiter >> 5 & 3); /* expansion bytes */
    /* The frame itself says whether a device speaks, clause 5.1.1. */
    bool answer = (delimiter & FRAME_TYPE) == FRAME_ACK || (delimiter & FRAME_TYPE) == FRAME_BURST;
    uint8_t command = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    message_operation(p, command);
    emit_uint(p, F_DELIMITER, delimiter);
    if (delimiter & ADDRESS_LONG)
        emit_bytes(p, F_LONG_ADDRESS, address);
    else
        emit_uint(p, F_SHORT_ADDRESS, bytes_peek(&address, 0) & 0x3f);
    emit_uint(p, F_COMMAND, command);
    uint8_t length = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_BYTES, length);
    if (length > bytes_left(&in)) message_anomaly(p, A_LENGTH);
    struct bytes data = bytes_take_upto(&in, length);
    if (answer && bytes_left(&data) >= 2) {
        uint8_t code = bytes_u8(&data), status = bytes_u8(&data);
        bool refused = code & COMMUNICATION_ERROR || (code && code != 8 && code != 14);
        emit_uint(p, F_RESPONSE_CODE, code);
        emit_uint(p, F_DEVICE_STATUS, status);
        message_status(p, refused ? STATUS_REFUSED : STATUS_OK, code);
        if (refused) message_class(p, OT_ERROR);
        if (status & STATUS_MALFUNCTION && !(code & COMMUNICATION_ERROR)) message_anomaly(p, A_MALFUNCTION);
        if (!refused) hart_ip_answer(p, command, data);
    }
    if (!bytes_empty(&data)) emit_bytes(p, F_PAYLOAD, data);
    if (bytes_empty(&in)) return;
    emit_uint(p, F_CHECKSUM, bytes_u8(&in));
    size_t covered = bytes_left(&frame) - bytes_left(&in);
    struct bytes summed = bytes_take(&frame, covered);
    while (!bytes_empty(&summed)) sum ^= bytes_u8(&summed);
    if (sum) message_anomaly(p, A_CHECKSUM);
}

/* Commands without a frame around them: HCF_SPEC-85 revision 3, direct PDU. */
static void direct(struct pdu *p, struct bytes in, bool answer)
{
    bytes_skip(&in, 2); /* device status, extended device status */
    while (!bytes_empty(&in)) {
        uint16_t command = bytes_be16(&in);
        uint8_t length = bytes_u8(&in);
        struct bytes data = bytes_take(&in, length);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        message_operation(p, command);
        emit_uint(p, F_DIRECT_COMMAND, command);
        if (!answer) continue;
        uint8_t code = bytes_u8(&data);
        message_status(p, code ? STATUS_REFUSED : STATUS_OK, code);
        if (command <= UINT8_MAX && !code) hart_ip_answer(p, (uint8_t)command, data);
    }
}

static void header(struct pdu *p, uint8_t version, uint8_t type, uint8_t id, uint8_t status)
{
    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_TYPE, type);
    emit_uint(p, F_ID, id);
    emit_uint(p, F_STATUS, status);
}

static void hart_parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t version = bytes_u8(&in), type = bytes_u8(&in), id = bytes_u8(&in), status = bytes_u8(&in);
    uint16_t transaction = bytes_be16(&in), length = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool answer = type == RESPONSE || type == PUBLISH;
    message_operation(p, HART_IP_MESSAGE | id);
    message_role(p, type == REQUEST ? ROLE_REQUEST : type == PUBLISH ? ROLE_NOTIFY : ROLE_RESPONSE);
    /* tshark 4.0 knows only the messages up to pass-through: the later ones are told by their operation. */
    if (id <= PASS_THROUGH) {
        header(p, version, type, id, status);
        emit_uint(p, F_TRANSACTION, transaction);
        emit_uint(p, F_LENGTH, length);
    }
    if (id > AUDIT_LOG && id != DISCOVERY) message_anomaly(p, A_ID);
    if (length < HEADER || length - HEADER > (int)bytes_left(&in)) message_anomaly(p, A_LENGTH);
    struct bytes body = bytes_take_upto(&in, length < HEADER ? 0 : length - HEADER);
    if (type == RESPONSE && id != PASS_THROUGH) message_status(p, status ? STATUS_REFUSED : STATUS_OK, status);
    if (type == NAK || type == ERROR) {
        uint8_t error = bytes_u8(&body);
        if (bytes_ok(&body)) emit_uint(p, F_ERROR, error);
        message_status(p, STATUS_REFUSED, error);
        message_class(p, OT_ERROR);
    } else if (id == SESSION_INITIATE && bytes_left(&body) >= 5) {
        emit_uint(p, F_MASTER, bytes_u8(&body));
        emit_uint(p, F_TIMER, bytes_be32(&body));
    } else if (id == PASS_THROUGH && !bytes_empty(&body)) {
        pass_through(p, body);
    } else if (id == DIRECT && !bytes_empty(&body)) {
        direct(p, body, answer);
    }
    uint64_t key = (uint64_t)transaction << 8 | id;
    if (type == REQUEST) {
        (void)pdu_request(p, key);
    } else if (type != PUBLISH) {
        struct request *asked = pdu_answers(p, key);
        if (asked) request_done(asked);
    }
}

const struct parser parser_hart_ip = {
    .name = "hart_ip",
    .zh = "HART-IP仪表",
    .en = "HART-IP",
    .specification = "FieldComm Group HCF_SPEC-85 (HART-IP), HCF_SPEC-127, HCF_SPEC-151",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = hart_ip_operations,
    .operation_count = HART_IP_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = hart_ip_statuses,
    .status_count = HART_IP_STATUSES,
    .request_slots = 32,
    .max_pdu = MOST,
    .probe = hart_probe,
    .frame = hart_frame,
    .parse = hart_parse,
};
