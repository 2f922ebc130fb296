/* SPDX-License-Identifier: Apache-2.0 */
/* The sending end of the link (DEALER): greets, sends within the window, deletes what is acknowledged.
 * Follows docs/link-protocol.md, "Sender". */
#include "common/link/frame.h"
#include "common/link/socket.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BULK_WINDOW = LINK_WINDOW * 3 / 4, /* stream 1 leaves room for stream 0 */
    PAUSE_MS = 1000,                   /* after a refusal, doubled up to PAUSE_MAX_MS */
    PAUSE_MAX_MS = 30000
};

struct flight {                 /* of one stream */
    uint64_t epoch;             /* of this session */
    uint64_t expected;          /* what the receiver expects after what was sent */
    uint64_t next;              /* number to be read next */
    uint64_t ends[LINK_WINDOW]; /* ring: number behind each batch under way */
    unsigned head, count;
};

struct link_sender {
    struct link_sender_options options;
    void *zmq, *socket, *monitor; /* the context is the options' own where they give one */
    enum link_state state;
    uint32_t session;
    uint64_t heartbeat_ns, heard_ns, sent_ns, resume_ns;
    unsigned pause_ms, window, connections;
    struct flight flights[LINK_STREAMS];
    struct link_sender_counters counters;
};

static void tell(struct link_sender *s, enum link_state state, const char *reason)
{
    bool change = s->state != state || reason;
    s->state = s->counters.state = state;
    if (change && s->options.state) s->options.state(s->options.context, state, reason);
}

/* ---- connection -------------------------------------------------------------------------------------------------- */

static void disconnect(struct link_sender *s)
{
    if (s->monitor) zmq_close(s->monitor);
    if (s->socket) zmq_close(s->socket);
    s->monitor = s->socket = NULL;
}

static bool connect_now(struct link_sender *s)
{
    char monitor[64];
    /* A new name each time: a closed socket gives its own back only later. */
    snprintf(monitor, sizeof monitor, "inproc://monitor-%p-%u", (void *)s, ++s->connections);
    s->socket = link_socket(s->zmq, ZMQ_DEALER, s->options.keys, s->heartbeat_ns);
    if (!s->socket) return false;
    bool good = link_set_int(s->socket, ZMQ_IMMEDIATE, 1) && link_set_int(s->socket, ZMQ_RECONNECT_IVL, 200) &&
                link_set_int(s->socket, ZMQ_RECONNECT_IVL_MAX, 5000) &&
                link_set_int(s->socket, ZMQ_CONNECT_TIMEOUT, 5000) &&
                zmq_setsockopt(s->socket, ZMQ_CURVE_SERVERKEY, s->options.peer_public, CURVE_TEXT + 1) == 0 &&
                zmq_socket_monitor(s->socket, monitor,
                                   ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
                                       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) == 0;
    s->monitor = good ? zmq_socket(s->zmq, ZMQ_PAIR) : NULL;
    good = s->monitor && link_set_int(s->monitor, ZMQ_LINGER, 0) && zmq_connect(s->monitor, monitor) == 0 &&
           zmq_connect(s->socket, s->options.endpoint) == 0;
    if (!good) disconnect(s);
    s->heard_ns = s->sent_ns = link_monotonic_ns();
    return good;
}

/* Ends the session; the next one begins after a pause that grows as long as none succeeds. */
static void restart(struct link_sender *s, enum link_state state, const char *reason)
{
    disconnect(s);
    s->resume_ns = link_monotonic_ns() + (uint64_t)s->pause_ms * 1000000u;
    s->pause_ms = s->pause_ms * 2 < PAUSE_MAX_MS ? s->pause_ms * 2 : PAUSE_MAX_MS;
    tell(s, state, reason);
}

static bool send_frame(struct link_sender *s, const uint8_t *frame, size_t length)
{
    if (zmq_send(s->socket, frame, length, ZMQ_DONTWAIT) < 0) return false;
    s->sent_ns = link_monotonic_ns();
    s->counters.bytes += length;
    return true;
}

