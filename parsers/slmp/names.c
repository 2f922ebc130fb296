/* SPDX-License-Identifier: Apache-2.0 */
/* SLMP's commands, end codes and devices (SH-080956ENG, chapter 5 and appendix 1). */
#include "parsers/slmp/slmp.h"

/* Sorted by command. */
#define COMMANDS(X)                                                                                                    \
    X(0x0101, "read_type_name", IDENTIFY, "T0888", "读取型号", "Read type name")                                       \
    X(0x0401, "read", READ, NULL, "批量读取软元件", "Batch read of devices")                                           \
    X(0x0403, "read_random", READ, NULL, "随机读取软元件", "Random read of devices")                                   \
    X(0x0406, "read_block", READ, NULL, "多块读取软元件", "Read of several blocks")                                    \
    X(0x041a, "array_label_read", READ, NULL, "读取数组标签", "Read array labels")                                     \
    X(0x041c, "label_read_random", READ, NULL, "随机读取标签", "Random read of labels")                                \
    X(0x0601, "extend_unit_read", READ, NULL, "读取智能模块缓冲存储器", "Read a module's buffer memory")               \
    X(0x0613, "memory_read", READ, NULL, "读取自站缓冲存储器", "Read own buffer memory")                               \
    X(0x0619, "self_test", DIAGNOSE, NULL, "回送测试", "Loopback test")                                                \
    X(0x0801, "entry_monitor_device", CONFIGURE, NULL, "登录监视软元件", "Register devices to monitor")                \
    X(0x0802, "execute_monitor", READ, NULL, "读取监视软元件", "Read monitored devices")                               \
    X(0x0e30, "node_search", IDENTIFY, "T0846", "搜索节点", "Node search")                                             \
    X(0x0e31, "ip_address_set", CONFIGURE, "T0836", "设置IP地址", "Set the IP address")                                \
    X(0x1001, "remote_run", MODE, "T0858", "远程运行", "Remote RUN")                                                   \
    X(0x1002, "remote_stop", MODE, "T0858", "远程停止", "Remote STOP")                                                 \
    X(0x1003, "remote_pause", MODE, "T0858", "远程暂停", "Remote PAUSE")                                               \
    X(0x1005, "remote_latch_clear", CONTROL, "T0809", "远程清除锁存", "Remote latch clear")                            \
    X(0x1006, "remote_reset", MODE, "T0816", "远程复位", "Remote RESET")                                               \
    X(0x1401, "write", WRITE, "T0836", "批量写入软元件", "Batch write of devices")                                     \
    X(0x1402, "write_random", WRITE, "T0836", "随机写入软元件", "Random write of devices")                             \
    X(0x1406, "write_block", WRITE, "T0836", "多块写入软元件", "Write of several blocks")                              \
    X(0x141a, "array_label_write", WRITE, "T0836", "写入数组标签", "Write array labels")                               \
    X(0x141b, "label_write_random", WRITE, "T0836", "随机写入标签", "Random write of labels")                          \
    X(0x1601, "extend_unit_write", WRITE, "T0836", "写入智能模块缓冲存储器", "Write a module's buffer memory")         \
    X(0x1613, "memory_write", WRITE, "T0836", "写入自站缓冲存储器", "Write own buffer memory")                         \
    X(0x1617, "clear_error", CONTROL, NULL, "清除出错代码", "Clear the error code")                                    \
    X(0x1630, "password_unlock", SESSION, "T0859", "解锁远程口令", "Unlock the remote password")                       \
    X(0x1631, "password_lock", SESSION, NULL, "锁定远程口令", "Lock the remote password")                              \
    X(0x1810, "read_directory", FILE, NULL, "读取目录", "Read a directory")                                            \
    X(0x1811, "search_directory", FILE, NULL, "搜索目录", "Search a directory")                                        \
    X(0x1820, "new_file", PROGRAM, "T0843", "新建文件", "New file")                                                    \
    X(0x1822, "delete_file", PROGRAM, "T0809", "删除文件", "Delete a file")                                            \
    X(0x1824, "copy_file", PROGRAM, NULL, "复制文件", "Copy a file")                                                   \
    X(0x1825, "change_file_state", PROGRAM, NULL, "更改文件属性", "Change a file's attribute")                         \
    X(0x1826, "change_file_date", FILE, NULL, "更改文件日期", "Change a file's date")                                  \
    X(0x1827, "open_file", FILE, NULL, "打开文件", "Open a file")                                                      \
    X(0x1828, "read_file", PROGRAM, "T0845", "读取文件", "Read a file")                                                \
    X(0x1829, "write_file", PROGRAM, "T0843", "写入文件", "Write a file")                                              \
    X(0x182a, "close_file", FILE, NULL, "关闭文件", "Close a file")                                                    \
    X(0x2101, "on_demand", NOTIFY, NULL, "主动上送", "On demand data")
const struct operation slmp_operations[SLMP_OPERATIONS] = {COMMANDS(OPERATION_ROW)};

const struct status_name slmp_statuses[SLMP_STATUSES] = {
    {0x0000, "成功", "Done"},
    {0xc050, "ASCII数据无法转换", "ASCII data cannot be converted"},
    {0xc051, "点数超出范围", "number of points out of range"},
    {0xc056, "超出最大地址", "beyond the highest address"},
    {0xc058, "数据长度与字符数不符", "length does not match the characters"},
    {0xc059, "命令或子命令错误", "wrong command or subcommand"},
    {0xc05b, "无法读写指定软元件", "the device cannot be read or written"},
    {0xc05c, "请求内容错误", "wrong content of the request"},
    {0xc05f, "对象模块不能执行该请求", "the module cannot execute the request"},
    {0xc060, "位软元件的请求内容错误", "wrong content for bit devices"},
    {0xc061, "请求数据长度不符", "length of the request does not match"},
    {0xc200, "远程口令错误", "wrong remote password"},
    {0xc201, "端口被远程口令锁定", "the port is locked by the remote password"},
    {0xc204, "不是解锁口令的一方", "not the one who unlocked the password"},
};

static const struct slmp_device devices[] = {
    {0x90, "M", false},   {0x91, "SM", false},  {0x92, "L", false},  {0x93, "F", false},  {0x94, "V", false},
    {0x98, "S", false},   {0x9c, "X", true},    {0x9d, "Y", true},   {0xa0, "B", true},   {0xa1, "SB", true},
    {0xa2, "DX", true},   {0xa3, "DY", true},   {0xa8, "D", false},  {0xa9, "SD", false}, {0xaf, "R", false},
    {0xb0, "ZR", false},  {0xb4, "W", true},    {0xb5, "SW", true},  {0xc0, "TC", false}, {0xc1, "TS", false},
    {0xc2, "TN", false},  {0xc3, "CC", false},  {0xc4, "CS", false}, {0xc5, "CN", false}, {0xc6, "STC", false},
    {0xc7, "STS", false}, {0xc8, "STN", false}, {0xcc, "Z", false},
};

const struct slmp_device *slmp_device_of(uint8_t code)
{
    for (size_t i = 0; i < COUNT_OF(devices); i++)
        if (devices[i].code == code) return &devices[i];
    return NULL;
}

bool slmp_knows(uint32_t command)
{
    for (size_t i = 0; i < SLMP_OPERATIONS; i++)
        if (slmp_operations[i].code == command) return true;
    return false;
}
