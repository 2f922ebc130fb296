/* SPDX-License-Identifier: Apache-2.0 */
/* The baseline as a file that an officer reads, compares, accepts line by line, and signs (docs/baseline.md): YAML, one
 * line a thing; the sensor writes and reads it, `wanglou baseline` works on it. */
#ifndef WANGLOU_COMMON_BASELINE_FILE_H
#define WANGLOU_COMMON_BASELINE_FILE_H

#include <stdint.h>
#include <stdio.h>

#include "common/fault.h"

/* X(id, name, zh, en) */
#define BASELINE_STATES(X)                                                                                             \
    X(LEARNED, "learned", "已学习，待确认", "learned, not yet accepted")                                               \
    X(ACCEPTED, "accepted", "已确认", "accepted")                                                                      \
    X(DEVIATION, "deviation", "偏离，待处理", "deviation, not accepted")                                               \
    X(REJECTED, "rejected", "已驳回，再现时继续提示", "rejected, told again when it recurs")
enum baseline_state {
#define X(id, name, zh, en) BASELINE_##id,
    BASELINE_STATES(X)
#undef X
        BASELINE_STATE_COUNT
};
extern const char *const baseline_state_name[], *const baseline_state_zh[];

enum { BASELINE_TEXT = 72 };

/* What is named says what the line is about: nothing: the plant; a device; a device and its peer; … */
struct baseline_line {
    char device[BASELINE_TEXT], peer[BASELINE_TEXT], protocol[BASELINE_TEXT], class[BASELINE_TEXT],
        operation[BASELINE_TEXT], object[BASELINE_TEXT];
    char unit[16];
    bool settled; /* learning is over: what is new below it is a deviation */
    unsigned state;
    uint64_t count;
    bool has_range;
    double low, high; /* of values */
    double period;    /* seconds; 0: not regular */
    double longest;   /* gap ever, seconds */
    uint64_t hours;   /* bit h: it spoke in hour h of the plant's day */
    unsigned line;    /* in the file */
};

struct baseline_lines {
    struct baseline_line *lines;
    unsigned count, room;
};

bool baseline_add(struct baseline_lines *lines, const struct baseline_line *line);
void baseline_lines_free(struct baseline_lines *lines);
bool baseline_read(const char *path, struct baseline_lines *lines, struct fault *fault);
/* Replaces the file as a whole. */
bool baseline_write(const char *path, const struct baseline_lines *lines, struct fault *fault);
void baseline_print(const struct baseline_line *line, FILE *out);
/* By what they are about, not by what was measured. */
int baseline_compare(const struct baseline_line *a, const struct baseline_line *b);

/* PATH.sig: Ed25519 over the file, base64. */
bool baseline_sign(const char *path, const char *key_file, struct fault *fault);
bool baseline_verify(const char *path, const char *public_file, struct fault *fault);

#endif
