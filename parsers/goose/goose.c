/* SPDX-License-Identifier: Apache-2.0 */
/* GOOSE: events of protection and control, published without confirmation over Ethernet, or over UDP (R-GOOSE).
 * Follows IEC 61850-8-1:2011 annex A (encoding), clause 18 (publishing) and IEC/TR 61850-90-5. */
#include "parsers/ber.h"
#include "parsers/goose/transport.h"

enum { GOOSE_PDU = 0x61, MANAGEMENT_PDU = 0x60, DEEPEST = 8, CONTROL_BLOCKS = 48 };
enum { OP_PUBLISH = 1, OP_STATE_CHANGE, OP_MANAGEMENT };

/* IECGoosePdu, annex A: context tags. */
enum { GOCB_REF, TIME_ALLOWED, DAT_SET, GO_ID, TIME, ST_NUM, SQ_NUM, SIMULATION, CONF_REV, NDS_COM, ENTRIES, ALL_DATA };

#define FIELDS(X)                                                                                                      \
    X(APPID, "goose.appid", UINT16, HEX, PLAIN, "应用标识", "APPID", NULL)                                             \
    X(LENGTH, "goose.length", UINT16, DEC, PLAIN, "长度", "Length", NULL)                                              \
    X(SIMULATED, "goose.reserve1.s_bit", BOOL, DEC, PLAIN, "仿真位", "Simulated", NULL)                                \
    X(GOCB, "goose.gocbRef", TEXT, DEC, PLAIN, "控制块引用", "Control block reference", NULL)                          \
    X(ALLOWED, "goose.timeAllowedtoLive", INT32, DEC, PLAIN, "允许生存时间(毫秒)", "Time allowed to live (ms)", NULL)  \
    X(DATA_SET, "goose.datSet", TEXT, DEC, PLAIN, "数据集", "Data set", NULL)                                          \
    X(ID, "goose.goID", TEXT, DEC, PLAIN, "GOOSE标识", "GOOSE id", NULL)                                               \
    X(EVENT_TIME, "goose.t", TIME, DEC, PLAIN, "事件时间", "Event time", NULL)                                         \
    X(STATE_NUMBER, "goose.stNum", UINT32, DEC, PLAIN, "状态号", "State number", NULL)                                 \
    X(SEQUENCE, "goose.sqNum", UINT32, DEC, PLAIN, "顺序号", "Sequence number", NULL)                                  \
    X(TEST, "goose.simulation", BOOL, DEC, PLAIN, "仿真/测试", "Simulation or test", NULL)                             \
    X(REVISION, "goose.confRev", INT32, DEC, PLAIN, "配置版本", "Configuration revision", NULL)                        \
    X(COMMISSIONING, "goose.ndsCom", BOOL, DEC, PLAIN, "需要调试", "Needs commissioning", NULL)                        \
    X(ENTRY_COUNT, "goose.numDatSetEntries", INT32, DEC, PLAIN, "数据集条目数", "Data set entries", NULL)              \
    X(BOOLEAN, "goose.boolean", BOOL, DEC, BULK, "布尔值", "Boolean", NULL)                                            \
    X(BIT_STRING, "goose.bit_string", BYTES, DEC, BULK, "位串", "Bit string", NULL)                                    \
    X(INTEGER, "goose.integer", INT32, DEC, BULK, "整数", "Integer", NULL)                                             \
    X(UNSIGNED, "goose.unsigned", INT32, DEC, BULK, "无符号数", "Unsigned", NULL)                                      \
    X(FLOAT, "goose.float_value", FLOAT, DEC, BULK, "浮点数", "Floating point", NULL)                                  \
    X(VISIBLE, "goose.visible_string", TEXT, DEC, BULK, "字符串", "Visible string", NULL)                              \
    X(SPDU_NUMBER, "rgoose.spdu_num", UINT32, DEC, PLAIN, "会话报文号", "SPDU number", NULL)                           \
    X(ROUTED_APPID, "rgoose.appid", UINT16, HEX, PLAIN, "应用标识(路由)", "APPID (routed)", NULL)                      \
    X(KEY_ID, "rgoose.key_id", UINT32, HEX, PLAIN, "密钥标识", "Key id", NULL)
enum { FIELDS(FIELD_ID) FIELD_COUNT };
static const struct field fields[] = {FIELDS(FIELD_ROW)};

