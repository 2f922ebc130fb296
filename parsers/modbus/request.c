/* SPDX-License-Identifier: Apache-2.0 */
/* What a Modbus client asks, function by function, and where it leaves what the standard allows.
 * Follows MODBUS Application Protocol Specification V1.1b3, clause 6. */
#include "parsers/modbus/modbus.h"

#include <stdio.h>

enum { READ_BITS_MAX = 2000, READ_WORDS_MAX = 125, WRITE_BITS_MAX = 1968, WRITE_WORDS_MAX = 123, FILE_GROUP = 7 };

static void check_range(struct pdu *p, uint16_t address, uint16_t quantity, uint16_t most)
{
    if (quantity == 0 || quantity > most) message_anomaly(p, A_QUANTITY);
    if ((uint32_t)address + quantity > 65536) message_anomaly(p, A_ADDRESS_OVERFLOW);
}

static void check_end(struct pdu *p, const struct bytes *in)
{
    if (!bytes_empty(in)) message_anomaly(p, A_LENGTH_MISMATCH);
}

static void read_points(struct pdu *p, struct bytes in, uint8_t function)
{
    bool bits = function <= MODBUS_READ_DISCRETE_INPUTS;
    uint16_t address, quantity;
    if (!modbus_take16(p, &in, F_REFERENCE_NUM, &address)) return;
    if (!modbus_take16(p, &in, bits ? F_BIT_CNT : F_WORD_CNT, &quantity)) return;
    check_range(p, address, quantity, bits ? READ_BITS_MAX : READ_WORDS_MAX);
    check_end(p, &in);
}

static void write_single(struct pdu *p, struct bytes in, uint8_t function)
{
    uint16_t address;
    if (!modbus_take16(p, &in, F_REFERENCE_NUM, &address)) return;
    emit_bytes(p, F_DATA, in);
    if (bytes_left(&in) < 2) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    uint16_t v = bytes_be16(&in);
    if (function == MODBUS_WRITE_SINGLE_COIL) {
        emit_uint(p, F_PADDING, v & 0xff);
        if (v != 0 && v != 0xff00) message_anomaly(p, A_COIL_VALUE);
        v = v >= 0x8000; /* servers differ on other values than 0000 and FF00 */
    }
    if (wants_object(p)) {
        modbus_object(p, function, address);
        message_value_int(p, v);
    }
    check_end(p, &in);
}

