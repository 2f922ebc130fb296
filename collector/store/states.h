/* SPDX-License-Identifier: Apache-2.0 */
/* The latest state of things that events tell about again and again: process values, deviations from the baseline,
 * failures, exposures, visibility. A thing is known by the `key` of its event's object, its type and its sensor. */
#ifndef WANGLOU_COLLECTOR_STORE_STATES_H
#define WANGLOU_COLLECTOR_STORE_STATES_H

#include "collector/store/store.h"

enum { STATE_CURSOR = 32 };

/* All conditions hold together; NULL and 0 mean any. The last changed first. */
struct state_query {
    const char *type; /* of the event; needed */
    const char *sensor, *key;
    const char *address;        /* of either side */
    const char *text;           /* part of the object's JSON */
    int64_t since_us, until_us; /* last told within */
    const char *cursor;
    unsigned limit;
};
struct state_row {
    int64_t number, first_us, last_us;
    const char *sensor, *key, *id; /* id: of the last event */
    const char *object;            /* JSON */
    uint64_t events;
};
typedef bool state_row_function(void *context, const struct state_row *row);

bool state_cursor_valid(const char *cursor);
bool states_query(struct store_reader *reader, const struct state_query *query, state_row_function *row, void *context,
                  char next[STATE_CURSOR + 1], struct fault *fault);
bool states_count(struct store_reader *reader, const struct state_query *query, uint64_t *count, struct fault *fault);

#endif
