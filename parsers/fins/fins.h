/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, anomalies and tables of the OMRON FINS parser (OMRON W227/W342/W421 FINS commands and responses). */
#ifndef WANGLOU_PARSERS_FINS_FINS_H
#define WANGLOU_PARSERS_FINS_FINS_H

#include "parsers/parser.h"

#define FINS_FIELDS(X)                                                                                                 \
    X(TCP_LENGTH, "omron.tcp.length", UINT32, DEC, PLAIN, "FINS/TCP长度", "FINS/TCP length", NULL)                     \
    X(TCP_COMMAND, "omron.tcp.command", UINT32, HEX, PLAIN, "FINS/TCP命令", "FINS/TCP command", fins_tcp_names)        \
    X(TCP_ERROR, "omron.tcp.error_code", UINT32, HEX, PLAIN, "FINS/TCP错误码", "FINS/TCP error code", NULL)            \
    X(CLIENT_NODE, "omron.tcp.client_node_address", UINT32, DEC, PLAIN, "客户端节点", "Client node address", NULL)     \
    X(SERVER_NODE, "omron.tcp.server_node_address", UINT32, DEC, PLAIN, "服务器节点", "Server node address", NULL)     \
    X(ICF, "omron.icf", UINT8, HEX, PLAIN, "信息控制字段", "ICF", NULL)                                                \
    X(GCT, "omron.gct", UINT8, HEX, PLAIN, "网关计数", "Gateway count", NULL)                                          \
    X(DNA, "omron.dna", UINT8, HEX, PLAIN, "目标网络", "Destination network", NULL)                                    \
    X(DA1, "omron.da1", UINT8, HEX, PLAIN, "目标节点", "Destination node", NULL)                                       \
    X(DA2, "omron.da2", UINT8, HEX, PLAIN, "目标单元", "Destination unit", NULL)                                       \
    X(SNA, "omron.sna", UINT8, HEX, PLAIN, "源网络", "Source network", NULL)                                           \
    X(SA1, "omron.sa1", UINT8, HEX, PLAIN, "源节点", "Source node", NULL)                                              \
    X(SA2, "omron.sa2", UINT8, HEX, PLAIN, "源单元", "Source unit", NULL)                                              \
    X(SID, "omron.sid", UINT8, HEX, PLAIN, "服务标识", "Service ID", NULL)                                             \
    X(COMMAND, "omron.command", UINT16, HEX, PLAIN, "命令", "Command code", NULL)                                      \
    X(RESPONSE_CODE, "omron.response.code", UINT16, HEX, PLAIN, "结束码", "Response code", NULL)                       \
    X(AREA, "omron.memory.area.read", UINT8, HEX, PLAIN, "存储区代码", "Memory area code", NULL)                       \
    X(ADDRESS, "omron.memory.address", UINT16, HEX, PLAIN, "起始地址", "Beginning address", NULL)                      \
    X(BITS, "omron.memory.address.bits", UINT8, HEX, PLAIN, "起始位", "Beginning bit", NULL)                           \
    X(ITEMS, "omron.memory.numitems", UINT16, DEC, PLAIN, "数量", "Number of items", NULL)                             \
    X(PARAMETER_AREA, "omron.parameter_area_code", UINT16, HEX, PLAIN, "参数区代码", "Parameter area code", NULL)      \
    X(PROGRAM, "omron.program_number", UINT16, HEX, PLAIN, "程序号", "Program number", NULL)                           \
    X(MODE, "omron.mode_code", UINT8, HEX, PLAIN, "运行模式", "Mode", fins_mode_names)                                 \
    X(STATUS, "omron.status", UINT8, HEX, PLAIN, "运行状态", "Status", fins_status_names)                              \
    X(MODEL, "omron.controller.model", TEXT, DEC, PLAIN, "控制器型号", "Controller model", NULL)                       \
    X(VERSION, "omron.controller.version", TEXT, DEC, PLAIN, "控制器版本", "Controller version", NULL)
enum { FINS_FIELDS(FIELD_ID) F_COUNT };

#define FINS_ANOMALIES(X)                                                                                              \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(HEADER, "header", ODD, "报文头不合规约", "reserved bits or fields of the header are set")                        \
    X(COMMAND, "command_undefined", ODD, "命令未定义", "undefined command")                                            \
    X(TCP_ERROR, "tcp_error", ODD, "FINS/TCP报错", "FINS/TCP error notification")
enum { FINS_ANOMALIES(ANOMALY_ID) A_COUNT };

extern const struct value_name fins_tcp_names[], fins_mode_names[], fins_status_names[];
enum { FINS_OPERATIONS = 68, FINS_STATUSES = 80, FINS_TCP = 0x10000 };
extern const struct operation fins_operations[FINS_OPERATIONS];
extern const struct status_name fins_statuses[FINS_STATUSES];

/* "D100", "W5.03"; the area codes of CS/CJ/CP and of CV. */
const char *fins_area_name(uint8_t area, bool *bit);

#endif
