/* SPDX-License-Identifier: Apache-2.0 */
/* What CIP services do, common and of each object, and the PCCC commands within.
 * Follows The CIP Networks Library, Volume 1, appendix A and chapter 5, Logix 5000 Data Access (1756-PM020), and
 * DF1 Protocol and Command Set (1770-6.5.16); Rockwell's own objects as public analyses of their traffic name them. */
#include "parsers/cip/cip.h"

#define OF(class, service)      ((class) << 8 | (service))
#define PCCC(command, function) (CIP_PCCC_OPERATION | (command) << 8 | (function))

#define COMMON(X)                                                                                                      \
    X(0x01, "get_attributes_all", READ, "T0801", "读全部属性", "Get Attributes All")                                   \
    X(0x02, "set_attributes_all", CONFIGURE, "T0836", "写全部属性", "Set Attributes All")                              \
    X(0x03, "get_attribute_list", READ, "T0801", "读属性列表", "Get Attribute List")                                   \
    X(0x04, "set_attribute_list", CONFIGURE, "T0836", "写属性列表", "Set Attribute List")                              \
    X(0x05, "reset", MODE, "T0816", "复位", "Reset")                                                                   \
    X(0x06, "start", MODE, "T0858", "启动", "Start")                                                                   \
    X(0x07, "stop", MODE, "T0858", "停止", "Stop")                                                                     \
    X(0x08, "create", CONFIGURE, "T0836", "创建实例", "Create")                                                        \
    X(0x09, "delete", CONFIGURE, "T0809", "删除实例", "Delete")                                                        \
    X(0x0a, "multiple_service_packet", SESSION, NULL, "多服务包", "Multiple Service Packet")                           \
    X(0x0d, "apply_attributes", CONFIGURE, "T0836", "应用属性", "Apply Attributes")                                    \
    X(0x0e, "get_attribute_single", READ, "T0801", "读单个属性", "Get Attribute Single")                               \
    X(0x10, "set_attribute_single", WRITE, "T0836", "写单个属性", "Set Attribute Single")                              \
    X(0x11, "find_next_object_instance", READ, "T0861", "查找下一实例", "Find Next Object Instance")                   \
    X(0x14, "error_response", ERROR, NULL, "错误应答", "Error Response")                                               \
    X(0x15, "restore", CONFIGURE, NULL, "恢复", "Restore")                                                             \
    X(0x16, "save", CONFIGURE, NULL, "保存", "Save")                                                                   \
    X(0x17, "nop", SESSION, NULL, "空操作", "No Operation")                                                            \
    X(0x18, "get_member", READ, "T0801", "读成员", "Get Member")                                                       \
    X(0x19, "set_member", WRITE, "T0836", "写成员", "Set Member")                                                      \
    X(0x1a, "insert_member", CONFIGURE, NULL, "插入成员", "Insert Member")                                             \
    X(0x1b, "remove_member", CONFIGURE, NULL, "删除成员", "Remove Member")                                             \
    X(0x1c, "group_sync", SESSION, NULL, "组同步", "Group Sync")                                                       \
    X(0x1d, "get_connection_point_member_list", READ, NULL, "读连接点成员表", "Get Connection Point Member List")

