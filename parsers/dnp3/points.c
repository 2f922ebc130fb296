/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3 points: flags, values, control blocks and times of single objects (IEEE Std 1815-2012 annex A). */
#include "parsers/dnp3/dnp3.h"

#include <stdio.h>
#include <time.h>

/* What an engineer calls the points of a group. */
static const char *const point_names[] = {
    [1] = "BI",
    [2] = "BI",
    [3] = "DBBI",
    [4] = "DBBI",
    [10] = "BO",
    [11] = "BO",
    [12] = "BO",
    [13] = "BO",
    [20] = "Counter",
    [21] = "Frozen counter",
    [22] = "Counter",
    [23] = "Frozen counter",
    [30] = "AI",
    [31] = "Frozen AI",
    [32] = "AI",
    [33] = "Frozen AI",
    [34] = "AI deadband",
    [40] = "AO",
    [41] = "AO",
    [42] = "AO",
    [43] = "AO",
    [80] = "IIN",
    [110] = "String",
    [111] = "String",
    [112] = "Virtual terminal",
    [113] = "Virtual terminal",
};

void dnp3_object_title(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index)
{
    unsigned group = o->code >> 8;
    if (!wants_object(w->p)) return;
    if (group < COUNT_OF(point_names) && point_names[group])
        message_object(w->p, "%s %u", point_names[group], index);
    else
        message_object(w->p, "g%uv%u %u", group, o->code & 0xff, index);
}

static void value_text(struct pdu *p, const char *text) { message_value_text(p, bytes_over(text, strlen(text))); }

void dnp3_bit_point(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, unsigned value)
{
    emit_uint(w->p, o->shape == SHAPE_TWO ? F_TWO_BIT : F_BIT, value);
    dnp3_object_title(w, o, index);
    message_value_int(w->p, value);
}

struct flag_bit {
    uint8_t bit, field;
};
static const struct flag_bit bi_bits[] = {{7, F_BI_STATE}, {5, F_BI_CHATTER}, {4, F_BI_LOCAL}, {3, F_BI_REMOTE},
                                          {2, F_BI_COMM},  {1, F_BI_RESTART}, {0, F_BI_ONLINE}};
static const struct flag_bit bo_bits[] = {{7, F_BO_STATE}, {4, F_BO_LOCAL},   {3, F_BO_REMOTE},
                                          {2, F_BO_COMM},  {1, F_BO_RESTART}, {0, F_BO_ONLINE}};
static const struct flag_bit ctr_bits[] = {{6, F_CTR_DISCONTINUITY}, {5, F_CTR_ROLLOVER}, {0, F_CTR_ONLINE}};
static const struct flag_bit ai_bits[] = {{6, F_AI_REFERENCE}, {5, F_AI_OVER_RANGE}, {4, F_AI_LOCAL},
                                          {3, F_AI_REMOTE},    {2, F_AI_COMM},       {0, F_AI_ONLINE}};
static const struct flag_bit ao_bits[] = {{0, F_AO_ONLINE}};

/* The field of the whole octet, those of its bits behind it. */
static const struct {
    uint8_t field, count;
    const struct flag_bit *bits;
} flags_of[] = {
    [FAMILY_BI] = {F_BI_FLAGS, COUNT_OF(bi_bits), bi_bits}, [FAMILY_DBBI] = {F_BI_FLAGS, COUNT_OF(bi_bits), bi_bits},
    [FAMILY_BO] = {F_BO_FLAGS, COUNT_OF(bo_bits), bo_bits}, [FAMILY_CTR] = {F_CTR_FLAGS, COUNT_OF(ctr_bits), ctr_bits},
    [FAMILY_AI] = {F_AI_FLAGS, COUNT_OF(ai_bits), ai_bits}, [FAMILY_AO] = {F_AO_FLAGS, COUNT_OF(ao_bits), ao_bits},
};

static void emit_flags(struct pdu *p, unsigned family, uint8_t flags)
{
    unsigned first = flags_of[family].field;
    if (!wants_bits(p, first, flags_of[family].count + 1u, flags)) return;
    emit_uint(p, first, flags);
    for (const struct flag_bit *b = flags_of[family].bits, *end = b + flags_of[family].count; b < end; b++)
        if (wants(p, b->field)) emit_uint(p, b->field, flags >> b->bit & 1);
}

