/* SPDX-License-Identifier: Apache-2.0 */
/* IEC 104 ASDUs: data unit identifier, meaning by type and cause, pairing, information objects (IEC 60870-5-101:2003
 * clause 7, with the address lengths IEC 60870-5-104 fixes: cause 2, common address 2, object address 3 octets). */
#include "parsers/iec104/iec104.h"

enum { HEAD = 6, ADDRESS = 3, BROADCAST = 0xffff, FIRST_PRIVATE = 128 };

struct iec104_head iec104_head(struct bytes *asdu)
{
    struct bytes in = bytes_take_upto(asdu, HEAD);
    struct iec104_head h = {.octets = (uint8_t)bytes_left(&in)};
    h.type = bytes_u8(&in);
    uint8_t structure = bytes_u8(&in), cause = bytes_u8(&in);
    h.sequence = structure >> 7;
    h.count = structure & 0x7f;
    h.cause = cause & 0x3f;
    h.negative = cause >> 6 & 1;
    h.test = cause >> 7;
    h.originator = bytes_u8(&in);
    h.address = bytes_le16(&in);
    h.first = bytes_peek(asdu, 0) | (uint32_t)bytes_peek_le16(asdu, 1) << 8;
    h.row = iec104_type_find(h.type);
    return h;
}

/* -- pairing: activation, deactivation and read, by station, object and type -- */

enum pairing { PAIR_ACTIVATION = 1, PAIR_DEACTIVATION, PAIR_READ };

static uint64_t key_of(const struct iec104_head *h, enum pairing what)
{
    uint64_t key = (uint64_t)what << 56 | (uint64_t)h->address << 32 | (uint64_t)h->first << 8;
    return what == PAIR_READ ? key : key | h->type;
}

static bool answer(struct pdu *p, const struct iec104_head *h, enum pairing what)
{
    struct request *r = pdu_answers(p, key_of(h, what));
    if (r) request_done(r);
    return r != NULL;
}

static bool is_read(const struct iec104_head *h) { return h->type == 102; }
static bool is_unknown(const struct iec104_head *h)
{
    return h->cause >= CAUSE_UNKNOWN_TYPE && h->cause <= CAUSE_UNKNOWN_OBJECT;
}

static void pair(struct pdu *p, const struct iec104_head *h)
{
    bool asked = h->cause == CAUSE_ACTIVATION || h->cause == CAUSE_DEACTIVATION || (is_read(h) && h->cause == 5);
    if (asked) {
        message_role(p, ROLE_REQUEST);
        pdu_direction(p, TO_SERVER);
        enum pairing what = is_read(h) ? PAIR_READ : h->cause == CAUSE_ACTIVATION ? PAIR_ACTIVATION : PAIR_DEACTIVATION;
        if (h->address != BROADCAST) pdu_request(p, key_of(h, what));
        return;
    }
    message_role(p, ROLE_RESPONSE);
    if (h->cause == CAUSE_ACTIVATION_CONFIRM)
        answer(p, h, PAIR_ACTIVATION);
    else if (h->cause == CAUSE_DEACTIVATION_CONFIRM)
        answer(p, h, PAIR_DEACTIVATION);
    else if (is_unknown(h) && !answer(p, h, PAIR_ACTIVATION) && !answer(p, h, PAIR_DEACTIVATION))
        answer(p, h, PAIR_READ);
    bool settled = h->cause >= CAUSE_ACTIVATION_CONFIRM && h->cause <= CAUSE_TERMINATION;
    if (settled || is_unknown(h)) {
        message_status(p, h->negative || is_unknown(h) ? STATUS_REFUSED : STATUS_OK,
                       h->negative || is_unknown(h) ? h->cause : 0);
        pdu_direction(p, TO_CLIENT);
    }
}

/* Data in monitor direction: asked for, or told by the station on its own. */
static void monitor(struct pdu *p, const struct iec104_head *h)
{
    bool asked = h->cause == CAUSE_REQUEST || (h->cause >= CAUSE_INTERROGATED && h->cause <= CAUSE_COUNTERS_LAST);
    pdu_direction(p, TO_CLIENT);
    message_role(p, asked ? ROLE_RESPONSE : ROLE_NOTIFY);
    if (asked) message_class(p, OT_READ);
    if (h->cause == CAUSE_REQUEST) answer(p, h, PAIR_READ);
}

void iec104_meaning(struct pdu *p, const struct iec104_head *h, struct bytes objects)
{
    message_operation(p, h->type);
    message_unit(p, h->address);
    if (!h->row || h->octets < HEAD) return;
    switch ((enum causes)h->row->causes) {
    case CAUSES_MONITOR:
        monitor(p, h);
        break;
    case CAUSES_COMMAND:
    case CAUSES_PARAMETER:
        pair(p, h);
        /* A counter interrogation that freezes or resets is more than a read (clause 7.2.6.23). */
        if (h->type == 101 && bytes_peek(&objects, ADDRESS) >> 6) message_class(p, OT_WRITE);
        break;
    case CAUSES_FILE:
        message_role(p, h->type == 122 || h->type == 124 || h->type == 127 ? ROLE_REQUEST : ROLE_RESPONSE);
        break;
    case CAUSES_ANY:
        message_role(p, h->type == 70 ? ROLE_NOTIFY : ROLE_UNKNOWN);
        break;
    }
}

