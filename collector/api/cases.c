/* SPDX-License-Identifier: Apache-2.0 */
/* Confirmed incidents 事件: grade proposed from the triggers, legal clocks, and the draft of the report with the eight
 * fields of 国家网络安全事件报告管理办法 art. 7, filled as far as known. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/matters.h"
#include "collector/store/devices.h"
#include "collector/store/incidents.h"
#include "collector/store/internal.h"

enum { CASES = 1u << MATTER_CASE, TEXT_ROOM = 16 * 1024 };

/* ---- grade and clocks ---- */

struct asking {
    struct control *control;
    const struct matter *matter;
};

static int64_t reported(void *context, const char *channel)
{
    struct asking *a = context;
    return matters_done(a->control, a->matter, "report", "channel", channel);
}

static void write_word(struct json *j, const char *key, const struct level_word *word)
{
    json_begin_object(j, key);
    if (*word->name) json_put_string(j, "name", word->name);
    json_put_string(j, "zh", word->zh);
    json_put_string(j, "en", word->en);
    json_end_object(j);
}

static void write_clocks(struct json *j, const struct clock_state *clocks, unsigned count)
{
    json_begin_array(j, "clocks");
    for (unsigned i = 0; i < count; i++) {
        json_begin_object(j, NULL);
        write_word(j, "channel", clocks[i].channel);
        reply_time(j, "due", clocks[i].due_us);
        reply_time(j, "done", clocks[i].done_us);
        json_put_bool(j, "overdue", clocks[i].overdue);
        json_end_object(j);
    }
    json_end_array(j);
}

static void write_grade(struct json *j, const struct levels *levels, const json_t *document)
{
    struct grade_reason reason;
    unsigned grade = incident_grade(levels, document, &reason);
    json_begin_object(j, "proposed");
    json_put_uint(j, "grade", grade);
    write_word(j, "words", incident_word(levels, grade));
    if (reason.measure) {
        write_word(j, "reason", reason.measure);
        json_put_int(j, "value", reason.value);
        json_put_int(j, "at_least", reason.at_least);
    }
    json_end_object(j);
}

/* They run from the discovery on; before a person has confirmed the grade, by the proposed one. */
unsigned case_clocks(struct request *r, const struct matter *m, int64_t at_us, struct clock_state clocks[CLOCKS_MOST])
{
    struct grade_reason reason;
    struct asking asking = {r->api->control, m};
    const struct levels *levels = work_levels(r->api->work);
    unsigned grade = m->level ? m->level : incident_grade(levels, m->document, &reason);
    return incident_clocks(levels, m->document, grade, at_us, reported, &asking, clocks);
}

static void more(struct request *r, struct reply *reply, const struct matter *m)
{
    struct clock_state clocks[CLOCKS_MOST];
    int64_t at_us = request_time(r, "at");
    unsigned count = case_clocks(r, m, at_us ? at_us : store_now_us(), clocks);
    write_grade(&reply->json, work_levels(r->api->work), m->document);
    write_clocks(&reply->json, clocks, count);
}

/* ---- those of the nodes below ---- */

struct showing {
    struct request *r;
    struct json *json;
    int64_t at_us;
};

static int64_t reported_below(void *context, const char *channel)
{
    return json_integer_value(json_object_get(json_object_get(context, "reported"), channel));
}

unsigned cases_below_clocks(const struct levels *levels, const struct case_below *c, int64_t at_us,
                            struct clock_state clocks[CLOCKS_MOST])
{
    unsigned grade = (unsigned)json_integer_value(json_object_get(c->object, "level"));
    if (grade < 1 || grade > LEVEL_COUNT) return 0;
    return incident_clocks(levels, c->object, grade, at_us, reported_below, c->object, clocks);
}

