/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's evidence (evidence.h) as an inspector: opened where alerts are told and memory is given for it. */
#include "sensor/engine/worker.h"
#include "sensor/inspect/evidence.h"

struct holder {
    struct worker *worker;
    struct evidence_counters last;
};

static bool holder_open(void *self, struct worker *w, struct fault *fault)
{
    struct holder *h = self;
    bool failed;
    h->worker = w;
    if (!w->options->rules || !w->out.publisher) return false;
    w->evidence = evidence_open(w->options, &w->out, &w->packet, &failed);
    if (failed) fault_set(fault, "evidence: out of memory");
    if (w->evidence) w->evidenced = evidence_counters(w->evidence);
    return w->evidence != NULL;
}

static void holder_frame(void *self, const struct packet *packet)
{
    const struct holder *h = self;
    evidence_keep(h->worker->evidence, packet);
}

static void holder_tick(void *self, uint64_t now_ns)
{
    const struct holder *h = self;
    evidence_tick(h->worker->evidence, now_ns);
}

static void holder_close(void *self)
{
    struct holder *h = self;
    evidence_finish(h->worker->evidence);
    h->last = *h->worker->evidenced;
    h->worker->evidenced = &h->last; /* `stats` closes behind this */
    evidence_close(h->worker->evidence);
    h->worker->evidence = NULL;
}

const struct inspector inspector_evidence = {
    .name = "evidence",
    .size = sizeof(struct holder),
    .open = holder_open,
    .on_frame = holder_frame,
    .on_tick = holder_tick,
    .close = holder_close,
};
