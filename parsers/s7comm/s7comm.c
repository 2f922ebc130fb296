/* SPDX-License-Identifier: Apache-2.0 */
/* S7 communication of Siemens S7-200/300/400 (and S7-1200/1500 where they still speak it), over ISO transport: its
 * operations with class and ATT&CK technique, its errors in words, and the parser itself.
 *
 * S7comm-plus (protocol id 0x72) is another protocol. Codes follow Siemens "System Software for S7-300/400, System and
 * Standard Functions". */
#include "parsers/s7comm/s7comm.h"

#include "parsers/s7comm/program_invocations.h"

#define JOBS(X)                                                                                                        \
    X(0x00, "cpu_service", SESSION, NULL, "CPU服务", "CPU service")                                                    \
    X(0x01, "mode_transition_job", NOTIFY, NULL, "运行方式转换", "mode transition")                                    \
    X(S7_READ, "read_var", READ, "T0801", "读变量", "read variables")                                                  \
    X(S7_WRITE, "write_var", WRITE, "T0836", "写变量", "write variables")                                              \
    X(S7_REQUEST_DOWNLOAD, "request_download", PROGRAM, "T0843", "请求下载块", "request block download")               \
    X(S7_DOWNLOAD_BLOCK, "download_block", PROGRAM, "T0843", "下载块", "download block")                               \
    X(S7_DOWNLOAD_ENDED, "download_ended", PROGRAM, "T0843", "块下载结束", "block download ended")                     \
    X(S7_START_UPLOAD, "start_upload", PROGRAM, "T0845", "开始上载块", "start block upload")                           \
    X(S7_UPLOAD, "upload", PROGRAM, "T0845", "上载块", "upload block")                                                 \
    X(S7_END_UPLOAD, "end_upload", PROGRAM, "T0845", "块上载结束", "end block upload")                                 \
    X(S7_PI_SERVICE, "pi_service", CONTROL, "T0821", "程序调用服务", "program invocation service")                     \
    X(S7_PLC_STOP, "plc_stop", MODE, "T0858", "PLC停机", "PLC stop")                                                   \
    X(S7_SETUP, "setup_communication", SESSION, NULL, "建立S7通信", "setup communication")

