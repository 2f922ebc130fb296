/* SPDX-License-Identifier: Apache-2.0 */
/* EtherNet/IP: encapsulation over TCP and UDP, device discovery, and implicit I/O; CIP is handed on to its parser.
 * Follows The CIP Networks Library, Volume 2: EtherNet/IP Adaptation of CIP, Edition 1.27, chapters 2 and 3. */
#include "parsers/enip/tables.h"

#define FIELDS(X)                                                                                                      \
    X(COMMAND, "enip.command", UINT16, HEX, PLAIN, "封装命令", "Command", enip_command_names)                          \
    X(LENGTH, "enip.length", UINT16, DEC, PLAIN, "长度", "Length", NULL)                                               \
    X(SESSION, "enip.session", UINT32, HEX, PLAIN, "会话句柄", "Session handle", NULL)                                 \
    X(STATUS, "enip.status", UINT32, HEX, PLAIN, "封装状态", "Status", NULL)                                           \
    X(CONTEXT, "enip.context", BYTES, DEC, PLAIN, "发送方上下文", "Sender context", NULL)                              \
    X(OPTIONS, "enip.options", UINT32, HEX, PLAIN, "选项", "Options", NULL)                                            \
    X(TIMEOUT, "enip.timeout", UINT16, DEC, PLAIN, "超时", "Timeout", NULL)                                            \
    X(RS_VERSION, "enip.rs.version", UINT16, DEC, PLAIN, "协议版本", "Protocol version", NULL)                         \
    X(RS_FLAGS, "enip.rs.flags", UINT16, HEX, PLAIN, "选项标志", "Option flags", NULL)                                 \
    X(SRRD_IFACE, "enip.srrd.iface", UINT32, HEX, PLAIN, "接口句柄", "Interface handle (RR data)", NULL)               \
    X(SUD_IFACE, "enip.sud.iface", UINT32, HEX, PLAIN, "接口句柄", "Interface handle (unit data)", NULL)               \
    X(ENCAPVER, "enip.encapver", UINT16, DEC, PLAIN, "封装版本", "Encapsulation version", NULL)                        \
    X(SINPORT, "enip.sinport", UINT16, DEC, PLAIN, "套接字端口", "Socket port", NULL)                                  \
    X(SINADDR, "enip.sinaddr", IPV4, DEC, PLAIN, "套接字地址", "Socket address", NULL)                                 \
    X(LSR_FLAGS, "enip.lsr.capaflags", UINT16, HEX, PLAIN, "能力标志", "Capability flags", NULL)                       \
    X(LSR_NAME, "enip.lsr.servicename", TEXT, DEC, PLAIN, "服务名称", "Name of service", NULL)                         \
    X(LIR_VENDOR, "enip.lir.vendor", UINT16, HEX, PLAIN, "厂商号", "Vendor ID", cip_vendor_names)                      \
    X(LIR_DEVTYPE, "enip.lir.devtype", UINT16, DEC, PLAIN, "设备类型", "Device type", cip_device_type_names)           \
    X(LIR_PRODCODE, "enip.lir.prodcode", UINT16, DEC, PLAIN, "产品代码", "Product code", NULL)                         \
    X(LIR_REVISION, "enip.lir.revision", UINT16, DEC, PLAIN, "版本", "Revision", NULL)                                 \
    X(LIR_STATUS, "enip.lir.status", UINT16, HEX, PLAIN, "设备状态", "Device status", NULL)                            \
    X(LIR_SERIAL, "enip.lir.serial", UINT32, HEX, PLAIN, "序列号", "Serial number", NULL)                              \
    X(LIR_NAME, "enip.lir.name", TEXT, DEC, PLAIN, "产品名称", "Product name", NULL)                                   \
    X(LIR_STATE, "enip.lir.state", UINT8, HEX, PLAIN, "设备运行态", "State", NULL)                                     \
    X(CPF_ITEMCOUNT, "enip.cpf.itemcount", UINT16, DEC, PLAIN, "数据项个数", "Item count", NULL)                       \
    X(CPF_TYPEID, "enip.cpf.typeid", UINT16, HEX, PLAIN, "数据项类型", "Item type", enip_item_names)                   \
    X(CPF_LENGTH, "enip.cpf.length", UINT16, DEC, PLAIN, "数据项长度", "Item length", NULL)                            \
    X(CAI_CONNID, "enip.cpf.cai.connid", UINT32, HEX, PLAIN, "连接号", "Connection ID", NULL)                          \
    X(SAI_CONNID, "enip.cpf.sai.connid", UINT32, HEX, PLAIN, "I/O连接号", "Connection ID (sequenced)", NULL)           \
    X(SAI_SEQ, "enip.cpf.sai.seq", UINT32, DEC, PLAIN, "封装序号", "Encapsulation sequence number", NULL)              \
    X(CPF_DATA, "enip.cpf.data", BYTES, DEC, PLAIN, "数据项内容", "Item data", NULL)                                   \
    X(ENCAP_DATA, "enip.encap_data", BYTES, DEC, PLAIN, "封装数据", "Encapsulated data", NULL)

