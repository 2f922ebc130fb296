/* SPDX-License-Identifier: Apache-2.0 */
/* The back-test of precursors: for each asset and each whole month that was observed, what would have been forecast at
 * its beginning (Gamma-Poisson of the history until then, noisy-OR with the precursors told by then), and whether a
 * failure began within it. Of each precursor, how often a failure came where it stood alone, against where there was
 * none. */
#include "tool/failure_backtest.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/json.h"
#include "common/json_member.h"
#include "common/statistics/calibration.h"
#include "common/statistics/history.h"
#include "common/time_text.h"
#include "signatures/precursors.h"

#define HOUR_NS  3600000000000ull
#define MONTH_NS (720 * HOUR_NS) /* HISTORY_AHEAD */
#define OBSERVED 0.5             /* of a month that must have been seen for it to count */

/* Something that was told of an asset at a time: hours of exposure, or the precursors that then stood. */
struct told {
    uint64_t ns;
    double hours;
    bool present[PRECURSOR_COUNT];
};

struct list {
    struct told *at;
    size_t count, room;
};

struct asset {
    uint64_t begun_ns, ended_ns;
    struct list exposures, forecasts, failures;
};

struct backtest {
    json_t *names; /* sensor and asset: index */
    struct asset *assets;
    size_t count, room;
    double weight[PRECURSOR_COUNT]; /* as the forecasts had them; 0: never seen */
    struct brier brier;
    struct {
        size_t months, failed;
    } alone[PRECURSOR_COUNT], any[PRECURSOR_COUNT], none;
    size_t unseen; /* months that were observed for less than half */
};

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static bool add(struct list *l, struct told t)
{
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        struct told *more = realloc(l->at, room * sizeof *more);
        if (!more) return false;
        l->at = more;
        l->room = room;
    }
    l->at[l->count++] = t;
    return true;
}

static struct asset *asset_of(struct backtest *b, const char *sensor, const char *asset)
{
    char key[512];
    snprintf(key, sizeof key, "%s\t%s", sensor, asset);
    const json_t *known = json_object_get(b->names, key);
    if (known) return &b->assets[json_integer_value(known)];
    if (b->count == b->room) {
        size_t room = b->room ? b->room * 2 : 64;
        struct asset *more = realloc(b->assets, room * sizeof *more);
        if (!more) return NULL;
        b->assets = more;
        b->room = room;
    }
    b->assets[b->count] = (struct asset){0};
    json_object_set_new(b->names, key, json_integer((json_int_t)b->count));
    return &b->assets[b->count++];
}

static struct told precursors_of(struct backtest *b, const json_t *failure, uint64_t ns)
{
    struct told t = {.ns = ns};
    const json_t *one;
    size_t i;
    json_array_foreach(json_object_get(failure, "precursors"), i, one)
    {
        for (unsigned k = 0; k < PRECURSOR_COUNT; k++) {
            if (strcmp(precursor_name[k], json_member_text(one, "id")) != 0) continue;
            t.present[k] = true;
            b->weight[k] = number_of(one, "probability");
        }
    }
    return t;
}

/* A record is told several times; its beginning is its own. */
static bool add_failure(struct asset *a, uint64_t ns)
{
    for (size_t i = 0; i < a->failures.count; i++)
        if (a->failures.at[i].ns == ns) return true;
    return add(&a->failures, (struct told){.ns = ns});
}

static bool take(struct backtest *b, const json_t *event)
{
    const json_t *failure = json_object_get(event, "failure");
    const char *kind = json_member_text(failure, "kind"), *name = json_member_text(failure, "asset");
    uint64_t ns, start;
    if (!*name || strcmp(name, "network") == 0 || !time_parse(json_member_text(event, "timestamp"), &ns)) return true;
    struct asset *a = asset_of(b, json_member_text(event, "sensor"), name);
    if (!a) return false;
    if (strcmp(kind, "forecast") == 0) return add(&a->forecasts, precursors_of(b, failure, ns));
    if (!time_parse(json_member_text(failure, "start"), &start)) return true;
    if (strcmp(kind, "record") == 0) {
        bool counts = !json_is_true(json_object_get(failure, "planned")) && !json_object_get(failure, "parent");
        return !counts || add_failure(a, start);
    }
    if (strcmp(kind, "exposure") != 0) return true;
    if (!a->begun_ns || start < a->begun_ns) a->begun_ns = start;
    if (ns > a->ended_ns) a->ended_ns = ns;
    return add(&a->exposures, (struct told){.ns = ns, .hours = number_of(failure, "exposure")});
}

