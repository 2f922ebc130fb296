/* SPDX-License-Identifier: Apache-2.0 */
/* The register of trainings, drills and assessments, in control.db: what items 7, 25 and 29 of the self-inspection and
 * its block 培训演练评估 ask for. An entry is never changed: a wrong one is withdrawn, and stays to be seen. */
#ifndef WANGLOU_COLLECTOR_SERVICE_TRAININGS_H
#define WANGLOU_COLLECTOR_SERVICE_TRAININGS_H

#include "collector/service/control.h"

/* X(id, name, zh, en) */
#define TRAINING_KINDS(X)                                                                                              \
    X(TRAINING, "training", "培训", "training")                                                                        \
    X(DRILL, "drill", "演练", "drill")                                                                                 \
    X(ASSESSMENT, "assessment", "评估", "assessment")
extern const char *const training_kind[]; /* ends with NULL */

struct training {
    const char *id, *kind, *topic, *organiser, *result, *user, *withdrawn_by;
    int64_t held_us, created_us;
    int64_t heads, passed; /* people there; of them those who passed the examination, -1: there was none */
    int64_t exercise;      /* number of the upload that was replayed for it; 0: none */
};
struct training_query {
    const char *kind; /* NULL: any */
    int64_t since_us, until_us;
    bool withdrawn; /* those, too */
};
typedef void training_row(void *context, const struct training *training);

bool trainings_add(struct control *control, const struct training *training, struct fault *fault);
/* The last held first. */
bool trainings_list(struct control *control, const struct training_query *query, training_row *row, void *context,
                    struct fault *fault);
/* 1 done, 0 there is none in force, -1 a fault. */
int trainings_withdraw(struct control *control, const char *id, const char *user, struct fault *fault);

#endif
