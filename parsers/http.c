/* SPDX-License-Identifier: Apache-2.0 */
/* Web requests and answers on any port, and their form over UDP (SSDP); bodies are passed over, not kept (RFC 9110, RFC
 * 9112). */
#include <strings.h>

#include "parsers/parser.h"

#define HTTP_FIELDS(X)                                                                                                 \
    X(METHOD, "http.request.method", TEXT, DEC, PLAIN, "请求方法", "Request method", NULL)                             \
    X(URI, "http.request.uri", TEXT, DEC, PLAIN, "请求URI", "Request URI", NULL)                                       \
    X(CODE, "http.response.code", UINT16, DEC, PLAIN, "状态码", "Status code", NULL)                                   \
    X(HOST, "http.host", TEXT, DEC, PLAIN, "主机", "Host", NULL)                                                       \
    X(AGENT, "http.user_agent", TEXT, DEC, PLAIN, "客户端程序", "User-Agent", NULL)                                    \
    X(SERVER, "http.server", TEXT, DEC, PLAIN, "服务器程序", "Server", NULL)
enum { HTTP_FIELDS(FIELD_ID) F_COUNT };
#define HTTP_ANOMALIES(X)                                                                                              \
    X(LONG, "long_header", ODD, "头部过长,后部未解析", "header too long: its end is not read")                         \
    X(BOTH_LENGTHS, "both_lengths", HOSTILE, "同时声明长度与分块", "both a length and chunks (request smuggling)")
