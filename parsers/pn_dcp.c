/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET discovery and basic configuration: who is there, and who gives stations their names and addresses.
 * Follows IEC 61158-6-10:2019 clause 4.3 (DCP). */
#include <stdio.h>

#include "parsers/parser.h"

enum { GET = 3, SET, IDENTIFY, HELLO, REQUEST = 0, RESPONSE, UNSUPPORTED = 5, FRAME_ID_FIRST = 0xfefc };
enum { OPTION_IP = 1, OPTION_DEVICE, OPTION_DHCP, OPTION_CONTROL = 5, OPTION_INITIATIVE, OPTION_TSN };
enum { IP_MAC = 1, IP_PARAMETER, IP_SUITE };
enum { DEVICE_VENDOR = 1, DEVICE_NAME, DEVICE_ID, DEVICE_ROLE, DEVICE_OPTIONS, DEVICE_ALIAS, DEVICE_INSTANCE };
enum { CONTROL_SIGNAL = 3, CONTROL_RESPONSE, CONTROL_FACTORY, CONTROL_RESET, TSN_INTERFACE = 5 };
enum {
    OP_GET = 1,
    OP_IDENTIFY,
    OP_HELLO,
    OP_SET,
    OP_SET_NAME,
    OP_SET_ADDRESS,
    OP_SIGNAL,
    OP_RESET,
    OP_SET_RESPONSE,
    OP_OTHER
};

static const struct value_name services[] = {{GET, "读取", "Get"},
                                             {SET, "设置", "Set"},
                                             {IDENTIFY, "识别", "Identify"},
                                             {HELLO, "上线通告", "Hello"},
                                             {0, NULL, NULL}};
static const struct value_name service_types[] = {{REQUEST, "请求", "Request"},
                                                  {RESPONSE, "成功应答", "Response success"},
                                                  {UNSUPPORTED, "不支持", "Request not supported"},
                                                  {0, NULL, NULL}};
static const struct value_name options[] = {{1, "IP", "IP"},
                                            {2, "设备属性", "Device properties"},
                                            {3, "DHCP", "DHCP"},
                                            {5, "控制", "Control"},
                                            {6, "设备主动", "Device initiative"},
                                            {7, "TSN域", "TSN domain"},
                                            {255, "全部", "All"},
                                            {0, NULL, NULL}};
static const struct status_name statuses[] = {
    {0, "成功", "ok"},
    {1, "不支持的选项", "option not supported"},
    {2, "不支持的子选项", "suboption not supported or no data set"},
    {3, "子选项未设置", "suboption not set"},
    {4, "资源错误", "resource error"},
    {5, "本地原因不能设置", "not possible for local reasons"},
    {6, "运行中不能设置", "in operation, not possible"},
    {0x100, "不支持的请求", "request not supported"},
};

