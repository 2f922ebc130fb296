/* SPDX-License-Identifier: Apache-2.0 */
/* Telnet: what is typed and shown, line by line, and the commands between (RFC 854, RFC 855). Passwords are not kept
 * apart: they are text. */
#include "parsers/parser.h"

#define TELNET_FIELDS(X)                                                                                               \
    X(COMMAND, "telnet.cmd", UINT8, DEC, PLAIN, "命令", "Command", NULL)                                               \
    X(DATA, "telnet.data", TEXT, DEC, PLAIN, "数据", "Data", NULL)
enum { TELNET_FIELDS(FIELD_ID) F_COUNT };
static const struct field fields[] = {TELNET_FIELDS(FIELD_ROW)};
enum { NEGOTIATION, DATA };
static const struct operation operations[] = {
    {NEGOTIATION, "negotiation", OT_SESSION, NULL, "选项协商", "Negotiation"},
    {DATA, "data", OT_SESSION, NULL, "终端数据", "Terminal data"},
};
enum { PORT = 23, IAC = 255, SB = 250, SE = 240, WILL = 251, OPTIONS_LAST = 49 };
static const uint16_t ports[] = {PORT, 0};

/* Elsewhere only negotiations at the very beginning prove it: IAC, WILL to DONT, an option; twice at least. */
static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    unsigned found = 0;
    while (bytes_peek(&in, 0) == IAC && bytes_peek(&in, 1) >= WILL && bytes_peek(&in, 1) < IAC &&
           bytes_left(&in) >= 3) {
        if (bytes_peek(&in, 2) > OPTIONS_LAST) break;
        bytes_skip(&in, 3);
        found++;
    }
    if (found >= 2 && (bytes_empty(&in) || hint->on_port)) return PROBE_YES;
    return hint->on_port ? PROBE_MAYBE : PROBE_NO;
}

/* Length of the line at `in` with its end: LF, or CR with all CRs behind it up to LF or NUL. A CR alone ends nothing
 * (RFC 854, "the Telnet printer and keyboard"). */
static size_t line_length(const struct bytes *in)
{
    size_t i = 0, left = bytes_left(in);
    while (i < left && in->at[i] != '\r' && in->at[i] != '\n') i++;
    if (i == left) return left;
    if (in->at[i++] == '\n') return i;
    for (bool after_return = true; i < left;) {
        uint8_t c = in->at[i++];
        if (c == '\n' || (c == 0 && after_return)) break;
        after_return = c == '\r';
    }
    return i;
}

/* Length of what stands before the next command; a doubled IAC is data (RFC 854). */
static size_t plain_length(const struct bytes *in)
{
    size_t i = 0, left = bytes_left(in);
    while (i < left && (in->at[i] != IAC || (i + 1 < left && in->at[i + 1] == IAC))) i += in->at[i] == IAC ? 2 : 1;
    return i;
}

static void text(struct pdu *p, struct bytes in)
{
    while (!bytes_empty(&in)) emit_text(p, F_DATA, bytes_take(&in, line_length(&in)));
}

/* Behind IAC: a command, with its option, or with what stands between SB and IAC SE. */
static void command(struct pdu *p, struct bytes *in)
{
    uint8_t code = bytes_u8(in);
    if (bytes_ok(in)) emit_uint(p, F_COMMAND, code);
    if (code >= WILL && code < IAC) bytes_skip(in, 1);
    if (code != SB) return;
    while (!bytes_empty(in)) {
        if (bytes_u8(in) != IAC) continue;
        if (bytes_u8(in) != SE) continue; /* a doubled IAC is data of the option */
        emit_uint(p, F_COMMAND, SE);
        return;
    }
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in, look = p->in;
    bool plain = bytes_peek(&look, 0) != IAC;
    message_operation(p, plain ? DATA : NEGOTIATION);
    message_role(p, p->direction == TO_CLIENT ? ROLE_RESPONSE : ROLE_REQUEST);
    while (!bytes_empty(&in)) {
        text(p, bytes_take(&in, plain_length(&in)));
        if (bytes_empty(&in)) return;
        bytes_skip(&in, 1);
        command(p, &in);
    }
}

const struct parser parser_telnet = {
    .name = "telnet",
    .zh = "Telnet 远程终端",
    .en = "Telnet",
    .specification = "RFC 854, RFC 855",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .probe = probe,
    .parse = parse,
};
