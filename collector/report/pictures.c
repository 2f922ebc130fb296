/* SPDX-License-Identifier: Apache-2.0 */
/* The report's pictures. Colours tell apart in grey print, too: each has its own lightness, and numbers stand beside.
 */
#include "collector/report/pictures.h"

#include <stdlib.h>
#include <string.h>

#include "collector/report/fonts.h"
#include "collector/report/page.h"

enum { SEVERITIES = 4, MONTHS = 12, CATEGORIES = 8, TOPOLOGY_PAIRS = 40, TOPOLOGY_MACHINES = 18 };

static void begin(FILE *out, unsigned height, const char *label)
{
    page_put(out,
             "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" font-size=\"11\" font-family=\"" REPORT_FAMILY
             ", Noto Sans CJK SC, sans-serif\" viewBox=\"0 0 640 %u\" role=\"img\" aria-label=\"%s\">",
             height, label);
}

void picture_months(FILE *out, const struct facts *facts)
{
    static const char *const colours[] = {"#7f1d1d", "#dc6803", "#e8b931", "#c7d2de"};
    static const char *const names[] = {"严重", "高", "中", "低"};
    const struct fact *fact = facts_get(facts, "alerts_by_month");
    double counts[MONTHS][SEVERITIES] = {{0}}, most = 1;
    for (unsigned r = 0; r < fact->row_count; r++) {
        long month = strtol(fact->rows[r][0], NULL, 10);
        double sum = 0;
        for (int s = 0; s < SEVERITIES && month >= 1 && month <= MONTHS; s++)
            sum += counts[month - 1][s] = strtod(fact->rows[r][s + 1], NULL);
        if (sum > most) most = sum;
    }
    begin(out, 200, "告警按月");
    for (int m = 0; m < MONTHS; m++) {
        double y = 170, sum = 0;
        for (int s = 0; s < SEVERITIES; s++) {
            double height = 132 * counts[m][s] / most;
            sum += counts[m][s];
            y -= height;
            if (height > 0)
                page_put(out, "<rect x=\"%d\" y=\"%.1f\" width=\"34\" height=\"%.1f\" fill=\"%s\"/>", 20 + m * 51, y,
                         height, colours[s]);
        }
        if (sum > 0)
            page_put(out, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"middle\">%.0f</text>", 37 + m * 51, y - 4, sum);
        page_put(out, "<text x=\"%d\" y=\"186\" text-anchor=\"middle\">%d月</text>", 37 + m * 51, m + 1);
    }
    for (int s = 0; s < SEVERITIES; s++)
        page_put(out,
                 "<rect x=\"%d\" y=\"4\" width=\"10\" height=\"10\" fill=\"%s\"/><text x=\"%d\" y=\"13\">%s</text>",
                 430 + s * 50, colours[s], 443 + s * 50, names[s]);
    fputs("<path d=\"M14 170H630\" stroke=\"#555\"/></svg>", out);
}

/* The rows come sorted: the category with the most alerts first. */
void picture_heat(FILE *out, const struct facts *facts)
{
    const struct fact *fact = facts_get(facts, "alerts_by_category_month");
    const char *names[CATEGORIES];
    double counts[CATEGORIES][MONTHS] = {{0}}, most = 1;
    unsigned rows = 0;
    for (unsigned r = 0; r < fact->row_count; r++) {
        bool known = rows && strcmp(names[rows - 1], fact->rows[r][0]) == 0;
        long month = strtol(fact->rows[r][1], NULL, 10);
        if (!known && rows == CATEGORIES) break;
        if (!known) names[rows++] = fact->rows[r][0];
        if (month < 1 || month > MONTHS) continue;
        counts[rows - 1][month - 1] = strtod(fact->rows[r][2], NULL);
        if (counts[rows - 1][month - 1] > most) most = counts[rows - 1][month - 1];
    }
    if (!rows) return;
    begin(out, rows * 24 + 24, "告警按类别与月份");
    for (int m = 0; m < MONTHS; m++)
        page_put(out, "<text x=\"%d\" y=\"14\" text-anchor=\"middle\">%d月</text>", 149 + m * 42, m + 1);
    for (unsigned c = 0; c < rows; c++) {
        page_put(out, "<text x=\"122\" y=\"%u\" text-anchor=\"end\">", 36 + c * 24);
        page_text(out, page_word(names[c]));
        fputs("</text>", out);
        for (int m = 0; m < MONTHS; m++) {
            double part = counts[c][m] / most;
            page_put(out,
                     "<rect x=\"%d\" y=\"%u\" width=\"40\" height=\"22\" fill=\"#b42318\" fill-opacity=\"%.2f\" "
                     "stroke=\"#d5dae1\"/>",
                     129 + m * 42, 21 + c * 24, part);
            if (counts[c][m] > 0)
                page_put(out, "<text x=\"%d\" y=\"%u\" text-anchor=\"middle\" fill=\"%s\">%.0f</text>", 149 + m * 42,
                         36 + c * 24, part > 0.55 ? "#fff" : "#111", counts[c][m]);
        }
    }
    fputs("</svg>", out);
}

