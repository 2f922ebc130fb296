/* SPDX-License-Identifier: Apache-2.0 */
/* wanglou assess: risk and reliability of the plant out of a collector's data, as a table or as JSON. */
#include "collector/assess/command.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/assess/assess.h"
#include "collector/assess/reliability.h"
#include "collector/store/database.h"
#include "collector/store/internal.h"

enum { DONE, FAILED, USAGE, SHOWN = 20 };

static const char usage[] =
    "usage: wanglou assess [--data DIRECTORY] [--model FILE] [--at YYYY-MM-DD] [--json] [--all]\n"
    "按GB/T 20984次序评估资产、区域、企业（及下级单位）的风险，并由失效数据库计算可靠性与预测回测。\n"
    "risk of assets, zones and the whole; reliability, forecasts and how good they were\n";

static const struct option names[] = {
    {"data", required_argument, NULL, 'd'},
    {"model", required_argument, NULL, 'm'},
    {"at", required_argument, NULL, 't'},
    {"json", no_argument, NULL, 'j'},
    {"all", no_argument, NULL, 'a'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static void print_risk(const struct assessment *a, bool all)
{
    const struct risk_model *m = a->model;
    printf("%s  %s  %s\n来源 source: %s\n把握 certainty: %s\n\n", m->zh, m->en, m->method, m->source, m->certainty);
    printf("总分 score %.2f  %s  (%u 台资产 assets, %u 个下级单位 nodes below)\n", a->score, m->level_zh[a->level - 1],
           a->asset_count, a->node_count);
    for (unsigned i = 0; i < a->node_count; i++)
        printf("  单位 node %-24s %6.2f  权重 weight %.0f  依据 evidence %s\n", a->nodes[i].name, a->nodes[i].score,
               a->nodes[i].weight, a->nodes[i].summary);
    for (unsigned i = 0; i < a->zone_count; i++)
        printf("  区域 zone %-24s %6.2f  最高 worst %.2f  资产 assets %u\n", a->zones[i].name,
               rollup_score(&a->zones[i].assets, m->share), a->zones[i].assets.worst, a->zones[i].assets.parts);
    if (a->asset_count) printf("\n风险\t级别\t资产\t重要性A\t威胁T\t脆弱性V\t依据 why and evidence\n");
    for (unsigned i = 0; i < a->asset_count && (all || i < SHOWN); i++) {
        const struct asset_risk *r = &a->assets[i];
        printf("%.2f\t%s\t%s\t%g\t%g\t%g\t%s；%s %s；%s %s\n", r->risk.risk, m->level_zh[r->level - 1], r->address,
               r->importance->value, r->threat->value, r->vulnerability->value, r->importance->reason,
               r->threat->reason, r->alert, r->vulnerability->reason, r->exposure);
    }
    if (!all && a->asset_count > SHOWN) printf("… 其余 %u 台用 --all 列出\n", a->asset_count - SHOWN);
}

static void print_reliability(const struct reliability *r)
{
    double skill;
    printf("\n失效 failures %zu（未恢复 open %zu）  观测 exposure %.1f h  停用 down %.1f h  资产 assets %u\n",
           r->failures, r->open, r->exposure, r->down, r->count);
    if (brier_skill(&r->brier, &skill))
        printf("预测回测 back-test: %u 次 forecasts, Brier %.4f, 基准 base rate %.4f, 技巧 skill %.3f\n",
               r->brier.count, brier_score(&r->brier), brier_base(&r->brier), skill);
    else
        printf("预测回测 back-test: 数据不足，不作计算 too little to tell (%u forecasts)\n", r->brier.count);
}

static bool print_json(const struct assessment *a, const struct reliability *r, bool all)
{
    struct json j = {.grow = json_grow_heap};
    json_begin_object(&j, NULL);
    json_begin_object(&j, "risk");
    assess_put(&j, a, all ? a->asset_count : SHOWN);
    json_end_object(&j);
    json_begin_object(&j, "reliability");
    reliability_put(&j, r);
    json_end_object(&j);
    json_end_object(&j);
    bool good = json_ok(&j);
    if (good) printf("%.*s\n", (int)json_length(&j), j.start);
    free(j.start);
    return good;
}

/* The end of a day, UTC, in microseconds; -1: no date. */
static int64_t end_of_day(const char *text)
{
    char stamp[64];
    int64_t midnight = -1;
    if (strlen(text) == 10 && snprintf(stamp, sizeof stamp, "%sT00:00:00.000000+0000", text) > 0)
        midnight = store_time_us(stamp, strlen(stamp));
    return midnight < 0 ? -1 : midnight + INT64_C(86400000000);
}

static bool assess(const char *directory, const char *path, int64_t at_us, bool json, bool all, struct fault *fault)
{
    struct risk_model model;
    struct assessment assessment;
    struct reliability reliability = {0};
    if (!risk_model_open(&model, path, fault)) return false;
    sqlite3 *main = assess_database(directory, fault);
    bool good = main && assess_read(&assessment, main, &model, at_us, fault);
    if (good) {
        good = reliability_read(&reliability, main, fault);
        if (good && json) good = print_json(&assessment, &reliability, all) || fault_set(fault, "too much for JSON");
        if (good && !json) print_risk(&assessment, all), print_reliability(&reliability);
        reliability_free(&reliability);
        assess_free(&assessment);
    }
    database_close(main);
    risk_model_close(&model);
    return good;
}

int assess_command(char **arguments)
{
    const char *directory = "/var/lib/wanglou-collector", *model = NULL;
    bool json = false, all = false;
    int64_t at_us = store_now_us();
    struct fault fault = {""};
    int count = 0, c;
    while (arguments[count]) count++;
    while ((c = getopt_long(count, arguments, "h", names, NULL)) != -1) {
        if (c == 'd') directory = optarg;
        if (c == 'm') model = optarg;
        if (c == 't' && (at_us = end_of_day(optarg)) < 0) {
            fprintf(stderr, "wanglou assess: --at %s: a date as 2026-12-31 is wanted\n", optarg);
            return USAGE;
        }
        if (c == 'j') json = true;
        if (c == 'a') all = true;
        if (c == 'h' || c == '?') {
            fputs(usage, c == 'h' ? stdout : stderr);
            return c == 'h' ? DONE : USAGE;
        }
    }
    if (arguments[optind]) {
        fprintf(stderr, "wanglou assess: not understood: %s\n%s", arguments[optind], usage);
        return USAGE;
    }
    if (assess(directory, model, at_us, json, all, &fault)) return DONE;
    fprintf(stderr, "wanglou assess: %s\n", fault.text);
    return FAILED;
}
