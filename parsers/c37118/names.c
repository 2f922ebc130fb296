/* SPDX-License-Identifier: Apache-2.0 */
/* Synchrophasor codes in words (IEEE Std C37.118.2-2011 clause 6). */
#include "parsers/c37118/c37118.h"

const struct value_name c37118_frame_types[] = {
    {TYPE_DATA, "数据帧", "Data frame"},
    {TYPE_HEADER, "头帧", "Header frame"},
    {TYPE_CONFIGURATION_1, "配置帧1", "Configuration frame 1"},
    {TYPE_CONFIGURATION_2, "配置帧2", "Configuration frame 2"},
    {TYPE_COMMAND, "命令帧", "Command frame"},
    {TYPE_CONFIGURATION_3, "配置帧3", "Configuration frame 3"},
    {0, NULL, NULL},
};

const struct value_name c37118_versions[] = {
    {1, "C37.118-2005", "IEEE Std C37.118-2005"},
    {2, "C37.118.2-2011", "IEEE Std C37.118.2-2011"},
    {0, NULL, NULL},
};

/* Table 3: message time quality indicator. */
const struct value_name c37118_time_qualities[] = {
    {0x0, "时钟锁定", "Clock locked"},
    {0x1, "误差在1纳秒内", "Within 1 ns of UTC"},
    {0x2, "误差在10纳秒内", "Within 10 ns of UTC"},
    {0x3, "误差在100纳秒内", "Within 100 ns of UTC"},
    {0x4, "误差在1微秒内", "Within 1 us of UTC"},
    {0x5, "误差在10微秒内", "Within 10 us of UTC"},
    {0x6, "误差在100微秒内", "Within 100 us of UTC"},
    {0x7, "误差在1毫秒内", "Within 1 ms of UTC"},
    {0x8, "误差在10毫秒内", "Within 10 ms of UTC"},
    {0x9, "误差在100毫秒内", "Within 100 ms of UTC"},
    {0xa, "误差在1秒内", "Within 1 s of UTC"},
    {0xb, "误差在10秒内", "Within 10 s of UTC"},
    {0xf, "时钟故障", "Clock failure, time not reliable"},
    {0, NULL, NULL},
};

/* Table 15. */
const struct value_name c37118_commands[] = {
    {1, "停止发送数据", "Turn off transmission of data frames"},
    {2, "开始发送数据", "Turn on transmission of data frames"},
    {3, "召唤头帧", "Send header frame"},
    {4, "召唤配置帧1", "Send configuration frame 1"},
    {5, "召唤配置帧2", "Send configuration frame 2"},
    {6, "召唤配置帧3", "Send configuration frame 3"},
    {8, "扩展命令", "Extended frame"},
    {0, NULL, NULL},
};

/* STAT word, bits 15 and 14. */
const struct value_name c37118_data_errors[] = {
    {0, "测量数据有效", "Good measurement data"},
    {1, "PMU错误,无数据信息", "PMU error, no information about the data"},
    {2, "PMU处于试验或数据缺失", "PMU in test mode or data absent"},
    {3, "PMU错误,数据不可用", "PMU error, do not use values"},
    {0, NULL, NULL},
};

/* STAT word, bits 3 to 0. */
const struct value_name c37118_trigger_reasons[] = {
    {0, "手动", "Manual"},
    {1, "幅值过低", "Magnitude low"},
    {2, "幅值过高", "Magnitude high"},
    {3, "相角差", "Phase angle difference"},
    {4, "频率越限", "Frequency high or low"},
    {5, "频率变化率越限", "Rate of change of frequency high"},
    {7, "开关量变位", "Digital"},
    {0, NULL, NULL},
};
