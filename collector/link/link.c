/* SPDX-License-Identifier: Apache-2.0 */
/* The link thread of the collector: batches from the link into the store, and the table of nodes that are there. */
#include "collector/link/link.h"
#include "collector/store/items.h"
#include "common/link/socket.h"
#include "common/link/subscribers.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCHES = 256, TURN_MS = 100 };

struct seen { /* of one node, since the start */
    char node[NODE_NAME_MAX + 1];
    struct collector_node about;
};

struct collector_link {
    struct collector_link_options options;
    struct keys keys;
    struct link_receiver *receiver;
    struct subscribers *subscribers; /* or NULL */
    struct store_batch batches[BATCHES];
    struct store_put puts[BATCHES];
    struct fault told;      /* of the store, told once */
    struct item_copy *item; /* given to the receiver last */
    uint64_t item_epoch;
    _Atomic bool stop;
    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* guards what follows */
    struct seen *seen;
    size_t count, room;
    struct link_receiver_counters counters;
};

static void notice(const struct collector_link *l, const char *text)
{
    if (l->options.notice) l->options.notice(text);
}

/* ---- calls of the receiver --------------------------------------------------------------------------------------- */

/* Says what is wrong with the store, once, and that it is well again. */
static void tell_store(struct collector_link *l, const char *fault)
{
    if (strcmp(l->told.text, fault) == 0) return;
    fault_set(&l->told, "%s", fault);
    notice(l, fault[0] ? fault : "the store takes events again");
}

static bool position(void *context, const char *node, unsigned stream, struct link_position *p)
{
    struct collector_link *l = context;
    struct store_position at;
    struct fault fault = {0};
    if (!store_node_position(l->options.store, node, stream, &at, &fault)) {
        tell_store(l, fault.text);
        return false;
    }
    *p = (struct link_position){.epoch = at.epoch, .next = at.next};
    return true;
}

static bool commit(void *context, const struct link_batch *batches, unsigned count)
{
    struct collector_link *l = context;
    struct fault fault = {0};
    if (count > BATCHES) return false;
    for (unsigned i = 0; i < count; i++) {
        const struct link_batch *b = &batches[i];
        l->batches[i] = (struct store_batch){.node = b->node,
                                             .below = b->role == NODE_COLLECTOR,
                                             .stream = b->stream,
                                             .epoch = b->epoch,
                                             .first = b->first,
                                             .lines = b->lines,
                                             .length = b->length};
    }
    bool good = store_put_batches(l->options.store, l->batches, count, l->puts, &fault);
    tell_store(l, good ? "" : fault.text);
    for (unsigned i = 0; good && l->subscribers && i < count; i++)
        if (l->puts[i].stored) subscribers_send_lines(l->subscribers, batches[i].lines, batches[i].length);
    for (unsigned i = 0; good && l->options.eve && i < count; i++)
        if (l->puts[i].stored) eve_write(l->options.eve, batches[i].lines, batches[i].length);
    return good;
}

static struct seen *seen_of(struct collector_link *l, const char *node)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->seen[i].node, node) == 0) return &l->seen[i];
    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 32;
        struct seen *more = realloc(l->seen, room * sizeof *more);
        if (!more) return NULL;
        l->seen = more, l->room = room;
    }
    struct seen *fresh = &l->seen[l->count++];
    *fresh = (struct seen){0};
    snprintf(fresh->node, sizeof fresh->node, "%s", node);
    return fresh;
}

static void on_peer(void *context, const struct link_peer *peer)
{
    struct collector_link *l = context;
    char text[256];
    pthread_mutex_lock(&l->lock);
    struct seen *s = seen_of(l, peer->node);
    bool changed = s && s->about.online != peer->online;
    if (s) {
        s->about.online = peer->online;
        s->about.seen_us = (int64_t)link_clock_us();
        s->about.clock_offset_us = peer->clock_offset_us;
        s->about.backlog = 0;
        for (unsigned i = 0; i < LINK_STREAMS; i++) s->about.backlog += peer->backlog[i];
        memcpy(s->about.address, peer->address, sizeof s->about.address);
        memcpy(s->about.version, peer->version, sizeof s->about.version);
        snprintf(s->about.reason, sizeof s->about.reason, "%s", peer->reason ? peer->reason : "");
    }
    pthread_mutex_unlock(&l->lock);
    if (!changed) return;
    snprintf(text, sizeof text, "node %s (%s): %s%s%s", peer->node, peer->address, peer->online ? "online" : "offline",
             peer->online ? "" : ", ", peer->online ? "" : peer->reason);
    notice(l, text);
    if (l->options.changed) l->options.changed(l->options.context, peer->node);
}

static void on_gap(void *context, const struct link_gap *gap)
{
    char text[256];
    if (gap->old_epoch == gap->epoch)
        snprintf(text, sizeof text, "node %s, stream %u: %llu events were lost there, from number %llu", gap->node,
                 gap->stream, (unsigned long long)(gap->to - gap->from), (unsigned long long)gap->from);
    else
        snprintf(text, sizeof text,
                 "node %s, stream %u: its spool began anew behind number %llu; what it still held then may be lost",
                 gap->node, gap->stream, (unsigned long long)(gap->from ? gap->from - 1 : 0));
    notice(context, text);
}

/* ---- downward items ---------------------------------------------------------------------------------------------- */

