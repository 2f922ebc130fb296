/* SPDX-License-Identifier: Apache-2.0 */
/* The receiving end of the link (ROUTER): admits, gathers what has come, commits it in one go, acknowledges.
 * Follows docs/link-protocol.md, "Receiver". */
#include "common/link/frame.h"
#include "common/link/peers.h"
#include "common/link/socket.h"
#include "common/link/zap.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zstd.h>

enum {
    GATHER = 128,         /* batches of one commit … */
    ARENA = 8 << 20,      /* … and bytes */
    FRAMES_A_TURN = 1024, /* so that authentication and time-outs have their turn */
    ITEM_WINDOW = 4,
    WINDOW_ALL = 4096, /* batches that all peers together may have under way … */
    WINDOW_LEAST = 8,  /* … and each of them at least */
    PEERS = 4096
};
#define NODES_CHECK_NS  UINT64_C(200000000)
#define REFUSAL_TOLD_NS UINT64_C(1000000000)

struct link_receiver {
    struct link_receiver_options options;
    void *zmq, *socket, *zap;
    int wake;
    unsigned port;
    uint64_t heartbeat_ns, nodes_checked_ns, expired_ns, refusal_told_ns;
    struct nodes nodes;
    struct peers peers;
    ZSTD_DCtx *zstd;
    /* What waits for the commit; `who` owns each batch (its peer may go meanwhile: then only the commit counts). */
    struct link_batch gathered[GATHER];
    uint32_t who[GATHER];
    char names[GATHER][NODE_NAME_MAX + 1];
    unsigned gathered_count;
    char *arena;
    size_t arena_used;
    uint8_t *item_frame;
    struct link_receiver_counters counters;
};

/* ---- telling ----------------------------------------------------------------------------------------------------- */

static void notice(struct link_receiver *r, const char *text)
{
    if (text[0] && r->options.notice) r->options.notice(r->options.context, text);
}

static void tell_refused(struct link_receiver *r, const char *key, uint64_t now)
{
    char text[128];
    if (now - r->refusal_told_ns < REFUSAL_TOLD_NS) return;
    r->refusal_told_ns = now;
    snprintf(text, sizeof text, "a connection was refused: its key %s is not enrolled", key[0] ? key : "(none)");
    notice(r, text);
}

static void tell_peer(struct link_receiver *r, const struct peer *p, bool online, const char *reason)
{
    struct link_peer told = {.node = p->node, .role = p->role, .online = online, .reason = reason};
    if (!r->options.peer) return;
    memcpy(told.address, p->address, sizeof told.address);
    memcpy(told.version, p->version, sizeof told.version);
    told.clock_offset_us = p->clock_offset_us;
    for (unsigned i = 0; i < LINK_STREAMS; i++)
        told.backlog[i] = p->told_next[i] > p->stands[i].next ? p->told_next[i] - p->stands[i].next : 0;
    r->options.peer(r->options.context, &told);
}

