/* SPDX-License-Identifier: Apache-2.0 */
/* The child that writes a report. */
#include "collector/report/making.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "collector/report/scratch.h"
#include "collector/service/confined.h"

enum { SAID = 400, PIPE_ROOM = 64 << 10 };
#define SECONDS_MOST 300            /* of processor time, and of the clock */
#define MEMORY_MOST  (2ull << 30)   /* WeasyPrint over a year's annexes takes a few hundred MiB */
#define FILE_MOST    (256ull << 20) /* of the report */

static void become_report(const char *directory, int year, const char *format, const char *output, int said)
{
    char number[16];
    snprintf(number, sizeof number, "%d", year);
    static const struct confinement limits = {.seconds = SECONDS_MOST, .memory = MEMORY_MOST, .file_bytes = FILE_MOST};
    confine(&limits, -1, said);
    setpgid(0, 0); /* with its converters it is ended as one */
    const char *arguments[] = {"wanglou-collector", "--report", "--data",   directory, "--year", number,
                               "--format",          format,     "--output", output,    NULL};
    execv("/proc/self/exe", (char **)arguments);
    _exit(127);
}

/* What the child says on its standard error: the beginning is kept, the rest is read so that it never waits for room.
 */
struct said {
    int pipe; /* O_NONBLOCK: a grandchild may hold the other end longer than the child lives */
    size_t used;
    char words[SAID];
};

static void hear(struct said *s)
{
    char beyond[PIPE_ROOM];
    ssize_t n = read(s->pipe, beyond, sizeof beyond);
    size_t room = sizeof s->words - 1 - s->used;
    if (n <= 0) return;
    if ((size_t)n < room) room = (size_t)n;
    memcpy(s->words + s->used, beyond, room);
    s->used += room;
}

/* Waits for its end; -1: it was ended here. */
static int wait_for(pid_t child, struct said *said, bool (*stopping)(void *context), void *context)
{
    static const struct timespec pause = {0, 50000000};
    struct timespec now;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &now);
    time_t end = now.tv_sec + SECONDS_MOST;
    for (;;) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        hear(said);
        if (ended == child) return status;
        if (ended < 0 && errno != EINTR) return -1;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (stopping(context) || now.tv_sec > end) break;
        nanosleep(&pause, NULL);
    }
    kill(-child, SIGKILL);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return -1;
}

static bool run(const char *directory, int year, const char *format, const char *output,
                bool (*stopping)(void *context), void *context, struct fault *fault)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC)) return fault_set(fault, "report: %s", strerror(errno));
    pid_t child = fork();
    if (child == 0) become_report(directory, year, format, output, ends[1]);
    close(ends[1]);
    struct said said = {.pipe = ends[0]};
    fcntl(said.pipe, F_SETFL, O_NONBLOCK);
    int status = child < 0 ? -1 : wait_for(child, &said, stopping, context);
    close(said.pipe);
    char *first = said.words + strspn(said.words, "\n");
    first[strcspn(first, "\n")] = 0;
    if (status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    return fault_set(fault, "%s", *first ? first : "the report took too much time or memory");
}

int report_make(const char *directory, int year, const char *format, bool (*stopping)(void *context), void *context,
                struct fault *fault)
{
    char folder[SCRATCH_PATH], output[SCRATCH_PATH];
    int fd = -1;
    if (!scratch_open(directory, folder, fault)) return -1;
    scratch_path(folder, "report", output);
    if (run(directory, year, format, output, stopping, context, fault) &&
        (fd = open(output, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
        fault_set(fault, "%s: %s", output, strerror(errno));
    scratch_close(folder); /* with what an ended child left in it */
    return fd;
}
