/* SPDX-License-Identifier: Apache-2.0 */
/* The ranges that are nobody's on the internet (RFC 6890). */
#include "common/public_address.h"

#include <arpa/inet.h>
#include <stddef.h>
#include <stdint.h>

static const struct range {
    uint32_t first;
    unsigned bits;
} own[] = {
    {0x00000000, 8},  /* 0.0.0.0/8 */
    {0x0a000000, 8},  /* 10.0.0.0/8 */
    {0x64400000, 10}, /* 100.64.0.0/10 */
    {0x7f000000, 8},  /* 127.0.0.0/8 */
    {0xa9fe0000, 16}, /* 169.254.0.0/16 */
    {0xac100000, 12}, /* 172.16.0.0/12 */
    {0xc0a80000, 16}, /* 192.168.0.0/16 */
    {0xe0000000, 3},  /* 224.0.0.0/3: multicast, reserved, broadcast */
};

bool is_public_address(const char *text)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET6, text, &v6) == 1) return (v6.s6_addr[0] & 0xe0) == 0x20; /* 2000::/3, global unicast */
    if (inet_pton(AF_INET, text, &v4) != 1) return false;
    uint32_t address = ntohl(v4.s_addr);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if ((address ^ own[i].first) >> (32 - own[i].bits) == 0) return false;
    return true;
}
