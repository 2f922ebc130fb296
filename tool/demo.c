/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou demo: a collector and a sensor on this machine, made ready, started, watched and stopped together. */
#include "tool/demo.h"
#include "tool/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { READY_SECONDS = 30, STOP_SECONDS = 20, LOG_TAIL = 2000 };

/* One daemon. */
struct child {
    const char *name;
    const char *log; /* its file in the folder */
    pid_t pid;       /* 0: not running */
    int status;
};

struct run {
    struct demo demo;
    struct child collector, sensor;
    int signals, output; /* signalfd; the collector's standard output */
    char line[512];
    size_t length;
    bool ready; /* the collector has said where its console is */
    FILE *passwords;
};

/* What the collector says on standard output: the console's address when it is ready, and each first password once. */
static void hear(struct run *r, const char *line)
{
    static const char console[] = "console: ", password[] = "one-time password: ";
    if (strncmp(line, console, sizeof console - 1) == 0) {
        r->ready = true;
        printf("控制台 console: %s\n", line + sizeof console - 1);
    } else if (strncmp(line, password, sizeof password - 1) == 0) {
        printf("账号与一次性口令 account and one-time password: %s\n", line + sizeof password - 1);
        if (!r->passwords) r->passwords = fopen(demo_path(&r->demo, "first-passwords"), "a");
        if (r->passwords) fprintf(r->passwords, "%s\n", line + sizeof password - 1), fflush(r->passwords);
    } else {
        printf("%s\n", line);
    }
    fflush(stdout);
}

static void hear_output(struct run *r)
{
    char bytes[512];
    ssize_t n = read(r->output, bytes, sizeof bytes);
    if (n <= 0) {
        close(r->output);
        r->output = -1;
    }
    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
            r->line[r->length] = 0;
            hear(r, r->line);
            r->length = 0;
        } else if (r->length + 1 < sizeof r->line) {
            r->line[r->length++] = bytes[i];
        }
    }
}

