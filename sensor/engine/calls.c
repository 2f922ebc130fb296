/* SPDX-License-Identifier: Apache-2.0 */
/* One PDU through its parser, and the services that parsers call (parser.h, struct engine_calls). */
#include <string.h>

#include "parsers/registry.h"
#include "sensor/engine/worker.h"

/* What a parser sees is `pdu`; what the engine needs to serve it stands behind. */
struct call {
    struct pdu pdu;
    struct worker *worker;
    struct flow *flow;
    struct layer *layer;
    unsigned side;
};

static struct call *call_of(struct pdu *p) { return (struct call *)(void *)((char *)p - offsetof(struct call, pdu)); }

static void message_reset(struct message *m)
{
    struct value *values = m->values;
    const struct packet_meta *packet = m->packet;
    m->parser = NULL;
    m->operation = NULL;
    m->operation_code = 0;
    m->has_operation = false;
    m->role = m->status = m->operation_class = 0;
    m->status_code = 0;
    m->status_parser = NULL;
    m->has_unit = m->has_identity = false;
    m->unit = 0;
    m->latency_ns = m->request_frame = 0;
    m->anomaly_count = 0;
    m->value_count = 0;
    m->values = values;
    m->packet = packet;
}

static bool says(const struct said *said, const struct message *m)
{
    return (said->operation == m->operation) & (said->parser == m->parser);
}

/* Counts for the flow's own record. Which of the first two it is, nobody can foresee: no branch asks. */
static const struct said *count_said(struct worker *w, struct session *s, const struct message *m)
{
    bool second = says(&s->said[1], m);
    if (says(&s->said[0], m) | second) {
        struct said *said = &s->said[second];
        said->count++;
        return said;
    }
    for (unsigned i = SESSION_SAID_FIRST; i < s->said_count; i++) {
        struct said *said = &s->more[i - SESSION_SAID_FIRST];
        if (says(said, m)) {
            said->count++;
            return said;
        }
    }
    bool full = s->said_count == SESSION_SAID;
    if (!full && s->said_count >= SESSION_SAID_FIRST && !s->more && !(s->more = arena_take(&w->arena, SAID_MORE))) {
        w->counters.no_memory++;
        full = true;
    }
    if (full) {
        s->said_other++;
        return NULL;
    }
    struct said *said = said_at(s, s->said_count++);
    *said = (struct said){m->parser, m->operation, 1};
    return said;
}

static void call_direction(struct pdu *p, enum direction direction)
{
    struct call *c = call_of(p);
    if (direction == DIRECTION_UNKNOWN) return;
    c->flow->client = (uint8_t)(direction == TO_SERVER ? c->side : !c->side);
    c->flow->client_known = true;
    p->direction = direction;
    c->worker->packet->meta.from_client = direction == TO_SERVER;
    c->worker->packet->meta.direction_known = true;
}

static void deliver_message(struct call *c)
{
    struct worker *w = c->worker;
    struct message *m = &w->emitter.message;
    if (!m->parser) m->parser = m->layers[m->layer_count - 1];
    /* Neither handshake nor port told who serves: who asks is the client, who answers or reports is not. */
    if (!c->flow->client_known && m->role) call_direction(&c->pdu, m->role == ROLE_REQUEST ? TO_SERVER : TO_CLIENT);
    w->said = w->session ? count_said(w, w->session, m) : NULL;
    w->counters.messages++;
    inspect_message(w, m);
}

static void call_deliver(struct pdu *p)
{
    deliver_message(call_of(p));
    message_reset(p->message);
    p->want = p->emitter->want_of_class[OT_NONE] + p->field_base;
}