static void below_row(void *context, const struct case_below *c)
{
    struct showing *s = context;
    struct json *j = s->json;
    struct clock_state clocks[CLOCKS_MOST];
    const struct levels *levels = work_levels(s->r->api->work);
    static const char *const texts[] = {"title", "operator", "class", "discovered_at", "handled_at"};
    const char *state = json_string_value(json_object_get(c->object, "state"));
    const struct state_word *word = state_word_of(MATTER_CASE, state ? state : "");
    unsigned grade = (unsigned)json_integer_value(json_object_get(c->object, "level"));
    json_begin_object(j, NULL);
    json_put_string(j, "node", c->node);
    json_put_string(j, "case", json_string_value(json_object_get(c->object, "key")));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = json_string_value(json_object_get(c->object, texts[i]));
        json_put_string(j, texts[i], text ? text : "");
    }
    reply_words(j, "state", word ? word->name : "", word ? word->zh : "", word ? word->en : "");
    json_put_uint(j, "level", grade);
    if (grade >= 1 && grade <= LEVEL_COUNT) write_word(j, "level_words", incident_word(levels, grade));
    write_clocks(j, clocks, cases_below_clocks(levels, c, s->at_us, clocks));
    json_put_string(j, "evidence", c->evidence);
    reply_time(j, "told", c->told_us);
    json_end_object(j);
}

