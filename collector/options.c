/* SPDX-License-Identifier: Apache-2.0 */
/* The collector's options: one table for the file, its checks, its sample and its reference page. */
#include "collector/options.h"

#include <arpa/inet.h>
#include <string.h>

#include "collector/output/output.h"
#include "collector/store/store.h"
#include "common/yaml.h"

#define AT(member) offsetof(struct collector_options, member)
#define SECOND     1000000000u
#define MINUTE     (60ull * SECOND)
#define HOUR       (60 * MINUTE)

enum { LAWFUL_RETENTION_DAYS = 180 }; /* 网络安全法 art. 21 (3): logs are kept for six months at least */

static bool is_address(const struct yaml_node *value, struct fault *fault)
{
    struct in6_addr address; /* room for either kind */
    return inet_pton(AF_INET, value->text, &address) == 1 || inet_pton(AF_INET6, value->text, &address) == 1 ||
           yaml_fault(value, fault, "'%s' is no IP address", value->text);
}

static bool is_syslog(const struct yaml_node *value, struct fault *fault)
{
    const char *text = value->text, *port = strrchr(text, ':');
    bool good = (strncmp(text, "tcp://", 6) == 0 || strncmp(text, "tls://", 6) == 0) && port > text + 6 && port[1];
    return good || yaml_fault(value, fault, "'%s' is no address as tcp://HOST:PORT or tls://HOST:PORT", text);
}

static bool is_url(const struct yaml_node *value, struct fault *fault)
{
    return strncmp(value->text, "https://", 8) == 0 || strncmp(value->text, "http://", 7) == 0 ||
           yaml_fault(value, fault, "'%s' is no URL as https://HOST/PATH", value->text);
}

/* It stands in SQL as it is. */
static bool is_word(const struct yaml_node *value, struct fault *fault)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    const char *text = value->text;
    return (*text && strspn(text, letters) == strlen(text) && (*text < '0' || *text > '9')) ||
           yaml_fault(value, fault, "'%s' is no name: letters, digits and underscores", text);
}

static const char *const engines[] = {[ENGINE_SQLITE] = "sqlite", [ENGINE_CLICKHOUSE] = "clickhouse", NULL};

static const char *const warning_levels[] = {"none", "red", "orange", "yellow", "blue", NULL};

