/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and status codes of SMB (MS-CIFS clause 2.2.2.1, MS-SMB2 clause 2.2.1, MS-ERREF clause 2.3). */
#include "parsers/smb/smb.h"

#define OPERATIONS(X)                                                                                                  \
    X(0x00, "create_directory", FILE, NULL, "新建目录", "Create directory")                                            \
    X(0x01, "delete_directory", FILE, "T0809", "删除目录", "Delete directory")                                         \
    X(0x02, "open", FILE, NULL, "打开文件", "Open")                                                                    \
    X(0x03, "create", FILE, NULL, "新建文件", "Create")                                                                \
    X(0x04, "close", SESSION, NULL, "关闭文件", "Close")                                                               \
    X(0x05, "flush", FILE, NULL, "刷新文件", "Flush")                                                                  \
    X(0x06, "delete", FILE, "T0809", "删除文件", "Delete")                                                             \
    X(0x07, "rename", FILE, NULL, "重命名", "Rename")                                                                  \
    X(0x08, "query_information", READ, NULL, "查询属性", "Query information")                                          \
    X(0x09, "set_information", FILE, NULL, "设置属性", "Set information")                                              \
    X(0x0a, "read", FILE, NULL, "读文件", "Read")                                                                      \
    X(0x0b, "write", FILE, "T0867", "写文件", "Write")                                                                 \
    X(0x0c, "lock_byte_range", FILE, NULL, "锁定区域", "Lock byte range")                                              \
    X(0x0d, "unlock_byte_range", FILE, NULL, "解锁区域", "Unlock byte range")                                          \
    X(0x0e, "create_temporary", FILE, NULL, "新建临时文件", "Create temporary")                                        \
    X(0x0f, "create_new", FILE, NULL, "新建文件", "Create new")                                                        \
    X(0x10, "check_directory", READ, NULL, "检查目录", "Check directory")                                              \
    X(0x11, "process_exit", SESSION, NULL, "进程退出", "Process exit")                                                 \
    X(0x12, "seek", READ, NULL, "定位", "Seek")                                                                        \
    X(0x13, "lock_and_read", FILE, NULL, "锁定并读", "Lock and read")                                                  \
    X(0x14, "write_and_unlock", FILE, "T0867", "写并解锁", "Write and unlock")                                         \
    X(0x1a, "read_raw", FILE, NULL, "原始读", "Read raw")                                                              \
    X(0x1d, "write_raw", FILE, "T0867", "原始写", "Write raw")                                                         \
    X(0x22, "set_information2", FILE, NULL, "设置属性", "Set information 2")                                           \
    X(0x23, "query_information2", READ, NULL, "查询属性", "Query information 2")                                       \
    X(0x24, "locking_andx", FILE, NULL, "锁定", "Locking AndX")                                                        \
    X(0x25, "transaction", SESSION, NULL, "事务", "Transaction")                                                       \
    X(0x26, "transaction_secondary", SESSION, NULL, "事务后续", "Transaction secondary")                               \
    X(0x27, "ioctl", SESSION, NULL, "设备控制", "IOCTL")                                                               \
    X(0x29, "copy", FILE, NULL, "复制", "Copy")                                                                        \
    X(0x2a, "move", FILE, NULL, "移动", "Move")                                                                        \
    X(0x2b, "echo", SESSION, NULL, "回显", "Echo")                                                                     \
    X(0x2c, "write_and_close", FILE, "T0867", "写并关闭", "Write and close")                                           \
    X(0x2d, "open_andx", FILE, NULL, "打开文件", "Open AndX")                                                          \
    X(0x2e, "read_andx", FILE, NULL, "读文件", "Read AndX")                                                            \
    X(0x2f, "write_andx", FILE, "T0867", "写文件", "Write AndX")                                                       \
    X(0x32, "transaction2", FILE, NULL, "文件事务", "Transaction 2")                                                   \
    X(0x33, "transaction2_secondary", FILE, NULL, "文件事务后续", "Transaction 2 secondary")                           \
    X(0x34, "find_close2", SESSION, NULL, "结束查找", "Find close 2")                                                  \
    X(0x70, "tree_connect", SESSION, NULL, "连接共享", "Tree connect")                                                 \
    X(0x71, "tree_disconnect", SESSION, NULL, "断开共享", "Tree disconnect")                                           \
    X(0x72, "negotiate", SESSION, NULL, "协商版本", "Negotiate")                                                       \
    X(0x73, "session_setup_andx", SESSION, "T0859", "登录", "Session setup AndX")                                      \
    X(0x74, "logoff_andx", SESSION, NULL, "注销", "Logoff AndX")                                                       \
    X(0x75, "tree_connect_andx", SESSION, NULL, "连接共享", "Tree connect AndX")                                       \
    X(0x80, "query_information_disk", READ, NULL, "查询磁盘", "Query information disk")                                \
    X(0x81, "search", READ, NULL, "查找", "Search")                                                                    \
    X(0xa0, "nt_transact", FILE, NULL, "NT事务", "NT transact")                                                        \
    X(0xa1, "nt_transact_secondary", FILE, NULL, "NT事务后续", "NT transact secondary")                                \
    X(0xa2, "nt_create_andx", FILE, NULL, "打开或新建文件", "NT create AndX")                                          \
    X(0xa4, "nt_cancel", SESSION, NULL, "取消", "NT cancel")                                                           \
    X(0xa5, "nt_rename", FILE, NULL, "重命名", "NT rename")                                                            \
    X(0xc0, "open_print_file", FILE, NULL, "打开打印文件", "Open print file")                                          \
    X(0xc1, "write_print_file", FILE, NULL, "写打印文件", "Write print file")                                          \
    X(0xc2, "close_print_file", SESSION, NULL, "关闭打印文件", "Close print file")                                     \
    X(0xff, "none", NONE, NULL, "无后续命令", "No further command")                                                    \
    X(SMB2 + 0, "smb2_negotiate", SESSION, NULL, "协商版本", "Negotiate")                                              \
    X(SMB2 + 1, "smb2_session_setup", SESSION, "T0859", "登录", "Session setup")                                       \
    X(SMB2 + 2, "smb2_logoff", SESSION, NULL, "注销", "Logoff")                                                        \
    X(SMB2 + 3, "smb2_tree_connect", SESSION, NULL, "连接共享", "Tree connect")                                        \
    X(SMB2 + 4, "smb2_tree_disconnect", SESSION, NULL, "断开共享", "Tree disconnect")                                  \
    X(SMB2 + 5, "smb2_create", FILE, NULL, "打开或新建文件", "Create")                                                 \
    X(SMB2 + 6, "smb2_close", SESSION, NULL, "关闭文件", "Close")                                                      \
    X(SMB2 + 7, "smb2_flush", FILE, NULL, "刷新文件", "Flush")                                                         \
    X(SMB2 + 8, "smb2_read", FILE, NULL, "读文件", "Read")                                                             \
    X(SMB2 + 9, "smb2_write", FILE, "T0867", "写文件", "Write")                                                        \
    X(SMB2 + 10, "smb2_lock", FILE, NULL, "锁定", "Lock")                                                              \
    X(SMB2 + 11, "smb2_ioctl", SESSION, NULL, "设备控制", "IOCTL")                                                     \
    X(SMB2 + 12, "smb2_cancel", SESSION, NULL, "取消", "Cancel")                                                       \
    X(SMB2 + 13, "smb2_echo", SESSION, NULL, "回显", "Echo")                                                           \
    X(SMB2 + 14, "smb2_query_directory", READ, NULL, "列目录", "Query directory")                                      \
    X(SMB2 + 15, "smb2_change_notify", READ, NULL, "订阅目录变化", "Change notify")                                    \
    X(SMB2 + 16, "smb2_query_info", READ, NULL, "查询属性", "Query info")                                              \
    X(SMB2 + 17, "smb2_set_info", FILE, NULL, "设置属性", "Set info")                                                  \
    X(SMB2 + 18, "smb2_oplock_break", NOTIFY, NULL, "机会锁收回", "Oplock break")                                      \
    X(SMB_ENCRYPTED, "encrypted", NONE, NULL, "加密报文", "Encrypted")                                                 \
    X(SMB_COMPRESSED, "compressed", NONE, NULL, "压缩报文", "Compressed")
