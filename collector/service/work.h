/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, tasks and bulletins on their way: down to the chosen nodes as signed items, up as events of type `answer`,
 * and what both tell of each node. Once a second (work_tick); all of it may be done again after a crash without harm.
 */
#ifndef WANGLOU_COLLECTOR_SERVICE_WORK_H
#define WANGLOU_COLLECTOR_SERVICE_WORK_H

#include "collector/link/link.h"
#include "collector/service/levels.h"
#include "collector/service/matters.h"
#include "collector/store/store.h"

struct work_options {
    const char *models;         /* directory of the tables; NULL or "": built in */
    const char *authority;      /* who publishes: 发布机关 */
    const char *inspection_due; /* "07-30": by when the year's self-inspection is signed; NULL: no day is set */
    unsigned highest;           /* gravest level that this node may publish, 1 to 4; 0: none */
    const char *key_file;
    struct control *control;
    struct store *store;
    struct collector_link *link;
    void (*notice)(const char *text);
};
struct work;
struct work *work_open(const struct work_options *options, struct fault *fault);
void work_close(struct work *work);
void work_tick(struct work *work);

const struct levels *work_levels(const struct work *work);
const struct keys *work_keys(const struct work *work);
const char *work_authority(const struct work *work);
const char *work_inspection_due(const struct work *work); /* "" : none */
/* May this node publish a warning of this level? */
bool work_may_publish(const struct work *work, unsigned level);

/* The enrolled collectors that a target names: names or regions with commas ("xiashan/refinery-1" is reached through
 * "xiashan"); "": all. To be freed by work_nodes_free. */
struct work_nodes {
    const char **names;
    unsigned count;
};
bool work_target(struct work *work, const char *target, struct work_nodes *nodes, struct fault *fault);
void work_nodes_free(struct work_nodes *nodes);

/* What is known of one node. */
struct node_progress {
    const char *node;     /* "xiashan", or below it "xiashan/refinery-1" */
    bool direct;          /* it was sent from here */
    int64_t delivered_us; /* 0: not yet */
    const char *state;    /* as it answered last; "" : not yet */
    unsigned version;     /* that it answered to */
    int64_t answered_us;
    const json_t *answer; /* the event's object; NULL: none */
    bool done;            /* measures taken, or not affected */
    bool overdue;         /* not done when due is past */
};
typedef bool progress_row(void *context, const struct node_progress *progress);
bool work_progress(struct control *control, struct store_reader *reader, const struct matter *matter, int64_t now_us,
                   progress_row *row, void *context, struct fault *fault);

/* A confirmed incident of a node below, as it told last: its clocks run from the object as from a case's document. */
struct case_below {
    const char *node, *evidence; /* id of its event */
    int64_t told_us;
    json_t *object; /* key, title, state, level, operator, class, discovered_at, handled_at, reported{channel: µs} */
};
typedef void case_row(void *context, const struct case_below *below);
bool work_cases_below(struct store_reader *reader, case_row *row, void *context, struct fault *fault);

#endif
