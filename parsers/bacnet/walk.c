/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet's tagged data, walked along the shape of its service (ASHRAE 135-2020 clause 20.2). */
#include "parsers/bacnet/bacnet.h"

#include <stdio.h>

enum { DEPTH_AT_MOST = 16, DEVICE = 8, PRESENT_VALUE = 85, OBJECT_NAME = 77 };
enum application_tag {
    T_NULL,
    T_BOOLEAN,
    T_UNSIGNED,
    T_SIGNED,
    T_REAL,
    T_DOUBLE,
    T_OCTETS,
    T_TEXT,
    T_BITS,
    T_ENUM,
    T_DATE,
    T_TIME,
    T_OBJECT
};

struct tag {
    uint8_t number;
    bool context, opening, closing;
    uint32_t length; /* of a Boolean with application tag: its value */
};

/* Clause 20.2.1. */
static bool read_tag(struct bytes *in, struct tag *t)
{
    uint8_t first = bytes_u8(in);
    unsigned lvt = first & 7;
    *t = (struct tag){.number = first >> 4, .context = first & 8, .length = lvt};
    if (t->number == 15) t->number = bytes_u8(in);
    t->opening = t->context && lvt == 6;
    t->closing = t->context && lvt == 7;
    if (lvt == 5) {
        t->length = bytes_u8(in);
        if (t->length == 254)
            t->length = bytes_be16(in);
        else if (t->length == 255)
            t->length = bytes_be32(in);
    }
    return bytes_ok(in);
}

static uint64_t unsigned_of(struct bytes b) { return bytes_empty(&b) ? 0 : bytes_be(&b, bytes_left(&b)); }

static int64_t signed_of(struct bytes b)
{
    size_t n = bytes_left(&b);
    if (n == 0 || n > 8) return 0;
    unsigned shift = (unsigned)(64 - 8 * n);
    return (int64_t)(bytes_be(&b, n) << shift) >> shift;
}

/* Clause 20.2.9: the character set, of DBCS the code page, too, stands before the text. */
static struct bytes text_of(struct bytes b)
{
    uint8_t set = bytes_u8(&b);
    if (set == 1) bytes_skip(&b, 2);
    return b;
}

static void object_words(const struct bacnet_walk *w, char *out, size_t size)
{
    const char *type = bacnet_object_word(w->object_type), *property = bacnet_property_word(w->property);
    int n = 0;
    out[0] = 0;
    if (w->has_object)
        n = type ? snprintf(out, size, "%s %u", type, w->instance)
                 : snprintf(out, size, "object-type-%u %u", w->object_type, w->instance);
    if (n < 0 || (size_t)n >= size || !w->has_property) return;
    size_t at = (size_t)n;
    n = property ? snprintf(out + at, size - at, "%s%s", at ? " " : "", property)
                 : snprintf(out + at, size - at, "%sproperty-%u", at ? " " : "", w->property);
    if (n < 0 || at + (size_t)n >= size || !w->has_index) return;
    at += (size_t)n;
    snprintf(out + at, size - at, "[%u]", w->index);
}

static void tell_object(struct bacnet_walk *w)
{
    char words[128];
    w->untold = false;
    if (!wants_object(w->p) || (!w->has_object && !w->has_property)) return;
    object_words(w, words, sizeof words);
    message_object(w->p, "%s", words);
}

static void flush_object(struct bacnet_walk *w)
{
    if (w->untold) tell_object(w);
}

/* An identity from behind a router or BBMD is told for that device, by clause 6.2.2 and annex J.2.5. */
static void locate(struct bacnet_walk *w)
{
    const struct bacnet_route *r = w->route;
    if (w->located) return;
    w->located = true;
    if (!bytes_empty(&r->forwarded)) message_identity(w->p, IDENTITY_ADDRESS, r->forwarded);
    if (!r->routed) return;
    struct bytes mac = r->source;
    if (bytes_left(&mac) == 1)
        message_identity_format(w->p, IDENTITY_SLOT, "%u:%u", r->source_network, bytes_peek(&mac, 0));
    else
        message_identity_format(w->p, IDENTITY_SLOT, "%u", r->source_network);
}

static void identify_vendor(struct bacnet_walk *w, uint32_t vendor)
{
    const char *word = bacnet_vendor_word(vendor);
    locate(w);
    if (word)
        message_identity_format(w->p, IDENTITY_VENDOR, "%s", word);
    else
        message_identity_format(w->p, IDENTITY_VENDOR, "BACnet vendor %u", vendor);
}