#define FIELDS(X)                                                                                                      \
    X(SERVICE, "pn_dcp.service_id", UINT8, DEC, PLAIN, "服务", "Service", services)                                    \
    X(TYPE, "pn_dcp.service_type", UINT8, DEC, PLAIN, "服务类型", "Service type", service_types)                       \
    X(TRANSACTION, "pn_dcp.xid", UINT32, HEX, PLAIN, "事务标识", "Transaction id", NULL)                               \
    X(DELAY, "pn_dcp.response_delay", UINT16, DEC, PLAIN, "应答延迟系数", "Response delay factor", NULL)               \
    X(LENGTH, "pn_dcp.data_length", UINT16, DEC, PLAIN, "数据长度", "Data length", NULL)                               \
    X(OPTION, "pn_dcp.option", UINT8, DEC, PLAIN, "选项", "Option", options)                                           \
    X(BLOCK_ERROR, "pn_dcp.block_error", UINT8, DEC, PLAIN, "块错误", "Block error", NULL)                             \
    X(QUALIFIER, "pn_dcp.block_qualifier", UINT16, DEC, PLAIN, "块限定符", "Block qualifier", NULL)                    \
    X(MAC, "pn_dcp.suboption_ip_mac_address", ETHER, DEC, PLAIN, "MAC地址", "MAC address", NULL)                       \
    X(ADDRESS, "pn_dcp.suboption_ip_ip", IPV4, DEC, PLAIN, "IP地址", "IP address", NULL)                               \
    X(MASK, "pn_dcp.suboption_ip_subnetmask", IPV4, DEC, PLAIN, "子网掩码", "Subnet mask", NULL)                       \
    X(GATEWAY, "pn_dcp.suboption_ip_standard_gateway", IPV4, DEC, PLAIN, "网关", "Standard gateway", NULL)             \
    X(VENDOR_VALUE, "pn_dcp.suboption_device_devicevendorvalue", TEXT, DEC, PLAIN, "设备型号", "Device vendor value",  \
      NULL)                                                                                                            \
    X(STATION, "pn_dcp.suboption_device_nameofstation", TEXT, DEC, PLAIN, "站名", "Name of station", NULL)             \
    X(VENDOR, "pn_dcp.suboption_vendor_id", UINT16, HEX, PLAIN, "厂商标识", "Vendor id", NULL)                         \
    X(DEVICE, "pn_dcp.suboption_device_id", UINT16, HEX, PLAIN, "设备标识", "Device id", NULL)                         \
    X(ROLE, "pn_dcp.suboption_device_role", UINT8, HEX, PLAIN, "设备角色", "Device role", NULL)                        \
    X(ALIAS, "pn_dcp.suboption_device_aliasname", TEXT, DEC, PLAIN, "别名", "Alias name", NULL)                        \
    X(VENDOR_HIGH, "pn_dcp.vendor_id_high", UINT16, HEX, PLAIN, "厂商标识高字节", "Vendor id, high", NULL)             \
    X(VENDOR_LOW, "pn_dcp.vendor_id_low", UINT16, HEX, PLAIN, "厂商标识低字节", "Vendor id, low", NULL)                \
    X(DEVICE_HIGH, "pn_dcp.device_id_high", UINT16, HEX, PLAIN, "设备标识高字节", "Device id, high", NULL)             \
    X(DEVICE_LOW, "pn_dcp.device_id_low", UINT16, HEX, PLAIN, "设备标识低字节", "Device id, low", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(OP_GET, "get", IDENTIFY, "T0888", "读取站参数", "get")                                                           \
    X(OP_IDENTIFY, "identify", IDENTIFY, "T0846", "识别站", "identify")                                                \
    X(OP_HELLO, "hello", IDENTIFY, NULL, "站上线通告", "hello")                                                        \
    X(OP_SET, "set", CONFIGURE, "T0836", "设置站参数", "set")                                                          \
    X(OP_SET_NAME, "set_name", CONFIGURE, "T0836", "设置站名", "set name of station")                                  \
    X(OP_SET_ADDRESS, "set_address", CONFIGURE, "T0836", "设置IP地址", "set IP address")                               \
    X(OP_SIGNAL, "signal", CONTROL, NULL, "闪灯", "flash the LED")                                                     \
    X(OP_RESET, "factory_reset", CONFIGURE, "T0809", "恢复出厂设置", "reset to factory settings")                      \
    X(OP_SET_RESPONSE, "set_response", CONFIGURE, NULL, "设置应答", "answer to set")                                   \
    X(OP_OTHER, "other", NONE, NULL, "其他服务", "other service")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(SHORT_FRAME, "short_frame", ODD, "帧过短", "frame too short")                                                    \
    X(BAD_BLOCK, "bad_block", ODD, "块长度与报文不符", "block does not fit the frame")                                 \
    X(CONFLICT, "address_conflict", HOSTILE, "IP地址冲突", "IP address conflict")                                      \
    X(UNKNOWN_SERVICE, "unknown_service", ODD, "未定义的服务", "undefined service")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

struct header {
    uint8_t service, type;
    uint32_t transaction;
    uint16_t delay, length;
    bool informed, qualified; /* each block begins with a BlockInfo, a BlockQualifier */
};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    return bytes_peek_be16(&in, 0) >= FRAME_ID_FIRST && bytes_peek_be16(&in, 0) <= 0xfeff ? PROBE_YES : PROBE_NO;
}

static bool header_take(struct bytes *in, struct header *h)
{
    bytes_skip(in, 2); /* frame id */
    h->service = bytes_u8(in);
    h->type = bytes_u8(in);
    h->transaction = bytes_be32(in);
    h->delay = bytes_be16(in);
    h->length = bytes_be16(in);
    bool response = h->type != REQUEST;
    h->informed = (response && (h->service == IDENTIFY || h->service == GET)) || (!response && h->service == HELLO);
    h->qualified = !response && h->service == SET;
    return bytes_ok(in);
}

