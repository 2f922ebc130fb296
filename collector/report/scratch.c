/* SPDX-License-Identifier: Apache-2.0 */
/* Directories that are removed again, and children (POSIX.1-2017 nftw, fork, waitpid). */
#include "collector/report/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DESCRIPTORS = 8 };

bool scratch_open(const char *parent, char folder[SCRATCH_PATH], struct fault *fault)
{
    if ((size_t)snprintf(folder, SCRATCH_PATH, "%s/report-XXXXXX", parent) < SCRATCH_PATH && mkdtemp(folder))
        return true;
    return fault_set(fault, "%s: no directory for a report can be made: %s", parent, strerror(errno));
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

void scratch_close(const char *folder) { nftw(folder, remove_one, DESCRIPTORS, FTW_DEPTH | FTW_PHYS); }

void scratch_path(const char *folder, const char *name, char path[SCRATCH_PATH])
{
    snprintf(path, SCRATCH_PATH, "%s/%s", folder, name);
}

bool scratch_write(const char *folder, const char *name, const void *bytes, size_t length, struct fault *fault)
{
    char path[SCRATCH_PATH];
    scratch_path(folder, name, path);
    FILE *file = fopen(path, "w");
    bool good = file && fwrite(bytes, 1, length, file) == length;
    if (file) good = fclose(file) == 0 && good;
    return good || fault_set(fault, "%s: cannot be written: %s", path, strerror(errno));
}

pid_t program_start(const char *const arguments[], int out)
{
    pid_t child = fork();
    if (child) return child;
    if (out >= 0) dup2(out, STDOUT_FILENO);
    execvp(arguments[0], (char *const *)arguments);
    _exit(127);
}

bool program_end(pid_t child)
{
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return false;
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool program_run(const char *const arguments[]) { return program_end(program_start(arguments, -1)); }

bool program_read(const char *const arguments[], char *text, size_t room)
{
    int ends[2];
    size_t used = 0;
    ssize_t n;
    if (pipe2(ends, O_CLOEXEC)) return false;
    pid_t child = program_start(arguments, ends[1]);
    close(ends[1]);
    while (used + 1 < room && (n = read(ends[0], text + used, room - 1 - used)) > 0) used += (size_t)n;
    close(ends[0]);
    text[used] = 0;
    return program_end(child);
}