/* Starts a program of ours; it dies with us. `output` -1: standard output goes to the log, too. */
static bool start(struct run *r, struct child *c, char *const *arguments, int output)
{
    char program[PATH_MAX + 32];
    snprintf(program, sizeof program, "%s/%s", r->demo.programs, c->name);
    pid_t parent = getpid();
    c->pid = fork();
    if (c->pid < 0) {
        c->pid = 0;
        return false;
    }
    if (c->pid > 0) return true;
    int log = open(demo_path(&r->demo, c->log), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int nothing = open("/dev/null", O_RDONLY);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || log < 0 || nothing < 0) _exit(127);
    dup2(nothing, STDIN_FILENO);
    dup2(output < 0 ? log : output, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execv(program, arguments);
    dprintf(STDERR_FILENO, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

static bool start_collector(struct run *r)
{
    int ends[2];
    char *arguments[] = {"wanglou-collector", "-c", (char *)demo_path(&r->demo, "collector.yaml"), NULL};
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    bool started = start(r, &r->collector, arguments, ends[1]);
    close(ends[1]);
    r->output = ends[0];
    return started;
}

static bool start_sensor(struct run *r)
{
    struct demo *d = &r->demo;
    char *arguments[] = {"wanglou-sensor",
                         "-c",
                         (char *)demo_path(d, "sensor.yaml"),
                         d->interface ? "-i" : "-r",
                         (char *)(d->interface ? d->interface : d->capture),
                         d->replay ? "--replay" : NULL,
                         NULL};
    return start(r, &r->sensor, arguments, -1);
}

/* The end of a daemon's log, so that its own words tell what went wrong. */
static void tell_log(const struct run *r, const struct child *c)
{
    const char *path = demo_path(&r->demo, c->log);
    char text[LOG_TAIL + 1];
    FILE *f = fopen(path, "r");
    if (!f) return;
    if (fseek(f, -LOG_TAIL, SEEK_END) != 0) rewind(f);
    size_t n = fread(text, 1, LOG_TAIL, f);
    fclose(f);
    text[n] = 0;
    fprintf(stderr, "%s (%s):\n%s", c->name, path, text);
}

static void reap(struct run *r)
{
    struct child *children[] = {&r->collector, &r->sensor};
    for (unsigned i = 0; i < 2; i++)
        if (children[i]->pid && waitpid(children[i]->pid, &children[i]->status, WNOHANG) == children[i]->pid)
            children[i]->pid = 0;
}

/* Waits for a signal or output, `milliseconds` at most (-1: for ever). True when we were told to stop. */
static bool attend(struct run *r, int milliseconds)
{
    struct pollfd fds[] = {{r->signals, POLLIN, 0}, {r->output, POLLIN, 0}};
    struct signalfd_siginfo signal;
    if (poll(fds, 2, milliseconds) <= 0) return false;
    if (fds[1].revents) hear_output(r);
    if (!fds[0].revents || read(r->signals, &signal, sizeof signal) != sizeof signal) return false;
    if (signal.ssi_signo != SIGCHLD) return true;
    reap(r);
    return false;
}

static void stop(struct run *r, struct child *c)
{
    time_t until = time(NULL) + STOP_SECONDS;
    if (c->pid) kill(c->pid, SIGTERM);
    while (c->pid && time(NULL) < until) attend(r, 200);
    if (!c->pid) return;
    fprintf(stderr, "wanglou demo: %s does not stop; killed\n", c->name);
    kill(c->pid, SIGKILL);
    waitpid(c->pid, &c->status, 0);
    c->pid = 0;
}

static int failed(const struct run *r, const struct child *c)
{
    tell_log(r, c);
    fprintf(stderr, "wanglou demo: %s ended unexpectedly\n", c->name);
    return EXIT_FAILED;
}

/* Until a signal, or until a daemon ends. A sensor that has read its file to the end is no failure. */
static int watch(struct run *r)
{
    time_t until = time(NULL) + READY_SECONDS;
    while (!r->ready) {
        if (attend(r, 200)) return EXIT_DONE;
        if (!r->collector.pid || time(NULL) > until) return failed(r, &r->collector);
    }
    if (!start_sensor(r)) return failed(r, &r->sensor);
    printf("按 Ctrl-C 停止。 Ctrl-C stops it. 日志 logs: %s, %s\n", demo_path(&r->demo, r->collector.log),
           demo_path(&r->demo, r->sensor.log));
    fflush(stdout);
    for (bool told = false;;) {
        if (attend(r, -1)) return EXIT_DONE;
        if (!r->collector.pid) return failed(r, &r->collector);
        if (r->sensor.pid || told) continue;
        if (r->demo.interface || r->sensor.status != 0) return failed(r, &r->sensor);
        printf("抓包文件已读完，控制台仍在运行。 The capture is read; the console stays.\n");
        fflush(stdout);
        told = true;
    }
}

static void tell_first_passwords(const struct run *r)
{
    char line[256];
    FILE *f = fopen(demo_path(&r->demo, "first-passwords"), "r");
    if (!f) return;
    puts("首次启动时的一次性口令（未修改过的仍有效） One-time passwords of the first start (valid until changed):");
    while (fgets(line, sizeof line, f)) printf("  %s", line);
    fclose(f);
}

static bool read_arguments(struct demo *d, char **argv)
{
    const struct {
        const char *word;
        const char **value;
    } words[] = {{"--directory", &d->directory},   {"--interface", &d->interface},
                 {"--capture", &d->capture},       {"--console", &d->console},
                 {"--signatures", &d->signatures}, {"--vulnerabilities", &d->vulnerabilities}};
    for (argv++; *argv; argv++) {
        unsigned i = 0, count = sizeof words / sizeof *words;
        if (strcmp(*argv, "--replay") == 0) {
            d->replay = true;
            continue;
        }
        while (i < count && strcmp(*argv, words[i].word) != 0) i++;
        if (i == count || !argv[1]) return false;
        *words[i].value = *++argv;
    }
    return d->directory && d->console && !d->interface != !d->capture;
}

/* The folder that this very program is in. */
static bool find_programs(struct demo *d)
{
    ssize_t n = readlink("/proc/self/exe", d->programs, sizeof d->programs - 1);
    if (n <= 0) return false;
    d->programs[n] = 0;
    *strrchr(d->programs, '/') = 0;
    return true;
}

static int run(int argc, char **argv)
{
    struct run r = {.collector = {.name = "wanglou-collector", .log = "collector.log"},
                    .sensor = {.name = "wanglou-sensor", .log = "sensor.log"},
                    .output = -1};
    struct fault fault = {""};
    (void)argc;
    if (!read_arguments(&r.demo, argv)) return command_usage(&command_demo);
    if (r.demo.interface && geteuid() != 0)
        return command_failed("wanglou demo: listening to an interface needs root: sudo make run IFACE=…");
    umask(0077);
    if (!find_programs(&r.demo) || !demo_set_up(&r.demo, &fault)) return command_failed(fault.text);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    r.signals = signalfd(-1, &signals, SFD_CLOEXEC);
    tell_first_passwords(&r);
    int status = r.signals >= 0 && start_collector(&r) ? watch(&r) : command_failed("wanglou demo: cannot start");
    stop(&r, &r.sensor);
    stop(&r, &r.collector);
    if (r.passwords) fclose(r.passwords);
    return status;
}

const struct command command_demo = {
    "demo",
    "--directory DIR --console DIR (--interface NAME | --capture FILE [--replay]) [--signatures DIR]"
    " [--vulnerabilities DIR]",
    "在本机启动一套采集端和探针", "start a collector and a sensor on this machine", run};
