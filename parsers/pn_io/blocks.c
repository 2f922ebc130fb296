/* SPDX-License-Identifier: Apache-2.0 */
/* PROFINET IO's blocks: which of their octets name relations, slots, records and stations.
 * Follows IEC 61158-6-10:2019 clause 5.2 (block types in table 534 and on). */
#include "parsers/pn_io/pn_io.h"

enum {
    BLOCK_HEADER = 6,
    WRITE_REQUEST = 0x0008,
    READ_REQUEST,
    READ_RESPONSE = 0x8009,
    IDENTIFICATION = 0x0020,
    CONNECT_REQUEST = 0x0101,
    MULTIPLE_WRITE = 0xe040,
    REDUNDANT_RELATION = 0x20
};

/* The content of a block behind its header, read from left to right:
 * a number of octets passed over; [ ] repeated by a count of two octets before it;
 * u ARUUID, a API, s slot, b subslot, i index, l record length, t alarm type, e status, n station name (with length),
 * d submodule's data descriptions, N blocks to the end; A API from version 1.1 on, v the device's station name,
 * T type of the relation, M blocks of media redundancy from version 1.1 on; E status of another message, p filled up to
 * a multiple of four octets; A|B: A in version 1.0, B from 1.1 on. */
#define BLOCKS(X)                                                                                                      \
    X(0x0001, "tasb", "高优先级报警通知", "AlarmNotificationHigh")                                                     \
    X(0x0002, "tasb", "低优先级报警通知", "AlarmNotificationLow")                                                      \
    X(0x0008, "2uasb2il", "写记录请求", "IODWriteReqHeader")                                                           \
    X(0x0009, "2uasb2il", "读记录请求", "IODReadReqHeader")                                                            \
    X(0x0010, "Asb", "诊断数据", "DiagnosisData")                                                                      \
    X(0x0012, "[s4[b4]]|[a[s4[b4]]]", "期望标识数据", "ExpectedIdentificationData")                                    \
    X(0x0013, "[s4[b4]]|[a[s4[b4]]]", "实际标识数据", "RealIdentificationData")                                        \
    X(0x0014, "", "替代值", "SubstituteValue")                                                                         \
    X(0x0018, "[u22n[16]22n[a]]|[u48npnp[p12][pa]4]", "应用关系数据", "ARData")                                        \
    X(0x0019, "8[8uE4]", "日志数据", "LogBookData")                                                                    \
    X(0x001a, "[a]", "应用过程列表", "APIData")                                                                        \
    X(0x0020, "", "标识与维护0", "I&M0")                                                                               \
    X(0x0021, "", "标识与维护1", "I&M1")                                                                               \
    X(0x0022, "", "标识与维护2", "I&M2")                                                                               \
    X(0x0023, "", "标识与维护3", "I&M3")                                                                               \
    X(0x0024, "", "标识与维护4", "I&M4")                                                                               \
    X(0x0030, "[a[s4[b4]]]", "标识子模块过滤", "I&M0FilterDataSubmodule")                                              \
    X(0x0031, "[a[s4[b4]]]", "标识模块过滤", "I&M0FilterDataModule")                                                   \
    X(0x0032, "[a[s4[b4]]]", "标识设备过滤", "I&M0FilterDataDevice")                                                   \
    X(0x0101, "Tu2 6 16 4 2 2n", "连接请求", "ARBlockReq")                                                             \
    X(0x0102, "38[a[sb2][sb2]]", "通信关系请求", "IOCRBlockReq")                                                       \
    X(0x0103, "", "报警关系请求", "AlarmCRBlockReq")                                                                   \
    X(0x0104, "[as4 2[b4d]]", "期望子模块请求", "ExpectedSubmoduleBlockReq")                                           \
    X(0x0108, "2a", "厂商块请求", "ARVendorBlockReq")                                                                  \
    X(0x010b, "2N", "快速启动块", "ARFSUBlock")                                                                        \
    X(0x0110, "2u", "参数化结束请求", "IODControlReq, parameter end")                                                  \
    X(0x0111, "2u", "插入参数化结束请求", "IOXControlReq, parameter end after plug")                                   \
    X(0x0112, "2u", "应用就绪请求", "IOCControlReq, application ready")                                                \
    X(0x0113, "2u", "插入应用就绪请求", "IOCControlReq, application ready after plug")                                 \
    X(0x0114, "2u", "释放请求", "IODReleaseReq")                                                                       \
    X(0x0116, "2u", "伴随就绪请求", "IOXControlReq, ready for companion")                                              \
    X(0x0117, "2u", "等时就绪请求", "IOXControlReq, ready for RT class 3")                                             \
    X(0x0118, "2u", "参数化开始请求", "IODControlReq, parameter begin")                                                \
    X(0x0119, "[asb]", "子模块列表", "SubmoduleListBlock")                                                             \
    X(0x0200, "2sbN", "端口检查", "PDPortDataCheck")                                                                   \
    X(0x0202, "2sbN", "端口调整", "PDPortDataAdjust")                                                                  \
    X(0x0203, "", "同步数据", "PDSyncData")                                                                            \
    X(0x0205, "2sbN", "等时数据", "PDIRData")                                                                          \
    X(0x0206, "", "等时全局数据", "PDIRGlobalData")                                                                    \
    X(0x0207, "", "等时帧数据", "PDIRFrameData")                                                                       \
    X(0x0208, "", "等时起止数据", "PDIRBeginEndData")                                                                  \
    X(0x020a, "", "对端检查", "CheckPeers")                                                                            \
    X(0x020b, "", "线路延迟检查", "CheckLineDelay")                                                                    \
    X(0x020f, "2sb", "端口实际数据", "PDPortDataReal")                                                                 \
    X(0x0211, "M", "介质冗余接口调整", "PDInterfaceMrpDataAdjust")                                                     \
    X(0x0213, "M", "介质冗余端口调整", "PDPortMrpDataAdjust")                                                          \
    X(0x022a, "2N", "等时子帧数据", "PDIRSubframeData")                                                                \
    X(0x0240, "", "接口实际数据", "PDInterfaceDataReal")                                                               \
    X(0x0250, "", "接口调整", "PDInterfaceAdjust")                                                                     \
    X(0x0400, "2asbN", "多块头", "MultipleBlockHeader")                                                                \
    X(0x0401, "2asb2iN", "组合对象", "COContainerContent")                                                             \
    X(0x0609, "2N", "快速启动数据调整", "ARFSUDataAdjust")                                                             \
    X(0x8001, "tasb2e", "高优先级报警确认", "AlarmAckHigh")                                                            \
    X(0x8002, "tasb2e", "低优先级报警确认", "AlarmAckLow")                                                             \
    X(0x8008, "2uasb2il4e", "写记录应答", "IODWriteResHeader")                                                         \
    X(0x8009, "2uasb2il", "读记录应答", "IODReadResHeader")                                                            \
    X(0x8101, "2u", "连接应答", "ARBlockRes")                                                                          \
    X(0x8104, "[a[s4 2[b4 2]]]", "模块差异", "ModuleDiffBlock")                                                        \
    X(0x8106, "v", "设备站名", "ARServerBlockRes")                                                                     \
    X(0x8110, "2u", "参数化结束应答", "IODControlRes, parameter end")                                                  \
    X(0x8111, "2u", "插入参数化结束应答", "IODControlRes, parameter end after plug")                                   \
    X(0x8112, "2u", "应用就绪应答", "IOCControlRes, application ready")                                                \
    X(0x8113, "2u", "插入应用就绪应答", "IOCControlRes, application ready after plug")                                 \
    X(0x8114, "2u", "释放应答", "IODReleaseRes")                                                                       \
    X(0x8116, "2u", "伴随就绪应答", "IOXControlRes, ready for companion")                                              \
    X(0x8117, "2u", "等时就绪应答", "IOXControlRes, ready for RT class 3")                                             \
    X(0x8118, "2u", "参数化开始应答", "IODControlRes, parameter begin")
