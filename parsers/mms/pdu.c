/* SPDX-License-Identifier: Apache-2.0 */
/* The MMS PDU: what it is, who answers whom, and how it ends. Follows ISO 9506-2 (2003), clause 7. */
#include "parsers/mms/mms.h"

/* An MMSpdu, or something that shares its tags? Its first child tells. */
bool mms_looks_like_pdu(struct bytes in)
{
    struct ber pdu, first;
    if (!ber_next(&in, &pdu) || !ber_is_context(&pdu) || pdu.tag > MMS_CONCLUDE_ERROR) return false;
    if (pdu.cut || !bytes_empty(&in)) return false;
    switch (pdu.tag) {
    case MMS_CONCLUDE_REQUEST:
    case MMS_CONCLUDE_RESPONSE:
        return !ber_is_constructed(&pdu) && bytes_empty(&pdu.content);
    case MMS_CANCEL_REQUEST:
    case MMS_CANCEL_RESPONSE:
        return !ber_is_constructed(&pdu) && bytes_left(&pdu.content) <= 5;
    }
    if (!ber_is_constructed(&pdu) || !ber_next(&pdu.content, &first)) return false;
    switch (pdu.tag) {
    case MMS_REQUEST:
    case MMS_RESPONSE:
        return first.id == BER_INTEGER && bytes_left(&first.content) <= 5;
    case MMS_ERROR:
        return first.id == BER_CONTEXT(0) && bytes_left(&first.content) <= 5;
    case MMS_UNCONFIRMED:
        return ber_is_context(&first) && ber_is_constructed(&first) && first.tag <= 2;
    case MMS_INITIATE_REQUEST:
    case MMS_INITIATE_RESPONSE:
        return first.id == BER_CONTEXT(0) || first.id == BER_CONTEXT(1);
    default:
        return ber_is_context(&first);
    }
}

/* Both ends may ask: a request is known by its invoke id and its sender. */
static uint64_t request_key(const struct pdu *p, uint64_t invoke_id, bool own)
{
    return invoke_id << 1 | (p->packet->from_client == own);
}

static struct mms_name first_name(const struct ber *specification)
{
    struct mms_name name = {{0}, {0}};
    struct ber variable, part, object = *specification;
    if (specification->id == BER_CONSTRUCTED(0)) { /* listOfVariable: { name [0] ObjectName … } */
        struct bytes content = specification->content;
        if (!ber_next(&content, &variable) || !ber_next(&variable.content, &part) || part.id != BER_CONSTRUCTED(0))
            return name;
        object = part;
    }
    struct ber domain, item;
    if (!ber_next(&object.content, &part)) return name;
    if (part.id != BER_CONSTRUCTED(1)) {
        name.item = part.content;
    } else if (ber_next(&part.content, &domain) && ber_next(&part.content, &item)) {
        name.domain = domain.content;
        name.item = item.content;
    }
    return name;
}

/* Looks ahead before any field is made: reads and writes of IEC 61850 control blocks are operations of their own. */
static uint32_t request_operation(uint32_t service, struct bytes content)
{
    struct ber element, inner;
    if (service != MMS_READ && service != MMS_WRITE) return service;
    while (ber_next(&content, &element)) {
        if (service == MMS_READ && element.id != BER_CONSTRUCTED(1)) continue;
        if (service == MMS_READ && !ber_next(&element.content, &inner)) break;
        struct mms_name name = first_name(service == MMS_READ ? &inner : &element);
        return mms_operation_of(&name, service);
    }
    return service;
}

/* Invoke id, modifiers, then the service. */
static bool take_service(struct bytes *content, uint64_t *invoke_id, struct ber *service)
{
    struct ber element;
    if (!ber_next(content, &element) || element.id != BER_INTEGER) return false;
    *invoke_id = (uint32_t)ber_int(element.content);
    while (ber_next(content, service))
        if (ber_is_context(service)) return true;
    return false;
}

