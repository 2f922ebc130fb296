/* SPDX-License-Identifier: Apache-2.0 */
/* LLDP: which station, switch and port is at the other end of a cable. Follows IEEE Std 802.1AB-2016 clause 8 and, for
 * PROFINET's own TLVs, IEC 61158-6-10. */
#include "parsers/parser.h"

enum {
    END,
    CHASSIS_ID,
    PORT_ID,
    TIME_TO_LIVE,
    PORT_DESCRIPTION,
    SYSTEM_NAME,
    SYSTEM_DESCRIPTION,
    CAPABILITIES,
    MANAGEMENT_ADDRESS,
    ORGANISATION = 127
};
enum { OP_ADVERTISE = 1, OP_SHUTDOWN };
enum { CHASSIS_MAC = 4, CHASSIS_ADDRESS, CHASSIS_NAME, CHASSIS_LOCAL, PORT_MAC = 3, PORT_ADDRESS };
enum { FAMILY_IPV4 = 1, FAMILY_IPV6, BRIDGE = 4, ROUTER = 16, PROFINET = 0x000ecf, PROFINET_CHASSIS_MAC = 5 };

static const struct value_name chassis_subtypes[] = {
    {1, "机箱组件", "Chassis component"}, {2, "接口别名", "Interface alias"},
    {3, "端口组件", "Port component"},    {4, "MAC地址", "MAC address"},
    {5, "网络地址", "Network address"},   {6, "接口名", "Interface name"},
    {7, "本地指定", "Locally assigned"},  {0, NULL, NULL}};
static const struct value_name port_subtypes[] = {
    {1, "接口别名", "Interface alias"},  {2, "端口组件", "Port component"},
    {3, "MAC地址", "MAC address"},       {4, "网络地址", "Network address"},
    {5, "接口名", "Interface name"},     {6, "代理电路", "Agent circuit id"},
    {7, "本地指定", "Locally assigned"}, {0, NULL, NULL}};

#define FIELDS(X)                                                                                                      \
    X(CHASSIS_SUBTYPE, "lldp.chassis.subtype", UINT8, DEC, PLAIN, "机箱标识类型", "Chassis id subtype",                \
      chassis_subtypes)                                                                                                \
    X(CHASSIS, "lldp.chassis.id", BYTES, DEC, PLAIN, "机箱标识", "Chassis id", NULL)                                   \
    X(CHASSIS_ETHER, "lldp.chassis.id.mac", ETHER, DEC, PLAIN, "机箱MAC地址", "Chassis MAC address", NULL)             \
    X(CHASSIS_IP4, "lldp.chassis.id.ip4", IPV4, DEC, PLAIN, "机箱IP地址", "Chassis IPv4 address", NULL)                \
    X(PORT_SUBTYPE, "lldp.port.subtype", UINT8, DEC, PLAIN, "端口标识类型", "Port id subtype", port_subtypes)          \
    X(PORT, "lldp.port.id", TEXT, DEC, PLAIN, "端口标识", "Port id", NULL)                                             \
    X(PORT_ETHER, "lldp.port.id.mac", ETHER, DEC, PLAIN, "端口MAC地址", "Port MAC address", NULL)                      \
    X(LIVE, "lldp.time_to_live", UINT16, DEC, PLAIN, "有效时间(秒)", "Time to live (s)", NULL)                         \
    X(PORT_TEXT, "lldp.port.desc", TEXT, DEC, PLAIN, "端口描述", "Port description", NULL)                             \
    X(NAME, "lldp.tlv.system.name", TEXT, DEC, PLAIN, "系统名称", "System name", NULL)                                 \
    X(DESCRIPTION, "lldp.tlv.system.desc", TEXT, DEC, PLAIN, "系统描述", "System description", NULL)                   \
    X(SUPPORTED, "lldp.tlv.system_cap", UINT16, HEX, PLAIN, "支持的功能", "Capabilities", NULL)                        \
    X(ENABLED, "lldp.tlv.enable_system_cap", UINT16, HEX, PLAIN, "启用的功能", "Enabled capabilities", NULL)           \
    X(ADDRESS4, "lldp.mgn.addr.ip4", IPV4, DEC, PLAIN, "管理地址", "Management address", NULL)                         \
    X(ADDRESS6, "lldp.mgn.addr.ip6", IPV6, DEC, PLAIN, "管理地址(IPv6)", "Management address (IPv6)", NULL)            \
    X(CM_MAC, "lldp.profinet.cm_mac_add", ETHER, DEC, PLAIN, "PROFINET设备MAC", "PROFINET chassis MAC", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(OP_ADVERTISE, "advertise", IDENTIFY, NULL, "邻居通告", "neighbour advertisement")                                \
    X(OP_SHUTDOWN, "shutdown", NOTIFY, NULL, "邻居下线通告", "neighbour shutdown")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(ORDER, "order", ODD, "必备信息缺失或次序不对", "mandatory TLVs missing or out of order")                         \
    X(CUT, "cut", ODD, "信息长度不对", "TLV with a wrong length")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    return bytes_peek(&in, 0) >> 1 == CHASSIS_ID ? PROBE_YES : PROBE_MAYBE;
}

