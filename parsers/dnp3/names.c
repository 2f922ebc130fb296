/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3's codes in words: operations, statuses, qualifiers, controls, files, authentication (IEEE Std 1815-2012). */
#include "parsers/dnp3/dnp3.h"

/* Table 4-2: function codes. X(code, name, class, technique, zh, en) */
#define FUNCTIONS(X)                                                                                                   \
    X(0, "confirm", SESSION, NULL, "应用层确认", "Confirm")                                                            \
    X(1, "read", READ, "T0801", "读", "Read")                                                                          \
    X(2, "write", WRITE, "T0836", "写", "Write")                                                                       \
    X(3, "select", CONTROL, "T0855", "选择(预令)", "Select")                                                           \
    X(4, "operate", CONTROL, "T0855", "执行(动令)", "Operate")                                                         \
    X(5, "direct_operate", CONTROL, "T0855", "直接操作", "Direct operate")                                             \
    X(6, "direct_operate_no_response", CONTROL, "T0855", "直接操作(不应答)", "Direct operate, no response")            \
    X(7, "immediate_freeze", WRITE, NULL, "立即冻结", "Immediate freeze")                                              \
    X(8, "immediate_freeze_no_response", WRITE, NULL, "立即冻结(不应答)", "Immediate freeze, no response")             \
    X(9, "freeze_clear", WRITE, "T0836", "冻结并清零", "Freeze and clear")                                             \
    X(10, "freeze_clear_no_response", WRITE, "T0836", "冻结并清零(不应答)", "Freeze and clear, no response")           \
    X(11, "freeze_at_time", WRITE, NULL, "定时冻结", "Freeze at time")                                                 \
    X(12, "freeze_at_time_no_response", WRITE, NULL, "定时冻结(不应答)", "Freeze at time, no response")                \
    X(13, "cold_restart", MODE, "T0816", "冷启动", "Cold restart")                                                     \
    X(14, "warm_restart", MODE, "T0816", "热启动", "Warm restart")                                                     \
    X(15, "initialize_data", CONFIGURE, "T0836", "数据恢复缺省值", "Initialize data to defaults")                      \
    X(16, "initialize_application", MODE, "T0821", "应用程序初始化", "Initialize application")                         \
    X(17, "start_application", MODE, "T0858", "启动应用程序", "Start application")                                     \
    X(18, "stop_application", MODE, "T0858", "停止应用程序", "Stop application")                                       \
    X(19, "save_configuration", CONFIGURE, "T0836", "保存配置", "Save configuration")                                  \
    X(20, "enable_unsolicited", CONFIGURE, NULL, "允许主动上报", "Enable unsolicited responses")                       \
    X(21, "disable_unsolicited", CONFIGURE, "T0878", "禁止主动上报", "Disable unsolicited responses")                  \
    X(22, "assign_class", CONFIGURE, "T0836", "指定数据类别", "Assign class")                                          \
    X(23, "delay_measurement", TIME, NULL, "时延测量", "Delay measurement")                                            \
    X(24, "record_current_time", TIME, NULL, "记录当前时间", "Record current time")                                    \
    X(25, "open_file", FILE, "T0893", "打开文件", "Open file")                                                         \
    X(26, "close_file", FILE, NULL, "关闭文件", "Close file")                                                          \
    X(27, "delete_file", FILE, "T0809", "删除文件", "Delete file")                                                     \
    X(28, "get_file_info", FILE, "T0893", "查询文件信息", "Get file information")                                      \
    X(29, "authenticate_file", FILE, NULL, "文件认证", "Authenticate file")                                            \
    X(30, "abort_file", FILE, NULL, "中止文件传输", "Abort file transfer")                                             \
    X(31, "activate_configuration", CONFIGURE, "T0836", "激活配置", "Activate configuration")                          \
    X(32, "authenticate_request", SESSION, NULL, "安全认证请求", "Authentication request")                             \
    X(33, "authenticate_error", ERROR, NULL, "安全认证错误(不应答)", "Authentication request, no acknowledgement")     \
    X(129, "response", READ, NULL, "应答", "Response")                                                                 \
    X(130, "unsolicited_response", NOTIFY, NULL, "主动上报", "Unsolicited response")                                   \
    X(131, "authenticate_response", SESSION, NULL, "安全认证应答", "Authentication response")

