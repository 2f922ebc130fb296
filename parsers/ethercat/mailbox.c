/* SPDX-License-Identifier: Apache-2.0 */
/* EtherCAT's mailbox: what it carries, files (FoE), servo drives (SoE). Follows ETG.1000.6 clause 5. */
#include "parsers/ethercat/ethercat.h"

enum { MAILBOX_HEADER = 6, MAILBOX_ERROR = 0, AOE, EOE, COE, FOE, SOE };

const struct value_name ethercat_mailbox_types[] = {
    {0, "错误", "Error"},    {1, "厂商AoE", "AoE"},   {2, "以太网(EoE)", "EoE"}, {3, "CANopen(CoE)", "CoE"},
    {4, "文件(FoE)", "FoE"}, {5, "伺服(SoE)", "SoE"}, {15, "厂商自定义", "VoE"}, {0, NULL, NULL}};
/* Table 29 and on: length, station, channel and priority, type and counter. */
struct mailbox {
    uint16_t length, address;
    uint8_t type;
    struct bytes body;
};

static bool take(struct bytes in, struct mailbox *m)
{
    m->length = bytes_le16(&in);
    m->address = bytes_le16(&in);
    uint8_t channel = bytes_u8(&in), type = bytes_u8(&in);
    m->type = type & 15;
    if (!bytes_ok(&in) || channel & 0x3f || type & 0x80 || m->length < 2 || m->length > bytes_left(&in)) return false;
    m->body = bytes_take(&in, m->length);
    return m->type <= SOE || m->type == 15;
}

bool ethercat_is_mailbox(struct bytes data)
{
    struct mailbox m;
    return bytes_left(&data) > MAILBOX_HEADER && take(data, &m);
}

uint32_t ethercat_mailbox_operation(struct bytes data)
{
    static const uint32_t files[] = {OP_MAILBOX,   OP_FILE_READ,  OP_FILE_WRITE, OP_FILE_DATA,
                                     OP_FILE_DATA, OP_FILE_ERROR, OP_FILE_DATA};
    static const uint32_t drives[] = {OP_MAILBOX,     OP_DRIVE_READ,   OP_DRIVE_READ,   OP_DRIVE_WRITE,
                                      OP_DRIVE_WRITE, OP_DRIVE_NOTIFY, OP_DRIVE_NOTIFY, OP_MAILBOX};
    struct mailbox m;
    if (!take(data, &m)) return OP_MAILBOX;
    uint8_t code = bytes_peek(&m.body, 0);
    switch (m.type) {
    case MAILBOX_ERROR:
        return OP_MAILBOX_ERROR;
    case EOE:
        return OP_ETHERNET;
    case COE:
        return ethercat_coe_operation(m.body);
    case FOE:
        return code < COUNT_OF(files) ? files[code] : OP_MAILBOX;
    case SOE:
        return drives[code & 7];
    default:
        return OP_MAILBOX;
    }
}

const struct value_name ethercat_foe_services[] = {{1, "读请求", "Read request"},
                                                   {2, "写请求", "Write request"},
                                                   {3, "数据", "Data"},
                                                   {4, "确认", "Acknowledgement"},
                                                   {5, "错误", "Error"},
                                                   {6, "忙", "Busy"},
                                                   {0, NULL, NULL}};
const struct value_name ethercat_soe_services[] = {{1, "读请求", "Read request"},
                                                   {2, "读应答", "Read response"},
                                                   {3, "写请求", "Write request"},
                                                   {4, "写应答", "Write response"},
                                                   {5, "通知", "Notification"},
                                                   {6, "紧急", "Emergency"},
                                                   {0, NULL, NULL}};

/* Clause 5.8: requests name the file behind a password; an error may say why. */
static void foe(struct pdu *p, struct bytes in)
{
    enum { READ = 1, WRITE, DATA, ACKNOWLEDGEMENT, ERROR, BUSY };
    uint8_t code = bytes_u8(&in);
    bytes_skip(&in, 1);
    uint32_t number = code == BUSY ? bytes_le16(&in) : bytes_le32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_FOE_SERVICE, code);
    switch (code) {
    case READ:
    case WRITE: {
        emit_uint(p, F_FOE_PASSWORD, number);
        emit_text(p, F_FOE_NAME, in);
        message_object_text(p, bytes_trimmed(in));
        break;
    }
    case DATA:
    case ACKNOWLEDGEMENT:
        emit_uint(p, F_FOE_PACKET, number);
        break;
    case ERROR:
        emit_uint(p, F_FOE_ERROR, number);
        emit_text(p, F_FOE_ERROR_TEXT, in);
        message_status(p, STATUS_REFUSED, 0);
        break;
    }
}

/* Clause 5.9: operation, drive and error in one octet, the elements meant in the next, then the parameter's number. */
static void soe(struct pdu *p, struct bytes in)
{
    enum { MORE_FOLLOWS = 8, FAILED = 0x10 };
    uint8_t flags = bytes_u8(&in);
    bytes_skip(&in, 1);
    uint16_t number = bytes_le16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SOE_SERVICE, flags & 7);
    emit_uint(p, F_SOE_DRIVE, flags >> 5);
    emit_uint(p, F_SOE_FAILED, (flags & FAILED) != 0);
    if (flags & MORE_FOLLOWS) {
        emit_uint(p, F_SOE_LEFT, number);
        return;
    }
    emit_uint(p, F_SOE_NUMBER, number);
    message_object(p, "%c-%u-%04u", number & 0x8000 ? 'P' : 'S', number >> 12 & 7, number & 0xfff);
    if (!(flags & FAILED)) return;
    uint16_t error = bytes_le16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_SOE_ERROR, error);
    message_status(p, STATUS_REFUSED, 0);
}

void ethercat_mailbox(struct pdu *p, struct bytes data)
{
    struct mailbox m;
    if (!take(data, &m)) return;
    emit_uint(p, F_MAILBOX_LENGTH, m.length);
    emit_uint(p, F_MAILBOX_ADDRESS, m.address);
    emit_uint(p, F_MAILBOX_TYPE, m.type);
    if (m.type == COE)
        ethercat_coe(p, m.body);
    else if (m.type == FOE)
        foe(p, m.body);
    else if (m.type == SOE)
        soe(p, m.body);
    else if (m.type == AOE)
        pdu_carry(p, OVER_ETHERCAT, m.body);
}