#define USERDATA(X)                                                                                                    \
    X(S7_OP_USERDATA(0, 0), "mode_transition", NOTIFY, NULL, "运行方式转换通知", "mode transition indication")         \
    X(S7_OP_USERDATA(1, 0x01), "block_status", DIAGNOSE, "T0801", "监视块状态", "block status")                        \
    X(S7_OP_USERDATA(1, 0x02), "variable_status", READ, "T0801", "监视变量", "variable status")                        \
    X(S7_OP_USERDATA(1, 0x03), "output_istack", DIAGNOSE, NULL, "读中断堆栈", "output interrupt stack")                \
    X(S7_OP_USERDATA(1, 0x04), "output_bstack", DIAGNOSE, NULL, "读块堆栈", "output block stack")                      \
    X(S7_OP_USERDATA(1, 0x05), "output_lstack", DIAGNOSE, NULL, "读局部数据堆栈", "output local data stack")           \
    X(S7_OP_USERDATA(1, 0x06), "time_measurement", DIAGNOSE, NULL, "运行时间测量", "run-time measurement")             \
    X(S7_OP_USERDATA(1, 0x07), "force_selection", CONTROL, "T0835", "强制选择", "force selection")                     \
    X(S7_OP_USERDATA(1, 0x08), "modify_variable", WRITE, "T0836", "修改变量", "modify variable")                       \
    X(S7_OP_USERDATA(1, 0x09), "force", CONTROL, "T0835", "强制变量", "force variables")                               \
    X(S7_OP_USERDATA(1, 0x0a), "breakpoint", CONTROL, "T0858", "设置断点", "breakpoint")                               \
    X(S7_OP_USERDATA(1, 0x0b), "exit_hold", MODE, "T0858", "退出HOLD", "exit HOLD")                                    \
    X(S7_OP_USERDATA(1, 0x0c), "memory_reset", MODE, "T0809", "存储器复位", "memory reset")                            \
    X(S7_OP_USERDATA(1, 0x0d), "disable_job", CONTROL, NULL, "禁用作业", "disable job")                                \
    X(S7_OP_USERDATA(1, 0x0e), "enable_job", CONTROL, NULL, "启用作业", "enable job")                                  \
    X(S7_OP_USERDATA(1, 0x0f), "delete_job", CONTROL, NULL, "删除作业", "delete job")                                  \
    X(S7_OP_USERDATA(1, 0x10), "read_job_list", DIAGNOSE, NULL, "读作业表", "read job list")                           \
    X(S7_OP_USERDATA(1, 0x11), "read_job", DIAGNOSE, NULL, "读作业", "read job")                                       \
    X(S7_OP_USERDATA(1, 0x12), "replace_job", CONTROL, NULL, "替换作业", "replace job")                                \
    X(S7_OP_USERDATA(1, 0x13), "block_status_2", DIAGNOSE, "T0801", "监视块状态(2)", "block status, version 2")        \
    X(S7_OP_USERDATA(1, 0x16), "flash_led", IDENTIFY, NULL, "指示灯闪烁", "flash LED")                                 \
    X(S7_OP_USERDATA(2, 0x01), "cyclic_read", READ, "T0801", "循环读取", "cyclic read")                                \
    X(S7_OP_USERDATA(2, 0x04), "cyclic_unsubscribe", READ, NULL, "取消循环读取", "unsubscribe cyclic read")            \
    X(S7_OP_USERDATA(2, 0x05), "change_read", READ, "T0801", "变化读取", "change-driven read")                         \
    X(S7_OP_USERDATA(2, 0x07), "change_read_modify", READ, "T0801", "更改变化读取", "modify change-driven read")       \
    X(S7_OP_USERDATA(2, 0x08), "read_record", READ, NULL, "读数据记录", "read data record")                            \
    X(S7_OP_USERDATA(3, 0x01), "list_blocks", IDENTIFY, "T0888", "列出块", "list blocks")                              \
    X(S7_OP_USERDATA(3, 0x02), "list_blocks_of_type", IDENTIFY, "T0888", "按类型列出块", "list blocks of a type")      \
    X(S7_OP_USERDATA(3, 0x03), "block_info", IDENTIFY, "T0888", "读块信息", "block information")                       \
    X(S7_OP_USERDATA(4, 0x01), "read_szl", IDENTIFY, "T0888", "读系统状态表", "read system status list")               \
    X(S7_OP_USERDATA(4, 0x02), "message_service", SESSION, NULL, "订阅消息", "message service")                        \
    X(S7_OP_USERDATA(4, 0x03), "diagnostic_message", ALARM, NULL, "诊断消息", "diagnostic message")                    \
    X(S7_OP_USERDATA(4, 0x05), "alarm_8", ALARM, NULL, "ALARM_8报警", "ALARM_8 indication")                            \
    X(S7_OP_USERDATA(4, 0x06), "notify", ALARM, NULL, "NOTIFY通知", "NOTIFY indication")                               \
    X(S7_OP_USERDATA(4, 0x07), "alarm_lock", CONFIGURE, "T0838", "闭锁报警", "lock alarm")                             \
    X(S7_OP_USERDATA(4, 0x08), "alarm_unlock", CONFIGURE, NULL, "解锁报警", "unlock alarm")                            \
    X(S7_OP_USERDATA(4, 0x09), "scan", ALARM, NULL, "SCAN消息", "SCAN indication")                                     \
    X(S7_OP_USERDATA(4, 0x0b), "alarm_ack", CONTROL, NULL, "确认报警", "acknowledge alarm")                            \
    X(S7_OP_USERDATA(4, 0x0c), "alarm_ack_indication", ALARM, NULL, "报警确认通知", "alarm acknowledged")              \
    X(S7_OP_USERDATA(4, 0x0d), "alarm_lock_indication", ALARM, NULL, "报警闭锁通知", "alarm locked")                   \
    X(S7_OP_USERDATA(4, 0x0e), "alarm_unlock_indication", ALARM, NULL, "报警解锁通知", "alarm unlocked")               \
    X(S7_OP_USERDATA(4, 0x10), "archive_send", NOTIFY, NULL, "归档数据上送", "AR_SEND indication")                     \
    X(S7_OP_USERDATA(4, 0x11), "alarm_sq", ALARM, NULL, "ALARM_SQ报警", "ALARM_SQ indication")                         \
    X(S7_OP_USERDATA(4, 0x12), "alarm_s", ALARM, NULL, "ALARM_S报警", "ALARM_S indication")                            \
    X(S7_OP_USERDATA(4, 0x13), "alarm_query", DIAGNOSE, NULL, "查询报警", "alarm query")                               \
    X(S7_OP_USERDATA(4, 0x16), "notify_8", ALARM, NULL, "NOTIFY_8通知", "NOTIFY_8 indication")                         \
    X(S7_OP_USERDATA(5, 0x01), "password", SESSION, "T0859", "输入PLC口令", "PLC password")                            \
    X(S7_OP_USERDATA(5, 0x02), "password_reset", SESSION, NULL, "取消PLC口令授权", "end of the password session")      \
    X(S7_OP_USERDATA(6, 0x01), "block_send", WRITE, NULL, "BSEND块发送", "BSEND")                                      \
    X(S7_OP_USERDATA(7, 0x01), "read_clock", DIAGNOSE, NULL, "读时钟", "read clock")                                   \
    X(S7_OP_USERDATA(7, 0x02), "set_clock", TIME, "T0836", "设置时钟", "set clock")                                    \
    X(S7_OP_USERDATA(7, 0x03), "read_clock_following", DIAGNOSE, NULL, "读从时钟", "read clock (following)")           \
    X(S7_OP_USERDATA(7, 0x04), "set_clock_2", TIME, "T0836", "设置时钟(2)", "set clock (2)")                           \
    X(S7_OP_USERDATA(15, 0x01), "nc_request_download", PROGRAM, "T0843", "请求下载NC程序", "request NC download")      \
    X(S7_OP_USERDATA(15, 0x02), "nc_download", PROGRAM, "T0843", "下载NC程序", "NC download")                          \
    X(S7_OP_USERDATA(15, 0x03), "nc_continue_download", PROGRAM, "T0843", "继续下载NC程序", "continue NC download")    \
    X(S7_OP_USERDATA(15, 0x04), "nc_download_ended", PROGRAM, "T0843", "NC程序下载结束", "NC download ended")          \
    X(S7_OP_USERDATA(15, 0x06), "nc_start_upload", PROGRAM, "T0845", "开始上载NC程序", "start NC upload")              \
    X(S7_OP_USERDATA(15, 0x07), "nc_upload", PROGRAM, "T0845", "上载NC程序", "NC upload")                              \
    X(S7_OP_USERDATA(15, 0x08), "nc_continue_upload", PROGRAM, "T0845", "继续上载NC程序", "continue NC upload")

