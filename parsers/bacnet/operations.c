/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet operations and statuses in words (ASHRAE 135-2020 clauses 6.4, 18, 20 and 21, annexes J and U). */
#include "parsers/bacnet/bacnet.h"

/* BACnetConfirmedServiceChoice. X(code, name, class, technique, zh, en) */
#define CONFIRMED_SERVICES(X)                                                                                          \
    X(0, "acknowledge_alarm", ALARM, "T0878", "确认报警", "AcknowledgeAlarm")                                          \
    X(1, "confirmed_cov_notification", NOTIFY, NULL, "变化上报(需确认)", "ConfirmedCOVNotification")                   \
    X(2, "confirmed_event_notification", ALARM, NULL, "事件上报(需确认)", "ConfirmedEventNotification")                \
    X(3, "get_alarm_summary", DIAGNOSE, NULL, "查询报警汇总", "GetAlarmSummary")                                       \
    X(4, "get_enrollment_summary", DIAGNOSE, NULL, "查询事件登记汇总", "GetEnrollmentSummary")                         \
    X(5, "subscribe_cov", SESSION, NULL, "订阅变化上报", "SubscribeCOV")                                               \
    X(6, "atomic_read_file", FILE, "T0893", "读文件", "AtomicReadFile")                                                \
    X(7, "atomic_write_file", FILE, "T0889", "写文件", "AtomicWriteFile")                                              \
    X(8, "add_list_element", WRITE, "T0836", "增加列表元素", "AddListElement")                                         \
    X(9, "remove_list_element", WRITE, "T0836", "删除列表元素", "RemoveListElement")                                   \
    X(10, "create_object", CONFIGURE, "T0889", "创建对象", "CreateObject")                                             \
    X(11, "delete_object", CONFIGURE, "T0809", "删除对象", "DeleteObject")                                             \
    X(12, "read_property", READ, "T0801", "读属性", "ReadProperty")                                                    \
    X(13, "read_property_conditional", READ, "T0801", "按条件读属性(已废止)", "ReadPropertyConditional")               \
    X(14, "read_property_multiple", READ, "T0801", "读多个属性", "ReadPropertyMultiple")                               \
    X(15, "write_property", WRITE, "T0836", "写属性", "WriteProperty")                                                 \
    X(16, "write_property_multiple", WRITE, "T0836", "写多个属性", "WritePropertyMultiple")                            \
    X(17, "device_communication_control", MODE, "T0803", "通信启停控制", "DeviceCommunicationControl")                 \
    X(18, "confirmed_private_transfer", DIAGNOSE, NULL, "厂商私有传送(需确认)", "ConfirmedPrivateTransfer")            \
    X(19, "confirmed_text_message", NOTIFY, NULL, "文本消息(需确认)", "ConfirmedTextMessage")                          \
    X(20, "reinitialize_device", MODE, "T0816", "设备重新初始化", "ReinitializeDevice")                                \
    X(21, "vt_open", SESSION, "T0823", "打开虚拟终端", "VT-Open")                                                      \
    X(22, "vt_close", SESSION, NULL, "关闭虚拟终端", "VT-Close")                                                       \
    X(23, "vt_data", CONTROL, "T0823", "虚拟终端数据", "VT-Data")                                                      \
    X(24, "authenticate", SESSION, NULL, "身份认证(已废止)", "Authenticate")                                           \
    X(25, "request_key", SESSION, NULL, "请求密钥(已废止)", "RequestKey")                                              \
    X(26, "read_range", READ, "T0801", "读区间(历史记录)", "ReadRange")                                                \
    X(27, "life_safety_operation", CONTROL, "T0855", "消防安防操作", "LifeSafetyOperation")                            \
    X(28, "subscribe_cov_property", SESSION, NULL, "订阅属性变化上报", "SubscribeCOVProperty")                         \
    X(29, "get_event_information", DIAGNOSE, NULL, "查询事件信息", "GetEventInformation")                              \
    X(30, "subscribe_cov_property_multiple", SESSION, NULL, "订阅多个属性变化上报", "SubscribeCOVPropertyMultiple")    \
    X(31, "confirmed_cov_notification_multiple", NOTIFY, NULL, "多属性变化上报(需确认)",                               \
      "ConfirmedCOVNotificationMultiple")                                                                              \
    X(32, "confirmed_audit_notification", NOTIFY, NULL, "审计上报(需确认)", "ConfirmedAuditNotification")              \
    X(33, "audit_log_query", READ, NULL, "查询审计日志", "AuditLogQuery")

