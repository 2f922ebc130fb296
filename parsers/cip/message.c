/* SPDX-License-Identifier: Apache-2.0 */
/* Message Router requests and answers: services, paths, statuses, several services in one packet.
 * Follows The CIP Networks Library, Volume 1, clause 2-4 and appendix A. */
#include "parsers/cip/cip.h"

/* The values written by services that carry nothing but the value. */
static void written_value(struct pdu *p, struct bytes in)
{
    size_t n = bytes_left(&in);
    char *text;
    if (n == 1 || n == 2 || n == 4 || n == 8) {
        message_value_int(p, (int64_t)bytes_le(&in, n));
        return;
    }
    n = n < 32 ? n : 32;
    if (!n || !(text = (char *)pdu_scratch(p, n * 2))) return;
    for (size_t i = 0; i < n; i++) {
        static const char digits[] = "0123456789abcdef";
        uint8_t octet = bytes_u8(&in);
        text[2 * i] = digits[octet >> 4];
        text[2 * i + 1] = digits[octet & 15];
    }
    message_value_text(p, bytes_over(text, n * 2));
}

/* Objects and values of everything that changes something, tags apart. */
static void written_object(struct pdu *p, struct bytes body, uint8_t service, struct bytes path)
{
    uint8_t class = p->message->operation_class;
    bool changes = class == OT_WRITE || class == OT_CONFIGURE || class == OT_MODE || class == OT_TIME ||
                   class == OT_CONTROL || class == OT_PROGRAM || class == OT_FIRMWARE || class == OT_FILE;
    if (!changes || !wants_object(p)) return;
    message_object_text(p, cip_path_name(p, path));
    if (service == CIP_SET_ATTRIBUTE_SINGLE) written_value(p, body);
}

/* ---- several services in one packet ---- */

/* The i-th of the services that the offset table lists; false when its place makes no sense. */
static bool service_at(struct bytes body, unsigned i, unsigned count, struct bytes *service)
{
    struct bytes table = body;
    bytes_skip(&table, 2 + 2 * (size_t)i);
    size_t start = bytes_le16(&table), end = i + 1 < count ? bytes_le16(&table) : bytes_left(&body);
    if (!bytes_ok(&table) || end <= start || start < 2) return false;
    bytes_skip(&body, start);
    *service = bytes_take(&body, end - start);
    return bytes_ok(&body);
}

static bool services_counted(struct pdu *p, const struct bytes *body, unsigned *count)
{
    *count = bytes_peek_le16(body, 0);
    if (bytes_left(body) < 2 || bytes_left(body) < 2 + 2 * (size_t)*count) {
        message_anomaly(p, A_OFFSETS_INVALID);
        return false;
    }
    emit_uint(p, F_MSP_SERVICES, *count);
    return true;
}

/* Each becomes a message of its own, with the unit and role of the packet. */
static void begin_service(struct pdu *p, enum ot_role role)
{
    bool has_unit = p->message->has_unit;
    uint32_t unit = p->message->unit;
    message_next(p);
    if (has_unit) message_unit(p, unit);
    message_role(p, role);
}

static void request_services(struct pdu *p, struct bytes body, unsigned depth)
{
    unsigned count;
    struct bytes one;
    if (!services_counted(p, &body, &count)) return;
    for (unsigned i = 0; i < count; i++) {
        if (!service_at(body, i, count, &one)) {
            message_anomaly(p, A_OFFSETS_INVALID);
            continue;
        }
        struct cip_head request = cip_head_of(one);
        begin_service(p, ROLE_REQUEST);
        cip_request_operation(p, &request);
        cip_request(p, &request, depth + 1);
    }
}

static void response_services(struct pdu *p, struct bytes body, const struct cip_node *asked, unsigned depth)
{
    unsigned count;
    struct bytes one;
    if (!services_counted(p, &body, &count)) return;
    bool paired = asked && asked->kind == CIP_MULTIPLE && asked->count == count;
    struct cip_nodes nodes = {.record = paired ? asked->inner : bytes_over(NULL, 0)};
    for (unsigned i = 0; i < count; i++) {
        struct cip_node node;
        struct cip_answer to, *answer = cip_nodes_next(&nodes, &node) && node.kind != CIP_NOTHING ? &to : NULL;
        if (!service_at(body, i, count, &one)) {
            message_anomaly(p, A_OFFSETS_INVALID);
            continue;
        }
        if (answer) cip_answer_to(answer, &node, one);
        begin_service(p, ROLE_RESPONSE);
        cip_response_operation(p, one, answer);
        cip_response(p, one, answer, depth + 1);
    }
}

