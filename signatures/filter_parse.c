/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens to the tree: recursive descent over Wireshark's grammar ("not" binds closest, then "and", "xor", "or"), with
 * names, types, operators and sets checked on the way. */
#include "signatures/filter_private.h"

#include <stdlib.h>

enum { DEPTH_CAP = 48, NODE_CAP = 4096, ITEM_CAP = 65536, EXPRESSION_CAP = 1024, TEXT_CAP = 65536 };

static struct node *new_node(struct compiler *c, enum node_op op)
{
    struct node *n = region_take(&c->filter->memory, sizeof *n);
    if (!n || ++c->nodes > NODE_CAP) {
        compile_fault(c, &c->token, n ? "the filter is too long" : "out of memory");
        return NULL;
    }
    n->op = (uint8_t)op;
    return n;
}

static struct node *expression(struct compiler *c);

static bool take(struct compiler *c, enum token_kind kind, const char *what)
{
    if (c->token.kind == kind) return filter_next_token(c, false);
    if (c->token.kind == TOKEN_END) return compile_fault(c, &c->token, "the filter ends where %s is expected", what);
    return compile_fault(c, &c->token, "%s expected before \"%s\"", what, c->token.text);
}

/* ---- operands ---------------------------------------------------- */

static const struct {
    const char *name;
    uint8_t function;
} functions[] = {{"len", FUNCTION_LEN}, {"count", FUNCTION_COUNT}, {"lower", FUNCTION_FOLD}, {"upper", FUNCTION_FOLD}};

static bool slice_number(struct compiler *c, int32_t *out)
{
    char *end;
    bool negative = c->token.kind == TOKEN_RANGE;
    if (negative && !filter_next_token(c, true)) return false;
    long n = strtol(c->token.text, &end, 0);
    if (c->token.kind != TOKEN_WORD || *end || n < 0 || n > 65535)
        return compile_fault(c, &c->token, "a slice is written [start:length], [first-last] or [position]");
    *out = (int32_t)(negative ? -n : n);
    return filter_next_token(c, true);
}

/* [i:n] [i:] [:n] [i-j] [i] [-i:n]; the opening bracket is already looked at. */
static bool slice(struct compiler *c, struct operand *o)
{
    int32_t last = 0;
    struct token start;
    if (!filter_next_token(c, true)) return false;
    start = c->token;
    o->sliced = true;
    o->slice_length = 1;
    bool from_front = c->token.kind == TOKEN_COMMA;
    if (!from_front && !slice_number(c, &o->slice_start)) return false;
    if (c->token.kind == TOKEN_COMMA) {
        if (!filter_next_token(c, true)) return false;
        o->slice_length = -1;
        if (c->token.kind != TOKEN_BRACKET_CLOSE && !slice_number(c, &o->slice_length)) return false;
    } else if (c->token.kind == TOKEN_RANGE) {
        if (!filter_next_token(c, true) || !slice_number(c, &last)) return false;
        if (last < o->slice_start || o->slice_start < 0) return compile_fault(c, &start, "the slice runs backwards");
        o->slice_length = last - o->slice_start + 1;
    }
    if (o->slice_length < -1) return compile_fault(c, &start, "a slice's length cannot be negative");
    if (field_term(o->field) == TERM_INTEGER || field_term(o->field) == TERM_REAL || field_term(o->field) == TERM_NONE)
        return compile_fault(c, &start, "%s has no bytes to take a slice of", filter_field_name(o->field));
    return take(c, TOKEN_BRACKET_CLOSE, "\"]\"");
}

static bool mask(struct compiler *c, struct operand *o)
{
    char *end;
    if (operand_term(o) != TERM_INTEGER)
        return compile_fault(c, &c->token, "\"&\" needs a whole number, which %s is not", filter_field_name(o->field));
    if (!filter_next_token(c, false)) return false;
    o->mask = strtoull(c->token.text, &end, 0);
    if (c->token.kind != TOKEN_WORD || end == c->token.text || *end)
        return compile_fault(c, &c->token, "\"&\" needs a number behind it");
    o->masked = true;
    return filter_next_token(c, false);
}

