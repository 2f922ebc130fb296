/* SPDX-License-Identifier: Apache-2.0 */
/* The table of facts: what a report says and where it comes from (the starred fields of regulation.md §2). */
#include "collector/report/fact_table.h"

#include <stddef.h>

#include "collector/assess/own.h"
#include "collector/service/own_event.h"
#include "collector/service/steps.h"

_Static_assert(MATTER_CASE == 5, "the kind in the question for confirmed incidents");

/* Exercises (uploads.h) are no finding. */
#define REAL "sensor NOT GLOB '" UPLOAD_EXERCISE "*'"
/* The period's alerts, without suppressed ones and exercises: counts by month, severity, category, rule and state, made
 * once (facts.c). */
#define ALERTS " FROM temp.alerts WHERE 1"
/* Devices that were seen within the period. */
#define DEVICES                                                                                                        \
    " FROM device WHERE " REAL " AND unixepoch(substr(last_seen,1,19))*1000000>=?3 AND "                               \
    "unixepoch(substr(first_seen,1,19))*1000000<?4"
/* Sensors and collectors below; not what this one tells of itself and what people uploaded. */
#define NODES " FROM node WHERE node NOT IN ('" OWN_SENSOR "','upload') AND node NOT GLOB '" UPLOAD_EXERCISE "*'"
/* The period's sum over `link`, made once (facts.c). */
#define LINKS     " FROM temp.links WHERE 1"
#define STATES(t) " FROM state WHERE type='" t "' AND last_us>=?3 AND first_us<?4 AND " REAL
#define EXPOSED(kind)                                                                                                  \
    "SELECT DISTINCT coalesce(json_extract(object,'$.address'),json_extract(object,'$.mac'),key), "                    \
    "coalesce(json_extract(object,'$.protocol'),''),"                                                                  \
    " coalesce(json_extract(object,'$.count'),events)" STATES("exposure") " AND json_extract(object,'$.kind')='" kind  \
                                                                          "' ORDER BY 1"
#define EXPOSED_COLUMNS "资产|规约|次数"
/* Not of RFC 1918, 3927, 5735, 6598, multicast, broadcast, or a MAC or IPv6 link-local address. */
#define PUBLIC(column)                                                                                                 \
    "(" column " GLOB '[0-9]*.*' AND " column " NOT GLOB '10.*' AND " column " NOT GLOB '192.168.*' AND " column       \
    " NOT GLOB '172.1[6-9].*' AND " column " NOT GLOB '172.2[0-9].*' AND " column                                      \
    " NOT GLOB '172.3[01].*' AND " column " NOT GLOB '169.254.*' AND " column " NOT GLOB '127.*' AND " column          \
    " NOT GLOB '0.*' AND " column " NOT GLOB '22[4-9].*' AND " column " NOT GLOB '23[0-9].*' AND " column              \
    " NOT GLOB '255.*' AND " column " NOT GLOB '100.6[4-9].*' AND " column " NOT GLOB '100.[7-9][0-9].*' AND " column  \
    " NOT GLOB '100.1[01][0-9].*' AND " column " NOT GLOB '100.12[0-7].*')"
#define ALERT_LIST(where)                                                                                              \
    "SELECT rule, (SELECT json_extract('{'||item||'}','$.signature') FROM main.alert WHERE number=newest), n FROM"     \
    " (SELECT rule, max(last) newest, sum(alerts) n" ALERTS " AND " where " GROUP BY rule) ORDER BY 3 DESC, 1"
/* What was entered in the register for the period and is in force. */
#define REGISTER(kind)                                                                                                 \
    "SELECT date(held/1000000,'unixepoch','+8 hours'), topic, organiser, heads, iif(passed<0,'',passed), result FROM"  \
    " training WHERE kind='" kind "' AND withdrawn_by='' AND held>=?3 AND held<?4 ORDER BY held, id"
#define REGISTER_COLUMNS "日期|主题|组织部门或机构|人数|考核合格|结果"
#define ALERT_COLUMNS    "特征编号|名称|次数"
/* Failures that were no planned stop, by when they began. */
#define FAILURES                                                                                                       \
    STATES("failure")                                                                                                  \
    " AND json_extract(object,'$.kind')='record' AND NOT "                                                             \
    "coalesce(json_extract(object,'$.planned'),0)"

