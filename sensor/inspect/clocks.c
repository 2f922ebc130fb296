/* SPDX-License-Identifier: Apache-2.0 */
/* Time stamps in protocols against the time of capture: how far a device's clock is off (IEC 60870-5-101 7.2.6.18,
 * IEEE 1815 clause 11.3, IEEE C37.118.2 clause 6.2, RFC 5905 clause 7.3). */
#include "sensor/plant/clocks.h"

#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { SIDES = 512, SPONTANEOUS = 3, ACTIVATION = 6 };
#define SECOND     1000000000ll
#define TELL_EVERY (10 * SECOND)

/* Where the sender writes its own present time, or that of something that just happened. */
static const struct {
    const char *parser, *field;
    bool local;   /* IEC 60870-5: in local time, the zone is not said */
    bool answers; /* what a request says is not its clock: clients fill it with chance (RFC 9109) */
    int64_t tolerance_ns;
} sources[] = {
    {"iec104", "iec60870_asdu.cp56time", true, false, 10 * SECOND},
    {"dnp3", "dnp3.al.timestamp", false, false, 60 * SECOND}, /* events wait for the next poll */
    {"c37118", "synphasor.soc", false, false, 2 * SECOND},    /* whole seconds */
    {"ntp", "ntp.xmt", false, true, 1 * SECOND},
};
enum { SOURCES = sizeof sources / sizeof *sources };

struct side {
    uint64_t key; /* flow and direction; 0: free */
    uint64_t told_ns, frame;
    struct party device;
    uint8_t source;
    struct clock_reading reading;
};

struct clocks {
    struct worker *worker;
    const struct parser *parsers[SOURCES];
    int fields[SOURCES], cause;
    struct side sides[SIDES];
};

static bool clocks_open(void *self, struct worker *w, struct fault *fault)
{
    struct clocks *s = self;
    (void)fault;
    s->worker = w;
    for (unsigned i = 0; i < SOURCES; i++) {
        s->parsers[i] = registry_parser(sources[i].parser);
        s->fields[i] = registry_field(sources[i].field);
    }
    s->cause = registry_field("iec60870_asdu.causetx");
    return w->plant;
}

static void clocks_wants(void *self, enum ot_class class, uint8_t *want)
{
    const struct clocks *s = self;
    if (class != OT_NOTIFY && class != OT_TIME && class != OT_READ && class != OT_ALARM) return;
    for (unsigned i = 0; i < SOURCES; i++) want[s->fields[i]] = 1;
    want[s->cause] = 1;
}

static int source_of(const struct clocks *s, const struct parser *parser)
{
    for (unsigned i = 0; i < SOURCES; i++)
        if (s->parsers[i] == parser) return (int)i;
    return -1;
}

static bool clocks_cares(void *self, const struct kind *kind)
{
    int source = source_of(self, kind->parser);
    return source >= 0 && kind->status != STATUS_UNANSWERED && (!sources[source].answers || kind->role != ROLE_REQUEST);
}

static void tell(struct clocks *s, struct side *d, uint64_t now)
{
    struct worker *w = s->worker;
    struct observation o = {.kind = OBSERVED_CLOCK,
                            .parser = (uint16_t)registry_parser_index(s->parsers[d->source]),
                            .length = sizeof d->reading,
                            .count = d->reading.count,
                            .time_ns = now,
                            .frame = d->frame,
                            .device = d->device};
    if (d->key && d->reading.count) plant_observe(w->plant, w->number, &o, &d->reading);
    d->reading.count = 0;
    d->told_ns = now;
}

/* IEC 60870-5-101 7.2.3: only what is sent of itself is new; a clock is set by an activation. */
static bool is_of_now(const struct clocks *s, const struct message *m)
{
    const struct value *cause = message_value(m, (uint16_t)s->cause);
    return !cause || cause->u == SPONTANEOUS || (cause->u == ACTIVATION && m->operation_class == OT_TIME);
}

static void clocks_message(void *self, const struct message *m)
{
    struct clocks *s = self;
    const struct packet_meta *p = m->packet;
    int source = source_of(s, m->parser);
    const struct value *stamp = NULL;
    for (uint32_t i = 0; i < m->value_count; i++)
        if (m->values[i].field == s->fields[source]) stamp = &m->values[i];
    if (!stamp || !stamp->u || !is_of_now(s, m)) return;
    uint64_t key = p->flow_id * 2 + p->from_client + 1;
    struct side *d = &s->sides[(key * 0x9e3779b97f4a7c15ull >> 32) % SIDES];
    if (d->key != key) {
        tell(s, d, p->time_ns);
        *d = (struct side){.key = key, .told_ns = p->time_ns, .source = (uint8_t)source};
        d->reading =
            (struct clock_reading){.local = sources[source].local, .tolerance_ns = sources[source].tolerance_ns};
        d->device.address = p->src;
        memcpy(d->device.mac, p->src_mac, 6);
    }
    int64_t behind = (int64_t)(p->time_ns - stamp->u);
    if (!d->reading.count || behind < d->reading.least_ns) d->reading.least_ns = behind, d->frame = p->frame;
    d->reading.count++;
    if (p->time_ns - d->told_ns >= (uint64_t)TELL_EVERY) tell(s, d, p->time_ns);
}

static void clocks_close(void *self)
{
    struct clocks *s = self;
    for (unsigned i = 0; i < SIDES; i++) tell(s, &s->sides[i], s->worker->now_ns);
}

const struct inspector inspector_clocks = {.name = "clocks",
                                           .size = sizeof(struct clocks),
                                           .open = clocks_open,
                                           .wants = clocks_wants,
                                           .cares = clocks_cares,
                                           .on_message = clocks_message,
                                           .close = clocks_close};
