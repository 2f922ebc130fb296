/* SPDX-License-Identifier: Apache-2.0 */
/* Manufacturing Message Specification: all services of ISO 9506-2 with class and technique, what IEC 61850-8-1 makes of
 * them, errors in words, and the parser itself. */
#include "parsers/mms/mms.h"

/* X(tag, name, class, technique, zh, en) */
#define SERVICES(X)                                                                                                    \
    X(0, "status", DIAGNOSE, NULL, "查询VMD状态", "status")                                                            \
    X(1, "get_name_list", IDENTIFY, "T0888", "读名称列表", "get name list")                                            \
    X(2, "identify", IDENTIFY, "T0888", "识别设备", "identify")                                                        \
    X(3, "rename", CONFIGURE, NULL, "重命名对象", "rename")                                                            \
    X(4, "read", READ, "T0801", "读变量", "read")                                                                      \
    X(5, "write", WRITE, "T0836", "写变量", "write")                                                                   \
    X(6, "get_variable_access_attributes", IDENTIFY, "T0861", "读变量属性", "get variable access attributes")          \
    X(7, "define_named_variable", CONFIGURE, NULL, "定义命名变量", "define named variable")                            \
    X(8, "define_scattered_access", CONFIGURE, NULL, "定义分散访问", "define scattered access")                        \
    X(9, "get_scattered_access_attributes", IDENTIFY, NULL, "读分散访问属性", "get scattered access attributes")       \
    X(10, "delete_variable_access", CONFIGURE, NULL, "删除变量", "delete variable access")                             \
    X(11, "define_named_variable_list", CONFIGURE, NULL, "定义数据集", "define named variable list")                   \
    X(12, "get_named_variable_list_attributes", IDENTIFY, "T0861", "读数据集成员", "get variable list attributes")     \
    X(13, "delete_named_variable_list", CONFIGURE, NULL, "删除数据集", "delete named variable list")                   \
    X(14, "define_named_type", CONFIGURE, NULL, "定义命名类型", "define named type")                                   \
    X(15, "get_named_type_attributes", IDENTIFY, NULL, "读类型属性", "get named type attributes")                      \
    X(16, "delete_named_type", CONFIGURE, NULL, "删除命名类型", "delete named type")                                   \
    X(17, "input", CONTROL, NULL, "操作站输入", "operator input")                                                      \
    X(18, "output", CONTROL, NULL, "操作站输出", "operator output")                                                    \
    X(19, "take_control", CONTROL, NULL, "获取信号量", "take control of a semaphore")                                  \
    X(20, "relinquish_control", CONTROL, NULL, "释放信号量", "relinquish a semaphore")                                 \
    X(21, "define_semaphore", CONFIGURE, NULL, "定义信号量", "define semaphore")                                       \
    X(22, "delete_semaphore", CONFIGURE, NULL, "删除信号量", "delete semaphore")                                       \
    X(23, "report_semaphore_status", DIAGNOSE, NULL, "查询信号量状态", "report semaphore status")                      \
    X(24, "report_pool_semaphore_status", DIAGNOSE, NULL, "查询信号量池状态", "report pool semaphore status")          \
    X(25, "report_semaphore_entry_status", DIAGNOSE, NULL, "查询信号量项状态", "report semaphore entry status")        \
    X(26, "initiate_download_sequence", PROGRAM, "T0843", "开始域下载", "initiate download sequence")                  \
    X(27, "download_segment", PROGRAM, "T0843", "下载段", "download segment")                                          \
    X(28, "terminate_download_sequence", PROGRAM, "T0843", "结束域下载", "terminate download sequence")                \
    X(29, "initiate_upload_sequence", PROGRAM, "T0845", "开始域上载", "initiate upload sequence")                      \
    X(30, "upload_segment", PROGRAM, "T0845", "上载段", "upload segment")                                              \
    X(31, "terminate_upload_sequence", PROGRAM, "T0845", "结束域上载", "terminate upload sequence")                    \
    X(32, "request_domain_download", PROGRAM, "T0843", "请求域下载", "request domain download")                        \
    X(33, "request_domain_upload", PROGRAM, "T0845", "请求域上载", "request domain upload")                            \
    X(34, "load_domain_content", PROGRAM, "T0843", "装载域内容", "load domain content")                                \
    X(35, "store_domain_content", PROGRAM, "T0845", "保存域内容", "store domain content")                              \
    X(36, "delete_domain", PROGRAM, "T0809", "删除域", "delete domain")                                                \
    X(37, "get_domain_attributes", IDENTIFY, NULL, "读域属性", "get domain attributes")                                \
    X(38, "create_program_invocation", PROGRAM, "T0821", "创建程序调用", "create program invocation")                  \
    X(39, "delete_program_invocation", PROGRAM, "T0809", "删除程序调用", "delete program invocation")                  \
    X(40, "start", MODE, "T0858", "启动程序", "start program")                                                         \
    X(41, "stop", MODE, "T0858", "停止程序", "stop program")                                                           \
    X(42, "resume", MODE, "T0858", "恢复程序", "resume program")                                                       \
    X(43, "reset", MODE, "T0858", "复位程序", "reset program")                                                         \
    X(44, "kill", MODE, "T0858", "终止程序", "kill program")                                                           \
    X(45, "get_program_invocation_attributes", IDENTIFY, NULL, "读程序属性", "get program invocation attributes")      \
    X(46, "obtain_file", FILE, NULL, "获取文件", "obtain file")                                                        \
    X(47, "define_event_condition", CONFIGURE, NULL, "定义事件条件", "define event condition")                         \
    X(48, "delete_event_condition", CONFIGURE, "T0838", "删除事件条件", "delete event condition")                      \
    X(49, "get_event_condition_attributes", IDENTIFY, NULL, "读事件条件属性", "get event condition attributes")        \
    X(50, "report_event_condition_status", DIAGNOSE, NULL, "查询事件条件状态", "report event condition status")        \
    X(51, "alter_event_condition_monitoring", CONFIGURE, "T0838", "更改事件监视", "alter event monitoring")            \
    X(52, "trigger_event", CONTROL, NULL, "触发事件", "trigger event")                                                 \
    X(53, "define_event_action", CONFIGURE, NULL, "定义事件动作", "define event action")                               \
    X(54, "delete_event_action", CONFIGURE, NULL, "删除事件动作", "delete event action")                               \
    X(55, "get_event_action_attributes", IDENTIFY, NULL, "读事件动作属性", "get event action attributes")              \
    X(56, "report_event_action_status", DIAGNOSE, NULL, "查询事件动作状态", "report event action status")              \
    X(57, "define_event_enrollment", CONFIGURE, NULL, "定义事件登记", "define event enrollment")                       \
    X(58, "delete_event_enrollment", CONFIGURE, "T0838", "删除事件登记", "delete event enrollment")                    \
    X(59, "alter_event_enrollment", CONFIGURE, "T0838", "更改事件登记", "alter event enrollment")                      \
    X(60, "report_event_enrollment_status", DIAGNOSE, NULL, "查询事件登记状态", "report event enrollment status")      \
    X(61, "get_event_enrollment_attributes", IDENTIFY, NULL, "读事件登记属性", "get event enrollment attributes")      \
    X(62, "acknowledge_event_notification", CONTROL, NULL, "确认事件", "acknowledge event notification")               \
    X(63, "get_alarm_summary", DIAGNOSE, NULL, "读报警汇总", "get alarm summary")                                      \
    X(64, "get_alarm_enrollment_summary", DIAGNOSE, NULL, "读报警登记汇总", "get alarm enrollment summary")            \
    X(65, "read_journal", DIAGNOSE, NULL, "读日志", "read journal")                                                    \
    X(66, "write_journal", CONFIGURE, NULL, "写日志", "write journal")                                                 \
    X(67, "initialize_journal", CONFIGURE, "T0872", "清空日志", "initialise journal")                                  \
    X(68, "report_journal_status", DIAGNOSE, NULL, "查询日志状态", "report journal status")                            \
    X(69, "create_journal", CONFIGURE, NULL, "创建日志", "create journal")                                             \
    X(70, "delete_journal", CONFIGURE, "T0872", "删除日志", "delete journal")                                          \
    X(71, "get_capability_list", IDENTIFY, NULL, "读能力列表", "get capability list")                                  \
    X(72, "file_open", FILE, "T0811", "打开文件", "open file")                                                         \
    X(73, "file_read", FILE, "T0811", "读文件", "read file")                                                           \
    X(74, "file_close", FILE, NULL, "关闭文件", "close file")                                                          \
    X(75, "file_rename", FILE, NULL, "重命名文件", "rename file")                                                      \
    X(76, "file_delete", FILE, "T0809", "删除文件", "delete file")                                                     \
    X(77, "file_directory", FILE, NULL, "读文件目录", "file directory")                                                \
    X(78, "additional_service", CONFIGURE, NULL, "附加服务", "additional service")