static void chassis(struct pdu *p, struct bytes in)
{
    uint8_t subtype = bytes_u8(&in);
    emit_uint(p, F_CHASSIS_SUBTYPE, subtype);
    if (subtype == CHASSIS_MAC) {
        if (bytes_left(&in) == 6)
            emit_bytes(p, F_CHASSIS_ETHER, in);
        else
            message_anomaly(p, A_CUT);
    } else if (subtype == CHASSIS_ADDRESS) {
        if (bytes_u8(&in) == FAMILY_IPV4 && bytes_left(&in) == 4) emit_bytes(p, F_CHASSIS_IP4, in);
    } else {
        emit_bytes(p, F_CHASSIS, in);
        if (subtype == CHASSIS_LOCAL) message_identity(p, IDENTITY_NAME, bytes_trimmed(in));
    }
}

static void port(struct pdu *p, struct bytes in)
{
    uint8_t subtype = bytes_u8(&in);
    emit_uint(p, F_PORT_SUBTYPE, subtype);
    if (subtype == PORT_MAC) {
        if (bytes_left(&in) >= 6) emit_bytes(p, F_PORT_ETHER, bytes_take(&in, 6));
    } else if (subtype != PORT_ADDRESS) {
        emit_text(p, F_PORT, in);
    }
}

static void capabilities(struct pdu *p, struct bytes in)
{
    uint16_t supported = bytes_be16(&in), enabled = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_SUPPORTED, supported);
    emit_uint(p, F_ENABLED, enabled);
    if (enabled & ROUTER)
        message_identity_format(p, IDENTITY_ROLE, "router");
    else if (enabled & BRIDGE)
        message_identity_format(p, IDENTITY_ROLE, "switch");
}

static void management(struct pdu *p, struct bytes in)
{
    struct bytes address = bytes_take(&in, bytes_u8(&in));
    uint8_t family = bytes_u8(&address);
    if (!bytes_ok(&address)) return;
    if (family == FAMILY_IPV4 && bytes_left(&address) >= 4)
        emit_bytes(p, F_ADDRESS4, bytes_take(&address, 4));
    else if (family == FAMILY_IPV6 && bytes_left(&address) >= 16)
        emit_bytes(p, F_ADDRESS6, bytes_take(&address, 16));
}

static void organisation(struct pdu *p, struct bytes in)
{
    uint32_t oui = bytes_be24(&in);
    if (oui == PROFINET && bytes_u8(&in) == PROFINET_CHASSIS_MAC && bytes_left(&in) >= 6)
        emit_bytes(p, F_CM_MAC, bytes_take(&in, 6));
}

static void description(struct pdu *p, struct bytes in) { emit_text(p, F_DESCRIPTION, bytes_cstring(&in)); }

static void name(struct pdu *p, struct bytes in)
{
    struct bytes text = bytes_cstring(&in);
    emit_text(p, F_NAME, text);
    if (!bytes_empty(&text)) message_identity(p, IDENTITY_NAME, text);
}

static void tlv(struct pdu *p, unsigned type, struct bytes in)
{
    switch (type) {
    case CHASSIS_ID:
        chassis(p, in);
        break;
    case PORT_ID:
        port(p, in);
        break;
    case TIME_TO_LIVE:
        emit_uint(p, F_LIVE, bytes_be16(&in));
        break;
    case PORT_DESCRIPTION:
        emit_text(p, F_PORT_TEXT, in);
        break;
    case SYSTEM_NAME:
        name(p, in);
        break;
    case SYSTEM_DESCRIPTION:
        description(p, in);
        if (!bytes_empty(&in)) message_identity(p, IDENTITY_MODEL, bytes_trimmed(in));
        break;
    case CAPABILITIES:
        capabilities(p, in);
        break;
    case MANAGEMENT_ADDRESS:
        management(p, in);
        break;
    case ORGANISATION:
        organisation(p, in);
        break;
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    message_operation(p, OP_ADVERTISE);
    message_role(p, ROLE_NOTIFY);
    for (unsigned i = 0; bytes_left(&in) >= 2; i++) {
        uint16_t head = bytes_be16(&in);
        unsigned type = head >> 9, length = head & 0x1ff;
        if (i < TIME_TO_LIVE && type != i + CHASSIS_ID) {
            message_anomaly(p, A_ORDER);
            if (i == 0 && type == END) return;
        }
        if (type == END) break;
        if (length > bytes_left(&in)) {
            message_anomaly(p, A_CUT);
            return;
        }
        struct bytes value = bytes_take(&in, length);
        if (type == TIME_TO_LIVE && length >= 2 && bytes_peek_be16(&value, 0) == 0) message_operation(p, OP_SHUTDOWN);
        tlv(p, type, value);
    }
}

static const uint32_t link_types[] = {0x88cc, 0};

const struct parser parser_lldp = {
    .name = "lldp",
    .zh = "链路层发现协议 (LLDP)",
    .en = "Link Layer Discovery Protocol",
    .specification = "IEEE Std 802.1AB-2016",
    .transports = OVER_LINK,
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
