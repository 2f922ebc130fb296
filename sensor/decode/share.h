/* SPDX-License-Identifier: Apache-2.0 */
/* Which of N workers a frame belongs to: by its pair of outer addresses, either direction, fragments included. */
#ifndef WANGLOU_SENSOR_DECODE_SHARE_H
#define WANGLOU_SENSOR_DECODE_SHARE_H

#include <stddef.h>
#include <stdint.h>

unsigned frame_share(int link, const uint8_t *frame, size_t captured, unsigned workers);

#endif