void picture_verdicts(FILE *out, const struct inspection *in, const struct finding *findings)
{
    static const char *const colours[VERDICT_COUNT] = {"#e5e9ee", "#3f8f5f", "#e8b931", "#b42318", "#ffffff"};
    unsigned columns = 11, rows = (in->count + columns - 1) / columns;
    begin(out, rows * 46 + 30, "逐项结论");
    for (unsigned i = 0; i < in->count; i++) {
        unsigned x = 10 + i % columns * 57, y = 4 + i / columns * 46;
        bool dark = findings[i].verdict == VERDICT_MET || findings[i].verdict == VERDICT_UNMET;
        page_put(out,
                 "<rect x=\"%u\" y=\"%u\" width=\"50\" height=\"38\" rx=\"3\" fill=\"%s\" stroke=\"#667\"/>"
                 "<text x=\"%u\" y=\"%u\" text-anchor=\"middle\" fill=\"%s\">%llu%s</text>",
                 x, y, colours[findings[i].verdict], x + 25, y + 24, dark ? "#fff" : "#111",
                 (unsigned long long)in->items[i].number, findings[i].conflict ? "！" : "");
    }
    for (unsigned v = 0; v < VERDICT_COUNT; v++)
        page_put(out,
                 "<rect x=\"%u\" y=\"%u\" width=\"12\" height=\"12\" fill=\"%s\" stroke=\"#667\"/>"
                 "<text x=\"%u\" y=\"%u\">%s</text>",
                 10 + v * 90, rows * 46 + 10, colours[v], 26 + v * 90, rows * 46 + 20, verdict_zh[v]);
    page_put(out, "<text x=\"470\" y=\"%u\">！存在冲突证据</text></svg>", rows * 46 + 20);
}

struct column {
    const char *names[TOPOLOGY_MACHINES];
    unsigned count;
};

static int place_of(struct column *column, const char *name)
{
    for (unsigned i = 0; i < column->count; i++)
        if (strcmp(column->names[i], name) == 0) return (int)i;
    if (column->count == TOPOLOGY_MACHINES) return -1;
    column->names[column->count] = name;
    return (int)column->count++;
}

static void machines(FILE *out, const struct column *column, int x, const char *fill)
{
    for (unsigned i = 0; i < column->count; i++) {
        page_put(out, "<rect x=\"%d\" y=\"%u\" width=\"150\" height=\"18\" rx=\"3\" fill=\"%s\" stroke=\"#567\"/>", x,
                 24 + i * 24, fill);
        page_put(out, "<text x=\"%d\" y=\"%u\" text-anchor=\"middle\">", x + 75, 37 + i * 24);
        page_text(out, column->names[i]);
        fputs("</text>", out);
    }
}

void picture_topology(FILE *out, const struct facts *facts)
{
    const struct fact *fact = facts_get(facts, "matrix");
    struct column left = {.count = 0}, right = {.count = 0};
    unsigned left_out = 0;
    int from[TOPOLOGY_PAIRS], to[TOPOLOGY_PAIRS];
    unsigned pairs = fact->row_count < TOPOLOGY_PAIRS ? fact->row_count : TOPOLOGY_PAIRS;
    for (unsigned r = 0; r < pairs; r++) {
        unsigned before = left.count;
        from[r] = place_of(&left, fact->rows[r][0]);
        to[r] = from[r] < 0 ? -1 : place_of(&right, fact->rows[r][1]);
        if (to[r] < 0) left.count = before; /* no machine without its line */
        left_out += to[r] < 0;
    }
    unsigned lines = left.count > right.count ? left.count : right.count;
    begin(out, lines * 24 + 34, "主要通信关系");
    fputs("<text x=\"85\" y=\"14\" text-anchor=\"middle\">发起方</text><text x=\"555\" y=\"14\" "
          "text-anchor=\"middle\">应答方</text>",
          out);
    for (unsigned r = 0; r < pairs; r++)
        if (to[r] >= 0)
            page_put(
                out,
                "<path d=\"M160 %d C320 %d 320 %d 480 %d\" fill=\"none\" stroke=\"#3b6ea5\" stroke-opacity=\".55\"/>",
                33 + from[r] * 24, 33 + from[r] * 24, 33 + to[r] * 24, 33 + to[r] * 24);
    machines(out, &left, 10, "#eef4fb");
    machines(out, &right, 480, "#f2f5ee");
    fputs("</svg>", out);
    if (left_out || fact->row_count > pairs)
        page_put(out, PAGE_NOTE "图中为最频繁的通信关系，其余%u项见附录。" PAGE_END,
                 fact->row_count - pairs + left_out);
}
