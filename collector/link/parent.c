/* SPDX-License-Identifier: Apache-2.0 */
/* The thread towards the parent collector: outbox to link, items to inbox. */
#include "collector/link/parent.h"
#include "collector/store/event_json.h"
#include "collector/store/items.h"
#include "common/forward.h"
#include "common/link/batch.h"
#include "common/link/socket.h"
#include "common/version.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { TURN_MS = 50 };
#define SETTLE_NS UINT64_C(1000000000)

struct lane {
    struct parent *parent;
    unsigned stream;
    struct link_builder builder;
    uint64_t first; /* of the batch in the builder */
};

struct parent {
    struct parent_options options;
    struct keys keys, above;
    uint8_t pseudonyms[FORWARD_KEY]; /* what they are made from */
    struct forward_policy *policy, *disclosures;
    struct outbox *outbox;
    struct lane lanes[LINK_STREAMS];
    struct link_sender *sender;
    char digest[2 * FORWARD_DIGEST + 1];
    struct fault told; /* of the store, told once */
    _Atomic bool stop;
    pthread_t thread;
    bool running;
    pthread_mutex_t lock; /* guards what follows */
    struct link_sender_counters counters;
    char reason[128];
};

static void notice(const struct parent *p, const char *text)
{
    if (p->options.notice) p->options.notice(text);
}

/* A fault of the store, told once. */
static void tell_fault(struct parent *p, const struct fault *fault)
{
    if (!fault->text[0] || strcmp(p->told.text, fault->text) == 0) return;
    p->told = *fault;
    notice(p, fault->text);
}

/* ---- source of the sender ------------------------------------------------------------------------------------------
 */

static void look(void *context, struct link_position *position)
{
    struct lane *lane = context;
    struct outbox_position at;
    outbox_look(lane->parent->outbox, lane->stream, &at);
    *position = (struct link_position){at.epoch, at.first, at.next};
}

static bool add_row(void *context, uint64_t number, const char *line, size_t length)
{
    struct lane *lane = context;
    struct link_builder *b = &lane->builder;
    if (!b->count) lane->first = number;
    if (number != lane->first + b->count || b->used >= LINK_RAW_GOOD) return false;
    return link_builder_add(b, line, length, "\n", 1);
}

static bool read_batch(void *context, uint64_t from, uint64_t *first, uint32_t *count, const uint8_t **data,
                       size_t *length)
{
    struct lane *lane = context;
    struct fault fault = {""};
    struct link_position at;
    look(context, &at);
    if (from >= at.next) return false;
    link_builder_empty(&lane->builder);
    if (!outbox_read(lane->parent->outbox, lane->stream, from, add_row, lane, &fault)) tell_fault(lane->parent, &fault);
    if (!lane->builder.count || !(*length = link_builder_pack(&lane->builder))) return false;
    *first = lane->first;
    *count = lane->builder.count;
    *data = lane->builder.packed;
    return true;
}

static void acknowledge(void *context, uint64_t next)
{
    struct lane *lane = context;
    outbox_acknowledge(lane->parent->outbox, lane->stream, next);
}

static void renew(void *context, uint64_t after)
{
    struct lane *lane = context;
    struct fault fault = {""};
    if (!outbox_renew(lane->parent->outbox, lane->stream, after, &fault)) tell_fault(lane->parent, &fault);
}

/* ---- calls of the sender -------------------------------------------------------------------------------------------
 */

/* The parent's own signature is checked here; whose item it only passes on is for the one who acts on it to check. */
bool parent_take_item(struct parent *p, const struct link_item *item)
{
    struct fault fault = {""};
    bool verified = strcmp(item->issuer, p->above.name) == 0 && link_item_verify(item, p->above.sign_public);
    bool good = inbox_put(p->options.store, p->above.name, item, verified, &fault);
    tell_fault(p, &fault);
    if (good && p->options.received) p->options.received(p->options.context);
    return good;
}

static bool on_item(void *context, const struct link_item *item) { return parent_take_item(context, item); }

static void item_position(void *context, struct link_position *position)
{
    struct parent *p = context;
    struct fault fault = {""};
    inbox_position(p->options.store, p->above.name, position, &fault);
    tell_fault(p, &fault);
}

