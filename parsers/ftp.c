/* SPDX-License-Identifier: Apache-2.0 */
/* File transfer, its control connection: commands with their arguments, replies by code (RFC 959, 2228, 2389, 2428,
 * 3659). */
#include <strings.h>

#include "parsers/parser.h"

#define FTP_FIELDS(X)                                                                                                  \
    X(COMMAND, "ftp.request.command", TEXT, DEC, PLAIN, "命令", "Request command", NULL)                               \
    X(ARGUMENT, "ftp.request.arg", TEXT, DEC, PLAIN, "参数", "Request arg", NULL)                                      \
    X(CODE, "ftp.response.code", UINT32, DEC, PLAIN, "应答码", "Response code", NULL)                                  \
    X(TEXT, "ftp.response.arg", TEXT, DEC, PLAIN, "应答", "Response arg", NULL)
enum { FTP_FIELDS(FIELD_ID) F_COUNT };
static const struct field fields[] = {FTP_FIELDS(FIELD_ROW)};

/* The code of an operation is its row. */
#define COMMANDS(X)                                                                                                    \
    X(USER, "user", SESSION, "T0859", "登录用户名", "User name")                                                       \
    X(PASS, "pass", SESSION, "T0859", "登录口令", "Password")                                                          \
    X(ACCT, "acct", SESSION, NULL, "账户", "Account")                                                                  \
    X(QUIT, "quit", SESSION, NULL, "退出", "Log out")                                                                  \
    X(REIN, "rein", SESSION, NULL, "重新初始化", "Reinitialize")                                                       \
    X(AUTH, "auth", SESSION, NULL, "认证方式", "Authentication mechanism")                                             \
    X(PBSZ, "pbsz", SESSION, NULL, "保护缓冲区大小", "Protection buffer size")                                         \
    X(PROT, "prot", SESSION, NULL, "数据通道保护", "Data channel protection")                                          \
    X(CWD, "cwd", SESSION, NULL, "进入目录", "Change directory")                                                       \
    X(XCWD, "xcwd", SESSION, NULL, "进入目录", "Change directory")                                                     \
    X(CDUP, "cdup", SESSION, NULL, "上级目录", "Change to parent")                                                     \
    X(SMNT, "smnt", CONFIGURE, NULL, "挂载文件系统", "Structure mount")                                                \
    X(PORT, "port", SESSION, NULL, "数据端口", "Data port")                                                            \
    X(PASV, "pasv", SESSION, NULL, "被动模式", "Passive")                                                              \
    X(EPRT, "eprt", SESSION, NULL, "扩展数据端口", "Extended port")                                                    \
    X(EPSV, "epsv", SESSION, NULL, "扩展被动模式", "Extended passive")                                                 \
    X(TYPE, "type", SESSION, NULL, "传输类型", "Representation type")                                                  \
    X(STRU, "stru", SESSION, NULL, "文件结构", "File structure")                                                       \
    X(MODE, "mode", SESSION, NULL, "传输方式", "Transfer mode")                                                        \
    X(RETR, "retr", FILE, NULL, "下载文件", "Retrieve file")                                                           \
    X(STOR, "stor", FILE, "T0867", "上传文件", "Store file")                                                           \
    X(STOU, "stou", FILE, "T0867", "上传文件(唯一名)", "Store unique")                                                 \
    X(APPE, "appe", FILE, "T0867", "追加文件", "Append")                                                               \
    X(ALLO, "allo", FILE, NULL, "预留空间", "Allocate")                                                                \
    X(REST, "rest", FILE, NULL, "断点续传", "Restart")                                                                 \
    X(RNFR, "rnfr", FILE, NULL, "重命名源", "Rename from")                                                             \
    X(RNTO, "rnto", FILE, NULL, "重命名为", "Rename to")                                                               \
    X(ABOR, "abor", FILE, NULL, "中止传输", "Abort")                                                                   \
    X(DELE, "dele", FILE, "T0809", "删除文件", "Delete file")                                                          \
    X(RMD, "rmd", FILE, "T0809", "删除目录", "Remove directory")                                                       \
    X(XRMD, "xrmd", FILE, "T0809", "删除目录", "Remove directory")                                                     \
    X(MKD, "mkd", FILE, NULL, "新建目录", "Make directory")                                                            \
    X(XMKD, "xmkd", FILE, NULL, "新建目录", "Make directory")                                                          \
    X(PWD, "pwd", READ, NULL, "当前目录", "Print directory")                                                           \
    X(XPWD, "xpwd", READ, NULL, "当前目录", "Print directory")                                                         \
    X(LIST, "list", READ, NULL, "列目录", "List")                                                                      \
    X(NLST, "nlst", READ, NULL, "列文件名", "Name list")                                                               \
    X(MLSD, "mlsd", READ, NULL, "列目录", "List directory")                                                            \
    X(MLST, "mlst", READ, NULL, "文件属性", "List object")                                                             \
    X(SIZE, "size", READ, NULL, "文件大小", "File size")                                                               \
    X(MDTM, "mdtm", FILE, NULL, "文件时间", "Modification time")                                                       \
    X(MFMT, "mfmt", FILE, NULL, "设置文件时间", "Modify fact: time")                                                   \
    X(SITE, "site", CONFIGURE, NULL, "服务器专有命令", "Site parameters")                                              \
    X(SYST, "syst", IDENTIFY, NULL, "系统类型", "System")                                                              \
    X(STAT, "stat", DIAGNOSE, NULL, "状态", "Status")                                                                  \
    X(HELP, "help", READ, NULL, "帮助", "Help")                                                                        \
    X(FEAT, "feat", READ, NULL, "功能列表", "Features")                                                                \
    X(OPTS, "opts", SESSION, NULL, "选项", "Options")                                                                  \
    X(CLNT, "clnt", SESSION, NULL, "客户端名", "Client name")                                                          \
    X(NOOP, "noop", SESSION, NULL, "空操作", "No operation")
