/* SPDX-License-Identifier: Apache-2.0 */
/* BACnet refusals in words: error classes and codes, reject and abort reasons (ASHRAE 135-2020 clauses 18 and 21). */
#include "parsers/bacnet/bacnet.h"

/* Error.error-code. X(code, zh, en) */
#define ERRORS(X)                                                                                                      \
    X(0, "其他错误", "other")                                                                                          \
    X(1, "认证失败", "authentication failed")                                                                          \
    X(2, "配置进行中", "configuration in progress")                                                                    \
    X(3, "设备忙", "device busy")                                                                                      \
    X(4, "不支持动态创建", "dynamic creation not supported")                                                           \
    X(5, "拒绝访问文件", "file access denied")                                                                         \
    X(6, "安全级别组合不一致", "incompatible security levels")                                                         \
    X(7, "参数不一致", "inconsistent parameters")                                                                      \
    X(8, "选择条件不一致", "inconsistent selection criterion")                                                         \
    X(9, "数据类型无效", "invalid data type")                                                                          \
    X(10, "文件访问方式无效", "invalid file access method")                                                            \
    X(11, "文件起始位置无效", "invalid file start position")                                                           \
    X(12, "操作员名无效", "invalid operator name")                                                                     \
    X(13, "参数数据类型无效", "invalid parameter data type")                                                           \
    X(14, "时间戳无效", "invalid time stamp")                                                                          \
    X(15, "密钥生成出错", "key generation error")                                                                      \
    X(16, "缺少必需参数", "missing required parameter")                                                                \
    X(17, "没有该类型的对象", "no objects of specified type")                                                          \
    X(18, "没有存储对象的空间", "no space for object")                                                                 \
    X(19, "没有增加列表元素的空间", "no space to add list element")                                                    \
    X(20, "没有写属性的空间", "no space to write property")                                                            \
    X(21, "没有可用的虚拟终端会话", "no VT sessions available")                                                        \
    X(22, "该属性不是列表", "property is not a list")                                                                  \
    X(23, "不允许删除对象", "object deletion not permitted")                                                           \
    X(24, "对象标识已存在", "object identifier already exists")                                                        \
    X(25, "运行异常", "operational problem")                                                                           \
    X(26, "口令错误", "password failure")                                                                              \
    X(27, "拒绝读访问", "read access denied")                                                                          \
    X(28, "不支持安全机制", "security not supported")                                                                  \
    X(29, "服务请求被拒绝", "service request denied")                                                                  \
    X(30, "超时", "timeout")                                                                                           \
    X(31, "未知对象", "unknown object")                                                                                \
    X(32, "未知属性", "unknown property")                                                                              \
    X(34, "未知虚拟终端类", "unknown VT class")                                                                        \
    X(35, "未知虚拟终端会话", "unknown VT session")                                                                    \
    X(36, "不支持该对象类型", "unsupported object type")                                                               \
    X(37, "值超出范围", "value out of range")                                                                          \
    X(38, "虚拟终端会话已关闭", "VT session already closed")                                                           \
    X(39, "虚拟终端会话终止失败", "VT session termination failure")                                                    \
    X(40, "拒绝写访问", "write access denied")                                                                         \
    X(41, "不支持该字符集", "character set not supported")                                                             \
    X(42, "数组下标无效", "invalid array index")                                                                       \
    X(43, "COV订阅失败", "COV subscription failed")                                                                    \
    X(44, "非COV属性", "not a COV property")                                                                           \
    X(45, "不支持该可选功能", "optional functionality not supported")                                                  \
    X(46, "配置数据无效", "invalid configuration data")                                                                \
    X(47, "不支持该数据类型", "datatype not supported")                                                                \
    X(48, "对象名重复", "duplicate name")                                                                              \
    X(49, "对象标识重复", "duplicate object identifier")                                                               \
    X(50, "该属性不是数组", "property is not an array")                                                                \
    X(51, "缓冲区溢出中止", "abort: buffer overflow")                                                                  \
    X(52, "此状态下不允许的APDU", "abort: invalid APDU in this state")                                                 \
    X(53, "被更高优先级任务抢占", "abort: preempted by higher priority task")                                          \
    X(54, "不支持分段", "abort: segmentation not supported")                                                           \
    X(55, "厂商自定义中止", "abort: proprietary")                                                                      \
    X(56, "其他中止", "abort: other")                                                                                  \
    X(57, "标签无效", "invalid tag")                                                                                   \
    X(58, "网络中断", "network down")                                                                                  \
    X(59, "缓冲区溢出", "reject: buffer overflow")                                                                     \
    X(60, "参数不一致(拒绝)", "reject: inconsistent parameters")                                                       \
    X(61, "参数数据类型无效(拒绝)", "reject: invalid parameter data type")                                             \
    X(62, "标签无效(拒绝)", "reject: invalid tag")                                                                     \
    X(63, "缺少必需参数(拒绝)", "reject: missing required parameter")                                                  \
    X(64, "参数超出范围(拒绝)", "reject: parameter out of range")                                                      \
    X(65, "参数过多", "reject: too many arguments")                                                                    \
    X(66, "枚举值未定义", "reject: undefined enumeration")                                                             \
    X(67, "服务无法识别", "reject: unrecognized service")                                                              \
    X(68, "厂商自定义拒绝", "reject: proprietary")                                                                     \
    X(69, "其他拒绝", "reject: other")                                                                                 \
    X(70, "设备未知", "unknown device")                                                                                \
    X(71, "路由未知", "unknown route")                                                                                 \
    X(72, "值未初始化", "value not initialized")                                                                       \
    X(73, "事件状态无效", "invalid event state")                                                                       \
    X(74, "未配置报警", "no alarm configured")                                                                         \
    X(75, "日志缓冲已满", "log buffer full")                                                                           \
    X(76, "记录值已清除", "logged value purged")                                                                       \
    X(77, "未指定属性", "no property specified")                                                                       \
    X(78, "未设触发记录", "not configured for triggered logging")                                                      \
    X(79, "订阅者未知", "unknown subscription")                                                                        \
    X(80, "参数超出范围", "parameter out of range")                                                                    \
    X(81, "列表元素未找到", "list element not found")                                                                  \
    X(82, "忙", "busy")                                                                                                \
    X(83, "通信已被禁止", "communication disabled")                                                                    \
    X(84, "成功", "success")                                                                                           \
    X(85, "拒绝访问", "access denied")                                                                                 \
    X(86, "目的地址错误", "bad destination address")                                                                   \
    X(87, "目的设备标识错误", "bad destination device id")                                                             \
    X(88, "签名错误", "bad signature")                                                                                 \
    X(89, "源地址错误", "bad source address")                                                                          \
    X(90, "时间戳错误", "bad timestamp")                                                                               \
    X(91, "无法使用该密钥", "cannot use key")                                                                          \
    X(92, "无法验证报文标识", "cannot verify message id")                                                              \
    X(93, "密钥版本正确", "correct key revision")                                                                      \
    X(94, "需要目的设备标识", "destination device id required")                                                        \
    X(95, "报文重复", "duplicate message")                                                                             \
    X(96, "未配置加密", "encryption not configured")                                                                   \
    X(97, "需要加密", "encryption required")                                                                           \
    X(98, "密钥不正确", "incorrect key")                                                                               \
    X(99, "密钥数据无效", "invalid key data")                                                                          \
    X(100, "密钥更新进行中", "key update in progress")                                                                 \
    X(101, "报文格式错误", "malformed message")                                                                        \
    X(102, "不是密钥服务器", "not key server")                                                                         \
    X(103, "未配置安全机制", "security not configured")                                                                \
    X(104, "需要源安全机制", "source security required")                                                               \
    X(105, "密钥过多", "too many keys")                                                                                \
    X(106, "认证类型未知", "unknown authentication type")                                                              \
    X(107, "密钥未知", "unknown key")                                                                                  \
    X(108, "密钥版本未知", "unknown key revision")                                                                     \
    X(109, "源消息未知", "unknown source message")                                                                     \
    X(110, "到该网络没有路由", "not router to DNET")                                                                   \
    X(111, "路由器忙", "router busy")                                                                                  \
    X(112, "网络层报文未知", "unknown network message")                                                                \
    X(113, "报文过长", "message too long")                                                                             \
    X(114, "安全错误", "security error")                                                                               \
    X(115, "地址错误", "addressing error")                                                                             \
    X(116, "写广播分发表失败", "write BDT failed")                                                                     \
    X(117, "读广播分发表失败", "read BDT failed")                                                                      \
    X(118, "登记外来设备失败", "register foreign device failed")                                                       \
    X(119, "读外来设备表失败", "read FDT failed")                                                                      \
    X(120, "删除外来设备表项失败", "delete FDT entry failed")                                                          \
    X(121, "分发广播失败", "distribute broadcast failed")                                                              \
    X(122, "文件大小未知", "unknown file size")                                                                        \
    X(123, "APDU过长中止", "abort: APDU too long")                                                                     \
    X(124, "应用超时中止", "abort: application exceeded reply time")                                                   \
    X(125, "资源不足中止", "abort: out of resources")                                                                  \
    X(126, "事务超时中止", "abort: TSM timeout")                                                                       \
    X(127, "窗口大小超范围中止", "abort: window size out of range")                                                    \
    X(128, "文件已满", "file full")                                                                                    \
    X(129, "配置不一致", "inconsistent configuration")                                                                 \
    X(130, "对象类型不一致", "inconsistent object type")                                                               \
    X(131, "内部错误", "internal error")                                                                               \
    X(132, "未配置", "not configured")                                                                                 \
    X(133, "内存不足", "out of memory")                                                                                \
    X(134, "值过长", "value too long")                                                                                 \
    X(135, "安全不足中止", "abort: insufficient security")                                                             \
    X(136, "安全错误中止", "abort: security error")

