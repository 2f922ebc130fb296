/* SPDX-License-Identifier: Apache-2.0 */
/* Lists under a display filter: rows are looked at one by one, so many at a time and no more, and the cursor goes on
 * from there. */
#ifndef WANGLOU_COLLECTOR_API_FILTERING_H
#define WANGLOU_COLLECTOR_API_FILTERING_H

#include "collector/api/api.h"
#include "collector/store/alerts.h"

struct event_filter;

/* So many rows are looked at for one request, or for so long: a disk that answers slowly gives a shorter page. */
enum { FILTER_TEXT_MOST = 1000, FILTER_ALERTS_AT_ONCE = 5000, FILTER_EVENTS_AT_ONCE = 20000, FILTER_MS = 700 };

/* The request's `filter`, NULL when there is none. False: it is wrong, and the reply says where. */
bool request_filter(struct request *request, struct reply *reply, struct event_filter **filter);

/* The same outside a reply. */
bool filter_of(struct request *request, struct event_filter **filter, struct fault *fault);

/* As alerts_query and store_query; `limit` rows that match, or as many as were found among those looked at. `looked` is
 * their number, 0 without a filter (NULL). */
bool filtered_alerts(struct store_reader *reader, struct event_filter *filter, const struct alert_query *query,
                     alert_row_function *row, void *context, char next[STORE_ID_LENGTH + 1], unsigned *looked,
                     struct fault *fault);
bool filtered_events(struct store_reader *reader, struct event_filter *filter, const struct store_query *query,
                     store_row *row, void *context, char next[STORE_ID_LENGTH + 1], unsigned *looked,
                     struct fault *fault);

#endif