#define OTHERS(X)                                                                                                      \
    X(MMS_OP_UNCONFIRMED + 0, "information_report", NOTIFY, NULL, "信息报告", "information report")                    \
    X(MMS_OP_UNCONFIRMED + 1, "unsolicited_status", NOTIFY, NULL, "主动状态上送", "unsolicited status")                \
    X(MMS_OP_UNCONFIRMED + 2, "event_notification", ALARM, NULL, "事件通知", "event notification")                     \
    X(MMS_OP_PDU + MMS_REQUEST, "confirmed_request", NONE, NULL, "确认服务请求", "confirmed request")                  \
    X(MMS_OP_PDU + MMS_RESPONSE, "confirmed_response", NONE, NULL, "确认服务应答", "confirmed response")               \
    X(MMS_OP_PDU + MMS_ERROR, "confirmed_error", ERROR, NULL, "确认服务出错", "confirmed error")                       \
    X(MMS_OP_PDU + MMS_UNCONFIRMED, "unconfirmed", NOTIFY, NULL, "非确认服务", "unconfirmed service")                  \
    X(MMS_OP_PDU + MMS_REJECT, "reject", ERROR, NULL, "报文被拒绝", "reject")                                          \
    X(MMS_OP_PDU + MMS_CANCEL_REQUEST, "cancel_request", CONTROL, NULL, "取消请求", "cancel a request")                \
    X(MMS_OP_PDU + MMS_CANCEL_RESPONSE, "cancel_response", CONTROL, NULL, "取消应答", "request cancelled")             \
    X(MMS_OP_PDU + MMS_CANCEL_ERROR, "cancel_error", ERROR, NULL, "取消失败", "cancel failed")                         \
    X(MMS_OP_PDU + MMS_INITIATE_REQUEST, "initiate_request", SESSION, NULL, "建立关联", "initiate")                    \
    X(MMS_OP_PDU + MMS_INITIATE_RESPONSE, "initiate_response", SESSION, NULL, "关联已建立", "initiated")               \
    X(MMS_OP_PDU + MMS_INITIATE_ERROR, "initiate_error", ERROR, NULL, "建立关联失败", "initiate failed")               \
    X(MMS_OP_PDU + MMS_CONCLUDE_REQUEST, "conclude_request", SESSION, NULL, "结束关联", "conclude")                    \
    X(MMS_OP_PDU + MMS_CONCLUDE_RESPONSE, "conclude_response", SESSION, NULL, "关联已结束", "concluded")               \
    X(MMS_OP_PDU + MMS_CONCLUDE_ERROR, "conclude_error", ERROR, NULL, "结束关联失败", "conclude failed")               \
    X(MMS_OP_OPERATE, "operate", CONTROL, "T0855", "控制执行", "operate")                                              \
    X(MMS_OP_SELECT_WITH_VALUE, "select_with_value", CONTROL, "T0855", "带值选择", "select with value")                \
    X(MMS_OP_CANCEL, "cancel", CONTROL, "T0855", "控制撤销", "cancel control")                                         \
    X(MMS_OP_SELECT, "select", CONTROL, "T0855", "控制选择", "select")                                                 \
    X(MMS_OP_TERMINATION, "command_termination", NOTIFY, NULL, "控制结束", "command termination")                      \
    X(MMS_OP_LAST_ERROR, "last_application_error", ERROR, NULL, "控制失败", "control refused")                         \
    X(MMS_OP_REPORT, "report", NOTIFY, NULL, "报告", "report")                                                         \
    X(MMS_OP_REPORT_CONTROL, "report_control", CONFIGURE, NULL, "设置报告控制块", "set report control block")          \
    X(MMS_OP_GOOSE_CONTROL, "goose_control", CONFIGURE, "T0836", "设置GOOSE控制块", "set GOOSE control block")         \
    X(MMS_OP_SAMPLES_CONTROL, "sampled_value_control", CONFIGURE, "T0836", "设置采样值控制块", "set SV control block") \
    X(MMS_OP_LOG_CONTROL, "log_control", CONFIGURE, NULL, "设置日志控制块", "set log control block")                   \
    X(MMS_OP_SETTING_GROUP, "setting_group", CONFIGURE, "T0836", "切换定值区", "setting group")                        \
    X(MMS_OP_SETTING, "setting", CONFIGURE, "T0836", "修改定值", "setting")                                            \
    X(MMS_OP_CONFIGURATION, "configuration", CONFIGURE, "T0836", "修改配置", "configuration")                          \
    X(MMS_OP_SUBSTITUTION, "substitution", CONTROL, "T0856", "取代或闭锁", "substitution or blocking")                 \
    X(MMS_OP_SESSION + 9, "session_finish", SESSION, NULL, "会话结束", "session finish")                               \
    X(MMS_OP_SESSION + 10, "session_disconnect", SESSION, NULL, "会话断开", "session disconnect")                      \
    X(MMS_OP_SESSION + 12, "session_refuse", SESSION, NULL, "会话拒绝", "session refuse")                              \
    X(MMS_OP_SESSION + 13, "session_connect", SESSION, NULL, "会话连接", "session connect")                            \
    X(MMS_OP_SESSION + 14, "session_accept", SESSION, NULL, "会话接受", "session accept")                              \
    X(MMS_OP_SESSION + 25, "session_abort", SESSION, NULL, "会话中止", "session abort")

