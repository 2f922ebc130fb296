/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings, tickets and confirmed incidents: every state × action of the machines, the matrix, grades and clocks by
 * hand, and steps that are signed, chained and never changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/service/accounts.h"
#include "collector/service/levels.h"
#include "collector/service/matters.h"
#include "collector/service/register.h"
#include "collector/store/internal.h"

static struct fault fault;
static char zh[MATTER_WHY], en[MATTER_WHY];

/* ---- machines ---- */

static enum step_refusal tried(enum matter_kind kind, const char *state, const char *action, const char *actor,
                               bool system, unsigned given)
{
    enum step_refusal refusal;
    struct step_request q = {.action = action, .actor = actor, .role = ROLE_OFFICER, .system = system, .given = given};
    step_check(kind, state, "author", "owner", &q, &refusal, zh, en);
    return refusal;
}

/* All that may be done, written down apart from the table: kind, action, then the states. Everything else must fail. */
static const struct {
    enum matter_kind kind;
    const char *action, *states;
    bool system;
} allowed[] = {
    {MATTER_WARNING, "submit", " draft ", false},
    {MATTER_WARNING, "return", " review ", false},
    {MATTER_WARNING, "approve", " review ", false},
    {MATTER_WARNING, "cancel", " draft review approved ", false},
    {MATTER_WARNING, "publish", " approved ", false},
    {MATTER_WARNING, "deliver", " published adjusted ", true},
    {MATTER_WARNING, "acknowledge", " delivered ", true},
    {MATTER_WARNING, "measures", " acked ", true},
    {MATTER_WARNING, "adjust", " published delivered acked measures_done adjusted ", false},
    {MATTER_WARNING, "lift", " published delivered acked measures_done adjusted ", false},
    {MATTER_NOTICE, "acknowledge", " received ", false},
    {MATTER_NOTICE, "answer", " acked answered ", false},
    {MATTER_NOTICE, "measures", " answered measures_done ", false},
    {MATTER_NOTICE, "forward", " acked answered measures_done ", false},
    {MATTER_NOTICE, "revise", " received acked answered measures_done ", true},
    {MATTER_NOTICE, "lift", " received acked answered measures_done ", true},
    {MATTER_TICKET, "assign", " open assigned handling ", false},
    {MATTER_TICKET, "start", " assigned ", false},
    {MATTER_TICKET, "record", " handling ", false},
    {MATTER_TICKET, "evidence", " handling resolved ", false},
    {MATTER_TICKET, "resolve", " handling ", false},
    {MATTER_TICKET, "reject", " resolved ", false},
    {MATTER_TICKET, "close", " resolved ", false},
    {MATTER_TICKET, "cancel", " open assigned ", false},
    {MATTER_CASE, "confirm", " proposed ", false},
    {MATTER_CASE, "dismiss", " proposed ", false},
    {MATTER_CASE, "regrade", " confirmed handling handled ", false},
    {MATTER_CASE, "report", " confirmed handling handled ", false},
    {MATTER_CASE, "start", " confirmed ", false},
    {MATTER_CASE, "record", " confirmed handling handled ", false},
    {MATTER_CASE, "evidence", " confirmed handling handled ", false},
    {MATTER_CASE, "handled", " handling ", false},
    {MATTER_CASE, "close", " handled ", false},
};

