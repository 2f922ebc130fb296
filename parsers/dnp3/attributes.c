/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 device attributes: what an outstation says it is (IEEE Std 1815-2012 annex A.1, group 0). */
#include "parsers/dnp3/dnp3.h"

enum attribute_type {
    TYPE_TEXT = 1,
    TYPE_UNSIGNED = 2,
    TYPE_SIGNED = 3,
    TYPE_FLOAT = 4,
    TYPE_OCTETS = 5,
    TYPE_BITS = 6,
    TYPE_TIME = 7,
    TYPE_LIST = 254,
    TYPE_EXTENDED_LIST = 255
};

static const struct {
    uint8_t variation, what;
} identities[] = {
    {242, IDENTITY_FIRMWARE}, {243, IDENTITY_HARDWARE}, {245, IDENTITY_LOCATION}, {246, IDENTITY_ORDER_NUMBER},
    {247, IDENTITY_NAME},     {248, IDENTITY_SERIAL},   {250, IDENTITY_MODEL},    {252, IDENTITY_VENDOR},
};

static void tell_identity(struct pdu *p, unsigned variation, struct bytes text)
{
    for (unsigned i = 0; i < COUNT_OF(identities); i++)
        if (identities[i].variation == variation) message_identity(p, (enum identity)identities[i].what, text);
}

static void number(struct pdu *p, unsigned type, struct bytes value)
{
    size_t n = bytes_left(&value);
    uint64_t bits = bytes_le(&value, n);
    unsigned width = n == 1 ? 0 : n == 2 ? 1 : 2;
    if (type == TYPE_UNSIGNED) {
        emit_uint(p, F_DA_UINT8 + width, bits);
        message_value_int(p, (int64_t)bits);
    } else if (type == TYPE_SIGNED) {
        int64_t v = n == 1 ? (int8_t)bits : n == 2 ? (int16_t)bits : (int32_t)bits;
        emit_int(p, F_DA_INT8 + width, v);
        message_value_int(p, v);
    } else {
        double v = n == 4 ? bytes_to_float((uint32_t)bits) : bytes_to_double(bits);
        emit_double(p, n == 4 ? F_DA_FLOAT : F_DA_DOUBLE, v);
        message_value_double(p, v);
    }
}

/* Of an undefined type nobody knows whether a length follows: one octet of it is passed over. */
static bool defined_type(uint8_t type) { return (type >= TYPE_TEXT && type <= TYPE_TIME) || type >= TYPE_LIST; }

bool dnp3_attribute(struct dnp3_walk *w, unsigned variation, uint32_t set, struct bytes *in)
{
    struct pdu *p = w->p;
    uint8_t type = bytes_u8(in);
    if (bytes_ok(in)) emit_uint(p, F_DA_TYPE, type);
    if (bytes_ok(in) && !defined_type(type)) {
        message_anomaly(p, A_ATTRIBUTE);
        return true;
    }
    uint8_t length = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_DA_LENGTH, length);
    size_t octets = type == TYPE_EXTENDED_LIST ? length + 256u : length;
    bool whole = octets <= bytes_left(in);
    struct bytes value = bytes_take_upto(in, octets);
    if (!whole) {
        message_anomaly(p, A_OBJECT_CUT);
        return false;
    }
    if (wants_object(p)) message_object(p, set ? "Attribute %u set %u" : "Attribute %u", variation, set);
    bool integer = length == 1 || length == 2 || length == 4;
    if (type == TYPE_TEXT) {
        emit_text(p, F_DA_TEXT, value);
        message_value_text(p, value);
        if (set == 0) tell_identity(p, variation, bytes_trimmed(value));
    } else if (((type == TYPE_UNSIGNED || type == TYPE_SIGNED) && integer) ||
               (type == TYPE_FLOAT && (length == 4 || length == 8))) {
        number(p, type, value);
    } else if (type == TYPE_TIME && length == 6) {
        uint64_t milliseconds = bytes_le(&value, 6);
        dnp3_emit_time(p, milliseconds);
        message_value_int(p, (int64_t)milliseconds);
    } else {
        message_value_text(p, bytes_over(NULL, 0));
        if (type < TYPE_OCTETS || type == TYPE_TIME) message_anomaly(p, A_ATTRIBUTE);
    }
    return true;
}
