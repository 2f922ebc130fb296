/* SPDX-License-Identifier: Apache-2.0 */
/* The country of a public address by the offline table of Debian's geoip-database. */
#ifndef WANGLOU_SENSOR_PLANT_COUNTRY_H
#define WANGLOU_SENSOR_PLANT_COUNTRY_H

#include "parsers/message.h"

/* ISO 3166-1 alpha-2; NULL: not in the table, or no table on this machine. Only the plant thread may ask. */
const char *country_of(const struct address *address);
void country_close(void);

#endif
