/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the process values: points, their limits, invariants between them (docs/variables.md).
 *
 * variables: points, samples, set points · variable_limits: limits set by hand and learned · invariants: conditions
 * between points · variable_save: snapshots. */
#ifndef WANGLOU_SENSOR_PLANT_VARIABLES_H
#define WANGLOU_SENSOR_PLANT_VARIABLES_H

#include "common/statistics/quantile.h"
#include "sensor/plant/behaviour.h"
#include "sensor/plant/keeper.h"

enum { POINTS_AT_MOST = 65536, POINT_SLOTS = 131072, POINT_TEXT = 192, LIMITS_AT_MOST = 4096 };
#define VARIABLE_SECOND 1000000000ull
#define VARIABLE_MINUTE (60 * VARIABLE_SECOND)

/* X(id, name, severity, zh, en) */
#define FINDINGS(X)                                                                                                    \
    X(LOW, "low", 2, "低于下限", "below its limit")                                                                    \
    X(HIGH, "high", 2, "高于上限", "above its limit")                                                                  \
    X(RATE, "rate", 3, "变化过快", "changes too fast")                                                                 \
    X(LEARNED_LOW, "learned_low", 3, "低于学习到的范围", "below its learned range")                                    \
    X(LEARNED_HIGH, "learned_high", 3, "高于学习到的范围", "above its learned range")                                  \
    X(INVARIANT, "invariant", 2, "测点间关系不成立", "a relation between points does not hold")                        \
    X(STUCK, "stuck", 3, "长时间不变", "does not change")                                                              \
    X(STALE, "stale", 3, "长时间无更新", "is not updated")                                                             \
    X(TOGGLING, "toggling", 3, "频繁翻转", "toggles")                                                                  \
    X(SETPOINT, "setpoint", 4, "设定值被修改", "set point changed")                                                    \
    X(SAMPLE, "sample", 0, "采样", "sample")
enum finding {
#define X(id, name, severity, zh, en) FINDING_##id,
    FINDINGS(X)
#undef X
        FINDING_COUNT
};
struct limit {
    char point[POINT_TEXT];
    double low, high, rate;                /* NAN none; rate: change per second */
    uint64_t stuck_ns, stale_ns, toggling; /* 0 none; toggling: changes a minute */
};

enum learned { LEARNING, LEARNED_LIMITS, LEARNED_NOTHING /* it does not vary enough to have limits */ };

struct point {
    char name[POINT_TEXT]; /* "10.1.1.10/modbus/1/40017" */
    uint32_t limit;        /* + 1; 0 none */
    uint32_t count, changes;
    uint64_t minute_ns, last_ns, changed_ns;
    double low, high, sum, last, set; /* set: the last set point */
    bool was_set, watched;            /* watched: by an invariant */
    uint8_t learned;                  /* enum learned */
    uint64_t all_changes;
    uint32_t summaries; /* that were learned from */
    uint64_t first_ns;
    struct quantile low_quantile, high_quantile; /* of the lows and highs of its summaries */
    double learned_low, learned_high;            /* with their margin, when LEARNED_LIMITS */
    uint64_t told_ns[FINDING_COUNT];
};

struct variables {
    struct keeping *keeping;
    struct point *points;
    uint32_t *slots; /* point + 1 */
    struct limit *limits;
    struct invariants *invariants; /* NULL: none */
    uint32_t count, limit_count;
    uint64_t refused, ordinal, looked_ns, save_ns;
};

/* variables.c: an event begun, up to what is the finding's own; finished and sent. */
struct json variable_begin(struct variables *v, const struct point *p, enum finding what);
void variable_finish(struct variables *v, const struct point *p, enum finding what, struct json *j, uint64_t time_ns);
void variable_tell(struct variables *v, struct point *p, enum finding what, uint64_t now, const char *key,
                   double limit);
struct point *variable_point(struct variables *v, const char *name);

/* variable_limits.c */
bool variable_limits_load(struct variables *v, const char *path, struct fault *fault);
void variable_judge(struct variables *v, struct point *p, const struct behaviour *b);
void variable_learn(struct variables *v, struct point *p, const struct behaviour *b);

/* invariants.c */
struct invariants *invariants_load(const char *path, struct fault *fault);
void invariants_free(struct invariants *invariants);
bool invariants_watch(const struct invariants *invariants, const char *point);
void invariants_take(struct variables *v, const struct point *p, uint64_t time_ns);

/* variable_save.c */
void variables_save(void *self, struct snapshot *s);
bool variables_load(void *self, struct snapshot *s);

#endif
