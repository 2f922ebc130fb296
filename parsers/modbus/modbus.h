/* SPDX-License-Identifier: Apache-2.0 */
/* What the layers of the Modbus parser share: fields, anomalies, and the shape of each function's PDU.
 * Follows MODBUS Application Protocol Specification V1.1b3. */
#ifndef WANGLOU_PARSERS_MODBUS_MODBUS_H
#define WANGLOU_PARSERS_MODBUS_MODBUS_H

#include "parsers/parser.h"

enum modbus_function {
    MODBUS_READ_COILS = 1,
    MODBUS_READ_DISCRETE_INPUTS = 2,
    MODBUS_READ_HOLDING_REGISTERS = 3,
    MODBUS_READ_INPUT_REGISTERS = 4,
    MODBUS_WRITE_SINGLE_COIL = 5,
    MODBUS_WRITE_SINGLE_REGISTER = 6,
    MODBUS_READ_EXCEPTION_STATUS = 7,
    MODBUS_DIAGNOSTICS = 8,
    MODBUS_GET_COMM_EVENT_COUNTER = 11,
    MODBUS_GET_COMM_EVENT_LOG = 12,
    MODBUS_WRITE_MULTIPLE_COILS = 15,
    MODBUS_WRITE_MULTIPLE_REGISTERS = 16,
    MODBUS_REPORT_SERVER_ID = 17,
    MODBUS_READ_FILE_RECORD = 20,
    MODBUS_WRITE_FILE_RECORD = 21,
    MODBUS_MASK_WRITE_REGISTER = 22,
    MODBUS_READ_WRITE_REGISTERS = 23,
    MODBUS_READ_FIFO_QUEUE = 24,
    MODBUS_ENCAPSULATED_INTERFACE = 43,
    MODBUS_UMAS = 90,
};

enum {
    MODBUS_EXCEPTION = 0x80,        /* set in the function code of a refusal, clause 7 */
    MODBUS_MEI_DEVICE_ID = 14,      /* clause 6.21 */
    MODBUS_PDU_MAX = 253,           /* clause 4.1 */
    MODBUS_PDU_MAX_TOLERATED = 2042 /* UMAS negotiates more than the standard allows */
};

/* Operation codes: the function code; of a function with sub-functions, function · 65,536 + sub-function. */
#define MODBUS_SUB(function, sub) ((uint32_t)(function) << 16 | (uint32_t)(sub))

