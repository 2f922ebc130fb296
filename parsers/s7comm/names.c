/* SPDX-License-Identifier: Apache-2.0 */
/* Values of S7 fields in words. Follows Siemens "System Software for S7-300/400, System and Standard Functions". */
#include "parsers/s7comm/s7comm.h"

#define END                                                                                                            \
    {                                                                                                                  \
        0, NULL, NULL                                                                                                  \
    }

const struct value_name s7_rosctr_names[] = {
    {S7_JOB, "作业请求", "job"},
    {S7_ACK, "确认", "acknowledgement"},
    {S7_ACK_DATA, "带数据的确认", "acknowledgement with data"},
    {S7_USERDATA, "用户数据", "user data"},
    END,
};

const struct value_name s7_function_names[] = {
    {0x00, "CPU服务", "CPU services"},
    {0x01, "运行方式转换", "mode transition"},
    {S7_READ, "读变量", "read variables"},
    {S7_WRITE, "写变量", "write variables"},
    {S7_REQUEST_DOWNLOAD, "请求下载", "request download"},
    {S7_DOWNLOAD_BLOCK, "下载块", "download block"},
    {S7_DOWNLOAD_ENDED, "下载结束", "download ended"},
    {S7_START_UPLOAD, "开始上载", "start upload"},
    {S7_UPLOAD, "上载", "upload"},
    {S7_END_UPLOAD, "上载结束", "end upload"},
    {S7_PI_SERVICE, "程序调用服务", "program invocation service"},
    {S7_PLC_STOP, "PLC停机", "PLC stop"},
    {S7_SETUP, "建立通信", "setup communication"},
    END,
};

const struct value_name s7_error_class_names[] = {
    {0x00, "无错误", "no error"},
    {0x81, "应用关系错误", "application relationship"},
    {0x82, "对象定义错误", "object definition"},
    {0x83, "资源不足", "no resources available"},
    {0x84, "服务处理错误", "error on service processing"},
    {0x85, "供给错误", "error on supplies"},
    {0x87, "访问错误", "access error"},
    {0xd0, "测试功能错误", "test and installation functions"},
    {0xd2, "块功能错误", "block functions"},
    {0xd4, "信息功能错误", "information functions"},
    {0xd6, "保护等级错误", "protection"},
    {0xd8, "循环读取错误", "cyclic reading"},
    {0xdc, "时钟错误", "clock"},
    END,
};

const struct value_name s7_syntax_names[] = {
    {0x10, "S7ANY指针", "S7ANY"},
    {0x11, "短参数", "short parameter"},
    {0x12, "扩展参数", "extended parameter"},
    {0x13, "R_ID", "R_ID of block communication"},
    {0x15, "报警闭锁/解锁", "alarm lock or free"},
    {0x16, "报警指示", "alarm indication"},
    {0x19, "报警确认", "alarm acknowledgement"},
    {0x1a, "报警查询", "alarm query"},
    {0x1c, "通知指示", "notify indication"},
    {0x82, "NCK变量", "NCK"},
    {0x83, "NCK变量(公制)", "NCK, metric"},
    {0x84, "NCK变量(英制)", "NCK, inch"},
    {0xa2, "驱动参数", "drive parameter"},
    {0xb0, "数据块批量读", "DB read"},
    {0xb2, "S7-1200符号寻址", "S7-1200 symbolic"},
    END,
};

const struct value_name s7_size_names[] = {
    {1, "BIT", "BIT"},
    {2, "BYTE", "BYTE"},
    {3, "CHAR", "CHAR"},
    {4, "WORD", "WORD"},
    {5, "INT", "INT"},
    {6, "DWORD", "DWORD"},
    {7, "DINT", "DINT"},
    {8, "REAL", "REAL"},
    {9, "DATE", "DATE"},
    {10, "TOD", "TOD"},
    {11, "TIME", "TIME"},
    {12, "S5TIME", "S5TIME"},
    {15, "DATE_AND_TIME", "DATE_AND_TIME"},
    {28, "COUNTER", "COUNTER"},
    {29, "TIMER", "TIMER"},
    {30, "IEC计数器(S7-200)", "IEC counter (S7-200)"},
    {31, "IEC定时器(S7-200)", "IEC timer (S7-200)"},
    {32, "高速计数器(S7-200)", "high-speed counter (S7-200)"},
    END,
};

