/* SPDX-License-Identifier: Apache-2.0 */
/* Transport layer security: which server a client asks for, version and cipher, and the certificate where it is sent in
 * the clear; nothing is decrypted (RFC 8446, 5246, 6066). */
#include "parsers/parser.h"
#include "parsers/x509.h"

#define VERSIONS(X)                                                                                                    \
    X(0x0300, "SSL 3.0", "SSL 3.0")                                                                                    \
    X(0x0301, "TLS 1.0", "TLS 1.0")                                                                                    \
    X(0x0302, "TLS 1.1", "TLS 1.1")                                                                                    \
    X(0x0303, "TLS 1.2", "TLS 1.2")                                                                                    \
    X(0x0304, "TLS 1.3", "TLS 1.3")
#define VERSION_ROW(code, zh, en) {code, zh, en},
static const struct value_name versions[] = {VERSIONS(VERSION_ROW){0, NULL, NULL}};

#define TLS_FIELDS(X)                                                                                                  \
    X(VERSION, "tls.handshake.version", UINT16, HEX, PLAIN, "版本", "Version", versions)                               \
    X(SUITE, "tls.handshake.ciphersuite", UINT16, HEX, PLAIN, "密码套件", "Cipher suite", NULL)                        \
    X(SERVER, "tls.handshake.extensions_server_name", TEXT, DEC, PLAIN, "服务器名", "Server name", NULL)               \
    X(ALERT, "tls.alert_message.desc", UINT8, DEC, PLAIN, "告警", "Alert description", NULL)                           \
    X(SUBJECT, "tls.certificate.subject", TEXT, DEC, PLAIN, "证书主体", "Subject of the certificate", NULL)            \
    X(ISSUER, "tls.certificate.issuer", TEXT, DEC, PLAIN, "证书签发者", "Issuer of the certificate", NULL)             \
    X(FROM, "tls.certificate.not_before", TIME, DEC, PLAIN, "证书生效时间", "Valid from", NULL)                        \
    X(UNTIL, "tls.certificate.not_after", TIME, DEC, PLAIN, "证书失效时间", "Valid until", NULL)                       \
    X(SELF, "tls.certificate.self_signed", BOOL, DEC, PLAIN, "自签名证书", "Self-signed", NULL)                        \
    X(WEAK, "tls.certificate.weak_signature", TEXT, DEC, PLAIN, "证书签名算法弱", "Weak signature algorithm", NULL)
