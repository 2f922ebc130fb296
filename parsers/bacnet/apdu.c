/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet application layer: APDU headers, segments, pairing, refusals (ASHRAE 135-2020 clauses 5.4 and 20.1). */
#include "parsers/bacnet/bacnet.h"

enum { SEGMENTED = 0x08, MORE_FOLLOW = 0x04, ACCEPTS_SEGMENTS = 0x02, NEGATIVE = 0x02, BY_SERVER = 0x01 };

struct apdu {
    uint8_t type, flags, invoke, service;
    bool segmented;
    uint8_t sequence, window;
    const struct bacnet_route *route;
};

/* Two stations number their invocations apart; the one that asks is the source of the request. */
static uint64_t key_of(const struct pdu *p, const struct apdu *a, bool answer)
{
    const struct bacnet_route *r = a->route;
    uint16_t network = answer ? r->source_network : r->destination_network;
    return (uint64_t)network << 16 | (uint64_t)(p->packet->from_client != answer) << 8 | a->invoke;
}

static void pair_request(struct pdu *p, const struct apdu *a)
{
    struct request *r = pdu_request(p, key_of(p, a, false));
    r->note[0] = a->service;
    r->note[1] = p->message->operation_class;
}

/* Reject and Abort do not repeat the service: the request knows it. True when it is known. */
static bool pair_answer(struct pdu *p, const struct apdu *a, bool done, uint32_t *service)
{
    struct request *r = pdu_answers(p, key_of(p, a, true));
    if (!r) return false;
    *service = r->note[0];
    if (done) request_done(r);
    return true;
}

/* True when `body` is the whole of the APDU's service data. */
static bool join(struct pdu *p, const struct apdu *a, struct bytes *body)
{
    struct bacnet_state *state = p->state;
    unsigned slot = a->invoke % SEGMENT_SLOTS;
    struct bacnet_segments *s = &state->segments[a->type][slot];
    bool first = a->sequence == 0 && !(s->open && s->invoke == a->invoke && s->next == 0);
    if (!a->segmented) return true;
    if (first) {
        *s = (struct bacnet_segments){.invoke = a->invoke, .open = true};
    } else if (!s->open || s->invoke != a->invoke || s->next != a->sequence) {
        bool repeated = s->invoke == a->invoke && (uint8_t)(s->next - 1) == a->sequence;
        if (!repeated) s->open = false, message_anomaly(p, A_SEGMENT);
        return false;
    }
    bool last = !(a->flags & MORE_FOLLOW);
    s->next = (uint8_t)(a->sequence + 1);
    s->open = !last;
    return pdu_join(p, slot, *body, first, last, body);
}

static void emit_segment(struct pdu *p, const struct apdu *a)
{
    emit_uint(p, F_INVOKE_ID, a->invoke);
    if (!a->segmented) return;
    emit_uint(p, F_SEQUENCE, a->sequence);
    emit_uint(p, F_WINDOW, a->window);
}

static void walk(struct pdu *p, const struct apdu *a, struct bytes body, const struct shape *shape, bool answer)
{
    struct bacnet_walk w = {.p = p, .route = a->route, .answer = answer};
    bacnet_walk(&w, body, shape);
    if (w.has_error && a->type == APDU_ERROR) message_status(p, STATUS_REFUSED, w.error_code);
}

static void confirmed(struct pdu *p, struct apdu *a, struct bytes in)
{
    uint8_t sizes = bytes_u8(&in);
    a->segmented = a->flags & SEGMENTED;
    a->invoke = bytes_u8(&in);
    if (a->segmented) a->sequence = bytes_u8(&in), a->window = bytes_u8(&in);
    a->service = bytes_u8(&in);
    bool whole = bytes_ok(&in);
    if (whole) message_operation(p, a->service);
    message_role(p, ROLE_REQUEST);
    pdu_direction(p, TO_SERVER);
    emit_uint(p, F_TYPE, a->type);
    emit_uint(p, F_SEGMENTED, a->segmented);
    emit_uint(p, F_MORE, a->flags >> 2 & 1);
    emit_uint(p, F_SEGMENT_SA, a->flags >> 1 & 1);
    emit_uint(p, F_MAX_SEGMENTS, sizes >> 4 & 7);
    emit_uint(p, F_MAX_APDU, sizes & 15);
    if (!whole) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_segment(p, a);
    emit_uint(p, F_CONFIRMED, a->service);
    if (!p->message->operation) message_anomaly(p, A_SERVICE);
    if (a->route->broadcast) message_anomaly(p, A_BROADCAST_CONFIRMED);
    bool complete = join(p, a, &in);
    if (!a->segmented || a->sequence == 0) pair_request(p, a);
    if (complete) walk(p, a, in, bacnet_request_shape(a->service), a->service <= 2);
}

static void unconfirmed(struct pdu *p, struct apdu *a, struct bytes in)
{
    a->service = bytes_u8(&in);
    if (bytes_ok(&in)) message_operation(p, BACNET_UNCONFIRMED | a->service);
    message_role(p, ROLE_NOTIFY);
    emit_uint(p, F_TYPE, a->type);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_UNCONFIRMED, a->service);
    if (!p->message->operation) message_anomaly(p, A_SERVICE);
    bool speaks_of_itself = a->service <= 1 || a->service == 13;
    walk(p, a, in, bacnet_unconfirmed_shape(a->service), speaks_of_itself);
}

