/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, answers and verdicts of the self-inspection; rules of regulation.md §1.3: what was seen may lower a
 * verdict, only two items may be raised by it, and a contradiction is shown. */
#include "collector/report/inspection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUILT_IN(symbol, path)                                                                                         \
    __asm__(".pushsection .rodata\n.global " #symbol "\n.global " #symbol "_end\n" #symbol ":\n.incbin \"" path        \
            "\"\n" #symbol "_end:\n.popsection\n");                                                                    \
    extern const char symbol[], symbol##_end[];
BUILT_IN(inspection_2024, "collector/models/inspection-2024.yaml")
BUILT_IN(inspection_2016, "collector/models/inspection-2016.yaml")

static const struct {
    const char *name, *path, *text, *end;
} templates[] = {
    {"guideline-2024", "collector/models/inspection-2024.yaml", inspection_2024, inspection_2024_end},
    {"guideline-2016", "collector/models/inspection-2016.yaml", inspection_2016, inspection_2016_end},
};

const char *const verdict_zh[VERDICT_COUNT + 1] = {"未评估", "符合", "部分符合", "不符合", "不适用", NULL};

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
    while (which < sizeof templates / sizeof *templates && strcmp(templates[which].name, name) != 0) which++;
    if (which == sizeof templates / sizeof *templates) {
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

static const char *const answer_keys[] = {"enterprise", "responsibility", "systems",   "items",   "products", "events",
                                          "training",   "rectification",  "last_year", "opinion", NULL};

struct yaml *answers_load(const char *path, struct fault *fault)
{
    struct yaml *document = path ? yaml_load_file(path, fault) : yaml_load_text("answers", "{}", 2, fault);
    if (document && (yaml_root(document)->kind == YAML_NULL || yaml_keys(yaml_root(document), answer_keys, fault)))
        return document;
    yaml_close(document);
    return NULL;
}

void answers_write_form(const struct inspection *in, void *file)
{
    FILE *out = file;
    fprintf(out,
            "# 工控安全自查问卷：%s（%s）。填好后：wanglou report --answers 本文件\n"
            "# status：符合 部分符合 不符合 不适用 未评估\n"
            "enterprise:\n  名称: \n  统一社会信用代码: \n  行政区划: \n  所属行业: \n  规模: \n  法定代表人: \n"
            "  经营负责人: \nresponsibility:\n  工控安全分管领导: \n  责任部门: \n  责任人: \n  联系电话: \n"
            "  专职人数: \n  制度清单: \n  年度经费: \nitems:\n",
            in->title, in->number);
    for (unsigned i = 0; i < in->count; i++)
        fprintf(out, "  # %s\n  # 须回答：%s\n  \"%llu\": {status: 未评估, text: \"\"}\n", in->items[i].zh,
                in->items[i].ask ? in->items[i].ask : "-", (unsigned long long)in->items[i].number);
    fputs("# systems products events training rectification last_year：清单，每项为 {名称: 内容, …}\n"
          "systems: []\nproducts: []\nevents: []\ntraining: []\nrectification: []\nlast_year: []\nopinion: \"-\"\n",
          out);
}

/* ---- verdicts ---- */

static bool read_answer(const struct inspection_item *item, const struct yaml_node *answers, struct finding *f,
                        struct fault *fault)
{
    static const char *const keys[] = {"status", "text", NULL};
    char number[24];
    unsigned status = VERDICT_OPEN;
    snprintf(number, sizeof number, "%llu", (unsigned long long)item->number);
    const struct yaml_node *answer = yaml_get(yaml_get(answers, "items"), number);
    if (!answer) return true;
    if (!yaml_keys(answer, keys, fault) || !yaml_choice(yaml_get(answer, "status"), verdict_zh, &status, fault))
        return false;
    const struct yaml_node *text = yaml_get(answer, "text");
    if (text) f->text = text->text;
    f->answered = (enum verdict)status;
    f->manual = status != VERDICT_OPEN;
    return true;
}

bool inspection_judge(const struct inspection_item *item, const struct facts *facts, const struct yaml_node *answers,
                      struct finding *f, struct fault *fault)
{
    *f = (struct finding){.text = ""};
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
