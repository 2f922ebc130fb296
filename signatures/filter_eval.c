/* SPDX-License-Identifier: Apache-2.0 */
/* A compiled filter over one message: no allocation, no lock, bounded by the filter and the message. */
#include "signatures/filter_private.h"

#include <ctype.h>

/* ---- one occurrence against literals ----------------------------- */

static bool in_ranges(const struct literals *l, const struct datum *d)
{
    if (d->kind == DATUM_REAL) {
        for (unsigned i = 0; i < l->range_count; i++)
            if (d->real >= l->ranges[i].real_low && d->real <= l->ranges[i].real_high) return true;
        return false;
    }
    unsigned low = 0, high = l->range_count; /* the last range that begins at or before the number */
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const struct range *r = &l->ranges[middle];
        bool before = r->family != d->family ? r->family < d->family : r->low <= d->number;
        if (before)
            low = middle + 1;
        else
            high = middle;
    }
    return low && l->ranges[low - 1].family == d->family && d->number <= l->ranges[low - 1].high;
}

/* Order of bytes, upper case as lower when `fold`. */
static int compare_bytes(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length, bool fold)
{
    size_t n = a_length < b_length ? a_length : b_length;
    int order = fold ? 0 : memcmp(a ? a : b, b, n);
    for (size_t i = 0; fold && !order && i < n; i++) order = tolower(a[i]) - b[i];
    if (order) return order;
    return a_length < b_length ? -1 : a_length > b_length;
}

