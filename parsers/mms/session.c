/* SPDX-License-Identifier: Apache-2.0 */
/* Down to the MMS PDU: session (ISO 8327-1), presentation (ISO 8823-1) and association control (ISO 8650-1), walked no
 * further than it takes to find user data, the presentation contexts of MMS, and a password. */
#include "parsers/mms/mms.h"

enum {
    SPDU_DATA = 1, /* and GIVE TOKENS, which goes before it */
    SPDU_FINISH = 9,
    SPDU_DISCONNECT = 10,
    SPDU_REFUSE = 12,
    SPDU_CONNECT = 13,
    SPDU_ACCEPT = 14,
    SPDU_ABORT = 25
};
enum { USER_DATA = 193, EXTENDED_USER_DATA = 194 };
enum { SIMPLY_ENCODED = 0x60, FULLY_ENCODED = 0x61 };
enum { AARQ = 0x60, AARE, RLRQ, RLRE, ABRT };

/* iso(1) standard(0) iso9506(9506) part(2) mms-abstract-syntax-version1(1) */
static bool is_mms_syntax(const struct bytes *oid) { return bytes_starts(oid, "\x28\xca\x22\x02\x01"); }

/* Clause 8.2.5: one octet, or 255 and two more. */
static size_t take_length(struct bytes *in)
{
    uint8_t length = bytes_u8(in);
    return length == 255 ? bytes_be16(in) : length;
}

/* ---- probe ------------------------------------------------------------------------------------------------------ */

/* 61 30 [06] 02 A0: one presentation data value; what it carries. */
static bool unwrap_pdv(struct bytes in, struct ber *value)
{
    struct ber outer, list, part;
    if (!ber_next(&in, &outer) || outer.id != FULLY_ENCODED) return false;
    if (!ber_next(&outer.content, &list) || list.id != BER_SEQUENCE) return false;
    while (ber_next(&list.content, &part))
        if (part.id == BER_CONSTRUCTED(0)) {
            *value = part;
            return true;
        }
    return false;
}

static enum verdict probe_data(struct bytes in)
{
    bytes_skip(&in, 4);
    struct ber value;
    if (!bytes_ok(&in) || !unwrap_pdv(in, &value)) return PROBE_NO;
    return mms_looks_like_pdu(value.content) ? PROBE_YES : PROBE_NO;
}

/* Does an association that begins here name the syntax of MMS? */
static bool names_mms(struct bytes in)
{
    while (bytes_left(&in) >= 7) {
        ptrdiff_t at = bytes_find(&in, BER_OID);
        if (at < 0) return false;
        bytes_skip(&in, (size_t)at + 2);
        if (is_mms_syntax(&in)) return true;
    }
    return false;
}

enum verdict mms_probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    uint8_t spdu = bytes_peek(&in, 0);
    if (bytes_starts(&in, "\1\0\1\0")) return probe_data(in);
    if (mms_looks_like_pdu(in)) return PROBE_YES;
    struct bytes rest = in;
    bytes_skip(&rest, 1);
    size_t length = take_length(&rest);
    if (!bytes_ok(&rest) || length != bytes_left(&rest)) return PROBE_NO;
    switch (spdu) {
    case SPDU_CONNECT:
    case SPDU_ACCEPT:
        return names_mms(rest) ? PROBE_YES : spdu == SPDU_ACCEPT ? PROBE_MAYBE : PROBE_NO;
    case SPDU_FINISH:
    case SPDU_DISCONNECT:
    case SPDU_REFUSE:
    case SPDU_ABORT:
        return length ? PROBE_MAYBE : PROBE_NO;
    default:
        return PROBE_NO;
    }
}

/* ---- association control -------------------------------------------------------------------------------------- */

static void parse_password(struct pdu *p, struct bytes content)
{
    struct ber value;
    if (!ber_find(content, BER_CONTEXT(0), &value)) return;
    emit_text(p, F_ACSE_PASSWORD, value.content);
    message_anomaly(p, A_CLEAR_PASSWORD);
}

/* AARQ to ABRT: user information is [30] SEQUENCE OF EXTERNAL, in which [0] holds the MMS PDU. */
static void parse_acse(struct pdu *p, const struct ber *apdu)
{
    enum { CALLING_PASSWORD = BER_CONSTRUCTED(12), USER_INFORMATION = BER_CONSTRUCTED(30), EXTERNAL = 0x28 };
    struct bytes content = apdu->content;
    struct ber element, external, value;
    while (ber_next(&content, &element)) {
        if (element.id == CALLING_PASSWORD && apdu->id == AARQ) parse_password(p, element.content);
        if (element.id != USER_INFORMATION) continue;
        while (ber_next(&element.content, &external))
            if (external.id == EXTERNAL && ber_find(external.content, BER_CONSTRUCTED(0), &value))
                mms_parse_pdu(p, value.content);
    }
}

