/* SPDX-License-Identifier: Apache-2.0 */
/* Makers: by the first half of a MAC (IEEE's registry as Debian's ieee-data has it), and by the numbers that protocols
 * have for them. */
#ifndef WANGLOU_SENSOR_PLANT_VENDORS_H
#define WANGLOU_SENSOR_PLANT_VENDORS_H

#include "common/bytes.h"

/* Reads the registry at the first question. NULL: not in it, a locally administered MAC, or no registry on this
 * machine. Only the plant thread may ask. */
const char *vendor_of_mac(const uint8_t mac[6]);
void vendors_close(void);
/* A vendor that the parser could only tell as a number, in words. False: `out` is not written. */
bool vendor_named(const char *parser, struct bytes text, char *out, size_t size);

#endif