#define ANOMALIES(X)                                                                                                   \
    X(COMMAND_UNKNOWN, "command_unknown", ODD, "未定义的封装命令", "encapsulation command not defined")                \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度与命令不符", "length does not fit the command")                    \
    X(ITEM_OVERRUN, "item_overrun", ODD, "数据项超出报文", "item reaches beyond its packet")                           \
    X(ITEM_MISSING, "item_missing", ODD, "数据项少于声明个数", "fewer items than counted")                             \
    X(OPTIONS_SET, "options_set", NOTE, "选项非零", "options are not zero")                                            \
    X(IDENTITY_CUT, "identity_cut", ODD, "身份数据不完整", "identity item is cut short")

enum { FIELDS(FIELD_ID) FIELD_COUNT };
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(ENIP_NOP, "nop", SESSION, NULL, "空操作", "NOP")                                                                 \
    X(ENIP_LIST_TARGETS, "list_targets", IDENTIFY, "T0846", "列举目标(旧)", "List Targets (legacy)")                   \
    X(ENIP_LIST_SERVICES, "list_services", IDENTIFY, "T0846", "列举服务", "List Services")                             \
    X(ENIP_LIST_IDENTITY, "list_identity", IDENTIFY, "T0846", "列举身份", "List Identity")                             \
    X(ENIP_LIST_INTERFACES, "list_interfaces", IDENTIFY, "T0846", "列举接口", "List Interfaces")                       \
    X(ENIP_REGISTER_SESSION, "register_session", SESSION, NULL, "注册会话", "Register Session")                        \
    X(ENIP_UNREGISTER_SESSION, "unregister_session", SESSION, NULL, "注销会话", "Unregister Session")                  \
    X(ENIP_SEND_RR_DATA, "send_rr_data", SESSION, NULL, "发送请求应答数据", "Send RR Data")                            \
    X(ENIP_SEND_UNIT_DATA, "send_unit_data", SESSION, NULL, "发送连接数据", "Send Unit Data")                          \
    X(ENIP_INDICATE_STATUS, "indicate_status", SESSION, NULL, "指示状态", "Indicate Status")                           \
    X(ENIP_CANCEL, "cancel", SESSION, NULL, "取消", "Cancel")                                                          \
    X(ENIP_START_DTLS, "start_dtls", SESSION, NULL, "启动DTLS", "Start DTLS")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

static const struct status_name statuses[] = {
    {0x00, "成功", "Success"},
    {0x01, "命令无效或不支持", "Invalid or unsupported command"},
    {0x02, "内存不足", "Insufficient memory"},
    {0x03, "数据格式错误", "Incorrect data"},
    {0x64, "会话句柄无效", "Invalid session handle"},
    {0x65, "长度无效", "Invalid length"},
    {0x69, "协议版本不支持", "Unsupported protocol version"},
    {0x6a, "该端口不允许封装的CIP服务", "Encapsulated CIP service not allowed on this port"},
};

static const uint16_t tcp_ports[] = {44818, 0};
static const uint16_t udp_ports[] = {44818, 2222, 0};

