/* SPDX-License-Identifier: Apache-2.0 */
/* What event ids are made from: for a file its content, so that a second run tells the same events; else chance. */
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sensor/inspect/event.h"

enum { HEAD = 65536 };

static bool hash_file(const char *path, uint64_t *hash)
{
    static char head[HEAD];
    struct stat about;
    /* A pipe is not opened twice: its writer would lose the first reader. */
    int file = stat(path, &about) == 0 && S_ISREG(about.st_mode) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return false;
    bool good = fstat(file, &about) == 0 && S_ISREG(about.st_mode);
    ssize_t n = good ? read(file, head, sizeof head) : -1;
    close(file);
    if (n < 0) return false;
    *hash = XXH3_64bits_withSeed(head, (size_t)n, (uint64_t)about.st_size);
    return true;
}

uint64_t event_id_seed(const struct sensor_options *o)
{
    uint64_t seed;
    if (o->file && !o->replay && hash_file(o->file, &seed)) return XXH3_64bits_withSeed(o->name, strlen(o->name), seed);
    while (getrandom(&seed, sizeof seed, 0) != sizeof seed) continue;
    return seed;
}
