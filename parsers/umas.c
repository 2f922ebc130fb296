/* SPDX-License-Identifier: Apache-2.0 */
/* UMAS: how Schneider's engineering software works on Modicon controllers, inside Modbus function 90.
 *
 * Schneider never published it; facts are what stations are seen to send. Integers are little-endian. An answer repeats
 * no function: the request with its transaction number tells it. */
#include "parsers/parser.h"

enum { MBAP = 7, FUNCTION = 0x5a, ANSWER = 0xfe, REFUSAL = 0xfd, SIGNED = 0x38, SIGNATURE = 33 };
enum {
    INIT_COMM = 0x01,
    READ_ID = 0x02,
    READ_PROJECT_INFO = 0x03,
    TAKE_RESERVATION = 0x10,
    READ_MEMORY = 0x20,
    WRITE_MEMORY = 0x21,
    DOWNLOAD_BLOCK = 0x31,
    UPLOAD_BLOCK = 0x34
};

/* X(code, name, class, technique, zh, en); "download" is into the controller, which UMAS itself calls upload. */
#define FUNCTIONS(X)                                                                                                   \
    X(0x01, "init_comm", SESSION, NULL, "建立通信", "Initialize communication")                                        \
    X(0x02, "read_id", IDENTIFY, "T0888", "读控制器标识", "Read PLC identity")                                         \
    X(0x03, "read_project_info", IDENTIFY, "T0888", "读工程信息", "Read project information")                          \
    X(0x04, "read_plc_info", DIAGNOSE, "T0888", "读控制器状态", "Read PLC information")                                \
    X(0x05, "read_loader_info", IDENTIFY, "T0888", "读装载程序信息", "Read loader information")                        \
    X(0x06, "read_card_info", IDENTIFY, "T0888", "读存储卡信息", "Read memory card information")                       \
    X(0x07, "read_block_info", IDENTIFY, NULL, "读程序块信息", "Read block information")                               \
    X(0x0a, "repeat", DIAGNOSE, NULL, "回送", "Repeat")                                                                \
    X(0x10, "take_reservation", CONFIGURE, NULL, "占用控制器", "Take PLC reservation")                                 \
    X(0x11, "release_reservation", CONFIGURE, NULL, "释放控制器", "Release PLC reservation")                           \
    X(0x12, "keep_alive", SESSION, NULL, "保活", "Keep alive")                                                         \
    X(0x20, "read_memory", READ, "T0801", "读存储块", "Read memory block")                                             \
    X(0x21, "write_memory", WRITE, "T0836", "写存储块", "Write memory block")                                          \
    X(0x22, "read_variables", READ, "T0801", "读变量", "Read variables")                                               \
    X(0x23, "write_variables", WRITE, "T0836", "写变量", "Write variables")                                            \
    X(0x24, "read_coils_registers", READ, "T0801", "读线圈和寄存器", "Read coils and registers")                       \
    X(0x25, "write_coils_registers", WRITE, "T0836", "写线圈和寄存器", "Write coils and registers")                    \
    X(0x26, "read_dictionary", READ, "T0861", "读数据字典", "Read data dictionary")                                    \
    X(0x27, "preload_dictionary", READ, "T0861", "预读数据字典", "Preload data dictionary")                            \
    X(0x28, "read_physical_address", READ, "T0801", "读物理地址", "Read physical address")                             \
    X(0x29, "write_physical_address", WRITE, "T0836", "写物理地址", "Write physical address")                          \
    X(0x2a, "browse_events", READ, NULL, "浏览事件", "Browse events")                                                  \
    X(0x30, "download_begin", PROGRAM, "T0843", "开始下装程序", "Begin program download")                              \
    X(0x31, "download_block", PROGRAM, "T0843", "下装程序块", "Download program block")                                \
    X(0x32, "download_end", PROGRAM, "T0843", "结束下装程序", "End program download")                                  \
    X(0x33, "upload_begin", PROGRAM, "T0845", "开始上传程序", "Begin program upload")                                  \
    X(0x34, "upload_block", PROGRAM, "T0845", "上传程序块", "Upload program block")                                    \
    X(0x35, "upload_end", PROGRAM, "T0845", "结束上传程序", "End program upload")                                      \
    X(0x36, "backup", FILE, NULL, "备份操作", "Backup")                                                                \
    X(0x37, "preload_blocks", PROGRAM, "T0843", "预装程序块", "Preload blocks")                                        \
    X(0x38, "signed", SESSION, NULL, "签名报文", "Signed message")                                                     \
    X(0x39, "read_ethernet_data", READ, NULL, "读以太网主站数据", "Read Ethernet master data")                         \
    X(0x40, "start_plc", MODE, "T0858", "启动控制器", "Start PLC")                                                     \
    X(0x41, "stop_plc", MODE, "T0858", "停止控制器", "Stop PLC")                                                       \
    X(0x42, "init_plc", MODE, "T0816", "初始化控制器", "Initialize PLC")                                               \
    X(0x43, "swap_blocks", PROGRAM, "T0889", "切换程序块", "Swap blocks")                                              \
    X(0x50, "monitor", READ, "T0801", "监视变量", "Monitor variables")                                                 \
    X(0x51, "get_modifications", READ, NULL, "读自动修改", "Get modifications")                                        \
    X(0x52, "get_forced_bits", READ, NULL, "读强制位", "Get forced bits")                                              \
    X(0x53, "get_selected_blocks", READ, NULL, "读选中块", "Get selected blocks")                                      \
    X(0x58, "check_plc", DIAGNOSE, NULL, "检查控制器", "Check PLC")                                                    \
    X(0x60, "set_breakpoint", MODE, "T0858", "设置断点", "Set breakpoint")                                             \
    X(0x61, "delete_breakpoint", MODE, NULL, "删除断点", "Delete breakpoint")                                          \
    X(0x62, "step_over", MODE, "T0858", "单步跳过", "Step over")                                                       \
    X(0x63, "step_in", MODE, "T0858", "单步进入", "Step in")                                                           \
    X(0x64, "step_out", MODE, "T0858", "单步跳出", "Step out")                                                         \
    X(0x65, "get_call_stack", DIAGNOSE, NULL, "读调用栈", "Get call stack")                                            \
    X(0x66, "check_debug", DIAGNOSE, NULL, "检查能否调试", "Check whether debugging is allowed")                       \
    X(0x6c, "process_message", CONFIGURE, NULL, "特殊报文", "Process message")                                         \
    X(0x6d, "private_message", CONFIGURE, NULL, "私有报文", "Private message")                                         \
    X(0x6e, "reservation_nonces", SESSION, NULL, "占用随机数交换", "Reservation nonces")                               \
    X(0x70, "read_io_object", READ, "T0801", "读IO对象", "Read I/O object")                                            \
    X(0x71, "write_io_object", WRITE, "T0855", "写IO对象", "Write I/O object")                                         \
    X(0x72, "read_rack", IDENTIFY, "T0888", "读机架", "Read rack")                                                     \
    X(0x73, "get_module_status", DIAGNOSE, NULL, "读模块状态", "Get module status")                                    \
    X(0x74, "read_device_data", READ, NULL, "读设备数据", "Read device data")                                          \
    X(0xfd, "refusal", ERROR, NULL, "拒绝", "Refusal")                                                                 \
    X(0xfe, "answer", READ, NULL, "应答", "Answer")
