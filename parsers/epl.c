/* SPDX-License-Identifier: Apache-2.0 */
/* Ethernet POWERLINK: cycle, states and service data of drives and machines. Follows EPSG DS 301 V1.5.1 clause 4.6, 6.3
 * and 7.3. */
#include "parsers/parser.h"

enum { SOC = 1, PREQ = 3, PRES, SOA, ASND, AMNI, AINV = 13 };
enum { IDENT_RESPONSE = 1, STATUS_RESPONSE, NMT_REQUEST, NMT_COMMAND, SDO, SYNC_RESPONSE };
enum { OP_SERVICE = 0x100, OP_NMT = 0x200, OP_SDO = 0x300, OP_SDO_SEQUENCE = 0x3ff };

static const struct value_name types[] = {
    {SOC, "周期开始", "SoC"},   {PREQ, "轮询请求", "PReq"}, {PRES, "轮询应答", "PRes"}, {SOA, "异步开始", "SoA"},
    {ASND, "异步发送", "ASnd"}, {AMNI, "主站冗余", "AMNI"}, {AINV, "异步邀请", "AInv"}, {0, NULL, NULL}};
static const struct value_name services[] = {{1, "身份应答", "IdentResponse"},
                                             {2, "状态应答", "StatusResponse"},
                                             {3, "NMT请求", "NMTRequest"},
                                             {4, "NMT命令", "NMTCommand"},
                                             {5, "服务数据", "SDO"},
                                             {6, "同步应答", "SyncResponse"},
                                             {0, NULL, NULL}};

