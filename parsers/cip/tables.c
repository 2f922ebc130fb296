/* SPDX-License-Identifier: Apache-2.0 */
/* CIP and PCCC in words: statuses, object classes, data types, file types.
 * Follows The CIP Networks Library, Volume 1, appendices B and C and chapter 3; PCCC after 1770-6.5.16. */
#include "parsers/cip/tables.h"

#define STATUSES(X)                                                                                                    \
    X(0x00, "成功", "Success")                                                                                         \
    X(0x01, "连接失败", "Connection failure")                                                                          \
    X(0x02, "资源不可用", "Resource unavailable")                                                                      \
    X(0x03, "参数值无效", "Invalid parameter value")                                                                   \
    X(0x04, "路径段错误", "Path segment error")                                                                        \
    X(0x05, "路径目标未知", "Path destination unknown")                                                                \
    X(0x06, "部分传输", "Partial transfer")                                                                            \
    X(0x07, "连接丢失", "Connection lost")                                                                             \
    X(0x08, "服务不支持", "Service not supported")                                                                     \
    X(0x09, "属性值无效", "Invalid attribute value")                                                                   \
    X(0x0a, "属性列表错误", "Attribute list error")                                                                    \
    X(0x0b, "已处于所请求的模式", "Already in requested mode/state")                                                   \
    X(0x0c, "对象状态冲突", "Object state conflict")                                                                   \
    X(0x0d, "对象已存在", "Object already exists")                                                                     \
    X(0x0e, "属性不可写", "Attribute not settable")                                                                    \
    X(0x0f, "权限不足", "Privilege violation")                                                                         \
    X(0x10, "设备状态冲突", "Device state conflict")                                                                   \
    X(0x11, "应答数据过大", "Reply data too large")                                                                    \
    X(0x12, "基本值被分段", "Fragmentation of a primitive value")                                                      \
    X(0x13, "数据不足", "Not enough data")                                                                             \
    X(0x14, "属性不支持", "Attribute not supported")                                                                   \
    X(0x15, "数据过多", "Too much data")                                                                               \
    X(0x16, "对象不存在", "Object does not exist")                                                                     \
    X(0x17, "分段序列未进行", "Service fragmentation sequence not in progress")                                        \
    X(0x18, "无存储的属性数据", "No stored attribute data")                                                            \
    X(0x19, "存储操作失败", "Store operation failure")                                                                 \
    X(0x1a, "路由失败:请求过大", "Routing failure, request packet too large")                                          \
    X(0x1b, "路由失败:应答过大", "Routing failure, response packet too large")                                         \
    X(0x1c, "缺少属性列表项", "Missing attribute list entry data")                                                     \
    X(0x1d, "属性值列表无效", "Invalid attribute value list")                                                          \
    X(0x1e, "内嵌服务出错", "Embedded service error")                                                                  \
    X(0x1f, "厂商自定义错误", "Vendor specific error")                                                                 \
    X(0x20, "参数无效", "Invalid parameter")                                                                           \
    X(0x21, "一次写入值已写过", "Write-once value or medium already written")                                          \
    X(0x22, "收到无效应答", "Invalid reply received")                                                                  \
    X(0x23, "缓冲区溢出", "Buffer overflow")                                                                           \
    X(0x24, "报文格式无效", "Invalid message format")                                                                  \
    X(0x25, "路径中电子键不符", "Key failure in path")                                                                 \
    X(0x26, "路径长度无效", "Path size invalid")                                                                       \
    X(0x27, "列表中有未预期属性", "Unexpected attribute in list")                                                      \
    X(0x28, "成员号无效", "Invalid member ID")                                                                         \
    X(0x29, "成员不可写", "Member not settable")                                                                       \
    X(0x2a, "仅组2服务器一般故障", "Group 2 only server general failure")                                              \
    X(0x2b, "未知Modbus错误", "Unknown Modbus error")                                                                  \
    X(0x2c, "属性不可读", "Attribute not gettable")                                                                    \
    X(0xff, "数据类型或标签错误", "General error (Logix: see extended status)")

#define TITLE_ROW(code, zh, en) {code, zh, en},
const struct status_name cip_statuses[] = {STATUSES(TITLE_ROW)};
const struct value_name cip_status_names[] = {STATUSES(TITLE_ROW){0, NULL, NULL}};

const struct value_name cip_reset_names[] = {{0, "断电重启", "power cycle"},
                                             {1, "恢复出厂设置", "return to factory defaults"},
                                             {2, "恢复出厂设置(保留通信参数)", "factory defaults, keep communication"},
                                             {0, NULL, NULL}};

const struct value_name cip_run_names[] = {{0, "空闲", "idle"}, {1, "运行", "run"}, {0, NULL, NULL}};

