/* SPDX-License-Identifier: Apache-2.0 */
/* Inspectors: what looks at messages, flows and frames once the engine understood them. A table, in a fixed order.
 *
 * One instance a worker, nothing shared. All calls come from the worker's thread; messages, packets and flows are
 * valid during the call only and read-only. */
#ifndef WANGLOU_SENSOR_INSPECT_INSPECT_H
#define WANGLOU_SENSOR_INSPECT_INSPECT_H

#include "common/fault.h"
#include "parsers/message.h"
#include "sensor/flow/flow.h"
#include "sensor/inspect/kinds.h"

struct worker;

enum { INSPECT_STEP = 1024 };

struct inspector {
    const char *name;
    size_t size; /* of an instance, zeroed before open */
    /* False: not asked for, or a fault (then `fault->text` says so). */
    bool (*open)(void *self, struct worker *worker, struct fault *fault);
    /* Marks in want[field] what it reads of messages of this class. */
    void (*wants)(void *self, enum ot_class class, uint8_t *want);
    /* Which messages it is brought: those of the kinds it cares about (asked once a kind, never again), and those that
     * the flags name. Neither given: all. */
    bool (*cares)(void *self, const struct kind *kind);
    bool anomalies, identities; /* that have any */
    bool firsts;                /* the first of an operation in a flow, and each INSPECT_STEP-th */
    void (*on_message)(void *self, const struct message *message);
    void (*on_payload)(void *self, const struct packet_meta *packet,
                       struct bytes payload); /* of unclaimed flows; SYN, ICMP */
    void (*on_stream)(void *self, const struct flow *flow, unsigned side, struct bytes bytes); /* TCP, in order */
    void (*on_gap)(void *self, const struct flow *flow);                                       /* some are missing */
    void (*on_flow)(void *self, const struct packet *packet);  /* the first one of a flow, and the first one back */
    void (*on_frame)(void *self, const struct packet *packet); /* behind all messages of the frame */
    void (*on_flow_active)(void *self, struct flow *flow);     /* before the first packet behind flow->due_ns */
    void (*on_flow_end)(void *self, const struct flow *flow, enum flow_end_reason reason);
    void (*on_tick)(void *self, uint64_t now_ns); /* about once a second of packet time */
    void (*close)(void *self);                    /* the last events may be written here */
};

#define INSPECTORS(X)                                                                                                  \
    X(signatures)                                                                                                      \
    X(evidence)                                                                                                        \
    X(ot)                                                                                                              \
    X(anomalies) X(assets) X(failures) X(behaviour) X(exposure) X(visibility) X(clocks) X(flows) X(stats) X(fields)

#define X(name) extern const struct inspector inspector_##name;
INSPECTORS(X)
#undef X

#endif
