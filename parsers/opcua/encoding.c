/* SPDX-License-Identifier: Apache-2.0 */
/* OPC UA binary encoding: built-in types, and structures walked along their tables (OPC 10000-6 clause 5.2). */
#include "parsers/opcua/opcua.h"

#include <stdio.h>

enum { DEPTH_AT_MOST = 16, ATTRIBUTE_VALUE = 13, VALUES_TOLD = 16 };

/* Clause 5.2.2.4: length -1 is null. */
static struct bytes string(struct bytes *in)
{
    int32_t length = (int32_t)bytes_le32(in);
    return length > 0 ? bytes_take(in, (size_t)length) : bytes_over(NULL, 0);
}

struct node {
    uint8_t form; /* of clause 5.2.2.9 */
    uint16_t space;
    uint32_t numeric;
    struct bytes text;
};

static struct node node_id(struct bytes *in, bool expanded)
{
    struct node n = {0};
    uint8_t mask = bytes_u8(in);
    n.form = mask & 0x3f;
    if (n.form == 0)
        n.numeric = bytes_u8(in);
    else
        n.space = n.form == 1 ? bytes_u8(in) : bytes_le16(in);
    if (n.form == 1) n.numeric = bytes_le16(in);
    if (n.form == 2) n.numeric = bytes_le32(in);
    if (n.form == 3 || n.form == 5) n.text = string(in);
    if (n.form == 4) n.text = bytes_take(in, 16);
    if (n.form > 5) in->bad = true;
    if (expanded && mask & 0x80) string(in);
    if (expanded && mask & 0x40) bytes_skip(in, 4);
    return n;
}

uint32_t opcua_type_id(struct bytes *in)
{
    struct node n = node_id(in, true);
    return bytes_ok(in) && n.form <= 2 && n.space == 0 ? n.numeric : 0;
}

/* Clause 5.3.1.10: ns=1;i=2. Returns the length written. */
static size_t node_words(const struct node *n, char *out, size_t size)
{
    int at = n->space ? snprintf(out, size, "ns=%u;", n->space) : 0, more;
    if (at < 0 || (size_t)at >= size) return size - 1; /* cut */
    size_t room = size - (size_t)at;
    if (n->form <= 2)
        more = snprintf(out + at, room, "i=%u", n->numeric);
    else if (n->form == 3)
        more = snprintf(out + at, room, "s=%.*s", (int)(bytes_left(&n->text) < 512 ? bytes_left(&n->text) : 512),
                        n->text.at ? (const char *)n->text.at : "");
    else
        more = snprintf(out + at, room, "%s", n->form == 4 ? "g=…" : "b=…");
    size_t all = (size_t)at + (size_t)(more > 0 ? more : 0);
    return all < size ? all : size - 1;
}

static void tell_object(struct opcua_walk *w)
{
    w->untold = false;
    if (!wants_object(w->p)) return;
    if (w->attribute == ATTRIBUTE_VALUE || !w->attribute)
        message_object(w->p, "%s", w->object);
    else
        message_object(w->p, "%s@%u", w->object, w->attribute);
}

void opcua_flush_object(struct opcua_walk *w)
{
    if (w->untold) tell_object(w);
}

static void take_node(struct opcua_walk *w, const struct member *m)
{
    struct node n = node_id(&w->in, m->kind == M_EXPANDED_NODE);
    if (!bytes_ok(&w->in)) return;
    emit_uint(w->p, F_NODE_NS, n.space);
    if (n.form <= 2)
        emit_uint(w->p, F_NODE_NUMERIC, n.numeric);
    else if (n.form == 3)
        emit_text(w->p, F_NODE_STRING, n.text);
    if (m->meaning != MEANS_OBJECT && m->meaning != MEANS_METHOD) return;
    size_t at = 0;
    if (m->meaning == MEANS_METHOD && w->object_length + 2u < sizeof w->object) {
        at = w->object_length;
        w->object[at++] = '.';
    } else {
        opcua_flush_object(w);
        w->attribute = 0;
    }
    w->object_length = (uint16_t)(at + node_words(&n, w->object + at, sizeof w->object - at));
    w->untold = true;
    if (!w->first_length) {
        w->first_length = (uint8_t)(w->object_length < sizeof w->first ? w->object_length : sizeof w->first);
        memcpy(w->first, w->object, w->first_length);
    }
}