static void every_state_and_action(void **state)
{
    (void)state;
    const enum matter_kind kinds[] = {MATTER_WARNING, MATTER_NOTICE, MATTER_TICKET, MATTER_CASE};
    unsigned good = 0, refused = 0;
    for (unsigned k = 0; k < 4; k++)
        for (const struct state_word *w = machines[kinds[k]].states; w->name; w++)
            for (unsigned i = 0; i < sizeof allowed / sizeof *allowed; i++) {
                char name[64];
                snprintf(name, sizeof name, " %s ", w->name);
                bool mine = allowed[i].kind == kinds[k], may = mine && strstr(allowed[i].states, name);
                bool system = mine && allowed[i].system;
                enum step_refusal r = tried(kinds[k], w->name, allowed[i].action, "other", system, ~0u);
                if (!mine) continue;
                if ((r == STEP_GOOD) != may) fail_msg("%s %s", w->name, allowed[i].action);
                good += may;
                refused += !may;
            }
    /* And the tables hold nothing that is not written down here. */
    unsigned pairs = 0;
    for (unsigned k = 0; k < 4; k++)
        for (const struct step_rule *r = machines[kinds[k]].rules; r->action; r++) {
            pairs++;
            for (const char *p = r->from; (p = strchr(p, ',')); p++) pairs++;
        }
    assert_int_equal(good, pairs);
    assert_int_equal(good, 66);
    assert_int_equal(refused, 166);
}

static void tables_hold_together(void **state)
{
    (void)state;
    for (unsigned k = 0; k < MATTER_COUNT; k++) {
        assert_non_null(state_word_of(k, machines[k].first));
        for (const struct step_rule *r = machines[k].rules; r->action; r++) {
            char from[128], *save = NULL;
            if (r->to) assert_non_null(state_word_of(k, r->to));
            snprintf(from, sizeof from, "%s", r->from);
            for (char *s = strtok_r(from, ",", &save); s; s = strtok_r(NULL, ",", &save)) {
                assert_non_null(state_word_of(k, s));
                /* what is over stays so, unless the level above, a passing-on or a person's reason says otherwise */
                bool again = r->flags & STEP_SYSTEM || !r->to || strcmp(r->action, "reopen") == 0;
                assert_true(again || !state_word_of(k, s)->last);
            }
        }
    }
}

static void who_may(void **state)
{
    (void)state;
    enum step_refusal refusal;
    assert_int_equal(tried(MATTER_WARNING, "review", "approve", "author", false, NEEDS(LEVEL)), STEP_PERSON);
    assert_int_equal(tried(MATTER_WARNING, "review", "approve", "other", false, 0), STEP_MISSING);
    assert_int_equal(tried(MATTER_WARNING, "published", "deliver", "other", false, 0), STEP_ROLE);
    assert_int_equal(tried(MATTER_WARNING, "review", "approve", "other", true, NEEDS(LEVEL)), STEP_ROLE);
    assert_int_equal(tried(MATTER_TICKET, "resolved", "close", "owner", false, NEEDS(EFFECT)), STEP_PERSON);
    assert_int_equal(tried(MATTER_TICKET, "resolved", "fly", "other", false, 0), STEP_UNKNOWN);
    assert_int_equal(tried(MATTER_WARNING, "draft", "publish", "other", false, 0), STEP_ILLEGAL);
    assert_string_equal(zh, "预警处于“草稿”状态，不能发布");
    assert_string_equal(en, "the warning is in state draft; \"publish\" is not possible");
    struct step_request auditor = {.action = "submit", .actor = "x", .role = ROLE_AUDITOR};
    assert_null(step_check(MATTER_WARNING, "draft", "author", "", &auditor, &refusal, zh, en));
    assert_int_equal(refusal, STEP_ROLE);
}

/* ---- levels, grades, clocks ---- */

static void matrix_by_hand(void **state)
{
    (void)state;
    struct levels *l = levels_open(NULL, &fault);
    static const char *const importance[] = {"vital", "important", "ordinary"}, *const damage[] = {"extreme", "serious",
                                                                                                   "considerable",
                                                                                                   "slight"};
    /* 红 特别重要×特别严重; 橙 特别重要×严重, 重要×特别严重; 黄 特别重要×较大, 重要×严重, 一般×特别严重; 蓝 the rest.
     */
    static const unsigned expected[3][4] = {{1, 2, 3, 4}, {2, 3, 4, 4}, {3, 4, 4, 4}};
    assert_non_null(l);
    for (unsigned i = 0; i < 3; i++)
        for (unsigned k = 0; k < 4; k++) assert_int_equal(warning_level(l, importance[i], damage[k]), expected[i][k]);
    assert_int_equal(warning_level(l, "vital", "none"), 0);
    assert_string_equal(warning_word(l, 1)->zh, "红色");
    levels_close(l);
}

