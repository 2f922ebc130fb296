/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the BACnet parser share (ASHRAE 135-2020: network layer clause 6, BACnet/IP annex J, APDUs
 * clauses 20 and 21). */
#ifndef WANGLOU_PARSERS_BACNET_BACNET_H
#define WANGLOU_PARSERS_BACNET_BACNET_H

#include "parsers/parser.h"

#define BACNET_FIELDS(X)                                                                                               \
    X(BVLC_TYPE, "bvlc.type", UINT8, HEX, PLAIN, "虚链路类型", "BVLL type", NULL)                                      \
    X(BVLC_FUNCTION, "bvlc.function", UINT8, HEX, PLAIN, "虚链路功能", "BVLL function", bacnet_bvlc_names)             \
    X(BVLC_FUNCTION_6, "bvlc.function_ipv6", UINT8, HEX, PLAIN, "虚链路功能(IPv6)", "BVLL function (IPv6)",            \
      bacnet_bvlc6_names)                                                                                              \
    X(BVLC_LENGTH, "bvlc.length", UINT16, DEC, PLAIN, "虚链路长度", "BVLL length", NULL)                               \
    X(BVLC_RESULT, "bvlc.result", UINT16, HEX, PLAIN, "虚链路结果", "BVLL result", bacnet_bvlc_result_names)           \
    X(BVLC_SOURCE, "bvlc.virtual_source", UINT24, DEC, PLAIN, "源虚地址", "Source virtual address", NULL)              \
    X(BVLC_DESTINATION, "bvlc.virtual_dest", UINT24, DEC, PLAIN, "目的虚地址", "Destination virtual address", NULL)    \
    X(BDT_IP, "bvlc.bdt_ip", IPV4, DEC, PLAIN, "广播分发表地址", "BDT address", NULL)                                  \
    X(BDT_PORT, "bvlc.bdt_port", UINT16, DEC, PLAIN, "广播分发表端口", "BDT port", NULL)                               \
    X(BDT_MASK, "bvlc.bdt_mask", BYTES, DEC, PLAIN, "广播分发掩码", "BDT mask", NULL)                                  \
    X(REG_TTL, "bvlc.reg_ttl", UINT16, DEC, PLAIN, "外来设备登记时长(秒)", "Registration time to live (s)", NULL)      \
    X(FDT_IP, "bvlc.fdt_ip", IPV4, DEC, PLAIN, "外来设备地址", "Foreign device address", NULL)                         \
    X(FDT_IP_6, "bvlc.fdt_ipv6", IPV6, DEC, PLAIN, "外来设备地址(IPv6)", "Foreign device address", NULL)               \
    X(FDT_PORT, "bvlc.fdt_port", UINT16, DEC, PLAIN, "外来设备端口", "Foreign device port", NULL)                      \
    X(FDT_TTL, "bvlc.fdt_ttl", UINT16, DEC, PLAIN, "外来设备时长(秒)", "Foreign device time to live (s)", NULL)        \
    X(FDT_TIMEOUT, "bvlc.fdt_timeout", UINT16, DEC, PLAIN, "外来设备剩余时间(秒)", "Foreign device timeout (s)", NULL) \
    X(FWD_IP, "bvlc.fwd_ip", IPV4, DEC, PLAIN, "转发前源地址", "Forwarded from address", NULL)                         \
    X(FWD_PORT, "bvlc.fwd_port", UINT16, DEC, PLAIN, "转发前源端口", "Forwarded from port", NULL)                      \
    X(ORIGIN_6, "bvlc.orig_source_addr", IPV6, DEC, PLAIN, "原始源地址(IPv6)", "Original source address", NULL)        \
    X(ORIGIN_PORT_6, "bvlc.orig_source_port", UINT16, DEC, PLAIN, "原始源端口", "Original source port", NULL)          \
    X(VERSION, "bacnet.version", UINT8, DEC, PLAIN, "网络层版本", "Network layer version", NULL)                       \
    X(CONTROL, "bacnet.control", UINT8, HEX, PLAIN, "网络层控制", "Network layer control", NULL)                       \
    X(CONTROL_NET, "bacnet.control_net", BOOL, DEC, PLAIN, "网络层报文", "Network layer message", NULL)                \
    X(CONTROL_EXPECT, "bacnet.control_expect", BOOL, DEC, PLAIN, "期待应答", "Reply expected", NULL)                   \
    X(DNET, "bacnet.dnet", UINT16, DEC, PLAIN, "目的网络号", "Destination network", NULL)                              \
    X(DLEN, "bacnet.dlen", UINT8, DEC, PLAIN, "目的地址长度", "Destination address length", NULL)                      \
    X(DADR_MSTP, "bacnet.dadr_mstp", UINT8, DEC, PLAIN, "目的MS/TP地址", "Destination MS/TP address", NULL)            \
    X(DADR_ETH, "bacnet.dadr_eth", ETHER, DEC, PLAIN, "目的地址", "Destination MAC address", NULL)                     \
    X(SNET, "bacnet.snet", UINT16, DEC, PLAIN, "源网络号", "Source network", NULL)                                     \
    X(SLEN, "bacnet.slen", UINT8, DEC, PLAIN, "源地址长度", "Source address length", NULL)                             \
    X(SADR_MSTP, "bacnet.sadr_mstp", UINT8, DEC, PLAIN, "源MS/TP地址", "Source MS/TP address", NULL)                   \
    X(SADR_ETH, "bacnet.sadr_eth", ETHER, DEC, PLAIN, "源地址", "Source MAC address", NULL)                            \
    X(HOPC, "bacnet.hopc", UINT8, DEC, PLAIN, "跳数", "Hop count", NULL)                                               \
    X(MESGTYP, "bacnet.mesgtyp", UINT8, HEX, PLAIN, "网络层报文类型", "Network message type", bacnet_network_names)    \
    X(NET_VENDOR, "bacnet.vendor", UINT16, DEC, PLAIN, "厂商号", "Vendor ID", NULL)                                    \
    X(NET_REJECT, "bacnet.rejectreason", UINT8, DEC, PLAIN, "路由拒绝原因", "Reject reason",                           \
      bacnet_network_reject_names)                                                                                     \
    X(TYPE, "bacapp.type", UINT8, DEC, PLAIN, "APDU类型", "APDU type", bacnet_apdu_names)                              \
    X(SEGMENTED, "bacapp.segmented_request", BOOL, DEC, PLAIN, "分段", "Segmented", NULL)                              \
    X(MORE, "bacapp.more_segments", BOOL, DEC, PLAIN, "后续还有分段", "More segments", NULL)                           \
    X(SEGMENT_SA, "bacapp.SA", BOOL, DEC, PLAIN, "接受分段应答", "Segmented response accepted", NULL)                  \
    X(MAX_SEGMENTS, "bacapp.response_segments", UINT8, DEC, PLAIN, "最大分段数", "Max segments accepted", NULL)        \
    X(MAX_APDU, "bacapp.max_adpu_size", UINT8, DEC, PLAIN, "最大APDU代码", "Max APDU size", NULL)                      \
    X(INVOKE_ID, "bacapp.invoke_id", UINT8, DEC, PLAIN, "调用标识", "Invoke ID", NULL)                                 \
    X(SEQUENCE, "bacapp.sequence_number", UINT8, DEC, PLAIN, "分段序号", "Sequence number", NULL)                      \
    X(WINDOW, "bacapp.window_size", UINT8, DEC, PLAIN, "窗口大小", "Window size", NULL)                                \
    X(NAK, "bacapp.NAK", BOOL, DEC, PLAIN, "分段否认", "Negative acknowledgement", NULL)                               \
    X(SRV, "bacapp.SRV", BOOL, DEC, PLAIN, "由服务端发出", "Sent by server", NULL)                                     \
    X(CONFIRMED, "bacapp.confirmed_service", UINT8, DEC, PLAIN, "有确认服务", "Confirmed service",                     \
      bacnet_confirmed_names)                                                                                          \
    X(UNCONFIRMED, "bacapp.unconfirmed_service", UINT8, DEC, PLAIN, "无确认服务", "Unconfirmed service",               \
      bacnet_unconfirmed_names)                                                                                        \
    X(OBJECT_TYPE, "bacapp.objectType", UINT32, DEC, PLAIN, "对象类型", "Object type", bacnet_object_names)            \
    X(INSTANCE, "bacapp.instance_number", UINT32, DEC, PLAIN, "对象实例号", "Instance number", NULL)                   \
    X(PROPERTY, "bacapp.property_identifier", UINT32, DEC, PLAIN, "属性", "Property identifier", NULL)                 \
    X(OBJECT_NAME, "bacapp.object_name", TEXT, DEC, PLAIN, "对象名", "Object name", NULL)                              \
    X(VENDOR, "bacapp.vendor_identifier", UINT16, DEC, PLAIN, "厂商号", "Vendor identifier", NULL)                     \
    X(PROCESS, "bacapp.processId", UINT32, DEC, PLAIN, "进程标识", "Process identifier", NULL)                         \
    X(LOW_LIMIT, "bacapp.who_is.low_limit", UINT32, DEC, PLAIN, "设备实例号下限", "Device instance low limit", NULL)   \
    X(HIGH_LIMIT, "bacapp.who_is.high_limit", UINT32, DEC, PLAIN, "设备实例号上限", "Device instance high limit",      \
      NULL)                                                                                                            \
    X(ERROR_CLASS, "bacapp.error_class", UINT32, DEC, PLAIN, "错误类", "Error class", bacnet_error_class_names)        \
    X(ERROR_CODE, "bacapp.error_code", UINT32, DEC, PLAIN, "错误码", "Error code", bacnet_error_names)                 \
    X(REJECT, "bacapp.reject_reason", UINT8, DEC, PLAIN, "拒绝原因", "Reject reason", bacnet_reject_names)             \
    X(ABORT, "bacapp.abort_reason", UINT8, DEC, PLAIN, "中止原因", "Abort reason", bacnet_abort_names)                 \
    X(COMMUNICATION, "bacnet.communication_state", UINT8, DEC, PLAIN, "通信启停", "Communication state",               \
      bacnet_communication_names)                                                                                      \
    X(REINITIALIZE, "bacnet.reinitialize_state", UINT8, DEC, PLAIN, "重新初始化方式", "Reinitialized state",           \
      bacnet_reinitialize_names)                                                                                       \
    X(PRIORITY, "bacnet.write_priority", UINT8, DEC, PLAIN, "写入优先级", "Write priority", NULL)                      \
    X(PV_BOOLEAN, "bacapp.present_value.boolean", BOOL, DEC, BULK, "当前值(布尔)", "Present value (bool)", NULL)       \
    X(PV_UINT, "bacapp.present_value.uint", UINT64, DEC, BULK, "当前值(无符号)", "Present value (uint)", NULL)         \
    X(PV_INT, "bacapp.present_value.int", INT64, DEC, BULK, "当前值(整数)", "Present value (int)", NULL)               \
    X(PV_REAL, "bacapp.present_value.real", DOUBLE, DEC, BULK, "当前值(实数)", "Present value (real)", NULL)           \
    X(PV_DOUBLE, "bacapp.present_value.double", DOUBLE, DEC, BULK, "当前值(双精度)", "Present value (double)", NULL)   \
    X(PV_TEXT, "bacapp.present_value.char_string", TEXT, DEC, BULK, "当前值(文本)", "Present value (text)", NULL)      \
    X(PV_ENUM, "bacapp.present_value.enum_index", UINT32, DEC, BULK, "当前值(枚举)", "Present value (enum)", NULL)