/* ---- session ----------------------------------------------------------------------------------------------------- */

static void look(const struct link_sender *s, unsigned stream, struct link_position *position)
{
    s->options.sources[stream].look(s->options.sources[stream].context, position);
}

static struct frame_hello hello(const struct link_sender *s)
{
    struct frame_hello h = {.clock_us = link_clock_us()};
    for (unsigned i = 0; i < LINK_STREAMS; i++) look(s, i, &h.streams[i]);
    if (s->options.item_position) s->options.item_position(s->options.context, &h.items);
    snprintf(h.version, sizeof h.version, "%s", s->options.version ? s->options.version : "");
    return h;
}

static void greet(struct link_sender *s)
{
    uint8_t frame[FRAME_SMALL];
    struct frame_hello h = hello(s);
    s->session = randombytes_random();
    size_t n = frame_put_hello(frame, LINK_HELLO, s->session, &h);
    if (!send_frame(s, frame, n)) return; /* no connection yet */
    s->heard_ns = link_monotonic_ns();
    tell(s, LINK_GREETING, NULL);
}

/* Makes the stream ready to go on from where the receiver stands; false when it needs a new epoch first. */
static bool resume_stream(struct link_sender *s, unsigned stream, const struct link_position *theirs)
{
    const struct link_source *source = &s->options.sources[stream];
    struct link_position ours;
    look(s, stream, &ours);
    bool same = theirs->epoch == ours.epoch;
    if (theirs->epoch > ours.epoch || (same && theirs->next > ours.next)) {
        source->renew(source->context, theirs->epoch);
        s->counters.renewed++;
        return false;
    }
    if (same && theirs->next > ours.first) source->acknowledge(source->context, theirs->next);
    s->flights[stream] = (struct flight){
        .epoch = ours.epoch,
        .expected = same ? theirs->next : 0,
        .next = same && theirs->next > ours.first ? theirs->next : ours.first,
    };
    return true;
}

static void take_credit(struct link_sender *s, const struct frame_welcome *w)
{
    s->window = w->window < LINK_WINDOW ? w->window : LINK_WINDOW;
    s->counters.clock_offset_us = (int64_t)(w->clock_us - link_clock_us());
}

static void on_welcome(struct link_sender *s, struct bytes *in)
{
    struct frame_welcome w;
    bool renewed = false;
    if (s->state != LINK_GREETING || !frame_get_welcome(in, &w)) {
        s->counters.malformed++;
        return;
    }
    for (unsigned i = 0; i < LINK_STREAMS; i++) renewed |= !resume_stream(s, i, &w.streams[i]);
    if (renewed) {
        greet(s);
        return;
    }
    take_credit(s, &w);
    s->counters.sessions++;
    s->pause_ms = PAUSE_MS;
    tell(s, LINK_READY, NULL);
}

static void acknowledge(struct link_sender *s, unsigned stream, uint64_t epoch, uint64_t next)
{
    struct flight *f = &s->flights[stream];
    if (epoch != f->epoch || next > f->expected) return;
    while (f->count && f->ends[f->head] <= next) {
        f->head = (f->head + 1) % LINK_WINDOW;
        f->count--;
    }
    struct link_position ours;
    look(s, stream, &ours);
    if (next <= ours.first || ours.epoch != epoch) return;
    s->counters.acknowledged += next - ours.first;
    s->options.sources[stream].acknowledge(s->options.sources[stream].context, next);
}

static void on_ack(struct link_sender *s, struct bytes *in)
{
    struct frame_batch a;
    if (s->state != LINK_READY) return;
    if (frame_get_ack(in, &a))
        acknowledge(s, a.stream, a.epoch, a.first);
    else
        s->counters.malformed++;
}

