/* SPDX-License-Identifier: Apache-2.0 */
/* The link over loopback: the way of events and items, wrong and revoked keys, garbage, replays, restarts, limits. */
#include "common/link/batch.h"
#include "common/link/frame.h"
#include "common/link/socket.h"
#include "common/link/source.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <limits.h>
#include <setjmp.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include <cmocka.h>

#define PATIENT UINT64_C(2000000000) /* the machine may stall for a while */
#define BRISK   UINT64_C(500000000)
static uint64_t heartbeat;
enum { EVENTS_MAX = 20000, NODES = 3 };

static char directory[64], enrolled[96], spools[NODES][2][96];
static struct keys collector, nodes[NODES];
static const char *const names[NODES] = {"one", "two", "three"};

/* ---- a store that keeps positions and counts how often each event came --------------------------------------------
 */

static struct store {
    struct link_position stands[NODES][LINK_STREAMS];
    uint8_t times[NODES][LINK_STREAMS][EVENTS_MAX];
    uint64_t events, gaps;
    bool broken;
    struct link_gap gap;
    bool online[NODES];
    char reason[128];
    unsigned items;
    uint64_t item_acknowledged;
} store;
static struct link_receiver *receiver;
static unsigned port;

static unsigned node_index(const char *name)
{
    for (unsigned i = 0; i < NODES; i++)
        if (strcmp(names[i], name) == 0) return i;
    fail_msg("who is %s?", name);
    return 0;
}

static bool position(void *context, const char *node, unsigned stream, struct link_position *p)
{
    (void)context;
    *p = store.stands[node_index(node)][stream];
    return !store.broken;
}

static bool commit(void *context, const struct link_batch *batches, unsigned count)
{
    (void)context;
    if (store.broken) return false;
    for (unsigned i = 0; i < count; i++) {
        const struct link_batch *b = &batches[i];
        unsigned n = node_index(b->node);
        const char *at = b->lines, *end = b->lines + b->length;
        uint32_t lines = 0;
        for (; at < end; at = strchr(at, '\n') + 1, lines++) {
            unsigned number;
            assert_int_equal(sscanf(at, "{\"n\":%u", &number), 1);
            assert_true(number < EVENTS_MAX);
            store.times[n][b->stream][number]++;
            store.events++;
        }
        assert_int_equal(lines, b->count);
        store.stands[n][b->stream] = (struct link_position){.epoch = b->epoch, .next = b->first + b->count};
    }
    return true;
}

static void on_peer(void *context, const struct link_peer *peer)
{
    (void)context;
    store.online[node_index(peer->node)] = peer->online;
    if (!peer->online) snprintf(store.reason, sizeof store.reason, "%s", peer->reason);
}

static void on_gap(void *context, const struct link_gap *gap)
{
    (void)context;
    store.gaps++;
    store.gap = *gap;
}

static bool give_item(void *context, const char *node, uint64_t after, struct link_item *item)
{
    static char json[] = "{\"zh\":\"预警\"}";
    (void)context;
    if (strcmp(node, "one") != 0 || after >= store.items) return false;
    *item = (struct link_item){.number = after + 1, .json = json, .length = sizeof json - 1};
    memcpy(item->id, "01ARZ3NDEKTSV4RRFFQ69G5FAV", sizeof item->id);
    strcpy(item->kind, "warning");
    link_item_sign(item, &collector);
    return true;
}

static void item_acknowledged(void *context, const char *node, uint64_t next)
{
    (void)context;
    (void)node;
    store.item_acknowledged = next;
}

static uint64_t item_epoch(void *context)
{
    (void)context;
    return 77;
}

static void open_receiver(unsigned peers)
{
    static char endpoint[64];
    struct fault fault = {0};
    struct link_receiver_options options = {
        .endpoint = endpoint,
        .keys = &collector,
        .nodes = enrolled,
        .peers = peers,
        .heartbeat_ns = heartbeat,
        .position = position,
        .commit = commit,
        .peer = on_peer,
        .gap = on_gap,
        .item = give_item,
        .item_acknowledged = item_acknowledged,
        .item_epoch = item_epoch,
    };
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
    receiver = link_receiver_open(&options, &fault);
    if (!receiver) fail_msg("%s", fault.text);
    port = link_receiver_port(receiver);
}

