/* SPDX-License-Identifier: Apache-2.0 */
/* A worker: frame → flow → stream → session, and the inspectors behind. */
#include "sensor/engine/worker.h"

#include <stdlib.h>
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/turns.h"
#include "sensor/plant/plant.h"

#define SECOND 1000000000u
enum { SCRATCH = 1 << 20, MARK_EVERY = 1024 };
/* behind all frames: flows in the order in which they began, then what the inspectors still have to tell */
#define PLACE_ENDING  (1ull << 62)
#define PLACE_CLOSING (1ull << 63)

static const struct inspector *const all_inspectors[] = {
#define X(name) &inspector_##name,
    INSPECTORS(X)
#undef X
};

static void on_bytes(void *context, struct flow *f, unsigned side, struct bytes data)
{
    const struct worker *w = context;
    for (unsigned i = 0; i < w->on_stream_count; i++) w->on_stream[i].call(w->on_stream[i].self, f, side, data);
    feed_stream(context, f, side, data);
}

static void on_gap(void *context, struct flow *f, unsigned side, uint32_t lost)
{
    const struct worker *w = context;
    (void)lost;
    for (unsigned i = 0; i < w->on_stream_count; i++) w->on_stream[i].gap(w->on_stream[i].self, f);
    feed_gap(context, f, side);
}

static void on_end(void *context, struct flow *f, unsigned side) { feed_end(context, f, side); }

static void set_place(struct worker *w, uint64_t place)
{
    w->place = place;
    if (w->options->turns) turns_reach(w->options->turns, w->number, place);
}

static void on_flow_end(void *context, struct flow *f, enum flow_end_reason reason)
{
    struct worker *w = context;
    if (w->ending) set_place(w, PLACE_ENDING + f->start_frame);
    stream_end(&w->order, f);
    end_requests(w, f);
    w->session = NULL;
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->on_flow_end) w->inspectors[i].type->on_flow_end(w->inspectors[i].self, f, reason);
    session_end(w, f);
}

void worker_want(struct worker *w)
{
    size_t count = registry()->field_count;
    uint8_t *all = (uint8_t *)w->emitter.want_of_class[0], *none = all + OT_NONE * (count + 1);
    memset(all, 0, OT_CLASS_COUNT * (count + 1));
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        for (unsigned i = 0; i < w->inspector_count; i++)
            if (w->inspectors[i].type->wants)
                w->inspectors[i].type->wants(w->inspectors[i].self, c, all + c * (count + 1));
    /* before its operation is known a message may still become any class */
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++)
        for (size_t f = 0; f < count; f++) none[f] |= all[c * (count + 1) + f];
}

/* One byte a registered field and class: does anyone read it? Parsers ask before they make a value. */
static bool open_wants(struct worker *w)
{
    size_t count = registry()->field_count;
    uint8_t *all = calloc(OT_CLASS_COUNT + 1, count + 1); /* one more: runs of fields are read eight at a time */
    if (!all) return false;
    for (unsigned c = 0; c < OT_CLASS_COUNT; c++) w->emitter.want_of_class[c] = all + c * (count + 1);
    worker_want(w);
    return true;
}

void worker_listen(struct worker *w, const struct inspector *type, void *self)
{
    w->inspectors[w->inspector_count].type = type;
    w->inspectors[w->inspector_count++].self = self;
    kinds_listen(&w->kinds, type, self);
    if (type->on_stream) {
        w->on_stream[w->on_stream_count].call = type->on_stream;
        w->on_stream[w->on_stream_count].gap = type->on_gap;
        w->on_stream[w->on_stream_count++].self = self;
    }
    if (type->on_frame) {
        w->on_frame[w->on_frame_count].call = type->on_frame;
        w->on_frame[w->on_frame_count++].self = self;
    }
}

static bool open_inspectors(struct worker *w, struct fault *fault)
{
    for (unsigned i = 0; i < COUNT_OF(all_inspectors); i++) {
        const struct inspector *type = all_inspectors[i];
        void *self = calloc(1, type->size ? type->size : 1);
        if (!self) return fault_set(fault, "out of memory");
        if (type->open && !type->open(self, w, fault)) {
            free(self);
            if (fault->text[0]) return false;
            continue;
        }
        worker_listen(w, type, self);
    }
    return true;
}

static bool open_shared(struct worker *w)
{
    const struct registry *r = registry();
    w->shared = calloc(r->parser_count, sizeof *w->shared);
    for (unsigned i = 0; w->shared && i < r->parser_count; i++)
        if (r->parsers[i]->shared_size && !(w->shared[i] = calloc(1, r->parsers[i]->shared_size))) return false;
    return w->shared != NULL;
}

static void close_shared(struct worker *w)
{
    for (unsigned i = 0; w->shared && i < registry()->parser_count; i++) free(w->shared[i]);
    free(w->shared);
}

