/* SPDX-License-Identifier: Apache-2.0 */
/* Names that EtherNet/IP and CIP share, and the identity that both report the same way.
 * Numbers are ODVA's (The CIP Networks Library, Volume 1, chapters 5 and 6). */
#ifndef WANGLOU_PARSERS_ENIP_TABLES_H
#define WANGLOU_PARSERS_ENIP_TABLES_H

#include "parsers/enip/enip.h"

extern const struct value_name enip_command_names[], enip_item_names[], cip_device_type_names[], cip_vendor_names[];

/* Short role of a device type ("plc", "drive"); NULL: none. */
const char *cip_device_role(uint16_t type);
void cip_identify_vendor(struct pdu *p, uint16_t vendor);
void cip_identify_type(struct pdu *p, uint16_t type);

#endif
