/* SPDX-License-Identifier: Apache-2.0 */
/* How long each Modbus function's request and answer must be: what tells Modbus from chance, a request from an answer,
 * and where a serial frame ends. Follows MODBUS Application Protocol Specification V1.1b3, clause 6. */
#include "parsers/modbus/modbus.h"

/* Bytes of the PDU: `fixed`, and as many more as the byte at offset `count_at` says (0: none). `fixed` 0: any length.
 */
struct form {
    uint8_t fixed, count_at;
};
struct shape {
    uint8_t function;
    struct form request, response;
};

static const struct shape shapes[] = {
    {MODBUS_READ_COILS, {5, 0}, {2, 1}},
    {MODBUS_READ_DISCRETE_INPUTS, {5, 0}, {2, 1}},
    {MODBUS_READ_HOLDING_REGISTERS, {5, 0}, {2, 1}},
    {MODBUS_READ_INPUT_REGISTERS, {5, 0}, {2, 1}},
    {MODBUS_WRITE_SINGLE_COIL, {5, 0}, {5, 0}},
    {MODBUS_WRITE_SINGLE_REGISTER, {5, 0}, {5, 0}},
    {MODBUS_READ_EXCEPTION_STATUS, {1, 0}, {2, 0}},
    {MODBUS_DIAGNOSTICS, {5, 0}, {5, 0}},
    {MODBUS_GET_COMM_EVENT_COUNTER, {1, 0}, {5, 0}},
    {MODBUS_GET_COMM_EVENT_LOG, {1, 0}, {2, 1}},
    {MODBUS_WRITE_MULTIPLE_COILS, {6, 5}, {5, 0}},
    {MODBUS_WRITE_MULTIPLE_REGISTERS, {6, 5}, {5, 0}},
    {MODBUS_REPORT_SERVER_ID, {1, 0}, {2, 1}},
    {MODBUS_READ_FILE_RECORD, {2, 1}, {2, 1}},
    {MODBUS_WRITE_FILE_RECORD, {2, 1}, {2, 1}},
    {MODBUS_MASK_WRITE_REGISTER, {7, 0}, {7, 0}},
    {MODBUS_READ_WRITE_REGISTERS, {10, 9}, {2, 1}},
    {MODBUS_READ_FIFO_QUEUE, {3, 0}, {3, 2}}, /* its count has 16 bits, of which at most 64 are used */
    {MODBUS_ENCAPSULATED_INTERFACE, {4, 0}, {0, 0}},
};

static const struct shape *shape_of(uint8_t function)
{
    for (unsigned i = 0; i < COUNT_OF(shapes); i++)
        if (shapes[i].function == function) return &shapes[i];
    return NULL;
}

static size_t length_of(const struct form *form, const struct bytes *in)
{
    if (!form->fixed) return 0;
    return form->fixed + (form->count_at ? bytes_peek(in, form->count_at) : 0u);
}

size_t modbus_length(struct bytes in, enum modbus_side side)
{
    uint8_t function = bytes_peek(&in, 0);
    if (function & MODBUS_EXCEPTION) return side == MODBUS_RESPONSE ? 2 : 0;
    const struct shape *shape = shape_of(function);
    return shape ? length_of(side == MODBUS_REQUEST ? &shape->request : &shape->response, &in) : 0;
}

