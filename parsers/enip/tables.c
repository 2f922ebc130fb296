/* SPDX-License-Identifier: Apache-2.0 */
/* EtherNet/IP in words: commands, states, item types; vendors and device types of CIP, which its parsers share.
 * Follows The CIP Networks Library, Volume 2, chapter 2; vendor and device type numbers are ODVA's. */
#include "parsers/enip/tables.h"

const struct value_name enip_command_names[] = {
    {ENIP_NOP, "空操作", "NOP"},
    {ENIP_LIST_TARGETS, "列举目标(旧)", "List Targets (legacy)"},
    {ENIP_LIST_SERVICES, "列举服务", "List Services"},
    {ENIP_LIST_IDENTITY, "列举身份", "List Identity"},
    {ENIP_LIST_INTERFACES, "列举接口", "List Interfaces"},
    {ENIP_REGISTER_SESSION, "注册会话", "Register Session"},
    {ENIP_UNREGISTER_SESSION, "注销会话", "Unregister Session"},
    {ENIP_SEND_RR_DATA, "发送请求应答数据", "Send RR Data"},
    {ENIP_SEND_UNIT_DATA, "发送连接数据", "Send Unit Data"},
    {ENIP_INDICATE_STATUS, "指示状态", "Indicate Status"},
    {ENIP_CANCEL, "取消", "Cancel"},
    {ENIP_START_DTLS, "启动DTLS", "Start DTLS"},
    {0, NULL, NULL},
};

const struct value_name enip_item_names[] = {
    {ENIP_ITEM_NULL, "空地址", "Null Address"},
    {ENIP_ITEM_IDENTITY, "CIP身份", "CIP Identity"},
    {0x0086, "CIP安全信息", "CIP Security Information"},
    {ENIP_ITEM_CONNECTED_ADDRESS, "连接地址", "Connected Address"},
    {ENIP_ITEM_CONNECTED_DATA, "连接数据", "Connected Data"},
    {ENIP_ITEM_UNCONNECTED_DATA, "非连接数据", "Unconnected Data"},
    {ENIP_ITEM_SERVICES, "服务列表", "List Services Response"},
    {0x8000, "套接字地址O→T", "Socket Address O->T"},
    {0x8001, "套接字地址T→O", "Socket Address T->O"},
    {ENIP_ITEM_SEQUENCED_ADDRESS, "带序号地址", "Sequenced Address"},
    {ENIP_ITEM_UNCONNECTED_UDP, "UDP非连接报文", "Unconnected Message over UDP"},
    {0, NULL, NULL},
};

const struct value_name cip_device_type_names[] = {
    {0x00, "通用设备(旧)", "Generic Device (deprecated)"},
    {0x02, "交流变频器", "AC Drive"},
    {0x03, "电机过载保护", "Motor Overload"},
    {0x04, "限位开关", "Limit Switch"},
    {0x05, "接近开关", "Inductive Proximity Switch"},
    {0x06, "光电传感器", "Photoelectric Sensor"},
    {0x07, "数字量I/O", "General Purpose Discrete I/O"},
    {0x09, "旋转变压器", "Resolver"},
    {0x0c, "通信适配器", "Communications Adapter"},
    {0x0e, "可编程控制器", "Programmable Logic Controller"},
    {0x10, "位置控制器", "Position Controller"},
    {0x13, "直流传动", "DC Drive"},
    {0x15, "接触器", "Contactor"},
    {0x16, "电机起动器", "Motor Starter"},
    {0x17, "软起动器", "Soft Start"},
    {0x18, "人机界面", "Human-Machine Interface"},
    {0x1a, "质量流量控制器", "Mass Flow Controller"},
    {0x1b, "气动阀", "Pneumatic Valve"},
    {0x1c, "真空计", "Vacuum Pressure Gauge"},
    {0x1d, "过程控制值", "Process Control Value"},
    {0x1e, "残余气体分析仪", "Residual Gas Analyzer"},
    {0x1f, "直流电源发生器", "DC Power Generator"},
    {0x20, "射频电源发生器", "RF Power Generator"},
    {0x21, "分子泵", "Turbomolecular Vacuum Pump"},
    {0x22, "编码器", "Encoder"},
    {0x23, "安全数字量I/O", "Safety Discrete I/O Device"},
    {0x24, "流体流量控制器", "Fluid Flow Controller"},
    {0x25, "CIP运动驱动器", "CIP Motion Drive"},
    {0x26, "CompoNet中继器", "CompoNet Repeater"},
    {0x27, "增强型质量流量控制器", "Mass Flow Controller, Enhanced"},
    {0x28, "CIP Modbus设备", "CIP Modbus Device"},
    {0x29, "CIP Modbus转换器", "CIP Modbus Translator"},
    {0x2a, "安全模拟量I/O", "Safety Analog I/O Device"},
    {0x2b, "通用设备", "Generic Device (keyable)"},
    {0x2c, "管理型交换机", "Managed Ethernet Switch"},
    {0x2d, "CIP运动安全驱动器", "CIP Motion Safety Drive"},
    {0x2e, "安全驱动器", "Safety Drive"},
    {0x2f, "CIP运动编码器", "CIP Motion Encoder"},
    {0x30, "CIP运动变流器", "CIP Motion Converter"},
    {0x31, "CIP运动I/O", "CIP Motion I/O"},
    {0x32, "ControlNet物理层部件", "ControlNet Physical Layer Component"},
    {0x33, "断路器", "Circuit Breaker"},
    {0x34, "HART设备", "HART Device"},
    {0x35, "CIP-HART转换器", "CIP-HART Translator"},
    {0xc8, "嵌入式部件", "Embedded Component"},
    {0, NULL, NULL},
};

