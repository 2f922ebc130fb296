/* SPDX-License-Identifier: Apache-2.0 */
/* Replay: for demonstrations and drills, where a plant's traffic has to arrive as it would. */
#include "sensor/capture/replay.h"

#include <stdlib.h>
#include <time.h>

#define WAIT_AT_MOST 100000000ull  /* ns */
#define PAUSE        1000000000ull /* ns between two rounds */

struct replay {
    const char *path;
    struct capture *capture;
    uint64_t number, began_ns, first_ns, last_ns;
    struct captured next;
    bool has_next;
};

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

struct replay *replay_open(const char *path, struct fault *fault)
{
    struct replay *r = calloc(1, sizeof *r);
    if (!r) return fault_set(fault, "out of memory"), NULL;
    r->path = path;
    r->capture = capture_open_file(path, fault);
    if (r->capture) return r;
    free(r);
    return NULL;
}

int replay_link(const struct replay *r) { return capture_link(r->capture); }

static enum capture_result again(struct replay *r, struct fault *fault)
{
    if (!r->number) {
        fault_set(fault, "%s: holds no frame to replay", r->path);
        return CAPTURE_FAILED;
    }
    capture_close(r->capture);
    r->capture = capture_open_file(r->path, fault);
    r->first_ns = 0;
    r->began_ns = now() + PAUSE;
    return r->capture ? CAPTURE_IDLE : CAPTURE_FAILED;
}

enum capture_result replay_next(struct replay *r, struct captured *frame, struct fault *fault)
{
    if (!r->has_next) {
        if (!r->capture) return CAPTURE_FAILED;
        enum capture_result result = capture_next(r->capture, &r->next, fault);
        if (result == CAPTURE_END) return again(r, fault);
        if (result != CAPTURE_FRAME) return result;
        if (!r->first_ns) r->first_ns = r->next.time_ns;
        if (!r->began_ns) r->began_ns = now();
        r->has_next = true;
    }
    uint64_t offset = r->next.time_ns > r->first_ns ? r->next.time_ns - r->first_ns : 0;
    uint64_t due = r->began_ns + offset, t = now();
    if (due > t) {
        uint64_t wait = due - t < WAIT_AT_MOST ? due - t : WAIT_AT_MOST;
        nanosleep(&(struct timespec){0, (long)wait}, NULL);
        if (due > t + wait) return CAPTURE_IDLE;
    }
    *frame = r->next;
    frame->number = ++r->number;
    frame->time_ns = due > r->last_ns ? due : r->last_ns;
    r->last_ns = frame->time_ns;
    r->has_next = false;
    return CAPTURE_FRAME;
}

void replay_close(struct replay *r)
{
    if (!r) return;
    capture_close(r->capture);
    free(r);
}