#define BACNET_ANOMALIES(X)                                                                                            \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "虚链路长度与报文不符", "BVLL length does not fit the datagram")        \
    X(VERSION, "npdu_version", ODD, "网络层版本不是1", "network layer version is not 1")                               \
    X(RESERVED, "reserved_bits", NOTE, "网络层控制保留位非零", "reserved bits of the control octet are set")           \
    X(TAG, "tag_invalid", ODD, "标签编码错误", "wrong tag encoding")                                                   \
    X(DEPTH, "nesting_too_deep", HOSTILE, "标签嵌套过深", "tags nested too deep")                                      \
    X(SERVICE, "service_unknown", ODD, "未定义的服务", "service not defined")                                          \
    X(TYPE, "apdu_type_unknown", ODD, "未定义的APDU类型", "APDU type not defined")                                     \
    X(SEGMENT, "segment_lost", NOTE, "分段缺失", "segment missing")                                                    \
    X(UNSOLICITED, "unsolicited_answer", NOTE, "无对应请求的应答", "answer without a request")                         \
    X(BROADCAST_CONFIRMED, "confirmed_broadcast", ODD, "有确认服务被广播", "confirmed service sent to a broadcast")    \
    X(FOREIGN, "write_broadcast_table", ODD, "改写广播分发表", "broadcast distribution table rewritten")

