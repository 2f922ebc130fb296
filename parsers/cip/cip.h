/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the CIP parser share: fields, anomalies, paths, what is remembered of a flow.
 * Follows The CIP Networks Library, Volume 1: Common Industrial Protocol. */
#ifndef WANGLOU_PARSERS_CIP_CIP_H
#define WANGLOU_PARSERS_CIP_CIP_H

#include "parsers/cip/tables.h"
#include "parsers/enip/tables.h"

enum cip_service {
    CIP_GET_ATTRIBUTES_ALL = 0x01,
    CIP_SET_ATTRIBUTES_ALL = 0x02,
    CIP_GET_ATTRIBUTE_LIST = 0x03,
    CIP_SET_ATTRIBUTE_LIST = 0x04,
    CIP_MULTIPLE_SERVICE = 0x0a,
    CIP_GET_ATTRIBUTE_SINGLE = 0x0e,
    CIP_SET_ATTRIBUTE_SINGLE = 0x10,
    CIP_CLASS_SPECIFIC = 0x4b, /* the first of them; below are the common services */
    CIP_READ_TAG = 0x4c,       /* Logix, on a symbol */
    CIP_WRITE_TAG = 0x4d,
    CIP_FORWARD_CLOSE = 0x4e, /* of the Connection Manager */
    CIP_READ_MODIFY_WRITE_TAG = 0x4e,
    CIP_UNCONNECTED_SEND = 0x52,
    CIP_READ_TAG_FRAGMENTED = 0x52,
    CIP_WRITE_TAG_FRAGMENTED = 0x53,
    CIP_FORWARD_OPEN = 0x54,
    CIP_GET_CONNECTION_OWNER = 0x5a,
    CIP_LARGE_FORWARD_OPEN = 0x5b,
    CIP_RESPONSE = 0x80, /* set in the service of an answer */
};

enum cip_class {
    CIP_CLASS_IDENTITY = 0x01,
    CIP_CLASS_MESSAGE_ROUTER = 0x02,
    CIP_CLASS_CONNECTION_MANAGER = 0x06,
    CIP_CLASS_PCCC = 0x67,
    CIP_CLASS_SYMBOL = 0x6b,
    CIP_CLASS_TCPIP = 0xf5,
};

/* Bounds of nesting: services within a Multiple Service Packet, messages within an Unconnected Send. */
enum { CIP_DEPTH = 4 };

/* Of class, instance, member and the like the type is the least width in print, as in Wireshark: paths carry 8, 16 or
 * 32 bits. */