static unsigned graded(const struct levels *l, const char *facts, const char **measure)
{
    struct grade_reason reason;
    json_t *document = json_loads(facts, 0, NULL);
    assert_non_null(document);
    unsigned grade = incident_grade(l, document, &reason);
    *measure = reason.measure ? reason.measure->name : "";
    json_decref(document);
    return grade;
}

static void grades_by_hand(void **state)
{
    (void)state;
    struct levels *l = levels_open(NULL, &fault);
    static const struct {
        const char *facts;
        unsigned grade;
        const char *measure;
    } cases[] = {
        {"{}", 4, ""},
        {"{\"loss_yuan\":4999999}", 4, ""},
        {"{\"loss_yuan\":5000000}", 3, "loss_yuan"}, /* 以上 includes the number */
        {"{\"loss_yuan\":20000000}", 2, "loss_yuan"},
        {"{\"loss_yuan\":100000000}", 1, "loss_yuan"},
        {"{\"operator\":\"other\",\"stop_minutes\":400}", 4, ""}, /* a stop counts only for CII */
        {"{\"operator\":\"cii\",\"stop_minutes\":9}", 4, ""},
        {"{\"operator\":\"cii\",\"stop_minutes\":10}", 3, "stop_minutes"},
        {"{\"operator\":\"cii\",\"stop_minutes\":60}", 2, "stop_minutes"},
        {"{\"operator\":\"cii\",\"stop_minutes\":360}", 1, "stop_minutes"},
        {"{\"operator\":\"cii\",\"main_stop_minutes\":1440}", 1, "main_stop_minutes"},
        {"{\"people\":1000000}", 2, "people"},
        {"{\"city_percent\":100}", 2, "city_percent"}, /* never above 重大 by a prefecture alone */
        {"{\"province_percent\":50}", 1, "province_percent"},
        {"{\"important_data\":true}", 3, "important_data"},
        {"{\"loss_yuan\":5000000,\"people\":10000000}", 1, "people"}, /* the gravest of any */
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *measure;
        if (graded(l, cases[i].facts, &measure) != cases[i].grade || strcmp(measure, cases[i].measure) != 0)
            fail_msg("%s", cases[i].facts);
    }
    levels_close(l);
}

static int64_t at(const char *time) { return store_time_us(time, strlen(time)); }
static int64_t done_us;
static int64_t done(void *context, const char *channel)
{
    (void)context;
    (void)channel;
    return done_us;
}

static void clocks_by_hand(void **state)
{
    (void)state;
    struct levels *l = levels_open(NULL, &fault);
    struct clock_state clocks[CLOCKS_MOST];
    static const struct {
        const char *facts;
        unsigned grade, count;
        const char *due;
    } cases[] = {
        {"{\"operator\":\"cii\",\"discovered_at\":\"2026-03-01T08:00:00+0000\"}", 3, 1, "2026-03-01T09:00:00+0000"},
        {"{\"operator\":\"other\",\"discovered_at\":\"2026-03-01T08:00:00+0000\"}", 2, 1, "2026-03-01T12:00:00+0000"},
        {"{\"operator\":\"central\",\"discovered_at\":\"2026-03-01T23:30:00+0000\"}", 1, 1, "2026-03-02T01:30:00+0000"},
        {"{\"operator\":\"other\",\"discovered_at\":\"2026-03-01T08:00:00+0000\"}", 4, 0, ""},
        {"{\"operator\":\"other\",\"handled_at\":\"2026-03-02T00:00:00+0000\"}", 4, 1, "2026-04-01T00:00:00+0000"},
    };
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_t *document = json_loads(cases[i].facts, 0, NULL);
        int64_t due_us = *cases[i].due ? at(cases[i].due) : 0;
        done_us = 0;
        assert_int_equal(incident_clocks(l, document, cases[i].grade, due_us, done, NULL, clocks), cases[i].count);
        if (cases[i].count) {
            assert_true(clocks[0].due_us == due_us);
            assert_false(clocks[0].overdue); /* at the very moment it is not */
            incident_clocks(l, document, cases[i].grade, due_us + 1, done, NULL, clocks);
            assert_true(clocks[0].overdue);
            done_us = due_us - 1; /* reported in time: never overdue again */
            incident_clocks(l, document, cases[i].grade, due_us + 1, done, NULL, clocks);
            assert_false(clocks[0].overdue);
            done_us = due_us + 1;
            incident_clocks(l, document, cases[i].grade, due_us + 2, done, NULL, clocks);
            assert_true(clocks[0].overdue); /* reported too late */
        }
        json_decref(document);
    }
    levels_close(l);
}