/* What a set does is told by the first block that is neither start nor end of a transaction. */
static uint32_t operation_of(const struct header *h, struct bytes in)
{
    if (h->service == GET) return OP_GET;
    if (h->service == IDENTIFY) return OP_IDENTIFY;
    if (h->service == HELLO) return OP_HELLO;
    if (h->service != SET) return OP_OTHER;
    if (h->type != REQUEST) return OP_SET_RESPONSE;
    uint32_t found = OP_SET;
    while (bytes_left(&in) >= 4) {
        uint8_t option = bytes_u8(&in), sub = bytes_u8(&in);
        uint16_t length = bytes_be16(&in);
        bytes_skip(&in, length + (size_t)(length & 1));
        if (option == OPTION_CONTROL && (sub == CONTROL_FACTORY || sub == CONTROL_RESET)) return OP_RESET;
        if (option == OPTION_IP && found == OP_SET) found = OP_SET_ADDRESS;
        if (option == OPTION_DEVICE && sub == DEVICE_NAME && found == OP_SET) found = OP_SET_NAME;
        if (option == OPTION_CONTROL && sub == CONTROL_SIGNAL && found == OP_SET) found = OP_SIGNAL;
    }
    return found;
}

static void address(struct pdu *p, const struct header *h, uint16_t information, uint8_t sub, struct bytes in)
{
    if (sub == IP_MAC) {
        if (bytes_left(&in) >= 6) emit_bytes(p, F_MAC, bytes_take(&in, 6));
        return;
    }
    if (sub != IP_PARAMETER && sub != IP_SUITE) return;
    if (h->informed && information & 0x80) message_anomaly(p, A_CONFLICT);
    struct bytes ip = bytes_take(&in, 4), mask = bytes_take(&in, 4), gateway = bytes_take(&in, 4);
    if (!bytes_empty(&ip)) emit_bytes(p, F_ADDRESS, ip);
    if (!bytes_empty(&mask)) emit_bytes(p, F_MASK, mask);
    if (!bytes_empty(&gateway)) emit_bytes(p, F_GATEWAY, gateway);
    if (!h->qualified || bytes_empty(&mask) || !wants_object(p)) return;
    char text[40];
    int n = snprintf(text, sizeof text, "%u.%u.%u.%u/%u.%u.%u.%u", ip.at[0], ip.at[1], ip.at[2], ip.at[3], mask.at[0],
                     mask.at[1], mask.at[2], mask.at[3]);
    uint8_t *kept = pdu_scratch(p, (size_t)n);
    if (!kept) return;
    memcpy(kept, text, (size_t)n);
    message_object(p, "IP");
    message_value_text(p, bytes_over(kept, (size_t)n));
}

static void identity_text(struct pdu *p, const struct header *h, unsigned field, enum identity what, struct bytes text)
{
    emit_text(p, field, bytes_cstring(&(struct bytes){text.at, text.end, false}));
    if (h->informed && !bytes_empty(&text)) message_identity(p, what, bytes_trimmed(text));
}

static void device(struct pdu *p, const struct header *h, uint8_t sub, struct bytes in)
{
    switch (sub) {
    case DEVICE_VENDOR:
        identity_text(p, h, F_VENDOR_VALUE, IDENTITY_MODEL, in);
        break;
    case DEVICE_NAME:
        identity_text(p, h, F_STATION, IDENTITY_NAME, in);
        if (!h->qualified || !wants_object(p)) break;
        message_object(p, "NameOfStation");
        message_value_text(p, in);
        break;
    case DEVICE_ID: {
        uint16_t vendor = bytes_be16(&in), number = bytes_be16(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_VENDOR, vendor);
        emit_uint(p, F_DEVICE, number);
        if (h->informed) message_identity_format(p, IDENTITY_VENDOR, "0x%04x:0x%04x", vendor, number);
        break;
    }
    case DEVICE_ROLE: {
        uint8_t role = bytes_u8(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_ROLE, role);
        if (h->informed && role & 2) message_identity_format(p, IDENTITY_ROLE, "plc");
        break;
    }
    case DEVICE_OPTIONS: /* pairs of option and suboption */
        while (bytes_left(&in) >= 2) {
            emit_uint(p, F_OPTION, bytes_u8(&in));
            bytes_skip(&in, 1);
        }
        break;
    case DEVICE_ALIAS:
        emit_text(p, F_ALIAS, in);
        break;
    }
}

