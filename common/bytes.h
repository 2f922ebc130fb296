/* SPDX-License-Identifier: Apache-2.0 */
/* A bounded cursor over bytes nobody trusts: a read past the end yields 0 and sets `bad`, for good.
 *
 * Read first, then ask `bytes_ok()` once, then use the values. Sub-cursors (`bytes_take`) keep an inner
 * length field from reaching beyond its own room. No other code touches packet memory by pointer.
 * The cursor owns nothing: it is valid as long as the memory it was made over. */
#ifndef WANGLOU_COMMON_BYTES_H
#define WANGLOU_COMMON_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *at, *end;
    bool bad;
};

static inline struct bytes bytes_over(const void *memory, size_t length)
{
    const uint8_t *p = memory;
    return (struct bytes){p, p ? p + length : p, false};
}

static inline size_t bytes_left(const struct bytes *b) { return (size_t)(b->end - b->at); }
static inline bool bytes_ok(const struct bytes *b) { return !b->bad; }
static inline bool bytes_empty(const struct bytes *b) { return b->at == b->end; }

/* Moves on by `n` and returns where it stood, or NULL (and `bad`, and an empty cursor) when fewer are left. */
static inline const uint8_t *bytes_step(struct bytes *b, size_t n)
{
    if (__builtin_expect(n > bytes_left(b), 0)) {
        b->bad = true;
        b->at = b->end;
        return NULL;
    }
    const uint8_t *p = b->at;
    if (n) b->at += n; /* even adding nothing to a null pointer is undefined */
    return p;
}

/* Fields of a header of fixed length that bytes_step took, at offsets within it. */
static inline uint16_t octets_be16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static inline uint32_t octets_be32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return be32toh(v);
}
static inline uint16_t octets_le16(const uint8_t *p) { return (uint16_t)(p[1] << 8 | p[0]); }
static inline uint32_t octets_le32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static inline void bytes_skip(struct bytes *b, size_t n) { (void)bytes_step(b, n); }

static inline uint8_t bytes_u8(struct bytes *b)
{
    const uint8_t *p = bytes_step(b, 1);
    return p ? p[0] : 0;
}