static void write_multiple(struct pdu *p, struct bytes in, uint8_t function)
{
    bool bits = function == MODBUS_WRITE_MULTIPLE_COILS;
    uint16_t address, quantity;
    uint8_t count;
    if (!modbus_take16(p, &in, F_REFERENCE_NUM, &address)) return;
    if (!modbus_take16(p, &in, bits ? F_BIT_CNT : F_WORD_CNT, &quantity)) return;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    check_range(p, address, quantity, bits ? WRITE_BITS_MAX : WRITE_WORDS_MAX);
    if (count != (bits ? (quantity + 7) / 8 : quantity * 2)) message_anomaly(p, A_BYTE_COUNT);
    if (!bits) {
        modbus_registers(p, in, count, function, address, true);
        return;
    }
    if (bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    emit_bytes(p, F_DATA, in);
    if (!wants_object(p)) return;
    for (unsigned i = 0; i < quantity && i / 8 < bytes_left(&in); i++) {
        modbus_object(p, function, (uint16_t)(address + i));
        message_value_int(p, bytes_peek(&in, i / 8) >> i % 8 & 1);
    }
}

static void read_write(struct pdu *p, struct bytes in, uint8_t function)
{
    uint16_t read_address, read_words, write_address, write_words;
    uint8_t count;
    if (!modbus_take16(p, &in, F_READ_REFERENCE_NUM, &read_address)) return;
    if (!modbus_take16(p, &in, F_READ_WORD_CNT, &read_words)) return;
    if (!modbus_take16(p, &in, F_WRITE_REFERENCE_NUM, &write_address)) return;
    if (!modbus_take16(p, &in, F_WRITE_WORD_CNT, &write_words)) return;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    check_range(p, read_address, read_words, READ_WORDS_MAX);
    check_range(p, write_address, write_words, WRITE_WORDS_MAX - 2); /* 121, clause 6.17 */
    if (count != write_words * 2) message_anomaly(p, A_BYTE_COUNT);
    if (bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    emit_bytes(p, F_DATA, in);
    if (!wants_object(p)) return;
    struct bytes points = bytes_take_upto(&in, count);
    for (; bytes_left(&points) >= 2; write_address++) {
        modbus_object(p, function, write_address);
        message_value_int(p, bytes_be16(&points));
    }
}

static void mask_write(struct pdu *p, struct bytes in, uint8_t function)
{
    uint16_t address, and_mask, or_mask;
    if (!modbus_take16(p, &in, F_REFERENCE_NUM, &address)) return;
    if (!modbus_take16(p, &in, F_AND_MASK, &and_mask)) return;
    if (!modbus_take16(p, &in, F_OR_MASK, &or_mask)) return;
    check_end(p, &in);
    char *text = wants_object(p) ? (char *)pdu_scratch(p, 24) : NULL;
    if (!text) return;
    int n = snprintf(text, 24, "AND 0x%04x OR 0x%04x", and_mask, or_mask);
    modbus_object(p, function, address);
    message_value_text(p, bytes_over(text, n > 0 ? (size_t)n : 0));
}

static void read_file(struct pdu *p, struct bytes in)
{
    uint8_t count;
    uint16_t words;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (count % FILE_GROUP || bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    for (unsigned i = 0; i < count / FILE_GROUP; i++)
        if (!modbus_file_group(p, &in, &words)) return;
}

static void write_file(struct pdu *p, struct bytes in)
{
    uint8_t count;
    uint16_t words;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    for (size_t left = count; left > 0;) {
        size_t length = FILE_GROUP + 2u * bytes_peek_be16(&in, 5);
        if (bytes_left(&in) < length) { /* nothing of a group that is cut short, as Wireshark */
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        if (!modbus_file_group(p, &in, &words)) return;
        emit_bytes(p, F_DATA, bytes_take(&in, 2u * words));
        left -= length < left ? length : left;
    }
}

static void diagnostics(struct pdu *p, struct bytes in)
{
    uint16_t sub, v;
    uint8_t delimiter;
    if (!modbus_take16(p, &in, F_DIAGNOSTIC_CODE, &sub)) return;
    switch (sub) {
    case 0:
        if (!bytes_empty(&in)) emit_bytes(p, F_DIAG_QUERY, in);
        break;
    case 1:
        (void)modbus_take16(p, &in, F_DIAG_RESTART, &v);
        break;
    case 3:
        (void)modbus_take8(p, &in, F_DIAG_DELIMITER, &delimiter);
        break;
    default:
        if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
        if (bytes_left(&in) != 2) message_anomaly(p, A_LENGTH_MISMATCH);
    }
}

static void encapsulated(struct pdu *p, struct bytes in)
{
    uint8_t mei;
    if (!modbus_take8(p, &in, F_MEI, &mei)) return;
    if (mei == MODBUS_MEI_DEVICE_ID)
        modbus_device_id(p, in, MODBUS_REQUEST);
    else if (!bytes_empty(&in))
        emit_bytes(p, F_DATA, in);
}

void modbus_request_body(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    uint16_t address;
    switch (x->function) {
    case MODBUS_READ_COILS:
    case MODBUS_READ_DISCRETE_INPUTS:
    case MODBUS_READ_HOLDING_REGISTERS:
    case MODBUS_READ_INPUT_REGISTERS:
        read_points(p, in, x->function);
        break;
    case MODBUS_WRITE_SINGLE_COIL:
    case MODBUS_WRITE_SINGLE_REGISTER:
        write_single(p, in, x->function);
        break;
    case MODBUS_WRITE_MULTIPLE_COILS:
    case MODBUS_WRITE_MULTIPLE_REGISTERS:
        write_multiple(p, in, x->function);
        break;
    case MODBUS_READ_WRITE_REGISTERS:
        read_write(p, in, x->function);
        break;
    case MODBUS_MASK_WRITE_REGISTER:
        mask_write(p, in, x->function);
        break;
    case MODBUS_READ_FIFO_QUEUE:
        if (modbus_take16(p, &in, F_REFERENCE_NUM, &address)) check_end(p, &in);
        break;
    case MODBUS_READ_FILE_RECORD:
        read_file(p, in);
        break;
    case MODBUS_WRITE_FILE_RECORD:
        write_file(p, in);
        break;
    case MODBUS_DIAGNOSTICS:
        diagnostics(p, in);
        break;
    case MODBUS_ENCAPSULATED_INTERFACE:
        encapsulated(p, in);
        break;
    case MODBUS_READ_EXCEPTION_STATUS:
        check_end(p, &in);
        break;
    case MODBUS_GET_COMM_EVENT_COUNTER:
    case MODBUS_GET_COMM_EVENT_LOG:
    case MODBUS_REPORT_SERVER_ID:
        check_end(p, &in);
        if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
        break;
    default:
        if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
    }
}
