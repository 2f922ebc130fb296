/* SPDX-License-Identifier: Apache-2.0 */
/* The assessment of a store, each score worked by hand; summaries of nodes below add up; forecasts of a failure
 * database made by hand are tested against what came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/api/api.h"
#include "collector/assess/assess.h"
#include "collector/assess/reliability.h"
#include "collector/assess/tell.h"
#include "collector/store/internal.h"

static char directory[64];
static struct fault fault, notice;
static struct store *store;
static struct store_reader *reader;
static unsigned events;
static const char *from, *to; /* the sides of the next event */

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/wanglou-assess-XXXXXX");
    fault.text[0] = notice.text[0] = 0;
    struct store_options options = {.retention_days = 200};
    if (!mkdtemp(directory)) return -1;
    options.directory = directory;
    store = store_open(&options, &notice, &fault);
    reader = store ? store_reader_open(store, &fault) : NULL;
    return reader ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_reader_close(reader);
    store_close(store);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

/* Stores an event of `node`; its id goes to `id` unless that is NULL. */
static void put(const char *node, const char *sensor, const char *type, double days_ago, const char *object, char *id)
{
    char line[4096], own[ULID_LENGTH + 1];
    struct store_put done;
    uint64_t now = (uint64_t)(store_now_us() - (int64_t)(days_ago * 86400e6)) * 1000;
    struct json j = json_over(line, sizeof line - 1);
    ulid_make(own, now, 7, ++events);
    json_begin_object(&j, NULL);
    json_put_time(&j, "timestamp", now);
    json_put_string(&j, "event_type", type);
    if (from) json_put_string(&j, "src_ip", from), json_put_string(&j, "dest_ip", to);
    json_put_raw(&j, type, object, strlen(object));
    json_put_string(&j, "sensor", sensor);
    json_put_string(&j, "id", own);
    json_put_uint(&j, "seq", 1);
    json_end_object(&j);
    struct store_batch batch = {node, 0, 1000 + events, 1, line, json_length(&j), strcmp(node, "probe") != 0};
    assert_true(store_put_batches(store, &batch, 1, &done, &fault));
    assert_int_equal(done.stored, 1);
    if (id) strcpy(id, own);
}

static void put_alert(double days_ago, unsigned severity, const char *source, const char *target, char *id)
{
    char object[128];
    snprintf(object, sizeof object, "{\"severity\":%u,\"rule\":\"wl-x\",\"category\":\"attack\",\"signature\":\"x\"}",
             severity);
    from = source, to = target;
    put("probe", "probe", "alert", days_ago, object, id);
    from = to = NULL;
}

static void near_at(double got, double expected, int line)
{
    if (!(fabs(got - expected) <= 1e-6)) fail_msg("line %d: %.12g, expected %.12g", line, got, expected);
}
#define near(got, expected) near_at((got), (expected), __LINE__)

static void plant(char alert[ULID_LENGTH + 1], char exposure[ULID_LENGTH + 1])
{
    put("probe", "probe", "asset", 1, "{\"address\":\"10.0.0.5\",\"role\":\"plc\",\"zone\":\"炼钢\"}", NULL);
    put("probe", "probe", "asset", 1, "{\"address\":\"10.0.0.6\",\"role\":\"hmi\",\"zone\":\"炼钢\"}", NULL);
    put("probe", "probe", "asset", 1, "{\"address\":\"10.0.0.7\",\"role\":\"camera\",\"zone\":\"办公\"}", NULL);
    put_alert(2, 3, "10.0.0.6", "10.0.0.5", NULL);
    put_alert(3, 2, "10.0.0.9", "10.0.0.5", alert);
    put_alert(120, 1, "10.0.0.9", "10.0.0.7", NULL); /* before the model's 90 days */
    put("probe", "probe", "exposure", 1, "{\"kind\":\"weak_tls\",\"address\":\"10.0.0.5\",\"port\":443}", NULL);
    put("probe", "probe", "exposure", 1,
        "{\"kind\":\"vulnerability\",\"id\":\"CNVD-2024-1\",\"cvss\":\"8.8\",\"address\":\"10.0.0."
        "5\"}",
        exposure);
}

