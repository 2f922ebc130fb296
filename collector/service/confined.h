/* SPDX-License-Identifier: Apache-2.0 */
/* What a child that reads or writes hostile or large things may use (setrlimit(2), prctl(2)); it ends with its parent.
 */
#ifndef WANGLOU_COLLECTOR_SERVICE_CONFINED_H
#define WANGLOU_COLLECTOR_SERVICE_CONFINED_H

#include <stdint.h>

struct confinement {
    uint64_t seconds;    /* of processor time */
    uint64_t memory;     /* of addresses, octets; not under ASan, whose shadow is terabytes of them */
    uint64_t file_bytes; /* of a file it writes; 0: it writes into its pipes alone */
    uint64_t files;      /* open at a time; 0: as many as its parent */
};

/* In the child, between fork and exec: standard input, output and error are these (-1: /dev/null), every other
 * descriptor is closed, no signal is blocked, and its niceness is that of work nobody waits for. */
void confine(const struct confinement *confinement, int out, int error);

#endif