static const struct operation operations[] = {FUNCTIONS(OPERATION_ROW)};
#define FUNCTION_NAME(code, name, class, technique, zh, en) {code, zh, en},
static const struct value_name function_names[] = {FUNCTIONS(FUNCTION_NAME){0, NULL, NULL}};

#define UMAS_FIELDS(X)                                                                                                 \
    X(SESSION, "umas.session", UINT8, HEX, PLAIN, "会话键", "Session key", NULL)                                       \
    X(FUNCTION, "umas.function", UINT8, HEX, PLAIN, "功能", "Function", function_names)                                \
    X(BLOCK, "umas.block", UINT16, DEC, PLAIN, "块号", "Block", NULL)                                                  \
    X(OFFSET, "umas.offset", UINT32, DEC, PLAIN, "块内偏移", "Offset", NULL)                                           \
    X(LENGTH, "umas.length", UINT16, DEC, PLAIN, "长度", "Length", NULL)                                               \
    X(OWNER, "umas.owner", TEXT, DEC, PLAIN, "占用者", "Owner", NULL)                                                  \
    X(MODEL, "umas.model", TEXT, DEC, PLAIN, "型号", "Model", NULL)
enum { UMAS_FIELDS(FIELD_ID) F_COUNT };
static const struct field fields[] = {UMAS_FIELDS(FIELD_ROW)};

#define UMAS_ANOMALIES(X)                                                                                              \
    X(CUT, "cut", ODD, "报文不完整", "message ends before its contents")                                               \
    X(UNKNOWN, "function_unknown", ODD, "功能码未知", "unknown function code")                                         \
    X(UNSOLICITED, "unsolicited_answer", NOTE, "应答没有对应的请求", "answer without a request")
