/* SPDX-License-Identifier: Apache-2.0 */
/* Confines a child (setrlimit(2), prctl(2)). */
#include "collector/service/confined.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NICE = 10, DESCRIPTORS = 1024 };

static void limit(int what, uint64_t most)
{
    struct rlimit limits = {most, most};
    setrlimit(what, &limits);
}

void confine(const struct confinement *c, int out, int error)
{
    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDIN_FILENO);
    dup2(out < 0 ? nothing : out, STDOUT_FILENO);
    dup2(error < 0 ? nothing : error, STDERR_FILENO);
    for (int fd = STDERR_FILENO + 1; fd < DESCRIPTORS; fd++) close(fd);
#ifndef __SANITIZE_ADDRESS__
    limit(RLIMIT_AS, c->memory);
#endif
    limit(RLIMIT_CPU, c->seconds);
    limit(RLIMIT_FSIZE, c->file_bytes);
    limit(RLIMIT_CORE, 0);
    if (c->files) limit(RLIMIT_NOFILE, c->files);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    setpriority(PRIO_PROCESS, 0, NICE);
}