static void run(struct call *c, struct bytes in)
{
    struct pdu *p = &c->pdu;
    struct worker *w = c->worker;
    struct message *m = &w->emitter.message;
    p->in = in;
    p->state = c->layer->state;
    p->shared = w->shared[c->layer->number];
    p->direction = direction_of(c->flow, c->side);
    p->transport = c->layer->transport;
    p->on_port = c->flow->session->on_port;
    p->packet = &w->packet->meta;
    p->message = m;
    p->parser = c->layer->parser;
    p->field_base = c->layer->field_base;
    p->want = w->emitter.want_of_class[m->operation_class] + p->field_base;
    p->emitter = &w->emitter;
    m->pdu = in;
    if (m->layer_count < MESSAGE_LAYERS) m->layers[m->layer_count++] = p->parser;
    w->counters.pdus++;
    p->parser->parse(p);
}

void parse_pdu(struct worker *w, struct flow *f, unsigned side, struct layer *layer, struct bytes in)
{
    struct call c; /* the rest of it is written by `run` */
    struct emitter *e = &w->emitter;
    c.worker = w;
    c.flow = f;
    c.side = side;
    c.layer = layer;
    c.pdu.layer = 0;
    message_reset(&e->message);
    e->message.layer_count = 0;
    e->message.packet = &w->packet->meta;
    e->scratch_at = e->scratch;
    w->session = f->session;
    w->side = side;
    e->message.settled = &f->side[side].settled;
    run(&c, in);
    const struct message *m = &e->message;
    if (m->has_operation || m->value_count || m->anomaly_count) deliver_message(&c);
    if (w->unanswered_count) tell_unanswered(w, f);
    if (w->crowded) requests_make_room(w);
}

static void call_carry(struct pdu *p, enum transport transport, struct bytes payload)
{
    struct call *outer = call_of(p);
    struct probe_hint hint = {.transport = (uint8_t)transport,
                              .src_port = p->packet->src_port,
                              .dst_port = p->packet->dst_port,
                              .direction = (uint8_t)p->direction};
    if (bytes_empty(&payload)) return;
    struct layer *layer = claim_layer(outer->worker, outer->flow->session, payload, &hint, 0);
    if (!layer) return;
    struct call inner = {.worker = outer->worker, .flow = outer->flow, .side = outer->side, .layer = layer};
    inner.pdu.layer = (uint8_t)(p->layer + 1);
    if (inner.pdu.layer >= MESSAGE_LAYERS) {
        outer->worker->counters.layers_full++;
        return;
    }
    run(&inner, payload);
}

static bool call_join(struct pdu *p, unsigned slot, struct bytes piece, bool first, bool last, struct bytes *whole)
{
    struct call *c = call_of(p);
    struct worker *w = c->worker;
    struct layer *l = c->layer;
    size_t limit = l->parser->max_pdu ? l->parser->max_pdu : 65536;
    if (slot >= JOIN_SLOTS) return false;
    if (!l->joins) {
        if (first && last) {
            *whole = piece;
            return true;
        }
        if (!(l->joins = arena_take(&w->arena, 2 * sizeof *l->joins))) {
            w->counters.no_memory++;
            return false;
        }
        memset(l->joins, 0, 2 * sizeof *l->joins);
    }
    struct buffer *b = &l->joins[c->side][slot];
    if (first) {
        buffer_drop(w, b);
        if (last) {
            *whole = piece;
            return true;
        }
        b->need = 1; /* begun: later pieces belong to it */
    } else if (!b->need) {
        return false;
    }
    if (!buffer_append(w, b, piece.at, bytes_left(&piece), limit)) {
        w->counters.oversized++;
        buffer_drop(w, b);
        return false;
    }
    if (!last) return false;
    b->need = 0;
    *whole = bytes_over(b->data, b->length);
    b->length = 0; /* the memory stays until the next first piece */
    return true;
}

/* ---- requests and answers ---- */

