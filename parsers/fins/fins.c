/* SPDX-License-Identifier: Apache-2.0 */
/* OMRON FINS over UDP and TCP: header, commands, end codes, pairing (OMRON W342-E1 section 5, W421-E1 FINS/TCP). */
#include "parsers/fins/fins.h"

enum { HEADER = 10, TCP_HEADER = 16, TCP_FRAME = 2, TCP_CLIENT_NODE = 0, TCP_SERVER_NODE = 1, MOST = 4096 };
enum { ICF_RESPONSE = 0x40, ICF_NO_ANSWER = 0x01, ICF_RESERVED = 0x3e, END_RELAY = 0x8000, END_CPU = 0x00c0 };
enum { AREA_BIT_LAST = 0x0b, AREA_BIT_CS = 0x1b, AREA_WORD = 0x80 };
enum { IDENTITY_PART = 92, IDENTITY_BOTH = 159 }; /* model, version, system use, area data: W342 clause 5-3-17 */

static const struct field fields[] = {FINS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {FINS_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {9600, 0};

struct fins_note {
    uint16_t address;
    uint8_t area, bits;
};

static bool header_sound(struct bytes in)
{
    uint8_t icf = bytes_u8(&in), reserved = bytes_u8(&in), gateways = bytes_u8(&in);
    bytes_skip(&in, 7);
    uint16_t command = bytes_be16(&in);
    bool known = false;
    for (unsigned i = 0; i < FINS_OPERATIONS && !known; i++) known = fins_operations[i].code == command;
    return bytes_ok(&in) && (icf & 0x80) && !(icf & ICF_RESERVED) && !reserved && gateways <= 7 && known;
}

/* What proves a header elsewhere than on the port, RTP beginning alike: gateway counts as units send them, network
 * numbers that exist (W342 clause 3-2), an answer with its end code. */
static bool header_usual(const struct bytes *in)
{
    uint8_t gateways = bytes_peek(in, 2);
    bool answer = bytes_peek(in, 0) & ICF_RESPONSE;
    return (gateways == 1 || gateways == 2 || gateways == 7) && bytes_peek(in, 3) < 128 && bytes_peek(in, 6) < 128 &&
           bytes_left(in) >= HEADER + (answer ? 4u : 2u);
}

static enum verdict fins_probe(struct bytes in, const struct probe_hint *hint)
{
    if (bytes_starts(&in, "FINS\0\0")) return bytes_left(&in) >= TCP_HEADER ? PROBE_YES : PROBE_MAYBE;
    if (hint->transport != OVER_UDP || bytes_left(&in) < HEADER + 2) return PROBE_NO;
    if (!header_sound(in)) return hint->on_port && !(bytes_peek(&in, 0) & ICF_RESERVED) ? PROBE_MAYBE : PROBE_NO;
    return hint->on_port || header_usual(&in) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame fins_frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_starts(&in, "FINS")) {
        if (bytes_left(&in) < 8) return FRAME_NEEDS(8);
        uint32_t length = (uint32_t)bytes_peek_be16(&in, 4) << 16 | bytes_peek_be16(&in, 6);
        return length >= 8 && length <= MOST ? FRAME_OF(8 + length) : FRAME_SKIPS(4);
    }
    if (bytes_left(&in) < 4 && bytes_starts_with(&in, "FINS", bytes_left(&in))) return FRAME_NEEDS(4);
    size_t left = bytes_left(&in);
    for (size_t i = 1; i < left; i++) {
        bytes_skip(&in, 1);
        if (bytes_starts(&in, "FINS")) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

/* A datagram is one PDU: fins_frame is for streams, so datagrams that do not begin with "FINS" are taken whole. */
static struct frame fins_frame_any(struct bytes in, const void *state, enum direction direction)
{
    bool plain = (bytes_peek(&in, 0) & (0x80 | ICF_RESERVED)) == 0x80 && !bytes_peek(&in, 1);
    if (plain && bytes_left(&in) >= HEADER + 2) return FRAME_OF(bytes_left(&in));
    return fins_frame(in, state, direction);
}

/* ---- requests --------------------------------------------------------------------------------------------------- */

static void object(struct pdu *p, const struct fins_note *n)
{
    bool bit;
    if (!wants_object(p)) return;
    const char *name = fins_area_name(n->area, &bit);
    if (!name)
        message_object(p, "%02X:%u.%02u", n->area, n->address, n->bits);
    else if (bit)
        message_object(p, "%s%u.%02u", name, n->address, n->bits);
    else
        message_object(p, "%s%u", name, n->address);
}

static bool item(struct pdu *p, struct bytes *in, struct fins_note *n)
{
    struct bytes look = *in;
    n->area = bytes_u8(&look);
    n->address = bytes_be16(&look);
    n->bits = bytes_u8(&look);
    if (!bytes_ok(&look)) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    *in = look;
    emit_uint(p, F_AREA, n->area);
    emit_uint(p, F_ADDRESS, n->address);
    emit_uint(p, F_BITS, n->bits);
    object(p, n);
    return true;
}

/* Area alone, its address in three bytes: forced set/reset and file transfers. */
static void wide_item(struct pdu *p, struct bytes *in)
{
    struct fins_note n = {.area = bytes_u8(in)};
    n.address = bytes_be16(in);
    n.bits = bytes_u8(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_AREA, n.area);
    object(p, &n);
}

static void values(struct pdu *p, struct bytes in, const struct fins_note *n)
{
    bool bit;
    if (!wants_object(p) || bytes_empty(&in)) return;
    (void)fins_area_name(n->area, &bit);
    message_value_int(p, bit ? bytes_u8(&in) : bytes_be16(&in));
    struct fins_note at = *n;
    while (!bit && bytes_left(&in) >= 2) {
        at.address++;
        object(p, &at);
        message_value_int(p, bytes_be16(&in));
    }
}

static void request(struct pdu *p, uint16_t command, struct bytes in, struct fins_note *n)
{
    switch (command) {
    case 0x0101:
    case 0x0102:
    case 0x0103: {
        if (!item(p, &in, n)) return;
        uint16_t items = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_ITEMS, items);
        if (command != 0x0101) values(p, in, n);
        break;
    }
    case 0x0104:
        while (!bytes_empty(&in) && item(p, &in, n)) continue;
        break;
    case 0x0105: {
        if (!item(p, &in, n) || !item(p, &in, n)) return;
        uint16_t items = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_ITEMS, items);
        break;
    }
    case 0x0201:
    case 0x0202:
    case 0x0203: {
        uint16_t area = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_PARAMETER_AREA, area);
        break;
    }
    case 0x0304:
    case 0x0305:
    case 0x0306:
    case 0x0307:
    case 0x0308:
    case 0x0401: {
        uint16_t program = bytes_be16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_PROGRAM, program);
        uint8_t mode = bytes_u8(&in);
        if (command == 0x0401 && bytes_ok(&in)) emit_uint(p, F_MODE, mode);
        break;
    }
    case 0x220a:
        bytes_skip(&in, 2);
        wide_item(p, &in);
        break;
    case 0x220b: {
        bytes_skip(&in, 2);
        uint16_t area = bytes_be16(&in), address = bytes_be16(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_PARAMETER_AREA, area);
        emit_uint(p, F_ADDRESS, address);
        break;
    }
    case 0x2301: {
        bytes_skip(&in, 2); /* their number: what is there counts */
        while (!bytes_empty(&in)) {
            uint16_t what = bytes_be16(&in);
            wide_item(p, &in);
            if (bytes_ok(&in) && wants_object(p)) message_value_int(p, what);
        }
        break;
    }
    case 0x230a:
        wide_item(p, &in);
        break;
    default:
        break;
    }
}

