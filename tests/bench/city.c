/* SPDX-License-Identifier: Apache-2.0 */
/* A city's enterprises as light nodes: many senders in one process, each with keys of its own, speaking the real link
 * (docs/link-protocol.md) to a real collector. tests/end-to-end/city starts it.
 *
 *     city enrol NODES DIRECTORY-OF-NODES        makes the keys, enrols them, and keeps them beside the directory
 *     city run NODES DIRECTORY-OF-NODES ENDPOINT COLLECTOR.pub SECONDS EVENTS-PER-SECOND
 *
 * `run` sends alerts for so long, all nodes together at that rate, waits until all are acknowledged, and prints one
 * line of JSON. Latency is from the making of the event to the acknowledgement of its batch, so it includes the
 * collector's commit. */
#include "common/event.h"
#include "common/link.h"
#include "common/link/batch.h"
#include "common/link/socket.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { QUEUE = 64, LATENCIES = 60000 /* a slot a millisecond */, PATIENCE_S = 120 };

struct enterprise {
    struct keys keys;
    struct link_sender *sender;
    struct link_builder builder;
    uint64_t epoch, first, next; /* of stream 0; stream 1 stays empty */
    uint64_t made_ns[QUEUE];
    char lines[QUEUE][640];
    bool ready;
    uint64_t silent; /* times the session was lost */
};

static struct enterprise *enterprises;
static unsigned count;
static uint64_t latencies[LATENCIES], acknowledged, refused;

static void die(const char *text)
{
    fprintf(stderr, "city: %s\n", text);
    exit(1);
}

/* ---- a node's source: a queue in memory ---------------------------------------------------------------------------
 */

static void look(void *context, struct link_position *position)
{
    const struct enterprise *e = context;
    *position = (struct link_position){e->epoch, e->first, e->next};
}

static void look_empty(void *context, struct link_position *position)
{
    const struct enterprise *e = context;
    *position = (struct link_position){e->epoch, 1, 1};
}

static bool read_batch(void *context, uint64_t from, uint64_t *first, uint32_t *lines, const uint8_t **data,
                       size_t *length)
{
    struct enterprise *e = context;
    if (from < e->first) from = e->first;
    if (from >= e->next) return false;
    link_builder_empty(&e->builder);
    for (uint64_t n = from; n < e->next; n++) {
        const char *line = e->lines[n % QUEUE];
        char tail[32];
        int size = snprintf(tail, sizeof tail, ",\"seq\":%" PRIu64 "}\n", n);
        if (!link_builder_add(&e->builder, line, strlen(line), tail, (size_t)size)) break;
    }
    *first = from;
    *lines = e->builder.count;
    *length = link_builder_pack(&e->builder);
    *data = e->builder.packed;
    return *length > 0;
}

static bool read_nothing(void *context, uint64_t from, uint64_t *first, uint32_t *lines, const uint8_t **data,
                         size_t *length)
{
    (void)context, (void)from, (void)first, (void)lines, (void)data, (void)length;
    return false;
}

static void acknowledge(void *context, uint64_t next)
{
    struct enterprise *e = context;
    uint64_t now = link_monotonic_ns();
    for (; e->first < next && e->first < e->next; e->first++, acknowledged++) {
        uint64_t ms = (now - e->made_ns[e->first % QUEUE]) / 1000000;
        latencies[ms < LATENCIES ? ms : LATENCIES - 1]++;
    }
}

static void acknowledge_nothing(void *context, uint64_t next) { (void)context, (void)next; }

static void renew(void *context, uint64_t after)
{
    struct enterprise *e = context;
    e->epoch = after + 1;
}

static void on_state(void *context, enum link_state state, const char *reason)
{
    struct enterprise *e = context;
    (void)reason;
    if (e->ready && state != LINK_READY) e->silent++;
    if (state == LINK_REFUSED) refused++;
    e->ready = state == LINK_READY;
}

static void make_event(struct enterprise *e, uint64_t number)
{
    char id[ULID_LENGTH + 1], name[NODE_NAME_MAX + 1];
    uint64_t now = link_clock_us();
    memcpy(name, e->keys.name, sizeof name);
    ulid_make(id, now * 1000, (uint16_t)number, number);
    snprintf(
        e->lines[e->next % QUEUE], sizeof e->lines[0],
        "{\"timestamp\":\"2026-11-24T05:46:38.%06u+0000\",\"event_type\":\"alert\",\"src_ip\":\"p-%06x\",\"dest_ip\":"
        "\"p-%06x\",\"app_proto\":\"modbus\",\"alert\":{\"rule\":\"wl-ot-0001\",\"severity\":2,\"category\":"
        "\"unsafe-operation\",\"signature\":\"写寄存器\",\"signature_en\":\"register written\",\"count\":1},"
        "\"sensor\":\"%s/sensor-1\",\"id\":\"%s\"",
        (unsigned)(now % 1000000), (unsigned)(number * 7919 % 0xffffff), (unsigned)(number % 251), name, id);
    e->made_ns[e->next % QUEUE] = link_monotonic_ns();
    e->next++;
}

/* ---- the two commands ----------------------------------------------------------------------------------------------
 */

static void name_of(unsigned i, char *name, size_t room) { snprintf(name, room, "enterprise-%04u", i + 1); }

static void keys_directory(const char *nodes, char *path, size_t room) { snprintf(path, room, "%s.keys", nodes); }

