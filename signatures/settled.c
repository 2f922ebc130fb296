/* SPDX-License-Identifier: Apache-2.0 */
/* A table of what is settled (settled.h), two places for each hash; the one that was not asked last gives way. */
#include "signatures/settled.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/pages.h"

enum { SETS_LOG = 12, WAYS = 2 };

struct settled_table {
    struct settled sets[1 << SETS_LOG][WAYS];
    uint8_t last[1 << SETS_LOG]; /* the way that was asked last */
};

struct settled_table *settled_open(void) { return pages_take(sizeof(struct settled_table)); }
void settled_close(struct settled_table *t) { pages_give(t, sizeof *t); }

/* A line of each, and not all its memory: workers do this between two frames. */
void settled_clear(struct settled_table *t)
{
    for (size_t set = 0; set < 1 << SETS_LOG; set++)
        for (unsigned way = 0; way < WAYS; way++) t->sets[set][way].used = false;
}

/* ---- keys -------------------------------------------------------- */

static void add_hash(void *context, const void *bytes, size_t length)
{
    uint64_t *hash = context;
    *hash = XXH3_64bits_withSeed(bytes, length, *hash + length);
}

uint64_t rule_key_hash(const struct rule *rule, unsigned purpose, const struct rule_key *by, const struct message *m)
{
    uint64_t hash = (uint64_t)rule->sid << 8 | purpose;
    for (unsigned i = 0; i < by->count; i++) {
        add_hash(&hash, &i, sizeof i);
        filter_field_each(by->fields[i], m, add_hash, &hash);
    }
    return hash ? hash : 1;
}

/* What the state is for that the condition asks for first, and by what it is told apart. */
static const struct rule_key *first_key(const struct candidate *c, unsigned *purpose)
{
    const struct rule_body *b = c->rule->body;
    switch ((enum condition_kind)c->kind) {
    case CONDITION_STEP:
        *purpose = PURPOSE_SEQUENCE;
        return &b->sequence.by;
    case CONDITION_WITHOUT:
        *purpose = PURPOSE_WITHOUT;
        return &b->without.by;
    case CONDITION_MATCH:
        break;
    }
    *purpose = PURPOSE_COUNT;
    return &b->count.by;
}

uint64_t question_key(const struct candidate *c, const struct message *m)
{
    unsigned purpose;
    const struct rule_key *by = first_key(c, &purpose);
    return rule_key_hash(c->rule, purpose, by, m);
}

static bool key_is_settled(const struct candidate *c, const struct message *m)
{
    unsigned purpose;
    const struct rule_key *by = first_key(c, &purpose);
    for (unsigned i = 0; i < by->count; i++)
        if (!filter_field_settled(by->fields[i], m)) return false;
    return true;
}

/* ---- what is settled --------------------------------------------- */

/* How many parts are left of a filter; 0: more than are worth to be kept. */
static uint8_t rest_of(const struct filter *where, const struct filter_known *known, const struct filter_part **parts)
{
    unsigned n = filter_rest(where, known, parts, QUESTION_PARTS);
    return n > QUESTION_PARTS ? 0 : (uint8_t)n;
}

/* Fields of SHORT_SAME: those that are settled, and parsers' own. */
static bool same_can_be_told(const struct filter_field *distinct, const struct message *m, uint16_t *field)
{
    int number = filter_field_registry(distinct);
    *field = number >= 0 && field_parser((uint16_t)number) != registry()->parsers[0] ? (uint16_t)number : NO_FIELD;
    return *field != NO_FIELD || filter_field_settled(distinct, m);
}

static void make_quick(struct quick_question *k, const struct question *q, const struct message *m)
{
    const struct rule_body *b = q->candidate->rule->body;
    const struct rule_condition *c = q->candidate->condition;
    bool only_counts = q->candidate->kind == CONDITION_MATCH && b->count.at_least && !b->hours.count &&
                       !b->sequence.count && !b->without.within_ns && !b->marks;
    *k = (struct quick_question){.sieved = q->patterns,
                                 .sieve = &c->sieve,
                                 .direct = q->certain && !q->patterns && !c->payload,
                                 .field = NO_FIELD,
                                 .at_least = b->count.at_least,
                                 .within_ns = q->candidate->kind == CONDITION_WITHOUT ? b->without.within_ns : 0};
    if (!q->key) return;
    if (q->candidate->kind == CONDITION_WITHOUT)
        k->kind = SHORT_EXCUSE;
    else if (only_counts && !b->count.distinct)
        k->kind = SHORT_COUNT;
    else if (only_counts && same_can_be_told(b->count.distinct, m, &k->field))
        k->kind = SHORT_SAME;
}

