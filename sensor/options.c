/* SPDX-License-Identifier: Apache-2.0 */
/* The sensor's options: one table for the file, its checks, its sample and its reference page. */
#include "sensor/options.h"

#include "common/options.h"
#include "sensor/plant/zones.h"

#define AT(member) offsetof(struct sensor_options, member)

static const char *const ot_choices[] = {"none", "audit", "all", NULL};

static const char *const baseline_choices[] = {"off", "learn", "judge", NULL};
static const char *const object_choices[] = {"changed", "all", NULL};
static const char *const point_choices[] = {"none", "written", "all", NULL};

static const struct option rows[] = {
    {"sensor", OPTION_SECTION, .zh = "传感器", .en = "Sensor"},
    {"sensor.name", OPTION_TEXT, AT(name), "sensor-1", 1, 63, .zh = "传感器名称", .en = "Name of this sensor",
     .help_zh = "写入每条事件；同一采集端内不得重名。",
     .help_en = "Stands in every event; unique below one collector."},
    {"sensor.workers", OPTION_UINT, AT(workers), "1", 1, 64, .zh = "工作线程数", .en = "Worker threads"},
    {"sensor.sandbox", OPTION_BOOL, AT(sandbox), "true", .zh = "启动后放弃特权",
     .en = "Give up privileges once everything is open", .help_zh = "仅在调试工具不支持系统调用过滤时关闭。",
     .help_en = "Off only for debugging tools that know no system-call filter."},
    {"capture", OPTION_SECTION, .zh = "抓包", .en = "Capture"},
    {"capture.snap", OPTION_UINT, AT(snap), "65535", 128, 262144, .zh = "每包截取字节数",
     .en = "Bytes taken of each packet"},
    {"capture.buffer", OPTION_SIZE, AT(capture_buffer), "64M", 1 << 20, 2047u << 20, .zh = "内核抓包缓冲区",
     .en = "Kernel ring"},
    {"flow", OPTION_SECTION, .zh = "会话流", .en = "Flows"},
    {"flow.most", OPTION_UINT, AT(flows), "262144", 1024, 16777216, .zh = "每线程最多流数",
     .en = "Flows of one worker, at most"},
    {"flow.memory", OPTION_SIZE, AT(memory), "512M", 16 << 20, 1ull << 40, .zh = "每线程重组内存上限",
     .en = "Memory of one worker for streams and sessions"},
    {"flow.tcp_timeout", OPTION_DURATION, AT(tcp_timeout), "1h", 1000000000u, 0, .zh = "TCP空闲超时",
     .en = "Idle time-out of TCP"},
    {"flow.udp_timeout", OPTION_DURATION, AT(udp_timeout), "5m", 1000000000u, 0, .zh = "UDP与二层空闲超时",
     .en = "Idle time-out of UDP and link-layer flows"},
    {"flow.closed_timeout", OPTION_DURATION, AT(closed_timeout), "30s", 1000000000u, 0, .zh = "已关闭连接保留时间",
     .en = "How long a closed connection is remembered"},
    {"message", OPTION_SECTION, .zh = "报文", .en = "Messages"},
    {"message.values", OPTION_UINT, AT(values), "16384", 256, 1048576, .zh = "每个报文最多字段数",
     .en = "Values of one message, at most"},
    {"events", OPTION_SECTION, .zh = "事件", .en = "Events"},
    {"events.ot", OPTION_CHOICE, AT(ot), "audit", .choices = ot_choices, .zh = "工控操作记录",
     .en = "Records of industrial operations", .help_zh = "audit：写入、控制、启停、下装等操作；all：每个报文。",
     .help_en = "audit: writes, control, mode, program and their like; all: every message."},
    {"events.flow", OPTION_BOOL, AT(flow_events), "true", .zh = "会话流记录", .en = "Flow records"},
    {"events.ndpi", OPTION_BOOL, AT(labels), "true", .zh = "用nDPI标注未识别的流",
     .en = "Let nDPI name flows that no parser took", .help_zh = "在会话流记录中给出协议名与风险；只看前12个报文。",
     .help_en = "Flow records then have the protocol's name and risks; the first 12 packets are looked at."},
    {"events.flow_active", OPTION_DURATION, AT(flow_active), "5m", 0, 0, .zh = "长连接分段记录间隔",
     .en = "How often a flow that goes on is told",
     .help_zh = "长期不断的轮询连接按此间隔分段记录，各段只计本段的报文与字节，可直接相加；0 表示仅在结束时记录。",
     .help_en =
         "A connection that never ends is told in parts; each counts its own packets and bytes, so that parts add "
         "up. 0: at its end only."},
    {"events.ring", OPTION_SIZE, AT(ring), "16M", 1 << 20, 1 << 30, .zh = "发布缓冲区",
     .en = "Buffer between a worker and the publisher"},
    {"events.subscribers", OPTION_TEXT, AT(subscribers), NULL, .zh = "本机订阅端口",
     .en = "Endpoint for subscribers on this machine",
     .help_zh = "ZeroMQ PUB，如 tcp://127.0.0.1:5561；主题为 alert.传感器名 等。",
     .help_en = "ZeroMQ PUB, as tcp://127.0.0.1:5561; topics are alert.SENSOR and so on."},
    {"collector", OPTION_SECTION, .zh = "采集端", .en = "Collector"},
    {"collector.address", OPTION_TEXT, AT(collector), NULL, .zh = "采集端地址",
     .en = "Address of the collector, as tcp://10.0.0.2:5555"},
    {"collector.public_key", OPTION_TEXT, AT(collector_key), NULL, .zh = "采集端公钥文件（.pub）",
     .en = "Public key of the collector (.pub file)"},
    {"collector.own_key", OPTION_TEXT, AT(own_key), NULL, .zh = "本机密钥文件（.key）",
     .en = "Own key (.key file), made by `wanglou keys`"},
    {"collector.spool", OPTION_TEXT, AT(spool), "/var/spool/wanglou-sensor", .zh = "待发事件目录",
     .en = "Directory of events that wait"},
    {"collector.spool_size", OPTION_SIZE, AT(spool_size), "4G", 16 << 20, 0, .zh = "待发事件占用上限",
     .en = "Room for events that wait",
     .help_zh = "占满后先丢弃最早的次要记录，再丢弃最早的告警；丢弃数量计入运行统计。",
     .help_en = "When it is used up, the oldest of the less important records go first, alerts last; all are counted."},
    {"collector.spool_sync", OPTION_DURATION, AT(spool_sync), "200ms", 0, 60000000000u, .zh = "落盘间隔",
     .en = "Interval of forcing to disk", .help_zh = "断电时最多丢失这段时间内的事件；0 表示每批落盘。",
     .help_en = "What a loss of power may cost at most; 0: each batch is forced."},
    {"collector.drain", OPTION_DURATION, AT(drain), "60s", 0, 0, .zh = "退出前等待确认的时间",
     .en = "How long the end waits for acknowledgements",
     .help_zh = "用于离线文件；实时抓包最多等待 1 秒，其余留在待发目录。",
     .help_en = "Of a run over a file; a live sensor waits a second at most and keeps the rest in its spool."},
    {"evidence", OPTION_SECTION, .zh = "取证", .en = "Evidence"},
    {"evidence.memory", OPTION_SIZE, AT(evidence_memory), "8M", 0, 1 << 30, .zh = "每线程最近数据包缓存",
     .en = "Memory of one worker for the last packets",
     .help_zh = "告警附带其会话流前后的原始数据包，以供取证；0 表示关闭，此时不占用任何资源。",
     .help_en = "Alerts ship the packets of their flow before and behind them; 0: off, at no cost."},
    {"evidence.before", OPTION_UINT, AT(evidence_before), "8", 0, 128, .zh = "告警之前的包数",
     .en = "Packets before an alert"},
    {"evidence.after", OPTION_UINT, AT(evidence_after), "4", 0, 64, .zh = "告警之后的包数",
     .en = "Packets behind an alert", .help_zh = "最多等待5秒。", .help_en = "Awaited for 5 s at most."},
    {"plant", OPTION_SECTION, .zh = "全厂知识", .en = "What is known of the plant"},
    {"plant.state", OPTION_TEXT, AT(plant_state), NULL, .zh = "全厂知识保存目录",
     .en = "Directory where what was learned of the plant is kept",
     .help_zh = "资产、基线、失效等每10秒保存一次，重启后继续；不填则不保存。离线文件（-r）同样照此办理。",
     .help_en =
         "Inventory, baseline, failures and so on are saved every 10 s and read again at start; none: nothing is "
         "kept. A run over a file (-r) does the same."},
    {"plant.declared", OPTION_TEXT, AT(declared), NULL, .zh = "资产台账（CSV）",
     .en = "CSV of assets that ought to be seen", .help_zh = "每行：IP地址或MAC,名称；从未出现的资产计入可见性。",
     .help_en = "A line: address or MAC, name; those that were never seen count against visibility."},
    {"plant.vulnerabilities", OPTION_TEXT, AT(vulnerabilities), NULL, .zh = "漏洞库文件或目录",
     .en = "File or directory of known vulnerabilities",
     .help_zh = "随软件附带 signatures/vulnerabilities；只指出哪台资产受影响，不含利用方法。",
     .help_en = "Comes with the program as signatures/vulnerabilities; tells which asset is affected, never how."},
    {"plant.zones", OPTION_LIST, AT(zones), NULL, 0, 256, .check = zone_check, .zh = "安全区域",
     .en = "Zones: NAME=NETWORK/PREFIX each", .help_zh = "如 炼钢一车间=10.20.0.0/16；未列出的设备按角色归区。",
     .help_en = "As 炼钢一车间=10.20.0.0/16; devices of other networks are put into a zone by their role."},
    {"plant.maintenance", OPTION_TEXT, AT(maintenance), NULL, .zh = "检修计划文件", .en = "File of maintenance windows",
     .help_zh = "检修期内的失效照记，但不计入MTBF；基线偏离只记录不告警。",
     .help_en = "Failures within them are kept but not counted; deviations are told as planned."},
    {"baseline", OPTION_SECTION, .zh = "行为基线", .en = "Baseline"},
    {"baseline.mode", OPTION_CHOICE, AT(baseline_mode), "learn", .choices = baseline_choices, .zh = "基线方式",
     .en = "What to do with the baseline",
     .help_zh = "learn：分阶段学习，学稳一处告警一处；judge：只按已确认的文件判断；off：不用。",
     .help_en = "learn: in stages, each judged once it is settled; judge: by the accepted file alone; off: nothing."},
    {"baseline.settle", OPTION_DURATION, AT(baseline_settle), "1h", 1000000000u, 0, .zh = "多久无新增即为学稳",
     .en = "How long nothing new settles it", .help_zh = "同时不短于该处最长通信间隔的3倍。",
     .help_en = "And at least three of the longest gaps there."},
    {"baseline.file", OPTION_TEXT, AT(baseline_file), NULL, .zh = "已确认的基线文件", .en = "The accepted baseline"},
    {"baseline.public_key", OPTION_TEXT, AT(baseline_key), NULL, .zh = "基线签名者公钥（.pub）",
     .en = "Public key of who signs it (.pub); given: an unsigned one is refused"},
    {"baseline.objects", OPTION_CHOICE, AT(baseline_objects), "changed", .choices = object_choices,
     .zh = "基线跟踪哪些对象", .en = "Which objects it follows",
     .help_zh = "changed：被写入、控制的；all：含只读的，占用更多处理能力。",
     .help_en = "changed: what is written or controlled; all: what is only read, too, which costs speed."},
    {"failures", OPTION_SECTION, .zh = "失效数据库", .en = "Failure database"},
    {"failures.detect", OPTION_BOOL, AT(failure_detection), "true", .zh = "识别失效", .en = "Detect failures"},
    {"failures.catalogue", OPTION_TEXT, AT(failure_catalogue), NULL, .zh = "失效模式目录（文件或目录）",
     .en = "Catalogue of failure modes (file or directory)", .help_zh = "不填则用内置目录。",
     .help_en = "None: the built-in one."},
    {"variables", OPTION_SECTION, .zh = "过程量", .en = "Process values"},
    {"variables.points", OPTION_CHOICE, AT(variable_points), "written", .choices = point_choices, .zh = "跟踪哪些测点",
     .en = "Which points are followed",
     .help_zh = "written：被写入、控制的设定值；all：含读取与上送的测量值，占用更多处理能力；none：不跟踪。",
     .help_en = "written: set points; all: what is read and reported, too, which costs speed; none."},
    {"variables.limits", OPTION_TEXT, AT(variable_limits), NULL, .zh = "测点限值文件", .en = "File of limits"},
    {"variables.learn", OPTION_DURATION, AT(variable_learn), "1d", 0, 0, .zh = "学习测点范围的时长，0为不学习",
     .en = "How long limits are learned; 0: not at all",
     .help_zh = "取0.5%与99.5%分位数并留四分之一余量；仅限读取与上送的测点，人工限值优先。",
     .help_en = "Quantiles of 0.5 and 99.5 % with a quarter of their range as margin; of points that are read or "
                "reported; limits set by hand prevail."},
    {"variables.invariants", OPTION_TEXT, AT(invariants), NULL, .zh = "测点间关系文件",
     .en = "File of invariants between points"},
    {"signatures", OPTION_SECTION, .zh = "风险特征库", .en = "Risk signatures"},
    {"signatures.path", OPTION_TEXT, AT(signatures), NULL, .zh = "特征文件、目录或特征包",
     .en = "File or directory of rules, or a bundle",
     .help_zh = "运行中改动后自动重新装载，也可发送 SIGHUP；有误或签名不符时沿用原规则并上报。",
     .help_en =
         "Loaded again when it changes, and at SIGHUP; when something is wrong the former rules stay, and it is told."},
    {"signatures.trusted", OPTION_LIST, AT(trusted), NULL, 0, 64, .zh = "受信任的特征包签名公钥（minisign .pub）",
     .en = "Public keys whose bundles are believed (minisign's .pub files)",
     .help_zh = "特征包与吊销清单须由其中之一签名；由 `wanglou keys --signing` 或 minisign 生成。",
     .help_en =
         "Bundles and revocation lists must be signed by one of them; made by `wanglou keys --signing` or minisign."},
    {"signatures.revocations", OPTION_TEXT, AT(revocations), NULL, .zh = "吊销清单文件",
     .en = "Signed list of revoked keys and bundle versions"},
    {"signatures.suppressions", OPTION_TEXT, AT(suppressions), NULL, .zh = "告警屏蔽文件",
     .en = "File of suppressions, each with its end",
     .help_zh = "每项：rule、source、target 至少一项，until 必填；被屏蔽的告警仍计数。",
     .help_en = "Each names a rule, source or target, and until when; what is not told is counted."},
    {"signatures.state", OPTION_TEXT, AT(rules_state), NULL, .zh = "已接收特征包等的保存目录",
     .en = "Directory of what was received and of the versions in force",
     .help_zh = "默认：有采集端时为 collector.spool 下的 signatures，否则不保存。",
     .help_en = "By default `signatures` below collector.spool where there is a collector, else nothing is kept."},
    {"signatures.rollback", OPTION_BOOL, AT(rollback), "false", .zh = "允许特征包文件换成旧版本",
     .en = "Let an older bundle file follow a newer one"},
    {"signatures.cache", OPTION_TEXT, AT(cache), NULL, .zh = "已编译特征缓存目录",
     .en = "Directory of compiled patterns",
     .help_zh =
         "默认：root 为 /var/cache/wanglou，其他用户为 $XDG_CACHE_HOME/wanglou 或 ~/.cache/wanglou；none 表示不缓存。",
     .help_en =
         "By default /var/cache/wanglou for root, else $XDG_CACHE_HOME/wanglou or ~/.cache/wanglou; none: nothing "
         "is kept."},
    {"signatures.sets", OPTION_TEXT, AT(sets), NULL, .zh = "地址集合文件", .en = "File of $sets"},
};

const struct option_table sensor_option_table = {"wanglou-sensor", "sensor.yaml", rows, sizeof rows / sizeof *rows};

struct options *sensor_options_load(const char *path, const char *const *sets, struct sensor_options *o,
                                    struct fault *fault)
{
    return options_load(&sensor_option_table, path, sets, o, fault);
}

void sensor_options_sample(FILE *out) { options_sample(&sensor_option_table, out); }
void sensor_options_reference(bool chinese, FILE *out) { options_reference(&sensor_option_table, chinese, out); }
