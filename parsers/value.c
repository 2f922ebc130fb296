/* SPDX-License-Identifier: Apache-2.0 */
/* One value as text, exactly as tshark -T fields writes it (Wireshark 4.0 field types and bases). */
#include "parsers/registry.h"
#include <arpa/inet.h>

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static const uint8_t hex_width[FIELD_TYPE_COUNT] = {
    [FIELD_UINT8] = 2,   [FIELD_UINT16] = 4, [FIELD_UINT24] = 6, [FIELD_UINT32] = 8, [FIELD_UINT48] = 12,
    [FIELD_UINT64] = 16, [FIELD_INT8] = 2,   [FIELD_INT16] = 4,  [FIELD_INT32] = 8,  [FIELD_INT64] = 16,
};

static size_t print_uint(const struct field *f, uint64_t u, char *out, size_t size)
{
    int n;
    if (f->type == FIELD_IPV4)
        n = snprintf(out, size, "%u.%u.%u.%u", (unsigned)(u >> 24 & 255), (unsigned)(u >> 16 & 255),
                     (unsigned)(u >> 8 & 255), (unsigned)(u & 255));
    else if (f->base == BASE_HEX)
        n = snprintf(out, size, "0x%0*" PRIx64, hex_width[f->type], u);
    else
        n = snprintf(out, size, "%" PRIu64, u);
    return n < 0 ? 0 : (size_t)n;
}

static size_t print_bytes(const struct field *f, const uint8_t *b, size_t length, char *out, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    char separator = f->type == FIELD_ETHER ? ':' : 0;
    if (f->type == FIELD_IPV4 && length == 4) {
        uint64_t u = (uint64_t)b[0] << 24 | (uint64_t)b[1] << 16 | (uint64_t)b[2] << 8 | b[3];
        return print_uint(f, u, out, size);
    }
    for (size_t i = 0; i < length; i++) {
        bool dash = f->type == FIELD_GUID && (i == 4 || i == 6 || i == 8 || i == 10);
        bool between = separator && i;
        if (dash || between) {
            if (n + 1 < size) out[n] = dash ? '-' : ':';
            n++;
        }
        if (n + 2 < size) {
            out[n] = digits[b[i] >> 4];
            out[n + 1] = digits[b[i] & 15];
        }
        n += 2;
    }
    if (size) out[n < size ? n : size - 1] = 0;
    return n;
}

/* Wireshark escapes what would break a line and shows octets that are no UTF-8 as U+FFFD. */
static size_t put(char *out, size_t size, size_t n, const char *s, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (n + i + 1 < size) out[n + i] = s[i];
    return n + length;
}

static size_t print_text(const uint8_t *s, size_t length, char *out, size_t size)
{
    static const char escapes[] = "btn fr"; /* from 8 on; bell and vertical tab are left as they are */
    size_t n = 0;
    for (size_t i = 0; i < length;) {
        size_t unit = utf8_length(s + i, length - i);
        if (s[i] == 0) break; /* a NUL ends a text, as in Wireshark's strings */
        if (s[i] >= 8 && s[i] <= 13 && s[i] != 11) {
            n = put(out, size, n, (char[]){'\\', escapes[s[i] - 8]}, 2);
            i++;
        } else if (!unit) {
            n = put(out, size, n, "\xef\xbf\xbd", 3);
            i++;
        } else {
            n = put(out, size, n, (const char *)s + i, unit);
            i += unit;
        }
    }
    if (size) out[n < size ? n : size - 1] = 0;
    return n;
}

/* As RFC 5952 writes it. */
static size_t print_ipv6(const uint8_t *address, char *out, size_t size)
{
    char text[INET6_ADDRSTRLEN];
    if (!inet_ntop(AF_INET6, address, text, sizeof text)) return 0;
    return (size_t)snprintf(out, size, "%s", text);
}

static size_t print_time(uint64_t nanoseconds, char *out, size_t size)
{
    static const char month[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(nanoseconds / 1000000000);
    struct tm t;
    if (!gmtime_r(&seconds, &t)) return 0;
    int n = snprintf(out, size, "%s %2d, %d %02d:%02d:%02d.%09u UTC", month[t.tm_mon], t.tm_mday, t.tm_year + 1900,
                     t.tm_hour, t.tm_min, t.tm_sec, (unsigned)(nanoseconds % 1000000000));
    return n < 0 ? 0 : (size_t)n;
}

size_t value_print(const struct value *v, char *out, size_t size)
{
    const struct field *f = field_of(v->field);
    int n = 0;
    if (size) out[0] = 0;
    switch ((enum value_kind)v->kind) {
    case VALUE_UINT:
        if (f->type == FIELD_TIME) return print_time(v->u, out, size);
        return print_uint(f, v->u, out, size);
    case VALUE_INT:
        n = f->base == BASE_HEX ? snprintf(out, size, "0x%0*" PRIx64, hex_width[f->type], (uint64_t)v->i)
                                : snprintf(out, size, "%" PRId64, v->i);
        break;
    case VALUE_DOUBLE:
        /* Wireshark shows FLT_DIG and DBL_DIG digits; our own fields of other types keep them all. */
        n = snprintf(out, size, "%.*g", f->type == FIELD_FLOAT ? 6 : f->type == FIELD_DOUBLE ? 15 : 17, v->f);
        break;
    case VALUE_BYTES:
        if (f->type == FIELD_IPV6 && v->length == 16) return print_ipv6(v->bytes, out, size);
        return print_bytes(f, v->bytes, v->length, out, size);
    case VALUE_TEXT:
        return print_text(v->bytes, v->length, out, size);
    case VALUE_NONE:
        n = snprintf(out, size, "1");
        break;
    }
    return n < 0 ? 0 : (size_t)n;
}