static void parse_confirmed_request(struct pdu *p, struct bytes content)
{
    uint64_t invoke_id = 0;
    struct ber service;
    bool has_service = take_service(&content, &invoke_id, &service);
    bool known = has_service && service.tag <= MMS_LAST_SERVICE;
    message_operation(p, has_service ? request_operation(service.tag, service.content)
                                     : (uint32_t)MMS_OP_PDU + MMS_REQUEST);
    message_role(p, ROLE_REQUEST);
    emit_int(p, F_INVOKE_ID, (int32_t)invoke_id);
    if (!known) {
        message_anomaly(p, A_UNKNOWN_SERVICE);
        return;
    }
    emit_uint(p, F_REQUEST, service.tag);
    uint64_t key = request_key(p, invoke_id, true);
    struct request *request = pdu_request(p, key);
    request->note[0] = (uint8_t)service.tag;
    mms_parse_request(p, service.tag, service.content, key);
    if (service.cut) message_anomaly(p, A_TRUNCATED);
}

static void parse_confirmed_response(struct pdu *p, struct bytes content)
{
    uint64_t invoke_id = 0;
    struct ber service;
    bool has_service = take_service(&content, &invoke_id, &service);
    uint64_t key = request_key(p, invoke_id, false);
    struct request *request = pdu_answers(p, key);
    if (request)
        message_operation(p, request->operation_code);
    else
        message_operation(p, has_service ? service.tag : (uint32_t)MMS_OP_PDU + MMS_RESPONSE);
    message_role(p, ROLE_RESPONSE);
    message_status(p, STATUS_OK, 0);
    if (!request) message_anomaly(p, A_UNREQUESTED);
    emit_int(p, F_INVOKE_ID, (int32_t)invoke_id);
    if (has_service && service.tag <= MMS_LAST_SERVICE) {
        emit_uint(p, F_RESPONSE, service.tag);
        mms_parse_response(p, service.tag, service.content, key);
        if (service.cut) message_anomaly(p, A_TRUNCATED);
    } else {
        message_anomaly(p, A_UNKNOWN_SERVICE);
    }
    if (request) request_done(request);
}

/* ServiceError: { errorClass [0] CHOICE { … }, … } */
static void parse_service_error(struct pdu *p, struct bytes content)
{
    struct ber choice, class;
    uint32_t code = 0;
    if (ber_find(content, BER_CONSTRUCTED(0), &choice) && ber_next(&choice.content, &class)) {
        emit_uint(p, F_ERROR_CLASS, class.tag);
        code = (uint32_t)(class.tag << 8 | (ber_uint(class.content) & 0xff));
    }
    message_status(p, STATUS_REFUSED, MMS_STATUS_SERVICE + code);
}

static void parse_error(struct pdu *p, uint32_t pdu_tag, struct bytes content)
{
    enum { INVOKE_ID = BER_CONTEXT(0), SERVICE_ERROR = BER_CONSTRUCTED(2), CANCEL_SERVICE_ERROR = BER_CONSTRUCTED(1) };
    struct ber element, error;
    bool confirmed = pdu_tag == MMS_ERROR, cancels = pdu_tag == MMS_CANCEL_ERROR;
    uint64_t invoke_id = ber_find(content, INVOKE_ID, &element) ? (uint32_t)ber_int(element.content) : 0;
    struct request *request = confirmed ? pdu_answers(p, request_key(p, invoke_id, false)) : NULL;
    message_operation(p, request ? request->operation_code : (uint32_t)MMS_OP_PDU + pdu_tag);
    message_role(p, ROLE_RESPONSE);
    if (confirmed) emit_int(p, F_INVOKE_ID, (int32_t)invoke_id);
    if (cancels) emit_int(p, F_ORIGINAL_INVOKE_ID, (int32_t)invoke_id);
    if (ber_find(content, cancels ? CANCEL_SERVICE_ERROR : SERVICE_ERROR, &error))
        parse_service_error(p, error.content);
    else
        parse_service_error(p, content); /* initiate and conclude errors are a bare ServiceError */
    if (request) request_done(request);
}

