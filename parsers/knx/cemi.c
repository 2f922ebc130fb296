/* SPDX-License-Identifier: Apache-2.0 */
/* cEMI frames: link layer telegrams with their application service, local device management (KNX 03.06.03 clause 4.1,
 * 03.03.07). */
#include "parsers/knx/knx.h"

enum {
    DATA_REQUEST = 0x11,
    POLL_REQUEST = 0x13,
    POLL_CONFIRMATION = 0x25,
    DATA_INDICATION = 0x29,
    DATA_CONFIRMATION = 0x2e,
    MANAGEMENT = 0xf0
};
enum { GROUP_ADDRESS = 0x80, NOT_CONFIRMED = 0x01, CONTROL_TPDU = 0x80, APCI_MASK = 0x3ff };
enum { APCI_GROUP_WRITE = 0x080 };

/* Services of 4 bits have data in the other six; these use all ten (03.03.07 table 1). */
static bool extended(uint16_t apci)
{
    static const struct {
        uint16_t first, last;
    } wide[] = {{0x1c8, 0x1ca}, {0x1cc, 0x1d0}, {0x1d2, 0x1d6}, {0x1fb, 0x1fe}, {0x2c0, 0x2c2},
                {0x2c4, 0x2c9}, {0x380, 0x381}, {0x3a1, 0x3a1}, {0x3c0, 0x3c3}, {0x3c8, 0x3ca},
                {0x3cd, 0x3de}, {0x3e0, 0x3ee}, {0x3f0, 0x3f1}};
    for (unsigned i = 0; i < COUNT_OF(wide); i++)
        if (apci >= wide[i].first && apci <= wide[i].last) return true;
    return false;
}

static void group_value(struct pdu *p, uint16_t apci, struct bytes data)
{
    size_t n = bytes_left(&data);
    if (n == 0)
        message_value_int(p, apci & 0x3f); /* short values ride in the service octet */
    else if (n <= 4)
        message_value_int(p, (int64_t)bytes_be(&data, n));
}

static void application(struct pdu *p, uint16_t destination, bool group, struct bytes in)
{
    uint8_t length = bytes_u8(&in), first = bytes_u8(&in);
    if (!bytes_ok(&in) || (first & CONTROL_TPDU) || !length) return;
    uint8_t second = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    uint16_t apci = (uint16_t)(first << 8 | second) & APCI_MASK;
    bool wide = extended(apci);
    message_operation(p, KNX_APPLICATION | (wide ? apci : apci & 0x3c0u));
    emit_uint(p, F_APPLICATION, apci >> 6);
    if (wide) emit_uint(p, F_APPLICATION_EXTENDED, apci);
    if (!wants_object(p)) return;
    if (group)
        message_object(p, "%u/%u/%u", destination >> 11, destination >> 8 & 7, destination & 0xff);
    else
        message_object(p, "%u.%u.%u", destination >> 12, destination >> 8 & 15, destination & 0xff);
    if (group && !wide && (apci & 0x3c0) && (apci & 0x3c0) <= APCI_GROUP_WRITE) group_value(p, apci, in);
}

static void management(struct pdu *p, uint8_t code, struct bytes in)
{
    uint16_t type = bytes_be16(&in);
    bytes_skip(&in, 1);
    uint8_t property = bytes_u8(&in);
    message_operation(p, KNX_CEMI | code);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_OBJECT_TYPE, type);
    emit_uint(p, F_PROPERTY, property);
    if (wants_object(p)) message_object(p, "object %u property %u", type, property);
}

void knx_cemi(struct pdu *p, struct bytes in)
{
    uint8_t code = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_MESSAGE_CODE, code);
    if (code >= MANAGEMENT) {
        management(p, code, in);
        return;
    }
    if (code != DATA_REQUEST && code != POLL_REQUEST && code != POLL_CONFIRMATION && code != DATA_INDICATION &&
        code != DATA_CONFIRMATION)
        return;
    uint8_t additional = bytes_u8(&in);
    bytes_skip(&in, additional);
    uint8_t control = bytes_u8(&in), control2 = bytes_u8(&in);
    uint16_t source = bytes_be16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_SOURCE, source);
    uint16_t destination = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool group = control2 & GROUP_ADDRESS;
    emit_uint(p, F_DESTINATION, destination);
    emit_uint(p, F_GROUP, group);
    if (code == DATA_CONFIRMATION) message_status(p, control & NOT_CONFIRMED ? STATUS_REFUSED : STATUS_OK, 0);
    application(p, destination, group, in);
}