/* Tables 9-1 and 9-2: link functions, by PRM. X(code, name, class, technique, zh, en) */
#define PRIMARY_FUNCTIONS(X)                                                                                           \
    X(0, "reset_link_states", SESSION, NULL, "复位链路", "Reset link states")                                          \
    X(1, "reset_user_process", SESSION, NULL, "复位用户进程(已废止)", "Reset user process (obsolete)")                 \
    X(2, "test_link_states", SESSION, NULL, "测试链路", "Test link states")                                            \
    X(3, "confirmed_user_data", SESSION, NULL, "需确认的用户数据", "Confirmed user data")                              \
    X(4, "unconfirmed_user_data", SESSION, NULL, "无需确认的用户数据", "Unconfirmed user data")                        \
    X(9, "request_link_status", SESSION, NULL, "请求链路状态", "Request link status")
#define SECONDARY_FUNCTIONS(X)                                                                                         \
    X(0, "ack", SESSION, NULL, "链路确认", "Acknowledgement")                                                          \
    X(1, "nack", ERROR, NULL, "链路否认", "Negative acknowledgement")                                                  \
    X(11, "link_status", SESSION, NULL, "链路状态", "Status of link")                                                  \
    X(15, "not_supported", ERROR, NULL, "链路功能不支持", "Link function not supported")

#define NAME_ROW(code, name, class, technique, zh, en) {code, zh, en},
#define SECONDARY_ROW(code, ...)                       OPERATION_ROW(LINK_OPERATION | (code), __VA_ARGS__)
#define PRIMARY_ROW(code, ...)                         OPERATION_ROW(LINK_OPERATION | LINK_PRIMARY | (code), __VA_ARGS__)

const struct operation dnp3_operations[DNP3_OPERATION_COUNT] = {
    FUNCTIONS(OPERATION_ROW) SECONDARY_FUNCTIONS(SECONDARY_ROW) PRIMARY_FUNCTIONS(PRIMARY_ROW)
        OPERATION_ROW(DAMAGED_OPERATION, "damaged_frame", NONE, NULL, "损坏的链路帧", "Damaged link frame")};
const struct value_name dnp3_function_names[] = {FUNCTIONS(NAME_ROW){0, NULL, NULL}};
const struct value_name dnp3_primary_names[] = {PRIMARY_FUNCTIONS(NAME_ROW){0, NULL, NULL}};
const struct value_name dnp3_secondary_names[] = {SECONDARY_FUNCTIONS(NAME_ROW){0, NULL, NULL}};

/* Table A-2: status of a control output, but 0, which is success. X(code, zh, en) */
#define CONTROL_STATUSES(X)                                                                                            \
    X(1, "超时: 选择后过久才执行", "Timeout: arm timer expired before operate")                                        \
    X(2, "未先选择", "No previous select")                                                                             \
    X(3, "格式错误", "Format error in the request")                                                                    \
    X(4, "该点不支持控制", "Control not supported for this point")                                                     \
    X(5, "已在执行或队列已满", "Already active or queue full")                                                         \
    X(6, "硬件故障", "Hardware problem")                                                                               \
    X(7, "处于就地状态", "Local/remote switch in local")                                                               \
    X(8, "对象过多", "Too many objects in one request")                                                                \
    X(9, "无权限", "Not authorized")                                                                                   \
    X(10, "自动化闭锁", "Inhibited by automation")                                                                     \
    X(11, "设备能力所限", "Processing limited")                                                                        \
    X(12, "超出范围", "Value out of range")                                                                            \
    X(13, "下级设备处于就地", "Downstream device in local")                                                            \
    X(14, "操作已完成", "Operation already complete")                                                                  \
    X(15, "被防误或联锁闭锁", "Blocked by interlocking")                                                               \
    X(16, "已被撤销", "Cancelled")                                                                                     \
    X(17, "另一主站占用", "Blocked by another master")                                                                 \
    X(18, "下级设备失败", "Downstream device failed")                                                                  \
    X(126, "未执行(非参与方)", "Non-participating")                                                                    \
    X(127, "未定义错误", "Undefined error")

