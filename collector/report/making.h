/* SPDX-License-Identifier: Apache-2.0 */
/* A report made for a download: by a child process of this program (`--report`) under limits of memory, processor time
 * and file size, since WeasyPrint and pandoc read what people entered. */
#ifndef WANGLOU_COLLECTOR_REPORT_MAKING_H
#define WANGLOU_COLLECTOR_REPORT_MAKING_H

#include "collector/report/facts.h"

/* The file that was made, already without a name in the directory; -1 and a fault. `stopping` ends it early. */
int report_make(const char *directory, int year, const char *format, bool (*stopping)(void *context), void *context,
                struct fault *fault);

#endif