#define COMMAND_ID(id, ...)                             C_##id,
#define COMMAND_WORD(id, ...)                           #id,
#define COMMAND_ROW(id, name, class, technique, zh, en) {C_##id, name, OT_##class, technique, zh, en},
enum { COMMANDS(COMMAND_ID) REPLY, UNKNOWN_COMMAND };
static const char *const words[] = {COMMANDS(COMMAND_WORD)};
static const struct operation operations[] = {
    COMMANDS(COMMAND_ROW){REPLY, "reply", OT_SESSION, NULL, "应答", "Reply"},
};
#define REPLIES(X)                                                                                                     \
    X(421, "服务不可用", "Service not available")                                                                      \
    X(425, "无法打开数据连接", "Can't open data connection")                                                           \
    X(426, "连接关闭,传输中止", "Connection closed, transfer aborted")                                                 \
    X(430, "用户名或口令错误", "Invalid user name or password")                                                        \
    X(450, "文件不可用", "File action not taken")                                                                      \
    X(451, "本地错误", "Local error in processing")                                                                    \
    X(452, "空间不足", "Insufficient storage")                                                                         \
    X(500, "语法错误", "Syntax error")                                                                                 \
    X(501, "参数错误", "Syntax error in parameters")                                                                   \
    X(502, "命令未实现", "Command not implemented")                                                                    \
    X(503, "命令次序错误", "Bad sequence of commands")                                                                 \
    X(504, "参数未实现", "Parameter not implemented")                                                                  \
    X(530, "未登录", "Not logged in")                                                                                  \
    X(532, "需要账户", "Need account")                                                                                 \
    X(550, "文件不可用", "File unavailable")                                                                           \
    X(552, "超出配额", "Exceeded storage allocation")                                                                  \
    X(553, "文件名不允许", "File name not allowed")
#define REPLY_ROW(code, zh, en) {code, zh, en},
static const struct status_name statuses[] = {REPLIES(REPLY_ROW)};
enum { CONTROL_PORT = 21 };
static const uint16_t ports[] = {CONTROL_PORT, 0};

/* The first line without its end. */
static struct bytes first_line(struct bytes in)
{
    size_t n = 0;
    while (n < bytes_left(&in) && in.at[n] != '\r' && in.at[n] != '\n') n++;
    return bytes_take(&in, n);
}