/* ---- values ---- */

/* Before each value: the node it belongs to. False when it is not to be told. */
static bool value_of(struct opcua_walk *w, const struct member *m)
{
    if (!m->meaning || !wants_object(w->p) || w->answers >= VALUES_TOLD) return false;
    if (m->meaning == MEANS_ANSWER && w->answers)
        message_object(w->p, "#%u", w->answers);
    else if (w->object_length)
        tell_object(w);
    else
        message_object(w->p, "#%u", w->answers);
    w->untold = false;
    return true;
}

static void take_variant(struct opcua_walk *w, const struct member *m, unsigned depth);
static void take_data_value(struct opcua_walk *w, const struct member *m, unsigned depth);
static void take_extension(struct opcua_walk *w, unsigned depth);
static void take_diagnostic(struct opcua_walk *w, unsigned depth);

static void localized_text(struct bytes *in, struct bytes *text)
{
    uint8_t mask = bytes_u8(in);
    *text = bytes_over(NULL, 0);
    if (mask & 1) string(in);
    if (mask & 2) *text = string(in);
}

enum builtin {
    V_NULL,
    V_BOOLEAN,
    V_SBYTE,
    V_BYTE,
    V_INT16,
    V_UINT16,
    V_INT32,
    V_UINT32,
    V_INT64,
    V_UINT64,
    V_FLOAT,
    V_DOUBLE,
    V_STRING,
    V_DATE_TIME,
    V_GUID,
    V_BYTE_STRING,
    V_XML,
    V_NODE,
    V_EXPANDED_NODE,
    V_STATUS,
    V_QUALIFIED_NAME,
    V_LOCALIZED_TEXT,
    V_EXTENSION,
    V_DATA_VALUE,
    V_VARIANT,
    V_DIAGNOSTIC,
    V_COUNT
};

static void take_number(struct opcua_walk *w, const struct member *m, unsigned type)
{
    static const uint8_t width[] = {[V_BOOLEAN] = 1, [V_SBYTE] = 1,  [V_BYTE] = 1,      [V_INT16] = 2,  [V_UINT16] = 2,
                                    [V_INT32] = 4,   [V_UINT32] = 4, [V_INT64] = 8,     [V_UINT64] = 8, [V_FLOAT] = 4,
                                    [V_DOUBLE] = 8,  [V_STRING] = 0, [V_DATE_TIME] = 8, [V_GUID] = 0,   [V_STATUS] = 4};
    unsigned n = width[type], shift = 64 - 8 * n;
    uint64_t v = bytes_le(&w->in, n);
    if (!n || !bytes_ok(&w->in) || !value_of(w, m)) return; /* texts are none */
    bool is_signed = type == V_SBYTE || type == V_INT16 || type == V_INT32 || type == V_INT64;
    if (type == V_FLOAT)
        message_value_double(w->p, (double)bytes_to_float((uint32_t)v));
    else if (type == V_DOUBLE)
        message_value_double(w->p, bytes_to_double(v));
    else
        message_value_int(w->p, is_signed ? (int64_t)(v << shift) >> shift : (int64_t)v);
}

static void take_text(struct opcua_walk *w, const struct member *m, struct bytes text)
{
    if (bytes_ok(&w->in) && value_of(w, m)) message_value_text(w->p, text);
}

static void take_builtin(struct opcua_walk *w, const struct member *m, unsigned type, unsigned depth)
{
    static const struct member node = {M_NODE, NO_FIELD, MEANS_NOTHING, false, NULL};
    static const struct member expanded = {M_EXPANDED_NODE, NO_FIELD, MEANS_NOTHING, false, NULL};
    struct bytes text;
    switch ((enum builtin)type) {
    case V_STRING:
    case V_XML:
        take_text(w, m, string(&w->in));
        break;
    case V_BYTE_STRING:
        string(&w->in);
        take_text(w, m, bytes_over("…", 3));
        break;
    case V_GUID:
        bytes_skip(&w->in, 16);
        break;
    case V_NODE:
        take_node(w, &node);
        break;
    case V_EXPANDED_NODE:
        take_node(w, &expanded);
        break;
    case V_QUALIFIED_NAME:
        bytes_skip(&w->in, 2);
        take_text(w, m, string(&w->in));
        break;
    case V_LOCALIZED_TEXT:
        localized_text(&w->in, &text);
        take_text(w, m, text);
        break;
    case V_EXTENSION:
        take_extension(w, depth);
        break;
    case V_DATA_VALUE:
        take_data_value(w, m, depth);
        break;
    case V_VARIANT:
        take_variant(w, m, depth);
        break;
    case V_DIAGNOSTIC:
        take_diagnostic(w, depth);
        break;
    case V_NULL:
    case V_COUNT:
        break;
    default:
        take_number(w, m, type);
    }
}

