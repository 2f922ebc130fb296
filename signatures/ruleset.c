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

enum { DIRECTORY_DEPTH = 8, PATH_ROOM = 4096, ROOM_AT_FIRST = 64 };

struct loading {
    struct ruleset *ruleset;
    struct loader loader;
    struct rule **rules; /* grows while files are read; each rule lies in the ruleset's memory */
    unsigned room;
};

static struct rule *add_rule(struct loading *g)
{
    struct ruleset *r = g->ruleset;
    if (r->rule_count == g->room) {
        unsigned room = g->room ? g->room * 2 : ROOM_AT_FIRST;
        struct rule **more = room <= RULE_CAP ? realloc(g->rules, room * sizeof *more) : NULL;
        if (!more) {
            fault_set(g->loader.fault, "more than %d rules", RULE_CAP);
            return NULL;
        }
        g->rules = more;
        g->room = room;
    }
    struct rule *rule = region_take(&r->memory, sizeof *rule);
    if (rule)
        g->rules[r->rule_count++] = rule;
    else
        fault_set(g->loader.fault, "out of memory");
    return rule;
}

static bool load_document(struct loading *g, const struct yaml_node *root)
{
    if (root->kind == YAML_NULL) return true;
    if (root->kind != YAML_LIST) return yaml_fault(root, g->loader.fault, "a file of rules is a list: \"- id: ...\"");
    for (const struct yaml_node *item = root->first; item; item = item->next) {
        struct rule *rule = add_rule(g);
        struct rule_body *body = rule ? region_take(&g->ruleset->memory, sizeof *body) : NULL;
        if (!body) return fault_set(g->loader.fault, "out of memory");
        rule->body = body;
        if (!rule_load(&g->loader, item, rule, body)) return false;
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

static bool check_twins(struct loading *g, int (*order)(const void *, const void *), const char *what)
{
    unsigned count = g->ruleset->rule_count;
    struct rule **sorted = malloc((count + 1) * sizeof *sorted);
    bool good = sorted ? true : fault_set(g->loader.fault, "out of memory");
    if (good) memcpy(sorted, g->rules, count * sizeof *sorted);
    if (good && count) qsort(sorted, count, sizeof *sorted, order);
    for (unsigned i = 1; good && i < count; i++)
        if (order(&sorted[i - 1], &sorted[i]) == 0)
            good = fault_at(g->loader.fault, sorted[i]->file, sorted[i]->line, 1,
                            "rule %s (sid %u) has the same %s as rule %s in %s:%u", sorted[i]->id, sorted[i]->sid, what,
                            sorted[i - 1]->id, sorted[i - 1]->file, sorted[i - 1]->line);
    free(sorted);
    return good;
}

/* The public list, in the order of files. */
static bool settle(struct loading *g)
{
    struct ruleset *r = g->ruleset;
    r->rules = region_take(&r->memory, (r->rule_count + 1) * sizeof(void *));
    if (!r->rules) return fault_set(g->loader.fault, "out of memory");
    for (unsigned i = 0; i < r->rule_count; i++) r->rules[i] = g->rules[i];
    return true;
}

struct ruleset *ruleset_load(const char *path, const struct filter_sets *sets, struct fault *fault)
{
    struct ruleset *r = calloc(1, sizeof *r);
    if (!r) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    struct loading g = {.ruleset = r, .loader = {.memory = &r->memory, .sets = sets, .fault = fault}};
    time_t now = time(NULL);
    struct tm local;
    if (localtime_r(&now, &local)) r->utc_offset_s = local.tm_gmtoff;
    bool good = load_path(&g, path, 0) && check_twins(&g, by_id, "id") && check_twins(&g, by_sid, "sid") &&
                settle(&g) && groups_make(r, fault);
    if (!good) { /* the list may not be settled yet */
        for (unsigned i = 0; i < r->rule_count; i++) rule_release((struct rule_body *)g.rules[i]->body);
        r->rule_count = 0;
        ruleset_free(r);
        r = NULL;
    }
    free(g.rules);
    return r;
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
