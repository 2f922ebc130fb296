/* SPDX-License-Identifier: Apache-2.0 */
/* TPKT (RFC 1006, RFC 2126) and the connection-oriented transport protocol it frames (ISO 8073 / ITU-T X.224, classes
 * 0 to 4), over TCP and over ISO Ethernet (LLC 0xFE with the inactive subset of CLNP or a full CLNP header, ISO 8473).
 *
 * One parser, since a TPKT without a TPDU means nothing. User data, put together by EOT, goes to whoever knows it. */
#include "parsers/parser.h"

/* TPDU codes, ISO 8073 clause 13.1: the upper half of the second octet. */
enum { ED = 1, EA = 2, UD = 4, RJ = 5, AK = 6, ER = 7, DR = 8, DC = 12, CC = 13, CR = 14, DT = 15 };

enum { TPKT_HEADER = 4, SMALLEST_TPKT = 7, LONGEST_HEADER = 254, JOIN_SLOT = 0 };
enum { NLPID_INACTIVE = 0x00, NLPID_CLNP = 0x81 };

static const struct value_name type_names[] = {
    {ED, "ED 加速数据", "ED expedited data"},
    {EA, "EA 加速数据确认", "EA expedited data acknowledgement"},
    {UD, "UD 无连接数据", "UD unit data"},
    {RJ, "RJ 拒绝", "RJ reject"},
    {AK, "AK 数据确认", "AK data acknowledgement"},
    {ER, "ER 报文错误", "ER TPDU error"},
    {DR, "DR 断开请求", "DR disconnect request"},
    {DC, "DC 断开确认", "DC disconnect confirm"},
    {CC, "CC 连接确认", "CC connection confirm"},
    {CR, "CR 连接请求", "CR connection request"},
    {DT, "DT 数据", "DT data"},
    {0, NULL, NULL},
};

/* Clause 13.5.3 (DR) and 13.12.3 (ER). */
static const struct value_name reject_names[] = {
    {0, "未说明原因", "reason not specified"},
    {1, "参数代码无效", "invalid parameter code"},
    {2, "TPDU类型无效", "invalid TPDU type"},
    {3, "参数值无效", "invalid parameter value"},
    {0, NULL, NULL},
};

#define FIELDS(X)                                                                                                      \
    X(TPKT_VERSION, "tpkt.version", UINT8, DEC, PLAIN, "TPKT版本", "TPKT version", NULL)                               \
    X(TPKT_LENGTH, "tpkt.length", UINT16, DEC, PLAIN, "TPKT长度", "TPKT length", NULL)                                 \
    X(LI, "cotp.li", UINT8, DEC, PLAIN, "首部长度", "Length indicator", NULL)                                          \
    X(TYPE, "cotp.type", UINT8, HEX, PLAIN, "TPDU类型", "TPDU type", type_names)                                       \
    X(DST_REF, "cotp.destref", UINT16, HEX, PLAIN, "目的引用号", "Destination reference", NULL)                        \
    X(SRC_REF, "cotp.srcref", UINT16, HEX, PLAIN, "源引用号", "Source reference", NULL)                                \
    X(CLASS, "cotp.class", UINT8, DEC, PLAIN, "传输类别", "Class", NULL)                                               \
    X(NUMBER, "cotp.tpdu-number", UINT32, HEX, PLAIN, "TPDU序号", "TPDU number", NULL)                                 \
    X(NEXT_NUMBER, "cotp.next-tpdu-number", UINT32, HEX, PLAIN, "期望序号", "Your TPDU number", NULL)                  \
    X(EOT, "cotp.eot", BOOL, DEC, PLAIN, "最后一段", "Last data unit", NULL)                                           \
    X(SRC_TSAP, "cotp.src-tsap-bytes", BYTES, DEC, PLAIN, "源TSAP", "Source TSAP", NULL)                               \
    X(DST_TSAP, "cotp.dst-tsap-bytes", BYTES, DEC, PLAIN, "目的TSAP", "Destination TSAP", NULL)                        \
    X(TPDU_SIZE, "cotp.tpdu_size", UINT32, DEC, PLAIN, "TPDU大小", "TPDU size", NULL)                                  \
    X(COOKIE, "cotp.rdp_cookie", TEXT, DEC, PLAIN, "远程桌面标识", "Remote desktop cookie", NULL)                      \
    X(CAUSE, "cotp.cause", UINT8, DEC, PLAIN, "断开原因", "Cause", NULL)                                               \
    X(REJECT_CAUSE, "cotp.reject_cause", UINT8, DEC, PLAIN, "拒绝原因", "Reject cause", reject_names)

enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(BAD_HEADER, "bad_header", ODD, "TPDU首部长度与类型不符", "TPDU header does not fit its type")                    \
    X(UNKNOWN_TYPE, "unknown_type", ODD, "未定义的TPDU类型", "undefined TPDU type")                                    \
    X(UNKNOWN_CAUSE, "unknown_cause", NOTE, "未定义的断开或拒绝原因", "undefined cause of a disconnect or reject")     \
    X(UNKNOWN_CLASS, "unknown_class", ODD, "未定义的传输类别", "undefined transport class")                            \
    X(BAD_PARAMETER, "bad_parameter", ODD, "可变参数超出首部", "parameter reaches beyond the header")                  \
    X(TPKT_RESERVED, "tpkt_reserved", NOTE, "TPKT保留字节非零", "TPKT reserved octet is not zero")                     \
    X(UNSEGMENTED, "segment_lost", NOTE, "分段缺失,用户数据未能还原", "a segment is missing: user data not restored")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(ED, "expedited_data", SESSION, NULL, "加速数据", "expedited data")                                               \
    X(EA, "expedited_data_acknowledgement", SESSION, NULL, "加速数据确认", "expedited data acknowledgement")           \
    X(UD, "unit_data", SESSION, NULL, "无连接数据", "unit data")                                                       \
    X(RJ, "reject", SESSION, NULL, "拒绝", "reject")                                                                   \
    X(AK, "data_acknowledgement", SESSION, NULL, "数据确认", "data acknowledgement")                                   \
    X(ER, "tpdu_error", ERROR, NULL, "TPDU错误", "TPDU error")                                                         \
    X(DR, "disconnect_request", SESSION, NULL, "断开请求", "disconnect request")                                       \
    X(DC, "disconnect_confirm", SESSION, NULL, "断开确认", "disconnect confirm")                                       \
    X(CC, "connection_confirm", SESSION, NULL, "连接确认", "connection confirm")                                       \
    X(CR, "connection_request", SESSION, "T0885", "连接请求", "connection request")                                    \
    X(DT, "data", SESSION, NULL, "数据", "data")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

/* Disconnect reasons, ISO 8073 clause 13.5.3 f. */
static const struct status_name statuses[] = {
    {0, "未说明原因", "reason not specified"},
    {1, "TSAP拥塞", "congestion at TSAP"},
    {2, "TSAP上无会话实体", "session entity not attached to TSAP"},
    {3, "地址未知", "address unknown"},
    {128, "会话层正常断开", "normal disconnect initiated by the session entity"},
    {129, "连接时远端拥塞", "remote transport entity congested at connect time"},
    {130, "连接协商失败", "connection negotiation failed"},
    {131, "源引用号重复", "duplicate source reference"},
    {132, "引用号不匹配", "mismatched references"},
    {133, "协议错误", "protocol error"},
    {135, "引用号溢出", "reference overflow"},
    {136, "本网络连接上拒绝连接请求", "connection request refused on this network connection"},
    {138, "首部或参数长度无效", "header or parameter length invalid"},
};

/* A data unit that waits for its last segment, per direction. */
struct cotp_state {
    bool open[2];
};

#define TYPE_BIT(code, ...) | 1u << (code)
static bool has_type(uint8_t type) { return (0 OPERATIONS(TYPE_BIT)) >> type & 1; }

/* Does a TPDU with this length indicator and second octet make sense? Clause 13.3 to 13.13. */
static bool header_fits(uint8_t li, uint8_t code)
{
    if (li == 2 && code == DT << 4) return true; /* nearly all of them */
    switch (code >> 4) {
    case CR:
    case CC:
        return li >= 6 && li <= LONGEST_HEADER;
    case DR:
        return li >= 6 && code == 0x80;
    case DC:
        return li >= 5 && li <= 9 && code == 0xc0;
    case DT:
        return (li == 2 || li == 4 || li == 7 || li == 8 || li == 11) && (code & 0x0f) <= 1;
    case ED:
    case EA:
        return (li == 4 || li == 7 || li == 8 || li == 11) && (code & 0x0f) == 0;
    case RJ:
        return li == 4 || li == 9;
    case AK:
        return li >= 4 && li <= 27;
    case ER:
        return li >= 4 && code == 0x70;
    default:
        return false;
    }
}

/* ---- probe and frame ---------------------------------------------------------------------------------------- */

