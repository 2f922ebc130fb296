/* SPDX-License-Identifier: Apache-2.0 */
/* CoAP over UDP and TCP: header, options, the path asked for, pairing by token (RFC 7252; 7641 observe, 7959 block,
 * 8323 TCP, 8613 OSCORE). */
#include "parsers/parser.h"

#define COAP_FIELDS(X)                                                                                                 \
    X(VERSION, "coap.version", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                             \
    X(TYPE, "coap.type", UINT8, DEC, PLAIN, "报文类型", "Type", type_names)                                            \
    X(TOKEN_LENGTH, "coap.token_len", UINT8, DEC, PLAIN, "令牌长度", "Token length", NULL)                             \
    X(CODE, "coap.code", UINT8, DEC, PLAIN, "方法或应答码", "Code", code_names)                                        \
    X(MESSAGE_ID, "coap.mid", UINT16, DEC, PLAIN, "报文标识", "Message ID", NULL)                                      \
    X(TOKEN, "coap.token", BYTES, DEC, PLAIN, "令牌", "Token", NULL)                                                   \
    X(URI_HOST, "coap.opt.uri_host", TEXT, DEC, PLAIN, "主机", "Uri-Host", NULL)                                       \
    X(URI_PORT, "coap.opt.uri_port", UINT32, DEC, PLAIN, "端口", "Uri-Port", NULL)                                     \
    X(URI_PATH, "coap.opt.uri_path", TEXT, DEC, PLAIN, "路径段", "Uri-Path", NULL)                                     \
    X(URI_QUERY, "coap.opt.uri_query", TEXT, DEC, PLAIN, "查询", "Uri-Query", NULL)                                    \
    X(OBSERVE, "coap.opt.observe", UINT32, DEC, PLAIN, "观察", "Observe", NULL)                                        \
    X(PATH, "coap.opt.uri_path_recon", TEXT, DEC, PLAIN, "路径", "Uri-Path", NULL)                                     \
    X(PAYLOAD_LENGTH, "coap.payload_length", UINT32, DEC, PLAIN, "载荷长度", "Payload length", NULL)
enum { COAP_FIELDS(FIELD_ID) F_COUNT };

#define COAP_ANOMALIES(X)                                                                                              \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "message ends before its contents")                                   \
    X(TOKEN, "token_length", ODD, "令牌长度保留值", "reserved token length")                                           \
    X(OPTION, "option_malformed", ODD, "选项格式错误", "malformed option")                                             \
    X(CODE, "code_undefined", ODD, "方法或应答码未定义", "undefined code")                                             \
    X(DISCOVERY, "resource_discovery", NOTE, "资源发现(.well-known/core)", "resource discovery")
enum { COAP_ANOMALIES(ANOMALY_ID) A_COUNT };

enum { MARKER = 0xff, TOKEN_MOST = 8, METHOD_LAST = 7, PATH_MOST = 512, EMPTY = 0 };
enum { CONFIRMABLE, NON_CONFIRMABLE, ACKNOWLEDGEMENT, RESET };
enum { OPTION_HOST = 3, OPTION_OBSERVE = 6, OPTION_PORT = 7, OPTION_PATH = 11, OPTION_QUERY = 15 };
#define OUT_OF_RANGE 0xffffffffu /* how tshark tells an integer option that is too long */

static const struct value_name type_names[] = {{0, "需确认", "Confirmable"},
                                               {1, "不需确认", "Non-confirmable"},
                                               {2, "确认", "Acknowledgement"},
                                               {3, "复位", "Reset"},
                                               {0, NULL, NULL}};

#define ANSWERS(X)                                                                                                     \
    X(65, "2.01 已创建", "2.01 Created")                                                                               \
    X(66, "2.02 已删除", "2.02 Deleted")                                                                               \
    X(67, "2.03 有效", "2.03 Valid")                                                                                   \
    X(68, "2.04 已更改", "2.04 Changed")                                                                               \
    X(69, "2.05 内容", "2.05 Content")                                                                                 \
    X(95, "2.31 继续", "2.31 Continue")                                                                                \
    X(128, "4.00 请求错误", "4.00 Bad Request")                                                                        \
    X(129, "4.01 未授权", "4.01 Unauthorized")                                                                         \
    X(130, "4.02 选项错误", "4.02 Bad Option")                                                                         \
    X(131, "4.03 禁止", "4.03 Forbidden")                                                                              \
    X(132, "4.04 未找到", "4.04 Not Found")                                                                            \
    X(133, "4.05 方法不允许", "4.05 Method Not Allowed")                                                               \
    X(134, "4.06 不可接受", "4.06 Not Acceptable")                                                                     \
    X(136, "4.08 实体不完整", "4.08 Request Entity Incomplete")                                                        \
    X(137, "4.09 冲突", "4.09 Conflict")                                                                               \
    X(140, "4.12 前提不满足", "4.12 Precondition Failed")                                                              \
    X(141, "4.13 实体过大", "4.13 Request Entity Too Large")                                                           \
    X(143, "4.15 内容格式不支持", "4.15 Unsupported Content-Format")                                                   \
    X(150, "4.22 无法处理", "4.22 Unprocessable Entity")                                                               \
    X(157, "4.29 请求过多", "4.29 Too Many Requests")                                                                  \
    X(160, "5.00 服务器内部错误", "5.00 Internal Server Error")                                                        \
    X(161, "5.01 未实现", "5.01 Not Implemented")                                                                      \
    X(162, "5.02 网关错误", "5.02 Bad Gateway")                                                                        \
    X(163, "5.03 服务不可用", "5.03 Service Unavailable")                                                              \
    X(164, "5.04 网关超时", "5.04 Gateway Timeout")                                                                    \
    X(165, "5.05 不支持代理", "5.05 Proxying Not Supported")                                                           \
    X(168, "5.08 跳数到达上限", "5.08 Hop Limit Reached")
#define ROW(code, zh, en) {code, zh, en},
static const struct status_name statuses[] = {ANSWERS(ROW)};
static const struct value_name code_names[] = {{0, "空报文", "Empty"},
                                               {1, "GET", "GET"},
                                               {2, "POST", "POST"},
                                               {3, "PUT", "PUT"},
                                               {4, "DELETE", "DELETE"},
                                               {5, "FETCH", "FETCH"},
                                               {6, "PATCH", "PATCH"},
                                               {7, "iPATCH", "iPATCH"},
                                               ANSWERS(ROW){225, "7.01 能力与设置", "7.01 CSM"},
                                               {226, "7.02 探测", "7.02 Ping"},
                                               {227, "7.03 探测应答", "7.03 Pong"},
                                               {228, "7.04 释放", "7.04 Release"},
                                               {229, "7.05 中止", "7.05 Abort"},
                                               {0, NULL, NULL}};

static const struct operation operations[] = {
    {0, "empty", OT_SESSION, NULL, "空报文(确认或探测)", "Empty message"},
    {1, "get", OT_READ, "T0801", "读取资源", "Get"},
    {2, "post", OT_WRITE, "T0855", "提交资源", "Post"},
    {3, "put", OT_WRITE, "T0855", "写入资源", "Put"},
    {4, "delete", OT_CONFIGURE, "T0809", "删除资源", "Delete"},
    {5, "fetch", OT_READ, "T0801", "部分读取资源", "Fetch"},
    {6, "patch", OT_WRITE, "T0855", "部分修改资源", "Patch"},
    {7, "ipatch", OT_WRITE, "T0855", "部分修改资源(幂等)", "iPatch"},
    {225, "settings", OT_SESSION, NULL, "能力与设置(CSM)", "Capabilities and settings"},
    {226, "ping", OT_SESSION, NULL, "连接探测", "Ping"},
    {227, "pong", OT_SESSION, NULL, "连接探测应答", "Pong"},
    {228, "release", OT_SESSION, NULL, "请求释放连接", "Release"},
    {229, "abort", OT_ERROR, NULL, "连接中止", "Abort"},
};

static const struct field fields[] = {COAP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {COAP_ANOMALIES(ANOMALY_ROW)};
static const uint16_t ports[] = {5683, 0};

/* The path of each request that waits, beside the engine's own list: it is longer than a note. */
enum { PATHS = 16, PATH_KEPT = 96 };
struct coap_state {
    struct {
        uint64_t key;
        uint8_t length;
        char text[PATH_KEPT];
    } paths[PATHS];
    uint8_t turn;
    uint8_t transport; /* enum transport, once a message was seen */
};

/* ---- options ----------------------------------------------------------------------------------------------------- */

/* RFC 7252 clause 3.1: 13 adds one byte, 14 two, 15 is reserved. */
static uint32_t nibble(struct bytes *in, unsigned value)
{
    if (value == 13) return 13u + bytes_u8(in);
    if (value == 14) return 269u + bytes_be16(in);
    if (value == 15) in->bad = true;
    return value;
}

/* Next option; false at the end, at the payload marker, and where none can be (then `in` is bad). */
static bool next_option(struct bytes *in, uint32_t *number, struct bytes *value)
{
    if (bytes_empty(in) || bytes_peek(in, 0) == MARKER) return false;
    uint8_t head = bytes_u8(in);
    *number += nibble(in, head >> 4);
    uint32_t length = nibble(in, head & 15);
    *value = bytes_take(in, length);
    return bytes_ok(in);
}

/* Elsewhere only a request proves it whose options are all defined ones (RFC 7252 table 4, 7641, 7959), one of them a
 * readable host or path, and whose bytes they use up. */
static bool asks_readably(struct bytes in, uint8_t code)
{
    static const uint8_t defined[] = {1, 3, 4, 5, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 20, 23, 27, 28, 35, 39, 60};
    uint32_t number = 0;
    size_t readable = 0;
    struct bytes value;
    if (!code || code > METHOD_LAST) return false;
    while (next_option(&in, &number, &value)) {
        if (number > 60 || !memchr(defined, (int)number, sizeof defined)) return false;
        if (number != OPTION_HOST && number != OPTION_PATH) continue;
        for (readable += bytes_left(&value); !bytes_empty(&value);) {
            uint8_t c = bytes_u8(&value);
            if (c <= ' ' || c >= 0x7f) return false;
        }
    }
    return bytes_ok(&in) && readable >= 3 && (bytes_empty(&in) || bytes_left(&in) > 1);
}

/* ---- header ------------------------------------------------------------------------------------------------------ */

enum { SIGNAL_FIRST = 225, SIGNAL_LAST = 229 };

struct head {
    unsigned type, token_length;
    uint8_t code;
    uint16_t message_id;
    size_t rest; /* octets behind the token */
};

/* RFC 8323 clause 3.2: length of options and payload, with up to four more octets; then the code. */
static bool stream_head(struct bytes *in, struct head *h)
{
    uint8_t first = bytes_u8(in);
    unsigned length = first >> 4;
    *h = (struct head){.token_length = first & 15};
    h->rest = length == 15 ? 65805 + (size_t)bytes_be32(in) : nibble(in, length);
    h->code = bytes_u8(in);
    return bytes_ok(in);
}

static bool datagram_head(struct bytes *in, struct head *h)
{
    uint8_t first = bytes_u8(in);
    *h = (struct head){.type = first >> 4 & 3, .token_length = first & 15, .code = bytes_u8(in)};
    h->message_id = bytes_be16(in);
    h->rest = bytes_left(in) < h->token_length ? 0 : bytes_left(in) - h->token_length;
    return bytes_ok(in);
}

static bool code_defined(uint8_t code, bool stream)
{
    unsigned class = code >> 5;
    if (stream && code >= SIGNAL_FIRST && code <= SIGNAL_LAST) return true;
    return class != 1 && class != 3 && class <= 5 && (class || code <= METHOD_LAST);
}

/* Options to the end, or to a payload that has at least one octet. */
static bool options_sound(struct bytes in)
{
    uint32_t number = 0;
    struct bytes value;
    while (next_option(&in, &number, &value)) continue;
    return bytes_ok(&in) && (bytes_empty(&in) || bytes_left(&in) > 1);
}

static bool datagram_sound(struct bytes in)
{
    struct head h;
    if (bytes_peek(&in, 0) >> 6 != 1 || !datagram_head(&in, &h) || h.token_length > TOKEN_MOST) return false;
    bytes_skip(&in, h.token_length);
    return code_defined(h.code, false) && options_sound(in);
}

/* A whole message, alone or with others behind it. */
static bool stream_sound(struct bytes in)
{
    struct head h;
    if (!stream_head(&in, &h) || h.token_length > TOKEN_MOST || !code_defined(h.code, true)) return false;
    bytes_skip(&in, h.token_length);
    struct bytes rest = bytes_take(&in, h.rest);
    return bytes_ok(&in) && options_sound(rest);
}

/* Each end begins with its settings (RFC 8323 clause 5.3): options 2, 4 and 6 in this order, 4 empty. */
static bool begins_stream(struct bytes in)
{
    struct head h;
    struct bytes value;
    uint32_t number = 0;
    if (!stream_sound(in) || !stream_head(&in, &h) || h.code != SIGNAL_FIRST || h.token_length || !h.rest) return false;
    in = bytes_take(&in, h.rest);
    while (next_option(&in, &number, &value))
        if ((number != 2 && number != 4) || bytes_left(&value) > (number == 2 ? 4u : 0)) return false;
    return bytes_empty(&in);
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct head h;
    if (hint->transport == OVER_TCP) {
        if (begins_stream(in)) return PROBE_YES;
        return hint->on_port && stream_sound(in) ? PROBE_YES : PROBE_NO;
    }
    if (bytes_peek(&in, 0) >> 6 != 1 || !datagram_head(&in, &h) || h.token_length > TOKEN_MOST) return PROBE_NO;
    bytes_skip(&in, h.token_length);
    if (!bytes_ok(&in) || !code_defined(h.code, false)) return PROBE_NO;
    if (!hint->on_port) return asks_readably(in, h.code) ? PROBE_YES : PROBE_NO;
    uint32_t number = 0;
    struct bytes value;
    while (next_option(&in, &number, &value)) continue;
    return bytes_ok(&in) ? PROBE_YES : PROBE_MAYBE;
}

/* A datagram is one message. The first of a flow tells by its form what it came over. */
static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    const struct coap_state *s = state;
    struct head h;
    (void)direction;
    bool undecided = !s->transport && bytes_peek(&in, 0) >> 6 == 1;
    if (s->transport == OVER_UDP || (undecided && (datagram_sound(in) || !stream_sound(in))))
        return FRAME_OF(bytes_left(&in));
    size_t left = bytes_left(&in);
    if (!stream_head(&in, &h)) return FRAME_NEEDS(left + 1);
    if (h.token_length > TOKEN_MOST || !code_defined(h.code, true)) return FRAME_IS_LOST;
    return FRAME_OF(left - bytes_left(&in) + h.token_length + h.rest);
}

/* ---- the path ------------------------------------------------------------------------------------------------------
 */

struct path {
    uint8_t *text;
    size_t length;
};

static void append(struct path *path, const void *text, size_t n)
{
    if (!path->text || path->length + n > PATH_MOST) return;
    memcpy(path->text + path->length, text, n);
    path->length += n;
}

static void append_bytes(struct path *path, const char *before, struct bytes b)
{
    append(path, before, strlen(before));
    if (!bytes_empty(&b)) append(path, b.at, bytes_left(&b));
}

static void append_port(struct path *path, uint32_t port)
{
    char digits[12];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + port % 10);
    while (port /= 10);
    digits[--at] = ':';
    append(path, digits + at, sizeof digits - at);
}

