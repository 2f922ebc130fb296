/* SPDX-License-Identifier: Apache-2.0 */
/* Countries by libgeoip over /usr/share/GeoIP, opened at the first question. */
#include "sensor/plant/country.h"

#include <GeoIP.h>
#include <string.h>
#include <unistd.h>

static const char *const paths[] = {"/usr/share/GeoIP/GeoIP.dat", "/usr/share/GeoIP/GeoIPv6.dat"};
static GeoIP *tables[2];
static bool asked[2];

const char *country_of(const struct address *a)
{
    unsigned which = a->family == 6;
    if (!a->family) return NULL;
    if (!asked[which] && access(paths[which], R_OK) == 0) tables[which] = GeoIP_open(paths[which], GEOIP_MEMORY_CACHE);
    asked[which] = true;
    if (!tables[which]) return NULL;
    if (which) {
        struct in6_addr v6;
        memcpy(&v6, a->bytes, sizeof v6);
        return GeoIP_country_code_by_ipnum_v6(tables[1], v6);
    }
    return GeoIP_country_code_by_ipnum(tables[0], (unsigned long)a->bytes[0] << 24 | (unsigned long)a->bytes[1] << 16 |
                                                      (unsigned long)a->bytes[2] << 8 | a->bytes[3]);
}

void country_close(void)
{
    for (unsigned i = 0; i < 2; i++) {
        if (tables[i]) GeoIP_delete(tables[i]);
        tables[i] = NULL;
        asked[i] = false;
    }
}
