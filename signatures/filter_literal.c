/* SPDX-License-Identifier: Apache-2.0 */
/* Literals and sets, read as the type of the field they are compared with. */
#include "signatures/filter_private.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum term operand_term(const struct operand *o)
{
    if (o->function == FUNCTION_LEN || o->function == FUNCTION_COUNT) return TERM_INTEGER;
    enum term term = field_term(o->field);
    return o->sliced && term != TERM_TEXT ? TERM_BYTES : term;
}

static void *out_of_memory(struct compiler *c)
{
    fault_set(c->fault, "%s: out of memory", c->file);
    return NULL;
}

static void whole(struct range *r, wide low, wide high)
{
    *r = (struct range){.low = low, .high = high, .real_low = (double)low, .real_high = (double)high};
}

/* ---- numbers ----------------------------------------------------- */

/* Decimal, 0x, 0b or, with a leading 0, octal, as in Wireshark. */
static bool parse_integer(const char *text, wide *out)
{
    bool negative = *text == '-';
    const char *digits = text + negative;
    int base = 10;
    char *end;
    if (digits[0] == '0' && (digits[1] | 32) == 'x')
        base = 16, digits += 2;
    else if (digits[0] == '0' && (digits[1] | 32) == 'b')
        base = 2, digits += 2;
    else if (digits[0] == '0')
        base = 8;
    if (!isxdigit((unsigned char)*digits)) return false;
    errno = 0;
    unsigned long long n = strtoull(digits, &end, base);
    if (errno || *end) return false;
    *out = negative ? -(wide)n : (wide)n;
    return true;
}

static bool parse_real(const char *text, struct range *r)
{
    wide n;
    char *end;
    if (parse_integer(text, &n)) {
        whole(r, n, n);
        return true;
    }
    double d = strtod(text, &end);
    if (end == text || *end || !isfinite(d) || fabs(d) > 1e30) return false;
    *r = (struct range){.low = (wide)ceil(d), .high = (wide)floor(d), .real_low = d, .real_high = d};
    return true;
}

/* Widths of the registry's integer types; signed ones are negative. */
static const int8_t type_bits[FIELD_TYPE_COUNT] = {
    [FIELD_BOOL] = 1,    [FIELD_UINT8] = 8,   [FIELD_UINT16] = 16, [FIELD_UINT24] = 24,
    [FIELD_UINT32] = 32, [FIELD_UINT48] = 48, [FIELD_UINT64] = 64, [FIELD_INT8] = -8,
    [FIELD_INT16] = -16, [FIELD_INT32] = -32, [FIELD_INT64] = -64,
};

static bool fits(const struct operand *o, wide n)
{
    int bits = 64;
    if (o->function == FUNCTION_NONE)
        bits = o->field->computed ? o->field->computed->bits : type_bits[field_of(o->field->number)->type];
    wide limit = (wide)1 << (bits < 0 ? -bits - 1 : bits);
    return n < limit && n >= (bits < 0 ? -limit : 0);
}

static const struct value_name *names_of(const struct operand *o)
{
    return o->function == FUNCTION_NONE && !o->field->computed ? field_of(o->field->number)->names : NULL;
}

static const char *value_name_at(void *names, unsigned index) { return ((const struct value_name *)names)[index].en; }

static bool integer_literal(struct compiler *c, const struct operand *o, const struct token *t, wide *out)
{
    const struct value_name *names = names_of(o), *first = names;
    bool is_bool = !o->field->computed && field_of(o->field->number)->type == FIELD_BOOL;
    if (t->kind == TOKEN_WORD && parse_integer(t->text, out)) {
        if (fits(o, *out)) return true;
        return compile_fault(c, t, "%s does not fit into %s", t->text, filter_field_name(o->field));
    }
    for (; names && names->en; names++) {
        if (strcasecmp(names->en, t->text) != 0 && strcmp(names->zh, t->text) != 0) continue;
        *out = (wide)names->value;
        return true;
    }
    if (is_bool && (strcasecmp(t->text, "true") == 0 || strcasecmp(t->text, "false") == 0)) {
        *out = (t->text[0] | 32) == 't';
        return true;
    }
    const char *near = first ? nearest_name(t->text, value_name_at, (void *)first) : NULL;
    if (near)
        return compile_fault(c, t, "%s has no value \"%s\"; did you mean \"%s\"?", filter_field_name(o->field), t->text,
                             near);
    return compile_fault(c, t, "\"%s\" is not a whole number%s, as %s needs", t->text,
                         first ? " or the name of a value" : "", filter_field_name(o->field));
}

/* ---- addresses --------------------------------------------------- */

