/* SPDX-License-Identifier: Apache-2.0 */
/* Turns of workers (turns.h): how far each is, and a lock. The one that is furthest back never waits, so all get on. */
#include "sensor/engine/turns.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/ring.h"
#include "signatures/signature.h"

enum { GLANCES = 200 /* a few frames' work */, SPINS = 2000, NAP_NS = 20000 };

struct turns {
    pthread_mutex_t lock;
    struct states *states;
    unsigned workers;
    bool in_order;
    struct reached {
        _Alignas(RING_LINE) _Atomic uint64_t place;
    } reached[];
};

struct turns *turns_open(unsigned workers, bool in_order)
{
    size_t size = sizeof(struct turns) + workers * sizeof(struct reached);
    struct turns *t = aligned_alloc(RING_LINE, (size + RING_LINE - 1) & ~(size_t)(RING_LINE - 1));
    if (!t) return NULL;
    memset(t, 0, size);
    t->workers = workers;
    t->in_order = in_order;
    t->states = matcher_states_open();
    if (t->states && pthread_mutex_init(&t->lock, NULL) == 0) return t;
    matcher_states_close(t->states);
    free(t);
    return NULL;
}

void turns_close(struct turns *t)
{
    if (!t) return;
    pthread_mutex_destroy(&t->lock);
    matcher_states_close(t->states);
    free(t);
}

struct states *turns_states(struct turns *t) { return t->states; }

void turns_reach(struct turns *t, unsigned worker, uint64_t place)
{
    atomic_store_explicit(&t->reached[worker].place, place, memory_order_release);
}

bool turns_must_wait(const struct turns *t, unsigned worker, uint64_t place)
{
    for (unsigned i = 0; t->in_order && i < t->workers; i++)
        if (i != worker && atomic_load_explicit(&t->reached[i].place, memory_order_acquire) < place + (i < worker))
            return true;
    return false;
}

/* A moment in which the core's other thread, if it has one, gets on. */
static inline void glance(void)
{
#if defined __x86_64__
    __builtin_ia32_pause();
#elif defined __aarch64__
    __asm__ volatile("yield");
#endif
}

void turns_enter(struct turns *t, unsigned worker, uint64_t place)
{
    turns_reach(t, worker, place);
    for (unsigned spins = 0; turns_must_wait(t, worker, place); spins++) {
        if (spins < GLANCES)
            glance();
        else if (spins < SPINS)
            sched_yield();
        else
            nanosleep(&(struct timespec){0, NAP_NS}, NULL);
    }
    pthread_mutex_lock(&t->lock);
}

void turns_leave(struct turns *t) { pthread_mutex_unlock(&t->lock); }
