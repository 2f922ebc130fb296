/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded JSON writer. Follows RFC 8259 and RFC 3629. */
#include "common/json.h"
#include "common/bytes.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_START = 4096, HEAP_MOST = 64 << 20 };

bool json_grow_heap(struct json *j, size_t n)
{
    size_t used = json_length(j), size = (size_t)(j->end - j->start);
    while (size < used + n) size = size ? size * 2 : HEAP_START;
    char *grown = size <= HEAP_MOST ? realloc(j->start, size) : NULL;
    if (!grown) return false;
    j->start = grown;
    j->at = grown + used;
    j->end = grown + size;
    return true;
}

static inline bool room(struct json *j, size_t n)
{
    if (!j->full && n > (size_t)(j->end - j->at)) j->full = !j->grow || !j->grow(j, n);
    return !j->full;
}

static inline void put(struct json *j, const char *s, size_t n)
{
    if (!room(j, n)) return;
    memcpy(j->at, s, n);
    j->at += n;
}

static inline void put_char(struct json *j, char c)
{
    if (room(j, 1)) *j->at++ = c;
}

static void begin(struct json *j, const char *key)
{
    size_t n = key ? strlen(key) : 0;
    if (!room(j, n + 4)) return;
    if (j->comma) *j->at++ = ',';
    j->comma = true;
    if (!key) return;
    *j->at++ = '"';
    memcpy(j->at, key, n);
    j->at += n;
    *j->at++ = '"';
    *j->at++ = ':';
}

static void open(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    put_char(j, bracket);
    j->comma = false;
}

static void close(struct json *j, char bracket)
{
    put_char(j, bracket);
    j->comma = true;
}

void json_begin_object(struct json *j, const char *key) { open(j, key, '{'); }
void json_end_object(struct json *j) { close(j, '}'); }
void json_begin_array(struct json *j, const char *key) { open(j, key, '['); }
void json_end_array(struct json *j) { close(j, ']'); }

/* The octet in each of eight. */
#define EACH_OCTET(c) (0x0101010101010101ull * (c))

