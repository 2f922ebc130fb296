/* SPDX-License-Identifier: Apache-2.0 */
/* A ruleset: every rule of a file or directory, ids and sids once, grouped and compiled (signature.h). */
#include "signatures/rule.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { DIRECTORY_DEPTH = 8, PATH_ROOM = 4096 };

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

static bool load_document(struct loading *g, const struct yaml_node *root)
{
    if (root->kind == YAML_NULL) return true;
    if (root->kind != YAML_LIST) return yaml_fault(root, g->loader.fault, "a file of rules is a list: \"- id: ...\"");
    for (const struct yaml_node *item = root->first; item; item = item->next) {
        struct chained *c = add_rule(g);
        if (!c || !rule_load(&g->loader, item, &c->rule, &c->body)) return false;
    }
    return true;
}

static bool load_file(struct loading *g, const char *path)
{
    struct yaml *document = yaml_load_file(path, g->loader.fault);
    bool good = document && load_document(g, yaml_root(document));
    yaml_close(document);
    return good;
}

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static bool load_path(struct loading *g, const char *path, unsigned depth);

/* In the order of names, so that a ruleset does not depend on the file system. */
static bool load_directory(struct loading *g, const char *path, unsigned depth)
{
    struct dirent **entries;
    int count = scandir(path, &entries, NULL, alphasort);
    bool good = count >= 0 ? true : fault_set(g->loader.fault, "%s: cannot be read: %s", path, strerror(errno));
    for (int i = 0; i < count; i++) {
        char below[PATH_ROOM];
        struct stat status;
        const char *name = entries[i]->d_name;
        int n = snprintf(below, sizeof below, "%s/%s", path, name);
        bool fits = n > 0 && (size_t)n < sizeof below && name[0] != '.';
        if (good && fits && stat(below, &status) == 0 && (S_ISDIR(status.st_mode) || is_yaml(name)))
            good = load_path(g, below, depth + 1);
        free(entries[i]);
    }
    if (count >= 0) free(entries);
    return good;
}

static bool load_path(struct loading *g, const char *path, unsigned depth)
{
    struct stat status;
    if (stat(path, &status) != 0) return fault_set(g->loader.fault, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(status.st_mode)) return load_file(g, path);
    if (depth > DIRECTORY_DEPTH)
        return fault_set(g->loader.fault, "%s: directories nested more than %d deep", path, DIRECTORY_DEPTH);
    return load_directory(g, path, depth);
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

struct ruleset *ruleset_load(const char *path, const struct filter_sets *sets, struct fault *fault)
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
    bool good = load_path(&g, path, 0) && settle(&g) && check_twins(r, by_id, "id", fault) &&
                check_twins(r, by_sid, "sid", fault) && groups_make(r, fault);
    if (good) return r;
    for (struct chained *c = g.first; c; c = c->next) rule_release(&c->body);
    r->rule_count = 0; /* released already */
    ruleset_free(r);
    return NULL;
}

void ruleset_free(struct ruleset *r)
{
    if (!r) return;
    for (unsigned i = 0; i < r->rule_count; i++) rule_release((struct rule_body *)r->rules[i]->body);
    patterns_free(r->pattern_groups);
    region_free(&r->memory);
    free(r);
}

const struct rule *const *ruleset_rules(const struct ruleset *r, unsigned *count)
{
    *count = r->rule_count;
    return r->rules;
}