static struct link_receiver_counters received(void)
{
    struct link_receiver_counters c;
    link_receiver_look(receiver, &c);
    return c;
}

/* ---- a node --------------------------------------------------------------------------------------------------------
 */

struct node_under_test {
    struct spool *spools[LINK_STREAMS];
    struct link_sender *sender;
    struct link_builder builder;
    unsigned made[LINK_STREAMS];
    char reason[128];
    uint64_t items_next;
    unsigned items;
    bool items_good, refuse_items;
};
static struct node_under_test tested[NODES];

static void on_state(void *context, enum link_state state, const char *reason)
{
    struct node_under_test *n = context;
    (void)state;
    if (reason) snprintf(n->reason, sizeof n->reason, "%s", reason);
}

static bool take_item(void *context, const struct link_item *item)
{
    struct node_under_test *n = context;
    if (n->refuse_items) return false;
    n->items_good &=
        link_item_verify(item, collector.sign_public) && item->number == n->items_next && item->epoch == 77;
    n->items_next = item->number + 1;
    n->items++;
    return true;
}

static void item_position(void *context, struct link_position *p)
{
    const struct node_under_test *n = context;
    *p = (struct link_position){.epoch = 77, .next = n->items_next};
}

static void open_sender_with(unsigned i, const struct keys *keys, const char *server)
{
    struct node_under_test *n = &tested[i];
    static char endpoint[64];
    struct fault fault = {0};
    struct link_sender_options options = {.endpoint = endpoint,
                                          .keys = keys,
                                          .peer_public = server,
                                          .version = "test 1",
                                          .heartbeat_ns = heartbeat,
                                          .item = take_item,
                                          .item_position = item_position,
                                          .state = on_state,
                                          .context = n};
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
    for (unsigned s = 0; s < LINK_STREAMS; s++) {
        struct spool_options spool = {.directory = spools[i][s], .segment_bytes = 64 << 10};
        if (!n->spools[s] && !(n->spools[s] = spool_open(&spool, NULL, &fault))) fail_msg("%s", fault.text);
        options.sources[s] = link_spool_source(n->spools[s]);
    }
    if (!n->builder.raw) assert_true(link_builder_open(&n->builder));
    if (!n->items_next) n->items_next = 1, n->items_good = true;
    n->sender = link_sender_open(&options, &fault);
    if (!n->sender) fail_msg("%s", fault.text);
}

static void open_sender(unsigned i) { open_sender_with(i, &nodes[i], collector.curve_public); }

static void close_sender(unsigned i)
{
    link_sender_close(tested[i].sender);
    tested[i].sender = NULL;
}

static void close_node(unsigned i)
{
    if (tested[i].sender) close_sender(i);
    for (unsigned s = 0; s < LINK_STREAMS; s++) spool_close(tested[i].spools[s]);
    link_builder_close(&tested[i].builder);
    tested[i] = (struct node_under_test){0};
}

/* Appends `count` events in batches of up to 100. */
static void make_events(unsigned i, unsigned stream, unsigned count)
{
    struct node_under_test *n = &tested[i];
    for (unsigned k = 0; k < count; k++) {
        char line[128];
        int length = snprintf(line, sizeof line, "{\"n\":%u,\"fill\":\"%064u\"", n->made[stream]++, k * 7919u);
        assert_true(link_builder_add(&n->builder, line, (size_t)length, "}\n", 2));
        if (n->builder.count < 100 && k + 1 < count) continue;
        size_t packed = link_builder_pack(&n->builder);
        assert_true(packed > 0);
        assert_int_equal(spool_append(n->spools[stream], n->builder.packed, packed, n->builder.count), 0);
        link_builder_empty(&n->builder);
    }
}

