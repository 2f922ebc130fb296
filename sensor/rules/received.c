/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of downward items (received.h): 00000000000000000012.item is "kind id verified\n" and the item's JSON.
 */
#include "sensor/rules/received.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/file.h"
#include "common/text.h"

enum { DIRECTORY = 400 };
static const char suffix[] = ".item";

struct received {
    char directory[DIRECTORY];
    uint64_t epoch, next; /* of the numbers; 0: nothing came yet */
};

/* ---- the position ------------------------------------------------ */

static bool path_of(const struct received *b, const char *name, char out[PATH_MAX])
{
    int n = snprintf(out, PATH_MAX, "%s/%s", b->directory, name);
    return n > 0 && n < PATH_MAX;
}

static void read_position(struct received *b)
{
    char path[PATH_MAX];
    size_t length;
    char *text = path_of(b, "position", path) ? file_read(path, 64, &length, O_NOFOLLOW, NULL) : NULL;
    if (!text || sscanf(text, "%" SCNu64 " %" SCNu64, &b->epoch, &b->next) != 2) b->epoch = b->next = 0;
    free(text);
}

static bool write_position(const struct received *b, uint64_t epoch, uint64_t next)
{
    char path[PATH_MAX], text[64];
    int n = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 "\n", epoch, next);
    return path_of(b, "position", path) && file_write(path, 0600, text, (size_t)n, NULL);
}

void received_position(const struct received *b, struct link_position *p)
{
    p->epoch = b->epoch;
    p->next = b->next;
}

/* ---- items ------------------------------------------------------- */

bool received_put(struct received *b, const struct link_item *item, bool verified)
{
    char path[PATH_MAX], name[32], head[128];
    if (item->epoch == b->epoch && item->number < b->next) return true;
    int n = snprintf(head, sizeof head, "%s %s %u\n", item->kind, item->id, verified);
    /* Numbers of a new epoch begin anew: the epoch goes first, so that the order stays. */
    snprintf(name, sizeof name, "%012" PRIx64 "%012" PRIx64 "%s", item->epoch & 0xffffffffffff,
             item->number & 0xffffffffffff, suffix);
    char *whole = malloc((size_t)n + item->length);
    if (!whole) return false;
    memcpy(whole, head, (size_t)n);
    memcpy(whole + n, item->json, item->length);
    bool good = path_of(b, name, path) && file_write(path, 0600, whole, (size_t)n + item->length, NULL) &&
                write_position(b, item->epoch, item->number + 1);
    free(whole);
    if (good) {
        b->epoch = item->epoch;
        b->next = item->number + 1;
    }
    return good;
}

static int is_item(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > sizeof suffix && strcmp(entry->d_name + n + 1 - sizeof suffix, suffix) == 0;
}

/* "kind id verified\n" */
static bool take_head(struct received_item *item)
{
    char *end = memchr(item->json, '\n', item->length);
    unsigned verified = 0;
    if (!end || sscanf(item->json, "%31s %26s %u", item->kind, item->id, &verified) != 3) return false;
    item->verified = verified == 1;
    item->length -= (size_t)(end + 1 - item->json);
    memmove(item->json, end + 1, item->length + 1);
    return true;
}

bool received_next(struct received *b, struct received_item *item)
{
    struct dirent **entries;
    int count = scandir(b->directory, &entries, is_item, alphasort);
    bool found = false;
    for (int i = 0; i < count; i++) {
        *item = (struct received_item){.json = NULL};
        snprintf(item->path, sizeof item->path, "%.399s/%.100s", b->directory, entries[i]->d_name);
        if (!found && (item->json = file_read(item->path, LINK_ITEM_MAX + 256, &item->length, O_NOFOLLOW, NULL))) {
            found = take_head(item);
            if (!found) received_done(item); /* damaged: it can never be acted on */
        }
        free(entries[i]);
        if (found)
            while (++i < count) free(entries[i]);
    }
    if (count >= 0) free(entries);
    return found;
}

void received_done(struct received_item *item)
{
    unlink(item->path);
    free(item->json);
    item->json = NULL;
}

/* ---- life -------------------------------------------------------- */

struct received *received_open(const char *directory, struct fault *fault)
{
    struct received *b = calloc(1, sizeof *b);
    if (!b) {
        fault_set(fault, "out of memory");
        return NULL;
    }
    if (!text_put(b->directory, sizeof b->directory, directory)) {
        fault_set(fault, "%s: the path is too long", directory);
    } else if (mkdir(directory, 0700) && errno != EEXIST) {
        fault_set(fault, "%s: cannot be made: %s", directory, strerror(errno));
    } else {
        read_position(b);
        return b;
    }
    free(b);
    return NULL;
}

void received_close(struct received *b) { free(b); }
