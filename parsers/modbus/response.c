/* SPDX-License-Identifier: Apache-2.0 */
/* What a Modbus server answers, function by function, read with what it was asked.
 * Follows MODBUS Application Protocol Specification V1.1b3, clause 6. */
#include "parsers/modbus/modbus.h"

enum { EVENT_LOG_HEAD = 6 };

static struct modbus_note note_of(const struct modbus_exchange *x)
{
    struct modbus_note note = {0, 0};
    if (x->asked) memcpy(&note, x->asked->note, sizeof note);
    return note;
}

static void read_bits(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    struct modbus_note note = note_of(x);
    uint8_t count;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (x->asked && count != (note.quantity + 7) / 8) message_anomaly(p, A_ANSWER_MISMATCH);
    if (bytes_left(&in) != count) {
        message_anomaly(p, A_LENGTH_MISMATCH);
        emit_bytes(p, F_DATA, in);
        return;
    }
    modbus_bits(p, in, x->function, note.address, x->asked ? note.quantity : count * 8u, x->asked);
}

static void read_words(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    struct modbus_note note = note_of(x);
    uint8_t count;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (count % 2) message_anomaly(p, A_BYTE_COUNT);
    if (x->asked && count != note.quantity * 2) message_anomaly(p, A_ANSWER_MISMATCH);
    modbus_registers(p, in, count, x->function, note.address, x->asked);
}

