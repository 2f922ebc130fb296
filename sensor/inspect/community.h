/* SPDX-License-Identifier: Apache-2.0 */
/* Community ID v1: one name for a flow, the same in every tool that computes it. */
#ifndef WANGLOU_SENSOR_INSPECT_COMMUNITY_H
#define WANGLOU_SENSOR_INSPECT_COMMUNITY_H

#include <stdbool.h>
#include <stdint.h>

enum { COMMUNITY_LENGTH = 64 };

/* TCP and UDP; family 4 or 6, addresses in network order. False: not of this kind. */
bool community_id(char out[COMMUNITY_LENGTH], uint8_t ip_proto, unsigned family, const uint8_t *src, const uint8_t *dst,
                  uint16_t src_port, uint16_t dst_port);

#endif