/* Table A-27 and following: file command status. */
#define FILE_STATUSES(X)                                                                                               \
    X(0, "成功", "Success")                                                                                            \
    X(1, "拒绝访问", "Permission denied")                                                                              \
    X(2, "打开方式无效", "Invalid mode")                                                                               \
    X(3, "文件不存在", "File not found")                                                                               \
    X(4, "文件被占用", "File locked by another user")                                                                  \
    X(5, "打开文件过多", "Too many files open")                                                                        \
    X(6, "句柄无效", "Invalid handle")                                                                                 \
    X(7, "块长无效", "Write block size error")                                                                         \
    X(8, "通信中断", "Communication lost")                                                                             \
    X(9, "无法中止", "Cannot abort")                                                                                   \
    X(16, "文件未打开", "File not open")                                                                               \
    X(17, "句柄超时", "Handle expired")                                                                                \
    X(18, "缓冲溢出", "Buffer overrun")                                                                                \
    X(19, "严重错误", "Fatal error")                                                                                   \
    X(20, "块序错误", "Block out of sequence")                                                                         \
    X(255, "未定义错误", "Undefined error")

#define PLAIN_ROW(code, zh, en)       {code, zh, en},
#define FILE_STATUS_ROW(code, zh, en) {STATUS_OF_FILE + (code), zh, en},

const struct status_name dnp3_statuses[DNP3_STATUS_COUNT] = {
    {0, "成功", "Success"},
    CONTROL_STATUSES(PLAIN_ROW){STATUS_OF_IIN | 0x01, "功能码不支持", "Function code not supported"},
    {STATUS_OF_IIN | 0x02, "对象未知", "Object unknown"},
    {STATUS_OF_IIN | 0x04, "参数错误", "Parameter error"},
    {STATUS_OF_IIN | 0x10, "操作已在执行", "Operation already executing"},
    FILE_STATUSES(FILE_STATUS_ROW)};
const struct value_name dnp3_control_status_names[] = {{0, "已接受并执行", "Accepted, initiated or queued"},
                                                       CONTROL_STATUSES(PLAIN_ROW){0, NULL, NULL}};
const struct value_name dnp3_file_status_names[] = {FILE_STATUSES(PLAIN_ROW){0, NULL, NULL}};

/* Table 4-5: object prefix codes. */
const struct value_name dnp3_prefix_names[] = {
    {0, "无前缀", "No prefix"},        {1, "1字节点号", "1-octet index"}, {2, "2字节点号", "2-octet index"},
    {3, "4字节点号", "4-octet index"}, {4, "1字节长度", "1-octet size"},  {5, "2字节长度", "2-octet size"},
    {6, "4字节长度", "4-octet size"},  {7, "保留", "Reserved"},           {0, NULL, NULL},
};

/* Table 4-6: range specifier codes. */
const struct value_name dnp3_range_names[] = {
    {0, "1字节起止点号", "1-octet start and stop"},
    {1, "2字节起止点号", "2-octet start and stop"},
    {2, "4字节起止点号", "4-octet start and stop"},
    {3, "1字节绝对地址", "1-octet address"},
    {4, "2字节绝对地址", "2-octet address"},
    {5, "4字节绝对地址", "4-octet address"},
    {6, "全部点", "All points"},
    {7, "1字节个数", "1-octet count"},
    {8, "2字节个数", "2-octet count"},
    {9, "4字节个数", "4-octet count"},
    {11, "变长个数", "Variable format"},
    {0, NULL, NULL},
};

