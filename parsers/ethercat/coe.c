/* SPDX-License-Identifier: Apache-2.0 */
/* CANopen over EtherCAT: service data objects and the dictionary they are listed in. Follows ETG.1000.6 clause 5.6. */
#include "parsers/ethercat/ethercat.h"

enum { COE_EMERGENCY = 1, COE_SDO_REQUEST, COE_SDO_RESPONSE, COE_INFORMATION = 8 };
enum { SDO_ABORT = 4 };

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

const struct value_name ethercat_sdo_responses[] = {{0, "上传分段", "Upload segment"},
                                                    {1, "下载分段", "Download segment"},
                                                    {2, "上传", "Initiate upload"},
                                                    {3, "下载", "Initiate download"},
                                                    {4, "中止", "Abort"},
                                                    {0, NULL, NULL}};
const struct value_name ethercat_information[] = {{1, "对象列表请求", "Get OD list request"},
                                                  {2, "对象列表应答", "Get OD list response"},
                                                  {3, "对象描述请求", "Get object description request"},
                                                  {4, "对象描述应答", "Get object description response"},
                                                  {5, "条目描述请求", "Get entry description request"},
                                                  {6, "条目描述应答", "Get entry description response"},
                                                  {7, "信息错误", "SDO information error"},
                                                  {0, NULL, NULL}};

uint32_t ethercat_coe_operation(struct bytes body)
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

/* ETG.1000.6 clause 5.6.2: command, index, subindex, four octets or the length of what follows. */
static void sdo(struct pdu *p, struct bytes in, bool request)
{
    uint8_t command = bytes_u8(&in), specifier = command >> 5;
    emit_uint(p, request ? F_SDO_REQUEST : F_SDO_RESPONSE, specifier);
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

/* Clause 5.6.3.6: the unit, then values of the entry's own width as far as they are told, then the name. */
static void entry_name(struct pdu *p, uint8_t what, uint16_t bits, struct bytes in)
{
    enum { UNIT = 8, VALUES = 0x70 };
    size_t width = (bits + 7u) / 8;
    if (what & UNIT) bytes_skip(&in, 2);
    for (unsigned told = what & VALUES; told; told &= told - 1) bytes_skip(&in, width);
    if (bytes_ok(&in) && !bytes_empty(&in)) emit_text(p, F_INFORMATION_NAME, in);
}

/* Clause 5.6.3: operation code, fragments left, then by operation. */
static void information(struct pdu *p, struct bytes in)
{
    enum { LIST_REQUEST = 1, LIST, DESCRIPTION_REQUEST, DESCRIPTION, ENTRY_REQUEST, ENTRY, FAILURE };
    uint8_t operation = bytes_u8(&in) & 0x7f;
    bytes_skip(&in, 1);
    uint16_t left = bytes_le16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_INFORMATION, operation);
    emit_uint(p, F_INFORMATION_LEFT, left);
    if (operation == FAILURE) {
        uint32_t error = bytes_le32(&in);
        if (bytes_ok(&in)) emit_uint(p, F_INFORMATION_ERROR, error);
        message_status(p, STATUS_REFUSED, 0);
        return;
    }
    uint16_t first = bytes_le16(&in);
    if (!bytes_ok(&in)) return;
    if (operation == LIST_REQUEST || operation == LIST) {
        emit_uint(p, F_INFORMATION_LIST, first);
        return;
    }
    emit_uint(p, F_INFORMATION_INDEX, first);
    if (operation < ENTRY_REQUEST) message_object(p, "0x%04X", first);
    if (operation == DESCRIPTION) {
        uint16_t type = bytes_le16(&in);
        uint8_t most = bytes_u8(&in), kind = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_INFORMATION_TYPE, type);
        emit_uint(p, F_INFORMATION_MOST, most);
        emit_uint(p, F_INFORMATION_KIND, kind);
        emit_text(p, F_INFORMATION_NAME, in);
    } else if (operation == ENTRY_REQUEST || operation == ENTRY) {
        uint8_t sub = bytes_u8(&in), what = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_INFORMATION_SUB_INDEX, sub);
        emit_uint(p, F_INFORMATION_WHAT, what);
        message_object(p, "0x%04X:%02X", first, sub);
        if (operation == ENTRY_REQUEST) return;
        uint16_t type = bytes_le16(&in), bits = bytes_le16(&in), access = bytes_le16(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_INFORMATION_TYPE, type);
        emit_uint(p, F_INFORMATION_BITS, bits);
        emit_uint(p, F_INFORMATION_ACCESS, access);
        entry_name(p, what, bits, in);
    }
}

static void emergency(struct pdu *p, struct bytes in)
{
    uint16_t code = bytes_le16(&in);
    if (!bytes_ok(&in)) return;
    message_object(p, "emergency");
    message_value_int(p, code);
}

void ethercat_coe(struct pdu *p, struct bytes in)
{
    uint16_t head = bytes_le16(&in);
    unsigned service = head >> 12;
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_COE_NUMBER, head & 0x1ff);
    emit_uint(p, F_COE_SERVICE, service);
    if (service == COE_SDO_REQUEST || service == COE_SDO_RESPONSE) sdo(p, in, service == COE_SDO_REQUEST);
    if (service == COE_INFORMATION) information(p, in);
    if (service == COE_EMERGENCY) emergency(p, in);
}
