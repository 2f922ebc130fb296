/* SPDX-License-Identifier: Apache-2.0 */
/* SLMP, which Mitsubishi's controllers also know as MC protocol: 3E and 4E frames in binary code over TCP and UDP
 * (CLPA BAP-C3002, Mitsubishi SH-080956ENG). Frames in ASCII code and MELSOFT's own are left alone. */
#include "parsers/slmp/slmp.h"

#define SLMP_FIELDS(X)                                                                                                 \
    X(SUBHEADER, "slmp.subheader", UINT16, HEX, PLAIN, "副帧头", "Subheader", NULL)                                    \
    X(SERIAL, "slmp.serial", UINT16, DEC, PLAIN, "序列号", "Serial number", NULL)                                      \
    X(NETWORK, "slmp.network", UINT8, DEC, PLAIN, "网络号", "Network number", NULL)                                    \
    X(STATION, "slmp.station", UINT8, DEC, PLAIN, "站号", "Station number", NULL)                                      \
    X(MODULE, "slmp.module_io", UINT16, HEX, PLAIN, "模块I/O号", "Module I/O number", NULL)                            \
    X(DROP, "slmp.drop", UINT8, DEC, PLAIN, "多点站号", "Multidrop station", NULL)                                     \
    X(LENGTH, "slmp.length", UINT16, DEC, PLAIN, "数据长度", "Data length", NULL)                                      \
    X(TIMER, "slmp.timer", UINT16, DEC, PLAIN, "监视定时(250毫秒)", "Monitoring timer (250 ms)", NULL)                 \
    X(COMMAND, "slmp.command", UINT16, HEX, PLAIN, "命令", "Command", NULL)                                            \
    X(SUBCOMMAND, "slmp.subcommand", UINT16, HEX, PLAIN, "子命令", "Subcommand", NULL)                                 \
    X(END_CODE, "slmp.end_code", UINT16, HEX, PLAIN, "结束代码", "End code", NULL)                                     \
    X(DEVICE, "slmp.device", TEXT, DEC, PLAIN, "软元件", "Device", NULL)                                               \
    X(POINTS, "slmp.points", UINT16, DEC, PLAIN, "点数", "Number of points", NULL)                                     \
    X(TYPE_NAME, "slmp.type_name", TEXT, DEC, PLAIN, "型号", "Type name", NULL)                                        \
    X(TYPE_CODE, "slmp.type_code", UINT16, HEX, PLAIN, "型号代码", "Type code", NULL)
enum { SLMP_FIELDS(FIELD_ID) F_COUNT };
#define SLMP_ANOMALIES(X)                                                                                              \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(COMMAND, "command", ODD, "未定义的命令", "undefined command")                                                    \
    X(FORCED, "forced", NOTE, "强制执行（不顾其他站）", "forced, whatever other stations do")
