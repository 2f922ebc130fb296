/* SPDX-License-Identifier: Apache-2.0 */
/* Reads `failure` states and computes each asset's history (common/statistics/history.h). */
#include "collector/assess/reliability.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/assess/own.h"
#include "collector/store/database.h"

/* Hours that were observed, one row an asset; then its failures, at hours of exposure; planned ones and those that a
 * failure of the network explains are none of its own. */
static const char exposure_sql[] =
    "SELECT sensor, json_extract(object,'$.asset'), json_extract(object,'$.exposure'), json_extract(object,'$.down')"
    " FROM state WHERE type='failure' AND json_extract(object,'$.kind')='exposure' AND" ASSESS_OWN
    " ORDER BY sensor, 2";
static const char record_sql[] =
    "SELECT json_extract(object,'$.exposure'), json_extract(object,'$.censored'), json_extract(object,'$.duration')"
    " FROM state WHERE type='failure' AND sensor=?1 AND json_extract(object,'$.kind')='record'"
    " AND json_extract(object,'$.asset')=?2 AND NOT coalesce(json_extract(object,'$.planned'),0)"
    " AND json_extract(object,'$.parent') IS NULL ORDER BY 1";

static const char precursor_sql[] =
    "SELECT json_extract(object,'$.precursors') FROM state WHERE type='failure' AND sensor=?1"
    " AND json_extract(object,'$.kind')='forecast' AND json_extract(object,'$.asset')=?2";

static void append(double **list, size_t count, double value)
{
    double *larger = realloc(*list, (count + 1) * sizeof *larger);
    if (!larger) abort();
    *list = larger;
    larger[count] = value;
}

static bool read_records(struct failing_asset *a, sqlite3_stmt *select, sqlite3 *main, struct fault *fault)
{
    struct failure_history *h = &a->history;
    int result;
    sqlite3_reset(select);
    database_bind(select, "ss", a->sensor, a->asset);
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        append(&a->at, h->failures++, sqlite3_column_double(select, 0));
        if (sqlite3_column_int(select, 1))
            h->open++;
        else
            append(&a->repair, h->closed++, sqlite3_column_double(select, 2) / 3600);
    }
    h->at = a->at, h->repair = a->repair;
    return result == SQLITE_DONE || database_fault(main, fault, "reading failures");
}

static bool read_precursors(struct failing_asset *a, sqlite3_stmt *select, sqlite3 *main, struct fault *fault)
{
    sqlite3_reset(select);
    database_bind(select, "ss", a->sensor, a->asset);
    int result = sqlite3_step(select);
    if (result == SQLITE_ROW && !(a->precursors = strdup(database_text(select, 0)))) abort();
    return result == SQLITE_ROW || result == SQLITE_DONE || database_fault(main, fault, "reading precursors");
}

/* Noisy-OR of what the history says and of each precursor; without any of them there is no list. */
static void look_ahead(struct failing_asset *a)
{
    size_t i;
    json_error_t error;
    json_t *list = a->precursors ? json_loads(a->precursors, 0, &error) : NULL, *one;
    double none = a->summary.forecast_verdict == STATISTIC_GIVEN ? 1 - a->summary.forecast.probability : 1;
    json_array_foreach(list, i, one) none *= 1 - json_number_value(json_object_get(one, "probability"));
    a->outlook = 1 - none;
    if (!json_array_size(list)) free(a->precursors), a->precursors = NULL;
    json_decref(list);
}

static bool read_assets(struct reliability *out, sqlite3 *main, struct fault *fault)
{
    sqlite3_stmt *assets = database_prepare(main, exposure_sql, fault);
    sqlite3_stmt *records = assets ? database_prepare(main, record_sql, fault) : NULL;
    sqlite3_stmt *precursors = records ? database_prepare(main, precursor_sql, fault) : NULL;
    int result = SQLITE_ERROR;
    bool good = precursors;
    while (good && (result = sqlite3_step(assets)) == SQLITE_ROW) {
        struct failing_asset *larger = realloc(out->assets, (out->count + 1) * sizeof *larger);
        if (!larger) abort();
        out->assets = larger;
        struct failing_asset *a = &out->assets[out->count++];
        *a = (struct failing_asset){
            .history = {.exposure = sqlite3_column_double(assets, 2), .down = sqlite3_column_double(assets, 3)}};
        snprintf(a->sensor, sizeof a->sensor, "%s", database_text(assets, 0));
        snprintf(a->asset, sizeof a->asset, "%s", database_text(assets, 1));
        good = read_records(a, records, main, fault) && read_precursors(a, precursors, main, fault);
    }
    if (good && result != SQLITE_DONE) good = database_fault(main, fault, "reading the failure database");
    sqlite3_finalize(assets);
    sqlite3_finalize(records);
    sqlite3_finalize(precursors);
    return good;
}

