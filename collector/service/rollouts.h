/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-outs: what is distributed downward in stages, from any level to the sensors: signature bundles, lists of
 * indicators, revocations, proposed forwarding policies (docs/hierarchy.md).
 *
 * Each hop takes a roll-out from its parent's inbox, keeps its content, and sends it on as its own item, so that every
 * receiver needs to trust its own parent only; what a bundle's maker says of it is the sensor's to check. Which sensors
 * are meant at P per cent is decided where the sensor is enrolled, by a hash of the roll-out and the sensor's name:
 * widening only ever adds. What became of it comes back up as events. */
#ifndef WANGLOU_COLLECTOR_SERVICE_ROLLOUTS_H
#define WANGLOU_COLLECTOR_SERVICE_ROLLOUTS_H

#include "collector/service/hierarchy.h"
#include "common/digest.h"

/* X(id, name, zh, en, sensors, staged): for the sensors, too (else collectors alone)? in per cent (else all at once)?
 */
#define ROLLOUT_KINDS(X)                                                                                               \
    X(SIGNATURES, "signatures", "特征包", "signature bundle", true, true)                                              \
    X(INDICATORS, "indicators", "威胁指标", "indicators", true, false)                                                 \
    X(REVOCATIONS, "revocations", "吊销名单", "revocations", true, false)                                              \
    X(POLICY, "policy", "上报策略建议", "proposed forwarding policy", false, false)
enum rollout_kind {
#define X(id, name, zh, en, sensors, staged) ROLLOUT_##id,
    ROLLOUT_KINDS(X)
#undef X
        ROLLOUT_KIND_COUNT
};
struct rollout_kind_words {
    const char *name, *zh, *en;
    bool sensors, staged;
};
extern const struct rollout_kind_words rollout_kinds[ROLLOUT_KIND_COUNT];
extern const char *const rollout_kind_name[]; /* ends with NULL */
int rollout_kind_find(const char *name);      /* -1: none */

/* X(id, name, zh, en) */
#define ROLLOUT_STATES(X)                                                                                              \
    X(ROLLING, "rolling", "分批下发中", "rolling out")                                                                 \
    X(PAUSED, "paused", "已暂停", "paused")                                                                            \
    X(COMPLETE, "complete", "已全部下发", "rolled out to all")                                                         \
    X(SUPERSEDED, "superseded", "已被新版本替代", "superseded by a newer one")                                         \
    X(ROLLED_BACK, "rolled_back", "已回退", "rolled back")                                                             \
    X(WITHDRAWN, "withdrawn", "已撤回", "withdrawn")
enum rollout_state {
#define X(id, name, zh, en) ROLLOUT_##id,
    ROLLOUT_STATES(X)
#undef X
        ROLLOUT_STATE_COUNT
};
extern const char *const rollout_state_name[ROLLOUT_STATE_COUNT], *const rollout_state_zh[ROLLOUT_STATE_COUNT],
                                                                      *const rollout_state_en[ROLLOUT_STATE_COUNT];
/* The receiver follows it: nodes may still get it anew. */
static inline bool rollout_active(enum rollout_state s) { return s <= ROLLOUT_COMPLETE; }

/* Between what comes from above and what is one's own. */
extern const char *const rollout_precedence[]; /* upstream-prevails (default), local-prevails, upstream-only; NULL */

enum { ROLLOUT_NAME_MAX = 63, ROLLOUT_DIGEST = DIGEST_TEXT, ROLLOUT_CONTENT_MAX = 16 << 20 };

struct rollout {
    int64_t number;
    char id[ULID_LENGTH + 1];
    enum rollout_kind kind;
    enum rollout_state state;
    char name[ROLLOUT_NAME_MAX + 1], digest[ROLLOUT_DIGEST + 1]; /* SHA-256 of the content, hex */
    uint64_t version, size;
    char origin[NODE_NAME_MAX + 1]; /* node that issued it first */
    char issuer[NODE_NAME_MAX + 1]; /* "": this one; else the parent that sent it */
    char author[64], target[512];
    unsigned percent, precedence, rank;
    bool rollback;     /* an older version that is to come into force again */
    unsigned revision; /* grows with every step */
    unsigned urgent;   /* revision that sensors which have it must hear of */
    int64_t created_us, changed_us, until_us;
    json_t *about; /* what a list shows: rule_count, key id, items … */
    bool whole;    /* its content is here */
};
void rollout_free(struct rollout *rollout);

