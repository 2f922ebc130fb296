/* SPDX-License-Identifier: Apache-2.0 */
/* The roll-up as two tables: enterprises, and items. */
#include "collector/report/below.h"

#include "collector/report/page.h"
#include "collector/report/rollup.h"
#include "collector/store/database.h"

struct writing {
    FILE *out;
    unsigned below;
};

static void verdict_heads(FILE *out)
{
    for (unsigned v = 0; v < VERDICT_COUNT; v++) page_put(out, "<th>%s</th>", verdict_zh[v]);
    fputs("</tr></thead><tbody>", out);
}

static void verdict_cells(FILE *out, const unsigned counts[VERDICT_COUNT])
{
    for (unsigned v = 0; v < VERDICT_COUNT; v++) page_put(out, "<td>%u</td>", counts[v]);
    fputs("</tr>", out);
}

static void enterprise_row(void *context, const struct rollup_enterprise *e)
{
    struct writing *w = context;
    const struct state_word *word = state_word_of(MATTER_INSPECTION, e->state);
    if (!*e->node) return; /* this one: it has its chapters */
    if (!w->below++) {
        static const unsigned shares[] = {20, 10, 25, 9, 9, 9, 9, 9};
        fputs("<h2>11 下级单位自查汇总</h2><p>依据下级节点上报的自查结论统计，不含企业技术细节。</p>", w->out);
        page_table(w->out, "list", shares, sizeof shares / sizeof *shares);
        fputs("<thead><tr><th>单位（节点）</th><th>进度</th><th>证据（事件编号）</th>", w->out);
        verdict_heads(w->out);
    }
    fputs("<tr><td>", w->out);
    page_text(w->out, e->node);
    page_put(w->out, "</td><td>%s</td><td>" PAGE_DIGEST, word ? word->zh : "");
    page_text(w->out, e->evidence);
    fputs(PAGE_END "</td>", w->out);
    verdict_cells(w->out, e->counts);
}

static void template_table(FILE *out, const struct rollup_template *t)
{
    static const unsigned shares[] = {7, 48, 9, 9, 9, 9, 9};
    page_put(out, "<div class=\"caption\" data-custom-style=\"Table Name\">%s：%u家，其中已签署%u家</div>",
             t->inspection->title, t->enterprises, t->signed_off);
    page_table(out, "list", shares, sizeof shares / sizeof *shares);
    fputs("<thead><tr><th>序号</th><th>要求</th>", out);
    verdict_heads(out);
    for (unsigned i = 0; i < t->inspection->count && i < ITEMS_MOST; i++) {
        page_put(out, "<tr><td>%llu</td><td>", (unsigned long long)t->inspection->items[i].number);
        page_text(out, t->inspection->items[i].zh);
        fputs("</td>", out);
        verdict_cells(out, t->counts[i]);
    }
    fputs(PAGE_TABLE_END, out);
}

bool below_write(FILE *out, const char *directory, int year, struct fault *fault)
{
    char path[512];
    struct rollup all = {0};
    struct writing writing = {out, 0};
    snprintf(path, sizeof path, "%s/control.db", directory);
    sqlite3 *control = database_open_reader(path, fault);
    snprintf(path, sizeof path, "%s/main.db", directory);
    sqlite3 *main = control ? database_open_reader(path, fault) : NULL;
    bool good = main && rollup_read(control, main, false, year, &all, enterprise_row, &writing, fault);
    if (writing.below) fputs(PAGE_TABLE_END, out);
    for (unsigned i = 0; good && writing.below && i < all.template_count; i++)
        if (all.templates[i].enterprises) template_table(out, &all.templates[i]);
    rollup_free(&all);
    database_close(main);
    database_close(control);
    return good;
}