static void emit_control_status(struct dnp3_walk *w, uint8_t octet)
{
    uint8_t status = octet & 0x7f;
    emit_uint(w->p, F_CONTROL_STATUS, status);
    if (w->function == FC_RESPONSE && status) message_status(w->p, STATUS_REFUSED, status);
}

/* The first octet of binary inputs and outputs holds the state itself; of command events, the control status. */
static void read_flags(struct dnp3_walk *w, const struct dnp3_object *o, uint8_t flags)
{
    switch (o->family) {
    case FAMILY_EVENT:
        emit_control_status(w, flags);
        if (o->number == NO_NUMBER) {
            emit_uint(w->p, F_COMMANDED, flags >> 7);
            message_value_int(w->p, flags >> 7);
        }
        return;
    case FAMILY_DBBI:
        emit_flags(w->p, FAMILY_DBBI, flags);
        emit_uint(w->p, F_TWO_BIT, flags >> 6);
        message_value_int(w->p, flags >> 6);
        return;
    default:
        emit_flags(w->p, o->family, flags);
        if (o->number == NO_NUMBER) message_value_int(w->p, flags >> 7);
    }
}

static void read_integer(struct dnp3_walk *w, const struct dnp3_object *o, int32_t v, uint32_t unsigned_v)
{
    struct pdu *p = w->p;
    if (o->family == FAMILY_CTR) {
        emit_uint(p, F_CNT, unsigned_v);
        message_value_int(p, unsigned_v);
        return;
    }
    emit_int(p, o->family == FAMILY_AI ? F_ANA_INT : F_ANAOUT_INT, v);
    message_value_int(p, v);
}

static bool read_number(struct dnp3_walk *w, const struct dnp3_object *o, struct bytes *in)
{
    static const uint8_t octets[] = {
        [NO_NUMBER] = 0, [NUMBER_16] = 2, [NUMBER_32] = 4, [NUMBER_FLOAT] = 4, [NUMBER_DOUBLE] = 8};
    bool input = o->family == FAMILY_AI;
    uint64_t bits = bytes_le(in, octets[o->number]);
    if (!bytes_ok(in)) return false;
    switch ((enum number)o->number) {
    case NUMBER_16:
        read_integer(w, o, (int16_t)bits, (uint32_t)bits);
        break;
    case NUMBER_32:
        read_integer(w, o, (int32_t)bits, (uint32_t)bits);
        break;
    case NUMBER_FLOAT:
        emit_double(w->p, input ? F_ANA_FLOAT : F_ANAOUT_FLOAT, bytes_to_float((uint32_t)bits));
        message_value_double(w->p, bytes_to_float((uint32_t)bits));
        break;
    case NUMBER_DOUBLE:
        emit_double(w->p, input ? F_ANA_DOUBLE : F_ANAOUT_DOUBLE, bytes_to_double(bits));
        message_value_double(w->p, bytes_to_double(bits));
        break;
    case NO_NUMBER:
        break;
    }
    return true;
}

/* Milliseconds since 1970, 48 bits; what a 64-bit count of nanoseconds cannot hold is cut. */
void dnp3_emit_time(struct pdu *p, uint64_t milliseconds)
{
    const uint64_t most = UINT64_MAX / 1000000;
    emit_uint(p, F_TIMESTAMP, (milliseconds < most ? milliseconds : most) * 1000000);
}

static bool read_time(struct dnp3_walk *w, const struct dnp3_object *o, struct bytes *in)
{
    if (o->time == NO_TIME) return true;
    uint64_t time = bytes_le(in, o->time == TIME_48 ? 6 : 2);
    if (!bytes_ok(in)) return false;
    if (o->time == TIME_48)
        dnp3_emit_time(w->p, time);
    else
        emit_double(w->p, F_RELATIVE_TIME, (double)time / 1000.0);
    return true;
}

static bool flagged_point(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, struct bytes *in)
{
    if (bytes_left(in) < o->size && !(bytes_left(in) && o->parts & HAS_FLAGS)) return bytes_skip(in, o->size), false;
    dnp3_object_title(w, o, index);
    if (o->parts & HAS_FLAGS) read_flags(w, o, bytes_u8(in));
    if (!read_number(w, o, in)) return false;
    if (o->parts & HAS_STATUS) {
        uint8_t status = bytes_u8(in);
        if (!bytes_ok(in)) return false;
        emit_control_status(w, status);
    }
    return read_time(w, o, in);
}

