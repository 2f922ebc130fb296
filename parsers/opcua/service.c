/* SPDX-License-Identifier: Apache-2.0 */
/* One OPC UA service request or answer: operation, header, pairing, status (OPC 10000-4 clauses 5 and 7.33 to 7.35). */
#include "parsers/opcua/opcua.h"

/* OPC 10000-4 clause 7.39: the two highest bits are the severity; the lower half is detail. */
static bool bad(uint32_t status) { return status >> 30 == 2; }

/* A publish request waits for the next event: no latency, and no answer is no fault. */
static bool paired(uint16_t request) { return request != OPCUA_PUBLISH; }

static void ask(struct pdu *p, const struct opcua_service *s, struct opcua_walk *w, uint32_t request_id)
{
    struct request *r = paired(s->request) ? pdu_request(p, request_id) : NULL;
    w->sender_is_described = true; /* a client describes itself in CreateSession only */
    opcua_structure(w, opcua_request_header, 0);
    opcua_structure(w, s->ask, 0);
    opcua_flush_object(w);
    if (r) memcpy(r->note, w->first, w->first_length); /* the node of the answer's first value */
}

static void answer(struct pdu *p, const struct opcua_service *s, struct opcua_walk *w, uint32_t request_id)
{
    struct request *r = !s || paired(s->request) ? pdu_answers(p, request_id) : NULL;
    struct bytes head = w->in;
    bytes_skip(&head, 12);
    uint32_t result = bytes_le32(&head);
    if (r) {
        w->object_length = (uint16_t)strnlen((const char *)r->note, sizeof r->note);
        memcpy(w->object, r->note, w->object_length);
        request_done(r);
    } else if (s && paired(s->request)) {
        message_anomaly(p, A_UNSOLICITED);
    }
    opcua_structure(w, opcua_response_header, 0);
    w->sender_is_described = s && s->describes_sender;
    if (s && !bad(result)) opcua_structure(w, s->answer, 0);
    if (!bytes_ok(&head)) return;
    if (bad(result) || !w->worst)
        message_status(p, bad(result) ? STATUS_REFUSED : STATUS_OK, result & 0xffff0000);
    else
        message_status(p, STATUS_REFUSED, w->worst & 0xffff0000);
}

void opcua_service(struct pdu *p, struct bytes body, uint32_t request_id, bool secured)
{
    struct opcua_walk w = {.p = p, .in = body, .channel_secured = secured};
    bool response = false;
    uint32_t type = opcua_type_id(&w.in);
    const struct opcua_service *s = opcua_service_of(type, &response);
    bool is_fault = type == OPCUA_SERVICE_FAULT;
    if (is_fault) { /* it names no service: its request does */
        struct request *r = pdu_answers(p, request_id);
        message_operation(p, r ? r->operation_code : OPCUA_SERVICE_FAULT);
    } else {
        message_operation(p, s ? s->request : type);
    }
    message_role(p, response || is_fault ? ROLE_RESPONSE : s ? ROLE_REQUEST : ROLE_UNKNOWN);
    if (s) pdu_direction(p, response ? TO_CLIENT : TO_SERVER);
    if (!bytes_ok(&w.in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_SERVICE, type);
    if (is_fault)
        answer(p, NULL, &w, request_id);
    else if (!s)
        message_anomaly(p, A_SERVICE);
    else if (response)
        answer(p, s, &w, request_id);
    else
        ask(p, s, &w, request_id);
    if (!bytes_ok(&w.in)) message_anomaly(p, A_TRUNCATED);
    if (w.user && w.clear_password && !secured) message_anomaly(p, A_CLEAR_PASSWORD);
}
