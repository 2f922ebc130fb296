/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, anomalies and tables of the HART-IP parser (FieldComm HCF_SPEC-85, HCF_SPEC-81 data link layer). */
#ifndef WANGLOU_PARSERS_HART_IP_HART_IP_H
#define WANGLOU_PARSERS_HART_IP_HART_IP_H

#include "parsers/parser.h"

/* Operation codes: the HART command; messages of HART-IP itself have HART_IP_MESSAGE set. */
enum { HART_IP_MESSAGE = 0x10000, HART_IP_OPERATIONS = 114, HART_IP_STATUSES = 28 };

#define HART_IP_FIELDS(X)                                                                                              \
    X(VERSION, "hart_ip.version", UINT8, DEC, PLAIN, "版本", "Version", NULL)                                          \
    X(TYPE, "hart_ip.message_type", UINT8, DEC, PLAIN, "报文类型", "Message type", hart_ip_type_names)                 \
    X(ID, "hart_ip.message_id", UINT8, DEC, PLAIN, "报文标识", "Message ID", hart_ip_id_names)                         \
    X(STATUS, "hart_ip.status", UINT8, DEC, PLAIN, "状态", "Status", NULL)                                             \
    X(TRANSACTION, "hart_ip.transaction_id", UINT16, DEC, PLAIN, "序号", "Sequence number", NULL)                      \
    X(LENGTH, "hart_ip.msg_length", UINT16, DEC, PLAIN, "报文长度", "Message length", NULL)                            \
    X(MASTER, "hart_ip.session_init.master_type", UINT8, DEC, PLAIN, "主站类型", "Host type", NULL)                    \
    X(TIMER, "hart_ip.session_init.inactivity_close_timer", UINT32, DEC, PLAIN, "空闲关闭时间",                        \
      "Inactivity close timer", NULL)                                                                                  \
    X(ERROR, "hart_ip.error.error_code", UINT8, DEC, PLAIN, "错误码", "Error code", NULL)                              \
    X(DELIMITER, "hart_ip.pt.delimiter", UINT8, HEX, PLAIN, "定界符", "Delimiter", NULL)                               \
    X(SHORT_ADDRESS, "hart_ip.pt.short_addr", UINT8, DEC, PLAIN, "短地址", "Short address", NULL)                      \
    X(LONG_ADDRESS, "hart_ip.pt.long_address", BYTES, DEC, PLAIN, "长地址", "Long address", NULL)                      \
    X(COMMAND, "hart_ip.pt.command", UINT8, DEC, PLAIN, "HART命令", "Command", NULL)                                   \
    X(BYTES, "hart_ip.pt.length", UINT8, DEC, PLAIN, "数据长度", "Length", NULL)                                       \
    X(RESPONSE_CODE, "hart_ip.pt.response_code", UINT8, DEC, PLAIN, "应答码", "Response code", NULL)                   \
    X(DEVICE_STATUS, "hart_ip.pt.device_status", UINT8, HEX, PLAIN, "设备状态", "Device status", NULL)                 \
    X(PAYLOAD, "hart_ip.pt.payload", BYTES, DEC, BULK, "数据", "Payload", NULL)                                        \
    X(CHECKSUM, "hart_ip.pt.checksum", UINT8, HEX, PLAIN, "校验", "Checksum", NULL)                                    \
    X(DIRECT_COMMAND, "hart_ip.direct.command", UINT16, DEC, PLAIN, "直接PDU命令", "Direct PDU command", NULL)
enum { HART_IP_FIELDS(FIELD_ID) F_COUNT };

#define HART_IP_ANOMALIES(X)                                                                                           \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(CHECKSUM, "checksum", ODD, "HART校验错误", "wrong checksum of the HART frame")                                   \
    X(LENGTH, "length_mismatch", ODD, "长度不符", "lengths disagree")                                                  \
    X(ID, "message_undefined", ODD, "报文标识未定义", "undefined message ID")                                          \
    X(MALFUNCTION, "device_malfunction", NOTE, "设备自报故障", "the device reports a malfunction")
enum { HART_IP_ANOMALIES(ANOMALY_ID) A_COUNT };

extern const struct operation hart_ip_operations[HART_IP_OPERATIONS];
extern const struct status_name hart_ip_statuses[HART_IP_STATUSES];
extern const struct value_name hart_ip_type_names[], hart_ip_id_names[], hart_ip_manufacturer_names[];

/* What the data of an answer says: identity and values. */
void hart_ip_answer(struct pdu *p, uint8_t command, struct bytes data);

#endif
