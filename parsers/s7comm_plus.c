/* SPDX-License-Identifier: Apache-2.0 */
/* S7comm-plus: what TIA Portal and operator panels speak to S7-1200 and S7-1500, over ISO transport (protocol id 0x72).
 *
 * Siemens never published it; facts are what stations are seen to send. Values are big-endian, numbers of variable
 * length have seven bits an octet. From firmware V4.5 on all but the beginning may be inside TLS and stays unseen. */
#include "parsers/parser.h"

#include <stdio.h>

enum { PROTOCOL_ID = 0x72, VERSION_SIGNED = 3, VERSION_KEEP_ALIVE = 0xfe, HEADER = 4, REQUESTS = 24 };
enum { REQUEST = 0x31, RESPONSE = 0x32, NOTIFICATION = 0x33, RESPONSE_2 = 0x02 };
enum {
    ERROR_ANSWER = 0x04b1,
    EXPLORE = 0x04bb,
    CREATE_OBJECT = 0x04ca,
    DELETE_OBJECT = 0x04d4,
    SET_VARIABLE = 0x04f2,
    GET_VARIABLE = 0x04fc,
    ADD_LINK = 0x0506,
    REMOVE_LINK = 0x051a,
    GET_LINK = 0x0524,
    SET_VARIABLES = 0x0542,
    GET_VARIABLES = 0x054c,
    BEGIN_SEQUENCE = 0x0556,
    END_SEQUENCE = 0x0560,
    INVOKE = 0x056b,
    SET_SUBSTREAM = 0x057c,
    GET_SUBSTREAM = 0x0586,
    GET_ADDRESS = 0x0590,
    ABORT = 0x059a,
    ERROR_2 = 0x05a9,
    INIT_SSL = 0x05b3,
    OP_STOP = 0x10001, /* operations of our own: one variable has a meaning */
    OP_RUN,
    OP_SESSION_SETUP,
    OP_CREDIT,
    OP_CREATE_BLOCK,
    OP_DELETE_BLOCK,
    OP_NOTIFICATION,
    OP_KEEP_ALIVE,
    OP_FRAGMENT
};
/* The object that executes the program, the variable that asks it to run or stop; how much a subscription may send. */
enum { CPU_EXECUTION_UNIT = 0x34, OPERATING_STATE_REQUEST = 2167, STATE_STOP = 1, STATE_RUN = 3, CREDIT_LIMIT = 1053 };

static const struct value_name opcode_names[] = {
    {REQUEST, "请求", "request"},
    {RESPONSE, "应答", "response"},
    {NOTIFICATION, "通知", "notification"},
    {RESPONSE_2, "应答2", "response 2"},
    {0, NULL, NULL},
};

/* X(code, name, class, technique, zh, en) */
#define FUNCTIONS(X)                                                                                                   \
    X(ERROR_ANSWER, "error", ERROR, NULL, "错误", "error")                                                             \
    X(EXPLORE, "explore", IDENTIFY, "T0888", "浏览对象", "explore")                                                    \
    X(CREATE_OBJECT, "create_object", SESSION, NULL, "创建对象(会话/订阅)", "create object (session, subscription)")   \
    X(DELETE_OBJECT, "delete_object", SESSION, NULL, "删除对象", "delete object")                                      \
    X(SET_VARIABLE, "set_variable", WRITE, "T0836", "写变量", "set variable")                                          \
    X(GET_VARIABLE, "get_variable", READ, "T0801", "读变量", "get variable")                                           \
    X(ADD_LINK, "add_link", CONFIGURE, NULL, "添加链接", "add link")                                                   \
    X(REMOVE_LINK, "remove_link", CONFIGURE, NULL, "删除链接", "remove link")                                          \
    X(GET_LINK, "get_link", IDENTIFY, NULL, "读链接", "get link")                                                      \
    X(SET_VARIABLES, "set_multi_variables", WRITE, "T0836", "写多个变量", "set multiple variables")                    \
    X(GET_VARIABLES, "get_multi_variables", READ, "T0801", "读多个变量", "get multiple variables")                     \
    X(BEGIN_SEQUENCE, "begin_sequence", SESSION, NULL, "开始传输序列", "begin sequence")                               \
    X(END_SEQUENCE, "end_sequence", SESSION, NULL, "结束传输序列", "end sequence")                                     \
    X(INVOKE, "invoke", CONTROL, "T0855", "调用方法", "invoke")                                                        \
    X(SET_SUBSTREAM, "set_variable_substreamed", PROGRAM, "T0843", "分段写(下载)", "set variable, substreamed")        \
    X(GET_SUBSTREAM, "get_variable_substreamed", READ, NULL, "分段读变量", "get variable, substreamed")                \
    X(GET_ADDRESS, "get_variables_address", READ, NULL, "读变量地址", "get variables address")                         \
    X(ABORT, "abort", SESSION, NULL, "中止", "abort")                                                                  \
    X(ERROR_2, "error_2", ERROR, NULL, "错误2", "error 2")                                                             \
    X(INIT_SSL, "init_ssl", SESSION, NULL, "启用加密", "begin of encryption")

