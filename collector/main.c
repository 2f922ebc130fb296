/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou-collector: takes events in from nodes, keeps them, and puts them before people (design §5). */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "collector/api/api.h"
#include "collector/api/openapi.h"
#include "collector/assess/command.h"
#include "collector/collector.h"
#include "collector/report/report.h"
#include "collector/service/audit_command.h"
#include "collector/service/log.h"
#include "common/version.h"

enum { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, GO_ON = -1 };
enum { SETS_MOST = 64 };

static const char usage[] = "usage: wanglou-collector [-c collector.yaml] [--set KEY=VALUE]… [--check-config]\n"
                            "                         [--accept-short-retention] [--sample-config]\n"
                            "                         [--config-reference zh|en] [--openapi] [--version]\n";

struct arguments {
    const char *file;
    const char *sets[SETS_MOST + 1];
    unsigned set_count;
    bool check;
};

static int wrong(const char *what, const char *which)
{
    fprintf(stderr, "wanglou-collector: %s%s\n%s", what, which, usage);
    return EXIT_USAGE;
}

static int read_arguments(struct arguments *a, char **argv)
{
    for (argv++; *argv; argv++) {
        if (strcmp(*argv, "--check-config") == 0) {
            a->check = true;
        } else if (strcmp(*argv, "--sample-config") == 0) {
            options_sample(&collector_option_table, stdout);
            return EXIT_DONE;
        } else if (strcmp(*argv, "--config-reference") == 0 && argv[1]) {
            options_reference(&collector_option_table, strcmp(argv[1], "zh") == 0, stdout);
            return EXIT_DONE;
        } else if (strcmp(*argv, "--openapi") == 0) {
            struct json document = {.grow = json_grow_heap};
            openapi_write(&document);
            printf("%.*s\n", (int)json_length(&document), document.start);
            free(document.start);
            return EXIT_DONE;
        } else if (strcmp(*argv, "--version") == 0) {
            puts("wanglou-collector " WANGLOU_VERSION);
            return EXIT_DONE;
        } else if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0) {
            fputs(usage, stdout);
            return EXIT_DONE;
        } else if (strcmp(*argv, "-c") == 0 && argv[1]) {
            a->file = *++argv;
        } else if (strcmp(*argv, "--accept-short-retention") == 0) {
            if (a->set_count == SETS_MOST) return wrong("too many --set; refused from ", *argv);
            a->sets[a->set_count++] = "store.accept_short_retention=true";
        } else if (strcmp(*argv, "--set") == 0 && argv[1]) {
            if (a->set_count == SETS_MOST) return wrong("too many --set; refused from ", argv[1]);
            a->sets[a->set_count++] = *++argv;
        } else {
            return wrong("not understood: ", *argv);
        }
    }
    return GO_ON;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Until SIGINT or SIGTERM; they are blocked in every thread and taken here, as is SIGUSR1, by which a thread says that
 * there is something to pass on. */
static void run(struct collector *collector, const sigset_t *signals)
{
    enum { SECOND = 1000000000 };
    for (int64_t next = now_ns() + SECOND, left; (left = next - now_ns()), true;) {
        struct timespec rest = {0, left < 0 ? 0 : left < SECOND ? left : SECOND - 1};
        int signal = sigtimedwait(signals, NULL, &rest);
        if (signal == SIGUSR1) collector_turn(collector);
        if (signal == SIGINT || signal == SIGTERM) return;
        if (now_ns() < next) continue;
        collector_tick(collector);
        next = now_ns() + SECOND;
    }
}

int main(int argc, char **argv)
{
    struct arguments arguments = {0};
    struct collector_options options;
    struct fault fault = {""};
    sigset_t signals;
    if (argc > 1 && strcmp(argv[1], "--assess") == 0) return assess_command(argv + 1);
    if (argc > 1 && strcmp(argv[1], "--audit") == 0) return audit_command(argv + 1);
    if (argc > 1 && strcmp(argv[1], "--report") == 0) return report_command(argv + 1);
    int status = read_arguments(&arguments, argv);
    if (status != GO_ON) return status;
    struct options *loaded = collector_options_load(arguments.file, arguments.sets, &options, &fault);
    if (!loaded) {
        log_line(LOG_LINE_ERROR, "%s", fault.text);
        return EXIT_USAGE;
    }
    status = EXIT_DONE;
    if (!arguments.check) {
        umask(0077);
        signal(SIGPIPE, SIG_IGN);
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGUSR1);
        sigprocmask(SIG_BLOCK, &signals, NULL);
        struct collector *collector = NULL;
        if (sodium_init() < 0)
            fault_set(&fault, "libsodium cannot be used on this machine");
        else
            collector = collector_open(&options, &fault);
        if (collector) run(collector, &signals);
        if (!collector) {
            log_line(LOG_LINE_ERROR, "%s", fault.text);
            status = EXIT_FAILED;
        }
        collector_close(collector);
    }
    options_free(loaded);
    return status;
}
