/* SPDX-License-Identifier: Apache-2.0 */
/* DNP3's object library: layout and name of every group and variation (IEEE Std 1815-2012 annex A). */
#include "parsers/dnp3/dnp3.h"

/* Layouts: shape, family, number, time, parts, octets of one object where that is fixed. */
#define EMPTY                                    SHAPE_NONE, NO_FAMILY, NO_NUMBER, NO_TIME, 0, 0
#define FAMILY_NO                                NO_FAMILY
#define BITS(family)                             SHAPE_BIT, FAMILY_##family, NO_NUMBER, NO_TIME, 0, 0
#define TWO_BITS                                 SHAPE_TWO, FAMILY_DBBI, NO_NUMBER, NO_TIME, 0, 0
#define POINT(family, number, time, parts, size) SHAPE_POINT, FAMILY_##family, number, time, parts, size
#define CROB                                     SHAPE_CROB, FAMILY_BO, NO_NUMBER, NO_TIME, 0, 11
#define TIME(size)                               SHAPE_TIME, NO_FAMILY, NO_NUMBER, TIME_48, 0, size
#define DELAY                                    SHAPE_DELAY, NO_FAMILY, NUMBER_16, NO_TIME, 0, 2
#define STRING                                   SHAPE_STRING, NO_FAMILY, NO_NUMBER, NO_TIME, 0, 0
#define ATTRIBUTE                                SHAPE_ATTRIBUTE, NO_FAMILY, NO_NUMBER, NO_TIME, 0, 0
#define FILE_OBJECT                              SHAPE_FILE, NO_FAMILY, NO_NUMBER, NO_TIME, 0, 0
#define SECURITY                                 SHAPE_SECURITY, NO_FAMILY, NO_NUMBER, NO_TIME, 0, 0
#define OPAQUE(size)                             SHAPE_SIZED, NO_FAMILY, NO_NUMBER, NO_TIME, 0, size

/* X(group, variation, layout, zh, en), sorted: those of group 0, the others. Of strings the variation is the length:
 * one row for all. */
