/* SPDX-License-Identifier: Apache-2.0 */
/* Names of AMS/ADS commands, index groups, states, ports and errors (Beckhoff Information System, "ADS-Return Codes",
 * "Specification of the ADS systemservice"). */
#include "parsers/ads/ads.h"

const struct value_name ads_port_names[] = {
    {1, "AMS路由器", "AMS router"},
    {2, "AMS调试器", "AMS debugger"},
    {100, "日志", "Logger"},
    {110, "事件记录", "Event logger"},
    {300, "I/O", "I/O"},
    {500, "NC", "NC"},
    {501, "NC SAF", "NC SAF"},
    {801, "PLC运行时1(TC2)", "PLC runtime 1 (TC2)"},
    {811, "PLC运行时2(TC2)", "PLC runtime 2 (TC2)"},
    {821, "PLC运行时3(TC2)", "PLC runtime 3 (TC2)"},
    {851, "PLC运行时1", "PLC runtime 1"},
    {852, "PLC运行时2", "PLC runtime 2"},
    {853, "PLC运行时3", "PLC runtime 3"},
    {900, "凸轮控制器", "Camshaft controller"},
    {10000, "系统服务", "System service"},
    {14000, "示波器", "Scope"},
    {0, NULL, NULL},
};

const struct value_name ads_command_names[] = {
    {0, "无效", "Invalid"},
    {ADS_READ_DEVICE_INFO, "读设备信息", "ADS Read Device Info"},
    {ADS_READ, "读", "ADS Read"},
    {ADS_WRITE, "写", "ADS Write"},
    {ADS_READ_STATE, "读状态", "ADS Read State"},
    {ADS_WRITE_CONTROL, "写控制", "ADS Write Control"},
    {ADS_ADD_NOTIFICATION, "添加变量通知", "ADS Add Device Notification"},
    {ADS_DELETE_NOTIFICATION, "删除变量通知", "ADS Delete Device Notification"},
    {ADS_NOTIFICATION, "变量通知", "ADS Device Notification"},
    {ADS_READ_WRITE, "读写", "ADS Read Write"},
    {0, NULL, NULL},
};

const struct value_name ads_state_names[] = {
    {0, "无效", "Invalid"},
    {1, "空闲", "Idle"},
    {2, "复位", "Reset"},
    {3, "初始化", "Init"},
    {4, "启动", "Start"},
    {5, "运行", "Run"},
    {6, "停止", "Stop"},
    {7, "保存配置", "Save config"},
    {8, "装载配置", "Load config"},
    {9, "掉电", "Power failure"},
    {10, "电源正常", "Power good"},
    {11, "错误", "Error"},
    {12, "关机", "Shutdown"},
    {13, "挂起", "Suspend"},
    {14, "恢复", "Resume"},
    {15, "组态", "Config"},
    {16, "重新组态", "Reconfig"},
    {17, "停止中", "Stopping"},
    {18, "不兼容", "Incompatible"},
    {19, "异常", "Exception"},
    {0, NULL, NULL},
};

const struct value_name ads_mode_names[] = {
    {0, "不传送", "No transmission"},
    {1, "客户端周期", "Client cycle"},
    {2, "客户端变化", "Client on change"},
    {3, "周期", "Cyclic"},
    {4, "变化时", "On change"},
    {0, NULL, NULL},
};

