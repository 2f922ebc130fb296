/* SPDX-License-Identifier: Apache-2.0 */
/* EtherCAT over its EtherType and over UDP: one message a datagram. Follows ETG.1000.4 (IEC 61158-4-12) clause 5. */
#include "parsers/ethercat/ethercat.h"

enum { HEADER = 10, TYPE_COMMANDS = 1, TYPE_ADS, TYPE_VARIABLES = 4, TYPE_MAILBOX = 5, MORE_FOLLOWS = 0x8000 };
enum { NOP, APRD, APWR, APRW, FPRD, FPWR, FPRW, BRD, BWR, BRW, LRD, LWR, LRW, ARMW, FRMW, COMMANDS };

const struct value_name ethercat_commands[] = {
    {NOP, "空操作(NOP)", "NOP"},          {APRD, "按位置读(APRD)", "APRD"},
    {APWR, "按位置写(APWR)", "APWR"},     {APRW, "按位置读写(APRW)", "APRW"},
    {FPRD, "按站址读(FPRD)", "FPRD"},     {FPWR, "按站址写(FPWR)", "FPWR"},
    {FPRW, "按站址读写(FPRW)", "FPRW"},   {BRD, "广播读(BRD)", "BRD"},
    {BWR, "广播写(BWR)", "BWR"},          {BRW, "广播读写(BRW)", "BRW"},
    {LRD, "逻辑读(LRD)", "LRD"},          {LWR, "逻辑写(LWR)", "LWR"},
    {LRW, "逻辑读写(LRW)", "LRW"},        {ARMW, "按位置读多写(ARMW)", "ARMW"},
    {FRMW, "按站址读多写(FRMW)", "FRMW"}, {0, NULL, NULL}};
const struct value_name ethercat_states[] = {{1, "初始化(INIT)", "INIT"},    {2, "预运行(PREOP)", "PREOP"},
                                             {3, "引导(BOOT)", "BOOTSTRAP"}, {4, "安全运行(SAFEOP)", "SAFEOP"},
                                             {8, "运行(OP)", "OP"},          {0, NULL, NULL}};