const struct operation smb_operations[SMB_OPERATIONS] = {OPERATIONS(OPERATION_ROW)};

const struct status_name smb_statuses[SMB_STATUSES] = {
    {0x00000000, "成功", "Success"},
    {0x00000103, "处理中", "Pending"},
    {0x80000005, "缓冲区不足", "Buffer overflow"},
    {0x80000006, "没有更多文件", "No more files"},
    {0xc0000008, "句柄无效", "Invalid handle"},
    {0xc000000d, "参数无效", "Invalid parameter"},
    {0xc0000016, "需继续认证", "More processing required"},
    {0xc0000022, "拒绝访问", "Access denied"},
    {0xc0000034, "对象名不存在", "Object name not found"},
    {0xc0000035, "对象名已存在", "Object name collision"},
    {0xc0000043, "共享冲突", "Sharing violation"},
    {0xc000006a, "口令错误", "Wrong password"},
    {0xc000006d, "登录失败", "Logon failure"},
    {0xc0000072, "账户已禁用", "Account disabled"},
    {0xc00000bb, "不支持", "Not supported"},
    {0xc00000c9, "网络名已删除", "Network name deleted"},
    {0xc00000cc, "共享名不存在", "Bad network name"},
    {0xc0000203, "会话已删除", "User session deleted"},
    {0xc0000234, "账户已锁定", "Account locked out"},
};
