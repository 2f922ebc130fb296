/* SPDX-License-Identifier: Apache-2.0 */
/* Segments, records, state of the spool; docs/link-protocol.md, "Spool".
 *
 * Segment: 8 bytes magic, 8 number of its first event, 8 checksum of both. Record: 4 magic, 4 length of the data,
 * 8 first number, 4 count, 4 zero, 8 checksum of these and the data, data. All little-endian; checksums are XXH3-64. */
#include "common/spool.h"
#include "common/bytes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

enum { SEGMENT_HEAD = 24, RECORD_HEAD = 32, STATE_SIZE = 48, CHECKED = 24 };
#define SEGMENT_MAGIC UINT64_C(0x314c4f4f50534c57) /* WLSPOOL1 */
#define STATE_MAGIC   UINT64_C(0x3154415453534c57) /* WLSSTAT1 */
#define RECORD_MAGIC  UINT32_C(0x31524c57)         /* WLR1 */

struct segment {
    uint64_t first, bytes;
};

struct spool {
    int directory, lock, writer, reader;
    uint64_t segment_bytes;
    struct segment *segments; /* oldest first; the last one is written to */
    size_t count, room;
    uint64_t epoch, acknowledged, next, bytes, dropped, damaged;
    uint64_t boot; /* the boot this log is open in; 0: it was closed in order */
    /* Where the reader stands: `read_at` in the file of segment `read_segment`; `read_next` is the number there. */
    uint64_t read_segment, read_at, read_next;
    uint8_t *buffer;
};

static void (*point_hook)(const char *point);
void spool_on_point(void (*hook)(const char *point)) { point_hook = hook; }
static void point(const char *name)
{
    if (point_hook) point_hook(name);
}

static void put_le(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> 8 * i);
}

