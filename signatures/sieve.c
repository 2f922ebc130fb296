/* SPDX-License-Identifier: Apache-2.0 */
/* Reads off a pattern's expression what it cannot do without (sieve.h): its least length, an octet at a fixed place,
 * the first two octets of each of its alternatives. What is not understood narrows nothing. */
#include "signatures/rule.h"

#include <ctype.h>
#include <hs.h>
#include <stdlib.h>
#include <string.h>

enum { STRETCH = 16 };

/* ---- an octet at a fixed place: most patterns of industrial protocols have one ---- */

/* "\xHH"; NULL: something else. */
static const char *take_octet(const char *e, uint8_t *octet)
{
    if (e[0] != '\\' || e[1] != 'x' || !isxdigit((unsigned char)e[2]) || !isxdigit((unsigned char)e[3])) return NULL;
    *octet = (uint8_t)strtoul((char[]){e[2], e[3], 0}, NULL, 16);
    return e + 4;
}

/* "\xHH", or a class of such: the narrowest range that holds all of it. NULL: something else. */
static const char *take_range(const char *e, struct sieve *out)
{
    bool class = *e == '[';
    uint8_t octet;
    out->low = 255, out->high = 0;
    for (e += class; (e = take_octet(e, &octet)); e += class && *e == '-') {
        if (octet < out->low) out->low = octet;
        if (octet > out->high) out->high = octet;
        if (!class) return e;
        if (*e == ']') return e + 1;
    }
    return NULL;
}

/* The octet that the expression begins with, behind any that can be any: "^[\x00-\xff]{N}…". False: none can be told.
 */
static bool octet_of_expression(const char *e, struct sieve *out)
{
    static const char any[] = "[\\x00-\\xff]{";
    char *end = NULL;
    out->offset = 0;
    if (*e++ != '^' || strchr(e, '|')) return false;
    if (strncmp(e, any, sizeof any - 1) == 0) {
        unsigned long skipped = strtoul(e + sizeof any - 1, &end, 10);
        if (*end != '}' || skipped > UINT16_MAX) return false;
        e = end + 1;
        out->offset = (uint16_t)skipped;
    }
    return (e = take_range(e, out)) && *e != '?' && *e != '*' && *e != '{';
}

static bool octet_of(const struct pattern *p, struct sieve *out)
{
    size_t length = strlen(p->expression) / 4; /* of a literal: \xHH each */
    if (p->flags & HS_FLAG_CASELESS) return false;
    if (p->expression[0] == '^') return octet_of_expression(p->expression, out);
    bool placed = p->min_offset ? p->min_offset == p->max_offset : p->max_offset == length;
    if (!placed || p->max_offset < length || p->max_offset - length > UINT16_MAX) return false;
    out->offset = (uint16_t)(p->max_offset - length);
    return strlen(p->expression) % 4 == 0 && take_range(p->expression, out);
}

/* ---- two octets that stand somewhere ---- */

/* A literal octet that is there exactly once. NULL: something else. */
static const char *take_literal(const char *e, uint8_t *octet)
{
    const char *after = take_octet(e, octet);
    if (!after && *e == '\\' && ispunct((unsigned char)e[1])) *octet = (uint8_t)e[1], after = e + 2;
    if (!after && *e && !strchr("\\^$.|?*+()[]{}", *e)) *octet = (uint8_t)*e, after = e + 1;
    return after && *after && strchr("?*+{", *after) ? NULL : after;
}

/* In both cases, where that does not count. */
static void put_octet(struct sieve *s, uint8_t octet, bool nocase)
{
    s->octets[octet / 64] |= (uint64_t)1 << octet % 64;
    if (nocase && isalpha(octet)) s->octets[(octet ^ 32) / 64] |= (uint64_t)1 << (octet ^ 32) % 64;
}

static void put_two(struct sieve *s, uint8_t a, uint8_t b, bool nocase)
{
    for (unsigned way = 0; way < 4; way++) {
        uint8_t x = nocase && way & 1 && isalpha(a) ? a ^ 32 : a, y = nocase && way & 2 && isalpha(b) ? b ^ 32 : b;
        unsigned two = sieve_two(x, y);
        s->twos[two / 64] |= (uint64_t)1 << two % 64;
    }
}

/* The literal octets that begin at `e`; the shortest stretch of all alternatives counts. */
static void take_stretch(struct sieve *s, const char *e, bool nocase)
{
    unsigned length = 0;
    uint8_t before = 0;
    for (uint8_t octet; length < STRETCH && (e = take_literal(e, &octet)); length++, before = octet) {
        put_octet(s, octet, nocase);
        if (length) put_two(s, before, octet, nocase);
    }
    if (!s->stretch || length < s->stretch) s->stretch = (uint8_t)length;
}

/* The first two octets of an alternative, as one more pair. */
static bool take_pair(struct sieve *s, const char *e)
{
    if (s->pair_count == SIEVE_PAIRS) return false;
    uint8_t *pair = s->pairs[s->pair_count++];
    take_stretch(s, e, false);
    return (e = take_literal(e, &pair[0])) && take_literal(e, &pair[1]);
}

/* Behind a character, an escape or a class. NULL: it has no end. */
static const char *pass(const char *e)
{
    if (*e == '\\') return e[1] ? e + 2 : NULL;
    if (*e++ != '[') return e;
    while (*e && *e != ']') e += *e == '\\' && e[1] ? 2 : 1;
    return *e ? e + 1 : NULL;
}

/* "(ab…|cd…)…" or "ab…": a pair for each alternative. */
static bool take_pairs(struct sieve *s, const char *e)
{
    unsigned depth = 0, outer = *e == '(';
    if (strstr(e, "(?") || strstr(e, "[^]") || strstr(e, "[]") || !take_pair(s, e + outer)) return false;
    while (e && *e) {
        if (*e == '|' && depth < outer) return false;
        if (*e == '|' && depth == outer && (!outer || !take_pair(s, e + 1))) return false;
        if (*e == ')' && depth == 1 && outer) return (!e[1] || !strchr("?*{", e[1])) && !strchr(e, '|');
        depth += *e == '(';
        depth -= *e == ')';
        e = pass(e);
    }
    return e && !outer;
}

static bool is_literal(const char *e)
{
    uint8_t octet;
    while (*e && (e = take_octet(e, &octet)))
        ;
    return e;
}

void sieve_add(struct sieve *s, const struct pattern *p)
{
    struct sieve found = {.pair_count = 0};
    if (p->absent) return;
    uint64_t least = p->min_offset > p->least ? p->min_offset : p->least;
    if (least > s->least) s->least = (uint32_t)least;
    if (!s->has_octet) s->has_octet = octet_of(p, s);
    if (s->has_octet || s->stretch) return;
    if (p->flags & HS_FLAG_CASELESS) {
        if (is_literal(p->expression)) take_stretch(&found, p->expression, true);
        if (found.stretch < 2) return;
    } else if (!take_pairs(&found, p->expression)) {
        return;
    }
    s->pair_count = found.pair_count;
    s->stretch = found.stretch;
    memcpy(s->pairs, found.pairs, sizeof s->pairs);
    memcpy(s->octets, found.octets, sizeof s->octets);
    memcpy(s->twos, found.twos, sizeof s->twos);
}

bool sieve_has_pair(const struct sieve *s, const struct bytes *payload)
{
    for (unsigned i = 0; i < s->pair_count; i += 2)
        if (bytes_have_pair(payload, s->pairs[i], s->pairs[i + 1 < s->pair_count ? i + 1 : i])) return true;
    return false;
}
