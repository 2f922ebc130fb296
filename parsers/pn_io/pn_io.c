/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET IO: context management over connectionless DCE/RPC and alarms over real-time frames.
 * Follows IEC 61158-6-10:2019 clause 4.10 (RPC), 4.8 (RTA) and The Open Group C706 clause 12.5 (connectionless PDUs).
 */
#include "parsers/pn_io/pn_io.h"

enum {
    RPC_HEADER = 80,
    RPC_VERSION = 4,
    LITTLE_ENDIAN_DATA = 0x10,
    LAST_FRAGMENT = 2,
    FRAGMENT = 4,
    MAPPER_PORT = 34964
};
enum { PTYPE_REQUEST, PTYPE_PING, PTYPE_RESPONSE, PTYPE_FAULT, PTYPE_LAST = 10 };
enum { CONNECT, RELEASE, READ, WRITE, CONTROL, READ_IMPLICIT, OPERATIONS_END, MULTIPLE_WRITE = 0xe040 };
enum {
    OP_APPLICATION_READY = 0x20,
    OP_PARAMETER_END,
    OP_WRITE_CONFIGURATION,
    OP_RPC = 0x100,
    OP_ALARM = 0x200,
    OP_ALARM_ACKNOWLEDGE,
    OP_ALARM_TRANSPORT,
    OP_ALARM_ERROR
};
enum { ALARM_HIGH = 1, ALARM_LOW, ALARM_DATA = 1, ALARM_FAILURE = 4, STANDARD_RECORDS = 0x8000 };

