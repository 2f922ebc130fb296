/* SPDX-License-Identifier: Apache-2.0 */
/* The publisher thread: takes lines from the producers' rings, numbers them, hands them to the outputs. */
#include "sensor/publish/publish.h"
#include "common/event.h"
#include "common/link/batch.h"
#include "common/link/subscribers.h"
#include "common/ring.h"
#include "sensor/publish/delivery.h"
#include "sensor/publish/output.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    RING_DEFAULT = 16 << 20,
    RING_LEAST = 64 << 10,
    TURN = 512,      /* records taken from one ring before the next one's turn */
    SPARE_SHARE = 8, /* one eighth of a ring is kept for alerts */
    NAP_MS = 1,      /* of the idle thread: what an event can wait when nothing else comes */
    WAIT_NS = 50000  /* of a producer whose ring is full */
};

struct publisher {
    struct publish_options options;
    struct ring *rings;
    unsigned producers;
    pthread_t thread;
    struct output output;
    struct subscribers *subscribers; /* or NULL */
    struct delivery *delivery;       /* or NULL */
    uint64_t seq;                    /* without a delivery */
    uint64_t stopped_ns;
    _Atomic bool stopping, failed;
    _Atomic uint64_t events, bytes, output_failed, too_long;
    pthread_mutex_t told_lock;
    struct publish_counters told; /* what the thread says of the link, once a turn */
};

static void nap(long ns)
{
    struct timespec t = {0, ns};
    nanosleep(&t, NULL);
}

static void count(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

/* ,"seq":n} and the line's end; returns its length. */
static size_t write_tail(char tail[32], uint64_t seq)
{
    char digits[20];
    size_t n = 0, at = 7;
    memcpy(tail, ",\"seq\":", 7);
    do digits[n++] = (char)('0' + seq % 10);
    while (seq /= 10);
    while (n) tail[at++] = digits[--n];
    tail[at++] = '}';
    tail[at++] = '\n';
    return at;
}

static void tell_failure(struct publisher *p)
{
    atomic_store_explicit(&p->output_failed, p->output.lost, memory_order_relaxed);
    atomic_store_explicit(&p->failed, true, memory_order_relaxed);
}

static void send_to_subscribers(struct publisher *p, const struct ring_record *record, const char *tail, size_t n)
{
    if (record->type >= EVENT_TYPE_COUNT) return;
    const char *type = event_type_name[record->type], *sensor = p->options.sensor ? p->options.sensor : "";
    subscribers_send(p->subscribers, type, strlen(type), sensor, strlen(sensor), ring_data(record), record->length,
                     tail, n);
}

static void publish_record(struct publisher *p, const struct ring_record *record)
{
    char tail[32];
    const char *line = ring_data(record);
    unsigned stream = link_stream(record->type);
    size_t n = write_tail(tail, p->delivery ? delivery_next(p->delivery, stream) : ++p->seq);
    if (!output_line(&p->output, line, record->length, tail, n)) tell_failure(p);
    if (p->subscribers) send_to_subscribers(p, record, tail, n - 1);
    if (p->delivery) delivery_add(p->delivery, stream, line, record->length, tail, n);
    count(&p->events, 1);
    count(&p->bytes, record->length + n);
}

static bool turn(struct publisher *p)
{
    bool moved = false;
    for (unsigned i = 0; i < p->producers; i++) {
        const struct ring_record *record;
        for (unsigned n = 0;
             n < TURN && !(p->delivery && delivery_full(p->delivery)) && (record = ring_peek(&p->rings[i])); n++) {
            publish_record(p, record);
            ring_next(&p->rings[i], record);
            moved = true;
        }
    }
    return moved;
}

static void tell_link(struct publisher *p)
{
    pthread_mutex_lock(&p->told_lock);
    delivery_look(p->delivery, &p->told);
    pthread_mutex_unlock(&p->told_lock);
}

/* The spool is full and the run is over: the events in the rings wait as long as the drain may last. */
static bool past_drain(struct publisher *p)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    if (!p->stopped_ns) p->stopped_ns = ns;
    return ns - p->stopped_ns > p->options.drain_ns;
}

static void *run(void *argument)
{
    struct publisher *p = argument;
    for (;;) {
        /* Asked before the rings are looked at: what was published before the stop is seen by this turn. */
        bool stopping = atomic_load_explicit(&p->stopping, memory_order_acquire);
        bool moved = turn(p), full = p->delivery && delivery_full(p->delivery);
        if (!moved && !output_flush(&p->output)) tell_failure(p);
        if (p->delivery) {
            delivery_turn(p->delivery, moved ? 0 : NAP_MS);
            tell_link(p);
        } else if (!moved && !stopping) {
            nap(NAP_MS * 1000000);
        }
        if (stopping && !moved && (!full || past_drain(p))) return NULL;
    }
}