#define MEANINGS(X)                                                                                                    \
    X(OP_STOP, "plc_stop", MODE, "T0858", "PLC停机", "PLC stop")                                                       \
    X(OP_RUN, "plc_start", MODE, "T0858", "PLC启动", "PLC start")                                                      \
    X(OP_SESSION_SETUP, "session_setup", SESSION, NULL, "会话建立与认证", "session setup")                             \
    X(OP_CREDIT, "subscription_credit", SESSION, NULL, "订阅信用", "subscription credit")                              \
    X(OP_CREATE_BLOCK, "create_block", PROGRAM, "T0843", "下载块(创建)", "create block (download)")                    \
    X(OP_DELETE_BLOCK, "delete_block", PROGRAM, "T0809", "删除块", "delete block")                                     \
    X(OP_NOTIFICATION, "notification", NOTIFY, NULL, "订阅数据通知", "notification")                                   \
    X(OP_KEEP_ALIVE, "keep_alive", SESSION, NULL, "保活", "keep alive")                                                \
    X(OP_FRAGMENT, "fragment", SESSION, NULL, "后续分片", "further fragment")

static const struct operation operations[] = {FUNCTIONS(OPERATION_ROW) MEANINGS(OPERATION_ROW)};

#define FUNCTION_NAME(code, name, class, technique, zh, en) {code, zh, en},
static const struct value_name function_names[] = {FUNCTIONS(FUNCTION_NAME){0, NULL, NULL}};

#define FIELDS(X)                                                                                                      \
    X(VERSION, "s7comm-plus.header.protocol_version", UINT8, HEX, PLAIN, "协议版本", "Protocol version", NULL)         \
    X(LENGTH, "s7comm-plus.header.datalength", UINT16, DEC, PLAIN, "数据长度", "Data length", NULL)                    \
    X(OPCODE, "s7comm-plus.data.opcode", UINT8, HEX, PLAIN, "操作码", "Opcode", opcode_names)                          \
    X(FUNCTION, "s7comm-plus.data.function", UINT16, HEX, PLAIN, "功能", "Function", function_names)                   \
    X(SEQUENCE, "s7comm-plus.data.seqnum", UINT16, DEC, PLAIN, "序号", "Sequence number", NULL)                        \
    X(SESSION, "s7comm-plus.data.sessionid", UINT32, HEX, PLAIN, "会话标识", "Session id", NULL)                       \
    X(OBJECT, "s7comm-plus.data.objectid", UINT32, HEX, PLAIN, "对象标识", "Object id", NULL)                          \
    X(RETURN_VALUE, "s7comm-plus.returnvalue", UINT64, HEX, PLAIN, "返回值", "Return value", NULL)                     \
    X(ITEM_COUNT, "s7comm-plus.item_count", UINT32, DEC, PLAIN, "变量个数", "Item count", NULL)                        \
    X(IDENTIFICATION, "s7comm-plus.identification", TEXT, DEC, PLAIN, "设备标识", "Identification", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(TRUNCATED, "truncated", ODD, "报文内容不完整", "content ends early")                                             \
    X(UNKNOWN_OPCODE, "unknown_opcode", ODD, "未知操作码", "unknown opcode")                                           \
    X(UNKNOWN_FUNCTION, "unknown_function", ODD, "未知功能", "unknown function")                                       \
    X(UNSIGNED, "unsigned", NOTE, "报文无完整性保护", "telegram without integrity protection")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

struct plus_state {
    bool continues[2]; /* per direction: the last telegram had no trailer, so the next one goes on with its data */
};

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    uint8_t id = bytes_u8(&in), version = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    if (!bytes_ok(&in) || id != PROTOCOL_ID) return PROBE_NO;
    bool known = (version >= 1 && version <= 3) || version >= VERSION_KEEP_ALIVE;
    size_t left = bytes_left(&in);
    return known && (length == left || length + (size_t)HEADER == left) ? PROBE_YES : PROBE_MAYBE;
}

