/* SPDX-License-Identifier: Apache-2.0 */
/* The data of HART answers that name a device or carry process values (HCF_SPEC-127, universal commands). */
#include "parsers/hart_ip/hart_ip.h"

enum { EXPANDED_DEVICE_TYPE = 254, TAG_PACKED = 6, TAG = 8, UNSET_NAN_MASK = 0x7f800000 };

/* Commands 0, 11, 21: clause 6.1. */
static void unique_identifier(struct pdu *p, struct bytes in)
{
    uint8_t expansion = bytes_u8(&in);
    uint16_t type = bytes_be16(&in);
    bytes_skip(&in, 1);
    uint8_t universal = bytes_u8(&in), revision = bytes_u8(&in), software = bytes_u8(&in), hardware = bytes_u8(&in);
    bytes_skip(&in, 1);
    uint32_t serial = bytes_be24(&in);
    if (!bytes_ok(&in) || expansion != EXPANDED_DEVICE_TYPE) return;
    uint16_t manufacturer = type >> 8;
    if (bytes_left(&in) >= 7) { /* HART 7: the manufacturer has two bytes of its own */
        bytes_skip(&in, 5);
        manufacturer = bytes_be16(&in);
    }
    const char *vendor = NULL;
    for (const struct value_name *n = hart_ip_manufacturer_names; n->en; n++)
        if (n->value == manufacturer) vendor = n->en;
    if (vendor) message_identity_format(p, IDENTITY_VENDOR, "%s", vendor);
    if (!vendor) message_identity_format(p, IDENTITY_VENDOR, "HART 0x%04X", manufacturer);
    message_identity_format(p, IDENTITY_MODEL, "HART %u device type 0x%04X rev %u", universal, type, revision);
    message_identity_format(p, IDENTITY_FIRMWARE, "%u", software);
    message_identity_format(p, IDENTITY_HARDWARE, "%u", hardware >> 3);
    message_identity_format(p, IDENTITY_SERIAL, "%06X", serial);
}

/* Packed ASCII, HCF_SPEC-127 clause 5.1.2: four characters in three bytes, bit 6 the inverse of bit 5. */
static void tag(struct pdu *p, struct bytes in)
{
    struct bytes packed = bytes_take(&in, TAG_PACKED);
    uint8_t *text = pdu_scratch(p, TAG);
    if (!bytes_ok(&in) || !text) return;
    for (unsigned i = 0; i < TAG; i += 4) {
        uint32_t three = bytes_be24(&packed);
        for (unsigned j = 0; j < 4; j++) {
            uint8_t six = three >> (18 - 6 * j) & 0x3f;
            text[i + j] = (uint8_t)(six | (six & 0x20 ? 0 : 0x40));
        }
    }
    struct bytes name = bytes_trimmed(bytes_over(text, TAG));
    if (!bytes_empty(&name)) message_identity(p, IDENTITY_NAME, name);
}

static void value(struct pdu *p, const char *name, struct bytes *in)
{
    uint32_t bits = bytes_be32(in);
    if (!bytes_ok(in) || (bits & UNSET_NAN_MASK) == UNSET_NAN_MASK) return;
    message_object(p, "%s", name);
    message_value_double(p, (double)bytes_to_float(bits));
}

/* Commands 1 and 3: variables, each behind its unit. */
static void variables(struct pdu *p, struct bytes in)
{
    static const char *const names[] = {"PV", "SV", "TV", "QV"};
    for (unsigned i = 0; i < COUNT_OF(names) && bytes_left(&in) >= 5; i++) {
        bytes_skip(&in, 1);
        value(p, names[i], &in);
    }
}

void hart_ip_answer(struct pdu *p, uint8_t command, struct bytes data)
{
    switch (command) {
    case 0:
    case 11:
    case 21:
        unique_identifier(p, data);
        return;
    case 13:
        tag(p, data);
        return;
    case 20: {
        struct bytes name = bytes_trimmed(bytes_cstring(&data));
        if (!bytes_empty(&name)) message_identity(p, IDENTITY_NAME, name);
        return;
    }
    default:
        break;
    }
    if (!wants_object(p)) return;
    switch (command) {
    case 1:
        variables(p, data);
        return;
    case 2:
        value(p, "loop current", &data);
        value(p, "percent of range", &data);
        return;
    case 3:
        value(p, "loop current", &data);
        variables(p, data);
        return;
    default:
        return;
    }
}