/* Code: class · 256 + service. */
#define OBJECTS(X)                                                                                                     \
    X(OF(0x01, 0x01), "identity_get_all", IDENTIFY, "T0888", "读设备身份", "Get Identity")                             \
    X(OF(0x01, 0x03), "identity_get_list", IDENTIFY, "T0888", "读设备身份属性表", "Get Identity Attribute List")       \
    X(OF(0x01, 0x05), "identity_reset", MODE, "T0816", "设备复位", "Reset Device")                                     \
    X(OF(0x01, 0x0e), "identity_get_attribute", IDENTIFY, "T0888", "读设备身份属性", "Get Identity Attribute")         \
    X(OF(0x04, 0x10), "assembly_set", WRITE, "T0836", "写装配数据", "Set Assembly")                                    \
    X(OF(0x06, 0x4e), "forward_close", SESSION, NULL, "关闭连接", "Forward Close")                                     \
    X(OF(0x06, 0x52), "unconnected_send", SESSION, NULL, "非连接转发", "Unconnected Send")                             \
    X(OF(0x06, 0x54), "forward_open", SESSION, NULL, "打开连接", "Forward Open")                                       \
    X(OF(0x06, 0x56), "get_connection_data", DIAGNOSE, NULL, "读连接数据", "Get Connection Data")                      \
    X(OF(0x06, 0x57), "search_connection_data", DIAGNOSE, NULL, "查找连接数据", "Search Connection Data")              \
    X(OF(0x06, 0x5a), "get_connection_owner", DIAGNOSE, NULL, "读连接所有者", "Get Connection Owner")                  \
    X(OF(0x06, 0x5b), "large_forward_open", SESSION, NULL, "打开大连接", "Large Forward Open")                         \
    X(OF(0x0f, 0x10), "parameter_set", WRITE, "T0836", "写参数", "Set Parameter")                                      \
    X(OF(0x37, 0x4b), "file_initiate_upload", FILE, "T0845", "文件上传开始", "File: Initiate Upload")                  \
    X(OF(0x37, 0x4c), "file_initiate_download", FILE, "T0843", "文件下载开始", "File: Initiate Download")              \
    X(OF(0x37, 0x4d), "file_initiate_partial_read", FILE, NULL, "文件部分读开始", "File: Initiate Partial Read")       \
    X(OF(0x37, 0x4e), "file_initiate_partial_write", FILE, NULL, "文件部分写开始", "File: Initiate Partial Write")     \
    X(OF(0x37, 0x4f), "file_upload_transfer", FILE, "T0845", "文件上传", "File: Upload Transfer")                      \
    X(OF(0x37, 0x50), "file_download_transfer", FILE, "T0843", "文件下载", "File: Download Transfer")                  \
    X(OF(0x37, 0x51), "file_clear", FILE, "T0809", "清除文件", "File: Clear")                                          \
    X(OF(0x39, 0x4e), "safety_recover", MODE, "T0858", "安全监督恢复", "Safety Supervisor: Recover")                   \
    X(OF(0x39, 0x4f), "safety_perform_diagnostics", DIAGNOSE, NULL, "安全监督诊断",                                    \
      "Safety Supervisor: Perform Diagnostics")                                                                        \
    X(OF(0x39, 0x50), "safety_configure_request", CONFIGURE, "T0836", "安全监督组态请求",                              \
      "Safety Supervisor: Configure Request")                                                                          \
    X(OF(0x39, 0x51), "safety_validate_configuration", CONFIGURE, NULL, "安全监督校验组态",                            \
      "Safety Supervisor: Validate Configuration")                                                                     \
    X(OF(0x39, 0x52), "safety_set_password", CONFIGURE, "T0892", "安全监督设置口令",                                   \
      "Safety Supervisor: Set Password")                                                                               \
    X(OF(0x39, 0x53), "safety_configuration_lock", CONFIGURE, NULL, "安全监督组态锁定",                                \
      "Safety Supervisor: Configuration Lock")                                                                         \
    X(OF(0x39, 0x54), "safety_mode_change", MODE, "T0858", "安全监督模式切换", "Safety Supervisor: Mode Change")       \
    X(OF(0x39, 0x55), "safety_reset", MODE, "T0816", "安全监督复位", "Safety Supervisor: Safety Reset")                \
    X(OF(0x39, 0x56), "safety_reset_password", CONFIGURE, "T0892", "安全监督复位口令",                                 \
      "Safety Supervisor: Reset Password")                                                                             \
    X(OF(0x39, 0x57), "safety_propose_tunid", CONFIGURE, NULL, "安全监督建议TUNID",                                    \
      "Safety Supervisor: Propose TUNID")                                                                              \
    X(OF(0x39, 0x58), "safety_apply_tunid", CONFIGURE, NULL, "安全监督应用TUNID", "Safety Supervisor: Apply TUNID")    \
    X(OF(0x43, 0x04), "time_sync_set_list", TIME, NULL, "设置时间同步属性", "Time Sync: Set Attribute List")           \
    X(OF(0x43, 0x10), "time_sync_set", TIME, NULL, "设置时间同步", "Time Sync: Set Attribute")                         \
    X(OF(0x44, 0x4b), "modbus_read_discrete_inputs", READ, "T0801", "Modbus读离散输入",                                \
      "Modbus: Read Discrete Inputs")                                                                                  \
    X(OF(0x44, 0x4c), "modbus_read_coils", READ, "T0801", "Modbus读线圈", "Modbus: Read Coils")                        \
    X(OF(0x44, 0x4d), "modbus_read_input_registers", READ, "T0801", "Modbus读输入寄存器",                              \
      "Modbus: Read Input Registers")                                                                                  \
    X(OF(0x44, 0x4e), "modbus_read_holding_registers", READ, "T0801", "Modbus读保持寄存器",                            \
      "Modbus: Read Holding Registers")                                                                                \
    X(OF(0x44, 0x4f), "modbus_write_coils", WRITE, "T0855", "Modbus写线圈", "Modbus: Write Coils")                     \
    X(OF(0x44, 0x50), "modbus_write_holding_registers", WRITE, "T0836", "Modbus写保持寄存器",                          \
      "Modbus: Write Holding Registers")                                                                               \
    X(OF(0x44, 0x51), "modbus_passthrough", WRITE, "T0855", "Modbus透传", "Modbus: Passthrough")                       \
    X(OF(0x64, 0x08), "controller_lock_create", CONFIGURE, NULL, "控制器对象创建", "Controller Object: Create")        \
    X(OF(0x67, 0x4b), "execute_pccc", NONE, NULL, "执行PCCC", "Execute PCCC")                                          \
    X(OF(0x68, 0x08), "program_create", PROGRAM, "T0889", "创建程序", "Program: Create")                               \
    X(OF(0x68, 0x09), "program_delete", PROGRAM, "T0889", "删除程序", "Program: Delete")                               \
    X(OF(0x68, 0x4d), "program_modify", PROGRAM, "T0889", "修改程序", "Program: Modify")                               \
    X(OF(0x68, 0x4e), "program_modify_online", PROGRAM, "T0889", "在线修改程序", "Program: Modify Online")             \
    X(OF(0x69, 0x08), "map_create", PROGRAM, "T0889", "创建模块映射", "Map: Create")                                   \
    X(OF(0x69, 0x09), "map_delete", PROGRAM, "T0889", "删除模块映射", "Map: Delete")                                   \
    X(OF(0x69, 0x4d), "map_modify", PROGRAM, "T0889", "修改模块映射", "Map: Modify")                                   \
    X(OF(0x6a, 0x51), "force_modify", CONTROL, "T0831", "修改强制值", "Modify Forces")                                 \
    X(OF(0x6b, 0x4c), "read_tag", READ, "T0801", "读标签", "Read Tag")                                                 \
    X(OF(0x6b, 0x4d), "write_tag", WRITE, "T0836", "写标签", "Write Tag")                                              \
    X(OF(0x6b, 0x4e), "read_modify_write_tag", WRITE, "T0836", "读改写标签", "Read Modify Write Tag")                  \
    X(OF(0x6b, 0x52), "read_tag_fragmented", READ, "T0801", "分段读标签", "Read Tag Fragmented")                       \
    X(OF(0x6b, 0x53), "write_tag_fragmented", WRITE, "T0836", "分段写标签", "Write Tag Fragmented")                    \
    X(OF(0x6b, 0x55), "get_instance_attribute_list", READ, "T0861", "列举标签", "Get Instance Attribute List")         \
    X(OF(0x6c, 0x4c), "read_template", READ, "T0861", "读数据类型模板", "Read Template")                               \
    X(OF(0x6d, 0x08), "routine_create", PROGRAM, "T0889", "创建例程", "Routine: Create")                               \
    X(OF(0x6d, 0x09), "routine_delete", PROGRAM, "T0889", "删除例程", "Routine: Delete")                               \
    X(OF(0x70, 0x08), "task_create", PROGRAM, "T0821", "创建任务", "Task: Create")                                     \
    X(OF(0x70, 0x09), "task_delete", PROGRAM, "T0821", "删除任务", "Task: Delete")                                     \
    X(OF(0x72, 0x4c), "read_tag_group", READ, "T0801", "读标签组", "Read Tag Group")                                   \
    X(OF(0x8b, 0x04), "clock_set_list", TIME, NULL, "设置时钟属性", "Set Wall Clock Attribute List")                   \
    X(OF(0x8b, 0x10), "clock_set", TIME, NULL, "设置时钟", "Set Wall Clock")                                           \
    X(OF(0x8e, 0x06), "controller_run", MODE, "T0858", "控制器运行", "Controller: Run")                                \
    X(OF(0x8e, 0x07), "controller_program", MODE, "T0858", "控制器切至编程", "Controller: Program")                    \
    X(OF(0xa1, 0x4b), "firmware_begin", FIRMWARE, "T0857", "固件更新开始", "Firmware Update: Begin")                   \
    X(OF(0xa1, 0x4d), "firmware_transfer", FIRMWARE, "T0857", "固件传输", "Firmware Update: Transfer")                 \
    X(OF(0xa1, 0x51), "firmware_query", FIRMWARE, NULL, "固件更新查询", "Firmware Update: Query")                      \
    X(OF(0xac, 0x08), "program_changes_create", PROGRAM, "T0843", "程序变更记录:创建", "Program Changes: Create")      \
    X(OF(0xac, 0x09), "program_changes_delete", PROGRAM, "T0843", "程序变更记录:删除", "Program Changes: Delete")      \
    X(OF(0xf5, 0x02), "tcpip_set_all", CONFIGURE, "T0836", "写全部网络参数", "TCP/IP Interface: Set Attributes All")   \
    X(OF(0xf5, 0x04), "tcpip_set_list", CONFIGURE, "T0836", "写网络参数表", "TCP/IP Interface: Set Attribute List")    \
    X(OF(0xf5, 0x10), "tcpip_set", CONFIGURE, "T0836", "写网络参数", "TCP/IP Interface: Set Attribute")                \
    X(OF(0xf6, 0x10), "ethernet_link_set", CONFIGURE, "T0836", "写以太网链路参数", "Ethernet Link: Set Attribute")     \
    X(OF(0xf6, 0x4c), "ethernet_link_get_and_clear", DIAGNOSE, NULL, "读并清以太网计数", "Ethernet Link: Get and Clear")

