/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the DNP3 parser share (IEEE Std 1815-2012). */
#ifndef WANGLOU_PARSERS_DNP3_DNP3_H
#define WANGLOU_PARSERS_DNP3_DNP3_H

#include "parsers/dnp3/fields.h"
#include "parsers/parser.h"

enum { DNP3_FIELDS(FIELD_ID) F_COUNT };

#define DNP3_ANOMALIES(X)                                                                                              \
    X(HEADER_CRC, "header_crc", ODD, "链路头校验错误", "link header CRC is wrong")                                     \
    X(DATA_CRC, "data_crc", ODD, "数据块校验错误", "data block CRC is wrong")                                          \
    X(LINK_LENGTH, "link_length", ODD, "链路长度小于5", "link length below 5")                                         \
    X(LINK_FUNCTION, "link_function", ODD, "链路功能码未定义", "undefined link function code")                         \
    X(LINK_CUT, "link_cut", NOTE, "链路帧不完整", "link frame is cut short")                                           \
    X(TRANSPORT_GAP, "transport_gap", ODD, "传输分段缺失或乱序", "transport segment missing or out of order")          \
    X(NO_APPLICATION, "no_application", ODD, "用户数据帧无应用层内容", "user data without an application fragment")    \
    X(FUNCTION_UNKNOWN, "function_unknown", ODD, "应用功能码未定义", "undefined application function code")            \
    X(DIRECTION, "direction", ODD, "方向位与功能码矛盾", "DIR bit contradicts the function code")                      \
    X(OBJECT_UNKNOWN, "object_unknown", NOTE, "对象组或变体未定义", "undefined object group or variation")             \
    X(QUALIFIER, "qualifier", ODD, "限定词未定义", "undefined qualifier code")                                         \
    X(RANGE_BACKWARDS, "range_backwards", HOSTILE, "结束点号小于起始点号", "stop index below start index")             \
    X(OBJECT_CUT, "object_cut", HOSTILE, "对象超出报文长度", "objects run past the end of the fragment")               \
    X(EMPTY_OBJECTS, "empty_objects", HOSTILE, "大量零长度对象", "a count of objects without content")                 \
    X(TRAILING, "trailing", ODD, "报文末尾有多余字节", "bytes left over after the last object")                        \
    X(ATTRIBUTE, "attribute", ODD, "设备属性格式错误", "malformed device attribute")                                   \
    X(FILE_OBJECT, "file_object", ODD, "文件对象格式错误", "malformed file object")                                    \
    X(CONTROL_CODE, "control_code", ODD, "遥控码为保留值", "reserved control code")                                    \
    X(OPERATE_WITHOUT_SELECT, "operate_without_select", ODD, "未经选择直接执行", "operate without a matching select")  \
    X(BROADCAST, "broadcast", NOTE, "广播命令", "request to all outstations")

enum { DNP3_ANOMALIES(ANOMALY_ID) A_COUNT };

/* Operation codes: application function codes as they are; link functions as 0x1000 with the PRM bit (clause 9.2.4). */
enum { LINK_OPERATION = 0x1000, DAMAGED_OPERATION = 0x1100, LINK_PRIMARY = 0x40, LINK_FROM_MASTER = 0x80 };

/* Status codes: control status as is; IIN2 error bits at 0x100; file status at 0x200. */
enum { STATUS_OF_IIN = 0x100, STATUS_OF_FILE = 0x200 };

enum function {
    FC_CONFIRM = 0,
    FC_READ = 1,
    FC_WRITE = 2,
    FC_SELECT = 3,
    FC_OPERATE = 4,
    FC_DIRECT_OPERATE = 5,
    FC_DIRECT_OPERATE_NO_RESPONSE = 6,
    FC_FREEZE = 7,
    FC_FREEZE_NO_RESPONSE = 8,
    FC_FREEZE_CLEAR = 9,
    FC_FREEZE_CLEAR_NO_RESPONSE = 10,
    FC_FREEZE_AT_TIME = 11,
    FC_FREEZE_AT_TIME_NO_RESPONSE = 12,
    FC_ENABLE_UNSOLICITED = 20,
    FC_DISABLE_UNSOLICITED = 21,
    FC_ASSIGN_CLASS = 22,
    FC_OPEN_FILE = 25,
    FC_CLOSE_FILE = 26,
    FC_DELETE_FILE = 27,
    FC_AUTHENTICATE = 32,
    FC_AUTHENTICATE_ERROR = 33,
    FC_RESPONSE = 129,
    FC_UNSOLICITED = 130,
    FC_AUTHENTICATE_RESPONSE = 131
};

enum { LINK_HEADER = 10, LINK_BLOCK = 16, STREAMS = 4, BROADCAST_FIRST = 0xfffd };

/* Transport segments of one sender to one receiver; several pairs share a connection behind a terminal server. */
struct dnp3_stream {
    uint16_t source, destination;
    uint8_t next; /* sequence number that must follow */
    bool used, open;
};

/* The last SELECT to an outstation, to be matched by its OPERATE (clause 4.4.3). */
struct dnp3_select {
    uint16_t master, outstation;
    uint8_t sequence;
    bool used;
    uint64_t digest; /* of its object octets */
};

