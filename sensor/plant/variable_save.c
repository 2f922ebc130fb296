/* SPDX-License-Identifier: Apache-2.0 */
/* Points over a restart: what was learned of them, the last set point, the last value. */
#include <string.h>

#include "sensor/plant/variables.h"

void variables_save(void *self, struct snapshot *s)
{
    const struct variables *v = self;
    snapshot_put_uint(s, v->ordinal);
    snapshot_put_uint(s, v->count);
    for (uint32_t i = 0; i < v->count; i++) snapshot_put(s, &v->points[i], sizeof v->points[i]);
}

bool variables_load(void *self, struct snapshot *s)
{
    struct variables *v = self;
    uint64_t ordinal = snapshot_get_uint(s), count = snapshot_get_uint(s);
    bool good = count <= POINTS_AT_MOST;
    for (uint64_t i = 0; good && i < count && !s->bad; i++) {
        struct point saved;
        snapshot_get(s, &saved, sizeof saved);
        saved.name[sizeof saved.name - 1] = 0;
        struct point *p = saved.learned <= LEARNED_NOTHING ? variable_point(v, saved.name) : NULL;
        good = p != NULL;
        if (!good) break;
        saved.limit = p->limit; /* of the files of now */
        saved.watched = p->watched;
        *p = saved;
    }
    good = good && !s->bad;
    if (good) v->ordinal = ordinal;
    if (!good) v->count = 0, memset(v->slots, 0, POINT_SLOTS * sizeof *v->slots);
    return good;
}