/* ---- framing ----------------------------------------------------------------------------------------------- */

#define COMMAND_ROW(code, ...) [code] = true,
static bool known_command(uint16_t command)
{
    static const bool known[] = {OPERATIONS(COMMAND_ROW)};
    return command < COUNT_OF(known) && known[command];
}

static bool known_status(uint32_t status)
{
    if (!status) return true; /* nearly all of them */
    for (unsigned i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].code == status) return true;
    return false;
}

/* Could a PDU begin here? Options are zero on the wire (clause 2-3.7). */
static bool plausible(struct bytes in)
{
    struct enip_header h;
    return enip_header(&in, &h) && known_command(h.command) && known_status(h.status) && h.options == 0;
}

/* Do its contents prove it, too? */
static bool proven(struct bytes in)
{
    struct enip_header h;
    if (!plausible(in) || !enip_header(&in, &h)) return false;
    uint16_t count = bytes_peek_le16(&in, 6), type = bytes_peek_le16(&in, 8);
    switch (h.command) {
    case ENIP_LIST_SERVICES:
        return h.length ? bytes_peek_le16(&in, 2) == ENIP_ITEM_SERVICES : h.session == 0;
    case ENIP_LIST_IDENTITY:
        return h.length ? bytes_peek_le16(&in, 2) == ENIP_ITEM_IDENTITY : h.status == 0 && bytes_empty(&in);
    case ENIP_REGISTER_SESSION:
        return h.length == 4 && bytes_peek_le16(&in, 0) == 1 && bytes_peek_le16(&in, 2) == 0;
    case ENIP_SEND_RR_DATA:
        return h.length > 10 && count >= 2 && count <= 4 && type == ENIP_ITEM_NULL;
    case ENIP_SEND_UNIT_DATA:
        return h.length > 14 && count >= 2 && count <= 4 && type == ENIP_ITEM_CONNECTED_ADDRESS;
    default:
        return false;
    }
}

static enum verdict enip_probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_UDP && enip_is_io(&in)) return PROBE_YES;
    if (proven(in)) return PROBE_YES;
    return plausible(in) ? PROBE_MAYBE : PROBE_NO;
}

static struct frame enip_frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state;
    (void)direction;
    size_t left = bytes_left(&in);
    if (enip_is_io(&in)) return FRAME_OF(left);
    if (left >= 2 && !known_command(bytes_peek_le16(&in, 0)) && left < ENIP_HEADER) return FRAME_IS_LOST;
    if (left < ENIP_HEADER) return FRAME_NEEDS(ENIP_HEADER);
    size_t length = ENIP_HEADER + bytes_peek_le16(&in, 2);
    if (plausible(in) || length == left) return FRAME_OF(length); /* a segment of its own is one, whatever it says */
    for (size_t i = 1; i + ENIP_HEADER <= left; i++) {
        bytes_skip(&in, 1);
        if (plausible(in) && proven(in)) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

/* ---- items ------------------------------------------------------------------------------------------------- */

/* Clause 2-4.3.3; Wireshark prints the revision as one number, major first. */
static void identity(struct pdu *p, struct bytes in)
{
    emit_uint(p, F_ENCAPVER, bytes_le16(&in));
    bytes_skip(&in, 2);
    emit_uint(p, F_SINPORT, bytes_be16(&in));
    emit_uint(p, F_SINADDR, bytes_be32(&in));
    bytes_skip(&in, 8);
    uint16_t vendor = bytes_le16(&in), type = bytes_le16(&in), product = bytes_le16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_IDENTITY_CUT);
        return;
    }
    emit_uint(p, F_LIR_VENDOR, vendor);
    emit_uint(p, F_LIR_DEVTYPE, type);
    emit_uint(p, F_LIR_PRODCODE, product);
    cip_identify_vendor(p, vendor);
    cip_identify_type(p, type);
    message_identity_format(p, IDENTITY_ORDER_NUMBER, "%u/%u/%u", vendor, type, product);
    uint16_t revision = bytes_be16(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_LIR_REVISION, revision);
    message_identity_format(p, IDENTITY_FIRMWARE, "%u.%03u", revision >> 8, revision & 255u);
    uint16_t status = bytes_le16(&in);
    uint32_t serial = bytes_le32(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_LIR_STATUS, status);
    emit_uint(p, F_LIR_SERIAL, serial);
    message_identity_format(p, IDENTITY_SERIAL, "%08X", serial);
    struct bytes name = bytes_take(&in, bytes_u8(&in));
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_IDENTITY_CUT);
        return;
    }
    emit_text(p, F_LIR_NAME, name);
    message_identity(p, IDENTITY_MODEL, bytes_trimmed(name));
    if (!bytes_empty(&in)) emit_uint(p, F_LIR_STATE, bytes_u8(&in));
}

