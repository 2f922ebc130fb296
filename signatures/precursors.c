/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the weights of precursors; each of the table must stand in the file. */
#include "signatures/precursors.h"

#include <stdlib.h>
#include <string.h>

#include "common/embed.h"
#include "signatures/rule.h"

EMBED(precursors_yaml, "signatures/precursors.yaml")

#define X(id, name) name,
const char *const precursor_name[PRECURSOR_COUNT] = {PRECURSORS(X)};
#undef X

struct precursors {
    struct region memory;
    struct loader loader;
    struct precursor_weight weights[PRECURSOR_COUNT];
};

static int number_of(const char *name)
{
    for (int i = 0; i < PRECURSOR_COUNT; i++)
        if (strcmp(precursor_name[i], name) == 0) return i;
    return -1;
}

static bool load_one(struct precursors *p, const struct yaml_node *n)
{
    static const char *const keys[] = {"id", "probability", "name", "why", NULL};
    struct loader *l = &p->loader;
    const struct yaml_node *id, *probability, *name, *why;
    const char *text;
    if (!yaml_keys(n, keys, l->fault) || !(id = yaml_required(n, "id", l->fault)) ||
        !(probability = yaml_required(n, "probability", l->fault)) || !(name = yaml_required(n, "name", l->fault)) ||
        !(why = yaml_required(n, "why", l->fault)) || !yaml_text(id, &text, l->fault))
        return false;
    int which = number_of(text);
    if (which < 0) return yaml_fault(id, l->fault, "no precursor \"%s\"", text);
    struct precursor_weight *w = &p->weights[which];
    return yaml_double(probability, 0, 1, &w->probability, l->fault) && load_words(l, name, &w->name) &&
           load_words(l, why, &w->why);
}

struct precursors *precursors_load(const char *path, struct fault *fault)
{
    struct precursors *p = calloc(1, sizeof *p);
    if (!p) return fault_set(fault, "out of memory"), NULL;
    p->loader = (struct loader){&p->memory, NULL, fault};
    size_t length = (size_t)(precursors_yaml_end - precursors_yaml);
    struct yaml *document = path ? yaml_load_file(path, fault)
                                 : yaml_load_text("signatures/precursors.yaml", precursors_yaml, length, fault);
    bool good = document && yaml_is_list(yaml_root(document), fault);
    for (const struct yaml_node *n = good ? yaml_root(document)->first : NULL; good && n; n = n->next)
        good = load_one(p, n);
    yaml_close(document);
    for (int i = 0; good && i < PRECURSOR_COUNT; i++)
        if (!p->weights[i].name.zh)
            good = fault_set(fault, "%s: no weight of \"%s\"", path ? path : "signatures/precursors.yaml",
                             precursor_name[i]);
    if (good) return p;
    precursors_free(p);
    return NULL;
}

void precursors_free(struct precursors *p)
{
    if (!p) return;
    region_free(&p->memory);
    free(p);
}

const struct precursor_weight *precursor_weight(const struct precursors *p, enum precursor which)
{
    return &p->weights[which];
}
