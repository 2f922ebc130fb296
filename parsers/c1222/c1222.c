/* SPDX-License-Identifier: Apache-2.0 */
/* ANSI C12.22 (IEEE 1703) over TCP and UDP: ACSE envelope, EPSEM, services on the tables of a meter. */
#include "parsers/ber.h"

#include <stdio.h>

#include "parsers/parser.h"

#define C1222_FIELDS(X)                                                                                                \
    X(CALLED, "c1222.called_ap_title_abs", TEXT, DEC, PLAIN, "被叫应用标题", "Called AP title", NULL)                  \
    X(CALLED_ID, "c1222.called_AP_invocation_id", UINT32, DEC, PLAIN, "被叫调用标识", "Called AP invocation ID", NULL) \
    X(CALLING, "c1222.calling_ap_title_abs", TEXT, DEC, PLAIN, "主叫应用标题", "Calling AP title", NULL)               \
    X(CALLING_ID, "c1222.calling_AP_invocation_id", UINT32, DEC, PLAIN, "主叫调用标识", "Calling AP invocation ID",    \
      NULL)                                                                                                            \
    X(FLAGS, "c1222.epsem.flags", UINT8, HEX, PLAIN, "EPSEM标志", "EPSEM flags", NULL)                                 \
    X(COMMAND, "c1222.cmd", UINT8, HEX, PLAIN, "服务", "Command", NULL)                                                \
    X(ERROR, "c1222.err", UINT8, HEX, PLAIN, "应答码", "Response", NULL)                                               \
    X(USER_ID, "c1222.logon.id", UINT16, DEC, PLAIN, "用户号", "Logon user ID", NULL)                                  \
    X(USER, "c1222.logon.user", TEXT, DEC, PLAIN, "用户名", "Logon user", NULL)                                        \
    X(READ_TABLE, "c1222.read.table", UINT16, HEX, PLAIN, "读表号", "Table read", NULL)                                \
    X(READ_OFFSET, "c1222.read.offset", UINT24, HEX, PLAIN, "读偏移", "Read offset", NULL)                             \
    X(READ_COUNT, "c1222.read.count", UINT16, DEC, PLAIN, "读字节数", "Read count", NULL)                              \
    X(WRITE_TABLE, "c1222.write.table", UINT16, HEX, PLAIN, "写表号", "Table written", NULL)                           \
    X(WRITE_OFFSET, "c1222.write.offset", UINT24, HEX, PLAIN, "写偏移", "Write offset", NULL)                          \
    X(WRITE_SIZE, "c1222.write.size", UINT16, HEX, PLAIN, "写字节数", "Write size", NULL)                              \
    X(PROCEDURE_RESPONSE, "c1222.procedure.response", UINT16, DEC, PLAIN, "过程应答方式", "Procedure response", NULL)  \
    X(PROCEDURE_MANUFACTURER, "c1222.procedure.mfg", UINT16, DEC, PLAIN, "厂商过程", "Manufacturer procedure", NULL)   \
    X(PROCEDURE, "c1222.procedure.num", UINT16, DEC, PLAIN, "过程号", "Procedure number", NULL)                        \
    X(PROCEDURE_SEQUENCE, "c1222.procedure.sequence", UINT8, DEC, PLAIN, "过程序号", "Procedure sequence", NULL)
enum { C1222_FIELDS(FIELD_ID) F_COUNT };

#define C1222_ANOMALIES(X)                                                                                             \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(SERVICE, "service_undefined", ODD, "服务未定义", "undefined service")                                            \
    X(NO_EPSEM, "epsem_missing", ODD, "缺少EPSEM", "no EPSEM in the message")                                          \
    X(CHECKSUM, "checksum", ODD, "写入数据校验错误", "wrong checksum of the data written")                             \
    X(PASSWORD, "clear_text_password", ODD, "口令明文传送", "password sent in the clear")
enum { C1222_ANOMALIES(ANOMALY_ID) A_COUNT };

enum {
    MESSAGE = 0x60,
    CALLED_TITLE = 0xa2,
    CALLED_INVOCATION = 0xa4,
    CALLING_TITLE = 0xa6,
    CALLING_INVOCATION = 0xa8,
    USER_INFORMATION = 0xbe,
    EXTERNAL = 0x28,
    OCTET_ALIGNED = 0x81
};
enum { FLAG_CLASS = 0x10, SECURITY = 0x0c, AUTHENTICATED = 4, MAC_LENGTH = 4, REQUEST_FIRST = 0x20, MOST = 65535 };
enum {
    FULL_READ = 0x30,
    PARTIAL_READ_OFFSET = 0x3f,
    FULL_WRITE = 0x40,
    PARTIAL_WRITE_OFFSET = 0x4f,
    LOGON = 0x50,
    PASSWORD = 0x51,
    NEGOTIATE = 0x60,
    PROCEDURE_TABLE = 7,
    ENCRYPTED = 0x100
};