/* Properties of the Device object, clause 12.11. */
static void identify_text(struct bacnet_walk *w, struct bytes text)
{
    static const struct {
        uint16_t property;
        uint8_t what;
    } known[] = {
        {44, IDENTITY_FIRMWARE}, {58, IDENTITY_LOCATION}, {70, IDENTITY_MODEL},
        {77, IDENTITY_NAME},     {121, IDENTITY_VENDOR},  {372, IDENTITY_SERIAL},
    };
    if (!w->answer || !w->has_object || w->object_type != DEVICE) return;
    for (unsigned i = 0; i < COUNT_OF(known); i++)
        if (known[i].property == w->property) {
            locate(w);
            message_identity(w->p, (enum identity)known[i].what, text);
        }
}

static void take_object(struct bacnet_walk *w, struct bytes content, unsigned kind)
{
    uint32_t id = bytes_be32(&content);
    if (!bytes_ok(&content)) {
        message_anomaly(w->p, A_TAG);
        return;
    }
    emit_uint(w->p, F_OBJECT_TYPE, id >> 22);
    emit_uint(w->p, F_INSTANCE, id & 0x3fffff);
    if (kind != S_OBJECT) return;
    flush_object(w);
    w->object_type = id >> 22;
    w->instance = id & 0x3fffff;
    w->has_object = w->untold = true;
    w->has_property = w->has_index = false;
    if (w->object_type == DEVICE && w->answer) message_unit(w->p, w->instance);
}

static void take_property(struct bacnet_walk *w, uint32_t property, bool of_value)
{
    emit_uint(w->p, F_PROPERTY, property);
    if (of_value) return;
    if (w->has_property) flush_object(w);
    w->property = property;
    w->has_property = w->untold = true;
    w->has_index = false;
}

static void take_error(struct bacnet_walk *w, unsigned kind, uint32_t number)
{
    if (kind == S_ERROR_CLASS) {
        emit_uint(w->p, F_ERROR_CLASS, number);
        return;
    }
    emit_uint(w->p, F_ERROR_CODE, number);
    w->error_code = number;
    w->has_error = true;
}

static void take_known(struct bacnet_walk *w, unsigned kind, struct bytes content, bool in_value)
{
    struct pdu *p = w->p;
    uint32_t number = (uint32_t)unsigned_of(content);
    switch (kind) {
    case S_OBJECT:
    case S_DEVICE:
        take_object(w, content, in_value ? S_DEVICE : kind);
        break;
    case S_PROPERTY:
        take_property(w, number, in_value);
        break;
    case S_INDEX:
        if (!in_value) w->index = number, w->has_index = true;
        break;
    case S_NAME:
        content = text_of(content);
        emit_text(p, F_OBJECT_NAME, content);
        if (wants_object(p)) message_object_text(p, content);
        break;
    case S_COMMUNICATION:
        emit_uint(p, F_COMMUNICATION, number);
        message_object(p, "communication");
        message_value_int(p, number);
        break;
    case S_REINITIALIZE:
        emit_uint(p, F_REINITIALIZE, number);
        message_object(p, "device");
        message_value_int(p, number);
        break;
    case S_PRIORITY:
        if (!in_value) emit_uint(p, F_PRIORITY, number);
        break;
    case S_VENDOR:
        emit_uint(p, F_VENDOR, number);
        if (w->answer) identify_vendor(w, number);
        break;
    case S_PROCESS:
        emit_uint(p, F_PROCESS, number);
        break;
    case S_LOW:
        emit_uint(p, F_LOW_LIMIT, number);
        break;
    case S_HIGH:
        emit_uint(p, F_HIGH_LIMIT, number);
        break;
    case S_ERROR_CLASS:
    case S_ERROR_CODE:
        take_error(w, kind, number);
        break;
    }
}

