/* SPDX-License-Identifier: Apache-2.0 */
/* Tag services of Logix controllers: typed values read from and written to symbols.
 * Follows Logix 5000 Controllers Data Access (Rockwell 1756-PM020), "CIP services supported by Logix controllers". */
#include "parsers/cip/cip.h"

#include <inttypes.h>
#include <stdio.h>

enum { TYPE_STRUCTURE = 0x02a0, ELEMENTS_MOST = 1000 };

bool cip_is_tag_service(uint8_t service, const struct cip_target *target)
{
    bool tag = target->symbolic || target->class == CIP_CLASS_SYMBOL;
    return tag && (service == CIP_READ_TAG || service == CIP_WRITE_TAG || service == CIP_READ_MODIFY_WRITE_TAG ||
                   service == CIP_READ_TAG_FRAGMENTED || service == CIP_WRITE_TAG_FRAGMENTED);
}

static size_t size_of(uint16_t type)
{
    switch (type & 0xff) {
    case 0xc1: /* BOOL */
    case 0xc2: /* SINT */
    case 0xc6: /* USINT */
    case 0xd1: /* BYTE */
        return 1;
    case 0xc3: /* INT */
    case 0xc7: /* UINT */
    case 0xd2: /* WORD */
        return 2;
    case 0xc4: /* DINT */
    case 0xc8: /* UDINT */
    case 0xca: /* REAL */
    case 0xd3: /* DWORD */
        return 4;
    case 0xc5: /* LINT */
    case 0xc9: /* ULINT */
    case 0xcb: /* LREAL */
    case 0xd4: /* LWORD */
        return 8;
    default:
        return 0;
    }
}

static void value_of(struct pdu *p, struct bytes *in, uint16_t type)
{
    switch (type & 0xff) {
    case 0xc2:
        message_value_int(p, (int8_t)bytes_u8(in));
        break;
    case 0xc3:
        message_value_int(p, (int16_t)bytes_le16(in));
        break;
    case 0xc4:
        message_value_int(p, (int32_t)bytes_le32(in));
        break;
    case 0xca:
        message_value_double(p, (double)bytes_le_float(in));
        break;
    case 0xcb:
        message_value_double(p, bytes_le_double(in));
        break;
    default:
        message_value_int(p, (int64_t)bytes_le(in, size_of(type)));
    }
}

/* Values in order; elements after the first are named by their index behind the first one's. */
static void values(struct pdu *p, struct bytes in, uint16_t type, struct bytes path, uint32_t offset)
{
    size_t size = size_of(type);
    struct bytes name = cip_path_name(p, path);
    struct cip_target t = cip_target_of(path);
    size_t whole = bytes_left(&name);
    if (!size) { /* a structure: what it holds only its template tells */
        message_object_text(p, name);
        return;
    }
    bool several = bytes_left(&in) >= 2 * size || offset;
    if (several && whole && bytes_peek(&name, whole - 1) == ']') { /* "Tag[5]" begins at its own index */
        while (whole && bytes_peek(&name, whole - 1) != '[') whole--;
        name = bytes_take(&name, whole - 1);
    }
    for (uint32_t i = offset / (uint32_t)size, n = 0; bytes_left(&in) >= size && n < ELEMENTS_MOST; i++, n++) {
        if (several)
            message_object(p, "%.*s[%u]", (int)bytes_left(&name), (const char *)name.at, t.member + i);
        else
            message_object_text(p, name);
        value_of(p, &in, type);
    }
}

static bool take_type(struct pdu *p, struct bytes *in, uint16_t *type)
{
    *type = bytes_le16(in);
    if (*type == TYPE_STRUCTURE) bytes_skip(in, 2); /* the structure's handle */
    if (!bytes_ok(in)) {
        message_anomaly(p, A_TRUNCATED);
        return false;
    }
    emit_uint(p, F_TAG_TYPE, *type);
    return true;
}

static void read_modify_write(struct pdu *p, struct bytes in, struct bytes path)
{
    uint16_t size = bytes_le16(&in);
    if (size > 8 || bytes_left(&in) < 2u * size || !wants_object(p)) return;
    uint64_t or_mask = bytes_le(&in, size), and_mask = bytes_le(&in, size);
    char *text = (char *)pdu_scratch(p, 64);
    if (!text || !size) return;
    message_object_text(p, cip_path_name(p, path));
    int n = snprintf(text, 64, "OR 0x%0*" PRIx64 " AND 0x%0*" PRIx64, size * 2, or_mask, size * 2, and_mask);
    if (n > 0) message_value_text(p, bytes_over(text, (size_t)n));
}

void cip_tag_request(struct pdu *p, struct bytes in, uint8_t service, struct bytes path)
{
    uint16_t type = 0;
    uint32_t offset = 0;
    bool writes = service == CIP_WRITE_TAG || service == CIP_WRITE_TAG_FRAGMENTED;
    if (service == CIP_READ_MODIFY_WRITE_TAG) {
        read_modify_write(p, in, path);
        return;
    }
    if (writes && !take_type(p, &in, &type)) return;
    uint16_t count = bytes_le16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    emit_uint(p, F_TAG_COUNT, count);
    if (service == CIP_READ_TAG_FRAGMENTED || service == CIP_WRITE_TAG_FRAGMENTED) {
        offset = bytes_le32(&in);
        if (bytes_ok(&in)) emit_uint(p, F_TAG_OFFSET, offset);
    }
    if (!writes || !bytes_ok(&in)) return;
    emit_bytes(p, F_DATA, in);
    if (wants_object(p)) values(p, in, type, path, offset);
}

void cip_tag_response(struct pdu *p, struct bytes in, uint8_t service, struct bytes path)
{
    uint16_t type;
    if (service != CIP_READ_TAG && service != CIP_READ_TAG_FRAGMENTED) return;
    if (!take_type(p, &in, &type)) return;
    emit_bytes(p, F_DATA, in);
    /* Of a continued read the offset was in the request: its pieces are not numbered here. */
    if (service == CIP_READ_TAG && wants_object(p)) values(p, in, type, path, 0);
}
