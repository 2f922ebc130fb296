/* SPDX-License-Identifier: Apache-2.0 */
/* Of a group's conditions, those that need one of a few values of one field, kept by value: hundreds of rules about one
 * register or one station each cost a message one look into a table. Rules that remember several conditions (sequence,
 * without) and those with marks stay out: their order matters. */
#include "signatures/rule.h"

#include <stdlib.h>
#include <string.h>

/* Fewer with different values are not worth a look of every message. */
enum { WORTH = 8, FIELDS_SEEN = 64 };

/* One value under which a candidate can be kept. */
struct row {
    uint64_t key;
    uint32_t candidate;
    uint16_t field;
};

struct sorting {
    const struct candidate *list;
    unsigned count;
    struct row *rows;
    unsigned row_count;
    const struct filter_field *fields[FIELDS_SEEN];
    unsigned field_count;
    unsigned values[FIELDS_SEEN];  /* different ones of each field */
    unsigned members[FIELDS_SEEN]; /* candidates that would be kept by it */
    uint16_t *chosen;              /* of each candidate; FIELDS_SEEN: none */
};

bool choices_find(struct region *memory, struct candidate *c)
{
    struct filter_choice found[FILTER_CHOICES];
    const struct rule_body *b = c->rule->body;
    if (!c->condition->where || b->sequence.count || b->without.within_ns || b->marks) return true;
    unsigned count = filter_choices(c->condition->where, found);
    struct filter_choice *kept = count ? region_take(memory, count * sizeof *kept) : NULL;
    if (!kept) return !count;
    memcpy(kept, found, count * sizeof *kept);
    c->choices = kept;
    c->choice_count = (uint8_t)count;
    return true;
}

static unsigned number_of(struct sorting *s, const struct filter_field *field)
{
    unsigned i = 0;
    while (i < s->field_count && s->fields[i] != field) i++;
    if (i == s->field_count && i < FIELDS_SEEN) s->fields[s->field_count++] = field;
    return i;
}

static int by_value(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->field != y->field) return x->field < y->field ? -1 : 1;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->candidate < y->candidate ? -1 : x->candidate > y->candidate;
}

static bool take_rows(struct sorting *s)
{
    size_t room = 0;
    for (unsigned i = 0; i < s->count; i++)
        for (unsigned c = 0; c < s->list[i].choice_count; c++) room += s->list[i].choices[c].count;
    s->rows = calloc(room + 1, sizeof *s->rows);
    s->chosen = calloc(s->count + 1, sizeof *s->chosen);
    if (!s->rows || !s->chosen) return false;
    for (unsigned i = 0; i < s->count; i++)
        for (unsigned c = 0; c < s->list[i].choice_count; c++) {
            const struct filter_choice *choice = &s->list[i].choices[c];
            unsigned field = number_of(s, choice->field);
            for (unsigned k = 0; field < FIELDS_SEEN && k < choice->count; k++)
                s->rows[s->row_count++] = (struct row){choice->keys[k], i, (uint16_t)field};
        }
    qsort(s->rows, s->row_count, sizeof *s->rows, by_value);
    for (unsigned i = 0; i < s->row_count; i++)
        s->values[s->rows[i].field] +=
            !i || s->rows[i].field != s->rows[i - 1].field || s->rows[i].key != s->rows[i - 1].key;
    return true;
}

/* Each by the field that parts it from most others. */
static void choose(struct sorting *s)
{
    for (unsigned i = 0; i < s->count; i++) {
        s->chosen[i] = FIELDS_SEEN;
        for (unsigned c = 0; c < s->list[i].choice_count; c++) {
            unsigned field = number_of(s, s->list[i].choices[c].field);
            if (field == FIELDS_SEEN || s->values[field] < WORTH) continue;
            if (s->chosen[i] == FIELDS_SEEN || s->values[field] > s->values[s->chosen[i]])
                s->chosen[i] = (uint16_t)field;
        }
        if (s->chosen[i] < FIELDS_SEEN) s->members[s->chosen[i]]++;
    }
}

