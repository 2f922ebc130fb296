/* SPDX-License-Identifier: Apache-2.0 */
/* One rule out of YAML, every key checked (docs/writing-signatures.md). */
#include "signatures/categories.h"
#include "signatures/rule.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char *const rule_keys[] = {
    "id",          "sid",      "revision",   "name",       "description", "impact",   "check", "false_positive",
    "severity",    "category", "techniques", "references", "where",       "patterns", "count", "sequence",
    "payload",     "marks",    "silent",     "without",    "hours",       "quiet",    "proof", "affected",
    "maintenance", "stream",   NULL};

const char *const rule_severities[] = {"critical", "high", "medium", "low", NULL};

enum { ID_LENGTH = 63, LIST_CAP = 64, DEFAULT_QUIET_S = 60, PROOF_CAP = 32, FIRES_CAP = 100000 };
#define SECOND ((uint64_t)1000000000)
#define DAY    (86400 * SECOND)

const char *loader_text(struct loader *l, const char *text)
{
    const char *copy = region_text(l->memory, text, strlen(text));
    if (!copy) fault_set(l->fault, "out of memory");
    return copy;
}

static bool copy_text(struct loader *l, const struct yaml_node *node, const char **out)
{
    const char *text = NULL;
    if (!node) return true;
    if (!yaml_text(node, &text, l->fault)) return false;
    return (*out = loader_text(l, text)) != NULL;
}

bool load_words(struct loader *l, const struct yaml_node *node, struct words *out)
{
    static const char *const languages[] = {"zh", "en", NULL};
    if (!node) return true;
    if (node->kind == YAML_SCALAR) {
        if (!copy_text(l, node, &out->zh)) return false;
        out->en = out->zh;
        return true;
    }
    if (!yaml_keys(node, languages, l->fault)) return false;
    if (!yaml_required(node, "zh", l->fault) || !yaml_required(node, "en", l->fault)) return false;
    return copy_text(l, yaml_get(node, "zh"), &out->zh) && copy_text(l, yaml_get(node, "en"), &out->en);
}

