/* SPDX-License-Identifier: Apache-2.0 */
/* Reads `failure` events with jansson and computes each asset's statistics (common/statistics/history.h). */
#include "tool/failure_table.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_member.h"
#include "common/statistics/history.h"

struct failure_table {
    json_t *records;   /* by sensor and key */
    json_t *exposures; /* by sensor and asset, in the order they came */
    json_t *forecasts; /* likewise: with precursors */
};

static double number_of(const json_t *object, const char *key)
{
    return json_number_value(json_object_get(object, key));
}

static void take(struct failure_table *t, json_t *event)
{
    json_t *failure = json_object_get(event, "failure");
    const char *kind = json_member_text(failure, "kind");
    char key[512];
    bool record = strcmp(kind, "record") == 0, forecast = strcmp(kind, "forecast") == 0;
    if (!record && !forecast && strcmp(kind, "exposure") != 0) return;
    snprintf(key, sizeof key, "%s\t%s", json_member_text(event, "sensor"),
             json_member_text(failure, record ? "key" : "asset"));
    json_object_set(failure, "sensor", json_object_get(event, "sensor"));
    json_object_set(record ? t->records : forecast ? t->forecasts : t->exposures, key, failure);
}

struct failure_table *failure_table_read(const char *path, struct fault *fault)
{
    FILE *in = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    struct failure_table *t = in ? calloc(1, sizeof *t) : NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    unsigned number = 0;
    bool good = t != NULL;
    if (!in) fault_set(fault, "%s: %s", path, strerror(errno));
    if (t) t->records = json_object(), t->exposures = json_object(), t->forecasts = json_object();
    while (good && (n = getline(&line, &room, in)) > 0) {
        json_error_t error;
        number++;
        if (!memmem(line, (size_t)n, "\"event_type\":\"failure\"", 22)) continue;
        json_t *event = json_loadb(line, (size_t)n, 0, &error);
        if (event)
            take(t, event);
        else
            good = fault_at(fault, path, number, (unsigned)error.column, "not JSON: %s", error.text);
        json_decref(event);
    }
    free(line);
    if (in && in != stdin) fclose(in);
    if (good) return t;
    failure_table_free(t);
    return NULL;
}