const struct value_name ads_group_names[] = {
    {0x4020, "M区字节", "Memory area %M"},
    {0x4021, "M区位", "Memory area %MX"},
    {0x4025, "M区大小", "Size of %M"},
    {0x4030, "保持区", "Retain area"},
    {0x4040, "数据区", "Data area"},
    {0xf000, "符号表", "Symbol table"},
    {0xf001, "符号名", "Symbol name"},
    {0xf002, "符号值", "Symbol value"},
    {ADS_SYMBOL_HANDLE, "按名取句柄", "Symbol handle by name"},
    {ADS_SYMBOL_VALUE, "按名取值", "Symbol value by name"},
    {0xf005, "按句柄取值", "Symbol value by handle"},
    {0xf006, "释放句柄", "Release symbol handle"},
    {0xf007, "按名取符号信息", "Symbol information by name"},
    {0xf008, "符号版本", "Symbol version"},
    {0xf009, "按名取符号扩展信息", "Extended symbol information by name"},
    {0xf00b, "上传符号", "Symbol upload"},
    {0xf00c, "符号上传信息", "Symbol upload information"},
    {0xf00f, "符号上传信息2", "Symbol upload information 2"},
    {0xf010, "符号通知", "Symbol notification"},
    {0xf020, "输入区字节", "Input image byte"},
    {0xf021, "输入区位", "Input image bit"},
    {0xf025, "输入区大小", "Input image size"},
    {0xf030, "输出区字节", "Output image byte"},
    {0xf031, "输出区位", "Output image bit"},
    {0xf035, "输出区大小", "Output image size"},
    {0xf040, "清输入区", "Clear inputs"},
    {0xf050, "清输出区", "Clear outputs"},
    {0xf060, "读写I/O映像", "Read and write I/O image"},
    {0xf080, "批量读", "Sum read"},
    {0xf081, "批量写", "Sum write"},
    {0xf082, "批量读写", "Sum read write"},
    {0xf083, "批量扩展读", "Sum read extended"},
    {0xf084, "批量扩展读2", "Sum read extended 2"},
    {0xf085, "批量添加通知", "Sum add notification"},
    {0xf086, "批量删除通知", "Sum delete notification"},
    {0xf100, "设备数据", "Device data"},
    {0, NULL, NULL},
};

