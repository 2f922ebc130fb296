/* SPDX-License-Identifier: Apache-2.0 */
/* Loads the `$sets` of rules (sets.h). */
#include "signatures/sets.h"

#include "common/region.h"
#include "common/yaml.h"

#include <stdlib.h>
#include <string.h>

#define X(name, zh, en, ...) {name, {zh, en}},
const struct known_set known_sets[] = {KNOWN_SETS(X){NULL, {NULL, NULL}}};
#undef X

enum { PROOF_ITEMS = 8, KNOWN = COUNT_OF(known_sets) - 1, ITEM_CAP = 65536 };
#define X(name, zh, en, ...) {__VA_ARGS__, NULL},
static const char *const proof_items[KNOWN][PROOF_ITEMS] = {KNOWN_SETS(X)};
#undef X

struct sets {
    struct region memory;
    struct filter_set *list;
    struct filter_sets view;
};

static struct sets *open_sets(unsigned own)
{
    struct sets *s = calloc(1, sizeof *s);
    if (s) s->list = region_take(&s->memory, (KNOWN + own) * sizeof *s->list);
    if (!s || !s->list) {
        sets_free(s);
        return NULL;
    }
    for (unsigned i = 0; i < KNOWN; i++) s->list[i].name = known_sets[i].name;
    s->view = (struct filter_sets){s->list, KNOWN};
    return s;
}

struct sets *sets_of_proofs(void)
{
    struct sets *s = open_sets(0);
    for (unsigned i = 0; s && i < KNOWN; i++) {
        s->list[i].items = proof_items[i];
        while (proof_items[i][s->list[i].item_count]) s->list[i].item_count++;
    }
    return s;
}

static const char *known_name(void *context, unsigned index)
{
    (void)context;
    return known_sets[index].name;
}

static struct filter_set *set_for(struct sets *s, const struct yaml_node *key, struct fault *fault)
{
    for (unsigned i = 0; i < KNOWN; i++)
        if (strcmp(known_sets[i].name, key->text) == 0) return &s->list[i];
    const char *near = nearest_name(key->text, known_name, NULL);
    if (near) {
        yaml_fault(key, fault, "unknown set \"%s\"; did you mean \"%s\"? (name a set of your own less like it)",
                   key->text, near);
        return NULL;
    }
    struct filter_set *own = &s->list[s->view.count++];
    own->name = region_text(&s->memory, key->text, strlen(key->text));
    if (own->name) return own;
    fault_set(fault, "out of memory");
    return NULL;
}

static bool fill(struct sets *s, struct filter_set *set, const struct yaml_node *list, struct fault *fault)
{
    if (list->kind == YAML_NULL) return true;
    if (!yaml_is_list(list, fault)) return false;
    if (list->count > ITEM_CAP) return yaml_fault(list, fault, "more than %d values", ITEM_CAP);
    const char **items = region_take(&s->memory, (list->count + 1) * sizeof *items);
    for (const struct yaml_node *item = list->first; items && item; item = item->next) {
        const char *text = NULL;
        if (!yaml_text(item, &text, fault)) return false;
        items[set->item_count++] = region_text(&s->memory, text, strlen(text));
    }
    set->items = items;
    return items ? true : fault_set(fault, "out of memory");
}

static bool fill_all(struct sets *s, const struct yaml_node *root, struct fault *fault)
{
    if (root->kind == YAML_NULL) return true;
    if (!yaml_is_mapping(root, fault)) return false;
    for (const struct yaml_node *list = root->first; list; list = list->next) {
        struct filter_set *set = set_for(s, list->key, fault);
        if (!set || !fill(s, set, list, fault)) return false;
    }
    return true;
}

struct sets *sets_load(const char *path, struct fault *fault)
{
    if (!path) return open_sets(0);
    struct yaml *document = yaml_load_file(path, fault);
    struct sets *s = document ? open_sets(yaml_root(document)->count) : NULL;
    if (s && !fill_all(s, yaml_root(document), fault)) {
        sets_free(s);
        s = NULL;
    }
    yaml_close(document);
    return s;
}

bool sets_add(struct sets *s, const char *name, const char *const *values, unsigned count)
{
    unsigned row = 0;
    while (row < KNOWN && strcmp(s->list[row].name, name) != 0) row++;
    struct filter_set *set = &s->list[row];
    const char **items = row < KNOWN ? region_take(&s->memory, (set->item_count + count + 1) * sizeof *items) : NULL;
    if (!items) return false;
    if (set->item_count) memcpy(items, set->items, set->item_count * sizeof *items);
    for (unsigned i = 0; i < count; i++)
        if (!(items[set->item_count + i] = region_text(&s->memory, values[i], strlen(values[i])))) return false;
    set->items = items;
    set->item_count += count;
    return true;
}

void sets_free(struct sets *s)
{
    if (!s) return;
    region_free(&s->memory);
    free(s);
}

const struct filter_sets *sets_view(const struct sets *s) { return &s->view; }
