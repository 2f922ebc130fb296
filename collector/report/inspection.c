/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, answers and verdicts of the self-inspection; rules of regulation.md §1.3: what was seen may lower a
 * verdict, only two items may be raised by it, and a contradiction is shown. */
#include "collector/report/inspection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/report/form.h"
#include "common/embed.h"

/* X(symbol, name, path) */
#define TEMPLATES(X)                                                                                                   \
    X(inspection_2024, "guideline-2024", "collector/models/inspection-2024.yaml")                                      \
    X(inspection_2016, "guideline-2016", "collector/models/inspection-2016.yaml")
#define X(symbol, name, path) EMBED(symbol, path)
TEMPLATES(X)
#undef X

static const struct {
    const char *path, *text, *end;
} templates[] = {
#define X(symbol, name, path) {path, symbol, symbol##_end},
    TEMPLATES(X)
#undef X
};
#define X(symbol, name, path) name,
const char *const inspection_templates[] = {TEMPLATES(X) NULL};
#undef X

#define X(id, name, zh, en) name,
const char *const verdict_name[VERDICT_COUNT + 1] = {VERDICTS(X) NULL};
#undef X
#define X(id, name, zh, en) zh,
const char *const verdict_zh[VERDICT_COUNT + 1] = {VERDICTS(X) NULL};
#undef X
#define X(id, name, zh, en) en,
const char *const verdict_en[VERDICT_COUNT + 1] = {VERDICTS(X) NULL};
#undef X

/* ---- templates ---- */

static bool take_facts(const struct yaml_node *list, const char **out, struct fault *fault)
{
    unsigned n = 0;
    if (!list) return true;
    if (!yaml_is_list(list, fault)) return false;
    for (const struct yaml_node *node = list->first; node; node = node->next) {
        if (n == ITEM_FACTS - 1) return yaml_fault(node, fault, "at most %d facts", ITEM_FACTS - 1);
        if (!yaml_text(node, &out[n++], fault)) return false;
        if (!facts_known(out[n - 1])) return yaml_fault(node, fault, "no fact is named \"%s\"", out[n - 1]);
    }
    return true;
}

static bool take_item(const struct yaml_node *node, struct inspection_item *item, struct fault *fault)
{
    static const char *const keys[] = {"number", "part",       "group", "class", "zh",
                                       "shows",  "violations", "raise", "ask",   NULL};
    static const char *const classes[] = {"A", "V", "Q", NULL};
    const struct yaml_node *raise = yaml_get(node, "raise");
    return yaml_keys(node, keys, fault) &&
           yaml_uint(yaml_required(node, "number", fault), 1, 999, &item->number, fault) &&
           yaml_text(yaml_required(node, "part", fault), &item->part, fault) &&
           yaml_text(yaml_required(node, "group", fault), &item->group, fault) &&
           yaml_text(yaml_required(node, "zh", fault), &item->zh, fault) &&
           yaml_choice(yaml_required(node, "class", fault), classes, &item->class, fault) &&
           (!yaml_get(node, "ask") || yaml_text(yaml_get(node, "ask"), &item->ask, fault)) &&
           take_facts(yaml_get(node, "shows"), item->shows, fault) &&
           take_facts(yaml_get(node, "violations"), item->violations, fault) &&
           (!raise || (yaml_text(raise, &item->raise, fault) &&
                       (facts_known(item->raise) || yaml_fault(raise, fault, "no fact is named \"%s\"", item->raise))));
}

struct inspection *inspection_open(const char *name, struct fault *fault)
{
    static const char *const keys[] = {"name", "title", "number", "source", "certainty", "items", NULL};
    unsigned which = 0;
    while (inspection_templates[which] && strcmp(inspection_templates[which], name) != 0) which++;
    if (!inspection_templates[which]) {
        fault_set(fault, "template \"%s\": there are guideline-2024 and guideline-2016", name);
        return NULL;
    }
    struct inspection *in = calloc(1, sizeof *in);
    if (!in) abort();
    in->document = yaml_load_text(templates[which].path, templates[which].text,
                                  (size_t)(templates[which].end - templates[which].text), fault);
    const struct yaml_node *root = in->document ? yaml_root(in->document) : NULL, *items = yaml_get(root, "items");
    bool good = root && yaml_keys(root, keys, fault) &&
                yaml_text(yaml_required(root, "name", fault), &in->name, fault) &&
                yaml_text(yaml_required(root, "title", fault), &in->title, fault) &&
                yaml_text(yaml_required(root, "number", fault), &in->number, fault) &&
                yaml_text(yaml_required(root, "source", fault), &in->source, fault) &&
                yaml_text(yaml_required(root, "certainty", fault), &in->certainty, fault) &&
                yaml_required(root, "items", fault) && yaml_is_list(items, fault);
    if (good && !(in->items = calloc(items->count ? items->count : 1, sizeof *in->items))) abort();
    for (const struct yaml_node *node = good ? items->first : NULL; good && node; node = node->next)
        good = take_item(node, &in->items[in->count++], fault);
    if (good) return in;
    inspection_close(in);
    return NULL;
}

