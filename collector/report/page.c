/* SPDX-License-Identifier: Apache-2.0 */
/* The report's HTML, piece by piece. */
#include "collector/report/page.h"

#include <stdarg.h>
#include <string.h>

#include "common/device_role.h"
#include "signatures/categories.h"

void page_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            if ((unsigned char)*text >= ' ' || *text == '\n') fputc(*text, out);
        }
    }
}

void page_put(FILE *out, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vfprintf(out, format, values);
    va_end(values);
}

void page_mark(FILE *out, const struct facts *facts, const struct fact *fact)
{
    unsigned number = facts_number(facts, fact);
    page_put(out, "<a class=\"mark\" href=\"#E%02u\"><sup>E%02u</sup></a>", number, number);
}

void page_figure(FILE *out, const struct facts *facts, const char *key)
{
    const struct fact *fact = facts_get(facts, key);
    if (!fact->known)
        fputs("<b>无数据</b>", out);
    else if (fact->kind->columns)
        page_put(out, "<b>%u</b>项", fact->row_count);
    else
        page_put(out, "<b>%.10g</b>%s", fact->value, fact->kind->unit ? fact->kind->unit : "");
    page_mark(out, facts, fact);
}

static const char *const words[][2] = {
    {"program", "程序"}, {"mode", "启停"},     {"firmware", "固件"},       {"configure", "配置"},
    {"file", "文件"},    {"critical", "超危"}, {"high", "高危"},           {"medium", "中危"},
    {"low", "低危"},     {"yes", "受影响"},    {"possibly", "可能受影响"},
};

const char *page_word(const char *text)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i][0], text) == 0) return words[i][1];
    for (const struct device_role *role = device_roles; role->name; role++)
        if (strcmp(role->name, text) == 0) return role->zh;
    const struct category *category = category_find(text);
    return category ? category->name.zh : text;
}

/* ---- tables ---- */

/* Renderers lay out a table with given widths several times faster than one whose cells they have to measure. */
void page_table(FILE *out, const char *class, const unsigned *shares, unsigned columns)
{
    unsigned sum = 0;
    for (unsigned i = 0; i < columns; i++) sum += shares[i];
    page_put(out, "<table class=\"%s\"><colgroup>", class);
    for (unsigned i = 0; i < columns; i++)
        page_put(out, "<col style=\"width:%.1f%%\">", sum ? 100.0 * shares[i] / sum : 0);
    fputs("</colgroup>", out);
}

enum { NARROWEST = 7, WIDEST = 44, COLUMNS_MOST = 24 };

/* How much room a text takes: a Chinese character as much as two letters (of UTF-8 only the first octets count). */
static unsigned breadth(const char *text)
{
    unsigned n = 0;
    for (; *text; text++) n += ((unsigned char)*text & 0xc0) == 0x80 ? 0 : (unsigned char)*text >= 0xe0 ? 2 : 1;
    return n;
}

static void widen(unsigned *share, const char *text)
{
    unsigned n = breadth(text) + 2; /* with the cell's edges */
    if (n > WIDEST) n = WIDEST;
    if (n > *share) *share = n;
}

/* The next of titles with | between; its length, and whether there is one. */
static bool next_title(const char **titles, size_t *length)
{
    if (!**titles) return false;
    *length = strcspn(*titles, "|");
    return true;
}

static void head_row(FILE *out, const struct fact *fact, unsigned most)
{
    unsigned shares[FACT_COLUMNS], columns = 0;
    size_t n;
    for (const char *at = fact->kind->columns; columns < FACT_COLUMNS && next_title(&at, &n); columns++) {
        char title[128];
        snprintf(title, sizeof title, "%.*s", (int)n, at);
        shares[columns] = NARROWEST;
        widen(&shares[columns], title);
        for (unsigned r = 0; r < fact->row_count && r < most && columns < fact->columns; r++)
            widen(&shares[columns], page_word(fact->rows[r][columns]));
        at += n + (at[n] == '|');
    }
    page_table(out, "list", shares, columns);
    fputs("<thead><tr>", out);
    for (const char *at = fact->kind->columns; next_title(&at, &n); at += n + (at[n] == '|'))
        page_put(out, "<th>%.*s</th>", (int)n, at);
    fputs("</tr></thead><tbody>", out);
}