static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
static bool is_letter(uint8_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

static bool is_reply(const struct bytes *line)
{
    uint8_t next = bytes_peek(line, 3);
    return is_digit(bytes_peek(line, 0)) && is_digit(bytes_peek(line, 1)) && is_digit(bytes_peek(line, 2)) &&
           (next == ' ' || next == '-' || bytes_left(line) == 3);
}

static bool has(const struct bytes *line, const char *word)
{
    return memmem(line->at, bytes_left(line), word, strlen(word)) != NULL;
}

/* What no other protocol of lines says: a data port, or that one is open (RFC 959 clause 4.1.2, RFC 2428). */
static bool names_data_port(const struct bytes *line)
{
    unsigned commas = 0;
    if (bytes_starts(line, "227 ")) return has(line, "Passive Mode (");
    if (bytes_starts(line, "229 ")) return has(line, "(|||");
    if (bytes_starts(line, "EPRT |")) return true;
    if (!bytes_starts(line, "PORT ")) return false;
    for (size_t i = 5; i < bytes_left(line); i++) {
        if (bytes_peek(line, i) == ',')
            commas++;
        else if (!is_digit(bytes_peek(line, i)))
            return false;
    }
    return commas == 5;
}

/* On another port only a greeting or the word of a data port proves it. */
static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    struct bytes line = first_line(in);
    if (names_data_port(&line)) return PROBE_YES;
    if (is_reply(&line)) {
        if (hint->on_port) return PROBE_YES;
        if (!bytes_starts(&line, "220")) return PROBE_NO;
        return has(&line, "FTP") && !has(&line, "SMTP") ? PROBE_YES : PROBE_NO;
    }
    if (!hint->on_port) return PROBE_NO;
    for (unsigned i = 0; i < 3; i++)
        if (!is_letter(bytes_peek(&in, i))) return PROBE_NO;
    return PROBE_MAYBE;
}

static unsigned command_of(struct bytes word)
{
    for (unsigned i = 0; i < COUNT_OF(words); i++)
        if (strlen(words[i]) == bytes_left(&word) &&
            strncasecmp(words[i], (const char *)word.at, bytes_left(&word)) == 0)
            return i;
    return UNKNOWN_COMMAND;
}

static struct bytes next_word(struct bytes *line)
{
    ptrdiff_t n = bytes_find(line, ' ');
    struct bytes word = bytes_take(line, n < 0 ? bytes_left(line) : (size_t)n);
    while (bytes_peek(line, 0) == ' ') bytes_skip(line, 1);
    return word;
}

static void request(struct pdu *p, struct bytes line)
{
    struct bytes word = next_word(&line);
    unsigned command = command_of(word);
    message_operation(p, command);
    message_role(p, ROLE_REQUEST);
    if (bytes_empty(&word)) return;
    emit_text(p, F_COMMAND, word);
    if (!bytes_empty(&line)) emit_text(p, F_ARGUMENT, line);
    if (command == C_USER && !bytes_empty(&line)) message_identity(p, IDENTITY_USER, line);
    if (wants_object(p) && command != C_PASS && !bytes_empty(&line)) message_object_text(p, line);
    pdu_request(p, 0);
}

static void reply(struct pdu *p, struct bytes line)
{
    if (!is_reply(&line)) return; /* a line of a longer reply */
    struct request *asked = pdu_answers(p, 0);
    unsigned code = 0;
    message_operation(p, asked && asked->operation ? asked->operation_code : REPLY);
    message_role(p, ROLE_RESPONSE);
    for (unsigned i = 0; i < 3; i++) code = code * 10 + (bytes_u8(&line) - '0');
    bytes_skip(&line, bytes_empty(&line) ? 0 : 1);
    emit_uint(p, F_CODE, code);
    if (!bytes_empty(&line)) emit_text(p, F_TEXT, line);
    message_status(p, code >= 400 ? STATUS_REFUSED : STATUS_OK, code);
    if (code == 220 && !asked) message_identity(p, IDENTITY_FIRMWARE, line);
    if (asked && code >= 200) request_done(asked); /* 1yz is preliminary, clause 4.2 */
}

static void parse(struct pdu *p)
{
    struct bytes line = first_line(p->in);
    bool from = p->packet->src_port == CONTROL_PORT, to = p->packet->dst_port == CONTROL_PORT;
    bool answer = from != to ? from : is_reply(&line);
    if (p->direction == DIRECTION_UNKNOWN) pdu_direction(p, answer ? TO_CLIENT : TO_SERVER);
    if (answer)
        reply(p, line);
    else
        request(p, line);
}

const struct parser parser_ftp = {
    .name = "ftp",
    .zh = "文件传输",
    .en = "File Transfer Protocol",
    .specification = "RFC 959, RFC 2228, RFC 3659",
    .transports = OVER_TCP,
    .tcp_ports = ports,
    .fields = fields,
    .field_count = COUNT_OF(fields),
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .request_slots = 4,
    .probe = probe,
    .parse = parse,
};
