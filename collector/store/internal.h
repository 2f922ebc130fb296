/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share: the one writer, the list of days, and the tables of main.db. */
#ifndef WANGLOU_COLLECTOR_STORE_INTERNAL_H
#define WANGLOU_COLLECTOR_STORE_INTERNAL_H

#include <jansson.h>
#include <pthread.h>

#include "collector/store/database.h"
#include "collector/store/day.h"
#include "collector/store/store.h"

enum { DAYS_WRITING = 4, DAYS_READING = 16, DAYS_CAP = 4096, DIRECTORY_MAX = DAY_PATH_MAX - 64 };

struct outbox;
struct clickhouse;
struct link_table;

struct store {
    struct store_options options;
    char directory[DIRECTORY_MAX];
    pthread_mutex_t writing; /* guards all up to `listing` */
    sqlite3 *main;
    struct day_file *days[DAYS_WRITING]; /* the most recently used first */
    int noted_day;                       /* whose receipt this transaction has noted; -1: none yet */
    struct clickhouse *clickhouse;       /* NULL: day files */
    struct outbox *outbox;               /* what waits for the parent; NULL: there is none */
    struct link_table *links;            /* of the running transaction; links.c */
    int64_t changes;                     /* the last `changed` given out */
    pthread_mutex_t listing;             /* guards the list below */
    int *day_list;                       /* ascending */
    size_t day_count;
    int checked_day; /* days up to this one were read through since the start */
};

enum { SCOPE_MAX = 255 };

struct store_reader {
    struct store *store;
    char scope[SCOPE_MAX + 1]; /* scope.h */
    bool foreign;
    sqlite3 *main;
    struct {
        int day;
        uint64_t inode; /* a dropped day may come again as another file */
        sqlite3 *database;
    } days[DAYS_READING]; /* the most recently used first */
};

/* A transaction over main.db alone, for who is not the writer of batches: `begin` takes the writer's lock, `end` gives
 * it back and commits when all was good. After `end_change` the live streams look for what has changed. */
bool store_begin(struct store *store, struct fault *fault);
bool store_end(struct store *store, bool good, struct fault *fault);
bool store_end_change(struct store *store, bool good, struct fault *fault);

/* days.c */
bool days_scan(struct store *store, struct fault *notice, struct fault *fault);
struct day_file *days_for_writing(struct store *store, int day, struct fault *fault);
bool days_commit(struct store *store, struct fault *fault);
void days_rollback(struct store *store);
void days_close(struct store *store);
/* A copy of the list, to be freed; NULL when there is none or no memory. */
int *days_list(struct store *store, size_t *count);
/* NULL: the day is gone, or cannot be read (then the fault says so). */
sqlite3 *days_for_reading(struct store_reader *reader, int day, struct fault *fault);

#define STORE_LAST_CHANGE                                                                                              \
    "SELECT max(coalesce((SELECT max(changed) FROM alert), 0), coalesce((SELECT max(changed) FROM device), 0))"

/* main_schema.c */
extern const char *const main_schema[];

/* What the writer of batches does with alerts and assets, inside its transaction over main.db. Idempotent: a batch may
 * come again after its events were stored but its position was not. */
bool alerts_put(struct store *store, const struct event_envelope *envelope, const json_t *event, struct fault *fault);
bool store_put_device(struct store *store, const struct event_envelope *envelope, const json_t *event,
                      struct fault *fault);
bool states_put(struct store *store, const struct event_envelope *envelope, const json_t *event, struct fault *fault);
bool evidence_put(struct store *store, const struct event_envelope *envelope, const json_t *event, struct fault *fault);
bool disclosures_put(struct store *store, const struct event_envelope *envelope, const json_t *event,
                     struct fault *fault);
/* `event` may be NULL for types whose object is not needed. Gathered, then written before the commit; forgotten after
 * it or a rollback. */
bool links_put(struct store *store, const struct event_envelope *envelope, const json_t *event, struct fault *fault);
bool links_write(struct store *store, struct fault *fault);
void links_forget(struct store *store);
/* Before the batch that comes behind the gap; `lost` 0: a new epoch. */
bool gaps_put(struct store *store, const struct store_batch *batch, const struct store_position *was, uint64_t lost,
              int64_t now_us, struct fault *fault);
/* The incident that an alert of this time belongs to, made when there is none; -1 on a fault. */
int64_t incidents_find(struct store *store, const char *id, int64_t time_us, unsigned severity, const char *sensor,
                       const char *source, const char *target, struct fault *fault);
/* The suppression that an alert falls under; 0: none. */
int64_t suppressions_find(struct store *store, int64_t time_us, const char *rule, const char *source,
                          const char *target, const char *sensor);
/* What differs from the asset before (NULL: the device is new). */
bool device_changes_put(struct store *store, int64_t device, int64_t time_us, const char *asset_before,
                        const json_t *asset, struct fault *fault);

/* scope.c: wl_in_scope(sensor) in SQL, and the same in C. */
bool reader_may_see(struct store_reader *reader, const char *sensor, size_t length);
void sql_in_scope(sqlite3_context *context, int count, sqlite3_value **values);

/* outbox.c, with `writing` held: queues what of an event goes to the parent; before the commit; after it or a rollback.
 */
bool outbox_put(struct outbox *outbox, const struct event_envelope *envelope, const char *line, size_t length,
                struct fault *fault);
bool outbox_finish(struct outbox *outbox, struct fault *fault);
void outbox_settled(struct outbox *outbox);

int64_t store_now_us(void);
/* A new ULID of that time. */
void store_ulid(char out[ULID_LENGTH + 1], int64_t time_us);
/* Microseconds since 1970 of "2026-11-24T05:46:38.123456+0000"; -1 when it is written otherwise. */
int64_t store_time_us(const char *timestamp, size_t length);

#endif
