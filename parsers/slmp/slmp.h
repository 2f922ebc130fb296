/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the SLMP parser: tables in names.c, the frame and its commands in slmp.c (SH-080956ENG). */
#ifndef WANGLOU_PARSERS_SLMP_SLMP_H
#define WANGLOU_PARSERS_SLMP_SLMP_H

#include "parsers/parser.h"

enum { SLMP_OPERATIONS = 40, SLMP_STATUSES = 14 };
extern const struct operation slmp_operations[SLMP_OPERATIONS];
extern const struct status_name slmp_statuses[SLMP_STATUSES];

/* A device in the controller's memory, appendix 1: its code in binary frames. */
struct slmp_device {
    uint8_t code;
    const char *name;
    bool hex; /* numbered in hexadecimal */
};
const struct slmp_device *slmp_device_of(uint8_t code);
bool slmp_knows(uint32_t command);

#endif
