/* SPDX-License-Identifier: Apache-2.0 */
/* Domain names over UDP and TCP, in multicast too: questions asked and hosts that name themselves (RFC 1035, 2136,
 * 4795, 6762). */
#include "parsers/parser.h"

#define QUERY_TYPES(X)                                                                                                 \
    X(1, "主机地址A", "A")                                                                                             \
    X(2, "域名服务器NS", "NS")                                                                                         \
    X(5, "别名CNAME", "CNAME")                                                                                         \
    X(6, "区域起始SOA", "SOA")                                                                                         \
    X(12, "反向PTR", "PTR")                                                                                            \
    X(15, "邮件MX", "MX")                                                                                              \
    X(16, "文本TXT", "TXT")                                                                                            \
    X(28, "IPv6地址AAAA", "AAAA")                                                                                      \
    X(33, "服务SRV", "SRV")                                                                                            \
    X(251, "增量区传送IXFR", "IXFR")                                                                                   \
    X(252, "区传送AXFR", "AXFR")                                                                                       \
    X(255, "全部ANY", "ANY")
#define TYPE_ROW(code, zh, en) {code, zh, en},
static const struct value_name query_types[] = {QUERY_TYPES(TYPE_ROW){0, NULL, NULL}};

#define DNS_FIELDS(X)                                                                                                  \
    X(ID, "dns.id", UINT16, HEX, PLAIN, "事务标识", "Transaction ID", NULL)                                            \
    X(RCODE, "dns.flags.rcode", UINT16, DEC, PLAIN, "应答码", "Reply code", NULL)                                      \
    X(NAME, "dns.qry.name", TEXT, DEC, PLAIN, "查询名", "Query name", NULL)                                            \
    X(TYPE, "dns.qry.type", UINT16, DEC, PLAIN, "查询类型", "Query type", query_types)
enum { DNS_FIELDS(FIELD_ID) F_COUNT };

#define DNS_ANOMALIES(X)                                                                                               \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(NAME, "name", ODD, "域名编码错误", "malformed name")
enum { DNS_ANOMALIES(ANOMALY_ID) A_COUNT };

