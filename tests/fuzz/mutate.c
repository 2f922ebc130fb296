/* SPDX-License-Identifier: Apache-2.0 */
/* Damages captures and reads them, all in one process: cut at random offsets, and with random bits flipped.
 *
 *     mutate ROUNDS FILE...    fixed seeds; prints one line a file that took long, ends with a count
 *
 * Built with the sanitizers: any report ends it. A run over 10 seconds, or memory above the caps, is a failure. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sensor/capture/capture.h"
#include "tests/support/listener.h"

#define LONGEST 10.0 /* seconds */

static uint64_t state;
static uint64_t chance(uint64_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % below;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t read_through(int fd, const char *name)
{
    char path[64];
    struct fault fault = {0};
    struct captured frame;
    struct listener *l = listener_open(false);
    if (!l) exit(1);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct capture *c = capture_open_file(path, &fault);
    double began = now();
    while (c && capture_next(c, &frame, &fault) == CAPTURE_FRAME) {
        worker_frame(l->worker, capture_link(c), frame.number, frame.time_ns, frame.bytes, frame.captured,
                     frame.length);
        if (now() - began > LONGEST) {
            fprintf(stderr, "%s: still running after %.0f s, at frame %llu\n", name, LONGEST,
                    (unsigned long long)frame.number);
            exit(1);
        }
    }
    worker_finish(l->worker);
    uint64_t messages = l->messages;
    capture_close(c);
    listener_close(l);
    return messages;
}

static uint8_t *load(const char *path, size_t *size)
{
    struct stat about;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &about) != 0) {
        perror(path);
        exit(2);
    }
    *size = (size_t)about.st_size;
    uint8_t *bytes = malloc(*size ? *size : 1);
    for (size_t n = 0; n < *size;) {
        ssize_t got = read(fd, bytes + n, *size - n);
        if (got <= 0) exit(2);
        n += (size_t)got;
    }
    close(fd);
    return bytes;
}

static uint32_t word(const uint8_t *p, bool big)
{
    return big ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
               : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

/* Puts the headers of the records back, so that the damage is all in the frames and the file is read to its end. */
static void restore_records(uint8_t *map, const uint8_t *bytes, size_t size)
{
    bool ng = word(bytes, true) == 0x0a0d0d0a, big = ng ? bytes[8] == 0x1a : bytes[0] == 0xa1;
    size_t head = ng ? 28 : 16;
    for (size_t at = ng ? 0 : 24; at + head <= size;) {
        bool frame = !ng || word(bytes + at, big) == 6;
        size_t length = ng ? word(bytes + at + 4, big) : 16 + word(bytes + at + 8, big);
        if (length < 12 || length > size - at) break;
        memcpy(map + at, bytes + at, frame ? head : length);
        if (ng) memcpy(map + at + length - 4, bytes + at + length - 4, 4);
        at += length;
    }
}

enum damage { CUT, FLIP_ANYWHERE, FLIP_IN_FRAMES, DAMAGES };

static uint64_t run(const char *name, const uint8_t *bytes, size_t size, enum damage damage)
{
    bool flip = damage != CUT;
    int fd = memfd_create("mutated", MFD_CLOEXEC);
    size_t length = flip ? size : (size_t)chance(size + 1);
    if (fd < 0 || ftruncate(fd, (off_t)length) != 0) exit(2);
    uint8_t *map = length ? mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : NULL;
    if (length) memcpy(map, bytes, length);
    /* one bit in a few hundred bytes; the file header stays, or nothing would be read */
    for (size_t i = 0; flip && length > 64 && i < length / 300 + 1; i++)
        map[24 + chance(length - 24)] ^= (uint8_t)(1u << chance(8));
    if (damage == FLIP_IN_FRAMES && length > 64) restore_records(map, bytes, length);
    if (length) munmap(map, length);
    uint64_t messages = read_through(fd, name);
    close(fd);
    return messages;
}

int main(int argc, char **argv)
{
    uint64_t runs = 0, messages = 0;
    if (argc < 3) return fprintf(stderr, "usage: mutate ROUNDS FILE...\n"), 2;
    long rounds = strtol(argv[1], NULL, 10);
    for (int i = 2; i < argc; i++) {
        size_t size;
        uint8_t *bytes = load(argv[i], &size);
        state = 0x9e3779b97f4a7c15ull;
        double began = now();
        for (long k = 0; k < DAMAGES * rounds; k++, runs++)
            messages += run(argv[i], bytes, size, (enum damage)(k % DAMAGES));
        if (now() - began > LONGEST) printf("# %s: %.1f s\n", argv[i], now() - began);
        free(bytes);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("mutate: %d files, %llu runs, %llu messages, %ld MiB at most\n", argc - 2, (unsigned long long)runs,
           (unsigned long long)messages, usage.ru_maxrss / 1024);
    return 0;
}
