/* SPDX-License-Identifier: Apache-2.0 */
/* Which conditions a message can fulfil, worked out once for each protocol, operation and class by filter_prejudge, so
 * that an ordinary read looks at the few rules that concern it. */
#include "signatures/rule.h"

#include <stdlib.h>
#include <string.h>

enum { SLOTS = 512 }; /* twice as many as there can be parsers, so that a free one is always near */

/* What most messages are, each with groups of its own; a message that is none of these, or has anomalies, falls under
 * the last. */
static const struct {
    int role, status; /* -1: any */
} moods[] = {{ROLE_REQUEST, STATUS_NONE},
             {ROLE_RESPONSE, STATUS_OK},
             {ROLE_RESPONSE, STATUS_NONE},
             {ROLE_NOTIFY, STATUS_NONE},
             {-1, -1}};
enum { MOOD_COUNT = COUNT_OF(moods), MOOD_ANY = MOOD_COUNT - 1 };

/* Of one parser: groups for each operation, for unknown codes, for each class. */
struct parser_groups {
    const struct parser *parser;
    const struct group *(*operations)[MOOD_COUNT]; /* [operation_count] is for codes that are not in the table */
    const struct group *classes[OT_CLASS_COUNT][MOOD_COUNT];
};

struct groups {
    struct parser_groups *parsers;
    const struct group *packets; /* payloads that no protocol claimed */
    struct parser_groups *slots[SLOTS];
};

/* Every condition of every rule, in the order in which the matcher must ask them: a rule's match before its earlier
 * steps (a message advances a sequence by one step) and before what excuses it (a message does not excuse itself). */
struct conditions {
    struct candidate *list;
    unsigned count;
};

static unsigned slot_of(const struct parser *p) { return (unsigned)((uintptr_t)p >> 5) * 2654435761u >> 23; }

static bool collect(struct ruleset *r, struct conditions *out)
{
    unsigned room = 0;
    for (unsigned i = 0; i < r->rule_count; i++) room += 2 + r->rules[i]->body->sequence.count;
    out->list = region_take(&r->memory, (room + 1) * sizeof *out->list);
    if (!out->list) return false;
    for (unsigned i = 0; i < r->rule_count; i++) {
        const struct rule *rule = r->rules[i];
        const struct rule_body *b = rule->body;
        out->list[out->count++] = (struct candidate){.rule = rule, .condition = &b->condition, .kind = CONDITION_MATCH};
        for (unsigned s = b->sequence.count; s-- > 0;)
            out->list[out->count++] = (struct candidate){
                .rule = rule, .condition = &b->sequence.steps[s], .kind = CONDITION_STEP, .step = (uint8_t)s};
        if (b->without.within_ns)
            out->list[out->count++] =
                (struct candidate){.rule = rule, .condition = &b->without.condition, .kind = CONDITION_WITHOUT};
    }
    for (unsigned i = 0; i < out->count; i++)
        if (!choices_find(&r->memory, &out->list[i])) return false;
    return true;
}

static enum filter_verdict judge(const struct rule_condition *c, const struct filter_known *known)
{
    return c->where ? filter_judge(c->where, known) : FILTER_YES;
}

/* Puts those of `from` that can hold into `list`, cheap ones (no patterns) first. */
static unsigned sift_into(struct candidate *list, const struct conditions *from, const struct filter_known *known,
                          unsigned *plain_count)
{
    unsigned n = 0;
    for (unsigned with_patterns = 0; with_patterns < 2; with_patterns++) {
        for (unsigned i = 0; i < from->count; i++) {
            const struct candidate *c = &from->list[i];
            if ((c->condition->pattern_count > 0) != with_patterns) continue;
            enum filter_verdict v = judge(c->condition, known);
            if (v == FILTER_NO) continue;
            list[n] = *c;
            list[n++].certain = v == FILTER_YES;
        }
        if (!with_patterns) *plain_count = n;
    }
    return n;
}

/* The group for one question; `like`, when it would hold the same. NULL: no memory. */
static const struct group *sift(struct ruleset *r, const struct conditions *from, const struct filter_known *known,
                                const struct group *like, const struct pattern_group *patterns)
{
    struct candidate *list = calloc((size_t)from->count + 1, sizeof *list);
    struct group *g = NULL;
    unsigned plain = 0, count = list ? sift_into(list, from, known, &plain) : 0;
    if (list && like && like->count == count && memcmp(like->candidates, list, count * sizeof *list) == 0) {
        free(list);
        return like;
    }
    struct candidate *kept = list ? region_take(&r->memory, (count + 1) * sizeof *kept) : NULL;
    if (kept && (g = region_take(&r->memory, sizeof *g))) {
        memcpy(kept, list, count * sizeof *kept);
        *g = (struct group){
            .candidates = kept, .count = count, .plain_count = plain, .patterns = count > plain ? patterns : NULL};
    }
    free(list);
    return g && choices_make(&r->memory, g) ? g : NULL;
}

