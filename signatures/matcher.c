/* SPDX-License-Identifier: Apache-2.0 */
/* Messages against rules, for one worker: the group's conditions, then what has to be remembered, then the alert. */
#include "signatures/settled.h"

#define XXH_INLINE_ALL
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <xxhash.h>

enum { KEY_TEXT = 256 };

struct matcher {
    const struct ruleset *ruleset;
    struct states own, *states;            /* its own; those in use */
    const struct matcher_commons *commons; /* NULL: it is alone */
    struct settled_table *settled;
    struct packet_likes *likes;
    struct stream_pool *streams; /* NULL: no rule looks at the bytes of connections */
    hs_scratch_t *scratch;
    uint64_t *bits;                      /* of a scan */
    const struct pattern_group *scanned; /* the group whose patterns `bits` tells, in this message */
    struct matcher_counters counters;
    uint64_t common_used, common_evicted; /* this one's share in the counters of the common states */
    alert_call *on_alert;
    void *context;
    char key_text[KEY_TEXT];
};

static void write_key(struct matcher *mt, const struct rule_key *by, const struct message *m)
{
    size_t n = 0;
    mt->key_text[0] = 0;
    for (unsigned i = 0; i < by->count && n < KEY_TEXT - 1; i++) {
        char value[96];
        if (!filter_field_print(by->fields[i], m, value, sizeof value)) continue;
        int added =
            snprintf(mt->key_text + n, KEY_TEXT - n, "%s%s=%s", n ? " " : "", filter_field_name(by->fields[i]), value);
        n += added > 0 ? (size_t)added : 0;
    }
}

/* Tells it unless the party is quiet; what is not told is added to the next alert. */
static void tell(struct matcher *mt, const struct rule *rule, const struct message *m, uint64_t matches,
                 uint64_t first_ns)
{
    const struct rule_body *b = rule->body;
    uint64_t now = m->packet->time_ns;
    if (b->quiet_ns) {
        bool fresh;
        struct state *quiet = states_take(mt->states, rule_key_hash(rule, PURPOSE_QUIET, &b->quiet_by, m), now, &fresh,
                                          &(struct state_place){0});
        if (!quiet->matches) quiet->first_ns = first_ns;
        quiet->matches += matches;
        if (!fresh) {
            mt->counters.suppressed++;
            return;
        }
        matches = quiet->matches;
        first_ns = quiet->first_ns;
        quiet->matches = 0;
        quiet->expires_ns = now + b->quiet_ns;
    }
    write_key(mt, b->count.at_least ? &b->count.by : &b->quiet_by, m);
    struct alert alert = {.rule = rule, .message = m, .count = matches, .first_ns = first_ns, .key = mt->key_text};
    mt->counters.alerts++;
    mt->on_alert(mt->context, &alert);
}

/* Marks about a flow or a pair are this worker's, whoever shares in the rule's counts. */
static struct states *states_of_marks(struct matcher *mt, const struct rule_marks *marks)
{
    return marks_are_common(marks) ? mt->states : &mt->own;
}

struct distinct {
    struct matcher *matcher;
    struct state *state;
    struct state_place *place;
    uint64_t base, now, within, count;
};

static void add_distinct(void *context, const void *bytes, size_t length)
{
    struct distinct *d = context;
    uint64_t hash = XXH3_64bits_withSeed(bytes, length, d->base), key = hash ? hash : 1;
    d->count = states_count_distinct(d->matcher->states, d->state, key, d->now, d->within, d->place);
}

static uint64_t key_of(const struct question *q, const struct message *m)
{
    return q->key ? q->key : question_key(q->candidate, m);
}

