/* SPDX-License-Identifier: Apache-2.0 */
/* Roles of devices, as the sensor names them in `asset.role`, with their words for people; spelled here alone. */
#ifndef WANGLOU_COMMON_DEVICE_ROLE_H
#define WANGLOU_COMMON_DEVICE_ROLE_H

/* X(name, zh, en) */
#define DEVICE_ROLES(X)                                                                                                \
    X("plc", "可编程控制器", "PLC")                                                                                    \
    X("controller", "控制器", "Controller")                                                                            \
    X("dcs", "集散控制器", "DCS controller")                                                                           \
    X("safety", "安全仪表", "Safety system")                                                                           \
    X("rtu", "远动终端", "RTU")                                                                                        \
    X("ied", "智能电子装置", "IED")                                                                                    \
    X("slave", "从站", "Slave")                                                                                        \
    X("outstation", "子站", "Outstation")                                                                              \
    X("io device", "输入输出站", "I/O device")                                                                         \
    X("drive", "变频器", "Drive")                                                                                      \
    X("robot", "机器人", "Robot")                                                                                      \
    X("meter", "仪表", "Meter")                                                                                        \
    X("pmu", "同步相量装置", "PMU")                                                                                    \
    X("hmi", "操作员站", "HMI")                                                                                        \
    X("scada", "监控主站", "SCADA")                                                                                    \
    X("engineering station", "工程师站", "Engineering station")                                                        \
    X("historian", "历史数据库", "Historian")                                                                          \
    X("master", "主站", "Master")                                                                                      \
    X("gateway", "网关", "Gateway")                                                                                    \
    X("switch", "交换机", "Switch")                                                                                    \
    X("router", "路由器", "Router")                                                                                    \
    X("server", "服务端", "Server")                                                                                    \
    X("client", "客户端", "Client")                                                                                    \
    X("camera", "摄像机", "Camera")                                                                                    \
    X("printer", "打印机", "Printer")                                                                                  \
    X("outside", "外部主机", "Outside host")

struct device_role {
    const char *name, *zh, *en;
};
extern const struct device_role device_roles[]; /* ends with a NULL name */

#endif