const struct value_name cip_class_names[] = {
    {0x01, "身份", "Identity"},
    {0x02, "报文路由", "Message Router"},
    {0x03, "DeviceNet", "DeviceNet"},
    {0x04, "装配", "Assembly"},
    {0x05, "连接", "Connection"},
    {0x06, "连接管理", "Connection Manager"},
    {0x07, "寄存器", "Register"},
    {0x08, "离散输入点", "Discrete Input Point"},
    {0x09, "离散输出点", "Discrete Output Point"},
    {0x0a, "模拟输入点", "Analog Input Point"},
    {0x0b, "模拟输出点", "Analog Output Point"},
    {0x0e, "在位检测", "Presence Sensing"},
    {0x0f, "参数", "Parameter"},
    {0x10, "参数组", "Parameter Group"},
    {0x12, "组", "Group"},
    {0x1d, "离散输入组", "Discrete Input Group"},
    {0x1e, "离散输出组", "Discrete Output Group"},
    {0x23, "位置传感器", "Position Sensor"},
    {0x24, "位置控制监督", "Position Controller Supervisor"},
    {0x25, "位置控制器", "Position Controller"},
    {0x28, "电机数据", "Motor Data"},
    {0x29, "控制监督", "Control Supervisor"},
    {0x2a, "交直流传动", "AC/DC Drive"},
    {0x2c, "过载", "Overload"},
    {0x37, "文件", "File"},
    {0x39, "安全监督", "Safety Supervisor"},
    {0x3a, "安全校验", "Safety Validator"},
    {0x3b, "安全离散输出点", "Safety Discrete Output Point"},
    {0x3d, "安全离散输入点", "Safety Discrete Input Point"},
    {0x41, "事件日志", "Event Log"},
    {0x42, "运动轴", "Motion Device Axis"},
    {0x43, "时间同步", "Time Sync"},
    {0x44, "Modbus", "Modbus"},
    {0x45, "发起方连接表", "Originator Connection List"},
    {0x46, "Modbus串行链路", "Modbus Serial Link"},
    {0x47, "设备级环网", "Device Level Ring"},
    {0x48, "服务质量", "QoS"},
    {0x4e, "基本能源", "Base Energy"},
    {0x4f, "电能", "Electrical Energy"},
    {0x5d, "CIP安全(网络)", "CIP Security"},
    {0x5e, "EtherNet/IP安全", "EtherNet/IP Security"},
    {0x5f, "证书管理", "Certificate Management"},
    {0x64, "控制器", "Controller (Rockwell)"},
    {0x67, "PCCC", "PCCC"},
    {0x68, "程序", "Program (Rockwell)"},
    {0x69, "模块映射", "Map (Rockwell)"},
    {0x6a, "强制(未核实)", "Force (Rockwell, not verified)"},
    {0x6b, "标签符号", "Symbol (Rockwell)"},
    {0x6c, "数据类型模板", "Template (Rockwell)"},
    {0x6d, "例程", "Routine (Rockwell)"},
    {0x70, "任务", "Task (Rockwell)"},
    {0x72, "标签组", "Tag Group (Rockwell)"},
    {0x7e, "模块连接", "Module Connection (Rockwell)"},
    {0x8b, "时钟", "Wall Clock (Rockwell)"},
    {0x8e, "控制器模式", "Controller Mode (Rockwell)"},
    {0xa1, "固件更新", "Non-Volatile Storage (Rockwell)"},
    {0xac, "程序变更记录", "Program Changes (Rockwell)"},
    {0xf0, "ControlNet", "ControlNet"},
    {0xf3, "连接组态", "Connection Configuration"},
    {0xf4, "端口", "Port"},
    {0xf5, "TCP/IP接口", "TCP/IP Interface"},
    {0xf6, "以太网链路", "Ethernet Link"},
    {0xf7, "CompoNet", "CompoNet"},
    {0x109, "LLDP管理", "LLDP Management"},
    {0, NULL, NULL},
};

const struct value_name cip_type_names[] = {{0xa0, "结构(简)", "abbreviated structure"},
                                            {0xc1, "BOOL", "BOOL"},
                                            {0xc2, "SINT", "SINT"},
                                            {0xc3, "INT", "INT"},
                                            {0xc4, "DINT", "DINT"},
                                            {0xc5, "LINT", "LINT"},
                                            {0xc6, "USINT", "USINT"},
                                            {0xc7, "UINT", "UINT"},
                                            {0xc8, "UDINT", "UDINT"},
                                            {0xc9, "ULINT", "ULINT"},
                                            {0xca, "REAL", "REAL"},
                                            {0xcb, "LREAL", "LREAL"},
                                            {0xd0, "STRING", "STRING"},
                                            {0xd1, "BYTE", "BYTE"},
                                            {0xd2, "WORD", "WORD"},
                                            {0xd3, "DWORD", "DWORD"},
                                            {0xd4, "LWORD", "LWORD"},
                                            {0xda, "SHORT_STRING", "SHORT_STRING"},
                                            {0x2a0, "结构", "structure"},
                                            {0, NULL, NULL}};

