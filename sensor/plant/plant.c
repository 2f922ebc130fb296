/* SPDX-License-Identifier: Apache-2.0 */
/* The plant thread: one ring a worker, merged by their places, handed to what keeps the plant's knowledge. A file with
 * one worker needs no thread: there the worker does it at once, so that the order of events is always the same. */
#include "sensor/plant/plant.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/ring.h"
#include "sensor/inspect/event.h"
#include "sensor/plant/keepers.h"

enum { RING_BYTES = 4 << 20, INSTRUCTION_WAIT = 5 /* s */ };
#define NAP 200000 /* ns */

struct seat {
    struct ring ring;
    const uint64_t *place; /* of what its worker says now */
    atomic_bool left;
};

/* One instruction at a time, taken by the thread that owns the keepers. */
struct letter {
    pthread_mutex_t turn, lock;
    pthread_cond_t taken;
    const char *kind, *json;
    size_t length;
    atomic_bool waits;
    bool good;
};

struct plant {
    struct letter letter;
    const struct sensor_options *options;
    struct event_out out;
    struct keepers *keepers;
    struct seat *seats;
    unsigned count;
    bool in_order, at_once;
    pthread_t thread;
};

/* What lies in a ring. */
struct spoken {
    uint64_t place;
    struct observation head;
    uint8_t payload[OBSERVATION_PAYLOAD];
};

void plant_attend(struct plant *p, unsigned worker, const uint64_t *place) { p->seats[worker].place = place; }

static void nap(void) { nanosleep(&(struct timespec){0, NAP}, NULL); }

uint64_t plant_lost(const struct plant *p)
{
    uint64_t lost = 0;
    for (unsigned i = 0; i < p->count; i++)
        lost += atomic_load_explicit(&p->seats[i].ring.refused, memory_order_relaxed);
    return lost;
}

static void take_letter(struct plant *p)
{
    struct letter *l = &p->letter;
    if (!atomic_load_explicit(&l->waits, memory_order_acquire)) return;
    pthread_mutex_lock(&l->lock);
    if (l->kind) {
        l->good = keepers_instruct(p->keepers, l->kind, l->json, l->length);
        l->kind = NULL;
        atomic_store_explicit(&l->waits, false, memory_order_release);
        pthread_cond_signal(&l->taken);
    }
    pthread_mutex_unlock(&l->lock);
}

