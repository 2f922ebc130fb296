/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of rules: loading them, asking for them and making them (marks.h). */
#include "signatures/marks.h"
#include "signatures/rule.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#define HOUR ((uint64_t)3600 * 1000000000)

static bool load_names(struct loader *l, const struct yaml_node *list, struct mark_list *out)
{
    if (!list) return true;
    if (!yaml_is_list(list, l->fault)) return false;
    if (list->count > MARKS_AT_MOST) return yaml_fault(list, l->fault, "more than %d marks", MARKS_AT_MOST);
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        const char *name = NULL;
        if (!yaml_text(item, &name, l->fault)) return false;
        out->names[out->count++] = XXH3_64bits(name, strlen(name));
    }
    return true;
}

bool load_marks(struct loader *l, const struct yaml_node *node, struct rule_marks **out)
{
    static const char *const keys[] = {"of", "within", "need", "absent", "set", "clear", NULL};
    static const char *const parties[] = {"flow", "source", "destination", "pair", NULL};
    unsigned of = MARK_FLOW;
    if (!node) return true;
    struct rule_marks *m = *out = region_take(l->memory, sizeof *m);
    if (!m) return fault_set(l->fault, "out of memory");
    m->within_ns = HOUR;
    if (!yaml_keys(node, keys, l->fault) || !yaml_choice(yaml_get(node, "of"), parties, &of, l->fault) ||
        !yaml_duration(yaml_get(node, "within"), 1000000, 30 * 24 * HOUR, &m->within_ns, l->fault))
        return false;
    m->of = (uint8_t)of;
    return load_names(l, yaml_get(node, "need"), &m->need) && load_names(l, yaml_get(node, "absent"), &m->absent) &&
           load_names(l, yaml_get(node, "set"), &m->set) && load_names(l, yaml_get(node, "clear"), &m->clear);
}

static uint64_t station_hash(const struct packet_meta *p, bool source)
{
    const struct address *a = source ? &p->src : &p->dst;
    if (a->family) return XXH3_64bits(a->bytes, a->family == 4 ? 4 : 16);
    return XXH3_64bits(source ? p->src_mac : p->dst_mac, 6);
}

/* Whom the mark is about; never 0. A pair is the same in both directions. */
static uint64_t key_of(uint8_t of, uint64_t name, const struct packet_meta *p)
{
    uint64_t party[] = {name, PURPOSE_MARK, of, 0};
    if (of == MARK_FLOW) party[3] = p->flow_id;
    if (of == MARK_SOURCE || of == MARK_PAIR) party[3] += station_hash(p, true);
    if (of == MARK_DESTINATION || of == MARK_PAIR) party[3] += station_hash(p, false);
    uint64_t hash = XXH3_64bits(party, sizeof party);
    return hash ? hash : 1;
}

bool marks_hold(const struct rule_marks *marks, struct states *states, const struct message *m)
{
    const struct packet_meta *p = m->packet;
    for (unsigned i = 0; i < marks->need.count; i++)
        if (!states_find(states, key_of(marks->of, marks->need.names[i], p), p->time_ns)) return false;
    for (unsigned i = 0; i < marks->absent.count; i++)
        if (states_find(states, key_of(marks->of, marks->absent.names[i], p), p->time_ns)) return false;
    return true;
}

void marks_make(const struct rule_marks *marks, struct states *states, const struct message *m)
{
    const struct packet_meta *p = m->packet;
    for (unsigned i = 0; i < marks->set.count; i++) {
        bool fresh;
        struct state *st = states_take(states, key_of(marks->of, marks->set.names[i], p), p->time_ns, &fresh,
                                       &(struct state_place){0});
        st->expires_ns = p->time_ns + marks->within_ns;
    }
    for (unsigned i = 0; i < marks->clear.count; i++) {
        struct state *st = states_find(states, key_of(marks->of, marks->clear.names[i], p), p->time_ns);
        if (st) st->expires_ns = 0;
    }
}
