/* SPDX-License-Identifier: Apache-2.0 */
/* The report's chapters 1 to 10 and its annexes, in HTML; the one source of all formats. It says 「依据自动取证结果」
 * of what was seen, never 「符合」 by itself but for the two items that may be raised (regulation.md §1.3). */
#include "collector/report/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/report/answers.h"
#include "collector/report/below.h"
#include "collector/report/convert.h"
#include "collector/report/page.h"
#include "collector/report/parts.h"
#include "collector/report/pictures.h"
#include "common/embed.h"
#include "common/version.h"

EMBED(report_css, "collector/models/report.css")

enum { MATRIX_ROWS = 200 };
#define CHINA_OFFSET_S 28800

static const struct yaml_node *answer(const struct report *r, const char *key) { return yaml_get(r->answers, key); }

static const char *enterprise(const struct report *r, const char *key)
{
    const struct yaml_node *value = yaml_get(answer(r, "enterprise"), key);
    return value && *value->text ? value->text : "（未填写）";
}

static void put_day(FILE *out, int64_t time_us)
{
    char text[32];
    time_t seconds = (time_t)(time_us / 1000000) + CHINA_OFFSET_S;
    struct tm day;
    gmtime_r(&seconds, &day);
    strftime(text, sizeof text, "%Y年%m月%d日", &day);
    fputs(text, out);
}

/* ---- chapters ---- */

/* Until the first responsible has signed it is a draft, and says so. */
static void standing(const struct report *r)
{
    if (r->off.signed_us) {
        fputs("<p>签字：", r->out);
        page_text(r->out, r->off.signatory);
        fputs("，", r->out);
        put_day(r->out, r->off.signed_us);
        fputs("</p>", r->out);
        return;
    }
    const struct state_word *word = state_word_of(MATTER_INSPECTION, r->off.state);
    page_put(r->out, "<p class=\"todo\"><span data-custom-style=\"To Do Text\">草稿（%s）</span></p>",
             word ? word->zh : "未在系统中建立自查");
}

static void cover(const struct report *r)
{
    page_put(r->out,
             "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>%d年工控安全自查报告</title>"
             "<style>%s</style></head><body><section class=\"cover\"><h1>%d年度工业控制系统<br>安全自查报告</h1><div "
             "data-custom-style=\"Cover\"><p>",
             r->options->year, report_css, r->options->year);
    page_text(r->out, enterprise(r, "名称"));
    page_put(r->out, "</p><p>自查依据：%s（%s）</p><p>", r->inspection->title, r->inspection->number);
    put_day(r->out, (int64_t)time(NULL) * 1000000);
    fputs("</p>", r->out);
    standing(r);
    fputs("</div></section><div class=\"break\" data-custom-style=\"Cover End\"><p>&nbsp;</p></div>\n", r->out);
}

static void organisation(const struct report *r)
{
    fputs("<h2>1 自查工作组织</h2>", r->out);
    page_block(r->out, answer(r, "responsibility"),
               "责任体系未填写：请在问卷 responsibility 中填写分管领导、责任部门、责任人。");
    fputs("<h2>2 企业及工控系统概况</h2><h3>2.1 企业基本情况</h3>", r->out);
    page_block(r->out, answer(r, "enterprise"), "企业基本情况未填写：请在问卷 enterprise 中填写。");
    fputs("<h3>2.2 工控系统清单</h3>", r->out);
    page_block(r->out, answer(r, "systems"), "工控系统清单未填写；下表为流量中识别到的控制设备，供核对。");
    page_list(r->out, r->facts, "controllers", LIST_SHORT);
    fputs("<h3>2.3 资产概况（自动取证）</h3>", r->out);
    page_pairs(r->out);
    report_figure(r, "识别到的资产", "devices");
    report_figure(r, "已识别厂商或型号", "devices_identified");
    report_figure(r, "本期首次出现", "devices_new");
    fputs(PAGE_TABLE_END "<h3>2.4 网络与通信</h3>", r->out);
    picture_topology(r->out, r->facts);
    page_list(r->out, r->facts, "protocols", LIST_LONG);
    fputs("<h3>2.5 安全产品</h3>", r->out);
    page_block(r->out, answer(r, "products"),
               "安全产品未填写：请在问卷 products 中填写；下表为本系统探针上生效的规则库。");
    page_list(r->out, r->facts, "signature_versions", LIST_LONG);
}