bool plant_instruct(struct plant *p, const char *kind, const char *json, size_t length)
{
    struct letter *l = &p->letter;
    struct timespec until;
    pthread_mutex_lock(&l->turn);
    pthread_mutex_lock(&l->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += INSTRUCTION_WAIT;
    l->kind = kind, l->json = json, l->length = length;
    l->good = false;
    atomic_store_explicit(&l->waits, true, memory_order_release);
    while (l->kind && pthread_cond_timedwait(&l->taken, &l->lock, &until) == 0) continue;
    l->kind = NULL; /* what was not taken in time is taken back */
    atomic_store_explicit(&l->waits, false, memory_order_release);
    bool good = l->good;
    pthread_mutex_unlock(&l->lock);
    pthread_mutex_unlock(&l->turn);
    return good;
}

void plant_observe(struct plant *p, unsigned worker, const struct observation *o, const void *payload)
{
    struct spoken record;
    struct ring *ring = &p->seats[worker].ring;
    if (p->at_once) {
        take_letter(p);
        keepers_observe(p->keepers, o, payload);
        return;
    }
    record.place = p->seats[worker].place ? *p->seats[worker].place : o->frame;
    record.head = *o;
    if (record.head.length > OBSERVATION_PAYLOAD) record.head.length = OBSERVATION_PAYLOAD;
    if (record.head.length) memcpy(record.payload, payload, record.head.length);
    while (!ring_write(ring, 0, 0, &record, offsetof(struct spoken, payload) + record.head.length, 0)) {
        if (!p->in_order) {
            atomic_fetch_add_explicit(&ring->refused, 1, memory_order_relaxed);
            return;
        }
        nap();
    }
}

void plant_leave(struct plant *p, unsigned worker)
{
    atomic_store_explicit(&p->seats[worker].left, true, memory_order_release);
}

static const struct spoken *peek(struct seat *s, const struct ring_record **record)
{
    *record = ring_peek(&s->ring);
    return *record ? (const void *)ring_data(*record) : NULL;
}

/* The seat whose oldest observation is next; -1: wait. */
static int next_seat(struct plant *p)
{
    const struct ring_record *record;
    uint64_t least = 0;
    int chosen = -1;
    for (unsigned i = 0; i < p->count; i++) {
        bool left = atomic_load_explicit(&p->seats[i].left, memory_order_acquire);
        const struct spoken *o = peek(&p->seats[i], &record);
        if (!o && p->in_order && !left) return -1;
        if (o && (chosen < 0 || o->place < least)) {
            least = o->place;
            chosen = (int)i;
        }
    }
    return chosen;
}

static bool all_left(const struct plant *p)
{
    for (unsigned i = 0; i < p->count; i++)
        if (!atomic_load_explicit(&p->seats[i].left, memory_order_acquire)) return false;
    return true;
}

static void take(struct plant *p, struct seat *s)
{
    const struct ring_record *record;
    const struct spoken *o = peek(s, &record);
    keepers_observe(p->keepers, &o->head, o->payload);
    ring_next(&s->ring, record);
}

static void *plant_run(void *argument)
{
    struct plant *p = argument;
    for (;;) {
        bool over = all_left(p);
        take_letter(p);
        int seat = next_seat(p);
        if (seat >= 0)
            take(p, &p->seats[seat]);
        else if (over)
            break;
        else
            nap();
    }
    keepers_finish(p->keepers);
    return NULL;
}

static void plant_free(struct plant *p)
{
    for (unsigned i = 0; p->seats && i < p->count; i++) ring_close(&p->seats[i].ring);
    keepers_close(p->keepers);
    event_out_close(&p->out);
    pthread_cond_destroy(&p->letter.taken);
    pthread_mutex_destroy(&p->letter.lock);
    pthread_mutex_destroy(&p->letter.turn);
    free(p->seats);
    free(p);
}

struct plant *plant_open(const struct sensor_options *o, struct publisher *publisher, struct fault *fault)
{
    struct plant *p = calloc(1, sizeof *p);
    if (!p) return fault_set(fault, "out of memory"), NULL;
    pthread_mutex_init(&p->letter.turn, NULL);
    pthread_mutex_init(&p->letter.lock, NULL);
    pthread_cond_init(&p->letter.taken, NULL);
    p->options = o;
    p->count = (unsigned)o->workers;
    p->in_order = o->file && !o->replay;
    p->at_once = p->in_order && p->count == 1;
    struct seat *seats = p->seats = aligned_alloc(RING_LINE, p->count * sizeof *seats);
    bool good = seats && event_out_open(&p->out, o, publisher, p->at_once ? 0 : p->count) &&
                (p->keepers = keepers_open(p, &p->out, fault)) != NULL;
    if (seats) memset(seats, 0, p->count * sizeof *seats);
    for (unsigned i = 0; good && i < p->count; i++) good = ring_open(&seats[i].ring, RING_BYTES);
    if (good && p->at_once) return p;
    if (good && pthread_create(&p->thread, NULL, plant_run, p) == 0) return p;
    fault_set(fault, "the plant thread could not be started");
    plant_free(p);
    return NULL;
}

void plant_close(struct plant *p)
{
    if (!p) return;
    for (unsigned i = 0; i < p->count; i++) plant_leave(p, i);
    if (p->at_once)
        keepers_finish(p->keepers);
    else
        pthread_join(p->thread, NULL);
    plant_free(p);
}
