/* SPDX-License-Identifier: Apache-2.0 */
/* What needs the collector's store is done by its program: `wanglou X …` becomes `wanglou-collector --X …`. */
#ifndef WANGLOU_TOOL_COMPANION_H
#define WANGLOU_TOOL_COMPANION_H

/* Does not come back when it succeeds. `word`: "--X". */
int companion_run(const char *word, int argc, char **argv);

#endif
