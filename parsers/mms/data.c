/* SPDX-License-Identifier: Apache-2.0 */
/* Values of MMS variables. Follows ISO 9506-2 clause 14.4.2 (Data) and IEC 61850-8-1 clause 8 (utc-time). */
#include "parsers/mms/mms.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    ARRAY = 1,
    STRUCTURE,
    BOOLEAN,
    BIT_STRING,
    INTEGER,
    UNSIGNED,
    FLOATING_POINT,
    OCTET_STRING = 9,
    VISIBLE_STRING,
    BINARY_TIME = 12,
    MMS_STRING = 16,
    UTC_TIME
};
enum { DEEPEST = 6 };

struct text {
    char *at;
    size_t length, size;
};

static void put(struct text *t, const char *s, size_t n)
{
    for (size_t i = 0; i < n && t->length + 1 < t->size; i++) t->at[t->length++] = s[i];
}

static void put_string(struct text *t, const char *s) { put(t, s, strlen(s)); }

static void put_hex(struct text *t, struct bytes b)
{
    static const char digits[] = "0123456789abcdef";
    while (!bytes_empty(&b)) {
        uint8_t octet = bytes_u8(&b);
        put(t, (const char[]){digits[octet >> 4], digits[octet & 15]}, 2);
    }
}

/* Days since 1970 as a date of the Gregorian calendar, without the C library's locks. */
static void put_date(struct text *t, uint64_t seconds, unsigned milliseconds)
{
    uint64_t z = seconds / 86400 + 719468, era = z / 146097, doe = z % 146097;
    uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    unsigned day = (unsigned)(doy - (153 * mp + 2) / 5 + 1), month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
    unsigned long long year = yoe + era * 400 + (month <= 2);
    char out[80];
    snprintf(out, sizeof out, "%llu-%02u-%02uT%02u:%02u:%02u.%03uZ", year, month, day, (unsigned)(seconds / 3600 % 24),
             (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60), milliseconds);
    put_string(t, out);
}

/* Bits of a BIT STRING as 0 and 1, at most 32; the first octet counts the unused ones. */
static void put_bits(struct text *t, struct bytes b)
{
    uint8_t unused = bytes_u8(&b);
    size_t bits = bytes_left(&b) * 8;
    bits = unused < 8 && bits >= unused ? bits - unused : 0;
    for (size_t i = 0; i < bits && i < 32; i++) put_string(t, bytes_peek(&b, i / 8) >> (7 - i % 8) & 1 ? "1" : "0");
}

/* FloatingPoint: width of the exponent, then IEEE 754 of 32 or 64 bits. */
static bool float_value(struct bytes b, double *value)
{
    size_t length = bytes_left(&b);
    bytes_skip(&b, 1);
    if (length == 5)
        *value = (double)bytes_be_float(&b);
    else if (length == 9)
        *value = bytes_be_double(&b);
    else
        return false;
    return true;
}

static void put_data(struct text *t, const struct ber *data, unsigned depth)
{
    struct bytes content = data->content;
    struct ber element;
    double value;
    char number[32];
    switch (data->tag) {
    case ARRAY:
    case STRUCTURE:
        put_string(t, "{");
        for (unsigned i = 0; depth < DEEPEST && ber_next(&content, &element); i++) {
            if (i) put_string(t, ",");
            put_data(t, &element, depth + 1);
        }
        put_string(t, "}");
        break;
    case BOOLEAN:
        put_string(t, bytes_u8(&content) ? "true" : "false");
        break;
    case BIT_STRING:
        put_bits(t, content);
        break;
    case INTEGER:
        snprintf(number, sizeof number, "%" PRId64, ber_int(content));
        put_string(t, number);
        break;
    case UNSIGNED:
        snprintf(number, sizeof number, "%" PRIu64, ber_uint(content));
        put_string(t, number);
        break;
    case FLOATING_POINT:
        snprintf(number, sizeof number, "%.7g", float_value(content, &value) ? value : 0.0);
        put_string(t, number);
        break;
    case VISIBLE_STRING:
    case MMS_STRING:
        put(t, (const char *)content.at, bytes_left(&content));
        break;
    case UTC_TIME: { /* seconds, binary fraction of 24 bits, quality */
        uint32_t seconds = bytes_be32(&content), fraction = bytes_be24(&content);
        put_date(t, seconds, (unsigned)((uint64_t)fraction * 1000 >> 24));
        break;
    }
    case BINARY_TIME: { /* milliseconds of the day, days since 1984 when there */
        uint32_t milliseconds = bytes_be32(&content), days = bytes_left(&content) >= 2 ? bytes_be16(&content) : 0;
        put_date(t, 441763200ull + days * 86400ull + milliseconds / 1000, milliseconds % 1000);
        break;
    }
    default:
        put_hex(t, content);
        break;
    }
}

size_t mms_data_text(const struct ber *data, char *out, size_t size)
{
    struct text t = {out, 0, size};
    put_data(&t, data, 0);
    out[t.length] = 0;
    return t.length;
}

bool mms_is_failure(const struct ber *access_result) { return access_result->id == BER_CONTEXT(0); }

void mms_emit_value(struct pdu *p, const struct ber *data)
{
    struct bytes content = data->content;
    double value;
    switch (data->tag) {
    case BOOLEAN:
        message_value_int(p, bytes_u8(&content) != 0);
        return;
    case INTEGER:
        message_value_int(p, ber_int(content));
        return;
    case UNSIGNED:
        message_value_int(p, (int64_t)ber_uint(content));
        return;
    case FLOATING_POINT:
        if (!float_value(content, &value)) break;
        message_value_double(p, value);
        return;
    case VISIBLE_STRING:
    case MMS_STRING:
        message_value_text(p, content);
        return;
    }
    char text[MMS_VALUE_TEXT];
    size_t n = mms_data_text(data, text, sizeof text);
    uint8_t *copy = pdu_scratch(p, n);
    if (copy) message_value_text(p, bytes_over(memcpy(copy, text, n), n));
}
