/* SPDX-License-Identifier: Apache-2.0 */
/* The table of counts, each as one question to main.db, and the summary event. */
#include "collector/assess/tell.h"

#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/assess/assess.h"
#include "collector/assess/own.h"
#include "collector/service/own_event.h"
#include "collector/store/internal.h"
#include "common/version.h"

#define OWN_ALERT "SELECT count(*) FROM alert WHERE suppression=0 AND" ASSESS_OWN
#define OWN_STATE "SELECT count(*) FROM state WHERE" ASSESS_OWN " AND type="
#define SEVERITY  " AND json_extract(object,'$.kind')='vulnerability' AND " ASSESS_SEVERITY "="
#define HOURS(key)                                                                                                     \
    "SELECT coalesce(sum(json_extract(object,'$." key "')),0) FROM state WHERE type='failure'"                         \
    " AND json_extract(object,'$.kind')='exposure' AND" ASSESS_OWN

static const struct count {
    const char *name, *zh, *en, *sql;
} counts[] = {
    {"enterprises", "企业", "enterprises", "SELECT EXISTS(SELECT 1 FROM device WHERE" ASSESS_OWN ")"},
    {"sensors", "探针", "sensors", "SELECT count(DISTINCT sensor) FROM device WHERE" ASSESS_OWN},
    {"assets", "资产", "assets", "SELECT count(*) FROM device WHERE" ASSESS_OWN},
    {"alerts_critical", "告警（严重）", "alerts, critical", OWN_ALERT " AND severity=1"},
    {"alerts_high", "告警（高）", "alerts, high", OWN_ALERT " AND severity=2"},
    {"alerts_medium", "告警（中）", "alerts, medium", OWN_ALERT " AND severity=3"},
    {"alerts_low", "告警（低）", "alerts, low", OWN_ALERT " AND severity=4"},
    {"alerts_open", "未处置告警", "alerts not handled", OWN_ALERT " AND state=0"},
    {"exposures", "暴露面", "exposures", OWN_STATE "'exposure'"},
    {"vulnerabilities_critical", "命中漏洞（超危）", "vulnerabilities, critical",
     OWN_STATE "'exposure'" SEVERITY "'critical'"},
    {"vulnerabilities_high", "命中漏洞（高危）", "vulnerabilities, high", OWN_STATE "'exposure'" SEVERITY "'high'"},
    {"vulnerabilities_medium", "命中漏洞（中危）", "vulnerabilities, medium",
     OWN_STATE "'exposure'" SEVERITY "'medium'"},
    {"vulnerabilities_low", "命中漏洞（低危）", "vulnerabilities, low", OWN_STATE "'exposure'" SEVERITY "'low'"},
    {"failures", "故障次数", "failures", HOURS("failures")},
    {"failures_open", "未恢复的故障", "failures not over", HOURS("open")},
    {"failure_exposure_hours", "观测时长（小时）", "hours observed", HOURS("exposure")},
    {"failure_down_hours", "停用时长（小时）", "hours out of order", HOURS("down")},
};
enum { COUNTS = sizeof counts / sizeof *counts };

static bool number(sqlite3 *main, const char *sql, const char *name, double *out, struct fault *fault)
{
    sqlite3_stmt *select = database_prepare(main, sql, fault);
    if (!select) return false;
    if (name) database_bind(select, "s", name);
    bool good = sqlite3_step(select) == SQLITE_ROW || database_fault(main, fault, "counting");
    if (good) *out = sqlite3_column_double(select, 0);
    sqlite3_finalize(select);
    return good;
}

static bool count_all(sqlite3 *main, double own[COUNTS], double below[COUNTS], struct fault *fault)
{
    for (unsigned i = 0; i < COUNTS; i++)
        if (!number(main, counts[i].sql, NULL, &own[i], fault) ||
            !number(main, "SELECT coalesce(sum(json_extract(object,'$.counts.'||?1)),0)" ASSESS_BELOW, counts[i].name,
                    &below[i], fault))
            return false;
    return true;
}

static bool put_summary(struct json *j, struct store_reader *r, struct fault *fault)
{
    struct risk_model model;
    struct assessment a;
    double own[COUNTS], below[COUNTS];
    if (!risk_model_open(&model, NULL, fault)) return false;
    bool good = count_all(r->main, own, below, fault) && assess_read(&a, r->main, &model, store_now_us(), fault);
    if (good) {
        json_begin_object(j, NULL);
        json_put_string(j, "key", "summary");
        json_put_string(j, "version", WANGLOU_VERSION);
        json_begin_object(j, "counts");
        for (unsigned i = 0; i < COUNTS; i++) json_put_double(j, counts[i].name, own[i] + below[i]);
        json_end_object(j);
        json_begin_object(j, "risk");
        json_put_string(j, "model", model.name);
        json_put_double(j, "score", a.score);
        json_put_uint(j, "level", a.level);
        json_put_double(j, "weight", a.whole.weight);
        json_end_object(j);
        json_end_object(j);
        assess_free(&a);
    }
    risk_model_close(&model);
    return good;
}

bool assess_tell(struct store *store, struct fault *fault)
{
    struct json j = {.grow = json_grow_heap};
    struct store_reader *reader = store_reader_open(store, fault);
    if (!reader) return false;
    bool good = put_summary(&j, reader, fault);
    store_reader_close(reader);
    if (good && !json_ok(&j)) good = fault_set(fault, "a summary is too long");
    good = good && own_event(store, OWN_SUMMARIES, EVENT_SUMMARY, j.start, json_length(&j), fault);
    free(j.start);
    return good;
}

/* ---- reading ---- */

static void put_counts(struct json *j, const char *key, const double values[COUNTS])
{
    json_begin_object(j, key);
    for (unsigned i = 0; i < COUNTS; i++) json_put_double(j, counts[i].name, values[i]);
    json_end_object(j);
}

bool assess_put_counts(struct json *j, struct store_reader *r, struct fault *fault)
{
    double own[COUNTS], below[COUNTS];
    int result;
    if (!count_all(r->main, own, below, fault)) return false;
    json_begin_object(j, "titles");
    for (unsigned i = 0; i < COUNTS; i++) {
        json_begin_object(j, counts[i].name);
        json_put_string(j, "zh", counts[i].zh);
        json_put_string(j, "en", counts[i].en);
        json_end_object(j);
    }
    json_end_object(j);
    put_counts(j, "own", own);
    for (unsigned i = 0; i < COUNTS; i++) below[i] += own[i];
    put_counts(j, "whole", below);
    sqlite3_stmt *select = database_prepare(
        r->main, "SELECT substr(sensor,1,instr(sensor,'/')-1), id, last_us, object" ASSESS_BELOW " ORDER BY sensor",
        fault);
    if (!select) return false;
    json_begin_array(j, "nodes");
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
        const char *object = database_text(select, 3);
        json_begin_object(j, NULL);
        json_put_string(j, "node", database_text(select, 0));
        json_put_string(j, "evidence", database_text(select, 1));
        json_put_time(j, "told", (uint64_t)sqlite3_column_int64(select, 2) * 1000);
        json_put_raw(j, "summary", object, strlen(object));
        json_end_object(j);
    }
    json_end_array(j);
    sqlite3_finalize(select);
    return result == SQLITE_DONE || database_fault(r->main, fault, "reading summaries");
}
