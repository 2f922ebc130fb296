/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to standard output or a file, through one buffer. */
#ifndef WANGLOU_SENSOR_PUBLISH_OUTPUT_H
#define WANGLOU_SENSOR_PUBLISH_OUTPUT_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTPUT_BUFFER = 256 * 1024 };

struct output {
    int descriptor; /* -1: none */
    int error;      /* errno of the write that failed; nothing is written after it */
    const char *name;
    char *buffer;
    size_t used;
    uint64_t held, lost; /* lines in the buffer; lines that did not reach the descriptor, at most */
};

/* `name`: "-" standard output, a path (appended to), NULL or "none". */
bool output_open(struct output *output, const char *name, struct fault *fault);
/* A line in two pieces; false once the output has failed. */
bool output_line(struct output *output, const char *data, size_t length, const char *tail, size_t tail_length);
bool output_flush(struct output *output);
void output_close(struct output *output);

#endif