/* ---- steps as they are kept ---- */

struct seen {
    unsigned steps, verified;
    char last[32];
};

static bool see(void *context, const struct matter_step *s)
{
    struct seen *seen = context;
    seen->steps++;
    seen->verified += s->verified;
    snprintf(seen->last, sizeof seen->last, "%s", s->action);
    return true;
}

static enum matter_result step(struct control *c, const struct keys *keys, const char *id, const char *action,
                               const char *actor, unsigned given, unsigned level)
{
    enum step_refusal refusal;
    struct matter_order order = {.request = {.action = action, .actor = actor, .role = ROLE_OFFICER, .given = given},
                                 .now_us = 1000000,
                                 .level = level};
    return matters_step(c, &(struct signer){keys, NULL}, id, &order, &refusal, zh, en, &fault);
}

static void steps_are_kept(void **state)
{
    (void)state;
    char directory[] = "/tmp/wanglou-work-XXXXXX", command[64];
    struct keys keys, other;
    struct seen seen = {0};
    assert_true(sodium_init() >= 0);
    assert_non_null(mkdtemp(directory));
    assert_true(keys_make(&keys, "city", &fault));
    assert_true(keys_make(&other, "city", &fault));
    struct control *c = control_open(directory, &fault);
    assert_non_null(c);
    struct matter m = {.kind = MATTER_WARNING, .author = "author", .title = "t", .level = 3, .document = json_object()};
    ulid_make(m.id, 1, 2, 3);
    assert_true(matters_begin(c, &(struct signer){&keys, NULL}, &m, "create", "officer", 1, &fault));
    assert_int_equal(step(c, &keys, m.id, "publish", "other", 0, 0), MATTER_REFUSED);
    assert_int_equal(step(c, &keys, m.id, "submit", "author", 0, 0), MATTER_DONE);
    assert_int_equal(step(c, &keys, m.id, "approve", "author", NEEDS(LEVEL), 2), MATTER_REFUSED);
    assert_int_equal(step(c, &keys, m.id, "approve", "other", NEEDS(LEVEL), 2), MATTER_DONE);
    assert_int_equal(step(c, &keys, "01ARZ3NDEKTSV4RRFFQ69G5FAV", "approve", "x", 0, 2), MATTER_UNKNOWN);
    matter_free(&m);
    assert_true(matters_get(c, m.id, &m, &fault));
    assert_string_equal(m.state, "approved");
    assert_int_equal(m.level, 2);
    assert_true(matters_steps(c, &keys, &m, see, &seen, &fault));
    assert_int_equal(seen.steps, 3); /* those that were refused are not there */
    assert_int_equal(seen.verified, 3);
    assert_string_equal(seen.last, "approve");
    seen = (struct seen){0};
    assert_true(matters_steps(c, &other, &m, see, &seen, &fault));
    assert_int_equal(seen.verified, 0); /* another node's key */
    struct fault expected = {""};
    sqlite3 *db = control_lock(c);
    assert_false(database_run(db, &expected, "UPDATE matter_step SET actor='x'", ""));
    assert_false(database_run(db, &expected, "DELETE FROM matter_step", ""));
    assert_true(database_run(db, &fault, "DROP TRIGGER matter_step_no_update", ""));
    assert_true(database_run(db, &fault, "UPDATE matter_step SET actor='x' WHERE action='approve'", ""));
    control_unlock(c);
    seen = (struct seen){0};
    assert_true(matters_steps(c, &keys, &m, see, &seen, &fault));
    assert_int_equal(seen.verified, 2); /* what was changed behind our back shows */
    matter_free(&m);
    control_close(c);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    assert_int_equal(system(command), 0);
}