static bool unknown_field(struct compiler *c, const struct token *t)
{
    const char *near = filter_field_nearest(t->text);
    if (near) return compile_fault(c, t, "unknown field \"%s\"; did you mean \"%s\"?", t->text, near);
    return compile_fault(c, t, "unknown field \"%s\"; \"wanglou protocols\" lists the fields", t->text);
}

/* field, field[slice], function(field), each with `& mask`. */
static bool operand(struct compiler *c, struct operand *o)
{
    struct token name = c->token;
    if (name.kind != TOKEN_WORD) return take(c, TOKEN_WORD, "a field");
    if (!filter_next_token(c, false)) return false;
    if (c->token.kind == TOKEN_OPEN) {
        for (size_t i = 0; i < COUNT_OF(functions); i++)
            if (strcmp(functions[i].name, name.text) == 0) o->function = functions[i].function;
        if (!o->function)
            return compile_fault(c, &name, "unknown function \"%s\"; there are: len, count, lower, upper", name.text);
        if (!filter_next_token(c, false)) return false;
        name = c->token;
        if (!take(c, TOKEN_WORD, "a field")) return false;
    }
    o->field = filter_field_find(name.text);
    if (!o->field) return unknown_field(c, &name);
    if (c->token.kind == TOKEN_BRACKET_OPEN && !slice(c, o)) return false;
    if (o->function == FUNCTION_FOLD && operand_term(o) != TERM_TEXT)
        return compile_fault(c, &name, "%s is no text", name.text);
    if (o->function && !take(c, TOKEN_CLOSE, "\")\"")) return false;
    return c->token.kind != TOKEN_MASK || mask(c, o);
}

/* ---- literals and sets ------------------------------------------- */

struct items {
    struct literal_text *list;
    unsigned count, room;
};

static struct literal_text *add_item(struct compiler *c, struct items *items)
{
    if (items->count == items->room) {
        unsigned room = items->room ? items->room * 2 : 16;
        struct literal_text *more = room <= ITEM_CAP ? realloc(items->list, room * sizeof *more) : NULL;
        if (!more) {
            compile_fault(c, &c->token, "more than %d values", ITEM_CAP);
            return NULL;
        }
        items->list = more;
        items->room = room;
    }
    struct literal_text *item = &items->list[items->count++];
    *item = (struct literal_text){.low = c->token};
    return item;
}

static const struct filter_set *set_named(const struct compiler *c, const char *name)
{
    for (unsigned i = 0; c->sets && i < c->sets->count; i++)
        if (strcmp(c->sets->sets[i].name, name) == 0) return &c->sets->sets[i];
    return NULL;
}

static const char *set_name_at(void *context, unsigned index)
{
    const struct compiler *c = context;
    return c->sets && index < c->sets->count ? c->sets->sets[index].name : NULL;
}

static const struct filter_set *known_set(struct compiler *c)
{
    const struct filter_set *s = set_named(c, c->token.text);
    if (s) return s;
    const char *near = nearest_name(c->token.text, set_name_at, c);
    if (near)
        compile_fault(c, &c->token, "unknown set $%s; did you mean $%s?", c->token.text, near);
    else
        compile_fault(c, &c->token, "unknown set $%s; sets are named in the options under \"sets\"", c->token.text);
    return NULL;
}

/* An item of a set is written as in braces; faults point at the set's use. */
static bool add_set_item(struct compiler *c, struct items *items, const char *text)
{
    struct literal_text *item = add_item(c, items);
    const char *dots = strstr(text, "..");
    if (!item) return false;
    size_t length = dots ? (size_t)(dots - text) : strlen(text);
    item->from_set = true;
    item->is_range = dots != NULL;
    item->low.kind = item->high.kind = TOKEN_WORD;
    item->low.text = region_text(&c->filter->memory, text, length);
    item->low.length = (uint32_t)length;
    item->high.line = item->low.line;
    item->high.column = item->low.column;
    item->high.text = dots ? region_text(&c->filter->memory, dots + 2, strlen(dots + 2)) : "";
    item->high.length = (uint32_t)strlen(item->high.text);
    return item->low.text && item->high.text;
}