/* Seven bits an octet, most significant first; at most nine octets, the ninth whole. */
static uint64_t take_number(struct bytes *in)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        uint8_t octet = bytes_u8(in);
        value = value << 7 | (octet & 0x7f);
        if (!(octet & 0x80)) return value;
    }
    return value << 8 | bytes_u8(in);
}

/* ---- values -------------------------------------------------------------------------------------------------------
 */

enum {
    T_BOOL = 1,
    T_USINT,
    T_UINT,
    T_UDINT,
    T_ULINT,
    T_SINT,
    T_INT,
    T_DINT,
    T_LINT,
    T_BYTE,
    T_WORD,
    T_DWORD,
    T_LWORD,
    T_REAL,
    T_LREAL,
    T_RID = 18,
    T_AID,
    T_WSTRING = 21
};

/* A signed number of variable length: the second highest bit of the first octet is the sign. */
static int64_t take_signed(struct bytes *in)
{
    unsigned bits = 0;
    bool negative = bytes_peek(in, 0) & 0x40;
    uint64_t value = 0;
    uint8_t octet;
    do {
        octet = bytes_u8(in);
        value = value << 7 | (octet & 0x7f);
        bits += 7;
    } while (octet & 0x80 && bits < 63 && bytes_ok(in));
    if (negative && bits < 64) value |= ~(uint64_t)0 << bits;
    return (int64_t)value;
}

/* Octets of an array: a STRING of the program (room, length, characters) is shown as its text. */
static bool parse_octets(struct pdu *p, struct bytes *in)
{
    struct bytes octets = bytes_take(in, (size_t)take_number(in));
    if (!bytes_ok(&octets)) return false;
    uint8_t room = bytes_u8(&octets), length = bytes_u8(&octets);
    if (bytes_ok(&octets) && length <= room && length <= bytes_left(&octets))
        message_value_text(p, bytes_take(&octets, length));
    else
        message_value_text(p, bytes_over("?", 1));
    return true;
}

