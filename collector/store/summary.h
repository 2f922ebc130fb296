/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of the first page: open alerts, devices, what each node sent, events per minute; without exercises. */
#ifndef WANGLOU_COLLECTOR_STORE_SUMMARY_H
#define WANGLOU_COLLECTOR_STORE_SUMMARY_H

#include "collector/store/alerts.h"

enum { SUMMARY_SEVERITIES = 5, SUMMARY_MINUTES = 60 };

struct store_summary {
    uint64_t open_by_severity[SUMMARY_SEVERITIES]; /* index: severity, 1 the worst */
    uint64_t by_state[ALERT_STATE_COUNT];
    uint64_t today; /* alerts since `today_us` */
    uint64_t devices;
    uint64_t per_minute[SUMMARY_MINUTES]; /* events, the last is the running minute */
    uint64_t alerts_per_minute[SUMMARY_MINUTES];
};

bool store_summary(struct store_reader *reader, int64_t now_us, int64_t today_us, struct store_summary *summary,
                   struct fault *fault);

/* What came from a node over the link; times are of receipt. */
struct node_row {
    const char *name;
    int64_t first_seen_us, last_seen_us;
    uint64_t stored, duplicates, refused, gap; /* gap: numbers that its spool had to drop */
};
typedef bool node_row_function(void *context, const struct node_row *row);
bool store_nodes(struct store_reader *reader, node_row_function *row, void *context, struct fault *fault);

#endif