/* -- what does not fit -- */

#define CAUSE(n) ((uint64_t)1 << (n))
/* Causes 20 to 41, and the refusals 44 to 47. */
#define INTERROGATIONS (CAUSE(42) - CAUSE(20))
#define REFUSALS       (CAUSE(48) - CAUSE(44))
static const uint64_t allowed_causes[] = {
    [CAUSES_MONITOR] = CAUSE(1) | CAUSE(2) | CAUSE(3) | CAUSE(5) | CAUSE(11) | CAUSE(12) | INTERROGATIONS,
    [CAUSES_COMMAND] = CAUSE(5) | CAUSE(6) | CAUSE(7) | CAUSE(8) | CAUSE(9) | CAUSE(10) | CAUSE(3) | REFUSALS,
    [CAUSES_PARAMETER] = CAUSE(5) | CAUSE(6) | CAUSE(7) | CAUSE(8) | CAUSE(9) | INTERROGATIONS | REFUSALS,
    [CAUSES_FILE] = CAUSE(3) | CAUSE(5) | CAUSE(13) | REFUSALS,
    [CAUSES_ANY] = UINT64_MAX,
};
static const uint64_t defined_causes = (CAUSE(17) - CAUSE(1)) | INTERROGATIONS | REFUSALS;

static void check(struct pdu *p, const struct iec104_head *h)
{
    if (h->type >= FIRST_PRIVATE)
        message_anomaly(p, A_TYPE_PRIVATE);
    else if (!h->row)
        message_anomaly(p, A_TYPE_UNDEFINED);
    else if (h->row->traits & ONLY_101)
        message_anomaly(p, A_TYPE_OF_101);
    if (!(defined_causes >> h->cause & 1))
        message_anomaly(p, A_CAUSE_UNDEFINED);
    else if (h->row && !(allowed_causes[h->row->causes] >> h->cause & 1))
        message_anomaly(p, A_CAUSE_MISMATCH);
    if (h->address == 0) message_anomaly(p, A_COMMON_ADDRESS);
    if (h->address == BROADCAST) message_anomaly(p, A_BROADCAST);
    if (h->test) message_anomaly(p, A_TEST_FLAG);
    if (h->count == 0) message_anomaly(p, A_NO_OBJECTS);
}

/* -- fields -- */

static void emit_head(struct pdu *p, const struct iec104_head *h)
{
    emit_uint(p, F_TYPEID, h->type);
    if (h->octets < 2) return;
    emit_uint(p, F_SQ, h->sequence);
    emit_uint(p, F_NUMIX, h->count);
    if (h->octets < 3) return;
    emit_uint(p, F_CAUSE, h->cause);
    emit_uint(p, F_NEGATIVE, h->negative);
    emit_uint(p, F_TEST, h->test);
    if (h->octets < 4) return;
    emit_uint(p, F_ORIGINATOR, h->originator);
    if (h->octets == HEAD) emit_uint(p, F_ADDR, h->address);
}

static bool objects_wanted(const struct pdu *p) { return wants_object(p) || wants_any(p, F_IOA, F_COUNT - 1); }

/* Only the address of a first object whose make-up is unknown or not told octet by octet. */
static void raw_object(struct pdu *p, struct bytes in)
{
    uint32_t address = bytes_le24(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_IOA, address);
    emit_bytes(p, F_RAWDATA, in);
    if (wants_object(p)) {
        message_object(p, "IOA %u", address);
        message_value_text(p, bytes_over(NULL, 0));
    }
}

void iec104_asdu(struct pdu *p, const struct iec104_head *h, struct bytes in)
{
    emit_head(p, h);
    if (h->octets < HEAD) {
        message_anomaly(p, A_ASDU_CUT);
        return;
    }
    check(p, h);
    size_t octets = h->row ? iec104_octets(h->row) : 0;
    bool loose = !h->row || h->row->traits & LOOSE;
    if (!h->row || (loose && bytes_left(&in) < ADDRESS + octets)) {
        if (h->row) message_anomaly(p, A_OBJECTS_CUT);
        raw_object(p, in);
        return;
    }
    bool wanted = objects_wanted(p);
    uint32_t address = 0;
    for (unsigned i = 0; i < h->count; i++) {
        bool has_address = i == 0 || !h->sequence;
        if (bytes_left(&in) < octets + (has_address ? ADDRESS : 0)) {
            message_anomaly(p, A_OBJECTS_CUT);
            return;
        }
        address = has_address ? bytes_le24(&in) : address + 1;
        if (wanted)
            iec104_object(p, h->row, address, bytes_take(&in, octets));
        else
            bytes_skip(&in, octets);
        if (h->type == 125) bytes_skip(&in, bytes_left(&in)); /* the segment's own length says what is left */
    }
    if (!bytes_empty(&in) && h->count && octets + ADDRESS) message_anomaly(p, A_SURPLUS);
}
