/* SPDX-License-Identifier: Apache-2.0 */
/* Suppressions: alerts that are not to be told for a time, by rule, source and target; counted all the same.
 *
 * Out of a file (option signatures.suppressions), and from the collector. A list is fixed once made; only its counters
 * move. The file:
 *
 *     - {rule: wl-ot-0016, source: 10.1.1.5, target: 10.1.1.10, until: 2026-12-31T00:00:00+08:00, reason: 联调}
 */
#ifndef WANGLOU_SENSOR_RULES_SUPPRESSIONS_H
#define WANGLOU_SENSOR_RULES_SUPPRESSIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/fault.h"

enum { SUPPRESSION_ID = 63, SUPPRESSION_TEXT = 63, SUPPRESSIONS_AT_MOST = 4096 };

struct suppression {
    char id[SUPPRESSION_ID + 1]; /* "file:3" of a file */
    char rule[SUPPRESSION_TEXT + 1], source[SUPPRESSION_TEXT + 1], target[SUPPRESSION_TEXT + 1]; /* "": any */
    uint64_t until_ns;
    bool from_file;
    _Atomic uint64_t alerts; /* not told for its sake */
};

struct suppressions {
    unsigned count;
    struct suppression rows[SUPPRESSIONS_AT_MOST];
};

/* A copy, counters included; NULL: an empty list. NULL: no memory. */
struct suppressions *suppressions_copy(const struct suppressions *list);
/* The file's take the place of those that came from it before. */
bool suppressions_load(struct suppressions *list, const char *path, struct fault *fault);
/* Adds one, or replaces the one with this id. False: the list is full. */
bool suppressions_put(struct suppressions *list, const struct suppression *suppression);
/* Takes the row out. */
void suppressions_drop(struct suppressions *list, unsigned row);

/* A party as texts, "" where it has none. */
struct suppression_party {
    char ip[64], mac[18];
};
/* Is the alert not to be told? Counts it then. */
bool suppressions_hold(const struct suppressions *list, const char *rule, const struct suppression_party *source,
                       const struct suppression_party *target, uint64_t now_ns);

#endif