static bool tpkt_at(const struct bytes *in, size_t offset)
{
    struct bytes b = *in;
    bytes_skip(&b, offset);
    if (bytes_u8(&b) != 3 || bytes_u8(&b) != 0) return false;
    uint16_t length = bytes_be16(&b);
    uint8_t li = bytes_u8(&b), code = bytes_u8(&b);
    return bytes_ok(&b) && length >= SMALLEST_TPKT && li + TPKT_HEADER + 1u <= length && header_fits(li, code);
}

/* Passes over DSAP, SSAP and "unnumbered information" (ISO 8802-2); false for other LLC frames. */
static bool pass_llc(struct bytes *in)
{
    bool information = bytes_starts(in, "\xfe\xfe\x03");
    bytes_skip(in, 3);
    return information;
}

static enum verdict probe_link(struct bytes in)
{
    if (!pass_llc(&in)) return PROBE_NO;
    uint8_t nlpid = bytes_u8(&in);
    if (nlpid == NLPID_CLNP) return PROBE_MAYBE;
    uint8_t li = bytes_u8(&in), code = bytes_u8(&in);
    return nlpid == NLPID_INACTIVE && bytes_ok(&in) && header_fits(li, code) ? PROBE_YES : PROBE_NO;
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_LINK) return probe_link(in);
    if (!tpkt_at(&in, 0)) return PROBE_NO;
    uint16_t length = bytes_peek_be16(&in, 2);
    uint8_t type = bytes_peek(&in, 5) >> 4;
    bool next_fits = length >= bytes_left(&in) || length + 6u > bytes_left(&in) || tpkt_at(&in, length);
    if (!next_fits) return PROBE_MAYBE;
    /* A request addresses reference 0 (13.3.3 b), a class 0 data header is fixed but for EOT: both prove themselves. */
    if (type == CR) return bytes_peek_be16(&in, 6) == 0 ? PROBE_YES : PROBE_MAYBE;
    if (type == DT && bytes_peek(&in, 4) == 2) return (bytes_peek(&in, 6) & 0x7f) == 0 ? PROBE_YES : PROBE_MAYBE;
    return type == CC && bytes_peek(&in, 10) >> 4 <= 4 ? PROBE_YES : PROBE_MAYBE;
}

/* Where inside this segment the next TPKT seems to begin; only whole class 0 data headers and connection requests. */
static struct frame resynchronise(const struct bytes *in)
{
    for (size_t i = 1; i + SMALLEST_TPKT <= bytes_left(in); i++) {
        struct bytes at = *in;
        bytes_skip(&at, i);
        ptrdiff_t next = bytes_find(&at, 3);
        if (next < 0) break;
        i += (size_t)next;
        if (tpkt_at(in, i) && bytes_peek(in, i + 4) == 2 && (bytes_peek(in, i + 6) & 0x7f) == 0) return FRAME_SKIPS(i);
    }
    return FRAME_IS_LOST;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_peek(&in, 0) != 3) return resynchronise(&in);
    if (bytes_left(&in) < TPKT_HEADER) return FRAME_NEEDS(TPKT_HEADER);
    uint16_t length = bytes_peek_be16(&in, 2);
    /* A TPDU that makes no sense is a finding as long as its TPKT does; RFC 1006 clause 6 wants the octet to be zero.
     */
    bool reserved = bytes_peek(&in, 1) != 0;
    if (length < TPKT_HEADER || (reserved && !has_type(bytes_peek(&in, 5) >> 4))) return resynchronise(&in);
    return FRAME_OF(length);
}

/* ---- parse ---------------------------------------------------------------------------------------------------- */

/* Remote desktop puts text and structures of its own where parameters belong: MS-RDPBCGR clause 2.2.1.1. */
static bool parse_remote_desktop(struct pdu *p, struct bytes part)
{
    enum { NEGOTIATION_REQUEST = 1, NEGOTIATION_RESPONSE = 2, NEGOTIATION_FAILURE = 3, NEGOTIATION_LENGTH = 8 };
    if (bytes_starts(&part, "Cookie: ")) {
        bytes_skip(&part, 8);
        ptrdiff_t end = bytes_find(&part, '\r');
        emit_text(p, F_COOKIE, bytes_take(&part, end < 0 ? bytes_left(&part) : (size_t)end));
        return true;
    }
    uint8_t type = bytes_peek(&part, 0);
    return type >= NEGOTIATION_REQUEST && type <= NEGOTIATION_FAILURE && bytes_left(&part) == NEGOTIATION_LENGTH &&
           bytes_peek_le16(&part, 2) == NEGOTIATION_LENGTH;
}

