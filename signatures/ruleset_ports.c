/* SPDX-License-Identifier: Apache-2.0 */
/* Rules about packets that ask for a TCP or UDP port: kept by port, so that hundreds of them cost a message two looks
 * into a table. Rules that remember several conditions (sequence, without) stay out: their order matters. */
#include "signatures/rule.h"

#include <stdlib.h>
#include <string.h>

struct port_group {
    uint32_t key; /* 0: free */
    struct group group;
};

struct port_groups {
    struct port_group *table; /* open addressing */
    uint32_t mask;
    struct candidate *candidates; /* each once */
    unsigned count;
    /* Of each candidate: the first of those with which it shares a port and so a database, directly or by others. */
    unsigned *family;
    const struct pattern_group **patterns; /* of each family */
};

/* One candidate under one port, while the table is made. */
struct entry {
    uint32_t key;
    unsigned order;  /* as the matcher asks: without patterns first, then as in the files */
    unsigned number; /* of the candidate in port_groups */
    struct candidate candidate;
};

static bool is_bound(const struct candidate *c, struct filter_ports *ports)
{
    const struct rule_body *b = c->rule->body;
    const struct filter_known packet = {.class = -1, .role = -1, .status = -1};
    if (b->sequence.count || b->without.within_ns || !c->condition->where) return false;
    return filter_judge(c->condition->where, &packet) != FILTER_NO && filter_ports(c->condition->where, ports);
}

static int by_key(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static unsigned family_of(const struct port_groups *p, unsigned number)
{
    while (p->family[number] != number) number = p->family[number];
    return number;
}

/* Compiling costs far more than scanning for a few more patterns: what meets on any port gets one database. */
static void make_families(struct port_groups *p, const struct entry *entries, unsigned count)
{
    for (unsigned i = 0; i < p->count; i++) p->family[i] = i;
    for (unsigned i = 1; i < count; i++) {
        const struct entry *a = &entries[i - 1], *b = &entries[i];
        if (a->key != b->key || !a->candidate.condition->pattern_count) continue;
        unsigned x = family_of(p, a->number), y = family_of(p, b->number);
        p->family[x > y ? x : y] = x > y ? y : x;
    }
}

static bool compile_families(struct ruleset *r, struct fault *fault)
{
    struct port_groups *p = r->ports;
    struct candidate *members = calloc(p->count + 1, sizeof *members);
    for (unsigned i = 0; members && i < p->count; i++) {
        unsigned count = 0;
        if (p->family[i] != i || !p->candidates[i].condition->pattern_count) continue;
        for (unsigned j = i; j < p->count; j++)
            if (family_of(p, j) == i) members[count++] = p->candidates[j];
        if (!(p->patterns[i] = patterns_compile(r, members, count, fault))) break;
    }
    free(members);
    if (!members) return fault_set(fault, "out of memory");
    return !fault->text[0];
}

static bool make_group(struct ruleset *r, const struct entry *entries, unsigned count, struct fault *fault)
{
    struct port_groups *p = r->ports;
    struct candidate *list = region_take(&r->memory, count * sizeof *list);
    uint32_t slot = port_slot(entries[0].key);
    if (!list) return fault_set(fault, "out of memory");
    while (p->table[slot & p->mask].key) slot++;
    struct port_group *g = &p->table[slot & p->mask];
    g->key = entries[0].key;
    g->group = (struct group){.candidates = list, .count = count};
    for (unsigned i = 0; i < count; i++) {
        list[i] = entries[i].candidate;
        g->group.plain_count += !list[i].condition->pattern_count;
        if (!list[i].condition->pattern_count) continue;
        g->group.patterns = p->patterns[family_of(p, entries[i].number)];
        list[i].first_pattern = patterns_first(g->group.patterns, list[i].condition);
    }
    return choices_make(&r->memory, &g->group) ? true : fault_set(fault, "out of memory");
}

static bool make_table(struct ruleset *r, struct entry *entries, unsigned count, struct fault *fault)
{
    uint32_t size = 64;
    while (size < count * 2) size *= 2;
    r->ports->mask = size - 1;
    r->ports->table = region_take(&r->memory, size * sizeof *r->ports->table);
    if (!r->ports->table) return fault_set(fault, "out of memory");
    qsort(entries, count, sizeof *entries, by_key);
    make_families(r->ports, entries, count);
    if (!compile_families(r, fault)) return false;
    for (unsigned first = 0, next; first < count; first = next) {
        for (next = first + 1; next < count && entries[next].key == entries[first].key;) next++;
        if (!make_group(r, &entries[first], next - first, fault)) return false;
    }
    return true;
}

/* Moves the bound ones out of `list` into r->ports and one entry for each of their ports. */
static unsigned take_out(struct ruleset *r, struct candidate *list, unsigned *count, struct entry *entries)
{
    unsigned kept = 0, made = 0;
    struct filter_ports ports;
    for (unsigned i = 0; i < *count; i++) {
        if (!is_bound(&list[i], &ports)) {
            list[kept++] = list[i];
            continue;
        }
        for (unsigned j = 0; j < ports.count; j++)
            entries[made++] = (struct entry){port_key(ports.ip_proto, ports.destination, ports.ports[j]),
                                             i + (list[i].condition->pattern_count ? RULE_CAP * STEP_CAP : 0),
                                             r->ports->count, list[i]};
        r->ports->candidates[r->ports->count++] = list[i];
    }
    *count = kept;
    return made;
}

bool ports_make(struct ruleset *r, struct candidate *list, unsigned *count, struct fault *fault)
{
    struct entry *entries = calloc((size_t)*count + 1, FILTER_PORTS * sizeof *entries);
    r->ports = region_take(&r->memory, sizeof *r->ports);
    struct port_groups *p = r->ports;
    if (p) {
        p->candidates = region_take(&r->memory, (*count + 1) * sizeof *list);
        p->family = region_take(&r->memory, (*count + 1) * sizeof *p->family);
        p->patterns = region_take(&r->memory, (*count + 1) * sizeof(const struct pattern_group *));
    }
    if (!entries || !p || !p->candidates || !p->family || !p->patterns) {
        free(entries);
        return fault_set(fault, "out of memory");
    }
    bool good = make_table(r, entries, take_out(r, list, count, entries), fault);
    free(entries);
    return good;
}

const struct group *group_of_port(const struct ruleset *r, const struct packet_meta *packet, bool destination)
{
    const struct port_groups *p = r->ports;
    if (!p->count || !packet->ip_proto) return NULL;
    uint32_t key = port_key(packet->ip_proto, destination, destination ? packet->dst_port : packet->src_port);
    for (uint32_t slot = port_slot(key);; slot++) {
        const struct port_group *g = &p->table[slot & p->mask];
        if (g->key == key) return &g->group;
        if (!g->key) return NULL;
    }
}

const struct candidate *port_candidates(const struct ruleset *r, unsigned *count)
{
    *count = r->ports->count;
    return r->ports->candidates;
}
