/* SPDX-License-Identifier: Apache-2.0 */
/* From the HTML to what an office wants: PDF by WeasyPrint, DOCX by pandoc, both Debian packages that are not required.
 * Several formats come of one page, made side by side. */
#ifndef WANGLOU_COLLECTOR_REPORT_CONVERT_H
#define WANGLOU_COLLECTOR_REPORT_CONVERT_H

#include "common/fault.h"

#include <stdbool.h>
#include <stdio.h>

/* The formats, ending with NULL; can these (names with commas) be made here? When not, the fault names the package that
 * is missing. */
extern const char *const convert_formats[];
bool convert_possible(const char *formats, struct fault *fault);

struct conversion;
/* `out`: where the HTML is to be written. `output`: the file; of several formats its name without what follows the dot.
 * NULL and a fault when a format is unknown, its program is not installed, or no file can be made. */
struct conversion *convert_begin(const char *formats, const char *output, FILE **out, struct fault *fault);
/* Converts, moves the results into place, frees; `written` false: only frees. Nothing is left behind when it fails. */
bool convert_end(struct conversion *conversion, bool written, struct fault *fault);

#endif
