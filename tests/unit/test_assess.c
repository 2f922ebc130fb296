/* SPDX-License-Identifier: Apache-2.0 */
/* Risk (GB/T 20984, product method), roll-up and Brier score against examples worked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/assess/risk.h"

static void near_at(double got, double expected, int line)
{
    if (fabs(got - expected) > 1e-6) fail_msg("line %d: %.12g, expected %.12g", line, got, expected);
}
#define near(got, expected) near_at((got), (expected), __LINE__)

static void formulas(void **state)
{
    struct risk r = risk_of(4, 1, 3); /* L = sqrt 3, F = sqrt 12, R = sqrt 36 */
    (void)state;
    near(r.likelihood, 1.7320508075688772);
    near(r.loss, 3.4641016151377544);
    near(r.risk, 6);
    r = risk_of(4, 5, 5); /* 5 * sqrt 20 */
    near(r.likelihood, 5);
    near(r.loss, 4.47213595499958);
    near(r.risk, 22.360679774997898);
    near(risk_of(1, 1, 1).risk, 1);
    near(risk_of(5, 5, 5).risk, 25);
    near(risk_of(2, 4, 3).risk, 8.48528137423857); /* 3 * sqrt 8 */
}

static void levels(void **state)
{
    static const struct {
        double risk;
        unsigned level;
    } bands[] = {{1, 1},  {5, 1},  {5.49, 1},  {5.5, 2},  {10.4, 2}, {10.5, 3},
                 {15, 3}, {16, 4}, {20.49, 4}, {20.5, 5}, {25, 5}};
    struct risk_model m;
    struct fault fault = {""};
    (void)state;
    assert_true(risk_model_open(&m, NULL, &fault));
    for (unsigned i = 0; i < sizeof bands / sizeof *bands; i++)
        if (risk_level(&m, bands[i].risk) != bands[i].level)
            fail_msg("%g: level %u, expected %u", bands[i].risk, risk_level(&m, bands[i].risk), bands[i].level);
    assert_string_equal(m.level_zh[4], "很高");
    assert_float_equal(risk_importance(&m, "plc")->value, 5, 0);
    assert_float_equal(risk_importance(&m, "never heard of")->value, 2, 0);
    assert_float_equal(risk_threat(&m, 1)->value, 5, 0);
    assert_float_equal(risk_vulnerability(&m, "vulnerability", "high")->value, 4, 0);
    assert_float_equal(risk_vulnerability(&m, "default_credentials", "")->value, 5, 0);
    assert_float_equal(risk_vulnerability(&m, "none", "")->value, 1, 0);
    risk_model_close(&m);
}

static void whole(void **state)
{
    struct rollup r = {0};
    (void)state;
    near(rollup_score(&r, 0.6), 0);
    rollup_add(&r, 20, 5);
    rollup_add(&r, 6, 4);
    rollup_add(&r, 2, 1);
    /* mean (100 + 24 + 2) / 10 = 12.6; 0.6 * 20 + 0.4 * 12.6 */
    near(rollup_score(&r, 0.6), 17.04);
    near(rollup_score(&r, 1), 20);
    near(rollup_score(&r, 0), 12.6);
}

static void refused(const char *from, const char *to, const char *said)
{
    char path[] = "/tmp/wanglou-risk-XXXXXX", text[32768];
    struct risk_model m;
    struct fault fault = {""};
    FILE *in = fopen("collector/models/risk.yaml", "r");
    assert_non_null(in);
    size_t n = fread(text, 1, sizeof text - 1, in);
    text[n] = 0;
    fclose(in);
    char *at = strstr(text, from);
    assert_non_null(at);
    int fd = mkstemp(path);
    FILE *out = fdopen(fd, "w");
    assert_non_null(out);
    fprintf(out, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    fclose(out);
    bool good = risk_model_open(&m, path, &fault);
    remove(path);
    assert_false(good);
    if (!strstr(fault.text, said)) fail_msg("\"%s\" does not tell \"%s\"", fault.text, said);
}

static void bad_models(void **state)
{
    (void)state;
    refused("role: plc, value: 5", "role: plc, value: 6", "from 1 to 5");
    refused("role: \"*\"", "role: other", "importance");
    refused("severity: 0", "severity: 4", "threat");
    refused("share: 0.6", "share: 1.6", "from 0 to 1");
    refused("bands: [5, 10", "bands: [12, 10", "from 12 to 25");
    refused("days: 90", "dyas: 90", "days");
    refused(", reason: 直接控制生产过程", "", "reason");
}

/* Every reason of the built-in model stands in both languages. */
static void reasons(void **state)
{
    struct fault fault = {""};
    struct risk_model m;
    (void)state;
    assert_true(risk_model_open(&m, NULL, &fault));
    const struct {
        const struct risk_row *rows;
        unsigned count;
    } lists[] = {{m.importance, m.importances}, {m.threat, m.threats}, {m.vulnerability, m.vulnerabilities}};
    for (size_t l = 0; l < sizeof lists / sizeof *lists; l++)
        for (unsigned i = 0; i < lists[l].count; i++)
            if (strcmp(lists[l].rows[i].reason, lists[l].rows[i].reason_en) == 0)
                fail_msg("\"%s\" has no English", lists[l].rows[i].reason);
    assert_string_not_equal(m.certainty, m.certainty_en);
    assert_string_not_equal(m.share_reason, m.share_reason_en);
    risk_model_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(formulas), cmocka_unit_test(reasons), cmocka_unit_test(levels),
                                       cmocka_unit_test(whole), cmocka_unit_test(bad_models)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
