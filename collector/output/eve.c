/* SPDX-License-Identifier: Apache-2.0 */
/* The EVE file: every stored event as a line, for log shippers that read Suricata's eve.json. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/output/output.h"

struct eve_file {
    char path[512];
    int fd;
    ino_t inode;
};

static bool open_file(struct eve_file *f)
{
    struct stat st;
    f->fd = open(f->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
    f->inode = f->fd >= 0 && fstat(f->fd, &st) == 0 ? st.st_ino : 0;
    return f->fd >= 0;
}

struct eve_file *eve_open(const char *path, struct fault *fault)
{
    struct eve_file *f = calloc(1, sizeof *f);
    if (!f) abort();
    snprintf(f->path, sizeof f->path, "%s", path);
    if (open_file(f)) return f;
    fault_set(fault, "output.eve_file: %s: %s", path, strerror(errno));
    free(f);
    return NULL;
}

/* What cannot be written is left out: a full disk there must not stop the store here. */
void eve_write(struct eve_file *f, const char *lines, size_t length)
{
    struct stat st;
    if (f->fd < 0 || stat(f->path, &st) || st.st_ino != f->inode) {
        if (f->fd >= 0) close(f->fd);
        if (!open_file(f)) return;
    }
    while (length) {
        ssize_t n = write(f->fd, lines, length);
        if (n <= 0) return;
        lines += n;
        length -= (size_t)n;
    }
}

void eve_close(struct eve_file *f)
{
    if (!f) return;
    if (f->fd >= 0) close(f->fd);
    free(f);
}
