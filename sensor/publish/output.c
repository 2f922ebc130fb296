/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered lines to a descriptor; the first failed write ends it. */
#include "sensor/publish/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool output_open(struct output *output, const char *name, struct fault *fault)
{
    *output = (struct output){.descriptor = -1, .name = name};
    if (!name || strcmp(name, "none") == 0) return true;
    if (strcmp(name, "-") == 0) {
        output->name = "standard output";
        output->descriptor = STDOUT_FILENO;
    } else {
        output->descriptor = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
        if (output->descriptor < 0)
            return fault_set(fault, "%s: cannot be written: %s; choose another place for --events", name,
                             strerror(errno));
    }
    output->buffer = malloc(OUTPUT_BUFFER);
    return output->buffer || fault_set(fault, "%s: out of memory", output->name);
}

static bool write_all(struct output *output, const char *data, size_t length)
{
    while (length && !output->error) {
        ssize_t n = write(output->descriptor, data, length);
        if (n >= 0) {
            data += n;
            length -= (size_t)n;
        } else if (errno == EAGAIN) {
            /* Standard output may be a pipe that somebody else set non-blocking. */
            struct pollfd ready = {.fd = output->descriptor, .events = POLLOUT};
            poll(&ready, 1, 1000);
        } else if (errno != EINTR) {
            output->error = errno;
        }
    }
    return !output->error;
}

bool output_flush(struct output *output)
{
    size_t used = output->used;
    uint64_t held = output->held;
    output->used = output->held = 0;
    if (!used || write_all(output, output->buffer, used)) return true;
    output->lost += held;
    return false;
}

static void put(struct output *output, const char *data, size_t length)
{
    if (output->used + length > OUTPUT_BUFFER) output_flush(output);
    if (length > OUTPUT_BUFFER) {
        write_all(output, data, length);
        return;
    }
    memcpy(output->buffer + output->used, data, length);
    output->used += length;
}

bool output_line(struct output *output, const char *data, size_t length, const char *tail, size_t tail_length)
{
    if (output->descriptor < 0) return true;
    if (output->error) {
        output->lost++;
        return false;
    }
    put(output, data, length);
    put(output, tail, tail_length);
    output->held++;
    return !output->error;
}

void output_close(struct output *output)
{
    if (output->descriptor >= 0) output_flush(output);
    if (output->descriptor > STDERR_FILENO) close(output->descriptor);
    free(output->buffer);
    output->buffer = NULL;
    output->descriptor = -1;
}