/* False: the peer's connection is gone, or takes nothing now. */
static bool send_to(struct link_receiver *r, uint32_t id, const uint8_t *frame, size_t length)
{
    uint8_t routing[ROUTING_ID];
    routing_id_put(routing, id);
    return zmq_send(r->socket, routing, sizeof routing, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
           zmq_send(r->socket, frame, length, ZMQ_DONTWAIT) >= 0;
}

static void refuse(struct link_receiver *r, uint32_t id, uint32_t session, enum refusal why)
{
    uint8_t frame[FRAME_SMALL];
    send_to(r, id, frame, frame_put_refuse(frame, session, why));
}

static void leave(struct link_receiver *r, struct peer *p, const char *reason)
{
    tell_peer(r, p, false, reason);
    peers_remove(&r->peers, p);
    r->counters.peers = r->peers.count;
}

/* ---- commit ------------------------------------------------------------------------------------------------------ */

static void acknowledge(struct link_receiver *r, struct peer *p, unsigned stream)
{
    uint8_t frame[FRAME_SMALL];
    const struct link_position *at = &p->stands[stream];
    send_to(r, p->id, frame, frame_put_ack(frame, p->session, stream, at->epoch, at->next));
}

static void commit(struct link_receiver *r)
{
    unsigned count = r->gathered_count;
    if (!count) return;
    bool done = r->options.commit(r->options.context, r->gathered, count);
    r->counters.commits++;
    r->counters.commits_failed += !done;
    for (unsigned i = 0; i < count; i++) {
        const struct link_batch *b = &r->gathered[i];
        struct peer *p = peers_find(&r->peers, r->who[i]);
        if (done) r->counters.events += b->count;
        if (!p) continue;
        if (done)
            p->stands[b->stream] = (struct link_position){.epoch = b->epoch, .next = b->first + b->count};
        else
            p->put_off = true;
        p->due[b->stream] = true;
    }
    r->gathered_count = 0;
    r->arena_used = 0;
    for (unsigned i = 0; i < r->peers.count; i++) {
        struct peer *p = &r->peers.rows[i];
        for (unsigned s = 0; s < LINK_STREAMS; s++) {
            if (p->due[s] && !p->put_off) acknowledge(r, p, s);
            p->due[s] = false;
        }
    }
    for (unsigned i = r->peers.count; i > 0; i--) {
        struct peer *p = &r->peers.rows[i - 1];
        if (!p->put_off) continue;
        refuse(r, p->id, p->session, REFUSE_BUSY);
        leave(r, p, refusal_text[REFUSE_BUSY]);
    }
}

/* ---- frames of a session ----------------------------------------------------------------------------------------- */

static uint32_t count_lines(const char *text, size_t length)
{
    uint32_t n = 0;
    for (const char *p = text, *end = text + length; (p = memchr(p, '\n', (size_t)(end - p))); p++) n++;
    return n;
}

/* Unpacks into the arena; 0: not a frame of zstd, too large, or not `count` lines. */
static size_t unpack(struct link_receiver *r, const struct frame_batch *b)
{
    struct bytes data = b->data;
    size_t n = bytes_left(&data);
    unsigned long long size = ZSTD_getFrameContentSize(data.at, n);
    if (size == 0 || size > LINK_RAW_MAX) return 0; /* unknown and error are the largest numbers */
    if (r->arena_used + size > ARENA || r->gathered_count == GATHER) commit(r);
    char *to = r->arena + r->arena_used;
    size_t got = ZSTD_decompressDCtx(r->zstd, to, size, data.at, n);
    if (ZSTD_isError(got) || got != size || to[got - 1] != '\n' || count_lines(to, got) != b->count) return 0;
    return got;
}

static void malformed(struct link_receiver *r, struct peer *p)
{
    r->counters.malformed++;
    refuse(r, p->id, p->session, REFUSE_MALFORMED);
    leave(r, p, refusal_text[REFUSE_MALFORMED]);
}

static void turn_away(struct link_receiver *r, struct peer *p, enum refusal why)
{
    r->counters.out_of_order++;
    refuse(r, p->id, p->session, why);
    leave(r, p, refusal_text[why]);
}

static void tell_gap(struct link_receiver *r, const struct peer *p, const struct frame_batch *b)
{
    const struct link_position *at = &p->ahead[b->stream];
    if (!at->epoch || (at->epoch == b->epoch && b->first <= (at->next ? at->next : 1))) return;
    r->counters.gaps++;
    struct link_gap gap = {p->node, b->stream, at->epoch, b->epoch, at->next, b->first};
    if (r->options.gap) r->options.gap(r->options.context, &gap);
}

static void on_batch(struct link_receiver *r, struct peer *p, struct bytes *in)
{
    struct frame_batch b;
    if (!frame_get_batch(in, &b)) {
        malformed(r, p);
        return;
    }
    struct link_position *at = &p->ahead[b.stream];
    bool same = b.epoch == at->epoch;
    if (b.epoch < at->epoch) {
        turn_away(r, p, REFUSE_EPOCH);
    } else if (same && b.first + b.count <= at->next) {
        r->counters.duplicates++;
        acknowledge(r, p, b.stream);
    } else if (b.first > (same ? at->next : 0) && b.after != (same ? at->next : 0)) {
        turn_away(r, p, REFUSE_ORDER);
    } else {
        uint32_t id = p->id;
        size_t length = unpack(r, &b); /* may commit, and move the peers */
        p = peers_find(&r->peers, id);
        if (!p) return;
        if (!length) {
            malformed(r, p);
            return;
        }
        tell_gap(r, p, &b);
        unsigned n = r->gathered_count++;
        r->who[n] = id;
        memcpy(r->names[n], p->node, sizeof r->names[n]);
        r->gathered[n] = (struct link_batch){
            r->names[n], p->role, b.stream, b.epoch, b.first, b.count, r->arena + r->arena_used, length};
        r->arena_used += length;
        r->counters.batches++;
        r->counters.raw_bytes += length;
        p->ahead[b.stream] = (struct link_position){.epoch = b.epoch, .next = b.first + b.count};
    }
}

/* What a peer may have under way: the more peers, the less, so that their sum stays bounded. */
static uint32_t window_of(const struct link_receiver *r)
{
    unsigned share = r->peers.count ? WINDOW_ALL / r->peers.count : LINK_WINDOW;
    return share > LINK_WINDOW ? LINK_WINDOW : share < WINDOW_LEAST ? WINDOW_LEAST : share;
}

static void on_ping(struct link_receiver *r, struct peer *p, struct bytes *in)
{
    uint8_t frame[FRAME_SMALL];
    struct frame_hello h;
    struct frame_welcome pong = {.clock_us = link_clock_us(), .window = window_of(r)};
    if (!frame_get_hello(in, &h)) {
        malformed(r, p);
        return;
    }
    p->clock_offset_us = (int64_t)(h.clock_us - pong.clock_us);
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        p->told_next[i] = h.streams[i].next;
        pong.streams[i] = p->stands[i];
    }
    send_to(r, p->id, frame, frame_put_welcome(frame, LINK_PONG, p->session, &pong));
    tell_peer(r, p, true, NULL);
}