/* Judges for the whole parser (or for packets) first: what is left is judged again for each operation and class. */
static bool sift_first(struct ruleset *r, const struct conditions *all, const struct filter_known *known,
                       struct conditions *left, const struct pattern_group **patterns, struct fault *fault)
{
    const struct group *own = sift(r, all, known, NULL, NULL);
    if (!own) return fault_set(fault, "out of memory");
    *left = (struct conditions){(struct candidate *)own->candidates, own->count};
    if (own->count == own->plain_count) return true;
    *patterns = patterns_compile(r, left->list + own->plain_count, own->count - own->plain_count, fault);
    return *patterns != NULL;
}

/* One row: the same question in every mood. */
static bool sift_moods(struct ruleset *r, const struct conditions *few, struct filter_known known,
                       const struct pattern_group *patterns, const struct group *const *above, const struct group **row)
{
    for (unsigned mood = 0; mood < MOOD_COUNT; mood++) {
        known.role = moods[mood].role;
        known.status = moods[mood].status;
        known.calm = mood != MOOD_ANY;
        row[mood] = sift(r, few, &known, above ? above[mood] : NULL, patterns);
        if (!row[mood]) return false;
    }
    return true;
}

static bool group_parser(struct ruleset *r, const struct conditions *all, struct parser_groups *p, struct fault *fault)
{
    const struct parser *parser = p->parser;
    const struct pattern_group *patterns = NULL;
    struct conditions few = {NULL, 0};
    struct filter_known known = {.parser = parser, .any_operation = true, .class = -1, .role = -1, .status = -1};
    if (!sift_first(r, all, &known, &few, &patterns, fault)) return false;
    p->operations = region_take(&r->memory, (parser->operation_count + 1u) * sizeof *p->operations);
    bool good = p->operations != NULL;
    known.any_operation = false;
    for (unsigned i = 0; good && i <= parser->operation_count; i++) {
        known.operation = i < parser->operation_count ? &parser->operations[i] : NULL;
        known.class = known.operation ? known.operation->class : OT_NONE;
        good = sift_moods(r, &few, known, patterns, i ? p->operations[i - 1] : NULL, p->operations[i]);
    }
    known.any_operation = true;
    known.operation = NULL;
    for (unsigned c = 0; good && c < OT_CLASS_COUNT; c++) {
        known.class = (int)c;
        good = sift_moods(r, &few, known, patterns, c ? p->classes[c - 1] : NULL, p->classes[c]);
    }
    return good ? true : fault_set(fault, "out of memory");
}

static bool group_packets(struct ruleset *r, const struct conditions *all, struct fault *fault)
{
    struct filter_known known = {.class = OT_NONE, .role = -1, .status = -1};
    const struct pattern_group *patterns = NULL;
    struct conditions few = {NULL, 0};
    if (!sift_first(r, all, &known, &few, &patterns, fault)) return false;
    r->groups->packets = sift(r, &few, &known, NULL, patterns);
    return r->groups->packets ? true : fault_set(fault, "out of memory");
}

bool groups_make(struct ruleset *r, struct fault *fault)
{
    const struct registry *registered = registry();
    struct conditions all = {NULL, 0};
    r->groups = region_take(&r->memory, sizeof *r->groups);
    if (!r->groups || !collect(r, &all)) return fault_set(fault, "out of memory");
    if (!stream_rules_make(r, all.list, &all.count, fault)) return false;
    if (!packet_rules_make(r, all.list, &all.count, fault)) return false;
    if (!ports_make(r, all.list, &all.count, fault)) return false;
    r->groups->parsers = region_take(&r->memory, registered->parser_count * sizeof *r->groups->parsers);
    if (!r->groups->parsers) return fault_set(fault, "out of memory");
    for (unsigned i = 0; i < registered->parser_count; i++) {
        struct parser_groups *p = &r->groups->parsers[i];
        unsigned slot = slot_of(registered->parsers[i]);
        p->parser = registered->parsers[i];
        if (!group_parser(r, &all, p, fault)) return false;
        while (r->groups->slots[slot % SLOTS]) slot++;
        r->groups->slots[slot % SLOTS] = p;
    }
    return group_packets(r, &all, fault);
}

