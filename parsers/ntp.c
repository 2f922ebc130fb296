/* SPDX-License-Identifier: Apache-2.0 */
/* Network time: who sets whose clock, how far the server's own is from its source, and whether it has one (RFC 5905,
 * 4330; control and private messages, RFC 9327, by their head alone). */
#include "parsers/parser.h"

/* RFC 5905, figure 10 and figure 9. */
static const struct value_name modes[] = {{0, "保留", "reserved"},
                                          {1, "对等主动", "symmetric active"},
                                          {2, "对等被动", "symmetric passive"},
                                          {3, "客户端", "client"},
                                          {4, "服务器", "server"},
                                          {5, "广播", "broadcast"},
                                          {6, "控制报文", "control"},
                                          {7, "私有", "private"},
                                          {0, NULL, NULL}};
static const struct value_name leaps[] = {{0, "无闰秒", "no warning"},
                                          {1, "当日末分钟61秒", "last minute has 61 seconds"},
                                          {2, "当日末分钟59秒", "last minute has 59 seconds"},
                                          {3, "未同步", "not synchronised"},
                                          {0, NULL, NULL}};

#define NTP_FIELDS(X)                                                                                                  \
    X(FLAGS, "ntp.flags", UINT8, HEX, PLAIN, "标志", "Flags", NULL)                                                    \
    X(LEAP, "ntp.flags.li", UINT8, DEC, PLAIN, "闰秒指示", "Leap indicator", leaps)                                    \
    X(VERSION, "ntp.flags.vn", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                             \
    X(MODE, "ntp.flags.mode", UINT8, DEC, PLAIN, "模式", "Mode", modes)                                                \
    X(STRATUM, "ntp.stratum", UINT8, DEC, PLAIN, "层级", "Stratum", NULL)                                              \
    X(POLL, "ntp.ppoll", UINT8, DEC, PLAIN, "轮询间隔(2的幂,秒)", "Polling interval (power of 2, s)", NULL)            \
    X(PRECISION, "ntp.precision", UINT8, DEC, PLAIN, "精度(2的幂,秒)", "Precision (power of 2, s)", NULL)              \
    X(ROOT_DELAY, "ntp.rootdelay", UINT32, DEC, PLAIN, "到基准的往返时延(1/65536秒)", "Root delay (1/65536 s)", NULL)  \
    X(ROOT_DISPERSION, "ntp.rootdispersion", UINT32, DEC, PLAIN, "到基准的离散(1/65536秒)",                            \
      "Root dispersion (1/65536 s)", NULL)                                                                             \
    X(REFERENCE, "ntp.refid", BYTES, DEC, PLAIN, "时间源", "Reference id", NULL)                                       \
    X(REFERENCE_TIME, "ntp.reftime", TIME, DEC, PLAIN, "上次校准时间", "Reference timestamp", NULL)                    \
    X(ORIGIN_TIME, "ntp.org", TIME, DEC, PLAIN, "请求发出时间", "Origin timestamp", NULL)                              \
    X(RECEIVE_TIME, "ntp.rec", TIME, DEC, PLAIN, "请求到达时间", "Receive timestamp", NULL)                            \
    X(TRANSMIT_TIME, "ntp.xmt", TIME, DEC, PLAIN, "发出时间", "Transmit timestamp", NULL)
enum { NTP_FIELDS(FIELD_ID) F_COUNT };
static const struct field fields[] = {NTP_FIELDS(FIELD_ROW)};
#define NTP_ANOMALIES(X)                                                                                               \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(PRIVATE, "private", ODD, "使用私有模式（易被用于放大攻击）", "private mode, which is used to amplify attacks")
enum { NTP_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct anomaly anomalies[] = {NTP_ANOMALIES(ANOMALY_ROW)};

enum { ACTIVE = 1, PASSIVE, CLIENT, SERVER, BROADCAST, CONTROL, PRIVATE, HEADER = 48, HEAD_OF_CONTROL = 8 };
static const struct operation operations[] = {
    {ACTIVE, "symmetric_active", OT_NOTIFY, NULL, "对等对时（主动）", "Symmetric active"},
    {PASSIVE, "symmetric_passive", OT_NOTIFY, NULL, "对等对时（被动）", "Symmetric passive"},
    {CLIENT, "client", OT_READ, NULL, "请求时间", "Client asks for the time"},
    {SERVER, "server", OT_READ, NULL, "应答时间", "Server tells the time"},
    {BROADCAST, "broadcast", OT_NOTIFY, NULL, "广播时间", "Broadcast of the time"},
    {CONTROL, "control", OT_DIAGNOSE, NULL, "控制报文", "Control message"},
    {PRIVATE, "private", OT_DIAGNOSE, NULL, "私有报文", "Private message"},
};
static const uint16_t ports[] = {123, 0};

/* Without its port only what nothing else looks like: whole, with a stratum, an interval and a precision that exist
 * (clause 7.3), and stamps that are none or of this half of the era. */
static bool is_typical(const struct bytes *in)
{
    enum { STAMPS = 16, STAMP = 8, STRATA = 16, INTERVAL_MOST = 17, NO_FINER_THAN = 0xe0 };
    unsigned told = 0;
    if (bytes_left(in) != HEADER || bytes_peek(in, 1) > STRATA || bytes_peek(in, 2) > INTERVAL_MOST ||
        bytes_peek(in, 3) < NO_FINER_THAN)
        return false;
    for (unsigned at = STAMPS; at < HEADER; at += STAMP) {
        uint8_t first = bytes_peek(in, at);
        if (first >= 0xc0)
            told++;
        else if (first)
            return false;
    }
    return told && bytes_peek(in, HEADER - STAMP) >= 0xc0;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    uint8_t mode = bytes_peek(&in, 0) & 7, version = bytes_peek(&in, 0) >> 3 & 7;
    bool known = version >= 1 && version <= 4 && mode >= ACTIVE;
    size_t least = mode < CONTROL ? HEADER : HEAD_OF_CONTROL;
    if (!known || bytes_left(&in) < least) return PROBE_NO;
    return hint->on_port || (mode < CONTROL && is_typical(&in)) ? PROBE_YES : PROBE_NO;
}

/* Clause 6: seconds since 1900 and their 2^-32 parts; what lies before 1968 is of the era that begins in 2036. */
static uint64_t since_1970(uint64_t stamp)
{
    uint64_t seconds = stamp >> 32, parts = stamp & UINT32_MAX;
    uint64_t of_1970 = seconds & 0x80000000u ? seconds - 2208988800u : seconds + 4294967296u - 2208988800u;
    return of_1970 * 1000000000u + (parts * 1000000000u >> 32);
}

static uint64_t take_time(struct pdu *p, struct bytes *in, unsigned field)
{
    uint64_t stamp = bytes_be64(in);
    if (stamp) emit_uint(p, field, since_1970(stamp));
    return stamp;
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t flags = bytes_u8(&in), mode = flags & 7;
    message_operation(p, mode);
    message_role(p, mode == CLIENT ? ROLE_REQUEST : mode == SERVER ? ROLE_RESPONSE : ROLE_NOTIFY);
    emit_uint(p, F_FLAGS, flags);
    if (mode != PRIVATE) emit_uint(p, F_LEAP, flags >> 6);
    emit_uint(p, F_VERSION, flags >> 3 & 7);
    emit_uint(p, F_MODE, mode);
    if (mode == PRIVATE) message_anomaly(p, A_PRIVATE);
    if (mode >= CONTROL || !mode) return;
    emit_uint(p, F_STRATUM, bytes_u8(&in));
    emit_uint(p, F_POLL, bytes_u8(&in));
    emit_uint(p, F_PRECISION, bytes_u8(&in));
    emit_uint(p, F_ROOT_DELAY, bytes_be32(&in));
    emit_uint(p, F_ROOT_DISPERSION, bytes_be32(&in));
    emit_bytes(p, F_REFERENCE, bytes_take(&in, 4));
    take_time(p, &in, F_REFERENCE_TIME);
    uint64_t origin = take_time(p, &in, F_ORIGIN_TIME);
    take_time(p, &in, F_RECEIVE_TIME);
    uint64_t sent = take_time(p, &in, F_TRANSMIT_TIME);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_CUT);
        return;
    }
    if (mode == CLIENT) pdu_request(p, sent);
    if (mode != SERVER) return;
    struct request *asked = pdu_answers(p, origin);
    if (asked) request_done(asked);
    message_status(p, STATUS_OK, 0);
}

const struct parser parser_ntp = {
    .name = "ntp",
    .zh = "网络时间协议",
    .en = "Network Time Protocol",
    .specification = "RFC 5905, RFC 4330",
    .transports = OVER_UDP,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .request_slots = 8,
    .probe = probe,
    .parse = parse,
};