void inspection_close(struct inspection *in)
{
    if (!in) return;
    yaml_close(in->document);
    free(in->items);
    free(in);
}

/* ---- answers ---- */

static const struct yaml_node *answer_of(const struct yaml_node *answers, uint64_t item)
{
    char number[24];
    snprintf(number, sizeof number, "%llu", (unsigned long long)item);
    return yaml_get(yaml_get(answers, "items"), number);
}

static bool take_answer(const struct yaml_node *answer, unsigned *status, struct fault *fault)
{
    static const char *const keys[] = {"status", "text", "evidence", NULL};
    return yaml_keys(answer, keys, fault) && yaml_choice(yaml_get(answer, "status"), verdict_zh, status, fault);
}

static bool check_items(const struct inspection *in, const struct yaml_node *root, struct fault *fault)
{
    const struct yaml_node *items = yaml_get(root, "items");
    if (!items || items->kind == YAML_NULL) return true;
    if (!yaml_is_mapping(items, fault)) return false;
    for (const struct yaml_node *answer = items->first; answer; answer = answer->next) {
        unsigned i = 0, status;
        while (i < in->count && answer_of(root, in->items[i].number) != answer) i++;
        if (i == in->count) return yaml_fault(answer->key, fault, "%s has no item %s", in->name, answer->key->text);
        if (!take_answer(answer, &status, fault)) return false;
    }
    return true;
}

bool answers_check(const struct inspection *in, const struct yaml_node *root, struct fault *fault)
{
    const char *keys[FORM_BLOCKS + 2] = {"items"};
    const struct form *form = form_get(fault);
    if (!form) return false;
    for (unsigned b = 0; b < form->count; b++) keys[b + 1] = form->blocks[b].name;
    return root->kind == YAML_NULL || (yaml_keys(root, keys, fault) && check_items(in, root, fault));
}

/* ---- verdicts ---- */

static bool read_answer(const struct inspection_item *item, const struct yaml_node *answers, struct finding *f,
                        struct fault *fault)
{
    unsigned status = VERDICT_OPEN;
    const struct yaml_node *answer = answer_of(answers, item->number);
    if (!answer) return true;
    if (!take_answer(answer, &status, fault)) return false;
    const struct yaml_node *text = yaml_get(answer, "text"), *evidence = yaml_get(answer, "evidence");
    if (text) f->text = text->text;
    if (evidence) f->evidence = evidence->text;
    f->answered = (enum verdict)status;
    f->manual = status != VERDICT_OPEN;
    return true;
}

bool inspection_judge(const struct inspection_item *item, const struct facts *facts, const struct yaml_node *answers,
                      struct finding *f, struct fault *fault)
{
    *f = (struct finding){.text = "", .evidence = ""};
    if (!read_answer(item, answers, f, fault)) return false;
    for (unsigned i = 0; item->violations[i]; i++) {
        const struct fact *fact = facts_get(facts, item->violations[i]);
        if (fact && fact->known && fact->value > 0) f->seen[f->seen_count++] = fact;
    }
    f->verdict = f->answered;
    f->automatic = f->seen_count > 0;
    if (f->seen_count && (f->answered == VERDICT_MET || f->answered == VERDICT_NOT_APPLICABLE)) {
        f->verdict = VERDICT_PARTLY;
        f->conflict = true;
    }
    const struct fact *raise = item->raise ? facts_get(facts, item->raise) : NULL;
    if (raise && raise->known && raise->value > 0 && f->answered == VERDICT_OPEN && !f->seen_count) {
        f->verdict = VERDICT_MET;
        f->automatic = true;
    }
    return true;
}
