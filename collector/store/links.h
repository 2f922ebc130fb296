/* SPDX-License-Identifier: Apache-2.0 */
/* Who speaks with whom: one row a day for each pair of machines, protocol and class of operation, counted while events
 * are stored; the graph of a plant is a sum over the days asked for. */
#ifndef WANGLOU_COLLECTOR_STORE_LINKS_H
#define WANGLOU_COLLECTOR_STORE_LINKS_H

#include "collector/store/store.h"

struct link_query {
    const char *sensor, *address, *protocol; /* NULL: any */
    int64_t since_us, until_us;              /* whole days UTC; 0: any */
    unsigned limit;                          /* the busiest */
};
struct link_row {
    const char *sensor, *source, *target, *protocol;
    const char *operations; /* JSON object: class → count */
    int64_t first_us, last_us;
    uint64_t flows, packets, bytes, alerts;
};
typedef bool link_row_function(void *context, const struct link_row *row);
bool links_query(struct store_reader *reader, const struct link_query *query, link_row_function *row, void *context,
                 struct fault *fault);

#endif
