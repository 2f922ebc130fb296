/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keepers: the order of calls, the passing of the plant's time, snapshots, counters. */
#include "sensor/plant/keepers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND      1000000000ull
#define MINUTE      (60 * SECOND)
#define HOUR        (60 * MINUTE)
#define SAVE_EVERY  (10 * SECOND) /* a kill costs what was learned in this time */
#define STATS_EVERY MINUTE

static const struct keeper *const all_keepers[] = {
#define X(name) &keeper_##name,
    KEEPERS(X)
#undef X
};
enum { COUNT = sizeof all_keepers / sizeof *all_keepers };

struct keepers {
    const struct plant *plant;
    const struct sensor_options *options;
    struct event_out *out;
    struct {
        void *self; /* NULL: not asked for */
        struct keeping keeping;
    } at[COUNT];
    struct snapshot snapshot;
    uint64_t now_ns, tick_ns, before_ns, wide_ns, steps, look_ns, save_ns, stats_ns;
    uint64_t observations, saves, save_faults, stats_ordinal;
    uint64_t instructions, instructions_malformed;
    bool save_told;
};

static void load(struct keepers *k, unsigned i)
{
    const struct keeper *type = all_keepers[i];
    const char *directory = k->options->plant_state;
    struct fault fault = {0};
    if (!directory || !type->load) return;
    if (snapshot_read(&k->snapshot, directory, type->name, type->version, &fault) &&
        !type->load(k->at[i].self, &k->snapshot))
        fault_set(&fault, "%s/%s.state: not understood", directory, type->name);
    if (fault.text[0]) fprintf(stderr, "wanglou-sensor: %s; starting without it\n", fault.text);
}

struct keepers *keepers_open(const struct plant *plant, struct event_out *out, struct fault *fault)
{
    struct keepers *k = calloc(1, sizeof *k);
    if (!k) return fault_set(fault, "out of memory"), NULL;
    k->plant = plant;
    k->options = out->options;
    k->out = out;
    for (unsigned i = 0; i < COUNT; i++) {
        const struct keeper *type = all_keepers[i];
        struct keeping *keeping = &k->at[i].keeping;
        *keeping = (struct keeping){.options = out->options, .out = out, .devices = k->at[0].self};
        k->at[i].self = calloc(1, type->size);
        if (!k->at[i].self) fault_set(fault, "out of memory");
        if (k->at[i].self && type->open(k->at[i].self, keeping, fault)) {
            load(k, i);
            continue;
        }
        free(k->at[i].self);
        k->at[i].self = NULL;
        if (!fault->text[0]) continue;
        keepers_close(k);
        return NULL;
    }
    return k;
}

static void tell_stats(struct keepers *k)
{
    struct json j = event_begin(k->out, EVENT_STATS, NULL, NULL);
    json_begin_object(&j, "stats");
    json_begin_object(&j, "plant");
    json_put_uint(&j, "observations", k->observations);
    json_put_uint(&j, "observations_lost", k->plant ? plant_lost(k->plant) : 0);
    json_put_uint(&j, "saves", k->saves);
    json_put_uint(&j, "save_faults", k->save_faults);
    json_put_uint(&j, "instructions", k->instructions);
    json_put_uint(&j, "instructions_malformed", k->instructions_malformed);
    json_put_uint(&j, "events_too_long", k->out->too_long);
    for (unsigned i = 0; i < COUNT; i++) {
        if (!k->at[i].self || !all_keepers[i]->counters) continue;
        json_begin_object(&j, all_keepers[i]->name);
        all_keepers[i]->counters(k->at[i].self, &j);
        json_end_object(&j);
    }
    json_end_object(&j);
    json_end_object(&j);
    event_send(k->out, &j, EVENT_STATS, 0, k->out->now_ns, UINT64_MAX, k->stats_ordinal++);
}

bool keepers_save(struct keepers *k)
{
    const char *directory = k->options->plant_state;
    bool good = true;
    for (unsigned i = 0; directory && i < COUNT; i++) {
        const struct keeper *type = all_keepers[i];
        struct fault fault = {0};
        if (!k->at[i].self || !type->save || !k->at[i].keeping.changed) continue;
        k->snapshot.length = k->snapshot.at = 0;
        k->snapshot.bad = false;
        type->save(k->at[i].self, &k->snapshot);
        if (snapshot_write(&k->snapshot, directory, type->name, type->version, &fault)) {
            k->at[i].keeping.changed = false;
            k->saves++;
            continue;
        }
        good = false;
        k->save_faults++;
        if (!k->save_told) fprintf(stderr, "wanglou-sensor: %s\n", fault.text);
        k->save_told = true;
    }
    return good;
}

bool keepers_instruct(struct keepers *k, const char *kind, const char *text, size_t length)
{
    json_error_t error;
    json_t *item = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    k->instructions++;
    k->instructions_malformed += !json_is_object(item);
    for (unsigned i = 0; json_is_object(item) && i < COUNT; i++) {
        k->at[i].keeping.due_ns = 0;
        if (k->at[i].self && all_keepers[i]->instruct) all_keepers[i]->instruct(k->at[i].self, kind, item);
    }
    json_decref(item);
    return keepers_save(k);
}

