/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 secure authentication objects (IEEE Std 1815-2012 clause 7 and annex A.45, group 120). */
#include "parsers/dnp3/dnp3.h"

/* Leading fields of each variation, in order: what is after them is keys, MACs and challenge data. */
enum part {
    PART_END,
    PART_SEQUENCE,
    PART_USER,
    PART_MAC,
    PART_KEY_WRAP,
    PART_KEY_STATUS,
    PART_REASON,
    PART_ERROR,
    PART_ASSOCIATION,
    PART_TIME,
    PART_ERROR_TEXT
};
static const uint8_t parts_of[16][7] = {
    [1] = {PART_SEQUENCE, PART_USER, PART_MAC, PART_REASON},
    [2] = {PART_SEQUENCE, PART_USER},
    [3] = {PART_SEQUENCE, PART_USER},
    [4] = {PART_USER},
    [5] = {PART_SEQUENCE, PART_USER, PART_KEY_WRAP, PART_KEY_STATUS, PART_MAC},
    [6] = {PART_SEQUENCE, PART_USER},
    [7] = {PART_SEQUENCE, PART_USER, PART_ASSOCIATION, PART_ERROR, PART_TIME, PART_ERROR_TEXT},
};

static void part(struct pdu *p, enum part which, struct bytes *in)
{
    switch (which) {
    case PART_SEQUENCE:
        emit_uint(p, F_SA_SEQUENCE, bytes_le32(in));
        break;
    case PART_USER:
        emit_uint(p, F_SA_USER, bytes_le16(in));
        break;
    case PART_MAC:
        emit_uint(p, F_SA_MAC_ALGORITHM, bytes_u8(in));
        break;
    case PART_KEY_WRAP:
        emit_uint(p, F_SA_KEY_WRAP, bytes_u8(in));
        break;
    case PART_KEY_STATUS:
        emit_uint(p, F_SA_KEY_STATUS, bytes_u8(in));
        break;
    case PART_REASON:
        emit_uint(p, F_SA_REASON, bytes_u8(in));
        break;
    case PART_ERROR:
        emit_uint(p, F_SA_ERROR, bytes_u8(in));
        break;
    case PART_ASSOCIATION:
        bytes_skip(in, 2);
        break;
    case PART_TIME:
        dnp3_emit_time(p, bytes_le(in, 6));
        break;
    case PART_ERROR_TEXT: {
        struct bytes text = bytes_take_upto(in, bytes_le16(in));
        emit_text(p, F_SA_ERROR_TEXT, text);
        break;
    }
    case PART_END:
        break;
    }
}

bool dnp3_security(struct dnp3_walk *w, unsigned variation, struct bytes *in)
{
    const uint8_t *parts = parts_of[variation & 15];
    if (bytes_empty(in)) return false;
    for (unsigned i = 0; i < sizeof parts_of[0] && parts[i] && bytes_ok(in); i++) part(w->p, (enum part)parts[i], in);
    if (!bytes_ok(in)) message_anomaly(w->p, A_OBJECT_CUT);
    if (variation == 7) message_status(w->p, STATUS_REFUSED, STATUS_OF_IIN | 0x04);
    /* Of fixed length, so that what follows can be found without a size: aggressive mode and key status requests. */
    return bytes_ok(in) && (variation == 3 || variation == 4);
}
