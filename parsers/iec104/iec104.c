/* SPDX-License-Identifier: Apache-2.0 */
/* IEC 104 over TCP: APCI formats I, S and U, supervision of sequence numbers and data transfer (IEC 60870-5-104:2006).
 */
#include "parsers/iec104/iec104.h"

static const struct field fields[] = {IEC104_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {IEC104_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {2404, 0};

enum { START = 0x68, APCI = 6, LEAST = 4, MOST = 253, SEQUENCES = 0x8000, K_DEFAULT = 12, SLACK = 16 };
enum format { FORMAT_I = 0, FORMAT_S = 1, FORMAT_U = 3 };
enum u_function { STARTDT_ACT = 1, STARTDT_CON = 2, STOPDT_ACT = 4, STOPDT_CON = 8, TESTFR_ACT = 16, TESTFR_CON = 32 };

static enum format format_of(uint8_t control)
{
    return !(control & 1) ? FORMAT_I : (control & 2) ? FORMAT_U : FORMAT_S;
}

static bool one_bit(unsigned v) { return v && !(v & (v - 1)); }

/* Are the six octets at `at` those of a sound APCI? `length` gets the length octet. */
static bool sound(const struct bytes *in, size_t at, unsigned *length)
{
    uint8_t control = bytes_peek(in, at + 2);
    *length = bytes_peek(in, at + 1);
    if (bytes_peek(in, at) != START || *length < LEAST || *length > MOST || bytes_peek(in, at + 4) & 1) return false;
    if (format_of(control) == FORMAT_I) return *length > LEAST + 6;
    if (*length != LEAST || bytes_peek(in, at + 3)) return false;
    return format_of(control) == FORMAT_S ? control == FORMAT_S
                                          : one_bit(control >> 2) && !bytes_peek(in, at + 4) && !bytes_peek(in, at + 5);
}

/* An I format frame proves itself by a type whose objects fill the ASDU. */
static bool filled(struct bytes in, unsigned length)
{
    struct bytes asdu = bytes_take_upto(&in, 2 + length);
    bytes_skip(&asdu, APCI);
    struct iec104_head h = iec104_head(&asdu);
    if (!h.row || !h.count || h.octets < 6) return false;
    size_t objects = (h.sequence ? 3 : 3u * h.count) + h.count * iec104_octets(h.row);
    return objects + 10 == length;
}

/* Where a frame may begin behind the first octet: at a sound APCI; for want of one, at the first start octet whose
 * length ends with what is there or little behind it, so that a wrong guess cannot swallow the frames that follow. */
static size_t search(const struct bytes *in)
{
    size_t left = bytes_left(in), second = left;
    for (size_t at = 1; at < left; at++) {
        unsigned length;
        if (bytes_peek(in, at) != START) continue;
        if (left - at >= APCI && sound(in, at, &length)) return at;
        if (second == left && (left - at < 2 || at + 2 + bytes_peek(in, at + 1) <= left + SLACK)) second = at;
    }
    return second;
}

/* A segment that begins within a frame may still show one behind: good enough on the protocol's own port. */
static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    unsigned length;
    if (bytes_peek(&in, 0) != START)
        return hint->on_port && search(&in) + APCI <= bytes_left(&in) ? PROBE_MAYBE : PROBE_NO;
    if (bytes_left(&in) < APCI) return bytes_peek(&in, 1) >= LEAST ? PROBE_MAYBE : PROBE_NO;
    if (!sound(&in, 0, &length)) return bytes_peek(&in, 1) >= LEAST ? PROBE_MAYBE : PROBE_NO;
    if (bytes_left(&in) > length + 2 && bytes_peek(&in, length + 2) != START) return PROBE_MAYBE;
    return format_of(bytes_peek(&in, 2)) != FORMAT_I || filled(in, length) ? PROBE_YES : PROBE_MAYBE;
}

/* In step the start octet is enough; what is wrong behind it is told by parse. */
static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_peek(&in, 0) != START) return FRAME_SKIPS(search(&in));
    return bytes_left(&in) < 2 ? FRAME_NEEDS(2) : FRAME_OF(2u + bytes_peek(&in, 1));
}

static unsigned ahead(uint16_t of, uint16_t number) { return (unsigned)(of - number) & (SEQUENCES - 1); }

/* Clause 5.1: what a side acknowledges the other side must have sent; k of them may be open. */
static void supervise_acknowledgement(struct pdu *p, uint16_t rx)
{
    struct iec104_state *state = p->state;
    struct iec104_side *other = &state->sides[!p->packet->from_client];
    if (!other->sent) return;
    unsigned open = ahead(other->next, rx);
    if (open >= SEQUENCES / 2)
        message_anomaly(p, A_RECEIVE_SEQUENCE);
    else if (open > K_DEFAULT)
        message_anomaly(p, A_WINDOW);
}

