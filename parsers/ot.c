/* SPDX-License-Identifier: Apache-2.0 */
/* The fields that every message has, whatever its protocol: the vocabulary of rules that hold for all of them.
 * Follows docs/architecture.md, "ot.class". Order is enum ot_field of registry.h. */
#include "parsers/registry.h"

static const struct field fields[] = {
    {"ot.protocol", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "协议", "Protocol", NULL},
    {"ot.class", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "操作类别", "Operation class", NULL},
    {"ot.operation", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "操作", "Operation", NULL},
    {"ot.code", FIELD_UINT32, BASE_DEC, FIELD_PLAIN, "操作码", "Operation code", NULL},
    {"ot.status", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "结果", "Status", NULL},
    {"ot.status_code", FIELD_UINT32, BASE_DEC, FIELD_PLAIN, "结果码", "Status code", NULL},
    {"ot.role", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "报文角色", "Role", NULL},
    {"ot.unit", FIELD_UINT32, BASE_DEC, FIELD_PLAIN, "站号", "Unit", NULL},
    {"ot.object", FIELD_TEXT, BASE_DEC, FIELD_BULK, "操作对象", "Object", NULL},
    {"ot.value", FIELD_TEXT, BASE_DEC, FIELD_BULK, "值", "Value", NULL},
    {"ot.latency", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "应答时延(秒)", "Latency (s)", NULL},
    {"ot.anomaly", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "规约异常", "Protocol anomaly", NULL},
    {"ot.identity.address", FIELD_BYTES, BASE_DEC, FIELD_PLAIN, "设备地址", "Device address", NULL},
    {"ot.identity.mac", FIELD_ETHER, BASE_DEC, FIELD_PLAIN, "设备MAC", "Device MAC", NULL},
    {"ot.identity.vendor", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "厂商", "Vendor", NULL},
    {"ot.identity.model", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "型号", "Model", NULL},
    {"ot.identity.order_number", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "订货号", "Order number", NULL},
    {"ot.identity.firmware", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "固件版本", "Firmware", NULL},
    {"ot.identity.hardware", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "硬件版本", "Hardware version", NULL},
    {"ot.identity.serial", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "序列号", "Serial number", NULL},
    {"ot.identity.name", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "设备名称", "Name", NULL},
    {"ot.identity.location", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "位置", "Location", NULL},
    {"ot.identity.role", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "设备角色", "Device role", NULL},
    {"ot.identity.slot", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "槽位", "Slot", NULL},
    {"ot.identity.user", FIELD_TEXT, BASE_DEC, FIELD_PLAIN, "用户", "User", NULL},
    /* points of an invariant (docs/variables.md), of no message */
    {"ot.point.a", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点a", "Point a of an invariant", NULL},
    {"ot.point.b", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点b", "Point b of an invariant", NULL},
    {"ot.point.c", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点c", "Point c of an invariant", NULL},
    {"ot.point.d", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点d", "Point d of an invariant", NULL},
    {"ot.point.e", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点e", "Point e of an invariant", NULL},
    {"ot.point.f", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点f", "Point f of an invariant", NULL},
    {"ot.point.g", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点g", "Point g of an invariant", NULL},
    {"ot.point.h", FIELD_DOUBLE, BASE_DEC, FIELD_PLAIN, "关系中的测点h", "Point h of an invariant", NULL},
};

const struct parser parser_ot = {
    .name = "ot",
    .zh = "通用工控语义",
    .en = "protocol-independent meaning",
    .specification = "docs/architecture.md",
    .fields = fields,
    .field_count = COUNT_OF(fields),
};

#define X(id, name, zh, en) name,
const char *const ot_class_name[OT_CLASS_COUNT] = {OT_CLASSES(X)};
#undef X
#define X(id, name, zh, en) zh,
const char *const ot_class_zh[OT_CLASS_COUNT] = {OT_CLASSES(X)};
#undef X
#define X(id, name, zh, en) en,
const char *const ot_class_en[OT_CLASS_COUNT] = {OT_CLASSES(X)};
#undef X
const char *const ot_role_name[ROLE_COUNT] = {"unknown", "request", "response", "notify"};
const char *const ot_status_name[STATUS_COUNT] = {"none", "ok", "refused", "unanswered"};