/* One value of an item; false for what is not understood, behind which nothing can be found any more. */
static bool parse_value(struct pdu *p, struct bytes *in)
{
    enum { ARRAY = 0x10 };
    uint8_t flags = bytes_u8(in), type = bytes_u8(in);
    if (!bytes_ok(in)) return false;
    if (flags == ARRAY && (type == T_USINT || type == T_BYTE)) return parse_octets(p, in);
    if (flags) return false;
    switch (type) {
    case T_BOOL:
    case T_USINT:
    case T_BYTE:
        message_value_int(p, bytes_u8(in));
        break;
    case T_SINT:
        message_value_int(p, (int8_t)bytes_u8(in));
        break;
    case T_UINT:
    case T_WORD:
        message_value_int(p, bytes_be16(in));
        break;
    case T_INT:
        message_value_int(p, (int16_t)bytes_be16(in));
        break;
    case T_DWORD:
    case T_RID:
        message_value_int(p, bytes_be32(in));
        break;
    case T_LWORD:
        message_value_int(p, (int64_t)bytes_be64(in));
        break;
    case T_UDINT:
    case T_ULINT:
    case T_AID:
        message_value_int(p, (int64_t)take_number(in));
        break;
    case T_DINT:
    case T_LINT:
        message_value_int(p, take_signed(in));
        break;
    case T_REAL:
        message_value_double(p, (double)bytes_be_float(in));
        break;
    case T_LREAL:
        message_value_double(p, bytes_be_double(in));
        break;
    case T_WSTRING:
        message_value_text(p, bytes_take(in, (size_t)take_number(in)));
        break;
    default:
        return false;
    }
    return bytes_ok(in);
}

/* ---- addresses ----------------------------------------------------------------------------------------------------
 */

/* Checksum of the symbol, area, depth, sub-area, then one local id for each further level. */
static bool parse_address(struct pdu *p, struct bytes *in)
{
    enum { DB = 0x8a0e, INPUTS = 0x50, DEEPEST = 16 };
    static const char classic[] = "IQMCT";
    (void)take_number(in);
    uint32_t area = (uint32_t)take_number(in), depth = (uint32_t)take_number(in);
    (void)take_number(in);
    if (!bytes_ok(in) || !depth || depth > DEEPEST) return false;
    char path[DEEPEST * 11 + 1] = "";
    size_t n = 0;
    for (unsigned i = 1; i < depth; i++)
        n += (size_t)snprintf(path + n, sizeof path - n, ".%u", (unsigned)take_number(in));
    if (!bytes_ok(in)) return false;
    if (area >> 16 == DB)
        message_object(p, "DB%u.LID%s", area & 0xffff, path);
    else if (area >= INPUTS && area < INPUTS + sizeof classic - 1)
        message_object(p, "%c.LID%s", classic[area - INPUTS], path);
    else
        message_object(p, "0x%08x.LID%s", area, path);
    return true;
}

/* Reading and writing several: an object and its attributes, or (object 0) addresses of variables. */
static void parse_variables(struct pdu *p, struct bytes in, bool write)
{
    enum { MOST = 256 };
    uint32_t object = bytes_be32(&in);
    uint64_t count = take_number(&in);
    (void)take_number(&in); /* numbers that the addresses take in all */
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_OBJECT, object);
    emit_uint(p, F_ITEM_COUNT, (uint32_t)count);
    if (!wants_object(p) || count > MOST) return;
    for (uint64_t i = 0; i < count; i++) {
        if (object)
            message_object(p, "0x%08x.%u", object, (unsigned)take_number(&in));
        else if (!parse_address(p, &in))
            return;
    }
    for (uint64_t i = 0; write && i < count; i++) {
        (void)take_number(&in); /* number of the item */
        if (!parse_value(p, &in)) return;
    }
}

/* One variable of one object: run and stop are values of it. */
static uint32_t meaning_of_variable(struct bytes in, uint32_t object)
{
    uint64_t count = take_number(&in), variable = take_number(&in);
    bytes_skip(&in, 2); /* flags and type */
    uint64_t value = take_number(&in);
    if (!bytes_ok(&in) || count != 1) return SET_VARIABLE;
    if (variable == CREDIT_LIMIT) return OP_CREDIT;
    if (object != CPU_EXECUTION_UNIT || variable != OPERATING_STATE_REQUEST) return SET_VARIABLE;
    return value == STATE_STOP ? OP_STOP : value == STATE_RUN ? OP_RUN : SET_VARIABLE;
}

