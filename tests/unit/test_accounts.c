/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, sessions and the audit log: first start, lock-out, rules for passwords, time-outs, a broken chain. */
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

#include "collector/service/audit.h"
#include "collector/service/sessions.h"

static char directory[64];
static struct fault fault;
static struct control *control;
static char told[ROLE_COUNT][ONE_TIME_ROOM];
static struct account people[ROLE_COUNT];
static const struct accounts_policy policy = {3, 900};

static void tell(void *context, const struct account *account, const char *password)
{
    (void)context;
    people[account->role] = *account;
    snprintf(told[account->role], sizeof told[account->role], "%s", password);
}

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/wanglou-accounts-XXXXXX");
    fault.text[0] = 0;
    if (sodium_init() < 0 || !mkdtemp(directory)) return -1;
    control = control_open(directory, &fault);
    return control && accounts_first_start(control, tell, NULL, &fault) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    control_close(control);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static enum sign_in sign_in(const char *name, const char *password)
{
    struct account account;
    return accounts_sign_in(control, &policy, name, password, "", &account, &fault);
}

static bool count_account(void *context, const struct account *account)
{
    (void)account;
    ++*(unsigned *)context;
    return true;
}

static void first_start_makes_one_of_each_role_once(void **state)
{
    (void)state;
    unsigned count = 0;
    for (int role = 0; role < ROLE_COUNT; role++) {
        assert_int_equal(strlen(told[role]), 17);
        assert_true(people[role].must_change_password);
        assert_int_equal(sign_in(people[role].name, told[role]), SIGNED_IN);
    }
    assert_string_not_equal(told[0], told[1]);
    told[0][0] = 0;
    assert_true(accounts_first_start(control, tell, NULL, &fault));
    assert_int_equal(told[0][0], 0);
    assert_true(accounts_list(control, count_account, &count, &fault));
    assert_int_equal(count, ROLE_COUNT);
}

static void wrong_ones_are_refused_and_locked_out(void **state)
{
    (void)state;
    const char *name = people[ROLE_OFFICER].name, *password = told[ROLE_OFFICER];
    assert_int_equal(sign_in("nobody", password), SIGN_IN_WRONG);
    assert_int_equal(sign_in(name, ""), SIGN_IN_WRONG);
    assert_int_equal(sign_in(name, told[ROLE_AUDITOR]), SIGN_IN_WRONG);
    assert_int_equal(sign_in(name, password), SIGNED_IN); /* counts from nought again */
    for (int i = 0; i < 3; i++) assert_int_equal(sign_in(name, "wrong"), SIGN_IN_WRONG);
    assert_int_equal(sign_in(name, "wrong"), SIGN_IN_WRONG);
    assert_int_equal(sign_in(name, password), SIGN_IN_LOCKED);
    assert_int_equal(sign_in(people[ROLE_AUDITOR].name, told[ROLE_AUDITOR]), SIGNED_IN); /* others are not */
    assert_int_equal(accounts_reset_password(control, people[ROLE_OFFICER].number, told[ROLE_OFFICER], &fault),
                     ACCOUNT_CHANGED);
    assert_int_equal(sign_in(name, told[ROLE_OFFICER]), SIGNED_IN);
}

static void passwords_must_be_good_and_new(void **state)
{
    (void)state;
    static const struct {
        const char *password, *flaw;
    } rules[] = {
        {"Ab1!", "short"},           {"alllowercase", "simple"},       {"Security-99", "name"},
        {"My-Password-1", "common"}, {"长城长城长城长城长城A1", NULL}, {"correct horse battery", NULL},
        {"Zhanjiang-24", NULL},
    };
    const char *flaw = NULL;
    int64_t number = people[ROLE_OFFICER].number;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        flaw = accounts_password_flaw("security", rules[i].password);
        if (rules[i].flaw)
            assert_string_equal(flaw, rules[i].flaw);
        else
            assert_null(flaw);
    }
    assert_int_equal(accounts_change_password(control, number, "wrong", "Zhanjiang-24", &flaw, &fault), PASSWORD_WRONG);
    assert_int_equal(accounts_change_password(control, number, told[ROLE_OFFICER], told[ROLE_OFFICER], &flaw, &fault),
                     PASSWORD_FLAWED);
    assert_string_equal(flaw, "same");
    assert_int_equal(accounts_change_password(control, number, told[ROLE_OFFICER], "Zhanjiang-24", &flaw, &fault),
                     PASSWORD_CHANGED);
    assert_int_equal(sign_in(people[ROLE_OFFICER].name, told[ROLE_OFFICER]), SIGN_IN_WRONG);
    struct account account;
    assert_int_equal(accounts_sign_in(control, &policy, "SECURITY", "Zhanjiang-24", "", &account, &fault), SIGNED_IN);
    assert_false(account.must_change_password);
}

