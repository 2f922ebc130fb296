/* SPDX-License-Identifier: Apache-2.0 */
/* Names of MQTT packet types, return and reason codes (MQTT 3.1.1 clauses 2.2.1 and 3.2.2.3, MQTT 5.0 clause 2.4) and
 * of the Sparkplug messages (Sparkplug 3.0 clause 4.1.3). */
#include "parsers/mqtt/mqtt.h"

const struct value_name mqtt_type_names[] = {
    {0, "保留", "Reserved"},
    {MQTT_CONNECT, "连接", "Connect Command"},
    {MQTT_CONNACK, "连接确认", "Connect Ack"},
    {MQTT_PUBLISH, "发布", "Publish Message"},
    {MQTT_PUBACK, "发布确认", "Publish Ack"},
    {MQTT_PUBREC, "发布收到", "Publish Received"},
    {MQTT_PUBREL, "发布释放", "Publish Release"},
    {MQTT_PUBCOMP, "发布完成", "Publish Complete"},
    {MQTT_SUBSCRIBE, "订阅", "Subscribe Request"},
    {MQTT_SUBACK, "订阅确认", "Subscribe Ack"},
    {MQTT_UNSUBSCRIBE, "退订", "Unsubscribe Request"},
    {MQTT_UNSUBACK, "退订确认", "Unsubscribe Ack"},
    {MQTT_PINGREQ, "心跳请求", "Ping Request"},
    {MQTT_PINGRESP, "心跳应答", "Ping Response"},
    {MQTT_DISCONNECT, "断开", "Disconnect Req"},
    {MQTT_AUTH, "认证交换", "Authentication Exchange"},
    {0, NULL, NULL},
};

const struct value_name mqtt_qos_names[] = {
    {0, "至多一次", "At most once delivery"},
    {1, "至少一次", "At least once delivery"},
    {2, "恰好一次", "Exactly once delivery"},
    {3, "保留", "Reserved"},
    {0, NULL, NULL},
};

const struct value_name mqtt_version_names[] = {
    {3, "3.1", "MQTT v3.1"}, {4, "3.1.1", "MQTT v3.1.1"}, {5, "5.0", "MQTT v5.0"}, {0, NULL, NULL}};

/* Both code spaces: 1 to 5 are those of 3.1.1, 128 and above those of 5.0; 1 and 2 of a SUBACK are granted QoS. */
#define CODES(X)                                                                                                       \
    X(0, "成功", "Success")                                                                                            \
    X(1, "拒绝:协议版本不支持", "Connection refused: unacceptable protocol version")                                   \
    X(2, "拒绝:客户端标识不合格", "Connection refused: identifier rejected")                                           \
    X(3, "拒绝:服务不可用", "Connection refused: server unavailable")                                                  \
    X(4, "拒绝:用户名或口令错误", "Connection refused: bad user name or password")                                     \
    X(5, "拒绝:未授权", "Connection refused: not authorized")                                                          \
    X(128, "未说明的错误", "Unspecified error")                                                                        \
    X(129, "报文格式错误", "Malformed packet")                                                                         \
    X(130, "协议错误", "Protocol error")                                                                               \
    X(131, "实现特定的错误", "Implementation specific error")                                                          \
    X(132, "协议版本不支持", "Unsupported protocol version")                                                           \
    X(133, "客户端标识不合格", "Client identifier not valid")                                                          \
    X(134, "用户名或口令错误", "Bad user name or password")                                                            \
    X(135, "未授权", "Not authorized")                                                                                 \
    X(136, "服务器不可用", "Server unavailable")                                                                       \
    X(137, "服务器忙", "Server busy")                                                                                  \
    X(138, "被禁止", "Banned")                                                                                         \
    X(139, "服务器正在关闭", "Server shutting down")                                                                   \
    X(140, "认证方法错误", "Bad authentication method")                                                                \
    X(141, "保活超时", "Keep alive timeout")                                                                           \
    X(142, "会话被接管", "Session taken over")                                                                         \
    X(143, "主题过滤器无效", "Topic filter invalid")                                                                   \
    X(144, "主题名无效", "Topic name invalid")                                                                         \
    X(145, "报文标识已占用", "Packet identifier in use")                                                               \
    X(146, "报文标识不存在", "Packet identifier not found")                                                            \
    X(147, "超过接收上限", "Receive maximum exceeded")                                                                 \
    X(148, "主题别名无效", "Topic alias invalid")                                                                      \
    X(149, "报文过大", "Packet too large")                                                                             \
    X(150, "消息速率过高", "Message rate too high")                                                                    \
    X(151, "超出配额", "Quota exceeded")                                                                               \
    X(152, "管理操作", "Administrative action")                                                                        \
    X(153, "载荷格式无效", "Payload format invalid")                                                                   \
    X(154, "不支持保留", "Retain not supported")                                                                       \
    X(155, "不支持该服务质量", "QoS not supported")                                                                    \
    X(156, "改用其他服务器", "Use another server")                                                                     \
    X(157, "服务器已迁移", "Server moved")                                                                             \
    X(158, "不支持共享订阅", "Shared subscriptions not supported")                                                     \
    X(159, "超过连接速率", "Connection rate exceeded")                                                                 \
    X(160, "最长连接时间已到", "Maximum connect time")                                                                 \
    X(161, "不支持订阅标识", "Subscription identifiers not supported")                                                 \
    X(162, "不支持通配订阅", "Wildcard subscriptions not supported")

