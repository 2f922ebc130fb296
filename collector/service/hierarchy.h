/* SPDX-License-Identifier: Apache-2.0 */
/* What a collector does as one level among others, beyond warnings and tasks: roll-outs of signatures, indicators and
 * policies (rollouts.h), evidence on request (requests.h), incidents of a whole region (regional.h), refusals at
 * sensors (refusals.h). Once a second; all of it may be done again after a crash without harm. */
#ifndef WANGLOU_COLLECTOR_SERVICE_HIERARCHY_H
#define WANGLOU_COLLECTOR_SERVICE_HIERARCHY_H

#include <jansson.h>

#include "collector/link/link.h"
#include "collector/service/control.h"
#include "collector/store/store.h"
#include "common/event.h"

struct parent;
struct hierarchy_options {
    const char *key_file;
    struct parent *parent; /* NULL: none */
    const char *models;    /* directory of the tables; NULL or "": built in */
    struct control *control;
    struct store *store;
    struct collector_link *link;
    void (*notice)(const char *text);
};

struct regional_model;
struct hierarchy {
    struct hierarchy_options options;
    struct keys keys;
    struct store_reader *reader; /* of the thread that ticks */
    struct regional_model *regional;
    int64_t looked_us, purged_us; /* nodes looked through for roll-outs; old sightings deleted */
    _Atomic bool rollouts_due;    /* something was issued or changed */
};
struct hierarchy *hierarchy_open(const struct hierarchy_options *options, struct fault *fault);
void hierarchy_close(struct hierarchy *hierarchy);
void hierarchy_turn(struct hierarchy *hierarchy); /* at any time between */

/* ---- what its rooms share ---- */

/* Into the audit log, as the collector itself. */
void hierarchy_record(struct hierarchy *hierarchy, const char *action, const char *object, const char *detail);

/* Member of an object, "" when it is no text. */
const char *hierarchy_text(const json_t *object, const char *key);

#endif
