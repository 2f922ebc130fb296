/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of its own for what is made on the way to a file, on the same file system, and the programs run over it.
 */
#ifndef WANGLOU_COLLECTOR_REPORT_SCRATCH_H
#define WANGLOU_COLLECTOR_REPORT_SCRATCH_H

#include "common/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SCRATCH_PATH = 1024 };

/* Makes `parent`/report-XXXXXX. */
bool scratch_open(const char *parent, char folder[SCRATCH_PATH], struct fault *fault);
/* Removes it with all that lies in it. */
void scratch_close(const char *folder);
/* "folder/name" into `path`; what does not fit is cut, and opening it fails. */
void scratch_path(const char *folder, const char *name, char path[SCRATCH_PATH]);
bool scratch_write(const char *folder, const char *name, const void *bytes, size_t length, struct fault *fault);

/* Starts the program of the PATH that arguments[0] names; -1 when it cannot be. */
pid_t program_start(const char *const arguments[], int out);
/* Waits; true when it ended with status 0. */
bool program_end(pid_t child);
bool program_run(const char *const arguments[]);
/* What it writes to its standard output, at most room - 1 octets. */
bool program_read(const char *const arguments[], char *text, size_t room);

#endif