/* X(code, zh, en) */
#define ERRORS(X)                                                                                                      \
    X(0x0, "无错误", "No error")                                                                                       \
    X(0x1, "内部错误", "Internal error")                                                                               \
    X(0x2, "无实时", "No real-time")                                                                                   \
    X(0x3, "分配锁定内存错误", "Allocation of locked memory failed")                                                   \
    X(0x4, "邮箱已满", "Mailbox full")                                                                                 \
    X(0x5, "错误的接收句柄", "Wrong receive handle")                                                                   \
    X(0x6, "目标端口不存在", "Target port not found")                                                                  \
    X(0x7, "目标机器不存在(缺路由)", "Target machine not found, possibly no route")                                    \
    X(0x8, "未知命令", "Unknown command ID")                                                                           \
    X(0x9, "任务标识错误", "Invalid task ID")                                                                          \
    X(0xa, "无I/O", "No I/O")                                                                                          \
    X(0xb, "未知AMS命令", "Unknown AMS command")                                                                       \
    X(0xc, "Win32错误", "Win32 error")                                                                                 \
    X(0xd, "端口未连接", "Port not connected")                                                                         \
    X(0xe, "AMS长度无效", "Invalid AMS length")                                                                        \
    X(0xf, "AMS网络标识无效", "Invalid AMS net ID")                                                                    \
    X(0x10, "安装级别太低", "Installation level is too low")                                                           \
    X(0x11, "无调试", "No debugging available")                                                                        \
    X(0x12, "端口已停用", "Port disabled")                                                                             \
    X(0x13, "端口已连接", "Port already connected")                                                                    \
    X(0x14, "AMS同步Win32错误", "AMS sync Win32 error")                                                                \
    X(0x15, "AMS同步超时", "AMS sync timeout")                                                                         \
    X(0x16, "AMS同步错误", "AMS sync error")                                                                           \
    X(0x17, "无AMS同步索引", "No index map for AMS sync")                                                              \
    X(0x18, "AMS端口无效", "Invalid AMS port")                                                                         \
    X(0x19, "内存不足", "No memory")                                                                                   \
    X(0x1a, "TCP发送错误", "TCP send error")                                                                           \
    X(0x1b, "主机不可达", "Host unreachable")                                                                          \
    X(0x1c, "AMS分片无效", "Invalid AMS fragment")                                                                     \
    X(0x1d, "TLS发送错误", "TLS send error: secure ADS connection failed")                                             \
    X(0x1e, "访问被拒绝", "Access denied: secure ADS access denied")                                                   \
    X(0x500, "路由器无锁定内存", "Router: no locked memory")                                                           \
    X(0x501, "路由器内存大小不可改", "Router: memory size could not be changed")                                       \
    X(0x502, "路由器邮箱已满", "Router: mailbox full")                                                                 \
    X(0x503, "路由器调试邮箱已满", "Router: debug mailbox full")                                                       \
    X(0x504, "路由器端口类型未知", "Router: port type unknown")                                                        \
    X(0x505, "路由器未初始化", "Router: not initialised")                                                              \
    X(0x506, "端口号已占用", "Router: port number already assigned")                                                   \
    X(0x507, "端口未注册", "Router: port not registered")                                                              \
    X(0x508, "端口数已达上限", "Router: maximum number of ports reached")                                              \
    X(0x509, "端口无效", "Router: invalid port")                                                                       \
    X(0x50a, "路由器未激活", "Router: not active")                                                                     \
    X(0x700, "设备一般错误", "Device: general error")                                                                  \
    X(0x701, "设备不支持此服务", "Device: service not supported")                                                      \
    X(0x702, "索引组无效", "Device: invalid index group")                                                              \
    X(0x703, "索引偏移无效", "Device: invalid index offset")                                                           \
    X(0x704, "不允许读写", "Device: reading or writing not permitted")                                                 \
    X(0x705, "参数长度不符", "Device: parameter size not correct")                                                     \
    X(0x706, "数据值无效", "Device: invalid data values")                                                              \
    X(0x707, "设备未就绪", "Device: not ready")                                                                        \
    X(0x708, "设备忙", "Device: busy")                                                                                 \
    X(0x709, "上下文无效", "Device: invalid context")                                                                  \
    X(0x70a, "设备内存不足", "Device: out of memory")                                                                  \
    X(0x70b, "参数无效", "Device: invalid parameter values")                                                           \
    X(0x70c, "未找到", "Device: not found")                                                                            \
    X(0x70d, "语法错误", "Device: syntax error")                                                                       \
    X(0x70e, "对象不匹配", "Device: objects do not match")                                                             \
    X(0x70f, "对象已存在", "Device: object already exists")                                                            \
    X(0x710, "变量名不存在", "Device: symbol not found")                                                               \
    X(0x711, "符号版本无效", "Device: symbol version invalid")                                                         \
    X(0x712, "服务器状态无效", "Device: server is in invalid state")                                                   \
    X(0x713, "不支持此传送方式", "Device: transmission mode not supported")                                            \
    X(0x714, "通知句柄无效", "Device: notification handle is invalid")                                                 \
    X(0x715, "通知客户端未注册", "Device: notification client not registered")                                         \
    X(0x716, "无更多通知句柄", "Device: no more notification handles")                                                 \
    X(0x717, "监视数据太大", "Device: notification size too large")                                                    \
    X(0x718, "设备未初始化", "Device: not initialised")                                                                \
    X(0x719, "设备超时", "Device: timeout")                                                                            \
    X(0x71a, "接口查询失败", "Device: interface query failed")                                                         \
    X(0x71b, "接口错误", "Device: wrong interface requested")                                                          \
    X(0x71c, "类标识无效", "Device: class ID is invalid")                                                              \
    X(0x71d, "对象标识无效", "Device: object ID is invalid")                                                           \
    X(0x71e, "请求挂起", "Device: request pending")                                                                    \
    X(0x71f, "请求中止", "Device: request aborted")                                                                    \
    X(0x720, "信号警告", "Device: signal warning")                                                                     \
    X(0x721, "数组下标无效", "Device: invalid array index")                                                            \
    X(0x722, "符号未激活", "Device: symbol not active")                                                                \
    X(0x723, "拒绝访问", "Device: access denied")                                                                      \
    X(0x724, "缺少授权", "Device: missing licence")                                                                    \
    X(0x725, "授权过期", "Device: licence expired")                                                                    \
    X(0x726, "授权超出", "Device: licence exceeded")                                                                   \
    X(0x727, "授权无效", "Device: invalid licence")                                                                    \
    X(0x728, "授权系统标识无效", "Device: licence system ID is invalid")                                               \
    X(0x729, "授权无时限", "Device: licence not limited in time")                                                      \
    X(0x72a, "授权时间在未来", "Device: licence issue time in the future")                                             \
    X(0x740, "客户端一般错误", "Client: general error")                                                                \
    X(0x741, "客户端参数无效", "Client: invalid parameter")                                                            \
    X(0x745, "客户端超时", "Client: timeout")                                                                          \
    X(0x748, "端口未打开", "Client: port not opened")                                                                  \
    X(0x749, "无AMS地址", "Client: no AMS address")                                                                    \
    X(0x752, "无效的AMS报文", "Client: invalid AMS frame")