static void parse_reject(struct pdu *p, struct bytes content)
{
    struct ber element;
    message_operation(p, (uint32_t)MMS_OP_PDU + MMS_REJECT);
    message_role(p, ROLE_RESPONSE);
    message_status(p, STATUS_REFUSED, MMS_STATUS_REJECT);
    while (ber_next(&content, &element)) {
        if (element.id == BER_CONTEXT(0)) {
            uint64_t invoke_id = (uint32_t)ber_int(element.content);
            emit_int(p, F_ORIGINAL_INVOKE_ID, (int32_t)invoke_id);
            struct request *request = pdu_answers(p, request_key(p, invoke_id, false));
            if (request) request_done(request);
        } else {
            emit_uint(p, F_REJECT_REASON, element.tag);
            message_status(p, STATUS_REFUSED,
                           MMS_STATUS_REJECT + (element.tag << 4) + (uint32_t)(ber_uint(element.content) & 15));
        }
    }
}

static void parse_initiate(struct pdu *p, uint32_t pdu_tag, struct bytes content)
{
    bool request = pdu_tag == MMS_INITIATE_REQUEST;
    enum direction direction = request ? TO_SERVER : TO_CLIENT;
    struct ber element, version;
    message_operation(p, (uint32_t)MMS_OP_PDU + pdu_tag);
    message_role(p, request ? ROLE_REQUEST : ROLE_RESPONSE);
    if (p->direction != direction) pdu_direction(p, direction);
    if (!request) message_status(p, STATUS_OK, 0);
    while (ber_next(&content, &element)) {
        if (element.id == BER_CONTEXT(0))
            emit_int(p, request ? F_CALLING_DETAIL : F_CALLED_DETAIL, (int32_t)ber_int(element.content));
        else if (element.id == BER_CONSTRUCTED(4) && ber_find(element.content, BER_CONTEXT(0), &version))
            emit_int(p, request ? F_CALLING_VERSION : F_CALLED_VERSION, (int32_t)ber_int(version.content));
    }
}

static void parse_unconfirmed(struct pdu *p, struct bytes content)
{
    enum { INFORMATION_REPORT, UNSOLICITED_STATUS, EVENT_NOTIFICATION };
    struct ber service;
    bool known = ber_next(&content, &service) && ber_is_context(&service) && service.tag <= EVENT_NOTIFICATION;
    if (known && service.tag == INFORMATION_REPORT) {
        mms_parse_report(p, service.content);
        return;
    }
    message_operation(p, known ? (uint32_t)MMS_OP_UNCONFIRMED + service.tag : (uint32_t)MMS_OP_PDU + MMS_UNCONFIRMED);
    message_role(p, ROLE_NOTIFY);
    if (known) {
        emit_uint(p, F_UNCONFIRMED, service.tag);
        if (service.tag == EVENT_NOTIFICATION)
            mms_parse_shape(p, "0N1n", service.content);
        else
            mms_parse_status(p, service.content);
    } else {
        message_anomaly(p, A_UNKNOWN_SERVICE);
    }
}

void mms_parse_pdu(struct pdu *p, struct bytes in)
{
    struct ber pdu;
    if (!ber_next(&in, &pdu) || !ber_is_context(&pdu) || pdu.tag > MMS_CONCLUDE_ERROR) {
        message_anomaly(p, A_UNKNOWN_PDU);
        return;
    }
    switch (pdu.tag) {
    case MMS_REQUEST:
        parse_confirmed_request(p, pdu.content);
        break;
    case MMS_RESPONSE:
        parse_confirmed_response(p, pdu.content);
        break;
    case MMS_UNCONFIRMED:
        parse_unconfirmed(p, pdu.content);
        break;
    case MMS_INITIATE_REQUEST:
    case MMS_INITIATE_RESPONSE:
        parse_initiate(p, pdu.tag, pdu.content);
        break;
    case MMS_REJECT:
        parse_reject(p, pdu.content);
        break;
    case MMS_ERROR:
    case MMS_CANCEL_ERROR:
    case MMS_INITIATE_ERROR:
    case MMS_CONCLUDE_ERROR:
        parse_error(p, pdu.tag, pdu.content);
        break;
    default:
        message_operation(p, (uint32_t)MMS_OP_PDU + pdu.tag);
        message_role(p,
                     pdu.tag == MMS_CANCEL_REQUEST || pdu.tag == MMS_CONCLUDE_REQUEST ? ROLE_REQUEST : ROLE_RESPONSE);
        if (p->message->role == ROLE_RESPONSE) message_status(p, STATUS_OK, 0);
        break;
    }
    if (pdu.cut) message_anomaly(p, A_TRUNCATED);
}
