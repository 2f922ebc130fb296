/* SPDX-License-Identifier: Apache-2.0 */
/* Loading of a program's options from YAML by its table. Keys, types and ranges are the table's; nothing else is let
 * in. */
#include "common/options.h"

#include <stdlib.h>
#include <string.h>

#include "common/yaml.h"

enum { PATH_CAP = 128 };

struct options {
    const struct option_table *table;
    char *settings;
    struct yaml **documents; /* kept: settings point into them */
    size_t document_count;
    const char ***lists;
    size_t list_count;
};

/* Adds to an array of pointers; the program ends when there is no memory for a few options. */
static void keep(void *array, size_t *count, void *pointer)
{
    void **grown = realloc(*(void **)array, (*count + 1) * sizeof *grown);
    if (!grown) abort();
    grown[(*count)++] = pointer;
    *(void **)array = grown;
}

static const struct option *find(const struct option_table *table, const char *path)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].path, path) == 0) return &table->rows[i];
    return NULL;
}

/* The names that stand right below a prefix ("" or "section."), for the nearest one to a wrong key. */
struct level {
    const struct option_table *table;
    const char *prefix;
};

static const char *name_at_level(void *context, unsigned index)
{
    const struct level *level = context;
    size_t n = strlen(level->prefix);
    for (size_t i = 0; i < level->table->count; i++) {
        const char *path = level->table->rows[i].path;
        if (strncmp(path, level->prefix, n) == 0 && !strchr(path + n, '.') && !index--) return path + n;
    }
    return NULL;
}

static bool unknown_key(struct options *o, const char *prefix, const struct yaml_node *value, struct fault *fault)
{
    struct level level = {o->table, prefix};
    const char *near = nearest_name(value->key->text, name_at_level, &level);
    return near ? yaml_fault(value->key, fault, "unknown option '%s%s'; did you mean '%s%s'?", prefix, value->key->text,
                             prefix, near)
                : yaml_fault(value->key, fault, "unknown option '%s%s'; --sample-config lists them", prefix,
                             value->key->text);
}

static bool take_list(struct options *o, const struct option *row, const struct yaml_node *value, struct fault *fault)
{
    uint64_t most = row->most ? row->most : UINT64_MAX;
    if (value->kind != YAML_NULL && !yaml_is_list(value, fault)) return false;
    if (value->count < row->least || value->count > most)
        return yaml_fault(value, fault, "'%s' takes %llu to %llu items, not %u", row->path,
                          (unsigned long long)row->least, (unsigned long long)most, value->count);
    const char **items = calloc(value->count + 1u, sizeof *items);
    if (!items) abort();
    keep(&o->lists, &o->list_count, items);
    unsigned n = 0;
    for (const struct yaml_node *item = value->first; item; item = item->next) {
        if (!yaml_text(item, &items[n++], fault) || (row->check && !row->check(item, fault))) return false;
    }
    *(struct option_list *)(void *)(o->settings + row->offset) = (struct option_list){items, n};
    return true;
}

static bool take(struct options *o, const struct option *row, const struct yaml_node *value, struct fault *fault)
{
    void *out = o->settings + row->offset;
    uint64_t most = row->most ? row->most : UINT64_MAX;
    if (row->type == OPTION_LIST) return take_list(o, row, value, fault);
    if (value->kind == YAML_NULL) { /* `key:` alone means "none" where there can be none */
        if (row->type != OPTION_TEXT) return yaml_fault(value, fault, "'%s' has no value", row->path);
        *(const char **)out = NULL;
        return true;
    }
    bool good = false;
    switch (row->type) {
    case OPTION_BOOL:
        good = yaml_bool(value, out, fault);
        break;
    case OPTION_UINT:
        good = yaml_uint(value, row->least, most, out, fault);
        break;
    case OPTION_DURATION:
        good = yaml_duration(value, row->least, most, out, fault);
        break;
    case OPTION_SIZE:
        good = yaml_size(value, row->least, most, out, fault);
        break;
    case OPTION_TEXT:
        good = yaml_text(value, out, fault);
        break;
    case OPTION_CHOICE:
        good = yaml_choice(value, row->choices, out, fault);
        break;
    case OPTION_LIST:
    case OPTION_SECTION:
        break;
    }
    return good && (!row->check || row->check(value, fault));
}

static bool walk(struct options *o, const char *prefix, const struct yaml_node *mapping, struct fault *fault)
{
    if (mapping->kind == YAML_NULL) return true;
    if (!yaml_is_mapping(mapping, fault)) return false;
    for (const struct yaml_node *value = mapping->first; value; value = value->next) {
        char path[PATH_CAP];
        int n = snprintf(path, sizeof path, "%s%s", prefix, value->key->text);
        if (n >= (int)sizeof path - 1) return unknown_key(o, prefix, value, fault);
        const struct option *row = find(o->table, path);
        if (!row) return unknown_key(o, prefix, value, fault);
        if (row->type == OPTION_SECTION) path[n] = '.', path[n + 1] = 0;
        if (!(row->type == OPTION_SECTION ? walk(o, path, value, fault) : take(o, row, value, fault))) return false;
    }
    return true;
}

/* One value written as YAML text: a default, or the right side of --set. */
static bool take_text(struct options *o, const struct option *row, const char *origin, const char *text,
                      struct fault *fault)
{
    struct yaml *document = yaml_load_text(origin, text, strlen(text), fault);
    if (!document) return false;
    keep(&o->documents, &o->document_count, document);
    return take(o, row, yaml_root(document), fault);
}

static bool take_set(struct options *o, const char *set, struct fault *fault)
{
    char path[PATH_CAP];
    size_t n = strcspn(set, "=");
    if (!set[n] || n >= sizeof path) return fault_set(fault, "--set %s: write it as section.option=value", set);
    memcpy(path, set, n);
    path[n] = 0;
    const struct option *row = find(o->table, path);
    if (!row || row->type == OPTION_SECTION) {
        char section[PATH_CAP] = "";
        const char *dot = strrchr(path, '.');
        if (dot) snprintf(section, sizeof section, "%.*s", (int)(dot + 1 - path), path);
        struct level level = {o->table, section};
        const char *near = nearest_name(dot ? dot + 1 : path, name_at_level, &level);
        return near ? fault_set(fault, "--set %s: unknown option; did you mean '%s%s'?", set, section, near)
                    : fault_set(fault, "--set %s: unknown option; --sample-config lists them", set);
    }
    return take_text(o, row, "--set", set + n + 1, fault);
}

struct options *options_load(const struct option_table *table, const char *path, const char *const *sets,
                             void *settings, struct fault *fault)
{
    struct options *o = calloc(1, sizeof *o);
    if (!o) abort();
    o->table = table;
    o->settings = settings;
    bool good = true;
    for (size_t i = 0; good && i < table->count; i++)
        if (table->rows[i].standard)
            good = take_text(o, &table->rows[i], table->rows[i].path, table->rows[i].standard, fault);
    if (good && path) {
        struct yaml *document = yaml_load_file(path, fault);
        if (document) keep(&o->documents, &o->document_count, document);
        good = document && walk(o, "", yaml_root(document), fault);
    }
    for (; good && sets && *sets; sets++) good = take_set(o, *sets, fault);
    if (good) return o;
    options_free(o);
    return NULL;
}

void options_free(struct options *o)
{
    if (!o) return;
    for (size_t i = 0; i < o->document_count; i++) yaml_close(o->documents[i]);
    for (size_t i = 0; i < o->list_count; i++) free(o->lists[i]);
    free(o->documents);
    free(o->lists);
    free(o);
}