#define MODBUS_FIELDS(X)                                                                                               \
    X(TRANS_ID, "mbtcp.trans_id", UINT16, DEC, PLAIN, "事务标识", "Transaction identifier", NULL)                      \
    X(PROT_ID, "mbtcp.prot_id", UINT16, DEC, PLAIN, "协议标识", "Protocol identifier", NULL)                           \
    X(LEN, "mbtcp.len", UINT16, DEC, PLAIN, "长度", "Length", NULL)                                                    \
    X(UNIT_ID, "mbtcp.unit_id", UINT8, DEC, PLAIN, "单元标识", "Unit identifier", NULL)                                \
    X(RTU_UNIT_ID, "mbrtu.unit_id", UINT8, DEC, PLAIN, "从站地址", "Unit ID (RTU)", NULL)                              \
    X(RTU_CRC, "mbrtu.crc16", UINT16, HEX, PLAIN, "CRC校验", "CRC-16", NULL)                                           \
    X(REQUEST_FRAME, "modbus.request_frame", UINT32, DEC, PLAIN, "请求帧号", "Request frame", NULL)                    \
    X(FUNC_CODE, "modbus.func_code", UINT8, DEC, PLAIN, "功能码", "Function code", modbus_function_names)              \
    X(EXCEPTION_CODE, "modbus.exception_code", UINT8, DEC, PLAIN, "异常码", "Exception code", modbus_exception_names)  \
    X(REFERENCE_NUM, "modbus.reference_num", UINT16, DEC, PLAIN, "起始地址", "Reference number", NULL)                 \
    X(REFERENCE_NUM_32, "modbus.reference_num_32", UINT32, DEC, PLAIN, "文件号与记录号", "Reference number (32 bit)",  \
      NULL)                                                                                                            \
    X(REFERENCE_TYPE, "modbus.reference_type", UINT8, DEC, PLAIN, "引用类型", "Reference type", NULL)                  \
    X(READ_REFERENCE_NUM, "modbus.read_reference_num", UINT16, DEC, PLAIN, "读起始地址", "Read reference number",      \
      NULL)                                                                                                            \
    X(WRITE_REFERENCE_NUM, "modbus.write_reference_num", UINT16, DEC, PLAIN, "写起始地址", "Write reference number",   \
      NULL)                                                                                                            \
    X(WORD_CNT, "modbus.word_cnt", UINT16, DEC, PLAIN, "寄存器数量", "Word count", NULL)                               \
    X(READ_WORD_CNT, "modbus.read_word_cnt", UINT16, DEC, PLAIN, "读寄存器数量", "Read word count", NULL)              \
    X(WRITE_WORD_CNT, "modbus.write_word_cnt", UINT16, DEC, PLAIN, "写寄存器数量", "Write word count", NULL)           \
    X(BIT_CNT, "modbus.bit_cnt", UINT16, DEC, PLAIN, "位数量", "Bit count", NULL)                                      \
    X(BYTE_CNT, "modbus.byte_cnt", UINT8, DEC, PLAIN, "字节数", "Byte count", NULL)                                    \
    X(BYTE_CNT_16, "modbus.byte_cnt_16", UINT16, DEC, PLAIN, "字节数(16位)", "Byte count (16 bit)", NULL)              \
    X(PADDING, "modbus.padding", UINT8, HEX, PLAIN, "填充", "Padding", NULL)                                           \
    X(REGNUM16, "modbus.regnum16", UINT16, DEC, BULK, "寄存器地址", "Register number", NULL)                           \
    X(REGVAL_UINT16, "modbus.regval_uint16", UINT16, DEC, BULK, "寄存器值", "Register value", NULL)                    \
    X(BITNUM, "modbus.bitnum", UINT16, DEC, BULK, "位地址", "Bit number", NULL)                                        \
    X(BITVAL, "modbus.bitval", BOOL, DEC, BULK, "位值", "Bit value", NULL)                                             \
    X(AND_MASK, "modbus.and_mask", UINT16, HEX, PLAIN, "与掩码", "AND mask", NULL)                                     \
    X(OR_MASK, "modbus.or_mask", UINT16, HEX, PLAIN, "或掩码", "OR mask", NULL)                                        \
    X(DATA, "modbus.data", BYTES, DEC, PLAIN, "数据", "Data", NULL)                                                    \
    X(DIAGNOSTIC_CODE, "modbus.diagnostic_code", UINT16, DEC, PLAIN, "诊断子功能", "Diagnostic code",                  \
      modbus_diagnostic_names)                                                                                         \
    X(DIAG_QUERY, "modbus.diagnostic.return_query_data.request", BYTES, DEC, PLAIN, "回环请求数据", "Request data",    \
      NULL)                                                                                                            \
    X(DIAG_ECHO, "modbus.diagnostic.return_query_data.echo", BYTES, DEC, PLAIN, "回环应答数据", "Echo data", NULL)     \
    X(DIAG_RESTART, "modbus.diagnostic.restart_communication_option", UINT16, HEX, PLAIN, "重启通信选项",              \
      "Restart communication option", modbus_restart_names)                                                            \
    X(DIAG_REGISTER, "modbus.diagnostic.return_diag_register", UINT16, HEX, PLAIN, "诊断寄存器",                       \
      "Diagnostic register contents", NULL)                                                                            \
    X(DIAG_DELIMITER, "modbus.diagnostic.ascii_input_delimiter", UINT8, HEX, PLAIN, "ASCII分隔符",                     \
      "ASCII input delimiter", NULL)                                                                                   \
    X(DIAG_CLEAR, "modbus.diagnostic.clear_ctr_diag_reg", UINT16, DEC, PLAIN, "清除计数器回显", "Clear counters echo", \
      NULL)                                                                                                            \
    X(DIAG_BUS_MESSAGES, "modbus.diagnostic.bus_message_count", UINT16, DEC, PLAIN, "总线报文计数",                    \
      "Total message count", NULL)                                                                                     \
    X(DIAG_CRC_ERRORS, "modbus.diagnostic.bus_comm_error_count", UINT16, DEC, PLAIN, "CRC错误计数", "CRC error count", \
      NULL)                                                                                                            \
    X(DIAG_EXCEPTIONS, "modbus.diagnostic.bus_exception_error_count", UINT16, DEC, PLAIN, "异常计数",                  \
      "Exception error count", NULL)                                                                                   \
    X(DIAG_MESSAGES, "modbus.diagnostic.slave_message_count", UINT16, DEC, PLAIN, "从站报文计数",                      \
      "Slave message count", NULL)                                                                                     \
    X(DIAG_NO_RESPONSE, "modbus.diagnostic.no_slave_response_count", UINT16, DEC, PLAIN, "从站无应答计数",             \
      "Slave no response count", NULL)                                                                                 \
    X(DIAG_NAK, "modbus.diagnostic.slave_nak_count", UINT16, DEC, PLAIN, "从站NAK计数", "Slave NAK count", NULL)       \
    X(DIAG_BUSY, "modbus.diagnostic.slave_busy_count", UINT16, DEC, PLAIN, "从站忙计数", "Slave device busy count",    \
      NULL)                                                                                                            \
    X(DIAG_OVERRUN, "modbus.diagnostic.bus_char_overrun_count", UINT16, DEC, PLAIN, "字符溢出计数",                    \
      "Slave character overrun count", NULL)                                                                           \
    X(EV_STATUS, "modbus.ev_status", UINT16, HEX, PLAIN, "通信状态字", "Status", NULL)                                 \
    X(EV_COUNT, "modbus.ev_count", UINT16, DEC, PLAIN, "事件计数", "Event count", NULL)                                \
    X(EV_MSG_COUNT, "modbus.ev_msg_count", UINT16, DEC, PLAIN, "报文计数", "Message count", NULL)                      \
    X(EVENT, "modbus.event", UINT8, DEC, BULK, "通信事件", "Event", NULL)                                              \
    X(MEI, "modbus.mei", UINT8, DEC, PLAIN, "MEI类型", "MEI type", modbus_mei_names)                                   \
    X(READ_DEVICE_ID, "modbus.read_device_id", UINT8, DEC, PLAIN, "设备标识读取级别", "Read device ID",                \
      modbus_device_id_names)                                                                                          \
    X(OBJECT_ID, "modbus.object_id", UINT8, DEC, PLAIN, "标识对象", "Object ID", modbus_object_names)                  \
    X(NUM_OBJECTS, "modbus.num_objects", UINT8, DEC, PLAIN, "对象数", "Number of objects", NULL)                       \
    X(OBJECTS_LEN, "modbus.objects_len", UINT8, DEC, PLAIN, "对象长度", "Object length", NULL)                         \
    X(CONFORMITY_LEVEL, "modbus.conformity_level", UINT8, HEX, PLAIN, "符合级别", "Conformity level", NULL)            \
    X(MORE_FOLLOWS, "modbus.more_follows", UINT8, HEX, PLAIN, "后续标志", "More follows", NULL)                        \
    X(NEXT_OBJECT_ID, "modbus.next_object_id", UINT8, DEC, PLAIN, "下一对象", "Next object ID", NULL)                  \
    X(OBJECT_STR_VALUE, "modbus.object_str_value", TEXT, DEC, PLAIN, "标识对象文本", "Object string value", NULL)      \
    X(OBJECT_VALUE, "modbus.object_value", BYTES, DEC, PLAIN, "标识对象内容", "Object value", NULL)

