/* SPDX-License-Identifier: Apache-2.0 */
/* Forwarding policies that the parent proposes 上报策略建议 (roll-outs of kind `policy`), and what an officer of this
 * node decides about each: what leaves a plant is the plant's to decide. Decisions are only ever added; the parent is
 * told of each by an event of type `answer` with the roll-out's id as its key (docs/hierarchy.md). */
#ifndef WANGLOU_COLLECTOR_SERVICE_POLICIES_H
#define WANGLOU_COLLECTOR_SERVICE_POLICIES_H

#include "collector/service/rollouts.h"

/* X(id, name, zh, en). Proposed: nobody has decided yet. */
#define POLICY_STATES(X)                                                                                               \
    X(PROPOSED, "proposed", "待决定", "to be decided")                                                                 \
    X(ADOPTED, "adopted", "已采用", "adopted")                                                                         \
    X(DECLINED, "declined", "未采用", "declined")                                                                      \
    X(REVERTED, "reverted", "已恢复本地策略", "the site's own policy is in force again")
enum policy_state {
#define X(id, name, zh, en) POLICY_##id,
    POLICY_STATES(X)
#undef X
        POLICY_STATE_COUNT
};
extern const char *const policy_state_name[POLICY_STATE_COUNT], *const policy_state_zh[POLICY_STATE_COUNT],
                                                                    *const policy_state_en[POLICY_STATE_COUNT];

enum { POLICY_COMMENT = 2000 };

struct policy_decision {
    char rollout[ULID_LENGTH + 1], name[ROLLOUT_NAME_MAX + 1];
    enum policy_state state;
    char user[64], comment[POLICY_COMMENT + 1];
    int64_t time_us;
};
/* The last one about a proposal; proposed when there is none. */
void policies_decision(struct control *control, const char *rollout, struct policy_decision *decision);
/* The proposal that is in force here; false: the configured policy is. */
bool policies_in_force(struct control *control, struct policy_decision *decision);
/* Its text; to be freed. NULL: the configured policy is in force. */
char *policies_text_in_force(struct control *control);

/* What may be done with a proposal, as a table. */
struct policy_step {
    const char *action;
    enum policy_state to;
    const char *zh, *en;
};
extern const struct policy_step policy_steps[]; /* ends with a NULL action */
/* NULL: not with this roll-out, or not now; `why` says so. */
const struct policy_step *policy_step_of(struct hierarchy *hierarchy, const struct rollout *rollout, const char *action,
                                         struct rollout_why *why);
/* Decides, and puts the policy in force that follows from it. False: `why` (the policy itself cannot be read: its
 * flaw), or a fault. */
bool policies_decide(struct hierarchy *hierarchy, const struct rollout *rollout, const struct policy_step *step,
                     const char *user, const char *comment, struct rollout_why *why, struct fault *fault);

bool policies_tick(struct hierarchy *hierarchy, struct fault *fault);

#endif
