/* SPDX-License-Identifier: Apache-2.0 */
/* Events in ClickHouse, for who outgrows one machine. What a batch stores is one block, sent before main.db is
 * committed: when the servers do not take it, nothing is acknowledged, and the events wait in the spools of the nodes.
 * A block that was taken and sent again is stored twice for a while: ReplacingMergeTree merges what has one id, and
 * every query takes one row of an id. */
#ifndef WANGLOU_COLLECTOR_STORE_CLICKHOUSE_H
#define WANGLOU_COLLECTOR_STORE_CLICKHOUSE_H

#include "collector/store/store.h"
#include "common/event.h"

struct clickhouse;

/* Makes database and tables where they are missing. Servers that cannot be reached now are no fault. */
struct clickhouse *clickhouse_open(const struct clickhouse_options *options, struct fault *fault);
void clickhouse_close(struct clickhouse *clickhouse);

/* ---- writing: by the one who holds the store's writer ---- */
bool clickhouse_put(struct clickhouse *clickhouse, const struct event_envelope *envelope, const char *line,
                    size_t length, struct fault *fault);
bool clickhouse_commit(struct clickhouse *clickhouse, struct fault *fault);
void clickhouse_rollback(struct clickhouse *clickhouse);
/* Drops the months that end before this day (since 1970). Returns how many, -1 on a fault. */
int clickhouse_retain(struct clickhouse *clickhouse, int day, struct fault *fault);

/* ---- reading: by any thread; as store_query and the others. `scope` as in scope.h ---- */
bool clickhouse_query(struct clickhouse *clickhouse, const char *scope, const struct store_query *query, store_row *row,
                      void *context, char next[STORE_ID_LENGTH + 1], struct fault *fault);
bool clickhouse_count(struct clickhouse *clickhouse, const char *scope, const struct store_query *query, uint64_t most,
                      uint64_t *count, struct fault *fault);
bool clickhouse_event(struct clickhouse *clickhouse, const char *id, store_row *row, void *context,
                      struct fault *fault);
/* Events of each minute since `since_us`: calls back with the minute since 1970, sensor, events, alerts. */
typedef void clickhouse_minute(void *context, int64_t minute, const char *sensor, uint64_t events, uint64_t alerts);
bool clickhouse_minutes(struct clickhouse *clickhouse, int64_t since_us, clickhouse_minute *row, void *context,
                        struct fault *fault);

#endif
