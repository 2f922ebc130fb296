/* SPDX-License-Identifier: Apache-2.0 */
/* Lines to standard error; the form of sd-daemon(3) under systemd. */
#include "collector/service/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void log_line(enum log_level level, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127) *p = ' '; /* a name from the wire does not write lines of its own */
    if (getenv("JOURNAL_STREAM"))
        fprintf(stderr, "<%d>%s\n", (int)level, line);
    else
        fprintf(stderr, "wanglou-collector: %s\n", line);
}