static void accounts_are_added_and_disabled(void **state)
{
    (void)state;
    char password[ONE_TIME_ROOM];
    int64_t number = 0;
    assert_int_equal(accounts_disable(control, people[ROLE_OFFICER].number, true, &fault), ACCOUNT_LAST);
    assert_int_equal(accounts_add(control, "li.na", "李娜", ROLE_OFFICER, password, &number, &fault), ACCOUNT_CHANGED);
    assert_int_equal(accounts_add(control, "LI.NA", "李娜", ROLE_AUDITOR, password, &number, &fault), ACCOUNT_EXISTS);
    assert_int_equal(accounts_disable(control, people[ROLE_OFFICER].number, true, &fault), ACCOUNT_CHANGED);
    assert_int_equal(sign_in(people[ROLE_OFFICER].name, told[ROLE_OFFICER]), SIGN_IN_WRONG);
    assert_int_equal(accounts_disable(control, 999, true, &fault), ACCOUNT_UNKNOWN);
    static const char *const wrong[] = {"", ".x", "a b", "a'b", "名", "x\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(account_name_valid(wrong[i]));
    assert_true(account_name_valid("li.na@plant-1"));
}

static void sessions_end_when_they_should(void **state)
{
    (void)state;
    struct sessions *sessions = sessions_make(1, 3);
    struct session session;
    char first[SESSION_TOKEN + 1], token[SESSION_TOKEN + 1];
    sessions_begin(sessions, &people[0], &(struct person_key){0}, first, &session);
    assert_true(sessions_find(sessions, first, true, &session));
    assert_int_equal(session.account.number, people[0].number);
    assert_int_equal(strlen(session.csrf), SESSION_TOKEN);
    assert_string_not_equal(session.csrf, first);
    assert_false(sessions_find(sessions, "short", true, &session));
    for (int i = 0; i < SESSIONS_OF_ACCOUNT; i++)
        sessions_begin(sessions, &people[0], &(struct person_key){0}, token, &session);
    assert_false(sessions_find(sessions, first, true, &session)); /* pushed out by the ninth */
    sessions_begin(sessions, &people[1], &(struct person_key){0}, first, &session);
    sessions_end_account(sessions, people[0].number);
    assert_false(sessions_find(sessions, token, true, &session));
    assert_true(sessions_find(sessions, first, true, &session));
    sessions_end(sessions, first);
    assert_false(sessions_find(sessions, first, true, &session));
    sessions_begin(sessions, &people[1], &(struct person_key){0}, first, &session);
    sleep(2);
    assert_false(sessions_find(sessions, first, true, &session)); /* idle */
    sessions_free(sessions);
}

static bool take_record(void *context, const struct audit_record *record)
{
    snprintf(context, 256, "%lld %s %s %s %s", (long long)record->number, record->actor, record->action, record->object,
             record->detail);
    return false;
}

static void audit_chain_tells_what_was_changed(void **state)
{
    (void)state;
    uint64_t records;
    char head[AUDIT_HASH + 1], text[256] = "", *long_text = malloc(6000);
    memset(long_text, 'x', 5999);
    long_text[5999] = 0;
    for (int i = 0; i < 20; i++) {
        struct audit_record record = {.actor = "zhang",
                                      .address = "127.0.0.1",
                                      .action = i % 2 ? "alert.state" : "session.sign_in",
                                      .object = "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                                      .detail = i == 7 ? long_text : "关闭\n"};
        assert_true(audit_write(control, &record, &fault));
    }
    free(long_text);
    assert_true(audit_verify(control, &records, head, &fault));
    assert_int_equal(records, 20);
    struct audit_query query = {.action = "session.", .limit = 5};
    assert_true(audit_list(control, &query, take_record, text, &fault));
    assert_string_equal(text, "19 zhang session.sign_in 01ARZ3NDEKTSV4RRFFQ69G5FAV 关闭\n");
    sqlite3 *database = control_lock(control);
    assert_int_not_equal(sqlite3_exec(database, "UPDATE audit SET actor='li' WHERE number=9", NULL, NULL, NULL),
                         SQLITE_OK);
    assert_int_not_equal(sqlite3_exec(database, "DELETE FROM audit", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, "DROP TRIGGER audit_no_update; UPDATE audit SET actor='li' WHERE number=9",
                                  NULL, NULL, NULL),
                     SQLITE_OK); /* whoever has the file can */
    control_unlock(control);
    assert_false(audit_verify(control, &records, head, &fault));
    assert_non_null(strstr(fault.text, "record 9 was changed"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(first_start_makes_one_of_each_role_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_ones_are_refused_and_locked_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(passwords_must_be_good_and_new, set_up, tear_down),
        cmocka_unit_test_setup_teardown(accounts_are_added_and_disabled, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sessions_end_when_they_should, set_up, tear_down),
        cmocka_unit_test_setup_teardown(audit_chain_tells_what_was_changed, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