static uint64_t item_epoch(const struct link_receiver *r)
{
    return r->options.item_epoch ? r->options.item_epoch(r->options.context) : 0;
}

static void send_items(struct link_receiver *r, struct peer *p)
{
    struct link_item item = {0};
    if (!r->options.item) return;
    while (p->items_under_way < ITEM_WINDOW && r->options.item(r->options.context, p->node, p->items_sent, &item)) {
        if (item.length > LINK_ITEM_MAX || item.number <= p->items_sent) return;
        item.epoch = item_epoch(r);
        size_t n = frame_put_item(r->item_frame, p->session, &item);
        if (!send_to(r, p->id, r->item_frame, n)) return;
        p->items_sent = item.number;
        p->items_under_way++;
    }
}

static void on_item_ack(struct link_receiver *r, struct peer *p, struct bytes *in)
{
    uint64_t next;
    if (!frame_get_number(in, &next) || next > p->items_sent + 1) {
        malformed(r, p);
        return;
    }
    if (p->items_under_way) p->items_under_way--;
    if (r->options.item_acknowledged) r->options.item_acknowledged(r->options.context, p->node, next);
    send_items(r, p);
}

static void on_bye(struct link_receiver *r, struct peer *p, struct bytes *in)
{
    (void)in;
    leave(r, p, "it said goodbye");
}

/* ---- a session begins -------------------------------------------------------------------------------------------- */

static struct peer *admit(struct link_receiver *r, uint32_t id, const struct frame_head *head, zmq_msg_t *message)
{
    const char *key = zmq_msg_gets(message, "User-Id"), *address = zmq_msg_gets(message, "Peer-Address");
    const struct node *node = key ? nodes_by_key(&r->nodes, key) : NULL;
    struct peer *p;
    if (!node || node->revoked || node->role == NODE_SUBSCRIBER) {
        r->counters.revoked++;
        refuse(r, id, head->session, REFUSE_REVOKED);
        return NULL;
    }
    if ((p = peers_find(&r->peers, id))) peers_remove(&r->peers, p);
    if ((p = peers_of_node(&r->peers, node->name))) {
        r->counters.replaced++;
        refuse(r, p->id, p->session, REFUSE_REPLACED);
        peers_remove(&r->peers, p);
    }
    if (!(p = peers_add(&r->peers, id))) {
        r->counters.peers_refused++;
        refuse(r, id, head->session, REFUSE_FULL);
        return NULL;
    }
    p->session = head->session;
    p->role = node->role;
    p->descriptor = zmq_msg_get(message, ZMQ_SRCFD);
    memcpy(p->node, node->name, sizeof p->node);
    memcpy(p->key, key, sizeof p->key);
    static const char mapped[] = "::ffff:"; /* how a socket for both families shows IPv4 */
    if (address && strncmp(address, mapped, sizeof mapped - 1) == 0) address += sizeof mapped - 1;
    snprintf(p->address, sizeof p->address, "%s", address ? address : "");
    return p;
}