static void on_state(void *context, enum link_state state, const char *reason)
{
    struct parent *p = context;
    char text[256];
    if (state != LINK_READY && !reason) return;
    pthread_mutex_lock(&p->lock);
    snprintf(p->reason, sizeof p->reason, "%s", state == LINK_READY ? "" : reason);
    pthread_mutex_unlock(&p->lock);
    snprintf(text, sizeof text, "parent %s (%s): %s%s", p->above.name, p->options.endpoint,
             state == LINK_READY ? "connected" : "not connected, ", state == LINK_READY ? "" : reason);
    notice(p, text);
}

static void *run(void *argument)
{
    struct parent *p = argument;
    uint64_t settled = 0;
    while (!atomic_load_explicit(&p->stop, memory_order_relaxed)) {
        struct link_sender_counters counters = {0};
        struct fault fault = {""};
        if (!p->sender) { /* files are carried */
            nanosleep(&(struct timespec){.tv_nsec = TURN_MS * 1000000}, NULL);
        } else {
            link_sender_turn(p->sender, TURN_MS);
            link_sender_look(p->sender, &counters);
        }
        pthread_mutex_lock(&p->lock);
        p->counters = counters;
        pthread_mutex_unlock(&p->lock);
        if (link_monotonic_ns() - settled < SETTLE_NS) continue;
        if (!outbox_settle(p->outbox, &fault)) tell_fault(p, &fault);
        settled = link_monotonic_ns();
    }
    return NULL;
}

/* ---- life ----------------------------------------------------------------------------------------------------------
 */

static bool pseudonym_key(const char *path, uint8_t key[FORWARD_KEY], struct fault *fault)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        randombytes_buf(key, FORWARD_KEY);
        file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        bool made = file >= 0 && write(file, key, FORWARD_KEY) == FORWARD_KEY && fsync(file) == 0;
        if (file >= 0) close(file);
        return made || fault_set(fault, "%s: cannot be made: %s", path, strerror(errno));
    }
    bool good = file >= 0 && read(file, key, FORWARD_KEY) == FORWARD_KEY;
    if (file >= 0) close(file);
    return good || fault_set(fault, "%s: not a key of %d bytes", path, FORWARD_KEY);
}

void parent_pseudonym(const struct parent *p, const char *address, char out[PARENT_PSEUDONYM + 1])
{
    forward_pseudonym(p->disclosures, address, strlen(address), out); /* of the same key, and never another */
}

/* An officer of this node approved it, for the parent that asked; what nodes below disclose stays here. */
static const char disclosure_policy[] =
    "types: [disclosure]\nfields: [timestamp, event_type, sensor, id, seq, disclosure]\n";

static bool is_own_answer(const struct parent *p, const struct event_envelope *e, const char *line, size_t length)
{
    static const char self[] = STORE_OWN_NODE;
    if (e->sensor_length != sizeof self - 1 || memcmp(e->sensor, self, sizeof self - 1) != 0) return false;
    json_t *event = event_json(line, length);
    const char *to = json_string_value(json_object_get(json_object_get(event, "disclosure"), "to"));
    bool good = to && strcmp(to, p->above.name) == 0;
    json_decref(event);
    return good;
}

size_t parent_forward(const struct parent *p, const struct event_envelope *e, const char *line, size_t length,
                      char *out, size_t room)
{
    if (e->type != EVENT_DISCLOSURE) return forward_apply(p->policy, e, line, length, out, room);
    return is_own_answer(p, e, line, length) ? forward_apply(p->disclosures, e, line, length, out, room) : 0;
}

static size_t forward(void *context, const struct event_envelope *e, const char *line, size_t length, char *out,
                      size_t room)
{
    return parent_forward(context, e, line, length, out, room);
}

struct forward_policy *parent_read_policy(const struct parent *p, const char *text, struct fault *fault)
{
    return text ? forward_policy_parse("adopted policy", text, p->pseudonyms, p->keys.name, fault)
                : forward_policy_open(p->options.policy, p->pseudonyms, p->keys.name, fault);
}

struct change {
    struct parent *parent;
    struct forward_policy *policy; /* the new one, then the old one */
};

static void swap(void *context)
{
    struct change *c = context;
    struct forward_policy *before = c->parent->policy;
    pthread_mutex_lock(&c->parent->lock);
    c->parent->policy = c->policy;
    forward_policy_digest(c->policy, c->parent->digest);
    pthread_mutex_unlock(&c->parent->lock);
    c->policy = before;
}