static const struct operation operations[] = {SERVICES(OPERATION_ROW) OTHERS(OPERATION_ROW)};

#define SERVICE_NAME(code, name, class, technique, zh, en) {code, zh, en},
const struct value_name mms_request_names[] = {SERVICES(SERVICE_NAME){0, NULL, NULL}};

const struct value_name mms_unconfirmed_names[] = {
    {0, "信息报告", "information report"},
    {1, "主动状态上送", "unsolicited status"},
    {2, "事件通知", "event notification"},
    {0, NULL, NULL},
};

const struct value_name mms_spdu_names[] = {
    {9, "FN 结束", "FN finish"},
    {10, "DN 断开", "DN disconnect"},
    {12, "RF 拒绝", "RF refuse"},
    {13, "CN 连接", "CN connect"},
    {14, "AC 接受", "AC accept"},
    {25, "AB 中止", "AB abort"},
    {0, NULL, NULL},
};

const struct value_name mms_object_class_names[] = {
    {0, "命名变量", "named variable"},
    {1, "分散访问", "scattered access"},
    {2, "数据集", "named variable list"},
    {3, "命名类型", "named type"},
    {4, "信号量", "semaphore"},
    {5, "事件条件", "event condition"},
    {6, "事件动作", "event action"},
    {7, "事件登记", "event enrollment"},
    {8, "日志", "journal"},
    {9, "域", "domain"},
    {10, "程序调用", "program invocation"},
    {11, "操作站", "operator station"},
    {0, NULL, NULL},
};