static bool add_set(struct compiler *c, struct items *items)
{
    const struct filter_set *s = known_set(c);
    if (!s) return false;
    for (unsigned i = 0; i < s->item_count; i++)
        if (!add_set_item(c, items, s->items[i])) return false;
    return filter_next_token(c, false);
}

/* One value or low..high. */
static bool add_value(struct compiler *c, struct items *items)
{
    if (c->token.kind == TOKEN_SET) return add_set(c, items);
    if (c->token.kind != TOKEN_WORD && c->token.kind != TOKEN_STRING) return take(c, TOKEN_WORD, "a value");
    struct literal_text *item = add_item(c, items);
    if (!item || !filter_next_token(c, false)) return false;
    if (c->token.kind != TOKEN_RANGE) return true;
    if (!filter_next_token(c, false)) return false;
    item->is_range = true;
    item->high = c->token;
    if (c->token.kind != TOKEN_STRING) return take(c, TOKEN_WORD, "the end of the range");
    return filter_next_token(c, false);
}

/* {1, 2, 5..9} or $set. Commas may be missing, as in older Wireshark. */
static bool braces(struct compiler *c, struct items *items)
{
    if (c->token.kind == TOKEN_SET) return add_set(c, items);
    struct token open = c->token;
    if (!take(c, TOKEN_BRACE_OPEN, "a list in braces or a $set")) return false;
    while (c->token.kind != TOKEN_BRACE_CLOSE) {
        if (!add_value(c, items)) return false;
        if (c->token.kind == TOKEN_COMMA && !filter_next_token(c, false)) return false;
    }
    if (!items->count && open.kind == TOKEN_BRACE_OPEN) return compile_fault(c, &open, "the list is empty");
    return filter_next_token(c, false);
}

/* ---- tests ------------------------------------------------------- */

enum { COST_STATIC = 1, COST_VALUE = 8, COST_TEXT = 16, COST_REGEX = 64, COST_FIELDS = 24 };

static bool regex_test(struct compiler *c, struct node *n, const struct token *at)
{
    char why[256] = "out of memory";
    if (c->token.kind != TOKEN_STRING) return compile_fault(c, &c->token, "\"matches\" needs an expression in quotes");
    if (c->token.length > EXPRESSION_CAP || strlen(c->token.text) != c->token.length)
        return compile_fault(c, &c->token,
                             "the expression is too long or holds a NUL; write \\x00 in an r\"...\" string");
    enum term term = operand_term(&n->left);
    if (term != TERM_TEXT && term != TERM_BYTES)
        return compile_fault(c, at, "\"matches\" needs text or bytes, which %s is not",
                             filter_field_name(n->left.field));
    n->regex = regex_compile(c->token.text, why, sizeof why);
    if (!n->regex) return compile_fault(c, &c->token, "this regular expression cannot be used: %s", why);
    n->op = NODE_REGEX;
    n->next_regex = c->filter->regexes;
    c->filter->regexes = n;
    return filter_next_token(c, false);
}

static bool is_field(const struct token *t) { return t->kind == TOKEN_WORD && filter_field_find(t->text); }

static bool is_function(const struct compiler *c)
{
    const char *at = c->at;
    while (*at == ' ') at++;
    return c->token.kind == TOKEN_WORD && *at == '(';
}

/* Terms that one relation can hold between. */
static bool comparable(enum term a, enum term b)
{
    bool a_number = a == TERM_INTEGER || a == TERM_REAL, b_number = b == TERM_INTEGER || b == TERM_REAL;
    bool a_text = a == TERM_TEXT || a == TERM_BYTES, b_text = b == TERM_TEXT || b == TERM_BYTES;
    bool a_address = a >= TERM_ETHER, b_address = b >= TERM_ETHER;
    if (a_address && b_address) return a == b || a == TERM_ADDRESS || b == TERM_ADDRESS;
    return (a_number && b_number) || (a_text && b_text);
}