#define CIP_FIELDS(X)                                                                                                  \
    X(SEQ, "cip.seq", UINT16, DEC, PLAIN, "CIP序号", "CIP sequence count", NULL)                                       \
    X(SERVICE, "cip.service", UINT8, HEX, PLAIN, "服务字节", "Service", NULL)                                          \
    X(SC, "cip.sc", UINT8, HEX, PLAIN, "服务码", "Service code", cip_service_names)                                    \
    X(GENSTAT, "cip.genstat", UINT8, HEX, PLAIN, "通用状态", "General status", cip_status_names)                       \
    X(ADDSTAT_SIZE, "cip.addstat_size", UINT8, DEC, PLAIN, "附加状态长度", "Additional status size", NULL)             \
    X(ADDSTAT, "cip.addstat", UINT16, HEX, PLAIN, "附加状态", "Additional status", NULL)                               \
    X(REQUEST_PATH_SIZE, "cip.request_path_size", UINT8, DEC, PLAIN, "路径长度(字)", "Request path size", NULL)        \
    X(CLASS, "cip.class", UINT8, HEX, PLAIN, "类", "Class", cip_class_names)                                           \
    X(INSTANCE, "cip.instance", UINT8, HEX, PLAIN, "实例", "Instance", NULL)                                           \
    X(ATTRIBUTE, "cip.attribute", UINT8, DEC, PLAIN, "属性", "Attribute", NULL)                                        \
    X(MEMBER, "cip.member", UINT8, HEX, PLAIN, "成员", "Member", NULL)                                                 \
    X(CONNPOINT, "cip.connpoint", UINT8, HEX, PLAIN, "连接点", "Connection point", NULL)                               \
    X(SERVICEID, "cip.serviceid", UINT8, HEX, PLAIN, "服务标识", "Service ID", NULL)                                   \
    X(SYMBOL, "cip.symbol", TEXT, DEC, PLAIN, "标签名", "Symbol", NULL)                                                \
    X(ASCII_SYMBOL, "cip.ascii_symbol", TEXT, DEC, PLAIN, "ASCII符号", "ASCII symbol", NULL)                           \
    X(PORT, "cip.port", UINT16, DEC, PLAIN, "路由端口", "Port", NULL)                                                  \
    X(LINK_BYTE, "cip.linkaddress.byte", UINT8, DEC, PLAIN, "链路地址(槽号)", "Link address", NULL)                    \
    X(LINK_STRING, "cip.linkaddress.string", TEXT, DEC, PLAIN, "链路地址", "Link address text", NULL)                  \
    X(EKEY_VENDOR, "cip.ekey.vendor", UINT16, HEX, PLAIN, "电子键:厂商", "Key vendor", cip_vendor_names)               \
    X(EKEY_DEVTYPE, "cip.ekey.devtype", UINT16, HEX, PLAIN, "电子键:设备类型", "Key device type",                      \
      cip_device_type_names)                                                                                           \
    X(EKEY_PRODUCT, "cip.ekey.product_code", UINT16, HEX, PLAIN, "电子键:产品代码", "Key product code", NULL)          \
    X(DATA_SEGMENT, "cip.data_segment.data", BYTES, DEC, PLAIN, "数据段", "Data segment", NULL)                        \
    X(SAFETY_FORMAT, "cip.safety_segment.format", UINT8, DEC, PLAIN, "CIP安全段格式", "Safety segment format", NULL)   \
    X(GETLIST_STATUS, "cip.getlist.attr_status", UINT8, HEX, PLAIN, "属性状态", "Attribute status", cip_status_names)  \
    X(SETLIST_STATUS, "cip.setlist.attr_status", UINT8, HEX, PLAIN, "属性写入状态", "Attribute status (set)",          \
      cip_status_names)                                                                                                \
    X(MSP_SERVICES, "cip.msp.num_services", UINT16, DEC, PLAIN, "服务个数", "Number of services", NULL)                \
    X(RESET_TYPE, "cip.reset.type", UINT8, DEC, PLAIN, "复位类型", "Reset type", cip_reset_names)                      \
    X(IO_DATA, "cipio.data", BYTES, DEC, BULK, "I/O数据", "I/O data", NULL)                                            \
    X(HEADER_32, "cip.32bitheader", UINT32, HEX, PLAIN, "32位头", "32-bit header", NULL)                               \
    X(RUN_IDLE, "cip.32bitheader.run_idle", UINT32, HEX, PLAIN, "运行/空闲", "Run/idle", cip_run_names)                \
    X(DATA, "cip.data", BYTES, DEC, BULK, "服务数据", "Data", NULL)                                                    \
    X(TAG_TYPE, "cip.tag.type", UINT16, HEX, PLAIN, "标签数据类型", "Tag data type", cip_type_names)                   \
    X(TAG_COUNT, "cip.tag.elements", UINT16, DEC, PLAIN, "标签元素个数", "Tag elements", NULL)                         \
    X(TAG_OFFSET, "cip.tag.offset", UINT32, DEC, PLAIN, "标签字节偏移", "Tag byte offset", NULL)                       \
    X(ID_VENDOR, "cip.id.vendor_id", UINT16, HEX, PLAIN, "厂商号", "Vendor ID", cip_vendor_names)                      \
    X(ID_TYPE, "cip.id.device_type", UINT16, DEC, PLAIN, "设备类型", "Device type", cip_device_type_names)             \
    X(ID_PRODUCT, "cip.id.product_code", UINT16, DEC, PLAIN, "产品代码", "Product code", NULL)                         \
    X(ID_MAJOR, "cip.id.major_rev", UINT8, DEC, PLAIN, "主版本", "Major revision", NULL)                               \
    X(ID_MINOR, "cip.id.minor_rev", UINT8, DEC, PLAIN, "次版本", "Minor revision", NULL)                               \
    X(ID_STATUS, "cip.id.status", UINT16, HEX, PLAIN, "设备状态字", "Device status", NULL)                             \
    X(ID_SERIAL, "cip.id.serial_number", UINT32, HEX, PLAIN, "序列号", "Serial number", NULL)                          \
    X(ID_NAME, "cip.id.product_name", TEXT, DEC, PLAIN, "产品名称", "Product name", NULL)                              \
    X(HOSTNAME, "cip.tcpip.hostname", TEXT, DEC, PLAIN, "主机名", "Host name", NULL)                                   \
    X(CM_SC, "cip.cm.sc", UINT8, HEX, PLAIN, "连接管理服务", "Connection Manager service", cip_service_names)          \
    X(CM_EXT_STATUS, "cip.cm.ext_status", UINT16, HEX, PLAIN, "连接扩展状态", "Connection extended status",            \
      cip_extended_names)                                                                                              \
    X(CM_OT_CONNID, "cip.cm.ot_connid", UINT32, HEX, PLAIN, "O→T连接号", "O->T connection ID", NULL)                   \
    X(CM_TO_CONNID, "cip.cm.to_connid", UINT32, HEX, PLAIN, "T→O连接号", "T->O connection ID", NULL)                   \
    X(CM_CONN_SERIAL, "cip.cm.conn_serial_num", UINT16, HEX, PLAIN, "连接序列号", "Connection serial number", NULL)    \
    X(CM_VENDOR, "cip.cm.vendor", UINT16, HEX, PLAIN, "发起方厂商", "Originator vendor ID", cip_vendor_names)          \
    X(CM_ORIG_SERIAL, "cip.cm.orig_serial_num", UINT32, HEX, PLAIN, "发起方序列号", "Originator serial number", NULL)  \
    X(CM_OT_RPI, "cip.cm.otrpi", UINT32, DEC, PLAIN, "O→T请求包间隔(µs)", "O->T RPI (µs)", NULL)                       \
    X(CM_TO_RPI, "cip.cm.torpi", UINT32, DEC, PLAIN, "T→O请求包间隔(µs)", "T->O RPI (µs)", NULL)                       \
    X(CM_OT_API, "cip.cm.otapi", UINT32, DEC, PLAIN, "O→T实际包间隔(µs)", "O->T API (µs)", NULL)                       \
    X(CM_TO_API, "cip.cm.toapi", UINT32, DEC, PLAIN, "T→O实际包间隔(µs)", "T->O API (µs)", NULL)                       \
    X(CM_TRIGGER, "cip.cm.transport_type_trigger", UINT8, HEX, PLAIN, "传输类型与触发", "Transport type/trigger",      \
      NULL)                                                                                                            \
    X(PCCC_CMD, "cip.pccc.cmd.code", UINT8, HEX, PLAIN, "PCCC命令", "PCCC command", cip_pccc_command_names)            \
    X(PCCC_FNC, "cip.pccc.fnc.code_0f", UINT8, HEX, PLAIN, "PCCC功能(0F)", "PCCC function (0F)", NULL)                 \
    X(PCCC_FNC_06, "cip.pccc.fnc.code_06", UINT8, HEX, PLAIN, "PCCC功能(06)", "PCCC function (06)", NULL)              \
    X(PCCC_FNC_07, "cip.pccc.fnc.code_07", UINT8, HEX, PLAIN, "PCCC功能(07)", "PCCC function (07)", NULL)              \
    X(PCCC_RESP, "cip.pccc.resp.code", UINT8, HEX, PLAIN, "PCCC应答码", "PCCC response", NULL)                         \
    X(PCCC_STS, "cip.pccc.gs.status", UINT8, HEX, PLAIN, "PCCC状态", "PCCC status", cip_pccc_status_names)             \
    X(PCCC_EXT_STS, "cip.pccc.es.status", UINT8, HEX, PLAIN, "PCCC扩展状态", "PCCC extended status", NULL)             \
    X(PCCC_TNS, "cip.pccc.tns.code", UINT16, HEX, PLAIN, "PCCC事务号", "PCCC transaction", NULL)                       \
    X(PCCC_SIZE, "cip.pccc.byte.size", UINT8, HEX, PLAIN, "PCCC字节数", "PCCC byte size", NULL)                        \
    X(PCCC_FILE, "cip.pccc.file.num", UINT16, HEX, PLAIN, "PCCC文件号", "PCCC file number", NULL)                      \
    X(PCCC_TYPE, "cip.pccc.file.type", UINT8, HEX, PLAIN, "PCCC文件类型", "PCCC file type", cip_pccc_file_names)       \
    X(PCCC_ELEMENT, "cip.pccc.element.num", UINT16, HEX, PLAIN, "PCCC元素号", "PCCC element", NULL)                    \
    X(PCCC_SUBELEMENT, "cip.pccc.subelement.num", UINT16, HEX, PLAIN, "PCCC子元素号", "PCCC sub-element", NULL)        \
    X(PCCC_MODE, "cip.pccc.cpu.mode_80", UINT8, HEX, PLAIN, "PCCC控制器模式", "PCCC processor mode",                   \
      cip_pccc_mode_names)                                                                                             \
    X(PCCC_DATA, "cip.pccc.data", BYTES, DEC, PLAIN, "PCCC数据", "PCCC data", NULL)