/* ---- answers ------------------------------------------------------------------------------------------------------
 */

static void controller_data(struct pdu *p, struct bytes in)
{
    if (bytes_left(&in) < IDENTITY_PART) return;
    bool exact = bytes_left(&in) == IDENTITY_PART || bytes_left(&in) == IDENTITY_BOTH;
    struct bytes model = bytes_take(&in, 20), version = bytes_take(&in, 20);
    model = bytes_cstring(&model);
    version = bytes_cstring(&version);
    if (exact) {
        emit_text(p, F_MODEL, model);
        emit_text(p, F_VERSION, version);
    }
    message_identity_format(p, IDENTITY_VENDOR, "OMRON");
    message_identity_format(p, IDENTITY_ROLE, "plc");
    message_identity(p, IDENTITY_MODEL, bytes_trimmed(model));
    message_identity(p, IDENTITY_FIRMWARE, bytes_trimmed(version));
}

/* Areas with their values, one byte for a bit and two for a word: W342 clause 5-3-5. */
static void multiple(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 2) {
        uint8_t area = bytes_u8(&in);
        if (area > AREA_BIT_LAST && area < AREA_BIT_CS) return;
        emit_uint(p, F_AREA, area);
        bytes_skip(&in, area & AREA_WORD ? 2 : 1);
    }
}

