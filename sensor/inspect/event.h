/* SPDX-License-Identifier: Apache-2.0 */
/* Event lines as docs/events.md lays them out: the head, the `ot` object, and the way to the publisher. */
#ifndef WANGLOU_SENSOR_INSPECT_EVENT_H
#define WANGLOU_SENSOR_INSPECT_EVENT_H

#include "common/event.h"
#include "common/json.h"
#include "sensor/flow/flow.h"
#include "sensor/inspect/community.h"
#include "sensor/options.h"

struct publisher;

enum { EVENT_COMMUNITIES = 1024 };
struct community {
    uint64_t flow_id; /* 0: none yet */
    char text[COMMUNITY_LENGTH];
};

/* Where a thread's events go: one line of memory, its producer number at the publisher, its counts. */
struct event_out {
    const struct sensor_options *options;
    struct publisher *publisher; /* NULL: nobody asked for events */
    unsigned producer;
    char *line;
    size_t size;
    struct community *communities; /* by flow id */
    uint64_t now_ns;               /* stamp of events of no packet */
    uint64_t frame, ordinal;       /* of the event within its frame: what its id is made from */
    uint64_t sent, too_long;
    char id[ULID_LENGTH + 1]; /* of the event sent last */
};
bool event_out_open(struct event_out *out, const struct sensor_options *options, struct publisher *publisher,
                    unsigned producer);
void event_out_close(struct event_out *out);

/* Of every id of this run: options->id_seed. */
uint64_t event_id_seed(const struct sensor_options *options);

/* Begins a line in the one buffer: the head, without the object. `packet` NULL: an event of no packet. */
struct json event_begin(struct event_out *out, enum event_type type, const struct packet_meta *packet,
                        const char *app_proto);
/* The same for a flow as a whole, seen from its client; stamped with its last packet. */
struct json event_begin_flow(struct event_out *out, enum event_type type, const struct flow *flow,
                             const char *app_proto);
/* Adds `sensor` and `id` and hands the line to the publisher. `key`, `ordinal`: what the id is made from, the same in
 * every run over the same capture. False: dropped, and counted there. */
bool event_send(struct event_out *out, struct json *line, enum event_type type, unsigned severity, uint64_t time_ns,
                uint64_t key, uint64_t ordinal);
/* The same for an event of the frame in hand. */
bool event_send_frame(struct event_out *out, struct json *line, enum event_type type, unsigned severity,
                      const struct packet_meta *packet);

/* The `ot` object of a message. */
void event_ot(struct json *j, const struct message *message);
void event_words(struct json *j, const char *key, const char *zh, const char *en);
/* "10.0.0.1", "fe80::1"; "" for none. */
const char *address_text(const struct address *address, char out[64]);
const char *mac_text(const uint8_t mac[6], char out[18]);

#endif