/* clang-format off */
#define ATTRIBUTES(X) \
    X(0, 196, ATTRIBUTE, "设备属性: 配置标识", "Device attribute: Configuration ID") \
    X(0, 197, ATTRIBUTE, "设备属性: 配置版本", "Device attribute: Configuration version") \
    X(0, 198, ATTRIBUTE, "设备属性: 配置生成时间", "Device attribute: Configuration build date") \
    X(0, 199, ATTRIBUTE, "设备属性: 配置最后修改时间", "Device attribute: Configuration last change date") \
    X(0, 200, ATTRIBUTE, "设备属性: 配置签名", "Device attribute: Configuration signature") \
    X(0, 201, ATTRIBUTE, "设备属性: 配置签名算法", "Device attribute: Configuration signature algorithm") \
    X(0, 202, ATTRIBUTE, "设备属性: 主用资源标识", "Device attribute: Master resource ID") \
    X(0, 203, ATTRIBUTE, "设备属性: 设备所在海拔", "Device attribute: Altitude") \
    X(0, 204, ATTRIBUTE, "设备属性: 设备所在经度", "Device attribute: Longitude") \
    X(0, 205, ATTRIBUTE, "设备属性: 设备所在纬度", "Device attribute: Latitude") \
    X(0, 206, ATTRIBUTE, "设备属性: 二级操作员名", "Device attribute: Secondary operator name") \
    X(0, 207, ATTRIBUTE, "设备属性: 一级操作员名", "Device attribute: Primary operator name") \
    X(0, 208, ATTRIBUTE, "设备属性: 系统名称", "Device attribute: System name") \
    X(0, 209, ATTRIBUTE, "设备属性: 安全认证版本", "Device attribute: Secure authentication version") \
    X(0, 210, ATTRIBUTE, "设备属性: 每个关联的安全统计数", "Device attribute: Security statistics per association") \
    X(0, 211, ATTRIBUTE, "设备属性: 用户自定属性集标识", "Device attribute: User-specific attribute sets") \
    X(0, 212, ATTRIBUTE, "设备属性: 主站定义数据集原型数", "Device attribute: Master-defined data set prototypes") \
    X(0, 213, ATTRIBUTE, "设备属性: 子站定义数据集原型数", "Device attribute: Outstation-defined data set prototypes") \
    X(0, 214, ATTRIBUTE, "设备属性: 主站定义数据集数", "Device attribute: Master-defined data sets") \
    X(0, 215, ATTRIBUTE, "设备属性: 子站定义数据集数", "Device attribute: Outstation-defined data sets") \
    X(0, 216, ATTRIBUTE, "设备属性: 每次请求最多开出数", "Device attribute: Maximum binary outputs per request") \
    X(0, 217, ATTRIBUTE, "设备属性: 对时精度", "Device attribute: Local timing accuracy") \
    X(0, 218, ATTRIBUTE, "设备属性: 时基持续时间", "Device attribute: Duration of timing accuracy") \
    X(0, 219, ATTRIBUTE, "设备属性: 支持模出事件", "Device attribute: Supports analog output events") \
    X(0, 220, ATTRIBUTE, "设备属性: 最大模出点号", "Device attribute: Maximum analog output index") \
    X(0, 221, ATTRIBUTE, "设备属性: 模出点数", "Device attribute: Number of analog outputs") \
    X(0, 222, ATTRIBUTE, "设备属性: 支持开出事件", "Device attribute: Supports binary output events") \
    X(0, 223, ATTRIBUTE, "设备属性: 最大开出点号", "Device attribute: Maximum binary output index") \
    X(0, 224, ATTRIBUTE, "设备属性: 开出点数", "Device attribute: Number of binary outputs") \
    X(0, 225, ATTRIBUTE, "设备属性: 支持冻结计数事件", "Device attribute: Supports frozen counter events") \
    X(0, 226, ATTRIBUTE, "设备属性: 支持冻结计数", "Device attribute: Supports frozen counters") \
    X(0, 227, ATTRIBUTE, "设备属性: 支持计数事件", "Device attribute: Supports counter events") \
    X(0, 228, ATTRIBUTE, "设备属性: 最大计数点号", "Device attribute: Maximum counter index") \
    X(0, 229, ATTRIBUTE, "设备属性: 计数点数", "Device attribute: Number of counters") \
    X(0, 230, ATTRIBUTE, "设备属性: 支持冻结模入", "Device attribute: Supports frozen analog inputs") \
    X(0, 231, ATTRIBUTE, "设备属性: 支持模入事件", "Device attribute: Supports analog input events") \
    X(0, 232, ATTRIBUTE, "设备属性: 最大模入点号", "Device attribute: Maximum analog input index") \
    X(0, 233, ATTRIBUTE, "设备属性: 模入点数", "Device attribute: Number of analog inputs") \
    X(0, 234, ATTRIBUTE, "设备属性: 支持双点事件", "Device attribute: Supports double-bit events") \
    X(0, 235, ATTRIBUTE, "设备属性: 最大双点点号", "Device attribute: Maximum double-bit index") \
    X(0, 236, ATTRIBUTE, "设备属性: 双点点数", "Device attribute: Number of double-bit inputs") \
    X(0, 237, ATTRIBUTE, "设备属性: 支持开入事件", "Device attribute: Supports binary input events") \
    X(0, 238, ATTRIBUTE, "设备属性: 最大开入点号", "Device attribute: Maximum binary input index") \
    X(0, 239, ATTRIBUTE, "设备属性: 开入点数", "Device attribute: Number of binary inputs") \
    X(0, 240, ATTRIBUTE, "设备属性: 最大发送报文长", "Device attribute: Maximum transmit fragment size") \
    X(0, 241, ATTRIBUTE, "设备属性: 最大接收报文长", "Device attribute: Maximum receive fragment size") \
    X(0, 242, ATTRIBUTE, "设备属性: 软件版本", "Device attribute: Software version") \
    X(0, 243, ATTRIBUTE, "设备属性: 硬件版本", "Device attribute: Hardware version") \
    X(0, 244, ATTRIBUTE, "设备属性: 设备属主", "Device attribute: Owner name") \
    X(0, 245, ATTRIBUTE, "设备属性: 设备安装位置", "Device attribute: Location") \
    X(0, 246, ATTRIBUTE, "设备属性: 设备用户编号", "Device attribute: User-assigned ID") \
    X(0, 247, ATTRIBUTE, "设备属性: 设备用户命名", "Device attribute: User-assigned name") \
    X(0, 248, ATTRIBUTE, "设备属性: 设备序列号", "Device attribute: Serial number") \
    X(0, 249, ATTRIBUTE, "设备属性: 规约子集与符合性", "Device attribute: Subset and conformance") \
    X(0, 250, ATTRIBUTE, "设备属性: 产品名称与型号", "Device attribute: Product name and model") \
    X(0, 252, ATTRIBUTE, "设备属性: 制造商名称", "Device attribute: Manufacturer's name") \
    X(0, 254, ATTRIBUTE, "设备属性: 全部属性请求", "Device attribute: All attributes request") \
    X(0, 255, ATTRIBUTE, "设备属性: 属性变体列表", "Device attribute: List of attribute variations")