#define OPERATIONS(X)                                                                                                  \
    X(OP_PUBLISH, "publish", NOTIFY, NULL, "GOOSE重发", "GOOSE, repeated")                                             \
    X(OP_STATE_CHANGE, "state_change", NOTIFY, NULL, "GOOSE变位", "GOOSE, state changed")                              \
    X(OP_MANAGEMENT, "management", CONFIGURE, NULL, "GSE管理", "GSE management")
static const struct operation operations[] = {OPERATIONS(OPERATION_ROW)};

#define ANOMALIES(X)                                                                                                   \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度字段与报文不符", "length does not fit the frame")                  \
    X(BAD_ENCODING, "bad_encoding", ODD, "编码不符合BER", "not encoded by BER")                                        \
    X(ENTRY_MISMATCH, "entry_mismatch", ODD, "条目数与数据个数不符", "number of entries differs from the data")        \
    X(SIMULATION, "simulation", ODD, "仿真/测试报文", "simulated or test message")                                     \
    X(NEEDS_COMMISSIONING, "needs_commissioning", NOTE, "控制块需要调试", "control block needs commissioning")         \
    X(STATE_REGRESSION, "state_regression", HOSTILE, "状态号倒退", "state number went back")                           \
    X(STATE_JUMP, "state_jump", ODD, "状态号跳变", "state number jumped")                                              \
    X(SEQUENCE_REPEATED, "sequence_repeated", NOTE, "顺序号重复", "sequence number repeated")                          \
    X(SEQUENCE_GAP, "sequence_gap", NOTE, "顺序号不连续", "sequence number skipped")                                   \
    X(RESTARTED, "restarted", NOTE, "发布端重启", "publisher restarted")                                               \
    X(REVISION_CHANGED, "revision_changed", ODD, "配置版本改变", "configuration revision changed")                     \
    X(SILENT_CHANGE, "silent_change", ODD, "状态号未变而数据改变", "data changed without a new state number")          \
    X(LATE, "late", NOTE, "超过允许生存时间", "later than the time allowed to live")                                   \
    X(EXPIRED_LIFE, "no_life", ODD, "允许生存时间为零", "time allowed to live is zero")
enum { ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };
static const struct anomaly anomalies[] = {ANOMALIES(ANOMALY_ROW)};

/* What a publisher said last, per control block. */
struct control_block {
    uint32_t name;                                        /* hash of gocbRef; 0: free */
    uint32_t state, sequence, revision, allowed_ms, data; /* `data`: hash of allData */
    uint64_t time_ns;
};

struct goose_state {
    struct control_block blocks[CONTROL_BLOCKS];
    uint8_t next;
};

/* The elements of one PDU, looked over before any field is made. */
struct goose_pdu {
    struct bytes element[ALL_DATA + 1]; /* contents of those present */
    uint16_t present;                   /* bit per tag */
};

static bool has(const struct goose_pdu *g, unsigned tag) { return g->present >> tag & 1; }

static struct bytes content_of(const struct goose_pdu *g, unsigned tag)
{
    return has(g, tag) ? g->element[tag] : bytes_over(NULL, 0);
}

static uint64_t number_of(const struct goose_pdu *g, unsigned tag) { return ber_uint(content_of(g, tag)); }

static enum verdict probe(struct bytes in, const struct probe_hint *hint)
{
    if (hint->transport == OVER_UDP) return session_header_fits(in, SPDU_GOOSE) ? PROBE_YES : PROBE_NO;
    struct link_header header;
    if (!link_header_take(in, &header)) return PROBE_NO;
    uint8_t tag = bytes_peek(&header.apdu, 0);
    return !header.length_wrong && (tag == GOOSE_PDU || tag == MANAGEMENT_PDU) ? PROBE_YES : PROBE_MAYBE;
}

/* ---- data -------------------------------------------------------------------------------------------------------- */