/* BACnetUnconfirmedServiceChoice */
#define UNCONFIRMED_SERVICES(X)                                                                                        \
    X(0, "i_am", IDENTIFY, NULL, "应答“我是”", "I-Am")                                                                 \
    X(1, "i_have", IDENTIFY, NULL, "应答“我有”", "I-Have")                                                             \
    X(2, "unconfirmed_cov_notification", NOTIFY, NULL, "变化上报", "UnconfirmedCOVNotification")                       \
    X(3, "unconfirmed_event_notification", ALARM, NULL, "事件上报", "UnconfirmedEventNotification")                    \
    X(4, "unconfirmed_private_transfer", DIAGNOSE, NULL, "厂商私有传送", "UnconfirmedPrivateTransfer")                 \
    X(5, "unconfirmed_text_message", NOTIFY, NULL, "文本消息", "UnconfirmedTextMessage")                               \
    X(6, "time_synchronization", TIME, "T0836", "对时", "TimeSynchronization")                                         \
    X(7, "who_has", IDENTIFY, "T0846", "查询谁有对象", "Who-Has")                                                      \
    X(8, "who_is", IDENTIFY, "T0846", "查询谁在线", "Who-Is")                                                          \
    X(9, "utc_time_synchronization", TIME, "T0836", "对时(UTC)", "UTCTimeSynchronization")                             \
    X(10, "write_group", WRITE, "T0855", "成组写", "WriteGroup")                                                       \
    X(11, "unconfirmed_cov_notification_multiple", NOTIFY, NULL, "多属性变化上报",                                     \
      "UnconfirmedCOVNotificationMultiple")                                                                            \
    X(12, "unconfirmed_audit_notification", NOTIFY, NULL, "审计上报", "UnconfirmedAuditNotification")                  \
    X(13, "who_am_i", IDENTIFY, NULL, "查询“我是谁”", "Who-Am-I")                                                      \
    X(14, "you_are", CONFIGURE, "T0836", "指定设备身份", "You-Are")

/* Clause 20.1: APDUs that name no service */
#define APDUS(X)                                                                                                       \
    X(4, "segment_ack", SESSION, NULL, "分段确认", "SegmentACK")                                                       \
    X(6, "reject", ERROR, NULL, "拒绝", "Reject")                                                                      \
    X(7, "abort", ERROR, NULL, "中止", "Abort")

/* Clause 6.2.4 */
#define NETWORK_MESSAGES(X)                                                                                            \
    X(0, "who_is_router_to_network", IDENTIFY, "T0846", "查询路由器", "Who-Is-Router-To-Network")                      \
    X(1, "i_am_router_to_network", NOTIFY, NULL, "路由器应答", "I-Am-Router-To-Network")                               \
    X(2, "i_could_be_router_to_network", NOTIFY, NULL, "可建立路由", "I-Could-Be-Router-To-Network")                   \
    X(3, "reject_message_to_network", ERROR, NULL, "路由拒绝", "Reject-Message-To-Network")                            \
    X(4, "router_busy_to_network", NOTIFY, "T0814", "路由器忙", "Router-Busy-To-Network")                              \
    X(5, "router_available_to_network", NOTIFY, NULL, "路由器可用", "Router-Available-To-Network")                     \
    X(6, "initialize_routing_table", CONFIGURE, "T0836", "初始化路由表", "Initialize-Routing-Table")                   \
    X(7, "initialize_routing_table_ack", CONFIGURE, NULL, "初始化路由表应答", "Initialize-Routing-Table-Ack")          \
    X(8, "establish_connection_to_network", SESSION, NULL, "建立拨号连接", "Establish-Connection-To-Network")          \
    X(9, "disconnect_connection_to_network", SESSION, "T0814", "断开拨号连接", "Disconnect-Connection-To-Network")     \
    X(10, "challenge_request", SESSION, NULL, "安全质询", "Challenge-Request")                                         \
    X(11, "security_payload", SESSION, NULL, "安全载荷", "Security-Payload")                                           \
    X(12, "security_response", SESSION, NULL, "安全应答", "Security-Response")                                         \
    X(13, "request_key_update", SESSION, NULL, "请求更新密钥", "Request-Key-Update")                                   \
    X(14, "update_key_set", CONFIGURE, NULL, "更新密钥集", "Update-Key-Set")                                           \
    X(15, "update_distribution_key", CONFIGURE, NULL, "更新分发密钥", "Update-Distribution-Key")                       \
    X(16, "request_master_key", SESSION, NULL, "请求主密钥", "Request-Master-Key")                                     \
    X(17, "set_master_key", CONFIGURE, NULL, "设置主密钥", "Set-Master-Key")                                           \
    X(18, "what_is_network_number", IDENTIFY, "T0846", "查询网络号", "What-Is-Network-Number")                         \
    X(19, "network_number_is", NOTIFY, NULL, "网络号应答", "Network-Number-Is")