static const struct field fields[] = {ETHERCAT_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {ETHERCAT_ANOMALIES(ANOMALY_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(NOP, "no_operation", NONE, NULL, "空操作", "no operation")                                                       \
    X(APRD, "position_read", READ, NULL, "按位置读从站", "read by position")                                           \
    X(APWR, "position_write", WRITE, "T0836", "按位置写从站", "write by position")                                     \
    X(APRW, "position_read_write", WRITE, "T0836", "按位置读写从站", "read and write by position")                     \
    X(FPRD, "configured_read", READ, NULL, "按站址读从站", "read by station address")                                  \
    X(FPWR, "configured_write", WRITE, "T0836", "按站址写从站", "write by station address")                            \
    X(FPRW, "configured_read_write", WRITE, "T0836", "按站址读写从站", "read and write by station address")            \
    X(BRD, "broadcast_read", READ, NULL, "广播读", "broadcast read")                                                   \
    X(BWR, "broadcast_write", WRITE, "T0836", "广播写", "broadcast write")                                             \
    X(BRW, "broadcast_read_write", WRITE, "T0836", "广播读写", "broadcast read and write")                             \
    X(LRD, "logical_read", NOTIFY, NULL, "过程数据输入", "process data, inputs")                                       \
    X(LWR, "logical_write", NOTIFY, NULL, "过程数据输出", "process data, outputs")                                     \
    X(LRW, "logical_read_write", NOTIFY, NULL, "过程数据交换", "process data exchange")                                \
    X(ARMW, "position_read_multiple_write", NOTIFY, NULL, "按位置读多写", "read by position, write to all")            \
    X(FRMW, "configured_read_multiple_write", NOTIFY, NULL, "按站址读多写", "read by address, write to all")           \
    X(OP_STATE_CHANGE, "state_change", MODE, "T0858", "切换从站状态", "change of slave state")                         \
    X(OP_CLOCK, "clock", NOTIFY, NULL, "分布时钟同步", "distributed clock")                                            \
    X(OP_EEPROM_WRITE, "eeprom_write", CONFIGURE, "T0836", "访问从站EEPROM", "EEPROM command")                         \
    X(OP_EEPROM_READ, "eeprom_read", IDENTIFY, "T0888", "读取从站EEPROM", "EEPROM read")                               \
    X(OP_CONFIGURE, "configure", CONFIGURE, "T0836", "配置从站", "configuration of a slave")                           \
    X(OP_NETWORK_VARIABLES, "network_variables", NOTIFY, NULL, "网络变量", "network variables")                        \
    X(OP_SDO_DOWNLOAD, "sdo_download", WRITE, "T0836", "写对象(SDO)", "SDO download")                                  \
    X(OP_SDO_UPLOAD, "sdo_upload", READ, "T0801", "读对象(SDO)", "SDO upload")                                         \
    X(OP_SDO_SEGMENT, "sdo_segment", WRITE, "T0836", "SDO下载分段", "SDO download segment")                            \
    X(OP_SDO_UPLOAD_SEGMENT, "sdo_upload_segment", READ, NULL, "SDO上传分段", "SDO upload segment")                    \
    X(OP_SDO_INFORMATION, "sdo_information", IDENTIFY, "T0888", "读对象字典", "SDO information")                       \
    X(OP_SDO_ABORT, "sdo_abort", ERROR, NULL, "SDO中止", "SDO abort")                                                  \
    X(OP_EMERGENCY, "emergency", ALARM, NULL, "紧急报文", "emergency")                                                 \
    X(OP_FILE_READ, "file_read", FILE, "T0845", "读取文件(FoE)", "file read")                                          \
    X(OP_FILE_WRITE, "file_write", FIRMWARE, "T0839", "写入文件(FoE)", "file write")                                   \
    X(OP_FILE_DATA, "file_data", FILE, NULL, "文件数据(FoE)", "file data")                                             \
    X(OP_FILE_ERROR, "file_error", ERROR, NULL, "文件错误(FoE)", "file error")                                         \
    X(OP_DRIVE_READ, "drive_read", READ, "T0801", "读伺服参数(SoE)", "drive read")                                     \
    X(OP_DRIVE_WRITE, "drive_write", WRITE, "T0836", "写伺服参数(SoE)", "drive write")                                 \
    X(OP_DRIVE_NOTIFY, "drive_notify", NOTIFY, NULL, "伺服通知(SoE)", "drive notification")                            \
    X(OP_ETHERNET, "ethernet", NOTIFY, NULL, "以太网透传(EoE)", "Ethernet over EtherCAT")                              \
    X(OP_MAILBOX_ERROR, "mailbox_error", ERROR, NULL, "邮箱错误", "mailbox error")                                     \
    X(OP_MAILBOX, "mailbox", NOTIFY, NULL, "邮箱报文", "mailbox")                                                      \
    X(OP_OTHER_TYPE, "other_type", NONE, NULL, "其他帧类型", "other frame type")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

struct datagram {
    uint8_t command, index;
    uint16_t position, offset, length, interrupt, counter;
    struct bytes data;
    bool more, cut;
};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    uint16_t header = bytes_le16(&in), length = header & 0x7ff;
    unsigned type = header >> 12;
    if (!bytes_ok(&in) || header & 0x800) return hint->transport == OVER_LINK ? PROBE_MAYBE : PROBE_NO;
    if (hint->transport == OVER_LINK) return PROBE_YES;
    if (!hint->on_port) return PROBE_NO;
    bool plausible =
        type == TYPE_COMMANDS && length >= HEADER && length <= bytes_left(&in) && bytes_peek(&in, 0) < COMMANDS;
    return plausible ? PROBE_YES : PROBE_MAYBE;
}

static bool datagram_take(struct bytes *in, struct datagram *d)
{
    d->command = bytes_u8(in);
    d->index = bytes_u8(in);
    d->position = bytes_le16(in);
    d->offset = bytes_le16(in);
    uint16_t length = bytes_le16(in);
    d->interrupt = bytes_le16(in);
    if (!bytes_ok(in)) return false;
    d->length = length & 0x7ff;
    d->more = length & MORE_FOLLOWS;
    d->cut = bytes_left(in) < (size_t)d->length + 2;
    d->data = bytes_take_upto(in, d->length);
    d->counter = d->cut ? 0 : bytes_le16(in);
    return true;
}

static bool writes(const struct datagram *d)
{
    static const uint16_t set = 1 << APWR | 1 << APRW | 1 << FPWR | 1 << FPRW | 1 << BWR | 1 << BRW;
    return d->command < COMMANDS && set >> d->command & 1;
}

/* Registers of the slave controller, ETG.1000.4 table 31 and on. */
static const struct {
    uint16_t first, last;
    uint32_t read, write; /* operation, 0: the command's own */
} registers[] = {
    {0x0010, 0x0013, 0, OP_CONFIGURE},                 /* station address */
    {0x0100, 0x0111, 0, OP_CONFIGURE},                 /* DL control */
    {0x0120, 0x0121, 0, OP_STATE_CHANGE},              /* AL control */
    {0x0200, 0x0205, 0, OP_CONFIGURE},                 /* event masks */
    {0x0400, 0x0441, 0, OP_CONFIGURE},                 /* watchdogs */
    {0x0500, 0x050f, OP_EEPROM_READ, OP_EEPROM_WRITE}, /* slave information interface */
    {0x0600, 0x06ff, 0, OP_CONFIGURE},                 /* FMMU */
    {0x0800, 0x087f, 0, OP_CONFIGURE},                 /* sync managers */
    {0x0900, 0x09ff, OP_CLOCK, OP_CLOCK},              /* distributed clocks */
};

enum { AL_CONTROL = 0x120, AL_STATUS = 0x130, MEMORY = 0x1000 };

static bool addressed_mailbox(const struct datagram *d)
{
    return (d->command == APRD || d->command == APWR || d->command == FPRD || d->command == FPWR) &&
           d->offset >= MEMORY && ethercat_is_mailbox(d->data);
}

/* A read whose data nobody filled in says nothing of a mailbox. */
static uint32_t operation_of(const struct datagram *d, bool mailbox)
{
    if (mailbox) return ethercat_mailbox_operation(d->data);
    if (d->command == NOP || (d->command >= LRD && d->command <= LRW) || d->command >= COMMANDS) return d->command;
    for (unsigned i = 0; i < COUNT_OF(registers); i++) {
        if (d->offset < registers[i].first || d->offset > registers[i].last) continue;
        uint32_t operation = writes(d) ? registers[i].write : registers[i].read;
        return operation ? operation : d->command;
    }
    return d->command;
}

static void emit_datagram(struct pdu *p, const struct datagram *d, bool returned)
{
    bool mailbox = addressed_mailbox(d), logical = d->command >= LRD && d->command <= LRW;
    message_operation(p, operation_of(d, mailbox));
    message_role(p, returned ? ROLE_RESPONSE : ROLE_REQUEST);
    if (!logical) message_unit(p, d->position);
    if (d->command >= COMMANDS) message_anomaly(p, A_UNKNOWN_COMMAND);
    if (d->cut) {
        message_anomaly(p, A_DATAGRAM_CUT);
        return;
    }
    emit_uint(p, F_COMMAND, d->command);
    emit_uint(p, F_INDEX, d->index);
    if (logical) {
        emit_uint(p, F_LOGICAL, (uint32_t)d->offset << 16 | d->position);
    } else {
        emit_uint(p, F_POSITION, d->position);
        emit_uint(p, F_OFFSET, d->offset);
    }
    emit_uint(p, F_LENGTH, d->length);
    emit_uint(p, F_INTERRUPT, d->interrupt);
    if (!bytes_empty(&d->data)) emit_bytes(p, F_DATA, d->data);
    if (!logical && (d->offset == AL_CONTROL || d->offset == AL_STATUS) && !bytes_empty(&d->data))
        emit_uint(p, F_STATE, bytes_peek(&d->data, 0) & 15);
    emit_uint(p, F_COUNTER, d->counter);
    if (mailbox) {
        ethercat_mailbox(p, d->data);
    } else if (writes(d) && wants_object(p)) {
        struct bytes value = d->data;
        message_object(p, "0x%04X", d->offset);
        if (d->length && d->length <= 8) message_value_int(p, (int64_t)bytes_le(&value, bytes_left(&value)));
    }
}

/* The first slave sets the locally administered bit of the source address as the frame passes (ETG.1000.3). */
static bool has_returned(const struct pdu *p, const struct datagram *d)
{
    return d->counter || (p->transport == OVER_LINK && p->packet->src_mac[0] & 2);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint16_t header = bytes_le16(&in);
    unsigned type = header >> 12;
    size_t declared = header & 0x7ff;
    bool spoke = false;
    struct datagram d = {.more = true};
    if (!bytes_ok(&in) || type != TYPE_COMMANDS) {
        message_operation(p, type == TYPE_VARIABLES ? (uint32_t)OP_NETWORK_VARIABLES
                             : type == TYPE_MAILBOX ? ethercat_mailbox_operation(in)
                                                    : (uint32_t)OP_OTHER_TYPE);
        if (!bytes_ok(&in))
            message_anomaly(p, A_SHORT_FRAME);
        else if (type == TYPE_MAILBOX)
            ethercat_mailbox(p, in);
        else if (type == TYPE_ADS)
            pdu_carry(p, OVER_ETHERCAT, in);
        else if (type != TYPE_VARIABLES)
            message_anomaly(p, A_UNKNOWN_TYPE);
        return;
    }
    size_t room = bytes_left(&in);
    while (d.more && !bytes_empty(&in) && datagram_take(&in, &d)) {
        if (spoke) message_next(p);
        emit_datagram(p, &d, has_returned(p, &d));
        spoke = true;
    }
    if (!spoke) {
        message_operation(p, OP_OTHER_TYPE);
        message_anomaly(p, A_SHORT_FRAME);
    } else if (!d.cut && room - bytes_left(&in) != declared) {
        message_anomaly(p, A_LENGTH_MISMATCH);
    }
}

static const uint16_t udp_ports[] = {34980, 0};
static const uint32_t link_types[] = {0x88a4, 0};

const struct parser parser_ethercat = {
    .name = "ethercat",
    .zh = "以太网控制自动化技术 (EtherCAT)",
    .en = "EtherCAT",
    .specification = "IEC 61158-4-12, ETG.1000.4 and ETG.1000.6",
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
