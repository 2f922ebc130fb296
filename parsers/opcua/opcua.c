/* SPDX-License-Identifier: Apache-2.0 */
/* OPC UA over TCP: messages and chunks of UA TCP and UA Secure Conversation (OPC 10000-6 clauses 6.7 and 7.1). */
#include "parsers/opcua/opcua.h"

static const struct field fields[] = {OPCUA_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {OPCUA_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {4840, 4843, 0};

enum { HEADER = 8, OPCUA_PDU_MAX = 1 << 20 };
enum message_type { T_HELLO, T_ACKNOWLEDGE, T_ERROR, T_REVERSE_HELLO, T_OPEN, T_CLOSE, T_MESSAGE, T_NONE };
static const char type_names[T_NONE][4] = {"HEL", "ACK", "ERR", "RHE", "OPN", "CLO", "MSG"};

/* Clauses 6.7.2.2 and 7.1.2.2: type, chunk, size. */
static enum message_type type_of(const struct bytes *in)
{
    uint8_t chunk = bytes_peek(in, 3);
    for (unsigned t = 0; t < T_NONE; t++) {
        if (!bytes_starts_with(in, type_names[t], 3)) continue;
        bool whole = chunk == 'F', part = chunk == 'C' || chunk == 'A';
        return whole || (part && t == T_MESSAGE) ? (enum message_type)t : T_NONE;
    }
    return T_NONE;
}

static uint32_t size_of(struct bytes in)
{
    bytes_skip(&in, 4);
    return bytes_le32(&in);
}

static bool header_at(const struct bytes *in)
{
    uint32_t size = size_of(*in);
    return type_of(in) != T_NONE && size >= HEADER && size <= OPCUA_PDU_MAX;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    if (bytes_left(&in) < HEADER) return type_of(&in) == T_NONE ? PROBE_NO : PROBE_MAYBE;
    return header_at(&in) ? PROBE_YES : PROBE_NO;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_left(&in) < HEADER) return FRAME_NEEDS(HEADER);
    if (header_at(&in)) return FRAME_OF(size_of(in));
    size_t skipped = 0;
    do {
        bytes_skip(&in, 1);
        skipped++;
    } while (bytes_left(&in) >= HEADER && !header_at(&in));
    return FRAME_SKIPS(skipped);
}

static struct bytes string(struct bytes *in)
{
    int32_t length = (int32_t)bytes_le32(in);
    return length > 0 ? bytes_take(in, (size_t)length) : bytes_over(NULL, 0);
}

/* ---- UA TCP's own messages, clause 7.1.2 ---- */

static void emit_limits(struct pdu *p, struct bytes *in)
{
    emit_uint(p, F_VER, bytes_le32(in));
    emit_uint(p, F_RBS, bytes_le32(in));
    emit_uint(p, F_SBS, bytes_le32(in));
    emit_uint(p, F_MMS, bytes_le32(in));
    emit_uint(p, F_MCC, bytes_le32(in));
}

static void take_refusal(struct pdu *p, struct bytes *in)
{
    uint32_t error = bytes_le32(in);
    emit_uint(p, F_ERROR, error);
    struct bytes reason = string(in);
    emit_text(p, F_REASON, reason);
    message_status(p, STATUS_REFUSED, error & 0xffff0000);
}

static void connection_message(struct pdu *p, enum message_type type, struct bytes in)
{
    const uint64_t own_key = (uint64_t)1 << 40;
    struct request *r;
    bool ask = type == T_HELLO || type == T_REVERSE_HELLO;
    message_role(p, ask ? ROLE_REQUEST : ROLE_RESPONSE);
    if (type == T_HELLO) pdu_direction(p, TO_SERVER), pdu_request(p, own_key);
    if (type == T_ACKNOWLEDGE) pdu_direction(p, TO_CLIENT);
    if (type == T_REVERSE_HELLO) pdu_direction(p, TO_CLIENT);
    if (!ask && (r = pdu_answers(p, own_key))) request_done(r);
    if (type == T_HELLO || type == T_ACKNOWLEDGE) emit_limits(p, &in);
    if (type == T_REVERSE_HELLO) emit_text(p, F_SURI, string(&in));
    if (ask) {
        struct bytes endpoint = string(&in);
        if (bytes_ok(&in)) {
            emit_text(p, F_ENDPOINT, endpoint);
            message_object_text(p, endpoint);
        }
    }
    if (type == T_ACKNOWLEDGE) message_status(p, STATUS_OK, 0);
    if (type == T_ERROR) take_refusal(p, &in);
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

/* ---- UA Secure Conversation, clause 6.7 ---- */

/* Of what begins with a sequence header: the service, if that can be read; 0: encrypted, or no service. */
static uint32_t service_ahead(struct bytes in)
{
    bool response;
    bytes_skip(&in, 8);
    uint32_t type = opcua_type_id(&in);
    const struct opcua_service *s = opcua_service_of(type, &response);
    return s ? s->request : type == OPCUA_SERVICE_FAULT ? type : 0;
}

static bool join(struct pdu *p, char chunk, uint32_t sequence, uint32_t request, struct bytes *body)
{
    struct opcua_state *s = p->state;
    struct opcua_joining *j = &s->joining[p->packet->from_client];
    bool goes_on = j->open && j->request == request, last = chunk == 'F';
    if (goes_on && j->next != sequence) {
        message_anomaly(p, A_SEQUENCE);
        j->open = false;
        return false;
    }
    *j = (struct opcua_joining){.request = request, .next = sequence + 1, .open = !last};
    return pdu_join(p, 0, *body, !goes_on, last, body);
}

static void emit_sequence(struct pdu *p, uint32_t sequence, uint32_t request)
{
    emit_uint(p, F_SEQ, sequence);
    emit_uint(p, F_RQID, request);
}

static void chunk_body(struct pdu *p, char chunk, bool secured, struct bytes in)
{
    uint32_t sequence = bytes_le32(&in), request = bytes_le32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (chunk == 'A') {
        message_operation(p, OPCUA_ABORT);
        emit_sequence(p, sequence, request);
        take_refusal(p, &in);
        struct opcua_state *s = p->state;
        s->joining[p->packet->from_client].open = false;
        return;
    }
    emit_sequence(p, sequence, request);
    if (join(p, chunk, sequence, request, &in))
        opcua_service(p, in, request, secured);
    else
        message_operation(p, OPCUA_CHUNK);
}

static bool is_none(struct bytes policy)
{
    static const char none[] = "#None";
    size_t n = bytes_left(&policy);
    if (n < sizeof none - 1) return n == 0;
    bytes_skip(&policy, n - (sizeof none - 1));
    return bytes_starts_with(&policy, none, sizeof none - 1);
}

static void secure_message(struct pdu *p, enum message_type type, char chunk, struct bytes in)
{
    struct opcua_state *s = p->state;
    uint32_t channel = bytes_le32(&in);
    struct bytes policy = {0}, certificate = {0}, thumbprint = {0};
    uint32_t token = 0;
    if (type == T_OPEN) {
        policy = string(&in);
        certificate = string(&in);
        thumbprint = string(&in);
        s->policy_seen = bytes_ok(&in);
        s->secured = !is_none(policy);
    } else {
        token = bytes_le32(&in);
    }
    bool clear = type == T_OPEN
                     ? !s->secured
                     : (s->policy_seen && !s->secured) || service_ahead(in) || s->joining[p->packet->from_client].open;
    emit_uint(p, F_SCID, channel);
    if (type == T_OPEN) {
        emit_text(p, F_SPU, policy);
        emit_bytes(p, F_SCERT, certificate);
        emit_bytes(p, F_RCTHUMB, thumbprint);
    } else {
        emit_uint(p, F_TOKEN, token);
    }
    if (!bytes_ok(&in))
        message_anomaly(p, A_TRUNCATED);
    else if (clear)
        chunk_body(p, chunk, s->secured, in);
}

/* The operation decides which fields are made, so it comes before all of them. */
static void early_operation(struct pdu *p, enum message_type type, char chunk, struct bytes in)
{
    static const uint32_t own[] = {OPCUA_HELLO, OPCUA_ACKNOWLEDGE, OPCUA_ERROR, OPCUA_REVERSE_HELLO,
                                   OPCUA_OPEN_CHANNEL};
    uint32_t code = type <= T_OPEN ? own[type] : chunk == 'A' ? OPCUA_ABORT : chunk == 'C' ? OPCUA_CHUNK : 0;
    bytes_skip(&in, 8);
    if (!code) code = service_ahead(in);
    message_operation(p, code ? code : OPCUA_SECURED);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, head = in;
    enum message_type type = type_of(&in);
    if (type == T_NONE || bytes_left(&in) < HEADER) {
        message_anomaly(p, A_RESYNC);
        return;
    }
    char chunk = (char)bytes_peek(&in, 3);
    uint32_t size = size_of(in);
    bytes_skip(&in, HEADER);
    early_operation(p, type, chunk, in);
    emit_text(p, F_TYPE, bytes_take(&head, 3));
    emit_text(p, F_CHUNK, bytes_take(&head, 1));
    emit_uint(p, F_SIZE, size);
    if (type <= T_REVERSE_HELLO)
        connection_message(p, type, in);
    else
        secure_message(p, type, chunk, in);
}

static void gap(void *state, enum direction direction)
{
    struct opcua_state *s = state;
    (void)direction;
    s->joining[0].open = s->joining[1].open = false;
}

const struct parser parser_opcua = {
    .name = "opcua",
    .zh = "OPC UA 统一架构",
    .en = "OPC Unified Architecture",
    .specification = "OPC 10000-4 and OPC 10000-6, 1.05 (IEC 62541)",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = opcua_operations,
    .operation_count = OPCUA_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = opcua_statuses,
    .status_count = OPCUA_STATUSES,
    .state_size = sizeof(struct opcua_state),
    .request_slots = 64,
    .max_pdu = OPCUA_PDU_MAX,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
