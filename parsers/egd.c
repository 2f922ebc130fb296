/* SPDX-License-Identifier: Apache-2.0 */
/* GE Ethernet Global Data over UDP: cyclic production of exchanges (GE GFK-2224, "TCP/IP Ethernet Communications"). */
#include "parsers/parser.h"

#define EGD_FIELDS(X)                                                                                                  \
    X(TYPE, "egd.type", UINT8, DEC, PLAIN, "报文类型", "Type", NULL)                                                   \
    X(VERSION, "egd.ver", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                                  \
    X(REQUEST, "egd.rid", UINT16, DEC, PLAIN, "序号", "Request ID", NULL)                                              \
    X(PRODUCER, "egd.pid", IPV4, DEC, PLAIN, "生产者标识", "Producer ID", NULL)                                        \
    X(EXCHANGE, "egd.exid", UINT32, HEX, PLAIN, "交换标识", "Exchange ID", NULL)                                       \
    X(TIMESTAMP, "egd.time", TIME, DEC, PLAIN, "时标", "Timestamp", NULL)                                              \
    X(NO_TIME, "egd.notime", UINT64, HEX, PLAIN, "无时标", "No timestamp", NULL)                                       \
    X(STATUS, "egd.stat", UINT32, DEC, PLAIN, "状态", "Status", status_names)                                          \
    X(SIGNATURE, "egd.csig", UINT32, DEC, PLAIN, "配置签名", "Configuration signature", NULL)                          \
    X(RESERVED, "egd.rsrv", UINT32, DEC, PLAIN, "保留", "Reserved", NULL)                                              \
    X(DATA, "egd.data", BYTES, DEC, BULK, "数据", "Data", NULL)
enum { EGD_FIELDS(FIELD_ID) F_COUNT };

#define STATUSES(X)                                                                                                    \
    X(0, "无新状态事件", "No new status event")                                                                        \
    X(1, "无错误", "No error currently exists")                                                                        \
    X(2, "数据已消费", "No error, data consumed")                                                                      \
    X(3, "SNTP对时错误", "SNTP error")                                                                                 \
    X(4, "规格错误", "Specification error")                                                                            \
    X(6, "数据刷新错误", "Data refresh error")                                                                         \
    X(7, "数据刷新超时", "Data refresh period exceeded")                                                               \
    X(10, "IP层未初始化", "IP layer not initialized")                                                                  \
    X(12, "资源不足", "Lack of resources")                                                                             \
    X(16, "正在解析名称", "Name resolution in progress")                                                               \
    X(18, "以太网接口丢失", "Ethernet interface lost")                                                                 \
    X(22, "以太网接口不支持EGD", "Ethernet interface does not support EGD")                                            \
    X(26, "以太网接口无应答", "No response from the Ethernet interface")                                               \
    X(28, "交换创建失败", "Exchange could not be created")                                                             \
    X(30, "交换已删除", "Configured exchange deleted")
#define STATUS_ROW(code, zh, en) {code, zh, en},
static const struct status_name statuses[] = {STATUSES(STATUS_ROW)};
static const struct value_name status_names[] = {STATUSES(STATUS_ROW){0, NULL, NULL}};

#define EGD_ANOMALIES(X)                                                                                               \
    X(TYPE, "type", ODD, "报文类型或版本未定义", "undefined type or version")                                          \
    X(CUT, "cut", ODD, "报文头不完整", "header is cut short")                                                          \
    X(RESERVED, "reserved", NOTE, "保留字段非零", "reserved field is set")                                             \
    X(TIME, "time", ODD, "时标纳秒越界", "nanoseconds of the timestamp out of range")                                  \
    X(SEQUENCE, "sequence", ODD, "序号不连续(丢失或插入)", "request ID out of order: samples lost or injected")        \
    X(SIGNATURE, "signature", ODD, "配置签名改变", "configuration signature of the exchange changed")
enum { EGD_ANOMALIES(ANOMALY_ID) A_COUNT };

static const struct field fields[] = {EGD_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {EGD_ANOMALIES(ANOMALY_ROW)};
enum { PRODUCTION = 13, VERSION = 1, HEADER = 32, MOST = 1432, EXCHANGES = 32 };
static const struct operation operations[] = {
    {PRODUCTION, "production", OT_NOTIFY, NULL, "周期数据发布", "Data production"},
};
static const uint16_t ports[] = {18246, 0};

/* The last sample of each exchange that a flow carries; a new one takes the place of the oldest. */
struct egd_state {
    struct exchange {
        uint32_t producer, exchange, signature;
        uint16_t request;
        bool used;
    } exchanges[EXCHANGES];
    uint8_t turn;
};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    if (bytes_peek(&in, 0) != PRODUCTION || bytes_peek(&in, 1) != VERSION) return PROBE_NO;
    if (bytes_left(&in) < HEADER || bytes_left(&in) > MOST) return PROBE_MAYBE;
    bytes_skip(&in, 16);
    uint32_t nanoseconds = bytes_le32(&in), status = bytes_le32(&in);
    bytes_skip(&in, 4);
    bool sound = nanoseconds < 1000000000 && status < 256 && bytes_le32(&in) == 0;
    return sound ? PROBE_YES : PROBE_MAYBE;
}

static void follow(struct pdu *p, uint32_t producer, uint32_t exchange, uint16_t request, uint32_t signature)
{
    struct egd_state *state = p->state;
    struct exchange *e = NULL;
    for (unsigned i = 0; i < EXCHANGES && !e; i++)
        if (state->exchanges[i].used && state->exchanges[i].producer == producer &&
            state->exchanges[i].exchange == exchange)
            e = &state->exchanges[i];
    if (e) {
        if ((uint16_t)(e->request + 1) != request) message_anomaly(p, A_SEQUENCE);
        if (e->signature != signature) message_anomaly(p, A_SIGNATURE);
    } else {
        e = &state->exchanges[state->turn++ % EXCHANGES];
    }
    *e = (struct exchange){producer, exchange, signature, request, true};
}

static void timestamp(struct pdu *p, struct bytes *in)
{
    uint32_t seconds = bytes_le32(in), nanoseconds = bytes_le32(in);
    if (!bytes_ok(in)) return;
    if (!seconds && !nanoseconds) {
        emit_uint(p, F_NO_TIME, 0);
        return;
    }
    if (nanoseconds >= 1000000000) message_anomaly(p, A_TIME);
    emit_uint(p, F_TIMESTAMP, (uint64_t)seconds * 1000000000 + nanoseconds);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t type = bytes_u8(&in), version = bytes_u8(&in);
    uint16_t request = bytes_le16(&in);
    struct bytes producer = bytes_take(&in, 4), producer_number = producer;
    uint32_t exchange = bytes_le32(&in);
    message_operation(p, type);
    message_role(p, ROLE_NOTIFY);
    if (type != PRODUCTION || version != VERSION) {
        message_anomaly(p, A_TYPE);
        return;
    }
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    message_unit(p, exchange);
    emit_uint(p, F_TYPE, type);
    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_REQUEST, request);
    emit_bytes(p, F_PRODUCER, producer);
    emit_uint(p, F_EXCHANGE, exchange);
    timestamp(p, &in);
    uint32_t status = bytes_le32(&in);
    if (bytes_ok(&in)) {
        emit_uint(p, F_STATUS, status);
        message_status(p, status < 3 ? STATUS_OK : STATUS_REFUSED, status);
    }
    uint32_t signature = bytes_le32(&in);
    if (bytes_ok(&in)) emit_uint(p, F_SIGNATURE, signature);
    uint32_t reserved = bytes_le32(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    emit_uint(p, F_RESERVED, reserved);
    if (reserved) message_anomaly(p, A_RESERVED);
    emit_bytes(p, F_DATA, in);
    follow(p, bytes_be32(&producer_number), exchange, request, signature);
}

const struct parser parser_egd = {
    .name = "egd",
    .zh = "GE 以太网全局数据",
    .en = "GE Ethernet Global Data",
    .specification = "GE GFK-2224",
    .transports = OVER_UDP,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct egd_state),
    .probe = probe,
    .parse = parse,
};
