/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the synchrophasor parser share (IEEE Std C37.118.2-2011, and C37.118-2005 before it). */
#ifndef WANGLOU_PARSERS_C37118_C37118_H
#define WANGLOU_PARSERS_C37118_C37118_H

#include "parsers/parser.h"

#define C37118_FIELDS(X)                                                                                               \
    X(SYNC, "synphasor.sync", UINT16, HEX, PLAIN, "同步字", "Synchronization word", NULL)                              \
    X(FRTYPE, "synphasor.frtype", UINT16, HEX, PLAIN, "帧类型", "Frame type", c37118_frame_types)                      \
    X(VERSION, "synphasor.version", UINT16, DEC, PLAIN, "规约版本", "Version", c37118_versions)                        \
    X(FRSIZE, "synphasor.frsize", UINT16, DEC, PLAIN, "帧长度", "Frame size", NULL)                                    \
    X(STREAM, "synphasor.idcode_stream_source", UINT16, DEC, PLAIN, "数据流标识", "Stream source ID", NULL)            \
    X(SOC, "synphasor.soc", TIME, DEC, PLAIN, "世纪秒", "SOC time stamp", NULL)                                        \
    X(LEAP_DIRECTION, "synphasor.timeqal.lsdir", BOOL, DEC, PLAIN, "闰秒方向", "Leap second direction", NULL)          \
    X(LEAP_OCCURRED, "synphasor.timeqal.lsocc", BOOL, DEC, PLAIN, "已发生闰秒", "Leap second occurred", NULL)          \
    X(LEAP_PENDING, "synphasor.timeqal.lspend", BOOL, DEC, PLAIN, "即将闰秒", "Leap second pending", NULL)             \
    X(TIME_QUALITY, "synphasor.timeqal.timequalindic", UINT8, HEX, PLAIN, "时间质量", "Message time quality",          \
      c37118_time_qualities)                                                                                           \
    X(FRACSEC, "synphasor.fracsec_raw", UINT24, DEC, PLAIN, "秒等分", "Fraction of second (raw)", NULL)                \
    X(CHECKSUM, "synphasor.checksum", UINT16, HEX, PLAIN, "校验码", "Checksum", NULL)                                  \
    X(COMMAND, "synphasor.command", UINT16, HEX, PLAIN, "命令", "Command", c37118_commands)                            \
    X(EXTENDED, "synphasor.extended_frame_data", BYTES, DEC, PLAIN, "扩展帧数据", "Extended frame data", NULL)         \
    X(HEADER, "synphasor.header", TEXT, DEC, PLAIN, "头帧文本", "Header text", NULL)                                   \
    X(TIME_BASE, "synphasor.conf.timebase", UINT24, DEC, PLAIN, "时间分辨率", "Time base", NULL)                       \
    X(CONTINUATION, "synphasor.conf.contindx", UINT16, DEC, PLAIN, "续帧序号", "Continuation index", NULL)             \
    X(PMU_COUNT, "synphasor.conf.numpmu", UINT16, DEC, PLAIN, "PMU数", "Number of PMU blocks", NULL)                   \
    X(RATE, "synphasor.rate_of_transmission", INT16, DEC, PLAIN, "传送速率", "Rate of transmission", NULL)             \
    X(STATION_NAME, "synphasor.station_name", TEXT, DEC, PLAIN, "站名(配置帧3)", "Station name (CFG-3)", NULL)         \
    X(STATION, "synphasor.conf.station_name", TEXT, DEC, PLAIN, "站名", "Station name (CFG-1, CFG-2)", NULL)           \
    X(DATA_SOURCE, "synphasor.idcode_data_source", UINT16, DEC, PLAIN, "PMU标识", "Data source ID", NULL)              \
    X(GLOBAL_ID, "synphasor.gpmuid", BYTES, DEC, PLAIN, "全局PMU标识", "Global PMU ID", NULL)                          \
    X(FREQUENCY_FORMAT, "synphasor.conf.dfreq_format", BOOL, DEC, PLAIN, "频率为浮点", "Frequency in floating point",  \
      NULL)                                                                                                            \
    X(ANALOG_FORMAT, "synphasor.conf.analog_format", BOOL, DEC, PLAIN, "模拟量为浮点", "Analogs in floating point",    \
      NULL)                                                                                                            \
    X(PHASOR_FORMAT, "synphasor.conf.phasor_format", BOOL, DEC, PLAIN, "相量为浮点", "Phasors in floating point",      \
      NULL)                                                                                                            \
    X(PHASOR_NOTATION, "synphasor.conf.phasor_notation", BOOL, DEC, PLAIN, "相量为极坐标", "Phasors in polar form",    \
      NULL)                                                                                                            \
    X(PHASOR_COUNT, "synphasor.num_phasors", UINT16, DEC, PLAIN, "相量数", "Number of phasors", NULL)                  \
    X(ANALOG_COUNT, "synphasor.num_analog_values", UINT16, DEC, PLAIN, "模拟量数", "Number of analog values", NULL)    \
    X(DIGITAL_COUNT, "synphasor.num_digital_status_words", UINT16, DEC, PLAIN, "开关量字数",                           \
      "Number of digital words", NULL)                                                                                 \
    X(CHANNEL_NAME, "synphasor.conf.chnam", TEXT, DEC, BULK, "通道名", "Channel name", NULL)                           \
    X(NOMINAL, "synphasor.conf.fnom", BOOL, DEC, PLAIN, "额定频率50赫兹", "Nominal line frequency is 50 Hz", NULL)     \
    X(CHANGES, "synphasor.conf.cfgcnt", UINT16, DEC, PLAIN, "配置变更次数", "Configuration change count", NULL)        \
    X(LATITUDE, "synphasor.conf.pmu_latitude", FLOAT, DEC, PLAIN, "纬度", "Latitude", NULL)                            \
    X(LONGITUDE, "synphasor.conf.pmu_longitude", FLOAT, DEC, PLAIN, "经度", "Longitude", NULL)                         \
    X(ELEVATION, "synphasor.conf.pmu_elevation", FLOAT, DEC, PLAIN, "海拔", "Elevation", NULL)                         \
    X(SERVICE_CLASS, "synphasor.conf.svc_class", TEXT, DEC, PLAIN, "服务等级", "Service class", NULL)                  \
    X(DATA_ERROR, "synphasor.data.status", UINT16, HEX, BULK, "数据错误", "Data error", c37118_data_errors)            \
    X(SYNC_LOST, "synphasor.data.sync", BOOL, DEC, BULK, "失去时间同步", "Not synchronized", NULL)                     \
    X(SORTING, "synphasor.data.sorting", BOOL, DEC, BULK, "按到达排序", "Sorted by arrival", NULL)                     \
    X(TRIGGER, "synphasor.data.trigger", BOOL, DEC, BULK, "PMU触发", "Trigger detected", NULL)                         \
    X(CONFIG_CHANGED, "synphasor.data.CFGchange", BOOL, DEC, BULK, "配置将变更", "Configuration changed", NULL)        \
    X(MODIFIED, "synphasor.data.data_modified", BOOL, DEC, BULK, "数据被修改", "Data modified", NULL)                  \
    X(PMU_QUALITY, "synphasor.data.pmu_tq", UINT16, HEX, BULK, "PMU时间质量", "PMU time quality", NULL)                \
    X(UNLOCKED, "synphasor.data.t_unlock", UINT16, HEX, BULK, "失锁时长", "Unlocked time", NULL)                       \
    X(TRIGGER_REASON, "synphasor.data.trigger_reason", UINT16, HEX, BULK, "触发原因", "Trigger reason",                \
      c37118_trigger_reasons)                                                                                          \
    X(MAGNITUDE, "synphasor.phasor.magnitude", FLOAT, DEC, BULK, "相量幅值", "Phasor magnitude", NULL)                 \
    X(ANGLE, "synphasor.phasor.angle", FLOAT, DEC, BULK, "相量相角(弧度)", "Phasor angle (rad)", NULL)                 \
    X(FREQUENCY, "synphasor.actual_frequency_value", FLOAT, DEC, BULK, "频率(赫兹)", "Frequency (Hz)", NULL)           \
    X(DEVIATION, "synphasor.frequency_deviation_from_nominal", INT16, DEC, BULK, "频率偏差(毫赫兹)",                   \
      "Frequency deviation (mHz)", NULL)                                                                               \
    X(ROCOF, "synphasor.rate_change_frequency", FLOAT, DEC, BULK, "频率变化率", "Rate of change of frequency", NULL)   \
    X(ANALOG, "synphasor.analog", FLOAT, DEC, BULK, "模拟量值", "Analog value", NULL)                                  \
    X(DIGITAL, "synphasor.digital_status_word", UINT16, HEX, BULK, "开关量字", "Digital status word", NULL)