/* What a request is for: the same functions serve the session itself, the blocks, and the plant. */
static uint32_t meaning_of(uint16_t function, uint32_t session, struct bytes in)
{
    uint32_t object = bytes_be32(&in);
    bool block = object >> 31; /* blocks and areas have the upper numbers */
    if (!bytes_ok(&in)) return function;
    switch (function) {
    case SET_VARIABLES:
        return object && object == session ? OP_SESSION_SETUP : function;
    case SET_VARIABLE:
        return meaning_of_variable(in, object);
    case CREATE_OBJECT:
        return block ? OP_CREATE_BLOCK : function;
    case DELETE_OBJECT:
        return block ? OP_DELETE_BLOCK : function;
    default:
        return function;
    }
}

static void parse_set_variable(struct pdu *p, struct bytes in)
{
    uint32_t object = bytes_be32(&in);
    (void)take_number(&in);
    uint32_t variable = (uint32_t)take_number(&in);
    if (!bytes_ok(&in)) return;
    emit_uint(p, F_OBJECT, object);
    message_object(p, "0x%08x.%u", object, variable);
    if (wants_object(p)) parse_value(p, &in);
}

/* The answer that opens a session has "1;6ES7 511-1AK00-0AB0;V1.0" as attribute 319, a text. */
static void find_identification(struct pdu *p, struct bytes in)
{
    for (; bytes_left(&in) > 5; bytes_skip(&in, 1)) {
        if (!bytes_starts(&in, "\x82\x3f\x00\x15")) continue;
        bytes_skip(&in, 4);
        struct bytes text = bytes_take(&in, bytes_u8(&in));
        if (!bytes_ok(&text)) return;
        emit_text(p, F_IDENTIFICATION, text);
        ptrdiff_t first = bytes_find(&text, ';');
        if (first < 0) return;
        bytes_skip(&text, (size_t)first + 1);
        ptrdiff_t second = bytes_find(&text, ';');
        struct bytes order = bytes_take(&text, second < 0 ? bytes_left(&text) : (size_t)second);
        if (!bytes_starts(&order, "6ES7") && !bytes_starts(&order, "6AG1")) return;
        message_identity(p, IDENTITY_ORDER_NUMBER, order);
        if (second >= 0) bytes_skip(&text, 1);
        message_identity(p, IDENTITY_FIRMWARE, bytes_trimmed(text));
        message_identity(p, IDENTITY_VENDOR, bytes_over("Siemens", 7));
        message_identity(p, IDENTITY_ROLE, bytes_over("plc", 3));
        return;
    }
}

/* ---- telegrams ----------------------------------------------------------------------------------------------------
 */

static void parse_request(struct pdu *p, uint16_t function, uint16_t sequence, struct bytes in)
{
    uint32_t session = bytes_be32(&in);
    bytes_skip(&in, 1);
    message_operation(p, meaning_of(function, session, in));
    message_role(p, ROLE_REQUEST);
    if (p->direction != TO_SERVER) pdu_direction(p, TO_SERVER);
    emit_uint(p, F_SESSION, session);
    pdu_request(p, sequence);
    switch (function) {
    case GET_VARIABLES:
        parse_variables(p, in, false);
        break;
    case SET_VARIABLES:
        parse_variables(p, in, true);
        break;
    case SET_VARIABLE:
        parse_set_variable(p, in);
        break;
    case EXPLORE:
    case CREATE_OBJECT:
    case DELETE_OBJECT:
    case GET_SUBSTREAM:
    case SET_SUBSTREAM: {
        uint32_t object = bytes_be32(&in);
        if (!bytes_ok(&in)) break;
        emit_uint(p, F_OBJECT, object);
        message_object(p, "0x%08x", object);
        break;
    }
    }
}

