/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET real-time frames by their frame id: cyclic data with its status, and what goes on to pn_dcp and pn_io.
 * Follows IEC 61158-6-10:2019 clause 4.7 (RTA, RTC) and 4.5 (PTCP). */
#include "parsers/parser.h"

enum { SHORTEST = 6, TRAILER = 4 };
enum { PRIMARY = 1, VALID = 4, RUN = 16, NO_PROBLEM = 32, IGNORE = 128 };
enum {
    OP_TIME = 1,
    OP_CYCLIC_3,
    OP_CYCLIC,
    OP_ALARM_HIGH,
    OP_ALARM_LOW,
    OP_SERVICE_INTERFACE,
    OP_DCP,
    OP_PTCP_ANNOUNCE,
    OP_PTCP_FOLLOW,
    OP_PTCP_DELAY,
    OP_REDUNDANCY,
    OP_FRAGMENT,
    OP_RESERVED
};

#define FIELDS(X)                                                                                                      \
    X(FRAME_ID, "pn_rt.frame_id", UINT16, DEC, PLAIN, "帧标识", "Frame id", NULL)                                      \
    X(CYCLE, "pn_rt.cycle_counter", UINT16, DEC, PLAIN, "周期计数", "Cycle counter", NULL)                             \
    X(STATUS, "pn_rt.ds", UINT8, HEX, PLAIN, "数据状态", "Data status", NULL)                                          \
    X(IGNORED, "pn_rt.ds_ignore", UINT8, HEX, PLAIN, "忽略", "Ignore", NULL)                                           \
    X(FINE, "pn_rt.ds_ok", UINT8, HEX, PLAIN, "站无故障", "Station problem indicator", NULL)                           \
    X(OPERATE, "pn_rt.ds_operate", UINT8, HEX, PLAIN, "提供方运行", "Provider state", NULL)                            \
    X(VALIDITY, "pn_rt.ds_valid", UINT8, HEX, PLAIN, "数据有效", "Data valid", NULL)                                   \
    X(IS_PRIMARY, "pn_rt.ds_primary", UINT8, HEX, PLAIN, "主用", "Primary", NULL)                                      \
    X(TRANSFER, "pn_rt.transfer_status", UINT8, DEC, PLAIN, "传输状态", "Transfer status", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(OP_TIME, "time_synchronisation", NOTIFY, NULL, "时间同步", "time synchronisation")                               \
    X(OP_CYCLIC_3, "cyclic_isochronous", NOTIFY, NULL, "等时循环数据", "cyclic data, class 3")                         \
    X(OP_CYCLIC, "cyclic", NOTIFY, NULL, "循环数据", "cyclic data")                                                    \
    X(OP_ALARM_HIGH, "alarm_high", ALARM, NULL, "高优先级报警", "alarm, high priority")                                \
    X(OP_ALARM_LOW, "alarm_low", ALARM, NULL, "低优先级报警", "alarm, low priority")                                   \
    X(OP_SERVICE_INTERFACE, "remote_service_interface", SESSION, NULL, "远程服务接口", "remote service interface")     \
    X(OP_DCP, "dcp", CONFIGURE, NULL, "发现与配置", "discovery and configuration")                                     \
    X(OP_PTCP_ANNOUNCE, "ptcp_announce", NOTIFY, NULL, "时钟公告", "clock announcement")                               \
    X(OP_PTCP_FOLLOW, "ptcp_follow_up", NOTIFY, NULL, "时钟跟随", "clock follow-up")                                   \
    X(OP_PTCP_DELAY, "ptcp_delay", NOTIFY, NULL, "线路延迟测量", "line delay measurement")                             \
    X(OP_REDUNDANCY, "media_redundancy", NOTIFY, NULL, "介质冗余", "media redundancy, real time")                      \
    X(OP_FRAGMENT, "fragment", NOTIFY, NULL, "分片", "fragment")                                                       \
    X(OP_RESERVED, "reserved", NONE, NULL, "保留的帧标识", "reserved frame id")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(SHORT_FRAME, "short_frame", ODD, "帧过短", "frame too short")                                                    \
    X(RESERVED_ID, "reserved_frame_id", ODD, "保留的帧标识", "reserved frame id")                                      \
    X(TRANSFER_ERROR, "transfer_error", ODD, "传输状态非零", "transfer status is not zero")                            \
    X(PROVIDER_STOPPED, "provider_stopped", NOTE, "提供方停止", "provider is stopped")                                 \
    X(STATION_PROBLEM, "station_problem", NOTE, "站有故障", "station reports a problem")                               \
    X(DATA_INVALID, "data_invalid", NOTE, "数据无效", "data are invalid")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

/* Clause 4.7.2.2, table of frame ids; sorted, each row up to `last`. */
static const struct {
    uint16_t last;
    uint8_t operation;
} ranges[] = {
    {0x001f, OP_RESERVED},          {0x0021, OP_TIME},        {0x007f, OP_RESERVED}, {0x0081, OP_TIME},
    {0x00ff, OP_RESERVED},          {0x0fff, OP_CYCLIC_3},    {0x7fff, OP_RESERVED}, {0xfbff, OP_CYCLIC},
    {0xfc00, OP_RESERVED},          {0xfc01, OP_ALARM_HIGH},  {0xfe00, OP_RESERVED}, {0xfe01, OP_ALARM_LOW},
    {0xfe02, OP_SERVICE_INTERFACE}, {0xfefb, OP_RESERVED},    {0xfeff, OP_DCP},      {0xff01, OP_PTCP_ANNOUNCE},
    {0xff1f, OP_RESERVED},          {0xff21, OP_PTCP_FOLLOW}, {0xff3f, OP_RESERVED}, {0xff43, OP_PTCP_DELAY},
    {0xff5f, OP_RESERVED},          {0xff60, OP_REDUNDANCY},  {0xff7f, OP_RESERVED}, {0xff8f, OP_FRAGMENT},
    {0xffff, OP_RESERVED},
};

static uint8_t operation_of(uint16_t frame_id)
{
    unsigned low = 0, high = COUNT_OF(ranges) - 1;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (frame_id <= ranges[middle].last)
            high = middle;
        else
            low = middle + 1;
    }
    return ranges[low].operation;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_LINK) return PROBE_YES;
    bool real_time = operation_of(bytes_peek_be16(&in, 0)) == OP_CYCLIC;
    return hint->on_port && bytes_left(&in) >= SHORTEST && real_time ? PROBE_MAYBE : PROBE_NO;
}