static const struct field fields[] = {PN_IO_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {PN_IO_ANOMALIES(ANOMALY_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(CONNECT, "connect", SESSION, NULL, "建立应用关系", "connect")                                                    \
    X(RELEASE, "release", SESSION, NULL, "释放应用关系", "release")                                                    \
    X(READ, "read", READ, "T0801", "读记录", "read record")                                                            \
    X(WRITE, "write", WRITE, "T0836", "写记录", "write record")                                                        \
    X(CONTROL, "control", SESSION, NULL, "控制应用关系", "control of the relation")                                    \
    X(READ_IMPLICIT, "read_implicit", READ, "T0888", "无连接读记录", "read record without a relation")                 \
    X(OP_APPLICATION_READY, "application_ready", SESSION, NULL, "应用就绪", "application ready")                       \
    X(OP_PARAMETER_END, "parameter_end", SESSION, NULL, "参数化结束", "end of parameters")                             \
    X(OP_WRITE_CONFIGURATION, "write_configuration", CONFIGURE, "T0836", "写组态记录", "write configuration record")   \
    X(OP_RPC + 1, "ping", SESSION, NULL, "RPC探询", "RPC ping")                                                        \
    X(OP_RPC + 3, "fault", ERROR, NULL, "RPC故障", "RPC fault")                                                        \
    X(OP_RPC + 4, "working", SESSION, NULL, "RPC处理中", "RPC working")                                                \
    X(OP_RPC + 5, "no_call", ERROR, NULL, "RPC无此调用", "RPC no call")                                                \
    X(OP_RPC + 6, "reject", ERROR, NULL, "RPC拒绝", "RPC reject")                                                      \
    X(OP_RPC + 7, "acknowledge", SESSION, NULL, "RPC确认", "RPC acknowledge")                                          \
    X(OP_RPC + 8, "cancel", SESSION, NULL, "RPC取消", "RPC cancel")                                                    \
    X(OP_RPC + 9, "fragment_acknowledge", SESSION, NULL, "RPC分片确认", "RPC fragment acknowledge")                    \
    X(OP_RPC + 10, "cancel_acknowledge", SESSION, NULL, "RPC取消确认", "RPC cancel acknowledge")                       \
    X(OP_ALARM, "alarm", ALARM, NULL, "报警", "alarm")                                                                 \
    X(OP_ALARM_ACKNOWLEDGE, "alarm_acknowledge", ALARM, "T0878", "报警确认", "alarm acknowledgement")                  \
    X(OP_ALARM_TRANSPORT, "alarm_transport", NOTIFY, NULL, "报警传输确认", "alarm transport acknowledgement")          \
    X(OP_ALARM_ERROR, "alarm_error", ERROR, NULL, "报警通信错误", "alarm transport error")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

static const struct status_name statuses[] = {
    {0x00, "成功", "ok"},
    {0x81, "PNIO错误", "PNIO"},
    {0xcf, "报警传输错误", "RTA error"},
    {0xda, "报警确认错误", "alarm acknowledgement"},
    {0xdb, "连接错误", "connect"},
    {0xdc, "释放错误", "release"},
    {0xdd, "控制错误", "control"},
    {0xde, "读错误", "read"},
    {0xdf, "写错误", "write"},
};

struct rpc {
    uint8_t type, flags;
    bool little;
    struct bytes activity;
    uint32_t sequence;
    uint16_t opnum, length, fragment;
};

/* Interfaces dea00001 (device) to dea00004 (parameter server) of clause 4.10.3, first field in the sender's order. */
static bool interface_fits(struct bytes uuid, bool little)
{
    static const uint8_t tail[] = {0x11, 0xd1, 0x82, 0x71, 0x00, 0xa0, 0x24, 0x42, 0xdf, 0x7d};
    uint32_t first = little ? bytes_le32(&uuid) : bytes_be32(&uuid);
    uint16_t second = little ? bytes_le16(&uuid) : bytes_be16(&uuid);
    uint16_t third = little ? bytes_le16(&uuid) : bytes_be16(&uuid);
    return first >= 0xdea00001 && first <= 0xdea00004 && second == 0x6c97 && third == 0x11d1 &&
           bytes_starts_with(&uuid, (const char *)tail + 2, sizeof tail - 2);
}

static uint32_t word(struct bytes *in, bool little) { return little ? bytes_le32(in) : bytes_be32(in); }
static uint16_t half(struct bytes *in, bool little) { return little ? bytes_le16(in) : bytes_be16(in); }

static bool rpc_take(struct bytes *in, struct rpc *h)
{
    if (bytes_left(in) < RPC_HEADER || bytes_u8(in) != RPC_VERSION) return false;
    h->type = bytes_u8(in) & 0x1f;
    h->flags = bytes_u8(in);
    bytes_skip(in, 1);
    h->little = bytes_u8(in) & LITTLE_ENDIAN_DATA;
    bytes_skip(in, 3 + 16); /* data representation, serial; object */
    struct bytes interface = bytes_take(in, 16);
    h->activity = bytes_take(in, 16);
    bytes_skip(in, 8); /* boot time, interface version */
    h->sequence = word(in, h->little);
    h->opnum = half(in, h->little);
    bytes_skip(in, 4); /* hints */
    h->length = half(in, h->little);
    h->fragment = half(in, h->little);
    bytes_skip(in, 2); /* authentication, serial */
    return bytes_ok(in) && h->type <= PTYPE_LAST && interface_fits(interface, h->little);
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct rpc h;
    if (hint->transport == OVER_UDP) return rpc_take(&in, &h) ? PROBE_YES : PROBE_NO;
    uint16_t frame_id = bytes_peek_be16(&in, 0);
    return frame_id == 0xfc01 || frame_id == 0xfe01 ? PROBE_YES : PROBE_NO;
}

/* What a request does, by its first block and the record it names. */
static uint32_t operation_of(const struct rpc *h, struct bytes blocks)
{
    uint16_t type = bytes_peek_be16(&blocks, 0) & 0x7fff;
    if (h->opnum == CONTROL && (type == 0x0112 || type == 0x0113)) return OP_APPLICATION_READY;
    if (h->opnum == CONTROL && (type == 0x0110 || type == 0x0111)) return OP_PARAMETER_END;
    uint16_t index = bytes_peek_be16(&blocks, 34); /* behind header, sequence, relation, API, slot, subslot, padding */
    if (h->opnum == WRITE && index >= STANDARD_RECORDS && index != MULTIPLE_WRITE) return OP_WRITE_CONFIGURATION;
    return h->opnum;
}

/* Answers come from another port than the mapper's: pairing works between the ports that were agreed on. */
static void pair(struct pdu *p, const struct rpc *h)
{
    struct bytes activity = h->activity;
    uint64_t key = bytes_be64(&activity) ^ (uint64_t)h->sequence << 32;
    if (p->packet->dst_port == MAPPER_PORT || p->packet->src_port == MAPPER_PORT) return;
    if (h->type == PTYPE_REQUEST) {
        pdu_request(p, key);
        return;
    }
    struct request *r = pdu_answers(p, key);
    if (r) request_done(r);
}

static void call(struct pdu *p, const struct rpc *h, struct bytes in)
{
    struct pn_io_walk w = {.shared = p->shared};
    uint8_t status[4] = {0};
    bool response = h->type == PTYPE_RESPONSE;
    if (response) {
        uint32_t v = word(&in, h->little);
        for (unsigned i = 0; i < 4; i++) status[i] = (uint8_t)(v >> (24 - i * 8));
    } else {
        bytes_skip(&in, 4); /* most that the answer may have */
    }
    uint32_t length = word(&in, h->little);
    bytes_skip(&in, 12); /* array: maximum, offset, actual count */
    message_operation(p, operation_of(h, in));
    message_role(p, response ? ROLE_RESPONSE : ROLE_REQUEST);
    pair(p, h);
    emit_uint(p, F_OPNUM, h->opnum);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    if (h->opnum >= OPERATIONS_END) message_anomaly(p, A_UNKNOWN_OPERATION);
    if (response) pn_io_status(p, &w, status);
    if (length != bytes_left(&in)) message_anomaly(p, A_LENGTH_MISMATCH);
    pn_io_blocks(p, &w, bytes_take_upto(&in, length), 0);
    if (!bytes_empty(&w.relation)) emit_bytes(p, F_RELATION, w.relation);
    if (response) message_status(p, w.error ? STATUS_REFUSED : STATUS_OK, w.error);
}

static void remote_call(struct pdu *p)
{
    struct bytes in = p->in, whole;
    struct rpc h;
    if (!rpc_take(&in, &h)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    struct bytes body = bytes_take_upto(&in, h.length);
    if (h.type != PTYPE_REQUEST && h.type != PTYPE_RESPONSE) {
        message_operation(p, (uint32_t)OP_RPC + h.type);
        message_role(p, h.type == PTYPE_PING ? ROLE_REQUEST : ROLE_RESPONSE);
        if (h.type == PTYPE_FAULT) message_status(p, STATUS_REFUSED, 0x81);
        return;
    }
    bool pieces = h.flags & FRAGMENT;
    if (pdu_join(p, 0, body, !pieces || h.fragment == 0, !pieces || h.flags & LAST_FRAGMENT, &whole))
        call(p, &h, whole);
}

/* Clause 4.8: end points, type, flags, sequence, length, then one block. */
static void alarm(struct pdu *p)
{
    struct pn_io_walk w = {.shared = p->shared};
    struct bytes in = p->in;
    bytes_skip(&in, 2);
    uint16_t destination = bytes_be16(&in), source = bytes_be16(&in);
    uint8_t type = bytes_u8(&in) & 15;
    bytes_skip(&in, 1 + 4);
    uint16_t length = bytes_be16(&in);
    struct bytes block = bytes_take_upto(&in, length);
    uint16_t kind = bytes_peek_be16(&block, 0);
    bool notifies = kind == ALARM_HIGH || kind == ALARM_LOW;
    message_operation(p, type == ALARM_FAILURE ? OP_ALARM_ERROR
                         : type != ALARM_DATA  ? OP_ALARM_TRANSPORT
                         : notifies            ? OP_ALARM
                                               : OP_ALARM_ACKNOWLEDGE);
    message_role(p, type == ALARM_DATA && notifies ? ROLE_NOTIFY : ROLE_RESPONSE);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_SHORT_FRAME);
        return;
    }
    emit_uint(p, F_DESTINATION, destination);
    emit_uint(p, F_SOURCE, source);
    emit_uint(p, F_PDU_TYPE, type);
    if (type == ALARM_DATA)
        pn_io_blocks(p, &w, block, 0);
    else if (type == ALARM_FAILURE && bytes_left(&block) >= 4)
        pn_io_status(p, &w, bytes_step(&block, 4));
    if (w.error) message_status(p, STATUS_REFUSED, w.error);
    if (w.first_type && wants_object(p)) message_object(p, "%u.%u", w.slot, w.subslot);
}

static void parse(struct pdu *p)
{
    if (p->transport == OVER_UDP)
        remote_call(p);
    else
        alarm(p);
}

static const uint16_t udp_ports[] = {34964, 0};

const struct parser parser_pn_io = {
    .name = "pn_io",
    .zh = "PROFINET IO",
    .en = "PROFINET IO context management",
    .specification = "IEC 61158-6-10:2019",
    .transports = OVER_UDP | OVER_PN_RT,
    .udp_ports = udp_ports,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .shared_size = sizeof(struct pn_io_shared),
    .request_slots = 16,
    .probe = probe,
    .parse = parse,
};