#define FIELDS(X)                                                                                                      \
    X(TYPE, "epl.mtyp", UINT8, DEC, PLAIN, "报文类型", "Message type", types)                                          \
    X(DESTINATION, "epl.dest", UINT8, DEC, PLAIN, "目的节点", "Destination", NULL)                                     \
    X(SOURCE, "epl.src", UINT8, DEC, PLAIN, "源节点", "Source", NULL)                                                  \
    X(STATE, "epl.pres.stat", UINT8, HEX, PLAIN, "节点状态", "NMT status", NULL)                                       \
    X(SIZE, "epl.pres.size", UINT16, DEC, PLAIN, "数据长度", "Size", NULL)                                             \
    X(REQUESTED, "epl.soa.svid", UINT8, DEC, PLAIN, "请求的服务", "Requested service", NULL)                           \
    X(TARGET, "epl.soa.svtg", UINT8, DEC, PLAIN, "服务目标", "Service target", NULL)                                   \
    X(SERVICE, "epl.asnd.svid", UINT8, HEX, PLAIN, "服务", "Service", services)                                        \
    X(COMMAND, "epl.asnd.nmtcommand.cid", UINT8, HEX, PLAIN, "NMT命令", "NMT command", NULL)                           \
    X(DEVICE_TYPE, "epl.asnd.ires.devicetype", UINT16, HEX, PLAIN, "设备类型", "Device type", NULL)                    \
    X(VENDOR, "epl.asnd.ires.vendorid", UINT32, DEC, PLAIN, "厂商标识", "Vendor id", NULL)                             \
    X(PRODUCT, "epl.asnd.ires.productcode", UINT32, DEC, PLAIN, "产品代码", "Product code", NULL)                      \
    X(REVISION, "epl.asnd.ires.revisionno", UINT32, DEC, PLAIN, "版本号", "Revision", NULL)                            \
    X(SERIAL, "epl.asnd.ires.serialno", UINT32, DEC, PLAIN, "序列号", "Serial number", NULL)                           \
    X(ADDRESS, "epl.asnd.ires.ip", IPV4, DEC, PLAIN, "IP地址", "IP address", NULL)                                     \
    X(HOST, "epl.asnd.ires.hostname", TEXT, DEC, PLAIN, "主机名", "Host name", NULL)                                   \
    X(SDO_COMMAND, "epl.asnd.sdo.cmd.command.id", UINT8, DEC, PLAIN, "SDO命令", "SDO command", NULL)                   \
    X(SDO_INDEX, "epl.asnd.sdo.cmd.data.index", UINT16, HEX, PLAIN, "对象索引", "Object index", NULL)                  \
    X(SDO_SUB_INDEX, "epl.asnd.sdo.cmd.data.subindex", UINT8, HEX, PLAIN, "子索引", "Subindex", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(SOC, "start_of_cycle", NOTIFY, NULL, "周期开始", "start of cycle")                                               \
    X(PREQ, "poll_request", NOTIFY, NULL, "轮询请求", "poll request")                                                  \
    X(PRES, "poll_response", NOTIFY, NULL, "轮询应答", "poll response")                                                \
    X(SOA, "start_of_asynchronous", NOTIFY, NULL, "异步开始", "start of asynchronous phase")                           \
    X(ASND, "asynchronous_send", NOTIFY, NULL, "异步发送", "asynchronous send")                                        \
    X(AMNI, "active_managing_node", NOTIFY, NULL, "主站冗余指示", "active managing node indication")                   \
    X(AINV, "asynchronous_invite", NOTIFY, NULL, "异步邀请", "asynchronous invite")                                    \
    X(OP_SERVICE + IDENT_RESPONSE, "ident_response", IDENTIFY, NULL, "身份应答", "ident response")                     \
    X(OP_SERVICE + STATUS_RESPONSE, "status_response", DIAGNOSE, NULL, "状态应答", "status response")                  \
    X(OP_SERVICE + NMT_REQUEST, "nmt_request", NOTIFY, NULL, "NMT请求", "NMT request")                                 \
    X(OP_SERVICE + SYNC_RESPONSE, "sync_response", NOTIFY, NULL, "同步应答", "sync response")                          \
    X(OP_NMT + 0x21, "start_node", MODE, "T0858", "启动节点", "start node")                                            \
    X(OP_NMT + 0x22, "stop_node", MODE, "T0858", "停止节点", "stop node")                                              \
    X(OP_NMT + 0x23, "enter_pre_operational_2", MODE, "T0858", "进入预运行2", "enter pre-operational 2")               \
    X(OP_NMT + 0x24, "enable_ready_to_operate", MODE, "T0858", "允许就绪", "enable ready to operate")                  \
    X(OP_NMT + 0x28, "reset_node", MODE, "T0816", "复位节点", "reset node")                                            \
    X(OP_NMT + 0x29, "reset_communication", MODE, "T0816", "复位通信", "reset communication")                          \
    X(OP_NMT + 0x2a, "reset_configuration", MODE, "T0816", "复位配置", "reset configuration")                          \
    X(OP_NMT + 0x2b, "software_reset", MODE, "T0816", "软件复位", "software reset")                                    \
    X(OP_NMT + 0x2d, "dynamic_node_allocation", CONFIGURE, "T0836", "动态分配节点号", "dynamic node allocation")       \
    X(OP_NMT + 0x41, "start_nodes", MODE, "T0858", "启动多个节点", "start nodes")                                      \
    X(OP_NMT + 0x42, "stop_nodes", MODE, "T0858", "停止多个节点", "stop nodes")                                        \
    X(OP_NMT + 0x43, "enter_pre_operational_2_nodes", MODE, "T0858", "多个节点进入预运行2",                            \
      "enter pre-operational 2, several nodes")                                                                        \
    X(OP_NMT + 0x44, "enable_ready_to_operate_nodes", MODE, "T0858", "允许多个节点就绪",                               \
      "enable ready to operate, several nodes")                                                                        \
    X(OP_NMT + 0x48, "reset_nodes", MODE, "T0816", "复位多个节点", "reset nodes")                                      \
    X(OP_NMT + 0x49, "reset_communication_nodes", MODE, "T0816", "复位多个节点通信", "reset communication of nodes")   \
    X(OP_NMT + 0x4a, "reset_configuration_nodes", MODE, "T0816", "复位多个节点配置", "reset configuration of nodes")   \
    X(OP_NMT + 0x4b, "software_reset_nodes", MODE, "T0816", "多个节点软件复位", "software reset of nodes")             \
    X(OP_NMT + 0x62, "set_host_name", CONFIGURE, "T0836", "设置主机名", "set host name")                               \
    X(OP_NMT + 0x63, "flush_arp_entry", CONFIGURE, "T0830", "清除ARP表项", "flush ARP entry")                          \
    X(OP_NMT + 0x80, "publish_configured_nodes", NOTIFY, NULL, "发布已组态节点", "publish configured nodes")           \
    X(OP_NMT + 0x90, "publish_active_nodes", NOTIFY, NULL, "发布活动节点", "publish active nodes")                     \
    X(OP_NMT + 0x91, "publish_pre_operational_1", NOTIFY, NULL, "发布预运行1节点", "publish pre-operational 1")        \
    X(OP_NMT + 0x92, "publish_pre_operational_2", NOTIFY, NULL, "发布预运行2节点", "publish pre-operational 2")        \
    X(OP_NMT + 0x93, "publish_ready_to_operate", NOTIFY, NULL, "发布就绪节点", "publish ready to operate")             \
    X(OP_NMT + 0x94, "publish_operational", NOTIFY, NULL, "发布运行节点", "publish operational")                       \
    X(OP_NMT + 0x95, "publish_stopped", NOTIFY, NULL, "发布停止节点", "publish stopped")                               \
    X(OP_NMT + 0xa0, "publish_emergency", ALARM, NULL, "发布紧急事件", "publish emergency")                            \
    X(OP_NMT + 0xb0, "publish_time", TIME, NULL, "发布时间", "publish time")                                           \
    X(OP_SDO + 0, "sdo_segment", NOTIFY, NULL, "SDO空命令", "SDO, no command")                                         \
    X(OP_SDO + 1, "sdo_write", WRITE, "T0836", "写对象", "write by index")                                             \
    X(OP_SDO + 2, "sdo_read", READ, "T0801", "读对象", "read by index")                                                \
    X(OP_SDO + 3, "sdo_write_all", WRITE, "T0836", "写全部子对象", "write all by index")                               \
    X(OP_SDO + 4, "sdo_read_all", READ, "T0801", "读全部子对象", "read all by index")                                  \
    X(OP_SDO + 5, "sdo_write_name", WRITE, "T0836", "按名称写", "write by name")                                       \
    X(OP_SDO + 6, "sdo_read_name", READ, "T0801", "按名称读", "read by name")                                          \
    X(OP_SDO + 0x20, "file_write", FILE, "T0843", "写文件", "file write")                                              \
    X(OP_SDO + 0x21, "file_read", FILE, "T0845", "读文件", "file read")                                                \
    X(OP_SDO + 0x31, "sdo_write_multiple", WRITE, "T0836", "写多个参数", "write multiple parameters")                  \
    X(OP_SDO + 0x32, "sdo_read_multiple", READ, "T0801", "读多个参数", "read multiple parameters")                     \
    X(OP_SDO + 0x70, "maximum_segment_size", SESSION, NULL, "最大段长", "maximum segment size")                        \
    X(OP_SDO + 0x71, "link_name", SESSION, NULL, "名称索引关联", "link name to index")                                 \
    X(OP_SDO_SEQUENCE, "sdo_sequence", SESSION, NULL, "SDO顺序层", "SDO sequence layer")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(SHORT_FRAME, "short_frame", ODD, "帧过短", "frame too short")                                                    \
    X(UNKNOWN_TYPE, "unknown_type", ODD, "未定义的报文类型", "undefined message type")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

static bool defined_type(uint8_t type) { return type == SOC || (type >= PREQ && type <= AMNI) || type == AINV; }

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    uint8_t type = bytes_peek(&in, 0) & 0x7f;
    if (bytes_left(&in) < 3) return PROBE_NO;
    if (hint->transport == OVER_LINK) return defined_type(type) ? PROBE_YES : PROBE_MAYBE;
    return hint->on_port && type == ASND && bytes_peek(&in, 3) == SDO ? PROBE_MAYBE : PROBE_NO;
}

