/* SPDX-License-Identifier: Apache-2.0 */
/* Times as people and other programs write them (RFC 3339): 2026-03-02T08:00:00+08:00, …Z, and our events' …+0800. */
#ifndef WANGLOU_COMMON_TIME_TEXT_H
#define WANGLOU_COMMON_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds since 1970; a fraction of a second is passed over. */
bool time_parse(const char *text, uint64_t *ns);

#endif