struct worker *worker_open(const struct sensor_options *o, struct publisher *publisher, struct plant *plant,
                           unsigned number, struct fault *fault)
{
    struct worker *w = calloc(1, sizeof *w);
    if (!w) return fault_set(fault, "out of memory"), NULL;
    struct flow_limits limits = {.flows = (uint32_t)o->flows,
                                 .active_ns = o->flow_active,
                                 .tcp_seconds = (uint32_t)(o->tcp_timeout / SECOND),
                                 .udp_seconds = (uint32_t)(o->udp_timeout / SECOND),
                                 .half_seconds = (uint32_t)(o->closed_timeout / SECOND)};
    struct emitter *e = &w->emitter;
    w->options = o;
    w->plant = plant;
    w->number = number;
    if (plant) plant_attend(plant, number, &w->place);
    w->order = (struct stream_order){.arena = &w->arena, .sink = {on_bytes, on_gap, w, on_end}};
    e->engine = &engine_calls;
    e->value_limit = (uint32_t)o->values;
    e->message.values = malloc(o->values * sizeof *e->message.values);
    e->scratch = malloc(SCRATCH);
    w->ahead = calloc(AHEAD, sizeof *w->ahead);
    if (w->ahead) w->packet = &w->ahead[0].packet, w->order.packet = &w->packet->meta;
    e->scratch_end = e->scratch ? e->scratch + SCRATCH : NULL;
    if (!e->message.values || !e->scratch || !w->ahead || !open_shared(w) ||
        !event_out_open(&w->out, o, publisher, number) || !arena_open(&w->arena, o->memory) ||
        !flow_table_open(&w->flows, &limits) || !(w->decoder = decoder_open(&w->arena)))
        fault_set(fault, "worker %u: out of memory", number);
    if (fault->text[0] || !open_inspectors(w, fault) || (!open_wants(w) && !fault_set(fault, "out of memory"))) {
        worker_close(w);
        return NULL;
    }
    return w;
}

void inspect_message(struct worker *w, const struct message *m)
{
    struct kinds *k = &w->kinds;
    w->kind = kind_of(k, m);
    uint32_t listeners = w->kind->listeners;
    if (m->anomaly_count) listeners |= k->anomalies;
    if (m->has_identity) listeners |= k->identities;
    if (w->said && w->said->count % INSPECT_STEP < 2) listeners |= k->firsts;
    for (; listeners; listeners &= listeners - 1) {
        const struct message_listener *l = &k->listeners[__builtin_ctz(listeners)];
        l->call(l->self, m);
    }
}

void worker_mark(struct worker *w)
{
    struct observation mark = {.kind = OBSERVED_MARK, .time_ns = w->now_ns, .frame = w->frame};
    if (w->plant) plant_observe(w->plant, w->number, &mark, NULL);
}

bool worker_must_pass(const struct worker *w, uint64_t frame, uint64_t time_ns)
{
    return time_ns >= w->tick_ns || frame % MARK_EVERY == 0;
}

/* Workers let time pass at the same frames, so that what they say of it stands at the same place. */
static void worker_pass(struct worker *w, uint64_t frame, uint64_t time_ns)
{
    w->end_frame = frame;
    if (time_ns > w->end_ns) w->end_ns = time_ns;
    set_place(w, frame);
    if (!worker_must_pass(w, frame, time_ns)) return;
    w->frame = frame;
    if (time_ns > w->now_ns) w->now_ns = w->out.now_ns = time_ns;
    if (w->now_ns >= w->tick_ns)
        worker_tick(w, w->now_ns);
    else
        worker_mark(w);
}

void worker_tick(struct worker *w, uint64_t now)
{
    w->now_ns = w->out.now_ns = now;
    w->tick_ns = now - now % SECOND + SECOND; /* whole seconds: the same for all workers */
    flow_expire(&w->flows, now, w->flows.fresh / 16 + 64, on_flow_end, w);
    worker_mark(w);
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->on_tick) w->inspectors[i].type->on_tick(w->inspectors[i].self, now);
}

/* Who opened the connection: the handshake tells; without one, a port below 1024 (or the lower one) likely serves. */
static void guess_client(struct flow *f, unsigned side, const struct packet *p)
{
    if (p->kind == PACKET_TCP && p->meta.tcp_flags & TCP_SYN) {
        f->client = (uint8_t)(p->meta.tcp_flags & TCP_ACK ? !side : side);
        f->client_known = f->syn = true;
    } else if (p->kind == PACKET_LINK || p->meta.src_port == p->meta.dst_port) {
        f->client = (uint8_t)side;
    } else {
        f->client = (uint8_t)(p->meta.src_port > p->meta.dst_port ? side : !side);
    }
}

/* No flow brings these to the inspectors, and scans are made of them: an opening SYN, and ICMP. */
static bool is_bare(const struct packet *p)
{
    if (p->kind == PACKET_TCP) return (p->meta.tcp_flags & (TCP_SYN | TCP_ACK)) == TCP_SYN && bytes_empty(&p->payload);
    return p->kind == PACKET_IP && (p->meta.ip_proto == 1 || p->meta.ip_proto == 58);
}

