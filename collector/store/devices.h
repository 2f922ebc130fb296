/* SPDX-License-Identifier: Apache-2.0 */
/* Devices as the `asset` events tell them: the latest event of a device is its row. */
#ifndef WANGLOU_COLLECTOR_STORE_DEVICES_H
#define WANGLOU_COLLECTOR_STORE_DEVICES_H

#include "collector/store/store.h"

struct device_query {
    const char *text;   /* each word in any of the device's words; NULL: any */
    const char *sensor; /* NULL: any */
    int64_t after;      /* the id of the last one seen; 0: from the first */
    unsigned limit;     /* 1 to 1000 */
};

struct device_row {
    int64_t id, change; /* change: in one sequence with those of alerts */
    const char *sensor;
    const char *key;                    /* IP, or MAC where there is none */
    const char *item;                   /* members of the list item, JSON without the outer braces */
    const char *asset;                  /* the whole `asset` object, JSON */
    const char *first_seen, *last_seen; /* timestamps as EVE writes them */
    uint64_t alerts;                    /* in which it takes part */
};
typedef bool device_row_function(void *context, const struct device_row *row);

bool devices_query(struct store_reader *reader, const struct device_query *query, device_row_function *row,
                   void *context, int64_t *next, struct fault *fault);
bool devices_total(struct store_reader *reader, const struct device_query *query, uint64_t *count, struct fault *fault);
/* Those that changed after `change`, in that order. */
bool devices_after(struct store_reader *reader, int64_t change, unsigned limit, device_row_function *row, void *context,
                   struct fault *fault);
bool devices_one(struct store_reader *reader, int64_t id, device_row_function *row, void *context, struct fault *fault);

#endif