static bool in_texts(const struct literals *l, const struct datum *d, bool fold)
{
    unsigned low = 0, high = l->text_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        const struct octets *o = &l->texts[middle];
        int order = compare_bytes(d->bytes, d->length, o->bytes, o->length, fold);
        if (order == 0) return true;
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool found_folded(const struct datum *d, const struct octets *o)
{
    for (size_t i = 0; i + o->length <= d->length; i++)
        if (compare_bytes(d->bytes + i, o->length, o->bytes, o->length, true) == 0) return true;
    return false;
}

static bool contains_any(const struct literals *l, const struct datum *d, bool fold)
{
    if (!d->bytes) return false;
    for (unsigned i = 0; i < l->text_count; i++) {
        const struct octets *o = &l->texts[i];
        bool found = fold ? found_folded(d, o) : memmem(d->bytes, d->length, o->bytes, o->length) != NULL;
        if (found) return true;
    }
    return false;
}

/* -1, 0, 1 against the first literal's lower and upper end; 2 when they cannot be ordered. */
static int order_to(const struct literals *l, const struct datum *d, bool to_high, bool fold)
{
    if (d->kind == DATUM_BYTES && l->text_count) {
        int order = compare_bytes(d->bytes, d->length, l->texts[0].bytes, l->texts[0].length, fold);
        return order < 0 ? -1 : order > 0;
    }
    if (!l->range_count || d->kind == DATUM_BYTES) return 2;
    const struct range *r = &l->ranges[0];
    if (d->kind == DATUM_REAL) {
        double end = to_high ? r->real_high : r->real_low;
        return d->real < end ? -1 : d->real > end;
    }
    wide end = to_high ? r->high : r->low;
    if (d->family != r->family) return 2;
    return d->number < end ? -1 : d->number > end;
}

bool datum_holds(const struct node *node, const struct datum *d)
{
    const struct literals *l = &node->literals;
    bool fold = node->left.function == FUNCTION_FOLD;
    /* An address has bytes, too, but is compared as a number unless only texts were given. */
    bool as_bytes = d->kind == DATUM_BYTES || (d->bytes && !l->range_count && l->text_count);
    switch ((enum relation)node->relation) {
    case IS_EQUAL:
    case IS_IN:
        return as_bytes ? in_texts(l, d, fold) : in_ranges(l, d);
    case IS_UNEQUAL:
        return !(as_bytes ? in_texts(l, d, fold) : in_ranges(l, d));
    case IS_LESS:
        return order_to(l, d, false, fold) == -1;
    case IS_LESS_EQUAL:
        return order_to(l, d, true, fold) <= 0;
    case IS_GREATER:
        return order_to(l, d, true, fold) == 1;
    case IS_GREATER_EQUAL:
        return (unsigned)order_to(l, d, false, fold) <= 1;
    case CONTAINS:
        return contains_any(l, d, fold);
    case MATCHES:
        return d->bytes && regex_match(node->regex, d->bytes, d->length);
    }
    return false;
}

/* ---- two fields -------------------------------------------------- */

/* -1, 0, 1, or 2 for things that cannot be compared. */
static int order_of(const struct datum *a, const struct datum *b)
{
    bool a_number = a->kind == DATUM_NUMBER, b_number = b->kind == DATUM_NUMBER;
    if (a_number && b_number) {
        if (a->family != b->family) return 2;
        return a->number < b->number ? -1 : a->number > b->number;
    }
    if ((a_number || a->kind == DATUM_REAL) && (b_number || b->kind == DATUM_REAL)) {
        double x = a_number ? (double)a->number : a->real, y = b_number ? (double)b->number : b->real;
        return x < y ? -1 : x > y;
    }
    if (!a->bytes || !b->bytes) return 2;
    int order = compare_bytes(a->bytes, a->length, b->bytes, b->length, false);
    return order < 0 ? -1 : order > 0;
}

static bool pair_holds(enum relation relation, const struct datum *a, const struct datum *b)
{
    int order = order_of(a, b);
    switch (relation) {
    case IS_EQUAL:
        return order == 0;
    case IS_UNEQUAL:
        return order != 0;
    case IS_LESS:
        return order == -1;
    case IS_LESS_EQUAL:
        return order <= 0;
    case IS_GREATER:
        return order == 1;
    case IS_GREATER_EQUAL:
        return order == 0 || order == 1;
    case CONTAINS:
        return a->bytes && b->bytes && memmem(a->bytes, a->length, b->bytes, b->length);
    case IS_IN:
    case MATCHES:
        break;
    }
    return false;
}

/* ---- occurrences ------------------------------------------------- */

static bool slice(const struct operand *o, struct datum *d)
{
    int64_t length = d->length, start = o->slice_start < 0 ? length + o->slice_start : o->slice_start;
    if (!d->bytes || start < 0 || start > length) return false;
    int64_t taken = o->slice_length < 0 ? length - start : o->slice_length;
    if (start + taken > length) return false;
    *d = (struct datum){.kind = DATUM_BYTES, .bytes = d->bytes + start, .length = (uint32_t)taken};
    return true;
}

static uint32_t occurrences(const struct filter_field *field, const struct message *m)
{
    struct datum d;
    uint32_t cursor = 0, count = 0;
    while (field_next(field, m, &cursor, &d)) count++;
    return count;
}

/* The next occurrence with slice, mask and function applied. */
static bool operand_next(const struct operand *o, const struct message *m, uint32_t *cursor, struct datum *d)
{
    if (o->function == FUNCTION_COUNT) return (*cursor)++ == 0 && datum_number(d, occurrences(o->field, m));
    while (field_next(o->field, m, cursor, d)) {
        if (o->sliced && !slice(o, d)) continue;
        if (o->masked) datum_number(d, (uint64_t)d->number & o->mask);
        if (o->function == FUNCTION_LEN) datum_number(d, d->length);
        return true;
    }
    return false;
}

static bool match_literal(const struct node *n, const struct message *m)
{
    struct datum d;
    uint32_t cursor = 0;
    bool seen = false;
    while (operand_next(&n->left, m, &cursor, &d)) {
        bool holds = datum_holds(n, &d);
        if (holds != n->all) return holds;
        seen = true;
    }
    return n->all && seen;
}

static bool match_field(const struct node *n, const struct message *m)
{
    struct datum a, b;
    uint32_t i = 0;
    bool seen = false;
    while (operand_next(&n->left, m, &i, &a)) {
        uint32_t j = 0;
        while (operand_next(&n->right, m, &j, &b)) {
            bool holds = pair_holds(n->relation, &a, &b);
            if (holds != n->all) return holds;
            seen = true;
        }
    }
    return n->all && seen;
}

/* ---- universes and the tree -------------------------------------- */

static bool match_bits(const struct node *n, const struct message *m)
{
    unsigned bit = n->universe == UNIVERSE_CLASS    ? m->operation_class
                   : n->universe == UNIVERSE_STATUS ? m->status
                                                    : m->role;
    return m->parser && (n->bits >> bit & 1);
}

static bool listed(const struct node *n, const void *row)
{
    for (unsigned i = 0; i < n->pointer_count; i++)
        if (n->pointers[i] == row) return !n->negated;
    return n->negated;
}

static bool match_pointers(const struct node *n, const struct message *m)
{
    if (!m->parser) return false;
    if (n->universe == UNIVERSE_PROTOCOL) return listed(n, m->parser);
    if (n->universe == UNIVERSE_OPERATION) return m->operation && listed(n, m->operation);
    for (unsigned i = 0; i < m->anomaly_count; i++) {
        bool holds = listed(n, &m->anomalies[i].parser->anomalies[m->anomalies[i].anomaly]);
        if (holds != n->all) return holds;
    }
    return n->all && m->anomaly_count;
}

/* ---- the quick ones ---------------------------------------------- */

/* As a span of unsigned numbers, both ends included; false: it is none. */
static bool span_of(const struct node *n, uint64_t *low, uint64_t *high)
{
    const struct range *r = n->literals.ranges;
    if (n->literals.range_count != 1 || n->literals.text_count || r->family || r->low < 0 || r->high > UINT64_MAX)
        return false;
    *low = (uint64_t)r->low;
    *high = (uint64_t)r->high;
    switch ((enum relation)n->relation) {
    case IS_EQUAL:
    case IS_IN:
        return *low <= *high;
    case IS_LESS:
        *high = *low - 1;
        *low = 0;
        return r->low > 0;
    case IS_LESS_EQUAL:
        *low = 0;
        return true;
    case IS_GREATER:
        *high = UINT64_MAX;
        return ++*low;
    case IS_GREATER_EQUAL:
        *high = UINT64_MAX;
        return true;
    default:
        return false;
    }
}

void node_quicken(struct node *n)
{
    bool plain = operand_is_plain(&n->left) && !n->all;
    if (n->op == NODE_EXISTS && plain) n->quick = QUICK_EXISTS;
    if (n->op == NODE_LITERAL && plain && field_term(n->left.field) == TERM_INTEGER &&
        span_of(n, &n->quick_low, &n->quick_high))
        n->quick = QUICK_RANGE;
}

static bool match_range(const struct node *n, const struct message *m)
{
    const struct value *v = m->values, *end = v + m->value_count;
    uint64_t low = n->quick_low, span = n->quick_high - low;
    for (uint16_t field = n->left.field->number; v < end; v++) {
        if (v->field != field) continue;
        if (v->kind != VALUE_UINT) return match_literal(n, m);
        if (v->u - low <= span) return true;
    }
    return false;
}

static bool match_exists(const struct node *n, const struct message *m)
{
    struct datum d;
    uint32_t cursor = 0;
    if (n->quick == QUICK_EXISTS) return message_value(m, n->left.field->number) != NULL;
    return operand_next(&n->left, m, &cursor, &d);
}

static bool match_protocol(const struct node *n, const struct message *m)
{
    for (unsigned i = 0; i < m->layer_count; i++)
        if (m->layers[i] == n->parser) return true;
    return m->parser == n->parser;
}

bool node_match(const struct node *n, const struct message *m)
{
    const struct node *child = n->first;
    switch ((enum node_op)n->op) {
    case NODE_AND:
        for (; child; child = child->next)
            if (!node_match(child, m)) return false;
        return true;
    case NODE_OR:
        for (; child; child = child->next)
            if (node_match(child, m)) return true;
        return false;
    case NODE_XOR:
        return node_match(child, m) != node_match(child->next, m);
    case NODE_NOT:
        return !node_match(child, m);
    case NODE_CONSTANT:
        return n->truth;
    case NODE_EXISTS:
        return match_exists(n, m);
    case NODE_PROTOCOL:
        return match_protocol(n, m);
    case NODE_LAYER:
        return n->layer(m);
    case NODE_LITERAL:
    case NODE_REGEX:
        return n->quick == QUICK_RANGE ? match_range(n, m) : match_literal(n, m);
    case NODE_FIELD:
        return match_field(n, m);
    case NODE_BITS:
        return match_bits(n, m);
    case NODE_POINTERS:
        return match_pointers(n, m);
    }
    return false;
}

bool filter_match(const struct filter *filter, const struct message *message)
{
    return node_match(filter->root, message);
}
