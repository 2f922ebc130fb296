/* SPDX-License-Identifier: Apache-2.0 */
/* Paths: where a CIP message goes, as segments (padded EPATH), as a target, and as a name engineers write.
 * Follows The CIP Networks Library, Volume 1, appendix C-1. */
#include "parsers/cip/cip.h"

#include <stdio.h>

enum segment_kind {
    SEGMENT_PORT,
    SEGMENT_CLASS,
    SEGMENT_INSTANCE,
    SEGMENT_MEMBER,
    SEGMENT_CONNPOINT,
    SEGMENT_ATTRIBUTE,
    SEGMENT_SERVICE,
    SEGMENT_KEY,
    SEGMENT_NETWORK,
    SEGMENT_SAFETY,
    SEGMENT_ASCII,  /* symbolic segment, 0x60 */
    SEGMENT_SYMBOL, /* ANSI extended symbol, 0x91 */
    SEGMENT_DATA,
    SEGMENT_OTHER,
};

/* Filled as its kind needs: the walk is on the hot path. */
struct segment {
    uint8_t kind;
    uint16_t port;     /* PORT */
    uint32_t value;    /* logical segments */
    struct bytes data; /* text, key, link address; of PORT, KEY, SAFETY, ASCII, SYMBOL and DATA */
};

static bool port_segment(struct bytes *in, uint8_t head, struct segment *s)
{
    size_t before = bytes_left(in) + 1, size = head & 0x10 ? bytes_u8(in) : 1;
    s->kind = SEGMENT_PORT;
    s->port = head & 15;
    if (s->port == 15) s->port = bytes_le16(in);
    s->data = bytes_take(in, size);
    if ((before - bytes_left(in)) % 2) bytes_skip(in, 1);
    return bytes_ok(in);
}

/* Format 8 bit, 16 bit or 32 bit; the longer ones behind a pad byte. */
static bool logical_value(struct bytes *in, uint8_t format, uint32_t *value)
{
    if (format == 3) return false;
    if (format) bytes_skip(in, 1);
    *value = format == 0 ? bytes_u8(in) : format == 1 ? bytes_le16(in) : bytes_le32(in);
    return bytes_ok(in);
}

static bool logical_segment(struct bytes *in, uint8_t head, struct segment *s)
{
    static const uint8_t kinds[8] = {SEGMENT_CLASS,     SEGMENT_INSTANCE, SEGMENT_MEMBER,  SEGMENT_CONNPOINT,
                                     SEGMENT_ATTRIBUTE, SEGMENT_KEY,      SEGMENT_SERVICE, SEGMENT_OTHER};
    uint8_t type = head >> 2 & 7;
    s->kind = kinds[type];
    if (s->kind != SEGMENT_KEY) return logical_value(in, head & 3, &s->value);
    uint8_t format = bytes_u8(in);
    if (head != 0x34 || (format != 4 && format != 5)) { /* no key: passed over as Wireshark does */
        s->kind = SEGMENT_OTHER;
        return bytes_ok(in);
    }
    s->data = bytes_take(in, format == 4 ? 8 : 12);
    return bytes_ok(in);
}

static bool network_segment(struct bytes *in, uint8_t head, struct segment *s)
{
    uint8_t size = bytes_u8(in); /* words, or the one data byte itself */
    s->kind = head == 0x50 ? SEGMENT_SAFETY : SEGMENT_NETWORK;
    s->data = bytes_take(in, head & 0x10 ? size * 2u : 0);
    return bytes_ok(in);
}

static bool symbolic_segment(struct bytes *in, uint8_t head, struct segment *s)
{
    size_t before = bytes_left(in) + 1, size = head & 31;
    s->kind = SEGMENT_ASCII;
    if (!size) {
        uint8_t format = bytes_u8(in);
        s->kind = SEGMENT_OTHER;
        switch (format >> 5) {
        case 1:
            size = (format & 31u) * 2;
            break;
        case 2:
            size = (format & 31u) * 3;
            break;
        default:
            size = (format & 31u) == 6 ? 1 : (format & 31u) == 7 ? 2 : 4;
        }
    }
    s->data = bytes_take(in, size);
    if ((before - bytes_left(in)) % 2) bytes_skip(in, 1);
    return bytes_ok(in);
}

static bool data_segment(struct bytes *in, uint8_t head, struct segment *s)
{
    uint8_t size = bytes_u8(in);
    s->kind = head == 0x91 ? SEGMENT_SYMBOL : SEGMENT_DATA;
    s->data = bytes_take(in, head == 0x91 ? size : size * 2u);
    if (head == 0x91 && size % 2) bytes_skip(in, 1);
    return bytes_ok(in);
}

/* The next segment; false at the end and where no further one can be told. */
static bool segment_next(struct bytes *in, struct segment *s)
{
    if (bytes_empty(in)) return false;
    uint8_t head = bytes_u8(in);
    if ((head == 0x20 || head == 0x24 || head == 0x30) && !bytes_empty(in)) { /* nearly all of them */
        s->kind = head == 0x20 ? SEGMENT_CLASS : head == 0x24 ? SEGMENT_INSTANCE : SEGMENT_ATTRIBUTE;
        s->value = bytes_u8(in);
        return true;
    }
    if (head == 0x91) return data_segment(in, head, s);
    s->kind = SEGMENT_OTHER;
    switch (head >> 5) {
    case 0:
        return port_segment(in, head, s);
    case 1:
        return logical_segment(in, head, s);
    case 2:
        return network_segment(in, head, s);
    case 3:
        return symbolic_segment(in, head, s);
    case 4:
        if (head == 0x80) return data_segment(in, head, s);
        in->bad = true;
        return false;
    default:
        in->bad = true;
        return false;
    }
}

