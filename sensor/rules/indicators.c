/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of indicators that the collector sends: they become sets that the library's rules name. */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "common/time_text.h"
#include "sensor/rules/private.h"
#include "signatures/sets.h"

/* X(type, set) */
#define INDICATOR_TYPES(X)                                                                                             \
    X("ip", "indicator_addresses")                                                                                     \
    X("network", "indicator_addresses")                                                                                \
    X("mac", "indicator_addresses")                                                                                    \
    X("domain", "indicator_domains")                                                                                   \
    X("url", "indicator_urls")
static const struct {
    const char *type, *set;
} types[] = {
#define X(type, set) {type, set},
    INDICATOR_TYPES(X)
#undef X
};

enum { ITEMS_AT_MOST = 65536, VALUE_MOST = 1024 };

static void drop(struct rules *r, unsigned row)
{
    json_decref(r->lists[row].items);
    r->lists[row] = r->lists[--r->list_count];
}

void indicators_close(struct rules *r)
{
    while (r->list_count) drop(r, r->list_count - 1);
}

static bool items_fit(const json_t *items, struct fault *fault)
{
    if (!json_is_array(items) || json_array_size(items) > ITEMS_AT_MOST)
        return fault_set(fault, "items: a list of at most %d", ITEMS_AT_MOST);
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *item = json_array_get(items, i);
        if (!item_text(item, "type", 32) || !item_text(item, "value", VALUE_MOST))
            return fault_set(fault, "item %zu: a type and a value", i + 1);
    }
    return true;
}

bool indicators_take(struct rules *r, const json_t *item, struct fault *fault)
{
    const char *id = item_text(item, "id", SUPPRESSION_ID), *name = item_text(item, "name", sizeof r->lists->name - 1);
    const char *until = item_text(item, "until", 40);
    struct indicators list = {.items = json_object_get(item, "items")};
    unsigned row = 0;
    if (!id) return fault_set(fault, "a list of indicators has an id");
    if (until && !time_parse(until, &list.until_ns)) return fault_set(fault, "until: not a time");
    while (row < r->list_count && strcmp(r->lists[row].id, id) != 0) row++;
    bool withdrawn = json_is_true(json_object_get(item, "withdrawn"));
    if (!withdrawn && !items_fit(list.items, fault)) return false;
    if (row < r->list_count) drop(r, row);
    if (withdrawn) return true;
    if (r->list_count == LISTS_AT_MOST) return fault_set(fault, "more than %d lists", LISTS_AT_MOST);
    (void)text_put(list.id, sizeof list.id, id);
    if (name) (void)text_put(list.name, sizeof list.name, name);
    json_incref(list.items);
    r->lists[r->list_count++] = list;
    return true;
}

/* What of the lists goes into this set; returns how many. */
static unsigned collect(const struct rules *r, const char *set, const char **out, unsigned most)
{
    unsigned n = 0;
    for (unsigned l = 0; l < r->list_count; l++)
        for (size_t i = 0; i < json_array_size(r->lists[l].items) && n < most; i++) {
            const json_t *item = json_array_get(r->lists[l].items, i);
            const char *type = item_text(item, "type", 32);
            for (size_t k = 0; k < sizeof types / sizeof *types; k++)
                if (strcmp(types[k].type, type) == 0 && strcmp(types[k].set, set) == 0)
                    out[n++] = item_text(item, "value", VALUE_MOST);
        }
    return n;
}

struct sets *indicators_sets(const struct rules *r, struct fault *fault)
{
    struct sets *sets = sets_load(r->options->sets, fault);
    const char **values = sets && r->list_count ? calloc(ITEMS_AT_MOST, sizeof *values) : NULL;
    for (size_t k = 0; values && k < sizeof types / sizeof *types; k++) {
        if (k && strcmp(types[k].set, types[k - 1].set) == 0) continue;
        unsigned n = collect(r, types[k].set, values, ITEMS_AT_MOST);
        if (sets_add(sets, types[k].set, values, n)) continue;
        fault_set(fault, "out of memory");
        sets_free(sets);
        sets = NULL;
        break;
    }
    free(values);
    return sets;
}