/* The value of the property in hand; `v` is empty of a Boolean and of Null. */
static void take_value(struct bacnet_walk *w, const struct tag *t, struct bytes v)
{
    struct pdu *p = w->p;
    bool present = w->property == PRESENT_VALUE, told = wants_object(p);
    if (told) tell_object(w);
    w->untold = false;
    switch ((enum application_tag)t->number) {
    case T_NULL:
        if (told) message_value_text(p, bytes_over("null", 4));
        break;
    case T_BOOLEAN:
        if (present) emit_uint(p, F_PV_BOOLEAN, t->length);
        if (told) message_value_int(p, t->length);
        break;
    case T_UNSIGNED:
    case T_ENUM:
        if (present) emit_uint(p, t->number == T_ENUM ? F_PV_ENUM : F_PV_UINT, unsigned_of(v));
        if (told) message_value_int(p, (int64_t)unsigned_of(v));
        break;
    case T_SIGNED:
        if (present) emit_int(p, F_PV_INT, signed_of(v));
        if (told) message_value_int(p, signed_of(v));
        break;
    case T_REAL:
    case T_DOUBLE: {
        double d = t->number == T_REAL ? (double)bytes_be_float(&v) : bytes_be_double(&v);
        if (present) emit_double(p, t->number == T_REAL ? F_PV_REAL : F_PV_DOUBLE, d);
        if (told) message_value_double(p, d);
        break;
    }
    case T_TEXT:
        v = text_of(v);
        if (present) emit_text(p, F_PV_TEXT, v);
        if (told) message_value_text(p, v);
        break;
    case T_OBJECT: {
        uint32_t id = (uint32_t)unsigned_of(v);
        const char *type = bacnet_object_word(id >> 22);
        char *text = told ? (char *)pdu_scratch(p, 48) : NULL;
        if (!text) break;
        int n = snprintf(text, 48, "%s %u", type ? type : "object", id & 0x3fffff);
        message_value_text(p, bytes_over(text, n > 0 && n < 48 ? (size_t)n : 0));
        break;
    }
    default:
        if (told) message_value_text(p, bytes_over("…", 3));
    }
}

static void take_application(struct bacnet_walk *w, const struct tag *t, struct bytes content, unsigned kind,
                             unsigned value_depth)
{
    if (value_depth == 1) take_value(w, t, content);
    if (t->number == T_OBJECT) {
        take_object(w, content, value_depth || kind == S_PLAIN ? S_DEVICE : kind);
        return;
    }
    if (value_depth && t->number == T_TEXT) {
        if (w->property == OBJECT_NAME) emit_text(w->p, F_OBJECT_NAME, text_of(content));
        identify_text(w, text_of(content));
    }
    if (kind != S_PLAIN) take_known(w, kind, content, value_depth != 0);
    enum { VENDOR_IDENTIFIER = 120 };
    if (value_depth == 1 && t->number == T_UNSIGNED && w->property == VENDOR_IDENTIFIER) {
        uint32_t vendor = (uint32_t)unsigned_of(content);
        if (w->answer) identify_vendor(w, vendor);
    }
}

static const struct shape_item *item_of(const struct shape *s, unsigned tag)
{
    for (unsigned i = 0; s && i < s->count; i++)
        if (s->items[i].tag == tag) return &s->items[i];
    return NULL;
}

/* `value_depth`: 0 outside a property value, 1 in it, more in what is nested there. */
static void level(struct bacnet_walk *w, struct bytes *in, const struct shape *shape, unsigned depth,
                  unsigned value_depth)
{
    unsigned position = 0;
    struct tag t;
    while (!bytes_empty(in) && read_tag(in, &t)) {
        if (t.closing) return;
        unsigned key = t.context ? t.number : APPLICATION(position++ & 0x7f);
        const struct shape_item *item = item_of(shape, key);
        unsigned kind = item ? item->kind : S_PLAIN;
        if (t.opening) {
            if (depth == DEPTH_AT_MOST) {
                message_anomaly(w->p, A_DEPTH);
                bytes_skip(in, bytes_left(in));
            } else if (kind == S_VALUE) {
                level(w, in, bacnet_property_shape(w->property, w->object_type), depth + 1, 1);
                if (!value_depth) flush_object(w);
            } else {
                level(w, in, item ? item->inner : NULL, depth + 1, value_depth ? value_depth + 1 : 0);
            }
            continue;
        }
        bool boolean = !t.context && t.number == T_BOOLEAN;
        struct bytes content = bytes_take(in, boolean ? 0 : t.length);
        if (!bytes_ok(in)) break;
        if (t.context) {
            if (kind != S_PLAIN) take_known(w, kind, content, value_depth != 0);
        } else {
            take_application(w, &t, content, kind, value_depth);
        }
    }
    if (!bytes_ok(in)) message_anomaly(w->p, A_TRUNCATED);
}

void bacnet_walk(struct bacnet_walk *w, struct bytes in, const struct shape *shape)
{
    while (!bytes_empty(&in)) level(w, &in, shape, 0, 0);
    flush_object(w);
}
