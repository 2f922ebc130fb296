/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to requests for evidence, as `disclosure` events tell them: the first of each request and node counts. */
#ifndef WANGLOU_COLLECTOR_STORE_DISCLOSURES_H
#define WANGLOU_COLLECTOR_STORE_DISCLOSURES_H

#include "collector/store/store.h"

struct disclosure {
    int64_t number;
    const char *node;  /* that answers: "plant-a" */
    const char *event; /* id of the event that tells it */
};
/* Those behind `number`, in the order of their coming, until the row returns false. */
bool disclosures_after(struct store_reader *reader, int64_t number, unsigned limit,
                       bool (*row)(void *context, const struct disclosure *disclosure), void *context,
                       struct fault *fault);

#endif
