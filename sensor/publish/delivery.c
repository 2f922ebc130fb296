/* SPDX-License-Identifier: Apache-2.0 */
/* Batches, spool and link of the sensor; driven by the publisher's thread. */
#include "sensor/publish/delivery.h"
#include "common/keys.h"
#include "common/link/batch.h"
#include "common/link/socket.h"
#include "common/link/source.h"
#include "common/version.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const stream_name[LINK_STREAMS] = {"first", "rest"};
/* How long an event waits for others to share its batch. */
static const uint64_t batch_delay_ns[LINK_STREAMS] = {10000000, 100000000};

#define SPOOL_BYTES (UINT64_C(1) << 30)

struct lane {
    struct spool *spool;
    struct link_builder builder;
    uint64_t begun_ns; /* when the first event of the batch came */
    uint64_t lost;     /* events that found no room at all */
};

struct delivery {
    struct publish_options options;
    struct keys keys, collector;
    struct lane lanes[LINK_STREAMS];
    struct link_sender *sender;
    uint64_t synced_ns;
    bool unsynced, full;
    int told_error;
};

static void tell(const struct delivery *d, const char *what, const char *more)
{
    fprintf(stderr, "wanglou-sensor: %s: %s%s%s\n", d->options.collector, what, more[0] ? ": " : "", more);
}

static void on_state(void *context, enum link_state state, const char *reason)
{
    struct delivery *d = context;
    if (state == LINK_READY)
        tell(d, "connected", "");
    else if (reason)
        tell(d, state == LINK_REFUSED ? "refused" : "not connected", reason);
}

/* The signature of another issuer, whose item the collector passes on, is for the one who acts on it to judge. */
static bool on_item(void *context, const struct link_item *item)
{
    struct delivery *d = context;
    bool verified = strcmp(item->issuer, d->collector.name) == 0 && link_item_verify(item, d->collector.sign_public);
    return d->options.item(d->options.item_context, item, verified);
}

static void item_position(void *context, struct link_position *position)
{
    struct delivery *d = context;
    d->options.item_position(d->options.item_context, position);
}

/* ---- room -------------------------------------------------------------------------------------------------------- */

static uint64_t bytes_used(const struct delivery *d)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        struct spool_state state;
        spool_look(d->lanes[i].spool, &state);
        sum += state.bytes;
    }
    return sum;
}

/* Deletes the oldest segment of the least important stream that holds one. */
static bool make_room(struct delivery *d)
{
    for (unsigned i = LINK_STREAMS; i > 0; i--)
        if (spool_drop_oldest(d->lanes[i - 1].spool)) return true;
    return false;
}

bool delivery_full(const struct delivery *d) { return d->full; }

/* What happens to a batch that cannot be appended: waits (true), makes room (true), or is given up (false). */
static bool try_again(struct delivery *d, int error)
{
    if (error != d->told_error) tell(d, "the spool cannot be written", strerror(error));
    d->told_error = error;
    if (d->options.wait) {
        d->full = true;
        return true;
    }
    return (error == ENOSPC || error == EDQUOT || error == EFBIG) && make_room(d);
}

/* ---- batches ----------------------------------------------------------------------------------------------------- */

static void close_batch(struct delivery *d, unsigned stream)
{
    struct lane *lane = &d->lanes[stream];
    int error = 0;
    if (!lane->builder.count) return;
    bool over = bytes_used(d) > d->options.spool_bytes;
    d->full = over && d->options.wait;
    if (over && !d->options.wait) make_room(d);
    size_t n = link_builder_pack(&lane->builder);
    while (!n || (error = spool_append(lane->spool, lane->builder.packed, n, lane->builder.count))) {
        if (n && try_again(d, error)) {
            if (d->full) return; /* stays in the builder */
            continue;
        }
        lane->lost += lane->builder.count;
        break;
    }
    if (!error) d->told_error = 0;
    d->unsynced = true;
    link_builder_empty(&lane->builder);
}

uint64_t delivery_next(const struct delivery *d, unsigned stream)
{
    struct spool_state state;
    spool_look(d->lanes[stream].spool, &state);
    return state.next + d->lanes[stream].builder.count;
}

void delivery_add(struct delivery *d, unsigned stream, const char *line, size_t length, const char *tail,
                  size_t tail_length)
{
    struct lane *lane = &d->lanes[stream];
    if (!lane->builder.count) lane->begun_ns = link_monotonic_ns();
    if (!link_builder_add(&lane->builder, line, length, tail, tail_length)) lane->lost++;
    if (lane->builder.used >= LINK_RAW_GOOD) close_batch(d, stream);
}

