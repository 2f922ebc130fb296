/* SPDX-License-Identifier: Apache-2.0 */
/* The command line behind `wanglou-collector --audit` (wanglou audit verify); returns the exit status. */
#ifndef WANGLOU_COLLECTOR_SERVICE_AUDIT_COMMAND_H
#define WANGLOU_COLLECTOR_SERVICE_AUDIT_COMMAND_H

int audit_command(char **arguments);

#endif
