/* SPDX-License-Identifier: Apache-2.0 */
/* Who a Modbus server says it is: functions 43/14 and 17.
 * Follows MODBUS Application Protocol Specification V1.1b3, clauses 6.21 and 6.13. */
#include "parsers/modbus/modbus.h"

enum { OBJECT_TEXT_LAST = 6, TEXT_LEAST = 3 };

/* What each of the standard's objects tells of the device; -1: nothing an inventory keeps. */
static const int8_t object_identity[OBJECT_TEXT_LAST + 1] = {
    IDENTITY_VENDOR, IDENTITY_ORDER_NUMBER, IDENTITY_FIRMWARE, -1, IDENTITY_MODEL, IDENTITY_MODEL, IDENTITY_NAME};

/* Behind a gateway each unit is a device of its own. */
static void identify_unit(struct pdu *p)
{
    if (p->message->has_unit) message_identity_format(p, IDENTITY_SLOT, "unit %u", p->message->unit);
}

static void objects(struct pdu *p, struct bytes in, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t id = bytes_u8(&in), length = bytes_u8(&in);
        struct bytes value = bytes_take(&in, length);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        emit_uint(p, F_OBJECT_ID, id);
        emit_uint(p, F_OBJECTS_LEN, length);
        if (id > OBJECT_TEXT_LAST) {
            emit_bytes(p, F_OBJECT_VALUE, value);
            continue;
        }
        emit_text(p, F_OBJECT_STR_VALUE, value);
        if (object_identity[id] >= 0) message_identity(p, object_identity[id], bytes_trimmed(value));
    }
    if (!bytes_empty(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
}

void modbus_device_id(struct pdu *p, struct bytes in, enum modbus_side side)
{
    uint8_t v, count;
    if (!modbus_take8(p, &in, F_READ_DEVICE_ID, &v)) return;
    if (v < 1 || v > 4) message_anomaly(p, A_QUANTITY);
    if (side == MODBUS_REQUEST) {
        if (modbus_take8(p, &in, F_OBJECT_ID, &v) && !bytes_empty(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
        return;
    }
    if (!modbus_take8(p, &in, F_CONFORMITY_LEVEL, &v)) return;
    if (!modbus_take8(p, &in, F_MORE_FOLLOWS, &v)) return;
    if (!modbus_take8(p, &in, F_NEXT_OBJECT_ID, &v)) return;
    if (!modbus_take8(p, &in, F_NUM_OBJECTS, &count)) return;
    identify_unit(p);
    objects(p, in, count);
}

/* Server ID and run indicator are the vendor's own; what follows is mostly its model as text. */
void modbus_server_id(struct pdu *p, struct bytes in)
{
    if (bytes_empty(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_bytes(p, F_DATA, in);
    uint8_t count = bytes_u8(&in);
    if (count != bytes_left(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
    struct bytes text = bytes_trimmed(bytes_take_upto(&in, count));
    size_t start = bytes_left(&text);
    while (start > 0 && bytes_peek(&text, start - 1) >= 0x20 && bytes_peek(&text, start - 1) < 0x7f) start--;
    bytes_skip(&text, start);
    if (bytes_left(&text) < TEXT_LEAST) return;
    identify_unit(p);
    message_identity(p, IDENTITY_MODEL, text);
}