static inline uint16_t bytes_be16(struct bytes *b)
{
    const uint8_t *p = bytes_step(b, 2);
    return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint16_t bytes_le16(struct bytes *b)
{
    const uint8_t *p = bytes_step(b, 2);
    return p ? (uint16_t)(p[1] << 8 | p[0]) : 0;
}

/* Do two octets, these or those, stand side by side anywhere? Without a way out, so that the compiler compares many at
 * a time. */
static inline bool bytes_have_pair(const struct bytes *b, const uint8_t these[2], const uint8_t those[2])
{
    const uint8_t *at = b->at, a = these[0], after_a = these[1], c = those[0], after_c = those[1];
    uint8_t found = 0;
    for (size_t i = 0, n = bytes_left(b); i + 1 < n; i++)
        found |= (uint8_t)(((at[i] == a) & (at[i + 1] == after_a)) | ((at[i] == c) & (at[i + 1] == after_c)));
    return found;
}

/* Unsigned of `n` bytes, 1 to 8, most significant first. */
static inline uint64_t bytes_be(struct bytes *b, size_t n)
{
    const uint8_t *p = n <= 8 ? bytes_step(b, n) : NULL;
    uint64_t v = 0;
    if (!p) {
        b->bad = true;
        return 0;
    }
    for (size_t i = 0; i < n; i++) v = v << 8 | p[i];
    return v;
}

/* Unsigned of `n` bytes, 1 to 8, least significant first. */
static inline uint64_t bytes_le(struct bytes *b, size_t n)
{
    const uint8_t *p = n <= 8 ? bytes_step(b, n) : NULL;
    uint64_t v = 0;
    if (!p) {
        b->bad = true;
        return 0;
    }
    for (size_t i = n; i > 0; i--) v = v << 8 | p[i - 1];
    return v;
}

static inline uint32_t bytes_be24(struct bytes *b) { return (uint32_t)bytes_be(b, 3); }
static inline uint32_t bytes_le24(struct bytes *b) { return (uint32_t)bytes_le(b, 3); }
/* The common widths in one load each. */
#define BYTES_READ(name, type, swap)                                                                                   \
    static inline type name(struct bytes *b)                                                                           \
    {                                                                                                                  \
        const uint8_t *p = bytes_step(b, sizeof(type));                                                                \
        type v = 0;                                                                                                    \
        if (p) memcpy(&v, p, sizeof v);                                                                                \
        return swap(v);                                                                                                \
    }
BYTES_READ(bytes_be32, uint32_t, be32toh)
BYTES_READ(bytes_le32, uint32_t, le32toh)
BYTES_READ(bytes_be64, uint64_t, be64toh)
BYTES_READ(bytes_le64, uint64_t, le64toh)
#undef BYTES_READ

static inline float bytes_to_float(uint32_t bits)
{
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

static inline double bytes_to_double(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

static inline float bytes_be_float(struct bytes *b) { return bytes_to_float(bytes_be32(b)); }
static inline float bytes_le_float(struct bytes *b) { return bytes_to_float(bytes_le32(b)); }
static inline double bytes_be_double(struct bytes *b) { return bytes_to_double(bytes_be64(b)); }
static inline double bytes_le_double(struct bytes *b) { return bytes_to_double(bytes_le64(b)); }

/* The byte `offset` ahead without moving; 0 when there is none (does not set `bad`). */
static inline uint8_t bytes_peek(const struct bytes *b, size_t offset)
{
    /* an empty cursor may stand on NULL, and then nothing is left */
    return offset < bytes_left(b) ? b->at[offset] : 0; /* NOLINT(clang-analyzer-core.NullDereference) */
}

static inline uint16_t bytes_peek_be16(const struct bytes *b, size_t offset)
{
    return (uint16_t)(bytes_peek(b, offset) << 8 | bytes_peek(b, offset + 1));
}

static inline uint16_t bytes_peek_le16(const struct bytes *b, size_t offset)
{
    return (uint16_t)(bytes_peek(b, offset + 1) << 8 | bytes_peek(b, offset));
}

/* A cursor over the next `n` bytes; the outer one moves past them. Too short: both are bad, the inner one empty. */
static inline struct bytes bytes_take(struct bytes *b, size_t n)
{
    const uint8_t *p = bytes_step(b, n);
    return (struct bytes){p, p ? p + n : p, !p};
}

/* A cursor over as many of the next `n` bytes as there are: for PDUs that a capture cut short. */
static inline struct bytes bytes_take_upto(struct bytes *b, size_t n)
{
    return bytes_take(b, n < bytes_left(b) ? n : bytes_left(b));
}

/* An octet, a length below 128, and as many octets; where they do not stand whole: false, and nothing moved. */
static inline bool bytes_take_short(struct bytes *b, uint8_t *type, struct bytes *value)
{
    enum { HEAD = 2, LONG = 0x80 };
    size_t left = bytes_left(b);
    if (left < HEAD || b->at[1] >= LONG || left < HEAD + (size_t)b->at[1]) return false;
    const uint8_t *head = b->at;
    b->at += HEAD + head[1];
    *type = head[0];
    *value = (struct bytes){head + HEAD, b->at, false};
    return true;
}

/* Do the next bytes equal the string literal? Does not move. */
#define bytes_starts(b, literal) bytes_starts_with((b), (literal), sizeof(literal) - 1)
static inline bool bytes_starts_with(const struct bytes *b, const char *text, size_t n)
{
    return bytes_left(b) >= n && memcmp(b->at, text, n) == 0;
}

/* A number for these bytes, to tell them from others; for tables of this run only. */
static inline uint64_t bytes_hash(struct bytes b)
{
    const uint64_t odd = 0x9e3779b97f4a7c15;
    uint64_t h = bytes_left(&b) * odd;
    for (; bytes_left(&b) >= sizeof h; h ^= h >> 32) h = (h ^ bytes_le64(&b)) * odd;
    if (!bytes_empty(&b)) h = (h ^ bytes_le(&b, bytes_left(&b))) * odd;
    return h ^ h >> 29;
}

/* Offset of the first `wanted` byte, or -1. */
static inline ptrdiff_t bytes_find(const struct bytes *b, uint8_t wanted)
{
    const uint8_t *p = bytes_empty(b) ? NULL : memchr(b->at, wanted, bytes_left(b));
    return p ? p - b->at : -1;
}

/* Text up to a NUL, which is passed over; all that is left when there is none. */
static inline struct bytes bytes_cstring(struct bytes *b)
{
    ptrdiff_t n = bytes_find(b, 0);
    struct bytes text = bytes_take(b, n < 0 ? bytes_left(b) : (size_t)n);
    if (n >= 0) bytes_skip(b, 1);
    return text;
}

/* Cuts trailing blanks and NULs, as fixed-width name fields carry them. */
static inline struct bytes bytes_trimmed(struct bytes b)
{
    while (b.at < b.end && (b.end[-1] == ' ' || b.end[-1] == 0)) b.end--;
    return b;
}

/* Length of the UTF-8 sequence at `s`, 0 when it is none (RFC 3629: no overlong form, no surrogate). `left` > 0. */
static inline size_t utf8_length(const uint8_t *s, size_t left)
{
    size_t n = s[0] < 0x80                   ? 1
               : s[0] >= 0xc2 && s[0] < 0xe0 ? 2
               : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
               : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                             : 0;
    if (!n || n > left) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if (n == 3 && ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0))) return 0;
    if (n == 4 && ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))) return 0;
    return n;
}

#endif
