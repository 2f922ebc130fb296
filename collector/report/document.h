/* SPDX-License-Identifier: Apache-2.0 */
/* What pandoc is given for a DOCX: the page with its pictures as PNG, and the reference document with our styles. */
#ifndef WANGLOU_COLLECTOR_REPORT_DOCUMENT_H
#define WANGLOU_COLLECTOR_REPORT_DOCUMENT_H

#include "common/fault.h"

#include <stdbool.h>

/* Writes `html` and `reference` into the directory, and a picture for each SVG of the page (rsvg-convert). */
bool document_prepare(const char *folder, const char *page, const char *html, const char *reference,
                      struct fault *fault);

#endif
