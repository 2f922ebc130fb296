/* SPDX-License-Identifier: Apache-2.0 */
/* A district's or the city's chapter of the report: the self-inspections of the nodes below, without technical detail.
 */
#ifndef WANGLOU_COLLECTOR_REPORT_BELOW_H
#define WANGLOU_COLLECTOR_REPORT_BELOW_H

#include "common/fault.h"

#include <stdbool.h>
#include <stdio.h>

/* Writes nothing where no node below has told of one. */
bool below_write(FILE *out, const char *directory, int year, struct fault *fault);

#endif
