/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a day's events by address and kind, as an inverted index has it: what one commit adds to a key is a few
 * rows (key, greatest row number, differences down to the least), not one entry an event. So a loaded link pays for a
 * key and not for an event, and a quiet one as much as an ordinary index would cost.
 *
 * A key is an address as day.h numbers it, of either side, or a kind with its sign changed. No row reaches further
 * back than ten minutes, so that a page in the midst of a day is found without all those that are newer. */
#ifndef WANGLOU_COLLECTOR_STORE_POSTINGS_H
#define WANGLOU_COLLECTOR_STORE_POSTINGS_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fault.h"

/* The table, and what an older file has in its indexes instead. */
extern const char postings_schema[], postings_insert[];

/* ---- writing: gathered during a transaction, written before its end ---- */
struct place {
    int64_t key, n;
};
struct places {
    struct place *rows;
    size_t count, room;
};
/* False: no memory. */
bool places_add(struct places *places, int64_t key, int64_t n);
/* By `insert`, prepared of postings_insert; then they are forgotten. False: the database says why. */
bool places_write(struct places *places, sqlite3_stmt *insert);

/* ---- reading ---- */

enum { POSTING_KEYS_MOST = 256 };

/* Has this file the table? One that was written before there was does not, until it is opened for writing. */
bool postings_there(sqlite3 *day);
/* The keys from `least` to `most` that have rows; at most POSTING_KEYS_MOST + 1 of them. */
unsigned postings_keys(sqlite3 *day, int64_t least, int64_t most, int64_t keys[POSTING_KEYS_MOST + 1]);

/* Row numbers of any of the keys with least <= n < most, each once, the greatest first. */
struct postings;
struct postings *postings_open(sqlite3 *day, const int64_t *keys, unsigned count, int64_t least, int64_t most,
                               struct fault *fault);
void postings_close(struct postings *postings);
/* False: that was the last, or `fault` says why it could not be read. */
bool postings_next(struct postings *postings, int64_t *n, struct fault *fault);

#endif
