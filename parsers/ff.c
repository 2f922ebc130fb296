/* SPDX-License-Identifier: Apache-2.0 */
/* Foundation Fieldbus High Speed Ethernet: sessions, system management and FMS services between hosts, linking devices
 * and field devices. Follows FF-588 (HSE Field Device Access Agent) and IEC 61158-6-5. */
#include "parsers/parser.h"

enum { HEADER = 12, SESSION = 1, SYSTEM, FMS, REDUNDANCY, REQUEST = 0, RESPONSE, FAILURE };
enum { CONFIRMED = 0x80, TAG = 32, LARGEST = 65536, NEWEST = 3 };
enum { OPEN_SESSION = 0x181 }; /* protocol << 8 | confirmed flag | service, as the operations */

static const struct value_name protocols[] = {{SESSION, "会话管理", "FDA session management"},
                                              {SYSTEM, "系统管理", "System management"},
                                              {FMS, "报文规范", "Fieldbus message specification"},
                                              {REDUNDANCY, "局域网冗余", "LAN redundancy"},
                                              {0, NULL, NULL}};

#define FIELDS(X)                                                                                                      \
    X(VERSION, "ff.hdr.ver", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                               \
    X(OPTIONS, "ff.hdr.opts", UINT8, HEX, PLAIN, "选项", "Options", NULL)                                              \
    X(PROTOCOL, "ff.hdr.proto_id", UINT8, DEC, PLAIN, "协议", "Protocol", protocols)                                   \
    X(TYPE, "ff.hdr.confirm_msg_type", UINT8, DEC, PLAIN, "报文类型", "Message type", NULL)                            \
    X(SERVICE, "ff.hdr_srv", UINT8, HEX, PLAIN, "服务", "Service", NULL)                                               \
    X(ADDRESS, "ff.hdr.fda_addr", UINT32, HEX, PLAIN, "FDA地址", "FDA address", NULL)                                  \
    X(LENGTH, "ff.hdr.len", UINT32, DEC, PLAIN, "长度", "Length", NULL)                                                \
    X(OPEN_REQUEST, "ff.fda.open_sess.req", BOOL, DEC, PLAIN, "打开会话请求", "Open session request", NULL)            \
    X(OPEN_RESPONSE, "ff.fda.open_sess.rsp", BOOL, DEC, PLAIN, "打开会话应答", "Open session response", NULL)          \
    X(SESSION_INDEX, "ff.fda.open_sess.req.sess_idx", UINT32, DEC, PLAIN, "会话索引", "Session index", NULL)           \
    X(DEVICE_TAG, "ff.fda.open_sess.req.pd_tag", TEXT, DEC, PLAIN, "设备位号", "PD tag", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(0x181, "open_session", SESSION, NULL, "打开会话", "open session")                                                \
    X(0x183, "idle", SESSION, NULL, "会话保持", "idle")                                                                \
    X(0x201, "find_tag_query", IDENTIFY, "T0846", "查找位号", "find tag query")                                        \
    X(0x202, "find_tag_reply", IDENTIFY, NULL, "查找位号应答", "find tag reply")                                       \
    X(0x210, "device_annunciation", NOTIFY, NULL, "设备通告", "device annunciation")                                   \
    X(0x283, "identify_device", IDENTIFY, "T0846", "识别设备", "identify")                                             \
    X(0x28c, "clear_address", CONFIGURE, "T0836", "清除地址", "clear address")                                         \
    X(0x28e, "set_assignment", CONFIGURE, "T0836", "设置设备分配信息", "set assignment information")                   \
    X(0x28f, "clear_assignment", CONFIGURE, "T0836", "清除设备分配信息", "clear assignment information")               \
    X(0x300, "information_report", NOTIFY, NULL, "信息报告", "information report")                                     \
    X(0x301, "unsolicited_status", NOTIFY, NULL, "主动状态", "unsolicited status")                                     \
    X(0x302, "event_notification", ALARM, NULL, "事件通知", "event notification")                                      \
    X(0x310, "information_report_subindex", NOTIFY, NULL, "信息报告(子索引)", "information report with subindex")      \
    X(0x311, "information_report_change", NOTIFY, NULL, "变化信息报告", "information report on change")                \
    X(0x312, "information_report_change_subindex", NOTIFY, NULL, "变化信息报告(子索引)",                               \
      "information report on change with subindex")                                                                    \
    X(0x370, "abort", SESSION, NULL, "中止", "abort")                                                                  \
    X(0x380, "status", DIAGNOSE, NULL, "读状态", "status")                                                             \
    X(0x381, "identify", IDENTIFY, "T0888", "读身份", "identify")                                                      \
    X(0x382, "read", READ, "T0801", "读取", "read")                                                                    \
    X(0x383, "write", WRITE, "T0836", "写入", "write")                                                                 \
    X(0x384, "get_object_dictionary", READ, "T0861", "读对象字典", "get object dictionary")                            \
    X(0x387, "define_variable_list", CONFIGURE, NULL, "定义变量表", "define variable list")                            \
    X(0x388, "delete_variable_list", CONFIGURE, NULL, "删除变量表", "delete variable list")                            \
    X(0x389, "initiate_download", PROGRAM, "T0843", "开始下载", "initiate download sequence")                          \
    X(0x38a, "download_segment", PROGRAM, NULL, "下载分段", "download segment")                                        \
    X(0x38b, "terminate_download", PROGRAM, NULL, "结束下载", "terminate download sequence")                           \
    X(0x38c, "initiate_upload", PROGRAM, "T0845", "开始上传", "initiate upload sequence")                              \
    X(0x38d, "upload_segment", PROGRAM, NULL, "上传分段", "upload segment")                                            \
    X(0x38e, "terminate_upload", PROGRAM, NULL, "结束上传", "terminate upload sequence")                               \
    X(0x38f, "request_domain_download", PROGRAM, "T0843", "请求域下载", "request domain download")                     \
    X(0x390, "request_domain_upload", PROGRAM, "T0845", "请求域上传", "request domain upload")                         \
    X(0x391, "create_program", PROGRAM, "T0843", "创建程序", "create program invocation")                              \
    X(0x392, "delete_program", PROGRAM, "T0809", "删除程序", "delete program invocation")                              \
    X(0x393, "start", MODE, "T0858", "启动程序", "start")                                                              \
    X(0x394, "stop", MODE, "T0858", "停止程序", "stop")                                                                \
    X(0x395, "resume", MODE, "T0858", "恢复程序", "resume")                                                            \
    X(0x396, "reset", MODE, "T0816", "复位程序", "reset")                                                              \
    X(0x397, "kill", MODE, "T0816", "终止程序", "kill")                                                                \
    X(0x398, "alter_event_monitoring", CONFIGURE, "T0878", "改变事件监视", "alter event condition monitoring")         \
    X(0x399, "acknowledge_event", CONTROL, "T0878", "确认事件", "acknowledge event notification")                      \
    X(0x39c, "initiate_put_object_dictionary", CONFIGURE, "T0836", "开始写对象字典", "initiate put OD")                \
    X(0x39d, "put_object_dictionary", CONFIGURE, "T0836", "写对象字典", "put OD")                                      \
    X(0x39e, "terminate_put_object_dictionary", CONFIGURE, NULL, "结束写对象字典", "terminate put OD")                 \
    X(0x39f, "generic_initiate_download", PROGRAM, "T0843", "通用开始下载", "generic initiate download")               \
    X(0x3a0, "generic_download_segment", PROGRAM, NULL, "通用下载分段", "generic download segment")                    \
    X(0x3a1, "generic_terminate_download", PROGRAM, NULL, "通用结束下载", "generic terminate download")                \
    X(0x3d2, "read_subindex", READ, "T0801", "读取(子索引)", "read with subindex")                                     \
    X(0x3d3, "write_subindex", WRITE, "T0836", "写入(子索引)", "write with subindex")                                  \
    X(0x3e0, "initiate", SESSION, NULL, "建立连接", "initiate")                                                        \
    X(0x401, "redundancy_diagnostic", DIAGNOSE, NULL, "冗余诊断报文", "diagnostic message")                            \
    X(0x481, "redundancy_get", READ, NULL, "读冗余信息", "get redundancy information")                                 \
    X(0x482, "redundancy_put", CONFIGURE, "T0836", "写冗余信息", "put redundancy information")                         \
    X(0x483, "redundancy_statistics", DIAGNOSE, NULL, "读冗余统计", "get redundancy statistics")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(UNKNOWN_PROTOCOL, "unknown_protocol", ODD, "未定义的协议", "undefined protocol")                                 \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度字段与报文不符", "length does not fit the message")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

struct header {
    uint8_t version, options, protocol, type, service;
    uint32_t address, length;
};

static bool header_take(struct bytes *in, struct header *h)
{
    h->version = bytes_u8(in);
    h->options = bytes_u8(in);
    uint8_t both = bytes_u8(in);
    h->protocol = both >> 2;
    h->type = both & 3;
    h->service = bytes_u8(in);
    h->address = bytes_be32(in);
    h->length = bytes_be32(in);
    return bytes_ok(in);
}

static bool plausible(const struct header *h)
{
    return h->version <= NEWEST && h->protocol <= REDUNDANCY && h->type <= FAILURE && h->length >= HEADER &&
           h->length <= LARGEST;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct header h;
    size_t whole = bytes_left(&in);
    if (!header_take(&in, &h) || !plausible(&h)) return PROBE_NO;
    bool service = false; /* a defined one proves the header on any port */
    for (unsigned i = 0; i < COUNT_OF(operations) && !service; i++)
        service = operations[i].code == ((uint32_t)h.protocol << 8 | h.service);
    return h.length == whole && (hint->on_port || service) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    struct header h;
    if (bytes_left(&in) < HEADER) return FRAME_NEEDS(HEADER);
    if (!header_take(&in, &h) || !plausible(&h)) return FRAME_SKIPS(1);
    return FRAME_OF(h.length);
}

/* Options say which optional words stand before the user data's end; they are behind it (trailer). */
static void open_session(struct pdu *p, struct bytes in, uint8_t type)
{
    uint32_t index = bytes_be32(&in);
    if (type == REQUEST) emit_uint(p, F_OPEN_REQUEST, 1);
    if (type == RESPONSE) emit_uint(p, F_OPEN_RESPONSE, 1);
    bytes_skip(&in, 4 + 4 + 1 + 1 + 2 + 4); /* sizes, reserved, NMA use, times */
    struct bytes tag = bytes_take(&in, TAG);
    if (!bytes_ok(&in) || type > RESPONSE) return;
    emit_uint(p, F_SESSION_INDEX, index);
    emit_text(p, F_DEVICE_TAG, bytes_trimmed(tag));
    tag = bytes_trimmed(tag);
    if (!bytes_empty(&tag)) message_identity(p, IDENTITY_NAME, tag);
}

/* FF-588: read and write name an object of the dictionary by index, and a part of it by subindex. */
static void object(struct pdu *p, uint32_t operation, struct bytes in)
{
    uint32_t index = bytes_be32(&in);
    if (!bytes_ok(&in)) return;
    if ((operation == 0x3d2 || operation == 0x3d3) && bytes_left(&in) >= 4)
        message_object(p, "%u.%u", index, bytes_be32(&in));
    else
        message_object(p, "%u", index);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    struct header h;
    if (!header_take(&in, &h)) {
        message_anomaly(p, A_LENGTH_MISMATCH);
        return;
    }
    uint32_t operation = (uint32_t)h.protocol << 8 | h.service;
    message_operation(p, operation);
    bool confirmed = h.service & CONFIRMED;
    message_role(p, !confirmed ? ROLE_NOTIFY : h.type == REQUEST ? ROLE_REQUEST : ROLE_RESPONSE);
    message_unit(p, h.address);
    if (confirmed && h.type != REQUEST) message_status(p, h.type == FAILURE ? STATUS_REFUSED : STATUS_OK, 0);
    emit_uint(p, F_VERSION, h.version);
    emit_uint(p, F_OPTIONS, h.options);
    emit_uint(p, F_PROTOCOL, h.protocol);
    emit_uint(p, F_TYPE, h.type);
    emit_uint(p, F_SERVICE, h.service);
    emit_uint(p, F_ADDRESS, h.address);
    emit_uint(p, F_LENGTH, h.length);
    if (h.protocol < SESSION || h.protocol > REDUNDANCY) message_anomaly(p, A_UNKNOWN_PROTOCOL);
    if (h.length != bytes_left(&p->in)) message_anomaly(p, A_LENGTH_MISMATCH);
    bool reads = operation == 0x382 || operation == 0x383 || operation == 0x3d2 || operation == 0x3d3;
    if (operation == OPEN_SESSION)
        open_session(p, in, h.type);
    else if (reads && h.type == REQUEST && wants_object(p))
        object(p, operation, in);
}

static const uint16_t ports[] = {1089, 1090, 1091, 3622, 0};

const struct parser parser_ff = {
    .name = "ff",
    .zh = "基金会现场总线高速以太网 (FF HSE)",
    .en = "Foundation Fieldbus High Speed Ethernet",
    .specification = "FF-588, IEC 61158-6-5",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