const struct value_name s7_area_names[] = {
    {0x01, "数据记录", "data record"},
    {0x03, "S7-200系统信息", "system information of S7-200"},
    {0x05, "S7-200系统标志", "system flags of S7-200"},
    {0x06, "S7-200模拟量输入", "analog inputs of S7-200"},
    {0x07, "S7-200模拟量输出", "analog outputs of S7-200"},
    {28, "计数器 C", "counters (C)"},
    {29, "定时器 T", "timers (T)"},
    {30, "S7-200计数器", "IEC counters of S7-200"},
    {31, "S7-200定时器", "IEC timers of S7-200"},
    {0x80, "外设 P", "peripheral I/O (P)"},
    {0x81, "输入 I", "inputs (I)"},
    {0x82, "输出 Q", "outputs (Q)"},
    {0x83, "位存储器 M", "bit memory (M)"},
    {0x84, "数据块 DB", "data blocks (DB)"},
    {0x85, "背景数据块 DI", "instance data blocks (DI)"},
    {0x86, "局部数据 L", "local data (L)"},
    {0x87, "上级局部数据 V", "previous local data (V)"},
    END,
};

const struct value_name s7_data_size_names[] = {
    {0, "空", "null"},
    {3, "BIT", "BIT"},
    {4, "BYTE/WORD/DWORD", "BYTE/WORD/DWORD"},
    {5, "INTEGER", "INTEGER"},
    {6, "DINTEGER", "DINTEGER"},
    {7, "REAL", "REAL"},
    {9, "字节串", "octet string"},
    {17, "NCK地址1", "NCK address 1"},
    {18, "NCK地址2", "NCK address 2"},
    END,
};

const struct value_name s7_return_names[] = {
    {0x00, "保留", "reserved"},
    {0x01, "硬件故障", "hardware fault"},
    {0x03, "不允许访问该对象", "access to the object not allowed"},
    {0x05, "地址超出范围", "address out of range"},
    {0x06, "数据类型不支持", "data type not supported"},
    {0x07, "数据类型不一致", "data type inconsistent"},
    {0x0a, "对象不存在", "object does not exist"},
    {0xff, "成功", "success"},
    END,
};

const struct value_name s7_userdata_type_names[] = {
    {S7_PUSH, "主动上送", "push"},
    {S7_REQUEST, "请求", "request"},
    {S7_RESPONSE, "应答", "response"},
    END,
};

const struct value_name s7_group_names[] = {
    {S7_GROUP_MODE, "运行方式转换", "mode transition"},
    {S7_GROUP_TIS, "编程设备命令", "programmer commands"},
    {S7_GROUP_CYCLIC, "循环数据", "cyclic data"},
    {S7_GROUP_BLOCK, "块功能", "block functions"},
    {S7_GROUP_CPU, "CPU功能", "CPU functions"},
    {S7_GROUP_SECURITY, "安全保护", "security"},
    {S7_GROUP_PBC, "块通信BSEND/BRCV", "block communication BSEND/BRCV"},
    {S7_GROUP_TIME, "时钟功能", "time functions"},
    {S7_GROUP_NC, "NC编程", "NC programming"},
    END,
};

const struct value_name s7_method_names[] = {
    {0x11, "请求", "request"},
    {0x12, "应答", "response"},
    END,
};

const struct value_name s7_last_unit_names[] = {
    {0, "是", "yes"},
    {1, "否", "no"},
    END,
};

