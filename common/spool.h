/* SPDX-License-Identifier: Apache-2.0 */
/* A log on disk of numbered batches that wait for their acknowledgement.
 *
 * Below its directory lie segment files (named by the number of their first event), `state` and `lock`. A record is
 * one batch of events with the number of its first one and a checksum. Numbers only grow; an epoch names one unbroken
 * sequence of them and is renewed when it broke, or may have: log deleted or restored, power lost while it was open.
 * After a renewal everything not acknowledged is sent again under the new epoch; the receiver knows it by its ids.
 *
 * What is lost when: kill -9 at any point, nothing that `spool_append` had accepted; loss of power, what was appended
 * since the last `spool_sync`; a damaged place, the batches that it hits; a full disk, what the owner drops with
 * `spool_drop_oldest`, a whole segment each time, which frees space without writing. Every lost event is counted.
 *
 * One thread at a time. docs/link-protocol.md tells the format. */
#ifndef WANGLOU_COMMON_SPOOL_H
#define WANGLOU_COMMON_SPOOL_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPOOL_SEGMENT = 16 << 20, SPOOL_RECORD_MAX = 1 << 20 };

struct spool_options {
    const char *directory;  /* made when missing, 0700 */
    uint64_t segment_bytes; /* a file is closed when it has reached this size; 0: SPOOL_SEGMENT */
};

struct spool_record {
    uint64_t first;
    uint32_t count; /* events; their numbers are first … first + count - 1 */
    uint32_t length;
    const uint8_t *data; /* valid until the next call */
};

struct spool_state {
    uint64_t epoch;
    uint64_t first;   /* number of the oldest event held that is not acknowledged; equals `next` when there is none */
    uint64_t next;    /* number of the next event to be appended; numbers begin with 1 */
    uint64_t bytes;   /* of all files */
    uint64_t dropped; /* events lost by spool_drop_oldest */
    uint64_t damaged; /* events lost because their place on the disk was damaged */
};

struct spool;

/* NULL and a fault when the directory cannot be used or another process uses it. `notice` tells what was repaired. */
struct spool *spool_open(const struct spool_options *options, struct fault *notice, struct fault *fault);
void spool_close(struct spool *spool);
void spool_look(const struct spool *spool, struct spool_state *state);

/* Appends a batch of `count` events; 0 or the errno of what failed (then nothing was appended). */
int spool_append(struct spool *spool, const void *data, size_t length, uint32_t count);
/* Makes everything appended survive a loss of power; 0 or errno. */
int spool_sync(struct spool *spool);

/* The batch that holds event `from`, or the first one behind it; false when there is none. */
bool spool_read(struct spool *spool, uint64_t from, struct spool_record *record);
/* Everything before `next` has arrived: segments that hold nothing else are deleted. */
void spool_acknowledge(struct spool *spool, uint64_t next);

/* Deletes the oldest segment. False when there is nothing left to delete. */
bool spool_drop_oldest(struct spool *spool);
/* Begins a new epoch, later than `after`: what is held is sent again under it. 0 or errno. */
int spool_renew(struct spool *spool, uint64_t after);

/* Tests only: called at each named point at which a crash may come. NULL: none. */
void spool_on_point(void (*hook)(const char *point));

#endif
