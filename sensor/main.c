/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou-sensor: reads frames from a file or an interface, and says what it understood. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/fault.h"
#include "common/options.h"
#include "parsers/registry.h"
#include "sensor/capture/capture.h"
#include "sensor/capture/replay.h"
#include "sensor/engine/worker.h"
#include "sensor/inspect/event.h"
#include "sensor/publish/publish.h"
#include "signatures/signature.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE };

static volatile sig_atomic_t stopping;

static void on_signal(int number) { stopping = number; }

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static uint64_t wall_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The one thing that is opened of capture and replay. */
struct source {
    struct capture *capture;
    struct replay *replay;
    int link;
};

static bool source_open(struct source *s, const struct sensor_options *o, struct fault *fault)
{
    if (o->replay)
        s->replay = replay_open(o->file, fault);
    else if (o->file)
        s->capture = capture_open_file(o->file, fault);
    else
        s->capture = capture_open_live(o->interface, (uint32_t)o->snap, o->capture_buffer, fault);
    if (!s->replay && !s->capture) return false;
    s->link = s->replay ? replay_link(s->replay) : capture_link(s->capture);
    return true;
}

static void source_close(struct source *s)
{
    replay_close(s->replay);
    capture_close(s->capture);
}

static bool run(struct worker *w, struct source *s, const struct publisher *publisher, struct fault *fault)
{
    struct captured frame;
    while (!stopping && !(publisher && publisher_failed(publisher))) {
        switch (s->replay ? replay_next(s->replay, &frame, fault) : capture_next(s->capture, &frame, fault)) {
        case CAPTURE_FRAME:
            worker_frame(w, s->link, frame.number, frame.time_ns, frame.bytes, frame.captured, frame.length);
            break;
        case CAPTURE_IDLE:
            w->kernel_drops = s->capture ? capture_drops(s->capture) : 0;
            worker_tick(w, wall_clock());
            break;
        case CAPTURE_END:
            return true;
        case CAPTURE_FAILED:
            return false;
        }
    }
    return true;
}

static bool load(struct sensor_options *o, struct fault *fault)
{
    struct filter_sets none = {NULL, 0};
    if (o->filter_text) {
        o->filter = filter_compile(o->filter_text, &none, fault, "-Y", 1, 1);
        if (!o->filter) return false;
    }
    for (unsigned i = 0; i < o->field_count; i++)
        if (!filter_field_find(o->field_names[i])) {
            const char *near = filter_field_nearest(o->field_names[i]);
            return fault_set(fault, "-e %s: no such field%s%s%s", o->field_names[i], near ? "; did you mean " : "",
                             near ? near : "", near ? "?" : "");
        }
    return true;
}

static int watch(struct sensor_options *o, struct fault *fault)
{
    struct source source = {0};
    struct publisher *publisher = NULL;
    struct worker *worker = NULL;
    struct publish_options out = {.events = o->events ? o->events : "-", .wait = o->file && !o->replay};
    bool good = source_open(&source, o, fault);
    if (good && !o->fields) good = (publisher = publisher_open(&out, 1, fault)) != NULL;
    if (good) good = (worker = worker_open(o, publisher, 0, fault)) != NULL;
    if (good) good = run(worker, &source, publisher, fault);
    if (worker) worker_finish(worker);
    worker_close(worker);
    if (publisher && !publisher_close(publisher, fault)) good = false;
    source_close(&source);
    return good ? EXIT_DONE : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct sensor_options options;
    struct options *loaded = NULL;
    struct fault fault = {0};
    int status = sensor_options_read(argc, argv, &options, &loaded);
    if (status) return status - 1;
    if (!registry_open(fault.text, sizeof fault.text))
        status = EXIT_FAILED;
    else if (!load(&options, &fault))
        status = EXIT_USAGE;
    else if (!options.check_config) {
        catch_signals();
        options.id_seed = event_id_seed(&options);
        status = watch(&options, &fault);
    }
    if (status) fprintf(stderr, "wanglou-sensor: %s\n", fault.text);
    filter_free(options.filter);
    options_free(loaded);
    return status;
}