enum { SLMP_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {SLMP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {SLMP_ANOMALIES(ANOMALY_ROW)};

/* Clause 4.2: subheaders, as their first octet. */
enum { REQUEST_3E = 0x50, REQUEST_4E = 0x54, RESPONSE_3E = 0xd0, RESPONSE_4E = 0xd4 };
enum { ROUTE = 5, LENGTH = 2, SHORT_HEADER = 2 + ROUTE + LENGTH, LONG_HEADER = SHORT_HEADER + 4 };
enum {
    READ_TYPE_NAME = 0x0101,
    READ = 0x0401,
    WRITE = 0x1401,
    REMOTE_RUN = 0x1001,
    REMOTE_PAUSE = 0x1003,
    FORCED = 3,      /* mode of remote RUN, STOP, PAUSE: clause 5.4 */
    BITS = 1,        /* in a subcommand: bit units */
    LONG_NUMBER = 2, /* and numbers of the iQ-R series: four octets, code of two */
    POINTS_MOST = 64,
    OWN_STATION = 0xff,
    NAME = 16
};
static const uint16_t ports[] = {5006, 5007, 5010, 61450, 0};

static bool is_long(uint8_t first) { return first == REQUEST_4E || first == RESPONSE_4E; }
static bool is_request(uint8_t first) { return first == REQUEST_3E || first == REQUEST_4E; }
static size_t header_of(uint8_t first) { return is_long(first) ? LONG_HEADER : SHORT_HEADER; }

/* The route of nearly all frames: own network or one of 239, a station or the one connected to, a module of a CPU. */
static bool header_at(const struct bytes *in)
{
    uint8_t first = bytes_peek(in, 0);
    size_t route = is_long(first) ? 6 : 2;
    if (!is_request(first) && first != RESPONSE_3E && first != RESPONSE_4E) return false;
    if (bytes_peek(in, 1) != 0 || (is_long(first) && bytes_peek_le16(in, 4) != 0)) return false;
    uint8_t network = bytes_peek(in, route), station = bytes_peek(in, route + 1);
    uint16_t length = bytes_peek_le16(in, route + ROUTE);
    return network <= 0xef && (station == OWN_STATION || (station >= 1 && station <= 0x7d)) &&
           bytes_peek(in, route + 3) == 0x03 && length >= (is_request(first) ? 6 : 2) && length < 0x2000;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    uint8_t first = bytes_peek(&in, 0);
    size_t header = header_of(first);
    if (bytes_left(&in) < header + 2 || !header_at(&in)) return PROBE_NO;
    size_t length = header + bytes_peek_le16(&in, header - LENGTH);
    if (hint->transport == OVER_UDP && length != bytes_left(&in)) return PROBE_NO;
    if (is_request(first)) return slmp_knows(bytes_peek_le16(&in, header + 2)) ? PROBE_YES : PROBE_NO;
    return length == bytes_left(&in) ? PROBE_YES : PROBE_MAYBE;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    size_t header = header_of(bytes_peek(&in, 0));
    if (bytes_left(&in) < header) return FRAME_NEEDS(header);
    if (!header_at(&in)) return FRAME_IS_LOST;
    return FRAME_OF(header + bytes_peek_le16(&in, header - LENGTH));
}

/* What a request left for its answer. */
struct asked {
    uint32_t number;
    uint16_t points;
    uint8_t device, bits;
};

static void put_object(struct pdu *p, const struct slmp_device *d, uint32_t number)
{
    message_object(p, d->hex ? "%s%X" : "%s%u", d->name, number);
}

/* Clause 5.2: words of two octets; bits as half octets, the first in the upper half. */
static void points(struct pdu *p, const struct asked *a, struct bytes in, bool values)
{
    const struct slmp_device *d = slmp_device_of(a->device);
    if (!d || !wants_object(p)) return;
    for (uint32_t i = 0; i < a->points && i < POINTS_MOST; i++) {
        uint8_t pair = a->bits && i % 2 ? bytes_peek(&in, 0) & 1 : 0;
        if (values && bytes_left(&in) < (a->bits ? 1u : 2u)) return;
        put_object(p, d, a->number + i);
        if (!values) continue;
        if (!a->bits)
            message_value_int(p, bytes_le16(&in));
        else if (i % 2)
            message_value_int(p, pair), bytes_skip(&in, 1);
        else
            message_value_int(p, bytes_peek(&in, 0) >> 4 & 1);
    }
}

static bool take_device(struct pdu *p, struct bytes *in, uint16_t subcommand, struct asked *a)
{
    bool large = subcommand & LONG_NUMBER;
    a->number = large ? bytes_le32(in) : bytes_le24(in);
    a->device = bytes_u8(in);
    if (large) bytes_skip(in, 1);
    a->points = bytes_le16(in);
    a->bits = subcommand & BITS;
    if (!bytes_ok(in)) {
        message_anomaly(p, A_CUT);
        return false;
    }
    const struct slmp_device *d = slmp_device_of(a->device);
    if (d) emit_format(p, F_DEVICE, d->hex ? "%s%X" : "%s%u", d->name, a->number);
    emit_uint(p, F_POINTS, a->points);
    return true;
}

/* A 3E frame has no number: one request at a time (clause 3.2). */
static uint64_t key_of(uint16_t serial, uint32_t route) { return (uint64_t)serial << 32 | route; }

static void request(struct pdu *p, struct bytes in, uint64_t key)
{
    struct asked a = {0};
    emit_uint(p, F_TIMER, bytes_le16(&in));
    uint16_t command = bytes_le16(&in), subcommand = bytes_le16(&in);
    message_operation(p, command);
    message_role(p, ROLE_REQUEST);
    emit_uint(p, F_COMMAND, command);
    emit_uint(p, F_SUBCOMMAND, subcommand);
    if (!slmp_knows(command)) message_anomaly(p, A_COMMAND);
    if (command >= REMOTE_RUN && command <= REMOTE_PAUSE && bytes_peek_le16(&in, 0) == FORCED)
        message_anomaly(p, A_FORCED);
    if ((command == READ || command == WRITE) && take_device(p, &in, subcommand, &a))
        points(p, &a, in, command == WRITE);
    struct request *r = pdu_request(p, key);
    _Static_assert(sizeof a <= REQUEST_NOTE, "a request's note has room for it");
    memcpy(r->note, &a, sizeof a);
}

static void type_name(struct pdu *p, struct bytes in)
{
    struct bytes name = bytes_trimmed(bytes_take(&in, NAME));
    uint16_t code = bytes_le16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    emit_text(p, F_TYPE_NAME, name);
    emit_uint(p, F_TYPE_CODE, code);
    message_identity_format(p, IDENTITY_VENDOR, "Mitsubishi Electric");
    message_identity(p, IDENTITY_MODEL, name);
    message_identity_format(p, IDENTITY_ROLE, "plc");
}

static void response(struct pdu *p, struct bytes in, uint64_t key)
{
    struct request *r = pdu_answers(p, key);
    struct asked a = {0};
    uint16_t code = bytes_le16(&in);
    uint32_t command = r ? r->operation_code : 0;
    if (r) {
        message_operation(p, command);
        memcpy(&a, r->note, sizeof a);
        request_done(r);
    }
    message_role(p, ROLE_RESPONSE);
    emit_uint(p, F_END_CODE, code);
    message_status(p, code ? STATUS_REFUSED : STATUS_OK, code);
    if (code) return;
    if (command == READ_TYPE_NAME) type_name(p, in);
    if (command == READ) points(p, &a, in, true);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint16_t subheader = bytes_be16(&in), serial = 0;
    uint8_t first = (uint8_t)(subheader >> 8);
    if (is_long(first)) {
        serial = bytes_le16(&in);
        bytes_skip(&in, 2);
    }
    uint8_t network = bytes_u8(&in), station = bytes_u8(&in);
    uint16_t module = bytes_le16(&in);
    uint8_t drop = bytes_u8(&in);
    uint16_t length = bytes_le16(&in);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, is_request(first) ? TO_SERVER : TO_CLIENT);
    if (network || station != OWN_STATION) message_unit(p, (uint32_t)network << 8 | station);
    uint64_t key = key_of(serial, (uint32_t)network << 24 | (uint32_t)station << 16 | module);
    if (is_request(first))
        request(p, in, key);
    else
        response(p, in, key);
    emit_uint(p, F_SUBHEADER, subheader);
    if (is_long(first)) emit_uint(p, F_SERIAL, serial);
    emit_uint(p, F_NETWORK, network);
    emit_uint(p, F_STATION, station);
    emit_uint(p, F_MODULE, module);
    emit_uint(p, F_DROP, drop);
    emit_uint(p, F_LENGTH, length);
}

const struct parser parser_slmp = {
    .name = "slmp",
    .zh = "SLMP（三菱MC协议，3E、4E帧）",
    .en = "Seamless Message Protocol (MC protocol, 3E and 4E frames)",
    .specification = "CLPA BAP-C3002, Mitsubishi SH-080956ENG",
    .transports = OVER_TCP | OVER_UDP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = slmp_operations,
    .operation_count = SLMP_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = slmp_statuses,
    .status_count = SLMP_STATUSES,
    .request_slots = 16,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