#define LAYOUT_ROW(type, layout, zh, en) {type, layout},
#define NAME_ROW(type, layout, zh, en)   {type, zh, en},
static const struct {
    uint16_t type;
    const char *layout;
} blocks[] = {BLOCKS(LAYOUT_ROW)};
const struct value_name pn_io_block_types[] = {BLOCKS(NAME_ROW){0, NULL, NULL}};

static const char *layout_of(uint16_t type)
{
    unsigned low = 0, high = COUNT_OF(blocks);
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (blocks[middle].type == type) return blocks[middle].layout;
        if (blocks[middle].type < type)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* What stands before the bar, or behind it. */
static const char *layout_in(const char *layout, uint8_t version_low)
{
    const char *later = strchr(layout, '|');
    return later && version_low ? later + 1 : layout;
}

static bool same(const uint8_t *a, const uint8_t *b) { return memcmp(a, b, UUID) == 0; }

/* A relation the message speaks of; a Connect makes it known. */
static void relation(struct pdu *p, struct pn_io_walk *w, struct bytes uuid, bool connects)
{
    struct pn_io_shared *s = w->shared;
    if (!bytes_ok(&uuid)) return;
    emit_bytes(p, F_RELATION, uuid);
    for (unsigned i = 0; i < RELATIONS; i++)
        if (same(s->relation[i], uuid.at) && !same(uuid.at, (const uint8_t[UUID]){0})) {
            w->relation = uuid;
            return;
        }
    if (!connects) return;
    w->relation = uuid;
    if (w->relation_type == REDUNDANT_RELATION) return; /* its members are told apart by parts of the UUID */
    memcpy(s->relation[s->next], uuid.at, UUID);
    s->next = (uint16_t)((s->next + 1) % RELATIONS);
}

void pn_io_status(struct pdu *p, struct pn_io_walk *w, const uint8_t *status)
{
    emit_uint(p, F_ERROR_CODE, status[0]);
    emit_uint(p, F_ERROR_DECODE, status[1]);
    emit_uint(p, F_ERROR_CODE1, status[2]);
    emit_uint(p, F_ERROR_CODE2, status[3]);
    if (status[0]) w->error = status[0];
}

static void number(struct pdu *p, struct pn_io_walk *w, char letter, struct bytes *in)
{
    uint32_t v = letter == 'a' || letter == 'l' ? bytes_be32(in) : bytes_be16(in);
    if (!bytes_ok(in)) return;
    switch (letter) {
    case 'a':
        emit_uint(p, F_API, v);
        break;
    case 's':
        emit_uint(p, F_SLOT, w->slot = (uint16_t)v);
        break;
    case 'b':
        emit_uint(p, F_SUBSLOT, w->subslot = (uint16_t)v);
        break;
    case 'i':
        emit_uint(p, F_INDEX, w->index = (uint16_t)v);
        break;
    case 'l':
        w->record_length = v;
        break;
    case 't':
        emit_uint(p, F_ALARM_TYPE, v);
        break;
    }
}

/* Submodule properties, type in the lowest two bits: input and output (3) has two data descriptions, else one. */
static void descriptions(struct bytes *in)
{
    uint16_t properties = bytes_be16(in);
    bytes_skip(in, (properties & 3) == 3 ? 12 : 6);
}

static void station(struct pdu *p, struct bytes *in, bool controller)
{
    uint16_t length = bytes_be16(in);
    struct bytes name = bytes_take_upto(in, length);
    if (!bytes_ok(in)) return;
    emit_text(p, F_STATION, name);
    if (!bytes_empty(&name)) {
        message_identity(p, IDENTITY_NAME, name);
        if (controller) message_identity_format(p, IDENTITY_ROLE, "plc");
    }
}

static const char *past_bracket(const char *at)
{
    for (unsigned depth = 1; depth && *at; at++) depth += (*at == '[') - (*at == ']');
    return at;
}

/* One letter, or a run of digits; returns where the next begins. */
static const char *element(struct pdu *p, struct pn_io_walk *w, const char *at, struct bytes *in, unsigned depth)
{
    if (*at >= '0' && *at <= '9') {
        size_t n = 0;
        for (; *at >= '0' && *at <= '9'; at++) n = n * 10 + (size_t)(*at - '0');
        bytes_skip(in, n);
        return at;
    }
    switch (*at) {
    case 'u':
        relation(p, w, bytes_take(in, UUID), w->first_type == CONNECT_REQUEST);
        break;
    case 'e':
        if (bytes_left(in) >= 4) pn_io_status(p, w, bytes_step(in, 4));
        break;
    case 'E':
        if (bytes_left(in) >= 4) pn_io_status(p, &(struct pn_io_walk){0}, bytes_step(in, 4));
        break;
    case 'p':
        bytes_take_upto(in, (size_t)(w->start - in->at) & 3);
        break;
    case 'n':
    case 'v':
        station(p, in, *at == 'n');
        break;
    case 'T':
        w->relation_type = bytes_be16(in);
        break;
    case 'A':
        if (w->version_low) number(p, w, 'a', in);
        break;
    case 'd':
        descriptions(in);
        break;
    case 'M':
        if (!w->version_low) break;
        bytes_skip(in, 2); /* padding, number of entries */
        pn_io_blocks(p, w, *in, depth + 1);
        break;
    case 'N':
        pn_io_blocks(p, w, *in, depth + 1);
        break;
    case ' ':
        break;
    default:
        number(p, w, *at, in);
    }
    return at + 1;
}

/* Each turn of a loop consumes octets (every layout's loop begins with some), so the input bounds it. */
static const char *run(struct pdu *p, struct pn_io_walk *w, const char *at, struct bytes *in, unsigned depth)
{
    while (*at && *at != ']' && *at != '|') {
        if (*at != '[') {
            at = element(p, w, at, in, depth);
            continue;
        }
        const char *body = at + 1;
        for (unsigned n = bytes_be16(in); n && bytes_ok(in) && !bytes_empty(in); n--) run(p, w, body, in, depth);
        at = past_bracket(body);
    }
    return at;
}

/* I&M0, clause 5.2.27: vendor, order number, serial number, hardware and software revision. */
static void identification(struct pdu *p, const struct pn_io_walk *w, struct bytes in)
{
    uint16_t vendor = bytes_be16(&in);
    struct bytes order = bytes_take(&in, 20), serial = bytes_take(&in, 16);
    uint16_t hardware = bytes_be16(&in);
    uint8_t prefix = bytes_u8(&in), major = bytes_u8(&in), minor = bytes_u8(&in), patch = bytes_u8(&in);
    if (!bytes_ok(&in)) return;
    order = bytes_trimmed(order);
    serial = bytes_trimmed(serial);
    emit_text(p, F_ORDER, order);
    emit_text(p, F_SERIAL, serial);
    if (w->slot) message_identity_format(p, IDENTITY_SLOT, "%u", w->slot);
    message_identity_format(p, IDENTITY_VENDOR, "0x%04x", vendor);
    message_identity(p, IDENTITY_ORDER_NUMBER, order);
    message_identity(p, IDENTITY_SERIAL, serial);
    message_identity_format(p, IDENTITY_HARDWARE, "%u", hardware);
    if (prefix >= 'A' && prefix <= 'Z')
        message_identity_format(p, IDENTITY_FIRMWARE, "%c%u.%u.%u", prefix, major, minor, patch);
}

/* The record behind a write request or a read response's header. */
static void record(struct pdu *p, struct pn_io_walk *w, uint16_t type, struct bytes *in, unsigned depth)
{
    if (w->index == MULTIPLE_WRITE && type == WRITE_REQUEST) return; /* more write requests follow */
    uint16_t index = w->index, slot = w->slot, subslot = w->subslot;
    struct bytes data = bytes_take_upto(in, w->record_length);
    if (type == WRITE_REQUEST && wants_object(p)) {
        struct bytes value = data;
        message_object(p, "%u.%u:0x%04X", slot, subslot, index);
        if (bytes_left(&data) && bytes_left(&data) <= 8)
            message_value_int(p, (int64_t)bytes_be(&value, bytes_left(&value)));
    }
    if (pn_io_record_has_blocks(index, type == WRITE_REQUEST)) pn_io_blocks(p, w, data, depth + 1);
}

void pn_io_blocks(struct pdu *p, struct pn_io_walk *w, struct bytes in, unsigned depth)
{
    const uint8_t *start = in.at;
    if (depth > DEEPEST_BLOCK) return;
    while (bytes_left(&in) >= BLOCK_HEADER) {
        uint16_t type = bytes_be16(&in), length = bytes_be16(&in);
        const char *layout = layout_of(type);
        if (length < 2 || (!layout && length > bytes_left(&in))) {
            message_anomaly(p, A_BAD_BLOCK);
            return;
        }
        bytes_skip(&in, 1); /* high octet of the version: 1 */
        w->version_low = bytes_u8(&in);
        emit_uint(p, F_BLOCK_TYPE, type);
        if (length - 2u > bytes_left(&in)) message_anomaly(p, A_BAD_BLOCK);
        struct bytes content = bytes_take_upto(&in, length - 2u);
        if (!w->first_type || type == CONNECT_REQUEST) w->first_type = type;
        if (type == IDENTIFICATION) identification(p, w, content);
        w->start = content.at - BLOCK_HEADER;
        if (layout) run(p, w, layout_in(layout, w->version_low), &content, depth);
        if (type == WRITE_REQUEST || type == READ_RESPONSE) record(p, w, type, &in, depth);
        size_t beyond = (size_t)(in.at - start) & 3;
        if (beyond && (depth || type == WRITE_REQUEST)) bytes_take_upto(&in, 4 - beyond);
    }
}

const struct value_name pn_io_alarm_types[] = {{0x0001, "诊断", "Diagnosis"},
                                               {0x0002, "过程", "Process"},
                                               {0x0003, "拔出", "Pull"},
                                               {0x0004, "插入", "Plug"},
                                               {0x0005, "状态", "Status"},
                                               {0x0006, "更新", "Update"},
                                               {0x0007, "介质冗余", "Media redundancy"},
                                               {0x0008, "被监督者控制", "Controlled by supervisor"},
                                               {0x0009, "释放", "Released"},
                                               {0x000a, "插入错误子模块", "Plug wrong submodule"},
                                               {0x000b, "子模块返回", "Return of submodule"},
                                               {0x000c, "诊断消失", "Diagnosis disappears"},
                                               {0x000d, "多播通信失配", "Multicast communication mismatch"},
                                               {0x000e, "端口数据变化", "Port data change"},
                                               {0x000f, "同步数据变化", "Sync data changed"},
                                               {0x0010, "等时问题", "Isochronous mode problem"},
                                               {0x0011, "网络部件问题", "Network component problem"},
                                               {0x0012, "时间数据变化", "Time data changed"},
                                               {0x0013, "动态帧封装问题", "Dynamic frame packing problem"},
                                               {0x0014, "无缝冗余问题", "MRPD problem"},
                                               {0x0015, "多接口失配", "Multiple interface mismatch"},
                                               {0x001e, "上传与取回", "Upload and retrieval"},
                                               {0x001f, "拔出模块", "Pull module"},
                                               {0, NULL, NULL}};