static void method(const struct report *r)
{
    fputs("<h2>3 自查依据与方法</h2><p>", r->out);
    page_put(r->out, "依据%s（%s）逐项开展。", r->inspection->title, r->inspection->number);
    fputs("管理类内容由企业填写问卷；技术类内容由部署在镜像口的探针被动取证，探针不向生产网发送任何报文。"
          "自动取证只能发现问题或列出事实：没有发现问题不等于不存在问题，须结合监测覆盖范围判断。"
          "每个数字后的编号（如E07）对应附录中的证据索引，索引给出该数字全部原始行的SHA-256摘要。</p>"
          "<h3>3.1 监测覆盖范围</h3>",
          r->out);
    page_list(r->out, r->facts, "coverage", LIST_LONG);
    page_list(r->out, r->facts, "sensors", LIST_LONG);
    page_list(r->out, r->facts, "packet_loss", LIST_LONG);
    page_pairs(r->out);
    report_figure(r, "因缓存不足而缺失的事件", "gap_events");
    report_figure(r, "事件留存", "oldest_record");
    fputs(PAGE_TABLE_END PAGE_NOTE "条文措辞说明：", r->out);
    page_text(r->out, r->inspection->certainty);
    fputs(PAGE_END, r->out);
}

static void signature_cell(const struct report *r, const char *title, const char *who, int64_t time_us)
{
    page_put(r->out, "<td>%s</td><td>", title);
    page_text(r->out, who);
    fputs("<br>", r->out);
    if (time_us)
        put_day(r->out, time_us);
    else
        fputs("&nbsp;<br>&nbsp;", r->out); /* room for a hand */
    fputs("</td>", r->out);
}

static void signatures(const struct report *r)
{
    static const unsigned shares[] = {20, 30, 20, 30};
    const struct sign_off *off = &r->off;
    page_table(r->out, "sign", shares, sizeof shares / sizeof *shares);
    fputs("<tbody><tr>", r->out);
    signature_cell(r, "填表人", off->filled_by, off->filled_us);
    signature_cell(r, "审核人", off->reviewed_by, off->reviewed_us);
    fputs("</tr><tr>", r->out);
    signature_cell(r, "第一责任人签字", off->signatory, off->signed_us);
    fputs("<td>单位盖章</td><td>&nbsp;<br>&nbsp;<br>&nbsp;</td></tr>" PAGE_TABLE_END, r->out);
}

static void problems(const struct report *r)
{
    bool any = false;
    fputs("<h2>6 主要问题与风险</h2><ol>", r->out);
    for (unsigned i = 0; i < r->inspection->count; i++) {
        const struct finding *f = &r->findings[i];
        if (!f->seen_count && f->verdict != VERDICT_UNMET && f->verdict != VERDICT_PARTLY) continue;
        any = true;
        page_put(r->out, "<li>第%llu项 ", (unsigned long long)r->inspection->items[i].number);
        page_text(r->out, r->inspection->items[i].zh);
        fputs("：", r->out);
        page_put(r->out, "%s。", verdict_zh[f->verdict]);
        for (unsigned k = 0; k < f->seen_count; k++) {
            page_put(r->out, "%s", f->seen[k]->kind->title);
            page_figure(r->out, r->facts, f->seen[k]->kind->key);
            fputs(k + 1 < f->seen_count ? "，" : "。", r->out);
        }
        fputs("</li>", r->out);
    }
    fputs("</ol>", r->out);
    if (!any) fputs("<p>在监测覆盖范围与已填写的问卷内未发现问题。</p>", r->out);
    page_list(r->out, r->facts, "vulnerabilities_high", LIST_SHORT);
    fputs("<h2>7 整改计划</h2>", r->out);
    page_block(r->out, answer(r, "rectification"),
               "整改计划未填写：请在问卷 rectification 中逐条填写问题、措施、责任人、期限、状态。");
    fputs("<h2>8 上年问题整改情况</h2>", r->out);
    page_block(r->out, answer(r, "last_year"), "上年问题整改情况未填写，上年自查也没有整改计划。");
    fputs("<h2>9 安全事件</h2>", r->out);
    page_list(r->out, r->facts, "cases", LIST_LONG);
    if (answer(r, "events")) page_block(r->out, answer(r, "events"), "");
    fputs("<h3>培训、演练与评估</h3>", r->out);
    page_list(r->out, r->facts, "trainings", LIST_LONG);
    page_list(r->out, r->facts, "drills", LIST_LONG);
    page_list(r->out, r->facts, "assessments", LIST_LONG);
    if (answer(r, "training")) page_block(r->out, answer(r, "training"), "");
    fputs("<h2>10 意见建议</h2>", r->out);
    page_block(r->out, answer(r, "opinion"), "无。");
    signatures(r);
}