struct dnp3_state {
    struct dnp3_stream streams[STREAMS];
    struct dnp3_select selects[STREAMS];
    uint8_t stream_turn, select_turn;
};

struct dnp3_link {
    uint8_t length, control;
    uint16_t destination, source, crc;
    bool from_master, primary, cut;
    uint16_t outstation, master;
};

/* link.c */
uint16_t dnp3_crc(const uint8_t *bytes, size_t n);
struct frame dnp3_frame(struct bytes in, const void *state, enum direction direction);
bool dnp3_begins(struct bytes in);                               /* with an intact header of a sound length */
bool dnp3_link_header(struct bytes *in, struct dnp3_link *link); /* of what was framed; false: its CRC is wrong */
/* The user data without its block CRCs, in the packet or in scratch, as far as they are right. */
struct bytes dnp3_user_data(struct pdu *p, struct bytes in, const struct dnp3_link *link, bool *crc_wrong);
void dnp3_emit_link(struct pdu *p, const struct dnp3_link *link);

/* transport.c: true when `whole` is an application fragment */
bool dnp3_transport(struct pdu *p, const struct dnp3_link *link, struct bytes user, struct bytes *whole, bool *gap);
void dnp3_emit_transport(struct pdu *p, uint8_t header);

/* application.c */
void dnp3_application(struct pdu *p, const struct dnp3_link *link, uint8_t transport, struct bytes fragment);

/* What the walk over the objects of one fragment needs to know. */
struct dnp3_walk {
    struct pdu *p;
    struct bytes in;
    const struct dnp3_link *link;
    uint8_t function;
    bool unshown;      /* a function whose object headers are not told as dnp3.al.* */
    bool headers_only; /* a request that names points without values */
    bool points;       /* somebody reads fields or objects of single points */
    uint8_t class;     /* of the last class object header: what ASSIGN_CLASS assigns */
};

/* walk.c */
void dnp3_objects(struct dnp3_walk *w);

/* How one object of a group and variation is laid out (annex A). */
enum shape {
    SHAPE_NONE,  /* no octets: class objects, variation 0 in requests */
    SHAPE_BIT,   /* packed, one bit a point */
    SHAPE_TWO,   /* packed, two bits a point */
    SHAPE_POINT, /* [flags] [value] [status] [time] */
    SHAPE_CROB,
    SHAPE_TIME,
    SHAPE_DELAY,
    SHAPE_STRING, /* the variation is the length */
    SHAPE_ATTRIBUTE,
    SHAPE_FILE, /* with a size prefix */
    SHAPE_SECURITY,
    SHAPE_SIZED /* opaque; its octets are known from the size prefix only */
};
enum family { NO_FAMILY, FAMILY_BI, FAMILY_DBBI, FAMILY_BO, FAMILY_CTR, FAMILY_AI, FAMILY_AO, FAMILY_EVENT };
enum number { NO_NUMBER, NUMBER_16, NUMBER_32, NUMBER_FLOAT, NUMBER_DOUBLE };
enum point_time { NO_TIME, TIME_48, TIME_16 };
enum point_part { HAS_FLAGS = 1, HAS_STATUS = 2 };

struct dnp3_object {
    uint16_t code; /* group << 8 | variation */
    uint8_t shape, family, number, time, parts;
    uint8_t size; /* octets of one, where it is fixed */
};

/* objects.c */
const struct dnp3_object *dnp3_object_find(uint16_t code);
bool dnp3_string_group(uint16_t code); /* the variation is the length, and not told as part of dnp3.al.obj */
extern const struct value_name dnp3_object_names[];

/* points.c: one object of the header; false when the fragment ended within it */
bool dnp3_point(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, struct bytes *in);
void dnp3_bit_point(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index, unsigned value);
void dnp3_emit_time(struct pdu *p, uint64_t milliseconds);
void dnp3_object_title(struct dnp3_walk *w, const struct dnp3_object *o, uint32_t index);

/* files.c, attributes.c, security.c */
void dnp3_file(struct dnp3_walk *w, unsigned variation, struct bytes *in, bool sized);
bool dnp3_attribute(struct dnp3_walk *w, unsigned variation, uint32_t set, struct bytes *in);
bool dnp3_security(struct dnp3_walk *w, unsigned variation, struct bytes *in);

/* names.c */
enum { DNP3_OPERATION_COUNT = 48, DNP3_STATUS_COUNT = 41 };
extern const struct operation dnp3_operations[DNP3_OPERATION_COUNT];
extern const struct status_name dnp3_statuses[DNP3_STATUS_COUNT];
extern const struct value_name dnp3_primary_names[], dnp3_secondary_names[], dnp3_function_names[], dnp3_prefix_names[],
    dnp3_range_names[], dnp3_double_bit_names[], dnp3_control_operation_names[], dnp3_trip_names[],
    dnp3_control_status_names[], dnp3_attribute_types[], dnp3_file_modes[], dnp3_file_status_names[], dnp3_file_types[],
    dnp3_mac_algorithms[], dnp3_key_wraps[], dnp3_key_status[], dnp3_authentication_errors[];

#endif
