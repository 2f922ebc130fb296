/* SPDX-License-Identifier: Apache-2.0 */
/* S7 address specifications of all syntaxes, and the data units that go with them. Facts as named in s7comm.h. */
#include "parsers/s7comm/s7comm.h"

enum { SPECIFICATION = 0x12 };
enum {
    SYNTAX_ANY = 0x10,
    SYNTAX_NCK = 0x82,
    SYNTAX_NCK_METRIC = 0x83,
    SYNTAX_NCK_INCH = 0x84,
    SYNTAX_DRIVE = 0xa2,
    SYNTAX_DBREAD = 0xb0,
    SYNTAX_SYMBOL = 0xb2
};
enum { AREA_RECORD = 0x01, AREA_COUNTER = 28, AREA_TIMER = 29, AREA_DB = 0x84, SIZE_BYTE = 2 };

/* Does anyone read what an address specification says? */
static bool wants_items(const struct pdu *p) { return wants_any(p, F_ITEM_SPEC, F_SYMBOL_VALUE); }

/* Of a bit pointer that is cut short, what is there of its `left` octets. */
static void emit_any(struct pdu *p, const struct s7_item *item, size_t left)
{
    enum { SIZE = 1, AREA = 6, WHOLE = 9 };
    bool record = item->area == AREA_RECORD;
    if (left < SIZE) return;
    emit_uint(p, F_ITEM_SIZE, item->size);
    if (left < AREA) return;
    if (!record) {
        emit_uint(p, F_ITEM_LENGTH, item->count);
        emit_uint(p, F_ITEM_DB, item->db);
    }
    emit_uint(p, F_ITEM_AREA, item->area);
    if (left < WHOLE || record) return;
    emit_uint(p, F_ITEM_ADDRESS, item->address);
    if (item->area == AREA_TIMER || item->area == AREA_COUNTER) {
        emit_uint(p, F_ITEM_NUMBER, item->address & 0xffff);
    } else {
        emit_uint(p, F_ITEM_BYTE, item->address >> 3 & 0xffff);
        emit_uint(p, F_ITEM_BIT, item->address & 7);
    }
}

/* Bit pointer of STEP 7: size, number of elements, DB, area, address in bits. */
static bool parse_any(struct pdu *p, struct bytes *in, struct s7_item *item)
{
    size_t left = bytes_left(in);
    item->size = bytes_u8(in);
    item->count = bytes_be16(in);
    item->db = bytes_be16(in);
    item->area = bytes_u8(in);
    item->address = bytes_be24(in);
    if (wants_items(p)) emit_any(p, item, left);
    return bytes_ok(in);
}

/* Several stretches of data blocks at once (S7-400); the first one stands for all. */
static bool parse_dbread(struct pdu *p, struct bytes *in, struct s7_item *item)
{
    uint8_t areas = bytes_u8(in);
    emit_uint(p, F_DBREAD_AREAS, areas);
    for (unsigned i = 0; i < areas; i++) {
        uint8_t length = bytes_u8(in);
        uint16_t db = bytes_be16(in), start = bytes_be16(in);
        if (!bytes_ok(in)) return false;
        emit_uint(p, F_DBREAD_LENGTH, length);
        emit_uint(p, F_DBREAD_DB, db);
        emit_uint(p, F_DBREAD_START, start);
        if (i) continue;
        item->area = AREA_DB;
        item->size = SIZE_BYTE;
        item->db = db;
        item->count = length;
        item->address = start * 8u;
    }
    return bytes_ok(in);
}

/* S7-1200/1500: an area or DB, a checksum of the symbol, then the path of local identifiers. */
static bool parse_symbol(struct pdu *p, struct bytes *in, uint8_t length, struct s7_item *item)
{
    enum { AREA1_DB = 0x8a0e, AREA1_CLASSIC = 0 };
    bytes_skip(in, 1);
    uint16_t area1 = bytes_be16(in), area2 = bytes_be16(in);
    uint32_t crc = bytes_be32(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_SYMBOL_AREA1, area1);
    if (area1 == AREA1_DB)
        emit_uint(p, F_SYMBOL_DB, area2);
    else
        emit_uint(p, area1 == AREA1_CLASSIC ? F_SYMBOL_AREA2 : F_SYMBOL_AREA2_UNKNOWN, area2);
    emit_uint(p, F_SYMBOL_CRC, crc);
    item->area = area1 == AREA1_DB ? AREA_DB : (uint8_t)area2;
    item->db = area1 == AREA1_DB ? area2 : 0;
    for (unsigned i = 0; i < (length - 10u) / 4; i++) {
        uint32_t lid = bytes_be32(in);
        if (!bytes_ok(in)) return false;
        emit_uint(p, F_SYMBOL_FLAGS, lid >> 28);
        emit_uint(p, F_SYMBOL_VALUE, lid & 0x0fffffff);
        if (!i) item->address = lid & 0x0fffffff;
    }
    return true;
}

static bool parse_nck(struct pdu *p, struct bytes *in, struct s7_item *item)
{
    item->extra = bytes_u8(in);
    uint16_t column = bytes_be16(in), line = bytes_be16(in);
    item->area = bytes_u8(in);
    item->count = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_NCK_AREA, item->extra >> 5);
    emit_uint(p, F_NCK_UNIT, item->extra & 0x1f);
    emit_uint(p, F_NCK_COLUMN, column);
    emit_uint(p, F_NCK_LINE, line);
    emit_uint(p, F_NCK_MODULE, item->area);
    emit_uint(p, F_NCK_LINES, item->count);
    item->address = (uint32_t)column << 16 | line;
    return true;
}

