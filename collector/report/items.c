/* SPDX-License-Identifier: Apache-2.0 */
/* Chapters 4 and 5 of the report: the items one by one (regulation.md §1.3), and the year in figures. */
#include <string.h>

#include "collector/report/page.h"
#include "collector/report/parts.h"
#include "collector/report/pictures.h"

void report_figure(const struct report *r, const char *title, const char *key)
{
    page_put(r->out, "<tr><th>%s</th><td>", title);
    page_figure(r->out, r->facts, key);
    fputs("</td></tr>", r->out);
}

static const char *basis_of(const struct finding *f)
{
    if (f->automatic && f->manual) return "问卷与自动取证";
    if (f->automatic) return "自动取证";
    return f->manual ? "问卷" : "无";
}

/* A paragraph of a cell: its words before, free text, its words after. */
static void line(const struct report *r, const char *open, const char *text, const char *close)
{
    fputs(open, r->out);
    page_text(r->out, text);
    fputs(close, r->out);
}

static void seen(const struct report *r, const struct inspection_item *item, const struct finding *f)
{
    for (unsigned k = 0; k < f->seen_count; k++) {
        page_put(r->out, PAGE_TEXT "依据自动取证结果，%s：", f->seen[k]->kind->title);
        page_figure(r->out, r->facts, f->seen[k]->kind->key);
        fputs("。" PAGE_END, r->out);
    }
    for (unsigned k = 0; item->shows[k]; k++) {
        page_put(r->out, PAGE_NOTE "%s：", facts_get(r->facts, item->shows[k])->kind->title);
        page_figure(r->out, r->facts, item->shows[k]);
        fputs(PAGE_END, r->out);
    }
    if (item->class != 1 || f->seen_count || !item->violations[0]) return;
    /* Without the coverage beside it this would say more than is known. */
    fputs(PAGE_NOTE "在监测覆盖范围内（可见性最低评分：", r->out);
    page_figure(r->out, r->facts, "coverage_least");
    fputs("）未发现违反本项的流量。" PAGE_END, r->out);
}

static void item_row(const struct report *r, unsigned i)
{
    const struct inspection_item *item = &r->inspection->items[i];
    const struct finding *f = &r->findings[i];
    page_put(r->out, "<tr><td>%llu</td><td>", (unsigned long long)item->number);
    page_text(r->out, item->zh);
    page_put(r->out, "</td><td>" PAGE_TEXT "%s" PAGE_END "%s" PAGE_NOTE "%s" PAGE_END "</td><td>",
             verdict_zh[f->verdict], f->conflict ? PAGE_CONFLICT "存在冲突证据" PAGE_END : "", basis_of(f));
    if (f->conflict) page_put(r->out, PAGE_TEXT "问卷填写：%s。" PAGE_END, verdict_zh[f->answered]);
    if (*f->text) line(r, PAGE_TEXT, f->text, PAGE_END);
    if (*f->evidence) line(r, PAGE_TEXT "佐证：", f->evidence, PAGE_END);
    seen(r, item, f);
    if (f->answered == VERDICT_OPEN && item->ask) line(r, PAGE_TODO "待填写：", item->ask, PAGE_END);
    fputs("</td></tr>\n", r->out);
}

void report_items(const struct report *r)
{
    static const unsigned shares[] = {6, 30, 15, 49};
    unsigned counts[VERDICT_COUNT] = {0}, conflicts = 0;
    for (unsigned i = 0; i < r->inspection->count; i++) {
        counts[r->findings[i].verdict]++;
        conflicts += r->findings[i].conflict;
    }
    page_put(r->out, "<h2>4 逐项结果</h2><p>共%u项：", r->inspection->count);
    for (unsigned v = 0; v < VERDICT_COUNT; v++)
        page_put(r->out, "%s%u项%s", verdict_zh[v], counts[v], v + 1 < VERDICT_COUNT ? "，" : "");
    page_put(r->out, "；其中%u项问卷与自动取证相冲突。</p>", conflicts);
    picture_verdicts(r->out, r->inspection, r->findings);
    /* A table for each part, so that its heading never stands alone at the end of a page. */
    unsigned parts = 0;
    const char *part = "";
    for (unsigned i = 0; i < r->inspection->count; i++) {
        if (strcmp(part, r->inspection->items[i].part) != 0) {
            if (parts++) fputs(PAGE_TABLE_END, r->out);
            page_put(r->out, "<h3>4.%u %s</h3>", parts, part = r->inspection->items[i].part);
            page_table(r->out, "items", shares, sizeof shares / sizeof *shares);
            fputs("<thead><tr><th>序号</th><th>要求</th><th>结论</th><th>依据</th></tr></thead><tbody>", r->out);
        }
        item_row(r, i);
    }
    if (parts) fputs(PAGE_TABLE_END, r->out);
}

static void alerts(const struct report *r)
{
    fputs("<h3>5.1 监测与告警</h3>", r->out);
    page_pairs(r->out);
    report_figure(r, "告警总数", "alerts");
    report_figure(r, "归并后的事件线索", "incidents");
    report_figure(r, "处置率", "handled_share");
    report_figure(r, "平均处置时长", "handling_hours");
    fputs(PAGE_TABLE_END, r->out);
    picture_months(r->out, r->facts);
    page_list(r->out, r->facts, "alerts_by_month", LIST_LONG);
    page_list(r->out, r->facts, "alerts_by_severity", LIST_LONG);
    page_list(r->out, r->facts, "alerts_by_category", LIST_LONG);
    picture_heat(r->out, r->facts);
    page_list(r->out, r->facts, "top_rules", LIST_LONG);
}

void report_statistics(const struct report *r)
{
    fputs("<h2>5 监测与失效统计</h2>", r->out);
    alerts(r);
    fputs("<h3>5.2 漏洞与隐患</h3>", r->out);
    page_list(r->out, r->facts, "vulnerabilities_by_level", LIST_LONG);
    page_list(r->out, r->facts, "exposures_by_kind", LIST_LONG);
    fputs("<h3>5.3 失效情况</h3>", r->out);
    page_pairs(r->out);
    report_figure(r, "失效次数（不含计划停机）", "failures");
    fputs(PAGE_TABLE_END, r->out);
    page_list(r->out, r->facts, "failures_by_mode", LIST_LONG);
    page_list(r->out, r->facts, "failures_by_month", LIST_LONG);
    page_list(r->out, r->facts, "failure_trends", LIST_LONG);
    page_list(r->out, r->facts, "reliability", LIST_SHORT);
    fputs(PAGE_NOTE "本系统的数据只支持对控制系统失效与网络风险的判断；工艺危险须结合DCS、SIS与气体检测数据。" PAGE_END,
          r->out);
}
