/* SPDX-License-Identifier: Apache-2.0 */
/* From the HTML to what an office wants: PDF by WeasyPrint, DOCX by pandoc, both Debian packages that are not required.
 */
#ifndef WANGLOU_COLLECTOR_REPORT_CONVERT_H
#define WANGLOU_COLLECTOR_REPORT_CONVERT_H

#include "common/fault.h"

#include <stdbool.h>
#include <stdio.h>

/* The formats, ending with NULL; can this one be made here? When not, the fault names the package that is missing. */
extern const char *const convert_formats[];
bool convert_possible(const char *format, struct fault *fault);

struct conversion;
/* `out`: where the HTML is to be written. NULL and a fault when the format is unknown, its program is not installed, or
 * the file cannot be made. */
struct conversion *convert_begin(const char *format, const char *output, FILE **out, struct fault *fault);
/* Converts, moves the result into place, frees; `written` false: only frees. Nothing is left behind when it fails. */
bool convert_end(struct conversion *conversion, bool written, struct fault *fault);

#endif
