/* SPDX-License-Identifier: Apache-2.0 */
/* Part of wanglou rules check: rules that match just what another one matches, which is a copy that was forgotten; and
 * rules that a wider one of at least their severity makes superfluous. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/region.h"
#include "common/yaml.h"
#include "signatures/rule.h"
#include "tool/rules.h"

/* Clauses that say what is matched; the others say how it is told. */
static const char *const clauses[] = {"patterns", "stream", "payload", "count", "sequence",
                                      "without",  "hours",  "marks",   NULL}; /* and "where", before them */

enum { PARTS = 24 };

struct twin {
    const char *id, *file, *conditions;
    const char *others; /* the conditions but `where` */
    unsigned line, severity;
    unsigned part_count;      /* of `where`, which are joined by "and"; PARTS + 1: more */
    const char *parts[PARTS]; /* sorted */
    uint64_t some;            /* a bit of each: lets most pairs be passed over */
};

struct twins {
    struct region memory;
    struct twin *list;
    unsigned count, room;
    struct fault *fault;
};

struct text {
    char *at, *end;
};

static void put(struct text *t, const char *from)
{
    bool blank = true; /* blanks are one, and none at the start */
    for (; *from; from++) {
        if (isspace((unsigned char)*from) && blank) continue;
        blank = isspace((unsigned char)*from);
        if (t->at < t->end) *t->at++ = blank ? ' ' : *from;
    }
    if (t->at < t->end) *t->at++ = '\x1f';
}

static void put_node(struct text *t, const struct yaml_node *n)
{
    if (n->key) put(t, n->key->text);
    if (n->kind == YAML_SCALAR) put(t, n->text);
    for (const struct yaml_node *child = n->kind == YAML_SCALAR ? NULL : n->first; child; child = child->next)
        put_node(t, child);
}

/* ---- the parts of a filter --------------------------------------- */

/* How long a word that joins is here, and whether it is "and"; 0: none. */
static size_t joins(const char *at, bool *is_and)
{
    static const char *const words[] = {"&&", "and ", "||", "or ", "^^", "xor "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i]);
        if (strncmp(at, words[i], n) != 0) continue;
        *is_and = i < 2;
        return n;
    }
    return 0;
}

/* The next part without the blanks around it, one blank between words; `*rest` NULL behind the last one. False: the
 * parts are not joined by "and" alone. */
