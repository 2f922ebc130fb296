/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of suppressions and their file (suppressions.h). */
#include "sensor/rules/suppressions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"
#include "common/time_text.h"
#include "common/yaml.h"

static void copy_row(struct suppression *to, const struct suppression *from)
{
    memcpy(to->id, from->id, sizeof to->id);
    memcpy(to->rule, from->rule, sizeof to->rule);
    memcpy(to->source, from->source, sizeof to->source);
    memcpy(to->target, from->target, sizeof to->target);
    to->until_ns = from->until_ns;
    to->from_file = from->from_file;
    atomic_store_explicit(&to->alerts, atomic_load_explicit(&from->alerts, memory_order_relaxed), memory_order_relaxed);
}

struct suppressions *suppressions_copy(const struct suppressions *list)
{
    struct suppressions *copy = calloc(1, sizeof *copy);
    if (!copy || !list) return copy;
    copy->count = list->count;
    for (unsigned i = 0; i < list->count; i++) copy_row(&copy->rows[i], &list->rows[i]);
    return copy;
}

void suppressions_drop(struct suppressions *list, unsigned row)
{
    if (row != --list->count) copy_row(&list->rows[row], &list->rows[list->count]);
}

bool suppressions_put(struct suppressions *list, const struct suppression *s)
{
    unsigned row = 0;
    while (row < list->count && strcmp(list->rows[row].id, s->id) != 0) row++;
    if (row == SUPPRESSIONS_AT_MOST) return false;
    uint64_t alerts = row < list->count ? list->rows[row].alerts : 0;
    copy_row(&list->rows[row], s);
    list->rows[row].alerts = alerts;
    if (row == list->count) list->count++;
    return true;
}

/* ---- the file ---------------------------------------------------- */

static bool take_text(const struct yaml_node *n, const char *key, char out[SUPPRESSION_TEXT + 1], struct fault *fault)
{
    const struct yaml_node *value = yaml_get(n, key);
    if (!value || value->kind == YAML_NULL) return true;
    if (value->kind != YAML_SCALAR || !text_put(out, SUPPRESSION_TEXT + 1, value->text))
        return yaml_fault(value, fault, "a text of at most %d octets", SUPPRESSION_TEXT);
    return true;
}

static bool load_row(const struct yaml_node *n, struct suppression *s, struct fault *fault)
{
    static const char *const keys[] = {"rule", "source", "target", "until", "reason", NULL};
    const struct yaml_node *until;
    const char *text;
    if (!yaml_keys(n, keys, fault) || !take_text(n, "rule", s->rule, fault) ||
        !take_text(n, "source", s->source, fault) || !take_text(n, "target", s->target, fault) ||
        !(until = yaml_required(n, "until", fault)) || !yaml_text(until, &text, fault))
        return false;
    if (!time_parse(text, &s->until_ns))
        return yaml_fault(until, fault, "\"%s\" is no time such as 2026-03-02T08:00:00+08:00", text);
    if (!s->rule[0] && !s->source[0] && !s->target[0])
        return yaml_fault(n, fault, "it would suppress everything: name a rule, a source or a target");
    snprintf(s->id, sizeof s->id, "file:%u", n->line);
    s->from_file = true;
    return true;
}

bool suppressions_load(struct suppressions *list, const char *path, struct fault *fault)
{
    struct yaml *document = yaml_load_file(path, fault);
    const struct yaml_node *root = document ? yaml_root(document) : NULL;
    bool good = root && (root->kind == YAML_NULL || yaml_is_list(root, fault));
    for (unsigned i = list->count; good && i-- > 0;)
        if (list->rows[i].from_file) suppressions_drop(list, i);
    for (const struct yaml_node *n = good ? root->first : NULL; good && n; n = n->next) {
        struct suppression s = {.from_file = true};
        good = load_row(n, &s, fault) &&
               (suppressions_put(list, &s) || yaml_fault(n, fault, "more than %d suppressions", SUPPRESSIONS_AT_MOST));
    }
    yaml_close(document);
    return good;
}

/* ---- matching ---------------------------------------------------- */

static bool is_party(const char *wanted, const struct suppression_party *p)
{
    return !*wanted || strcasecmp(wanted, p->ip) == 0 || strcasecmp(wanted, p->mac) == 0;
}

bool suppressions_hold(const struct suppressions *list, const char *rule, const struct suppression_party *source,
                       const struct suppression_party *target, uint64_t now_ns)
{
    for (unsigned i = 0; i < list->count; i++) {
        const struct suppression *s = &list->rows[i];
        if (now_ns >= s->until_ns || (s->rule[0] && strcmp(s->rule, rule) != 0)) continue;
        if (!is_party(s->source, source) || !is_party(s->target, target)) continue;
        atomic_fetch_add_explicit((_Atomic uint64_t *)&s->alerts, 1, memory_order_relaxed);
        return true;
    }
    return false;
}
