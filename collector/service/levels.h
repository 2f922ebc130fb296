/* SPDX-License-Identifier: Apache-2.0 */
/* Levels of warnings, grades of incidents and legal clocks, computed from the tables in collector/models/
 * (warning-levels.yaml, incident-grades.yaml, report-clocks.yaml), which name their sources. No clock is read here. */
#ifndef WANGLOU_COLLECTOR_SERVICE_LEVELS_H
#define WANGLOU_COLLECTOR_SERVICE_LEVELS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/fault.h"

enum { LEVEL_COUNT = 4, CLOCKS_MOST = 16, TRIGGERS_MOST = 16 };

struct levels;
/* `directory` NULL or "": the tables that are built in; otherwise files of the same names there. */
struct levels *levels_open(const char *directory, struct fault *fault);
void levels_close(struct levels *levels);

/* 1 red to 4 blue; 0: one of the two words is none of the table's. */
unsigned warning_level(const struct levels *levels, const char *importance, const char *damage);
struct level_word {
    const char *name, *zh, *en;
};
const struct level_word *warning_word(const struct levels *levels, unsigned level);  /* 1 to 4 */
const struct level_word *incident_word(const struct levels *levels, unsigned grade); /* 1 to 4 */

/* 1 to 4, the gravest trigger that the document's members reach; `reason` names it (NULL: none, so grade 4). */
struct grade_reason {
    const struct level_word *measure;
    int64_t value, at_least;
};
unsigned incident_grade(const struct levels *levels, const json_t *document, struct grade_reason *reason);

/* Microseconds since 1970. */
struct clock_state {
    const struct level_word *channel;
    int64_t due_us;
    int64_t done_us; /* 0: not yet */
    bool overdue;    /* not done and due is past, or done after it was due */
};
/* The clocks that run for a case of this grade; `done` tells when a channel was reported to (0: not yet). Their
 * number, at most CLOCKS_MOST. */
unsigned incident_clocks(const struct levels *levels, const json_t *document, unsigned grade, int64_t now_us,
                         int64_t (*done)(void *context, const char *channel), void *context,
                         struct clock_state clocks[CLOCKS_MOST]);
bool incident_channel(const struct levels *levels, const char *channel);

/* Writes the tables as they stand, as members `models`, `levels`, `importance`, `damage`, `grades`, `measures`,
 * `channels`. */
struct json;
void levels_write(struct json *json, const struct levels *levels);

#endif