/* Clause 7.3.3.2.1. */
static void ident_response(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 22); /* flags, state, version, features, sizes, times */
    uint16_t device = bytes_le16(&in);
    bytes_skip(&in, 2);
    uint32_t vendor = bytes_le32(&in), product = bytes_le32(&in), revision = bytes_le32(&in), serial = bytes_le32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    emit_uint(p, F_DEVICE_TYPE, device);
    emit_uint(p, F_VENDOR, vendor);
    emit_uint(p, F_PRODUCT, product);
    emit_uint(p, F_REVISION, revision);
    emit_uint(p, F_SERIAL, serial);
    message_identity_format(p, IDENTITY_VENDOR, "0x%08x", vendor);
    message_identity_format(p, IDENTITY_MODEL, "0x%08x", product);
    message_identity_format(p, IDENTITY_FIRMWARE, "%u.%u", revision >> 16, revision & 0xffff);
    message_identity_format(p, IDENTITY_SERIAL, "%u", serial);
    bytes_skip(&in, 8 + 16); /* vendor's extension; dates and times of configuration and software */
    struct bytes address = bytes_take(&in, 4);
    bytes_skip(&in, 8); /* mask and gateway */
    struct bytes host = bytes_take(&in, 32);
    if (!bytes_ok(&in)) return;
    emit_bytes(p, F_ADDRESS, address);
    emit_text(p, F_HOST, bytes_trimmed(host));
    if (bytes_peek(&host, 0)) message_identity(p, IDENTITY_NAME, bytes_trimmed(host));
}

