/* SPDX-License-Identifier: Apache-2.0 */
/* Windows file sharing over TCP 445, NetBIOS sessions and datagrams, the latter also on LLC: commands of versions 1 to
 * 3, chained ones too (MS-CIFS, MS-SMB2, RFC 1002). */
#include "parsers/smb/smb.h"

#define SMB_FIELDS(X)                                                                                                  \
    X(COMMAND, "smb.cmd", UINT8, HEX, PLAIN, "命令", "SMB command", NULL)                                              \
    X(STATUS, "smb.nt_status", UINT32, HEX, PLAIN, "状态", "NT status", NULL)                                          \
    X(COMMAND2, "smb2.cmd", UINT16, DEC, PLAIN, "命令(第2版)", "SMB2 command", NULL)                                   \
    X(STATUS2, "smb2.nt_status", UINT32, HEX, PLAIN, "状态(第2版)", "NT status (version 2)", NULL)                     \
    X(FILE_NAME, "smb2.filename", TEXT, DEC, PLAIN, "文件名", "File name", NULL)                                       \
    X(TREE, "smb2.tree", TEXT, DEC, PLAIN, "共享路径", "Tree", NULL)
enum { SMB_FIELDS(FIELD_ID) F_COUNT };
#define SMB_ANOMALIES(X)                                                                                               \
    X(CUT, "cut", ODD, "报文不完整", "message is cut short")                                                           \
    X(CHAIN, "chain", ODD, "命令链错误", "broken chain of commands")