/* The latest until then; NULL: nothing was told yet. */
static const struct told *latest(const struct list *l, uint64_t ns)
{
    const struct told *found = NULL;
    for (size_t i = 0; i < l->count; i++)
        if (l->at[i].ns <= ns && (!found || l->at[i].ns >= found->ns)) found = &l->at[i];
    return found;
}

static size_t failures_until(const struct asset *a, uint64_t ns)
{
    size_t n = 0;
    for (size_t i = 0; i < a->failures.count; i++) n += a->failures.at[i].ns <= ns;
    return n;
}

static double hours_at(const struct asset *a, uint64_t ns)
{
    const struct told *t = latest(&a->exposures, ns);
    return t ? t->hours : 0;
}

/* Of all assets, as far as was known then. */
static bool base_of(const struct backtest *b, const struct asset *a, uint64_t now, double *probability)
{
    size_t failures = 0;
    double exposure = 0, shape, rate, own = hours_at(a, now);
    struct forecast f;
    for (size_t i = 0; i < b->count; i++) {
        failures += failures_until(&b->assets[i], now);
        exposure += hours_at(&b->assets[i], now);
    }
    fleet_prior(failures, exposure, &shape, &rate);
    *probability = 0;
    if (rate + own < HISTORY_AHEAD) return false;
    if (forecast_failure(shape, rate, failures_until(a, now), own, HISTORY_AHEAD, HISTORY_CONFIDENCE, &f) !=
        STATISTIC_GIVEN)
        return false;
    *probability = f.probability;
    return true;
}

static void judge_month(struct backtest *b, const struct asset *a, uint64_t now)
{
    static const struct told nothing;
    const struct told *told = latest(&a->forecasts, now);
    bool failed = failures_until(a, now + MONTH_NS) > failures_until(a, now);
    unsigned present = 0, which = 0;
    double base;
    if (hours_at(a, now + MONTH_NS) - hours_at(a, now) < OBSERVED * HISTORY_AHEAD) {
        b->unseen++;
        return;
    }
    if (!told) told = &nothing;
    for (unsigned k = 0; k < PRECURSOR_COUNT; k++) {
        if (!told->present[k]) continue;
        present++, which = k;
        b->any[k].months++, b->any[k].failed += failed;
    }
    if (!present) b->none.months++, b->none.failed += failed;
    if (present == 1) b->alone[which].months++, b->alone[which].failed += failed;
    if (base_of(b, a, now, &base) || present)
        brier_add(&b->brier, noisy_or(base, b->weight, told->present, PRECURSOR_COUNT), failed);
}

static void judge(struct backtest *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct asset *a = &b->assets[i];
        for (uint64_t now = a->begun_ns; a->begun_ns && now + MONTH_NS <= a->ended_ns; now += MONTH_NS)
            judge_month(b, a, now);
    }
}

static bool read_events(struct backtest *b, const char *path, FILE *in, struct fault *fault)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    unsigned number = 0;
    bool good = true;
    while (good && (n = getline(&line, &room, in)) > 0) {
        json_error_t error;
        number++;
        if (!memmem(line, (size_t)n, "\"event_type\":\"failure\"", 22)) continue;
        json_t *event = json_loadb(line, (size_t)n, 0, &error);
        if (!event)
            good = fault_at(fault, path, number, (unsigned)error.column, "not JSON: %s", error.text);
        else
            good = take(b, event) || fault_set(fault, "out of memory");
        json_decref(event);
    }
    free(line);
    return good;
}

static void put_share(struct json *j, const char *name, size_t failed, size_t months)
{
    struct share s;
    json_begin_object(j, name);
    json_put_uint(j, "months", months);
    json_put_uint(j, "failed", failed);
    if (share_estimate(failed, months, HISTORY_CONFIDENCE, &s) == STATISTIC_GIVEN) {
        json_put_double(j, "share", s.value);
        json_put_double(j, "lower", s.lower);
        json_put_double(j, "upper", s.upper);
    }
    json_end_object(j);
}