static void parse_response(struct pdu *p, uint16_t function, uint16_t sequence, struct bytes in)
{
    struct request *request = pdu_answers(p, sequence);
    message_operation(p, request ? request->operation_code : function);
    message_role(p, ROLE_RESPONSE);
    if (p->direction != TO_CLIENT) pdu_direction(p, TO_CLIENT);
    bytes_skip(&in, 1);
    uint64_t result = take_number(&in);
    if (bytes_ok(&in)) {
        emit_uint(p, F_RETURN_VALUE, result);
        bool failed = result & 0x8000; /* the lower half is the error, negative when it is one */
        message_status(p, failed ? STATUS_REFUSED : STATUS_OK, failed ? result & 0xffff : 0);
    }
    if (function == CREATE_OBJECT) find_identification(p, in);
    if (request) request_done(request);
}

static void parse_data(struct pdu *p, struct bytes in)
{
    uint8_t opcode = bytes_u8(&in);
    if (opcode == NOTIFICATION) {
        uint32_t subscription = bytes_be32(&in);
        message_operation(p, OP_NOTIFICATION);
        message_role(p, ROLE_NOTIFY);
        emit_uint(p, F_OPCODE, opcode);
        emit_uint(p, F_OBJECT, subscription);
        return;
    }
    bytes_skip(&in, 2);
    uint16_t function = bytes_be16(&in);
    bytes_skip(&in, 2);
    uint16_t sequence = bytes_be16(&in);
    if (!bytes_ok(&in)) {
        message_operation(p, OP_FRAGMENT);
        message_anomaly(p, A_TRUNCATED);
        return;
    }
    bool request = opcode == REQUEST, response = opcode == RESPONSE || opcode == RESPONSE_2;
    if (request)
        parse_request(p, function, sequence, in);
    else if (response)
        parse_response(p, function, sequence, in);
    else
        message_operation(p, OP_FRAGMENT), message_anomaly(p, A_UNKNOWN_OPCODE);
    emit_uint(p, F_OPCODE, opcode);
    if (!request && !response) return;
    emit_uint(p, F_FUNCTION, function);
    emit_uint(p, F_SEQUENCE, sequence);
    if (!p->message->operation) message_anomaly(p, A_UNKNOWN_FUNCTION);
}

static void parse(struct pdu *p)
{
    struct plus_state *state = p->state;
    struct bytes in = p->in;
    bytes_skip(&in, 1);
    uint8_t version = bytes_u8(&in);
    uint16_t length = bytes_be16(&in);
    struct bytes data = bytes_take_upto(&in, length);
    bool *continues = &state->continues[p->packet->from_client];
    bool further = *continues;
    *continues = bytes_left(&in) < HEADER && version <= VERSION_SIGNED;
    if (version >= VERSION_KEEP_ALIVE) {
        message_operation(p, OP_KEEP_ALIVE);
    } else if (further) {
        message_operation(p, OP_FRAGMENT);
    } else {
        /* a digest before the data; without one, whoever is on the wire can write */
        if (version >= VERSION_SIGNED) bytes_skip(&data, bytes_u8(&data));
        parse_data(p, data);
        if (version < VERSION_SIGNED && p->message->operation_class == OT_WRITE) message_anomaly(p, A_UNSIGNED);
    }
    emit_uint(p, F_VERSION, version);
    emit_uint(p, F_LENGTH, length);
}

static void gap(void *state, enum direction direction)
{
    struct plus_state *s = state;
    if (direction != TO_SERVER) s->continues[false] = false;
    if (direction != TO_CLIENT) s->continues[true] = false;
}

static const uint16_t tcp_ports[] = {102, 0};

const struct parser parser_s7comm_plus = {
    .name = "s7comm_plus",
    .zh = "西门子S7comm-plus (S7-1200/1500)",
    .en = "Siemens S7comm-plus (S7-1200/1500)",
    .specification = "Siemens S7comm-plus (unpublished; as seen from S7-1200/1500, protocol versions 1 to 3)",
    .transports = OVER_COTP,
    .tcp_ports = tcp_ports,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .state_size = sizeof(struct plus_state),
    .request_slots = REQUESTS,
    .probe = probe,
    .parse = parse,
    .gap = gap,
};
