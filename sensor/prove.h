/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of signatures: each rule's own traffic, through the real engine and matcher, must raise its stated alerts. */
#ifndef WANGLOU_SENSOR_PROVE_H
#define WANGLOU_SENSOR_PROVE_H

#include "common/fault.h"

#include <stdio.h>

struct prove_result {
    unsigned rules, proofs, failed;
    unsigned unproven; /* rules that lack a proof that fires, or one that must not */
};

/* Loads the rules with the sets of proofs and runs every proof, one worker each; writes TAP to `out`, one line a rule.
 * False and a fault when the rules do not load. A proof's own fault fails its rule. */
bool prove_rules(const char *path, FILE *out, struct prove_result *result, struct fault *fault);

#endif