struct cip_target cip_target_of(struct bytes path)
{
    struct cip_target t = {.slot = CIP_NO_SLOT};
    struct segment s = {0};
    while (segment_next(&path, &s)) switch (s.kind) {
        case SEGMENT_CLASS:
            t.class = s.value;
            t.has_class = true;
            break;
        case SEGMENT_INSTANCE:
            t.instance = s.value;
            t.has_instance = true;
            break;
        case SEGMENT_ATTRIBUTE:
            t.attribute = s.value;
            t.has_attribute = true;
            break;
        case SEGMENT_MEMBER:
            t.member = s.value;
            break;
        case SEGMENT_SYMBOL:
        case SEGMENT_ASCII:
            t.symbolic = true;
            break;
        case SEGMENT_SAFETY:
            t.safety = true;
            break;
        case SEGMENT_PORT:
            if (bytes_left(&s.data) == 1) t.slot = bytes_u8(&s.data);
            break;
        default:
            break;
        }
    t.invalid = !bytes_ok(&path);
    return t;
}

static void emit_key(struct pdu *p, struct bytes key)
{
    emit_uint(p, F_EKEY_VENDOR, bytes_le16(&key));
    emit_uint(p, F_EKEY_DEVTYPE, bytes_le16(&key));
    emit_uint(p, F_EKEY_PRODUCT, bytes_le16(&key));
}

static void emit_segment(struct pdu *p, const struct segment *s)
{
    switch (s->kind) {
    case SEGMENT_CLASS:
        emit_uint(p, F_CLASS, s->value);
        break;
    case SEGMENT_INSTANCE:
        emit_uint(p, F_INSTANCE, s->value);
        break;
    case SEGMENT_MEMBER:
        emit_uint(p, F_MEMBER, s->value);
        break;
    case SEGMENT_CONNPOINT:
        emit_uint(p, F_CONNPOINT, s->value);
        break;
    case SEGMENT_ATTRIBUTE:
        emit_uint(p, F_ATTRIBUTE, s->value);
        break;
    case SEGMENT_SERVICE:
        emit_uint(p, F_SERVICEID, s->value);
        break;
    case SEGMENT_KEY:
        emit_key(p, s->data);
        break;
    case SEGMENT_SYMBOL:
        emit_text(p, F_SYMBOL, s->data);
        break;
    case SEGMENT_ASCII:
        emit_text(p, F_ASCII_SYMBOL, s->data);
        break;
    case SEGMENT_DATA:
        emit_bytes(p, F_DATA_SEGMENT, s->data);
        break;
    case SEGMENT_SAFETY:
        if (!bytes_empty(&s->data)) emit_uint(p, F_SAFETY_FORMAT, bytes_peek(&s->data, 0));
        break;
    case SEGMENT_PORT:
        emit_uint(p, F_PORT, s->port);
        if (bytes_left(&s->data) == 1)
            emit_uint(p, F_LINK_BYTE, bytes_peek(&s->data, 0));
        else
            emit_text(p, F_LINK_STRING, s->data);
        break;
    default:
        break;
    }
}

void cip_emit_path(struct pdu *p, struct bytes path)
{
    struct segment s;
    while (segment_next(&path, &s)) emit_segment(p, &s);
    if (!bytes_ok(&path)) message_anomaly(p, A_PATH_INVALID);
}

void cip_emit_known_path(struct pdu *p, struct bytes path, const struct cip_target *target)
{
    if (wants_any(p, F_CLASS, F_SAFETY_FORMAT))
        cip_emit_path(p, path);
    else if (target->invalid)
        message_anomaly(p, A_PATH_INVALID);
}

enum { NAME_ROOM = 160 };

static size_t add_text(uint8_t *name, size_t n, struct bytes text)
{
    if (n && n < NAME_ROOM) name[n++] = '.';
    while (!bytes_empty(&text) && n < NAME_ROOM) name[n++] = bytes_u8(&text);
    return n;
}

static size_t add_number(uint8_t *name, size_t n, const char *format, uint32_t value)
{
    char digits[16];
    int length = snprintf(digits, sizeof digits, format, value);
    for (int i = 0; i < length && n < NAME_ROOM; i++) name[n++] = (uint8_t)digits[i];
    return n;
}

struct bytes cip_path_name(struct pdu *p, struct bytes path)
{
    struct segment s;
    uint8_t *name = pdu_scratch(p, NAME_ROOM);
    size_t n = 0;
    bool symbolic = cip_target_of(path).symbolic;
    if (!name) return bytes_over(NULL, 0);
    while (segment_next(&path, &s)) {
        if (s.kind == SEGMENT_SYMBOL || s.kind == SEGMENT_ASCII)
            n = add_text(name, n, s.data);
        else if (s.kind == SEGMENT_MEMBER)
            n = add_number(name, n, "[%u]", s.value);
        else if (symbolic)
            continue;
        else if (s.kind == SEGMENT_CLASS)
            n = add_number(name, n, n ? "/0x%02x" : "@0x%02x", s.value);
        else if (s.kind == SEGMENT_INSTANCE || s.kind == SEGMENT_ATTRIBUTE || s.kind == SEGMENT_CONNPOINT)
            n = add_number(name, n, "/%u", s.value);
    }
    return bytes_over(name, n);
}