static unsigned mood_of(const struct message *m)
{
    if (m->anomaly_count) return MOOD_ANY;
    for (unsigned i = 0; i < MOOD_ANY; i++)
        if (m->role == moods[i].role && m->status == moods[i].status) return i;
    return MOOD_ANY;
}

const struct group *group_of(const struct ruleset *r, const struct message *m)
{
    const struct parser *parser = m->parser;
    if (!parser) return r->groups->packets;
    unsigned slot = slot_of(parser);
    while (r->groups->slots[slot % SLOTS] && r->groups->slots[slot % SLOTS]->parser != parser) slot++;
    const struct parser_groups *p = r->groups->slots[slot % SLOTS];
    if (!p) return r->groups->packets; /* not registered: nothing is known of it */
    size_t row = m->operation ? (size_t)(m->operation - parser->operations) : parser->operation_count;
    uint8_t own_class = m->operation ? m->operation->class : OT_NONE;
    if (row > parser->operation_count || own_class != m->operation_class)
        return p->classes[m->operation_class][mood_of(m)];
    return p->operations[row][mood_of(m)];
}

/* ---- what rules read --------------------------------------------- */

static void want_key(const struct rule_key *key, uint8_t *want)
{
    for (unsigned i = 0; i < key->count; i++) {
        int number = filter_field_registry(key->fields[i]);
        if (number >= 0) want[number] = 1;
    }
}

/* The fields of a condition, and those by which its rule tells parties apart. */
static void want_candidate(const struct candidate *c, uint8_t *want)
{
    const struct rule_body *b = c->rule->body;
    const struct payload *p = c->condition->payload;
    if (c->condition->where) filter_fields(c->condition->where, want);
    for (unsigned i = 0; p && i < p->count; i++)
        if (p->steps[i].in) want_key(&(struct rule_key){{p->steps[i].in}, 1}, want);
    if (b->count.at_least) want_key(&b->count.by, want);
    if (b->count.distinct) want_key(&(struct rule_key){{b->count.distinct}, 1}, want);
    if (b->sequence.count) want_key(&b->sequence.by, want);
    if (b->without.within_ns) want_key(&b->without.by, want);
    want_key(&b->quiet_by, want);
}

static bool holds(const struct group *g, const struct candidate *c)
{
    for (unsigned i = 0; i < g->count; i++)
        if (g->candidates[i].condition == c->condition) return true;
    return false;
}

/* Classes that change nothing. */
static bool is_quiet(unsigned class)
{
    return class == OT_NONE || class == OT_READ || class == OT_IDENTIFY || class == OT_DIAGNOSE ||
           class == OT_SESSION || class == OT_NOTIFY || class == OT_ALARM;
}

/* Can a message of this class fulfil the condition at all? Parsers make a class finer, but an operation that changes
 * something never becomes one that does not (parser.h, message_class). */
static bool can_reach(const struct parser_groups *p, unsigned class, const struct candidate *c)
{
    if (!is_quiet(class)) return true;
    for (unsigned i = 0; i < p->parser->operation_count; i++)
        if (is_quiet(p->parser->operations[i].class) && holds(p->operations[i][MOOD_ANY], c)) return true;
    return holds(p->operations[p->parser->operation_count][MOOD_ANY], c);
}

static void want_class(const struct parser_groups *p, unsigned class, uint8_t *want)
{
    const struct group *g = p->classes[class][MOOD_ANY];
    for (unsigned i = 0; i < g->count; i++)
        if (can_reach(p, class, &g->candidates[i])) want_candidate(&g->candidates[i], want);
}

void ruleset_fields_of_class(const struct ruleset *r, enum ot_class class, uint8_t *want)
{
    unsigned count;
    const struct candidate *of_ports = port_candidates(r, &count);
    for (unsigned i = 0; i < registry()->parser_count; i++) want_class(&r->groups->parsers[i], class, want);
    for (unsigned i = 0; i < count; i++) want_candidate(&of_ports[i], want);
}

void ruleset_fields(const struct ruleset *r, uint8_t *want)
{
    for (unsigned class = 0; class < OT_CLASS_COUNT; class ++) ruleset_fields_of_class(r, (enum ot_class) class, want);
}

bool ruleset_wants_payload(const struct ruleset *r)
{
    unsigned of_ports;
    port_candidates(r, &of_ports);
    return r->groups->packets->count + of_ports > 0;
}