static bool parse_ether(const char *text, struct range *r)
{
    uint8_t bytes[6];
    for (unsigned i = 0; i < 6; i++) {
        char *end;
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1])) return false;
        bytes[i] = (uint8_t)strtoul((char[]){text[0], text[1], 0}, &end, 16);
        text += 2;
        if (i < 5 && *text && strchr(":-.", *text)) text++;
    }
    if (*text) return false;
    whole(r, number_of_bytes(bytes, 6), number_of_bytes(bytes, 6));
    r->family = FAMILY_ETHER;
    return true;
}

/* "address" or "address/prefix". */
static bool parse_ip(const char *text, uint8_t family, struct range *r)
{
    char host[INET6_ADDRSTRLEN + 1];
    uint8_t bytes[16];
    const char *slash = strchr(text, '/');
    unsigned width = family == FAMILY_IPV4 ? 32 : 128;
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    wide prefix = width;
    if (length >= sizeof host) return false;
    memcpy(host, text, length);
    host[length] = 0;
    if (inet_pton(family == FAMILY_IPV4 ? AF_INET : AF_INET6, host, bytes) != 1) return false;
    if (slash && (!isdigit((unsigned char)slash[1]) || !parse_integer(slash + 1, &prefix) || prefix > width))
        return false;
    uint8_t low[16], high[16];
    for (unsigned i = 0; i < width / 8; i++) {
        int kept = (int)prefix - (int)i * 8;
        uint8_t mask = (uint8_t)(kept >= 8 ? 0xff : kept <= 0 ? 0 : 0xff << (8 - kept));
        low[i] = bytes[i] & mask;
        high[i] = (uint8_t)(bytes[i] | ~mask);
    }
    whole(r, number_of_bytes(low, width / 8), number_of_bytes(high, width / 8));
    r->family = family;
    return true;
}

static bool parse_address(const char *text, struct range *r)
{
    return parse_ip(text, FAMILY_IPV4, r) || parse_ether(text, r) || parse_ip(text, FAMILY_IPV6, r);
}

static const uint8_t family_of_term[] = {
    [TERM_ETHER] = FAMILY_ETHER, [TERM_IPV4] = FAMILY_IPV4, [TERM_IPV6] = FAMILY_IPV6, [TERM_ADDRESS] = FAMILY_PLAIN};
static const char *const term_words[] = {
    [TERM_NONE] = "a value",
    [TERM_INTEGER] = "a whole number",
    [TERM_REAL] = "a number",
    [TERM_TEXT] = "text",
    [TERM_BYTES] = "bytes such as 01:02",
    [TERM_ETHER] = "a MAC address",
    [TERM_IPV4] = "an IPv4 address",
    [TERM_IPV6] = "an IPv6 address",
    [TERM_ADDRESS] = "an IP or MAC address",
};

static bool wrong_type(struct compiler *c, const struct operand *o, enum term term, const struct token *t)
{
    return compile_fault(c, t, "\"%s\" is not %s, as %s needs", t->text, term_words[term], filter_field_name(o->field));
}

/* An address of another kind in a set is no fault: sets list stations, a field asks for one kind. `*taken` tells. */
static bool address_literal(struct compiler *c, const struct operand *o, enum term term,
                            const struct literal_text *item, struct range *r, bool *taken)
{
    struct range high;
    uint8_t family = family_of_term[term];
    if (!parse_address(item->low.text, r)) return wrong_type(c, o, term, &item->low);
    *taken = !family || r->family == family;
    if (!*taken && !item->from_set) return wrong_type(c, o, term, &item->low);
    if (!item->is_range) return true;
    if (!parse_address(item->high.text, &high) || high.family != r->family) return wrong_type(c, o, term, &item->high);
    r->high = high.high;
    r->real_high = high.real_high;
    return true;
}

/* ---- text and bytes ---------------------------------------------- */

static bool hex_bytes(const char *text, uint8_t *out, uint32_t *length)
{
    *length = 0;
    while (*text) {
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1])) return false;
        out[(*length)++] = (uint8_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
        text += 2;
        if (*text && strchr(":-.", *text) && text[1]) text++;
    }
    return *length > 0;
}

static bool bytes_literal(struct compiler *c, const struct operand *o, const struct token *t, struct octets *out)
{
    uint8_t *bytes = region_take(&c->filter->memory, t->length + 1);
    if (!bytes) return out_of_memory(c);
    out->bytes = bytes;
    if (t->kind == TOKEN_WORD) return hex_bytes(t->text, bytes, &out->length) || wrong_type(c, o, TERM_BYTES, t);
    memcpy(bytes, t->text, t->length);
    out->length = t->length;
    return true;
}