/* Tells all positions again: an acknowledgement that found no room is made good here. */
static void on_pong(struct link_sender *s, struct bytes *in)
{
    struct frame_welcome w;
    if (s->state != LINK_READY) return;
    if (!frame_get_welcome(in, &w)) {
        s->counters.malformed++;
        return;
    }
    take_credit(s, &w);
    for (unsigned i = 0; i < LINK_STREAMS; i++) acknowledge(s, i, w.streams[i].epoch, w.streams[i].next);
}

static void on_item(struct link_sender *s, struct bytes *in)
{
    struct link_item item;
    uint8_t frame[FRAME_SMALL];
    if (!frame_get_item(in, &item)) {
        s->counters.malformed++;
        return;
    }
    if (!s->options.item || !s->options.item(s->options.context, &item)) return;
    s->counters.items++;
    send_frame(s, frame, frame_put_item_ack(frame, s->session, item.number + 1));
}

static void on_refuse(struct link_sender *s, struct bytes *in)
{
    enum refusal why;
    if (!frame_get_refuse(in, &why)) {
        s->counters.malformed++;
        return;
    }
    s->counters.refused++;
    if (why == REFUSE_HELLO && s->state == LINK_READY) {
        greet(s);
        return;
    }
    restart(s, why == REFUSE_REVOKED || why == REFUSE_VERSION ? LINK_REFUSED : LINK_CONNECTING, refusal_text[why]);
}

static void receive(struct link_sender *s, const void *data, size_t length)
{
    static void (*const on[LINK_TYPES])(struct link_sender *, struct bytes *) = {
        [LINK_WELCOME] = on_welcome, [LINK_ACK] = on_ack,       [LINK_PONG] = on_pong,
        [LINK_ITEM] = on_item,       [LINK_REFUSE] = on_refuse,
    };
    struct bytes in = bytes_over(data, length);
    struct frame_head head;
    if (!frame_get_head(&in, &head) || !on[head.type]) {
        s->counters.malformed++;
        return;
    }
    if (head.session != s->session) return; /* of a session that is over */
    s->heard_ns = link_monotonic_ns();
    on[head.type](s, &in);
}

static bool receive_all(struct link_sender *s)
{
    bool moved = false;
    zmq_msg_t message;
    zmq_msg_init(&message);
    while (s->socket && zmq_msg_recv(&message, s->socket, ZMQ_DONTWAIT) >= 0) {
        receive(s, zmq_msg_data(&message), zmq_msg_size(&message));
        moved = true;
    }
    zmq_msg_close(&message);
    return moved;
}

/* Connections made and lost under the socket. */
static void watch(struct link_sender *s)
{
    struct {
        uint16_t event;
        uint32_t value;
    } __attribute__((packed)) what;
    char address[256];
    while (s->monitor && zmq_recv(s->monitor, &what, sizeof what, ZMQ_DONTWAIT) >= 0) {
        zmq_recv(s->monitor, address, sizeof address, 0);
        if (what.event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
            restart(s, LINK_REFUSED, "this node's key is not enrolled there");
        else if (what.event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)
            restart(s, LINK_REFUSED, "the handshake failed: is the receiver's key the right one?");
        else if (what.event == ZMQ_EVENT_DISCONNECTED && s->state != LINK_CONNECTING)
            tell(s, LINK_CONNECTING, "the connection was lost");
    }
}

/* ---- sending ----------------------------------------------------------------------------------------------------- */

static bool send_batch(struct link_sender *s, unsigned stream)
{
    struct flight *f = &s->flights[stream];
    const struct link_source *source = &s->options.sources[stream];
    struct frame_batch b = {.stream = (uint8_t)stream, .epoch = f->epoch, .after = f->expected};
    const uint8_t *data;
    size_t length;
    zmq_msg_t message;
    if (!source->read(source->context, f->next, &b.first, &b.count, &data, &length)) return false;
    if (b.after > b.first) b.after = b.first; /* the receiver has a part of it already: nothing is missing before it */
    if (zmq_msg_init_size(&message, BATCH_HEAD + length)) return false;
    uint8_t *frame = zmq_msg_data(&message);
    frame_put_batch(frame, s->session, &b);
    memcpy(frame + BATCH_HEAD, data, length);
    if (zmq_msg_send(&message, s->socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&message);
        return false;
    }
    f->expected = f->next = b.first + b.count;
    f->ends[(f->head + f->count++) % LINK_WINDOW] = f->expected;
    s->sent_ns = link_monotonic_ns();
    s->counters.batches++;
    s->counters.bytes += BATCH_HEAD + length;
    return true;
}

static bool send_batches(struct link_sender *s)
{
    bool moved = false;
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        unsigned under_way = 0, most = i ? s->window * BULK_WINDOW / LINK_WINDOW : s->window;
        for (unsigned k = 0; k < LINK_STREAMS; k++) under_way += s->flights[k].count;
        for (; under_way < most && send_batch(s, i); under_way++) moved = true;
    }
    return moved;
}

