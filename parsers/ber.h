/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded reader of BER elements (ITU-T X.690) over the byte cursor: one element at a time, no recursion of its own
 * beyond a constant. For MMS, GOOSE, sampled values and whoever else speaks ASN.1. */
#ifndef WANGLOU_PARSERS_BER_H
#define WANGLOU_PARSERS_BER_H

#include "common/bytes.h"

/* First identifier octets of the universal types, clause 8 and X.680 clause 8.4. */
enum {
    BER_BOOLEAN = 0x01,
    BER_INTEGER = 0x02,
    BER_OCTETS = 0x04,
    BER_OID = 0x06,
    BER_GRAPHIC = 0x19,
    BER_VISIBLE = 0x1a,
    BER_SEQUENCE = 0x30,
    BER_SET = 0x31
};
#define BER_CONTEXT(n)     (0x80u | (n)) /* primitive, tag below 31 */
#define BER_CONSTRUCTED(n) (0xa0u | (n))

struct ber {
    uint8_t id;   /* identifier octet: class, constructed bit, tag below 31 */
    bool cut;     /* the length reaches beyond what there is: `content` is what there is */
    uint32_t tag; /* whatever its encoding */
    struct bytes content;
};

/* What ber_next does with any identifier and length. */
bool ber_next_long(struct bytes *in, struct ber *element);

/* Takes the next element; false at the end, or where no element can begin (then `in` is bad). `in` is not the element's
 * own content. */
static inline bool ber_next(struct bytes *in, struct ber *element)
{
    enum { HIGH_TAG = 0x1f };
    struct bytes plain = *in;
    if (!bytes_take_short(&plain, &element->id, &element->content) || (element->id & HIGH_TAG) == HIGH_TAG)
        return ber_next_long(in, element);
    element->cut = false;
    element->tag = element->id & HIGH_TAG;
    *in = plain;
    return true;
}

static inline bool ber_is_context(const struct ber *e) { return (e->id & 0xc0) == 0x80; }
static inline bool ber_is_constructed(const struct ber *e) { return e->id & 0x20; }

/* Content of an INTEGER, clause 8.3: two's complement; 0 for none or more than eight octets. */
int64_t ber_int(struct bytes content);
/* The same octets without sign, as an unsigned type is encoded by those who forget the leading zero. */
static inline uint64_t ber_uint(struct bytes content)
{
    size_t length = bytes_left(&content);
    if (length == 9 && bytes_peek(&content, 0) == 0) bytes_skip(&content, 1), length = 8;
    return length && length <= 8 ? bytes_be(&content, length) : 0;
}

/* The first child with this identifier octet; false when there is none. */
bool ber_find(struct bytes content, uint8_t id, struct ber *element);

#endif