static struct request *call_request(struct pdu *p, uint64_t key)
{
    struct call *c = call_of(p);
    /* without memory, or without slots: one that nobody finds again */
    static _Thread_local struct request nobody;
    struct request *r = request_take(c->worker, c->layer);
    if (!r) r = &nobody;
    memset(r, 0, sizeof *r);
    r->key = key;
    r->time_ns = c->worker->now_ns;
    r->frame = p->packet->frame;
    r->operation = p->message->operation;
    r->operation_code = p->message->operation_code;
    r->unit = p->message->unit;
    r->has_unit = p->message->has_unit;
    r->from_client = c->side == c->flow->client;
    r->in_use = 1;
    return r;
}

/* Of several requests under one key (a master that numbers none, or asks again) the newest is answered. */
static struct request *call_pending(struct pdu *p, uint64_t key)
{
    struct call *c = call_of(p);
    struct requests *rs = c->layer->requests;
    struct request *newest = NULL;
    for (uint64_t used = rs ? rs->used : 0; used; used &= used - 1) {
        struct request *r = &rs->slot[__builtin_ctzll(used)];
        if (r->in_use && r->key == key && (!newest || r->frame >= newest->frame)) newest = r;
    }
    if (!newest) return NULL;
    p->message->latency_ns = c->worker->now_ns > newest->time_ns ? c->worker->now_ns - newest->time_ns : 0;
    p->message->request_frame = newest->frame;
    return newest;
}

/* A packet that the flow's side might have sent: what the frame in hand has besides is not the request's. */
static struct packet_meta meta_of(const struct flow *f, unsigned from)
{
    struct packet_meta m = {.flow_id = f->id,
                            .ethertype = f->key.family == 4           ? 0x0800
                                         : f->key.family == 6         ? 0x86dd
                                         : f->key.link_type <= 0xffff ? (uint16_t)f->key.link_type
                                                                      : 0,
                            .vlan = {f->key.vlan, 0xffff},
                            .src_port = f->key.port[from],
                            .dst_port = f->key.port[!from],
                            .ip_proto = f->key.proto,
                            .from_client = from == f->client,
                            .direction_known = f->client_known};
    m.src.family = m.dst.family = f->key.family;
    memcpy(m.src.bytes, f->key.address[from], 16);
    memcpy(m.dst.bytes, f->key.address[!from], 16);
    memcpy(m.src_mac, f->mac[from], 6);
    memcpy(m.dst_mac, f->mac[!from], 6);
    return m;
}

/* A message made by the engine: the request again, with status "unanswered", from its sender. */
void tell_unanswered(struct worker *w, struct flow *f)
{
    struct message *m = &w->emitter.message;
    m->settled = NULL; /* they repeat seldom */
    unsigned count = w->unanswered_count;
    w->unanswered_count = 0;
    w->said = NULL;
    for (unsigned i = 0; i < count; i++) {
        const struct unanswered *u = &w->unanswered[i];
        struct packet_meta meta = meta_of(f, u->request.from_client ? f->client : !f->client);
        message_reset(m);
        m->layers[0] = m->parser = u->parser;
        m->layer_count = 1;
        m->operation = u->request.operation;
        m->operation_code = u->request.operation_code;
        m->operation_class = m->operation ? m->operation->class : OT_NONE;
        m->has_operation = true;
        m->role = ROLE_REQUEST;
        m->status = STATUS_UNANSWERED;
        m->unit = u->request.unit;
        m->has_unit = u->request.has_unit;
        m->request_frame = meta.frame = u->request.frame;
        m->pdu = bytes_over(NULL, 0);
        meta.time_ns = u->request.time_ns;
        /* ids of its events: neither those of the request itself, nor those of another request of that frame */
        w->out.frame = meta.frame;
        w->out.ordinal = (1ull << 40) + ((u->request.key & 0xffffffff) << 4);
        m->packet = &meta;
        w->counters.messages++;
        inspect_message(w, m);
    }
    message_reset(m);
    m->packet = &w->packet->meta;
}

const struct engine_calls engine_calls = {
    .deliver = call_deliver,
    .carry = call_carry,
    .join = call_join,
    .request = call_request,
    .pending = call_pending,
    .direction = call_direction,
};
