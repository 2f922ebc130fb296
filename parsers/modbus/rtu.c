/* SPDX-License-Identifier: Apache-2.0 */
/* The serial framing of Modbus (unit, PDU, CRC), as transparent gateways carry it over TCP and UDP.
 * Follows MODBUS over Serial Line Specification and Implementation Guide V1.02, clause 2.5.1. */
#include "parsers/modbus/modbus.h"

enum { RTU_OVERHEAD = 3, RTU_MIN = 4, RTU_MAX = 256, UNIT_MAX = 247 };

/* CRC-16, polynomial 0xA001 reflected, a nibble at a time (clause 6.2.2). */
uint16_t modbus_crc(struct bytes in)
{
    static const uint16_t table[16] = {0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401,
                                       0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01, 0x8801, 0x4400};
    uint16_t crc = 0xffff;
    while (!bytes_empty(&in)) {
        crc ^= bytes_u8(&in);
        crc = (uint16_t)(crc >> 4 ^ table[crc & 15]);
        crc = (uint16_t)(crc >> 4 ^ table[crc & 15]);
    }
    return crc;
}

/* Do the first `length` bytes end with their own CRC, low byte first? */
static bool crc_fits(struct bytes in, size_t length)
{
    if (length < RTU_MIN || length > RTU_MAX || length > bytes_left(&in)) return false;
    struct bytes body = bytes_take(&in, length - 2);
    return modbus_crc(body) == bytes_le16(&in);
}

struct frame modbus_rtu_frame(struct bytes in)
{
    size_t whole = bytes_left(&in), awaited = 0;
    if (whole < RTU_MIN) return FRAME_NEEDS(RTU_MIN);
    struct bytes pdu = in;
    if (bytes_u8(&pdu) > UNIT_MAX) return FRAME_IS_LOST;
    for (unsigned side = MODBUS_REQUEST; side <= MODBUS_RESPONSE; side++) {
        size_t length = modbus_length(pdu, side);
        if (!length) continue;
        length += RTU_OVERHEAD;
        if (crc_fits(in, length)) return FRAME_OF(length);
        if (length > whole && length <= RTU_MAX) awaited = length;
    }
    if (crc_fits(in, whole)) return FRAME_OF(whole); /* functions whose length is their own affair */
    return awaited ? FRAME_NEEDS(awaited) : FRAME_IS_LOST;
}
