/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the categories out of the copy of categories.yaml that the assembler put into the program. */
#include "signatures/categories.h"

#include "common/embed.h"
#include "common/yaml.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

EMBED(categories_yaml, "signatures/categories.yaml")

static struct yaml *document; /* stays: its texts are the list's */
static struct category *list;
static unsigned list_count;
static struct fault list_fault;
static pthread_once_t list_read = PTHREAD_ONCE_INIT;

static bool take(const struct yaml_node *node, const char *key, const char **out)
{
    const struct yaml_node *value = yaml_required(node, key, &list_fault);
    return value && yaml_text(value, out, &list_fault);
}

static void read_list(void)
{
    static const char *const keys[] = {"key", "class", "subclass", "zh", "en", NULL};
    document = yaml_load_text("signatures/categories.yaml", categories_yaml,
                              (size_t)(categories_yaml_end - categories_yaml), &list_fault);
    if (!document || !yaml_is_list(yaml_root(document), &list_fault)) return;
    list = calloc(yaml_root(document)->count, sizeof *list);
    for (const struct yaml_node *n = yaml_root(document)->first; list && n; n = n->next) {
        struct category *c = &list[list_count];
        bool good = yaml_keys(n, keys, &list_fault) && take(n, "key", &c->key) && take(n, "class", &c->class_zh) &&
                    take(n, "subclass", &c->subclass_zh) && take(n, "zh", &c->name.zh) && take(n, "en", &c->name.en);
        if (!good) return;
        list_count++;
    }
}

const struct category *categories(unsigned *count, struct fault *fault)
{
    pthread_once(&list_read, read_list);
    *count = list_count;
    if (!list_fault.text[0]) return list;
    fault_set(fault, "%s", list_fault.text);
    return NULL;
}

const struct category *category_find(const char *key)
{
    unsigned count;
    const struct category *c = categories(&count, &(struct fault){""});
    for (unsigned i = 0; c && i < count; i++)
        if (strcmp(c[i].key, key) == 0) return &c[i];
    return NULL;
}

static const char *name_at(void *context, unsigned index)
{
    (void)context;
    return index < list_count ? list[index].key : NULL;
}

const char *category_nearest(const char *key)
{
    unsigned count;
    return categories(&count, &(struct fault){""}) ? nearest_name(key, name_at, NULL) : NULL;
}