bool load_id(struct loader *l, const struct yaml_node *node, const char **out)
{
    if (!copy_text(l, node, out)) return false;
    for (const char *p = *out; *p; p++)
        if ((!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-') || p - *out >= ID_LENGTH)
            return yaml_fault(node, l->fault, "an id is made of a-z, 0-9 and -, %d characters at most", ID_LENGTH);
    return true;
}

/* A list of texts that `check` accepts (NULL: any). */
static bool load_list(struct loader *l, const struct yaml_node *node, bool (*check)(const char *text), const char *what,
                      const char *const **out)
{
    static const char *const nothing[] = {NULL};
    unsigned count = 0;
    *out = nothing;
    if (!node) return true;
    if (!yaml_is_list(node, l->fault)) return false;
    if (node->count > LIST_CAP) return yaml_fault(node, l->fault, "more than %d entries", LIST_CAP);
    const char **list = region_take(l->memory, (node->count + 1) * sizeof *list);
    if (!list) return fault_set(l->fault, "out of memory");
    for (const struct yaml_node *item = node->first; item; item = item->next) {
        if (!copy_text(l, item, &list[count])) return false;
        if (!list[count] || (check && !check(list[count])))
            return yaml_fault(item, l->fault, "\"%s\" is not %s", item->text, what);
        count++;
    }
    *out = list;
    return true;
}

static bool is_technique(const char *text)
{
    return text[0] == 'T' && text[1] == '0' && strlen(text) == 5 && strspn(text + 1, "0123456789") == 4;
}

static bool is_reference(const char *text)
{
    static const char *const kinds[] = {"cve:CVE-", "cnvd:CNVD-", "cnnvd:CNNVD-", "cicsvd:CICSVD-", "url:http", NULL};
    for (unsigned i = 0; kinds[i]; i++)
        if (strncmp(text, kinds[i], strlen(kinds[i])) == 0) return true;
    return false;
}

static bool load_category(struct loader *l, const struct yaml_node *node, struct rule *rule)
{
    if (!node || !copy_text(l, node, &rule->category)) return false;
    if (category_find(rule->category)) return true;
    const char *near = category_nearest(rule->category);
    if (near) return yaml_fault(node, l->fault, "unknown category \"%s\"; did you mean \"%s\"?", rule->category, near);
    return yaml_fault(node, l->fault, "unknown category \"%s\"; signatures/categories.yaml lists them", rule->category);
}

static bool load_about(struct loader *l, const struct yaml_node *node, struct rule *rule)
{
    const struct yaml_node *id = yaml_required(node, "id", l->fault), *sid = yaml_required(node, "sid", l->fault),
                           *name = yaml_required(node, "name", l->fault),
                           *severity = yaml_required(node, "severity", l->fault),
                           *category = yaml_required(node, "category", l->fault);
    uint64_t sid_value = 0, revision = 1;
    unsigned index = 0;
    if (!id || !sid || !name || !severity || !category || !load_id(l, id, &rule->id)) return false;
    if (!yaml_uint(sid, 1, UINT32_MAX, &sid_value, l->fault)) return false;
    if (!yaml_uint(yaml_get(node, "revision"), 1, UINT32_MAX, &revision, l->fault)) return false;
    if (!yaml_choice(severity, rule_severities, &index, l->fault) || !load_category(l, category, rule)) return false;
    rule->sid = (uint32_t)sid_value;
    rule->revision = (uint32_t)revision;
    rule->severity = (uint8_t)(SEVERITY_CRITICAL + index);
    rule->line = node->line;
    return load_words(l, name, &rule->name) && load_words(l, yaml_get(node, "description"), &rule->description) &&
           load_words(l, yaml_get(node, "impact"), &rule->impact) &&
           load_words(l, yaml_get(node, "check"), &rule->check) &&
           load_words(l, yaml_get(node, "false_positive"), &rule->false_positive) &&
           load_list(l, yaml_get(node, "techniques"), is_technique, "an ATT&CK for ICS technique such as T0858",
                     &rule->techniques) &&
           load_list(l, yaml_get(node, "references"), is_reference,
                     "a reference; write cve:CVE-..., cnvd:CNVD-..., cnnvd:..., cicsvd:... or url:https://...",
                     &rule->references);
}

/* ---- clauses that hold conditions -------------------------------- */

static bool load_sequence(struct loader *l, const struct yaml_node *node, struct rule_body *body)
{
    static const char *const keys[] = {"within", "by", "steps", NULL};
    if (!node) return true;
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *steps = yaml_required(node, "steps", l->fault),
                           *within = yaml_required(node, "within", l->fault);
    if (!steps || !within || !yaml_is_list(steps, l->fault)) return false;
    if (steps->count < 2 || steps->count > STEP_CAP + 1)
        return yaml_fault(steps, l->fault, "a sequence has from 2 to %d steps", STEP_CAP + 1);
    if (!yaml_duration(within, SECOND / 1000, 30 * DAY, &body->sequence.within_ns, l->fault)) return false;
    if (!load_key(l, yaml_get(node, "by"), &body->sequence.by)) return false;
    for (const struct yaml_node *step = steps->first; step; step = step->next) {
        bool last = !step->next;
        struct rule_condition *c = last ? &body->condition : &body->sequence.steps[body->sequence.count++];
        if (!load_condition(l, step, c)) return false;
    }
    return true;
}

static bool load_without(struct loader *l, const struct yaml_node *node, struct rule_body *body)
{
    static const char *const keys[] = {"where", "patterns", "within", "by", NULL};
    if (!node) return true;
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *within = yaml_required(node, "within", l->fault);
    if (!within || !yaml_duration(within, SECOND / 1000, 30 * DAY, &body->without.within_ns, l->fault)) return false;
    return load_key(l, yaml_get(node, "by"), &body->without.by) && load_condition(l, node, &body->without.condition);
}

static bool load_quiet(struct loader *l, const struct yaml_node *node, struct rule_body *body)
{
    static const char *const keys[] = {"for", "by", NULL};
    body->quiet_ns = DEFAULT_QUIET_S * SECOND;
    const struct yaml_node *time = node, *by = NULL;
    if (node && node->kind == YAML_MAPPING) {
        if (!yaml_keys(node, keys, l->fault)) return false;
        time = yaml_get(node, "for");
        by = yaml_get(node, "by");
    }
    if (!yaml_duration(time, 0, 30 * DAY, &body->quiet_ns, l->fault)) return false;
    if (!by && body->count.at_least) {
        body->quiet_by = body->count.by;
        return true;
    }
    return load_key(l, by, &body->quiet_by);
}

static bool is_common(const struct rule_body *b)
{
    return (b->count.at_least && !key_is_of_pair(&b->count.by)) || (b->quiet_ns && !key_is_of_pair(&b->quiet_by)) ||
           (b->sequence.count && !key_is_of_pair(&b->sequence.by)) ||
           (b->without.within_ns && !key_is_of_pair(&b->without.by)) || (b->marks && marks_are_common(b->marks));
}

static bool load_proof(struct loader *l, const struct yaml_node *node, struct proof *out)
{
    static const char *const keys[] = {"fires", "traffic", NULL};
    uint64_t fires = 0;
    if (!yaml_keys(node, keys, l->fault)) return false;
    const struct yaml_node *count = yaml_required(node, "fires", l->fault),
                           *traffic = yaml_required(node, "traffic", l->fault);
    if (!count || !traffic || !yaml_uint(count, 0, FIRES_CAP, &fires, l->fault)) return false;
    if (!copy_text(l, traffic, &out->traffic)) return false;
    out->fires = (unsigned)fires;
    out->file = loader_text(l, node->file);
    out->line = traffic->source_line;
    out->indent = (unsigned)strspn(traffic->source, " ");
    return out->file != NULL;
}

static bool load_proofs(struct loader *l, const struct yaml_node *node, struct rule_body *body)
{
    if (!node) return true;
    if (!yaml_is_list(node, l->fault)) return false;
    if (node->count > PROOF_CAP) return yaml_fault(node, l->fault, "more than %d proofs", PROOF_CAP);
    struct proof *proofs = region_take(l->memory, (node->count + 1) * sizeof *proofs);
    if (!proofs) return fault_set(l->fault, "out of memory");
    body->proofs = proofs;
    for (const struct yaml_node *item = node->first; item; item = item->next)
        if (!load_proof(l, item, &proofs[body->proof_count++])) return false;
    return true;
}

const struct proof *rule_proofs(const struct rule *rule, unsigned *count)
{
    *count = rule->body->proof_count;
    return rule->body->proofs;
}

static bool load_maintenance(struct loader *l, const struct yaml_node *node, struct rule *rule)
{
    static const char *const choices[] = {"tell", "quiet", NULL};
    unsigned choice = 0;
    if (!yaml_choice(node, choices, &choice, l->fault)) return false;
    rule->maintenance_quiet = choice == 1;
    return true;
}

/* What a rule looks for: `where`, `patterns` or both, or a `sequence` of such. */
static bool load_match(struct loader *l, const struct yaml_node *node, struct rule_body *body)
{
    const struct yaml_node *sequence = yaml_get(node, "sequence"), *where = yaml_get(node, "where"),
                           *patterns = yaml_get(node, "patterns");
    if (sequence && (where || patterns || yaml_get(node, "payload")))
        return yaml_fault(sequence->key, l->fault,
                          "\"sequence\" has the conditions in its steps; \"where\" and "
                          "\"patterns\" cannot stand beside it");
    if (sequence && yaml_get(node, "without"))
        return yaml_fault(sequence->key, l->fault, "\"sequence\" and \"without\" cannot stand in one rule");
    return sequence ? load_sequence(l, sequence, body) : load_condition(l, node, &body->condition);
}

static bool load_stream(struct loader *l, const struct yaml_node *node, const struct yaml_node *rule,
                        struct rule_body *body)
{
    struct rule_condition *c = &body->condition;
    if (!yaml_bool(node, &c->stream, l->fault)) return false;
    if (!c->stream) return true;
    if (!c->pattern_count || yaml_get(rule, "sequence"))
        return yaml_fault(node->key, l->fault, "\"stream\" stands beside \"patterns\"");
    for (unsigned i = 0; i < c->pattern_count; i++)
        if (c->patterns[i].absent)
            return yaml_fault(node->key, l->fault, "what is absent of a connection is known at its end only");
    return true;
}

bool rule_load(struct loader *l, const struct yaml_node *node, struct rule *rule, struct rule_body *body)
{
    rule->body = body;
    rule->file = loader_text(l, node->file);
    bool good =
        rule->file && yaml_keys(node, rule_keys, l->fault) && load_about(l, node, rule) && load_match(l, node, body) &&
        load_stream(l, yaml_get(node, "stream"), node, body) && load_without(l, yaml_get(node, "without"), body) &&
        load_count(l, yaml_get(node, "count"), &body->count) && load_hours(l, yaml_get(node, "hours"), &body->hours) &&
        load_quiet(l, yaml_get(node, "quiet"), body) && load_marks(l, yaml_get(node, "marks"), &body->marks) &&
        load_products(l, yaml_get(node, "affected"), rule) &&
        load_maintenance(l, yaml_get(node, "maintenance"), rule) &&
        yaml_bool(yaml_get(node, "silent"), &body->silent, l->fault) && load_proofs(l, yaml_get(node, "proof"), body);
    body->common = good && is_common(body);
    return good;
}

void rule_release(struct rule_body *body)
{
    filter_free(body->condition.where);
    payload_release(body->condition.payload);
    filter_free(body->without.condition.where);
    for (unsigned i = 0; i < body->sequence.count; i++) filter_free(body->sequence.steps[i].where);
}
