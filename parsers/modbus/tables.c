/* SPDX-License-Identifier: Apache-2.0 */
/* Modbus in words: functions, sub-functions, exceptions and identification objects.
 * Follows MODBUS Application Protocol Specification V1.1b3, clauses 5 to 7, and the legacy codes its annex reserves. */
#include "parsers/modbus/modbus.h"

/* X(code, name, class, technique, zh, en) */
#define FUNCTIONS(X)                                                                                                   \
    X(1, "read_coils", READ, "T0801", "读线圈", "Read Coils")                                                          \
    X(2, "read_discrete_inputs", READ, "T0801", "读离散输入", "Read Discrete Inputs")                                  \
    X(3, "read_holding_registers", READ, "T0801", "读保持寄存器", "Read Holding Registers")                            \
    X(4, "read_input_registers", READ, "T0801", "读输入寄存器", "Read Input Registers")                                \
    X(5, "write_single_coil", WRITE, "T0855", "写单个线圈", "Write Single Coil")                                       \
    X(6, "write_single_register", WRITE, "T0836", "写单个寄存器", "Write Single Register")                             \
    X(7, "read_exception_status", DIAGNOSE, "T0801", "读异常状态", "Read Exception Status")                            \
    X(8, "diagnostics", DIAGNOSE, NULL, "诊断", "Diagnostics")                                                         \
    X(9, "program_484", PROGRAM, "T0843", "编程(484)", "Program (484)")                                                \
    X(10, "poll_484", PROGRAM, NULL, "编程轮询(484)", "Poll (484)")                                                    \
    X(11, "get_comm_event_counter", DIAGNOSE, NULL, "读通信事件计数器", "Get Comm Event Counter")                      \
    X(12, "get_comm_event_log", DIAGNOSE, NULL, "读通信事件日志", "Get Comm Event Log")                                \
    X(13, "program_584", PROGRAM, "T0843", "编程(584/984)", "Program (584/984)")                                       \
    X(14, "poll_584", PROGRAM, NULL, "编程轮询(584/984)", "Poll (584/984)")                                            \
    X(15, "write_multiple_coils", WRITE, "T0855", "写多个线圈", "Write Multiple Coils")                                \
    X(16, "write_multiple_registers", WRITE, "T0836", "写多个寄存器", "Write Multiple Registers")                      \
    X(17, "report_server_id", IDENTIFY, "T0888", "报告从站标识", "Report Server ID")                                   \
    X(18, "program_884", PROGRAM, "T0843", "编程(884/Micro84)", "Program (884/Micro 84)")                              \
    X(19, "reset_comm_link", MODE, "T0816", "复位通信链路", "Reset Comm Link (884/Micro 84)")                          \
    X(20, "read_file_record", FILE, "T0811", "读文件记录", "Read File Record")                                         \
    X(21, "write_file_record", FILE, "T0836", "写文件记录", "Write File Record")                                       \
    X(22, "mask_write_register", WRITE, "T0836", "屏蔽写寄存器", "Mask Write Register")                                \
    X(23, "read_write_multiple_registers", WRITE, "T0836", "读写多个寄存器", "Read/Write Multiple Registers")          \
    X(24, "read_fifo_queue", READ, "T0801", "读FIFO队列", "Read FIFO Queue")                                           \
    X(40, "program_concept", PROGRAM, "T0843", "编程(Concept)", "Program (Concept)")                                   \
    X(43, "encapsulated_interface", IDENTIFY, NULL, "封装接口传输", "Encapsulated Interface Transport")                \
    X(90, "umas", PROGRAM, "T0843", "UMAS编程协议", "UMAS (Unity programming)")                                        \
    X(91, "program_unity_reserved", PROGRAM, NULL, "保留编程功能", "Reserved programming function")                    \
    X(125, "firmware_replacement", FIRMWARE, "T0857", "固件更换", "Firmware Replacement")                              \
    X(126, "program_984_reserved", PROGRAM, "T0843", "编程(984)", "Program (984)")                                     \
    X(127, "report_local_address", IDENTIFY, NULL, "报告本地地址", "Report Local Address")

