/* SPDX-License-Identifier: Apache-2.0 */
/* The report's Chinese font, cut down to the characters that it uses. WeasyPrint 57 embeds a font by asking fontTools
 * for a subset that keeps the numbers of all 65,535 glyphs, which takes ten seconds a face; over a font that was cut
 * down before it takes a tenth of one. */
#ifndef WANGLOU_COLLECTOR_REPORT_FONTS_H
#define WANGLOU_COLLECTOR_REPORT_FONTS_H

#include "common/fault.h"

#include <stdbool.h>

/* The family that report.css asks for first. */
#define REPORT_FAMILY "Report Sans"

/* Writes the style sheet `name` into the directory: @font-face of both faces as far as they could be cut down, with the
 * characters of the file `page`. False and a fault when the machine has no Chinese font. */
bool fonts_prepare(const char *folder, const char *page, const char *name, struct fault *fault);

#endif