void failure_table_free(struct failure_table *t)
{
    if (!t) return;
    json_decref(t->records);
    json_decref(t->exposures);
    json_decref(t->forecasts);
    free(t);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Of one asset; memory of the caller: two arrays with room for every record. */
static struct failure_history history_of(const struct failure_table *t, const json_t *exposure, double *at,
                                         double *repair)
{
    struct failure_history h = {.at = at, .repair = repair};
    const char *key;
    json_t *r;
    json_object_foreach(t->records, key, r)
    {
        bool other = strcmp(json_member_text(r, "asset"), json_member_text(exposure, "asset")) != 0 ||
                     strcmp(json_member_text(r, "sensor"), json_member_text(exposure, "sensor")) != 0;
        if (other || json_is_true(json_object_get(r, "planned")) || json_object_get(r, "parent")) continue;
        at[h.failures++] = number_of(r, "exposure");
        if (json_is_true(json_object_get(r, "censored")))
            h.open++;
        else
            repair[h.closed++] = number_of(r, "duration") / 3600;
    }
    qsort(at, h.failures, sizeof *at, ascending);
    h.exposure = number_of(exposure, "exposure");
    h.down = number_of(exposure, "down");
    return h;
}

/* The precursors of its last forecast, joined with what its history says now. NULL: there are none. */
static const json_t *precursors_of(const struct failure_table *t, const char *key, const struct failure_summary *s,
                                   double *probability)
{
    const json_t *list = json_object_get(json_object_get(t->forecasts, key), "precursors"), *one;
    size_t i;
    double none = s->forecast_verdict == STATISTIC_GIVEN ? 1 - s->forecast.probability : 1;
    json_array_foreach(list, i, one) none *= 1 - number_of(one, "probability");
    *probability = 1 - none;
    return json_array_size(list) ? list : NULL;
}

static void put_outlook(struct json *j, const json_t *precursors, double probability)
{
    size_t i;
    const json_t *one;
    if (!precursors) return;
    json_begin_object(j, "outlook");
    json_put_double(j, "probability", probability);
    json_begin_array(j, "precursors");
    json_array_foreach(precursors, i, one) json_put_string(j, NULL, json_member_text(one, "id"));
    json_end_array(j);
    json_end_object(j);
}

static void print_outlook(FILE *out, const json_t *precursors, double probability)
{
    size_t i;
    const json_t *one;
    if (precursors) fprintf(out, "%.1f%%", 100 * probability);
    json_array_foreach(precursors, i, one) fprintf(out, "%s%s", i ? "、" : "：", json_member_text(one, "zh"));
    fputc('\n', out);
}

static void print_row(FILE *out, const json_t *e, const struct failure_history *h, const struct failure_summary *s)
{
    char mtbf[96], share[32], trend[64], ahead[96];
    if (s->mtbf_verdict == STATISTIC_GIVEN)
        snprintf(mtbf, sizeof mtbf, "%.1f [%.1f, %.1f]", s->mtbf.mtbf, s->mtbf.lower, s->mtbf.upper);
    else if (s->mtbf_verdict == STATISTIC_NO_FAILURES)
        snprintf(mtbf, sizeof mtbf, "> %.1f", s->mtbf.lower);
    else
        snprintf(mtbf, sizeof mtbf, "%s", statistic_verdict_zh[s->mtbf_verdict]);
    snprintf(share, sizeof share, s->availability_verdict == STATISTIC_GIVEN ? "%.4f%%" : "-", 100 * s->availability);
    snprintf(trend, sizeof trend, "%s",
             s->trend_verdict != STATISTIC_GIVEN ? statistic_verdict_zh[s->trend_verdict]
             : !s->trend.significant             ? "无显著趋势 none"
             : s->trend.worsening                ? "恶化 worsening"
                                                 : "改善 improving");
    if (s->forecast_verdict == STATISTIC_GIVEN)
        snprintf(ahead, sizeof ahead, "%.1f%% [%.1f%%, %.1f%%]", 100 * s->forecast.probability, 100 * s->forecast.lower,
                 100 * s->forecast.upper);
    else
        snprintf(ahead, sizeof ahead, "%s", statistic_verdict_zh[s->forecast_verdict]);
    fprintf(out, "%s\t%s\t%zu\t%zu\t%.2f\t%.2f\t%s\t%s\t%s\t%s\t", json_member_text(e, "sensor"),
            json_member_text(e, "asset"), h->failures, h->open, h->exposure, number_of(e, "blind"), mtbf, share, trend,
            ahead);
}

static void each(const struct failure_table *t, FILE *out, struct json *j)
{
    size_t room = json_object_size(t->records) + 1, failures = 0;
    double *at = calloc(room, sizeof *at), *repair = calloc(room, sizeof *repair), exposure = 0, shape, rate;
    const char *key;
    json_t *e;
    json_object_foreach(t->exposures, key, e)
    {
        if (strcmp(json_member_text(e, "asset"), "network") == 0) continue;
        failures += (size_t)number_of(e, "failures");
        exposure += number_of(e, "exposure");
    }
    fleet_prior(failures, exposure, &shape, &rate);
    json_object_foreach(t->exposures, key, e)
    {
        if (!at || !repair) break;
        struct failure_history h = history_of(t, e, at, repair);
        h.prior_shape = shape;
        h.prior_rate = rate;
        struct failure_summary s = failure_summarise(&h);
        double probability;
        const json_t *precursors = precursors_of(t, key, &s, &probability);
        if (!j) {
            print_row(out, e, &h, &s);
            print_outlook(out, precursors, probability);
            continue;
        }
        json_begin_object(j, NULL);
        json_put_string(j, "sensor", json_member_text(e, "sensor"));
        json_put_string(j, "asset", json_member_text(e, "asset"));
        json_put_double(j, "blind", number_of(e, "blind"));
        json_put_uint(j, "planned", (uint64_t)number_of(e, "planned_failures"));
        failure_summary_put(j, &h, &s);
        put_outlook(j, precursors, probability);
        json_end_object(j);
    }
    free(at);
    free(repair);
}

void failure_table_print(const struct failure_table *t, FILE *out)
{
    fputs("传感器\t资产\t失效次数\t未恢复\t观测时长(h)\t盲区(h)\tMTBF(h) "
          "[90%区间]\t可用度\t趋势\t30天内失效概率\t计入先兆\n"
          "sensor\tasset\tn\topen\texposure(h)\tblind(h)\tMTBF(h) [90 %]\tavailability\ttrend\tP(30 days)\twith "
          "precursors\n",
          out);
    each(t, out, NULL);
}

void failure_table_json(const struct failure_table *t, FILE *out)
{
    struct json j = {.grow = json_grow_heap};
    json_begin_array(&j, NULL);
    each(t, out, &j);
    json_end_array(&j);
    if (json_ok(&j)) fprintf(out, "%.*s\n", (int)json_length(&j), j.start);
    free(j.start);
}
