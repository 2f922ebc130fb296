/* SPDX-License-Identifier: Apache-2.0 */
/* Incidents: alerts between the same two machines, close in time, are one. Its root is the alert that came first. */
#ifndef WANGLOU_COLLECTOR_STORE_INCIDENTS_H
#define WANGLOU_COLLECTOR_STORE_INCIDENTS_H

#include "collector/store/store.h"

enum { INCIDENT_CURSOR = 32 };
enum incident_state { INCIDENT_OPEN, INCIDENT_PENDING, INCIDENT_CLOSED, INCIDENT_STATE_COUNT };
/* open: an alert of it was not looked at yet; pending: none is open, some are not closed; closed: all are, or hidden.
 */
extern const char *const incident_state_name[INCIDENT_STATE_COUNT + 1]; /* ends with NULL */

/* All conditions hold together; NULL and 0 mean any. The last active first. */
struct incident_query {
    unsigned severities, states; /* bits */
    const char *sensor, *address, *rule;
    int64_t since_us, until_us; /* active within */
    const char *cursor;
    unsigned limit;
};

struct incident_row {
    int64_t number;
    const char *sensor, *source, *target; /* of the root */
    const char *root;                     /* members of the root's list item */
    const char *rules;                    /* JSON array of {rule,severity,alerts}, by first appearance */
    const char *assignees;                /* JSON array */
    int64_t first_us, last_us;
    unsigned severity; /* the worst */
    uint64_t alerts, open, pending;
};
typedef bool incident_row_function(void *context, const struct incident_row *row);

bool incident_cursor_valid(const char *cursor);
bool incidents_query(struct store_reader *reader, const struct incident_query *query, incident_row_function *row,
                     void *context, char next[INCIDENT_CURSOR + 1], struct fault *fault);
/* The row is not called when there is none. */
bool incidents_one(struct store_reader *reader, int64_t number, incident_row_function *row, void *context,
                   struct fault *fault);

#endif
