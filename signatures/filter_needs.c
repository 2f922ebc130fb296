/* SPDX-License-Identifier: Apache-2.0 */
/* What a message must have for a filter to hold, as far as that is one small number in one of a few fields: lets those
 * who ask many filters look at each value once instead. */
#include "signatures/filter_private.h"

struct needs {
    filter_need *each;
    void *context;
};

static uint64_t values_of(const struct node *n)
{
    bool bounded = n->relation == IS_EQUAL || n->relation == IS_IN;
    uint64_t values = bounded ? 0 : 1ull << FILTER_NEED_MORE;
    for (unsigned v = 0; v < FILTER_NEED_MORE; v++) {
        struct datum d;
        datum_number(&d, v);
        if (datum_holds(n, &d)) values |= 1ull << v;
    }
    for (unsigned i = 0; bounded && i < n->literals.range_count; i++)
        if (n->literals.ranges[i].low < 0 || n->literals.ranges[i].high >= FILTER_NEED_MORE)
            values |= 1ull << FILTER_NEED_MORE;
    return values;
}

static bool is_plain(const struct node *n)
{
    return n->op == NODE_LITERAL && operand_is_plain(&n->left) && field_term(n->left.field) == TERM_INTEGER &&
           n->literals.range_count && !n->literals.text_count;
}

/* `tell` NULL: only whether it can be said. */
static bool needs(const struct node *n, const struct needs *tell)
{
    const struct node *child = n->first;
    if (is_plain(n)) {
        if (tell) tell->each(tell->context, n->left.field->number, values_of(n));
        return true;
    }
    if (n->op == NODE_AND) { /* one of them is enough */
        while (child && !needs(child, NULL)) child = child->next;
        return child && needs(child, tell);
    }
    if (n->op != NODE_OR) return false;
    for (; child; child = child->next)
        if (!needs(child, tell)) return false;
    return true;
}

bool filter_needs(const struct filter *filter, filter_need *each, void *context)
{
    return needs(filter->root, NULL) && needs(filter->root, &(struct needs){each, context});
}
