/* SPDX-License-Identifier: Apache-2.0 */
/* `affected:` of a rule: vendor, models and firmware of the devices that it is about, each range as the library of
 * vulnerabilities writes it. */
#include <ctype.h>
#include <string.h>

#include "signatures/rule.h"

enum { PRODUCTS_AT_MOST = 32, MODELS_AT_MOST = 32 };

static bool load_version(struct loader *l, const struct yaml_node *node, const char **out)
{
    const char *text = NULL;
    if (!node) return true;
    if (!yaml_text(node, &text, l->fault)) return false;
    if (!strpbrk(text, "0123456789")) return yaml_fault(node, l->fault, "a version has a number in it");
    return (*out = loader_text(l, text)) != NULL;
}

static bool load_models(struct loader *l, const struct yaml_node *list, struct rule_product *p)
{
    unsigned count = 0;
    if (!list || !yaml_is_list(list, l->fault)) return false;
    if (!list->count || list->count > MODELS_AT_MOST)
        return yaml_fault(list, l->fault, "1 to %d models", MODELS_AT_MOST);
    const char **models = region_take(l->memory, (list->count + 1) * sizeof *models);
    if (!models) return fault_set(l->fault, "out of memory");
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        const char *text = NULL;
        if (!yaml_text(n, &text, l->fault) || !(models[count++] = loader_text(l, text))) return false;
    }
    p->models = models;
    return true;
}

bool load_products(struct loader *l, const struct yaml_node *list, struct rule *rule)
{
    static const char *const keys[] = {"vendor", "models", "from", "before", "through", NULL};
    if (!list) return true;
    if (!yaml_is_list(list, l->fault)) return false;
    if (list->count > PRODUCTS_AT_MOST) return yaml_fault(list, l->fault, "more than %d products", PRODUCTS_AT_MOST);
    struct rule_product *products = region_take(l->memory, (list->count + 1) * sizeof *products);
    if (!products) return fault_set(l->fault, "out of memory");
    rule->affected = products;
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        struct rule_product *p = &products[rule->affected_count++];
        const char *vendor = NULL;
        if (!yaml_keys(n, keys, l->fault) || !yaml_text(yaml_required(n, "vendor", l->fault), &vendor, l->fault) ||
            !vendor || !(p->vendor = loader_text(l, vendor)) ||
            !load_models(l, yaml_required(n, "models", l->fault), p) ||
            !load_version(l, yaml_get(n, "from"), &p->from) || !load_version(l, yaml_get(n, "before"), &p->before) ||
            !load_version(l, yaml_get(n, "through"), &p->through))
            return false;
        if (p->before && p->through)
            return yaml_fault(n, l->fault, "\"before\" and \"through\" are two ways to say the same end");
    }
    return true;
}