static int enrol(const char *nodes)
{
    char name[NODE_NAME_MAX + 1], directory[512];
    struct keys keys;
    struct fault fault = {""};
    keys_directory(nodes, directory, sizeof directory);
    for (unsigned i = 0; i < count; i++) {
        name_of(i, name, sizeof name);
        if (!keys_make(&keys, name, &fault) || !keys_write(&keys, directory, &fault) ||
            !nodes_enrol(nodes, &keys, NODE_COLLECTOR, &fault))
            die(fault.text);
    }
    return 0;
}

static void open_all(const char *nodes, const char *endpoint, const struct keys *collector, void *zmq)
{
    char directory[512], path[640], name[NODE_NAME_MAX + 1];
    struct fault fault = {""};
    keys_directory(nodes, directory, sizeof directory);
    for (unsigned i = 0; i < count; i++) {
        struct enterprise *e = &enterprises[i];
        name_of(i, name, sizeof name);
        snprintf(path, sizeof path, "%s/%s.key", directory, name);
        if (!keys_load_secret(&e->keys, path, &fault)) die(fault.text);
        e->epoch = link_clock_us() / 1000;
        e->first = e->next = 1;
        struct link_sender_options options = {
            .endpoint = endpoint,
            .keys = &e->keys,
            .peer_public = collector->curve_public,
            .version = "city",
            .zmq = zmq,
            .sources = {{e, look, read_batch, acknowledge, renew},
                        {e, look_empty, read_nothing, acknowledge_nothing, renew}},
            .state = on_state,
            .context = e,
        };
        if (!link_builder_open(&e->builder)) die("out of memory");
        if (!(e->sender = link_sender_open(&options, &fault))) die(fault.text);
    }
}

static unsigned ready(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < count; i++) n += enterprises[i].ready;
    return n;
}

static void turn_all(void)
{
    bool moved = false;
    for (unsigned i = 0; i < count; i++) moved |= link_sender_turn(enterprises[i].sender, 0);
    if (!moved) usleep(1000);
}

/* Upper edge in milliseconds of the slot below which this share of all latencies lies. */
static unsigned share_below(double share)
{
    uint64_t wanted = (uint64_t)(share * (double)acknowledged), sum = 0;
    for (unsigned i = 0; i < LATENCIES; i++)
        if ((sum += latencies[i]) >= wanted && sum) return i + 1;
    return LATENCIES;
}

static int run(const char *nodes, const char *endpoint, const char *public_key, uint64_t seconds, uint64_t rate)
{
    struct keys collector;
    struct fault fault = {""};
    struct rlimit files;
    uint64_t made = 0, held_back = 0, lost = 0;
    if (!getrlimit(RLIMIT_NOFILE, &files)) setrlimit(RLIMIT_NOFILE, &(struct rlimit){files.rlim_max, files.rlim_max});
    void *zmq = zmq_ctx_new();
    if (!zmq || zmq_ctx_set(zmq, ZMQ_MAX_SOCKETS, (int)count * 4 + 64) ||
        !keys_load_public(&collector, public_key, &fault))
        die(fault.text);
    uint64_t begun = link_monotonic_ns();
    open_all(nodes, endpoint, &collector, zmq);
    while (ready() < count && link_monotonic_ns() - begun < PATIENCE_S * UINT64_C(1000000000)) turn_all();
    unsigned connected = ready();
    double connecting = (double)(link_monotonic_ns() - begun) / 1e9;
    uint64_t start = link_monotonic_ns(), end = start + seconds * UINT64_C(1000000000);
    for (uint64_t now = start; now < end; now = link_monotonic_ns()) {
        for (; made * UINT64_C(1000000000) / rate < now - start; made++) {
            struct enterprise *e = &enterprises[made % count];
            if (e->next - e->first == QUEUE) {
                held_back++;
                break;
            }
            make_event(e, made);
        }
        turn_all();
    }
    for (uint64_t now = end; acknowledged < made && now < end + PATIENCE_S * UINT64_C(1000000000);
         now = link_monotonic_ns())
        turn_all();
    for (unsigned i = 0; i < count; i++) lost += enterprises[i].silent;
    printf("{\"nodes\":%u,\"connected\":%u,\"connecting_s\":%.1f,\"online_at_end\":%u,\"sessions_lost\":%" PRIu64
           ",\"refused\":%" PRIu64 ",\"events\":%" PRIu64 ",\"acknowledged\":%" PRIu64 ",\"held_back\":%" PRIu64
           ",\"seconds\":%.1f,\"latency_ms\":{\"p50\":%u,\"p95\":%u,\"p99\":%u,\"max\":%u}}\n",
           count, connected, connecting, ready(), lost, refused, made, acknowledged, held_back,
           (double)(link_monotonic_ns() - start) / 1e9, share_below(0.5), share_below(0.95), share_below(0.99),
           share_below(1.0));
    for (unsigned i = 0; i < count; i++) link_sender_close(enterprises[i].sender);
    return acknowledged == made && connected == count ? 0 : 1;
}

int main(int argc, char **argv)
{
    count = argc > 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    enterprises = calloc(count ? count : 1, sizeof *enterprises);
    if (!enterprises) die("out of memory");
    if (argc == 4 && !strcmp(argv[1], "enrol")) return enrol(argv[3]);
    if (argc == 8 && !strcmp(argv[1], "run") && strtoull(argv[7], NULL, 10))
        return run(argv[3], argv[4], argv[5], strtoull(argv[6], NULL, 10), strtoull(argv[7], NULL, 10));
    die("usage: city enrol NODES DIRECTORY | city run NODES DIRECTORY ENDPOINT COLLECTOR.pub SECONDS "
        "EVENTS-PER-SECOND");
}
