/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that take seconds: the work is done by a thread of its own while the connection waits
 * (MHD_suspend_connection), so that no thread of the server is held up; then the handler is called again and answers.
 *
 *     struct making *m = r->later;
 *     if (!m) {
 *         ...
 *         later_begin(r, reply, work, m, forget);
 *         return;
 *     }
 *     answer with what `work` left in m */
#ifndef WANGLOU_COLLECTOR_API_LATER_H
#define WANGLOU_COLLECTOR_API_LATER_H

#include "collector/api/api.h"

struct laters *laters_make(void);
/* Work that asks laters_stopping() ends early; returns when all has ended. Before the server stops. */
void laters_stop(struct laters *laters);
void laters_free(struct laters *laters);
bool laters_stopping(struct laters *laters);

typedef void later_work(void *context);
/* At most LATER_MOST at a time, then the reply is BUSY. `forget` frees the context, at
 * the end of the request. */
enum { LATER_MOST = 4 };
void later_begin(struct request *request, struct reply *reply, later_work *work, void *context, later_work *forget);

#endif