/* Code: 0x01000000 + command · 256 + function. */
#define COMMANDS(X)                                                                                                    \
    X(PCCC(0x00, 0), "pccc_protected_write", WRITE, "T0836", "PCCC受保护写", "PCCC: Protected Write")                  \
    X(PCCC(0x01, 0), "pccc_unprotected_read", READ, "T0801", "PCCC无保护读", "PCCC: Unprotected Read")                 \
    X(PCCC(0x02, 0), "pccc_protected_bit_write", WRITE, "T0836", "PCCC受保护位写", "PCCC: Protected Bit Write")        \
    X(PCCC(0x05, 0), "pccc_unprotected_bit_write", WRITE, "T0836", "PCCC无保护位写", "PCCC: Unprotected Bit Write")    \
    X(PCCC(0x06, 0x00), "pccc_echo", DIAGNOSE, NULL, "PCCC回环", "PCCC: Echo")                                         \
    X(PCCC(0x06, 0x01), "pccc_read_diagnostic_counters", DIAGNOSE, NULL, "PCCC读诊断计数",                             \
      "PCCC: Read Diagnostic Counters")                                                                                \
    X(PCCC(0x06, 0x02), "pccc_set_variables", CONFIGURE, NULL, "PCCC设置变量", "PCCC: Set Variables")                  \
    X(PCCC(0x06, 0x03), "pccc_diagnostic_status", IDENTIFY, "T0888", "PCCC读诊断状态", "PCCC: Diagnostic Status")      \
    X(PCCC(0x06, 0x07), "pccc_reset_diagnostic_counters", CONFIGURE, NULL, "PCCC清诊断计数",                           \
      "PCCC: Reset Diagnostic Counters")                                                                               \
    X(PCCC(0x06, 0x0a), "pccc_set_link_parameters", CONFIGURE, NULL, "PCCC设置链路参数", "PCCC: Set Link Parameters")  \
    X(PCCC(0x07, 0x00), "pccc_disable_outputs", CONTROL, "T0803", "PCCC禁止输出", "PCCC: Disable Outputs")             \
    X(PCCC(0x07, 0x01), "pccc_enable_outputs", CONTROL, "T0855", "PCCC允许输出", "PCCC: Enable Outputs")               \
    X(PCCC(0x07, 0x03), "pccc_enable_scanning", MODE, "T0858", "PCCC启动扫描", "PCCC: Enable PLC Scanning")            \
    X(PCCC(0x07, 0x04), "pccc_enter_download", MODE, "T0858", "PCCC进入下载模式", "PCCC: Enter Download Mode")         \
    X(PCCC(0x07, 0x05), "pccc_exit_transfer", MODE, "T0858", "PCCC退出传输模式", "PCCC: Exit Download/Upload Mode")    \
    X(PCCC(0x07, 0x06), "pccc_enter_upload", MODE, "T0845", "PCCC进入上传模式", "PCCC: Enter Upload Mode")             \
    X(PCCC(0x08, 0), "pccc_unprotected_write", WRITE, "T0836", "PCCC无保护写", "PCCC: Unprotected Write")              \
    X(PCCC(0x0f, 0x00), "pccc_word_range_write", WRITE, "T0836", "PCCC字块写", "PCCC: Word Range Write")               \
    X(PCCC(0x0f, 0x01), "pccc_word_range_read", READ, "T0801", "PCCC字块读", "PCCC: Word Range Read")                  \
    X(PCCC(0x0f, 0x02), "pccc_bit_write", WRITE, "T0836", "PCCC位写", "PCCC: Bit Write")                               \
    X(PCCC(0x0f, 0x03), "pccc_file_write", FILE, "T0836", "PCCC文件写", "PCCC: File Write")                            \
    X(PCCC(0x0f, 0x04), "pccc_file_read", FILE, "T0845", "PCCC文件读", "PCCC: File Read")                              \
    X(PCCC(0x0f, 0x05), "pccc_download_request", PROGRAM, "T0843", "PCCC下载请求", "PCCC: Download Request")           \
    X(PCCC(0x0f, 0x06), "pccc_upload", PROGRAM, "T0845", "PCCC上传", "PCCC: Upload")                                   \
    X(PCCC(0x0f, 0x07), "pccc_shutdown", MODE, "T0816", "PCCC关机", "PCCC: Shutdown")                                  \
    X(PCCC(0x0f, 0x08), "pccc_physical_write", WRITE, "T0836", "PCCC物理写", "PCCC: Physical Write")                   \
    X(PCCC(0x0f, 0x09), "pccc_physical_read", READ, "T0801", "PCCC物理读", "PCCC: Physical Read")                      \
    X(PCCC(0x0f, 0x0a), "pccc_restart", MODE, "T0816", "PCCC重启", "PCCC: Restart Request")                            \
    X(PCCC(0x0f, 0x11), "pccc_get_edit_resource", PROGRAM, NULL, "PCCC获取编辑权", "PCCC: Get Edit Resource")          \
    X(PCCC(0x0f, 0x12), "pccc_return_edit_resource", PROGRAM, NULL, "PCCC归还编辑权", "PCCC: Return Edit Resource")    \
    X(PCCC(0x0f, 0x17), "pccc_read_bytes_physical", PROGRAM, "T0845", "PCCC读物理字节", "PCCC: Read Bytes Physical")   \
    X(PCCC(0x0f, 0x18), "pccc_write_bytes_physical", PROGRAM, "T0843", "PCCC写物理字节", "PCCC: Write Bytes Physical") \
    X(PCCC(0x0f, 0x26), "pccc_read_modify_write", WRITE, "T0836", "PCCC读改写", "PCCC: Read-Modify-Write")             \
    X(PCCC(0x0f, 0x29), "pccc_read_section_size", READ, NULL, "PCCC读区大小", "PCCC: Read Section Size")               \
    X(PCCC(0x0f, 0x3a), "pccc_set_mode", MODE, "T0858", "PCCC设置CPU模式", "PCCC: Set CPU Mode")                       \
    X(PCCC(0x0f, 0x41), "pccc_disable_forces", CONTROL, "T0831", "PCCC取消强制", "PCCC: Disable Forces")               \
    X(PCCC(0x0f, 0x50), "pccc_download_all", PROGRAM, "T0843", "PCCC全部下载", "PCCC: Download All Request")           \
    X(PCCC(0x0f, 0x52), "pccc_download_completed", PROGRAM, "T0843", "PCCC下载完成", "PCCC: Download Completed")       \
    X(PCCC(0x0f, 0x53), "pccc_upload_all", PROGRAM, "T0845", "PCCC全部上传", "PCCC: Upload All Request")               \
    X(PCCC(0x0f, 0x55), "pccc_upload_completed", PROGRAM, "T0845", "PCCC上传完成", "PCCC: Upload Completed")           \
    X(PCCC(0x0f, 0x57), "pccc_initialize_memory", PROGRAM, "T0809", "PCCC清除内存", "PCCC: Initialize Memory")         \
    X(PCCC(0x0f, 0x67), "pccc_typed_write", WRITE, "T0836", "PCCC类型写", "PCCC: Typed Write")                         \
    X(PCCC(0x0f, 0x68), "pccc_typed_read", READ, "T0801", "PCCC类型读", "PCCC: Typed Read")                            \
    X(PCCC(0x0f, 0x79), "pccc_read_modify_write_n", WRITE, "T0836", "PCCC读改写N", "PCCC: Read-Modify-Write N")        \
    X(PCCC(0x0f, 0x80), "pccc_change_mode", MODE, "T0858", "PCCC切换CPU模式", "PCCC: Change CPU Mode")                 \
    X(PCCC(0x0f, 0x81), "pccc_open_file", FILE, NULL, "PCCC打开文件", "PCCC: Open File")                               \
    X(PCCC(0x0f, 0x82), "pccc_close_file", FILE, NULL, "PCCC关闭文件", "PCCC: Close File")                             \
    X(PCCC(0x0f, 0x88), "pccc_execute_multiple", PROGRAM, NULL, "PCCC执行多条命令", "PCCC: Execute Multiple Commands") \
    X(PCCC(0x0f, 0x8f), "pccc_apply_port_configuration", CONFIGURE, "T0836", "PCCC应用端口组态",                       \
      "PCCC: Apply Port Configuration")                                                                                \
    X(PCCC(0x0f, 0xa1), "pccc_logical_read_2", READ, "T0801", "PCCC逻辑读(两级地址)",                                  \
      "PCCC: Protected Typed Logical Read, two address fields")                                                        \
    X(PCCC(0x0f, 0xa2), "pccc_logical_read_3", READ, "T0801", "PCCC逻辑读(三级地址)",                                  \
      "PCCC: Protected Typed Logical Read, three address fields")                                                      \
    X(PCCC(0x0f, 0xa3), "pccc_multiple_read", READ, "T0801", "PCCC多地址读", "PCCC: Multiple Address Read")            \
    X(PCCC(0x0f, 0xa7), "pccc_typed_file_read", FILE, "T0845", "PCCC类型文件读", "PCCC: Protected Typed File Read")    \
    X(PCCC(0x0f, 0xa9), "pccc_logical_write_2", WRITE, "T0836", "PCCC逻辑写(两级地址)",                                \
      "PCCC: Protected Typed Logical Write, two address fields")                                                       \
    X(PCCC(0x0f, 0xaa), "pccc_logical_write_3", WRITE, "T0836", "PCCC逻辑写(三级地址)",                                \
      "PCCC: Protected Typed Logical Write, three address fields")                                                     \
    X(PCCC(0x0f, 0xab), "pccc_masked_write_3", WRITE, "T0836", "PCCC屏蔽写(三级地址)",                                 \
      "PCCC: Protected Typed Logical Masked Write, three address fields")                                              \
    X(PCCC(0x0f, 0xaf), "pccc_typed_file_write", FILE, "T0843", "PCCC类型文件写", "PCCC: Protected Typed File Write")

