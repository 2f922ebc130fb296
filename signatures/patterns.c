/* SPDX-License-Identifier: Apache-2.0 */
/* Payload patterns: from YAML to Hyperscan expressions, to one block-mode database for a group of rules, to one scan of
 * a PDU or payload. Databases are compiled on the host that uses them. */
#include "signatures/database.h"
#include "signatures/rule.h"

#include <ctype.h>
#include <hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATTERN_LENGTH = 1024 };

/* ---- loading ----------------------------------------------------- */

/* Every byte as \xHH: a literal for Hyperscan's expression compiler. */
static char *literal_expression(struct loader *l, const uint8_t *bytes, size_t length)
{
    char *out = region_take(l->memory, length * 4 + 1);
    for (size_t i = 0; out && i < length; i++) snprintf(out + i * 4, 5, "\\x%02x", bytes[i]);
    if (!out) fault_set(l->fault, "out of memory");
    return out;
}

/* Hex digits in pairs, blanks between them allowed. Returns the number of bytes, 0 for a fault. */
static size_t parse_hex(const char *text, uint8_t *out, size_t room)
{
    size_t n = 0;
    for (; *text; text++) {
        if (isspace((unsigned char)*text)) continue;
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) || n == room) return 0;
        out[n++] = (uint8_t)strtoul((char[]){text[0], text[1], 0}, NULL, 16);
        text++;
    }
    return n;
}

bool literal_bytes(struct loader *l, const struct yaml_node *text, const struct yaml_node *hex, uint8_t *bytes,
                   size_t room, size_t *length)
{
    const char *value = NULL;
    if (!yaml_text(text ? text : hex, &value, l->fault)) return false;
    *length = text ? strlen(value) : parse_hex(value, bytes, room);
    if (!*length)
        return yaml_fault(hex, l->fault, "\"%s\" is not made of hex digits in pairs, %zu bytes at most", value, room);
    if (*length > room) return yaml_fault(text, l->fault, "longer than %zu bytes", room);
    if (text) memcpy(bytes, value, *length);
    return true;
}

/* Compiles it alone, so that a fault names its place. */
static bool check_expression(struct loader *l, const struct yaml_node *node, struct pattern *p)
{
    hs_expr_info_t *info = NULL;
    hs_compile_error_t *error = NULL;
    hs_error_t result = hs_expression_info(p->expression, p->flags, &info, &error);
    if (result == HS_SUCCESS) p->least = info->min_width;
    free(info);
    if (result == HS_SUCCESS) return true;
    yaml_fault(node, l->fault, "this expression cannot be used: %s", error ? error->message : "unknown fault");
    hs_free_compile_error(error);
    return false;
}

static bool load_place(struct loader *l, const struct yaml_node *node, struct pattern *p, size_t length)
{
    const struct yaml_node *at = yaml_get(node, "at"), *offset = yaml_get(node, "offset"),
                           *depth = yaml_get(node, "depth");
    uint64_t start = 0, room = 0;
    if (!yaml_uint(offset, 0, 65535, &start, l->fault) || !yaml_uint(at, 0, 65535, &start, l->fault) ||
        !yaml_uint(depth, 1, 65535, &room, l->fault))
        return false;
    if (at && (offset || depth)) return yaml_fault(at->key, l->fault, "\"at\" stands for \"offset\" and \"depth\"");
    if (!length && (at || offset))
        return yaml_fault((at ? at : offset)->key, l->fault, "a regex is placed by itself: write ^.{%u} before it",
                          (unsigned)start);
    if (at) room = length;
    if (room && room < length) return yaml_fault(depth, l->fault, "the pattern is longer than its depth");
    if (start) p->min_offset = start + length;
    if (room) p->max_offset = start + room;
    return true;
}

static bool load_pattern(struct loader *l, const struct yaml_node *node, struct pattern *p)
{
    static const char *const keys[] = {"text", "hex", "regex", "nocase", "at", "offset", "depth", "absent", NULL};
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *text = yaml_get(node, "text"), *hex = yaml_get(node, "hex"),
                           *regex = yaml_get(node, "regex");
    uint8_t bytes[PATTERN_LENGTH] = {0};
    size_t length = 0;
    bool nocase = false;
    if ((text != NULL) + (hex != NULL) + (regex != NULL) != 1)
        return yaml_fault(node, l->fault, "one of \"text\", \"hex\" and \"regex\" stands in a pattern");
    if (!yaml_bool(yaml_get(node, "nocase"), &nocase, l->fault)) return false;
    if (!yaml_bool(yaml_get(node, "absent"), &p->absent, l->fault)) return false;
    if (regex) {
        const char *value = NULL;
        if (!yaml_text(regex, &value, l->fault)) return false;
        if (strlen(value) > PATTERN_LENGTH) return yaml_fault(regex, l->fault, "longer than %d bytes", PATTERN_LENGTH);
        p->expression = loader_text(l, value);
    } else {
        if (!literal_bytes(l, text, hex, bytes, sizeof bytes, &length)) return false;
        p->expression = literal_expression(l, bytes, length);
    }
    p->flags = HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL | (nocase ? HS_FLAG_CASELESS : 0);
    return p->expression && load_place(l, node, p, length) && check_expression(l, regex ? regex : node, p);
}