static void emit_data(struct pdu *p, struct bytes content, unsigned depth)
{
    enum { D_ARRAY = 1, D_STRUCTURE, D_BOOLEAN, D_BITS, D_INTEGER, D_UNSIGNED, D_FLOAT, D_VISIBLE = 10 };
    struct ber e;
    while (ber_next(&content, &e)) {
        if (!ber_is_context(&e)) continue;
        switch (e.tag) {
        case D_ARRAY:
        case D_STRUCTURE:
            if (depth < DEEPEST) emit_data(p, e.content, depth + 1);
            break;
        case D_BOOLEAN:
            emit_uint(p, F_BOOLEAN, ber_uint(e.content) != 0);
            break;
        case D_BITS:
            bytes_skip(&e.content, 1);
            emit_bytes(p, F_BIT_STRING, e.content);
            break;
        case D_INTEGER:
            emit_int(p, F_INTEGER, (int32_t)ber_int(e.content));
            break;
        case D_UNSIGNED:
            emit_int(p, F_UNSIGNED, (int32_t)ber_int(e.content));
            break;
        case D_FLOAT:
            if (bytes_left(&e.content) != 5) break;
            bytes_skip(&e.content, 1);
            emit_double(p, F_FLOAT, (double)bytes_be_float(&e.content));
            break;
        case D_VISIBLE:
            emit_text(p, F_VISIBLE, e.content);
            break;
        }
    }
}

static void emit_value(struct pdu *p, const struct ber *e)
{
    enum { BOOLEAN = 3, BITS, INTEGER, UNSIGNED, FLOAT, VISIBLE = 10 };
    struct bytes content = e->content;
    switch (e->tag) {
    case BOOLEAN:
        message_value_int(p, ber_uint(content) != 0);
        break;
    case BITS: /* double points and qualities: short strings, shown as a number */
        bytes_skip(&content, 1);
        message_value_int(p, (int64_t)ber_uint(content) >> (bytes_peek(&e->content, 0) & 7));
        break;
    case INTEGER:
        message_value_int(p, ber_int(content));
        break;
    case UNSIGNED:
        message_value_int(p, (int64_t)ber_uint(content));
        break;
    case FLOAT:
        bytes_skip(&content, 1);
        message_value_double(p, bytes_left(&content) == 4 ? (double)bytes_be_float(&content) : 0.0);
        break;
    case VISIBLE:
        message_value_text(p, content);
        break;
    default:
        message_value_text(p, bytes_over("?", 1));
        break;
    }
}

/* Members of the data set as "datSet[i]"; of a structure its first element, which is the value. */
static void emit_members(struct pdu *p, struct bytes data, struct bytes name)
{
    enum { STRUCTURE = BER_CONSTRUCTED(2) };
    struct ber e, first;
    for (unsigned i = 0; ber_next(&data, &e); i++) {
        message_object(p, "%.*s[%u]", (int)bytes_left(&name), (const char *)name.at, i);
        for (unsigned depth = 0; e.id == STRUCTURE && depth < DEEPEST; depth++) {
            if (!ber_next(&e.content, &first)) break;
            e = first;
        }
        emit_value(p, &e);
    }
}

static unsigned count_of(struct bytes data)
{
    struct ber e;
    unsigned n = 0;
    while (ber_next(&data, &e)) n++;
    return n;
}

/* ---- continuity ----------------------------------------------------------------------------------------------------
 */

/* The block of this name, or one to take over. */
static struct control_block *block_of(struct goose_state *state, uint32_t name)
{
    for (unsigned i = 0; i < CONTROL_BLOCKS && state->blocks[i].name; i++)
        if (state->blocks[i].name == name) return &state->blocks[i];
    struct control_block *b = &state->blocks[state->next];
    state->next = (uint8_t)((state->next + 1) % CONTROL_BLOCKS);
    return b;
}

/* Clause 18.1.2.5: stNum counts changes, sqNum repetitions, from 0 (after a change) or 1 (after a start). */
static void compare(struct pdu *p, const struct control_block *last, const struct control_block *now)
{
    if (now->revision != last->revision) message_anomaly(p, A_REVISION_CHANGED);
    if (last->allowed_ms && now->time_ns > last->time_ns &&
        now->time_ns - last->time_ns > (uint64_t)last->allowed_ms * 1000000)
        message_anomaly(p, A_LATE);
    if (now->state == last->state) {
        bool rolled = last->sequence == UINT32_MAX && now->sequence <= 1;
        if (now->sequence == last->sequence)
            message_anomaly(p, A_SEQUENCE_REPEATED);
        else if (now->sequence != last->sequence + 1 && !rolled)
            message_anomaly(p, A_SEQUENCE_GAP);
        if (now->data != last->data) message_anomaly(p, A_SILENT_CHANGE);
    } else if (now->state == 1 && now->sequence <= 1) {
        message_anomaly(p, A_RESTARTED);
    } else if (now->state < last->state && !(last->state == UINT32_MAX && now->state <= 1)) {
        message_anomaly(p, A_STATE_REGRESSION);
    } else if (now->state > last->state + 1) {
        message_anomaly(p, A_STATE_JUMP);
    }
}

