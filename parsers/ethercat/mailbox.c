/* SPDX-License-Identifier: Apache-2.0 */
/* EtherCAT's mailbox: CANopen objects (CoE), files (FoE), servo drives (SoE). Follows ETG.1000.6 clause 5. */
#include "parsers/ethercat/ethercat.h"

enum { MAILBOX_HEADER = 6, MAILBOX_ERROR = 0, AOE, EOE, COE, FOE, SOE };
enum { COE_EMERGENCY = 1, COE_SDO_REQUEST, COE_SDO_RESPONSE, COE_INFORMATION = 8 };
enum { SDO_ABORT = 4 };

const struct value_name ethercat_mailbox_types[] = {
    {0, "错误", "Error"},    {1, "厂商AoE", "AoE"},   {2, "以太网(EoE)", "EoE"}, {3, "CANopen(CoE)", "CoE"},
    {4, "文件(FoE)", "FoE"}, {5, "伺服(SoE)", "SoE"}, {15, "厂商自定义", "VoE"}, {0, NULL, NULL}};
const struct value_name ethercat_coe_services[] = {{1, "紧急报文", "Emergency"},
                                                   {2, "SDO请求", "SDO request"},
                                                   {3, "SDO应答", "SDO response"},
                                                   {4, "TxPDO", "TxPDO"},
                                                   {5, "RxPDO", "RxPDO"},
                                                   {6, "TxPDO远程请求", "TxPDO remote"},
                                                   {7, "RxPDO远程请求", "RxPDO remote"},
                                                   {8, "SDO信息", "SDO information"},
                                                   {0, NULL, NULL}};
const struct value_name ethercat_sdo_requests[] = {{0, "分段下载", "Download segment"},
                                                   {1, "下载", "Initiate download"},
                                                   {2, "上传", "Initiate upload"},
                                                   {3, "分段上传", "Upload segment"},
                                                   {4, "中止", "Abort"},
                                                   {0, NULL, NULL}};

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

static uint32_t coe_operation(struct bytes body)
{
    unsigned service = bytes_le16(&body) >> 12, command = bytes_u8(&body) >> 5;
    static const uint32_t requests[] = {OP_SDO_SEGMENT, OP_SDO_DOWNLOAD, OP_SDO_UPLOAD, OP_SDO_UPLOAD_SEGMENT,
                                        OP_SDO_ABORT};
    static const uint32_t responses[] = {OP_SDO_UPLOAD_SEGMENT, OP_SDO_SEGMENT, OP_SDO_UPLOAD, OP_SDO_DOWNLOAD,
                                         OP_SDO_ABORT};
    switch (service) {
    case COE_EMERGENCY:
        return OP_EMERGENCY;
    case COE_SDO_REQUEST:
        return command < COUNT_OF(requests) ? requests[command] : OP_MAILBOX;
    case COE_SDO_RESPONSE:
        return command < COUNT_OF(responses) ? responses[command] : OP_MAILBOX;
    case COE_INFORMATION:
        return OP_SDO_INFORMATION;
    default:
        return OP_MAILBOX;
    }
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
        return coe_operation(m.body);
    case FOE:
        return code < COUNT_OF(files) ? files[code] : OP_MAILBOX;
    case SOE:
        return drives[code & 7];
    default:
        return OP_MAILBOX;
    }
}

/* ETG.1000.6 clause 5.6.2: command, index, subindex, four octets or the length of what follows. */
static void sdo(struct pdu *p, struct bytes in, bool request)
{
    uint8_t command = bytes_u8(&in), specifier = command >> 5;
    emit_uint(p, F_SDO_REQUEST, specifier);
    bool expedited = command & 2;
    bool segment = request ? specifier == 0 || specifier == 3 : specifier < 2;
    if (segment) return;
    uint16_t index = bytes_le16(&in);
    uint8_t sub = bytes_u8(&in);
    uint32_t value = bytes_le32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SDO_INDEX, index);
    emit_uint(p, F_SDO_SUB_INDEX, sub);
    if (specifier == SDO_ABORT) {
        emit_uint(p, F_SDO_ABORT, value);
        message_status(p, STATUS_REFUSED, 0);
    } else if (!request) {
        message_status(p, STATUS_OK, 0);
    }
    if (!wants_object(p)) return;
    message_object(p, "0x%04X:%02X", index, sub);
    bool carries = specifier != SDO_ABORT && (request ? specifier == 1 : specifier == 2);
    if (!carries) return;
    unsigned unused = command & 1 ? command >> 2 & 3 : 0;
    if (expedited) message_value_int(p, (int64_t)(value & (UINT32_MAX >> unused * 8)));
}

static void coe(struct pdu *p, struct bytes in)
{
    uint16_t head = bytes_le16(&in);
    unsigned service = head >> 12;
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_COE_NUMBER, head & 0x1ff);
    emit_uint(p, F_COE_SERVICE, service);
    if (service == COE_SDO_REQUEST || service == COE_SDO_RESPONSE) sdo(p, in, service == COE_SDO_REQUEST);
}

/* Clause 5.8: read and write requests name the file behind a password. */
static void foe(struct pdu *p, struct bytes in)
{
    uint8_t code = bytes_u8(&in);
    bytes_skip(&in, 5);
    if (!bytes_ok(&in) || code < 1 || code > 2) return;
    struct bytes name = bytes_cstring(&in);
    emit_text(p, F_FOE_NAME, name);
    if (wants_object(p)) message_object_text(p, name);
}

static void soe(struct pdu *p, struct bytes in)
{
    uint8_t flags = bytes_u8(&in);
    bytes_skip(&in, 1); /* elements */
    uint16_t number = bytes_le16(&in);
    if (!bytes_ok(&in) || !wants_object(p)) return;
    message_object(p, "%c-%u-%04u", number & 0x8000 ? 'P' : 'S', number >> 12 & 7, number & 0xfff);
    if (flags & 0x10) message_status(p, STATUS_REFUSED, 0);
}

void ethercat_mailbox(struct pdu *p, struct bytes data)
{
    struct mailbox m;
    if (!take(data, &m)) return;
    emit_uint(p, F_MAILBOX_LENGTH, m.length);
    emit_uint(p, F_MAILBOX_ADDRESS, m.address);
    emit_uint(p, F_MAILBOX_TYPE, m.type);
    if (m.type == COE)
        coe(p, m.body);
    else if (m.type == FOE)
        foe(p, m.body);
    else if (m.type == SOE)
        soe(p, m.body);
    else if (m.type == AOE)
        pdu_carry(p, OVER_ETHERCAT, m.body);
}
