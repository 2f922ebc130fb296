/* SPDX-License-Identifier: Apache-2.0 */
/* An assessment as JSON: each score with the row of the model and the events that it comes from. */
#include <string.h>

#include "collector/assess/assess.h"

static void put_level(struct json *j, const struct risk_model *m, unsigned level)
{
    json_put_uint(j, "level", level);
    json_put_string(j, "level_zh", m->level_zh[level - 1]);
    json_put_string(j, "level_en", m->level_en[level - 1]);
}

static void put_time(struct json *j, const char *key, int64_t us) { json_put_time(j, key, (uint64_t)us * 1000); }

static void put_model(struct json *j, const struct risk_model *m)
{
    json_begin_object(j, "model");
    json_put_string(j, "name", m->name);
    json_put_string(j, "zh", m->zh);
    json_put_string(j, "en", m->en);
    json_put_string(j, "method", m->method);
    json_put_string(j, "source", m->source);
    json_put_string(j, "certainty", m->certainty);
    json_put_string(j, "certainty_en", m->certainty_en);
    json_put_double(j, "share", m->share);
    json_put_string(j, "share_reason", m->share_reason);
    json_put_string(j, "share_reason_en", m->share_reason_en);
    json_end_object(j);
}

/* `event`: the evidence, or "". */
static void put_factor(struct json *j, const char *key, const struct risk_row *row, const char *event)
{
    json_begin_object(j, key);
    json_put_double(j, "value", row->value);
    json_put_string(j, "reason", row->reason);
    json_put_string(j, "reason_en", row->reason_en);
    if (*event) json_put_string(j, "evidence", event);
}

static void put_asset(struct json *j, const struct risk_model *m, const struct asset_risk *a)
{
    json_begin_object(j, NULL);
    json_put_int(j, "device", a->device);
    json_put_string(j, "sensor", a->sensor);
    json_put_string(j, "address", a->address);
    if (a->name[0]) json_put_string(j, "name", a->name);
    if (a->role[0]) json_put_string(j, "role", a->role);
    json_put_string(j, "zone", a->zone);
    put_factor(j, "importance", a->importance, "");
    json_end_object(j);
    put_factor(j, "threat", a->threat, a->alert);
    json_put_uint(j, "alerts", a->alerts);
    json_end_object(j);
    put_factor(j, "vulnerability", a->vulnerability, a->exposure);
    if (a->finding[0]) json_put_string(j, "finding", a->finding);
    json_put_uint(j, "exposures", a->exposures);
    json_end_object(j);
    json_put_double(j, "likelihood", a->risk.likelihood);
    json_put_double(j, "loss", a->risk.loss);
    json_put_double(j, "risk", a->risk.risk);
    put_level(j, m, a->level);
    json_end_object(j);
}

static void put_whole(struct json *j, const struct risk_model *m, const struct rollup *r)
{
    double score = rollup_score(r, m->share);
    json_put_double(j, "score", score);
    put_level(j, m, risk_level(m, score));
    json_put_double(j, "worst", r->parts ? r->worst : 0);
    json_put_double(j, "mean", r->weight > 0 ? r->sum / r->weight : 0);
    json_put_double(j, "weight", r->weight);
    json_put_uint(j, "parts", r->parts);
}

void assess_put(struct json *j, const struct assessment *a, unsigned most)
{
    const struct risk_model *m = a->model;
    put_model(j, m);
    put_time(j, "since", a->since_us);
    put_time(j, "until", a->until_us);
    json_begin_object(j, "whole");
    put_whole(j, m, &a->whole);
    json_end_object(j);
    json_begin_object(j, "own");
    put_whole(j, m, &a->own);
    json_end_object(j);
    json_begin_array(j, "levels");
    for (unsigned i = 0; i < RISK_LEVELS; i++) {
        json_begin_object(j, NULL);
        put_level(j, m, i + 1);
        json_put_uint(j, "assets", a->levels[i]);
        json_end_object(j);
    }
    json_end_array(j);
    json_begin_array(j, "zones");
    for (unsigned i = 0; i < a->zone_count; i++) {
        json_begin_object(j, NULL);
        json_put_string(j, "zone", a->zones[i].name);
        put_whole(j, m, &a->zones[i].assets);
        json_end_object(j);
    }
    json_end_array(j);
    json_begin_array(j, "nodes");
    for (unsigned i = 0; i < a->node_count; i++) {
        const struct node_risk *n = &a->nodes[i];
        json_begin_object(j, NULL);
        json_put_string(j, "node", n->name);
        json_put_double(j, "score", n->score);
        put_level(j, m, risk_level(m, n->score));
        json_put_double(j, "weight", n->weight);
        json_put_string(j, "evidence", n->summary);
        put_time(j, "told", n->told_us);
        json_end_object(j);
    }
    json_end_array(j);
    json_begin_array(j, "assets");
    for (unsigned i = 0; i < a->asset_count && i < most; i++) put_asset(j, m, &a->assets[i]);
    json_end_array(j);
    json_put_uint(j, "asset_count", a->asset_count);
}
