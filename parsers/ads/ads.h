/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, anomalies and tables of the Beckhoff AMS/ADS parser (Beckhoff Information System, TE1000 "ADS protocol"). */
#ifndef WANGLOU_PARSERS_ADS_ADS_H
#define WANGLOU_PARSERS_ADS_ADS_H

#include "parsers/parser.h"

enum ads_command {
    ADS_READ_DEVICE_INFO = 1,
    ADS_READ,
    ADS_WRITE,
    ADS_READ_STATE,
    ADS_WRITE_CONTROL,
    ADS_ADD_NOTIFICATION,
    ADS_DELETE_NOTIFICATION,
    ADS_NOTIFICATION,
    ADS_READ_WRITE
};
enum { ADS_SYMBOL_HANDLE = 0xf003, ADS_SYMBOL_VALUE = 0xf004, ADS_SYSTEM_SERVICE = 10000 };

/* Operation codes: the command; of commands whose index group (or ADS state) says what is done,
 * command · 65,536 + group; groups of the system service (AMS port 10000) have ADS_SERVICE set;
 * services of the UDP port have ADS_DISCOVERY set. */
#define ADS_SUB(command, group) ((uint32_t)(command) << 16 | (uint32_t)(group))
#define ADS_SERVICE             0x01000000u
#define ADS_DISCOVERY           0x02000000u

#define ADS_FIELDS(X)                                                                                                  \
    X(TARGET_NET, "ams.targetnetid", TEXT, DEC, PLAIN, "目标AMS网络标识", "AMS target net ID", NULL)                   \
    X(TARGET_PORT, "ams.targetport", UINT16, DEC, PLAIN, "目标AMS端口", "AMS target port", ads_port_names)             \
    X(SENDER_NET, "ams.sendernetid", TEXT, DEC, PLAIN, "源AMS网络标识", "AMS sender net ID", NULL)                     \
    X(SENDER_PORT, "ams.senderport", UINT16, DEC, PLAIN, "源AMS端口", "AMS sender port", ads_port_names)               \
    X(COMMAND, "ams.cmdid", UINT16, DEC, PLAIN, "命令", "Command", ads_command_names)                                  \
    X(STATE_FLAGS, "ams.stateflags", UINT16, HEX, PLAIN, "状态标志", "State flags", NULL)                              \
    X(RESPONSE, "ams.state_response", BOOL, DEC, PLAIN, "应答", "Response", NULL)                                      \
    X(DATA_LENGTH, "ams.cbdata", UINT32, DEC, PLAIN, "数据长度", "Data length", NULL)                                  \
    X(ERROR_CODE, "ams.errorcode", UINT32, HEX, PLAIN, "AMS错误码", "AMS error code", ads_error_names)                 \
    X(INVOKE_ID, "ams.invokeid", UINT32, HEX, PLAIN, "调用标识", "Invoke ID", NULL)                                    \
    X(RESULT, "ams.adsresult", UINT32, HEX, PLAIN, "ADS结果", "ADS result", ads_error_names)                           \
    X(GROUP, "ams.ads_indexgroup", UINT32, HEX, PLAIN, "索引组", "Index group", ads_group_names)                       \
    X(OFFSET, "ams.ads_indexoffset", UINT32, HEX, PLAIN, "索引偏移", "Index offset", NULL)                             \
    X(LENGTH, "ams.ads_cblength", UINT32, DEC, PLAIN, "长度", "Length", NULL)                                          \
    X(READ_LENGTH, "ams.ads_cbreadlength", UINT32, DEC, PLAIN, "读取长度", "Read length", NULL)                        \
    X(WRITE_LENGTH, "ams.ads_cbwritelength", UINT32, DEC, PLAIN, "写入长度", "Write length", NULL)                     \
    X(STATE, "ams.ads_state", UINT16, HEX, PLAIN, "ADS状态", "ADS state", ads_state_names)                             \
    X(DEVICE_STATE, "ams.ads_devicestate", UINT16, HEX, PLAIN, "设备状态", "Device state", NULL)                       \
    X(HANDLE, "ams.ads_notificationhandle", UINT32, HEX, BULK, "通知句柄", "Notification handle", NULL)                \
    X(TRANSMISSION, "ams.ads_transmode", UINT32, DEC, PLAIN, "传送方式", "Transmission mode", ads_mode_names)          \
    X(MAXIMUM_DELAY, "ams.ads_maxdelay", UINT32, DEC, PLAIN, "最大延迟", "Maximum delay", NULL)                        \
    X(CYCLE_TIME, "ams.ads_cycletime", UINT32, DEC, PLAIN, "周期", "Cycle time", NULL)                                 \
    X(STAMPS, "ams.ads_noteblocksstamps", UINT32, DEC, PLAIN, "时标数", "Count of stamps", NULL)                       \
    X(VERSION_MAJOR, "ams.ads_versionversion", UINT8, DEC, PLAIN, "主版本", "Major version", NULL)                     \
    X(VERSION_MINOR, "ams.ads_versionrevision", UINT8, DEC, PLAIN, "次版本", "Minor version", NULL)                    \
    X(VERSION_BUILD, "ams.ads_versionbuild", UINT16, DEC, PLAIN, "构建号", "Build", NULL)                              \
    X(DEVICE_NAME, "ams.ads_devicename", TEXT, DEC, PLAIN, "设备名", "Device name", NULL)                              \
    X(SYMBOL, "ams.symbol", TEXT, DEC, PLAIN, "变量名", "Symbol name", NULL)                                           \
    X(UDP_SERVICE, "ams.udp.service", UINT32, HEX, PLAIN, "UDP服务", "UDP service", NULL)                              \
    X(UDP_NET, "ams.udp.netid", TEXT, DEC, PLAIN, "AMS网络标识(UDP)", "AMS net ID (UDP)", NULL)                        \
    X(UDP_TAG, "ams.udp.tag", UINT16, DEC, PLAIN, "UDP标签", "UDP tag", NULL)                                          \
    X(UDP_HOST, "ams.udp.host", TEXT, DEC, PLAIN, "主机名", "Host name", NULL)                                         \
    X(UDP_ROUTE, "ams.udp.route", TEXT, DEC, PLAIN, "路由名", "Route name", NULL)                                      \
    X(UDP_USER, "ams.udp.user", TEXT, DEC, PLAIN, "用户名", "User name", NULL)
enum { ADS_FIELDS(FIELD_ID) F_COUNT };

#define ADS_ANOMALIES(X)                                                                                               \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(LENGTH, "length_mismatch", ODD, "长度字段不符", "length fields disagree")                                        \
    X(COMMAND, "command_undefined", ODD, "命令未定义", "undefined command")                                            \
    X(UNSOLICITED, "unsolicited", ODD, "没有对应的请求", "answer without its request")                                 \
    X(PASSWORD, "clear_text_password", ODD, "口令明文传送", "password sent in the clear")
enum { ADS_ANOMALIES(ANOMALY_ID) A_COUNT };

extern const struct value_name ads_port_names[], ads_command_names[], ads_error_names[], ads_group_names[],
    ads_state_names[], ads_mode_names[];
enum { ADS_OPERATIONS = 44, ADS_STATUSES = 91 };
extern const struct operation ads_operations[ADS_OPERATIONS];
extern const struct status_name ads_statuses[ADS_STATUSES];

/* A datagram of UDP port 48899 (discovery, remote routes). */
enum { ADS_DISCOVERY_HEADER = 24 };
bool ads_is_discovery(const struct bytes *in);
void ads_discovery(struct pdu *p);

void ads_emit_net(struct pdu *p, unsigned field, struct bytes net);

#endif