/* False without a fault: there is none. */
bool rollouts_get(struct control *control, const char *id, struct rollout *rollout, struct fault *fault);
struct rollout_query {
    int kind;       /* -1: any */
    bool active;    /* those alone that nodes may still get */
    int64_t before; /* number of the last one seen; 0: from the newest */
    unsigned limit;
};
typedef bool rollout_row(void *context, const struct rollout *rollout);
/* Not to be asked for anything of control.db from within the row. */
bool rollouts_list(struct control *control, const struct rollout_query *query, rollout_row *row, void *context,
                   struct fault *fault);
/* The content; to be freed. NULL: it is not here. */
uint8_t *rollouts_content(struct control *control, const struct rollout *rollout, size_t *length, struct fault *fault);

/* Begins one here. NULL: done (its number and id are filled); else what stands in the way, in zh and en. */
struct rollout_why {
    const char *zh, *en;
};
bool rollouts_issue(struct hierarchy *hierarchy, struct rollout *rollout, const uint8_t *content, size_t length,
                    struct rollout_why *why, struct fault *fault);

/* X(action, from states by bit, to state, zh, en) as a table: what may be done with one's own. */
struct rollout_step {
    const char *action;
    unsigned from; /* bits of enum rollout_state */
    enum rollout_state to;
    bool percent; /* takes one, greater than before */
    const char *zh, *en;
};
extern const struct rollout_step rollout_steps[]; /* ends with a NULL action */
const struct rollout_step *rollout_step_of(const struct rollout *rollout, const char *action, struct rollout_why *why);
bool rollouts_step(struct hierarchy *hierarchy, const char *id, const struct rollout_step *step, unsigned percent,
                   const char *actor, const char *comment, struct rollout_why *why, struct fault *fault);

struct rollout_done {
    const char *action, *actor, *comment;
    unsigned percent, revision;
    int64_t time_us;
};
bool rollouts_history(struct control *control, const struct rollout *rollout,
                      bool (*row)(void *context, const struct rollout_done *done), void *context, struct fault *fault);

/* Is this sensor in the share of `percent`? Deterministic: XXH3-64 of "ID/COLLECTOR/SENSOR" modulo 100. */
bool rollout_share_holds(const char *id, const char *collector, const char *sensor, unsigned percent);

/* What is known of one node that it goes to from here. */
struct rollout_node {
    const char *node;
    unsigned role;     /* enum node_role */
    bool share;        /* it is meant, as things stand */
    unsigned revision; /* that it was sent last; 0: not sent */
};
bool rollouts_nodes(struct hierarchy *hierarchy, const struct rollout *rollout,
                    bool (*row)(void *context, const struct rollout_node *node), void *context, struct fault *fault);

bool rollouts_tick(struct hierarchy *hierarchy, struct fault *fault);

/* ---- between the files of this room ---- */

/* The name and version that a bundle's manifest tells (signatures/bundle.h is its format), into the roll-out. */
bool rollout_read_bundle(struct rollout *rollout, const uint8_t *content, size_t length, struct rollout_why *why);
/* Indicators of a file, one a line or STIX 2.1, as the JSON array of the item; to be freed. NULL: `why`. */
char *rollout_read_indicators(struct rollout *rollout, const uint8_t *file, size_t length, struct rollout_why *why);

/* Inserts or replaces by id, with a step in the history; `content` NULL: as it is. The lock of control.db is held. */
bool rollout_put(sqlite3 *control, struct rollout *rollout, const uint8_t *content, size_t length, struct fault *fault);
bool rollout_note(sqlite3 *control, const struct rollout *rollout, const char *action, const char *actor,
                  const char *comment, struct fault *fault);
bool rollout_find(sqlite3 *control, const char *id, struct rollout *rollout, struct fault *fault);
/* Older ones of the same kind, name and side (own or from above) are superseded by one that is complete. */
bool rollout_supersede(sqlite3 *control, const struct rollout *rollout, struct fault *fault);
bool rollouts_receive(struct hierarchy *hierarchy, struct fault *fault);
bool rollouts_send(struct hierarchy *hierarchy, struct fault *fault);

#endif
