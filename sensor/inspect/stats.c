/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of the worker as a `stats` event every minute of packet time and at the end: every drop, cap, eviction. */
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"
#include "sensor/inspect/evidence.h"
#include "signatures/signature.h"

#define INTERVAL 60000000000ull /* ns */

struct stats {
    struct worker *worker;
    uint64_t next_ns, ordinal;
};

static bool stats_open(void *self, struct worker *w, struct fault *fault)
{
    struct stats *s = self;
    (void)fault;
    s->worker = w;
    return w->out.publisher;
}

static void put_decode(struct json *j, const struct engine_counters *c)
{
    json_begin_object(j, "decode");
    for (unsigned i = 0; i < ODD_COUNT; i++) json_put_uint(j, decode_oddity_name[i], c->oddities[i]);
    json_end_object(j);
}

static void put_flows(struct json *j, const struct worker *w)
{
    const struct flow_counters *f = &w->flows.counters;
    const struct stream_counters *t = &w->order.counters;
    json_begin_object(j, "flow");
    json_put_uint(j, "active", w->flows.used);
    json_put_uint(j, "created", f->created);
    json_put_uint(j, "evicted", f->evicted);
    json_put_uint(j, "memory_used", w->arena.used);
    json_put_uint(j, "memory_refused", w->arena.refused);
    json_end_object(j);
    json_begin_object(j, "stream");
    json_put_uint(j, "segments", t->segments);
    json_put_uint(j, "retransmitted", t->retransmitted);
    json_put_uint(j, "reordered", t->reordered);
    json_put_uint(j, "overlaps", t->overlaps);
    json_put_uint(j, "gaps", t->gaps);
    json_put_uint(j, "gap_bytes", t->gap_bytes);
    json_put_uint(j, "held_limit", t->held_limit);
    json_put_uint(j, "keepalives", t->keepalives);
    json_end_object(j);
}

static void put_signatures(struct json *j, const struct worker *w)
{
    const struct matcher_counters *m = w->matching;
    const struct evidence_counters *e = w->evidenced;
    if (!m) return;
    json_begin_object(j, "signatures");
#define X(name, zh, en) json_put_uint(j, #name, m->name);
    MATCHER_COUNTERS(X)
#undef X
    json_put_uint(j, "alerts_suppressed", w->alerts_suppressed);
    json_end_object(j);
    if (!e) return;
    json_begin_object(j, "evidence");
#define X(name, zh, en) json_put_uint(j, #name, e->name);
    EVIDENCE_COUNTERS(X)
#undef X
    json_end_object(j);
}

static void tell(struct stats *s)
{
    struct worker *w = s->worker;
    struct json j = event_begin(&w->out, EVENT_STATS, NULL, NULL);
    json_begin_object(&j, "stats");
    json_put_uint(&j, "worker", w->number);
    json_begin_object(&j, "capture");
    json_put_uint(&j, "kernel_drops", w->kernel_drops);
    json_end_object(&j);
    json_begin_object(&j, "engine");
#define X(name, zh, en) json_put_uint(&j, #name, w->counters.name);
    ENGINE_COUNTERS(X)
#undef X
    json_put_uint(&j, "events", w->out.sent);
    json_put_uint(&j, "events_too_long", w->out.too_long);
    json_end_object(&j);
    put_decode(&j, &w->counters);
    put_flows(&j, w);
    put_signatures(&j, w);
    json_end_object(&j);
    event_send(&w->out, &j, EVENT_STATS, 0, w->now_ns, w->number, s->ordinal++);
}

static void stats_tick(void *self, uint64_t now)
{
    struct stats *s = self;
    if (!s->next_ns) s->next_ns = now + INTERVAL;
    if (now < s->next_ns) return;
    s->next_ns = now + INTERVAL;
    tell(s);
}

static void stats_close(void *self) { tell(self); }

const struct inspector inspector_stats = {
    .name = "stats", .size = sizeof(struct stats), .open = stats_open, .on_tick = stats_tick, .close = stats_close};