enum { SMB_ANOMALIES(ANOMALY_ID) A_COUNT };
static const struct field fields[] = {SMB_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {SMB_ANOMALIES(ANOMALY_ROW)};

enum {
    SESSION_HEADER = 4, /* RFC 1002 clause 4.3.1; direct TCP has the same with type 0 */
    SESSION_MESSAGE = 0,
    SESSION_REQUEST = 0x81,
    SESSION_KEEP_ALIVE = 0x85,
    DATAGRAM_UNIQUE = 0x10, /* clause 4.4.1: unique, group, broadcast */
    DATAGRAM_BROADCAST = 0x12,
    DATAGRAM_HEADER = 14,
    DATAGRAM_NAME = 34,
    SMB1_HEADER = 32,
    SMB2_HEADER = 64,
    NETBIOS_SAP = 0xf0,
    NETBIOS_DELIMITER = 0xefff,
    CHAIN_MOST = 64,
    SETUP_1 = 0x73, /* SMB_COM_SESSION_SETUP_ANDX; SESSION_SETUP of version 2 */
    SETUP_2 = 1,
    NO_MORE = 0xff,
    WHOLE_MOST = 65536, /* a longer message is told by its head alone, when its end has come */
    HEAD = SESSION_HEADER + SMB2_HEADER
};
static const uint16_t tcp_ports[] = {445, 139, 0}, udp_ports[] = {138, 0};
static const uint32_t link_types[] = {LINK_LLC(NETBIOS_SAP), 0};

/* Per direction: the head of a long message whose rest is still to come. */
struct smb_state {
    struct {
        uint32_t rest;
        uint8_t head[HEAD];
    } way[2];
};

static bool is_version1(const struct bytes *in) { return bytes_starts(in, "\xffSMB"); }
static bool is_version2(const struct bytes *in) { return bytes_starts(in, "\xfeSMB"); }

static struct bytes behind(struct bytes in, size_t n)
{
    bytes_skip(&in, n < bytes_left(&in) ? n : bytes_left(&in));
    return in;
}

static bool is_smb(const struct bytes *in)
{
    uint8_t first = bytes_peek(in, 0);
    return bytes_left(in) >= 4 && first >= 0xfc && memcmp(in->at + 1, "SMB", 3) == 0;
}

static bool is_datagram(const struct bytes *in)
{
    uint8_t type = bytes_peek(in, 0);
    return type >= DATAGRAM_UNIQUE && type <= DATAGRAM_BROADCAST && bytes_left(in) > DATAGRAM_HEADER;
}

/* What a NetBIOS datagram carries; both names are plain ones without scope, else empty. */
static struct bytes datagram_data(struct bytes in)
{
    size_t n = DATAGRAM_HEADER;
    for (unsigned i = 0; i < 2; i++, n += DATAGRAM_NAME)
        if (bytes_peek(&in, n) != 32 || bytes_peek(&in, n + 33) != 0) return behind(in, bytes_left(&in));
    return behind(in, n);
}

/* What a NetBIOS datagram carries that stands right on LLC: SAP f0, unnumbered information, then a header that tells
 * its length, the delimiter and the command DATAGRAM or DATAGRAM_BROADCAST (IBM SC30-3587, "NetBIOS Frames Protocol").
 */
static struct bytes link_data(struct bytes in)
{
    uint8_t command = bytes_peek(&in, 7);
    bool datagram = bytes_peek(&in, 0) == NETBIOS_SAP && bytes_peek(&in, 2) == 3 &&
                    bytes_peek_le16(&in, 5) == NETBIOS_DELIMITER && (command == 8 || command == 9);
    return behind(in, datagram ? 3u + bytes_peek_le16(&in, 3) : bytes_left(&in));
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct bytes data;
    if (hint->transport == OVER_UDP) {
        if (!is_datagram(&in)) return PROBE_NO;
        data = datagram_data(in);
        return is_version1(&data) ? PROBE_YES : PROBE_NO;
    }
    if (hint->transport == OVER_LINK) {
        data = link_data(in);
        return is_version1(&data) ? PROBE_YES : PROBE_NO;
    }
    data = behind(in, SESSION_HEADER);
    if (bytes_peek(&in, 0) == SESSION_MESSAGE && is_smb(&data)) return PROBE_YES;
    if (hint->on_port && bytes_peek(&in, 0) == SESSION_REQUEST && bytes_peek_be16(&in, 2) == 68) return PROBE_YES;
    return PROBE_NO;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    const struct smb_state *s = state;
    size_t left = bytes_left(&in), rest = s->way[direction == TO_CLIENT].rest;
    if (left > WHOLE_MOST) left = WHOLE_MOST;
    if (rest) return FRAME_OF(rest < left ? rest : left);
    if (is_datagram(&in)) return FRAME_OF(left); /* no session packet has such a type */
    if (left < SESSION_HEADER) return FRAME_NEEDS(SESSION_HEADER);
    uint8_t type = bytes_peek(&in, 0);
    size_t length = (size_t)bytes_peek(&in, 1) << 16 | bytes_peek_be16(&in, 2);
    if (type >= SESSION_REQUEST && type <= SESSION_KEEP_ALIVE && length < 512) return FRAME_OF(SESSION_HEADER + length);
    struct bytes data = behind(in, SESSION_HEADER);
    if (type != SESSION_MESSAGE || length < 4) return FRAME_IS_LOST;
    if (left < SESSION_HEADER + 4) return FRAME_NEEDS(SESSION_HEADER + 4);
    if (!is_smb(&data)) return FRAME_IS_LOST;
    return FRAME_OF(SESSION_HEADER + length <= WHOLE_MOST ? SESSION_HEADER + length : HEAD);
}

/* Commands whose parameters begin with the next command and its offset, MS-CIFS clause 2.2.3.4. */
static bool has_next(uint8_t command)
{
    static const uint8_t chained[] = {0x24, 0x2d, 0x2e, 0x2f, 0x73, 0x74, 0x75, 0xa2};
    return memchr(chained, command, sizeof chained) != NULL;
}

static void pair(struct pdu *p, bool response, uint64_t key, uint32_t status)
{
    message_role(p, response ? ROLE_RESPONSE : ROLE_REQUEST);
    if (!response) {
        pdu_request(p, key);
        return;
    }
    struct request *asked = pdu_answers(p, key);
    bool refused = status >= 0xc0000000 && status != 0xc0000016;
    message_status(p, refused ? STATUS_REFUSED : STATUS_OK, status);
    if (asked && status != 0x103) request_done(asked);
}

static void version1(struct pdu *p, struct bytes in)
{
    struct bytes whole = in;
    bytes_skip(&in, 4);
    uint8_t command = bytes_u8(&in);
    uint32_t status = bytes_le32(&in);
    uint8_t flags = bytes_u8(&in);
    bool nt = bytes_le16(&in) & 0x4000;
    uint16_t multiplex = bytes_peek_le16(&whole, 30);
    if (bytes_left(&whole) < SMB1_HEADER) {
        message_anomaly(p, A_CUT);
        return;
    }
    message_operation(p, command);
    emit_uint(p, F_COMMAND, command);
    if (nt) emit_uint(p, F_STATUS, status);
    if (p->transport == OVER_TCP) pair(p, flags & 0x80, multiplex, nt ? status : status ? 0xc0000001 : 0);
    if (command == SETUP_1 && !(flags & 0x80 && smb_session_setup(p, whole))) smb_native_system(p, whole);
    in = behind(whole, SMB1_HEADER);
    for (unsigned i = 0; i < CHAIN_MOST && has_next(command); i++) {
        size_t stood = (size_t)(in.at - whole.at);
        if (bytes_u8(&in) == 0) return; /* no parameters: an error or the last one */
        command = bytes_u8(&in);
        bytes_skip(&in, 1);
        uint16_t offset = bytes_le16(&in);
        if (!bytes_ok(&in)) {
            message_anomaly(p, A_CUT);
            return;
        }
        emit_uint(p, F_COMMAND, command);
        if (command == NO_MORE) return;
        if (offset <= stood || offset >= bytes_left(&whole)) {
            message_anomaly(p, A_CHAIN);
            return;
        }
        in = behind(whole, offset);
    }
}

/* UTF-16LE as UTF-8 in the scratch; units outside the basic plane become U+FFFD each. */
struct bytes smb_utf8(struct pdu *p, struct bytes in)
{
    uint8_t *out = pdu_scratch(p, bytes_left(&in) / 2 * 3 + 1);
    size_t n = 0;
    if (!out) return bytes_over(NULL, 0);
    while (bytes_left(&in) >= 2) {
        uint16_t c = bytes_le16(&in);
        if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
        if (c >= 0x800) {
            out[n++] = (uint8_t)(0xe0 | c >> 12);
            out[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
            out[n++] = (uint8_t)(0x80 | (c & 0x3f));
        } else if (c >= 0x80) {
            out[n++] = (uint8_t)(0xc0 | c >> 6);
            out[n++] = (uint8_t)(0x80 | (c & 0x3f));
        } else {
            out[n++] = (uint8_t)c;
        }
    }
    return bytes_over(out, n);
}

/* Names of requests: MS-SMB2 clauses 2.2.9 and 2.2.13; offsets count from the header. */
static void name(struct pdu *p, struct bytes header, unsigned command)
{
    bool create = command == 5;
    size_t at = SMB2_HEADER + (create ? 44 : 4);
    if (!create && command != 3) return;
    struct bytes path = behind(header, bytes_peek_le16(&header, at));
    path = bytes_take_upto(&path, bytes_peek_le16(&header, at + 2));
    if (bytes_empty(&path) || bytes_left(&path) > 2048) return;
    path = smb_utf8(p, path);
    emit_text(p, create ? F_FILE_NAME : F_TREE, path);
    if (wants_object(p)) message_object_text(p, path);
}

/* Each command of a compound (MS-SMB2 clause 2.2.1, NextCommand) is a message of its own. */
static void version2(struct pdu *p, struct bytes in)
{
    for (unsigned i = 0; i < CHAIN_MOST && is_version2(&in); i++) {
        struct bytes header = bytes_take_upto(&in, bytes_left(&in));
        in = header;
        bytes_skip(&in, 8);
        uint32_t status = bytes_le32(&in);
        uint16_t command = bytes_le16(&in);
        bytes_skip(&in, 2);
        bool response = bytes_le32(&in) & 1;
        uint32_t next = bytes_le32(&in);
        uint64_t identifier = bytes_le64(&in);
        if (bytes_left(&header) < SMB2_HEADER) {
            message_anomaly(p, A_CUT);
            return;
        }
        if (i) message_next(p);
        message_operation(p, SMB2 + command);
        emit_uint(p, F_COMMAND2, command);
        if (response) emit_uint(p, F_STATUS2, status);
        pair(p, response, identifier, response ? status : 0);
        if (!response) name(p, header, command);
        if (response && command == SETUP_2) (void)smb_session_setup(p, header);
        if (!next) return;
        if (next < SMB2_HEADER || next >= bytes_left(&header)) {
            message_anomaly(p, A_CHAIN);
            return;
        }
        in = behind(header, next);
    }
}

static void message(struct pdu *p, struct bytes in)
{
    if (is_version1(&in))
        version1(p, in);
    else if (is_version2(&in))
        version2(p, in);
    else if (is_smb(&in))
        message_operation(p, bytes_peek(&in, 0) == 0xfd ? SMB_ENCRYPTED : SMB_COMPRESSED);
}

static void parse(struct pdu *p)
{
    struct smb_state *s = p->state;
    struct bytes in = p->in;
    uint32_t *rest = &s->way[p->direction == TO_CLIENT].rest;
    uint8_t *head = s->way[p->direction == TO_CLIENT].head;
    size_t length = (size_t)bytes_peek(&in, 1) << 16 | bytes_peek_be16(&in, 2);
    if (p->transport == OVER_UDP) {
        message(p, datagram_data(in));
    } else if (p->transport == OVER_LINK) {
        message(p, link_data(in));
    } else if (*rest) {
        *rest -= (uint32_t)bytes_left(&in);
        if (!*rest) message(p, bytes_over(head + SESSION_HEADER, HEAD - SESSION_HEADER));
    } else if (SESSION_HEADER + length > WHOLE_MOST && bytes_left(&in) == HEAD) {
        memcpy(head, in.at, HEAD);
        *rest = (uint32_t)(SESSION_HEADER + length - HEAD);
    } else if (bytes_peek(&in, 0) == SESSION_MESSAGE) {
        message(p, behind(in, SESSION_HEADER));
    }
}

static void gap(void *state, enum direction direction)
{
    struct smb_state *s = state;
    s->way[direction == TO_CLIENT].rest = 0;
}

const struct parser parser_smb = {
    .name = "smb",
    .zh = "Windows 文件共享",
    .en = "Server Message Block",
    .specification = "MS-CIFS, MS-SMB2, RFC 1002",
    .transports = OVER_TCP | OVER_UDP | OVER_LINK,
    .tcp_ports = tcp_ports,
    .udp_ports = udp_ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = smb_operations,
    .operation_count = SMB_OPERATIONS,
    .anomalies = anomalies,
    .anomaly_count = COUNT_OF(anomalies),
    .statuses = smb_statuses,
    .status_count = SMB_STATUSES,
    .state_size = sizeof(struct smb_state),
    .request_slots = 64,
    .max_pdu = WHOLE_MOST,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
