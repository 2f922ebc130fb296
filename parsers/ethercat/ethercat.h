/* SPDX-License-Identifier: Apache-2.0 */
/* EtherCAT's datagrams and the mailbox inside them; ETG.1000.4 and ETG.1000.6. Private to parsers/ethercat. */
#ifndef WANGLOU_PARSERS_ETHERCAT_H
#define WANGLOU_PARSERS_ETHERCAT_H

#include "parsers/parser.h"

extern const struct value_name ethercat_commands[], ethercat_mailbox_types[], ethercat_coe_services[],
    ethercat_sdo_requests[], ethercat_sdo_responses[], ethercat_information[], ethercat_foe_services[],
    ethercat_soe_services[], ethercat_states[];

#define ETHERCAT_FIELDS(X)                                                                                             \
    X(COMMAND, "ecat.cmd", UINT8, HEX, PLAIN, "命令", "Command", ethercat_commands)                                    \
    X(INDEX, "ecat.idx", UINT8, HEX, PLAIN, "报文序号", "Index", NULL)                                                 \
    X(POSITION, "ecat.adp", UINT16, HEX, PLAIN, "从站地址", "Slave address", NULL)                                     \
    X(OFFSET, "ecat.ado", UINT16, HEX, PLAIN, "寄存器地址", "Offset address", NULL)                                    \
    X(LOGICAL, "ecat.lad", UINT32, HEX, PLAIN, "逻辑地址", "Logical address", NULL)                                    \
    X(INTERRUPT, "ecat.int", UINT16, HEX, PLAIN, "中断", "Interrupt", NULL)                                            \
    X(COUNTER, "ecat.cnt", UINT16, DEC, PLAIN, "工作计数器", "Working counter", NULL)                                  \
    X(LENGTH, "ecat.subframe.length", UINT16, DEC, PLAIN, "数据长度", "Data length", NULL)                             \
    X(DATA, "ecat.data", BYTES, DEC, BULK, "数据", "Data", NULL)                                                       \
    X(STATE, "ecat.al_state", UINT8, HEX, PLAIN, "应用层状态", "AL state", ethercat_states)                            \
    X(MAILBOX_LENGTH, "ecat_mailbox.length", UINT16, DEC, PLAIN, "邮箱长度", "Mailbox length", NULL)                   \
    X(MAILBOX_ADDRESS, "ecat_mailbox.address", UINT16, HEX, PLAIN, "邮箱站地址", "Mailbox station", NULL)              \
    X(MAILBOX_TYPE, "ecat_mailbox.type", UINT8, DEC, PLAIN, "邮箱协议", "Mailbox protocol", ethercat_mailbox_types)    \
    X(COE_NUMBER, "ecat_mailbox.coe.number", UINT16, DEC, PLAIN, "CoE编号", "CoE number", NULL)                        \
    X(COE_SERVICE, "ecat_mailbox.coe.type", UINT8, DEC, PLAIN, "CoE服务", "CoE service", ethercat_coe_services)        \
    X(SDO_REQUEST, "ecat_mailbox.coe.sdoreq", UINT8, DEC, PLAIN, "SDO命令", "SDO command", ethercat_sdo_requests)      \
    X(SDO_RESPONSE, "ecat_mailbox.coe.sdores", UINT8, DEC, PLAIN, "SDO应答", "SDO response", ethercat_sdo_responses)   \
    X(SDO_INDEX, "ecat_mailbox.coe.sdoidx", UINT16, HEX, PLAIN, "对象索引", "Object index", NULL)                      \
    X(SDO_SUB_INDEX, "ecat_mailbox.coe.sdosub", UINT8, HEX, PLAIN, "子索引", "Subindex", NULL)                         \
    X(SDO_ABORT, "ecat_mailbox.coe.abortcode", UINT32, HEX, PLAIN, "中止代码", "Abort code", NULL)                     \
    X(INFORMATION, "ecat_mailbox.coe.sdoinfoopcode", UINT8, DEC, PLAIN, "对象字典操作", "Information operation",       \
      ethercat_information)                                                                                            \
    X(INFORMATION_LEFT, "ecat_mailbox.coe.sdoinfofrag", UINT16, DEC, PLAIN, "剩余分段", "Fragments left", NULL)        \
    X(INFORMATION_LIST, "ecat_mailbox.coe.sdoinfolisttype", UINT16, DEC, PLAIN, "列表类型", "List type", NULL)         \
    X(INFORMATION_INDEX, "ecat_mailbox.coe.sdoinfoindex", UINT16, HEX, PLAIN, "字典对象索引", "Index", NULL)           \
    X(INFORMATION_SUB_INDEX, "ecat_mailbox.coe.sdoinfosubindex", UINT8, HEX, PLAIN, "字典子索引", "Subindex", NULL)    \
    X(INFORMATION_WHAT, "ecat_mailbox.coe.sdoinfovalueinfo", UINT8, HEX, PLAIN, "所求信息", "Value information", NULL) \
    X(INFORMATION_TYPE, "ecat_mailbox.coe.sdoinfodatatype", UINT16, HEX, PLAIN, "数据类型", "Data type", NULL)         \
    X(INFORMATION_MOST, "ecat_mailbox.coe.sdoinfomaxsub", UINT8, DEC, PLAIN, "最大子索引", "Highest subindex", NULL)   \
    X(INFORMATION_KIND, "ecat_mailbox.coe.sdoinfoobjcode", UINT8, HEX, PLAIN, "对象种类", "Object code", NULL)         \
    X(INFORMATION_NAME, "ecat_mailbox.coe.sdoinfoname", TEXT, DEC, PLAIN, "对象名", "Object name", NULL)               \
    X(INFORMATION_BITS, "ecat_mailbox.coe.sdoinfobitlen", UINT16, DEC, PLAIN, "位长", "Length in bits", NULL)          \
    X(INFORMATION_ACCESS, "ecat_mailbox.coe.sdoinfoobjaccess", UINT16, HEX, PLAIN, "访问权", "Access", NULL)           \
    X(INFORMATION_ERROR, "ecat_mailbox.coe.sdoinfoerrorcode", UINT32, HEX, PLAIN, "字典错误代码", "Information error", \
      NULL)                                                                                                            \
    X(FOE_SERVICE, "ecat_mailbox.foe_opmode", UINT8, DEC, PLAIN, "文件服务", "FoE service", ethercat_foe_services)     \
    X(FOE_PASSWORD, "ecat_mailbox.foe_filelength", UINT32, HEX, PLAIN, "文件口令", "File password", NULL)              \
    X(FOE_NAME, "ecat_mailbox.foe_filename", TEXT, DEC, PLAIN, "文件名", "File name", NULL)                            \
    X(FOE_PACKET, "ecat_mailbox.foe_packetno", UINT16, DEC, PLAIN, "文件数据包号", "Packet number", NULL)              \
    X(FOE_ERROR, "ecat_mailbox.foe_errcode", UINT32, HEX, PLAIN, "文件错误代码", "FoE error code", NULL)               \
    X(FOE_ERROR_TEXT, "ecat_mailbox.foe_errtext", TEXT, DEC, PLAIN, "文件错误说明", "FoE error text", NULL)            \
    X(SOE_SERVICE, "ecat_mailbox.soe_opcode", UINT16, DEC, PLAIN, "伺服服务", "SoE service", ethercat_soe_services)    \
    X(SOE_FAILED, "ecat_mailbox.soe_header_error", BOOL, DEC, PLAIN, "伺服错误标志", "SoE error flag", NULL)           \
    X(SOE_DRIVE, "ecat_mailbox.soe_header_driveno", UINT16, DEC, PLAIN, "驱动号", "Drive number", NULL)                \
    X(SOE_NUMBER, "ecat_mailbox.soe_idn", UINT16, DEC, PLAIN, "伺服参数号", "Parameter number (IDN)", NULL)            \
    X(SOE_LEFT, "ecat_mailbox.soe_frag", UINT16, DEC, PLAIN, "伺服剩余分段", "SoE fragments left", NULL)               \
    X(SOE_ERROR, "ecat_mailbox.soe_error", UINT16, HEX, PLAIN, "伺服错误代码", "SoE error code", NULL)