static void option(struct pdu *p, uint32_t number, struct bytes value, struct path *path)
{
    size_t n = bytes_left(&value);
    switch (number) {
    case OPTION_HOST:
        emit_text(p, F_URI_HOST, value);
        append_bytes(path, bytes_find(&value, ':') < 0 ? "coap://" : "coap://[", value);
        if (bytes_find(&value, ':') >= 0) append(path, "]", 1);
        break;
    case OPTION_PORT: {
        uint32_t port = n > 4 ? OUT_OF_RANGE : n ? (uint32_t)bytes_be(&value, n) : 0;
        if (n > 2) message_anomaly(p, A_OPTION);
        emit_uint(p, F_URI_PORT, port);
        append_port(path, port);
        break;
    }
    case OPTION_PATH:
        emit_text(p, F_URI_PATH, value);
        append_bytes(path, "/", value);
        break;
    case OPTION_QUERY:
        emit_text(p, F_URI_QUERY, value);
        break;
    case OPTION_OBSERVE:
        if (n > 3) message_anomaly(p, A_OPTION);
        emit_uint(p, F_OBSERVE, n > 4 ? OUT_OF_RANGE : n ? bytes_be(&value, n) : 0);
        break;
    default:
        break;
    }
}

static void remember(struct coap_state *s, uint64_t key, const struct path *path)
{
    uint8_t slot = s->turn++ % PATHS;
    s->paths[slot].key = key;
    s->paths[slot].length = (uint8_t)(path->length < PATH_KEPT ? path->length : 0);
    if (s->paths[slot].length) memcpy(s->paths[slot].text, path->text, s->paths[slot].length);
}