enum { HTTP_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {HTTP_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {HTTP_ANOMALIES(ANOMALY_ROW)};

/* The code of an operation is its row; RPC and WebDAV included. */
#define METHODS(X)                                                                                                     \
    X(GET, "GET", "get", READ, "获取")                                                                                 \
    X(HEAD, "HEAD", "head", READ, "获取头部")                                                                          \
    X(POST, "POST", "post", WRITE, "提交")                                                                             \
    X(PUT, "PUT", "put", WRITE, "上传")                                                                                \
    X(DELETE, "DELETE", "delete", WRITE, "删除")                                                                       \
    X(PATCH, "PATCH", "patch", WRITE, "修改")                                                                          \
    X(OPTIONS, "OPTIONS", "options", READ, "查询能力")                                                                 \
    X(TRACE, "TRACE", "trace", DIAGNOSE, "回显")                                                                       \
    X(CONNECT, "CONNECT", "connect", SESSION, "隧道")                                                                  \
    X(NOTIFY, "NOTIFY", "notify", NOTIFY, "通知")                                                                      \
    X(M_SEARCH, "M-SEARCH", "m_search", IDENTIFY, "设备发现")                                                          \
    X(SUBSCRIBE, "SUBSCRIBE", "subscribe", SESSION, "订阅")                                                            \
    X(UNSUBSCRIBE, "UNSUBSCRIBE", "unsubscribe", SESSION, "退订")                                                      \
    X(PROPFIND, "PROPFIND", "propfind", READ, "查询属性")                                                              \
    X(PROPPATCH, "PROPPATCH", "proppatch", WRITE, "修改属性")                                                          \
    X(MKCOL, "MKCOL", "mkcol", WRITE, "新建目录")                                                                      \
    X(COPY, "COPY", "copy", WRITE, "复制")                                                                             \
    X(MOVE, "MOVE", "move", WRITE, "移动")                                                                             \
    X(LOCK, "LOCK", "lock", WRITE, "加锁")                                                                             \
    X(UNLOCK, "UNLOCK", "unlock", WRITE, "解锁")                                                                       \
    X(REPORT, "REPORT", "report", READ, "报告")                                                                        \
    X(SEARCH, "SEARCH", "search", READ, "查找")                                                                        \
    X(MERGE, "MERGE", "merge", WRITE, "合并")                                                                          \
    X(POLL, "POLL", "poll", READ, "轮询")                                                                              \
    X(BCOPY, "BCOPY", "bcopy", WRITE, "批量复制")                                                                      \
    X(BMOVE, "BMOVE", "bmove", WRITE, "批量移动")                                                                      \
    X(BDELETE, "BDELETE", "bdelete", WRITE, "批量删除")                                                                \
    X(BPROPFIND, "BPROPFIND", "bpropfind", READ, "批量查询属性")                                                       \
    X(BPROPPATCH, "BPROPPATCH", "bproppatch", WRITE, "批量修改属性")                                                   \
    X(VERSION_CONTROL, "VERSION-CONTROL", "version_control", WRITE, "纳入版本控制")                                    \
    X(CHECKOUT, "CHECKOUT", "checkout", WRITE, "检出")                                                                 \
    X(CHECKIN, "CHECKIN", "checkin", WRITE, "检入")                                                                    \
    X(UNCHECKOUT, "UNCHECKOUT", "uncheckout", WRITE, "取消检出")                                                       \
    X(MKWORKSPACE, "MKWORKSPACE", "mkworkspace", WRITE, "新建工作区")                                                  \
    X(UPDATE, "UPDATE", "update", WRITE, "更新")                                                                       \
    X(LABEL, "LABEL", "label", WRITE, "标记版本")                                                                      \
    X(BASELINE_CONTROL, "BASELINE-CONTROL", "baseline_control", WRITE, "基线控制")                                     \
    X(MKACTIVITY, "MKACTIVITY", "mkactivity", WRITE, "新建活动")                                                       \
    X(ORDERPATCH, "ORDERPATCH", "orderpatch", WRITE, "修改次序")                                                       \
    X(ACL, "ACL", "acl", CONFIGURE, "修改访问权限")                                                                    \
    X(CCM_POST, "CCM_POST", "ccm_post", WRITE, "提交(CCM)")                                                            \
    X(RPC_CONNECT, "RPC_CONNECT", "rpc_connect", SESSION, "RPC连接")                                                   \
    X(RPC_IN_DATA, "RPC_IN_DATA", "rpc_in_data", SESSION, "RPC入")                                                     \
    X(RPC_OUT_DATA, "RPC_OUT_DATA", "rpc_out_data", SESSION, "RPC出")
#define METHOD_ID(id, ...)                    M_##id,
#define METHOD_WORD(id, word, ...)            word,
#define METHOD_ROW(id, word, name, class, zh) {M_##id, name, OT_##class, NULL, zh, word},
enum { METHODS(METHOD_ID) METHOD_COUNT, ANSWER = METHOD_COUNT };
static const char *const methods[METHOD_COUNT] = {METHODS(METHOD_WORD)};
static const struct operation operations[] = {
    METHODS(METHOD_ROW){ANSWER, "answer", OT_READ, NULL, "应答", "Answer"},
};
static const struct status_name statuses[] = {
    {400, "请求错误", "Bad request"},
    {401, "未认证", "Unauthorized"},
    {403, "禁止访问", "Forbidden"},
    {404, "未找到", "Not found"},
    {405, "方法不允许", "Method not allowed"},
    {408, "请求超时", "Request timeout"},
    {500, "服务器内部错误", "Internal server error"},
    {501, "未实现", "Not implemented"},
    {502, "网关错误", "Bad gateway"},
    {503, "服务不可用", "Service unavailable"},
};
enum { SSDP = 1900, HEADER_MOST = 65536, KEPT_MOST = 1900, LINE_MOST = 4096 };
static const uint16_t tcp_ports[] = {80, 3128, 5985, 8080, 8088, 0}, udp_ports[] = {SSDP, 0};

/* What is to come next of one direction. A message is told when its body has ended, in which frame its end came; until
 * then the head of its header is kept. */
enum { PIPELINE = 8 };
enum phase { HEADER, BODY, CHUNK_LINE, CHUNK, TRAILER, UNTIL_END };
struct http_state {
    struct way {
        uint64_t rest; /* of the body or chunk */
        uint8_t phase; /* enum phase */
        uint16_t kept_length;
        uint8_t kept[KEPT_MOST];
    } way[2];
    /* Requests are answered in their order (RFC 9112 clause 9.3.2), several may be under way. The method decides
     * whether an answer has a body: HEAD's have none, CONNECT's begin a tunnel. */
    uint32_t begun, answered;
    uint32_t telling; /* number of the request whose body is coming in */
    uint8_t asked[PIPELINE];
};

static unsigned method_of(struct bytes word)
{
    for (unsigned i = 0; i < METHOD_COUNT; i++)
        if (strlen(methods[i]) == bytes_left(&word) && memcmp(methods[i], word.at, bytes_left(&word)) == 0) return i;
    return METHOD_COUNT;
}

/* The next line without its end; what is left when there is no LF. */
static struct bytes next_line(struct bytes *in)
{
    ptrdiff_t n = bytes_find(in, '\n');
    struct bytes line = bytes_take(in, n < 0 ? bytes_left(in) : (size_t)n);
    if (n >= 0) bytes_skip(in, 1);
    if (!bytes_empty(&line) && line.end[-1] == '\r') line.end--;
    return line;
}

static struct bytes next_word(struct bytes *line)
{
    ptrdiff_t n = bytes_find(line, ' ');
    struct bytes word = bytes_take(line, n < 0 ? bytes_left(line) : (size_t)n);
    while (bytes_peek(line, 0) == ' ') bytes_skip(line, 1);
    return word;
}

static bool is_answer(const struct bytes *in)
{
    return bytes_starts(in, "HTTP/1.") && (bytes_peek(in, 7) == '0' || bytes_peek(in, 7) == '1') &&
           bytes_peek(in, 8) == ' ';
}

/* A request line ends with its version (RFC 9112 clause 3); its end may be yet to come. */
static bool is_request(struct bytes in, bool whole_line)
{
    struct bytes line = next_line(&in), rest = line;
    if (method_of(next_word(&rest)) == METHOD_COUNT || bytes_empty(&rest)) return false;
    while (!bytes_empty(&line) && line.end[-1] == ' ') line.end--; /* some devices end the line with blanks */
    size_t n = bytes_left(&line);
    if (n > 9 && memcmp(line.end - 9, " HTTP/1.", 8) == 0 && (line.end[-1] == '0' || line.end[-1] == '1')) return true;
    return !whole_line && bytes_find(&line, '\n') < 0 && bytes_empty(&in) && n < LINE_MOST;
}

/* Length of the header with its empty line; 0 when that has not come. */
static size_t header_length(const struct bytes *in)
{
    for (const uint8_t *p = in->at; p < in->end && (p = memchr(p, '\n', (size_t)(in->end - p))); p++) {
        if (in->end - p > 1 && p[1] == '\n') return (size_t)(p - in->at) + 2;
        if (in->end - p > 2 && p[1] == '\r' && p[2] == '\n') return (size_t)(p - in->at) + 3;
    }
    return 0;
}

/* UPnP discovery answers from ports of its own (UPnP Device Architecture 2.0 clause 1.3.3): whole headers only. */
static bool is_discovery(struct bytes in)
{
    size_t left = bytes_left(&in);
    return left > 20 && header_length(&in) == left &&
           (bytes_starts(&in, "M-SEARCH * HTTP/1.") || bytes_starts(&in, "NOTIFY * HTTP/1.") || is_answer(&in));
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_UDP && !hint->on_port) return is_discovery(in) ? PROBE_YES : PROBE_NO;
    if (is_answer(&in) || is_request(in, true)) return PROBE_YES;
    return hint->on_port && is_request(in, false) ? PROBE_MAYBE : PROBE_NO;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    const struct http_state *s = state;
    const struct way *way = &s->way[direction == TO_CLIENT];
    size_t left = bytes_left(&in) < HEADER_MOST ? bytes_left(&in) : HEADER_MOST;
    if (way->phase == UNTIL_END) return FRAME_OF(left);
    if (way->phase == BODY || way->phase == CHUNK) return FRAME_OF(way->rest < left ? way->rest : left);
    if (way->phase != HEADER) {
        ptrdiff_t end = bytes_find(&in, '\n');
        return end >= 0 ? FRAME_OF(end + 1) : left < LINE_MOST ? FRAME_NEEDS(0) : FRAME_IS_LOST;
    }
    if (bytes_peek(&in, 0) == '\r' || bytes_peek(&in, 0) == '\n') return FRAME_SKIPS(1); /* RFC 9112 clause 2.2 */
    if (!is_answer(&in) && !is_request(in, false)) return FRAME_IS_LOST;
    size_t length = header_length(&in);
    return length ? FRAME_OF(length) : left < HEADER_MOST - 1 ? FRAME_NEEDS(0) : FRAME_OF(left);
}

static bool is_named(const struct bytes *name, const char *wanted)
{
    return bytes_left(name) == strlen(wanted) && strncasecmp((const char *)name->at, wanted, bytes_left(name)) == 0;
}

static struct bytes blanks_cut(struct bytes b)
{
    while (bytes_peek(&b, 0) == ' ' || bytes_peek(&b, 0) == '\t') bytes_skip(&b, 1);
    while (!bytes_empty(&b) && (b.end[-1] == ' ' || b.end[-1] == '\t')) b.end--;
    return b;
}

/* The next field line, split at its colon; false at the end of the header. */
static bool next_field(struct bytes *in, struct bytes *name, struct bytes *value)
{
    while (!bytes_empty(in)) {
        struct bytes line = next_line(in);
        if (bytes_empty(&line)) return false;
        ptrdiff_t colon = bytes_find(&line, ':');
        if (colon < 0) continue;
        *name = blanks_cut(bytes_take(&line, (size_t)colon));
        bytes_skip(&line, 1);
        *value = blanks_cut(line);
        return true;
    }
    return false;
}

static void field_values(struct pdu *p, struct bytes in, bool answer)
{
    struct bytes name, value;
    while (next_field(&in, &name, &value)) {
        if (is_named(&name, "host")) emit_text(p, F_HOST, value);
        if (is_named(&name, "user-agent")) emit_text(p, F_AGENT, value);
        if (!is_named(&name, "server")) continue;
        emit_text(p, F_SERVER, value);
        if (answer && !bytes_empty(&value)) message_identity(p, IDENTITY_FIRMWARE, value);
    }
}

/* Says what the header `in` means. */
static void tell(struct pdu *p, struct http_state *s, struct bytes in)
{
    struct bytes line = next_line(&in), first = next_word(&line), second = next_word(&line);
    bool datagram = p->transport == OVER_UDP;
    if (!is_answer(&first) && !bytes_starts(&first, "HTTP/")) {
        message_operation(p, method_of(first));
        message_role(p, ROLE_REQUEST);
        emit_text(p, F_METHOD, first);
        emit_text(p, F_URI, second);
        if (wants_object(p)) message_object_text(p, second);
        if (!datagram && s->telling >= s->answered) pdu_request(p, s->telling);
        field_values(p, in, false);
        return;
    }
    unsigned code = 0;
    for (unsigned i = 0; i < 3 && bytes_peek(&second, 0) >= '0' && bytes_peek(&second, 0) <= '9'; i++)
        code = code * 10 + (bytes_u8(&second) - '0');
    struct request *asked = datagram || s->answered == s->begun ? NULL : pdu_answers(p, s->answered);
    message_operation(p, asked && asked->operation ? asked->operation_code : ANSWER);
    message_role(p, ROLE_RESPONSE);
    message_status(p, code >= 400 ? STATUS_REFUSED : STATUS_OK, code);
    emit_uint(p, F_CODE, code);
    field_values(p, in, true);
    if (asked && code >= 200) request_done(asked);
    if (!datagram && code >= 200 && s->answered != s->begun) s->answered++;
}

/* How the body is measured, RFC 9112 clause 6.3. */
static void measure(struct pdu *p, struct http_state *s, struct way *way, struct bytes in)
{
    struct bytes line = next_line(&in), name, value;
    struct bytes status = line, first = next_word(&status);
    bool answer = bytes_starts(&first, "HTTP/"), chunked = false, measured = false;
    uint64_t length = 0;
    while (next_field(&in, &name, &value)) {
        if (is_named(&name, "transfer-encoding") && bytes_left(&value) >= 7)
            chunked = strncasecmp((const char *)value.end - 7, "chunked", 7) == 0;
        if (!is_named(&name, "content-length")) continue;
        measured = true;
        for (length = 0; bytes_peek(&value, 0) >= '0' && bytes_peek(&value, 0) <= '9' && length < 1ull << 50;)
            length = length * 10 + (bytes_u8(&value) - '0');
    }
    if (chunked && measured) message_anomaly(p, A_BOTH_LENGTHS);
    unsigned asked = s->answered == s->begun ? METHOD_COUNT : s->asked[s->answered % PIPELINE];
    bool bodiless = answer && (asked == M_HEAD || bytes_peek(&status, 0) == '1' ||
                               (asked == M_CONNECT && bytes_peek(&status, 0) == '2') || bytes_starts(&status, "204") ||
                               bytes_starts(&status, "304"));
    if (!answer) {
        s->telling = s->begun++;
        s->asked[s->telling % PIPELINE] = (uint8_t)method_of(first);
    }
    way->rest = bodiless ? 0 : length;
    way->phase = bodiless ? HEADER : chunked ? CHUNK_LINE : length ? BODY : answer && !measured ? UNTIL_END : HEADER;
}

static void header(struct pdu *p, struct http_state *s, struct bytes in)
{
    bool answer = is_answer(&in);
    if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, answer ? TO_CLIENT : TO_SERVER);
    bool to_client = p->direction == DIRECTION_UNKNOWN ? answer : p->direction == TO_CLIENT;
    struct way *way = &s->way[to_client];
    measure(p, s, way, in);
    if (way->phase == HEADER) {
        tell(p, s, in);
        return;
    }
    way->kept_length = (uint16_t)(bytes_left(&in) < KEPT_MOST ? bytes_left(&in) : KEPT_MOST);
    memcpy(way->kept, in.at, way->kept_length);
}