enum { ETHERCAT_FIELDS(FIELD_ID) FIELD_COUNT };

#define ETHERCAT_ANOMALIES(X)                                                                                          \
    X(SHORT_FRAME, "short_frame", ODD, "帧过短", "frame too short")                                                    \
    X(DATAGRAM_CUT, "datagram_cut", ODD, "数据报超出帧尾", "datagram reaches beyond the frame")                        \
    X(LENGTH_MISMATCH, "length_mismatch", ODD, "长度字段与数据报不符", "length does not fit the datagrams")            \
    X(UNKNOWN_COMMAND, "unknown_command", ODD, "未定义的命令", "undefined command")                                    \
    X(UNKNOWN_TYPE, "unknown_type", NOTE, "未定义的帧类型", "undefined frame type")
enum { ETHERCAT_ANOMALIES(ANOMALY_ID) ANOMALY_COUNT };

/* Operations: the command by itself, or what it does to a register or in a mailbox. */
enum {
    OP_STATE_CHANGE = 0x100,
    OP_CLOCK,
    OP_EEPROM_WRITE,
    OP_EEPROM_READ,
    OP_CONFIGURE,
    OP_NETWORK_VARIABLES,
    OP_SDO_DOWNLOAD,
    OP_SDO_UPLOAD,
    OP_SDO_SEGMENT,
    OP_SDO_UPLOAD_SEGMENT,
    OP_SDO_INFORMATION,
    OP_SDO_ABORT,
    OP_EMERGENCY,
    OP_FILE_READ,
    OP_FILE_WRITE,
    OP_FILE_DATA,
    OP_FILE_ERROR,
    OP_DRIVE_READ,
    OP_DRIVE_WRITE,
    OP_DRIVE_NOTIFY,
    OP_ETHERNET,
    OP_MAILBOX_ERROR,
    OP_MAILBOX,
    OP_OTHER_TYPE
};

/* A mailbox at the start of `data`, when it is one; false: not a mailbox, nothing was said. */
bool ethercat_is_mailbox(struct bytes data);
void ethercat_mailbox(struct pdu *p, struct bytes data);
/* CANopen in a mailbox: its operation, its fields. */
uint32_t ethercat_coe_operation(struct bytes body);
void ethercat_coe(struct pdu *p, struct bytes body);
/* The operation of a mailbox, for message_operation before any field is made. */
uint32_t ethercat_mailbox_operation(struct bytes data);

#endif