static void crob_value(struct pdu *p, uint8_t code, uint8_t count, uint32_t on, uint32_t off)
{
    static const char *const operations[16] = {"NUL", "PULSE_ON", "PULSE_OFF", "LATCH_ON", "LATCH_OFF"};
    static const char *const trips[4] = {"", " CLOSE", " TRIP", " RESERVED"};
    enum { ROOM = 80 };
    char *text = (char *)pdu_scratch(p, ROOM);
    if (!text) return;
    const char *operation = operations[code & 15] ? operations[code & 15] : "UNDEFINED";
    if (operation == operations[1] || operation == operations[2])
        snprintf(text, ROOM, "%s%s x%u, %u ms / %u ms", operation, trips[code >> 6], count, on, off);
    else
        snprintf(text, ROOM, "%s%s", operation, trips[code >> 6]);
    value_text(p, text);
}

/* A.8.1: control code, count, on-time, off-time, status; told octet by octet for one that is cut short. */
static bool control_block(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, struct bytes *in)
{
    struct pdu *p = w->p;
    struct bytes start = *in;
    uint8_t code = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_CONTROL_OP, code & 15);
    emit_uint(p, F_CONTROL_CLEAR, code >> 4 & 3);
    emit_uint(p, F_CONTROL_TRIP, code >> 6);
    if ((code & 15) > 4 || code >> 6 == 3) message_anomaly(p, A_CONTROL_CODE);
    uint8_t count = bytes_u8(in);
    if (bytes_ok(in)) emit_uint(p, F_CONTROL_COUNT, count);
    uint32_t on = bytes_le32(in);
    if (bytes_ok(in)) emit_uint(p, F_ON_TIME, on);
    uint32_t off = bytes_le32(in);
    if (bytes_ok(in)) emit_uint(p, F_OFF_TIME, off);
    uint8_t status = bytes_u8(in);
    if (bytes_ok(in)) emit_control_status(w, status);
    if (wants_object(p) && bytes_left(&start)) {
        dnp3_object_title(w, o, index);
        crob_value(p, code, count, on, off);
    }
    return bytes_ok(in);
}

static void time_text(struct dnp3_walk *w, uint64_t milliseconds)
{
    enum { ROOM = 40 };
    if (!wants_object(w->p)) return;
    char *text = (char *)pdu_scratch(w->p, ROOM);
    time_t seconds = (time_t)(milliseconds / 1000);
    struct tm t;
    if (!text || !gmtime_r(&seconds, &t)) return;
    snprintf(text, ROOM, "%04d-%02d-%02d %02d:%02d:%02d.%03u", t.tm_year + 1900, t.tm_mon + 1, t.tm_mday, t.tm_hour,
             t.tm_min, t.tm_sec, (unsigned)(milliseconds % 1000));
    message_object(w->p, "Time");
    value_text(w->p, text);
}

/* Groups 50 and 51: a time, then for variations 2 and 4 of group 50 the interval. */
static bool time_object(struct dnp3_walk *w, const struct dnp3_object *o, struct bytes *in)
{
    uint64_t milliseconds = bytes_le(in, 6);
    if (!bytes_ok(in)) return false;
    dnp3_emit_time(w->p, milliseconds);
    time_text(w, milliseconds);
    if (o->size >= 10) emit_uint(w->p, F_INTERVAL, bytes_le32(in));
    bytes_skip(in, o->size > 10 ? o->size - 10u : 0);
    return bytes_ok(in);
}

bool dnp3_point(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, struct bytes *in)
{
    switch ((enum shape)o->shape) {
    case SHAPE_POINT:
        return flagged_point(w, o, index, in);
    case SHAPE_CROB:
        return control_block(w, o, index, in);
    case SHAPE_TIME:
        return time_object(w, o, in);
    case SHAPE_DELAY: {
        /* A.26: the coarse delay counts seconds, the fine one milliseconds. */
        unsigned delay = bytes_le16(in);
        if (bytes_ok(in)) emit_uint(w->p, F_TIME_DELAY, (o->code & 0xff) == 1 ? delay * 1000 : delay);
        return bytes_ok(in);
    }
    default:
        return false;
    }
}