static void annexes(const struct report *r)
{
    static const char *const lists[] = {"controllers",   "inventory",       "matrix",          "engineering_operations",
                                        "remote_access", "vulnerabilities", "failures_by_mode"};
    fputs("<h2 class=\"annex\">附录A 明细</h2>", r->out);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        page_list(r->out, r->facts, lists[i], strcmp(lists[i], "matrix") ? LIST_LONG : MATRIX_ROWS);
}

/* Every figure of the report, with the digest of what it was counted from. */
static void evidence(const struct report *r)
{
    static const unsigned shares[] = {7, 32, 8, 12, 41};
    page_put(r->out,
             "<h2 class=\"annex\">附录B 证据索引</h2>" PAGE_NOTE
             "由望楼 %s 生成。重新运行 wanglou report --year %d 得到同样的摘要，"
             "即说明数据未变。" PAGE_END,
             WANGLOU_VERSION, r->options->year);
    page_table(r->out, "list", shares, sizeof shares / sizeof *shares);
    fputs("<thead><tr><th>编号</th><th>内容</th><th>来源</th><th>值</th><th>原始行SHA-256</th></tr></thead><tbody>",
          r->out);
    for (unsigned i = 0; i < facts_count(r->facts); i++) {
        const struct fact *f = facts_at(r->facts, i);
        page_put(r->out, "<tr><td><span id=\"E%02u\">E%02u</span></td><td>%s</td><td>%s</td><td>", i + 1, i + 1,
                 f->kind->title, f->kind->control ? "控制库" : "事件库");
        if (!f->known)
            fputs("无数据", r->out);
        else if (f->kind->columns)
            page_put(r->out, "%u行", f->row_count);
        else
            page_put(r->out, "%.10g", f->value);
        page_put(r->out, "</td><td>" PAGE_DIGEST "%.32s<br>%.32s" PAGE_END "</td></tr>", f->hash, f->hash + 32);
    }
    fputs(PAGE_TABLE_END "</body></html>\n", r->out);
}

/* ---- the whole ---- */

static bool judge(struct report *r, struct fault *fault)
{
    r->findings = calloc(r->inspection->count, sizeof *r->findings);
    if (!r->findings) abort();
    for (unsigned i = 0; i < r->inspection->count; i++)
        if (!inspection_judge(&r->inspection->items[i], r->facts, r->answers, &r->findings[i], fault)) return false;
    return true;
}

static bool write_html(const struct report *r, struct fault *fault)
{
    cover(r);
    organisation(r);
    method(r);
    report_items(r);
    report_statistics(r);
    problems(r);
    bool good = below_write(r->out, r->options->directory, r->options->year, fault);
    annexes(r);
    evidence(r);
    return good;
}

static int64_t year_begins_us(int year)
{
    struct tm first = {.tm_year = year - 1900, .tm_mday = 1};
    return ((int64_t)timegm(&first) - CHINA_OFFSET_S) * 1000000;
}

void report_period(int year, struct period *period)
{
    *period = (struct period){year_begins_us(year), year_begins_us(year + 1)};
}

/* The year's answers: of the file, or of control.db with how far they are signed. */
static struct yaml *take_answers(struct report *r, struct fault *fault)
{
    char path[512];
    const struct report_options *o = r->options;
    const char *name = o->template_name;
    struct yaml *answers = NULL;
    snprintf(path, sizeof path, "%s/control.db", o->directory);
    sqlite3 *control = database_open_reader(path, fault);
    if (!control) return NULL;
    char *template_name = answers_template(control, o->year);
    if (o->latest && template_name) name = template_name;
    r->inspection = inspection_open(name, fault);
    if (r->inspection && o->answers)
        answers = answers_load(o->answers, r->inspection, fault);
    else if (r->inspection && answers_sign_off(control, o->year, &r->off, fault))
        answers = answers_read(control, o->year, NULL, fault);
    database_close(control);
    free(template_name);
    return answers;
}

bool report_write(const struct report_options *options, struct fault *fault)
{
    struct report r = {.options = options};
    struct period period;
    report_period(options->year, &period);
    struct yaml *answers = take_answers(&r, fault);
    r.answers = answers ? yaml_root(answers) : NULL;
    r.facts = answers ? facts_read(options->directory, &period, fault) : NULL;
    bool good = r.facts && judge(&r, fault);
    struct conversion *conversion = good ? convert_begin(options->format, options->output, &r.out, fault) : NULL;
    if (conversion) {
        good = convert_end(conversion, write_html(&r, fault), fault);
    }
    free(r.findings);
    facts_free(r.facts);
    inspection_close(r.inspection);
    yaml_close(answers);
    return good && conversion;
}