#define NOTES(X)                                                                                                       \
    X(4, "断开并发布遗嘱", "Disconnect with will message")                                                             \
    X(16, "没有匹配的订阅者", "No matching subscribers")                                                               \
    X(17, "没有该订阅", "No subscription existed")                                                                     \
    X(24, "继续认证", "Continue authentication")                                                                       \
    X(25, "重新认证", "Re-authenticate")
#define ROW(code, zh, en) {code, zh, en},
const struct status_name mqtt_statuses[MQTT_STATUSES] = {CODES(ROW)};
const struct value_name mqtt_return_names[] = {CODES(ROW){0, NULL, NULL}};
const struct value_name mqtt_reason_names[] = {NOTES(ROW) CODES(ROW){0, NULL, NULL}};

const struct operation mqtt_operations[MQTT_OPERATIONS] = {
    {MQTT_CONNECT, "connect", OT_SESSION, NULL, "连接", "Connect"},
    {MQTT_CONNACK, "connack", OT_SESSION, NULL, "连接确认", "Connect acknowledgement"},
    {MQTT_PUBLISH, "publish", OT_NOTIFY, NULL, "发布", "Publish"},
    {MQTT_PUBACK, "puback", OT_SESSION, NULL, "发布确认", "Publish acknowledgement"},
    {MQTT_PUBREC, "pubrec", OT_SESSION, NULL, "发布收到", "Publish received"},
    {MQTT_PUBREL, "pubrel", OT_SESSION, NULL, "发布释放", "Publish release"},
    {MQTT_PUBCOMP, "pubcomp", OT_SESSION, NULL, "发布完成", "Publish complete"},
    {MQTT_SUBSCRIBE, "subscribe", OT_READ, "T0801", "订阅", "Subscribe"},
    {MQTT_SUBACK, "suback", OT_SESSION, NULL, "订阅确认", "Subscribe acknowledgement"},
    {MQTT_UNSUBSCRIBE, "unsubscribe", OT_SESSION, NULL, "退订", "Unsubscribe"},
    {MQTT_UNSUBACK, "unsuback", OT_SESSION, NULL, "退订确认", "Unsubscribe acknowledgement"},
    {MQTT_PINGREQ, "pingreq", OT_SESSION, NULL, "心跳请求", "Ping request"},
    {MQTT_PINGRESP, "pingresp", OT_SESSION, NULL, "心跳应答", "Ping response"},
    {MQTT_DISCONNECT, "disconnect", OT_SESSION, NULL, "断开", "Disconnect"},
    {MQTT_AUTH, "auth", OT_SESSION, NULL, "认证交换", "Authentication exchange"},
    {SPARKPLUG_NBIRTH, "sparkplug_nbirth", OT_NOTIFY, NULL, "Sparkplug节点上线", "Sparkplug node birth"},
    {SPARKPLUG_NDEATH, "sparkplug_ndeath", OT_ALARM, NULL, "Sparkplug节点离线", "Sparkplug node death"},
    {SPARKPLUG_DBIRTH, "sparkplug_dbirth", OT_NOTIFY, NULL, "Sparkplug设备上线", "Sparkplug device birth"},
    {SPARKPLUG_DDEATH, "sparkplug_ddeath", OT_ALARM, NULL, "Sparkplug设备离线", "Sparkplug device death"},
    {SPARKPLUG_NDATA, "sparkplug_ndata", OT_NOTIFY, NULL, "Sparkplug节点数据", "Sparkplug node data"},
    {SPARKPLUG_DDATA, "sparkplug_ddata", OT_NOTIFY, NULL, "Sparkplug设备数据", "Sparkplug device data"},
    {SPARKPLUG_NCMD, "sparkplug_ncmd", OT_CONTROL, "T0855", "Sparkplug节点命令", "Sparkplug node command"},
    {SPARKPLUG_DCMD, "sparkplug_dcmd", OT_CONTROL, "T0855", "Sparkplug设备命令", "Sparkplug device command"},
    {SPARKPLUG_STATE, "sparkplug_state", OT_NOTIFY, NULL, "Sparkplug主机状态", "Sparkplug host state"},
};