#define CIP_ANOMALIES(X)                                                                                               \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "message ends before its contents")                                   \
    X(PATH_INVALID, "path_invalid", ODD, "路径段无效", "path segment not defined")                                     \
    X(PATH_OVERRUN, "path_overrun", ODD, "路径超出报文", "path reaches beyond its message")                            \
    X(OFFSETS_INVALID, "offsets_invalid", ODD, "多服务包偏移表无效",                                                   \
      "offsets of a multiple service packet are invalid")                                                              \
    X(TOO_DEEP, "too_deep", HOSTILE, "服务嵌套过深", "services are nested too deep")                                   \
    X(LIST_INVALID, "list_invalid", ODD, "属性列表长度不符", "attribute list does not fit its count")                  \
    X(UNSOLICITED, "unsolicited_answer", NOTE, "无对应请求的应答", "answer without a request")                         \
    X(NOT_REMEMBERED, "not_remembered", NOTE, "请求过长，应答不能对应",                                                \
      "request too long to be remembered for its answer")

enum { CIP_FIELDS(FIELD_ID) CIP_FIELD_COUNT };
enum { CIP_ANOMALIES(ANOMALY_ID) CIP_ANOMALY_COUNT };

/* ---- paths (path.c): padded EPATH, appendix C-1 ---- */