static bool too_deep(struct opcua_walk *w, unsigned depth)
{
    if (depth < DEPTH_AT_MOST) return false;
    message_anomaly(w->p, A_DEPTH);
    w->in.bad = true;
    return true;
}

/* Elements of an array that can be there at all: each needs one octet. */
static uint32_t array_count(struct opcua_walk *w)
{
    int32_t count = (int32_t)bytes_le32(&w->in);
    if (count <= 0) return 0;
    if ((size_t)count > bytes_left(&w->in)) {
        message_anomaly(w->p, A_ARRAY);
        w->in.bad = true;
        return 0;
    }
    return (uint32_t)count;
}

/* Clause 5.2.2.16. */
static void take_variant(struct opcua_walk *w, const struct member *m, unsigned depth)
{
    uint8_t mask = bytes_u8(&w->in), type = mask & 0x3f;
    if (!bytes_ok(&w->in) || too_deep(w, depth)) return;
    if (type >= V_COUNT) type = V_BYTE_STRING; /* clause 5.2.2.16: reserved ids are to be taken so */
    if (!(mask & 0x80)) {
        take_builtin(w, m, type, depth + 1);
        return;
    }
    uint32_t count = array_count(w);
    if (type == V_NULL) count = 0;
    for (uint32_t i = 0; i < count && bytes_ok(&w->in); i++) take_builtin(w, m, type, depth + 1);
    if (mask & 0x40) bytes_skip(&w->in, 4 * (size_t)array_count(w));
}

static void take_result(struct opcua_walk *w, const struct member *m, uint32_t status)
{
    if (m->meaning == MEANS_RESULT && status >> 30 == 2 && !w->worst) w->worst = status;
}

/* Clause 5.2.2.17. */
static void take_data_value(struct opcua_walk *w, const struct member *m, unsigned depth)
{
    uint8_t mask = bytes_u8(&w->in);
    if (too_deep(w, depth)) return;
    if (mask & 1) take_variant(w, m, depth + 1);
    if (mask & 2) {
        uint32_t status = bytes_le32(&w->in);
        if (bytes_ok(&w->in)) emit_uint(w->p, F_STATUS_CODE, status);
    }
    bytes_skip(&w->in, (mask & 4 ? 8u : 0) + (mask & 8 ? 8u : 0) + (mask & 16 ? 2u : 0) + (mask & 32 ? 2u : 0));
    if (m->meaning == MEANS_ANSWER) w->answers++;
}

/* Clause 5.2.2.12. */
static void take_diagnostic(struct opcua_walk *w, unsigned depth)
{
    uint8_t mask = bytes_u8(&w->in);
    if (too_deep(w, depth)) return;
    for (unsigned bit = 1; bit <= 8; bit <<= 1)
        if (mask & bit) bytes_skip(&w->in, 4);
    if (mask & 0x10) string(&w->in);
    if (mask & 0x20) bytes_skip(&w->in, 4);
    if (mask & 0x40) take_diagnostic(w, depth + 1);
}

/* Clause 5.2.2.15: unknown bodies are passed over by their length. */
static void take_extension(struct opcua_walk *w, unsigned depth)
{
    uint32_t type = opcua_type_id(&w->in);
    uint8_t mask = bytes_u8(&w->in);
    if (too_deep(w, depth) || !(mask & 3)) return;
    struct bytes body = string(&w->in);
    const struct member *known = mask & 1 ? opcua_extension(type) : NULL;
    if (!bytes_ok(&w->in) || !known) return;
    struct bytes rest = w->in;
    w->in = body;
    opcua_structure(w, known, depth + 1);
    w->in = rest;
}