#define PI_ROW(index, service, name, class, technique, zh, en)                                                         \
    OPERATION_ROW(S7_OP_PI(index), name, class, technique, zh, en)

static const struct operation operations[] = {JOBS(OPERATION_ROW) S7_PROGRAM_INVOCATIONS(PI_ROW)
                                                  USERDATA(OPERATION_ROW)};

/* Below 0x100: return codes of single items. Above: error class and code of the header, or of a user data answer. */
static const struct status_name statuses[] = {
    {0x0000, "成功", "success"},
    {0x0001, "硬件故障", "hardware fault"},
    {0x0003, "不允许访问该对象", "access to the object not allowed"},
    {0x0005, "地址超出范围", "address out of range"},
    {0x0006, "数据类型不支持", "data type not supported"},
    {0x0007, "数据类型不一致", "data type inconsistent"},
    {0x000a, "对象不存在", "object does not exist"},
    {0x00ff, "成功", "success"},
    {0x0110, "块号无效", "block number invalid"},
    {0x0111, "请求长度无效", "request length invalid"},
    {0x0112, "参数无效", "parameter invalid"},
    {0x0113, "块类型无效", "block type invalid"},
    {0x0114, "找不到块", "block not found"},
    {0x0115, "块已存在", "block exists already"},
    {0x0116, "块写保护", "block is write-protected"},
    {0x0117, "块或系统更新过大", "block or system update too large"},
    {0x0118, "块号无效", "block number invalid"},
    {0x0119, "口令错误", "wrong password"},
    {0x011a, "编程设备资源错误", "programming device out of resources"},
    {0x011b, "PLC资源错误", "PLC out of resources"},
    {0x011c, "协议错误", "protocol error"},
    {0x011d, "块数量过多", "too many blocks"},
    {0x011e, "连接或句柄失效", "connection or handle no longer valid"},
    {0x011f, "结果缓冲区过小", "result buffer too small"},
    {0x0120, "块列表结束", "end of block list"},
    {0x0140, "存储器不足", "not enough memory"},
    {0x0141, "资源不足,作业无法处理", "job not processed for lack of resources"},
    {0x8001, "块当前状态下无法执行", "not possible in the block's present state"},
    {0x8003, "块传输错误", "error while a block was transferred"},
    {0x8100, "远端模块不认识该服务", "service unknown to the remote module"},
    {0x8104, "模块未实现该服务或报文错误", "service not implemented, or frame error"},
    {0x8204, "对象类型说明不一致", "type of the object inconsistent"},
    {0x8205, "已有未链接的副本", "an unlinked copy exists already"},
    {0x8301, "存储器不足或存储介质不可用", "memory or storage medium not available"},
    {0x8302, "资源或处理能力不足", "too few resources"},
    {0x8304, "不能再并行上载", "no further parallel upload"},
    {0x8305, "功能不可用", "function not available"},
    {0x8306, "工作存储器不足", "not enough work memory"},
    {0x8307, "保持性工作存储器不足", "not enough retentive work memory"},
    {0x8401, "服务顺序错误", "services in wrong order"},
    {0x8402, "对象状态不允许执行", "not possible in the object's present state"},
    {0x8404, "功能无法执行", "function cannot be performed"},
    {0x8405, "远端块处于禁用状态", "remote block is disabled"},
    {0x8500, "报文错误", "wrong frame"},
    {0x8503, "模块提前取消服务", "module cancelled the service"},
    {0x8701, "对象寻址错误", "object cannot be addressed"},
    {0x8702, "模块不支持该服务", "service not supported by the module"},
    {0x8703, "拒绝访问对象", "access to the object refused"},
    {0x8704, "对象损坏", "object damaged"},
    {0xd001, "作业号非法", "illegal job number"},
    {0xd002, "作业变体非法", "illegal job variant"},
    {0xd003, "模块不支持该调试功能", "debugging function not supported"},
    {0xd004, "作业状态非法", "illegal job status"},
    {0xd005, "作业终止方式非法", "illegal end of a job"},
    {0xd007, "缓冲元素个数非法", "illegal number of buffer elements"},
    {0xd008, "采样率非法", "illegal scan rate"},
    {0xd009, "执行次数非法", "illegal number of executions"},
    {0xd00a, "触发事件非法", "illegal trigger event"},
    {0xd00b, "触发条件非法", "illegal trigger condition"},
    {0xd011, "调用环境中的块不存在", "block of the call environment does not exist"},
    {0xd012, "块内地址错误", "wrong address in the block"},
    {0xd014, "块正被删除或覆盖", "block is being deleted or overwritten"},
    {0xd015, "变量地址非法", "illegal variable address"},
    {0xd016, "用户程序有错,无法测试", "no test jobs: errors in the user program"},
    {0xd017, "触发号非法", "illegal trigger number"},
    {0xd025, "路径无效", "invalid path"},
    {0xd026, "访问类型非法", "illegal access type"},
    {0xd027, "数据块个数不允许", "number of data blocks not permitted"},
    {0xd031, "内部协议错误", "internal protocol error"},
    {0xd032, "结果缓冲区长度错误", "wrong length of the result buffer"},
    {0xd033, "作业长度错误", "wrong job length"},
    {0xd03f, "参数部分编码错误", "coding error in the parameters"},
    {0xd041, "系统状态表号非法", "illegal SZL id"},
    {0xd042, "变量地址非法", "illegal variable address"},
    {0xd043, "找不到引用的作业", "referenced job not found"},
    {0xd044, "变量值非法", "illegal variable value"},
    {0xd045, "HOLD状态下不允许退出", "exit not allowed in HOLD"},
    {0xd04a, "程序状态监视出错", "program status failed"},
    {0xd05f, "数据部分编码错误", "coding error in the data"},
    {0xd061, "作业存储空间不足", "no memory for the job"},
    {0xd062, "作业表已满", "job list full"},
    {0xd063, "触发事件已占用", "trigger event in use"},
    {0xd067, "修改变量作业过多", "too many modify jobs"},
    {0xd081, "当前运行方式不允许该功能", "not permitted in the present mode"},
    {0xd082, "无法退出HOLD", "HOLD cannot be left"},
    {0xd0a1, "当前保护等级不允许该功能", "not permitted at the present protection level"},
    {0xd0a2, "存储器正被修改,暂不可用", "not possible now: memory is being modified"},
    {0xd0a4, "强制已建立", "forcing is already established"},
    {0xd0a5, "找不到引用的作业", "referenced job not found"},
    {0xd0a6, "作业不能启用或禁用", "job cannot be enabled or disabled"},
    {0xd0a7, "作业不能删除", "job cannot be deleted"},
    {0xd0a8, "作业不能替换", "job cannot be replaced"},
    {0xd0a9, "作业不能读取", "job cannot be read"},
    {0xd0aa, "处理超时", "processing took too long"},
    {0xd0ad, "运行方式已设定", "mode already set"},
    {0xd0ae, "作业由另一连接建立", "job belongs to another connection"},
    {0xd0c1, "访问变量时出错", "error while accessing variables"},
    {0xd0c2, "转入STOP/HOLD", "change to STOP or HOLD"},
    {0xd0c3, "访问变量出错并转入STOP/HOLD", "error while accessing variables, change to STOP or HOLD"},
    {0xd0c5, "块堆栈显示不一致", "block stack inconsistent"},
    {0xd0c7, "离开STOP,作业自动删除", "job deleted because STOP was left"},
    {0xd0c8, "程序与测试作业不一致", "program and test job do not match"},
    {0xd0cb, "外设输出禁止重新生效", "outputs disabled again"},
    {0xd201, "块名语法错误", "syntax error in the block name"},
    {0xd202, "功能参数语法错误", "syntax error in the parameters"},
    {0xd205, "RAM中已有链接的块", "linked block exists in RAM"},
    {0xd206, "EPROM中已有链接的块", "linked block exists in EPROM"},
    {0xd208, "未链接块数超限", "too many unlinked blocks"},
    {0xd209, "模块上找不到指定的块", "block not found on the module"},
    {0xd20a, "一次链接的块过多", "too many blocks to link at once"},
    {0xd20b, "一次删除的块过多", "too many blocks to delete at once"},
    {0xd20c, "OB的优先级不存在", "no priority class for the OB"},
    {0xd20d, "SDB无法解释", "SDB cannot be interpreted"},
    {0xd20e, "没有更多的块", "no further block"},
    {0xd20f, "块超过模块允许的大小", "block larger than the module allows"},
    {0xd210, "块号无效", "block number invalid"},
    {0xd212, "块头属性错误", "wrong attribute in the block header"},
    {0xd213, "SDB过多", "too many SDBs"},
    {0xd216, "用户程序无效", "user program invalid"},
    {0xd217, "保护等级不允许", "protection level not permitted"},
    {0xd218, "主动/被动属性错误", "wrong attribute active or passive"},
    {0xd219, "块长度错误", "wrong block length"},
    {0xd21a, "局部数据长度或写保护错误", "wrong length of local data or write-protection"},
    {0xd21b, "无法压缩或压缩中断", "compression impossible or interrupted"},
    {0xd21d, "动态工程数据量非法", "illegal amount of dynamic project data"},
    {0xd21e, "模块参数无法分配", "module cannot be given its parameters"},
    {0xd220, "编程语言不允许", "programming language not permitted"},
    {0xd221, "连接或路由数据无效", "connection or routing data invalid"},
    {0xd226, "块结构错误", "structural error in a block"},
    {0xd230, "块结构错误", "structural error in a block"},
    {0xd231, "OB的优先级不存在", "no priority class for an OB"},
    {0xd232, "块号非法", "illegal block number"},
    {0xd234, "块重复", "block exists twice"},
    {0xd235, "块校验和错误", "wrong block checksum"},
    {0xd236, "块没有校验和", "block without checksum"},
    {0xd237, "相同时间戳的块已存在", "a block of the same time stamp exists"},
    {0xd240, "违反协调规则", "coordination rules violated"},
    {0xd241, "当前保护等级不允许该功能", "not permitted at the present protection level"},
    {0xd242, "处理F块时保护冲突", "protection violated by F blocks"},
    {0xd250, "更新与模块标识或版本不符", "update does not match the module"},
    {0xd251, "操作系统组件顺序错误", "wrong order of system components"},
    {0xd252, "校验和错误", "checksum error"},
    {0xd253, "没有可执行的装载程序", "no executable loader"},
    {0xd254, "操作系统存储错误", "storage error of the operating system"},
    {0xd280, "CPU内编译块出错", "block could not be compiled"},
    {0xd2a1, "另一块功能正在执行", "another block function is active"},
    {0xd2a2, "块上有触发器", "a trigger is active on the block"},
    {0xd2a3, "块未激活、被占用或待删除", "block not active, in use or marked for deletion"},
    {0xd2a4, "块正被另一功能处理", "block is processed by another function"},
    {0xd2a6, "不能同时保存和修改程序", "program cannot be saved and changed at once"},
    {0xd2a7, "块未链接或不执行", "block is unlinked or not executed"},
    {0xd2a8, "调试功能阻止分配参数", "a debugging function blocks parameter assignment"},
    {0xd2a9, "CPU正在分配参数", "CPU is being given new parameters"},
    {0xd2aa, "模块正在分配参数", "modules are being given new parameters"},
    {0xd2b0, "运行中组态(CiR)出错", "error while configuring in RUN"},
    {0xd2c2, "无法下载程序或硬件组态", "program or hardware configuration cannot be downloaded"},
    {0xd401, "信息功能不可用", "information function not available"},
    {0xd402, "信息功能不可用", "information function not available"},
    {0xd403, "服务已登录或已注销", "service already logged on or off"},
    {0xd404, "登录的节点数已满", "no further node can log on"},
    {0xd405, "服务不支持或参数语法错误", "service not supported, or syntax error"},
    {0xd406, "所需信息当前不可用", "information not available now"},
    {0xd407, "诊断错误", "diagnostics error"},
    {0xd408, "更新中止", "update aborted"},
    {0xd409, "DP总线错误", "error on the DP bus"},
    {0xd601, "参数语法错误", "syntax error in the parameters"},
    {0xd602, "口令错误", "wrong password"},
    {0xd603, "连接已授权", "connection is already legitimised"},
    {0xd604, "连接已启用", "connection is already enabled"},
    {0xd605, "未设置口令,无法授权", "no legitimisation: no password exists"},
    {0xd801, "变量地址无效", "a variable address is invalid"},
    {0xd802, "作业不存在", "job does not exist"},
    {0xd803, "作业状态非法", "illegal job status"},
    {0xd804, "周期非法", "illegal cycle time"},
    {0xd805, "不能再建立循环读取作业", "no further cyclic read job"},
    {0xd806, "作业状态不允许该功能", "not possible in the job's present state"},
    {0xd807, "读取周期过载而中止", "aborted: reading took longer than the cycle"},
    {0xdc01, "日期或时间无效", "date or time invalid"},
    {0xe201, "CPU已是主站", "CPU is already the master"},
    {0xe202, "闪存模块程序不同,无法连接更新", "no link-up: other program in the flash module"},
    {0xe203, "固件不同,无法连接更新", "no link-up: other firmware"},
    {0xe204, "存储器配置不同,无法连接更新", "no link-up: other memory configuration"},
    {0xe205, "同步错误,连接更新中止", "link-up aborted by a synchronisation error"},
    {0xe206, "违反协调规则,拒绝连接更新", "link-up denied: coordination violated"},
    {0xef01, "ID2错误", "error at ID2"},
    {0xef02, "ID2资源集不存在", "set of resources does not exist"},
};

static const struct field fields[] = {S7_FIELDS(FIELD_ROW)};
static const struct anomaly anomalies[] = {S7_ANOMALIES(ANOMALY_ROW)};
static const uint16_t tcp_ports[] = {102, 0};

const struct parser parser_s7comm = {
    .name = "s7comm",
    .zh = "西门子S7通信",
    .en = "Siemens S7 communication",
    .specification = "Siemens S7 communication (unpublished; SIMATIC System Software for S7-300/400, 05/2010)",
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
    .state_size = sizeof(struct s7_state),
    .request_slots = 16,
    .probe = s7_probe,
    .parse = s7_parse,
    .gap = s7_gap,
};