/* BACnetRejectReason */
#define REJECTS(X)                                                                                                     \
    X(0, "其他", "other")                                                                                              \
    X(1, "缓冲区溢出", "buffer overflow")                                                                              \
    X(2, "参数不一致", "inconsistent parameters")                                                                      \
    X(3, "参数数据类型无效", "invalid parameter data type")                                                            \
    X(4, "标签无效", "invalid tag")                                                                                    \
    X(5, "缺少必需参数", "missing required parameter")                                                                 \
    X(6, "参数超出范围", "parameter out of range")                                                                     \
    X(7, "参数过多", "too many arguments")                                                                             \
    X(8, "枚举值未定义", "undefined enumeration")                                                                      \
    X(9, "服务无法识别", "unrecognized service")                                                                       \
    X(10, "编码无效", "invalid data encoding")

/* BACnetAbortReason */
#define ABORTS(X)                                                                                                      \
    X(0, "其他", "other")                                                                                              \
    X(1, "缓冲区溢出", "buffer overflow")                                                                              \
    X(2, "此状态下不允许的APDU", "invalid APDU in this state")                                                         \
    X(3, "被更高优先级任务抢占", "preempted by higher priority task")                                                  \
    X(4, "不支持分段", "segmentation not supported")                                                                   \
    X(5, "安全错误", "security error")                                                                                 \
    X(6, "安全不足", "insufficient security")                                                                          \
    X(7, "窗口大小超出范围", "window size out of range")                                                               \
    X(8, "应用超时", "application exceeded reply time")                                                                \
    X(9, "资源不足", "out of resources")                                                                               \
    X(10, "事务超时", "TSM timeout")                                                                                   \
    X(11, "APDU过长", "APDU too long")

