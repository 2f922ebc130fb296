/* SPDX-License-Identifier: Apache-2.0 */
/* SINEC H1 FETCH and WRITE: how partners read and write S5 and S7 controllers through a communication processor.
 * Follows Siemens "S7-CPs for Industrial Ethernet, Configuring and Commissioning", chapter "FETCH/WRITE services". */
#include "parsers/parser.h"

enum { HEADER = 16, WRITE_REQUEST = 3, WRITE_RESPONSE, READ_REQUEST, READ_RESPONSE };
enum { BLOCK_OPCODE = 1, BLOCK_REQUEST = 3, BLOCK_RESPONSE = 15, WHOLE_AREA = 0xffff, SHOWN = 8 };

static const struct value_name opcode_names[] = {
    {WRITE_REQUEST, "写请求", "write request"},
    {WRITE_RESPONSE, "写应答", "write response"},
    {READ_REQUEST, "读请求", "read request"},
    {READ_RESPONSE, "读应答", "read response"},
    {0, NULL, NULL},
};

/* Areas; `words`: addressed and counted in words, else in bytes. */
static const struct {
    uint8_t code;
    bool words;
    const char *name;
} areas[] = {
    {1, true, "DW"}, {2, false, "MB"}, {3, false, "IB"}, {4, false, "QB"},      {5, false, "PB"},
    {6, true, "C"},  {7, true, "T"},   {8, true, "RS"},  {9, true, "absolute"}, {10, true, "DW"},
};

static const struct value_name area_names[] = {
    {1, "数据块 DB", "DB"},
    {2, "位存储器 M", "bit memory M"},
    {3, "输入 I", "inputs I"},
    {4, "输出 Q", "outputs Q"},
    {5, "外设 P", "peripherals P"},
    {6, "计数器 C", "counters C"},
    {7, "定时器 T", "timers T"},
    {8, "系统数据 RS", "system data"},
    {9, "绝对地址", "absolute memory"},
    {10, "扩展数据块 DX", "extended DB"},
    {0, NULL, NULL},
};

#define FIELDS(X)                                                                                                      \
    X(LENGTH, "h1.len", UINT16, DEC, PLAIN, "首部长度", "Length indicator", NULL)                                      \
    X(OPCODE, "h1.opcode", UINT8, HEX, PLAIN, "操作码", "Opcode", opcode_names)                                        \
    X(AREA, "h1.org", UINT8, HEX, PLAIN, "存储区", "Memory type", area_names)                                          \
    X(BLOCK, "h1.dbnr", UINT8, DEC, PLAIN, "数据块号", "Memory block number", NULL)                                    \
    X(ADDRESS, "h1.dwnr", UINT16, DEC, PLAIN, "起始地址", "Address within memory block", NULL)                         \
    X(COUNT, "h1.dlen", INT16, DEC, PLAIN, "长度", "Length in words", NULL)                                            \
    X(RESULT, "h1.resvalue", UINT8, DEC, PLAIN, "结果", "Response value", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

static const struct operation operations[] = {
    {WRITE_REQUEST, "write", OT_WRITE, "T0836", "写入(WRITE)", "WRITE"},
    {READ_REQUEST, "fetch", OT_READ, "T0801", "读取(FETCH)", "FETCH"},
};

static const struct status_name statuses[] = {
    {0, "成功", "no error"},
    {1, "块类型错误", "wrong type of block"},
    {2, "数据块不存在", "block does not exist"},
    {3, "数据块太短", "block too short"},
    {4, "服务参数错误", "error of the requested block"},
    {5, "存储区标识错误", "wrong identifier of the area"},
    {6, "站点未就绪", "station not ready"},
    {255, "系统错误", "system error"},
};

#define ANOMALIES(X)                                                                                                   \
    X(BAD_HEADER, "bad_header", ODD, "首部结构错误", "header is not built as it should be")                            \
    X(UNREQUESTED, "unrequested", NOTE, "应答没有对应请求", "answer without a request")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

/* One request at a time: what it asks for tells how long its answer is. */
struct h1_state {
    bool awaits;
    uint8_t area, block;
    uint16_t address, count;
};

static bool counts_words(uint8_t area)
{
    for (size_t i = 0; i < COUNT_OF(areas); i++)
        if (areas[i].code == area) return areas[i].words;
    return true;
}

static uint32_t octets_of(uint8_t area, uint16_t count)
{
    if (count == WHOLE_AREA) return 0;
    return counts_words(area) ? count * 2u : (count + 1u) & ~1u; /* odd numbers of bytes are filled up */
}

/* "S5", 16, then the opcode block and the one that goes with it. */
static bool header_fits(const struct bytes *in)
{
    static const uint8_t start[] = {'S', '5', HEADER, BLOCK_OPCODE, 3};
    for (size_t i = 0; i < sizeof start && i < bytes_left(in); i++)
        if (bytes_peek(in, i) != start[i]) return false;
    if (bytes_left(in) < 8) return true;
    uint8_t opcode = bytes_peek(in, 5), block = bytes_peek(in, 6), length = bytes_peek(in, 7);
    bool request = opcode == WRITE_REQUEST || opcode == READ_REQUEST;
    bool response = opcode == WRITE_RESPONSE || opcode == READ_RESPONSE;
    return (request && block == BLOCK_REQUEST && length == 8) || (response && block == BLOCK_RESPONSE && length == 3);
}

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    (void)hint;
    return bytes_left(&in) >= HEADER && header_fits(&in) ? PROBE_YES : PROBE_NO;
}