/* Remembers the message and tells whether it is a change of state. */
static bool follow(struct pdu *p, const struct goose_pdu *g, struct control_block *last, struct control_block *now)
{
    struct goose_state *state = p->state;
    *now = (struct control_block){
        .name = publication_hash(content_of(g, GOCB_REF)),
        .state = (uint32_t)number_of(g, ST_NUM),
        .sequence = (uint32_t)number_of(g, SQ_NUM),
        .revision = (uint32_t)number_of(g, CONF_REV),
        .allowed_ms = (uint32_t)number_of(g, TIME_ALLOWED),
        .data = publication_hash(content_of(g, ALL_DATA)),
        .time_ns = p->packet->time_ns,
    };
    struct control_block *b = block_of(state, now->name);
    *last = *b;
    *b = *now;
    return last->name == now->name && last->state != now->state;
}

/* ---- PDU ------------------------------------------------------------------------------------------------------------
 */

static bool take_elements(struct bytes content, struct goose_pdu *g)
{
    struct ber e;
    g->present = 0;
    while (ber_next(&content, &e)) {
        if (!ber_is_context(&e) || e.tag > ALL_DATA || has(g, e.tag)) continue;
        if (e.cut && e.tag != ALL_DATA) return false;
        g->element[e.tag] = e.content;
        g->present = (uint16_t)(g->present | 1u << e.tag);
    }
    return bytes_ok(&content);
}

/* Numbers of no octets or more than eight are none. */
static bool wants_number_of(const struct pdu *p, unsigned field, const struct goose_pdu *g, unsigned tag)
{
    if (!wants(p, field) || !has(g, tag)) return false;
    size_t length = bytes_left(&g->element[tag]);
    return length && length <= 8;
}

static void emit_signed(struct pdu *p, unsigned field, const struct goose_pdu *g, unsigned tag)
{
    if (wants_number_of(p, field, g, tag)) emit_int(p, field, (int32_t)ber_int(g->element[tag]));
}

static void emit_unsigned(struct pdu *p, unsigned field, const struct goose_pdu *g, unsigned tag)
{
    if (wants_number_of(p, field, g, tag)) emit_uint(p, field, (uint32_t)number_of(g, tag));
}

static void emit_boolean(struct pdu *p, unsigned field, const struct goose_pdu *g, unsigned tag)
{
    if (wants_number_of(p, field, g, tag)) emit_uint(p, field, number_of(g, tag) != 0);
}

static void emit_name(struct pdu *p, unsigned field, const struct goose_pdu *g, unsigned tag)
{
    if (has(g, tag)) emit_text(p, field, g->element[tag]);
}

static void emit_time(struct pdu *p, const struct goose_pdu *g)
{
    struct bytes t = content_of(g, TIME);
    uint32_t seconds = bytes_be32(&t), fraction = bytes_be24(&t);
    if (bytes_ok(&t)) emit_uint(p, F_EVENT_TIME, seconds * 1000000000ull + ((uint64_t)fraction * 1000000000 >> 24));
}

static void emit_elements(struct pdu *p, const struct goose_pdu *g)
{
    emit_name(p, F_GOCB, g, GOCB_REF);
    emit_signed(p, F_ALLOWED, g, TIME_ALLOWED);
    emit_name(p, F_DATA_SET, g, DAT_SET);
    emit_name(p, F_ID, g, GO_ID);
    if (wants(p, F_EVENT_TIME)) emit_time(p, g);
    emit_unsigned(p, F_STATE_NUMBER, g, ST_NUM);
    emit_unsigned(p, F_SEQUENCE, g, SQ_NUM);
    emit_boolean(p, F_TEST, g, SIMULATION);
    emit_signed(p, F_REVISION, g, CONF_REV);
    emit_boolean(p, F_COMMISSIONING, g, NDS_COM);
    emit_signed(p, F_ENTRY_COUNT, g, ENTRIES);
}