static int write_all(int descriptor, const void *data, size_t length, off_t at)
{
    const uint8_t *p = data;
    while (length) {
        ssize_t n = pwrite(descriptor, p, length, at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return n < 0 ? errno : EIO;
        p += n, at += n, length -= (size_t)n;
    }
    return 0;
}

static bool read_all(int descriptor, void *data, size_t length, uint64_t at)
{
    uint8_t *p = data;
    while (length) {
        ssize_t n = pread(descriptor, p, length, (off_t)at);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        p += n, at += (uint64_t)n, length -= (size_t)n;
    }
    return true;
}

/* ---- state file: magic, epoch, acknowledged, dropped, boot, checksum ------------------------------------------- */

static int state_write(struct spool *s)
{
    uint8_t image[STATE_SIZE];
    put_le(image, STATE_MAGIC, 8);
    put_le(image + 8, s->epoch, 8);
    put_le(image + 16, s->acknowledged, 8);
    put_le(image + 24, s->dropped, 8);
    put_le(image + 32, s->boot, 8);
    put_le(image + 40, XXH3_64bits(image, 40), 8);
    int file = openat(s->directory, "state.part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    int error = write_all(file, image, sizeof image / 2, 0);
    point("state-half");
    if (!error) error = write_all(file, image + sizeof image / 2, sizeof image / 2, sizeof image / 2);
    if (!error && fsync(file)) error = errno;
    close(file);
    point("state-written");
    if (!error && renameat(s->directory, "state.part", s->directory, "state")) error = errno;
    point("state-renamed");
    if (!error && fsync(s->directory)) error = errno;
    return error;
}

static bool state_read(struct spool *s)
{
    uint8_t image[STATE_SIZE];
    int file = openat(s->directory, "state", O_RDONLY | O_CLOEXEC);
    bool whole = file >= 0 && read_all(file, image, sizeof image, 0);
    if (file >= 0) close(file);
    if (!whole) return false;
    struct bytes b = bytes_over(image, sizeof image);
    uint64_t magic = bytes_le64(&b), epoch = bytes_le64(&b), acknowledged = bytes_le64(&b), dropped = bytes_le64(&b);
    uint64_t boot = bytes_le64(&b);
    if (magic != STATE_MAGIC || bytes_le64(&b) != XXH3_64bits(image, 40)) return false;
    s->epoch = epoch, s->acknowledged = acknowledged, s->dropped = dropped, s->boot = boot;
    return true;
}

/* Names this boot of the machine: what a process wrote survives its death, but not always the machine's. */
static uint64_t this_boot(void)
{
    char id[64] = {0};
    int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = file >= 0 ? read(file, id, sizeof id) : 0;
    if (file >= 0) close(file);
    return n > 0 ? XXH3_64bits(id, (size_t)n) : 1;
}

/* ---- segments --------------------------------------------------------------------------------------------------- */

static void segment_name(char name[32], uint64_t first) { snprintf(name, 32, "%020" PRIu64 ".spool", first); }

static bool segment_enter(struct spool *s, uint64_t first, uint64_t bytes)
{
    if (s->count == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        struct segment *more = realloc(s->segments, room * sizeof *more);
        if (!more) return false;
        s->segments = more, s->room = room;
    }
    s->segments[s->count++] = (struct segment){first, bytes};
    s->bytes += bytes;
    return true;
}

static void segment_leave(struct spool *s, size_t index)
{
    s->bytes -= s->segments[index].bytes;
    memmove(s->segments + index, s->segments + index + 1, (--s->count - index) * sizeof *s->segments);
}

/* Begins the file that is written to next. */
static int segment_create(struct spool *s)
{
    char name[32];
    uint8_t head[SEGMENT_HEAD];
    if (s->writer >= 0) {
        if (fdatasync(s->writer)) return errno;
        close(s->writer);
        s->writer = -1;
    }
    point("seal");
    segment_name(name, s->next);
    int file = openat(s->directory, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return errno;
    point("create");
    put_le(head, SEGMENT_MAGIC, 8);
    put_le(head + 8, s->next, 8);
    put_le(head + 16, XXH3_64bits(head, 16), 8);
    int error = write_all(file, head, sizeof head, 0);
    point("header");
    if (!error && fsync(s->directory)) error = errno;
    if (!error && !segment_enter(s, s->next, sizeof head)) error = ENOMEM;
    if (error) {
        close(file);
        unlinkat(s->directory, name, 0);
        return error;
    }
    s->writer = file;
    return 0;
}

static void segment_unlink(struct spool *s, size_t index)
{
    char name[32];
    segment_name(name, s->segments[index].first);
    if (s->reader >= 0 && s->read_segment == s->segments[index].first) {
        close(s->reader);
        s->reader = -1;
    }
    point("predelete");
    unlinkat(s->directory, name, 0);
    point("unlink");
    segment_leave(s, index);
}

static bool segment_valid(int file, uint64_t first)
{
    uint8_t head[SEGMENT_HEAD];
    if (!read_all(file, head, sizeof head, 0)) return false;
    struct bytes b = bytes_over(head, sizeof head);
    uint64_t magic = bytes_le64(&b), number = bytes_le64(&b), sum = bytes_le64(&b);
    return magic == SEGMENT_MAGIC && number == first && sum == XXH3_64bits(head, 16);
}

/* ---- records ---------------------------------------------------------------------------------------------------- */

static uint64_t record_sum(const uint8_t head[RECORD_HEAD], const uint8_t *data, size_t length)
{
    return XXH3_64bits_withSeed(data, length, XXH3_64bits(head, CHECKED));
}

/* The record at `at` of a file that is `end` bytes long, its data in `buffer`; false when no whole one stands there. */
static bool record_read(int file, uint64_t at, uint64_t end, uint8_t *buffer, struct spool_record *record)
{
    uint8_t head[RECORD_HEAD];
    if (at + sizeof head > end || !read_all(file, head, sizeof head, at)) return false;
    struct bytes b = bytes_over(head, sizeof head);
    uint32_t magic = bytes_le32(&b);
    record->length = bytes_le32(&b);
    record->first = bytes_le64(&b);
    record->count = bytes_le32(&b);
    bytes_skip(&b, 4);
    uint64_t sum = bytes_le64(&b);
    if (magic != RECORD_MAGIC || record->length > SPOOL_RECORD_MAX || !record->count || !record->first) return false;
    if (at + sizeof head + record->length > end || !read_all(file, buffer, record->length, at + sizeof head))
        return false;
    record->data = buffer;
    return sum == record_sum(head, buffer, record->length);
}

/* The next whole record at or behind `at`; its place goes to `found`. Byte by byte, only where damage was found. */
static bool record_find(int file, uint64_t at, uint64_t end, uint8_t *buffer, struct spool_record *record,
                        uint64_t *found)
{
    uint8_t window[4096];
    while (at + RECORD_HEAD <= end) {
        size_t n = end - at < sizeof window ? (size_t)(end - at) : sizeof window;
        if (!read_all(file, window, n, at)) return false;
        struct bytes b = bytes_over(window, n);
        for (; bytes_left(&b) >= 4; bytes_skip(&b, 1)) {
            struct bytes magic = b;
            uint64_t place = at + n - bytes_left(&b);
            if (bytes_le32(&magic) == RECORD_MAGIC && record_read(file, place, end, buffer, record)) {
                *found = place;
                return true;
            }
        }
        at += n - 3;
    }
    return false;
}

int spool_append(struct spool *s, const void *data, size_t length, uint32_t count)
{
    uint8_t head[RECORD_HEAD] = {0};
    int error;
    if (length > SPOOL_RECORD_MAX || !count) return EINVAL;
    if (s->writer < 0 || s->segments[s->count - 1].bytes >= s->segment_bytes)
        if ((error = segment_create(s))) return error;
    struct segment *last = &s->segments[s->count - 1];
    put_le(head, RECORD_MAGIC, 4);
    put_le(head + 4, length, 4);
    put_le(head + 8, s->next, 8);
    put_le(head + 16, count, 4);
    put_le(head + 24, record_sum(head, data, length), 8);
    error = write_all(s->writer, head, sizeof head, (off_t)last->bytes);
    point("append-head");
    if (!error) error = write_all(s->writer, data, length / 2, (off_t)last->bytes + RECORD_HEAD);
    point("append-half");
    if (!error)
        error = write_all(s->writer, (const uint8_t *)data + length / 2, length - length / 2,
                          (off_t)(last->bytes + RECORD_HEAD + length / 2));
    point("append");
    if (error) {
        if (ftruncate(s->writer, (off_t)last->bytes)) point("uncut"); /* the next record is written over the half one */
        return error;
    }
    last->bytes += sizeof head + length;
    s->bytes += sizeof head + length;
    s->next += count;
    return 0;
}

int spool_sync(struct spool *s)
{
    int error = s->writer >= 0 && fdatasync(s->writer) ? errno : 0;
    point("sync");
    return error;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Opens the segment `index` for reading, from its beginning; one that is not there any more counts as damaged. */
static void reader_open(struct spool *s, size_t index)
{
    char name[32];
    uint64_t first = s->segments[index].first;
    if (s->reader >= 0) close(s->reader);
    segment_name(name, first);
    s->reader = openat(s->directory, name, O_RDONLY | O_CLOEXEC);
    s->read_segment = first;
    s->read_at = SEGMENT_HEAD;
    s->read_next = first;
}

static size_t segment_of(const struct spool *s, uint64_t number)
{
    size_t i = s->count;
    while (i > 1 && s->segments[i - 1].first > number) i--;
    return i ? i - 1 : 0;
}

/* The next record of the segment the reader stands in; damage is passed over and counted. */
static bool reader_next(struct spool *s, uint64_t end, uint64_t behind, struct spool_record *record)
{
    uint64_t place = s->read_at;
    if (place >= end) return false;
    if (!record_read(s->reader, place, end, s->buffer, record)) {
        bool found = record_find(s->reader, place + 1, end, s->buffer, record, &place);
        uint64_t to = found ? record->first : behind;
        if (to > s->read_next && to > s->acknowledged)
            s->damaged += to - (s->read_next > s->acknowledged ? s->read_next : s->acknowledged);
        if (!found) {
            s->read_at = end;
            s->read_next = behind;
            return false;
        }
    }
    s->read_at = place + RECORD_HEAD + record->length;
    s->read_next = record->first + record->count;
    return true;
}

bool spool_read(struct spool *s, uint64_t from, struct spool_record *record)
{
    if (from < s->acknowledged) from = s->acknowledged;
    if (!s->count || from >= s->next) return false;
    size_t index = segment_of(s, s->reader >= 0 && s->read_next == from ? s->read_segment : from);
    if (s->reader < 0 || s->read_segment != s->segments[index].first || s->read_next > from) reader_open(s, index);
    for (;;) {
        uint64_t behind = index + 1 < s->count ? s->segments[index + 1].first : s->next;
        while (reader_next(s, s->segments[index].bytes, behind, record))
            if (record->first + record->count > from) return true;
        if (++index >= s->count) return false;
        reader_open(s, index);
    }
}

void spool_acknowledge(struct spool *s, uint64_t next)
{
    bool deleted = false;
    if (next > s->next) next = s->next;
    if (next <= s->acknowledged) return;
    s->acknowledged = next;
    while (s->count > 1 && s->segments[1].first <= next) {
        segment_unlink(s, 0);
        deleted = true;
    }
    if (deleted) state_write(s);
}

bool spool_drop_oldest(struct spool *s)
{
    if (!s->count || s->segments[0].bytes <= SEGMENT_HEAD) return false;
    uint64_t behind = s->count > 1 ? s->segments[1].first : s->next;
    uint64_t from = s->segments[0].first > s->acknowledged ? s->segments[0].first : s->acknowledged;
    if (s->count == 1 && s->writer >= 0) {
        close(s->writer);
        s->writer = -1;
    }
    segment_unlink(s, 0);
    if (behind > from) {
        s->dropped += behind - from;
        s->acknowledged = behind;
    }
    state_write(s);
    return true;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

int spool_renew(struct spool *s, uint64_t after)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t epoch = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    if (epoch <= s->epoch) epoch = s->epoch + 1;
    if (epoch <= after) epoch = after + 1;
    s->epoch = epoch;
    return state_write(s);
}

static int by_first(const void *a, const void *b)
{
    const struct segment *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static bool list_segments(struct spool *s)
{
    int copy = openat(s->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
    struct dirent *entry;
    struct stat about;
    if (!list) return false;
    while ((entry = readdir(list))) {
        uint64_t first;
        char name[32];
        if (sscanf(entry->d_name, "%20" SCNu64 ".spool", &first) != 1) continue;
        segment_name(name, first);
        if (strcmp(name, entry->d_name) != 0 || fstatat(s->directory, name, &about, 0)) continue;
        if (!segment_enter(s, first, (uint64_t)about.st_size)) break;
    }
    closedir(list);
    if (s->count) qsort(s->segments, s->count, sizeof *s->segments, by_first);
    return true;
}

/* Opens the last segment for writing: finds its last whole record and cuts off what is behind it. False: it has no
 * valid head (the crash came while it was created) and was deleted. */
static bool resume_last(struct spool *s, struct fault *notice)
{
    char name[32];
    struct segment *last = &s->segments[s->count - 1];
    struct spool_record record;
    uint64_t at = SEGMENT_HEAD, end = last->bytes;
    segment_name(name, last->first);
    s->writer = openat(s->directory, name, O_RDWR | O_CLOEXEC);
    if (s->writer < 0 || !segment_valid(s->writer, last->first)) {
        if (end > SEGMENT_HEAD) fault_set(notice, "%s: its head is damaged, the file was deleted", name);
        if (s->writer >= 0) close(s->writer);
        s->writer = -1;
        s->next = last->first;
        segment_unlink(s, s->count - 1);
        return false;
    }
    s->next = last->first;
    for (;;) {
        uint64_t place = at;
        if (!record_read(s->writer, at, end, s->buffer, &record) &&
            !record_find(s->writer, at + 1, end, s->buffer, &record, &place))
            break;
        at = place + RECORD_HEAD + record.length;
        s->next = record.first + record.count;
    }
    if (at < end) {
        fault_set(notice, "%s: cut an unfinished record of %" PRIu64 " bytes at its end", name, end - at);
        if (ftruncate(s->writer, (off_t)at)) fault_set(notice, "%s: cannot be cut: %s", name, strerror(errno));
        s->bytes -= end - at;
        last->bytes = at;
    }
    return true;
}

static bool recover(struct spool *s, struct fault *notice)
{
    bool known = state_read(s);
    uint64_t boot = this_boot();
    if (!list_segments(s)) return false;
    if (!s->count) known = false;
    if (s->boot && s->boot != boot) {
        /* The end of the log may be gone, and its numbers may have been sent: they must not mean something else. */
        fault_set(notice, "the machine stopped while the spool was open: what was not on the disk yet is lost");
        known = false;
    }
    s->next = 1;
    while (s->count && !resume_last(s, notice)) continue;
    if (s->acknowledged > s->next) {
        s->next = s->acknowledged;
        known = false;
    }
    s->boot = boot;
    errno = known ? state_write(s) : spool_renew(s, 0);
    if (!errno && !s->count) errno = segment_create(s);
    return errno == 0;
}

struct spool *spool_open(const struct spool_options *options, struct fault *notice, struct fault *fault)
{
    struct spool *s = calloc(1, sizeof *s);
    const char *directory = options->directory;
    if (!s || !(s->buffer = malloc(SPOOL_RECORD_MAX))) {
        fault_set(fault, "%s: out of memory", directory);
        free(s);
        return NULL;
    }
    s->lock = s->writer = s->reader = -1;
    s->segment_bytes = options->segment_bytes ? options->segment_bytes : SPOOL_SEGMENT;
    if (mkdir(directory, 0700) && errno != EEXIST)
        fault_set(fault, "%s: cannot be made: %s", directory, strerror(errno));
    s->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->directory < 0)
        fault_set(fault, "%s: cannot be opened: %s", directory, strerror(errno));
    else if ((s->lock = openat(s->directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
        fault_set(fault, "%s: cannot be written: %s", directory, strerror(errno));
    else if (flock(s->lock, LOCK_EX | LOCK_NB))
        fault_set(fault, "%s: another process uses this spool; give each program its own", directory);
    else if (!recover(s, notice))
        fault_set(fault, "%s: cannot be recovered: %s", directory, strerror(errno));
    else
        return s;
    spool_close(s);
    return NULL;
}

void spool_close(struct spool *s)
{
    if (!s) return;
    if (s->writer >= 0) {
        fdatasync(s->writer);
        close(s->writer);
    }
    s->boot = 0;
    if (s->epoch) state_write(s);
    if (s->reader >= 0) close(s->reader);
    if (s->lock >= 0) close(s->lock);
    if (s->directory >= 0) close(s->directory);
    free(s->segments);
    free(s->buffer);
    free(s);
}

void spool_look(const struct spool *s, struct spool_state *state)
{
    uint64_t held = s->count ? s->segments[0].first : s->next;
    *state = (struct spool_state){
        .epoch = s->epoch,
        .first = held > s->acknowledged ? held : s->acknowledged,
        .next = s->next,
        .bytes = s->bytes,
        .dropped = s->dropped,
        .damaged = s->damaged,
    };
}
