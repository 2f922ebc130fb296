/* SPDX-License-Identifier: Apache-2.0 */
/* Days of the proleptic Gregorian calendar (ISO 8601), without the C library's time functions, which take locks. */
#ifndef WANGLOU_PARSERS_CALENDAR_H
#define WANGLOU_PARSERS_CALENDAR_H

#include <stdint.h>

/* Days from 1970-01-01 to a date, month and day from 1; months beyond December run into the next year. */
static inline int64_t calendar_days(int year, int month, int day)
{
    int64_t y = year + (month - 1) / 12, m = (month - 1) % 12 + 1;
    y -= m <= 2;
    int64_t era = y / 400, of_era = y - era * 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

#endif
