/* SPDX-License-Identifier: Apache-2.0 */
/* BER elements: identifier, length, content. Follows ITU-T X.690 (2021), clauses 8.1 to 8.3. */
#include "parsers/ber.h"

enum { HIGH_TAG = 0x1f, INDEFINITE = 0x80, DEEPEST_INDEFINITE = 8 };

/* Clause 8.1.2.4: seven bits an octet, the last one without the upper bit. */
static uint32_t high_tag(struct bytes *in)
{
    uint32_t tag = 0;
    for (unsigned i = 0; i < 4; i++) {
        uint8_t octet = bytes_u8(in);
        tag = tag << 7 | (octet & 0x7f);
        if (!(octet & 0x80)) return tag;
    }
    in->bad = true;
    return 0;
}

static bool take_header(struct bytes *in, struct ber *e, uint64_t *length, bool *indefinite)
{
    e->id = bytes_u8(in);
    e->tag = (e->id & HIGH_TAG) == HIGH_TAG ? high_tag(in) : (uint32_t)(e->id & HIGH_TAG);
    uint8_t first = bytes_u8(in);
    *indefinite = first == INDEFINITE;
    *length = first;
    if (first > INDEFINITE) *length = bytes_be(in, first & 0x7f);
    return bytes_ok(in);
}

/* Clause 8.1.3.6: content up to the end-of-contents octets of the same depth. */
static struct bytes take_indefinite(struct bytes *in)
{
    struct bytes start = *in, inner = *in;
    unsigned depth = 1;
    while (depth && !bytes_empty(&inner)) {
        size_t before = bytes_left(&start) - bytes_left(&inner);
        if (bytes_starts(&inner, "\0\0")) {
            bytes_skip(&inner, 2);
            if (--depth) continue;
            *in = inner;
            return bytes_take_upto(&start, before);
        }
        struct ber e;
        uint64_t length;
        bool indefinite;
        if (!take_header(&inner, &e, &length, &indefinite)) break;
        if (!indefinite)
            bytes_skip(&inner, length < bytes_left(&inner) ? (size_t)length : bytes_left(&inner));
        else if (++depth > DEEPEST_INDEFINITE)
            break;
    }
    return bytes_take_upto(in, bytes_left(in));
}

bool ber_next_long(struct bytes *in, struct ber *element)
{
    uint64_t length;
    bool indefinite;
    if (bytes_empty(in) || !take_header(in, element, &length, &indefinite)) return false;
    if (indefinite) {
        element->cut = false;
        element->content = take_indefinite(in);
        return true;
    }
    element->cut = length > bytes_left(in);
    element->content = bytes_take_upto(in, element->cut ? bytes_left(in) : (size_t)length);
    return true;
}

int64_t ber_int(struct bytes content)
{
    size_t length = bytes_left(&content);
    if (!length || length > 8) return 0;
    bool negative = bytes_peek(&content, 0) & 0x80;
    uint64_t value = bytes_be(&content, length);
    if (negative && length < 8) value |= ~(uint64_t)0 << (length * 8);
    return (int64_t)value;
}

bool ber_find(struct bytes content, uint8_t id, struct ber *element)
{
    while (ber_next(&content, element))
        if (element->id == id) return true;
    return false;
}