static const struct field fields[] = {DNS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {DNS_ANOMALIES(ANOMALY_ROW)};
/* OPCODE of the header, clause 4.1.1 and RFC 1996, 2136, 8490. */
static const struct operation operations[] = {
    {0, "query", OT_READ, NULL, "域名查询", "Query"},
    {1, "inverse_query", OT_READ, NULL, "反向查询", "Inverse query"},
    {2, "server_status", OT_DIAGNOSE, NULL, "服务器状态", "Server status request"},
    {4, "zone_change", OT_NOTIFY, NULL, "区变更通知", "Zone change notification"},
    {5, "update", OT_CONFIGURE, NULL, "动态更新", "Dynamic update"},
    {6, "stateful", OT_SESSION, NULL, "有状态操作", "DNS stateful operation"},
};
static const struct status_name statuses[] = {
    {0, "成功", "No error"},
    {1, "格式错误", "Format error"},
    {2, "服务器失败", "Server failure"},
    {3, "域名不存在", "No such name"},
    {4, "未实现", "Not implemented"},
    {5, "拒绝", "Refused"},
    {6, "域名已存在", "Name exists"},
    {7, "记录集已存在", "RRset exists"},
    {8, "记录集不存在", "RRset does not exist"},
    {9, "非权威", "Not authoritative"},
    {10, "域名不在区内", "Name out of zone"},
};
enum {
    DNS = 53,
    MDNS = 5353,
    LLMNR = 5355,
    HEADER = 12,
    NAME_LEGAL = 255,
    NAME_MOST = 1024,
    TOO_LONG = -2,
    JUMPS_MOST = 64,
    QUESTIONS_MOST = 512, /* multicast queries ask for dozens */
    RECORDS_MOST = 512
};
static const uint16_t tcp_ports[] = {DNS, LLMNR, 0}, udp_ports[] = {DNS, MDNS, LLMNR, 0};

struct dns_state {
    uint8_t transport; /* enum transport, once a message was seen */
};

/* Writes the name at `in` as dotted text and moves past it; pointers (clause 4.1.4) lead into `whole`. Returns its
 * length, 0 for the root, TOO_LONG, or -1 when it is none. `out` has NAME_MOST + 1 bytes or is NULL. */
static int name_at(struct bytes *in, struct bytes whole, uint8_t *out)
{
    struct bytes at = *in;
    bool jumped = false;
    int n = 0;
    for (unsigned jumps = 0;;) {
        uint8_t length = bytes_u8(&at);
        if (!bytes_ok(&at)) return -1;
        if (length >= 0xc0) {
            unsigned offset = (length & 0x3fu) << 8 | bytes_u8(&at);
            if (!bytes_ok(&at)) return -1;
            if (!jumped) *in = at;
            jumped = true;
            if (++jumps == JUMPS_MOST) return -1;
            at = whole;
            bytes_skip(&at, offset);
            continue;
        }
        if (length > 63) return -1;
        if (n + length + 1 > NAME_MOST) return TOO_LONG;
        if (!length) break;
        struct bytes label = bytes_take(&at, length);
        if (!bytes_ok(&at)) return -1;
        if (out && n) out[n] = '.';
        if (n) n++;
        if (out) memcpy(out + n, label.at, length);
        n += length;
    }
    if (!jumped) *in = at;
    return n;
}

/* A whole message by its form: questions that can be read, whatever the operation. */
static bool sound(struct bytes in)
{
    struct bytes whole = in;
    unsigned flags = bytes_peek_be16(&in, 2), questions = bytes_peek_be16(&in, 4);
    unsigned others = bytes_peek_be16(&in, 6) | bytes_peek_be16(&in, 8) | bytes_peek_be16(&in, 10);
    if (bytes_left(&in) < HEADER || questions > QUESTIONS_MOST || (!questions && !others)) return false;
    bytes_skip(&in, HEADER);
    for (unsigned i = 0; i < questions; i++) {
        if (name_at(&in, whole, NULL) < 0) return false;
        unsigned type = bytes_be16(&in), class = bytes_be16(&in) & 0x7fff;
        if (!bytes_ok(&in) || !type || (class != 1 && class < 3) || (class > 4 && class < 254)) return false;
    }
    return questions || (flags & 0x8000);
}

/* NetBIOS name service: DNS in form (RFC 1002 clause 4.2), its names 32 letters A to P. */
static bool netbios(struct bytes in)
{
    bytes_skip(&in, HEADER);
    unsigned length = bytes_u8(&in);
    for (unsigned i = 0; i < length; i++)
        if (bytes_peek(&in, i) < 'A' || bytes_peek(&in, i) > 'P') return false;
    return length == 32;
}

/* Every record is there and nothing behind them: with a question or an answer that proves a message on any port. */
static bool entire(struct bytes in)
{
    struct bytes whole = in;
    unsigned flags = bytes_peek_be16(&in, 2), questions = bytes_peek_be16(&in, 4);
    unsigned records = bytes_peek_be16(&in, 6) + bytes_peek_be16(&in, 8) + bytes_peek_be16(&in, 10);
    if (!sound(in) || netbios(in) || records > RECORDS_MOST || (flags & 0x40) || (flags >> 11 & 15) > 5) return false;
    bytes_skip(&in, HEADER);
    for (unsigned i = 0; i < questions; i++) {
        if (name_at(&in, whole, NULL) <= 0) return false;
        bytes_skip(&in, 4);
    }
    for (; records && bytes_ok(&in); records--) {
        if (name_at(&in, whole, NULL) < 0) return false;
        bytes_skip(&in, 8); /* type, class, time to live */
        bytes_skip(&in, bytes_be16(&in));
    }
    return bytes_ok(&in) && bytes_empty(&in);
}

/* Elsewhere than on its own ports only when the whole message proves it. */
static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (!hint->on_port) return hint->transport == OVER_UDP && entire(in) ? PROBE_YES : PROBE_NO;
    if (hint->transport == OVER_TCP) {
        if (bytes_left(&in) == 2 && bytes_peek_be16(&in, 0) >= HEADER) return PROBE_MAYBE; /* the length alone */
        size_t length = bytes_be16(&in);
        if (length < HEADER || bytes_left(&in) < HEADER) return PROBE_NO;
        if (length > bytes_left(&in)) return (bytes_peek(&in, 2) >> 3 & 15) > 6 ? PROBE_NO : PROBE_MAYBE;
        in = bytes_take(&in, length);
    }
    if (bytes_left(&in) < HEADER) return PROBE_NO;
    return sound(in) ? PROBE_YES : (bytes_peek(&in, 2) >> 3 & 15) > 6 ? PROBE_NO : PROBE_MAYBE;
}