bool load_patterns(struct loader *l, const struct yaml_node *list, struct rule_condition *out)
{
    if (!yaml_is_list(list, l->fault)) return false;
    if (!list->count || list->count > PATTERN_CAP)
        return yaml_fault(list, l->fault, "from 1 to %d patterns", PATTERN_CAP);
    out->patterns = region_take(l->memory, list->count * sizeof *out->patterns);
    if (!out->patterns) return fault_set(l->fault, "out of memory");
    for (const struct yaml_node *item = list->first; item; item = item->next)
        if (!load_pattern(l, item, &out->patterns[out->pattern_count++])) return false;
    for (unsigned i = 0; i < out->pattern_count; i++) sieve_add(&out->sieve, &out->patterns[i]);
    return true;
}

/* ---- databases --------------------------------------------------- */

struct pattern_group {
    struct pattern_group *next;
    hs_database_t *database;
    unsigned condition_count, pattern_count;
    const struct rule_condition **conditions;
};

static const struct pattern_group *equal_group(const struct ruleset *r, const struct rule_condition *const *conditions,
                                               unsigned count)
{
    for (const struct pattern_group *g = r->pattern_groups; g; g = g->next)
        if (g->condition_count == count && memcmp(g->conditions, conditions, count * sizeof *conditions) == 0) return g;
    return NULL;
}

uint32_t patterns_first(const struct pattern_group *g, const struct rule_condition *condition)
{
    uint32_t first = 0;
    for (unsigned i = 0; i < g->condition_count && g->conditions[i] != condition; i++)
        first += g->conditions[i]->pattern_count;
    return first;
}

static bool compile(struct pattern_group *g, struct fault *fault)
{
    struct database_request request = {.room = g->pattern_count};
    bool good = true;
    for (unsigned i = 0, n = 0; i < g->condition_count; i++)
        for (unsigned j = 0; good && j < g->conditions[i]->pattern_count; j++) {
            const struct pattern *p = &g->conditions[i]->patterns[j];
            const struct database_pattern added = {p->expression, p->flags, p->min_offset, p->max_offset};
            good = database_add(&request, n++, &added);
        }
    if (!good) fault_set(fault, "out of memory");
    good = good && database_make(&request, &g->database, fault);
    database_forget(&request);
    return good;
}

static const struct pattern_group *group_for(struct ruleset *r, const struct rule_condition *const *conditions,
                                             unsigned count, struct fault *fault)
{
    const struct pattern_group *equal = equal_group(r, conditions, count);
    if (equal) return equal;
    struct pattern_group *g = region_take(&r->memory, sizeof *g);
    if (g) g->conditions = region_take(&r->memory, count * sizeof *conditions);
    if (!g || !g->conditions) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    memcpy(g->conditions, conditions, count * sizeof *conditions);
    g->condition_count = count;
    for (unsigned i = 0; i < count; i++) g->pattern_count += conditions[i]->pattern_count;
    g->next = r->pattern_groups;
    r->pattern_groups = g;
    return compile(g, fault) ? g : NULL;
}

const struct pattern_group *patterns_compile(struct ruleset *r, struct candidate *candidates, unsigned count,
                                             struct fault *fault)
{
    const struct rule_condition **list = malloc((count + 1) * sizeof *list);
    const struct pattern_group *g = NULL;
    for (unsigned i = 0; list && i < count; i++) list[i] = candidates[i].condition;
    if (list)
        g = group_for(r, list, count, fault);
    else
        fault_set(fault, "out of memory");
    for (unsigned i = 0; g && i < count; i++) candidates[i].first_pattern = patterns_first(g, list[i]);
    free(list);
    return g;
}

void patterns_free(struct pattern_group *first)
{
    for (struct pattern_group *g = first; g; g = g->next) hs_free_database(g->database);
}

bool patterns_prepare(const struct pattern_group *first, hs_scratch_t **scratch, uint64_t **bits)
{
    unsigned most = 0;
    for (const struct pattern_group *g = first; g; g = g->next) {
        if (hs_alloc_scratch(g->database, scratch) != HS_SUCCESS) return false;
        if (g->pattern_count > most) most = g->pattern_count;
    }
    uint64_t *room = realloc(*bits, (most / 64 + 1) * sizeof *room);
    if (room) *bits = room;
    return room != NULL;
}

/* ---- scanning ---------------------------------------------------- */

struct scan {
    uint64_t *bits;
    unsigned found;
};

static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct scan *s = context;
    (void)from, (void)to, (void)flags;
    s->bits[id / 64] |= (uint64_t)1 << id % 64;
    s->found++;
    return 0;
}

unsigned patterns_scan(const struct pattern_group *g, struct bytes payload, hs_scratch_t *scratch, uint64_t *bits)
{
    struct scan s = {bits, 0};
    memset(bits, 0, (g->pattern_count / 64 + 1) * sizeof *bits);
    if (!bytes_empty(&payload))
        hs_scan(g->database, (const char *)payload.at, (unsigned)bytes_left(&payload), 0, scratch, on_match, &s);
    return s.found;
}

bool patterns_hold(const struct rule_condition *c, uint32_t first, const uint64_t *bits)
{
    for (unsigned i = 0; i < c->pattern_count; i++) {
        bool found = bits[(first + i) / 64] >> (first + i) % 64 & 1;
        if (found == c->patterns[i].absent) return false;
    }
    return true;
}