static bool parse_drive(struct pdu *p, struct bytes *in, struct s7_item *item)
{
    bytes_skip(in, 5);
    uint16_t number = bytes_be16(in), index = bytes_be16(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_DRIVE_PARAMETER, number);
    emit_uint(p, F_DRIVE_INDEX, index);
    item->address = number;
    item->count = index;
    return true;
}

bool s7_parse_item(struct pdu *p, struct bytes *in, struct s7_item *item)
{
    *item = (struct s7_item){0};
    uint8_t specification = bytes_u8(in), length = bytes_u8(in);
    item->syntax = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_ITEM_SPEC, specification);
    emit_uint(p, F_ITEM_SPEC_LENGTH, length);
    emit_uint(p, F_SYNTAX_ID, item->syntax);
    if (specification == SPECIFICATION) {
        switch (item->syntax) {
        case SYNTAX_ANY:
            if (length == 10) return parse_any(p, in, item);
            break;
        case SYNTAX_DBREAD:
            if (length >= 7) return parse_dbread(p, in, item);
            break;
        case SYNTAX_SYMBOL:
            if (length >= 14) return parse_symbol(p, in, length, item);
            break;
        case SYNTAX_NCK:
        case SYNTAX_NCK_METRIC:
        case SYNTAX_NCK_INCH:
            if (length == 8) return parse_nck(p, in, item);
            break;
        case SYNTAX_DRIVE:
            if (length == 10) return parse_drive(p, in, item);
            break;
        }
    }
    message_anomaly(p, A_UNKNOWN_SYNTAX);
    item->syntax = 0;
    bytes_skip(in, length ? length - 1u : 0);
    return bytes_ok(in);
}

void s7_parse_items(struct pdu *p, struct bytes *in, uint8_t count, struct s7_memory *memory)
{
    memory->count = 0;
    for (unsigned i = 0; i < count; i++) {
        struct s7_item item;
        size_t before = bytes_left(in);
        if (!s7_parse_item(p, in, &item)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        if (memory->count < S7_ITEMS) memory->items[memory->count++] = item;
        bool odd = (before - bytes_left(in)) & 1;
        if (odd && i + 1u < count) bytes_skip(in, 1);
    }
}

/* Octets that a data unit of this size and length field takes: of bits, lengths are in bits. */
static uint32_t octets_of(uint8_t size, uint16_t length)
{
    enum { BIT = 3, BYTES = 4, INTEGER = 5 };
    return size == BIT || size == BYTES || size == INTEGER ? (length + 7u) / 8 : length;
}

/* Sinumerik answers some reads with a list of addresses in place of data. */
static uint8_t parse_nck_addresses(struct pdu *p, struct bytes *in, uint8_t count)
{
    uint8_t code = bytes_u8(in), size = bytes_u8(in);
    struct s7_memory addresses;
    emit_uint(p, F_RETURN_CODE, code);
    emit_uint(p, F_DATA_SIZE, size);
    s7_parse_items(p, in, count, &addresses);
    s7_emit_objects(p, &addresses);
    return code == S7_RETURN_RESERVED ? S7_RETURN_OK : code;
}

uint8_t s7_parse_values(struct pdu *p, struct bytes *in, uint8_t count, const struct s7_memory *names)
{
    enum { NCK_ADDRESS_1 = 17, NCK_ADDRESS_2 = 18 };
    uint8_t size = bytes_peek(in, 1), worst = S7_RETURN_OK;
    if (size == NCK_ADDRESS_1 || size == NCK_ADDRESS_2) return parse_nck_addresses(p, in, count);
    bool named = names && wants_object(p);
    uint32_t length = 0;
    for (unsigned i = 0; i < count && !bytes_empty(in); i++) {
        uint8_t code = bytes_u8(in), own_size = bytes_u8(in);
        uint16_t own_length = bytes_be16(in);
        /* Other codes carry neither size nor length: what is shown is the one before's, as Wireshark does. */
        if (code == S7_RETURN_OK || code == S7_RETURN_RESERVED || code == S7_RETURN_NO_OBJECT) {
            size = own_size;
            length = octets_of(own_size, own_length);
        }
        emit_uint(p, F_RETURN_CODE, code);
        emit_uint(p, F_DATA_SIZE, size);
        emit_uint(p, F_DATA_ITEM_LENGTH, length);
        bool good = code == S7_RETURN_OK || code == S7_RETURN_RESERVED;
        if (!good && worst == S7_RETURN_OK) worst = code;
        if (!good) continue;
        struct bytes data = bytes_take(in, length);
        if (!bytes_ok(&data)) {
            message_anomaly(p, A_TRUNCATED);
            break;
        }
        emit_bytes(p, F_RESPONSE_DATA, data);
        if (named && i < names->count) {
            s7_emit_object(p, &names->items[i]);
            s7_emit_value(p, &names->items[i], data);
        }
        if (length & 1 && i + 1u < count) bytes_skip(in, 1);
    }
    return worst;
}
