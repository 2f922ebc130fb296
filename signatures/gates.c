/* SPDX-License-Identifier: Apache-2.0 */
/* Reads off the steps of `payload:` which octets must stand at which places (gates.h), as far as a place does not
 * depend on what was found before, and makes a table of each place that most rules ask for. */
#include "signatures/gates.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- what a rule needs ------------------------------------------- */

enum { NEEDS = 48, WORDS = 256 / 64, NO_LIMIT = 1 << 30, SKIP_MOST = 1 << 16 };

struct need {
    uint16_t offset;
    uint64_t octets[WORDS];
};
struct needs {
    struct need list[NEEDS];
    unsigned count;
    int64_t least, most; /* octets of the payload */
};

static void put(uint64_t octets[WORDS], unsigned octet, bool nocase)
{
    octets[octet / 64] |= (uint64_t)1 << octet % 64;
    if (!nocase || !isalpha((int)octet)) return;
    octets[(octet ^ 32) / 64] |= (uint64_t)1 << (octet ^ 32) % 64;
}

static struct need *add(struct needs *n, int64_t offset)
{
    if (offset < 0 || offset > UINT16_MAX || n->count == NEEDS) return NULL;
    n->list[n->count] = (struct need){.offset = (uint16_t)offset};
    return &n->list[n->count++];
}

static void need_literal(struct needs *n, const struct payload_step *step, int64_t from)
{
    for (unsigned i = 0; i < step->length; i++) {
        struct need *need = add(n, from + i);
        if (need) put(need->octets, step->literal[i], step->nocase);
    }
    if (from + step->length > n->least) n->least = from + step->length;
}

static bool holds(const struct payload_step *step, uint64_t v)
{
    if (step->mask) v = (v & step->mask) >> __builtin_ctzll(step->mask);
    return payload_compare(step, (int64_t)v, step->than.value) != step->absent;
}

static void need_number(struct needs *n, const struct payload_step *step, int64_t from)
{
    struct need *need = NULL;
    if (step->base) return;
    if (from + step->width > n->least) n->least = from + step->width;
    if (step->width != 1 || !step->compare || step->calculate || step->than.saved >= 0) return;
    if (!(need = add(n, from))) return;
    for (unsigned v = 0; v < 256; v++)
        if (holds(step, v)) put(need->octets, v, false);
}

/* ---- expressions ------------------------------------------------- */

static const char *take_octet(const char *e, unsigned *octet)
{
    if (e[0] != '\\' || e[1] != 'x' || !isxdigit((unsigned char)e[2]) || !isxdigit((unsigned char)e[3])) return NULL;
    *octet = (unsigned)strtoul((char[]){e[2], e[3], 0}, NULL, 16);
    return e + 4;
}

/* Behind "[\S\s]{N}" and its like: any N octets. */
static const char *pass_any(const char *e, int64_t *skipped)
{
    static const char *const any[] = {"[\\S\\s]{", "[\\s\\S]{", "[\\x00-\\xff]{", ".{"};
    for (size_t i = 0; i < sizeof any / sizeof *any; i++) {
        size_t n = strlen(any[i]);
        char *end;
        if (strncmp(e, any[i], n) != 0) continue;
        unsigned long count = strtoul(e + n, &end, 10);
        if (*end != '}' || end[1] == '?' || count > SKIP_MOST) return e;
        *skipped += (int64_t)count;
        return end + 1;
    }
    return e;
}

/* "\xHH", "(\xHH|\xHH)" or "[\xHH\xHH-\xHH]"; NULL: something else. */
static const char *take_set(const char *e, uint64_t octets[WORDS], bool nocase)
{
    char end = *e == '(' ? ')' : *e == '[' ? ']' : 0;
    unsigned octet, to;
    for (e += end != 0; (e = take_octet(e, &octet));) {
        to = octet;
        if (end == ']' && *e == '-' && !(e = take_octet(e + 1, &to))) return NULL;
        for (; octet <= to; octet++) put(octets, octet, nocase);
        if (!end) return e;
        if (*e == end) return e + 1;
        if (end == ')' && *e++ != '|') return NULL;
    }
    return NULL;
}

static void need_regex(struct needs *n, const struct payload_step *step, int64_t from)
{
    uint64_t octets[WORDS] = {0};
    const char *e = step->expression;
    if (*e++ != '^') return;
    if (strncmp(e, "(?:", 3) == 0) e += 3;
    e = pass_any(e, &from);
    e = take_set(e, octets, step->nocase);
    /* Nothing behind it may make it one of several ways, or one that need not be there. */
    if (!e || strchr("?*{", *e ? *e : 'x') || strchr(e, '|') || strstr(e, ")?") || strstr(e, ")*") || strstr(e, "){"))
        return;
    struct need *need = add(n, from);
    if (need) memcpy(need->octets, octets, sizeof octets);
    if (from + 1 > n->least) n->least = from + 1;
}

/* ---- the steps --------------------------------------------------- */

static const int64_t unknown = -1;

/* Where the step's window begins; `cursor` is where the one before ended. */
static int64_t place_of(const struct payload_step *step, int64_t cursor)
{
    if (step->offset.saved >= 0 || (step->relative && cursor == unknown)) return unknown;
    int64_t from = (step->relative ? cursor : 0) + step->offset.value;
    return from < 0 ? unknown : from;
}