const struct fact_kind fact_table[] = {
    /* ---- assets ---- */
    {"devices", "流量中识别到的资产数", NULL, "台", false, "SELECT count(*)" DEVICES},
    {"devices_identified", "其中已识别厂商或型号的资产数", NULL, "台", false,
     "SELECT count(*)" DEVICES " AND (json_extract(asset,'$.model')<>'' OR json_extract(asset,'$.vendor')<>'')"},
    {"devices_new", "本期首次出现的资产数", NULL, "台", false,
     "SELECT count(*) FROM device WHERE " REAL " AND unixepoch(substr(first_seen,1,19))*1000000>=?3 AND "
     "unixepoch(substr(first_seen,1,19))*1000000<?4"},
    {"devices_undeclared", "未登记资产（流量中有、导入的清单中无）", "资产|厂商|首次出现", NULL, false,
     "SELECT coalesce(json_extract(asset,'$.address'),json_extract(asset,'$.mac'),key) address,"
     " coalesce(json_extract(asset,'$.vendor'),''), substr(first_seen,1,10)" DEVICES
     " AND coalesce(json_extract(asset,'$.role'),'')<>'outside' AND EXISTS(SELECT 1 FROM declared) AND NOT "
     "EXISTS(SELECT 1"
     " FROM declared d WHERE d.address=json_extract(asset,'$.address') OR d.mac=json_extract(asset,'$.mac')) ORDER BY "
     "report_order(address)"},
    {"devices_declared", "导入的资产清单条数", NULL, "台", false, "SELECT count(*) FROM declared"},
    {"devices_unseen", "清单中有、本期流量中未见的资产", "资产|名称", NULL, false,
     "SELECT coalesce(d.address,d.mac), coalesce(d.name,'') FROM declared d WHERE NOT EXISTS(SELECT 1" DEVICES
     " AND (d.address=json_extract(asset,'$.address') OR d.mac=json_extract(asset,'$.mac'))) ORDER BY "
     "report_order(coalesce(d.address,d.mac))"},
    {"controllers", "控制设备清单", "地址|厂商|型号|固件|序列号|角色", NULL, false,
     "SELECT json_extract(asset,'$.address'), coalesce(json_extract(asset,'$.vendor'),''),"
     " coalesce(json_extract(asset,'$.model'),json_extract(asset,'$.order_number'),''),"
     " coalesce(json_extract(asset,'$.firmware'),''), coalesce(json_extract(asset,'$.serial'),''),"
     " coalesce(json_extract(asset,'$.role'),'')" DEVICES " AND json_extract(asset,'$.role') IN "
     "('plc','controller','rtu','ied','drive','dcs','safety','outstation','robot','io device') ORDER BY "
     "report_order(json_extract(asset,'$.address'))"},
    {"inventory", "资产清单", "地址|厂商|型号|固件|角色|最近出现", NULL, false,
     "SELECT coalesce(json_extract(asset,'$.address'),json_extract(asset,'$.mac'),key),"
     " coalesce(json_extract(asset,'$.vendor'),''), coalesce(json_extract(asset,'$.model'),''),"
     " coalesce(json_extract(asset,'$.firmware'),''), coalesce(json_extract(asset,'$.role'),''),"
     " substr(last_seen,1,10)" DEVICES
     " ORDER BY report_order(coalesce(json_extract(asset,'$.address'),json_extract(asset,'$.mac'),key))"},
    /* ---- communication ---- */
    {"protocols", "各规约的通信关系", "规约|通信对数|操作次数|字节数", "无数据", false,
     "SELECT protocol, count(DISTINCT source||'>'||target), sum(operations), sum(bytes)" LINKS
     " AND protocol<>'' GROUP BY protocol ORDER BY 3 DESC, 1"},
    {"matrix", "主要通信关系", "源|目的|规约|操作次数", NULL, false,
     "SELECT source, target, protocol, sum(operations)" LINKS
     " AND protocol<>'' GROUP BY source, target, protocol ORDER BY 4 DESC, 1, 2, 3 LIMIT 200"},
    {"engineering_operations", "工程操作（程序、启停、固件、配置）", "源|目的|规约|类别|次数", NULL, false,
     "SELECT source, target, protocol, class, sum(operations)" LINKS
     " AND class IN ('program','mode','firmware','configure') GROUP BY 1,2,3,4 ORDER BY 5 DESC, 1, 2 LIMIT 200"},
    {"control_operations", "写值与控制操作次数", NULL, "次", false,
     "SELECT coalesce(sum(operations),0)" LINKS " AND class IN ('write','control')"},
    {"file_operations", "文件传输", "源|目的|规约|次数", NULL, false,
     "SELECT source, target, protocol, sum(operations)" LINKS " AND class='file' GROUP BY 1,2,3 ORDER BY 4 DESC, 1"},
    {"program_uploads", "控制程序上下载关系（可作备份线索）", "源|目的|规约|次数", NULL, false,
     "SELECT source, target, protocol, sum(operations)" LINKS " AND class='program' GROUP BY 1,2,3 ORDER BY 4 DESC, 1"},
    {"remote_access", "远程访问会话", "源|目的|规约|会话数", NULL, false,
     "SELECT source, target, protocol, sum(flows)" LINKS
     " AND protocol IN ('rdp','vnc','ssh','telnet','teamviewer','anydesk') GROUP BY 1,2,3 ORDER BY 4 DESC, 1"},
    {"public_remote_sessions", "与公网地址之间的远程访问或明文服务", "源|目的|规约|会话数", NULL, false,
     "SELECT source, target, protocol, sum(flows)" LINKS
     " AND protocol IN ('rdp','vnc','ssh','telnet','ftp','http','teamviewer','anydesk') AND (" PUBLIC(
         "source") " OR " PUBLIC("target") ") GROUP BY 1,2,3 ORDER BY 4 DESC, 1"},
    {"public_addresses", "与公网地址的通信", "源|目的|规约|会话数", NULL, false,
     "SELECT source, target, protocol, sum(flows)" LINKS
     " AND (" PUBLIC("source") " OR " PUBLIC("target") ") GROUP BY 1,2,3 ORDER BY 4 DESC, 1 LIMIT 200"},
    {"smb1_sessions", "仍在使用SMB 1的会话", "源|目的|会话数", NULL, false,
     "SELECT source, target, sum(flows)" LINKS " AND protocol='smb' GROUP BY 1,2 ORDER BY 3 DESC, 1"},
    {"mqtt_cleartext", "未加密的MQTT", "源|目的|次数", NULL, false,
     "SELECT source, target, sum(operations)" LINKS " AND protocol='mqtt' GROUP BY 1,2 ORDER BY 3 DESC, 1"},
    /* ---- exposure ---- */
    {"cleartext_logins", "明文登录", EXPOSED_COLUMNS, NULL, false, EXPOSED("clear_text_login")},
    {"default_credentials", "默认口令", EXPOSED_COLUMNS, NULL, false, EXPOSED("default_credentials")},
    {"weak_snmp", "SNMP团体名明文", EXPOSED_COLUMNS, NULL, false, EXPOSED("weak_snmp")},
    {"default_community", "SNMP默认团体名", EXPOSED_COLUMNS, NULL, false, EXPOSED("default_community")},
    {"weak_tls", "过时的TLS版本或算法", EXPOSED_COLUMNS, NULL, false, EXPOSED("weak_tls")},
    {"weak_certificates", "过期、自签名或算法过时的证书", EXPOSED_COLUMNS, NULL, false, EXPOSED("weak_certificate")},
    {"unauthenticated_control", "未经身份鉴别的控制", EXPOSED_COLUMNS, NULL, false, EXPOSED("unauthenticated_control")},
    {"foreign_addresses", "工控设备与境外地址的通信", "资产|对方|国家或地区|次数", NULL, false,
     "SELECT json_extract(object,'$.address'), json_extract(object,'$.public_address'), "
     "json_extract(object,'$.country'),"
     " json_extract(object,'$.count')" STATES(
         "exposure") " AND json_extract(object,'$.kind')='public_address' AND"
                     " json_extract(object,'$.country') NOT IN ('CN','unknown') ORDER BY 1, 2"},
    {"vulnerabilities", "命中的已知漏洞", "资产|漏洞编号|级别|是否受影响", NULL, false,
     "SELECT coalesce(json_extract(object,'$.address'),json_extract(object,'$.mac'),key), json_extract(object,'$.id'),"
     " " ASSESS_SEVERITY ", json_extract(object,'$.affected')" STATES(
         "exposure") " AND json_extract(object,'$.kind')='vulnerability' ORDER BY 1, 2"},
    {"vulnerabilities_high", "超危与高危漏洞", "资产|漏洞编号|级别", NULL, false,
     "SELECT coalesce(json_extract(object,'$.address'),json_extract(object,'$.mac'),key), json_extract(object,'$.id'),"
     " " ASSESS_SEVERITY STATES("exposure") " AND json_extract(object,'$.kind')='vulnerability' AND " ASSESS_SEVERITY
                                            " IN ('critical','high') ORDER BY 1, 2"},
    {"exposures_by_kind", "暴露面按类型", "类型|数量|涉及资产", NULL, false,
     "SELECT coalesce(json_extract(object,'$.zh'),json_extract(object,'$.kind')), count(*),"
     " count(DISTINCT coalesce(json_extract(object,'$.address'),json_extract(object,'$.mac'),key))" STATES(
         "exposure") " AND json_extract(object,'$.kind')<>'vulnerability' GROUP BY json_extract(object,'$.kind')"
                     " ORDER BY 2 DESC, 1"},
    {"vulnerabilities_by_level", "命中的漏洞按级别", "级别|命中数|漏洞数|涉及资产", NULL, false,
     "SELECT " ASSESS_SEVERITY " level, count(*), count(DISTINCT json_extract(object,'$.id')),"
     " count(DISTINCT coalesce(json_extract(object,'$.address'),json_extract(object,'$.mac'),key))" STATES(
         "exposure") " AND json_extract(object,'$.kind')='vulnerability' GROUP BY 1"
                     " ORDER BY CASE level WHEN 'critical' THEN 1 WHEN 'high' THEN 2 WHEN 'medium' THEN 3 ELSE 4 END"},
    /* ---- alerts ---- */
    {"alerts", "告警总数", NULL, "条", false, "SELECT coalesce(sum(alerts),0)" ALERTS},
    {"alerts_by_severity", "告警按级别", "级别|数量|已处置", NULL, false,
     "SELECT severity, sum(alerts), sum(iif(state=3,alerts,0))" ALERTS " GROUP BY severity ORDER BY severity"},
    {"alerts_by_month", "告警按月", "月份|严重|高|中|低", NULL, false,
     "SELECT month, sum(iif(severity=1,alerts,0)), sum(iif(severity=2,alerts,0)), sum(iif(severity=3,alerts,0)),"
     " sum(iif(severity=4,alerts,0))" ALERTS " GROUP BY 1 ORDER BY 1"},
    {"alerts_by_category", "告警按类别", "类别|数量", NULL, false,
     "SELECT category, sum(alerts)" ALERTS " GROUP BY category ORDER BY 2 DESC, 1"},
    {"alerts_by_category_month", "告警按类别与月份", "类别|月份|数量", NULL, false,
     "SELECT category, month, sum(alerts)" ALERTS
     " GROUP BY 1, 2 ORDER BY sum(sum(alerts)) OVER (PARTITION BY category)"
     " DESC, 1, 2"},
    {"top_rules", "触发最多的特征", ALERT_COLUMNS, NULL, false, ALERT_LIST("1") " LIMIT 20"},
    {"handled_share", "告警处置率", NULL, "%", false,
     "SELECT round(100.0*sum(iif(state=3,alerts,0))/sum(alerts),1)" ALERTS},
    {"handling_hours", "平均处置时长（从告警到关闭）", NULL, "小时", false,
     "SELECT round(avg(t.time/1000.0-report_ms(a.id))/3600000.0,1) FROM alert a JOIN (SELECT alert, min(time) time FROM"
     " alert_step WHERE action='closed' GROUP BY alert) t ON t.alert=a.number WHERE a.id>=?1 AND a.id<?2 AND"
     " a.suppression=0 AND a." REAL},
    {"malware_alerts", "恶意程序告警", ALERT_COLUMNS, NULL, false,
     ALERT_LIST("category IN ('worm','ransomware','mining','malware','backdoor','compromised-host')")},
    {"exploit_alerts", "漏洞利用告警", ALERT_COLUMNS, NULL, false, ALERT_LIST("category='exploit'")},
    {"scan_alerts", "扫描探测告警", ALERT_COLUMNS, NULL, false, ALERT_LIST("category='reconnaissance'")},
    {"weak_services", "不必要或薄弱服务的告警", ALERT_COLUMNS, NULL, false,
     ALERT_LIST("category='weak-configuration'")},
    {"program_changes_off_hours", "非工作时间的程序、启停与固件变更", ALERT_COLUMNS, NULL, false,
     ALERT_LIST("rule='wl-ot-0014'")},
    {"incidents", "告警归并后的事件线索数", NULL, "起", false,
     "SELECT count(*) FROM incident WHERE last_us>=?3 AND first_us<?4 AND " REAL},
    /* ---- failures ---- */
    {"failures", "失效次数（不含计划停机）", NULL, "次", false, "SELECT count(*)" FAILURES},
    {"failures_by_mode", "失效模式分布", "失效模式|次数|涉及资产|平均修复时长（小时）", NULL, false,
     "SELECT coalesce(json_extract(object,'$.name.zh'),json_extract(object,'$.mode')), count(*),"
     " count(DISTINCT json_extract(object,'$.asset')),"
     " round(avg(iif(json_extract(object,'$.censored'),NULL,json_extract(object,'$.duration')))/3600.0,2)" STATES(
         "failure") " AND json_extract(object,'$.kind')='record' GROUP BY 1 ORDER BY 2 DESC, 1"},
    {"failures_by_month", "失效按月", "月份|次数|涉及资产", NULL, false,
     "SELECT strftime('%m', coalesce(unixepoch(substr(json_extract(object,'$.start'),1,19)),first_us/1000000),"
     " 'unixepoch', '+8 hours'), count(*), count(DISTINCT json_extract(object,'$.asset'))" FAILURES
     " GROUP BY 1 ORDER BY 1"},
    {"failure_trends", "失效越来越频繁的资产（趋势检验显著）", "资产|失效次数|观察小时", NULL, false,
     "SELECT json_extract(object,'$.asset'), coalesce(json_extract(object,'$.failures'),''),"
     " coalesce(round(json_extract(object,'$.exposure'),1),'')" STATES(
         "failure") " AND json_extract(object,'$.kind')='trend' ORDER BY 1"},
    {"reliability", "可靠性（按资产）", "资产|观察小时|失效次数|MTBF（小时）|可用度", "无数据", false,
     "SELECT json_extract(object,'$.asset'), round(json_extract(object,'$.exposure'),2), "
     "json_extract(object,'$.failures'),"
     " CASE WHEN json_extract(object,'$.failures')>0 THEN"
     " round(1.0*json_extract(object,'$.exposure')/json_extract(object,'$.failures'),2) ELSE '未失效' END,"
     " CASE WHEN json_extract(object,'$.exposure')>0 THEN"
     " round(1.0-json_extract(object,'$.down')/json_extract(object,'$.exposure'),5) ELSE '' END" STATES(
         "failure") " AND json_extract(object,'$.kind')='exposure' AND json_extract(object,'$.failures')>0 ORDER BY 3 "
                    "DESC, 1"},
    /* ---- how far this can be trusted ---- */
    {"sensors", "探针与下级节点", "名称|最近上报|收到事件|缺失事件", "无数据", false,
     "SELECT node, datetime(last_seen/1000000,'unixepoch','+8 hours'), stored, gap" NODES " ORDER BY 1"},
    {"gap_events", "因缓存不足而缺失的事件", NULL, "条", false, "SELECT coalesce(sum(gap),0)" NODES},
    {"coverage_least", "监测可见性最低评分（满分100）", NULL, "分", false,
     "SELECT min(json_extract(object,'$.score'))" STATES("visibility") " AND json_extract(object,'$.scope')='sensor'"},
    {"packet_loss", "丢包率（按探针）", "探针|收到的帧|丢弃的帧|丢包率（%）", "无数据", false,
     "SELECT sensor, json_extract(object,'$.frames'), json_extract(object,'$.kernel_drops'),"
     " round(100.0*json_extract(object,'$.kernel_drops')/max(1,json_extract(object,'$.frames')+"
     "json_extract(object,'$.kernel_drops')),3)" STATES(
         "visibility") " AND json_extract(object,'$.scope')='sensor' AND json_extract(object,'$.frames') IS NOT NULL"
                       " ORDER BY 1"},
    {"signature_versions", "探针上的规则库", "探针|名称|版本|状态|规则数|时间", "无记录", false,
     "SELECT sensor, coalesce(json_extract(object,'$.name'),json_extract(object,'$.kind')),"
     " coalesce(json_extract(object,'$.version'),''), json_extract(object,'$.zh'), json_extract(object,'$.rules'),"
     " date(last_us/1000000,'unixepoch','+8 hours')" STATES("signatures") " ORDER BY 1, 2"},
    {"coverage", "监测可见性评分", "探针|评分（满分100）|登记资产可见率|扣分原因", "无数据", false,
     "SELECT sensor, json_extract(object,'$.score'), CASE WHEN json_extract(object,'$.declared')>0 THEN"
     " round(100.0*(json_extract(object,'$.declared')-json_extract(object,'$.unseen'))/"
     "json_extract(object,'$.declared'),1)||'%' ELSE '未导入清单' END, coalesce((SELECT "
     "group_concat(json_extract(value,'$.zh'),'；') "
     "FROM"
     " json_each(object,'$.reasons')),'')" STATES(
         "visibility") " AND json_extract(object,'$.scope')='sensor' ORDER BY 1"},
    {"monitoring_works", "监测在运行且无缺失（有探针在线上报、缺失为零）", NULL, NULL, false,
     "SELECT count(*)>0 AND coalesce(sum(gap),0)=0 AND "
     "max(last_seen)>=min(?4,unixepoch()*1000000)-7*86400000000" NODES},
    {"oldest_record", "事件留存天数（自最早收到的一天至今）", NULL, "天", false,
     "SELECT (unixepoch()-min(received)/1000000)/86400 FROM day"},
    {"records_kept", "事件留存已满六个月且无缺失", NULL, NULL, false,
     "SELECT (SELECT (unixepoch()-min(received)/1000000)/86400>=180 FROM day) AND"
     " (SELECT coalesce(sum(gap),0)=0" NODES ")"},
    /* ---- confirmed incidents, and the register of trainings ---- */
    {"cases", "经确认的安全事件", "发现时间|名称|级别（1最重）|结案", "无记录", true,
     "SELECT coalesce(substr(json_extract(document,'$.discovered_at'),1,16),''), title, level,"
     " iif(state='closed','是','否') FROM matter WHERE kind=5 AND state NOT IN ('proposed','dismissed') AND created>=?3"
     " AND created<?4 ORDER BY 1, id"},
    {"trainings", "培训登记", REGISTER_COLUMNS, "无记录", true, REGISTER("training")},
    {"drills", "应急演练登记", REGISTER_COLUMNS, "无记录", true, REGISTER("drill")},
    {"assessments", "防护能力评估登记", REGISTER_COLUMNS, "无记录", true, REGISTER("assessment")},
    {"audit_records", "操作审计记录数", NULL, "条", true, "SELECT count(*) FROM audit WHERE time>=?3 AND time<?4"},
};

const unsigned fact_table_count = sizeof fact_table / sizeof *fact_table;
