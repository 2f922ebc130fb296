/* SPDX-License-Identifier: Apache-2.0 */
/* What is out of the specification, told once a flow and kind: `anomaly` events (Suricata's EVE shape). */
#include "parsers/registry.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"

struct anomalies {
    struct worker *worker;
};

static bool anomalies_open(void *self, struct worker *w, struct fault *fault)
{
    struct anomalies *s = self;
    (void)fault;
    s->worker = w;
    return w->out.publisher;
}

/* The first of its kind in this flow? Kinds beyond the set's size are never the first: counted, not told. */
static bool first_in_flow(struct worker *w, const struct anomaly *a)
{
    struct session *s = w->session;
    for (unsigned i = 0; i < s->told_count; i++)
        if (s->told[i] == a) return false;
    if (s->told_count == SESSION_TOLD) return false;
    if (!s->told && !(s->told = arena_take(&w->arena, SESSION_TOLD * sizeof *s->told))) {
        w->counters.no_memory++;
        return false;
    }
    s->told[s->told_count++] = a;
    return true;
}

static void anomalies_message(void *self, const struct message *m)
{
    struct anomalies *s = self;
    if (!m->anomaly_count || !s->worker->session) return;
    for (unsigned i = 0; i < m->anomaly_count; i++) {
        const struct parser *p = m->anomalies[i].parser;
        const struct anomaly *a = &p->anomalies[m->anomalies[i].anomaly];
        if (!first_in_flow(s->worker, a)) continue;
        struct json j = event_begin(&s->worker->out, EVENT_ANOMALY, m->packet, m->parser->name);
        json_begin_object(&j, "anomaly");
        json_put_string(&j, "type", "applayer");
        json_put_format(&j, "event", "%s.%s", p->name, a->name);
        json_put_string(&j, "layer", "proto_parser");
        json_put_string(&j, "zh", a->zh);
        json_put_string(&j, "en", a->en);
        json_end_object(&j);
        event_ot(&j, m);
        event_send_frame(&s->worker->out, &j, EVENT_ANOMALY, 0, m->packet);
    }
}

const struct inspector inspector_anomalies = {.name = "anomalies",
                                              .size = sizeof(struct anomalies),
                                              .open = anomalies_open,
                                              .anomalies = true,
                                              .on_message = anomalies_message};
