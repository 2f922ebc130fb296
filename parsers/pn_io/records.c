/* SPDX-License-Identifier: Apache-2.0 */
/* Which records of PROFINET IO are made of blocks. Follows IEC 61158-6-10:2019 clause 5.2.1, indexes of record data. */
#include "parsers/pn_io/pn_io.h"

enum { READ = 1, WRITTEN = 2, BOTH = 3 };

static const struct {
    uint16_t first, last;
    uint8_t when;
} records[] = {
    {0x8000, 0x8001, READ}, {0x800a, 0x800c, READ},    {0x8010, 0x8013, READ}, {0x801e, 0x801e, BOTH},
    {0x8020, 0x8020, BOTH}, {0x8027, 0x802a, READ},    {0x802b, 0x802b, BOTH}, {0x802c, 0x802c, WRITTEN},
    {0x802d, 0x8031, BOTH}, {0x8032, 0x8050, READ},    {0x8051, 0x8053, BOTH}, {0x8054, 0x8054, READ},
    {0x8055, 0x8056, BOTH}, {0x8057, 0x8057, READ},    {0x8060, 0x8060, READ}, {0x8061, 0x8063, BOTH},
    {0x8070, 0x8071, BOTH}, {0x8072, 0x8072, READ},    {0x8080, 0x8080, READ}, {0x8090, 0x8090, BOTH},
    {0x80af, 0x80af, READ}, {0x80b0, 0x80b0, WRITTEN}, {0x80cf, 0x80cf, BOTH}, {0x80f0, 0x80f0, READ},
    {0x80f2, 0x80f5, READ}, {0xaff0, 0xaff0, READ},    {0xaff1, 0xaff3, BOTH}, {0xaff4, 0xafff, READ},
    {0xc000, 0xc001, READ}, {0xc00a, 0xc00c, READ},    {0xc010, 0xc013, READ}, {0xe000, 0xe002, READ},
    {0xe00a, 0xe00c, READ}, {0xe010, 0xe013, READ},    {0xe030, 0xe031, READ}, {0xe050, 0xe050, WRITTEN},
    {0xe060, 0xe060, READ}, {0xe061, 0xe061, WRITTEN}, {0xf000, 0xf000, READ}, {0xf00a, 0xf00c, READ},
    {0xf010, 0xf013, READ}, {0xf020, 0xf020, READ},    {0xf80c, 0xf80c, READ}, {0xf820, 0xf821, READ},
    {0xf830, 0xf831, READ}, {0xf840, 0xf842, READ},    {0xf870, 0xf871, READ}, {0xf880, 0xf880, READ},
    {0xf8f1, 0xf8f1, READ},
};

bool pn_io_record_has_blocks(uint16_t index, bool written)
{
    unsigned low = 0, high = COUNT_OF(records);
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (index > records[middle].last)
            low = middle + 1;
        else if (index < records[middle].first)
            high = middle;
        else
            return records[middle].when & (written ? WRITTEN : READ);
    }
    return false;
}