/* ---- requests ---- */

struct cip_head cip_head_of(struct bytes request)
{
    struct cip_head h = {.service = bytes_u8(&request), .words = bytes_u8(&request)};
    h.path = bytes_take(&request, h.words * 2u);
    h.body = request;
    h.whole = bytes_ok(&request);
    h.target = cip_target_of(h.path);
    return h;
}

static bool is_unconnected_send(const struct cip_head *h)
{
    const struct cip_target *t = &h->target;
    return h->service == CIP_UNCONNECTED_SEND && t->class == CIP_CLASS_CONNECTION_MANAGER && !t->symbolic;
}

/* The request that an Unconnected Send wraps, and what it wraps in turn. */
static struct cip_head unwrapped(const struct cip_head *request)
{
    struct cip_head h = *request;
    for (unsigned depth = 0; depth < CIP_DEPTH && is_unconnected_send(&h); depth++) {
        struct bytes inner = cip_embedded(h.body);
        if (bytes_left(&inner) < 2) break;
        h = cip_head_of(inner);
    }
    return h;
}

/* Names the operation, before any field is made. */
void cip_request_operation(struct pdu *p, const struct cip_head *request)
{
    struct cip_head inner;
    const struct cip_head *h = request;
    if (is_unconnected_send(request)) {
        inner = unwrapped(request);
        h = &inner;
    }
    if (h->target.class == CIP_CLASS_PCCC && h->service >= CIP_CLASS_SPECIFIC) {
        struct bytes command = cip_pccc_command(h->body);
        if (!bytes_empty(&command)) {
            cip_pccc_operation(p, command);
            return;
        }
    }
    cip_say_operation(p, h->service, &h->target);
}

void cip_request(struct pdu *p, const struct cip_head *request, unsigned depth)
{
    uint8_t service = request->service;
    const struct cip_target *t = &request->target;
    struct bytes in = request->body;
    emit_uint(p, F_SERVICE, service);
    emit_uint(p, F_SC, service);
    if (!request->whole) {
        message_anomaly(p, request->words ? A_PATH_OVERRUN : A_TRUNCATED);
        return;
    }
    emit_uint(p, F_REQUEST_PATH_SIZE, request->words);
    cip_emit_known_path(p, request->path, t);
    if (depth > CIP_DEPTH) {
        message_anomaly(p, A_TOO_DEEP);
        return;
    }
    if (t->class == CIP_CLASS_CONNECTION_MANAGER && cip_manager_request(p, in, service, depth)) return;
    if (service == CIP_MULTIPLE_SERVICE) {
        request_services(p, in, depth);
        return;
    }
    if (t->class == CIP_CLASS_PCCC && service >= CIP_CLASS_SPECIFIC) {
        cip_pccc_request(p, in);
        return;
    }
    if (cip_is_tag_service(service, t)) {
        cip_tag_request(p, in, service, request->path);
        return;
    }
    if (service == CIP_GET_ATTRIBUTE_LIST || service == CIP_SET_ATTRIBUTE_LIST)
        cip_list_request(p, in, t, service == CIP_SET_ATTRIBUTE_LIST);
    else if (service == 0x05 && !bytes_empty(&in))
        emit_uint(p, F_RESET_TYPE, bytes_peek(&in, 0));
    else if (!bytes_empty(&in))
        emit_bytes(p, F_DATA, in);
    written_object(p, in, service, request->path);
}

/* ---- answers ---- */

/* Did a router give up on the Unconnected Send itself? Clause 3-5.5.4: else its answer is that of the wrapped request,
 * even when both services have the same code. */
static bool routing_error(struct bytes response)
{
    uint8_t service = bytes_u8(&response);
    bytes_skip(&response, 1);
    uint8_t status = bytes_u8(&response), words = bytes_u8(&response);
    uint16_t extended = bytes_le16(&response);
    if (service != (CIP_UNCONNECTED_SEND | CIP_RESPONSE)) return false;
    return status == 2 || status == 4 ||
           (status == 1 && words == 1 &&
            (extended == 0x0204 || extended == 0x0311 || extended == 0x0312 || extended == 0x0315));
}

/* The node within wrapped ones that an answer belongs to. With `p` the paths on the way are told, as Wireshark does: an
 * answer does not carry them. */