/* Quantities and values that the standard allows, of requests; clause 6. */
static bool plausible_request(const struct bytes *in)
{
    uint16_t quantity = bytes_peek_be16(in, 3);
    switch (bytes_peek(in, 0)) {
    case MODBUS_READ_COILS:
    case MODBUS_READ_DISCRETE_INPUTS:
        return quantity >= 1 && quantity <= 2000;
    case MODBUS_READ_HOLDING_REGISTERS:
    case MODBUS_READ_INPUT_REGISTERS:
        return quantity >= 1 && quantity <= 125;
    case MODBUS_WRITE_SINGLE_COIL:
        return quantity == 0 || quantity == 0xff00;
    case MODBUS_DIAGNOSTICS:
        return bytes_peek_be16(in, 1) <= 21;
    case MODBUS_WRITE_MULTIPLE_COILS:
        return quantity >= 1 && bytes_peek(in, 5) == (quantity + 7) / 8;
    case MODBUS_WRITE_MULTIPLE_REGISTERS:
        return quantity >= 1 && bytes_peek(in, 5) == quantity * 2;
    case MODBUS_READ_WRITE_REGISTERS:
        return bytes_peek(in, 9) == bytes_peek_be16(in, 7) * 2;
    case MODBUS_READ_FILE_RECORD:
        return bytes_peek(in, 1) >= 7 && bytes_peek(in, 2) == 6;
    case MODBUS_WRITE_FILE_RECORD:
        return bytes_peek(in, 1) >= 9 && bytes_peek(in, 2) == 6;
    case MODBUS_ENCAPSULATED_INTERFACE:
        return bytes_peek(in, 1) == MODBUS_MEI_DEVICE_ID && bytes_peek(in, 2) >= 1 && bytes_peek(in, 2) <= 4;
    default:
        return true;
    }
}

static bool plausible_response(const struct bytes *in)
{
    uint8_t function = bytes_peek(in, 0), count = bytes_peek(in, 1);
    if (function & MODBUS_EXCEPTION) return count >= 1 && count <= 11;
    switch (function) {
    case MODBUS_READ_HOLDING_REGISTERS:
    case MODBUS_READ_INPUT_REGISTERS:
    case MODBUS_READ_WRITE_REGISTERS:
        return count && count % 2 == 0;
    case MODBUS_WRITE_SINGLE_COIL:
    case MODBUS_DIAGNOSTICS:
    case MODBUS_WRITE_FILE_RECORD:
        return plausible_request(in);
    case MODBUS_WRITE_MULTIPLE_COILS:
        return bytes_peek_be16(in, 3) >= 1 && bytes_peek_be16(in, 3) <= 1968;
    case MODBUS_WRITE_MULTIPLE_REGISTERS:
        return bytes_peek_be16(in, 3) >= 1 && bytes_peek_be16(in, 3) <= 123;
    case MODBUS_ENCAPSULATED_INTERFACE:
        return count == MODBUS_MEI_DEVICE_ID && bytes_left(in) >= 8 && bytes_peek(in, 2) >= 1 && bytes_peek(in, 2) <= 4;
    default: {
        const struct shape *shape = shape_of(function);
        return count > 0 || !shape || shape->response.count_at != 1;
    }
    }
}

enum { UMAS_LAST = 0x74, UMAS_REFUSAL = 0xfd, UMAS_ANSWER };

unsigned modbus_shape(struct bytes in, bool strict)
{
    uint8_t function = bytes_peek(&in, 0);
    unsigned sides = 0;
    if (function == MODBUS_UMAS) { /* session, then a function or how it went */
        uint8_t code = bytes_peek(&in, 2);
        if (bytes_left(&in) < 3 || !code) return 0;
        return code >= UMAS_REFUSAL && code <= UMAS_ANSWER ? MODBUS_RESPONSE : code <= UMAS_LAST ? MODBUS_REQUEST : 0;
    }
    if (function & MODBUS_EXCEPTION) {
        if (shape_of(function & (uint8_t)~MODBUS_EXCEPTION) && bytes_left(&in) == 2) sides = MODBUS_RESPONSE;
    } else {
        const struct shape *shape = shape_of(function);
        if (!shape) return 0;
        if (bytes_left(&in) == length_of(&shape->request, &in)) sides |= MODBUS_REQUEST;
        if (!shape->response.fixed || bytes_left(&in) == length_of(&shape->response, &in)) sides |= MODBUS_RESPONSE;
    }
    if (strict && sides & MODBUS_REQUEST && !plausible_request(&in)) sides &= ~(unsigned)MODBUS_REQUEST;
    if (strict && sides & MODBUS_RESPONSE && !plausible_response(&in)) sides &= ~(unsigned)MODBUS_RESPONSE;
    return sides;
}
