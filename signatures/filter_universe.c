/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fields with few possible values (class, status, role, protocol, operation, anomaly): every value is tried
 * when the filter is compiled, so that a message costs one bit or a few pointers; a value that does not exist is a
 * fault with the nearest right one. */
#include "signatures/filter_private.h"

#include <pthread.h>
#include <stdlib.h>

struct element {
    const char *name;
    const void *row;
};

/* All of them, made once: rules ask for them by the hundred. Protocols leave out `ot` itself. */
static struct {
    struct element *elements;
    unsigned count;
} tables[UNIVERSE_ANOMALY + 1];
static pthread_once_t tables_made = PTHREAD_ONCE_INIT;

static void add(enum universe universe, const char *name, const void *row)
{
    tables[universe].elements[tables[universe].count++] = (struct element){name, row};
}

static void make_tables(void)
{
    const struct registry *r = registry();
    size_t most = OT_CLASS_COUNT + STATUS_COUNT + ROLE_COUNT + r->parser_count;
    for (unsigned i = 0; i < r->parser_count; i++)
        most += r->parsers[i]->operation_count + r->parsers[i]->anomaly_count;
    for (unsigned u = UNIVERSE_CLASS; u <= UNIVERSE_ANOMALY; u++)
        if (!(tables[u].elements = calloc(most, sizeof(struct element)))) return;
    for (unsigned i = 0; i < OT_CLASS_COUNT; i++) add(UNIVERSE_CLASS, ot_class_name[i], NULL);
    for (unsigned i = 0; i < STATUS_COUNT; i++) add(UNIVERSE_STATUS, ot_status_name[i], NULL);
    for (unsigned i = 0; i < ROLE_COUNT; i++) add(UNIVERSE_ROLE, ot_role_name[i], NULL);
    for (unsigned i = 0; i < r->parser_count; i++) {
        const struct parser *p = r->parsers[i];
        if (i) add(UNIVERSE_PROTOCOL, p->name, p);
        for (unsigned o = 0; o < p->operation_count; o++)
            add(UNIVERSE_OPERATION, p->operations[o].name, &p->operations[o]);
        for (unsigned a = 0; a < p->anomaly_count; a++) add(UNIVERSE_ANOMALY, p->anomalies[a].name, &p->anomalies[a]);
    }
}

/* Element `index` of the universe; false at the end. */
static bool element_at(enum universe universe, unsigned index, struct element *out)
{
    pthread_once(&tables_made, make_tables);
    if (index >= tables[universe].count) return false;
    *out = tables[universe].elements[index];
    return true;
}

static const char *element_name(void *universe, unsigned index)
{
    struct element e;
    return element_at(*(const enum universe *)universe, index, &e) ? e.name : NULL;
}

static bool check_names(struct compiler *c, const struct node *n, enum universe universe,
                        const struct literal_text *items, unsigned count)
{
    struct element e;
    for (unsigned i = 0; i < count; i++) {
        bool found = false;
        for (unsigned j = 0; !found && element_at(universe, j, &e); j++) found = strcmp(e.name, items[i].low.text) == 0;
        if (found && !items[i].is_range) continue;
        const char *near = nearest_name(items[i].low.text, element_name, &universe);
        if (near && !items[i].is_range)
            return compile_fault(c, &items[i].low, "%s is never \"%s\"; did you mean \"%s\"?",
                                 filter_field_name(n->left.field), items[i].low.text, near);
        return compile_fault(c, &items[i].low, "%s is never \"%s\"; \"wanglou protocols\" lists its values",
                             filter_field_name(n->left.field), items[i].low.text);
    }
    return true;
}

/* Elements for which the relation holds. For "unequal" the equal ones are kept and the node is negated. */
static bool collect(struct compiler *c, struct node *n, enum universe universe)
{
    struct element e;
    struct datum d;
    const void **rows = NULL;
    for (unsigned pass = 0; pass < 2; pass++) {
        unsigned kept = 0;
        for (unsigned i = 0; element_at(universe, i, &e); i++) {
            datum_text(&d, e.name);
            if (!datum_holds(n, &d)) continue;
            if (rows) rows[kept] = e.row;
            if (!e.row) n->bits |= (uint64_t)1 << i;
            kept++;
        }
        n->pointer_count = kept;
        if (!pass && !(rows = region_take(&c->filter->memory, (kept + 1) * sizeof *rows)))
            return fault_set(c->fault, "%s: out of memory", c->file);
    }
    n->pointers = rows;
    return true;
}

bool universe_compile(struct compiler *c, struct node *n, const struct literal_text *items, unsigned count)
{
    enum universe universe = n->left.field->computed->universe;
    bool of_bits = universe == UNIVERSE_CLASS || universe == UNIVERSE_STATUS || universe == UNIVERSE_ROLE;
    bool named = n->relation == IS_EQUAL || n->relation == IS_UNEQUAL || n->relation == IS_IN;
    if (named && !check_names(c, n, universe, items, count)) return false;
    if (items && !literals_compile(c, n, items, count)) return false;
    if (!of_bits && n->relation == IS_UNEQUAL) {
        n->relation = IS_EQUAL;
        n->negated = true;
    }
    if (!collect(c, n, universe)) return false;
    n->op = of_bits ? NODE_BITS : NODE_POINTERS;
    n->universe = (uint8_t)universe;
    n->cost = of_bits ? 1 : 2;
    return true;
}