/* X(code, zh, en): DataAccessError, clause 14.4.3.1 */
#define ACCESS_ERRORS(X)                                                                                               \
    X(0, "对象失效", "object invalidated")                                                                             \
    X(1, "硬件故障", "hardware fault")                                                                                 \
    X(2, "暂时不可用", "temporarily unavailable")                                                                      \
    X(3, "拒绝访问对象", "object access denied")                                                                       \
    X(4, "对象未定义", "object undefined")                                                                             \
    X(5, "地址无效", "invalid address")                                                                                \
    X(6, "类型不支持", "type unsupported")                                                                             \
    X(7, "类型不一致", "type inconsistent")                                                                            \
    X(8, "对象属性不一致", "object attribute inconsistent")                                                            \
    X(9, "对象不支持该访问", "object access unsupported")                                                              \
    X(10, "对象不存在", "object non-existent")                                                                         \
    X(11, "对象值无效", "object value invalid")

/* X(code, zh, en): AddCause, IEC 61850-8-1 clause 20.9 */
#define CAUSES(X)                                                                                                      \
    X(0, "未知", "unknown")                                                                                            \
    X(1, "不支持", "not supported")                                                                                    \
    X(2, "操作权限层级闭锁", "blocked by switching hierarchy")                                                         \
    X(3, "选择失败", "select failed")                                                                                  \
    X(4, "位置无效", "invalid position")                                                                               \
    X(5, "已在该位置", "position reached")                                                                             \
    X(6, "执行中参数改变", "parameter change in execution")                                                            \
    X(7, "到达步进极限", "step limit")                                                                                 \
    X(8, "运行模式闭锁", "blocked by mode")                                                                            \
    X(9, "过程闭锁", "blocked by process")                                                                             \
    X(10, "联锁闭锁", "blocked by interlocking")                                                                       \
    X(11, "同期闭锁", "blocked by synchrocheck")                                                                       \
    X(12, "命令正在执行", "command already in execution")                                                              \
    X(13, "健康状态闭锁", "blocked by health")                                                                         \
    X(14, "N选1控制闭锁", "1-of-n control")                                                                            \
    X(15, "因撤销中止", "abortion by cancel")                                                                          \
    X(16, "超时", "time limit over")                                                                                   \
    X(17, "因跳闸中止", "abortion by trip")                                                                            \
    X(18, "对象未选择", "object not selected")                                                                         \
    X(19, "对象已被选择", "object already selected")                                                                   \
    X(20, "无访问权限", "no access authority")                                                                         \
    X(21, "超调结束", "ended with overshoot")                                                                          \
    X(22, "偏差中止", "abortion due to deviation")                                                                     \
    X(23, "通信中断中止", "abortion by communication loss")                                                            \
    X(24, "命令闭锁", "blocked by command")                                                                            \
    X(25, "无", "none")                                                                                                \
    X(26, "参数不一致", "inconsistent parameters")                                                                     \
    X(27, "被其他客户端锁定", "locked by other client")