/* ---- the register ---- */

static void dates_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *from;
        unsigned months;
        const char *due;
    } cases[] = {
        {"2025-03-15", 12, "2026-03-15"}, {"2025-03-15", 24, "2027-03-15"}, {"2024-02-29", 12, "2025-02-28"},
        {"2024-02-29", 48, "2028-02-29"}, {"2025-12-31", 2, "2026-02-28"},  {"2025-01-01", 0, "2025-01-01"},
    };
    char out[DATE_LENGTH + 1];
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(date_add_months(cases[i].from, cases[i].months, out));
        assert_string_equal(out, cases[i].due);
    }
    static const char *const wrong[] = {"", "2025-02-29", "2025-13-01", "2025-00-10", "2025-1-1", "20250101xx"};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(date_add_months(wrong[i], 1, out));
}

static bool name_row(void *context, const struct enterprise *e)
{
    size_t n = strlen(context);
    snprintf((char *)context + n, 256 - n, "%s%s ", e->name, e->never ? "?" : "");
    return true;
}

/* 甲 grade 3 assessed 2025-03-15: due 2026-03-15. 乙 its own grade 2: due 2027-03-15. 丙 grade 1: never. 丁 grade 3,
 * not assessed at all. 戊 graded 1 by itself, verified as 3: the verified one counts. */
static void overdue_lists(void **state)
{
    (void)state;
    char directory[] = "/tmp/wanglou-register-XXXXXX", command[64];
    assert_non_null(mkdtemp(directory));
    struct control *c = control_open(directory, &fault);
    assert_non_null(c);
    const struct enterprise given[] = {
        {.name = "A",
         .class = "connected",
         .node = "",
         .verified_grade = 3,
         .assessed = "2025-03-15",
         .document = "{}"},
        {.name = "B", .class = "connected", .node = "", .self_grade = 2, .assessed = "2025-03-15", .document = "{}"},
        {.name = "C", .class = "platform", .node = "", .self_grade = 1, .assessed = "2020-01-01", .document = "{}"},
        {.name = "D", .class = "connected", .node = "", .self_grade = 3, .assessed = "", .document = "{}"},
        {.name = "E",
         .class = "connected",
         .node = "",
         .self_grade = 1,
         .verified_grade = 3,
         .assessed = "2024-06-30",
         .document = "{}"},
    };
    static const struct {
        const char *today, *overdue;
    } days[] = {{"2025-06-30", "D? "},     {"2025-07-01", "D? E "},   {"2026-03-15", "D? E "},
                {"2026-03-16", "A D? E "}, {"2027-03-15", "A D? E "}, {"2027-03-16", "A B D? E "}};
    for (unsigned i = 0; i < sizeof given / sizeof *given; i++)
        assert_int_equal(register_put(c, &given[i], "wang", 1, &fault), i + 1);
    assert_int_equal(register_put(c, &given[0], "wang", 2, &fault), 1); /* the same again is the same */
    for (unsigned i = 0; i < sizeof days / sizeof *days; i++) {
        char names[256] = "";
        assert_true(register_list(c, 0, true, days[i].today, name_row, names, &fault));
        assert_string_equal(names, days[i].overdue);
    }
    control_close(c);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_action),
        cmocka_unit_test(tables_hold_together),
        cmocka_unit_test(who_may),
        cmocka_unit_test(matrix_by_hand),
        cmocka_unit_test(grades_by_hand),
        cmocka_unit_test(clocks_by_hand),
        cmocka_unit_test(steps_are_kept),
        cmocka_unit_test(dates_by_hand),
        cmocka_unit_test(overdue_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