static bool ticks(const struct keepers *k, unsigned i) { return k->at[i].self && all_keepers[i]->tick; }

static void tick(struct keepers *k, uint64_t now)
{
    k->out->now_ns = now;
    for (unsigned i = 0; i < COUNT; i++) {
        struct keeping *keeping = &k->at[i].keeping;
        keeping->now_ns = now;
        keeping->before_ns = k->before_ns;
        keeping->wide_ns = k->wide_ns;
        keeping->steps = k->steps;
        if (ticks(k, i) && now >= keeping->due_ns) all_keepers[i]->tick(k->at[i].self, now);
    }
}

static uint64_t next_due(const struct keepers *k)
{
    uint64_t due = UINT64_MAX;
    for (unsigned i = 0; i < COUNT; i++)
        if (ticks(k, i) && k->at[i].keeping.due_ns < due) due = k->at[i].keeping.due_ns;
    return due;
}

/* A file's time runs faster than ours: a kill costs ten seconds of reading there, too. */
static uint64_t save_clock(const struct keepers *k, uint64_t now)
{
    struct timespec t;
    if (!k->options->file || k->options->replay) return now;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

/* Once time has caught up, not for each step of a gap. */
static void keep(struct keepers *k, uint64_t now)
{
    if (now >= k->stats_ns) {
        if (k->stats_ns) tell_stats(k);
        k->stats_ns = now + STATS_EVERY;
    }
    if (!k->options->plant_state || now < k->look_ns) return;
    k->look_ns = now + SAVE_EVERY;
    now = save_clock(k, now);
    if (now < k->save_ns) return;
    k->save_ns = now + SAVE_EVERY;
    keepers_save(k);
}

static uint64_t step_over(uint64_t ahead) { return ahead > 24 * HOUR ? HOUR : ahead > 10 * MINUTE ? MINUTE : SECOND; }

/* Takes so many steps of one length. */
static void take_steps(struct keepers *k, uint64_t step, uint64_t count)
{
    k->before_ns = k->tick_ns + (count - 1) * step;
    k->tick_ns += count * step;
    k->steps += count;
    if (step > SECOND) k->wide_ns = k->tick_ns;
}

/* The steps before anyone has something to do are taken at once. */
static void leap(struct keepers *k, uint64_t now)
{
    uint64_t due = next_due(k);
    while (k->tick_ns <= now && k->tick_ns < due) {
        uint64_t ahead = now - k->tick_ns, step = step_over(ahead);
        uint64_t left = step == SECOND ? ahead + SECOND : ahead - (step == HOUR ? 24 * HOUR : 10 * MINUTE);
        uint64_t count = step == SECOND ? left / SECOND : (left + step - 1) / step, /* of this length */
            wanted = (due - k->tick_ns - 1) / step + 1;
        take_steps(k, step, wanted < count ? wanted : count);
    }
}

/* Every whole second is a step, however the observations lie, so that what is found does not depend on the number of
 * workers; where nothing was seen for long, the steps are wider. */
static void pass_time(struct keepers *k, uint64_t now)
{
    if (now > k->now_ns) k->now_ns = now;
    if (!k->tick_ns) k->tick_ns = now - now % SECOND;
    if (k->tick_ns > now) {
        keep(k, k->out->now_ns = k->tick_ns - SECOND);
        return;
    }
    for (leap(k, now); k->tick_ns <= now; leap(k, now)) {
        tick(k, k->tick_ns);
        take_steps(k, step_over(now - k->tick_ns), 1);
    }
    k->out->now_ns = k->tick_ns - SECOND;
    for (unsigned i = 0; i < COUNT; i++) {
        k->at[i].keeping.now_ns = k->out->now_ns;
        k->at[i].keeping.steps = k->steps;
    }
    keep(k, k->out->now_ns);
}

void keepers_observe(struct keepers *k, const struct observation *o, const void *payload)
{
    if (o->time_ns) pass_time(k, o->time_ns);
    if (o->kind == OBSERVED_MARK) return;
    k->observations++;
    for (unsigned i = 0; i < COUNT; i++)
        if (k->at[i].self && all_keepers[i]->observe) all_keepers[i]->observe(k->at[i].self, o, payload);
}

void keepers_finish(struct keepers *k)
{
    if (!k->now_ns) return; /* not a moment passed: no such capture or interface, so there is nothing to tell */
    for (unsigned i = 0; i < COUNT; i++)
        if (k->at[i].self && all_keepers[i]->finish) all_keepers[i]->finish(k->at[i].self, k->now_ns);
    tell_stats(k);
    keepers_save(k);
}

void keepers_close(struct keepers *k)
{
    if (!k) return;
    for (unsigned i = COUNT; i-- > 0;) {
        if (k->at[i].self && all_keepers[i]->close) all_keepers[i]->close(k->at[i].self);
        free(k->at[i].self);
    }
    snapshot_free(&k->snapshot);
    free(k);
}
