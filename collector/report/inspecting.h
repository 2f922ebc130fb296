/* SPDX-License-Identifier: Apache-2.0 */
/* A year's self-inspection as it stands: the template, what was answered, what was seen, and the verdicts of both. What
 * was seen is read from the store once for several minutes, since it takes seconds over a large one. */
#ifndef WANGLOU_COLLECTOR_REPORT_INSPECTING_H
#define WANGLOU_COLLECTOR_REPORT_INSPECTING_H

#include "collector/report/answers.h"

struct inspecting;
struct kept; /* facts that several may hold */
struct inspecting *inspecting_open(const char *directory, struct control *control);
void inspecting_close(struct inspecting *inspecting);

enum { FACTS_FRESH_SECONDS = 300 };

struct standing {
    struct inspection_record record; /* year 0: there is none */
    struct inspection *inspection;
    struct yaml *answers;
    char hash[ANSWERS_HASH + 1]; /* of the answers */
    struct answer_mark marks[ITEMS_MOST];
    unsigned mark_count;
    struct facts *facts;
    int64_t facts_us; /* when they were read */
    struct kept *kept;
    struct finding *findings; /* one for each item */
};
/* False without a fault: there is no inspection of that year. `again`: the facts are read anew. To be freed in any
 * case. */
bool standing_read(struct inspecting *inspecting, int year, bool again, struct standing *standing, struct fault *fault);
void standing_free(struct inspecting *inspecting, struct standing *standing);

/* One of VERDICTS for each item, as digits. */
void standing_verdicts(const struct standing *standing, char out[ITEMS_MOST + 1]);

#endif
