/* SPDX-License-Identifier: Apache-2.0 */
/* The sample file and the reference page of a program's options, written from the same table that loads them. */
#include "common/options.h"

#include <string.h>

static const struct {
    const char *zh, *en;
} type_title[] = {
    [OPTION_SECTION] = {"", ""},
    [OPTION_BOOL] = {"是/否 true|false", "true|false"},
    [OPTION_UINT] = {"整数", "integer"},
    [OPTION_DURATION] = {"时长 200ms 60s 5m 2h 7d", "duration 200ms 60s 5m 2h 7d"},
    [OPTION_SIZE] = {"字节数 512 64K 10M 2G", "size 512 64K 10M 2G"},
    [OPTION_TEXT] = {"文本", "text"},
    [OPTION_CHOICE] = {"选一", "one of"},
    [OPTION_LIST] = {"列表", "list"},
};

static void print_units(FILE *out, uint64_t v, const char *const *names, const uint64_t *sizes)
{
    size_t i = 0;
    while (sizes[i] > 1 && (v == 0 || v % sizes[i])) i++;
    fprintf(out, "%llu%s", (unsigned long long)(v / sizes[i]), v ? names[i] : "");
}

static void print_bound(FILE *out, const struct option *row, uint64_t v)
{
    static const char *const spans[] = {"d", "h", "m", "s", "ms", "ns"};
    static const uint64_t span_sizes[] = {86400000000000u, 3600000000000u, 60000000000u, 1000000000u, 1000000u, 1};
    static const char *const sizes[] = {"G", "M", "K", ""};
    static const uint64_t size_sizes[] = {1u << 30, 1u << 20, 1u << 10, 1};
    if (row->type == OPTION_DURATION)
        print_units(out, v, spans, span_sizes);
    else if (row->type == OPTION_SIZE)
        print_units(out, v, sizes, size_sizes);
    else
        fprintf(out, "%llu", (unsigned long long)v);
}

static bool has_range(const struct option *row)
{
    return (row->type == OPTION_UINT || row->type == OPTION_DURATION || row->type == OPTION_SIZE) &&
           (row->least || row->most);
}

static void print_range(FILE *out, const struct option *row)
{
    print_bound(out, row, row->least);
    fputs("..", out);
    if (row->most) print_bound(out, row, row->most);
}

static void print_choices(FILE *out, const struct option *row)
{
    for (size_t i = 0; row->choices[i]; i++) fprintf(out, "%s%s", i ? "|" : "", row->choices[i]);
}

static void print_type(FILE *out, const struct option *row, bool chinese)
{
    fputs(chinese ? type_title[row->type].zh : type_title[row->type].en, out);
    if (row->type == OPTION_CHOICE) fputc(' ', out), print_choices(out, row);
    if (has_range(row)) fputs(", ", out), print_range(out, row);
}

/* Opens the mappings of `path` that are not open yet; returns the depth of its last name. */
static int open_mappings(FILE *out, const char *path, const char *before)
{
    int depth = 0;
    for (const char *p = path, *dot; (dot = strchr(p, '.')); p = dot + 1, depth++) {
        size_t n = (size_t)(dot + 1 - path);
        if (strncmp(path, before, n) != 0) fprintf(out, "%*s%.*s:\n", depth * 2, "", (int)(dot - p), p);
    }
    return depth;
}

void options_sample(const struct option_table *table, FILE *out)
{
    const char *before = "";
    fprintf(out, "# %s: %s\n# 各项均为默认值。 All options, each at its default.\n", table->program, table->file);
    for (size_t i = 0; i < table->count; i++) {
        const struct option *row = &table->rows[i];
        if (row->type == OPTION_SECTION) {
            fprintf(out, "\n# ---- %s  %s ----\n", row->zh, row->en);
            continue;
        }
        int depth = open_mappings(out, row->path, before);
        const char *dot = strrchr(row->path, '.');
        fprintf(out, "%*s# %s  %s (", depth * 2, "", row->zh, row->en);
        print_type(out, row, false);
        fputs(")\n", out);
        if (row->help_zh) fprintf(out, "%*s# %s\n", depth * 2, "", row->help_zh);
        if (row->help_en) fprintf(out, "%*s# %s\n", depth * 2, "", row->help_en);
        bool optional = !row->standard && row->type != OPTION_LIST && row->type != OPTION_TEXT;
        fprintf(out, "%*s%s%s:%s%s\n", depth * 2, "", optional ? "# " : "", dot ? dot + 1 : row->path,
                row->standard              ? " "
                : row->type == OPTION_LIST ? " []"
                                           : "",
                row->standard ? row->standard : "");
        before = row->path;
    }
}

void options_reference(const struct option_table *table, bool chinese, FILE *out)
{
    fprintf(out, "# %s: `%s`\n", table->program, table->file);
    bool heading = true;
    for (size_t i = 0; i < table->count; i++) {
        const struct option *row = &table->rows[i];
        if (row->type == OPTION_SECTION) {
            fprintf(out, "\n## %s\n", chinese ? row->zh : row->en);
            heading = true;
            continue;
        }
        if (heading)
            fputs(chinese ? "\n| 选项 | 类型与范围 | 默认 | 说明 |\n|---|---|---|---|\n"
                          : "\n| option | type and range | default | what it is |\n|---|---|---|---|\n",
                  out);
        heading = false;
        const char *help = chinese ? row->help_zh : row->help_en;
        fprintf(out, "| `%s` | ", row->path);
        for (const char *p = chinese ? type_title[row->type].zh : type_title[row->type].en; *p; p++)
            fprintf(out, *p == '|' ? "\\|" : "%c", *p);
        for (size_t c = 0; row->type == OPTION_CHOICE && row->choices[c]; c++) fprintf(out, " `%s`", row->choices[c]);
        if (has_range(row)) fputs(", ", out), print_range(out, row);
        fprintf(out, " | %s%s%s | %s%s%s |\n", row->standard ? "`" : "", row->standard ? row->standard : "",
                row->standard ? "`" : "", chinese ? row->zh : row->en, help ? ": " : "", help ? help : "");
    }
}
