/* SPDX-License-Identifier: Apache-2.0 */
/* CIP within EtherNet/IP: finds the message among the items, what it answers, and the connection it belongs to.
 * Follows The CIP Networks Library, Volume 1: Common Industrial Protocol, Edition 3.34, chapters 2 to 5. */
#include "parsers/cip/cip.h"

static const struct field fields[] = {CIP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {CIP_ANOMALIES(ANOMALY_ROW)};

/* What the encapsulation says of the message in it. */
struct carried {
    bool connected;
    uint32_t connection;
    uint16_t sequence;
    struct bytes message;
};

static bool find_message(struct bytes in, struct enip_header *h, struct carried *c)
{
    struct enip_item item;
    *c = (struct carried){0};
    if (!enip_header(&in, h)) return false;
    uint32_t interface = bytes_le32(&in);
    bytes_skip(&in, 2); /* timeout */
    if (!bytes_ok(&in)) return false;
    for (uint16_t count = bytes_le16(&in); count > 0 && enip_item(&in, &item); count--) {
        if (item.type == ENIP_ITEM_CONNECTED_ADDRESS && bytes_left(&item.data) >= 4)
            c->connection = bytes_le32(&item.data);
        if (item.type == ENIP_ITEM_UNCONNECTED_DATA && interface == ENIP_INTERFACE_CIP) {
            c->message = item.data;
            return !bytes_empty(&item.data);
        }
        if (item.type == ENIP_ITEM_CONNECTED_DATA && h->command == ENIP_SEND_UNIT_DATA && bytes_left(&item.data) >= 2) {
            c->connected = true;
            c->sequence = bytes_le16(&item.data);
            c->message = item.data;
            return true;
        }
    }
    return false;
}

/* Answers are found as Wireshark does: by session and sender context, or by connection and sequence count. Of
 * connections that were open before the flow was seen both directions count as one. */
static uint64_t pair_key(const struct enip_header *h, const struct carried *c, const struct cip_connection *known)
{
    uint64_t key = c->connected ? (uint64_t)(known ? known->ot : 0) << 16 | c->sequence : h->context;
    return (key ^ (uint64_t)h->session << 32) * 0x9e3779b97f4a7c15ull + c->connected;
}

static void connection_path(struct pdu *p, const struct carried *c, const struct cip_connection *known)
{
    if (c->connected) emit_uint(p, F_SEQ, c->sequence);
    if (known) cip_emit_path(p, bytes_over(known->path, known->path_length));
}

static void explicit_request(struct pdu *p, const struct carried *c, const struct cip_connection *known, uint64_t key)
{
    struct cip_state *state = p->state;
    struct cip_head request = cip_head_of(c->message);
    cip_request_operation(p, &request);
    message_role(p, ROLE_REQUEST);
    connection_path(p, c, known);
    struct request *asked = pdu_request(p, key);
    cip_remember(p, asked, &request);
    state->seen_requests = true;
    cip_request(p, &request, 0);
}

static void explicit_response(struct pdu *p, const struct carried *c, const struct cip_connection *known, uint64_t key)
{
    struct cip_state *state = p->state;
    struct request *asked = pdu_answers(p, key);
    struct bytes record = asked ? cip_recall(state, asked) : bytes_over(NULL, 0);
    struct cip_node node;
    struct cip_answer to, *answer = cip_node_next(&record, &node) && node.kind != CIP_NOTHING ? &to : NULL;
    if (answer) cip_answer_to(answer, &node, c->message);
    cip_response_operation(p, c->message, answer);
    message_role(p, ROLE_RESPONSE);
    if (bytes_peek(&c->message, 2) != 0 && bytes_peek(&c->message, 2) != 6) message_class(p, OT_ERROR);
    connection_path(p, c, known);
    if (!asked && state->seen_requests) message_anomaly(p, A_UNSOLICITED);
    cip_response(p, c->message, answer, 0);
    if (asked) request_done(asked);
}

static void cip_parse(struct pdu *p)
{
    struct enip_header h;
    struct carried c;
    if (enip_is_io(&p->in)) {
        cip_io(p);
        return;
    }
    if (!find_message(p->in, &h, &c)) return;
    const struct cip_connection *known = c.connected ? cip_connection_find(p->state, c.connection) : NULL;
    bool router = !known || known->message_router;
    if (!router || (c.connected && bytes_left(&c.message) < 2)) {
        message_operation(p, CIP_OP_CONNECTED);
        message_role(p, ROLE_NOTIFY);
        connection_path(p, &c, known);
        if (!router) emit_bytes(p, F_DATA, c.message);
        return;
    }
    uint64_t key = pair_key(&h, &c, known);
    if (bytes_peek(&c.message, 0) & CIP_RESPONSE) {
        if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, TO_CLIENT);
        explicit_response(p, &c, known, key);
    } else {
        if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, TO_SERVER);
        explicit_request(p, &c, known, key);
    }
}

static enum verdict cip_probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    return bytes_left(&in) >= ENIP_HEADER || enip_is_io(&in) ? PROBE_YES : PROBE_NO;
}

const struct parser parser_cip = {
    .name = "cip",
    .zh = "CIP通用工业协议",
    .en = "Common Industrial Protocol",
    .specification = "The CIP Networks Library, Volume 1: Common Industrial Protocol, Edition 3.34",
    .transports = OVER_ENIP,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = cip_operations,
    .operation_count = CIP_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = cip_statuses,
    .status_count = CIP_STATUSES,
    .state_size = sizeof(struct cip_state),
    .shared_size = sizeof(struct cip_shared),
    .request_slots = 64,
    .probe = cip_probe,
    .parse = cip_parse,
};
