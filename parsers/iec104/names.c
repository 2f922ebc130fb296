/* SPDX-License-Identifier: Apache-2.0 */
/* IEC 104's codes in words: types and their elements, U functions, causes, qualifiers (IEC 60870-5-101:2003 clause 7).
 */
#include "parsers/iec104/iec104.h"

/* X(code, name, class, technique, causes, traits, elements, zh, en), sorted by code. */
#define ELEMENTS(...)                                                                                                  \
    {                                                                                                                  \
        __VA_ARGS__                                                                                                    \
    }
/* clang-format off */
#define TYPES(X) \
    X(1, "m_sp_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(SIQ), "单点遥信", "Single-point information") \
    X(2, "m_sp_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(SIQ, CP24), "单点遥信(短时标)", "Single-point information with time tag CP24") \
    X(3, "m_dp_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(DIQ), "双点遥信", "Double-point information") \
    X(4, "m_dp_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(DIQ, CP24), "双点遥信(短时标)", "Double-point information with time tag CP24") \
    X(5, "m_st_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(VTI, QDS), "步位置", "Step position information") \
    X(6, "m_st_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(VTI, QDS, CP24), "步位置(短时标)", "Step position information with time tag CP24") \
    X(7, "m_bo_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(BSI, QDS), "32位串", "Bitstring of 32 bits") \
    X(8, "m_bo_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(BSI, QDS, CP24), "32位串(短时标)", "Bitstring of 32 bits with time tag CP24") \
    X(9, "m_me_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(NVA, QDS), "归一化遥测", "Measured value, normalized") \
    X(10, "m_me_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(NVA, QDS, CP24), "归一化遥测(短时标)", "Measured value, normalized, with time tag CP24") \
    X(11, "m_me_nb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(SVA, QDS), "标度化遥测", "Measured value, scaled") \
    X(12, "m_me_tb_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(SVA, QDS, CP24), "标度化遥测(短时标)", "Measured value, scaled, with time tag CP24") \
    X(13, "m_me_nc_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(FLT, QDS), "短浮点遥测", "Measured value, short floating point") \
    X(14, "m_me_tc_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(FLT, QDS, CP24), "短浮点遥测(短时标)", "Measured value, short floating point, with time tag CP24") \
    X(15, "m_it_na_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(BCR), "累计量", "Integrated totals") \
    X(16, "m_it_ta_1", NOTIFY, NULL, MONITOR, ONLY_101, ELEMENTS(BCR, CP24), "累计量(短时标)", "Integrated totals with time tag CP24") \
    X(17, "m_ep_ta_1", ALARM, NULL, MONITOR, LOOSE | ONLY_101, ELEMENTS(SEP, CP16, CP24), "保护设备事件(短时标)", "Event of protection equipment with time tag CP24") \
    X(18, "m_ep_tb_1", ALARM, NULL, MONITOR, LOOSE | ONLY_101, ELEMENTS(SPE, QDP, CP16, CP24), "保护设备成组启动事件(短时标)", "Packed start events of protection with time tag CP24") \
    X(19, "m_ep_tc_1", ALARM, NULL, MONITOR, LOOSE | ONLY_101, ELEMENTS(OCI, QDP, CP16, CP24), "保护设备成组出口信息(短时标)", "Packed output circuit of protection with time tag CP24") \
    X(20, "m_ps_na_1", NOTIFY, NULL, MONITOR, LOOSE, ELEMENTS(SCD, QDS), "成组单点遥信(带变位检出)", "Packed single points with status change detection") \
    X(21, "m_me_nd_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(NVA), "归一化遥测(无品质)", "Measured value, normalized, without quality") \
    X(30, "m_sp_tb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(SIQ, CP56), "单点遥信(长时标)", "Single-point information with time tag CP56") \
    X(31, "m_dp_tb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(DIQ, CP56), "双点遥信(长时标)", "Double-point information with time tag CP56") \
    X(32, "m_st_tb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(VTI, QDS, CP56), "步位置(长时标)", "Step position information with time tag CP56") \
    X(33, "m_bo_tb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(BSI, QDS, CP56), "32位串(长时标)", "Bitstring of 32 bits with time tag CP56") \
    X(34, "m_me_td_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(NVA, QDS, CP56), "归一化遥测(长时标)", "Measured value, normalized, with time tag CP56") \
    X(35, "m_me_te_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(SVA, QDS, CP56), "标度化遥测(长时标)", "Measured value, scaled, with time tag CP56") \
    X(36, "m_me_tf_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(FLT, QDS, CP56), "短浮点遥测(长时标)", "Measured value, short floating point, with time tag CP56") \
    X(37, "m_it_tb_1", NOTIFY, NULL, MONITOR, 0, ELEMENTS(BCR, CP56), "累计量(长时标)", "Integrated totals with time tag CP56") \
    X(38, "m_ep_td_1", ALARM, NULL, MONITOR, LOOSE, ELEMENTS(SEP, CP16, CP56), "保护设备事件(长时标)", "Event of protection equipment with time tag CP56") \
    X(39, "m_ep_te_1", ALARM, NULL, MONITOR, LOOSE, ELEMENTS(SPE, QDP, CP16, CP56), "保护设备成组启动事件(长时标)", "Packed start events of protection with time tag CP56") \
    X(40, "m_ep_tf_1", ALARM, NULL, MONITOR, LOOSE, ELEMENTS(OCI, QDP, CP16, CP56), "保护设备成组出口信息(长时标)", "Packed output circuit of protection with time tag CP56") \
    X(41, "s_it_tc_1", NOTIFY, NULL, MONITOR, LOOSE, ELEMENTS(AID, BCR, CP56), "安全统计累计量(长时标)", "Integrated totals of security statistics with time tag CP56") \
    X(45, "c_sc_na_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(SCO), "单点遥控", "Single command") \
    X(46, "c_dc_na_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(DCO), "双点遥控", "Double command") \
    X(47, "c_rc_na_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(RCO), "升降命令", "Regulating step command") \
    X(48, "c_se_na_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(NVA, QOS), "设定值命令(归一化)", "Set-point command, normalized") \
    X(49, "c_se_nb_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(SVA, QOS), "设定值命令(标度化)", "Set-point command, scaled") \
    X(50, "c_se_nc_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(FLT, QOS), "设定值命令(短浮点)", "Set-point command, short floating point") \
    X(51, "c_bo_na_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(BSI), "32位串命令", "Bitstring command of 32 bits") \
    X(58, "c_sc_ta_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(SCO, CP56), "单点遥控(长时标)", "Single command with time tag CP56") \
    X(59, "c_dc_ta_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(DCO, CP56), "双点遥控(长时标)", "Double command with time tag CP56") \
    X(60, "c_rc_ta_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(RCO, CP56), "升降命令(长时标)", "Regulating step command with time tag CP56") \
    X(61, "c_se_ta_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(NVA, QOS, CP56), "设定值命令(归一化,长时标)", "Set-point command, normalized, with time tag CP56") \
    X(62, "c_se_tb_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(SVA, QOS, CP56), "设定值命令(标度化,长时标)", "Set-point command, scaled, with time tag CP56") \
    X(63, "c_se_tc_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(FLT, QOS, CP56), "设定值命令(短浮点,长时标)", "Set-point command, short floating point, with time tag CP56") \
    X(64, "c_bo_ta_1", CONTROL, "T0855", COMMAND, 0, ELEMENTS(BSI, CP56), "32位串命令(长时标)", "Bitstring command of 32 bits with time tag CP56") \
    X(70, "m_ei_na_1", NOTIFY, NULL, ANY, 0, ELEMENTS(COI), "初始化结束", "End of initialization") \
    X(81, "s_ch_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 质询", "Authentication challenge") \
    X(82, "s_rp_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 应答", "Authentication reply") \
    X(83, "s_ar_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 主动模式请求", "Aggressive mode authentication request") \
    X(84, "s_kr_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 会话密钥状态请求", "Session key status request") \
    X(85, "s_ks_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 会话密钥状态", "Session key status") \
    X(86, "s_kc_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 会话密钥变更", "Session key change") \
    X(87, "s_er_na_1", ERROR, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 错误", "Authentication error") \
    X(90, "s_us_na_1", CONFIGURE, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 用户状态变更", "User status change") \
    X(91, "s_uq_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 更新密钥变更请求", "Update key change request") \
    X(92, "s_ur_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 更新密钥变更应答", "Update key change reply") \
    X(93, "s_uk_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 更新密钥变更(对称)", "Update key change, symmetric") \
    X(94, "s_ua_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 更新密钥变更(非对称)", "Update key change, asymmetric") \
    X(95, "s_uc_na_1", SESSION, NULL, ANY, LOOSE, ELEMENTS(NO_ELEMENT), "安全认证: 更新密钥变更确认", "Update key change confirmation") \
    X(100, "c_ic_na_1", READ, "T0801", COMMAND, 0, ELEMENTS(QOI), "总召唤", "Interrogation") \
    X(101, "c_ci_na_1", READ, "T0801", COMMAND, 0, ELEMENTS(QCC), "计数量召唤", "Counter interrogation") \
    X(102, "c_rd_na_1", READ, "T0801", COMMAND, LOOSE, ELEMENTS(NO_ELEMENT), "读命令", "Read command") \
    X(103, "c_cs_na_1", TIME, NULL, COMMAND, 0, ELEMENTS(CP56), "时钟同步", "Clock synchronization") \
    X(104, "c_ts_na_1", DIAGNOSE, NULL, COMMAND, LOOSE | ONLY_101, ELEMENTS(FBP), "测试命令", "Test command") \
    X(105, "c_rp_na_1", MODE, "T0816", COMMAND, 0, ELEMENTS(QRP), "复位进程", "Reset process") \
    X(106, "c_cd_na_1", TIME, NULL, COMMAND, LOOSE | ONLY_101, ELEMENTS(CP16), "时延获得", "Delay acquisition") \
    X(107, "c_ts_ta_1", DIAGNOSE, NULL, COMMAND, LOOSE, ELEMENTS(TSC, CP56), "测试命令(长时标)", "Test command with time tag CP56") \
    X(110, "p_me_na_1", CONFIGURE, "T0836", PARAMETER, 0, ELEMENTS(NVA, QPM), "测量值参数(归一化)", "Parameter of measured value, normalized") \
    X(111, "p_me_nb_1", CONFIGURE, "T0836", PARAMETER, 0, ELEMENTS(SVA, QPM), "测量值参数(标度化)", "Parameter of measured value, scaled") \
    X(112, "p_me_nc_1", CONFIGURE, "T0836", PARAMETER, 0, ELEMENTS(FLT, QPM), "测量值参数(短浮点)", "Parameter of measured value, short floating point") \
    X(113, "p_ac_na_1", CONFIGURE, "T0836", PARAMETER, LOOSE, ELEMENTS(QPA), "参数激活", "Parameter activation") \
    X(120, "f_fr_na_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, LOF, FQ), "文件就绪", "File ready") \
    X(121, "f_sr_na_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, NOS, LOF, FQ), "节就绪", "Section ready") \
    X(122, "f_sc_na_1", FILE, "T0893", FILE, LOOSE, ELEMENTS(NOF, NOS, FQ), "召唤目录、选择文件、召唤文件或节", "Call directory, select file, call file, call section") \
    X(123, "f_ls_na_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, NOS, FQ, CHS), "最后的节或段", "Last section, last segment") \
    X(124, "f_af_na_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, NOS, FQ), "认可文件或节", "Acknowledge file or section") \
    X(125, "f_sg_na_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, NOS, SEGMENT), "段", "Segment") \
    X(126, "f_dr_ta_1", FILE, NULL, FILE, LOOSE, ELEMENTS(NOF, LOF, FQ, CP56), "目录", "Directory") \
    X(127, "f_sc_nb_1", FILE, "T0893", FILE, LOOSE, ELEMENTS(NOF, CP56, CP56), "查询日志", "Query log")
/* clang-format on */

/* Figure 6 of IEC 60870-5-104. X(code, name, class, technique, zh, en) */
#define U_FUNCTIONS(X)                                                                                                 \
    X(0x01, "startdt_act", SESSION, NULL, "启动数据传输", "STARTDT act")                                               \
    X(0x02, "startdt_con", SESSION, NULL, "启动数据传输确认", "STARTDT con")                                           \
    X(0x04, "stopdt_act", SESSION, "T0815", "停止数据传输", "STOPDT act")                                              \
    X(0x08, "stopdt_con", SESSION, NULL, "停止数据传输确认", "STOPDT con")                                             \
    X(0x10, "testfr_act", SESSION, NULL, "链路测试", "TESTFR act")                                                     \
    X(0x20, "testfr_con", SESSION, NULL, "链路测试确认", "TESTFR con")

#define TYPE_ROW(code, name, class, technique, causes, traits, elements, zh, en)                                       \
    {code, CAUSES_##causes, traits, elements},
#define TYPE_OPERATION(code, name, class, technique, causes, traits, elements, zh, en)                                 \
    {code, name, OT_##class, technique, zh, en},
#define TYPE_NAME(code, name, class, technique, causes, traits, elements, zh, en) {code, zh, en},
#define U_ROW(code, ...)                                                          OPERATION_ROW(OPERATION_OF_U | (code), __VA_ARGS__)
#define U_NAME(code, name, class, technique, zh, en)                              {code, zh, en},

static const struct iec104_type types[] = {TYPES(TYPE_ROW)};
const struct value_name iec104_type_names[] = {TYPES(TYPE_NAME){0, NULL, NULL}};
const struct value_name iec104_u_functions[] = {U_FUNCTIONS(U_NAME){0, NULL, NULL}};
const struct operation iec104_operations[IEC104_OPERATION_COUNT] = {
    TYPES(TYPE_OPERATION) U_FUNCTIONS(U_ROW)
        OPERATION_ROW(OPERATION_OF_S, "acknowledge", SESSION, NULL, "接收确认", "S format acknowledgement")
            OPERATION_ROW(OPERATION_EMPTY_I, "empty_i_frame", NONE, NULL, "无数据的I格式帧", "I format without ASDU")
                OPERATION_ROW(OPERATION_DAMAGED, "damaged_frame", NONE, NULL, "损坏的帧", "Damaged frame")};

const struct iec104_type *iec104_type_find(uint8_t code)
{
    size_t low = 0, high = COUNT_OF(types);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (types[middle].code == code) return &types[middle];
        if (types[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The cause of transmission of an answer tells its result. */
const struct status_name iec104_statuses[IEC104_STATUS_COUNT] = {
    {0, "成功", "Done"},
    {CAUSE_ACTIVATION_CONFIRM, "激活被否定", "Activation refused"},
    {CAUSE_DEACTIVATION_CONFIRM, "停止激活被否定", "Deactivation refused"},
    {CAUSE_TERMINATION, "激活异常终止", "Activation ended with a negative result"},
    {44, "类型标识未知", "Unknown type identification"},
    {45, "传送原因未知", "Unknown cause of transmission"},
    {46, "公共地址未知", "Unknown common address"},
    {47, "信息体地址未知", "Unknown information object address"},
};

const struct value_name iec104_causes[] = {
    {1, "周期、循环", "Periodic, cyclic"},
    {2, "背景扫描", "Background scan"},
    {3, "突发", "Spontaneous"},
    {4, "初始化", "Initialized"},
    {5, "请求或被请求", "Request or requested"},
    {6, "激活", "Activation"},
    {7, "激活确认", "Activation confirmation"},
    {8, "停止激活", "Deactivation"},
    {9, "停止激活确认", "Deactivation confirmation"},
    {10, "激活终止", "Activation termination"},
    {11, "远方命令引起的返送信息", "Return information caused by a remote command"},
    {12, "当地命令引起的返送信息", "Return information caused by a local command"},
    {13, "文件传输", "File transfer"},
    {14, "认证", "Authentication"},
    {15, "会话密钥维护", "Maintenance of authentication session key"},
    {16, "用户角色与更新密钥维护", "Maintenance of user role and update key"},
    {20, "响应站召唤", "Interrogated by station interrogation"},
    {21, "响应第1组召唤", "Interrogated by group 1"},
    {22, "响应第2组召唤", "Interrogated by group 2"},
    {23, "响应第3组召唤", "Interrogated by group 3"},
    {24, "响应第4组召唤", "Interrogated by group 4"},
    {25, "响应第5组召唤", "Interrogated by group 5"},
    {26, "响应第6组召唤", "Interrogated by group 6"},
    {27, "响应第7组召唤", "Interrogated by group 7"},
    {28, "响应第8组召唤", "Interrogated by group 8"},
    {29, "响应第9组召唤", "Interrogated by group 9"},
    {30, "响应第10组召唤", "Interrogated by group 10"},
    {31, "响应第11组召唤", "Interrogated by group 11"},
    {32, "响应第12组召唤", "Interrogated by group 12"},
    {33, "响应第13组召唤", "Interrogated by group 13"},
    {34, "响应第14组召唤", "Interrogated by group 14"},
    {35, "响应第15组召唤", "Interrogated by group 15"},
    {36, "响应第16组召唤", "Interrogated by group 16"},
    {37, "响应计数量总召唤", "Requested by general counter request"},
    {38, "响应第1组计数量召唤", "Requested by counter group 1"},
    {39, "响应第2组计数量召唤", "Requested by counter group 2"},
    {40, "响应第3组计数量召唤", "Requested by counter group 3"},
    {41, "响应第4组计数量召唤", "Requested by counter group 4"},
    {44, "类型标识未知", "Unknown type identification"},
    {45, "传送原因未知", "Unknown cause of transmission"},
    {46, "公共地址未知", "Unknown common address"},
    {47, "信息体地址未知", "Unknown information object address"},
    {0, NULL, NULL},
};

const struct value_name iec104_formats[] = {{0, "I格式", "I"}, {1, "S格式", "S"}, {3, "U格式", "U"}, {0, NULL, NULL}};

const struct value_name iec104_transfers[] = {
    {TRANSFER_UNKNOWN, "未知", "unknown"},
    {TRANSFER_STARTED, "已启动", "started"},
    {TRANSFER_STOPPED, "已停止", "stopped"},
    {0, NULL, NULL},
};

const struct value_name iec104_double_points[] = {
    {0, "不确定或中间态", "Indeterminate or intermediate"},
    {1, "分位", "Off"},
    {2, "合位", "On"},
    {3, "不确定", "Indeterminate"},
    {0, NULL, NULL},
};

const struct value_name iec104_double_commands[] = {
    {0, "不允许", "Not permitted"}, {1, "分闸", "Off"}, {2, "合闸", "On"},
    {3, "不允许", "Not permitted"}, {0, NULL, NULL},
};

const struct value_name iec104_steps[] = {
    {0, "不允许", "Not permitted"}, {1, "降一步", "Lower"}, {2, "升一步", "Higher"},
    {3, "不允许", "Not permitted"}, {0, NULL, NULL},
};

const struct value_name iec104_qu[] = {
    {0, "无附加定义", "No additional definition"},
    {1, "短脉冲", "Short pulse"},
    {2, "长脉冲", "Long pulse"},
    {3, "持续输出", "Persistent output"},
    {0, NULL, NULL},
};

const struct value_name iec104_select[] = {{0, "执行", "Execute"}, {1, "选择", "Select"}, {0, NULL, NULL}};

const struct value_name iec104_kinds_of_parameter[] = {
    {0, "未用", "Not used"},
    {1, "门限值", "Threshold value"},
    {2, "平滑系数", "Smoothing factor"},
    {3, "下限", "Low limit for transmission"},
    {4, "上限", "High limit for transmission"},
    {0, NULL, NULL},
};

const struct value_name iec104_initializations[] = {
    {0, "当地电源合上", "Local power switch on"},
    {1, "当地手动复位", "Local manual reset"},
    {2, "远方复位", "Remote reset"},
    {0, NULL, NULL},
};

const struct value_name iec104_interrogations[] = {
    {20, "站召唤", "Station interrogation"},
    {21, "第1组", "Group 1"},
    {22, "第2组", "Group 2"},
    {23, "第3组", "Group 3"},
    {24, "第4组", "Group 4"},
    {25, "第5组", "Group 5"},
    {26, "第6组", "Group 6"},
    {27, "第7组", "Group 7"},
    {28, "第8组", "Group 8"},
    {29, "第9组", "Group 9"},
    {30, "第10组", "Group 10"},
    {31, "第11组", "Group 11"},
    {32, "第12组", "Group 12"},
    {33, "第13组", "Group 13"},
    {34, "第14组", "Group 14"},
    {35, "第15组", "Group 15"},
    {36, "第16组", "Group 16"},
    {0, NULL, NULL},
};

const struct value_name iec104_counter_requests[] = {
    {1, "第1组计数量", "Counter group 1"},          {2, "第2组计数量", "Counter group 2"},
    {3, "第3组计数量", "Counter group 3"},          {4, "第4组计数量", "Counter group 4"},
    {5, "计数量总召唤", "General counter request"}, {0, NULL, NULL},
};

const struct value_name iec104_freezes[] = {
    {0, "读", "Read"},
    {1, "冻结不复位", "Freeze without reset"},
    {2, "冻结并复位", "Freeze with reset"},
    {3, "复位", "Counter reset"},
    {0, NULL, NULL},
};

const struct value_name iec104_resets[] = {
    {0, "未用", "Not used"},
    {1, "进程总复位", "General reset of process"},
    {2, "复位事件缓冲区", "Reset of pending time-tagged information"},
    {0, NULL, NULL},
};