static struct cip_node innermost(struct pdu *p, const struct cip_node *asked, struct bytes response)
{
    struct cip_node node = *asked;
    bool stopped = routing_error(response);
    if (p) cip_emit_path(p, node.path);
    for (unsigned depth = 0; depth < CIP_DEPTH && node.kind == CIP_UNCONNECTED; depth++) {
        struct bytes inner = node.inner;
        struct cip_node next;
        if (p && node.slot != 255) message_unit(p, node.slot);
        if (stopped || !cip_node_next(&inner, &next)) break;
        node = next;
        if (p) cip_emit_path(p, node.path);
    }
    return node;
}

void cip_answer_to(struct cip_answer *answer, const struct cip_node *asked, struct bytes response)
{
    answer->asked = answer->node = asked;
    if (asked->kind == CIP_UNCONNECTED) {
        answer->inner = innermost(NULL, asked, response);
        answer->node = &answer->inner;
    }
    answer->target = cip_target_of(answer->node->path);
}

static void emit_asked(struct pdu *p, const struct cip_answer *answer, struct bytes response)
{
    if (answer->asked->kind == CIP_UNCONNECTED)
        (void)innermost(p, answer->asked, response);
    else
        cip_emit_known_path(p, answer->asked->path, &answer->target);
}

void cip_response_operation(struct pdu *p, struct bytes in, const struct cip_answer *answer)
{
    static const struct cip_target nothing;
    if (answer && answer->node->kind == CIP_PCCC && !bytes_empty(&answer->node->extra))
        cip_pccc_operation(p, answer->node->extra);
    else
        cip_say_operation(p, bytes_peek(&in, 0), answer ? &answer->target : &nothing);
}

static void additional_status(struct pdu *p, struct bytes words, uint8_t status, bool manager)
{
    for (bool first = true; bytes_left(&words) >= 2; first = false) {
        uint16_t v = bytes_le16(&words);
        if (first && manager && status == 1)
            emit_uint(p, F_CM_EXT_STATUS, v);
        else
            emit_uint(p, F_ADDSTAT, v);
    }
}

static void response_body(struct pdu *p, struct bytes in, uint8_t service, uint8_t status,
                          const struct cip_answer *answer, unsigned depth)
{
    struct cip_target none = {0};
    const struct cip_node *node = answer ? answer->node : NULL;
    const struct cip_target *t = answer ? &answer->target : &none;
    if (node && t->class == CIP_CLASS_CONNECTION_MANAGER &&
        cip_manager_response(p, in, service, status, node, answer->asked->kind == CIP_UNCONNECTED))
        return;
    if (service == CIP_MULTIPLE_SERVICE) {
        response_services(p, in, node, depth);
        return;
    }
    if (node && node->kind == CIP_PCCC) {
        if (status == 0) cip_pccc_response(p, in, node->extra);
        return;
    }
    if (bytes_empty(&in)) return;
    if (node && (status == 0 || status == 6) && cip_is_tag_service(service, t)) {
        cip_tag_response(p, in, service, node->path);
        return;
    }
    if (service == CIP_GET_ATTRIBUTES_ALL && node)
        cip_get_all(p, in, t);
    else if (service == CIP_GET_ATTRIBUTE_LIST || service == CIP_SET_ATTRIBUTE_LIST)
        cip_list_response(p, in, t, service == CIP_SET_ATTRIBUTE_LIST);
    else if (service == CIP_GET_ATTRIBUTE_SINGLE && node && status == 0)
        cip_single_value(p, in, t);
    else
        emit_bytes(p, F_DATA, in);
}

void cip_response(struct pdu *p, struct bytes in, const struct cip_answer *answer, unsigned depth)
{
    struct bytes whole = in;
    uint8_t head = bytes_u8(&in), service = head & (uint8_t)~CIP_RESPONSE;
    emit_uint(p, F_SERVICE, head);
    emit_uint(p, F_SC, service);
    bytes_skip(&in, 1);
    uint8_t status = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_GENSTAT, status);
    message_status(p, status == 0 || status == 6 ? STATUS_OK : STATUS_REFUSED, status);
    uint8_t words = bytes_u8(&in);
    struct bytes additional = bytes_take(&in, words * 2u);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_ADDSTAT_SIZE, words);
    if (answer) emit_asked(p, answer, whole);
    additional_status(p, additional, status, answer && answer->target.class == CIP_CLASS_CONNECTION_MANAGER);
    if (depth > CIP_DEPTH) {
        message_anomaly(p, A_TOO_DEEP);
        return;
    }
    response_body(p, in, service, status, answer, depth);
}
