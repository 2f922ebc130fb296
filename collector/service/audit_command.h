/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou audit, by way of `wanglou-collector --audit`: arguments[0] is that word. Returns the exit status. */
#ifndef WANGLOU_COLLECTOR_SERVICE_AUDIT_COMMAND_H
#define WANGLOU_COLLECTOR_SERVICE_AUDIT_COMMAND_H

int audit_command(char **arguments);

#endif
