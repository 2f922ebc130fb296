/* SPDX-License-Identifier: Apache-2.0 */
/* All keepers at work: opened, fed, let time pass, saved, told in `stats`. Owned by the plant thread. */
#ifndef WANGLOU_SENSOR_PLANT_KEEPERS_H
#define WANGLOU_SENSOR_PLANT_KEEPERS_H

#include "sensor/plant/keeper.h"

struct keepers;

/* `plant` NULL: none (tests). Reads their snapshots, too, where `plant.state` names a directory. */
struct keepers *keepers_open(const struct plant *plant, struct event_out *out, struct fault *fault);
/* Time passes up to this observation, then everyone has it. */
void keepers_observe(struct keepers *keepers, const struct observation *observation, const void *payload);
/* A downward item for those who take its kind; true when what followed is on disk. */
bool keepers_instruct(struct keepers *keepers, const char *kind, const char *json, size_t length);
/* Saves what has changed; true when all of it is on disk. */
bool keepers_save(struct keepers *keepers);
/* The end: what is untold is told, what is unsaved is saved. */
void keepers_finish(struct keepers *keepers);
void keepers_close(struct keepers *keepers);

#endif