static bool field_test(struct compiler *c, struct node *n)
{
    struct token at = c->token;
    if (!operand(c, &n->right)) return false;
    n->op = NODE_FIELD;
    n->cost = COST_FIELDS;
    if (comparable(operand_term(&n->left), operand_term(&n->right))) return true;
    return compile_fault(c, &at, "%s and %s cannot be compared", filter_field_name(n->left.field),
                         filter_field_name(n->right.field));
}

static bool universe_of(const struct node *n)
{
    return n->left.field->computed && n->left.field->computed->universe && !n->left.function && !n->left.sliced;
}

static bool literal_test(struct compiler *c, struct node *n)
{
    struct items items = {0};
    bool good = n->relation == IS_IN ? braces(c, &items) : add_value(c, &items);
    if (good && items.count != 1 && n->relation != IS_IN && n->relation != IS_EQUAL && n->relation != IS_UNEQUAL)
        good = compile_fault(c, &c->token, "this comparison takes one value, not a set");
    if (good)
        good = universe_of(n) ? universe_compile(c, n, items.list, items.count)
                              : literals_compile(c, n, items.list, items.count);
    free(items.list);
    if (good) node_quicken(n);
    return good;
}

/* The relation is already read; its token is `at`. */
static bool comparison(struct compiler *c, struct node *n, const struct token *at)
{
    n->op = NODE_LITERAL;
    n->relation = at->relation;
    n->all |= at->all;
    n->cost = operand_term(&n->left) == TERM_TEXT ? COST_TEXT : COST_VALUE;
    if (n->left.field->computed) n->cost /= 2;
    if (n->relation == MATCHES) {
        n->cost = COST_REGEX;
        if (!regex_test(c, n, at)) return false;
        return !universe_of(n) || universe_compile(c, n, NULL, 0);
    }
    if (n->relation != IS_IN && (is_field(&c->token) || is_function(c))) return field_test(c, n);
    return literal_test(c, n);
}

/* A bare `field & mask`: is any bit of it set? */
static void bits_set(struct node *n)
{
    static struct range zero;
    n->op = NODE_LITERAL;
    n->relation = IS_UNEQUAL;
    n->literals = (struct literals){.ranges = &zero, .range_count = 1};
    n->cost = COST_VALUE;
}

/* A name alone: a protocol, a layer of the frame, or a field that is there. */
static struct node *presence(struct compiler *c)
{
    const struct parser *parser = protocol_named(c->token.text);
    layer_test *layer = layer_named(c->token.text);
    if (filter_field_find(c->token.text) || is_function(c) || (!parser && !layer)) return NULL;
    struct node *n = new_node(c, layer ? NODE_LAYER : NODE_PROTOCOL);
    if (!n) return NULL;
    n->parser = parser;
    n->layer = layer;
    n->cost = COST_STATIC;
    return filter_next_token(c, false) ? n : NULL;
}

static struct node *set_filled(struct compiler *c)
{
    const struct filter_set *s = known_set(c);
    struct node *n = s ? new_node(c, NODE_CONSTANT) : NULL;
    if (!n) return NULL;
    n->truth = s->item_count > 0;
    return filter_next_token(c, false) ? n : NULL;
}

static struct node *test(struct compiler *c)
{
    bool all = c->token.kind == TOKEN_ALL;
    if (c->token.kind == TOKEN_SET) return set_filled(c);
    if ((all || c->token.kind == TOKEN_ANY) && !filter_next_token(c, false)) return NULL;
    if (c->token.kind == TOKEN_WORD) {
        struct node *n = presence(c);
        if (n || c->fault->text[0]) return n;
    }
    struct node *n = new_node(c, NODE_EXISTS);
    if (!n || !operand(c, &n->left)) return NULL;
    n->all = all;
    n->cost = n->left.field->computed ? COST_VALUE / 2 : COST_VALUE;
    struct token at = c->token;
    bool negated = at.kind == TOKEN_NOT && strcmp(at.text, "not") == 0; /* field not in {...} */
    if (negated && !filter_next_token(c, false)) return NULL;
    at = c->token;
    if (negated && (at.kind != TOKEN_RELATION || at.relation != IS_IN)) {
        compile_fault(c, &at, "only \"in\" can follow \"not\" here");
        return NULL;
    }
    if (at.kind == TOKEN_RELATION) {
        if (!filter_next_token(c, false) || !comparison(c, n, &at)) return NULL;
    } else if (n->left.masked) {
        bits_set(n);
    } else {
        node_quicken(n);
    }
    if (!negated) return n;
    struct node *not = new_node(c, NODE_NOT);
    if (!not ) return NULL;
    not ->first = n;
    not ->cost = n->cost;
    return not ;
}

