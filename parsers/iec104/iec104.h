/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the IEC 104 parser share (IEC 60870-5-104:2006 with IEC 60870-5-101:2003, -7 for security). */
#ifndef WANGLOU_PARSERS_IEC104_IEC104_H
#define WANGLOU_PARSERS_IEC104_IEC104_H

#include "parsers/iec104/fields.h"
#include "parsers/parser.h"

enum { IEC104_FIELDS(FIELD_ID) F_COUNT };

#define IEC104_ANOMALIES(X)                                                                                            \
    X(LENGTH_LOW, "length_low", ODD, "APDU长度小于4", "APDU length below 4")                                           \
    X(LENGTH_HIGH, "length_high", ODD, "APDU长度大于253", "APDU length above 253")                                     \
    X(CONTROL_FIELD, "control_field", ODD, "控制域保留位非零", "reserved bits of the control field are set")           \
    X(U_FUNCTION, "u_function", ODD, "U格式功能未定义", "undefined U format function")                                 \
    X(BODY, "body", ODD, "S或U格式帧带有数据", "S or U format frame with a body")                                      \
    X(ASDU_CUT, "asdu_cut", HOSTILE, "ASDU不完整", "ASDU is cut short")                                                \
    X(OBJECTS_CUT, "objects_cut", HOSTILE, "信息体超出ASDU长度", "objects run past the end of the ASDU")               \
    X(SURPLUS, "surplus", ODD, "ASDU末尾有多余字节", "bytes left over after the last object")                          \
    X(NO_OBJECTS, "no_objects", ODD, "信息体个数为零", "number of objects is zero")                                    \
    X(SEND_SEQUENCE, "send_sequence", ODD, "发送序号不连续", "send sequence number out of order")                      \
    X(RECEIVE_SEQUENCE, "receive_sequence", ODD, "确认了未发送的帧", "acknowledges frames that were never sent")       \
    X(WINDOW, "window", NOTE, "未确认帧过多", "more unacknowledged frames than k allows by default")                   \
    X(STOPPED, "stopped", ODD, "停止传输后仍发送数据", "I format frame while data transfer is stopped")                \
    X(TYPE_UNDEFINED, "type_undefined", ODD, "类型标识未定义", "undefined type identification")                        \
    X(TYPE_PRIVATE, "type_private", NOTE, "厂家自定义类型标识", "private type identification")                         \
    X(TYPE_OF_101, "type_of_101", NOTE, "104规约未选用的101类型", "type of IEC 101 that IEC 104 leaves out")           \
    X(CAUSE_UNDEFINED, "cause_undefined", ODD, "传送原因未定义", "undefined cause of transmission")                    \
    X(CAUSE_MISMATCH, "cause_mismatch", ODD, "传送原因与类型不符", "cause of transmission does not fit the type")      \
    X(COMMON_ADDRESS, "common_address", ODD, "公共地址为零", "common address is zero")                                 \
    X(BROADCAST, "broadcast", NOTE, "广播公共地址", "request to all common addresses")                                 \
    X(TEST_FLAG, "test_flag", NOTE, "试验标志置位", "test flag is set")

enum { IEC104_ANOMALIES(ANOMALY_ID) A_COUNT };

/* Operation codes: type identifications as they are; U format functions at 0x100; 0x200 S format; 0x201 an I format
 * frame without an ASDU; 0x202 a frame too short for its control field. */
enum { OPERATION_OF_U = 0x100, OPERATION_OF_S = 0x200, OPERATION_EMPTY_I = 0x201, OPERATION_DAMAGED = 0x202 };

enum cause {
    CAUSE_REQUEST = 5,
    CAUSE_ACTIVATION = 6,
    CAUSE_ACTIVATION_CONFIRM = 7,
    CAUSE_DEACTIVATION = 8,
    CAUSE_DEACTIVATION_CONFIRM = 9,
    CAUSE_TERMINATION = 10,
    CAUSE_FILE = 13,
    CAUSE_INTERROGATED = 20,
    CAUSE_COUNTERS_LAST = 41,
    CAUSE_UNKNOWN_TYPE = 44,
    CAUSE_UNKNOWN_OBJECT = 47
};

enum transfer { TRANSFER_UNKNOWN, TRANSFER_STARTED, TRANSFER_STOPPED };

/* What one side of the connection sent so far, numbers modulo 2^15. */
struct iec104_side {
    uint16_t next;         /* send sequence number that must follow */
    uint16_t acknowledged; /* last receive sequence number: what it has of the other side */
    bool sent, has_acknowledged;
};

struct iec104_state {
    struct iec104_side sides[2]; /* by who opened the connection: [1] the client */
    uint8_t transfer;            /* enum transfer */
};

/* Elements of information objects, IEC 60870-5-101 clause 7.2.6. */
enum element {
    NO_ELEMENT,
    SIQ,
    DIQ,
    VTI,
    QDS,
    BSI,
    NVA,
    SVA,
    FLT,
    BCR,
    SCO,
    DCO,
    RCO,
    QOS,
    QPM,
    QPA,
    COI,
    QOI,
    QCC,
    QRP,
    SEP,
    SPE,
    OCI,
    QDP,
    SCD,
    FBP,
    TSC,
    NOF,
    NOS,
    LOF,
    FQ,
    CHS,
    SEGMENT,
    AID,
    CP16,
    CP24,
    CP56,
    ELEMENT_COUNT
};

/* Causes a type may come with (IEC 60870-5-101 clause 8.8). */
enum causes { CAUSES_MONITOR, CAUSES_COMMAND, CAUSES_PARAMETER, CAUSES_FILE, CAUSES_ANY };

/* LOOSE: Wireshark tells the first address of such an object and leaves the rest alone; only in whole objects else. */
enum { LOOSE = 1, ONLY_101 = 2 };

enum { ELEMENTS_MOST = 5 };
struct iec104_type {
    uint8_t code, causes, traits;
    uint8_t elements[ELEMENTS_MOST];
};

/* names.c */
const struct iec104_type *iec104_type_find(uint8_t code);
enum { IEC104_OPERATION_COUNT = 90, IEC104_STATUS_COUNT = 8 };
extern const struct operation iec104_operations[IEC104_OPERATION_COUNT];
extern const struct status_name iec104_statuses[IEC104_STATUS_COUNT];
extern const struct value_name iec104_formats[], iec104_u_functions[], iec104_transfers[], iec104_type_names[],
    iec104_causes[], iec104_double_points[], iec104_qu[], iec104_select[], iec104_double_commands[], iec104_steps[],
    iec104_kinds_of_parameter[], iec104_initializations[], iec104_interrogations[], iec104_counter_requests[],
    iec104_freezes[], iec104_resets[];

/* The head of an ASDU, as far as it is there. */
struct iec104_head {
    uint8_t octets; /* of the head that are there: 6 when it is whole */
    uint8_t type, count, cause, originator;
    bool sequence, negative, test;
    uint16_t address;
    uint32_t first;                /* information object address, 0 without objects */
    const struct iec104_type *row; /* NULL: not in the table */
};

/* asdu.c */
struct iec104_head iec104_head(struct bytes *asdu); /* moves past the head */
void iec104_meaning(struct pdu *p, const struct iec104_head *h, struct bytes objects);
void iec104_asdu(struct pdu *p, const struct iec104_head *h, struct bytes objects);

/* elements.c */
size_t iec104_octets(const struct iec104_type *type); /* of one object without its address */
void iec104_object(struct pdu *p, const struct iec104_type *type, uint32_t address, struct bytes in);

#endif