/* ---- presentation --------------------------------------------------------------------------------------------- */

static bool carries_mms(const struct mms_state *state, uint64_t context)
{
    if (!state->contexts_known) return true;
    for (unsigned i = 0; i < state->context_count; i++)
        if (state->contexts[i] == context) return true;
    return false;
}

static void parse_value(struct pdu *p, uint64_t context, struct bytes content)
{
    struct bytes peek = content;
    struct ber apdu;
    if (!ber_next(&peek, &apdu)) return;
    if (apdu.id >= AARQ && apdu.id <= ABRT)
        parse_acse(p, &apdu);
    else if (carries_mms(p->state, context) && mms_looks_like_pdu(content))
        mms_parse_pdu(p, content);
}

/* Fully-encoded-data: a list of values, each with its presentation context; each is a message of its own. */
static void parse_fully_encoded(struct pdu *p, struct bytes content)
{
    struct ber list, part;
    bool spoke = false;
    while (ber_next(&content, &list)) {
        if (list.id != BER_SEQUENCE) continue;
        uint64_t context = 0;
        while (ber_next(&list.content, &part)) {
            if (part.id == BER_INTEGER) context = ber_uint(part.content);
            if (part.id != BER_CONSTRUCTED(0)) continue;
            if (spoke) message_next(p);
            parse_value(p, context, part.content);
            spoke = true;
        }
    }
    if (!bytes_ok(&content)) message_anomaly(p, A_BAD_ENCODING);
}

/* presentation-context-definition-list: SEQUENCE OF { id, abstract syntax, transfer syntaxes }. */
static void parse_contexts(struct pdu *p, struct bytes content)
{
    struct mms_state *state = p->state;
    struct ber item, id, syntax;
    state->contexts_known = true;
    state->context_count = 0;
    while (ber_next(&content, &item)) {
        if (!ber_next(&item.content, &id) || !ber_next(&item.content, &syntax)) continue;
        if (is_mms_syntax(&syntax.content) && state->context_count < COUNT_OF(state->contexts))
            state->contexts[state->context_count++] = (uint8_t)ber_uint(id.content);
    }
}

/* CP, CPA and CPR types: a SET whose [2] are the normal mode parameters. */
static void parse_presentation(struct pdu *p, struct bytes in)
{
    enum { NORMAL_MODE = BER_CONSTRUCTED(2), CONTEXT_LIST = BER_CONSTRUCTED(4) };
    struct ber element, parameters, part;
    if (!ber_next(&in, &element)) return;
    if (element.id == FULLY_ENCODED) parse_fully_encoded(p, element.content);
    if (element.id != BER_SET || !ber_find(element.content, NORMAL_MODE, &parameters)) return;
    while (ber_next(&parameters.content, &part)) {
        if (part.id == CONTEXT_LIST) parse_contexts(p, part.content);
        if (part.id == FULLY_ENCODED) parse_fully_encoded(p, part.content);
    }
}

/* ---- session ---------------------------------------------------------------------------------------------------- */

static void parse_session(struct pdu *p, uint8_t spdu, struct bytes parameters)
{
    message_operation(p, (uint32_t)MMS_OP_SESSION + spdu);
    emit_uint(p, F_SPDU_TYPE, spdu);
    if (spdu == SPDU_CONNECT && p->direction != TO_SERVER) pdu_direction(p, TO_SERVER);
    if (spdu == SPDU_ACCEPT && p->direction != TO_CLIENT) pdu_direction(p, TO_CLIENT);
    if (spdu == SPDU_REFUSE) message_status(p, STATUS_REFUSED, 0);
    while (bytes_left(&parameters) >= 2) {
        uint8_t code = bytes_u8(&parameters);
        struct bytes value = bytes_take_upto(&parameters, take_length(&parameters));
        if (code == USER_DATA || code == EXTENDED_USER_DATA) parse_presentation(p, value);
    }
}

void mms_parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (bytes_starts(&in, "\1\0\1\0")) { /* GIVE TOKENS and DATA TRANSFER, both without parameters */
        bytes_skip(&in, 4);
        struct ber element;
        if (ber_next(&in, &element) && element.id == FULLY_ENCODED)
            parse_fully_encoded(p, element.content);
        else
            message_anomaly(p, A_BAD_ENCODING);
        return;
    }
    if (mms_looks_like_pdu(in)) {
        mms_parse_pdu(p, in);
        message_anomaly(p, A_NO_SESSION);
        return;
    }
    uint8_t spdu = bytes_u8(&in);
    struct bytes parameters = bytes_take_upto(&in, take_length(&in));
    parse_session(p, spdu, parameters);
}