const struct value_name dnp3_double_bit_names[] = {
    {0, "中间态", "Intermediate"},  {1, "分位", "Off"}, {2, "合位", "On"},
    {3, "不确定", "Indeterminate"}, {0, NULL, NULL},
};

const struct value_name dnp3_control_operation_names[] = {
    {0, "空操作", "NUL"},      {1, "脉冲合", "Pulse on"},  {2, "脉冲分", "Pulse off"},
    {3, "保持合", "Latch on"}, {4, "保持分", "Latch off"}, {0, NULL, NULL},
};

const struct value_name dnp3_trip_names[] = {
    {0, "无", "NUL"}, {1, "合闸", "Close"}, {2, "分闸", "Trip"}, {3, "保留", "Reserved"}, {0, NULL, NULL},
};

/* Group 0: attribute data type codes. */
const struct value_name dnp3_attribute_types[] = {
    {1, "可见字符串", "Visible string"},
    {2, "无符号整数", "Unsigned integer"},
    {3, "有符号整数", "Signed integer"},
    {4, "浮点数", "Floating point"},
    {5, "字节串", "Octet string"},
    {6, "位串", "Bit string"},
    {7, "时间", "DNP3 time"},
    {254, "属性列表", "List of attributes"},
    {255, "扩展属性列表", "Extended list of attributes"},
    {0, NULL, NULL},
};

const struct value_name dnp3_file_modes[] = {
    {0, "无", "None"}, {1, "读", "Read"}, {2, "写(覆盖)", "Write"}, {3, "追加", "Append"}, {0, NULL, NULL},
};

const struct value_name dnp3_file_types[] = {
    {0, "目录", "Directory"},
    {1, "文件", "File"},
    {0, NULL, NULL},
};

/* Group 120: MAC algorithms, key wrap algorithms, session key status, error codes. */
const struct value_name dnp3_mac_algorithms[] = {
    {0, "无", "None"},
    {1, "HMAC-SHA-1 截4字节", "HMAC-SHA-1, 4 octets"},
    {2, "HMAC-SHA-1 截10字节", "HMAC-SHA-1, 10 octets"},
    {3, "HMAC-SHA-256 截8字节", "HMAC-SHA-256, 8 octets"},
    {4, "HMAC-SHA-256 截16字节", "HMAC-SHA-256, 16 octets"},
    {5, "HMAC-SHA-1 截8字节", "HMAC-SHA-1, 8 octets"},
    {6, "AES-GMAC", "AES-GMAC, 12 octets"},
    {0, NULL, NULL},
};

const struct value_name dnp3_key_wraps[] = {
    {1, "AES-128", "AES-128 key wrap"},
    {2, "AES-256", "AES-256 key wrap"},
    {0, NULL, NULL},
};

const struct value_name dnp3_key_status[] = {
    {1, "正常", "OK"},
    {2, "未初始化", "Not initialized"},
    {3, "通信失败", "Communication failure"},
    {4, "认证失败", "Authentication failure"},
    {0, NULL, NULL},
};

const struct value_name dnp3_authentication_errors[] = {
    {1, "认证失败", "Authentication failed"},
    {2, "意外应答", "Unexpected reply"},
    {3, "未应答", "No reply"},
    {4, "不允许主动模式", "Aggressive mode not permitted"},
    {5, "认证算法不支持", "MAC algorithm not supported"},
    {6, "密钥封装算法不支持", "Key wrap algorithm not supported"},
    {7, "无权限", "Authorization failed"},
    {8, "更新密钥方式不允许", "Update key change method not permitted"},
    {9, "签名无效", "Invalid signature"},
    {10, "证书数据无效", "Invalid certification data"},
    {11, "用户未知", "Unknown user"},
    {12, "会话密钥请求过多", "Max session key status requests exceeded"},
    {0, NULL, NULL},
};