static uint64_t chunk_length(struct bytes line)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < 12; i++) {
        uint8_t c = bytes_u8(&line) | 0x20;
        if (c >= '0' && c <= '9')
            n = n << 4 | (c - '0');
        else if (c >= 'a' && c <= 'f')
            n = n << 4 | (uint64_t)(c - 'a' + 10);
        else
            break;
    }
    return n;
}

static void finish(struct pdu *p, struct http_state *s, struct way *way)
{
    way->phase = HEADER;
    if (way->kept_length == KEPT_MOST) message_anomaly(p, A_LONG);
    tell(p, s, bytes_over(way->kept, way->kept_length));
}

static void parse(struct pdu *p)
{
    struct http_state *s = p->state;
    struct bytes in = p->in, line;
    struct way *way = &s->way[p->direction == TO_CLIENT];
    if (p->transport == OVER_UDP) {
        if (is_answer(&in) || is_request(in, true)) tell(p, s, in);
        return;
    }
    if (bytes_empty(&in)) { /* the side has closed: an answer that names no length has ended (RFC 9112 clause 6.3) */
        if (way->phase == UNTIL_END) finish(p, s, way);
        return;
    }
    switch ((enum phase)way->phase) {
    case UNTIL_END:
        break;
    case HEADER:
        header(p, s, in);
        break;
    case BODY:
        way->rest -= bytes_left(&in);
        if (!way->rest) finish(p, s, way);
        break;
    case CHUNK:
        way->rest -= bytes_left(&in);
        if (!way->rest) way->phase = CHUNK_LINE;
        break;
    case CHUNK_LINE:
        way->rest = chunk_length(in) + 2; /* and its CR LF */
        way->phase = way->rest == 2 ? TRAILER : CHUNK;
        break;
    case TRAILER:
        line = next_line(&in);
        if (bytes_empty(&line)) finish(p, s, way);
        break;
    }
}

/* Bytes are missing: where the body ends is no longer known; the next header is looked for. The next answer is taken
 * for that to the newest request. */
static void gap(void *state, enum direction direction)
{
    struct http_state *s = state;
    if (s->answered != s->begun) s->answered = s->begun - 1;
    s->way[direction == TO_CLIENT].phase = HEADER;
}

const struct parser parser_http = {
    .name = "http",
    .zh = "超文本传输",
    .en = "Hypertext Transfer Protocol",
    .specification = "RFC 9110, RFC 9112",
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
    .state_size = sizeof(struct http_state),
    .request_slots = 8,
    .wants_end = true,
    .max_pdu = HEADER_MOST,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