static bool is_fixed(const struct payload_step *step)
{
    return step->kind == STEP_LITERAL && !step->absent && step->depth.saved < 0 && step->depth.value == step->length;
}

static void need_data(struct needs *n, const struct payload_step *step, int64_t from)
{
    if (!step->absent && from > n->least) n->least = from;
    if (step->absent && from - 1 < n->most) n->most = from - 1;
}

/* The next cursor. */
static int64_t read_step(struct needs *n, const struct payload_step *step, int64_t cursor)
{
    int64_t from = step->in ? unknown : place_of(step, cursor);
    switch ((enum payload_step_kind)step->kind) {
    case STEP_LITERAL:
        if (step->absent) return cursor;
        if (from == unknown || !is_fixed(step)) return unknown;
        need_literal(n, step, from);
        return from + step->length;
    case STEP_REGEX:
        if (step->absent) return cursor;
        if (from != unknown && step->depth.saved < 0 && !step->depth.value) need_regex(n, step, from);
        return unknown;
    case STEP_NUMBER:
        if (from != unknown) need_number(n, step, from);
        if (step->jump || step->base) return unknown;
        return step->save < 0 ? cursor : from == unknown ? unknown : from + step->width;
    case STEP_DATA:
        if (from != unknown) need_data(n, step, from);
        return cursor;
    }
    return unknown;
}

static void read_needs(struct needs *n, const struct payload *p)
{
    int64_t cursor = 0;
    *n = (struct needs){.least = p->least, .most = p->most ? p->most : NO_LIMIT};
    for (unsigned i = 0; i < p->count; i++) cursor = read_step(n, &p->steps[i], cursor);
}

bool gates_know(const struct payload *p, const struct payload_step *step)
{
    int64_t cursor = 0;
    struct needs ignored = {.count = 0};
    for (unsigned i = 0; i < p->count; i++) {
        int64_t from = place_of(&p->steps[i], cursor);
        if (&p->steps[i] == step) return !step->in && from != unknown && from <= UINT16_MAX && is_fixed(step);
        cursor = read_step(&ignored, &p->steps[i], cursor);
    }
    return false;
}

/* ---- the tables -------------------------------------------------- */

static bool has(const struct needs *n, uint16_t offset)
{
    for (unsigned i = 0; i < n->count; i++)
        if (n->list[i].offset == offset) return true;
    return false;
}

static bool can_be(const struct needs *n, uint16_t offset, unsigned octet)
{
    for (unsigned i = 0; i < n->count; i++)
        if (n->list[i].offset == offset && !(n->list[i].octets[octet / 64] >> octet % 64 & 1)) return false;
    return true;
}

/* How much a place parts the rules: those that ask for it, those first that are parted by no gate yet. */
static unsigned worth(const struct needs *needs, unsigned count, uint16_t offset, const struct gates *g)
{
    unsigned sum = 0;
    for (unsigned r = 0; r < count; r++) {
        bool parted = false;
        for (unsigned i = 0; i < g->count; i++) {
            if (g->gate[i].offset == offset) return 0;
            parted |= has(&needs[r], g->gate[i].offset);
        }
        if (has(&needs[r], offset)) sum += parted ? 1 : GATE_RULES;
    }
    return sum;
}

static bool best_place(const struct needs *needs, unsigned count, const struct gates *g, uint16_t *offset)
{
    unsigned best = 0;
    for (unsigned r = 0; r < count; r++)
        for (unsigned i = 0; i < needs[r].count; i++) {
            unsigned w = worth(needs, count, needs[r].list[i].offset, g);
            if (w > best) best = w, *offset = needs[r].list[i].offset;
        }
    return best > 0;
}

static bool add_gate(struct region *memory, const struct needs *needs, unsigned count, uint16_t offset, struct gates *g)
{
    uint64_t *masks = region_take(memory, 256 * sizeof *masks);
    if (!masks) return false;
    g->gate[g->count].offset = offset;
    g->gate[g->count].masks = masks;
    for (unsigned r = 0; r < count; r++) {
        uint64_t bit = (uint64_t)1 << r;
        if (!has(&needs[r], offset)) g->gate[g->count].beyond |= bit;
        for (unsigned v = 0; v < 256; v++)
            if (can_be(&needs[r], offset, v)) masks[v] |= bit;
    }
    g->count++;
    return true;
}

bool gates_make(struct region *memory, const struct payload *const *payloads, unsigned count, struct gates *out)
{
    struct needs *needs = calloc(count + 1, sizeof *needs);
    uint64_t *lengths = region_take(memory, GATE_LENGTHS * sizeof *lengths);
    uint16_t offset;
    bool good = needs && lengths;
    *out = (struct gates){.lengths = lengths};
    for (unsigned r = 0; good && r < count; r++) {
        read_needs(&needs[r], payloads[r]);
        for (unsigned n = 0; n < GATE_LENGTHS; n++) {
            bool last = n == GATE_LENGTHS - 1;
            if ((last || n >= needs[r].least) && n <= needs[r].most) lengths[n] |= (uint64_t)1 << r;
        }
    }
    while (good && out->count < GATES && best_place(needs, count, out, &offset))
        good = add_gate(memory, needs, count, offset, out);
    free(needs);
    return good;
}
