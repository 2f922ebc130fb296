/* SPDX-License-Identifier: Apache-2.0 */
/* `payload:` of a rule out of YAML, and what its rules need of it: scratch, the literal to look for first. */
#include "signatures/payload.h"
#include "signatures/rule.h"

#include <hs.h>

enum { SIZE_CAP = 1 << 20 };

static bool load_size(struct loader *l, const struct yaml_node *node, struct payload *p)
{
    static const char *const keys[] = {"least", "most", NULL};
    uint64_t least = 0, most = 0;
    if (!node) return true;
    if (!yaml_keys(node, keys, l->fault) || !yaml_uint(yaml_get(node, "least"), 1, SIZE_CAP, &least, l->fault) ||
        !yaml_uint(yaml_get(node, "most"), 1, SIZE_CAP, &most, l->fault))
        return false;
    p->least = (uint32_t)least;
    p->most = (uint32_t)most;
    return true;
}

static bool load_steps(struct loader *l, const struct yaml_node *list, struct payload *p)
{
    struct payload_names names = {{NULL}, 0};
    if (!list) return true;
    if (!yaml_is_list(list, l->fault)) return false;
    if (list->count > PAYLOAD_STEPS) return yaml_fault(list, l->fault, "more than %d steps", PAYLOAD_STEPS);
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        struct payload_step *step = &p->steps[p->count++];
        if (!payload_step_load(l, item, &names, step)) return false;
        if (step->in && p->packet)
            return yaml_fault(item, l->fault, "a field is read of a message: write \"of: pdu\" above the steps");
    }
    return true;
}

struct payload *payload_load(struct loader *l, const struct yaml_node *node)
{
    static const char *const keys[] = {"of", "direction", "established", "size", "steps", NULL};
    static const char *const kinds[] = {"packet", "pdu", NULL};
    static const char *const directions[] = {"both", "to_server", "to_client", NULL};
    unsigned of = 0, direction = 0;
    struct payload *p = region_take(l->memory, sizeof *p);
    if (!p) fault_set(l->fault, "out of memory");
    if (!p || !yaml_keys(node, keys, l->fault) || !yaml_choice(yaml_get(node, "of"), kinds, &of, l->fault) ||
        !yaml_choice(yaml_get(node, "direction"), directions, &direction, l->fault) ||
        !yaml_bool(yaml_get(node, "established"), &p->established, l->fault) ||
        !load_size(l, yaml_get(node, "size"), p))
        return NULL;
    p->packet = of == 0;
    p->direction = (uint8_t)direction;
    if (load_steps(l, yaml_get(node, "steps"), p)) return p;
    payload_release(p);
    return NULL;
}

void payload_release(struct payload *p)
{
    for (unsigned i = 0; p && i < p->count; i++) hs_free_database(p->steps[i].database);
}

bool payload_prepare(const struct payload *p, hs_scratch_t **scratch)
{
    for (unsigned i = 0; i < p->count; i++)
        if (p->steps[i].database && hs_alloc_scratch(p->steps[i].database, scratch) != HS_SUCCESS) return false;
    return true;
}

const struct payload_step *payload_anchor(const struct payload *p)
{
    const struct payload_step *best = NULL;
    for (unsigned i = 0; i < p->count; i++) {
        const struct payload_step *s = &p->steps[i];
        if (s->kind == STEP_LITERAL && !s->absent && !s->in && (!best || s->length > best->length)) best = s;
    }
    return best;
}
