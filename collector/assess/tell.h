/* SPDX-License-Identifier: Apache-2.0 */
/* What a node tells its parent about itself: counts and score, no device, address or name. A summary is an event of
 * type `summary`, sensor "self"; the forwarding policy says whether it leaves. A parent's own summary adds those of its
 * nodes, so that each count of the city is the sum of the enterprises'. */
#ifndef WANGLOU_COLLECTOR_ASSESS_TELL_H
#define WANGLOU_COLLECTOR_ASSESS_TELL_H

#include "collector/store/store.h"

/* Makes the summary of this moment and stores it. */
bool assess_tell(struct store *store, struct fault *fault);

struct json;
/* Counts of this node and of each directly below, with titles: members of the object in hand. */
bool assess_put_counts(struct json *j, struct store_reader *reader, struct fault *fault);

#endif
