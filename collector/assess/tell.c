/* SPDX-License-Identifier: Apache-2.0 */
/* The table of counts, one question to main.db for each source of them, and the summary event. */
#include "collector/assess/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/assess/assess.h"
#include "collector/assess/own.h"
#include "collector/service/own_event.h"
#include "collector/store/internal.h"
#include "common/version.h"

/* What is gone through once for all counts over it. */
enum source { DEVICES, ALERTS, EXPOSURES, FAILURES, LINKS, OUTBOX, SOURCES };
static const char *const sources[SOURCES] = {
    [DEVICES] = " FROM device WHERE" ASSESS_OWN,
    [ALERTS] = " FROM alert WHERE suppression=0 AND" ASSESS_OWN,
    [EXPOSURES] = " FROM (SELECT coalesce(json_extract(object,'$.kind'),'') AS kind, " ASSESS_SEVERITY " AS level FROM"
                  " state WHERE type='exposure' AND" ASSESS_OWN ")",
    [FAILURES] = " FROM state WHERE type='failure' AND json_extract(object,'$.kind')='exposure' AND" ASSESS_OWN,
    [LINKS] = " FROM node",
    [OUTBOX] = " FROM outbox_stream",
};

#define VULNERABLE(level) "sum(kind='vulnerability' AND level='" level "')"
#define HOURS(key)        "sum(json_extract(object,'$." key "'))"

static const struct count {
    const char *name, *zh, *en;
    enum source source;
    const char *sql; /* over its source */
} counts[] = {
    {"enterprises", "企业", "enterprises", DEVICES, "count(*)>0"},
    {"sensors", "探针", "sensors", DEVICES, "count(DISTINCT sensor)"},
    {"assets", "资产", "assets", DEVICES, "count(*)"},
    {"alerts_critical", "告警（严重）", "alerts, critical", ALERTS, "sum(severity=1)"},
    {"alerts_high", "告警（高）", "alerts, high", ALERTS, "sum(severity=2)"},
    {"alerts_medium", "告警（中）", "alerts, medium", ALERTS, "sum(severity=3)"},
    {"alerts_low", "告警（低）", "alerts, low", ALERTS, "sum(severity=4)"},
    {"alerts_open", "未处置告警", "alerts not handled", ALERTS, "sum(state=0)"},
    {"exposures", "暴露面", "exposures", EXPOSURES, "count(*)"},
    {"vulnerabilities_critical", "命中漏洞（超危）", "vulnerabilities, critical", EXPOSURES, VULNERABLE("critical")},
    {"vulnerabilities_high", "命中漏洞（高危）", "vulnerabilities, high", EXPOSURES, VULNERABLE("high")},
    {"vulnerabilities_medium", "命中漏洞（中危）", "vulnerabilities, medium", EXPOSURES, VULNERABLE("medium")},
    {"vulnerabilities_low", "命中漏洞（低危）", "vulnerabilities, low", EXPOSURES, VULNERABLE("low")},
    {"failures", "故障次数", "failures", FAILURES, HOURS("failures")},
    {"failures_open", "未恢复的故障", "failures not over", FAILURES, HOURS("open")},
    {"failure_exposure_hours", "观测时长（小时）", "hours observed", FAILURES, HOURS("exposure")},
    {"failure_down_hours", "停用时长（小时）", "hours out of order", FAILURES, HOURS("down")},
    {"events_lost", "链路丢失事件", "events lost on links", LINKS, "sum(gap)"},
    {"events_refused", "链路拒收事件", "events refused on links", LINKS, "sum(refused)"},
    {"events_dropped", "待上报时丢弃", "events dropped before they went up", OUTBOX, "sum(dropped)"},
};
enum { COUNTS = sizeof counts / sizeof *counts, SQL_ROOM = 4096 };

/* One row of numbers for the counts of one source, or (SOURCES) for what the nodes below said of all. */
static bool count_source(sqlite3 *main, enum source source, double out[COUNTS], struct fault *fault)
{
    char sql[SQL_ROOM];
    size_t n = 0;
    for (unsigned i = 0; i < COUNTS && n < sizeof sql; i++) {
        const char *comma = n ? "," : "SELECT ";
        if (source == SOURCES)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%ssum(json_extract(object,'$.counts.%s'))", comma,
                                  counts[i].name);
        else if (counts[i].source == source)
            n += (size_t)snprintf(sql + n, sizeof sql - n, "%s%s", comma, counts[i].sql);
    }
    if (n < sizeof sql)
        n += (size_t)snprintf(sql + n, sizeof sql - n, "%s", source == SOURCES ? ASSESS_BELOW : sources[source]);
    if (n >= sizeof sql) return fault_set(fault, "counting: the question is too long");
    sqlite3_stmt *select = database_prepare(main, sql, fault);
    if (!select) return false;
    bool good = sqlite3_step(select) == SQLITE_ROW || database_fault(main, fault, "counting");
    int column = 0;
    for (unsigned i = 0; good && i < COUNTS; i++)
        if (source == SOURCES || counts[i].source == source) out[i] = sqlite3_column_double(select, column++);
    sqlite3_finalize(select);
    return good;
}

static bool count_all(sqlite3 *main, double own[COUNTS], double below[COUNTS], struct fault *fault)
{
    for (unsigned source = 0; source < SOURCES; source++)
        if (!count_source(main, (enum source)source, own, fault)) return false;
    return count_source(main, SOURCES, below, fault);
}

/* So that the level above sees why nothing comes: a full disk takes nothing in. */
static void put_disk(struct json *j, const struct store *store)
{
    uint64_t left, all;
    enum store_room room = store_room(store, &left, &all);
    json_begin_object(j, "disk");
    json_put_string(j, "state", store_room_name[room]);
    json_put_uint(j, "free", left);
    json_put_uint(j, "size", all);
    json_end_object(j);
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
        put_disk(j, r->store);
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
