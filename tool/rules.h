/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `wanglou rules` that have files of their own; argv as the command gets it. */
#ifndef WANGLOU_TOOL_RULES_H
#define WANGLOU_TOOL_RULES_H

int rules_import(int argc, char **argv);
int rules_schema(void);
int rules_bundle(int argc, char **argv); /* build, sign, verify */

#endif