static void services(struct pdu *p, struct bytes in)
{
    emit_uint(p, F_ENCAPVER, bytes_le16(&in));
    emit_uint(p, F_LSR_FLAGS, bytes_le16(&in));
    struct bytes name = bytes_take(&in, 16);
    if (bytes_ok(&in)) emit_text(p, F_LSR_NAME, bytes_trimmed(name));
}

static void item(struct pdu *p, const struct enip_item *i)
{
    struct bytes in = i->data;
    switch (i->type) {
    case ENIP_ITEM_IDENTITY:
        identity(p, in);
        break;
    case ENIP_ITEM_SERVICES:
        services(p, in);
        break;
    case ENIP_ITEM_CONNECTED_ADDRESS:
        if (bytes_left(&in) >= 4) emit_uint(p, F_CAI_CONNID, bytes_le32(&in));
        break;
    case ENIP_ITEM_SEQUENCED_ADDRESS:
        if (bytes_left(&in) < 8) break;
        emit_uint(p, F_SAI_CONNID, bytes_le32(&in));
        emit_uint(p, F_SAI_SEQ, bytes_le32(&in));
        break;
    case ENIP_ITEM_NULL:
    case ENIP_ITEM_CONNECTED_DATA:
    case ENIP_ITEM_UNCONNECTED_DATA:
        break;
    case 0x8000:
    case 0x8001:
        bytes_skip(&in, 2);
        emit_uint(p, F_SINPORT, bytes_be16(&in));
        emit_uint(p, F_SINADDR, bytes_be32(&in));
        break;
    default:
        if (!bytes_empty(&in)) emit_bytes(p, F_CPF_DATA, in);
    }
}

/* Common packet format, clause 2-6. */
static void items(struct pdu *p, struct bytes in)
{
    uint16_t count = bytes_le16(&in);
    struct enip_item i;
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_LENGTH_MISMATCH);
        return;
    }
    emit_uint(p, F_CPF_ITEMCOUNT, count);
    for (; count > 0 && enip_item(&in, &i); count--) {
        emit_uint(p, F_CPF_TYPEID, i.type);
        emit_uint(p, F_CPF_LENGTH, i.length);
        if (bytes_left(&i.data) < i.length) message_anomaly(p, A_ITEM_OVERRUN);
        item(p, &i);
    }
    if (count) message_anomaly(p, A_ITEM_MISSING);
}

/* ---- commands ---------------------------------------------------------------------------------------------- */

static bool is_response(struct pdu *p, const struct enip_header *h)
{
    bool from_port = p->packet->src_port == tcp_ports[0], to_port = p->packet->dst_port == tcp_ports[0];
    if (from_port != to_port) return from_port;
    switch (h->command) {
    case ENIP_LIST_SERVICES:
    case ENIP_LIST_IDENTITY:
    case ENIP_LIST_INTERFACES:
        return h->length > 0;
    case ENIP_REGISTER_SESSION:
        return h->session != 0;
    default:
        return p->direction == TO_CLIENT;
    }
}

/* Discovery by broadcast is answered from addresses that are flows of their own: only TCP is paired. */
static void pair(struct pdu *p, const struct enip_header *h, bool response)
{
    bool paired = h->command == ENIP_LIST_SERVICES || h->command == ENIP_LIST_IDENTITY ||
                  h->command == ENIP_LIST_INTERFACES || h->command == ENIP_REGISTER_SESSION;
    if (p->transport != OVER_TCP || !paired) return;
    uint64_t key = h->context ^ (uint64_t)h->command << 48;
    if (!response) {
        (void)pdu_request(p, key);
        return;
    }
    struct request *asked = pdu_answers(p, key);
    if (asked) request_done(asked);
}