/* ---- logic ------------------------------------------------------- */

static struct node *unary(struct compiler *c)
{
    struct node *n = NULL;
    if (c->token.kind != TOKEN_NOT && c->token.kind != TOKEN_OPEN) return test(c);
    if (++c->depth > DEPTH_CAP) {
        compile_fault(c, &c->token, "nested more than %d deep", DEPTH_CAP);
    } else if (c->token.kind == TOKEN_OPEN) {
        if (filter_next_token(c, false)) n = expression(c);
        if (n && !take(c, TOKEN_CLOSE, "\")\"")) n = NULL;
    } else if ((n = new_node(c, NODE_NOT)) != NULL) {
        n->first = filter_next_token(c, false) ? unary(c) : NULL;
        if (n->first) n->cost = n->first->cost;
        if (!n->first) n = NULL;
    }
    c->depth--;
    return n;
}

/* Puts `child` among its siblings, cheap ones first; equal ones keep their order. */
static void insert(struct node *parent, struct node *child)
{
    struct node **at = &parent->first;
    while (*at && (*at)->cost <= child->cost) at = &(*at)->next;
    child->next = *at;
    *at = child;
    parent->cost = (uint16_t)(parent->cost + child->cost > UINT16_MAX ? UINT16_MAX : parent->cost + child->cost);
}

/* operand (token operand)*, for one of the three binary operators; a chain becomes one node. */
static struct node *chain(struct compiler *c, unsigned level)
{
    static const struct {
        uint8_t token, op;
    } levels[] = {{TOKEN_OR, NODE_OR}, {TOKEN_XOR, NODE_XOR}, {TOKEN_AND, NODE_AND}};
    if (level == COUNT_OF(levels)) return unary(c);
    struct node *left = chain(c, level + 1), *parent = NULL;
    while (left && c->token.kind == levels[level].token) {
        struct node *right = filter_next_token(c, false) ? chain(c, level + 1) : NULL;
        if (!right) return NULL;
        if (!parent || levels[level].op == NODE_XOR) {
            parent = new_node(c, levels[level].op);
            if (!parent) return NULL;
            insert(parent, left);
        }
        insert(parent, right);
        left = parent;
    }
    return left;
}

static struct node *expression(struct compiler *c) { return chain(c, 0); }

struct filter *filter_compile(const char *text, const struct filter_sets *sets, struct fault *fault, const char *file,
                              unsigned line, unsigned column)
{
    struct fault own = {""};
    struct filter *f = calloc(1, sizeof *f);
    struct compiler c = {
        .filter = f, .sets = sets, .fault = &own, .file = file, .at = text, .line = line, .column = column};
    if (!f) {
        fault_set(fault, "%s: out of memory", file);
        return NULL;
    }
    if (strlen(text) > TEXT_CAP)
        fault_at(&own, file, line, column, "the filter is longer than %d bytes", TEXT_CAP);
    else if (filter_next_token(&c, false))
        f->root = expression(&c);
    if (f->root && c.token.kind != TOKEN_END)
        compile_fault(&c, &c.token, "\"and\", \"or\" or the end of the filter expected before \"%s\"", c.token.text);
    if (f->root && !own.text[0]) return f;
    fault_set(fault, "%s", own.text);
    filter_free(f);
    return NULL;
}

void filter_free(struct filter *f)
{
    if (!f) return;
    for (struct node *n = f->regexes; n; n = n->next_regex) regex_free(n->regex);
    region_free(&f->memory);
    free(f);
}