static bool emptied(unsigned i)
{
    for (unsigned s = 0; s < LINK_STREAMS; s++) {
        struct spool_state state;
        spool_look(tested[i].spools[s], &state);
        if (state.first != state.next) return false;
    }
    return true;
}

static void turn(void)
{
    bool moved = receiver && link_receiver_turn(receiver, 0);
    for (unsigned i = 0; i < NODES; i++)
        if (tested[i].sender) moved |= link_sender_turn(tested[i].sender, 0);
    if (!moved) usleep(500);
}

/* Turns everything until the condition holds; fails when it does not within `seconds`. */
#define TURN_UNTIL(condition, seconds)                                                                                 \
    do {                                                                                                               \
        uint64_t begun = link_monotonic_ns();                                                                          \
        while (!(condition)) {                                                                                         \
            turn();                                                                                                    \
            if (link_monotonic_ns() - begun > (seconds)*UINT64_C(1000000000)) fail_msg("timed out: %s", #condition);   \
        }                                                                                                              \
    } while (0)

static void turn_for(unsigned ms)
{
    for (uint64_t end = link_monotonic_ns() + ms * UINT64_C(1000000); link_monotonic_ns() < end;) turn();
}

static void each_once(unsigned i)
{
    for (unsigned s = 0; s < LINK_STREAMS; s++)
        for (unsigned k = 0; k < tested[i].made[s]; k++)
            if (store.times[i][s][k] != 1) fail_msg("event %u of stream %u came %u times", k, s, store.times[i][s][k]);
}

static struct link_sender_counters sent(unsigned i)
{
    struct link_sender_counters c;
    link_sender_look(tested[i].sender, &c);
    return c;
}

static int start(void **state)
{
    (void)state;
    store = (struct store){0};
    port = 0;
    if (!heartbeat) heartbeat = PATIENT;
    strcpy(directory, "/tmp/wanglou-link-XXXXXX");
    if (!mkdtemp(directory) || !keys_make(&collector, "collector", NULL)) return -1;
    snprintf(enrolled, sizeof enrolled, "%s/nodes", directory);
    for (unsigned i = 0; i < NODES; i++) {
        if (!keys_make(&nodes[i], names[i], NULL) || !nodes_enrol(enrolled, &nodes[i], NODE_SENSOR, NULL)) return -1;
        for (unsigned s = 0; s < LINK_STREAMS; s++)
            snprintf(spools[i][s], sizeof spools[i][s], "%s/%s-%u", directory, names[i], s);
    }
    open_receiver(0);
    return 0;
}

static int start_brisk(void **state)
{
    heartbeat = BRISK;
    return start(state);
}

static int finish(void **state)
{
    char command[128];
    (void)state;
    for (unsigned i = 0; i < NODES; i++) close_node(i);
    link_receiver_close(receiver);
    receiver = NULL;
    heartbeat = PATIENT;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

/* ---- the way -------------------------------------------------------------------------------------------------------
 */

static void test_the_way(void **state)
{
    (void)state;
    for (unsigned i = 0; i < NODES; i++) {
        open_sender(i);
        make_events(i, 1, 10000);
        make_events(i, 0, 500);
    }
    TURN_UNTIL(emptied(0) && emptied(1) && emptied(2), 10);
    for (unsigned i = 0; i < NODES; i++) each_once(i);
    assert_int_equal(received().events, NODES * 10500);
    assert_int_equal(received().duplicates, 0);
    assert_int_equal(received().gaps, 0);
    assert_int_equal(received().malformed, 0);
    assert_int_equal(sent(0).acknowledged, 10500);
    assert_int_equal(received().sessions, NODES);
    assert_true(received().commits < received().batches); /* many batches, one commit */
    assert_true(llabs(sent(0).clock_offset_us) < 1000000);
    make_events(1, 0, 1);
    TURN_UNTIL(emptied(1), 5);
    each_once(1);
}

static void test_idle_session_lives(void **state)
{
    (void)state;
    open_sender(0);
    TURN_UNTIL(store.online[0], 5);
    for (unsigned k = 0; k < 60; k++) {
        make_events(0, 1, 10);
        turn_for((unsigned)(heartbeat / 1000000 / 10));
    }
    TURN_UNTIL(store.online[0], 5);
    assert_true(sent(0).sessions <= 2); /* a stall of the machine may cost one */
    /* A process that stops without a word is told offline; one that ends in order at once. */
    struct link_sender *silent = tested[0].sender;
    tested[0].sender = NULL;
    TURN_UNTIL(!store.online[0], 10);
    assert_string_equal(store.reason, "it is silent");
    tested[0].sender = silent;
    TURN_UNTIL(store.online[0], 5);
    close_sender(0);
    TURN_UNTIL(!store.online[0], 3);
    assert_string_equal(store.reason, "it said goodbye");
}

/* ---- who may -------------------------------------------------------------------------------------------------------
 */

static void test_wrong_key(void **state)
{
    struct keys stranger;
    (void)state;
    assert_true(keys_make(&stranger, "stranger", NULL));
    open_sender_with(0, &stranger, collector.curve_public);
    open_sender(1);
    make_events(0, 0, 10);
    make_events(1, 0, 10);
    TURN_UNTIL(emptied(1) && received().keys_refused > 0 && tested[0].reason[0], 5);
    turn_for(300);
    assert_string_equal(tested[0].reason, "this node's key is not enrolled there");
    assert_int_equal(store.events, 10);
    each_once(1);
    /* Once it is enrolled, it comes in by itself. */
    strcpy(stranger.name, "one");
    assert_true(nodes_revoke(enrolled, "one", NULL));
    assert_true(nodes_enrol(enrolled, &stranger, NODE_SENSOR, NULL));
    TURN_UNTIL(emptied(0), 10);
    each_once(0);
}

static void test_wrong_receiver(void **state)
{
    struct keys other;
    (void)state;
    assert_true(keys_make(&other, "other", NULL));
    open_sender_with(0, &nodes[0], other.curve_public);
    make_events(0, 0, 10);
    turn_for(1000);
    assert_int_equal(store.events, 0);
    assert_false(emptied(0));
    assert_int_equal(sent(0).batches, 0);
}

static void test_revoked(void **state)
{
    (void)state;
    open_sender(0);
    open_sender(1);
    make_events(0, 0, 10);
    TURN_UNTIL(emptied(0) && store.online[1], 5);
    assert_true(nodes_revoke(enrolled, "one", NULL));
    TURN_UNTIL(!store.online[0], 1);
    make_events(0, 0, 10);
    make_events(1, 0, 10);
    /* it comes back, and is refused at the door */
    TURN_UNTIL(received().keys_refused > 0 && emptied(1), 20);
    TURN_UNTIL(strcmp(tested[0].reason, "this node's key is not enrolled there") == 0, 20);
    assert_false(emptied(0));
    assert_int_equal(store.events, 20);
}

static void test_one_key_twice(void **state)
{
    (void)state;
    open_sender(0);
    make_events(0, 0, 5);
    TURN_UNTIL(emptied(0), 5);
    open_sender_with(1, &nodes[0], collector.curve_public);
    TURN_UNTIL(received().replaced > 0, 5);
    TURN_UNTIL(strstr(tested[0].reason, "same key") != NULL, 5);
    assert_int_equal(received().peers, 1);
}

static void test_peers_are_bounded(void **state)
{
    (void)state;
    link_receiver_close(receiver);
    open_receiver(2);
    for (unsigned i = 0; i < NODES; i++) open_sender(i);
    TURN_UNTIL(received().peers_refused > 0, 5);
    assert_int_equal(received().peers, 2);
}

/* ---- hostile frames ------------------------------------------------------------------------------------------------
 */

static void *raw_dealer(unsigned i, void *zmq)
{
    char endpoint[64];
    void *socket = link_socket(zmq, ZMQ_DEALER, &nodes[i], heartbeat);
    snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", port);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, collector.curve_public, CURVE_TEXT + 1);
    assert_int_equal(zmq_connect(socket, endpoint), 0);
    return socket;
}

static size_t raw_hello(uint8_t *frame)
{
    struct frame_hello h = {.version = "raw"};
    for (unsigned s = 0; s < LINK_STREAMS; s++) h.streams[s] = (struct link_position){5, 1, 1};
    return frame_put_hello(frame, LINK_HELLO, 9, &h);
}

/* Waits for a frame of this type and returns it. */
static struct bytes raw_wait(void *socket, enum frame_type type, uint8_t *room, size_t size)
{
    for (uint64_t end = link_monotonic_ns() + 3000000000u; link_monotonic_ns() < end; turn()) {
        int n = zmq_recv(socket, room, size, ZMQ_DONTWAIT);
        struct bytes in = bytes_over(room, n > 0 ? (size_t)n : 0);
        struct frame_head head;
        if (n > 0 && frame_get_head(&in, &head) && head.type == type) return in;
    }
    fail_msg("no frame of type %d", (int)type);
    return bytes_over(NULL, 0);
}

static size_t raw_batch(uint8_t *frame, uint64_t epoch, uint64_t first, uint64_t after, const char *lines,
                        uint32_t count)
{
    struct link_builder builder;
    struct frame_batch b = {.stream = 0, .epoch = epoch, .first = first, .after = after, .count = count};
    assert_true(link_builder_open(&builder));
    link_builder_add(&builder, lines, strlen(lines), "", 0);
    size_t n = link_builder_pack(&builder);
    frame_put_batch(frame, 9, &b);
    memcpy(frame + BATCH_HEAD, builder.packed, n);
    link_builder_close(&builder);
    return BATCH_HEAD + n;
}

static uint64_t raw_acknowledged(void *socket)
{
    uint8_t room[FRAME_SMALL];
    struct frame_batch ack;
    struct bytes in = raw_wait(socket, LINK_ACK, room, sizeof room);
    assert_true(frame_get_ack(&in, &ack));
    return ack.first;
}

static enum refusal raw_refused(void *socket)
{
    uint8_t room[FRAME_SMALL];
    enum refusal why;
    struct bytes in = raw_wait(socket, LINK_REFUSE, room, sizeof room);
    assert_true(frame_get_refuse(&in, &why));
    return why;
}

static void test_replay_and_order(void **state)
{
    uint8_t frame[FRAME_SMALL], room[FRAME_SMALL];
    void *zmq = zmq_ctx_new(), *socket = raw_dealer(0, zmq);
    (void)state;
    zmq_send(socket, frame, raw_hello(frame), 0);
    raw_wait(socket, LINK_WELCOME, room, sizeof room);
    size_t n = raw_batch(frame, 5, 1, 0, "{\"n\":0}\n{\"n\":1}\n", 2);
    zmq_send(socket, frame, n, 0);
    assert_int_equal(raw_acknowledged(socket), 3);
    /* The same again: acknowledged, not stored. */
    zmq_send(socket, frame, n, 0);
    assert_int_equal(raw_acknowledged(socket), 3);
    assert_int_equal(store.events, 2);
    assert_int_equal(received().duplicates, 1);
    /* A hole the sender does not tell of: turned away; one that it tells: taken, and told. */
    zmq_send(socket, frame, raw_batch(frame, 5, 10, 2, "{\"n\":9}\n", 1), 0);
    assert_int_equal(raw_refused(socket), REFUSE_ORDER);
    zmq_send(socket, frame, raw_hello(frame), 0);
    raw_wait(socket, LINK_WELCOME, room, sizeof room);
    zmq_send(socket, frame, raw_batch(frame, 5, 10, 3, "{\"n\":9}\n", 1), 0);
    assert_int_equal(raw_acknowledged(socket), 11);
    assert_int_equal(store.gaps, 1);
    assert_int_equal(store.gap.from, 3);
    assert_int_equal(store.gap.to, 10);
    /* An older epoch. */
    zmq_send(socket, frame, raw_batch(frame, 4, 11, 0, "{\"n\":10}\n", 1), 0);
    assert_int_equal(raw_refused(socket), REFUSE_EPOCH);
    assert_int_equal(store.events, 3);
    /* Without a session. */
    zmq_send(socket, frame, raw_batch(frame, 5, 11, 11, "{\"n\":10}\n", 1), 0);
    assert_int_equal(raw_refused(socket), REFUSE_HELLO);
    zmq_close(socket);
    zmq_ctx_term(zmq);
}

/* A revoked node that does not listen to refusals: its connection is cut, and it does not come in again. */
static void test_revoked_is_cut(void **state)
{
    uint8_t frame[FRAME_SMALL], room[FRAME_SMALL];
    void *zmq = zmq_ctx_new(), *socket = raw_dealer(0, zmq);
    (void)state;
    zmq_send(socket, frame, raw_hello(frame), 0);
    raw_wait(socket, LINK_WELCOME, room, sizeof room);
    assert_int_equal(received().keys_refused, 0);
    assert_true(nodes_revoke(enrolled, "one", NULL));
    TURN_UNTIL(!store.online[0], 1);
    TURN_UNTIL(received().keys_refused > 0, 2); /* libzmq's own attempt to connect again */
    zmq_send(socket, frame, raw_batch(frame, 5, 1, 0, "{\"n\":0}\n", 1), ZMQ_DONTWAIT);
    turn_for(300);
    assert_int_equal(store.events, 0);
    zmq_close(socket);
    zmq_ctx_term(zmq);
}

/* Batches that lie about themselves. */
static void test_lying_batches(void **state)
{
    static const struct {
        const char *lines;
        uint32_t count;
    } lies[] = {{"{\"n\":0}\n", 2}, {"{\"n\":0}\n{\"n\":1}\n", 1}, {"{\"n\":0}", 1}, {"\n", 7}};
    uint8_t frame[FRAME_SMALL], room[FRAME_SMALL];
    void *zmq = zmq_ctx_new(), *socket = raw_dealer(0, zmq);
    (void)state;
    for (unsigned i = 0; i < sizeof lies / sizeof *lies; i++) {
        zmq_send(socket, frame, raw_hello(frame), 0);
        raw_wait(socket, LINK_WELCOME, room, sizeof room);
        zmq_send(socket, frame, raw_batch(frame, 5, 1, 0, lies[i].lines, lies[i].count), 0);
        assert_int_equal(raw_refused(socket), REFUSE_MALFORMED);
    }
    assert_int_equal(received().malformed, sizeof lies / sizeof *lies);
    assert_int_equal(store.events, 0);
    zmq_close(socket);
    zmq_ctx_term(zmq);
}

static void test_garbage(void **state)
{
    uint8_t frame[2048];
    void *zmq = zmq_ctx_new(), *socket = raw_dealer(0, zmq);
    uint32_t seed = 12345;
    (void)state;
    open_sender(1);
    make_events(1, 1, 5000);
    for (unsigned round = 0; round < 3000; round++) {
        size_t n;
        if (round % 3 == 0) { /* nothing but noise */
            n = (seed = seed * 1664525u + 1013904223u) >> 22;
            randombytes_buf(frame, n);
        } else { /* a good frame with one byte changed, or cut */
            n = round % 2 ? raw_hello(frame) : raw_batch(frame, 5, 1 + round, 1 + round, "{\"n\":0}\n", 1);
            seed = seed * 1664525u + 1013904223u;
            if (round % 5 == 0)
                n = (seed >> 16) % n;
            else
                frame[(seed >> 16) % n] ^= (uint8_t)(1u << (seed >> 13 & 7));
        }
        zmq_send(socket, frame, n, ZMQ_DONTWAIT);
        if (round % 50 == 0) turn();
        if (round % 3 == 1) zmq_send(socket, frame, raw_hello(frame), ZMQ_DONTWAIT);
        while (zmq_recv(socket, frame, sizeof frame, ZMQ_DONTWAIT) >= 0) continue;
    }
    TURN_UNTIL(emptied(1) && received().malformed > 100, 10);
    each_once(1);
    assert_int_equal(sent(1).sessions, 1);
    zmq_close(socket);
    zmq_ctx_term(zmq);
}

/* Connections that never speak ZMTP. */
static void test_flood_of_connections(void **state)
{
    enum { FLOOD = 300 };
    int sockets[FLOOD];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    (void)state;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (unsigned i = 0; i < FLOOD; i++) {
        sockets[i] = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(sockets[i], (struct sockaddr *)&to, sizeof to) == 0 && i % 2)
            assert_int_equal(send(sockets[i], "GET / HTTP/1.0\r\n\r\n", 18, MSG_NOSIGNAL), 18);
    }
    open_sender(0);
    make_events(0, 0, 100);
    TURN_UNTIL(emptied(0), 5);
    each_once(0);
    for (unsigned i = 0; i < FLOOD; i++) close(sockets[i]);
}

/* ---- breaks
 * ---------------------------------------------------------------------------------------------------------- */

static void test_receiver_restarts(void **state)
{
    (void)state;
    open_sender(0);
    for (unsigned k = 0; k < 5; k++) {
        make_events(0, 1, 2000);
        make_events(0, 0, 100);
        uint64_t before = store.events;
        TURN_UNTIL(store.events > before, 10);
        link_receiver_close(receiver);
        receiver = NULL;
        make_events(0, 1, 500);
        turn_for(50);
        open_receiver(0);
    }
    TURN_UNTIL(emptied(0), 20);
    each_once(0);
    assert_true(sent(0).sessions >= 5);
    assert_int_equal(store.gaps, 0);
}

static void test_sender_restarts(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 5; k++) {
        open_sender(0);
        make_events(0, 1, 3000);
        for (unsigned t = 0; t < 40; t++) turn();
        unsigned made = tested[0].made[1];
        close_node(0);
        tested[0].made[1] = made;
    }
    open_sender(0);
    TURN_UNTIL(emptied(0), 10);
    each_once(0);
    assert_int_equal(store.gaps, 0);
}

