/* SPDX-License-Identifier: Apache-2.0 */
/* One `flow` event for each flow that ended: packets, bytes, what was said in it and how often, what was lost. */
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"

struct flows {
    struct worker *worker;
};

static bool flows_open(void *self, struct worker *w, struct fault *fault)
{
    struct flows *s = self;
    (void)fault;
    s->worker = w;
    return w->out.publisher && w->options->flow_events;
}

static void put_operations(struct json *j, const struct session *s)
{
    if (!s || !s->said_count) return;
    json_begin_object(j, "operations");
    for (unsigned i = 0; i < s->said_count; i++) {
        const struct said *a = &s->said[i];
        char name[96];
        int n = a->operation ? snprintf(name, sizeof name, "%s.%s", a->parser->name, a->operation->name)
                             : snprintf(name, sizeof name, "%s", a->parser->name);
        if (n > 0 && (size_t)n < sizeof name) json_put_uint(j, name, a->count);
    }
    json_end_object(j);
    if (s->said_other) json_put_uint(j, "operations_other", s->said_other);
}

static void flows_end(void *self, const struct flow *f, enum flow_end_reason reason)
{
    struct flows *s = self;
    const struct session *session = f->session;
    bool claimed = session && session->layer_count;
    struct json j = event_begin_flow(&s->worker->out, EVENT_FLOW, f,
                                     claimed ? session->layers[session->layer_count - 1].parser->name : NULL);
    const struct flow_side *client = &f->side[f->client], *server = &f->side[!f->client];
    json_begin_object(&j, "flow");
    json_put_uint(&j, "pkts_toserver", client->packets);
    json_put_uint(&j, "pkts_toclient", server->packets);
    json_put_uint(&j, "bytes_toserver", client->bytes);
    json_put_uint(&j, "bytes_toclient", server->bytes);
    json_put_time(&j, "start", f->start_ns);
    json_put_time(&j, "end", f->last_ns);
    json_put_uint(&j, "age", (f->last_ns - f->start_ns) / 1000000000u);
    json_put_string(&j, "state",
                    f->kind != PACKET_TCP   ? "established"
                    : f->closed || f->reset ? "closed"
                    : f->syn                ? "established"
                                            : "midstream");
    json_put_string(&j, "reason", flow_end_reason_name[reason]);
    if (f->gaps) json_put_uint(&j, "gaps", f->gaps);
    if (f->retransmissions) json_put_uint(&j, "retransmissions", f->retransmissions);
    if (f->overlaps) json_put_uint(&j, "overlaps", f->overlaps);
    if (f->reordered) json_put_uint(&j, "reordered", f->reordered);
    put_operations(&j, session);
    json_end_object(&j);
    event_send(&s->worker->out, &j, EVENT_FLOW, 0, f->last_ns, f->id, 0);
}

const struct inspector inspector_flows = {
    .name = "flows", .size = sizeof(struct flows), .open = flows_open, .on_flow_end = flows_end};
