/* SPDX-License-Identifier: Apache-2.0 */
/* The spool: order, acknowledgement, crashes at every named point, torn and damaged places, full disk, epochs. */
#include "common/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { SEGMENT = 4096 };
static char directory[64];
static struct spool_options options = {.directory = directory, .segment_bytes = SEGMENT};

static int start(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/wanglou-spool-XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static void remove_files(void)
{
    DIR *list = opendir(directory);
    struct dirent *entry;
    while (list && (entry = readdir(list)))
        if (entry->d_name[0] != '.') unlinkat(dirfd(list), entry->d_name, 0);
    if (list) closedir(list);
}

static int finish(void **state)
{
    (void)state;
    spool_on_point(NULL);
    remove_files();
    return rmdir(directory);
}

static struct spool *open_spool(void)
{
    struct fault notice = {0}, fault = {0};
    struct spool *s = spool_open(&options, &notice, &fault);
    if (!s) fail_msg("%s", fault.text);
    return s;
}

static struct spool_state look(const struct spool *s)
{
    struct spool_state state;
    spool_look(s, &state);
    return state;
}

/* A batch whose bytes tell its first number; its count and length follow from it. */
static uint32_t count_of(uint64_t first) { return (uint32_t)(first * 7 % 5 + 1); }
static size_t fill(uint8_t *data, uint64_t first)
{
    size_t n = (size_t)(first * 131 % 700 + 20);
    for (size_t i = 0; i < n; i++) data[i] = (uint8_t)(first + i * 17);
    return n;
}

static int append(struct spool *s)
{
    uint8_t data[1000];
    uint64_t first = look(s).next;
    size_t n = fill(data, first);
    return spool_append(s, data, n, count_of(first));
}

static bool intact(const struct spool_record *r)
{
    uint8_t data[1000];
    size_t n = fill(data, r->first);
    return r->length == n && r->count == count_of(r->first) && memcmp(data, r->data, n) == 0;
}

/* Reads everything from `from` on; every batch must be intact and follow the one before. Returns the next number. */
static uint64_t read_on(struct spool *s, uint64_t from)
{
    struct spool_record record;
    if (spool_read(s, from, &record) && record.first < from) from = record.first; /* `from` may stand within a batch */
    while (spool_read(s, from, &record)) {
        if (record.first != from || !intact(&record)) fail_msg("at %" PRIu64 ": got %" PRIu64, from, record.first);
        from = record.first + record.count;
    }
    return from;
}

static void test_order(void **state)
{
    struct spool_record record;
    (void)state;
    struct spool *s = open_spool();
    uint64_t epoch = look(s).epoch;
    assert_int_equal(look(s).next, 1);
    assert_false(spool_read(s, 1, &record));
    for (int i = 0; i < 200; i++) {
        assert_int_equal(append(s), 0);
        if (i == 50) assert_int_equal(read_on(s, 1), look(s).next);
    }
    uint64_t next = look(s).next;
    assert_int_equal(read_on(s, 1), next);
    assert_int_equal(read_on(s, 1), next);
    /* A number in the middle of a batch finds the batch. */
    assert_true(spool_read(s, 1, &record));
    uint64_t second = record.first + record.count;
    assert_true(spool_read(s, second, &record));
    assert_int_equal(record.first, second);
    spool_close(s);
    s = open_spool();
    assert_int_equal(look(s).epoch, epoch);
    assert_int_equal(look(s).next, next);
    assert_int_equal(read_on(s, 1), next);
    spool_close(s);
}

static unsigned files(void)
{
    DIR *list = opendir(directory);
    struct dirent *entry;
    unsigned n = 0;
    while ((entry = readdir(list))) n += strstr(entry->d_name, ".spool") != NULL;
    closedir(list);
    return n;
}

static void test_acknowledge_deletes(void **state)
{
    (void)state;
    struct spool *s = open_spool();
    for (int i = 0; i < 200; i++) append(s);
    assert_true(files() > 10);
    uint64_t next = look(s).next;
    spool_acknowledge(s, next / 2);
    unsigned half = files();
    assert_true(half > 3 && half < 15);
    assert_int_equal(look(s).first, next / 2);
    spool_acknowledge(s, next / 4); /* never back */
    assert_int_equal(look(s).first, next / 2);
    spool_acknowledge(s, next + 1000); /* never beyond */
    assert_int_equal(look(s).first, next);
    assert_int_equal(files(), 1);
    assert_true(look(s).bytes <= SEGMENT + 1000);
    spool_close(s);
    s = open_spool();
    assert_int_equal(look(s).next, next);
    assert_int_equal(look(s).first, next);
    assert_int_equal(look(s).dropped, 0);
    append(s);
    assert_int_equal(read_on(s, next), look(s).next);
    spool_close(s);
}

static void test_one_process(void **state)
{
    struct fault fault = {0};
    (void)state;
    struct spool *s = open_spool();
    assert_null(spool_open(&options, NULL, &fault));
    assert_non_null(strstr(fault.text, "another process"));
    spool_close(s);
}

/* ---- crashes ---------------------------------------------------------------------------------------------------- */

struct progress {
    uint64_t appended, acknowledged, dropped; /* what had returned before the crash */
    uint64_t epoch;
};
static struct progress *progress;
static const char *crash_at;
static int crash_after;

static void crash(const char *point)
{
    if (strcmp(point, crash_at) == 0 && crash_after-- == 0) raise(SIGKILL);
}

static void work(void)
{
    struct spool *s = spool_open(&options, NULL, NULL);
    if (!s) _exit(3);
    progress->epoch = look(s).epoch;
    for (int i = 0; i < 120; i++) {
        if (append(s)) _exit(4);
        progress->appended = look(s).next;
        if (i % 10 == 0) spool_sync(s);
        if (i % 30 == 29) {
            uint64_t next = look(s).first + (look(s).next - look(s).first) / 2;
            progress->acknowledged = next;
            spool_acknowledge(s, next);
        }
        if (i == 100) {
            progress->dropped = 1;
            spool_drop_oldest(s);
        }
    }
    spool_close(s);
}

/* Kills a process at the occurrence `after` of the point; false when the work had ended before. */
static bool killed_at(const char *point, int after)
{
    int status;
    memset(progress, 0, sizeof *progress);
    pid_t child = fork();
    if (child == 0) {
        crash_at = point;
        crash_after = after;
        spool_on_point(crash);
        work();
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status)) fail_msg("child: %d", WEXITSTATUS(status));
    return WIFSIGNALED(status);
}