static struct bytes recall(const struct coap_state *s, uint64_t key)
{
    for (unsigned i = 1; i <= PATHS; i++) { /* the latest first */
        unsigned slot = (s->turn + PATHS - i) % PATHS;
        if (s->paths[slot].key == key && s->paths[slot].length)
            return bytes_over(s->paths[slot].text, s->paths[slot].length);
    }
    return bytes_over(NULL, 0);
}

/* ---- messages ------------------------------------------------------------------------------------------------------
 */

static bool status_known(uint8_t code)
{
    for (unsigned i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].code == code) return true;
    return false;
}

static uint64_t token_key(struct bytes token, uint16_t message_id)
{
    size_t n = bytes_left(&token);
    return n ? bytes_be(&token, n) ^ (uint64_t)n << 60 : (uint64_t)1 << 63 | message_id;
}

static void answer(struct pdu *p, uint8_t code, struct bytes token, uint16_t message_id, unsigned type)
{
    uint64_t key = token_key(token, message_id);
    struct request *asked = pdu_answers(p, key);
    message_role(p, type == ACKNOWLEDGEMENT || asked ? ROLE_RESPONSE : ROLE_NOTIFY);
    if (asked) message_operation(p, asked->operation_code);
    bool refused = code >> 5 >= 4;
    message_status(p, refused ? STATUS_REFUSED : STATUS_OK, code);
    if (refused) message_class(p, OT_ERROR);
    if (asked) request_done(asked);
    struct bytes path = recall(p->state, key);
    if (bytes_empty(&path)) return;
    if (!bytes_empty(&token)) emit_text(p, F_PATH, path);
    if (wants_object(p)) message_object_text(p, path);
}

