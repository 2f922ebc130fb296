/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of `wanglou rules` that have files of their own; argv as the command gets it. */
#ifndef WANGLOU_TOOL_RULES_H
#define WANGLOU_TOOL_RULES_H

int rules_import(int argc, char **argv);
/* Prints rules that match just what another one matches; returns how many. */
struct fault;
unsigned rules_twins(const char *path, struct fault *fault);
int rules_schema(void);
int rules_sets(const char *events);
int rules_bundle(int argc, char **argv); /* build, sign, verify */

#endif
