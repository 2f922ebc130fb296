/* SPDX-License-Identifier: Apache-2.0 */
/* The roll-up of self-inspections for a district or the city: how many enterprises came to which verdict on which item,
 * and how far each has come. A node tells of its own by an event `summary`: {"key":"inspection-2026","year":2026,
 * "template":NAME,"state":NAME,"verdicts":one digit for each item}; no technical detail is in it. Whoever receives such
 * events, from whatever depth below, counts them. */
#ifndef WANGLOU_COLLECTOR_REPORT_ROLLUP_H
#define WANGLOU_COLLECTOR_REPORT_ROLLUP_H

#include "collector/report/answers.h"
#include "collector/store/store.h"

struct rollup_template {
    struct inspection *inspection;
    unsigned enterprises, signed_off;
    unsigned counts[ITEMS_MOST][VERDICT_COUNT];
};
struct rollup {
    struct rollup_template *templates; /* in the order of inspection_templates */
    unsigned template_count;
};
struct rollup_enterprise {
    const char *node, *evidence, *template_name, *state; /* node "": this one; evidence: id of its event */
    int64_t told_us;
    unsigned counts[VERDICT_COUNT];
};
typedef void rollup_row(void *context, const struct rollup_enterprise *enterprise);

/* This node's own inspection of the year (of `control`), and those below (of `main`); `row` may be NULL. `main` keeps
 * to its reader's scope when it has wl_in_scope and `scoped` says so. To be freed in any case. */
bool rollup_read(sqlite3 *control, sqlite3 *main, bool scoped, int year, struct rollup *rollup, rollup_row *row,
                 void *context, struct fault *fault);
void rollup_free(struct rollup *rollup);

/* What the node ("" : this one) said last of an inspection by this template, of the newest year; 0: nothing. */
int rollup_verdicts(sqlite3 *main, const char *node, const char *template_name, char out[ITEMS_MOST + 1]);

/* Stores a summary of each year's inspection of this node that has been judged. */
bool rollup_tell(struct control *control, struct store *store, struct fault *fault);

#endif
