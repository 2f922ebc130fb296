/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 application layer: control octet, function codes, internal indications, pairing (IEEE Std 1815-2012 clause 4).
 */
#include "parsers/dnp3/dnp3.h"

enum { AL_FIRST = 0x80, AL_FINAL = 0x40, AL_CONFIRM = 0x20, AL_UNSOLICITED = 0x10, AL_SEQUENCE = 0x0f };

/* IIN1 in the high octet, IIN2 in the low one, as they are sent. */
enum { IIN_ALREADY_EXECUTING = 0x10, IIN_REFUSALS = 0x17 };

enum { NOT_ANSWERED = 1, HEADERS_ONLY = 2, SHOWN = 4 };
static const uint8_t function_traits[] = {
    [FC_CONFIRM] = NOT_ANSWERED,
    [FC_READ] = SHOWN | HEADERS_ONLY,
    [FC_WRITE] = SHOWN,
    [FC_SELECT] = SHOWN,
    [FC_OPERATE] = SHOWN,
    [FC_DIRECT_OPERATE] = SHOWN,
    [FC_DIRECT_OPERATE_NO_RESPONSE] = SHOWN | NOT_ANSWERED,
    [FC_FREEZE] = SHOWN | HEADERS_ONLY,
    [FC_FREEZE_NO_RESPONSE] = SHOWN | HEADERS_ONLY | NOT_ANSWERED,
    [FC_FREEZE_CLEAR] = SHOWN | HEADERS_ONLY,
    [FC_FREEZE_CLEAR_NO_RESPONSE] = SHOWN | HEADERS_ONLY | NOT_ANSWERED,
    [FC_FREEZE_AT_TIME_NO_RESPONSE] = NOT_ANSWERED,
    [FC_ENABLE_UNSOLICITED] = SHOWN,
    [FC_DISABLE_UNSOLICITED] = SHOWN,
    [FC_ASSIGN_CLASS] = HEADERS_ONLY,
    [FC_OPEN_FILE] = SHOWN,
    [FC_CLOSE_FILE] = SHOWN,
    [FC_DELETE_FILE] = SHOWN,
    [FC_AUTHENTICATE_ERROR] = NOT_ANSWERED,
    [FC_RESPONSE] = SHOWN,
    [FC_UNSOLICITED] = SHOWN,
};

static unsigned traits_of(uint8_t function)
{
    return function < sizeof function_traits ? function_traits[function] : 0;
}

/* The object group can say more than the function: a WRITE to group 50 sets the clock. OT_NONE: it does not. */
enum { GROUPS = 128 };
static const uint8_t finer_read[GROUPS] = {[0] = OT_IDENTIFY, [70] = OT_FILE, [90] = OT_DIAGNOSE};
static const uint8_t finer_write[GROUPS] = {
    [0] = OT_CONFIGURE, [34] = OT_CONFIGURE, [50] = OT_TIME, [70] = OT_FILE, [80] = OT_DIAGNOSE, [120] = OT_SESSION};
static const uint8_t finer_response[GROUPS] = {
    [0] = OT_IDENTIFY, [12] = OT_CONTROL, [41] = OT_CONTROL, [52] = OT_TIME, [70] = OT_FILE};

static enum ot_class finer_class(uint8_t function, const struct bytes *objects)
{
    const uint8_t *finer = function == FC_READ       ? finer_read
                           : function == FC_WRITE    ? finer_write
                           : function == FC_RESPONSE ? finer_response
                                                     : NULL;
    uint8_t group = bytes_peek(objects, 0);
    return finer && group < GROUPS && !bytes_empty(objects) ? finer[group] : OT_NONE;
}

/* Solicited and unsolicited fragments count their sequence numbers apart. */
static uint64_t request_key(const struct dnp3_link *link, uint8_t control)
{
    return (uint64_t)link->outstation << 32 | (uint64_t)link->master << 8 | (control & (AL_SEQUENCE | AL_UNSOLICITED));
}

static uint64_t confirm_key(const struct dnp3_link *link, uint8_t control)
{
    return request_key(link, control) | (uint64_t)1 << 56;
}

static void emit_indications(struct pdu *p, unsigned iin)
{
    static const struct {
        uint16_t mask;
        uint8_t field;
    } bits[] = {
        {0x8000, F_IIN_RST},    {0x4000, F_IIN_DT},     {0x2000, F_IIN_DOL},    {0x1000, F_IIN_TSR},
        {0x0800, F_IIN_CLASS3}, {0x0400, F_IIN_CLASS2}, {0x0200, F_IIN_CLASS1}, {0x0100, F_IIN_BMSG},
        {0x0020, F_IIN_CC},     {0x0010, F_IIN_OAE},    {0x0008, F_IIN_EBO},    {0x0004, F_IIN_PIOOR},
        {0x0002, F_IIN_OBJU},   {0x0001, F_IIN_FCNI},
    };
    uint8_t any = wants_any(p, F_IIN, F_IIN_FCNI);
    if (!(iin ? any : any & (WANT_ANY | WANT_CLEAR))) return;
    emit_uint(p, F_IIN, iin);
    for (unsigned i = 0; i < COUNT_OF(bits); i++) emit_uint(p, bits[i].field, (iin & bits[i].mask) != 0);
}

enum { NOTE_CLASS };

