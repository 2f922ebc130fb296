/* SPDX-License-Identifier: Apache-2.0 */
/* A look at a frame that costs a few nanoseconds: addresses of IPv4, IPv6, or else of the link layer. */
#include "sensor/decode/share.h"

#include "sensor/decode/decode.h"

#include <pcap/dlt.h>

#include "common/bytes.h"

/* IEC 61850-8-1 and -9-2: one worker sees all publishers, so that it knows when two publish under one name. */
enum { ETHERTYPE_GOOSE = 0x88b8, ETHERTYPE_SV = 0x88ba };

static uint64_t sum(struct bytes b, size_t offset, size_t each)
{
    bytes_skip(&b, offset);
    uint64_t total = 0;
    for (size_t i = 0; i<2 * each; i += each> 8 ? 8 : each) total += bytes_be(&b, each > 8 ? 8 : each);
    return total;
}

static size_t link_header(int link)
{
    switch (link) {
    case DLT_EN10MB:
        return 12;
    case DLT_LINUX_SLL:
        return 14;
    case DLT_NULL:
    case DLT_LOOP:
        return 4;
    default:
        return 0;
    }
}

static unsigned share_of(uint64_t key, unsigned workers)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15ull >> 32) % workers;
}

unsigned frame_share(int link, const uint8_t *frame, size_t captured, unsigned workers)
{
    enum { TYPE = 12, SOURCE = 26, DESTINATION = 30, HEADERS = 34 };
    struct bytes b = bytes_over(frame, captured);
    const uint8_t *h = link == DLT_EN10MB ? bytes_step(&b, HEADERS) : NULL;
    if (h && octets_be16(h + TYPE) == 0x0800) /* nearly all of them */
        return share_of((uint64_t)octets_be32(h + SOURCE) + octets_be32(h + DESTINATION), workers);
    b = bytes_over(frame, captured);
    bytes_skip(&b, link_header(link));
    uint16_t type = 0x0800;
    if (link == DLT_EN10MB || link == DLT_LINUX_SLL) {
        type = bytes_be16(&b);
        while (is_vlan_type(type)) {
            bytes_skip(&b, 2);
            type = bytes_be16(&b);
        }
    } else if (link == DLT_LINUX_SLL2) {
        type = bytes_be16(&b);
        bytes_skip(&b, 18);
    } else if (bytes_peek(&b, 0) >> 4 == 6) {
        type = 0x86dd;
    }
    uint64_t key = type == ETHERTYPE_GOOSE || type == ETHERTYPE_SV ? 1
                   : type == 0x0800                                ? sum(b, 12, 4)
                   : type == 0x86dd                                ? sum(b, 8, 16)
                   : link == DLT_EN10MB                            ? sum(bytes_over(frame, captured), 0, 6)
                                                                   : 0;
    return share_of(key, workers);
}