#define MODBUS_ANOMALIES(X)                                                                                            \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "报文长度与功能码不符", "PDU length does not fit the function")         \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(OVERSIZE, "oversize", ODD, "报文超过规约上限253字节", "PDU longer than the 253 bytes allowed")                   \
    X(QUANTITY, "quantity_out_of_range", ODD, "数量超出规约范围", "quantity out of the range allowed")                 \
    X(ADDRESS_OVERFLOW, "address_overflow", ODD, "地址范围越过65535", "address range runs over 65535")                 \
    X(BYTE_COUNT, "byte_count_mismatch", ODD, "字节数与数量不符", "byte count does not fit the quantity")              \
    X(COIL_VALUE, "coil_value_invalid", ODD, "线圈值既非0000也非FF00", "coil value neither 0000 nor FF00")             \
    X(EXCEPTION_CODE, "exception_code_invalid", NOTE, "异常码未定义", "exception code not defined")                    \
    X(EXCEPTION_REQUEST, "exception_from_client", ODD, "请求方发出异常应答", "exception sent by the requesting side")  \
    X(FUNCTION_INVALID, "function_invalid", ODD, "功能码无效", "invalid function code")                                \
    X(FUNCTION_RESERVED, "function_reserved", NOTE, "保留功能码", "reserved function code")                            \
    X(ANSWER_MISMATCH, "answer_mismatch", ODD, "应答与请求不符", "answer does not fit its request")                    \
    X(UNSOLICITED, "unsolicited_answer", NOTE, "无对应请求的应答", "answer without a request")