static void interface(struct pdu *p, struct bytes in)
{
    uint16_t vendor = bytes_be16(&in), number = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_VENDOR_HIGH, vendor >> 8);
    emit_uint(p, F_VENDOR_LOW, vendor & 0xff);
    emit_uint(p, F_DEVICE_HIGH, number >> 8);
    emit_uint(p, F_DEVICE_LOW, number & 0xff);
}

/* Option and suboption answered, and whether it went well. */
static void control_response(struct pdu *p, struct bytes in, uint32_t *worst)
{
    bytes_skip(&in, 2);
    uint8_t error = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_BLOCK_ERROR, error);
    if (error > *worst) *worst = error;
}

static bool block(struct pdu *p, const struct header *h, struct bytes *in, uint32_t *worst)
{
    uint8_t option = bytes_u8(in), sub = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_OPTION, option);
    if (h->service == GET && h->type == REQUEST) return true;
    uint16_t length = bytes_be16(in), information = 0;
    if (!bytes_ok(in) || length > bytes_left(in)) return false;
    struct bytes data = bytes_take(in, length);
    if (length & 1) bytes_take_upto(in, 1);
    if (option == OPTION_CONTROL && sub == CONTROL_RESPONSE && h->type != REQUEST) {
        control_response(p, data, worst);
        return true;
    }
    if ((h->informed || h->qualified) && length >= 2) information = bytes_be16(&data);
    bool resets = option == OPTION_CONTROL && (sub == CONTROL_FACTORY || sub == CONTROL_RESET);
    if (h->qualified && length >= 2 && !resets) emit_uint(p, F_QUALIFIER, information);
    if (option == OPTION_IP)
        address(p, h, information, sub, data);
    else if (option == OPTION_DEVICE)
        device(p, h, sub, data);
    else if (option == OPTION_TSN && sub == TSN_INTERFACE && h->informed)
        interface(p, data);
    return true;
}

static void pair(struct pdu *p, const struct header *h)
{
    if (h->service != SET && h->service != GET) return;
    if (h->type == REQUEST) {
        pdu_request(p, h->transaction);
        return;
    }
    struct request *r = pdu_answers(p, h->transaction);
    if (r) request_done(r);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    struct header h;
    uint32_t worst = 0;
    if (!header_take(&in, &h)) {
        message_operation(p, OP_OTHER);
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    struct bytes blocks = bytes_take_upto(&in, h.length);
    message_operation(p, operation_of(&h, blocks));
    message_role(p, h.service == HELLO ? ROLE_NOTIFY : h.type == REQUEST ? ROLE_REQUEST : ROLE_RESPONSE);
    pair(p, &h);
    emit_uint(p, F_SERVICE, h.service);
    emit_uint(p, F_TYPE, h.type);
    emit_uint(p, F_TRANSACTION, h.transaction);
    if (h.service == IDENTIFY && h.type == REQUEST) emit_uint(p, F_DELAY, h.delay);
    emit_uint(p, F_LENGTH, h.length);
    if (h.service < GET || h.service > HELLO) message_anomaly(p, A_UNKNOWN_SERVICE);
    while (!bytes_empty(&blocks))
        if (!block(p, &h, &blocks, &worst)) {
            message_anomaly(p, A_BAD_BLOCK);
            break;
        }
    if (h.type == UNSUPPORTED)
        message_status(p, STATUS_REFUSED, 0x100);
    else if (h.type != REQUEST)
        message_status(p, worst ? STATUS_REFUSED : STATUS_OK, worst);
}

const struct parser parser_pn_dcp = {
    .name = "pn_dcp",
    .zh = "PROFINET 发现与基本配置 (DCP)",
    .en = "PROFINET Discovery and basic Configuration Protocol",
    .specification = "IEC 61158-6-10:2019",
    .transports = OVER_PN_RT,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .request_slots = 8,
    .probe = probe,
    .parse = parse,
};
