/* SPDX-License-Identifier: Apache-2.0 */
/* Proposed forwarding policies within the routes of roll-outs (bundles.c): what they say, how they differ from the one
 * in force, and the officer's decision. */
#ifndef WANGLOU_COLLECTOR_API_POLICIES_H
#define WANGLOU_COLLECTOR_API_POLICIES_H

#include "collector/api/api.h"
#include "collector/service/policies.h"

/* Members of a roll-out of kind `policy`: content, decision, difference. */
void policy_write(struct request *request, struct json *json, const struct rollout *rollout);
/* Elements of its `actions`. */
void policy_write_actions(struct request *request, struct json *json, const struct rollout *rollout);
/* What is in force here, as a member. */
void policy_write_in_force(struct request *request, struct json *json);

#endif