/* What a path leads to. */
struct cip_target {
    uint32_t class, instance, attribute, member;
    bool has_class, has_instance, has_attribute, symbolic, safety;
    bool invalid;  /* a segment is not defined, or reaches beyond the path */
    uint16_t slot; /* link address of the last port segment, CIP_NO_SLOT: none */
};
enum { CIP_NO_SLOT = 0xffff, CIP_OPENS_NOTHING = 0x80 };

struct cip_target cip_target_of(struct bytes path);
void cip_emit_path(struct pdu *p, struct bytes path);
/* The same of a path whose target is known: it is walked only for those who read it. */
void cip_emit_known_path(struct pdu *p, struct bytes path, const struct cip_target *target);
/* The name an engineer writes: "Program:Main.Level[3]", or "@0x01/1/7" without symbols. In scratch. */
struct bytes cip_path_name(struct pdu *p, struct bytes path);

/* ---- what a flow remembers (memory.c) ---- */

enum { CIP_CONNECTIONS = 12, CIP_CONNECTION_PATH = 40, CIP_ARENA = 3296 };

struct cip_connection {
    uint32_t ot, to, originator;
    uint16_t serial, vendor;
    uint8_t path_length; /* bytes */
    bool in_use, message_router;
    uint8_t path[CIP_CONNECTION_PATH];
};

struct cip_state {
    uint32_t arena_head; /* bytes ever written; modulo the arena is the place */
    uint8_t next_connection;
    bool seen_requests;
    struct cip_connection connections[CIP_CONNECTIONS];
    uint8_t arena[CIP_ARENA];
};

/* A request as its answer needs it: a node for each message, what it embeds behind it. */
enum cip_node_kind { CIP_PLAIN, CIP_UNCONNECTED, CIP_OPEN, CIP_CLOSE, CIP_MULTIPLE, CIP_PCCC, CIP_REPEAT, CIP_NOTHING };
struct cip_node {
    uint8_t kind, service;
    uint8_t slot;             /* of an UNCONNECTED; of an OPEN its transport class */
    uint16_t count;           /* of a MULTIPLE: services counted */
    struct bytes path, extra; /* extra: connection path, or PCCC command */
    struct bytes inner;       /* nodes it embeds */
};

struct cip_head;
void cip_remember(struct pdu *p, struct request *asked, const struct cip_head *request);
struct bytes cip_recall(const struct cip_state *state, const struct request *asked);
/* Moves past one node with all it embeds; false at the end. */
bool cip_node_next(struct bytes *record, struct cip_node *node);
/* As above, with repeated nodes told one by one: `repeats` and `last` are the caller's, zeroed. */
struct cip_nodes {
    struct bytes record, last;
    unsigned repeats;
};
bool cip_nodes_next(struct cip_nodes *nodes, struct cip_node *node);

struct cip_connection *cip_connection_find(struct cip_state *state, uint32_t id);
struct cip_connection *cip_connection_of(struct cip_state *state, uint16_t serial, uint16_t vendor,
                                         uint32_t originator);
