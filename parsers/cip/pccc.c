/* SPDX-License-Identifier: Apache-2.0 */
/* PCCC, the command set of PLC-5, SLC 500 and MicroLogix controllers, within CIP.
 * Follows DF1 Protocol and Command Set Reference Manual (Rockwell 1770-6.5.16), chapter 7. */
#include "parsers/cip/cip.h"

enum {
    COMMAND_DIAGNOSTIC = 0x06,
    COMMAND_MODE = 0x07,
    COMMAND_TYPED = 0x0f,
    REPLY = 0x40,
    FUNCTION_DIAGNOSTIC_STATUS = 0x03,
    STATUS_EXTENDED = 0xf0,
    ADDRESS_ESCAPE = 0xff, /* an address field of 16 bits follows */
};

static bool has_function(uint8_t command)
{
    return command == COMMAND_DIAGNOSTIC || command == COMMAND_MODE || command == COMMAND_TYPED;
}

/* Command, status, transaction (16 bits), function. */
struct bytes cip_pccc_command(struct bytes in)
{
    uint8_t length = bytes_u8(&in); /* of the requester's ID, itself included */
    bytes_skip(&in, length ? length - 1u : 0);
    return bytes_ok(&in) ? in : bytes_over(NULL, 0);
}

void cip_pccc_operation(struct pdu *p, struct bytes command)
{
    uint8_t code = bytes_peek(&command, 0);
    message_operation(p,
                      CIP_PCCC_OPERATION | (uint32_t)code << 8 | (has_function(code) ? bytes_peek(&command, 4) : 0u));
}

/* ---- logical addresses ---- */

struct data_address {
    uint16_t file, element, subelement;
    uint8_t type, size;
    bool has_type, has_subelement;
};

static uint16_t address_field(struct bytes *in)
{
    uint8_t v = bytes_u8(in);
    return v == ADDRESS_ESCAPE ? bytes_le16(in) : v;
}

/* Size, file number, file type, element, and a sub-element when there are three address fields. */
static bool take_address(struct bytes *in, struct data_address *a, bool three)
{
    *a = (struct data_address){.has_type = true, .has_subelement = three};
    a->size = bytes_u8(in);
    a->file = address_field(in);
    a->type = bytes_u8(in);
    a->element = address_field(in);
    if (three) a->subelement = address_field(in);
    return bytes_ok(in);
}

static void emit_address(struct pdu *p, const struct data_address *a)
{
    emit_uint(p, F_PCCC_SIZE, a->size);
    emit_uint(p, F_PCCC_FILE, a->file);
    emit_uint(p, F_PCCC_TYPE, a->type);
    emit_uint(p, F_PCCC_ELEMENT, a->element);
    if (a->has_subelement) emit_uint(p, F_PCCC_SUBELEMENT, a->subelement);
}

/* Letters as programmers write them: N7:0, B3:1, F8:5. */
static const char *letters_of(uint8_t type)
{
    static const struct {
        uint8_t type;
        char letters[3];
    } names[] = {{0x82, "O"}, {0x83, "I"}, {0x84, "S"}, {0x85, "B"},  {0x86, "T"}, {0x87, "C"},
                 {0x88, "R"}, {0x89, "N"}, {0x8a, "F"}, {0x8d, "ST"}, {0x8e, "A"}, {0x91, "L"}};
    for (unsigned i = 0; i < COUNT_OF(names); i++)
        if (names[i].type == type) return names[i].letters;
    return NULL;
}

static unsigned element_size(uint8_t type) { return type == 0x8a || type == 0x91 ? 4 : 2; }

static void name_element(struct pdu *p, const struct data_address *a, unsigned index)
{
    const char *letters = letters_of(a->type);
    bool record = a->type == 0x86 || a->type == 0x87 || a->type == 0x88; /* elements of several words */
    if (!letters)
        message_object(p, "file %u type 0x%02x element %u", a->file, a->type, a->element + index);
    else if (record || a->subelement)
        message_object(p, "%s%u:%u.%u", letters, a->file, a->element, a->subelement + index);
    else
        message_object(p, "%s%u:%u", letters, a->file, a->element + index);
}