static void on_hello(struct link_receiver *r, uint32_t id, const struct frame_head *head, struct bytes *in,
                     zmq_msg_t *message)
{
    uint8_t frame[FRAME_SMALL];
    struct frame_hello h;
    struct frame_welcome w = {.clock_us = link_clock_us(), .window = window_of(r)};
    if (head->version != FRAME_VERSION || !frame_get_hello(in, &h)) {
        r->counters.malformed++;
        refuse(r, id, head->session, head->version != FRAME_VERSION ? REFUSE_VERSION : REFUSE_MALFORMED);
        return;
    }
    commit(r); /* what the node sent in its last session counts before its position is told */
    struct peer *p = admit(r, id, head, message);
    if (!p) return;
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        if (!r->options.position(r->options.context, p->node, i, &p->stands[i])) {
            refuse(r, id, head->session, REFUSE_BUSY);
            peers_remove(&r->peers, p);
            return;
        }
        w.streams[i] = p->ahead[i] = p->stands[i];
        p->told_next[i] = h.streams[i].next;
    }
    /* Items that the node holds already are not sent again, unless our numbers are of another epoch. */
    p->items_sent = h.items.next && h.items.epoch == item_epoch(r) ? h.items.next - 1 : 0;
    p->clock_offset_us = (int64_t)(h.clock_us - w.clock_us);
    p->heard_ns = link_monotonic_ns();
    memcpy(p->version, h.version, sizeof p->version);
    r->counters.sessions++;
    r->counters.peers = r->peers.count;
    send_to(r, id, frame, frame_put_welcome(frame, LINK_WELCOME, p->session, &w));
    tell_peer(r, p, true, NULL);
    send_items(r, p);
}

static void receive(struct link_receiver *r, uint32_t id, zmq_msg_t *message)
{
    static void (*const on[LINK_TYPES])(struct link_receiver *, struct peer *, struct bytes *) = {
        [LINK_BATCH] = on_batch, [LINK_PING] = on_ping, [LINK_ITEM_ACK] = on_item_ack, [LINK_BYE] = on_bye};
    struct bytes in = bytes_over(zmq_msg_data(message), zmq_msg_size(message));
    struct frame_head head = {0};
    struct peer *p = peers_find(&r->peers, id);
    r->counters.bytes += zmq_msg_size(message);
    bool good = frame_get_head(&in, &head) && (on[head.type] || head.type == LINK_HELLO);
    if (good && head.type == LINK_HELLO) {
        on_hello(r, id, &head, &in, message);
    } else if (!good) {
        if (p)
            malformed(r, p);
        else
            r->counters.malformed++;
    } else if (!p || p->session != head.session) {
        r->counters.unknown++;
        refuse(r, id, head.session, REFUSE_HELLO);
    } else {
        p->heard_ns = link_monotonic_ns();
        on[head.type](r, p, &in);
    }
}

/* One message of two parts, routing id and frame; false when none is there. */
static bool receive_one(struct link_receiver *r, zmq_msg_t *message)
{
    if (zmq_msg_recv(message, r->socket, ZMQ_DONTWAIT) < 0) return false;
    uint32_t id;
    bool good = routing_id_get(zmq_msg_data(message), zmq_msg_size(message), &id);
    unsigned parts = 1;
    while (zmq_msg_more(message)) {
        if (zmq_msg_recv(message, r->socket, 0) < 0) return false;
        parts++;
        if (good && parts == 2 && !zmq_msg_more(message)) receive(r, id, message);
    }
    if (!good || parts != 2) r->counters.malformed++;
    return true;
}

/* ---- time -------------------------------------------------------------------------------------------------------- */

static void check_nodes(struct link_receiver *r, uint64_t now)
{
    struct nodes fresh;
    struct fault wrong = {0};
    if (now - r->nodes_checked_ns < NODES_CHECK_NS) return;
    r->nodes_checked_ns = now;
    if (!nodes_stale(&r->nodes, r->options.nodes)) return;
    if (!nodes_load(&fresh, r->options.nodes, &wrong, &wrong)) {
        notice(r, wrong.text);
        return;
    }
    notice(r, wrong.text);
    nodes_free(&r->nodes);
    r->nodes = fresh;
    for (unsigned i = r->peers.count; i > 0; i--) {
        struct peer *p = &r->peers.rows[i - 1];
        const struct node *node = nodes_by_key(&r->nodes, p->key);
        if (node && !node->revoked) continue;
        r->counters.revoked++;
        refuse(r, p->id, p->session, REFUSE_REVOKED);
        peer_cut(p, r->port);
        leave(r, p, refusal_text[REFUSE_REVOKED]);
    }
}

static void expire(struct link_receiver *r, uint64_t now)
{
    if (now - r->expired_ns < r->heartbeat_ns / 10) return;
    r->expired_ns = now;
    for (unsigned i = r->peers.count; i > 0; i--)
        if (now - r->peers.rows[i - 1].heard_ns > LINK_LIVENESS * r->heartbeat_ns)
            leave(r, &r->peers.rows[i - 1], "it is silent");
}

