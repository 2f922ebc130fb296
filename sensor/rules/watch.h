/* SPDX-License-Identifier: Apache-2.0 */
/* A stamp of files: another one when any of them was written, replaced, added or removed. */
#ifndef WANGLOU_SENSOR_RULES_WATCH_H
#define WANGLOU_SENSOR_RULES_WATCH_H

#include <stdint.h>

/* Of all *.yaml below a directory, or of one file; NULL adds nothing. Looks at times and sizes, never at content. */
uint64_t watch_stamp(uint64_t before, const char *path);

#endif
