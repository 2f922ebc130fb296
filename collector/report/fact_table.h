/* SPDX-License-Identifier: Apache-2.0 */
/* The table of facts (fact_table.c). */
#ifndef WANGLOU_COLLECTOR_REPORT_FACT_TABLE_H
#define WANGLOU_COLLECTOR_REPORT_FACT_TABLE_H

#include "collector/report/facts.h"

extern const struct fact_kind fact_table[];
extern const unsigned fact_table_count;

#endif
