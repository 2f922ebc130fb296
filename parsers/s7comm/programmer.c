/* SPDX-License-Identifier: Apache-2.0 */
/* S7 user data, group 1: what programming devices test and change with (monitor, modify, force, breakpoints, jobs).
 * Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum { VARIABLE_STATUS = 0x02, MODIFY = 0x08, FORCE = 0x09, REPLACE_JOB = 0x12 };
enum { TIS_ITEMS = 32, DEEPEST = 2 };

struct tis_item {
    uint8_t area, repeat;
    uint16_t db, start;
};

static bool parse_address(struct pdu *p, struct bytes *in, struct tis_item *item)
{
    item->area = bytes_u8(in);
    item->repeat = bytes_u8(in); /* of bit areas: the bit */
    item->db = bytes_be16(in);
    item->start = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_TIS_AREA, item->area);
    emit_uint(p, item->area & 15 ? F_TIS_REPEAT : F_TIS_BIT, item->repeat);
    emit_uint(p, F_TIS_DB, item->db);
    emit_uint(p, F_TIS_START, item->start);
    return true;
}

static void emit_tis_object(struct pdu *p, const struct tis_item *item)
{
    static const char widths[] = "XBWD";
    static const char *const letters[] = {"M", "I", "Q", "PI", NULL, "T", "C", "DB"};
    unsigned area = item->area >> 4, width = item->area & 15;
    const char *letter = area < COUNT_OF(letters) ? letters[area] : NULL;
    if (!letter) {
        message_object(p, "area 0x%02x %u", item->area, item->start);
    } else if (area == 5 || area == 6) {
        message_object(p, "%s%u", letter, item->start);
    } else if (width == 0) {
        if (area == 7)
            message_object(p, "DB%u.DBX%u.%u", item->db, item->start, item->repeat);
        else
            message_object(p, "%s%u.%u", letter, item->start, item->repeat);
    } else if (area == 7) {
        message_object(p, "DB%u.DB%c%u", item->db, widths[width & 3], item->start);
    } else {
        message_object(p, "%s%c%u", letter, widths[width & 3], item->start);
    }
}

/* Return code, size, length, data. NULL `item`: not known what it belongs to. False when it is cut short. */
static bool parse_value(struct pdu *p, struct bytes *in, const struct tis_item *item)
{
    enum { BYTES = 4, INTEGER = 5 };
    uint8_t code = bytes_u8(in), size = bytes_u8(in);
    uint32_t length = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    bool carries = code == S7_RETURN_OK || code == S7_RETURN_RESERVED || code == S7_RETURN_NO_OBJECT;
    if (!carries) size = 0, length = 0;
    if (size == BYTES || size == INTEGER) length /= 8;
    emit_uint(p, F_RETURN_CODE, code);
    emit_uint(p, F_DATA_SIZE, size);
    emit_uint(p, F_DATA_ITEM_LENGTH, length);
    if (code != S7_RETURN_OK && code != S7_RETURN_RESERVED) return true;
    struct bytes data = bytes_take(in, length);
    if (!bytes_ok(&data)) return false;
    emit_bytes(p, F_RESPONSE_DATA, data);
    if (item && wants_object(p)) {
        emit_tis_object(p, item);
        if (length && length <= 4) message_value_int(p, (int64_t)bytes_be(&data, length));
    }
    if (length & 1 && !bytes_empty(in)) bytes_skip(in, 1);
    return true;
}

/* Addresses, and for modify and force the values behind them; monitoring answers with values alone. */
static void parse_variables(struct pdu *p, const struct s7_userdata *u, uint8_t function, struct bytes in)
{
    struct tis_item items[TIS_ITEMS];
    unsigned known = 0;
    uint16_t count = bytes_be16(&in);
    if (!bytes_ok(&in) || (u->type != S7_REQUEST && u->type != S7_PUSH)) return;
    emit_uint(p, F_TIS_ITEMS, count);
    bool request = u->type == S7_REQUEST;
    for (unsigned i = 0; request && i < count; i++) {
        struct tis_item item;
        if (!parse_address(p, &in, &item)) return;
        if (known < TIS_ITEMS) items[known++] = item;
        if (function == VARIABLE_STATUS && wants_object(p)) emit_tis_object(p, &item);
    }
    if (request ? function == VARIABLE_STATUS : false) return;
    for (unsigned i = 0; i < count && !bytes_empty(&in); i++) {
        if (!request && function != VARIABLE_STATUS)
            emit_uint(p, F_RETURN_CODE, bytes_u8(&in));
        else if (!parse_value(p, &in, i < known ? &items[i] : NULL))
            return;
    }
}

/* The parameters of a job request as far as they are understood: trigger, then the block it looks at. */
static void parse_parameters(struct pdu *p, struct bytes in)
{
    size_t size = bytes_left(&in);
    bytes_skip(&in, 18);
    if (size < 20) return;
    emit_uint(p, F_TIS_TRIGGER, bytes_be16(&in));
    if (size < 26) return;
    uint16_t type = bytes_be16(&in), number = bytes_be16(&in);
    emit_uint(p, F_TIS_BLOCK_TYPE, type);
    emit_uint(p, F_TIS_BLOCK_NUMBER, number);
    for (const struct value_name *n = s7_subblock_names + 1; n->en; n++)
        if (n->value == type) message_object(p, "%s%u", n->en, number);
}

static void parse_job(struct pdu *p, const struct s7_userdata *u, uint8_t function, struct bytes in, unsigned depth)
{
    uint16_t parameter_size = bytes_be16(&in), data_size = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_TIS_PARAMETERS, parameter_size);
    emit_uint(p, F_TIS_DATA, data_size);
    struct bytes parameters = bytes_take(&in, parameter_size);
    if (!bytes_ok(&parameters)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (u->type == S7_REQUEST) parse_parameters(p, parameters);
    if (!data_size) return;
    if (function == VARIABLE_STATUS || function == MODIFY || function == FORCE) {
        parse_variables(p, u, function, in);
    } else if (function == REPLACE_JOB && u->type == S7_REQUEST && depth < DEEPEST) {
        bytes_skip(&in, 2);
        uint8_t replaced = bytes_u8(&in);
        bytes_skip(&in, 1);
        parse_job(p, u, replaced, in, depth + 1);
    }
}

void s7_parse_tis(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    parse_job(p, u, u->subfunction, in, 0);
}