/* Hosts that tell their own address in multicast answers. */
static void identities(struct pdu *p, struct bytes in, struct bytes whole, unsigned records)
{
    if (records > RECORDS_MOST) records = RECORDS_MOST;
    while (records-- && !bytes_empty(&in)) {
        uint8_t name[NAME_MOST + 1];
        int n = name_at(&in, whole, name);
        unsigned type = bytes_be16(&in);
        bytes_skip(&in, 6); /* class and time to live */
        struct bytes data = bytes_take(&in, bytes_be16(&in));
        if (n < 0 || !bytes_ok(&in)) {
            message_anomaly(p, n < 0 ? A_NAME : A_CUT);
            return;
        }
        if (type != 1 || n == 0 || bytes_left(&data) != 4) continue;
        uint8_t *kept = pdu_scratch(p, (size_t)n);
        if (!kept) return;
        memcpy(kept, name, (size_t)n);
        message_identity(p, IDENTITY_ADDRESS, data);
        message_identity(p, IDENTITY_NAME, bytes_over(kept, (size_t)n));
    }
}

static bool question(struct pdu *p, struct bytes *in, struct bytes whole)
{
    uint8_t *name = pdu_scratch(p, NAME_MOST + 1);
    if (!name) return false;
    int n = name_at(in, whole, name);
    unsigned type = bytes_be16(in);
    bytes_skip(in, 2); /* class */
    if (n < 0 || n > NAME_LEGAL) message_anomaly(p, A_NAME);
    if (n == TOO_LONG) emit_string(p, F_NAME, "<Name too long>");
    if (n < 0) return false;
    struct bytes text = n ? bytes_over(name, (size_t)n) : bytes_over("<Root>", 6);
    emit_text(p, F_NAME, text);
    if (wants_object(p)) message_object_text(p, text);
    if (!bytes_ok(in)) return false;
    emit_uint(p, F_TYPE, type);
    return true;
}

static void parse(struct pdu *p)
{
    struct dns_state *s = p->state;
    struct bytes in = p->in;
    s->transport = p->transport;
    if (p->transport == OVER_TCP) bytes_skip(&in, 2);
    struct bytes whole = in;
    unsigned id = bytes_be16(&in), flags = bytes_be16(&in), questions = bytes_be16(&in);
    unsigned records = bytes_be16(&in) + bytes_be16(&in) + bytes_be16(&in);
    bool response = flags & 0x8000;
    message_operation(p, flags >> 11 & 15);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    bool many = p->packet->dst_port == MDNS || p->packet->src_port == MDNS || p->packet->src_port == LLMNR;
    message_role(p, response ? ROLE_RESPONSE : ROLE_REQUEST);
    emit_uint(p, F_ID, id);
    if (response) {
        emit_uint(p, F_RCODE, flags & 15);
        message_status(p, flags & 15 ? STATUS_REFUSED : STATUS_OK, flags & 15);
    }
    for (unsigned i = 0; i < questions && !bytes_empty(&in); i++)
        if (!question(p, &in, whole)) {
            message_anomaly(p, A_CUT);
            break;
        }
    if (response && many && bytes_ok(&in)) identities(p, in, whole, records);
    if (many) return;
    if (!response)
        pdu_request(p, id);
    else {
        struct request *asked = pdu_answers(p, id);
        if (asked) request_done(asked);
    }
}

/* The first PDU of a flow tells what carries it: the length before it exists in streams only. */
static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    const struct dns_state *s = state;
    (void)direction;
    if (s->transport == OVER_UDP || (!s->transport && sound(in))) return FRAME_OF(bytes_left(&in));
    if (bytes_left(&in) < 2) return FRAME_NEEDS(2);
    size_t length = bytes_peek_be16(&in, 0);
    return length < HEADER ? FRAME_IS_LOST : FRAME_OF(2 + length);
}

const struct parser parser_dns = {
    .name = "dns",
    .zh = "域名解析",
    .en = "Domain Name System",
    .specification = "RFC 1035, RFC 2136, RFC 4795, RFC 6762",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = tcp_ports,
    .udp_ports = udp_ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct dns_state),
    .request_slots = 16,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
