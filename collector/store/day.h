/* SPDX-License-Identifier: Apache-2.0 */
/* One day's events in one SQLite file: keys, schema, and the writing side.
 *
 * The row number of an event is its place in time: milliseconds of the day (27 bits, from the ULID), microseconds
 * within (10 bits, from the timestamp), a hash of the ULID's random part (26 bits). So the table itself is the time
 * index, and the same id finds its own row again: that is how nothing is stored twice. Addresses are numbers: an IPv4
 * address its value, anything else a hash, so that an index entry stays small and an IPv4 range is a range. */
#ifndef WANGLOU_COLLECTOR_STORE_DAY_H
#define WANGLOU_COLLECTOR_STORE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/event.h"
#include "common/fault.h"

enum { DAY_PATH_MAX = 512, DAY_MS_SHIFT = 36, DAY_US_SHIFT = 26 };

/* Days since 1970-01-01 UTC. */
int day_of_ulid(const char *id);
void day_path(char out[DAY_PATH_MAX], const char *directory, int day);
/* The day of "YYYY-MM-DD.db", or -1. */
int day_of_file(const char *name);

/* Least row number at or after this time of this day; clamped to the day's bounds. */
int64_t day_row_at(int day, int64_t time_us);
/* First row number an event with this id can have; it is below that of the next millisecond. */
int64_t day_row_of_ulid(const char *id);

/* The number that stands for an IP or MAC address in the index; 0 for none. */
int64_t day_address(const char *text, size_t length);
/* Range of numbers of an IPv4 network "a.b.c.d/n"; false when the text is none. */
bool day_network(const char *text, int64_t *least, int64_t *most);

struct day_file;
struct day_file *day_open(const char *directory, int day, struct fault *fault);
void day_close(struct day_file *file);
int day_number(const struct day_file *file);

enum day_put { DAY_STORED, DAY_DUPLICATE, DAY_FAILED };
/* Begins a transaction when none is open. */
enum day_put day_put(struct day_file *file, const struct event_envelope *envelope, const char *line, size_t length,
                     struct fault *fault);
bool day_commit(struct day_file *file, struct fault *fault); /* no transaction open: true */
void day_rollback(struct day_file *file);

/* Reads the file through, apart from who writes it, and changes nothing. Only SQLite's word that the file is corrupt
 * makes it damaged: one that is locked, or being made at this moment, is not. */
enum day_health { DAY_SOUND, DAY_DAMAGED, DAY_UNREAD };
enum day_health day_check(const char *directory, int day, struct fault *fault);
/* Was it written by a version whose tables were others? Opening it for writing brings it up to date. */
bool day_is_old(const char *directory, int day);

#endif
