/* SPDX-License-Identifier: Apache-2.0 */
/* Part of wanglou rules check: rules that match just what another one matches, which is a copy that was forgotten. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/region.h"
#include "common/yaml.h"
#include "tool/rules.h"

/* Clauses that say what is matched; the others say how it is told. */
static const char *const clauses[] = {"where",    "patterns", "stream", "payload", "count",
                                      "sequence", "without",  "hours",  "marks",   NULL};

struct twin {
    const char *id, *file, *conditions;
    unsigned line;
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

static bool take_rule(struct twins *w, const struct yaml_node *n)
{
    char memory[16384];
    struct text t = {memory, memory + sizeof memory - 1};
    const struct yaml_node *id = yaml_get(n, "id");
    for (const char *const *clause = clauses; *clause; clause++)
        if (yaml_get(n, *clause)) put_node(&t, yaml_get(n, *clause));
    *t.at = 0;
    if (!id || t.at == memory || t.at == t.end) return true; /* a faulty one, or one too long to be a copy */
    if (w->count == w->room) {
        struct twin *more = realloc(w->list, (w->room = w->room * 2 + 256) * sizeof *more);
        if (!more) return fault_set(w->fault, "out of memory");
        w->list = more;
    }
    struct twin *twin = &w->list[w->count++];
    *twin = (struct twin){region_text(&w->memory, id->text, strlen(id->text)),
                          region_text(&w->memory, n->file, strlen(n->file)),
                          region_text(&w->memory, memory, (size_t)(t.at - memory)), n->line};
    return (twin->id && twin->file && twin->conditions) || fault_set(w->fault, "out of memory");
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

unsigned rules_twins(const char *path, struct fault *fault)
{
    struct twins w = {.fault = fault};
    unsigned told = 0;
    if (yaml_each_file(path, take_file, &w, fault) && w.count) {
        qsort(w.list, w.count, sizeof *w.list, by_conditions);
        for (unsigned i = 1; i < w.count; i++) {
            const struct twin *a = &w.list[i - 1], *b = &w.list[i];
            if (strcmp(a->conditions, b->conditions) != 0) continue;
            printf("%s:%u: %s 与 %s（%s:%u）的条件相同 matches just what %s matches\n", b->file, b->line, b->id, a->id,
                   a->file, a->line, a->id);
            told++;
        }
    }
    free(w.list);
    region_free(&w.memory);
    return told;
}
