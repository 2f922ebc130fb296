/* SPDX-License-Identifier: Apache-2.0 */
/* Event types, ULIDs (github.com/ulid/spec), and the scan of an event line's envelope. */
#include "common/event.h"

#include <endian.h>
#include <limits.h>
#include <string.h>

#define X(id, name, zh, en) name,
const char *const event_type_name[EVENT_TYPE_COUNT] = {EVENT_TYPES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const event_type_zh[EVENT_TYPE_COUNT] = {EVENT_TYPES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const event_type_en[EVENT_TYPE_COUNT] = {EVENT_TYPES(X)};
#undef X

int event_type_find(const char *name, size_t length)
{
    for (int i = 0; i < EVENT_TYPE_COUNT; i++)
        if (strlen(event_type_name[i]) == length && memcmp(event_type_name[i], name, length) == 0) return i;
    return -1;
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void ulid_make(char out[ULID_LENGTH + 1], uint64_t time_ns, uint16_t high, uint64_t low)
{
    uint64_t ms = time_ns / 1000000u & 0xffffffffffffu;
    for (int i = 9; i >= 0; i--, ms >>= 5) out[i] = crockford[ms & 31];
    for (int i = 25; i >= 10; i--) {
        out[i] = crockford[low & 31];
        low = low >> 5 | (uint64_t)(high & 31) << 59;
        high >>= 5;
    }
    out[ULID_LENGTH] = 0;
}

/* A digit's value plus one; 0: it is none. */
#define D(c, v) [c] = (v) + 1
static const uint8_t crockford_value[UCHAR_MAX + 1] = {
    D('0', 0),  D('1', 1),  D('2', 2),  D('3', 3),  D('4', 4),  D('5', 5),  D('6', 6),  D('7', 7),
    D('8', 8),  D('9', 9),  D('A', 10), D('B', 11), D('C', 12), D('D', 13), D('E', 14), D('F', 15),
    D('G', 16), D('H', 17), D('J', 18), D('K', 19), D('M', 20), D('N', 21), D('P', 22), D('Q', 23),
    D('R', 24), D('S', 25), D('T', 26), D('V', 27), D('W', 28), D('X', 29), D('Y', 30), D('Z', 31),
};
#undef D

bool ulid_valid(const char *text, size_t length)
{
    if (length != ULID_LENGTH || text[0] > '7') return false;
    for (size_t i = 0; i < length; i++)
        if (!crockford_value[(unsigned char)text[i]]) return false;
    return true;
}

uint64_t ulid_time_ms(const char *text)
{
    uint64_t ms = 0;
    for (int i = 0; i < 10; i++) ms = ms << 5 | (uint64_t)(crockford_value[(unsigned char)text[i]] - 1);
    return ms;
}

struct scan {
    const char *at, *end;
};

/* The top bit of each of the word's bytes that is `c` (those above the first hit may be set as well). */
#define EIGHT(c) (UINT64_C(0x0101010101010101) * (uint8_t)(c))
static inline uint64_t bytes_that_are(uint64_t word, uint8_t c)
{
    uint64_t x = word ^ EIGHT(c);
    return (x - EIGHT(1)) & ~x & EIGHT(0x80);
}

/* The first quote or backslash from `p` on; `end` when there is none. Eight bytes in one go: every line is read so. */
static inline const char *quote_or_escape(const char *p, const char *end)
{
    uint64_t word;
    for (; end - p >= (ptrdiff_t)sizeof word; p += sizeof word) {
        memcpy(&word, p, sizeof word);
        word = le64toh(word);
        uint64_t hits = bytes_that_are(word, '"') | bytes_that_are(word, '\\');
        if (hits) return p + __builtin_ctzll(hits) / 8;
    }
    while (p < end && *p != '"' && *p != '\\') p++;
    return p;
}

static bool scan_string(struct scan *s, const char **text, size_t *length)
{
    if (s->at == s->end || *s->at != '"') return false;
    const char *p = quote_or_escape(++s->at, s->end);
    while (p < s->end && *p == '\\') p = p + 2 < s->end ? quote_or_escape(p + 2, s->end) : s->end;
    if (p >= s->end) return false;
    *text = s->at;
    *length = (size_t)(p - s->at);
    s->at = p + 1;
    return true;
}

/* Passes over one value; objects and arrays by counting brackets outside strings. */
static bool scan_value(struct scan *s)
{
    static const bool matters[UCHAR_MAX + 1] = {['"'] = true, ['{'] = true, ['['] = true, ['}'] = true, [']'] = true};
    const char *text;
    size_t length, depth = 0;
    do {
        if (s->at == s->end) return false;
        switch (*s->at) {
        case '"':
            if (!scan_string(s, &text, &length)) return false;
            break;
        case '{':
        case '[':
            depth++, s->at++;
            break;
        case '}':
        case ']':
            if (!depth) return false;
            depth--, s->at++;
            break;
        default:
            s->at++;
            if (depth)
                while (s->at < s->end && !matters[(unsigned char)*s->at]) s->at++;
            else
                while (s->at < s->end && *s->at != ',' && *s->at != '}') s->at++;
        }
    } while (depth);
    return true;
}

static uint64_t scan_number(const char *p, const char *end)
{
    uint64_t v = 0;
    for (; p < end && *p >= '0' && *p <= '9'; p++) v = v * 10 + (uint64_t)(*p - '0');
    return v;
}

static inline bool is(const char *key, size_t length, const char *name)
{
    return strlen(name) == length && memcmp(key, name, length) == 0;
}

static unsigned severity_of(const char *from, const char *to)
{
    static const char name[] = "\"severity\":";
    const char *p = memmem(from, (size_t)(to - from), name, sizeof name - 1);
    return p ? (unsigned)scan_number(p + sizeof name - 1, to) : 0;
}

/* Member of an object, found without parsing it: our own writer puts no blanks, and class names need no escape. */
static void class_of(struct event_envelope *e, const char *from, const char *to)
{
    static const char name[] = "\"class\":\"";
    const char *p = memmem(from, (size_t)(to - from), name, sizeof name - 1);
    const char *end = p ? memchr(p + sizeof name - 1, '"', (size_t)(to - p) - sizeof name + 1) : NULL;
    if (end) e->ot_class = p + sizeof name - 1, e->ot_class_length = (size_t)(end - e->ot_class);
}

/* Texts of the head that receivers need, and where they go. */
#define HEAD_TEXT(name, text, length)                                                                                  \
    {                                                                                                                  \
        name, sizeof(name) - 1, offsetof(struct event_envelope, text), offsetof(struct event_envelope, length)         \
    }
static const struct {
    const char *name;
    size_t name_length, text, length;
} head_texts[] = {
    HEAD_TEXT("id", id, id_length),
    HEAD_TEXT("event_type", type_name, type_length),
    HEAD_TEXT("sensor", sensor, sensor_length),
    HEAD_TEXT("timestamp", timestamp, timestamp_length),
    HEAD_TEXT("src_ip", src_ip, src_ip_length),
    HEAD_TEXT("src_mac", src_mac, src_mac_length),
    HEAD_TEXT("dest_ip", dest_ip, dest_ip_length),
    HEAD_TEXT("dest_mac", dest_mac, dest_mac_length),
    HEAD_TEXT("app_proto", app_proto, app_proto_length),
};

static void take(struct event_envelope *e, const char *key, size_t key_length, const char *from, const char *to)
{
    if (is(key, key_length, "seq")) e->seq = scan_number(from, to);
    if (is(key, key_length, "alert")) e->severity = severity_of(from, to);
    if (is(key, key_length, "ot")) class_of(e, from, to);
    if (to - from < 2 || *from != '"') return;
    for (size_t i = 0; i < sizeof head_texts / sizeof *head_texts; i++)
        if (head_texts[i].name_length == key_length && memcmp(key, head_texts[i].name, key_length) == 0) {
            *(const char **)(void *)((char *)e + head_texts[i].text) = from + 1;
            *(size_t *)(void *)((char *)e + head_texts[i].length) = (size_t)(to - from) - 2;
            return;
        }
}

bool event_scan(const char *line, size_t length, struct event_envelope *e)
{
    struct scan s = {line, line + length};
    *e = (struct event_envelope){.type = -1};
    if (length < 2 || *s.at++ != '{') return false;
    while (s.at < s.end && *s.at != '}') {
        const char *key;
        size_t key_length;
        if (!scan_string(&s, &key, &key_length) || s.at == s.end || *s.at++ != ':') return false;
        const char *from = s.at;
        if (!scan_value(&s)) return false;
        take(e, key, key_length, from, s.at);
        if (s.at < s.end && *s.at == ',') s.at++;
    }
    if (e->type_name) e->type = event_type_find(e->type_name, e->type_length);
    return s.at + 1 == s.end && e->type_name && e->timestamp && e->id && ulid_valid(e->id, e->id_length);
}
