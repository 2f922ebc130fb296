/* SPDX-License-Identifier: Apache-2.0 */
/* Dynamic host configuration: who asks for an address, and what it calls itself (RFC 2131, RFC 2132). */
#include "parsers/parser.h"

#define MESSAGE_TYPES(X)                                                                                               \
    X(1, "discover", SESSION, "寻找服务器", "Discover")                                                                \
    X(2, "offer", CONFIGURE, "提供地址", "Offer")                                                                      \
    X(3, "request", SESSION, "请求地址", "Request")                                                                    \
    X(4, "decline", SESSION, "拒用地址", "Decline")                                                                    \
    X(5, "ack", CONFIGURE, "确认地址", "ACK")                                                                          \
    X(6, "nak", ERROR, "否定应答", "NAK")                                                                              \
    X(7, "release", SESSION, "释放地址", "Release")                                                                    \
    X(8, "inform", SESSION, "查询参数", "Inform")
#define TYPE_OPERATION(code, name, class, zh, en) {code, name, OT_##class, NULL, zh, en},
#define TYPE_NAME(code, name, class, zh, en)      {code, zh, en},
static const struct value_name type_names[] = {MESSAGE_TYPES(TYPE_NAME){0, NULL, NULL}};
/* BOOTP messages without a DHCP type are told by their `op`, above the types. */
enum { BOOTP = 0x100 };
static const struct operation operations[] = {
    MESSAGE_TYPES(TYPE_OPERATION){BOOTP + 1, "bootp_request", OT_SESSION, NULL, "BOOTP请求", "BOOTP request"},
    {BOOTP + 2, "bootp_reply", OT_CONFIGURE, NULL, "BOOTP应答", "BOOTP reply"},
};

#define DHCP_FIELDS(X)                                                                                                 \
    X(CLIENT, "dhcp.hw.mac_addr", ETHER, DEC, PLAIN, "客户机MAC", "Client MAC address", NULL)                          \
    X(GIVEN, "dhcp.ip.your", IPV4, DEC, PLAIN, "分配地址", "Your (client) IP address", NULL)                           \
    X(TYPE, "dhcp.option.dhcp", UINT8, DEC, PLAIN, "报文类型", "DHCP message type", type_names)                        \
    X(HOST, "dhcp.option.hostname", TEXT, DEC, PLAIN, "主机名", "Host name", NULL)                                     \
    X(VENDOR, "dhcp.option.vendor_class_id", TEXT, DEC, PLAIN, "厂商类别", "Vendor class identifier", NULL)
enum { DHCP_FIELDS(FIELD_ID) F_COUNT };

#define DHCP_ANOMALIES(X)                                                                                              \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(HARDWARE, "hardware_length", ODD, "硬件地址长度越界", "hardware address length out of range")
enum { DHCP_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {DHCP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {DHCP_ANOMALIES(ANOMALY_ROW)};

/* Offsets of RFC 2131 clause 2; options of RFC 2132. */
enum {
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    GIVEN_AT = 16,
    CLIENT_AT = 28,
    SERVER_NAME_AT = 44,
    FILE_AT = 108,
    COOKIE_AT = 236,
    OPTIONS_AT = 240,
    OPTION_PAD = 0,
    OPTION_HOST = 12,
    OPTION_OVERLOAD = 52,
    OPTION_TYPE = 53,
    OPTION_VENDOR = 60,
    OPTION_END = 255
};
static const uint16_t ports[] = {SERVER_PORT, CLIENT_PORT, 4011, 0};

static bool has_cookie(const struct bytes *in)
{
    return bytes_peek_be16(in, COOKIE_AT) == 0x6382 && bytes_peek_be16(in, COOKIE_AT + 2) == 0x5363;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    uint8_t op = bytes_peek(&in, 0);
    if (bytes_left(&in) < COOKIE_AT || op < 1 || op > 2 || bytes_peek(&in, 2) > 16) return PROBE_NO;
    return has_cookie(&in) ? PROBE_YES : PROBE_MAYBE;
}

static struct bytes part(struct bytes whole, size_t at, size_t length)
{
    bytes_skip(&whole, at);
    return bytes_take_upto(&whole, length);
}

struct dhcp_told {
    struct bytes host;
    uint8_t type;
};

/* Options in one place; `overload` says whether those in the file and server name fields may follow where option 52
 * stands. */
static void options(struct pdu *p, struct bytes in, struct dhcp_told *told, bool overload)
{
    while (!bytes_empty(&in)) {
        uint8_t code = bytes_u8(&in);
        if (code == OPTION_PAD) continue;
        if (code == OPTION_END) return;
        struct bytes value = bytes_take(&in, bytes_u8(&in));
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_CUT);
            return;
        }
        if (code == OPTION_HOST && !bytes_empty(&value)) {
            emit_text(p, F_HOST, value);
            told->host = value;
        } else if (code == OPTION_TYPE) {
            told->type = bytes_u8(&value);
            emit_uint(p, F_TYPE, told->type);
        } else if (code == OPTION_VENDOR) {
            emit_text(p, F_VENDOR, value);
        } else if (code == OPTION_OVERLOAD && overload) {
            uint8_t where = bytes_u8(&value);
            if (where & 1) options(p, part(p->in, FILE_AT, 128), told, false);
            if (where & 2) options(p, part(p->in, SERVER_NAME_AT, 64), told, false);
        }
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, body = p->in;
    struct dhcp_told told = {0};
    uint8_t op = bytes_peek(&in, 0), length = bytes_peek(&in, 2);
    struct bytes client = part(in, CLIENT_AT, length), given = part(in, GIVEN_AT, 4);
    message_operation(p, BOOTP + op);
    message_role(p, op == 1 ? ROLE_REQUEST : ROLE_RESPONSE);
    if (bytes_left(&in) < COOKIE_AT) message_anomaly(p, A_CUT);
    if (length > 16) message_anomaly(p, A_HARDWARE);
    bool ethernet = bytes_peek(&in, 1) == 1 && bytes_left(&client) == 6;
    if (ethernet) emit_bytes(p, F_CLIENT, client);
    if (bytes_left(&given) == 4) emit_bytes(p, F_GIVEN, given);
    bytes_skip(&body, OPTIONS_AT);
    if (has_cookie(&in)) options(p, body, &told, true);
    if (told.type) message_operation(p, told.type);
    if (told.type == 6) message_status(p, STATUS_REFUSED, told.type);
    if (!ethernet || op != 1) return;
    message_identity(p, IDENTITY_MAC, client);
    if (!bytes_empty(&told.host)) message_identity(p, IDENTITY_NAME, told.host);
}

const struct parser parser_dhcp = {
    .name = "dhcp",
    .zh = "动态主机配置",
    .en = "Dynamic Host Configuration Protocol",
    .specification = "RFC 2131, RFC 2132",
    .transports = OVER_UDP,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .probe = probe,
    .parse = parse,
};