/* The last four octets of the frame, behind its padding (clause 4.7.2.1). */
static void cyclic(struct pdu *p, struct bytes in)
{
    bytes_skip(&in, bytes_left(&in) - TRAILER);
    uint16_t cycle = bytes_be16(&in);
    uint8_t status = bytes_u8(&in), transfer = bytes_u8(&in);
    emit_uint(p, F_CYCLE, cycle);
    emit_uint(p, F_STATUS, status);
    emit_uint(p, F_IGNORED, (status & IGNORE) != 0);
    emit_uint(p, F_FINE, (status & NO_PROBLEM) != 0);
    emit_uint(p, F_OPERATE, (status & RUN) != 0);
    emit_uint(p, F_VALIDITY, (status & VALID) != 0);
    emit_uint(p, F_IS_PRIMARY, (status & PRIMARY) != 0);
    emit_uint(p, F_TRANSFER, transfer);
    if (transfer) message_anomaly(p, A_TRANSFER_ERROR);
    if (!(status & RUN)) message_anomaly(p, A_PROVIDER_STOPPED);
    if (!(status & NO_PROBLEM)) message_anomaly(p, A_STATION_PROBLEM);
    if (!(status & VALID)) message_anomaly(p, A_DATA_INVALID);
}

static void parse(struct pdu *p)
{
    uint16_t frame_id = bytes_peek_be16(&p->in, 0);
    uint8_t operation = operation_of(frame_id);
    if (bytes_left(&p->in) < SHORTEST) {
        message_operation(p, OP_RESERVED);
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    bool carried = operation == OP_DCP || operation == OP_ALARM_HIGH || operation == OP_ALARM_LOW;
    message_operation(p, operation);
    if (!carried) message_role(p, ROLE_NOTIFY);
    emit_uint(p, F_FRAME_ID, frame_id);
    if (operation == OP_RESERVED) message_anomaly(p, A_RESERVED_ID);
    if (operation == OP_CYCLIC || operation == OP_CYCLIC_3)
        cyclic(p, p->in);
    else if (carried)
        pdu_carry(p, OVER_PN_RT, p->in);
}

static const uint16_t udp_ports[] = {34962, 0};
static const uint32_t link_types[] = {0x8892, 0};

const struct parser parser_pn_rt = {
    .name = "pn_rt",
    .zh = "PROFINET 实时通信",
    .en = "PROFINET real time",
    .specification = "IEC 61158-6-10:2019",
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