/* Of general status 1, "connection failure". */
const struct value_name cip_extended_names[] = {
    {0x0100, "连接已被占用或重复打开", "Connection in use or duplicate Forward Open"},
    {0x0103, "传输类与触发方式不支持", "Transport class and trigger not supported"},
    {0x0106, "所有权冲突", "Ownership conflict"},
    {0x0107, "目标连接不存在", "Target connection not found"},
    {0x0108, "网络连接参数无效", "Invalid network connection parameter"},
    {0x0109, "连接大小无效", "Invalid connection size"},
    {0x0110, "目标未组态该连接", "Target for connection not configured"},
    {0x0111, "RPI不支持", "RPI not supported"},
    {0x0113, "连接数用尽", "Out of connections"},
    {0x0114, "厂商或产品代码不符", "Vendor ID or product code mismatch"},
    {0x0115, "设备类型不符", "Device type mismatch"},
    {0x0116, "版本不符", "Revision mismatch"},
    {0x0117, "应用路径无效", "Invalid produced or consumed application path"},
    {0x0118, "组态应用路径无效", "Invalid configuration application path"},
    {0x011a, "目标对象连接数用尽", "Target object out of connections"},
    {0x0203, "连接超时", "Connection timed out"},
    {0x0204, "非连接请求超时", "Unconnected request timed out"},
    {0x0205, "非连接请求参数错误", "Parameter error in unconnected request"},
    {0x0301, "无缓冲内存", "No buffer memory available"},
    {0x0311, "端口不可用", "Port not available"},
    {0x0312, "链路地址无效", "Link address not valid"},
    {0x0315, "连接路径中有无效段", "Invalid segment in connection path"},
    {0x0316, "关闭连接的路径不符", "Forward Close connection path mismatch"},
    {0x031c, "其他", "Miscellaneous"},
    {0x0800, "网络链路离线", "Network link offline"},
    {0x0801, "多播RPI不兼容", "Incompatible multicast RPI"},
    {0x0802, "安全连接大小无效", "Invalid safety connection size"},
    {0x0803, "安全连接格式无效", "Invalid safety connection format"},
    {0x080c, "SCID不符", "SCID mismatch"},
    {0x080e, "TUNID不符", "TUNID mismatch"},
    {0, NULL, NULL},
};

const struct value_name cip_pccc_command_names[] = {{0x00, "受保护写", "Protected write"},
                                                    {0x01, "无保护读", "Unprotected read"},
                                                    {0x02, "受保护位写", "Protected bit write"},
                                                    {0x05, "无保护位写", "Unprotected bit write"},
                                                    {0x06, "诊断", "Diagnostics"},
                                                    {0x07, "模式", "Mode"},
                                                    {0x08, "无保护写", "Unprotected write"},
                                                    {0x0f, "扩展命令", "Typed commands"},
                                                    {0, NULL, NULL}};

const struct value_name cip_pccc_status_names[] = {
    {0x00, "成功", "Success"},
    {0x10, "命令或格式非法", "Illegal command or format"},
    {0x20, "主机故障不通信", "Host has a problem and will not communicate"},
    {0x30, "远程节点缺失或关机", "Remote node host is missing, disconnected, or shut down"},
    {0x40, "主机硬件故障", "Host could not complete function due to hardware fault"},
    {0x50, "地址问题或存储保护", "Addressing problem or memory protect rungs"},
    {0x60, "命令受保护不允许", "Function not allowed due to command protection selection"},
    {0x70, "处理器处于编程模式", "Processor is in program mode"},
    {0x80, "兼容文件缺失", "Compatibility mode file missing or communication zone problem"},
    {0x90, "远程节点不能缓存命令", "Remote node cannot buffer command"},
    {0xb0, "远程节点因下载有问题", "Remote node problem due to download"},
    {0xf0, "见扩展状态", "Error code in the extended status"},
    {0, NULL, NULL},
};

const struct value_name cip_pccc_file_names[] = {{0x22, "梯形图文件", "Ladder logic file"},
                                                 {0x49, "通道组态文件", "Channel configuration file"},
                                                 {0x65, "在线编辑文件", "Online editing file"},
                                                 {0x82, "输出(O)", "Output"},
                                                 {0x83, "输入(I)", "Input"},
                                                 {0x84, "状态(S)", "Status"},
                                                 {0x85, "位(B)", "Binary"},
                                                 {0x86, "定时器(T)", "Timer"},
                                                 {0x87, "计数器(C)", "Counter"},
                                                 {0x88, "控制(R)", "Control"},
                                                 {0x89, "整数(N)", "Integer"},
                                                 {0x8a, "浮点(F)", "Float"},
                                                 {0x8d, "字符串(ST)", "String"},
                                                 {0x8e, "ASCII(A)", "ASCII"},
                                                 {0x91, "长整数(L)", "Long integer"},
                                                 {0xa1, "输出强制", "Output force file"},
                                                 {0xa2, "输入强制", "Input force file"},
                                                 {0, NULL, NULL}};

const struct value_name cip_pccc_mode_names[] = {{1, "远程编程", "Remote program"},
                                                 {6, "远程运行", "Remote run"},
                                                 {7, "远程连续测试", "Remote test continuous"},
                                                 {8, "远程单步测试", "Remote test single"},
                                                 {9, "远程调试测试", "Remote test debug"},
                                                 {0, NULL, NULL}};