static void judge(struct pdu *p, const struct goose_pdu *g, bool simulated)
{
    if (simulated || number_of(g, SIMULATION)) message_anomaly(p, A_SIMULATION);
    if (number_of(g, NDS_COM)) message_anomaly(p, A_NEEDS_COMMISSIONING);
    if (has(g, TIME_ALLOWED) && !number_of(g, TIME_ALLOWED)) message_anomaly(p, A_EXPIRED_LIFE);
    if (has(g, ENTRIES) && has(g, ALL_DATA) && count_of(content_of(g, ALL_DATA)) != number_of(g, ENTRIES))
        message_anomaly(p, A_ENTRY_MISMATCH);
}

/* Settles the operation; the fields of what carried the APDU come after it, then those of the APDU. */
static void parse_apdu(struct pdu *p, struct bytes apdu, bool simulated,
                       void (*emit_carrier)(struct pdu *, const void *), const void *carrier)
{
    struct ber outer;
    struct goose_pdu g;
    bool whole = ber_next(&apdu, &outer) && (outer.id == GOOSE_PDU || outer.id == MANAGEMENT_PDU);
    if (whole && outer.id == MANAGEMENT_PDU) {
        message_operation(p, OP_MANAGEMENT);
        emit_carrier(p, carrier);
        return;
    }
    if (!whole) outer.content = (struct bytes){0};
    whole = take_elements(outer.content, &g) && whole && !outer.cut;
    struct control_block last, now;
    bool named = has(&g, GOCB_REF) && has(&g, ST_NUM);
    bool changed = named && follow(p, &g, &last, &now);
    message_operation(p, changed ? OP_STATE_CHANGE : OP_PUBLISH);
    message_role(p, ROLE_NOTIFY);
    emit_carrier(p, carrier);
    if (!whole) message_anomaly(p, A_BAD_ENCODING);
    if (named && last.name == now.name) compare(p, &last, &now);
    judge(p, &g, simulated);
    emit_elements(p, &g);
    if (!has(&g, ALL_DATA)) return;
    if (wants_any(p, F_BOOLEAN, F_VISIBLE)) emit_data(p, content_of(&g, ALL_DATA), 0);
    if (wants_object(p)) emit_members(p, content_of(&g, ALL_DATA), content_of(&g, DAT_SET));
}

static void emit_link(struct pdu *p, const void *carrier)
{
    const struct link_header *header = carrier;
    emit_uint(p, F_APPID, header->appid);
    emit_uint(p, F_LENGTH, header->length);
    emit_uint(p, F_SIMULATED, header->simulation);
    if (header->length_wrong) message_anomaly(p, A_LENGTH_MISMATCH);
}

struct routed {
    struct session_header session;
    struct session_apdu apdu;
};

static void emit_routed(struct pdu *p, const void *carrier)
{
    const struct routed *r = carrier;
    emit_uint(p, F_SPDU_NUMBER, r->session.number);
    emit_uint(p, F_KEY_ID, r->session.key_id);
    emit_uint(p, F_ROUTED_APPID, r->apdu.appid);
}

static void parse(struct pdu *p)
{
    if (p->transport != OVER_UDP) {
        struct link_header header;
        if (!link_header_take(p->in, &header)) {
            message_operation(p, OP_PUBLISH);
            message_anomaly(p, A_LENGTH_MISMATCH);
            return;
        }
        parse_apdu(p, header.apdu, header.simulation, emit_link, &header);
        return;
    }
    struct routed r;
    if (!session_header_take(p->in, &r.session)) {
        message_operation(p, OP_PUBLISH);
        message_anomaly(p, A_BAD_ENCODING);
        return;
    }
    bool spoke = false;
    while (session_apdu_take(&r.session.payload, &r.apdu) && r.apdu.tag == PAYLOAD_GOOSE) {
        if (spoke) message_next(p);
        parse_apdu(p, r.apdu.apdu, r.apdu.simulation, emit_routed, &r);
        spoke = true;
    }
}

static const uint16_t udp_ports[] = {102, 0};
static const uint32_t link_types[] = {0x88b8, 0x88b9, 0};

const struct parser parser_goose = {
    .name = "goose",
    .zh = "面向通用对象的变电站事件 (GOOSE)",
    .en = "Generic Object Oriented Substation Event (GOOSE)",
    .specification = "IEC 61850-8-1:2011+A1:2020, IEC/TR 61850-90-5:2012",
    .transports = OVER_LINK | OVER_UDP,
    .udp_ports = udp_ports,
    .link_types = link_types,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .state_size = sizeof(struct goose_state),
    .probe = probe,
    .parse = parse,
};