static void response(struct pdu *p, uint16_t command, struct bytes in, const struct request *asked)
{
    uint16_t code = bytes_be16(&in), plain = code & (uint16_t) ~(END_RELAY | END_CPU);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_RESPONSE_CODE, code);
    message_status(p, plain ? STATUS_REFUSED : STATUS_OK, plain);
    if (plain) message_class(p, OT_ERROR);
    if (command == 0x0501) controller_data(p, in);
    if (command == 0x0601 && bytes_left(&in) >= 2) {
        emit_uint(p, F_STATUS, bytes_u8(&in));
        emit_uint(p, F_MODE, bytes_u8(&in));
    }
    if (command == 0x0104) multiple(p, in);
    if (command == 0x230a && bytes_left(&in) >= 6) wide_item(p, &in);
    if (command == 0x0101 && asked && !plain && wants_object(p)) {
        struct fins_note n;
        memcpy(&n, asked->note, sizeof n);
        object(p, &n);
        values(p, in, &n);
    }
}

static void fins_pdu(struct pdu *p, struct bytes in)
{
    uint8_t icf = bytes_u8(&in), reserved = bytes_u8(&in), gateways = bytes_u8(&in);
    uint8_t dna = bytes_u8(&in), da1 = bytes_u8(&in), da2 = bytes_u8(&in);
    uint8_t sna = bytes_u8(&in), sa1 = bytes_u8(&in), sa2 = bytes_u8(&in), sid = bytes_u8(&in);
    uint16_t command = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool answer = icf & ICF_RESPONSE;
    message_operation(p, command);
    message_role(p, answer ? ROLE_RESPONSE : ROLE_REQUEST);
    message_unit(p, answer ? sa1 : da1);
    if ((icf & ICF_RESERVED) || reserved) message_anomaly(p, A_HEADER);
    emit_uint(p, F_ICF, icf);
    emit_uint(p, F_GCT, gateways);
    emit_uint(p, F_DNA, dna);
    emit_uint(p, F_DA1, da1);
    emit_uint(p, F_DA2, da2);
    emit_uint(p, F_SNA, sna);
    emit_uint(p, F_SA1, sa1);
    emit_uint(p, F_SA2, sa2);
    emit_uint(p, F_SID, sid);
    emit_uint(p, F_COMMAND, command);
    if (!p->message->operation) message_anomaly(p, A_COMMAND);
    uint64_t key = (uint64_t)sid << 16 | command;
    if (answer) {
        struct request *asked = pdu_answers(p, key);
        response(p, command, in, asked);
        if (asked) request_done(asked);
        return;
    }
    struct fins_note note = {0};
    struct request *waits = icf & ICF_NO_ANSWER ? NULL : pdu_request(p, key);
    request(p, command, in, &note);
    if (waits) memcpy(waits->note, &note, sizeof note);
}

static void fins_parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (!bytes_starts(&in, "FINS")) {
        fins_pdu(p, in);
        return;
    }
    bytes_skip(&in, 4);
    uint32_t length = bytes_be32(&in), command = bytes_be32(&in), error = bytes_be32(&in);
    if (command > TCP_SERVER_NODE + 5) message_anomaly(p, A_COMMAND);
    emit_uint(p, F_TCP_LENGTH, length);
    emit_uint(p, F_TCP_COMMAND, command);
    emit_uint(p, F_TCP_ERROR, error);
    if (error) message_anomaly(p, A_TCP_ERROR);
    if (command == TCP_FRAME && bytes_left(&in) >= HEADER + 2) {
        fins_pdu(p, in);
        return;
    }
    message_operation(p, FINS_TCP | (command & 0xffff));
    message_role(p, command == TCP_SERVER_NODE ? ROLE_RESPONSE : ROLE_REQUEST);
    if (command > TCP_SERVER_NODE) return;
    uint32_t client = bytes_be32(&in);
    if (bytes_ok(&in)) emit_uint(p, F_CLIENT_NODE, client);
    if (command == TCP_CLIENT_NODE) {
        (void)pdu_request(p, FINS_TCP);
        return;
    }
    uint32_t server = bytes_be32(&in);
    if (bytes_ok(&in)) emit_uint(p, F_SERVER_NODE, server);
    struct request *asked = pdu_answers(p, FINS_TCP);
    if (asked) request_done(asked);
}

const struct parser parser_fins = {
    .name = "fins",
    .zh = "欧姆龙FINS",
    .en = "OMRON FINS",
    .specification = "OMRON W342-E1 Communications Commands; W421-E1 FINS/TCP",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = fins_operations,
    .operation_count = FINS_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = fins_statuses,
    .status_count = FINS_STATUSES,
    .request_slots = 32,
    .max_pdu = 8 + MOST,
    .probe = fins_probe,
    .frame = fins_frame_any,
    .parse = fins_parse,
};
