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
    page_put(out, "<a class=\"mark\" href=\"#E%02u\">E%02u</a>", number, number);
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

static void head_row(FILE *out, const char *columns)
{
    fputs("<table><thead><tr>", out);
    while (*columns) {
        size_t n = strcspn(columns, "|");
        page_put(out, "<th>%.*s</th>", (int)n, columns);
        columns += n + (columns[n] == '|');
    }
    fputs("</tr></thead><tbody>", out);
}

void page_list(FILE *out, const struct facts *facts, const char *key, unsigned most)
{
    static const char *const severities[] = {"严重", "高", "中", "低"};
    const struct fact *fact = facts_get(facts, key);
    page_put(out, "<p class=\"caption\">%s ", fact->kind->title);
    page_mark(out, facts, fact);
    if (!fact->row_count) {
        page_put(out, "：%s。</p>", fact->kind->unit ? fact->kind->unit : "未发现");
        return;
    }
    fputs("</p>", out);
    head_row(out, fact->kind->columns);
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
    fputs("</tbody></table>", out);
    if (fact->row_count > most)
        page_put(out, "<p class=\"note\">另有%u项，全部内容的摘要见证据索引。</p>", fact->row_count - most);
}

static void list_of_mappings(FILE *out, const struct yaml_node *block)
{
    fputs("<table><thead><tr>", out);
    for (const struct yaml_node *value = block->first->first; value; value = value->next) {
        fputs("<th>", out);
        page_text(out, value->key ? value->key->text : "");
        fputs("</th>", out);
    }
    fputs("</tr></thead><tbody>", out);
    for (const struct yaml_node *row = block->first; row; row = row->next) {
        fputs("<tr>", out);
        for (const struct yaml_node *title = block->first->first; title; title = title->next) {
            const struct yaml_node *value = title->key ? yaml_get(row, title->key->text) : NULL;
            fputs("<td>", out);
            page_text(out, value ? value->text : "");
            fputs("</td>", out);
        }
        fputs("</tr>", out);
    }
    fputs("</tbody></table>", out);
}

void page_block(FILE *out, const struct yaml_node *block, const char *otherwise)
{
    if (!block || (!block->first && !*block->text)) {
        page_put(out, "<p class=\"todo\">%s</p>", otherwise);
    } else if (block->kind == YAML_LIST && block->first->kind == YAML_MAPPING) {
        list_of_mappings(out, block);
    } else if (block->kind == YAML_MAPPING) {
        fputs("<table class=\"pairs\"><tbody>", out);
        for (const struct yaml_node *value = block->first; value; value = value->next) {
            fputs("<tr><th>", out);
            page_text(out, value->key->text);
            fputs("</th><td>", out);
            page_text(out, *value->text ? value->text : "（未填写）");
            fputs("</td></tr>", out);
        }
        fputs("</tbody></table>", out);
    } else {
        fputs("<p>", out);
        page_text(out, block->text);
        fputs("</p>", out);
    }
}