static void flow_active(struct worker *w, struct flow *f)
{
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->on_flow_active) w->inspectors[i].type->on_flow_active(w->inspectors[i].self, f);
    f->due_ns = w->packet->meta.time_ns + w->flows.limits.active_ns;
}

static void begin_flow(struct worker *w)
{
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->on_flow) w->inspectors[i].type->on_flow(w->inspectors[i].self, w->packet);
}

static void flow_packet(struct worker *w, const struct ahead *a)
{
    struct packet *p = w->packet;
    unsigned side = a->side;
    if (!a->has_flow) return;
    struct flow *f = flow_get(&w->flows, &a->key, a->hash, side, a->likely, p, on_flow_end, w);
    if (!f) return;
    if (p->meta.time_ns >= f->due_ns) flow_active(w, f);
    if (!f->side[0].packets && !f->side[1].packets) guess_client(f, side, p);
    f->last_ns = p->meta.time_ns;
    f->side[side].packets++;
    f->side[side].bytes += p->meta.length;
    memcpy(f->mac[side], p->meta.src_mac, 6);
    memcpy(f->mac[!side], p->meta.dst_mac, 6);
    p->meta.flow_id = f->id;
    p->meta.from_client = side == f->client;
    p->meta.direction_known = f->client_known;
    if (f->side[side].packets == 1) begin_flow(w);
    if (is_bare(p)) inspect_payload(w, p->payload);
    if (p->kind == PACKET_TCP)
        stream_packet(&w->order, f, side, p);
    else if (p->kind != PACKET_IP && !bytes_empty(&p->payload))
        feed_datagram(w, f, side, p->payload);
}

static void take_frame(struct worker *w, struct ahead *a)
{
    const struct captured *c = a->frame;
    if (c->other) {
        worker_pass(w, c->number, c->time_ns);
        return;
    }
    w->frame = c->number;
    set_place(w, c->number);
    w->counters.frames++;
    w->counters.bytes += c->length;
    if (c->time_ns > w->now_ns) w->now_ns = w->out.now_ns = c->time_ns;
    if (w->now_ns >= w->tick_ns) worker_tick(w, w->now_ns);
    w->packet = &a->packet;
    w->order.packet = &a->packet.meta;
    for (uint32_t odd = a->packet.oddities; odd; odd &= odd - 1) w->counters.oddities[__builtin_ctz(odd)]++;
    flow_packet(w, a);
    for (unsigned i = 0; i < w->on_frame_count; i++) w->on_frame[i].call(w->on_frame[i].self, &a->packet);
    a->packet.frame = NULL;
}

void worker_frames(struct worker *w, int link, const struct captured *frames, unsigned count)
{
    struct approach in = {.link = link, .frames = frames, .count = count, .first = w->turn};
    for (int i = -APPROACH; i < 0; i++) (void)approach(w, &in, i);
    for (int i = 0; i < (int)count; i++) take_frame(w, approach(w, &in, i));
    w->turn = (w->turn + count) % AHEAD;
}

void worker_frame(struct worker *w, int link, uint64_t frame, uint64_t time_ns, const uint8_t *bytes, size_t captured,
                  uint32_t length)
{
    struct captured c = {
        .number = frame, .time_ns = time_ns, .bytes = bytes, .captured = (uint32_t)captured, .length = length};
    worker_frames(w, link, &c, 1);
}

void worker_finish(struct worker *w)
{
    if (w->end_ns > w->now_ns) w->now_ns = w->out.now_ns = w->end_ns;
    if (w->end_frame > w->frame) w->frame = w->end_frame;
    w->ending = true;
    flow_finish(&w->flows, w->now_ns, on_flow_end, w);
    set_place(w, PLACE_CLOSING);
    w->counters.values_dropped = w->emitter.values_dropped;
    w->counters.scratch_dropped = w->emitter.scratch_dropped;
    for (unsigned i = 0; i < w->inspector_count; i++)
        if (w->inspectors[i].type->close) w->inspectors[i].type->close(w->inspectors[i].self);
    for (unsigned i = 0; i < w->inspector_count; i++) free(w->inspectors[i].self);
    w->inspector_count = w->on_frame_count = w->on_stream_count = 0;
    kinds_clear(&w->kinds);
    if (w->plant) plant_leave(w->plant, w->number);
}

void worker_close(struct worker *w)
{
    if (!w) return;
    for (unsigned i = 0; i < w->inspector_count; i++) free(w->inspectors[i].self);
    free((void *)w->emitter.want_of_class[0]);
    free(w->emitter.message.values);
    free(w->emitter.scratch);
    free(w->ahead);
    close_shared(w);
    event_out_close(&w->out);
    decoder_close(w->decoder);
    flow_table_close(&w->flows);
    arena_close(&w->arena);
    free(w);
}