enum { C37118_FIELDS(FIELD_ID) F_COUNT };

#define C37118_ANOMALIES(X)                                                                                            \
    X(CHECKSUM, "checksum", ODD, "校验码错误", "checksum is wrong")                                                    \
    X(SIZE, "size", ODD, "帧长度字段与实际不符", "frame size field is wrong")                                          \
    X(TYPE, "type", ODD, "帧类型未定义", "undefined frame type")                                                       \
    X(VERSION, "version", NOTE, "规约版本未定义", "undefined version")                                                 \
    X(COMMAND, "command", ODD, "命令未定义", "undefined command")                                                      \
    X(CONFIGURATION_CUT, "configuration_cut", ODD, "配置帧不完整", "configuration frame is cut short")                 \
    X(DATA_MISMATCH, "data_mismatch", ODD, "数据帧与配置帧不符", "data frame does not fit the configuration")          \
    X(TOO_MANY_PMUS, "too_many_pmus", NOTE, "PMU数超出可跟踪数", "more PMUs than are followed")

enum { C37118_ANOMALIES(ANOMALY_ID) A_COUNT };

enum frame_type {
    TYPE_DATA,
    TYPE_HEADER,
    TYPE_CONFIGURATION_1,
    TYPE_CONFIGURATION_2,
    TYPE_COMMAND,
    TYPE_CONFIGURATION_3,
    TYPE_COUNT
};

/* FORMAT word, 6.4 table 9. */
enum data_format { POLAR = 1, FLOAT_PHASORS = 2, FLOAT_ANALOGS = 4, FLOAT_FREQUENCY = 8 };

enum { PMUS_MOST = 64, SCALES_MOST = 512 };

/* What data frames of a stream look like, as its last configuration frame 2 or 3 told. */
struct c37118_pmu {
    uint16_t id, phasors, analogs, digitals, first_scale;
    uint8_t format;
    bool at_50_hz;
};

struct c37118_state {
    uint16_t stream, pmu_count, scale_count;
    bool configured;
    struct c37118_pmu pmus[PMUS_MOST];
    float scales[SCALES_MOST]; /* volts or amperes of one bit of an integer phasor */
};

/* checksum.c */
uint16_t c37118_checksum(struct bytes in);

/* configuration.c: `third` of CFG-3 */
void c37118_configuration(struct pdu *p, struct bytes in, uint16_t stream, bool third, bool keep);

/* data.c */
void c37118_data(struct pdu *p, struct bytes in, uint16_t stream);

/* names.c */
extern const struct value_name c37118_frame_types[], c37118_versions[], c37118_time_qualities[], c37118_commands[],
    c37118_data_errors[], c37118_trigger_reasons[];

#endif