void page_list(FILE *out, const struct facts *facts, const char *key, unsigned most)
{
    static const char *const severities[] = {"严重", "高", "中", "低"};
    const struct fact *fact = facts_get(facts, key);
    page_put(out, "<div class=\"%s\" data-custom-style=\"%s\">%s ", fact->row_count ? "caption" : "alone",
             fact->row_count ? "Table Name" : "No Table", fact->kind->title);
    page_mark(out, facts, fact);
    if (!fact->row_count) {
        page_put(out, "：%s。</div>", fact->kind->unit ? fact->kind->unit : "未发现");
        return;
    }
    fputs("</div>", out);
    head_row(out, fact, most);
    for (unsigned r = 0; r < fact->row_count && r < most; r++) {
        fputs("<tr>", out);
        for (unsigned i = 0; i < fact->columns; i++) {
            const char *text = fact->rows[r][i];
            bool severity = i == 0 && strcmp(key, "alerts_by_severity") == 0 && *text >= '1' && *text <= '4';
            fputs("<td>", out);
            page_text(out, severity ? severities[*text - '1'] : page_word(text));
            fputs("</td>", out);
        }
        fputs("</tr>", out);
    }
    fputs(PAGE_TABLE_END, out);
    if (fact->row_count > most)
        page_put(out, PAGE_NOTE "另有%u项，全部内容的摘要见证据索引。" PAGE_END, fact->row_count - most);
}

static const char *cell_of(const struct yaml_node *row, const struct yaml_node *title)
{
    const struct yaml_node *value = title->key ? yaml_get(row, title->key->text) : NULL;
    return value ? value->text : "";
}

static void list_of_mappings(FILE *out, const struct yaml_node *block)
{
    unsigned shares[COLUMNS_MOST], columns = 0;
    const struct yaml_node *title = block->first->first;
    for (; title && columns < COLUMNS_MOST; title = title->next, columns++) {
        shares[columns] = NARROWEST;
        widen(&shares[columns], title->key ? title->key->text : "");
        for (const struct yaml_node *row = block->first; row; row = row->next)
            widen(&shares[columns], cell_of(row, title));
    }
    page_table(out, "list", shares, columns);
    fputs("<thead><tr>", out);
    for (title = block->first->first; title; title = title->next) {
        fputs("<th>", out);
        page_text(out, title->key ? title->key->text : "");
        fputs("</th>", out);
    }
    fputs("</tr></thead><tbody>", out);
    for (const struct yaml_node *row = block->first; row; row = row->next) {
        fputs("<tr>", out);
        for (title = block->first->first; title; title = title->next) {
            fputs("<td>", out);
            page_text(out, cell_of(row, title));
            fputs("</td>", out);
        }
        fputs("</tr>", out);
    }
    fputs(PAGE_TABLE_END, out);
}

void page_pairs(FILE *out)
{
    static const unsigned shares[] = {1, 2};
    page_table(out, "pairs", shares, 2);
    fputs("<tbody>", out);
}

void page_block(FILE *out, const struct yaml_node *block, const char *otherwise)
{
    if (!block || (!block->first && !*block->text)) {
        page_put(out, PAGE_TODO "%s" PAGE_END, otherwise);
    } else if (block->kind == YAML_LIST && block->first && block->first->kind == YAML_MAPPING) {
        list_of_mappings(out, block);
    } else if (block->kind == YAML_MAPPING) {
        page_pairs(out);
        for (const struct yaml_node *value = block->first; value; value = value->next) {
            fputs("<tr><th>", out);
            page_text(out, value->key->text);
            fputs("</th><td>", out);
            page_text(out, *value->text ? value->text : "（未填写）");
            fputs("</td></tr>", out);
        }
        fputs(PAGE_TABLE_END, out);
    } else {
        fputs("<p>", out);
        page_text(out, block->text);
        fputs("</p>", out);
    }
}