static void supervise_send(struct pdu *p, uint16_t tx)
{
    struct iec104_state *state = p->state;
    struct iec104_side *side = &state->sides[p->packet->from_client];
    if (side->sent && tx != side->next) message_anomaly(p, A_SEND_SEQUENCE);
    side->next = (tx + 1) & (SEQUENCES - 1);
    side->sent = true;
    if (state->transfer == TRANSFER_STOPPED) message_anomaly(p, A_STOPPED);
}

static void emit_apci(struct pdu *p, uint8_t length, enum format format)
{
    emit_uint(p, F_APDULEN, length);
    emit_uint(p, F_FORMAT, format);
    if (length > MOST) message_anomaly(p, A_LENGTH_HIGH);
}

static void information(struct pdu *p, uint8_t length, struct bytes in)
{
    uint16_t tx = bytes_le16(&in) >> 1, rx = bytes_le16(&in);
    bool reserved = rx & 1;
    rx >>= 1;
    struct iec104_head head = iec104_head(&in);
    if (head.octets)
        iec104_meaning(p, &head, in);
    else
        message_operation(p, OPERATION_EMPTY_I), message_anomaly(p, A_ASDU_CUT);
    emit_apci(p, length, FORMAT_I);
    emit_uint(p, F_TX, tx);
    emit_uint(p, F_RX, rx);
    if (reserved) message_anomaly(p, A_CONTROL_FIELD);
    supervise_send(p, tx);
    supervise_acknowledgement(p, rx);
    if (head.octets) iec104_asdu(p, &head, in);
}

static void supervisory(struct pdu *p, uint8_t length, struct bytes in)
{
    unsigned control = bytes_le16(&in), rx = bytes_le16(&in);
    message_operation(p, OPERATION_OF_S);
    message_role(p, ROLE_RESPONSE);
    emit_apci(p, length, FORMAT_S);
    emit_uint(p, F_RX, rx >> 1);
    if (control != FORMAT_S || rx & 1) message_anomaly(p, A_CONTROL_FIELD);
    supervise_acknowledgement(p, (uint16_t)(rx >> 1));
}

/* Only the controlling station starts and stops the transfer; both may test the connection. */
static void pair_u(struct pdu *p, unsigned function)
{
    const uint64_t own_keys = (uint64_t)1 << 63;
    bool confirmation = function & (STARTDT_CON | STOPDT_CON | TESTFR_CON);
    message_role(p, confirmation ? ROLE_RESPONSE : ROLE_REQUEST);
    if (confirmation) {
        struct request *r = pdu_answers(p, own_keys | function >> 1);
        if (r) request_done(r);
        message_status(p, STATUS_OK, 0);
    } else {
        pdu_request(p, own_keys | function);
    }
    if (function < TESTFR_ACT) pdu_direction(p, confirmation ? TO_CLIENT : TO_SERVER);
}

static void unnumbered(struct pdu *p, uint8_t length, struct bytes in)
{
    struct iec104_state *state = p->state;
    unsigned function = bytes_u8(&in) >> 2;
    uint32_t rest = bytes_le24(&in);
    message_operation(p, OPERATION_OF_U | function);
    emit_apci(p, length, FORMAT_U);
    emit_uint(p, F_UTYPE, function);
    if (rest) message_anomaly(p, A_CONTROL_FIELD);
    if (!one_bit(function)) {
        message_anomaly(p, A_U_FUNCTION);
        return;
    }
    pair_u(p, function);
    if (function == STARTDT_CON) state->transfer = TRANSFER_STARTED;
    if (function == STOPDT_CON) state->transfer = TRANSFER_STOPPED;
    emit_uint(p, F_TRANSFER, state->transfer);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    bytes_skip(&in, 1);
    uint8_t length = bytes_u8(&in);
    if (length < LEAST || bytes_left(&in) < LEAST) {
        message_operation(p, OPERATION_DAMAGED);
        emit_uint(p, F_APDULEN, length);
        message_anomaly(p, length < LEAST ? A_LENGTH_LOW : A_ASDU_CUT);
        return;
    }
    enum format format = format_of(bytes_peek(&in, 0));
    if (format == FORMAT_I)
        information(p, length, in);
    else if (format == FORMAT_S)
        supervisory(p, length, in);
    else
        unnumbered(p, length, in);
    if (format != FORMAT_I && length > LEAST) message_anomaly(p, A_BODY);
}

static void gap(void *state, enum direction direction)
{
    (void)direction;
    struct iec104_state *s = state;
    for (unsigned i = 0; i < COUNT_OF(s->sides); i++) s->sides[i].sent = false;
}

const struct parser parser_iec104 = {
    .name = "iec104",
    .zh = "IEC 104 电力远动规约",
    .en = "IEC 60870-5-104 telecontrol",
    .specification = "IEC 60870-5-104:2006 with IEC 60870-5-101:2003",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = iec104_operations,
    .operation_count = IEC104_OPERATION_COUNT,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = iec104_statuses,
    .status_count = IEC104_STATUS_COUNT,
    .state_size = sizeof(struct iec104_state),
    .request_slots = 32,
    .max_pdu = 257,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
