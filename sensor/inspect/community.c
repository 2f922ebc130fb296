/* SPDX-License-Identifier: Apache-2.0 */
/* Community ID by nDPI (github.com/corelight/community-id-spec). Apart: nDPI's header takes common names. */
#include "sensor/inspect/community.h"

#include <arpa/inet.h>
#include <ndpi/ndpi_api.h>
#include <string.h>

bool community_id(char out[COMMUNITY_LENGTH], uint8_t ip_proto, unsigned family, const uint8_t *src, const uint8_t *dst,
                  uint16_t src_port, uint16_t dst_port)
{
    if (ip_proto != IPPROTO_TCP && ip_proto != IPPROTO_UDP) return false;
    if (family == 4) {
        uint32_t a, b;
        memcpy(&a, src, 4);
        memcpy(&b, dst, 4);
        return ndpi_flowv4_flow_hash(ip_proto, ntohl(a), ntohl(b), src_port, dst_port, 0, 0, (u_char *)out,
                                     COMMUNITY_LENGTH) == 0;
    }
    struct ndpi_in6_addr a, b;
    memcpy(&a, src, 16);
    memcpy(&b, dst, 16);
    return ndpi_flowv6_flow_hash(ip_proto, &a, &b, src_port, dst_port, 0, 0, (u_char *)out, COMMUNITY_LENGTH) == 0;
}