static inline bool plain(uint8_t c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

static void put_escaped(struct json *j, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    switch (c) {
    case '"':
    case '\\':
        put(j, (char[]){'\\', (char)c}, 2);
        break;
    case '\n':
        put(j, "\\n", 2);
        break;
    case '\r':
        put(j, "\\r", 2);
        break;
    case '\t':
        put(j, "\\t", 2);
        break;
    default:
        put(j, (char[]){'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]}, 6);
    }
}

/* Has a zero octet; then and only then the answer is not 0 (Warren, Hacker's Delight, 6-1). */
static inline uint64_t zero_octet(uint64_t x) { return (x - EACH_OCTET(0x01)) & ~x & EACH_OCTET(0x80); }

/* Are all eight octets plain? 0x7f is not asked for here: it is as good as plain in a text, and rare. */
static inline bool eight_plain(const uint8_t *s)
{
    uint64_t x;
    memcpy(&x, s, sizeof x);
    uint64_t control = (x - EACH_OCTET(0x20)) & ~x; /* with the octets from 0x80 on: all that is not ASCII text */
    return !(((control | x) & EACH_OCTET(0x80)) | zero_octet(x ^ EACH_OCTET('"')) | zero_octet(x ^ EACH_OCTET('\\')) |
             zero_octet(x ^ EACH_OCTET(0x7f)));
}

/* How many bytes from `i` on can be copied as they are: plain ones and whole UTF-8 sequences. */
static size_t copyable(const uint8_t *s, size_t i, size_t length)
{
    size_t at = i;
    while (at < length) {
        if (length - at >= 8 && eight_plain(s + at)) {
            at += 8;
            continue;
        }
        if (plain(s[at])) {
            at++;
            continue;
        }
        size_t n = s[at] < 0x80 ? 0 : utf8_length(s + at, length - at);
        if (!n) break;
        at += n;
    }
    return at - i;
}

void json_put_text(struct json *j, const char *key, const void *text, size_t length)
{
    const uint8_t *s = text;
    begin(j, key);
    put_char(j, '"');
    for (size_t i = 0; i < length && !j->full; i++) {
        size_t run = copyable(s, i, length);
        put(j, (const char *)s + i, run);
        if ((i += run) == length) break;
        if (s[i] < 0x80)
            put_escaped(j, s[i]);
        else
            put(j, "\xef\xbf\xbd", 3);
    }
    put_char(j, '"');
}

void json_put_string(struct json *j, const char *key, const char *text) { json_put_text(j, key, text, strlen(text)); }

void json_put_base64(struct json *j, const char *key, const void *bytes, size_t length)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *s = bytes;
    begin(j, key);
    put_char(j, '"');
    for (size_t i = 0; i < length && room(j, 4); i += 3, j->at += 4) {
        size_t left = length - i;
        uint32_t group = (uint32_t)s[i] << 16 | (left > 1 ? (uint32_t)s[i + 1] << 8 : 0) | (left > 2 ? s[i + 2] : 0u);
        j->at[0] = letters[group >> 18];
        j->at[1] = letters[group >> 12 & 63];
        j->at[2] = left > 1 ? letters[group >> 6 & 63] : '=';
        j->at[3] = left > 2 ? letters[group & 63] : '=';
    }
    put_char(j, '"');
}

/* Writes at most 20 digits; returns how many. */
static size_t uint_text(char *text, uint64_t v)
{
    size_t n = 1;
    for (uint64_t rest = v; rest >= 10; rest /= 10) n++;
    for (size_t i = n; i-- > 0; v /= 10) text[i] = (char)('0' + v % 10);
    return n;
}

static void put_uint(struct json *j, uint64_t v)
{
    if (room(j, 20)) j->at += uint_text(j->at, v);
}

void json_put_uint(struct json *j, const char *key, uint64_t v)
{
    begin(j, key);
    put_uint(j, v);
}

void json_put_int(struct json *j, const char *key, int64_t v)
{
    begin(j, key);
    if (v < 0) put_char(j, '-');
    put_uint(j, v < 0 ? -(uint64_t)v : (uint64_t)v);
}

/* A whole number of at most fifteen digits, or one with nine behind the point and six before it, as "%.15g" prints it;
 * 0: not such a one. A quotient of two whole numbers that a double holds exactly is the double nearest to it, so equal
 * quotients have equal digits. */
static size_t short_decimal(char *text, double v)
{
    double size = fabs(v);
    size_t n = 0;
    if (signbit(v)) text[n++] = '-';
    if (size < 1e15 && (double)(uint64_t)size == size) return n + uint_text(text + n, (uint64_t)size);
    if (!(size < 1e6 && size >= 1e-4)) return 0;
    uint64_t nanos = (uint64_t)(size * 1e9 + 0.5), fraction = nanos % 1000000000;
    if ((double)nanos / 1e9 != size) return 0;
    n += uint_text(text + n, nanos / 1000000000);
    text[n++] = '.';
    for (uint64_t unit = 100000000; fraction; fraction %= unit, unit /= 10) text[n++] = (char)('0' + fraction / unit);
    return n;
}

void json_put_double(struct json *j, const char *key, double v)
{
    char text[32];
    if (!isfinite(v)) {
        json_put_null(j, key);
        return;
    }
    begin(j, key);
    size_t short_length = short_decimal(text, v);
    if (short_length) {
        put(j, text, short_length);
        return;
    }
    int n = snprintf(text, sizeof text, "%.15g", v);
    put(j, text, (size_t)n);
}

void json_put_bool(struct json *j, const char *key, bool v) { json_put_raw(j, key, v ? "true" : "false", v ? 4 : 5); }
void json_put_null(struct json *j, const char *key) { json_put_raw(j, key, "null", 4); }

void json_put_raw(struct json *j, const char *key, const char *json, size_t length)
{
    begin(j, key);
    put(j, json, length);
}

void json_put_members(struct json *j, const char *members)
{
    if (*members) json_put_raw(j, NULL, members, strlen(members));
}

void json_put_format(struct json *j, const char *key, const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (n < 0) n = 0;
    json_put_text(j, key, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static char *digits(char *at, unsigned value, unsigned width)
{
    for (unsigned i = width; i-- > 0; value /= 10) at[i] = (char)('0' + value % 10);
    return at + width;
}

/* The date of a day number since 1970-01-01, in the proleptic Gregorian calendar; years begin in March here, so that a
 * leap day is the last of its year. */
static char *date(char *at, uint64_t day)
{
    uint64_t d = day + 719468, era = d / 146097, in_era = d % 146097;
    uint64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint64_t in_year = in_era - (365 * year + year / 4 - year / 100), month = (5 * in_year + 2) / 153;
    at = digits(at, (unsigned)(year + era * 400 + (month >= 10)), 4);
    *at++ = '-';
    at = digits(at, (unsigned)(month < 10 ? month + 3 : month - 9), 2);
    *at++ = '-';
    return digits(at, (unsigned)(in_year - (153 * month + 2) / 5 + 1), 2);
}

void json_put_time(struct json *j, const char *key, uint64_t time_ns)
{
    uint64_t seconds = time_ns / 1000000000u;
    unsigned in_day = (unsigned)(seconds % 86400);
    char text[48] = "\"", *at = date(text + 1, seconds / 86400);
    *at++ = 'T';
    at = digits(at, in_day / 3600, 2);
    *at++ = ':';
    at = digits(at, in_day / 60 % 60, 2);
    *at++ = ':';
    at = digits(at, in_day % 60, 2);
    *at++ = '.';
    at = digits(at, (unsigned)(time_ns % 1000000000u / 1000u), 6);
    memcpy(at, "+0000\"", 6);
    json_put_raw(j, key, text, (size_t)(at + 6 - text));
}