static void test_crash_points(void **state)
{
    static const char *const points[] = {"state-half", "state-written", "state-renamed", "seal",
                                         "create",     "header",        "append-head",   "append-half",
                                         "append",     "sync",          "predelete",     "unlink"};
    (void)state;
    progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (unsigned i = 0; i < sizeof points / sizeof *points; i++) {
        unsigned kills = 0;
        for (int after = 0; after < 60; after += after < 4 ? 1 : 7) {
            if (!killed_at(points[i], after)) break;
            kills++;
            struct spool *s = open_spool();
            struct spool_state now = look(s);
            bool one_more = now.next >= progress->appended && now.next <= progress->appended + 5;
            if (progress->appended && !one_more)
                fail_msg("%s, %d: appended %" PRIu64 ", found %" PRIu64, points[i], after, progress->appended,
                         now.next);
            if (progress->epoch && now.epoch != progress->epoch) fail_msg("%s, %d: new epoch", points[i], after);
            assert_true(now.first <= progress->acknowledged || progress->dropped || now.first <= 1);
            if (read_on(s, now.first ? now.first : 1) != now.next) fail_msg("%s, %d: hole", points[i], after);
            assert_int_equal(look(s).damaged, 0);
            append(s);
            assert_int_equal(read_on(s, now.next), look(s).next);
            spool_close(s);
            remove_files();
        }
        if (!kills) fail_msg("%s: never reached", points[i]);
        remove_files();
    }
    munmap(progress, sizeof *progress);
}

/* ---- damage ------------------------------------------------------------------------------------------------------ */

static void path_of(char *path, size_t room, uint64_t first)
{
    snprintf(path, room, "%s/%020" PRIu64 ".spool", directory, first);
}

static void test_torn_tail(void **state)
{
    char path[128];
    struct stat about;
    (void)state;
    options.segment_bytes = 1 << 20;
    struct spool *s = open_spool();
    for (int i = 0; i < 3; i++) append(s);
    uint64_t before = look(s).next, size = look(s).bytes;
    append(s);
    spool_close(s);
    path_of(path, sizeof path, 1);
    stat(path, &about);
    for (off_t cut = about.st_size - 1; cut >= (off_t)size; cut--) {
        assert_int_equal(truncate(path, cut), 0);
        s = open_spool();
        assert_int_equal(look(s).next, before);
        assert_int_equal(read_on(s, 1), before);
        append(s);
        assert_int_equal(read_on(s, 1), look(s).next);
        spool_close(s);
        stat(path, &about);
        if (cut > about.st_size) cut = about.st_size;
    }
    options.segment_bytes = SEGMENT;
}

static void flip(const char *path, off_t at)
{
    uint8_t byte;
    int file = open(path, O_RDWR);
    assert_int_equal(pread(file, &byte, 1, at), 1);
    byte ^= 0x40;
    assert_int_equal(pwrite(file, &byte, 1, at), 1);
    close(file);
}

