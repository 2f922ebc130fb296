/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed tables of what matchers remember (states.h). */
#include "signatures/states.h"

#include "common/pages.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 8, STATE_SETS = 1 << 12, SEEN_SETS = 1 << 14 }; /* 32,768 states, 131,072 values */

bool states_open(struct states *s)
{
    *s = (struct states){0};
    s->table = pages_take((size_t)STATE_SETS * WAYS * sizeof *s->table);
    s->seen = calloc((size_t)SEEN_SETS * WAYS, sizeof *s->seen);
    if (s->table && s->seen) return true;
    states_close(s);
    return false;
}

void states_close(struct states *s)
{
    pages_give(s->table, (size_t)STATE_SETS * WAYS * sizeof *s->table);
    free(s->seen);
    s->table = NULL;
    s->seen = NULL;
}

void states_clear(struct states *s)
{
    memset(s->table, 0, (size_t)STATE_SETS * WAYS * sizeof *s->table);
    memset(s->seen, 0, (size_t)SEEN_SETS * WAYS * sizeof *s->seen);
    s->used = 0;
    s->epoch++;
}

static struct state *find(struct states *s, uint64_t key)
{
    struct state *set = &s->table[key % STATE_SETS * WAYS];
    for (unsigned i = 0; i < WAYS; i++)
        if (set[i].key == key) return &set[i];
    return NULL;
}

struct state *states_find(struct states *s, uint64_t key, uint64_t now_ns)
{
    struct state *found = find(s, key);
    return found && now_ns < found->expires_ns ? found : NULL;
}

struct state *states_take(struct states *s, uint64_t key, uint64_t now_ns, bool *fresh, struct state_place *place)
{
    if (place->state && place->state->key == key && now_ns < place->state->expires_ns) {
        *fresh = false;
        return place->state;
    }
    struct state *set = &s->table[key % STATE_SETS * WAYS], *chosen = place->state = find(s, key);
    *fresh = !chosen || now_ns >= chosen->expires_ns;
    if (chosen && !*fresh) return chosen;
    for (unsigned i = 0; !chosen && i < WAYS; i++)
        if (!set[i].key) chosen = &set[i], s->used++;
    if (!chosen) {
        chosen = set;
        for (unsigned i = 1; i < WAYS; i++)
            if (set[i].expires_ns < chosen->expires_ns) chosen = &set[i];
        s->evicted += now_ns < chosen->expires_ns || (chosen->matches && chosen->key != key);
    }
    if (chosen->key && chosen->key != key) s->epoch++;
    uint64_t untold = chosen->key == key ? chosen->matches : 0, since = untold ? chosen->first_ns : 0;
    *chosen = (struct state){.key = key, .matches = untold, .first_ns = since};
    return place->state = chosen;
}

/* Empties the windows between the newest one and now; a late packet counts as present. */
static void move_on(struct state *st, uint64_t now_ns, uint64_t within_ns)
{
    if (now_ns < st->window_end_ns) return;
    uint64_t width = within_ns / STATE_WINDOWS, window = now_ns / width, passed = window - st->window;
    for (uint64_t i = 0; i < passed && i < STATE_WINDOWS; i++) {
        uint32_t *count = &st->counts[(window - i) % STATE_WINDOWS];
        st->total -= *count;
        *count = 0;
    }
    if (!st->total) st->first_ns = now_ns;
    st->window = window;
    st->newest = window % STATE_WINDOWS;
    st->window_end_ns = (window + 1) * width;
}

uint64_t state_count(struct state *st, uint64_t now_ns, uint64_t within_ns)
{
    move_on(st, now_ns, within_ns);
    return state_count_more(st);
}

uint64_t states_count_distinct(struct states *s, struct state *st, uint64_t value_key, uint64_t now_ns,
                               uint64_t within_ns, struct state_place *place)
{
    move_on(st, now_ns, within_ns);
    if (place->seen && place->seen->key == value_key && place->seen->window == st->window &&
        st->counts[st->window % STATE_WINDOWS])
        return st->total; /* counted in this window */
    struct seen *set = &s->seen[value_key % SEEN_SETS * WAYS], *chosen = NULL;
    for (unsigned i = 0; i < WAYS && !chosen; i++)
        if (set[i].key == value_key) chosen = &set[i];
    if (chosen && st->window - chosen->window < STATE_WINDOWS && st->counts[chosen->window % STATE_WINDOWS]) {
        st->counts[chosen->window % STATE_WINDOWS]--;
        st->total--;
    }
    for (unsigned i = 0; i < WAYS && !chosen; i++)
        if (!set[i].key) chosen = &set[i];
    if (!chosen) { /* windows of rules differ in length, so the oldest cannot be told: take turns by the key */
        chosen = &set[value_key >> 32 & (WAYS - 1)];
        s->evicted++;
        s->epoch++;
    }
    *chosen = (struct seen){value_key, st->window};
    place->seen = chosen;
    return state_count_more(st);
}