/* Counts the match; true when that makes enough. */
static bool count_up(struct matcher *mt, struct question *q, const struct message *m, uint64_t *matches,
                     uint64_t *first_ns)
{
    const struct rule_count *c = &q->candidate->rule->body->count;
    uint64_t now = m->packet->time_ns, key = key_of(q, m), count;
    bool fresh;
    struct state *st = states_take(mt->states, key, now, &fresh, &q->place);
    if (fresh) st->first_ns = now;
    if (c->distinct) {
        struct distinct d = {mt, st, &q->place, key + PURPOSE_DISTINCT, now, c->within_ns, 0};
        filter_field_each(c->distinct, m, add_distinct, &d);
        count = d.count;
    } else {
        count = state_count(st, now, c->within_ns);
    }
    /* when its last window has passed out of the time, nothing of it is left */
    st->expires_ns = (st->window_end_ns ? st->window_end_ns : now) + c->within_ns;
    if (count < c->at_least) return false;
    *matches = count;
    *first_ns = st->first_ns > now - c->within_ns ? st->first_ns : now - c->within_ns;
    state_end(mt->states, st); /* the next alert needs as many again */
    return true;
}

/* ---- the kinds of conditions ------------------------------------- */

static void on_match(struct matcher *mt, struct question *q, const struct message *m)
{
    const struct rule *rule = q->candidate->rule;
    const struct rule_body *b = rule->body;
    uint64_t now = m->packet->time_ns, matches = 1, first_ns = now;
    if (b->hours.count && !hours_match(&b->hours, now, mt->ruleset->utc_offset_s)) return;
    if (b->sequence.count) {
        struct state *st = states_find(mt->states, rule_key_hash(rule, PURPOSE_SEQUENCE, &b->sequence.by, m), now);
        if (!st || st->step != b->sequence.count) return;
        first_ns = st->first_ns;
        st->expires_ns = 0;
    }
    if (b->without.within_ns && states_find(mt->states, rule_key_hash(rule, PURPOSE_WITHOUT, &b->without.by, m), now))
        return;
    if (b->marks && !marks_hold(b->marks, states_of_marks(mt, b->marks), m)) return;
    mt->counters.matched++;
    if (b->count.at_least && !count_up(mt, q, m, &matches, &first_ns)) return;
    if (b->marks) marks_make(b->marks, states_of_marks(mt, b->marks), m);
    if (!b->silent) tell(mt, rule, m, matches, first_ns);
}

/* A sequence goes on by this step when it stands before it; the first step begins it, and begins it anew. */
static void on_step(struct matcher *mt, struct question *q, const struct message *m)
{
    const struct rule_body *b = q->candidate->rule->body;
    uint64_t now = m->packet->time_ns, key = key_of(q, m);
    bool fresh;
    if (q->candidate->step) {
        struct state *st = states_find(mt->states, key, now);
        if (st && st->step == q->candidate->step) st->step++;
        return;
    }
    struct state *st = states_take(mt->states, key, now, &fresh, &q->place);
    if (st->step > 1) return;
    st->step = 1;
    st->first_ns = now;
    st->expires_ns = now + b->sequence.within_ns;
}

static void on_excuse(struct matcher *mt, struct question *q, const struct message *m)
{
    uint64_t now = m->packet->time_ns;
    bool fresh;
    struct state *st = states_take(mt->states, key_of(q, m), now, &fresh, &q->place);
    st->expires_ns = now + q->candidate->rule->body->without.within_ns;
}

static bool is_common(const struct matcher *mt, const struct question *q)
{
    return mt->commons && q->candidate->rule->body->common;
}

static void fulfilled(struct matcher *mt, struct question *q, const struct message *m)
{
    static void (*const kinds[])(struct matcher *, struct question *, const struct message *) = {
        [CONDITION_MATCH] = on_match, [CONDITION_STEP] = on_step, [CONDITION_WITHOUT] = on_excuse};
    if (!is_common(mt, q)) {
        kinds[q->candidate->kind](mt, q, m);
        return;
    }
    const struct matcher_commons *c = mt->commons;
    c->enter(c->context);
    uint64_t used = c->states->used, evicted = c->states->evicted;
    mt->states = c->states;
    kinds[q->candidate->kind](mt, q, m);
    mt->states = &mt->own;
    mt->common_used += c->states->used - used;
    mt->common_evicted += c->states->evicted - evicted;
    c->leave(c->context);
}

