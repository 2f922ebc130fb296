/* SPDX-License-Identifier: Apache-2.0 */
/* Keepers: each keeps one part of what is known of the plant. A table; all calls come from the plant thread, in the
 * table's order, so that a later keeper finds what an earlier one learned from the same observation.
 *
 *     observe   each observation of the workers, in the order of the frames (over a file)
 *     tick      at the first second of the plant's time from keeping->due_ns on, before the observations of that
 * second; over a gap without frames seconds become minutes, then hours. It is 0 unless the keeper says more: whoever
 * knows when something is due next spares the seconds before (keeper_due) finish    the end: tell what is untold
 *     save/load the snapshot of all that must outlive a restart: NAME.state in the directory `plant.state`
 *
 * Memory is bounded: every cap has a counter, and every eviction is counted; `counters` puts them into `stats`. */
#ifndef WANGLOU_SENSOR_PLANT_KEEPER_H
#define WANGLOU_SENSOR_PLANT_KEEPER_H

#include <jansson.h>

#include "sensor/inspect/event.h"
#include "sensor/plant/plant.h"
#include "sensor/plant/snapshot.h"

struct devices;

/* What a keeper works with; its own, valid from open to close. */
struct keeping {
    const struct sensor_options *options;
    struct event_out *out;
    struct devices *devices; /* the inventory, open before all others (devices.h tells what may be asked) */
    bool changed;            /* set it: something worth saving has changed; the plant clears it after a save */
    uint64_t due_ns;         /* set it: before it a tick has nothing to do; 0 again when an officer has a word */
    /* The plant's time: the step that passed last, the one before it, the last one behind a gap (a wide step); how many
     * there were. */
    uint64_t now_ns, before_ns, wide_ns, steps;
};

/* Something is due at this time, if not earlier. */
static inline void keeper_due(struct keeping *k, uint64_t due_ns)
{
    if (due_ns < k->due_ns) k->due_ns = due_ns;
}

struct keeper {
    const char *name;
    size_t size;      /* of an instance, zeroed before open */
    uint32_t version; /* of the snapshot's layout: a file of another one is not read */
    /* False: not asked for, or a fault (then `fault->text` says so). */
    bool (*open)(void *self, struct keeping *keeping, struct fault *fault);
    void (*observe)(void *self, const struct observation *observation, const void *payload);
    void (*tick)(void *self, uint64_t now_ns);
    void (*finish)(void *self, uint64_t now_ns);
    void (*save)(void *self, struct snapshot *snapshot);
    bool (*load)(void *self,
                 struct snapshot *snapshot); /* false: not understood; the keeper is as if nothing was read */
    /* A downward item, as parsed; what is not for this keeper it leaves alone. NULL: none are. */
    void (*instruct)(void *self, const char *kind, const json_t *item);
    void (*counters)(void *self, struct json *json); /* members of its object in `stats` */
    void (*close)(void *self);
};

#define KEEPERS(X)                                                                                                     \
    X(devices) X(failures) X(baseline) X(variables) X(exposure) X(visibility) X(clocks) X(vulnerabilities)

#define X(name) extern const struct keeper keeper_##name;
KEEPERS(X)
#undef X

#endif
