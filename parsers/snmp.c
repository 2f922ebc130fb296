/* SPDX-License-Identifier: Apache-2.0 */
/* Network management: versions 1 and 2c with their community, version 3 by its header; what an agent says it is (RFC
 * 1157, 3416, 3412). */
#include "parsers/ber.h"
#include "parsers/parser.h"

#define VERSIONS(X)                                                                                                    \
    X(0, "第1版", "v1")                                                                                                \
    X(1, "第2c版", "v2c")                                                                                              \
    X(3, "第3版", "v3")
#define VERSION_ROW(code, zh, en) {code, zh, en},
static const struct value_name versions[] = {VERSIONS(VERSION_ROW){0, NULL, NULL}};

/* RFC 1157, clause 4.1.6. */
static const struct value_name trap_names[] = {{0, "冷启动", "cold start"},
                                               {1, "热启动", "warm start"},
                                               {2, "端口断开", "link down"},
                                               {3, "端口接通", "link up"},
                                               {4, "鉴别失败", "authentication failure"},
                                               {5, "邻居丢失", "EGP neighbour loss"},
                                               {6, "厂商自定", "enterprise specific"},
                                               {0, NULL, NULL}};

#define SNMP_FIELDS(X)                                                                                                 \
    X(VERSION, "snmp.version", INT32, DEC, PLAIN, "版本", "Version", versions)                                         \
    X(COMMUNITY, "snmp.community", TEXT, DEC, PLAIN, "团体名", "Community", NULL)                                      \
    X(REQUEST, "snmp.request_id", INT32, DEC, PLAIN, "请求标识", "Request ID", NULL)                                   \
    X(ERROR_STATUS, "snmp.error_status", INT32, DEC, PLAIN, "错误状态", "Error status", NULL)                          \
    X(NAME, "snmp.name", TEXT, DEC, BULK, "对象标识", "Object name", NULL)                                             \
    X(GENERIC_TRAP, "snmp.generic_trap", INT32, DEC, PLAIN, "通用陷阱", "Generic trap", trap_names)                    \
    X(VALUE_OID, "snmp.value.oid", TEXT, DEC, PLAIN, "值（对象标识）", "Value (object identifier)", NULL)
enum { SNMP_FIELDS(FIELD_ID) F_COUNT };