static void wait_for_something(struct link_receiver *r, int wait_ms)
{
    zmq_pollitem_t items[3] = {{.socket = r->socket, .events = ZMQ_POLLIN},
                               {.socket = r->zap, .events = ZMQ_POLLIN},
                               {.fd = r->wake, .events = ZMQ_POLLIN}};
    uint64_t count;
    zmq_poll(items, 3, wait_ms < 100 ? wait_ms : 100);
    if (!(items[2].revents & ZMQ_POLLIN) || read(r->wake, &count, sizeof count) < 0) return;
    for (unsigned i = 0; i < r->peers.count; i++) send_items(r, &r->peers.rows[i]);
}

bool link_receiver_turn(struct link_receiver *r, int wait_ms)
{
    char key[CURVE_TEXT + 1];
    zmq_msg_t message;
    bool moved = false;
    wait_for_something(r, wait_ms);
    uint64_t now = link_monotonic_ns();
    check_nodes(r, now);
    unsigned refused = zap_answer(r->zap, &r->nodes, key);
    r->counters.keys_refused += refused;
    if (refused) tell_refused(r, key, now);
    zmq_msg_init(&message);
    for (unsigned n = 0; n < FRAMES_A_TURN && receive_one(r, &message); n++) moved = true;
    zmq_msg_close(&message);
    commit(r);
    expire(r, link_monotonic_ns()); /* not `now`: peers have been heard since */
    return moved;
}

void link_receiver_wake(struct link_receiver *r)
{
    uint64_t one = 1;
    if (write(r->wake, &one, sizeof one) < 0) return; /* full: it is awake */
}

/* ---- life -------------------------------------------------------------------------------------------------------- */

static bool bind_socket(struct link_receiver *r, struct fault *fault)
{
    char endpoint[256];
    size_t n = sizeof endpoint;
    r->socket = link_socket(r->zmq, ZMQ_ROUTER, r->options.keys, r->heartbeat_ns);
    bool good = r->socket && link_set_int(r->socket, ZMQ_CURVE_SERVER, 1) &&
                link_set_int(r->socket, ZMQ_ROUTER_MANDATORY, 1) && link_set_int(r->socket, ZMQ_BACKLOG, 256) &&
                zmq_setsockopt(r->socket, ZMQ_ZAP_DOMAIN, "link", 4) == 0;
    if (!good) return fault_set(fault, "%s: libzmq refuses the options: %s", r->options.endpoint, zmq_strerror(errno));
    if (zmq_bind(r->socket, r->options.endpoint) || zmq_getsockopt(r->socket, ZMQ_LAST_ENDPOINT, endpoint, &n))
        return fault_set(fault, "%s: cannot be listened to: %s; is another collector running?", r->options.endpoint,
                         zmq_strerror(errno));
    const char *colon = strrchr(endpoint, ':');
    r->port = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
    return true;
}

struct link_receiver *link_receiver_open(const struct link_receiver_options *options, struct fault *fault)
{
    struct link_receiver *r = calloc(1, sizeof *r);
    struct fault wrong = {0};
    if (!r || sodium_init() < 0) {
        fault_set(fault, "%s: out of memory", options->endpoint);
        free(r);
        return NULL;
    }
    r->options = *options;
    r->heartbeat_ns = options->heartbeat_ns ? options->heartbeat_ns : LINK_HEARTBEAT_NS;
    r->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    r->zmq = zmq_ctx_new();
    r->zstd = ZSTD_createDCtx();
    r->arena = malloc(ARENA + LINK_RAW_MAX);
    r->item_frame = malloc(LINK_FRAME_MAX);
    bool room = peers_open(&r->peers, options->peers ? options->peers : PEERS);
    if (r->wake < 0 || !r->zmq || !r->zstd || !r->arena || !r->item_frame || !room)
        fault_set(fault, "%s: out of memory", options->endpoint);
    else if (!(r->zap = zap_open(r->zmq)))
        fault_set(fault, "%s: authentication cannot be set up", options->endpoint);
    else if (nodes_load(&r->nodes, options->nodes, &wrong, fault) && bind_socket(r, fault)) {
        notice(r, wrong.text);
        return r;
    }
    link_receiver_close(r);
    return NULL;
}

void link_receiver_look(const struct link_receiver *r, struct link_receiver_counters *counters)
{
    *counters = r->counters;
}

unsigned link_receiver_port(const struct link_receiver *r) { return r->port; }

void link_receiver_close(struct link_receiver *r)
{
    if (!r) return;
    if (r->socket) zmq_close(r->socket);
    if (r->zap) zmq_close(r->zap);
    if (r->zmq) zmq_ctx_term(r->zmq);
    if (r->wake >= 0) close(r->wake);
    ZSTD_freeDCtx(r->zstd);
    nodes_free(&r->nodes);
    peers_close(&r->peers);
    free(r->arena);
    free(r->item_frame);
    free(r);
}