/* What stands behind the token: options and payload; and whose answer it is. */
static void contents(struct pdu *p, const struct head *h, struct bytes token, struct bytes in)
{
    enum { PING = 226, PONG };
    bool request = h->code && h->code <= METHOD_LAST, signals = p->transport == OVER_TCP && h->code >= SIGNAL_FIRST;
    if (h->token_length) emit_bytes(p, F_TOKEN, token);
    if (!request && !signals && h->code && !status_known(h->code)) message_anomaly(p, A_CODE);
    struct path path = {pdu_scratch(p, PATH_MOST), 0};
    struct bytes value;
    uint32_t number = 0;
    if (request) {
        message_role(p, ROLE_REQUEST);
        pdu_direction(p, TO_SERVER);
    }
    while (next_option(&in, &number, &value))
        if (!signals) option(p, number, value, &path); /* a signal's options are its own (RFC 8323 clause 5) */
    if (!bytes_ok(&in)) message_anomaly(p, A_OPTION);
    if (bytes_peek(&in, 0) == MARKER) {
        bytes_skip(&in, 1);
        emit_uint(p, F_PAYLOAD_LENGTH, bytes_left(&in));
    }
    struct bytes text = bytes_over(path.text, path.length);
    if (!request) {
        if (h->code && !signals) answer(p, h->code, token, h->message_id, h->type);
        if (signals) message_role(p, h->code == PONG ? ROLE_RESPONSE : h->code == PING ? ROLE_REQUEST : ROLE_NOTIFY);
        if (!h->code) message_role(p, h->type >= ACKNOWLEDGEMENT ? ROLE_RESPONSE : ROLE_REQUEST);
        return;
    }
    if (path.length) emit_text(p, F_PATH, text);
    if (path.length && wants_object(p)) message_object_text(p, text);
    if (bytes_starts(&text, "/.well-known/core")) message_anomaly(p, A_DISCOVERY);
    uint64_t key = token_key(token, h->message_id);
    (void)pdu_request(p, key);
    remember(p->state, key, &path);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    struct coap_state *s = p->state;
    struct head h;
    bool stream = p->transport == OVER_TCP;
    unsigned version = bytes_peek(&in, 0) >> 6;
    s->transport = p->transport;
    if (!(stream ? stream_head(&in, &h) : datagram_head(&in, &h))) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool request = h.code && h.code <= METHOD_LAST, signals = stream && h.code >= SIGNAL_FIRST;
    message_operation(p, request || signals || !h.code ? h.code : EMPTY);
    if (!stream) {
        emit_uint(p, F_VERSION, version);
        emit_uint(p, F_TYPE, h.type);
    }
    emit_uint(p, F_TOKEN_LENGTH, h.token_length);
    emit_uint(p, F_CODE, h.code);
    if (!stream) emit_uint(p, F_MESSAGE_ID, h.message_id);
    if (h.token_length > TOKEN_MOST) {
        message_anomaly(p, A_TOKEN);
        return;
    }
    struct bytes token = bytes_take(&in, h.token_length);
    if (!bytes_ok(&in)) {
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    contents(p, &h, token, in);
}

const struct parser parser_coap = {
    .name = "coap",
    .zh = "CoAP受限应用协议",
    .en = "CoAP",
    .specification = "RFC 7252, RFC 7641, RFC 8132, RFC 8323",
    .transports = OVER_UDP | OVER_TCP,
    .tcp_ports = ports,
    .udp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct coap_state),
    .request_slots = 16,
    .probe = probe,
    .frame = frame,
    .parse = parse,
};
