/* SPDX-License-Identifier: Apache-2.0 */
/* The failure database out of event lines: the latest of each record and of each asset's exposure, and its numbers. */
#ifndef WANGLOU_TOOL_FAILURE_TABLE_H
#define WANGLOU_TOOL_FAILURE_TABLE_H

#include "common/fault.h"

#include <stdio.h>

struct failure_table;

/* NDJSON of a file, or of standard input for "-"; lines of other types are passed over. */
struct failure_table *failure_table_read(const char *path, struct fault *fault);
void failure_table_free(struct failure_table *table);
void failure_table_print(const struct failure_table *table, FILE *out);
void failure_table_json(const struct failure_table *table, FILE *out);

#endif
