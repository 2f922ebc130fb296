/* SPDX-License-Identifier: Apache-2.0 */
/* The self-inspection 工控安全自查: its templates, what the plant's people answered, and the verdict on each item
 * (regulation.md §1.3). */
#ifndef WANGLOU_COLLECTOR_REPORT_INSPECTION_H
#define WANGLOU_COLLECTOR_REPORT_INSPECTION_H

#include "collector/report/facts.h"
#include "common/yaml.h"

enum { ITEM_FACTS = 6 };

/* X(id, name, zh, en) */
#define VERDICTS(X)                                                                                                    \
    X(OPEN, "open", "未评估", "not judged")                                                                            \
    X(MET, "met", "符合", "met")                                                                                       \
    X(PARTLY, "partly", "部分符合", "partly met")                                                                      \
    X(UNMET, "unmet", "不符合", "not met")                                                                             \
    X(NOT_APPLICABLE, "not_applicable", "不适用", "not applicable")
enum verdict {
#define X(id, name, zh, en) VERDICT_##id,
    VERDICTS(X)
#undef X
        VERDICT_COUNT
};
/* Each ends with NULL. */
extern const char *const verdict_name[VERDICT_COUNT + 1], *const verdict_zh[VERDICT_COUNT + 1],
                                                              *const verdict_en[VERDICT_COUNT + 1];

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

/* The templates that are built in; ends with NULL. */
extern const char *const inspection_templates[];
struct inspection *inspection_open(const char *name, struct fault *fault);
void inspection_close(struct inspection *inspection);

/* What an item comes to. */
struct finding {
    enum verdict answered, verdict;
    bool automatic, manual;              /* what it rests on */
    bool conflict;                       /* answered better than what was seen */
    const char *text, *evidence;         /* the plant's own words, and what they rest on; "" for none */
    const struct fact *seen[ITEM_FACTS]; /* violations that were found; ends with NULL */
    unsigned seen_count;
};

/* Are these answers (docs/self-inspection.md): known blocks, and an item that the template has for each? */
bool answers_check(const struct inspection *inspection, const struct yaml_node *root, struct fault *fault);

bool inspection_judge(const struct inspection_item *item, const struct facts *facts, const struct yaml_node *answers,
                      struct finding *finding, struct fault *fault);

#endif
