/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline's tree over a restart. What was learned is taken as it was; where an officer's file is judged by, that
 * file counts, and of the snapshot only what an officer granted in the console since. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/plant/baseline.h"

enum { FILE_EVERY = 6 /* snapshots: once a minute, an officer reads it more seldom than a restart does */ };

void baseline_write_file(struct baseline_keeper *k)
{
    const char *directory = k->keeping->options->plant_state;
    char path[PATH_MAX];
    struct baseline_lines lines = {0};
    struct fault fault = {0};
    if (!directory || snprintf(path, sizeof path, "%s/baseline.yaml", directory) >= (int)sizeof path) return;
    if (!baseline_give_lines(k, &lines) || !baseline_write(path, &lines, &fault))
        fprintf(stderr, "wanglou-sensor: %s\n", fault.text[0] ? fault.text : "baseline: out of memory");
    baseline_lines_free(&lines);
}

void baseline_save(void *self, struct snapshot *s)
{
    struct baseline_keeper *k = self;
    snapshot_put_uint(s, k->ordinal);
    snapshot_put_uint(s, k->count);
    for (uint32_t i = 0; i < k->count; i++) {
        snapshot_put(s, &k->nodes[i], sizeof k->nodes[i]);
        snapshot_put_parser(s, k->nodes[i].parser);
    }
    if (!k->judging && ++k->saves % FILE_EVERY == 0) baseline_write_file(k);
}

/* What the officer granted beside the file; measures of both hold. */
static void add_granted(struct node *n, const struct node *saved, bool made)
{
    uint32_t parent = n->parent;
    if (made) {
        *n = *saved;
        n->parent = parent;
        return;
    }
    if (saved->valued) {
        n->low = n->valued ? fmin(n->low, saved->low) : saved->low;
        n->high = n->valued ? fmax(n->high, saved->high) : saved->high;
        n->valued = true;
    }
    n->hours |= saved->hours;
    n->regular = n->regular && saved->regular;
    n->gap_ns = saved->gap_ns;
    n->gap_max_ns = saved->gap_max_ns > n->gap_max_ns ? saved->gap_max_ns : n->gap_max_ns;
    n->state = BASELINE_ACCEPTED;
    n->granted = true;
}

static bool is_sound(const struct node *n, uint64_t index)
{
    return n->kind < NODE_KIND_COUNT && n->class < OT_CLASS_COUNT && n->state < BASELINE_STATE_COUNT &&
           (index == 0) == (n->kind == NODE_PLANT) && (index == 0 || n->parent < index);
}

static struct node *child_as(struct baseline_keeper *k, uint32_t parent, const struct node *n, bool *made)
{
    return baseline_child(k, parent, n->kind, n->name, n->parser, n->class, n->has_unit, n->unit, made);
}

/* Granted nodes and what stands above them; `place` is the number of each in the tree. */
static bool enter_granted(struct baseline_keeper *k, const struct node *saved, uint64_t count)
{
    bool *wanted = calloc(count + 1, sizeof *wanted), good = true, made;
    uint32_t *place = calloc(count + 1, sizeof *place);
    good = wanted && place;
    for (uint64_t i = count; good && i-- > 1;)
        if ((wanted[i] |= saved[i].granted || saved[i].state == BASELINE_REJECTED)) wanted[saved[i].parent] = true;
    for (uint64_t i = 1; good && i < count; i++) {
        if (!wanted[i]) continue;
        struct node *n = child_as(k, place[saved[i].parent], &saved[i], &made);
        if (!(good = n != NULL)) break;
        place[i] = (uint32_t)(n - k->nodes);
        if (made || saved[i].granted) add_granted(n, &saved[i], made);
    }
    free(wanted);
    free(place);
    return good;
}

static bool enter_all(struct baseline_keeper *k, const struct node *saved, uint64_t count)
{
    bool made;
    for (uint64_t i = 0; i < count; i++) {
        struct node *n = i == 0 ? &k->nodes[0] : child_as(k, saved[i].parent, &saved[i], &made);
        if (!n || (uint64_t)(n - k->nodes) != i) return false;
        *n = saved[i];
    }
    return true;
}

bool baseline_load(void *self, struct snapshot *s)
{
    struct baseline_keeper *k = self;
    uint64_t ordinal = snapshot_get_uint(s), count = snapshot_get_uint(s);
    struct node *saved = count <= NODES_AT_MOST ? calloc(count + 1, sizeof *saved) : NULL;
    bool good = saved != NULL;
    for (uint64_t i = 0; good && i < count && !s->bad; i++) {
        snapshot_get(s, &saved[i], sizeof saved[i]);
        saved[i].parser = snapshot_get_parser(s);
        saved[i].name[sizeof saved[i].name - 1] = 0;
        good = is_sound(&saved[i], i);
    }
    good = good && !s->bad;
    if (good && k->judging) good = enter_granted(k, saved, count);
    if (good && !k->judging) good = enter_all(k, saved, count);
    free(saved);
    if (good) k->ordinal = ordinal;
    if (good || k->judging) return good;
    memset(k->slots, 0, NODE_SLOTS * sizeof *k->slots);
    k->nodes[0] = (struct node){.kind = NODE_PLANT};
    k->count = 1;
    return false;
}
