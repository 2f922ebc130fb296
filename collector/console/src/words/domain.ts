// SPDX-License-Identifier: Apache-2.0
// Words of the trade: severities, states, roles, classes of operation, and whom to call for each of them.
import type { Pair } from './index'

export const domainWords = {
  'severity.1': ['严重', 'Critical'],
  'severity.2': ['高', 'High'],
  'severity.3': ['中', 'Medium'],
  'severity.4': ['低', 'Low'],

  'alertState.open': ['待处理', 'Open'],
  'alertState.acknowledged': ['已确认', 'Acknowledged'],
  'alertState.escalated': ['已上报', 'Escalated'],
  'alertState.closed': ['已关闭', 'Closed'],

  'closeReason.handled': ['属实，已处置', 'Real, dealt with'],
  'closeReason.maintenance': ['计划内检修或调试', 'Planned maintenance or commissioning'],
  'closeReason.accepted': ['属实，风险已接受', 'Real, risk accepted'],
  'closeReason.false_positive': ['误报', 'False alarm'],
  'closeReason.test': ['测试', 'Test'],

  'category.unsafe-operation': ['危险操作', 'Unsafe operation'],
  'category.unauthorized-access': ['未授权访问', 'Unauthorised access'],
  'category.reconnaissance': ['侦察探测', 'Reconnaissance'],
  'category.malware': ['恶意程序', 'Malware'],
  'category.exploit': ['漏洞利用', 'Exploitation'],
  'category.denial-of-service': ['拒绝服务', 'Denial of service'],
  'category.protocol-violation': ['违反规约', 'Protocol violation'],
  'category.failure': ['设备或通信失效', 'Failure'],

  'class.read': ['读取', 'Read'],
  'class.write': ['写入', 'Write'],
  'class.control': ['控制', 'Control'],
  'class.mode': ['运行状态切换', 'Mode change'],
  'class.program': ['程序上下载', 'Program transfer'],
  'class.firmware': ['固件', 'Firmware'],
  'class.configure': ['组态配置', 'Configuration'],
  'class.file': ['文件传输', 'File transfer'],
  'class.time': ['时钟', 'Clock'],
  'class.identify': ['身份识别', 'Identification'],
  'class.diagnose': ['诊断', 'Diagnosis'],
  'class.session': ['会话', 'Session'],
  'class.notify': ['主动上报', 'Notification'],
  'class.alarm': ['报警', 'Alarm'],
  'class.error': ['错误应答', 'Refusal'],


  'status.ok': ['已执行', 'Done'],
  'status.refused': ['被拒绝', 'Refused'],
  'status.unanswered': ['无应答', 'Unanswered'],
  'status.none': ['未见结果', 'No result seen'],

  'deviceRole.plc': ['可编程控制器', 'PLC'],
  'deviceRole.rtu': ['远动终端', 'RTU'],
  'deviceRole.dcs': ['集散控制器', 'DCS controller'],
  'deviceRole.hmi': ['操作员站', 'HMI'],
  'deviceRole.scada': ['监控主站', 'SCADA master'],
  'deviceRole.master': ['主站', 'Master'],
  'deviceRole.slave': ['从站', 'Slave'],
  'deviceRole.outstation': ['子站', 'Outstation'],
  'deviceRole.engineering': ['工程师站', 'Engineering station'],
  'deviceRole.historian': ['历史数据库', 'Historian'],
  'deviceRole.gateway': ['网关', 'Gateway'],
  'deviceRole.switch': ['交换机', 'Switch'],
  'deviceRole.ied': ['智能电子装置', 'IED'],
  'deviceRole.client': ['客户端', 'Client'],
  'deviceRole.server': ['服务端', 'Server'],

  'call.automation': ['自动化（仪控）工程师：核对是不是他本人或外协在操作，工程站是否有人使用', 'Automation engineer: is it them or a contractor, is someone at the engineering station'],
  'call.shift': ['当班班长：确认现场设备是否在运行、是否需要转手动', 'Shift supervisor: is the equipment running, does it have to go to manual'],
  'call.operator': ['当班操作员：核对画面与现场仪表，确认是否下过这条命令', 'Operator on duty: compare screen and field instruments, was this command theirs'],
  'call.process': ['工艺工程师：判断这个值或这条命令对工艺是否安全', 'Process engineer: is this value or command safe for the process'],
  'call.network': ['网络管理员：查明发起方这台机器是谁的、接在哪个口', 'Network administrator: whose machine is the source, on which port'],
  'call.officer': ['企业网络安全负责人：严重告警须立即报告，由其决定是否启动应急预案', 'Head of security: report critical alerts at once; they decide on the emergency plan'],

  'anomalySeverity.note': ['提示', 'Note'],
  'anomalySeverity.odd': ['反常', 'Odd'],
  'anomalySeverity.hostile': ['疑似攻击', 'Hostile'],

} satisfies Record<string, Pair>
