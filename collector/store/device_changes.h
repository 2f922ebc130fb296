/* SPDX-License-Identifier: Apache-2.0 */
/* What changed at devices and when: a member of their identity before and after, or that they appeared. */
#ifndef WANGLOU_COLLECTOR_STORE_DEVICE_CHANGES_H
#define WANGLOU_COLLECTOR_STORE_DEVICE_CHANGES_H

#include "collector/store/store.h"

struct device_change_query {
    int64_t device;             /* 0: all */
    const char *sensor;         /* NULL: any */
    int64_t since_us, until_us; /* 0: any */
    int64_t before;             /* number of the last one seen; 0: from the newest */
    unsigned limit;
};
struct device_change {
    int64_t number, device, time_us;
    const char *sensor, *key;            /* of the device */
    const char *member, *before, *after; /* member "": it appeared; values as JSON, "" for none */
};
typedef bool device_change_row(void *context, const struct device_change *change);
bool device_changes_query(struct store_reader *reader, const struct device_change_query *query, device_change_row *row,
                          void *context, struct fault *fault);

#endif
