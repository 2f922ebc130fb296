/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou baseline: what an officer does with the baseline's file: look, compare, accept line by line, sign, verify. */
#include "common/baseline_file.h"
#include "tool/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int order(const void *a, const void *b) { return baseline_compare(a, b); }

static bool read_sorted(const char *path, struct baseline_lines *l, struct fault *fault)
{
    if (!baseline_read(path, l, fault)) return false;
    if (l->count) qsort(l->lines, l->count, sizeof *l->lines, order);
    return true;
}

static int show(const char *path, struct fault *fault)
{
    struct baseline_lines l = {0};
    unsigned counts[BASELINE_STATE_COUNT] = {0}, unsettled = 0;
    if (!baseline_read(path, &l, fault)) return EXIT_USAGE;
    printf("行 line\t状态 state\t学稳 settled\t设备 device\t协议 protocol\t对象 peer\t操作 operation\t站号 unit\t点 "
           "object\t"
           "周期 period(s)\t范围 range\n");
    for (unsigned i = 0; i < l.count; i++) {
        const struct baseline_line *x = &l.lines[i];
        char range[64] = "";
        if (x->has_range) snprintf(range, sizeof range, "%.9g … %.9g", x->low, x->high);
        printf("%u\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%.6g\t%s\n", x->line, baseline_state_zh[x->state],
               x->settled ? "是" : "否", x->device, x->protocol, x->peer, x->operation, x->unit, x->object, x->period,
               range);
        counts[x->state]++;
        unsettled += !x->settled;
    }
    printf("共 %u 行：已确认 %u，待确认 %u，偏离 %u，已驳回 %u；仍在学习 %u\n", l.count, counts[BASELINE_ACCEPTED],
           counts[BASELINE_LEARNED], counts[BASELINE_DEVIATION], counts[BASELINE_REJECTED], unsettled);
    baseline_lines_free(&l);
    return EXIT_DONE;
}

static void mark(char sign, const struct baseline_line *line)
{
    printf("%c ", sign);
    baseline_print(line, stdout);
}

static bool same_measures(const struct baseline_line *a, const struct baseline_line *b)
{
    return a->settled == b->settled && a->state == b->state && a->has_range == b->has_range && a->low == b->low &&
           a->high == b->high && a->hours == b->hours;
}

/* Lines only in one, and those whose range, hours or state differ. Status 1 when they differ, as diff(1). */
static int difference(const char *old, const char *new, struct fault *fault)
{
    struct baseline_lines a = {0}, b = {0};
    unsigned i = 0, k = 0, found = 0;
    if (!read_sorted(old, &a, fault) || !read_sorted(new, &b, fault)) return EXIT_USAGE;
    while (i < a.count || k < b.count) {
        int c = i == a.count ? 1 : k == b.count ? -1 : baseline_compare(&a.lines[i], &b.lines[k]);
        bool same = c == 0 && same_measures(&a.lines[i], &b.lines[k]);
        if (c <= 0 && !same) mark('-', &a.lines[i]);
        if (c >= 0 && !same) mark('+', &b.lines[k]);
        found += !same;
        i += c <= 0;
        k += c >= 0;
    }
    baseline_lines_free(&a);
    baseline_lines_free(&b);
    return found ? EXIT_FAILED : EXIT_DONE;
}

/* To accept or to reject; --all accepts what was learned, and no deviation. */
static int decide_lines(const char *path, enum baseline_state state, char **which, int count, struct fault *fault)
{
    struct baseline_lines l = {0};
    unsigned decided = 0;
    bool all = state == BASELINE_ACCEPTED && count == 1 && strcmp(which[0], "--all") == 0;
    if (!baseline_read(path, &l, fault)) return EXIT_USAGE;
    for (int w = 0; !all && w < count; w++) {
        char *end;
        unsigned long line = strtoul(which[w], &end, 10);
        bool found = false;
        for (unsigned i = 0; !*end && i < l.count; i++) {
            if (l.lines[i].line != line) continue;
            found = true;
            decided += l.lines[i].state != state;
            l.lines[i].state = state;
            l.lines[i].settled = true;
        }
        if (!found)
            return fault_set(fault, "%s: no line %s; `wanglou baseline show` numbers them", path, which[w]), EXIT_USAGE;
    }
    for (unsigned i = 0; all && i < l.count; i++) {
        if (l.lines[i].state == BASELINE_DEVIATION || l.lines[i].state == BASELINE_REJECTED) continue;
        decided += l.lines[i].state != BASELINE_ACCEPTED;
        l.lines[i].state = BASELINE_ACCEPTED;
        l.lines[i].settled = true;
    }
    bool good = baseline_write(path, &l, fault);
    baseline_lines_free(&l);
    if (!good) return EXIT_FAILED;
    printf("%s %u lines %s%s\n", state == BASELINE_ACCEPTED ? "已确认" : "已驳回", decided, baseline_state_name[state],
           all ? "；偏离项须按行号逐条确认 deviations are accepted by number only" : "");
    return EXIT_DONE;
}

static int dispatch(int argc, char **argv, struct fault *fault)
{
    const char *what = argc > 2 ? argv[1] : "";
    if (argc == 3 && strcmp(what, "show") == 0) return show(argv[2], fault);
    if (argc == 4 && strcmp(what, "diff") == 0) return difference(argv[2], argv[3], fault);
    if (argc >= 4 && strcmp(what, "accept") == 0)
        return decide_lines(argv[2], BASELINE_ACCEPTED, argv + 3, argc - 3, fault);
    if (argc >= 4 && strcmp(what, "reject") == 0)
        return decide_lines(argv[2], BASELINE_REJECTED, argv + 3, argc - 3, fault);
    if (argc == 4 && strcmp(what, "sign") == 0) return baseline_sign(argv[2], argv[3], fault) ? EXIT_DONE : EXIT_FAILED;
    if (argc == 4 && strcmp(what, "verify") == 0) {
        if (!baseline_verify(argv[2], argv[3], fault)) return EXIT_FAILED;
        puts("签名有效 signature good");
        return EXIT_DONE;
    }
    return command_usage(&command_baseline);
}

static int run(int argc, char **argv)
{
    struct fault fault = {""};
    int status = dispatch(argc, argv, &fault);
    if (fault.text[0]) command_failed(fault.text);
    return status;
}

const struct command command_baseline = {
    .name = "baseline",
    .usage = "show FILE · diff OLD NEW · accept FILE LINE…|--all · reject FILE LINE… · sign FILE NAME.key · verify "
             "FILE NAME.pub",
    .zh = "查看、比较、逐行确认或驳回、签名、验证行为基线",
    .en = "shows, compares, accepts or rejects line by line, signs and verifies the baseline",
    .run = run,
};
