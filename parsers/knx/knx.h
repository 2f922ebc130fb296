/* SPDX-License-Identifier: Apache-2.0 */
/* Fields, anomalies and tables of the KNXnet/IP parser (ISO/IEC 14543-3, EN ISO 22510; KNX 03.08, 03.06.03 cEMI). */
#ifndef WANGLOU_PARSERS_KNX_KNX_H
#define WANGLOU_PARSERS_KNX_KNX_H

#include "parsers/parser.h"

/* Operation codes: the service type; of a service that carries a telegram, KNX_APPLICATION + the 10 bits of the APCI
 * (shortened to the service alone), KNX_CEMI + message code for device management. */
enum { KNX_APPLICATION = 0x10000, KNX_CEMI = 0x20000 };

enum knx_service {
    KNX_TUNNELLING_REQUEST = 0x0420,
    KNX_TUNNELLING_ACK = 0x0421,
    KNX_DEVICE_CONFIGURATION_REQUEST = 0x0310,
    KNX_DEVICE_CONFIGURATION_ACK = 0x0311,
    KNX_ROUTING_INDICATION = 0x0530
};

#define KNX_FIELDS(X)                                                                                                  \
    X(SERVICE, "knxip.service.type", UINT16, HEX, PLAIN, "服务类型", "Service type", NULL)                             \
    X(LENGTH, "knxip.totallength", UINT16, DEC, PLAIN, "总长度", "Total length", NULL)                                 \
    X(CHANNEL, "knxip.channel", UINT8, HEX, PLAIN, "通道", "Channel", NULL)                                            \
    X(SEQUENCE, "knxip.seqctr", UINT8, DEC, PLAIN, "序号", "Sequence counter", NULL)                                   \
    X(STATUS, "knxip.status", UINT8, HEX, PLAIN, "状态", "Status", NULL)                                               \
    X(MESSAGE_CODE, "cemi.mc", UINT8, HEX, PLAIN, "报文码", "Message code", knx_message_names)                         \
    X(SOURCE, "cemi.sa", UINT16, HEX, PLAIN, "源地址", "Source", NULL)                                                 \
    X(DESTINATION, "cemi.da", UINT16, HEX, PLAIN, "目标地址", "Destination", NULL)                                     \
    X(GROUP, "cemi.at", UINT8, DEC, PLAIN, "地址类型", "Address type", NULL)                                           \
    X(APPLICATION, "cemi.ac", UINT16, HEX, PLAIN, "应用服务", "Service", NULL)                                         \
    X(APPLICATION_EXTENDED, "cemi.ax", UINT16, HEX, PLAIN, "扩展应用服务", "Extended service", NULL)                   \
    X(OBJECT_TYPE, "cemi.ot", UINT16, DEC, PLAIN, "对象类型", "Object type", NULL)                                     \
    X(PROPERTY, "cemi.pid", UINT8, DEC, PLAIN, "属性标识", "Property ID", NULL)
enum { KNX_FIELDS(FIELD_ID) F_COUNT };

#define KNX_ANOMALIES(X)                                                                                               \
    X(TRUNCATED, "truncated", ODD, "报文不完整", "PDU ends before its contents")                                       \
    X(SERVICE, "service_undefined", ODD, "服务类型未定义", "undefined service type")                                   \
    X(LENGTH, "length_mismatch", ODD, "总长度不符", "total length disagrees")
enum { KNX_ANOMALIES(ANOMALY_ID) A_COUNT };

extern const struct value_name knx_message_names[];
enum { KNX_OPERATIONS = 101, KNX_STATUSES = 16 };
extern const struct operation knx_operations[KNX_OPERATIONS];
extern const struct status_name knx_statuses[KNX_STATUSES];

/* A cEMI frame (KNX 03.06.03 clause 4.1). Says the operation, too. */
void knx_cemi(struct pdu *p, struct bytes in);

#endif