/* Annexes J.2.1 and U.2.1 */
#define BVLC_RESULTS(X)                                                                                                \
    X(0, "成功", "successful completion")                                                                              \
    X(16, "写广播分发表被拒", "Write-Broadcast-Distribution-Table NAK")                                                \
    X(32, "读广播分发表被拒", "Read-Broadcast-Distribution-Table NAK")                                                 \
    X(48, "登记外来设备被拒", "Register-Foreign-Device NAK")                                                           \
    X(64, "读外来设备表被拒", "Read-Foreign-Device-Table NAK")                                                         \
    X(80, "删除外来设备表项被拒", "Delete-Foreign-Device-Table-Entry NAK")                                             \
    X(96, "分发广播被拒", "Distribute-Broadcast-To-Network NAK")                                                       \
    X(160, "登记外来设备被拒(IPv6)", "Register-Foreign-Device NAK (IPv6)")                                             \
    X(192, "分发广播被拒(IPv6)", "Distribute-Broadcast-To-Network NAK (IPv6)")

/* Clause 6.4.4 */
#define NETWORK_REJECTS(X)                                                                                             \
    X(0, "其他错误", "other")                                                                                          \
    X(1, "不能到达目的网络", "not directly connected to DNET")                                                         \
    X(2, "路由器忙", "router busy to DNET")                                                                            \
    X(3, "网络层报文未知", "unknown network layer message")                                                            \
    X(4, "报文过长", "message too long")                                                                               \
    X(5, "安全错误", "security error")                                                                                 \
    X(6, "地址错误", "addressing error")

#define ROW(code, zh, en)         {code, zh, en},
#define REJECT_ROW(code, zh, en)  {BACNET_REJECT | (code), zh, en},
#define ABORT_ROW(code, zh, en)   {BACNET_ABORT | (code), zh, en},
#define BVLC_ROW(code, zh, en)    {BACNET_BVLC_NAK | (code), zh, en},
#define NETWORK_ROW(code, zh, en) {BACNET_NETWORK_REJECT | (code), zh, en},

const struct status_name bacnet_statuses[BACNET_STATUSES] = {ERRORS(ROW) REJECTS(REJECT_ROW) ABORTS(ABORT_ROW)
                                                                 BVLC_RESULTS(BVLC_ROW) NETWORK_REJECTS(NETWORK_ROW)};
const struct value_name bacnet_error_names[] = {ERRORS(ROW){0, NULL, NULL}};
const struct value_name bacnet_reject_names[] = {REJECTS(ROW){0, NULL, NULL}};
const struct value_name bacnet_abort_names[] = {ABORTS(ROW){0, NULL, NULL}};
const struct value_name bacnet_bvlc_result_names[] = {BVLC_RESULTS(ROW){0, NULL, NULL}};
const struct value_name bacnet_network_reject_names[] = {NETWORK_REJECTS(ROW){0, NULL, NULL}};
const struct value_name bacnet_error_class_names[] = {
    {0, "设备", "device"},    {1, "对象", "object"},        {2, "属性", "property"},
    {3, "资源", "resources"}, {4, "安全", "security"},      {5, "服务", "services"},
    {6, "虚拟终端", "vt"},    {7, "通信", "communication"}, {0, NULL, NULL},
};