static void command_data(struct pdu *p, struct bytes in, const struct enip_header *h)
{
    uint32_t interface;
    switch (h->command) {
    case ENIP_LIST_SERVICES:
    case ENIP_LIST_IDENTITY:
    case ENIP_LIST_INTERFACES:
        if (!bytes_empty(&in)) items(p, in);
        break;
    case ENIP_REGISTER_SESSION:
        emit_uint(p, F_RS_VERSION, bytes_le16(&in));
        emit_uint(p, F_RS_FLAGS, bytes_le16(&in));
        if (h->length != 4) message_anomaly(p, A_LENGTH_MISMATCH);
        break;
    case ENIP_SEND_RR_DATA:
    case ENIP_SEND_UNIT_DATA:
        if (bytes_empty(&in)) break; /* refused by the encapsulation layer */
        interface = bytes_le32(&in);
        if (bytes_ok(&in)) emit_uint(p, h->command == ENIP_SEND_RR_DATA ? F_SRRD_IFACE : F_SUD_IFACE, interface);
        emit_uint(p, F_TIMEOUT, bytes_le16(&in));
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_LENGTH_MISMATCH);
            break;
        }
        items(p, in);
        break;
    case ENIP_NOP:
    case ENIP_UNREGISTER_SESSION:
    case ENIP_START_DTLS:
        break;
    default:
        if (!bytes_empty(&in)) emit_bytes(p, F_ENCAP_DATA, in);
    }
}

static void emit_header(struct pdu *p, const struct enip_header *h)
{
    struct bytes context = p->in;
    emit_uint(p, F_COMMAND, h->command);
    emit_uint(p, F_LENGTH, h->length);
    emit_uint(p, F_SESSION, h->session);
    emit_uint(p, F_STATUS, h->status);
    bytes_skip(&context, 12);
    emit_bytes(p, F_CONTEXT, bytes_take(&context, 8));
    emit_uint(p, F_OPTIONS, h->options);
}

static void encapsulated(struct pdu *p)
{
    struct bytes in = p->in;
    struct enip_header h;
    if (!enip_header(&in, &h)) return;
    bool response = is_response(p, &h);
    message_operation(p, h.command);
    message_role(p, response ? ROLE_RESPONSE : ROLE_REQUEST);
    if (response) message_status(p, h.status ? STATUS_REFUSED : STATUS_OK, h.status);
    if (response && h.status) message_class(p, OT_ERROR);
    if (wants_any(p, F_COMMAND, F_OPTIONS)) emit_header(p, &h);
    if (!known_command(h.command)) message_anomaly(p, A_COMMAND_UNKNOWN);
    if (h.options) message_anomaly(p, A_OPTIONS_SET);
    if (bytes_left(&in) < h.length) message_anomaly(p, A_LENGTH_MISMATCH);
    pair(p, &h, response);
    command_data(p, bytes_take_upto(&in, h.length), &h);
    if ((h.command == ENIP_SEND_RR_DATA || h.command == ENIP_SEND_UNIT_DATA) && h.length > 0)
        pdu_carry(p, OVER_ENIP, p->in);
}

static void enip_parse(struct pdu *p)
{
    if (!enip_is_io(&p->in)) {
        encapsulated(p);
        return;
    }
    items(p, p->in);
    pdu_carry(p, OVER_ENIP, p->in);
}

const struct parser parser_enip = {
    .name = "enip",
    .zh = "EtherNet/IP封装",
    .en = "EtherNet/IP",
    .specification = "The CIP Networks Library, Volume 2: EtherNet/IP Adaptation of CIP, Edition 1.27",
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
    .request_slots = 8,
    .max_pdu = ENIP_HEADER + 65535,
    .probe = enip_probe,
    .frame = enip_frame,
    .parse = enip_parse,
};
