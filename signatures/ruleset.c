/* SPDX-License-Identifier: Apache-2.0 */
/* A ruleset: every rule of a file or directory, ids and sids once, grouped and compiled (signature.h). */
#include "signatures/bundle.h"
#include "signatures/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* While files are read: the rules in a chain, each with its body. */
struct chained {
    struct rule rule;
    struct rule_body body;
    struct chained *next;
};

struct loading {
    struct ruleset *ruleset;
    struct loader loader;
    struct chained *first, **end;
    char **taken; /* ids of the places that prevail, sorted */
    unsigned taken_count, shadowed;
};

static struct chained *add_rule(struct loading *g)
{
    struct ruleset *r = g->ruleset;
    struct chained *c = r->rule_count < RULE_CAP ? region_take(&r->memory, sizeof *c) : NULL;
    if (!c) {
        fault_set(g->loader.fault, r->rule_count < RULE_CAP ? "out of memory" : "more than %d rules", RULE_CAP);
        return NULL;
    }
    *g->end = c;
    g->end = &c->next;
    r->rule_count++;
    return c;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static bool is_taken(const struct loading *g, const char *id)
{
    return g->taken_count && bsearch(&id, g->taken, g->taken_count, sizeof *g->taken, by_text);
}

/* The ids of the places read so far prevail over those of the next one. */
static bool take_ids(struct loading *g)
{
    unsigned n = 0;
    char **taken = realloc(g->taken, (g->ruleset->rule_count + 1) * sizeof *taken);
    if (!taken) return fault_set(g->loader.fault, "out of memory");
    for (struct chained *c = g->first; c; c = c->next) taken[n++] = (char *)c->rule.id;
    qsort(taken, n, sizeof *taken, by_text);
    g->taken = taken;
    g->taken_count = n;
    return true;
}

static bool load_document(struct loading *g, const struct yaml_node *root)
{
    if (root->kind == YAML_NULL) return true;
    if (root->kind != YAML_LIST) return yaml_fault(root, g->loader.fault, "a file of rules is a list: \"- id: ...\"");
    for (const struct yaml_node *item = root->first; item; item = item->next) {
        struct chained **before = g->end, *c = add_rule(g);
        if (!c || !rule_load(&g->loader, item, &c->rule, &c->body)) return false;
        if (!is_taken(g, c->rule.id)) continue;
        rule_release(&c->body);
        *before = NULL;
        g->end = before;
        g->ruleset->rule_count--;
        g->shadowed++;
    }
    return true;
}

static bool load_file(void *context, const char *path)
{
    struct loading *g = context;
    struct yaml *document = yaml_load_file(path, g->loader.fault);
    bool good = document && load_document(g, yaml_root(document));
    yaml_close(document);
    return good;
}

static bool load_source(struct loading *g, const struct ruleset_source *source)
{
    unsigned count;
    if (source->path) return yaml_each_file(source->path, load_file, g, g->loader.fault);
    const struct bundle_file *files = bundle_files(source->bundle, &count);
    for (unsigned i = 0; i < count; i++) {
        struct yaml *document = yaml_load_text(files[i].name, files[i].text, files[i].length, g->loader.fault);
        bool good = document && load_document(g, yaml_root(document));
        yaml_close(document);
        if (!good) return false;
    }
    return true;
}

static int by_id(const void *a, const void *b)
{
    const struct rule *x = *(struct rule *const *)a, *y = *(struct rule *const *)b;
    return strcmp(x->id, y->id);
}

static int by_sid(const void *a, const void *b)
{
    const struct rule *x = *(struct rule *const *)a, *y = *(struct rule *const *)b;
    return x->sid < y->sid ? -1 : x->sid > y->sid;
}

static bool check_twins(const struct ruleset *r, int (*order)(const void *, const void *), const char *what,
                        struct fault *fault)
{
    const struct rule **sorted = malloc((r->rule_count + 1) * sizeof *sorted);
    bool good = sorted != NULL;
    if (!sorted) return fault_set(fault, "out of memory");
    memcpy(sorted, r->rules, r->rule_count * sizeof *sorted);
    qsort(sorted, r->rule_count, sizeof *sorted, order);
    for (unsigned i = 1; good && i < r->rule_count; i++)
        if (order(&sorted[i - 1], &sorted[i]) == 0)
            good = fault_at(fault, sorted[i]->file, sorted[i]->line, 1,
                            "rule %s (sid %u) has the same %s as rule %s in %s:%u", sorted[i]->id, sorted[i]->sid, what,
                            sorted[i - 1]->id, sorted[i - 1]->file, sorted[i - 1]->line);
    free(sorted);
    return good;
}

/* The public list, in the order of files. */
static bool settle(struct loading *g)
{
    struct ruleset *r = g->ruleset;
    unsigned n = 0;
    r->rules = region_take(&r->memory, (r->rule_count + 1) * sizeof(void *));
    if (!r->rules) return fault_set(g->loader.fault, "out of memory");
    for (const struct chained *c = g->first; c; c = c->next) r->rules[n++] = &c->rule;
    return true;
}

struct ruleset *ruleset_load_all(const struct ruleset_source *sources, unsigned count, const struct filter_sets *sets,
                                 unsigned *shadowed, struct fault *fault)
{
    struct ruleset *r = calloc(1, sizeof *r);
    if (!r) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    struct loading g = {.ruleset = r, .loader = {.memory = &r->memory, .sets = sets, .fault = fault}, .end = &g.first};
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local)) r->utc_offset_s = local.tm_gmtoff;
    bool good = true;
    for (unsigned i = 0; good && i < count; i++) good = take_ids(&g) && load_source(&g, &sources[i]);
    free(g.taken);
    *shadowed = g.shadowed;
    good = good && settle(&g) && check_twins(r, by_id, "id", fault) && check_twins(r, by_sid, "sid", fault) &&
           groups_make(r, fault);
    if (good) return r;
    for (struct chained *c = g.first; c; c = c->next) rule_release(&c->body);
    r->rule_count = 0; /* released already */
    ruleset_free(r);
    return NULL;
}

struct ruleset *ruleset_load(const char *path, const struct filter_sets *sets, struct fault *fault)
{
    unsigned shadowed;
    return ruleset_load_all(&(struct ruleset_source){.path = path}, 1, sets, &shadowed, fault);
}

void ruleset_free(struct ruleset *r)
{
    if (!r) return;
    for (unsigned i = 0; i < r->rule_count; i++) rule_release((struct rule_body *)r->rules[i]->body);
    patterns_free(r->pattern_groups);
    packet_rules_free(r->packet_rules);
    stream_rules_free(r->stream_rules);
    region_free(&r->memory);
    free(r);
}

const struct rule *const *ruleset_rules(const struct ruleset *r, unsigned *count)
{
    *count = r->rule_count;
    return r->rules;
}
