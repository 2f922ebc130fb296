/* SPDX-License-Identifier: Apache-2.0 */
/* The self-inspection 工控安全自查: its templates, what the plant's people answered, and the verdict on each item
 * (regulation.md §1.3). */
#ifndef WANGLOU_COLLECTOR_REPORT_INSPECTION_H
#define WANGLOU_COLLECTOR_REPORT_INSPECTION_H

#include "collector/report/facts.h"
#include "common/yaml.h"

enum { ITEM_FACTS = 6 };

enum verdict { VERDICT_OPEN, VERDICT_MET, VERDICT_PARTLY, VERDICT_UNMET, VERDICT_NOT_APPLICABLE, VERDICT_COUNT };
extern const char *const verdict_zh[VERDICT_COUNT + 1]; /* 未评估 符合 部分符合 不符合 不适用; ends with NULL */

struct inspection_item {
    uint64_t number;
    const char *part, *group, *zh, *ask;
    unsigned class; /* 0 A, 1 V, 2 Q */
    const char *shows[ITEM_FACTS], *violations[ITEM_FACTS], *raise;
};

struct inspection {
    const char *name, *title, *number, *source, *certainty;
    struct inspection_item *items;
    unsigned count;
    struct yaml *document;
};

/* A template that is built in: "guideline-2024" or "guideline-2016". */
struct inspection *inspection_open(const char *name, struct fault *fault);
void inspection_close(struct inspection *inspection);

/* What an item comes to. */
struct finding {
    enum verdict answered, verdict;
    bool automatic, manual;              /* what it rests on */
    bool conflict;                       /* answered better than what was seen */
    const char *text;                    /* the plant's own words; "" for none */
    const struct fact *seen[ITEM_FACTS]; /* violations that were found; ends with NULL */
    unsigned seen_count;
};

/* The plant's answers, a YAML file (docs/self-inspection.md); NULL path: none were given. Its keys are checked. */
struct yaml *answers_load(const char *path, struct fault *fault);
/* The empty questionnaire of a template, to be filled in. */
void answers_write_form(const struct inspection *inspection, void *file);

bool inspection_judge(const struct inspection_item *item, const struct facts *facts, const struct yaml_node *answers,
                      struct finding *finding, struct fault *fault);

#endif
