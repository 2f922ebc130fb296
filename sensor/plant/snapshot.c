/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots: bytes in memory, and a file that is written beside the old one and then takes its name. */
#include "sensor/plant/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "common/file.h"
#include "parsers/registry.h"

enum { NAME_AT_MOST = 64 };
static const char magic[8] = "WLSTATE1";

struct head {
    char magic[8];
    uint32_t version, unused;
    uint64_t length, checksum;
};

enum { LARGEST = 1 << 30 };

void snapshot_free(struct snapshot *s)
{
    free(s->memory);
    *s = (struct snapshot){0};
}

static bool reserve(struct snapshot *s, size_t more)
{
    if (s->bad) return false;
    if (more <= s->room - s->length) return true;
    size_t room = s->room ? s->room : 4096;
    while (room - s->length < more && room < LARGEST) room *= 2;
    uint8_t *memory = room - s->length < more ? NULL : realloc(s->memory, room);
    if (!memory) {
        s->bad = true;
        return false;
    }
    s->memory = memory;
    s->room = room;
    return true;
}

void snapshot_put(struct snapshot *s, const void *bytes, size_t length)
{
    if (!length || !reserve(s, length)) return;
    memcpy(s->memory + s->length, bytes, length);
    s->length += length;
}

void snapshot_put_uint(struct snapshot *s, uint64_t v) { snapshot_put(s, &v, sizeof v); }

void snapshot_put_double(struct snapshot *s, double v) { snapshot_put(s, &v, sizeof v); }

void snapshot_put_text(struct snapshot *s, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    snapshot_put_uint(s, length);
    snapshot_put(s, text, length);
}

void snapshot_put_parser(struct snapshot *s, uint16_t parser)
{
    snapshot_put_text(s, registry()->parsers[parser]->name);
}

void snapshot_get(struct snapshot *s, void *bytes, size_t length)
{
    if (length > s->length - s->at) s->bad = true;
    if (!length) return;
    memset(bytes, 0, length);
    if (s->bad) return;
    memcpy(bytes, s->memory + s->at, length);
    s->at += length;
}

uint64_t snapshot_get_uint(struct snapshot *s)
{
    uint64_t v;
    snapshot_get(s, &v, sizeof v);
    return v;
}

double snapshot_get_double(struct snapshot *s)
{
    double v;
    snapshot_get(s, &v, sizeof v);
    return v;
}

void snapshot_get_text(struct snapshot *s, char *text, size_t size)
{
    uint64_t length = snapshot_get_uint(s);
    size_t kept = length < size ? (size_t)length : size - 1;
    text[0] = 0;
    if (s->bad || length > s->length - s->at) {
        s->bad = true;
        return;
    }
    memcpy(text, s->memory + s->at, kept);
    text[kept] = 0;
    s->at += length;
}

uint16_t snapshot_get_parser(struct snapshot *s)
{
    char name[NAME_AT_MOST];
    snapshot_get_text(s, name, sizeof name);
    const struct parser *parser = registry_parser(name);
    return parser ? (uint16_t)registry_parser_index(parser) : 0;
}

static bool path_of(char out[PATH_MAX], const char *directory, const char *name, const char *ending,
                    struct fault *fault)
{
    int n = snprintf(out, PATH_MAX, "%s/%s.%s", directory, name, ending);
    return (n > 0 && n < PATH_MAX) || fault_set(fault, "%s: the path is too long", directory);
}

bool snapshot_write(struct snapshot *s, const char *directory, const char *name, uint32_t version, struct fault *fault)
{
    char path[PATH_MAX];
    struct head head = {.version = version, .length = s->length, .checksum = XXH3_64bits(s->memory, s->length)};
    memcpy(head.magic, magic, sizeof magic);
    if (s->bad) return fault_set(fault, "%s/%s.state: out of memory", directory, name);
    struct iovec parts[] = {{&head, sizeof head}, {s->memory, s->length}};
    return path_of(path, directory, name, "state", fault) && file_replace(path, 0640, parts, 2, fault);
}

static bool read_all(int fd, void *bytes, size_t length)
{
    uint8_t *at = bytes;
    while (length) {
        ssize_t n = read(fd, at, length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        length -= (size_t)n;
    }
    return true;
}

static bool read_body(struct snapshot *s, int fd, const char *path, uint32_t version, struct fault *fault)
{
    struct head head;
    if (!read_all(fd, &head, sizeof head) || memcmp(head.magic, magic, sizeof magic) != 0)
        return fault_set(fault, "%s: not a snapshot", path);
    if (head.version != version)
        return fault_set(fault, "%s: of layout %u, this program writes %u", path, head.version, version);
    if (head.length > LARGEST || !reserve(s, (size_t)head.length)) return fault_set(fault, "%s: out of memory", path);
    s->length = (size_t)head.length;
    if (!read_all(fd, s->memory, s->length) || XXH3_64bits(s->memory, s->length) != head.checksum)
        return fault_set(fault, "%s: damaged", path);
    return true;
}

bool snapshot_read(struct snapshot *s, const char *directory, const char *name, uint32_t version, struct fault *fault)
{
    char path[PATH_MAX];
    s->length = s->at = 0;
    s->bad = false;
    if (!path_of(path, directory, name, "state", fault)) return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return errno == ENOENT ? false : fault_set(fault, "%s: %s", path, strerror(errno));
    bool good = read_body(s, fd, path, version, fault);
    close(fd);
    if (!good) s->length = 0;
    return good;
}