#define SNMP_ANOMALIES(X)                                                                                              \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(VERSION, "version", ODD, "版本未定义", "undefined version")
enum { SNMP_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {SNMP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {SNMP_ANOMALIES(ANOMALY_ROW)};

/* By the tag of the PDU (RFC 3416 clause 3); ENCRYPTED: a version 3 message whose PDU cannot be read. */
enum { GET, GET_NEXT, RESPONSE, SET, TRAP_V1, GET_BULK, INFORM, TRAP, REPORT, ENCRYPTED };
static const struct operation operations[] = {
    {GET, "get", OT_READ, NULL, "读取", "Get"},
    {GET_NEXT, "get_next", OT_READ, NULL, "读取下一个", "Get next"},
    {RESPONSE, "response", OT_READ, NULL, "应答", "Response"},
    {SET, "set", OT_CONFIGURE, NULL, "设置", "Set"},
    {TRAP_V1, "trap_v1", OT_ALARM, NULL, "陷阱(第1版)", "Trap (v1)"},
    {GET_BULK, "get_bulk", OT_READ, NULL, "批量读取", "Get bulk"},
    {INFORM, "inform", OT_ALARM, NULL, "通知(需确认)", "Inform"},
    {TRAP, "trap", OT_ALARM, NULL, "陷阱", "Trap"},
    {REPORT, "report", OT_NOTIFY, NULL, "报告", "Report"},
    {ENCRYPTED, "encrypted", OT_NONE, NULL, "加密报文", "Encrypted"},
};
static const struct status_name statuses[] = {
    {0, "成功", "No error"},
    {1, "报文过大", "Too big"},
    {2, "无此对象", "No such name"},
    {3, "值错误", "Bad value"},
    {4, "只读", "Read only"},
    {5, "一般错误", "General error"},
    {6, "禁止访问", "No access"},
    {7, "类型错误", "Wrong type"},
    {8, "长度错误", "Wrong length"},
    {9, "编码错误", "Wrong encoding"},
    {10, "值不允许", "Wrong value"},
    {11, "不能创建", "No creation"},
    {12, "值不一致", "Inconsistent value"},
    {13, "资源不可用", "Resource unavailable"},
    {14, "提交失败", "Commit failed"},
    {15, "撤销失败", "Undo failed"},
    {16, "授权错误", "Authorization error"},
    {17, "不可写", "Not writable"},
    {18, "名称不一致", "Inconsistent name"},
};
enum { OID_TEXT = 256 };
static const uint16_t tcp_ports[] = {161, 0}, udp_ports[] = {161, 162, 0};

/* Header: SEQUENCE of version and community or, in version 3, a SEQUENCE; `rest` begins at the community. */
static bool header(struct bytes in, int64_t *version, struct bytes *rest, bool *cut)
{
    struct ber message, element;
    if (!ber_next(&in, &message) || message.id != BER_SEQUENCE) return false;
    *cut = message.cut;
    *rest = message.content;
    if (!ber_next(rest, &element) || element.id != BER_INTEGER || bytes_left(&element.content) > 4) return false;
    *version = ber_int(element.content);
    return true;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct ber next;
    int64_t version;
    bool cut;
    struct bytes rest, all = in;
    if (bytes_peek(&in, 0) != BER_SEQUENCE || !header(in, &version, &rest, &cut)) return PROBE_NO;
    (void)ber_next(&all, &next);
    if (!bytes_empty(&all) && hint->transport == OVER_UDP) return hint->on_port ? PROBE_MAYBE : PROBE_NO;
    if (version == 3) {
        if (!ber_next(&rest, &next) || next.id != BER_SEQUENCE) return PROBE_NO;
        return hint->on_port ? PROBE_YES : PROBE_NO;
    }
    if (version < 0 || version > 1 || !ber_next(&rest, &next) || next.id != BER_OCTETS) return PROBE_NO;
    if (!ber_next(&rest, &next) || next.id < 0xa0 || next.id > 0xa8) return hint->on_port ? PROBE_MAYBE : PROBE_NO;
    return cut || next.cut || !bytes_empty(&rest) ? PROBE_MAYBE : PROBE_YES;
}

/* Object identifier as dotted text (X.690 clause 8.19) in `out`. */
static struct bytes oid_text(struct bytes oid, char out[OID_TEXT])
{
    size_t n = 0;
    uint64_t arc = 0;
    bool first = true;
    while (!bytes_empty(&oid) && n + 24 < OID_TEXT) {
        uint8_t octet = bytes_u8(&oid);
        arc = arc << 7 | (octet & 0x7f);
        if (octet & 0x80) continue;
        uint64_t root = !first ? 0 : arc < 80 ? arc / 40 : 2;
        char digits[24];
        size_t length = 0;
        if (first) {
            out[n++] = (char)('0' + root);
            arc -= root * 40;
        }
        first = false;
        out[n++] = '.';
        do digits[length++] = (char)('0' + arc % 10);
        while (arc /= 10);
        while (length) out[n++] = digits[--length];
    }
    return bytes_over(out, n);
}

/* Objects of the system group (RFC 3418) that say what a device is: 1.3.6.1.2.1.1.N.0. */
static void identify(struct pdu *p, struct bytes oid, struct bytes value)
{
    static const uint8_t system_group[] = {0x2b, 6, 1, 2, 1, 1};
    if (bytes_left(&oid) != 8 || bytes_empty(&value) || !bytes_starts_with(&oid, (const char *)system_group, 6)) return;
    uint8_t object = bytes_peek(&oid, 6);
    if (object == 1) message_identity(p, IDENTITY_MODEL, value);
    if (object == 5) message_identity(p, IDENTITY_NAME, value);
    if (object == 6) message_identity(p, IDENTITY_LOCATION, value);
}

static void binding(struct pdu *p, struct bytes in, bool answer)
{
    struct ber name, value;
    if (!ber_next(&in, &name) || name.id != BER_OID) return;
    bool has_value = ber_next(&in, &value);
    if (wants(p, F_NAME) || wants_object(p)) {
        char *out = (char *)pdu_scratch(p, OID_TEXT);
        if (!out) return;
        struct bytes text = oid_text(name.content, out);
        emit_text(p, F_NAME, text);
        if (wants_object(p)) {
            message_object_text(p, text);
            if (has_value && value.id == BER_OCTETS) message_value_text(p, value.content);
            if (has_value && value.id == BER_INTEGER) message_value_int(p, ber_int(value.content));
        }
    }
    if (has_value && value.id == BER_OID && wants(p, F_VALUE_OID)) {
        char *out = (char *)pdu_scratch(p, OID_TEXT);
        if (out) emit_text(p, F_VALUE_OID, oid_text(value.content, out));
    }
    if (answer && has_value && value.id == BER_OCTETS && !value.cut) identify(p, name.content, value.content);
}

/* RFC 3416 clause 3: request ID, error status, error index, bindings; the trap of version 1 has its own head. */
static void body(struct pdu *p, const struct ber *pdu)
{
    struct bytes in = pdu->content;
    struct ber e;
    unsigned operation = pdu->tag;
    bool answer = operation == RESPONSE, trap = operation == TRAP_V1;
    if (!trap) {
        if (!ber_next(&in, &e) || e.id != BER_INTEGER) return;
        int64_t request = ber_int(e.content);
        emit_int(p, F_REQUEST, request);
        if (!ber_next(&in, &e)) return;
        int64_t status = ber_int(e.content);
        if (operation != GET_BULK) emit_int(p, F_ERROR_STATUS, status);
        if (answer) {
            struct request *asked = pdu_answers(p, (uint32_t)request);
            if (asked) request_done(asked);
            message_status(p, status ? STATUS_REFUSED : STATUS_OK, (uint32_t)status);
        } else if (operation < RESPONSE || operation == SET || operation == GET_BULK || operation == INFORM) {
            pdu_request(p, (uint32_t)request);
        }
        if (!ber_next(&in, &e)) return;
    } else {
        for (unsigned i = 0; i < 5; i++) { /* RFC 1157 clause 4.1.6: enterprise, agent, generic, specific, time */
            if (!ber_next(&in, &e)) return;
            if (i == 2 && e.id == BER_INTEGER) emit_int(p, F_GENERIC_TRAP, ber_int(e.content));
        }
    }
    if (!ber_next(&in, &e) || e.id != BER_SEQUENCE) return;
    for (struct bytes list = e.content; ber_next(&list, &e);)
        if (e.id == BER_SEQUENCE) binding(p, e.content, answer);
}

/* Version 3, RFC 3412 clause 6: header data, security parameters, then the scoped PDU unless it is encrypted. */
static bool scoped(struct bytes rest, struct ber *pdu)
{
    struct ber e;
    if (!ber_next(&rest, &e) || !ber_next(&rest, &e) || !ber_next(&rest, &e) || e.id != BER_SEQUENCE) return false;
    rest = e.content;
    return ber_next(&rest, &e) && ber_next(&rest, &e) && ber_next(&rest, pdu);
}

static void parse(struct pdu *p)
{
    int64_t version;
    struct bytes rest;
    struct ber community = {0}, pdu = {0};
    bool cut = false;
    if (!header(p->in, &version, &rest, &cut)) {
        message_anomaly(p, A_CUT);
        return;
    }
    bool has_pdu = version == 3 ? scoped(rest, &pdu) : ber_next(&rest, &community) && ber_next(&rest, &pdu);
    if (!has_pdu || (pdu.id & 0xe0) != 0xa0)
        message_operation(p, ENCRYPTED);
    else
        message_operation(p, pdu.tag);
    message_role(p, pdu.id == BER_CONSTRUCTED(RESPONSE) || pdu.id == BER_CONSTRUCTED(REPORT) ? ROLE_RESPONSE
                    : pdu.id == BER_CONSTRUCTED(TRAP_V1) || pdu.id == BER_CONSTRUCTED(TRAP)  ? ROLE_NOTIFY
                                                                                             : ROLE_REQUEST);
    emit_int(p, F_VERSION, version);
    if (cut) message_anomaly(p, A_CUT);
    if (version < 0 || version > 3) message_anomaly(p, A_VERSION);
    if (version != 3 && community.id == BER_OCTETS) emit_text(p, F_COMMUNITY, community.content);
    if (has_pdu && (pdu.id & 0xe0) == 0xa0) body(p, &pdu);
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    size_t left = bytes_left(&in), octets = bytes_peek(&in, 1) & 0x7f;
    if (bytes_peek(&in, 0) != BER_SEQUENCE) return FRAME_IS_LOST;
    if (left < 2) return FRAME_NEEDS(2);
    if (bytes_peek(&in, 1) < 0x80) return FRAME_OF(2 + octets);
    if (octets < 1 || octets > 4) return FRAME_IS_LOST;
    if (left < 2 + octets) return FRAME_NEEDS(2 + octets);
    bytes_skip(&in, 2);
    uint64_t length = bytes_be(&in, octets);
    return length > 65535 ? FRAME_IS_LOST : FRAME_OF(2 + octets + length);
}

const struct parser parser_snmp = {
    .name = "snmp",
    .zh = "简单网络管理",
    .en = "Simple Network Management Protocol",
    .specification = "RFC 1157, RFC 3416, RFC 3412",
    .transports = OVER_UDP | OVER_TCP,
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
    .request_slots = 16,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