#define VALUE_ROW(code, zh, en) {code, zh, en},
const struct value_name mms_access_error_names[] = {ACCESS_ERRORS(VALUE_ROW){0, NULL, NULL}};
const struct value_name mms_cause_names[] = {CAUSES(VALUE_ROW){0, NULL, NULL}};

const struct value_name mms_error_class_names[] = {
    {0, "VMD状态", "VMD state"},
    {1, "应用引用", "application reference"},
    {2, "定义", "definition"},
    {3, "资源", "resource"},
    {4, "服务", "service"},
    {5, "服务抢占", "service preempt"},
    {6, "时间分辨率", "time resolution"},
    {7, "访问", "access"},
    {8, "建立关联", "initiate"},
    {9, "结束关联", "conclude"},
    {10, "取消", "cancel"},
    {11, "文件", "file"},
    {12, "其他", "others"},
    {0, NULL, NULL},
};

const struct value_name mms_reject_names[] = {
    {1, "确认请求", "confirmed request"},  {2, "确认应答", "confirmed response"}, {3, "确认出错", "confirmed error"},
    {4, "非确认", "unconfirmed"},          {5, "报文错误", "PDU error"},          {6, "取消请求", "cancel request"},
    {7, "取消应答", "cancel response"},    {8, "取消出错", "cancel error"},       {9, "结束请求", "conclude request"},
    {10, "结束应答", "conclude response"}, {11, "结束出错", "conclude error"},    {0, NULL, NULL},
};

const struct value_name mms_logical_status_names[] = {
    {0, "允许状态变化", "state changes allowed"},
    {1, "不允许状态变化", "no state changes allowed"},
    {2, "服务受限", "limited services permitted"},
    {3, "支持服务允许", "support services allowed"},
    {0, NULL, NULL},
};

const struct value_name mms_physical_status_names[] = {
    {0, "可运行", "operational"},
    {1, "部分可运行", "partially operational"},
    {2, "不可运行", "inoperable"},
    {3, "需要调试", "needs commissioning"},
    {0, NULL, NULL},
};

const struct value_name mms_origin_names[] = {
    {0, "不支持", "not supported"},
    {1, "间隔层操作", "bay control"},
    {2, "站控层操作", "station control"},
    {3, "远方操作", "remote control"},
    {4, "间隔层自动", "automatic bay"},
    {5, "站控层自动", "automatic station"},
    {6, "远方自动", "automatic remote"},
    {7, "维护", "maintenance"},
    {8, "过程", "process"},
    {0, NULL, NULL},
};

