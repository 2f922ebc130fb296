/* SPDX-License-Identifier: Apache-2.0 */
/* The store of events: batches in from the link, rows out to the HTTP threads; SQLite behind it (design §3 "Store").
 *
 * Below `directory`: main.db holds what lives across days (positions of nodes, alerts and their state, devices);
 * events/YYYY-MM-DD.db holds one day's events (the day of the ULID, UTC), so that retention is an unlink, which works
 * on a full disk too, and a damaged file costs one day. All in WAL mode.
 *
 * Exactly once: the day files are committed (synchronous=FULL) before main.db, which carries the node's position. A
 * crash between the two makes the node send the batch again, and rows whose id is there already are not stored twice.
 */
#ifndef WANGLOU_COLLECTOR_STORE_STORE_H
#define WANGLOU_COLLECTOR_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fault.h"

struct store;

/* Where events are kept when not in SQLite; all else stays in main.db. */
enum clickhouse_dialect { DIALECT_MODERN, DIALECT_18_16 };
extern const char *const clickhouse_dialect_name[]; /* ends with NULL */
struct clickhouse_options {
    const char *url, *user, *password, *database;
    const char *cluster;       /* of the servers' remote_servers; NULL: one server */
    const char *const *shards; /* URL of each server of the cluster: tables are made and months dropped on each */
    unsigned shard_count;
    enum clickhouse_dialect dialect;
};

struct store_options {
    const struct clickhouse_options *clickhouse; /* NULL: SQLite; not needed after the opening */
    const char *directory;                       /* made when missing, mode 0700 */
    unsigned retention_days;                     /* since receipt, not since the event: imported captures keep too */
    uint64_t quota_bytes;                        /* of all files together; 0: none */
    uint64_t warn_bytes;       /* with less than this left the room is short: people are told; 0: never */
    uint64_t free_bytes;       /* put_batch refuses (and the link waits) when the disk has less than this left */
    void (*committed)(void *); /* called after each commit, in the thread that committed; may be NULL */
    void *context;
};

/* Opens or makes the store, checks its integrity (a damaged day is set aside as *.damaged and told in `notice`). */
struct store *store_open(const struct store_options *options, struct fault *notice, struct fault *fault);
void store_close(struct store *store);

/* Under which a collector stores what it tells of itself. */
#define STORE_OWN_NODE "self"

enum { STORE_NODE_MAX = 63, STORE_ID_LENGTH = 26, STORE_LINE_MAX = 256 * 1024 };

struct store_batch {
    const char *node;  /* name of the node, from its enrolled key; 1 to STORE_NODE_MAX bytes */
    unsigned stream;   /* of the link: 0 alerts and assets, 1 the rest; each has its own epoch and numbers */
    uint64_t epoch;    /* of the node's spool: a new spool is a new epoch, and its numbers begin anew */
    uint64_t first;    /* number of the first line */
    const char *lines; /* NDJSON: each line ends with '\n' (the last one may lack it) */
    size_t length;
    bool own;   /* of this collector's making, not from a line: an epoch each, which is no gap */
    bool below; /* a collector's: each event's sensor must begin with the node's name and a slash, or it is refused */
};

struct store_put {
    uint64_t lines;      /* in the batch */
    uint64_t stored;     /* new */
    uint64_t duplicates; /* there already, by position or by id */
    uint64_t refused;    /* not an event (no JSON object, no id, too long): kept in main.db `refused`, never retried */
};

struct store_position {
    uint64_t epoch;
    uint64_t next; /* the number that is expected next: everything before it is on the disk */
};

/* Stores batches (of one or several nodes and streams) with one commit and moves the positions; true means that all is
 * on the disk and may be acknowledged. False (disk full, I/O error): nothing may be acknowledged; send the same batches
 * again later. `puts` receives one result for each batch. Thread-safe. */
bool store_put_batches(struct store *store, const struct store_batch *batches, unsigned count, struct store_put *puts,
                       struct fault *fault);

/* Where this node's stream stands; {0, 0} when it was never seen. Thread-safe. */
bool store_node_position(struct store *store, const char *node, unsigned stream, struct store_position *position,
                         struct fault *fault);

/* Drops what is older than the retention, then the oldest days until the quota holds. Returns days dropped, -1 on a
 * fault. */
int store_retain(struct store *store, int64_t now_us, struct fault *fault);

/* Reads one closed day through that was not looked at since the start; a damaged one is set aside and told in `notice`,
 * one of an earlier version gets the index of this one. False: there is none left. */
bool store_check_next(struct store *store, struct fault *notice);

enum store_room { STORE_ROOM_GOOD, STORE_ROOM_SHORT, STORE_ROOM_FULL };
extern const char *const store_room_name[]; /* good, short, full */
/* How much is free on the disk, against `warn_bytes` and `free_bytes` of the options. */
enum store_room store_room(const struct store *store, uint64_t *free_bytes, uint64_t *all_bytes);

/* ---- reading: one reader a thread ---- */
struct store_reader;
struct store_reader *store_reader_open(struct store *store, struct fault *fault);
void store_reader_close(struct store_reader *reader);
/* The last change of an alert or a device: where a live stream begins. */
int64_t store_last_change(struct store_reader *reader);

/* All conditions hold together; NULL and 0 mean any. Newest first. */
struct store_query {
    const char *types; /* "ot,asset" */
    const char *sensor;
    const char *address;        /* IP or MAC of either side */
    const char *protocol;       /* app_proto */
    const char *classes;        /* of operations: "write,mode" */
    int64_t since_us, until_us; /* of the event, microseconds UTC; until is exclusive */
    const char *cursor;         /* as given back in `next` */
    unsigned limit;             /* 1 to 1000 */
};

/* One stored event; the line is the JSON object as received, valid during the call. False ends the query. */
typedef bool store_row(void *context, const char *id, const char *line, size_t length);

/* Is it a cursor that store_query gave? */
bool store_cursor_valid(const char *cursor);
/* `next` receives the cursor of the following page, or "" at the end. */
bool store_query(struct store_reader *reader, const struct store_query *query, store_row *row, void *context,
                 char next[STORE_ID_LENGTH + 1], struct fault *fault);
/* How many match, counting up to `most` (so that a list never waits for its total). */
bool store_count(struct store_reader *reader, const struct store_query *query, uint64_t most, uint64_t *count,
                 struct fault *fault);
/* The event with this id; the row is not called when there is none. */
bool store_event(struct store_reader *reader, const char *id, store_row *row, void *context, struct fault *fault);

#endif