/* Annex J.2 */
#define BVLC_FUNCTIONS_IP(X)                                                                                           \
    X(0, "bvlc_result", SESSION, NULL, "虚链路结果", "BVLC-Result")                                                    \
    X(1, "write_broadcast_distribution_table", CONFIGURE, "T0836", "改写广播分发表",                                   \
      "Write-Broadcast-Distribution-Table")                                                                            \
    X(2, "read_broadcast_distribution_table", DIAGNOSE, "T0846", "读广播分发表", "Read-Broadcast-Distribution-Table")  \
    X(3, "read_broadcast_distribution_table_ack", DIAGNOSE, NULL, "读广播分发表应答",                                  \
      "Read-Broadcast-Distribution-Table-Ack")                                                                         \
    X(4, "forwarded_npdu", SESSION, NULL, "转发报文", "Forwarded-NPDU")                                                \
    X(5, "register_foreign_device", SESSION, "T0860", "登记外来设备", "Register-Foreign-Device")                       \
    X(6, "read_foreign_device_table", DIAGNOSE, "T0846", "读外来设备表", "Read-Foreign-Device-Table")                  \
    X(7, "read_foreign_device_table_ack", DIAGNOSE, NULL, "读外来设备表应答", "Read-Foreign-Device-Table-Ack")         \
    X(8, "delete_foreign_device_table_entry", CONFIGURE, "T0814", "删除外来设备表项",                                  \
      "Delete-Foreign-Device-Table-Entry")                                                                             \
    X(9, "distribute_broadcast_to_network", SESSION, NULL, "请求分发广播", "Distribute-Broadcast-To-Network")          \
    X(10, "original_unicast_npdu", SESSION, NULL, "单播报文", "Original-Unicast-NPDU")                                 \
    X(11, "original_broadcast_npdu", SESSION, NULL, "广播报文", "Original-Broadcast-NPDU")                             \
    X(12, "secure_bvll", SESSION, NULL, "加密虚链路", "Secure-BVLL")

/* Annex U.2 */
#define BVLC_FUNCTIONS_IP6(X)                                                                                          \
    X(0, "ipv6_bvlc_result", SESSION, NULL, "虚链路结果(IPv6)", "BVLC-Result (IPv6)")                                  \
    X(1, "ipv6_original_unicast_npdu", SESSION, NULL, "单播报文(IPv6)", "Original-Unicast-NPDU (IPv6)")                \
    X(2, "ipv6_original_broadcast_npdu", SESSION, NULL, "广播报文(IPv6)", "Original-Broadcast-NPDU (IPv6)")            \
    X(3, "address_resolution", IDENTIFY, NULL, "地址解析", "Address-Resolution")                                       \
    X(4, "forwarded_address_resolution", IDENTIFY, NULL, "转发的地址解析", "Forwarded-Address-Resolution")             \
    X(5, "address_resolution_ack", IDENTIFY, NULL, "地址解析应答", "Address-Resolution-Ack")                           \
    X(6, "virtual_address_resolution", IDENTIFY, NULL, "虚地址解析", "Virtual-Address-Resolution")                     \
    X(7, "virtual_address_resolution_ack", IDENTIFY, NULL, "虚地址解析应答", "Virtual-Address-Resolution-Ack")         \
    X(8, "ipv6_forwarded_npdu", SESSION, NULL, "转发报文(IPv6)", "Forwarded-NPDU (IPv6)")                              \
    X(9, "ipv6_register_foreign_device", SESSION, "T0860", "登记外来设备(IPv6)", "Register-Foreign-Device (IPv6)")     \
    X(10, "ipv6_delete_foreign_device", CONFIGURE, "T0814", "删除外来设备表项(IPv6)",                                  \
      "Delete-Foreign-Device-Table-Entry (IPv6)")                                                                      \
    X(12, "ipv6_distribute_broadcast_to_network", SESSION, NULL, "请求分发广播(IPv6)",                                 \
      "Distribute-Broadcast-To-Network (IPv6)")

#define NAME_ROW(code, name, class, technique, zh, en) {code, zh, en},
#define UNCONFIRMED_ROW(code, ...)                     OPERATION_ROW(BACNET_UNCONFIRMED | (code), __VA_ARGS__)
#define APDU_ROW(code, ...)                            OPERATION_ROW(BACNET_APDU | (code), __VA_ARGS__)
#define NETWORK_ROW(code, ...)                         OPERATION_ROW(BACNET_NETWORK | (code), __VA_ARGS__)
#define BVLC_ROW(code, ...)                            OPERATION_ROW(BACNET_BVLC | (code), __VA_ARGS__)
#define BVLC6_ROW(code, ...)                           OPERATION_ROW(BACNET_BVLC6 | (code), __VA_ARGS__)

const struct operation bacnet_operations[BACNET_OPERATIONS] = {
    CONFIRMED_SERVICES(OPERATION_ROW) UNCONFIRMED_SERVICES(UNCONFIRMED_ROW) APDUS(APDU_ROW)
        NETWORK_MESSAGES(NETWORK_ROW) BVLC_FUNCTIONS_IP(BVLC_ROW) BVLC_FUNCTIONS_IP6(BVLC6_ROW)};
const struct value_name bacnet_confirmed_names[] = {CONFIRMED_SERVICES(NAME_ROW){0, NULL, NULL}};
const struct value_name bacnet_unconfirmed_names[] = {UNCONFIRMED_SERVICES(NAME_ROW){0, NULL, NULL}};
const struct value_name bacnet_network_names[] = {NETWORK_MESSAGES(NAME_ROW){0, NULL, NULL}};
const struct value_name bacnet_bvlc_names[] = {BVLC_FUNCTIONS_IP(NAME_ROW){0, NULL, NULL}};
const struct value_name bacnet_bvlc6_names[] = {BVLC_FUNCTIONS_IP6(NAME_ROW){0, NULL, NULL}};