static enum statistic_verdict strength_of(const struct backtest *b, unsigned k, double *strength)
{
    return cause_strength(b->alone[k].failed, b->alone[k].months, b->none.failed, b->none.months, strength);
}

static void put_json(const struct backtest *b, FILE *out)
{
    struct json j = {.grow = json_grow_heap};
    double skill, strength;
    json_begin_object(&j, NULL);
    json_put_uint(&j, "assets", b->count);
    json_put_uint(&j, "forecasts", b->brier.count);
    json_put_uint(&j, "unobserved", b->unseen);
    if (brier_skill(&b->brier, &skill)) {
        json_put_double(&j, "brier", brier_score(&b->brier));
        json_put_double(&j, "base_rate", brier_base(&b->brier));
        json_put_double(&j, "skill", skill);
    }
    put_share(&j, "none", b->none.failed, b->none.months);
    json_begin_array(&j, "precursors");
    for (unsigned k = 0; k < PRECURSOR_COUNT; k++) {
        enum statistic_verdict verdict = strength_of(b, k, &strength);
        json_begin_object(&j, NULL);
        json_put_string(&j, "id", precursor_name[k]);
        if (b->weight[k] > 0) json_put_double(&j, "weight", b->weight[k]);
        put_share(&j, "present", b->any[k].failed, b->any[k].months);
        put_share(&j, "alone", b->alone[k].failed, b->alone[k].months);
        json_put_string(&j, "verdict", statistic_verdict_name[verdict]);
        if (verdict == STATISTIC_GIVEN) json_put_double(&j, "observed", strength);
        json_end_object(&j);
    }
    json_end_array(&j);
    json_end_object(&j);
    if (json_ok(&j)) fprintf(out, "%.*s\n", (int)json_length(&j), j.start);
    free(j.start);
}

static void print(const struct backtest *b, FILE *out)
{
    double skill, strength;
    if (brier_skill(&b->brier, &skill))
        fprintf(out, "预测回测 back-test: %u 次 forecasts, Brier %.4f, 基准 base rate %.4f, 技巧 skill %.3f\n",
                b->brier.count, brier_score(&b->brier), brier_base(&b->brier), skill);
    else
        fprintf(out, "预测回测 back-test: 数据不足，不作计算 too little to tell (%u forecasts)\n", b->brier.count);
    fprintf(out, "无先兆的月份 months without any: %zu, 其中失效 failed: %zu; 观测不足一半未计 not observed: %zu\n",
            b->none.months, b->none.failed, b->unseen);
    fputs("先兆\t出现月数\t失效\t单独出现\t失效\t权重\t实测\n"
          "precursor\tmonths\tfailed\talone\tfailed\tweight\tobserved\n",
          out);
    for (unsigned k = 0; k < PRECURSOR_COUNT; k++) {
        fprintf(out, "%s\t%zu\t%zu\t%zu\t%zu\t%.2f\t", precursor_name[k], b->any[k].months, b->any[k].failed,
                b->alone[k].months, b->alone[k].failed, b->weight[k]);
        enum statistic_verdict verdict = strength_of(b, k, &strength);
        if (verdict == STATISTIC_GIVEN)
            fprintf(out, "%.3f\n", strength);
        else
            fprintf(out, "%s %s\n", statistic_verdict_zh[verdict], statistic_verdict_en[verdict]);
    }
}

bool failure_backtest(const char *path, bool as_json, FILE *out, struct fault *fault)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    struct backtest b = {.names = json_object()};
    bool good = in ? read_events(&b, path, in, fault) : fault_set(fault, "%s: %s", path, strerror(errno));
    if (in && in != stdin) fclose(in);
    if (good) {
        judge(&b);
        if (as_json)
            put_json(&b, out);
        else
            print(&b, out);
    }
    for (size_t i = 0; i < b.count; i++) {
        free(b.assets[i].exposures.at);
        free(b.assets[i].forecasts.at);
        free(b.assets[i].failures.at);
    }
    free(b.assets);
    json_decref(b.names);
    return good;
}