/* What an inventory calls a device of that type; NULL where the type says too little. */
const char *cip_device_role(uint16_t type)
{
    static const struct {
        uint16_t type;
        const char *role;
    } roles[] = {{0x02, "drive"}, {0x07, "remote_io"}, {0x0c, "adapter"},   {0x0e, "plc"},    {0x10, "drive"},
                 {0x13, "drive"}, {0x16, "drive"},     {0x17, "drive"},     {0x18, "hmi"},    {0x23, "remote_io"},
                 {0x25, "drive"}, {0x29, "gateway"},   {0x2a, "remote_io"}, {0x2c, "switch"}, {0x2d, "drive"},
                 {0x2e, "drive"}, {0x35, "gateway"}};
    for (unsigned i = 0; i < COUNT_OF(roles); i++)
        if (roles[i].type == type) return roles[i].role;
    return NULL;
}

/* The makers met in plants; a number alone is told of the rest. */
const struct value_name cip_vendor_names[] = {
    {1, "罗克韦尔自动化", "Rockwell Automation/Allen-Bradley"},
    {3, "霍尼韦尔", "Honeywell"},
    {4, "派克汉尼汾", "Parker Hannifin"},
    {5, "罗克韦尔自动化(Reliance)", "Rockwell Automation/Reliance"},
    {7, "SMC", "SMC"},
    {8, "莫仕", "Molex"},
    {12, "邦纳", "Banner Engineering"},
    {26, "费斯托", "Festo"},
    {36, "MKS", "MKS Instruments"},
    {40, "万可", "WAGO"},
    {43, "巴鲁夫", "Balluff"},
    {44, "安川", "Yaskawa Electric"},
    {46, "ABB", "ABB Industrial Systems"},
    {47, "欧姆龙", "Omron"},
    {48, "图尔克", "TURCK"},
    {50, "Real Time Automation", "Real Time Automation"},
    {56, "Softing", "Softing"},
    {57, "倍加福", "Pepperl+Fuchs"},
    {58, "Spectrum Controls", "Spectrum Controls"},
    {68, "伊顿", "Eaton"},
    {71, "东芝", "Toshiba"},
    {74, "日立", "Hitachi"},
    {75, "ABB机器人", "ABB Robotics"},
    {77, "罗克韦尔软件", "Rockwell Software"},
    {82, "三菱电机自动化", "Mitsubishi Electric Automation"},
    {90, "HMS工业网络", "HMS Industrial Networks"},
    {94, "研华", "Advantech"},
    {97, "丹佛斯", "Danfoss"},
    {100, "博世力士乐气动", "Bosch Rexroth Pneumatics"},
    {108, "倍福", "Beckhoff Automation"},
    {109, "美国国家仪器", "National Instruments"},
    {121, "库卡", "KUKA"},
    {145, "西门子", "Siemens"},
    {161, "三菱电机", "Mitsubishi Electric"},
    {176, "红狮", "Red Lion Controls"},
    {243, "施耐德电气", "Schneider Electric"},
    {246, "Brooks", "Brooks Instrument"},
    {250, "横河电机", "Yokogawa"},
    {255, "博世力士乐", "Bosch Rexroth"},
    {256, "图尔克", "TURCK"},
    {283, "赫优讯", "Hilscher"},
    {287, "博世力士乐(Indramat)", "Bosch Rexroth Indramat"},
    {309, "ProSoft", "ProSoft Technology"},
    {315, "SEW", "SEW-EURODRIVE"},
    {319, "富士电机", "Fuji Electric"},
    {322, "易福门", "ifm"},
    {326, "GE Fanuc", "GE Fanuc"},
    {345, "恩德斯豪斯", "Endress+Hauser"},
    {356, "发那科机器人", "FANUC Robotics"},
    {367, "基恩士", "Keyence"},
    {445, "伦茨", "Lenze"},
    {562, "菲尼克斯电气", "Phoenix Contact"},
    {591, "发那科", "FANUC"},
    {634, "赫斯曼", "Hirschmann"},
    {640, "穆尔电子", "Murrelektronik"},
    {645, "Bihl+Wiedemann", "Bihl+Wiedemann"},
    {666, "梅特勒-托利多", "Mettler-Toledo"},
    {678, "康耐视", "Cognex"},
    {680, "魏德米勒", "Weidmuller"},
    {722, "ABB", "ABB"},
    {796, "西门子", "Siemens"},
    {808, "西克", "SICK"},
    {841, "泛达", "Panduit"},
    {903, "艾默生过程管理", "Emerson Process Management"},
    {939, "思科", "Cisco Systems"},
    {0, NULL, NULL},
};

static const char *name_of(const struct value_name *names, uint64_t value)
{
    for (; names->en; names++)
        if (names->value == value) return names->en;
    return NULL;
}

void cip_identify_vendor(struct pdu *p, uint16_t vendor)
{
    const char *name = name_of(cip_vendor_names, vendor);
    if (name)
        message_identity(p, IDENTITY_VENDOR, bytes_over(name, strlen(name)));
    else
        message_identity_format(p, IDENTITY_VENDOR, "CIP vendor %u", vendor);
}

void cip_identify_type(struct pdu *p, uint16_t type)
{
    const char *role = cip_device_role(type);
    if (role) message_identity(p, IDENTITY_ROLE, bytes_over(role, strlen(role)));
}
