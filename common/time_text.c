/* SPDX-License-Identifier: Apache-2.0 */
/* Reads times of RFC 3339, section 5.6 (time_text.h). */
#include "common/time_text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

bool time_parse(const char *text, uint64_t *ns)
{
    struct tm t = {0};
    int hours = 0, minutes = 0, end = 0;
    char sign = '+';
    const char *zone = strptime(text, "%Y-%m-%dT%H:%M:%S", &t);
    if (zone && *zone == '.') zone += 1 + strspn(zone + 1, "0123456789");
    bool utc = zone && strcmp(zone, "Z") == 0;
    const char *digits = "%c%2d:%2d%n";
    if (zone && !utc && strlen(zone) == 5)
        digits = "%c%2d%2d%n"; /* as ISO 8601's basic format and our events have it */
    if (!zone || (!utc && (sscanf(zone, digits, &sign, &hours, &minutes, &end) != 3 || zone[end] ||
                           (sign != '+' && sign != '-'))))
        return false;
    int64_t offset = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1), seconds = (int64_t)timegm(&t) - offset;
    if (seconds < 0 || seconds > INT64_MAX / 1000000000) return false;
    *ns = (uint64_t)seconds * 1000000000u;
    return true;
}
