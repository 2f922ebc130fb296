/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a certificate's names, times and algorithm (RFC 5280, clause 4.1) over the BER reader. */
#include "parsers/x509.h"

#include "parsers/ber.h"
#include "parsers/calendar.h"

enum {
    VERSION = BER_CONSTRUCTED(0),
    UTC_TIME = 0x17, /* RFC 5280 4.1.2.5.1: YYMMDDhhmmssZ */
    GENERALIZED_TIME = 0x18,
    ATTRIBUTES_AT_MOST = 32
};

/* RFC 5280, appendix A.1: id-at 3, 10 and 5. */
static const uint8_t common_name[] = {0x55, 4, 3}, organization[] = {0x55, 4, 10}, serial_number[] = {0x55, 4, 5};

/* RFC 3279 clause 2.2.1 to 2.2.3, and RFC 8017 appendix C. */
static const struct {
    uint8_t length;
    uint8_t oid[9];
    const char *name;
} weak[] = {{9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2}, "MD2"},
            {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 3}, "MD4"},
            {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4}, "MD5"},
            {9, {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5}, "SHA-1"},
            {7, {0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3}, "SHA-1"},
            {7, {0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1}, "SHA-1"}};

static bool is_oid(struct bytes content, const uint8_t *oid, size_t length)
{
    return bytes_left(&content) == length && memcmp(content.at, oid, length) == 0;
}

static bool same(struct bytes a, struct bytes b)
{
    return bytes_left(&a) == bytes_left(&b) && memcmp(a.at, b.at, bytes_left(&a)) == 0;
}

/* Name: a sequence of sets of (type, value). */
static struct bytes attribute(struct bytes name, const uint8_t oid[3])
{
    struct ber set, pair, type, value;
    for (unsigned i = 0; i < ATTRIBUTES_AT_MOST && ber_next(&name, &set); i++)
        while (ber_next(&set.content, &pair))
            if (ber_next(&pair.content, &type) && ber_next(&pair.content, &value) && is_oid(type.content, oid, 3))
                return value.content;
    return bytes_over(NULL, 0);
}

static int two(struct bytes *in)
{
    unsigned tens = bytes_u8(in) - '0', ones = bytes_u8(in) - '0';
    if (tens > 9 || ones > 9) in->bad = true;
    return (int)(tens * 10 + ones);
}

/* Always in UTC with seconds in DER (RFC 5280, 4.1.2.5). */
static uint64_t time_of(const struct ber *e)
{
    struct bytes in = e->content;
    if (e->id != UTC_TIME && e->id != GENERALIZED_TIME) return 0;
    int year = e->id == GENERALIZED_TIME ? two(&in) * 100 : -1, low = two(&in);
    year = year < 0 ? low + (low < 50 ? 2000 : 1900) : year + low;
    int month = two(&in), day = two(&in), hour = two(&in), minute = two(&in), second = two(&in);
    if (!bytes_ok(&in) || month < 1 || month > 12 || day < 1 || day > 31 || year < 1970) return 0;
    int64_t seconds = ((calendar_days(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    /* "99991231235959Z", without end, is beyond what nanoseconds hold */
    return seconds > INT64_MAX / 1000000000 ? INT64_MAX : (uint64_t)seconds * 1000000000u;
}

bool x509_read(struct bytes der, struct x509 *out)
{
    struct ber whole, tbs, e, algorithm, issuer, validity, subject, from, until;
    *out = (struct x509){0};
    if (!ber_next(&der, &whole) || whole.id != BER_SEQUENCE || whole.cut) return false;
    if (!ber_next(&whole.content, &tbs) || tbs.id != BER_SEQUENCE || !ber_next(&tbs.content, &e)) return false;
    if (e.id == VERSION && !ber_next(&tbs.content, &e)) return false;
    if (e.id != BER_INTEGER || !ber_next(&tbs.content, &algorithm) || !ber_next(&tbs.content, &issuer) ||
        !ber_next(&tbs.content, &validity) || !ber_next(&tbs.content, &subject))
        return false;
    if (issuer.id != BER_SEQUENCE || subject.id != BER_SEQUENCE || !ber_next(&validity.content, &from) ||
        !ber_next(&validity.content, &until))
        return false;
    out->common_name = attribute(subject.content, common_name);
    out->organization = attribute(subject.content, organization);
    out->serial = attribute(subject.content, serial_number);
    out->issuer_name = attribute(issuer.content, common_name);
    if (bytes_empty(&out->issuer_name)) out->issuer_name = attribute(issuer.content, organization);
    out->from_ns = time_of(&from);
    out->until_ns = time_of(&until);
    out->self_issued = same(issuer.content, subject.content);
    if (!ber_next(&algorithm.content, &e)) return true;
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
        if (is_oid(e.content, weak[i].oid, weak[i].length)) out->weak_signature = weak[i].name;
    return true;
}
