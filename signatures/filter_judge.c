/* SPDX-License-Identifier: Apache-2.0 */
/* What can be told of a filter before the message is seen, by Kleene's three-valued logic: from the protocol, the
 * operation and its class alone. Lets the matcher pass over rules that cannot match. */
#include "signatures/filter_private.h"

static enum filter_verdict verdict(bool truth) { return truth ? FILTER_YES : FILTER_NO; }

/* Can a message of `inner` hold what `outer` says? Always itself; another protocol only below one that is carried, and
 * where the message is at hand, when it spoke in it. */
static bool can_hold(const struct filter_known *k, const struct parser *outer)
{
    const struct parser *inner = k->parser;
    for (unsigned i = 0; k->message && i < k->message->layer_count; i++)
        if (k->message->layers[i] == outer) return true;
    if (k->message && k->message->layer_count < MESSAGE_LAYERS) return inner == outer;
    bool carried = !inner->transports || (inner->transports & ~(OVER_TCP | OVER_UDP | OVER_LINK));
    return inner == outer || carried;
}

static enum filter_verdict judge_field(const struct filter_field *f, const struct filter_known *k)
{
    if (f->computed && k->calm && f->computed->universe == UNIVERSE_ANOMALY) return FILTER_NO;
    if (f->computed) return f->computed->of_frame || k->parser ? FILTER_DEPENDS : FILTER_NO;
    const struct parser *owner = field_parser(f->number);
    if (!k->parser) return FILTER_NO;
    return owner == registry()->parsers[0] || can_hold(k, owner) ? FILTER_DEPENDS : FILTER_NO;
}

static enum filter_verdict judge_listed(const struct node *n, const void *row)
{
    for (unsigned i = 0; i < n->pointer_count; i++)
        if (n->pointers[i] == row) return verdict(!n->negated);
    return verdict(n->negated);
}

static enum filter_verdict judge_pointers(const struct node *n, const struct filter_known *k)
{
    if (!k->parser) return FILTER_NO;
    if (n->universe == UNIVERSE_PROTOCOL) return judge_listed(n, k->parser);
    if (n->universe == UNIVERSE_ANOMALY) return k->calm ? FILTER_NO : FILTER_DEPENDS;
    if (!k->any_operation) return k->operation ? judge_listed(n, k->operation) : FILTER_NO;
    if (n->negated) return FILTER_DEPENDS;
    for (unsigned i = 0; i < n->pointer_count; i++) { /* does the protocol have one of these operations? */
        const struct operation *o = n->pointers[i];
        if (k->parser->operation_count && o >= k->parser->operations &&
            o < k->parser->operations + k->parser->operation_count)
            return FILTER_DEPENDS;
    }
    return FILTER_NO;
}

static enum filter_verdict judge_bits(const struct node *n, const struct filter_known *k)
{
    int bit = n->universe == UNIVERSE_CLASS ? k->class : n->universe == UNIVERSE_STATUS ? k->status : k->role;
    if (!k->parser) return FILTER_NO;
    return bit >= 0 ? verdict(n->bits >> bit & 1) : FILTER_DEPENDS;
}

/* Has the operand the same value in every message like the one that is known? */
static bool is_settled(const struct operand *o, const struct filter_known *k)
{
    return o->field && k->message && filter_field_settled(o->field, k->message);
}

/* A code is the operation's, where that is known. */
static enum filter_verdict judge_literal(const struct node *n, const struct filter_known *k)
{
    bool is_code = n->left.field->computed && n->left.field->computed->settled == SETTLED_BY_OPERATION;
    if (is_settled(&n->left, k)) return verdict(node_match(n, k->message));
    if (!is_code || n->left.function != FUNCTION_NONE || n->left.masked || !k->operation)
        return n->left.function == FUNCTION_COUNT ? FILTER_DEPENDS : judge_field(n->left.field, k);
    struct datum d;
    datum_number(&d, k->operation->code);
    return verdict(datum_holds(n, &d));
}

static enum filter_verdict judge_protocol(const struct node *n, const struct filter_known *k)
{
    if (!k->parser) return FILTER_NO;
    if (k->parser == n->parser || (k->message && can_hold(k, n->parser))) return FILTER_YES;
    return can_hold(k, n->parser) ? FILTER_DEPENDS : FILTER_NO;
}

