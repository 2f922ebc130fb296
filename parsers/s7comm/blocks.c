/* SPDX-License-Identifier: Apache-2.0 */
/* S7 blocks going up and down, program invocation services and PLC stop. Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

#include "parsers/s7comm/program_invocations.h"

enum { FILE_NAME = 9, BLOCK_NAME = 8 }; /* octets of "_0A00010P" and "0A00010P" */
enum { PI_START, PI_INSERT, PI_INSERT_2, PI_DELETE, PI_COPY_RAM_TO_ROM, PI_COMPRESS, PI_FIRST_NC, PI_UNKNOWN = 0xff };

#define SERVICE_NAME(index, service, name, class, technique, zh, en) service,
static const char *const pi_services[] = {S7_PROGRAM_INVOCATIONS(SERVICE_NAME)};

/* Second octet of a block type written as two characters, '08' to '0F'. */
const char *s7_block_kind(uint8_t code)
{
    static const char *const kinds[] = {"OB", "CMOD", NULL,  NULL, NULL,  NULL, NULL, NULL,
                                        NULL, "DB",   "SDB", "FC", "SFC", "FB", "SFB"};
    unsigned i = code - (unsigned)'8';
    return i < COUNT_OF(kinds) ? kinds[i] : NULL;
}

/* Type, number and file system of a block, as in "0A00010P". */
static void parse_block_name(struct pdu *p, struct bytes name)
{
    struct bytes type = bytes_take(&name, 2), number = bytes_take(&name, 5);
    emit_text(p, F_BLOCK_TYPE, type);
    emit_text(p, F_BLOCK_NUMBER, number);
    emit_text(p, F_FILE_SYSTEM, name);
    const char *kind = s7_block_kind(bytes_peek(&type, 1));
    unsigned value = 0;
    for (unsigned i = 0; i < 5; i++) value = value * 10 + (bytes_peek(&number, i) & 15u);
    if (kind) message_object(p, "%s%u", kind, value);
}