static bool next_part(const char **rest, char *out, size_t room)
{
    unsigned depth = 0;
    size_t n = 0;
    char quote = 0;
    bool is_and = true;
    for (const char *c = *rest;; c++) {
        size_t joined = !quote && !depth && (c == *rest || isspace((unsigned char)c[-1])) ? joins(c, &is_and) : 0;
        if (!*c || joined) {
            while (n && out[n - 1] == ' ') n--;
            out[n] = 0;
            *rest = *c ? c + joined : NULL;
            return n && is_and;
        }
        quote = quote ? (*c == quote ? 0 : quote) : *c == '"' || *c == '\'' ? *c : 0;
        depth += !quote && strchr("({[", *c);
        depth -= !quote && depth && strchr(")}]", *c);
        bool blank = isspace((unsigned char)*c);
        if ((blank && (!n || out[n - 1] == ' ')) || n + 1 >= room) continue;
        out[n++] = blank ? ' ' : *c;
    }
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static uint64_t bit_of(const char *text)
{
    uint32_t hash = 2166136261;
    for (; *text; text++) hash = (hash ^ (uint8_t)*text) * 16777619;
    return (uint64_t)1 << (hash >> 26);
}

static bool take_parts(struct twins *w, const char *where, struct twin *twin)
{
    char part[1024];
    for (const char *rest = where; rest;) {
        if (!next_part(&rest, part, sizeof part) || twin->part_count == PARTS) {
            twin->part_count = PARTS + 1;
            return true;
        }
        const char *kept = region_text(&w->memory, part, strlen(part));
        if (!kept) return fault_set(w->fault, "out of memory");
        twin->some |= bit_of(kept);
        twin->parts[twin->part_count++] = kept;
    }
    qsort(twin->parts, twin->part_count, sizeof *twin->parts, by_name);
    return true;
}

/* ---- the rules --------------------------------------------------- */

static struct twin *add_twin(struct twins *w)
{
    if (w->count == w->room) {
        struct twin *more = realloc(w->list, (w->room = w->room * 2 + 256) * sizeof *more);
        if (!more) return NULL;
        w->list = more;
    }
    return &w->list[w->count++];
}

static bool take_rule(struct twins *w, const struct yaml_node *n)
{
    char memory[16384];
    struct text t = {memory, memory + sizeof memory - 1};
    const struct yaml_node *id = yaml_get(n, "id"), *where = yaml_get(n, "where");
    if (where) put_node(&t, where);
    size_t behind_where = (size_t)(t.at - memory);
    for (const char *const *clause = clauses; *clause; clause++)
        if (yaml_get(n, *clause)) put_node(&t, yaml_get(n, *clause));
    *t.at = 0;
    if (!id || t.at == memory || t.at == t.end) return true; /* a faulty one, or one too long to be a copy */
    struct twin *twin = add_twin(w), made = {.line = n->line};
    struct fault none = {""};
    made.id = region_text(&w->memory, id->text, strlen(id->text));
    made.file = region_text(&w->memory, n->file, strlen(n->file));
    made.conditions = region_text(&w->memory, memory, (size_t)(t.at - memory));
    if (!twin || !made.id || !made.file || !made.conditions) return fault_set(w->fault, "out of memory");
    made.others = made.conditions + behind_where;
    yaml_choice(yaml_get(n, "severity"), rule_severities, &made.severity, &none);
    bool good = !where || where->kind != YAML_SCALAR || take_parts(w, where->text, &made);
    *twin = made;
    return good;
}

static bool take_file(void *context, const char *path)
{
    struct twins *w = context;
    struct yaml *document = yaml_load_file(path, w->fault);
    const struct yaml_node *root = document ? yaml_root(document) : NULL;
    bool good = root;
    for (const struct yaml_node *n = good && root->kind == YAML_LIST ? root->first : NULL; good && n; n = n->next)
        good = take_rule(w, n);
    yaml_close(document);
    return good;
}

static int by_conditions(const void *a, const void *b)
{
    const struct twin *x = a, *y = b;
    int order = strcmp(x->conditions, y->conditions);
    return order ? order : strcmp(x->id, y->id);
}

static int by_others(const void *a, const void *b)
{
    const struct twin *x = a, *y = b;
    int order = strcmp(x->others, y->others);
    return order ? order : strcmp(x->id, y->id);
}

/* Does `wide` match all that `narrow` matches, and is it told no lower? All parts of its filter stand in the other's.
 */
static bool makes_superfluous(const struct twin *wide, const struct twin *narrow)
{
    unsigned j = 0;
    if (wide->part_count >= narrow->part_count || narrow->part_count > PARTS || wide->some & ~narrow->some)
        return false;
    if (wide->severity > narrow->severity) return false; /* 0 is critical */
    for (unsigned i = 0; i < wide->part_count; i++, j++) {
        while (j < narrow->part_count && strcmp(narrow->parts[j], wide->parts[i]) != 0) j++;
        if (j == narrow->part_count) return false;
    }
    return true;
}

static unsigned tell_copies(const struct twins *w)
{
    unsigned told = 0;
    for (unsigned i = 1; i < w->count; i++) {
        const struct twin *a = &w->list[i - 1], *b = &w->list[i];
        if (strcmp(a->conditions, b->conditions) != 0) continue;
        printf("%s:%u: %s 与 %s（%s:%u）的条件相同 matches just what %s matches\n", b->file, b->line, b->id, a->id,
               a->file, a->line, a->id);
        told++;
    }
    return told;
}

/* Each narrower one once. */
static unsigned tell_shadowed(const struct twins *w)
{
    unsigned told = 0;
    for (unsigned first = 0, next; first < w->count; first = next) {
        for (next = first + 1; next < w->count && strcmp(w->list[next].others, w->list[first].others) == 0;) next++;
        for (unsigned i = first; i < next; i++) {
            const struct twin *b = &w->list[i], *a = NULL;
            for (unsigned j = first; j < next && !a; j++)
                if (makes_superfluous(&w->list[j], b)) a = &w->list[j];
            if (!a) continue;
            printf("%s:%u: %s 被范围更宽且级别不低的 %s（%s:%u）覆盖 is covered by the wider %s, whose severity is no "
                   "lower\n",
                   b->file, b->line, b->id, a->id, a->file, a->line, a->id);
            told++;
        }
    }
    return told;
}

unsigned rules_twins(const char *path, struct fault *fault)
{
    struct twins w = {.fault = fault};
    unsigned told = 0;
    if (yaml_each_file(path, take_file, &w, fault) && w.count) {
        qsort(w.list, w.count, sizeof *w.list, by_conditions);
        told = tell_copies(&w);
        qsort(w.list, w.count, sizeof *w.list, by_others);
        told += tell_shadowed(&w);
    }
    free(w.list);
    region_free(&w.memory);
    return told;
}