/* Clause 6.3.2.4: sequence layer of four octets, then the command layer of eight. */
static void service_data(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 4 + 2); /* sequence layer; reserved, transaction */
    uint8_t flags = bytes_u8(&in), command = bytes_u8(&in);
    uint16_t size = bytes_le16(&in);
    bytes_skip(&in, 2);
    bool whole = bytes_ok(&in) && size;
    message_operation(p, whole ? (uint32_t)OP_SDO + command : OP_SDO_SEQUENCE);
    if (!whole) return;
    bool response = flags & 0x80, aborted = flags & 0x40;
    message_role(p, response ? ROLE_RESPONSE : ROLE_REQUEST);
    if (response) message_status(p, aborted ? STATUS_REFUSED : STATUS_OK, 0);
    emit_uint(p, F_SDO_COMMAND, command);
    if ((flags >> 4 & 3) == 1) bytes_skip(&in, 4); /* first segment: size of all */
    if (response || aborted || command == 0 || command > 4 || (flags >> 4 & 3) > 1) return;
    uint16_t index = bytes_le16(&in);
    uint8_t sub = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SDO_INDEX, index);
    emit_uint(p, F_SDO_SUB_INDEX, sub);
    if (!wants_object(p)) return;
    message_object(p, "0x%04X:%02X", index, sub);
    bytes_skip(&in, 1);
    size_t length = size > 4 ? size - 4u : 0;
    if (command == 1 && length && length <= 8 && length <= bytes_left(&in))
        message_value_int(p, (int64_t)bytes_le(&in, length));
}

static void asynchronous(struct pdu *p, struct bytes in)
{
    uint8_t service = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    if (service == NMT_COMMAND)
        message_operation(p, (uint32_t)OP_NMT + bytes_peek(&in, 0));
    else if (service == SDO)
        service_data(p, in);
    else if (service && service <= SYNC_RESPONSE)
        message_operation(p, (uint32_t)OP_SERVICE + service);
    emit_uint(p, F_SERVICE, service);
    if (service == NMT_COMMAND) emit_uint(p, F_COMMAND, bytes_peek(&in, 0));
    if (service == IDENT_RESPONSE) ident_response(p, in);
}

static void rest(struct pdu *p, uint8_t type, struct bytes in)
{
    uint8_t state = bytes_u8(&in);
    bytes_skip(&in, 1);
    if (!bytes_ok(&in)) return;
    if (type == PRES) {
        bytes_skip(&in, 3); /* more flags, version of the mapping, reserved */
        emit_uint(p, F_STATE, state);
        uint16_t size = bytes_le16(&in);
        if (bytes_ok(&in)) emit_uint(p, F_SIZE, size);
    } else if (type == SOA) {
        bytes_skip(&in, 1);
        uint8_t requested = bytes_u8(&in), target = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_REQUESTED, requested);
        emit_uint(p, F_TARGET, target);
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t type = bytes_u8(&in) & 0x7f, destination = bytes_u8(&in), source = bytes_u8(&in);
    message_operation(p, type);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    message_role(p, type == PREQ ? ROLE_REQUEST : type == PRES ? ROLE_RESPONSE : ROLE_NOTIFY);
    message_unit(p, destination < 240 ? destination : source);
    if (!defined_type(type)) {
        message_anomaly(p, A_UNKNOWN_TYPE);
        return;
    }
    emit_uint(p, F_TYPE, type);
    emit_uint(p, F_DESTINATION, destination);
    emit_uint(p, F_SOURCE, source);
    if (type == ASND)
        asynchronous(p, in);
    else if (type == PRES || type == SOA)
        rest(p, type, in);
}

static const uint16_t udp_ports[] = {3819, 0};
static const uint32_t link_types[] = {0x88ab, 0};

const struct parser parser_epl = {
    .name = "epl",
    .zh = "以太网POWERLINK",
    .en = "Ethernet POWERLINK",
    .specification = "EPSG DS 301 V1.5.1 (IEC 61158-4-13)",
    .transports = OVER_LINK | OVER_UDP,
    .udp_ports = udp_ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .probe = probe,
    .parse = parse,
};