/* A store that fails: nothing is acknowledged, nothing lost, nothing doubled. */
static void test_broken_store(void **state)
{
    (void)state;
    open_sender(0);
    TURN_UNTIL(store.online[0], 5);
    store.broken = true;
    make_events(0, 1, 4000);
    TURN_UNTIL(received().commits_failed > 0, 5);
    turn_for(300);
    assert_int_equal(store.events, 0);
    assert_int_equal(sent(0).acknowledged, 0);
    store.broken = false;
    TURN_UNTIL(emptied(0), 10);
    each_once(0);
}

static void test_window(void **state)
{
    (void)state;
    open_sender(0);
    TURN_UNTIL(sent(0).state == LINK_READY, 5);
    make_events(0, 1, EVENTS_MAX);
    struct link_receiver *sleeping = receiver;
    receiver = NULL; /* nobody receives */
    turn_for(150);
    assert_int_equal(sent(0).batches, LINK_WINDOW * 3 / 4);
    make_events(0, 0, 5000); /* alerts still have room */
    turn_for(100);
    assert_int_equal(sent(0).batches, LINK_WINDOW);
    receiver = sleeping;
    TURN_UNTIL(emptied(0), 10);
    each_once(0);
}

static void test_lost_spool(void **state)
{
    char command[128];
    (void)state;
    open_sender(0);
    make_events(0, 0, 300);
    TURN_UNTIL(emptied(0), 5);
    uint64_t epoch = store.stands[0][0].epoch;
    unsigned made = tested[0].made[0];
    close_node(0);
    snprintf(command, sizeof command, "rm -rf %s", spools[0][0]);
    assert_int_equal(system(command), 0);
    open_sender(0);
    tested[0].made[0] = made;
    make_events(0, 0, 50);
    TURN_UNTIL(emptied(0), 5);
    each_once(0);
    assert_int_equal(store.gaps, 1);
    assert_int_equal(store.gap.old_epoch, epoch);
    assert_true(store.gap.epoch > epoch);
    assert_int_equal(store.gap.from, 301);
    /* The receiver knows a later epoch, or more than the spool: the spool begins a new one, everything arrives. */
    close_sender(0);
    store.stands[0][0].epoch += 1000000;
    open_sender(0);
    make_events(0, 0, 50);
    TURN_UNTIL(emptied(0), 5);
    assert_true(sent(0).renewed > 0);
    each_once(0);
    close_sender(0);
    store.stands[0][0].next += 1000;
    open_sender(0);
    make_events(0, 0, 50);
    TURN_UNTIL(emptied(0), 5);
    assert_true(sent(0).renewed > 0);
    each_once(0);
}

