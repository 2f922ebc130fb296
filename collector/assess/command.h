/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou assess, by way of `wanglou-collector --assess`: arguments[0] is that word. Returns the exit status. */
#ifndef WANGLOU_COLLECTOR_ASSESS_COMMAND_H
#define WANGLOU_COLLECTOR_ASSESS_COMMAND_H

int assess_command(char **arguments);

#endif