enum { MODBUS_FIELDS(FIELD_ID) MODBUS_FIELD_COUNT };
enum { MODBUS_ANOMALIES(ANOMALY_ID) MODBUS_ANOMALY_COUNT };

/* tables.c */
enum { MODBUS_OPERATIONS = 50, MODBUS_STATUSES = 10 };
extern const struct operation modbus_operations[MODBUS_OPERATIONS];
extern const struct status_name modbus_statuses[MODBUS_STATUSES];
extern const struct value_name modbus_function_names[], modbus_exception_names[], modbus_diagnostic_names[],
    modbus_restart_names[], modbus_mei_names[], modbus_device_id_names[], modbus_object_names[];

/* shape.c: does `in`, which begins with a function code, look like a request or an answer of exactly that length? */
enum modbus_side { MODBUS_REQUEST = 1, MODBUS_RESPONSE = 2 };
/* The sides (or-ed) whose form the bytes have; 0: of neither. `strict` asks for plausible contents, too. */
unsigned modbus_shape(struct bytes in, bool strict);
/* Length of the PDU at the head of `in` as `side` would send it; 0: its function does not tell. */
size_t modbus_length(struct bytes in, enum modbus_side side);

/* rtu.c: the serial framing (unit, PDU, CRC) that gateways carry over TCP or UDP unchanged. */
struct frame modbus_rtu_frame(struct bytes in);
uint16_t modbus_crc(struct bytes in);

/* What parse knows of the exchange beside the bytes. */
struct modbus_exchange {
    uint16_t transaction, length; /* of the MBAP header */
    uint16_t crc;                 /* of the serial framing */
    bool serial, refused;
    uint8_t unit, function; /* without the exception bit */
    enum modbus_side side;
    struct request *asked; /* of a response, NULL unknown */
};
/* In the request's note: what an answer must be read with. */
struct modbus_note {
    uint16_t address, quantity;
};

/* request.c, response.c, device_id.c: the body behind the function code. */
void modbus_request_body(struct pdu *p, struct bytes in, const struct modbus_exchange *x);
void modbus_response_body(struct pdu *p, struct bytes in, const struct modbus_exchange *x);
void modbus_device_id(struct pdu *p, struct bytes in, enum modbus_side side);
void modbus_server_id(struct pdu *p, struct bytes in);

/* value.c: points, their names as engineers write them, and pieces that both sides have. */
bool modbus_take16(struct pdu *p, struct bytes *in, unsigned field, uint16_t *v);
bool modbus_take8(struct pdu *p, struct bytes *in, unsigned field, uint8_t *v);
void modbus_registers(struct pdu *p, struct bytes in, size_t byte_count, uint8_t function, uint16_t address,
                      bool address_known);
void modbus_bits(struct pdu *p, struct bytes in, uint8_t function, uint16_t address, unsigned count,
                 bool address_known);
void modbus_object(struct pdu *p, uint8_t function, uint16_t address);
bool modbus_file_group(struct pdu *p, struct bytes *group, uint16_t *words);

#endif
