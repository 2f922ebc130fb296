/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, anomalies and tables of the MQTT parser (OASIS MQTT 3.1.1 and 5.0, Eclipse Sparkplug 3.0). */
#ifndef WANGLOU_PARSERS_MQTT_MQTT_H
#define WANGLOU_PARSERS_MQTT_MQTT_H

#include "parsers/parser.h"

enum mqtt_type {
    MQTT_CONNECT = 1,
    MQTT_CONNACK,
    MQTT_PUBLISH,
    MQTT_PUBACK,
    MQTT_PUBREC,
    MQTT_PUBREL,
    MQTT_PUBCOMP,
    MQTT_SUBSCRIBE,
    MQTT_SUBACK,
    MQTT_UNSUBSCRIBE,
    MQTT_UNSUBACK,
    MQTT_PINGREQ,
    MQTT_PINGRESP,
    MQTT_DISCONNECT,
    MQTT_AUTH
};

/* Operation codes: the packet type; Sparkplug messages have codes of their own above it. */
enum {
    SPARKPLUG_NBIRTH = 0x100,
    SPARKPLUG_NDEATH,
    SPARKPLUG_DBIRTH,
    SPARKPLUG_DDEATH,
    SPARKPLUG_NDATA,
    SPARKPLUG_DDATA,
    SPARKPLUG_NCMD,
    SPARKPLUG_DCMD,
    SPARKPLUG_STATE
};

#define MQTT_FIELDS(X)                                                                                                 \
    X(TYPE, "mqtt.msgtype", UINT8, DEC, PLAIN, "报文类型", "Message type", mqtt_type_names)                            \
    X(DUP, "mqtt.dupflag", BOOL, DEC, PLAIN, "重发标志", "DUP flag", NULL)                                             \
    X(QOS, "mqtt.qos", UINT8, DEC, PLAIN, "服务质量", "QoS level", mqtt_qos_names)                                     \
    X(RETAIN, "mqtt.retain", BOOL, DEC, PLAIN, "保留标志", "Retain", NULL)                                             \
    X(LENGTH, "mqtt.len", UINT64, DEC, PLAIN, "报文长度", "Message length", NULL)                                      \
    X(PROTOCOL, "mqtt.protoname", TEXT, DEC, PLAIN, "协议名", "Protocol name", NULL)                                   \
    X(VERSION, "mqtt.ver", UINT8, DEC, PLAIN, "版本", "Version", mqtt_version_names)                                   \
    X(CONNECT_FLAGS, "mqtt.conflags", UINT8, HEX, PLAIN, "连接标志", "Connect flags", NULL)                            \
    X(KEEP_ALIVE, "mqtt.kalive", UINT16, DEC, PLAIN, "保活时间", "Keep alive", NULL)                                   \
    X(CLIENT, "mqtt.clientid", TEXT, DEC, PLAIN, "客户端标识", "Client ID", NULL)                                      \
    X(WILL_TOPIC, "mqtt.willtopic", TEXT, DEC, PLAIN, "遗嘱主题", "Will topic", NULL)                                  \
    X(USER, "mqtt.username", TEXT, DEC, PLAIN, "用户名", "User name", NULL)                                            \
    X(CONNACK_FLAGS, "mqtt.conack.flags", UINT8, HEX, PLAIN, "确认标志", "Acknowledge flags", NULL)                    \
    X(CONNACK_CODE, "mqtt.conack.val", UINT8, DEC, PLAIN, "连接返回码", "Return code", mqtt_return_names)              \
    X(REASON, "mqtt.reason", UINT8, DEC, PLAIN, "原因码", "Reason code", mqtt_reason_names)                            \
    X(MESSAGE_ID, "mqtt.msgid", UINT16, DEC, PLAIN, "报文标识", "Message identifier", NULL)                            \
    X(TOPIC, "mqtt.topic", TEXT, DEC, PLAIN, "主题", "Topic", NULL)                                                    \
    X(TOPIC_ALIAS, "mqtt.topic_alias", UINT16, DEC, PLAIN, "主题别名", "Topic alias", NULL)                            \
    X(SUBSCRIPTION_QOS, "mqtt.sub.qos", UINT8, DEC, PLAIN, "订阅服务质量", "Requested QoS", mqtt_qos_names)            \
    X(GRANTED_QOS, "mqtt.suback.qos", UINT8, DEC, PLAIN, "授予服务质量", "Granted QoS", NULL)                          \
    X(MESSAGE, "mqtt.msg", BYTES, DEC, BULK, "消息内容", "Message", NULL)                                              \
    X(SPARKPLUG_GROUP, "mqtt.sparkplug.group", TEXT, DEC, PLAIN, "Sparkplug组", "Sparkplug group", NULL)               \
    X(SPARKPLUG_NODE, "mqtt.sparkplug.node", TEXT, DEC, PLAIN, "Sparkplug边缘节点", "Sparkplug edge node", NULL)       \
    X(SPARKPLUG_DEVICE, "mqtt.sparkplug.device", TEXT, DEC, PLAIN, "Sparkplug设备", "Sparkplug device", NULL)
enum { MQTT_FIELDS(FIELD_ID) F_COUNT };

#define MQTT_ANOMALIES(X)                                                                                              \
    X(FLAGS, "flags", ODD, "固定头标志不合规约", "reserved flags of the fixed header are wrong")                       \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "packet ends before its contents")                                    \
    X(QOS, "qos", ODD, "服务质量为3", "QoS 3 is reserved")                                                             \
    X(VERSION, "version", ODD, "协议名或版本未定义", "undefined protocol name or version")                             \
    X(NO_USER, "anonymous", NOTE, "匿名连接(无用户名)", "connects without a user name")                                \
    X(PASSWORD, "clear_text_password", ODD, "口令明文传送", "password sent in the clear")                              \
    X(WILDCARD, "wildcard", ODD, "发布主题含通配符", "wildcard in the topic of a PUBLISH")                             \
    X(EVERYTHING, "subscribes_all", ODD, "订阅全部主题", "subscribes to every topic")                                  \
    X(SECOND, "second_connect", ODD, "同一连接上再次CONNECT", "second CONNECT on a connection")
enum { MQTT_ANOMALIES(ANOMALY_ID) A_COUNT };

enum { MQTT_OPERATIONS = 24, MQTT_STATUSES = 41 };
extern const struct value_name mqtt_type_names[], mqtt_qos_names[], mqtt_version_names[], mqtt_return_names[],
    mqtt_reason_names[];
extern const struct operation mqtt_operations[MQTT_OPERATIONS];
extern const struct status_name mqtt_statuses[MQTT_STATUSES];

#endif
