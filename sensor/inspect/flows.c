/* SPDX-License-Identifier: Apache-2.0 */
/* One `flow` event for each flow that ended, and parts of those that last: packets, bytes, what was said in it and how
 * often, what was lost. A part counts from the part before (IPFIX delta counts), so that records can be added up. */
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"
#include "sensor/inspect/labels.h"

struct flows {
    struct worker *worker;
};

static bool flows_open(void *self, struct worker *w, struct fault *fault)
{
    struct flows *s = self;
    s->worker = w;
    if (!w->out.publisher || !w->options->flow_events) return false;
    if (w->options->labels && !(w->labels = labels_open())) return fault_set(fault, "nDPI: out of memory");
    return true;
}

/* One of the first packets of a flow that nobody took, or of one that begins. */
static void flows_payload(void *self, const struct packet_meta *packet, struct bytes payload)
{
    struct flows *s = self;
    const struct bytes *ip = &s->worker->packet->ip;
    (void)payload;
    if (s->worker->labels) labels_packet(s->worker->labels, packet->flow_id, ip->at, bytes_left(ip), packet->time_ns);
}

/* What the parts before have told. */
struct flow_told {
    uint64_t packets[2], bytes[2]; /* by side */
    uint64_t operations[SESSION_SAID], operations_other;
    uint32_t gaps, retransmissions, overlaps, reordered;
    uint32_t parts;
    uint64_t end_ns; /* of the last */
};

static void put_operations(struct json *j, const struct session *s, const struct flow_told *told)
{
    bool begun = false;
    for (unsigned i = 0; s && i < s->said_count; i++) {
        const struct said *a = said_at(s, i);
        char name[96];
        int n = a->operation ? snprintf(name, sizeof name, "%s.%s", a->parser->name, a->operation->name)
                             : snprintf(name, sizeof name, "%s", a->parser->name);
        if (n <= 0 || (size_t)n >= sizeof name || a->count == told->operations[i]) continue;
        if (!begun) json_begin_object(j, "operations");
        begun = true;
        json_put_uint(j, name, a->count - told->operations[i]);
    }
    if (begun) json_end_object(j);
    if (s && s->said_other > told->operations_other)
        json_put_uint(j, "operations_other", s->said_other - told->operations_other);
}

static void put_some(struct json *j, const char *key, uint32_t now, uint32_t told)
{
    if (now != told) json_put_uint(j, key, now - told);
}

static void put_volume(struct json *j, const struct flow *f, const struct flow_told *told)
{
    unsigned c = f->client, s = !f->client;
    json_put_uint(j, "pkts_toserver", f->side[c].packets - told->packets[c]);
    json_put_uint(j, "pkts_toclient", f->side[s].packets - told->packets[s]);
    json_put_uint(j, "bytes_toserver", f->side[c].bytes - told->bytes[c]);
    json_put_uint(j, "bytes_toclient", f->side[s].bytes - told->bytes[s]);
}

static void tell(struct flows *s, const struct flow *f, enum flow_end_reason reason)
{
    static const struct flow_told nothing;
    const struct flow_told *told = f->told ? f->told : &nothing;
    const struct session *session = f->session;
    bool claimed = session && session->layer_count;
    struct json j = event_begin_flow(&s->worker->out, EVENT_FLOW, f,
                                     claimed ? layer_at(session, session->layer_count - 1)->parser->name : NULL);
    json_begin_object(&j, "flow");
    put_volume(&j, f, told);
    json_put_time(&j, "start", f->start_ns);
    json_put_time(&j, "end", f->last_ns);
    json_put_uint(&j, "age", (f->last_ns - f->start_ns) / 1000000000u);
    json_put_string(&j, "state",
                    f->kind != PACKET_TCP   ? "established"
                    : f->closed || f->reset ? "closed"
                    : f->syn                ? "established"
                                            : "midstream");
    json_put_string(&j, "reason", flow_end_reason_name[reason]);
    if (told->parts || reason == FLOW_ENDED_ACTIVE) json_put_uint(&j, "part", told->parts + 1);
    if (told->parts) json_put_time(&j, "since", told->end_ns);
    put_some(&j, "gaps", f->gaps, told->gaps);
    put_some(&j, "retransmissions", f->retransmissions, told->retransmissions);
    put_some(&j, "overlaps", f->overlaps, told->overlaps);
    put_some(&j, "reordered", f->reordered, told->reordered);
    put_operations(&j, session, told);
    if (s->worker->labels && !claimed) labels_put(s->worker->labels, &j, f->id);
    json_end_object(&j);
    event_send(&s->worker->out, &j, EVENT_FLOW, 0, f->last_ns, f->id, told->parts);
}

static void remember(struct flow_told *t, const struct flow *f)
{
    for (unsigned side = 0; side < 2; side++) {
        t->packets[side] = f->side[side].packets;
        t->bytes[side] = f->side[side].bytes;
    }
    for (unsigned i = 0; f->session && i < f->session->said_count; i++)
        t->operations[i] = said_at(f->session, i)->count;
    if (f->session) t->operations_other = f->session->said_other;
    t->gaps = f->gaps;
    t->retransmissions = f->retransmissions;
    t->overlaps = f->overlaps;
    t->reordered = f->reordered;
    t->parts++;
    t->end_ns = f->last_ns;
}

static void flows_active(void *self, struct flow *f)
{
    struct flows *s = self;
    if (!f->told) {
        if (!(f->told = arena_take(&s->worker->arena, sizeof *f->told))) {
            s->worker->counters.no_memory++;
            return; /* its end tells all of it */
        }
        *f->told = (struct flow_told){0};
    }
    tell(s, f, FLOW_ENDED_ACTIVE);
    remember(f->told, f);
}

static void flows_end(void *self, const struct flow *f, enum flow_end_reason reason)
{
    struct flows *s = self;
    tell(s, f, reason);
    if (s->worker->labels) labels_forget(s->worker->labels, f->id);
    if (f->told) arena_give(&s->worker->arena, f->told, sizeof *f->told);
}

static void flows_close(void *self)
{
    struct flows *s = self;
    labels_close(s->worker->labels);
    s->worker->labels = NULL;
}

const struct inspector inspector_flows = {
    .name = "flows",
    .size = sizeof(struct flows),
    .open = flows_open,
    .on_payload = flows_payload,
    .on_flow_active = flows_active,
    .on_flow_end = flows_end,
    .close = flows_close,
};