static void read_write(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    struct modbus_note note = note_of(x);
    uint8_t count;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (x->asked && count != note.quantity * 2) message_anomaly(p, A_ANSWER_MISMATCH);
    if (bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    emit_bytes(p, F_DATA, in);
    if (!x->asked || !wants_object(p)) return;
    struct bytes points = bytes_take_upto(&in, count);
    for (; bytes_left(&points) >= 2; note.address++) {
        modbus_object(p, x->function, note.address);
        message_value_int(p, bytes_be16(&points));
    }
}

static void write_multiple(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    struct modbus_note note = note_of(x);
    bool bits = x->function == MODBUS_WRITE_MULTIPLE_COILS;
    uint16_t address, quantity;
    if (!modbus_take16(p, &in, F_REFERENCE_NUM, &address)) return;
    if (!modbus_take16(p, &in, bits ? F_BIT_CNT : F_WORD_CNT, &quantity)) return;
    if (x->asked && (address != note.address || quantity != note.quantity)) message_anomaly(p, A_ANSWER_MISMATCH);
}

/* The reply to 20 has a different head in each group: its length and the reference type, clause 6.14. */
static void read_file(struct pdu *p, struct bytes in)
{
    uint8_t count;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (bytes_left(&in) != count) message_anomaly(p, A_LENGTH_MISMATCH);
    while (count > 0) {
        uint8_t length = bytes_peek(&in, 0);
        if (bytes_left(&in) < length + 1u || count < length + 1u) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        emit_uint(p, F_BYTE_CNT, length);
        if (!length) {
            message_anomaly(p, A_LENGTH_MISMATCH);
            return;
        }
        bytes_skip(&in, 1);
        emit_uint(p, F_REFERENCE_TYPE, bytes_u8(&in));
        emit_bytes(p, F_DATA, bytes_take(&in, length - 1u));
        count = (uint8_t)(count - length - 1);
    }
}

static void event_log(struct pdu *p, struct bytes in)
{
    uint8_t count;
    uint16_t v;
    if (!modbus_take8(p, &in, F_BYTE_CNT, &count)) return;
    if (bytes_left(&in) != count || count < EVENT_LOG_HEAD) message_anomaly(p, A_LENGTH_MISMATCH);
    if (!modbus_take16(p, &in, F_EV_STATUS, &v)) return;
    if (!modbus_take16(p, &in, F_EV_COUNT, &v)) return;
    if (!modbus_take16(p, &in, F_EV_MSG_COUNT, &v)) return;
    if (count < EVENT_LOG_HEAD || bytes_left(&in) < count - (size_t)EVENT_LOG_HEAD) return;
    for (int left = count - EVENT_LOG_HEAD; left > 0; left--) emit_uint(p, F_EVENT, bytes_u8(&in));
}

static void diagnostics(struct pdu *p, struct bytes in)
{
    static const struct {
        uint8_t sub, field;
    } counters[] = {
        {1, F_DIAG_RESTART},     {2, F_DIAG_REGISTER},    {10, F_DIAG_CLEAR},    {11, F_DIAG_BUS_MESSAGES},
        {12, F_DIAG_CRC_ERRORS}, {13, F_DIAG_EXCEPTIONS}, {14, F_DIAG_MESSAGES}, {15, F_DIAG_NO_RESPONSE},
        {16, F_DIAG_NAK},        {17, F_DIAG_BUSY},       {18, F_DIAG_OVERRUN},
    };
    uint16_t sub, v;
    uint8_t delimiter;
    if (!modbus_take16(p, &in, F_DIAGNOSTIC_CODE, &sub)) return;
    for (unsigned i = 0; i < COUNT_OF(counters); i++)
        if (counters[i].sub == sub) {
            (void)modbus_take16(p, &in, counters[i].field, &v);
            return;
        }
    if (sub == 3)
        (void)modbus_take8(p, &in, F_DIAG_DELIMITER, &delimiter);
    else if (!bytes_empty(&in))
        emit_bytes(p, sub == 0 ? F_DIAG_ECHO : F_DATA, in);
}

static void fifo(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    struct modbus_note note = note_of(x);
    uint16_t count, words;
    if (!modbus_take16(p, &in, F_BYTE_CNT_16, &count)) return;
    if (!modbus_take16(p, &in, F_WORD_CNT, &words)) return;
    if (count != words * 2 + 2 || bytes_left(&in) + 2 != count) message_anomaly(p, A_LENGTH_MISMATCH);
    emit_bytes(p, F_DATA, in);
    if (!x->asked || !wants_object(p)) return;
    for (; words > 0 && bytes_left(&in) >= 2; words--) { /* one place, its queued values in order */
        modbus_object(p, x->function, note.address);
        message_value_int(p, bytes_be16(&in));
    }
}

static void encapsulated(struct pdu *p, struct bytes in)
{
    uint8_t mei;
    if (!modbus_take8(p, &in, F_MEI, &mei)) return;
    if (mei == MODBUS_MEI_DEVICE_ID)
        modbus_device_id(p, in, MODBUS_RESPONSE);
    else if (!bytes_empty(&in))
        emit_bytes(p, F_DATA, in);
}

void modbus_response_body(struct pdu *p, struct bytes in, const struct modbus_exchange *x)
{
    uint16_t v;
    message_status(p, STATUS_OK, 0);
    switch (x->function) {
    case MODBUS_READ_COILS:
    case MODBUS_READ_DISCRETE_INPUTS:
        read_bits(p, in, x);
        break;
    case MODBUS_READ_HOLDING_REGISTERS:
    case MODBUS_READ_INPUT_REGISTERS:
        read_words(p, in, x);
        break;
    case MODBUS_READ_WRITE_REGISTERS:
        read_write(p, in, x);
        break;
    case MODBUS_WRITE_MULTIPLE_COILS:
    case MODBUS_WRITE_MULTIPLE_REGISTERS:
        write_multiple(p, in, x);
        break;
    case MODBUS_READ_FILE_RECORD:
        read_file(p, in);
        break;
    case MODBUS_GET_COMM_EVENT_COUNTER:
        if (modbus_take16(p, &in, F_EV_STATUS, &v)) (void)modbus_take16(p, &in, F_EV_COUNT, &v);
        break;
    case MODBUS_GET_COMM_EVENT_LOG:
        event_log(p, in);
        break;
    case MODBUS_DIAGNOSTICS:
        diagnostics(p, in);
        break;
    case MODBUS_READ_FIFO_QUEUE:
        fifo(p, in, x);
        break;
    case MODBUS_REPORT_SERVER_ID:
        modbus_server_id(p, in);
        break;
    case MODBUS_ENCAPSULATED_INTERFACE:
        encapsulated(p, in);
        break;
    case MODBUS_READ_EXCEPTION_STATUS:
        emit_bytes(p, F_DATA, in);
        if (bytes_left(&in) != 1) message_anomaly(p, A_LENGTH_MISMATCH);
        break;
    case MODBUS_WRITE_SINGLE_COIL:
    case MODBUS_WRITE_SINGLE_REGISTER:
    case MODBUS_MASK_WRITE_REGISTER:
    case MODBUS_WRITE_FILE_RECORD:
        modbus_request_body(p, in, x); /* an echo of the request */
        break;
    default:
        if (!bytes_empty(&in)) emit_bytes(p, F_DATA, in);
    }
}