/* ---- a message --------------------------------------------------- */

/* One scan serves all conditions of a group that follow one another. */
static bool patterns_found(struct matcher *mt, const struct question *q, const struct message *m)
{
    if (mt->scanned != q->patterns)
        mt->counters.pattern_hits += patterns_scan(q->patterns, m->pdu, mt->scratch, mt->bits);
    mt->scanned = q->patterns;
    return patterns_hold(q->candidate->condition, q->candidate->first_pattern, mt->bits);
}

static bool filter_holds(struct matcher *mt, const struct question *q, const struct message *m)
{
    if (q->certain) return true;
    mt->counters.evaluated++;
    if (!q->part_count) return filter_match(q->candidate->condition->where, m);
    for (unsigned i = 0; i < q->part_count; i++)
        if (!filter_part_match(q->parts[i], m)) return false;
    return true;
}

/* The filter decides first: a scan costs more. `sieved`: the payload has passed the sieve. */
static bool holds(struct matcher *mt, const struct question *q, const struct message *m, bool sieved)
{
    const struct rule_condition *c = q->candidate->condition;
    if (!filter_holds(mt, q, m)) return false;
    if (q->patterns && ((!sieved && !sieve_passes(&c->sieve, &m->pdu)) || !patterns_found(mt, q, m))) return false;
    return !c->payload || payload_match(c->payload, m, mt->scratch, &mt->counters.searches_cut);
}

static void ask(struct matcher *mt, struct question *q, const struct message *m)
{
    if (holds(mt, q, m, false)) fulfilled(mt, q, m);
}

/* ---- shortcuts --------------------------------------------------- */

/* Is every value of the field this one? `some`: there must be one. */
static bool has_only(const struct message *m, uint16_t field, uint64_t value, bool some)
{
    for (uint32_t i = 0; i < m->value_count; i++) {
        const struct value *v = &m->values[i];
        if (v->field != field) continue;
        if (v->kind != VALUE_UINT || v->u != value) return false;
        some = false;
    }
    return !some;
}

/* True: the question needs not be asked; what it would have come to is done. */
static bool is_short(struct matcher *mt, const struct quick_question *k, const struct message *m)
{
    uint64_t now = m->packet->time_ns;
    if (k->epoch != mt->own.epoch) return false;
    switch ((enum shortcut)k->shortcut) {
    case SHORT_SAME:
        if (now >= k->until_ns || (k->field != NO_FIELD && !has_only(m, k->field, k->value, false))) return false;
        break;
    case SHORT_COUNT:
        if (now >= k->state->window_end_ns || k->state->total + 1 >= k->at_least) return false;
        state_count_more(k->state);
        break;
    case SHORT_EXCUSE:
        k->state->expires_ns = now + k->within_ns;
        return true;
    case SHORT_NOT:
        return false;
    }
    mt->counters.matched++;
    return true;
}

/* Behind a question that was asked and held: the next one like it may be spared. */
static void shorten(struct matcher *mt, struct quick_question *k, const struct question *q, const struct message *m)
{
    struct state *st = q->place.state;
    k->shortcut = SHORT_NOT;
    /* what all workers count together is another's between two of this one's turns */
    if (!k->kind || !st || !st->expires_ns || is_common(mt, q)) return;
    if (k->kind != SHORT_SAME) {
        k->state = st;
    } else if (k->field != NO_FIELD) {
        const struct value *v = message_value(m, k->field);
        if (!v || v->kind != VALUE_UINT || !has_only(m, k->field, v->u, true)) return;
        k->value = v->u;
    }
    if (k->kind == SHORT_SAME) k->until_ns = st->window_end_ns;
    k->epoch = mt->own.epoch;
    k->shortcut = k->kind;
}

