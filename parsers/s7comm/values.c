/* SPDX-License-Identifier: Apache-2.0 */
/* S7 variables as an engineer writes them ("DB10.DBW4", "M10.0", "P#DB1.DBX0.0 BYTE 20"), and their values.
 * Follows IEC 61131-3 as STEP 7 spells it (mnemonics of the international setting). */
#include "parsers/s7comm/s7comm.h"

#include <stdio.h>

enum { BIT = 1, BYTE, CHAR, WORD, INT, DWORD, DINT, REAL, DATE, TOD, TIME, S5TIME, DT = 15, COUNTER = 28, TIMER = 29 };
enum { AREA_DB = 0x84, AREA_DI = 0x85, AREA_COUNTER = 28, AREA_TIMER = 29 };
enum { LONGEST_DUMP = 64 };

static const char *area_letter(uint8_t area)
{
    switch (area) {
    case 0x03:
        return "SI";
    case 0x05:
        return "SM";
    case 0x06:
        return "AI";
    case 0x07:
        return "AQ";
    case 0x1e:
        return "C";
    case 0x1f:
        return "T";
    case 0x50:
    case 0x81:
        return "I";
    case 0x51:
    case 0x82:
        return "Q";
    case 0x52:
    case 0x83:
        return "M";
    case 0x80:
        return "P";
    case 0x86:
        return "L";
    case 0x87:
        return "V";
    default:
        return "?";
    }
}

static char width_letter(uint8_t size)
{
    switch (size) {
    case BYTE:
    case CHAR:
        return 'B';
    case WORD:
    case INT:
    case DATE:
    case S5TIME:
        return 'W';
    case DWORD:
    case DINT:
    case REAL:
    case TOD:
    case TIME:
        return 'D';
    default:
        return 0;
    }
}

static const char *size_word(uint8_t size)
{
    for (const struct value_name *n = s7_size_names; n->en; n++)
        if (n->value == size) return n->en;
    return "?";
}

static void emit_any(struct pdu *p, const struct s7_item *item)
{
    unsigned octet = item->address >> 3, bit = item->address & 7;
    const char *block = item->area == AREA_DB ? "DB" : item->area == AREA_DI ? "DI" : NULL;
    char width = width_letter(item->size);
    if (item->area == AREA_TIMER || item->area == AREA_COUNTER) {
        char letter = item->area == AREA_TIMER ? 'T' : 'C';
        if (item->count > 1)
            message_object(p, "%c%u..%c%u", letter, item->address, letter, item->address + item->count - 1u);
        else
            message_object(p, "%c%u", letter, item->address);
    } else if (item->area == 0x01) {
        message_object(p, "RECORD 0x%04x ID %u", item->db, item->address);
    } else if (item->count == 1 && item->size == BIT) {
        if (block)
            message_object(p, "%s%u.%sX%u.%u", block, item->db, block, octet, bit);
        else
            message_object(p, "%s%u.%u", area_letter(item->area), octet, bit);
    } else if (item->count == 1 && width && !bit) {
        if (block)
            message_object(p, "%s%u.%s%c%u", block, item->db, block, width, octet);
        else
            message_object(p, "%s%c%u", area_letter(item->area), width, octet);
    } else if (block) {
        message_object(p, "P#%s%u.%sX%u.%u %s %u", block, item->db, block, octet, bit, size_word(item->size),
                       item->count);
    } else {
        message_object(p, "P#%s%u.%u %s %u", area_letter(item->area), octet, bit, size_word(item->size), item->count);
    }
}

void s7_emit_object(struct pdu *p, const struct s7_item *item)
{
    static const char nck_areas[] = "NBCATVHM";
    switch (item->syntax) {
    case 0x10:
    case 0xb0:
        emit_any(p, item);
        break;
    case 0x82:
    case 0x83:
    case 0x84:
        message_object(p, "NCK %c%u module 0x%02x column %u line %u", nck_areas[item->extra >> 5], item->extra & 0x1f,
                       item->area, item->address >> 16, item->address & 0xffff);
        break;
    case 0xa2:
        message_object(p, "drive parameter %u[%u]", item->address, item->count);
        break;
    case 0xb2:
        if (item->area == AREA_DB)
            message_object(p, "DB%u LID %u", item->db, item->address);
        else
            message_object(p, "%s LID %u", area_letter(item->area), item->address);
        break;
    default:
        message_object(p, "?");
        break;
    }
}

void s7_emit_objects(struct pdu *p, const struct s7_memory *memory)
{
    if (!wants_object(p)) return;
    for (unsigned i = 0; i < memory->count; i++) s7_emit_object(p, &memory->items[i]);
}

static void emit_dump(struct pdu *p, struct bytes data)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = bytes_left(&data) < LONGEST_DUMP ? bytes_left(&data) : LONGEST_DUMP;
    uint8_t *text = pdu_scratch(p, n * 2);
    if (!text) return;
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = (uint8_t)digits[bytes_peek(&data, i) >> 4];
        text[2 * i + 1] = (uint8_t)digits[bytes_peek(&data, i) & 15];
    }
    message_value_text(p, bytes_over(text, n * 2));
}

void s7_emit_value(struct pdu *p, const struct s7_item *item, struct bytes data)
{
    size_t length = bytes_left(&data);
    uint8_t size = item->syntax == 0x10 && item->count == 1 ? item->size : 0;
    if (item->syntax == 0x10 && item->size == CHAR) {
        message_value_text(p, data);
    } else if (length == 1 && (size == BIT || size == BYTE)) {
        message_value_int(p, bytes_u8(&data));
    } else if (length == 2 && size == INT) {
        message_value_int(p, (int16_t)bytes_be16(&data));
    } else if (length == 2 && (size == WORD || size == S5TIME || size == DATE || size == COUNTER || size == TIMER)) {
        message_value_int(p, bytes_be16(&data));
    } else if (length == 4 && size == REAL) {
        message_value_double(p, (double)bytes_be_float(&data));
    } else if (length == 4 && (size == DINT || size == TIME)) {
        message_value_int(p, (int32_t)bytes_be32(&data));
    } else if (length == 4 && (size == DWORD || size == TOD)) {
        message_value_int(p, bytes_be32(&data));
    } else {
        emit_dump(p, data);
    }
}

static unsigned from_bcd(uint8_t octet) { return octet / 16u * 10 + octet % 16u; }

bool s7_clock_text(struct bytes *in, bool with_century, char out[32])
{
    if (with_century) bytes_skip(in, 2); /* some CPUs send a wrong century: the year alone is trusted */
    unsigned year = from_bcd(bytes_u8(in)), month = from_bcd(bytes_u8(in)), day = from_bcd(bytes_u8(in));
    unsigned hour = from_bcd(bytes_u8(in)), minute = from_bcd(bytes_u8(in)), second = from_bcd(bytes_u8(in));
    unsigned milliseconds = from_bcd(bytes_u8(in)) * 10 + (bytes_u8(in) >> 4);
    if (!bytes_ok(in) || !month || month > 12 || day > 31 || hour > 23 || minute > 59 || second > 59) return false;
    snprintf(out, 32, "%u-%02u-%02u %02u:%02u:%02u.%03u", (year < 90 ? 2000 : 1900) + year, month, day, hour, minute,
             second, milliseconds % 1000);
    return true;
}
