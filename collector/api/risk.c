/* SPDX-License-Identifier: Apache-2.0 */
/* Risk, reliability and the counts of the nodes below, each explained down to its evidence. */
#include "collector/api/handlers.h"
#include "collector/api/routes.h"
#include "collector/assess/assess.h"
#include "collector/assess/reliability.h"
#include "collector/assess/tell.h"
#include "collector/store/internal.h"

static void risk(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct risk_model model;
    struct assessment a;
    if (!reader) return;
    if (!risk_model_open(&model, NULL, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    if (assess_read(&a, reader->main, &model, store_now_us(), &fault)) {
        json_begin_object(&reply->json, NULL);
        assess_put(&reply->json, &a, (unsigned)request_uint(r, "limit", 100));
        json_end_object(&reply->json);
        assess_free(&a);
    } else {
        reply_fault(reply, &fault);
    }
    risk_model_close(&model);
}

static void reliability(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    struct reliability of;
    if (!reader) return;
    if (!reliability_read(&of, reader->main, &fault)) {
        reply_fault(reply, &fault);
        return;
    }
    json_begin_object(&reply->json, NULL);
    reliability_put(&reply->json, &of);
    json_end_object(&reply->json);
    reliability_free(&of);
}

static void region(struct request *r, struct reply *reply)
{
    struct fault fault = {""};
    struct store_reader *reader = request_reader(r, reply);
    if (!reader) return;
    json_begin_object(&reply->json, NULL);
    bool good = assess_put_counts(&reply->json, reader, &fault);
    json_end_object(&reply->json);
    if (!good) reply_fault(reply, &fault);
}

static const struct parameter risk_filters[] = {
    {"limit", PARAMETER_UINT, 1, 20000, NULL, false, "最多列出的资产数，风险最高的在前，默认 100",
     "at most so many assets, the riskiest first, 100 unless told"},
    END,
};
static const struct parameter none[] = {END};
const struct route routes_risk[] = {
    {"GET", "/risk", OFFICER, 0, risk, risk_filters, NULL, "风险评估（GB/T 20984次序），逐项给出依据",
     "Risk of assets, zones and the whole, with its evidence"},
    {"GET", "/reliability", OFFICER, 0, reliability, none, NULL, "可靠性与30天预测，及预测回测",
     "Reliability and 30-day forecasts, and how good they were"},
    {"GET", "/region", OFFICER, 0, region, none, NULL, "本单位与下级单位的汇总统计",
     "Counts of this node and of those below"},
    ROUTES_END,
};