/* Every 13th byte of a sealed segment: what follows is read, what is lost is counted. */
static void test_damage_is_passed_over(void **state)
{
    char path[128];
    struct stat about;
    (void)state;
    struct spool *s = open_spool();
    for (int i = 0; i < 60; i++) append(s);
    uint64_t next = look(s).next;
    path_of(path, sizeof path, 1);
    stat(path, &about);
    for (off_t at = 24; at < about.st_size; at += 13) {
        struct spool_record record;
        uint64_t from = 1, got = 0, before = look(s).damaged;
        flip(path, at);
        while (spool_read(s, from, &record)) {
            assert_true(intact(&record));
            assert_true(record.first >= from);
            got += record.count;
            from = record.first + record.count;
        }
        assert_int_equal(from, next);
        assert_true(got < next - 1);
        assert_int_equal(got + look(s).damaged - before, next - 1);
        flip(path, at);
    }
    assert_int_equal(read_on(s, 1), next);
    /* A segment that is gone is damage, too. */
    uint64_t before = look(s).damaged;
    struct spool_record record;
    unlink(path);
    assert_true(spool_read(s, 1, &record));
    assert_int_equal(look(s).damaged - before, record.first - 1);
    spool_close(s);
}

/* ---- full disk and epochs ---------------------------------------------------------------------------------------- */

static void test_full_disk(void **state)
{
    (void)state;
    options.segment_bytes = 1 << 20;
    struct spool *s = open_spool();
    for (int i = 0; i < 10; i++) append(s);
    uint64_t before = look(s).next, bytes = look(s).bytes;
    struct rlimit old, small;
    getrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t more = 0; more < 60; more += 7) {
        small = (struct rlimit){bytes + more, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        int error = append(s);
        setrlimit(RLIMIT_FSIZE, &old);
        assert_int_equal(error, EFBIG);
        assert_int_equal(look(s).next, before);
        assert_int_equal(look(s).bytes, bytes);
    }
    assert_int_equal(append(s), 0);
    assert_int_equal(read_on(s, 1), look(s).next);
    /* Dropping the only segment frees its space; the numbers go on. */
    uint64_t next = look(s).next;
    spool_acknowledge(s, 5);
    assert_true(spool_drop_oldest(s));
    assert_int_equal(look(s).dropped, next - 5);
    assert_int_equal(look(s).bytes, 0);
    assert_false(spool_drop_oldest(s));
    assert_int_equal(append(s), 0);
    assert_int_equal(look(s).first, next);
    uint64_t after = look(s).next;
    spool_close(s);
    s = open_spool();
    assert_int_equal(look(s).dropped, next - 5);
    assert_int_equal(read_on(s, next), after);
    spool_close(s);
    options.segment_bytes = SEGMENT;
}

static void test_epochs(void **state)
{
    char path[128];
    (void)state;
    struct spool *s = open_spool();
    uint64_t first = look(s).epoch;
    for (int i = 0; i < 5; i++) append(s);
    uint64_t next = look(s).next;
    assert_int_equal(spool_renew(s, first + 1000000), 0);
    assert_int_equal(look(s).epoch, first + 1000001);
    assert_int_equal(read_on(s, 1), next);
    spool_close(s);
    /* The log is deleted, then the state: each is a new sequence. */
    path_of(path, sizeof path, 1);
    unlink(path);
    s = open_spool();
    assert_true(look(s).epoch > first + 1000001);
    append(s);
    uint64_t third = look(s).epoch;
    spool_close(s);
    snprintf(path, sizeof path, "%s/state", directory);
    unlink(path);
    s = open_spool();
    assert_int_not_equal(look(s).epoch, third);
    spool_close(s);
}

/* A machine that stopped with the log open: its state names another boot. */
static void test_other_boot(void **state)
{
    char path[128];
    struct fault notice = {0};
    (void)state;
    struct spool *s = open_spool();
    append(s);
    uint64_t epoch = look(s).epoch;
    spool_close(s);
    snprintf(path, sizeof path, "%s/state", directory);
    s = spool_open(&options, &notice, NULL);
    assert_int_equal(look(s).epoch, epoch);
    assert_string_equal(notice.text, "");
    spool_close(s);
    /* The state as another boot would have left it. */
    uint64_t image[6];
    int file = open(path, O_RDWR);
    assert_int_equal(read(file, image, sizeof image), sizeof image);
    assert_int_equal(image[4], 0);
    extern unsigned long long XXH3_64bits(const void *, size_t);
    image[4] = 12345;
    image[5] = XXH3_64bits(image, 40);
    assert_int_equal(pwrite(file, image, sizeof image, 0), sizeof image);
    close(file);
    s = spool_open(&options, &notice, NULL);
    assert_true(look(s).epoch > epoch);
    assert_non_null(strstr(notice.text, "the machine stopped"));
    assert_int_equal(read_on(s, 1), look(s).next);
    spool_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_order, start, finish),
        cmocka_unit_test_setup_teardown(test_acknowledge_deletes, start, finish),
        cmocka_unit_test_setup_teardown(test_one_process, start, finish),
        cmocka_unit_test_setup_teardown(test_crash_points, start, finish),
        cmocka_unit_test_setup_teardown(test_torn_tail, start, finish),
        cmocka_unit_test_setup_teardown(test_damage_is_passed_over, start, finish),
        cmocka_unit_test_setup_teardown(test_full_disk, start, finish),
        cmocka_unit_test_setup_teardown(test_epochs, start, finish),
        cmocka_unit_test_setup_teardown(test_other_boot, start, finish),
    };
    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