/* "_0A00010P" names a block of a PLC, everything else a file of an NC. */
static void parse_filename(struct pdu *p, struct bytes *in)
{
    uint8_t length = bytes_u8(in);
    if (!bytes_ok(in)) return;
    emit_uint(p, F_FILENAME_LENGTH, length);
    struct bytes name = bytes_take(in, length);
    if (!bytes_ok(&name)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_text(p, F_FILENAME, name);
    uint16_t type = bytes_peek_be16(&name, 1);
    if (length == FILE_NAME && bytes_peek(&name, 0) == '_' && type >= 0x3038 && type <= 0x3046) {
        emit_text(p, F_FILE_IDENTIFIER, bytes_take(&name, 1));
        parse_block_name(p, name);
    } else {
        message_object_text(p, name);
    }
}

static void parse_status(struct pdu *p, struct bytes *in)
{
    uint8_t status = bytes_u8(in);
    if (bytes_ok(in)) emit_uint(p, F_FUNCTION_STATUS, status);
}

void s7_parse_block_job(struct pdu *p, uint8_t function, struct bytes in, uint16_t parameter_length)
{
    parse_status(p, &in);
    uint16_t error = bytes_be16(&in);
    uint32_t upload_id = bytes_be32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (function == S7_END_UPLOAD || function == S7_DOWNLOAD_ENDED) emit_uint(p, F_BLOCK_ERROR, error);
    if (function == S7_START_UPLOAD || function == S7_UPLOAD || function == S7_END_UPLOAD)
        emit_uint(p, F_UPLOAD_ID, upload_id);
    if (function == S7_UPLOAD || function == S7_END_UPLOAD) return;
    parse_filename(p, &in);
    if (function != S7_REQUEST_DOWNLOAD || parameter_length <= 18) return;
    bytes_skip(&in, 2); /* length of what follows, then '1' */
    struct bytes load = bytes_take(&in, 6), code = bytes_take(&in, 6);
    if (!bytes_ok(&code)) return;
    emit_text(p, F_LOAD_LENGTH, load);
    emit_text(p, F_MC7_LENGTH, code);
}

static void parse_block_data(struct pdu *p, struct bytes *in, uint16_t data_length)
{
    uint16_t length = bytes_be16(in);
    bytes_skip(in, 2);
    if (!bytes_ok(in)) return;
    emit_uint(p, F_DATA_ITEM_LENGTH, length);
    struct bytes data = bytes_take(in, data_length >= 4 ? data_length - 4u : 0);
    if (bytes_ok(&data)) emit_bytes(p, F_RESPONSE_DATA, data);
}

void s7_parse_block_answer(struct pdu *p, uint8_t function, struct bytes in, uint16_t parameter_length,
                           uint16_t data_length)
{
    if (parameter_length < 2 && function != S7_START_UPLOAD) return;
    parse_status(p, &in);
    if (function == S7_START_UPLOAD) {
        bytes_skip(&in, 2);
        uint32_t upload_id = bytes_be32(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_UPLOAD_ID, upload_id);
        if (parameter_length <= 8) return;
        struct bytes text = bytes_take(&in, bytes_u8(&in));
        if (bytes_ok(&text)) emit_text(p, F_UPLOAD_LENGTH, text);
    } else if ((function == S7_UPLOAD || function == S7_DOWNLOAD_BLOCK) && data_length) {
        parse_block_data(p, &in, data_length);
    }
}

/* ---- program invocation -------------------------------------------------------------------------------------- */

/* Behind the function code: seven octets, the parameter block with its length, the name of the service. */
static bool pi_parts(struct bytes *in, struct bytes *arguments, struct bytes *name)
{
    bytes_skip(in, 7);
    *arguments = bytes_take(in, bytes_be16(in));
    *name = bytes_take(in, bytes_u8(in));
    return bytes_ok(name);
}

static unsigned pi_index(const struct bytes *name)
{
    for (unsigned i = 0; i < COUNT_OF(pi_services); i++)
        if (strlen(pi_services[i]) == bytes_left(name) && bytes_starts_with(name, pi_services[i], bytes_left(name)))
            return i;
    return PI_UNKNOWN;
}

uint32_t s7_pi_operation(struct bytes parameter)
{
    struct bytes arguments, name;
    if (!pi_parts(&parameter, &arguments, &name)) return S7_PI_SERVICE;
    unsigned index = pi_index(&name);
    return index == PI_UNKNOWN ? (uint32_t)S7_PI_SERVICE : S7_OP_PI(index);
}

static void parse_pi_blocks(struct pdu *p, struct bytes arguments)
{
    uint8_t count = bytes_u8(&arguments);
    bytes_skip(&arguments, 1);
    emit_uint(p, F_PI_BLOCKS, count);
    for (unsigned i = 0; i < count; i++) {
        struct bytes name = bytes_take(&arguments, BLOCK_NAME);
        if (!bytes_ok(&name)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        emit_text(p, F_FILENAME, name);
        parse_block_name(p, name);
    }
}

/* Strings with their length before them, padded to an odd one; the first file named is what the service is about. */
static void parse_pi_strings(struct pdu *p, struct bytes service, struct bytes arguments)
{
    for (unsigned i = 0; !bytes_empty(&arguments); i++) {
        uint8_t length = bytes_u8(&arguments);
        struct bytes text = bytes_take(&arguments, length);
        if (!bytes_ok(&text)) return;
        unsigned field = s7_nc_argument(service, i);
        emit_uint(p, F_NC_STRING_LENGTH, length);
        emit_text(p, field, text);
        if (field == F_NC_FILE || field == F_NC_SOURCE || field == F_NC_OLD_FILE) message_object_text(p, text);
        if (length % 2 == 0 && !bytes_empty(&arguments)) bytes_skip(&arguments, 1);
    }
}

void s7_parse_pi_job(struct pdu *p, struct bytes in, uint16_t parameter_length)
{
    if (parameter_length <= 8) return;
    struct bytes arguments, name;
    if (!pi_parts(&in, &arguments, &name)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    unsigned index = pi_index(&name);
    emit_text(p, F_PI_SERVICE, name);
    if (index == PI_INSERT || index == PI_INSERT_2 || index == PI_DELETE) {
        parse_pi_blocks(p, arguments);
    } else if (index < PI_FIRST_NC) {
        if (!bytes_empty(&arguments)) {
            emit_text(p, F_PI_ARGUMENT, arguments);
            message_object_text(p, bytes_trimmed(arguments));
        }
    } else if (index != PI_UNKNOWN) {
        parse_pi_strings(p, name, arguments);
    }
    emit_uint(p, F_NC_STRING_LENGTH, bytes_left(&name));
}

void s7_parse_stop_job(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 5);
    struct bytes name = bytes_take(&in, bytes_u8(&in));
    if (bytes_ok(&name)) emit_text(p, F_PI_SERVICE, name);
}