enum { UMAS_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct anomaly anomalies[] = {UMAS_ANOMALIES(ANOMALY_ROW)};

/* The Modbus frame before the function: MBAP with its transaction number, or a unit alone. */
static bool take_frame(struct bytes *in, uint64_t *transaction)
{
    bool serial = bytes_peek(in, 1) == FUNCTION && (bytes_peek_be16(in, 2) || bytes_peek(in, MBAP) != FUNCTION);
    *transaction = serial ? 0 : bytes_peek_be16(in, 0);
    bytes_skip(in, serial ? 1 : MBAP);
    return bytes_u8(in) == FUNCTION && bytes_ok(in);
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    uint64_t transaction;
    (void)hint;
    return take_frame(&in, &transaction) && bytes_left(&in) >= 2 ? PROBE_YES : PROBE_NO;
}

/* A name behind its length octet. */
static struct bytes counted(struct bytes *in) { return bytes_take(in, bytes_u8(in)); }

/* Range, identity, model, version in packed decimals, patch, internal version, hardware, crash code, a zero, the name.
 */
static void identity(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, 8);
    uint16_t version = bytes_le16(&in);
    bytes_skip(&in, 4);
    uint16_t hardware = bytes_le16(&in);
    bytes_skip(&in, 5);
    struct bytes name = counted(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    emit_text(p, F_MODEL, name);
    message_identity_format(p, IDENTITY_VENDOR, "Schneider Electric");
    message_identity_format(p, IDENTITY_ROLE, "plc");
    message_identity(p, IDENTITY_MODEL, bytes_trimmed(name));
    if (version) message_identity_format(p, IDENTITY_FIRMWARE, "%x.%02x", version >> 8, version & 255u);
    if (hardware) message_identity_format(p, IDENTITY_HARDWARE, "%u", hardware);
}

static void request(struct pdu *p, uint8_t function, struct bytes in)
{
    if (function == TAKE_RESERVATION) {
        bytes_skip(&in, 4);
        struct bytes owner = counted(&in);
        if (bytes_ok(&in)) emit_text(p, F_OWNER, owner);
        if (bytes_ok(&in) && wants_object(p)) message_object_text(p, owner);
    } else if (function == READ_MEMORY || function == WRITE_MEMORY) {
        bytes_skip(&in, 1);
        uint16_t block = bytes_le16(&in);
        uint32_t offset = bytes_le32(&in);
        uint16_t length = bytes_le16(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_BLOCK, block);
        emit_uint(p, F_OFFSET, offset);
        emit_uint(p, F_LENGTH, length);
        if (wants_object(p)) message_object(p, "block %u+%u", block, offset);
    } else if (function == DOWNLOAD_BLOCK || function == UPLOAD_BLOCK) {
        bytes_skip(&in, 2);
        uint16_t block = bytes_le16(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_BLOCK, block);
        if (wants_object(p)) message_object(p, "block %u", block);
    }
}

static void answer(struct pdu *p, uint8_t code, uint64_t transaction, struct bytes in)
{
    struct request *asked = pdu_answers(p, transaction);
    message_operation(p, asked ? asked->operation_code : code);
    if (code == REFUSAL) message_class(p, OT_ERROR);
    message_role(p, ROLE_RESPONSE);
    message_status(p, code == REFUSAL ? STATUS_REFUSED : STATUS_OK, 0);
    if (!asked) message_anomaly(p, A_UNSOLICITED);
    if (asked && asked->operation_code == READ_ID && code == ANSWER) identity(p, in);
    if (asked) request_done(asked);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint64_t transaction;
    (void)take_frame(&in, &transaction);
    uint8_t session = bytes_u8(&in), function = bytes_u8(&in);
    if (function == SIGNED && bytes_left(&in) > SIGNATURE + 2) { /* a signature, then the message itself */
        bytes_skip(&in, SIGNATURE + 1);
        session = bytes_u8(&in);
        function = bytes_u8(&in);
    }
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    bool answers = function == ANSWER || function == REFUSAL;
    if (answers)
        answer(p, function, transaction, in);
    else
        message_operation(p, function);
    emit_uint(p, F_SESSION, session);
    emit_uint(p, F_FUNCTION, function);
    if (answers) return;
    message_role(p, ROLE_REQUEST);
    if (!p->message->operation) message_anomaly(p, A_UNKNOWN);
    (void)pdu_request(p, transaction);
    request(p, function, in);
}

const struct parser parser_umas = {
    .name = "umas",
    .zh = "施耐德UMAS",
    .en = "Schneider UMAS",
    .specification = "Schneider Electric UMAS (not published)",
    .transports = OVER_MODBUS,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .request_slots = 16,
    .probe = probe,
    .parse = parse,
};
