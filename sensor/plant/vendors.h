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
enum vendor_said { VENDOR_IN_WORDS, VENDOR_BY_NUMBER, VENDOR_UNKNOWN /* a number that is in no table here */ };
struct vendor_name {
    char name[64];
    const char *model; /* what the number of the device stands for, or NULL */
};
/* A vendor that the parser could only tell as a number, in words; IN_WORDS: `out` has no name. */
enum vendor_said vendor_named(const char *parser, struct bytes text, struct vendor_name *out);

#endif