static void release(struct publisher *p)
{
    for (unsigned i = 0; p->rings && i < p->producers; i++) ring_close(&p->rings[i]);
    output_close(&p->output);
    subscribers_close(p->subscribers);
    if (p->delivery) delivery_close(p->delivery);
    pthread_mutex_destroy(&p->told_lock);
    free(p->rings);
    free(p);
}

static bool open_rings(struct publisher *p)
{
    size_t want = p->options.ring_bytes ? p->options.ring_bytes : RING_DEFAULT, size = RING_LEAST;
    while (size < want) size *= 2;
    p->rings = aligned_alloc(RING_LINE, p->producers * sizeof *p->rings);
    if (!p->rings) return false;
    memset(p->rings, 0, p->producers * sizeof *p->rings);
    for (unsigned i = 0; i < p->producers; i++)
        if (!ring_open(&p->rings[i], size)) return false;
    return true;
}

static bool open_outputs(struct publisher *p, struct fault *fault)
{
    const struct publish_options *o = &p->options;
    if (!open_rings(p)) return fault_set(fault, "publisher: out of memory for %u rings", p->producers);
    if (!output_open(&p->output, o->events, fault)) return false;
    if (o->subscribers && !(p->subscribers = subscribers_open(o->subscribers, fault))) return false;
    return !o->collector || (p->delivery = delivery_open(o, fault)) != NULL;
}

struct publisher *publisher_open(const struct publish_options *options, unsigned producers, struct fault *fault)
{
    struct publisher *p = calloc(1, sizeof *p);
    if (!p) {
        fault_set(fault, "publisher: out of memory");
        return NULL;
    }
    p->options = *options;
    p->producers = producers;
    p->output.descriptor = -1;
    pthread_mutex_init(&p->told_lock, NULL);
    if (open_outputs(p, fault)) {
        if (pthread_create(&p->thread, NULL, run, p) == 0) return p;
        fault_set(fault, "publisher: its thread cannot be started");
    }
    p->options.drain_ns = 0;
    release(p);
    return NULL;
}

bool publish(struct publisher *p, unsigned producer, unsigned type, unsigned severity, const char *line, size_t length)
{
    struct ring *r = &p->rings[producer];
    size_t spare = severity ? 0 : r->size / SPARE_SHARE;
    if (length > PUBLISH_LONGEST || length > ring_longest(r) - spare) {
        count(&p->too_long, 1);
        return false;
    }
    while (!ring_write(r, (uint8_t)type, (uint8_t)severity, line, length, spare)) {
        if (!p->options.wait || publisher_failed(p)) {
            count(&r->refused, 1);
            return false;
        }
        nap(WAIT_NS);
    }
    return true;
}

static uint64_t told(const _Atomic uint64_t *counter) { return atomic_load_explicit(counter, memory_order_relaxed); }

void publisher_counters(struct publisher *p, struct publish_counters *counters)
{
    pthread_mutex_lock(&p->told_lock);
    *counters = p->told;
    pthread_mutex_unlock(&p->told_lock);
    counters->events = told(&p->events);
    counters->bytes = told(&p->bytes);
    counters->too_long = told(&p->too_long);
    counters->output_failed = told(&p->output_failed);
    counters->ring_full = 0;
    for (unsigned i = 0; i < p->producers; i++) counters->ring_full += told(&p->rings[i].refused);
}

bool publisher_failed(const struct publisher *p) { return atomic_load_explicit(&p->failed, memory_order_relaxed); }

static uint64_t left_in_rings(struct publisher *p)
{
    uint64_t n = 0;
    const struct ring_record *record;
    for (unsigned i = 0; i < p->producers; i++)
        for (; (record = ring_peek(&p->rings[i])); n++) ring_next(&p->rings[i], record);
    return n;
}

bool publisher_close(struct publisher *p, struct fault *fault)
{
    struct publish_counters c;
    if (!p) return true;
    atomic_store_explicit(&p->stopping, true, memory_order_release);
    pthread_join(p->thread, NULL);
    uint64_t left = left_in_rings(p), waiting = p->delivery ? delivery_close(p->delivery) : 0;
    p->delivery = NULL;
    publisher_counters(p, &c);
    bool failed = publisher_failed(p);
    if (failed)
        fault_set(fault, "%s: cannot be written: %s; %llu of %llu events are missing there", p->output.name,
                  strerror(p->output.error), (unsigned long long)c.output_failed, (unsigned long long)c.events);
    if (left)
        fault_set(fault, "%s: the spool is full; %llu events were not kept", p->options.spool,
                  (unsigned long long)left);
    /* A live sensor goes on from its spool; a run over a file was to end with everything delivered. */
    if (waiting && p->options.wait)
        fault_set(fault, "%s: not acknowledged in time; %llu events wait in %s for the next run", p->options.collector,
                  (unsigned long long)waiting, p->options.spool);
    bool good = !failed && !left && !(waiting && p->options.wait);
    release(p);
    return good;
}