#define ACCESS_STATUS(code, zh, en) {MMS_STATUS_ACCESS + (code), zh, en},
#define CAUSE_STATUS(code, zh, en)  {MMS_STATUS_CAUSE + (code), zh, en},
#define SERVICE_STATUS(class, code) (MMS_STATUS_SERVICE + ((class) << 8) + (code))
static const struct status_name statuses[] = {
    {0, "成功", "success"},
    ACCESS_ERRORS(ACCESS_STATUS){SERVICE_STATUS(0, 0), "VMD状态错误", "VMD state"},
    {SERVICE_STATUS(0, 1), "VMD状态冲突", "VMD state conflict"},
    {SERVICE_STATUS(0, 2), "VMD运行故障", "VMD operational problem"},
    {SERVICE_STATUS(0, 3), "域传输故障", "domain transfer problem"},
    {SERVICE_STATUS(0, 4), "状态机标识无效", "state machine id invalid"},
    {SERVICE_STATUS(1, 0), "应用引用错误", "application reference"},
    {SERVICE_STATUS(1, 1), "应用不可达", "application unreachable"},
    {SERVICE_STATUS(1, 2), "连接丢失", "connection lost"},
    {SERVICE_STATUS(1, 3), "应用引用无效", "application reference invalid"},
    {SERVICE_STATUS(1, 4), "上下文不支持", "context unsupported"},
    {SERVICE_STATUS(2, 0), "定义错误", "definition"},
    {SERVICE_STATUS(2, 1), "对象未定义", "object undefined"},
    {SERVICE_STATUS(2, 2), "地址无效", "invalid address"},
    {SERVICE_STATUS(2, 3), "类型不支持", "type unsupported"},
    {SERVICE_STATUS(2, 4), "类型不一致", "type inconsistent"},
    {SERVICE_STATUS(2, 5), "对象已存在", "object exists"},
    {SERVICE_STATUS(2, 6), "对象属性不一致", "object attribute inconsistent"},
    {SERVICE_STATUS(3, 0), "资源错误", "resource"},
    {SERVICE_STATUS(3, 1), "存储器不可用", "memory unavailable"},
    {SERVICE_STATUS(3, 2), "处理器资源不可用", "processor resource unavailable"},
    {SERVICE_STATUS(3, 3), "大容量存储不可用", "mass storage unavailable"},
    {SERVICE_STATUS(3, 4), "能力不可用", "capability unavailable"},
    {SERVICE_STATUS(3, 5), "能力未知", "capability unknown"},
    {SERVICE_STATUS(4, 0), "服务错误", "service"},
    {SERVICE_STATUS(4, 1), "服务顺序错误", "primitives out of sequence"},
    {SERVICE_STATUS(4, 2), "对象状态冲突", "object state conflict"},
    {SERVICE_STATUS(4, 3), "报文过大", "PDU size"},
    {SERVICE_STATUS(4, 4), "续传无效", "continuation invalid"},
    {SERVICE_STATUS(4, 5), "对象约束冲突", "object constraint conflict"},
    {SERVICE_STATUS(5, 0), "服务被抢占", "service preempted"},
    {SERVICE_STATUS(5, 1), "超时", "timeout"},
    {SERVICE_STATUS(5, 2), "死锁", "deadlock"},
    {SERVICE_STATUS(5, 3), "已取消", "cancelled"},
    {SERVICE_STATUS(6, 0), "时间分辨率错误", "time resolution"},
    {SERVICE_STATUS(6, 1), "时间分辨率不支持", "time resolution unsupportable"},
    {SERVICE_STATUS(7, 0), "访问错误", "access"},
    {SERVICE_STATUS(7, 1), "对象不支持该访问", "object access unsupported"},
    {SERVICE_STATUS(7, 2), "对象不存在", "object non-existent"},
    {SERVICE_STATUS(7, 3), "拒绝访问对象", "object access denied"},
    {SERVICE_STATUS(7, 4), "对象失效", "object invalidated"},
    {SERVICE_STATUS(8, 0), "建立关联错误", "initiate"},
    {SERVICE_STATUS(8, 3), "主叫并发服务数不足", "outstanding services of the caller insufficient"},
    {SERVICE_STATUS(8, 4), "被叫并发服务数不足", "outstanding services of the called insufficient"},
    {SERVICE_STATUS(8, 5), "服务支持不足", "service CBB insufficient"},
    {SERVICE_STATUS(8, 6), "参数支持不足", "parameter CBB insufficient"},
    {SERVICE_STATUS(8, 7), "嵌套层数不足", "nesting level insufficient"},
    {SERVICE_STATUS(9, 0), "结束关联错误", "conclude"},
    {SERVICE_STATUS(9, 1), "还需继续通信", "further communication required"},
    {SERVICE_STATUS(10, 0), "取消错误", "cancel"},
    {SERVICE_STATUS(10, 1), "调用标识未知", "invoke id unknown"},
    {SERVICE_STATUS(10, 2), "无法取消", "cancel not possible"},
    {SERVICE_STATUS(11, 0), "文件错误", "file"},
    {SERVICE_STATUS(11, 1), "文件名有歧义", "filename ambiguous"},
    {SERVICE_STATUS(11, 2), "文件忙", "file busy"},
    {SERVICE_STATUS(11, 3), "文件名语法错误", "filename syntax error"},
    {SERVICE_STATUS(11, 4), "内容类型无效", "content type invalid"},
    {SERVICE_STATUS(11, 5), "位置无效", "position invalid"},
    {SERVICE_STATUS(11, 6), "拒绝访问文件", "file access denied"},
    {SERVICE_STATUS(11, 7), "文件不存在", "file non-existent"},
    {SERVICE_STATUS(11, 8), "文件名重复", "duplicate filename"},
    {SERVICE_STATUS(11, 9), "文件存储空间不足", "insufficient space in filestore"},
    {SERVICE_STATUS(12, 0), "其他错误", "other"},
    CAUSES(CAUSE_STATUS){MMS_STATUS_REJECT, "报文被拒绝", "rejected"},
    {MMS_STATUS_REJECT + 0x10, "确认请求被拒绝", "confirmed request rejected"},
    {MMS_STATUS_REJECT + 0x11, "服务无法识别", "unrecognised service"},
    {MMS_STATUS_REJECT + 0x12, "修饰符无法识别", "unrecognised modifier"},
    {MMS_STATUS_REJECT + 0x13, "调用标识无效", "invalid invoke id"},
    {MMS_STATUS_REJECT + 0x14, "参数无效", "invalid argument"},
    {MMS_STATUS_REJECT + 0x15, "修饰符无效", "invalid modifier"},
    {MMS_STATUS_REJECT + 0x16, "并发服务过多", "too many outstanding services"},
    {MMS_STATUS_REJECT + 0x18, "递归超限", "recursion exceeded"},
    {MMS_STATUS_REJECT + 0x19, "数值超范围", "value out of range"},
    {MMS_STATUS_REJECT + 0x50, "未知报文类型", "unknown PDU type"},
    {MMS_STATUS_REJECT + 0x51, "报文无效", "invalid PDU"},
    {MMS_STATUS_REJECT + 0x52, "ACSE映射非法", "illegal ACSE mapping"},
};

static const struct field fields[] = {MMS_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {MMS_ANOMALIES(ANOMALY_ROW)};
static const uint16_t tcp_ports[] = {102, 0};

const struct parser parser_mms = {
    .name = "mms",
    .zh = "制造报文规范 (IEC 61850 / ICCP)",
    .en = "Manufacturing Message Specification (IEC 61850, ICCP)",
    .specification = "ISO 9506-1/-2:2003, IEC 61850-8-1:2011, ISO/IEC 8327-1, 8823-1, 8650-1",
    .transports = OVER_COTP,
    .tcp_ports = tcp_ports,
    .fields = fields,
    .field_count = FIELD_COUNT,
    .operations = operations,
    .operation_count = COUNT_OF(operations),
    .anomalies = anomalies,
    .anomaly_count = ANOMALY_COUNT,
    .statuses = statuses,
    .status_count = COUNT_OF(statuses),
    .state_size = sizeof(struct mms_state),
    .request_slots = 32,
    .probe = mms_probe,
    .parse = mms_parse,
};
