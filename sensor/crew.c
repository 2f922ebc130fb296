/* SPDX-License-Identifier: Apache-2.0 */
/* Sources and workers. With several workers a file is read by each of them: reading costs less than handing over, and
 * every worker takes the frames whose pair of addresses is its own, so that what it finds does not depend on timing. */
#include "sensor/crew.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "sensor/capture/capture.h"
#include "sensor/capture/replay.h"
#include "sensor/decode/share.h"
#include "sensor/engine/turns.h"
#include "sensor/engine/worker.h"
#include "sensor/plant/plant.h"
#include "sensor/privileges.h"
#include "sensor/publish/publish.h"

enum { FRAMES = 128 /* read at a time */ };

struct member {
    const struct sensor_options *options;
    const volatile sig_atomic_t *stop;
    const struct publisher *publisher;
    struct capture *capture;
    struct replay *replay;
    struct worker *worker;
    pthread_t thread;
    struct fault fault;
    int link;
    bool started, good;
};

static uint64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool member_open(struct member *m, unsigned number, struct publisher *publisher, struct plant *plant,
                        struct fault *fault)
{
    const struct sensor_options *o = m->options;
    if (o->replay)
        m->replay = replay_open(o->file, fault);
    else if (o->file)
        m->capture = capture_open_file(o->file, fault);
    else
        m->capture = capture_open_live(o->interface, (uint32_t)o->snap, o->capture_buffer, fault);
    if (!m->replay && !m->capture) return false;
    m->link = m->replay ? replay_link(m->replay) : capture_link(m->capture);
    if (o->interface && o->workers > 1 && !capture_join(m->capture, (unsigned)getpid(), fault)) return false;
    m->worker = worker_open(o, publisher, plant, number, fault);
    return m->worker;
}

/* Leaves of the frames the worker's own, and of the others those that it must know of; how many. */
static unsigned pick(const struct member *m, struct captured *frames, unsigned count)
{
    const struct worker *w = m->worker;
    unsigned workers = (unsigned)m->options->workers, kept = 0;
    if (workers == 1 || !m->options->file) return count;
    for (unsigned i = 0; i < count; i++) {
        struct captured *f = &frames[i];
        f->other = frame_share(m->link, f->bytes, f->captured, workers) != w->number;
        if (!f->other || i + 1 == count || worker_must_pass(w, f->number, f->time_ns)) frames[kept++] = *f;
    }
    return kept;
}

static enum capture_result next(struct member *m, struct captured *frames, unsigned *count)
{
    if (!m->replay) return capture_some(m->capture, frames, FRAMES, count, &m->fault);
    enum capture_result result = replay_next(m->replay, frames, &m->fault);
    *count = result == CAPTURE_FRAME;
    return result;
}

static bool watch(struct member *m)
{
    struct captured frames[FRAMES] = {0};
    unsigned count;
    while (!*m->stop && !(m->publisher && publisher_failed(m->publisher))) {
        switch (next(m, frames, &count)) {
        case CAPTURE_FRAME:
            worker_frames(m->worker, m->link, frames, pick(m, frames, count));
            break;
        case CAPTURE_IDLE:
            m->worker->kernel_drops = m->capture ? capture_drops(m->capture) : 0;
            worker_tick(m->worker, wall_clock());
            break;
        case CAPTURE_END:
            return true;
        case CAPTURE_FAILED:
            return false;
        }
    }
    return true;
}

static void *member_run(void *argument)
{
    struct member *m = argument;
    m->good = watch(m);
    if (m->capture) m->worker->kernel_drops = capture_drops(m->capture);
    worker_finish(m->worker);
    if (m->options->turns) turns_reach(m->options->turns, m->worker->number, UINT64_MAX);
    return NULL;
}

static void run_all(struct member *members, unsigned count, struct fault *fault)
{
    if (count == 1) {
        member_run(&members[0]);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        members[i].started = pthread_create(&members[i].thread, NULL, member_run, &members[i]) == 0;
        if (members[i].started) continue;
        if (members[i].options->turns) turns_reach(members[i].options->turns, i, UINT64_MAX);
        fault_set(fault, "worker %u: no thread could be started", i);
    }
    for (unsigned i = 0; i < count; i++)
        if (members[i].started) pthread_join(members[i].thread, NULL);
}

static void member_close(struct member *m)
{
    worker_close(m->worker);
    replay_close(m->replay);
    capture_close(m->capture);
}

bool crew_run(const struct sensor_options *o, struct publisher *publisher, struct plant *plant,
              const volatile sig_atomic_t *stop, struct fault *fault)
{
    unsigned count = (unsigned)o->workers;
    int descriptors[64], live = 0;
    struct member *members = calloc(count, sizeof *members);
    bool good = members;
    if (!members) fault_set(fault, "out of memory");
    for (unsigned i = 0; good && i < count; i++) {
        members[i].options = o;
        members[i].stop = stop;
        members[i].publisher = publisher;
        good = member_open(&members[i], i, publisher, plant, fault);
        if (good && o->interface) descriptors[live++] = capture_descriptor(members[i].capture);
    }
    if (good && o->sandbox) good = privileges_give_up(descriptors, live, fault);
    if (good) run_all(members, count, fault);
    for (unsigned i = 0; members && i < count; i++) {
        if (good && !members[i].good) {
            good = false;
            if (!fault->text[0]) *fault = members[i].fault;
        }
        member_close(&members[i]);
    }
    free(members);
    return good;
}