/* Text; a field of text can hold numbers, too (ot.value), so what reads as a number is kept as both. */
static bool text_literal(struct compiler *c, struct node *node, const struct literal_text *item)
{
    struct literals *l = &node->literals;
    const struct token *t = &item->low;
    bool ordered = node->relation >= IS_LESS && node->relation <= IS_GREATER_EQUAL;
    bool bare_number = t->kind == TOKEN_WORD;
    struct range r, high;
    if (parse_real(t->text, &r) && node->relation < CONTAINS && (bare_number || !ordered)) {
        if (item->is_range && !parse_real(item->high.text, &high))
            return wrong_type(c, &node->left, TERM_REAL, &item->high);
        if (item->is_range) r.high = high.high, r.real_high = high.real_high;
        l->ranges[l->range_count++] = r;
        if (item->is_range || (bare_number && ordered)) return true;
    } else if (item->is_range) {
        return wrong_type(c, &node->left, TERM_REAL, t);
    }
    uint8_t *bytes = (uint8_t *)region_text(&c->filter->memory, t->text, t->length);
    if (!bytes) return out_of_memory(c);
    for (uint32_t i = 0; node->left.function == FUNCTION_FOLD && i < t->length; i++)
        bytes[i] = (uint8_t)tolower(bytes[i]);
    l->texts[l->text_count++] = (struct octets){bytes, t->length};
    return true;
}

static bool numeric_literal(struct compiler *c, struct node *node, enum term term, const struct literal_text *item)
{
    struct range *r = &node->literals.ranges[node->literals.range_count], high_real = {0};
    wide low = 0, high = 0;
    if (term == TERM_REAL) {
        if (!parse_real(item->low.text, r)) return wrong_type(c, &node->left, term, &item->low);
        if (item->is_range && !parse_real(item->high.text, &high_real))
            return wrong_type(c, &node->left, term, &item->high);
        if (item->is_range) r->high = high_real.high, r->real_high = high_real.real_high;
    } else {
        if (!integer_literal(c, &node->left, &item->low, &low)) return false;
        high = low;
        if (item->is_range && !integer_literal(c, &node->left, &item->high, &high)) return false;
        whole(r, low, high);
    }
    if (item->is_range && r->real_high < r->real_low)
        return compile_fault(c, &item->low, "the range %s..%s runs backwards", item->low.text, item->high.text);
    node->literals.range_count++;
    return true;
}

static bool one_literal(struct compiler *c, struct node *node, enum term term, const struct literal_text *item)
{
    struct literals *l = &node->literals;
    bool taken = true;
    switch (term) {
    case TERM_INTEGER:
    case TERM_REAL:
        return numeric_literal(c, node, term, item);
    case TERM_TEXT:
        return text_literal(c, node, item);
    case TERM_BYTES:
        if (item->is_range) return compile_fault(c, &item->low, "bytes have no ranges");
        return bytes_literal(c, &node->left, &item->low, &l->texts[l->text_count++]);
    case TERM_ETHER:
    case TERM_IPV4:
    case TERM_IPV6:
    case TERM_ADDRESS:
        if (!address_literal(c, &node->left, term, item, &l->ranges[l->range_count], &taken)) return false;
        l->range_count += taken;
        return true;
    case TERM_NONE:
        break;
    }
    return compile_fault(c, &item->low, "%s has no value to compare: it is there or not",
                         filter_field_name(node->left.field));
}

static int by_low(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    if (x->family != y->family) return x->family < y->family ? -1 : 1;
    if (x->low != y->low) return x->low < y->low ? -1 : 1;
    return x->high < y->high ? -1 : x->high > y->high;
}

static int by_bytes(const void *a, const void *b)
{
    const struct octets *x = a, *y = b;
    int order = memcmp(x->bytes, y->bytes, x->length < y->length ? x->length : y->length);
    if (order) return order;
    return x->length < y->length ? -1 : x->length > y->length;
}

/* Sorts, and joins ranges that overlap, so that one binary search decides. */
static void settle(struct literals *l)
{
    unsigned kept = 0;
    qsort(l->ranges, l->range_count, sizeof *l->ranges, by_low);
    qsort(l->texts, l->text_count, sizeof *l->texts, by_bytes);
    for (unsigned i = 0; i < l->range_count; i++) {
        struct range *last = kept ? &l->ranges[kept - 1] : NULL, *r = &l->ranges[i];
        if (last && last->family == r->family && r->low <= last->high && r->real_low <= last->real_high) {
            if (r->high > last->high) last->high = r->high;
            if (r->real_high > last->real_high) last->real_high = r->real_high;
        } else {
            l->ranges[kept++] = *r;
        }
    }
    l->range_count = kept;
}

bool literals_compile(struct compiler *c, struct node *node, const struct literal_text *items, unsigned count)
{
    struct literals *l = &node->literals;
    enum term term = operand_term(&node->left);
    if (node->relation == CONTAINS && term != TERM_TEXT) term = TERM_BYTES;
    l->ranges = region_take(&c->filter->memory, count * sizeof *l->ranges);
    l->texts = region_take(&c->filter->memory, count * sizeof *l->texts);
    if (!l->ranges || !l->texts) return out_of_memory(c);
    for (unsigned i = 0; i < count; i++)
        if (!one_literal(c, node, term, &items[i])) return false;
    settle(l);
    return true;
}