static const struct operation operations[] = {
    {0x20, "identify", OT_IDENTIFY, "T0888", "识别", "Identify"},
    {0x21, "terminate", OT_SESSION, NULL, "终止会话", "Terminate"},
    {0x22, "disconnect", OT_SESSION, NULL, "断开", "Disconnect"},
    {0x24, "deregister", OT_CONFIGURE, NULL, "注销节点", "Deregister"},
    {0x25, "resolve", OT_IDENTIFY, "T0846", "解析地址", "Resolve"},
    {0x26, "trace", OT_DIAGNOSE, "T0846", "跟踪路由", "Trace"},
    {0x27, "register", OT_SESSION, NULL, "注册节点", "Register"},
    {0x30, "full_read", OT_READ, "T0801", "读全表", "Full read"},
    {0x31, "partial_read_index_1", OT_READ, "T0801", "按1级下标读表", "Partial read by index (1)"},
    {0x32, "partial_read_index_2", OT_READ, "T0801", "按2级下标读表", "Partial read by index (2)"},
    {0x33, "partial_read_index_3", OT_READ, "T0801", "按3级下标读表", "Partial read by index (3)"},
    {0x34, "partial_read_index_4", OT_READ, "T0801", "按4级下标读表", "Partial read by index (4)"},
    {0x35, "partial_read_index_5", OT_READ, "T0801", "按5级下标读表", "Partial read by index (5)"},
    {0x3e, "default_read", OT_READ, "T0801", "读默认表", "Default table read"},
    {0x3f, "partial_read_offset", OT_READ, "T0801", "按偏移读表", "Partial read by offset"},
    {0x40, "full_write", OT_WRITE, "T0836", "写全表", "Full write"},
    {0x41, "partial_write_index_1", OT_WRITE, "T0836", "按1级下标写表", "Partial write by index (1)"},
    {0x42, "partial_write_index_2", OT_WRITE, "T0836", "按2级下标写表", "Partial write by index (2)"},
    {0x43, "partial_write_index_3", OT_WRITE, "T0836", "按3级下标写表", "Partial write by index (3)"},
    {0x44, "partial_write_index_4", OT_WRITE, "T0836", "按4级下标写表", "Partial write by index (4)"},
    {0x45, "partial_write_index_5", OT_WRITE, "T0836", "按5级下标写表", "Partial write by index (5)"},
    {0x4f, "partial_write_offset", OT_WRITE, "T0836", "按偏移写表", "Partial write by offset"},
    {0x50, "logon", OT_SESSION, NULL, "登录", "Logon"},
    {0x51, "security", OT_SESSION, NULL, "口令认证", "Security (password)"},
    {0x52, "logoff", OT_SESSION, NULL, "注销登录", "Logoff"},
    {0x53, "authenticate", OT_SESSION, NULL, "双向认证", "Authenticate"},
    {0x60, "negotiate", OT_SESSION, NULL, "协商", "Negotiate"},
    {0x70, "wait", OT_SESSION, NULL, "等待", "Wait"},
    {0x71, "timing_setup", OT_CONFIGURE, NULL, "设定时限", "Timing setup"},
    {ENCRYPTED, "encrypted", OT_NONE, NULL, "加密服务", "Encrypted service"},
    {ENCRYPTED + PROCEDURE_TABLE, "procedure", OT_CONTROL, "T0855", "执行过程", "Execute procedure"},
};

static const struct status_name statuses[] = {
    {0, "成功", "OK"},
    {1, "拒绝", "Error"},
    {2, "服务不支持", "Service not supported"},
    {3, "安全权限不足", "Insufficient security clearance"},
    {4, "操作不可行", "Operation not possible"},
    {5, "操作不适当", "Inappropriate action requested"},
    {6, "设备忙", "Device busy"},
    {7, "数据未就绪", "Data not ready"},
    {8, "数据锁定", "Data locked"},
    {9, "需重新协商", "Renegotiate request"},
    {10, "服务顺序错误", "Invalid service sequence state"},
    {11, "安全机制错误", "Security mechanism error"},
    {12, "应用标题未知", "Unknown application title"},
    {13, "网络超时", "Network time-out"},
    {14, "网络不可达", "Network not reachable"},
    {15, "请求过大", "Request too large"},
    {16, "应答过大", "Response too large"},
    {17, "分段不可行", "Segmentation not possible"},
    {18, "分段错误", "Segmentation error"},
};

