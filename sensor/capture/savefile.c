/* SPDX-License-Identifier: Apache-2.0 */
/* The classic pcap file format (draft-ietf-opsawg-pcap), either byte order, micro- and nanoseconds. */
#include "sensor/capture/savefile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bytes.h"

enum { BLOCK = 1 << 20, FILE_HEADER = 24, RECORD_HEADER = 16, LONGEST = 256 * 1024 };

struct savefile {
    const char *path;
    uint8_t *block;
    size_t at, end; /* in the block */
    uint64_t number;
    int fd, link;
    bool big, nano;
};

static ssize_t fill(struct savefile *f)
{
    memmove(f->block, f->block + f->at, f->end - f->at);
    f->end -= f->at;
    f->at = 0;
    ssize_t n;
    do n = read(f->fd, f->block + f->end, BLOCK - f->end);
    while (n < 0 && errno == EINTR);
    if (n > 0) f->end += (size_t)n;
    return n;
}

static bool fill_up_to(struct savefile *f, size_t n)
{
    while (f->end - f->at < n)
        if (fill(f) <= 0) return false;
    return true;
}

/* Makes `n` bytes available at `at`; false at the end of the file. */
static inline bool have(struct savefile *f, size_t n) { return f->end - f->at >= n || fill_up_to(f, n); }

static inline uint32_t number_at(const struct savefile *f, const uint8_t *octets)
{
    return f->big ? octets_be32(octets) : octets_le32(octets);
}

/* The file's LINKTYPE_ is libpcap's DLT_ but for a few numbers that differ between systems. */
static int link_of(uint32_t type) { return type == 101 ? 12 : (int)type; }

static bool header(struct savefile *f)
{
    if (!have(f, FILE_HEADER)) return false;
    uint32_t magic = octets_be32(f->block);
    f->big = magic == 0xa1b2c3d4 || magic == 0xa1b23c4d;
    f->nano = magic == 0xa1b23c4d || magic == 0x4d3cb2a1;
    if (!f->big && magic != 0xd4c3b2a1 && magic != 0x4d3cb2a1) return false;
    uint32_t version = number_at(f, f->block + 4);
    uint32_t major = f->big ? version >> 16 : version & 0xffff, minor = f->big ? version & 0xffff : version >> 16;
    uint32_t network = number_at(f, f->block + 20);
    f->link = link_of(network & 0x03ffffff);
    f->at = FILE_HEADER;
    return major == 2 && minor == 4;
}

struct savefile *savefile_open(const char *path, struct fault *fault)
{
    if (strcmp(path, "-") == 0) return NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fault_set(fault, "%s: %s", path, strerror(errno));
        return NULL;
    }
    struct savefile *f = calloc(1, sizeof *f);
    if (f) f->block = malloc(BLOCK);
    if (!f || !f->block) {
        fault_set(fault, "out of memory");
    } else {
        f->path = path;
        f->fd = fd;
        if (header(f)) {
            posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
            return f;
        }
    }
    if (f) free(f->block);
    free(f);
    close(fd);
    return NULL;
}

int savefile_link(const struct savefile *f) { return f->link; }

static enum capture_result failed(const struct savefile *f, struct fault *fault, const char *why)
{
    fault_set(fault, "%s: after frame %llu: %s", f->path, (unsigned long long)f->number, why);
    return CAPTURE_FAILED;
}

enum capture_result savefile_next(struct savefile *f, struct captured *frame, struct fault *fault)
{
    if (!have(f, RECORD_HEADER)) {
        if (f->end == f->at) return CAPTURE_END;
        return failed(f, fault, "the file is cut short in the middle of a frame's header");
    }
    const uint8_t *h = f->block + f->at;
    uint64_t seconds = number_at(f, h), fraction = number_at(f, h + 4);
    frame->captured = number_at(f, h + 8);
    frame->length = number_at(f, h + 12);
    if (frame->captured > LONGEST) return failed(f, fault, "a frame longer than 262,144 bytes: the file is damaged");
    if (!have(f, RECORD_HEADER + frame->captured))
        return failed(f, fault, "the file is cut short in the middle of a frame");
    frame->bytes = f->block + f->at + RECORD_HEADER;
    f->at += RECORD_HEADER + frame->captured;
    frame->number = ++f->number;
    frame->time_ns = seconds * 1000000000u + (f->nano ? fraction : fraction * 1000u);
    return CAPTURE_FRAME;
}

bool savefile_has_next(const struct savefile *f)
{
    size_t left = f->end - f->at;
    if (left < RECORD_HEADER) return false;
    uint32_t captured = number_at(f, f->block + f->at + 8);
    return captured <= LONGEST && left >= RECORD_HEADER + captured;
}

void savefile_close(struct savefile *f)
{
    if (!f) return;
    close(f->fd);
    free(f->block);
    free(f);
}