static void by_hand(void **state)
{
    char alert[ULID_LENGTH + 1], exposure[ULID_LENGTH + 1];
    struct risk_model m;
    struct assessment a;
    (void)state;
    plant(alert, exposure);
    assert_true(risk_model_open(&m, NULL, &fault));
    assert_true(assess_read(&a, reader->main, &m, store_now_us(), &fault));
    assert_int_equal(a.asset_count, 3);
    /* plc: A 5, T 4 (alert of severity 2), V 4 (high): L = 4, F = sqrt 20, R = 17.888543820 */
    assert_string_equal(a.assets[0].address, "10.0.0.5");
    near(a.assets[0].risk.risk, 17.88854381999832);
    assert_int_equal(a.assets[0].level, 4);
    assert_string_equal(a.assets[0].alert, alert);
    assert_string_equal(a.assets[0].exposure, exposure);
    assert_string_equal(a.assets[0].finding, "CNVD-2024-1");
    assert_int_equal(a.assets[0].exposures, 2);
    /* hmi: A 4, T 3 (source of severity 3), V 1: sqrt 3 * 2 */
    assert_string_equal(a.assets[1].address, "10.0.0.6");
    near(a.assets[1].risk.risk, 3.4641016151377544);
    /* camera: A 1, T 1, V 1 */
    near(a.assets[2].risk.risk, 1);
    assert_string_equal(a.assets[2].alert, "");
    /* steel: mean (5 * 17.88854 + 4 * 3.46410) / 9 = 11.47768..., 0.6 worst + 0.4 mean; office 1 */
    double mean = (5 * 17.88854381999832 + 4 * 3.4641016151377544) / 9, steel = 0.6 * 17.88854381999832 + 0.4 * mean;
    near(rollup_score(&a.zones[0].assets, m.share), steel);
    near(steel, 15.3241990);
    near(a.score, 0.6 * steel + 0.4 * (9 * steel + 1 * 1) / 10);
    assess_free(&a);
    risk_model_close(&m);
}

static double whole_count(const char *document, const char *name)
{
    json_t *root = json_loads(document, 0, NULL);
    assert_non_null(root);
    double value = json_number_value(json_object_get(json_object_get(root, "whole"), name));
    json_decref(root);
    return value;
}

static void sums(void **state)
{
    static const char *const nodes[] = {"plant-a/self", "plant-b/self", "plant-a/below/self"};
    char object[256], alert[ULID_LENGTH + 1], exposure[ULID_LENGTH + 1];
    struct risk_model m;
    struct assessment a;
    (void)state;
    plant(alert, exposure);
    for (unsigned i = 0; i < 3; i++) {
        char node[16] = "";
        snprintf(node, sizeof node, "%.7s", nodes[i]);
        snprintf(object, sizeof object,
                 "{\"key\":\"summary\",\"counts\":{\"assets\":%u,\"alerts_critical\":%u},\"risk\":{\"score\":%u,"
                 "\"weight\":%u}}",
                 10 * (i + 1), i + 1, 10 + i, 20 * (i + 1));
        put(node, nodes[i], "summary", 0.1 * (i + 1), object, NULL);
    }
    assert_true(assess_tell(store, &fault));
    struct json j = {.grow = json_grow_heap};
    json_begin_object(&j, NULL);
    assert_true(assess_put_counts(&j, reader, &fault));
    json_end_object(&j);
    char *document = strndup(j.start, json_length(&j));
    near(whole_count(document, "assets"), 3 + 10 + 20); /* plant-a told of those below itself already */
    near(whole_count(document, "alerts_critical"), 1 + 1 + 2);
    free(document);
    free(j.start);
    assert_true(risk_model_open(&m, NULL, &fault));
    assert_true(assess_read(&a, reader->main, &m, store_now_us(), &fault));
    assert_int_equal(a.node_count, 2);
    /* own, plant-a 10 of weight 20, plant-b 11 of weight 40; the worst is own */
    double w = 10;
    near(a.score, 0.6 * a.own_score + 0.4 * (a.own_score * w + 10 * 20 + 11 * 40) / (w + 60));
    /* what this node told is what it knew */
    sqlite3_stmt *s = database_prepare(reader->main,
                                       "SELECT json_extract(object,'$.counts.assets'), json_extract(object,"
                                       "'$.risk.score') FROM state WHERE type='summary' AND sensor='self'",
                                       &fault);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    near(sqlite3_column_double(s, 0), 33);
    near(sqlite3_column_double(s, 1), a.score);
    sqlite3_finalize(s);
    assess_free(&a);
    risk_model_close(&m);
}