static const struct field fields[] = {C1222_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {C1222_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {1153, 0};

/* ---- framing ----------------------------------------------------------------------------------------------------- */

/* Length of the message at the head; 0: none begins here; `left` + 1: more is needed to tell. */
static size_t message_length(struct bytes in)
{
    size_t all = bytes_left(&in);
    if (bytes_u8(&in) != MESSAGE) return 0;
    if (all < 2) return all + 1;
    uint8_t first = bytes_u8(&in);
    if (first < 0x80) return 2u + first;
    if (first != 0x81 && first != 0x82) return 0;
    if (all < 2u + (first & 3u)) return all + 1;
    uint64_t length = bytes_be(&in, first & 3);
    return length <= MOST ? all - bytes_left(&in) + (size_t)length : 0;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    size_t length = message_length(in);
    struct ber message, e;
    bool information = false;
    (void)hint;
    if (!length || !ber_next(&in, &message) || message.id != MESSAGE) return PROBE_NO;
    if (length > bytes_left(&message.content) + 4 || message.cut) return PROBE_MAYBE;
    while (ber_next(&message.content, &e)) {
        if ((e.id & 0xe0) != 0xa0 || e.cut) return PROBE_NO;
        if (e.id == USER_INFORMATION) information = ber_find(e.content, EXTERNAL, &e);
    }
    return information && bytes_ok(&message.content) ? PROBE_YES : PROBE_NO;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    size_t left = bytes_left(&in), length = message_length(in);
    if (length) return length == left + 1 && left < 4 ? FRAME_NEEDS(length) : FRAME_OF(length);
    for (size_t i = 1; i + 4 < left; i++) {
        bytes_skip(&in, 1);
        if (bytes_peek(&in, 0) == MESSAGE && message_length(in) && (bytes_peek(&in, 2) & 0xe0) == 0xa0)
            return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

/* ---- services ------------------------------------------------------------------------------------------------------
 */

/* Table 7 of C12.19: the procedure initiate table; what is written there is executed. Lowest byte first. */
static void procedure(struct pdu *p, struct bytes data)
{
    uint16_t what = bytes_le16(&data);
    if (!bytes_ok(&data)) return;
    message_operation(p, ENCRYPTED + PROCEDURE_TABLE);
    emit_uint(p, F_PROCEDURE_RESPONSE, what >> 12);
    emit_uint(p, F_PROCEDURE_MANUFACTURER, what >> 11 & 1);
    emit_uint(p, F_PROCEDURE, what & 0x7ff);
    uint8_t sequence = bytes_u8(&data);
    if (bytes_ok(&data)) emit_uint(p, F_PROCEDURE_SEQUENCE, sequence);
    if (wants_object(p)) message_object(p, "procedure %u", what & 0x7ff);
}

static void write_service(struct pdu *p, uint8_t command, struct bytes in)
{
    uint16_t table = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_WRITE_TABLE, table);
    if (wants_object(p)) message_object(p, "table %u", table);
    if (command == PARTIAL_WRITE_OFFSET) {
        uint32_t offset = bytes_be24(&in);
        if (bytes_ok(&in)) emit_uint(p, F_WRITE_OFFSET, offset);
    }
    uint16_t size = bytes_be16(&in);
    if (bytes_ok(&in)) emit_uint(p, F_WRITE_SIZE, size);
    struct bytes data = bytes_take(&in, size), summed = data;
    uint8_t sum = 0, told = bytes_u8(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (table == PROCEDURE_TABLE && command == FULL_WRITE) procedure(p, data);
    while (!bytes_empty(&summed)) sum = (uint8_t)(sum + bytes_u8(&summed));
    if ((uint8_t)(0 - sum) != told) message_anomaly(p, A_CHECKSUM);
}

static void read_service(struct pdu *p, uint8_t command, struct bytes in)
{
    uint16_t table = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (wants_object(p)) message_object(p, "table %u", table);
    if (command != FULL_READ && command != PARTIAL_READ_OFFSET) return;
    emit_uint(p, F_READ_TABLE, table);
    if (command == FULL_READ) return;
    uint32_t offset = bytes_be24(&in);
    uint16_t count = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_READ_OFFSET, offset);
    emit_uint(p, F_READ_COUNT, count);
}

static void request(struct pdu *p, uint8_t command, struct bytes in)
{
    if (command > NEGOTIATE && command <= NEGOTIATE + 11) command = NEGOTIATE; /* with so many baud rates */
    message_operation(p, command);
    message_role(p, ROLE_REQUEST);
    emit_uint(p, F_COMMAND, command);
    if (!p->message->operation) message_anomaly(p, A_SERVICE);
    if (command >= FULL_READ && command <= PARTIAL_READ_OFFSET && command != 0x3e) {
        read_service(p, command, in);
    } else if (command == FULL_WRITE || command == PARTIAL_WRITE_OFFSET) {
        write_service(p, command, in);
    } else if (command == LOGON) {
        uint16_t id = bytes_be16(&in);
        struct bytes user = bytes_take(&in, 10);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_TRUNCATED);
            return;
        }
        emit_uint(p, F_USER_ID, id);
        emit_text(p, F_USER, user);
        message_identity(p, IDENTITY_USER, bytes_trimmed(user));
    } else if (command == PASSWORD) {
        message_anomaly(p, A_PASSWORD);
    }
}

static void answer(struct pdu *p, uint8_t code, const struct request *asked)
{
    if (asked) message_operation(p, asked->operation_code);
    message_role(p, ROLE_RESPONSE);
    emit_uint(p, F_ERROR, code);
    message_status(p, code ? STATUS_REFUSED : STATUS_OK, code);
    if (code) message_class(p, OT_ERROR);
}

/* Services one behind the other, each with its length (C12.22 clause 5.3.2.4.13). */
static void epsem(struct pdu *p, struct bytes in, uint64_t key)
{
    uint8_t flags = bytes_u8(&in);
    bool told = false;
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_FLAGS, flags);
    if (flags & FLAG_CLASS) bytes_skip(&in, 4);
    if ((flags & SECURITY) > AUTHENTICATED) {
        message_operation(p, ENCRYPTED);
        return;
    }
    if ((flags & SECURITY) == AUTHENTICATED)
        in = bytes_take_upto(&in, bytes_left(&in) < MAC_LENGTH ? 0 : bytes_left(&in) - MAC_LENGTH);
    struct request *asked = pdu_answers(p, key);
    while (!bytes_empty(&in)) {
        uint32_t length = bytes_u8(&in);
        if (length > 0x80 && length <= 0x82) length = (uint32_t)bytes_be(&in, length & 3);
        if (!length) break;
        struct bytes service = bytes_take(&in, length);
        uint8_t code = bytes_u8(&service);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_TRUNCATED);
            break;
        }
        if (told) message_next(p);
        told = true;
        if (code >= REQUEST_FIRST) {
            request(p, code, service);
            (void)pdu_request(p, key);
            continue;
        }
        answer(p, code, asked);
        if (asked) request_done(asked);
    }
}