enum { TLS_FIELDS(FIELD_ID) F_COUNT };
#define TLS_ANOMALIES(X) X(CUT, "cut", ODD, "握手消息不完整", "handshake message is cut short")
enum { TLS_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {TLS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {TLS_ANOMALIES(ANOMALY_ROW)};

/* Content types, RFC 8446 clause 5.1; a hello by its handshake type above them. */
enum {
    CHANGE_CIPHER = 20,
    ALERT,
    HANDSHAKE,
    DATA,
    HEARTBEAT,
    HELLO = 0x100,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11
};
static const struct operation operations[] = {
    {CHANGE_CIPHER, "change_cipher_spec", OT_SESSION, NULL, "更换密码规格", "Change cipher spec"},
    {ALERT, "alert", OT_SESSION, NULL, "告警", "Alert"},
    {HANDSHAKE, "handshake", OT_SESSION, NULL, "握手", "Handshake"},
    {DATA, "application_data", OT_NONE, NULL, "加密数据", "Application data"},
    {HEARTBEAT, "heartbeat", OT_SESSION, NULL, "心跳", "Heartbeat"},
    {HELLO + CLIENT_HELLO, "client_hello", OT_SESSION, NULL, "客户端问候", "Client hello"},
    {HELLO + SERVER_HELLO, "server_hello", OT_SESSION, NULL, "服务器问候", "Server hello"},
    {HELLO + CERTIFICATE, "certificate", OT_SESSION, NULL, "证书", "Certificate"},
};
enum { RECORD_HEADER = 5, RECORD_MOST = 16384 + 2048, HANDSHAKE_HEADER = 4, HELLO_MOST = 16384 };
static const uint16_t ports[] = {443, 0};

/* Per direction: a hello or a certificate that goes on in the next record. */
struct tls_state {
    uint32_t missing[2];
};

static bool record_at(const struct bytes *in)
{
    uint8_t type = bytes_peek(in, 0);
    uint16_t length = bytes_peek_be16(in, 3);
    return type >= CHANGE_CIPHER && type <= HEARTBEAT && bytes_peek(in, 1) == 3 && bytes_peek(in, 2) <= 4 &&
           length <= RECORD_MOST && (length || type == DATA);
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (bytes_left(&in) < RECORD_HEADER || !record_at(&in)) return PROBE_NO;
    size_t length = bytes_peek_be16(&in, 3);
    if (bytes_peek(&in, 0) == HANDSHAKE) {
        uint8_t type = bytes_peek(&in, 5);
        size_t inner = (size_t)bytes_peek(&in, 6) << 16 | bytes_peek_be16(&in, 7);
        if ((type == CLIENT_HELLO || type == SERVER_HELLO) && bytes_peek(&in, 9) == 3 && bytes_peek(&in, 10) <= 4 &&
            inner >= 38 && inner < HELLO_MOST && (inner + HANDSHAKE_HEADER <= length || length > 1000))
            return PROBE_YES;
    }
    bytes_skip(&in, RECORD_HEADER);
    if (length + RECORD_HEADER <= bytes_left(&in)) {
        bytes_skip(&in, length);
        if (record_at(&in) && hint->on_port) return PROBE_YES;
    }
    return hint->on_port ? PROBE_MAYBE : PROBE_NO;
}

static void server_names(struct pdu *p, struct bytes in)
{
    struct bytes list = bytes_take_upto(&in, bytes_be16(&in));
    while (bytes_left(&list) >= 3) {
        uint8_t kind = bytes_u8(&list);
        struct bytes name = bytes_take(&list, bytes_be16(&list));
        if (!bytes_ok(&list)) {
            message_anomaly(p, A_CUT);
            return;
        }
        if (kind != 0) continue;
        emit_text(p, F_SERVER, name);
        if (wants_object(p)) message_object_text(p, name);
    }
}

/* RFC 8446 clause 4.1.2 and 4.1.3. */
static void hello(struct pdu *p, struct bytes in)
{
    uint8_t type = bytes_u8(&in);
    struct bytes body = bytes_take_upto(&in, bytes_be24(&in));
    message_operation(p, HELLO + type);
    message_role(p, type == CLIENT_HELLO ? ROLE_REQUEST : ROLE_RESPONSE);
    if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, type == CLIENT_HELLO ? TO_SERVER : TO_CLIENT);
    uint16_t version = bytes_be16(&body);
    if (bytes_ok(&body)) emit_uint(p, F_VERSION, version);
    bytes_skip(&body, 32);
    bytes_skip(&body, bytes_u8(&body));
    if (type == CLIENT_HELLO) {
        struct bytes suites = bytes_take_upto(&body, bytes_be16(&body));
        while (wants(p, F_SUITE) && bytes_left(&suites) >= 2) emit_uint(p, F_SUITE, bytes_be16(&suites));
        bytes_skip(&body, bytes_u8(&body));
    } else {
        uint16_t suite = bytes_be16(&body);
        bytes_skip(&body, 1);
        if (bytes_ok(&body)) emit_uint(p, F_SUITE, suite);
    }
    if (!bytes_ok(&body)) message_anomaly(p, A_CUT);
    struct bytes extensions = bytes_take_upto(&body, bytes_be16(&body));
    while (bytes_left(&extensions) >= 4) {
        unsigned extension = bytes_be16(&extensions);
        struct bytes data = bytes_take_upto(&extensions, bytes_be16(&extensions));
        if (extension == 0 && type == CLIENT_HELLO) server_names(p, data);
    }
}

/* RFC 5246 clause 7.4.2: the sender's own certificate comes first. In TLS 1.3 it is encrypted. */
static void certificate(struct pdu *p, struct bytes in)
{
    struct x509 c;
    bytes_skip(&in, HANDSHAKE_HEADER);
    struct bytes list = bytes_take_upto(&in, bytes_be24(&in));
    struct bytes first = bytes_take(&list, bytes_be24(&list));
    message_operation(p, HELLO + CERTIFICATE);
    message_role(p, p->direction == TO_CLIENT ? ROLE_RESPONSE : ROLE_REQUEST);
    if (!bytes_ok(&list) || bytes_empty(&first) || !x509_read(first, &c)) return;
    emit_text(p, F_SUBJECT, bytes_empty(&c.common_name) ? c.organization : c.common_name);
    emit_text(p, F_ISSUER, c.issuer_name);
    if (c.from_ns) emit_uint(p, F_FROM, c.from_ns);
    if (c.until_ns) emit_uint(p, F_UNTIL, c.until_ns);
    emit_uint(p, F_SELF, c.self_issued);
    if (c.weak_signature) emit_string(p, F_WEAK, c.weak_signature);
    if (bytes_peek(&c.common_name, 0) != '*') message_identity(p, IDENTITY_NAME, c.common_name);
    message_identity(p, IDENTITY_SERIAL, c.serial);
}

/* Handshake messages that are read, each when it is whole; and the length of any. */
static const struct {
    uint8_t type;
    uint16_t least;
    void (*read)(struct pdu *p, struct bytes in);
} handshakes[] = {{CLIENT_HELLO, 38, hello}, {SERVER_HELLO, 38, hello}, {CERTIFICATE, 3, certificate}};

static size_t handshake_length(const struct bytes *in)
{
    return HANDSHAKE_HEADER + ((size_t)bytes_peek(in, 1) << 16 | bytes_peek_be16(in, 2));
}

static int handshake_kind(const struct bytes *in)
{
    size_t length = handshake_length(in);
    for (unsigned i = 0; i < COUNT_OF(handshakes); i++)
        if (handshakes[i].type == bytes_peek(in, 0) && length >= handshakes[i].least + (size_t)HANDSHAKE_HEADER &&
            length < HELLO_MOST && (bytes_left(in) < 6 || handshakes[i].read != hello || bytes_peek(in, 4) == 3))
            return (int)i;
    return -1;
}

/* Clause 5.1: one record can hold several messages, and a message can go on in the next record. What is encrypted looks
 * like none of them, all but never. */
static void handshake(struct pdu *p, struct bytes in)
{
    struct tls_state *s = p->state;
    uint32_t *missing = &s->missing[p->direction == TO_CLIENT];
    struct bytes whole;
    size_t left = bytes_left(&in);
    unsigned read = 0;
    message_operation(p, HANDSHAKE);
    if (*missing) {
        bool last = left >= *missing;
        if (!pdu_join(p, 0, bytes_take_upto(&in, *missing), false, last, &whole)) {
            *missing = last ? 0 : *missing - (uint32_t)left;
            return;
        }
        *missing = 0;
        int kind = handshake_kind(&whole);
        if (kind >= 0) handshakes[kind].read(p, whole), read++;
    }
    while (bytes_left(&in) >= HANDSHAKE_HEADER) {
        int kind = handshake_kind(&in);
        size_t length = handshake_length(&in);
        if (kind < 0 && (!read || length > bytes_left(&in))) return;
        if (length > bytes_left(&in)) {
            *missing = (uint32_t)(length - bytes_left(&in));
            (void)pdu_join(p, 0, in, true, false, &whole);
            return;
        }
        struct bytes one = bytes_take(&in, length);
        if (kind < 0) continue;
        if (read++) message_next(p);
        handshakes[kind].read(p, one);
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    uint8_t type = bytes_u8(&in);
    bytes_skip(&in, 2);
    size_t length = bytes_be16(&in);
    if (type == HANDSHAKE) {
        handshake(p, in);
        return;
    }
    message_operation(p, type);
    if (type == ALERT && length == 2) { /* longer ones are encrypted */
        uint8_t level = bytes_u8(&in), reason = bytes_u8(&in);
        if (!bytes_ok(&in)) return;
        emit_uint(p, F_ALERT, reason);
        message_status(p, level == 2 ? STATUS_REFUSED : STATUS_OK, reason);
    }
}

/* Encrypted data is passed over by its length. */
static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    (void)state, (void)direction;
    if (bytes_left(&in) < RECORD_HEADER) {
        bool possible = bytes_peek(&in, 0) >= CHANGE_CIPHER && bytes_peek(&in, 0) <= HEARTBEAT;
        return possible ? FRAME_NEEDS(RECORD_HEADER) : FRAME_IS_LOST;
    }
    if (!record_at(&in)) return FRAME_IS_LOST;
    struct frame f = FRAME_OF(RECORD_HEADER + bytes_peek_be16(&in, 3));
    if (bytes_peek(&in, 0) == DATA) f.keep = RECORD_HEADER;
    return f;
}

static void gap(void *state, enum direction direction)
{
    struct tls_state *s = state;
    s->missing[direction == TO_CLIENT] = 0;
}

const struct parser parser_tls = {
    .name = "tls",
    .zh = "传输层安全",
    .en = "Transport Layer Security",
    .specification = "RFC 8446, RFC 5246, RFC 6066, RFC 5280",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .state_size = sizeof(struct tls_state),
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