static struct frame frame(struct bytes in, const void *state, enum direction direction)
{
    const struct h1_state *s = state;
    (void)direction;
    if (!header_fits(&in)) {
        for (size_t i = 1; i + 8 <= bytes_left(&in); i++) {
            struct bytes at = in;
            bytes_skip(&at, i);
            if (header_fits(&at)) return FRAME_SKIPS(i);
        }
        return FRAME_IS_LOST;
    }
    if (bytes_left(&in) < HEADER) return FRAME_NEEDS(HEADER);
    uint8_t opcode = bytes_peek(&in, 5);
    if (opcode == WRITE_REQUEST) return FRAME_OF(HEADER + octets_of(bytes_peek(&in, 8), bytes_peek_be16(&in, 12)));
    if (opcode != READ_RESPONSE || bytes_peek(&in, 8)) return FRAME_OF(HEADER);
    if (s->awaits && s->count != WHOLE_AREA) return FRAME_OF(HEADER + octets_of(s->area, s->count));
    return FRAME_OF(bytes_left(&in)); /* nobody knows: what came with it */
}

/* One unit, or a range of them: "DB3.DW0", "MB10..12". */
static void emit_object(struct pdu *p, const struct h1_state *s, unsigned first, unsigned count)
{
    const char *name = "?", *block = s->area == 1 ? "DB" : "DX";
    bool in_block = s->area == 1 || s->area == 10;
    for (size_t i = 0; i < COUNT_OF(areas); i++)
        if (areas[i].code == s->area) name = areas[i].name;
    if (in_block && count > 1)
        message_object(p, "%s%u.%s%u..%u", block, s->block, name, first, first + count - 1);
    else if (in_block)
        message_object(p, "%s%u.%s%u", block, s->block, name, first);
    else if (count > 1)
        message_object(p, "%s%u..%u", name, first, first + count - 1);
    else
        message_object(p, "%s%u", name, first);
}

/* The first values, one by one. */
static void emit_values(struct pdu *p, const struct h1_state *s, struct bytes data)
{
    size_t width = counts_words(s->area) ? 2 : 1;
    for (unsigned i = 0; i < SHOWN && bytes_left(&data) >= width; i++) {
        emit_object(p, s, s->address + i, 1);
        message_value_int(p, (int64_t)bytes_be(&data, width));
    }
}

static void parse_request(struct pdu *p, uint8_t opcode, struct bytes in)
{
    struct h1_state *s = p->state;
    s->area = bytes_u8(&in);
    s->block = bytes_u8(&in);
    s->address = bytes_be16(&in);
    s->count = bytes_be16(&in);
    s->awaits = bytes_ok(&in);
    bytes_skip(&in, 2); /* the empty block */
    message_operation(p, opcode);
    message_role(p, ROLE_REQUEST);
    if (p->direction != TO_SERVER) pdu_direction(p, TO_SERVER);
    emit_uint(p, F_AREA, s->area);
    emit_uint(p, F_BLOCK, s->block);
    emit_uint(p, F_ADDRESS, s->address);
    emit_int(p, F_COUNT, (int16_t)s->count);
    pdu_request(p, opcode);
    if (!wants_object(p)) return;
    if (opcode == WRITE_REQUEST)
        emit_values(p, s, in);
    else
        emit_object(p, s, s->address, s->count);
}

static void parse_response(struct pdu *p, uint8_t opcode, struct bytes in)
{
    struct h1_state *s = p->state;
    uint8_t asked = (uint8_t)(opcode - 1), result = bytes_u8(&in);
    struct request *request = pdu_answers(p, asked);
    message_operation(p, asked);
    message_role(p, ROLE_RESPONSE);
    message_status(p, result ? STATUS_REFUSED : STATUS_OK, result);
    if (p->direction != TO_CLIENT) pdu_direction(p, TO_CLIENT);
    if (!request) message_anomaly(p, A_UNREQUESTED);
    emit_uint(p, F_RESULT, result);
    bytes_skip(&in, 7); /* the empty block */
    if (opcode == READ_RESPONSE && !result && s->awaits && wants_object(p)) emit_values(p, s, in);
    s->awaits = false;
    if (request) request_done(request);
}

static void parse(struct pdu *p)
{
    struct bytes in = p->in;
    if (bytes_left(&in) < HEADER || !header_fits(&in)) {
        message_anomaly(p, A_BAD_HEADER);
        return;
    }
    uint8_t length = bytes_peek(&in, 2), opcode = bytes_peek(&in, 5);
    bytes_skip(&in, 8);
    if (opcode == WRITE_REQUEST || opcode == READ_REQUEST)
        parse_request(p, opcode, in);
    else
        parse_response(p, opcode, in);
    emit_uint(p, F_LENGTH, length);
    emit_uint(p, F_OPCODE, opcode);
}

static void gap(void *state, enum direction direction)
{
    (void)direction;
    ((struct h1_state *)state)->awaits = false;
}

const struct parser parser_h1 = {
    .name = "h1",
    .zh = "西门子SINEC H1 (FETCH/WRITE)",
    .en = "Siemens SINEC H1 (FETCH/WRITE)",
    .specification = "Siemens S7-CPs for Industrial Ethernet, FETCH/WRITE services (06/2008)",
    .transports = OVER_TCP | OVER_COTP,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct h1_state),
    .request_slots = 2,
    .probe = probe,
    .frame = frame,
    .parse = parse,
    .gap = gap,
};