/* Variable part, clause 13.2.3. */
static void parse_parameters(struct pdu *p, struct bytes part)
{
    enum { TPDU_SIZE = 0xc0, CALLING_TSAP = 0xc1, CALLED_TSAP = 0xc2, PREFERRED_SIZE = 0xf0 };
    if (parse_remote_desktop(p, part)) return;
    while (bytes_left(&part) >= 2) {
        uint8_t code = bytes_u8(&part), length = bytes_u8(&part);
        struct bytes value = bytes_take(&part, length);
        if (!bytes_ok(&value)) {
            message_anomaly(p, A_BAD_PARAMETER);
            return;
        }
        switch (code) {
        case TPDU_SIZE:
            emit_uint(p, F_TPDU_SIZE, 1u << (bytes_peek(&value, 0) & 15));
            break;
        case CALLING_TSAP:
            emit_bytes(p, F_SRC_TSAP, value);
            break;
        case CALLED_TSAP:
            emit_bytes(p, F_DST_TSAP, value);
            break;
        case PREFERRED_SIZE: /* in units of 128 octets */
            if (length && length <= 4) emit_uint(p, F_TPDU_SIZE, bytes_be(&value, length) * 128);
            break;
        }
    }
}

static void start(struct pdu *p, uint8_t li, uint8_t type)
{
    const struct message *m = p->message;
    if (!m->has_operation || m->operation_code != type) message_operation(p, type);
    emit_uint(p, F_LI, li);
    emit_uint(p, F_TYPE, type);
}

static void parse_connection(struct pdu *p, uint8_t type, struct bytes header)
{
    uint16_t dst_ref = bytes_be16(&header), src_ref = bytes_be16(&header);
    uint8_t class_option = bytes_u8(&header);
    if (class_option >> 4 > 4) message_anomaly(p, A_UNKNOWN_CLASS);
    emit_uint(p, F_DST_REF, dst_ref);
    emit_uint(p, F_SRC_REF, src_ref);
    emit_uint(p, F_CLASS, class_option >> 4);
    parse_parameters(p, header);
    if (type == CR) {
        pdu_direction(p, TO_SERVER);
        message_role(p, ROLE_REQUEST);
        pdu_request(p, src_ref);
        return;
    }
    pdu_direction(p, TO_CLIENT);
    message_role(p, ROLE_RESPONSE);
    message_status(p, STATUS_OK, 0);
    struct request *request = pdu_answers(p, dst_ref);
    if (request) request_done(request);
}

static void parse_disconnect(struct pdu *p, struct bytes header)
{
    uint16_t dst_ref = bytes_be16(&header), src_ref = bytes_be16(&header);
    uint8_t cause = bytes_u8(&header);
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(statuses); i++) known |= statuses[i].code == cause;
    if (!known) message_anomaly(p, A_UNKNOWN_CAUSE);
    emit_uint(p, F_DST_REF, dst_ref);
    emit_uint(p, F_SRC_REF, src_ref);
    emit_uint(p, F_CAUSE, cause);
    struct request *request = pdu_answers(p, dst_ref);
    if (!request) return;
    message_role(p, ROLE_RESPONSE);
    message_status(p, STATUS_REFUSED, cause);
    request_done(request);
}

/* Segments are put together by EOT alone: below is TCP, or a class that keeps the order by itself. */
static void carry_data(struct pdu *p, struct bytes data, bool last)
{
    struct cotp_state *state = p->state;
    bool *open = &state->open[p->packet->from_client];
    if (last && !*open) {
        if (!bytes_empty(&data)) pdu_carry(p, OVER_COTP, data);
        return;
    }
    if (!last && !*open && bytes_empty(&data)) return; /* a keep-alive: an empty segment that nothing follows */
    struct bytes whole;
    bool complete = pdu_join(p, JOIN_SLOT, data, !*open, last, &whole);
    *open = !last;
    if (complete)
        pdu_carry(p, OVER_COTP, whole);
    else if (last)
        message_anomaly(p, A_UNSEGMENTED);
}

