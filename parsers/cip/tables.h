/* SPDX-License-Identifier: Apache-2.0 */
/* CIP in words (tables.c, operations.c).
 * Follows The CIP Networks Library, Volume 1, appendices A and B, and the DF1 Protocol and Command Set (1770-6.5.16).
 */
#ifndef WANGLOU_PARSERS_CIP_TABLES_H
#define WANGLOU_PARSERS_CIP_TABLES_H

#include "parsers/parser.h"

enum { CIP_OPERATIONS = 161, CIP_STATUSES = 46 };
extern const struct operation cip_operations[CIP_OPERATIONS];
extern const struct status_name cip_statuses[CIP_STATUSES];
extern const struct value_name cip_service_names[], cip_status_names[], cip_class_names[], cip_reset_names[],
    cip_type_names[], cip_extended_names[], cip_pccc_command_names[], cip_pccc_status_names[], cip_pccc_file_names[],
    cip_pccc_mode_names[], cip_run_names[];

#endif