static void put_failure(const char *key, const char *asset, double at, double minutes)
{
    char object[256];
    snprintf(object, sizeof object,
             "{\"key\":\"%s\",\"kind\":\"record\",\"asset\":\"%s\",\"exposure\":%g,\"censored\":false,"
             "\"planned\":false,\"duration\":%g}",
             key, asset, at, minutes * 60);
    put("probe", "probe", "failure", 1, object, NULL);
}

static void back_test(void **state)
{
    struct reliability r;
    (void)state;
    put("probe", "probe", "failure", 1,
        "{\"key\":\"exposure:a\",\"kind\":\"exposure\",\"asset\":\"a\",\"exposure\":2200,\"down\":1.5,\"failures\":2}",
        NULL);
    put_failure("1", "a", 100, 30);
    put_failure("2", "a", 1000, 60);
    put("probe", "probe", "failure", 1,
        "{\"key\":\"3\",\"kind\":\"record\",\"asset\":\"a\",\"exposure\":300,\"planned\":true,\"duration\":9}", NULL);
    assert_true(reliability_read(&r, reader->main, &fault));
    assert_int_equal(r.count, 1);
    assert_int_equal(r.failures, 2); /* the planned one is none */
    near(r.assets[0].summary.mtbf.mtbf, 1100);
    near(r.assets[0].summary.mttr, 0.75);
    /* Made at 720 h: n 1, T 720, prior (1, 720): 1 - (1440/2160)^2 = 5/9, it failed. At 1440 h: n 2, T 1440, prior
     * (1, 720): 1 - (2160/2880)^3 = 37/64, it did not. */
    assert_int_equal(r.brier.count, 2);
    near(brier_score(&r.brier), (16.0 / 81 + 37.0 / 64 * 37.0 / 64) / 2);
    near(brier_base(&r.brier), 0.25);
    assert_null(r.assets[0].precursors);
    reliability_free(&r);
}

/* 30 days ahead after 2,200 h with two failures, prior (1, 1100): 1 - (3300/4020)^3; and precursors of 0.3 and 0.1. */
static void outlook(void **state)
{
    struct reliability r;
    const double history = 1 - (3300.0 / 4020) * (3300.0 / 4020) * (3300.0 / 4020);
    (void)state;
    put("probe", "probe", "failure", 1,
        "{\"key\":\"exposure:a\",\"kind\":\"exposure\",\"asset\":\"a\",\"exposure\":2200,\"down\":1.5,\"failures\":2}",
        NULL);
    put_failure("1", "a", 100, 30);
    put_failure("2", "a", 1000, 60);
    put("probe", "probe", "failure", 1,
        "{\"key\":\"forecast:a\",\"kind\":\"forecast\",\"asset\":\"a\",\"probability\":0.9,\"precursors\":"
        "[{\"id\":\"worsening\",\"probability\":0.3},{\"id\":\"twin\",\"probability\":0.1}]}",
        NULL);
    assert_true(reliability_read(&r, reader->main, &fault));
    assert_int_equal(r.count, 1);
    near(r.assets[0].summary.forecast.probability, history);
    near(r.assets[0].outlook, 1 - (1 - history) * 0.7 * 0.9);
    assert_non_null(strstr(r.assets[0].precursors, "worsening"));
    reliability_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(by_hand, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(sums, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(back_test, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(outlook, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
