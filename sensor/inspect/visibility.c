/* SPDX-License-Identifier: Apache-2.0 */
/* How well this worker sees: its counters once a second, and conversations of which one direction is missing. */
#include "sensor/plant/visibility.h"

#include <string.h>

#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"

enum { TALKATIVE = 4 /* packets from which on the other side ought to have been seen */ };

struct visibility {
    struct worker *worker;
    uint64_t two_way, one_way, understood, undecoded;
};

static bool visibility_open(void *self, struct worker *w, struct fault *fault)
{
    struct visibility *s = self;
    (void)fault;
    s->worker = w;
    return w->plant;
}

static void send_sight(struct visibility *s, uint64_t now)
{
    const struct worker *w = s->worker;
    struct sight sight = {.frames = w->counters.frames,
                          .kernel_drops = w->kernel_drops,
                          .segments = w->order.counters.segments,
                          .gaps = w->order.counters.gaps,
                          .two_way = s->two_way,
                          .one_way = s->one_way,
                          .understood = s->understood,
                          .undecoded = s->undecoded,
                          .cut = w->counters.cut_datagrams + w->counters.oddities[ODD_LINK_SHORT]};
    struct observation o = {
        .kind = OBSERVED_SIGHT, .what = (uint8_t)w->number, .length = sizeof sight, .time_ns = now, .frame = w->frame};
    plant_observe(w->plant, w->number, &o, &sight);
}

static void visibility_tick(void *self, uint64_t now) { send_sight(self, now); }

static void send_one_way(struct visibility *s, const struct flow *f, unsigned seen)
{
    struct observation o = {.kind = OBSERVED_ONE_WAY, .time_ns = f->last_ns, .frame = f->start_frame, .count = 1};
    o.device.address.family = o.peer.address.family = f->key.family;
    memcpy(o.device.address.bytes, f->key.address[seen], 16);
    memcpy(o.peer.address.bytes, f->key.address[!seen], 16);
    plant_observe(s->worker->plant, s->worker->number, &o, NULL);
}

static void visibility_flow_end(void *self, const struct flow *f, enum flow_end_reason reason)
{
    struct visibility *s = self;
    const struct flow_side *a = &f->side[0], *b = &f->side[1];
    (void)reason;
    if (!f->session) return; /* no payload: nothing to be missed */
    s->understood += f->session->layer_count > 0;
    s->undecoded += !f->session->layer_count;
    if (f->kind != PACKET_TCP || a->packets + b->packets < TALKATIVE) return;
    s->two_way += a->packets && b->packets;
    if (a->packets && b->packets) return;
    s->one_way++;
    send_one_way(s, f, a->packets ? 0 : 1);
}

static void visibility_close(void *self)
{
    struct visibility *s = self;
    send_sight(s, s->worker->now_ns);
}

const struct inspector inspector_visibility = {.name = "visibility",
                                               .size = sizeof(struct visibility),
                                               .open = visibility_open,
                                               .on_flow_end = visibility_flow_end,
                                               .on_tick = visibility_tick,
                                               .close = visibility_close};