static enum filter_verdict judge(const struct node *n, const struct filter_known *k)
{
    bool depends = false;
    enum filter_verdict v, w;
    switch ((enum node_op)n->op) {
    case NODE_AND:
    case NODE_OR:
        for (const struct node *child = n->first; child; child = child->next) {
            v = judge(child, k);
            if (v == verdict(n->op == NODE_OR)) return v;
            depends |= v == FILTER_DEPENDS;
        }
        return depends ? FILTER_DEPENDS : verdict(n->op == NODE_AND);
    case NODE_XOR:
        v = judge(n->first, k);
        w = judge(n->first->next, k);
        return v == FILTER_DEPENDS || w == FILTER_DEPENDS ? FILTER_DEPENDS : verdict(v != w);
    case NODE_NOT:
        v = judge(n->first, k);
        return v == FILTER_DEPENDS ? v : verdict(v == FILTER_NO);
    case NODE_CONSTANT:
        return verdict(n->truth);
    case NODE_LAYER:
        return k->message ? verdict(n->layer(k->message)) : FILTER_DEPENDS;
    case NODE_EXISTS:
    case NODE_FIELD:
        if (is_settled(&n->left, k) && (n->op == NODE_EXISTS || is_settled(&n->right, k)))
            return verdict(node_match(n, k->message));
        return n->left.function == FUNCTION_COUNT ? FILTER_DEPENDS : judge_field(n->left.field, k);
    case NODE_PROTOCOL:
        return judge_protocol(n, k);
    case NODE_LITERAL:
    case NODE_REGEX:
        return judge_literal(n, k);
    case NODE_BITS:
        return judge_bits(n, k);
    case NODE_POINTERS:
        return judge_pointers(n, k);
    }
    return FILTER_DEPENDS;
}

enum filter_verdict filter_judge(const struct filter *filter, const struct filter_known *known)
{
    return judge(filter->root, known);
}

unsigned filter_rest(const struct filter *filter, const struct filter_known *known, const struct filter_part **parts,
                     unsigned room)
{
    const struct node *n = filter->root;
    unsigned count = 0;
    for (n = n->op == NODE_AND ? n->first : n; n; n = n->next) {
        enum filter_verdict v = judge(n, known);
        if (v == FILTER_NO) return room + 1;
        if (v == FILTER_YES) continue;
        if (count < room) parts[count] = (const struct filter_part *)n;
        count++;
    }
    return count;
}

bool filter_part_match(const struct filter_part *part, const struct message *message)
{
    return node_match((const struct node *)part, message);
}

enum filter_verdict filter_prejudge(const struct filter *filter, const struct parser *parser,
                                    const struct operation *operation)
{
    return filter_judge(filter, &(struct filter_known){.parser = parser,
                                                       .operation = operation,
                                                       .class = operation ? operation->class : OT_NONE,
                                                       .role = -1,
                                                       .status = -1});
}

enum filter_verdict filter_prejudge_class(const struct filter *filter, const struct parser *parser, enum ot_class class)
{
    return filter_judge(
        filter,
        &(struct filter_known){.parser = parser, .any_operation = true, .class = (int)class, .role = -1, .status = -1});
}

/* ---- ports --------------------------------------------------------------- */

static const struct {
    const char *field;
    uint8_t ip_proto;
    bool destination;
} port_fields[] = {
    {"tcp.dstport", 6, true}, {"tcp.srcport", 6, false}, {"udp.dstport", 17, true}, {"udp.srcport", 17, false}};

static bool add_ports(const struct literals *l, struct filter_ports *out)
{
    out->count = 0;
    for (unsigned i = 0; i < l->range_count; i++) {
        for (wide port = l->ranges[i].low; port <= l->ranges[i].high; port++) {
            if (out->count == FILTER_PORTS) return false;
            out->ports[out->count++] = (uint16_t)port;
        }
    }
    return true;
}

static bool ports_of(const struct node *n, struct filter_ports *out)
{
    for (const struct node *child = n->op == NODE_AND ? n->first : NULL; child; child = child->next)
        if (ports_of(child, out)) return true;
    bool equal = n->op == NODE_LITERAL && (n->relation == IS_EQUAL || n->relation == IS_IN);
    if (!equal || !n->left.field->computed || n->left.function || n->left.masked) return false;
    for (size_t i = 0; i < COUNT_OF(port_fields); i++) {
        if (strcmp(n->left.field->computed->name, port_fields[i].field) != 0) continue;
        out->ip_proto = port_fields[i].ip_proto;
        out->destination = port_fields[i].destination;
        return add_ports(&n->literals, out);
    }
    return false;
}

bool filter_ports(const struct filter *filter, struct filter_ports *out) { return ports_of(filter->root, out); }

/* Of its left field: all values, or can only one that is 0, or one that is not, fulfil it? */
static enum want want_of(const struct node *n)
{
    bool equal = n->relation == IS_EQUAL || n->relation == IS_IN;
    if (n->quick != QUICK_RANGE) return WANT_ANY;
    return n->quick_low > 0 ? WANT_SET : n->quick_high == 0 && equal ? WANT_CLEAR : WANT_ANY;
}

static void fields(const struct node *n, uint8_t *want)
{
    for (const struct node *child = n->first; child; child = child->next) fields(child, want);
    for (unsigned i = 0; i < 2; i++) {
        const struct filter_field *f = i ? n->right.field : n->left.field;
        int number = f ? filter_field_registry(f) : -1;
        if (number >= 0) want[number] = (uint8_t)(want[number] | (i ? WANT_ANY : want_of(n)));
    }
}

void filter_fields(const struct filter *filter, uint8_t *want) { fields(filter->root, want); }