const struct value_name s7_mode_names[] = {
    {0, "停机 STOP", "STOP"},
    {1, "暖启动", "warm restart"},
    {2, "运行 RUN", "RUN"},
    {3, "热启动", "hot restart"},
    {4, "保持 HOLD", "HOLD"},
    {6, "冷启动", "cold restart"},
    {9, "冗余运行 RUN_R", "RUN_R (H system redundant)"},
    {11, "连接 LINK-UP", "LINK-UP"},
    {12, "更新 UPDATE", "UPDATE"},
    END,
};

const struct value_name s7_timebase_names[] = {
    {0, "100毫秒", "100 ms"},
    {1, "1秒", "1 s"},
    {2, "10秒", "10 s"},
    END,
};

const struct value_name s7_language_names[] = {
    {0x00, "未定义", "not defined"},
    {0x01, "STL语句表", "STL (AWL)"},
    {0x02, "LAD梯形图", "LAD (KOP)"},
    {0x03, "FBD功能块图", "FBD (FUP)"},
    {0x04, "SCL", "SCL"},
    {0x05, "DB", "DB"},
    {0x06, "GRAPH", "GRAPH"},
    {0x07, "SDB", "SDB"},
    {0x08, "CPU生成的DB", "DB made by the CPU"},
    {0x11, "SDB(总清后)", "SDB after memory reset"},
    {0x12, "SDB(路由)", "SDB of routing"},
    {0x29, "加密", "encrypted"},
    END,
};

const struct value_name s7_subblock_names[] = {
    {0x00, "未指定", "not set"}, {0x08, "OB", "OB"},   {0x0a, "DB", "DB"},
    {0x0b, "SDB", "SDB"},        {0x0c, "FC", "FC"},   {0x0d, "SFC", "SFC"},
    {0x0e, "FB", "FB"},          {0x0f, "SFB", "SFB"}, END,
};

const struct value_name s7_security_names[] = {
    {0, "无", "none"},
    {3, "专有技术保护", "know-how protection"},
    END,
};

const struct value_name s7_tis_area_names[] = {
    {0x00, "M 位", "M bit"},     {0x01, "MB", "MB"},
    {0x02, "MW", "MW"},          {0x03, "MD", "MD"},
    {0x10, "I 位", "I bit"},     {0x11, "IB", "IB"},
    {0x12, "IW", "IW"},          {0x13, "ID", "ID"},
    {0x20, "Q 位", "Q bit"},     {0x21, "QB", "QB"},
    {0x22, "QW", "QW"},          {0x23, "QD", "QD"},
    {0x31, "PIB", "PIB"},        {0x32, "PIW", "PIW"},
    {0x33, "PID", "PID"},        {0x54, "定时器", "timer"},
    {0x64, "计数器", "counter"}, {0x70, "DB 位", "DB bit"},
    {0x71, "DBB", "DBB"},        {0x72, "DBW", "DBW"},
    {0x73, "DBD", "DBD"},        END,
};

const struct value_name s7_alarm_type_names[] = {
    {0, "SCAN 中止", "SCAN abort"},
    {1, "SCAN", "SCAN"},
    {2, "ALARM_8", "ALARM_8"},
    {4, "ALARM_S", "ALARM_S"},
    {5, "ALARM_S 订阅", "ALARM_S initiate"},
    {8, "ALARM 中止", "ALARM abort"},
    {9, "ALARM 订阅", "ALARM initiate"},
    END,
};

const struct value_name s7_alarm_query_names[] = {
    {1, "按报警类型", "by alarm type"},
    {3, "按事件号", "by event id"},
    END,
};

const struct value_name s7_nck_area_names[] = {
    {0, "N 数控核心", "N - NCK"},      {1, "B 方式组", "B - mode group"}, {2, "C 通道", "C - channel"},
    {3, "A 轴", "A - axis"},           {4, "T 刀具", "T - tool"},         {5, "V 进给驱动", "V - feed drive"},
    {6, "H 主驱动", "H - main drive"}, {7, "M 人机界面", "M - MMC"},      END,
};