static void below(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    int64_t at_us = request_time(r, "at");
    struct showing showing = {r, &reply->json, at_us ? at_us : store_now_us()};
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    json_begin_array(&reply->json, "items");
    bool good = work_cases_below(reader, below_row, &showing, &fault);
    json_end_array(&reply->json);
    json_put_null(&reply->json, "next");
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

/* ---- the report ---- */

enum { PARTS_MOST = 12 };
static const struct report_field {
    unsigned number;
    const char *zh, *en;
    struct {
        const char *member, *zh; /* of the document */
    } parts[PARTS_MOST];
} report_fields[] = {
    {1, "单位及系统基本情况", "the unit and its systems", {{"system", "涉事系统"}, {"operator", "运营者类别"}}},
    {2,
     "事件时间、地点、类型、级别、影响、已采取措施及效果",
     "time, place, type, grade, impact, measures taken and their effect",
     {{"discovered_at", "发现时间"},
      {"place", "地点"},
      {"class", "类型"},
      {"impact", "影响"},
      {"stop_minutes", "整体中断分钟"},
      {"main_stop_minutes", "主要功能中断分钟"},
      {"people", "生活受影响人数"},
      {"loss_yuan", "直接经济损失（元）"},
      {"data_people", "泄露个人信息人数"},
      {"measures", "已采取措施"},
      {"ransom", "勒索金额、方式、日期"}}},
    {3, "事态发展趋势", "where it is going", {{"trend", "发展趋势"}}},
    {4, "原因初步判断", "the likely cause", {{"cause", "原因"}}},
    {5, "溯源线索", "traces of the attacker", {{"clues", "线索"}}},
    {6,
     "拟采取措施与支援请求",
     "what will be done, and help asked for",
     {{"plan", "拟采取措施"}, {"support", "支援请求"}}},
    {7, "现场保护情况", "how the scene is kept", {{"scene", "现场保护"}}},
    {8, "其他", "other", {{"other", "其他"}}},
};

struct text {
    char *at, *end;
};

static void add(struct text *t, const char *zh, const char *value)
{
    if (!*value || t->at >= t->end) return;
    int n = snprintf(t->at, (size_t)(t->end - t->at), "%s：%s\n", zh, value);
    t->at = n > 0 && t->at + n < t->end ? t->at + n : t->end;
}

static void add_member(struct text *t, const char *zh, const json_t *value)
{
    char number[32];
    snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
    add(t, zh, json_is_integer(value) ? number : json_is_string(value) ? json_string_value(value) : "");
}

static bool clues_row(void *context, const struct incident_row *row)
{
    struct text *t = context;
    add(t, "来源地址", row->source);
    add(t, "目标地址", row->target);
    add(t, "触发的特征", row->rules);
    return true;
}

/* What the collector itself knows for a field. */
static void add_known(struct request *r, struct store_reader *reader, const struct matter *m, unsigned field,
                      struct text *t, struct fault *fault)
{
    char number[32];
    uint64_t devices = 0;
    const char *incident = json_string_value(json_object_get(m->document, "incident"));
    struct device_query all = {.limit = 1};
    if (field == 1) {
        add(t, "单位", work_authority(r->api->work));
        if (devices_total(reader, &all, &devices, fault)) {
            snprintf(number, sizeof number, "%llu", (unsigned long long)devices);
            add(t, "已识别设备数", number);
        }
    }
    if (field == 2 && m->level) add(t, "级别", incident_word(work_levels(r->api->work), m->level)->zh);
    if (field == 5 && incident) incidents_one(reader, strtoll(incident, NULL, 10), clues_row, t, fault);
}

static void report(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct matter m;
    struct json *j = &reply->json;
    struct store_reader *reader = request_reader(r, reply);
    char *text = malloc(TEXT_ROOM);
    if (!text) abort();
    if (!reader || !matters_find(r, reply, CASES, &m)) {
        free(text);
        return;
    }
    json_begin_object(j, NULL);
    json_put_string(j, "title", m.title);
    json_put_string(j, "basis_zh", "国家网络安全事件报告管理办法第七条；依据系统记录自动填写，须由人核对");
    json_put_string(j, "basis_en", "art. 7 of the reporting rules; filled from the records, to be checked by a person");
    json_begin_array(j, "fields");
    for (size_t i = 0; i < sizeof report_fields / sizeof *report_fields; i++) {
        const struct report_field *f = &report_fields[i];
        struct text t = {text, text + TEXT_ROOM};
        *text = 0;
        add_known(r, reader, &m, f->number, &t, &fault);
        for (unsigned k = 0; k < PARTS_MOST && f->parts[k].member; k++)
            add_member(&t, f->parts[k].zh, json_object_get(m.document, f->parts[k].member));
        json_begin_object(j, NULL);
        json_put_uint(j, "number", f->number);
        json_put_string(j, "zh", f->zh);
        json_put_string(j, "en", f->en);
        json_put_bool(j, "filled", *text != 0);
        json_put_string(j, "text", text);
        json_end_object(j);
    }
    json_end_array(j);
    json_end_object(j);
    if (fault.text[0]) reply_fault(reply, &fault);
    matter_free(&m);
    free(text);
}

/* ---- routes ---- */

static void list(struct request *r, struct reply *reply) { matters_show_list(r, reply, CASES); }
static void show(struct request *r, struct reply *reply) { matters_show_one(r, reply, CASES, more); }
static void step(struct request *r, struct reply *reply) { matters_take(r, reply, CASES); }
static void create(struct request *r, struct reply *reply)
{
    if (request_in_scope(r, reply, request_body_text(r, "sensor"))) matters_create(r, reply, MATTER_CASE, 0);
}

static const char *const operators[] = {"cii", "central", "other", NULL};
/* GB/T 20986-2023, its ten classes. */
static const char *const classes[] = {"恶意程序",     "网络攻击", "数据安全", "信息内容安全",
                                      "设备设施故障", "违规操作", "安全隐患", "异常行为",
                                      "不可抗力",     "其他",     NULL};
#define FACT(name, zh, en)                                                                                             \
    {                                                                                                                  \
        name, PARAMETER_UINT, 0, 1000000000000000, NULL, false, zh, en                                                 \
    }
#define FACTS                                                                                                          \
    FACT("stop_minutes", "整体中断分钟", "minutes of a total stop"),                                                   \
        FACT("main_stop_minutes", "主要功能中断分钟", "minutes without the main function"),                            \
        FACT("people", "生活受影响人数", "people whose supply is affected"),                                           \
        FACT("loss_yuan", "直接经济损失（元）", "direct loss in yuan"),                                                \
        FACT("data_people", "泄露个人信息人数", "people whose data leaked"),                                           \
        FACT("province_percent", "全省受影响人口百分比", "share of the province's people, per cent"),                  \
        FACT("city_percent", "地级市受影响人口百分比", "share of the prefecture's people, per cent"),                  \
        {"important_data", PARAMETER_BOOL, 0, 0, NULL, false, "重要数据泄露", "important data leaked"},                \
        TEXT("place", 500, "地点", "place"), TEXT("system", 2000, "涉事系统", "systems"),                              \
        TEXT("impact", 8000, "影响", "impact"), TEXT("trend", 4000, "发展趋势", "where it is going"),                  \
        TEXT("cause", 4000, "原因初判", "likely cause"), TEXT("clues", 4000, "溯源线索", "traces"),                    \
        TEXT("plan", 4000, "拟采取措施", "what will be done"), TEXT("support", 2000, "支援请求", "help asked for"),    \
        TEXT("scene", 2000, "现场保护情况", "how the scene is kept"),                                                  \
        TEXT("ransom", 500, "勒索金额、方式、日期", "ransom: amount, method, date"),                                   \
        TEXT("other", 4000, "其他", "other"), TEXT("measures", 8000, "已采取措施", "measures taken")

static const struct parameter case_body[] = {
    REQUIRED("title", MATTER_TITLE_MAX, "标题", "title"),
    {"operator", PARAMETER_NAMES, 0, 0, operators, true, "cii 关键信息基础设施，central 中央机关直属，other 其他",
     "whose incident: critical infrastructure, a central organ's, other"},
    {"discovered_at", PARAMETER_TIME, 0, 0, NULL, true, "发现时间，各时限由此起算", "when it was discovered"},
    {"class", PARAMETER_NAMES, 0, 0, classes, false, "GB/T 20986-2023 事件类别", "class of GB/T 20986-2023"},
    TEXT("incident", 32, "来源事件组编号", "number of the group of alerts"),
    TEXT("sensor", 63, "探针", "sensor"),
    FACTS,
    END,
};
static const struct parameter case_step_body[] = {
    REQUIRED("action", 32, "步骤", "step"),
    TEXT("comment", 2000, "说明", "comment"),
    {"level", PARAMETER_UINT, 1, 4, NULL, false, "级别，1 特别重大", "grade, 1 the gravest"},
    TEXT("channel", 64, "报告渠道", "channel that it was reported by"),
    TEXT("evidence", 2000, "证据编号，逗号分隔", "ids of evidence, with commas"),
    {"handled_at", PARAMETER_TIME, 0, 0, NULL, false, "处置完成时间", "when it was handled"},
    TEXT("sufficiency", 2000, "措施充分性", "whether the measures sufficed"),
    TEXT("fitness", 2000, "措施适宜性", "whether the measures fitted"),
    TEXT("effect", 2000, "措施有效性", "what the measures achieved"),
    FACTS,
    END,
};
const struct route routes_cases[] = {
    {"GET", "/cases", OFFICER, 0, list, matter_filters, NULL, "已确认事件列表", "Confirmed incidents"},
    {"POST", "/cases", OFFICER, 0, create, NULL, case_body, "登记事件", "Register an incident to be confirmed"},
    {"GET", "/cases/below", OFFICER, 0, below, matter_at, NULL, "下级已确认的事件及其法定时限",
     "Confirmed incidents of the nodes below, with their legal clocks"},
    {"GET", "/cases/{id}", OFFICER, 0, show, matter_at, NULL, "事件详情、建议级别、法定时限",
     "One incident with its proposed grade and its legal clocks"},
    {"GET", "/cases/{id}/report", OFFICER, 0, report, NULL, NULL, "事件报告草稿", "Draft of its report"},
    {"POST", "/cases/{id}/steps", OFFICER, ROUTE_PERSON, step, NULL, case_step_body, "办理事件",
     "Take a step with an incident"},
    ROUTES_END,
};