static void add_candidate(struct settled *s, const struct group *g, const struct candidate *c,
                          const struct filter_known *known)
{
    enum filter_verdict v = c->certain || !c->condition->where ? FILTER_YES : filter_judge(c->condition->where, known);
    if (v == FILTER_NO || s->many) return;
    s->many = s->count == SETTLED_CANDIDATES;
    if (s->many) return;
    struct question *q = &s->questions[s->count];
    *q = (struct question){.candidate = c,
                           .patterns = c->condition->pattern_count ? g->patterns : NULL,
                           .certain = v == FILTER_YES,
                           .key = key_is_settled(c, known->message) ? question_key(c, known->message) : 0};
    if (!q->certain) q->part_count = rest_of(c->condition->where, known, q->parts);
    make_quick(&s->quick[s->count++], q, known->message);
}

/* A value that is settled tells at once which of those it keeps can hold. */
static void add_kept(struct settled *s, const struct group *g, const struct choices *choices,
                     const struct filter_known *known)
{
    const struct chosen *lists[CHOICE_VALUES];
    unsigned count = choices_of(choices, known->message, lists);
    for (unsigned i = 0; i < count; i++)
        for (unsigned c = 0; c < lists[i]->count; c++) add_candidate(s, g, lists[i]->candidates[c], known);
}

/* `keeping`: where the group is noted when values are yet unknown by which it keeps candidates. */
static void add_group(struct settled *s, const struct group *g, const struct group **keeping,
                      const struct filter_known *known)
{
    for (unsigned i = 0; g && i < g->asked_count; i++) add_candidate(s, g, g->asked[i], known);
    for (unsigned i = 0; g && i < g->choice_count; i++) {
        if (filter_field_settled(g->choices[i].field, known->message))
            add_kept(s, g, &g->choices[i], known);
        else
            *keeping = g;
    }
}

static uint64_t layers_of(const struct message *m)
{
    uint64_t mixed = m->layer_count;
    for (unsigned i = 0; i < m->layer_count; i++) mixed = mixed * 0x9e3779b97f4a7c15 + (uintptr_t)m->layers[i];
    return mixed;
}

static void settle(struct settled *s, const struct ruleset *r, const struct message *m)
{
    const struct filter_known known = {.parser = m->parser,
                                       .operation = m->operation,
                                       .class = m->operation_class,
                                       .role = m->role,
                                       .status = m->status,
                                       .calm = true,
                                       .message = m};
    *s = (struct settled){.parser = m->parser,
                          .operation = m->operation,
                          .layers = layers_of(m),
                          .class = m->operation_class,
                          .role = m->role,
                          .status = m->status,
                          .used = true};
    memcpy(s->packet, packet_like(m->packet), PACKET_LIKE);
    add_group(s, group_of(r, m), &s->keeping[0], &known);
    for (unsigned destination = 0; destination < 2; destination++)
        add_group(s, group_of_port(r, m->packet, destination), &s->keeping[1 + destination], &known);
}

static size_t set_of(const struct message *m)
{
    uint64_t by = (uintptr_t)m->parser ^ (uintptr_t)m->operation << 17 ^ (uint64_t)m->packet->src_port << 48;
    by ^= m->packet->flow_id ^ (uint64_t)m->role << 40;
    return by * 0x9e3779b97f4a7c15 >> (64 - SETS_LOG);
}

/* Word by word: a call costs more than the comparison. The last word overlaps the one before. */
static inline bool alike(const uint8_t *a, const uint8_t *b)
{
    enum { WORD = sizeof(uint64_t) };
    uint64_t x, y, differ = 0;
    for (size_t i = 0; i < PACKET_LIKE; i += WORD) {
        size_t at = i + WORD <= PACKET_LIKE ? i : PACKET_LIKE - WORD;
        memcpy(&x, a + at, WORD);
        memcpy(&y, b + at, WORD);
        differ |= x ^ y;
    }
    return !differ;
}

static bool is_of(const struct settled *s, const struct message *m)
{
    return s->used && s->parser == m->parser && s->operation == m->operation && s->layers == layers_of(m) &&
           s->class == m->operation_class && s->role == m->role && s->status == m->status &&
           alike(s->packet, packet_like(m->packet));
}

static struct settled *search(struct settled_table *t, const struct ruleset *r, const struct message *m)
{
    size_t set = set_of(m);
    struct settled *ways = t->sets[set];
    uint8_t last = t->last[set];
    if (is_of(&ways[last], m)) return &ways[last];
    t->last[set] = last = !last;
    if (!is_of(&ways[last], m)) settle(&ways[last], r, m);
    return &ways[last];
}

struct settled *settled_of(struct settled_table *t, const struct ruleset *r, const struct message *m)
{
    if (!m->settled) return search(t, r, m);
    struct settled *s = *m->settled;
    if (!s || !is_of(s, m)) *m->settled = s = search(t, r, m);
    return s;
}