static void ask_settled(struct matcher *mt, struct settled *s, const struct message *m)
{
    for (unsigned i = 0; i < s->count; i++) {
        struct quick_question *k = &s->quick[i];
        struct question *q = &s->questions[i];
        if (k->sieved && !sieve_passes(k->sieve, &m->pdu)) continue;
        if (k->direct && is_short(mt, k, m)) continue;
        if (!holds(mt, q, m, k->sieved) || (!k->direct && is_short(mt, k, m))) continue;
        fulfilled(mt, q, m);
        shorten(mt, k, q, m);
    }
}

static void match_group(struct matcher *mt, const struct group *g, const struct message *m)
{
    for (unsigned i = 0; i < g->count; i++) {
        const struct candidate *c = &g->candidates[i];
        struct question q = {.candidate = c, .certain = c->certain};
        if (c->condition->pattern_count) q.patterns = g->patterns;
        ask(mt, &q, m);
    }
}

static void match_groups(struct matcher *mt, const struct message *m)
{
    match_group(mt, group_of(mt->ruleset, m), m);
    for (unsigned destination = 0; destination < 2; destination++) {
        const struct group *g = group_of_port(mt->ruleset, m->packet, destination);
        if (g) match_group(mt, g, m);
    }
}

/* ---- what is kept by values -------------------------------------- */

static bool stands_in(const struct candidate *c, const struct chosen *const *lists, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < lists[i]->count; j++)
            if (lists[i]->candidates[j] == c) return true;
    return false;
}

/* Asks those that the group keeps under values that are not settled. */
static void ask_kept(struct matcher *mt, const struct group *g, const struct message *m)
{
    const struct chosen *lists[CHOICE_VALUES];
    for (unsigned k = 0; k < g->choice_count; k++) {
        if (filter_field_settled(g->choices[k].field, m)) continue;
        unsigned count = choices_of(&g->choices[k], m, lists);
        for (unsigned i = 0; i < count; i++)
            for (unsigned j = 0; j < lists[i]->count; j++) {
                const struct candidate *c = lists[i]->candidates[j];
                struct question q = {.candidate = c, .certain = c->certain};
                if (c->condition->pattern_count) q.patterns = g->patterns;
                if (!stands_in(c, lists, i)) ask(mt, &q, m);
            }
    }
}

static void match_all(struct matcher *mt, const struct message *m, alert_call *on_alert, void *context)
{
    mt->on_alert = on_alert;
    mt->context = context;
    mt->scanned = NULL;
    struct settled *s = m->anomaly_count ? NULL : settled_of(mt->settled, mt->ruleset, m);
    if (!s || s->many) {
        match_groups(mt, m);
        return;
    }
    ask_settled(mt, s, m);
    for (unsigned i = 0; i < GROUPS_OF_MESSAGE; i++)
        if (s->keeping[i]) ask_kept(mt, s->keeping[i], m);
}

void matcher_message(struct matcher *mt, const struct message *m, alert_call *on_alert, void *context)
{
    mt->counters.messages++;
    match_all(mt, m, on_alert, context);
}

void matcher_payload(struct matcher *mt, const struct packet_meta *packet, struct bytes payload, alert_call *on_alert,
                     void *context)
{
    struct message m = {.packet = packet, .pdu = payload};
    mt->counters.payloads++;
    match_all(mt, &m, on_alert, context);
}

struct asked {
    struct matcher *matcher;
    const struct message *message;
};

static void ask_packet(void *context, const struct candidate *c, bool certain)
{
    const struct asked *a = context;
    struct question q = {.candidate = c, .certain = certain};
    ask(a->matcher, &q, a->message);
}

void matcher_packet(struct matcher *mt, const struct packet_meta *packet, struct bytes payload, alert_call *on_alert,
                    void *context)
{
    struct message m = {.packet = packet, .pdu = payload};
    mt->on_alert = on_alert;
    mt->context = context;
    mt->counters.payloads++;
    packet_rules_search(mt->ruleset->packet_rules, mt->likes, &m, mt->scratch, ask_packet, &(struct asked){mt, &m});
}

