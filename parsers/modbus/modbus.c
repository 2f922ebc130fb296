/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus over TCP and UDP, and its serial framing inside either: header, direction, exceptions, pairing.
 * Follows MODBUS Messaging on TCP/IP Implementation Guide V1.0b and Application Protocol Specification V1.1b3. */
#include "parsers/modbus/modbus.h"

enum { MODBUS_PORT = 502, MBAP_LENGTH = 7, MBAP_BEFORE_UNIT = 6, UNIT_GATEWAY_LAST = 247 };

/* Per flow. */
struct modbus_state {
    bool serial;        /* the flow carries unit, PDU, CRC instead of MBAP headers */
    bool seen_requests; /* answers without one are worth a note only then */
    bool supposed;      /* the direction is a guess */
};

static const struct field fields[] = {MODBUS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {MODBUS_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {MODBUS_PORT, 0};

/* ---- framing ----------------------------------------------------------------------------------------------- */

/* Length of the MBAP frame at the head, by its own word; 0 when there is no such header. */
static size_t mbap_length(const struct bytes *in)
{
    size_t length = bytes_peek_be16(in, 4); /* unit and PDU, guide clause 3.1.3 */
    if (bytes_peek_be16(in, 2) != 0 || length < 2 || length > 1 + MODBUS_PDU_MAX_TOLERATED) return 0;
    return MBAP_BEFORE_UNIT + length;
}

/* Its PDU, when it is whole; an empty cursor otherwise. */
static struct bytes mbap_pdu(struct bytes in, size_t length)
{
    if (length < MBAP_LENGTH + 1 || length > bytes_left(&in)) return bytes_over(NULL, 0);
    bytes_skip(&in, MBAP_LENGTH);
    return bytes_take(&in, length - MBAP_LENGTH);
}

static enum verdict modbus_probe(struct bytes in, const struct probe_hint *hint)
{
    if (bytes_left(&in) < MBAP_LENGTH + 1) return PROBE_NO;
    size_t length = mbap_length(&in);
    struct bytes pdu = mbap_pdu(in, length);
    if (!bytes_empty(&pdu) && modbus_shape(pdu, true)) {
        /* Several PDUs in a segment are common; what follows must be one, too. */
        bytes_skip(&in, length);
        if (bytes_empty(&in) || mbap_length(&in) || bytes_left(&in) < MBAP_LENGTH) return PROBE_YES;
    }
    if (length) return PROBE_MAYBE;
    if (bytes_peek(&in, 0) > UNIT_GATEWAY_LAST) return PROBE_NO;
    struct frame serial = modbus_rtu_frame(in);
    if (serial.status != FRAME_WHOLE || serial.length != bytes_left(&in)) return PROBE_NO;
    (void)bytes_u8(&in);
    /* Emerson ROC frames have the same CRC, and groups 1 and 2 where the function stands: no proof. */
    bool proof =
        bytes_peek(&in, 0) >= MODBUS_READ_HOLDING_REGISTERS && modbus_shape(bytes_take(&in, serial.length - 3), true);
    return proof ? PROBE_YES : hint->on_port ? PROBE_MAYBE : PROBE_NO;
}

static struct frame modbus_frame(struct bytes in, const void *state, enum direction direction)
{
    const struct modbus_state *s = state;
    (void)direction;
    if (s->serial) {
        struct frame serial = modbus_rtu_frame(in);
        size_t mbap = serial.status == FRAME_WHOLE ? 0 : mbap_length(&in);
        return mbap && modbus_shape(mbap_pdu(in, mbap), true) ? FRAME_OF(mbap) : serial;
    }
    size_t left = bytes_left(&in), length = mbap_length(&in);
    if (left < MBAP_LENGTH + 1 && (left < 4 || bytes_peek_be16(&in, 2) == 0)) return FRAME_NEEDS(MBAP_LENGTH + 1);
    if (length) return FRAME_OF(length);
    struct frame serial = modbus_rtu_frame(in);
    if (serial.status == FRAME_WHOLE) return serial;
    /* A foreign protocol number with a sound length: that frame alone is passed over. */
    size_t foreign = bytes_peek_be16(&in, 4);
    if (foreign >= 2 && foreign <= 1 + MODBUS_PDU_MAX && MBAP_BEFORE_UNIT + foreign <= left)
        return FRAME_SKIPS(MBAP_BEFORE_UNIT + foreign);
    for (size_t i = 1; i + MBAP_LENGTH < left; i++) { /* noise before a frame that is beyond doubt */
        bytes_skip(&in, 1);
        if ((length = mbap_length(&in)) && modbus_shape(mbap_pdu(in, length), true)) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

/* ---- meaning ----------------------------------------------------------------------------------------------- */

/* Who speaks: the well-known port says it surest, then who opened the flow, then the PDU's own form. An echo (functions
 * 5, 6, 8) is nobody's for sure: what it lets one suppose holds until a PDU shows it. */
static enum modbus_side side_of(struct pdu *p, struct bytes pdu)
{
    struct modbus_state *s = p->state;
    bool from_port = p->packet->src_port == MODBUS_PORT, to_port = p->packet->dst_port == MODBUS_PORT;
    if (from_port != to_port) return to_port ? MODBUS_REQUEST : MODBUS_RESPONSE;
    unsigned sides = modbus_shape(pdu, true);
    if (sides == MODBUS_REQUEST || sides == MODBUS_RESPONSE) {
        enum direction shown = sides == MODBUS_REQUEST ? TO_SERVER : TO_CLIENT;
        if (p->direction == DIRECTION_UNKNOWN || s->supposed) pdu_direction(p, shown);
        s->supposed = false;
        return sides;
    }
    if (p->direction == DIRECTION_UNKNOWN) s->supposed = true;
    return p->direction == TO_CLIENT ? MODBUS_RESPONSE : MODBUS_REQUEST;
}

/* Sub-functions count as operations of their own. */
static void say_operation(struct pdu *p, uint8_t function, const struct bytes *body)
{
    if (function == MODBUS_DIAGNOSTICS && bytes_left(body) >= 2)
        message_operation(p, MODBUS_SUB(function, bytes_peek_be16(body, 0)));
    else if (function == MODBUS_ENCAPSULATED_INTERFACE && bytes_left(body) >= 1)
        message_operation(p, MODBUS_SUB(function, bytes_peek(body, 0)));
    else
        message_operation(p, function);
    if (!p->message->operation) message_operation(p, function);
}

static void refusal(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    uint8_t code = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_EXCEPTION_CODE, code);
    message_status(p, STATUS_REFUSED, code);
    if (x->side == MODBUS_REQUEST) message_anomaly(p, A_EXCEPTION_REQUEST);
    if (code == 0 || code == 9 || code > 11) message_anomaly(p, A_EXCEPTION_CODE);
    if (!bytes_empty(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
}

static uint64_t pair_key(const struct modbus_exchange *x)
{
    return (uint64_t)x->transaction << 16 | (uint64_t)x->unit << 8 | x->function;
}

static void pair(struct pdu *p, struct modbus_exchange *x, const struct bytes *body)
{
    struct modbus_state *s = p->state;
    if (x->function == MODBUS_UMAS) return; /* pairs its own */
    if (x->side == MODBUS_REQUEST) {
        if (x->refused) return;
        struct modbus_note note = {bytes_peek_be16(body, 0), bytes_peek_be16(body, 2)};
        struct request *request = pdu_request(p, pair_key(x));
        memcpy(request->note, &note, sizeof note);
        s->seen_requests = true;
        return;
    }
    x->asked = pdu_answers(p, pair_key(x));
    if (x->asked && !x->refused) emit_uint(p, F_REQUEST_FRAME, x->asked->frame);
    if (!x->asked && s->seen_requests) message_anomaly(p, A_UNSOLICITED);
}

static bool is_reserved(uint8_t function)
{
    static const uint64_t low = 1ull << 9 | 1ull << 10 | 1ull << 13 | 1ull << 14 | 1ull << 41 | 1ull << 42;
    return function < 64 ? low >> function & 1 : function == 91 || function >= 125;
}

static void check_function(struct pdu *p, uint8_t function, const struct bytes *pdu)
{
    if (function == 0) message_anomaly(p, A_FUNCTION_INVALID);
    if (is_reserved(function)) message_anomaly(p, A_FUNCTION_RESERVED);
    if (bytes_left(pdu) > MODBUS_PDU_MAX) message_anomaly(p, A_OVERSIZE);
}

static void header(struct pdu *p, const struct modbus_exchange *x)
{
    message_role(p, x->side == MODBUS_REQUEST ? ROLE_REQUEST : ROLE_RESPONSE);
    message_unit(p, x->unit);
    if (x->serial) {
        emit_uint(p, F_RTU_UNIT_ID, x->unit);
        emit_uint(p, F_RTU_CRC, x->crc);
        return;
    }
    emit_uint(p, F_TRANS_ID, x->transaction);
    emit_uint(p, F_PROT_ID, 0);
    emit_uint(p, F_LEN, x->length);
    emit_uint(p, F_UNIT_ID, x->unit);
}

/* One PDU, whatever framed it. */
static void modbus_pdu(struct pdu *p, struct bytes pdu, struct modbus_exchange *x)
{
    struct bytes in = pdu;
    uint8_t code = bytes_u8(&in);
    x->refused = code & MODBUS_EXCEPTION;
    x->function = code & (uint8_t)~MODBUS_EXCEPTION;
    x->side = side_of(p, pdu);
    say_operation(p, x->function, &in);
    if (x->refused) message_class(p, OT_ERROR);
    header(p, x);
    pair(p, x, &in);
    emit_uint(p, F_FUNC_CODE, x->function);
    check_function(p, x->function, &pdu);
    if (x->refused)
        refusal(p, in, x);
    else if (x->side == MODBUS_REQUEST)
        modbus_request_body(p, in, x);
    else
        modbus_response_body(p, in, x);
    if (x->asked) request_done(x->asked);
    if (!x->refused && (x->function == MODBUS_UMAS || !p->message->operation)) pdu_carry(p, OVER_MODBUS, p->in);
}

static void parse_serial(struct pdu *p)
{
    struct modbus_exchange x = {.serial = true};
    struct bytes in = p->in;
    x.unit = bytes_u8(&in);
    struct bytes pdu = bytes_take_upto(&in, bytes_left(&in) >= 2 ? bytes_left(&in) - 2 : 0);
    x.crc = bytes_be16(&in);
    if (!bytes_empty(&pdu)) modbus_pdu(p, pdu, &x);
}

static void modbus_parse(struct pdu *p)
{
    struct modbus_state *s = p->state;
    struct bytes in = p->in;
    s->serial = !mbap_length(&in) || (s->serial && modbus_rtu_frame(in).length == bytes_left(&in));
    if (s->serial) {
        parse_serial(p);
        return;
    }
    struct modbus_exchange x = {.transaction = bytes_be16(&in)};
    bytes_skip(&in, 2);
    x.length = bytes_be16(&in);
    x.unit = bytes_u8(&in);
    struct bytes pdu = bytes_take_upto(&in, x.length - 1u);
    if (bytes_empty(&pdu)) {
        header(p, &x);
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (bytes_left(&pdu) < x.length - 1u) message_anomaly(p, A_TRUNCATED);
    modbus_pdu(p, pdu, &x);
}

const struct parser parser_modbus = {
    .name = "modbus",
    .zh = "Modbus",
    .en = "Modbus",
    .specification = "MODBUS Application Protocol V1.1b3, Messaging on TCP/IP V1.0b, Serial Line V1.02",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = modbus_operations,
    .operation_count = MODBUS_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = modbus_statuses,
    .status_count = MODBUS_STATUSES,
    .state_size = sizeof(struct modbus_state),
    .request_slots = 32,
    .max_pdu = MBAP_LENGTH + MODBUS_PDU_MAX_TOLERATED,
    .probe = modbus_probe,
    .frame = modbus_frame,
    .parse = modbus_parse,
};
