/* SPDX-License-Identifier: Apache-2.0 */
/* Events: their types, their ids (ULID), and the light scan that finds the envelope of a line without parsing it.
 * The layout of the line itself is docs/events.md, EVE-shaped. */
#ifndef WANGLOU_COMMON_EVENT_H
#define WANGLOU_COMMON_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(id, name, zh, en); the name is `event_type`, the object's key and the topic (`alert.`). */
#define EVENT_TYPES(X)                                                                                                 \
    X(ALERT, "alert", "告警", "alert")                                                                                 \
    X(OT, "ot", "工控操作", "industrial operation")                                                                    \
    X(ASSET, "asset", "资产", "asset")                                                                                 \
    X(BASELINE, "baseline", "基线偏离", "baseline deviation")                                                          \
    X(VARIABLE, "variable", "过程量", "process value")                                                                 \
    X(FAILURE, "failure", "失效", "failure")                                                                           \
    X(EXPOSURE, "exposure", "暴露面", "exposure")                                                                      \
    X(ANOMALY, "anomaly", "规约异常", "anomaly")                                                                       \
    X(FLOW, "flow", "会话流", "flow")                                                                                  \
    X(VISIBILITY, "visibility", "可见性", "visibility")                                                                \
    X(EVIDENCE, "evidence", "取证数据包", "evidence")                                                                  \
    X(STATS, "stats", "运行统计", "statistics")                                                                        \
    X(SUMMARY, "summary", "汇总", "summary of a node")                                                                 \
    X(ANSWER, "answer", "反馈", "answer to a warning or a task")                                                       \
    X(DISCLOSURE, "disclosure", "取证答复", "answer to a request for evidence")                                        \
    X(SIGNATURES, "signatures", "特征库状态", "state of the signatures")
enum event_type {
#define X(id, name, zh, en) EVENT_##id,
    EVENT_TYPES(X)
#undef X
        EVENT_TYPE_COUNT
};
extern const char *const event_type_name[EVENT_TYPE_COUNT], *const event_type_zh[EVENT_TYPE_COUNT],
                                                                *const event_type_en[EVENT_TYPE_COUNT];
int event_type_find(const char *name, size_t length); /* -1: none of ours */

enum { ULID_LENGTH = 26 };

/* A ULID (github.com/ulid/spec) of the time and 80 bits; `out` gets 26 characters and a NUL. */
void ulid_make(char out[ULID_LENGTH + 1], uint64_t time_ns, uint16_t high, uint64_t low);
/* Is it 26 characters of Crockford's alphabet, the time within 48 bits? */
bool ulid_valid(const char *text, size_t length);
uint64_t ulid_time_ms(const char *text); /* of a valid one */

/* What a receiver needs of a line. Pointers into the line. */
struct event_envelope {
    int type; /* enum event_type, or -1 for a type of a later version: it is kept all the same */
    const char *type_name, *id, *sensor, *timestamp;
    size_t type_length, id_length, sensor_length, timestamp_length;
    uint64_t seq;
    unsigned severity; /* of alerts; 0: none */
    /* NULL when the event has none. ot_class: `class` of the `ot` object (design §3 "Message"). */
    const char *src_ip, *src_mac, *dest_ip, *dest_mac, *app_proto, *ot_class;
    size_t src_ip_length, src_mac_length, dest_ip_length, dest_mac_length, app_proto_length, ot_class_length;
};
/* Walks the top level of one JSON object (no newline). False: it is not one whole object, or has no valid `id`,
 * `event_type` or `timestamp`. Strings inside are not unescaped: the envelope's own never need it. */
bool event_scan(const char *line, size_t length, struct event_envelope *envelope);

#endif
