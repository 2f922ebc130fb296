/* SPDX-License-Identifier: Apache-2.0 */
/* Cisco Discovery Protocol: what a switch, router or telephone says of itself. Follows Cisco's published frame format
 * (Cisco Discovery Protocol Configuration Guide; TLVs as documented for IOS). */
#include "parsers/parser.h"

enum {
    DEVICE_ID = 1,
    ADDRESSES,
    PORT,
    CAPABILITIES,
    SOFTWARE,
    PLATFORM,
    NATIVE_VLAN = 10,
    VOICE_VLAN = 14,
    SYSTEM_NAME = 20,
    MANAGEMENT = 22,
    LOCATION = 23
};
enum {
    OP_ADVERTISE = 1,
    TLV_HEADER = 4,
    ROUTER = 1,
    SWITCH = 8,
    TELEPHONE = 0x80,
    MOST_ADDRESSES = 64,
    NLPID_IP = 0xcc
};

#define FIELDS(X)                                                                                                      \
    X(VERSION, "cdp.version", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                              \
    X(LIVE, "cdp.ttl", UINT8, DEC, PLAIN, "有效时间(秒)", "Time to live (s)", NULL)                                    \
    X(CHECKSUM, "cdp.checksum", UINT16, HEX, PLAIN, "校验和", "Checksum", NULL)                                        \
    X(DEVICE, "cdp.deviceid", TEXT, DEC, PLAIN, "设备标识", "Device id", NULL)                                         \
    X(ADDRESS, "cdp.nrgyz.ip_address", IPV4, DEC, PLAIN, "IP地址", "IP address", NULL)                                 \
    X(PORT, "cdp.portid", TEXT, DEC, PLAIN, "端口", "Port", NULL)                                                      \
    X(CAPABILITIES, "cdp.capabilities", UINT32, HEX, PLAIN, "功能", "Capabilities", NULL)                              \
    X(SOFTWARE, "cdp.software_version", TEXT, DEC, PLAIN, "软件版本", "Software version", NULL)                        \
    X(PLATFORM, "cdp.platform", TEXT, DEC, PLAIN, "平台型号", "Platform", NULL)                                        \
    X(VLAN, "cdp.native_vlan", UINT16, DEC, PLAIN, "本征VLAN", "Native VLAN", NULL)                                    \
    X(NAME, "cdp.system_name", TEXT, DEC, PLAIN, "系统名称", "System name", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X) X(OP_ADVERTISE, "advertise", IDENTIFY, NULL, "思科邻居通告", "Cisco neighbour advertisement")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(BAD_LENGTH, "bad_length", ODD, "信息长度不对", "TLV with a wrong length")                                        \
    X(VERSION, "version", NOTE, "未定义的版本", "undefined version")                                                   \
    X(MANY_ADDRESSES, "many_addresses", HOSTILE, "地址个数异常", "absurd number of addresses")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    uint8_t version = bytes_peek(&in, 0);
    return version == 1 || version == 2 ? PROBE_YES : PROBE_MAYBE;
}

/* The version text has lines; each is a value of its own. */
static void software(struct pdu *p, struct bytes in)
{
    message_identity(p, IDENTITY_FIRMWARE, bytes_trimmed(in));
    if (!wants(p, F_SOFTWARE)) return;
    while (!bytes_empty(&in)) {
        ptrdiff_t feed = bytes_find(&in, '\n'), stop = bytes_find(&in, '\r');
        if (stop < 0 || (feed >= 0 && feed < stop)) stop = feed;
        struct bytes line = bytes_take(&in, stop < 0 ? bytes_left(&in) : (size_t)stop);
        bool both = bytes_starts(&in, "\r\n");
        if (stop >= 0) bytes_skip(&in, both ? 2 : 1);
        emit_text(p, F_SOFTWARE, bytes_cstring(&line));
    }
}

/* Count, then per address: protocol type and length, protocol, length, address. NLPID CC is IPv4 (RFC 1700). */
static void addresses(struct pdu *p, struct bytes in)
{
    uint32_t count = bytes_be32(&in);
    if (count > MOST_ADDRESSES) message_anomaly(p, A_MANY_ADDRESSES);
    for (uint32_t i = 0; i < count && bytes_ok(&in) && !bytes_empty(&in); i++) {
        uint8_t type = bytes_u8(&in);
        struct bytes protocol = bytes_take(&in, bytes_u8(&in));
        struct bytes address = bytes_take(&in, bytes_be16(&in));
        if (type == 1 && bytes_peek(&protocol, 0) == NLPID_IP && bytes_left(&address) == 4)
            emit_bytes(p, F_ADDRESS, address);
    }
}

static void capabilities(struct pdu *p, struct bytes in)
{
    uint32_t bits = bytes_be32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_CAPABILITIES, bits);
    const char *role = bits & TELEPHONE ? "phone" : bits & ROUTER ? "router" : bits & SWITCH ? "switch" : NULL;
    if (role) message_identity_format(p, IDENTITY_ROLE, "%s", role);
}

static void tlv(struct pdu *p, unsigned type, struct bytes in)
{
    switch (type) {
    case DEVICE_ID:
        emit_text(p, F_DEVICE, bytes_cstring(&(struct bytes){in.at, in.end, false}));
        message_identity(p, IDENTITY_NAME, bytes_trimmed(in));
        break;
    case ADDRESSES:
    case MANAGEMENT:
        addresses(p, in);
        break;
    case PORT:
        emit_text(p, F_PORT, in);
        break;
    case CAPABILITIES:
        capabilities(p, in);
        break;
    case SOFTWARE:
        software(p, in);
        break;
    case PLATFORM:
        emit_text(p, F_PLATFORM, bytes_cstring(&(struct bytes){in.at, in.end, false}));
        message_identity(p, IDENTITY_MODEL, bytes_trimmed(in));
        break;
    case NATIVE_VLAN:
        if (bytes_left(&in) >= 2) emit_uint(p, F_VLAN, bytes_be16(&in));
        break;
    case SYSTEM_NAME:
        emit_text(p, F_NAME, in);
        break;
    case LOCATION:
        bytes_skip(&in, 1);
        if (!bytes_empty(&in)) message_identity(p, IDENTITY_LOCATION, bytes_trimmed(in));
        break;
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t version = bytes_u8(&in), live = bytes_u8(&in);
    uint16_t checksum = bytes_be16(&in);
    message_operation(p, OP_ADVERTISE);
    message_role(p, ROLE_NOTIFY);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_BAD_LENGTH);
        return;
    }
    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_LIVE, live);
    emit_uint(p, F_CHECKSUM, checksum);
    if (version != 1 && version != 2) message_anomaly(p, A_VERSION);
    while (!bytes_empty(&in)) {
        uint16_t type = bytes_be16(&in), length = bytes_be16(&in);
        if (!bytes_ok(&in) || length < TLV_HEADER || length - (size_t)TLV_HEADER > bytes_left(&in)) {
            message_anomaly(p, A_BAD_LENGTH);
            return;
        }
        tlv(p, type, bytes_take(&in, length - (size_t)TLV_HEADER));
    }
}

static const uint32_t link_types[] = {LINK_SNAP_CISCO(0x2000), 0};

const struct parser parser_cdp = {
    .name = "cdp",
    .zh = "思科发现协议 (CDP)",
    .en = "Cisco Discovery Protocol",
    .specification = "Cisco Discovery Protocol, versions 1 and 2",
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
