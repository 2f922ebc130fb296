/* SPDX-License-Identifier: Apache-2.0 */
/* Points of a Modbus PDU: registers and bits, and their names as engineers write them.
 * Follows MODBUS Application Protocol Specification V1.1b3, clauses 4.3 and 4.4 (numbers are addresses plus one). */
#include "parsers/modbus/modbus.h"

bool modbus_take16(struct pdu *p, struct bytes *in, unsigned field, uint16_t *v)
{
    *v = bytes_be16(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    emit_uint(p, field, *v);
    return true;
}

bool modbus_take8(struct pdu *p, struct bytes *in, unsigned field, uint8_t *v)
{
    *v = bytes_u8(in);
    if (!bytes_ok(in)) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    emit_uint(p, field, *v);
    return true;
}

/* First digit of the reference: 0 coils, 1 discrete inputs, 3 input registers, 4 holding registers. */
static char area_of(uint8_t function)
{
    switch (function) {
    case MODBUS_READ_COILS:
    case MODBUS_WRITE_SINGLE_COIL:
    case MODBUS_WRITE_MULTIPLE_COILS:
        return '0';
    case MODBUS_READ_DISCRETE_INPUTS:
        return '1';
    case MODBUS_READ_INPUT_REGISTERS:
        return '3';
    default:
        return '4';
    }
}

/* "40108": five digits, or six from the ten-thousandth on. Printf is too slow for every register of a poll. */
void modbus_object(struct pdu *p, uint8_t function, uint16_t address)
{
    uint32_t number = address + 1u;
    size_t digits = number > 9999 ? 5 : 4;
    uint8_t *text = pdu_scratch(p, digits + 1);
    if (!text) return;
    text[0] = (uint8_t)area_of(function);
    for (size_t i = digits; i > 0; i--) {
        text[i] = (uint8_t)('0' + number % 10);
        number /= 10;
    }
    message_object_text(p, bytes_over(text, digits + 1));
}

void modbus_registers(struct pdu *p, struct bytes in, size_t byte_count, uint8_t function, uint16_t address,
                      bool address_known)
{
    bool exact = bytes_left(&in) == byte_count; /* Wireshark shows registers of sound PDUs only */
    bool fields = exact && (wants(p, F_REGNUM16) || wants(p, F_REGVAL_UINT16)),
         objects = address_known && wants_object(p);
    if (!exact) {
        message_anomaly(p, A_LENGTH_MISMATCH);
        emit_bytes(p, F_DATA, in);
    }
    if (!fields && !objects) return;
    struct bytes points = bytes_take_upto(&in, byte_count);
    for (; bytes_left(&points) >= 2; address++) {
        uint16_t v = bytes_be16(&points);
        if (fields) {
            emit_uint(p, F_REGNUM16, address);
            emit_uint(p, F_REGVAL_UINT16, v);
        }
        if (objects) {
            modbus_object(p, function, address);
            message_value_int(p, v);
        }
    }
}

void modbus_bits(struct pdu *p, struct bytes in, uint8_t function, uint16_t address, unsigned count, bool address_known)
{
    bool fields = wants(p, F_BITNUM) || wants(p, F_BITVAL), objects = address_known && wants_object(p);
    if (!fields && !objects) return;
    uint8_t octet = 0;
    for (unsigned i = 0; i < count && (i % 8 || !bytes_empty(&in)); i++, address++) {
        octet = i % 8 ? octet >> 1 : bytes_u8(&in);
        if (fields) {
            emit_uint(p, F_BITNUM, address);
            emit_uint(p, F_BITVAL, octet & 1);
        }
        if (objects) {
            modbus_object(p, function, address);
            message_value_int(p, octet & 1);
        }
    }
}

/* Reference type, file and record, word count; clauses 6.14 and 6.15. False when the group is cut short. */
bool modbus_file_group(struct pdu *p, struct bytes *group, uint16_t *words)
{
    if (bytes_left(group) < 7) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    emit_uint(p, F_REFERENCE_TYPE, bytes_u8(group));
    uint32_t reference = bytes_be32(group);
    emit_uint(p, F_REFERENCE_NUM_32, reference);
    *words = bytes_be16(group);
    emit_uint(p, F_WORD_CNT, *words);
    if (wants_object(p)) message_object(p, "file %u record %u", reference >> 16, reference & 0xffff);
    return true;
}