bool parent_change_policy(struct parent *p, const char *text, struct fault *fault)
{
    char digest[2 * FORWARD_DIGEST + 1];
    struct change change = {p, parent_read_policy(p, text, fault)};
    if (!change.policy) return false;
    forward_policy_digest(change.policy, digest);
    bool good = outbox_change_policy(p->outbox, digest, swap, &change, fault);
    forward_policy_close(change.policy);
    return good;
}

void parent_with_policy(struct parent *p, void (*compare)(void *context, const struct forward_policy *policy),
                        void *context)
{
    pthread_mutex_lock(&p->lock);
    compare(context, p->policy);
    pthread_mutex_unlock(&p->lock);
}

static bool load(struct parent *p, struct fault *fault)
{
    if (!p->options.public_key) return fault_set(fault, "parent.public_key: missing; it is the parent's .pub file");
    if (!keys_load_secret(&p->keys, p->options.key_file, fault) ||
        !keys_load_public(&p->above, p->options.public_key, fault) ||
        !pseudonym_key(p->options.pseudonyms, p->pseudonyms, fault))
        return false;
    p->policy = parent_read_policy(p, p->options.adopted, fault);
    p->disclosures = forward_policy_parse("disclosures", disclosure_policy, p->pseudonyms, p->keys.name, fault);
    if (!p->policy || !p->disclosures) return false;
    forward_policy_digest(p->policy, p->digest);
    struct outbox_options outbox = {
        .forward = forward, .stream = link_stream, .context = p, .policy = p->digest, .most = p->options.most};
    p->outbox = outbox_open(p->options.store, &outbox, fault);
    return p->outbox != NULL;
}

static bool connect_parent(struct parent *p, struct fault *fault)
{
    if (!p->options.endpoint) return true;
    struct link_sender_options options = {.endpoint = p->options.endpoint,
                                          .keys = &p->keys,
                                          .peer_public = p->above.curve_public,
                                          .version = "wanglou-collector " WANGLOU_VERSION,
                                          .heartbeat_ns = p->options.heartbeat_ns,
                                          .item = on_item,
                                          .item_position = item_position,
                                          .state = on_state,
                                          .context = p};
    for (unsigned i = 0; i < LINK_STREAMS; i++) {
        struct lane *lane = &p->lanes[i];
        lane->parent = p;
        lane->stream = i;
        if (!link_builder_open(&lane->builder)) return fault_set(fault, "parent: out of memory");
        options.sources[i] = (struct link_source){lane, look, read_batch, acknowledge, renew};
    }
    p->sender = link_sender_open(&options, fault);
    return p->sender != NULL;
}

struct parent *parent_open(const struct parent_options *options, struct fault *fault)
{
    struct parent *p = calloc(1, sizeof *p);
    if (!p || sodium_init() < 0) {
        fault_set(fault, "parent: out of memory");
        free(p);
        return NULL;
    }
    p->options = *options;
    pthread_mutex_init(&p->lock, NULL);
    if (load(p, fault) && connect_parent(p, fault)) {
        if (pthread_create(&p->thread, NULL, run, p) == 0) {
            p->running = true;
            return p;
        }
        fault_set(fault, "parent: its thread cannot be started");
    }
    parent_close(p);
    return NULL;
}

void parent_close(struct parent *p)
{
    if (!p) return;
    p->stop = true;
    if (p->running) pthread_join(p->thread, NULL);
    link_sender_close(p->sender);
    outbox_close(p->outbox);
    for (unsigned i = 0; i < LINK_STREAMS; i++) link_builder_close(&p->lanes[i].builder);
    forward_policy_close(p->policy);
    forward_policy_close(p->disclosures);
    keys_forget(&p->keys);
    sodium_memzero(p->pseudonyms, sizeof p->pseudonyms);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

bool parent_carried(const struct parent *p) { return !p->options.endpoint; }
struct outbox *parent_outbox(struct parent *p) { return p->outbox; }
const char *parent_name(const struct parent *p) { return p->above.name; }
const uint8_t *parent_sign_key(const struct parent *p) { return p->above.sign_public; }

void parent_look(struct parent *p, struct parent_look *l)
{
    *l = (struct parent_look){0};
    memcpy(l->name, p->above.name, sizeof l->name);
    for (unsigned i = 0; i < LINK_STREAMS; i++) outbox_look(p->outbox, i, &l->streams[i]);
    pthread_mutex_lock(&p->lock);
    memcpy(l->policy, p->digest, sizeof p->digest);
    l->link = p->counters;
    memcpy(l->reason, p->reason, sizeof l->reason);
    pthread_mutex_unlock(&p->lock);
}
