/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou-sensor: reads frames from a file or an interface, and says what it understood. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/fault.h"
#include "parsers/registry.h"
#include "sensor/capture/capture.h"
#include "sensor/engine/worker.h"
#include "sensor/options.h"
#include "sensor/publish/publish.h"

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

static int complain(const struct fault *fault, int status)
{
    fprintf(stderr, "wanglou-sensor: %s\n", fault->text);
    return status;
}

static bool run(struct worker *w, struct capture *c, const struct publisher *publisher, struct fault *fault)
{
    struct captured frame;
    int link = capture_link(c);
    while (!stopping && !(publisher && publisher_failed(publisher))) {
        switch (capture_next(c, &frame, fault)) {
        case CAPTURE_FRAME:
            worker_frame(w, link, frame.number, frame.time_ns, frame.bytes, frame.captured, frame.length);
            break;
        case CAPTURE_IDLE:
            break;
        case CAPTURE_END:
            return true;
        case CAPTURE_FAILED:
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sensor_options options;
    struct options *loaded = NULL;
    struct fault fault = {0};
    int status = sensor_options_read(argc, argv, &options, &loaded);
    if (status) return status - 1;
    if (!registry_open(fault.text, sizeof fault.text)) return complain(&fault, EXIT_FAILED);
    if (options.check_config) return EXIT_DONE;
    catch_signals();
    struct capture *capture =
        options.file ? capture_open_file(options.file, &fault)
                     : capture_open_live(options.interface, (uint32_t)options.snap, options.capture_buffer, &fault);
    if (!capture) return complain(&fault, EXIT_FAILED);
    struct worker *worker = worker_open(&options, NULL, 0, &fault);
    if (!worker) return complain(&fault, EXIT_FAILED);
    bool good = run(worker, capture, NULL, &fault);
    worker_finish(worker);
    worker_close(worker);
    capture_close(capture);
    return good ? EXIT_DONE : complain(&fault, EXIT_FAILED);
}