/* ---- envelope ------------------------------------------------------------------------------------------------------
 */

static void title(struct pdu *p, unsigned field, struct bytes content)
{
    struct ber oid;
    char text[96];
    size_t n = 0;
    uint64_t arc = 0;
    bool first = true;
    if (!wants(p, field) || !ber_find(content, BER_OID, &oid)) return;
    while (!bytes_empty(&oid.content) && n + 24 < sizeof text) {
        uint8_t b = bytes_u8(&oid.content);
        arc = arc << 7 | (b & 0x7f);
        if (b & 0x80) continue;
        uint64_t root = arc < 80 ? arc / 40 : 2; /* X.690 clause 8.19.4 */
        if (first)
            n += (size_t)snprintf(text + n, sizeof text - n, "%u.%u", (unsigned)root, (unsigned)(arc - root * 40));
        else
            n += (size_t)snprintf(text + n, sizeof text - n, ".%llu", (unsigned long long)arc);
        first = false;
        arc = 0;
    }
    emit_format(p, field, "%s", text);
}

static uint64_t invocation(struct pdu *p, unsigned field, struct bytes content)
{
    struct ber number;
    if (!ber_find(content, BER_INTEGER, &number)) return 0;
    uint64_t id = ber_uint(number.content);
    emit_uint(p, field, id);
    return id;
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, services = bytes_over(NULL, 0);
    struct ber message, e, inner;
    uint64_t called = 0, calling = 0;
    if (!ber_next(&in, &message)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    if (message.cut) message_anomaly(p, A_TRUNCATED);
    while (ber_next(&message.content, &e)) {
        switch (e.id) {
        case CALLED_TITLE:
            title(p, F_CALLED, e.content);
            break;
        case CALLED_INVOCATION:
            called = invocation(p, F_CALLED_ID, e.content);
            break;
        case CALLING_TITLE:
            title(p, F_CALLING, e.content);
            break;
        case CALLING_INVOCATION:
            calling = invocation(p, F_CALLING_ID, e.content);
            break;
        case USER_INFORMATION:
            if (ber_find(e.content, EXTERNAL, &inner) && ber_find(inner.content, OCTET_ALIGNED, &e))
                services = e.content;
            break;
        default:
            break;
        }
    }
    if (bytes_empty(&services))
        message_anomaly(p, A_NO_EPSEM);
    else
        epsem(p, services, called ? called : calling);
}

const struct parser parser_c1222 = {
    .name = "c1222",
    .zh = "C12.22电表",
    .en = "ANSI C12.22",
    .specification = "ANSI C12.22-2012 (IEEE 1703-2012), ANSI C12.19",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .request_slots = 32,
    .max_pdu = MOST,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