enum { BACNET_FIELDS(FIELD_ID) BACNET_FIELD_COUNT };
enum { BACNET_ANOMALIES(ANOMALY_ID) BACNET_ANOMALY_COUNT };

/* Operation codes: confirmed services as they are; the other spaces above. */
enum {
    BACNET_UNCONFIRMED = 0x100,
    BACNET_APDU = 0x200,    /* | APDU type, where no service is known */
    BACNET_NETWORK = 0x300, /* | network layer message type */
    BACNET_BVLC = 0x400,    /* | BVLC function of annex J */
    BACNET_BVLC6 = 0x500,   /* | BVLC function of annex U */
    BACNET_MSTP = 0x600     /* | frame type of clause 9 */
};
/* Status codes: error class · 65,536 + code has no word of its own; the code alone, reasons above. */
enum { BACNET_REJECT = 0x10000, BACNET_ABORT = 0x20000, BACNET_BVLC_NAK = 0x30000, BACNET_NETWORK_REJECT = 0x40000 };

enum apdu_type {
    APDU_CONFIRMED,
    APDU_UNCONFIRMED,
    APDU_SIMPLE_ACK,
    APDU_COMPLEX_ACK,
    APDU_SEGMENT_ACK,
    APDU_ERROR,
    APDU_REJECT,
    APDU_ABORT,
    APDU_TYPES
};