static struct chosen *slot_of(const struct choices *c, uint64_t key)
{
    uint32_t slot = (uint32_t)(key >> 32);
    while (c->table[slot & c->mask].count && c->table[slot & c->mask].key != key) slot++;
    return &c->table[slot & c->mask];
}

/* The candidates that are kept by a field, each under all of its values. */
static bool make_table(struct region *memory, const struct sorting *s, unsigned field, struct choices *out)
{
    unsigned kept = 0, first = 0;
    uint32_t size = 16;
    const struct candidate **all, **once;
    while (size < s->values[field] * 2) size *= 2;
    *out = (struct choices){.field = s->fields[field], .mask = size - 1};
    while (first < s->row_count && s->rows[first].field != field) first++;
    for (unsigned i = first; i < s->row_count && s->rows[i].field == field; i++)
        kept += s->chosen[s->rows[i].candidate] == field;
    out->table = region_take(memory, size * sizeof *out->table);
    all = region_take(memory, kept * sizeof(void *));
    once = region_take(memory, s->members[field] * sizeof(void *));
    if (!out->table || !all || !once) return false;
    out->all.candidates = once;
    for (unsigned i = 0; i < s->count; i++)
        if (s->chosen[i] == field) once[out->all.count++] = &s->list[i];
    for (unsigned i = first; i < s->row_count && s->rows[i].field == field; i++) {
        if (s->chosen[s->rows[i].candidate] != field) continue;
        struct chosen *slot = slot_of(out, s->rows[i].key);
        if (!slot->count) *slot = (struct chosen){.key = s->rows[i].key, .candidates = all};
        slot->count++;
        *all++ = &s->list[s->rows[i].candidate];
    }
    return true;
}

static bool make_tables(struct region *memory, struct sorting *s, struct group *g)
{
    while (g->choice_count < CHOICE_FIELDS) {
        unsigned most = 0;
        for (unsigned f = 1; f < s->field_count; f++)
            if (s->members[f] > s->members[most]) most = f;
        if (s->members[most] < WORTH) break;
        if (!make_table(memory, s, most, &g->choices[g->choice_count])) return false;
        g->choice_count++;
        s->members[most] = 0;
    }
    return true;
}

static bool is_kept(const struct sorting *s, const struct group *g, unsigned candidate)
{
    for (unsigned i = 0; i < g->choice_count; i++)
        if (s->chosen[candidate] < FIELDS_SEEN && s->fields[s->chosen[candidate]] == g->choices[i].field) return true;
    return false;
}

bool choices_make(struct region *memory, struct group *g)
{
    struct sorting s = {.list = g->candidates, .count = g->count};
    const struct candidate **asked = region_take(memory, (g->count + 1) * sizeof(void *));
    bool good = asked && (g->count < WORTH || take_rows(&s));
    if (good && s.rows) choose(&s);
    if (good && s.field_count) good = make_tables(memory, &s, g);
    g->asked = asked;
    for (unsigned i = 0; good && i < g->count; i++)
        if (!is_kept(&s, g, i)) asked[g->asked_count++] = &g->candidates[i];
    free(s.rows);
    free(s.chosen);
    return good;
}

unsigned choices_of(const struct choices *c, const struct message *m, const struct chosen **out)
{
    uint64_t keys[CHOICE_VALUES];
    unsigned count = filter_field_keys(c->field, m, keys, CHOICE_VALUES), found = 0;
    if (count > CHOICE_VALUES) { /* too many to look for: all of them */
        out[0] = &c->all;
        return 1;
    }
    for (unsigned i = 0; i < count; i++) {
        const struct chosen *slot = slot_of(c, keys[i]);
        bool again = false; /* two values can be the same */
        for (unsigned j = 0; j < found; j++) again |= out[j] == slot;
        if (slot->count && !again) out[found++] = slot;
    }
    return found;
}