static bool ask_stream(void *context, const struct candidate *c)
{
    const struct asked *a = context;
    struct question q = {.candidate = c};
    a->matcher->counters.evaluated++;
    if (c->condition->where && !filter_match(c->condition->where, a->message)) return false;
    fulfilled(a->matcher, &q, a->message);
    return true;
}

void matcher_stream(struct matcher *mt, unsigned side, const struct packet_meta *packet, struct bytes bytes,
                    alert_call *on_alert, void *context)
{
    struct message m = {.packet = packet, .pdu = bytes};
    mt->on_alert = on_alert;
    mt->context = context;
    stream_rules_search(mt->ruleset->stream_rules, mt->streams, side, &m, mt->scratch, &mt->counters.streams_evicted,
                        ask_stream, &(struct asked){mt, &m});
}

void matcher_stream_end(struct matcher *mt, uint64_t flow_id) { stream_pool_forget(mt->streams, flow_id); }

/* ---- life -------------------------------------------------------- */

struct matcher *matcher_open(const struct ruleset *ruleset)
{
    struct matcher *mt = calloc(1, sizeof *mt);
    if (!mt) return NULL;
    mt->states = &mt->own;
    mt->settled = settled_open();
    mt->likes = packet_likes_open();
    if (mt->settled && mt->likes && states_open(&mt->own) && matcher_swap(mt, ruleset)) return mt;
    matcher_close(mt);
    return NULL;
}

void matcher_close(struct matcher *mt)
{
    if (!mt) return;
    states_close(&mt->own);
    settled_close(mt->settled);
    packet_likes_close(mt->likes);
    stream_pool_close(mt->streams);
    hs_free_scratch(mt->scratch);
    free(mt->bits);
    free(mt);
}

bool matcher_swap(struct matcher *mt, const struct ruleset *ruleset)
{
    if (!patterns_prepare(ruleset->pattern_groups, &mt->scratch, &mt->bits)) return false;
    if (!packet_rules_prepare(ruleset->packet_rules, &mt->scratch)) return false;
    stream_pool_close(mt->streams);
    mt->streams = NULL;
    if (ruleset->stream_rules && !(mt->streams = stream_pool_open(ruleset->stream_rules, &mt->scratch))) return false;
    for (unsigned i = 0; i < ruleset->rule_count; i++) {
        const struct payload *p = ruleset->rules[i]->body->condition.payload;
        if (p && !payload_prepare(p, &mt->scratch)) return false;
    }
    if (mt->ruleset) states_clear(&mt->own), settled_clear(mt->settled), packet_likes_clear(mt->likes);
    mt->ruleset = ruleset;
    return true;
}

void matcher_join(struct matcher *mt, const struct matcher_commons *commons) { mt->commons = commons; }

struct states *matcher_states_open(void)
{
    struct states *states = calloc(1, sizeof *states);
    if (states && states_open(states)) return states;
    free(states);
    return NULL;
}

void matcher_states_close(struct states *states)
{
    if (states) states_close(states);
    free(states);
}

void matcher_inherit(struct matcher *mt, struct matcher *from)
{
    struct states states = mt->own;
    struct matcher_counters counters = mt->counters;
    mt->own = from->own;
    from->own = states;
    mt->counters = from->counters;
    from->counters = counters;
    mt->common_used = from->common_used;
    mt->common_evicted = from->common_evicted;
    /* Flows point into the table (message.h, `settled`), so it lives on; what it says is of the former rules. */
    struct settled_table *settled = mt->settled;
    mt->settled = from->settled;
    from->settled = settled;
    settled_clear(mt->settled);
}

const struct matcher_counters *matcher_counters(struct matcher *mt)
{
    mt->counters.states = mt->own.used + mt->common_used;
    mt->counters.evicted = mt->own.evicted + mt->common_evicted;
    return &mt->counters;
}
