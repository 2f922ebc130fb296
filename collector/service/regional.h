/* SPDX-License-Identifier: Apache-2.0 */
/* Regional incidents 区域关联事件: the same rule, technique, public source or indicator at several enterprises within a
 * window becomes one incident of the region (collector/models/regional.yaml). It works on the alerts that came up, by
 * the time they happened at, so that those which a cut line held back count, too. */
#ifndef WANGLOU_COLLECTOR_SERVICE_REGIONAL_H
#define WANGLOU_COLLECTOR_SERVICE_REGIONAL_H

#include "collector/service/hierarchy.h"

/* X(id, name) */
#define REGIONAL_KINDS(X) X(RULE, "rule") X(TECHNIQUE, "technique") X(SOURCE, "source") X(INDICATOR, "indicator")
enum regional_kind {
#define X(id, name) REGIONAL_##id,
    REGIONAL_KINDS(X)
#undef X
        REGIONAL_KIND_COUNT
};
extern const char *const regional_kind_name[]; /* ends with NULL */

struct regional_threshold {
    const char *zh, *en, *reason, *reason_en;
    uint64_t enterprises, window_us, severity;
};
struct regional_model;
/* `directory` NULL or "": the table that is built in; otherwise regional.yaml there, if there is one. */
struct regional_model *regional_model_open(const char *directory, struct fault *fault);
void regional_model_close(struct regional_model *model);
/* How sure the thresholds are, in both languages; "" where its file does not say. */
void regional_certainty(const struct regional_model *model, const char **zh, const char **en);
const struct regional_threshold *regional_threshold(const struct regional_model *model, enum regional_kind kind);

/* Looks at the alerts that are new; false: the fault says why not. */
bool regional_tick(struct hierarchy *hierarchy, struct fault *fault);

struct regional_row {
    int64_t number, first_us, last_us;
    enum regional_kind kind;
    const char *value;
    unsigned severity; /* the worst */
    uint64_t enterprises, alerts;
    const char *closed_by, *comment; /* "": open */
};
struct regional_query {
    int64_t number; /* 0: any */
    int kind;       /* -1: any */
    bool open;
    int64_t since_us, before;
    unsigned limit;
};
typedef bool regional_row_function(void *context, const struct regional_row *row);
/* Newest first; those with an enterprise within the reader's scope, and of them what lies within it. */
bool regional_list(struct store_reader *reader, const struct regional_query *query, regional_row_function *row,
                   void *context, struct fault *fault);

struct regional_node {
    const char *node; /* "xiashan/refinery-1" */
    int64_t first_us, last_us;
    uint64_t alerts;
    unsigned severity;
    const char *alert; /* id of the first */
};
bool regional_nodes(struct store_reader *reader, int64_t number,
                    bool (*row)(void *context, const struct regional_node *node), void *context, struct fault *fault);
/* False without a fault: there is none that is open. */
bool regional_close(struct store *store, int64_t number, const char *user, const char *comment, struct fault *fault);

#endif