/* The segments of one APDU under way; the slot of pdu_join is its index. */
enum { SEGMENT_SLOTS = 4 };
struct bacnet_state {
    struct bacnet_segments {
        uint8_t invoke, next;
        bool open;
    } segments[APDU_TYPES][SEGMENT_SLOTS];
};

/* What is known of the NPDU around an APDU. */
struct bacnet_route {
    uint16_t source_network, destination_network;
    bool routed; /* a source specifier is there: the identity is another device's */
    bool broadcast;
    struct bytes source;    /* MAC of the source behind a router */
    struct bytes forwarded; /* IPv4 address in a Forwarded-NPDU */
};

/* npdu.c */
/* The operation decides which fields are made: says it, before any is, of the NPDU that will follow. */
void bacnet_foretell(struct pdu *p, struct bytes npdu);
void bacnet_npdu(struct pdu *p, struct bytes in, struct bacnet_route *route);
/* apdu.c */
void bacnet_foretell_apdu(struct pdu *p, struct bytes in);
void bacnet_apdu(struct pdu *p, struct bytes in, const struct bacnet_route *route);

/* shapes.c: which context or application tag of a service or property means what (clause 21). */
enum shape_kind {
    S_PLAIN,
    S_OBJECT,
    S_DEVICE, /* an object identifier that names who speaks, not what is acted on */
    S_PROPERTY,
    S_INDEX,
    S_VALUE, /* opening tag; its contents follow from the property */
    S_NAME,
    S_VENDOR,
    S_PROCESS,
    S_LOW,
    S_HIGH,
    S_COMMUNICATION,
    S_REINITIALIZE,
    S_PRIORITY,
    S_ERROR_CLASS,
    S_ERROR_CODE
};
#define APPLICATION(n) (0x80 | (n)) /* n-th application tagged element, from 0 */
struct shape;
struct shape_item {
    uint8_t tag, kind;
    const struct shape *inner; /* of an opening tag */
};
struct shape {
    uint8_t count;
    struct shape_item items[8];
};
const struct shape *bacnet_request_shape(unsigned service);
const struct shape *bacnet_answer_shape(unsigned service);
const struct shape *bacnet_error_shape(unsigned service);
const struct shape *bacnet_unconfirmed_shape(unsigned service);
const struct shape *bacnet_property_shape(unsigned property, unsigned object_type);

/* walk.c */
struct bacnet_walk {
    struct pdu *p;
    const struct bacnet_route *route;
    uint32_t object_type, instance, property, index;
    uint32_t error_code;
    bool has_object, has_property, has_index, untold, has_error, answer, located;
};
void bacnet_walk(struct bacnet_walk *w, struct bytes in, const struct shape *shape);

/* operations.c, statuses.c, names.c */
enum { BACNET_OPERATIONS = 97, BACNET_STATUSES = 175 };
extern const struct operation bacnet_operations[BACNET_OPERATIONS];
extern const struct status_name bacnet_statuses[BACNET_STATUSES];
extern const struct value_name bacnet_bvlc_names[], bacnet_bvlc6_names[], bacnet_bvlc_result_names[],
    bacnet_network_names[], bacnet_network_reject_names[], bacnet_apdu_names[], bacnet_confirmed_names[],
    bacnet_unconfirmed_names[], bacnet_object_names[], bacnet_error_class_names[], bacnet_error_names[],
    bacnet_reject_names[], bacnet_abort_names[], bacnet_communication_names[], bacnet_reinitialize_names[];
/* The standard's words as clause 21 writes them; NULL: a number of its own. */
const char *bacnet_object_word(uint32_t type);
const char *bacnet_property_word(uint32_t property);
const char *bacnet_vendor_word(uint32_t vendor);

#endif