/* SimpleACK, ComplexACK and Error name their service, Reject and Abort do not. */
static void answer(struct pdu *p, struct apdu *a, struct bytes in)
{
    bool named = a->type == APDU_SIMPLE_ACK || a->type == APDU_COMPLEX_ACK || a->type == APDU_ERROR;
    uint32_t service = 0;
    a->invoke = bytes_u8(&in);
    a->segmented = a->type == APDU_COMPLEX_ACK && a->flags & SEGMENTED;
    if (a->segmented) a->sequence = bytes_u8(&in), a->window = bytes_u8(&in);
    uint8_t choice = bytes_u8(&in);
    bool whole = bytes_ok(&in);
    bool by_server = a->type != APDU_ABORT || a->flags & BY_SERVER;
    bool last = !a->segmented || !(a->flags & MORE_FOLLOW);
    bool paired = by_server && pair_answer(p, a, last, &service);
    if (named) service = a->service = choice;
    message_operation(p, (named && whole) || paired ? service : BACNET_APDU | a->type);
    message_role(p, by_server ? ROLE_RESPONSE : ROLE_REQUEST);
    pdu_direction(p, by_server ? TO_CLIENT : TO_SERVER);
    if (a->type == APDU_SIMPLE_ACK || a->type == APDU_COMPLEX_ACK) message_status(p, STATUS_OK, 0);
    if (a->type == APDU_ERROR) message_status(p, STATUS_REFUSED, 0);
    if (a->type == APDU_REJECT) message_status(p, STATUS_REFUSED, BACNET_REJECT | choice);
    if (a->type == APDU_ABORT) message_status(p, STATUS_REFUSED, BACNET_ABORT | choice);

    emit_uint(p, F_TYPE, a->type);
    if (a->type == APDU_COMPLEX_ACK) {
        emit_uint(p, F_SEGMENTED, a->segmented);
        emit_uint(p, F_MORE, a->flags >> 2 & 1);
    }
    if (a->type == APDU_ABORT) emit_uint(p, F_SRV, by_server);
    emit_segment(p, a);
    if (!whole) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (!paired && by_server) message_anomaly(p, A_UNSOLICITED);
    if (named) emit_uint(p, F_CONFIRMED, choice);
    if (a->type == APDU_REJECT) emit_uint(p, F_REJECT, choice);
    if (a->type == APDU_ABORT) emit_uint(p, F_ABORT, choice);
    if (a->type == APDU_COMPLEX_ACK && join(p, a, &in)) walk(p, a, in, bacnet_answer_shape(choice), true);
    if (a->type == APDU_ERROR) walk(p, a, in, bacnet_error_shape(choice), false);
}

static void segment_ack(struct pdu *p, struct apdu *a, struct bytes in)
{
    message_operation(p, BACNET_APDU | a->type);
    message_role(p, a->flags & BY_SERVER ? ROLE_RESPONSE : ROLE_REQUEST);
    a->invoke = bytes_u8(&in);
    a->sequence = bytes_u8(&in);
    a->window = bytes_u8(&in);
    a->segmented = bytes_ok(&in);
    emit_uint(p, F_TYPE, a->type);
    emit_uint(p, F_NAK, (a->flags & NEGATIVE) != 0);
    emit_uint(p, F_SRV, a->flags & BY_SERVER);
    emit_segment(p, a);
    if (!bytes_ok(&in)) message_anomaly(p, A_TRUNCATED);
}

/* Where the service stands: behind sizes, invoke id and, of a segment, its number and window. Reject and Abort name
 * none. */
void bacnet_foretell_apdu(struct pdu *p, struct bytes in)
{
    uint8_t first = bytes_u8(&in), type = first >> 4;
    bool segmented = first & SEGMENTED && (type == APDU_CONFIRMED || type == APDU_COMPLEX_ACK);
    if (type > APDU_ERROR || type == APDU_SEGMENT_ACK) return;
    bytes_skip(&in, (type == APDU_CONFIRMED ? 2 : type == APDU_UNCONFIRMED ? 0 : 1) + (segmented ? 2 : 0));
    uint8_t service = bytes_u8(&in);
    if (bytes_ok(&in)) message_operation(p, (type == APDU_UNCONFIRMED ? BACNET_UNCONFIRMED : 0u) | service);
}

void bacnet_apdu(struct pdu *p, struct bytes in, const struct bacnet_route *route)
{
    static void (*const handlers[APDU_TYPES])(struct pdu *, struct apdu *, struct bytes) = {
        confirmed, unconfirmed, answer, answer, segment_ack, answer, answer, answer,
    };
    uint8_t first = bytes_u8(&in);
    struct apdu a = {.type = first >> 4, .flags = first & 15, .route = route};
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (a.type < APDU_TYPES) {
        handlers[a.type](p, &a, in);
        return;
    }
    message_operation(p, BACNET_APDU | a.type);
    message_anomaly(p, A_TYPE);
}
