/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of equality that a filter cannot do without, as keys (filter.h): an index over many filters finds those whose
 * value a message has, and asks no other. */
#include "signatures/filter_private.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

/* ---- keys -------------------------------------------------------- */

static uint64_t number_key(uint8_t family, wide number)
{
    uint64_t mixed = (uint64_t)number ^ (uint64_t)(number >> 64) * 0xc2b2ae3d27d4eb4f ^ (uint64_t)family << 57;
    return (mixed ^ mixed >> 29) * 0x9e3779b97f4a7c15;
}

static uint64_t text_key(const uint8_t *bytes, size_t length) { return XXH3_64bits(bytes, length); }

unsigned filter_field_keys(const struct filter_field *field, const struct message *m, uint64_t *keys, unsigned room)
{
    struct datum d;
    uint32_t cursor = 0;
    unsigned count = 0;
    while (field_next(field, m, &cursor, &d)) {
        if (count == room) return room + 1;
        if (d.kind == DATUM_BYTES)
            keys[count++] = text_key(d.bytes, d.length);
        else if (d.kind != DATUM_REAL)
            keys[count++] = number_key(d.family, d.number);
        else if (d.real >= INT64_MIN && d.real < 0x1p63) /* beyond, it equals no number that is written */
            keys[count++] = number_key(FAMILY_PLAIN, (wide)(int64_t)d.real);
    }
    return count;
}

/* ---- tests ------------------------------------------------------- */

/* As datum_holds compares: texts and octets with texts, numbers with numbers. False: with spans of numbers, or with
 * real ones, or an address with a text. */
static bool take_keys(const struct node *n, struct filter_choice *out)
{
    enum term term = field_term(n->left.field);
    const struct literals *l = &n->literals;
    unsigned count = l->text_count + l->range_count;
    bool of_bytes = term == TERM_TEXT || term == TERM_BYTES;
    if (term == TERM_REAL || term == TERM_NONE || !count || count > FILTER_CHOICE_KEYS) return false;
    if (!of_bytes && l->text_count) return false;
    for (unsigned i = 0; i < l->text_count; i++) out->keys[i] = text_key(l->texts[i].bytes, l->texts[i].length);
    for (unsigned i = 0; i < l->range_count; i++) {
        const struct range *r = &l->ranges[i];
        if (r->low != r->high || r->real_low != r->real_high) return false;
        out->keys[l->text_count + i] = number_key(r->family, r->low);
    }
    out->field = n->left.field;
    out->count = count;
    return true;
}

static void find(const struct node *n, struct filter_choice out[FILTER_CHOICES], unsigned *count)
{
    for (const struct node *child = n->op == NODE_AND ? n->first : NULL; child; child = child->next)
        find(child, out, count);
    if (*count == FILTER_CHOICES || n->op != NODE_LITERAL || n->all || n->left.function || n->left.sliced ||
        n->left.masked || (n->relation != IS_EQUAL && n->relation != IS_IN))
        return;
    *count += take_keys(n, &out[*count]);
}

unsigned filter_choices(const struct filter *filter, struct filter_choice out[FILTER_CHOICES])
{
    unsigned count = 0;
    find(filter->root, out, &count);
    return count;
}
