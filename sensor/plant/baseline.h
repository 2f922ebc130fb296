/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the baseline: a tree of what is normal. The plant has devices, a device asks peers in protocols, and does
 * operations, and these touch objects. Each node learns its children until it is settled (docs/baseline.md).
 *
 * baseline: learning and judging · baseline_lines: the tree as a file's lines and back · baseline_events: JSON ·
 * baseline_answers: what an officer decides in the console · baseline_save: snapshots. */
#ifndef WANGLOU_SENSOR_PLANT_BASELINE_H
#define WANGLOU_SENSOR_PLANT_BASELINE_H

#include "common/baseline_file.h"
#include "sensor/plant/behaviour.h"
#include "sensor/plant/keeper.h"
#include "sensor/plant/maintenance.h"

enum { NODES_AT_MOST = 262144, NODE_SLOTS = 524288, NODE_NAME = BASELINE_TEXT };

#define BASELINE_WEEK (7 * 86400 * 1000000000ull) /* ns: before, nobody knows what hours are usual */

enum node_kind { NODE_PLANT, NODE_DEVICE, NODE_PAIR, NODE_OPERATION, NODE_OBJECT, NODE_KIND_COUNT };

/* X(id, name, zh, en); the first four are what a new child of a settled node is. */
#define DEVIATIONS(X)                                                                                                  \
    X(DEVICE, "new_device", "出现新设备", "new device")                                                                \
    X(PAIR, "new_pair", "出现新的通信对象", "new pair")                                                                \
    X(OPERATION, "new_operation", "出现新操作", "new operation")                                                       \
    X(OBJECT, "new_object", "操作了新的对象", "new object")                                                            \
    X(VALUE, "value_range", "数值超出基线范围", "value outside of its range")                                          \
    X(PERIOD, "period", "轮询周期改变", "polling period changed")                                                      \
    X(SILENCE, "silence", "应有的通信中断", "silence where there should be traffic")                                   \
    X(HOURS, "hours", "非工作时段通信", "traffic outside of its hours")
enum deviation {
#define X(id, name, zh, en) DEVIATION_##id,
    DEVIATIONS(X)
#undef X
        DEVIATION_COUNT
};

struct node {
    uint32_t parent, unit;
    uint16_t parser;
    uint8_t kind, class, state; /* enum node_kind, ot_class, baseline_state */
    bool settled, has_unit, valued, regular, silent, from_file, hours_given;
    bool granted;               /* by an officer in the console: it and what it learns counts beside a judged file */
    char name[NODE_NAME];       /* address, operation or object */
    uint64_t first_ns, last_ns; /* heard; 0: not in this run yet */
    uint64_t new_ns;            /* when it last learned a child */
    uint64_t count, values;
    uint64_t gap_max_ns, longest_ns; /* longest: of all below it, what its learning waits for */
    double gap_ns;                   /* mean, learned; then what is held against it */
    double recent_ns;
    uint32_t gaps, odd; /* odd: how often in turn the period differed */
    double low, high;
    uint64_t hours;
    double odd_low, odd_high; /* values told as deviations, and hours: what an officer accepts of them */
    uint64_t odd_hours;
    bool odd_valued;
    uint64_t told_ns[DEVIATION_COUNT];
};

struct baseline_keeper {
    struct keeping *keeping;
    bool judging;
    int64_t utc_offset_s;
    struct node *nodes; /* [0] is the plant */
    uint32_t count, room;
    uint32_t *slots; /* node + 1 */
    uint64_t refused, deviations, ordinal, now_ns, saves;
    uint64_t accepted, rejected, unknown_keys;
};

/* baseline_lines.c */
bool baseline_take_lines(struct baseline_keeper *k, const struct baseline_lines *lines, struct fault *fault);
bool baseline_give_lines(const struct baseline_keeper *k, struct baseline_lines *lines);
void baseline_line_of(const struct baseline_keeper *k, const struct node *n, struct baseline_line *line);

/* baseline.c: NULL when the tree is full; `made`: it is new. */
struct node *baseline_child(struct baseline_keeper *k, uint32_t parent, enum node_kind kind, const char *name,
                            uint16_t parser, uint8_t class, bool has_unit, uint32_t unit, bool *made);

/* baseline_save.c */
void baseline_write_file(struct baseline_keeper *k);
void baseline_save(void *self, struct snapshot *s);
bool baseline_load(void *self, struct snapshot *s);

/* baseline_answers.c */
void baseline_instruct(void *self, const char *kind, const json_t *item);

/* baseline_events.c */
enum { BASELINE_KEY = 7 * BASELINE_TEXT };
/* The deviation's name for life, `key` of its events. */
void baseline_key(const struct baseline_keeper *k, const struct node *n, enum deviation what, char key[BASELINE_KEY]);
void baseline_tell_answer(struct baseline_keeper *k, const struct node *n, enum deviation what, bool accepted,
                          const char *by, const char *reason);
void baseline_tell(struct baseline_keeper *k, struct node *n, enum deviation what, const struct observation *o,
                   const char *was, const char *now);

#endif