static bool give_item(void *context, const char *node, uint64_t after, struct link_item *item)
{
    struct collector_link *l = context;
    struct fault fault = {0};
    free(l->item);
    l->item = items_next(l->options.store, node, after, &fault);
    if (fault.text[0]) tell_store(l, fault.text);
    if (!l->item) return false;
    *item = l->item->item;
    return true;
}

static void item_acknowledged(void *context, const char *node, uint64_t next)
{
    struct collector_link *l = context;
    struct fault fault = {0};
    if (!items_acknowledge(l->options.store, node, next, &fault)) tell_store(l, fault.text);
}

static uint64_t item_epoch(void *context)
{
    const struct collector_link *l = context;
    return l->item_epoch;
}

static void on_notice(void *context, const char *text) { notice(context, text); }

/* ---- thread ------------------------------------------------------------------------------------------------------ */

static void *run(void *argument)
{
    struct collector_link *l = argument;
    struct link_receiver_counters counters;
    while (!atomic_load_explicit(&l->stop, memory_order_relaxed)) {
        link_receiver_turn(l->receiver, TURN_MS);
        link_receiver_look(l->receiver, &counters);
        pthread_mutex_lock(&l->lock);
        l->counters = counters;
        pthread_mutex_unlock(&l->lock);
    }
    return NULL;
}

struct collector_link *collector_link_open(const struct collector_link_options *options, struct fault *fault)
{
    struct collector_link *l = calloc(1, sizeof *l);
    if (!l) {
        fault_set(fault, "%s: out of memory", options->endpoint);
        return NULL;
    }
    l->options = *options;
    pthread_mutex_init(&l->lock, NULL);
    struct link_receiver_options receiver = {
        .endpoint = options->endpoint,
        .keys = &l->keys,
        .nodes = options->nodes,
        .peers = (unsigned)options->peers,
        .heartbeat_ns = options->heartbeat_ns,
        .context = l,
        .position = position,
        .commit = commit,
        .peer = on_peer,
        .gap = on_gap,
        .item = give_item,
        .item_acknowledged = item_acknowledged,
        .item_epoch = item_epoch,
        .notice = on_notice,
    };
    if (options->store) l->item_epoch = items_epoch(options->store);
    bool good = keys_load_secret(&l->keys, options->key_file, fault) &&
                (!options->subscribers || (l->subscribers = subscribers_open(options->subscribers, fault))) &&
                (l->receiver = link_receiver_open(&receiver, fault));
    if (good && pthread_create(&l->thread, NULL, run, l) == 0) {
        l->running = true;
        return l;
    }
    fault_set(fault, "%s: the link's thread cannot be started", options->endpoint);
    collector_link_close(l);
    return NULL;
}

void collector_link_close(struct collector_link *l)
{
    if (!l) return;
    l->stop = true;
    if (l->running) pthread_join(l->thread, NULL);
    link_receiver_close(l->receiver);
    subscribers_close(l->subscribers);
    keys_forget(&l->keys);
    pthread_mutex_destroy(&l->lock);
    free(l->item);
    free(l->seen);
    free(l);
}

/* ---- for the other threads --------------------------------------------------------------------------------------- */

bool collector_link_send(struct collector_link *l, const struct link_item *item, const char *const *nodes,
                         unsigned count, struct fault *fault)
{
    struct link_item own = *item;
    link_item_sign(&own, &l->keys);
    if (!items_send(l->options.store, &own, nodes, count, fault)) return false;
    link_receiver_wake(l->receiver);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct node *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* A revoked key whose node was enrolled anew is history, not a node. */
static bool is_history(const struct nodes *nodes, const struct node *node)
{
    return node->revoked && nodes_by_name(nodes, node->name) != node;
}

bool collector_link_nodes(struct collector_link *l, bool (*row)(void *context, const struct collector_node *node),
                          void *context, struct fault *fault)
{
    struct nodes nodes;
    if (!nodes_load(&nodes, l->options.nodes, NULL, fault)) return false;
    if (nodes.count) qsort(nodes.rows, nodes.count, sizeof *nodes.rows, by_name);
    bool go_on = true;
    for (size_t i = 0; go_on && i < nodes.count; i++) {
        struct collector_node about = {0};
        struct keys keys = {0};
        if (is_history(&nodes, &nodes.rows[i])) continue;
        pthread_mutex_lock(&l->lock);
        for (size_t k = 0; k < l->count; k++)
            if (strcmp(l->seen[k].node, nodes.rows[i].name) == 0) about = l->seen[k].about;
        pthread_mutex_unlock(&l->lock);
        about.enrolled = nodes.rows[i];
        memcpy(keys.curve_public, about.enrolled.curve_public, sizeof keys.curve_public);
        memcpy(keys.sign_public, about.enrolled.sign_public, sizeof keys.sign_public);
        keys_fingerprint(&keys, about.fingerprint);
        go_on = row(context, &about);
    }
    nodes_free(&nodes);
    return true;
}

void collector_link_look(struct collector_link *l, struct link_receiver_counters *counters)
{
    pthread_mutex_lock(&l->lock);
    *counters = l->counters;
    pthread_mutex_unlock(&l->lock);
}

unsigned collector_link_port(const struct collector_link *l) { return link_receiver_port(l->receiver); }
const struct keys *collector_link_keys(const struct collector_link *l) { return &l->keys; }
const char *collector_link_directory(const struct collector_link *l) { return l->options.nodes; }