/* ---- downward -------------------------------------------------------------------------------------------------------
 */

static void test_items(void **state)
{
    struct link_item item;
    (void)state;
    store.items = 3;
    open_sender(0);
    open_sender(1);
    TURN_UNTIL(tested[0].items == 3 && store.item_acknowledged == 4, 5);
    store.items = 50;
    link_receiver_wake(receiver);
    TURN_UNTIL(store.item_acknowledged == 51, 5);
    assert_true(tested[0].items_good);
    assert_int_equal(tested[1].items, 0);
    /* A new session goes on where the last one ended. */
    close_sender(0);
    store.items = 51;
    open_sender(0);
    TURN_UNTIL(store.item_acknowledged == 52, 5);
    assert_int_equal(tested[0].items, 51);
    assert_true(tested[0].items_good);
    /* What is changed on the way is not what was signed. */
    assert_true(give_item(NULL, "one", 0, &item));
    assert_true(link_item_verify(&item, collector.sign_public));
    strcpy(item.kind, "policy");
    assert_false(link_item_verify(&item, collector.sign_public));
    assert_true(give_item(NULL, "one", 0, &item));
    item.length--;
    assert_false(link_item_verify(&item, collector.sign_public));
    assert_true(give_item(NULL, "one", 0, &item));
    assert_false(link_item_verify(&item, nodes[0].sign_public));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_way, start, finish),
        cmocka_unit_test_setup_teardown(test_idle_session_lives, start_brisk, finish),
        cmocka_unit_test_setup_teardown(test_wrong_key, start, finish),
        cmocka_unit_test_setup_teardown(test_wrong_receiver, start, finish),
        cmocka_unit_test_setup_teardown(test_revoked, start, finish),
        cmocka_unit_test_setup_teardown(test_one_key_twice, start, finish),
        cmocka_unit_test_setup_teardown(test_peers_are_bounded, start, finish),
        cmocka_unit_test_setup_teardown(test_replay_and_order, start, finish),
        cmocka_unit_test_setup_teardown(test_revoked_is_cut, start, finish),
        cmocka_unit_test_setup_teardown(test_lying_batches, start, finish),
        cmocka_unit_test_setup_teardown(test_garbage, start, finish),
        cmocka_unit_test_setup_teardown(test_flood_of_connections, start, finish),
        cmocka_unit_test_setup_teardown(test_receiver_restarts, start, finish),
        cmocka_unit_test_setup_teardown(test_sender_restarts, start, finish),
        cmocka_unit_test_setup_teardown(test_broken_store, start, finish),
        cmocka_unit_test_setup_teardown(test_window, start, finish),
        cmocka_unit_test_setup_teardown(test_lost_spool, start, finish),
        cmocka_unit_test_setup_teardown(test_items, start, finish),
    };
    return cmocka_run_group_tests_name("link", tests, NULL, NULL);
}
