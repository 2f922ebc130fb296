/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline's tree as lines of the officer's file, and back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/plant/baseline.h"

static void put(char out[BASELINE_TEXT], const char *text) { snprintf(out, BASELINE_TEXT, "%s", text); }

/* Names of the node and of all above it. */
void baseline_line_of(const struct baseline_keeper *k, const struct node *n, struct baseline_line *l)
{
    *l = (struct baseline_line){.settled = n->settled, .state = n->state, .count = n->count};
    /* before a week has passed nobody knows what hours are usual */
    if (n->hours_given || n->last_ns > n->first_ns + BASELINE_WEEK) l->hours = n->hours;
    l->has_range = n->valued;
    l->low = n->low;
    l->high = n->high;
    if (n->regular) {
        l->period = n->gap_ns / 1e9;
        l->longest = (double)n->gap_max_ns / 1e9;
    }
    for (; n->kind != NODE_PLANT; n = &k->nodes[n->parent]) {
        bool open = n->state == BASELINE_DEVIATION || n->state == BASELINE_REJECTED;
        if (open && l->state != BASELINE_REJECTED) l->state = n->state; /* and all below it */
        switch (n->kind) {
        case NODE_OBJECT:
            put(l->object, n->name);
            break;
        case NODE_OPERATION:
            put(l->operation, n->name);
            put(l->class, ot_class_name[n->class]);
            if (n->has_unit) snprintf(l->unit, sizeof l->unit, "%u", n->unit);
            break;
        case NODE_PAIR:
            put(l->peer, n->name);
            put(l->protocol, registry()->parsers[n->parser]->name);
            break;
        default:
            put(l->device, n->name);
        }
    }
}

bool baseline_give_lines(const struct baseline_keeper *k, struct baseline_lines *lines)
{
    for (uint32_t i = 0; i < k->count; i++) {
        struct baseline_line l;
        baseline_line_of(k, &k->nodes[i], &l);
        if (!baseline_add(lines, &l)) return false;
    }
    return true;
}

static int class_named(const char *name)
{
    for (int i = 0; i < OT_CLASS_COUNT; i++)
        if (strcmp(ot_class_name[i], name) == 0) return i;
    return -1;
}

/* Makes what stands above it, too: a line is good without the lines of its device and pair. */
static struct node *node_of(struct baseline_keeper *k, const struct baseline_line *l, struct fault *fault)
{
    bool made;
    struct node *n = &k->nodes[0];
    const struct parser *parser = l->protocol[0] ? registry_parser(l->protocol) : NULL;
    int class = l->class[0] ? class_named(l->class) : 0;
    const char *file = k->keeping->options->baseline_file;
    if (l->protocol[0] && !parser) return fault_at(fault, file, l->line, 1, "no protocol \"%s\"", l->protocol), NULL;
    if (class < 0) return fault_at(fault, file, l->line, 1, "no class \"%s\"", l->class), NULL;
    uint16_t number = parser ? (uint16_t)registry_parser_index(parser) : 0;
    if (n && l->device[0]) n = baseline_child(k, 0, NODE_DEVICE, l->device, 0, 0, false, 0, &made);
    if (n && l->peer[0])
        n = baseline_child(k, (uint32_t)(n - k->nodes), NODE_PAIR, l->peer, number, 0, false, 0, &made);
    if (n && l->operation[0])
        n = baseline_child(k, (uint32_t)(n - k->nodes), NODE_OPERATION, l->operation, number, (uint8_t) class,
                           l->unit[0] != 0, (uint32_t)strtoul(l->unit, NULL, 10), &made);
    if (n && l->object[0])
        n = baseline_child(k, (uint32_t)(n - k->nodes), NODE_OBJECT, l->object, 0, 0, false, 0, &made);
    if (!n) fault_set(fault, "baseline: out of memory");
    return n;
}

/* What an officer has not accepted is not normal: a deviation's line is left out. */
bool baseline_take_lines(struct baseline_keeper *k, const struct baseline_lines *lines, struct fault *fault)
{
    for (unsigned i = 0; i < lines->count; i++) {
        const struct baseline_line *l = &lines->lines[i];
        if (l->state == BASELINE_DEVIATION) continue;
        struct node *n = node_of(k, l, fault);
        if (!n) return false;
        n->state = (uint8_t)l->state;
        n->settled = l->settled;
        n->from_file = true;
        n->count = l->count;
        n->hours = l->hours;
        n->hours_given = l->hours != 0;
        n->valued = l->has_range;
        n->low = l->low;
        n->high = l->high;
        n->values = l->count;
        n->regular = l->period > 0;
        n->gap_ns = l->period * 1e9;
        n->gap_max_ns = (uint64_t)(1e9 * l->longest);
    }
    return true;
}