#define OBJECTS(X) \
    X(1, 0, EMPTY, "开关量输入(缺省变体)", "Binary input, any variation") \
    X(1, 1, BITS(BI), "开关量输入(打包)", "Binary input, packed") \
    X(1, 2, POINT(BI, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "开关量输入(带品质)", "Binary input with flags") \
    X(2, 0, EMPTY, "开关量输入事件(缺省变体)", "Binary input event, any variation") \
    X(2, 1, POINT(BI, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "开关量输入事件(无时标)", "Binary input event without time") \
    X(2, 2, POINT(BI, NO_NUMBER, TIME_48, HAS_FLAGS, 7), "开关量输入事件(绝对时标)", "Binary input event with absolute time") \
    X(2, 3, POINT(BI, NO_NUMBER, TIME_16, HAS_FLAGS, 3), "开关量输入事件(相对时标)", "Binary input event with relative time") \
    X(3, 0, EMPTY, "双点输入(缺省变体)", "Double-bit input, any variation") \
    X(3, 1, TWO_BITS, "双点输入(打包)", "Double-bit input, packed") \
    X(3, 2, POINT(DBBI, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "双点输入(带品质)", "Double-bit input with flags") \
    X(4, 0, EMPTY, "双点输入事件(缺省变体)", "Double-bit input event, any variation") \
    X(4, 1, POINT(DBBI, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "双点输入事件(无时标)", "Double-bit input event without time") \
    X(4, 2, POINT(DBBI, NO_NUMBER, TIME_48, HAS_FLAGS, 7), "双点输入事件(绝对时标)", "Double-bit input event with absolute time") \
    X(4, 3, POINT(DBBI, NO_NUMBER, TIME_16, HAS_FLAGS, 3), "双点输入事件(相对时标)", "Double-bit input event with relative time") \
    X(10, 0, EMPTY, "开关量输出(缺省变体)", "Binary output, any variation") \
    X(10, 1, BITS(BO), "开关量输出(打包)", "Binary output, packed") \
    X(10, 2, POINT(BO, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "开关量输出状态(带品质)", "Binary output status with flags") \
    X(11, 0, EMPTY, "开关量输出事件(缺省变体)", "Binary output event, any variation") \
    X(11, 1, POINT(BO, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "开关量输出事件(无时标)", "Binary output event without time") \
    X(11, 2, POINT(BO, NO_NUMBER, TIME_48, HAS_FLAGS, 7), "开关量输出事件(绝对时标)", "Binary output event with time") \
    X(12, 0, EMPTY, "开关量控制(缺省变体)", "Binary output command, any variation") \
    X(12, 1, CROB, "继电器控制块", "Control relay output block") \
    X(12, 2, CROB, "模式控制块", "Pattern control block") \
    X(12, 3, BITS(BO), "模式掩码", "Pattern mask") \
    X(13, 0, EMPTY, "开关量控制事件(缺省变体)", "Binary output command event, any variation") \
    X(13, 1, POINT(EVENT, NO_NUMBER, NO_TIME, HAS_FLAGS, 1), "开关量控制事件(无时标)", "Binary output command event without time") \
    X(13, 2, POINT(EVENT, NO_NUMBER, TIME_48, HAS_FLAGS, 7), "开关量控制事件(带时标)", "Binary output command event with time") \
    X(20, 0, EMPTY, "计数量(缺省变体)", "Counter, any variation") \
    X(20, 1, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "计数量(32位)", "Counter, 32-bit") \
    X(20, 2, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "计数量(16位)", "Counter, 16-bit") \
    X(20, 3, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "计数量(32位,差值)", "Counter, 32-bit delta") \
    X(20, 4, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "计数量(16位,差值)", "Counter, 16-bit delta") \
    X(20, 5, POINT(CTR, NUMBER_32, NO_TIME, 0, 4), "计数量(32位,无品质)", "Counter, 32-bit without flag") \
    X(20, 6, POINT(CTR, NUMBER_16, NO_TIME, 0, 2), "计数量(16位,无品质)", "Counter, 16-bit without flag") \
    X(20, 7, POINT(CTR, NUMBER_32, NO_TIME, 0, 4), "计数量(32位,差值,无品质)", "Counter, 32-bit delta without flag") \
    X(20, 8, POINT(CTR, NUMBER_16, NO_TIME, 0, 2), "计数量(16位,差值,无品质)", "Counter, 16-bit delta without flag") \
    X(21, 0, EMPTY, "冻结计数量(缺省变体)", "Frozen counter, any variation") \
    X(21, 1, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结计数量(32位)", "Frozen counter, 32-bit") \
    X(21, 2, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结计数量(16位)", "Frozen counter, 16-bit") \
    X(21, 3, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结计数量(32位,差值)", "Frozen counter, 32-bit delta") \
    X(21, 4, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结计数量(16位,差值)", "Frozen counter, 16-bit delta") \
    X(21, 5, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结计数量(32位,带时标)", "Frozen counter, 32-bit with time") \
    X(21, 6, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结计数量(16位,带时标)", "Frozen counter, 16-bit with time") \
    X(21, 7, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结计数量(32位,差值,带时标)", "Frozen counter, 32-bit delta with time") \
    X(21, 8, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结计数量(16位,差值,带时标)", "Frozen counter, 16-bit delta with time") \
    X(21, 9, POINT(CTR, NUMBER_32, NO_TIME, 0, 4), "冻结计数量(32位,无品质)", "Frozen counter, 32-bit without flag") \
    X(21, 10, POINT(CTR, NUMBER_16, NO_TIME, 0, 2), "冻结计数量(16位,无品质)", "Frozen counter, 16-bit without flag") \
    X(21, 11, POINT(CTR, NUMBER_32, NO_TIME, 0, 4), "冻结计数量(32位,差值,无品质)", "Frozen counter, 32-bit delta without flag") \
    X(21, 12, POINT(CTR, NUMBER_16, NO_TIME, 0, 2), "冻结计数量(16位,差值,无品质)", "Frozen counter, 16-bit delta without flag") \
    X(22, 0, EMPTY, "计数量事件(缺省变体)", "Counter event, any variation") \
    X(22, 1, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "计数量事件(32位)", "Counter event, 32-bit") \
    X(22, 2, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "计数量事件(16位)", "Counter event, 16-bit") \
    X(22, 3, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "计数量事件(32位,差值)", "Counter event, 32-bit delta") \
    X(22, 4, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "计数量事件(16位,差值)", "Counter event, 16-bit delta") \
    X(22, 5, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "计数量事件(32位,带时标)", "Counter event, 32-bit with time") \
    X(22, 6, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "计数量事件(16位,带时标)", "Counter event, 16-bit with time") \
    X(22, 7, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "计数量事件(32位,差值,带时标)", "Counter event, 32-bit delta with time") \
    X(22, 8, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "计数量事件(16位,差值,带时标)", "Counter event, 16-bit delta with time") \
    X(23, 0, EMPTY, "冻结计数量事件(缺省变体)", "Frozen counter event, any variation") \
    X(23, 1, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结计数量事件(32位)", "Frozen counter event, 32-bit") \
    X(23, 2, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结计数量事件(16位)", "Frozen counter event, 16-bit") \
    X(23, 3, POINT(CTR, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结计数量事件(32位,差值)", "Frozen counter event, 32-bit delta") \
    X(23, 4, POINT(CTR, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结计数量事件(16位,差值)", "Frozen counter event, 16-bit delta") \
    X(23, 5, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结计数量事件(32位,带时标)", "Frozen counter event, 32-bit with time") \
    X(23, 6, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结计数量事件(16位,带时标)", "Frozen counter event, 16-bit with time") \
    X(23, 7, POINT(CTR, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结计数量事件(32位,差值,带时标)", "Frozen counter event, 32-bit delta with time") \
    X(23, 8, POINT(CTR, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结计数量事件(16位,差值,带时标)", "Frozen counter event, 16-bit delta with time") \
    X(30, 0, EMPTY, "模拟量输入(缺省变体)", "Analog input, any variation") \
    X(30, 1, POINT(AI, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "模拟量输入(32位)", "Analog input, 32-bit") \
    X(30, 2, POINT(AI, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "模拟量输入(16位)", "Analog input, 16-bit") \
    X(30, 3, POINT(AI, NUMBER_32, NO_TIME, 0, 4), "模拟量输入(32位,无品质)", "Analog input, 32-bit without flag") \
    X(30, 4, POINT(AI, NUMBER_16, NO_TIME, 0, 2), "模拟量输入(16位,无品质)", "Analog input, 16-bit without flag") \
    X(30, 5, POINT(AI, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "模拟量输入(单精度)", "Analog input, single-precision") \
    X(30, 6, POINT(AI, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "模拟量输入(双精度)", "Analog input, double-precision") \
    X(31, 0, EMPTY, "冻结模拟量输入(缺省变体)", "Frozen analog input, any variation") \
    X(31, 1, POINT(AI, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结模拟量输入(32位)", "Frozen analog input, 32-bit") \
    X(31, 2, POINT(AI, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结模拟量输入(16位)", "Frozen analog input, 16-bit") \
    X(31, 3, POINT(AI, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结模拟量输入(32位,带时标)", "Frozen analog input, 32-bit with time") \
    X(31, 4, POINT(AI, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结模拟量输入(16位,带时标)", "Frozen analog input, 16-bit with time") \
    X(31, 5, POINT(AI, NUMBER_32, NO_TIME, 0, 4), "冻结模拟量输入(32位,无品质)", "Frozen analog input, 32-bit without flag") \
    X(31, 6, POINT(AI, NUMBER_16, NO_TIME, 0, 2), "冻结模拟量输入(16位,无品质)", "Frozen analog input, 16-bit without flag") \
    X(31, 7, POINT(AI, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "冻结模拟量输入(单精度)", "Frozen analog input, single-precision") \
    X(31, 8, POINT(AI, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "冻结模拟量输入(双精度)", "Frozen analog input, double-precision") \
    X(32, 0, EMPTY, "模拟量输入事件(缺省变体)", "Analog input event, any variation") \
    X(32, 1, POINT(AI, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "模拟量输入事件(32位)", "Analog input event, 32-bit") \
    X(32, 2, POINT(AI, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "模拟量输入事件(16位)", "Analog input event, 16-bit") \
    X(32, 3, POINT(AI, NUMBER_32, TIME_48, HAS_FLAGS, 11), "模拟量输入事件(32位,带时标)", "Analog input event, 32-bit with time") \
    X(32, 4, POINT(AI, NUMBER_16, TIME_48, HAS_FLAGS, 9), "模拟量输入事件(16位,带时标)", "Analog input event, 16-bit with time") \
    X(32, 5, POINT(AI, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "模拟量输入事件(单精度)", "Analog input event, single-precision") \
    X(32, 6, POINT(AI, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "模拟量输入事件(双精度)", "Analog input event, double-precision") \
    X(32, 7, POINT(AI, NUMBER_FLOAT, TIME_48, HAS_FLAGS, 11), "模拟量输入事件(单精度,带时标)", "Analog input event, single-precision with time") \
    X(32, 8, POINT(AI, NUMBER_DOUBLE, TIME_48, HAS_FLAGS, 15), "模拟量输入事件(双精度,带时标)", "Analog input event, double-precision with time") \
    X(33, 0, EMPTY, "冻结模拟量输入事件(缺省变体)", "Frozen analog input event, any variation") \
    X(33, 1, POINT(AI, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "冻结模拟量输入事件(32位)", "Frozen analog input event, 32-bit") \
    X(33, 2, POINT(AI, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "冻结模拟量输入事件(16位)", "Frozen analog input event, 16-bit") \
    X(33, 3, POINT(AI, NUMBER_32, TIME_48, HAS_FLAGS, 11), "冻结模拟量输入事件(32位,带时标)", "Frozen analog input event, 32-bit with time") \
    X(33, 4, POINT(AI, NUMBER_16, TIME_48, HAS_FLAGS, 9), "冻结模拟量输入事件(16位,带时标)", "Frozen analog input event, 16-bit with time") \
    X(33, 5, POINT(AI, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "冻结模拟量输入事件(单精度)", "Frozen analog input event, single-precision") \
    X(33, 6, POINT(AI, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "冻结模拟量输入事件(双精度)", "Frozen analog input event, double-precision") \
    X(33, 7, POINT(AI, NUMBER_FLOAT, TIME_48, HAS_FLAGS, 11), "冻结模拟量输入事件(单精度,带时标)", "Frozen analog input event, single-precision with time") \
    X(33, 8, POINT(AI, NUMBER_DOUBLE, TIME_48, HAS_FLAGS, 15), "冻结模拟量输入事件(双精度,带时标)", "Frozen analog input event, double-precision with time") \
    X(34, 0, EMPTY, "模拟量死区(缺省变体)", "Analog input deadband, any variation") \
    X(34, 1, POINT(AI, NUMBER_16, NO_TIME, 0, 2), "模拟量死区(16位)", "Analog input deadband, 16-bit") \
    X(34, 2, POINT(AI, NUMBER_32, NO_TIME, 0, 4), "模拟量死区(32位)", "Analog input deadband, 32-bit") \
    X(34, 3, POINT(AI, NUMBER_FLOAT, NO_TIME, 0, 4), "模拟量死区(单精度)", "Analog input deadband, single-precision") \
    X(40, 0, EMPTY, "模拟量输出状态(缺省变体)", "Analog output status, any variation") \
    X(40, 1, POINT(AO, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "模拟量输出状态(32位)", "Analog output status, 32-bit") \
    X(40, 2, POINT(AO, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "模拟量输出状态(16位)", "Analog output status, 16-bit") \
    X(40, 3, POINT(AO, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "模拟量输出状态(单精度)", "Analog output status, single-precision") \
    X(40, 4, POINT(AO, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "模拟量输出状态(双精度)", "Analog output status, double-precision") \
    X(41, 0, EMPTY, "模拟量输出(缺省变体)", "Analog output, any variation") \
    X(41, 1, POINT(AO, NUMBER_32, NO_TIME, HAS_STATUS, 5), "模拟量输出(32位)", "Analog output, 32-bit") \
    X(41, 2, POINT(AO, NUMBER_16, NO_TIME, HAS_STATUS, 3), "模拟量输出(16位)", "Analog output, 16-bit") \
    X(41, 3, POINT(AO, NUMBER_FLOAT, NO_TIME, HAS_STATUS, 5), "模拟量输出(单精度)", "Analog output, single-precision") \
    X(41, 4, POINT(AO, NUMBER_DOUBLE, NO_TIME, HAS_STATUS, 9), "模拟量输出(双精度)", "Analog output, double-precision") \
    X(42, 0, EMPTY, "模拟量输出事件(缺省变体)", "Analog output event, any variation") \
    X(42, 1, POINT(AO, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "模拟量输出事件(32位)", "Analog output event, 32-bit") \
    X(42, 2, POINT(AO, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "模拟量输出事件(16位)", "Analog output event, 16-bit") \
    X(42, 3, POINT(AO, NUMBER_32, TIME_48, HAS_FLAGS, 11), "模拟量输出事件(32位,带时标)", "Analog output event, 32-bit with time") \
    X(42, 4, POINT(AO, NUMBER_16, TIME_48, HAS_FLAGS, 9), "模拟量输出事件(16位,带时标)", "Analog output event, 16-bit with time") \
    X(42, 5, POINT(AO, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "模拟量输出事件(单精度)", "Analog output event, single-precision") \
    X(42, 6, POINT(AO, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "模拟量输出事件(双精度)", "Analog output event, double-precision") \
    X(42, 7, POINT(AO, NUMBER_FLOAT, TIME_48, HAS_FLAGS, 11), "模拟量输出事件(单精度,带时标)", "Analog output event, single-precision with time") \
    X(42, 8, POINT(AO, NUMBER_DOUBLE, TIME_48, HAS_FLAGS, 15), "模拟量输出事件(双精度,带时标)", "Analog output event, double-precision with time") \
    X(43, 0, EMPTY, "模拟量控制事件(缺省变体)", "Analog output command event, any variation") \
    X(43, 1, POINT(EVENT, NUMBER_32, NO_TIME, HAS_FLAGS, 5), "模拟量控制事件(32位)", "Analog output command event, 32-bit") \
    X(43, 2, POINT(EVENT, NUMBER_16, NO_TIME, HAS_FLAGS, 3), "模拟量控制事件(16位)", "Analog output command event, 16-bit") \
    X(43, 3, POINT(EVENT, NUMBER_32, TIME_48, HAS_FLAGS, 11), "模拟量控制事件(32位,带时标)", "Analog output command event, 32-bit with time") \
    X(43, 4, POINT(EVENT, NUMBER_16, TIME_48, HAS_FLAGS, 9), "模拟量控制事件(16位,带时标)", "Analog output command event, 16-bit with time") \
    X(43, 5, POINT(EVENT, NUMBER_FLOAT, NO_TIME, HAS_FLAGS, 5), "模拟量控制事件(单精度)", "Analog output command event, single-precision") \
    X(43, 6, POINT(EVENT, NUMBER_DOUBLE, NO_TIME, HAS_FLAGS, 9), "模拟量控制事件(双精度)", "Analog output command event, double-precision") \
    X(43, 7, POINT(EVENT, NUMBER_FLOAT, TIME_48, HAS_FLAGS, 11), "模拟量控制事件(单精度,带时标)", "Analog output command event, single-precision with time") \
    X(43, 8, POINT(EVENT, NUMBER_DOUBLE, TIME_48, HAS_FLAGS, 15), "模拟量控制事件(双精度,带时标)", "Analog output command event, double-precision with time") \
    X(50, 0, EMPTY, "时间与日期(缺省变体)", "Time and date, any variation") \
    X(50, 1, TIME(6), "时间与日期", "Time and date") \
    X(50, 2, TIME(10), "时间与周期", "Time and date with interval") \
    X(50, 3, TIME(6), "最近记录的时间", "Last recorded time") \
    X(50, 4, TIME(11), "带编号的时间与周期", "Indexed absolute time and long interval") \
    X(51, 1, TIME(6), "公共时标(已同步)", "Common time of occurrence, synchronized") \
    X(51, 2, TIME(6), "公共时标(未同步)", "Common time of occurrence, unsynchronized") \
    X(52, 1, DELAY, "时延(粗)", "Time delay, coarse") \
    X(52, 2, DELAY, "时延(细)", "Time delay, fine") \
    X(60, 1, EMPTY, "0类数据", "Class 0 data") \
    X(60, 2, EMPTY, "1类数据", "Class 1 data") \
    X(60, 3, EMPTY, "2类数据", "Class 2 data") \
    X(60, 4, EMPTY, "3类数据", "Class 3 data") \
    X(70, 1, FILE_OBJECT, "文件标识(已废止)", "File identifier, superseded") \
    X(70, 2, FILE_OBJECT, "文件认证", "File authentication") \
    X(70, 3, FILE_OBJECT, "文件命令", "File command") \
    X(70, 4, FILE_OBJECT, "文件命令状态", "File command status") \
    X(70, 5, FILE_OBJECT, "文件传输", "File transport") \
    X(70, 6, FILE_OBJECT, "文件传输状态", "File transport status") \
    X(70, 7, FILE_OBJECT, "文件描述", "File descriptor") \
    X(70, 8, FILE_OBJECT, "文件规格串", "File specification string") \
    X(80, 1, BITS(NO), "内部指示位", "Internal indications") \
    X(81, 1, OPAQUE(3), "存储缓冲溢出状态", "Storage object") \
    X(82, 1, OPAQUE(0), "设备配置文件", "Device profile") \
    X(83, 1, OPAQUE(0), "私有注册对象", "Private registration object") \
    X(83, 2, OPAQUE(0), "私有注册对象描述", "Private registration object descriptor") \
    X(85, 1, OPAQUE(0), "数据集原型", "Data set prototype") \
    X(86, 1, OPAQUE(0), "数据集描述: 内容", "Data set descriptor, contents") \
    X(86, 2, OPAQUE(1), "数据集描述: 特征", "Data set descriptor, characteristics") \
    X(86, 3, OPAQUE(0), "数据集描述: 点号属性", "Data set descriptor, point index attributes") \
    X(87, 1, OPAQUE(0), "数据集当前值", "Data set, present value") \
    X(88, 1, OPAQUE(0), "数据集快照", "Data set, snapshot") \
    X(90, 1, OPAQUE(0), "应用程序标识", "Application identifier") \
    X(91, 1, OPAQUE(0), "所激活配置的状态", "Status of requested operation") \
    X(100, 1, OPAQUE(0), "浮点数", "Floating point") \
    X(101, 1, OPAQUE(2), "BCD码(2字节)", "Packed binary-coded decimal, 2 octets") \
    X(101, 2, OPAQUE(4), "BCD码(4字节)", "Packed binary-coded decimal, 4 octets") \
    X(101, 3, OPAQUE(8), "BCD码(8字节)", "Packed binary-coded decimal, 8 octets") \
    X(102, 0, EMPTY, "8位无符号数(缺省变体)", "Unsigned integer, any variation") \
    X(102, 1, OPAQUE(1), "8位无符号数", "Unsigned integer, 8-bit") \
    X(110, 0, STRING, "字节串", "Octet string") \
    X(111, 0, STRING, "字节串事件", "Octet string event") \
    X(112, 0, STRING, "虚拟终端输出", "Virtual terminal output block") \
    X(113, 0, STRING, "虚拟终端事件", "Virtual terminal event data") \
    X(120, 1, SECURITY, "安全认证: 质询", "Authentication: Challenge") \
    X(120, 2, SECURITY, "安全认证: 质询应答", "Authentication: Reply") \
    X(120, 3, SECURITY, "安全认证: 主动模式请求", "Authentication: Aggressive mode request") \
    X(120, 4, SECURITY, "安全认证: 会话密钥状态请求", "Authentication: Session key status request") \
    X(120, 5, SECURITY, "安全认证: 会话密钥状态", "Authentication: Session key status") \
    X(120, 6, SECURITY, "安全认证: 会话密钥变更", "Authentication: Session key change") \
    X(120, 7, SECURITY, "安全认证: 认证错误", "Authentication: Error") \
    X(120, 8, SECURITY, "安全认证: 用户证书", "Authentication: User certificate") \
    X(120, 9, SECURITY, "安全认证: 认证码", "Authentication: Message authentication code") \
    X(120, 10, SECURITY, "安全认证: 用户状态变更", "Authentication: User status change") \
    X(120, 11, SECURITY, "安全认证: 更新密钥变更请求", "Authentication: Update key change request") \
    X(120, 12, SECURITY, "安全认证: 更新密钥变更应答", "Authentication: Update key change reply") \
    X(120, 13, SECURITY, "安全认证: 更新密钥变更", "Authentication: Update key change") \
    X(120, 14, SECURITY, "安全认证: 更新密钥变更签名", "Authentication: Update key change signature") \
    X(120, 15, SECURITY, "安全认证: 更新密钥变更确认", "Authentication: Update key change confirmation") \
    X(121, 0, EMPTY, "安全统计量(缺省变体)", "Security statistic, any variation") \
    X(121, 1, OPAQUE(7), "安全统计量", "Security statistic, 32-bit") \
    X(122, 0, EMPTY, "安全统计量事件(缺省变体)", "Security statistic event, any variation") \
    X(122, 1, OPAQUE(7), "安全统计量事件", "Security statistic event, 32-bit") \
    X(122, 2, OPAQUE(13), "安全统计量事件(带时标)", "Security statistic event, 32-bit with time")
/* clang-format on */

#define OBJECT_ROW(group, variation, layout, zh, en) {(group) << 8 | (variation), layout},
#define NAME_ROW(group, variation, layout, zh, en)   {(group) << 8 | (variation), zh, en},
static const struct dnp3_object objects[] = {ATTRIBUTES(OBJECT_ROW) OBJECTS(OBJECT_ROW)};
const struct value_name dnp3_object_names[] = {ATTRIBUTES(NAME_ROW) OBJECTS(NAME_ROW){0, NULL, NULL}};

/* Of a group and variation the row; 0, a device attribute: none. */
enum { GROUPS = 128, VARIATIONS = 16 };
#define ROW_ID(group, variation, ...)    ROW_##group##_##variation,
#define ROW_INDEX(group, variation, ...) [group][variation] = ROW_##group##_##variation,
enum { ATTRIBUTES(ROW_ID) OBJECTS(ROW_ID) };
static const uint8_t row_of[GROUPS][VARIATIONS] = {OBJECTS(ROW_INDEX)};

enum { OCTET_STRING = 110, OCTET_STRING_EVENT = 111, TERMINAL_EVENT = 113 };

bool dnp3_string_group(uint16_t code) { return code >> 8 == OCTET_STRING || code >> 8 == OCTET_STRING_EVENT; }

const struct dnp3_object *dnp3_object_find(uint16_t code)
{
    if (code >> 8 >= OCTET_STRING && code >> 8 <= TERMINAL_EVENT) code &= 0xff00;
    if (code >> 8 == 0) return &objects[0]; /* device attributes are alike, the user's own ones too */
    unsigned group = code >> 8, variation = code & 0xff;
    unsigned row = group < GROUPS && variation < VARIATIONS ? row_of[group][variation] : 0;
    return row ? &objects[row] : NULL;
}