static const struct option rows[] = {
    {"collector", OPTION_SECTION, .zh = "汇聚服务", .en = "Collector"},
    {"collector.name", OPTION_TEXT, AT(name), "collector-1", .zh = "名称", .en = "Name of this collector"},
    {"collector.directory", OPTION_TEXT, AT(directory), "/var/lib/wanglou-collector", .zh = "数据目录",
     .en = "Directory of its data"},
    {"http", OPTION_SECTION, .zh = "控制台与接口", .en = "Console and API"},
    {"http.address", OPTION_TEXT, AT(http_address), "127.0.0.1", .check = is_address, .zh = "监听地址",
     .en = "Address to listen on", .help_zh = "本机地址用 HTTP；其他地址一律用 HTTPS。",
     .help_en = "Plain HTTP on this machine's own address; HTTPS on any other."},
    {"http.port", OPTION_UINT, AT(http_port), "8080", 0, 65535, .zh = "监听端口", .en = "Port to listen on",
     .help_zh = "0：任选空闲端口。", .help_en = "0: any free one."},
    {"http.console", OPTION_TEXT, AT(console), "/usr/share/wanglou/console", .zh = "控制台文件目录",
     .en = "Directory of the console's files", .help_zh = "留空：只提供接口。", .help_en = "Empty: the API alone."},
    {"http.certificate", OPTION_TEXT, AT(certificate), NULL, .zh = "证书文件（PEM）", .en = "Certificate (PEM)",
     .help_zh = "留空：首次启动时在数据目录的 tls/ 下自制。",
     .help_en = "Empty: one is made at the first start, in tls/ below the data directory."},
    {"http.certificate_key", OPTION_TEXT, AT(certificate_key), NULL, .zh = "证书私钥文件（PEM）",
     .en = "Private key of the certificate (PEM)"},
    {"http.threads", OPTION_UINT, AT(http_threads), "4", 2, 64, .zh = "工作线程数", .en = "Threads"},
    {"http.connections", OPTION_UINT, AT(http_connections), "512", 16, 65536, .zh = "最多连接数",
     .en = "Connections, at most"},
    {"http.connections_per_address", OPTION_UINT, AT(http_connections_of_address), "64", 4, 65536,
     .zh = "单一地址最多连接数", .en = "Connections of one address, at most"},
    {"http.timeout", OPTION_DURATION, AT(http_timeout), "60s", SECOND, HOUR, .zh = "空闲连接超时",
     .en = "Time-out of a connection that does nothing"},
    {"http.requests_per_second", OPTION_UINT, AT(http_requests_per_second), "100", 1, 100000,
     .zh = "单一地址每秒请求数", .en = "Requests of one address in a second", .help_zh = "短时可到五倍。",
     .help_en = "Five times that for a short while."},
    {"session", OPTION_SECTION, .zh = "登录", .en = "Sessions"},
    {"session.idle", OPTION_DURATION, AT(session_idle), "30m", MINUTE, 24 * HOUR, .zh = "无操作退出时间",
     .en = "Time without use after which one is signed out"},
    {"session.longest", OPTION_DURATION, AT(session_longest), "12h", MINUTE, 720 * HOUR, .zh = "最长登录时间",
     .en = "Longest time between two sign-ins"},
    {"session.failures", OPTION_UINT, AT(failures), "5", 2, 100, .zh = "锁定前口令错误次数",
     .en = "Wrong passwords in a row until an account is locked"},
    {"session.lock", OPTION_DURATION, AT(lock), "15m", SECOND, 24 * HOUR, .zh = "锁定时间",
     .en = "How long it stays locked"},
    {"store", OPTION_SECTION, .zh = "存储", .en = "Store"},
    {"store.retention_days", OPTION_UINT, AT(retention_days), "180", 1, 36500, .zh = "保存天数",
     .en = "Days that events are kept", .help_zh = "网络安全法要求日志至少保存六个月。",
     .help_en = "The law asks for six months at least."},
    {"store.accept_short_retention", OPTION_BOOL, AT(accept_short_retention), "false", .zh = "允许少于180天",
     .en = "Fewer than 180 days are meant", .help_zh = "写入审计日志。",
     .help_en = "Goes on the record of the audit log."},
    {"store.quota", OPTION_SIZE, AT(quota), "0", 0, 0, .zh = "占用上限", .en = "Room that events may take",
     .help_zh = "超过时删除最早的日期；0：不限。", .help_en = "Beyond it the oldest days go; 0: no bound."},
    {"store.warn_free", OPTION_SIZE, AT(warn_free), "2G", 0, 0, .zh = "磁盘告急线",
     .en = "Room on the disk below which people are told", .help_zh = "写入日志、审计日志和总览；0：不提醒。",
     .help_en = "In the log, the audit log and on the first page; 0: never."},
    {"store.keep_free", OPTION_SIZE, AT(keep_free), "512M", 0, 0, .zh = "磁盘保留空间",
     .en = "Room on the disk that is kept free", .help_zh = "不足时停止接收，事件留在探针上等待。",
     .help_en = "With less than that nothing is taken in, and events wait at the sensors."},
    {"store.engine", OPTION_CHOICE, AT(engine), "sqlite", .choices = engines, .zh = "事件存储引擎",
     .en = "Where events are kept", .help_zh = "sqlite 自带；clickhouse 用于单机不够时。",
     .help_en = "sqlite needs nothing; clickhouse for those who outgrow one machine."},
    {"store.url", OPTION_TEXT, AT(clickhouse_url), NULL, .check = is_url, .zh = "ClickHouse 的 HTTP 地址",
     .en = "ClickHouse's HTTP interface", .help_zh = "如 http://10.0.0.3:8123。",
     .help_en = "As http://10.0.0.3:8123."},
    {"store.user", OPTION_TEXT, AT(clickhouse_user), NULL, .zh = "ClickHouse 用户", .en = "User at ClickHouse"},
    {"store.password_file", OPTION_TEXT, AT(clickhouse_password), NULL, .zh = "ClickHouse 口令文件",
     .en = "File with the password for ClickHouse"},
    {"store.database", OPTION_TEXT, AT(clickhouse_database), "wanglou", .check = is_word, .zh = "ClickHouse 数据库",
     .en = "Database at ClickHouse"},
    {"store.cluster", OPTION_TEXT, AT(cluster), NULL, .check = is_word, .zh = "ClickHouse 集群名",
     .en = "Cluster, as the servers' remote_servers has it", .help_zh = "留空：单台。",
     .help_en = "Empty: one server."},
    {"store.shards", OPTION_LIST, AT(shards), NULL, .zh = "集群各分片的 HTTP 地址",
     .en = "HTTP interface of each shard", .help_zh = "在每一台上建表、按月删除。",
     .help_en = "On each of them tables are made and months dropped."},
    {"store.dialect", OPTION_CHOICE, AT(dialect), "modern", .choices = clickhouse_dialect_name, .zh = "ClickHouse 版本",
     .en = "Version of ClickHouse", .help_zh = "18.16-safe 适用于 Debian 12 自带的版本。",
     .help_en = "18.16-safe for Debian 12's own."},
    {"link", OPTION_SECTION, .zh = "探针接入", .en = "Link"},
    {"link.listen", OPTION_TEXT, AT(link_listen), "tcp://127.0.0.1:5555", .zh = "接入地址", .en = "Endpoint for nodes",
     .help_zh = "如 tcp://0.0.0.0:5555；端口0：任选空闲端口。",
     .help_en = "As tcp://0.0.0.0:5555; port 0: any free one."},
    {"link.key", OPTION_TEXT, AT(link_key), NULL, .zh = "本机密钥文件（.key）",
     .en = "Own key (.key file), made by `wanglou keys`", .help_zh = "留空：首次启动时在数据目录下自制。",
     .help_en = "Empty: made at the first start, below the data directory."},
    {"link.nodes", OPTION_TEXT, AT(link_nodes), NULL, .zh = "已登记节点目录", .en = "Directory of enrolled nodes",
     .help_zh = "留空：数据目录下的 nodes。", .help_en = "Empty: nodes below the data directory."},
    {"link.nodes_most", OPTION_UINT, AT(link_peers), "4096", 1, 65536, .zh = "同时在线节点上限",
     .en = "Nodes at a time, at most"},
    {"link.subscribers", OPTION_TEXT, AT(link_subscribers), NULL, .zh = "本机订阅端口",
     .en = "Endpoint for subscribers on this machine",
     .help_zh = "ZeroMQ PUB，如 tcp://127.0.0.1:5562；主题为 alert.探针名 等。",
     .help_en = "ZeroMQ PUB, as tcp://127.0.0.1:5562; topics are alert.SENSOR and so on."},
    {"parent", OPTION_SECTION, .zh = "上级平台", .en = "Parent collector"},
    {"parent.address", OPTION_TEXT, AT(parent_address), NULL, .zh = "上级地址",
     .en = "Address of the parent, as tcp://10.0.0.2:5555",
     .help_zh = "留空：不上报；只配置公钥时以文件收发（离线站点）。",
     .help_en = "Empty: nothing is forwarded, or by file when there is a public key (a site without a line)."},
    {"parent.public_key", OPTION_TEXT, AT(parent_key), NULL, .zh = "上级公钥文件（.pub）",
     .en = "Public key of the parent (.pub file)"},
    {"parent.policy", OPTION_TEXT, AT(parent_policy), NULL, .zh = "上报策略文件", .en = "Forwarding policy (file)",
     .help_zh = "留空：内置策略，只上报元数据，地址用假名，不含报文内容、过程量与点名。",
     .help_en = "Empty: the built-in one: metadata with pseudonyms for addresses, no payload, value or point name."},
    {"parent.most", OPTION_UINT, AT(parent_most), "10000000", 1000, 0, .zh = "待上报事件上限",
     .en = "Events that wait for the parent, at most", .help_zh = "超过时丢弃最早的，数量计入并告知上级。",
     .help_en = "Beyond it the oldest go; they are counted, and the parent is told."},
    {"upload", OPTION_SECTION, .zh = "上传抓包", .en = "Uploaded captures"},
    {"upload.most", OPTION_SIZE, AT(upload_most), "256M", 4096, 0, .zh = "单个文件上限",
     .en = "Size of a file, at most"},
    {"upload.sensor", OPTION_TEXT, AT(upload_sensor), NULL, .zh = "探针程序", .en = "The sensor's program",
     .help_zh = "留空：与本程序同目录的 wanglou-sensor。", .help_en = "Empty: wanglou-sensor beside this program."},
    {"upload.signatures", OPTION_TEXT, AT(upload_signatures), NULL, .zh = "特征库目录或特征包",
     .en = "Signatures for them (directory or bundle)", .help_zh = "留空：只解析，不告警。",
     .help_en = "Empty: decoded, without alerts."},
    {"output", OPTION_SECTION, .zh = "对外输出", .en = "Outputs"},
    {"output.syslog", OPTION_TEXT, AT(syslog), NULL, .check = is_syslog, .zh = "Syslog 服务器",
     .en = "Syslog server for alerts", .help_zh = "tcp://主机:端口 或 tls://主机:端口。",
     .help_en = "As tcp://HOST:PORT or tls://HOST:PORT."},
    {"output.syslog_format", OPTION_CHOICE, AT(syslog_format), "plain", .choices = output_format_name,
     .zh = "Syslog 格式", .en = "Form of the messages"},
    {"output.webhook", OPTION_TEXT, AT(webhook), NULL, .check = is_url, .zh = "Webhook 地址",
     .en = "Webhook for alerts (URL)"},
    {"output.webhook_secret", OPTION_TEXT, AT(webhook_secret), NULL, .zh = "Webhook 签名密钥文件",
     .en = "File with the key that signs the webhook's body"},
    {"output.ca", OPTION_TEXT, AT(output_ca), NULL, .zh = "对端证书的信任根（PEM）",
     .en = "Certificates that the other side's must come from (PEM)", .help_zh = "留空：系统的信任根。",
     .help_en = "Empty: those of the system."},
    {"output.severity", OPTION_UINT, AT(output_severity), "4", 1, 4, .zh = "输出的最低级别，1 最重",
     .en = "This severity and worse, 1 the worst"},
    {"output.eve_file", OPTION_TEXT, AT(eve_file), NULL, .zh = "EVE 文件", .en = "File for every event, as EVE JSON",
     .help_zh = "每行一个事件，供日志采集器读取；可由 logrotate 轮转。",
     .help_en = "One event a line, for log shippers; logrotate may move it away."},
    {"summary", OPTION_SECTION, .zh = "汇总", .en = "Summary of this node"},
    {"summary.every", OPTION_DURATION, AT(summary_every), "1h", SECOND, 24 * HOUR, .zh = "汇总间隔",
     .en = "How often this node sums itself up",
     .help_zh = "资产、告警、漏洞、失效的数量和风险分；按上报策略报给上级。",
     .help_en = "Counts and score, for the parent if the policy lets them out."},
    {"work", OPTION_SECTION, .zh = "预警与处置", .en = "Warnings and disposal"},
    {"work.highest", OPTION_CHOICE, AT(work_highest), "none", .choices = warning_levels, .zh = "可发布的最高预警级别",
     .en = "Gravest level of a warning that this node may publish",
     .help_zh = "由有权机关授权；企业一般为 none，只接收、签收、反馈。",
     .help_en = "As the authority permits; a plant's is none: it receives, acknowledges, answers."},
    {"work.authority", OPTION_TEXT, AT(work_authority), NULL, .zh = "发布机关、单位名称",
     .en = "Name of the authority or the enterprise", .help_zh = "留空：用 collector.name。",
     .help_en = "Empty: collector.name."},
    {"work.models", OPTION_TEXT, AT(work_models), NULL, .zh = "预警级别、事件分级、报告时限表目录",
     .en = "Directory of the tables of levels, grades and clocks", .help_zh = "留空：内置。",
     .help_en = "Empty: the built-in ones."},
    {"work.inspection_due", OPTION_TEXT, AT(work_inspection_due), NULL, .zh = "年度自查签署期限（月-日）",
     .en = "Day of the year by which the self-inspection is signed (month-day)",
     .help_zh = "如 \"07-30\"；过期未签署的列入逾期清单。留空：不设期限。",
     .help_en = "Such as \"07-30\"; what is not signed then is on the overdue list. Empty: none is set."},
};
const struct option_table collector_option_table = {"wanglou-collector", "collector.yaml", rows,
                                                    sizeof rows / sizeof *rows};

static bool check(const struct collector_options *o, struct fault *fault)
{
    if (o->retention_days < LAWFUL_RETENTION_DAYS && !o->accept_short_retention)
        return fault_set(fault,
                         "store.retention_days: %llu days are fewer than the six months the law asks for; if that is "
                         "meant, start with --accept-short-retention",
                         (unsigned long long)o->retention_days);
    if (o->engine == ENGINE_CLICKHOUSE && !o->clickhouse_url)
        return fault_set(fault, "store.url: is needed with store.engine: clickhouse");
    if (o->cluster && !o->shards.count)
        return fault_set(fault, "store.shards: name every shard of the cluster %s", o->cluster);
    if (!o->certificate != !o->certificate_key)
        return fault_set(fault, "http.certificate and http.certificate_key belong together: give both or none");
    if (o->session_idle > o->session_longest) return fault_set(fault, "session.idle is longer than session.longest");
    return true;
}

struct options *collector_options_load(const char *path, const char *const *sets, struct collector_options *options,
                                       struct fault *fault)
{
    *options = (struct collector_options){0};
    struct options *loaded = options_load(&collector_option_table, path, sets, options, fault);
    if (loaded && check(options, fault)) return loaded;
    options_free(loaded);
    return NULL;
}