static void ping(struct link_sender *s)
{
    uint8_t frame[FRAME_SMALL];
    struct frame_hello h = hello(s);
    send_frame(s, frame, frame_put_hello(frame, LINK_PING, s->session, &h));
    s->sent_ns = link_monotonic_ns(); /* tried: not again before the next beat */
}

static void keep_alive(struct link_sender *s)
{
    uint64_t now = link_monotonic_ns();
    if (!s->socket) {
        if (now >= s->resume_ns) connect_now(s);
        return;
    }
    if (s->state == LINK_CONNECTING || s->state == LINK_REFUSED) {
        if (now - s->heard_ns > s->heartbeat_ns / 50) greet(s);
    } else if (now - s->heard_ns > LINK_LIVENESS * s->heartbeat_ns) {
        restart(s, LINK_CONNECTING, "the receiver is silent");
    } else if (s->state == LINK_READY && now - s->sent_ns > s->heartbeat_ns) {
        ping(s);
    }
}

bool link_sender_turn(struct link_sender *s, int wait_ms)
{
    keep_alive(s);
    bool moved = receive_all(s);
    watch(s);
    if (s->state == LINK_READY && s->socket) moved |= send_batches(s);
    if (moved || !wait_ms) return moved;
    zmq_pollitem_t items[2] = {{.socket = s->socket, .events = ZMQ_POLLIN},
                               {.socket = s->monitor, .events = ZMQ_POLLIN}};
    zmq_poll(items, s->socket ? 2 : 0, wait_ms);
    return receive_all(s);
}

/* ---- life -------------------------------------------------------------------------------------------------------- */

struct link_sender *link_sender_open(const struct link_sender_options *options, struct fault *fault)
{
    struct link_sender *s = calloc(1, sizeof *s);
    if (s) s->zmq = sodium_init() < 0 ? NULL : options->zmq ? options->zmq : zmq_ctx_new();
    if (!s || !s->zmq) {
        fault_set(fault, "%s: out of memory", options->endpoint);
        free(s);
        return NULL;
    }
    s->options = *options;
    s->heartbeat_ns = options->heartbeat_ns ? options->heartbeat_ns : LINK_HEARTBEAT_NS;
    s->pause_ms = PAUSE_MS;
    if (connect_now(s)) return s;
    fault_set(fault, "%s: not an address to connect to (%s); write tcp://HOST:PORT", options->endpoint,
              zmq_strerror(errno));
    link_sender_close(s);
    return NULL;
}

void link_sender_look(const struct link_sender *s, struct link_sender_counters *counters) { *counters = s->counters; }

void link_sender_close(struct link_sender *s)
{
    uint8_t frame[FRAME_SMALL];
    if (!s) return;
    if (s->socket && (s->state == LINK_READY || s->state == LINK_GREETING)) {
        /* Not lingering in general, but for the last word. */
        link_set_int(s->socket, ZMQ_LINGER, 100);
        send_frame(s, frame, frame_put_bare(frame, LINK_BYE, s->session));
    }
    disconnect(s);
    if (!s->options.zmq) zmq_ctx_term(s->zmq);
    free(s);
}