/* DT and ED: number of class 0 and 1 (one octet), of classes 2 to 4 (behind the reference), extended (four octets). */
static void parse_data(struct pdu *p, uint8_t type, uint8_t li, struct bytes header, struct bytes data)
{
    bool extended = li == 7 || li == 11;
    if (li != 2) {
        uint16_t dst_ref = bytes_be16(&header);
        emit_uint(p, F_DST_REF, dst_ref);
    }
    uint32_t number = extended ? bytes_be32(&header) : bytes_u8(&header);
    uint32_t eot = extended ? 0x80000000u : 0x80u;
    emit_uint(p, F_NUMBER, number & ~eot);
    emit_uint(p, F_EOT, (number & eot) != 0);
    if (type == DT) carry_data(p, data, number & eot);
}

/* AK, EA, RJ: the number that is awaited next. */
static void parse_acknowledge(struct pdu *p, uint8_t li, struct bytes header)
{
    bool extended = li == 9 || li == 7 || li == 11;
    uint16_t dst_ref = bytes_be16(&header);
    emit_uint(p, F_DST_REF, dst_ref);
    uint32_t number = extended ? bytes_be32(&header) : bytes_u8(&header);
    emit_uint(p, F_NEXT_NUMBER, number);
}

static void parse_error(struct pdu *p, struct bytes header)
{
    uint16_t dst_ref = bytes_be16(&header);
    uint8_t cause = bytes_u8(&header);
    if (cause > 3) message_anomaly(p, A_UNKNOWN_CAUSE);
    emit_uint(p, F_DST_REF, dst_ref);
    emit_uint(p, F_REJECT_CAUSE, cause);
}

static void parse_confirm(struct pdu *p, struct bytes header)
{
    uint16_t dst_ref = bytes_be16(&header), src_ref = bytes_be16(&header);
    emit_uint(p, F_DST_REF, dst_ref);
    emit_uint(p, F_SRC_REF, src_ref);
}

/* One TPDU; false when the rest of the packet cannot be one. Those with user data take all that is left. */
static bool parse_tpdu(struct pdu *p, struct bytes *in)
{
    uint8_t li = bytes_u8(in), code = bytes_u8(in), type = code >> 4;
    if (!bytes_ok(in) || !li) {
        message_anomaly(p, A_BAD_HEADER);
        return false;
    }
    struct bytes header = bytes_take(in, li - 1u);
    if (!has_type(type)) {
        message_anomaly(p, A_UNKNOWN_TYPE);
        return false;
    }
    if (!bytes_ok(&header) || !header_fits(li, code)) {
        message_anomaly(p, A_BAD_HEADER);
        if (type == UD) start(p, li, type);
        return false;
    }
    start(p, li, type);
    switch (type) {
    case CR:
    case CC:
        parse_connection(p, type, header);
        return false;
    case DR:
        parse_disconnect(p, header);
        return false;
    case DT:
    case ED:
        parse_data(p, type, li, header, *in);
        return false;
    case DC:
        parse_confirm(p, header);
        break;
    case ER:
        parse_error(p, header);
        break;
    default:
        parse_acknowledge(p, li, header);
        break;
    }
    return true;
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (p->transport == OVER_LINK) {
        if (!pass_llc(&in)) return;
        uint8_t nlpid = bytes_peek(&in, 0);
        bytes_skip(&in, nlpid == NLPID_CLNP ? bytes_peek(&in, 1) : 1);
    } else {
        uint8_t version = bytes_u8(&in), reserved = bytes_u8(&in);
        uint16_t length = bytes_be16(&in);
        uint8_t type = bytes_peek(&in, 1) >> 4;
        if (has_type(type)) message_operation(p, type); /* settles which fields are wanted */
        if (reserved) message_anomaly(p, A_TPKT_RESERVED);
        emit_uint(p, F_TPKT_VERSION, version);
        emit_uint(p, F_TPKT_LENGTH, length);
    }
    while (!bytes_empty(&in) && parse_tpdu(p, &in)) {
    }
}

static void gap(void *state, enum direction direction)
{
    struct cotp_state *s = state;
    if (direction != TO_SERVER) s->open[false] = false;
    if (direction != TO_CLIENT) s->open[true] = false;
}

static const uint16_t tcp_ports[] = {102, 0};
static const uint32_t link_types[] = {LINK_LLC(0xfe), 0};

const struct parser parser_cotp = {
    .name = "cotp",
    .zh = "面向连接的传输协议 (TPKT/COTP)",
    .en = "connection-oriented transport protocol (TPKT/COTP)",
    .specification = "RFC 1006:1987, RFC 2126:1997, ISO/IEC 8073:1997 (ITU-T X.224), ISO 8473",
    .transports = OVER_TCP | OVER_LINK,
    .tcp_ports = tcp_ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct cotp_state),
    .request_slots = 2,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
