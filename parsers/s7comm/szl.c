/* SPDX-License-Identifier: Apache-2.0 */
/* System status lists (SZL) of S7 CPUs, and who they say the device is.
 * Follows Siemens "System Software for S7-300/400, System and Standard Functions", chapter "System Status Lists". */
#include "parsers/s7comm/s7comm.h"

enum { SIEMENS = 0x002a, MODULE_RECORD = 28, COMPONENT_RECORD = 34, SZL_HEADER = 8 };

/* SZL xy11: order number, module type and version; index 1 the module, 6 its hardware, 7 its firmware. */
static void parse_module(struct pdu *p, struct bytes in, bool shown)
{
    enum { MODULE = 1, HARDWARE = 6, FIRMWARE = 7 };
    uint16_t index = bytes_be16(&in);
    struct bytes order = bytes_take(&in, 20);
    uint16_t type = bytes_be16(&in), version = bytes_be16(&in), release = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    if (shown) {
        emit_uint(p, F_MODULE_INDEX, index);
        emit_text(p, F_MODULE_ORDER, order);
        emit_uint(p, F_MODULE_TYPE, type);
        emit_uint(p, F_MODULE_VERSION, version);
        emit_uint(p, F_MODULE_RELEASE, release);
    }
    if (index == MODULE) {
        message_identity(p, IDENTITY_ORDER_NUMBER, bytes_trimmed(order));
        if (bytes_starts(&order, "6ES7") || bytes_starts(&order, "6GK7"))
            message_identity(p, IDENTITY_VENDOR, bytes_over("Siemens", 7));
    } else if (index == HARDWARE) {
        message_identity_format(p, IDENTITY_HARDWARE, "%u", version & 0xff);
    } else if (index == FIRMWARE && version >> 8 == 'V') {
        message_identity_format(p, IDENTITY_FIRMWARE, "V%u.%u.%u", version & 0xff, release >> 8, release & 0xff);
    }
}

/* SZL xy1C: names and numbers of a station's components, one record for each. */
static void parse_component(struct pdu *p, struct bytes in)
{
    uint16_t index = bytes_be16(&in);
    struct bytes text = bytes_take(&in, 24), rest = bytes_take(&in, 8), whole = bytes_over(text.at, 32);
    if (!bytes_ok(&rest)) return;
    emit_uint(p, F_COMPONENT_INDEX, index);
    switch (index & 0x0fff) { /* the upper half tells the CPU of an H system */
    case 1:
        emit_text(p, F_STATION_NAME, text);
        message_identity(p, IDENTITY_NAME, bytes_trimmed(bytes_cstring(&text)));
        break;
    case 2:
        emit_text(p, F_MODULE_NAME, text);
        break;
    case 3:
        emit_text(p, F_PLANT_TAG, whole);
        message_identity(p, IDENTITY_LOCATION, bytes_trimmed(bytes_cstring(&whole)));
        break;
    case 4:
        emit_text(p, F_COPYRIGHT, bytes_take(&whole, 26));
        break;
    case 5:
        emit_text(p, F_SERIAL_NUMBER, text);
        message_identity(p, IDENTITY_SERIAL, bytes_trimmed(bytes_cstring(&text)));
        break;
    case 7:
        emit_text(p, F_CPU_TYPE, whole);
        message_identity(p, IDENTITY_MODEL, bytes_trimmed(bytes_cstring(&whole)));
        message_identity(p, IDENTITY_ROLE, bytes_over("plc", 3));
        break;
    case 8:
        emit_text(p, F_CARD_SERIAL, whole);
        break;
    case 9: {
        uint16_t manufacturer = bytes_be16(&whole);
        emit_uint(p, F_MANUFACTURER, manufacturer);
        if (manufacturer == SIEMENS) message_identity(p, IDENTITY_VENDOR, bytes_over("Siemens", 7));
        break;
    }
    case 10:
        emit_text(p, F_OEM_COPYRIGHT, bytes_take(&whole, 26));
        break;
    case 11:
        emit_text(p, F_LOCATION, whole);
        message_identity(p, IDENTITY_LOCATION, bytes_trimmed(bytes_cstring(&whole)));
        break;
    }
}

static void parse_records(struct pdu *p, struct bytes in, uint16_t id, uint16_t index, uint16_t length, uint16_t count)
{
    uint8_t list = (uint8_t)id;
    for (unsigned i = 0; i < count && length; i++) {
        struct bytes record = bytes_take(&in, length);
        if (!bytes_ok(&record)) return; /* CPUs send less than they announce when the list does not fit */
        if (list == 0x11 && length == MODULE_RECORD)
            parse_module(p, record, (id == 0x0011 || id == 0x0111) && index <= 1);
        else if (list == 0x1c && length == COMPONENT_RECORD)
            parse_component(p, record);
        else if (list == 0xa0)
            s7_parse_diagnostic(p, &record);
    }
}

void s7_parse_szl(struct pdu *p, const struct s7_userdata *u, struct bytes in)
{
    if (u->type == S7_RESPONSE && u->return_code != S7_RETURN_OK) return;
    uint16_t id = bytes_be16(&in);
    if (!bytes_ok(&in) || u->type == S7_PUSH) return;
    emit_uint(p, F_SZL_ID, id);
    uint16_t index = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SZL_INDEX, index);
    message_object(p, "SZL 0x%04x/0x%04x", id, index);
    if (u->type == S7_REQUEST) return;
    uint16_t length = bytes_be16(&in), count = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SZL_LENGTH, length);
    emit_uint(p, F_SZL_COUNT, count);
    uint8_t list = (uint8_t)id;
    bool header_only = (id >> 8 & 15) == 15;
    if (!header_only && (list == 0x11 || list == 0x1c || list == 0xa0)) parse_records(p, in, id, index, length, count);
}