#define OTHERS(X)                                                                                                      \
    X(CIP_OP_CONNECTED, "connected_data", NOTIFY, NULL, "连接数据", "Connected Data")                                  \
    X(CIP_OP_IO, "io_data", NOTIFY, NULL, "隐式I/O数据", "Implicit I/O Data")                                          \
    X(CIP_OP_SAFETY_IO, "safety_io_data", NOTIFY, NULL, "CIP安全I/O数据", "Safety I/O Data")                           \
    X(CIP_OP_SAFETY_OPEN, "safety_open", SESSION, NULL, "打开CIP安全连接", "Safety Forward Open")

const struct operation cip_operations[] = {COMMON(OPERATION_ROW) OBJECTS(OPERATION_ROW) COMMANDS(OPERATION_ROW)
                                               OTHERS(OPERATION_ROW)};

#define NAME_OF_OPERATION(code, name, class, technique, zh, en) {code, zh, en},
const struct value_name cip_service_names[] = {COMMON(NAME_OF_OPERATION){0, NULL, NULL}};

void cip_say_operation(struct pdu *p, uint8_t service, const struct cip_target *target)
{
    service &= (uint8_t)~CIP_RESPONSE;
    if (target->has_class && !target->symbolic) {
        message_operation(p, (target->class & 0xffff) << 8 | service);
        if (p->message->operation) return;
    }
    if (cip_is_tag_service(service, target)) {
        message_operation(p, OF(CIP_CLASS_SYMBOL, service));
        if (p->message->operation) return;
    }
    message_operation(p, service < CIP_CLASS_SPECIFIC || !target->has_class ? service
                                                                            : (target->class & 0xffff) << 8 | service);
}