/* Sub-functions of 8, clause 6.8.1; the code is the sub-function. */
#define DIAGNOSTICS(X)                                                                                                 \
    X(0, "diagnostic_return_query_data", DIAGNOSE, NULL, "诊断:回送查询数据", "Return Query Data")                     \
    X(1, "diagnostic_restart_communications", MODE, "T0816", "诊断:重启通信", "Restart Communications Option")         \
    X(2, "diagnostic_return_register", DIAGNOSE, NULL, "诊断:读诊断寄存器", "Return Diagnostic Register")              \
    X(3, "diagnostic_change_delimiter", CONFIGURE, NULL, "诊断:更改ASCII分隔符", "Change ASCII Input Delimiter")       \
    X(4, "diagnostic_force_listen_only", MODE, "T0814", "诊断:强制只听模式", "Force Listen Only Mode")                 \
    X(10, "diagnostic_clear_counters", CONFIGURE, "T0872", "诊断:清除计数器和诊断寄存器",                              \
      "Clear Counters and Diagnostic Register")                                                                        \
    X(11, "diagnostic_bus_message_count", DIAGNOSE, NULL, "诊断:总线报文计数", "Return Bus Message Count")             \
    X(12, "diagnostic_bus_error_count", DIAGNOSE, NULL, "诊断:总线通信错误计数",                                       \
      "Return Bus Communication Error Count")                                                                          \
    X(13, "diagnostic_bus_exception_count", DIAGNOSE, NULL, "诊断:总线异常计数", "Return Bus Exception Error Count")   \
    X(14, "diagnostic_server_message_count", DIAGNOSE, NULL, "诊断:从站报文计数", "Return Server Message Count")       \
    X(15, "diagnostic_no_response_count", DIAGNOSE, NULL, "诊断:从站无应答计数", "Return Server No Response Count")    \
    X(16, "diagnostic_nak_count", DIAGNOSE, NULL, "诊断:从站NAK计数", "Return Server NAK Count")                       \
    X(17, "diagnostic_busy_count", DIAGNOSE, NULL, "诊断:从站忙计数", "Return Server Busy Count")                      \
    X(18, "diagnostic_overrun_count", DIAGNOSE, NULL, "诊断:字符溢出计数", "Return Bus Character Overrun Count")       \
    X(19, "diagnostic_overrun_error_count", DIAGNOSE, NULL, "诊断:IOP溢出计数(884)", "Return IOP Overrun Count (884)") \
    X(20, "diagnostic_clear_overrun", CONFIGURE, "T0872", "诊断:清除溢出计数器和标志",                                 \
      "Clear Overrun Counter and Flag")                                                                                \
    X(21, "diagnostic_modbus_plus_statistics", DIAGNOSE, NULL, "诊断:读/清Modbus Plus统计",                            \
      "Get/Clear Modbus Plus Statistics")

/* Types of the encapsulated interface, clause 6.19. */
#define INTERFACES(X)                                                                                                  \
    X(13, "canopen_general_reference", CONFIGURE, NULL, "CANopen通用引用", "CANopen General Reference")                \
    X(14, "read_device_identification", IDENTIFY, "T0888", "读设备标识", "Read Device Identification")

#define DIAGNOSTIC_ROW(code, ...)                               OPERATION_ROW(MODBUS_SUB(MODBUS_DIAGNOSTICS, code), __VA_ARGS__)
#define INTERFACE_ROW(code, ...)                                OPERATION_ROW(MODBUS_SUB(MODBUS_ENCAPSULATED_INTERFACE, code), __VA_ARGS__)
#define NAME_OF_OPERATION(code, name, class, technique, zh, en) {code, zh, en},
#define TITLE_ROW(code, zh, en)                                 {code, zh, en},

const struct operation modbus_operations[] = {FUNCTIONS(OPERATION_ROW) DIAGNOSTICS(DIAGNOSTIC_ROW)
                                                  INTERFACES(INTERFACE_ROW)};

const struct value_name modbus_function_names[] = {FUNCTIONS(NAME_OF_OPERATION){0, NULL, NULL}};
const struct value_name modbus_diagnostic_names[] = {DIAGNOSTICS(NAME_OF_OPERATION){0, NULL, NULL}};
const struct value_name modbus_mei_names[] = {INTERFACES(NAME_OF_OPERATION){0, NULL, NULL}};

/* Clause 7. */
#define EXCEPTIONS(X)                                                                                                  \
    X(1, "非法功能", "Illegal function")                                                                               \
    X(2, "非法数据地址", "Illegal data address")                                                                       \
    X(3, "非法数据值", "Illegal data value")                                                                           \
    X(4, "从站设备故障", "Server device failure")                                                                      \
    X(5, "确认(处理中)", "Acknowledge")                                                                                \
    X(6, "从站设备忙", "Server device busy")                                                                           \
    X(7, "否定确认", "Negative acknowledge")                                                                           \
    X(8, "存储奇偶性差错", "Memory parity error")                                                                      \
    X(10, "网关路径不可用", "Gateway path unavailable")                                                                \
    X(11, "网关目标设备无响应", "Gateway target device failed to respond")

const struct status_name modbus_statuses[] = {EXCEPTIONS(TITLE_ROW)};
const struct value_name modbus_exception_names[] = {EXCEPTIONS(TITLE_ROW){0, NULL, NULL}};

const struct value_name modbus_restart_names[] = {
    {0x0000, "保留事件日志", "keep the event log"}, {0xff00, "清除事件日志", "clear the event log"}, {0, NULL, NULL}};

const struct value_name modbus_device_id_names[] = {{1, "基本标识", "basic"},
                                                    {2, "常规标识", "regular"},
                                                    {3, "扩展标识", "extended"},
                                                    {4, "指定对象", "one object"},
                                                    {0, NULL, NULL}};

const struct value_name modbus_object_names[] = {{0, "厂商名称", "VendorName"},
                                                 {1, "产品代码", "ProductCode"},
                                                 {2, "版本", "MajorMinorRevision"},
                                                 {3, "厂商网址", "VendorURL"},
                                                 {4, "产品名称", "ProductName"},
                                                 {5, "型号名称", "ModelName"},
                                                 {6, "用户应用名称", "UserApplicationName"},
                                                 {0, NULL, NULL}};
