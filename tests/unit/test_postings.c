/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a day against the plain truth: random rows in many commits, late ones too, asked by ranges and keys; and
 * a file of before, which has other indexes, brought up to date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/store/database.h"
#include "collector/store/day.h"
#include "collector/store/postings.h"
#include "collector/store/store.h"

enum { ROWS = 20000, KEYS = 12 };
static const char tables[] =
    "CREATE TABLE event(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, source INTEGER, target INTEGER, line TEXT NOT"
    " NULL); CREATE INDEX event_kind ON event(kind); CREATE INDEX event_source ON event(source);"
    "CREATE INDEX event_target ON event(target);";
static struct place truth[ROWS];
static uint64_t seed = 7;

static uint64_t any(uint64_t below)
{
    seed ^= seed >> 12, seed ^= seed << 25, seed ^= seed >> 27;
    return (seed * 0x2545f4914f6cdd1du >> 11) % below;
}

static int greatest_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x > y ? -1 : x < y;
}

/* Commits of 1 to 400 rows, most of them near the running time, some hours late. */
static void fill(sqlite3 *database)
{
    struct places places = {0};
    sqlite3_stmt *insert = database_prepare(database, postings_insert, NULL);
    int64_t now = 0;
    for (size_t i = 0; i < ROWS;) {
        for (uint64_t left = 1 + any(400); left && i < ROWS; left--, i++) {
            now += (int64_t)any(5000) << (DAY_MS_SHIFT - 3);
            int64_t n = (any(10) ? now : (int64_t)any((uint64_t)now + 1)) + (int64_t)any(1 << 20) * ROWS + (int64_t)i;
            truth[i] = (struct place){(int64_t)any(KEYS) - KEYS / 2, n};
            assert_true(places_add(&places, truth[i].key, truth[i].n));
        }
        assert_true(places_write(&places, insert));
        assert_int_equal(places.count, 0);
    }
    sqlite3_finalize(insert);
    free(places.rows);
}

static void compare(sqlite3 *database, const int64_t *keys, unsigned count, int64_t least, int64_t most)
{
    static int64_t expected[ROWS];
    size_t wanted = 0, i = 0;
    int64_t n;
    struct fault fault = {""};
    for (size_t k = 0; k < ROWS; k++)
        for (unsigned key = 0; key < count; key++)
            if (truth[k].key == keys[key] && truth[k].n >= least && truth[k].n < most) expected[wanted++] = truth[k].n;
    if (wanted) qsort(expected, wanted, sizeof *expected, greatest_first);
    struct postings *p = postings_open(database, keys, count, least, most, &fault);
    assert_non_null(p);
    for (; postings_next(p, &n, &fault); i++) {
        assert_true(i < wanted);
        assert_int_equal(n, expected[i]);
    }
    assert_int_equal(i, wanted);
    assert_string_equal(fault.text, "");
    postings_close(p);
}

static void as_the_rows_are(void **state)
{
    (void)state;
    sqlite3 *database;
    int64_t keys[POSTING_KEYS_MOST + 1], greatest = 0;
    assert_int_equal(sqlite3_open(":memory:", &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, tables, NULL, NULL, NULL), SQLITE_OK);
    assert_false(postings_there(database));
    assert_int_equal(sqlite3_exec(database, postings_schema, NULL, NULL, NULL), SQLITE_OK);
    assert_true(postings_there(database));
    fill(database);
    for (size_t i = 0; i < ROWS; i++)
        if (truth[i].n > greatest) greatest = truth[i].n;
    assert_int_equal(postings_keys(database, INT64_MIN, INT64_MAX, keys), KEYS);
    assert_int_equal(postings_keys(database, -2, 1, keys), 4);
    compare(database, keys, 4, 0, INT64_MAX);
    for (int round = 0; round < 60; round++) {
        int64_t least = (int64_t)any((uint64_t)greatest), most = least + (int64_t)any((uint64_t)greatest);
        unsigned count = (unsigned)postings_keys(database, (int64_t)any(KEYS) - KEYS, (int64_t)any(KEYS), keys);
        compare(database, keys, count, round % 3 ? least : 0, round % 5 ? most : INT64_MAX);
    }
    int64_t none = 1000;
    compare(database, &none, 1, 0, INT64_MAX);
    sqlite3_close(database);
}

/* As files of before are: three indexes, user_version 1. What is there is found by the new index when it is opened. */
static void an_older_file(void **state)
{
    (void)state;
    char directory[] = "/tmp/wanglou-postings-XXXXXX", events[64], path[DAY_PATH_MAX], command[96];
    sqlite3 *database;
    struct fault fault = {""};
    int64_t keys[POSTING_KEYS_MOST + 1], n;
    assert_non_null(mkdtemp(directory));
    snprintf(events, sizeof events, "%s/events", directory);
    assert_int_equal(mkdir(events, 0700), 0);
    day_path(path, directory, 20000);
    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, tables, NULL, NULL, NULL), SQLITE_OK);
    static const char old[] =
        "CREATE TABLE kind(kind INTEGER PRIMARY KEY, type TEXT NOT NULL, sensor TEXT NOT NULL,"
        " protocol TEXT NOT NULL, class TEXT NOT NULL, UNIQUE(type, sensor, protocol, class));"
        "CREATE TABLE minute(minute INTEGER NOT NULL, kind INTEGER NOT NULL, events INTEGER NOT NULL,"
        " PRIMARY KEY(minute, kind)) WITHOUT ROWID; PRAGMA user_version=1;"
        "INSERT INTO event VALUES(10,1,5,6,'a'),(20,2,6,5,'b'),(30,1,5,5,'c'),(40,1,NULL,7,'d')";
    assert_int_equal(sqlite3_exec(database, old, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(database);
    assert_true(day_is_old(directory, 20000));
    struct day_file *day = day_open(directory, 20000, &fault);
    assert_string_equal(fault.text, "");
    day_close(day);
    assert_false(day_is_old(directory, 20000));
    database = database_open_reader(path, &fault);
    static const struct {
        int64_t key, rows[3];
    } expected[] = {{5, {30, 20, 10}}, {6, {20, 10}}, {7, {40}}, {-1, {40, 30, 10}}, {-2, {20}}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct postings *p = postings_open(database, &expected[i].key, 1, 0, INT64_MAX, &fault);
        for (size_t k = 0; k < 3 && expected[i].rows[k]; k++) {
            assert_true(postings_next(p, &n, &fault));
            assert_int_equal(n, expected[i].rows[k]);
        }
        assert_true(expected[i].rows[2] || !postings_next(p, &n, &fault));
        postings_close(p);
    }
    assert_int_equal(postings_keys(database, 0, INT64_MAX, keys), 3);
    database_close(database);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_the_rows_are),
        cmocka_unit_test(an_older_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