#define STATUS_ROW(code, zh, en) {code, zh, en},
const struct status_name ads_statuses[ADS_STATUSES] = {ERRORS(STATUS_ROW)};
const struct value_name ads_error_names[] = {ERRORS(STATUS_ROW){0, NULL, NULL}};

#define SERVICE(command, group) (ADS_SERVICE | ADS_SUB(command, group))
const struct operation ads_operations[ADS_OPERATIONS] = {
    {ADS_READ_DEVICE_INFO, "read_device_info", OT_IDENTIFY, "T0888", "读设备信息", "Read device info"},
    {ADS_READ, "read", OT_READ, "T0801", "读", "Read"},
    {ADS_WRITE, "write", OT_WRITE, "T0836", "写", "Write"},
    {ADS_READ_STATE, "read_state", OT_DIAGNOSE, "T0868", "读状态", "Read state"},
    {ADS_WRITE_CONTROL, "write_control", OT_MODE, "T0858", "写控制(改变状态)", "Write control"},
    {ADS_ADD_NOTIFICATION, "add_notification", OT_READ, "T0801", "添加变量通知", "Add device notification"},
    {ADS_DELETE_NOTIFICATION, "delete_notification", OT_SESSION, NULL, "删除变量通知", "Delete device notification"},
    {ADS_NOTIFICATION, "notification", OT_NOTIFY, NULL, "变量通知", "Device notification"},
    {ADS_READ_WRITE, "read_write", OT_WRITE, "T0836", "读写", "Read write"},
    {ADS_SUB(ADS_WRITE, 0xf006), "release_handle", OT_SESSION, NULL, "释放变量句柄", "Release symbol handle"},
    {ADS_SUB(ADS_WRITE_CONTROL, 2), "reset", OT_MODE, "T0816", "复位", "Reset"},
    {ADS_SUB(ADS_WRITE_CONTROL, 5), "start", OT_MODE, "T0858", "启动运行", "Run"},
    {ADS_SUB(ADS_WRITE_CONTROL, 6), "stop", OT_MODE, "T0858", "停止运行", "Stop"},
    {ADS_SUB(ADS_WRITE_CONTROL, 12), "shutdown", OT_MODE, "T0816", "关机", "Shut down"},
    {ADS_SUB(ADS_WRITE_CONTROL, 16), "reconfigure", OT_MODE, "T0858", "切换到组态模式", "Go to config mode"},
    {ADS_SUB(ADS_READ_WRITE, ADS_SYMBOL_HANDLE), "get_handle", OT_READ, "T0861", "按变量名取句柄",
     "Get symbol handle by name"},
    {ADS_SUB(ADS_READ_WRITE, ADS_SYMBOL_VALUE), "read_by_name", OT_READ, "T0801", "按变量名读值",
     "Read symbol value by name"},
    {ADS_SUB(ADS_READ_WRITE, 0xf007), "symbol_info", OT_READ, "T0861", "按名取变量信息", "Get symbol information"},
    {ADS_SUB(ADS_READ_WRITE, 0xf009), "symbol_info_extended", OT_READ, "T0861", "按名取变量扩展信息",
     "Get extended symbol information"},
    {ADS_SUB(ADS_READ_WRITE, 0xf080), "sum_read", OT_READ, "T0801", "批量读", "Sum read"},
    {ADS_SUB(ADS_READ_WRITE, 0xf081), "sum_write", OT_WRITE, "T0836", "批量写", "Sum write"},
    {ADS_SUB(ADS_READ_WRITE, 0xf082), "sum_read_write", OT_WRITE, "T0836", "批量读写", "Sum read write"},
    {ADS_SUB(ADS_READ_WRITE, 0xf083), "sum_read_extended", OT_READ, "T0801", "批量扩展读", "Sum read extended"},
    {ADS_SUB(ADS_READ_WRITE, 0xf084), "sum_read_extended_2", OT_READ, "T0801", "批量扩展读2", "Sum read extended 2"},
    {ADS_SUB(ADS_READ_WRITE, 0xf085), "sum_add_notification", OT_READ, "T0801", "批量添加通知", "Sum add notification"},
    {ADS_SUB(ADS_READ_WRITE, 0xf086), "sum_delete_notification", OT_SESSION, NULL, "批量删除通知",
     "Sum delete notification"},
    {SERVICE(ADS_READ, 200), "registry_read", OT_READ, "T0882", "读注册表", "Read registry"},
    {SERVICE(ADS_READ, 400), "clock_read", OT_READ, NULL, "读时钟", "Read clock"},
    {SERVICE(ADS_WRITE, 121), "file_close", OT_FILE, NULL, "关闭文件", "Close file"},
    {SERVICE(ADS_WRITE, 200), "registry_write", OT_CONFIGURE, "T0836", "写注册表", "Write registry"},
    {SERVICE(ADS_WRITE, 400), "clock_write", OT_TIME, "T0836", "设置时钟", "Set clock"},
    {SERVICE(ADS_WRITE, 500), "start_process", OT_CONTROL, "T0807", "启动操作系统进程", "Start a process"},
    {SERVICE(ADS_WRITE, 801), "route_add", OT_CONFIGURE, "T0830", "添加路由", "Add route"},
    {SERVICE(ADS_WRITE, 802), "route_delete", OT_CONFIGURE, "T0830", "删除路由", "Delete route"},
    {SERVICE(ADS_READ_WRITE, 120), "file_open", OT_FILE, NULL, "打开文件", "Open file"},
    {SERVICE(ADS_READ_WRITE, 121), "file_close_read", OT_FILE, NULL, "关闭文件(读写)", "Close file (read write)"},
    {SERVICE(ADS_READ_WRITE, 122), "file_read", OT_FILE, "T0845", "读文件", "Read file"},
    {SERVICE(ADS_READ_WRITE, 123), "file_write", OT_FILE, "T0867", "写文件", "Write file"},
    {SERVICE(ADS_READ_WRITE, 131), "file_delete", OT_FILE, "T0809", "删除文件", "Delete file"},
    {SERVICE(ADS_READ_WRITE, 132), "file_rename", OT_FILE, "T0849", "文件改名", "Rename file"},
    {SERVICE(ADS_READ_WRITE, 133), "file_find", OT_FILE, NULL, "列目录", "Find files"},
    {SERVICE(ADS_READ_WRITE, 200), "registry_query", OT_READ, "T0882", "查询注册表", "Query registry"},
    {ADS_DISCOVERY | 1, "discover", OT_IDENTIFY, "T0846", "搜索设备", "Discover"},
    {ADS_DISCOVERY | 6, "remote_route_add", OT_CONFIGURE, "T0830", "远程添加路由(带口令)", "Add route remotely"},
};
