/* SPDX-License-Identifier: Apache-2.0 */
/* Which `evidence` events (packets before and after) belong to an alert. */
#ifndef WANGLOU_COLLECTOR_STORE_EVIDENCE_H
#define WANGLOU_COLLECTOR_STORE_EVIDENCE_H

#include "collector/store/store.h"

/* Those events, in the order of their packets. */
bool evidence_of_alert(struct store_reader *reader, const char *alert, store_row *row, void *context,
                       struct fault *fault);

#endif