/* ---- structures ---- */

static void mean_text(struct opcua_walk *w, unsigned meaning, struct bytes text)
{
    struct pdu *p = w->p;
    switch (meaning) {
    case MEANS_APPLICATION_NAME:
        if (!w->sender_is_described || w->identified) break;
        message_identity(p, IDENTITY_NAME, text);
        w->identified = true;
        break;
    case MEANS_PRODUCT:
        if (w->sender_is_described && !w->identified) message_identity(p, IDENTITY_MODEL, text);
        break;
    case MEANS_MANUFACTURER:
        message_identity(p, IDENTITY_VENDOR, text);
        break;
    case MEANS_MODEL:
        message_identity(p, IDENTITY_MODEL, text);
        break;
    case MEANS_FIRMWARE:
        message_identity(p, IDENTITY_FIRMWARE, text);
        break;
    case MEANS_USER:
        message_identity(p, IDENTITY_USER, text);
        w->user = true;
        break;
    case MEANS_ENCRYPTION: /* OPC 10000-4 clause 7.40.4: null when the password is not encrypted */
        w->clear_password = bytes_empty(&text);
        break;
    case MEANS_OBJECT:
        if (!wants_object(p)) break;
        message_object_text(p, text);
        break;
    default:
        break;
    }
}

/* A notification names its item by the handle the client gave it. */
static void take_item(struct opcua_walk *w, uint32_t handle)
{
    opcua_flush_object(w);
    w->object_length = (uint16_t)snprintf(w->object, sizeof w->object, "item %u", handle);
    w->untold = true;
}

static void take_member(struct opcua_walk *w, const struct member *m, unsigned depth)
{
    static const uint8_t width[] = {[M_BOOLEAN] = 1, [M_BYTE] = 1, [M_UINT16] = 2, [M_UINT32] = 4, [M_UINT64] = 8};
    struct bytes *in = &w->in, text;
    uint64_t number;
    switch ((enum member_kind)m->kind) {
    case M_BOOLEAN:
    case M_BYTE:
    case M_UINT16:
    case M_UINT32:
    case M_UINT64:
        number = bytes_le(in, width[m->kind]);
        if (!bytes_ok(in)) break;
        if (m->field != NO_FIELD) emit_uint(w->p, m->field, number);
        if (m->meaning == MEANS_ATTRIBUTE) w->attribute = (uint32_t)number;
        if (m->meaning == MEANS_OBJECT) take_item(w, (uint32_t)number);
        take_result(w, m, (uint32_t)number);
        break;
    case M_STRING:
    case M_BYTES:
        text = string(in);
        if (!bytes_ok(in)) break;
        if (m->field != NO_FIELD && m->kind == M_STRING) emit_text(w->p, m->field, text);
        if (m->field != NO_FIELD && m->kind == M_BYTES) emit_bytes(w->p, m->field, text);
        mean_text(w, m->meaning, text);
        break;
    case M_NODE:
    case M_EXPANDED_NODE:
        take_node(w, m);
        break;
    case M_QUALIFIED_NAME:
        bytes_skip(in, 2);
        string(in);
        break;
    case M_LOCALIZED_TEXT:
        localized_text(in, &text);
        if (bytes_ok(in)) mean_text(w, m->meaning, text);
        break;
    case M_EXTENSION:
        take_extension(w, depth + 1);
        break;
    case M_DATA_VALUE:
        take_data_value(w, m, depth + 1);
        break;
    case M_VARIANT:
        take_variant(w, m, depth + 1);
        break;
    case M_DIAGNOSTIC:
        take_diagnostic(w, depth + 1);
        break;
    case M_STRUCT:
        opcua_structure(w, m->inner, depth + 1);
        break;
    case M_END:
        break;
    }
}

void opcua_structure(struct opcua_walk *w, const struct member *members, unsigned depth)
{
    if (too_deep(w, depth)) return;
    for (const struct member *m = members; m->kind != M_END && bytes_ok(&w->in); m++) {
        uint32_t count = m->array ? array_count(w) : 1;
        for (uint32_t i = 0; i < count && bytes_ok(&w->in); i++) take_member(w, m, depth);
    }
}