void delivery_turn(struct delivery *d, int wait_ms)
{
    uint64_t now = link_monotonic_ns();
    for (unsigned i = 0; i < LINK_STREAMS; i++)
        if (d->lanes[i].builder.count && (d->full || now - d->lanes[i].begun_ns >= batch_delay_ns[i]))
            close_batch(d, i);
    if (d->full && bytes_used(d) <= d->options.spool_bytes && !d->told_error) d->full = false;
    if (d->unsynced && now - d->synced_ns >= d->options.sync_ns) {
        for (unsigned i = 0; i < LINK_STREAMS; i++) spool_sync(d->lanes[i].spool);
        d->synced_ns = now;
        d->unsynced = false;
    }
    link_sender_turn(d->sender, wait_ms);
}

void delivery_look(const struct delivery *d, struct publish_counters *c)
{
    struct link_sender_counters link;
    link_sender_look(d->sender, &link);
    c->connected = link.state == LINK_READY;
    c->acknowledged = link.acknowledged;
    c->sent_bytes = link.bytes;
    c->waiting = c->spool_bytes = c->spool_lost = 0;
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        struct spool_state state;
        spool_look(d->lanes[i].spool, &state);
        c->waiting += state.next - state.first + d->lanes[i].builder.count;
        c->spool_bytes += state.bytes;
        c->spool_lost += state.dropped + state.damaged + d->lanes[i].lost;
    }
}

/* ---- life -------------------------------------------------------------------------------------------------------- */

static bool open_lane(struct delivery *d, unsigned stream, struct fault *fault)
{
    struct lane *lane = &d->lanes[stream];
    struct fault repaired = {0};
    char directory[PATH_MAX];
    struct spool_options options = {.directory = directory};
    int n = snprintf(directory, sizeof directory, "%s/%s", d->options.spool, stream_name[stream]);
    if (n < 0 || (size_t)n >= sizeof directory) return fault_set(fault, "%s: the path is too long", d->options.spool);
    /* Small enough that dropping one loses a small part of the whole. */
    options.segment_bytes = d->options.spool_bytes / 16 < SPOOL_SEGMENT ? d->options.spool_bytes / 16 : SPOOL_SEGMENT;
    if (!link_builder_open(&lane->builder)) return fault_set(fault, "publisher: out of memory");
    lane->spool = spool_open(&options, &repaired, fault);
    if (repaired.text[0]) tell(d, "spool", repaired.text);
    return lane->spool != NULL;
}

static bool load_keys(struct delivery *d, struct fault *fault)
{
    if (!d->options.key_file)
        return fault_set(fault, "the link needs this node's own key; make it with `wanglou keys`");
    if (!d->options.collector_key) return fault_set(fault, "the link needs the collector's public key (its .pub file)");
    return keys_load_secret(&d->keys, d->options.key_file, fault) &&
           keys_load_public(&d->collector, d->options.collector_key, fault);
}

static bool open_link(struct delivery *d, struct fault *fault)
{
    struct link_sender_options options = {.endpoint = d->options.collector,
                                          .keys = &d->keys,
                                          .peer_public = d->collector.curve_public,
                                          .version = "wanglou-sensor " WANGLOU_VERSION,
                                          .state = on_state,
                                          .item = d->options.item ? on_item : NULL,
                                          .item_position = d->options.item ? item_position : NULL,
                                          .context = d};
    if (mkdir(d->options.spool, 0700) && errno != EEXIST)
        return fault_set(fault, "%s: cannot be made: %s", d->options.spool, strerror(errno));
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        if (!open_lane(d, i, fault)) return false;
        options.sources[i] = link_spool_source(d->lanes[i].spool);
    }
    d->sender = link_sender_open(&options, fault);
    return d->sender != NULL;
}

static void release(struct delivery *d)
{
    link_sender_close(d->sender);
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        spool_close(d->lanes[i].spool);
        link_builder_close(&d->lanes[i].builder);
    }
    keys_forget(&d->keys);
    free(d);
}

struct delivery *delivery_open(const struct publish_options *options, struct fault *fault)
{
    struct delivery *d = calloc(1, sizeof *d);
    if (!d) {
        fault_set(fault, "publisher: out of memory");
        return NULL;
    }
    d->options = *options;
    if (!d->options.spool_bytes) d->options.spool_bytes = SPOOL_BYTES;
    if (load_keys(d, fault) && open_link(d, fault)) return d;
    release(d);
    return NULL;
}

static uint64_t waiting(const struct delivery *d)
{
    struct publish_counters c;
    delivery_look(d, &c);
    return c.waiting;
}

uint64_t delivery_close(struct delivery *d)
{
    uint64_t begun = link_monotonic_ns();
    d->options.sync_ns = 0;
    for (unsigned i = 0; i < LINK_STREAMS; i++) d->lanes[i].begun_ns = 0; /* every batch is due */
    do delivery_turn(d, 5);
    while (waiting(d) && link_monotonic_ns() - begun < d->options.drain_ns);
    uint64_t left = waiting(d);
    release(d);
    return left;
}