bool reliability_read(struct reliability *out, sqlite3 *main, struct fault *fault)
{
    *out = (struct reliability){0};
    if (!read_assets(out, main, fault)) {
        reliability_free(out);
        return false;
    }
    for (unsigned i = 0; i < out->count; i++) {
        const struct failure_history *h = &out->assets[i].history;
        out->failures += h->failures, out->open += h->open;
        out->exposure += h->exposure, out->down += h->down;
    }
    for (unsigned i = 0; i < out->count; i++) {
        struct failing_asset *a = &out->assets[i];
        fleet_prior(out->failures, out->exposure, &a->history.prior_shape, &a->history.prior_rate);
        a->summary = failure_summarise(&a->history);
        look_ahead(a);
    }
    out->brier = reliability_back_test(out->assets, out->count);
    return true;
}

void reliability_free(struct reliability *r)
{
    for (unsigned i = 0; i < r->count; i++) {
        free(r->assets[i].at);
        free(r->assets[i].repair);
        free(r->assets[i].precursors);
    }
    free(r->assets);
    *r = (struct reliability){0};
}

static size_t before(const struct failure_history *h, double hours)
{
    size_t n = 0;
    while (n < h->failures && h->at[n] <= hours) n++;
    return n;
}

struct brier reliability_back_test(const struct failing_asset *assets, unsigned count)
{
    struct brier brier = {0};
    double longest = 0;
    for (unsigned i = 0; i < count; i++) longest = fmax(longest, assets[i].history.exposure);
    for (unsigned month = 1; (month + 1) * HISTORY_AHEAD <= longest; month++) {
        size_t failures = 0;
        double now = month * HISTORY_AHEAD, exposure = 0, shape, rate;
        for (unsigned i = 0; i < count; i++) {
            failures += before(&assets[i].history, now);
            exposure += fmin(now, assets[i].history.exposure);
        }
        fleet_prior(failures, exposure, &shape, &rate);
        for (unsigned i = 0; i < count; i++) {
            const struct failure_history *h = &assets[i].history;
            struct forecast f;
            size_t known = before(h, now);
            if (now + HISTORY_AHEAD > h->exposure) continue; /* the month was not seen to its end */
            if (forecast_failure(shape, rate, known, now, HISTORY_AHEAD, HISTORY_CONFIDENCE, &f) == STATISTIC_GIVEN)
                brier_add(&brier, f.probability, before(h, now + HISTORY_AHEAD) > known);
        }
    }
    return brier;
}

void reliability_put(struct json *j, const struct reliability *r)
{
    double skill;
    json_put_uint(j, "failures", r->failures);
    json_put_uint(j, "open", r->open);
    json_put_double(j, "exposure", r->exposure);
    json_put_double(j, "down", r->down);
    json_begin_object(j, "back_test");
    json_put_uint(j, "forecasts", r->brier.count);
    json_put_double(j, "brier", brier_score(&r->brier));
    json_put_double(j, "base_rate", brier_base(&r->brier));
    if (brier_skill(&r->brier, &skill))
        json_put_double(j, "skill", skill);
    else
        json_put_null(j, "skill");
    json_end_object(j);
    json_begin_array(j, "assets");
    for (unsigned i = 0; i < r->count; i++) {
        const struct failing_asset *a = &r->assets[i];
        json_begin_object(j, NULL);
        json_put_string(j, "sensor", a->sensor);
        json_put_string(j, "asset", a->asset);
        failure_summary_put(j, &a->history, &a->summary);
        if (a->precursors) {
            json_begin_object(j, "outlook");
            json_put_double(j, "probability", a->outlook);
            json_put_raw(j, "precursors", a->precursors, strlen(a->precursors));
            json_end_object(j);
        }
        json_end_object(j);
    }
    json_end_array(j);
}