void cip_connection_add(struct cip_state *state, uint32_t ot, uint32_t to, uint16_t serial, uint16_t vendor,
                        uint32_t originator, struct bytes path);

/* ---- messages ---- */

/* Operation codes: of a common service its code; of an object's own service class · 256 + service; tag services
 * count as the Symbol class's; PCCC commands 0x01000000 + command · 256 + function. */
enum {
    CIP_PCCC_OPERATION = 0x01000000,
    CIP_OP_CONNECTED = 0x02000000,
    CIP_OP_IO = 0x02000001,
    CIP_OP_SAFETY_IO = 0x02000002,
    CIP_OP_SAFETY_OPEN = 0x02000054
};
void cip_say_operation(struct pdu *p, uint8_t service, const struct cip_target *target);

/* message.c. A request as it begins: its path is walked once. */
struct cip_head {
    uint8_t service, words; /* words: the length of the path */
    bool whole;             /* the path is there */
    struct bytes path, body;
    struct cip_target target;
};
struct cip_head cip_head_of(struct bytes request);
void cip_request_operation(struct pdu *p, const struct cip_head *request);
void cip_request(struct pdu *p, const struct cip_head *request, unsigned depth);

/* An answer to a wrapped request comes unwrapped: `node` is the one it belongs to. */
struct cip_answer {
    const struct cip_node *asked, *node;
    struct cip_node inner; /* `node` is `asked` or this */
    struct cip_target target;
};
void cip_answer_to(struct cip_answer *answer, const struct cip_node *asked, struct bytes response);
/* `answer` NULL: nobody knows to what. */
void cip_response_operation(struct pdu *p, struct bytes in, const struct cip_answer *answer);
void cip_response(struct pdu *p, struct bytes in, const struct cip_answer *answer, unsigned depth);

/* manager.c: bodies of Connection Manager services. True: taken care of. */
bool cip_manager_request(struct pdu *p, struct bytes in, uint8_t service, unsigned depth);
bool cip_manager_response(struct pdu *p, struct bytes in, uint8_t service, uint8_t status, const struct cip_node *asked,
                          bool wrapped);
struct bytes cip_embedded(struct bytes body); /* the message within an Unconnected Send */
/* What a Forward Open asks for; false when it is cut short. */
struct cip_opening {
    struct bytes path;
    uint8_t transport_class;
    bool null; /* reconfigures or pings, opens nothing */
};
bool cip_opening_of(struct bytes body, bool large, struct cip_opening *opening);
bool cip_close_path(struct bytes body, struct bytes *path);

/* io.c: what the flows of a worker share, connections for I/O. */
enum { CIP_IO_CONNECTIONS = 256, CIP_IO_SLOTS = 1024, CIP_IO_PATH = 126 };
struct cip_io_connection {
    uint32_t ot, to;
    struct address originator, target;
    uint8_t transport_class;
    bool safety, motion;
    uint8_t path_length; /* bytes */
    uint8_t path[CIP_IO_PATH];
};

/* Zeroed at start: connection 0 of a slot is none, they count from 1. */
struct cip_shared {
    uint16_t next;
    uint16_t slots[CIP_IO_SLOTS]; /* by connection ID, WAYS to a bucket */
    struct cip_io_connection connections[CIP_IO_CONNECTIONS];
};
void cip_io(struct pdu *p);
void cip_io_add(struct pdu *p, uint32_t ot, uint32_t to, uint8_t transport_class, struct bytes path);

/* attribute.c */
void cip_get_all(struct pdu *p, struct bytes in, const struct cip_target *target);
void cip_list_request(struct pdu *p, struct bytes in, const struct cip_target *target, bool set);
void cip_list_response(struct pdu *p, struct bytes in, const struct cip_target *target, bool set);
void cip_single_value(struct pdu *p, struct bytes in, const struct cip_target *target);

/* tag.c */
bool cip_is_tag_service(uint8_t service, const struct cip_target *target);
void cip_tag_request(struct pdu *p, struct bytes in, uint8_t service, struct bytes path);
void cip_tag_response(struct pdu *p, struct bytes in, uint8_t service, struct bytes path);

/* pccc.c */
void cip_pccc_operation(struct pdu *p, struct bytes command);
void cip_pccc_request(struct pdu *p, struct bytes in);
void cip_pccc_response(struct pdu *p, struct bytes in, struct bytes command);
/* The command at the head of what a PCCC request carries: without the requester's ID. */
struct bytes cip_pccc_command(struct bytes in);

#endif