static void values(struct pdu *p, struct bytes in, const struct data_address *a)
{
    unsigned size = element_size(a->type);
    if (!wants_object(p)) return;
    for (unsigned i = 0; bytes_left(&in) >= size; i++) {
        name_element(p, a, i);
        if (a->type == 0x8a)
            message_value_double(p, (double)bytes_le_float(&in));
        else if (size == 4)
            message_value_int(p, (int32_t)bytes_le32(&in));
        else
            message_value_int(p, (int16_t)bytes_le16(&in));
    }
}

static bool addressed(uint8_t function, bool *three, bool *writes)
{
    *three = function == 0xa2 || function == 0xaa || function == 0xab;
    *writes = function == 0xa9 || function == 0xaa;
    return *three || *writes || function == 0xa1;
}

/* ---- commands and replies ---- */

static void typed_command(struct pdu *p, struct bytes in, uint8_t function)
{
    struct data_address a;
    bool three, writes;
    emit_uint(p, F_PCCC_FNC, function);
    if (function == 0x80 && !bytes_empty(&in)) {
        emit_uint(p, F_PCCC_MODE, bytes_u8(&in));
        return;
    }
    if (!addressed(function, &three, &writes)) {
        if (!bytes_empty(&in)) emit_bytes(p, F_PCCC_DATA, in);
        return;
    }
    if (!take_address(&in, &a, three)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_address(p, &a);
    if (bytes_empty(&in)) return;
    emit_bytes(p, F_PCCC_DATA, in);
    if (function == 0xab) { /* the mask stands before the value */
        bytes_skip(&in, 2);
        if (wants_object(p)) values(p, in, &a);
    }
    if (writes) values(p, in, &a);
}

void cip_pccc_request(struct pdu *p, struct bytes in)
{
    in = cip_pccc_command(in);
    uint8_t command = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_PCCC_CMD, command);
    uint8_t status = bytes_u8(&in);
    if (bytes_ok(&in)) emit_uint(p, F_PCCC_STS, status);
    uint16_t transaction = bytes_le16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_PCCC_TNS, transaction);
    if (!has_function(command)) {
        if (!bytes_empty(&in)) emit_bytes(p, F_PCCC_DATA, in);
        return;
    }
    uint8_t function = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (command == COMMAND_TYPED)
        typed_command(p, in, function);
    else
        emit_uint(p, command == COMMAND_MODE ? F_PCCC_FNC_07 : F_PCCC_FNC_06, function);
}

/* Reply to a diagnostic status: the processor's catalogue number stands in 11 characters behind five bytes. */
static void processor(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 5);
    struct bytes name = bytes_trimmed(bytes_take(&in, 11));
    if (!bytes_ok(&in) || bytes_left(&name) < 4) return;
    for (size_t i = 0; i < bytes_left(&name); i++)
        if (bytes_peek(&name, i) < 0x20 || bytes_peek(&name, i) > 0x7e) return;
    message_identity(p, IDENTITY_ORDER_NUMBER, name);
    message_identity(p, IDENTITY_ROLE, bytes_over("plc", 3));
}

void cip_pccc_response(struct pdu *p, struct bytes in, struct bytes command)
{
    in = cip_pccc_command(in);
    uint8_t reply = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_PCCC_RESP, reply);
    uint8_t status = bytes_u8(&in);
    if (bytes_ok(&in)) emit_uint(p, F_PCCC_STS, status);
    if (status) message_status(p, STATUS_REFUSED, 0x1f); /* vendor specific: PCCC's own status says more */
    uint16_t transaction = bytes_le16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_PCCC_TNS, transaction);
    if (status == STATUS_EXTENDED && !bytes_empty(&in)) emit_uint(p, F_PCCC_EXT_STS, bytes_u8(&in));
    if (bytes_empty(&in)) return;
    emit_bytes(p, F_PCCC_DATA, in);
    uint8_t code = bytes_u8(&command);
    bytes_skip(&command, 3);
    uint8_t function = bytes_u8(&command);
    struct data_address a;
    bool three, writes;
    if (status || !bytes_ok(&command) || reply != (code | REPLY)) return;
    if (code == COMMAND_DIAGNOSTIC && function == FUNCTION_DIAGNOSTIC_STATUS) processor(p, in);
    if (code == COMMAND_TYPED && addressed(function, &three, &writes) && !writes && take_address(&command, &a, three))
        values(p, in, &a);
}
