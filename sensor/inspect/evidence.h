/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence of alerts: a ring of the last packets of this worker, and for each alert the packets of its flow before and
 * behind it, hashed (FIPS 180-4 SHA-256) and chained, as an event of type `evidence`.
 *
 * On the packet path: one copy into memory taken at the start. All else happens at an alert. */
#ifndef WANGLOU_SENSOR_INSPECT_EVIDENCE_H
#define WANGLOU_SENSOR_INSPECT_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/json.h"
#include "parsers/message.h"

struct event_out;
struct packet;
struct sensor_options;
struct evidence;

/* X(name, zh, en): told in `stats`. */
#define EVIDENCE_COUNTERS(X)                                                                                           \
    X(evidence_sent, "取证数据包组", "evidence told")                                                                  \
    X(evidence_cut, "取证不完整", "evidence that a cap cut")                                                           \
    X(evidence_packets, "取证数据包", "packets of evidence")
struct evidence_counters {
#define X(name, zh, en) uint64_t name;
    EVIDENCE_COUNTERS(X)
#undef X
};

/* `hand`: where the worker says which packet is in hand, while there is one. NULL: switched off, or no memory
 * (`*failed`). */
struct evidence *evidence_open(const struct sensor_options *options, struct event_out *out, struct packet *const *hand,
                               bool *failed);
void evidence_close(struct evidence *evidence);
const struct evidence_counters *evidence_counters(const struct evidence *evidence);

/* The packet in hand was inspected; kept when it belongs to a flow. */
void evidence_keep(struct evidence *evidence, const struct packet *packet);
/* An alert about this packet: writes `evidence` into it. Behind event_send the alert's id is told. */
void evidence_for_alert(struct evidence *evidence, struct json *alert, const struct packet_meta *packet);
void evidence_alert_sent(struct evidence *evidence, const char *id);
/* About once a second: tells what has waited long enough for packets behind it. At the end: all. */
void evidence_tick(struct evidence *evidence, uint64_t now_ns);
void evidence_finish(struct evidence *evidence);

#endif
