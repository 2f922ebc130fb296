/* SPDX-License-Identifier: Apache-2.0 */
/* S7 user data, group 3: which blocks a CPU holds, and what their headers say. Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum { LIST = 1, LIST_OF_TYPE = 2, INFORMATION = 3, SIZE_NULL = 0 };

static void emit_block_kind(struct pdu *p, struct bytes type)
{
    const char *kind = s7_block_kind(bytes_peek(&type, 1));
    emit_text(p, F_LIST_BLOCK_TYPE, type);
    if (kind) message_object(p, "%s", kind);
}

static void parse_list(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 4) {
        struct bytes type = bytes_take(&in, 2);
        uint16_t count = bytes_be16(&in);
        emit_block_kind(p, type);
        emit_uint(p, F_LIST_BLOCK_COUNT, count);
        message_value_int(p, count);
    }
}

static void parse_list_of_type(struct pdu *p, struct bytes in)
{
    while (bytes_left(&in) >= 4) {
        uint16_t number = bytes_be16(&in);
        uint8_t flags = bytes_u8(&in), language = bytes_u8(&in);
        emit_uint(p, F_LIST_BLOCK_NUMBER, number);
        emit_uint(p, F_LIST_BLOCK_FLAGS, flags);
        emit_uint(p, F_LIST_BLOCK_LANGUAGE, language);
    }
}

static void parse_information_request(struct pdu *p, struct bytes in)
{
    struct bytes type = bytes_take(&in, 2), number = bytes_take(&in, 5), system = bytes_take(&in, 1);
    if (!bytes_ok(&system)) return;
    emit_text(p, F_LIST_BLOCK_TYPE, type);
    emit_text(p, F_INFO_NUMBER, number);
    emit_text(p, F_INFO_FILE_SYSTEM, system);
    const char *kind = s7_block_kind(bytes_peek(&type, 1));
    unsigned value = 0;
    for (unsigned i = 0; i < 5; i++) value = value * 10 + (bytes_peek(&number, i) & 15u);
    if (kind) message_object(p, "%s%u", kind, value);
}

/* The 78 octets of a block header. */
static void parse_information(struct pdu *p, struct bytes in)
{
    struct bytes type = bytes_take(&in, 2);
    bytes_skip(&in, 8);
    uint8_t language = bytes_u8(&in), subblock = bytes_u8(&in);
    uint16_t number = bytes_be16(&in);
    uint32_t load_length = bytes_be32(&in), security = bytes_be32(&in);
    bytes_skip(&in, 12); /* time stamps of code and interface: milliseconds, days since 1984 */
    bytes_skip(&in, 6);  /* lengths of SSB, additional and local data */
    uint16_t code_length = bytes_be16(&in);
    struct bytes author = bytes_take(&in, 8), family = bytes_take(&in, 8), name = bytes_take(&in, 8);
    uint8_t version = bytes_u8(&in);
    bytes_skip(&in, 1);
    uint16_t checksum = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_text(p, F_LIST_BLOCK_TYPE, type);
    emit_uint(p, F_LIST_BLOCK_LANGUAGE, language);
    emit_uint(p, F_INFO_SUBBLOCK, subblock);
    emit_uint(p, F_LIST_BLOCK_NUMBER, number);
    emit_uint(p, F_INFO_LOAD_LENGTH, load_length);
    emit_uint(p, F_INFO_SECURITY, security);
    emit_uint(p, F_INFO_MC7_LENGTH, code_length);
    emit_text(p, F_INFO_AUTHOR, author);
    emit_text(p, F_INFO_FAMILY, family);
    emit_text(p, F_INFO_NAME, name);
    emit_format(p, F_INFO_VERSION, "%u.%u", version >> 4, version & 15);
    emit_uint(p, F_INFO_CHECKSUM, checksum);
    for (const struct value_name *n = s7_subblock_names + 1; n->en; n++)
        if (n->value == subblock) message_object(p, "%s%u", n->en, number);
}

void s7_parse_blockinfo(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    bool request = u->type == S7_REQUEST;
    if (u->subfunction == INFORMATION) {
        if (request && u->data_size != SIZE_NULL) parse_information_request(p, in);
        if (u->type == S7_RESPONSE && u->return_code == S7_RETURN_OK) parse_information(p, in);
    } else if (u->subfunction == LIST_OF_TYPE) {
        if (u->data_size == SIZE_NULL) return;
        if (request)
            emit_block_kind(p, bytes_take_upto(&in, 2));
        else if (u->type == S7_RESPONSE)
            parse_list_of_type(p, in);
    } else if (u->subfunction == LIST && u->type == S7_RESPONSE) {
        parse_list(p, in);
    }
}