static void pair_request(struct pdu *p, const struct dnp3_link *link, uint8_t control, uint8_t function)
{
    if (link->outstation >= BROADCAST_FIRST) {
        message_anomaly(p, A_BROADCAST);
        return;
    }
    if (traits_of(function) & NOT_ANSWERED) return;
    struct request *r = pdu_request(p, request_key(link, control));
    r->note[NOTE_CLASS] = p->message->operation_class;
}

/* A response takes the class of what it answers; without its request, that of its first object. */
static void pair_response(struct pdu *p, const struct dnp3_link *link, uint8_t control, const struct bytes *objects)
{
    struct request *r = pdu_answers(p, request_key(link, control));
    enum ot_class class = r ? r->note[NOTE_CLASS] : finer_class(FC_RESPONSE, objects);
    if (r) request_done(r);
    if (class != OT_NONE) message_class(p, class);
}

/* Clause 4.4.3: OPERATE repeats the objects of the SELECT before it, with the next sequence number. */
static void match_select(struct pdu *p, const struct dnp3_link *link, uint8_t control, uint8_t function,
                         struct bytes objects)
{
    struct dnp3_state *state = p->state;
    struct dnp3_select *s = NULL;
    uint64_t digest = 14695981039346656037u;
    for (const uint8_t *b = objects.at; b < objects.end; b++) digest = (digest ^ *b) * 1099511628211u;
    for (unsigned i = 0; i < STREAMS && !s; i++)
        if (state->selects[i].used && state->selects[i].master == link->master &&
            state->selects[i].outstation == link->outstation)
            s = &state->selects[i];
    if (function == FC_SELECT) {
        if (!s) s = &state->selects[state->select_turn++ % STREAMS];
        *s = (struct dnp3_select){link->master, link->outstation, control & AL_SEQUENCE, true, digest};
        return;
    }
    bool repeated = s && s->sequence == (control & AL_SEQUENCE);
    bool next = s && ((s->sequence + 1) & AL_SEQUENCE) == (control & AL_SEQUENCE);
    if (!s || s->digest != digest || !(next || repeated)) message_anomaly(p, A_OPERATE_WITHOUT_SELECT);
    if (next) s->sequence = control & AL_SEQUENCE; /* the master's own repetition of the OPERATE is in order */
}

static void settle(struct pdu *p, const struct dnp3_link *link, uint8_t function)
{
    bool response = function & 0x80;
    message_unit(p, link->outstation);
    message_role(p, function == FC_UNSOLICITED           ? ROLE_NOTIFY
                    : response || function == FC_CONFIRM ? ROLE_RESPONSE
                                                         : ROLE_REQUEST);
    pdu_direction(p, response ? TO_CLIENT : TO_SERVER);
    if (response == link->from_master) message_anomaly(p, A_DIRECTION);
}

static void emit_control(struct pdu *p, uint8_t control, uint8_t function)
{
    emit_uint(p, F_AL_CTL, control);
    emit_uint(p, F_AL_FIR, control >> 7);
    emit_uint(p, F_AL_FIN, control >> 6 & 1);
    emit_uint(p, F_AL_CON, control >> 5 & 1);
    emit_uint(p, F_AL_UNS, control >> 4 & 1);
    emit_uint(p, F_AL_SEQ, control & AL_SEQUENCE);
    emit_uint(p, F_AL_FUNC, function);
}

static void take_indications(struct pdu *p, uint8_t function, struct bytes *in)
{
    unsigned iin = bytes_be16(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_OBJECT_CUT);
        return;
    }
    if (traits_of(function) & SHOWN) emit_indications(p, iin);
    unsigned refusal = iin & IIN_REFUSALS;
    message_status(p, refusal ? STATUS_REFUSED : STATUS_OK, refusal ? STATUS_OF_IIN | (refusal & -refusal) : 0);
}

void dnp3_application(struct pdu *p, const struct dnp3_link *link, uint8_t transport, struct bytes in)
{
    uint8_t control = bytes_u8(&in), function = bytes_u8(&in);
    bool response = function >= FC_RESPONSE && function <= FC_AUTHENTICATE_RESPONSE;
    struct bytes objects = in;
    if (response) bytes_skip(&objects, 2);

    message_operation(p, function);
    settle(p, link, function);
    if (function == FC_RESPONSE || function == FC_AUTHENTICATE_RESPONSE) {
        pair_response(p, link, control, &objects);
    } else if (!response) {
        enum ot_class class = finer_class(function, &objects);
        if (class != OT_NONE) message_class(p, class);
        pair_request(p, link, control, function);
    }
    if (response && control & AL_CONFIRM) pdu_request(p, confirm_key(link, control));
    if (function == FC_CONFIRM) {
        struct request *r = pdu_answers(p, confirm_key(link, control));
        if (r) request_done(r);
    }

    dnp3_emit_link(p, link);
    dnp3_emit_transport(p, transport);
    emit_control(p, control, function);
    if (response) take_indications(p, function, &in);
    if (!p->message->operation) message_anomaly(p, A_FUNCTION_UNKNOWN);
    if (function == FC_SELECT || function == FC_OPERATE) match_select(p, link, control, function, objects);

    struct dnp3_walk walk = {.p = p,
                             .in = in,
                             .link = link,
                             .function = function,
                             .unshown = !(traits_of(function) & SHOWN),
                             .headers_only = traits_of(function) & HEADERS_ONLY};
    dnp3_objects(&walk);
}
